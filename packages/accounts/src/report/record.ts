import { type Place } from '@causeway/kernel'

import { type Accounts, type MoneyUnit, type Table, type TableId } from '../document.ts'
import { show, valueOf } from '../figure.ts'
import { type Against, type Change, type Frame, framesOf, type Spot } from '../narrative/frame.ts'
import { passagesOf } from '../narrative/passage.ts'

/** A row of a table: cells by column, as printed. A column that is neither in `cells` nor in `unread` is blank. */
export interface RecordedRow { readonly key: string; readonly code?: string; readonly label: string; readonly cells: Readonly<Record<string, string>>; readonly unread?: readonly string[]; readonly place?: Place }
export interface RecordedTable { readonly id: TableId; readonly title: string; readonly unit?: MoneyUnit; readonly owner?: string; readonly note?: string; readonly columns: readonly string[]; readonly rows: readonly RecordedRow[] }

/** What a text says of one subject at one place. Money is 万元, shares and rates are percent; a direction is the word as printed. */
export interface RecordedSlot {
  readonly slot: string
  readonly heading?: string
  readonly place: Place
  readonly final?: string
  readonly budget?: { readonly amount: string; readonly base: string }
  readonly rate?: string
  readonly shares?: readonly { readonly percent: string; readonly of?: string }[]
  readonly changes?: readonly { readonly against?: string; readonly word?: string; readonly amount?: string; readonly percent?: string }[]
  readonly reason?: string
}

/** What could not be read: a part of the file, a cell that holds no number, a table that was not found. */
export interface RecordedGap { readonly code: string; readonly table?: TableId; readonly row?: string; readonly column?: string; readonly place?: Place }

/** A published document as data: plain JSON, amounts as printed. */
export interface AccountsRecord {
  readonly unit?: string
  readonly year?: number
  readonly profile: string
  readonly tables: readonly RecordedTable[]
  readonly slots: readonly RecordedSlot[]
  readonly unread: readonly RecordedGap[]
}

/** A table as data. `place` is left out where nothing is known of it. */
export function recordTable(t: Table): RecordedTable {
  return {
    id: t.id, title: t.title, ...(t.unit === undefined ? {} : { unit: t.unit }), ...(t.owner === undefined ? {} : { owner: t.owner }), ...(t.note === undefined ? {} : { note: t.note }), columns: t.columns,
    rows: t.rows.map((r) => ({
      key: r.key, ...(r.code === undefined ? {} : { code: r.code }), label: r.label, cells: Object.fromEntries([...r.cells].map(([column, amount]) => [column, amount.text])),
      ...(r.unread.size === 0 ? {} : { unread: [...r.unread] }), ...(Object.keys(r.place).length === 0 ? {} : { place: r.place }),
    })),
  }
}

const amountOf = (s: Spot): string => show(valueOf(s.figure), s.figure.decimals)
const againstOf = (a: Against): string => a.kind === 'budget' ? `budget.${a.base}` : a.year === undefined ? 'last-year' : `${a.year}`

function changeOf(c: Change): NonNullable<RecordedSlot['changes']>[number] {
  const word = c.word ?? c.paceWord
  return { ...(c.against === undefined ? {} : { against: againstOf(c.against) }), ...(word === undefined ? {} : { word }), ...(c.amount === undefined ? {} : { amount: amountOf(c.amount) }), ...(c.pace === undefined ? {} : { percent: amountOf(c.pace) }) }
}

function slotOf(f: Frame): RecordedSlot[] {
  const changes = f.changes.filter((c) => c.amount !== undefined || c.pace !== undefined).map(changeOf)
  const heading = f.passage.path.at(-1)
  const says = f.final !== undefined || f.budget !== undefined || f.rate !== undefined || f.shares.length > 0 || changes.length > 0
  if (f.slot === undefined || f.inherited === true || !says) return []
  return [{
    slot: f.slot, ...(heading === undefined ? {} : { heading }), place: f.passage.place(f.passage.clauses.map[f.from] ?? 0),
    ...(f.final === undefined ? {} : { final: amountOf(f.final) }), ...(f.budget === undefined ? {} : { budget: { amount: amountOf(f.budget), base: f.budget.base } }), ...(f.rate === undefined ? {} : { rate: amountOf(f.rate) }),
    ...(f.shares.length === 0 ? {} : { shares: f.shares.map((s) => ({ percent: amountOf(s.spot), ...(s.whole === '' ? {} : { of: s.whole }) })) }), ...(changes.length === 0 ? {} : { changes }), ...(f.reason === undefined ? {} : { reason: f.reason.text }),
  }]
}

const TABLES: readonly TableId[] = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']

/** The document as data, with a list of what could not be read. */
export function recordAccounts(accounts: Accounts): AccountsRecord {
  const { unit, year, profile, content, tables } = accounts
  const cells = [...tables.values()].flatMap((t) => t.rows.flatMap((r) => [...r.unread].map((column): RecordedGap => ({ code: 'cell-unread', table: t.id, row: r.key, column, place: r.place }))))
  const missing = TABLES.filter((id) => !tables.has(id)).map((table): RecordedGap => ({ code: 'table-not-found', table }))
  const parts = content.unread.map((u): RecordedGap => ({ code: u.code, ...(u.place === undefined ? {} : { place: u.place }) }))
  return {
    ...(unit === undefined ? {} : { unit }), ...(year === undefined ? {} : { year }), profile, tables: TABLES.flatMap((id) => { const t = tables.get(id); return t === undefined ? [] : [recordTable(t)] }),
    slots: framesOf(passagesOf(content)).flatMap(slotOf), unread: [...parts, ...missing, ...cells],
  }
}
