import { isSame } from '../asn1/value.ts'
import { type InspectionCheck } from '../report.ts'
import { said, together, type Said } from '../sentence.ts'
import { check, PA, type Material } from './material.ts'

const KNOWN_VERSIONS: readonly string[] = ['0107', '0108']
const GROUP = /^DG\d+$/

/** EF.COM and EF.SOD must name the same data groups. No signature covers EF.COM. */
export function comSodAgree(m: Material): InspectionCheck {
  const name = 'com-sod-agree'
  const clause = 'Doc 9303-10 §4.6.1'
  if (m.sod === undefined) return check(name, 'not-done', clause, m.sodSays)
  const bytes = m.dump['EF.COM']
  if (bytes === undefined) return check(name, 'not-done', clause, said('com-absent'))
  const com = m.memory.com(bytes)
  if (!com.ok) return check(name, 'failed', clause, said('com-unreadable', together(com.defects)))
  for (const d of com.defects) m.defects.push({ code: d.code, at: 'EF.COM', offset: d.offset, says: d.says, clause: d.clause })
  if (com.defects.length > 0 && m.policy === 'strict') return check(name, 'failed', clause, said('com-form', together(com.defects)))
  if (!KNOWN_VERSIONS.includes(com.value.ldsVersion) || com.value.unicodeVersion !== '040000') {
    const odd = said('com-version', { lds: com.value.ldsVersion, unicode: com.value.unicodeVersion })
    m.defects.push({ code: 'com-version', at: 'EF.COM', says: odd.says, clause })
    if (m.policy === 'strict') return check(name, 'failed', clause, odd)
  }
  const { hashes } = m.sod.object
  const listed = com.value.groups
  const unsigned = listed.filter((n) => !hashes.has(n))
  const unlisted = listed.length - unsigned.length === hashes.size ? [] : [...hashes.keys()].filter((n) => !listed.includes(n))
  if (unsigned.length > 0) {
    const more = said('com-unsigned', { groups: `DG${unsigned.join(', DG')}` })
    if (m.policy === 'strict' || unsigned.some((n) => m.dump[`DG${n}`] !== undefined)) return check(name, 'failed', clause, more)
    m.defects.push({ code: 'com-lists-absent', at: 'EF.COM', says: more.says, clause })
  }
  if (unlisted.length > 0) {
    m.defects.push({ code: 'com-incomplete', at: 'EF.COM', says: `DG${unlisted.join(', DG')} of EF.SOD is not listed`, clause })
    return m.policy === 'strict' ? check(name, 'failed', clause, said('com-incomplete', { groups: `DG${unlisted.join(', DG')}` })) : check(name, 'passed', clause, said('com-part'))
  }
  return check(name, 'passed', clause, said('com-same'))
}

/** Said of nearly every group: made once. */
const SAME = Array.from({ length: 17 }, (_, n) => said('group-same', { group: `DG${n}` }))
const sameOf = (n: number): Said => SAME[n] ?? said('group-same', { group: `DG${n}` })

/** Each data group against the hash that was signed; what nobody signed keeps the verdict open. */
export function hashChecks(m: Material): readonly InspectionCheck[] {
  const { sod, dump } = m
  if (sod === undefined) return []
  const { hash, hashes } = sod.object
  const checks: InspectionCheck[] = []
  for (const [n, signed] of hashes) {
    const bytes = dump[`DG${n}`]
    const name = `hash-dg${n}` as const
    const group = `DG${n}`
    if (bytes === undefined) { checks.push({ ...check(name, 'not-done', PA, said('group-absent', { group })), excused: true }); continue }
    const computed = m.crypto.hash(hash, bytes)
    const evidence = { function: hash, signed }
    checks.push(isSame(computed, signed)
      ? { name, outcome: 'passed', clause: PA, says: sameOf(n).says, reason: sameOf(n).reason, evidence }
      : { ...check(name, 'failed', PA, said('group-differs', { group })), evidence: { ...evidence, computed } })
  }
  for (const f in dump) {
    // under no policy does a document speak for content that nobody signed
    if (GROUP.test(f) && !hashes.has(Number(f.slice(2)))) checks.push(check(`hash-dg${Number(f.slice(2))}`, 'not-done', PA, said('group-unsigned', { group: f })))
  }
  return checks
}
