import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { CHARTS, chartOf, classCode, codeName, codesNamed, compareName, levelOf, parentOf, readChart } from './chart.ts'

const SHARED = process.env['CAUSEWAY_PUBLIC_DATA']
const lists = SHARED === undefined ? undefined : join(SHARED, 'classification')
const functional = chartOf('functional', 2024).chart, economic = chartOf('economic', 2024).chart

describe('the classification', () => {
  it('has every parent, ascending codes of 3, 5 and 7 digits', () => {
    for (const chart of CHARTS) {
      const codes = [...chart.items.keys()]
      expect(codes).toEqual(codes.toSorted())
      for (const code of codes) {
        expect(levelOf(code)).toBeDefined()
        const parent = parentOf(code)
        if (parent !== undefined) expect(chart.items.has(parent)).toBe(true)
      }
    }
  })
  it.runIf(lists !== undefined && existsSync(lists))('holds what the public lists hold', () => {
    for (const [chart, file] of [[functional, 'functional_2024_partial.csv'], [economic, 'economic_dept_2024.csv']] as const) {
      const rows = readFileSync(join(lists!, file), 'utf8').trim().split(/\r?\n/).slice(1).map((l) => l.split(','))
      expect([...chart.items.values()].map((i) => [i.code, i.name, i.verified])).toEqual(rows.map(([code, name, , evidence]) => [code, name, evidence !== 'unverified']))
      const read = readChart(chart.kind, 2024, readFileSync(join(lists!, file), 'utf8').replace(/,[类款项],/g, ','), false)
      expect(read.ok && read.value).toEqual(chart)
    }
  })
  it('finds a class by its name, whatever stands around it', () => {
    expect(['一、一般公共服务支出', '一般公共服务', '八、社会保障和就业支出', '医疗卫生与计划生育支出', '十四、资源勘探工业信息等支出', '一般公共预算服务支出'].map((n) => classCode(n)))
      .toEqual(['201', '201', '208', '210', '215', undefined])
    expect(classCode('工资福利支出', 'economic')).toBe('301')
    expect([codeName('2012504'), codeName('30211'), codeName('2999999')]).toEqual(['港澳事务', '差旅费', undefined])
    expect(codesNamed('行政运行', 'functional')).toEqual(['2010601', '2012501', '2013901', '2120101'])
  })
  it.each([
    ['30213', '维修(护)费', 'same'], ['2012501', '行 政运行', 'same'], ['2080505', '机关事业单位基', 'cut'], ['2080505', '保险缴费支出机关事业单位基本养老', 'cut'], ['2080506', '机关事业单位职业年金缴费', 'cut'],
    ['2080599', '机关事业单位退休人员活动费支出', 'other'], ['20125', '港澳台侨事务', 'former'], ['201', '一般公共预算服务支出', 'other'], ['20198', '什么事务', 'unknown'],
  ])('%s %s is %s', (code, name, verdict) => {
    expect(compareName(code.startsWith('3') ? economic : functional, code, name).verdict).toBe(verdict)
  })
  it('an office loads its own list, or hears what is wrong with it', () => {
    const read = (csv: string): unknown => { const r = readChart('functional', 2025, csv); return r.ok ? [...r.value.items.values()].map((i) => [i.code, i.name, i.verified]) : [r.error.code, r.error.at] }
    expect(read('code,name\n201,一般公共服务支出\n20125,港澳台事务,no\n')).toEqual([['201', '一般公共服务支出', true], ['20125', '港澳台事务', false]])
    expect(read('201,一般公共服务支出\n201,一般公共服务支出')).toEqual(['chart-code-twice', 'line 2'])
    expect(read('code,name\n2011,一般')).toEqual(['chart-code-wrong', 'line 2'])
    expect(read('20125,港澳台事务')).toEqual(['chart-parent-missing', '20125'])
    expect(read('201,')).toEqual(['chart-name-missing', 'line 1'])
    expect(read('\n')).toEqual(['chart-empty', undefined])
  })
})
