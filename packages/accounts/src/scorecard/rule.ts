import { type DayTold, parsePhrase, type Phrase, plain, scaled } from './phrase.ts'
import { isLess, isSame, least, ONE, over, type Points, points, render, renderPercent, times, ZERO } from './points.ts'

/**
 * The rules by which a result earns its points.
 * @source accounts.md 5; 财预〔2020〕10号 self-evaluation form, notes 1 to 3
 */
export type Rule = 'execution' | 'positive' | 'inverse' | 'equal' | 'range' | 'date' | 'grade' | 'qualitative'

/** What a rule gives: shares of the full marks from `low` to `high` (the same where the rule leaves no choice), with its formula. */
export interface Verdict {
  readonly rule: Rule
  readonly low: Points
  readonly high: Points
  /** The share that the rule gives where nothing else is known. */
  readonly usual: Points
  readonly met: boolean
  /** Result over target, where both are numbers and the target is to be reached. */
  readonly reached?: Points
  readonly formula: { readonly zh: string; readonly en: string }
}

/** Why no rule can be used: the phrases do not say enough. */
export interface Undecided { readonly rule?: undefined; readonly why: { readonly zh: string; readonly en: string } }

/** What else is known of an indicator: whether less is better of a bare number, as with costs and complaints; `perhaps` of times and lengths. */
export interface Hint { readonly less?: 'yes' | 'perhaps'; readonly year?: number }

const LESS = /成本|费用|投诉|差错|误差|故障|事故|违规|违约|发案|死亡|伤亡|退件|返工/
const PERHAPS = /能耗|排放|等待|时长|用时|时限|时间|时效|周期|天数|间隔|价格|单价|标准|次数/
const NOT_LESS = /节约|降低|减少|下降|处理率|办结率|回复率|合格率|满意|及时率|完成率|控制率|达标率|整改率/

/** Whether less is better by what an indicator is called. */
export function wantsLess(path: readonly string[]): Hint['less'] {
  const name = plain(path.join(' '))
  if (LESS.test(name) && !NOT_LESS.test(name)) return 'yes'
  return PERHAPS.test(name) || LESS.test(name) ? 'perhaps' : undefined
}

const exact = (rule: Rule, share: Points, met: boolean, formula: Verdict['formula']): Verdict => ({ rule, low: share, high: share, usual: share, met, formula })
const open = (rule: Rule, shares: readonly [low: Points, high: Points, usual: Points], met: boolean, formula: Verdict['formula']): Verdict => ({ rule, low: shares[0], high: shares[1], usual: shares[2], met, formula })
const undecided = (zh: string, en: string): Undecided => ({ why: { zh, en } })

/** min(B/A, 1): what is reached counts up to the full marks. */
function positive(a: Points, b: Points): Points {
  if (a.n <= 0n) return isLess(b, a) ? ZERO : ONE
  return b.n <= 0n ? ZERO : least(over(b, a), ONE)
}

/** min(A/B, 1); nothing used earns all; something where nothing was allowed earns none. */
function inverse(a: Points, b: Points): Points {
  if (!isLess(a, b)) return ONE
  return a.n <= 0n ? ZERO : least(over(a, b), ONE)
}

/** min(B/A, A/B): how near two numbers are. */
function near(a: Points, b: Points): Points {
  if (isSame(a, b)) return ONE
  return a.n <= 0n || b.n <= 0n ? ZERO : least(over(a, b), over(b, a))
}

/** Units of time: whether they are to be reached or kept is not said by a bare number. */
const DURATION = /^(小时|分钟|天|日|工作日|个工作日|个月|月|年|元|万元|亿元)$/

type NumberPhrase = Extract<Phrase, { kind: 'number' }>
const pair = (a: Points, b: Points) => ({ a: render(a), b: render(b) })

