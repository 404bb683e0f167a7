import { type Content, type Piece, type Sheet, type Unread } from '@causeway/kernel'

import { layoutBlocks, type PrintedLine, type Unit } from './layout.ts'
import { width } from './paragraph.ts'
import { plain } from './radical.ts'
import { ruledGrids } from './ruled.ts'
import { inTable, runs } from './run.ts'

/** Pages as drawn (of a PDF) in reading order: tables by their rules where there are any, else by their columns; paragraphs joined. */
export function readSheets(sheets: readonly Sheet[], name: string, more: { readonly pages: number; readonly unread: readonly Unread[] }): Content {
  const blocks = layoutBlocks(sheets.map((sheet) => {
    const pieces = sheet.pieces.flatMap((p) => spread({ ...p, text: plain(p.text) }))
    const { grids, rest } = ruledGrids(pieces, sheet)
    const unit = unitOf(sheet)
    return { unit, lines: linesOf(rest, unit), blocks: grids }
  }))
  return { format: 'pdf', name, blocks, pages: more.pages, unread: more.unread }
}

/** Half an em and the height of a line, by the characters that most of the page is set in. */
function unitOf(sheet: Sheet): Unit {
  const heights = sheet.pieces.flatMap((p) => [...p.text].map(() => p.height)).sort((a, b) => a - b)
  const size = heights[Math.floor(heights.length / 2)] ?? 10
  return { x: size / 2, y: size * 1.25 }
}

/** Printed lines of pieces: those of one height, from left to right, joined where they touch. */
function linesOf(pieces: readonly Piece[], unit: Unit): PrintedLine[] {
  const rows: Piece[][] = []
  for (const p of [...pieces].sort((a, b) => a.y - b.y)) {
    const row = rows.at(-1)
    if (row !== undefined && p.y - row[0]!.y < 0.45 * Math.min(p.height, row[0]!.height)) row.push(p)
    else rows.push([p])
  }
  const steps = rows.slice(1).map((r, i) => r[0]!.y - rows[i]![0]!.y).sort((a, b) => a - b)
  const pitch = Math.min(steps[Math.floor(steps.length / 2)] ?? unit.y, 2.2 * unit.y)
  return rows.map((row, i) => {
    const joined = runs(row)
    const above = rows[i - 1]
    const step = above === undefined ? 0 : row[0]!.y - above[0]!.y
    return { pieces: joined, cells: runs(row, inTable), text: joined.map((p) => p.text).join(' '), y: row[0]!.y, gap: Math.max(0, Math.round((step - 1.3 * pitch) / pitch + 0.5)), top: above === undefined }
  })
}

/** A run with wide gaps inside, as some programs set a whole row, is cut there. */
function spread(piece: Piece): Piece[] {
  if (!/\S\s{2,}\S/.test(piece.text)) return [piece]
  const scale = piece.width / Math.max(1, width(piece.text))
  return [...piece.text.matchAll(/\S+(?:\s\S+)*/g)].map((m) => ({ ...piece, text: m[0], x: piece.x + scale * width(piece.text.slice(0, m.index)), width: scale * width(m[0]) }))
}
