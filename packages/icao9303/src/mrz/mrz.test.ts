import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { checkDigit } from './check-digit.ts'
import { composeMrz } from './compose.ts'
import { FORMATS } from './format.ts'
import { composeName } from './name.ts'
import { parseMrz } from './parse.ts'
import { transliterate } from './transliterate.ts'

interface Specimen { format: string; lines: string[]; checks: Record<string, boolean | string>; valid: boolean; origin: string; note?: string }
const set = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/mrz-specimens.json'), 'utf8')) as { specimens: Specimen[]; names: { cases: { primary: string; secondary: string; td3NameField: string[] }[] } }
const FIELDS: Readonly<Record<string, string>> = { documentNumber: 'documentNumber', dateOfBirth: 'birthDate', dateOfExpiry: 'expiryDate', optional: 'optionalData', composite: 'composite', overall: 'composite' }

describe('the machine-readable zone', () => {
  it.each([['D23145890', '7'], ['740812', '2'], ['<<<<<<', '0'], ['L898902C3', '6']])('M1 the check digit of %s is %s', (field, digit) => {
    expect(checkDigit(field)).toBe(digit)
  })

  it('M2 notices any single wrong character of a checked field', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Z0-9<]{1,20}$/), fc.nat(), fc.constantFrom(...'0123456789'), (field, at, digit) => {
      const i = at % field.length
      if (!/\d/.test(field[i]!) || field[i] === digit) return
      expect(checkDigit(field.slice(0, i) + digit + field.slice(i + 1))).not.toBe(checkDigit(field))
    }))
  })

  it.each(set.specimens.map((s) => [s.origin, s.lines.join('/'), s] as const))('M3 judges the specimen of %s: %s', (_, __, s) => {
    const mrz = parseMrz(s.lines)
    if (s.format === '?') { expect(mrz.format).toBeUndefined(); return }
    expect(mrz.format).toBe(s.format)
    for (const [name, want] of Object.entries(s.checks)) {
      if (name === 'longDocumentNumber') expect(mrz.fields['documentNumber']).toBe(want)
      else expect(mrz.checks.find((c) => c.field === FIELDS[name])?.outcome, `${name}: ${JSON.stringify(mrz)}`).toBe(want === true ? 'passed' : 'failed')
    }
    expect(mrz.valid, JSON.stringify(mrz)).toBe(s.valid)
  })

  it.each(set.names.cases.map((c) => [c.primary, c.secondary, c.td3NameField] as const))('M4 writes the name field of %s, %s as the Part allows', (primary, secondary, allowed) => {
    expect(allowed).toContain(composeName(transliterate(primary).text, transliterate(secondary).text, 39).field)
  })

  it('M5 reads what it composes, in every format', () => {
    const word = fc.stringMatching(/^[A-Z]{1,9}$/)
    const date = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map((d) => d.map((n) => String(n).padStart(2, '0')).join(''))
    for (const format of FORMATS.filter((f) => f.name !== 'EEP-CARD')) {
      fc.assert(fc.property(fc.record({ primaryIdentifier: word, secondaryIdentifier: word, documentNumber: fc.stringMatching(/^[A-Z0-9]{9}$/), birthDate: date, expiryDate: date, sex: fc.constantFrom('M', 'F', '<'), optionalData: fc.stringMatching(/^[A-Z0-9]{0,7}$/) }), (f) => {
        const fields = { ...f, documentCode: format.name.startsWith('MRV') ? 'V' : 'PO', issuingState: 'UTO', nationality: 'UTO' }
        const mrz = parseMrz(composeMrz(format.name, fields).lines)
        expect(mrz).toMatchObject({ format: format.name, valid: true, fields })
      }))
    }
  })

  it('M6 reads the one-line card, which is not a format of Doc 9303', () => {
    expect(parseMrz('CSC000000004<2404200<8108038<6')).toMatchObject({ format: 'EEP-CARD', valid: true, fields: { documentNumber: 'C00000000', expiryDate: '240420', birthDate: '810803' } })
    expect(parseMrz('CDL000000007<2508197<8208031<6').valid).toBe(true)
  })

  it('M7 gives partial results instead of exceptions, whatever the input', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (s) => { parseMrz(s) }))
    const mrz = parseMrz('PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO9913992X1204159ZE184226B<<<<<10')
    expect(mrz.fields).toMatchObject({ primaryIdentifier: 'ERIKSSON', documentNumber: 'L898902C3' })
    expect(mrz.defects.map((d) => d.code).sort()).toEqual(['date-impossible', 'sex'])
  })

  it('M8 cuts a long name so that both identifiers show and the last place is a letter', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[A-Z]{1,25}$/), { minLength: 1, maxLength: 5 }), fc.array(fc.stringMatching(/^[A-Z]{1,25}$/), { minLength: 1, maxLength: 5 }), (p, s) => {
      const { field, truncated } = composeName(p.join(' '), s.join(' '), 39)
      expect(field).toHaveLength(39)
      expect(field).toMatch(/^[A-Z<]+$/)
      expect(field.includes('<<')).toBe(true)
      if (truncated) expect(field.split('<<')[1]!.length).toBeGreaterThan(0)
    }))
  })
})
