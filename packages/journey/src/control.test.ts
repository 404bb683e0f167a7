import { day, personal } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { closeMission, type Control, decideReport, evolveControl, imposeControl, releaseControl, submitReport } from './control.ts'
import { evolveHomecoming, type Homecoming } from './homecoming.ts'
import { evolveMission, type Mission } from './mission.ts'

const member = (personId: string): Mission['outline']['members'][number] => ({ personId, role: 'member', permitNeed: 'new' })
const outline: Mission['outline'] = { name: '团', category: '01', departDate: day('2024-04-16'), returnDate: day('2024-04-21'), days: 6, places: ['HKG'], members: [member('a'), member('b')], publicityEnds: day('2024-03-01') }
const approved: Mission = { unitId: 'u', outline, form: personal('mission:m', 'document', {} as never), stage: 'approved', decisions: [], returnItems: [], documentNo: undefined, documents: [], paper: undefined, report: undefined }
const d = { by: 'r', at: 't', opinion: '' }
const report = { documentId: 'doc', title: '报告', on: day('2024-04-25') }
const home = (personId: string, state: Homecoming['state']): Homecoming => ({ ...evolveHomecoming(undefined, { type: 'homecoming-opened', permit: 'p', personId, missionId: 'm', unitId: 'u', departDate: day('2024-04-16'), approvedDays: 6, due: day('2024-04-29'), formula: '' }), state })
const submitted = (m: Mission): Mission => { const r = submitReport(m, report); if (!r.ok) throw new Error(r.error.code); return r.value.reduce<Mission | undefined>(evolveMission, m)! }
const decided = (m: Mission, to: 'accepted' | 'returned'): Mission => { const r = decideReport(m, to, d); if (!r.ok) throw new Error(r.error.code); return r.value.reduce<Mission | undefined>(evolveMission, m)! }
const why = (r: { ok: true } | { ok: false; error: { code: string } }): string => (r.ok ? 'ok' : r.error.code)

describe('the end of a mission', () => {
  it('W39 closes when every permit is back and checked and the report accepted, not before', () => {
    const accepted = decided(submitted(approved), 'accepted')
    const both = [home('a', 'checked'), home('b', 'checked')]
    expect(why(closeMission(accepted, both, d))).toBe('ok')
    expect(why(closeMission(accepted, both.slice(1), d))).toBe('permits-outstanding')
    for (const state of ['awaited', 'locked', 'returned'] as const) expect(why(closeMission(accepted, [both[0]!, home('b', state)], d))).toBe('permits-outstanding')
    expect(why(closeMission(approved, both, d))).toBe('report-outstanding')
    expect(why(closeMission(submitted(approved), both, d))).toBe('report-outstanding')
    expect(why(closeMission({ ...accepted, stage: 'closed' }, both, d))).toBe('step-not-allowed')
    expect(why(closeMission(undefined, [], d))).toBe('not-found')
  })

  it('W40 a report comes after the return, is decided once, and comes again when it was sent back', () => {
    expect(why(submitReport(approved, { ...report, on: day('2024-04-20') }))).toBe('report-too-early')
    expect(why(submitReport({ ...approved, stage: 'checked' }, report))).toBe('step-not-allowed')
    expect(why(decideReport(approved, 'accepted', d))).toBe('step-not-allowed')
    const back = decided(submitted(approved), 'returned')
    expect(why(decideReport(back, 'accepted', d))).toBe('step-not-allowed')
    const accepted = decided(submitted(back), 'accepted')
    expect([why(submitReport(submitted(approved), report)), why(submitReport(accepted, report)), why(decideReport(accepted, 'returned', d))]).toEqual(['step-not-allowed', 'step-not-allowed', 'step-not-allowed'])
  })
})

describe('a control', () => {
  it('W41 is imposed once and left once, with the reason of both', () => {
    const o = { unitId: 'u', reason: 'permit-overdue', missionId: 'm', since: day('2024-08-08') }
    const r = imposeControl(undefined, o)
    const c = r.ok ? r.value.reduce<Control | undefined>(evolveControl, undefined)! : undefined
    expect(why(imposeControl(c, o))).toBe('control-exists')
    const left = releaseControl(c, { on: day('2024-08-12'), by: 'counter', reason: 'returned' })
    const after = left.ok ? left.value.reduce<Control | undefined>(evolveControl, c)! : undefined
    expect(after).toMatchObject({ state: 'released', releasedOn: '2024-08-12', releasedBy: 'counter', reason: 'permit-overdue' })
    expect(why(releaseControl(after, { on: day('2024-08-13'), by: 'x', reason: '' }))).toBe('step-not-allowed')
    expect(why(releaseControl(undefined, { on: day('2024-08-13'), by: 'x', reason: '' }))).toBe('not-found')
  })
})
