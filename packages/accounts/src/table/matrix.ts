import { type Grid, type GridCell } from '@causeway/kernel'

/** A grid with every cell at its column: a cell that spans several stands at its first, `over` says which one lies over the others. */
export interface Matrix { readonly rows: readonly (readonly (GridCell | undefined)[])[]; readonly over: readonly (readonly (GridCell | undefined)[])[]; readonly width: number }

export function matrixOf(g: Pick<Grid, 'rows'>): Matrix {
  const rows: (GridCell | undefined)[][] = g.rows.map(() => [])
  const over: (GridCell | undefined)[][] = g.rows.map(() => [])
  for (const [y, row] of g.rows.entries()) {
    let x = 0
    for (const cell of row) {
      while (over[y]![x] !== undefined) x += 1
      rows[y]![x] = cell
      for (let dy = 0; dy < (cell.rowSpan ?? 1) && y + dy < rows.length; dy++) for (let dx = 0; dx < (cell.colSpan ?? 1); dx++) over[y + dy]![x + dx] = cell
      x += cell.colSpan ?? 1
    }
  }
  const width = Math.max(0, ...over.map((r) => r.length))
  return { rows, over, width }
}
