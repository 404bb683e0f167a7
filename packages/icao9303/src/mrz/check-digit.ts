/** What a character that the zone does not have adds to a sum: more than any sum of good ones. */
const BAD = 1 << 20
const WEIGHTS = [7, 3, 1] as const
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

const VALUES = Int32Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 90) return code - 55
  return code === 60 ? 0 : BAD
})

/** A place in a text: from the first character to before the last one. */
interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * The weighted sum of a stretch of a line; `phase` is how many characters were summed before it.
 * A character that the zone does not have makes the sum unfit: see {@link isFit}.
 */
export function weigh(line: string, at: Stretch, phase: number): number {
  let sum = 0
  let turn = phase % 3
  for (let i = at.from; i < at.to; i++) {
    const code = line.charCodeAt(i)
    sum += (code < 128 ? VALUES[code]! : BAD) * WEIGHTS[turn]!
    turn = turn === 2 ? 0 : turn + 1
  }
  return sum
}

/** The check digit of a sum, or `?` when there is none. */
export const digitOf = (sum: number): string => (sum < BAD ? DIGITS[sum % 10]! : '?')

/** The check digit of an MRZ field: one character, `0` to `9`.
 *
 * @param field - `0` to `9`, `A` to `Z`, `<`
 * @throws RangeError on any other character: the caller built the field, so it is a bug
 * @source Doc 9303-3 §4.9
 */
export function checkDigit(field: string): string {
  let sum = 0
  for (let i = 0; i < field.length; i++) {
    const code = field.charCodeAt(i)
    const value = code < 128 ? VALUES[code]! : BAD
    if (value === BAD) throw new RangeError(`not an MRZ character: ${field[i]}`)
    sum += value * WEIGHTS[i % 3]!
  }
  return DIGITS[sum % 10]!
}
