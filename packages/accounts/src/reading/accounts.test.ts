import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { type Accounts, type TableId } from '../document.ts'
import { readAccounts } from './accounts.ts'
import { readText } from './text.ts'
import { parseProfile } from '../table/profile.ts'

const SHARED = process.env['CAUSEWAY_PUBLIC_DATA']
const folder = join(SHARED ?? '', 'accounts')
const read = (name: string): Accounts => readAccounts(readText(readFileSync(join(folder, name)), name))
const cell = (a: Accounts, id: TableId, key: string, column: string): string | undefined => a.tables.get(id)?.rows.find((r) => r.key === key)?.cells.get(column)?.text
const NINE = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']
const unread = (a: Accounts): string[] => [...a.tables.values()].flatMap((t) => t.rows.flatMap((r) => [...r.unread].map((c) => `${t.id} ${r.key} ${c}`)))

describe.skipIf(SHARED === undefined || !existsSync(folder))('published accounts as a whole (skipped without CAUSEWAY_PUBLIC_DATA)', () => {
  it('a unit of Shandong: nine tables, each cell by its row and column', () => {
    const a = read('yantai-tga-2024.txt')
    expect([a.unit, a.year, a.profile, [...a.tables.keys()].sort()]).toEqual(['中共烟台市委台港澳工作办公室（烟台市政府台港澳事务办公室）本级', 2024, 'shandong', NINE])
    expect(unread(a)).toEqual([])
    for (const [id, key, column, text] of [
      ['T1', 'carry.opening', 'final', '10.68'], ['T1', '221', 'final', '32.20'], ['T1', 'total.expenditure', 'final', '758.91'], ['T2', '2012599', 'other', '0.44'], ['T2', '2101103', 'fiscal', '9.01'],
      ['T3', '2012501', 'project', '6.90'], ['T3', 'total', 'basic', '553.57'], ['T4', 'income.general', 'final', '746.66'], ['T4', '208', 'general', '91.57'], ['T5', '2012504', 'project', '66.35'], ['T5', '2210201', 'basic', '32.20'],
      ['T6', '30239', 'final', '16.16'], ['T6', '30399', 'final', '8.40'], ['T6', 'staff.total', 'final', '496.37'], ['T6', 'public.total', 'final', '55.92'], ['T9', 'total', 'budget.abroad', '10.47'], ['T9', 'total', 'final.reception', '11.84'],
    ] as const) expect([id, key, column, cell(a, id, key, column)]).toEqual([id, key, column, text])
    expect([...a.tables.values()].map((t) => t.unit)).toEqual(NINE.map(() => '万元'))
    for (const id of ['T7', 'T8'] as const) expect(a.tables.get(id)!.note).toContain('本表无数据')
    expect([...a.tables.values()].reduce((n, t) => n + t.rows.reduce((m, r) => m + r.cells.size, 0), 0)).toBe(183) // as many as there are numbers with a point between the first title and the last note
  })

  it('a department of Shanghai, laid out by pdftotext: three columns of codes, tables in another order, a total at the end', () => {
    const a = read('01_full_shanghai_putuo_czj_2024.txt')
    expect([a.unit, a.year, a.profile, [...a.tables.keys()]]).toEqual(['上海市普陀区财政局', 2024, 'shanghai', ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T9', 'T7', 'T8']])
    expect(unread(a)).toEqual([])
    for (const [id, key, column, text] of [
      ['T2', '2010601', 'other', '0.01'], ['T3', '2010608', 'project', '449.52'], ['T4', 'carry.opening.general', 'final', '21.63'], ['T4', 'carry.closing', 'general', '21.63'], ['T5', '2210203', 'total', '258.50'], ['T5', 'total', 'project', '603.14'],
      ['T6', '30309', 'final', '0.31'], ['T6', '31002', 'final', '13.58'], ['T9', 'total', 'budget.reception', '0.95'], ['T9', 'total', 'final.reception', undefined],
    ] as const) expect([id, key, column, cell(a, id, key, column)]).toEqual([id, key, column, text])
  })

  it('a mixed department of Shanghai: the three expenses in pairs, zeros printed', () => {
    const a = read('02_full_shanghai_putuo_ghzyj_2024.txt')
    expect([a.unit, [...a.tables.keys()].sort(), unread(a)]).toEqual(['上海市普陀区规划和自然资源局', NINE, []])
    for (const [id, key, column, text] of [['T2', '2200150', 'fiscal', '4416.67'], ['T3', '2120201', 'basic', '488.68'], ['T6', '30101', 'final', '537.64'], ['T6', 'public.total', 'final', '480.66'], ['T9', 'total', 'final.total', '0.39'], ['T9', 'total', 'final.abroad', '0.00']] as const) expect([id, key, column, cell(a, id, key, column)]).toEqual([id, key, column, text])
  })

  it('a list of the three expenses, one below the other', () => {
    const t = read('10_excerpt_duji_zfb_2021_anhui.txt').tables.get('T9')
    expect([...t!.rows[0]!.cells].map(([k, v]) => `${k} ${v.text}`)).toEqual(['budget.total 49.9', 'final.total 7.69', 'budget.abroad 20', 'budget.reception 14.9', 'final.reception 5.21', 'budget.car 15', 'final.car 2.48', 'budget.running 15', 'final.running 2.48'])
  })
})

describe('a table that splits carry-over and income too', () => {
  const rows = (body: string): string => `某局2023年度部门决算\n\n一般公共预算财政拨款收入支出决算表\n单位：万元\n\n${body}`
  it('gives the sums of the groups beside expenditure, and expenditure by basic and project', () => {
    const a = readAccounts(readText(rows([
      '项目\t\t年初结转和结余\t\t\t本年收入\t\t\t本年支出\t\t\t\t\t年末结转和结余\t\t', '科目编码\t科目名称\t合计\t基本支出结转\t项目支出结转和结余\t合计\t基本支出\t项目支出\t合计\t基本支出\t\t\t项目支出\t合计\t基本支出结转\t项目支出结转和结余',
      '\t\t\t\t\t\t\t\t\t小计\t人员经费\t公用经费\t\t\t\t', '栏次\t\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14', '合计\t\t1.00\t1.00\t\t20.00\t15.00\t5.00\t20.50\t15.50\t12.00\t3.50\t5.00\t0.50\t0.50\t', '',
    ].join('\n')), 'x.txt'))
    expect(['opening', 'income', 'total', 'basic', 'project', 'closing'].map((c) => cell(a, 'T5', 'total', c))).toEqual(['1.00', '20.00', '20.50', '15.50', '5.00', '0.50'])
  })
})

describe('a number that stands beside no words of a summary', () => {
  it('leaves the blank cells above and below it unread, and is given to neither', () => {
    const a = readAccounts(readText(['某局2024年度部门决算', '', '收入支出决算总表', '单位：万元', '', '收入\t\t支出\t', '项目\t决算数\t项目\t决算数', '一、一般公共预算财政拨款收入\t9.00\t一、一般公共服务支出\t9.00', '二、政府性基金预算财政拨款收入\t\t二、外交支出\t', '\t1.50\t\t', '三、国有资本经营预算财政拨款收入\t\t三、国防支出\t', '本年收入合计\t10.50\t本年支出合计\t9.00', ''].join('\n'), 'x.txt'))
    expect(a.tables.get('T1')!.rows.map((r) => [r.key, r.cells.get('final')?.text, [...r.unread]])).toEqual([
      ['income.general', '9.00', []], ['income.fund', undefined, ['final']], ['income.capital', undefined, ['final']], ['income.year', '10.50', []],
      ['201', '9.00', []], ['202', undefined, []], ['203', undefined, []], ['expenditure.year', '9.00', []],
    ])
  })
})

describe('a profile of one’s own', () => {
  const own = { id: 'lanhai', name: { zh: '岚海', en: 'Lanhai' }, tables: ['T1', 'T5'], titles: { T5: ['一般公共预算支出情况表'] }, places: ['岚海'], evidence: 'the template of the city' }
  const text = '岚海市某局2024年度部门决算\n\n表五 一般公共预算支出情况表\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n合计\t\t10.50\t8.00\t2.50\n201\t一般公共服务支出\t10.50\t8.00\t2.50\n'

  it('brings titles that the others do not know', () => {
    const p = parseProfile(JSON.stringify(own))
    if (!p.ok) throw new Error(p.error.code)
    expect(readAccounts(readText(text, 'x.txt')).tables.size).toBe(0)
    const a = readAccounts(readText(text, 'x.txt'), { profiles: [p.value] })
    expect([a.profile, cell(a, 'T5', '201', 'project'), cell(a, 'T5', 'total', 'total'), a.tables.get('T5')!.unit]).toEqual(['lanhai', '2.50', '10.50', '万元'])
  })

  it.each([['{', ''], ['[]', ''], [JSON.stringify({ ...own, id: 'X' }), 'id'], [JSON.stringify({ ...own, name: 'x' }), 'name'], [JSON.stringify({ ...own, tables: ['T1', 'T1'] }), 'tables'], [JSON.stringify({ ...own, titles: { T10: ['x'] } }), 'titles.T10'], [JSON.stringify({ ...own, places: [1] }), 'places'], [JSON.stringify({ ...own, evidence: '' }), 'evidence'], [JSON.stringify({ ...own, colour: 1 }), 'colour']])('%s is refused at its place', (json, at) => {
    const p = parseProfile(json)
    expect(p.ok ? undefined : [p.error.code, p.error.at]).toEqual(['profile-malformed', at])
  })
})
