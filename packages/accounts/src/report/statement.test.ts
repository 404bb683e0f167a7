import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Content, type Grid } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { CHARTS } from '../chart/chart.ts'
import { type TableId } from '../document.ts'
import { fraction, show } from '../figure.ts'
import { readAccounts } from '../reading/accounts.ts'
import { readText } from '../reading/text.ts'
import { recordAccounts, type RecordedRow, type RecordedTable } from './record.ts'
import { renderTable, renderTables } from './statement.ts'

const withoutPlace = (t: RecordedTable): RecordedTable => ({ ...t, rows: t.rows.map(({ key, code, label, cells, unread }) => ({ key, label, cells, ...(code === undefined ? {} : { code }), ...(unread === undefined ? {} : { unread }) })) })
const readTables = (text: string): RecordedTable[] => recordAccounts(readAccounts(readText(text, 'a.txt'))).tables.map(withoutPlace)

const amount = fc.tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.constantFrom(0, 1, 2)).map(([n, d]) => show(fraction(n, 10n ** BigInt(d)), d))
const grouped = amount.map((a) => a.replace(/\d(?=(?:\d{3})+(?:\.|$))/g, '$&,'))
const cells = (columns: readonly string[]): fc.Arbitrary<Record<string, string>> => fc.tuple(...columns.map((c) => fc.option(fc.oneof(amount, grouped).map((a): [string, string] => [c, a]), { nil: undefined }))).map((all) => Object.fromEntries(all.filter((x) => x !== undefined)))
const unit = fc.constantFrom('万元' as const, '元' as const)
const owner = fc.constantFrom('某市民政局', '某县人民政府办公室（本级）')

const chart = (kind: 'functional' | 'economic') => [...CHARTS.find((c) => c.kind === kind)!.items.values()]

/** Codes with whatever cells, and a row that adds them up, first or last. */
function codedTable(o: { readonly id: TableId; readonly title: string; readonly columns: readonly string[]; readonly note?: string }): fc.Arbitrary<RecordedTable> {
  const row = fc.tuple(fc.constantFrom(...chart('functional')), cells(o.columns)).map(([{ code, name }, c]): RecordedRow => ({ key: code, code, label: name, cells: c }))
  const total = cells(o.columns).map((c): RecordedRow => ({ key: 'total', label: '合计', cells: c }))
  return fc.tuple(fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: (r) => r.key }), total, fc.boolean(), unit, owner)
    .map(([rows, sum, last, u, w]) => ({ id: o.id, title: o.title, unit: u, owner: w, columns: o.columns, rows: last ? [...rows, sum] : [sum, ...rows], ...(o.note === undefined ? {} : { note: o.note }) }))
}

const INCOME: readonly (readonly [string, string])[] = [['income.general', '一般公共预算财政拨款收入'], ['income.fund', '政府性基金预算财政拨款收入'], ['income.capital', '国有资本经营预算财政拨款收入'], ['income.superior', '上级补助收入'], ['income.business', '事业收入'], ['income.operating', '经营收入'], ['income.affiliate', '附属单位上缴收入'], ['income.other', '其他收入'],
  ['income.year', '本年收入合计'], ['surplus.used', '使用非财政拨款结余'], ['carry.opening', '年初结转和结余'], ['total.income', '总计']]
const SPENT: readonly (readonly [string, string])[] = [...chart('functional').filter((i) => i.code.length === 3 && !['227', '230'].includes(i.code)).map((i): [string, string] => [i.code, i.name]), ['expenditure.year', '本年支出合计'], ['surplus.shared', '结余分配'], ['carry.closing', '年末结转和结余'], ['total.expenditure', '总计']]

const summaryTable: fc.Arbitrary<RecordedTable> = fc.tuple(fc.tuple(...INCOME.map(() => cells(['final']))), fc.tuple(...SPENT.map(() => cells(['final']))), unit, owner).map(([income, spent, u, w]) => {
  const rows = [...INCOME.map(([key, label], i): RecordedRow => ({ key, label, cells: income[i]! })), ...SPENT.map(([key, label], i): RecordedRow => ({ key, ...(key.startsWith('2') ? { code: key } : {}), label, cells: spent[i]! }))]
  return { id: 'T1', title: '收入支出决算总表', unit: u, owner: w, columns: rows.some((r) => 'final' in r.cells) ? ['final'] : [], rows, note: '注：本表反映单位本年度的总收支和年末结转结余情况。' }
})

const BUDGETS = ['general', 'fund', 'capital'] as const
const BUDGET_NAMES = { general: '一般公共预算财政拨款', fund: '政府性基金预算财政拨款', capital: '国有资本经营预算财政拨款' }
const fiscalTable: fc.Arbitrary<RecordedTable> = fc.tuple(fc.array(cells(['final']), { minLength: 9, maxLength: 9 }), fc.tuple(...SPENT.map(() => cells(['total', ...BUDGETS]))), unit, owner).map(([income, spent, u, w]) => {
  const keys = [...BUDGETS.map((b) => [`income.${b}`, BUDGET_NAMES[b]]), ['income.year', '本年收入合计'], ['carry.opening', '年初财政拨款结转和结余'], ...BUDGETS.map((b) => [`carry.opening.${b}`, BUDGET_NAMES[b]]), ['total.income', '总计']]
  const rows = [...keys.map(([key, label], i): RecordedRow => ({ key: key!, label: label!, cells: income[i]! })), ...SPENT.filter(([key]) => key !== 'surplus.shared').map(([key, label], i): RecordedRow => ({ key, ...(key.startsWith('2') ? { code: key } : {}), label, cells: spent[i]! }))]
  return { id: 'T4', title: '财政拨款收入支出决算总表', unit: u, owner: w, columns: ['total', ...BUDGETS, ...rows.some((r) => 'final' in r.cells) ? ['final'] : []], rows }
})

