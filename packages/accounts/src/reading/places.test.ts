import { type GridCell } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { type TableId } from '../document.ts'
import { readAccounts } from './accounts.ts'
import { readText } from './text.ts'

/** The rows of a table in a text, as `key column=amount …`. */
function rowsOf(id: TableId, title: string, lines: readonly string[]): string[] {
  const accounts = readAccounts(readText([title, '', '金额单位：万元', '', ...lines.map((l) => l.replaceAll(' | ', '\t')), ''].join('\n'), 'a.txt'))
  return (accounts.tables.get(id)?.rows ?? []).map((r) => [r.key, ...[...r.cells].map(([c, a]) => `${c}=${a.text}`), ...[...r.unread].map((c) => `${c}?`)].join(' '))
}

describe('layouts of places', () => {
  it('table 5 with carry-over, income, spending and carry-over, each in parts (Yunnan, Beijing, Inner Mongolia)', () => {
    expect(rowsOf('T5', '一般公共预算财政拨款收入支出决算表', [
      '项目 |  | 年初结转和结余 |  |  | 本年收入 |  |  | 本年支出 |  |  |  |  | 年末结转和结余 |  | ',
      '功能分类科目编码 | 科目名称 | 合计 | 基本支出结转 | 项目支出结转和结余 | 合计 | 基本支出 | 项目支出 | 合计 | 基本支出 |  |  | 项目支出 | 合计 | 基本支出结转 | 项目支出结转和结余',
      ' |  |  |  |  |  |  |  |  | 小计 | 人员经费 | 日常公用经费 |  |  |  | ',
      '栏次 |  | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14',
      '合计 |  | 5.00 |  | 5.00 | 90.00 | 60.00 | 30.00 | 92.00 | 60.00 | 50.00 | 10.00 | 32.00 | 3.00 |  | 3.00',
      '201 | 一般公共服务支出 | 5.00 |  | 5.00 | 90.00 | 60.00 | 30.00 | 92.00 | 60.00 | 50.00 | 10.00 | 32.00 | 3.00 |  | 3.00',
    ]).map((r) => r.split(' ').filter((c) => !c.includes('.p') && !c.includes('.b') && !c.includes('.s')).join(' '))).toEqual([
      'total opening=5.00 income=90.00 total=92.00 basic=60.00 project=32.00 closing=3.00', '201 opening=5.00 income=90.00 total=92.00 basic=60.00 project=32.00 closing=3.00',
    ])
  })
  it('whole numbers in 元, the sum first', () => {
    expect(rowsOf('T3', '支出决算表', ['科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出 | 上缴上级支出 | 经营支出 | 对附属单位补助支出', '栏次 |  | 1 | 2 | 3 | 4 | 5 | 6', '合计 |  | 1,200 | 1,000 | 200 |  |  | ', '205 | 教育支出 | 1,200 | 1,000 | 200 |  |  | ']))
      .toEqual(['total total=1,200 basic=1,000 project=200', '205 total=1,200 basic=1,000 project=200'])
  })
  it('a summary with the budget beside, and spending by nature in a third block (older forms)', () => {
    const rows = rowsOf('T1', '收入支出决算总表', [
      '收入 |  |  |  | 支出 |  |  |  |  |  |  | ',
      '项目 | 行次 | 年初预算数 | 决算数 | 项目（按功能分类） | 行次 | 年初预算数 | 决算数 | 项目（按支出性质和经济分类） | 行次 | 年初预算数 | 决算数',
      '栏次 |  | 1 | 2 | 栏次 |  | 3 | 4 | 栏次 |  | 5 | 6',
      '一、一般公共预算财政拨款收入 | 1 | 80.00 | 90.00 | 一、一般公共服务支出 | 12 | 80.00 | 85.00 | 一、基本支出 | 40 | 60.00 | 61.00',
      '二、政府性基金预算财政拨款收入 | 2 |  |  | 二、外交支出 | 13 |  |  | 人员经费 | 41 | 50.00 | 51.00',
      '三、国有资本经营预算财政拨款收入 | 3 |  |  | 三、国防支出 | 14 |  |  | 公用经费 | 42 | 10.00 | 10.00',
      '四、上级补助收入 | 4 |  |  | 二十三、其他支出 | 34 |  | 4.00 | 二、项目支出 | 43 | 20.00 | 28.00',
      ' | 5 |  |  |  | 35 |  |  | 其他支出 | 44 |  | 7.00',
      '本年收入合计 | 6 | 80.00 | 90.00 | 本年支出合计 | 36 | 80.00 | 89.00 | 本年支出合计 | 45 | 80.00 | 89.00',
      '年初结转和结余 | 7 |  |  | 年末结转和结余 | 37 |  | 1.00 |  | 46 |  | ',
      '总计 | 8 | 80.00 | 90.00 | 总计 | 38 | 80.00 | 90.00 |  | 47 |  | ',
    ])
    expect(rows).toEqual([
      'income.general budget=80.00 final=90.00', 'income.fund', 'income.capital', 'income.superior', 'income.year budget=80.00 final=90.00', 'carry.opening', 'total.income budget=80.00 final=90.00',
      '201 budget=80.00 final=85.00', '202', '203', '229 final=4.00', 'expenditure.year budget=80.00 final=89.00', 'carry.closing final=1.00', 'total.expenditure budget=80.00 final=90.00',
    ])
  })
  it('basic expenditure with staff and running costs in columns', () => {
    const rows = rowsOf('T6', '一般公共预算财政拨款基本支出决算表', ['科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费', '栏次 |  | 1 | 2 | 3', '合计 |  | 30.00 | 20.00 | 10.00', '301 | 工资福利支出 | 20.00 | 20.00 | ', '30101 | 基本工资 | 20.00 | 20.00 | ', '302 | 商品和服务支出 | 10.00 |  | 10.00', '30201 | 办公费 | 10.00 |  | 10.00'])
    expect(rows).toEqual(['total final=30.00 staff=20.00 public=10.00', '301 final=20.00 staff=20.00', '30101 final=20.00 staff=20.00', '302 final=10.00 public=10.00', '30201 final=10.00 public=10.00'])
  })
  it('the three expenses with meetings and training beside them (Shaanxi)', () => {
    const rows = rowsOf('T9', '财政拨款“三公”经费及会议费、培训费支出决算表', [
      '项目 | 一般公共预算财政拨款安排的“三公”经费 |  |  |  |  |  | 会议费 | 培训费', ' | 小计 | 因公出国（境）费用 | 公务接待费 | 公务用车购置及运行维护费 |  |  |  | ', ' |  |  |  | 小计 | 公务用车购置费 | 公务用车运行维护费 |  | ',
      '栏次 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8', '预算数 | 6.00 |  | 2.00 | 4.00 |  | 4.00 | 1.00 | 3.00', '决算数 | 5.00 |  | 1.50 | 3.50 |  | 3.50 | 0.80 | 2.90',
    ])
    expect(rows[0]!.split(' ').filter((c) => !/meeting|training/.test(c)).sort()).toEqual(['budget.car=4.00', 'budget.reception=2.00', 'budget.running=4.00', 'budget.total=6.00', 'final.car=3.50', 'final.reception=1.50', 'final.running=3.50', 'final.total=5.00', 'total'])
  })
})

