import { draft, put, type Draft } from './draft.ts'
import { isCount, isLabel, isNumber, type Found } from './head.ts'
import { expenseOf, phaseOf } from './label.ts'
import { squeezed } from './title.ts'

/** Which of the three expenses words stand over: the lowest; a sum is of the cars where cars stand over it. */
function itemOf(words: readonly string[]): ReturnType<typeof expenseOf> {
  const lowest = words.findLast((w) => phaseOf(w) === undefined)
  if (lowest === undefined || /会议|培训/.test(lowest)) return undefined
  if (/^(?:小计|合计)$/.test(lowest)) return words.some((w) => /车/.test(w)) ? 'car' : words.some((w) => /三公/.test(w)) ? 'total' : expenseOf(lowest)
  return words.toReversed().map(expenseOf).find((e) => e !== undefined)
}

/** The three public expenses: one row of twelve, or a list of items. */
export function expenseRows(f: Found): Draft[] {
  const { matrix: m, head } = f
  // a heading that lies over several columns without saying so goes on to the right
  const phases: ('budget' | 'final' | undefined)[] = []
  for (let x = 0; x < m.width; x++) phases.push((head.words[x] ?? []).map(phaseOf).findLast((p) => p !== undefined) ?? phases[x - 1])
  const items: ReturnType<typeof expenseOf>[] = []
  // of 预算数 and 决算数 side by side the second may stand under nothing
  for (const w of head.words) items.push(itemOf(w) ?? (w.length === 1 && phaseOf(w[0]!) === 'final' ? items.at(-1) : undefined))
  const row = draft('total', '', f.grid.place)
  if (items.filter((i) => i !== undefined).length >= 4) {
    // a row for the budget and a row for the accounts
    const phased = m.rows.slice(1).flatMap((r) => { const phase = phaseOf(r.find((c) => c !== undefined && isLabel(c.text))?.text ?? ''); return phase === undefined || !r.some((c) => c !== undefined && isNumber(squeezed(c.text))) ? [] : [{ phase, r }] })
    if (phased.length > 1) {
      for (const { phase, r } of phased) for (const [x, item] of items.entries()) if (item !== undefined && !row.cells.has(`${phase}.${item}`)) put(row, `${phase}.${item}`, r[x])
      return [row]
    }
    const body = m.rows.slice(head.rows).find((r) => r.some((c) => c !== undefined && isNumber(squeezed(c.text)) && !isCount(r.map((d) => squeezed(d?.text ?? '')))))
    for (const [x, item] of items.entries()) if (item !== undefined && body?.[x] !== undefined) put(row, `${phases[x] ?? 'final'}.${item}`, body[x])
    return [row]
  }
  for (const r of m.rows) {
    const x = r.findIndex((c) => c !== undefined && expenseOf(c.text) !== undefined)
    const item = x < 0 ? undefined : expenseOf(r[x]!.text)
    if (item === undefined) continue
    for (let v = x + 1; v < m.width; v++) { const column = `${phases[v] ?? 'final'}.${item}`; if (!row.cells.has(column)) put(row, column, r[v]) }
  }
  return [row]
}
