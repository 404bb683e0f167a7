import { codeName } from '@causeway/accounts'

import { booksOf, points, type Books, type Expense, type Project } from './books.ts'
import { tag, type Cell, type Doc, type Part } from './document.ts'
import { figuresOf, numeral, tablesOf, wan, type Figures, type Style } from './tables.ts'

interface Layout { readonly id: string; readonly style: Style; /** Decimals of percentages in the text. */ readonly decimals: number; readonly write: (t: Writer) => void }

const NATIONAL_TITLES = { T1: '收入支出决算总表', T2: '收入决算表', T3: '支出决算表', T4: '财政拨款收入支出决算总表', T5: '一般公共预算财政拨款支出决算表', T6: '一般公共预算财政拨款基本支出决算明细表', T7: '政府性基金预算财政拨款收入支出决算表', T8: '国有资本经营预算财政拨款支出决算表', T9: '财政拨款“三公”经费支出决算表' }
const STYLE: Style = { thousands: false, numbered: true, splitCodes: false, totalLast: false, owner: 'before', body: '单位', zeros: false, expenses: 'blocks', fundColumnsOfCapital: false, titles: NATIONAL_TITLES }

const MORE = ['人员经费标准提高，年中追加了人员经费', '业务工作任务增加，年中追加了专项经费', '上级下达专项资金，工作量比上年增加']
const LESS = ['落实过紧日子要求，压减了一般性支出', '部分合同按进度付款，尾款结转下年支付', '人员退休，人员经费相应减少']

/** What a layout writes with: parts in order, contents, and phrases whose figures are tagged. */
class Writer {
  readonly parts: Part[] = []
  readonly contents: { readonly text: string; readonly level: number }[] = []
  readonly f: Figures
  readonly year: number
  readonly books: Books
  readonly layout: Layout
  constructor(books: Books, layout: Layout) { this.books = books; this.layout = layout; this.f = figuresOf(books); this.year = books.year }
  line(id: string, text: string): void { this.parts.push({ kind: 'line', id, text }) }
  head(level: 1 | 2 | 3 | 4, text: string, id = text): void { this.parts.push({ kind: 'line', id: `h.${id}`, text: tag(`h.${id}`, text), level }); if (level <= 2) this.contents.push({ text, level }) }
  entry(text: string): void { this.contents.push({ text, level: 2 }) }
  sheet(id: string, rows: readonly (readonly Cell[])[], head: number): void { this.parts.push({ kind: 'sheet', id, rows, head, wide: false }) }
  w(slot: string, yuan: number): string { return tag(slot, wan(yuan)) }
  pct(slot: string, n: number, d: number): string { return `${tag(slot, points(n, d, 100, this.layout.decimals))}%` }
  /** Reasons go with the difference: one difference has one reason. */
  why(delta: number): string { return (delta > 0 ? MORE : LESS)[Math.abs(delta) % 3]! }
  /** 增加 a 万元，增长 b%. */
  change(slot: string, now: number, before: number, up: readonly [string, string] = ['增加', '增长'], down: readonly [string, string] = ['减少', '下降']): string {
    const d = now - before, [word, pace] = d > 0 ? up : down
    return `${tag(`${slot}.word`, word)}${this.w(`${slot}.delta`, Math.abs(d))}万元，${tag(`${slot}.pace`, pace)}${this.pct(`${slot}.change`, Math.abs(d), before)}`
  }
  tables(order: readonly string[], between: (id: string) => void = () => undefined): void {
    const all = tablesOf(this.books, this.layout.style)
    for (const id of order) { this.parts.push(...all.get(id)!); between(id) }
  }
  get who(): string { return tag('unit.text', this.books.unit) }
}

/** Names of the non-zero 款, as a list. */
const listed = (t: Writer, start: RegExp, slot: string): string => tag(slot, [...t.books.economic].filter(([c, n]) => start.test(c) && n > 0).map(([c]) => c).sort().map((c) => codeName(c, 2024)!).join('、'))

const classes = (t: Writer, unitWord: string): string => [...t.f.generalByClass].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, n]) => {
  const name = t.books.items.find((i) => i.code.startsWith(code))!.names[0]
  return `${unitWord === '支出（类）' ? `${name}（类）` : `${name.replace(/支出$/, '')}（类）支出`}${t.w(`class.${code}.amount`, n)}万元，占${t.pct(`class.${code}.share`, n, t.f.general)}`
}).join('；')

const verdict = (t: Writer, slot: string, final: number, budget: number, base: string, because = '决算数'): string => (wan(final) === wan(budget) ? `${because}与${base}预算数持平。` : `${because}${tag(`${slot}.verdict`, final > budget ? '大于' : '小于')}${base}预算数的主要原因是${t.why(final - budget)}。`)

/** One paragraph an item: budget, final figure, rate, verdict. */
function items(t: Writer, o: { readonly number: (i: number) => string; readonly rate: boolean; readonly base: string; readonly use?: boolean }): void {
  t.books.items.forEach((i, k) => {
    const final = i.basic + i.project, slot = `item.${i.code}`
    const [a, b, c] = i.names.map((n, j) => tag(`${slot}.name${j}`, n))
    const rate = o.rate ? `，完成年初预算的${t.pct(`${slot}.rate`, final, i.budget)}` : ''
    t.line(slot, `${o.number(k + 1)}${a}（类）${b}（款）${c}（项）。${o.use ? `主要用于：${i.names[2].replace(/支出$/, '')}方面的支出。` : ''}年初预算为${t.w(`${slot}.budget`, i.budget)}万元，支出决算为${t.w(`${slot}.final`, final)}万元${rate}。${verdict(t, slot, final, i.budget, o.base)}`)
  })
}

const official = (t: Writer): Readonly<Record<'all' | 'car' | 'abroad' | 'purchase' | 'running' | 'reception', Expense>> => {
  const o = t.books.official, plus = (all: readonly Expense[]): Expense => ({ budget: all.reduce((n, e) => n + e.budget, 0), final: all.reduce((n, e) => n + e.final, 0), before: all.reduce((n, e) => n + e.before, 0) })
  return { ...o, car: plus([o.purchase, o.running]), all: plus([o.abroad, o.purchase, o.running, o.reception]) }
}

/** 国内接待, by whom and how many. */
const home = (t: Writer, e: Expense): string => `国内接待费${t.w('official.home', e.final)}万元，主要用于上级调研和同行交流，共计接待${tag('count.receptions', String(t.books.counts.receptions))}批次、${tag('count.guests', String(t.books.counts.guests))}人次（含外事接待${tag('count.foreign', String(t.books.counts.foreignReceptions))}批次、${tag('count.foreignGuests', String(t.books.counts.foreignGuests))}人次）；`

function procurement(t: Writer, ratios: boolean): string {
  const p = t.books.procurement, total = p.goods + p.works + p.services, sme = p.smeGoods + p.smeWorks + p.smeServices
  const of = (name: string, key: string, part: number, whole: number): string => (whole === 0 ? '' : `${name}采购授予中小企业合同金额占${name}支出金额的${t.pct(`procurement.share.${key}`, part, whole)}，`)
  return `政府采购支出总额${t.w('procurement.total', total)}万元，其中：政府采购货物支出${t.w('procurement.goods', p.goods)}万元、政府采购工程支出${t.w('procurement.works', p.works)}万元、政府采购服务支出${t.w('procurement.services', p.services)}万元。授予中小企业合同金额${t.w('procurement.sme', sme)}万元，占政府采购支出总额的${t.pct('procurement.share.sme', sme, total)}，其中：授予小微企业合同金额${t.w('procurement.micro', p.micro)}万元，占${ratios ? '授予中小企业合同金额' : '政府采购支出总额'}的${t.pct('procurement.share.micro', p.micro, ratios ? sme : total)}。${ratios ? '' : `${of('货物', 'goods', p.smeGoods, p.goods)}${of('工程', 'works', p.smeWorks, p.works)}${of('服务', 'services', p.smeServices, p.services)}`.replace(/，$/, '。')}`
}

const vehicles = (t: Writer, who: string): string => { const v = t.books.vehicles; return `截至${tag('asset.year', String(t.year))}年12月31日，${who}共有车辆${tag('asset.vehicles', String(v.reduce((a, b) => a + b, 0)))}辆，其中，主要负责人用车${v[0]}辆、机要通信用车${tag('asset.first', String(v[1]))}辆、应急保障用车0辆、执法执勤用车0辆、特种专业技术用车0辆、离退休干部用车0辆、其他用车${tag('asset.last', String(v[2]))}辆；单价100万元（含）以上设备（不含车辆）${t.books.equipment}台（套）。` }

