import { digitOf, isFit, weigh } from './check-digit.ts'
import { findDefects, isClean, NO_DEFECTS, type MrzDefect } from './defect.ts'
import { placeOf, recogniseFormat, type Check, type Format, type MrzFormat, type MrzPlace } from './format.ts'
import { splitName, type NameSplit } from './name.ts'
import { linesOf } from './zone.ts'

/** One check digit: what stands there, what should, and where it stands. */
export interface MrzCheck {
  readonly field: string
  readonly given: string
  readonly computed: string
  readonly outcome: 'passed' | 'failed'
  readonly place: MrzPlace
  readonly clause: string
}

/** A zone as read: whatever could be read is there, whatever is wrong is named. */
export interface Mrz {
  readonly format: MrzFormat | undefined
  /** Every check digit is right and every character is one of the zone; `defects` may still name something. */
  readonly valid: boolean
  /** Without fillers; dates and sex as they stand. */
  readonly fields: Readonly<Record<string, string>>
  /** Where each field stands; an identifier without its fillers, everything else with them. */
  readonly places: Readonly<Record<string, MrzPlace>>
  readonly checks: readonly MrzCheck[]
  /** The name field ends in a letter: the name must be taken for a truncated one. */
  readonly truncated: boolean
  readonly defects: readonly MrzDefect[]
  readonly lines: readonly string[]
}

/** A text from `from` to before `to`, without the fillers at its end. */
function bare(line: string, from: number, to: number): string {
  let end = to
  while (end > from && line.charCodeAt(end - 1) === 60) end--
  return line.slice(from, end)
}

function runCheck(lines: readonly string[], c: Check, clause: string): MrzCheck {
  let sum = 0
  let phase = 0
  for (const p of c.over) {
    sum += weigh(lines[p.line]!, { from: p.at, to: p.at + p.length }, phase)
    phase += p.length
  }
  const given = lines[c.digit.line]![c.digit.at]!
  const computed = digitOf(sum)
  const right = given === computed || (c.fillerMeansZero === true && given === '<' && sum === 0)
  return { field: c.field, given, computed, outcome: right ? 'passed' : 'failed', place: c.place, clause }
}

/** A document number of more than nine characters. */
interface LongNumber { readonly number: string; readonly rest: string; readonly check: MrzCheck; readonly place: MrzPlace; readonly restPlace: MrzPlace }

/**
 * A document number longer than its field: the filler in the digit's place sends the reader to the optional
 * data, where the rest and the digit stand, closed by a filler.
 *
 * @source Doc 9303-5 §4.2.2.3 note j, Doc 9303-6 §4.2.2.2 note j
 */
function longNumber(f: Format, lines: readonly string[]): LongNumber | undefined {
  const field = f.fields['documentNumber']!
  const line = lines[field.line]!
  if (line.charCodeAt(field.at + 9) !== 60 || f.longestNumber === 9) return undefined
  const { at, length } = f.fields['optionalData']!
  const filler = line.indexOf('<', at)
  const end = filler === -1 || filler > at + length ? at + length : filler
  if (end - at < 2) return undefined
  const last = end - 1
  const sum = weigh(line, { from: field.at, to: field.at + 9 }, 0) + weigh(line, { from: at, to: last }, 9)
  const [given, computed] = [line[last]!, digitOf(sum)]
  const spot = (from: number, n: number): MrzPlace => placeOf({ line: field.line, at: from, length: n }, f.width)
  return {
    number: line.slice(field.at, field.at + 9) + line.slice(at, last),
    rest: bare(line, Math.min(end + 1, at + length), at + length),
    check: { field: 'documentNumber', given, computed, outcome: given === computed ? 'passed' : 'failed', place: spot(last, 1), clause: f.clause.digits },
    place: { ...f.places['documentNumber']!, continued: spot(at, last - at) },
    restPlace: spot(Math.min(end + 1, at + length), Math.max(0, at + length - end - 1)),
  }
}

function checksOf(f: Format, lines: readonly string[], long: LongNumber | undefined): readonly MrzCheck[] {
  const checks: MrzCheck[] = []
  for (let i = 0; i < f.checks.length; i++) checks.push(i === 0 && long !== undefined ? long.check : runCheck(lines, f.checks[i]!, f.clause.digits))
  return checks
}

const identifierPlace = (name: MrzPlace, from: number, to: number): MrzPlace => ({ line: name.line, column: from + 1, offset: name.offset - name.column + 1 + from, length: to - from })

/** Fields and places of a format of two lines. */
function readTwo(f: Format, lines: readonly string[], long: LongNumber | undefined): Pick<Mrz, 'fields' | 'places'> {
  const [top, low] = lines as readonly [string, string]
  const n = splitName(top, 5)
  const optional = f.fields['optionalData']!
  const p = f.places
  return {
    fields: {
      documentCode: bare(top, 0, 2), issuingState: bare(top, 2, 5), primaryIdentifier: n.primaryIdentifier, secondaryIdentifier: n.secondaryIdentifier,
      documentNumber: long === undefined ? bare(low, 0, 9) : long.number, nationality: bare(low, 10, 13), birthDate: low.slice(13, 19), sex: low[20]!,
      expiryDate: low.slice(21, 27), optionalData: long === undefined ? bare(low, optional.at, optional.at + optional.length) : long.rest,
    },
    places: {
      documentCode: p['documentCode']!, issuingState: p['issuingState']!, primaryIdentifier: identifierPlace(p['name']!, 5, n.end), secondaryIdentifier: identifierPlace(p['name']!, n.start, n.last),
      documentNumber: long === undefined ? p['documentNumber']! : long.place, nationality: p['nationality']!, birthDate: p['birthDate']!, sex: p['sex']!,
      expiryDate: p['expiryDate']!, optionalData: long === undefined ? p['optionalData']! : long.restPlace,
    },
  }
}

