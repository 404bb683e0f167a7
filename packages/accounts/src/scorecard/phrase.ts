import { type Points, parsePoints, points, times } from './points.ts'

/** A day as far as it is told; without a year, a day of the year in question. */
export interface DayTold { readonly year?: number; readonly month: number; readonly day: number }

/** Ranks of quality: what is 合格及以上 is met by 合格, 良好 and 优秀. */
const GRADES: readonly (readonly [RegExp, number])[] = [[/^(不合格|不达标|不及格|不满意|差)$/, 0], [/^(合格|达标|及格|通过|基本满意|中|中等|一般)$/, 1], [/^(良|良好|较好|满意)$/, 2], [/^(优|优秀|好|很好|非常满意)$/, 3]]

/** Which way a number is wanted: `reach` is a bare number, to be reached. */
export type Bound = 'at-least' | 'at-most' | 'exactly' | 'reach' | 'between'

/** A fall or rise that is asked for: `减少80%以上` is at least 80 of a fall. */
export type Turn = 'rise' | 'fall'

export type Phrase =
  | { readonly kind: 'number'; readonly bound: Bound; readonly strict: boolean; readonly value: Points; readonly upper?: Points; readonly unit: string; readonly turn?: Turn }
  | { readonly kind: 'day'; readonly from: DayTold; readonly until: DayTold }
  | { readonly kind: 'grade'; readonly rank: number }
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'several'; readonly text: string }
  | { readonly kind: 'none' }

const SIGNS: readonly (readonly [string, string])[] = [['>=', '≥'], ['=>', '≥'], ['<=', '≤'], ['=<', '≤'], ['≧', '≥'], ['≦', '≤'], ['⩾', '≥'], ['⩽', '≤'], ['－', '-'], ['—', '-'], ['–', '-'], ['～', '~'], ['〜', '~'], ['∼', '~']]

/** One form for full and half width, without spaces: how everything here is compared. */
export function plain(text: string): string {
  let t = text.normalize('NFKC').replaceAll(/\s+/g, '')
  for (const [from, to] of SIGNS) t = t.replaceAll(from, to)
  return t.replaceAll('百分比', '%').replaceAll(/百分之(\d+(?:\.\d+)?)/g, '$1%')
}

/** Words of comparison, longest and negated first: 不超过 before 超过. */
const BEFORE: readonly (readonly [RegExp, Bound, boolean])[] = [
  [/(不得?低于|不得?少于|不得?小于|大于或?等于|高于或?等于|至少|最低|≥)/, 'at-least', false],
  [/(不得?超过|不得?超出|不得?高于|不得?大于|不得?多于|小于或?等于|低于或?等于|最多|最高|控制在|≤)/, 'at-most', false],
  [/(等于|=)/, 'exactly', false],
  [/(超过|大于|高于|多于|超出|>)/, 'at-least', true],
  [/(小于|低于|少于|<)/, 'at-most', true],
  [/(达到了?|达)/, 'reach', false],
]
const AFTER: readonly (readonly [RegExp, Bound])[] = [[/(及以上|以上|\(含\)以上|起)/, 'at-least'], [/(及以下|以下|以内|之内|内$|\(含\)以下)/, 'at-most']]
const FALLS = /(减少|降低|下降|缩短|节约|节省|压减|压缩|缩减|下调)/
const RISES = /(提高|提升|增加|增长|上升|扩大|增速)/
/** 提高到95%: a level, not a change. */
const LEVEL = /(提高|提升|增加|增长|上升|降低|下降|减少|缩短|压减|控制)(到|至|为|在)/
const DIGITS: Readonly<Record<string, number>> = { 零: 0, 〇: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 }

/** 八 → 8, 十二 → 12, 二十 → 20, 百 not: larger numbers are written in figures. */
function chineseNumber(text: string): number | undefined {
  const m = /^([一二两三四五六七八九])?(十)?([一二三四五六七八九])?$/.exec(text)
  if (m === null || text === '' || (m[2] === undefined && m[1] !== undefined && m[3] !== undefined)) return undefined
  return m[2] === undefined ? DIGITS[m[1] ?? m[3]!] : (m[1] === undefined ? 1 : DIGITS[m[1]]!) * 10 + (m[3] === undefined ? 0 : DIGITS[m[3]]!)
}

