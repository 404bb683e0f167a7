import { type Figure, type Range, divide, meet, rangeOf, scale, subtract } from '../figure.ts'
import { type Cause } from '../finding.ts'

/** A printed percentage, `computed` rounded to as many decimals, and what else it might be: the first that fits is the cause. */
export interface Guess { readonly cause: Cause; readonly range: Range | undefined; readonly what: { readonly zh: string; readonly en: string } }

export const percent = (part: Range, whole: Range): Range | undefined => { const q = divide(part, whole); return q && scale(q, 100n) }

export function firstCause(published: Figure, guesses: readonly Guess[]): Guess | undefined {
  const range = rangeOf(published)
  return guesses.find((g) => g.range !== undefined && meet(g.range, range))
}

/** Guesses for `part / whole`. */
export function shareGuesses(part: Figure, whole: Figure, others: readonly { readonly name: string; readonly figure: Figure }[], wholes: typeof others = []): readonly Guess[] {
  const p = rangeOf(part), w = rangeOf(whole)
  const right = percent(p, w)
  return [
    { cause: 'swapped-operands', range: percent(w, p), what: { zh: '分子与分母颠倒', en: 'numerator and denominator are swapped' } },
    ...others.map((o): Guess => ({ cause: 'wrong-numerator', range: percent(rangeOf(o.figure), w), what: { zh: `分子误用“${o.name}”${o.figure.text}`, en: `the numerator is that of ${o.name}, ${o.figure.text}` } })),
    ...[...others, ...wholes].map((o): Guess => ({ cause: 'wrong-denominator', range: percent(p, rangeOf(o.figure)), what: { zh: `分母误用“${o.name}”${o.figure.text}`, en: `the denominator is that of ${o.name}, ${o.figure.text}` } })),
    { cause: 'misplaced-point', range: right && scale(right, 100n), what: { zh: '多乘了100', en: 'multiplied by 100 once too often' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 100n), what: { zh: '少乘了100', en: 'not multiplied by 100' } },
    { cause: 'misplaced-point', range: right && scale(right, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
    { cause: 'difference-as-rate', range: p, what: { zh: '把金额写成了百分比', en: 'the amount is printed as a percentage' } },
  ]
}

const HUNDRED: Range = { low: { n: 100n, d: 1n }, high: { n: 100n, d: 1n } }

/** Guesses for a completion rate `final / budget`. */
export function rateGuesses(final: Figure, budget: Figure, others: readonly { readonly name: string; readonly figure: Figure }[]): readonly Guess[] {
  const f = rangeOf(final), b = rangeOf(budget)
  const right = percent(f, b)
  const difference = subtract(f, b)
  return [
    { cause: 'difference-as-rate', range: difference, what: { zh: `把差额写成了百分比（决算减预算）`, en: 'the difference (final minus budget) is printed as a rate' } },
    { cause: 'difference-as-rate', range: subtract(b, f), what: { zh: '把差额写成了百分比（预算减决算）', en: 'the difference (budget minus final) is printed as a rate' } },
    { cause: 'swapped-operands', range: percent(b, f), what: { zh: '预算与决算颠倒', en: 'budget and final figure are swapped' } },
    { cause: 'change-as-rate', range: right && subtract(right, HUNDRED), what: { zh: '把增减幅度写成了完成率', en: 'the change is printed instead of the rate' } },
    { cause: 'change-as-rate', range: right && subtract(HUNDRED, right), what: { zh: '把增减幅度写成了完成率', en: 'the change is printed instead of the rate' } },
    ...others.map((o): Guess => ({ cause: 'wrong-base', range: percent(f, rangeOf(o.figure)), what: { zh: `基数误用“${o.name}”${o.figure.text}`, en: `the base is that of ${o.name}, ${o.figure.text}` } })),
    { cause: 'misplaced-point', range: right && scale(right, 100n), what: { zh: '多乘了100', en: 'multiplied by 100 once too often' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 100n), what: { zh: '少乘了100', en: 'not multiplied by 100' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
    { cause: 'misplaced-point', range: right && scale(right, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
  ]
}

/** Guesses for a change `delta / (current − delta)`; `delta` carries its sign, `published` is printed without. */
export function changeGuesses(current: Figure, delta: Range, others: readonly { readonly name: string; readonly figure: Figure }[]): readonly Guess[] {
  const c = rangeOf(current)
  const before = subtract(c, delta)
  const size = delta.high.n < 0n ? scale(delta, -1n) : delta
  const right = percent(size, before)
  const all: Guess[] = [
    { cause: 'difference-as-rate', range: size, what: { zh: '把差额写成了百分比', en: 'the difference is printed as a percentage' } },
    { cause: 'wrong-base', range: percent(size, c), what: { zh: '以本年数为基数', en: 'the base is this year’s figure' } },
    { cause: 'rate-as-change', range: percent(c, before), what: { zh: '把“为上年的百分比”写成了增减幅度', en: 'this year as a percentage of last year is printed instead of the change' } },
    { cause: 'swapped-operands', range: percent(before, c), what: { zh: '本年与上年颠倒', en: 'this year and last year are swapped' } },
    { cause: 'misplaced-point', range: right && scale(right, 100n), what: { zh: '多乘了100', en: 'multiplied by 100 once too often' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 100n), what: { zh: '少乘了100', en: 'not multiplied by 100' } },
    { cause: 'misplaced-point', range: right && scale(right, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
    { cause: 'misplaced-point', range: right && scale(right, 1n, 10n), what: { zh: '小数点错位', en: 'the decimal point is misplaced' } },
    ...others.map((o): Guess => ({ cause: 'wrong-base', range: percent(size, rangeOf(o.figure)), what: { zh: `基数误用“${o.name}”${o.figure.text}`, en: `the base is that of ${o.name}, ${o.figure.text}` } })),
  ]
  return all
}
