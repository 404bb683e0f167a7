import { digitOf, weigh } from './check-digit.ts'
import { placeOf, type Format, type MrzPlace } from './format.ts'
import { type MrzCheck } from './reading.ts'

/** A document number of more than nine characters: the whole number, what else the optional data has, and where all of it stands. */
export interface LongNumber { readonly number: string; readonly rest: string; readonly check: MrzCheck; readonly place: MrzPlace; readonly restPlace: MrzPlace }

/** A text from `from` to before `to`, without the fillers at its end. */
export function bare(line: string, from: number, to: number): string {
  let end = to
  while (end > from && line.charCodeAt(end - 1) === 60) end--
  return end === from ? '' : line.slice(from, end)
}

/**
 * A document number longer than its field: the filler in the digit's place sends the reader to the optional
 * data, where the rest and the digit stand, closed by a filler.
 *
 * @source Doc 9303-5 §4.2.2.3 note j, Doc 9303-6 §4.2.2.2 note j
 */
export function longNumber(f: Format, lines: readonly string[]): LongNumber | undefined {
  const field = f.course.number
  const line = lines[field.line]!
  if (f.longestNumber === 9 || line.charCodeAt(field.at + 9) !== 60) return undefined
  const { at, length } = f.course.optional!
  const filler = line.indexOf('<', at)
  const end = filler === -1 || filler > at + length ? at + length : filler
  if (end - at < 2) return undefined
  const last = end - 1
  const sum = weigh(line, { from: field.at, to: field.at + 9 }, 0) + weigh(line, { from: at, to: last }, 9)
  const given = line[last]!
  const computed = digitOf(sum)
  const spot = (from: number, n: number): MrzPlace => placeOf({ line: field.line, at: from, length: n }, f.width)
  const restAt = Math.min(end + 1, at + length)
  return {
    number: line.slice(field.at, field.at + 9) + line.slice(at, last),
    rest: bare(line, restAt, at + length),
    check: { field: 'documentNumber', given, computed, outcome: given === computed ? 'passed' : 'failed', place: spot(last, 1), clause: f.clause.digits },
    place: { ...f.places['documentNumber']!, continued: spot(at, last - at) },
    restPlace: spot(restAt, at + length - restAt),
  }
}
