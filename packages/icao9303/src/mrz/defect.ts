import { standingOfDate } from './date.ts'
import { isDocumentCode } from './document-code.ts'
import { placeOf, type Format, type MrzPlace } from './format.ts'
import { findState, issuerAt, stateAt } from './state-code.ts'
import { classesOf, FOREIGN } from './tally.ts'

/** What is wrong with a zone: stable code, field or line, words, clause, and the place when it has one. */
export interface MrzDefect {
  readonly code: string
  readonly at: string
  readonly says: string
  readonly clause: string
  readonly place?: MrzPlace
}

export const NO_DEFECTS: readonly MrzDefect[] = Object.freeze([])

const isSex = (code: number): boolean => code === 77 || code === 70 || code === 60

/** What a defect is told with: the field that it is of, and its place. */
interface Ground {
  readonly f: Format
  readonly lines: readonly string[]
  readonly found: MrzDefect[]
}

const cut = (g: Ground, field: string): string => {
  const p = g.f.fields[field]!
  return g.lines[p.line]!.slice(p.at, p.at + p.length)
}

function tell(g: Ground, field: string, o: { readonly code: string; readonly says: string; readonly clause: string }): void {
  g.found.push({ code: o.code, at: field, says: o.says, clause: o.clause, place: g.f.places[field]! })
}

/** At most so many foreign characters are named one by one. */
const NAMED = 20

function foreignCharacters(g: Ground): void {
  g.lines.forEach((line, i) => {
    if ((classesOf(line, 0, line.length) & FOREIGN) === 0) return
    for (let at = 0; at < line.length && g.found.length < NAMED; at++) {
      if ((classesOf(line, at, at + 1) & FOREIGN) === 0) continue
      const place = placeOf({ line: i, at, length: 1 }, g.f.width)
      g.found.push({
        code: 'character',
        at: `line ${place.line}, column ${place.column}`,
        says: `${JSON.stringify(line[at])} is not a character of the zone`,
        clause: 'Doc 9303-3 §4.3',
        place,
      })
    }
  })
}

function dates(g: Ground): void {
  const clause = 'Doc 9303-3 §4.8'
  const birth = cut(g, 'birthDate')
  const born = standingOfDate(birth, 0)
  if (born === 'impossible') tell(g, 'birthDate', { code: 'date-impossible', says: `${birth} is no date`, clause })
  if (born === 'zeros')
    tell(g, 'birthDate', {
      code: 'date-zeros',
      says: `${birth}: what is unknown is written with fillers, not with zeros`,
      clause,
    })
  const expiry = cut(g, 'expiryDate')
  const ends = standingOfDate(expiry, 0)
  if (ends === 'impossible' || ends === 'zeros')
    tell(g, 'expiryDate', { code: 'date-impossible', says: `${expiry} is no date`, clause })
  if (ends === 'unknown' || ends === 'partial')
    tell(g, 'expiryDate', { code: 'expiry-unknown', says: `${expiry}: only a date of birth may be unknown`, clause })
}

function documentNumber(g: Ground): void {
  const number = cut(g, 'documentNumber')
  if (number.startsWith('<'))
    tell(g, 'documentNumber', {
      code: 'document-number-missing',
      says: 'the document number begins with a filler',
      clause: g.f.clause.lower,
    })
  const { digit } = g.f.checks[0]!
  const optional = g.f.longestNumber === 9 ? '' : cut(g, 'optionalData')
  if (g.lines[digit.line]![digit.at] !== '<' || optional === '' || optional.startsWith('<')) return
  const clause = `${g.f.clause.lower} note j`
  if (!optional.includes('<'))
    tell(g, 'documentNumber', {
      code: 'document-number-unclosed',
      says: 'no filler closes the document number that goes on in the optional data',
      clause,
    })
}

function sex(g: Ground): void {
  const given = cut(g, 'sex')
  if (isSex(given.charCodeAt(0))) return
  tell(g, 'sex', {
    code: 'sex',
    says: given === 'X' ? 'X stands in the visual zone only; here unspecified is <' : `${given} is not M, F or <`,
    clause: g.f.clause.lower,
  })
}

function state(g: Ground, field: 'issuingState' | 'nationality'): void {
  const code = cut(g, field)
  const known = findState(code)
  const clause = 'Doc 9303-3 §5'
  if (code === 'DEU')
    tell(g, field, { code: 'state-written-otherwise', says: 'Germany is written D<<', clause: `${clause} Part A` })
  else if (known === undefined || stateAt(code, 0) === '')
    tell(g, field, {
      code: 'state-unknown',
      says: `${code} is no code of a State, an organization or a person without nationality`,
      clause,
    })
  else if (field === 'issuingState' && issuerAt(code, 0) === '')
    tell(g, field, { code: 'state-not-issuer', says: `${code} (${known.name}) issues no documents`, clause: known.clause })
}

function name(g: Ground): void {
  const field = cut(g, 'name')
  const clause = 'Doc 9303-3 §4.6'
  const bare = field.replace(/<+$/, '')
  const [primary, ...rest] = bare.split('<<')
  if (bare === '') {
    tell(g, 'name', { code: 'name-missing', says: 'there is no name', clause })
    return
  }
  if (primary === '')
    tell(g, 'name', { code: 'name-primary-empty', says: 'there is no primary identifier: a single name is one', clause })
  if (rest.length > 1 || field.startsWith('<') !== (primary === '') || rest.some((r) => r.startsWith('<') || r === ''))
    tell(g, 'name', { code: 'name-fillers', says: 'more fillers in the name than separate its parts', clause })
  if (/\d/.test(field)) tell(g, 'name', { code: 'name-digit', says: 'there is a digit in the name', clause })
}

/** Everything that a zone says against the Parts by itself, without a clock; wrong check digits are told by the checks. */
export function findDefects(f: Format, lines: readonly string[]): readonly MrzDefect[] {
  const g: Ground = { f, lines, found: [] }
  foreignCharacters(g)
  const code = cut(g, 'documentCode')
  if (!isDocumentCode(code, f.name))
    tell(g, 'documentCode', { code: 'document-code', says: `${code} is no document code of ${f.name}`, clause: f.clause.upper })
  documentNumber(g)
  dates(g)
  if (f.fields['name'] !== undefined) {
    state(g, 'issuingState')
    name(g)
    state(g, 'nationality')
    sex(g)
  }
  return g.found.length === 0 ? NO_DEFECTS : g.found
}
