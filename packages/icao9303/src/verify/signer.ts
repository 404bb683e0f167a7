import { type Certificate } from '../pki/certificate.ts'
import { renderName } from '../pki/name.ts'
import { revokedAuthority } from '../pki/revocation.ts'
import { type Check } from '../report.ts'
import { check, shown, signingTime, unknown, type Material } from './material.ts'

const DAY = 86_400_000

/** The signer's certificate at the time of signing. */
export function validityCheck(m: Material, ds: Certificate): Check {
  const name = 'ds-validity'
  const clause = 'Doc 9303-12 §7.1'
  const at = signingTime(m) ?? m.at
  const when = at.toISOString().slice(0, 10)
  if (signingTime(m) === undefined && at > ds.notAfter) return check(name, 'not-done', clause, `the document signer's certificate ended on ${ds.notAfter.toISOString().slice(0, 10)} and EF.SOD does not say when it was signed`)
  if (at.getTime() > m.at.getTime() + DAY) {
    const says = `signed on ${when}, after the inspection`
    m.defects.push({ code: 'signed-later', at: 'EF.SOD', says, clause })
    if (m.policy === 'strict') return check(name, 'failed', clause, says)
  }
  if (at < ds.notBefore || at > ds.notAfter) return check(name, 'failed', clause, `the document signer was not valid on ${when} (${ds.notBefore.toISOString().slice(0, 10)} to ${ds.notAfter.toISOString().slice(0, 10)})`)
  const [time, use] = [signingTime(m), ds.privateKeyUsage]
  if (time !== undefined && use !== undefined && ((use.to !== undefined && time > use.to) || (use.from !== undefined && time < use.from))) {
    const says = `signed on ${when}, outside the time in which the key may sign`
    m.defects.push({ code: 'private-key-usage', at: 'EF.SOD', says, clause })
    if (m.policy === 'strict') return check(name, 'failed', clause, says)
  }
  return check(name, 'passed', clause, `valid on ${when}`)
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
export async function trustChecks(m: Material, ds: Certificate): Promise<readonly Check[]> {
  const found = m.memory.pathOf(ds, signingTime(m) ?? m.at)
  const path = found instanceof Promise ? await found : found
  const clause = 'Doc 9303-12 §7.1'
  const trust = path.outcome === 'passed'
    ? shown(check('trust-path', 'passed', clause, `leads to ${renderName(path.path.at(-1)!.subject)}${path.path.length > 1 ? ` over ${path.path.length - 1} link` : ''}`), { path: [ds, ...path.path].map((c) => c.serial) })
    : check('trust-path', path.outcome, clause, path.says)
  const looked = m.memory.revocationOf(ds, m.at)
  const revocation = looked instanceof Promise ? await looked : looked
  const of = 'Doc 9303-12 §7.1.4'
  const authority = path.outcome === 'passed' ? await revokedAuthority(path.path, m.trust, m.crypto) : undefined
  if (authority !== undefined) return [trust, check('revocation', 'failed', of, authority)]
  return [trust, revocation.outcome === 'not-done' ? unknown(m, 'revocation', { clause: of, says: revocation.says }) : check('revocation', revocation.outcome, of, revocation.says)]
}
