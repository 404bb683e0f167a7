import { CHECK_SENTENCES, CHECK_WORDS, checkSentence, checkWords } from '@causeway/contract'
import { judgeInspection, unreadInspection } from '@causeway/journey'
import { CHECK_NAMES, parseMrz, SENTENCES, type InspectionCheck, type InspectionReport } from 'icao9303'
import { describe, expect, it } from 'vitest'

import { renderReport } from './report-words.ts'

const CHINESE = /\p{Script=Han}/u
const slots = (s: string): readonly string[] => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!)

const check: InspectionCheck = { name: 'hash-dg2', outcome: 'failed', clause: 'Doc 9303-11 §5.1', says: 'DG2 is not what was signed', reason: { code: 'group-differs', values: { group: 'DG2' } } }
const report = (checks: readonly InspectionCheck[]): InspectionReport => ({ verdict: 'faulty', genuine: false, policy: 'strict', checks, document: { mrz: undefined, dataGroups: [], signer: undefined, country: undefined }, defects: [] })

/** Every line that the inspection desk adds to the report of a chip. */
function deskLines(): readonly { readonly name: string; readonly reason?: { readonly code: string } }[] {
  const zone = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']
  const lines = [[zone, undefined], [[], { documentNumber: 'L898902C3' }], [zone, { documentNumber: 'L898902C3' }], [zone, parseMrz(zone.join('\n')).fields]] as const
  return lines.flatMap(([mrz, fields]) => ['吕绿', undefined].flatMap((fullName) => judgeInspection({ ...report([]), document: { ...report([]).document, mrz: fields } }, { documentNumber: 'L898902C3', mrz, fullName, fullNameOnChip: '吕绿' }).checks)).concat(unreadInspection('select EF.COM: 6a82').checks)
}

describe('the words of an inspection', () => {
  it('name every check that the library or the desk can give, in both languages', () => {
    const names = new Set([...CHECK_NAMES, ...deskLines().map((l) => l.name)])
    expect(Object.keys(CHECK_WORDS).toSorted()).toEqual([...names].toSorted())
    for (const name of [...names, ...Array.from({ length: 16 }, (_, i) => `hash-dg${i + 1}`)]) {
      const { zh, en } = checkWords(name)
      expect([name, CHINESE.test(zh), CHINESE.test(en), en !== name || name === 'revocation']).toEqual([name, true, false, true])
    }
    expect(checkWords('of-another-version')).toEqual({ zh: 'of-another-version', en: 'of-another-version' })
  })

  it('say every sentence of the library and of the desk in Chinese, with values that it has', () => {
    const known: Readonly<Record<string, string>> = { ...SENTENCES, ...Object.fromEntries(deskLines().map((l) => [l.reason!.code, '{fields}{details}'])) }
    expect(Object.keys(CHECK_SENTENCES).toSorted()).toEqual(Object.keys(known).toSorted())
    for (const [code, zh] of Object.entries(CHECK_SENTENCES)) {
      const has = [...slots(known[code]!), ...(known[code]!.includes('{details}') ? ['codes'] : []), ...(code === 'card-security-good' ? ['anchor'] : [])]
      expect([code, slots(zh).filter((s) => !has.includes(s))]).toEqual([code, []])
      expect([code, CHINESE.test(zh) || code === 'chip-told' || code === 'access-pace']).toEqual([code, true])
    }
  })

  it('put values in, name what a State has published, and fall back to the English of a record without a code', () => {
    expect(checkSentence(check)).toEqual({ zh: 'DG2 与签名时不一致', en: check.says })
    expect(checkSentence({ ...check, published: ['wrong hash', 'batch 7'] }).zh).toBe('DG2 与签名时不一致；签发国已公布：wrong hash；batch 7')
    expect(checkSentence({ name: 'zone', says: 'old words' })).toEqual({ zh: 'old words', en: 'old words' })
    expect(checkSentence({ name: 'zone', says: 'new words', reason: { code: 'of-another-version' } }).zh).toBe('new words')
  })

  it('stand in a report, Chinese first and the English of the standard beside it', () => {
    const then = new Date('2026-03-10T00:00:00Z')
    expect(renderReport({ report: report([check]), outlook: [], then }, 'zh')).toBe('有误（严格规则）\n  ✗ DG2 的杂凑值：未通过，DG2 与签名时不一致\n      hash-dg2: DG2 is not what was signed  [Doc 9303-11 §5.1]\n')
    expect(renderReport({ report: report([check]), outlook: [], then }, 'en')).toBe('FAULTY  (policy strict)\n  ✗ hash-dg2                DG2 is not what was signed  [Doc 9303-11 §5.1]\n')
  })
})
