import { addDays, type Day } from '@causeway/kernel'

import { type MissionOutline, type PlaceCode } from './mission.ts'
import { RULES, type RuleVersion, ruleAt } from './rule.ts'

/** Leave to enter one place, a number of times, within days. Each place has its own. @source permits.md 1.7, 2.2 */
export interface Endorsement {
  readonly place: PlaceCode
  readonly kind: 'visit'
  readonly entries: 1
  readonly from: Day
  readonly to: Day
  readonly stayDays: number
}

/**
 * The endorsements that a mission needs on each permit: one a place, for one visit. They begin today, or later
 * for a mission that lies so far ahead that the days would be over before its end.
 *
 * @source permits.md 1.7
 */
export function endorsementsFor(o: MissionOutline, today: Day, rules: readonly RuleVersion[] = RULES): readonly Endorsement[] {
  const days = ruleAt(rules, 'endorsement.validDays', today).value
  const stayDays = ruleAt(rules, 'endorsement.stayDays', today).value
  const enough = addDays(today, days) >= o.returnDate
  const from = enough ? today : o.departDate
  return o.places.map((place) => ({ place, kind: 'visit', entries: 1, from, to: addDays(from, days), stayDays }))
}

/** The number of an endorsement (签注号): nine characters that say the permit and its place in it. */
export function endorsementNumber(permit: string, index: number): string {
  if (index < 1 || index > 9) throw new RangeError(`no endorsement ${index} in ${permit}`)
  return `E${permit.slice(-7)}${index}`
}

export type EndorsementState = 'ordered' | 'valid' | 'used' | 'expired' | 'void'

export function endorsementState(e: Endorsement, permitState: string, today: Day): EndorsementState {
  if (permitState === 'cancelled') return 'void'
  if (permitState === 'ordered') return 'ordered'
  if (permitState === 'returned' || permitState === 'in-custody') return 'used'
  return today > e.to ? 'expired' : 'valid'
}
