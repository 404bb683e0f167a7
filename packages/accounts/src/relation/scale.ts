import { type TableId } from '../document.ts'
import { type Fraction, fraction } from '../figure.ts'
import { near } from './cause.ts'
import { type Equation, judge } from './equation.ts'
import { type Sheet, amountIn } from './sheet.ts'

/**
 * Tables whose every figure is 10⁴ or 10⁸ times what the other tables say: printed in another unit of money than their heading says.
 * The answer says by which power of ten they have to be divided.
 */
export function scaledTables(sheet: Sheet, equations: readonly Equation[]): ReadonlyMap<TableId, number> {
  const ratios = equations.filter((e) => e.op === '=' && e.parts.every((p) => p.sign === 1)).flatMap((e) => {
    const tables = [...new Set(e.parts.map((p) => p.ref.table))]
    if (tables.length !== 1 || tables[0] === e.total.table) return []
    const j = judge(sheet, e)
    if (!('sum' in j)) return []
    const total = amountIn(sheet.cell(e.total))
    return total.n === 0n || j.sum.n === 0n ? [] : [{ a: e.total.table, b: tables[0]!, power: powerOf(total, j.sum, j.envelope) }]
  })
  const out = new Map<TableId, number>()
  for (const id of sheet.tables.keys()) {
    const mine = ratios.filter((r) => (r.a === id || r.b === id) && !out.has(r.a) && !out.has(r.b)).map((r) => (r.a === id || r.power === undefined ? r.power : -r.power))
    const first = mine[0]
    const rest = ratios.filter((r) => r.a !== id && r.b !== id)
    if (first !== undefined && first !== 0 && mine.length >= 2 && mine.every((p) => p === first) && (rest.length === 0 || rest.some((r) => r.power === 0))) out.set(id, first)
  }
  return out
}

function powerOf(total: Fraction, sum: Fraction, slack: Fraction): number | undefined {
  if (near(total, sum, slack)) return 0
  return [4, -4, 8, -8].find((p) => {
    const by = 10n ** BigInt(Math.abs(p))
    // the smaller one was rounded: its half digit grows with it
    const wide = fraction(slack.n * by, slack.d)
    return p > 0 ? near(total, fraction(sum.n * by, sum.d), wide) : near(fraction(total.n * by, total.d), sum, wide)
  })
}
