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
