import { type GridCell, type Place } from '@causeway/kernel'

import { type Amount } from '../document.ts'
import { isBlank, parseFigure } from '../figure.ts'

const amountOf = (cell: GridCell | undefined): Amount | undefined => {
  const figure = cell === undefined ? undefined : parseFigure(cell.text)
  return figure === undefined ? undefined : { ...figure, place: cell!.place }
}

/** A row being gathered. */
export interface Draft { key: string; code?: string; label: string; place: Place; readonly cells: Map<string, Amount>; readonly unread: Set<string> }

export const draft = (key: string, label: string, place: Place, code?: string): Draft => ({ key, label, place, ...(code === undefined ? {} : { code }), cells: new Map(), unread: new Set() })

/** Puts a cell into a row: a number, nothing, or what is no number and so unread. */
export function put(to: Draft, column: string | undefined, cell: GridCell | undefined): void {
  if (column === undefined || cell === undefined) return
  const amount = amountOf(cell)
  if (amount !== undefined) to.cells.set(column, amount)
  else if (!isBlank(cell.text)) to.unread.add(column)
}
