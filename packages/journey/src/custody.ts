import { addDays, type Day, type Personal, type Refusal, type Result, no, ok, parseDay, personal } from '@causeway/kernel'

import { endorsementState } from './endorsement.ts'
import { type Mission } from './mission.ts'
import { type Permit, type PermitEvent, type ReturnForm, permitStep } from './permit.ts'
import { type RuleVersion, ruleAt } from './rule.ts'
import { isLocked, type Unit } from './unit.ts'

export interface HandOut { readonly missionId: string; readonly to: string; readonly by: string; readonly at: string }

/** The same day of a later month, or the last of that month when it is shorter. */
function addMonths(from: Day, months: number): Day {
  const [y, m, d] = from.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(y, m + months, 0)).getUTCDate()
  return new Date(Date.UTC(y, m - 1 + months, Math.min(d, last))).toISOString().slice(0, 10) as Day
}

/** The day until which a permit must be good for a journey that ends on `back`, when it is not. */
function tooShort(expiry: Day, back: Day, rules: readonly RuleVersion[]): { readonly months: number; readonly until: Day } | undefined {
  const months = ruleAt(rules, 'permit.minValidityMonths', back).value
  const until = addMonths(back, months)
  return expiry < until ? { months, until } : undefined
}

/**
 * A permit leaves the counter: only for an approved mission of which the holder is a member, after the
 * publicity has ended, to a clerk of a unit that is not locked, with an endorsement that is not used for each
 * place. @source permits.md 1.7 and 6.4, guards
 */
export function handOut(p: Permit | undefined, f: { readonly mission: Mission | undefined; readonly unit: Unit | undefined; readonly rules: readonly RuleVersion[]; readonly today: Day }, h: HandOut): Result<readonly PermitEvent[], Refusal> {
  const step = permitStep(p, 'hand-out')
  if (!step.ok) return step
  const { mission } = f
  if (mission === undefined || mission.stage !== 'approved') return no({ code: 'mission-not-approved', at: 'missionId', rule: 'permits 6.4' })
  const member = mission.outline.members.some((m) => m.personId === p!.personId)
  if (!member) return no({ code: 'holder-not-member', at: 'missionId' })
  if (isLocked(f.unit)) return no({ code: 'unit-locked', at: 'to', rule: 'R-13' })
  if (f.today <= mission.outline.publicityEnds) return no({ code: 'publicity-running', at: 'missionId', rule: 'R-03', details: { ends: mission.outline.publicityEnds } })
  const short = tooShort(p!.expiry, mission.outline.returnDate, f.rules)
  if (short !== undefined) return no({ code: 'validity-too-short', at: 'number', rule: 'R-10', details: { expiry: p!.expiry, ...short } })
  const lacking = mission.outline.places.filter((place) => !p!.endorsements.some((e) => e.place === place && endorsementState(e, p!.state, mission.outline.departDate) === 'valid' && e.from <= mission.outline.departDate))
  if (lacking.length > 0) return no({ code: 'endorsement-missing', at: 'missionId', rule: 'permits 1.7', details: { place: lacking } })
  return ok([{ type: 'permit-handed-out', to: personal(`unit:${p!.unitId}`, 'contact', h.to), missionId: h.missionId, by: h.by, at: h.at }])
}

/** The return form of the counter, its days parsed. */
export function parseReturn(input: { readonly realExit: string; readonly realEntry: string; readonly places: readonly string[]; readonly by: string; readonly condition: string; readonly remark?: string | undefined }, today: Day): Result<ReturnForm, Refusal> {
  const [realExit, realEntry] = [parseDay(input.realExit), parseDay(input.realEntry)]
  if (realExit === undefined) return no({ code: 'day-invalid', at: 'realExit', rule: 'GB/T 7408' })
  if (realEntry === undefined) return no({ code: 'day-invalid', at: 'realEntry', rule: 'GB/T 7408' })
  if (realEntry < realExit) return no({ code: 'ends-before-begins', at: 'realEntry', details: { from: realExit, to: realEntry } })
  if (realEntry > today) return no({ code: 'day-in-future', at: 'realEntry', details: { today } })
  if (input.places.length === 0) return no({ code: 'field-missing', at: 'places' })
  return ok({ realExit, realEntry, places: input.places, by: input.by, condition: input.condition, remark: input.remark ?? '' })
}

export function takeBack(p: Permit | undefined, form: ReturnForm, o: { readonly by: string; readonly at: string }): Result<readonly PermitEvent[], Refusal> {
  const step = permitStep(p, 'take-back')
  if (!step.ok) return step
  const sealed: Personal<ReturnForm> = personal(p!.personId, 'identity', form)
  return ok([{ type: 'permit-taken-back', form: sealed, ...o }])
}

/** The second officer's look: nobody confirms what he took in or handed out himself (the duties see to that). */
export function confirmReturn(p: Permit | undefined, o: { readonly by: string; readonly at: string }): Result<readonly PermitEvent[], Refusal> {
  const step = permitStep(p, 'confirm-return')
  return step.ok ? ok([{ type: 'permit-return-confirmed', ...o }]) : step
}

/** The day by which a permit must be back, and how it was computed. @source permits.md 1.8, 6.6 */
export function dueDay(o: { readonly departDate: Day; readonly approvedDays: number; readonly realEntry?: Day | undefined }, rules: readonly RuleVersion[]): { readonly due: Day; readonly formula: string } {
  const days = ruleAt(rules, 'permit.return.days', o.departDate).value
  if (o.realEntry !== undefined) return { due: addDays(o.realEntry, days), formula: `${o.realEntry} + ${days}` }
  return { due: addDays(o.departDate, o.approvedDays + days), formula: `${o.departDate} + ${o.approvedDays} + ${days}` }
}
