import { hex, unhex } from './asn1/value.ts'

const number = (b: Uint8Array): bigint => BigInt(`0x0${hex(b)}`)

/** Modular exponentiation by squaring. All big-endian; the result is as long as the modulus. Not in constant time. */
export function powerOf(base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  const m = number(modulus)
  let [result, b] = [1n, number(base) % m]
  for (let e = number(exponent); e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * b) % m
    b = (b * b) % m
  }
  return unhex((result % m).toString(16).padStart(2 * modulus.length, '0'))
}
