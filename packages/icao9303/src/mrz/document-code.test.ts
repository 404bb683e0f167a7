import { describe, expect, it } from 'vitest'

import { DOCUMENT_CODE_RULES, isDocumentCode, judgeDocumentCode, lastExpiryOf } from './document-code.ts'
import { type MrzFormat } from './format.ts'

const on = (day: string): Date => new Date(`${day}T12:00:00Z`)
const DAYS = ['2025-12-31', '2026-01-01', '2027-12-31', '2028-01-01', '2038-01-01'] as const
const standings = (code: string, format: MrzFormat): string[] => DAYS.map((d) => judgeDocumentCode(code, format, on(d)).standing)
const same = (s: string): string[] => DAYS.map(() => s)

describe('document codes as dated policy', () => {
  it.each([
    ...['PP', 'PE', 'PD', 'PO', 'PR', 'PT', 'PS', 'PL', 'PM', 'PU'].map((c) => [c, 'TD3', ['allowed', 'allowed', 'allowed', 'required', 'required']] as const),
    ['P', 'TD3', ['expiring', 'expiring', 'expiring', 'forbidden', 'forbidden']], ['P<', 'TD3', ['expiring', 'expiring', 'expiring', 'forbidden', 'forbidden']],
    ['PN', 'TD3', ['expiring', 'forbidden', 'forbidden', 'forbidden', 'forbidden']], ['P1', 'TD3', ['expiring', 'forbidden', 'forbidden', 'forbidden', 'forbidden']],
    ['PU', 'TD2', ['allowed', 'allowed', 'allowed', 'required', 'required']], ['P', 'TD2', ['expiring', 'expiring', 'expiring', 'forbidden', 'forbidden']],
    ['PP', 'TD2', ['expiring', 'forbidden', 'forbidden', 'forbidden', 'forbidden']], ['PP', 'TD1', same('unknown')], ['I', 'TD3', same('unknown')], ['V', 'TD3', same('unknown')],
    ...(['TD1', 'TD2'] as const).flatMap((f) => [...['A', 'C', 'I', 'ID', 'CR', 'AX', 'I2', 'I<'].map((c) => [c, f, same('allowed')] as const), ...['AV', 'CV', 'IV'].map((c) => [c, f, same('forbidden')] as const)]),
    ['AC', 'TD1', same('allowed')], ['AC', 'TD2', same('forbidden')], ['AI', 'TD1', same('forbidden')], ['AI', 'TD2', same('allowed')], ['CC', 'TD2', same('allowed')],
    ...(['MRV-A', 'MRV-B'] as const).flatMap((f) => [['V', f, same('allowed')] as const, ['VC', f, same('allowed')] as const, ['P', f, same('unknown')] as const]),
    ['CS', 'EEP-CARD', same('allowed')], ['CD', 'EEP-CARD', same('allowed')], ['C', 'EEP-CARD', same('unknown')], ['', 'TD3', same('unknown')], ['PPP', 'TD3', same('unknown')], ['P*', 'TD3', same('unknown')], ['X<', 'TD1', same('unknown')],
  ] as [string, MrzFormat, string[]][])('M23 %s in a %s before 2026, from 2026, until 2027, from 2028, from 2038: %s', (code, format, want) => {
    expect(standings(code, format)).toEqual(want)
  })

  it('M23 says why, until when, and by which clause', () => {
    expect(judgeDocumentCode('P', 'TD3', on('2027-12-31'))).toEqual({ standing: 'expiring', means: 'passport without a second letter', until: '2028-01-01', expiresBefore: '2038-01-01', clause: 'Doc 9303-4 §4.4', says: 'P<: passport without a second letter; may be issued until 2028-01-01, and the document must expire before 2038-01-01' })
    expect(judgeDocumentCode('PN', 'TD3', on('2026-01-01'))).toEqual({ standing: 'forbidden', means: 'passport with a second letter of the issuer’s', from: '2026-01-01', expiresBefore: '2038-01-01', clause: 'Doc 9303-4 §4.4', says: 'PN: passport with a second letter of the issuer’s; not issued since 2026-01-01' })
    expect(judgeDocumentCode('PD', 'TD3', on('2028-01-01'))).toEqual({ standing: 'required', means: 'diplomatic passport', from: '2028-01-01', clause: 'Doc 9303-4 §4.4', says: 'PD: diplomatic passport; one of the harmonised codes must be used since 2028-01-01' })
    expect(judgeDocumentCode('PD', 'TD3', on('2027-12-31'))).toEqual({ standing: 'allowed', means: 'diplomatic passport', until: '2028-01-01', clause: 'Doc 9303-4 §4.4', says: 'PD: diplomatic passport' })
    expect(judgeDocumentCode('PU', 'TD2', on('2028-01-01')).clause).toBe('Doc 9303-8 §4.1.5')
    expect(judgeDocumentCode('PE', 'TD3', on('2028-01-01')).clause).toBe('Doc 9303-4 §4.4, Doc 9303-8 §4.1.5')
    expect(judgeDocumentCode('IV', 'TD1', on('2026-01-01'))).toEqual({ standing: 'forbidden', means: 'V as second character', clause: 'Doc 9303-5 §4.2.2.3 note k, Doc 9303-6 §4.2.2.2 note k', says: 'IV: V as second character; may not be used' })
    expect(judgeDocumentCode('XX', 'TD3', on('2026-01-01'))).toEqual({ standing: 'unknown', clause: 'Doc 9303-3 §4', says: 'XX is no document code of TD3' })
    expect(judgeDocumentCode('XX', 'EEP-CARD', on('2026-01-01')).clause).toMatch(/2014/)
    expect(() => judgeDocumentCode('P', 'TD3', new Date('nonsense'))).toThrow(RangeError)
  })

  it('M23 names what each code means', () => {
    expect([...new Set(DOCUMENT_CODE_RULES.map((r) => `${r.code} ${r.formats.join('+')}: ${r.means} (${r.clause})`))]).toEqual([
      'PP TD3: national or ordinary passport (Doc 9303-4 §4.4)', 'PE TD3: emergency passport (Doc 9303-4 §4.4, Doc 9303-8 §4.1.5)', 'PD TD3: diplomatic passport (Doc 9303-4 §4.4)', 'PO TD3: official or service passport (Doc 9303-4 §4.4)',
      'PR TD3: refugee passport (Doc 9303-4 §4.4)', 'PT TD3: alien or non-citizen passport (Doc 9303-4 §4.4)', 'PS TD3: stateless passport (Doc 9303-4 §4.4)', 'PL TD3: laissez-passer passport (Doc 9303-4 §4.4)', 'PM TD3: military passport (Doc 9303-4 §4.4)',
      'PU TD3+TD2: emergency travel document of a single sheet (Doc 9303-8 §4.1.5)', 'P< TD3: passport without a second letter (Doc 9303-4 §4.4)', 'P* TD3: passport with a second letter of the issuer’s (Doc 9303-4 §4.4)',
      'P< TD2: emergency travel document of a single sheet without a second letter (Doc 9303-8 §4.1.5)', 'P* TD2: emergency travel document of a single sheet with a second letter of the issuer’s (Doc 9303-8 §4.1.5)',
      'AC TD1: crew member certificate (Doc 9303-5 §4.2.2.3 note k, Appendix C)', 'AC TD2: crew member certificate, which is a TD1 (Doc 9303-6 §4.2.2.2 note k)', 'AI TD1: I after A (Doc 9303-5 §4.2.2.3 note k)',
      ...['AV', 'CV', 'IV'].map((c) => `${c} TD1+TD2: V as second character (Doc 9303-5 §4.2.2.3 note k, Doc 9303-6 §4.2.2.2 note k)`), ...['A*', 'C*', 'I*', 'A<', 'C<', 'I<'].map((c) => `${c} TD1+TD2: official travel document (Doc 9303-5 §4.2.2.3 note k, Doc 9303-6 §4.2.2.2 note k)`),
      ...['V*', 'V<'].map((c) => `${c} MRV-A+MRV-B: visa (Doc 9303-7 §4.2.2.1, §7.2.2.1)`), 'CS EEP-CARD: exit-entry permit for Hong Kong and Macao (exit-entry permit card of 2014; not a format of Doc 9303)', 'CD EEP-CARD: permit for Taiwan (exit-entry permit card of 2014; not a format of Doc 9303)',
    ])
  })

  it('M23 is data whose days do not overlap and leave no gap', () => {
    for (const r of DOCUMENT_CODE_RULES) {
      expect(r.clause).not.toBe('')
      const mine = DOCUMENT_CODE_RULES.filter((o) => o.code === r.code && o.formats.join() === r.formats.join() && o.means === r.means)
      expect([mine.filter((o) => o.from === undefined).length, mine.filter((o) => o.until === undefined).length], r.code).toEqual([1, 1])
      if (r.until !== undefined) expect(mine.some((o) => o.from === r.until), r.code).toBe(true)
    }
  })

  it('M23 knows what may have stood on a document at any time, and until when such a one may last', () => {
    for (const [code, format, is, last] of [['P', 'TD3', true, '2038-01-01'], ['PN', 'TD3', true, '2038-01-01'], ['PP', 'TD3', true, undefined], ['PU', 'TD2', true, undefined], ['IV', 'TD1', false, undefined], ['AI', 'TD1', false, undefined], ['AI', 'TD2', true, undefined], ['AC', 'TD2', false, undefined], ['X', 'TD1', false, undefined], ['V', 'MRV-B', true, undefined]] as const) {
      expect([isDocumentCode(code, format), lastExpiryOf(code, format)], `${code} ${format}`).toEqual([is, last])
    }
  })
})
