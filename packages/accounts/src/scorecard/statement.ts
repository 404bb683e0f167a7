import { type Content, type Paragraph, placeAt } from '@causeway/kernel'

import { type Mark, type Printed } from './form.ts'
import { parsePoints, points, times } from './points.ts'

/** Text without spaces and in half width, each character knowing where it stood. */
export interface Squeezed { readonly text: string; readonly at: readonly number[]; readonly of: Paragraph }

export function squeeze(p: Paragraph): Squeezed {
  const at: number[] = []
  let text = ''
  for (let i = 0; i < p.text.length; i += 1) {
    const c = p.text[i]!.normalize('NFKC').replaceAll(/\s/g, '')
    text += c
    for (let k = 0; k < c.length; k += 1) at.push(i)
  }
  return { text, at, of: p }
}

/** The printed words of a stretch of squeezed text, with their place. */
export function markOf(s: Squeezed, from: number, to: number): Mark {
  const start = s.at[from] ?? 0
  return { text: s.of.text.slice(start, (s.at[to - 1] ?? s.of.text.length - 1) + 1), place: placeAt(s.of, start) }
}

const NUM = '(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)'

interface Found { readonly mark: Mark; readonly groups: readonly (string | undefined)[]; readonly index: number }

function find(s: Squeezed, pattern: string, from = 0, to = s.text.length): readonly Found[] {
  return [...s.text.slice(from, to).matchAll(new RegExp(pattern.replaceAll('NUM', NUM), 'g'))].map((m) => ({ mark: markOf(s, from + m.index, from + m.index + m[0].length), groups: m.slice(1), index: from + m.index }))
}

/** A number of a statement, as points. */
function numberIn(f: Found | undefined, group = 0): Printed | undefined {
  const t = f?.groups[group]
  const value = t === undefined ? undefined : parsePoints(t)
  return f === undefined || t === undefined || value === undefined ? undefined : { text: f.mark.text, place: f.mark.place, value, decimals: t.split('.')[1]?.length ?? 0 }
}

const MONEY: Readonly<Record<string, bigint>> = { 元: 1n, 万元: 10_000n, 亿元: 100_000_000n }

/** An amount of money in 万元, as all performance forms have it; `decimals` are those of that unit. */
function moneyIn(f: Found | undefined): Printed | undefined {
  const n = numberIn(f)
  const unit = f?.groups[1] ?? '万元'
  if (n === undefined || MONEY[unit] === undefined) return undefined
  return { ...n, value: times(n.value, points(MONEY[unit]!, 10_000n)), decimals: n.decimals + (unit === '元' ? 4 : 0) }
}

/** 绩效自评 … 涵盖项目 N 个，涉及预算资金 X 万元，占…项目支出总额的 P%。 */
export interface Coverage { readonly mark: Mark; readonly section: string | undefined; readonly count?: Printed; readonly amount?: Printed; readonly share?: Printed; readonly base?: string; readonly average?: Printed }

/** N 个项目自评等级为优: how many got which grade. */
export interface GradeCount { readonly mark: Mark; readonly section: string | undefined; readonly count: Printed; readonly word: string }

/** 得分为 98.4 分，等级为优: of a project, by itself (自评) or by others. */
export interface Scored { readonly mark: Mark; readonly section: string | undefined; readonly sentence: string; readonly self: boolean; readonly score: Printed; readonly word?: string; readonly inReport: boolean }

/** 全年预算数为 … 执行数为 … 完成预算的 …%. */
export interface Spent { readonly mark: Mark; readonly section: string | undefined; readonly sentence: string; readonly budget?: Printed; readonly spent?: Printed; readonly rate?: Printed }

/** 该一级指标满分 15 分，得分 15 分，得分率为 100%。包括…3 个二级指标以及…6 个三级指标。 */
export interface Analysed {
  readonly mark: Mark
  readonly section: string | undefined
  readonly heading: string
  readonly full: Printed
  readonly score: Printed
  readonly rate?: Printed
  readonly seconds?: Printed
  readonly secondNames?: readonly string[]
  readonly thirds?: Printed
  readonly thirdNames?: readonly string[]
}

export interface Rate { readonly mark: Mark; readonly section: string | undefined; readonly name: 'arrived' | 'execution'; readonly rate: Printed; readonly reasoned: boolean }

/** 总分值 100 分。决策 15 分 … : the weights that a report tells of its framework. */
export interface Weighted { readonly mark: Mark; readonly name: string; readonly points: Printed }

export interface Statements {
  readonly coverage: readonly Coverage[]
  readonly grades: readonly GradeCount[]
  readonly scored: readonly Scored[]
  readonly spent: readonly Spent[]
  readonly analysed: readonly Analysed[]
  readonly rates: readonly Rate[]
  readonly weights: readonly Weighted[]
}

export const HEADING = /^\s*(第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}\s*[.、．])/
export const LEADER = /[.…·．]{3,}\s*\d*\s*$|\t\s*\d+\s*$/

