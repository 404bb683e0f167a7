import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Block, type Place } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { codeName } from '../chart/chart.ts'
import { type Accounts, type Amount, type Row, type Table, type TableId } from '../document.ts'
import { type Outcome } from '../finding.ts'
import { parseFigure } from '../figure.ts'
import { readAccounts } from '../reading/accounts.ts'
import { readText } from '../reading/text.ts'
import { parseFormula, readRelations } from './formula.ts'
import { examineTables, isBlankZero, TABLE_RELATIONS } from './tables.ts'

/** Money of a unit, in 分 of whole 元; consistent by construction, rounded only when it is printed. */
interface Data {
  readonly items: readonly { readonly code: string; readonly basic: number; readonly project: number; readonly other: number }[]
  readonly business: number
  readonly otherIncome: number
  readonly opening: number
  readonly fiscalOpening: number
  readonly fiscalClosing: number
  readonly staff: readonly number[]
  readonly abroad: number
  readonly running: number
  readonly reception: number
}

const CODES = ['2012501', '2012502', '2012504', '2012599', '2080501', '2080505', '2080506', '2101101', '2101103', '2210201']
const PLAIN: Data = {
  items: CODES.map((code, i) => ({ code, basic: i === 1 || i === 2 || i === 3 ? 0 : 31_234_567 + 17_777_313 * i, project: i === 1 || i === 2 || i === 3 ? 45_300_099 + 1_111_137 * i : 0, other: i === 3 ? 4_400_055 : 0 })),
  business: 3_000_077, otherIncome: 1_560_033, opening: 10_680_044, fiscalOpening: 0, fiscalClosing: 0, staff: [5, 7, 3, 4], abroad: 1_047_000, running: 24_055, reception: 1_184_011,
}

let yuan = false
/** 分 printed as 万元 (or 元) with two decimals, half away from zero. */
const print = (fen: number): string => { const n = Math.round(Math.abs(fen) / (yuan ? 1 : 10_000)); return `${fen < 0 ? '-' : ''}${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}` }

type Cells = Readonly<Record<string, number | string>>
let line = 0
function row(key: string, label: string, cells: Cells): Row {
  line += 1
  const place: Place = { line }
  const amount = (v: number | string): Amount => ({ ...parseFigure(typeof v === 'string' ? v : print(v))!, place })
  return { key, label, place, cells: new Map(Object.entries(cells).filter(([, v]) => v !== 0).map(([k, v]) => [k, amount(v)])), unread: new Set(), ...(/^\d+$/.test(key) ? { code: key } : {}) }
}

const TITLES: Readonly<Record<TableId, string>> = {
  T1: '收入支出决算总表', T2: '收入决算表', T3: '支出决算表', T4: '财政拨款收入支出决算总表', T5: '一般公共预算财政拨款支出决算表', T6: '一般公共预算财政拨款基本支出决算明细表', T7: '政府性基金预算财政拨款收入支出决算表',
  T8: '国有资本经营预算财政拨款支出决算表', T9: '财政拨款“三公”经费支出决算表',
}
const table = (id: TableId, columns: readonly string[], rows: readonly Row[], note?: string): Table => ({ id, title: TITLES[id], place: rows[0]!.place, unit: '万元', columns, rows, ...(note === undefined ? {} : { note }) })
const sum = (n: readonly number[]): number => n.reduce((a, b) => a + b, 0)

/** Rows of a table by function: the total, then 类, 款, 项, each column the sum of the items under it. */
function tree(columns: readonly string[], items: readonly { readonly code: string; readonly cells: Readonly<Record<string, number>> }[]): Row[] {
  const codes = [...new Set(items.flatMap(({ code }) => [code.slice(0, 3), code.slice(0, 5), code]))].sort()
  const cells = (prefix: string): Cells => Object.fromEntries(columns.map((c) => [c, sum(items.filter((i) => i.code.startsWith(prefix)).map((i) => i.cells[c] ?? 0))]))
  return [row('total', '合计', cells('')), ...codes.map((c) => row(c, codeName(c)!, cells(c)))]
}

