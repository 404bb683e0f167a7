/** A place in the machine-readable zone: line from 0, first column from 0, number of characters. */
export interface Place { readonly line: number; readonly at: number; readonly length: number }

export interface Check {
  readonly field: string
  /** Where the digit stands. */
  readonly digit: Place
  /** What it is computed over, in this order. */
  readonly over: readonly Place[]
  /** True when a filler may stand for 0. */
  readonly fillerMeansZero?: true
}

/** One format: its lines, its fields, its check digits. */
export interface Format {
  readonly name: 'TD1' | 'TD2' | 'TD3' | 'MRV-A' | 'MRV-B' | 'EEP-CARD'
  readonly lines: number
  readonly width: number
  readonly fields: Readonly<Record<string, Place>>
  readonly checks: readonly Check[]
  readonly source: string
}

const at = (line: number, from: number, length: number): Place => ({ line, at: from, length })
const whole = (line: number, fromColumn: number, toColumn: number): Place => at(line, fromColumn - 1, toColumn - fromColumn + 1)

const lower = (optional: number): Readonly<Record<string, Place>> => ({
  documentNumber: at(1, 0, 9), nationality: at(1, 10, 3), birthDate: at(1, 13, 6), sex: at(1, 20, 1), expiryDate: at(1, 21, 6), optionalData: at(1, 28, optional),
})
const upper = (width: number): Readonly<Record<string, Place>> => ({ documentCode: at(0, 0, 2), issuingState: at(0, 2, 3), name: at(0, 5, width - 5) })
const three: readonly Check[] = [
  { field: 'documentNumber', digit: at(1, 9, 1), over: [at(1, 0, 9)] },
  { field: 'birthDate', digit: at(1, 19, 1), over: [at(1, 13, 6)] },
  { field: 'expiryDate', digit: at(1, 27, 1), over: [at(1, 21, 6)] },
]

/** The formats of Doc 9303, and the one-line card that is not one of them. */
export const FORMATS: readonly Format[] = [
  {
    name: 'TD3', lines: 2, width: 44, source: 'Doc 9303-4 §4.2', fields: { ...upper(44), ...lower(14) },
    checks: [...three, { field: 'optionalData', digit: at(1, 42, 1), over: [at(1, 28, 14)], fillerMeansZero: true }, { field: 'composite', digit: at(1, 43, 1), over: [whole(1, 1, 10), whole(1, 14, 20), whole(1, 22, 43)] }],
  },
  { name: 'MRV-A', lines: 2, width: 44, source: 'Doc 9303-7 §4', fields: { ...upper(44), ...lower(16) }, checks: three },
  {
    name: 'TD2', lines: 2, width: 36, source: 'Doc 9303-6 §4.2', fields: { ...upper(36), ...lower(7) },
    checks: [...three, { field: 'composite', digit: at(1, 35, 1), over: [whole(1, 1, 10), whole(1, 14, 20), whole(1, 22, 35)] }],
  },
  { name: 'MRV-B', lines: 2, width: 36, source: 'Doc 9303-7 §5', fields: { ...upper(36), ...lower(8) }, checks: three },
  {
    name: 'TD1', lines: 3, width: 30, source: 'Doc 9303-5 §4.2',
    fields: {
      documentCode: at(0, 0, 2), issuingState: at(0, 2, 3), documentNumber: at(0, 5, 9), optionalData: at(0, 15, 15),
      birthDate: at(1, 0, 6), sex: at(1, 7, 1), expiryDate: at(1, 8, 6), nationality: at(1, 15, 3), optionalData2: at(1, 18, 11), name: at(2, 0, 30),
    },
    checks: [
      { field: 'documentNumber', digit: at(0, 14, 1), over: [at(0, 5, 9)] },
      { field: 'birthDate', digit: at(1, 6, 1), over: [at(1, 0, 6)] },
      { field: 'expiryDate', digit: at(1, 14, 1), over: [at(1, 8, 6)] },
      { field: 'composite', digit: at(1, 29, 1), over: [whole(0, 6, 30), whole(1, 1, 7), whole(1, 9, 15), whole(1, 19, 29)] },
    ],
  },
  {
    name: 'EEP-CARD', lines: 1, width: 30, source: 'exit-entry permit card of 2014, one line; not a format of Doc 9303',
    fields: { documentCode: at(0, 0, 2), documentNumber: at(0, 2, 9), expiryDate: at(0, 13, 6), birthDate: at(0, 21, 6) },
    checks: [
      { field: 'documentNumber', digit: at(0, 11, 1), over: [at(0, 2, 9)] },
      { field: 'expiryDate', digit: at(0, 19, 1), over: [at(0, 13, 6)] },
      { field: 'birthDate', digit: at(0, 27, 1), over: [at(0, 21, 6)] },
      { field: 'composite', digit: at(0, 29, 1), over: [at(0, 2, 10), at(0, 13, 7), at(0, 21, 7)] },
    ],
  },
]

/** The format that lines of this shape and first letter have, or undefined. A visa begins with V. */
export function recogniseFormat(lines: readonly string[]): Format | undefined {
  const visa = lines[0]?.startsWith('V') === true
  return FORMATS.find((f) => f.lines === lines.length && lines.every((l) => l.length === f.width) && (f.lines !== 2 || f.name.startsWith('MRV') === visa))
}
