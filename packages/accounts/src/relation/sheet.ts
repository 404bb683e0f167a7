import { type Accounts, type Amount, type MoneyUnit, type Row, type Table, type TableId } from '../document.ts'
import { type Figure, type Fraction, decimalsOf, fraction, show, valueOf } from '../figure.ts'

/** A cell by its meaning: `T1[total.income].final`. */
export interface Ref { readonly table: TableId; readonly row: string; readonly column: string }

export const refOf = (table: TableId, row: string, column: string): Ref => ({ table, row, column })
export const nameOf = (r: Ref): string => `${r.table}[${r.row}].${r.column}`

/** What stands in a cell. `figure` is in the unit in which all tables are compared; `none`: no such row or column is printed. */
export type Cell = { readonly kind: 'amount'; readonly figure: Figure; readonly amount: Amount; readonly row: Row } | { readonly kind: 'blank' | 'unread'; readonly row: Row } | { readonly kind: 'none' }

/** The tables of a document as the relations see them: every cell by its meaning, all in one unit of money. */
export interface Sheet {
  readonly accounts: Accounts
  readonly tables: ReadonlyMap<TableId, Table>
  readonly cell: (ref: Ref) => Cell
  /** Decimals to which a table is rounded, in its own unit. */
  readonly decimals: (table: TableId) => number
  /** A value in the common unit as it would be printed in the table. */
  readonly print: (value: Fraction, table: TableId) => string
  /** Powers of ten from the unit of a table up to the common one: 4 from 元 to 万元. */
  readonly shift: (table: TableId) => number
}

const POWER: Readonly<Record<MoneyUnit, number>> = { 元: 0, 万元: 4, 亿元: 8 }

/** One of the three expenses that is printed nowhere while its total and others are: there is none of it. */
const isExpenseLeftBlank = (row: Row, { table, column }: Ref): boolean => {
  const phase = column.split('.')[0]!
  return table === 'T9' && row.cells.has(`${phase}.total`) && [...row.cells.keys()].filter((c) => c.startsWith(`${phase}.`)).length >= 3
}

/** @param scaled - tables whose figures are 10ⁿ times what their unit says, found out by comparison */
export function sheetOf(accounts: Accounts, scaled: ReadonlyMap<TableId, number> = new Map()): Sheet {
  const units = [...accounts.tables.values()].map((t) => t.unit).filter((u) => u !== undefined)
  const base = Math.max(0, ...units.map((u) => POWER[u]))
  const usual = units.toSorted((a, b) => units.filter((u) => u === b).length - units.filter((u) => u === a).length)[0]
  const shift = (id: TableId): number => {
    const unit = accounts.tables.get(id)?.unit ?? usual
    return (unit === undefined ? 0 : base - POWER[unit]) + (scaled.get(id) ?? 0)
  }
  const rows = new Map([...accounts.tables].map(([id, t]) => [id, new Map(t.rows.toReversed().map((r) => [r.key, r]))]))
  const decimals = new Map([...accounts.tables].map(([id, t]) => [id, decimalsOf(t.rows.flatMap((r) => [...r.cells.values()]))]))
  const cell = ({ table, row, column }: Ref): Cell => {
    const found = rows.get(table)?.get(row)
    if (found === undefined || !(accounts.tables.get(table)!.columns.includes(column) || found.cells.has(column) || found.unread.has(column) || isExpenseLeftBlank(found, { table, row, column }))) return { kind: 'none' }
    if (found.unread.has(column)) return { kind: 'unread', row: found }
    const amount = found.cells.get(column)
    return amount === undefined ? { kind: 'blank', row: found } : { kind: 'amount', amount, row: found, figure: raised(amount, shift(table)) }
  }
  return { accounts, tables: accounts.tables, cell, shift, decimals: (id) => decimals.get(id) ?? 2, print: (v, id) => show(lowered(v, shift(id)), decimals.get(id) ?? 2) }
}

