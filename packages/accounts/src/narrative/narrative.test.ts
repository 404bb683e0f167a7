import { existsSync, readFileSync } from 'node:fs'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Outcome } from '../finding.ts'
import { readAccounts } from '../reading/accounts.ts'
import { readText } from '../reading/text.ts'
import { examineNarrative } from './narrative.ts'

const examine = (text: string | Uint8Array): Outcome => examineNarrative(readAccounts(readText(text, 'test.txt')))
const errors = (o: Outcome): string[] => o.findings.filter((f) => f.severity === 'error').map((f) => f.relation)
const under = (heading: string, text: string): Outcome => examine(`某市某某局2024年度部门决算\n\n${heading}\n\n${text}\n`)

describe('figures are bound to their subjects by grammar', () => {
  it.each([
    ['Shandong', '一、收入支出决算总体情况说明', '2024 年度收、支总计均为 758.91 万元。与 2023 年度相比，收、支总计各增加 103.27 万元，增长 15.75%。主要是增加了项目经费。'],
    ['Shanghai', '四、财政拨款收入支出决算总体情况说明', '某局 2024 年度财政拨款收入支出总计 9746.50 万元。与 2023 年度相比，财政拨款收入支出总计增加 1193.20 万元，增长 13.95%。主要原因：项目支出增加，较上一年度增加 1133.95 万元。'],
    ['Zhejiang', '（二）收入决算情况说明', '本年收入合计 519.07 万元；包括财政拨款收入 500.12 万元（其中，一般公共预算 500.12 万元，政府性基金预算 0 万元，国有资本经营预算 0 万元），占收入合计 96.35%；其他收入 18.95 万元，占收入合计 3.65%。'],
    ['Guangdong', '（一）“三公”经费财政拨款支出决算总体情况说明', '“三公”经费财政拨款支出决算为62.07万元,完成全年预算84.82万元的73.2%,比上年决算数增加38.97万元,增长168.7%;比2019年(疫情前)决算数减少24.87万元,降低28.6%,原因是公务往来恢复。其中:公务接待费支出决算为22.59万元,完成预算43.2万元的52.3%,比上年决算数增加20.63万元,增长1,055.4%。'],
    ['Sichuan, in pairs', '一、收入支出决算总体情况说明', '2024年度收、支总计各是4125.49,4143.91万元。与2023年相比,收、支总计各减少1267.86,2570.97万元,各下降23.51%、38.29%。主要变动原因是创建工作完成,项目收入减少。'],
    ['Gansu', '（一）收入决算情况', '2024年度，本单位收入为1687.45万元，其中：财政拨款收入1516.64万元，占89.88%；事业收入170.81万元，占10.12%；经营收入0万元，占0%。'],
  ])('%s: what is right is not touched', (_, heading, text) => {
    const o = under(heading, text)
    expect(o.findings.filter((f) => f.severity !== 'info' && f.relation !== 'T1-5')).toEqual([])
    expect([...o.run.keys()].some((k) => k === 'N-yoy' || k === 'N-share')).toBe(true)
  })

  it.each([
    ['N-share', '71.73%', '71.65%', '（二）一般公共预算财政拨款支出决算结构情况', '一般公共预算财政拨款支出2940.05万元，主要用于以下方面：一般公共服务支出（类）2106.66万元，占71.73%；卫生健康支出（类）60.99万元，占2.07%。', undefined],
    ['N-yoy', '6.76%', '6.61%', '（一）收入支出决算总体情况说明', '2024 年度收入总计 519.07 万元，支出总计 519.07 万元，与 2023 年度相比，增加 32.19 万元，增长 6.76%。主要原因是人员增加。', undefined],
    ['N-yoy', '103.27%', '15.75%', '一、收入支出决算总体情况说明', '2024 年度收、支总计均为 758.91 万元。与 2023 年度相比，收、支总计各增加 103.27 万元，增长 103.27%。主要是增加了项目经费。', 'difference-as-rate'],
    ['N-yoy', '13.61%', '15.75%', '一、收入支出决算总体情况说明', '2024 年度收、支总计均为 758.91 万元。与 2023 年度相比，收、支总计各增加 103.27 万元，增长 13.61%。主要是增加了项目经费。', 'wrong-base'],
    ['N-yoy', '115.75%', '15.75%', '一、收入支出决算总体情况说明', '2024 年度收、支总计均为 758.91 万元。与 2023 年度相比，收、支总计各增加 103.27 万元，增长 115.75%。主要是增加了项目经费。', 'rate-as-change'],
    ['N-rate', '27.22%', '105.76%', '（三）一般公共预算财政拨款支出决算具体情况', '一般公共预算财政拨款支出年初预算为 472.9 万元，支出决算为 500.12 万元，完成年初预算的 27.22%。决算数大于预算数的主要原因是年中追加。', 'difference-as-rate'],
    ['N-rate', '94.56%', '105.76%', '（三）一般公共预算财政拨款支出决算具体情况', '一般公共预算财政拨款支出年初预算为 472.9 万元，支出决算为 500.12 万元，完成年初预算的 94.56%。决算数大于预算数的主要原因是年中追加。', 'swapped-operands'],
    ['N-rate', '5.76%', '105.76%', '（三）一般公共预算财政拨款支出决算具体情况', '一般公共预算财政拨款支出年初预算为 472.9 万元，支出决算为 500.12 万元，完成年初预算的 5.76%。决算数大于预算数的主要原因是年中追加。', 'change-as-rate'],
  ])('%s finds %s, expects %s', (relation, published, expected, heading, text, cause) => {
    const found = under(heading, text).findings.filter((f) => f.severity === 'error')
    expect(found).toMatchObject([{ relation, published, expected, ...(cause ? { cause } : {}) }])
  })

  it('a percentage inside its rounding envelope is a rounding, one outside is an error', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 900000 }), fc.integer({ min: 1, max: 99 }), (whole, percent) => {
      const part = Math.round(whole * percent / 100)
      const [w, p] = [(whole / 100).toFixed(2), (part / 100).toFixed(2)]
      const share = (Math.round(part * 10000 / whole) / 100).toFixed(2)
      const off = (Number(share) + 3).toFixed(2)
      const text = (s: string): string => `本年支出合计${w}万元，其中：基本支出${p}万元，占${s}%。`
      expect(errors(under('三、支出决算情况说明', text(share)))).toEqual([])
      expect(errors(under('三、支出决算情况说明', text(off)))).toEqual(['N-share'])
    }), { numRuns: 60 })
  })
})

