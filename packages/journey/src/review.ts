import { type Personal, type Refusal, type Result, no, ok } from '@causeway/kernel'

import { type DocumentNumber, type Mission, type MissionEvent, type MissionForm, type MissionOutline, type Stage, type Step } from './mission.ts'

/** Every lawful step of a mission. What is not in the table cannot happen. */
export const STEPS: Readonly<Record<Stage, Readonly<Partial<Record<Step, Stage>>>>> = {
  filed: { sign: 'submitted', withdraw: 'withdrawn' },
  submitted: { accept: 'accepted', return: 'returned', refuse: 'refused', withdraw: 'withdrawn' },
  accepted: { check: 'checked', return: 'returned' },
  checked: { approve: 'approved', return: 'returned', refuse: 'refused' },
  approved: { cancel: 'cancelled', close: 'closed' },
  returned: { withdraw: 'withdrawn' },
  refused: {},
  withdrawn: {},
  cancelled: {},
  closed: {},
}

export interface Decided { readonly by: string; readonly at: string; readonly opinion: string }

/** Why a step is not possible now: where the mission is, and who brought it there. */
function notNow(m: Mission, step: string): Refusal {
  const last = m.decisions.at(-1)
  return { code: 'step-not-allowed', rule: 'review', details: { step, stage: m.stage, by: last?.by ?? '', at: last?.at ?? '', did: last?.step ?? '' } }
}

/** One decision on a mission. The second of two that came at once finds the stage changed, and is told by whom. */
export function decide(m: Mission | undefined, step: Step, d: Decided & { readonly items?: readonly { readonly at: string; readonly says: string }[]; readonly documentNo?: DocumentNumber }): Result<readonly MissionEvent[], Refusal> {
  if (m === undefined) return no({ code: 'not-found' })
  const to = STEPS[m.stage][step]
  if (to === undefined) return no(notNow(m, step))
  return ok([{
    type: 'mission-decided', step, to, by: d.by, at: d.at, opinion: d.opinion, outline: m.outline,
    ...(d.items === undefined ? {} : { items: d.items }), ...(d.documentNo === undefined ? {} : { documentNo: d.documentNo }),
  }])
}

export interface Filing { readonly unitId: string; readonly outline: MissionOutline; readonly form: Personal<MissionForm>; readonly by: string; readonly at: string }

/** A form becomes an application, once; a returned one is filed again, by the unit that filed it. */
export function fileMission(m: Mission | undefined, f: Filing): Result<readonly MissionEvent[], Refusal> {
  if (m === undefined) return ok([{ type: 'mission-filed', ...f }])
  if (m.stage !== 'returned') return no(notNow(m, 'file'))
  return ok([{ type: 'mission-refiled', outline: f.outline, form: f.form, before: m.outline, by: f.by, at: f.at }])
}
