import { type Content } from '@causeway/kernel'

import { type Finding } from '../finding.ts'
import { bandOf, wordFor } from './band.ts'
import { type Described } from './described.ts'
import { type Form, type Indicator, readForms } from './form.ts'
import { add, isLess, isSame, over, type Points, points, render, renderPercent, round, sum, times, ZERO } from './points.ts'
import { PERFORMANCE } from './relation.ts'
import { type Rule } from './rule.ts'
import { ruled } from './self-evaluation.ts'
import { readStatements, type Statements } from './statement.ts'
import { type Says } from './tally.ts'
import { executionOf, executionVerdict, verdictOf, type View, yearOf } from './view.ts'

/** A line of a scored card: `given` where the points are a judgement that no rule replaces. */
export interface ScoredLine {
  readonly path: readonly string[]
  readonly weight: string
  readonly target?: string
  readonly actual?: string
  /** Points by the rule, half up to two decimals; undefined where nothing decides them. */
  readonly score?: string
  /** Points as printed. */
  readonly printed?: string
  readonly rule?: Rule | 'given'
  readonly says: Says
}

/** A scorecard, scored: the total is of the unrounded points, half up to two decimals. */
export interface Scorecard {
  readonly kind: 'self-evaluation' | 'evaluation'
  readonly project?: string
  readonly total?: string
  readonly full: string
  readonly grade?: string
  /** As printed, to be held beside. */
  readonly printed: { readonly total?: string; readonly grade?: string }
  /** The total, if the points promised by the first-level headings hold instead of those of the rows. */
  readonly byHeadings?: { readonly total: string; readonly full: string }
  readonly indicators: readonly ScoredLine[]
  readonly findings: readonly Finding[]
}

interface Line { readonly line: ScoredLine; readonly share?: Points; readonly weight: Points }

const PERCENT = points(1n, 100n)

/** Rates of an evaluation that have their points by their name. */
function byName(view: View, f: Form, i: Indicator): { readonly share: Points; readonly says: Says } | undefined {
  const name = i.path.at(-1)!
  const row = executionOf(f)
  const said = (of: 'arrived' | 'execution') => { const r = view.said.rates.find((x) => x.name === of); return r === undefined ? undefined : times(r.rate.value, PERCENT) }
  const budget = row?.available ?? row?.planned
  const spent = row?.spent !== undefined && budget !== undefined && budget.value.n > 0n ? over(row.spent.value, budget.value) : said('execution')
  const rate = f.kind !== 'evaluation' || i.method !== undefined ? undefined : /到位率/.test(name) ? said('arrived') : /执行率/.test(name) ? spent : undefined
  if (rate === undefined) return undefined
  const share = isLess(points(1n), rate) ? points(1n) : rate
  return { share, says: { zh: `${name}${renderPercent(rate)}，min(率, 1) × ${i.weight!.text} = ${round(times(share, i.weight!.value), 2)}`, en: `rate ${renderPercent(rate)}, min(rate, 1) × ${i.weight!.text} = ${round(times(share, i.weight!.value), 2)}` } }
}

function lineOf(view: View, f: Form, i: Indicator): Line | undefined {
  if (i.weight === undefined) return undefined
  const base = { path: i.path, weight: render(i.weight.value), ...(i.target === undefined ? {} : { target: i.target.text }), ...(i.actual === undefined ? {} : { actual: i.actual.text }), ...(i.score === undefined ? {} : { printed: i.score.text }) }
  const of = (share: Points, rule: Rule | 'given', says: Says): Line => ({ line: { ...base, score: render2(times(share, i.weight!.value)), rule, says }, share, weight: i.weight!.value })
  const named = byName(view, f, i)
  if (named !== undefined) return of(named.share, 'execution', named.says)
  const v = verdictOf(i, yearOf(view, f))
  const given = i.score === undefined || i.weight.value.n <= 0n ? undefined : over(i.score.value, i.weight.value)
  if (v.rule === undefined) return given === undefined ? { line: { ...base, says: v.why }, weight: i.weight.value } : of(given, 'given', { zh: `${v.why.zh}；按所给得分计`, en: `${v.why.en}; the given points count` })
  if (!isSame(v.low, v.high) && given !== undefined && !isLess(given, v.low) && !isLess(v.high, given)) return of(given, v.rule, { zh: `${v.formula.zh}；所给得分${i.score!.text}在允许范围内`, en: `${v.formula.en}; the given ${i.score!.text} is within what the rule allows` })
  return of(v.usual, v.rule, { zh: `${v.formula.zh} × ${base.weight} = ${round(times(v.usual, i.weight.value), 2)}`, en: `${v.formula.en} × ${base.weight} = ${round(times(v.usual, i.weight.value), 2)}` })
}

