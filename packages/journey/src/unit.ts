import { type Refusal, type Result, no, ok } from '@causeway/kernel'

/** A unit that files: registered by the office, locked while it owes a permit too long. */
export interface Unit { readonly name: string; readonly shortName: string; readonly usci: string; readonly type: string; readonly locks: readonly string[] }

export type UnitEvent =
  | { readonly type: 'unit-registered'; readonly name: string; readonly shortName: string; readonly usci: string; readonly unitType: string }
  | { readonly type: 'unit-locked'; readonly control: string }
  | { readonly type: 'unit-unlocked'; readonly control: string }

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const

/** Whether a unified social credit code has the right check character. @source GB 32100-2015 §5 */
export function isUsci(code: string): boolean {
  if (!new RegExp(`^[${ALPHABET}]{18}$`).test(code)) return false
  const sum = WEIGHTS.reduce((n, w, i) => n + w * ALPHABET.indexOf(code[i]!), 0)
  return ALPHABET[(31 - (sum % 31)) % 31] === code[17]
}

export function registerUnit(unit: Unit | undefined, input: { readonly name: string; readonly shortName: string; readonly usci: string; readonly type: string }): Result<readonly UnitEvent[], Refusal> {
  if (unit !== undefined) return no({ code: 'unit-exists', at: 'usci' })
  if (!isUsci(input.usci)) return no({ code: 'usci-invalid', at: 'usci', rule: 'GB 32100' })
  return ok([{ type: 'unit-registered', name: input.name, shortName: input.shortName, usci: input.usci, unitType: input.type }])
}

export function evolveUnit(unit: Unit | undefined, e: UnitEvent): Unit {
  if (e.type === 'unit-registered') return { name: e.name, shortName: e.shortName, usci: e.usci, type: e.unitType, locks: [] }
  const was = unit!
  return { ...was, locks: e.type === 'unit-locked' ? [...was.locks, e.control] : was.locks.filter((c) => c !== e.control) }
}

export const isLocked = (unit: Unit | undefined): boolean => (unit?.locks.length ?? 0) > 0
