import { type Block, type Box, type Grid, type GridCell, type Piece, type Sheet } from '@causeway/kernel'

import { placeOf } from './aligned.ts'
import { width } from './paragraph.ts'
import { runs } from './run.ts'

/** How far two ends of rules may be apart and still meet, in points. */
const NEAR = 3

interface Rule { readonly at: number; readonly from: number; readonly to: number }
interface Frame { readonly across: readonly Rule[]; readonly down: readonly Rule[] }

/** A table by its rules, how far down the page it begins, and where its columns' rules stand. */
export interface RuledGrid { readonly y: number; readonly block: Block; readonly edges: readonly number[] }

/** Tables by the rules that are drawn, and the pieces that stand in none. */
export function ruledGrids(pieces: readonly Piece[], sheet: Sheet): { readonly grids: RuledGrid[]; readonly rest: readonly Piece[] } {
  const grids: RuledGrid[] = []
  let rest = pieces
  for (const frame of framesOf(sheet.strokes).flatMap(apart)) {
    const xs = edges([...frame.down.map((r) => r.at), ...ends(frame.across)])
    const ys = edges([...frame.across.map((r) => r.at), ...ends(frame.down)])
    if (xs.length < 3 || ys.length < 2) continue
    const inside = (p: Piece): boolean => p.x + p.width / 2 > xs[0]! && p.x + p.width / 2 < xs.at(-1)! && p.y > ys[0]! && p.y < ys.at(-1)!
    const here = rest.filter(inside).flatMap((p) => parted(p, xs))
    if (here.length < 2) continue
    const rows = cellRows(frame, { xs, ys, pieces: here, page: sheet.page })
    if (rows.length === 0) continue
    rest = rest.filter((p) => !inside(p))
    grids.push({ y: ys[0]!, edges: xs, block: { kind: 'grid', place: { page: sheet.page, box: { x: xs[0]!, y: ys[0]!, width: xs.at(-1)! - xs[0]!, height: ys.at(-1)! - ys[0]! } }, rows } satisfies Grid })
  }
  return { grids, rest }
}

/** A run that goes on from one cell into the next, as some programs set a row in one go, is cut at the blank that is nearest to the rule it crosses. */
function parted(p: Piece, xs: readonly number[]): readonly Piece[] {
  const scale = p.width / Math.max(1, width(p.text))
  const blanks = [...p.text.matchAll(/(?<=\S)\s+(?=\S)/g)].map((m) => ({ from: m.index, to: m.index + m[0].length, x: p.x + scale * width(p.text.slice(0, m.index)) }))
  const crossed = xs.filter((x) => x > p.x + NEAR && x < p.x + p.width - NEAR)
  const cuts = [...new Set(crossed.flatMap((x) => blanks.filter((b) => Math.abs(b.x - x) < 1.5 * p.height).sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x)).slice(0, 1)))].sort((a, b) => a.from - b.from)
  const parts = [...cuts.map((c, i) => ({ from: cuts[i - 1]?.to ?? 0, to: c.from })), { from: cuts.at(-1)?.to ?? 0, to: p.text.length }]
  return parts.map(({ from, to }) => ({ ...p, text: p.text.slice(from, to), x: p.x + scale * width(p.text.slice(0, from)), width: scale * width(p.text.slice(from, to)) }))
}

const ends = (rules: readonly Rule[]): number[] => rules.length === 0 ? [] : [Math.min(...rules.map((r) => r.from)), Math.max(...rules.map((r) => r.to))]

/** Positions that rules share, from small to large. */
function edges(at: readonly number[]): number[] {
  const out: number[] = []
  for (const a of [...at].sort((x, y) => x - y)) if (out.length === 0 || a - out.at(-1)! > NEAR) out.push(a)
  return out
}

/** Rules that meet, directly or through others: one frame a table. */
function framesOf(strokes: readonly Box[]): Frame[] {
  const across = joined(strokes.filter((s) => s.width > s.height).map((s) => ({ at: s.y + s.height / 2, from: s.x, to: s.x + s.width })))
  const down = joined(strokes.filter((s) => s.height >= s.width).map((s) => ({ at: s.x + s.width / 2, from: s.y, to: s.y + s.height })))
  const group = across.map((_, i) => i)
  const find = (i: number): number => group[i] === i ? i : (group[i] = find(group[i]!))
  const meet = (h: Rule, v: Rule): boolean => v.at > h.from - NEAR && v.at < h.to + NEAR && h.at > v.from - NEAR && h.at < v.to + NEAR
  const touched = down.map((v) => across.flatMap((h, i) => meet(h, v) ? [i] : []))
  for (const [first, ...more] of touched) for (const i of more) group[find(i)] = find(first!)
  const frames = new Map<number, { across: Rule[]; down: Rule[] }>()
  across.forEach((h, i) => {
    const f = frames.get(find(i)) ?? { across: [], down: [] }
    f.across.push(h)
    frames.set(find(i), f)
  })
  down.forEach((v, i) => { if (touched[i]!.length > 0) frames.get(find(touched[i]![0]!))!.down.push(v) })
  return [...frames.values()].filter((f) => f.across.length > 1 && f.down.length > 1)
}