function accounts(d: Data = PLAIN, inYuan?: TableId): Accounts {
  line = 0
  const basic = sum(d.items.map((i) => i.basic)), project = sum(d.items.map((i) => i.project)), other = sum(d.items.map((i) => i.other))
  const general = basic + project + d.fiscalClosing - d.fiscalOpening
  const income = general + d.business + d.otherIncome, spent = basic + project + other
  const opening = d.opening + d.fiscalOpening, closing = opening + income - spent
  const classes = [...new Set(d.items.map((i) => i.code.slice(0, 3)))]
  const of = (k: string, cols: readonly ('basic' | 'project' | 'other')[]): number => sum(d.items.filter((i) => i.code.startsWith(k)).flatMap((i) => cols.map((c) => i[c])))
  const t1 = table('T1', ['final'], [
    row('income.general', '一、一般公共预算财政拨款收入', { final: general }), row('income.fund', '二、政府性基金预算财政拨款收入', {}), row('income.capital', '三、国有资本经营预算财政拨款收入', {}), row('income.superior', '四、上级补助收入', {}),
    row('income.business', '五、事业收入', { final: d.business }), row('income.operating', '六、经营收入', {}), row('income.affiliate', '七、附属单位上缴收入', {}), row('income.other', '八、其他收入', { final: d.otherIncome }),
    ...classes.map((k) => row(k, `一、${codeName(k)!}`, { final: of(k, ['basic', 'project', 'other']) })),
    row('income.year', '本年收入合计', { final: income }), row('expenditure.year', '本年支出合计', { final: spent }), row('surplus.used', '使用非财政拨款结余（含专用结余）', {}), row('surplus.shared', '结余分配', {}),
    row('carry.opening', '年初结转和结余', { final: opening }), row('carry.closing', '年末结转和结余', { final: closing }), row('total.income', '总计', { final: income + opening }), row('total.expenditure', '总计', { final: spent + closing }),
  ])
  const t2Columns = ['total', 'fiscal', 'superior', 'business', 'operating', 'affiliate', 'other']
  const t2 = table('T2', t2Columns, tree(t2Columns, d.items.map((i, n) => {
    const cells = { fiscal: i.basic + i.project + (n === 0 ? d.fiscalClosing - d.fiscalOpening : 0), business: n === 0 ? d.business : 0, other: n === 3 ? d.otherIncome : 0 }
    return { code: i.code, cells: { ...cells, total: cells.fiscal + cells.business + cells.other } }
  })))
  const t3Columns = ['total', 'basic', 'project', 'remit', 'operating', 'subsidy']
  const t3 = table('T3', t3Columns, tree(t3Columns, d.items.map((i) => ({ code: i.code, cells: { total: i.basic + i.project + i.other, basic: i.basic, project: i.project + i.other } }))))
  const t4 = table('T4', ['final', 'total', 'general', 'fund', 'capital'], [
    row('income.general', '一、一般公共预算财政拨款', { final: general }), row('income.fund', '二、政府性基金预算财政拨款', {}), row('income.capital', '三、国有资本经营预算财政拨款', {}),
    ...classes.map((k) => row(k, codeName(k)!, { total: of(k, ['basic', 'project']), general: of(k, ['basic', 'project']) })),
    row('income.year', '本年收入合计', { final: general }), row('expenditure.year', '本年支出合计', { total: basic + project, general: basic + project }),
    row('carry.opening', '年初财政拨款结转和结余', { final: d.fiscalOpening }), row('carry.closing', '年末财政拨款结转和结余', { total: d.fiscalClosing, general: d.fiscalClosing }),
    row('carry.opening.general', '一般公共预算财政拨款', { final: d.fiscalOpening }), row('carry.opening.fund', '政府性基金预算财政拨款', {}), row('carry.opening.capital', '国有资本经营预算财政拨款', {}),
    row('total.income', '总计', { final: general + d.fiscalOpening }), row('total.expenditure', '总计', { total: basic + project + d.fiscalClosing, general: basic + project + d.fiscalClosing }),
  ])
  const t5Columns = ['total', 'basic', 'project']
  yuan = inYuan === 'T5'
  const t5 = table('T5', t5Columns, tree(t5Columns, d.items.map((i) => ({ code: i.code, cells: { total: i.basic + i.project, basic: i.basic, project: i.project } }))))
  yuan = false
  const weights = sum(d.staff) + 2
  const part = (n: number): number => Math.floor(basic * n / weights)
  const wages = d.staff.map(part), goods = [d.reception < basic ? Math.min(d.reception, 100) : 0], rest = basic - sum(wages) - sum(goods)
  const t6 = table('T6', ['final'], [
    row('301', '工资福利支出', { final: sum(wages) }), ...wages.map((w, i) => row(['30101', '30102', '30103', '30199'][i]!, ['基本工资', '津贴补贴', '奖金', '其他工资福利支出'][i]!, { final: w })),
    row('303', '对个人和家庭的补助', {}), row('302', '商品和服务支出', { final: sum(goods) + rest }), row('30201', '办公费', { final: rest }), row('30217', '公务接待费', { final: goods[0]! }), row('30228', '工会经费', {}),
    row('staff.total', '人员经费合计', { final: sum(wages) }), row('public.total', '公用经费合计', { final: sum(goods) + rest }),
  ])
  const t7 = table('T7', ['opening', 'income', 'total', 'basic', 'project', 'closing'], [row('total', '合计', {})], '注：本单位没有政府性基金收入，也没有使用政府性基金安排的支出，故本表无数据。')
  const t8 = table('T8', t5Columns, [row('total', '合计', {})], '注：本单位没有使用国有资本经营预算安排的支出，故本表无数据。')
  const cost = (p: string): Cells => ({ [`${p}.total`]: d.abroad + d.running + d.reception, [`${p}.abroad`]: d.abroad, [`${p}.car`]: d.running, [`${p}.running`]: d.running, [`${p}.reception`]: d.reception })
  const t9 = table('T9', ['budget', 'final'].flatMap((p) => ['total', 'abroad', 'car', 'purchase', 'running', 'reception'].map((i) => `${p}.${i}`)), [row('total', '', { ...cost('budget'), ...cost('final') })])
  const tables = new Map<TableId, Table>([t1, t2, t3, t4, t5, t6, t7, t8, t9].map((t) => [t.id, t]))
  return { content: { format: 'docx', name: 'specimen.docx', blocks: [], unread: [] }, year: 2024, profile: 'national', tables, sections: [], contents: [], others: [] }
}

