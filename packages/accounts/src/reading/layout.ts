import { type Block, type Piece } from '@causeway/kernel'

import { aligned, alignedGrid, goesOn, leanOf, placeOf, type Aligned } from './aligned.ts'
import { itemsOf } from './item.ts'
import { begins, joinLines, printedWidth, width, type Line } from './paragraph.ts'

/** How wide half an em and how high a line are, in the sheet's measures. */
export interface Unit { readonly x: number; readonly y: number }

/** Pieces on one printed line, from left to right; `cells` are its pieces if it belongs to a table; `gap` counts the empty lines above. */
export interface PrintedLine { readonly pieces: readonly Piece[]; readonly cells?: readonly Piece[]; readonly text: string; readonly y: number; readonly gap: number; readonly top: boolean }

type Part = { readonly kind: 'table'; readonly lines: readonly PrintedLine[] } | { readonly kind: 'prose'; readonly line: PrintedLine } | { readonly kind: 'block'; readonly block: Block }

/** Pages as drawn, in reading order: drawn and aligned tables as grids, printed lines joined to paragraphs, what stands on every page left out. */
export function layoutBlocks(sheets: readonly { readonly lines: readonly PrintedLine[]; readonly unit: Unit; readonly blocks?: readonly { readonly y: number; readonly block: Block }[] }[], settle = (lines: readonly Line[], _full: number): readonly Line[] => lines): Block[] {
  const pages = withoutRunningLines(sheets.map((s) => s.lines))
  const parts = sheets.map((s, i) => ({ unit: s.unit, parts: withBlocks(partsOf(pages[i]!), s.blocks ?? []) }))
  const tables = new Map<Part, Aligned>()
  for (const { unit, parts: found } of parts) for (const p of found) if (p.kind === 'table') tables.set(p, aligned(p.lines.map((l) => itemsOf(l.cells ?? l.pieces, unit))))
  return blocksOf(parts, { tables, lean: leanOf([...tables.values()]), settle })
}

function blocksOf(pages: readonly { readonly unit: Unit; readonly parts: readonly Part[] }[], by: { readonly tables: ReadonlyMap<Part, Aligned>; readonly lean: number; readonly settle: (lines: readonly Line[], full: number) => readonly Line[] }): Block[] {
  const out: Block[] = []
  const full = printedWidth(pages.flatMap((p) => p.parts.flatMap((x) => x.kind === 'prose' ? [lineOf(x.line, p.unit)] : [])))
  let prose: Line[] = []
  let open: { readonly table: Aligned; readonly more: Aligned[]; readonly at: number } | undefined
  const close = (): void => {
    if (prose.length > 0) out.push(...joinLines(full === undefined ? prose : by.settle(prose, full), full))
    prose = []
  }
  for (const { unit, parts } of pages) {
    for (const part of parts) {
      if (part.kind === 'prose') {
        prose.push(lineOf(part.line, unit))
        open = undefined
        continue
      }
      close()
      if (part.kind === 'block') {
        out.push(part.block)
        open = undefined
        continue
      }
      const table = by.tables.get(part)!
      if (open !== undefined && goesOn(table, open.table)) {
        open.more.push(table)
        out[open.at] = alignedGrid(open.table, open.more, by.lean)
      } else {
        open = { table, more: [], at: out.length }
        out.push(alignedGrid(table, [], by.lean))
      }
    }
  }
  close()
  return out
}

function lineOf(line: PrintedLine, unit: Unit): Line {
  const [first] = line.pieces
  return { text: line.text, indent: first!.x / unit.x, gap: line.top ? 0 : line.gap, place: placeOf(line.pieces), ...line.cells === undefined ? {} : { end: (line.pieces.at(-1)!.x + line.pieces.at(-1)!.width) / unit.x } }
}

function withBlocks(parts: readonly Part[], blocks: readonly { readonly y: number; readonly block: Block }[]): Part[] {
  const out = [...parts]
  for (const { y, block } of blocks) {
    const at = out.findIndex((p) => p.kind !== 'block' && (p.kind === 'prose' ? p.line.y : p.lines[0]!.y) > y)
    out.splice(at === -1 ? out.length : at, 0, { kind: 'block', block })
  }
  return out
}

const TITLE = /表\s*(\d+)?([（(].*[)）])?$|单位\s*[:：]|^公开\s*\d|^附[件表]/
const LEADERS = /[.．…·]{4,}\s*\d*$/

function kindOf(line: PrintedLine): 'prose' | 'table' | 'loose' {
  if (/^(注|说明|备注)\s*\d?[:：]/.test(line.text) || LEADERS.test(line.text)) return 'prose'
  const sentence = (t: string): boolean => /[，。；：！？]/.test(t) && width(t) >= 24
  if (line.pieces.length === 1) return sentence(line.text) && itemsOf(line.pieces, { x: 1, y: 1 }).length === 1 ? 'prose' : itemsOf(line.pieces, { x: 1, y: 1 }).length > 2 ? 'table' : 'loose'
  if (line.pieces.length === 2 && line.pieces.some((p) => sentence(p.text))) return 'prose'
  return TITLE.test(line.text) && line.pieces.length === 2 && !/^\d/.test(line.text) ? 'loose' : 'table'
}

