import { type Column } from './column.ts'
import { TOTAL, type Item } from './item.ts'
import { matchInOrder } from './match.ts'
import { begins, width } from './paragraph.ts'

/** A row of a table: what stands in each column (by the column's index), and the printed lines it takes. */
export interface Row { readonly cells: Map<number, Item[]>; y: number; readonly lines: number[] }

/** Rows, and how many numbers were seen to stand above (−) or below (+) the line of their row. */
export interface Rows { readonly rows: readonly Row[]; readonly lean: number }

/**
 * Rows out of what stands in the columns. A table set side by side is taken half by half: each half has codes or words that say its rows,
 * and numbers go to the row that is nearest; one that two rows could have stays on its own.
 * @param lean - which way numbers are off their line in this document, if they are: −1 above it, +1 below it, 0 unknown
 */
export function rowsOf(columns: readonly Column[], lean: number): Rows {
  const halves = halvesOf(columns)
  const done = halves.map((half) => halfRows(columns, half, lean))
  return { rows: side(done.map((d) => d.rows)), lean: done.reduce((sum, d) => sum + d.lean, 0) }
}

/** Indices of the columns of each half: codes, words, numbers; the next codes or words begin another. */
function halvesOf(columns: readonly Column[]): number[][] {
  const out: number[][] = []
  columns.forEach((column, i) => {
    const open = out.at(-1)
    const kinds = open?.map((j) => columns[j]!.kind) ?? []
    if (open === undefined || (column.kind === 'code' && kinds.some((k) => k !== 'code')) || (column.kind === 'text' && kinds.some((k) => k !== 'code'))) out.push([i])
    else open.push(i)
  })
  return out
}

function halfRows(columns: readonly Column[], half: readonly number[], lean: number): Rows {
  const of = (kind: string): number[] => half.filter((i) => columns[i]!.kind === kind)
  const codes = of('code')
  const words = of('text')[0]
  const rows = codes.length > 0 ? codeRows(columns, codes) : []
  const own = new Set(of('amount').flatMap((c) => columns[c]!.items.map((i) => Math.round(i.y * 2))))
  if (words !== undefined) nameRows(rows, columns[words]!, { index: words, own })
  if (rows.length === 0) for (const i of of('amount').flatMap((c) => columns[c]!.items)) if (!rows.some((r) => Math.abs(r.y - i.y) < 0.6)) rows.push(row(i.y))
  rows.sort((a, b) => a.y - b.y)
  let votes = 0
  const lost: Row[] = []
  for (const c of of('amount')) votes += place(rows, columns[c]!, { column: c, lean, lost })
  return { rows: [...rows, ...lost].sort((a, b) => a.y - b.y), lean: votes }
}

const row = (y: number): Row => ({ cells: new Map(), y, lines: [y] })

function put(to: Row, column: number, item: Item): void {
  to.cells.set(column, [...to.cells.get(column) ?? [], item])
  if (!to.lines.some((l) => Math.abs(l - item.y) < 0.3)) to.lines.push(item.y)
}

function codeRows(columns: readonly Column[], codes: readonly number[]): Row[] {
  const rows: Row[] = []
  const [first, ...more] = codes
  const starts = columns[first!]!.items
  if (more.every((c) => columns[c]!.items.length <= starts.length)) {
    for (const item of starts) {
      const r = row(item.y)
      put(r, first!, item)
      rows.push(r)
    }
    rows.sort((a, b) => a.y - b.y)
    for (const c of more) near(rows, columns[c]!.items, c)
    return rows
  }
  for (const c of codes) {
    for (const item of columns[c]!.items) {
      let r = rows.find((x) => Math.abs(x.y - item.y) < 0.6)
      if (r === undefined) rows.push(r = row(item.y))
      put(r, c, item)
    }
  }
  return rows.sort((a, b) => a.y - b.y)
}

function near(rows: readonly Row[], items: readonly Item[], column: number): void {
  const sorted = [...items].sort((a, b) => a.y - b.y)
  const { slot } = matchInOrder({ items: sorted.length, slots: rows.length, skipItem: 50, skipSlot: 0, cost: (i, j) => Math.abs(sorted[i]!.y - rows[j]!.y) })
  sorted.forEach((item, i) => { if (slot[i] !== undefined) put(rows[slot[i]]!, column, item) })
}

/** Words to their rows: lines of one name run on while they fill the column; totals have rows of their own. */
function nameRows(rows: Row[], column: Column, { index, own: amounts }: { readonly index: number; readonly own: ReadonlySet<number> }): void {
  const coded = rows.length > 0
  const full = Math.max(...column.items.map((i) => width(i.text)))
  const lines = [...column.items].sort((a, b) => a.y - b.y || a.from - b.from)
  const own = (i: Item): boolean => TOTAL.test(i.text) && !rows.some((r) => Math.abs(r.y - i.y) < 0.6 && coded)
  const rest: Item[] = []
  for (const item of lines) {
    if (coded && own(item)) {
      const r = row(item.y)
      put(r, index, item)
      rows.push(r)
    } else rest.push(item)
  }
  if (coded) return attach(rows.filter((r) => !r.cells.has(index)).sort((a, b) => a.y - b.y), rest, { full, index, amounts })
  const pitch = usualPitch(rest)
  let open: Row | undefined
  let above: Item | undefined
  for (const item of rest) {
    const goesOn = open !== undefined && above !== undefined && width(above.text) >= full - 3 && !begins(item.text) && !TOTAL.test(item.text) && item.y - above.y <= pitch + 0.2
      && ![above, item].every((l) => amounts.has(Math.round(l.y * 2)))
    if (!goesOn) rows.push(open = row(item.y))
    put(open!, index, item)
    open!.y = (Math.min(...open!.lines) + Math.max(...open!.lines)) / 2
    above = item
  }
}

