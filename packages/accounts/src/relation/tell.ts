import { type Place } from '@causeway/kernel'

import { type Amount, type Row, type TableId } from '../document.ts'
import { type Finding } from '../finding.ts'
import { type Ref, type Sheet, titleOf } from './sheet.ts'

export interface Mark { readonly place: Place; readonly quote: string }

/** A printed number and where it stands: the words of the document itself. */
export const markOf = (a: Amount): Mark => ({ place: a.place, quote: a.text })
export const markOfRow = (r: Row): Mark => ({ place: r.place, quote: r.label.trim() })

/** What stands in a cell, to be quoted: its number, or the words of its row where it is blank. */
export function markAt(sheet: Sheet, ref: Ref): Mark | undefined {
  const c = sheet.cell(ref)
  return c.kind === 'none' ? undefined : c.kind === 'amount' ? markOf(c.amount) : markOfRow(c.row)
}

/** Marks of cells that hold a number, each once, not more than a reader follows. */
export function proofs(sheet: Sheet, refs: readonly Ref[]): readonly Mark[] {
  const marks = refs.flatMap((r) => { const c = sheet.cell(r); return c.kind === 'amount' ? [markOf(c.amount)] : [] })
  return [...new Map(marks.map((m) => [JSON.stringify(m), m])).values()].slice(0, 24)
}

/** A finding in a table, under the table's title. */
export const inTable = (sheet: Sheet, table: TableId, finding: Omit<Finding, 'section'>): Finding => ({ ...finding, section: titleOf(sheet, table) })
