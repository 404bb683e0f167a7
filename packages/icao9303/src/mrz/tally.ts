import { type Format } from './format.ts'

/** The classes of characters, as bits above the value of a character. */
export const DIGIT = 1 << 6
export const LETTER = 1 << 7
export const FILLER = 1 << 8
export const FOREIGN = 1 << 9

/** Value and class of each character; what is beyond is foreign. */
const CHARACTERS = Int32Array.from({ length: 128 }, (_, c) => {
  if (c >= 48 && c <= 57) return DIGIT | (c - 48)
  if (c >= 65 && c <= 90) return LETTER | (c - 55)
  return c === 60 ? FILLER : FOREIGN
})
const VALUE = 63
const SUM = 1023

/** The classes of what `pack` went over last. */
let seen = 0

/**
 * Three sums over a stretch, of every third character from the first, the second and the third on, in ten bits
 * each: any check digit that has the stretch in it is had from them without going over the characters again.
 */
function pack(line: string, from: number, to: number): number {
  let a = 0
  let b = 0
  let c = 0
  let classes = 0
  let high = 0
  let i = from
  for (; i + 2 < to; i += 3) {
    const x = line.charCodeAt(i)
    const y = line.charCodeAt(i + 1)
    const z = line.charCodeAt(i + 2)
    high |= x | y | z
    const p = CHARACTERS[x & 127]!
    const q = CHARACTERS[y & 127]!
    const r = CHARACTERS[z & 127]!
    classes |= p | q | r
    a += p & VALUE
    b += q & VALUE
    c += r & VALUE
  }
  for (let rest = 0; i < to; i++, rest++) {
    const x = line.charCodeAt(i)
    high |= x
    const p = CHARACTERS[x & 127]!
    classes |= p
    if (rest === 0) a += p & VALUE
    else b += p & VALUE
  }
  seen = (high > 127 ? classes | FOREIGN : classes) & ~VALUE
  return a | (b << 10) | (c << 20)
}

/** The classes of a stretch, together. */
export function classesOf(line: string, from: number, to: number): number {
  pack(line, from, to)
  return seen
}

const from7 = (p: number): number => 7 * (p & SUM) + 3 * ((p >> 10) & SUM) + (p >> 20)
const from3 = (p: number): number => 3 * (p & SUM) + ((p >> 10) & SUM) + 7 * (p >> 20)
const from1 = (p: number): number => (p & SUM) + 7 * ((p >> 10) & SUM) + 3 * (p >> 20)

/** The value of a digit or filler that was given; for a composite over it. */
const valueOf = (code: number): number => (code < 128 ? CHARACTERS[code]! & VALUE : 0)

/**
 * What was counted over one zone. It is written by `tally` and holds until the next call: nothing of it may leave.
 * `digits`: what each check digit should be, in the order of the format's checks. `right`: a bit for each that is.
 */
export const counted = { digits: [0, 0, 0, 0, 0], right: 0, number: 0, birth: 0, expiry: 0, optional: 0 }

/**
 * Counts a zone: every check digit, and the classes of the checked fields, in one pass. All formats have the same
 * order of number, two dates and optional data, so that the weights fall alike; only the TD1 has the optional data
 * of its first line before the dates.
 *
 * @source Doc 9303-3 §4.9, Doc 9303-4, -5, -6 §4.2.4
 */
export function tally(f: Format, lines: readonly string[]): void {
  const { number, first, second, optional, optional2, final } = f.course
  const { digits } = counted
  const numbers = lines[number.line]!
  const dates = lines[first.line]!
  const n = pack(numbers, number.at, number.at + 9)
  counted.number = seen
  const d1 = pack(dates, first.at, first.at + 6)
  const firstSeen = seen
  const d2 = pack(dates, second.at, second.at + 6)
  counted.birth = f.lines === 1 ? seen : firstSeen
  counted.expiry = f.lines === 1 ? firstSeen : seen
  const given0 = numbers.charCodeAt(number.at + 9)
  const given1 = dates.charCodeAt(first.at + 6)
  const given2 = dates.charCodeAt(second.at + 6)
  digits[0] = from7(n) % 10
  digits[1] = from7(d1) % 10
  digits[2] = from7(d2) % 10
  let right = (given0 === 48 + digits[0] ? 1 : 0) | (given1 === 48 + digits[1] ? 2 : 0) | (given2 === 48 + digits[2] ? 4 : 0)
  let total = from7(n) + 7 * valueOf(given0) + from3(d1) + 3 * valueOf(given1) + from1(d2) + valueOf(given2)
  counted.optional = 0
  if (optional !== undefined) {
    const o = pack(lines[optional.line]!, optional.at, optional.at + optional.length)
    counted.optional = seen
    total += f.lines === 3 ? from3(o) : from7(o)
    if (f.checks.length === 5) {
      const given = dates.charCodeAt(optional.at + optional.length)
      digits[3] = from7(o) % 10
      total += valueOf(given)
      right |= given === 48 + digits[3] || (given === 60 && o === 0) ? 8 : 0
    }
  }
  if (optional2 !== undefined) {
    total += from7(pack(lines[optional2.line]!, optional2.at, optional2.at + optional2.length))
    counted.optional |= seen
  }
  if (final !== undefined) {
    const last = f.checks.length - 1
    digits[last] = total % 10
    right |= dates.charCodeAt(final.at) === 48 + digits[last] ? 1 << last : 0
  }
  counted.right = right
}