/** The same document with other cells, rows or settings. */
function mended(a: Accounts, id: TableId, change: (t: Table) => Table): Accounts { return { ...a, tables: new Map([...a.tables].map(([k, t]) => [k, k === id ? change(t) : t])) } }
const withCell = (a: Accounts, id: TableId, key: string, column: string, text: string): Accounts => mended(a, id, (t) => ({
  ...t, rows: t.rows.map((r) => {
    if (r.key !== key) return r
    const cells = new Map(r.cells)
    if (text === '') cells.delete(column)
    else cells.set(column, { ...parseFigure(text)!, place: r.place })
    return { ...r, cells }
  }),
}))
const textOf = (a: Accounts, id: TableId, key: string, column: string): string => a.tables.get(id)!.rows.find((r) => r.key === key)!.cells.get(column)!.text
const without = (a: Accounts, id: TableId, key: string): Accounts => mended(a, id, (t) => ({ ...t, rows: t.rows.filter((r) => r.key !== key) }))
const lineOf = (a: Accounts, id: TableId, key: string): number => a.tables.get(id)!.rows.find((r) => r.key === key)!.place.line!
const faults = (o: Outcome): readonly unknown[] => o.findings.filter((f) => f.severity !== 'info')
const swapped = (text: string): string => { const i = [...text].findIndex((c, k) => c !== '.' && text[k + 1] !== undefined && text[k + 1] !== '.' && text[k + 1] !== c && !(k === 0 && text[1] === '0')); return `${text.slice(0, i)}${text[i + 1]!}${text[i]!}${text.slice(i + 2)}` }

