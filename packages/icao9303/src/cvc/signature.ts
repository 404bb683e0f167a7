import { Cursor, Malformed, readWhole } from '../asn1/tlv.ts'
import { concat, integerOf, TAG } from '../asn1/value.ts'
import { integer, sequence } from '../asn1/write.ts'
import { bytesOf, numberOf } from '../number.ts'

const CLAUSE = 'RFC 3279 §2.2.3'

/** r and s of an ECDSA signature. */
export interface EcdsaSignature { readonly r: bigint; readonly s: bigint }

/** An ECDSA signature in DER; undefined when it is anything else. */
export function decodeDerSignature(der: Uint8Array): EcdsaSignature | undefined {
  try {
    const cursor = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
    const [r, s] = [integerOf(cursor.take(TAG.integer, 'r')), integerOf(cursor.take(TAG.integer, 's'))]
    cursor.done()
    return r < 0n || s < 0n ? undefined : { r, s }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Two halves of equal length. @source BSI TR-03111 §5.2.1 */
export function decodePlainSignature(plain: Uint8Array): EcdsaSignature | undefined {
  if (plain.length === 0 || plain.length % 2 !== 0) return undefined
  const half = plain.length / 2
  return { r: numberOf(plain.subarray(0, half)), s: numberOf(plain.subarray(half)) }
}

export const encodeDerSignature = (v: EcdsaSignature): Uint8Array => sequence(integer(v.r), integer(v.s))

/** r‖s, each as long as the order of the group. @throws RangeError when one has no room */
export const encodePlainSignature = (v: EcdsaSignature, size: number): Uint8Array => concat(bytesOf(v.r, size), bytesOf(v.s, size))
