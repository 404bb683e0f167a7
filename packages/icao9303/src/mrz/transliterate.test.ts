import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { listTransliterations, transliterate, type CyrillicLanguage } from './transliterate.ts'

interface Row { cp: string; char: string; mrz: string | string[]; note?: string | null }
const { latin, cyrillic, arabic } = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/mrz-transliteration.json'), 'utf8')) as Record<'latin' | 'cyrillic' | 'arabic', Row[]>
const LANGUAGES: Readonly<Record<string, CyrillicLanguage>> = { Belorussian: 'be', Serbian: 'sr', Ukrainian: 'uk', Bulgarian: 'bg', Macedonia: 'mk' }
const ALL: readonly CyrillicLanguage[] = ['be', 'bg', 'mk', 'ru', 'sr', 'uk']
const text = (name: string, choice: Parameters<typeof transliterate>[1] = {}): string => transliterate(name, choice).text
const lower = (c: string): string => (c.toLowerCase().toUpperCase() === c && [...c.toLowerCase()].length === 1 ? c.toLowerCase() : c)

describe('transliteration', () => {
  it('M18 has the 223 characters of the tables', () => { expect([latin.length, cyrillic.length, arabic.length]).toEqual([95, 48, 80]) })

  it.each(latin.map((r) => [r.char, r.mrz as string[]] as const))('M18 writes %s as %j, composed, decomposed, in small letters, and by preference', (char, options) => {
    for (const c of [char, lower(char)]) for (const given of [c, c.normalize('NFD')]) {
      expect(transliterate(`A${given}B`)).toEqual({ text: `A${options[0]}B`, unknown: [], unknownAt: [] })
      for (const o of options) expect(text(`A${given}B`, { prefer: { [char]: o } })).toBe(`A${o}B`)
    }
    expect(listTransliterations(char).map((o) => o.text)).toEqual(options)
    expect(listTransliterations(char.normalize('NFD')).map((o) => o.text)).toEqual(options)
  })

  it.each(cyrillic.map((r) => [r.char, r.mrz as string, r.note ?? '', r] as const))('M19 writes %s as %s %s', (char, mrz, note) => {
    const exception = /=\s*([A-Z]+)\)/.exec(note)?.[1]
    const isInitial = note.includes('first character')
    const named = Object.entries(LANGUAGES).filter(([word]) => note.includes(word)).map(([, l]) => l)
    for (const c of [char, lower(char), char.normalize('NFD')]) {
      expect([text(`А${c}А`), text(c)]).toEqual([`A${mrz}A`, mrz])
      for (const language of ALL) {
        const differs = exception !== undefined && named.includes(language)
        expect(text(`А${c}А`, { language }), language).toBe(`A${differs && !isInitial ? exception : mrz}A`)
        expect(text(`А ${c}А-${c}А`, { language }), language).toBe(differs ? `A ${exception}A ${exception}A` : `A ${mrz}A ${mrz}A`)
      }
      expect(text(`X${c}`, { prefer: { [char]: 'QQ' }, language: 'uk' })).toBe('XQQ')
    }
    expect(listTransliterations(char)).toEqual([{ text: mrz }, ...(exception === undefined ? [] : named.toSorted().map((language) => ({ text: exception, language, ...(isInitial ? { position: 'initial' } : {}) })))])
  })

  it.each(arabic.filter((r) => !'\u0651\u0629'.includes(r.char)).map((r) => [r.cp, r.mrz as string, r.char] as const))('M20 writes U+%s as "%s"', (_, mrz, char) => {
    expect(transliterate(`\u0628${char}\u0628`)).toEqual({ text: `B${mrz}B`, unknown: [], unknownAt: [] })
    expect(text(`\u0628${char.normalize('NFD')}\u0628`)).toBe(`B${mrz}B`)
    expect(listTransliterations(char)).toEqual([{ text: mrz }])
  })

  it('M20 a teh marbuta is XTA inside a component and XAH at its end', () => {
    expect(arabic.find((r) => r.cp === '0629')!.mrz).toBe('XTA/XAH')
    expect(listTransliterations('ة')).toEqual([{ text: 'XTA' }, { text: 'XAH', position: 'final' }])
    expect(text('فاطمة')).toBe('FATTMXAH'.replace('TT', 'XTT'))
    expect(text('ةب')).toBe('XTAB')
    expect(text('بة بة-بة،بة')).toBe('BXAH BXAH BXAH BXAH')
    expect(text('بةُ')).toBe('BXAH')
    expect(text('بةُب')).toBe('BXTAB')
    expect(text('بةـ')).toBe('BXAH')
    expect(text("بة’ب")).toBe('BXTAB')
    expect(text('بة', { prefer: { ة: 'H' } })).toBe('BH')
    expect([text('جميلة'), text('نعيمة')]).toEqual(['JMYLXAH', 'NEYMXAH'])
  })

  it('M20 a shadda doubles the letter that bears it, not its escape, in whatever order the marks stand', () => {
    expect(text('عبّاس')).toBe('EBBAS')
    expect(text('عَبَّاس')).toBe('EBBAS')
    expect(text('عَب\u0651\u064Eاس')).toBe('EBBAS')
    expect(text('عَب\u064E\u0651اس')).toBe('EBBAS')
    expect(text('فضّة')).toBe('FXDZDZXAH')
    expect(text('بـ\u0651')).toBe('BB')
    expect(transliterate('\u0651ب')).toEqual({ text: 'B', unknown: ['\u0651'], unknownAt: [0] })
    expect(transliterate('ب \u0651').unknownAt).toEqual([2])
  })

  it('M20 the examples of the Part that follow its own table', () => {
    expect(text('ابو بكر محمد بن زكريا الرازي')).toBe('ABW BKR MXHMD BN ZKRYA ALRAZY')
    expect(text('عبدالعزيز بن متعب')).toBe('EBDALEZYZ BN MTEB')
    expect([text('ڤ'), text('ڥ')]).toEqual(['V', 'XF'])
  })

  it('M20 takes Arabic letters also in the shape that they have in a word', () => {
    expect(text('\uFEE3\uFEA4\uFEE4\uFEAA')).toBe('MXHMD')
    expect(text('\uFEFB')).toBe('LA')
  })

  it('M21 leaves apostrophes and other punctuation out, makes hyphens and commas spaces', () => {
    for (const [given, want] of [["D'ARTAGNAN", 'DARTAGNAN'], ['O’CONNOR', 'OCONNOR'], ['MARIE-ELISE', 'MARIE ELISE'], ['ANNA, MARIA', 'ANNA MARIA'], ['Знам’янка', 'ZNAMIANKA'], ['J. R. (R.) "X"/Y', 'J R R XY'], ['  A \t\u00A0 B–C—D ', 'A B C D'], ['李', '']] as const) expect(text(given, { language: 'uk' }), given).toBe(want)
  })

  it('M22 names what no table has, with its place in the name that was given', () => {
    expect(transliterate('A李B1Cș')).toEqual({ text: 'ABC', unknown: ['李', '1', 'ș'], unknownAt: [1, 3, 5] })
    expect(transliterate('Se\u0301s\u0326𠮷<')).toEqual({ text: 'SE', unknown: ['ș', '𠮷', '<'], unknownAt: [3, 5, 7] })
    expect(transliterate('ИГОРЬ')).toEqual({ text: 'IGOR', unknown: ['Ь'], unknownAt: [4] })
    expect(transliterate('Ћ Ѓ ẞ constructor')).toEqual({ text: 'SS CONSTRUCTOR', unknown: ['Ћ', 'Ѓ'], unknownAt: [0, 2] })
    expect(listTransliterations('李')).toEqual([])
    expect(listTransliterations('ـ')).toEqual([{ text: '' }])
    expect(listTransliterations('ß')).toEqual([{ text: 'SS' }])
  })

  it('M22 writes unlisted letters bare only when asked, and what a language needs only in it', () => {
    expect(transliterate('Ionuț Nguyễn Čapek', { unlisted: 'bare' })).toEqual({ text: 'IONUT NGUYEN CAPEK', unknown: [], unknownAt: [] })
    expect(transliterate('ṩ李\u0301', { unlisted: 'bare' })).toEqual({ text: 'S', unknown: ['李\u0301'], unknownAt: [1] })
    expect(transliterate('Ionuț', { unlisted: 'name' }).unknown).toEqual(['ț'])
    for (const language of ['ru', 'uk', 'be'] as const) expect(text('Ольга', { language })).toBe(language === 'ru' ? 'OLGA' : 'OLHA')
    for (const language of ['bg', 'sr', 'mk'] as const) expect(transliterate('Ь', { language }).unknown).toEqual(['Ь'])
    expect([text('Ћ', { language: 'sr' }), text('Ѓ', { language: 'mk' })]).toEqual(['C', 'GJ'])
  })

  it('M22 refuses a preference that is not of letters', () => {
    for (const bad of ['a', '1', 'A B', '<']) expect(() => transliterate('Ä', { prefer: { Ä: bad } }), bad).toThrow(RangeError)
    expect(text('Ä', { prefer: { Ä: '' } })).toBe('')
    expect(text('A', { prefer: { A: 'B' } })).toBe('B')
  })

  it('M22 gives only letters and single spaces, never throws, and takes either normal form alike', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom(undefined, ...ALL), (name, language) => {
      const choice = language === undefined ? {} : { language }
      const made = transliterate(name, choice)
      expect(made.text).toMatch(/^([A-Z]+( [A-Z]+)*)?$/)
      expect(made.unknown).toHaveLength(made.unknownAt.length)
      expect(made.unknownAt.every((at, i) => at < name.length && at > (made.unknownAt[i - 1] ?? -1))).toBe(true)
      expect(transliterate(name.normalize('NFD'), choice).text).toBe(transliterate(name.normalize('NFC'), choice).text)
    }), { numRuns: 1_000 })
  })

  it('M22 is quick on hostile names', () => {
    for (const c of ['A', 'Ä', 'ة', 'ةـ', '\u0301', '\u0651', '李', ' ', '\u0316\u0301', "'", 'Я']) {
      const name = c.repeat(Math.ceil(50_000 / c.length))
      const t = performance.now()
      transliterate(name, { language: 'uk', unlisted: 'bare' })
      expect(performance.now() - t, JSON.stringify(c)).toBeLessThan(1_500)
    }
  })
})
