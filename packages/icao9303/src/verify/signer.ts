import { after, type Awaitable } from '../crypto.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type RevocationVerdict } from '../pki/revocation.ts'
import { type InspectionCheck, type Outcome } from '../report.ts'
import { said, together, type Said } from '../sentence.ts'
import { check, signingTime, unknown, type Material } from './material.ts'
import { type KnownPath } from './memory.ts'

const DAY = 86_400_000

/** The signer's certificate at the time of signing. */
export function validityCheck(m: Material, ds: Certificate): InspectionCheck {
  const name = 'ds-validity'
  const clause = 'Doc 9303-12 §7.1'
  const signed = signingTime(m)
  const at = signed ?? m.at
  const evidence = { at, from: ds.notBefore, to: ds.notAfter }
  const say = (outcome: Outcome, sentence: Said): InspectionCheck => ({ name, outcome, clause, says: sentence.says, reason: sentence.reason, evidence })
  if (signed === undefined && at > ds.notAfter) return say('not-done', said('signer-ended', { day: m.memory.dayOf(ds.notAfter) }))
  const day = m.memory.dayOf(at)
  if (at < ds.notBefore || at > ds.notAfter) return say('failed', said('signer-not-valid', { day, from: m.memory.dayOf(ds.notBefore), to: m.memory.dayOf(ds.notAfter) }))
  const odd = signed === undefined ? [] : oddTimes(m, ds, signed)
  for (const d of odd) m.defects.push({ ...d, at: 'EF.SOD', clause })
  if (odd.length > 0 && m.policy === 'strict') return say('failed', said('signing-time-odd', together(odd)))
  return say('passed', said('signer-valid', { day }))
}

/** Times of signing that are odd and not impossible. */
function oddTimes(m: Material, ds: Certificate, signed: Date): readonly { readonly code: string; readonly says: string }[] {
  const when = m.memory.dayOf(signed)
  const use = ds.privateKeyUsage
  const outside = use !== undefined && ((use.to !== undefined && signed > use.to) || (use.from !== undefined && signed < use.from))
  return [
    ...(signed.getTime() > m.at.getTime() + DAY ? [{ code: 'signed-later', says: `signed on ${when}, after the inspection` }] : []),
    ...(outside ? [{ code: 'private-key-usage', says: `signed on ${when}, outside the time in which the key may sign` }] : []),
  ]
}

/** Departures of how a key or signature is written, not of what it may do; each is judged elsewhere. */
const HARMLESS: readonly string[] = ['named-curve', 'sha-1', 'no-document-types']

/** The signer's certificate against its profile. */
export function dsProfileCheck(m: Material, ds: Certificate): InspectionCheck {
  const defects = m.memory.defectsOf(ds)
  for (const d of defects) m.defects.push({ code: `ds-${d.code}`, at: 'document signer', says: d.says, clause: d.clause })
  const grave = defects.filter((d) => d.grave)
  const clause = 'Doc 9303-12 Table 1'
  if (grave.length > 0) return check('ds-profile', 'failed', clause, said('ds-bad', together(grave)))
  const sentence = defects.length === 0 ? said('ds-good') : said('ds-usable', { codes: defects.map((d) => d.code).join(', ') })
  const open = defects.some((d) => !HARMLESS.includes(d.code))
  return check('ds-profile', open && m.policy === 'strict' ? 'not-done' : 'passed', clause, sentence)
}

/** The document code must be one that the signer may sign. */
export function documentTypeCheck(m: Material, ds: Certificate): InspectionCheck {
  const name = 'ds-document-type'
  const clause = 'Doc 9303-12 §7.1.1.6'
  const code = m.mrz?.fields['documentCode']
  if (ds.documentTypes === undefined) return unknown(m, name, clause, said('types-absent'))
  if (code === undefined) return check(name, 'not-done', clause, said('type-unreadable'))
  const may = ds.documentTypes.includes(code) || ds.documentTypes.includes(code.slice(0, 1))
  return check(name, may ? 'passed' : 'failed', clause, may ? said('type-allowed', { type: code }) : said('type-forbidden', { types: ds.documentTypes.join(', '), type: code }))
}

/** The State of the zone must be the one that the signer's certificate names: a trusted State cannot sign for another. */
export function issuingStateCheck(m: Material, ds: Certificate): InspectionCheck {
  const name = 'issuing-state'
  const clause = 'Doc 9303-12 Table 1'
  const state = m.mrz?.fields['issuingState']
  if (ds.issuingStates.length === 0) return unknown(m, name, clause, said('states-absent'))
  if (state === undefined) return check(name, 'not-done', clause, said('state-unreadable'))
  if (ds.issuingStates.includes(state)) return check(name, 'passed', clause, said('state-same', { state }))
  return check(name, m.policy === 'strict' ? 'failed' : 'not-done', clause, said('state-differs', { states: ds.issuingStates.join(', '), state }))
}

/** From the signer's certificate to an anchor, and its State's revocation lists. */
export function trustChecks(m: Material, ds: Certificate): Awaitable<readonly InspectionCheck[]> {
  return after(m.memory.pathOf(ds, signingTime(m) ?? m.at), (path) => after(m.memory.revocationOf(ds, m.at), (list) => [pathCheck(m, path), revocationCheck(m, path, list)]))
}

function pathCheck(m: Material, path: KnownPath): InspectionCheck {
  const clause = 'Doc 9303-12 §7.1'
  if (path.outcome !== 'passed') return check('trust-path', path.outcome, clause, said(`path-${path.troubles[0]!}`, { details: path.says }))
  for (const n of path.notes) m.defects.push({ code: n.code, at: 'trust', says: n.says, clause: n.clause })
  return { name: 'trust-path', outcome: 'passed', clause, says: path.says, reason: path.reason, evidence: path.evidence }
}

function revocationCheck(m: Material, path: KnownPath, list: RevocationVerdict): InspectionCheck {
  const clause = 'Doc 9303-12 §7.1.4'
  if (path.outcome === 'passed' && path.revoked !== undefined) return check('revocation', 'failed', clause, said('authority-revoked', { details: path.revoked }))
  return list.outcome === 'not-done' ? unknown(m, 'revocation', clause, list) : check('revocation', list.outcome, clause, list)
}
