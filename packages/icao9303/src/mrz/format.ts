/** A place in the machine-readable zone: line from 0, first column from 0, number of characters. */
export interface Place {
  readonly line: number
  readonly at: number
  readonly length: number
}

/**
 * Where something stands, as people count: line and column from 1; `offset` counts characters from 0 over all
 * lines without their breaks, as DG1 has them. A long document number goes on in a second place.
 */
export interface MrzPlace {
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly length: number
  readonly continued?: MrzPlace
}

export interface Check {
  readonly field: string
  /** Where the digit stands. */
  readonly digit: Place
  readonly place: MrzPlace
  /** What it is computed over, in this order. */
  readonly over: readonly Place[]
  /** True when a filler may stand for 0, the field being empty. */
  readonly fillerMeansZero?: true
}

export type MrzFormat = 'TD1' | 'TD2' | 'TD3' | 'MRV-A' | 'MRV-B' | 'EEP-CARD'

/** One format: its lines, its fields, its check digits, and the clauses that say so. */
export interface Format {
  /** Its place in the list of formats. */
  readonly index: number
  readonly name: MrzFormat
  readonly lines: number
  readonly width: number
  readonly fields: Readonly<Record<string, Place>>
  readonly places: Readonly<Record<string, MrzPlace>>
  readonly checks: readonly Check[]
  /** The longest document number: more than nine characters go on in the optional data. */
  readonly longestNumber: number
  /** The order in which the sums of the check digits go over the zone; the final digit is the composite one. */
  readonly course: {
    readonly number: Place
    readonly first: Place
    readonly second: Place
    readonly optional: Place | undefined
    readonly optional2: Place | undefined
    readonly final: Place | undefined
  }
  readonly clause: { readonly upper: string; readonly lower: string; readonly digits: string; readonly names: string }
}

const at = (line: number, from: number, length: number): Place => ({ line, at: from, length })
/** As the Parts count: columns from 1, both ends included. */
const columns = (line: number, from: number, to: number): Place => at(line, from - 1, to - from + 1)

const lower = (optional: number): Readonly<Record<string, Place>> => ({
  documentNumber: at(1, 0, 9),
  nationality: at(1, 10, 3),
  birthDate: at(1, 13, 6),
  sex: at(1, 20, 1),
  expiryDate: at(1, 21, 6),
  optionalData: at(1, 28, optional),
})
const upper = (width: number): Readonly<Record<string, Place>> => ({
  documentCode: at(0, 0, 2),
  issuingState: at(0, 2, 3),
  name: at(0, 5, width - 5),
})

type PlainCheck = Omit<Check, 'place'>
const three: readonly PlainCheck[] = [
  { field: 'documentNumber', digit: at(1, 9, 1), over: [at(1, 0, 9)] },
  { field: 'birthDate', digit: at(1, 19, 1), over: [at(1, 13, 6)] },
  { field: 'expiryDate', digit: at(1, 27, 1), over: [at(1, 21, 6)] },
]

type PlainFormat = Omit<Format, 'index' | 'places' | 'checks' | 'course'> & { readonly checks: readonly PlainCheck[] }

const TD3: PlainFormat = {
  name: 'TD3',
  lines: 2,
  width: 44,
  longestNumber: 9,
  clause: { upper: 'Doc 9303-4 §4.2.2.1', lower: 'Doc 9303-4 §4.2.2.2', digits: 'Doc 9303-4 §4.2.4', names: 'Doc 9303-4 §4.2.3' },
  fields: { ...upper(44), ...lower(14) },
  checks: [
    ...three,
    { field: 'optionalData', digit: at(1, 42, 1), over: [at(1, 28, 14)], fillerMeansZero: true },
    { field: 'composite', digit: at(1, 43, 1), over: [columns(1, 1, 10), columns(1, 14, 20), columns(1, 22, 43)] },
  ],
}

const MRV_A: PlainFormat = {
  name: 'MRV-A',
  lines: 2,
  width: 44,
  longestNumber: 9,
  clause: {
    upper: 'Doc 9303-7 §4.2.2.1',
    lower: 'Doc 9303-7 §4.2.2.2',
    digits: 'Doc 9303-7 §4.2.2.2',
    names: 'Doc 9303-7 §4.2.2.1',
  },
  fields: { ...upper(44), ...lower(16) },
  checks: three,
}

const TD2: PlainFormat = {
  name: 'TD2',
  lines: 2,
  width: 36,
  longestNumber: 14,
  clause: { upper: 'Doc 9303-6 §4.2.2.1', lower: 'Doc 9303-6 §4.2.2.2', digits: 'Doc 9303-6 §4.2.4', names: 'Doc 9303-6 §4.2.3' },
  fields: { ...upper(36), ...lower(7) },
  checks: [
    ...three,
    { field: 'composite', digit: at(1, 35, 1), over: [columns(1, 1, 10), columns(1, 14, 20), columns(1, 22, 35)] },
  ],
}

