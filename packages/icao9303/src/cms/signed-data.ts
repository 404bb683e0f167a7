import { childrenOf, Cursor, Malformed, readTlv, valueOf, wholeOf, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { concat, hex, isSame, oidOf, octetsOf, smallOf, TAG, timeOf } from '../asn1/value.ts'
import { lengthBytes } from '../asn1/write.ts'
import { type Crypto, type HashName, type Scheme } from '../crypto.ts'
import { hashOf, schemeOf } from '../pki/algorithm.ts'
import { decodeCertificate, type Certificate } from '../pki/certificate.ts'
import { isSameName, readName, type Name } from '../pki/name.ts'

export const OID_SIGNED_DATA = '1.2.840.113549.1.7.2'
export const OID_CONTENT_TYPE = '1.2.840.113549.1.9.3'
export const OID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
export const OID_SIGNING_TIME = '1.2.840.113549.1.9.5'

/** A departure from what the standard prescribes, that did not keep us from reading. */
export interface Deviation { readonly code: string; readonly offset: number; readonly says: string; readonly clause: string; readonly grave: boolean }

export type SignerId = { readonly kind: 'issuer'; readonly issuer: Name; readonly serialDer: Uint8Array } | { readonly kind: 'key'; readonly keyId: string }

export interface SignerInfo {
  readonly id: SignerId
  readonly digest: HashName
  readonly scheme: Scheme
  readonly signature: Uint8Array
  /** What the signature is over; undefined when there are no attributes and it is over the content. */
  readonly attributes: { readonly message: Uint8Array; readonly contentType: string | undefined; readonly messageDigest: Uint8Array | undefined; readonly signingTime: Date | undefined } | undefined
}

/** CMS SignedData with one signer. @source RFC 5652 §5, Doc 9303-10 §4.6.2 */
export interface SignedData {
  readonly contentType: string
  readonly content: Uint8Array
  readonly certificates: readonly Certificate[]
  readonly signer: SignerInfo
  readonly deviations: readonly Deviation[]
}

const CMS = 'RFC 5652 §5'
const LDS = 'Doc 9303-10 §4.6.2.2'

const BER_WORDS: Readonly<Record<string, string>> = {
  'ber-indefinite-length': 'an indefinite length; DER is required',
  'ber-long-length': 'a length longer than it need be',
  'ber-segmented-octets': 'an OCTET STRING in pieces',
}

/** Reads ContentInfo with SignedData. @throws Malformed: for the package only */
export function decodeSignedData(contentInfo: Tlv, note0: (d: Deviation) => void): SignedData {
  const deviations: Deviation[] = []
  const note = (d: Deviation): void => { deviations.push(d); note0(d) }
  const seen = new Set<string>()
  const policy: ReadPolicy = {
    mode: 'ber',
    note: (code, offset) => {
      if (seen.has(`${code}${offset}`)) return
      seen.add(`${code}${offset}`)
      note({ code, offset, says: BER_WORDS[code] ?? code, clause: LDS, grave: true })
    },
  }
  if (contentInfo.indefinite) policy.note?.('ber-indefinite-length', contentInfo.start)
  const outer = new Cursor(contentInfo, CMS, policy)
  if (oidOf(outer.take(TAG.oid, 'a content type')) !== OID_SIGNED_DATA) throw new Malformed(CMS, contentInfo.body, 'SignedData')
  const wrapper = new Cursor(outer.take(0xa0, 'the content'), CMS, policy)
  outer.done()
  const c = new Cursor(wrapper.take(TAG.sequence, 'SignedData'), CMS, policy)
  wrapper.done()
  const version = c.take(TAG.integer, 'a version')
  const digests = c.take(TAG.set, 'digestAlgorithms')
  const encapsulated = new Cursor(c.take(TAG.sequence, 'the content'), CMS, policy)
  const contentType = oidOf(encapsulated.take(TAG.oid, 'the content type'))
  const inner = new Cursor(encapsulated.take(0xa0, 'the content itself'), CMS, policy)
  const content = octetsOf(inner.takeAny('an OCTET STRING'), CMS, policy)
  inner.done()
  encapsulated.done()
  const certificates = readCertificates(c.maybe(0xa0), policy, note)
  if (c.maybe(0xa1) !== undefined) note({ code: 'crls-present', offset: contentInfo.start, says: 'revocation lists inside; they should be absent', clause: LDS, grave: true })
  const signers = childrenOf(c.take(TAG.set, 'signerInfos'), policy)
  c.done()
  if (signers.length !== 1) throw new Malformed(LDS, contentInfo.start, 'one signer')
  const signer = readSigner(signers[0]!, policy, note)
  const told = childrenOf(digests, policy).map(hashOf)
  if (told.length !== 1 || told[0] !== signer.digest) note({ code: 'digest-algorithms', offset: digests.start, says: `digestAlgorithms has ${told.join(', ') || 'nothing'}, the signer uses ${signer.digest}`, clause: LDS, grave: true })
  if (smallOf(version) !== 3) note({ code: 'signed-data-version', offset: version.start, says: `version ${smallOf(version)} instead of 3`, clause: LDS, grave: true })
  return { contentType, content, certificates, signer, deviations }
}

function readCertificates(set: Tlv | undefined, policy: ReadPolicy, note: (d: Deviation) => void): readonly Certificate[] {
  if (set === undefined) return []
  return childrenOf(set, policy).flatMap((t) => {
    try {
      return [decodeCertificate(wholeOf(t))]
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      note({ code: 'certificate-unreadable', offset: t.start + error.offset, says: error.message, clause: error.clause, grave: true })
      return []
    }
  })
}

function readSigner(t: Tlv, policy: ReadPolicy, note: (d: Deviation) => void): SignerInfo {
  if (t.tag !== TAG.sequence) throw new Malformed(CMS, t.start, 'SignerInfo')
  const c = new Cursor(t, CMS, policy)
  const version = smallOf(c.take(TAG.integer, 'a version'))
  const id = readSignerId(c)
  const digest = hashOf(c.take(TAG.sequence, 'digestAlgorithm'))
  const attributes = c.maybe(0xa0)
  const scheme = schemeOf(c.take(TAG.sequence, 'signatureAlgorithm'), digest)
  const signature = octetsOf(c.takeAny('the signature'), CMS, policy)
  if (c.maybe(0xa1) !== undefined) note({ code: 'unsigned-attributes', offset: t.start, says: 'attributes that nobody signed', clause: LDS, grave: true })
  c.done()
  const right = id.kind === 'issuer' ? 1 : 3
  if (version !== right) note({ code: 'signer-version', offset: t.body, says: `signer version ${version} instead of ${right}`, clause: LDS, grave: true })
  if (scheme.hash !== digest) note({ code: 'two-hashes', offset: t.start, says: `signed with ${scheme.hash}, digested with ${digest}`, clause: LDS, grave: false })
  if (attributes === undefined) note({ code: 'no-signed-attributes', offset: t.start, says: 'no signed attributes; the signature is over the content itself', clause: LDS, grave: true })
  return { id, digest, scheme, signature, attributes: attributes && readAttributes(attributes, policy, note) }
}

function readSignerId(c: Cursor): SignerId {
  const key = c.maybe(0x80)
  if (key !== undefined) return { kind: 'key', keyId: hex(valueOf(key)) }
  const i = new Cursor(c.take(TAG.sequence, 'issuer and serial number'), CMS)
  const issuer = readName(i.take(TAG.sequence, 'an issuer'))
  const serialDer = wholeOf(i.take(TAG.integer, 'a serial number'))
  i.done()
  return { kind: 'issuer', issuer, serialDer }
}

function readAttributes(t: Tlv, policy: ReadPolicy, note: (d: Deviation) => void): NonNullable<SignerInfo['attributes']> {
  const list = childrenOf(t, policy)
  const one = (id: string): Tlv | undefined => {
    const found = list.filter((a) => oidOf(childrenOf(a, policy)[0] ?? a) === id)
    if (found.length > 1) throw new Malformed('RFC 5652 §11', found[1]!.start, 'each attribute once')
    const values = found[0] && childrenOf(found[0], policy)[1]
    const inside = values === undefined ? [] : childrenOf(values, policy)
    if (values !== undefined && inside.length !== 1) throw new Malformed('RFC 5652 §11', values.start, 'one value')
    return inside[0]
  }
  const shape = list.map((a) => hex(wholeOf(a)))
  if (shape.some((s, i) => i > 0 && s < shape[i - 1]!)) note({ code: 'attributes-unsorted', offset: t.start, says: 'the signed attributes are not in DER order', clause: 'RFC 5652 §5.3', grave: true })
  const [type, digest, time] = [one(OID_CONTENT_TYPE), one(OID_MESSAGE_DIGEST), one(OID_SIGNING_TIME)]
  const body = t.bytes.subarray(t.body, t.end)
  return {
    // the signature is over the attributes as a SET, in the order in which they were sent
    message: concat(Uint8Array.of(TAG.set), lengthBytes(body.length), body),
    contentType: type && oidOf(type),
    messageDigest: digest && octetsOf(digest, 'RFC 5652 §11.2', policy),
    signingTime: time && timeOf(time),
  }
}

/** The certificate that a signer identifier means, among those at hand. */
export function signerCertificate(id: SignerId, pool: readonly Certificate[]): Certificate | undefined {
  return pool.find((c) => (id.kind === 'key' ? c.subjectKeyId === id.keyId : isSame(c.serialDer, id.serialDer) && isSameName(c.issuer, id.issuer)))
}

export interface SignatureVerdict { readonly ok: boolean; readonly says: string; readonly plain: boolean }

/** Content type, digest and signature of a SignedData under a certificate. */
export async function verifySignedData(s: SignedData, certificate: Certificate, crypto: Crypto): Promise<SignatureVerdict> {
  const no = (says: string): SignatureVerdict => ({ ok: false, says, plain: false })
  const a = s.signer.attributes
  if (a !== undefined) {
    if (a.contentType !== s.contentType) return no('the contentType attribute is not the type of the content')
    if (a.messageDigest === undefined || !isSame(a.messageDigest, crypto.hash(s.signer.digest, s.content))) return no('the messageDigest attribute is not the hash of the content')
  }
  const message = a?.message ?? s.content
  const { scheme, signature } = s.signer
  if (await crypto.verify({ spki: certificate.spki, scheme, message, signature })) return { ok: true, says: 'the signature is good', plain: false }
  const half = Math.ceil((certificate.keyBits ?? 0) / 8)
  if (scheme.kind === 'ecdsa' && signature.length === 2 * half && await crypto.verify({ spki: certificate.spki, scheme: { ...scheme, form: 'plain' }, message, signature })) {
    return { ok: true, says: 'the signature is good, in plain instead of DER form', plain: true }
  }
  return no('the signature is not good')
}

/** The first TLV of some bytes as a ContentInfo. */
export function readContentInfo(bytes: Uint8Array, note: (d: Deviation) => void): SignedData {
  const t = readTlv(bytes, 0, bytes.length, { mode: 'ber' })
  if (t.tag !== TAG.sequence) throw new Malformed(CMS, 0, 'ContentInfo')
  if (t.next !== bytes.length) note({ code: 'trailing-bytes', offset: t.next, says: `${bytes.length - t.next} bytes after the end`, clause: LDS, grave: true })
  return decodeSignedData(t, note)
}
