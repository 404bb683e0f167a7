/** A seeded source of numbers: the same seed gives the same documents. */
export interface Random { readonly int: (min: number, max: number) => number; readonly pick: <T>(all: readonly T[]) => T; readonly chance: (p: number) => boolean }

export function seeded(seed: number): Random {
  let s = seed >>> 0
  const next = (): number => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), s | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return { int, pick: (all) => all[int(0, all.length - 1)]!, chance: (p) => next() < p }
}

/** An item by function, all money in whole 元: what came in, what went out, of the general budget and of other sources. */
export interface Item {
  readonly code: string
  readonly names: readonly [string, string, string]
  readonly budget: number
  readonly open: number
  readonly income: number
  readonly basic: number
  readonly project: number
  readonly otherOpen: number
  readonly otherIncome: number
  readonly otherBasic: number
  readonly otherProject: number
}
/** An item of a government fund. */
export interface FundItem { readonly code: string; readonly names: readonly [string, string, string]; readonly open: number; readonly income: number; readonly project: number }
export interface Expense { readonly budget: number; readonly final: number; readonly before: number }
export interface Indicator { readonly group: '产出' | '效益' | '满意度'; readonly kind: string; readonly name: string; readonly target: string; readonly actual: string; readonly weight: number; readonly score: string; readonly reason: string }
export interface Project { readonly name: string; readonly code: string; readonly budget: number; readonly spent: number; readonly indicators: readonly Indicator[]; readonly rateScore: string; readonly total: string; readonly grade: string }

/** The books of a fictitious unit for a year: consistent to the 元. */
export interface Books {
  readonly unit: string
  readonly year: number
  readonly kind: 'administrative' | 'institution'
  readonly otherSource: 'other' | 'business'
  readonly items: readonly Item[]
  readonly funds: readonly FundItem[]
  /** 款 of the economic classification, basic expenditure of the general budget. */
  readonly economic: ReadonlyMap<string, number>
  readonly before: { readonly total: number; readonly fiscalIncome: number; readonly otherIncome: number; readonly basic: number; readonly project: number; readonly fiscalTotal: number; readonly general: number; readonly running: number }
  readonly runningBudget: number
  readonly official: { readonly abroad: Expense; readonly purchase: Expense; readonly running: Expense; readonly reception: Expense }
  readonly counts: { readonly groups: number; readonly travellers: number; readonly bought: number; readonly held: number; readonly receptions: number; readonly guests: number; readonly foreignReceptions: number; readonly foreignGuests: number }
  readonly procurement: { readonly goods: number; readonly works: number; readonly services: number; readonly smeGoods: number; readonly smeWorks: number; readonly smeServices: number; readonly micro: number }
  readonly vehicles: readonly number[]
  readonly equipment: number
  readonly projects: readonly Project[]
}

interface Theme { readonly unit: string; readonly kind: Books['kind']; readonly main: readonly [string, string, string, string]; readonly more: readonly (readonly [string, string, string, string, string])[] }
/** Units that do not exist, with items of the classification and names of projects. */
export const THEMES: Readonly<Record<string, Theme>> = {
  shandong: { unit: '海岱市财政局', kind: 'administrative', main: ['2010601', '一般公共服务支出', '财政事务', '行政运行'], more: [['2010605', '一般公共服务支出', '财政事务', '财政国库业务', '国库集中支付运维'], ['2010607', '一般公共服务支出', '财政事务', '信息化建设', '财政云平台升级改造']] },
  shanghai: { unit: '上海市云间区社会工作局', kind: 'administrative', main: ['2013901', '一般公共服务支出', '社会工作事务', '行政运行'], more: [['2013999', '一般公共服务支出', '社会工作事务', '其他社会工作事务支出', '志愿服务阵地建设'], ['2080206', '社会保障和就业支出', '民政管理事务', '社会组织管理', '社会组织等级评估']] },
  sichuan: { unit: '锦屏县不动产登记服务站', kind: 'institution', main: ['2200150', '自然资源海洋气象等支出', '自然资源事务', '事业运行'], more: [['2200199', '自然资源海洋气象等支出', '自然资源事务', '其他自然资源事务支出', '登记档案数字化'], ['2120201', '城乡社区支出', '城乡社区规划与管理', '城乡社区规划与管理', '村镇界址测绘']] },
  zhejiang: { unit: '越溪市社会福利院', kind: 'institution', main: ['2081005', '社会保障和就业支出', '社会福利', '社会福利事业单位'], more: [['2089999', '社会保障和就业支出', '其他社会保障和就业支出', '其他社会保障和就业支出', '失能老人照护设备更新']] },
  hunan: { unit: '湘浦市城市管理局', kind: 'administrative', main: ['2120101', '城乡社区支出', '城乡社区管理事务', '行政运行'], more: [['2120104', '城乡社区支出', '城乡社区管理事务', '城管执法', '执法记录设备采购'], ['2120501', '城乡社区支出', '城乡社区环境卫生', '城乡社区环境卫生', '背街小巷保洁']] },
}