const c = (text: string, colSpan = 1, rowSpan = 1): Cell => ({ text, ...(colSpan === 1 ? {} : { colSpan }), ...(rowSpan === 1 ? {} : { rowSpan }) })

/** The form of self-evaluation of one project. */
function form(t: Writer, p: Project, i: number): void {
  const s = `form.${i}`, w = (slot: string, n: number): Cell => c(t.w(`${s}.${slot}`, n))
  const rate = `${points(p.spent, p.budget, 100, 2)}%`
  const rows: (readonly Cell[])[] = [
    [c('项目名称', 2), c(tag(`${s}.name`, p.name), 3), c('主管部门'), c(tag(`${s}.unit`, t.books.unit), 2)],
    [c('项目资金（万元）', 1, 5), c(''), c('年初预算数'), c('全年预算数（A）'), c('全年执行数（B）'), c('分值'), c('执行率（B/A）'), c('得分')],
    [c('年度资金总额'), w('planned', p.budget), w('available', p.budget), w('spent', p.spent), c('10'), c(tag(`${s}.rate`, rate)), c(tag(`${s}.rateScore`, p.rateScore))],
    [c('其中：当年财政拨款'), w('own', p.budget), c(wan(p.budget)), c(wan(p.spent)), c(tag(`${s}.sub.weight`, '-')), c(rate), c(tag(`${s}.sub.score`, '-'))],
    [c('上年结转资金'), c(''), c(''), c(''), c('-'), c(''), c('-')],
    [c('其他资金'), c(''), c(''), c(''), c('-'), c(''), c('-')],
    [c('年度总体目标', 1, 2), c('年初预期目标', 4), c('目标实际完成情况', 3)],
    [c(`完成${p.name.slice(5)}，提高服务能力。`, 4), c(`已完成${p.name.slice(5)}，服务能力得到提高。`, 3)],
    [c('一级指标'), c('二级指标'), c('三级指标'), c('年度指标值（A）'), c('实际完成指标值（B）'), c('分值'), c('得分'), c('偏差原因分析及改进措施')],
  ]
  const groups = [['产出', 50], ['效益', 30], ['满意度', 10]] as const
  let k = 0
  for (const [group, weight] of groups) {
    const own = p.indicators.filter((x) => x.group === group)
    own.forEach((x, j) => {
      const at = `${s}.${k}`
      k += 1
      rows.push([...(j === 0 ? [c(tag(`${s}.group.${group}`, `${group}指标（${weight}分）`), 1, own.length)] : []), c(x.kind), c(tag(`${at}.name`, x.name)), c(tag(`${at}.target`, x.target)), c(tag(`${at}.actual`, x.actual)), c(tag(`${at}.weight`, String(x.weight))), c(tag(`${at}.score`, x.score)), c(tag(`${at}.reason`, x.reason))])
    })
  }
  rows.push([c('总分', 5), c('100'), c(tag(`${s}.total`, p.total)), c('')])
  t.line(`${s}.title`, '项目支出绩效自评表')
  t.line(`${s}.year`, `（${t.year}年度）`)
  t.sheet(s, rows, 0)
  if (p.spent < p.budget) t.line(`${s}.why`, '说明：预算执行率低于100%，主要原因是部分合同按进度付款。')
  if (p.spent > p.budget) t.line(`${s}.why`, '说明：预算执行率高于100%，主要原因是年中追加了项目经费。')
}

function summary(t: Writer): void {
  t.line('summary.title', `${t.year}年度项目支出绩效自评情况汇总表`)
  t.sheet('summary', [['序号', '项目名称', '资金使用单位', '自评得分', '自评等级'].map((x) => c(x)), ...t.books.projects.map((p, i) => [c(String(i + 1)), c(tag(`summary.${i}.name`, p.name)), c(tag(`summary.${i}.unit`, t.books.unit)), c(tag(`summary.${i}.score`, p.total)), c(tag(`summary.${i}.grade`, p.grade))])], 1)
}

const FRAME: readonly (readonly [string, number, readonly (readonly [string, number, readonly (readonly [string, number])[]])[]])[] = [
  ['决策', 20, [['项目立项', 8, [['立项依据充分性', 4], ['立项程序规范性', 4]]], ['绩效目标', 6, [['绩效目标合理性', 3], ['绩效指标明确性', 3]]], ['资金投入', 6, [['预算编制科学性', 3], ['资金分配合理性', 3]]]]],
  ['过程', 20, [['资金管理', 12, [['资金到位率', 4], ['预算执行率', 4], ['资金使用合规性', 4]]], ['组织实施', 8, [['管理制度健全性', 4], ['制度执行有效性', 4]]]]],
  ['产出', 30, [['产出数量', 10, [['实际完成率', 10]]], ['产出质量', 10, [['质量达标率', 10]]], ['产出时效', 10, [['完成及时性', 10]]]]],
  ['效益', 30, [['项目效益', 30, [['实施效益', 20], ['满意度', 10]]]]],
]
/** Scores of an evaluation: full but for the rate of spending. */
function evaluated(p: Project): { readonly rate: string; readonly total: string; readonly process: string } {
  const rate = points(Math.min(p.spent, p.budget), p.budget, 4, 2)
  const total = (96 + Number(rate)).toFixed(2)
  return { rate: String(Number(rate)), total: String(Number(total)), process: String(Number((16 + Number(rate)).toFixed(2))) }
}

/** A report on one project: background, method, table of scores, analysis by indicator, findings, advice. */
function report(t: Writer, p: Project): void {
  const e = evaluated(p), score = (name: string, full: number): string => (name === '预算执行率' ? e.rate : String(full))
  const rate = points(p.spent, p.budget, 100, 2)
  const line = (text: string, id = text): void => { t.line(`report.${id}`, text) }
  line(`“${p.name}”项目支出绩效评价报告`, 'title')
  line(`单位：${tag('report.unit', t.books.unit)}`, 'unit')
  line(`日期：${t.year + 1}年9月18日`, 'date')
  line('一、项目基本概况')
  line('（一）项目概况')
  line(`${p.name}全年预算${wan(p.budget)}万元，实际支出${wan(p.spent)}万元，用于改善办公和服务条件。`, 'about')
  line('（二）项目绩效目标')
  line('按期完成改造任务，提高服务能力和群众满意度。', 'goal')
  line('二、项目绩效评价工作情况')
  line('（一）绩效评价目的、对象和范围')
  line('通过评价总结经验、发现问题，对象和范围为纳入预算管理的上述项目。', 'range')
  line('（二）绩效评价原则、评价指标体系、评价方法、评价标准')
  line(`遵循科学规范、公正公开原则，采用比较法和公众评判法，以计划标准为主。评价指标体系包括${tag('report.levels1', '4')}个一级指标、${tag('report.levels2', '9')}个二级指标、15个三级指标，满分100分，其中决策20分、过程20分、产出30分、效益30分。`, 'method')
  line('（三）绩效评价工作过程')
  line('成立评价小组，收集资料，现场核查，形成报告。', 'course')
  line('三、综合评价情况及评价结论')
  line(`“${p.name}”支出绩效评价得分情况表`, 'scores.title')
  const rows: (readonly Cell[])[] = [['一级指标', '二级指标', '三级指标', '分值', '实际得分'].map((x) => c(x))]
  for (const [one, w1, twos] of FRAME) twos.forEach(([two, w2, threes], j) => { threes.forEach(([three, w], k) => {
    rows.push([...(j === 0 && k === 0 ? [c(tag(`report.group.${one}`, `${one}（${w1}分）`), 1, twos.reduce((n, x) => n + x[2].length, 0))] : []), ...(k === 0 ? [c(`${two}（${w2}分）`, 1, threes.length)] : []), c(three), c(tag(`report.weight.${three}`, String(w))), c(tag(`report.score.${three}`, score(three, w)))])
  }) })
  rows.push([c('合计', 3), c('100'), c(tag('report.total', e.total))])
  t.sheet('report.scores', rows, 1)
  line(`“${p.name}”项目得分为${tag('report.text.total', e.total)}分，评价等级为“${tag('report.text.grade', '优')}”。项目资金到位率为100%，预算执行率为${tag('report.text.rate', rate)}%。项目决策合理，程序规范，达到了预期目标。`, 'conclusion')
  line('四、绩效评价指标分析')
  FRAME.forEach(([one, w1, twos], i) => {
    const got = one === '过程' ? e.process : String(w1)
    line(`（${numeral(i + 1).replace('、', '')}）项目${one}情况`)
    line(`该一级指标满分${w1}分，得分${tag(`report.text.${one}`, got)}分，得分率${tag(`report.text.rate.${one}`, String(Number(points(Math.round(Number(got) * 100), w1 * 100, 100, 2))))}%。包括${twos.map((x) => x[0]).join('、')}${tag(`report.text.count.${one}`, String(twos.length))}个二级指标。`, `analysis.${one}`)
  })
  line('五、主要经验及做法、存在的问题及原因分析')
  line('（一）主要经验及做法')
  line('一是编细编实项目预算，二是定期通报支出进度。', 'experience')
  line('（二）存在的问题及原因分析')
  line('个别绩效指标细化程度不够，项目管理人员对指标口径掌握不一。', 'problems')
  line('六、有关建议')
  line('进一步细化绩效指标，加强业务培训。', 'advice')
}

