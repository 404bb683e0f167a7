import { addDays, type Day } from '@causeway/kernel'

import { type MissionOutline, type PlaceCode } from './mission.ts'

/** Leave to enter one place, a number of times, within days. Each place has its own. @source permits.md 1.7, 2.2 */
export interface Endorsement {
  readonly place: PlaceCode
  readonly kind: 'visit'
  readonly entries: 1
  readonly from: Day
  readonly to: Day
  readonly stayDays: number
}

/** How long a single visit endorsement is good for: three months. @source permits.md 1.7 */
const VALID_DAYS = 90

/** The endorsements that a mission needs on each permit: one a place, for one visit. */
export function endorsementsFor(o: MissionOutline, today: Day): readonly Endorsement[] {
  return o.places.map((place) => ({ place, kind: 'visit', entries: 1, from: today, to: addDays(today, VALID_DAYS), stayDays: 7 }))
}

export type EndorsementState = 'ordered' | 'valid' | 'used' | 'expired' | 'void'

export function endorsementState(e: Endorsement, permitState: string, today: Day): EndorsementState {
  if (permitState === 'cancelled') return 'void'
  if (permitState === 'ordered') return 'ordered'
  if (permitState === 'returned' || permitState === 'in-custody') return 'used'
  return today > e.to ? 'expired' : 'valid'
}
