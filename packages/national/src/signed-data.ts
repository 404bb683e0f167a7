import { no, ok, type Result } from '@causeway/kernel'
import {
  childrenOf, context, Cursor, integer, isSame, Malformed, nothing, octets, oid, oidOf,
  readTlv, readWhole, sequence, setOf, TAG, time, timeOf, valueOf, wholeOf, type Tlv,
} from 'icao9303/der'

import { attempt, countOf, isSameSecret } from './byte.ts'
import { certificateFaults, parseNationalCertificate, type CertificateFault, type NationalCertificate, type Sm2Signing } from './certificate.ts'
import { isSameName, readName, type Name } from './name.ts'
import { portableEngine } from './portable.ts'
import { verifySm2, type Sm2Options } from './sm2.ts'

const CLAUSE = 'GM/T 0010-2012 §8'

/** The two families of identifiers that SM2 messages come in: that of GM/T 0010, and that of CMS, which most tools read. */
export type MessageSyntax = 'gm' | 'cms'
interface Identifiers { readonly data: string; readonly signedData: string; readonly signature: string }
/** @source GM/T 0010-2012 §7, RFC 5652 §4 and §5 */
const SYNTAXES: Readonly<Record<MessageSyntax, Identifiers>> = {
  gm: { data: '1.2.156.10197.6.1.4.2.1', signedData: '1.2.156.10197.6.1.4.2.2', signature: '1.2.156.10197.1.301.1' },
  cms: { data: '1.2.840.113549.1.7.1', signedData: '1.2.840.113549.1.7.2', signature: '1.2.156.10197.1.501' },
}
const OID_SM3 = '1.2.156.10197.1.401'
const [OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNING_TIME] = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.5'] as const

export interface SignedDataOrder {
  readonly content: Uint8Array
  /** `detached`: the content travels by itself. */
  readonly form: 'attached' | 'detached'
  /** `gm` when absent. */
  readonly syntax?: MessageSyntax
  readonly signer: NationalCertificate
  /** More certificates to send along, such as the one above the signer's. */
  readonly chain?: readonly NationalCertificate[]
  /** Signs attributes with the time; left out, the signature is over the content alone. */
  readonly at?: Date
}

const algorithm = (id: string): Uint8Array => sequence(oid(id), nothing())

function attributesOf(content: Uint8Array, type: string, at: Date): Uint8Array {
  return setOf(
    sequence(oid(OID_CONTENT_TYPE), setOf(oid(type))), sequence(oid(OID_SIGNING_TIME), setOf(time(at))),
    sequence(oid(OID_MESSAGE_DIGEST), setOf(octets(portableEngine.sm3(content)))),
  )
}

/** The same bytes under another tag of one byte. */
const retagged = (tag: number, der: Uint8Array): Uint8Array => Uint8Array.of(tag, ...der.subarray(1))

/** SignedData with one signer. @source GM/T 0010-2012 §8, GB/T 35275-2017 §8 */
export async function buildNationalSignedData(o: SignedDataOrder, sign: Sm2Signing): Promise<Uint8Array> {
  const ids = SYNTAXES[o.syntax ?? 'gm']
  const attributes = o.at === undefined ? undefined : attributesOf(o.content, ids.data, o.at)
  const signature = await sign(attributes ?? o.content)
  return sequence(oid(ids.signedData), context(0, sequence(
    integer(1), setOf(algorithm(OID_SM3)), sequence(oid(ids.data), ...(o.form === 'attached' ? [context(0, octets(o.content))] : [])),
    retagged(0xa0, setOf(...[o.signer, ...(o.chain ?? [])].map((c) => c.der))),
    setOf(sequence(
      integer(1), sequence(o.signer.issuer.der, integer(BigInt(`0x${o.signer.serial}`))), algorithm(OID_SM3), ...(attributes === undefined ? [] : [retagged(0xa0, attributes)]),
      algorithm(ids.signature), octets(signature),
    )),
  )))
}

interface SignerInfo {
  readonly issuer: Name
  readonly serial: string
  readonly signature: Uint8Array
  readonly attributes: { readonly message: Uint8Array; readonly contentType: string | undefined; readonly digest: Uint8Array | undefined; readonly at: Date | undefined } | undefined
}

/** The certificates and signers of a SignedData, before any signature was looked at. */
interface SignedData { readonly type: string; readonly content: Uint8Array | undefined; readonly certificates: readonly NationalCertificate[]; readonly signers: readonly SignerInfo[] }

function demandAlgorithm(t: Tlv, ...allowed: readonly string[]): void {
  const [name, parameters] = childrenOf(t)
  if (name === undefined || !allowed.includes(oidOf(name)) || (parameters !== undefined && parameters.tag !== TAG.null)) throw new Malformed(CLAUSE, t.start, allowed.join(' or '))
}

function readAttributes(t: Tlv): SignerInfo['attributes'] {
  const found = new Map<string, Tlv>()
  for (const attribute of childrenOf(t)) {
    const w = new Cursor(attribute, CLAUSE)
    const id = oidOf(w.take(TAG.oid, 'the type of an attribute'))
    const values = childrenOf(w.take(TAG.set, 'the values of an attribute'))
    w.done()
    if (found.has(id) || values.length !== 1) throw new Malformed(CLAUSE, attribute.start, 'each attribute once, with one value')
    found.set(id, values[0]!)
  }
  const [type, digest, at] = [OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNING_TIME].map((id) => found.get(id))
  return { message: retagged(TAG.set, wholeOf(t)), contentType: type && oidOf(type), digest: digest?.tag === TAG.octets ? valueOf(digest) : undefined, at: at && timeOf(at) }
}