/** Glossary: the standard terms, and each item of the accounts. */
function glossary(t: Writer): void {
  const terms: readonly (readonly [string, string])[] = [
    ['财政拨款收入', '指单位本年度从本级财政部门取得的财政拨款，包括一般公共预算财政拨款、政府性基金预算财政拨款和国有资本经营预算财政拨款。'], ['上级补助收入', '指事业单位从主管部门和上级单位取得的非财政补助收入。'], ['事业收入', '指事业单位开展专业业务活动及其辅助活动取得的收入。'], ['经营收入', '指事业单位在专业业务活动及其辅助活动之外开展非独立核算经营活动取得的收入。'], ['附属单位上缴收入', '指事业单位附属独立核算单位按照有关规定上缴的收入。'], ['其他收入', '指单位取得的除上述收入以外的各项收入。'], ['使用非财政拨款结余', '指事业单位按照预算管理要求使用非财政拨款结余弥补收支差额的金额。'], ['年初结转和结余', '指单位以前年度尚未完成、结转到本年仍按原规定用途继续使用的资金。'], ['结余分配', '指事业单位缴纳的所得税以及提取的各类结余。'], ['年末结转和结余', '指单位本年度或以前年度预算安排、结转到以后年度继续使用的资金。'],
    ['基本支出', '指单位为保障机构正常运转、完成日常工作任务而发生的各项支出。'], ['项目支出', '指单位为完成特定的行政工作任务或事业发展目标，在基本支出之外发生的各项支出。'], ['上缴上级支出', '指下级单位上缴上级的支出。'], ['经营支出', '指事业单位在专业业务活动及其辅助活动之外开展非独立核算经营活动发生的支出。'], ['对附属单位补助支出', '指事业单位用财政补助收入之外的收入对附属单位补助发生的支出。'],
    ['“三公”经费', '指单位用财政拨款安排的因公出国（境）费、公务用车购置及运行维护费和公务接待费。'], ['机关运行经费', '指为保障行政单位（包括参照公务员法管理的事业单位）运行用于购买货物和服务的各项资金。'],
    ...[...t.books.items, ...t.books.funds].map((i): readonly [string, string] => [`${i.names[0]}（类）${i.names[1]}（款）${i.names[2]}（项）`, `反映${i.names[2].replace(/支出$/, '').replace(/^用于/, '')}方面的支出。`]),
  ]
  terms.forEach(([name, says], i) => { t.line(`glossary.${i}`, `${CN(i + 1)}、${name}：${says}`) })
}
const CN = (n: number): string => { const d = '〇一二三四五六七八九'; return n < 10 ? d[n]! : n < 20 ? `十${n % 10 === 0 ? '' : d[n % 10]}` : `${d[Math.floor(n / 10)]}十${n % 10 === 0 ? '' : d[n % 10]}` }

const DUTIES = ['一、贯彻执行国家有关方针政策和法律法规，拟订本地区工作规划并组织实施。', '二、承担本地区有关公共服务和业务管理工作。', '三、完成上级交办的其他任务。']

const otherName = (b: Books): string => (b.otherSource === 'other' ? '其他收入' : '事业收入')
const fiscalShare = (t: Writer): string => `财政拨款收入${t.w('income.fiscal.amount', t.f.incomeFiscal)}万元，占${t.pct('income.fiscal.share', t.f.incomeFiscal, t.f.incomeYear)}；${otherName(t.books)}${t.w('income.other.amount', t.f.incomeOther)}万元，占${t.pct('income.other.share', t.f.incomeOther, t.f.incomeYear)}`
const spentShare = (t: Writer): string => `基本支出${t.w('expenditure.basic.amount', t.f.basic)}万元，占${t.pct('expenditure.basic.share', t.f.basic, t.f.expenditureYear)}；项目支出${t.w('expenditure.project.amount', t.f.project)}万元，占${t.pct('expenditure.project.share', t.f.project, t.f.expenditureYear)}`

/** Income or expenditure one by one, the absent ones with 0. */
function oneByOne(t: Writer, names: readonly (readonly [string, string, number, number])[]): void {
  names.forEach(([name, slot, now, before], i) => { t.line(`${slot}.line`, now === 0 ? `${i + 1}、${name}0万元。与上年决算数一致。` : `${i + 1}、${name}${t.w(`${slot}.again`, now)}万元。与${tag(`${slot}.year`, String(t.year - 1))}年度相比，${t.change(slot, now, before)}。主要原因是${t.why(now - before)}。`) })
}
const incomes = (t: Writer): readonly (readonly [string, string, number, number])[] => (['财政拨款收入', '上级补助收入', '事业收入', '经营收入', '附属单位上缴收入', '其他收入'] as const).map((n) => (n === '财政拨款收入' ? [n, 'income.fiscal', t.f.incomeFiscal, t.books.before.fiscalIncome] : n === otherName(t.books) ? [n, 'income.other', t.f.incomeOther, t.books.before.otherIncome] : [n, `income.${n}`, 0, 0]))
const spendings = (t: Writer): readonly (readonly [string, string, number, number])[] => [['基本支出', 'expenditure.basic', t.f.basic, t.books.before.basic], ['项目支出', 'expenditure.project', t.f.project, t.books.before.project], ['上缴上级支出', 'e1', 0, 0], ['经营支出', 'e2', 0, 0], ['对附属单位补助支出', 'e3', 0, 0]]

const performanceText = (t: Writer): string => { const p = t.books.projects, sum = p.reduce((n, x) => n + x.budget, 0); return `根据预算绩效管理要求，本单位组织对${t.year}年度项目全面开展绩效自评，涵盖项目${tag('performance.count', String(p.length))}个，涉及预算资金${t.w('performance.money', sum)}万元，占单位预算项目支出总额的${tag('performance.share', '100')}%。` }
const overview = (t: Writer, p: Project, i: number): string => `${i + 1}、${tag(`overview.${i}.name`, p.name)}绩效自评综述：根据年初设定的绩效目标，项目自评得分为${tag(`overview.${i}.score`, p.total)}分。全年预算数为${t.w(`overview.${i}.budget`, p.budget)}万元，执行数为${t.w(`overview.${i}.spent`, p.spent)}万元，完成预算的${t.pct(`overview.${i}.rate`, p.spent, p.budget)}。项目绩效目标完成情况：按期完成各项任务，群众满意度较高。发现的主要问题及原因：个别指标细化程度不够。下一步改进措施：进一步细化绩效指标。`

const noFund = (t: Writer): string => `${t.who}${t.year}年度没有政府性基金预算财政拨款收支。`
function fund(t: Writer, number: (i: number) => string): void {
  if (t.books.funds.length === 0) { t.line('fund', noFund(t)); return }
  t.line('fund', `${t.year}年度政府性基金预算财政拨款收入${t.w('fund.income', t.f.incomeFund)}万元，支出${t.w('fund.spent', t.f.fund)}万元，支出具体情况如下：`)
  t.books.funds.forEach((x, i) => { t.line(`fund.${x.code}`, `${number(i + 1)}${x.names[0]}（类）${x.names[1]}（款）${x.names[2]}（项）支出${t.w(`fund.${x.code}`, x.project)}万元，主要用于服务设施维护。`) })
}

const TABLES_NATIONAL = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9'] as const
const TABLES_SEVENTH = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T9', 'T7', 'T8'] as const
const listTables = (t: Writer, order: readonly string[]): void => { order.forEach((id, i) => { t.entry(`${CN(i + 1)}、${t.layout.style.titles[id]!}`) }) }

