import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { checkDigit } from './check-digit.ts'
import { composeMrz, type MrzFields } from './compose.ts'
import { findDefects } from './defect.ts'
import { FORMATS, recogniseFormat } from './format.ts'
import { isValidMrz, parseMrz } from './parse.ts'
import { linesOf } from './zone.ts'

interface Specimen { format: string; lines: string[]; valid: boolean; origin: string; note?: string; profileError?: string }
const SPECIMENS = (JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/mrz-specimens.json'), 'utf8')) as { specimens: Specimen[] }).specimens
const CHARACTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<']
const UTOPIA = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'] as const

/** One right zone of each format. */
const FIELDS: MrzFields = { documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', birthDate: '740812', sex: 'F', expiryDate: '120415', optionalData: 'ZE18422' }
const CODE: Readonly<Record<string, string>> = { TD1: 'I', TD2: 'I', TD3: 'P', 'MRV-A': 'V', 'MRV-B': 'V', 'EEP-CARD': 'CS' }
const CARD: MrzFields = { documentCode: 'CS', documentNumber: FIELDS.documentNumber, birthDate: FIELDS.birthDate, expiryDate: FIELDS.expiryDate }
const RIGHT = FORMATS.map((f) => [f.name, composeMrz(f.name, f.name === 'EEP-CARD' ? CARD : { ...FIELDS, documentCode: CODE[f.name]! }).lines] as const)

const ODD = [
  composeMrz('TD1', { ...FIELDS, documentCode: 'I', documentNumber: 'D23145890734', optionalData: 'AB1' }).lines,
  composeMrz('TD1', { ...FIELDS, documentCode: 'I', documentNumber: 'D23145890734567', primaryIdentifier: 'A', secondaryIdentifier: '', optionalData: '' }).lines,
  composeMrz('TD2', { ...FIELDS, documentCode: 'I', documentNumber: 'D23145890734', optionalData: '' }).lines,
  composeMrz('TD3', { ...FIELDS, primaryIdentifier: 'VAN DER STEEN', secondaryIdentifier: 'A B C', birthDate: '74<<<<', optionalData: '' }).lines,
  composeMrz('TD3', { ...FIELDS, primaryIdentifier: 'A B', secondaryIdentifier: 'C', optionalData: '', emptyCheckDigit: '0' }).lines,
]

/** The zone with the character at a place exchanged, check digits of the format put right when asked. */
function changed(lines: readonly string[], at: { line: number; column: number }, to: string): readonly string[] {
  return lines.map((l, i) => (i === at.line - 1 ? l.slice(0, at.column - 1) + to + l.slice(at.column - 1 + to.length) : l))
}
function checked(lines: readonly string[]): readonly string[] {
  const f = recogniseFormat(lines)!
  let out = lines
  for (const c of f.checks) {
    const over = c.over.map((p) => out[p.line]!.slice(p.at, p.at + p.length)).join('')
    out = changed(out, { line: c.place.line, column: c.place.column }, checkDigit(over))
  }
  return out
}
const codes = (lines: string | readonly string[]): string[] => parseMrz(lines).defects.map((d) => `${d.code} ${d.at}`)

describe('reading a zone', () => {
  it('M9 gives every field and check digit its line, column and offset', () => {
    const mrz = parseMrz(UTOPIA)
    expect(mrz).toEqual({
      format: 'TD3', valid: true, truncated: false, defects: [], lines: UTOPIA,
      fields: { documentCode: 'P', issuingState: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', documentNumber: 'L898902C3', nationality: 'UTO', birthDate: '740812', sex: 'F', expiryDate: '120415', optionalData: 'ZE184226B' },
      places: {
        documentCode: { line: 1, column: 1, offset: 0, length: 2 }, issuingState: { line: 1, column: 3, offset: 2, length: 3 },
        primaryIdentifier: { line: 1, column: 6, offset: 5, length: 8 }, secondaryIdentifier: { line: 1, column: 16, offset: 15, length: 10 },
        documentNumber: { line: 2, column: 1, offset: 44, length: 9 }, nationality: { line: 2, column: 11, offset: 54, length: 3 },
        birthDate: { line: 2, column: 14, offset: 57, length: 6 }, sex: { line: 2, column: 21, offset: 64, length: 1 },
        expiryDate: { line: 2, column: 22, offset: 65, length: 6 }, optionalData: { line: 2, column: 29, offset: 72, length: 14 },
      },
      checks: [['documentNumber', '6', 10], ['birthDate', '2', 20], ['expiryDate', '9', 28], ['optionalData', '1', 43], ['composite', '0', 44]].map(([field, d, column]) => (
        { field, given: d, computed: d, outcome: 'passed', place: { line: 2, column, offset: 43 + (column as number), length: 1 }, clause: 'Doc 9303-4 §4.2.4' })),
    })
    const td1 = parseMrz(['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'])
    expect(td1.fields).toEqual({ documentCode: 'I', issuingState: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', documentNumber: 'D23145890', nationality: 'UTO', birthDate: '740812', sex: 'F', expiryDate: '120415', optionalData: '', optionalData2: '' })
    expect(td1.places).toMatchObject({ documentNumber: { line: 1, column: 6, offset: 5, length: 9 }, optionalData2: { line: 2, column: 19, offset: 48, length: 11 }, primaryIdentifier: { line: 3, column: 1, offset: 60, length: 8 }, secondaryIdentifier: { line: 3, column: 11, offset: 70, length: 10 } })
    expect(td1.checks.map((c) => c.place.offset)).toEqual([14, 36, 44, 59])
    const card = parseMrz('CSC000000004<2404200<8108038<6')
    expect(card.places).toMatchObject({ documentNumber: { line: 1, column: 3, offset: 2, length: 9 }, birthDate: { line: 1, column: 22, offset: 21, length: 6 } })
    expect(Object.keys(card.fields)).toEqual(['documentCode', 'documentNumber', 'expiryDate', 'birthDate'])
  })

  it('M9 places read with care are those read quickly', () => {
    for (const [name, lines] of RIGHT) {
      const quick = parseMrz(lines)
      const sex = quick.places['sex']
      const careful = sex === undefined ? parseMrz(changed(lines, quick.places['documentCode']!, 'CX')) : parseMrz(changed(lines, sex, 'X'))
      expect(careful.defects.map((d) => d.code), name).toEqual([sex === undefined ? 'document-code' : 'sex'])
      expect(careful, name).toMatchObject({ places: quick.places, checks: quick.checks, valid: true, truncated: false })
      expect(Object.keys(careful.fields), name).toEqual(Object.keys(quick.fields))
      expect({ ...careful.fields, sex: 'F', documentCode: '' }, name).toEqual({ sex: 'F', ...quick.fields, documentCode: '' })
    }
  })

  it.each(SPECIMENS.filter((s) => s.profileError !== undefined).map((s) => [s.note!, s.profileError!, s] as const))('M3 names the profile error of the specimen: %s', (_, field, s) => {
    const names: Readonly<Record<string, string>> = { sex: 'sex sex', dateOfBirth: 'date-zeros birthDate' }
    expect(codes(s.lines)).toEqual([names[field]])
  })

  it('M3 names no defect in any other specimen but the empty primary identifier', () => {
    for (const s of SPECIMENS.filter((x) => x.profileError === undefined && x.format !== '?')) {
      expect(codes(s.lines), s.lines.join('/')).toEqual(s.note?.startsWith('empty primary') === true ? ['name-primary-empty name'] : [])
    }
  })

  it('M3 keeps the errata with their right value', () => {
    const errata = SPECIMENS.filter((s) => s.note?.includes('composite check digit as printed') === true).map((s) => {
      const c = parseMrz(s.lines).checks.find((x) => x.field === 'composite')!
      return [s.origin, s.format, c.given, c.computed]
    })
    expect(errata).toEqual([['Doc 9303-11 D.2', 'TD2', '8', '2'], ['Doc 9303-11 D.2', 'TD1', '1', '2'], ['Doc 9303-10 A.2.1', 'TD1', '4', '8']])
    const long = SPECIMENS.find((s) => s.format === '?')!
    expect(parseMrz(long.lines)).toMatchObject({ format: undefined, valid: false, fields: {}, checks: [], defects: [{ code: 'no-format', at: 'lines', says: '2 lines of 45, 45 characters: no format of Doc 9303' }] })
    const cut = parseMrz(long.lines.map((l, i) => (i === 0 ? l.slice(0, -1) : l.replace('<<', '<'))))
    expect([cut.format, ...cut.checks.map((c) => `${c.given}${c.computed}`)]).toEqual(['TD3', '66', '22', '55', '11', '88'])
  })

  it.each([
    ['lines of another kind', 'abc', '1 line of 3 characters'], ['nothing', '', 'nothing'], ['blanks', ' \n\t\r\n ', 'nothing'],
    ['three of two', [UTOPIA[0], UTOPIA[1], UTOPIA[1]], '3 lines of 44, 44, 44 characters'], ['many', 'A\n'.repeat(9), 'more than 3 lines of 1, 1, 1 characters'],
    ['lines of two widths', [UTOPIA[0], UTOPIA[1].slice(1)], '2 lines of 44, 43 characters'], ['a TD1 with a short line', ['A'.repeat(30), 'A'.repeat(30), 'A'.repeat(29)], '3 lines of 30, 30, 29 characters'],
    ['a line of 29', 'A'.repeat(29), '1 line of 29 characters'], ['a line of 31', 'A'.repeat(31), '1 line of 31 characters'],
  ])('M7 says of %s what it is', (_, input, shape) => {
    expect(parseMrz(input)).toEqual({ format: undefined, valid: false, fields: {}, places: {}, checks: [], truncated: false, lines: [], defects: [{ code: 'no-format', at: 'lines', says: `${shape}: no format of Doc 9303`, clause: 'Doc 9303-3 §4.2' }] })
    expect(isValidMrz(input)).toBe(false)
  })

  it.each(RIGHT)('M7 takes a %s as lines, as text of any line end, and run together', (name, lines) => {
    for (const input of [lines, lines.join('\n'), lines.join('\r\n'), `\uFEFF  ${lines.join('\n\n  ')}\n\n`, lines.join(''), [lines.join('\n')], ['', ...lines, '']]) {
      expect(parseMrz(input)).toEqual(parseMrz(lines))
      expect(isValidMrz(input)).toBe(true)
    }
    expect(parseMrz(lines)).toMatchObject({ format: name, valid: true, defects: [] })
  })

  it('M7 never throws and is true to its word, whatever the input', () => {
    const nearly = fc.tuple(fc.constantFrom(...RIGHT.map(([, l]) => l), ...ODD), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...CHARACTERS, 'é', '?', 'a', '\u0141', '\uD800')), { maxLength: 4 })).map(([lines, changes]) => {
      let text = lines.join('\n')
      for (const [at, c] of changes) text = text.slice(0, at % text.length) + c + text.slice((at % text.length) + 1)
      return text
    })
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), nearly), (text) => {
      const mrz = parseMrz(text)
      expect(isValidMrz(text)).toBe(mrz.valid)
      if (mrz.format === undefined) return
      const f = FORMATS.find((x) => x.name === mrz.format)!
      expect(mrz.defects).toEqual(findDefects(f, linesOf(text)))
      expect(mrz.valid).toBe(mrz.checks.every((c) => c.outcome === 'passed') && !/[^A-Z0-9<]/.test(mrz.lines.join('')))
      const joined = mrz.lines.join('')
      for (const [field, place] of Object.entries(mrz.places)) {
        const at = (p: typeof place): string => joined.slice(p.offset, p.offset + p.length) + (p.continued === undefined ? '' : at(p.continued))
        const asItStands = at(place)
        expect(asItStands.replaceAll('<', '')).toBe((field === 'sex' || field.endsWith('Date') ? mrz.fields[field]! : mrz.fields[field]!.replaceAll(' ', '')).replaceAll('<', ''))
      }
    }), { numRuns: 3_000 })
  })

  it('M7 reads a hostile line of a megabyte in less than 50 ms', () => {
    const long = ['<', 'A', ' ', '\n', '\r\n', 'é', 'A \n', '\u2028', '\0', '\0\n'].map((c) => c.repeat(Math.ceil(1_000_000 / c.length)))
    for (const text of [...long, `A${'\n'.repeat(1_000_000)}A`, `${UTOPIA.join('\n')}\n${'<'.repeat(1_000_000)}`]) {
      const best = Math.min(...[1, 2, 3].map(() => { const t = performance.now(); parseMrz(text); isValidMrz(text); return performance.now() - t }))
      expect(best, JSON.stringify(text.slice(0, 3))).toBeLessThan(50)
    }
  })

  it('M10 notices every wrong character of a checked field unless its value is the same modulo 10', () => {
    const value = (c: string): number => Number(checkDigit(`<<${c}`))
    for (const [name, lines] of RIGHT) {
      const f = recogniseFormat(lines)!
      const fields = f.checks.filter((c) => c.field !== 'composite').flatMap((c) => c.over)
      const others = f.checks.find((c) => c.field === 'composite')?.over ?? []
      const digits = new Set(f.checks.map((c) => c.place.offset))
      for (const p of [...fields, ...others]) {
        for (let at = p.at; at < p.at + p.length; at++) {
          if (digits.has(p.line * f.width + at)) continue
          const is = lines[p.line]![at]!
          for (const c of CHARACTERS.filter((x) => x !== is)) {
            expect(isValidMrz(changed(lines, { line: p.line + 1, column: at + 1 }, c)), `${name} ${p.line + 1}:${at + 1} ${is} ${c}`).toBe(value(c) === value(is))
          }
        }
      }
      for (const check of f.checks) for (const c of CHARACTERS.filter((x) => x !== parseMrz(lines).checks.find((y) => y.field === check.field)!.given)) expect(isValidMrz(changed(lines, check.place, c))).toBe(false)
    }
    const classes = Map.groupBy(CHARACTERS, value)
    expect([...classes.values()].map((c) => c.join('')).sort()).toEqual(['0AKU<', '1BLV', '2CMW', '3DNX', '4EOY', '5FPZ', '6GQ', '7HR', '8IS', '9JT'])
  })

  const LOWER = 'Doc 9303-4 §4.2.2.2'
  const FILLERS = 'name-fillers name: more fillers in the name than separate its parts (Doc 9303-3 §4.6)'
  const noState = (field: string, code: string): string => `state-unknown ${field}: ${code} is no code of a State, an organization or a person without nationality (Doc 9303-3 §5)`
  const noDate = (field: string, text: string): string => `date-impossible ${field}: ${text} is no date (Doc 9303-3 §4.8)`
  const noExpiry = (text: string): string => `expiry-unknown expiryDate: ${text}: only a date of birth may be unknown (Doc 9303-3 §4.8)`
  it.each([
    [1, 1, 'X', 'document-code documentCode: X< is no document code of TD3 (Doc 9303-4 §4.2.2.1)'],
    [1, 3, 'QQQ', noState('issuingState', 'QQQ')],
    [1, 3, '<<<', noState('issuingState', '<<<')],
    [1, 3, 'XXA', 'state-not-issuer issuingState: XXA (Stateless person (1954 Convention)) issues no documents (Doc 9303-3 §5 Part E)'],
    [1, 3, 'IAO', 'state-not-issuer issuingState: IAO (International Civil Aviation Organization) issues no documents (Doc 9303-3 §5 Part H)'],
    [1, 3, 'DEU', 'state-written-otherwise issuingState: Germany is written D<< (Doc 9303-3 §5 Part A)'],
    [2, 11, 'DEU', 'state-written-otherwise nationality: Germany is written D<< (Doc 9303-3 §5 Part A)'],
    [2, 11, 'XXA', ''], [2, 11, 'D<<', ''], [1, 3, 'ANT', ''], [1, 1, 'PX', ''], [1, 1, 'P9', ''],
    [2, 11, '<UT', noState('nationality', '<UT')],
    [1, 6, '<', FILLERS],
    [1, 6, '<<<', `name-primary-empty name: there is no primary identifier: a single name is one (Doc 9303-3 §4.6)|${FILLERS}`],
    [1, 6, '<'.repeat(39), 'name-missing name: there is no name (Doc 9303-3 §4.6)'],
    [1, 13, 'N<<<A', FILLERS],
    [1, 20, '<<MAR', FILLERS],
    [1, 6, '3RIK', 'name-digit name: there is a digit in the name (Doc 9303-3 §4.6)'],
    [2, 1, '<', `document-number-missing documentNumber: the document number begins with a filler (${LOWER})`],
    [2, 14, '741312', noDate('birthDate', '741312')],
    [2, 14, '740832', noDate('birthDate', '740832')],
    [2, 14, '74<<12', ''],
    [2, 14, '7<0812', noDate('birthDate', '7<0812')],
    [2, 14, '740800', 'date-zeros birthDate: 740800: what is unknown is written with fillers, not with zeros (Doc 9303-3 §4.8)'],
    [2, 22, '120400', noDate('expiryDate', '120400')],
    [2, 22, '1213<<', noDate('expiryDate', '1213<<')],
    [2, 22, '1204<<', noExpiry('1204<<')],
    [2, 22, '<<<<<<', noExpiry('<<<<<<')],
    [2, 21, 'W', `sex sex: W is not M, F or < (${LOWER})`],
    [2, 21, 'X', `sex sex: X stands in the visual zone only; here unspecified is < (${LOWER})`],
  ] as const)('M11 tells line %i, column %i changed to %s: %s', (line, column, to, want) => {
    const mrz = parseMrz(checked(changed(UTOPIA, { line, column }, to)))
    expect(mrz.defects.map((d) => `${d.code} ${d.at}: ${d.says} (${d.clause})`).join('|')).toBe(want)
    expect(mrz.valid).toBe(true)
    for (const d of mrz.defects) {
      const place = d.at === 'name' ? { line: 1, column: 6, offset: 5, length: 39 } : mrz.places[d.at]
      expect(d.place).toEqual(place)
    }
  })

  it('M11 cites the Part of the format', () => {
    const cited = (format: string, place: string): string[] => {
      const lines = RIGHT.find(([n]) => n === format)![1]
      const wrong = changed(changed(lines, parseMrz(lines).places['sex']!, 'X'), { line: 1, column: 2 }, '?')
      return parseMrz(wrong).defects.filter((d) => d.at === place).map((d) => d.clause)
    }
    expect(['TD1', 'TD2', 'TD3', 'MRV-A', 'MRV-B'].map((f) => [...cited(f, 'documentCode'), ...cited(f, 'sex'), parseMrz(RIGHT.find(([n]) => n === f)![1]).checks[0]!.clause])).toEqual([
      ['Doc 9303-5 §4.2.2.1', 'Doc 9303-5 §4.2.2.2', 'Doc 9303-5 §4.2.4'], ['Doc 9303-6 §4.2.2.1', 'Doc 9303-6 §4.2.2.2', 'Doc 9303-6 §4.2.4'], ['Doc 9303-4 §4.2.2.1', 'Doc 9303-4 §4.2.2.2', 'Doc 9303-4 §4.2.4'],
      ['Doc 9303-7 §4.2.2.1', 'Doc 9303-7 §4.2.2.2', 'Doc 9303-7 §4.2.2.2'], ['Doc 9303-7 §7.2.2.1', 'Doc 9303-7 §7.2.2.2', 'Doc 9303-7 §7.2.2.2'],
    ])
    expect(parseMrz('CSC000000004<2404200<8108038<6').checks[0]!.clause).toBe('exit-entry permit card of 2014, one line; not a format of Doc 9303')
  })

  it('M11 names foreign characters one by one, up to twenty', () => {
    const mrz = parseMrz([UTOPIA[0], 'l898902C36UTO74O812 F1204159ZE184226B<<<<<1Ł'])
    expect(mrz.defects.filter((d) => d.code === 'character')).toEqual([['l', 1], [' ', 20], ['Ł', 44]].map(([c, column]) => ({
      code: 'character', at: `line 2, column ${column}`, says: `"${c}" is not a character of the zone`, clause: 'Doc 9303-3 §4.3', place: { line: 2, column, offset: 43 + (column as number), length: 1 } })))
    expect(mrz.valid).toBe(false)
    expect(mrz.checks.map((c) => [c.field, c.computed, c.outcome])).toEqual([['documentNumber', '?', 'failed'], ['birthDate', '6', 'failed'], ['expiryDate', '9', 'passed'], ['optionalData', '1', 'passed'], ['composite', '?', 'failed']])
    expect(parseMrz('é'.repeat(88)).defects.filter((d) => d.code === 'character')).toHaveLength(20)
    const foreignName = parseMrz([UTOPIA[0].replace('ANNA', 'ANNÉ'), UTOPIA[1]])
    expect([foreignName.valid, foreignName.checks.every((c) => c.outcome === 'passed'), foreignName.fields['secondaryIdentifier']]).toEqual([false, true, 'ANNÉ MARIA'])
  })

  it('M12 says that a name which fills its field must be taken for a truncated one', () => {
    for (const [name, lines] of RIGHT.filter(([n]) => n !== 'EEP-CARD')) {
      const f = recogniseFormat(lines)!
      const p = f.fields['name']!
      const full = changed(lines, { line: p.line + 1, column: p.at + 1 }, 'A'.repeat(p.length - 4).padEnd(p.length - 2, '<').padEnd(p.length, 'B'))
      expect(parseMrz(full), name).toMatchObject({ valid: true, truncated: true, defects: [] })
      expect(parseMrz(changed(full, { line: p.line + 1, column: f.width }, '<')), name).toMatchObject({ valid: true, truncated: false, defects: [] })
      const odd = (l: readonly string[]): readonly string[] => changed(l, { line: f.fields['sex']!.line + 1, column: f.fields['sex']!.at + 1 }, 'X')
      expect([parseMrz(odd(full)).truncated, parseMrz(odd(lines)).truncated], name).toEqual([true, false])
    }
  })
})

