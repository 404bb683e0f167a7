import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { composeMrz, examineMrzFields, type MrzFields } from './compose.ts'
import { FORMATS, type MrzFormat } from './format.ts'
import { isValidMrz, parseMrz } from './parse.ts'
import { STATE_CODES } from './state-code.ts'

const FIELDS: MrzFields = { documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', birthDate: '740812', sex: 'F', expiryDate: '120415', optionalData: 'ZE184226B' }
const CODES: Readonly<Record<MrzFormat, readonly string[]>> = { TD1: ['I', 'ID', 'C', 'A', 'AC'], TD2: ['I', 'CR', 'PU', 'A'], TD3: ['P', 'PP', 'PO', 'PD'], 'MRV-A': ['V', 'VC'], 'MRV-B': ['V', 'VX'], 'EEP-CARD': ['CS', 'CD'] }
const NUMBERS: Readonly<Record<MrzFormat, number>> = { TD1: 22, TD2: 14, TD3: 9, 'MRV-A': 9, 'MRV-B': 9, 'EEP-CARD': 9 }
const OPTIONAL: Readonly<Record<MrzFormat, number>> = { TD1: 15, TD2: 7, TD3: 14, 'MRV-A': 16, 'MRV-B': 8, 'EEP-CARD': 0 }

const states = fc.constantFrom(...STATE_CODES.filter((s) => s.code !== 'DEU' && s.kind !== 'person' && s.kind !== 'icao').map((s) => s.code))
const name = fc.array(fc.stringMatching(/^[A-Z]{1,9}$/), { minLength: 1, maxLength: 3 }).map((w) => w.join(' '))
const pad = (n: number): string => String(n).padStart(2, '0')
const date = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map((d) => d.map(pad).join(''))
const text = (max: number): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...'ABCXYZ0189<'), maxLength: max }).filter((s) => !s.endsWith('<'))
/** Fields of a format that have no defect; what the parser gives back from them. */
const fieldsOf = (format: MrzFormat): fc.Arbitrary<MrzFields> => fc.record({
  documentCode: fc.constantFrom(...CODES[format]), documentNumber: fc.stringMatching(new RegExp(`^[A-Z0-9]{1,${NUMBERS[format]}}$`)), birthDate: fc.oneof(date, date.map((d) => `${d.slice(0, 2)}<<<<`), fc.constant('<<<<<<')), expiryDate: date,
}).chain((base) => (format === 'EEP-CARD' ? fc.constant(base) : fc.record({
  issuingState: states, nationality: states, primaryIdentifier: name, secondaryIdentifier: fc.oneof(name, fc.constant('')), sex: fc.constantFrom('M', 'F', '<'),
  // what follows a long number must leave room for it
  optionalData: text(base.documentNumber.length > 9 ? OPTIONAL[format] - (base.documentNumber.length - 7) : OPTIONAL[format]), ...(format === 'TD1' ? { optionalData2: text(11) } : {}),
}).map((rest) => ({ ...base, ...rest }))))

