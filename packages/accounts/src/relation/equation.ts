import { type Severity } from '../finding.ts'
import { type Figure, type Fraction, agree, below, differenceOf, fraction, negative, sumOf, valueOf } from '../figure.ts'
import { type Ref, type Sheet, nameOf } from './sheet.ts'

export interface Term { readonly ref: Ref; readonly sign: 1 | -1 }

/**
 * A relation over cells: a total and its parts. `=`: they add up to it; `≥`: they are not more than it.
 * `hint`: it disagrees after a cell elsewhere was put right, or gives no more than a suspicion, so it takes no part in finding out which cell is wrong.
 * `needs`: rows that have to be printed, for a missing one may have been lost in reading.
 */
export interface Equation {
  readonly relation: string
  readonly total: Ref
  readonly op: '=' | '≥'
  readonly parts: readonly Term[]
  readonly tolerance: 'A' | 'B' | '0'
  readonly severity: Severity
  readonly hint?: boolean
  readonly needs?: readonly Ref[]
}

export const plus = (ref: Ref): Term => ({ ref, sign: 1 })
export const less = (ref: Ref): Term => ({ ref, sign: -1 })

/** How an equation came out. `empty`: nothing is printed in it; `absent`: its total is no cell of this document; `lost`: it fails and a row that it needs was not found. */
export type Judgement =
  | { readonly kind: 'empty' | 'absent' }
  | { readonly kind: 'unread'; readonly ref: Ref }
  | { readonly kind: 'lost'; readonly ref: Ref }
  | { readonly kind: 'holds' | 'rounding' | 'fails' | 'total-blank'; readonly sum: Fraction; readonly envelope: Fraction }

/** Figures put in place of the printed ones, by the name of the cell. */
export type Repairs = ReadonlyMap<string, Figure>

export const zero = (decimals: number): Figure => ({ text: '', units: 0n, decimals })

function figureOf(sheet: Sheet, ref: Ref, repairs: Repairs): Figure | undefined {
  const repaired = repairs.get(nameOf(ref))
  if (repaired !== undefined) return repaired
  const c = sheet.cell(ref)
  return c.kind === 'amount' ? c.figure : undefined
}

/** Runs an equation over the printed cells, blanks adding nothing. */
export function judge(sheet: Sheet, e: Equation, repairs: Repairs = new Map()): Judgement {
  const total = sheet.cell(e.total)
  if (total.kind === 'none') return { kind: 'absent' }
  const unread = [e.total, ...e.parts.map((p) => p.ref)].find((r) => sheet.cell(r).kind === 'unread' && !repairs.has(nameOf(r)))
  if (unread !== undefined) return { kind: 'unread', ref: unread }
  const printed = figureOf(sheet, e.total, repairs)
  const parts = e.parts.flatMap((p) => { const figure = figureOf(sheet, p.ref, repairs); return figure === undefined ? [] : [{ figure, sign: p.sign }] })
  if (printed === undefined && parts.length === 0) return { kind: 'empty' }
  const { sum, envelope, agreement } = agree(printed ?? zero(sheet.decimals(e.total.table)), parts)
  const lost = e.needs?.find((r) => sheet.cell(r).kind === 'none')
  const exact = agreement === 'exact'
  if (e.op === '≥') {
    const over = differenceOf(sum, printed === undefined ? fraction(0n) : valueOf(printed))
    if (!below(envelope, over)) return { kind: 'holds', sum, envelope }
    return lost === undefined ? { kind: printed === undefined ? 'total-blank' : 'fails', sum, envelope } : { kind: 'lost', ref: lost }
  }
  if (exact || (agreement === 'rounding' && e.tolerance !== '0')) return { kind: exact ? 'holds' : 'rounding', sum, envelope }
  if (lost !== undefined) return { kind: 'lost', ref: lost }
  return { kind: printed === undefined ? 'total-blank' : 'fails', sum, envelope }
}

/** What a cell would have to be for the equation to hold: the number that the others give. */
export function solve(sheet: Sheet, e: Equation, ref: Ref, repairs: Repairs): Fraction | undefined {
  const value = (r: Ref): Fraction => { const f = figureOf(sheet, r, repairs); return f === undefined ? fraction(0n) : valueOf(f) }
  const name = nameOf(ref)
  const sum = sumOf(e.parts.filter((p) => nameOf(p.ref) !== name).map((p) => (p.sign === 1 ? value(p.ref) : negative(value(p.ref)))))
  if (nameOf(e.total) === name) return sum
  const term = e.parts.find((p) => nameOf(p.ref) === name)
  if (term === undefined) return undefined
  const rest = differenceOf(value(e.total), sum)
  return term.sign === 1 ? rest : negative(rest)
}