const PENSION: readonly [string, string] = ['社会保障和就业支出', '行政事业单位养老支出']
const HEALTH: readonly [string, string] = ['卫生健康支出', '行政事业单位医疗']
const HOUSE: readonly [string, string] = ['住房保障支出', '住房改革支出']

/** Money as whole 元, never a round sum. */
const money = (r: Random, min: number, max: number): number => r.int(min * 100, max * 100) + (r.int(0, 1) === 0 ? 37 : 0)

function share(r: Random, total: number, parts: readonly (readonly [string, number])[]): Map<string, number> {
  const sum = parts.reduce((n, [, w]) => n + w, 0)
  const out = new Map(parts.map(([code, w]) => [code, Math.floor((total * w * r.int(90, 110)) / (sum * 115))]))
  const [last] = parts.at(-1)!
  out.set(last, 0)
  out.set(last, total - [...out.values()].reduce((a, b) => a + b, 0))
  return out
}

const half = (n: number, d: number): number => Math.floor((2 * n + d) / (2 * d))
/** n/d·points with some decimals, rounded half up. */
export const points = (n: number, d: number, of: number, decimals: number): string => (half(n * of * 10 ** decimals, d) / 10 ** decimals).toFixed(decimals)

function projectOf(r: Random, name: string, item: Item, year: number): Project {
  const places = r.int(4, 40), visits = r.int(2, 9) * 1000, done = r.chance(0.3) ? visits - r.int(1, 5) * 100 : visits + r.int(0, 4) * 100
  const cost = r.int(20, 60) / 10
  const indicators: Indicator[] = [
    { group: '产出', kind: '数量指标', name: '完成改造点位数量', target: `≥${places}个`, actual: `${places + r.int(0, 1)}个`, weight: 20, score: '20', reason: '' },
    { group: '产出', kind: '质量指标', name: '验收合格率', target: '100%', actual: '100%', weight: 10, score: '10', reason: '' },
    { group: '产出', kind: '时效指标', name: '项目完成时限', target: '12月底前', actual: `${r.int(9, 11)}月${r.int(1, 28)}日`, weight: 10, score: '10', reason: '' },
    { group: '产出', kind: '成本指标', name: '单个点位改造成本', target: `≤${cost + 0.5}万元`, actual: `${cost}万元`, weight: 10, score: '10', reason: '' },
    { group: '效益', kind: '社会效益指标', name: '年服务群众人次', target: `≥${visits}人次`, actual: `${done}人次`, weight: 15, score: String(Number(points(Math.min(done, visits), visits, 15, 2))), reason: done < visits ? '改造期间暂停服务，下一年度加密服务频次' : '' },
    { group: '效益', kind: '可持续影响指标', name: '长效管护机制', target: '健全', actual: '健全', weight: 15, score: '15', reason: '' },
    { group: '满意度', kind: '服务对象满意度指标', name: '服务对象满意度', target: '≥90%', actual: `${r.int(91, 98)}%`, weight: 10, score: '10', reason: '' },
  ]
  const rateScore = points(Math.min(item.project, item.budget), item.budget, 10, 2)
  const total = (indicators.reduce((n, i) => n + Math.round(Number(i.score) * 100), Math.round(Number(rateScore) * 100)) / 100).toFixed(2)
  return { name: `${year}年${name}`, code: item.code, budget: item.budget, spent: item.project, indicators, rateScore, total, grade: Number(total) >= 90 ? '优' : '良' }
}