describe('composing a zone', () => {
  it.each(FORMATS.map((f) => [f.name]))('M5 parsing a composed %s gives the fields back, and composing them the lines', (format) => {
    fc.assert(fc.property(fieldsOf(format), (fields) => {
      const { lines, truncated } = composeMrz(format, fields)
      expect(lines.map((l) => l.length)).toEqual(lines.map(() => FORMATS.find((f) => f.name === format)!.width))
      const mrz = parseMrz(lines)
      expect(mrz).toMatchObject({ format, valid: true, defects: [] })
      expect(isValidMrz(lines)).toBe(true)
      expect(examineMrzFields(format, fields)).toEqual([])
      if (!truncated) expect(mrz.fields).toEqual(fields)
      else expect(mrz.truncated).toBe(true)
      const emptyCheckDigit = mrz.checks.find((c) => c.field === 'optionalData')?.given
      expect(composeMrz(format, { ...(mrz.fields as unknown as MrzFields), ...(emptyCheckDigit === '0' || emptyCheckDigit === '<' ? { emptyCheckDigit } : {}) }).lines).toEqual(lines)
    }), { numRuns: 400 })
  })

  it.each([
    ['documentNumber', 'TD3', { documentNumber: 'A123456789' }, 'field-long', 'documentNumber has 9 places, not 10'], ['documentNumber', 'TD1', { documentNumber: 'A'.repeat(23) }, 'field-long', 'documentNumber has 22 places, not 23'],
    ['documentNumber', 'TD3', { documentNumber: 'a' }, 'field-character', 'documentNumber has a character that the zone does not have'], ['documentNumber', 'TD1', { documentNumber: '123456789012é' }, 'field-character', 'documentNumber has a character that the zone does not have'],
    ['optionalData', 'TD1', { documentNumber: '123456789012', optionalData: '12345678901' }, 'field-long', 'optionalData has 15 places, not 16'], ['optionalData', 'TD3', { optionalData: '123456789012345' }, 'field-long', 'optionalData has 14 places, not 15'],
    ['optionalData2', 'TD1', { optionalData2: '123456789012' }, 'field-long', 'optionalData2 has 11 places, not 12'], ['issuingState', 'TD3', { issuingState: 'UTOP' }, 'field-long', 'issuingState has 3 places, not 4'], ['birthDate', 'TD3', { birthDate: '19740812' }, 'field-long', 'birthDate has 6 places, not 8'],
    ['sex', 'TD3', { sex: 'W' }, 'sex', 'W is not M, F, X or <'], ['name', 'TD3', { primaryIdentifier: 'É' }, 'name-letter', 'not a letter of the zone: É'],
  ] as const)('M27 refuses %s of a %s that does not fit, and says so before', (at, format, change, code, says) => {
    const fields = { ...FIELDS, documentCode: format === 'TD1' ? 'I' : 'P', ...change }
    expect(() => composeMrz(format, fields)).toThrow(new RangeError(says))
    expect(examineMrzFields(format, fields)).toEqual([{ code, at, says, clause: expect.stringMatching(/^Doc 9303-/) as unknown, place: expect.objectContaining({ line: expect.any(Number) as unknown }) as unknown }])
  })

  it.each([
    ['optionalData2', 'TD3', { optionalData2: 'A' }], ['optionalData2', 'TD2', { optionalData2: 'A', optionalData: '' }], ['issuingState', 'EEP-CARD', { issuingState: 'CHN' }], ['nationality', 'EEP-CARD', { nationality: 'CHN' }],
    ['optionalData', 'EEP-CARD', { optionalData: '1' }], ['primaryIdentifier', 'EEP-CARD', { primaryIdentifier: 'A' }], ['secondaryIdentifier', 'EEP-CARD', { secondaryIdentifier: 'A' }], ['sex', 'EEP-CARD', { sex: 'F' }],
  ] as const)('M27 drops no %s that a %s has no place for', (at, format, change) => {
    const { documentNumber, birthDate, expiryDate } = FIELDS
    const bare = { documentCode: 'CS', documentNumber, birthDate, expiryDate }
    expect(examineMrzFields(format, { ...(format === 'EEP-CARD' ? bare : FIELDS), ...change })).toMatchObject([{ code: 'field-absent', at, says: `${format} has no ${at}` }])
    expect(() => composeMrz(format, { ...bare, ...change })).toThrow(`${format} has no ${at}`)
  })

  it('M27 tells every problem at once, and of a zone that fits every defect', () => {
    expect(examineMrzFields('TD3', { ...FIELDS, documentNumber: 'a'.repeat(10), sex: 'W' }).map((d) => `${d.code} ${d.at}`)).toEqual(['field-long documentNumber', 'field-character documentNumber', 'sex sex'])
    expect(examineMrzFields('TD3', { ...FIELDS, issuingState: 'QQQ', birthDate: '749999', documentCode: 'X' }).map((d) => `${d.code} ${d.at}`)).toEqual(['document-code documentCode', 'date-impossible birthDate', 'state-unknown issuingState'])
    expect(examineMrzFields('TD3', FIELDS)).toEqual([])
  })

  it('M27 knows no other format', () => {
    expect(() => composeMrz('TD4' as 'TD3', FIELDS)).toThrow('TD4 is no format; there are TD3, MRV-A, TD2, MRV-B, TD1, EEP-CARD')
    expect(() => examineMrzFields('TD4' as 'TD3', FIELDS)).toThrow(RangeError)
  })

  it('M5 writes what the Parts print', () => {
    expect(composeMrz('TD3', FIELDS)).toEqual({ lines: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'], truncated: false })
    expect(composeMrz('TD1', { ...FIELDS, documentCode: 'I', documentNumber: 'D23145890734', birthDate: '340712', sex: 'M', expiryDate: '950712', optionalData: '', primaryIdentifier: 'STEVENSON', secondaryIdentifier: 'PETER JOHN' }).lines).toEqual(['I<UTOD23145890<7349<<<<<<<<<<<', '3407127M9507122UTO<<<<<<<<<<<2', 'STEVENSON<<PETER<JOHN<<<<<<<<<'])
    expect(composeMrz('TD2', { ...FIELDS, documentCode: 'I', documentNumber: 'D23145890734', birthDate: '340712', sex: 'M', expiryDate: '950712', optionalData: '', primaryIdentifier: 'STEVENSON', secondaryIdentifier: 'PETER JOHN' }).lines).toEqual(['I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<', 'D23145890<UTO3407127M95071227349<<<8'])
    expect(composeMrz('MRV-B', { ...FIELDS, documentCode: 'V', documentNumber: 'L8988901C', nationality: 'XXX', birthDate: '400907', expiryDate: '961210', optionalData: '' }).lines).toEqual(['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L8988901C4XXX4009078F9612109<<<<<<<<'])
    expect(composeMrz('EEP-CARD', { documentCode: 'CS', documentNumber: 'C00000000', expiryDate: '240420', birthDate: '810803' }).lines).toEqual(['CSC000000004<2404200<8108038<6'])
    expect(composeMrz('TD3', { ...FIELDS, primaryIdentifier: 'BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL', secondaryIdentifier: 'DINGO POTOROO', nameCut: { cut: 'even' } })).toMatchObject({ lines: ['P<UTOBENNEL<WOOLOO<WARRAN<WARNA<<DINGO<POTOR', expect.any(String)], truncated: true })
  })
})
