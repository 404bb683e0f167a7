import { digitOf, weigh } from './check-digit.ts'
import { placeOf, type Format, type MrzPlace } from './format.ts'
import { type MrzCheck } from './reading.ts'

/** A document number of more than nine characters: how it is split, what it is, and where all of it stands. */
export interface LongNumber {
  readonly number: string
  /** What else the optional data has. */
  readonly rest: string
  readonly check: MrzCheck
  readonly place: MrzPlace
  readonly restPlace: MrzPlace
}

/** A text from `from` to before `to`, without the fillers at its end. */
export function bare(line: string, from: number, to: number): string {
  let end = to
  while (end > from && line.charCodeAt(end - 1) === 60) end--
  return end === from ? '' : line.slice(from, end)
}

/** Where the check digit of a long number stands in its line; 0: there is no long number. */
function digitAt(f: Format, line: string): number {
  if (f.longestNumber === 9 || line.charCodeAt(f.course.number.at + 9) !== 60) return 0
  const { at, length } = f.course.optional!
  const filler = line.indexOf('<', at)
  const last = (filler === -1 || filler > at + length ? at + length : filler) - 1
  return last > at ? last : 0
}

const sumOf = (f: Format, line: string, last: number): number =>
  weigh(line, { from: f.course.number.at, to: f.course.number.at + 9 }, 0) +
  weigh(line, { from: f.course.optional!.at, to: last }, 9)

/** Whether there is a long number whose check digit is right: {@link longNumber} without the report. */
export function isLongNumberRight(f: Format, lines: readonly string[]): boolean {
  const line = lines[f.course.number.line]!
  const last = digitAt(f, line)
  return last !== 0 && line[last] === digitOf(sumOf(f, line, last))
}

interface Setting {
  readonly place: MrzPlace
  readonly restPlace: MrzPlace
  readonly digit: MrzPlace
}

/** Where a long number stands, by format and the place of its digit: made once. */
const SETTINGS = new Map<number, Setting>()

function settingOf(f: Format, last: number): Setting {
  const key = f.index * 64 + last
  const known = SETTINGS.get(key)
  if (known !== undefined) return known
  const { line } = f.course.number
  const { at, length } = f.course.optional!
  const spot = (from: number, n: number): MrzPlace => Object.freeze(placeOf({ line, at: from, length: n }, f.width))
  const restAt = Math.min(last + 2, at + length)
  const place = Object.freeze({ ...f.places['documentNumber']!, continued: spot(at, last - at) })
  const made = { place, restPlace: spot(restAt, at + length - restAt), digit: spot(last, 1) }
  SETTINGS.set(key, made)
  return made
}

/**
 * A document number longer than its field: the filler in the digit's place sends the reader to the optional
 * data, where the rest and the digit stand, closed by a filler.
 *
 * @source Doc 9303-5 §4.2.2.3 note j, Doc 9303-6 §4.2.2.2 note j
 */
export function longNumber(f: Format, lines: readonly string[]): LongNumber | undefined {
  const line = lines[f.course.number.line]!
  const last = digitAt(f, line)
  if (last === 0) return undefined
  const from = f.course.number.at
  const { at, length } = f.course.optional!
  const { place, restPlace, digit } = settingOf(f, last)
  const given = line[last]!
  const computed = digitOf(sumOf(f, line, last))
  return {
    number: line.slice(from, from + 9) + line.slice(at, last),
    rest: bare(line, Math.min(last + 2, at + length), at + length),
    check: {
      field: 'documentNumber',
      given,
      computed,
      outcome: given === computed ? 'passed' : 'failed',
      place: digit,
      clause: f.clause.digits,
    },
    place,
    restPlace,
  }
}
