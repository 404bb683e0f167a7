import { type Crypto } from './crypto.ts'
import { type Pair } from './ecdsa.ts'
import { type DsaKey } from './key.ts'
import { bytesOf, numberOf } from './number.ts'

type Power = Crypto['power']

const lengthOf = (n: bigint): number => Math.ceil(n.toString(16).length / 2)

/**
 * DSA verification with one key; undefined when generator or public key are no elements of order q: with such a key
 * anything may be signed. @source FIPS 186-4 §4.7
 */
export function dsaCheck({ p, q, g, y }: DsaKey, power: Power): ((digest: Uint8Array, pair: Pair) => boolean) | undefined {
  const [size, width] = [lengthOf(p), lengthOf(q)]
  const raise = (base: bigint, exponent: bigint): bigint => numberOf(power(bytesOf(base, size), bytesOf(exponent, width), bytesOf(p, size)))
  const isElement = (n: bigint): boolean => n > 1n && n < p - 1n && (raise(n, q - 1n) * n) % p === 1n
  if (!isElement(g) || !isElement(y)) return undefined
  return (digest, { r, s }) => {
    // s to the power of q − 2 is its inverse, for q is prime
    const w = numberOf(power(bytesOf(s, width), bytesOf(q - 2n, width), bytesOf(q, width)))
    const e = numberOf(digest.subarray(0, width))
    return ((raise(g, (e * w) % q) * raise(y, (r * w) % q)) % p) % q === r
  }
}
