import { type Outcome } from '../finding.ts'
import { bandOf, gradeOf, wordFor } from './band.ts'
import { type Form, type Fund, type Group, type Indicator, type Mark, type Printed } from './form.ts'
import { plain } from './phrase.ts'
import { add, distance, isLess, isSame, over, type Points, points, render, renderPercent, round, sum, times, ZERO } from './points.ts'
import { type Verdict } from './rule.ts'
import { tally, type Tally } from './tally.ts'
import { ABSENT, agrees, envelope, executionOf, executionVerdict, formsOf, inQuotient, quotient, reasoned, verdictOf, type View, yearOf } from './view.ts'

const HUNDRED = points(100n)
const present = <T>(x: T | undefined): x is T => x !== undefined
const weightsOf = (f: Form): readonly Printed[] => [executionOf(f)?.weight, ...f.indicators.map((i) => i.weight)].filter(present)
const scoresOf = (f: Form): readonly Printed[] => [executionOf(f)?.score, ...f.indicators.map((i) => i.score)].filter(present)
const titled = (f: Form): string | undefined => f.title?.text
const list = (all: readonly Printed[]): string => all.map((p) => render(p.value)).join('+')
const isWhole = (f: Form, member: 'weight' | 'score'): boolean => f.indicators.length > 1 && f.indicators.every((i) => i[member] !== undefined && !i.unread)

const UNREAD = { zh: '分值或得分没有读全', en: 'points or full marks were not fully read' }

function each(view: View, relation: string, check: (f: Form, t: Tally) => void): Outcome {
  const t = tally(relation)
  for (const f of formsOf(view, 'self-evaluation')) {
    check(f, t)
    if (f.indicators.length === 0) t.skip(UNREAD)
  }
  return t.outcome(ABSENT['self-evaluation'])
}

/** The indicators of a group whose printed points do not add to the points in its heading. */
function uneven(f: Form): readonly { readonly group: Group; readonly parts: readonly Printed[]; readonly total: Points }[] {
  return f.groups.flatMap((group) => {
    const parts = group.of.map((i) => f.indicators[i]!.weight)
    if (group.points === undefined || !parts.every(present)) return []
    const total = sum(parts.map((p) => p.value))
    return isLess(envelope(parts, group.points), distance(total, group.points.value)) ? [{ group, parts, total }] : []
  })
}

/** PS-1: all full marks, those of execution among them, add to 100. */
export function fullMarks(view: View): Outcome {
  return each(view, 'PS-1', (f, t) => {
    if (!isWhole(f, 'weight')) return t.skip(UNREAD)
    const weights = weightsOf(f)
    const total = sum(weights.map((w) => w.value))
    const fits = (p: Points) => isSame(p, HUNDRED) || isSame(times(p, HUNDRED), HUNDRED)
    // forms that keep the ten points of execution apart print 90 above them, or leave them out
    const apart = sum(f.indicators.map((i) => i.weight!.value))
    if (fits(total) || (executionOf(f)?.weight === undefined && (fits(apart) || isSame(apart, points(90n))))) return t.pass()
    const group = uneven(f)[0]?.group
    t.fail({
      severity: 'error', class: 'arithmetic', section: titled(f), at: group?.mark ?? f.total?.label ?? f.indicators[0]!.name, published: list(weights), expected: `100（${render(total)}）`,
      says: { zh: `分值合计 ${list(weights)} = ${render(total)}，应为100；请核对各指标分值。`, en: `The full marks add to ${list(weights)} = ${render(total)}, not to 100: correct the points of the indicators.` }, against: weights,
    })
  })
}

