import { type Grid, type Place } from '@causeway/kernel'

import { type MoneyUnit, type Row, type Table, type TableId } from '../document.ts'
import { decimalsOf, withDecimals } from '../figure.ts'
import { codedRows } from './coded.ts'
import { type Draft } from './draft.ts'
import { economicRows } from './economic.ts'
import { expenseRows } from './expense.ts'
import { columnOf, headOf, type Found, type Head } from './head.ts'
import { matrixOf } from './matrix.ts'
import { summaryRows } from './summary.ts'
import { squeezed } from './title.ts'

/** What stands around a table. */
export interface Surroundings { readonly title: string; readonly place: Place; readonly unit?: MoneyUnit; readonly owner?: string; readonly note?: string }

/** Reads the grids of one statutory table, in their order. */
export function readTable(id: TableId, grids: readonly Grid[], s: Surroundings): Table {
  const rows: Draft[] = []
  const columns = new Set<string>()
  let before: Head | undefined
  for (const grid of grids) {
    const matrix = matrixOf(grid)
    const own = headOf(matrix, id)
    // after a page break a table may go on without its head
    const head = own.words.every((w) => w.length === 0) && before?.words.length === matrix.width ? { ...own, words: before.words } : own
    before = head
    const f: Found = { grid, matrix, head }
    rows.push(...(id === 'T1' || id === 'T4' ? summaryRows(f, id) : id === 'T6' ? economicRows(f) : id === 'T9' ? expenseRows(f) : codedRows(f, id)))
    for (const w of f.head.words) { const c = id === 'T1' || id === 'T9' ? undefined : columnOf(id, w); if (c !== undefined && (id !== 'T6' || c === 'final')) columns.add(c) }
  }
  for (const r of rows) for (const c of r.cells.keys()) columns.add(c)
  const order = (r: Draft): number => (r.key.startsWith('income') || r.key.startsWith('surplus.used') || r.key.startsWith('carry.opening') || r.key === 'total.income' ? 0 : 1)
  const sorted = id === 'T1' || id === 'T4' ? [...rows].map((r, i) => ({ r, i })).sort((a, b) => order(a.r) - order(b.r) || a.i - b.i).map(({ r }) => r) : rows
  const decimals = decimalsOf(rows.flatMap((r) => [...r.cells.values()]))
  const notes = grids.flatMap((g) => g.rows.flatMap((r) => r.filter((c) => /^(?:注|说明|备注)\d?[:：]|本表(?:无数据|为空|没有数据)/.test(squeezed(c.text))).map((c) => c.text.trim())))
  const note = s.note ?? (notes.length > 0 ? notes.join('\n') : undefined)
  return { id, ...s, ...(note === undefined ? {} : { note }), columns: [...columns], rows: sorted.map((r): Row => ({ ...r, cells: new Map([...r.cells].map(([column, amount]) => [column, withDecimals(amount, decimals)])) })) }
}
