import { type Crypto } from '../crypto.ts'
import { numberOf } from '../number.ts'
import { type CvCertificate } from './certificate.ts'
import { curveNamed, cvcSchemeOf, cvcSpki, type CvcPublicKey } from './public-key.ts'

/** A key with the domain parameters that it is used with, and what it signed. */
export interface CvcSigned {
  readonly key: CvcPublicKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** How many bytes a signature of the key has: as many as its modulus, or twice as many as the order of its curve. */
function signatureLength(key: CvcPublicKey): number | undefined {
  if (key.kind === 'rsa') return Math.ceil(numberOf(key.modulus).toString(16).length / 2)
  return curveNamed(key.parameters?.curve)?.n.length
}

/**
 * Is this a good signature of a key of the authorization PKI? ECDSA in the plain form only, RSA as long as the
 * modulus. False for a key whose algorithm or curve is not known.
 *
 * @source Doc 9303-11 §7.1.4
 */
export async function isCvcSignature(s: CvcSigned, crypto: Crypto): Promise<boolean> {
  const [scheme, spki] = [cvcSchemeOf(s.key), cvcSpki(s.key)]
  if (scheme === undefined || spki === undefined) return false
  if (s.signature.length !== signatureLength(s.key)) return false
  return crypto.verify({ spki, scheme, message: s.message, signature: s.signature })
}

/** Did this key sign the certificate? Says nothing of dates, references and roles. */
export function isCvcSignedBy(c: Pick<CvCertificate, 'body' | 'signature'>, key: CvcPublicKey, crypto: Crypto): Promise<boolean> {
  return isCvcSignature({ key, message: c.body, signature: c.signature }, crypto)
}
