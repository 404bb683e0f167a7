import { type Content, type Paragraph } from '@causeway/kernel'

import { type Accounts } from '../document.ts'
import { type Form, type Indicator, type Printed, readForms } from './form.ts'
import { plain } from './phrase.ts'
import { add, distance, half, isLess, over, type Points, points, sum, times } from './points.ts'
import { judge, judgeExecution, type Undecided, type Verdict, wantsLess } from './rule.ts'
import { readRunningForms } from './running.ts'
import { readStatements, type Statements } from './statement.ts'
import { type Says } from './tally.ts'

/** What the relations of performance look at. */
export interface View { readonly accounts?: Accounts; readonly content: Content; readonly year?: number; readonly forms: readonly Form[]; readonly said: Statements }

const seen = new WeakMap<Content, View>()

/** Forms and statements of a document, read once. */
export function viewOf(accounts: Accounts): View {
  const known = seen.get(accounts.content)
  if (known !== undefined) return known
  const view = { accounts, content: accounts.content, ...(accounts.year === undefined ? {} : { year: accounts.year }), forms: [...readForms(accounts.content), ...readRunningForms(accounts.content)], said: readStatements(accounts.content) }
  seen.set(accounts.content, view)
  return view
}

export const formsOf = (view: View, kind: Form['kind']): readonly Form[] => view.forms.filter((f) => f.kind === kind)

/** No form of this kind stands in the document. */
export const ABSENT: Readonly<Record<Form['kind'] | 'text', Says>> = {
  'self-evaluation': { zh: '文中没有绩效自评表', en: 'the document has no self-evaluation form' },
  evaluation: { zh: '文中没有绩效评价得分表', en: 'the document has no table of evaluation scores' },
  framework: { zh: '文中没有评价指标体系', en: 'the document has no framework of indicators' },
  summary: { zh: '文中没有绩效自评汇总表', en: 'the document has no list of self-evaluations' },
  text: { zh: '正文没有这项表述', en: 'the text does not state it' },
}

/** Whether a printed number can be the exact one, rounded; `cut` where it was cut off instead of rounded. */
export function agrees(p: Printed, exact: Points): 'exact' | 'rounded' | 'cut' | 'no' {
  const off = distance(p.value, exact)
  if (off.n === 0n) return 'exact'
  if (!isLess(half(p.decimals), off)) return 'rounded'
  return isLess(p.value, exact) && isLess(off, times(half(p.decimals), points(2n))) && p.decimals > 0 ? 'cut' : 'no'
}

/** What rounding may move in a sum of printed parts against its printed total. */
export const envelope = (parts: readonly Printed[], total: Printed): Points => add(sum(parts.filter((p) => p.value.n !== 0n).map((p) => half(p.decimals))), half(total.decimals))

/** The interval of a quotient of printed numbers. @returns undefined where the divisor may be zero */
export function quotient(top: Printed, under: Printed): readonly [low: Points, high: Points] | undefined {
  const [a, b] = [half(top.decimals), half(under.decimals)]
  const least = { n: under.value.n * b.d - b.n * under.value.d, d: under.value.d * b.d }
  if (least.n <= 0n) return undefined
  return [over(points(top.value.n * a.d - a.n * top.value.d, top.value.d * a.d), add(under.value, b)), over(add(top.value, a), points(least.n, least.d))]
}

/** Whether a printed percentage lies in the interval of a quotient, with its own rounding. */
export function inQuotient(percent: Printed, interval: readonly [Points, Points]): boolean {
  const hundred = points(100n)
  const [low, high] = [times(interval[0], hundred), times(interval[1], hundred)]
  const h = half(percent.decimals)
  return !isLess(add(percent.value, h), low) && !isLess(add(high, h), percent.value)
}

/** A scale that is printed beside an indicator, and the one that is the usual ratio. */
const OWN_SCALE = /扣|每|酌情|分档|档次|否则|不得分|\d+分/
const BY_RATIO = /[AB]\/[AB]|实际.{0,8}[÷/].{0,8}(指标|目标|计划)|按比例/

/** The rule's verdict on an indicator of a self-evaluation. */
export function verdictOf(i: Indicator, year: number | undefined): Verdict | Undecided {
  const less = wantsLess(i.path)
  if (i.method !== undefined && OWN_SCALE.test(plain(i.method.text)) && !BY_RATIO.test(plain(i.method.text))) return { why: { zh: '该指标另有评分标准', en: 'the indicator has a scale of its own' } }
  return judge(i.target?.text ?? '', i.actual?.text ?? '', { ...(less === undefined ? {} : { less }), ...(year === undefined ? {} : { year }) })
}

/** The money row that carries the points of execution. */
export const executionOf = (f: Form) => f.funds.find((x) => x.kind === 'total') ?? f.funds[0]

export function executionVerdict(f: Form): Verdict | Undecided {
  const row = executionOf(f)
  const budget = row?.available ?? row?.planned
  return row?.spent === undefined || budget === undefined ? { why: { zh: '预算执行情况没有读全', en: 'the money of the project was not fully read' } } : judgeExecution(budget.value, row.spent.value)
}

/** The year that a form itself is printed for, else the document's. */
export const yearOf = (view: View, f: Form): number | undefined => Number(/(20\d{2})\s*年/.exec(f.title?.text ?? '')?.[1] ?? NaN) || view.year

/** The words that two names of a project share: brackets, quotes and the last 项目 do not count. */
export const projectKey = (text: string): string => plain(text).replaceAll(/[“”"'‘’《》【】()]/g, '').replace(/(项目)+$/, '')

/** Paragraphs that speak of something and give a reason in the same sentence. */
export const reasoned = (content: Content, about: RegExp): boolean =>
  content.blocks.some((b): b is Paragraph => b.kind === 'paragraph' && b.text.split(/[。；;]/).some((s) => about.test(plain(s)) && /因为?|由于|原因|受.{1,12}影响|主要是/.test(s)))


/** The longest run of characters that two names share. */
function commonRun(a: string, b: string): number {
  let [best, before] = [0, Array.from({ length: b.length + 1 }, () => 0)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [0]
    for (let k = 1; k <= b.length; k += 1) { row[k] = a[i - 1] === b[k - 1] ? before[k - 1]! + 1 : 0; best = Math.max(best, row[k]!) }
    before = row
  }
  return best
}

/** Whether a sentence speaks of a form's project: by its name, or by most of a long one; a sentence that names none may. */
export function speaksOf(sentence: string, f: Form): boolean {
  const [said, name] = [projectKey(sentence), projectKey(f.project?.text ?? f.title?.text ?? '')]
  if (name === '' || said.includes(name)) return true
  return commonRun(said.slice(0, 300), name) >= Math.min(8, Math.max(4, Math.ceil(name.length * 0.6))) || !/[\p{sc=Han}]{4,}(项目|经费|工程|专项)/u.test(said)
}