describe('consistent tables', () => {
  it('rounded naturally have no finding, and what rounding explains is told as such', () => {
    const o = examineTables(accounts())
    expect(faults(o)).toEqual([])
    expect(new Set(TABLE_RELATIONS.map((r) => r.id)).size).toBeGreaterThanOrEqual(45)
    for (const id of ['T1-1', 'T1-6', 'T2-3', 'T3-1', 'T4-5', 'T5-3', 'T6-3', 'T9-1', 'X-01-02', 'X-02-03', 'X-02-05', 'X-03-05b', 'X-05-06', 'X-06-09']) expect(o.run.get(id), id).toBeGreaterThan(0)
  })
  it('whatever the money is', () => {
    const money = fc.integer({ min: 0, max: 900_000_000 })
    const data = fc.record({
      items: fc.uniqueArray(fc.constantFrom(...CODES), { minLength: 4, maxLength: 10 }).chain((codes) => fc.tuple(...codes.sort().map((code) => fc.record({ code: fc.constant(code), basic: fc.integer({ min: 1_000_000, max: 900_000_000 }), project: money, other: money })))),
      business: money, otherIncome: money, opening: fc.integer({ min: 9_000_000_000, max: 9_900_000_000 }), fiscalOpening: fc.integer({ min: 0, max: 900_000 }), fiscalClosing: money, staff: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }), abroad: money, running: money, reception: money,
    })
    fc.assert(fc.property(data, (d) => { expect(examineTables(accounts(d)).findings.filter((f) => !['X-05-06f', 'Tx-0'].includes(f.relation))).toEqual([]) }), { numRuns: 40 })
  })
  it('a changed cell is named, alone, with what it should be', () => {
    const a = accounts()
    // cells that more than one relation knows
    const cells = [...a.tables.values()].flatMap((t) => (['T6', 'T9'].includes(t.id) ? [] : t.rows.flatMap((r) => [...r.cells.keys()].map((column) => ({ id: t.id, key: r.key, column })))))
    fc.assert(fc.property(fc.constantFrom(...cells), fc.integer({ min: 10, max: 99_999 }), fc.boolean(), ({ id, key, column }, cents, up) => {
      const cell = a.tables.get(id)!.rows.find((r) => r.key === key)!.cells.get(column)!
      const units = Number(cell.units) + (up || Number(cell.units) <= cents ? cents : -cents)
      const found = examineTables(withCell(a, id, key, column, (units / 100).toFixed(2))).findings.filter((f) => f.severity === 'error')
      expect(found.map((f) => [f.place.line, f.published])).toContainEqual([cell.place.line, (units / 100).toFixed(2)])
      expect(found.length).toBeLessThanOrEqual(1)
      expect(Math.abs(Number(found[0]!.expected) - Number(cell.units) / 100)).toBeLessThan(0.06)
    }), { numRuns: 150 })
  })
})

