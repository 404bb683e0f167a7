import { type Day, addDays, weekday } from '@causeway/kernel'

import table from './holidays.json' with { type: 'json' }

/** The days that are off or worked against the weekday. Years without a notice go by the weekday alone. */
export interface Calendar { readonly off: ReadonlySet<string>; readonly work: ReadonlySet<string>; readonly years: Readonly<Record<string, string>> }

function days(range: string): readonly string[] {
  const [from, to] = range.split('..') as [Day, Day]
  const list: string[] = []
  for (let d = from; d <= to; d = addDays(d, 1)) list.push(d)
  return list
}

/** The State Council's calendar as published. An office may load a later one in the same form. */
export const STATE_COUNCIL: Calendar = {
  off: new Set(Object.values(table.years).flatMap((y) => y.off.flatMap(days))),
  work: new Set(Object.values(table.years).flatMap((y) => y.work)),
  years: Object.fromEntries(Object.entries(table.years).map(([year, y]) => [year, y.notice])),
}

export function isWorkday(c: Calendar, d: Day): boolean {
  if (c.work.has(d)) return true
  return !c.off.has(d) && weekday(d) !== 0 && weekday(d) !== 6
}

/** Working days from one day to another, both counted. */
export function workdaysInclusive(c: Calendar, from: Day, to: Day): number {
  let n = 0
  for (let d = from; d <= to; d = addDays(d, 1)) if (isWorkday(c, d)) n += 1
  return n
}

/** The day on which the n-th working day after `d` falls. */
export function addWorkdays(c: Calendar, d: Day, n: number): Day {
  let at = d
  for (let left = n; left > 0;) {
    at = addDays(at, 1)
    if (isWorkday(c, at)) left -= 1
  }
  return at
}
