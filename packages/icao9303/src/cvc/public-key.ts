import { Cursor, Malformed, valueOf, type Tlv } from '../asn1/tlv.ts'
import { hex, oidOf, TAG, unhex } from '../asn1/value.ts'
import { bits, integer, nothing, oid, sequence, tlv } from '../asn1/write.ts'
import { HASH_LENGTH, type HashName, type Scheme } from '../crypto.ts'
import { numberOf } from '../number.ts'
import { CURVES, namedSpki, type Curve } from '../pki/curve.ts'

const CLAUSE = 'Doc 9303-12 §7.2.3.2'
const OID_TA = '0.4.0.127.0.7.2.2.2'
const OID_RSA = '1.2.840.113549.1.1.1'

/** How a key of a card-verifiable certificate signs. */
export type CvcAlgorithm = { readonly kind: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; readonly hash: HashName }

/** @source BSI TR-03110-3 Tables 14 and 15; Doc 9303-11 §7.1.4 keeps PSS and ECDSA with SHA-2 */
const ALGORITHMS: Readonly<Record<string, CvcAlgorithm>> = {
  [`${OID_TA}.1.1`]: { kind: 'rsa-pkcs1', hash: 'SHA-1' },
  [`${OID_TA}.1.2`]: { kind: 'rsa-pkcs1', hash: 'SHA-256' },
  [`${OID_TA}.1.3`]: { kind: 'rsa-pss', hash: 'SHA-1' },
  [`${OID_TA}.1.4`]: { kind: 'rsa-pss', hash: 'SHA-256' },
  [`${OID_TA}.1.5`]: { kind: 'rsa-pkcs1', hash: 'SHA-512' },
  [`${OID_TA}.1.6`]: { kind: 'rsa-pss', hash: 'SHA-512' },
  [`${OID_TA}.2.1`]: { kind: 'ecdsa', hash: 'SHA-1' },
  [`${OID_TA}.2.2`]: { kind: 'ecdsa', hash: 'SHA-224' },
  [`${OID_TA}.2.3`]: { kind: 'ecdsa', hash: 'SHA-256' },
  [`${OID_TA}.2.4`]: { kind: 'ecdsa', hash: 'SHA-384' },
  [`${OID_TA}.2.5`]: { kind: 'ecdsa', hash: 'SHA-512' },
}

export interface CvcRsaKey {
  readonly kind: 'rsa'
  readonly oid: string
  /** Big-endian, as it stands in the certificate. */
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
}

export interface CvcEcKey {
  readonly kind: 'ec'
  readonly oid: string
  /** 04‖x‖y. */
  readonly point: Uint8Array
  /** The curve by its name where the key says which; DV and terminal keys inherit it. The cofactor is optional among the parameters. */
  readonly parameters?: { readonly curve: string; readonly cofactor: 'given' | 'absent' } | undefined
}

/** A public key data object of a card-verifiable certificate. @source Doc 9303-12 §7.2.3.2 */
export type CvcPublicKey = CvcRsaKey | CvcEcKey

/** How the key signs; undefined for an identifier of another use. */
export const cvcAlgorithmOf = (key: CvcPublicKey): CvcAlgorithm | undefined => ALGORITHMS[key.oid]

/** The object identifier of an algorithm. @throws RangeError when there is none: PKCS #1 goes with SHA-1, -256 and -512 only, and so does PSS */
export function cvcAlgorithmOid(a: CvcAlgorithm): string {
  const id = Object.keys(ALGORITHMS).find((o) => ALGORITHMS[o]!.kind === a.kind && ALGORITHMS[o]!.hash === a.hash)
  if (id === undefined) throw new RangeError(`no Terminal Authentication with ${a.kind} and ${a.hash}`)
  return id
}

/** The parameters of the crypto port for signatures of this key. PSS has a salt as long as the hash. @source Doc 9303-11 §7.1.4.1.1 */
export function cvcSchemeOf(key: CvcPublicKey): Scheme | undefined {
  const a = cvcAlgorithmOf(key)
  if (a === undefined || (a.kind === 'ecdsa') !== (key.kind === 'ec')) return undefined
  if (a.kind === 'ecdsa') return { kind: 'ecdsa', hash: a.hash, form: 'plain' }
  return a.kind === 'rsa-pss' ? { kind: 'rsa-pss', hash: a.hash, mgfHash: a.hash, salt: HASH_LENGTH[a.hash] } : { kind: 'rsa-pkcs1', hash: a.hash }
}

export const curveNamed = (name: string | undefined): Curve | undefined => CURVES.find((c) => c.name === name)

/** The key as SubjectPublicKeyInfo; undefined for an EC key that does not say its curve. */
export function cvcSpki(key: CvcPublicKey): Uint8Array | undefined {
  if (key.kind === 'rsa') return sequence(sequence(oid(OID_RSA), nothing()), bits(sequence(integer(numberOf(key.modulus)), integer(numberOf(key.exponent)))))
  const curve = curveNamed(key.parameters?.curve)
  return curve && namedSpki(curve, key.point)
}

