import { type Figure, type Range, fraction, isCut, meet, minus, point, rangeOf, scale, show, subtract, valueOf, isTransposed } from '../figure.ts'
import { cellOf } from './cell.ts'
import { changeGuesses, firstCause, percent } from './cause.ts'
import { alike, compare, isZero, showRange } from './exact.ts'
import { type Change, type Frame, isRise } from './frame.ts'
import { budgetsOf, finalsOf } from './operand.ts'
import { type Said, type Text, type TextRelation, at, frameQuote, notRun } from './tell.ts'

const idOf = (f: Frame): string => f.slot === 'running' ? 'JG-2' : 'N-yoy'
const end = (c: Change): number => c.pace?.to ?? c.amount?.to ?? c.from

/** The signed difference that a sentence prints. */
const signed = (c: Change): Range | undefined => c.amount && (isRise(c.word ?? '') ? rangeOf(c.amount.figure) : minus(rangeOf(c.amount.figure)))

function words(f: Frame, c: Change, said: Said): boolean {
  if (!c.word || !c.paceWord || isRise(c.word) === isRise(c.paceWord) || !c.amount || isZero(c.amount.figure)) return false
  said.findings.push(at(f.passage, 'clauses', c.from, end(c), {
    relation: idOf(f), severity: 'error', class: 'logic', published: `${c.word}…${c.paceWord}`, expected: isRise(c.word) ? '增加…增长' : '减少…下降',
    zh: `增减方向矛盾：金额“${c.word}”，比例“${c.paceWord}”。请按本年与上年数统一方向。`, en: 'The direction words contradict each other: one says more, the other less. Use the direction of the figures.',
  }))
  return true
}

function zeroBase(f: Frame, c: Change, finals: readonly { readonly figure: Figure }[], said: Said): boolean {
  const current = finals[0]
  if (!current || !c.amount || !c.pace || !isRise(c.word ?? '') || isZero(current.figure) || !finals.some((o) => compare(o.figure, c.amount!.figure) === 0)) return false
  said.findings.push(at(f.passage, 'clauses', c.from, c.pace.to, {
    relation: 'N-base0', severity: 'error', class: 'logic', published: `${c.pace.figure.text}%`, expected: '--（基数为0，不可比）',
    zh: `上年为 0（${current.figure.text} 全部为增加额），不能计算增长率，应写“上年无此项支出”或“基数为0，不可比”。`, en: 'Last year’s figure is zero, so there is no percentage: say that the base is zero and cannot be compared.',
  }))
  return true
}

function mend(f: Frame, c: Change, expected: string, what: { zh: string; en: string; cause?: ReturnType<typeof firstCause>; short?: boolean }): Parameters<typeof at>[4] {
  const g = what.cause
  return {
    relation: idOf(f), severity: what.short === true ? 'warning' : 'error', class: 'arithmetic', published: c.pace ? `${c.pace.figure.text}%` : c.amount?.figure.text ?? '', expected, ...(g ? { cause: g.cause } : {}),
    zh: `${what.zh}${g ? `；${g.what.zh}` : ''}。请按本年数与上年数重新计算。`, en: `${what.en}${g ? `; ${g.what.en}` : ''}. Compute it again from both figures.`,
  }
}

