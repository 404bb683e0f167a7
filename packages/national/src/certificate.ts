import {
  bits, bitsOf, childrenOf, context, Cursor, hex, integer, isSame, Malformed, octets, oid, oidOf,
  readTlv, readWhole, sequence, TAG, time, timeOf, tlv, unhex, valueOf, wholeOf, yes, type Tlv,
} from 'icao9303/der'

import { attempt, countOf, numberOf } from './byte.ts'
import { encodeSm2Spki, pointOfSpki } from './key.ts'
import { buildName, isSameName, readName, type Name, type NameOrder } from './name.ts'
import { portableEngine } from './portable.ts'
import { verifySm2, type Sm2Options } from './sm2.ts'

const CLAUSE = 'GB/T 20518-2018 §5.2'

/** SM2 signature with SM3. @source GB/T 33560-2017, GB/T 20518-2018 §5.2.3.3 */
const OID_SM2_SM3 = '1.2.156.10197.1.501'
const OID = { subjectKeyId: '2.5.29.14', keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', authorityKeyId: '2.5.29.35' } as const
const READ: readonly string[] = Object.values(OID)
const USAGES = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'] as const
export type KeyUsage = (typeof USAGES)[number]

export interface CertificateExtension { readonly critical: boolean; readonly value: Uint8Array }

/** A certificate of an SM2 key signed with SM2 and SM3. @source GB/T 20518-2018 §5.2 */
export interface NationalCertificate {
  readonly der: Uint8Array
  /** What the signature is over. */
  readonly tbs: Uint8Array
  /** Hexadecimal. */
  readonly serial: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** 04‖x‖y. */
  readonly point: Uint8Array
  /** DER SEQUENCE(r, s). */
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, CertificateExtension>
  readonly isCa: boolean
  readonly pathLength: number | undefined
  /** Undefined when the extension is absent. */
  readonly keyUsage: readonly KeyUsage[] | undefined
  readonly subjectKeyId: string | undefined
  readonly authorityKeyId: string | undefined
}

/** The algorithm identifier, with NULL or without parameters. @throws Malformed on any other algorithm */
function demandSm2Sm3(t: Tlv): void {
  const [name, parameters, more] = childrenOf(t)
  const plain = parameters === undefined || (parameters.tag === TAG.null && parameters.end === parameters.body)
  if (name === undefined || !plain || more !== undefined || oidOf(name) !== OID_SM2_SM3) throw new Malformed(CLAUSE, t.start, 'SM2 with SM3')
}

interface Opened { readonly tbs: Tlv; readonly algorithm: Tlv; readonly signature: Uint8Array }

/** The three parts of whatever is signed as X.509 signs. @throws Malformed */
function openSigned(der: Uint8Array): Opened {
  const w = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
  const [tbs, algorithm] = [w.take(TAG.sequence, 'what is signed'), w.take(TAG.sequence, 'an algorithm')]
  const signature = bitsOf(w.take(TAG.bits, 'a signature'))
  w.done()
  demandSm2Sm3(algorithm)
  return { tbs, algorithm, signature }
}

function readExtensions(wrapper: Tlv | undefined): ReadonlyMap<string, CertificateExtension> {
  const map = new Map<string, CertificateExtension>()
  if (wrapper === undefined) return map
  const list = new Cursor(wrapper, CLAUSE)
  for (const extension of childrenOf(list.take(TAG.sequence, 'extensions'))) {
    const w = new Cursor(extension, CLAUSE)
    const id = oidOf(w.take(TAG.oid, 'an extension id'))
    const critical = w.maybe(TAG.boolean)
    const value = valueOf(w.take(TAG.octets, 'an extension value'))
    w.done()
    if (map.has(id)) throw new Malformed(CLAUSE, extension.start, 'each extension once')
    map.set(id, { critical: critical !== undefined && critical.bytes[critical.body] !== 0, value })
  }
  list.done()
  return map
}

type Known = Pick<NationalCertificate, 'isCa' | 'pathLength' | 'keyUsage' | 'subjectKeyId' | 'authorityKeyId'>

function known(extensions: ReadonlyMap<string, CertificateExtension>): Known {
  const read = (id: string): Tlv | undefined => { const e = extensions.get(id); return e && readTlv(e.value, 0) }
  const [basics, usage, own, above] = [OID.basicConstraints, OID.keyUsage, OID.subjectKeyId, OID.authorityKeyId].map(read)
  const basic = basics === undefined ? [] : childrenOf(basics)
  const length = basic.find((t) => t.tag === TAG.integer)
  const aboveId = above && childrenOf(above).find((t) => t.tag === 0x80)
  return {
    isCa: basic[0]?.tag === TAG.boolean && basic[0].bytes[basic[0].body] !== 0,
    pathLength: length && Number(countOf(length)),
    keyUsage: usage && USAGES.filter((_, i) => ((usage.bytes[usage.body + 1 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0),
    subjectKeyId: own && hex(valueOf(own)),
    authorityKeyId: aboveId && hex(valueOf(aboveId)),
  }
}

/** @throws Malformed */
function decodeCertificate(der: Uint8Array): NationalCertificate {
  const { tbs, algorithm, signature } = openSigned(der)
  const w = new Cursor(tbs, CLAUSE)
  const version = w.take(0xa0, 'version 3')
  if (countOf(readTlv(version.bytes, version.body, version.end)) !== 2n) throw new Malformed(CLAUSE, version.start, 'version 3')
  const serial = countOf(w.take(TAG.integer, 'a serial number'))
  const inner = w.take(TAG.sequence, 'an algorithm')
  if (!isSame(wholeOf(inner), wholeOf(algorithm))) throw new Malformed(CLAUSE, inner.start, 'the same algorithm inside and outside')
  const issuer = readName(w.take(TAG.sequence, 'an issuer'))
  const validity = new Cursor(w.take(TAG.sequence, 'a validity'), CLAUSE)
  const timed = (): Date => timeOf(validity.maybe(TAG.utcTime) ?? validity.take(TAG.time, 'a time'))
  const [notBefore, notAfter] = [timed(), timed()]
  validity.done()
  const subject = readName(w.take(TAG.sequence, 'a subject'))
  const point = pointOfSpki(w.take(TAG.sequence, 'a public key'))
  w.maybe(0x81)
  w.maybe(0x82)
  const extensions = readExtensions(w.maybe(0xa3))
  w.done()
  return { der, tbs: wholeOf(tbs), serial: serial.toString(16), issuer, subject, notBefore, notAfter, point, signature, extensions, ...known(extensions) }
}

/** A certificate; undefined when the bytes are none of an SM2 key signed with SM2 and SM3. Its signature is not looked at. */
export const parseNationalCertificate = (der: Uint8Array): NationalCertificate | undefined => attempt(() => decodeCertificate(der))

/** What speaks against a certificate. */
export type CertificateFault =
  | 'issuer-name' | 'issuer-no-authority' | 'issuer-key-usage' | 'key-identifier' | 'signature' | 'not-yet-valid' | 'expired' | 'unknown-critical-extension' | 'key-usage' | 'path-length'

export interface CertificateExamination extends Pick<Sm2Options, 'userId'> {
  /** The certificate above; the certificate itself where it is a root. */
  readonly issuer: NationalCertificate
  readonly at: Date
  /** What the key is to be used for. */
  readonly use?: KeyUsage
  /** Authorities below the issuer on the path, this one not counted: 0 for an end entity right under it. */
  readonly below?: number
}

/**
 * All that speaks against a certificate under the one above it; empty when nothing does. Trust in the issuer, and whether
 * the certificate was revoked, the caller knows.
 *
 * @source GB/T 20518-2018 §5.2, RFC 5280 §6.1
 */
export function certificateFaults(c: NationalCertificate, o: CertificateExamination): readonly CertificateFault[] {
  const { issuer, at } = o
  const faults: readonly (readonly [CertificateFault, boolean])[] = [
    ['issuer-name', !isSameName(c.issuer, issuer.subject)],
    ['issuer-no-authority', !issuer.isCa],
    ['issuer-key-usage', issuer.keyUsage !== undefined && !issuer.keyUsage.includes('keyCertSign')],
    ['path-length', issuer.pathLength !== undefined && (o.below ?? 0) > issuer.pathLength],
    ['key-identifier', c.authorityKeyId !== undefined && issuer.subjectKeyId !== undefined && c.authorityKeyId !== issuer.subjectKeyId],
    ['signature', !verifySm2(issuer.point, c.tbs, c.signature, o.userId === undefined ? {} : { userId: o.userId })],
    ['not-yet-valid', at < c.notBefore],
    ['expired', at > c.notAfter],
    ['unknown-critical-extension', [...c.extensions].some(([id, e]) => e.critical && !READ.includes(id))],
    ['key-usage', o.use !== undefined && c.keyUsage !== undefined && !c.keyUsage.includes(o.use)],
  ]
  return faults.filter(([, is]) => is).map(([fault]) => fault)
}

/** Signs with an SM2 key: a DER SEQUENCE(r, s) over the message under the default user id. The key stays with whoever made this function. */
export type Sm2Signing = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** Which of the certificates of GB/T 20518 it is; an owner has two key pairs, one to sign and one to decrypt. */
export type CertificateUse = 'authority' | 'signature' | 'encryption'
const BITS: Readonly<Record<CertificateUse, Uint8Array>> = { authority: bits(Uint8Array.of(0x06), 1), signature: bits(Uint8Array.of(0xc0), 6), encryption: bits(Uint8Array.of(0x38), 3) }

export interface NationalCertificateOrder {
  readonly subject: NameOrder
  /** 04‖x‖y of the owner. */
  readonly point: Uint8Array
  /** 8 to 20 random bytes; the first is made positive. */
  readonly serial: Uint8Array
  readonly validity: { readonly from: Date; readonly to: Date }
  readonly use: CertificateUse
}

const ALGORITHM = sequence(oid(OID_SM2_SM3))
const keyIdOf = (point: Uint8Array): Uint8Array => portableEngine.sm3(point).subarray(0, 20)
const extension = (id: string, value: Uint8Array, critical?: 'critical'): Uint8Array => sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(value))

async function seal(content: Uint8Array, sign: Sm2Signing): Promise<Uint8Array> {
  return sequence(content, ALGORITHM, bits(await sign(content)))
}

async function certify(o: NationalCertificateOrder, issuer: { readonly name: Uint8Array; readonly keyId: Uint8Array }, sign: Sm2Signing): Promise<Uint8Array> {
  if (o.validity.from > o.validity.to) throw new RangeError('a certificate ends after it begins')
  if (o.serial.length < 8 || o.serial.length > 20) throw new RangeError('a serial number has 8 to 20 bytes')
  const serial = Uint8Array.of((o.serial[0]! & 0x7f) | 0x40, ...o.serial.subarray(1))
  return seal(sequence(
    context(0, integer(2)), integer(numberOf(serial)), ALGORITHM, issuer.name, sequence(time(o.validity.from), time(o.validity.to)), buildName(o.subject), encodeSm2Spki(o.point),
    context(3, sequence(
      extension(OID.authorityKeyId, sequence(tlv(0x80, issuer.keyId))), extension(OID.subjectKeyId, octets(keyIdOf(o.point))), extension(OID.keyUsage, BITS[o.use], 'critical'),
      extension(OID.basicConstraints, o.use === 'authority' ? sequence(yes(), integer(0)) : sequence(), 'critical'),
    )),
  ), sign)
}

/** A self-signed certificate of an authority that certifies owners, none below. @param sign - by the key of `point` @throws RangeError on an order that no certificate can follow */
export async function buildNationalRoot(o: Omit<NationalCertificateOrder, 'use'>, sign: Sm2Signing): Promise<Uint8Array> {
  return certify({ ...o, use: 'authority' }, { name: buildName(o.subject), keyId: keyIdOf(o.point) }, sign)
}

/** A certificate of an owner under an authority. @param sign - by the key of `issuer` */
export async function buildNationalCertificate(o: NationalCertificateOrder, issuer: NationalCertificate, sign: Sm2Signing): Promise<Uint8Array> {
  return certify(o, { name: issuer.subject.der, keyId: issuer.subjectKeyId === undefined ? keyIdOf(issuer.point) : unhex(issuer.subjectKeyId) }, sign)
}

/** A PKCS#10 request, signed with the key that it asks a certificate for. @source RFC 2986, GM/T 0009-2012 */
export async function buildNationalRequest(o: Pick<NationalCertificateOrder, 'subject' | 'point'>, sign: Sm2Signing): Promise<Uint8Array> {
  return seal(sequence(integer(0), buildName(o.subject), encodeSm2Spki(o.point), tlv(0xa0)), sign)
}

/** A request whose signature is good under the key that it names; undefined for anything else. @source RFC 2986 §4 */
export function parseNationalRequest(der: Uint8Array, o: Pick<Sm2Options, 'userId'> = {}): { readonly subject: Name; readonly point: Uint8Array } | undefined {
  return attempt(() => {
    const { tbs, signature } = openSigned(der)
    const w = new Cursor(tbs, CLAUSE)
    if (countOf(w.take(TAG.integer, 'a version')) !== 0n) throw new Malformed(CLAUSE, tbs.start, 'version 1')
    const subject = readName(w.take(TAG.sequence, 'a subject'))
    const point = pointOfSpki(w.take(TAG.sequence, 'a public key'))
    w.maybe(0xa0)
    w.done()
    return verifySm2(point, wholeOf(tbs), signature, o) ? { subject, point } : undefined
  })
}
