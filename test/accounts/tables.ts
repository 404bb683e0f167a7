import { codeName } from '@causeway/accounts'

import { type Books } from './books.ts'
import { tag, type Cell, type Line, type Part, type Sheet } from './document.ts'

/** How a place prints its tables. */
export interface Style {
  readonly thousands: boolean
  /** A column that numbers the rows (行次) and a row that numbers the columns (栏次). */
  readonly numbered: boolean
  /** 类, 款 and 项 in three columns. */
  readonly splitCodes: boolean
  /** The row 合计 of the tables by item stands last in the table of the general budget. */
  readonly totalLast: boolean
  readonly owner: 'before' | 'none'
  readonly body: '单位' | '部门'
  readonly zeros: boolean
  /** Budget and final figure of the three expenses side by side by item, or six and six. */
  readonly expenses: 'blocks' | 'pairs'
  readonly fundColumnsOfCapital: boolean
  readonly titles: Readonly<Record<string, string>>
}

export const wan = (yuan: number, thousands = false): string => {
  const units = Math.floor((Math.abs(yuan) + 50) / 100)
  const whole = String(Math.floor(units / 100)).replace(/\B(?=(\d{3})+$)/g, thousands ? ',' : '')
  return `${yuan < 0 ? '-' : ''}${whole}.${String(units % 100).padStart(2, '0')}`
}

const cell = (text: string, colSpan = 1, rowSpan = 1): Cell => ({ text, ...(colSpan === 1 ? {} : { colSpan }), ...(rowSpan === 1 ? {} : { rowSpan }) })
const CHINESE = '一、二、三、四、五、六、七、八、九、十、十一、十二、十三、十四、十五、十六、十七、十八、十九、二十、二十一、二十二、二十三、二十四、二十五、二十六'.split('、')
export const numeral = (n: number): string => CHINESE[n - 1]!
const CLASSES: readonly (readonly [string, string])[] = [['201', '一般公共服务支出'], ['202', '外交支出'], ['203', '国防支出'], ['204', '公共安全支出'], ['205', '教育支出'], ['206', '科学技术支出'], ['207', '文化旅游体育与传媒支出'], ['208', '社会保障和就业支出'], ['210', '卫生健康支出'], ['211', '节能环保支出'], ['212', '城乡社区支出'], ['213', '农林水支出'], ['214', '交通运输支出'], ['215', '资源勘探工业信息等支出'], ['216', '商业服务业等支出'], ['217', '金融支出'], ['219', '援助其他地区支出'], ['220', '自然资源海洋气象等支出'], ['221', '住房保障支出'], ['222', '粮油物资储备支出'], ['223', '国有资本经营预算支出'], ['224', '灾害防治及应急管理支出'], ['229', '其他支出'], ['231', '债务还本支出'], ['232', '债务付息支出'], ['234', '抗疫特别国债安排的支出']]

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)

export interface Figures {
  readonly incomeFiscal: number; readonly incomeGeneral: number; readonly incomeFund: number; readonly incomeOther: number; readonly incomeYear: number
  readonly basic: number; readonly project: number; readonly expenditureYear: number; readonly open: number; readonly close: number; readonly total: number
  readonly generalBasic: number; readonly generalProject: number; readonly general: number; readonly fund: number
  readonly openGeneral: number; readonly openFund: number; readonly closeGeneral: number; readonly closeFund: number; readonly fiscalTotal: number
  readonly staff: number; readonly publicMoney: number; readonly generalByClass: ReadonlyMap<string, number>; readonly budget: number
}

/** What the books add up to. */
export function figuresOf(b: Books): Figures {
  const of = (f: (i: Books['items'][number]) => number): number => sum(b.items.map(f))
  const incomeGeneral = of((i) => i.income), incomeFund = sum(b.funds.map((f) => f.income)), incomeOther = of((i) => i.otherIncome)
  const fund = sum(b.funds.map((f) => f.project)), openFund = sum(b.funds.map((f) => f.open))
  const generalBasic = of((i) => i.basic), generalProject = of((i) => i.project), openGeneral = of((i) => i.open)
  const basic = generalBasic + of((i) => i.otherBasic), project = generalProject + of((i) => i.otherProject) + fund
  const incomeYear = incomeGeneral + incomeFund + incomeOther, expenditureYear = basic + project, open = openGeneral + openFund + of((i) => i.otherOpen)
  const generalByClass = new Map<string, number>()
  for (const i of b.items) generalByClass.set(i.code.slice(0, 3), (generalByClass.get(i.code.slice(0, 3)) ?? 0) + i.basic + i.project)
  const econ = (start: RegExp): number => sum([...b.economic].filter(([c]) => start.test(c)).map(([, n]) => n))
  return {
    incomeFiscal: incomeGeneral + incomeFund, incomeGeneral, incomeFund, incomeOther, incomeYear, basic, project, expenditureYear, open, close: open + incomeYear - expenditureYear, total: open + incomeYear,
    generalBasic, generalProject, general: generalBasic + generalProject, fund, openGeneral, openFund, closeGeneral: openGeneral + incomeGeneral - generalBasic - generalProject, closeFund: openFund + incomeFund - fund,
    fiscalTotal: openGeneral + openFund + incomeGeneral + incomeFund, staff: econ(/^30[13]/), publicMoney: econ(/^(?:302|310)/), generalByClass, budget: of((i) => i.budget),
  }
}

