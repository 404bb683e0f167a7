import { isDay } from './date.ts'
import { NO_DEFECTS } from './defect.ts'
import { FORMATS, placeOf, type Format, type MrzPlace } from './format.ts'
import { bare, longNumber, type LongNumber } from './long-number.ts'
import { splitName } from './name.ts'
import { type Mrz, type MrzCheck } from './reading.ts'
import { issuerAt, stateAt } from './state-code.ts'
import { classesOf, counted, DIGIT, FOREIGN } from './tally.ts'

/**
 * The quick way for zones that have nothing wrong and nothing odd, which is nearly all of them. What is the same
 * for many zones is made once: checks that passed, places, codes. `undefined`: this one has to be read with care.
 */

/** A check that passed, by format, number and digit; the eleventh is the filler that stands for 0. */
const PASSED: readonly (readonly (readonly MrzCheck[])[])[] = FORMATS.map((f) =>
  f.checks.map((c) =>
    [...'0123456789<'].map((given) =>
      Object.freeze<MrzCheck>({
        field: c.field,
        given,
        computed: given === '<' ? '0' : given,
        outcome: 'passed',
        place: c.place,
        clause: f.clause.digits,
      }),
    ),
  ),
)

const LETTERS = 27
const CODES: readonly string[] = Array.from(
  { length: LETTERS * LETTERS },
  (_, i) =>
    String.fromCharCode(65 + Math.floor(i / LETTERS)) + (i % LETTERS === 26 ? '' : String.fromCharCode(65 + (i % LETTERS))),
)

/** The document code when it is one that its format may have whatever else holds; the others are looked up elsewhere. */
function codeAt(f: Format, line: string): string {
  const first = line.charCodeAt(0)
  const second = line.charCodeAt(1)
  if (second !== 60 && (second < 65 || second > 90)) return ''
  const is =
    f.lines === 1
      ? first === 67 && (second === 83 || second === 68)
      : f.width === 44
        ? first === 86 || first === 80
        : first === 86
          ? f.name === 'MRV-B'
          : (first === 67 || first === 73) && second !== 86
  return is ? CODES[(first - 65) * LETTERS + (second === 60 ? 26 : second - 65)]! : ''
}

/** The ends of the identifiers of the name that was gone over last, and the last single filler in it; 0: none. */
const name = { end: 0, start: 0, last: 0, primaryGap: 0, secondaryGap: 0, gaps: 0 }

/** Goes over a name field; false when there is anything in it but letters, single fillers and one pair between them. */
function scanName(line: string, from: number): boolean {
  let last = from
  let end = 0
  let start = 0
  let gap = 0
  let gaps = 0
  let primaryGap = 0
  for (let i = from; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === 60) continue
    if (code < 65 || code > 90) return false
    if (i !== last) {
      if (last === from || i - last > 2) return false
      if (i - last === 2) {
        if (start !== 0) return false
        end = last
        start = i
        primaryGap = gap
        gap = 0
      } else {
        gap = last
        gaps++
      }
    }
    last = i + 1
  }
  name.last = last
  name.end = start === 0 ? last : end
  name.start = start === 0 ? last : start
  name.primaryGap = start === 0 ? gap : primaryGap
  name.secondaryGap = start === 0 ? 0 : gap
  name.gaps = gaps
  return last !== from
}

/** An identifier with spaces; `gap` is where the last single filler in it stands. */
function spaced(line: string, from: number, o: { readonly to: number; readonly gap: number }): string {
  if (from === o.to) return ''
  if (o.gap === 0) return line.slice(from, o.to)
  return name.gaps > 1 ? line.slice(from, o.to).replaceAll('<', ' ') : `${line.slice(from, o.gap)} ${line.slice(o.gap + 1, o.to)}`
}

function checksOf(f: Format, lines: readonly string[], long: LongNumber | undefined): readonly MrzCheck[] {
  const passed = PASSED[f.index]!
  const { digits } = counted
  const first = long === undefined ? passed[0]![digits[0]!]! : long.check
  if (f.checks.length === 3) return [first, passed[1]![digits[1]!]!, passed[2]![digits[2]!]!]
  if (f.checks.length === 4) return [first, passed[1]![digits[1]!]!, passed[2]![digits[2]!]!, passed[3]![digits[3]!]!]
  const optional = lines[1]!.charCodeAt(42) === 60 ? 10 : digits[3]!
  return [first, passed[1]![digits[1]!]!, passed[2]![digits[2]!]!, passed[3]![optional]!, passed[4]![digits[4]!]!]
}

/** The order in which fields are told. */
const ORDER = [
  'documentCode',
  'issuingState',
  'primaryIdentifier',
  'secondaryIdentifier',
  'documentNumber',
  'nationality',
  'birthDate',
  'sex',
  'expiryDate',
  'optionalData',
  'optionalData2',
]

/** Places by format and the two ends of the identifiers in the name. */
const KNOWN_PLACES: Readonly<Record<string, MrzPlace>>[][] = FORMATS.map(() => [])
/** The same with a long document number: by its length too. Some ten thousand at most. */
const LONG_PLACES = new Map<number, Readonly<Record<string, MrzPlace>>>()

function placesFor(f: Format, lines: readonly string[], long: LongNumber | undefined): Readonly<Record<string, MrzPlace>> {
  const key = name.end * 64 + name.last
  const places = (KNOWN_PLACES[f.index]![key] ??= placesWith(f, lines))
  if (long === undefined) return places
  const longKey = (f.index * 64 * 64 + key) * 64 + long.place.continued!.length
  const known = LONG_PLACES.get(longKey)
  if (known !== undefined) return known
  const made = Object.freeze({ ...places, documentNumber: long.place, optionalData: long.restPlace })
  LONG_PLACES.set(longKey, made)
  return made
}

