import { type Check, type ChipSession } from '../report.ts'
import { check } from './material.ts'

const CHIP_CHECKS: readonly (readonly [string, keyof ChipSession, string])[] = [
  ['access', 'access', 'Doc 9303-11 §4'], ['active-authentication', 'activeAuthentication', 'Doc 9303-11 §6.1'],
  ['chip-authentication', 'chipAuthentication', 'Doc 9303-11 §6.2'], ['terminal-authentication', 'terminalAuthentication', 'Doc 9303-11 §7.1'],
]

const NO_CHIP: readonly Check[] = CHIP_CHECKS.map(([name, , clause]) => check(name, 'not-applicable', clause, 'there is no chip at hand'))

/** What a reader did with the chip; a dump alone has no chip to ask. @source Doc 9303-11 §4, §6, §7.1 */
export function chipChecks(chip: ChipSession | undefined): readonly Check[] {
  if (chip === undefined) return NO_CHIP
  return CHIP_CHECKS.map(([name, part, clause]) => {
    const { outcome, says, evidence } = chip[part]
    return { ...check(name, outcome, clause, says), ...(evidence === undefined ? {} : { evidence }) }
  })
}