const rated = (t: Writer, slot: string, e: Expense, words: string, base: string): string => `${words}${base}预算为${t.w(`${slot}.budget`, e.budget)}万元，支出决算为${t.w(`${slot}.final`, e.final)}万元${e.budget === 0 ? '，与预算持平。' : `，完成${base}预算的${t.pct(`${slot}.rate`, e.final, e.budget)}，${verdict(t, slot, e.final, e.budget, base)}`}`

function shandong(t: Writer): void {
  const { books: b, f, year } = t, o = official(t)
  t.head(1, '第一部分 单位概况')
  t.head(2, '一、单位职责'); DUTIES.forEach((d, i) => { t.line(`duty.${i}`, d) })
  t.head(2, '二、机构设置'); t.line('set-up', '本单位内设4个职能科室，分别是：综合科、业务一科、业务二科、财务科。')
  t.head(1, `第二部分 ${year}年度单位决算表`); listTables(t, TABLES_NATIONAL)
  t.tables(TABLES_NATIONAL)
  t.head(1, `第三部分 ${year}年度单位决算情况说明`)
  t.head(2, '一、收入支出决算总体情况说明')
  t.line('overall', `${tag('overall.year', String(year))}年度收、支总计均为${t.w('overall.amount', f.total)}万元。与${tag('overall.before', String(year - 1))}年度相比，收、支总计各${t.change('overall', f.total, b.before.total)}。主要原因是${t.why(f.total - b.before.total)}。`)
  t.head(2, '二、收入决算情况说明')
  t.head(3, '（一）收入决算结构情况'); t.line('income', `${year}年度收入合计${t.w('income.amount', f.incomeYear)}万元，其中：${fiscalShare(t)}。`)
  t.head(3, '（二）收入决算具体情况'); oneByOne(t, incomes(t))
  t.head(2, '三、支出决算情况说明')
  t.head(3, '（一）支出决算结构情况'); t.line('expenditure', `${year}年度支出合计${t.w('expenditure.amount', f.expenditureYear)}万元，其中：${spentShare(t)}。`)
  t.head(3, '（二）支出决算具体情况'); oneByOne(t, spendings(t))
  t.head(2, '四、财政拨款收入支出决算总体情况说明')
  t.line('fiscal', `${year}年度财政拨款收、支总计均为${t.w('fiscal.amount', f.fiscalTotal)}万元。与${year - 1}年度相比，财政拨款收、支总计各${t.change('fiscal', f.fiscalTotal, b.before.fiscalTotal)}。主要原因是${t.why(f.fiscalTotal - b.before.fiscalTotal)}。`)
  t.head(2, '五、一般公共预算财政拨款支出决算情况说明')
  t.head(3, '（一）一般公共预算财政拨款支出决算总体情况')
  t.line('general', `${year}年度一般公共预算财政拨款支出${t.w('general.amount', f.general)}万元，占本年支出合计的${t.pct('general.share', f.general, f.expenditureYear)}。与${year - 1}年度相比，一般公共预算财政拨款支出${t.change('general', f.general, b.before.general)}。主要原因是${t.why(f.general - b.before.general)}。`)
  t.head(3, '（二）一般公共预算财政拨款支出决算结构情况')
  t.line('structure', `${year}年度一般公共预算财政拨款支出${t.w('structure.amount', f.general)}万元，主要用于以下方面：${classes(t, '（类）支出')}。`)
  t.head(3, '（三）一般公共预算财政拨款支出决算具体情况')
  t.line('detail', `${year}年度一般公共预算财政拨款支出年初预算为${t.w('detail.budget', f.budget)}万元，支出决算为${t.w('detail.final', f.general)}万元，完成年初预算的${t.pct('detail.rate', f.general, f.budget)}。${verdict(t, 'detail', f.general, f.budget, '年初').replace(/。$/, '')}。其中：`)
  items(t, { number: (i) => `${i}、`, rate: true, base: '年初' })
  t.head(2, '六、一般公共预算财政拨款基本支出决算情况说明')
  t.line('basic', `${year}年度一般公共预算财政拨款基本支出决算${t.w('basic.amount', f.generalBasic)}万元，包括人员经费和公用经费，支出具体情况如下：`)
  t.line('staff', `人员经费${t.w('staff.amount', f.staff)}万元，主要包括：${listed(t, /^30[13]/, 'staff.list')}。`)
  t.line('public', `公用经费${t.w('public.amount', f.publicMoney)}万元，主要包括：${listed(t, /^3(?:02|10)/, 'public.list')}。`)
  t.head(2, '七、政府性基金预算财政拨款收入支出决算情况说明'); fund(t, (i) => `${i}、`)
  t.head(2, '八、国有资本经营预算财政拨款支出决算情况说明'); t.line('capital', '本单位没有国有资本经营预算财政拨款支出。')
  t.head(2, '九、财政拨款“三公”经费支出决算情况说明')
  t.head(3, '（一）“三公”经费支出决算总体情况说明'); t.line('official', rated(t, 'official.all', o.all, `${year}年度财政拨款“三公”经费支出`, '全年'))
  t.head(3, '（二）“三公”经费支出决算具体情况说明')
  t.line('official.abroad', `1、${rated(t, 'official.abroad', o.abroad, '因公出国（境）费', '全年')}全年支出涉及因公出国（境）团组${tag('count.groups', String(b.counts.groups))}个，累计${tag('count.travellers', String(b.counts.travellers))}人次。`)
  t.line('official.car', `2、${rated(t, 'official.car', o.car, '公务用车购置及运行维护费', '全年')}其中：`)
  t.line('official.purchase', `公务用车购置费支出${t.w('official.purchase', o.purchase.final)}万元，${year}年${t.who}使用财政拨款购置公务用车${tag('count.bought', String(b.counts.bought))}辆。`)
  t.line('official.running', `公务用车运行维护费${t.w('official.running', o.running.final)}万元，主要是按规定保留的公务用车的燃料费、维修费、保险费等支出。截至${year}年12月31日，${t.who}财政拨款开支运行维护费的公务用车保有量为${tag('count.held', String(b.counts.held))}辆。`)
  t.line('official.reception', `3、${rated(t, 'official.reception', o.reception, '公务接待费', '全年')}其中：`)
  t.line('official.home', home(t, o.reception)); t.line('official.foreign', '国（境）外接待费0万元，共计接待0批次、0人次。')
  t.head(2, '十、机关运行经费支出情况')
  t.line('running', `${year}年度机关运行经费支出${t.w('running.amount', f.publicMoney)}万元，比年初预算数${t.change('running', f.publicMoney, b.runningBudget)}，主要原因是${t.why(f.publicMoney - b.runningBudget)}。`)
  t.head(2, '十一、政府采购支出情况'); t.line('procurement', `${year}年度${procurement(t, false)}`)
  t.head(2, '十二、国有资产占用情况'); t.line('asset', vehicles(t, '本单位'))
  t.head(2, '十三、预算绩效情况说明')
  t.line('performance', `（一）预算绩效管理工作开展情况。${performanceText(t)}`)
  t.line('performance.results', `（二）项目绩效自评结果。${t.who}${year}年度绩效自评的${b.projects.length}个项目中，${tag('performance.grades', String(b.projects.length))}个项目自评等级为优。`)
  b.projects.forEach((p, i) => { t.line(`overview.${i}`, overview(t, p, i)) })
  t.line('evaluated', `（三）重点绩效评价结果。${b.projects[0]!.name}，绩效评价得分为${tag('evaluated.score', evaluated(b.projects[0]!).total)}分，等级为${tag('evaluated.grade', '优')}。`)
  t.head(1, '第四部分 名词解释'); glossary(t)
  t.head(1, '第五部分 附件'); summary(t); b.projects.forEach((p, i) => { form(t, p, i) }); report(t, b.projects[0]!)
}

