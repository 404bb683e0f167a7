import { type Figure } from '../figure.ts'

/** An exact fraction, `d` > 0. */
export interface Fraction { readonly n: bigint; readonly d: bigint }

/** All numbers that a printed figure, or a calculation of printed figures, may stand for. */
export interface Range { readonly low: Fraction; readonly high: Fraction }

export const fraction = (n: bigint, d = 1n): Fraction => d < 0n ? { n: -n, d: -d } : { n, d }
const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d)
const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d)
export const negative = (a: Fraction): Fraction => fraction(-a.n, a.d)
export const below = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d
const least = (all: readonly Fraction[]): Fraction => all.reduce((a, b) => below(b, a) ? b : a)
const most = (all: readonly Fraction[]): Fraction => all.reduce((a, b) => below(a, b) ? b : a)

/** [v − ½u, v + ½u] of a printed figure. */
export function rangeOf(f: Figure): Range {
  const d = 2n * 10n ** BigInt(f.decimals)
  return { low: fraction(2n * f.units - 1n, d), high: fraction(2n * f.units + 1n, d) }
}

/** A figure as the number that it prints. */
export const valueOf = (f: Figure): Fraction => fraction(f.units, 10n ** BigInt(f.decimals))
export const point = (f: Fraction): Range => ({ low: f, high: f })
export const ZERO: Range = point(fraction(0n))

export const add = (a: Range, b: Range): Range => ({ low: plus(a.low, b.low), high: plus(a.high, b.high) })
export const minus = (a: Range): Range => ({ low: negative(a.high), high: negative(a.low) })
export const subtract = (a: Range, b: Range): Range => add(a, minus(b))
export const scale = (a: Range, n: bigint, d = 1n): Range => {
  const both = [times(a.low, fraction(n, d)), times(a.high, fraction(n, d))]
  return { low: least(both), high: most(both) }
}

/** The interval quotient; nothing when the divisor may be zero. */
export function divide(a: Range, b: Range): Range | undefined {
  if (!below(fraction(0n), b.low) && !below(b.high, fraction(0n))) return undefined
  const all = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => fraction(x.n * y.d, x.d * y.n)))
  return { low: least(all), high: most(all) }
}

/** Whether two ranges have a number in common: then rounding explains the difference. */
export const meet = (a: Range, b: Range): boolean => !below(a.high, b.low) && !below(b.high, a.low)

/** Whether a printed figure is the number cut off instead of rounded. */
export const isCut = (published: Figure, exact: Fraction): boolean => show(cut(exact, published.decimals), published.decimals) === show(valueOf(published), published.decimals)

/** A fraction as decimal text, rounded half away from zero. */
export function show(f: Fraction, decimals = 2): string {
  const scaled = (f.n < 0n ? -f.n : f.n) * 10n ** BigInt(decimals)
  const units = (2n * scaled + f.d) / (2n * f.d)
  const digits = units.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  return `${f.n < 0n && units > 0n ? '-' : ''}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`
}

/** Cut off after some decimals, not rounded. */
export const cut = (f: Fraction, decimals: number): Fraction => fraction((f.n * 10n ** BigInt(decimals)) / f.d, 10n ** BigInt(decimals))

/** The middle of a range, for messages. */
export const middle = (r: Range): Fraction => times(plus(r.low, r.high), fraction(1n, 2n))
export const showRange = (r: Range, decimals = 2): string => show(middle(r), decimals)

/** A printed number, thousands commas allowed. */
export function figureOf(text: string): Figure {
  const plain = text.replaceAll(',', '')
  const [whole = '0', part = ''] = plain.split('.')
  return { text, units: BigInt(`${whole}${part}`), decimals: part.length }
}

export const isZero = (f: Figure): boolean => f.units === 0n
/** Equal as numbers, whatever the decimals. */
export const same = (a: Figure, b: Figure): boolean => a.units * 10n ** BigInt(b.decimals) === b.units * 10n ** BigInt(a.decimals)
/** Equal within the halves of both last digits. */
export const alike = (a: Figure, b: Figure): boolean => same(a, b) || meet(rangeOf(a), rangeOf(b))
export const compare = (a: Figure, b: Figure): number => {
  const left = a.units * 10n ** BigInt(b.decimals), right = b.units * 10n ** BigInt(a.decimals)
  return left < right ? -1 : left > right ? 1 : 0
}
