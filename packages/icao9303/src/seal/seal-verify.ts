import type { Crypto, HashName } from '../crypto.ts'
import type { FileDefect } from '../lds/decoded.ts'
import { parseCertificate, PURPOSE, type Certificate } from '../pki/certificate.ts'
import { renderName } from '../pki/name.ts'
import { findPath, type Trust } from '../pki/path.ts'
import { checkRevocation } from '../pki/revocation.ts'
import { verdictOf, type Outcome, type Policy, type VerdictName } from '../report.ts'
import type { Feature } from './feature.ts'
import { decodeIdb, type Idb } from './idb.ts'
import { readIdbMessage } from './idb-message.ts'
import { contentChecks, documentCodeOf, type PrintedZones } from './seal-content.ts'
import { sealStatus, type SealCheck, type SealIndication, type SealStatus } from './seal-report.ts'
import { certificateReference, sealHash, sealKey, signerOf } from './seal-signature.ts'
import { decodeVds, type Vds } from './vds.ts'
import { etdZoneOf, vdsProfile, visaOf, type VdsProfile } from './vds-profile.ts'

const POLICY = 'Doc 9303-13 Appendix D'

export interface SealInspection {
  readonly trust: Trust
  readonly at: Date
  readonly policy: Policy
  readonly crypto: Crypto
  /** To be held against what is sealed. */
  readonly printed?: PrintedZones
}

/** What an inspection of a seal found. */
export interface SealReport extends SealStatus {
  readonly verdict: VerdictName
  readonly genuine: boolean
  readonly checks: readonly SealCheck[]
  readonly seal: { readonly kind: 'vds'; readonly value: Vds } | { readonly kind: 'idb'; readonly value: Idb } | undefined
  readonly signer: Certificate | undefined
  readonly defects: readonly FileDefect[]
}

/** What a seal of either kind comes to for the one who verifies it. */
interface Sealed {
  readonly content: Uint8Array
  readonly signature: Uint8Array
  readonly signed: string | undefined
  readonly reference: string
  readonly hash: HashName | undefined
  readonly candidates: readonly Certificate[]
  readonly profile: VdsProfile | undefined
  readonly features: readonly Feature[]
}

const check = (
  name: string,
  outcome: Outcome,
  o: { readonly says: string; readonly clause?: string; readonly indication?: SealIndication | undefined },
): SealCheck => ({
  name,
  outcome,
  says: o.says,
  clause: o.clause ?? POLICY,
  ...(o.indication === undefined ? {} : { indication: o.indication }),
})

const sameNumber = (a: string, b: string): boolean => a.replace(/^0+/, '').toUpperCase() === b.replace(/^0+/, '').toUpperCase()

function vdsSealed(v: Vds, trust: Trust): Sealed {
  const { signer, reference, signed } = v.header
  const candidates = trust.signers.filter((c) => {
    const who = signerOf(c)
    return who?.signer === signer && sameNumber(who.reference, reference)
  })
  return {
    content: v.content,
    signature: v.signature,
    signed,
    reference: `${signer} ${reference}`,
    hash: undefined,
    candidates,
    profile: vdsProfile(v.header),
    features: v.features,
  }
}

/** What a bar code says in the form of Doc 9303-7 or -8; another form is none that could be judged. */
function profiled(v: Idb): Pick<Sealed, 'profile' | 'features'> {
  for (const m of v.messages.map(readIdbMessage)) {
    if (m.kind === 'visa' && visaOf(m.features) !== undefined) return { profile: m.kind, features: m.features }
    if (m.kind === 'emergency-travel-document' && etdZoneOf(m.features) !== undefined) return { profile: m.kind, features: m.features }
  }
  return { profile: undefined, features: [] }
}

