/** A calendar day, `2024-03-05`. Days compare as text. */
export type Day = string & { readonly __unit: 'day' }

const FORM = /^(\d{4})-(\d{2})-(\d{2})$/

/** The years in which people and papers of the office can lie. Outside them a day is a slip of the pen. */
const YEARS = { first: 1900, last: 2199 } as const

/** A day from text, or undefined when there is no such day: 2024-02-30 is none, and neither is 9999-12-31. */
export function parseDay(text: string): Day | undefined {
  const m = FORM.exec(text)
  if (!m) return undefined
  const [y, mo, d] = [Number(m[1]), Number(m[2]), Number(m[3])]
  if (y < YEARS.first || y > YEARS.last) return undefined
  const t = new Date(Date.UTC(y, mo - 1, d))
  return t.getUTCFullYear() === y && t.getUTCMonth() === mo - 1 && t.getUTCDate() === d ? (text as Day) : undefined
}

/** A day known to be right: a constant in the code. @throws RangeError when it is none */
export function day(text: string): Day {
  const d = parseDay(text)
  if (d === undefined) throw new RangeError(`not a day: ${text}`)
  return d
}

const stamp = (d: Day): number => Date.UTC(Number(d.slice(0, 4)), Number(d.slice(5, 7)) - 1, Number(d.slice(8, 10)))

/** The day `n` days after `d` (before, when negative). */
export function addDays(d: Day, n: number): Day {
  return new Date(stamp(d) + n * 86_400_000).toISOString().slice(0, 10) as Day
}

/** Days from `a` to `b`: 0 for the same day, negative when `b` is earlier. */
export function daysBetween(a: Day, b: Day): number {
  return Math.round((stamp(b) - stamp(a)) / 86_400_000)
}

/** Length of a stay when both ends count: leaving and coming home on one day is a stay of 1. */
export function daysInclusive(from: Day, to: Day): number {
  return daysBetween(from, to) + 1
}

/** The weekday, 0 Sunday to 6 Saturday. */
export function weekday(d: Day): number {
  return new Date(stamp(d)).getUTCDay()
}

/** The calendar day in China (UTC+8, no summer time) at an instant. */
export function dayInChina(at: Date): Day {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10) as Day
}