const COUNTED = '[项个次场台套件人份篇本期批户家处条辆名种类座]'
const figures = (t: string): string => t.replaceAll(new RegExp(`(?<![一二两三四五六七八九十百千第])([一二两三四五六七八九十]{1,3})(?=${COUNTED}(?!性))`, 'g'), (whole: string) => String(chineseNumber(whole) ?? whole))

const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+/g
const MONTH_END = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const end = (month: number): number => MONTH_END[month - 1] ?? 31

/** A number without its separators; one part of a phrase that NUMBER found. */
const numberOf = (text: string): Points => parsePoints(text.replaceAll(',', ''))!

function monthPart(month: number, part: string | undefined, before: boolean): readonly [from: DayTold, until: DayTold] {
  const last = end(month)
  if (part === '底' || part === '末' || part === '下旬') return [{ month, day: last }, { month, day: last }]
  if (part === '初' || part === '上旬') return [{ month, day: 10 }, { month, day: 10 }]
  if (part === '中旬' || part === '中') return [{ month, day: 20 }, { month, day: 20 }]
  // “12月前” is read both ways: before the month begins, before it is over
  return before ? [month === 1 ? { month: 1, day: 1 } : { month: month - 1, day: end(month - 1) }, { month, day: last }] : [{ month, day: last }, { month, day: last }]
}

const YEAR = '(?:(\\d{4}|本|当|全|该)年度?)?'
const inYear = (year: string | undefined, days: readonly [DayTold, DayTold]): Phrase => {
  const y = year !== undefined && /^\d{4}$/.test(year) ? { year: Number(year) } : {}
  return { kind: 'day', from: { ...y, ...days[0] }, until: { ...y, ...days[1] } }
}

/** The days of a phrase of time: `from` is the strict, `until` the lenient reading of the last day. Durations (6个月) are numbers. */
function parseDay(t: string): Phrase | undefined {
  if (/\d个月|小时|分钟|工作日/.test(t)) return undefined
  const whole = /(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})(?!\d)/g
  const dated = [...t.matchAll(whole)].at(-1)
  if (dated !== undefined) return dayOf(dated[1], Number(dated[2]), Number(dated[3]))
  const shortDay = [...t.matchAll(new RegExp(`${YEAR}(\\d{1,2})月(\\d{1,2})[日号]`, 'g'))].at(-1)
  if (shortDay !== undefined) return dayOf(shortDay[1] ?? /(\d{4})年/.exec(t)?.[1], Number(shortDay[2]), Number(shortDay[3]))
  const month = [...t.matchAll(new RegExp(`${YEAR}(\\d{1,2})月份?(底|末|初|中旬|上旬|下旬|中)?(之前|以前|前)?`, 'g'))].at(-1)
  if (month !== undefined && Number(month[2]) >= 1 && Number(month[2]) <= 12) return inYear(month[1] ?? /(\d{4})年/.exec(t)?.[1], monthPart(Number(month[2]), month[3], month[4] !== undefined))
  const quarter = /([一二三四1-4])季度/.exec(t)
  if (quarter !== null) {
    const last = 3 * (DIGITS[quarter[1]!] ?? Number(quarter[1]))
    return inYear(/(\d{4})年/.exec(t)?.[1], [{ month: last, day: end(last) }, { month: last, day: end(last) }])
  }
  if (/上半年/.test(t)) return inYear(/(\d{4})年/.exec(t)?.[1], [{ month: 6, day: 30 }, { month: 6, day: 30 }])
  if (/^(于|在|截至)?(\d{4}|本|当|全)?年(度)?(底|末|内|以内|之内)|^全年(完成)?$|年(底|末|内)(之?前|以前)?(完成|完工|建成|验收)?$/.test(t)) return inYear(/(\d{4})年/.exec(t)?.[1], [{ month: 12, day: 31 }, { month: 12, day: 31 }])
  return undefined
}

function dayOf(year: string | undefined, month: number, day: number): Phrase | undefined {
  if (month < 1 || month > 12 || day < 1 || day > end(month)) return undefined
  return inYear(year, [{ month, day }, { month, day }])
}

