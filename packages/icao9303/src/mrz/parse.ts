import { checkDigit } from './check-digit.ts'
import { recogniseFormat, type Check, type Format, type Place } from './format.ts'

export interface MrzCheck { readonly field: string; readonly given: string; readonly computed: string; readonly outcome: 'passed' | 'failed' }
export interface MrzDefect { readonly code: string; readonly at: string; readonly says: string; readonly clause: string }

/** A zone as read: whatever could be read is there, whatever is wrong is named. */
export interface Mrz {
  readonly format: Format['name'] | undefined
  readonly valid: boolean
  readonly fields: Readonly<Record<string, string>>
  readonly checks: readonly MrzCheck[]
  readonly defects: readonly MrzDefect[]
}

const cut = (lines: readonly string[], p: Place): string => lines[p.line]!.slice(p.at, p.at + p.length)
const bare = (field: string): string => field.replace(/<+$/, '')
const digitOf = (text: string): string => { try { return checkDigit(text) } catch { return '?' } }

function runCheck(lines: readonly string[], c: Check): MrzCheck {
  const given = cut(lines, c.digit)
  const computed = digitOf(c.over.map((p) => cut(lines, p)).join(''))
  const right = given === computed || (c.fillerMeansZero === true && given === '<' && computed === '0')
  return { field: c.field, given, computed, outcome: right ? 'passed' : 'failed' }
}

/**
 * A document number longer than its field: the filler in the digit's place sends the reader to the optional
 * data, where the rest and the digit stand, closed by a filler.
 *
 * @source Doc 9303-5 §4.2.2.1 note j, Doc 9303-6 §4.2.2.2 note j
 */
function longNumber(format: Format, lines: readonly string[]): { number: string; check: MrzCheck; rest: string } | undefined {
  if (format.name !== 'TD1' && format.name !== 'TD2') return undefined
  const digit = format.checks[0]!.digit
  if (cut(lines, digit) !== '<') return undefined
  const optional = cut(lines, format.fields['optionalData']!)
  const end = optional.indexOf('<')
  const more = end === -1 ? optional : optional.slice(0, end)
  if (more.length < 2) return undefined
  const number = cut(lines, format.fields['documentNumber']!) + more.slice(0, -1)
  const computed = digitOf(number)
  const given = more.slice(-1)
  return { number, rest: end === -1 ? '' : optional.slice(end + 1), check: { field: 'documentNumber', given, computed, outcome: given === computed ? 'passed' : 'failed' } }
}

const DATE = /^(\d\d|<<)(\d\d|<<)(\d\d|<<)$/

function dateDefect(field: string, value: string): MrzDefect | undefined {
  const m = DATE.exec(value)
  const [month, day] = [Number(m?.[2] ?? 'x'), Number(m?.[3] ?? 'x')]
  const may = m !== null && (m[2] === '<<' || (month >= 1 && month <= 12)) && (m[3] === '<<' || (day >= 1 && day <= 31)) && (field === 'birthDate' || !value.includes('<'))
  return may ? undefined : { code: 'date-impossible', at: field, says: `${value} is no date`, clause: 'Doc 9303-3 §4.8' }
}

function defectsOf(fields: Readonly<Record<string, string>>, lines: readonly string[]): MrzDefect[] {
  const defects: MrzDefect[] = []
  lines.forEach((l, i) => {
    for (const m of l.matchAll(/[^A-Z0-9<]/g)) defects.push({ code: 'character', at: `line ${i + 1}, column ${m.index + 1}`, says: `${m[0]} is not a character of the zone`, clause: 'Doc 9303-3 §4.3' })
  })
  for (const field of ['birthDate', 'expiryDate']) {
    const d = fields[field] === undefined ? undefined : dateDefect(field, fields[field])
    if (d !== undefined) defects.push(d)
  }
  if (fields['sex'] !== undefined && !['M', 'F', '<'].includes(fields['sex'])) defects.push({ code: 'sex', at: 'sex', says: `${fields['sex']} is not M, F or <`, clause: 'Doc 9303-4 §4.2.2.2' })
  return defects
}

/** Reads a machine-readable zone of any format. Never throws: lines of no known shape are a defect. */
export function parseMrz(input: string | readonly string[]): Mrz {
  const text = typeof input === 'string' ? input : input.join('\n')
  let lines: readonly string[] = text.split(/\r?\n/).map((l) => l.trim()).filter((l) => l !== '')
  if (lines.length === 1) lines = unfold(lines[0]!)
  const format = recogniseFormat(lines)
  if (format === undefined) {
    return { format: undefined, valid: false, fields: {}, checks: [], defects: [{ code: 'no-format', at: 'lines', says: `${lines.length} lines of ${lines.map((l) => l.length).join(', ')} characters are no format of Doc 9303`, clause: 'Doc 9303-3 §4.2' }] }
  }
  const raw = Object.fromEntries(Object.entries(format.fields).map(([k, p]) => [k, cut(lines, p)]))
  const long = longNumber(format, lines)
  const { name, ...others } = raw
  const fields: Record<string, string> = Object.fromEntries(Object.entries(others).map(([k, v]) => [k, k === 'sex' || k.endsWith('Date') ? v : bare(v)]))
  if (name !== undefined) Object.assign(fields, parseName(name))
  if (long !== undefined) { fields['documentNumber'] = long.number; fields['optionalData'] = bare(long.rest) }
  const checks = format.checks.map((c) => (c.field === 'documentNumber' && long !== undefined ? long.check : runCheck(lines, c)))
  const defects = defectsOf({ ...raw, ...fields }, lines)
  return { format: format.name, valid: !defects.some((d) => d.code === 'character') && checks.every((c) => c.outcome === 'passed'), fields, checks, defects }
}

/** Two or three lines that were run together, as a reader or DG1 gives them. */
function unfold(line: string): readonly string[] {
  const widths: Readonly<Record<number, number>> = { 88: 44, 72: 36, 90: 30 }
  const width = widths[line.length]
  return width === undefined ? [line] : (line.match(new RegExp(`.{${width}}`, 'g')) ?? [line])
}

/** Primary and secondary identifier of a name field. @source Doc 9303-3 §4.6 */
export function parseName(field: string): { readonly primaryIdentifier: string; readonly secondaryIdentifier: string } {
  const [primary, ...rest] = bare(field).split('<<')
  const words = (s: string): string => s.split('<').filter((w) => w !== '').join(' ')
  return { primaryIdentifier: words(primary ?? ''), secondaryIdentifier: words(rest.join('<')) }
}
