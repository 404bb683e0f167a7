import { ok } from '@causeway/kernel'
import { type CredentialImport, type CredentialState, type CredentialUse } from '@causeway/signing'
import { isSameName, isSignedBy, parseCertificate, signerOf, type Certificate, type Scheme } from 'icao9303'

import { type Answer } from '../answer.ts'
import { plainScheme, type KeyRecord } from '../custody/port.ts'
import { bytes, crypto, hex, refuse } from '../document.ts'
import { isLinked } from '../link.ts'
import { type Memory } from '../memory.ts'

/** A key of seals or bar codes with its certificate. */
export interface Credential { readonly key: KeyRecord; readonly certificate: Certificate; readonly authority: Certificate; readonly scheme: Scheme }

/** Which purpose a certificate must name for a use. @source RFC 9336 §3.1, Doc 9303-12 §7.1.3 */
const PURPOSE: Readonly<Record<CredentialUse, string>> = { seal: '1.3.6.1.5.5.7.3.36', 'bar-code': '2.23.136.1.1.11.1' }

/** The certificate that is in use. Refuses with `no-certificate`, or when its time is not now. */
export function credentialOf(m: Memory, use: CredentialUse): Answer<Credential> {
  const line = m.o.book.lastAbout('credential', use)
  const key = m.o.custody.keys().find((k) => k.id === line?.keyId && k.retired !== true)
  if (line === undefined || key === undefined) return refuse('no-certificate', { use })
  const [certificate, authority, now] = [parseCertificate(bytes(line.certificate))!, parseCertificate(bytes(line.authority))!, m.o.clock.now()]
  if (now < certificate.notBefore) return refuse('usage-period-ahead', { from: certificate.notBefore.toISOString(), now: now.toISOString() })
  if (now > certificate.notAfter) return refuse('usage-period-over', { until: certificate.notAfter.toISOString(), now: now.toISOString() })
  return ok({ key, certificate, authority, scheme: plainScheme(key.type) })
}

/** What is known of a credential, from its public side. */
export function credentialState(m: Memory, use: CredentialUse): CredentialState {
  const line = m.o.book.lastAbout('credential', use)
  return line === undefined ? { use } : { use, certificate: line.certificate, usableUntil: parseCertificate(bytes(line.certificate))!.notAfter.toISOString() }
}

const unfit = (why: string): Answer<never> => refuse('certificate-unfit', { why })

/**
 * Takes a certificate for a key of seals or bar codes: it is for one of our keys of that use, names its purpose, is valid
 * today, and the authority that came with it signed it. The authority of the first is taken as it comes; for bar codes it
 * is one that the documents' certificates are of, or to which links lead from there.
 */
export async function takeCredential(m: Memory, r: CredentialImport): Promise<Answer<CredentialState>> {
  const { book, custody, clock } = m.o
  const now = clock.now()
  const before = book.all('credential').filter((l) => l.use === r.use)
  if (before.some((l) => l.certificate === r.certificate)) return ok(credentialState(m, r.use))
  const [certificate, authority] = [parseCertificate(bytes(r.certificate)), parseCertificate(bytes(r.authority))]
  if (certificate === undefined || authority === undefined) return unfit('it cannot be read')
  const key = custody.keys().find((k) => k.use === r.use && hex(k.spki) === hex(certificate.spki))
  if (key === undefined) return unfit('it is for no key of this signer')
  const known = (r.use === 'bar-code' ? book.all('certificate').map((l) => l.csca) : before.map((l) => l.authority)).map((text) => parseCertificate(bytes(text))!)
  if (known.length > 0 && !(await isLinked(authority, { known, links: r.links ?? [], now }))) return refuse('authority-unknown')
  if (!isSameName(certificate.issuer, authority.subject) || !(await isSignedBy(certificate, authority, crypto))) return unfit('the authority did not sign it')
  if (!isSameName(authority.issuer, authority.subject) || !authority.isCa || !(await isSignedBy(authority, authority, crypto))) return unfit('the authority is no root')
  if (certificate.extendedKeyUsage?.includes(PURPOSE[r.use]) !== true) return unfit('it is for another purpose')
  if (r.use === 'bar-code' && signerOf(certificate) === undefined) return unfit('its name has no room in a seal')
  if (certificate.notBefore > now || certificate.notAfter < now) return unfit('it is not valid today')
  book.write([{ kind: 'credential', use: r.use, keyId: key.id, certificate: r.certificate, authority: r.authority, at: now.toISOString() }])
  return ok(credentialState(m, r.use))
}
