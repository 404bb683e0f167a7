import { addDays, day, personal } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Endorsement, endorsementsFor, endorsementState } from './endorsement.ts'
import { type MissionOutline } from './mission.ts'
import { evolvePermit, expiryOf, type Permit, PERMIT_STEPS, type PermitEvent, permitNumber, permitStep, type PermitStep, type ReturnForm } from './permit.ts'
import { RULES } from './rule.ts'

const ordered: PermitEvent = { type: 'permit-ordered', number: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', issued: day('2024-03-20'), expiry: day('2029-03-19'), endorsements: [] }
const EVENTS: Readonly<Record<PermitStep, PermitEvent>> = {
  produce: { type: 'permit-produced', serial: 'SB000001', mrz: personal('a', 'identity', []), by: 'x', at: 't' },
  'hand-out': { type: 'permit-handed-out', to: personal('unit:u', 'contact', '甲'), missionId: 'm', by: 'x', at: 't' },
  'take-back': { type: 'permit-taken-back', form: personal('a', 'identity', {} as ReturnForm), by: 'x', at: 't' },
  'confirm-return': { type: 'permit-return-confirmed', by: 'x', at: 't' },
  cancel: { type: 'permit-cancelled', reason: 'lost', by: 'x', at: 't' },
}

describe('a permit', () => {
  it('W24 any sequence of steps keeps the table', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...(Object.keys(EVENTS) as PermitStep[])), { maxLength: 20 }), (steps) => {
      let p: Permit = evolvePermit(undefined, ordered)
      for (const s of steps) {
        const wanted = PERMIT_STEPS[p.state][s]
        const r = permitStep(p, s)
        expect(r.ok ? r.value : undefined).toBe(wanted)
        if (!r.ok) expect(r.error).toMatchObject({ code: 'step-not-allowed', details: { step: s, stage: p.state } })
        if (r.ok) p = evolvePermit(p, EVENTS[s])
        if (r.ok) expect(p.state).toBe(wanted)
      }
    }), { numRuns: 300 })
  })

  it('W24 going out again forgets the last return', () => {
    const back = (['produce', 'hand-out', 'take-back', 'confirm-return'] as const).reduce<Permit>((p, s) => evolvePermit(p, EVENTS[s]), evolvePermit(undefined, ordered))
    expect([back.state, back.returned === undefined]).toEqual(['in-custody', false])
    expect(evolvePermit(back, EVENTS['hand-out']).returned).toBeUndefined()
  })

  it.each([['2024-03-20', '2029-03-19'], ['2024-02-29', '2029-02-28'], ['2024-01-01', '2028-12-31'], ['2024-03-01', '2029-02-28']])('W25 issued on %s it is good until %s', (issued, expiry) => {
    expect(expiryOf(day(issued), RULES)).toBe(expiry)
  })

  it('W25 its number has nine characters, different for every count, and none when they are used up', () => {
    expect(permitNumber('SP', 1)).toBe('SP0000001')
    expect(permitNumber('SP', 9_999_999)).toBe('SP9999999')
    for (const n of [0, 10_000_000]) expect(() => permitNumber('SP', n)).toThrow(RangeError)
  })
})

describe('endorsements', () => {
  const outline: MissionOutline = { name: '团', category: '01', departDate: day('2024-04-16'), returnDate: day('2024-04-21'), days: 6, places: ['HKG', 'MAC'], members: [], publicityEnds: day('2024-03-01') }

  it('W26 there is one for each place, for one visit, good beyond the end of the mission', () => {
    fc.assert(fc.property(fc.integer({ min: -20, max: 400 }), (ahead) => {
      const today = addDays(outline.departDate, -ahead)
      const list = endorsementsFor(outline, today, RULES)
      expect(list.map((e) => e.place)).toEqual(['HKG', 'MAC'])
      for (const e of list) {
        expect([e.entries, e.kind, e.stayDays]).toEqual([1, 'visit', 7])
        expect(e.from >= today && e.from <= (today > outline.departDate ? today : outline.departDate)).toBe(true)
        expect(e.to).toBe(addDays(e.from, 90))
        expect(e.to >= outline.returnDate).toBe(true)
      }
    }))
  })

  it.each([['ordered', '2024-03-20', 'ordered'], ['in-stock', '2024-03-20', 'valid'], ['handed-out', '2024-06-18', 'valid'], ['handed-out', '2024-06-19', 'expired'], ['returned', '2024-05-01', 'used'], ['in-custody', '2024-05-01', 'used'], ['cancelled', '2024-05-01', 'void']])('W26 on a permit that is %s, on %s, it is %s', (state, on, expected) => {
    const e: Endorsement = { place: 'HKG', kind: 'visit', entries: 1, from: day('2024-03-20'), to: day('2024-06-18'), stayDays: 7 }
    expect(endorsementState(e, state, day(on))).toBe(expected)
  })
})
