import { Cursor, Malformed, readWhole, valueOf, type Tlv } from './asn1/tlv.ts'
import { bitsOf, oidOf, TAG } from './asn1/value.ts'
import { bits, integer, nothing, oid, sequence } from './asn1/write.ts'
import { type HashName } from './crypto.ts'
import { numberOf } from './number.ts'
import { schemeOf } from './pki/algorithm.ts'
import { namedSpki, readEcKey, type Curve } from './pki/curve.ts'

export interface EcKey { readonly kind: 'ec'; readonly curve: Curve; readonly point: Uint8Array }

/** An RSA key; one that is for PSS only says so, and may say with what. @source RFC 4055 §3.1 */
export interface RsaKey {
  readonly kind: 'rsa'
  readonly modulus: bigint
  readonly exponent: bigint
  readonly pss: 'free' | 'only' | { readonly hash: HashName; readonly mgfHash: HashName; readonly salt: number }
}

/** A DSA key; whether its numbers are sound is asked when it is used. */
export interface DsaKey { readonly kind: 'dsa'; readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly y: bigint }

export type PublicKey = EcKey | RsaKey | DsaKey

const OID_RSA = '1.2.840.113549.1.1.1'
const OID_DSA = '1.2.840.10040.4.1'
const OID_PSS = '1.2.840.113549.1.1.10'
const CLAUSE = 'RFC 3279 §2.3.1'
/** Below the first any desk breaks a key, above the second a signature takes a reader's time. */
const [LEAST_BITS, MOST_BITS, MOST_DSA_BITS, EXPONENT_BITS] = [1024, 16384, 4096, 64]

const bitLength = (n: bigint): number => n.toString(2).length

/** An INTEGER by its bits: some issuers forgot the zero byte before a modulus, and its sign means nothing. */
function unsigned(t: Tlv): bigint {
  if (t.end === t.body) throw new Malformed(CLAUSE, t.start, 'an INTEGER')
  return numberOf(valueOf(t))
}

/** Numbers of a DSA key, each of its length. @source RFC 3279 §2.3.2, FIPS 186-4 §4.2 */
function readDsa(parameters: Cursor, key: Uint8Array): DsaKey {
  const numbers = new Cursor(parameters.take(TAG.sequence, 'the parameters of the key itself'), CLAUSE)
  const [p, q, g] = [unsigned(numbers.take(TAG.integer, 'p')), unsigned(numbers.take(TAG.integer, 'q')), unsigned(numbers.take(TAG.integer, 'g'))]
  numbers.done()
  parameters.done()
  const y = unsigned(readWhole(key, TAG.integer, CLAUSE))
  if (![160, 224, 256].includes(bitLength(q)) || bitLength(p) < LEAST_BITS || bitLength(p) > MOST_DSA_BITS || p % 2n === 0n) throw new Malformed(CLAUSE, 0, 'p and q of DSA')
  return { kind: 'dsa', p, q, g, y }
}

function readNumbers(spki: Tlv): RsaKey | DsaKey {
  const outer = new Cursor(spki, CLAUSE)
  const algorithm = outer.take(TAG.sequence, 'an algorithm identifier')
  const key = bitsOf(outer.take(TAG.bits, 'a key'))
  outer.done()
  const inner = new Cursor(algorithm, CLAUSE)
  const name = oidOf(inner.take(TAG.oid, 'an algorithm'))
  if (name === OID_DSA) return readDsa(inner, key)
  if (name !== OID_RSA && name !== OID_PSS) throw new Malformed(CLAUSE, algorithm.start, 'a key of EC, RSA or DSA')
  const rule = name === OID_PSS && inner.peek() === TAG.sequence ? schemeOf(algorithm) : undefined
  const numbers = new Cursor(readWhole(key, TAG.sequence, CLAUSE), CLAUSE)
  const [modulus, exponent] = [unsigned(numbers.take(TAG.integer, 'a modulus')), unsigned(numbers.take(TAG.integer, 'an exponent'))]
  numbers.done()
  const size = bitLength(modulus)
  if (size < LEAST_BITS || size > MOST_BITS || modulus % 2n === 0n) throw new Malformed(CLAUSE, spki.start, `an odd modulus of ${LEAST_BITS} to ${MOST_BITS} bits`)
  // with the exponent 1 everything is signed by everybody
  if (exponent < 3n || exponent % 2n === 0n || bitLength(exponent) > EXPONENT_BITS) throw new Malformed(CLAUSE, spki.start, 'an odd exponent from 3 up')
  return { kind: 'rsa', modulus, exponent, pss: rule?.kind === 'rsa-pss' ? rule : name === OID_PSS ? 'only' : 'free' }
}

/** The key of a SubjectPublicKeyInfo, or undefined when it is none that documents use. Points on the curve are checked by whoever uses them. */
export function readPublicKey(spki: Uint8Array): PublicKey | undefined {
  try {
    const whole = readWhole(spki, TAG.sequence, CLAUSE)
    const ec = readEcKey(whole)
    if (ec === undefined) return readNumbers(whole)
    const width = ec.curve.p.length / 2
    // compressed points are read, hybrid ones are nobody's
    const form = ec.point[0]
    const sound = (form === 4 && ec.point.length === 1 + 2 * width) || ((form === 2 || form === 3) && ec.point.length === 1 + width)
    return sound ? { kind: 'ec', curve: ec.curve, point: ec.point } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** The key in the one form that every engine reads: curves by name, RSA for any scheme. */
export function encodeKey(key: EcKey | RsaKey): Uint8Array {
  if (key.kind === 'ec') return namedSpki(key.curve, key.point)
  return sequence(sequence(oid(OID_RSA), nothing()), bits(sequence(integer(key.modulus), integer(key.exponent))))
}

