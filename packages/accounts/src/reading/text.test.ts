import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { placeAt, type Grid, type Paragraph } from '@causeway/kernel'
import { describe, expect, it } from 'vitest'

import { readText } from './text.ts'

const paragraphs = (text: string): string[] => readText(text, 'a.txt').blocks.filter((b): b is Paragraph => b.kind === 'paragraph').map((b) => b.text)
const grids = (text: string): string[][][] => readText(text, 'a.txt').blocks.filter((b): b is Grid => b.kind === 'grid').map((g) => g.rows.map((r) => r.map((c) => c.text)))

describe('characters', () => {
  const bytes = { 'utf-8': new TextEncoder().encode('决算'), 'utf-8 with a mark': Uint8Array.of(0xef, 0xbb, 0xbf, ...new TextEncoder().encode('决算')), gbk: Uint8Array.of(0xbe, 0xf6, 0xcb, 0xe3), 'utf-16': Uint8Array.of(0xff, 0xfe, 0xb3, 0x51, 0x97, 0x7b) }
  it.each(Object.entries(bytes))('%s is read', (_, given) => {
    expect(readText(given, 'a.txt').blocks).toMatchObject([{ text: '决算' }])
  })
  it('a file that is no text is said to be none', () => {
    expect(readText(Uint8Array.of(0x25, 0x50, 0xff, 0xff, 0, 1, 2), 'a.txt')).toMatchObject({ blocks: [], unread: [{ code: 'file-not-text' }] })
  })
})

describe('tables with separators', () => {
  it('lines with tabs are rows, an empty cell is kept, the line is the place', () => {
    const content = readText('收入决算表\n\n项 目\t\t合计\n201\t支出\t\n', 'a.txt')
    expect(content.blocks[1]).toMatchObject({ kind: 'grid', place: { line: 3 }, rows: [[{ text: '项 目' }, { text: '' }, { text: '合计', place: { line: 3 } }], [{ text: '201' }, { text: '支出' }, { text: '', place: { line: 4 } }]] })
  })
  it('bars separate too, with or without bars at the ends, and rules between are none', () => {
    expect(grids('| a | b |\n|---|---|\n| 1 | |\n')).toEqual([[['a', 'b'], ['1', '']]])
    expect(grids('项目 | 预算 | 决算\n合计 | 20 |\n')).toEqual([[['项目', '预算', '决算'], ['合计', '20', '']]])
  })
  it('a list of contents with tabs before its page numbers is no table', () => {
    expect(paragraphs('一、概况\t3\n二、说明\t4\n')).toHaveLength(2)
  })
})

describe('running text', () => {
  const long = '与上年度相比收入支出总计各增加一百零三万元增长百分之十五主要是人员增加'
  it('lines broken at the printed width are one paragraph, and each piece keeps its line', () => {
    const lines = [0, 1, 2].flatMap(() => [`  ${long.slice(0, 30)}`, long.slice(0, 31), '元。', ''])
    const [first] = readText(lines.join('\n'), 'a.txt').blocks as Paragraph[]
    expect(first!.text).toBe(`${long.slice(0, 30)}${long.slice(0, 31)}元。`)
    expect([0, 29, 30, 61].map((at) => placeAt(first!, at).line)).toEqual([1, 1, 2, 3])
  })
  it('headings, numbered items and notes open paragraphs', () => {
    expect(paragraphs('一、收入情况\n2024年度收入合计1万元。\n1、财政拨款。\n注：本表无数据。')).toHaveLength(4)
  })
})

