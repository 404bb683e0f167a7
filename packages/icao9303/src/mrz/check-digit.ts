const WEIGHTS = [7, 3, 1] as const

/**
 * The value of one MRZ character: digits as they are, A to Z 10 to 35, the filler 0.
 *
 * @throws RangeError on any other character: the caller built the field, so it is a bug
 * @source Doc 9303-3 §4.9
 */
export function valueOfCharacter(c: string): number {
  const code = c.charCodeAt(0)
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 90) return code - 55
  if (c === '<') return 0
  throw new RangeError(`not an MRZ character: ${c}`)
}

/** The check digit of an MRZ field: one character, `0` to `9`. @source Doc 9303-3 §4.9 */
export function checkDigit(field: string): string {
  let sum = 0
  for (let i = 0; i < field.length; i++) sum += valueOfCharacter(field[i]!) * WEIGHTS[i % 3]!
  return String(sum % 10)
}
