import { randomInt } from 'node:crypto'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { certificateRequestText, type RequestedUse } from '@causeway/signing'
import { isSignedBy, parseCertificate, sealKeyExcess, type Certificate } from 'icao9303'

import { askedFor, commonNameOf, crypto, plusDays, type CertificationAuthority } from './authority.ts'
import { type IssuedCertificate, type Reason } from './certificate-book.ts'
import { type Ledger } from './ledger.ts'
import { isSignedText } from './office.ts'
import { type SealAuthority } from './seal-authority.ts'
import { type Settings } from './setting.ts'

/** A request for a certificate: PKCS#10, base64, and the office's word that it is its own. */
export interface Asked { readonly use: RequestedUse; readonly office: string; readonly request: string; readonly signature: string | undefined }

/** A certificate, base64, with what is needed to believe it. */
export interface Certified {
  readonly certificate: string
  /** The generation of the CSCA that signed it; absent for seals on PDF documents. */
  readonly csca?: string
  /** Link certificates of all generations, oldest first. */
  readonly links?: readonly string[]
  /** How many documents the key may sign. */
  readonly documents?: number
  /** The seal authority's certificate, for seals on PDF documents. */
  readonly authority?: string
}

export interface RevocationOrder { readonly serial: string; readonly reason: Reason; readonly at: Date; readonly certificate: Certificate | undefined }
export interface RevocationReceipt { readonly serial: string; readonly revokedAt: string; readonly reason: Reason; readonly recordedAt: string; readonly signature: string }

/** What the receipt of a revocation is signed over. */
export const revocationText = (r: Omit<RevocationReceipt, 'signature'>): string => JSON.stringify(['causeway-revocation-1', r.serial, r.revokedAt, r.reason, r.recordedAt])

export interface Certification {
  /** A request that comes over the line is signed by the office; one that the operator carries in by hand need not be. */
  readonly certify: (a: Asked, by: 'office' | 'operator') => Promise<Result<Certified, Refusal>>
  readonly revoke: (r: RevocationOrder) => Promise<Result<RevocationReceipt, Refusal>>
}

interface Opening {
  readonly ledger: Ledger
  readonly authority: CertificationAuthority
  readonly seals: SealAuthority
  readonly settings: (at: Date) => Settings
  readonly now: () => Date
  readonly signText: (text: string) => string
}

type Read = IssuedCertificate & { readonly read: Certificate }
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** When a key may no longer sign: what a certificate says, or for bar codes the setting. */
const usableUntil = (c: Read, s: Settings): Date => c.read.privateKeyUsage?.to ?? (c.kind === 'bar-code' ? plusDays(c.read.notBefore, s('bar-code.use.days')) : c.read.notAfter)

/** Two letters of a signer of bar codes: one reference an office, counted in letters and digits. @source Doc 9303-12 §7.1.3 */
function referenceFor(office: string, barCodes: readonly Read[]): string {
  const own = barCodes.find((c) => c.office === office)
  if (own !== undefined) return commonNameOf(own.read)
  const taken = new Set(barCodes.map((c) => commonNameOf(c.read)))
  for (let n = 1; ; n++) {
    const reference = n.toString(36).toUpperCase().padStart(2, '0')
    if (!taken.has(reference)) return reference
  }
}

/** Five hexadecimal digits, which is what a seal has room for. @source Doc 9303-13 §2.2.1 */
function shortSerial(taken: ReadonlySet<string>): Uint8Array {
  for (;;) {
    const n = randomInt(1, 0x10_00_00)
    if (!taken.has(n.toString(16))) return Uint8Array.of(n >> 16, (n >> 8) & 0xff, n & 0xff)
  }
}

