import { ok, type Refusal, type Result } from '@causeway/kernel'
import { type CertificateImport } from '@causeway/signing'
import { cscaDefects, dsDefects, isSameName, isSignedBy, parseCertificate, type Certificate } from 'icao9303'

import { bytes, crypto, hex, refuse } from './document.ts'
import { type KeyRecord } from './custody/port.ts'
import { isLinked } from './link.ts'

/** A key that may sign documents, with what the national side says of it. */
export interface Active { readonly key: KeyRecord; readonly certificate: Certificate; readonly csca: Certificate; readonly der: string }

export interface Expected {
  readonly keys: readonly KeyRecord[]
  /** The authorities that certified keys of ours; none before the first. */
  readonly authorities: readonly Certificate[]
  readonly now: Date
}

const unfit = (why: string): { readonly ok: false; readonly error: Refusal } => refuse('certificate-unfit', { why })

/**
 * Whether a certificate may be put beside one of our keys: it is for that key, of an authority that is known,
 * of the profile, and of use today. The first authority is taken as it comes; after it only one to which links lead.
 *
 * @source Doc 9303-12 Table 1
 */
export async function examineCertificate(r: CertificateImport, o: Expected): Promise<Result<Active, Refusal>> {
  const [certificate, csca] = [parseCertificate(bytes(r.certificate)), parseCertificate(bytes(r.csca))]
  if (certificate === undefined || csca === undefined) return unfit('it cannot be read')
  const key = o.keys.find((k) => k.use === 'document' && hex(k.spki) === hex(certificate.spki))
  if (key === undefined) return unfit('it is for no key of this signer')
  if (o.authorities.length > 0 && !(await isLinked(csca, { known: o.authorities, links: r.links ?? [], now: o.now }))) return refuse('authority-unknown')
  if (!isSameName(certificate.issuer, csca.subject) || !(await isSignedBy(certificate, csca, crypto))) return unfit('the authority did not sign it')
  if (!isSameName(csca.issuer, csca.subject) || !(await isSignedBy(csca, csca, crypto))) return unfit('the authority is no root')
  const grave = [...cscaDefects(csca), ...dsDefects(certificate)].find((d) => d.grave)
  if (grave !== undefined) return unfit(grave.says)
  if (csca.notBefore > o.now || csca.notAfter < o.now) return unfit('the authority is not valid today')
  if (certificate.notBefore > o.now || certificate.notAfter < o.now) return unfit('it is not valid today')
  const use = certificate.privateKeyUsage
  if (use?.to === undefined) return unfit('no private key usage period')
  if (use.to < o.now) return unfit('its usage period is over')
  if ((certificate.documentTypes ?? []).length === 0) return unfit('no document type list')
  return ok({ key, certificate, csca, der: r.certificate })
}

/** Whether a key may sign at this moment. @source Doc 9303-12 Table 1, private key usage period */
export function mayUse(a: Active, now: Date): Result<true, Refusal> {
  const use = a.certificate.privateKeyUsage
  if (use?.to === undefined || now > use.to) return refuse('usage-period-over', { until: use?.to?.toISOString() ?? '', now: now.toISOString() })
  return use.from !== undefined && now < use.from ? refuse('usage-period-ahead', { from: use.from.toISOString(), now: now.toISOString() }) : ok(true)
}
