import { AlignmentType, Document, HeadingLevel, Packer, PageOrientation, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType } from 'docx'

import { clean, type BookColumn, type ReportBook } from './book.ts'

/** A4 lying, with margins of 15 mm, in twentieths of a point. */
const PAGE = { width: 16_838, height: 11_906, margin: 850 } as const
const FONT = { ascii: 'Arial', eastAsia: 'SimSun', hAnsi: 'Arial', cs: 'Arial' }

const runs = (text: string, bold: boolean): TextRun[] => clean(text).split('\n').map((t, i) => new TextRun({ text: t, bold, ...(i === 0 ? {} : { break: 1 }) }))
const paragraph = (text: string, bold = false): Paragraph => new Paragraph({ children: runs(text, bold), spacing: { after: 40 } })
const cell = (text: string, o: { readonly width: number; readonly head: boolean }): TableCell =>
  new TableCell({ children: [paragraph(text, o.head)], width: { size: o.width, type: WidthType.DXA }, ...(o.head ? { shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'F1EDE3' } } : {}) })

/** A table over the whole width of the page; its head comes again on every page. */
function table(columns: readonly BookColumn[], rows: readonly (readonly string[])[]): Table {
  const whole = columns.reduce((n, c) => n + c.width, 0)
  const widths = columns.map((c) => Math.floor(((PAGE.width - 2 * PAGE.margin) * c.width) / whole))
  const row = (texts: readonly string[], head: boolean): TableRow => new TableRow({ tableHeader: head, cantSplit: !head, children: texts.map((t, i) => cell(t, { width: widths[i]!, head })) })
  return new Table({ layout: TableLayoutType.FIXED, columnWidths: widths, width: { size: widths.reduce((a, b) => a + b, 0), type: WidthType.DXA }, rows: [row(columns.map((c) => c.name), true), ...rows.map((r) => row(r, false))] })
}

/** A report as a Word file, A4 lying: title, facts, and a table for each part. */
export async function writeBookDocx(book: ReportBook): Promise<Uint8Array> {
  const facts = book.facts.map(([n, v]) => new Paragraph({ spacing: { after: 40 }, children: [new TextRun({ text: `${clean(n)}：`, bold: true }), new TextRun(clean(v))] }))
  const parts = book.sheets.flatMap((s) => [
    new Paragraph({ heading: HeadingLevel.HEADING_1, spacing: { before: 360, after: 120 }, children: runs(s.heading, true) }),
    ...(s.note === undefined ? [] : [paragraph(s.note)]),
    s.rows.length === 0 ? paragraph('—') : table(s.columns, s.rows),
  ])
  const made = new Document({
    title: clean(book.title), creator: 'Causeway', styles: { default: { document: { run: { font: FONT, size: 18 } } } },
    sections: [{
      properties: { page: { size: { width: PAGE.height, height: PAGE.width, orientation: PageOrientation.LANDSCAPE }, margin: { top: PAGE.margin, bottom: PAGE.margin, left: PAGE.margin, right: PAGE.margin } } },
      children: [new Paragraph({ heading: HeadingLevel.TITLE, alignment: AlignmentType.CENTER, spacing: { after: 240 }, children: runs(book.title, true) }), ...facts, ...parts],
    }],
  })
  return new Uint8Array(await Packer.toBuffer(made))
}
