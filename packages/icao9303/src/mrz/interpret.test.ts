import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { composeMrz, type MrzFields } from './compose.ts'
import { dateBefore, isDay, standingOfDate } from './date.ts'
import { interpretMrz } from './interpret.ts'
import { parseMrz } from './parse.ts'

const FIELDS: MrzFields = { documentCode: 'PP', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'D', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA', birthDate: '740812', sex: 'F', expiryDate: '340415' }
const at = new Date('2026-11-25T23:59:59Z')
const meant = (change: Partial<MrzFields>, order: Partial<Parameters<typeof interpretMrz>[1]> = {}) => interpretMrz(parseMrz(composeMrz('TD3', { ...FIELDS, ...change }).lines), { at, ...order })

describe('what a zone means on a day', () => {
  it('M25 gives dates their century, age, expiry, issuer and nationality', () => {
    expect(meant({})).toEqual({
      birth: { year: 1974, month: 8, day: 12, text: '1974-08-12', from: '1974-08-12', to: '1974-08-12' },
      expiry: { year: 2034, month: 4, day: 15, text: '2034-04-15', from: '2034-04-15', to: '2034-04-15' },
      expired: false, age: 52, issuer: { code: 'UTO', alpha2: 'UT', name: 'Utopia', kind: 'specimen', clause: 'Doc 9303-3 §5 Part G' },
      nationality: { code: 'D', alpha2: 'DE', name: 'Germany', kind: 'exception', clause: 'Doc 9303-3 §5 Part A' }, defects: [],
    })
  })

  it.each([
    ['261125', '2026-11-25', 0], ['261126', '1926-11-26', 99], ['260101', '2026-01-01', 0], ['270101', '1927-01-01', 99], ['741125', '1974-11-25', 52], ['741126', '1974-11-26', 51], ['000229', '2000-02-29', 26], ['<<0812', 'XXXX-08-12', undefined],
    ['74<<<<', '1974-XX-XX', 51], ['7408<<', '1974-08-XX', 52], ['740800', '1974-08-XX', 52], ['740000', '1974-XX-XX', 51], ['26<<<<', '2026-XX-XX', 0], ['2611<<', '2026-11-XX', 0], ['2612<<', '1926-12-XX', 99], ['<<<<<<', 'XXXX-XX-XX', undefined], ['<<<<12', 'XXXX-XX-12', undefined], ['74<<12', '1974-XX-12', 51],
  ] as const)('M25 a birth on %s was on %s', (birthDate, text, age) => {
    const m = meant({ birthDate })
    expect([m.birth?.text, m.age]).toEqual([text, age])
  })

  it('M25 a partly known date has a first and a last day', () => {
    expect(meant({ birthDate: '7402<<' }).birth).toEqual({ year: 1974, month: 2, text: '1974-02-XX', from: '1974-02-01', to: '1974-02-28' })
    expect(meant({ birthDate: '7602<<' }).birth?.to).toBe('1976-02-29')
    expect(meant({ birthDate: '74<<<<' }).birth).toEqual({ year: 1974, text: '1974-XX-XX', from: '1974-01-01', to: '1974-12-31' })
    expect(meant({ birthDate: '<<<<<<' }).birth).toEqual({ text: 'XXXX-XX-XX' })
  })

  it.each([
    ['261125', undefined, '2026-11-25', false], ['261124', undefined, '2026-11-24', true], ['761231', undefined, '2076-12-31', false], ['770101', undefined, '1977-01-01', true], ['991231', undefined, '1999-12-31', true], ['991231', 80, '2099-12-31', false], ['361231', 10, '2036-12-31', false], ['370101', 10, '1937-01-01', true],
  ] as const)('M25 an expiry on %s with a horizon of %s years is on %s', (expiryDate, horizon, text, expired) => {
    const m = meant({ expiryDate, birthDate: '200101' }, horizon === undefined ? {} : { horizon })
    expect([m.expiry?.text, m.expired]).toEqual([text, expired])
  })

  it('M26 names an expiry before the birth, a day that its century lacks, and a code that outlives its time', () => {
    expect(meant({ birthDate: '200812', expiryDate: '120415' }).defects).toEqual([{ code: 'expiry-before-birth', at: 'expiryDate', says: 'expires 2012-04-15, before the birth on 2020-08-12; a birth in 1920 would fit', clause: 'Doc 9303-3 §4.8', place: { line: 2, column: 22, offset: 65, length: 6 } }])
    expect(meant({ birthDate: '120415', expiryDate: '120415' }).defects).toEqual([])
    expect(meant({ birthDate: '000229' }, { at: new Date('1999-01-01') }).defects).toMatchObject([{ code: 'date-impossible', at: 'birthDate', says: '000229 is no date in its century' }])
    expect(meant({ birthDate: '991399' })).toMatchObject({ defects: [] })
    expect(meant({ birthDate: '991399' })).not.toHaveProperty('birth')
    for (const [documentCode, expiryDate, codes] of [['P', '371231', []], ['P', '380101', ['document-code-outlives']], ['PN', '380101', ['document-code-outlives']], ['PP', '380101', []]] as const) {
      expect(meant({ documentCode, expiryDate }).defects.map((d) => d.code), `${documentCode} ${expiryDate}`).toEqual(codes)
    }
    expect(meant({ documentCode: 'P', expiryDate: '380101' }).defects[0]).toEqual({ code: 'document-code-outlives', at: 'documentCode', says: 'a document of code P must expire before 2038-01-01, not on 2038-01-01', clause: 'Doc 9303-4 §4.4', place: { line: 1, column: 1, offset: 0, length: 2 } })
  })

  it('M25 says nothing of what cannot be read, and refuses a day that is none', () => {
    expect(interpretMrz(parseMrz('abc'), { at })).toEqual({ defects: [] })
    expect(interpretMrz(parseMrz('CSC000000004<2404200<8108038<6'), { at })).toMatchObject({ birth: { text: '1981-08-03' }, expired: true, age: 45 })
    expect(() => interpretMrz(parseMrz('abc'), { at: new Date('nonsense') })).toThrow(RangeError)
  })
})

describe('six characters of a date', () => {
  it.each([
    ['740812', 'whole'], ['000229', 'whole'], ['040229', 'whole'], ['010229', 'impossible'], ['740230', 'impossible'], ['740131', 'whole'], ['740431', 'impossible'], ['740430', 'whole'], ['740132', 'impossible'], ['741232', 'impossible'], ['741231', 'whole'], ['741301', 'impossible'], ['000101', 'whole'],
    ['740001', 'zeros'], ['740100', 'zeros'], ['000000', 'zeros'], ['<<0229', 'partial'], ['<<0230', 'impossible'], ['74<<31', 'partial'], ['74<<32', 'impossible'], ['7408<<', 'partial'], ['<<<<<<', 'unknown'], ['<<<<01', 'partial'], ['7<0812', 'impossible'], ['<40812', 'impossible'], ['7408<2', 'impossible'], ['74081A', 'impossible'], ['', 'impossible'], ['7408', 'impossible'], ['740031', 'zeros'], ['740032', 'impossible'],
    ['/40812', 'impossible'], [':40812', 'impossible'], ['7/0812', 'impossible'], ['7:0812', 'impossible'], ['=<0812', 'impossible'],
  ] as const)('M25 %s is %s', (text, standing) => {
    expect([standingOfDate(text, 0), standingOfDate(`12${text}`, 2)]).toEqual([standing, standing])
    if (/^\d{6}$/.test(text)) expect(isDay(`9${text}`, 1)).toBe(standing === 'whole')
  })

  it('M25 agrees with the calendar on every day of two centuries', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (d) => {
      const day = d.toISOString().slice(0, 10)
      const short = day.slice(2).replaceAll('-', '')
      expect(dateBefore(short, day)).toEqual({ year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8)), text: day, from: day, to: day })
    }), { numRuns: 2_000 })
    expect(dateBefore('7408121', '2026-01-01')).toBeUndefined()
    expect(dateBefore('740230', '2026-01-01')).toBeUndefined()
  })
})