function shanghai(t: Writer): void {
  const { books: b, f, year } = t, o = official(t)
  t.head(1, `第一部分 ${b.unit}概况`)
  t.head(2, '一、主要职能'); DUTIES.forEach((d, i) => { t.line(`duty.${i}`, d.replace(/^.、/, `（${'一二三'[i]}）`)) })
  t.head(2, '二、机构设置'); t.line('set-up', `${t.who}设4个内设机构，包括：办公室、组织科、服务科、监督科。`)
  t.head(1, `第二部分 ${b.unit}${year}年度部门决算表`); listTables(t, TABLES_SEVENTH)
  t.tables(TABLES_SEVENTH)
  t.head(1, `第三部分 ${b.unit}${year}年度部门决算情况说明`)
  t.head(2, '一、收入支出决算总体情况说明')
  t.line('overall', `${t.who}${tag('overall.year', String(year))}年度收入支出总计${t.w('overall.amount', f.total)}万元。与${tag('overall.before', String(year - 1))}年度相比，收入支出总计${t.change('overall', f.total, b.before.total)}。主要原因：${t.why(f.total - b.before.total)}。`)
  t.head(2, '二、收入决算情况说明'); t.line('income', `本年收入合计${t.w('income.amount', f.incomeYear)}万元，其中：${fiscalShare(t)}。`)
  t.head(2, '三、支出决算情况说明'); t.line('expenditure', `本年支出合计${t.w('expenditure.amount', f.expenditureYear)}万元，其中：${spentShare(t)}。`)
  t.head(2, '四、财政拨款收入支出决算总体情况说明')
  t.line('fiscal', `${t.who}${year}年度财政拨款收入支出总计${t.w('fiscal.amount', f.fiscalTotal)}万元。与${year - 1}年度相比，财政拨款收入支出总计${t.change('fiscal', f.fiscalTotal, b.before.fiscalTotal)}。主要原因：${t.why(f.fiscalTotal - b.before.fiscalTotal)}。`)
  t.head(2, '五、一般公共预算财政拨款支出决算情况说明')
  t.head(3, '（一）一般公共预算财政拨款支出决算总体情况')
  t.line('general', `一般公共预算财政拨款支出${t.w('general.amount', f.general)}万元，占本年支出合计的${t.pct('general.share', f.general, f.expenditureYear)}。与${year - 1}年度相比，一般公共预算财政拨款支出${t.change('general', f.general, b.before.general)}。主要原因：${t.why(f.general - b.before.general)}。`)
  t.head(3, '（二）一般公共预算财政拨款支出决算结构情况')
  t.line('structure', `一般公共预算财政拨款支出${t.w('structure.amount', f.general)}万元，主要用于以下方面：${classes(t, '支出（类）')}。`)
  t.head(3, '（三）一般公共预算财政拨款支出决算具体情况')
  t.line('detail', `一般公共预算财政拨款支出年初预算为${t.w('detail.budget', f.budget)}万元，支出决算为${t.w('detail.final', f.general)}万元，完成年初预算的${t.pct('detail.rate', f.general, f.budget)}。${verdict(t, 'detail', f.general, f.budget, '')}其中：`)
  items(t, { number: (i) => `${i}、`, rate: false, base: '', use: true })
  t.head(2, '六、一般公共预算财政拨款基本支出决算情况说明')
  t.line('basic', `一般公共预算财政拨款基本支出${t.w('basic.amount', f.generalBasic)}万元。其中：人员经费${t.w('staff.amount', f.staff)}万元，主要包括：${listed(t, /^30[13]/, 'staff.list')}；公用经费${t.w('public.amount', f.publicMoney)}万元，主要包括：${listed(t, /^3(?:02|10)/, 'public.list')}。`)
  t.head(2, '七、财政拨款“三公”经费支出决算情况说明')
  t.head(3, '（一）“三公”经费财政拨款支出决算总体情况说明')
  t.line('official', `“三公”经费财政拨款支出年初预算为${t.w('official.all.budget', o.all.budget)}万元，支出决算为${t.w('official.all.final', o.all.final)}万元，完成预算的${t.pct('official.all.rate', o.all.final, o.all.budget)}，${verdict(t, 'official.all', o.all.final, o.all.budget, '')}`)
  t.line('official.change', `${year}年度“三公”经费财政拨款支出决算数比${year - 1}年度${t.change('official.all', o.all.final, o.all.before)}，其中：${o.abroad.final === 0 ? '因公出国（境）费支出决算与上年持平' : `因公出国（境）费支出决算${t.change('official.abroad', o.abroad.final, o.abroad.before)}`}；公务用车购置及运行维护费支出决算${t.change('official.car', o.car.final, o.car.before)}；公务接待费支出决算${t.change('official.reception', o.reception.final, o.reception.before)}。主要原因是${t.why(o.all.final - o.all.before)}。`)
  t.head(3, '（二）“三公”经费财政拨款支出决算具体情况说明')
  t.line('official.shares', `“三公”经费财政拨款支出决算中，因公出国（境）费支出决算${t.w('official.abroad.share.amount', o.abroad.final)}万元，占${t.pct('official.abroad.share', o.abroad.final, o.all.final)}；公务用车购置及运行维护费支出决算${t.w('official.car.share.amount', o.car.final)}万元，占${t.pct('official.car.share', o.car.final, o.all.final)}；公务接待费支出决算${t.w('official.reception.share.amount', o.reception.final)}万元，占${t.pct('official.reception.share', o.reception.final, o.all.final)}。具体情况如下：`)
  t.line('official.abroad', `1、因公出国（境）费支出${t.w('official.abroad.final', o.abroad.final)}万元。全年安排因公出国（境）团组${tag('count.groups', String(b.counts.groups))}个、累计${tag('count.travellers', String(b.counts.travellers))}人次。`)
  t.line('official.car', `2、公务用车购置及运行维护费支出${t.w('official.car.final', o.car.final)}万元。其中：公务用车购置支出为${t.w('official.purchase', o.purchase.final)}万元，购置公务用车${tag('count.bought', String(b.counts.bought))}辆。公务用车运行维护支出${t.w('official.running', o.running.final)}万元，主要用于公务用车燃料费和维修费。${year}年末，${t.who}开支财政拨款的公务用车保有量为${tag('count.held', String(b.counts.held))}辆。`)
  t.line('official.reception', `3、公务接待费支出${t.w('official.reception.final', o.reception.final)}万元。其中：国内公务接待支出${t.w('official.home', o.reception.final)}万元，主要用于接待上级调研和同行交流，公务接待${tag('count.receptions', String(b.counts.receptions))}批次、${tag('count.guests', String(b.counts.guests))}人次，其中：接待外宾${tag('count.foreign', String(b.counts.foreignReceptions))}批次、${tag('count.foreignGuests', String(b.counts.foreignGuests))}人次。`)
  t.head(2, '八、政府性基金预算财政拨款收入支出决算情况说明'); t.line('fund', `${t.who}${year}年度无政府性基金预算财政拨款收入和支出。`)
  t.head(2, '九、国有资本经营预算财政拨款收入支出决算情况说明'); t.line('capital', `${t.who}${year}年度无国有资本经营预算财政拨款收入和支出。`)
  t.head(2, '十、预算绩效管理情况'); const p = b.projects, avg = (p.reduce((n, x) => n + Math.round(Number(x.total) * 100), 0) / p.length / 100).toFixed(2)
  t.line('performance', `${t.who}${year}年度预算绩效管理工作开展情况如下：绩效自评的${year}年度项目${tag('performance.count', String(p.length))}个，涉及预算金额${t.w('performance.money', p.reduce((n, x) => n + x.budget, 0))}万元，平均得分${avg}分（其中，绩效评级为“优”的项目${tag('performance.grades', String(p.length))}个；绩效评级为“良”的项目0个；绩效评级为“合格”的项目0个；绩效评级为“不合格”的项目0个）。`)
  t.head(2, '十一、其他重要事项说明')
  t.head(3, '（一）机关运行经费支出情况')
  t.line('running', `机关运行经费支出${t.w('running.amount', f.publicMoney)}万元，比${year - 1}年度${t.change('running', f.publicMoney, b.before.running)}。主要原因是${t.why(f.publicMoney - b.before.running)}。`)
  t.head(3, '（二）政府采购支出情况'); t.line('procurement', `${year}年度${procurement(t, true)}`)
  t.head(3, '（三）国有资产占有使用情况说明'); t.line('asset', vehicles(t, b.unit))
  t.head(1, '第四部分 名词解释'); glossary(t)
}