function idbSealed(v: Idb, { trust, crypto }: SealInspection): Sealed | undefined {
  if (v.signing === undefined || v.signature === undefined) return undefined
  const { certificateReference: reference, signed, hash } = v.signing
  const carried = v.certificate === undefined ? undefined : parseCertificate(v.certificate)
  const candidates = [...(carried === undefined ? [] : [carried]), ...trust.signers].filter(
    (c) => certificateReference(c, crypto) === reference,
  )
  return { content: v.content, signature: v.signature, signed, reference, hash, candidates, ...profiled(v) }
}

function isSigned(s: Sealed, c: Certificate, crypto: Crypto): boolean | Promise<boolean> {
  const key = sealKey(c)
  if (key === undefined || s.signature.length !== 2 * key.orderBytes) return false
  // longer orders than 512 bits have no hash in the Part: read with the longest that there is
  const hash = s.hash ?? sealHash(Math.min(key.orderBits, 512))!
  return crypto.verify({ spki: c.spki, scheme: { kind: 'ecdsa', hash, form: 'plain' }, message: s.content, signature: s.signature })
}

/** The signer among those that the reference names: the one whose key it is. */
async function findSigner(s: Sealed, crypto: Crypto): Promise<{ readonly signer: Certificate | undefined; readonly isGood: boolean }> {
  for (const c of s.candidates) if (await isSigned(s, c, crypto)) return { signer: c, isGood: true }
  return { signer: s.candidates[0], isGood: false }
}

function purposeCheck(c: Certificate, policy: Policy): SealCheck {
  const clause = 'Doc 9303-12 Table 8'
  if (c.extendedKeyUsage?.includes(PURPOSE.barCodeSigner) === true)
    return check('signer-purpose', 'passed', { says: 'a certificate for bar codes', clause })
  const says = c.extendedKeyUsage === undefined ? 'the certificate does not say what it is for' : 'the certificate is for something else'
  if (c.extendedKeyUsage === undefined) return check('signer-purpose', policy === 'field' ? 'passed' : 'not-done', { says, clause })
  return check('signer-purpose', 'failed', { says, clause, indication: 'UNTRUSTED_CERTIFICATE' })
}

function documentTypeCheck(s: Sealed, c: Certificate): SealCheck {
  const code = s.profile === undefined ? undefined : documentCodeOf(s.profile, s.features)
  if (c.documentTypes === undefined || code === undefined)
    return check('signer-document-type', 'not-applicable', { says: 'no document types in the certificate, or no zone in the seal' })
  const may = c.documentTypes.includes(code) || c.documentTypes.includes(code.slice(0, 1))
  return may
    ? check('signer-document-type', 'passed', { says: `the signer may seal documents of type ${code}` })
    : check('signer-document-type', 'failed', {
        says: `the signer may seal ${c.documentTypes.join(', ')}, not ${code}`,
        indication: 'INVALID_DOCUMENTTYPE',
      })
}

function validityCheck(c: Certificate, at: Date): SealCheck {
  const [from, to] = [c.notBefore, c.notAfter].map((d) => d.toISOString().slice(0, 10))
  return at >= c.notBefore && at <= c.notAfter
    ? check('signer-validity', 'passed', { says: `valid from ${from} to ${to}` })
    : check('signer-validity', 'failed', { says: `the certificate is valid from ${from} to ${to}`, indication: 'EXPIRED_CERTIFICATE' })
}

async function trustChecks(s: Sealed, c: Certificate, o: SealInspection): Promise<readonly SealCheck[]> {
  const signed = s.signed === undefined || s.signed.includes('x') ? o.at : new Date(`${s.signed}T12:00:00Z`)
  const way = await findPath(c, o.trust, { at: signed, crypto: o.crypto })
  const path =
    way.outcome === 'passed'
      ? check('trust-path', 'passed', { says: way.path.map((p) => renderName(p.subject)).join(' ← ') })
      : check('trust-path', way.outcome, { says: way.says, indication: 'UNTRUSTED_CERTIFICATE' })
  const revoked = await checkRevocation(c, o.trust, { at: o.at, crypto: o.crypto })
  const revocation = check('revocation', revoked.outcome, {
    says: revoked.says,
    indication: revoked.outcome === 'failed' ? 'REVOKED_CERTIFICATE' : undefined,
  })
  return [path, revoked.outcome === 'not-done' && o.policy === 'field' ? { ...revocation, excused: true } : revocation]
}

