import { Malformed } from '../asn1/tlv.ts'

const CLAUSE = 'Doc 9303-13 §2.3.1'
const MASKED = 'ICAO TR Datastructure for Barcode §2.1'

const bytesOf = (n: number): Uint8Array => Uint8Array.of(n >> 16, (n >> 8) & 0xff, n & 0xff)
const numberAt = (b: Uint8Array, at: number): number => b[at]! * 65536 + b[at + 1]! * 256 + b[at + 2]!

/** A day that exists. */
function isDay(year: number, month: number, day: number): boolean {
  const d = new Date(Date.UTC(2000, month - 1, day))
  d.setUTCFullYear(year)
  return month >= 1 && month <= 12 && day >= 1 && d.getUTCMonth() === month - 1 && d.getUTCDate() === day
}

/**
 * A day as the number MMDDYYYY in three bytes.
 *
 * @param day - `CCYY-MM-DD`
 * @throws RangeError on what is no day
 * @source Doc 9303-13 §2.3.1
 */
export function encodeSealDate(day: string): Uint8Array {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (m === null || !isDay(Number(m[1]), Number(m[2]), Number(m[3]))) throw new RangeError(`not a day: ${day}`)
  return bytesOf(Number(`${m[2]}${m[3]}${m[1]}`))
}

/** Reads three bytes as a day. @throws Malformed: for the package only */
export function readSealDate(bytes: Uint8Array, start = 0): string {
  if (bytes.length !== 3) throw new Malformed(CLAUSE, start, 'a day in three bytes')
  const text = String(numberAt(bytes, 0)).padStart(8, '0')
  const [month, day, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)]
  if (text.length !== 8 || !isDay(Number(year), Number(month), Number(day))) throw new Malformed(CLAUSE, start, 'a day that exists')
  return `${year}-${month}-${day}`
}

/**
 * A day of which parts may be unknown, in four bytes: a mask of the digits of MMDDYYYY, then the number.
 *
 * @param day - `CCYY-MM-DD` with `x` for every digit that is not known: `19xx-xx-01`
 * @throws RangeError on any other text
 * @source ICAO TR Datastructure for Barcode §2.1
 */
export function encodeMaskedDate(day: string): Uint8Array {
  const m = /^([\dx]{4})-([\dx]{2})-([\dx]{2})$/.exec(day)
  if (m === null) throw new RangeError(`not a day: ${day}`)
  const digits = `${m[2]}${m[3]}${m[1]}`
  if (!digits.includes('x')) return Uint8Array.of(0, ...encodeSealDate(day))
  const mask = Array.from(digits).reduce((sum, d, i) => sum | (d === 'x' ? 0x80 >> i : 0), 0)
  return Uint8Array.of(mask, ...bytesOf(Number(digits.replaceAll('x', '0'))))
}

/** Reads four bytes as a day with unknown parts. @throws Malformed: for the package only */
export function readMaskedDate(bytes: Uint8Array, start = 0): string {
  if (bytes.length !== 4) throw new Malformed(MASKED, start, 'a day in four bytes')
  const mask = bytes[0]!
  if (mask === 0) return readSealDate(bytes.subarray(1), start + 1)
  const text = String(numberAt(bytes, 1)).padStart(8, '0')
  if (text.length !== 8) throw new Malformed(MASKED, start + 1, 'at most eight digits')
  const d = Array.from(text, (c, i) => ((mask & (0x80 >> i)) === 0 ? c : 'x')).join('')
  return `${d.slice(4)}-${d.slice(0, 2)}-${d.slice(2, 4)}`
}
