import { type Grid, type GridCell, type Place } from '@causeway/kernel'

import { columnsOf, continued, headed, type Column } from './column.ts'
import { isCode, TOTAL, unspaced, type Item } from './item.ts'
import { begins } from './paragraph.ts'
import { rowsOf, type Row } from './row.ts'

/** A table whose cells stand under each other without drawn lines, on one page. */
export interface Aligned { readonly columns: readonly Column[]; readonly groups: readonly Item[]; readonly header: boolean }

/** The columns of printed lines that form a table. `header` is false where it begins with data, as after a page break. */
export function aligned(lines: readonly (readonly Item[])[]): Aligned {
  const typed = coded(lines)
  const first = typed.findIndex(isBody)
  const cut = first > 0 && startsName(typed, first) ? first - 1 : first === -1 ? typed.length : first
  const late = typed.map((line, i) => i >= cut && i < cut + 6 && isCodeHeading(line))
  const above = typed.filter((_, i) => i < cut || late[i]).flat()
  const header = above.length > 0 && (first === -1 || above.some((i) => HEADING.test(i.text.replace(/\s/g, ''))))
  const heads = header ? above : []
  const data = typed.filter((line, i) => (header ? i >= cut && !late[i] : true) && !isColumnNumbers(line))
  const { columns, groups } = headed(columnsOf(numbered(data.flat())), heads)
  return { columns: withColumnNumbers(columns, typed.filter(isColumnNumbers)), groups, header }
}

/** The line 栏次 1 2 3 … numbers the columns; it is set otherwise than what stands under it, and makes no columns. */
const isColumnNumbers = (line: readonly Item[]): boolean => /^栏\s*次$/.test(line[0]?.text ?? '') && line.slice(1).every((i) => /^(\d{1,2}|[—－-]|栏\s*次)$/.test(i.text))

/** The numbers go to the columns of amounts where there are as many; else they say nothing and are left out. */
function withColumnNumbers(columns: readonly Column[], lines: readonly (readonly Item[])[]): Column[] {
  const more = columns.map((): Item[] => [])
  const of = (kind: string): number[] => columns.flatMap((c, i) => c.kind === kind ? [i] : [])
  const [amounts, names] = [of('amount'), of('text').length > 0 ? of('text') : of('code')]
  for (const line of lines) {
    const numbers = line.filter((i) => /^\d/.test(i.text))
    line.filter((i) => i.text.startsWith('栏')).forEach((word, k) => { if (names[k] !== undefined) more[names[k]]!.push({ ...word, kind: columns[names[k]]!.kind }) })
    if (numbers.length === amounts.length) numbers.forEach((n, k) => more[amounts[k]!]!.push({ ...n, kind: 'amount' }))
  }
  return columns.map((c, i) => more[i]!.length > 0 ? { ...c, items: [...more[i]!, ...c.items] } : c)
}

/** Whether the line above the first line of data is the beginning of its name: words in the column of names that are no heading. */
function startsName(lines: readonly (readonly Item[])[], first: number): boolean {
  const above = lines[first - 1]!
  const [name] = above
  if (above.length !== 1 || (first > 1 && HEADING.test(name!.text)) || lines[first]![0]!.y - name!.y > 1.3) return false
  const under = lines.slice(first, first + 12).flat().filter((i) => i.kind === 'text' && Math.abs(i.from - name!.from) < 1.5)
  return under.length >= 2 && lines[first]!.some((i) => i.kind === 'code')
}

/** What a heading of a statutory table, a list or a form says somewhere. */
const HEADING = /项目|科目|编码|名称|决算|预算|合计|金额|行次|序号|收入|支出|指标|备注|小计|单位/

/** A line of data: with money, a code, or an item of a list. */
function isBody(line: readonly Item[]): boolean {
  const [first] = line
  return line.some((i) => (i.kind === 'amount' && /[.,]\d|^0$/.test(i.text)) || i.kind === 'code' || (i.kind === 'text' && begins(i.text)))
    || (line.length === 1 && TOTAL.test(first!.text)) || (line.filter((i) => i.kind === 'text').length < 3 && line.some((i) => TOTAL.test(i.text) && !/^[合小总]\s*计$/.test(i.text))) || (line.length > 1 && first!.kind === 'amount' && line[1]!.kind === 'text')
}

const isCodeHeading = (line: readonly Item[]): boolean => line.length > 1 && line.every((i) => /^[类款项]$/.test(i.text))

/** A bare class number (301, 201) under or over other codes is a code, whatever follows it. */
function coded(lines: readonly (readonly Item[])[]): Item[][] {
  const codes = lines.flat().filter((i) => i.kind === 'code')
  return lines.map((line) => line.map((i) => i.kind === 'amount' && isCode(i.text) && codes.some((c) => Math.abs(c.from - i.from) < 2.5) ? { ...i, kind: 'code' } : i))
}