/** A sentence with where it begins in its squeezed paragraph. */
function sentences(s: Squeezed): readonly (readonly [from: number, to: number])[] {
  const ends = [...s.text.matchAll(/[。;!?]|$/g)].map((m) => m.index + m[0].length)
  return [...new Set(ends)].map((to, i, all) => [i === 0 ? 0 : all[i - 1]!, to] as const).filter(([from, to]) => to > from)
}

const names = (list: string | undefined): readonly string[] | undefined => (list === undefined ? undefined : list.split(/、|和|及(?!时)|与(?!其)/).filter((n) => n !== ''))

const GRADE = '[“"\'‘]?(不合格|合格|优秀|优|良好|良|中等|中|较差|差|不及格|及格|[一二三四]级|[ABCD]级?)[”"\'’]?'
const COUNT = ['(?:涵盖|涉及|共有?|覆盖)(?:[^,。;\\d]{0,12})项目NUM个', '(?:自评|绩效自评)的(?:[^,。;\\d]{0,4}\\d{4}年度?)?(?:[^,。;\\d]{0,6})项目NUM个', '(?:对|组织对|涵盖|涉及|共)(?:[^,。;\\d]{0,4}\\d{4}年度?)?(?:[^,。;\\d]{0,12})NUM个(?:[^,。;\\d]{0,6})项目']

function coverageOf(s: Squeezed, section: string | undefined): readonly Coverage[] {
  return sentences(s).flatMap(([from, to]) => {
    const text = s.text.slice(from, to)
    const begins = text.search(/自评/)
    if (begins === -1 || !/项目/.test(text) || /重点(绩效)?评价/.test(text)) return []
    const clause = /绩效自评的/.test(text) ? from + text.search(/绩效自评的/) : from
    const count = COUNT.map((c) => numberIn(find(s, c, clause, to)[0])).find((n) => n !== undefined)
    const amount = moneyIn(find(s, '涉及(?:预算)?(?:资金|金额)(?:总额|共计|合计|约|共)?NUM(万元|亿元|元)', clause, to)[0])
    const sharing = find(s, '占([^,。;占]{0,24}?项目[^,。;占]{0,12}?)(?:的|为|比例为|比重为)?NUM%', clause, to)[0]
    const share = numberIn(sharing, 1)
    const average = numberIn(find(s, '平均(?:得)?分(?:为)?NUM分', clause, to)[0])
    if (count === undefined && amount === undefined && share === undefined) return []
    return [{ mark: markOf(s, from, to), section, ...(count === undefined ? {} : { count }), ...(amount === undefined ? {} : { amount }), ...(share === undefined ? {} : { share, base: sharing!.groups[0]! }), ...(average === undefined ? {} : { average }) }]
  })
}

function gradesOf(s: Squeezed, section: string | undefined): readonly GradeCount[] {
  const first = find(s, `NUM个项目(?:的)?(?:绩效)?(?:自评|评价)?(?:等级|等次|评级|结果)(?:均|都)?(?:为|是)${GRADE}`).map((f) => [f, numberIn(f), f.groups[1]] as const)
  const second = find(s, `(?:评级|等级|等次|结果)为${GRADE}的(?:项目)?(?:有)?NUM个`).map((f) => [f, numberIn(f, 1), f.groups[0]] as const)
  return [...first, ...second].flatMap(([f, count, word]) => (count === undefined || word === undefined ? [] : [{ mark: f.mark, section, count, word }]))
}

/** A score of a part, not of the whole. */
const PART = /指标|类|方面|维度|决策|过程|产出|效益|满意度|率|数量|质量|时效|成本|单项/

function scoredOf(s: Squeezed, section: string | undefined, inReport: boolean): readonly Scored[] {
  return sentences(s).flatMap(([from, to]) => {
    const f = find(s, `(?<!平均)得分(?:为|是|:)?NUM分(?:,|、|\\()?(?:[^,。;\\d]{0,8}?(?:等级|等次|评级|级别|结果)(?:评定|确定)?(?:为|是|:)?${GRADE})?`, from, to)[0]
    const score = numberIn(f)
    if (f === undefined || score === undefined || /满分|得分率/.test(s.text.slice(from, f.index + f.mark.text.length + 4))) return []
    if (PART.test(s.text.slice(Math.max(from, f.index - 12), f.index))) return []
    const sentence = s.text.slice(from, to)
    return [{ mark: f.mark, section, sentence, self: /自评/.test(s.text.slice(Math.max(0, from - 60), f.index + 6)) && !/评价得分/.test(sentence), score, ...(f.groups[1] === undefined ? {} : { word: f.groups[1] }), inReport }]
  })
}

function spentOf(s: Squeezed, section: string | undefined): readonly Spent[] {
  const budget = moneyIn(find(s, '全年预算(?:数|金额)?(?:为)?NUM(万元|亿元|元)')[0])
  const done = moneyIn(find(s, '(?:全年)?执行(?:数|金额)(?:为)?NUM(万元|亿元|元)')[0])
  const ratio = find(s, '(?:完成预算的?|预算?执行率(?:为)?|完成率(?:为)?)NUM%')[0]
  const rate = numberIn(ratio)
  if (budget === undefined || done === undefined) return []
  return [{ mark: ratio?.mark ?? budget, section, sentence: s.text, budget, spent: done, ...(rate === undefined ? {} : { rate }) }]
}