/** PS-2: the points in the heading of a first-level indicator are those of its indicators together. */
export function groupMarks(view: View): Outcome {
  return each(view, 'PS-2', (f, t) => {
    const wrong = uneven(f)
    for (const g of f.groups) if (g.points !== undefined && g.of.every((i) => f.indicators[i]!.weight !== undefined) && !wrong.some((w) => w.group === g)) t.pass()
    for (const { group, parts, total } of wrong) {
      const scores = group.of.map((i) => f.indicators[i]!.score).filter(present)
      const byScores = scores.length === parts.length && isSame(sum(scores.map((s) => s.value)), group.points!.value)
      t.fail({
        severity: 'error', class: 'arithmetic', section: titled(f), at: group.mark, published: plain(group.mark.text), expected: `${list(parts)}=${render(total)}`, against: parts,
        says: { zh: `“${group.name}”表头为${render(group.points!.value)}分，所列指标分值为 ${list(parts)} = ${render(total)}${byScores ? `（得分 ${list(scores)} 恰为表头分值）` : ''}；请改正其中之一。`, en: `The heading gives ${render(group.points!.value)} points, its indicators ${list(parts)} = ${render(total)}${byScores ? ` (the scores ${list(scores)} happen to add to the heading)` : ''}: correct one of them.` },
      })
    }
    if (f.groups.every((g) => g.points === undefined)) t.skip({ zh: '一级指标没有印出分值', en: 'no points are printed with the first-level indicators' })
  })
}

/** PS-3: the total is the sum of the scores, and no score passes its full marks. */
export function totalScore(view: View): Outcome {
  return each(view, 'PS-3', (f, t) => {
    for (const i of [...f.indicators, ...(executionOf(f) === undefined ? [] : [executionOf(f)!])]) {
      if (i.score === undefined || i.weight === undefined) continue
      if (isLess(i.weight.value, i.score.value) || i.score.value.n < 0n)
        t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: 'name' in i ? i.name : i.label, published: i.score.text, expected: `0–${render(i.weight.value)}`, says: { zh: `得分${i.score.text}不在0与分值${i.weight.text}之间；请改正。`, en: `The score ${i.score.text} is not between 0 and the full marks ${i.weight.text}.` }, against: [i.weight] })
      else t.pass()
    }
    const total = f.total?.score
    if (total === undefined || !isWhole(f, 'score')) return t.skip(total === undefined ? { zh: '没有读到总分', en: 'no total was read' } : UNREAD)
    const scores = scoresOf(f)
    const added = sum(scores.map((s) => s.value))
    const off = distance(added, total.value)
    if (off.n === 0n) return t.pass()
    if (!isLess(envelope(scores, total), off) && isLess(off, points(1n))) return t.round(f.total!.label, total.text, render(added), `±${render(envelope(scores, total))}`)
    t.fail({
      severity: 'error', class: 'arithmetic', section: titled(f), at: total, published: total.text, expected: render(added), against: scores,
      says: { zh: `总分${total.text}，各项得分 ${list(scores)} = ${render(added)}；请改正总分或得分。`, en: `The total is ${total.text}; the scores ${list(scores)} add to ${render(added)}: correct the total or a score.` },
    })
  })
}

/** PS-4: rate and points of execution follow from the money. */
export function execution(view: View): Outcome {
  return each(view, 'PS-4', (f, t) => {
    for (const row of f.funds) checkRate(t, f, row)
    const row = executionOf(f)
    const verdict = executionVerdict(f)
    if (row?.score === undefined || row.weight === undefined || verdict.rule === undefined) return t.skip(verdict.rule === undefined ? verdict.why : UNREAD)
    const due = times(verdict.usual, row.weight.value)
    const how = agrees(row.score, due)
    if (how === 'exact') return t.pass()
    if (how === 'rounded') return t.round(row.label, row.score.text, round(due, 3), `±${render(points(1n, 2n * 10n ** BigInt(row.score.decimals)))}`)
    t.fail({
      severity: how === 'cut' ? 'warning' : 'error', class: 'arithmetic', section: titled(f), at: row.label, published: row.score.text, expected: round(due, Math.max(row.score.decimals, 2)),
      says: { zh: `执行率得分应为 ${verdict.formula.zh}，乘分值${row.weight.text} = ${round(due, 2)}（四舍五入），表中为${row.score.text}。`, en: `The points of execution are ${verdict.formula.en}, times ${row.weight.text} = ${round(due, 2)} (half up); the form has ${row.score.text}.` }, against: [row.score],
    })
  })
}

