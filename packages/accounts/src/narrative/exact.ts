import { type Figure, type Fraction, type Range, add, meet, rangeOf, scale, show, point } from '../figure.ts'

/** The middle of a range, for messages. */
const middle = (r: Range): Fraction => scale(add(point(r.low), point(r.high)), 1n, 2n).low
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
