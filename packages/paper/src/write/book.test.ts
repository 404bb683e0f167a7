import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

import { readXlsx } from 'hucre/xlsx'
import { afterAll, describe, expect, it } from 'vitest'

import { type ReportBook } from './book.ts'
import { writeBookDocx } from './book-docx.ts'
import { writeBookXlsx } from './book-xlsx.ts'

const folder = mkdtempSync(join(tmpdir(), 'cw-book-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const BOOK: ReportBook = {
  title: '核对报告 海州市档案馆 2024', facts: [['单位 Unit', '海州市档案馆'], ['错误 Errors', '1']],
  sheets: [
    { name: '问题 [1]/Findings: all of them, and more', heading: '问题 Findings', note: '说明', columns: [{ name: '原文', width: 40 }, { name: '次数', width: 8, count: true }], rows: [['=1+1 <b>&\u0001“占 57%”\n第二行', '12'], ['2012501', '✓']] },
    { name: '空 Empty', heading: '空', columns: [{ name: '甲', width: 10 }], rows: [] },
  ],
}

describe('a report written', () => {
  it('as a workbook keeps words as words, counts as numbers, and a formula as text', async () => {
    const { sheets } = await readXlsx(await writeBookXlsx(BOOK))
    expect(sheets.map((s) => s.name.length <= 31)).toEqual([true, true, true])
    expect(sheets[1]!.rows).toEqual([['原文', '次数'], ['=1+1 <b>&“占 57%”\n第二行', 12], ['2012501', '✓']])
    expect(sheets[0]!.rows[1]).toEqual(['单位 Unit', '海州市档案馆'])
  })

  it('as a Word file is what another program reads: title, facts, every cell', async () => {
    writeFileSync(join(folder, 'report.docx'), await writeBookDocx(BOOK))
    const done = spawnSync('soffice', ['--headless', `-env:UserInstallation=file://${folder}/profile`, '--convert-to', 'txt:Text (encoded):UTF8', '--outdir', folder, join(folder, 'report.docx')], { encoding: 'utf8', timeout: 60_000 })
    expect(done.status, done.stderr).toBe(0)
    const text = readFileSync(join(folder, 'report.txt'), 'utf8')
    for (const word of ['核对报告 海州市档案馆 2024', '单位 Unit：海州市档案馆', '=1+1 <b>&“占 57%”', '第二行', '2012501', '✓', '说明']) expect(text).toContain(word)
  }, 70_000)
})
