import { day } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { RULES, ruleAt, type RuleVersion } from './rule.ts'

describe('settings', () => {
  const old = RULES.find((r) => r.key === 'stay.HKG.max')!
  const changed: readonly RuleVersion[] = [...RULES.map((r) => (r === old ? { ...r, to: day('2025-06-30') } : r)), { ...old, value: 7, from: day('2025-07-01') }]

  it('W1 a change adds a version and leaves the past as it was', () => {
    expect(ruleAt(changed, 'stay.HKG.max', day('2025-06-30')).value).toBe(5)
    expect(ruleAt(changed, 'stay.HKG.max', day('2025-07-01')).value).toBe(7)
    expect(ruleAt(changed, 'stay.MAC.max', day('2025-07-01')).value).toBe(4)
  })

  it('W1 a setting that is missing is a bug, not a licence', () => {
    expect(() => ruleAt(RULES, 'stay.HKG.max', day('2013-12-31'))).toThrow(RangeError)
    expect(() => ruleAt([], 'report.days', day('2024-01-01'))).toThrow('report.days')
  })

  it.each([
    ['apply.leadDays', 15, 'days', 'block'], ['apply.leadDays.advised', 60, 'days', 'warn'], ['publicity.minWorkdays', 5, 'workdays', 'block'],
    ['stay.HKG.max', 5, 'days', 'block'], ['stay.MAC.max', 4, 'days', 'block'], ['stay.both.max', 8, 'days', 'block'],
    ['group.maxPersons.admin', 6, 'persons', 'block'], ['officialShare.min', 0.67, 'share', 'warn'], ['permit.validYears', 5, 'years', 'block'],
    ['permit.minValidityMonths', 6, 'months', 'block'], ['permit.return.days', 7, 'days', 'block'], ['permit.return.remindEvery', 3, 'days', 'warn'],
    ['permit.return.lockAfter', 30, 'days', 'block'], ['report.days', 15, 'days', 'block'], ['biometric.validYears', 5, 'years', 'block'],
    ['retention.biometric.days', 90, 'days', 'block'],
  ] as const)('W2 %s is %s %s and would %s', (key, value, unit, severity) => {
    expect(ruleAt(RULES, key, day('2024-03-05'))).toMatchObject({ value, unit, severity })
  })

  it('W2 every setting can be looked up: it has a number of its own and the text that it rests on', () => {
    expect(new Set(RULES.map((r) => r.number)).size).toBe(RULES.length)
    for (const r of RULES) {
      expect(r.number).toMatch(/^R-\d\d$/)
      expect(r.basis.length).toBeGreaterThan(5)
    }
  })
})
