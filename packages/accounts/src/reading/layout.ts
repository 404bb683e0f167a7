import { type Block, type Grid, type Piece } from '@causeway/kernel'

import { aligned, alignedGrid, goesOn, leanOf, placeOf, type Aligned } from './aligned.ts'
import { itemsOf } from './item.ts'
import { begins, joinLines, printedWidth, width, type Line } from './paragraph.ts'

/** How wide half an em and how high a line are, in the sheet's measures. */
export interface Unit { readonly x: number; readonly y: number }

/** Pieces on one printed line, from left to right; `cells` are its pieces if it belongs to a table; `gap` counts the empty lines above. */
export interface PrintedLine { readonly pieces: readonly Piece[]; readonly cells?: readonly Piece[]; readonly text: string; readonly y: number; readonly gap: number; readonly top: boolean }

/** A block that is known already: a table with separators, or one with rules, and where those between its columns stand. */
export interface Given { readonly y: number; readonly block: Block; readonly edges?: readonly number[] }

type Part = { readonly kind: 'table'; readonly lines: readonly PrintedLine[] } | { readonly kind: 'prose'; readonly line: PrintedLine } | (Given & { readonly kind: 'block' })

/** Pages as drawn, in reading order: drawn and aligned tables as grids, printed lines joined to paragraphs, what stands on every page left out. */
export function layoutBlocks(sheets: readonly { readonly lines: readonly PrintedLine[]; readonly unit: Unit; readonly blocks?: readonly Given[] }[], settle = (lines: readonly Line[], _full: number): readonly Line[] => lines): Block[] {
  const pages = withoutRunningLines(sheets.map((s) => s.lines))
  const parts = sheets.map((s, i) => ({ unit: s.unit, parts: withBlocks(partsOf(pages[i]!), s.blocks ?? []) }))
  const read = (p: Part, unit: Unit): Aligned | undefined => p.kind === 'table' ? aligned(p.lines.map((l) => itemsOf(l.cells ?? l.pieces, unit))) : undefined
  parts.forEach((page, i) => { if (i > 0) acrossBreak(parts[i - 1]!.parts, page.parts, (p) => read(p, page.unit)) })
  const tables = new Map<Part, Aligned>()
  for (const { unit, parts: found } of parts) for (const p of found) if (p.kind === 'table') tables.set(p, read(p, unit)!)
  return blocksOf(parts, { tables, lean: leanOf([...tables.values()]), settle })
}

