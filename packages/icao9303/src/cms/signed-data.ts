import { childrenOf, Cursor, Malformed, readTlv, valueOf, wholeOf, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { hex, isSame, oidOf, octetsOf, smallOf, TAG, timeOf } from '../asn1/value.ts'
import { after, type Awaitable, type Crypto, type HashName, type Scheme } from '../crypto.ts'
import { hashOf, schemeOf } from '../pki/algorithm.ts'
import { decodeCertificate, type Certificate } from '../pki/certificate.ts'
import { isSameName, readName, type Name } from '../pki/name.ts'
import { said, type Said } from '../sentence.ts'

export const OID_SIGNED_DATA = '1.2.840.113549.1.7.2'
export const OID_CONTENT_TYPE = '1.2.840.113549.1.9.3'
export const OID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
export const OID_SIGNING_TIME = '1.2.840.113549.1.9.5'

/** A departure from what the standard prescribes, that did not keep us from reading. */
export interface Deviation { readonly code: string; readonly offset: number; readonly says: string; readonly clause: string; readonly grave: boolean }

export type SignerId = { readonly kind: 'issuer'; readonly issuer: Name; readonly serialDer: Uint8Array } | { readonly kind: 'key'; readonly keyId: string }

export interface SignedAttributes {
  /** What the signature is over. */
  readonly message: Uint8Array
  readonly contentType: string | undefined
  readonly messageDigest: Uint8Array | undefined
  readonly signingTime: Date | undefined
}

export interface SignerInfo {
  readonly id: SignerId
  readonly digest: HashName
  readonly scheme: Scheme
  readonly signature: Uint8Array
  /** Undefined when there are none and the signature is over the content. */
  readonly attributes: SignedAttributes | undefined
}

/** CMS SignedData with one signer. @source RFC 5652 §5, Doc 9303-10 §4.6.2 */
export interface SignedData {
  readonly contentType: string
  readonly content: Uint8Array
  /** Where the content begins in the bytes that were read; undefined when it came in pieces. */
  readonly contentAt: number | undefined
  readonly certificates: readonly Certificate[]
  readonly signer: SignerInfo
  readonly deviations: readonly Deviation[]
}

/** How certificates and names are read: afresh, or from the memory of an inspector. */
export interface Reading { readonly certificate: (der: Uint8Array) => Certificate; readonly name: (t: Tlv) => Name }

export const AFRESH: Reading = { certificate: decodeCertificate, name: readName }

const CMS = 'RFC 5652 §5'
const LDS = 'Doc 9303-10 §4.6.2.2'

const BER_WORDS: Readonly<Record<string, string>> = {
  'ber-indefinite-length': 'an indefinite length; DER is required',
  'ber-long-length': 'a length longer than it need be',
  'ber-segmented-octets': 'an OCTET STRING in pieces',
}

/** Notes each departure from DER once for its place. */
export function berPolicy(note: (d: Deviation) => void): ReadPolicy {
  const seen = new Set<string>()
  return {
    mode: 'ber',
    note: (code, offset) => {
      if (seen.has(`${code}${offset}`)) return
      seen.add(`${code}${offset}`)
      note({ code, offset, says: BER_WORDS[code] ?? code, clause: LDS, grave: true })
    },
  }
}

interface Open { readonly policy: ReadPolicy; readonly note: (d: Deviation) => void; readonly reading: Reading }

/** Reads ContentInfo with SignedData. @throws Malformed: for the package only */
export function decodeSignedData(contentInfo: Tlv, note0: (d: Deviation) => void, reading: Reading = AFRESH): SignedData {
  const deviations: Deviation[] = []
  const note = (d: Deviation): void => { deviations.push(d); note0(d) }
  const policy = berPolicy(note)
  const open: Open = { policy, note, reading }
  const outer = new Cursor(contentInfo, CMS, policy)
  if (oidOf(outer.take(TAG.oid, 'a content type')) !== OID_SIGNED_DATA) throw new Malformed(CMS, contentInfo.body, 'SignedData')
  const wrapper = new Cursor(outer.take(0xa0, 'the content'), CMS, policy)
  outer.done()
  const c = new Cursor(wrapper.take(TAG.sequence, 'SignedData'), CMS, policy)
  wrapper.done()
  const version = c.take(TAG.integer, 'a version')
  const digests = c.take(TAG.set, 'digestAlgorithms')
  const encapsulated = readEncapsulated(c.take(TAG.sequence, 'the content'), policy)
  const certificates = readCertificates(c.maybe(0xa0), open)
  const crls = c.maybe(0xa1)
  if (crls !== undefined) note({ code: 'crls-present', offset: crls.start, says: 'revocation lists inside; they should be absent', clause: LDS, grave: true })
  const signers = new Cursor(c.take(TAG.set, 'signerInfos'), LDS, policy)
  c.done()
  const signer = readSigner(signers.take(TAG.sequence, 'one signer'), open)
  signers.done()
  checkDigests(digests, signer.digest, open)
  if (smallOf(version) !== 3) note({ code: 'signed-data-version', offset: version.start, says: `version ${smallOf(version)} instead of 3`, clause: LDS, grave: true })
  return { ...encapsulated, certificates, signer, deviations }
}

function readEncapsulated(t: Tlv, policy: ReadPolicy): Pick<SignedData, 'contentType' | 'content' | 'contentAt'> {
  const c = new Cursor(t, CMS, policy)
  const contentType = oidOf(c.take(TAG.oid, 'the content type'))
  const inner = new Cursor(c.take(0xa0, 'the content itself'), CMS, policy)
  const value = inner.takeAny('an OCTET STRING')
  const content = octetsOf(value, CMS, policy)
  inner.done()
  c.done()
  return { contentType, content, contentAt: value.tag === TAG.octets ? value.body : undefined }
}

/** digestAlgorithms must have the signer's hash, and need have no other. */
function checkDigests(set: Tlv, digest: HashName, { policy, note }: Open): void {
  const told = childrenOf(set, policy).map(hashOf)
  if (told.length === 1 && told[0] === digest) return
  note({ code: 'digest-algorithms', offset: set.start, says: `digestAlgorithms has ${told.join(', ') || 'nothing'}, the signer uses ${digest}`, clause: LDS, grave: true })
}

function readCertificates(set: Tlv | undefined, { policy, note, reading }: Open): readonly Certificate[] {
  if (set === undefined) return []
  const list: Certificate[] = []
  for (const t of childrenOf(set, policy)) {
    try {
      list.push(reading.certificate(wholeOf(t)))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      note({ code: 'certificate-unreadable', offset: t.start + error.offset, says: error.message, clause: error.clause, grave: true })
    }
  }
  return list
}

function readSigner(t: Tlv, open: Open): SignerInfo {
  const { policy, note } = open
  const c = new Cursor(t, CMS, policy)
  const version = smallOf(c.take(TAG.integer, 'a version'))
  const id = readSignerId(c, open)
  const digest = hashOf(c.take(TAG.sequence, 'digestAlgorithm'))
  const attributes = c.maybe(0xa0)
  const scheme = schemeOf(c.take(TAG.sequence, 'signatureAlgorithm'), digest)
  const signature = octetsOf(c.takeAny('the signature'), CMS, policy)
  const unsigned = c.maybe(0xa1)
  if (unsigned !== undefined) note({ code: 'unsigned-attributes', offset: unsigned.start, says: 'attributes that nobody signed', clause: LDS, grave: true })
  c.done()
  const right = id.kind === 'issuer' ? 1 : 3
  if (version !== right) note({ code: 'signer-version', offset: t.body, says: `signer version ${version} instead of ${right}`, clause: 'RFC 5652 §5.3', grave: true })
  if (scheme.hash !== digest) note({ code: 'two-hashes', offset: t.start, says: `signed with ${scheme.hash}, digested with ${digest}`, clause: LDS, grave: false })
  if (attributes === undefined) note({ code: 'no-signed-attributes', offset: t.start, says: 'no signed attributes; the signature is over the content itself', clause: LDS, grave: true })
  return { id, digest, scheme, signature, attributes: attributes && readAttributes(attributes, open) }
}

function readSignerId(c: Cursor, { policy, reading }: Open): SignerId {
  const key = c.maybe(0x80)
  if (key !== undefined) return { kind: 'key', keyId: hex(valueOf(key)) }
  const i = new Cursor(c.take(TAG.sequence, 'issuer and serial number'), CMS, policy)
  const issuer = reading.name(i.take(TAG.sequence, 'an issuer'))
  const serialDer = wholeOf(i.take(TAG.integer, 'a serial number'))
  i.done()
  return { kind: 'issuer', issuer, serialDer }
}

/** True when the first encoding stands before the second or is the same, as DER sorts a SET OF. @source X.690 §11.6 */
function isSorted(a: Tlv, b: Tlv): boolean {
  const n = Math.min(a.next - a.start, b.next - b.start)
  for (let i = 0; i < n; i++) {
    const [x, y] = [a.bytes[a.start + i]!, b.bytes[b.start + i]!]
    if (x !== y) return x < y
  }
  return a.next - a.start <= b.next - b.start
}

/** The signature is over the attributes as a SET, in the order in which they were sent. @source RFC 5652 §5.4 */
function messageOf(t: Tlv): Uint8Array {
  const size = t.end - t.body
  const head = size < 0x80 ? 2 : size < 0x100 ? 3 : size < 0x10000 ? 4 : 5
  const message = new Uint8Array(head + size)
  message[0] = TAG.set
  if (head === 2) message[1] = size
  else {
    message[1] = 0x80 | (head - 2)
    for (let i = 0, rest = size; i < head - 2; i++, rest = Math.floor(rest / 256)) message[head - 1 - i] = rest & 0xff
  }
  message.set(t.bytes.subarray(t.body, t.end), head)
  return message
}

function readAttributes(t: Tlv, { policy, note }: Open): SignedAttributes {
  const found: { contentType?: Tlv; messageDigest?: Tlv; signingTime?: Tlv } = {}
  let [sorted, before]: [boolean, Tlv | undefined] = [true, undefined]
  for (const attribute of childrenOf(t, policy)) {
    if (before !== undefined && !isSorted(before, attribute)) sorted = false
    before = attribute
    const c = new Cursor(attribute, 'RFC 5652 §5.3', policy)
    const id = oidOf(c.take(TAG.oid, 'the type of an attribute'))
    const values = c.take(TAG.set, 'the values of an attribute')
    c.done()
    const what = id === OID_CONTENT_TYPE ? 'contentType' : id === OID_MESSAGE_DIGEST ? 'messageDigest' : id === OID_SIGNING_TIME ? 'signingTime' : undefined
    if (what === undefined) continue
    if (found[what] !== undefined) throw new Malformed('RFC 5652 §11', attribute.start, 'each attribute once')
    const inside = new Cursor(values, 'RFC 5652 §11', policy)
    found[what] = inside.takeAny('one value')
    inside.done()
  }
  if (!sorted) note({ code: 'attributes-unsorted', offset: t.start, says: 'the signed attributes are not in DER order', clause: 'RFC 5652 §5.3', grave: true })
  const { contentType, messageDigest, signingTime } = found
  return {
    message: messageOf(t),
    contentType: contentType && oidOf(contentType),
    messageDigest: messageDigest && octetsOf(messageDigest, 'RFC 5652 §11.2', policy),
    signingTime: signingTime && timeOf(signingTime, 'RFC 5652 §11.3'),
  }
}

/** The certificate that a signer identifier means, among those at hand. */
export function signerCertificate(id: SignerId, pool: readonly Certificate[]): Certificate | undefined {
  return pool.find((c) => (id.kind === 'key' ? c.subjectKeyId === id.keyId : isSame(c.serialDer, id.serialDer) && isSameName(c.issuer, id.issuer)))
}

export interface SignatureVerdict extends Said { readonly ok: boolean; readonly plain: boolean }

const refused = (why: Said): SignatureVerdict => ({ ...why, ok: false, plain: false })
const GOOD: SignatureVerdict = { ...said('signature-good'), ok: true, plain: false }

/** Content type, digest and signature of a SignedData under a certificate. */
export function verifySignedData(s: SignedData, certificate: Certificate, crypto: Crypto): Awaitable<SignatureVerdict> {
  const a = s.signer.attributes
  if (a !== undefined) {
    if (a.contentType !== s.contentType) return refused(said('content-type-differs'))
    if (a.messageDigest === undefined || !isSame(a.messageDigest, crypto.hash(s.signer.digest, s.content))) return refused(said('digest-differs'))
  }
  const message = a?.message ?? s.content
  const { scheme, signature } = s.signer
  const { spki } = certificate
  const half = Math.ceil((certificate.keyBits ?? 0) / 8)
  return after(crypto.verify({ spki, scheme, message, signature }), (good): Awaitable<SignatureVerdict> => {
    if (good) return GOOD
    if ((scheme.kind === 'ecdsa') !== (certificate.curve !== undefined)) return refused(said('signature-kind', { kind: scheme.kind }))
    if (scheme.kind !== 'ecdsa' || signature.length !== 2 * half) return refused(said('signature-bad'))
    return after(crypto.verify({ spki, scheme: { ...scheme, form: 'plain' }, message, signature }),
      (plain) => (plain ? { ...said('signature-plain'), ok: true, plain: true } : refused(said('signature-bad'))))
  })
}

/** The first TLV of some bytes as a ContentInfo. */
export function readContentInfo(bytes: Uint8Array, note: (d: Deviation) => void, reading: Reading = AFRESH): SignedData {
  const t = readTlv(bytes, 0, bytes.length, berPolicy(note))
  if (t.tag !== TAG.sequence) throw new Malformed(CMS, 0, 'ContentInfo')
  if (t.next !== bytes.length) note({ code: 'trailing-bytes', offset: t.next, says: `${bytes.length - t.next} bytes after the end`, clause: LDS, grave: true })
  return decodeSignedData(t, note, reading)
}