interface CodeRow { readonly code: string; readonly name: string; readonly values: readonly number[] }

/** Items with their 款 and 类 above them, values added up. */
function tree(items: readonly { readonly code: string; readonly names: readonly string[]; readonly values: readonly number[] }[]): readonly CodeRow[] {
  const rows = new Map<string, CodeRow>()
  for (const i of items.toSorted((a, b) => (a.code < b.code ? -1 : 1))) {
    for (const [k, length] of [3, 5, 7].entries()) {
      const code = i.code.slice(0, length), before = rows.get(code)
      rows.set(code, { code, name: i.names[k]!, values: before === undefined ? i.values : before.values.map((v, j) => v + i.values[j]!) })
    }
  }
  return [...rows.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

/** The nine tables with what stands over and under them, by id. */
export function tablesOf(b: Books, s: Style): ReadonlyMap<string, readonly Part[]> {
  const f = figuresOf(b)
  const num = (slot: string, n: number): string => (n === 0 ? (s.zeros ? tag(slot, '0.00') : tag(slot, '')) : tag(slot, wan(n, s.thousands)))
  const line = (id: string, text: string): Line => ({ kind: 'line', id, text })
  const wrap = (id: string, no: number, rows: readonly (readonly Cell[])[], head: number, note: string, wide = false): readonly Part[] => [
    { kind: 'line', id: `${id}.title`, text: s.titles[id]!, level: 3 },
    ...(s.owner === 'before' ? [line(`${id}.number`, `公开${String(no).padStart(2, '0')}表`), line(`${id}.owner`, `${s.body}：${b.unit}`)] : []),
    line(`${id}.unit`, s.owner === 'before' ? '金额单位：万元' : '单位：万元'),
    { kind: 'sheet', id, rows, head, wide } satisfies Sheet,
    ...(note === '' ? [] : [line(`${id}.note`, note)]),
  ]
  const classOf = new Map<string, number>()
  for (const i of b.items) classOf.set(i.code.slice(0, 3), (classOf.get(i.code.slice(0, 3)) ?? 0) + i.basic + i.project + i.otherBasic + i.otherProject)
  for (const x of b.funds) classOf.set(x.code.slice(0, 3), (classOf.get(x.code.slice(0, 3)) ?? 0) + x.project)

  // T1: two halves side by side
  const other = b.otherSource
  const incomeRows: readonly (readonly [string, string, number])[] = [['一般公共预算财政拨款收入', 'general', f.incomeGeneral], ['政府性基金预算财政拨款收入', 'fund', f.incomeFund], ['国有资本经营预算财政拨款收入', 'capital', 0], ['上级补助收入', 'superior', 0], ['事业收入', 'business', other === 'business' ? f.incomeOther : 0], ['经营收入', 'operating', 0], ['附属单位上缴收入', 'affiliate', 0], ['其他收入', 'other', other === 'other' ? f.incomeOther : 0]]
  const both = (left: readonly string[], right: readonly string[]): readonly Cell[] => [...left, ...right].map((t) => cell(t))
  const no = (n: number): readonly string[] => (s.numbered ? [String(n)] : [])
  const span = s.numbered ? 3 : 2
  const t1: (readonly Cell[])[] = [[cell('收入', span), cell('支出', span)], both(['项目', ...(s.numbered ? ['行次'] : []), s.numbered ? '金额' : '决算数'], ['项目', ...(s.numbered ? ['行次'] : []), s.numbered ? '金额' : '决算数']), ...(s.numbered ? [both(['栏次', '', '1'], ['栏次', '', '2'])] : [])]
  CLASSES.forEach(([code, name], i) => {
    const income = incomeRows[i]
    t1.push(both([income === undefined ? '' : `${numeral(i + 1)}、${income[0]}`, ...no(i + 1), income === undefined ? '' : num(`T1/income.${income[1]}`, income[2])], [`${numeral(i + 1)}、${name}`, ...no(i + 32), num(`T1/${code}`, classOf.get(code) ?? 0)]))
  })
  t1.push(both(['本年收入合计', ...no(27), num('T1/income.year', f.incomeYear)], ['本年支出合计', ...no(58), num('T1/expenditure.year', f.expenditureYear)]))
  t1.push(both(['使用非财政拨款结余（含专用结余）', ...no(28), num('T1/surplus.used', 0)], ['结余分配', ...no(59), num('T1/surplus.shared', 0)]))
  t1.push(both(['年初结转和结余', ...no(29), num('T1/carry.opening', f.open)], ['年末结转和结余', ...no(60), num('T1/carry.closing', f.close)]))
  if (s.numbered) t1.push(both(['', '30', ''], ['', '61', '']))
  t1.push(both(['总计', ...no(31), num('T1/total.income', f.total)], ['总计', ...no(62), num('T1/total.expenditure', f.total)]))

  // tables by code
  const codeCells = (code: string, tagged: string): readonly Cell[] => (s.splitCodes ? [cell(tag(`${tagged}#`, code.slice(0, 3))), cell(code.slice(3, 5)), cell(code.slice(5, 7))] : [cell(tag(`${tagged}#`, code))])
  const codeSpan = s.splitCodes ? 3 : 1
  const byCode = (id: string, columns: readonly string[], over: string | undefined, keys: readonly string[], items: readonly { readonly code: string; readonly names: readonly string[]; readonly values: readonly number[] }[], after: readonly string[] = []): { readonly rows: readonly (readonly Cell[])[]; readonly head: number } => {
    const head: (readonly Cell[])[] = over === undefined
      ? [[cell('项目', codeSpan + 1), ...columns.map((c) => cell(c, 1, 2))]]
      : [[cell('项目', codeSpan + 1), ...columns.slice(0, keys.indexOf('total')).map((c) => cell(c, 1, 2)), cell(over, 3), ...after.map((c) => cell(c, 1, 2))]]
    head.push([cell('科目编码', codeSpan), cell('科目名称'), ...(over === undefined ? [] : ['小计', '基本支出', '项目支出'].map((c) => cell(c)))])
    if (s.numbered) head.push([cell('栏次', codeSpan + 1), ...keys.map((_, i) => cell(String(i + 1)))])
    const body = tree(items).map((r) => [...codeCells(r.code, `${id}/${r.code}`), cell(tag(`${id}/${r.code}$`, r.name)), ...r.values.map((v, i) => cell(num(`${id}/${r.code}/${keys[i]!}`, v)))])
    const total = [cell('合计', codeSpan + 1), ...keys.map((k, i) => cell(num(`${id}/total/${k}`, sum(items.map((x) => x.values[i]!)))))]
    const last = s.totalLast && id === 'T5'
    return { rows: [...head, ...(last ? [] : [total]), ...body, ...(last ? [total] : [])], head: head.length }
  }
  const slot = other === 'other' ? 6 : 3
  const T2 = ['total', 'fiscal', 'superior', 'business', 'operating', 'affiliate', 'other'] as const
  const t2 = byCode('T2', ['本年收入合计', '财政拨款收入', '上级补助收入', '事业收入', '经营收入', '附属单位上缴收入', '其他收入'], undefined, T2, [...b.items.map((i) => ({ ...i, values: T2.map((_, k) => (k === 0 ? i.income + i.otherIncome : k === 1 ? i.income : k === slot ? i.otherIncome : 0)) })), ...b.funds.map((x) => ({ ...x, values: T2.map((_, k) => (k <= 1 ? x.income : 0)) }))])
  const T3 = ['total', 'basic', 'project', 'remit', 'operating', 'subsidy'] as const
  const t3 = byCode('T3', ['本年支出合计', '基本支出', '项目支出', '上缴上级支出', '经营支出', '对附属单位补助支出'], undefined, T3, [...b.items.map((i) => ({ ...i, values: [i.basic + i.project + i.otherBasic + i.otherProject, i.basic + i.otherBasic, i.project + i.otherProject, 0, 0, 0] })), ...b.funds.map((x) => ({ ...x, values: [x.project, 0, x.project, 0, 0, 0] }))])
  const t5 = byCode('T5', [], '本年支出', ['total', 'basic', 'project'], b.items.map((i) => ({ ...i, values: [i.basic + i.project, i.basic, i.project] })))
  const fundValues = b.funds.map((x) => ({ ...x, values: [x.open, x.income, x.project, 0, x.project, x.open + x.income - x.project] }))
  const t7 = byCode('T7', ['年初结转和结余', '本年收入'], '本年支出', ['opening', 'income', 'total', 'basic', 'project', 'closing'], fundValues, ['年末结转和结余'])
  const t8 = s.fundColumnsOfCapital ? byCode('T8', ['年初结转和结余', '本年收入'], '本年支出', ['opening', 'income', 'total', 'basic', 'project', 'closing'], [], ['年末结转和结余']) : byCode('T8', [], '本年支出', ['total', 'basic', 'project'], [])

  // T4
  const four = (slotId: string, general: number, fund: number): readonly string[] => [num(`T4/${slotId}/total`, general + fund), num(`T4/${slotId}/general`, general), num(`T4/${slotId}/fund`, fund), num(`T4/${slotId}/capital`, 0)]
  const fiscalIncome: readonly (readonly [string, string, number])[] = [['一般公共预算财政拨款', 'general', f.incomeGeneral], ['政府性基金预算财政拨款', 'fund', f.incomeFund], ['国有资本经营预算财政拨款', 'capital', 0]]
  const t4: (readonly Cell[])[] = [[cell('收入', span), cell('支出', span + 3)], both(['项目', ...(s.numbered ? ['行次'] : []), '金额'], ['项目', ...(s.numbered ? ['行次'] : []), '合计', '一般公共预算财政拨款', '政府性基金预算财政拨款', '国有资本经营预算财政拨款']), ...(s.numbered ? [both(['栏次', '', '1'], ['栏次', '', '2', '3', '4', '5'])] : [])]
  const fundClass = new Map<string, number>()
  for (const x of b.funds) fundClass.set(x.code.slice(0, 3), (fundClass.get(x.code.slice(0, 3)) ?? 0) + x.project)
  CLASSES.forEach(([code, name], i) => {
    const income = fiscalIncome[i]
    t4.push(both([income === undefined ? '' : `${numeral(i + 1)}、${income[0]}`, ...no(i + 1), income === undefined ? '' : num(`T4/income.${income[1]}`, income[2])], [`${numeral(i + 1)}、${name}`, ...no(i + 33), ...four(code, f.generalByClass.get(code) ?? 0, fundClass.get(code) ?? 0)]))
  })
  t4.push(both(['本年收入合计', ...no(27), num('T4/income.year', f.incomeFiscal)], ['本年支出合计', ...no(59), ...four('expenditure.year', f.general, f.fund)]))
  t4.push(both(['年初财政拨款结转和结余', ...no(28), num('T4/carry.opening', f.openGeneral + f.openFund)], ['年末财政拨款结转和结余', ...no(60), ...four('carry.closing', f.closeGeneral, f.closeFund)]))
  const openings: readonly (readonly [string, string, number])[] = [['一般公共预算财政拨款', 'general', f.openGeneral], ['政府性基金预算财政拨款', 'fund', f.openFund], ['国有资本经营预算财政拨款', 'capital', 0]]
  openings.forEach(([name, key, n], i) => t4.push(both([name, ...no(29 + i), num(`T4/carry.opening.${key}`, n)], ['', ...no(61 + i), '', '', '', ''])))
  t4.push(both(['总计', ...no(32), num('T4/total.income', f.fiscalTotal)], ['总计', ...no(64), ...four('total.expenditure', f.general + f.closeGeneral, f.fund + f.closeFund)]))

  // T6: staff left, public right
  const names = (start: string): readonly (readonly [string, string, number])[] => ECONOMIC.filter(([c]) => c.startsWith(start)).map(([c, name]) => [c, name, c.length === 3 ? sum([...b.economic].filter(([k]) => k.startsWith(c)).map(([, n]) => n)) : b.economic.get(c) ?? 0])
  const left = [...names('301'), ...names('303')], right = [...names('302'), ...names('310')]
  const eco = (r: readonly [string, string, number] | undefined): readonly Cell[] => (r === undefined ? [cell(''), cell(''), cell('')] : [cell(tag(`T6/${r[0]}#`, r[0])), cell(tag(`T6/${r[0]}$`, r[1])), cell(num(`T6/${r[0]}`, r[2]))])
  const t6: (readonly Cell[])[] = [[cell('人员经费', 3), cell('公用经费', 3)], ['科目编码', '科目名称', '金额', '科目编码', '科目名称', '金额'].map((t) => cell(t))]
  for (let i = 0; i < Math.max(left.length, right.length); i++) t6.push([...eco(left[i]), ...eco(right[i])])
  t6.push([cell('人员经费合计', 2), cell(num('T6/staff.total', f.staff)), cell('公用经费合计', 2), cell(num('T6/public.total', f.publicMoney))])

  // T9
  const o = b.official
  const T9 = (which: 'budget' | 'final'): readonly (readonly [string, number])[] => [['total', o.abroad[which] + o.purchase[which] + o.running[which] + o.reception[which]], ['abroad', o.abroad[which]], ['car', o.purchase[which] + o.running[which]], ['purchase', o.purchase[which]], ['running', o.running[which]], ['reception', o.reception[which]]]
  const [budget, final] = [T9('budget'), T9('final')]
  const six = (): readonly Cell[] => [cell('合计', 1, 2), cell('因公出国（境）费', 1, 2), cell('公务用车购置及运行维护费', 3), cell('公务接待费', 1, 2)]
  const t9: (readonly Cell[])[] = s.expenses === 'blocks'
    ? [[cell('预算数', 6), cell('决算数', 6)], [...six(), ...six()], [...['小计', '公务用车购置费', '公务用车运行维护费', '小计', '公务用车购置费', '公务用车运行维护费'].map((t) => cell(t))], ...(s.numbered ? [Array.from({ length: 12 }, (_, i) => cell(String(i + 1)))] : []), [...budget.map(([k, n]) => cell(num(`T9/budget.${k}`, n))), ...final.map(([k, n]) => cell(num(`T9/final.${k}`, n)))]]
    : [[cell('合计', 2, 2), cell('因公出国（境）费', 2, 2), cell('公务用车购置及运行维护费', 6), cell('公务接待费', 2, 2)], ['小计', '公务用车购置费', '公务用车运行维护费'].map((t) => cell(t, 2)), Array.from({ length: 12 }, (_, i) => cell(i % 2 === 0 ? '预算数' : '决算数')), budget.flatMap(([k, n], i) => [cell(num(`T9/budget.${k}`, n)), cell(num(`T9/final.${k}`, final[i]![1]))])]

  const none = (what: string): string => `注：本${s.body}没有${what}，故本表无数据。`
  return new Map([
    ['T1', wrap('T1', 1, t1, s.numbered ? 3 : 2, `注：本表反映${s.body}本年度的总收支和年末结转结余情况。本套报表金额单位转换时可能存在尾数误差。`)],
    ['T2', wrap('T2', 2, t2.rows, t2.head, `注：本表反映${s.body}本年度取得的各项收入情况。`)],
    ['T3', wrap('T3', 3, t3.rows, t3.head, `注：本表反映${s.body}本年度各项支出情况。`)],
    ['T4', wrap('T4', 4, t4, s.numbered ? 3 : 2, '', true)],
    ['T5', wrap('T5', 5, t5.rows, t5.head, `注：本表反映${s.body}本年度一般公共预算财政拨款支出情况。`)],
    ['T6', wrap('T6', 6, t6, 2, '')],
    ['T7', wrap('T7', 7, t7.rows, t7.head, b.funds.length === 0 ? none('政府性基金收入，也没有使用政府性基金安排的支出') : '')],
    ['T8', wrap('T8', 8, t8.rows, t8.head, none('使用国有资本经营预算安排的支出'))],
    ['T9', wrap('T9', 9, t9, s.expenses === 'blocks' && s.numbered ? 4 : 3, '注：预算数为“三公”经费全年预算数，决算数包括当年财政拨款和以前年度结转资金安排的实际支出。', true)],
  ])
}

const ECONOMIC: readonly (readonly [string, string])[] = ['301', '30101', '30102', '30103', '30106', '30107', '30108', '30109', '30110', '30111', '30112', '30113', '30114', '30199', '303', '30301', '30302', '30303', '30304', '30305', '30309', '30399', '302', '30201', '30202', '30203', '30205', '30206', '30207', '30209', '30211', '30212', '30213', '30214', '30215', '30216', '30217', '30226', '30227', '30228', '30229', '30231', '30239', '30240', '30299', '310', '31002', '31003', '31007', '31013', '31099'].map((c) => [c, codeName(c, 2024)!])