describe('each relation finds its fault', () => {
  const a = accounts()
  it.each<[string, TableId, string, string]>([
    ['T1-1', 'T1', 'income.year', 'final'], ['T1-2', 'T1', 'expenditure.year', 'final'], ['T1-3', 'T1', 'total.income', 'final'], ['T1-4', 'T1', 'total.expenditure', 'final'], ['T1-6', 'T1', 'carry.closing', 'final'],
    ['T2-1', 'T2', '2012501', 'total'], ['T2-2', 'T2', 'total', 'fiscal'], ['T2-3', 'T2', '20125', 'fiscal'], ['T3-1', 'T3', '2012501', 'total'], ['T3-2', 'T3', 'total', 'basic'], ['T3-3', 'T3', '20805', 'basic'],
    ['T5-1', 'T5', '2012599', 'total'], ['T5-2', 'T5', 'total', 'project'], ['T5-3', 'T5', '20805', 'basic'], ['T4-1', 'T4', 'income.year', 'final'], ['T4-2', 'T4', '201', 'total'], ['T4-3', 'T4', 'total.income', 'final'],
    ['T6-1', 'T6', '301', 'final'], ['T6-2', 'T6', 'staff.total', 'final'], ['T6-3', 'T6', 'public.total', 'final'], ['T9-1', 'T9', 'total', 'final.total'],
  ])('%s: two digits of %s %s %s change places', (relation, id, key, column) => {
    const printed = textOf(a, id, key, column)
    const found = examineTables(withCell(a, id, key, column, swapped(printed))).findings.filter((f) => f.severity === 'error')
    expect(found).toMatchObject([{ relation, published: swapped(printed), cause: 'transposed-digits', class: 'arithmetic', place: { line: lineOf(a, id, key) }, section: TITLES[id] }])
  })
  it('T1-5 is exact: totals a cent apart are no rounding', () => {
    const printed = textOf(a, 'T1', 'total.expenditure', 'final')
    const off = (Number(printed) + 0.01).toFixed(2)
    expect(examineTables(withCell(a, 'T1', 'total.expenditure', 'final', off)).findings).toMatchObject([{ relation: 'T1-5', severity: 'error' }])
  })
  it('a carry-over left out of a total is named', () => {
    const b = withCell(a, 'T1', 'total.income', 'final', textOf(a, 'T1', 'income.year', 'final'))
    expect(examineTables(b).findings).toMatchObject([{ relation: 'T1-3', cause: 'carry-over-left-out', expected: textOf(a, 'T1', 'total.income', 'final'), also: expect.arrayContaining(['T1-5']) as unknown }])
  })
  it('an item left out of its table is named from the others', () => {
    const found = examineTables(without(a, 'T5', '2012504')).findings.filter((f) => f.severity === 'error')
    expect(found).toMatchObject([{ relation: 'T5-3', cause: 'item-left-out', place: { line: lineOf(a, 'T5', '20125') } }])
    expect(found[0]!.expected).toContain('2012504')
  })
  it('figures of two neighbouring rows that changed places are one fault', () => {
    const [x, y] = [textOf(a, 'T5', '2012502', 'project'), textOf(a, 'T5', '2012504', 'project')]
    const b = withCell(withCell(a, 'T5', '2012502', 'project', y), 'T5', '2012504', 'project', x)
    expect(examineTables(b).findings.filter((f) => f.severity === 'error')).toMatchObject([{ cause: 'row-shifted', published: y, expected: x }])
  })
  it('a cell in 元 among 万元 is another unit of money', () => {
    const printed = textOf(a, 'T3', '20805', 'total')
    expect(examineTables(withCell(a, 'T3', '20805', 'total', String(Math.round(Number(printed) * 10_000)))).findings.filter((f) => f.severity === 'error')).toMatchObject([{ cause: 'unit-of-money', published: String(Math.round(Number(printed) * 10_000)) }])
  })
  it('a table in another unit than it says is one fault', () => {
    const scaled = accounts(PLAIN, 'T5')
    expect(examineTables(scaled).findings.filter((f) => f.severity === 'error')).toMatchObject([{ relation: 'Tx-unit', cause: 'unit-of-money', section: TITLES.T5 }])
    const said = mended(scaled, 'T5', (t) => ({ ...t, unit: '元' }))
    expect(examineTables(said).findings.filter((f) => f.severity === 'error')).toMatchObject([{ relation: 'Tx-unit', published: '元', expected: '万元' }])
  })
  it('two tables that each add up and disagree are told as two sides, once', () => {
    const more = accounts({ ...PLAIN, items: PLAIN.items.map((i) => (i.code === '2012504' ? { ...i, project: i.project + 5_000_000 } : i)) })
    const b: Accounts = { ...a, tables: new Map([...a.tables].map(([k, t]) => [k, k === 'T5' ? more.tables.get('T5')! : t])) }
    const found = examineTables(b).findings.filter((f) => f.severity === 'error')
    expect(found.map((f) => f.relation).every((r) => r.startsWith('X-'))).toBe(true)
    expect(found.some((f) => f.relation === 'X-04-05')).toBe(true)
  })
  it('X-06-09: basic spending on guests beyond all spending on guests', () => {
    expect(examineTables(withCell(withCell(a, 'T6', '30217', 'final', '5.00'), 'T6', '30201', 'final', (Number(textOf(a, 'T6', '30201', 'final')) - 5 + Number(textOf(a, 'T6', '30217', 'final'))).toFixed(2))).findings).toMatchObject([{ relation: 'X-06-09', severity: 'error', class: 'logic' }])
  })
  it('X-05-06f: an economic item far from the functional one that pays it', () => {
    const b = mended(a, 'T6', (t) => ({ ...t, rows: t.rows.map((r) => (r.key === '30103' ? { ...row('30113', '住房公积金', { final: r.cells.get('final')!.text }), place: r.place } : r)) }))
    expect(examineTables(b).findings).toMatchObject([{ relation: 'X-05-06f', severity: 'warning', class: 'implausible' }])
  })
  it('an unread operand is a relation not run, never an error', () => {
    const b = mended(withCell(a, 'T5', '2012501', 'basic', ''), 'T5', (t) => ({ ...t, rows: t.rows.map((r) => (r.key === '2012501' ? { ...r, unread: new Set(['basic']) } : r)) }))
    const o = examineTables(b)
    expect(faults(o)).toEqual([])
    expect(o.notRun.filter((n) => n.outcome === 'not-run').map((n) => n.relation)).toEqual(expect.arrayContaining(['T5-1', 'T5-3']))
  })
  it('a blank cell is zero only when its row and its column close without it', () => {
    expect(isBlankZero(a, { table: 'T2', row: '2080501', column: 'other' })).toBe(true)
    expect(isBlankZero(withCell(a, 'T2', '2012599', 'other', ''), { table: 'T2', row: '2012599', column: 'other' })).toBe(false)
    expect(examineTables(withCell(a, 'T3', '20805', 'total', '')).findings).toMatchObject([{ published: '', place: { line: lineOf(a, 'T3', '20805') } }])
  })
})

