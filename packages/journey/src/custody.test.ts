import { day, personal } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { confirmReturn, dueDay, handOut, parseReturn, takeBack } from './custody.ts'
import { endorsementsFor } from './endorsement.ts'
import { type Mission } from './mission.ts'
import { evolvePermit, type Permit } from './permit.ts'
import { RULES } from './rule.ts'

const outline: Mission['outline'] = { name: '团', category: '01', departDate: day('2024-04-16'), returnDate: day('2024-04-21'), days: 6, places: ['HKG', 'MAC'], members: [{ personId: 'a', role: 'leader', permitNeed: 'new' }], publicityEnds: day('2024-03-01') }
const mission: Mission = { unitId: 'u', outline, form: personal('mission:m', 'document', {} as never), stage: 'approved', decisions: [], returnItems: [], documentNo: undefined, documents: [], paper: undefined, report: undefined }
const ordered = evolvePermit(undefined, { type: 'permit-ordered', number: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', issued: day('2024-03-20'), expiry: day('2029-03-19'), endorsements: endorsementsFor(outline, day('2024-03-20'), RULES) })
const permit = evolvePermit(ordered, { type: 'permit-produced', serial: 'SB000001', mrz: personal('a', 'identity', []), by: 'i', at: 't' })
const unit = { name: '局', shortName: '局', usci: '', type: '', locks: [] as readonly string[] }
const facts = { mission, unit, rules: RULES, today: day('2024-04-12') }
const h = { missionId: 'm', to: '专办员', by: 'c', at: 't' }
const code = (p: Permit | undefined, f: Partial<typeof facts> = {}): string => { const r = handOut(p, { ...facts, ...f }, h); return r.ok ? 'ok' : r.error.code }

describe('the counter', () => {
  it('W33 hands out only to the approved, after the publicity, to a unit without debt', () => {
    expect(code(permit)).toBe('ok')
    expect(code(undefined)).toBe('not-found')
    expect(code(ordered)).toBe('step-not-allowed')
    for (const stage of ['filed', 'checked', 'refused', 'cancelled', 'closed'] as const) expect(code(permit, { mission: { ...mission, stage } })).toBe('mission-not-approved')
    expect(code({ ...permit, personId: 'b' })).toBe('holder-not-member')
    expect(code(permit, { unit: { ...unit, locks: ['c'] } })).toBe('unit-locked')
    expect(code(permit, { today: day('2024-03-01') })).toBe('publicity-running')
    expect(code(permit, { today: day('2024-03-02') })).toBe('ok')
  })

  it.each([['2024-10-20', 'validity-too-short'], ['2024-10-21', 'ok']])('W33 a permit good until %s, for a return on 21 April: %s', (expiry, expected) => { expect(code({ ...permit, expiry: day(expiry) })).toBe(expected) })

  it('W33 six months from the last of a long month end with the last of the short one', () => {
    const late = { ...mission, outline: { ...outline, returnDate: day('2024-08-31') } }
    expect(code({ ...permit, expiry: day('2025-02-28') }, { mission: late })).toBe('ok')
    expect(code({ ...permit, expiry: day('2025-02-27') }, { mission: late })).toBe('validity-too-short')
  })

  it('W33 one journey, one endorsement: not to a place without one, and not again when it is used', () => {
    expect(code({ ...permit, endorsements: permit.endorsements.slice(0, 1) })).toBe('endorsement-missing')
    expect(code({ ...permit, state: 'in-custody' })).toBe('endorsement-missing')
    const far = { ...mission, outline: { ...outline, departDate: day('2025-04-16'), returnDate: day('2025-04-21') } }
    expect(code(permit, { mission: far })).toBe('endorsement-missing')
  })

  const form = { realExit: '2024-04-16', realEntry: '2024-04-21', places: ['HKG'], by: '专办员', condition: 'good' }
  it.each([
    [{}, 'ok'], [{ realExit: '2024-04-31' }, 'day-invalid realExit'], [{ realEntry: 'x' }, 'day-invalid realEntry'], [{ realEntry: '2024-04-15' }, 'ends-before-begins realEntry'],
    [{ realEntry: '2024-04-24' }, 'day-in-future realEntry'], [{ places: [] }, 'field-missing places'],
  ])('W34 the return form with %o: %s', (change, expected) => {
    const r = parseReturn({ ...form, ...change }, day('2024-04-23'))
    expect(r.ok ? 'ok' : `${r.error.code} ${r.error.at}`).toBe(expected)
  })

  it('W34 what is taken back is sealed by the traveller, and confirmed after, once', () => {
    const out = { ...permit, state: 'handed-out' as const }
    const parsed = parseReturn(form, day('2024-04-23'))
    const r = takeBack(out, parsed.ok ? parsed.value : (undefined as never), { by: 'c', at: 't' })
    const back = r.ok ? r.value.reduce<Permit | undefined>(evolvePermit, out)! : out
    expect([back.state, back.returned?.$person]).toEqual(['returned', 'a'])
    const c = confirmReturn(back, { by: 'c2', at: 't' })
    const kept = c.ok ? c.value.reduce<Permit | undefined>(evolvePermit, back)! : back
    expect([kept.state, confirmReturn(kept, { by: 'c2', at: 't' }).ok, takeBack(kept, {} as never, { by: 'c', at: 't' }).ok]).toEqual(['in-custody', false, false])
  })

  it('W35 the day is departure, approved days and seven; from the real entry once that is known; with its formula', () => {
    const o = { departDate: day('2024-04-16'), approvedDays: 6 }
    expect(dueDay(o, RULES)).toEqual({ due: '2024-04-29', formula: '2024-04-16 + 6 + 7' })
    expect(dueDay({ ...o, realEntry: day('2024-04-20') }, RULES)).toEqual({ due: '2024-04-27', formula: '2024-04-20 + 7' })
  })
})