const economicTable: fc.Arbitrary<RecordedTable> = fc.tuple(fc.array(cells(['final']), { minLength: 110, maxLength: 110 }), unit, owner).map(([all, u, w]) => {
  const rows = [...chart('economic').map((i, n): RecordedRow => ({ key: i.code, code: i.code, label: i.name, cells: all[n] ?? {} })), { key: 'staff.total', label: '人员经费合计', cells: { final: '1.00' } }, { key: 'public.total', label: '公用经费合计', cells: {} }]
  return { id: 'T6', title: '一般公共预算财政拨款基本支出决算明细表', unit: u, owner: w, columns: ['final'], rows }
})

const expenseTable: fc.Arbitrary<RecordedTable> = fc.tuple(cells(['budget', 'final'].flatMap((p) => ['total', 'abroad', 'car', 'purchase', 'running', 'reception'].map((i) => `${p}.${i}`))), unit, owner)
  .map(([c, u, w]) => ({ id: 'T9', title: '财政拨款“三公”经费支出决算表', unit: u, owner: w, columns: Object.keys(c), rows: [{ key: 'total', label: '', cells: c }] }))

const document = fc.tuple(
  summaryTable,
  codedTable({ id: 'T2', title: '收入决算表', columns: ['total', 'fiscal', 'superior', 'business', 'operating', 'affiliate', 'other'] }),
  codedTable({ id: 'T3', title: '支出决算表', columns: ['total', 'basic', 'project', 'remit', 'operating', 'subsidy'], note: '注：本表反映单位本年度各项支出情况。' }),
  fiscalTable,
  codedTable({ id: 'T5', title: '一般公共预算财政拨款支出决算表', columns: ['total', 'basic', 'project'] }),
  economicTable,
  codedTable({ id: 'T7', title: '政府性基金预算财政拨款收入支出决算表', columns: ['opening', 'income', 'total', 'basic', 'project', 'closing'] }),
  codedTable({ id: 'T8', title: '国有资本经营预算财政拨款支出决算表', columns: ['total', 'basic', 'project'] }),
  expenseTable,
)

const sorted = (t: RecordedTable): RecordedTable => ({ ...t, columns: t.columns.toSorted() })

describe('imported tables', () => {
  it('rendered as text are read again as the same tables, whatever is in them', () => {
    fc.assert(fc.property(document, (tables) => {
      expect(readTables(renderTables({ tables })).map(sorted)).toEqual(tables.map(sorted))
    }), { numRuns: 60 })
  })

  const data = process.env['CAUSEWAY_PUBLIC_DATA']
  const files = ['yantai-tga-2024.txt', '01_full_shanghai_putuo_czj_2024.txt', '02_full_shanghai_putuo_ghzyj_2024.txt', '04_full_shanghai_template_2024.txt']
  it.skipIf(data === undefined).each(files)('of %s too, cell by cell (skipped without CAUSEWAY_PUBLIC_DATA)', (file) => {
    const tables = recordAccounts(readAccounts(readText(readFileSync(join(data!, 'accounts', file)), file))).tables.map(withoutPlace)
    expect(tables.map((t) => t.id)).toEqual(['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9'])
    expect(readTables(renderTables({ tables })).map(sorted)).toEqual(tables.map(sorted))
  })
})

/** The tables as sheets of a workbook: title, unit and note are cells of the sheet, merged over its width or not. */
function sheetsOf(tables: readonly RecordedTable[], merged: boolean): Content {
  const blocks = tables.map((t, s): Grid => {
    const lines = renderTable(t).split('\n').filter((l) => l.trim() !== '').map((l) => l.split('\t'))
    const width = Math.max(...lines.map((l) => l.length))
    const at = (y: number, x: number) => ({ cell: `S${s}!${x}.${y}` })
    return { kind: 'grid', place: at(0, 0), rows: lines.map((l, y) => merged && l.length === 1 ? [{ text: l[0]!, place: at(y, 0), colSpan: width }] : Array.from({ length: width }, (_, x) => ({ text: l[x] ?? '', place: at(y, x) }))) }
  })
  return { format: 'xlsx', name: 'a.xlsx', blocks, unread: [] }
}

it.each([true, false])('tables are read from sheets that hold their titles (merged: %s)', (merged) => {
  fc.assert(fc.property(document, (tables) => {
    const back = recordAccounts(readAccounts(sheetsOf(tables, merged))).tables.map(withoutPlace)
    expect(back.map(sorted)).toEqual(tables.map(sorted))
  }), { numRuns: 20 })
})