function checkRate(t: Tally, f: Form, row: Fund): void {
  const budget = row.available ?? row.planned
  if (row.execution === undefined || row.spent === undefined || budget === undefined) return
  const interval = quotient(row.spent, budget)
  if (interval === undefined) return
  // a rate over 100 may be printed as 100: the points stop there
  if (inQuotient(row.execution, interval) || (isSame(row.execution.value, HUNDRED) && isLess(budget.value, row.spent.value))) return t.pass()
  const asShare = !/[%％]/.test(row.execution.text) && inQuotient({ ...row.execution, value: times(row.execution.value, HUNDRED), decimals: Math.max(row.execution.decimals - 2, 0) }, interval)
  if (asShare) return t.pass()
  t.fail({
    severity: 'error', class: 'arithmetic', section: titled(f), at: row.label, published: row.execution.text, expected: renderPercent(over(row.spent.value, budget.value)), against: [row.execution, row.spent, budget],
    says: { zh: `执行率 = ${row.spent.text}/${budget.text} = ${renderPercent(over(row.spent.value, budget.value))}，表中为${row.execution.text}。`, en: `The rate is ${row.spent.text}/${budget.text} = ${renderPercent(over(row.spent.value, budget.value))}; the form has ${row.execution.text}.` },
  })
}

/** PS-5: the year's money is that of the budget, what was carried over, and other money. */
export function moneyParts(view: View): Outcome {
  return each(view, 'PS-5', (f, t) => {
    const [total, fiscal] = [f.funds.find((x) => x.kind === 'total'), f.funds.filter((x) => x.kind === 'fiscal')]
    if (total === undefined || fiscal.length !== 1 || !f.funds.some((x) => x.kind === 'other')) return t.skip({ zh: '资金构成没有读全（或多级财政资金分列）', en: 'the parts of the money were not fully read' })
    for (const column of ['planned', 'available', 'spent'] as const) {
      const whole = total[column]
      const parts = f.funds.filter((x) => x.kind !== 'total').map((x) => x[column]).filter(present)
      if (whole === undefined || parts.length === 0) continue
      const added = sum(parts.map((p) => p.value))
      if (!isLess(envelope(parts, whole), distance(added, whole.value))) t.pass()
      else
        t.fail({ severity: 'error', class: 'arithmetic', section: titled(f), at: total.label, published: whole.text, expected: render(added), against: parts, says: { zh: `年度资金总额${whole.text}，各来源 ${list(parts)} = ${render(added)}；请改正。`, en: `The year's money is ${whole.text}; its sources ${list(parts)} add to ${render(added)}.` } })
    }
  })
}

const SHEET_REASON = /完成|达到|指标|原因|因|由于|尚|未|需|加强|改进|偏差/

/** How a printed score stands to the rule. */
interface Judged { readonly i: Indicator; readonly verdict: Verdict; readonly weight: Printed; readonly score: Printed; readonly fault?: 'over' | 'under' | 'cut' }

function judged(view: View, f: Form, i: Indicator): Judged | undefined {
  const verdict = verdictOf(i, yearOf(view, f))
  if (verdict.rule === undefined || i.weight === undefined || i.score === undefined || i.unread) return undefined
  const [low, high] = [times(verdict.low, i.weight.value), times(verdict.high, i.weight.value)]
  const base = { i, verdict, weight: i.weight, score: i.score }
  if (isLess(i.score.value, low)) { const how = agrees(i.score, low); return how === 'no' ? { ...base, fault: 'under' } : how === 'cut' ? { ...base, fault: 'cut' } : base }
  return isLess(high, i.score.value) && agrees(i.score, high) === 'no' ? { ...base, fault: 'over' } : base
}

/** PS-6: each score follows from target and result; full where the target is met. The total by the rules is told beside the printed one. */
export function scores(view: View): Outcome {
  return each(view, 'PS-6', (f, t) => {
    const all = f.indicators.map((i) => judged(view, f, i))
    f.indicators.forEach((i, k) => {
      const j = all[k]
      if (j === undefined) { const v = verdictOf(i, yearOf(view, f)); t.skip(v.rule === undefined ? v.why : UNREAD); return }
      if (j.fault === undefined) {
        const due = times(j.verdict.usual, j.weight.value)
        if (isSame(j.verdict.low, j.verdict.high) && agrees(j.score, due) === 'rounded') t.round(i.name, j.score.text, round(due, 3), `±${render(points(1n, 2n * 10n ** BigInt(j.score.decimals)))}`)
        else t.pass()
      } else failScore(t, f, j)
    })
    // points taken with a reason are told at their row; the total follows from them
    ruledTotal(view, t, f, all.some((j) => j?.fault === 'over' || (j?.fault === 'under' && j.i.reason === undefined)))
  })
}