/**
 * The key with the domain parameters of the authority that certified it, where it has none of its own.
 * Undefined when neither says which, or when the keys are of different kinds. @source Doc 9303-12 §7.2.2.3
 */
export function inheritParameters(key: CvcPublicKey, from: CvcPublicKey): CvcPublicKey | undefined {
  if (key.kind === 'rsa' || key.parameters !== undefined) return key
  const parameters = from.kind === 'ec' ? from.parameters : undefined
  return parameters && key.point.length === 1 + (curveNamed(parameters.curve)?.p.length ?? 0) ? { ...key, parameters } : undefined
}

/** The key without its domain parameters, as DV and terminal certificates carry it. @source Doc 9303-12 §7.2.2.3 */
export function withoutParameters(key: CvcPublicKey): CvcPublicKey {
  return key.kind === 'rsa' ? key : { kind: 'ec', oid: key.oid, point: key.point }
}

const number = (t: Tlv): bigint => numberOf(valueOf(t))

function readParameters(prime: Tlv, cursor: Cursor): Curve {
  const [a, b] = [cursor.take(0x82, 'the first coefficient'), cursor.take(0x83, 'the second coefficient')]
  const [g, n] = [cursor.take(0x84, 'the base point'), cursor.take(0x85, 'the order of the base point')]
  const p = number(prime)
  const curve = CURVES.find((c) => BigInt(`0x${c.p}`) === p)
  const same = curve !== undefined && number(a) === BigInt(`0x${curve.a}`) && number(b) === BigInt(`0x${curve.b}`)
    && hex(valueOf(g)) === `04${curve.g}` && number(n) === BigInt(`0x${curve.n}`)
  if (!same) throw new Malformed(CLAUSE, prime.start, 'the numbers of a known curve')
  return curve
}

function readEc(id: string, cursor: Cursor): CvcEcKey {
  const prime = cursor.maybe(0x81)
  const curve = prime && readParameters(prime, cursor)
  const y = cursor.take(0x86, 'a public point')
  const point = valueOf(y)
  if (point[0] !== 4 || point.length % 2 !== 1 || point.length < 3) throw new Malformed('Doc 9303-12 §7.2.3.1.2', y.start, 'an uncompressed point')
  if (curve === undefined) return { kind: 'ec', oid: id, point }
  if (point.length !== 1 + curve.p.length) throw new Malformed(CLAUSE, y.start, `a point of ${curve.name}`)
  const cofactor = cursor.maybe(0x87)
  if (cofactor !== undefined && number(cofactor) !== 1n) throw new Malformed(CLAUSE, cofactor.start, 'the cofactor 1')
  return { kind: 'ec', oid: id, point, parameters: { curve: curve.name, cofactor: cofactor === undefined ? 'absent' : 'given' } }
}

/** Reads the data object 7F49. @throws Malformed: for the package only */
export function readPublicKey(t: Tlv): CvcPublicKey {
  const cursor = new Cursor(t, CLAUSE)
  const identifier = cursor.take(TAG.oid, 'an algorithm')
  const id = oidOf(identifier, CLAUSE)
  let key: CvcPublicKey
  if (id.startsWith(`${OID_TA}.1.`)) {
    const [n, e] = [cursor.take(0x81, 'a modulus'), cursor.take(0x82, 'an exponent')]
    for (const part of [n, e]) if (number(part) === 0n) throw new Malformed(CLAUSE, part.start, 'a number above zero')
    key = { kind: 'rsa', oid: id, modulus: valueOf(n), exponent: valueOf(e) }
  } else if (id.startsWith(`${OID_TA}.2.`)) key = readEc(id, cursor)
  else throw new Malformed(CLAUSE, identifier.start, 'an algorithm of Terminal Authentication')
  cursor.done()
  return key
}

/** An unsigned integer in the fewest bytes. @source Doc 9303-12 §7.2.3.1.1 */
const fewest = (h: string): Uint8Array => unhex(h.replace(/^(00)+(?=..)/, ''))

/** The data object 7F49. @throws RangeError for a curve that is not known */
export function encodePublicKey(key: CvcPublicKey): Uint8Array {
  if (key.kind === 'rsa') return tlv(0x7f49, oid(key.oid), tlv(0x81, key.modulus), tlv(0x82, key.exponent))
  if (key.parameters === undefined) return tlv(0x7f49, oid(key.oid), tlv(0x86, key.point))
  const curve = curveNamed(key.parameters.curve)
  if (curve === undefined) throw new RangeError(`no curve ${key.parameters.curve}`)
  return tlv(
    0x7f49, oid(key.oid), tlv(0x81, fewest(curve.p)), tlv(0x82, fewest(curve.a)), tlv(0x83, fewest(curve.b)), tlv(0x84, unhex(`04${curve.g}`)),
    tlv(0x85, fewest(curve.n)), tlv(0x86, key.point), ...(key.parameters.cofactor === 'given' ? [tlv(0x87, Uint8Array.of(1))] : []),
  )
}
