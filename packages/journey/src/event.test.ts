import { addDays, day, isPersonal, personal } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { personDays } from './application.ts'
import { BLANK_STEPS } from './blank.ts'
import { CONTROL_STEPS, REPORT_STEPS } from './control.ts'
import { type AnyState, claimsOf, evolve, type JourneyEvent, messageOf, type StreamKind, summarise } from './event.ts'
import { HOMECOMING_STEPS } from './homecoming.ts'
import { JOB_STEPS } from './job.ts'
import { type MissionOutline } from './mission.ts'
import { PERMIT_STEPS } from './permit.ts'
import { STEPS } from './review.ts'

const SECRETS = ['单建华', 'SHAN', '11010519491231002X', '13800000000', '专办员于', 'P<SECRET']
const identity = personal('a', 'identity', { nameCn: '单建华', surname: 'SHAN', given: 'JIANHUA', sex: 'F', birthDate: '1949-12-31', birthPlace: '山东' } as const)
const outline: MissionOutline = { name: '团', category: '01', departDate: day('2024-04-16'), returnDate: day('2024-04-21'), days: 6, places: ['HKG', 'MAC'], members: [{ personId: 'a', role: 'leader', permitNeed: 'new' }], publicityEnds: day('2024-03-01') }
const by = { by: 'x', at: '2024-04-01T00:00:00Z' }
const form = personal('mission:m', 'document', { name: '单建华' } as never)
const decided = (step: string, to: string): JourneyEvent => ({ type: 'mission-decided', step, to, opinion: '', outline, ...by } as JourneyEvent)

