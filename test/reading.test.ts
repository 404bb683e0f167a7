import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readDocx, readSheets, readText, READING_SENTENCES } from '@causeway/accounts'
import { type Content, type Grid, type Refusal, type Result } from '@causeway/kernel'
import { filesIn, readFile } from '@causeway/paper'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { chromium, type Browser } from '@playwright/test'
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from 'docx'
import { strToU8, zipSync } from 'fflate'
import { writeXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const [OFFICE, POPPLER] = [has('soffice'), has('pdftotext')]
let browser: Browser | undefined
const read = (bytes: Uint8Array, name: string): Promise<Result<Content, Refusal>> => readFile(bytes, name, { text: readText, docx: readDocx, sheets: readSheets })
async function content(bytes: Uint8Array, name: string): Promise<Content> {
  const r = await read(bytes, name)
  if (!r.ok) throw new Error(r.error.code)
  return r.value
}

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'cw-reading-')) })
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const HEAD = ['科目编码', '科目名称', '本年支出合计', '基本支出', '项目支出', '上缴上级支出']
const BODY = [
  ['', '合计', '9,759.38', '5,377.64', '4,381.74', ''],
  ['208', '社会保障和就业支出', '754.75', '754.75', '', ''],
  ['20805', '行政事业单位养老支出', '754.75', '754.75', '', ''],
  ['2080501', '行政单位离退休', '54.53', '54.53', '', ''],
  ['2080505', '机关事业单位基本养老保险缴费支出', '446.11', '446.11', '', ''],
  ['2080599', '其他行政事业单位养老支出', '0.88', '', '0.88', ''],
  ['210', '卫生健康支出', '236.64', '236.64', '', ''],
  ['2101101', '行政单位医疗', '40.35', '40.35', '', ''],
  ['212', '城乡社区支出', '3,845.24', '1,585.59', '2,259.65', ''],
  ['2120201', '城乡社区规划与管理', '2,739.56', '488.68', '2,250.88', ''],
  ['221', '住房保障支出', '461.08', '461.08', '', ''],
  ['2210201', '住房公积金', '289.59', '289.59', '', ''],
]
const BEFORE = '支出决算表'
const AFTER = '本年支出合计9759.38万元，其中：基本支出5377.64万元，占55.10%；项目支出4381.74万元，占44.90%。与上年度相比，支出总计增加1062.85万元，增长12.08%，主要原因是项目支出增加，办公大楼装修。'

/** Rows with every field of its own: what a cell covers besides its first field is empty. Spaces say nothing. */
function fields(grid: Grid): string[][] {
  const out: string[][] = grid.rows.map(() => [])
  grid.rows.forEach((row, r) => {
    let c = 0
    for (const cell of row) {
      while (out[r]![c] !== undefined) c += 1
      for (let i = 0; i < (cell.rowSpan ?? 1); i += 1) for (let j = 0; j < (cell.colSpan ?? 1); j += 1) if (out[r + i] !== undefined) out[r + i]![c + j] = i + j === 0 ? cell.text.replace(/\s/g, '') : ''
    }
  })
  return out
}

/** What was read is what was written: the table cell by cell, the title, and the paragraph in one piece. */
function same(read: Content): void {
  const grids = read.blocks.filter((b): b is Grid => b.kind === 'grid')
  const rows = grids.flatMap(fields)
  expect(rows).toEqual([HEAD, ...BODY])
  const words = read.blocks.flatMap((b) => b.kind === 'paragraph' ? [b.text.replace(/\s/g, '')] : [])
  expect(words).toContain(BEFORE)
  expect(words).toContain(AFTER)
}

const html = (style: string): string => `<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>x</title><style>${style} table{border-collapse:collapse} td,th{padding:2px 8px;font-weight:normal} td:nth-child(n+3){text-align:right}
  td:nth-child(2){max-width:11em} p{text-indent:2em}</style></head><body><h1>${BEFORE}</h1><table>${[HEAD, ...BODY].map((r) => `<tr>${r.map((c) => `<td>${c}</td>`).join('')}</tr>`).join('')}</table><p>${AFTER}</p></body></html>`
const BORDERS = 'td,th{border:1px solid #000}'

async function printed(name: string, page: string): Promise<Uint8Array> {
  browser ??= await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu'] })
  const tab = await browser.newPage()
  await tab.setContent(page)
  const pdf = await tab.pdf({ preferCSSPageSize: true, margin: { top: '15mm', bottom: '15mm', left: '12mm', right: '12mm' } })
  await tab.close()
  writeFileSync(join(folder, `${name}.pdf`), pdf)
  return Uint8Array.from(pdf)
}

