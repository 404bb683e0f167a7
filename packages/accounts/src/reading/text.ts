import { type Block, type Content, type Grid } from '@causeway/kernel'

import { decodeText } from './decode.ts'
import { joinLines, printedWidth, type Line } from './paragraph.ts'

interface Row { readonly cells: readonly string[]; readonly line: number }

/**
 * A text file in reading order: tables of tab-separated or `|`-separated lines as grids, hard-wrapped lines joined to paragraphs.
 *
 * @param source - the file's bytes (UTF-8, UTF-16, GBK or GB 18030), or its characters
 * @returns `unread` with `file-not-text` and no blocks, where the bytes are no text in any of these
 */
export function readText(source: Uint8Array | string, name: string): Content {
  const text = typeof source === 'string' ? source : decodeText(source)
  if (text === undefined) return { format: 'text', name, blocks: [], unread: [{ code: 'file-not-text' }] }
  return { format: 'text', name, blocks: blocksOf(text.replace(/^\uFEFF/, '').split('\n')), unread: [] }
}

function blocksOf(lines: readonly string[]): Block[] {
  const full = printedWidth(lines.map((l, i) => ({ text: l.trim(), indent: Math.max(0, l.search(/\S/)), gap: 0, place: { line: i + 1 } })))
  const blocks: Block[] = []
  let prose: Line[] = []
  let gap = 0
  const close = (): void => {
    if (prose.length > 0) blocks.push(...joinLines(prose, full))
    prose = []
    gap = 0
  }
  for (let i = 0; i < lines.length;) {
    const end = endOfTable(lines, i)
    if (end > i) {
      close()
      blocks.push(gridOf(lines.slice(i, end).map((l, k) => ({ cells: cellsOf(l), line: i + k + 1 }))))
      i = end
      continue
    }
    const raw = lines[i]!.replace(/[\r\f]/g, '')
    const printed = raw.trim()
    if (printed === '') gap += 1
    else {
      prose.push({ text: printed, indent: raw.search(/\S/), gap, place: { line: i + 1 } })
      gap = 0
    }
    i += 1
  }
  close()
  return blocks
}

/** Where the table that begins at this line ends; the line itself where none begins. */
function endOfTable(lines: readonly string[], start: number): number {
  let end = start
  while (end < lines.length && isTableLine(lines[end]!)) end += 1
  if (end - start >= 2 && lines.slice(start, end).every((l) => /^[^\t|]+\t+\d+\s*$/.test(l))) return start
  return end - start >= 2 || (end > start && cellsOf(lines[start]!).length >= 3) ? end : start
}

function isTableLine(line: string): boolean {
  return /\S\s*\t|\t\s*\S/.test(line) ? /^\s*\S[^\t]*\t|^\t+\S/.test(line) && cellsOf(line).length > 1 && !/^\t[^\t]*$/.test(line) : /\S\s*\|\s*|^\s*\|/.test(line)
}

/** Cells of a line: between tabs, or between bars (with or without bars at its ends). */
function cellsOf(line: string): string[] {
  const plain = line.replace(/[\r\f]/g, '')
  if (plain.includes('\t')) return plain.split('\t').map((c) => c.trim())
  return plain.trim().replace(/^\|(.*)\|$/, '$1').split('|').map((c) => c.trim())
}

function gridOf(rows: readonly Row[]): Grid {
  const drawn = rows.filter((r) => !r.cells.every((c) => /^:?-{2,}:?$/.test(c)))
  return { kind: 'grid', place: { line: rows[0]!.line }, rows: drawn.map(({ cells, line }) => cells.map((text) => ({ text, place: { line } }))) }
}
