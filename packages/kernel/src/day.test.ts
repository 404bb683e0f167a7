import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { addDays, day, dayInChina, daysBetween, daysInclusive, parseDay, uuidv7, weekday } from './index.ts'

const anyDay = fc.integer({ min: 0, max: 100_000 }).map((n) => addDays(day('1910-01-01'), n))

describe('a day', () => {
  it.each(['2024-02-30', '2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '24-01-01', '', '2024-01-01T00:00', '0001-01-01', '1899-12-31', '2200-01-01', '9999-12-31'])('%s is none', (text) => {
    expect(parseDay(text)).toBeUndefined()
    expect(() => day(text)).toThrow(RangeError)
  })

  it.each(['2024-02-29', '2000-02-29', '1900-01-01', '2199-12-31'])('%s is one', (text) => { expect(parseDay(text)).toBe(text) })

  it('goes forth and back by days, and compares as text', () => {
    fc.assert(fc.property(anyDay, fc.integer({ min: -5_000, max: 5_000 }), (d, n) => {
      const other = addDays(d, n)
      expect(daysBetween(d, other)).toBe(n)
      expect(addDays(other, -n)).toBe(d)
      expect(Math.sign(n)).toBe(other > d ? 1 : other < d ? -1 : 0)
      expect(weekday(other)).toBe((((weekday(d) + n) % 7) + 7) % 7)
    }))
  })

  it('counts both ends of a stay', () => {
    expect(daysInclusive(day('2024-04-16'), day('2024-04-16'))).toBe(1)
    expect(daysInclusive(day('2024-04-16'), day('2024-04-21'))).toBe(6)
  })

  it('is the day in China, eight hours before the day in Greenwich', () => {
    expect(dayInChina(new Date('2024-03-04T15:59:59Z'))).toBe('2024-03-04')
    expect(dayInChina(new Date('2024-03-04T16:00:00Z'))).toBe('2024-03-05')
  })
})

describe('a key', () => {
  it('sorts by its time, and says version 7', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 1_000_000 }), fc.uint8Array({ minLength: 10, maxLength: 10 }), (at, later, chance) => {
      const [a, b] = [uuidv7(at, chance), uuidv7(at + later, chance)]
      expect(a < b).toBe(true)
      expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(parseInt(a.replaceAll('-', '').slice(0, 12), 16)).toBe(at)
    }))
  })

  it('wants chance enough', () => { expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError) })
})