describe('codes, notes, units', () => {
  const a = accounts()
  const relabel = (id: TableId, key: string, change: (r: Row) => Row): Accounts => mended(a, id, (t) => ({ ...t, rows: t.rows.map((r) => (r.key === key ? change(r) : r)) }))
  const bare = (id: TableId, field: 'note' | 'unit'): Accounts => mended(a, id, (t) => Object.fromEntries(Object.entries(t).filter(([k]) => k !== field)) as unknown as Table)
  it.each<[string, Accounts, unknown]>([
    ['another name', relabel('T3', '2080505', (r) => ({ ...r, label: '机关事业单位退休人员活动费' })), { relation: 'T3-4', severity: 'error', class: 'naming', expected: '机关事业单位基本养老保险缴费支出' }],
    ['an old name', relabel('T5', '20125', (r) => ({ ...r, label: '港澳台侨事务' })), { relation: 'T5-4', severity: 'error', cause: 'old-name', expected: '港澳台事务' }],
    ['an old name of a class', relabel('T1', '210', (r) => ({ ...r, label: '九、医疗卫生与计划生育支出' })), { relation: 'N-name', severity: 'error', cause: 'old-name' }],
    ['an unknown code', relabel('T2', '2012599', (r) => ({ ...r, key: '2012588', code: '2012588' })), { relation: 'T2-4', severity: 'warning' }],
    ['a code of the wrong length', relabel('T2', '2012599', (r) => ({ ...r, key: '201259', code: '201259' })), { relation: 'T2-4', severity: 'error', published: '201259' }],
    ['no parent', without(a, 'T5', '20805'), { relation: 'T5-4', severity: 'error', expected: '20805' }],
    ['no note under an empty table', bare('T7', 'note'), { relation: 'Tx-0', severity: 'error' }],
    ['a note of nothing under a full table', mended(a, 'T9', (t) => ({ ...t, note: '注：本单位没有“三公”经费支出，故本表无数据。' })), { relation: 'Tx-0', class: 'contradiction' }],
    ['no unit', bare('T6', 'unit'), { relation: 'Tx-unit', severity: 'warning' }],
  ])('%s', (_, b, expected) => { expect(examineTables(b).findings).toContainEqual(expect.objectContaining(expected as Record<string, unknown>)) })
  it('a name that the page cut is not compared', () => {
    const o = examineTables(relabel('T3', '2080505', (r) => ({ ...r, label: '机关事业单位基本养老' })))
    expect(faults(o)).toEqual([])
    expect(o.notRun.some((n) => n.relation === 'T3-4')).toBe(true)
  })
  it('a negative figure is a warning outside carry-over', () => {
    const b = withCell(withCell(a, 'T1', 'carry.closing', 'final', '-3.00'), 'T6', '30228', 'final', '-0.01')
    expect(examineTables(b).findings.filter((f) => f.relation === 'Tx-neg')).toMatchObject([{ published: '-0.01', severity: 'warning' }])
  })
  it('T9-3 wants a reason where an expense is beyond its budget', () => {
    const over = withCell(withCell(a, 'T9', 'total', 'budget.abroad', '1.00'), 'T9', 'total', 'budget.total', (Number(textOf(a, 'T9', 'total', 'budget.total')) - Number(textOf(a, 'T9', 'total', 'budget.abroad')) + 1).toFixed(2))
    const text = (t: string): Accounts => ({ ...over, content: { ...over.content, blocks: [{ kind: 'paragraph', text: t, spans: [{ start: 0, place: { line: 900 } }] } satisfies Block] } })
    expect(examineTables(text('因公出国（境）费全年预算为 1.00 万元，支出决算为 1.05 万元。')).findings.map((f) => f.relation)).toContain('T9-3')
    expect(examineTables(text('“三公”经费和因公出国（境）费支出决算大于全年预算，主要原因是增加了出访团组。')).findings).toEqual([])
  })
  it('X-yr and X-part compare with the documents that are held', () => {
    const last = withCell(a, 'T1', 'carry.closing', 'final', textOf(a, 'T1', 'carry.opening', 'final'))
    expect(examineTables(a, { lastYear: last }).findings).toEqual([])
    expect(examineTables(a, { lastYear: withCell(last, 'T1', 'carry.closing', 'final', '9.99') }).findings).toMatchObject([{ relation: 'X-yr', expected: '9.99', severity: 'error' }])
    expect(examineTables(a, { parts: [a] }).findings).toEqual([])
    expect(examineTables(a, { parts: [a, a] }).findings.map((f) => f.relation)).toEqual(['X-part', 'X-part'])
  })
})