function failScore(t: Tally, f: Form, j: Judged): void {
  const due = times(j.fault === 'over' ? j.verdict.high : j.verdict.low, j.weight.value)
  const soft = j.fault === 'cut' || (j.fault === 'under' && j.i.reason !== undefined) || j.verdict.rule === 'qualitative'
  const unreasoned = f.asksReason && j.fault === 'under' && j.i.reason === undefined
  t.fail({
    severity: soft ? 'warning' : 'error', class: 'logic', section: titled(f), at: j.i.name, published: `${j.score.text}/${j.weight.text}`, expected: `${j.verdict.low.n === j.verdict.high.n && j.verdict.low.d === j.verdict.high.d ? '' : j.fault === 'over' ? '≤' : '≥'}${render(due)}/${j.weight.text}`,
    says: {
      zh: `指标值“${j.i.target?.text ?? ''}”，完成“${j.i.actual?.text ?? ''}”：${j.verdict.formula.zh}，得${render(due)}分（分值${j.weight.text}），表中得${j.score.text}分${unreasoned ? '，且未说明偏差原因' : ''}；请按计分办法改正或说明。`,
      en: `Target “${j.i.target?.text ?? ''}”, result “${j.i.actual?.text ?? ''}”: ${j.verdict.formula.en}, ${render(due)} of ${j.weight.text} points; the form has ${j.score.text}${unreasoned ? ', without a reason' : ''}: score by the rule or give the reason.`,
    },
    against: [j.i.target, j.i.actual, j.score].filter(present),
  })
}

/** What the rules give altogether: of the points as printed, and of the points that the headings promise where those differ. */
export interface Ruled { readonly total: Points; readonly full: Points; readonly byHeadings?: { readonly total: Points; readonly full: Points } }

export function ruled(view: View, f: Form): Ruled | undefined {
  const ex = executionVerdict(f)
  const row = executionOf(f)
  if (!isWhole(f, 'weight') || (row?.weight !== undefined && ex.rule === undefined)) return undefined
  const share = (i: Indicator): Points | undefined => {
    const v = verdictOf(i, yearOf(view, f))
    const printedShare = i.score === undefined || i.weight!.value.n === 0n ? undefined : over(i.score.value, i.weight!.value)
    if (v.rule === undefined) return printedShare
    if (isSame(v.low, v.high)) return v.usual
    return printedShare !== undefined && !isLess(printedShare, v.low) && !isLess(v.high, printedShare) ? printedShare : v.usual
  }
  const shares = f.indicators.map(share)
  if (!shares.every(present)) return undefined
  const first = row?.weight === undefined || ex.rule === undefined ? { total: ZERO, full: ZERO } : { total: times(ex.usual, row.weight.value), full: row.weight.value }
  const by = (weight: (i: Indicator, k: number) => Points) => ({ total: add(first.total, sum(f.indicators.map((i, k) => times(shares[k]!, weight(i, k))))), full: add(first.full, sum(f.indicators.map(weight))) })
  const plainly = by((i) => i.weight!.value)
  const wrong = uneven(f).filter((w) => w.group.level === 1)
  // the scores of such a group add to its heading: they are the points that were meant
  const meant = wrong.length > 0 && wrong.every((w) => isSame(sum(w.group.of.map((k) => f.indicators[k]!.score?.value ?? ZERO)), w.group.points!.value))
  return { ...plainly, ...(meant ? { byHeadings: by((i, k) => (wrong.some((w) => w.group.of.includes(k)) ? i.score!.value : i.weight!.value)) } : {}) }
}