describe('what users report', () => {
  const long = (format: 'TD1' | 'TD2', documentNumber: string, optionalData = ''): readonly string[] => composeMrz(format, { ...FIELDS, documentCode: 'I', documentNumber, optionalData }).lines

  it('M13 row 34 document numbers of 10 to 22 characters go on in the optional data of a TD1, of 10 to 14 in a TD2', () => {
    for (const [format, most] of [['TD1', 22], ['TD2', 14]] as const) {
      for (let n = 10; n <= most; n++) {
        const number = 'D23145890734ABCDEFGHIJK'.slice(0, n)
        const lines = long(format, number)
        const mrz = parseMrz(lines)
        expect(mrz, `${format} ${n}`).toMatchObject({ format, valid: true, defects: [], fields: { documentNumber: number, optionalData: '' } })
        const start = format === 'TD1' ? { line: 1, column: 6, offset: 5 } : { line: 2, column: 1, offset: 36 }
        const rest = format === 'TD1' ? { line: 1, column: 16, offset: 15 } : { line: 2, column: 29, offset: 64 }
        expect(mrz.places['documentNumber']).toEqual({ ...start, length: 9, continued: { ...rest, length: n - 9 } })
        expect(mrz.checks[0]).toEqual({ field: 'documentNumber', given: checkDigit(number), computed: checkDigit(number), outcome: 'passed', place: { line: rest.line, column: rest.column + n - 9, offset: rest.offset + n - 9, length: 1 }, clause: format === 'TD1' ? 'Doc 9303-5 §4.2.4' : 'Doc 9303-6 §4.2.4' })
        // the fault: a wrong last digit of the number, all else as it was
        const last = { line: rest.line, column: rest.column + n - 10 }
        const wrong = parseMrz(changed(lines, last, String((Number(checkDigit(`<<${number[n - 1]}`)) + 1) % 10)))
        expect(wrong.valid).toBe(false)
        expect(wrong.checks[0]).toMatchObject({ field: 'documentNumber', outcome: 'failed' })
        expect(isValidMrz(lines) && !isValidMrz(wrong.lines)).toBe(true)
      }
      expect(() => long(format, 'A'.repeat(most + 1))).toThrow(RangeError)
    }
  })

  it('M13 row 34 what follows the long number stays optional data, with its place', () => {
    const mrz = parseMrz(long('TD1', '123456789012', 'AB12<C'))
    expect(mrz).toMatchObject({ valid: true, fields: { documentNumber: '123456789012', optionalData: 'AB12<C' }, places: { optionalData: { line: 1, column: 21, offset: 20, length: 10 } } })
    const full = parseMrz(long('TD1', '1234567890123456789012'))
    expect(full).toMatchObject({ fields: { optionalData: '' }, places: { optionalData: { line: 1, column: 31, offset: 30, length: 0 } } })
  })

  it('M13 row 34 a long number that no filler closes is read and named', () => {
    const lines = checked(['I<UTOD23145890<734ABCDEFGHIJK1', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<']).map((l, i) => (i === 0 ? `${l.slice(0, 14)}<${l.slice(15)}` : l))
    expect(parseMrz(lines).fields['documentNumber']).toBe('D23145890734ABCDEFGHIJK')
    expect(parseMrz(lines).defects).toMatchObject([{ code: 'document-number-unclosed', at: 'documentNumber', clause: 'Doc 9303-5 §4.2.2.2 note j' }])
  })

  it('M13 row 34 the cards of Belgium, Sweden and Portugal', () => {
    const belgium = ['IDBEL600001795<0152<<<<<<<<<<<', '1301014F2311207BEL130101987398', 'SPECIMEN<<SPECIMEN<<<<<<<<<<<<']
    expect(parseMrz(belgium)).toMatchObject({ valid: true, defects: [], fields: { documentNumber: '600001795015', optionalData: '', optionalData2: '13010198739', issuingState: 'BEL' } })
    for (const [state, number] of [['PRT', '007666667ZZ7'], ['SWE', 'HVC8N3QW7ZE1742']] as const) {
      const lines = composeMrz('TD1', { ...FIELDS, documentCode: 'I', issuingState: state, nationality: state, documentNumber: number, optionalData: '' }).lines
      expect(lines[0]).toBe(`I<${state}${number.slice(0, 9)}<${number.slice(9)}${checkDigit(number)}`.padEnd(30, '<'))
      expect(parseMrz(lines)).toMatchObject({ valid: true, fields: { documentNumber: number } })
    }
  })

  it('M13 row 34 a filler for the check digit with nothing in the optional data is a missing digit', () => {
    for (const optional of ['<<', '5<', '<5']) {
      const lines = changed(composeMrz('TD1', { ...FIELDS, documentCode: 'I', optionalData: '' }).lines, { line: 1, column: 15 }, `<${optional}`)
      expect(parseMrz(lines).checks[0], optional).toMatchObject({ given: '<', computed: '6', outcome: 'failed', place: { column: 15 } })
      expect(parseMrz(lines).fields['documentNumber']).toBe('L898902C3')
    }
    const two = changed(composeMrz('TD1', { ...FIELDS, documentCode: 'I', optionalData: '' }).lines, { line: 1, column: 15 }, '<12<')
    expect(parseMrz(two).fields['documentNumber']).toBe('L898902C31')
  })

  it('M14 row 35 German D, numbers of eight characters and wrong check digits are reported and nothing is lost', () => {
    const german = composeMrz('TD3', { ...FIELDS, issuingState: 'D', nationality: 'D' }).lines
    expect(german.map((l) => l.slice(2, 5))[0]).toBe('D<<')
    expect(parseMrz(german)).toMatchObject({ valid: true, defects: [], fields: { issuingState: 'D', nationality: 'D' } })
    const eight = composeMrz('TD3', { ...FIELDS, documentNumber: '99003853' }).lines
    expect(eight[1]!.slice(0, 10)).toBe('99003853<1')
    expect(parseMrz(eight)).toMatchObject({ valid: true, defects: [], fields: { documentNumber: '99003853' } })
    for (const [name, lines] of RIGHT) {
      const right = parseMrz(lines)
      for (const c of right.checks) {
        const wrong = parseMrz(changed(lines, c.place, c.given === '7' ? '8' : '7'))
        expect(wrong.valid, `${name} ${c.field}`).toBe(false)
        expect(wrong.checks.find((x) => x.field === c.field)).toEqual({ ...c, given: c.given === '7' ? '8' : '7', outcome: 'failed' })
        expect(wrong.fields).toEqual(right.fields)
        expect(wrong.defects).toEqual([])
      }
    }
  })

  it('M14 row 35 the composite digit may not be a filler; that of empty optional data in a TD3 may', () => {
    const empty = { ...FIELDS, optionalData: '' }
    expect(composeMrz('TD3', empty).lines[1]!.slice(28, 43)).toBe('<'.repeat(15))
    expect(composeMrz('TD3', { ...empty, emptyCheckDigit: '0' }).lines[1]!.slice(28, 43)).toBe(`${'<'.repeat(14)}0`)
    for (const emptyCheckDigit of ['0', '<'] as const) expect(parseMrz(composeMrz('TD3', { ...empty, emptyCheckDigit }).lines)).toMatchObject({ valid: true, checks: [{}, {}, {}, { field: 'optionalData', given: emptyCheckDigit, computed: '0', outcome: 'passed' }, {}] })
    const given = changed(composeMrz('TD3', FIELDS).lines, { line: 2, column: 44 }, '<')
    expect(parseMrz(given).checks.at(-1)).toMatchObject({ field: 'composite', given: '<', outcome: 'failed' })
    // data whose digit is 0 is not empty data: a filler does not do
    const zero = changed(changed(UTOPIA, { line: 2, column: 29 }, 'K'.padEnd(14, '<')), { line: 2, column: 43 }, '<')
    expect(parseMrz(zero).checks[3]).toMatchObject({ given: '<', computed: '0', outcome: 'failed' })
    expect(isValidMrz(zero)).toBe(false)
  })

  it('M15 row 36 sex X is flagged by the reader and written as a filler by the composer', () => {
    for (const [name, lines] of RIGHT.filter(([n]) => n !== 'EEP-CARD')) {
      const mrz = parseMrz(changed(lines, parseMrz(lines).places['sex']!, 'X'))
      expect(mrz, name).toMatchObject({ valid: true, fields: { sex: 'X', documentNumber: 'L898902C3' }, defects: [{ code: 'sex', at: 'sex', says: 'X stands in the visual zone only; here unspecified is <' }] })
      expect(parseMrz(lines).defects).toEqual([])
      for (const sex of ['X', '<', undefined]) expect(parseMrz(composeMrz(mrz.format!, { ...FIELDS, documentCode: CODE[name]!, ...(sex === undefined ? { sex: '<' } : { sex }) }).lines)).toMatchObject({ valid: true, fields: { sex: '<' }, defects: [] })
    }
  })

  it('M16 row 37 an empty surname, impossible or unreadable dates lose nothing else', () => {
    const noSurname = composeMrz('TD3', { ...FIELDS, primaryIdentifier: '' }).lines
    expect(noSurname[0]).toBe('P<UTO<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<<<<<<')
    expect(parseMrz(noSurname)).toMatchObject({ valid: true, fields: { primaryIdentifier: '', secondaryIdentifier: 'ANNA MARIA' }, places: { primaryIdentifier: { column: 6, length: 0 }, secondaryIdentifier: { column: 8, length: 10 } }, defects: [{ code: 'name-primary-empty', at: 'name', clause: 'Doc 9303-3 §4.6' }] })
    const single = composeMrz('TD3', { ...FIELDS, secondaryIdentifier: '' }).lines
    expect(parseMrz(single)).toMatchObject({ valid: true, fields: { primaryIdentifier: 'ERIKSSON', secondaryIdentifier: '' }, places: { secondaryIdentifier: { column: 14, length: 0 } }, defects: [] })
    for (const [given, code] of [['749999', 'date-impossible'], ['74??12', 'date-impossible'], ['<<<<<<', undefined], ['74<<<<', undefined]] as const) {
      const mrz = parseMrz(changed(UTOPIA, { line: 2, column: 14 }, given))
      expect(mrz.fields).toMatchObject({ ...parseMrz(UTOPIA).fields, birthDate: given })
      expect(mrz.defects.filter((d) => d.at === 'birthDate').map((d) => d.code)).toEqual(code === undefined ? [] : [code])
    }
  })
})
