import { type Cause } from '@causeway/accounts'

import { points, type Books, type Random } from './books.ts'
import { change, changeText, plain, put, putAll, slotsOf, type Doc, type Part } from './document.ts'
import { figuresOf, wan, type Figures } from './tables.ts'

/** What a planted fault must be found as: one of these relations, one of these causes where the figure tells its cause. `elsewhere`: not at the changed line. */
export interface Planted { readonly doc: Doc; readonly relations: readonly string[]; readonly causes?: readonly Cause[]; readonly elsewhere?: true }
interface Bench { readonly doc: Doc; readonly books: Books; readonly f: Figures; readonly r: Random; readonly slots: ReadonlyMap<string, string>; /** Decimals of percentages. */ readonly decimals: number }
/** A kind of fault; `row` is its row of the catalogue. Nothing when a document offers no place for it. */
export interface Kind { readonly name: string; readonly row: number; readonly plant: (b: Bench) => Planted | undefined }

const has = (b: Bench, ...slots: readonly string[]): boolean => slots.every((s) => b.slots.has(s))
/** One of the slots that are there, at random. */
const one = (b: Bench, slots: readonly string[]): string | undefined => { const all = slots.filter((s) => b.slots.has(s)); return all.length === 0 ? undefined : b.r.pick(all) }
const found = (doc: Doc | undefined, relations: readonly string[], causes?: readonly Cause[], elsewhere?: true): Planted | undefined => (doc === undefined ? undefined : { doc, relations, ...(causes === undefined ? {} : { causes }), ...(elsewhere === undefined ? {} : { elsewhere }) })
const set = (b: Bench, slot: string | undefined, words: (old: string) => string | undefined, relations: readonly string[], causes?: readonly Cause[], elsewhere?: true): Planted | undefined => {
  if (slot === undefined) return undefined
  const old = b.slots.get(slot)!, now = words(old)
  return now === undefined || now === old ? undefined : found(put(b.doc, slot, now), relations, causes, elsewhere)
}
const value = (text: string): number => Math.round(Number(text.replaceAll(',', '')) * 100) * 100
const fixed = (b: Bench, n: number, d: number): string => points(Math.abs(n), d, 100, b.decimals)

const AMOUNTS = ['income.amount', 'expenditure.amount', 'income.fiscal.amount', 'income.other.amount', 'expenditure.basic.amount', 'expenditure.project.amount', 'fiscal.amount', 'general.amount', 'structure.amount', 'detail.final', 'basic.amount', 'staff.amount', 'public.amount']
const itemSlots = (b: Bench, what: string): readonly string[] => b.books.items.map((i) => `item.${i.code}.${what}`)

/** Two neighbouring digits changed places. */
function transposed(text: string): string | undefined {
  for (let i = 0; i + 1 < text.length; i++) if (/\d/.test(text[i]!) && /\d/.test(text[i + 1]!) && text[i] !== text[i + 1] && !(i === 0 && text[i + 1] === '0')) return `${text.slice(0, i)}${text[i + 1]}${text[i]}${text.slice(i + 2)}`
  return undefined
}

/** Slots of a change: this year's figure and last year's. */
function changes(b: Bench): readonly (readonly [string, number, number])[] {
  const { before } = b.books, f = b.f
  return ([['overall', f.total, before.total], ['income.fiscal', f.incomeFiscal, before.fiscalIncome], ['income.other', f.incomeOther, before.otherIncome], ['expenditure.basic', f.basic, before.basic], ['expenditure.project', f.project, before.project], ['fiscal', f.fiscalTotal, before.fiscalTotal], ['general', f.general, before.general]] as const).filter(([s]) => b.slots.has(`${s}.change`))
}
const pace = (b: Bench, words: (now: number, before: number) => string, causes?: readonly Cause[]): Planted | undefined => {
  const all = changes(b)
  if (all.length === 0) return undefined
  const [slot, now, before] = b.r.pick(all)
  return set(b, `${slot}.change`, () => words(now, before), ['N-yoy'], causes)
}

/** Slots of a completion rate: final figure and budget. */
function rates(b: Bench): readonly (readonly [string, number, number])[] {
  const o = b.books.official
  return ([['detail', b.f.general, b.f.budget], ...b.books.items.map((i) => [`item.${i.code}`, i.basic + i.project, i.budget] as const), ['official.reception', o.reception.final, o.reception.budget]] as const).filter(([s, x, y]) => b.slots.has(`${s}.rate`) && wan(x) !== wan(y))
}
const rate = (b: Bench, words: (final: number, budget: number) => string, causes?: readonly Cause[]): Planted | undefined => {
  const all = rates(b)
  if (all.length === 0) return undefined
  const [slot, final, budget] = b.r.pick(all)
  return set(b, `${slot}.rate`, () => words(final, budget), ['N-rate'], causes)
}