describe('procurement, travel, cars', () => {
  const SME = (goods: string, services: string): string => `2024 年度政府采购支出总额 8.11 万元，其中：政府采购货物支出 1 万元、政府采购工程支出 0 万元、政府采购服务支出 7.11 万元。授予中小企业合同金额 7.81 万元，占政府采购支出总额的 96.3%，其中：授予小微企业合同金额 7.81 万元，占政府采购支出总额的 96.3%。货物采购授予中小企业合同金额占货物支出金额的 ${goods}%，服务采购授予中小企业合同金额占服务支出金额的 ${services}%。`
  it('CG-3 gives the range that the published amounts allow', () => {
    expect(under('十一、政府采购支出情况', SME('811', '0')).findings.filter((f) => f.severity === 'error')).toMatchObject([
      { relation: 'CG-2', published: '811%', expected: '70.0%–100.0%', cause: 'wrong-numerator' }, { relation: 'CG-3', published: '0%', expected: '95.8%–100.0%' },
    ])
    expect(errors(under('十一、政府采购支出情况', SME('85', '97.89')))).toEqual([])
  })
  it('CG-1 forgives the cent of rounding and nothing more', () => {
    const text = (total: string): string => `2024年度政府采购金额（以合同签订为准）为${total}万元，其中：货物采购金额4.79万元、工程采购金额0万元、服务采购金额246.47万元。`
    expect(errors(under('（二）政府采购支出情况', text('251.25')))).toEqual([])
    expect(errors(under('（二）政府采购支出情况', text('252.25')))).toEqual(['CG-1'])
  })
  it('ZC-1 adds the uses of the vehicles', () => {
    const text = (n: number): string => `截至 2024 年 12 月 31 日，本单位共有车辆 ${n} 辆，其中，机要通信用车 1 辆、应急保障用车 2 辆、其他用车 0 辆；单价 100 万元（含）以上设备（不含车辆）0 台（套）。`
    expect(errors(under('十二、国有资产占用情况', text(3)))).toEqual([])
    expect(errors(under('十二、国有资产占用情况', text(4)))).toEqual(['ZC-1'])
  })
  it('SG-3: foreign guests are a part of those received at home', () => {
    const text = (n: number): string => `国内接待费 11.84 万元，主要用于接待团组，共计接待 30 批次、930 人次（含外事接待 ${n} 批次、380 人次）；国（境）外接待费 0 万元，共计接待 0 批次、0 人次。`
    expect(errors(under('九、财政拨款“三公”经费支出决算情况说明', text(16)))).toEqual([])
    expect(errors(under('九、财政拨款“三公”经费支出决算情况说明', text(31)))).toEqual(['SG-3'])
  })
})

