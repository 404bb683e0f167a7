import { type Outcome } from '../finding.ts'
import { bandOf, gradeOf, wordFor } from './band.ts'
import { type Form, type Indicator, type Printed } from './form.ts'
import { plain } from './phrase.ts'
import { distance, isLess, isSame, minus, most, over, type Points, points, render, renderPercent, round, sum, times } from './points.ts'
import { type Analysed, type Scored } from './statement.ts'
import { tally, type Tally } from './tally.ts'
import { ABSENT, agrees, envelope, executionOf, formsOf, inQuotient, projectKey, quotient, reasoned, speaksOf, verdictOf, type View, yearOf } from './view.ts'

const HUNDRED = points(100n)
const present = <T>(x: T | undefined): x is T => x !== undefined
const titled = (f: Form): string | undefined => f.title?.text
const list = (all: readonly Printed[]): string => all.map((p) => render(p.value)).join('+')
const UNREAD = { zh: '分值或得分没有读全', en: 'points or full marks were not fully read' }

function each(view: View, relation: string, check: (f: Form, t: Tally) => void): Outcome {
  const t = tally(relation)
  for (const f of formsOf(view, 'evaluation')) check(f, t)
  return t.outcome(ABSENT.evaluation)
}

const whole = (f: Form, member: 'weight' | 'score'): readonly Printed[] | undefined => {
  const all = f.indicators.map((i) => i[member])
  return f.indicators.length > 1 && all.every(present) && f.indicators.every((i) => !i.unread) ? all : undefined
}

/** PE-1: full marks add to 100, and each level to the one above it. In a framework that pages cut only the whole is added. */
export function weights(view: View): Outcome {
  const t = tally('PE-1')
  for (const f of [...formsOf(view, 'evaluation'), ...formsOf(view, 'framework')]) {
    const parts = whole(f, 'weight')
    if (parts === undefined) { t.skip(UNREAD); continue }
    const total = sum(parts.map((p) => p.value))
    if (isSame(total, HUNDRED) || isSame(times(total, HUNDRED), HUNDRED)) t.pass()
    else if (f.kind === 'evaluation') t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: f.total?.label ?? f.indicators[0]!.name, published: list(parts), expected: `100（${render(total)}）`, against: parts, says: { zh: `三级指标分值合计 ${render(total)}，应为100；请改正。`, en: `The points of the indicators add to ${render(total)}, not to 100.` } })
    else t.skip({ zh: '指标体系表跨页断开，分值没有读全', en: 'the framework is cut by pages and was not fully read' })
    if (f.total?.full !== undefined && f.kind === 'evaluation') {
      if (isSame(f.total.full.value, total)) t.pass()
      else t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: f.total.label, published: f.total.full.text, expected: render(total), says: { zh: `分值合计印为${f.total.full.text}，各项相加为${render(total)}；请改正。`, en: `The total of full marks is printed as ${f.total.full.text}; the indicators add to ${render(total)}.` } })
    }
    if (f.kind === 'evaluation') levels(t, f)
  }
  saidWeights(view, t)
  return t.outcome(ABSENT.evaluation)
}

function levels(t: Tally, f: Form): void {
  for (const g of f.groups) {
    const parts = g.of.map((i) => f.indicators[i]!.weight)
    if (g.points === undefined || !parts.every(present)) continue
    const total = sum(parts.map((p) => p.value))
    if (isSame(total, g.points.value)) t.pass()
    else t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: g.mark, published: plain(g.mark.text), expected: `${list(parts)}=${render(total)}`, against: parts, says: { zh: `“${g.name}”为${render(g.points.value)}分，下级指标分值合计 ${list(parts)} = ${render(total)}；请改正。`, en: `“${g.name}” has ${render(g.points.value)} points, its indicators ${list(parts)} = ${render(total)}.` } })
  }
}

