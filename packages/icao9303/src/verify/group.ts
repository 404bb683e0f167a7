import { isSame } from '../asn1/value.ts'
import { type Check } from '../report.ts'
import { check, PA, type Material } from './material.ts'

const KNOWN_VERSIONS: readonly string[] = ['0107', '0108']
const GROUP = /^DG\d+$/

/** EF.COM and EF.SOD must name the same data groups. No signature covers EF.COM. */
export function comSodAgree(m: Material): Check {
  const name = 'com-sod-agree'
  const clause = 'Doc 9303-10 §4.6.1'
  if (m.sod === undefined) return check(name, 'not-done', clause, m.sodSays)
  const bytes = m.dump['EF.COM']
  if (bytes === undefined) return check(name, 'not-done', clause, 'there is no EF.COM')
  const com = m.memory.com(bytes)
  if (!com.ok) return check(name, 'failed', clause, `EF.COM cannot be read: ${com.defects.map((d) => d.says).join('; ')}`)
  for (const d of com.defects) m.defects.push({ code: d.code, at: 'EF.COM', offset: d.offset, says: d.says, clause: d.clause })
  if (com.defects.length > 0 && m.policy === 'strict') return check(name, 'failed', clause, `EF.COM departs from its form: ${com.defects.map((d) => d.says).join('; ')}`)
  if (!KNOWN_VERSIONS.includes(com.value.ldsVersion) || com.value.unicodeVersion !== '040000') {
    const says = `EF.COM names LDS ${com.value.ldsVersion} and Unicode ${com.value.unicodeVersion}`
    m.defects.push({ code: 'com-version', at: 'EF.COM', says, clause })
    if (m.policy === 'strict') return check(name, 'failed', clause, says)
  }
  const { hashes } = m.sod.object
  const listed = com.value.groups
  const unsigned = listed.filter((n) => !hashes.has(n))
  const unlisted = listed.length - unsigned.length === hashes.size ? [] : [...hashes.keys()].filter((n) => !listed.includes(n))
  if (unsigned.length > 0) {
    const says = `EF.COM lists DG${unsigned.join(', DG')}, of which EF.SOD has no hash`
    if (m.policy === 'strict' || unsigned.some((n) => m.dump[`DG${n}`] !== undefined)) return check(name, 'failed', clause, says)
    m.defects.push({ code: 'com-lists-absent', at: 'EF.COM', says, clause })
  }
  if (unlisted.length > 0) {
    m.defects.push({ code: 'com-incomplete', at: 'EF.COM', says: `DG${unlisted.join(', DG')} of EF.SOD is not listed`, clause })
    return m.policy === 'strict' ? check(name, 'failed', clause, `EF.COM does not list DG${unlisted.join(', DG')}`) : check(name, 'passed', clause, 'every listed data group is signed')
  }
  return check(name, 'passed', clause, 'EF.COM and EF.SOD name the same data groups')
}

/** Each data group against the hash that was signed; what nobody signed keeps the verdict open. */
export function hashChecks(m: Material): readonly Check[] {
  const { sod, dump } = m
  if (sod === undefined) return []
  const { hash, hashes } = sod.object
  const checks: Check[] = []
  for (const [n, signed] of hashes) {
    const bytes = dump[`DG${n}`]
    const name = `hash-dg${n}`
    if (bytes === undefined) { checks.push({ ...check(name, 'not-done', PA, `DG${n} is not in the dump`), excused: true }); continue }
    const computed = m.crypto.hash(hash, bytes)
    const evidence = { function: hash, signed }
    checks.push(isSame(computed, signed)
      ? { name, outcome: 'passed', clause: PA, says: `DG${n} is what was signed`, evidence }
      : { name, outcome: 'failed', clause: PA, says: `DG${n} is not what was signed`, evidence: { ...evidence, computed } })
  }
  for (const f in dump) {
    // under no policy does a document speak for content that nobody signed
    if (GROUP.test(f) && !hashes.has(Number(f.slice(2)))) checks.push(check(`hash-${f.toLowerCase()}`, 'not-done', PA, `${f} is there and nobody signed it`))
  }
  return checks
}