function ruledTotal(view: View, t: Tally, f: Form, faulty: boolean): void {
  const [total, by] = [f.total?.score, ruled(view, f)]
  if (total === undefined || by === undefined || !faulty) return
  if (agrees(total, by.total) !== 'no' && isSame(by.full, HUNDRED)) return
  const alt = by.byHeadings === undefined ? '' : ` (${round(by.byHeadings.total, 2)}/${render(by.byHeadings.full)})`
  const weights = by.byHeadings === undefined ? '' : f.groups.filter((g) => g.points !== undefined && uneven(f).some((w) => w.group === g)).map((g) => g.of.map((k) => render(f.indicators[k]!.score!.value)).join('/')).join('; ')
  t.fail({
    severity: 'error', class: 'logic', section: titled(f), at: total, published: total.text, expected: `${round(by.total, 2)}/${render(by.full)}${alt}`,
    says: {
      zh: `按计分办法总分应为 ${round(by.total, 2)}（满分${render(by.full)}）${by.byHeadings === undefined ? '' : `；若分值为 ${weights}，则为 ${round(by.byHeadings.total, 2)}（满分${render(by.byHeadings.full)}）`}，表中为${total.text}（四舍五入到两位）。`,
      en: `By the rules the total is ${round(by.total, 2)} of ${render(by.full)}${by.byHeadings === undefined ? '' : `, or ${round(by.byHeadings.total, 2)} of ${render(by.byHeadings.full)} if the points are ${weights}`}; the form has ${total.text} (rounded half up to two decimals).`,
    },
  })
}

/** PS-7: who scores less than full, or spends less or more than the budget, says why. */
export function deviations(view: View): Outcome {
  return each(view, 'PS-7', (f, t) => {
    if (f.asksReason) {
      for (const i of f.indicators) {
        if (i.score === undefined || i.weight === undefined || i.unread) continue
        // a score that its rule does not allow is PS-6's: with the points that are due nothing is left to explain
        const short = isLess(i.score.value, i.weight.value) && judged(view, f, i)?.fault !== 'under'
        if (!short || (i.reason !== undefined && SHEET_REASON.test(i.reason.text)) || (i.reason !== undefined && i.reason.text.length > 4)) t.pass()
        else
          t.fail({ severity: 'warning', class: 'logic', section: titled(f), at: i.name, published: `${i.score.text}/${i.weight.text}`, expected: '偏差原因分析及改进措施', says: { zh: `得分${i.score.text}低于分值${i.weight.text}，未说明偏差原因及改进措施；请补充。`, en: `The score ${i.score.text} is below ${i.weight.text} and no reason is given: add the reason and what will be done.` } })
      }
    } else t.skip({ zh: '表中没有偏差原因一栏', en: 'the form has no column for reasons' })
    const ex = executionVerdict(f)
    const row = executionOf(f)
    if (ex.rule === undefined || row === undefined || f.indicators.length === 0) return
    if (ex.met || reasoned(view.content, /执行率|执行数|预算执行|结余|剩余资金/) || f.explanation?.text || f.indicators.some((i) => i.reason !== undefined && /执行|资金|预算/.test(i.reason.text))) return t.pass()
    t.fail({ severity: 'info', class: 'logic', section: titled(f), at: row.label, published: row.execution?.text ?? renderPercent(ex.usual), expected: '原因', says: { zh: `预算执行率${row.execution?.text ?? renderPercent(ex.usual)}，文中未说明原因；请补充。`, en: `Execution is ${row.execution?.text ?? renderPercent(ex.usual)} and the document gives no reason.` } })
  })
}

/** PS-9: a total below 80 is explained, with what will be done. @source self-evaluation form, note 5 */
export function explained(view: View): Outcome {
  return each(view, 'PS-9', (f, t) => {
    const total = f.total?.score
    if (total === undefined) return t.skip({ zh: '没有读到总分', en: 'no total was read' })
    if (!isLess(total.value, points(80n))) return t.pass()
    if (f.explanation === undefined) return t.skip({ zh: '表中没有80分以下的说明栏', en: 'the form has no row for the reasons of a total below 80' })
    if (/[\p{sc=Han}]{4,}/u.test(f.explanation.text)) return t.pass()
    t.fail({ severity: 'error', class: 'logic', section: titled(f), at: f.explanation.label, published: total.text, expected: '原因分析及拟采取的措施', says: { zh: `总分${total.text}低于80分，未说明原因和措施；请补充。`, en: `The total ${total.text} is below 80 and nothing explains it: give reasons and measures.` }, against: [total] })
  })
}