function saidWeights(view: View, t: Tally): void {
  const forms = formsOf(view, 'evaluation')
  if (forms.length !== 1) return
  for (const w of view.said.weights) {
    const group = forms[0]!.groups.find((g) => g.level === 1 && g.name.includes(w.name))
    const parts = group?.of.map((i) => forms[0]!.indicators[i]!.weight)
    if (group === undefined || parts === undefined || !parts.every(present)) continue
    const due = sum(parts.map((p) => p.value))
    if (isSame(w.points.value, due)) t.pass()
    else t.fail({ severity: 'error', class: 'text-table', at: w.mark, published: render(w.points.value), expected: render(due), against: [group.mark], says: { zh: `正文称${w.name}${render(w.points.value)}分，得分表为${render(due)}分；请核对。`, en: `The text gives ${w.name} ${render(w.points.value)} points, the table ${render(due)}.` } })
  }
}

/** PE-2: scores add to their totals, none passes its full marks, and a rate is score over full marks. */
export function scoreSums(view: View): Outcome {
  return each(view, 'PE-2', (f, t) => {
    for (const i of f.indicators) {
      if (i.score === undefined || i.weight === undefined || i.unread) continue
      if (isLess(i.weight.value, i.score.value) || i.score.value.n < 0n) t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: i.name, published: i.score.text, expected: `0–${render(i.weight.value)}`, against: [i.weight], says: { zh: `得分${i.score.text}不在0与分值${i.weight.text}之间；请改正。`, en: `The score ${i.score.text} is not between 0 and ${i.weight.text}.` } })
      else t.pass()
    }
    const scores = whole(f, 'score')
    const total = f.total?.score
    if (scores === undefined || total === undefined) t.skip(UNREAD)
    else {
      const added = sum(scores.map((s) => s.value))
      if (isSame(added, total.value)) t.pass()
      else if (isLess(distance(added, total.value), points(1n)) && !isLess(envelope(scores, total), distance(added, total.value)) && total.decimals < Math.max(...scores.map((s) => s.decimals))) t.round(f.total!.label, total.text, render(added), `±${render(envelope(scores, total))}`)
      else t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: total, published: total.text, expected: render(added), against: scores, says: { zh: `总分${total.text}，各项得分相加为${render(added)}；请改正。`, en: `The total is ${total.text}; the scores add to ${render(added)}.` } })
    }
    for (const a of view.said.analysed) analysis(t, f, a)
  })
}

const groupFor = (f: Form, a: Analysed) => f.groups.find((g) => g.level === 1 && (plain(a.heading).includes(g.name) || plain(a.heading).includes(g.name.replace(/指标$/, ''))))

function analysis(t: Tally, f: Form, a: Analysed): void {
  if (a.rate !== undefined && a.full.value.n > 0n) {
    const due = times(over(a.score.value, a.full.value), HUNDRED)
    if (agrees(a.rate, due) === 'exact') t.pass()
    else if (agrees(a.rate, due) === 'rounded') t.round(a.mark, `${render(a.rate.value)}%`, `${round(due, 3)}%`, `±${render(points(1n, 2n * 10n ** BigInt(a.rate.decimals)))}`)
    else t.fail({ severity: 'error', class: 'arithmetic', section: a.section, at: a.mark, published: `${render(a.rate.value)}%`, expected: `${round(due, Math.max(a.rate.decimals, 1))}%`, says: { zh: `得分率应为 ${render(a.score.value)}/${render(a.full.value)} = ${round(due, 2)}%，文中为${render(a.rate.value)}%。`, en: `The rate is ${render(a.score.value)}/${render(a.full.value)} = ${round(due, 2)}%; the text has ${render(a.rate.value)}%.` } })
  }
  const group = groupFor(f, a)
  if (group === undefined) return
  for (const [said, member, zh] of [[a.full, 'weight', '满分'], [a.score, 'score', '得分']] as const) {
    const parts = group.of.map((i) => f.indicators[i]![member])
    if (!parts.every(present)) continue
    const due = sum(parts.map((p) => p.value))
    if (isSame(due, said.value)) t.pass()
    else t.fail({ severity: 'error', class: 'text-table', section: a.section, at: a.mark, published: render(said.value), expected: render(due), against: parts, says: { zh: `“${group.name}”${zh}文中为${render(said.value)}，得分表为${render(due)}；请核对。`, en: `${zh === '满分' ? 'The full marks' : 'The score'} of “${group.name}” is ${render(said.value)} in the text and ${render(due)} in the table.` } })
  }
}

