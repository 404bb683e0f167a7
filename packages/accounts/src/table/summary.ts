import { draft, put, type Draft } from './draft.ts'
import { columnOf, isLabel, isNumber, textAt, type Found, type Head } from './head.ts'
import { bareLabel, classOf, expenditureKey, incomeKey, isOrdinal, phaseOf } from './label.ts'
import { type Matrix } from './matrix.ts'

/** Where the labels of one side stand, and where the side ends. */
interface Side { readonly label: number; readonly end: number }

function sidesOf(m: Matrix, head: Head): readonly Side[] {
  const count = Array.from({ length: m.width }, (_, x) => m.rows.slice(head.rows).filter((_, i) => isLabel(textAt(m, head.rows + i, x))).length)
  const named = (x: number): boolean => (head.words[x] ?? []).some((w) => /^项目$/.test(w))
  const labels = count.flatMap((n, x) => (n >= Math.max(2, m.rows.length / 3) || (n > 0 && named(x)) ? [x] : []))
  // older forms print expenditure a second time, by its nature
  return labels.map((label, i) => ({ label, end: labels[i + 1] ?? m.width })).filter((side, i) => i < 2 || m.rows.slice(head.rows).some((_, y) => ['201', '202', '205'].includes(classOf(textAt(m, head.rows + y, side.label)) ?? '')))
}

/** A column of line numbers that has no heading: whole numbers that count on. */
function isLineColumn(m: Matrix, head: Head, x: number): boolean {
  const n = m.rows.slice(head.rows).map((_, i) => textAt(m, head.rows + i, x)).filter((t) => t !== '')
  return n.length >= 5 && n.every((t) => /^\d{1,3}$/.test(t)) && n.every((t, i) => i === 0 || Number(t) > Number(n[i - 1]))
}

/** The columns of one side that hold amounts, with their names: each name once. */
function valuesOf({ matrix: m, head }: Found, side: Side, byBudget: boolean): ReadonlyMap<number, string> {
  const columns = Array.from({ length: side.end - side.label - 1 }, (_, i) => side.label + 1 + i).filter((x) => !(head.words[x] ?? []).some(isOrdinal) && !isLineColumn(m, head, x))
  const names = new Map<number, string>()
  for (const x of columns) {
    const words = head.words[x] ?? []
    const phase = words.map(phaseOf).findLast((p) => p !== undefined) ?? 'final'
    const name = !byBudget ? phase : phase === 'budget' ? undefined : columnOf('T4', words) ?? (columns.length === 1 ? 'total' : undefined)
    if (name !== undefined && ![...names.values()].includes(name)) names.set(x, name)
  }
  return names
}

/** What a row of a summary table is, by its words. `opened`: below the carry-over of a year's beginning its parts by budget bear the names of income. */
function keyOf(text: string, o: { readonly spending: boolean; readonly opened: boolean }): string | undefined {
  if (o.spending) return classOf(text) ?? expenditureKey(text)
  const key = incomeKey(text)
  return o.opened && key !== undefined && /^income\.(?:general|fund|capital)$/.test(key) ? `carry.opening.${key.slice('income.'.length)}` : key
}

/** A number without words belongs to the row above it or below it: nobody can tell which. */
function stray(f: Found, y: number, values: ReadonlyMap<number, string>): readonly string[] {
  return [...values].flatMap(([x, column]) => (isNumber(textAt(f.matrix, y, x)) ? [column] : []))
}

/** The two summary tables: income on one side, expenditure on the other, or one below the other. */
export function summaryRows(f: Found, id: 'T1' | 'T4'): Draft[] {
  const { matrix: m, head } = f
  const sides = sidesOf(m, head)
  return sides.flatMap((side, n) => {
    const rows: Draft[] = []
    let [opened, spending] = [false, n > 0]
    let loose: readonly string[] = []
    const columns = { income: valuesOf(f, side, false), expenditure: valuesOf(f, side, id === 'T4') }
    for (let y = head.rows; y < m.rows.length; y++) {
      const text = textAt(m, y, side.label)
      if (sides.length === 1 && (classOf(text) !== undefined || expenditureKey(text) === 'expenditure.year')) spending = true
      const values = spending ? columns.expenditure : columns.income
      if (text === '') {
        loose = [...loose, ...stray(f, y, values)]
        for (const c of loose) if (rows.at(-1)?.cells.has(c) === false) rows.at(-1)!.unread.add(c)
        continue
      }
      const key = isOrdinal(text) || isNumber(text) || /^[注说]/.test(text) ? undefined : keyOf(text, { spending, opened })
      if (key === undefined) continue
      if (key === 'carry.opening' && id === 'T4') opened = true
      const row = draft(key, bareLabel(text), m.rows[y]![side.label]!.place, spending ? classOf(text) : undefined)
      for (const [x, column] of values) put(row, column, m.rows[y]?.[x])
      for (const c of loose) if (!row.cells.has(c)) row.unread.add(c)
      loose = []
      rows.push(row)
    }
    return rows
  })
}