function parseGrade(t: string): Phrase | undefined {
  const core = t.replace(/^(质量)?(达到|达|为|评为|等级)?[“"']?/, '').replace(/[”"']?(及以上|以上|等级|标准|级)*$/, '')
  const grade = GRADES.find(([words]) => words.test(core))
  return grade === undefined ? undefined : { kind: 'grade', rank: grade[1] }
}

function boundOf(before: string, after: string): readonly [Bound, boolean] {
  const said = AFTER.find(([words]) => words.test(after))
  const told = BEFORE.find(([words]) => words.test(before))
  if (told !== undefined && told[1] !== 'reach' && !(said !== undefined && /控制在/.test(before))) return [told[1], told[2]]
  if (said !== undefined) return [said[1], false]
  return told === undefined ? ['reach', false] : [told[1] === 'reach' ? 'at-least' : told[1], told[2]]
}

/** What stands behind the number and counts it: 项, 人次, %, 万元. */
function unitOf(after: string): string {
  const rest = after.replace(/^(\(含\)|多|余|左右|以上|及以上|以下|以内)*/, '')
  if (/^[%‰]/.test(rest)) return rest[0]!
  return /^(个?百分点|万?人次|人天|[百千]?[万亿]?元|万[人户吨]|平方米|公里|千米|小时|分钟|工作日|个工作日|个月|[天日月年]|次数|[\p{sc=Han}a-zA-Z²³]{0,2}?(?=及?以[上下内]|$)|[\p{sc=Han}])/u.exec(rest)?.[0] ?? ''
}

/** 10^k of money units, so that 万元 and 元 compare; units that are no money are compared by their name. */
const SCALES: Readonly<Record<string, number>> = { 元: 0, 百元: 2, 千元: 3, 万元: 4, 亿元: 8 }

/** A value in the smallest unit of its kind, with that unit's name. */
export function scaled(value: Points, unit: string): { readonly value: Points; readonly unit: string } {
  const scale = SCALES[unit]
  return scale === undefined ? { value, unit } : { value: times(value, points(10n ** BigInt(scale))), unit: '元' }
}

function parseNumber(t: string): Phrase | undefined {
  const found = [...t.matchAll(NUMBER)]
  if (found.length === 0) return undefined
  const [first, second] = [found[0]!, found[1]]
  const turn = LEVEL.test(t) ? undefined : FALLS.test(t.slice(0, first.index)) ? 'fall' : RISES.test(t.slice(0, first.index)) ? 'rise' : undefined
  const turned = turn === undefined ? {} : { turn } as const
  if (second !== undefined) {
    const between = t.slice(first.index + first[0].length, second.index)
    if (found.length > 2 || !/^(%|[\p{sc=Han}]{0,2})?[-~至到](%)?$/u.test(between)) return { kind: 'several', text: t }
    return { kind: 'number', bound: 'between', strict: false, value: numberOf(first[0]), upper: numberOf(second[0]), unit: unitOf(t.slice(second.index + second[0].length)), ...turned }
  }
  const after = t.slice(first.index + first[0].length)
  const negative = /[-−]$/.test(t.slice(0, first.index)) && !/\p{sc=Han}[-−]$/u.test(t.slice(0, first.index))
  const [bound, strict] = boundOf(t.slice(0, first.index), after)
  const value = numberOf(first[0])
  return { kind: 'number', bound, strict, value: negative ? points(-value.n, value.d) : value, unit: unitOf(after), ...turned }
}

/**
 * What a target or a result says: `≥90%`, `不少于8项`, `12月底前`, `合格及以上`, `减少80%以上`, `5-10项`, `显著提升`.
 * Full width, spaces and thousands commas do not matter. 以上, 以下 and 以内 include the number itself.
 * @returns `several` where more than one number stands in it, so that none is surely meant; `none` for an empty cell
 * @source Civil Code, article 1259 (以上, 以下, 以内 include); domain: targets to be parsed
 */
export function parsePhrase(text: string): Phrase {
  const t = figures(plain(text)).replace(/[。;；]$/, '')
  if (t === '' || /^[-/—无]+$/.test(t)) return { kind: 'none' }
  return parseDay(t) ?? parseGrade(t) ?? parseNumber(t) ?? { kind: 'words', text: t }
}