/** Shares with their part and whole. */
function shares(b: Bench): readonly (readonly [string, number, number])[] {
  const f = b.f
  return ([['income.fiscal.share', b.slots.get('income.fiscal.amount') === wan(f.incomeGeneral) ? f.incomeGeneral : f.incomeFiscal, f.incomeYear], ['income.other.share', f.incomeOther, f.incomeYear], ['expenditure.basic.share', f.basic, f.expenditureYear], ['expenditure.project.share', f.project, f.expenditureYear], ...[...f.generalByClass].map(([c, n]) => [`class.${c}.share`, n, f.general] as const)] as const).filter(([s]) => b.slots.has(s))
}

const cellSet = (b: Bench, slot: string | undefined, by: number, relations: readonly string[]): Planted | undefined => set(b, slot, (old) => (old === '' ? undefined : wan(value(old) + by, old.includes(','))), relations, undefined, true)
const wrap = (id: string, f: (p: Part) => readonly Part[]) => (b: Bench, relations: readonly string[], causes?: readonly Cause[]): Planted | undefined => found(change(b.doc, id, f), relations, causes, true)
const without = (id: string): ReturnType<typeof wrap> => wrap(id, () => [])
const TABLE = (id: string, ...n: readonly number[]): readonly string[] => n.map((i) => `${id}-${i}`)
const lineOf = (b: Bench, ...ids: readonly string[]): string | undefined => ids.find((id) => b.doc.parts.some((p) => p.id === id && p.kind === 'line'))
const TABLES = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T9']

