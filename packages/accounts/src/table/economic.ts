import { draft, put, type Draft } from './draft.ts'
import { columnOf, ECONOMIC, isLabel, isNumber, textAt, type Found, type Head } from './head.ts'
import { bareLabel, isOrdinal, isTotal } from './label.ts'
import { type Matrix } from './matrix.ts'
import { squeezed } from './title.ts'

/** Basic expenditure by economic class: groups of code, name and amount side by side. */
export function economicRows(f: Found): Draft[] {
  const { matrix: m, head } = f
  const rows: Draft[] = []
  const wide = head.words.some((w) => columnOf('T6', w) === 'staff') && head.words.some((w) => columnOf('T6', w) === 'public') && !head.words.some((w, x) => columnOf('T6', w) === 'final' && head.words.slice(x + 1).some((v) => columnOf('T6', v) === 'final'))
  for (let y = head.rows; y < m.rows.length; y++) {
    let open: Draft | undefined
    let prefix = ''
    for (let x = 0; x < m.width; x++) {
      const cell = m.rows[y]?.[x]
      const text = squeezed(cell?.text ?? '')
      if (cell === undefined || text === '') {
        if (/^\d{3}$/.test(prefix) && textAt(m, y, x + 1) === '') continue
        continue
      }
      if (isOrdinal(text)) break
      const glued = /^(3\d\d(?:\d\d)?)(?=[\u4e00-\u9fff])/.exec(text)?.[1]
      if (ECONOMIC.test(text) && (text.length === 5 || isCodeColumn(m, head, x))) { prefix = text; open = draft(text, '', cell.place, text); rows.push(open); continue }
      if (/^\d{2}$/.test(text) && prefix.length === 3 && open !== undefined && open.label === '' && isCodeColumn(m, head, x)) { open.key = prefix + text; open.code = open.key; continue }
      if (isLabel(text)) {
        if (glued !== undefined) { open = draft(glued, text.slice(glued.length), cell.place, glued); rows.push(open); prefix = ''; continue }
        const total = /人员经费(?:合计|小计)?$/.test(text) ? 'staff.total' : /公用经费(?:合计|小计)?$/.test(text) ? 'public.total' : isTotal(text) ? 'total' : undefined
        if (total !== undefined) { open = draft(total, bareLabel(text), cell.place); rows.push(open); prefix = '' } else if (open !== undefined && open.label === '') open.label = text
        continue
      }
      if (open === undefined || !isNumber(text)) continue
      const column = wide ? columnOf('T6', head.words[x] ?? []) : 'final'
      if (!open.cells.has(column ?? 'final')) put(open, column ?? 'final', cell)
    }
  }
  return rows.filter((r) => r.label !== '' || r.cells.size > 0)
}

const isCodeColumn = (m: Matrix, head: Head, x: number): boolean => {
  const all = m.rows.slice(head.rows).map((_, i) => textAt(m, head.rows + i, x)).filter((t) => t !== '')
  return all.length > 0 && all.filter((t) => ECONOMIC.test(t) || /^\d{2}$/.test(t)).length >= all.length * 0.6
}
