import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isValidMrz, parseMrz } from './parse.ts'
import { suggestMrz } from './suggest.ts'

const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'] as const
const TD1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'] as const
const best = (input: string | readonly string[]) => suggestMrz(input)[0]

describe('suggestions for what was misread', () => {
  it('M28 offers nothing for a zone that is right, and nothing where nothing fits', () => {
    expect(suggestMrz(TD3)).toEqual([])
    expect(suggestMrz(TD1.join('\n'))).toEqual([])
    for (const none of ['', 'abc', 'A'.repeat(401), ['A'.repeat(300), 'A'.repeat(300)], [TD3[0], TD3[1].replace('L8', 'M9')]]) expect(suggestMrz(none)).toEqual([])
  })

  it.each([
    ['letters in a date', [TD3[0], TD3[1].replace('740812', '74O8I2')], [[2, 16, 'O', '0', 'digit'], [2, 18, 'I', '1', 'digit']]],
    ['a letter for a check digit', [TD3[0], TD3[1].replace('8122F', '812ZF')], [[2, 20, 'Z', '2', 'digit']]],
    ['digits in a name', [TD3[0].replace('ERIKSSON', 'ER1K5S0N'), TD3[1]], [[1, 8, '1', 'I', 'letter'], [1, 10, '5', 'S', 'letter'], [1, 12, '0', 'O', 'letter']]],
    ['a digit in a State', [TD3[0].replace('UTO', 'UT0'), TD3[1]], [[1, 5, '0', 'O', 'letter']]],
    ['a look-alike in the number', [TD3[0], TD3[1].replace('L898902C3', 'L89B902C3')], [[2, 4, 'B', '8', 'look-alike']]],
    ['two of them', [TD3[0], TD3[1].replace('L898902C3', 'LB989O2C3')], [[2, 2, 'B', '8', 'look-alike'], [2, 6, 'O', '0', 'look-alike']]],
    ['a look-alike in the optional data', [TD3[0], TD3[1].replace('ZE184226B', '2E184226B')], [[2, 29, '2', 'Z', 'look-alike']]],
    ['small letters', [TD3[0], TD3[1].replace('L898902C36UTO', 'l898902C36UTo')], [[2, 1, 'l', 'L', 'case'], [2, 13, 'o', 'O', 'case']]],
    ['letters in a run of fillers', [TD3[0].replace('<<<<<<<<<<<<<<<<<<<', '<<<<<K<<<CC<<<<<<<<'), TD3[1]], [[1, 31, 'K', '<', 'filler'], [1, 35, 'C', '<', 'filler'], [1, 36, 'C', '<', 'filler']]],
    ['a filler lost', [TD3[0].slice(0, -1), TD3[1]], [[1, 44, '', '<', 'length']]],
    ['fillers too many', [`${TD3[0]}<<`, TD3[1]], [[1, 45, '<<', '', 'length']]],
    ['a guillemet', [TD3[0].replace('<<ANNA', '«ANNA'), TD3[1]], [[1, 14, '«', '<<', 'filler']]],
    ['a blank inside', [TD3[0], TD3[1].replace('UTO', 'U TO')], [[2, 12, ' ', '', 'blank']]],
    ['blanks for fillers', [TD3[0].replace('<<ANNA', '  ANNA'), TD3[1]], [[1, 14, ' ', '<', 'blank'], [1, 15, ' ', '<', 'blank']]],
    ['brackets for fillers', [TD3[0].replace('<<ANNA', '(<ANNA'), TD3[1]], [[1, 14, '(', '<', 'filler']]],
  ] as const)('M28 offers the right reading for %s', (_, input, changes) => {
    const suggestion = suggestMrz(input).find((s) => s.lines.join() === TD3.join())!
    expect(suggestion.changes.map((c) => [c.line, c.column, c.from, c.to, c.why])).toEqual(changes)
    expect(parseMrz(input)).not.toEqual(parseMrz(TD3)) // a suggestion corrects nothing
  })

  it('M28 offers every reading that fits where several do', () => {
    const both = suggestMrz([TD3[0], TD3[1].replace('L898902C3', 'L89B902C3')])
    expect(both.map((s) => s.lines[1]!.slice(0, 9)).sort()).toEqual(['L898902C3', 'LB9B902C3'])
  })

  it('M28 reads a TD1 and a long number too', () => {
    expect(best([TD1[0].replace('D23145890', 'D2314589O'), TD1[1], TD1[2]])?.lines).toEqual(TD1)
    const long = ['IDBEL600001795<0152<<<<<<<<<<<', '1301014F2311207BEL130101987398', 'SPECIMEN<<SPECIMEN<<<<<<<<<<<<']
    expect(best([long[0]!.replace('0152', 'O152'), long[1]!, long[2]!])?.lines).toEqual(long)
    expect(best('C5C000000004<2404200<8108038<6'.replace('C5', 'CS').replace('240420', '24O420'))?.lines).toEqual(['CSC000000004<2404200<8108038<6'])
  })

  it('M28 leaves names alone that only look like fillers', () => {
    const name = 'P<UTOCLARK<<CECIL<K<<<<<<<<<<<<<<<<<<<<<<<<<'
    expect(suggestMrz([name, TD3[1]])).toEqual([])
    expect(best([name, TD3[1].replace('740812', '74O812')])?.lines[0]).toBe(name)
  })

  it('M28 offers only readings that are right, the fewest changes first, and each once', () => {
    fc.assert(fc.property(fc.constantFrom(TD3, TD1), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'0OQD1IL2Z5S8BKG<aé ')), { minLength: 1, maxLength: 4 }), (lines, changes) => {
      let text = lines.join('\n')
      for (const [at, c] of changes) text = text.slice(0, at % text.length) + c + text.slice((at % text.length) + 1)
      const found = suggestMrz(text)
      expect(found.length).toBeLessThanOrEqual(8)
      expect(new Set(found.map((s) => s.lines.join())).size).toBe(found.length)
      found.forEach((s, i) => {
        expect(isValidMrz(s.lines)).toBe(true)
        expect(s.changes.length).toBeGreaterThan(0)
        if (i > 0) expect(s.changes.length).toBeGreaterThanOrEqual(found[i - 1]!.changes.length)
      })
    }), { numRuns: 1_000 })
  })
})