describe('relations of an office’s own', () => {
  const a = accounts()
  it('run as the others do', () => {
    const own = readRelations([
      { id: 'U-1', formula: 'T1[total.income].final = T1[income.year].final + T1[surplus.used].final + T1[carry.opening].final' },
      { id: 'U-2', formula: 'T6[30217].final <= T9[total].final.reception', severity: 'warning' },
      { id: 'U-3', formula: 'T3[201].total = T3[208].total', zh: '两类相等' },
      { id: 'U-4', formula: 'sum(T5[class].total) = T5[total].total' }, { id: 'U-5', formula: 'T5[20805].basic = sum(T5[20805*].basic)' },
    ])
    expect(own.ok).toBe(true)
    const o = examineTables(a, { own: own.ok ? own.value : [] })
    expect(['U-1', 'U-2', 'U-3', 'U-4', 'U-5'].map((id) => o.run.get(id))).toEqual([1, 1, 1, 1, 1])
    expect(o.findings).toMatchObject([{ relation: 'U-3', published: textOf(a, 'T3', '201', 'total') }])
  })
  it.each([
    ['T1[total.income].final', 'formula-malformed', undefined], ['T1[total.income].final = ', 'formula-malformed', undefined], ['T1[total.income].final = T1 income', 'formula-malformed', 'column 25'], ['T0[total].final = T1[total.income].final', 'formula-table-unknown', 'column 1'],
    ['T2[total].basic = T3[total].basic', 'formula-column-unknown', 'column 1'], ['T2[合计].total = T3[total].total', 'formula-row-unknown', 'column 1'], ['T2[total].total + T2[201].total = T3[total].total + T3[201].total', 'formula-side-not-a-cell', undefined],
    ['sum(T2[total].total) = T3[total].total', 'formula-row-unknown', 'column 1'],
  ])('%s is refused with %s', (formula, code, at) => {
    const r = parseFormula(formula)
    expect(r.ok ? undefined : [r.error.code, r.error.at]).toEqual([code, at])
  })
  it('a list that is not right is refused with its place', () => {
    const read = (v: unknown): unknown => { const r = readRelations(v); return r.ok ? undefined : [r.error.code, r.error.at] }
    const good = { id: 'U-1', formula: 'T1[total.income].final = T1[total.expenditure].final' }
    expect([read({}), read([{ ...good, id: 'T1-1' }]), read([good, good]), read([{ ...good, tolerance: 'C' }]), read([{ ...good, formula: 'x' }])]).toEqual([
      ['relations-not-a-list', undefined], ['relation-id-wrong', '0'], ['relation-id-twice', '1'], ['relation-setting-wrong', '0.tolerance'], ['formula-malformed', '0.formula, column 1'],
    ])
  })
})