async function signerChecks(
  s: Sealed,
  o: SealInspection,
): Promise<{ readonly signer: Certificate | undefined; readonly checks: readonly SealCheck[] }> {
  const { signer, isGood } = await findSigner(s, o.crypto)
  if (signer === undefined) {
    const says = `no certificate ${s.reference} is at hand`
    return {
      signer,
      checks: [
        check('seal-signer', 'not-done', { says, indication: 'UNKNOWN_CERTIFICATE' }),
        check('seal-signature', 'not-done', { says }),
      ],
    }
  }
  return {
    signer,
    checks: [
      check('seal-signer', 'passed', { says: renderName(signer.subject) }),
      isGood
        ? check('seal-signature', 'passed', { says: 'the signature is the signer’s' })
        : check('seal-signature', 'failed', { says: 'the signature is not the signer’s', indication: 'INVALID_SIGNATURE' }),
      purposeCheck(signer, o.policy),
      documentTypeCheck(s, signer),
      validityCheck(signer, o.at),
      ...(await trustChecks(s, signer, o)),
    ],
  }
}

/** The seal in what a bar code holds: text of the ICAO Datastructure for Barcode, or the bytes of a digital seal. */
function open(barcode: Uint8Array | string): { readonly seal: SealReport['seal']; readonly defects: readonly FileDefect[] } {
  if (typeof barcode === 'string') {
    const read = decodeIdb(barcode)
    return { seal: read.ok ? { kind: 'idb', value: read.value } : undefined, defects: read.defects }
  }
  const read = decodeVds(barcode)
  return { seal: read.ok ? { kind: 'vds', value: read.value } : undefined, defects: read.defects }
}

/**
 * Examines what a bar code holds: form, signer, signature, way to an anchor, revocation, and the zone against what is
 * printed. Genuine only when every check that applies was done and passed; the status is that of the Parts. Whether
 * the bar code could be scanned at all (READ_ERROR) is for the scanner to say.
 *
 * @param barcode - the bytes of a visible digital seal, or the text of a bar code from `RDB1` on
 * @source Doc 9303-13 Appendix D, Doc 9303-7 §9.4, Doc 9303-8 Appendix A
 */
export async function verifySeal(barcode: Uint8Array | string, o: SealInspection): Promise<SealReport> {
  const { seal, defects } = open(barcode)
  const answer = (checks: readonly SealCheck[], signer?: Certificate): SealReport => {
    const verdict = verdictOf(checks)
    return { verdict, genuine: verdict === 'genuine', ...sealStatus(checks), checks, seal, signer, defects }
  }
  if (seal === undefined)
    return answer([check('seal-format', 'failed', { says: defects.at(-1)?.says ?? 'not a seal', indication: 'WRONG_FORMAT' })])
  const odd = defects.map((d) => d.says).join('; ')
  const format = check('seal-format', odd !== '' && o.policy === 'strict' ? 'not-done' : 'passed', {
    says: odd === '' ? 'as the standard prescribes' : odd,
  })
  const sealed = seal.kind === 'vds' ? vdsSealed(seal.value, o.trust) : idbSealed(seal.value, o)
  if (sealed === undefined)
    return answer([format, check('seal-signature', 'not-done', { says: 'the bar code is not signed', indication: 'INVALID_SIGNATURE' })])
  const { signer, checks } = await signerChecks(sealed, o)
  const content = sealed.profile === undefined ? [] : contentChecks(sealed.profile, sealed.features, o.printed ?? {})
  return answer([format, ...checks, ...content], signer)
}
