import { checkDigit } from './check-digit.ts'
import { FORMATS, type Format, type Place } from './format.ts'
import { composeName } from './name.ts'

/** What a zone is composed from. Dates YYMMDD; texts without fillers. */
export interface MrzFields {
  readonly documentCode: string
  readonly issuingState?: string
  readonly documentNumber: string
  readonly nationality?: string
  readonly primaryIdentifier?: string
  readonly secondaryIdentifier?: string
  readonly birthDate: string
  readonly sex?: string
  readonly expiryDate: string
  readonly optionalData?: string
  readonly optionalData2?: string
}

export interface ComposedMrz { readonly lines: readonly string[]; readonly truncated: boolean }

/**
 * The lines of a machine-readable zone.
 *
 * @throws RangeError when a field does not fit or has a character that the zone does not have: the caller checks first
 * @source Doc 9303-3 §4, and the Part of the format
 */
export function composeMrz(name: Format['name'], fields: MrzFields): ComposedMrz {
  const format = FORMATS.find((f) => f.name === name)!
  const lines = Array.from({ length: format.lines }, () => Array.from({ length: format.width }, () => '<'))
  const put = (p: Place, text: string): void => { for (let i = 0; i < p.length; i++) lines[p.line]![p.at + i] = text[i] ?? '<' }
  const f = longNumber(format, fields)
  const names = format.fields['name']
  const named = names === undefined ? undefined : composeName(f.primaryIdentifier ?? '', f.secondaryIdentifier ?? '', names.length)
  if (names !== undefined && named !== undefined) put(names, named.field)
  for (const [key, place] of Object.entries(format.fields)) {
    if (key === 'name') continue
    const value = (f as unknown as Record<string, string | undefined>)[key] ?? ''
    if (value.length > place.length) throw new RangeError(`${key} has ${place.length} places, not ${value.length}`)
    if (!/^[A-Z0-9<]*$/.test(value)) throw new RangeError(`${key} has a character that the zone does not have`)
    put(place, value)
  }
  for (const c of format.checks) {
    if (c.field === 'documentNumber' && f !== fields) continue
    const over = c.over.map((p) => lines[p.line]!.slice(p.at, p.at + p.length).join('')).join('')
    put(c.digit, c.fillerMeansZero === true && /^<*$/.test(over) ? '<' : checkDigit(over))
  }
  return { lines: lines.map((l) => l.join('')), truncated: named?.truncated ?? false }
}

/** A number of more than nine characters goes on in the optional data of TD1 and TD2. @source Doc 9303-5 §4.2.2.1 note j */
function longNumber(format: Format, fields: MrzFields): MrzFields {
  if (fields.documentNumber.length <= 9 || (format.name !== 'TD1' && format.name !== 'TD2')) return fields
  const optional = `${fields.documentNumber.slice(9)}${checkDigit(fields.documentNumber)}<${fields.optionalData ?? ''}`
  return { ...fields, documentNumber: fields.documentNumber.slice(0, 9), optionalData: optional.replace(/<$/, '') }
}