function converted(from: string, to: string): Uint8Array {
  execFileSync('soffice', ['--headless', `-env:UserInstallation=file://${join(folder, 'office')}`, '--convert-to', to, '--outdir', join(folder, 'out'), join(folder, from)], { stdio: 'ignore' })
  return readFileSync(join(folder, 'out', `${from.replace(/\.\w+$/, '')}.${to.split(':')[0]}`))
}

const cell = (text: string): TableCell => new TableCell({ children: [new Paragraph(text)] })
const table = (): Table => new Table({ rows: [HEAD, ...BODY].map((r) => new TableRow({ children: r.map(cell) })) })
const word = (): Promise<Uint8Array> => Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph({ text: BEFORE, heading: HeadingLevel.HEADING_1 }), table(), new Paragraph(AFTER)] }] }))

describe('one table in every format, cell by cell', () => {
  it('text with tabs', async () => same(await content(strToU8([BEFORE, ...[HEAD, ...BODY].map((r) => r.join('\t')), AFTER].join('\n')), 'a.txt')))
  it('a web page, in UTF-8 and without saying so', async () => {
    same(await content(strToU8(html('')), 'a.html'))
    same(await content(strToU8(html('').replace('<meta charset="utf-8">', '')), 'a.html'))
  })
  it('a Word file of our writer, and the same by LibreOffice', async () => {
    const bytes = await word()
    same(await content(bytes, 'a.docx'))
    if (!OFFICE) return console.warn('left out: LibreOffice is not installed')
    writeFileSync(join(folder, 'word.docx'), bytes)
    same(await content(converted('word.docx', 'docx'), 'a.docx'))
  })
  it('a PDF of that Word file by LibreOffice, with its rules', async () => {
    if (!OFFICE) return console.warn('left out: LibreOffice is not installed')
    writeFileSync(join(folder, 'ruled.docx'), await word())
    same(await content(converted('ruled.docx', 'pdf'), 'a.pdf'))
  })
  it.each([['with rules', BORDERS], ['without rules', ''], ['with rules between rows only', 'td{border-bottom:1px solid #000}'], ['on a page that lies', `${BORDERS} @page{size:A4 landscape}`]])('a PDF by Chromium %s', async (_, style) => {
    if (CHROMIUM === undefined) return console.warn('left out: Chromium is not installed')
    same(await content(await printed('page', html(style)), 'a.pdf'))
  })
  it('the text that pdftotext makes of such a PDF', async () => {
    if (CHROMIUM === undefined || !POPPLER) return console.warn('left out: Chromium or poppler-utils is not installed')
    await printed('layout', html(BORDERS))
    same(await content(execFileSync('pdftotext', ['-layout', join(folder, 'layout.pdf'), '-']), 'a.txt'))
  })
  it.each([['with rules', '1pt'], ['without rules', 'none']])('a PDF by Typst %s', async (_, stroke) => {
    const cells = [HEAD, ...BODY].flat().map((c) => `[${c}]`).join(', ')
    const font = ['/usr/share/fonts/opentype/noto'].filter(existsSync)
    if (font.length === 0) return console.warn('left out: no font with ideographs is installed')
    const source = `#set text(font: "Noto Serif CJK SC", size: 9pt)\n= ${BEFORE}\n#table(columns: 6, stroke: ${stroke}, ${cells})\n#par(first-line-indent: 2em)[${AFTER}]`
    const pdf = NodeCompiler.create({ fontArgs: [{ fontPaths: font }] }).pdf({ mainFileContent: source })
    same(await content(Uint8Array.from(pdf), 'a.pdf'))
  })
  it('a workbook of our writer, and the same by LibreOffice', async () => {
    const number = (c: string): string | number => /^[\d,]+\.\d+$/.test(c) ? Number(c.replace(/,/g, '')) : c
    const rows = [[BEFORE], HEAD, ...BODY.map((r) => r.map(number)), [AFTER]]
    const cells = new Map(rows.flatMap((r, i) => r.flatMap((v, j) => typeof v === 'number' ? [[`${i},${j}`, { value: v, type: 'number' as const, style: { numFmt: '#,##0.00' } }] as const] : [])))
    const bytes = await writeXlsx({ sheets: [{ name: '支出', rows, cells, merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 5 }] }] })
    const read = await content(bytes, 'a.xlsx')
    same(read)
    expect((read.blocks[1] as Grid).rows[1]![2]!.place.cell).toBe('支出!C3')
    if (!OFFICE) return console.warn('left out: LibreOffice is not installed')
    writeFileSync(join(folder, 'book.xlsx'), bytes)
    same(await content(converted('book.xlsx', 'xlsx'), 'a.xlsx'))
  })
})

const paragraphs = (c: Content): string[] => c.blocks.flatMap((b) => b.kind === 'paragraph' ? [b.text] : [])

