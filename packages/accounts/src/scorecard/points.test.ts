import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { add, isLess, over, parsePoints, points, render, renderPercent, round, times } from './points.ts'

describe('points are exact', () => {
  it.each([['66.35', '73.1', 10, '9.08'], ['66.35', '73.1', 5, '4.54'], ['1', '3', 15, '5.00'], ['154.74', '310.2', 10, '4.99']])('%s of %s of %d points are %s, half up', (b, a, weight, due) => {
    expect(round(times(over(parsePoints(b)!, parsePoints(a)!), points(weight)), 2)).toBe(due)
  })
  it.each([['0.125', 2, '0.13'], ['-0.125', 2, '-0.13'], ['2.5', 0, '3'], ['0.004', 2, '0.00'], ['-0.004', 2, '0.00']])('%s rounded to %d decimals is %s', (text, decimals, rounded) => {
    expect(round(parsePoints(text)!, decimals)).toBe(rounded)
  })
  it.each(['', '1.', 'a', '1,05', '１５分', '--1', '.'])('“%s” is no number', (text) => { expect(parsePoints(text)).toBeUndefined() })
  it.each([['１５', '15'], ['1,055.40', '1055.4'], ['.5', '0.5'], ['−3', '-3']])('%s reads as %s', (text, value) => { expect(render(parsePoints(text)!)).toBe(value) })
  it('says a share as a percentage', () => { expect(renderPercent(over(points(6635), points(7310)))).toBe('90.77%') })
  it('adds without loss, whatever the denominators', () => {
    fc.assert(fc.property(fc.bigInt(-999n, 999n), fc.bigInt(1n, 999n), fc.bigInt(-999n, 999n), fc.bigInt(1n, 999n), (a, b, c, d) => {
      const s = add(points(a, b), points(c, d))
      expect(s.n * b * d).toBe((a * d + c * b) * s.d)
      expect(isLess(points(a, b), points(c, d))).toBe(a * d < c * b)
    }))
  })
})
