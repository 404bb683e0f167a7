import { type Cause } from '../finding.ts'
import { type Figure, type Fraction, below, differenceOf, fraction, isTransposed, negative, show, sumOf, valueOf } from '../figure.ts'

/** What a wrong figure itself tells of how it came about; `with`: in words, what it was. */
export interface Guess { readonly cause: Cause; readonly zh: string; readonly en: string }

const size = (f: Fraction): Fraction => (f.n < 0n ? negative(f) : f)
/** Whether two numbers are no further apart than rounding explains. */
export const near = (a: Fraction, b: Fraction, slack: Fraction): boolean => !below(slack, size(differenceOf(a, b)))

const powers = (f: Fraction, p: number): Fraction => (p >= 0 ? fraction(f.n * 10n ** BigInt(p), f.d) : fraction(f.n, f.d * 10n ** BigInt(-p)))

/**
 * How a printed figure may have come out of the one that is expected (which is known to within `slack`): two neighbouring digits changed
 * places, the point misplaced, another unit of money, the sign lost. Nothing when the figure does not tell.
 * @param steps - how many of the last digit the expected number may be off; few where many cells are tried, for chance finds something in many
 */
export function digitGuess(printed: Figure, expected: Fraction, { slack, steps = 3n }: { readonly slack: Fraction; readonly steps?: bigint }): Guess | undefined {
  const value = valueOf(printed)
  if (printed.units === 0n || expected.n === 0n) return undefined
  if (near(negative(value), expected, slack)) return { cause: 'sign-lost', zh: '正负号相反', en: 'the sign is the other way round' }
  if ((value.n < 0n) !== (expected.n < 0n)) return undefined
  const step = fraction(1n, 10n ** BigInt(printed.decimals))
  for (let n = -steps; n <= steps; n += 1n) {
    const wanted = fraction(expected.n * step.d + n * expected.d, expected.d * step.d)
    if (near(wanted, expected, slack) && isTransposed(show(value, printed.decimals), show(wanted, printed.decimals))) return { cause: 'transposed-digits', zh: '相邻两位数字颠倒', en: 'two neighbouring digits changed places' }
  }
  // a number no larger than what rounding leaves open says nothing about its point
  if (below(size(expected), fraction(20n * slack.n, slack.d)) || below(size(value), fraction(20n, 2n * 10n ** BigInt(printed.decimals)))) return undefined
  const half = fraction(1n, 2n * 10n ** BigInt(printed.decimals))
  const within = (p: number): Fraction => (p > 0 ? sumOf([slack, powers(half, p)]) : slack)
  for (const p of [4, -4, 8, -8]) if (near(powers(value, p), expected, within(p))) return { cause: 'unit-of-money', zh: `金额单位错用，相差 10${p === 4 || p === -4 ? '⁴' : '⁸'} 倍`, en: 'written in another unit of money' }
  for (const p of [1, -1, 2, -2, 3, -3]) if (near(powers(value, p), expected, within(p))) return { cause: 'misplaced-point', zh: '小数点错位', en: 'the decimal point is misplaced' }
  return undefined
}