/** The places of the fields, the name field replaced by its two identifiers without their fillers. */
export function placesWith(f: Format, lines: readonly string[]): Readonly<Record<string, MrzPlace>> {
  const field = f.fields['name']
  if (field === undefined) return f.places
  const n = splitName(lines[field.line]!, field.at)
  const identifier = (from: number, to: number): MrzPlace =>
    Object.freeze(placeOf({ line: field.line, at: from, length: to - from }, f.width))
  const places = { ...f.places, primaryIdentifier: identifier(field.at, n.end), secondaryIdentifier: identifier(n.start, n.last) }
  return Object.freeze(
    Object.fromEntries(ORDER.flatMap((key) => (key in places ? [[key, places[key as keyof typeof places]!]] : []))),
  )
}

const isSex = (code: number): boolean => code === 77 || code === 70 || code === 60

interface Told { readonly long: LongNumber | undefined; readonly fields: Mrz['fields'] }

/** The report on a zone without a flaw; its name was looked at last. */
function told(f: Format, lines: readonly string[], { long, fields }: Told): Mrz {
  return {
    format: f.name,
    valid: true,
    fields,
    places: placesFor(f, lines, long),
    checks: checksOf(f, lines, long),
    truncated: name.last === f.width,
    defects: NO_DEFECTS,
    lines,
  }
}

function readTwo(f: Format, lines: readonly string[], long: LongNumber | undefined): Mrz | undefined {
  const top = lines[0]!
  const low = lines[1]!
  const documentCode = codeAt(f, top)
  const issuingState = issuerAt(top, 2)
  const nationality = stateAt(low, 10)
  if (documentCode === '' || issuingState === '' || nationality === '' || !isSex(low.charCodeAt(20)) || !scanName(top, 5))
    return undefined
  return told(f, lines, {
    long,
    fields: {
      documentCode,
      issuingState,
      primaryIdentifier: spaced(top, 5, { to: name.end, gap: name.primaryGap }),
      secondaryIdentifier: spaced(top, name.start, { to: name.last, gap: name.secondaryGap }),
      documentNumber: long === undefined ? bare(low, 0, 9) : long.number,
      nationality,
      birthDate: low.slice(13, 19),
      sex: low[20]!,
      expiryDate: low.slice(21, 27),
      optionalData: long === undefined ? bare(low, 28, 28 + f.course.optional!.length) : long.rest,
    },
  })
}

function readThree(f: Format, lines: readonly string[], long: LongNumber | undefined): Mrz | undefined {
  const top = lines[0]!
  const middle = lines[1]!
  const low = lines[2]!
  const documentCode = codeAt(f, top)
  const issuingState = issuerAt(top, 2)
  const nationality = stateAt(middle, 15)
  if (documentCode === '' || issuingState === '' || nationality === '' || !isSex(middle.charCodeAt(7)) || !scanName(low, 0))
    return undefined
  return told(f, lines, {
    long,
    fields: {
      documentCode,
      issuingState,
      primaryIdentifier: spaced(low, 0, { to: name.end, gap: name.primaryGap }),
      secondaryIdentifier: spaced(low, name.start, { to: name.last, gap: name.secondaryGap }),
      documentNumber: long === undefined ? bare(top, 5, 14) : long.number,
      nationality,
      birthDate: middle.slice(0, 6),
      sex: middle[7]!,
      expiryDate: middle.slice(8, 14),
      optionalData: long === undefined ? bare(top, 15, 30) : long.rest,
      optionalData2: bare(middle, 18, 29),
    },
  })
}

function readCard(f: Format, lines: readonly string[]): Mrz | undefined {
  const line = lines[0]!
  const documentCode = codeAt(f, line)
  if (documentCode === '' || (classesOf(line, 0, 30) & FOREIGN) !== 0) return undefined
  return {
    format: f.name,
    valid: true,
    fields: { documentCode, documentNumber: bare(line, 2, 11), expiryDate: line.slice(13, 19), birthDate: line.slice(21, 27) },
    places: f.places,
    checks: checksOf(f, lines, undefined),
    truncated: false,
    defects: NO_DEFECTS,
    lines,
  }
}

/** The report on a zone that has nothing wrong and nothing odd, after it was counted; undefined for any other. */
export function readPlain(f: Format, lines: readonly string[]): Mrz | undefined {
  const { number, first, second, optional } = f.course
  if (counted.birth !== DIGIT || counted.expiry !== DIGIT || ((counted.number | counted.optional) & FOREIGN) !== 0)
    return undefined
  const numbers = lines[number.line]!
  if (numbers.charCodeAt(number.at) === 60 || !isDay(lines[first.line]!, first.at) || !isDay(lines[second.line]!, second.at))
    return undefined
  const all = (1 << f.checks.length) - 1
  let long: LongNumber | undefined
  if (counted.right !== all) {
    if (counted.right !== all - 1 || f.longestNumber === 9 || numbers.charCodeAt(optional!.at + optional!.length - 1) !== 60)
      return undefined
    long = longNumber(f, lines)
    if (long?.check.outcome !== 'passed') return undefined
  }
  return f.lines === 2 ? readTwo(f, lines, long) : f.lines === 3 ? readThree(f, lines, long) : readCard(f, lines)
}
