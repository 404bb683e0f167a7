/** What six characters of a date are: a day, a day of which parts are unknown, or neither. */
export type DateStanding = 'whole' | 'partial' | 'unknown' | 'zeros' | 'impossible'

const UNKNOWN = -1
const NO_NUMBER = -2
const DAYS = [31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Two digits as a number, two fillers as unknown. */
function pairAt(text: string, at: number): number {
  const a = text.charCodeAt(at)
  const b = text.charCodeAt(at + 1)
  if (a >= 48 && a <= 57 && b >= 48 && b <= 57) return (a - 48) * 10 + b - 48
  return a === 60 && b === 60 ? UNKNOWN : NO_NUMBER
}

/**
 * What the six characters from `at` are. Whole parts (year, month, day) may be unknown; a zero month or day
 * is how some issuers write what is unknown. The 29th of February passes when the year, of whatever century,
 * may be a leap year.
 *
 * @source Doc 9303-3 §4.8
 */
export function standingOfDate(text: string, at: number): DateStanding {
  const year = pairAt(text, at)
  const month = pairAt(text, at + 2)
  const day = pairAt(text, at + 4)
  if (year === NO_NUMBER || month === NO_NUMBER || day === NO_NUMBER || month > 12) return 'impossible'
  const longest = DAYS[month < 0 ? 0 : month]!
  if (day > longest || (month === 2 && day === 29 && year > 0 && year % 4 !== 0)) return 'impossible'
  if (month === 0 || day === 0) return 'zeros'
  if (year === UNKNOWN && month === UNKNOWN && day === UNKNOWN) return 'unknown'
  return year === UNKNOWN || month === UNKNOWN || day === UNKNOWN ? 'partial' : 'whole'
}

/** Whether six digits from `at` are a day: {@link standingOfDate} for what is known to be digits. */
export function isDay(text: string, at: number): boolean {
  const month = (text.charCodeAt(at + 2) - 48) * 10 + text.charCodeAt(at + 3) - 48
  const day = (text.charCodeAt(at + 4) - 48) * 10 + text.charCodeAt(at + 5) - 48
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month]!) return false
  return month !== 2 || day !== 29 || standingOfDate(text, at) === 'whole'
}

/** A date with its century: what is unknown is absent, and XX in the text. */
export interface FullDate {
  readonly year?: number
  readonly month?: number
  readonly day?: number
  /** `YYYY-MM-DD`; unknown parts are X, as the visual zone writes them. */
  readonly text: string
  /** The first and the last day that it may be, `YYYY-MM-DD`; absent when the year is unknown. */
  readonly from?: string
  readonly to?: string
}

const two = (n: number | undefined): string => (n === undefined ? 'XX' : String(n).padStart(2, '0'))
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const lastDay = (year: number, month: number): number => (month === 2 && !isLeap(year) ? 28 : DAYS[month]!)

function dateOf(year: number, month: number | undefined, day: number | undefined): FullDate {
  const lastMonth = month ?? 12
  const from = `${year}-${two(month ?? 1)}-${two(day ?? 1)}`
  const to = `${year}-${two(lastMonth)}-${two(Math.min(day ?? 31, lastDay(year, lastMonth)))}`
  return {
    year,
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
    text: `${year}-${two(month)}-${two(day)}`,
    from,
    to,
  }
}

/**
 * A date of the zone with its century: the latest one whose first possible day is not after `latest`
 * (`YYYY-MM-DD`). Undefined when the six characters are no date, or none in that century.
 *
 * @source Doc 9303-3 §4.8, which gives two digits of the year and no rule for the rest
 */
export function dateBefore(text: string, latest: string): FullDate | undefined {
  const standing = standingOfDate(text, 0)
  if (text.length !== 6 || standing === 'impossible') return undefined
  const [year, month, day] = [pairAt(text, 0), pairAt(text, 2), pairAt(text, 4)]
  const [m, d] = [month > 0 ? month : undefined, day > 0 ? day : undefined]
  if (year === UNKNOWN)
    return { ...(m === undefined ? {} : { month: m }), ...(d === undefined ? {} : { day: d }), text: `XXXX-${two(m)}-${two(d)}` }
  const century = Math.floor(Number(latest.slice(0, 4)) / 100) * 100
  const full = century + year
  const date = dateOf(full, m, d)
  const chosen = date.from! <= latest ? date : dateOf(full - 100, m, d)
  return chosen.day !== undefined && chosen.month !== undefined && chosen.day > lastDay(chosen.year!, chosen.month)
    ? undefined
    : chosen
}