function analysedOf(s: Squeezed, section: string | undefined, heading: string): readonly Analysed[] {
  const f = find(s, '满分(?:值|为)?NUM分,(?:实际|评价)?得分(?:为)?NUM分(?:,得分率(?:为)?NUM%)?')[0]
  if (f === undefined) return []
  const rate = numberIn(f, 2)
  const seconds = find(s, '(?:包括|包含|含|设置了?|下设)([^。;\\d]{2,200}?)(?:等)?NUM个二级指标')[0]
  const thirds = find(s, '(?:以及|和|及|、|,)([^。;\\d]{2,300}?)(?:等)?NUM个三级指标')[0]
  return [{
    mark: f.mark, section, heading, full: numberIn(f)!, score: numberIn(f, 1)!, ...(rate === undefined ? {} : { rate }),
    ...(seconds === undefined ? {} : { seconds: numberIn(seconds, 1)!, secondNames: names(seconds.groups[0])! }), ...(thirds === undefined ? {} : { thirds: numberIn(thirds, 1)!, thirdNames: names(thirds.groups[0]!.replace(/^.*个二级指标(以及|和|及|,)?/, ''))! }),
  }]
}

function ratesOf(s: Squeezed, section: string | undefined): readonly Rate[] {
  return find(s, '(到位率|执行率)(?:为|达到|达|是)?NUM%(\\([^()]{0,40}(?:因|由于|原因|影响)[^()]{0,40}\\))?').flatMap((f) => {
    const rate = numberIn(f, 1)
    return rate === undefined ? [] : [{ mark: f.mark, section, name: f.groups[0] === '到位率' ? 'arrived' as const : 'execution' as const, rate, reasoned: f.groups[2] !== undefined }]
  })
}

const weightsOf = (s: Squeezed): readonly Weighted[] =>
  (/总分值?(为)?100分|满分(为)?100分/.test(s.text) ? find(s, '(决策|过程|产出|效益|投入|管理|满意度)(?:指标|类|类指标)?(?:\\()?NUM分').flatMap((f) => { const p = numberIn(f, 1); return p === undefined ? [] : [{ mark: f.mark, name: f.groups[0]!, points: p }] }) : [])

/** A paragraph that heads others: numbered, short, without an end of sentence. */
export const isHeading = (p: Paragraph): boolean => HEADING.test(p.text) && !LEADER.test(p.text) && p.text.length <= 60 && !/[。；;，,]\s*$/.test(p.text)

/** The opening of an evaluation report: a short line of its own that ends in 评价报告. */
export const opensReport = (p: Paragraph): boolean => /评价报告\s*$/.test(p.text) && p.text.trim().length < 70 && !HEADING.test(p.text) && !/[，。]/.test(p.text)

/** Paragraphs that a page or a narrow column cut: what ends without an end of sentence runs on into what begins without a number. */
function wholeParagraphs(content: Content): readonly Paragraph[] {
  const whole: Paragraph[] = []
  let open = false
  for (const b of content.blocks) {
    if (b.kind !== 'paragraph') { open = false; continue }
    const last = whole.at(-1)
    if (open && last !== undefined && !HEADING.test(b.text) && !LEADER.test(b.text) && !opensReport(b)) {
      const shift = last.text.length
      whole[whole.length - 1] = { kind: 'paragraph', text: last.text + b.text, spans: [...last.spans, ...b.spans.map((p) => ({ start: p.start + shift, place: p.place }))] }
    } else whole.push(b)
    open = b.text.trim().length >= 15 && !/[。；：:！？…”"）)]\s*$/.test(b.text) && !LEADER.test(b.text) && !isHeading(b) && !opensReport(b)
  }
  return whole
}

/** What the text says of performance: coverage, grades, scores, money, analyses. Tables of contents say nothing. */
export function readStatements(content: Content): Statements {
  const all = { coverage: [] as Coverage[], grades: [] as GradeCount[], scored: [] as Scored[], spent: [] as Spent[], analysed: [] as Analysed[], rates: [] as Rate[], weights: [] as Weighted[] }
  let [section, outer, inReport] = [undefined as string | undefined, undefined as string | undefined, false]
  for (const b of wholeParagraphs(content)) {
    if (LEADER.test(b.text)) continue
    if (opensReport(b)) inReport = true
    if (isHeading(b)) { section = b.text.trim(); if (!/^\s*[（(\d]/.test(b.text)) outer = section }
    if (!/\d/.test(b.text) || !/绩效|自评|得分|执行率|到位率|评价|预算/.test(b.text)) continue
    const s = squeeze(b)
    all.coverage.push(...coverageOf(s, outer))
    all.grades.push(...gradesOf(s, outer))
    all.scored.push(...scoredOf(s, outer, inReport))
    all.spent.push(...(/自评|执行数/.test(s.text) ? spentOf(s, outer) : []))
    all.analysed.push(...analysedOf(s, outer, section ?? ''))
    all.rates.push(...ratesOf(s, outer))
    all.weights.push(...weightsOf(s))
  }
  return all
}