function readThree(f: Format, lines: readonly string[], long: LongNumber | undefined): Pick<Mrz, 'fields' | 'places'> {
  const [top, middle, low] = lines as readonly [string, string, string]
  const n: NameSplit = splitName(low, 0)
  const p = f.places
  return {
    fields: {
      documentCode: bare(top, 0, 2), issuingState: bare(top, 2, 5), primaryIdentifier: n.primaryIdentifier, secondaryIdentifier: n.secondaryIdentifier,
      documentNumber: long === undefined ? bare(top, 5, 14) : long.number, nationality: bare(middle, 15, 18), birthDate: middle.slice(0, 6), sex: middle[7]!,
      expiryDate: middle.slice(8, 14), optionalData: long === undefined ? bare(top, 15, 30) : long.rest, optionalData2: bare(middle, 18, 29),
    },
    places: {
      documentCode: p['documentCode']!, issuingState: p['issuingState']!, primaryIdentifier: identifierPlace(p['name']!, 0, n.end), secondaryIdentifier: identifierPlace(p['name']!, n.start, n.last),
      documentNumber: long === undefined ? p['documentNumber']! : long.place, nationality: p['nationality']!, birthDate: p['birthDate']!, sex: p['sex']!,
      expiryDate: p['expiryDate']!, optionalData: long === undefined ? p['optionalData']! : long.restPlace, optionalData2: p['optionalData2']!,
    },
  }
}

function readCard(f: Format, lines: readonly string[]): Pick<Mrz, 'fields' | 'places'> {
  const line = lines[0]!
  return {
    fields: { documentCode: bare(line, 0, 2), documentNumber: bare(line, 2, 11), expiryDate: line.slice(13, 19), birthDate: line.slice(21, 27) },
    places: f.places,
  }
}

function endsInLetter(f: Format, lines: readonly string[]): boolean {
  if (f.lines === 1) return false
  const last = lines[f.lines === 2 ? 0 : 2]!.charCodeAt(f.width - 1)
  return last >= 65 && last <= 90
}

const shapeOf = (lines: readonly string[]): string => (lines.length === 0 ? 'nothing' : `${lines.length > 3 ? 'more than 3' : lines.length} line${lines.length === 1 ? '' : 's'} of ${lines.slice(0, 3).map((l) => l.length).join(', ')} characters`)

const unread = (lines: readonly string[]): Mrz => ({
  format: undefined, valid: false, fields: {}, places: {}, checks: [], truncated: false, lines: [],
  defects: [{ code: 'no-format', at: 'lines', says: `${shapeOf(lines)}: no format of Doc 9303`, clause: 'Doc 9303-3 §4.2' }],
})

/**
 * Reads a machine-readable zone of any format: TD1, TD2, TD3, MRV-A, MRV-B and the one-line card; lines, a text
 * of lines, or the lines run together as in DG1. Never throws: whatever is wrong is a failed check or a defect
 * with its place and clause, and what can be read is read all the same.
 *
 * @source Doc 9303-3 §4, Doc 9303-4, -5, -6 §4.2, Doc 9303-7 §4.2, §7.2
 */
export function parseMrz(input: string | readonly string[]): Mrz {
  const lines = linesOf(input)
  const f = recogniseFormat(lines)
  if (f === undefined) return unread(lines)
  const long = longNumber(f, lines)
  const { fields, places } = f.lines === 2 ? readTwo(f, lines, long) : f.lines === 3 ? readThree(f, lines, long) : readCard(f, lines)
  const checks = checksOf(f, lines, long)
  const defects = isClean(f, lines) ? NO_DEFECTS : findDefects(f, lines)
  let valid = true
  for (const c of checks) valid &&= c.outcome === 'passed'
  for (const d of defects) valid &&= d.code !== 'character'
  return { format: f.name, valid, fields, places, checks, truncated: endsInLetter(f, lines), defects, lines }
}

/** Whether the digit `c` names is right. */
function isRight(lines: readonly string[], c: Check): boolean {
  let sum = 0
  let phase = 0
  for (const p of c.over) {
    sum += weigh(lines[p.line]!, { from: p.at, to: p.at + p.length }, phase)
    phase += p.length
  }
  const given = lines[c.digit.line]!.charCodeAt(c.digit.at)
  return isFit(sum) && (given === 48 + (sum % 10) || (c.fillerMeansZero === true && given === 60 && sum === 0))
}

/**
 * Whether a zone has a known format, only characters of the zone, and right check digits: what `parseMrz` calls
 * valid, without the report.
 *
 * @source Doc 9303-3 §4.9
 */
export function isValidMrz(input: string | readonly string[]): boolean {
  const lines = linesOf(input)
  const f = recogniseFormat(lines)
  if (f === undefined) return false
  const { line, at } = f.checks[0]!.digit
  let first = 0
  if (lines[line]!.charCodeAt(at) === 60 && f.longestNumber > 9) {
    const long = longNumber(f, lines)
    if (long?.check.outcome === 'failed') return false
    first = long === undefined ? 0 : 1
  }
  for (let i = first; i < f.checks.length; i++) if (!isRight(lines, f.checks[i]!)) return false
  for (const l of lines) if (!isFit(weigh(l, { from: 0, to: l.length }, 0))) return false
  return true
}
