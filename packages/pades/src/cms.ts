import { parseCertificate, type Certificate, type Crypto, type HashName, type Scheme } from 'icao9303'
import {
  childrenOf, context, Cursor, hashIdentifier, hashOf, hex, integer, isSame, Malformed, octets, octetsOf, oid, oidOf, readTlv, schemeOf, sequence, setOf, signatureIdentifier, TAG, tlv, utf8Text, valueOf, wholeOf,
  type ReadPolicy, type Tlv,
} from 'icao9303/der'

const CMS = 'RFC 5652 §5'
const ID = {
  data: '1.2.840.113549.1.7.1', signedData: '1.2.840.113549.1.7.2', contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12', signingCertificateV2: '1.2.840.113549.1.9.16.2.47', commitment: '1.2.840.113549.1.9.16.2.16',
  approval: '1.2.840.113549.1.9.16.6.5', notice: '1.2.840.113549.1.9.16.5.2', timeStamp: '1.2.840.113549.1.9.16.2.14',
} as const
export const ID_DATA = ID.data

/** Other writers' messages come in BER; what they hold is what counts. */
const BER: ReadPolicy = { mode: 'ber' }

type Attributes = ReadonlyMap<string, readonly Tlv[]>

/** A CMS signature by one signer, detached or not, with its attributes as they stand. */
export interface CmsSignature {
  readonly contentType: string
  readonly content: Uint8Array | undefined
  readonly certificates: readonly Certificate[]
  readonly signer: Certificate | undefined
  readonly digest: HashName
  readonly scheme: Scheme
  readonly signature: Uint8Array
  readonly signed: Attributes
  /** What the signature is over: the attributes as a SET. */
  readonly message: Uint8Array
  readonly unsigned: Attributes
}

function attributesIn(t: Tlv | undefined): Attributes {
  const found = new Map<string, readonly Tlv[]>()
  for (const a of t === undefined ? [] : childrenOf(t, BER)) {
    const c = new Cursor(a, CMS, BER)
    const id = oidOf(c.take(TAG.oid, 'the type of an attribute'))
    if (found.has(id)) throw new Malformed('RFC 5652 §5.3', a.start, 'each attribute once')
    found.set(id, childrenOf(c.take(TAG.set, 'the values of an attribute'), BER))
    c.done()
  }
  return found
}

function certificatesIn(set: Tlv | undefined): readonly Certificate[] {
  return (set === undefined ? [] : childrenOf(set, BER)).map((t) => parseCertificate(wholeOf(t))).filter((c) => c !== undefined)
}

/** The certificate that a signer identifier means. @source RFC 5652 §5.3 */
function named(id: Tlv, pool: readonly Certificate[]): Certificate | undefined {
  if (id.tag === 0x80) return pool.find((c) => c.subjectKeyId === hex(valueOf(id)))
  const [issuer, serial] = childrenOf(id, BER)
  if (issuer === undefined || serial === undefined) throw new Malformed(CMS, id.start, 'issuer and serial number')
  return pool.find((c) => isSame(c.serialDer, wholeOf(serial)) && isSame(c.issuer.der, wholeOf(issuer)))
}

/** @throws Malformed: for the package only */
export function readCms(bytes: Uint8Array, at: 'whole' | 'padded' = 'whole'): CmsSignature {
  const outer = readTlv(bytes, 0, bytes.length, BER)
  const rest = bytes.subarray(outer.next)
  if (at === 'whole' ? rest.length > 0 : rest.some((b) => b !== 0)) throw new Malformed(CMS, outer.next, at === 'whole' ? 'nothing after the end' : 'only zeros after the end')
  const info = new Cursor(outer, CMS, BER)
  if (oidOf(info.take(TAG.oid, 'a content type')) !== ID.signedData) throw new Malformed(CMS, outer.body, 'SignedData')
  const c = new Cursor(childrenOf(info.take(0xa0, 'the content'), BER)[0]!, CMS, BER)
  c.take(TAG.integer, 'a version')
  c.take(TAG.set, 'digestAlgorithms')
  const inner = new Cursor(c.take(TAG.sequence, 'the content'), CMS, BER)
  const contentType = oidOf(inner.take(TAG.oid, 'the content type'))
  const content = inner.maybe(0xa0)
  const certificates = certificatesIn(c.maybe(0xa0))
  c.maybe(0xa1)
  const signers = childrenOf(c.take(TAG.set, 'signerInfos'), BER)
  if (signers.length !== 1) throw new Malformed('ETSI EN 319 142-1 §6.3', outer.start, 'one signer')
  const s = new Cursor(signers[0]!, CMS, BER)
  s.take(TAG.integer, 'a version')
  const id = s.maybe(0x80) ?? s.take(TAG.sequence, 'a signer')
  const digest = hashOf(s.take(TAG.sequence, 'digestAlgorithm'))
  const attributes = s.maybe(0xa0)
  if (attributes === undefined) throw new Malformed('RFC 5652 §11', signers[0]!.start, 'signed attributes')
  const scheme = schemeOf(s.take(TAG.sequence, 'signatureAlgorithm'), digest)
  const signature = octetsOf(s.takeAny('the signature'), CMS, BER)
  const unsigned = s.maybe(0xa1)
  return {
    contentType, content: content && octetsOf(childrenOf(content, BER)[0]!, CMS, BER), certificates, signer: named(id, certificates), digest, scheme, signature,
    signed: attributesIn(attributes), message: tlv(TAG.set, valueOf(attributes)), unsigned: attributesIn(unsigned),
  }
}

