import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isLess, ONE, parsePoints, points, renderPercent, round, times, ZERO } from './points.ts'
import { judge, judgeExecution, type Verdict, wantsLess } from './rule.ts'

const of = (target: string, actual: string, hint = {}): Verdict => {
  const v = judge(target, actual, { year: 2024, ...hint })
  if (v.rule === undefined) throw new Error(v.why.zh)
  return v
}
const told = (v: Verdict): string => `${v.rule} ${v.low.n === v.high.n && v.low.d === v.high.d ? renderPercent(v.usual) : `${renderPercent(v.low)}-${renderPercent(v.high)}, ${renderPercent(v.usual)}`}`

describe('worked examples of every rule', () => {
  it.each([
    // target, result, rule and share of the full marks
    ['≥90%', '95%', 'positive 100%'], ['≥90%', '81%', 'positive 90%'], ['不少于200人次', '150人次', 'positive 75%'], ['≥3%', '0', 'positive 0%'], ['≥0', '0', 'positive 100%'], ['减少80%以上', '减少80%', 'positive 100%'], ['减少80%以上', '减少60%', 'positive 75%'], ['减少80%以上', '增加10%', 'positive 0%'], ['≥100万元', '900000元', 'positive 90%'], ['≥10项', '20项', 'positive 50%-100%, 100%'],
    ['≤5%', '4%', 'inverse 100%'], ['≤5%', '10%', 'inverse 50%'], ['≤2次', '0次', 'inverse 100%'], ['≤0', '1', 'inverse 0%'], ['不超过73.1万元', '66.35万元', 'inverse 100%'], ['控制在100万元以内', '125万元', 'inverse 80%'],
    ['8项', '8项', 'equal 100%'], ['8项', '6项', 'equal 75%'], ['8项', '10项', 'equal 80%-100%, 100%'], ['=8项', '10项', 'equal 80%'], ['=8项', '8项', 'equal 100%'], ['100%', '98%', 'equal 98%'], ['100%', '已完成', 'equal 100%'],
    ['5-10项', '7项', 'range 100%'], ['5-10项', '4项', 'range 80%'], ['5-10项', '20项', 'range 50%'],
    ['12月底前', '12月15号', 'date 100%'], ['12月底前', '2024年12月31日', 'date 100%'], ['11月底前', '12月15日', 'date 0%-80%, 0%'], ['2024年12月31日前', '2025年1月5日', 'date 0%-80%, 0%'], ['10月前', '10月10日', 'date 0%-100%, 100%'], ['年底前', '按时完成', 'date 100%'], ['6月底前', '未完成', 'date 0%-60%, 0%'],
    ['合格及以上', '合格', 'grade 100%'], ['良好以上', '优秀', 'grade 100%'], ['优秀', '合格', 'grade 0%-80%, 0%'], ['合格', '已达标', 'grade 100%'],
    ['提升知名度', '显著提升', 'qualitative 0%-100%, 100%'], ['有效改善', '部分完成', 'qualitative 0%-100%, 80%'], ['有效改善', '未完成', 'qualitative 0%-60%, 0%'],
  ])('target %s, result %s: %s', (target, actual, share) => { expect(told(of(target, actual))).toBe(share) })

  it.each([['', ''], ['≥90%', ''], ['≥90%', '95%，其中甲镇80%'], ['≥90%', '100人'], ['≥90%', '0.95'], ['12月底前', '100%'], ['≥8项', '显著提升']])('target “%s”, result “%s” is not decided', (target, actual) => {
    expect(judge(target, actual).rule).toBeUndefined()
  })
  it('a bare number is a ceiling where less is better', () => {
    expect(wantsLess(['产出指标', '成本指标', '项目总成本'])).toBe('yes')
    expect(wantsLess(['产出指标', '成本指标', '成本节约率'])).toBe('perhaps')
    expect(wantsLess(['产出指标', '数量指标', '培训人次'])).toBeUndefined()
    expect(told(of('73.1万元', '66.35万元', { less: 'yes' }))).toBe('inverse 100%')
    expect(told(of('73.1万元', '80万元', { less: 'yes' }))).toBe('inverse 91.38%')
  })
  it('a bare number of days or of what may be wanted either way leaves room', () => {
    expect(told(of('5天', '3天'))).toBe('equal 60%-100%, 100%')
    expect(told(of('40学时', '50学时', { less: 'perhaps' }))).toBe('equal 80%-100%, 100%')
    expect(told(of('5天', '5天'))).toBe('equal 100%')
  })
  it.each([['73.1', '66.35', '9.08'], ['100', '100', '10.00'], ['100', '130', '10.00'], ['100', '0', '0.00']])('execution: budget %s, spent %s: %s of 10', (budget, spent, due) => {
    const v = judgeExecution(parsePoints(budget)!, parsePoints(spent)!)
    expect(v.rule === undefined ? '' : round(times(v.usual, points(10)), 2)).toBe(due)
  })
  it('without a budget there is no rate', () => { expect(judgeExecution(ZERO, points(3)).rule).toBeUndefined() })
})

describe('laws of the rules', () => {
  const number = fc.integer({ min: 0, max: 99_999 }).map((n) => (n / 100).toFixed(2))
  const target = fc.tuple(fc.constantFrom('≥', '≤', '=', ''), number).map((t) => t.join(''))
  it('a score is never below none or above full, and its range is in order', () => {
    fc.assert(fc.property(target, number, (a, b) => {
      const v = of(a, b)
      expect([isLess(v.low, ZERO), isLess(ONE, v.high), isLess(v.high, v.low), isLess(v.usual, v.low), isLess(v.high, v.usual)]).toEqual([false, false, false, false, false])
    }))
  })
  it('more is never worse where more is wanted, less never where less is', () => {
    fc.assert(fc.property(number, number, number, (a, b, c) => {
      const [few, many] = [Number(b), Number(c)].sort((x, y) => x - y).map((n) => n.toFixed(2)) as [string, string]
      expect(isLess(of(`≥${a}`, many).usual, of(`≥${a}`, few).usual)).toBe(false)
      expect(isLess(of(a, many).usual, of(a, few).usual)).toBe(false)
      expect(isLess(of(`≤${a}`, few).usual, of(`≤${a}`, many).usual)).toBe(false)
    }))
  })
  it('nearer is never worse where a number is wanted exactly', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 9999 }), (a, d, e) => {
      const [near, far] = [Math.min(d, e), Math.max(d, e)]
      expect(isLess(of(`=${a}`, String(a + near)).usual, of(`=${a}`, String(a + far)).usual)).toBe(false)
      if (far <= a) expect(isLess(of(`=${a}`, String(a - near)).usual, of(`=${a}`, String(a - far)).usual)).toBe(false)
    }))
  })
  it('a result that is the target earns all, however it is asked for', () => {
    fc.assert(fc.property(target, (a) => { expect(of(a, a.replace(/^[≥≤=]/, '')).usual).toEqual(ONE) }))
  })
})
