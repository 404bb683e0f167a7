import { type Grid, type Place } from '@causeway/kernel'

import { plain } from './phrase.ts'

/** A cell with the columns that it covers, `col` to before `end`; `above` where it began in an earlier row. */
export interface Slot { readonly text: string; readonly plain: string; readonly place: Place; readonly col: number; readonly end: number; readonly above: boolean }

/** Rows of a grid on one ruler of columns: a merged cell stands in each row that it covers. */
export function layOut(grid: Grid): readonly (readonly Slot[])[] {
  let running: { readonly slot: Slot; rows: number }[] = []
  return grid.rows.map((cells) => {
    const row: Slot[] = running.map((r) => ({ ...r.slot, above: true }))
    const taken = (col: number) => row.find((s) => s.col <= col && col < s.end)
    let col = 0
    const next: { readonly slot: Slot; rows: number }[] = running.flatMap((r) => (r.rows > 1 ? [{ slot: r.slot, rows: r.rows - 1 }] : []))
    for (const cell of cells) {
      for (let t = taken(col); t !== undefined; t = taken(col)) col = t.end
      const slot: Slot = { text: cell.text, plain: plain(cell.text), place: cell.place, col, end: col + Math.max(cell.colSpan ?? 1, 1), above: false }
      if ((cell.rowSpan ?? 1) > 1) next.push({ slot, rows: cell.rowSpan! - 1 })
      row.push(slot)
      col = slot.end
    }
    running = next
    return row.toSorted((a, b) => a.col - b.col)
  })
}

/** The cell under a heading that covers `col` to `end`: what is filled comes before what is empty, what begins here before what runs down. */
export function under(row: readonly Slot[], over: { readonly col: number; readonly end: number }): Slot | undefined {
  const there = row.filter((s) => s.col < over.end && over.col < s.end)
  return there.find((s) => s.plain !== '' && !s.above) ?? there.find((s) => s.plain !== '') ?? there[0]
}
