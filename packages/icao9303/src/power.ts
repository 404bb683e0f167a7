import { bytesOf, numberOf } from './number.ts'

/** Modular exponentiation by squaring. All big-endian; the result is as long as the modulus. Not in constant time. */
export function powerOf(base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  const m = numberOf(modulus)
  if (m === 0n) throw new RangeError('a modulus above zero')
  let [result, b] = [1n, numberOf(base) % m]
  for (let e = numberOf(exponent); e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * b) % m
    b = (b * b) % m
  }
  return bytesOf(result % m, modulus.length)
}