/** Δ ÷ (current − Δ) = printed percentage, for every figure that the document gives for the subject. */
function checkPace(text: Text, f: Frame, c: Change, said: Said): void {
  const delta = signed(c)
  const i = text.passages.indexOf(f.passage)
  // a figure of another paragraph counts when it stands close by: a document may speak of several units
  const given = finalsOf(text, f.slot, f).filter((o) => o.amount !== undefined || o.frame === f || o.frame === undefined || f.final !== undefined || (o.frame.passage === f.passage ? Math.abs(o.frame.from - f.from) <= 160 : Math.abs(text.passages.indexOf(o.frame.passage) - i) <= 3))
  const paid = f.slot === 'running' ? cellOf(text.accounts, 'general.basic.public', 'final') : undefined
  // of a budget document the figure of the year is its budget
  const finals = given.length === 0 && f.budget && c.against?.kind === 'year' ? [{ figure: f.budget.figure, frame: f }] : typeof paid === 'object' ? [...given, { figure: paid, amount: paid }] : given
  const current = finals[0]
  if (!c.pace || !delta || !c.amount) return
  if (!current) { said.notRun.push(notRun(idOf(f), `“${frameQuote(f).quote.slice(0, 40)}”：本年数未能可靠读取`, 'this year’s figure was not surely read')); return }
  said.tried++
  if (isZero(c.amount.figure)) {
    if (!isZero(c.pace.figure)) said.findings.push(at(f.passage, 'clauses', c.from, end(c), mend(f, c, '0%', { zh: `金额无增减而比例为 ${c.pace.figure.text}%`, en: 'no difference, yet a percentage'})))
    else said.findings.push(at(f.passage, 'clauses', c.from, end(c), { relation: idOf(f), severity: 'info', class: 'wording', published: `${c.word ?? ''}${c.amount.figure.text}`, expected: '持平', zh: '增减额为 0，应写“与上年持平”。', en: 'Nothing changed: say that it equals last year’s figure.' }))
    return
  }
  const outcomes = finals.map((o) => {
    const before = subtract(rangeOf(o.figure), delta)
    const size = rangeOf(c.amount!.figure)
    return { before, pace: percent(size, before) }
  })
  const printed = rangeOf(c.pace.figure)
  const fit = outcomes.findIndex((o) => o.pace !== undefined && meet(o.pace, printed))
  if (fit >= 0) {
    const sharp = percent(point(valueOf(c.amount.figure)), subtract(point(valueOf(finals[fit]!.figure)), isRise(c.word ?? '') ? point(valueOf(c.amount.figure)) : minus(point(valueOf(c.amount.figure)))))
    if (sharp && show(sharp.low, c.pace.figure.decimals) !== show(valueOf(c.pace.figure), c.pace.figure.decimals)) {
      const o = outcomes[fit]!.pace!
      said.rounding.push({ relation: idOf(f), ...frameQuote(f), published: `${c.pace.figure.text}%`, computed: `${showRange(sharp, 2)}%`, envelope: `[${show(o.low, 3)}%, ${show(o.high, 3)}%]` })
    }
    return
  }
  if (zeroBase(f, c, finals, said)) return
  const first = outcomes[0]
  if (!first?.pace) return
  const exact = percent(point(valueOf(c.amount.figure)), subtract(point(valueOf(current.figure)), isRise(c.word ?? '') ? point(valueOf(c.amount.figure)) : minus(point(valueOf(c.amount.figure))))) ?? first.pace
  const expected = showRange(exact, Math.max(2, c.pace.figure.decimals))
  const short = isCut(c.pace.figure, exact.low)
  const others = text.frames.filter((o) => o !== f && o.passage === f.passage && o.final).map((o) => ({ name: o.phrase.slice(-16), figure: o.final!.figure }))
  const turned = percent(rangeOf(c.amount.figure), subtract(rangeOf(current.figure), scale(delta, -1n)))
  const guess = turned && meet(turned, printed) ? { cause: 'swapped-operands' as const, range: turned, what: { zh: '增减方向与比例的基数不符', en: 'the direction word is the opposite of the percentage’s base' } }
    : firstCause(c.pace.figure, changeGuesses(current.figure, delta, others))
      ?? (isTransposed(c.pace.figure.text, expected) ? { cause: 'transposed-digits' as const, range: undefined, what: { zh: '数字颠倒', en: 'digits changed places' } } : undefined)
  said.findings.push(at(f.passage, 'clauses', c.from, end(c), mend(f, c, `${expected}%`, {
    zh: `${c.amount.figure.text}÷${showRange(first.before)}＝${expected}%，文中为 ${c.pace.figure.text}%`, en: `${c.amount.figure.text} on ${showRange(first.before)} is ${expected} %, printed is ${c.pace.figure.text} %`, cause: short ? undefined : guess, short,
  })))
}

/** A difference from the budget, where the budget is known. */
function checkAgainstBudget(text: Text, f: Frame, c: Change, said: Said): boolean {
  const finals = finalsOf(text, f.slot, f), budgets = budgetsOf(text, f.slot, f)
  const final = finals[0], budget = budgets[0]
  if (!c.amount || !final || !budget) return false
  said.tried++
  const all = finals.flatMap((x) => budgets.map((b) => subtract(rangeOf(x.figure), rangeOf(b.figure))))
  const delta = signed(c)
  if (delta && all.some((d) => meet(d, delta))) return false
  const real = subtract(point(valueOf(final.figure)), point(valueOf(budget.figure)))
  const opposite = delta && all.some((d) => meet(d, minus(delta)))
  const size = show(real.low.n < 0n ? minus(real).low : real.low)
  const way = real.low.n < 0n ? '减少' : '增加'
  const pace = percent(real.low.n < 0n ? minus(real) : real, point(valueOf(budget.figure)))
  said.findings.push(at(f.passage, 'clauses', c.from, end(c), {
    relation: idOf(f), severity: 'error', class: opposite ? 'logic' : 'arithmetic', published: `${c.word}${c.amount.figure.text}${c.pace ? `，${c.pace.figure.text}%` : ''}`, expected: `${way}${size}${pace ? `，${showRange(pace)}%` : ''}`,
    zh: `决算 ${final.figure.text} 与预算 ${budget.figure.text} 相差 ${size}（${way}${pace ? `，${showRange(pace)}%` : ''}），与文中不符。请更正。`, en: `Final ${final.figure.text} and budget ${budget.figure.text} differ by ${size}${pace ? ` (${showRange(pace)} %)` : ''}; the sentence says otherwise. Correct it.`,
  }))
  return true
}