const one = (a: Attributes, id: string): Tlv | undefined => { const v = a.get(id); return v?.length === 1 ? v[0] : undefined }
export const contentTypeOf = (c: CmsSignature): string | undefined => { const t = one(c.signed, ID.contentType); return t && oidOf(t) }
export const messageDigestOf = (c: CmsSignature): Uint8Array | undefined => { const t = one(c.signed, ID.messageDigest); return t && octetsOf(t, CMS, BER) }
export const timeStampOf = (c: CmsSignature): Uint8Array | undefined => { const t = c.unsigned.get(ID.timeStamp)?.[0]; return t && wholeOf(t) }

/**
 * Whether the signed attributes name this certificate by its hash: without that another certificate of the same key
 * could be put under a signature.
 *
 * @source RFC 5035 §4, RFC 2634 §5.4
 */
export function namesCertificate(c: CmsSignature, certificate: Certificate, crypto: Crypto): 'named' | 'another' | 'nobody' {
  const [newer, older] = [one(c.signed, ID.signingCertificateV2), one(c.signed, ID.signingCertificate)]
  const ids = (newer ?? older) && childrenOf(childrenOf((newer ?? older)!)[0]!)[0]
  if (ids === undefined) return 'nobody'
  const parts = childrenOf(ids)
  const [hash, digest]: [HashName, Tlv | undefined] = newer === undefined ? ['SHA-1', parts[0]] : parts[0]?.tag === TAG.sequence ? [hashOf(parts[0]), parts[1]] : ['SHA-256', parts[0]]
  return digest !== undefined && isSame(octetsOf(digest), crypto.hash(hash, certificate.der)) ? 'named' : 'another'
}

/** What the signer says that it signs: the text of its commitment, where there is one. */
export function statementOf(c: CmsSignature): string | undefined {
  const t = one(c.signed, ID.commitment)
  const [id, qualifiers] = t === undefined ? [] : childrenOf(t)
  if (id === undefined || oidOf(id) !== ID.approval || qualifiers === undefined) return undefined
  for (const q of childrenOf(qualifiers)) {
    const [kind, notice] = childrenOf(q)
    const text = kind !== undefined && oidOf(kind) === ID.notice && notice !== undefined ? childrenOf(notice).find((x) => x.tag === TAG.utf8) : undefined
    if (text !== undefined) return new TextDecoder().decode(valueOf(text))
  }
  return undefined
}

export interface SealOrder {
  /** SHA-256 of what is sealed. */
  readonly digest: Uint8Array
  readonly signer: Certificate
  /** What is sealed, in words: at most 200 characters. It stands in the signature. */
  readonly statement: string
}

const attribute = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), setOf(value))

/**
 * The signed attributes of an approval seal, as the SET that is signed: type, digest, the certificate by its hash, and
 * as commitment the approval with what is approved in words. No signing time: in a PDF it stands outside.
 *
 * @throws RangeError for a statement that has no room
 * @source ETSI EN 319 142-1 §6.3, EN 319 122-1 §5.2.2 and §5.2.3, RFC 5035 §4
 */
export function sealAttributes(o: SealOrder, crypto: Crypto): Uint8Array {
  if (o.statement.length === 0 || o.statement.length > 200) throw new RangeError('a statement has one to 200 characters')
  const issuerSerial = sequence(sequence(context(4, o.signer.issuer.der)), o.signer.serialDer)
  return setOf(
    attribute(ID.contentType, oid(ID.data)),
    attribute(ID.messageDigest, octets(o.digest)),
    attribute(ID.signingCertificateV2, sequence(sequence(sequence(octets(crypto.hash('SHA-256', o.signer.der)), issuerSerial)))),
    attribute(ID.commitment, sequence(oid(ID.approval), sequence(sequence(oid(ID.notice), sequence(utf8Text(o.statement)))))),
  )
}

export interface SealParts {
  /** As `sealAttributes` made them. */
  readonly attributes: Uint8Array
  readonly signature: Uint8Array
  readonly scheme: Scheme
  readonly signer: Certificate
  readonly chain: readonly Certificate[]
  /** A token over the signature. */
  readonly timeStamp?: Uint8Array
}

/** The detached CMS signature of a seal, in DER. @source RFC 5652 §5, ETSI EN 319 142-1 §6.3 */
export function sealMessage(o: SealParts): Uint8Array {
  const inPlace = o.attributes.slice()
  inPlace[0] = 0xa0
  const sent = setOf(o.signer.der, ...o.chain.map((c) => c.der))
  sent[0] = 0xa0
  const digest = hashIdentifier(o.scheme.hash)
  const unsigned = o.timeStamp === undefined ? [] : [tlv(0xa1, attribute(ID.timeStamp, o.timeStamp))]
  const signer = sequence(integer(1), sequence(o.signer.issuer.der, o.signer.serialDer), digest, inPlace, signatureIdentifier(o.scheme), octets(o.signature), ...unsigned)
  return sequence(oid(ID.signedData), context(0, sequence(integer(1), setOf(digest), sequence(oid(ID.data)), sent, setOf(signer))))
}
