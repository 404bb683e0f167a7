import { after, type Awaitable } from '../crypto.ts'
import { decodeDg12 } from '../lds/dg12.ts'
import { deviationsFor, type KnownDeviation } from '../pki/known-deviation.ts'
import { type InspectionCheck } from '../report.ts'
import { type SentenceCode } from '../sentence.ts'
import { type Material } from './material.ts'

/**
 * Checks that a published deviation can excuse: how a document is made. What protects its content (hashes, signatures,
 * the way to an anchor, revocation) nothing excuses; there the State's word is added and the verdict stays.
 */
const EXCUSABLE: readonly string[] = ['com-sod-agree', 'sod-profile', 'ds-profile', 'mrz-check-digits', 'group-content']
const CLAUSE = 'Doc 9303-3 §7.3.6'

/** CCYYMMDD of DG12 as a day. */
function issueDay(m: Material): Date | undefined {
  const bytes = m.dump['DG12']
  const dg12 = bytes && decodeDg12(bytes)
  const text = dg12?.ok === true ? /^(\d{4})(\d{2})(\d{2})$/.exec(dg12.value.issueDate ?? '') : undefined
  return text ? new Date(`${text[1]}-${text[2]}-${text[3]}T00:00:00Z`) : undefined
}

function factsOf(m: Material) {
  const { fields } = m.mrz ?? { fields: {} as Readonly<Record<string, string>> }
  const issuedOn = issueDay(m)
  return {
    ...(m.ds === undefined ? {} : { signer: m.ds }),
    ...(fields['documentCode'] === undefined ? {} : { documentCode: fields['documentCode'] }),
    ...(fields['issuingState'] === undefined ? {} : { issuingState: fields['issuingState'] }),
    ...(fields['documentNumber'] === undefined ? {} : { documentNumber: fields['documentNumber'] }),
    ...(issuedOn === undefined || Number.isNaN(issuedOn.getTime()) ? {} : { issuedOn }),
  }
}

/** What a check says that could look at nothing: a file that is not there is no deviation of how it is made. */
const UNSEEN: readonly SentenceCode[] = ['no-sod', 'sod-unreadable', 'com-absent', 'zone-absent', 'signer-absent']

/** What a check is about, by the names that a deviation explains: itself, or each data group whose content is odd. */
const subjectsOf = (c: InspectionCheck): readonly string[] => (c.name === 'group-content' ? [...new Set((c.reason.values?.['codes'] ?? '').split(', ').map((code) => code.split('/')[0]!))] : [c.name])

/** One check in the light of what the State has published; a deviation with an open condition is named and excuses nothing. */
function inLight(c: InspectionCheck, known: readonly KnownDeviation[]): InspectionCheck {
  if (c.outcome === 'passed' || c.outcome === 'not-applicable' || UNSEEN.includes(c.reason.code)) return c
  const subjects = subjectsOf(c)
  const told = known.filter((d) => d.explains.some((e) => subjects.includes(e)))
  if (told.length === 0) return c
  const published = told.map((d) => d.says)
  const says = `${c.says}; the issuing State has published: ${published.join('; ')}`
  return EXCUSABLE.includes(c.name) && subjects.every((s) => told.some((d) => d.open.length === 0 && d.explains.includes(s))) ? { ...c, outcome: 'not-done', says, published, excused: true } : { ...c, says, published }
}

/** Names what deviation lists of the issuing State say, and excuses what they explain. Lists that cannot be believed are passed over. */
export function withPublished(m: Material, checks: readonly InspectionCheck[]): Awaitable<readonly InspectionCheck[]> {
  if ((m.trust.deviations ?? []).length === 0) return checks
  return after(m.memory.believedLists(m.at), (lists) => {
    const known = lists.length === 0 ? [] : deviationsFor(factsOf(m), lists, m.crypto)
    if (known.length === 0) return checks
    for (const [i, d] of m.defects.entries()) {
      const by = known.find((k) => k.open.length === 0 && k.explains.some((e) => d.code === e || d.at === e || d.at.startsWith(`${e}/`)))
      if (by !== undefined) m.defects[i] = { ...d, explained: by.list }
    }
    for (const k of known) m.defects.push({ code: 'known-deviation', at: k.list, says: k.says, clause: CLAUSE })
    return checks.map((c) => inLight(c, known))
  })
}