const EVEN = /^(?:持平|一致|基本一致|无变化|无增减|没有变化|无差异|相同)$/

function checkLevel(text: Text, f: Frame, said: Said): void {
  const level = f.level
  if (!level) return
  const change = f.changes.find((c) => c.amount && !isZero(c.amount.figure) && c.against?.kind === level.against?.kind && (level.against?.kind !== 'year' || c.against?.kind === 'year' && c.against.year === level.against.year))
  if (change && level.against !== undefined) {
    said.tried++
    said.findings.push(at(f.passage, 'clauses', Math.min(f.from, level.from), Math.max(level.to, end(change)), { relation: idOf(f), severity: 'error', class: 'logic', published: level.word, expected: `${change.word ?? ''}${change.amount?.figure.text ?? ''}`, zh: `既写“${level.word}”又写增减 ${change.amount?.figure.text ?? ''}，自相矛盾。请保留与数据相符的一种。`, en: 'The sentence says both that nothing changed and that something did. Keep what the figures say.' }))
    return
  }
  if (level.against?.kind !== 'budget') { if (level.against) said.tried++; return }
  const finals = finalsOf(text, f.slot, f), budgets = budgetsOf(text, f.slot, f)
  const final = finals[0], budget = budgets[0]
  if (!final || !budget) return
  said.tried++
  const equal = finals.some((x) => budgets.some((b) => alike(x.figure, b.figure)))
  const relation = EVEN.test(level.word) ? 'N-yoy' : 'N-rate'
  const says = { published: level.word, against: [] }
  if (EVEN.test(level.word) && !equal) {
    said.findings.push(at(f.passage, 'clauses', Math.max(f.from, 0), level.to, { ...says, relation, severity: 'error', class: 'logic', expected: `决算 ${final.figure.text}，预算 ${budget.figure.text}`, zh: `写“${level.word}”，但决算 ${final.figure.text} 与预算 ${budget.figure.text} 不等。请写明增减并说明原因。`, en: `The words say no difference, yet the final figure is ${final.figure.text} and the budget ${budget.figure.text}. State the difference and its reason.` }))
  } else if (level.word === '基本持平' && equal) {
    said.findings.push(at(f.passage, 'clauses', level.from, level.to, { ...says, relation, severity: 'warning', class: 'wording', expected: '持平', zh: '决算与预算完全相等，应写“持平”，不写“基本持平”。', en: 'Budget and final figure are equal: 持平 without 基本.' }))
  } else if (level.word.startsWith('基本')) {
    const gap = percent(subtract(rangeOf(final.figure), rangeOf(budget.figure)), rangeOf(budget.figure))
    const wide = gap && !meet(gap, { low: fraction(-5n), high: fraction(5n) })
    if (wide) said.findings.push(at(f.passage, 'clauses', level.from, level.to, { ...says, relation, severity: 'warning', class: 'wording', expected: `决算 ${final.figure.text}，预算 ${budget.figure.text}`, zh: `相差 ${showRange(gap)}%，不宜写“${level.word}”。请写明增减并说明原因。`, en: `The difference is ${showRange(gap)} %, which is more than about equal. State it and its reason.` }))
  }
}

/** 增长100% from nothing, and a percentage where the base is printed as zero. */
function run(text: Text, said: Said, ids: 'JG-2' | 'N-yoy'): void {
  for (const f of text.frames) {
    if ((f.slot === 'running') !== (ids === 'JG-2')) continue
    checkLevel(text, f, said)
    for (const c of f.changes) {
      if (words(f, c, said)) continue
      if (c.against?.kind === 'budget' && checkAgainstBudget(text, f, c, said)) continue
      if (c.against === undefined && c.amount === undefined) continue
      checkPace(text, f, c, said)
    }
  }
}

export const CHANGE_RELATIONS: readonly TextRelation[] = [
  { id: 'N-yoy', formula: { zh: '增减额÷（本年数－增减额）＝增减比例；方向词与差额同号；相等写持平', en: 'difference ÷ (this year − difference) = percentage; direction word = sign; equal is 持平' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.3', run: (t, said) => { run(t, said, 'N-yoy') } },
  { id: 'JG-2', formula: { zh: '机关运行经费的增减额与比例按所写基数成立', en: 'difference and percentage of the running costs on the base named' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.4', run: (t, said) => { run(t, said, 'JG-2') } },
]
