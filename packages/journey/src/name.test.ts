import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { proposeNames } from './name.ts'

const READ: Readonly<Record<string, readonly string[]>> = {
  欧: ['ou'], 阳: ['yang'], 文: ['wen'], 舟: ['zhou'], 吕: ['lü'], 绿: ['lü', 'lu'], 单: ['dan', 'shan', 'chan'], 建: ['jian'], 华: ['hua'], 王: ['wang'], 翀: ['chong'], 赟: ['yun'],
  略: ['lüe'], 女: ['nv'], 虐: ['nve'], 居: ['jü'], 仇: ['chou', 'qiu'], 解: ['jie', 'xie'], 查: ['cha', 'zha'], 区: ['qu', 'ou'], 曾: ['ceng', 'zeng'], 盖: ['gai', 'ge'], 朴: ['pu', 'piao'],
  万: ['wan', 'mo'], 俟: ['si', 'qi'], 尉: ['wei', 'yu'], 迟: ['chi'], 于: ['yu'], 郑: ['zheng'], 李: ['li'], 淑: ['shu'], 芳: ['fang'], 乐: ['le', 'yue'], 行: ['xing', 'hang'],
  阿: ['a'], 不: ['bu'], 都: ['du'], 热: ['re'], 合: ['he'], 曼: ['man'], 买: ['mai'], 提: ['ti'],
}
const readings = (c: string): readonly string[] => READ[c] ?? []
const first = (name: string): string => { const p = proposeNames(name, readings)[0]; return p === undefined ? '' : `${p.surname} ${p.given}`.trim() }

describe('how a name is written', () => {
  it.each([
    ['王翀赟', 'WANG CHONGYUN'], ['欧阳文舟', 'OUYANG WENZHOU'], ['欧阳文', 'OUYANG WEN'], ['吕绿', 'LYU LYU'], ['王略', 'WANG LUE'], ['王女', 'WANG NYU'], ['王虐', 'WANG NUE'], ['王居', 'WANG JU'],
    ['单建华', 'SHAN JIANHUA'], ['仇文', 'QIU WEN'], ['解文', 'XIE WEN'], ['查文', 'ZHA WEN'], ['区文', 'OU WEN'], ['曾文', 'ZENG WEN'], ['盖文', 'GE WEN'], ['朴文', 'PIAO WEN'],
    ['万俟文', 'MOQI WEN'], ['尉迟文', 'YUCHI WEN'], ['单于文', 'CHANYU WEN'], ['阿不都热合曼·买买提', 'ABUDUREHEMAN MAIMAITI'], ['王', 'WANG'],
  ])('W9 %s is proposed as %s', (name, latin) => { expect(first(name)).toBe(latin) })

  it('W9 other readings and a double surname are offered behind the likeliest', () => {
    const of = (name: string): readonly string[] => proposeNames(name, readings).map((p) => `${p.surname} ${p.given}`)
    expect(of('单建华')).toEqual(['SHAN JIANHUA', 'DAN JIANHUA', 'CHAN JIANHUA'])
    expect(of('吕绿')).toEqual(['LYU LYU', 'LYU LU'])
    expect(of('王行')).toEqual(['WANG XING', 'WANG HANG'])
    expect(of('郑李淑芳')).toEqual(['ZHENG LISHUFANG', 'ZHENG-LI SHUFANG'])
    expect(proposeNames('欧阳文', readings).map((p) => p.reason)).toEqual(['compound-surname', 'other-reading'])
  })

  it('W10 a character without a reading is never left out silently: nothing is proposed', () => {
    for (const name of ['王囧', '王囧文', '囧文', '欧阳囧', '阿不都·囧', '囧', '', ' ', '·']) expect(proposeNames(name, readings), name).toEqual([])
  })

  it('W10 proposals are in capitals, few, and all different, for any name', () => {
    const characters = fc.constantFrom(...Object.keys(READ).filter((k) => [...k].length === 1), '·', '囧')
    fc.assert(fc.property(fc.array(characters, { maxLength: 12 }).map((c) => c.join('')), (name) => {
      const found = proposeNames(name, readings)
      expect(found.length).toBeLessThanOrEqual(6)
      expect(new Set(found.map((p) => `${p.surname}/${p.given}`)).size).toBe(found.length)
      for (const p of found) {
        expect(p.surname).toMatch(/^[A-Z]+(-[A-Z]+)?$/)
        expect(p.given).toMatch(/^([A-Z]+( [A-Z]+)*)?$/)
      }
    }), { numRuns: 500 })
  })
})
