import { recogniseFormat, type Format } from './format.ts'
import { isValidMrz, parseMrz } from './parse.ts'
import { type MrzCheck } from './reading.ts'
import { linesOf } from './zone.ts'

/** One character that was probably misread; line and column from 1. */
export interface MrzChange {
  readonly line: number
  readonly column: number
  readonly from: string
  readonly to: string
  readonly why: 'case' | 'blank' | 'length' | 'filler' | 'digit' | 'letter' | 'look-alike'
}

/** A reading of the zone that fits: every check digit is right in it. */
export interface MrzSuggestion {
  readonly lines: readonly string[]
  readonly changes: readonly MrzChange[]
}

/** Letters that a reader takes digits for, and what they then are. */
const AS_DIGIT: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  A: '4',
  S: '5',
  G: '6',
  T: '7',
  B: '8',
}
const AS_LETTER: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 2: 'Z', 4: 'A', 5: 'S', 6: 'G', 7: 'T', 8: 'B' }
/** Where letters and digits may both stand. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  O: '0',
  0: 'O',
  I: '1',
  1: 'I',
  Z: '2',
  2: 'Z',
  S: '5',
  5: 'S',
  G: '6',
  6: 'G',
  B: '8',
  8: 'B',
}
/** Letters that a run of fillers is taken for. */
const AS_FILLER = 'KCLSEGX'
const MOST_TEXT = 400
const MOST_SUGGESTIONS = 8

interface Reading {
  readonly lines: readonly string[]
  readonly changes: readonly MrzChange[]
}
interface Spot {
  readonly line: number
  readonly at: number
}

const put = (r: Reading, p: Spot, o: { readonly to: string; readonly why: MrzChange['why'] }): Reading => {
  const line = r.lines[p.line]!
  return {
    lines: r.lines.map((l, i) => (i === p.line ? `${l.slice(0, p.at)}${o.to}${l.slice(p.at + 1)}` : l)),
    changes: [...r.changes, { line: p.line + 1, column: p.at + 1, from: line[p.at]!, to: o.to, why: o.why }],
  }
}

const WIDTHS: Readonly<Record<number, readonly number[]>> = { 1: [30], 2: [44, 36], 3: [30] }

/** The width that lines of about these lengths were meant to have. */
function widthOf(lines: readonly string[]): number | undefined {
  const widths = WIDTHS[lines.length] ?? []
  return (
    widths.find((w) => lines.some((l) => l.length === w)) ?? widths.find((w) => lines.every((l) => Math.abs(l.length - w) <= 3))
  )
}

const isWide = (width: number): boolean => width === 44 || width === 36 || width === 30

