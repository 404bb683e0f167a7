import { add, isCut, meet, point, rangeOf, show, subtract, valueOf, isTransposed } from '../figure.ts'
import { firstCause, percent, rateGuesses } from './cause.ts'
import { compare, figureOf, isZero, showRange } from './exact.ts'
import { type Frame, isRise } from './frame.ts'
import { type Operand, budgetsOf, finalsOf, placeOf } from './operand.ts'
import { type Said, type Text, type TextRelation, at, frameQuote, notRun } from './tell.ts'

/** Of the budget of all fiscal expenditure the final figure may stand as the total, when nothing is carried over. */
const finalsFor = (text: Text, f: Frame): readonly Operand[] => {
  const own = finalsOf(text, f.slot, f)
  return own.length > 0 || f.slot !== 'fiscal.expenditure' ? own : finalsOf(text, 'fiscal.total.expenditure')
}

function checkRate(text: Text, f: Frame, said: Said): void {
  const rate = f.rate
  if (!rate) return
  const finals = finalsFor(text, f), budgets = budgetsOf(text, f.slot, f)
  const final = finals[0], budget = budgets[0]
  const excess = f.changes.find((c) => c.against?.kind === 'budget' && c.amount && !isZero(c.amount.figure))
  const hundred = compare(rate.figure, figureOf('100')) === 0
  if (excess?.amount && hundred) {
    said.tried++
    const real = final && percent(rangeOf(final.figure), subtract(rangeOf(final.figure), isRise(excess.word ?? '') ? rangeOf(excess.amount.figure) : subtract({ low: { n: 0n, d: 1n }, high: { n: 0n, d: 1n } }, rangeOf(excess.amount.figure))))
    said.findings.push(at(f.passage, 'clauses', Math.min(rate.from - 6, excess.from), Math.max(rate.to, excess.amount.to), { relation: 'N-rate', severity: 'error', class: 'logic', published: `${rate.figure.text}%`, ...(real ? { expected: `${showRange(real)}%` } : {}), zh: `写完成预算 ${rate.figure.text}%，又写决算与预算相差 ${excess.amount.figure.text} 万元，自相矛盾${real ? `；按差额完成率为 ${showRange(real)}%` : ''}。请核对预算数。`, en: `The sentence gives a rate of ${rate.figure.text} % and yet a difference of ${excess.amount.figure.text} from the budget. Check the budget.` }))
    return
  }
  if (!final || !budget) { said.notRun.push(notRun('N-rate', `“${frameQuote(f).quote.slice(0, 40)}”：预算数或决算数未给出或未能可靠读取`, 'budget or final figure is not given or was not surely read')); return }
  said.tried++
  if (budgets.every((b) => isZero(b.figure))) return
  const all = finals.flatMap((x) => budgets.filter((b) => !isZero(b.figure)).map((b) => ({ x, b, q: percent(rangeOf(x.figure), rangeOf(b.figure)) })))
  if (all.some(({ q }) => q && meet(q, rangeOf(rate.figure)))) return
  const q = percent(point(valueOf(final.figure)), point(valueOf(budget.figure)))
  if (!q) return
  const expected = showRange(q, Math.max(2, rate.figure.decimals))
  const others = text.frames.filter((o) => o !== f && o.budget && (o.slot === f.slot || o.passage.path.join() === f.passage.path.join())).map((o) => ({ name: o.phrase.slice(-16), figure: o.budget!.figure }))
  const guess = firstCause(rate.figure, rateGuesses(final.figure, budget.figure, others)) ?? (isTransposed(rate.figure.text, expected) ? { cause: 'transposed-digits' as const, what: { zh: '数字颠倒', en: 'digits changed places' } } : undefined)
  if (f.slot === 'fiscal.expenditure' && !guess) { said.notRun.push(notRun('N-rate', '财政拨款支出决算数未单独给出', 'the final figure of fiscal expenditure is not given')); return }
  said.findings.push(at(f.passage, 'clauses', Math.max(f.from, 0), rate.to, {
    relation: 'N-rate', severity: isCut(rate.figure, q.low) ? 'warning' : 'error', class: 'arithmetic', published: `${rate.figure.text}%`, expected: `${expected}%`, ...(guess ? { cause: guess.cause } : {}),
    zh: `完成率应为 ${expected}%（${final.figure.text}÷${budget.figure.text}），文中为 ${rate.figure.text}%${guess ? `；${guess.what.zh}` : ''}。请重新计算。`,
    en: `The rate is ${expected} % (${final.figure.text} of ${budget.figure.text}), not ${rate.figure.text} %${guess ? `; ${guess.what.en}` : ''}. Compute it again.`, against: [placeOf(budget, text.accounts)],
  }))
}

const sign = (word: string): number => word === '等于' ? 0 : isRise(word) ? 1 : -1

function checkVerdict(text: Text, f: Frame, said: Said): void {
  const v = f.verdict
  if (!v || v.word === '大小于') return
  const finals = finalsFor(text, f), budgets = budgetsOf(text, f.slot, f)
  const final = finals[0], budget = budgets[0]
  const short = f.rate && compare(f.rate.figure, figureOf('100'))
  if (!final || !budget) {
    if (short === undefined) return
    said.tried++
    if (short !== 0 && short !== sign(v.word)) said.findings.push(at(f.passage, 'clauses', f.rate!.from, v.to, { relation: 'N-rate', severity: 'error', class: 'logic', published: v.word, expected: short < 0 ? '小于' : '大于', zh: `完成率 ${f.rate!.figure.text}% 与“决算数${v.word}预算数”矛盾。`, en: `A rate of ${f.rate!.figure.text} % contradicts the word 决算数${v.word}预算数.` }))
    return
  }
  said.tried++
  if (finals.some((x) => budgets.some((b) => compare(x.figure, b.figure) === sign(v.word)))) return
  const real = compare(final.figure, budget.figure)
  said.findings.push(at(f.passage, 'clauses', v.from, v.to, { relation: 'N-rate', severity: 'error', class: 'logic', published: `决算数${v.word}预算数`, expected: real === 0 ? '持平' : real < 0 ? '决算数小于预算数' : '决算数大于预算数', zh: `决算 ${final.figure.text}、预算 ${budget.figure.text}，应写“${real === 0 ? '持平' : real < 0 ? '小于' : '大于'}”。`, en: `Final ${final.figure.text}, budget ${budget.figure.text}: the word ${v.word} is wrong.` }))
}