/** The tables of a page: lines with several columns, and what stands between them; all else is running text. */
function partsOf(lines: readonly PrintedLine[]): Part[] {
  const kinds = lines.map(kindOf)
  const out: Part[] = []
  for (let i = 0; i < lines.length;) {
    const start = startOf(lines, kinds, i)
    if (start === undefined) {
      out.push({ kind: 'prose', line: lines[i]! })
      i += 1
      continue
    }
    const end = endOf(lines, kinds, start)
    out.push({ kind: 'table', lines: lines.slice(i, end) })
    i = end
  }
  return out
}

const stops = (line: PrintedLine): boolean => line.pieces.length < 3 && TITLE.test(line.text) || /^第.{1,3}部分/.test(line.text)

/** A line of one piece above a table belongs to it, where it is short and no sentence; an item of a list only where it stands exactly over the rest. */
function mayStandAbove(lines: readonly PrintedLine[], at: number): boolean {
  const line = lines[at]!
  if (/[，。；：]/.test(line.text) || width(line.text) > 36) return false
  return !begins(line.text) || (at < 14 && under(lines, at, lines.slice(at + 1, at + 16)))
}

/** Where a table's first line with columns stands, if one begins at this line: headings of one piece may stand above it. */
function startOf(lines: readonly PrintedLine[], kinds: readonly string[], i: number): number | undefined {
  let at = i
  while (at < lines.length && at - i <= (i === 0 ? 14 : 4) && kinds[at] === 'loose' && !stops(lines[at]!) && mayStandAbove(lines, at) && (at === i || lines[at]!.gap <= 3)) at += 1
  if (at >= lines.length || kinds[at] !== 'table' || stops(lines[at]!) || (at > i && lines[at]!.gap > 3)) return undefined
  const end = endOf(lines, kinds, at)
  const tabular = lines.slice(at, end).filter((_, k) => kinds[at + k] === 'table')
  if (tabular.length < 2 || tabular.every((l) => l.pieces.length === 2 && begins(l.text) && /^\d{1,3}$/.test(l.pieces[1]!.text))) return undefined
  return at
}

function endOf(lines: readonly PrintedLine[], kinds: readonly string[], start: number): number {
  let last = start
  for (let i = start + 1; i < lines.length && kinds[i] !== 'prose' && lines[i]!.gap <= 8; i += 1) {
    if (stops(lines[i]!)) break
    const follows = kinds[i] === 'table' || /^(合\s*计|总\s*计)$/.test(lines[i]!.text)
      || (i === last + 1 && ((lines[i]!.gap === 0 && !begins(lines[i]!.text)) || (lines[i]!.gap <= 1 && under(lines, i, lines.slice(start, i)))))
    if (follows) last = i
  }
  return last + 1
}

/** Whether the one piece of a line stands exactly in line with things of its neighbours, away from the page's left: a row with its other cells empty. */
function under(page: readonly PrintedLine[], at: number, neighbours: readonly PrintedLine[]): boolean {
  const [piece] = page[at]!.pieces
  const left = Math.min(...page.map((l) => l.pieces[0]!.x))
  if (piece!.x < left + 5 * piece!.height) return false
  return neighbours.filter((l) => l.pieces.some((p) => Math.abs(p.x - piece!.x) < 0.6 * piece!.height)).length >= 2
}

/** Lines that stand at the head or foot of every page, and page numbers, are no part of the text. */
function withoutRunningLines(pages: readonly (readonly PrintedLine[])[]): PrintedLine[][] {
  const shape = (l: PrintedLine): string => `${Math.round(l.y)} ${l.text.replace(/\d+/g, '#').replace(/\s/g, '')}`
  const count = new Map<string, number>()
  const edges = (lines: readonly PrintedLine[]): PrintedLine[] => [...new Set([lines[0], lines[1], lines.at(-2), lines.at(-1)])].filter((l) => l !== undefined)
  for (const lines of pages) for (const s of new Set(edges(lines).map(shape))) count.set(s, (count.get(s) ?? 0) + 1)
  const often = Math.max(3, 0.4 * pages.length)
  const numbers = pages.filter((lines) => lines.length > 1 && PAGE.test(lines.at(-1)!.text)).length
  return pages.map((lines) => {
    const edge = edges(lines)
    return lines.filter((l) => {
      if (!edge.includes(l) || TITLE.test(l.text) || /\d\.\d/.test(l.text)) return true
      if (l === lines.at(-1) && lines.length > 1 && (NUMBERED.test(l.text) || numbers >= Math.max(2, pages.length / 2) && PAGE.test(l.text))) return false
      return (count.get(shape(l)) ?? 0) < often || lines.length <= 2
    })
  })
}

const PAGE = /^\d{1,3}$/
const NUMBERED = /^([-—–·]\s*\d{1,3}\s*[-—–·]|第\s*\d{1,3}\s*页(\s*[,，/]?\s*共\s*\d+\s*页)?)$/
