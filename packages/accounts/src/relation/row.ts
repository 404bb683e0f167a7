import { type Severity } from '../finding.ts'
import { type Table, type TableId } from '../document.ts'
import { type Equation, type Term, less, plus } from './equation.ts'
import { type RelationRow, type Tolerance } from './relation.ts'
import { type Ref, type Sheet, codesOf, refOf, under } from './sheet.ts'

/** A relation whose operands are cells: `equations` are the places where it can be tried in this document. */
export interface SumRelation extends RelationRow { readonly needs: readonly TableId[]; readonly equations: (sheet: Sheet) => readonly Equation[] }

const SOURCE = { within: 'accounts.md 3.1', between: 'accounts.md 3.2' } as const

interface Spec { readonly tolerance?: Tolerance & ('A' | 'B' | '0'); readonly severity?: Severity; readonly op?: '=' | '≥'; readonly hint?: boolean }
type Sides = readonly [total: Ref, parts: readonly Term[], needs?: readonly Ref[]]

/** A row of the list: the sides of each equation; tolerance A, severity error and `=` where nothing else is said. */
function row(id: string, formula: readonly [zh: string, en: string], needs: readonly TableId[], sides: (sheet: Sheet) => readonly Sides[], spec: Spec = {}): SumRelation {
  const { tolerance = 'A', severity = 'error', op = '=', hint = false } = spec
  return {
    id, formula: { zh: formula[0], en: formula[1] }, tolerance, severity, needs, source: id.startsWith('X') ? SOURCE.between : SOURCE.within,
    equations: (sheet) => (needs.some((n) => !sheet.tables.has(n)) ? [] : sides(sheet).map(([total, parts, rows]): Equation => ({ relation: id, total, op, parts, tolerance, severity, ...(hint ? { hint } : {}), ...(rows === undefined ? {} : { needs: rows }) }))),
  }
}

const table = (s: Sheet, id: TableId): Table => s.tables.get(id)!
const INCOME = ['general', 'fund', 'capital', 'superior', 'business', 'operating', 'affiliate', 'other'].map((k) => `income.${k}`)
const BUDGETS = ['general', 'fund', 'capital'] as const
const PARTS: Readonly<Partial<Record<TableId, readonly string[]>>> = {
  T2: ['fiscal', 'superior', 'business', 'operating', 'affiliate', 'other'], T3: ['basic', 'project', 'remit', 'operating', 'subsidy'], T5: ['basic', 'project'], T7: ['basic', 'project'], T8: ['basic', 'project'],
}

const t1Columns = (s: Sheet): readonly string[] => ['final', 'budget'].filter((c) => table(s, 'T1').columns.includes(c))
const t1 = (key: string, column = 'final'): Ref => refOf('T1', key, column)
const t4 = (key: string, column: string): Ref => refOf('T4', key, column)
const perColumn = (make: (at: (key: string) => Ref, s: Sheet) => Sides) => (s: Sheet): readonly Sides[] => t1Columns(s).map((c) => make((key) => t1(key, c), s))

/** Each row: its total is the sum of its columns. */
const across = (id: TableId) => (s: Sheet): readonly Sides[] => {
  const columns = PARTS[id]!.filter((c) => table(s, id).columns.includes(c))
  return columns.length === 0 ? [] : table(s, id).rows.map((r): Sides => [refOf(id, r.key, 'total'), columns.map((c) => plus(refOf(id, r.key, c)))])
}

/** Each column: the row of the total is the sum of the 类. */
const down = (id: TableId) => (s: Sheet): readonly Sides[] => {
  const classes = codesOf(table(s, id), 3)
  return classes.length === 0 ? [] : table(s, id).columns.map((c): Sides => [refOf(id, 'total', c), classes.map((k) => plus(refOf(id, k, c)))])
}

/** Each column: a code is the sum of the codes right under it. */
const levels = (id: TableId, keys?: readonly string[]) => (s: Sheet): readonly Sides[] => (keys ?? codesOf(table(s, id))).flatMap((k): Sides[] => {
  const children = under(table(s, id), k)
  return children.length === 0 ? [] : table(s, id).columns.map((c): Sides => [refOf(id, k, c), children.map((x) => plus(refOf(id, x, c)))])
})

/** Opening + income − expenditure = closing, in every row. */
const carried = (id: TableId) => (s: Sheet): readonly Sides[] => (['opening', 'income', 'closing'].every((c) => table(s, id).columns.includes(c))
  ? table(s, id).rows.map((r): Sides => [refOf(id, r.key, 'closing'), [plus(refOf(id, r.key, 'opening')), plus(refOf(id, r.key, 'income')), less(refOf(id, r.key, 'total'))]]) : [])