const MRV_B: PlainFormat = {
  name: 'MRV-B',
  lines: 2,
  width: 36,
  longestNumber: 9,
  clause: {
    upper: 'Doc 9303-7 §7.2.2.1',
    lower: 'Doc 9303-7 §7.2.2.2',
    digits: 'Doc 9303-7 §7.2.2.2',
    names: 'Doc 9303-7 §7.2.2.1',
  },
  fields: { ...upper(36), ...lower(8) },
  checks: three,
}

const TD1: PlainFormat = {
  name: 'TD1',
  lines: 3,
  width: 30,
  longestNumber: 22,
  clause: { upper: 'Doc 9303-5 §4.2.2.1', lower: 'Doc 9303-5 §4.2.2.2', digits: 'Doc 9303-5 §4.2.4', names: 'Doc 9303-5 §4.2.3' },
  fields: {
    documentCode: at(0, 0, 2),
    issuingState: at(0, 2, 3),
    documentNumber: at(0, 5, 9),
    optionalData: at(0, 15, 15),
    birthDate: at(1, 0, 6),
    sex: at(1, 7, 1),
    expiryDate: at(1, 8, 6),
    nationality: at(1, 15, 3),
    optionalData2: at(1, 18, 11),
    name: at(2, 0, 30),
  },
  checks: [
    { field: 'documentNumber', digit: at(0, 14, 1), over: [at(0, 5, 9)] },
    { field: 'birthDate', digit: at(1, 6, 1), over: [at(1, 0, 6)] },
    { field: 'expiryDate', digit: at(1, 14, 1), over: [at(1, 8, 6)] },
    {
      field: 'composite',
      digit: at(1, 29, 1),
      over: [columns(0, 6, 30), columns(1, 1, 7), columns(1, 9, 15), columns(1, 19, 29)],
    },
  ],
}

const CARD = 'exit-entry permit card of 2014, one line; not a format of Doc 9303'
const EEP_CARD: PlainFormat = {
  name: 'EEP-CARD',
  lines: 1,
  width: 30,
  longestNumber: 9,
  clause: { upper: CARD, lower: CARD, digits: CARD, names: CARD },
  fields: { documentCode: at(0, 0, 2), documentNumber: at(0, 2, 9), expiryDate: at(0, 13, 6), birthDate: at(0, 21, 6) },
  checks: [
    { field: 'documentNumber', digit: at(0, 11, 1), over: [at(0, 2, 9)] },
    { field: 'expiryDate', digit: at(0, 19, 1), over: [at(0, 13, 6)] },
    { field: 'birthDate', digit: at(0, 27, 1), over: [at(0, 21, 6)] },
    { field: 'composite', digit: at(0, 29, 1), over: [at(0, 2, 10), at(0, 13, 7), at(0, 21, 7)] },
  ],
}

/** A place as people count it, in a format of this width. */
export const placeOf = (p: Place, width: number): MrzPlace => ({
  line: p.line + 1,
  column: p.at + 1,
  offset: p.line * width + p.at,
  length: p.length,
})

const placed = (f: PlainFormat, index: number): Format => ({
  ...f,
  index,
  places: Object.fromEntries(Object.entries(f.fields).map(([name, p]) => [name, placeOf(p, f.width)])),
  checks: f.checks.map((c) => ({ ...c, place: placeOf(c.digit, f.width) })),
  course: {
    number: f.fields['documentNumber']!,
    first: f.fields[f.checks[1]!.field]!,
    second: f.fields[f.checks[2]!.field]!,
    optional: f.fields['optionalData'],
    optional2: f.fields['optionalData2'],
    final: f.checks.find((c) => c.field === 'composite')?.digit,
  },
})

/** The formats of Doc 9303, and the one-line card that is not one of them. */
export const FORMATS: readonly Format[] = [TD3, MRV_A, TD2, MRV_B, TD1, EEP_CARD].map(placed)
const [td3, visaA, td2, visaB, td1, card] = FORMATS as readonly [Format, Format, Format, Format, Format, Format]

/** The format that lines of this shape and first letter have, or undefined. A visa begins with V. */
export function recogniseFormat(lines: readonly string[]): Format | undefined {
  const first = lines[0]
  if (first === undefined) return undefined
  const width = first.length
  if (lines.length === 2 && lines[1]!.length === width) {
    const visa = first.charCodeAt(0) === 86
    if (width === 44) return visa ? visaA : td3
    if (width === 36) return visa ? visaB : td2
    return undefined
  }
  if (width !== 30) return undefined
  if (lines.length === 1) return card
  return lines.length === 3 && lines[1]!.length === 30 && lines[2]!.length === 30 ? td1 : undefined
}
