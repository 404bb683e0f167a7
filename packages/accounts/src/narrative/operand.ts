import { type Accounts, type Amount } from '../document.ts'
import { type Figure } from '../figure.ts'
import { type Frame } from './frame.ts'
import { type Slot } from './subject.ts'
import { cellOf } from './cell.ts'
import { type Text } from './tell.ts'

/** A value of a slot with its source: a sentence, or a cell of a table. */
export interface Operand { readonly figure: Figure; readonly frame?: Frame; readonly amount?: Amount }

const kin = (slot: Slot): readonly Slot[] => slot === 'total' ? ['total', 'total.income', 'total.expenditure'] : slot === 'fiscal.total' ? ['fiscal.total', 'fiscal.total.income', 'fiscal.total.expenditure'] : [slot]

/** Names of classes and items are compared without 支出 at the end. */
export const sameSlot = (a: Slot | undefined, b: Slot | undefined): boolean => a !== undefined && b !== undefined && (a === b || a.includes(':') && a.replaceAll(/支出(?=$|\/)/g, '') === b.replaceAll(/支出(?=$|\/)/g, ''))

/** The final figures that a document gives for a slot: the sentence itself first, then the table, then other sentences. */
export function finalsOf(text: Text, slot: Slot | undefined, own?: Frame): readonly Operand[] {
  if (slot === undefined) return own?.final ? [{ figure: own.final.figure, frame: own }] : []
  const cell = cellOf(text.accounts, slot, 'final')
  return [
    ...(own?.final ? [{ figure: own.final.figure, frame: own }] : []),
    ...(cell !== undefined && typeof cell === 'object' ? [{ figure: cell, amount: cell }] : []),
    ...text.frames.filter((f) => f !== own && f.final !== undefined && kin(slot).some((k) => sameSlot(f.slot, k))).map((f) => ({ figure: f.final!.figure, frame: f })),
  ]
}

/** The budgets of a slot. */
export function budgetsOf(text: Text, slot: Slot | undefined, own?: Frame): readonly Operand[] {
  if (slot === undefined) return own?.budget ? [{ figure: own.budget.figure, frame: own }] : []
  const cell = cellOf(text.accounts, slot, 'budget')
  return [
    ...(own?.budget ? [{ figure: own.budget.figure, frame: own }] : []),
    ...(cell !== undefined && typeof cell === 'object' ? [{ figure: cell, amount: cell }] : []),
    ...text.frames.filter((f) => f !== own && f.budget !== undefined && sameSlot(f.slot, slot)).map((f) => ({ figure: f.budget!.figure, frame: f })),
  ]
}

export const placeOf = (o: Operand, accounts: Accounts): { readonly place: Amount['place']; readonly quote: string } =>
  o.amount ? { place: o.amount.place, quote: o.amount.text } : { place: o.frame?.passage.place(0) ?? accounts.content.blocks.flatMap((b) => b.kind === 'grid' ? [b.place] : [])[0] ?? {}, quote: o.figure.text }
