import { Malformed } from '../asn1/tlv.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const CLAUSE = 'RFC 4648 §6'

/** Base32 without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0]
  for (const b of bytes) {
    held = (held << 8) | b
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31]!
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31]! : text
}

/**
 * Reads Base32, padded or not. @throws Malformed: for the package only
 *
 * @param start - where the text begins in what it was taken from
 */
export function readBase32(text: string, start = 0): Uint8Array {
  const bare = text.replace(/=+$/, '')
  const bytes: number[] = []
  let [held, bits] = [0, 0]
  for (let i = 0; i < bare.length; i++) {
    const v = ALPHABET.indexOf(bare[i]!)
    if (v < 0) throw new Malformed(CLAUSE, start + i, 'A to Z or 2 to 7')
    held = (held << 5) | v
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push(held >> bits)
    held &= (1 << bits) - 1
  }
  if (bits >= 5 || held !== 0) throw new Malformed(CLAUSE, start + bare.length, 'a whole number of bytes')
  return Uint8Array.from(bytes)
}
