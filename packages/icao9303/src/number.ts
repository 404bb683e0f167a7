import { hex } from './asn1/value.ts'

/** The whole number that big-endian bytes write; none write zero. */
export const numberOf = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`))

/** A whole number as big-endian bytes of a length. @throws RangeError when it has no room there */
export function bytesOf(n: bigint, length: number): Uint8Array {
  const digits = n.toString(16).padStart(2 * length, '0')
  if (n < 0n || digits.length > 2 * length) throw new RangeError(`a number from zero up that fits in ${length} bytes`)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  return bytes
}
