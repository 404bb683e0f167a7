import { type Accounts, type Amount, type Row, type Table, type TableId } from '../document.ts'
import { canonical } from './canonical.ts'
import { type Slot } from './subject.ts'

/** A value of a table: the amount, an empty cell, or one that could not be read; nothing when there is no such row or column. */
export type Cell = Amount | 'blank' | 'unread' | undefined

/** Row and column of a slot, by the standard names of the tables. Several: the first that is there. */
type Address = readonly [table: TableId, keys: readonly string[], columns: readonly string[]]

const FINAL: Readonly<Record<string, readonly Address[]>> = {}
const BUDGET: Readonly<Record<string, readonly Address[]>> = {}

export function cellIn(table: Table | undefined, key: string, column: string): Cell {
  const row = table?.rows.find((r) => r.key === key)
  if (!row) return undefined
  return row.cells.get(column) ?? (row.unread.has(column) ? 'unread' : table?.columns.includes(column) ? 'blank' : undefined)
}

/** The name of a row as it is compared: without brackets, numbers and 支出 at the end. */
export const rowName = (label: string): string => canonical(label).text.replace(/^[一二三四五六七八九十]+、/, '').replace(/[（）]/g, '').replace(/支出$/, '')

/** An expenditure row with the names of its class and group. */
export interface Item { readonly code: string; readonly row: Row; readonly cls: string; readonly group: string; readonly name: string }

/** The items (7 digits) of a table by function, each with its class and group. */
export function itemsOf(table: Table | undefined): readonly Item[] {
  const rows = (table?.rows ?? []).filter((r) => r.code !== undefined)
  const label = (code: string): string => canonical(rows.find((r) => r.code === code)?.label ?? '').text
  return rows.filter((r) => r.code!.length === 7).map((row) => ({ code: row.code!, row, cls: label(row.code!.slice(0, 3)), group: label(row.code!.slice(0, 5)), name: canonical(row.label).text }))
}

/** The row of an item as a text names it: by its item and group, else by its item alone when only one row has that name. */
export function itemRow(table: Table | undefined, slot: Slot): Item | undefined {
  const [, group = '', name = ''] = slot.slice('item:'.length).split('/')
  const same = itemsOf(table).filter((i) => rowName(i.name) === rowName(name))
  return same.find((i) => rowName(i.group) === rowName(group)) ?? (same.length === 1 ? same[0] : undefined)
}

export function classRow(table: Table | undefined, slot: Slot): Row | undefined {
  const name = rowName(slot.slice('class:'.length))
  return table?.rows.find((r) => r.code?.length === 3 && rowName(r.label) === name)
}

/** The cell of a table that a slot names. */
export function cellOf(accounts: Accounts, slot: Slot, side: 'final' | 'budget'): Cell {
  if (side === 'final' && (slot.startsWith('item:') || slot.startsWith('class:'))) {
    const t5 = accounts.tables.get('T5')
    const row = slot.startsWith('item:') ? itemRow(t5, slot)?.row : classRow(t5, slot)
    const column = t5?.columns.find((c) => TOTAL_COLUMNS.includes(c))
    return row && column ? cellIn(t5, row.key, column) : undefined
  }
  for (const [table, keys, columns] of (side === 'final' ? FINAL : BUDGET)[slot] ?? []) {
    for (const key of keys) for (const column of columns) {
      const found = cellIn(accounts.tables.get(table), key, column)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const TOTAL_COLUMNS = ['total']