/** Running numbers 1, 2, 3 … at the left are codes of their rows, as a classification code is. */
function numbered(body: readonly Item[]): Item[] {
  const left = Math.min(...body.map((i) => i.from))
  const counts = body.filter((i) => i.kind === 'amount' && i.from < left + 8 && /^\d{1,3}$/.test(i.text))
  const ordered = counts.length >= 2 && counts.every((i, k) => Number(i.text) === Number(counts[0]!.text) + k)
  const codes = body.filter((i) => i.kind === 'code')
  return body.map((i) => {
    if (ordered && counts.includes(i)) return { ...i, kind: 'code' }
    // the two digits of a 款 or 项 stand right of a code in its line or the line above, with no words between
    if (i.kind === 'amount' && /^\d\d$/.test(i.text) && codes.some((c) => Math.abs(c.y - i.y) < 1.6 && c.from < i.from && i.from - c.to < 45 && !body.some((t) => t.kind === 'text' && Math.abs(t.y - i.y) < 0.5 && t.from > c.from && t.from < i.from))) return { ...i, kind: 'code' }
    return i
  })
}

/** How a document's numbers stand to the lines of their rows: the sum of what was seen. */
export function leanOf(tables: readonly Aligned[]): number {
  const votes = tables.reduce((sum, t) => sum + rowsOf(t.columns, 0).lean, 0)
  return Math.abs(votes) >= 2 ? Math.sign(votes) : 0
}

/** The table as a grid; `more` are its parts on the following pages, which have no header of their own. */
export function alignedGrid(table: Aligned, more: readonly Aligned[], lean: number): Grid {
  const { columns } = table
  const rows: GridCell[][] = [...headerRows(table), ...rowsOf(columns, lean).rows.map((r) => cellsOf(r, columns.map((_, i) => i)))]
  for (const part of more) {
    const to = continued(part.columns, columns)
    const at = columns.map((_, i) => to.indexOf(i))
    rows.push(...rowsOf(part.columns, lean).rows.map((r) => cellsOf(r, at)))
  }
  return { kind: 'grid', place: rows[0]?.[0]?.place ?? {}, rows }
}

/** Whether a part without header goes on with a table: every column of it finds one there. */
export function goesOn(part: Aligned, table: Aligned): boolean {
  return !part.header && part.columns.length > 0 && part.columns.length <= table.columns.length && continued(part.columns, table.columns).every((c, i) => c !== undefined && part.columns[i]!.kind === table.columns[c]!.kind)
}

function cellsOf(row: Row, columns: readonly number[]): GridCell[] {
  const items = [...row.cells.values()].flat()
  const place = placeOf(items)
  return columns.map((c) => {
    const here = [...row.cells.get(c) ?? []].sort((a, b) => a.y - b.y || a.from - b.from)
    return { text: textOf(here), place: here.length > 0 ? placeOf(here) : place }
  })
}

function headerRows({ columns, groups }: Aligned): GridCell[][] {
  const out: GridCell[][] = []
  const all = [...groups, ...columns.flatMap((c) => c.head)]
  if (all.length === 0) return out
  const blank: GridCell = { text: '', place: placeOf(all) }
  for (const line of linesOf(groups)) {
    const cells = columns.map(() => blank)
    for (const item of line) {
      const at = nearest(columns, item)
      cells[at] = { text: cells[at]!.text + unspaced(item.text), place: item.place }
    }
    out.push(cells)
  }
  if (columns.some((c) => c.over !== undefined)) {
    const cells: GridCell[] = []
    for (let i = 0; i < columns.length;) {
      const { over } = columns[i]!
      const span = over === undefined ? 1 : columns.slice(i).findIndex((c) => c.over !== over)
      const colSpan = span === -1 ? columns.length - i : span
      cells.push({ text: over === undefined ? '' : textOf(over), place: over === undefined ? blank.place : placeOf(over), ...colSpan > 1 ? { colSpan } : {} })
      i += colSpan
    }
    out.push(cells)
  }
  out.push(columns.map((c) => c.head.length > 0 ? { text: textOf(c.head), place: placeOf(c.head) } : blank))
  return out
}

function linesOf(items: readonly Item[]): Item[][] {
  const out: Item[][] = []
  for (const item of items) {
    const open = out.at(-1)
    if (open !== undefined && Math.abs(open[0]!.y - item.y) < 0.6) open.push(item)
    else out.push([item])
  }
  return out
}

function nearest(columns: readonly Column[], item: Item): number {
  const away = columns.map((c) => Math.abs((c.from + c.to) / 2 - (item.from + item.to) / 2))
  return away.indexOf(Math.min(...away))
}

const textOf = (items: readonly Item[]): string => items.map((i) => unspaced(i.text)).reduce((a, b) => a + (/[A-Za-z]$/.test(a) && /^[A-Za-z]/.test(b) ? ' ' : '') + b, '')

/** The place of things that stand together: the first line, or the box around all on one page. */
export function placeOf(items: readonly { readonly place: Place }[]): Place {
  const [first] = items
  if (first === undefined) return {}
  const { page, box } = first.place
  if (box === undefined) return first.place
  const boxes = items.filter((i) => i.place.page === page).flatMap((i) => i.place.box ?? [])
  const x = Math.min(...boxes.map((b) => b.x))
  const y = Math.min(...boxes.map((b) => b.y))
  return { page: page!, box: { x, y, width: Math.max(...boxes.map((b) => b.x + b.width)) - x, height: Math.max(...boxes.map((b) => b.y + b.height)) - y } }
}
