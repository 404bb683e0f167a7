import { type Block, type Content, type Paragraph, type Place } from '@causeway/kernel'

import { type Figure } from './figure.ts'

/** A printed amount with its place. A blank cell is no amount: blank is not zero. */
export interface Amount extends Figure { readonly place: Place }

/**
 * The nine statutory tables, whatever number and order a place gives them.
 * T1 收入支出决算总表 · T2 收入决算表 · T3 支出决算表 · T4 财政拨款收入支出决算总表 · T5 一般公共预算财政拨款支出决算表 ·
 * T6 一般公共预算财政拨款基本支出决算明细表 · T7 政府性基金预算财政拨款收入支出决算表 · T8 国有资本经营预算财政拨款支出决算表 ·
 * T9 财政拨款“三公”经费支出决算表
 */
export type TableId = 'T1' | 'T2' | 'T3' | 'T4' | 'T5' | 'T6' | 'T7' | 'T8' | 'T9'

export type MoneyUnit = '元' | '万元' | '亿元'

/**
 * A row by its meaning. `key` is the code (`2012501`, `30211`) where there is one, else the row's standard name
 * (`total`, `income.general`, `expenditure.201`, `income.year`, `carry-over.opening` …).
 */
export interface Row { readonly key: string; readonly code?: string; readonly label: string; readonly cells: ReadonlyMap<string, Amount>; readonly unread: ReadonlySet<string>; readonly place: Place }

/** A statutory table as read: rows by key, cells by the column's standard name. */
export interface Table {
  readonly id: TableId
  readonly title: string
  readonly place: Place
  readonly unit?: MoneyUnit
  readonly owner?: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** The note under it, as printed. */
  readonly note?: string
}

/** A part of the text under its heading: `path` from the outermost, as printed. */
export interface Section { readonly heading: string; readonly number?: string; readonly level: number; readonly path: readonly string[]; readonly place: Place; readonly blocks: readonly Block[]; readonly paragraphs: readonly Paragraph[] }

/** A published document in our model. What stands in it, not what should. */
export interface Accounts {
  readonly content: Content
  readonly unit?: string
  readonly year?: number
  readonly profile: string
  readonly tables: ReadonlyMap<TableId, Table>
  readonly sections: readonly Section[]
  /** Lines of the table of contents, as printed, without page numbers. */
  readonly contents: readonly { readonly text: string; readonly place: Place }[]
  /** Grids that are no statutory table: performance forms, lists. */
  readonly others: readonly Extract<Block, { kind: 'grid' }>[]
}