function blocksOf(pages: readonly { readonly unit: Unit; readonly parts: readonly Part[] }[], by: { readonly tables: ReadonlyMap<Part, Aligned>; readonly lean: number; readonly settle: (lines: readonly Line[], full: number) => readonly Line[] }): Block[] {
  const out: Block[] = []
  const full = printedWidth(pages.flatMap((p) => p.parts.flatMap((x) => x.kind === 'prose' ? [lineOf(x.line, p.unit)] : [])))
  let prose: Line[] = []
  let open: { readonly table: Aligned; readonly more: Aligned[]; readonly at: number } | undefined
  // where the columns of a table with rules stand, as long as nothing has followed it; and whether nothing has come on this page yet
  let ruled: readonly number[] | undefined
  let fresh = true
  const close = (): void => {
    if (prose.length > 0) out.push(...joinLines(full === undefined ? prose : by.settle(prose, full), full))
    prose = []
  }
  for (const { unit, parts } of pages) {
    fresh = true
    for (const part of parts) {
      if (part.kind === 'prose') {
        prose.push(lineOf(part.line, unit))
        ruled = undefined
        open = undefined
        continue
      }
      close()
      if (part.kind === 'block') {
        const above = out.at(-1)
        if (fresh && ruled !== undefined && above?.kind === 'grid' && continues(part, { above, edges: ruled })) out[out.length - 1] = { ...above, rows: [...above.rows, ...(part.block as Grid).rows] }
        else out.push(part.block)
        ruled = part.edges
        fresh = false
        open = undefined
        continue
      }
      ruled = undefined
      fresh = false
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

/** Whether a table with rules at the head of a page goes on with the one that ended the page before: its columns stand alike, and its head is not printed again. */
function continues({ block, edges }: Given, { above, edges: before }: { readonly above: Grid; readonly edges: readonly number[] }): boolean {
  if (block.kind !== 'grid' || edges === undefined || edges.length !== before.length || edges.some((e, i) => Math.abs(e - before[i]!) > 4)) return false
  const words = (row: Grid['rows'][number] | undefined): string => (row ?? []).map((c) => c.text.replace(/\s/g, '')).join('|')
  return words(block.rows[0]) !== words(above.rows[0])
}

/** Where a table goes on over a page break, lines of one piece on both sides of the break are rows of it. */
function acrossBreak(before: Part[], after: Part[], read: (part: Part) => Aligned | undefined): void {
  const last = before.findLastIndex((p) => p.kind === 'table')
  const next = after.findIndex((p) => p.kind === 'table')
  if (last === -1 || next === -1) return
  const [tail, head] = [before.slice(last + 1), after.slice(0, next)]
  if (tail.length + head.length === 0 || tail.length > 40 || head.length > 40 || ![...tail, ...head].every((p) => p.kind === 'prose' && kindOf(p.line) === 'loose' && !stops(p.line) && width(p.line.text) <= 40)) return
  if (read(after[next]!)?.header !== false) return
  const lines = (ps: readonly Part[]): PrintedLine[] => ps.flatMap((p) => p.kind === 'prose' ? [p.line] : p.kind === 'table' ? p.lines : [])
  before.splice(last, Infinity, { kind: 'table', lines: lines(before.slice(last)) })
  after.splice(0, next + 1, { kind: 'table', lines: lines(after.slice(0, next + 1)) })
}

function lineOf(line: PrintedLine, unit: Unit): Line {
  const [first] = line.pieces
  return { text: line.text, indent: first!.x / unit.x, gap: line.top ? 0 : line.gap, place: placeOf(line.pieces), ...line.cells === undefined ? {} : { end: (line.pieces.at(-1)!.x + line.pieces.at(-1)!.width) / unit.x } }
}

function withBlocks(parts: readonly Part[], blocks: readonly Given[]): Part[] {
  const out = [...parts]
  for (const given of blocks) {
    const at = out.findIndex((p) => p.kind !== 'block' && (p.kind === 'prose' ? p.line.y : p.lines[0]!.y) > given.y)
    out.splice(at === -1 ? out.length : at, 0, { ...given, kind: 'block' })
  }
  return out
}

const TITLE = /表\s*(\d+)?([（(].*[)）])?$|单位\s*[:：]|^公开\s*\d|^附[件表]/
const LEADERS = /[.．…·]{4,}\s*\d*$/

function kindOf(line: PrintedLine): 'prose' | 'table' | 'loose' {
  if (/^(注|说明|备注)\s*\d?[:：]/.test(line.text) || LEADERS.test(line.text)) return 'prose'
  const sentence = (t: string): boolean => /[，。；：！？]/.test(t) && width(t) >= 24
  // words and a number close to each other, as in a narrow table
  if (line.cells !== undefined && line.cells.length > line.pieces.length && line.cells.some((c) => /^-?[\d,]+\.\d+$/.test(c.text)) && !/[，。；：]/.test(line.text)) return 'table'
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
    for (const part of byHeads(lines.slice(i, end))) out.push({ kind: 'table', lines: part })
    i = end
  }
  return out
}

/** A head that is printed again begins the table anew: tables of several pages that follow on one. It may be broken into lines otherwise. */
function byHeads(lines: readonly PrintedLine[]): PrintedLine[][] {
  const words = (l: PrintedLine): string[] => l.text.split(/\s+/).filter((t) => t.length > 1)
  const bare = (l: PrintedLine): boolean => !/\d[.,]\d|(^|\s)[235]\d\d/.test(l.text)
  const data = lines.findIndex((l) => !bare(l))
  const heads = new Set(lines.slice(0, Math.min(5, Math.max(0, data))).flatMap(words))
  const again = (l: PrintedLine): boolean => bare(l) && words(l).length >= 3 && words(l).filter((w) => heads.has(w)).length >= Math.max(3, 0.6 * words(l).length)
  const cuts: number[] = []
  for (let i = Math.max(data, 0) + 2; i < lines.length; i += 1) {
    if (!again(lines[i]!)) continue
    let from = i
    while (from > 0 && i - from < 3 && bare(lines[from - 1]!) && lines[from - 1]!.pieces.length <= 3 && !/[、]/.test(lines[from - 1]!.text)) from -= 1
    cuts.push(from)
    i += 4
  }
  return [0, ...cuts].map((from, k) => lines.slice(from, [...cuts, lines.length][k])).filter((part) => part.length > 0)
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
