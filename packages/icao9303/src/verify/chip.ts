import { type InspectionCheck } from '../report.ts'
import { said } from '../sentence.ts'
import { check, type Material } from './material.ts'

const CHIP_CHECKS = [
  ['access', 'access', 'Doc 9303-11 §4', undefined], ['active-authentication', 'activeAuthentication', 'Doc 9303-11 §6.1', 15],
  ['chip-authentication', 'chipAuthentication', 'Doc 9303-11 §6.2', 14], ['terminal-authentication', 'terminalAuthentication', 'Doc 9303-11 §7.1', undefined],
] as const

const NO_CHIP: readonly InspectionCheck[] = CHIP_CHECKS.map(([name, , clause]) => check(name, 'not-applicable', clause, said('no-chip')))

/** A file that EF.SOD vouches for and the chip does not give: a copy without the private key would hide it so. */
const isHidden = (m: Material, group: number): boolean => m.sod?.object.hashes.has(group) === true && m.dump[`DG${group}`] === undefined

/** What a reader did with the chip; a dump alone has no chip to ask. @source Doc 9303-11 §4, §6, §7.1 */
export function chipChecks(m: Material): readonly InspectionCheck[] {
  const { chip } = m
  if (chip === undefined) return NO_CHIP
  return CHIP_CHECKS.map(([name, part, clause, group]) => {
    const { outcome, says, reason, evidence } = chip[part]
    if (outcome === 'not-applicable' && group !== undefined && isHidden(m, group)) return check(name, 'not-done', clause, said('chip-hides', { group: `DG${group}` }))
    return { ...check(name, outcome, clause, reason === undefined ? said('chip-told', { details: says }) : { says, reason }), ...(evidence === undefined ? {} : { evidence }) }
  })
}