/** PE-3: the counts of second- and third-level indicators, and their names, are those of the table. */
export function counts(view: View): Outcome {
  return each(view, 'PE-3', (f, t) => {
    for (const a of view.said.analysed) {
      const group = groupFor(f, a)
      if (group === undefined) continue
      const seconds = f.groups.filter((g) => g.level === 2 && g.of.some((i) => group.of.includes(i)))
      if (a.seconds !== undefined && seconds.length > 0) count(t, a, { said: a.seconds, names: a.secondNames ?? [], there: seconds.map((g) => g.name), level: '二级指标' })
      if (a.thirds !== undefined) count(t, a, { said: a.thirds, names: a.thirdNames ?? [], there: group.of.map((i) => f.indicators[i]!.path.at(-1)!), level: '三级指标' })
    }
    if (view.said.analysed.length === 0) t.skip({ zh: '报告没有逐项写明指标个数', en: 'the report does not count the indicators' })
  })
}

function count(t: Tally, a: Analysed, c: { readonly said: Printed; readonly names: readonly string[]; readonly there: readonly string[]; readonly level: string }): void {
  if (!isSame(c.said.value, points(BigInt(c.there.length)))) return t.fail({ severity: 'error', class: 'text-table', section: a.section, at: c.said, published: render(c.said.value), expected: String(c.there.length), says: { zh: `文中称${render(c.said.value)}个${c.level}，得分表有${c.there.length}个（${c.there.join('、')}）；请核对。`, en: `The text counts ${render(c.said.value)} (${c.level}), the table has ${c.there.length}.` } })
  const missing = c.there.filter((n) => !c.names.some((m) => m.includes(n) || n.includes(m)))
  // names hold 和 and 与 themselves: only where as many were read as were counted is one missing for sure
  if (missing.length === 0 || c.names.length !== c.there.length) return t.pass()
  t.fail({ severity: 'warning', class: 'naming', section: a.section, at: c.said, published: c.names.join('、'), expected: c.there.join('、'), says: { zh: `文中所列${c.level}没有“${missing.join('、')}”；请与得分表一致。`, en: `The ${c.level} that the text lists lack “${missing.join('、')}” of the table.` } })
}

const POINTED = /得满分|扣\d|扣分|每(低|降|少|增|超)|\d+分[;；。,，]|≥?\d+%.{0,6}得/

/** Budget, money spent and the printed rates of the project that was evaluated. */
interface Money { readonly budget?: Printed; readonly spent?: Printed; readonly arrived?: Printed; readonly execution?: Printed }

function moneyOf(view: View, f: Form): Money {
  const forms = formsOf(view, 'self-evaluation')
  const about = plain(`${f.title?.text ?? ''}${f.project?.text ?? ''}`)
  const own = forms.find((s) => s.project !== undefined && about.includes(projectKey(s.project.text))) ?? (forms.length === 1 && formsOf(view, 'evaluation').length === 1 ? forms[0] : undefined)
  const row = executionOf(f) ?? (own === undefined ? undefined : executionOf(own))
  const alone = formsOf(view, 'evaluation').length === 1
  const rate = (name: 'arrived' | 'execution') => (alone ? view.said.rates.filter((r) => r.name === name) : [])
  const [budget, arrived, execution] = [row?.available ?? row?.planned, rate('arrived'), rate('execution')]
  const one = (all: readonly { readonly rate: Printed }[]): Printed | undefined => (all.length > 0 && all.every((r) => isSame(r.rate.value, all[0]!.rate.value)) ? all[0]!.rate : undefined)
  const [a, e] = [one(arrived), one(execution)]
  return { ...(budget === undefined ? {} : { budget }), ...(row?.spent === undefined ? {} : { spent: row.spent }), ...(a === undefined ? {} : { arrived: a }), ...(e === undefined ? {} : { execution: e }) }
}

