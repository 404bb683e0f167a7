import { add, meet, rangeOf } from '../figure.ts'
import { type Accounts, type Amount, type MoneyUnit, type Row, type Table, type TableId } from '../document.ts'
import { canonical } from './canonical.ts'
import { alike } from './exact.ts'
import { type Slot } from './subject.ts'

/** A value of a table: the amount, an empty cell, or one that could not be read; nothing when there is no such row or column. */
export type Cell = Amount | 'blank' | 'unread' | undefined

type Address = readonly [table: TableId, key: string, column: string]

const income = (part: string): readonly Address[] => [['T2', 'total', part], ['T1', `income.${part}`, 'final']]
const spent = (part: string): readonly Address[] => [['T3', 'total', part]]
const three = (phase: 'final' | 'budget', part: string): readonly Address[] => [['T9', 'total', `${phase}.${part}`]]
const EXPENSES: readonly (readonly [string, string])[] = [['official', 'total'], ['official.abroad', 'abroad'], ['official.car', 'car'], ['official.purchase', 'purchase'], ['official.running', 'running'], ['official.reception', 'reception']]

/** Where the final figure of a slot stands, by the standard names of rows and columns; the first that is there. */
const FINAL: Readonly<Record<string, readonly Address[]>> = {
  total: [['T1', 'total.income', 'final'], ['T1', 'total.expenditure', 'final']], 'total.income': [['T1', 'total.income', 'final']], 'total.expenditure': [['T1', 'total.expenditure', 'final']],
  'income.year': [['T1', 'income.year', 'final'], ['T2', 'total', 'total']], 'expenditure.year': [['T1', 'expenditure.year', 'final'], ['T3', 'total', 'total']],
  'income.fiscal': income('fiscal'), 'income.superior': income('superior'), 'income.business': income('business'), 'income.operating': income('operating'), 'income.affiliate': income('affiliate'), 'income.other': income('other'),
  'income.general': [['T1', 'income.general', 'final'], ['T4', 'income.general', 'final']], 'income.fund': [['T1', 'income.fund', 'final'], ['T4', 'income.fund', 'final']], 'income.capital': [['T1', 'income.capital', 'final'], ['T4', 'income.capital', 'final']],
  'expenditure.basic': spent('basic'), 'expenditure.project': spent('project'), 'expenditure.remit': spent('remit'), 'expenditure.operating': spent('operating'), 'expenditure.subsidy': spent('subsidy'),
  'surplus.used': [['T1', 'surplus.used', 'final']], 'surplus.shared': [['T1', 'surplus.shared', 'final']], 'carry.opening': [['T1', 'carry.opening', 'final']], 'carry.closing': [['T1', 'carry.closing', 'final']],
  'fiscal.total': [['T4', 'total.income', 'final'], ['T4', 'total.expenditure', 'total']], 'fiscal.total.income': [['T4', 'total.income', 'final']], 'fiscal.total.expenditure': [['T4', 'total.expenditure', 'total']], 'fiscal.expenditure': [['T4', 'expenditure.year', 'total']],
  general: [['T5', 'total', 'total']], 'general.basic': [['T5', 'total', 'basic']], 'general.project': [['T5', 'total', 'project']],
  'general.basic.staff': [['T6', 'staff.total', 'final'], ['T6', 'staff.total', 'staff']], 'general.basic.public': [['T6', 'public.total', 'final'], ['T6', 'public.total', 'public']],
  fund: [['T7', 'total', 'total']], 'fund.income': [['T7', 'total', 'income']], capital: [['T8', 'total', 'total']], 'capital.income': [['T8', 'total', 'income']],
  ...Object.fromEntries(EXPENSES.map(([slot, part]) => [slot, three('final', part)])),
}
const BUDGET: Readonly<Record<string, readonly Address[]>> = Object.fromEntries(EXPENSES.map(([slot, part]) => [slot, three('budget', part)]))

/** Whether any table prints its unit of money. */
export const unitKnown = (accounts: Accounts): boolean => [...accounts.tables.values()].some((t) => t.unit !== undefined)

/** The unit of a table: printed, or that of the others. */
function unitOf(accounts: Accounts, table: Table): MoneyUnit {
  return table.unit ?? [...accounts.tables.values()].find((t) => t.unit !== undefined)?.unit ?? '万元'
}

function cellIn(accounts: Accounts, table: Table | undefined, key: string, column: string): Cell {
  const row = table?.rows.find((r) => r.key === key)
  if (!row || !table) return undefined
  const amount = row.cells.get(column)
  // texts are in 万元; a unit that no other table prints may be a slip
  if (amount) { const unit = unitOf(accounts, table); const others = [...accounts.tables.values()].filter((t) => t !== table && t.unit !== undefined); if (others.length >= 3 && others.every((t) => t.unit !== unit)) return 'unread'; return unit === '元' ? { ...amount, decimals: amount.decimals + 4 } : unit === '亿元' ? undefined : amount }
  return (row.unread.has(column) ? 'unread' : table?.columns.includes(column) || table?.id === 'T9' ? 'blank' : undefined)
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

/** An empty cell of the three expenses is zero when the others of its row make up the total. */
function closed(table: Table | undefined, column: string): Amount | undefined {
  const row = table?.rows.find((r) => r.key === 'total')
  const [phase] = column.split('.')
  const total = row?.cells.get(`${phase}.total`)
  if (!row || !total || column === `${phase}.total` || row.unread.size > 0) return undefined
  const parts = ['abroad', 'car', 'reception'].flatMap((p) => row.cells.get(`${phase}.${p}`) ?? [])
  const parent = column.endsWith('purchase') || column.endsWith('running') ? row.cells.get(`${phase}.car`) : undefined
  const other = row.cells.get(`${phase}.${column.endsWith('purchase') ? 'running' : 'purchase'}`)
  const whole = column.endsWith('purchase') || column.endsWith('running') ? (parent === undefined ? closed(table, `${phase}.car`) !== undefined : other !== undefined && alike(parent, other)) : parts.length > 0 && meet(parts.map(rangeOf).reduce(add), rangeOf(total))
  return whole ? { text: '0', units: 0n, decimals: total.decimals, place: row.place } : undefined
}

/** The cell of a table that a slot names. */
export function cellOf(accounts: Accounts, slot: Slot, side: 'final' | 'budget'): Cell {
  if (side === 'final' && (slot.startsWith('item:') || slot.startsWith('class:'))) {
    const t5 = accounts.tables.get('T5')
    const row = slot.startsWith('item:') ? itemRow(t5, slot)?.row : classRow(t5, slot)
    return row && cellIn(accounts, t5, row.key, 'total')
  }
  for (const [table, key, column] of (side === 'final' ? FINAL : BUDGET)[slot] ?? []) {
    const found = cellIn(accounts, accounts.tables.get(table), key, column)
    if (found === 'blank' && table === 'T9') return closed(accounts.tables.get(table), column) ?? 'blank'
    if (found !== undefined) return found
  }
  return undefined
}