const same = (pairs: readonly (readonly [Ref, Ref])[]): readonly Sides[] => pairs.map(([a, b]): Sides => [a, [plus(b)]])
const classesOf = (s: Sheet, ...ids: readonly TableId[]): readonly string[] => [...new Set(ids.flatMap((id) => codesOf(s.tables.get(id), 3)))].sort()
const T6_PUBLIC = ['302', '307', '309', '310', '311', '312', '313', '399']
const t6Columns = (s: Sheet): readonly string[] => table(s, 'T6').columns
const t6Main = (s: Sheet): string => (t6Columns(s).includes('final') ? 'final' : 'total')
const SIDES = ['budget', 'final'] as const
const shared = (s: Sheet, a: TableId, b: TableId): readonly string[] => { const other = new Set(codesOf(s.tables.get(b))); return codesOf(s.tables.get(a)).filter((c) => other.has(c)) }
const fiscalTables = (s: Sheet): readonly TableId[] => (['T5', 'T7', 'T8'] as const).filter((id) => s.tables.has(id))
const fiscalCodes = (s: Sheet): readonly string[] => [...new Set(fiscalTables(s).flatMap((id) => codesOf(s.tables.get(id))))].sort()
const hasFiscalCarry = (s: Sheet): boolean => table(s, 'T4').rows.some((r) => r.key.startsWith('carry.') && (r.unread.size > 0 || [...r.cells.values()].some((a) => a.units !== 0n)))

