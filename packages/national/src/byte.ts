import { hex, integerOf, Malformed, unhex, type Tlv } from 'icao9303/der'

/** What a decoder answers, or undefined where the bytes are not of the form. */
export function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { whole.set(p, at); at += p.length }
  return whole
}

/** Compares what is secret or proves something: looks at every byte, whatever the first ones are. */
export function isSameSecret(a: Uint8Array, b: Uint8Array): boolean {
  let differing = a.length ^ b.length
  for (let i = 0; i < a.length; i++) differing |= a[i]! ^ (b[i] ?? 0)
  return differing === 0
}

/** An INTEGER from zero up, in its shortest form. @throws Malformed */
export function countOf(t: Tlv): bigint {
  const n = integerOf(t)
  if (n < 0n) throw new Malformed('X.690 §8.3', t.start, 'a whole number from zero up')
  return n
}

export const numberOf = (b: Uint8Array): bigint => (b.length === 0 ? 0n : BigInt(`0x${hex(b)}`))
export const bytesOf = (n: bigint, length: number): Uint8Array => unhex(n.toString(16).padStart(2 * length, '0'))
