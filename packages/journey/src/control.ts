import { type Day, type Refusal, type Result, no, ok } from '@causeway/kernel'

import { type MissionEvent, type Mission } from './mission.ts'
import { type Homecoming } from './homecoming.ts'
import { decide, type Decided } from './review.ts'

/** Every lawful step of a control: what is imposed can only be released. */
export const CONTROL_STEPS: Readonly<Record<Control['state'], Readonly<Partial<Record<'release', Control['state']>>>>> = {
  'in-force': { release: 'released' },
  released: {},
}

export type ReportState = 'awaited' | 'submitted' | 'returned' | 'accepted'

/** Every lawful step of a mission's report. */
export const REPORT_STEPS: Readonly<Record<ReportState, Readonly<Partial<Record<'submit' | 'accept' | 'return', ReportState>>>>> = {
  awaited: { submit: 'submitted' },
  submitted: { accept: 'accepted', return: 'returned' },
  returned: { submit: 'submitted' },
  accepted: {},
}

/** A lock on a unit, with its reason and how it was left. */
export interface Control { readonly state: 'in-force' | 'released'; readonly unitId: string; readonly reason: string; readonly missionId: string; readonly since: Day; readonly releasedOn: Day | undefined; readonly releasedBy: string | undefined }

export type ControlEvent =
  | { readonly type: 'control-imposed'; readonly unitId: string; readonly reason: string; readonly missionId: string; readonly since: Day }
  | { readonly type: 'control-released'; readonly on: Day; readonly by: string; readonly reason: string }

export function imposeControl(c: Control | undefined, o: { readonly unitId: string; readonly reason: string; readonly missionId: string; readonly since: Day }): Result<readonly ControlEvent[], Refusal> {
  return c === undefined ? ok([{ type: 'control-imposed', ...o }]) : no({ code: 'control-exists' })
}

export function releaseControl(c: Control | undefined, o: { readonly on: Day; readonly by: string; readonly reason: string }): Result<readonly ControlEvent[], Refusal> {
  if (c === undefined) return no({ code: 'not-found' })
  return CONTROL_STEPS[c.state].release !== undefined ? ok([{ type: 'control-released', ...o }]) : no({ code: 'step-not-allowed', rule: 'control', details: { step: 'release', stage: c.state } })
}

export function evolveControl(c: Control | undefined, e: ControlEvent): Control {
  if (e.type === 'control-imposed') return { state: 'in-force', unitId: e.unitId, reason: e.reason, missionId: e.missionId, since: e.since, releasedOn: undefined, releasedBy: undefined }
  return { ...c!, state: 'released', releasedOn: e.on, releasedBy: e.by }
}

/** A mission ends when every permit is back and checked, and its report accepted. @source permits.md 6.4, guards */
export function closeMission(m: Mission | undefined, homecomings: readonly Homecoming[], d: Decided): Result<readonly MissionEvent[], Refusal> {
  const open = homecomings.filter((h) => h.state !== 'checked')
  const missing = m?.outline.members.length ?? 0
  if (m?.stage === 'approved') {
    if (open.length > 0 || homecomings.length < missing) return no({ code: 'permits-outstanding', rule: 'permits 6.4', details: { open: open.length + missing - homecomings.length } })
    if (m.report?.state !== 'accepted') return no({ code: 'report-outstanding', rule: 'R-14' })
  }
  return decide(m, 'close', d)
}

export function submitReport(m: Mission | undefined, o: { readonly documentId: string; readonly title: string; readonly on: Day }): Result<readonly MissionEvent[], Refusal> {
  if (m === undefined) return no({ code: 'not-found' })
  if (m.stage !== 'approved' || REPORT_STEPS[m.report?.state ?? 'awaited'].submit === undefined) return no({ code: 'step-not-allowed', rule: 'report', details: { step: 'report', stage: m.report?.state ?? m.stage } })
  if (o.on < m.outline.returnDate) return no({ code: 'report-too-early', rule: 'R-14', details: { from: m.outline.returnDate } })
  return ok([{ type: 'report-submitted', ...o }])
}

export function decideReport(m: Mission | undefined, to: 'accepted' | 'returned', d: Decided): Result<readonly MissionEvent[], Refusal> {
  if (m === undefined) return no({ code: 'not-found' })
  const stage = m.report?.state ?? 'awaited'
  const step = to === 'accepted' ? 'accept' : 'return'
  return REPORT_STEPS[stage][step] === to ? ok([{ type: 'report-decided', to, ...d }]) : no({ code: 'step-not-allowed', rule: 'report', details: { step, stage } })
}