/** One whole life of every kind of stream, in order. */
const LIVES: Readonly<Record<StreamKind, readonly JourneyEvent[]>> = {
  unit: [{ type: 'unit-registered', name: '局', shortName: '局', usci: '91350100M000100Y43', unitType: 'agency' }, { type: 'unit-locked', control: 'c' }, { type: 'unit-unlocked', control: 'c' }],
  person: [{ type: 'person-registered', unitId: 'u', identity, idNumber: personal('a', 'identity', '11010519491231002X'), mobile: personal('a', 'contact', '13800000000'), post: '科长', rank: '处级' }, { type: 'person-name-confirmed', identity, by: 'x' }, { type: 'person-erased', reason: '申请' }],
  mission: [{ type: 'mission-filed', unitId: 'u', outline, form, ...by }, decided('sign', 'submitted'), decided('return', 'returned'), { type: 'mission-refiled', outline, before: outline, form, ...by }, decided('approve', 'approved'), { type: 'mission-seal-asked', request: 'r', digest: 'd' }, { type: 'mission-paper-fixed', request: 'r', digest: 'd', draft: 'd', byteRange: [0, 1, 2, 3] }, { type: 'mission-paper-sealed', id: 'd', signer: 's', stamped: true }, { type: 'mission-document-kept', id: 'd', kind: 'production-order' }, { type: 'report-submitted', documentId: 'd', title: '报告', on: day('2024-04-25') }, { type: 'report-decided', to: 'accepted', opinion: '', ...by }, decided('close', 'closed')],
  enrolment: [{ type: 'enrolment-taken', photo: 'd', measured: {}, fingersReason: 'worn', on: day('2024-03-20'), validTo: day('2029-03-20'), consent: true }, { type: 'enrolment-destroyed', on: day('2024-06-19') }],
  blank: [{ type: 'blank-received', batch: 'B' }, { type: 'blank-issued', jobId: 'j' }, { type: 'blank-spoil-proposed', reason: 'readback', remark: '', by: 'x' }, { type: 'blank-spoil-witnessed', by: 'y' }, { type: 'blank-spoiled' }, { type: 'blank-destroyed', minutes: 'd', by: 'x', witnesses: ['y', 'z'] }],
  job: [{ type: 'job-queued', permit: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', ...by }, { type: 'job-allocated', serial: 'SB000001', ...by }, { type: 'job-requested', request: 'job:j', ...by }, { type: 'job-failed', fault: 'DG2', ...by }, { type: 'job-requeued', ...by }],
  permit: [{ type: 'permit-ordered', number: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', issued: day('2024-03-20'), expiry: day('2029-03-19'), endorsements: [] }, { type: 'permit-endorsements-fixed', request: 'r', digest: 'd', salt: personal('a', 'identity', '单建华') }, { type: 'permit-endorsements-kept', checks: [], seals: personal('a', 'identity', ['P<SECRET']) }, { type: 'permit-produced', serial: 'SB000001', mrz: personal('a', 'identity', ['P<SECRET']), ...by }, { type: 'permit-handed-out', to: personal('unit:u', 'contact', '专办员于'), missionId: 'm', ...by }, { type: 'permit-taken-back', form: personal('a', 'identity', {} as never), ...by }, { type: 'permit-return-confirmed', ...by }],
  homecoming: [{ type: 'homecoming-opened', permit: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', departDate: day('2024-04-16'), approvedDays: 6, due: day('2024-04-29'), formula: 'f' }, { type: 'homecoming-reminded', on: day('2024-04-28') }, { type: 'homecoming-locked', control: 'c', on: day('2024-05-30') }, { type: 'homecoming-returned', on: day('2024-06-01'), realExit: day('2024-04-16'), realEntry: day('2024-04-21'), overDays: 0, otherPlaces: [] }, { type: 'homecoming-checked', on: day('2024-06-02') }],
  control: [{ type: 'control-imposed', unitId: 'u', reason: 'permit-overdue', missionId: 'm', since: day('2024-05-30') }, { type: 'control-released', on: day('2024-06-01'), by: 'x', reason: 'returned' }],
  account: [{ type: 'account-created', roles: ['clerk'], unitId: 'u' }, { type: 'account-granted', roles: [] }, { type: 'account-closed', roles: [] }],
}
const KINDS = Object.keys(LIVES) as StreamKind[]
const buried = <T>(x: T): T => JSON.parse(JSON.stringify(x, (_, v: unknown) => (isPersonal(v) ? { $person: v.$person, purpose: v.purpose } : v))) as T
const fold = (kind: StreamKind, events: readonly JourneyEvent[], from?: AnyState): AnyState | undefined => events.reduce<AnyState | undefined>((s, e) => evolve(kind, s, e), from)

describe('the one fold', () => {
  it.each(KINDS)('W42 %s: folding on from any point, also through JSON, comes to the same state', (kind) => {
    const life = LIVES[kind]
    const whole = fold(kind, life)
    for (let n = 1; n <= life.length; n++) {
      const kept = JSON.parse(JSON.stringify(fold(kind, life.slice(0, n)))) as AnyState
      expect(JSON.parse(JSON.stringify(fold(kind, life.slice(n), kept)))).toEqual(JSON.parse(JSON.stringify(whole)))
    }
  })

  it.each(KINDS)('W43 %s: a life of tombstones folds and is summed up as before', (kind) => {
    for (let n = 1; n <= LIVES[kind].length; n++) {
      const [live, dead] = [fold(kind, LIVES[kind].slice(0, n))!, fold(kind, buried(LIVES[kind].slice(0, n)))!]
      expect(buried(live)).toEqual(JSON.parse(JSON.stringify(dead)))
      expect(summarise({ kind, id: 'x' }, dead)).toEqual(summarise({ kind, id: 'x' }, live))
    }
  })

  it.each(KINDS)('W44 %s: nothing personal is in its row, its open claims or its message', (kind) => {
    let state: AnyState | undefined
    for (const e of LIVES[kind]) {
      const ref = { kind, id: 'x' }
      state = evolve(kind, state, e)
      const open = claimsOf(ref, e).take.filter((c) => c.blind !== true)
      const said = JSON.stringify([summarise(ref, state), open, messageOf(ref, e, state) ?? ''])
      for (const secret of SECRETS) expect(said).not.toContain(secret)
      claimsOf(ref, buried(e))
      messageOf(ref, buried(e), state)
    }
  })

  it('W44 the national side hears of approval, issue, hand-out and return, and of nothing else', () => {
    const kinds = KINDS.flatMap((kind) => LIVES[kind].map((e, i) => messageOf({ kind, id: 'x' }, e, fold(kind, LIVES[kind].slice(0, i + 1))!)?.kind)).filter((k) => k !== undefined)
    expect(kinds.sort()).toEqual(['mission-approved', 'permit-handed-out', 'permit-issued', 'permit-returned'])
  })

  it('W45 the days that a mission holds are those of its last form, and none once it is over before its time', () => {
    const ref = { kind: 'mission', id: 'm' } as const
    const moved = (n: number): MissionOutline => ({ ...outline, departDate: addDays(outline.departDate, n), returnDate: addDays(outline.returnDate, n) })
    fc.assert(fc.property(fc.array(fc.integer({ min: -10, max: 10 }), { maxLength: 6 }), fc.constantFrom('withdrawn', 'refused', 'cancelled', 'approved'), (moves, end) => {
      const held = new Set<string>()
      const settle = (e: JourneyEvent): void => {
        const c = claimsOf(ref, e)
        for (const x of c.release) expect(held.delete(x.key)).toBe(true)
        for (const x of c.take) { expect(held.has(x.key)).toBe(false); held.add(x.key) }
      }
      let now = outline
      settle({ type: 'mission-filed', unitId: 'u', outline, form, ...by })
      for (const n of moves) { settle({ type: 'mission-refiled', outline: moved(n), before: now, form, ...by }); now = moved(n) }
      expect([...held].sort()).toEqual([...personDays(now)].sort())
      settle({ ...decided('x', end), outline: now } as JourneyEvent)
      expect(held.size).toBe(end === 'approved' ? 6 : 0)
    }))
  })
})

describe('the tables', () => {
  it.each<[string, Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>, string]>([
    ['review', STEPS, 'filed'], ['permit', PERMIT_STEPS, 'ordered'], ['blank', BLANK_STEPS, 'in-vault'], ['job', JOB_STEPS, 'queued'], ['homecoming', HOMECOMING_STEPS, 'awaited'], ['control', CONTROL_STEPS, 'in-force'], ['report', REPORT_STEPS, 'awaited'],
  ])('W46 %s: every step leads to a state of the table, and every state is reached', (_, table, first) => {
    const reached = new Set([first])
    for (let n = -1; n !== reached.size;) {
      n = reached.size
      for (const s of [...reached]) for (const to of Object.values(table[s] ?? {})) if (to !== undefined) reached.add(to)
    }
    expect([...reached].sort()).toEqual(Object.keys(table).sort())
  })
})