it('a table that drops closing zeros is rounded to the cent all the same', () => {
  const text = '支出决算表\n\n单位：万元\n\n科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出\n合计\t\t32.2\t20.15\t12.05\n221\t住房保障支出\t32.2\t20.15\t12.05\n'
  const { rows } = readAccounts(readText(text, 'a.txt')).tables.get('T3')!
  expect(rows[0]!.cells.get('total')).toMatchObject({ text: '32.2', units: 3220n, decimals: 2 })
})

describe('heads of merged cells, as Word files, web pages and ruled pages have them', () => {
  const cell = (text: string, colSpan = 1, rowSpan = 1): GridCell => ({ text, place: {}, ...(colSpan > 1 ? { colSpan } : {}), ...(rowSpan > 1 ? { rowSpan } : {}) })
  const plain = (line: string): GridCell[] => line.split(' | ').map((t) => cell(t.trim()))
  const read = (id: TableId, title: string, rows: readonly (readonly GridCell[])[]): string[] => {
    const heading = { kind: 'paragraph', text: title, spans: [{ start: 0, place: {} }] } as const
    const { tables } = readAccounts({ format: 'docx', name: 'a.docx', blocks: [heading, { kind: 'grid', rows, place: {} }], unread: [] })
    return (tables.get(id)?.rows ?? []).map((r) => [r.key, ...[...r.cells].map(([c, a]) => `${c}=${a.text}`)].join(' '))
  }
  it('the three expenses in twelve columns', () => {
    expect(read('T9', '财政拨款“三公”经费支出决算表', [
      [cell('预算数', 6), cell('决算数', 6)],
      ...[[0, 1].flatMap(() => [cell('合计', 1, 2), cell('因公出国（境）费', 1, 2), cell('公务用车购置及运行维护费', 3), cell('公务接待费', 1, 2)])], [0, 1].flatMap(() => [cell('小计'), cell('公务用车购置费'), cell('公务用车运行维护费')]),
      plain('1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12'), plain('22.54 | 10.47 | 0.24 |  | 0.24 | 11.83 | 22.50 | 10.40 | 0.20 |  | 0.20 | 11.90'),
    ])).toEqual(['total budget.total=22.54 budget.abroad=10.47 budget.car=0.24 budget.running=0.24 budget.reception=11.83 final.total=22.50 final.abroad=10.40 final.car=0.20 final.running=0.20 final.reception=11.90'])
  })
  it('budget and final figure in pairs under each of the three', () => {
    expect(read('T9', '财政拨款“三公”经费支出决算表', [
      [cell('合计', 2, 2), cell('因公出国（境）费', 2, 2), cell('公务用车购置及运行费', 6), cell('公务接待费', 2, 2)], [cell('小计', 2), cell('公务用车购置费', 2), cell('公务用车运行费', 2)],
      plain(Array.from({ length: 6 }, () => '预算数 | 决算数').join(' | ')), plain('3.00 | 2.50 |  |  | 2.00 | 1.80 |  |  | 2.00 | 1.80 | 1.00 | 0.70'),
    ])).toEqual(['total budget.total=3.00 final.total=2.50 budget.car=2.00 final.car=1.80 budget.running=2.00 final.running=1.80 budget.reception=1.00 final.reception=0.70'])
  })
  it('table 7 with codes in three columns and names merged over them', () => {
    expect(read('T7', '政府性基金预算财政拨款收入支出决算表', [
      [cell('项目', 4), cell('年初结转和结余', 1, 2), cell('本年收入', 1, 2), cell('本年支出', 3), cell('年末结转和结余', 1, 2)], [cell('科目编码', 3), cell('科目名称'), cell('小计'), cell('基本支出'), cell('项目支出')],
      [cell('栏次', 4), ...plain('1 | 2 | 3 | 4 | 5 | 6')], [cell('合计', 4), ...plain('1.00 | 9.00 | 8.00 |  | 8.00 | 2.00')], plain('212 |  |  | 城乡社区支出 | 1.00 | 9.00 | 8.00 |  | 8.00 | 2.00'), plain('212 | 08 |  | 国有土地使用权出让收入安排的支出 | 1.00 | 9.00 | 8.00 |  | 8.00 | 2.00'), plain('212 | 08 | 04 | 农村基础设施建设支出 | 1.00 | 9.00 | 8.00 |  | 8.00 | 2.00'),
    ])).toEqual(['total', '212', '21208', '2120804'].map((k) => `${k} opening=1.00 income=9.00 total=8.00 project=8.00 closing=2.00`))
  })
})