function sichuan(t: Writer): void {
  const { books: b, f, year } = t, o = official(t)
  const zero = (names: readonly string[]): string => names.map((n) => `${n}0万元，占0%`).join('；')
  t.head(1, '第一部分 单位概况')
  t.head(2, '一、主要职责'); DUTIES.forEach((d, i) => { t.line(`duty.${i}`, d.replace(/^.、/, `（${'一二三'[i]}）`)) })
  t.head(2, '二、机构设置'); t.line('set-up', `${t.who}下设内设机构3个，包括：办公室、登记科、档案科。`)
  t.head(1, `第二部分 ${year}年度单位决算情况说明`)
  t.head(2, '一、收入支出决算总体情况说明')
  t.line('overall', `${tag('overall.year', String(year))}年度收、支总计均为${t.w('overall.amount', f.total)}万元。与${tag('overall.before', String(year - 1))}年度相比，收、支总计各${t.change('overall', f.total, b.before.total)}。主要变动原因是${t.why(f.total - b.before.total)}。`)
  t.head(2, '二、收入决算情况说明')
  t.line('income', `${year}年度本年收入合计${t.w('income.amount', f.incomeYear)}万元，其中：一般公共预算财政拨款收入${t.w('income.fiscal.amount', f.incomeGeneral)}万元，占${t.pct('income.fiscal.share', f.incomeGeneral, f.incomeYear)}；${zero(['政府性基金预算财政拨款收入', '国有资本经营预算财政拨款收入', '上级补助收入'])}；事业收入${t.w('income.other.amount', f.incomeOther)}万元，占${t.pct('income.other.share', f.incomeOther, f.incomeYear)}；${zero(['经营收入', '附属单位上缴收入', '其他收入'])}。`)
  t.head(2, '三、支出决算情况说明')
  t.line('expenditure', `${year}年度本年支出合计${t.w('expenditure.amount', f.expenditureYear)}万元，其中：${spentShare(t)}；${zero(['上缴上级支出', '经营支出', '对附属单位补助支出'])}。`)
  t.head(2, '四、财政拨款收入支出决算总体情况说明')
  t.line('fiscal', `${year}年度财政拨款收、支总计均为${t.w('fiscal.amount', f.fiscalTotal)}万元。与${year - 1}年度相比，财政拨款收、支总计各${t.change('fiscal', f.fiscalTotal, b.before.fiscalTotal)}。主要变动原因是${t.why(f.fiscalTotal - b.before.fiscalTotal)}。`)
  t.head(2, '五、一般公共预算财政拨款支出决算情况说明')
  t.head(3, '（一）一般公共预算财政拨款支出决算总体情况')
  t.line('general', `${year}年度一般公共预算财政拨款支出${t.w('general.amount', f.general)}万元，占本年支出合计的${t.pct('general.share', f.general, f.expenditureYear)}。与${year - 1}年度相比，一般公共预算财政拨款支出${t.change('general', f.general, b.before.general)}。主要变动原因是${t.why(f.general - b.before.general)}。`)
  t.head(3, '（二）一般公共预算财政拨款支出决算结构情况')
  t.line('structure', `${year}年度一般公共预算财政拨款支出${t.w('structure.amount', f.general)}万元，主要用于以下方面：${classes(t, '支出（类）')}。`)
  t.head(3, '（三）一般公共预算财政拨款支出决算具体情况')
  t.line('detail', `${year}年度一般公共预算支出年初预算为${t.w('detail.budget', f.budget)}万元，支出决算数为${t.w('detail.final', f.general)}万元，完成年初预算${t.pct('detail.rate', f.general, f.budget)}。其中：`)
  items(t, { number: (i) => `${i}.`, rate: true, base: '年初' })
  t.head(2, '六、一般公共预算财政拨款基本支出决算情况说明')
  t.line('basic', `${year}年度一般公共预算财政拨款基本支出${t.w('basic.amount', f.generalBasic)}万元，其中：`)
  t.line('staff', `人员经费${t.w('staff.amount', f.staff)}万元，主要包括：${listed(t, /^30[13]/, 'staff.list')}等。`)
  t.line('public', `公用经费${t.w('public.amount', f.publicMoney)}万元，主要包括：${listed(t, /^3(?:02|10)/, 'public.list')}等。`)
  t.head(2, '七、财政拨款“三公”经费支出决算情况说明')
  t.head(3, '（一）“三公”经费财政拨款支出决算总体情况说明')
  t.line('official', `${year}年度“三公”经费财政拨款支出预算为${t.w('official.all.budget', o.all.budget)}万元，支出决算为${t.w('official.all.final', o.all.final)}万元，完成预算${t.pct('official.all.rate', o.all.final, o.all.budget)}。与上年相比，“三公”经费支出决算${t.change('official.all', o.all.final, o.all.before)}，主要原因是${t.why(o.all.final - o.all.before)}。${verdict(t, 'official.all', o.all.final, o.all.budget, '')}`)
  t.head(3, '（二）“三公”经费财政拨款支出决算具体情况说明')
  t.line('official.shares', `${year}年度“三公”经费财政拨款支出决算中，因公出国（境）费支出决算${t.w('official.abroad.share.amount', o.abroad.final)}万元，占${t.pct('official.abroad.share', o.abroad.final, o.all.final)}；公务用车购置及运行维护费支出决算${t.w('official.car.share.amount', o.car.final)}万元，占${t.pct('official.car.share', o.car.final, o.all.final)}；公务接待费支出决算${t.w('official.reception.share.amount', o.reception.final)}万元，占${t.pct('official.reception.share', o.reception.final, o.all.final)}。具体情况如下：`)
  const line = (n: number, name: string, slot: 'abroad' | 'car' | 'reception'): string => { const e = o[slot]; return e.final === 0 ? `${n}.${name}支出0万元。` : `${n}.${name}支出${t.w(`official.${slot}.final`, e.final)}万元，完成预算${t.pct(`official.${slot}.rate`, e.final, e.budget)}。${name}支出决算比${year - 1}年度${t.change(`official.${slot}`, e.final, e.before)}。主要原因是${t.why(e.final - e.before)}。` }
  t.line('official.abroad', `${line(1, '因公出国（境）费', 'abroad')}全年安排因公出国（境）团组${tag('count.groups', String(b.counts.groups))}次，出国（境）${tag('count.travellers', String(b.counts.travellers))}人次。`)
  t.line('official.car', line(2, '公务用车购置及运行维护费', 'car'))
  t.line('official.purchase', `其中：公务用车购置支出${t.w('official.purchase', o.purchase.final)}万元。全年购置公务用车${tag('count.bought', String(b.counts.bought))}辆。截至${year}年12月31日，单位共有公务用车${tag('count.held', String(b.counts.held))}辆。`)
  t.line('official.running', `公务用车运行维护费支出${t.w('official.running', o.running.final)}万元，主要用于业务外出所需的公务用车燃料费、维修费、过路过桥费、保险费等支出。`)
  t.line('official.reception', line(3, '公务接待费', 'reception'))
  t.line('official.home', `国内公务接待支出${t.w('official.home', o.reception.final)}万元，主要用于执行公务、开展业务活动开支的用餐费等。国内公务接待${tag('count.receptions', String(b.counts.receptions))}批次，${tag('count.guests', String(b.counts.guests))}人次（不包括陪同人员），共计支出${t.w('official.home.again', o.reception.final)}万元。外事接待支出0万元。`)
  t.head(2, '八、政府性基金预算支出决算情况说明'); t.line('fund', `${year}年度政府性基金预算财政拨款支出0万元。`)
  t.head(2, '九、国有资本经营预算支出决算情况说明'); t.line('capital', `${year}年度国有资本经营预算财政拨款支出0万元。`)
  t.head(2, '十、其他重要事项的情况说明')
  t.head(3, '（一）机关运行经费支出情况'); t.line('running', `${year}年度，${t.who}为事业单位，按规定未使用机关运行的相关科目。`)
  t.head(3, '（二）政府采购支出情况'); t.line('procurement', `${year}年度，${t.who}${procurement(t, true)}`)
  t.head(3, '（三）国有资产占有使用情况'); t.line('asset', vehicles(t, b.unit))
  t.head(3, '（四）预算绩效管理情况'); t.line('performance', performanceText(t)); b.projects.forEach((p, i) => { t.line(`overview.${i}`, overview(t, p, i)) })
  t.head(1, '第三部分 名词解释'); glossary(t)
  t.head(1, '第四部分 附件'); b.projects.forEach((p, i) => { form(t, p, i) })
  t.head(1, '第五部分 附表'); listTables(t, TABLES_NATIONAL); t.tables(TABLES_NATIONAL)
}