/** PE-4: rates of arrival, execution and saving are computed again, and the points follow from them. */
export function rates(view: View): Outcome {
  return each(view, 'PE-4', (f, t) => {
    const m = moneyOf(view, f)
    if (m.execution !== undefined && m.budget !== undefined && m.spent !== undefined) {
      const interval = quotient(m.spent, m.budget)
      if (interval !== undefined && !inQuotient(m.execution, interval)) t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: m.execution, published: `${render(m.execution.value)}%`, expected: renderPercent(over(m.spent.value, m.budget.value)), against: [m.spent, m.budget], says: { zh: `预算执行率应为 ${m.spent.text}/${m.budget.text} = ${renderPercent(over(m.spent.value, m.budget.value))}，报告为${render(m.execution.value)}%。`, en: `Execution is ${m.spent.text}/${m.budget.text} = ${renderPercent(over(m.spent.value, m.budget.value))}; the report has ${render(m.execution.value)}%.` } })
      else t.pass()
    }
    for (const i of f.indicators) {
      const name = i.path.at(-1)!
      if (/到位率/.test(name)) byRate(view, t, f, { i, rate: m.arrived === undefined ? undefined : times(m.arrived.value, points(1n, 100n)), says: `${m.arrived === undefined ? '' : render(m.arrived.value)}%` })
      else if (/执行率/.test(name)) byRate(view, t, f, executionRate(i, m))
      else if (/(成本)?节约率/.test(name)) saving(view, t, f, { i, m })
    }
  })
}

function executionRate(i: Indicator, m: Money) {
  const rate = m.spent !== undefined && m.budget !== undefined && m.budget.value.n > 0n ? over(m.spent.value, m.budget.value) : m.execution === undefined ? undefined : times(m.execution.value, points(1n, 100n))
  return { i, rate, says: rate === undefined ? '' : renderPercent(rate) }
}

/** How points are given for an indicator, where the table or its framework says so. */
function methodOf(view: View, i: Indicator): string {
  const framework = formsOf(view, 'framework').flatMap((w) => w.indicators).find((x) => x.path.at(-1) === i.path.at(-1))
  return plain(`${i.method?.text ?? ''}${framework?.method?.text ?? ''}`)
}

function byRate(view: View, t: Tally, f: Form, by: { readonly i: Indicator; readonly rate: Points | undefined; readonly says: string }): void {
  const { i, rate } = by
  if (i.score === undefined || i.weight === undefined || rate === undefined) return t.skip({ zh: `“${i.path.at(-1)!}”的比率没有读到`, en: 'the rate was not read' })
  if (POINTED.test(methodOf(view, i))) return t.skip({ zh: `“${i.path.at(-1)!}”另有评分标准`, en: 'the points of this rate follow a scale of their own' })
  const share = isLess(points(1n), rate) ? points(1n) : rate
  const due = times(share, i.weight.value)
  const how = agrees(i.score, due)
  if (how === 'exact' || how === 'rounded') return how === 'exact' ? t.pass() : t.round(i.name, i.score.text, round(due, 3), `±${render(points(1n, 2n * 10n ** BigInt(i.score.decimals)))}`)
  const total = f.total?.score === undefined ? undefined : minus(f.total.score.value, minus(i.score.value, due))
  const corrected = total === undefined ? '' : round(total, 2)
  t.fail({
    severity: how === 'cut' ? 'warning' : 'error', class: 'arithmetic', section: titled(f), at: i.name, published: i.score.text, expected: round(due, 2), against: [i.score, ...(f.total?.score === undefined ? [] : [f.total.score])],
    says: { zh: `${i.path.at(-1)!}${by.says}，得分应为 ${render(i.weight.value)}×${by.says} = ${round(due, 2)}，表中为${i.score.text}${corrected === '' ? '' : `；总分应为${corrected}，表中为${f.total!.score!.text}`}（四舍五入到两位）。`, en: `At ${by.says} the points are ${render(i.weight.value)} × ${by.says} = ${round(due, 2)}; the table has ${i.score.text}${corrected === '' ? '' : `, so the total would be ${corrected} instead of ${f.total!.score!.text}`} (half up to two decimals).` },
  })
}