function checkBase(f: Frame, said: Said): void {
  if (!f.rate || !f.budget || f.inherited || f.rate.base === 'unnamed' || f.budget.base === 'unnamed' || f.rate.base === f.budget.base) return
  said.findings.push(at(f.passage, 'clauses', f.budget.from - 6, f.rate.to, { relation: 'N-rate', severity: 'warning', class: 'logic', cause: 'wrong-base', published: f.rate.base === 'opening' ? '完成年初预算' : '完成全年预算', expected: f.budget.base === 'opening' ? '完成年初预算' : '完成全年预算', zh: '预算数与完成率所称的预算口径（年初、全年）不一致。请统一口径。', en: 'The budget named and the budget of the rate differ (opening, whole-year). Use one base.' }))
}

function checkZeroBudget(text: Text, f: Frame, said: Said): void {
  if (!f.rate) return
  const budgets = budgetsOf(text, f.slot, f)
  if (budgets.length === 0) return
  said.tried++
  if (!budgets.every((b) => isZero(b.figure))) return
  said.findings.push(at(f.passage, 'clauses', Math.max(f.from, 0), f.rate.to, { relation: 'N-base0', severity: 'error', class: 'logic', published: `${f.rate.figure.text}%`, expected: '不列完成率（年初无预算）', zh: '预算数为 0，不能计算完成率，应写“年初无预算”或不列百分比。', en: 'The budget is zero, so there is no rate: say that there was no budget, or leave the percentage out.', against: budgets.slice(0, 1).map((b) => placeOf(b, text.accounts)) }))
}

const NUMBERED = /^(\d{1,2})[.、](?!\d)/

/** The opening budgets of the items add to the opening budget of all of them. */
function checkBudgets(text: Text, said: Said): void {
  for (const f of text.frames) {
    if (f.slot !== 'general' || !f.budget) continue
    const items = text.frames.filter((o) => o.slot?.startsWith('item:') && o.inherited === undefined && o.passage.path.join() === f.passage.path.join())
    const numbered = text.passages.filter((p) => p.kind === 'prose' && p.path.join() === f.passage.path.join() && NUMBERED.test(p.clauses.text))
    if (items.length < 2) continue
    const whole = items.every((o) => o.budget !== undefined) && numbered.length <= items.length
    if (!whole) { said.notRun.push(notRun('N-budsum', `各项年初预算未能全部可靠读取（读到 ${items.filter((o) => o.budget).length} 项，编号 ${numbered.length} 项）`, 'not every opening budget was surely read')); continue }
    said.tried++
    const sum = items.map((o) => rangeOf(o.budget!.figure)).reduce(add)
    const exact = show(items.map((o) => point(valueOf(o.budget!.figure))).reduce(add).low)
    if (meet(sum, rangeOf(f.budget.figure))) {
      if (exact !== show(valueOf(f.budget.figure))) said.rounding.push({ relation: 'N-budsum', ...frameQuote(f), published: f.budget.figure.text, computed: exact, envelope: `[${show(sum.low, 3)}, ${show(sum.high, 3)}]` })
      continue
    }
    const rest = show(subtract(point(valueOf(f.budget.figure)), point(valueOf(figureOf(exact)))).low)
    const transposed = isTransposed(f.budget.figure.text, exact)
    said.findings.push(at(f.passage, 'clauses', Math.max(f.from, f.budget.from - 24), f.budget.to, {
      relation: 'N-budsum', severity: 'error', class: 'arithmetic', published: f.budget.figure.text, expected: exact, cause: transposed ? 'transposed-digits' : 'item-left-out',
      zh: `${items.length} 项年初预算相加为 ${exact}，与合计 ${f.budget.figure.text} 相差 ${rest}。有预算而无决算的科目未列出，或合计有误，请核对。`,
      en: `The ${items.length} items add to ${exact}, the total says ${f.budget.figure.text}: ${rest} is unexplained. An item with a budget and no final figure is not listed, or the total is wrong.`,
      against: items.map((o) => ({ place: o.passage.place(0), quote: o.budget!.figure.text })),
    }))
  }
}

export const RATE_RELATIONS: readonly TextRelation[] = [
  { id: 'N-rate', formula: { zh: '决算÷预算＝完成率；大于、小于、持平与差额一致；口径一致', en: 'final ÷ budget = rate; the word is the sign of the difference; one base' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.3', run: (t, said) => { for (const f of t.frames) { checkRate(t, f, said); checkVerdict(t, f, said); checkBase(f, said) } } },
  { id: 'N-base0', formula: { zh: '基数为零不列百分比', en: 'no percentage on a zero base' }, tolerance: '–', severity: 'error', source: 'accounts.md 3.3', run: (t, said) => { for (const f of t.frames) checkZeroBudget(t, f, said) } },
  { id: 'N-budsum', formula: { zh: '各项年初预算之和＝年初预算合计', en: 'the items’ opening budgets add to the total' }, tolerance: 'A', severity: 'error', source: 'accounts.md 3.3', run: checkBudgets },
]
