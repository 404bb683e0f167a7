import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import {
  encodeC40,
  etdFeatures,
  etdZoneOf,
  featureText,
  profileFindings,
  vdsProfile,
  visaFeatures,
  visaOf,
  type SealedVisa,
} from '../index.ts'
import { contentChecks, documentCodeOf } from './seal-content.ts'
import { sealStatus, type SealCheck, type SealIndication } from './seal-report.ts'

// the zones of Doc 9303-7 Appendix B and of Doc 9303-8 Appendix B
const A = ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C<3UTO6908061F9406236ZE184226B<<<<<<<']
const B = ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L898902C<3UTO6908061F9406236ZE184226']
const ETD = ['PUUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F2606277<<<<<<<8']
const PASSPORT = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']
const VISA: SealedVisa = { format: 'MRV-B', zone: B, stay: { days: 90, months: 0, years: 0 }, passportNumber: 'L898902C3' }

describe('the seals of visas', () => {
  it('V6 knows the profiles by definition and category', () => {
    expect([vdsProfile({ featureReference: 0x5d, category: 1 }), vdsProfile({ featureReference: 0x5e, category: 3 })]).toEqual([
      'visa',
      'emergency-travel-document',
    ])
    for (const [featureReference, category] of [
      [0x5d, 3],
      [0x5e, 1],
      [0xfd, 2],
    ] as const)
      expect(vdsProfile({ featureReference, category })).toBeUndefined()
  })
  it('V6 writes every feature under its tag and in its length', () => {
    const all = visaFeatures({ ...VISA, entries: 2, visaType: unhex('41'), additional: unhex('') })
    expect(all.map((f) => [f.tag, f.bytes.length])).toEqual([
      [2, 44],
      [3, 1],
      [4, 3],
      [5, 6],
      [6, 1],
      [7, 0],
    ])
    expect(hex(all[2]!.bytes)).toBe('5a0000')
    expect(visaFeatures({ ...VISA, format: 'MRV-A', zone: A }).map((f) => [f.tag, f.bytes.length])).toEqual([
      [1, 48],
      [4, 3],
      [5, 6],
    ])
    expect(etdFeatures(ETD).map((f) => [f.tag, f.bytes.length])).toEqual([[2, 48]])
  })
  it('V6 reads what it writes; the optional data of the zone is not stored', () => {
    const stay = fc.oneof(
      fc.constantFrom('until-expiry' as const, 'at-entry' as const, 'transit' as const),
      fc
        .record({
          days: fc.integer({ min: 1, max: 253 }),
          months: fc.integer({ min: 0, max: 255 }),
          years: fc.integer({ min: 0, max: 255 }),
        })
        .filter((s) => s.days !== s.months || s.days < 254),
    )
    const visa = fc.record(
      {
        stay,
        passportNumber: fc.stringMatching(/^[A-Z0-9]{1,9}$/),
        entries: fc.integer({ min: 0, max: 255 }),
        visaType: fc.uint8Array({ minLength: 1, maxLength: 4 }),
        additional: fc.uint8Array({ maxLength: 254 }),
      },
      { requiredKeys: ['stay', 'passportNumber'] },
    )
    fc.assert(
      fc.property(visa, fc.constantFrom(['MRV-A', A], ['MRV-B', B]), (v, [format, zone]) => {
        const written = { ...v, format, zone } as SealedVisa
        const features = visaFeatures(written)
        expect(visaOf(features)).toEqual({ ...written, zone: [zone![0], zone![1]!.slice(0, 28)] })
        expect(profileFindings('visa', features)).toEqual([])
      }),
    )
    expect(etdZoneOf(etdFeatures(ETD))).toEqual(ETD)
    expect(profileFindings('emergency-travel-document', etdFeatures(ETD))).toEqual([])
  })
  it.each([
    ['until-expiry', '000000'],
    ['at-entry', 'ffffff'],
    ['transit', 'fefefe'],
    [{ days: 0, months: 0, years: 1 }, '000001'],
    [{ days: 255, months: 255, years: 254 }, 'fffffe'],
  ] as const)('V6 writes the stay %j as %s', (stay, text) => {
    expect(hex(visaFeatures({ ...VISA, stay })[1]!.bytes)).toBe(text)
  })
  it.each<[string, Partial<SealedVisa>]>([
    ['a stay that means something else', { stay: { days: 0, months: 0, years: 0 } }],
    ['another', { stay: { days: 255, months: 255, years: 255 } }],
    ['a third', { stay: { days: 254, months: 254, years: 254 } }],
    ['256 days', { stay: { days: 256, months: 0, years: 0 } }],
    ['minus one month', { stay: { days: 1, months: -1, years: 0 } }],
    ['half a year', { stay: { days: 1, months: 0, years: 0.5 } }],
    ['no passport number', { passportNumber: '' }],
    ['ten characters', { passportNumber: '1234567890' }],
    ['a filler in the number', { passportNumber: 'L898<' }],
    ['256 entries', { entries: 256 }],
    ['minus one entry', { entries: -1 }],
    ['half an entry', { entries: 0.5 }],
    ['an empty visa type', { visaType: unhex('') }],
    ['a visa type of five bytes', { visaType: new Uint8Array(5) }],
    ['too much in addition', { additional: new Uint8Array(255) }],
    ['the zone of another format', { zone: A }],
    ['one line', { zone: [B[0]!] }],
  ])('V6 does not write %s', (_, v) => {
    expect(() => visaFeatures({ ...VISA, ...v })).toThrow(RangeError)
  })
  it('V6 names what departs from the profile', () => {
    const good = visaFeatures(VISA)
    const codes = (features: typeof good) => profileFindings('visa', features).map((f) => f.code)
    expect(codes(good.filter((f) => f.tag !== 2))).toEqual(['feature-missing'])
    expect(codes([...good, ...visaFeatures({ ...VISA, format: 'MRV-A', zone: A }).slice(0, 1)])).toEqual(['feature-missing'])
    expect(codes(good.filter((f) => f.tag !== 4))).toEqual(['feature-missing'])
    expect(codes(good.filter((f) => f.tag !== 5))).toEqual(['feature-missing'])
    expect(codes([...good, { tag: 9, bytes: unhex('') }])).toEqual(['feature-unknown'])
    for (const [tag, n] of [
      [3, 0],
      [3, 2],
      [6, 0],
      [6, 5],
      [7, 255],
    ] as const)
      expect(codes([...good, { tag, bytes: new Uint8Array(n) }])).toEqual(['feature-length'])
    expect(profileFindings('emergency-travel-document', [])).toEqual([
      { code: 'feature-missing', says: 'the MRZ is missing', clause: 'Doc 9303-8 §6.1.3' },
    ])
    expect(profileFindings('visa', [...good, { tag: 3, bytes: unhex('0102') }])).toEqual([
      { code: 'feature-length', says: 'the number of entries has 2 bytes', clause: 'Doc 9303-7 §9.1.3' },
    ])
  })
  it('V6 reads no visa where something required is missing or broken', () => {
    const good = visaFeatures(VISA)
    for (const tag of [2, 4, 5]) expect(visaOf(good.filter((f) => f.tag !== tag))).toBeUndefined()
    const broken = (tag: number, text: string) => visaOf(good.map((f) => (f.tag === tag ? { tag, bytes: unhex(text) } : f)))
    expect([broken(2, '00'), broken(4, '0000'), broken(5, '0000'), broken(2, hex(encodeC40('A'.repeat(65))))]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(visaOf([...good, { tag: 3, bytes: unhex('0102') }])).not.toHaveProperty('entries')
    expect(etdZoneOf([])).toBeUndefined()
    expect(etdZoneOf([{ tag: 2, bytes: unhex('00') }])).toBeUndefined()
    expect([featureText({ tag: 1, bytes: encodeC40('XK<CD<<') }), featureText({ tag: 1, bytes: unhex('ff') })]).toEqual([
      'XK CD',
      undefined,
    ])
  })
  it('V6 knows the document code of the sealed zone', () => {
    expect(documentCodeOf('visa', visaFeatures(VISA))).toBe('V')
    expect(documentCodeOf('emergency-travel-document', etdFeatures(ETD))).toBe('PU')
    expect(documentCodeOf('visa', [])).toBeUndefined()
  })
})

describe('what is sealed against what is printed', () => {
  const outcome = (list: readonly SealCheck[]) => list.map((c) => [c.name, c.outcome, c.indication])
  const visa = (printed: Parameters<typeof contentChecks>[2], features = visaFeatures(VISA)) =>
    outcome(contentChecks('visa', features, printed))
  const etd = (printed: Parameters<typeof contentChecks>[2], features = etdFeatures(ETD)) =>
    outcome(contentChecks('emergency-travel-document', features, printed))
  const GOOD = ['seal-profile', 'passed', undefined]
  it('V7 holds a visa against its sticker and its passport', () => {
    expect(visa({})).toEqual([GOOD, ['document-zone', 'not-applicable', undefined], ['passport-zone', 'not-applicable', undefined]])
    expect(visa({ document: B, passport: PASSPORT })).toEqual([
      GOOD,
      ['document-zone', 'passed', undefined],
      ['passport-zone', 'passed', undefined],
    ])
    // the optional data is not sealed
    expect(visa({ document: [B[0]!, `${B[1]!.slice(0, 28)}XXXXXXXX`] })[1]).toEqual(['document-zone', 'passed', undefined])
    expect(visa({ document: [B[0]!, B[1]!.replace('9406236', '9406237')] })[1]).toEqual(['document-zone', 'failed', 'INVALID_VISA_MRZ'])
    expect(visa({ document: [B[0]!.replace('ANNA', 'ANNE'), B[1]!] })[1]).toEqual(['document-zone', 'failed', 'SEAL_VISA_MISMATCH'])
    expect(visa({ document: A })[1]).toEqual(['document-zone', 'failed', 'SEAL_VISA_MISMATCH'])
    expect(visa({ passport: [PASSPORT[0]!, PASSPORT[1]!.replace('1204159', '1204158')] })[2]).toEqual([
      'passport-zone',
      'failed',
      'INVALID_PASSPORT_MRZ',
    ])
    expect(visa({ passport: PASSPORT }, visaFeatures({ ...VISA, passportNumber: 'L898902C4' }))[2]).toEqual([
      'passport-zone',
      'failed',
      'SEAL_PASSPORT_MISMATCH',
    ])
  })
  it('V7 says where the zones differ', () => {
    const [, document] = contentChecks('visa', visaFeatures(VISA), { document: [B[0]!.replace('ANNA', 'ANNE'), B[1]!] })
    expect(document!.says).toBe('line 1 differs from character 19 on')
    const passport = contentChecks('visa', visaFeatures({ ...VISA, passportNumber: 'X' }), { passport: PASSPORT })[2]
    expect(passport!.says).toBe('the visa is for passport X, not L898902C3')
  })
  it('V7 holds an emergency travel document against itself and its page', () => {
    expect(etd({})).toEqual([GOOD, ['seal-zone', 'passed', undefined], ['document-zone', 'not-applicable', undefined]])
    expect(etd({ document: ETD })[2]).toEqual(['document-zone', 'passed', undefined])
    expect(etd({ document: [ETD[0]!, ETD[1]!.replace('2606277', '2606278')] })[2]).toEqual([
      'document-zone',
      'failed',
      'INVALID_PRINTED_MRZ',
    ])
    expect(etd({ document: [ETD[0]!.replace('ANNA', 'ANNE'), ETD[1]!] })[2]).toEqual(['document-zone', 'failed', 'SEAL_DOCUMENT_MISMATCH'])
    expect(etd({}, etdFeatures([ETD[0]!, ETD[1]!.replace('2606277', '2606278')]))[1]).toEqual(['seal-zone', 'failed', 'INVALID_SEAL_MRZ'])
  })
  it('V7 a seal that is not of its profile is of the wrong format; an unknown feature is only named', () => {
    expect(visa({}, visaFeatures(VISA).slice(1))).toEqual([['seal-profile', 'failed', 'WRONG_FORMAT']])
    expect(etd({}, [])).toEqual([['seal-profile', 'failed', 'WRONG_FORMAT']])
    expect(etd({}, [{ tag: 2, bytes: new Uint8Array(48) }])).toEqual([['seal-profile', 'failed', 'WRONG_FORMAT']])
    expect(etd({}, [...etdFeatures(ETD), { tag: 9, bytes: unhex('') }])[0]).toEqual(['seal-profile', 'passed', 'UNKNOWN_FEATURE'])
  })
  it.each<[readonly SealIndication[], string, string]>([
    [[], 'VALID', 'trustable'],
    [['UNKNOWN_FEATURE'], 'VALID', 'trustable'],
    [['EXPIRED_CERTIFICATE'], 'INVALID', 'medium fraud potential'],
    [['EXPIRED_CERTIFICATE', 'UNKNOWN_FEATURE'], 'INVALID', 'medium fraud potential'],
    [['EXPIRED_CERTIFICATE', 'INVALID_SIGNATURE'], 'INVALID', 'high fraud potential'],
    [['WRONG_FORMAT'], 'INVALID', 'high fraud potential'],
    [['REVOKED_CERTIFICATE'], 'INVALID', 'high fraud potential'],
  ])('V7 of %j the status is %s, the level %s', (indications, status, trustLevel) => {
    const checks = [...indications, ...indications].map((indication): SealCheck => ({
      name: 'x',
      outcome: 'failed',
      clause: '',
      says: '',
      indication,
    }))
    expect(sealStatus([...checks, { name: 'y', outcome: 'passed', clause: '', says: '' }])).toEqual({ status, indications, trustLevel })
  })
})
