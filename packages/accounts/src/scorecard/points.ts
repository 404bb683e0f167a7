import { type Fraction } from '../figure.ts'

/** An exact share or number of points: a fraction in lowest terms, d > 0. Scores are never floats: 10 × 66.35 ÷ 73.1 has no last decimal. */
export type Points = Fraction

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

/** n/d. @throws RangeError where d is zero: the caller asks first. */
export function points(n: bigint | number, d: bigint | number = 1n): Points {
  const [top, under] = [BigInt(n), BigInt(d)]
  if (under === 0n) throw new RangeError('a share of nothing')
  const sign = under < 0n ? -1n : 1n
  const common = gcd(top < 0n ? -top : top, under * sign)
  return { n: (top * sign) / common, d: (under * sign) / common }
}

export const ZERO = points(0n)
export const ONE = points(1n)

export const add = (a: Points, b: Points): Points => points(a.n * b.d + b.n * a.d, a.d * b.d)
export const minus = (a: Points, b: Points): Points => points(a.n * b.d - b.n * a.d, a.d * b.d)
export const times = (a: Points, b: Points): Points => points(a.n * b.n, a.d * b.d)
export const over = (a: Points, b: Points): Points => points(a.n * b.d, a.d * b.n)
export const sum = (all: readonly Points[]): Points => all.reduce(add, ZERO)
export const isLess = (a: Points, b: Points): boolean => a.n * b.d < b.n * a.d
export const isSame = (a: Points, b: Points): boolean => a.n === b.n && a.d === b.d
export const least = (a: Points, b: Points): Points => (isLess(b, a) ? b : a)
export const most = (a: Points, b: Points): Points => (isLess(a, b) ? b : a)
export const distance = (a: Points, b: Points): Points => (isLess(a, b) ? minus(b, a) : minus(a, b))

/** Half a unit of the last printed digit: what rounding may have moved. */
export const half = (decimals: number): Points => points(1n, 2n * 10n ** BigInt(decimals))

/** `1,055.4`, `.5` and `15` as written, exactly; undefined for anything else. */
export function parsePoints(text: string): Points | undefined {
  const m = /^([-−]?)(\d{1,15}|\d{1,3}(?:,\d{3})+|)(?:\.(\d{1,12}))?$/.exec(text.normalize('NFKC').trim())
  if (m === null || (m[2] === '' && m[3] === undefined)) return undefined
  const decimals = m[3] ?? ''
  const units = BigInt(`${m[2]!.replaceAll(',', '')}${decimals}` || '0')
  return points(m[1] === '' ? units : -units, 10n ** BigInt(decimals.length))
}

/** Rounded half up (away from zero), with just so many decimals: `round(9.0766…, 2)` is `9.08`. */
export function round(p: Points, decimals: number): string {
  const scale = 10n ** BigInt(decimals)
  const whole = ((p.n < 0n ? -p.n : p.n) * scale * 2n + p.d) / (p.d * 2n)
  const digits = whole.toString().padStart(decimals + 1, '0')
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return p.n < 0n && whole > 0n ? `-${text}` : text
}

/** As short as it can be said: exact where three decimals suffice, else rounded half up to two. */
export function render(p: Points): string {
  const exact = [0, 1, 2, 3].find((k) => isSame(parsePoints(round(p, k))!, p))
  return round(p, exact ?? 2)
}

/** A share as a percentage of at most two decimals, half up. */
export const renderPercent = (share: Points): string => `${render(parsePoints(round(times(share, points(100n)), 2))!)}%`