function zhejiang(t: Writer): void {
  const { books: b, f, year } = t, o = official(t)
  t.head(2, '一、概况')
  t.line('h1', '（一）单位职责'); DUTIES.forEach((d, i) => { t.line(`duty.${i}`, d.replace(/^.、/, `${i + 1}.`)) })
  t.line('h2', '（二）机构设置'); t.line('set-up', '从预算单位构成看，本单位内设：办公室、业务科、护理科。')
  t.head(2, `二、${year}年度单位决算公开表`); t.line('see', '详见附表。')
  t.head(2, `三、${year}年度单位决算情况说明`)
  t.head(3, '（一）收入支出决算总体情况说明')
  t.line('overall', `${tag('overall.year', String(year))}年度收入总计${t.w('overall.amount', f.total)}万元，支出总计${t.w('overall.spent', f.total)}万元，与${tag('overall.before', String(year - 1))}年度相比，各${t.change('overall', f.total, b.before.total)}。主要原因是：${t.why(f.total - b.before.total)}。`)
  t.head(3, '（二）收入决算情况说明')
  t.line('income', `本年收入合计${t.w('income.amount', f.incomeYear)}万元；包括财政拨款收入${t.w('income.fiscal.amount', f.incomeFiscal)}万元（其中，一般公共预算${t.w('income.general.amount', f.incomeGeneral)}万元，政府性基金预算${t.w('income.fund.amount', f.incomeFund)}万元，国有资本经营预算0万元），占收入合计${t.pct('income.fiscal.share', f.incomeFiscal, f.incomeYear)}；上级补助收入0万元，占收入合计0%；事业收入${t.w('income.other.amount', f.incomeOther)}万元，占收入合计${t.pct('income.other.share', f.incomeOther, f.incomeYear)}；经营收入0万元，占收入合计0%；附属单位上缴收入0万元，占收入合计0%；其他收入0万元，占收入合计0%。`)
  t.head(3, '（三）支出决算情况说明')
  t.line('expenditure', `本年支出合计${t.w('expenditure.amount', f.expenditureYear)}万元，其中${spentShare(t)}；上缴上级支出0万元，占0%；经营支出0万元，占0%；对附属单位补助支出0万元，占0%。`)
  t.head(3, '（四）财政拨款收入支出决算总体情况说明')
  t.line('fiscal', `${year}年度财政拨款收入总计${t.w('fiscal.amount', f.fiscalTotal)}万元，支出总计${t.w('fiscal.spent', f.fiscalTotal)}万元，与${year - 1}年相比，各${t.change('fiscal', f.fiscalTotal, b.before.fiscalTotal)}。主要原因是${t.why(f.fiscalTotal - b.before.fiscalTotal)}。`)
  t.head(3, '（五）一般公共预算财政拨款支出决算情况说明')
  t.line('h3', '1.一般公共预算财政拨款支出决算总体情况。')
  t.line('general', `${year}年度一般公共预算财政拨款支出${t.w('general.amount', f.general)}万元，占本年支出合计的${t.pct('general.share', f.general, f.expenditureYear)}。与${year - 1}年相比，一般公共预算财政拨款支出${t.change('general', f.general, b.before.general)}。主要原因是${t.why(f.general - b.before.general)}。`)
  t.line('h4', '2.一般公共预算财政拨款支出决算结构情况。')
  t.line('structure', `${year}年度一般公共预算财政拨款支出${t.w('structure.amount', f.general)}万元，主要用于以下方面：${classes(t, '（类）支出')}。`)
  t.line('h5', '3.一般公共预算财政拨款支出决算具体情况。')
  t.line('detail', `${year}年度一般公共预算财政拨款支出年初预算为${t.w('detail.budget', f.budget)}万元，支出决算为${t.w('detail.final', f.general)}万元，完成年初预算的${t.pct('detail.rate', f.general, f.budget)}。其中：`)
  items(t, { number: (i) => `${'①②③④⑤⑥⑦⑧⑨⑩'[i - 1]!}`, rate: true, base: '年初' })
  t.head(3, '（六）一般公共预算财政拨款基本支出决算情况说明')
  t.line('basic', `${year}年度一般公共预算财政拨款基本支出${t.w('basic.amount', f.generalBasic)}万元，其中：人员经费${t.w('staff.amount', f.staff)}万元，主要包括：${listed(t, /^30[13]/, 'staff.list')}；公用经费${t.w('public.amount', f.publicMoney)}万元，主要包括：${listed(t, /^3(?:02|10)/, 'public.list')}。`)
  t.head(3, '（七）政府性基金预算财政拨款收入支出决算情况说明'); fund(t, (i) => `${i}.`)
  t.head(3, '（八）国有资本经营预算财政拨款支出决算情况说明'); t.line('capital', `${t.who}${year}年度没有使用国有资本经营预算安排的支出。`)
  t.head(3, '（九）财政拨款“三公”经费支出决算情况说明')
  t.line('official', `“三公”经费财政拨款支出预算为${t.w('official.all.budget', o.all.budget)}万元，支出决算为${t.w('official.all.final', o.all.final)}万元，完成预算的${t.pct('official.all.rate', o.all.final, o.all.budget)}，${year}年度“三公”经费支出${verdict(t, 'official.all', o.all.final, o.all.budget, '')}`)
  const line = (name: string, slot: 'abroad' | 'reception' | 'car'): string => { const e = o[slot]; return e.final === 0 ? `${name}支出决算为0万元。` : `${name}支出决算为${t.w(`official.${slot}.final`, e.final)}万元，完成预算的${t.pct(`official.${slot}.rate`, e.final, e.budget)}，比${year - 1}年度${t.change(`official.${slot}`, e.final, e.before)}，主要原因是${t.why(e.final - e.before)}。` }
  t.line('official.abroad', `（1）${line('因公出国（境）费', 'abroad')}全年使用财政拨款支出涉及因公出国（境）团组${tag('count.groups', String(b.counts.groups))}个，累计${tag('count.travellers', String(b.counts.travellers))}人次。`)
  t.line('official.car', `（2）${line('公务用车购置及运行维护费', 'car')}其中：公务用车购置支出${t.w('official.purchase', o.purchase.final)}万元，购置公务用车${tag('count.bought', String(b.counts.bought))}辆；公务用车运行维护费支出${t.w('official.running', o.running.final)}万元，${year}年末开支财政拨款的公务用车保有量为${tag('count.held', String(b.counts.held))}辆。`)
  t.line('official.reception', `（3）${line('公务接待费', 'reception')}其中：国内公务接待支出${t.w('official.home', o.reception.final)}万元，接待${tag('count.receptions', String(b.counts.receptions))}批次，累计${tag('count.guests', String(b.counts.guests))}人次。`)
  t.head(3, '（十）机关运行经费支出说明'); t.line('running', `${t.who}为事业单位，${year}年度没有机关运行经费支出。`)
  t.head(3, '（十一）政府采购支出说明'); t.line('procurement', `${year}年度${procurement(t, true)}`)
  t.head(3, '（十二）国有资产占有使用情况说明'); t.line('asset', vehicles(t, b.unit))
  t.head(3, '（十三）预算绩效情况说明'); t.line('performance', performanceText(t)); b.projects.forEach((p, i) => { t.line(`overview.${i}`, overview(t, p, i)) })
  t.head(2, '四、名词解释'); glossary(t)
  t.head(2, '五、附表'); t.tables(TABLES_NATIONAL); b.projects.forEach((p, i) => { form(t, p, i) })
}