describe('tables set in columns of spaces', () => {
  it('numbers that stand a line above their row, and names over several lines, come into one row', () => {
    const text = [
      '               支出决算表',
      '                                                单位：万元',
      '          项目',
      '                              本年支出合     基本支     项目支',
      '   功能分类        科目名称            计        出        出',
      '   科目编码',
      '                 合计         1,004.50    804.00    200.50',
      '                                          700.00',
      '201            一般公共服务支出      900.50               200.50',
      '               其他文化旅游体育',
      '20799                         104.00    104.00',
      '               与传媒支出',
      '注：本表反映部门本年度各项支出情况。',
    ].join('\n')
    expect(grids(text)[0]!.slice(-4)).toEqual([
      ['科目编码', '科目名称', '本年支出合计', '基本支出', '项目支出'].map((h) => expect.stringContaining(h.slice(0, 4)) as string),
      ['', '合计', '1,004.50', '804.00', '200.50'],
      ['201', '一般公共服务支出', '900.50', '700.00', '200.50'],
      ['20799', '其他文化旅游体育与传媒支出', '104.00', '104.00', ''],
    ])
    expect(paragraphs(text)).toEqual(['支出决算表', '单位：万元', '注：本表反映部门本年度各项支出情况。'])
  })
  it('three columns of a code, a code glued to its name, a table that goes on behind a form feed', () => {
    const text = [
      '类    款    项   科目名称          合计       基本支出', '201             一般公共服务支出     30.00      10.00', '201   25        港澳台事务        30.00      10.00', '201   25   01   行政运行         10.00      10.00',
      '\f201  25  04  港澳事务     20.00', '208          社会保障支出    5.00    5.00',
    ].join('\n')
    expect(grids(text)).toEqual([[
      ['类', '款', '项', '科目名称', '合计', '基本支出'], ['201', '', '', '一般公共服务支出', '30.00', '10.00'], ['201', '25', '', '港澳台事务', '30.00', '10.00'], ['201', '25', '01', '行政运行', '10.00', '10.00'],
      ['201', '25', '04', '港澳事务', '20.00', ''], ['208', '', '', '社会保障支出', '5.00', '5.00'],
    ]])
    expect(grids('编码       名称       金额      编码       名称      金额\n301      工资       5.00    302     商品      3.00\n30101    基本       5.00    30201办公费         1.00\n30102    津贴               30202印刷费         2.00')[0]!.slice(1)).toEqual([
      ['301', '工资', '5.00', '302', '商品', '3.00'], ['30101', '基本', '5.00', '30201', '办公费', '1.00'], ['30102', '津贴', '', '30202', '印刷费', '2.00'],
    ])
  })
  it('a number that two rows could have stays on its own', () => {
    const rows = grids('编码      名称        合计      基本\n200     其他支出      4.00     4.00\n201     一般支出      1.00\n\n                          7.00\n\n202     外交支出      2.00\n203     国防支出      3.00     3.00')[0]!
    expect(rows).toContainEqual(['', '', '', '7.00'])
    expect(rows).toContainEqual(['201', '一般支出', '1.00', ''])
    expect(rows).toContainEqual(['202', '外交支出', '2.00', ''])
  })
  it('lines that a program set one too high are put where they make a sentence', () => {
    const text = ['  本部门支出情况如下，主要用于保障机构正常运转完成日常工作任务而发生的各项', '支出。', '', '603.14万元，占20.51%；其余为基本支出，与上年度相比各有增减，主要是人员变动。', '  本年支出合计二千九百四十万元其中基本支出二千三百三十六万元项目支出金额为', '', '  以上各项支出均按照年初批复的预算执行并严格履行审批程序确保资金使用规范高', '效。'].join('\n')
    expect(paragraphs(text)[1]).toBe('本年支出合计二千九百四十万元其中基本支出二千三百三十六万元项目支出金额为603.14万元，占20.51%；其余为基本支出，与上年度相比各有增减，主要是人员变动。')
  })
})

const folder = process.env['CAUSEWAY_PUBLIC_DATA']
describe.skipIf(folder === undefined)('published documents, laid out by pdftotext (skipped without CAUSEWAY_PUBLIC_DATA)', () => {
  it.each(['01_full_shanghai_putuo_czj_2024.txt', '02_full_shanghai_putuo_ghzyj_2024.txt'])('%s: in every table with codes the classes add up to the total, column by column, and no number is lost', (file) => {
    const bytes = readFileSync(join(folder!, 'accounts', file))
    const content = readText(bytes, file)
    const tables = content.blocks.filter((b): b is Grid => b.kind === 'grid').map((g) => g.rows.map((r) => r.map((c) => c.text.replace(/\s/g, '')))).filter((rows) => rows.filter((r) => /^2\d\d/.test(r[0]!)).length > 5)
    expect(tables).toHaveLength(3)
    const value = (t: string): number => Math.round(Number(t.replace(/,/g, '') || 0) * 100)
    for (const rows of tables) {
      const width = rows.at(-1)!.length
      const total = rows.find((r) => r.includes('合计') && r.some((c) => /\d\.\d\d$/.test(c)))!
      const classes = rows.filter((r) => /^2\d\d$/.test(r[0]!) && !r.slice(1, 3).some((c) => /^\d\d$/.test(c)))
      for (let c = 1; c < width; c += 1) if (/\d\.\d\d$/.test(total[c] ?? '')) expect(Math.abs(classes.reduce((sum, r) => sum + value(r[c]!), 0) - value(total[c]!)), `${file} ${total.join(' ')}`).toBeLessThanOrEqual(5)
    }
    const printed = new TextDecoder().decode(bytes).split('\n').filter((l) => /^\s*2\d\d(\d\d){0,2}\s.*\s\d[\d,]*\.\d\d/.test(l)).flatMap((l) => l.match(/[\d,]+\.\d\d/g) ?? [])
    const read = tables.flat(2)
    for (const n of new Set(printed)) expect(read.filter((t) => t === n).length, n).toBeGreaterThanOrEqual(printed.filter((t) => t === n).length)
  })
})