/** Capitals, no blanks, and fillers lost or doubled at the end of a line put right. */
function tidy(given: readonly string[]): Reading | undefined {
  const changes: MrzChange[] = []
  const lines = given.map((l, i) =>
    Array.from(l)
      .flatMap((c, at) => {
        const blank = isWide(l.length) ? '<' : ''
        const change = (to: string, why: MrzChange['why']): string => {
          changes.push({ line: i + 1, column: at + 1, from: c, to, why })
          return to
        }
        if (/\s/.test(c)) return [change(blank, 'blank')]
        if (c === '«') return [...change('<<', 'filler')]
        if (/[‹＜≤([{]/.test(c)) return [change('<', 'filler')]
        return [/[a-z]/.test(c) ? change(c.toUpperCase(), 'case') : c]
      })
      .join(''),
  )
  const width = widthOf(lines)
  if (width === undefined) return undefined
  const fitted = lines.map((l, i) => {
    const lacking = width - l.length
    if (lacking > 0 && lacking <= 3 && l.endsWith('<'))
      changes.push({ line: i + 1, column: l.length + 1, from: '', to: '<'.repeat(lacking), why: 'length' })
    else if (lacking < 0 && lacking >= -3 && l.endsWith('<'.repeat(1 - lacking)))
      changes.push({ line: i + 1, column: width + 1, from: '<'.repeat(-lacking), to: '', why: 'length' })
    else return l
    return l.padEnd(width, '<').slice(0, width)
  })
  return fitted.every((l) => l.length === width) ? { lines: fitted, changes } : undefined
}

/** Fields that only letters, or only digits, may have. */
function byAlphabet(r: Reading, f: Format): Reading {
  let reading = r
  const each = (
    p: { readonly line: number; readonly at: number; readonly length: number },
    table: Readonly<Record<string, string>>,
    why: MrzChange['why'],
  ): void => {
    for (let at = p.at; at < p.at + p.length; at++) {
      const to = table[reading.lines[p.line]![at]!]
      if (to !== undefined) reading = put(reading, { line: p.line, at }, { to, why })
    }
  }
  for (const field of ['birthDate', 'expiryDate']) each(f.fields[field]!, AS_DIGIT, 'digit')
  for (const c of f.checks) each(c.digit, AS_DIGIT, 'digit')
  for (const field of ['documentCode', 'issuingState', 'nationality', 'name'])
    if (f.fields[field] !== undefined) each(f.fields[field], AS_LETTER, 'letter')
  return reading
}

/** In the run of fillers behind a name stand letters that fillers look like: `<<<<K<<C<<`. */
function fillerRun(r: Reading, f: Format): Reading {
  const p = f.fields['name']
  if (p === undefined) return r
  const name = r.lines[p.line]!.slice(p.at)
  const run = new RegExp(`<[${AS_FILLER}<]*<[${AS_FILLER}<]*$`).exec(name)
  if (run === null || !/<{2}/.test(run[0])) return r
  const from = name.indexOf('<<', run.index)
  const second = name.slice(0, from).includes('<<') ? from : name.indexOf('<<', from + 2)
  if (second === -1) return r
  let reading = r
  for (let i = second; i < name.length; i++)
    if (name[i] !== '<') reading = put(reading, { line: p.line, at: p.at + i }, { to: '<', why: 'filler' })
  return reading
}

const failedOf = (r: Reading): readonly MrzCheck[] => parseMrz(r.lines).checks.filter((c) => c.outcome === 'failed')

/** The places under the failed check digits where one character may be another. */
function doubtful(r: Reading, f: Format): readonly Spot[] {
  const failed = failedOf(r).map((c) => c.field)
  const fields = failed.includes('documentNumber')
    ? ['documentNumber', ...(f.longestNumber > 9 ? ['optionalData'] : [])]
    : ['optionalData', 'optionalData2', 'documentNumber']
  return fields.flatMap((field) => {
    const p = f.fields[field]
    return p === undefined
      ? []
      : Array.from({ length: p.length }, (_, i) => ({ line: p.line, at: p.at + i })).filter(
          ({ line, at }) => LOOK_ALIKE[r.lines[line]![at]!] !== undefined,
        )
  })
}

const exchange = (r: Reading, p: Spot): Reading => put(r, p, { to: LOOK_ALIKE[r.lines[p.line]![p.at]!]!, why: 'look-alike' })

/** One look-alike exchanged, and where none fits, two. */
function byLookAlike(r: Reading, f: Format): readonly Reading[] {
  const spots = doubtful(r, f)
  const ones = spots.map((p) => exchange(r, p)).filter((o) => isValidMrz(o.lines))
  if (ones.length > 0) return ones
  return spots.flatMap((p, i) => spots.slice(i + 1).map((q) => exchange(exchange(r, p), q))).filter((o) => isValidMrz(o.lines))
}

/**
 * Readings that a misread zone may have been: lower case, blanks, lost fillers, letters for digits and the other way
 * round, letters in a run of fillers. Only readings whose check digits are all right, the ones with the fewest
 * changes first; none when the zone is right already, or when nothing fits. A suggestion is not a correction: one
 * reading in ten fits a check digit by chance, and names have none.
 *
 * @source Doc 9303-3 §4.9
 */
export function suggestMrz(input: string | readonly string[]): readonly MrzSuggestion[] {
  const size = typeof input === 'string' ? input.length : input.reduce((n, l) => n + l.length, 0)
  if (size > MOST_TEXT) return []
  const given = linesOf(input)
  const tidied =
    recogniseFormat(given) !== undefined && given.every((l) => /^[A-Z0-9<]*$/.test(l))
      ? { lines: given, changes: [] }
      : tidy(given)
  const f = tidied === undefined ? undefined : recogniseFormat(tidied.lines)
  if (tidied === undefined || f === undefined) return []
  const forced = fillerRun(byAlphabet(tidied, f), f)
  const readings = [forced, byAlphabet(tidied, f)].some((r) => isValidMrz(r.lines)) ? [forced] : byLookAlike(forced, f)
  const seen = new Set<string>()
  return readings
    .filter(
      (r) => r.changes.length > 0 && isValidMrz(r.lines) && !seen.has(r.lines.join()) && seen.add(r.lines.join()) !== undefined,
    )
    .toSorted((a, b) => a.changes.length - b.changes.length)
    .slice(0, MOST_SUGGESTIONS)
}