function byNumber(target: NumberPhrase, b: Points, hint: Hint): Verdict {
  const a = target.value
  const says = pair(a, b)
  // much more than was asked may cost points: the target was set low
  const beyond = a.n > 0n && b.n > 0n && isLess(times(a, points(13n, 10n)), b)
  const reached = a.n > 0n ? { reached: over(b, a) } : {}
  if (target.bound === 'between') {
    const upper = target.upper!
    const share = isLess(b, a) ? positive(a, b) : inverse(upper, b)
    return exact('range', share, isSame(share, ONE), { zh: `区间[${says.a}, ${render(upper)}]，实际${says.b}：区间内得满分，区间外按与较近端点之比计 = ${renderPercent(share)}`, en: `range [${says.a}, ${render(upper)}], result ${says.b}: full inside, else the ratio to the nearer end = ${renderPercent(share)}` })
  }
  if (target.bound === 'at-most' || (target.bound === 'reach' && hint.less === 'yes')) {
    const share = inverse(a, b)
    return exact('inverse', share, isSame(share, ONE), { zh: `反向指标 min(A/B, 1) = min(${says.a}/${says.b}, 1) = ${renderPercent(share)}`, en: `inverse, min(A/B, 1) = min(${says.a}/${says.b}, 1) = ${renderPercent(share)}` })
  }
  if (target.bound === 'reach' && (hint.less === 'perhaps' || DURATION.test(target.unit)) && !isSame(a, b)) {
    const share = positive(a, b)
    return open('equal', [near(a, b), ONE, isLess(b, a) ? ONE : share], true, { zh: `指标值${says.a}未写明方向，完成${says.b}：少于或多于均可能为达到，得分在 min(B/A, A/B) = ${renderPercent(near(a, b))} 与满分之间`, en: `the target ${says.a} does not say which way, result ${says.b}: between min(B/A, A/B) = ${renderPercent(near(a, b))} and full` })
  }
  if (target.bound === 'exactly') {
    const share = near(a, b)
    return exact('equal', share, isSame(share, ONE), { zh: `等于指标：相等得满分，否则 min(B/A, A/B) = ${renderPercent(share)}（A=${says.a}，B=${says.b}）`, en: `equal: full if met, else min(B/A, A/B) = ${renderPercent(share)} (A=${says.a}, B=${says.b})` })
  }
  const share = positive(a, b)
  const low = isSame(share, ONE) && (beyond || (target.bound === 'reach' && isLess(a, b))) ? near(a, b) : share
  const rule = target.bound === 'reach' ? 'equal' : 'positive'
  const name = rule === 'equal' ? { zh: '达到指标值得满分，未达到按', en: 'full when reached, else ' } : { zh: '正向指标 ', en: 'positive, ' }
  return { ...open(rule, [low, share, share], isSame(share, ONE), { zh: `${name.zh}min(B/A, 1) = min(${says.b}/${says.a}, 1) = ${renderPercent(share)}`, en: `${name.en}min(B/A, 1) = min(${says.b}/${says.a}, 1) = ${renderPercent(share)}` }), ...reached }
}

const ordinal = (d: DayTold): number => d.month * 100 + d.day
const told = (d: DayTold): string => `${d.year === undefined ? '' : `${d.year}-`}${String(d.month).padStart(2, '0')}-${String(d.day).padStart(2, '0')}`
const after = (a: DayTold, b: DayTold, year: number | undefined): boolean => {
  const [ya, yb] = [a.year ?? year ?? b.year ?? 0, b.year ?? year ?? a.year ?? 0]
  return ya !== yb ? ya > yb : ordinal(a) > ordinal(b)
}

/** 0.8: below it a partly fulfilled result is graded, from it on a fulfilled one. */
const FULFILLED = points(4n, 5n)
const PARTLY = points(3n, 5n)

const DONE = /^(已|均|全部|均已|已经|圆满)*(按期|按时|如期|及时|提前)?(已|均|全部|计划)?(完成|完工|竣工|达成|达到|实现|办结|达标|合格|交付|落实)(了|目标|指标|任务|预期|年度指标|指标值|预期目标|年度目标|预期指标)*$|^(是|按时|及时|按期|如期|提前完成)$/
const UNDONE = /^(未|没有|尚未|仍未|暂未|均未)(能|按时|按期|如期|及时|全部|有效)?(完成|达到|达成|实现|开展|实施|达标|建成|执行)|效果较差|^无法完成|^不(合格|达标)/
const HALF_DONE = /部分(完成|达成|达到|实现)|基本(完成|达到|达成|实现)|有所(提升|提高|改善|下降)|并具有一定效果/

function byDay(target: Extract<Phrase, { kind: 'day' }>, actual: Extract<Phrase, { kind: 'day' }>, hint: Hint): Verdict {
  const [limit, lenient, b] = [target.from, target.until, actual.until]
  const late = after(b, lenient, hint.year)
  const early = !after(b, limit, hint.year)
  const zh = `时限${told(lenient)}，完成${told(b)}：`
  const en = `due ${told(lenient)}, done ${told(b)}: `
  if (late) return open('date', [ZERO, FULFILLED, ZERO], false, { zh: `${zh}逾期，不得满分（按部分完成80%以下评定）`, en: `${en}late, below 80 % by judgement` })
  if (early) return exact('date', ONE, true, { zh: `${zh}按期，满分`, en: `${en}in time, full marks` })
  return open('date', [ZERO, ONE, ONE], true, { zh: `${zh}“前”有两种读法，均可`, en: `${en}“before” reads both ways` })
}

