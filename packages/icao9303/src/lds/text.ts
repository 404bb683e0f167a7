import { valueOf, type Tlv } from '../asn1/tlv.ts'
import { hex } from '../asn1/value.ts'
import { type Reading } from './decoded.ts'

/** Where defects of a value go, and under which clause. */
export interface Ground { readonly reading: Reading; readonly clause: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Each byte as the character of its number. */
export function latin1(b: Uint8Array): string {
  let s = ''
  for (const byte of b) s += String.fromCharCode(byte)
  return s
}

/** Text in UTF-8; what is not is read byte by byte and named. @source Doc 9303-10 §3.9.1 */
export function readText(t: Tlv, o: Ground): string {
  try {
    return utf8.decode(valueOf(t))
  } catch {
    o.reading.note({ code: 'text-encoding', offset: t.body, says: 'the text is not in UTF-8', clause: 'Doc 9303-10 §3.9.1' })
    return latin1(valueOf(t))
  }
}

/** CCYYMMDD, or with hhmmss. */
export const DIGITS = { date: 8, time: 14 } as const

/** True for a day of the calendar; unknown parts are zeros. @source Doc 9303-10 §4.7.11.1 */
function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))]
  if (month > 12) return false
  // an unknown year may be one that has a 29 February, as 2000 does
  const last = month === 0 ? 31 : new Date(Date.UTC(year === 0 ? 2000 : year, month, 0)).getUTCDate()
  return day <= last
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text)

/** Digits as characters, or packed two in a byte as some States write them; anything else as it stands, and named. */
export function readDate(t: Tlv, form: keyof typeof DIGITS, o: Ground): string {
  const note = (code: string, says: string): void => { o.reading.note({ code, offset: t.body, says, clause: o.clause }) }
  const length = DIGITS[form]
  const digits = hex(valueOf(t))
  // packed digits begin with the century; from 30 on they are characters
  const isPacked = digits.length === length && /^[0-2]\d+$/.test(digits)
  if (isPacked) note('date-in-bcd', 'the date is in packed digits instead of characters')
  const text = isPacked ? digits : readText(t, o)
  if (!/^\d+$/.test(text) || text.length !== length) {
    if (text !== '') note('date-form', `a date should have ${length} digits`)
  } else if (!isDay(text) || (form === 'time' && !isTime(text.slice(8)))) note('date-impossible', `${text} is no date`)
  return text
}
