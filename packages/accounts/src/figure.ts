/**
 * A number as printed. It stands for the interval of all numbers that round to it: a figure with `decimals` d is
 * [value − ½·10⁻ᵈ, value + ½·10⁻ᵈ]. Everything is exact: units are whole multiples of 10⁻ᵈ.
 * @source accounts.md, section 0, fact 2
 */
export interface Figure {
  /** As it stands in the document, without spaces: `1,055.4`, `32.2`. */
  readonly text: string
  /** Whole multiples of 10^-decimals. */
  readonly units: bigint
  /** Decimals that it is rounded to: those printed, or more where its table drops closing zeros (`32.2` among `32.20`). */
  readonly decimals: number
}

/** An exact fraction, `d` > 0. */
export interface Fraction { readonly n: bigint; readonly d: bigint }

/** All numbers that a printed figure, or a calculation of printed figures, may stand for. */
export interface Range { readonly low: Fraction; readonly high: Fraction }

const NUMBER = /^([-－−]?)(\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．](\d+))?$/
const half = (text: string): string => text.replace(/[\uff10-\uff19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[\s\u3000]/g, '')

/** Reads a printed number: thousands with commas, full-width digits, a minus before a negative one, or brackets round one with decimals (`(1)` numbers a list). Undefined for anything else, a dash for nothing among it. */
export function parseFigure(printed: string): Figure | undefined {
  const text = half(printed)
  const bracketed = /^[（(]([\d,，]+[.．]\d+)[)）]$/.exec(text)?.[1]
  const m = NUMBER.exec(bracketed ?? text)
  if (m === null) return undefined
  const decimals = m[3]?.length ?? 0
  const units = BigInt(`${m[2]!.replace(/[,，]/g, '')}${m[3] ?? ''}`)
  return { text, units: m[1] !== '' || bracketed !== undefined ? -units : units, decimals }
}

/** Whether a cell says that there is nothing: empty, or a dash. Nothing is not zero. */
export const isBlank = (printed: string): boolean => /^[-—－–─/／]*$/.test(half(printed))

export const fraction = (n: bigint, d = 1n): Fraction => (d < 0n ? { n: -n, d: -d } : { n, d })
const plus = (a: Fraction, b: Fraction): Fraction => (a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d))
const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d)
export const negative = (a: Fraction): Fraction => fraction(-a.n, a.d)
export const below = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d
const least = (all: readonly Fraction[]): Fraction => all.reduce((a, b) => (below(b, a) ? b : a))
const most = (all: readonly Fraction[]): Fraction => all.reduce((a, b) => (below(a, b) ? b : a))

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

export const sumOf = (parts: readonly Fraction[]): Fraction => parts.reduce(plus, fraction(0n))
export const differenceOf = (a: Fraction, b: Fraction): Fraction => plus(a, negative(b))
export const isSame = (a: Fraction, b: Fraction): boolean => a.n * b.d === b.n * a.d

/** Half of the last printed digit. */
export const halfDigit = (f: Figure): Fraction => fraction(1n, 2n * 10n ** BigInt(f.decimals))

/** How a total stands to its parts: to the digit, within what rounding explains, or not. A printed zero is exact. */
export type Agreement = 'exact' | 'rounding' | 'different'

/**
 * A printed total against a sum of printed figures, each with its sign: exact, or within ½u for each figure that is not
 * zero and for the total.
 * @source accounts.md, section 3, tolerance A (one part: tolerance B)
 */
export function agree(total: Figure, parts: readonly { readonly figure: Figure; readonly sign?: 1 | -1 }[]): { readonly agreement: Agreement; readonly sum: Fraction; readonly envelope: Fraction } {
  const sum = sumOf(parts.map((p) => (p.sign === -1 ? negative(valueOf(p.figure)) : valueOf(p.figure))))
  const envelope = sumOf([total, ...parts.map((p) => p.figure)].filter((f) => f.units !== 0n).map(halfDigit))
  const off = differenceOf(valueOf(total), sum)
  const size = off.n < 0n ? negative(off) : off
  return { sum, envelope, agreement: off.n === 0n ? 'exact' : below(envelope, size) ? 'different' : 'rounding' }
}

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

/** Whether a printed figure is the number cut off instead of rounded. */
export const isCut = (published: Figure, exact: Fraction): boolean => show(cut(exact, published.decimals), published.decimals) === show(valueOf(published), published.decimals)

const POWER = { 元: 0, 万元: 4, 亿元: 8 } as const

/** A figure of money in another unit, exactly and with its rounding: 1.23 万元 is 12300 元 ± 50. */
export function inUnit(f: Figure, from: keyof typeof POWER, to: keyof typeof POWER): { readonly value: Fraction; readonly range: Range } {
  const [n, d] = [10n ** BigInt(POWER[from]), 10n ** BigInt(POWER[to])]
  return { value: times(valueOf(f), fraction(n, d)), range: scale(rangeOf(f), n, d) }
}

/**
 * The decimals that a table rounds to: the most that a quarter of its figures, and two, show (of one figure, its own).
 * Where most is printed to the cent, `32.2` is 32.20 with its closing zero dropped, and rounded as the others are.
 */
export function decimalsOf(figures: readonly Figure[]): number {
  const sorted = figures.filter((f) => f.units !== 0n).map((f) => f.decimals).sort((a, b) => b - a)
  return sorted[Math.max(1, Math.ceil(sorted.length / 4) - 1)] ?? sorted[0] ?? 0
}

/** The figure as rounded to no fewer decimals: `32.2` to two is 32.20 ± 0.005. */
export function withDecimals<F extends Figure>(f: F, decimals: number): F {
  return f.decimals >= decimals ? f : { ...f, units: f.units * 10n ** BigInt(decimals - f.decimals), decimals }
}

/** Whether two neighbouring digits of one number changed places in the other, as a typist errs: `765.89` for `756.89`. */
export function isTransposed(printed: string, expected: string): boolean {
  const [a, b] = [printed.replace(/[^\d.]/g, ''), expected.replace(/[^\d.]/g, '')]
  if (a.length !== b.length || a === b) return false
  const at = [...a].findIndex((c, i) => c !== b[i])
  if (a[at] === '.' || b[at] === '.') return false
  const next = a[at + 1] === '.' ? at + 2 : at + 1
  return a[at] === b[next] && a[next] === b[at] && a.slice(next + 1) === b.slice(next + 1)
}