function readSigner(t: Tlv): SignerInfo {
  const w = new Cursor(t, CLAUSE)
  countOf(w.take(TAG.integer, 'a version'))
  const id = new Cursor(w.take(TAG.sequence, 'issuer and serial number'), CLAUSE)
  const issuer = readName(id.take(TAG.sequence, 'an issuer'))
  const serial = countOf(id.take(TAG.integer, 'a serial number')).toString(16)
  id.done()
  demandAlgorithm(w.take(TAG.sequence, 'a hash'), OID_SM3)
  const attributes = w.maybe(0xa0)
  demandAlgorithm(w.take(TAG.sequence, 'a signature algorithm'), SYNTAXES.gm.signature, SYNTAXES.cms.signature)
  const signature = valueOf(w.take(TAG.octets, 'a signature'))
  w.maybe(0xa1)
  w.done()
  return { issuer, serial, signature, attributes: attributes && readAttributes(attributes) }
}

function decodeSignedData(der: Uint8Array): SignedData {
  const outer = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
  const name = oidOf(outer.take(TAG.oid, 'a content type'))
  const ids = Object.values(SYNTAXES).find((i) => i.signedData === name)
  if (ids === undefined) throw new Malformed(CLAUSE, 0, 'SignedData')
  const wrapper = outer.take(0xa0, 'the content')
  outer.done()
  const inner = readTlv(wrapper.bytes, wrapper.body, wrapper.end)
  if (inner.tag !== TAG.sequence || inner.end !== wrapper.end) throw new Malformed(CLAUSE, inner.start, 'SignedData')
  const w = new Cursor(inner, CLAUSE)
  countOf(w.take(TAG.integer, 'a version'))
  childrenOf(w.take(TAG.set, 'hashes')).forEach((t) => { demandAlgorithm(t, OID_SM3) })
  const info = new Cursor(w.take(TAG.sequence, 'the content'), CLAUSE)
  if (oidOf(info.take(TAG.oid, 'the type of the content')) !== ids.data) throw new Malformed(CLAUSE, inner.start, 'data')
  const content = info.maybe(0xa0)
  info.done()
  const certificates = w.maybe(0xa0)
  w.maybe(0xa1)
  const signers = childrenOf(w.take(TAG.set, 'signers'))
  w.done()
  return {
    type: ids.data, content: content && valueOf(new Cursor(content, CLAUSE).take(TAG.octets, 'an OCTET STRING')),
    certificates: certificates === undefined ? [] : childrenOf(certificates).flatMap((t) => parseNationalCertificate(wholeOf(t)) ?? []), signers: signers.map(readSigner),
  }
}

export interface SignedDataExamination extends Pick<Sm2Options, 'userId'> {
  /** The content of a detached signature; refused beside an attached one that differs. */
  readonly content?: Uint8Array
  /** Certificates of authorities that are trusted. */
  readonly anchors: readonly NationalCertificate[]
  readonly at: Date
}

/** Why a SignedData proves nothing. `certificate` comes with what speaks against the signer's. */
export interface SignedDataRefusal {
  readonly code: 'signed-data-malformed' | 'content-missing' | 'content-differs' | 'no-signer' | 'signer-unknown' | 'signer-untrusted' | 'signer-certificate' | 'attributes' | 'signature'
  readonly certificate?: readonly CertificateFault[]
}
export interface ProvenData { readonly content: Uint8Array; readonly signers: readonly { readonly certificate: NationalCertificate; readonly at: Date | undefined }[] }

function signerRefusal(s: SignerInfo, certificate: NationalCertificate, o: SignedDataExamination & { readonly content: Uint8Array; readonly type: string }): SignedDataRefusal | undefined {
  const id = o.userId === undefined ? {} : { userId: o.userId }
  const above = o.anchors.find((a) => isSameName(a.subject, certificate.issuer))
  if (above === undefined) return { code: 'signer-untrusted' }
  const faults = certificateFaults(certificate, { issuer: above, at: o.at, use: 'digitalSignature', ...id })
  if (faults.length > 0) return { code: 'signer-certificate', certificate: faults }
  const a = s.attributes
  if (a !== undefined && (a.contentType !== o.type || a.digest === undefined || !isSame(a.digest, portableEngine.sm3(o.content)))) return { code: 'attributes' }
  return verifySm2(certificate.point, a?.message ?? o.content, s.signature, id) ? undefined : { code: 'signature' }
}

/**
 * What a SignedData proves: the content, and who signed it. Every signer must be good, under a certificate of one of the
 * anchors. Revocation the caller looks up.
 *
 * @source GM/T 0010-2012 §8, GB/T 35275-2017 §8
 */
export function verifyNationalSignedData(der: Uint8Array, o: SignedDataExamination): Result<ProvenData, SignedDataRefusal> {
  const data = attempt(() => decodeSignedData(der))
  if (data === undefined) return no({ code: 'signed-data-malformed' })
  const content = data.content ?? o.content
  if (content === undefined) return no({ code: 'content-missing' })
  if (data.content !== undefined && o.content !== undefined && !isSameSecret(data.content, o.content)) return no({ code: 'content-differs' })
  if (data.signers.length === 0) return no({ code: 'no-signer' })
  const signers: { certificate: NationalCertificate; at: Date | undefined }[] = []
  for (const s of data.signers) {
    const certificate = data.certificates.find((c) => c.serial === s.serial && isSameName(c.issuer, s.issuer))
    if (certificate === undefined) return no({ code: 'signer-unknown' })
    const refusal = signerRefusal(s, certificate, { ...o, content, type: data.type })
    if (refusal !== undefined) return no(refusal)
    signers.push({ certificate, at: s.attributes?.at })
  }
  return ok({ content: content.slice(), signers })
}
