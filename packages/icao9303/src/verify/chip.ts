import { type Check, type ChipSession } from '../report.ts'
import { check } from './material.ts'

const CHIP_CHECKS: readonly (readonly [string, keyof ChipSession, string])[] = [
  ['access', 'access', 'Doc 9303-11 §4'], ['active-authentication', 'activeAuthentication', 'Doc 9303-11 §6.1'],
  ['chip-authentication', 'chipAuthentication', 'Doc 9303-11 §6.2'], ['terminal-authentication', 'terminalAuthentication', 'Doc 9303-11 §7.1'],
]

/** What a reader did with the chip; a dump alone has no chip to ask. @source Doc 9303-11 §4, §6, §7.1 */
export function chipChecks(chip: ChipSession | undefined): readonly Check[] {
  return CHIP_CHECKS.map(([name, part, clause]) => {
    const done = chip?.[part]
    if (done === undefined) return check(name, 'not-applicable', clause, 'there is no chip at hand')
    return { ...check(name, done.outcome, clause, done.says), ...(done.evidence === undefined ? {} : { evidence: done.evidence }) }
  })
}