export const KINDS: readonly Kind[] = [
  // 2, 3: tables and their notes
  { name: 'an empty table has no note', row: 3, plant: (b) => without('T8.note')(b, ['Tx-0']) },
  { name: 'a table with figures says that it has none', row: 3, plant: (b) => wrap('T3.note', (p) => (p.kind === 'line' ? [{ ...p, text: '注：本单位没有安排支出，故本表无数据。' }] : [p]))(b, ['Tx-0']) },
  // 7, 27: reasons
  { name: 'a change without a reason', row: 7, plant: (b) => found(changeText(b.doc, 'overall', /主要(?:变动)?(?:原因)?(?:是因为|是：|是|：)[^。]*。/, ''), ['N-reason'], undefined, true) },
  { name: 'a reason of the other direction', row: 27, plant: (b) => { const c = changes(b).find(([s]) => s === 'overall')!; return found(changeText(b.doc, 'overall', /(主要(?:变动)?(?:原因)?(?:是因为|是：|是|：))[^。]*。/, `$1${c[1] > c[2] ? '落实过紧日子要求，压减一般性支出，厉行节约' : '年中追加了经费，新增业务'}。`), ['N-reason', 'N-same']) } },
  // 8, 9: counts of the three expenses
  { name: 'journeys abroad without a group', row: 8, plant: (b) => (b.books.official.abroad.final === 0 ? undefined : set(b, 'count.groups', () => '0', ['SG-1'])) },
  { name: 'a group without journeys', row: 8, plant: (b) => (b.books.official.abroad.final > 0 ? undefined : set(b, 'count.groups', () => '2', ['SG-1'])) },
  { name: 'fewer travellers than groups', row: 8, plant: (b) => (b.books.counts.groups < 2 ? undefined : set(b, 'count.travellers', () => '1', ['SG-1'])) },
  { name: 'fewer guests than receptions', row: 8, plant: (b) => set(b, 'count.guests', () => '3', ['SG-3']) },
  { name: 'more foreign guests than guests', row: 9, plant: (b) => (b.books.counts.foreignReceptions === 0 ? undefined : set(b, 'count.foreignGuests', () => String(b.books.counts.guests + 40), ['SG-3'])) },
  // 10, 11, 12, 13: tables
  { name: 'totals of income and expenditure differ', row: 10, plant: (b) => cellSet(b, 'T1/total.expenditure', 1_000_000, ['T1-5', 'T1-4']) },
  { name: 'totals of fiscal money differ', row: 10, plant: (b) => cellSet(b, 'T4/total.income', -300_000, ['T4-4', 'T4-3']) },
  { name: 'a class of T1 is wrong', row: 11, plant: (b) => cellSet(b, `T1/${b.books.items[0]!.code.slice(0, 3)}`, 270_000, ['T1-2', 'X-01-03']) },
  { name: 'income of the year is wrong', row: 11, plant: (b) => cellSet(b, 'T1/income.year', 110_000, ['T1-1', 'T1-3', 'X-01-02']) },
  { name: 'a row of T2 does not add', row: 11, plant: (b) => cellSet(b, `T2/${b.r.pick(b.books.items).code}/fiscal`, 120_000, TABLE('T2', 1, 2, 3)) },
  { name: 'a row of T3 does not add', row: 11, plant: (b) => cellSet(b, `T3/${b.r.pick(b.books.items).code}/total`, 90_000, TABLE('T3', 1, 2, 3)) },
  { name: 'a row of T5 does not add', row: 11, plant: (b) => cellSet(b, `T5/${b.r.pick(b.books.items).code}/total`, -40_000, TABLE('T5', 1, 2, 3)) },
  { name: 'the total row of T5 is wrong', row: 11, plant: (b) => cellSet(b, 'T5/total/basic', 500_000, TABLE('T5', 1, 2)) },
  { name: 'an item of T6 is wrong', row: 11, plant: (b) => cellSet(b, b.r.pick(['T6/30101', 'T6/30201', 'T6/30113']), 330_000, ['T6-1']) },
  { name: 'a group of T6 is wrong', row: 11, plant: (b) => cellSet(b, b.r.pick(['T6/301', 'T6/302']), 200_000, TABLE('T6', 1, 2, 3)) },
  { name: 'the sum of public money is wrong', row: 11, plant: (b) => cellSet(b, 'T6/public.total', 660_000, ['T6-3', 'X-05-06']) },
  { name: 'the three expenses do not add', row: 11, plant: (b) => cellSet(b, 'T9/final.total', 30_000, ['T9-1']) },
  { name: 'expenses of cars do not add', row: 11, plant: (b) => cellSet(b, 'T9/final.car', 20_000, ['T9-2', 'T9-1']) },
  { name: 'two digits of a cell changed places', row: 11, plant: (b) => { const s = one(b, ['T3/total/total', 'T1/expenditure.year']); return s === undefined ? undefined : set(b, s, transposed, ['T3-1', 'T3-2', 'T1-2', 'T1-4', 'X-01-03'], ['transposed-digits'], true) } },
  { name: 'T4 and T5 disagree', row: 12, plant: (b) => { const c = b.books.items[0]!.code.slice(0, 3); return has(b, `T4/${c}/general`) ? found(putAll(b.doc, Object.fromEntries(['total', 'general'].map((k) => [`T4/${c}/${k}`, wan(value(b.slots.get(`T4/${c}/${k}`)!) + 450_000, b.slots.get(`T4/${c}/${k}`)!.includes(','))]))), ['X-04-05', 'T4-1', 'X-01-04'], undefined, true) : undefined } },
  { name: 'T1 and T2 disagree', row: 12, plant: (b) => cellSet(b, 'T2/total/fiscal', 250_000, ['X-01-02', 'X-02-04', 'T2-1', 'T2-2']) },
  { name: 'basic expenditure and its detail disagree', row: 12, plant: (b) => { const [s, p] = [b.slots.get('T6/staff.total'), b.slots.get('T6/301')]; return s === undefined || p === undefined ? undefined : found(putAll(b.doc, { 'T6/staff.total': wan(value(s) + 800_000, s.includes(',')), 'T6/301': wan(value(p) + 800_000, p.includes(',')), 'T6/30199': wan(value(b.slots.get('T6/30199')!) + 800_000, p.includes(',')) }), ['X-05-06'], undefined, true) } },
  { name: 'an expense in the detail is above that of the three expenses', row: 13, plant: (b) => { const d = 700_000 + b.books.official.reception.final; return value(b.slots.get('T6/30299') ?? '0') < d + 10_000 ? undefined : found(putAll(b.doc, { 'T6/30217': wan(value(b.slots.get('T6/30217')!) + d), 'T6/30299': wan(value(b.slots.get('T6/30299')!) - d) }), ['X-06-09'], undefined, true) } },
  // 15: last year
  { name: 'last year’s totals do not close', row: 15, plant: (b) => { const c = changes(b).find(([s]) => s === 'expenditure.project' && b.slots.has('income.fiscal.change')); if (c === undefined) return undefined; const before = c[2] - half10(c[2]), d = c[1] - before; return found(putAll(b.doc, { 'expenditure.project.delta': wan(Math.abs(d)), 'expenditure.project.change': fixed(b, d, before), 'expenditure.project.word': d > 0 ? '增加' : '减少', 'expenditure.project.pace': d > 0 ? '增长' : '下降' }), ['X-yr'], undefined, true) } },
  // 16, 32: amounts of the text
  { name: 'two digits of an amount changed places', row: 16, plant: (b) => set(b, one(b, [...AMOUNTS, ...itemSlots(b, 'final')]), transposed, ['N-amt', 'N-same'], ['transposed-digits']) },
  { name: 'the point of an amount is misplaced', row: 16, plant: (b) => set(b, one(b, AMOUNTS), (old) => wan(value(old) * 10), ['N-amt', 'N-same'], ['misplaced-point']) },
  { name: 'the amount of the neighbouring item', row: 16, plant: (b) => { const k = b.r.int(0, b.books.items.length - 2), [x, y] = [b.books.items[k]!, b.books.items[k + 1]!]; return set(b, has(b, `item.${x.code}.final`) ? `item.${x.code}.final` : undefined, () => wan(y.basic + y.project), ['N-amt'], ['row-shifted']) } },
  { name: 'an amount in 元 under 万元', row: 32, plant: (b) => set(b, one(b, AMOUNTS), (old) => `${value(old)}.00`, ['N-amt', 'N-same'], ['unit-of-money']) },
  { name: 'a table in another unit of money', row: 32, plant: (b) => { const id = `${b.r.pick(TABLES)}.unit`; return found(changeText(b.doc, id, '万元', '元'), ['Tx-unit'], undefined, true) } },
  { name: 'carry-over left out of the total', row: 16, plant: (b) => (b.f.open === 0 ? undefined : set(b, 'overall.amount', () => wan(b.f.incomeYear), ['N-amt', 'N-same', 'T1-5'], ['carry-over-left-out'])) },
  // 17: shares
  { name: 'shares of two parts are swapped', row: 17, plant: (b) => { const [x, y] = b.r.chance(0.5) ? ['income.fiscal.share', 'income.other.share'] : ['expenditure.basic.share', 'expenditure.project.share']; return has(b, x, y) && b.slots.get(x) !== b.slots.get(y) ? found(putAll(b.doc, { [x]: b.slots.get(y)!, [y]: b.slots.get(x)! }), ['N-share'], ['wrong-numerator', 'swapped-operands', 'row-shifted']) : undefined } },
  { name: 'a share of another whole', row: 17, plant: (b) => { const s = shares(b).find(([x]) => x === b.r.pick(['expenditure.basic.share', 'expenditure.project.share', 'income.other.share'])); return s === undefined || b.f.open < s[2] / 500 ? undefined : set(b, s[0], () => fixed(b, s[1], b.f.total), ['N-share'], ['wrong-denominator']) } },
  { name: 'a share with a misplaced point', row: 17, plant: (b) => { const s = b.r.pick(shares(b)); return set(b, s[0], () => points(s[1], s[2], 10, b.decimals), ['N-share'], ['misplaced-point']) } },
  { name: 'a share that is a little off', row: 17, plant: (b) => { const s = b.r.pick(shares(b)); return set(b, s[0], (old) => (Number(old) - 0.7).toFixed(b.decimals), ['N-share', 'N-100']) } },
  { name: 'an amount printed as a share', row: 17, plant: (b) => { const s = b.r.pick(shares(b)); return set(b, s[0], () => wan(s[1]), ['N-share'], ['difference-as-rate', 'misplaced-point']) } },
  // 18, 19, 20, 21, 22: changes and rates
  { name: 'a difference printed as the change', row: 18, plant: (b) => pace(b, (now, before) => wan(Math.abs(now - before)), ['difference-as-rate']) },
  { name: 'a change on this year’s base', row: 18, plant: (b) => pace(b, (now, before) => fixed(b, now - before, now), ['wrong-base']) },
  { name: 'this year as a percentage of last year', row: 18, plant: (b) => pace(b, (now, before) => fixed(b, now, before), ['rate-as-change']) },
  { name: 'last year as a percentage of this', row: 18, plant: (b) => pace(b, (now, before) => fixed(b, before, now), ['swapped-operands']) },
  { name: 'a change with a misplaced point', row: 18, plant: (b) => pace(b, (now, before) => points(Math.abs(now - before), before, 1000, b.decimals), ['misplaced-point']) },
  { name: 'budget minus final figure printed as the rate', row: 18, plant: (b) => rate(b, (x, y) => wan(Math.abs(x - y)), ['difference-as-rate']) },
  { name: 'budget through final figure', row: 18, plant: (b) => rate(b, (x, y) => fixed(b, y, x), ['swapped-operands']) },
  { name: 'the change printed as the rate', row: 18, plant: (b) => rate(b, (x, y) => fixed(b, x - y, y), ['change-as-rate']) },
  { name: 'a rate with a misplaced point', row: 18, plant: (b) => rate(b, (x, y) => points(x, y, 1000, b.decimals), ['misplaced-point']) },
  { name: 'the pace of the other direction', row: 19, plant: (b) => { const all = changes(b); return all.length === 0 ? undefined : set(b, `${b.r.pick(all)[0]}.pace`, (old) => (old === '增长' ? '下降' : '增长'), ['N-yoy']) } },
  { name: 'larger for smaller', row: 19, plant: (b) => set(b, one(b, itemSlots(b, 'verdict')), (old) => (old === '大于' ? '小于' : '大于'), ['N-rate']) },
  { name: 'growth of 100 % from nothing', row: 20, plant: (b) => (has(b, 'official.abroad.change') && b.books.official.abroad.final > 0 ? found(putAll(b.doc, { 'official.abroad.word': '增加', 'official.abroad.delta': wan(b.books.official.abroad.final), 'official.abroad.pace': '增长', 'official.abroad.change': '100' }), ['N-base0']) : undefined) },
  { name: 'equal is called nearly equal', row: 21, plant: (b) => { const i = b.books.items.find((x) => wan(x.basic + x.project) === wan(x.budget)); return i === undefined ? undefined : found(changeText(b.doc, `item.${i.code}`, '持平', '基本持平'), ['N-rate', 'N-yoy']) } },
  // 23, 24, 25, 26
  { name: 'the budget without one item', row: 23, plant: (b) => { const x = b.r.pick(b.books.items).budget; return has(b, 'detail.budget') && has(b, `item.${b.books.items[0]!.code}.budget`) ? found(putAll(b.doc, { 'detail.budget': wan(b.f.budget - x), 'detail.rate': fixed(b, b.f.general, b.f.budget - x), 'detail.verdict': b.f.general > b.f.budget - x ? '大于' : '小于' }), ['N-budsum'], ['item-left-out']) : undefined } },
  { name: 'a wrong sum of budgets', row: 23, plant: (b) => { const now = b.f.budget + 91_000; return found(putAll(b.doc, { 'detail.budget': wan(now), 'detail.rate': fixed(b, b.f.general, now), 'detail.verdict': b.f.general > now ? '大于' : '小于' }), ['N-budsum']) } },
  { name: 'an item without its paragraph', row: 24, plant: (b) => without(`item.${b.r.pick(b.books.items.slice(1)).code}`)(b, ['N-items', 'N-budsum']) },
  { name: 'an old name of a class', row: 25, plant: (b) => { const i = b.r.pick(b.books.items.filter((x) => x.code.startsWith('210'))); return set(b, `item.${i.code}.name0`, () => '医疗卫生与计划生育支出', ['N-name'], ['old-name']) } },
  { name: 'a wrong name of a class', row: 25, plant: (b) => { const i = b.r.pick(b.books.items); return set(b, `item.${i.code}.name0`, (old) => (old.startsWith('一般公共') ? '一般公共预算服务支出' : old.replace(/和就业支出$|保障支出$|健康支出$|社区支出$|等支出$/, '事务支出')), ['N-name']) } },
  { name: 'a wrong name of an item', row: 25, plant: (b) => set(b, 'item.2080505.name2', () => '机关事业单位基本医疗保险缴费支出', ['N-name', 'N-items']) },
  { name: 'a name in a table that is not that of the code', row: 25, plant: (b) => set(b, b.r.pick(['T3/2080505$', 'T2/2210201$', 'T5/2101103$']), (old) => (old === '住房公积金' ? '提租补贴' : old === '公务员医疗补助' ? '行政单位医疗' : '机关事业单位职业年金缴费支出'), ['T2-4', 'T3-4', 'T5-4', 'N-name'], undefined, true) },
  { name: 'a code that stands twice', row: 25, plant: (b) => (b.books.items.length < 3 || b.doc.layout === 'shanghai' ? undefined : set(b, 'T3/2080506#', () => '2080505', ['T3-4', 'T3-3'], undefined, true)) },
  { name: 'an absent item is listed', row: 26, plant: (b) => set(b, 'staff.list', (old) => old.replace('基本工资、', '基本工资、离休费、'), ['N-list']) },
  { name: 'a large item is not listed', row: 26, plant: (b) => set(b, 'public.list', (old) => old.replace(/、其他交通费用|其他交通费用、/, ''), ['N-list']) },
  // 28, 29: leftovers
  { name: 'a placeholder for an amount', row: 28, plant: (b) => set(b, one(b, ['procurement.goods', 'running.amount', 'official.home']), () => 'XX', ['N-tpl'], ['template-default']) },
  { name: 'both directions left in', row: 28, plant: (b) => { const all = changes(b); return all.length === 0 ? undefined : set(b, `${b.r.pick(all)[0]}.word`, (old) => (old === '增加' ? '增加（减少）' : '减少（增加）'), ['N-tpl'], ['template-default']) } },
  { name: 'an instruction left in', row: 28, plant: (b) => found(changeText(b.doc, lineOf(b, 'detail')!, /(?:其中：)?$/, '（如持平作持平表述）$&'), ['N-tpl'], ['template-default']) },
  { name: 'an amount without its figure', row: 28, plant: (b) => set(b, one(b, ['official.running', 'staff.amount', 'procurement.services']), () => '', ['N-tpl', 'N-amt'], ['template-default']) },
  { name: 'a doubled word of a slot', row: 29, plant: (b) => set(b, one(b, ['overview.0.name']), (old) => `${old}项目项目`, ['N-tpl', 'PS-10'], ['doubled']) },
  { name: 'a doubled clause', row: 29, plant: (b) => found(changeText(b.doc, b.r.pick(['overall', 'general', 'fiscal']), /(主要(?:变动)?(?:原因)?(?:是因为|是：|是|：))([^，。]{5,}，)?/, (`$1年中人员变动较多，年中人员变动较多，$2`)), ['N-tpl'], ['doubled']) },
  { name: 'an unfinished sentence', row: 29, plant: (b) => found(changeText(b.doc, lineOf(b, 'report.advice', 'performance')!, /[^，。]*。$/, ''), ['N-tpl', 'N-fmt'], ['cut-off']) ?? found(changeText(b.doc, 'set-up', /。$/, '，'), ['N-tpl', 'N-fmt'], ['cut-off']) },
  { name: 'a word taken for another', row: 29, plant: (b) => found(changeText(b.doc, 'set-up', /。$/, '，已完成设备采购按照使用。'), ['N-tpl']) },
  // 30, 31
  { name: 'last year’s year at this year’s figure', row: 30, plant: (b) => set(b, 'overall.year', (old) => String(Number(old) - 1), ['N-year'], ['last-year-kept']) },
  { name: 'last year’s closing day', row: 30, plant: (b) => set(b, 'asset.year', (old) => String(Number(old) - 1), ['N-year'], ['last-year-kept']) },
  { name: 'compared with this year', row: 30, plant: (b) => set(b, one(b, ['overall.before', 'income.fiscal.year']), (old) => String(Number(old) + 1), ['N-year']) },
  { name: 'another year in a heading', row: 30, plant: (b) => { const p = b.doc.parts.find((x) => x.kind === 'line' && x.level === 1 && /20\d\d年度/.test(plain(x.text))); return p?.kind === 'line' ? set(b, p.id, (old) => old.replace(/20\d\d/, (y) => String(Number(y) - 1)), ['N-year', 'N-toc'], ['last-year-kept']) : undefined } },
  { name: 'the name of another unit over a table', row: 31, plant: (b) => { const id = `${b.r.pick(TABLES)}.owner`; return found(changeText(b.doc, id, b.books.unit, b.books.unit.slice(0, -2) + '事务局'), ['N-unit', 'Tx-unit'], undefined, true) } },
  { name: 'an old name of the unit in an annex', row: 31, plant: (b) => set(b, one(b, ['summary.0.unit', 'form.0.unit', 'report.unit']), (old) => `${old.slice(0, 3)}${old.slice(4)}`, ['N-unit'], ['old-name']) },
  // 33, 34
  { name: 'an entry of the contents is not the heading', row: 33, plant: (b) => set(b, one(b, [...b.slots.keys()].filter((s) => /^contents\.\d+$/.test(s) && /情况/.test(b.slots.get(s)!))), (old) => (old.endsWith('说明') ? old.replace(/说明$/, '') : `${old}说明`), ['N-toc']) },
  { name: 'an entry of the contents lost characters', row: 33, plant: (b) => set(b, one(b, [...b.slots.keys()].filter((s) => /^contents\.\d+$/.test(s) && /决算情况说明/.test(b.slots.get(s)!))), (old) => old.replace('决算情况', '算情况'), ['N-toc', 'N-tpl'], ['cut-off']) },
  { name: 'a field code in the contents', row: 33, plant: (b) => set(b, one(b, [...b.slots.keys()].filter((s) => /^contents\.\d+$/.test(s))), (old) => `${old} PAGEREF _Toc25831 \\h 3`, ['N-tpl', 'N-toc'], ['template-default']) },
  { name: 'a percentage without its sign', row: 34, plant: (b) => { const all = changes(b); if (all.length === 0) return undefined; const id = 'overall'; return found(changeText(b.doc, id, /(⟦overall\.change=[^⟧]*⟧)%/, '$1'), ['N-fmt']) } },
  // 35
  { name: 'a negative amount', row: 35, plant: (b) => { const i = b.books.items.find((x) => x.project > 0 && x.basic === 0)!; return set(b, `T3/${i.code}/project`, (old) => `-${old}`, ['Tx-neg', 'T3-1', 'T3-3'], undefined, true) } },
  // 36, 37, 38
  { name: 'parts of procurement do not add', row: 36, plant: (b) => set(b, 'procurement.services', (old) => wan(value(old) + 120_000), ['CG-1', 'CG-3']) },
  { name: 'small firms got more than all', row: 36, plant: (b) => set(b, 'procurement.sme', () => wan(b.books.procurement.goods + b.books.procurement.works + b.books.procurement.services + 150_000), ['CG-2', 'CG-3']) },
  { name: 'smallest firms got more than small ones', row: 36, plant: (b) => { const p = b.books.procurement; return set(b, 'procurement.micro', () => wan(p.smeGoods + p.smeWorks + p.smeServices + 30_000), ['CG-2']) } },
  { name: 'a share of goods of all procurement', row: 36, plant: (b) => { const p = b.books.procurement; return set(b, one(b, ['procurement.share.goods']), () => fixed(b, p.goods + p.works + p.services, p.goods), ['CG-2', 'CG-3'], ['wrong-numerator']) } },
  { name: 'a share of small firms that is wrong', row: 36, plant: (b) => set(b, 'procurement.share.sme', (old) => (Number(old) > 50 ? Number(old) - 11 : Number(old) + 11).toFixed(b.decimals), ['CG-2', 'CG-3']) },
  { name: 'uses of vehicles do not add', row: 37, plant: (b) => set(b, 'asset.vehicles', (old) => String(Number(old) + 2), ['ZC-1']) },
  { name: 'money for cars that nobody has', row: 37, plant: (b) => set(b, 'count.held', () => '0', ['SG-2']) },
  { name: 'a car bought for nothing', row: 37, plant: (b) => (b.books.official.purchase.final > 0 ? undefined : set(b, 'count.bought', () => '1', ['SG-2'])) },
  { name: 'running expenses are not the public money', row: 38, plant: (b) => set(b, one(b, ['running.amount']), (old) => wan(value(old) + 430_000), ['JG-1', 'JG-2', 'N-amt', 'N-same']) },
  { name: 'a change of running expenses that does not follow', row: 38, plant: (b) => set(b, one(b, ['running.change']), (old) => (Number(old) + 4.4).toFixed(b.decimals), ['JG-2', 'N-yoy', 'N-rate']) },
  // 39 to 45: performance
  { name: 'a wrong number of projects', row: 39, plant: (b) => set(b, has(b, 'summary.0.name') ? 'performance.count' : undefined, (old) => String(Number(old) + 2), ['PS-10'], undefined, true) },
  { name: 'a wrong share of projects', row: 39, plant: (b) => set(b, 'performance.share', () => '58.31', ['PS-12']) },
  { name: 'full marks that are not 100', row: 40, plant: (b) => set(b, one(b, ['form.0.1.weight']), () => '15', ['PS-1', 'PS-2'], undefined, true) },
  { name: 'a heading whose marks do not add', row: 40, plant: (b) => set(b, one(b, ['form.0.group.产出']), (old) => old.replace('50', '40'), ['PS-2', 'PS-1'], undefined, true) },
  { name: 'a score above its full marks', row: 41, plant: (b) => set(b, one(b, ['form.0.2.score']), () => '12', ['PS-3'], undefined, true) },
  { name: 'a total that is not the sum', row: 41, plant: (b) => set(b, one(b, ['form.0.total']), (old) => (Number(old) - 3).toFixed(2), ['PS-3'], undefined, true) },
  { name: 'a rate of execution that is wrong', row: 41, plant: (b) => set(b, one(b, ['form.0.rate']), (old) => `${(Number.parseFloat(old) - 12).toFixed(2)}%`, ['PS-4'], undefined, true) },
  { name: 'points of execution that do not follow', row: 41, plant: (b) => set(b, one(b, ['form.0.rateScore']), (old) => (Number(old) > 9.5 ? '7' : '10'), ['PS-4'], undefined, true) },
  { name: 'a score that is not by the rule', row: 41, plant: (b) => set(b, one(b, ['form.0.0.score']), () => '14', ['PS-6', 'PS-7', 'PS-3'], undefined, true) },
  { name: 'a lost score without a reason', row: 41, plant: (b) => set(b, one(b, b.books.projects.flatMap((p, i) => p.indicators.flatMap((x, k) => (x.reason === '' ? [] : [`form.${i}.${k}.reason`])))), () => '', ['PS-7'], undefined, true) },
  { name: 'a grade in other words', row: 42, plant: (b) => set(b, one(b, ['summary.0.grade']), () => '一级', ['PS-8'], undefined, true) },
  { name: 'a grade that is not its band', row: 42, plant: (b) => set(b, one(b, ['summary.0.grade']), () => '良', ['PS-8'], undefined, true) },
  { name: 'no points and the best grade', row: 42, plant: (b) => set(b, one(b, ['evaluated.score']), () => '0', ['PE-5', 'PS-8'], ['template-default']) },
  { name: 'the text gives another score than the form', row: 43, plant: (b) => set(b, one(b, ['overview.0.score']), (old) => (Number(old) - 2.5).toFixed(2), ['PE-5', 'PS-8', 'PS-3', 'PS-10', 'N-same']) },
  { name: 'the report gives another score than its table', row: 43, plant: (b) => set(b, one(b, ['report.text.total']), (old) => String(Number(old) - 3), ['PE-5', 'PE-2'], undefined, true) },
  { name: 'an indicator that is cut off', row: 44, plant: (b) => set(b, one(b, ['form.0.0.name']), () => '完成改造点位及', ['PS-13', 'N-tpl'], ['cut-off'], true) },
  { name: 'marks of an evaluation that do not add', row: 40, plant: (b) => set(b, one(b, ['report.group.过程']), (old) => old.replace('20', '25'), ['PE-1'], undefined, true) },
  { name: 'scores of an evaluation that do not add', row: 41, plant: (b) => set(b, one(b, ['report.total']), (old) => String(Number(old) - 2), ['PE-2', 'PE-5'], undefined, true) },
  { name: 'a wrong number of indicators', row: 45, plant: (b) => set(b, one(b, ['report.text.count.决策']), () => '5', ['PE-3'], undefined, true) },
  { name: 'a rate of scores that is wrong', row: 41, plant: (b) => set(b, one(b, ['report.text.rate.产出']), () => '89.5', ['PE-2'], undefined, true) },
  { name: 'points of the rate of an evaluation', row: 41, plant: (b) => set(b, one(b, ['report.score.预算执行率']), (old) => (Number(old) > 3.5 ? '2.5' : '4'), ['PE-4', 'PE-2'], undefined, true) },
  { name: 'a report without advice', row: 45, plant: (b) => { const once = change(b.doc, 'report.六、有关建议', () => []); return once === undefined ? undefined : found(change(once, 'report.advice', () => []), ['PE-6'], undefined, true) } },
  // 47, 49
  { name: 'an item without a term', row: 47, plant: (b) => { const p = b.doc.parts.find((x) => x.kind === 'line' && x.id.startsWith('glossary.') && x.text.includes('住房公积金（项）')); return p === undefined ? undefined : without(p.id)(b, ['N-glos']) } },
  { name: 'a telephone number', row: 49, plant: (b) => found(changeText(b.doc, 'set-up', /。$/, '。联系电话：13800001234。'), ['personal-data', 'N-personal', 'PD']) },
]
const half10 = (n: number): number => Math.floor(n / 10)

/** A bench on which faults are planted. */
export const benchOf = (doc: Doc, books: Books, r: Random, decimals: number): Bench => ({ doc, books, f: figuresOf(books), r, slots: slotsOf(doc), decimals })