/** The books of one unit: everything follows from what came in and went out, item by item. */
export function booksOf(layout: string, seed: number): Books {
  const r = seeded(seed * 7919 + layout.length * 31 + layout.charCodeAt(1))
  const theme = THEMES[layout]!
  const { kind } = theme
  const year = r.pick([2023, 2024])
  const retired = kind === 'administrative' ? '2080501' : '2080502'
  const medical = kind === 'administrative' ? '2101101' : '2101102'
  const scale = r.int(2, 12)
  const plain = (code: string, names: readonly [string, string, string], basic: number, project = 0): Item => {
    const spent = basic + project
    // what was left of an earlier year and what is left at the end stand at items of projects only
    const open = project > 0 && r.chance(0.5) ? money(r, 500, 4000) : 0
    const close = project > 0 && r.chance(0.5) ? money(r, 300, 3000) : 0
    return { code, names, budget: half(spent * r.pick([88, 93, 97, 100, 104, 112]), 100), open, income: spent - open + close, basic, project, otherOpen: 0, otherIncome: 0, otherBasic: 0, otherProject: 0 }
  }
  const pay = money(r, 20_000 * scale, 26_000 * scale)
  const items: Item[] = []
  const [mainCode, ...mainNames] = theme.main
  items.push(plain(mainCode, mainNames, pay))
  for (const [code, a, b, c] of theme.more) items.push(plain(code, [a, b, c], 0, money(r, 3_000 * scale, 9_000 * scale)))
  items.push(plain(retired, [...PENSION, kind === 'administrative' ? '行政单位离退休' : '事业单位离退休'], money(r, 2_000, 9_000)))
  items.push(plain('2080505', [...PENSION, '机关事业单位基本养老保险缴费支出'], half(pay * 9, 100)), plain('2080506', [...PENSION, '机关事业单位职业年金缴费支出'], half(pay * 45, 1000)))
  items.push(plain(medical, [...HEALTH, kind === 'administrative' ? '行政单位医疗' : '事业单位医疗'], half(pay * 41, 1000)), plain('2101103', [...HEALTH, '公务员医疗补助'], half(pay * 17, 1000)))
  items.push(plain('2210201', [...HOUSE, '住房公积金'], half(pay * 78, 1000)))
  // other money passes through the first item
  const otherOpen = money(r, 300, 2_500), otherIncome = money(r, 1_000, 6_000)
  const otherProject = half(otherIncome * r.int(30, 70), 100), otherBasic = half(otherIncome * r.int(10, 25), 100)
  items[0] = { ...items[0]!, otherOpen, otherIncome, otherBasic, otherProject }
  items.sort((a, b) => (a.code < b.code ? -1 : 1))
  const funds: FundItem[] = layout === 'hunan' || layout === 'zhejiang' ? [money(r, 2_000, 8_000)].map((n) => ({ code: '2296002', names: ['其他支出', '彩票公益金安排的支出', '用于社会福利的彩票公益金支出'] as const, open: 0, income: n, project: n })) : []

  const basicOf = (code: string): number => items.find((i) => i.code === code)?.basic ?? 0
  const publicMoney = half(pay * r.int(14, 20), 100)
  const official = {
    abroad: r.chance(0.5) ? money(r, 300, 1_200) : 0, purchase: kind === 'administrative' && r.chance(0.3) ? money(r, 1_300, 1_790) : 0, running: money(r, 150, 700), reception: money(r, 60, 500),
  }
  const economic = new Map<string, number>([
    ['30108', basicOf('2080505')], ['30109', basicOf('2080506')], ['30110', basicOf(medical)], ['30111', basicOf('2101103')], ['30113', basicOf('2210201')], ['30302', basicOf(retired)],
    ...share(r, pay - publicMoney, kind === 'administrative' ? [['30101', 25], ['30102', 38], ['30103', 12], ['30112', 2], ['30199', 6], ['30305', 2]] : [['30101', 30], ['30107', 42], ['30103', 9], ['30112', 2], ['30199', 6], ['30305', 2]]),
  ])
  const small: [string, number][] = [['30217', half(official.reception * 60, 100)], ['30231', official.running]]
  for (const [code, n] of share(r, publicMoney - small.reduce((n, [, v]) => n + v, 0), [['30201', 9], ['30202', 2], ['30205', 1], ['30206', 4], ['30207', 4], ['30209', 8], ['30211', 7], ['30213', 5], ['30216', 2], ['30226', 6], ['30228', 6], ['30229', 5], ['30239', 12], ['31002', 3], ['30299', 6]])) economic.set(code, n)
  for (const [code, n] of small) economic.set(code, n)

  const expense = (final: number): Expense => (final === 0 ? { budget: 0, final: 0, before: 0 } : { budget: half(final * r.pick([100, 100, 108, 121]), 100), final, before: half(final * r.pick([85, 96, 109, 130]), 100) })
  const officialOf = { abroad: expense(official.abroad), purchase: expense(official.purchase), running: expense(official.running), reception: expense(official.reception) }
  const income = { fiscal: items.reduce((n, i) => n + i.income, 0) + funds.reduce((n, f) => n + f.income, 0), other: otherIncome }
  const basic = items.reduce((n, i) => n + i.basic + i.otherBasic, 0), project = items.reduce((n, i) => n + i.project + i.otherProject, 0) + funds.reduce((n, f) => n + f.project, 0)
  const fiscalOpen = items.reduce((n, i) => n + i.open, 0) + funds.reduce((n, f) => n + f.open, 0)
  const general = items.reduce((n, i) => n + i.basic + i.project, 0)
  const f = r.pick([83, 91, 104, 117])
  const before = { basic: half(basic * (f + 3), 100), project: half(project * (f + 6), 100), fiscalIncome: half(income.fiscal * (f - 4), 100), otherIncome: half(income.other * (f - 9), 100), general: half(general * (f + 1), 100), total: 0, fiscalTotal: 0, running: half(publicMoney * r.pick([92, 97, 106]), 100) }
  before.total = before.basic + before.project + fiscalOpen + otherOpen
  before.fiscalTotal = before.general + (funds.length > 0 ? half(funds[0]!.project * f, 100) : 0) + fiscalOpen

  const goods = money(r, 500, 3_000), works = r.chance(0.4) ? money(r, 800, 5_000) : 0, services = money(r, 1_000, 6_000)
  const part = (n: number): number => half(n * r.pick([100, 100, 82, 64]), 100)
  const procurement = { goods, works, services, smeGoods: part(goods), smeWorks: part(works), smeServices: part(services), micro: 0 }
  procurement.micro = half((procurement.smeGoods + procurement.smeWorks + procurement.smeServices) * r.pick([35, 57, 100]), 100)
  const groups = official.abroad > 0 ? r.int(1, 3) : 0, receptions = r.int(8, 40), held = r.int(1, 3)
  const foreign = r.chance(0.4) ? r.int(1, 4) : 0
  const bought = official.purchase > 0 ? 1 : 0
  const cars = held + r.int(0, 2)
  const base = { unit: theme.unit, year, kind, otherSource: kind === 'institution' ? 'business' as const : 'other' as const, items, funds, economic, before, runningBudget: half(publicMoney * r.pick([95, 103, 110]), 100), official: officialOf, procurement, equipment: r.int(0, 2),
    counts: { groups, travellers: groups * r.int(2, 4), bought, held, receptions, guests: receptions * r.int(5, 12), foreignReceptions: foreign, foreignGuests: foreign * r.int(3, 6) }, vehicles: [0, 1, cars > 1 ? cars - 1 : 0] }
  const projects = theme.more.map(([code, , , , name]) => projectOf(r, name, items.find((i) => i.code === code)!, year))
  return { ...base, projects }
}
