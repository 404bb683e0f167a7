import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { examine } from '../examine.ts'
import { readText } from '../reading/text.ts'
import { bookOf, districtBook } from './book.ts'
import { compareReports } from './compare.ts'
import { districtOf, markOf } from './district.ts'
import { districtHtml, reportHtml } from './html.ts'
import { RELATIONS } from './ledger.ts'
import { locate } from './locate.ts'
import { reportOf, type Report, spotWords } from './report.ts'
import { CAUSE_WORDS, CLASS_WORDS } from './word.ts'

const examined = (text: string, name = 'a.txt') => {
  const content = readText(text, name)
  const e = examine(content)
  if (!e.ok) throw new Error(e.error.code)
  return { content, report: reportOf(e.value) }
}

const GOOD = `海州市档案馆2024年度单位决算公开

第三部分 2024年度单位决算情况说明

一、政府采购支出情况

2024年度政府采购支出总额 20.00 万元，其中：政府采购货物支出 12.00 万元、政府采购工程支出 0 万元、政府采购服务支出 8.00 万元。授予中小企业合同金额 15.00 万元，占政府采购支出总额的 75%，其中：授予小微企业合同金额 5.00 万元，占政府采购支出总额的 25%。

二、其他情况

本单位 <b>按时</b> 公开 "三公" 经费 & 绩效。
`
const BAD = GOOD.replace('占政府采购支出总额的 75%', '占政府采购支出总额的 57%')

const data = process.env['CAUSEWAY_PUBLIC_DATA'] ?? ''
const seed = join(data, 'accounts', 'yantai-tga-2024.txt')

describe('the report of an examination', () => {
  const good = examined(GOOD)
  const bad = examined(BAD)

  it('is plain data with the fields that others rely on, every place null or a value', () => {
    expect(JSON.parse(JSON.stringify(bad.report))).toEqual(bad.report)
    const f = bad.report.findings.find((x) => x.severity === 'error')!
    expect(f).toMatchObject({ relation: 'CG-2', line: 7, page: null, published: '57%' })
    expect(Object.keys(f)).toEqual(expect.arrayContaining(['relation', 'severity', 'class', 'section', 'line', 'page', 'quote', 'published', 'expected', 'cause', 'says']))
    expect(BAD.replace(/\s/g, '')).toContain(f.quote.replace(/\s/g, ''))
    expect(bad.report.document).toMatchObject({ year: 2024, tables: Array.from({ length: 9 }, (_, i) => ({ id: `T${i + 1}`, found: false })) })
    expect(bad.report.relations.run).toBe(bad.report.ledger.filter((l) => l.tried > 0).length)
  })

  it('has every relation in its ledger, once, with an outcome, and a reason where it was not run', () => {
    const ids = bad.report.ledger.map((l) => l.relation)
    expect(new Set(ids).size).toBe(ids.length)
    expect(RELATIONS.filter((r) => !ids.includes(r.id))).toEqual([])
    expect(bad.report.ledger.filter((l) => l.outcome === 'not-run' && l.why.length === 0)).toEqual([])
    expect(bad.report.ledger.find((l) => l.relation === 'CG-2')?.outcome).toBe('failed')
    expect(good.report.ledger.find((l) => l.relation === 'CG-2')?.outcome).toBe('passed')
  })

  it('shows text of the document as text in the page, with every finding, its rule and what was not run', () => {
    const evil: Report = { ...bad.report, findings: bad.report.findings.map((f) => ({ ...f, quote: `${f.quote}<script>alert(1)</script>` })) }
    const html = reportHtml(evil)
    expect(html).not.toMatch(/<script|https?:\/\//)
    for (const f of bad.report.findings) expect(html).toContain(f.says.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'))
    for (const l of bad.report.ledger) expect(html).toContain(l.relation)
    expect(html.indexOf('决算公开文本核对报告')).toBeLessThan(html.indexOf('Examination of final accounts'))
  })

  it('has as many rows in the book as findings, roundings and relations, each row as wide as its head', () => {
    const [findings, rounding, ledger] = bookOf(bad.report).sheets
    expect([findings!.rows.length, rounding!.rows.length, ledger!.rows.length]).toEqual([bad.report.findings.length, bad.report.rounding.length, bad.report.ledger.length])
    for (const s of [findings!, rounding!, ledger!]) for (const r of s.rows) expect(r.length).toBe(s.columns.length)
  })

  it('tells after mending what is gone, what stays and what came, when lines have moved', () => {
    const before = examined(`${BAD}\n三、其他\n\n2024年度，，全部完成。\n`).report
    const after = examined(`\n\n${GOOD}\n三、其他\n\n2024年度，，全部完成。\n四、又\n本单位按按按时公开。。\n`).report
    const c = compareReports(before, after)
    expect(c.gone.map((f) => f.relation)).toContain('CG-2')
    expect(c.same.length + c.gone.length).toBe(before.findings.length)
    expect(c.same.length + c.come.length).toBe(after.findings.length)
    expect(compareReports(after, after)).toMatchObject({ gone: [], come: [] })
  })

  it('finds the place of a finding in the document, and says a place in both languages', () => {
    const f = bad.report.findings.find((x) => x.relation === 'CG-2')!
    const l = locate(bad.content, f)!
    const b = bad.content.blocks[l.block]!
    expect(b.kind === 'paragraph' && b.text.slice(l.from, l.to).replace(/\s/g, '')).toBe(f.quote.replace(/\s/g, ''))
    expect(locate(bad.content, { ...f, line: 999 })).toBeUndefined()
    const zero = locate(bad.content, { ...f, quote: '0 万元' })!
    expect(b.kind === 'paragraph' && b.text.slice(zero.from - 3, zero.to)).toBe('支出 0 万元')
    expect(spotWords({ line: null, page: 3, box: null, paragraph: null, cell: 'R4C2' })).toEqual({ zh: '第3页 R4C2', en: 'page 3, R4C2' })
  })

  it('makes a table of units × relations of a district, with those that could not be examined', () => {
    const d = districtOf([good.report, bad.report], [{ file: 'c.pdf', code: 'file-locked', says: '文件设有打开密码。', saysEn: 'The file asks for a password.' }])
    const at = d.relations.indexOf('CG-2')
    expect(d.units.map((u) => markOf(u.cells[at]!))).toEqual(['✓', '1'])
    expect(districtBook(d, [good.report, bad.report]).sheets.map((s) => s.rows.length)).toEqual([2, good.report.findings.length + bad.report.findings.length, 1])
    expect(districtHtml(d, [good.report, bad.report])).toContain('file-locked')
  })

  it('has a word in both languages for every class and cause', () => {
    for (const w of [...Object.values(CLASS_WORDS), ...Object.values(CAUSE_WORDS)]) expect([w.zh, w.en].every((x) => x.length > 0)).toBe(true)
  })

  it.skipIf(!existsSync(seed))('places every finding of the reference document where its quote stands', () => {
    const { content, report } = examined(readFileSync(seed, 'utf8'), 'seed.txt')
    const lines = readFileSync(seed, 'utf8').split('\n')
    expect(report.findings.length).toBeGreaterThan(30)
    const astray = report.findings.filter((f) => {
      const l = locate(content, f)
      if (l === undefined) return true
      const b = content.blocks[l.block]!
      return (b.kind === 'paragraph' ? b.text : b.rows[l.row!]![l.column!]!.text).slice(l.from, l.to) === ''
    })
    expect(astray.map((f) => [f.relation, f.line, f.quote, lines[(f.line ?? 1) - 1]])).toEqual([])
  })
})
