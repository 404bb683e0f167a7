import { Malformed } from '../asn1/tlv.ts'

const CLAUSE = 'Doc 9303-13 §2.6'
/** By C40 value; the first three are shifts, which seals do not use. */
const CHARACTERS = '\0\0\0 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** Says that one character of plain ASCII follows. */
const UNLATCH = 0xfe

const valueOf = (c: string): number => CHARACTERS.indexOf(c, 3)

/**
 * Text as bytes, three characters in two.
 *
 * @param text - capital letters, digits, spaces and fillers; `<` is written as a space
 * @throws RangeError on any other character
 * @source Doc 9303-13 §2.6.1, §2.6.3
 */
export function encodeC40(text: string): Uint8Array {
  const plain = text.replaceAll('<', ' ')
  const bytes: number[] = []
  for (let i = 0; i < plain.length; i += 3) {
    const triple = plain.slice(i, i + 3)
    const values = Array.from(triple, valueOf)
    const bad = values.indexOf(-1)
    if (bad >= 0) throw new RangeError(`not a character of a seal: ${triple[bad]}`)
    if (triple.length === 1) bytes.push(UNLATCH, triple.charCodeAt(0) + 1)
    else {
      const u = 1600 * values[0]! + 40 * values[1]! + (values[2] ?? 0) + 1
      bytes.push(u >> 8, u & 0xff)
    }
  }
  return Uint8Array.from(bytes)
}

/** How many bytes a text of this length takes. */
export const c40Length = (characters: number): number => 2 * Math.ceil(characters / 3)

/**
 * Reads C40; fillers come out as the spaces that they were written as. @throws Malformed: for the package only
 *
 * @param start - where the bytes begin in what they were taken from
 */
export function readC40(bytes: Uint8Array, start = 0): string {
  if (bytes.length % 2 !== 0) throw new Malformed(CLAUSE, start + bytes.length, 'pairs of bytes')
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) text += pair(bytes, i, start)
  return text
}

function pair(bytes: Uint8Array, i: number, start: number): string {
  const [a, b] = [bytes[i]!, bytes[i + 1]!]
  const isLast = i + 2 === bytes.length
  if (a === UNLATCH) {
    const c = String.fromCharCode(b - 1)
    if (!isLast || b === 0 || valueOf(c) < 0) throw new Malformed(CLAUSE, start + i, 'one last character')
    return c
  }
  const u = a * 256 + b - 1
  const values = [Math.floor(u / 1600), Math.floor(u / 40) % 40, u % 40]
  const isPadded = isLast && values[2] === 0
  const used = isPadded ? values.slice(0, 2) : values
  if (u < 0 || used.some((v) => v < 3 || v > 39)) throw new Malformed(CLAUSE, start + i, 'capital letters, digits and spaces')
  return used.map((v) => CHARACTERS[v]!).join('')
}