export function openCertification(o: Opening): Certification {
  const issued = async (): Promise<readonly Read[]> => (await o.ledger.certificates()).map((c) => ({ ...c, read: parseCertificate(fromBase64(c.der))! }))

  const answer = (c: Certificate, use: RequestedUse): Certified => {
    if (use === 'seal') return { certificate: base64(c.der), authority: base64(o.seals.certificate().der) }
    const generations = o.authority.generations()
    const by = generations.find((g) => g.certificate.subjectKeyId === c.authorityKeyId) ?? generations.at(-1)!
    return {
      certificate: base64(c.der), csca: base64(by.certificate.der), links: generations.flatMap((g) => (g.link === undefined ? [] : [base64(g.link.der)])),
      ...(use === 'document' ? { documents: o.settings(o.now())('ds.documents') } : {}),
    }
  }

  const make = async (a: Asked, before: readonly Read[]): Promise<Result<Certificate, Refusal>> => {
    const [request, now] = [fromBase64(a.request), o.now()]
    if (a.use === 'document') return o.authority.certify(request, now)
    if (a.use === 'seal') return o.seals.certify(request, now)
    const barCodes = before.filter((c) => c.kind === 'bar-code')
    const made = await o.authority.certifyBarCode(request, { reference: referenceFor(a.office, barCodes), serial: shortSerial(new Set(before.map((c) => c.serial))), now })
    const [excess] = made.ok ? sealKeyExcess([...barCodes.map((c) => c.read), made.value]) : []
    return excess === undefined ? made : no({ code: 'bar-code-keys-used-up', rule: excess.clause, details: { year: excess.year, keys: excess.keys } })
  }

  /** The office's key must have signed the request: whoever merely reaches the line gets no certificate. */
  const isOffices = async (a: Asked): Promise<Refusal | undefined> => {
    const key = (await o.ledger.keysOf(a.office)).at(-1)
    if (key === undefined) return { code: 'office-unknown', details: { office: a.office } }
    const isSigned = a.signature !== undefined && isSignedText(certificateRequestText(a.use, a.request), key.anchorKey, a.signature)
    return isSigned ? undefined : { code: 'request-signature', at: 'signature', details: { office: a.office } }
  }

  return {
    certify: async (a, by) => {
      const foreign = by === 'office' ? await isOffices(a) : undefined
      if (foreign !== undefined) return no(foreign)
      if ((await o.ledger.keysOf(a.office)).length === 0) return no({ code: 'office-unknown', details: { office: a.office } })
      const [asked, before] = [await askedFor(fromBase64(a.request)), await issued()]
      // one certificate a key while it may be used: a request whose answer was lost gets the one that was made for it
      const known = before.findLast((c) => asked !== undefined && base64(c.read.spki) === base64(asked))
      if (known !== undefined && known.kind !== a.use) return no({ code: 'key-of-another-use', details: { use: known.kind } })
      if (known?.revokedAt !== undefined) return no({ code: 'certificate-revoked', details: { serial: known.serial } })
      if (known !== undefined && usableUntil(known, o.settings(o.now())) > o.now()) return ok(answer(known.read, a.use))
      const made = await make(a, before)
      if (!made.ok) return made
      await o.ledger.keepCertificate({ serial: made.value.serial, office: a.office, der: base64(made.value.der), kind: a.use, authority: a.use === 'seal' ? 'seal' : 'csca' })
      return ok(answer(made.value, a.use))
    },
    revoke: async (r) => {
      const now = o.now()
      const current = o.authority.current(now)
      if (r.at > now) return no({ code: 'revocation-ahead', at: 'at', details: { at: r.at.toISOString(), now: now.toISOString() } })
      if (r.serial === current.certificate.serial || r.serial === current.link?.serial) return no({ code: 'authority-in-use', at: 'serial', details: { generation: current.number } })
      let isOurs = false
      if (r.certificate !== undefined) for (const g of o.authority.generations()) isOurs ||= await isSignedBy(r.certificate, g.certificate, crypto)
      // a database that was restored does not know the newest: the certificate itself says that it is ours
      if (isOurs) await o.ledger.keepCertificate({ serial: r.serial, office: 'unknown', der: base64(r.certificate!.der), kind: 'document', authority: 'csca' })
      const found = (await issued()).find((c) => c.serial === r.serial)
      if (found !== undefined && r.at < found.read.notBefore) return no({ code: 'revocation-before-issue', at: 'at', details: { issued: found.read.notBefore.toISOString() } })
      const bare = { serial: r.serial, revokedAt: r.at.toISOString(), reason: r.reason, recordedAt: now.toISOString() }
      return (await o.ledger.revoke({ serial: r.serial, at: bare.revokedAt, reason: r.reason })) ? ok({ ...bare, signature: o.signText(revocationText(bare)) }) : no({ code: 'not-found', at: 'serial' })
    },
  }
}
