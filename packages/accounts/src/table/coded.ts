import { draft, put, type Draft } from './draft.ts'
import { columnOf, FUNCTIONAL, isCount, isLabel, isNumber, type Found, type Head } from './head.ts'
import { isOrdinal, isTotal } from './label.ts'
import { squeezed } from './title.ts'

const isCodePart = (text: string): boolean => /^\d{2,3}$|^\d{5}$|^\d{7}$/.test(text)


/** Tables by function: codes (in one column or three), a name, amounts. */
export function codedRows(f: Found, id: 'T2' | 'T3' | 'T5' | 'T7' | 'T8'): Draft[] {
  const { matrix: m, head } = f
  const names = head.words.map((w) => columnOf(id, w))
  const seen = new Set<string>()
  const columns = names.map((n) => (n === undefined || seen.has(n) ? undefined : (seen.add(n), n)))
  const first = columns.findIndex((c) => c !== undefined)
  const rows: Draft[] = []
  const strays: { readonly after: number; readonly column: string }[] = []
  for (let y = head.rows; y < m.rows.length; y++) {
    const cells = Array.from({ length: m.width }, (_, x) => m.rows[y]?.[x])
    const texts = cells.map((c) => squeezed(c?.text ?? ''))
    if (texts.some(isOrdinal) || isCount(texts)) continue
    const front = texts.slice(0, Math.max(first, 1))
    const code = front.filter((t) => isCodePart(t)).join('')
    const glued = /^(\d{3}|\d{5}|\d{7})(?=[\u4e00-\u9fff])/.exec(front.find((t) => isLabel(t)) ?? '')?.[1]
    const label = front.find((t) => isLabel(t))?.replace(/^\d{3,7}/, '') ?? ''
    const place = cells.find((c) => c !== undefined && c.text.trim() !== '')?.place ?? f.grid.place
    const whole = FUNCTIONAL.test(code) ? code : glued
    if (whole === undefined && !isTotal(label)) {
      if (/^[注说]/.test(label) || repeatsHead(texts, head)) continue
      for (const [x, c] of columns.entries()) if (c !== undefined && isNumber(texts[x]!)) strays.push({ after: rows.length, column: c })
      continue
    }
    const row = whole === undefined ? draft('total', label, place) : draft(whole, label, place, whole)
    for (const [x, c] of columns.entries()) put(row, c, cells[x])
    rows.push(row)
  }
  // a number that stands alone belongs to a neighbour that has none there: nobody can tell which
  for (const s of strays) for (const r of [rows[s.after - 1], rows[s.after]]) if (r !== undefined && !r.cells.has(s.column)) r.unread.add(s.column)
  return rows
}

const repeatsHead = (texts: readonly string[], head: Head): boolean => { const words = texts.filter((t) => t !== ''); return words.length > 0 && words.every((t) => isOrdinal(t) || head.words.some((w) => w.includes(t)) || /^\d{1,2}$/.test(t)) }
