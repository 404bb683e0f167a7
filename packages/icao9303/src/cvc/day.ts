import { Malformed, type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'

/** A day of this century, `2026-03-10`: sorts and compares as text. */
export type Day = string

const CLAUSE = 'Doc 9303-12 §7.2.3.1.3'

function isDay(year: number, month: number, day: number): boolean {
  const d = new Date(Date.UTC(year, month - 1, day))
  return d.getUTCMonth() === month - 1 && d.getUTCDate() === day
}

/** Six digits YYMMDD, one in a byte, the year from 2000 to 2099. @throws Malformed: for the package only @source Doc 9303-12 §7.2.3.1.3 */
export function readDay(t: Tlv): Day {
  if (t.end - t.body !== 6) throw new Malformed(CLAUSE, t.start, 'six digits')
  const digit = (i: number): number => {
    const d = t.bytes[t.body + i]!
    if (d > 9) throw new Malformed(CLAUSE, t.body + i, 'an unpacked decimal digit')
    return d
  }
  const two = (i: number): number => digit(i) * 10 + digit(i + 1)
  const [year, month, day] = [2000 + two(0), two(2), two(4)]
  if (!isDay(year, month, day)) throw new Malformed(CLAUSE, t.body, 'a day that exists')
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** A data object with a day: 5F25 effective, 5F24 expiration. @throws RangeError for anything but a day from 2000 to 2099 */
export function encodeDay(tag: 0x5f24 | 0x5f25, day: Day): Uint8Array {
  const m = /^20(\d{2})-(\d{2})-(\d{2})$/.exec(day)
  if (m === null || !isDay(2000 + Number(m[1]), Number(m[2]), Number(m[3]))) throw new RangeError(`no day of this century: ${day}`)
  return tlv(tag, Uint8Array.from(m.slice(1).join(''), Number))
}

/** How many days lie from one to the other. */
export const daysBetween = (from: Day, to: Day): number => (Date.parse(to) - Date.parse(from)) / 86_400_000
