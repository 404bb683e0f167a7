import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readDocx, readSheets, readText } from '@causeway/accounts'
import { type Content } from '@causeway/kernel'
import { readFile } from '@causeway/paper'
import { chromium } from '@playwright/test'
import { AlignmentType, Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow, TextRun, WidthType } from 'docx'

import { plain, type Doc, type Part, type Sheet } from './document.ts'
import { type Road } from './mutation.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
export const hasChromium = (): boolean => CHROMIUM !== undefined
const readers = { text: readText, docx: readDocx, sheets: readSheets }
async function opened(bytes: Uint8Array, name: string): Promise<Content> {
  const read = await readFile(bytes, name, readers)
  if (!read.ok) throw new Error(`${name}: ${read.error.code}`)
  return read.value
}

const run = (text: string, half: number): TextRun => new TextRun({ text, size: half, font: 'Noto Serif CJK SC' })
const size = (p: Sheet): number => (Math.max(...p.rows.map((r) => r.reduce((n, c) => n + (c.colSpan ?? 1), 0))) > 9 ? 12 : 15)
const table = (p: Sheet): Table => new Table({
  width: { size: 100, type: WidthType.PERCENTAGE },
  rows: p.rows.map((r) => new TableRow({ cantSplit: true, children: r.map((c) => new TableCell({ ...(c.colSpan === undefined ? {} : { columnSpan: c.colSpan }), ...(c.rowSpan === undefined ? {} : { rowSpan: c.rowSpan }), children: [new Paragraph({ children: [run(plain(c.text), size(p))] })] })) })),
})
const HEADINGS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3, 4: HeadingLevel.HEADING_4 } as const
const block = (p: Part): Paragraph | Table => (p.kind === 'sheet' ? table(p) : new Paragraph({ ...(p.level === undefined ? {} : { heading: HEADINGS[p.level as 1 | 2 | 3 | 4] }), ...(p.level === 1 || p.id.endsWith('.title') ? { alignment: AlignmentType.CENTER } : {}), children: [run(plain(p.text), 21)] }))
/** A Word file of our own making. */
const toDocx = async (doc: Doc): Promise<Uint8Array> => Uint8Array.from(await Packer.toBuffer(new Document({ sections: [{ properties: { page: { margin: { top: 800, bottom: 800, left: 800, right: 800 } } }, children: doc.parts.map(block) }] })))

const escaped = (t: string): string => plain(t).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const html = (doc: Doc): string => `<!doctype html><meta charset="utf-8"><style>body{font:10pt "Noto Serif CJK SC",serif}table{border-collapse:collapse;width:100%;font-size:7pt}td{border:.5pt solid #000;padding:1pt}tr{break-inside:avoid}h1,h2,h3,h4{font-size:11pt}.wide td{font-size:6pt}</style>${doc.parts.map((p) => (p.kind === 'line'
  ? `<${p.level === undefined ? 'p' : `h${p.level}`}>${escaped(p.text)}</${p.level === undefined ? 'p' : `h${p.level}`}>`
  : `<table class="${size(p) < 15 ? 'wide' : ''}">${p.rows.map((r) => `<tr>${r.map((c) => `<td${c.colSpan === undefined ? '' : ` colspan="${c.colSpan}"`}${c.rowSpan === undefined ? '' : ` rowspan="${c.rowSpan}"`}>${escaped(c.text)}</td>`).join('')}</tr>`).join('')}</table>`)).join('\n')}`

export const asDocx: Road = (docs) => Promise.all(docs.map(async (d, i) => opened(await toDocx(d), `${i}-${d.layout}.docx`)))

/** Files as LibreOffice saves them again, all in one start of it. */
const throughOffice = (to: 'docx' | 'pdf'): Road => async (docs) => {
  const folder = mkdtempSync(join(tmpdir(), 'cw-accounts-'))
  try {
    const names = await Promise.all(docs.map(async (d, i) => { const file = join(folder, `${i}.docx`); writeFileSync(file, await toDocx(d)); return file }))
    execFileSync('soffice', [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', to === 'pdf' ? 'pdf' : 'docx:MS Word 2007 XML', '--outdir', join(folder, 'out'), ...names], { stdio: 'ignore', timeout: 1_800_000 })
    const contents: Content[] = []
    for (const [i, d] of docs.entries()) contents.push(await opened(new Uint8Array(readFileSync(join(folder, 'out', `${i}.${to}`))), `${i}-${d.layout}.${to}`))
    return contents
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
export const asOfficeDocx = throughOffice('docx')
export const asOfficePdf = throughOffice('pdf')
export const hasOffice = (): boolean => spawnSync('sh', ['-c', 'command -v soffice']).status === 0

/** Pages as Chromium prints them. */
export const asPrintedPdf: Road = async (docs) => {
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const contents: Content[] = []
    for (const [i, d] of docs.entries()) {
      await page.setContent(html(d))
      contents.push(await opened(new Uint8Array(await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '12mm', right: '12mm' } })), `${i}-${d.layout}.pdf`))
    }
    return contents
  } finally {
    await browser.close()
  }
}
