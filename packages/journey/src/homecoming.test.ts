import { addDays, day, type Day } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { check, comeHome, duty, evolveHomecoming, type Homecoming, type HomecomingEvent, lock, remind, reportDue } from './homecoming.ts'
import { type ReturnForm } from './permit.ts'
import { RULES } from './rule.ts'

const due = day('2024-07-08')
const opened: Homecoming = evolveHomecoming(undefined, { type: 'homecoming-opened', permit: 'SP0000005', personId: 'e', missionId: 'm', unitId: 'u', departDate: day('2024-06-24'), approvedDays: 4, due, formula: 'f' })
const fold = (h: Homecoming, events: readonly HomecomingEvent[]): Homecoming => events.reduce<Homecoming | undefined>(evolveHomecoming, h)!
const form: ReturnForm = { realExit: day('2024-06-24'), realEntry: day('2024-06-28'), places: ['MAC', 'HKG'], by: '', condition: 'good', remark: '' }

/** The clock's work of one day: it asks until nothing is wanted any more. */
function oneDay(h: Homecoming, today: Day, log: string[]): Homecoming {
  for (let now = h, n = 0; ; n++) {
    const wanted = duty(now, RULES, today)
    if (wanted === undefined) return now
    expect(n).toBeLessThan(3)
    const r = wanted === 'lock' ? lock(now, 'c', { rules: RULES, today }) : remind(now, today)
    if (!r.ok) throw new Error(r.error.code)
    log.push(`${wanted} ${today}`)
    now = fold(now, r.value)
  }
}

describe('the way home', () => {
  it('W36 reminders go out the day before, the day after, then every third day; W37 the lock comes on the 31st', () => {
    const log: string[] = []
    let h = opened
    for (let d = day('2024-06-20'); d <= addDays(due, 36); d = addDays(d, 1)) h = oneDay(h, d, log)
    const at = (n: number): string => addDays(due, n)
    expect(log).toEqual([-1, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28].map((n) => `remind ${at(n)}`).concat(`lock ${at(31)}`, `remind ${at(31)}`, `remind ${at(34)}`))
    expect(h.state).toBe('locked')
  })

  it('W36 a clock that stood still does what is wanted now, once, and nothing twice', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -5, max: 60 }), { maxLength: 12 }).map((l) => l.sort((a, b) => a - b)), (offsets) => {
      const log: string[] = []
      let h = opened
      for (const n of offsets) h = oneDay(h, addDays(due, n), log)
      expect(new Set(log).size).toBe(log.length)
      expect(log.filter((l) => l.startsWith('lock')).length).toBe(offsets.some((n) => n > 30) ? 1 : 0)
    }))
  })

  it('W37 nobody is locked on the 30th day, nor twice, nor after the return', () => {
    expect(lock(opened, 'c', { rules: RULES, today: addDays(due, 30) })).toMatchObject({ ok: false, error: { code: 'not-late-enough', details: { days: 30, limit: 30 } } })
    const locked = fold(opened, [{ type: 'homecoming-locked', control: 'c', on: addDays(due, 31) }])
    expect(lock(locked, 'c', { rules: RULES, today: addDays(due, 40) }).ok).toBe(false)
    const r = comeHome(locked, form, { approvedPlaces: ['MAC'], today: addDays(due, 35) })
    const back = r.ok ? fold(locked, r.value) : locked
    expect([back.state, duty(back, RULES, addDays(due, 40)), remind(back, addDays(due, 40)).ok]).toEqual(['returned', undefined, false])
  })

  it('W38 the journey is compared with what was approved: days too many, places too many', () => {
    const r = comeHome(opened, form, { approvedPlaces: ['MAC'], today: day('2024-07-01'), rules: RULES })
    const back = r.ok ? fold(opened, r.value) : opened
    expect([back.overDays, back.otherPlaces, back.due, back.formula]).toEqual([1, ['HKG'], '2024-07-05', '2024-06-28 + 7'])
    const early = comeHome(opened, { ...form, realEntry: day('2024-06-26'), places: ['MAC'] }, { approvedPlaces: ['MAC'], today: day('2024-07-01') })
    expect(early).toMatchObject({ ok: true, value: [{ overDays: 0, otherPlaces: [] }] })
    const checked = check(back, day('2024-07-02'))
    expect([checked.ok, check(opened, day('2024-07-02')).ok, check(checked.ok ? fold(back, checked.value) : back, day('2024-07-03')).ok]).toEqual([true, false, false])
  })

  it('W40 the report is due fifteen days after the return', () => { expect(reportDue(day('2024-06-27'), RULES)).toBe('2024-07-12') })
})