/** Two decimals, half up, without closing zeros. */
const render2 = (p: Points): string => round(p, 2).replace(/\.?0+$/, (z) => (z.startsWith('.') ? '' : z.replace(/0+$/, '')))

function executionLine(f: Form): Line | undefined {
  const row = executionOf(f)
  if (row?.weight === undefined) return undefined
  const v = executionVerdict(f)
  const base = { path: ['预算执行率'], weight: render(row.weight.value), ...((row.available ?? row.planned) === undefined ? {} : { target: (row.available ?? row.planned)!.text }), ...(row.spent === undefined ? {} : { actual: row.spent.text }), ...(row.score === undefined ? {} : { printed: row.score.text }) }
  if (v.rule === undefined) return { line: { ...base, says: v.why }, weight: row.weight.value }
  const due = times(v.usual, row.weight.value)
  return { line: { ...base, score: render2(due), rule: 'execution', says: { zh: `${v.formula.zh} × ${base.weight} = ${round(due, 2)}`, en: `${v.formula.en} × ${base.weight} = ${round(due, 2)}` } }, share: v.usual, weight: row.weight.value }
}

const NOTHING: Statements = { coverage: [], grades: [], scored: [], spent: [], analysed: [], rates: [], weights: [] }
/** Relations of reports and dates, not of a form. */
const OF_DOCUMENTS: ReadonlySet<string> = new Set(['PE-6', 'TM-1'])
const EMPTY: Content = { format: 'text', name: '', blocks: [], unread: [] }

/** A form scored by the rules, with what the relations say of it. */
function scoreForm(view: View, f: Form): Scorecard {
  const lines = [executionLine(f), ...f.indicators.map((i) => lineOf(view, f, i))].filter((l) => l !== undefined)
  const full = sum(lines.map((l) => l.weight))
  const decided = lines.every((l) => l.share !== undefined)
  const total = decided ? lines.reduce((t, l) => add(t, times(l.share!, l.weight)), ZERO) : undefined
  // alone: what the text around it says of other things is not this form's
  const alone: View = { ...view, forms: [f], said: { ...NOTHING, rates: view.said.rates } }
  const findings = PERFORMANCE.filter((r) => !OF_DOCUMENTS.has(r.id)).flatMap((r) => r.look(alone).findings)
  const shanghai = f.grade !== undefined && /合格/.test(f.grade.text)
  const headings = f.kind === 'self-evaluation' ? ruled(view, f)?.byHeadings : undefined
  return {
    kind: f.kind === 'evaluation' ? 'evaluation' : 'self-evaluation', ...(f.project === undefined ? {} : { project: f.project.text }), ...(total === undefined ? {} : { total: round(total, 2) }), full: render(full),
    ...(total === undefined || full.n <= 0n ? {} : { grade: wordFor(times(over(total, full), points(100n)), shanghai) }), printed: { ...(f.total?.score === undefined ? {} : { total: f.total.score.text }), ...(f.grade === undefined ? {} : { grade: bandOf(f.grade.text)?.word ?? f.grade.text }) },
    ...(headings === undefined ? {} : { byHeadings: { total: round(headings.total, 2), full: render(headings.full) } }), indicators: lines.map((l) => l.line), findings,
  }
}

/** Scores a described scorecard. */
export function scoreDescribed(d: Described): Scorecard {
  return scoreForm({ content: EMPTY, ...(d.year === undefined ? {} : { year: d.year }), forms: [d.form], said: { ...NOTHING, rates: d.rates } }, d.form)
}

/** Scores every self-evaluation and evaluation in a document or workbook. */
export function scoreContent(content: Content): readonly Scorecard[] {
  const forms = readForms(content)
  const view: View = { content, forms, said: readStatements(content) }
  return forms.filter((f) => (f.kind === 'self-evaluation' || f.kind === 'evaluation') && f.indicators.length > 0).map((f) => scoreForm(view, f))
}