function saving(view: View, t: Tally, f: Form, by: { readonly i: Indicator; readonly m: Money }): void {
  const { i, m } = by
  if (i.score === undefined || i.weight === undefined) return t.skip(UNREAD)
  const rate = m.budget === undefined || m.spent === undefined || m.budget.value.n <= 0n ? undefined : over(minus(m.budget.value, m.spent.value), m.budget.value)
  const isFull = isSame(i.score.value, i.weight.value)
  if (isFull && rate !== undefined && rate.n < 0n) return t.fail({ severity: 'warning', class: 'logic', section: titled(f), at: i.name, published: `${i.score.text}/${i.weight.text}`, expected: renderPercent(rate), says: { zh: `实际成本超过计划，成本节约率为${renderPercent(rate)}，仍得满分；请核对。`, en: `The cost passed the plan (saving ${renderPercent(rate)}), yet full marks are given.` } })
  if (isFull) return t.pass()
  if (POINTED.test(methodOf(view, i)) || i.reason !== undefined || reasoned(view.content, /成本节约(?!率.*[、和].*三级)/)) return t.pass()
  const due = rate !== undefined && rate.n >= 0n ? renderPercent(rate) : ''
  t.fail({
    severity: 'warning', class: 'logic', section: titled(f), at: i.name, published: `${i.score.text}/${i.weight.text}`, expected: `${i.weight.text}/${i.weight.text}`, against: [i.score],
    says: { zh: `成本节约率${due}，没有把比率换算为得分的规定，扣分也未说明理由；请说明计分办法或扣分理由。`, en: `The saving is ${due || 'not told'}; no rule turns it into points, and the deduction has no reason: state the rule or the reason.` },
  })
}

/** PE-5: text, table and report give one score and the grade of that score; output and effect weigh at least 60. */
export function oneScore(view: View): Outcome {
  const t = tally('PE-5')
  for (const s of view.said.scored) statement(view, t, s)
  for (const f of formsOf(view, 'summary')) for (const l of f.listed) {
    const own = l.name === undefined ? undefined : formsOf(view, 'self-evaluation').find((x) => x.project !== undefined && projectKey(x.project.text) === projectKey(l.name!.text))
    if (l.score === undefined || own?.total?.score === undefined) continue
    if (agrees(l.score, own.total.score.value) === 'no' && agrees(own.total.score, l.score.value) === 'no') t.fail({ severity: 'error', class: 'text-table', section: f.title?.text, at: l.score, published: l.score.text, expected: own.total.score.text, against: [own.total.score], says: { zh: `汇总表得分${l.score.text}，自评表总分${own.total.score.text}；请核对。`, en: `The list has ${l.score.text}, the form ${own.total.score.text}.` } })
    else t.pass()
  }
  for (const f of formsOf(view, 'evaluation')) emphasis(t, f)
  return t.outcome(ABSENT.text)
}

function emphasis(t: Tally, f: Form): void {
  const groups = f.groups.filter((g) => g.level === 1)
  const heavy = groups.filter((g) => /产出|效益|满意|效果/.test(g.name)).flatMap((g) => g.of.map((i) => f.indicators[i]!.weight))
  if (groups.length < 3 || heavy.length === 0 || !heavy.every(present)) return
  const total = sum(heavy.map((w) => w.value))
  if (isLess(total, points(60n))) t.fail({ severity: 'warning', class: 'logic', section: titled(f), at: f.groups.find((g) => g.level === 1 && /产出/.test(g.name))?.mark ?? f.indicators[0]!.name, published: render(total), expected: '≥60', says: { zh: `产出和效益指标分值合计${render(total)}，应不低于60；请调整或说明。`, en: `Output and effect weigh ${render(total)}, less than 60.` } })
  else t.pass()
}

/** The table that a sentence speaks of: by its project's name, else the only one. */
function tableOf(view: View, s: Scored): { readonly total: Printed; readonly label: string } | undefined {
  const forms = formsOf(view, s.self ? 'self-evaluation' : 'evaluation').filter((f) => f.total?.score !== undefined)
  const named = forms.filter((f) => f.project !== undefined && projectKey(s.sentence).includes(projectKey(f.project.text)))
  const statements = new Set(view.said.scored.filter((x) => x.self === s.self && !x.inReport).map((x) => projectKey(x.sentence).slice(0, 20)))
  const form = named.length === 1 ? named[0] : forms.length === 1 && statements.size <= 1 && speaksOf(s.sentence, forms[0]!) ? forms[0] : undefined
  return form?.total?.score === undefined ? undefined : { total: form.total.score, label: s.self ? '自评表' : '评价得分表' }
}

