import { type TableId } from '../document.ts'
import { type AccountsRecord, type RecordedRow, type RecordedTable } from './record.ts'

/** What stands over the columns of the statutory tables. @source accounts.md 2.2 */
const HEADINGS: Readonly<Record<TableId, Readonly<Record<string, string>>>> = {
  T1: { budget: '年初预算数', final: '金额' },
  T2: { total: '本年收入合计', fiscal: '财政拨款收入', superior: '上级补助收入', business: '事业收入', education: '其中：教育收费', operating: '经营收入', affiliate: '附属单位上缴收入', other: '其他收入' },
  T3: { total: '本年支出合计', basic: '基本支出', project: '项目支出', remit: '上缴上级支出', operating: '经营支出', subsidy: '对附属单位补助支出' },
  T4: { total: '合计', general: '一般公共预算财政拨款', fund: '政府性基金预算财政拨款', capital: '国有资本经营预算财政拨款', final: '金额' },
  T5: { total: '小计', basic: '基本支出', project: '项目支出' },
  T6: { final: '金额', staff: '人员经费', public: '公用经费' },
  T7: { opening: '年初结转和结余', income: '本年收入', total: '小计', basic: '基本支出', project: '项目支出', closing: '年末结转和结余' },
  T8: { opening: '年初结转和结余', income: '本年收入', total: '小计', basic: '基本支出', project: '项目支出', closing: '年末结转和结余' },
  T9: {},
}
const EXPENSES: readonly (readonly [string, string])[] = [['total', '合计'], ['abroad', '因公出国（境）费'], ['car', '小计'], ['purchase', '公务用车购置费'], ['running', '公务用车运行维护费'], ['reception', '公务接待费']]
const DIGITS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 1 to 99 as a heading counts: 十一, 二十六. */
const count = (n: number): string => `${n < 10 ? '' : `${n < 20 ? '' : DIGITS[Math.floor(n / 10)]!}十`}${DIGITS[n % 10]!}`

/** A mark that is no number: what stood there could not be read. */
const UNREAD = '※'
const cell = (row: RecordedRow | undefined, column: string): string => row === undefined ? '' : row.cells[column] ?? (row.unread?.includes(column) === true ? UNREAD : '')

/** Income and classes are numbered, as the forms print them; sums and carry-overs are not. */
function labelled(rows: readonly RecordedRow[]): string[] {
  let n = 0
  return rows.map((r) => /^income\.(?!year$)|^2\d\d$/.test(r.key) ? `${count(n += 1)}、${r.label}` : r.label)
}

const isIncome = (r: RecordedRow): boolean => /^(?:income\.|surplus\.used$|carry\.opening|total\.income$)/.test(r.key)

function summary(t: RecordedTable): string[][] {
  const left = t.rows.filter(isIncome)
  const right = t.rows.filter((r) => !isIncome(r))
  const [names, classes] = [labelled(left), labelled(right)]
  const wide = t.id === 'T4' ? ['total', 'general', 'fund', 'capital'].filter((c) => t.columns.includes(c) || c === 'total') : t.columns.length === 0 ? ['final'] : t.columns
  const narrow = t.id === 'T4' ? ['final'] : wide
  const heading = (columns: readonly string[]): string[] => columns.map((c) => HEADINGS[t.id][c] ?? c)
  const head = [['收入', ...narrow.map(() => ''), '支出', ...wide.map(() => '')], ['项目', ...heading(narrow), '项目', ...heading(wide)]]
  return [...head, ...Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [names[i] ?? '', ...narrow.map((c) => cell(left[i], c)), classes[i] ?? '', ...wide.map((c) => cell(right[i], c))])]
}

function coded(t: RecordedTable): string[][] {
  const columns = t.columns.filter((c) => HEADINGS[t.id][c] !== undefined)
  return [['科目编码', '科目名称', ...columns.map((c) => HEADINGS[t.id][c]!)], ...t.rows.map((r) => [r.code ?? '', r.label, ...columns.map((c) => cell(r, c))])]
}

function expenses(t: RecordedTable): string[][] {
  const [row] = t.rows
  const phases = (['budget', 'final'] as const).filter((p) => t.columns.length === 0 || t.columns.some((c) => c.startsWith(p)))
  const top = phases.flatMap((p) => EXPENSES.map((_, i) => i > 0 ? '' : p === 'budget' ? '预算数' : '决算数'))
  return [top, phases.flatMap(() => EXPENSES.map(([, words]) => words)), phases.flatMap((p) => EXPENSES.map(([item]) => cell(row, `${p}.${item}`)))]
}

/** A table in the form that the state prescribes, as text: cells apart by tabs, title and unit over it, its note under it. */
export function renderTable(t: RecordedTable): string {
  const grid = t.id === 'T1' || t.id === 'T4' ? summary(t) : t.id === 'T9' ? expenses(t) : coded(t)
  const over = [t.title, ...(t.owner === undefined ? [] : [`单位：${t.owner}`]), ...(t.unit === undefined ? [] : [`金额单位：${t.unit}`])]
  return [...over.flatMap((line) => [line, '']), ...grid.map((row) => row.join('\t')), '', ...(t.note === undefined ? [] : [t.note, ''])].join('\n')
}

/** The tables of a document as text that is read again as the same tables. */
export function renderTables(record: Pick<AccountsRecord, 'tables'>): string {
  return record.tables.map(renderTable).join('\n')
}
