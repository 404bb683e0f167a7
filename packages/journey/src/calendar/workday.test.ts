import { addDays, day, weekday } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { addWorkdays, isWorkday, STATE_COUNCIL, workdaysInclusive } from './workday.ts'

const anyDay = fc.integer({ min: 0, max: 1_400 }).map((n) => addDays(day('2023-01-01'), n))

describe('working days', () => {
  it.each([
    ['2024-02-04', true, 'a Sunday worked for the Spring Festival'], ['2024-02-09', true, 'New Year’s Eve of 2024 was no holiday'], ['2024-02-12', false, 'Spring Festival'],
    ['2024-02-18', true, 'a Sunday worked'], ['2024-04-04', false, 'Qingming'], ['2024-05-11', true, 'a Saturday worked'], ['2024-09-16', false, 'Mid-Autumn'],
    ['2024-10-12', true, 'a Saturday worked'], ['2023-09-29', false, 'Mid-Autumn and National Day together'], ['2025-01-27', true, 'a Monday before the festival'],
    ['2025-10-08', false, 'eight days in 2025'], ['2026-01-02', false, 'New Year'], ['2026-02-23', false, 'nine days in 2026'], ['2026-02-28', true, 'a Saturday worked'], ['2026-09-20', true, 'a Sunday worked'],
  ] as const)('W3 %s: %s, %s', (...[d, works]) => { expect(isWorkday(STATE_COUNCIL, day(d))).toBe(works) })

  it('W3 days worked against the weekday are weekends, none is also a holiday, and each year names its notice', () => {
    for (const d of STATE_COUNCIL.work) {
      expect([0, 6], d).toContain(weekday(day(d)))
      expect(STATE_COUNCIL.off.has(d), d).toBe(false)
    }
    for (const year of ['2023', '2024', '2025', '2026']) expect(STATE_COUNCIL.years[year]).toMatch(/^国办发明电〔20\d\d〕\d+号$/)
  })

  it.each([[2023, 249], [2024, 251], [2025, 248], [2026, 248]])('W3 the year %s has %s working days', (year, n) => {
    expect(workdaysInclusive(STATE_COUNCIL, day(`${year}-01-01`), day(`${year}-12-31`))).toBe(n)
  })

  it('W4 the n-th working day after a day is one, and exactly n lie between', () => {
    fc.assert(fc.property(anyDay, fc.integer({ min: 1, max: 30 }), (d, n) => {
      const at = addWorkdays(STATE_COUNCIL, d, n)
      expect(isWorkday(STATE_COUNCIL, at)).toBe(true)
      expect(workdaysInclusive(STATE_COUNCIL, addDays(d, 1), at)).toBe(n)
    }))
  })

  it('W4 both ends count', () => {
    expect(workdaysInclusive(STATE_COUNCIL, day('2024-03-04'), day('2024-03-08'))).toBe(5)
    expect(workdaysInclusive(STATE_COUNCIL, day('2024-03-08'), day('2024-03-08'))).toBe(1)
    expect(workdaysInclusive(STATE_COUNCIL, day('2024-03-08'), day('2024-03-07'))).toBe(0)
  })
})
