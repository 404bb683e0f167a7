import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { agree, decimalsOf, divide, fraction, inUnit, isBlank, isSame, isTransposed, meet, parseFigure, rangeOf, scale, show, subtract, valueOf, withDecimals, type Figure, type Range } from './figure.ts'

const fig = (text: string): Figure => parseFigure(text)!

describe('a printed number', () => {
  it.each([
    ['758.91', 75891n, 2], ['1,055.4', 10554n, 1], ['１，２３４．５０', 123450n, 2], ['-10.32', -1032n, 2], ['－3', -3n, 0], ['−0.5', -5n, 1], [' 1 234.5 ', 12345n, 1], ['（12.30）', -1230n, 2], ['0.00', 0n, 2],
  ])('%s', (text, units, decimals) => {
    expect(parseFigure(text)).toMatchObject({ units, decimals })
  })
  it.each(['', '-', '—', '--', '/', '　'])('“%s” is blank and no number', (text) => {
    expect([isBlank(text), parseFigure(text)]).toEqual([true, undefined])
  })
  it.each(['1,05.4', '约5', '1.2.3', '2024年', '3-4', '(1)', '（一）', '7=1+2'])('%s is no number', (text) => {
    expect([isBlank(text), parseFigure(text)]).toEqual([false, undefined])
  })
  it('is read again as it was shown', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat(4), (units, decimals) => {
      expect(parseFigure(show(fraction(units, 10n ** BigInt(decimals)), decimals))).toMatchObject({ units, decimals })
    }))
  })
})

/** Money in whole 元, nothing or enough to be printed in 万元 with whatever decimals. */
const yuan = fc.bigInt({ min: 0n, max: 10n ** 10n }).map((n) => n < 5_000n ? 0n : n)
const printed = (n: bigint, decimals: number): Figure => fig(show(fraction(n, 10_000n), decimals))
const total = (ns: readonly bigint[]): bigint => ns.reduce((a, b) => a + b, 0n)
const percent = (a: Range, b: Range): Range => scale(divide(a, b)!, 100n)

describe('rounding is never a difference', () => {
  it('of a sum whose parts are each rounded, whatever their decimals and signs', () => {
    fc.assert(fc.property(fc.array(fc.tuple(yuan, fc.nat(2), fc.constantFrom<1 | -1>(1, -1)), { minLength: 1, maxLength: 30 }), fc.nat(2), (parts, decimals) => {
      const sum = total(parts.map(([n, , sign]) => n * BigInt(sign)))
      fc.pre(sum === 0n || sum >= 5_000n || sum <= -5_000n)
      expect(agree(printed(sum, decimals), parts.map(([n, d, sign]) => ({ figure: printed(n, d), sign }))).agreement).not.toBe('different')
    }))
  })
  it('of one amount printed twice, of shares, of changes over the year before', () => {
    fc.assert(fc.property(yuan, yuan, fc.constantFrom(1, 2), fc.nat(2), (a, b, decimals, places) => {
      fc.pre(b > 20_000n)
      expect(agree(printed(b, decimals), [{ figure: printed(b, 2) }]).agreement).not.toBe('different')
      const [part, whole, before] = [printed(a, decimals), printed(a + b, decimals), printed(b, decimals)]
      const share = fig(show(fraction(a * 100n, a + b), places))
      expect(meet(rangeOf(share), percent(rangeOf(part), rangeOf(whole)))).toBe(true)
      const rate = fig(show(fraction(a * 100n, b), places))
      expect(meet(rangeOf(rate), percent(subtract(rangeOf(whole), rangeOf(before)), rangeOf(before)))).toBe(true)
    }))
  })
})

describe('a fault never hides behind rounding', () => {
  it('a total moved by more than twice the envelope is different, whatever rounding did to it', () => {
    fc.assert(fc.property(fc.array(yuan.filter((n) => n > 0n), { minLength: 1, maxLength: 30 }), fc.nat(2), fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.boolean(), (parts, decimals, beyond, up) => {
      const sum = printed(total(parts), decimals)
      const shift = (BigInt(parts.length) + 1n + beyond) * (up ? 1n : -1n)
      expect(agree({ ...sum, units: sum.units + shift }, parts.map((n) => ({ figure: printed(n, decimals) }))).agreement).toBe('different')
    }))
  })
  it('is different exactly when it leaves h·(n+1) around the sum of what is printed', () => {
    fc.assert(fc.property(fc.array(fc.bigInt({ min: 1_000n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 }), fc.integer({ min: -30, max: 30 }), (units, shift) => {
      const parts = units.map((n) => ({ figure: fig(show(fraction(n, 100n), 2)) }))
      const { agreement } = agree(fig(show(fraction(total(units) + BigInt(shift), 100n), 2)), parts)
      expect(agreement).toBe(shift === 0 ? 'exact' : 2 * Math.abs(shift) <= units.length + 1 ? 'rounding' : 'different')
    }))
  })
})

describe('worked cases', () => {
  const ratio = (a: string, b: string): Range => percent(rangeOf(fig(a)), rangeOf(fig(b)))
  it('1,055.4 % more than 1.96 is 20.63 less its base, inside what rounding allows; 1,056.4 % is not', () => {
    expect(meet(rangeOf(fig('1,055.4')), ratio('20.63', '1.96'))).toBe(true)
    expect(meet(rangeOf(fig('1,056.4')), ratio('20.63', '1.96'))).toBe(false)
  })
  it('79.95 % of 746.66 stays inside the envelope by a hair, 71.73 % of what is 71.65 % does not', () => {
    const r = ratio('596.91', '746.66')
    expect([show(r.low, 4), show(r.high, 4), meet(rangeOf(fig('79.95')), r)]).toEqual(['79.9428', '79.9452', true])
    expect(meet(rangeOf(fig('71.73')), r)).toBe(false)
  })
  it('nothing has a share of what may be zero', () => {
    expect(divide(rangeOf(fig('1.00')), rangeOf(fig('0.00')))).toBeUndefined()
  })
  it('a part is taken off', () => {
    expect(agree(fig('1.93'), [{ figure: fig('10.68') }, { figure: fig('1.56') }, { figure: fig('10.32'), sign: -1 }])).toMatchObject({ agreement: 'rounding' })
  })
  it('units of money', () => {
    const { value, range } = inUnit(fig('1.23'), '万元', '元')
    expect(isSame(value, fraction(12_300n))).toBe(true)
    expect([show(range.low, 0), show(range.high, 0)]).toEqual(['12250', '12350'])
    expect(show(inUnit(fig('12300'), '元', '万元').value, 4)).toBe('1.2300')
  })
  it('a table that drops closing zeros is rounded as most of it shows', () => {
    const shown = ['32.2', '1', '745.61', '12.05', '0'].map(fig)
    expect(valueOf(withDecimals(shown[0]!, decimalsOf(shown)))).toEqual(fraction(3220n, 100n))
    expect(decimalsOf([fig('1.5'), fig('2.25')])).toBe(1)
  })
  it.each([['765.89', '756.89', true], ['75.689', '756.89', false], ['758.91', '758.90', false], ['1,055.4', '1,505.4', true], ['12.34', '13.24', true]])('%s for %s: digits changed places %s', (a, b, is) => {
    expect(isTransposed(a, b)).toBe(is)
  })
})