/** A Word file of hand-written parts: what our writer cannot make. */
function parcel(body: string, more: Readonly<Record<string, string>> = {}): Uint8Array {
  const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
  const part = (root: string, inner: string): Uint8Array => strToU8(`<?xml version="1.0" encoding="UTF-8"?><w:${root} ${w}>${inner}</w:${root}>`)
  const parts = Object.fromEntries(Object.entries(more).map(([name, inner]) => [`word/${name}.xml`, part(name, inner)]))
  return zipSync({ '[Content_Types].xml': strToU8('<Types/>'), 'word/document.xml': part('document', `<w:body>${body}</w:body>`), ...parts })
}
const p = (inner: string, properties = ''): string => `<w:p>${properties === '' ? '' : `<w:pPr>${properties}</w:pPr>`}${inner}</w:p>`
const t = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`

describe('a Word file', () => {
  it('prints its automatic numbers, on every depth and anew where a list starts again', async () => {
    const level = (depth: number, format: string, text: string): string => `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`
    const numbering = `<w:abstractNum w:abstractNumId="0">${level(0, 'chineseCounting', '%1、')}${level(1, 'chineseCounting', '（%2）')}${level(2, 'decimal', '%3.')}</w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`
    const item = (text: string, depth: number, list = 1): string => p(t(text), `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${list}"/></w:numPr>`)
    const bytes = parcel([item('收入', 0), item('结构', 1), item('财政', 2), item('其他', 2), item('具体', 1), item('财政', 2), ...Array.from({ length: 9 }, () => item('某', 0)), item('十一', 0), item('另起', 0, 2)].join(''), { numbering })
    const read = paragraphs(await content(bytes, 'a.docx'))
    expect(read.slice(0, 6)).toEqual(['一、收入', '（一）结构', '1.财政', '2.其他', '（二）具体', '1.财政'])
    expect(read.slice(-2)).toEqual(['十一、十一', '一、另起'])
  })
  it('numbers and headings come by style too', async () => {
    const styles = '<w:style w:styleId="a"><w:name w:val="heading 1"/></w:style><w:style w:styleId="b"><w:name w:val="节"/><w:basedOn w:val="a"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    const numbering = '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    expect((await content(parcel(p(t('概况'), '<w:pStyle w:val="b"/>'), { styles, numbering }), 'a.docx')).blocks).toMatchObject([{ text: '①概况', level: 1 }])
  })
  it('leaves out what is struck, hidden or a field code, and takes what is inserted and what a field shows', async () => {
    const field = (code: string, shows: string): string => `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> ${code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${t(shows)}<w:r><w:fldChar w:fldCharType="end"/></w:r>`
    const body = p(`${t('支出')}<w:del><w:r><w:delText>减少</w:delText></w:r></w:del><w:ins>${t('增加')}</w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>${field('= 1 + 2', '3')}${t('万元')}`) + p(field('TOC \\o', `一、概况${''}`) + field('PAGEREF _Toc1', '5'))
    expect(paragraphs(await content(parcel(body), 'a.docx'))).toEqual(['支出增加3万元', '一、概况5'])
  })
  it('reads merged cells, a text box once, and footnotes after their paragraph', async () => {
    const tc = (text: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${p(t(text))}</w:tc>`
    const rows = `<w:tbl><w:tr>${tc('项目', '<w:vMerge w:val="restart"/>')}${tc('本年支出', '<w:gridSpan w:val="2"/>')}</w:tr><w:tr>${tc('', '<w:vMerge/>')}${tc('基本')}${tc('项目')}</w:tr><w:tr>${tc('合计')}${tc('1.00')}${tc('2.00')}</w:tr></w:tbl>`
    const box = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>${p(t('框内'))}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>${p(t('框内'))}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`
    const read = await content(parcel(rows + p(`${t('正文')}<w:r><w:footnoteReference w:id="2"/></w:r>${box}`), { footnotes: `<w:footnote w:id="2">${p(t('脚注'))}</w:footnote>` }), 'a.docx')
    expect(read.blocks[0]).toMatchObject({ kind: 'grid', rows: [[{ text: '项目', rowSpan: 2 }, { text: '本年支出', colSpan: 2 }], [{ text: '基本', place: { paragraph: 1, cell: 'R2C2' } }, { text: '项目' }], [{ text: '合计' }, { text: '1.00' }, { text: '2.00' }]] })
    expect(paragraphs(read)).toEqual(['正文', '框内', '脚注'])
  })
  it('runs of one sentence set apart by the writer are one', async () => {
    const bytes = await Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph({ children: [new TextRun('支出'), new TextRun({ text: '758.91', bold: true }), new TextRun('万元')] })] }] }))
    expect(paragraphs(await content(bytes, 'a.docx'))).toEqual(['支出758.91万元'])
  })
})

