import { day, personal } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { evolveMission, type Mission, type MissionForm, type MissionOutline, renderDocumentNumber, type Stage, type Step } from './mission.ts'
import { decide, fileMission, STEPS } from './review.ts'

const outline: MissionOutline = { name: '团', category: '01', departDate: day('2024-06-03'), returnDate: day('2024-06-07'), days: 5, places: ['HKG'], members: [{ personId: 'a', role: 'leader', permitNeed: 'new' }], publicityEnds: day('2024-03-01') }
const filing = { unitId: 'u', outline, form: personal('mission:m', 'document', {} as MissionForm), by: 'clerk', at: 't0' }
const filed = (m?: Mission): Mission => { const r = fileMission(m, filing); if (!r.ok) throw new Error(r.error.code); return r.value.reduce<Mission | undefined>(evolveMission, m)! }
const STEP_NAMES: readonly Step[] = ['sign', 'withdraw', 'accept', 'return', 'check', 'approve', 'refuse', 'cancel', 'close']
const take = (m: Mission, step: Step, by: string, n = 0): Mission | undefined => { const r = decide(m, step, { by, at: `t${n}`, opinion: '' }); return r.ok ? r.value.reduce<Mission | undefined>(evolveMission, m) : undefined }
const to = (steps: readonly Step[]): Mission => steps.reduce((m, s) => take(m, s, s)!, filed())

describe('a review', () => {
  it('W19 any sequence of decisions keeps the table, and a refused one leaves no trace', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...STEP_NAMES, 'file' as const), { maxLength: 25 }), (steps) => {
      let m = filed()
      for (const [i, step] of steps.entries()) {
        const before = m
        const wanted: Stage | undefined = step === 'file' ? (m.stage === 'returned' ? 'filed' : undefined) : STEPS[m.stage][step]
        const after = step === 'file' ? (fileMission(m, filing).ok ? filed(m) : undefined) : take(m, step, 'x', i)
        expect(after?.stage).toBe(wanted)
        expect(m).toEqual(before)
        m = after ?? m
        if (after !== undefined) expect(after.decisions).toHaveLength(before.decisions.length + 1)
      }
    }), { numRuns: 500 })
  })

  it('W19 what has ended stays ended', () => {
    for (const stage of ['refused', 'withdrawn', 'cancelled', 'closed'] as const) expect(STEPS[stage]).toEqual({})
  })

  it('W20 the second of two decisions is refused and told who was first, when, and with what', () => {
    const m = to(['sign', 'accept', 'check'])
    const won = take(m, 'approve', 'director', 9)!
    const lost = decide(won, 'approve', { by: 'other', at: 't10', opinion: '' })
    expect(lost).toEqual({ ok: false, error: { code: 'step-not-allowed', rule: 'review', details: { step: 'approve', stage: 'approved', by: 'director', at: 't9', did: 'approve' } } })
    expect(decide(undefined, 'sign', { by: 'x', at: '', opinion: '' })).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('W21 what was sent back comes again from the start, with its items settled and its history kept', () => {
    const r = decide(to(['sign']), 'return', { by: 'receiver', at: 't', opinion: '', items: [{ at: 'places.0', says: '缺邀请函' }] })
    const back = r.ok ? r.value.reduce<Mission | undefined>(evolveMission, to(['sign']))! : undefined
    expect([back?.stage, back?.returnItems.length]).toEqual(['returned', 1])
    const again = filed(back)
    expect([again.stage, again.returnItems.length, again.decisions.map((d) => d.step)]).toEqual(['filed', 0, ['file', 'sign', 'return', 'file']])
    expect(fileMission(again, filing)).toMatchObject({ ok: false, error: { code: 'step-not-allowed' } })
  })

  it('W22 approval carries the document number, printed without leading zeros', () => {
    const r = decide(to(['sign', 'accept', 'check']), 'approve', { by: 'd', at: 't', opinion: '同意', documentNo: { word: '岚港澳出', year: 2024, number: 7 } })
    const m = r.ok ? r.value.reduce<Mission | undefined>(evolveMission, to(['sign', 'accept', 'check']))! : undefined
    expect(m?.documentNo && renderDocumentNumber(m.documentNo)).toBe('岚港澳出〔2024〕7号')
    expect(take(m!, 'cancel', 'x')?.documentNo).toEqual(m?.documentNo)
  })
})