/** Two tables that touch are two where next to none of the columns of one go on in the other. */
function apart(frame: Frame): Frame[] {
  const ys = edges([...frame.across.map((r) => r.at), ...ends(frame.down)])
  const [left, right] = ends(frame.across)
  const inner = (k: number): number[] => frame.down.filter((d) => d.from < ys[k]! + NEAR && d.to > ys[k + 1]! - NEAR && d.at > left! + NEAR && d.at < right! - NEAR).map((d) => d.at)
  for (let k = 1; k + 1 < ys.length; k += 1) {
    const [above, below] = [inner(k - 1), inner(k)]
    const fewer = Math.min(above.length, below.length)
    if (fewer < 3 || above.filter((a) => below.some((b) => Math.abs(a - b) <= NEAR)).length > 0.3 * fewer) continue
    const at = ys[k]!
    const part = (from: number, to: number): Frame => ({
      across: frame.across.filter((r) => r.at > from - NEAR && r.at < to + NEAR),
      down: frame.down.flatMap((d) => d.from < to - NEAR && d.to > from + NEAR ? [{ at: d.at, from: Math.max(d.from, from), to: Math.min(d.to, to) }] : []),
    })
    return [part(-Infinity, at), ...apart(part(at, Infinity))]
  }
  return [frame]
}

/** Pieces of one rule drawn bit by bit are one. */
function joined(rules: readonly Rule[]): Rule[] {
  const lines: { at: number; rules: Rule[] }[] = []
  for (const r of [...rules].sort((a, b) => a.at - b.at)) {
    const line = lines.at(-1)
    if (line !== undefined && r.at - line.at < 1.6) line.rules.push(r)
    else lines.push({ at: r.at, rules: [r] })
  }
  return lines.flatMap(({ at, rules: on }) => {
    const out: { at: number; from: number; to: number }[] = []
    for (const r of on.sort((a, b) => a.from - b.from)) {
      const last = out.at(-1)
      if (last !== undefined && r.from < last.to + NEAR) last.to = Math.max(last.to, r.to)
      else out.push({ at, from: r.from, to: r.to })
    }
    return out
  })
}

interface Field { readonly xs: readonly number[]; readonly ys: readonly number[]; readonly pieces: readonly Piece[]; readonly page: number }

/** The cells row by row: fields of the frame without a rule between them are one cell. */
function cellRows(frame: Frame, { xs, ys, pieces, page }: Field): GridCell[][] {
  const columns = xs.length - 1
  const cells = columns * (ys.length - 1)
  const group = Array.from({ length: cells }, (_, i) => i)
  const find = (i: number): number => group[i] === i ? i : (group[i] = find(group[i]!))
  const drawn = (rules: readonly Rule[], at: number, middle: number): boolean => rules.some((r) => Math.abs(r.at - at) <= NEAR && r.from < middle && r.to > middle)
  for (let r = 0; r + 1 < ys.length; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      if (c + 1 < columns && !drawn(frame.down, xs[c + 1]!, (ys[r]! + ys[r + 1]!) / 2)) group[find(r * columns + c + 1)] = find(r * columns + c)
      if (r + 2 < ys.length && !drawn(frame.across, ys[r + 1]!, (xs[c]! + xs[c + 1]!) / 2)) group[find((r + 1) * columns + c)] = find(r * columns + c)
    }
  }
  const found = new Map<number, { top: number; left: number; bottom: number; right: number; pieces: Piece[] }>()
  for (let i = 0; i < cells; i += 1) {
    const [r, c] = [Math.floor(i / columns), i % columns]
    const cell = found.get(find(i))
    if (cell === undefined) found.set(find(i), { top: r, left: c, bottom: r, right: c, pieces: [] })
    else Object.assign(cell, { top: Math.min(cell.top, r), left: Math.min(cell.left, c), bottom: Math.max(cell.bottom, r), right: Math.max(cell.right, c) })
  }
  const index = (edge: readonly number[], at: number): number => Math.min(edge.length - 2, Math.max(0, edge.findLastIndex((e) => e <= at)))
  for (const p of pieces) found.get(find(index(ys, p.y) * columns + index(xs, p.x + p.width / 2)))!.pieces.push(p)
  const rows: GridCell[][] = Array.from({ length: ys.length - 1 }, () => [])
  for (const { top, left, bottom, right, pieces: inside } of [...found.values()].sort((a, b) => a.top - b.top || a.left - b.left)) {
    const box = { x: xs[left]!, y: ys[top]!, width: xs[right + 1]! - xs[left]!, height: ys[bottom + 1]! - ys[top]! }
    rows[top]!.push({ text: textOf(inside), place: inside.length > 0 ? placeOf(inside) : { page, box }, ...right > left ? { colSpan: right - left + 1 } : {}, ...bottom > top ? { rowSpan: bottom - top + 1 } : {} })
  }
  return rows.filter((r) => r.length > 0)
}

/** The words of a cell: its lines from above, broken words joined. */
function textOf(pieces: readonly Piece[]): string {
  const lines: Piece[][] = []
  for (const p of [...pieces].sort((a, b) => a.y - b.y)) {
    const line = lines.at(-1)
    if (line !== undefined && p.y - line[0]!.y < 0.5 * p.height) line.push(p)
    else lines.push([p])
  }
  return lines.map((l) => runs(l).map((p) => p.text).join(' ')).reduce((a, b) => a + (/[A-Za-z0-9,]$/.test(a) && /^[A-Za-z]/.test(b) ? ' ' : '') + b, '')
}
