import { concat } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Sign } from '../crypto.ts'
import { encodeCvc, encodeCvcBody, encodeProfile, type CvcContent } from './certificate.ts'
import { curveNamed, cvcSchemeOf, encodePublicKey, type CvcPublicKey } from './public-key.ts'
import { encodeReference } from './reference.ts'
import { decodeDerSignature, encodePlainSignature } from './signature.ts'

/** Who signs: the key as a function, and as the public key that verifies it, domain parameters included. */
export interface CvcSigner {
  readonly key: CvcPublicKey
  readonly sign: Sign
}

/**
 * A signature in the form of the authorization PKI: ECDSA plain.
 *
 * @throws RangeError when the function answers no DER signature of a key that has one, or the key has no known algorithm
 */
export async function signCvc(message: Uint8Array, signer: CvcSigner): Promise<Uint8Array> {
  const scheme = cvcSchemeOf(signer.key)
  if (scheme === undefined) throw new RangeError('a key of Terminal Authentication')
  const signature = await signer.sign(message)
  if (signer.key.kind === 'rsa') return signature
  const [value, curve] = [decodeDerSignature(signature), curveNamed(signer.key.parameters?.curve)]
  if (value === undefined || curve === undefined) throw new RangeError('an ECDSA signature in DER, of a key that says its curve')
  return encodePlainSignature(value, curve.n.length / 2)
}

/**
 * A certificate: self-signed where authority and holder are the same, a link where an older key of the CVCA signs
 * a new one, else of a document verifier or terminal, whose EC keys go without domain parameters.
 *
 * @throws RangeError when a part cannot be written or the signer's key cannot sign
 * @source Doc 9303-12 §7.2.2
 */
export async function buildCvc(content: CvcContent, signer: CvcSigner): Promise<Uint8Array> {
  const body = encodeCvcBody(content)
  return encodeCvc({ body, signature: await signCvc(body, signer) })
}

/** What an applicant asks for. */
export interface CvcRequestOrder {
  readonly profile: number
  /** The key of the authority that the applicant expects to be certified with. */
  readonly car?: string | undefined
  /** With domain parameters. */
  readonly publicKey: CvcPublicKey
  readonly chr: string
}

/**
 * A certificate request with its inner signature, by the key that it is about. @source Doc 9303-12 §8.1.1, BSI TR-03110-3 C.2
 *
 * @throws RangeError when a part cannot be written
 */
export async function buildCvcRequest(order: CvcRequestOrder, sign: Sign): Promise<Uint8Array> {
  const body = tlv(
    0x7f4e, encodeProfile(order.profile), ...(order.car === undefined ? [] : [encodeReference(0x42, order.car)]),
    encodePublicKey(order.publicKey), encodeReference(0x5f20, order.chr),
  )
  return encodeCvc({ body, signature: await signCvc(body, { key: order.publicKey, sign }) })
}

/**
 * A request in an envelope signed by another key: an older one of the applicant, or its national authority's.
 *
 * @param car - what the outer key is called
 * @source Doc 9303-12 §8.1.1.5
 */
export async function authenticateCvcRequest(request: Uint8Array, car: string, signer: CvcSigner): Promise<Uint8Array> {
  const message = concat(request, encodeReference(0x42, car))
  return tlv(0x67, message, tlv(0x5f37, await signCvc(message, signer)))
}
