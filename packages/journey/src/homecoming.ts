import { addDays, type Day, daysBetween, daysInclusive, type Refusal, type Result, no, ok } from '@causeway/kernel'

import { dueDay } from './custody.ts'
import { type ReturnForm } from './permit.ts'
import { type RuleVersion, ruleAt } from './rule.ts'

export type HomecomingState = 'awaited' | 'locked' | 'returned' | 'checked'
export type HomecomingStep = 'remind' | 'lock' | 'return' | 'check'

/** Every lawful step of a homecoming. Due and overdue are not states: they follow from the day. */
export const HOMECOMING_STEPS: Readonly<Record<HomecomingState, Readonly<Partial<Record<HomecomingStep, HomecomingState>>>>> = {
  awaited: { remind: 'awaited', lock: 'locked', return: 'returned' },
  locked: { remind: 'locked', return: 'returned' },
  returned: { check: 'checked' },
  checked: {},
}

/** One traveller's way home: the permit back, in time or late. */
export interface Homecoming {
  readonly state: HomecomingState
  readonly permit: string
  readonly personId: string
  readonly missionId: string
  readonly unitId: string
  readonly departDate: Day
  readonly approvedDays: number
  readonly due: Day
  readonly formula: string
  readonly reminders: readonly Day[]
  readonly control: string | undefined
  readonly returnedOn: Day | undefined
  readonly overDays: number | undefined
  readonly otherPlaces: readonly string[]
  readonly realExit: Day | undefined
  readonly realEntry: Day | undefined
}

export type HomecomingEvent =
  | { readonly type: 'homecoming-opened'; readonly permit: string; readonly personId: string; readonly missionId: string; readonly unitId: string; readonly departDate: Day; readonly approvedDays: number; readonly due: Day; readonly formula: string }
  | { readonly type: 'homecoming-reminded'; readonly on: Day }
  | { readonly type: 'homecoming-locked'; readonly control: string; readonly on: Day }
  | { readonly type: 'homecoming-returned'; readonly on: Day; readonly realExit: Day; readonly realEntry: Day; readonly overDays: number; readonly otherPlaces: readonly string[]; readonly due?: Day; readonly formula?: string }
  | { readonly type: 'homecoming-checked'; readonly on: Day }

export const homecomingId = (missionId: string, personId: string): string => `${missionId}:${personId}`

function step(h: Homecoming | undefined, s: HomecomingStep): Refusal | undefined {
  if (h === undefined) return { code: 'not-found' }
  return HOMECOMING_STEPS[h.state][s] === undefined ? { code: 'step-not-allowed', rule: 'homecoming', details: { step: s, stage: h.state } } : undefined
}

/** What the clock asks for today: nothing, a reminder, or the lock. */
export function duty(h: Homecoming, rules: readonly RuleVersion[], today: Day): 'remind' | 'lock' | undefined {
  if (h.state !== 'awaited' && h.state !== 'locked') return undefined
  const late = daysBetween(h.due, today)
  if (h.state === 'awaited' && late > ruleAt(rules, 'permit.return.lockAfter', today).value) return 'lock'
  const last = h.reminders.at(-1)
  if (last !== undefined && last >= today) return undefined
  const every = ruleAt(rules, 'permit.return.remindEvery', today).value
  if (late === -1) return 'remind'
  if (late < 1) return undefined
  return last === undefined || last <= h.due || daysBetween(last, today) >= every ? 'remind' : undefined
}

export function remind(h: Homecoming | undefined, today: Day): Result<readonly HomecomingEvent[], Refusal> {
  const refusal = step(h, 'remind')
  if (refusal !== undefined) return no(refusal)
  return h!.reminders.at(-1) === today ? no({ code: 'reminded-today' }) : ok([{ type: 'homecoming-reminded', on: today }])
}

export function lock(h: Homecoming | undefined, control: string, o: { readonly rules: readonly RuleVersion[]; readonly today: Day }): Result<readonly HomecomingEvent[], Refusal> {
  const refusal = step(h, 'lock')
  if (refusal !== undefined) return no(refusal)
  const limit = ruleAt(o.rules, 'permit.return.lockAfter', o.today)
  const late = daysBetween(h!.due, o.today)
  return late > limit.value ? ok([{ type: 'homecoming-locked', control, on: o.today }]) : no({ code: 'not-late-enough', rule: limit.number, details: { days: late, limit: limit.value } })
}

/**
 * What was really travelled against what was approved.
 *
 * @param o.rules - when given, the day that it was due is counted anew from the real entry, which is known now
 */
export function comeHome(h: Homecoming | undefined, form: ReturnForm, o: { readonly approvedPlaces: readonly string[]; readonly today: Day; readonly rules?: readonly RuleVersion[] }): Result<readonly HomecomingEvent[], Refusal> {
  const refusal = step(h, 'return')
  if (refusal !== undefined) return no(refusal)
  return ok([{
    type: 'homecoming-returned', on: o.today, realExit: form.realExit, realEntry: form.realEntry,
    overDays: Math.max(0, daysInclusive(form.realExit, form.realEntry) - h!.approvedDays),
    otherPlaces: form.places.filter((p) => !o.approvedPlaces.includes(p)),
    ...(o.rules === undefined ? {} : dueDay({ departDate: h!.departDate, approvedDays: h!.approvedDays, realEntry: form.realEntry }, o.rules)),
  }])
}

export function check(h: Homecoming | undefined, today: Day): Result<readonly HomecomingEvent[], Refusal> {
  const refusal = step(h, 'check')
  return refusal === undefined ? ok([{ type: 'homecoming-checked', on: today }]) : no(refusal)
}

/** The day by which the report of a mission is due. */
export function reportDue(returnDate: Day, rules: readonly RuleVersion[]): Day {
  return addDays(returnDate, ruleAt(rules, 'report.days', returnDate).value)
}

export function evolveHomecoming(h: Homecoming | undefined, e: HomecomingEvent): Homecoming {
  if (e.type === 'homecoming-opened') {
    const { type: _, ...opened } = e
    return { ...opened, state: 'awaited', reminders: [], control: undefined, returnedOn: undefined, overDays: undefined, otherPlaces: [], realExit: undefined, realEntry: undefined }
  }
  const was = h!
  switch (e.type) {
    case 'homecoming-reminded': return { ...was, reminders: [...was.reminders, e.on] }
    case 'homecoming-locked': return { ...was, state: 'locked', control: e.control }
    case 'homecoming-returned': return { ...was, state: 'returned', returnedOn: e.on, overDays: e.overDays, otherPlaces: e.otherPlaces, realExit: e.realExit, realEntry: e.realEntry, due: e.due ?? was.due, formula: e.formula ?? was.formula }
    case 'homecoming-checked': return { ...was, state: 'checked' }
  }
}