it('basic expenditure with staff and running costs in columns: each row is the sum of the two', () => {
  const lines = ['2023年度部门决算', '一般公共预算财政拨款基本支出决算表', '', '金额单位：万元', '', '科目编码\t科目名称\t合计\t人员经费\t公用经费', '合计\t\t30.00\t20.00\t10.00', '301\t工资福利支出\t20.00\t20.00\t', '30101\t基本工资\t20.00\t20.00\t', '302\t商品和服务支出\t10.00\t\t10.00', '30201\t办公费\t11.00\t\t10.00']
  const found = examineTables(readAccounts(readText(lines.join('\n'), 'a.txt'))).findings.filter((f) => f.severity === 'error')
  expect(found).toMatchObject([{ relation: 'T6-2', published: '11.00', expected: '10.00', place: { line: 11 } }])
})

const SHARED = process.env['CAUSEWAY_PUBLIC_DATA']
const folder = SHARED === undefined ? undefined : join(SHARED, 'accounts')
const published = (name: string): string => readFileSync(join(folder!, name), 'utf8')
const examined = (text: string): Outcome => examineTables(readAccounts(readText(text, 'published.txt')))

describe.runIf(folder !== undefined && existsSync(folder))('published documents', () => {
  it('the reference document: its roundings, its five implausible pairs, and nothing else', () => {
    const o = examined(published('yantai-tga-2024.txt'))
    expect(o.findings.map((f) => [f.relation, f.severity, f.place.line, f.quote])).toEqual([[294, '56.45'], [295, '8.36'], [296, '20.63'], [299, '64.70'], [307, '66.94']].map(([line, quote]) => ['X-05-06f', 'warning', line, quote]))
    const { negatives } = JSON.parse(published('yantai-tga-2024.findings.json')) as { negatives: { lines: number[]; relations: string[]; expectedResult: string; id: string }[] }
    const roundings = negatives.filter((n) => n.expectedResult === 'R' && n.relations.some((r) => /^[TX]\d?/.test(r)))
    expect(roundings).toHaveLength(14)
    for (const n of roundings) expect(o.rounding.some((r) => n.lines.includes(r.place.line ?? 0) && n.relations.includes(r.relation)), n.id).toBe(true)
    expect(o.run.size).toBeGreaterThanOrEqual(45)
  })
  it.each(['01_full_shanghai_putuo_czj_2024.txt', '02_full_shanghai_putuo_ghzyj_2024.txt', '04_full_shanghai_template_2024.txt'])('%s: tables without a fault have none', (name) => {
    expect(faults(examined(published(name)))).toEqual([])
  })
  it('a cell of the reference document that is changed is found at its line, alone', () => {
    const lines = published('yantai-tga-2024.txt').split('\n')
    // cells of tables 1 to 5: of an item of table 6 only the sum above it is known
    const cells = lines.flatMap((l, i) => (i > 85 && i < 282 ? l.split('\t').flatMap((t, c) => (c > 0 && /^\d+\.\d\d$/.test(t) ? [{ i, c, t }] : [])) : []))
    fc.assert(fc.property(fc.constantFrom(...cells), fc.constantFrom(swapped, (t: string) => `-${t}`, (t: string) => (Number(t) * 10).toFixed(2), (t: string) => String(Math.round(Number(t) * 10_000)), (t: string) => (Number(t) + 7.77).toFixed(2)), ({ i, c, t }, change) => {
      const text = lines.map((l, n) => (n === i ? l.split('\t').map((x, k) => (k === c ? change(t) : x)).join('\t') : l)).join('\n')
      expect(examined(text).findings.filter((f) => f.severity === 'error').map((f) => [f.place.line, f.quote])).toEqual([[i + 1, change(t)]])
    }), { numRuns: 40 })
  })
})