describe('what cannot be read', () => {
  const refused = async (bytes: Uint8Array, name = 'a'): Promise<string> => { const r = await read(bytes, name); return r.ok ? 'read' : r.error.code }
  it.each([
    ['nothing', new Uint8Array(), 'file-empty'],
    ['white space', strToU8(' \n\n'), 'file-empty'],
    ['a Word file cut off', parcel(p(t('决算'))).subarray(0, 300), 'file-broken'],
    ['a Word file with XML that does not close', zipSync({ 'word/document.xml': strToU8('<w:document><w:body>') }), 'file-broken'],
    ['a PDF that is only its first line', strToU8('%PDF-1.7\n'), 'file-broken'],
    ['an old Word file', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0, 0, 0), 'file-old-format'],
    ['a Word file with a password', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, ...new TextEncoder().encode([...'EncryptedPackage'].join('\0'))]), 'file-locked'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'file-is-picture'],
    ['an OFD', zipSync({ 'OFD.xml': strToU8('<OFD/>') }), 'file-unknown'],
    ['rich text', strToU8('{\\rtf1 x}'), 'file-unknown'],
    ['bytes that are no text', Uint8Array.of(0x01, 0xff, 0xff, 0x00, 0x80), 'file-unknown'],
    ['a zip of several documents', zipSync({ 'a.txt': strToU8('决算'), 'b.txt': strToU8('决算') }), 'file-is-archive'],
  ])('%s: a code with its sentence', async (_, bytes, code) => {
    expect(await refused(bytes)).toBe(code)
    expect(READING_SENTENCES[code]!.zh.length).toBeGreaterThan(10)
  })
  it('a PDF with a password', async () => {
    if (!has('qpdf') || CHROMIUM === undefined) return console.warn('left out: qpdf or Chromium is not installed')
    await printed('locked', html(''))
    execFileSync('qpdf', ['--encrypt', 'secret', 'owner', '256', '--', join(folder, 'locked.pdf'), join(folder, 'locked2.pdf')])
    expect(await refused(readFileSync(join(folder, 'locked2.pdf')))).toBe('file-locked')
  })
  it('a page that is a picture is named, the others are read; where all are, the file is refused', async () => {
    if (CHROMIUM === undefined) return console.warn('left out: Chromium is not installed')
    const scan = '<div style="page-break-before:always;height:240mm;background:#ccc"><svg width="180mm" height="230mm"><image width="100%" height="100%" preserveAspectRatio="none" href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxAADCBYAG10BBdmz9y8AAAAASUVORK5CYII="/></svg></div>'
    const half = await content(await printed('half', html('').replace('</body>', `${scan}</body>`)), 'a.pdf')
    expect(half.unread).toMatchObject([{ code: 'page-is-picture', place: { page: 2 } }])
    same(half)
    expect(await refused(await printed('scan', `<!doctype html><body>${scan}</body>`))).toBe('file-unreadable')
  })
  it('a workbook with formulas and no values: every such cell is named, the rest is read', async () => {
    const sheet = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>合计</t></is></c><c r="B1"><f>C1+D1</f></c><c r="C1"><v>1.5</v></c><c r="D1"><f>C1*2</f><v>3</v></c></row></sheetData></worksheet>'
    const bytes = zipSync({
      '[Content_Types].xml': strToU8('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'),
      '_rels/.rels': strToU8('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
      'xl/workbook.xml': strToU8('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表1" sheetId="1" r:id="r1"/></sheets></workbook>'),
      'xl/_rels/workbook.xml.rels': strToU8('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
      'xl/worksheets/sheet1.xml': strToU8(sheet),
    })
    const book = await content(bytes, 'a.xlsx')
    expect(book.unread).toEqual([{ code: 'formula-without-value', place: { cell: '表1!B1' } }])
    expect(fields(book.blocks.find((b): b is Grid => b.kind === 'grid')!)).toEqual([['合计', '', '1.5', '3']])
    const set = await content(zipSync({ '2.xlsx': bytes, '1.xlsx': bytes }), 'set.zip')
    expect(set.unread.map((u) => u.place?.cell)).toEqual(['[1.xlsx]表1!B1', '[2.xlsx]表1!B1'])
  })
  it('bombs are not unpacked: of a zip, of entities, of nested elements', async () => {
    const zeros = new Uint8Array(80 * 1024 * 1024)
    expect(await refused(zipSync({ 'word/document.xml': zeros }, { level: 9 }))).toBe('file-too-large')
    expect(filesIn(zipSync({ 'a.txt': zeros }, { level: 9 }))).toMatchObject({ ok: false, error: { code: 'file-too-large' } })
    const entities = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij'].map((c, i) => `<!ENTITY ${c} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]><w:document><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>`
    const before = performance.now()
    expect(['file-broken', 'read']).toContain(await refused(zipSync({ 'word/document.xml': strToU8(entities) })))
    expect(await refused(strToU8(`<html>${'<div>'.repeat(50_000)}`), 'a.html')).toBe('file-broken')
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
