import { describe, expect, it } from 'vitest'

import { parsePhrase } from './phrase.ts'
import { render } from './points.ts'

/** A phrase in one line: `≥90%`, `day 12-31`, `grade 1`. */
function told(text: string): string {
  const p = parsePhrase(text)
  if (p.kind === 'day') return `day ${p.until.year ?? ''}${p.until.year === undefined ? '' : '-'}${p.until.month}-${p.until.day}${p.from.month === p.until.month ? '' : ` or ${p.from.month}-${p.from.day}`}`
  if (p.kind === 'grade') return `grade ${p.rank}`
  if (p.kind !== 'number') return p.kind
  const sign = { 'at-least': '≥', 'at-most': '≤', exactly: '=', reach: '', between: '' }[p.bound]
  return `${p.turn ?? ''}${p.turn === undefined ? '' : ' '}${p.strict ? sign.replace('≥', '>').replace('≤', '<') : sign}${render(p.value)}${p.upper === undefined ? '' : `~${render(p.upper)}`}${p.unit}`
}

describe('target phrases', () => {
  it.each([
    ['≥90%', '≥90%'], ['＞＝９０％', '≥90%'], [' ≥ 90 % ', '≥90%'], ['>=8项', '≥8项'], ['≤5%', '≤5%'], ['=3次', '=3次'], ['>10人次', '>10人次'], ['＜24小时', '<24小时'],
    ['不低于95%', '≥95%'], ['不少于200人次', '≥200人次'], ['不超过73.1万元', '≤73.1万元'], ['不高于10%', '≤10%'], ['不大于3次', '≤3次'], ['超过100家', '>100家'], ['低于2%', '<2%'], ['至少12期', '≥12期'],
    ['90%以上', '≥90%'], ['90%及以上', '≥90%'], ['90%（含）以上', '≥90%'], ['5%以下', '≤5%'], ['30日以内', '≤30日'], ['24小时内', '≤24小时'], ['3个工作日内', '≤3个工作日'],
    ['控制在100万元以内', '≤100万元'], ['成本控制在50万元', '≤50万元'], ['达到100%', '≥100%'], ['合格率达到95%以上', '≥95%'], ['覆盖率100%', '100%'], ['100%', '100%'], ['8项', '8项'], ['八项', '8项'], ['十二场次', '12场次'], ['1,200人次', '1200人次'], ['73.10', '73.1'],
    ['减少80%以上', 'fall ≥80%'], ['降低5%', 'fall 5%'], ['同比增长≥3%', 'rise ≥3%'], ['提高到95%', '95%'], ['提升10个百分点', 'rise 10个百分点'], ['下降到5%以下', '≤5%'],
    ['5-10项', '5~10项'], ['80%~90%', '80~90%'], ['3至5次', '3~5次'],
  ])('%s is %s', (text, meaning) => { expect(told(text)).toBe(meaning) })
  it.each([
    ['12月底前', 'day 12-31'], ['12月15号', 'day 12-15'], ['2024年12月31日前', 'day 2024-12-31'], ['2024-11-30', 'day 2024-11-30'], ['2024.6.30前完成', 'day 2024-6-30'], ['年底前', 'day 12-31'], ['2024年底', 'day 2024-12-31'], ['年内完成', 'day 12-31'],
    ['第三季度', 'day 9-30'], ['上半年', 'day 6-30'], ['6月中旬', 'day 6-20'], ['10月前', 'day 10-31 or 9-30'], ['1-12月', 'day 12-31'], ['2024年1月至2024年11月', 'day 2024-11-30'],
  ])('%s is %s', (text, meaning) => { expect(told(text)).toBe(meaning) })
  it.each([['合格及以上', 'grade 1'], ['合格', 'grade 1'], ['良好以上', 'grade 2'], ['优秀', 'grade 3'], ['达到优', 'grade 3'], ['不合格', 'grade 0'], ['显著提升', 'words'], ['有效改善', 'words'], ['提升知名度', 'words'], ['', 'none'], ['—', 'none'], ['采购5台，合格率100%', 'several']])('%s is %s', (text, meaning) => { expect(told(text)).toBe(meaning) })
  it('a duration is a number, not a day', () => { expect(told('6个月')).toBe('6个月') })
})