function usualPitch(items: readonly Item[]): number {
  const steps = items.slice(1).map((i, k) => i.y - items[k]!.y).filter((d) => d > 0.3).sort((a, b) => a - b)
  return steps[Math.floor(steps.length / 2)] ?? 1
}

/** A name is broken over at most so many lines. */
const NAME_LINES = 6

/**
 * Lines of names to rows that have a code: in order, near, around the line of the code, and a line that fills the column goes on in the next.
 * The cheapest division of the lines among the rows is taken.
 */
function attach(rows: readonly Row[], lines: readonly Item[], { full, index, amounts }: { readonly full: number; readonly index: number; readonly amounts: ReadonlySet<number> }): void {
  const fills = (i: Item): boolean => width(i.text) >= full - 3
  const cost = (from: number, to: number, y: number): number => {
    if (from === to) return 3
    let sum = 0
    let off = 0
    for (let i = from; i < to; i += 1) {
      const line = lines[i]!
      sum += Math.abs(line.y - y) * 1.2
      off += line.y - y
      if (i + 1 < to && !fills(line) && lines[i + 1]!.y > line.y + 0.3) sum += 3
      if (i + 1 < to && [line, lines[i + 1]!].every((l) => amounts.has(Math.round(l.y * 2)))) sum += 6
    }
    return sum + 0.8 * Math.abs(off / (to - from)) + (fills(lines[to - 1]!) ? 0.6 : 0)
  }
  // least[j][i]: of the first i lines among the first j rows; taken[j][i]: how many of them row j has; 0 rows: lines left out
  const least = [lines.map((_, i) => 9 * i).concat(9 * lines.length)]
  const taken: number[][] = [[]]
  for (const [j, r] of rows.entries()) {
    least.push([])
    taken.push([])
    for (let i = 0; i <= lines.length; i += 1) {
      let best = Infinity
      let n = 0
      for (let k = 0; k <= Math.min(i, NAME_LINES); k += 1) {
        if (k > 0 && Math.abs(lines[i - k]!.y - r.y) > NAME_LINES) break
        const c = least[j]![i - k]! + cost(i - k, i, r.y)
        if (c < best) [best, n] = [c, k]
      }
      // a line that is no name here
      const left = i > 0 ? least[j + 1]![i - 1]! + 9 : Infinity
      least[j + 1]!.push(Math.min(best, left))
      taken[j + 1]!.push(left < best ? -1 : n)
    }
  }
  for (let j = rows.length, i = lines.length; j > 0;) {
    const n = taken[j]![i]!
    if (n === -1) {
      i -= 1
      continue
    }
    for (let k = i - n; k < i; k += 1) put(rows[j - 1]!, index, lines[k]!)
    i -= n
    j -= 1
  }
}

/** How far a number may stand off its row, in printed lines. */
const REACH = 3.4

function place(rows: readonly Row[], column: Column, { column: index, lean, lost }: { readonly column: number; readonly lean: number; readonly lost: Row[] }): number {
  const items = [...column.items].sort((a, b) => a.y - b.y)
  const off = (i: number, j: number): number => rows[j]!.lines.map((l) => items[i]!.y - l).reduce((a, b) => Math.abs(b) < Math.abs(a) ? b : a, Infinity)
  const cost = (i: number, j: number): number => {
    const d = off(i, j)
    if (Math.abs(d) > REACH) return Infinity
    return Math.abs(d) < 0.3 ? Math.abs(d) * 0.1 : Math.abs(d) + (Math.sign(d) === -lean ? 0.4 : lean === 0 ? 0 : -0.2)
  }
  const { slot, sure } = matchInOrder({ items: items.length, slots: rows.length, skipItem: 6, skipSlot: 0, cost })
  let votes = 0
  items.forEach((item, i) => {
    const j = slot[i]
    if (j === undefined || sure[i]! < 0.3) {
      const r = row(item.y)
      put(r, index, item)
      lost.push(r)
      return
    }
    const d = off(i, j)
    if (Math.abs(d) >= 0.4) votes += Math.sign(d)
    rows[j]!.cells.set(index, [item])
  })
  return votes
}

/** Halves side by side: rows of the same height are one row. */
function side(halves: readonly (readonly Row[])[]): Row[] {
  const spine = halves.reduce((a, b) => b.length > a.length ? b : a, [])
  const out: Row[] = spine.map((r) => r)
  for (const half of halves) {
    if (half === spine) continue
    const { slot } = matchInOrder({ items: half.length, slots: spine.length, skipItem: 3, skipSlot: 0, cost: (i, j) => { const d = Math.abs(half[i]!.y - spine[j]!.y); return d > 2.5 ? Infinity : d } })
    half.forEach((r, i) => {
      const at = slot[i]
      if (at === undefined) out.push(r)
      else for (const [column, items] of r.cells) out.find((x) => x === spine[at])!.cells.set(column, items)
    })
  }
  return out.sort((a, b) => a.y - b.y)
}