/** A figure divided by a power of ten, with its rounding. */
const raised = (f: Figure, power: number): Figure => (power === 0 ? f : power > 0 ? { ...f, decimals: f.decimals + power } : { ...f, units: f.units * 10n ** BigInt(-power) })
const lowered = (v: Fraction, power: number): Fraction => (power >= 0 ? fraction(v.n * 10n ** BigInt(power), v.d) : fraction(v.n, v.d * 10n ** BigInt(-power)))

/** The value of a cell: of a blank one nothing, which adds up as zero does. */
export const amountIn = (c: Cell): Fraction => (c.kind === 'amount' ? valueOf(c.figure) : fraction(0n))

/** Rows of a table with a code of so many digits, in order. */
export const codesOf = (t: Table | undefined, digits?: number): readonly string[] => [...new Set((t?.rows ?? []).flatMap((r) => (r.code !== undefined && (digits === undefined || r.code.length === digits) ? [r.code] : [])))]

/** Codes that stand right under another in the table. */
export const under = (t: Table | undefined, code: string): readonly string[] => codesOf(t, code.length + 2).filter((c) => c.startsWith(code))

const COLUMNS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  final: ['决算数', 'final'], budget: ['预算数', 'budget'], total: ['合计', 'total'], fiscal: ['财政拨款收入', 'fiscal'], superior: ['上级补助收入', 'from superior units'], business: ['事业收入', 'business'], education: ['教育收费', 'education fees'],
  operating: ['经营', 'operating'], affiliate: ['附属单位上缴收入', 'from affiliates'], other: ['其他收入', 'other'], basic: ['基本支出', 'basic'], project: ['项目支出', 'project'], remit: ['上缴上级支出', 'remitted'], subsidy: ['对附属单位补助支出', 'to affiliates'],
  general: ['一般公共预算', 'general budget'], fund: ['政府性基金预算', 'funds'], capital: ['国有资本经营预算', 'state capital'], staff: ['人员经费', 'staff'], public: ['公用经费', 'public'], opening: ['年初结转和结余', 'opening'], income: ['本年收入', 'income'], closing: ['年末结转和结余', 'closing'],
  'budget.total': ['预算数合计', 'budget, total'], 'budget.abroad': ['预算数因公出国（境）费', 'budget, abroad'], 'budget.car': ['预算数公务用车小计', 'budget, cars'], 'budget.purchase': ['预算数公务用车购置费', 'budget, car purchase'],
  'budget.running': ['预算数公务用车运行维护费', 'budget, car running'], 'budget.reception': ['预算数公务接待费', 'budget, reception'], 'final.total': ['决算数合计', 'final, total'], 'final.abroad': ['决算数因公出国（境）费', 'final, abroad'],
  'final.car': ['决算数公务用车小计', 'final, cars'], 'final.purchase': ['决算数公务用车购置费', 'final, car purchase'], 'final.running': ['决算数公务用车运行维护费', 'final, car running'], 'final.reception': ['决算数公务接待费', 'final, reception'],
}

const folded = (label: string): string => label.replace(/[\s\u3000]/g, '')

/** A cell in words: 《支出决算表》“行政运行”行“项目支出”栏. */
export function wordsOf(sheet: Sheet, ref: Ref): { readonly zh: string; readonly en: string } {
  const [zh, en] = COLUMNS[ref.column] ?? [ref.column, ref.column]
  const cell = sheet.cell(ref)
  const row = cell.kind === 'none' ? ref.row : `${cell.row.code ?? ''}${folded(cell.row.label)}`
  const single = ['T1', 'T9'].includes(ref.table) || (ref.table === 'T6' && ref.column === 'final')
  return {
    zh: ref.table === 'T9' ? `《${titleOf(sheet, ref.table)}》${zh}` : `《${titleOf(sheet, ref.table)}》“${row}”${single && ref.column === 'final' ? '' : `行“${zh}”栏`}`,
    en: `${ref.table} ${cell.kind === 'none' ? ref.row : cell.row.key}${single && ref.column === 'final' ? '' : `, ${en}`}`,
  }
}

export const titleOf = (sheet: Sheet, table: TableId): string => folded(sheet.tables.get(table)?.title ?? table)