describe('words', () => {
  it.each([
    ['N-tpl', '与 2023 年度相比，支出减少 0.15 万元，下降（增长）27.78%，原因是节约。'], ['N-tpl', '接待费用于调研学习，列明公务接待 2 批次、26 人次。'], ['N-tpl', '决算数大小于预算数的主要原因是领导没有出国活动。'],
    ['N-tpl', '本单位 2024 年度收入合计 XXX 万元。'], ['N-tpl', '商品和服务支出占基本支出%，比上年多。'], ['N-year', '截至 2023 年 12 月 31 日，本单位共有车辆 0 辆。'],
  ])('%s: %s', (relation, text) => { expect(errors(under('九、情况说明', text))).toContain(relation) })

  it.each(['市场监管部门按照使用规范开展检查。', '全市市级部门共 3 家。', '单位：万元', '该项目项目化管理经验得到推广。', '采购人按照验收规范组织验收。'])('lets stand: %s', (text) => {
    expect(under('九、情况说明', text).findings.filter((f) => f.severity !== 'info')).toEqual([])
  })
})

describe('names of the unit', () => {
  const book = (other: string): Outcome => examine(`青山县第一人民医院2024年度单位决算\n\n第一部分 青山县第一人民医院概况\n\n第二部分 2024年度单位决算情况说明\n\n一、收入支出决算总体情况说明\n\n${other}2024年度收入总计100.00万元，支出总计100.00万元。\n`)
  it('N-unit: a slip is told, a brother is not', () => {
    expect(book('青山县第一人氏医院').findings.map((f) => f.relation)).toContain('N-unit')
    expect(book('青山县第二人民医院').findings.map((f) => f.relation)).not.toContain('N-unit')
  })
})

const SHARED = process.env['CAUSEWAY_PUBLIC_DATA']
const SEED = `${SHARED ?? ''}/accounts/yantai-tga-2024.txt`

describe.skipIf(SHARED === undefined || !existsSync(SEED))('the reference document (skipped without CAUSEWAY_PUBLIC_DATA)', () => {
  const labelled = SHARED === undefined ? undefined : JSON.parse(readFileSync(`${SHARED}/accounts/yantai-tga-2024.findings.json`, 'utf8')) as { findings: { id: string; lines: number[]; relations: string[] }[]; negatives: { id: string; lines: number[]; relations: string[] }[] }
  const outcome = SHARED === undefined ? undefined : examine(new Uint8Array(readFileSync(SEED)))
  const TEXT = ['N11d', 'N11e', 'N5g', 'S11', 'TX1', 'TX2', 'N6d', 'TX3', 'TX4', 'TX5', 'TX6', 'TX10', 'TX9', 'TX11', 'TX14', 'TX15', 'TX16', 'TX12', 'TX7', 'TX8', 'TX13', 'TX18', 'TX19']
  it.each(TEXT)('%s is found at its line', (id) => {
    const entry = labelled?.findings.find((f) => f.id === id)
    expect(outcome?.findings.filter((f) => entry?.relations.includes(f.relation) && entry.lines.includes(f.place.line ?? 0))).not.toEqual([])
  })
  it('last year is derived and closes: no cross-year finding, and the relation was run', () => {
    expect(outcome?.run.has('X-yr')).toBe(true)
    expect(outcome?.findings.filter((f) => f.relation === 'X-yr')).toEqual([])
  })
  it.each([
    ['N-amt', '与 2023 年度相比，收、支总计各增加', '收、支总计均为 758.91 万元', '收、支总计均为 785.91 万元', 'transposed-digits'], ['N-amt', '', '财政拨款收入 746.66 万元，占', '财政拨款收入 748.22 万元，占', 'row-shifted'],
    ['N-amt', '', '基本支出决算 552.29 万元', '基本支出决算 5522900 万元', 'unit-of-money'], ['X-yr', '', '增加 103.27 万元，增长 15.75%', '增加 93.27 万元，增长 14.01%', undefined],
    ['JG-1', '', '机关运行经费支出 55.92 万元', '机关运行经费支出 65.92 万元', undefined],
    ['N-none', '', '本单位没有使用国有资本经营预算安排的支出，故本表无数据', '本单位没有使用国有资本经营预算安排的支出，故本表无数据', undefined],
  ] as const)('%s is found when %s%s becomes %s', (relation, _, before, after, cause) => {
    const text = readFileSync(SEED, 'utf8')
    expect(text).toContain(before)
    const found = examine(text.replace(before, after)).findings.filter((f) => f.relation === relation)
    if (before === after) expect(found).toEqual([])
    else expect(found).toMatchObject([{ relation, ...(cause ? { cause } : {}) }])
  })
  it('N-items: a paragraph that is taken out is missed', () => {
    const text = readFileSync(SEED, 'utf8').replace(/7、卫生健康支出[^\n]*\n/, '')
    expect(examine(text).findings.filter((f) => f.relation === 'N-items')).toMatchObject([{ severity: 'error', expected: '卫生健康支出（类）行政事业单位医疗（款）公务员医疗补助（项）' }])
  })
  it('none of the negatives is', () => {
    const bad = labelled?.negatives.flatMap((n) => outcome?.findings.filter((f) => f.severity !== 'info' && n.relations.includes(f.relation) && n.lines.includes(f.place.line ?? 0)) ?? [])
    expect(bad).toEqual([])
  })
})
