import { childrenOf, Cursor, Malformed, readTlv, readWhole, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { bitsOf, integerOf, oidOf, TAG } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { explicitSpki, namedSpki, readEcKey, type Curve } from './curve.ts'

const OID_RSA = '1.2.840.113549.1.1.1'
const OID_RSA_PSS = '1.2.840.113549.1.1.10'
const CLAUSE = 'RFC 5280 §4.1'

/** A public key: an EC point on a known curve, or an RSA modulus with its length in bits. */
export type PublicKey =
  | { readonly kind: 'ec'; readonly curve: Curve; readonly explicit: boolean; readonly point: Uint8Array; readonly spki: Uint8Array }
  | { readonly kind: 'rsa'; readonly bits: number; readonly exponent: bigint; readonly spki: Uint8Array }

/** Reads SubjectPublicKeyInfo; undefined for a kind of key that documents do not use. @throws Malformed */
export function readKey(t: Tlv): PublicKey | undefined {
  const ec = readEcKey(t)
  if (ec !== undefined) return { kind: 'ec', ...ec, spki: namedSpki(ec.curve, ec.point) }
  const [algorithm, key] = childrenOf(t)
  const id = algorithm === undefined ? undefined : childrenOf(algorithm)[0]
  if (id === undefined || key === undefined || ![OID_RSA, OID_RSA_PSS].includes(oidOf(id))) return undefined
  const c = new Cursor(readTlv(bitsOf(key), 0), 'RFC 8017 §A.1.1')
  const [modulus, exponent] = [integerOf(c.take(TAG.integer, 'a modulus')), integerOf(c.take(TAG.integer, 'an exponent'))]
  c.done()
  if (modulus <= 0n || exponent <= 1n) throw new Malformed('RFC 8017 §A.1.1', key.start, 'a positive modulus and exponent')
  return { kind: 'rsa', bits: modulus.toString(2).length, exponent, spki: wholeOf(t) }
}

/** How the curve of an EC key is written: its numbers, as Doc 9303 wants it, or its name, as RFC 5480 does. */
export type CurveForm = 'explicit' | 'named'

function keyFor(spki: Uint8Array): PublicKey {
  const key = readKey(readWhole(spki, TAG.sequence, CLAUSE))
  if (key === undefined) throw new RangeError('only EC and RSA keys are certified')
  return key
}

/**
 * A public key as it stands in what we sign.
 *
 * @throws RangeError for a key that is neither EC nor RSA, or whose point is compressed: the caller chose it
 * @source Doc 9303-12 §4.1.6.1, §4.1.6.3
 */
export function certifiedKey(spki: Uint8Array, form: CurveForm = 'explicit'): Uint8Array {
  const key = keyFor(spki)
  if (key.kind === 'rsa') return key.spki
  if (key.point[0] !== 4 || key.point.length !== 1 + key.curve.p.length) throw new RangeError('the point of an EC key must be uncompressed')
  return form === 'explicit' ? explicitSpki(key.curve, key.point) : key.spki
}

/** The identifier of a key: SHA-1 of its bits. @source RFC 5280 §4.2.1.2 (1) */
export function keyIdentifier(spki: Uint8Array, crypto: Crypto): Uint8Array {
  return crypto.hash('SHA-1', bitsOf(childrenOf(readWhole(spki, TAG.sequence, CLAUSE))[1]!))
}