/** The relations of accounts.md 3.1 and 3.2 whose operands are cells. */
export const SUMS: readonly SumRelation[] = [
  row('T1-1', ['本年收入合计 = Σ各项收入', 'income of the year = Σ its eight rows'], ['T1'], perColumn((at) => [at('income.year'), INCOME.map((k) => plus(at(k)))])),
  row('T1-2', ['本年支出合计 = Σ各类支出', 'expenditure of the year = Σ classes'], ['T1'], perColumn((at, s) => [at('expenditure.year'), codesOf(table(s, 'T1'), 3).map((k) => plus(at(k)))])),
  row('T1-3', ['收入总计 = 本年收入合计 + 使用非财政拨款结余 + 年初结转和结余', 'total income = income of the year + surplus used + opening carry-over'], ['T1'],
    perColumn((at) => [at('total.income'), ['income.year', 'surplus.used', 'carry.opening'].map((k) => plus(at(k))), [at('income.year'), at('carry.opening')]])),
  row('T1-4', ['支出总计 = 本年支出合计 + 结余分配 + 年末结转和结余', 'total expenditure = expenditure of the year + surplus shared out + closing carry-over'], ['T1'],
    perColumn((at) => [at('total.expenditure'), ['expenditure.year', 'surplus.shared', 'carry.closing'].map((k) => plus(at(k))), [at('expenditure.year'), at('carry.closing')]])),
  row('T1-5', ['收入总计 = 支出总计', 'total income = total expenditure'], ['T1'], perColumn((at) => [at('total.income'), [plus(at('total.expenditure'))], [at('total.expenditure')]]), { tolerance: '0' }),
  row('T1-6', ['年末结转和结余 = 年初结转和结余 + 使用非财政拨款结余 + 本年收入合计 − 本年支出合计 − 结余分配', 'closing = opening + surplus used + income − expenditure − surplus shared out'], ['T1'],
    perColumn((at) => [at('carry.closing'), [plus(at('carry.opening')), plus(at('surplus.used')), plus(at('income.year')), less(at('expenditure.year')), less(at('surplus.shared'))], [at('carry.opening'), at('income.year'), at('expenditure.year')]])),
  ...([['T2', 'T2-1', 'T2-2', 'T2-3'], ['T3', 'T3-1', 'T3-2', 'T3-3'], ['T5', 'T5-1', 'T5-2', 'T5-3'], ['T7', 'T7-2', 'T7-3', 'T7-4']] as const).flatMap(([id, rows, columns, tree]) => [
    row(rows, ['每行：合计 = Σ各栏', 'each row: total = Σ its columns'], [id], across(id)),
    row(columns, ['每栏：合计行 = Σ类', 'each column: total = Σ classes'], [id], down(id)),
    row(tree, ['每栏：类 = Σ款，款 = Σ项', 'each column: a code = Σ the codes right under it'], [id], levels(id)),
  ]),
  row('T8-1', ['每行：合计 = 基本支出 + 项目支出；年初 + 收入 − 支出 = 年末（列有时）', 'each row: total = basic + project; opening + income − expenditure = closing where printed'], ['T8'], (s) => [...across('T8')(s), ...carried('T8')(s)]),
  row('T8-2', ['每栏：合计行 = Σ类；类 = Σ款，款 = Σ项', 'each column: total = Σ classes; a code = Σ the codes right under it'], ['T8'], (s) => [...down('T8')(s), ...levels('T8')(s)]),
  row('T4-1', ['本年收入合计 = Σ三项财政拨款；本年支出合计各栏 = Σ类', 'income of the year = Σ three budgets; expenditure of the year = Σ classes, per column'], ['T4'], (s) => [
    [t4('income.year', 'final'), BUDGETS.map((b) => plus(t4(`income.${b}`, 'final')))],
    ...['total', ...BUDGETS].map((c): Sides => [t4('expenditure.year', c), codesOf(table(s, 'T4'), 3).map((k) => plus(t4(k, c)))]),
  ]),
  row('T4-2', ['每行支出：合计 = 一般公共预算 + 政府性基金 + 国有资本经营', 'each row of expenditure: total = general + funds + state capital'], ['T4'], (s) =>
    [...codesOf(table(s, 'T4'), 3), 'expenditure.year', 'carry.closing', 'total.expenditure'].map((k): Sides => [t4(k, 'total'), BUDGETS.map((b) => plus(t4(k, b)))])),
  row('T4-3', ['收入总计 = 本年收入 + 年初财政拨款结转；支出总计 = 本年支出 + 年末财政拨款结转', 'total income = income + opening; total expenditure = expenditure + closing'], ['T4'], () => [
    [t4('total.income', 'final'), [plus(t4('income.year', 'final')), plus(t4('carry.opening', 'final'))], [t4('income.year', 'final'), t4('carry.opening', 'final')]],
    ...['total', ...BUDGETS].map((c): Sides => [t4('total.expenditure', c), [plus(t4('expenditure.year', c)), plus(t4('carry.closing', c))], [t4('expenditure.year', c), t4('carry.closing', c)]]),
  ]),
  row('T4-4', ['收入总计 = 支出总计', 'total income = total expenditure'], ['T4'], () => [[t4('total.income', 'final'), [plus(t4('total.expenditure', 'total'))], [t4('total.expenditure', 'total')]]], { tolerance: '0' }),
  row('T4-5', ['年初结转 = Σ三项；各预算：年初 + 收入 − 支出 = 年末', 'opening = Σ three budgets; per budget: opening + income − expenditure = closing'], ['T4'], () => [
    [t4('carry.opening', 'final'), BUDGETS.map((b) => plus(t4(`carry.opening.${b}`, 'final'))), BUDGETS.map((b) => t4(`carry.opening.${b}`, 'final'))],
    ...BUDGETS.map((b): Sides => [t4('carry.closing', b), [plus(t4(`carry.opening.${b}`, 'final')), plus(t4(`income.${b}`, 'final')), less(t4('expenditure.year', b))], [t4(`carry.opening.${b}`, 'final'), t4(`income.${b}`, 'final'), t4('expenditure.year', b)]]),
  ]),
  row('T6-1', ['各类 = Σ款', 'each class = Σ its items'], ['T6'], (s) => levels('T6', codesOf(table(s, 'T6'), 3))(s)),
  row('T6-2', ['人员经费合计 = 301 + 303', 'staff total = 301 + 303'], ['T6'], (s) => [
    [refOf('T6', 'staff.total', t6Main(s)), ['301', '303'].map((k) => plus(refOf('T6', k, t6Main(s)))), ['301', '303'].map((k) => refOf('T6', k, t6Main(s)))],
    ...(['staff', 'public'].every((c) => table(s, 'T6').rows.some((r) => r.cells.has(c))) ? table(s, 'T6').rows.map((r): Sides => [refOf('T6', r.key, t6Main(s)), [plus(refOf('T6', r.key, 'staff')), plus(refOf('T6', r.key, 'public'))]]) : []),
  ]),
  row('T6-3', ['公用经费合计 = 302 + 307 + 309 + 310 + 311 + 312 + 313 + 399（所列）；合计 = 人员经费合计 + 公用经费合计', 'public total = its classes as printed; total = staff total + public total'], ['T6'], (s) => [
    [refOf('T6', 'public.total', t6Main(s)), T6_PUBLIC.filter((k) => codesOf(table(s, 'T6'), 3).includes(k)).map((k) => plus(refOf('T6', k, t6Main(s)))), [refOf('T6', '302', t6Main(s))]],
    [refOf('T6', 'total', t6Main(s)), [plus(refOf('T6', 'staff.total', t6Main(s))), plus(refOf('T6', 'public.total', t6Main(s)))], ['staff.total', 'public.total'].map((k) => refOf('T6', k, t6Main(s)))],
  ]),
  row('T7-1', ['每行：年初结转 + 本年收入 − 本年支出 = 年末结转', 'each row: opening + income − expenditure = closing'], ['T7'], carried('T7')),
  row('T9-1', ['合计 = 因公出国（境）费 + 公务用车小计 + 公务接待费（预算、决算）', 'total = abroad + cars + reception (budget, final)'], ['T9'], () => SIDES.map((b): Sides => [refOf('T9', 'total', `${b}.total`), ['abroad', 'car', 'reception'].map((k) => plus(refOf('T9', 'total', `${b}.${k}`))), ['abroad', 'car', 'reception'].map((k) => refOf('T9', 'total', `${b}.${k}`))])),
  row('T9-2', ['公务用车小计 = 购置费 + 运行维护费', 'cars = purchase + running'], ['T9'], () => SIDES.map((b): Sides => [refOf('T9', 'total', `${b}.car`), ['purchase', 'running'].map((k) => plus(refOf('T9', 'total', `${b}.${k}`))), ['purchase', 'running'].map((k) => refOf('T9', 'total', `${b}.${k}`))])),

  row('X-01-02', ['T1 本年收入 = T2 合计；T1 各项收入 = T2 各栏（财政拨款收入 = 前三项）', 'T1 income = T2 total; each T1 row = the T2 column (fiscal = the first three)'], ['T1', 'T2'], () => [
    [t1('income.year'), [plus(refOf('T2', 'total', 'total'))]], [refOf('T2', 'total', 'fiscal'), BUDGETS.map((b) => plus(t1(`income.${b}`))), BUDGETS.map((b) => t1(`income.${b}`))],
    ...same((['superior', 'business', 'operating', 'affiliate', 'other'] as const).map((k) => [t1(`income.${k}`), refOf('T2', 'total', k)])),
  ], { tolerance: 'B' }),
  row('X-01-03', ['T1 本年支出 = T3 合计；T1 各类 = T3 各类', 'T1 expenditure = T3 total; each class'], ['T1', 'T3'], (s) => same([[t1('expenditure.year'), refOf('T3', 'total', 'total')], ...classesOf(s, 'T3').map((k) => [t1(k), refOf('T3', k, 'total')] as const)]), { tolerance: 'B' }),
  row('X-01-04', ['T1 第1、2、3项收入 = T4 三项收入', 'T1 income rows 1 to 3 = T4 income'], ['T1', 'T4'], () => same(BUDGETS.map((b) => [t1(`income.${b}`), t4(`income.${b}`, 'final')])), { tolerance: 'B' }),
  row('X-01-04', ['T1 总计 ≥ T4 总计；T1 各类 ≥ T4 各类合计', 'T1 total ≥ T4 total; each class of T1 ≥ that of T4'], ['T1', 'T4'], (s) => [
    [t1('total.income'), [plus(t4('total.income', 'final'))]], ...codesOf(table(s, 'T4'), 3).map((k): Sides => [t1(k), [plus(t4(k, 'total'))], [t1(k)]]),
  ], { tolerance: 'B', op: '≥' }),
  row('X-02-04', ['T2 财政拨款收入合计 = T4 本年收入合计', 'T2 fiscal income = T4 income of the year'], ['T2', 'T4'], () => same([[refOf('T2', 'total', 'fiscal'), t4('income.year', 'final')]]), { tolerance: 'B' }),
  row('X-03-05', ['每个科目：T3 ≥ T5 + T7 + T8（合计、基本、项目）', 'each code: T3 ≥ T5 + T7 + T8 (total, basic, project)'], ['T3', 'T5'], (s) => fiscalCodes(s).flatMap((k) => ['total', 'basic', 'project'].map((c): Sides => [refOf('T3', k, c), fiscalTables(s).map((id) => plus(refOf(id, k, c))), [refOf('T3', k, c)]])), { op: '≥' }),
  row('X-03-05b', ['T3 基本、项目合计 ≥ T5 + T7 + T8', 'T3 basic and project totals ≥ T5 + T7 + T8'], ['T3', 'T5'], (s) => ['total', 'basic', 'project'].map((c): Sides => [refOf('T3', 'total', c), fiscalTables(s).map((id) => plus(refOf(id, 'total', c)))]), { op: '≥' }),
  row('X-03-05b', ['非财政拨款：年末结转 = 年初结转 + 收入 − 支出', 'money that is not fiscal: closing = opening + income − expenditure'], ['T1', 'T3', 'T4', 'T5'], (s) => [[t1('carry.closing'), [
    plus(t4('carry.closing', 'total')), plus(t1('carry.opening')), less(t4('carry.opening', 'final')), plus(t1('surplus.used')), less(t1('surplus.shared')),
    ...INCOME.slice(3).map((k) => plus(t1(k))), less(refOf('T3', 'total', 'total')), ...fiscalTables(s).map((id) => plus(refOf(id, 'total', 'total'))),
  ], [t1('carry.opening'), t4('carry.opening', 'final'), t4('carry.closing', 'total')]]], { hint: true }),
  row('X-04-05', ['T4 本年支出（一般公共预算）= T5 合计；各类相等', 'T4 expenditure of the general budget = T5 total; each class'], ['T4', 'T5'], (s) => same([[t4('expenditure.year', 'general'), refOf('T5', 'total', 'total')], ...classesOf(s, 'T5').map((k) => [t4(k, 'general'), refOf('T5', k, 'total')] as const)]), { tolerance: 'B' }),
  ...([['X-04-07', 'T7', 'fund', '政府性基金'], ['X-04-08', 'T8', 'capital', '国有资本经营']] as const).map(([id, other, budget, name]) => row(id, [`T4 ${name}栏 = ${other} 支出；收入、年初、年末相等`, `T4 ${budget} column = ${other} expenditure; income, opening, closing`], ['T4', other], (s) => same([
    [t4('expenditure.year', budget), refOf(other, 'total', 'total')], ...classesOf(s, other).map((k) => [t4(k, budget), refOf(other, k, 'total')] as const),
    ...(['income', 'opening', 'closing'] as const).filter((c) => table(s, other).columns.includes(c)).map((c) => [{ income: t4(`income.${budget}`, 'final'), opening: t4(`carry.opening.${budget}`, 'final'), closing: t4('carry.closing', budget) }[c], refOf(other, 'total', c)] as const),
  ]), { tolerance: 'B' })),
  row('X-05-06', ['T5 基本支出合计 = T6 人员经费合计 + 公用经费合计', 'T5 basic = T6 staff + public'], ['T5', 'T6'], (s) => [['staff.total', 'public.total'].every((k) => s.cell(refOf('T6', k, t6Main(s))).kind !== 'none')
    ? [refOf('T5', 'total', 'basic'), ['staff.total', 'public.total'].map((k) => plus(refOf('T6', k, t6Main(s))))] : [refOf('T5', 'total', 'basic'), [plus(refOf('T6', 'total', t6Main(s)))], [refOf('T6', 'total', t6Main(s))]]]),
  row('X-06-09', ['T6 ≤ T9：30212 ≤ 出国，30217 ≤ 接待，30231 ≤ 运行维护，31013 ≤ 购置（决算）', 'T6 ≤ T9: travel abroad, reception, car running, car purchase (final)'], ['T6', 'T9'], (s) => ([['30212', 'abroad'], ['30217', 'reception'], ['30231', 'running'], ['31013', 'purchase']] as const)
    .map(([code, item]): Sides => [refOf('T9', 'total', `final.${item}`), [plus(refOf('T6', code, t6Main(s)))]]), { tolerance: 'B', op: '≥' }),
  row('X-02-03', ['T2 收入合计 − T3 支出合计 = 年末结转 − 年初结转 + 结余分配 − 使用非财政拨款结余', 'T2 income − T3 expenditure = change of the carry-over'], ['T1', 'T2', 'T3'], () => [[refOf('T2', 'total', 'total'), [
    plus(refOf('T3', 'total', 'total')), plus(t1('carry.closing')), less(t1('carry.opening')), plus(t1('surplus.shared')), less(t1('surplus.used')),
  ], [t1('carry.opening'), t1('carry.closing')]]], { severity: 'warning', hint: true }),
  row('X-02-05', ['财政拨款无结转时，每项：T2 财政拨款收入 = T5 + T7 + T8', 'without fiscal carry-over, each item: T2 fiscal income = T5 + T7 + T8'], ['T2', 'T4', 'T5'], (s) => (hasFiscalCarry(s) ? [] : shared(s, 'T2', 'T5').filter((k) => k.length === 7)
    .map((k): Sides => [refOf('T2', k, 'fiscal'), fiscalTables(s).map((id) => plus(refOf(id, k, 'total')))])), { tolerance: 'B', severity: 'warning', hint: true }),
]
