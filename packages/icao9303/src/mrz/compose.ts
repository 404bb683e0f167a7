import { checkDigit } from './check-digit.ts'
import { type MrzDefect } from './defect.ts'
import { FORMATS, type Format, type MrzFormat, type Place } from './format.ts'
import { composeName, type NameCut } from './name.ts'
import { parseMrz } from './parse.ts'

/** What a zone is composed from. Dates YYMMDD, unknown parts of a birth date as fillers; texts without fillers. */
export interface MrzFields {
  readonly documentCode: string
  readonly issuingState?: string
  /** Up to nine characters; in a TD1 up to 22, in a TD2 up to 14, going on in the optional data. */
  readonly documentNumber: string
  readonly nationality?: string
  readonly primaryIdentifier?: string
  readonly secondaryIdentifier?: string
  readonly birthDate: string
  /** `M`, `F`, or unspecified: `<`, `X` or absent, written as a filler. */
  readonly sex?: string
  readonly expiryDate: string
  readonly optionalData?: string
  readonly optionalData2?: string
  /** What stands for the check digit of empty optional data in a TD3: a filler, or 0. */
  readonly emptyCheckDigit?: '<' | '0'
  /** How a name that does not fit is cut. */
  readonly nameCut?: Omit<NameCut, 'width'>
}

export interface ComposedMrz {
  readonly lines: readonly string[]
  readonly truncated: boolean
}

type Values = Readonly<Record<string, string>>
interface Composition {
  readonly format: Format
  readonly values: Values
  readonly name: { readonly field: string; readonly truncated: boolean } | undefined
  readonly longDigit: boolean
  readonly problems: readonly MrzDefect[]
}

const OPTIONAL = ['issuingState', 'nationality', 'optionalData', 'optionalData2'] as const

/** The values of the fields by name, a long number spread over its two places. */
function valuesOf(format: Format, fields: MrzFields): { readonly values: Values; readonly longDigit: boolean } {
  const { documentCode, documentNumber, birthDate, expiryDate, sex = '<' } = fields
  const plain: Values = {
    documentCode,
    documentNumber,
    birthDate,
    expiryDate,
    sex: sex === 'X' ? '<' : sex,
    ...Object.fromEntries(OPTIONAL.map((k) => [k, fields[k] ?? ''])),
  }
  if (documentNumber.length <= 9 || documentNumber.length > format.longestNumber || !ZONE.test(documentNumber))
    return { values: plain, longDigit: false }
  const optionalData = `${documentNumber.slice(9)}${checkDigit(documentNumber)}<${plain['optionalData']}`
  return { values: { ...plain, documentNumber: documentNumber.slice(0, 9), optionalData }, longDigit: true }
}

const ZONE = /^[A-Z0-9<]*$/

function problemsOf(format: Format, values: Values, fields: MrzFields): MrzDefect[] {
  const problems: MrzDefect[] = []
  const tell = (code: string, at: string, says: string): void => {
    problems.push({
      code,
      at,
      says,
      clause: format.clause.lower,
      ...(format.places[at] === undefined ? {} : { place: format.places[at] }),
    })
  }
  for (const key of [...OPTIONAL, 'primaryIdentifier', 'secondaryIdentifier'] as const) {
    const place = key.endsWith('Identifier') ? format.fields['name'] : format.fields[key]
    if (place === undefined && (fields[key] ?? '') !== '') tell('field-absent', key, `${format.name} has no ${key}`)
  }
  for (const [key, place] of Object.entries(format.fields)) {
    if (key === 'name') continue
    const value = values[key]!
    const most = key === 'documentNumber' ? format.longestNumber : place.length
    if (key !== 'documentNumber' ? value.length > place.length : fields.documentNumber.length > most)
      tell(
        'field-long',
        key,
        `${key} has ${most} places, not ${key === 'documentNumber' ? fields.documentNumber.length : value.length}`,
      )
    if (!ZONE.test(key === 'documentNumber' ? fields.documentNumber : value))
      tell('field-character', key, `${key} has a character that the zone does not have`)
  }
  if (format.fields['sex'] === undefined && values['sex'] !== '<') tell('field-absent', 'sex', `${format.name} has no sex`)
  else if (values['sex'] !== '' && !/^[MF<]$/.test(values['sex']!)) tell('sex', 'sex', `${values['sex']} is not M, F, X or <`)
  return problems
}

function prepare(name: MrzFormat, fields: MrzFields): Composition {
  const format = FORMATS.find((f) => f.name === name)
  if (format === undefined)
    throw new RangeError(`${String(name)} is no format; there are ${FORMATS.map((f) => f.name).join(', ')}`)
  const { values, longDigit } = valuesOf(format, fields)
  const problems = problemsOf(format, values, fields)
  const place = format.fields['name']
  if (place === undefined) return { format, values, name: undefined, longDigit, problems }
  try {
    return {
      format,
      values,
      longDigit,
      problems,
      name: composeName(fields.primaryIdentifier ?? '', fields.secondaryIdentifier ?? '', {
        ...fields.nameCut,
        width: place.length,
      }),
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return {
      format,
      values,
      longDigit,
      name: undefined,
      problems: [
        ...problems,
        { code: 'name-letter', at: 'name', says: error.message, clause: 'Doc 9303-3 §4.6', place: format.places['name']! },
      ],
    }
  }
}

function lay(c: Composition, emptyCheckDigit: '<' | '0'): ComposedMrz {
  const { format, values, name } = c
  const lines = Array.from({ length: format.lines }, () => Array.from({ length: format.width }, () => '<'))
  const put = (p: Place, text: string): void => {
    for (let i = 0; i < p.length; i++) lines[p.line]![p.at + i] = text[i] ?? '<'
  }
  for (const [key, place] of Object.entries(format.fields)) put(place, key === 'name' ? name!.field : values[key]!)
  for (const check of format.checks) {
    if (check.field === 'documentNumber' && c.longDigit) continue
    const over = check.over.map((p) => lines[p.line]!.slice(p.at, p.at + p.length).join('')).join('')
    put(check.digit, check.fillerMeansZero === true && /^<*$/.test(over) ? emptyCheckDigit : checkDigit(over))
  }
  return { lines: lines.map((l) => l.join('')), truncated: name?.truncated ?? false }
}

/**
 * The lines of a machine-readable zone.
 *
 * @throws RangeError when a field does not fit or has a character that the zone does not have: `examineMrzFields` tells before
 * @source Doc 9303-3 §4, and the Part of the format
 */
export function composeMrz(format: MrzFormat, fields: MrzFields): ComposedMrz {
  const composition = prepare(format, fields)
  const [problem] = composition.problems
  if (problem !== undefined) throw new RangeError(problem.says)
  return lay(composition, fields.emptyCheckDigit ?? '<')
}

/**
 * What stands against composing a zone from these fields: what does not fit it, and otherwise every defect that
 * the zone would have. Empty: it is a zone without defects.
 *
 * @throws RangeError when there is no such format
 * @source Doc 9303-3 §4, and the Part of the format
 */
export function examineMrzFields(format: MrzFormat, fields: MrzFields): readonly MrzDefect[] {
  const composition = prepare(format, fields)
  return composition.problems.length > 0
    ? composition.problems
    : parseMrz(lay(composition, fields.emptyCheckDigit ?? '<').lines).defects
}
