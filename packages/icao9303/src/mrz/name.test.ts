import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { composeName, findTitles, isNameFieldOf, parseName } from './name.ts'
import { transliterate } from './transliterate.ts'

interface Example { clause: string; width: number; primary: string; secondary: string; field: string; truncated: boolean }
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/mrz-names.json'), 'utf8')) as { cases: Example[] }
const zone = (s: string): string => transliterate(s).text

/** How many letters of each component an example shows. */
function keepOf(e: Example): readonly number[] {
  const shown = e.field.replace(/<+$/, '').split('<<').map((s) => s.split('<'))
  return [e.primary, e.secondary].flatMap((whole, i) => zone(whole).split(' ').map((w) => {
    const list = shown[i] ?? []
    return w !== '' && list[0] !== undefined && w.startsWith(list[0]) ? list.shift()!.length : 0
  }))
}

describe('names', () => {
  it('M4 has the 61 examples of the Parts', () => { expect([cases.length, cases.filter((e) => e.truncated).length]).toEqual([61, 26]) })

  it.each(cases.map((e) => [e.clause, e.field, e] as const))('M4 %s: %s', (_, field, e) => {
    const name = { primary: zone(e.primary), secondary: zone(e.secondary), width: e.width }
    expect(isNameFieldOf(field, name)).toBe(true)
    expect(composeName(name.primary, name.secondary, { width: e.width, keep: keepOf(e) })).toEqual({ field, truncated: e.truncated })
    if (!e.truncated) {
      expect(composeName(name.primary, name.secondary, e.width)).toEqual({ field, truncated: false })
      expect(parseName(field)).toEqual({ primaryIdentifier: name.primary, secondaryIdentifier: name.secondary, truncated: /[A-Z]$/.test(field) })
    }
    for (const cut of ['end', 'initials', 'even'] as const) {
      const made = composeName(name.primary, name.secondary, { width: e.width, cut })
      expect([made.field.length, made.truncated, isNameFieldOf(made.field, name)], `${cut} ${made.field}`).toEqual([e.width, e.truncated, true])
    }
  })

  it.each([
    ['end', 39, 'BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI'], ['initials', 39, 'BENNELONG<WOOLOOMOOLOO<WARRA<W<<DINGO<P'], ['even', 39, 'BENNEL<WOOLOO<WARRAN<WARNA<<DINGO<POTOR'],
    ['end', 31, 'BENNELONG<WOOLOOMOOLOO<WARR<<DI'], ['initials', 31, 'BENNELONG<WOOLOOMO<W<W<<DINGO<P'], ['even', 31, 'BENNE<WOOL<WARR<WARN<<DING<POTO'],
    ['end', 30, 'BENNELONG<WOOLOOMOOLOO<WAR<<DI'], ['initials', 30, 'BENNELONG<WOOLOOM<W<W<<DINGO<P'], ['even', 30, 'BENN<WOOL<WARR<WARN<<DING<POTO'],
  ] as const)('M4 cuts by %s to %i places', (cut, width, want) => {
    expect(composeName('BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL', 'DINGO POTOROO', { width, cut }).field).toBe(want)
  })

  it('M8 lets the part before the cut, or the primary identifier, give a letter', () => {
    expect(composeName('ABC', 'DE FGH', { width: 8 }).field).toBe('ABC<<D<F')
    expect(composeName('ABC', 'D FGH', { width: 7 }).field).toBe('AB<<D<F')
    expect(composeName('ABC DEF', '', { width: 4 }).field).toBe('AB<D')
    expect(composeName('ABC D EF', '', { width: 6 }).field).toBe('AB<D<E')
  })

  it('M4 refuses what is no truncation', () => {
    const name = { primary: 'NILAVADHANANANDA', secondary: 'CHAYAPA DEJTHAMRONG KRASUANG', width: 39 }
    for (const field of [
      'NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<X', 'NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<<', 'NILAVADHANANANDA<CHAYAPA<DEJTHAMRONG<KR', 'NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<KR', 'NILAVADHANANANDA<<KRASUANG<CHAYAPA<DEJT',
      'NILAVADHANANANDA<<CHAYAPA<DEJT<<KRASUAN', '<<CHAYAPA<DEJTHAMRONG<KRASUANG'.padEnd(39, 'A'), 'NILAVADHANANANDA<<<CHAYAPA<DEJTHAMRONGK', 'NILAVADHANANANDAA<<CHAYAPA<DEJTHAMRONG',
    ]) expect(isNameFieldOf(field, name), field).toBe(false)
    expect(isNameFieldOf('NILAVADHANANANDA<<CHAYAPA<KRASUANG<<<<<', name)).toBe(false)
    expect(isNameFieldOf('ERIKSSON<<ANNA<MARI', { primary: 'ERIKSSON', secondary: 'ANNA MARIA', width: 19 })).toBe(true)
    expect(isNameFieldOf('ERIKSSON<<ANNA<MARIA', { primary: 'ERIKSSON', secondary: 'ANNA MARIA', width: 20 })).toBe(true)
    expect(isNameFieldOf('ERIKSSON<<ANNA<MARI<', { primary: 'ERIKSSON', secondary: 'ANNA MARIA', width: 20 })).toBe(false)
    expect(isNameFieldOf('ABCDEFGHI', { primary: 'ABCDEFGHIJK', secondary: '', width: 9 })).toBe(true)
    expect(isNameFieldOf('ABCDEF<<G', { primary: 'ABCDEFGHIJK', secondary: '', width: 9 })).toBe(false)
    expect(isNameFieldOf('<<ABCDEFG', { primary: '', secondary: 'ABCDEFGHIJK', width: 9 })).toBe(true)
    expect(() => composeName('NILAVADHANANANDA', 'CHAYAPA DEJTHAMRONG KRASUANG', { width: 39, keep: [16, 7, 11, 2] })).toThrow('NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<KR is no truncation of 39 places')
    expect(() => composeName('NILAVADHANANANDA', 'CHAYAPA DEJTHAMRONG KRASUANG', { width: 39, keep: [16, 7, 11] })).toThrow(RangeError)
  })

  it('M8 cuts in every way so that the Parts allow it, and only when it must', () => {
    const word = fc.stringMatching(/^[A-Z]{2,20}$/)
    fc.assert(fc.property(fc.array(word, { maxLength: 6 }), fc.array(word, { maxLength: 6 }), fc.constantFrom(30, 31, 39), fc.constantFrom('end', 'initials', 'even'), (p, s, width, cut) => {
      const [primary, secondary] = [p.join(' '), s.join('-')]
      const full = s.length === 0 ? p.join('<') : `${p.join('<')}<<${s.join('<')}`
      const { field, truncated } = composeName(primary, secondary, { width, cut: cut as 'end' })
      expect([field.length, truncated]).toEqual([width, full.length > width])
      expect(isNameFieldOf(field, { primary, secondary, width }), field).toBe(true)
      if (!truncated) expect(field.replace(/<+$/, '')).toBe(full.replace(/<+$/, ''))
    }), { numRuns: 1_000 })
  })

  it('M12 flags a name that ends in the last place and reads what is there', () => {
    expect(parseName('PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR')).toEqual({ primaryIdentifier: 'PAPANDROPOULOUS', secondaryIdentifier: 'JONATHON WARREN TREVOR', truncated: true })
    expect(parseName('ARKFREITH<<<<<<<<')).toEqual({ primaryIdentifier: 'ARKFREITH', secondaryIdentifier: '', truncated: false })
    expect(parseName('VAN<DER<STEEN<<MARIANNE<LOUISE<')).toEqual({ primaryIdentifier: 'VAN DER STEEN', secondaryIdentifier: 'MARIANNE LOUISE', truncated: false })
    expect(parseName('A<<B<<C<<<')).toEqual({ primaryIdentifier: 'A', secondaryIdentifier: 'B C', truncated: false })
    expect(parseName('A<<<B<<')).toEqual({ primaryIdentifier: 'A', secondaryIdentifier: 'B', truncated: false })
    expect(parseName('<<B')).toEqual({ primaryIdentifier: '', secondaryIdentifier: 'B', truncated: true })
    expect(parseName('<<<')).toEqual({ primaryIdentifier: '', secondaryIdentifier: '', truncated: false })
    expect(parseName('')).toEqual({ primaryIdentifier: '', secondaryIdentifier: '', truncated: false })
    expect(parseName('A<9')).toEqual({ primaryIdentifier: 'A 9', secondaryIdentifier: '', truncated: false })
  })

  it('M8 takes only letters, spaces, hyphens and fillers', () => {
    expect(composeName(' van der-STEEN '.toUpperCase(), 'A<B', 20).field).toBe('VAN<DER<STEEN<<A<B<<')
    for (const bad of ['É', 'a', '1', "'", ',']) expect(() => composeName(bad, '', 39), bad).toThrow(`not a letter of the zone: ${bad}`)
  })

  it('M17 names titles and suffixes, which the issuer must decide on', () => {
    expect(findTitles('Dr. Jan Smith, Jr.')).toEqual(['DR', 'JR'])
    expect(findTitles('SIR HENRY III')).toEqual(['SIR', 'III'])
    expect(findTitles('DREW SIRI IIA SMITH-II')).toEqual(['II'])
    expect(findTitles('ANNA MARIA')).toEqual([])
  })
})
