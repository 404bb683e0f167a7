import { type MrzDefect } from './defect.ts'
import { type MrzFormat, type MrzPlace } from './format.ts'

/** One check digit: what stands there, what should, and where it stands. */
export interface MrzCheck {
  readonly field: string
  readonly given: string
  /** `0` to `9`; `?` when a character under it is none of the zone. */
  readonly computed: string
  readonly outcome: 'passed' | 'failed'
  readonly place: MrzPlace
  readonly clause: string
}

/** A zone as read: whatever could be read is there, whatever is wrong is named. */
export interface Mrz {
  readonly format: MrzFormat | undefined
  /** Every check digit is right and every character is one of the zone; `defects` may still name something. */
  readonly valid: boolean
  /** Without fillers; dates and sex as they stand. */
  readonly fields: Readonly<Record<string, string>>
  /** Where each field stands; an identifier without its fillers, everything else with them. */
  readonly places: Readonly<Record<string, MrzPlace>>
  readonly checks: readonly MrzCheck[]
  /** The name field ends in a letter: the name must be taken for a truncated one. */
  readonly truncated: boolean
  readonly defects: readonly MrzDefect[]
  readonly lines: readonly string[]
}
