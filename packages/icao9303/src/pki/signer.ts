import { type Tlv } from '../asn1/tlv.ts'
import { bits, octets, oid, sequence, yes } from '../asn1/write.ts'
import { type HashName, type Scheme, type Sign } from '../crypto.ts'
import { signatureIdentifier } from './algorithm.ts'

/** Who signs: the key as a function, and how it signs. A hash alone means ECDSA with it. */
export type Signer =
  | { readonly sign: Sign; readonly hash: HashName }
  | { readonly sign: Sign; readonly scheme: Scheme }

export function signerScheme(signer: Signer): Scheme {
  return 'scheme' in signer ? signer.scheme : { kind: 'ecdsa', hash: signer.hash, form: 'der' }
}

/**
 * What X.509 signs: the content, which may have to name the algorithm inside, the algorithm again, the signature.
 *
 * @source RFC 5280 §4.1
 */
export async function seal(content: (algorithm: Uint8Array) => Uint8Array, signer: Signer): Promise<Uint8Array> {
  const algorithm = signatureIdentifier(signerScheme(signer))
  const tbs = content(algorithm)
  return sequence(tbs, algorithm, bits(await signer.sign(tbs)))
}

/** An extension in DER; criticality is written only where it is set. @source RFC 5280 §4.1 */
export function extension(id: string, value: Uint8Array, critical?: 'critical'): Uint8Array {
  return sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(value))
}

/** The same TLV read under the tag that an IMPLICIT one stands for. */
export const retagged = (t: Tlv, tag: number): Tlv => ({ ...t, tag })
