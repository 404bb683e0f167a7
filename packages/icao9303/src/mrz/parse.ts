import { digitOf, weigh } from './check-digit.ts'
import { findDefects } from './defect.ts'
import { recogniseFormat, type Check, type Format } from './format.ts'
import { bare, isLongNumberRight, longNumber, type LongNumber } from './long-number.ts'
import { splitName } from './name.ts'
import { placesWith, readPlain } from './plain.ts'
import { type Mrz, type MrzCheck } from './reading.ts'
import { classesOf, counted, FOREIGN, tally } from './tally.ts'
import { linesOf } from './zone.ts'

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

/** Fields that stay as they stand, fillers and all. */
const AS_THEY_STAND: ReadonlySet<string> = new Set(['birthDate', 'expiryDate', 'sex'])

/** The fields of a zone with something wrong or odd in it, and their places. */
function readFields(f: Format, lines: readonly string[], long: LongNumber | undefined): Pick<Mrz, 'fields' | 'places'> {
  const { name } = f.fields
  const n = name === undefined ? undefined : splitName(lines[name.line]!, name.at)
  const places = { ...placesWith(f, lines) }
  const fields = Object.fromEntries(
    Object.keys(places).map((key) => {
      const p = f.fields[key]
      if (p === undefined) return [key, n![key as 'primaryIdentifier' | 'secondaryIdentifier']]
      const line = lines[p.line]!
      return [key, AS_THEY_STAND.has(key) ? line.slice(p.at, p.at + p.length) : bare(line, p.at, p.at + p.length)]
    }),
  )
  if (long === undefined) return { fields, places }
  return {
    fields: { ...fields, documentNumber: long.number, optionalData: long.rest },
    places: { ...places, documentNumber: long.place, optionalData: long.restPlace },
  }
}

function endsInLetter(f: Format, lines: readonly string[]): boolean {
  const name = f.fields['name']
  return name !== undefined && /[A-Z]/.test(lines[name.line]![f.width - 1]!)
}

function readOdd(f: Format, lines: readonly string[]): Mrz {
  const long = longNumber(f, lines)
  const checks = f.checks.map((c, i) => (i === 0 && long !== undefined ? long.check : runCheck(lines, c, f.clause.digits)))
  const defects = findDefects(f, lines)
  const valid = checks.every((c) => c.outcome === 'passed') && !defects.some((d) => d.code === 'character')
  return { format: f.name, valid, ...readFields(f, lines, long), checks, truncated: endsInLetter(f, lines), defects, lines }
}

const shapeOf = (lines: readonly string[]): string =>
  lines.length === 0
    ? 'nothing'
    : `${lines.length > 3 ? 'more than 3' : lines.length} line${lines.length === 1 ? '' : 's'} of ${lines
        .slice(0, 3)
        .map((l) => l.length)
        .join(', ')} characters`

const unread = (lines: readonly string[]): Mrz => ({
  format: undefined,
  valid: false,
  fields: {},
  places: {},
  checks: [],
  truncated: false,
  lines: [],
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
  tally(f, lines)
  return readPlain(f, lines) ?? readOdd(f, lines)
}

const isForeign = (line: string): boolean => (classesOf(line, 0, line.length) & FOREIGN) !== 0

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
  tally(f, lines)
  let { right } = counted
  if ((right & 1) === 0 && f.longestNumber > 9 && isLongNumberRight(f, lines)) right |= 1
  return right === (1 << f.checks.length) - 1 && !lines.some(isForeign)
}