function statement(view: View, t: Tally, s: Scored): void {
  const table = tableOf(view, s)
  const differs = table !== undefined && agrees(s.score, table.total.value) === 'no' && agrees(table.total, s.score.value) === 'no'
  const band = s.word === undefined ? undefined : bandOf(s.word)
  const wrongGrade = !s.self && s.word !== undefined && (band === undefined || gradeOf(s.score.value) !== band)
  if (!differs && !wrongGrade) { if (table !== undefined || s.word !== undefined) t.pass(); return }
  const due = differs ? table.total : s.score
  const word = wordFor(due.value)
  const text = `${render(s.score.value)}分${s.word === undefined ? '' : `，${s.word}`}`
  t.fail({
    severity: 'error', class: differs && s.score.value.n === 0n ? 'template' : differs ? 'text-table' : 'logic', section: s.section, at: s.mark, published: text, expected: `${render(due.value)}分${s.word === undefined ? '' : `，${word}`}`,
    ...(s.score.value.n === 0n ? { cause: 'template-default' as const } : {}), ...(table === undefined ? {} : { against: [table.total] }),
    says: {
      zh: `正文得分${text}${differs ? `，${table.label}为${table.total.text}` : ''}${wrongGrade ? `；${render(s.score.value)}分应为“${wordFor(s.score.value)}”` : ''}；请改正。`,
      en: `The text has ${text}${differs ? `, the table ${table.total.text}` : ''}${wrongGrade ? `; ${render(s.score.value)} would be “${wordFor(s.score.value)}”` : ''}.`,
    },
  })
}

/** Indicators of one meaning in both forms, by the words of their kind. */
const KINDS: readonly (readonly [name: string, words: RegExp])[] = [['满意度', /满意/], ['数量', /数量|实际完成率/], ['质量', /质量/], ['时效', /时效|及时性/], ['成本', /成本/]]
const ofKind = (f: Form, words: RegExp): Indicator | undefined => {
  const all = f.indicators.filter((i) => !/节约率/.test(i.path.at(-1)!) && (words.test(i.path[1] ?? '') || (i.path.at(-1)!.length <= 8 && words.test(i.path.at(-1)!)) || (i.path.length < 3 && words.test(i.path[0]!))))
  return all.length === 1 ? all[0] : undefined
}

/** PE-7: what the self-evaluation and the evaluation measure alike is not scored differently without a reason. */
export function twoViews(view: View): Outcome {
  return each(view, 'PE-7', (f, t) => {
    const [own, ...more] = formsOf(view, 'self-evaluation')
    if (own === undefined || more.length > 0 || formsOf(view, 'evaluation').length > 1) return t.skip(own === undefined ? ABSENT['self-evaluation'] : { zh: '有几份自评表，不能确定哪一份与评价对应', en: 'several self-evaluations: which one belongs to the evaluation is not sure' })
    for (const [name, words] of KINDS) {
      const [a, b] = [ofKind(own, words), ofKind(f, words)]
      if (a?.weight === undefined || a.score === undefined || b?.weight === undefined || b.score === undefined || a.weight.value.n <= 0n || b.weight.value.n <= 0n) continue
      const v = verdictOf(a, yearOf(view, own))
      const ruled = v.rule !== undefined && isSame(v.low, v.high) ? v.usual : over(a.score.value, a.weight.value)
      const given = over(b.score.value, b.weight.value)
      const off = distance(ruled, given)
      const slack = most(over(points(1n, 2n * 10n ** BigInt(a.score.decimals)), a.weight.value), over(points(1n, 2n * 10n ** BigInt(b.score.decimals)), b.weight.value))
      if (off.n === 0n || !isLess(slack, off) && b.score.decimals > 0 || b.reason !== undefined || reasoned(view.content, new RegExp(`${name}.*(扣|降|低)|(扣|降|低).*${name}`))) t.pass()
      else t.fail({ severity: 'warning', class: 'logic', section: titled(f), at: b.name, published: `${b.score.text}/${b.weight.text}`, expected: `${render(times(ruled, b.weight.value))}/${b.weight.text}`, against: [a.name, a.score], says: { zh: `“${name}”自评（${a.target?.text ?? ''}，${a.actual?.text ?? ''}）应得${renderPercent(ruled)}，评价得${b.score.text}/${b.weight.text}，未说明理由；请说明。`, en: `“${name}” earns ${renderPercent(ruled)} in the self-evaluation (${a.target?.text ?? ''}, ${a.actual?.text ?? ''}) and ${b.score.text} of ${b.weight.text} in the evaluation, without a reason.` } })
    }
  })
}

