import { type Day, type Personal, type Refusal, type Result, day, no, ok } from '@causeway/kernel'

import { type Endorsement } from './endorsement.ts'
import { type RuleVersion, ruleAt } from './rule.ts'

export type PermitState = 'ordered' | 'in-stock' | 'handed-out' | 'returned' | 'in-custody' | 'cancelled'
export type PermitStep = 'produce' | 'hand-out' | 'take-back' | 'confirm-return' | 'cancel'

/** Every lawful step of a permit. */
export const PERMIT_STEPS: Readonly<Record<PermitState, Readonly<Partial<Record<PermitStep, PermitState>>>>> = {
  ordered: { produce: 'in-stock', cancel: 'cancelled' },
  'in-stock': { 'hand-out': 'handed-out', cancel: 'cancelled' },
  'handed-out': { 'take-back': 'returned' },
  returned: { 'confirm-return': 'in-custody' },
  'in-custody': { 'hand-out': 'handed-out', cancel: 'cancelled' },
  cancelled: {},
}

/** The return form. @source permits.md 3.2 */
export interface ReturnForm { readonly realExit: Day; readonly realEntry: Day; readonly places: readonly string[]; readonly by: string; readonly condition: string; readonly remark: string }

/** The check values of an endorsement, as the signer gave them. @source permits.md §2.2 */
export interface CheckValues { readonly macIndex: number; readonly macSign: string; readonly keyId: string; readonly signature: string }

/** The endorsements' protection on its way: asked for, then kept in the order of the endorsements. `seals`: visible digital seals, base64, empty where there is none. */
export type Protection =
  | { readonly state: 'fixed'; readonly request: string; readonly salt: Personal<string> }
  | { readonly state: 'kept'; readonly checks: readonly CheckValues[]; readonly seals: Personal<readonly string[]> }

export interface Permit {
  readonly state: PermitState
  readonly personId: string
  readonly missionId: string
  readonly unitId: string
  readonly issued: Day
  readonly expiry: Day
  readonly endorsements: readonly Endorsement[]
  readonly protection: Protection | undefined
  readonly serial: string | undefined
  readonly mrz: Personal<readonly string[]> | undefined
  readonly moves: readonly { readonly at: string; readonly by: string; readonly what: PermitStep; readonly to?: Personal<string> }[]
  readonly returned: Personal<ReturnForm> | undefined
}

export type PermitEvent =
  | { readonly type: 'permit-ordered'; readonly number: string; readonly personId: string; readonly missionId: string; readonly unitId: string; readonly issued: Day; readonly expiry: Day; readonly endorsements: readonly Endorsement[] }
  | { readonly type: 'permit-produced'; readonly serial: string; readonly mrz: Personal<readonly string[]>; readonly by: string; readonly at: string }
  | { readonly type: 'permit-handed-out'; readonly to: Personal<string>; readonly missionId: string; readonly by: string; readonly at: string }
  | { readonly type: 'permit-taken-back'; readonly form: Personal<ReturnForm>; readonly by: string; readonly at: string }
  | { readonly type: 'permit-return-confirmed'; readonly by: string; readonly at: string }
  /** The signer may make check values for these endorsements. The salt keeps the digest from telling who guesses a holder that he is right. */
  | { readonly type: 'permit-endorsements-fixed'; readonly request: string; readonly digest: string; readonly salt: Personal<string> }
  | { readonly type: 'permit-endorsements-kept'; readonly checks: readonly CheckValues[]; readonly seals: Personal<readonly string[]> }
  | { readonly type: 'permit-cancelled'; readonly reason: string; readonly by: string; readonly at: string }

/** The last day of a permit issued today: the day before its anniversary. */
export function expiryOf(issued: Day, rules: readonly RuleVersion[]): Day {
  const years = ruleAt(rules, 'permit.validYears', issued).value
  const [y, m, d] = issued.split('-').map(Number) as [number, number, number]
  return day(new Date(Date.UTC(y + years, m - 1, d - 1)).toISOString().slice(0, 10))
}

/**
 * A permit number: letters that say SPECIMEN, then digits, nine characters in all as the zone has them.
 *
 * @throws RangeError when the digits are used up: the office must set another prefix first
 */
export function permitNumber(prefix: string, n: number): string {
  if (n < 1 || String(n).length > 9 - prefix.length) throw new RangeError(`no permit number ${prefix} ${n}`)
  return `${prefix}${String(n).padStart(9 - prefix.length, '0')}`
}

/** Whether a permit may take a step now; the state it leads to. */
export function permitStep(p: Permit | undefined, step: PermitStep): Result<PermitState, Refusal> {
  if (p === undefined) return no({ code: 'not-found' })
  const to = PERMIT_STEPS[p.state][step]
  const last = p.moves.at(-1)
  return to === undefined ? no({ code: 'step-not-allowed', rule: 'permit', details: { step, stage: p.state, by: last?.by ?? '', at: last?.at ?? '', did: last?.what ?? '' } }) : ok(to)
}

export function evolvePermit(p: Permit | undefined, e: PermitEvent): Permit {
  if (e.type === 'permit-ordered') {
    return { state: 'ordered', personId: e.personId, missionId: e.missionId, unitId: e.unitId, issued: e.issued, expiry: e.expiry, endorsements: e.endorsements, protection: undefined, serial: undefined, mrz: undefined, moves: [], returned: undefined }
  }
  const was = p!
  if (e.type === 'permit-endorsements-fixed') return { ...was, protection: { state: 'fixed', request: e.request, salt: e.salt } }
  if (e.type === 'permit-endorsements-kept') return { ...was, protection: { state: 'kept', checks: e.checks, seals: e.seals } }
  const move = (what: PermitStep, more: object = {}): Permit['moves'] => [...was.moves, { at: e.at, by: e.by, what, ...more }]
  switch (e.type) {
    case 'permit-produced': return { ...was, state: 'in-stock', serial: e.serial, mrz: e.mrz, moves: move('produce') }
    case 'permit-handed-out': return { ...was, state: 'handed-out', missionId: e.missionId, returned: undefined, moves: move('hand-out', { to: e.to }) }
    case 'permit-taken-back': return { ...was, state: 'returned', returned: e.form, moves: move('take-back') }
    case 'permit-return-confirmed': return { ...was, state: 'in-custody', moves: move('confirm-return') }
    case 'permit-cancelled': return { ...was, state: 'cancelled', moves: move('cancel') }
  }
}
