import { addDays, type Day, type Refusal, type Result, no, ok } from '@causeway/kernel'

import { type RuleVersion, ruleAt } from './rule.ts'

/** A person's face, taken for the permit, and why the fingers were not. */
export interface Enrolment {
  readonly state: 'taken' | 'destroyed'
  readonly photo: string
  readonly measured: Readonly<Record<string, string | number>>
  readonly fingersReason: string
  readonly on: Day
  readonly validTo: Day
}

export type EnrolmentEvent =
  | { readonly type: 'enrolment-taken'; readonly photo: string; readonly measured: Readonly<Record<string, string | number>>; readonly fingersReason: string; readonly on: Day; readonly validTo: Day; readonly consent: true }
  | { readonly type: 'enrolment-destroyed'; readonly on: Day }

export const FINGER_REASONS = ['missing', 'injured', 'worn', 'no-device', 'valid-capture', 'other'] as const

/** @param input.photo - the document in which the examined picture is kept */
export function takeEnrolment(o: { readonly rules: readonly RuleVersion[]; readonly today: Day }, input: { readonly consent: boolean; readonly fingersReason: string; readonly photo: string; readonly measured: Readonly<Record<string, string | number>> }): Result<readonly EnrolmentEvent[], Refusal> {
  if (!input.consent) return no({ code: 'consent-missing', at: 'consent', rule: '个人信息保护法 第二十九条' })
  if (!(FINGER_REASONS as readonly string[]).includes(input.fingersReason)) return no({ code: 'fingers-reason-unknown', at: 'fingersReason' })
  const years = ruleAt(o.rules, 'biometric.validYears', o.today).value
  return ok([{ type: 'enrolment-taken', photo: input.photo, measured: input.measured, fingersReason: input.fingersReason, on: o.today, validTo: addDays(o.today, Math.round(years * 365.25)), consent: true }])
}

/** The day after which the office no longer keeps the face and fingers of a permit issued on `issued`. */
function retainedUntil(issued: Day, rules: readonly RuleVersion[]): Day {
  return addDays(issued, ruleAt(rules, 'retention.biometric.days', issued).value)
}

/**
 * Whether a face has served: the permit that it was taken for is made, and its days are over.
 *
 * @param permits - all permits of the person; one that is not made yet still needs the face
 * @source permits.md 4.6 and 6.6
 */
export function hasServed(e: Enrolment, permits: readonly { readonly state: string; readonly issued: Day }[], o: { readonly rules: readonly RuleVersion[]; readonly today: Day }): boolean {
  if (e.state !== 'taken' || permits.some((p) => p.state === 'ordered')) return false
  const made = permits.filter((p) => p.issued >= e.on).map((p) => p.issued).sort().at(-1)
  return made !== undefined && o.today > retainedUntil(made, o.rules)
}

/** The key of the face is destroyed; the record that it was taken stays. */
export function destroyEnrolment(e: Enrolment | undefined, today: Day): Result<readonly EnrolmentEvent[], Refusal> {
  if (e === undefined) return no({ code: 'not-found' })
  return e.state === 'destroyed' ? no({ code: 'already-erased' }) : ok([{ type: 'enrolment-destroyed', on: today }])
}

export function evolveEnrolment(was: Enrolment | undefined, e: EnrolmentEvent): Enrolment {
  if (e.type === 'enrolment-destroyed') return { ...was!, state: 'destroyed' }
  return { state: 'taken', photo: e.photo, measured: e.measured, fingersReason: e.fingersReason, on: e.on, validTo: e.validTo }
}

export const isEnrolled = (e: Enrolment | undefined, today: Day): boolean => e?.state === 'taken' && today <= e.validTo