function hunan(t: Writer): void {
  const { books: b, f, year } = t, o = official(t)
  t.head(1, `第一部分 ${b.unit}概况`)
  t.head(2, '一、部门职责'); DUTIES.forEach((d, i) => { t.line(`duty.${i}`, d.replace(/^.、/, `（${'一二三'[i]}）`)) })
  t.head(2, '二、机构设置及决算单位构成'); t.line('set-up', `${t.who}内设机构包括：办公室、法规科、执法科、环卫科。${year}年度部门决算汇总公开单位构成包括：${b.unit}本级。`)
  t.head(1, '第二部分 部门决算表'); listTables(t, TABLES_NATIONAL); t.tables(TABLES_NATIONAL)
  t.head(1, `第三部分 ${year}年度部门决算情况说明`)
  t.head(2, '一、收入支出决算总体情况说明')
  t.line('overall', `${tag('overall.year', String(year))}年度收、支总计${t.w('overall.amount', f.total)}万元。与上年相比，${t.change('overall', f.total, b.before.total, ['增加', '增长'], ['减少', '减少'])}，主要是因为${t.why(f.total - b.before.total)}。`)
  t.head(2, '二、收入决算情况说明'); t.line('income', `${year}年度收入合计${t.w('income.amount', f.incomeYear)}万元，其中：${fiscalShare(t)}。`)
  t.head(2, '三、支出决算情况说明'); t.line('expenditure', `${year}年度支出合计${t.w('expenditure.amount', f.expenditureYear)}万元，其中：${spentShare(t)}。`)
  t.head(2, '四、财政拨款收入支出决算总体情况说明')
  t.line('fiscal', `${year}年度财政拨款收、支总计${t.w('fiscal.amount', f.fiscalTotal)}万元，与上年相比，${t.change('fiscal', f.fiscalTotal, b.before.fiscalTotal)}，主要是因为${t.why(f.fiscalTotal - b.before.fiscalTotal)}。`)
  t.head(2, '五、一般公共预算财政拨款支出决算情况说明')
  t.head(3, '（一）财政拨款支出决算总体情况')
  t.line('general', `${year}年度一般公共预算财政拨款支出${t.w('general.amount', f.general)}万元，占本年支出合计的${t.pct('general.share', f.general, f.expenditureYear)}，与上年相比，一般公共预算财政拨款支出${t.change('general', f.general, b.before.general)}，主要是因为${t.why(f.general - b.before.general)}。`)
  t.head(3, '（二）财政拨款支出决算结构情况')
  t.line('structure', `${year}年度一般公共预算财政拨款支出${t.w('structure.amount', f.general)}万元，主要用于以下方面：${classes(t, '（类）支出')}。`)
  t.head(3, '（三）财政拨款支出决算具体情况')
  t.line('detail', `${year}年度一般公共预算财政拨款支出年初预算数为${t.w('detail.budget', f.budget)}万元，支出决算数为${t.w('detail.final', f.general)}万元，完成年初预算的${t.pct('detail.rate', f.general, f.budget)}，其中：`)
  items(t, { number: (i) => `${i}、`, rate: true, base: '年初' })
  t.head(2, '六、一般公共预算财政拨款基本支出决算情况说明')
  t.line('basic', `${year}年度一般公共预算财政拨款基本支出${t.w('basic.amount', f.generalBasic)}万元，其中：`)
  t.line('staff', `人员经费${t.w('staff.amount', f.staff)}万元，占基本支出的${t.pct('staff.share', f.staff, f.generalBasic)}，主要包括${listed(t, /^30[13]/, 'staff.list')}。`)
  t.line('public', `公用经费${t.w('public.amount', f.publicMoney)}万元，占基本支出的${t.pct('public.share', f.publicMoney, f.generalBasic)}，主要包括${listed(t, /^3(?:02|10)/, 'public.list')}。`)
  t.head(2, '七、财政拨款三公经费支出决算情况说明')
  t.head(3, '（一）“三公”经费财政拨款支出决算总体情况说明')
  t.line('official', `${rated(t, 'official.all', o.all, '“三公”经费财政拨款支出', '').replace('支出预算为', '支出预算为')}其中：`)
  const line = (name: string, slot: 'abroad' | 'reception' | 'purchase' | 'running'): string => { const e = o[slot]; return e.final === 0 ? `${name}支出预算为0万元，支出决算为0万元，决算数与预算数持平。` : `${name}支出预算为${t.w(`official.${slot}.budget`, e.budget)}万元，支出决算为${t.w(`official.${slot}.final`, e.final)}万元，完成预算的${t.pct(`official.${slot}.rate`, e.final, e.budget)}，${verdict(t, `official.${slot}`, e.final, e.budget, '')}与上年相比${t.change(`official.${slot}`, e.final, e.before)}，主要原因是${t.why(e.final - e.before)}。` }
  t.line('official.abroad', line('因公出国（境）费', 'abroad')); t.line('official.reception', line('公务接待费', 'reception')); t.line('official.purchase', line('公务用车购置费', 'purchase')); t.line('official.running', line('公务用车运行维护费', 'running'))
  t.head(3, '（二）“三公”经费财政拨款支出决算具体情况说明')
  t.line('official.shares', `${year}年度“三公”经费财政拨款支出决算中，公务接待费支出决算${t.w('official.reception.share.amount', o.reception.final)}万元，占${t.pct('official.reception.share', o.reception.final, o.all.final)}，因公出国（境）费支出决算${t.w('official.abroad.share.amount', o.abroad.final)}万元，占${t.pct('official.abroad.share', o.abroad.final, o.all.final)}，公务用车购置费及运行维护费支出决算${t.w('official.car.share.amount', o.car.final)}万元，占${t.pct('official.car.share', o.car.final, o.all.final)}。其中：`)
  t.line('count.abroad', `1、因公出国（境）费支出决算为${t.w('official.abroad.again', o.abroad.final)}万元，全年安排因公出国（境）团组${tag('count.groups', String(b.counts.groups))}个，累计${tag('count.travellers', String(b.counts.travellers))}人次。`)
  t.line('count.reception', `2、公务接待费支出决算为${t.w('official.reception.again', o.reception.final)}万元，全年共接待来访团组${tag('count.receptions', String(b.counts.receptions))}批次、来宾${tag('count.guests', String(b.counts.guests))}人次，主要是上级调研和同行交流发生的接待支出。`)
  t.line('count.car', `3、公务用车购置费及运行维护费支出决算为${t.w('official.car.again', o.car.final)}万元，其中：公务用车购置费${t.w('official.purchase', o.purchase.final)}万元，更新公务用车${tag('count.bought', String(b.counts.bought))}辆。公务用车运行维护费${t.w('official.running', o.running.final)}万元，主要是燃料费和维修费支出，截至${year}年12月31日，本部门开支财政拨款的公务用车保有量为${tag('count.held', String(b.counts.held))}辆。`)
  t.head(2, '八、政府性基金预算收入支出决算情况'); fund(t, (i) => `${i}、`)
  t.head(2, '九、国有资本经营预算财政拨款支出决算情况'); t.line('capital', '本部门无国有资本经营预算财政拨款收支。')
  t.head(2, '十、关于机关运行经费支出说明')
  t.line('running', `本部门${year}年度机关运行经费支出${t.w('running.amount', f.publicMoney)}万元，比上年决算数${t.change('running', f.publicMoney, b.before.running)}。主要原因是${t.why(f.publicMoney - b.before.running)}。`)
  t.head(2, '十一、一般性支出情况说明'); t.line('usual', `${year}年度本部门开支会议费0万元；开支培训费${t.w('usual.training', b.economic.get('30216') ?? 0)}万元，用于开展业务培训。`)
  t.head(2, '十二、关于政府采购支出说明'); t.line('procurement', `本部门${year}年度${procurement(t, false)}`)
  t.head(2, '十三、关于国有资产占用情况说明'); t.line('asset', vehicles(t, '本部门'))
  t.head(2, '十四、关于预算绩效情况的说明'); t.line('performance', performanceText(t).replaceAll('本单位', '本部门')); b.projects.forEach((p, i) => { t.line(`overview.${i}`, overview(t, p, i)) })
  t.head(1, '第四部分 名词解释'); glossary(t)
  t.head(1, '第五部分 附件'); summary(t); b.projects.forEach((p, i) => { form(t, p, i) }); report(t, b.projects[0]!)
}

export const LAYOUTS: readonly Layout[] = [
  { id: 'shandong', style: STYLE, decimals: 2, write: shandong },
  { id: 'shanghai', style: { ...STYLE, thousands: true, numbered: false, splitCodes: true, totalLast: true, owner: 'none', body: '部门', expenses: 'pairs', fundColumnsOfCapital: true, zeros: false, titles: { ...NATIONAL_TITLES, T6: '一般公共预算财政拨款基本支出决算表', T8: '国有资本经营预算财政拨款收入支出决算表' } }, decimals: 2, write: shanghai },
  { id: 'sichuan', style: { ...STYLE, numbered: false, zeros: true, fundColumnsOfCapital: true, titles: { ...NATIONAL_TITLES, T8: '国有资本经营预算财政拨款收入支出决算表', T7: '政府性基金预算财政拨款收入支出决算表' } }, decimals: 1, write: sichuan },
  { id: 'zhejiang', style: { ...STYLE, thousands: true, owner: 'before' }, decimals: 2, write: zhejiang },
  { id: 'hunan', style: { ...STYLE, body: '部门', splitCodes: false, zeros: false }, decimals: 2, write: hunan },
]

/** A whole correct document: cover, contents, and all that the layout writes. */
export function documentOf(layout: Layout, seed: number): { readonly doc: Doc; readonly books: Books } {
  const books = booksOf(layout.id, seed)
  const t = new Writer(books, layout)
  layout.write(t)
  const { body } = layout.style
  const cover: Part[] = [{ kind: 'line', id: 'cover.1', text: `${tag('cover.unit', books.unit)}` }, { kind: 'line', id: 'cover.2', text: `${tag('cover.year', String(books.year))}年度${body}决算` }, { kind: 'line', id: 'contents', text: '目 录' }]
  const contents = t.contents.map((e, i): Part => ({ kind: 'line', id: `contents.${i}`, text: tag(`contents.${i}`, e.text) }))
  return { doc: { layout: layout.id, parts: [...cover, ...contents, ...t.parts] }, books }
}