/** Three bands of full marks. @source self-evaluation form, note 2: 100-80% (含), 80-60% (含), 60-0% */
function byWords(text: string, target: string): Verdict {
  const unmet = UNDONE.test(text)
  const partly = HALF_DONE.test(text)
  if (unmet) return open('qualitative', [ZERO, PARTLY, ZERO], false, { zh: '定性指标，未完成且效果较差：60%至0', en: 'qualitative, not fulfilled: 60 % to 0' })
  if (partly) return open('qualitative', [ZERO, ONE, FULFILLED], false, { zh: '定性指标，部分完成并有一定效果：80%至60%（含）', en: 'qualitative, partly fulfilled: 80 % to 60 %' })
  const met = DONE.test(text) || text === target
  return open('qualitative', [ZERO, ONE, ONE], met, { zh: '定性指标，完成预期：100%至80%（含），由评定人给定', en: 'qualitative, as expected: 100 % to 80 %, given by judgement' })
}

/** A change that turned the other way earns nothing. */
function turned(target: NumberPhrase, actual: NumberPhrase): Points | undefined {
  if (target.turn === undefined || actual.turn === undefined || target.turn === actual.turn) return actual.value
  return points(-actual.value.n, actual.value.d)
}

function comparable(target: NumberPhrase, actual: NumberPhrase): readonly [NumberPhrase, Points] | undefined {
  const [a, b] = [scaled(target.value, target.unit), scaled(turned(target, actual)!, actual.unit)]
  if (a.unit !== '' && b.unit !== '' && a.unit !== b.unit && (/[%‰元]/.test(a.unit) || /[%‰元]/.test(b.unit))) return undefined
  if (a.unit === '' && b.unit === '元' || a.unit === '元' && b.unit === '') return [target, turned(target, actual)!]
  if (a.unit === '%' && b.unit === '' && b.value.n !== 0n && !isLess(ONE, b.value) && isLess(ONE, a.value)) return undefined
  return [{ ...target, value: a.value, ...(target.upper === undefined ? {} : { upper: scaled(target.upper, target.unit).value }) }, b.value]
}

/**
 * What a result earns of an indicator's full marks by the rule that its target asks for.
 * @param target - as printed, `≥90%`; a scale or unit column may be joined to it
 * @param actual - as printed, `95%`
 */
export function judge(target: string, actual: string, hint: Hint = {}): Verdict | Undecided {
  const [a, b] = [parsePhrase(target), parsePhrase(actual)]
  if (a.kind === 'none' && b.kind === 'none') return undecided('没有指标值，也没有完成值', 'neither a target nor a result')
  if (b.kind === 'none') return undecided('没有实际完成值', 'no result')
  if (a.kind === 'several' || b.kind === 'several') return undecided('一格内有几个数，不能确定以哪一个为准', 'several numbers in one cell')
  if (a.kind === 'number' && b.kind === 'number') {
    const both = comparable(a, b)
    return both === undefined ? undecided(`指标值与完成值单位不同（${a.unit}、${b.unit || '无单位'}）`, `target and result are in different units (${a.unit}, ${b.unit || 'none'})`) : byNumber(both[0], both[1], hint)
  }
  if (a.kind === 'day' && b.kind === 'day') return byDay(a, b, hint)
  if (a.kind === 'grade' && b.kind === 'grade') {
    const met = b.rank >= a.rank
    return met ? exact('grade', ONE, true, { zh: '达到规定等次：满分', en: 'the grade is reached: full marks' }) : open('grade', [ZERO, FULFILLED, ZERO], false, { zh: '未达到规定等次：不得满分', en: 'the grade is not reached: no full marks' })
  }
  const words = plain(actual)
  if ((a.kind === 'number' || a.kind === 'day' || a.kind === 'grade') && DONE.test(words) && b.kind !== 'number')
    return exact(a.kind === 'number' ? 'equal' : a.kind === 'day' ? 'date' : 'grade', ONE, true, { zh: `完成值为“${words}”：满分`, en: `stated as fulfilled: full marks` })
  if (a.kind === 'number' || a.kind === 'day' || b.kind === 'number' || b.kind === 'day') {
    if (UNDONE.test(words)) return open(a.kind === 'day' ? 'date' : 'qualitative', [ZERO, PARTLY, ZERO], false, { zh: '完成值写明未完成：60%至0', en: 'stated as not fulfilled: 60 % to 0' })
    return undecided('指标值与完成值不是同一种说法，不能比较', 'target and result are not said in the same way')
  }
  return byWords(words, plain(target))
}

/** min(B/A, 1) of the money. @source accounts.md 5; self-evaluation form, first row */
export function judgeExecution(budget: Points, spent: Points): Verdict | Undecided {
  if (budget.n <= 0n) return undecided('全年预算数为零或空', 'no budget of the year')
  const share = least(over(spent.n < 0n ? ZERO : spent, budget), ONE)
  return exact('execution', share, !isLess(spent, budget) && !isLess(budget, spent), { zh: `执行率 min(B/A, 1) = min(${render(spent)}/${render(budget)}, 1) = ${renderPercent(share)}`, en: `execution, min(B/A, 1) = min(${render(spent)}/${render(budget)}, 1) = ${renderPercent(share)}` })
}