const CUT = /[及和与或、的之为在对及其等将]$|[(（“《]$/

/** PS-13: targets can be measured and compared; names are whole; what goes far beyond its target is explained. */
export function measurable(view: View): Outcome {
  return each(view, 'PS-13', (f, t) => {
    for (const i of f.indicators) checkIndicator(view, t, f, i)
    usualWeights(t, f)
  })
}

function checkIndicator(view: View, t: Tally, f: Form, i: Indicator): void {
  const name = plain(i.name.text)
  const fail = (severity: 'warning' | 'info', cls: 'truncation' | 'logic' | 'remark', at: Mark, says: { readonly zh: string; readonly en: string }, published: string, expected: string): void => t.fail({ severity, class: cls, section: titled(f), at, published, expected, says, ...(cls === 'truncation' ? { cause: 'cut-off' } : {}) })
  if (CUT.test(name) && !name.endsWith('等')) return fail('warning', 'truncation', i.name, { zh: `指标名称“${name}”不完整；请补全。`, en: `The name of the indicator, “${name}”, is cut off: complete it.` }, name, '完整的指标名称')
  const verdict = verdictOf(i, yearOf(view, f))
  if (verdict.rule === undefined && /单位不同/.test(verdict.why.zh)) return fail('warning', 'logic', i.target ?? i.name, { zh: `${verdict.why.zh}，不能比较；请统一单位。`, en: `${verdict.why.en}: they cannot be compared; use one unit.` }, `${i.target?.text ?? ''} / ${i.actual?.text ?? ''}`, '同一单位')
  if (verdict.rule !== undefined && verdict.reached !== undefined && isLess(points(13n, 10n), verdict.reached) && i.reason === undefined && !/%/.test(plain(i.target?.text ?? '')))
    return fail('warning', 'logic', i.name, { zh: `完成值为指标值的${renderPercent(verdict.reached)}，超过30%；请说明原因，目标定低的应调整。`, en: `The result is ${renderPercent(verdict.reached)} of the target, more than 30 % above: explain it, or set the target higher.` }, i.actual?.text ?? '', `≤130% × ${i.target?.text ?? ''}`)
  t.pass()
}

/** Output weighs more than effect: 10/50/30/10. Others are allowed with a reason. @source 财预〔2020〕10号 */
function usualWeights(t: Tally, f: Form): void {
  const of = (words: RegExp) => f.groups.find((g) => g.level === 1 && words.test(g.name))
  const [output, effect] = [of(/产出/), of(/效益/)]
  if (output?.points === undefined || effect?.points === undefined || !isLess(output.points.value, effect.points.value)) return
  t.fail({ severity: 'info', class: 'remark', section: titled(f), at: output.mark, published: `${render(output.points.value)}/${render(effect.points.value)}`, expected: '50/30', says: { zh: '产出指标分值低于效益指标，通常为50/30；请说明调整理由。', en: 'Output weighs less than effect; 50/30 is usual: say why.' } })
}

/** PS-8 of a form: the grade that is written is that of the total. */
export function gradeFault(t: Tally, at: { readonly grade: Mark; readonly score: Printed | undefined; readonly section: string | undefined; readonly shanghai?: boolean }): void {
  const band = bandOf(at.grade.text)
  const due = at.score === undefined ? undefined : wordFor(at.score.value, at.shanghai)
  if (band !== undefined && (at.score === undefined || gradeOf(at.score.value) === band)) return t.pass()
  t.fail({
    severity: 'error', class: band === undefined ? 'naming' : 'logic', section: at.section, at: at.grade, published: plain(at.grade.text), expected: due ?? '优/良/中/差', ...(at.score === undefined ? {} : { against: [at.score] }),
    says: band === undefined
      ? { zh: `等级“${plain(at.grade.text)}”不是规定的等次（优、良、中、差）${due === undefined ? '' : `；得分${at.score!.text}应为“${due}”`}。`, en: `“${plain(at.grade.text)}” is no grade (优, 良, 中, 差)${due === undefined ? '' : `; ${at.score!.text} is “${due}”`}.` }
      : { zh: `得分${at.score!.text}应为“${due!}”，表中为“${plain(at.grade.text)}”；请改正得分或等级。`, en: `${at.score!.text} is “${due!}”, not “${plain(at.grade.text)}”: correct the score or the grade.` },
  })
}
