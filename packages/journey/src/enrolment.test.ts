import { day } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { destroyEnrolment, type Enrolment, evolveEnrolment, FINGER_REASONS, isEnrolled, hasServed, takeEnrolment } from './enrolment.ts'
import { RULES } from './rule.ts'

const input = { consent: true, fingersReason: 'no-device', photo: 'doc-1', measured: { width: 354, height: 472 } }
const take = (change: Partial<typeof input> = {}) => takeEnrolment({ rules: RULES, today: day('2024-03-20') }, { ...input, ...change })
const taken = (): Enrolment => { const r = take(); if (!r.ok) throw new Error(r.error.code); return r.value.reduce<Enrolment | undefined>(evolveEnrolment, undefined)! }

describe('an enrolment', () => {
  it('W23 needs consent, and a reason for the fingers that are not there', () => {
    expect(take({ consent: false })).toMatchObject({ ok: false, error: { code: 'consent-missing', at: 'consent' } })
    expect(take({ fingersReason: 'lazy' })).toMatchObject({ ok: false, error: { code: 'fingers-reason-unknown', at: 'fingersReason' } })
    for (const fingersReason of FINGER_REASONS) expect(take({ fingersReason }).ok).toBe(true)
  })

  it('W23 is good for five years and no longer', () => {
    const e = taken()
    expect(isEnrolled(undefined, day('2024-03-20'))).toBe(false)
    expect(isEnrolled(e, day('2024-03-20'))).toBe(true)
    expect(isEnrolled(e, e.validTo)).toBe(true)
    expect(isEnrolled(e, day('2029-03-21'))).toBe(false)
  })

  it('W23 is destroyed once, after its days, and counts no more', () => {
    const e0 = taken()
    const served = (today: string, ...permits: readonly (readonly [string, string])[]): boolean => hasServed(e0, permits.map(([state, issued]) => ({ state, issued: day(issued) })), { rules: RULES, today: day(today) })
    expect([served('2024-06-18', ['in-stock', '2024-03-20']), served('2024-06-19', ['in-stock', '2024-03-20'])]).toEqual([false, true])
    expect(served('2024-07-19', ['in-custody', '2024-03-20'], ['ordered', '2024-07-01'])).toBe(false)
    expect(served('2024-06-19', ['in-custody', '2024-03-20'], ['in-stock', '2024-05-01'])).toBe(false)
    expect([served('2030-01-01'), served('2030-01-01', ['cancelled', '2024-03-19'])]).toEqual([false, false])
    const r = destroyEnrolment(taken(), day('2024-06-19'))
    const e = r.ok ? r.value.reduce<Enrolment | undefined>(evolveEnrolment, taken())! : taken()
    expect(isEnrolled(e, day('2024-06-19'))).toBe(false)
    expect(destroyEnrolment(e, day('2024-06-20'))).toMatchObject({ ok: false, error: { code: 'already-erased' } })
    expect(destroyEnrolment(undefined, day('2024-06-20'))).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })
})
