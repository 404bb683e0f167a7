import { type Block, type Content, type Grid, type Piece } from '@causeway/kernel'

import { decodeText } from './decode.ts'
import { layoutBlocks, type PrintedLine } from './layout.ts'
import { settled, width } from './paragraph.ts'

/**
 * A text file in reading order: tables (tab-separated, `|`-separated, or set in columns of spaces) as grids, hard-wrapped lines joined to paragraphs;
 * form feeds are page breaks.
 *
 * @param source - the file's bytes (UTF-8, UTF-16, GBK or GB 18030), or its characters
 * @returns `unread` with `file-not-text` and no blocks, where the bytes are no text in any of these
 */
export function readText(source: Uint8Array | string, name: string): Content {
  const text = typeof source === 'string' ? source : decodeText(source)
  if (text === undefined) return { format: 'text', name, blocks: [], unread: [{ code: 'file-not-text' }] }
  const pages: Numbered[][] = [[]]
  text.replace(/^\uFEFF/, '').split('\n').forEach((raw, i) => {
    // a form feed stands before the first line of a page
    raw.split('\f').forEach((part, k) => {
      if (k > 0) pages.push([])
      if (k === 0 || part !== '') pages.at(-1)!.push({ text: part.replace(/\r/g, ''), line: i + 1 })
    })
  })
  const measure = measureOf(pages)
  const blocks = layoutBlocks(pages.map((lines) => ({ unit: { x: 1, y: 1 }, ...pageOf(lines, measure) })), settled)
  return { format: 'text', name, blocks, ...pages.length > 1 ? { pages: pages.filter((p) => p.some((l) => l.text.trim() !== '')).length } : {}, unread: [] }
}

interface Numbered { readonly text: string; readonly line: number }

function pageOf(lines: readonly Numbered[], measure: Measure): { readonly lines: PrintedLine[]; readonly blocks: { y: number; block: Block }[] } {
  const blocks: { y: number; block: Block }[] = []
  const out: PrintedLine[] = []
  let gap = 0
  for (let i = 0; i < lines.length;) {
    const end = endOfTable(lines, i)
    if (end > i) {
      blocks.push({ y: i - 0.5, block: gridOf(lines.slice(i, end)) })
      i = end
      gap = 0
      continue
    }
    const pieces = piecesOf(lines[i]!, i, measure)
    if (pieces.length === 0) gap += 1
    else {
      out.push({ pieces, text: lines[i]!.text.trim(), y: i, gap, top: out.length === 0 && blocks.length === 0 })
      gap = 0
    }
    i += 1
  }
  return { lines: out, blocks }
}

type Measure = (text: string) => number

/** Things on a line that are two spaces or a tab apart. */
function piecesOf({ text, line }: Numbered, y: number, measure: Measure): Piece[] {
  return [...text.matchAll(/\S+(?:[ \u3000]\S+)*/g)].map((m) => ({ text: m[0], x: measure(text.slice(0, m.index)), y, width: measure(m[0]), height: 1, place: { line } }))
}

/** So many lines with columns tell how a program counts them. */
const TELLING = 240

/** How columns are counted: programs set an ideograph in one column or in two; what stands under each other tells. */
function measureOf(pages: readonly (readonly Numbered[])[]): Measure {
  const single: Measure = (t) => t.length
  const lines = pages.flat().filter((l) => /\S {2,}\S/.test(l.text)).slice(0, TELLING)
  const fit = (measure: Measure): number => {
    const edges = lines.map((l) => new Set(piecesOf(l, 0, measure).slice(1).flatMap((p) => [p.x, p.x + p.width])))
    return edges.reduce((sum, here, i) => sum + [...here].filter((e) => edges[i + 1]?.has(e) === true || edges[i + 2]?.has(e) === true).length, 0)
  }
  return fit(width) > fit(single) ? width : single
}

/** Where the table that begins at this line ends; the line itself where none begins. */
function endOfTable(lines: readonly Numbered[], start: number): number {
  let end = start
  while (end < lines.length && isTableLine(lines[end]!.text)) end += 1
  if (end - start >= 2 && lines.slice(start, end).every((l) => /^[^\t|]+\t+\d+\s*$/.test(l.text))) return start
  return end - start >= 2 || (end > start && cellsOf(lines[start]!.text).length >= 3) ? end : start
}

function isTableLine(line: string): boolean {
  return line.includes('\t') ? /\S/.test(line) && cellsOf(line).length > 1 && !/^\s*\t[^\t]*$/.test(line) : line.includes('|') && /\S/.test(line.replace(/\|/g, ''))
}

/** Cells of a line: between tabs, or between bars (with or without bars at its ends). */
function cellsOf(line: string): string[] {
  if (line.includes('\t')) return line.split('\t').map((c) => c.trim())
  return line.trim().replace(/^\|(.*)\|$/, '$1').split('|').map((c) => c.trim())
}

function gridOf(lines: readonly Numbered[]): Grid {
  const rows = lines.map(({ text, line }) => ({ cells: cellsOf(text), line })).filter((r) => !r.cells.every((c) => /^:?-{2,}:?$/.test(c)))
  return { kind: 'grid', place: { line: lines[0]!.line }, rows: rows.map(({ cells, line }) => cells.map((text) => ({ text, place: { line } }))) }
}
