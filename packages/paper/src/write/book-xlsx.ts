import { writeXlsx, type CellValue, type Cell } from 'hucre/xlsx'

import { clean, type BookColumn, type ReportBook } from './book.ts'

/** Excel takes at most this many characters in a cell, and this many in the name of a sheet. */
const MOST = { cell: 32_767, name: 31 } as const

/** A cell of words stays words, whatever sign it begins with; a count is a number. */
const valueOf = (text: string, column?: BookColumn): CellValue => (column?.count === true && /^\d{1,9}$/.test(text) ? Number(text) : clean(text).slice(0, MOST.cell))

/** A report as a workbook: the facts on the first sheet, a sheet a table, heads that stay in sight and can be filtered. */
export async function writeBookXlsx(book: ReportBook): Promise<Uint8Array> {
  const wrap = { alignment: { wrapText: true, vertical: 'top' } } as const
  const head = { font: { bold: true }, fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F1EDE3' } }, ...wrap } as const
  const cells = (rows: readonly (readonly string[])[], isHead: (row: number) => boolean): Map<string, Partial<Cell>> =>
    new Map(rows.flatMap((r, i) => r.map((_, j) => [`${i},${j}`, { style: isHead(i) ? head : wrap }] as const)))
  const facts = [[book.title, ''], ...book.facts.map(([n, v]) => [n, v])]
  return writeXlsx({
    sheets: [
      { name: '概要 Summary', columns: [{ width: 28 }, { width: 60 }], rows: facts.map((r) => r.map((x) => valueOf(x))), cells: cells(facts, (i) => i === 0) },
      ...book.sheets.map((s) => {
        const rows = [s.columns.map((c) => c.name), ...s.rows]
        return {
          name: s.name.replace(/[[\]:*?/\\]/g, ' ').slice(0, MOST.name), columns: s.columns.map((c) => ({ width: c.width })), rows: rows.map((r) => r.map((x, j) => valueOf(x, s.columns[j]))), cells: cells(rows, (i) => i === 0),
          freezePane: { rows: 1 }, autoFilter: { range: `A1:${letters(s.columns.length)}${rows.length}` },
        }
      }),
    ],
  })
}

/** The name of a column by its number from 1. */
function letters(n: number): string {
  return n === 0 ? '' : letters(Math.floor((n - 1) / 26)) + String.fromCharCode(65 + ((n - 1) % 26))
}
