import { after, type Awaitable } from '../crypto.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type RevocationVerdict } from '../pki/revocation.ts'
import { type Check, type Outcome } from '../report.ts'
import { check, signingTime, unknown, type Material } from './material.ts'
import { type KnownPath } from './memory.ts'

const DAY = 86_400_000

/** The signer's certificate at the time of signing. */
export function validityCheck(m: Material, ds: Certificate): Check {
  const name = 'ds-validity'
  const clause = 'Doc 9303-12 §7.1'
  const signed = signingTime(m)
  const at = signed ?? m.at
  const evidence = { at, from: ds.notBefore, to: ds.notAfter }
  const say = (outcome: Outcome, says: string): Check => ({ name, outcome, clause, says, evidence })
  if (signed === undefined && at > ds.notAfter) return say('not-done', `the document signer's certificate ended on ${m.memory.dayOf(ds.notAfter)} and EF.SOD does not say when it was signed`)
  const when = m.memory.dayOf(at)
  if (at < ds.notBefore || at > ds.notAfter) return say('failed', `the document signer was not valid on ${when} (${m.memory.dayOf(ds.notBefore)} to ${m.memory.dayOf(ds.notAfter)})`)
  const odd = signed === undefined ? [] : oddTimes(m, ds, signed)
  for (const d of odd) m.defects.push({ ...d, at: 'EF.SOD', clause })
  if (odd.length > 0 && m.policy === 'strict') return say('failed', odd.map((d) => d.says).join('; '))
  return say('passed', `valid on ${when}`)
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
export function dsProfileCheck(m: Material, ds: Certificate): Check {
  const defects = m.memory.defectsOf(ds)
  for (const d of defects) m.defects.push({ code: `ds-${d.code}`, at: 'document signer', says: d.says, clause: d.clause })
  const grave = defects.filter((d) => d.grave)
  const clause = 'Doc 9303-12 Table 1'
  if (grave.length > 0) return check('ds-profile', 'failed', clause, grave.map((d) => d.says).join('; '))
  const says = defects.length === 0 ? 'as the profile prescribes' : `usable; departs from the profile in: ${defects.map((d) => d.code).join(', ')}`
  const open = defects.some((d) => !HARMLESS.includes(d.code))
  return check('ds-profile', open && m.policy === 'strict' ? 'not-done' : 'passed', clause, says)
}

/** The document code must be one that the signer may sign. */
export function documentTypeCheck(m: Material, ds: Certificate): Check {
  const name = 'ds-document-type'
  const clause = 'Doc 9303-12 §7.1.1.6'
  const code = m.mrz?.fields['documentCode']
  if (ds.documentTypes === undefined) return unknown(m, name, { clause, says: 'the document signer has no list of document types' })
  if (code === undefined) return check(name, 'not-done', clause, 'the document code cannot be read')
  const may = ds.documentTypes.includes(code) || ds.documentTypes.includes(code.slice(0, 1))
  return check(name, may ? 'passed' : 'failed', clause, may ? `the signer may sign documents of type ${code}` : `the signer may sign ${ds.documentTypes.join(', ')}, not ${code}`)
}

/** The State of the zone must be the one that the signer's certificate names: a trusted State cannot sign for another. */
export function issuingStateCheck(m: Material, ds: Certificate): Check {
  const name = 'issuing-state'
  const clause = 'Doc 9303-12 Table 1'
  const state = m.mrz?.fields['issuingState']
  if (ds.issuingStates.length === 0) return unknown(m, name, { clause, says: 'the document signer does not say for which State it signs' })
  if (state === undefined) return check(name, 'not-done', clause, 'the issuing State cannot be read')
  if (ds.issuingStates.includes(state)) return check(name, 'passed', clause, `the signer signs for ${state}`)
  return check(name, m.policy === 'strict' ? 'failed' : 'not-done', clause, `the signer signs for ${ds.issuingStates.join(', ')}, the document is of ${state}`)
}

/** From the signer's certificate to an anchor, and its State's revocation lists. */
export function trustChecks(m: Material, ds: Certificate): Awaitable<readonly Check[]> {
  return after(m.memory.pathOf(ds, signingTime(m) ?? m.at), (path) => after(m.memory.revocationOf(ds, m.at), (list) => [pathCheck(m, path), revocationCheck(m, path, list)]))
}

function pathCheck(m: Material, path: KnownPath): Check {
  const clause = 'Doc 9303-12 §7.1'
  if (path.outcome !== 'passed') return check('trust-path', path.outcome, clause, path.says)
  for (const n of path.notes) m.defects.push({ code: n.code, at: 'trust', says: n.says, clause: n.clause })
  return { name: 'trust-path', outcome: 'passed', clause, says: path.says, evidence: path.evidence }
}

function revocationCheck(m: Material, path: KnownPath, list: RevocationVerdict): Check {
  const clause = 'Doc 9303-12 §7.1.4'
  if (path.outcome === 'passed' && path.revoked !== undefined) return check('revocation', 'failed', clause, path.revoked)
  return list.outcome === 'not-done' ? unknown(m, 'revocation', { clause, says: list.says }) : check('revocation', list.outcome, clause, list.says)
}
