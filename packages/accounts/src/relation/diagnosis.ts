import { type Figure, type Fraction, below, fraction, isSame, show, sumOf, valueOf } from '../figure.ts'
import { type Guess, digitGuess, near } from './cause.ts'
import { type Equation, type Judgement, type Repairs, judge, solve } from './equation.ts'
import { type Ref, type Sheet, nameOf } from './sheet.ts'

/**
 * A cell whose change repairs relations: the likeliest place of a fault. `other`: the cell with which its figure changed places.
 * `oneOf`: the total is sure, and any one of its parts may be the wrong one, or one was left out.
 */
export interface Culprit {
  readonly ref: Ref
  readonly expected: Fraction
  readonly slack: Fraction
  readonly repaired: readonly Equation[]
  readonly guess?: Guess
  readonly other?: Ref
  readonly oneOf?: Equation
}

/** What was found out. `apart`: equations that fail and that no single cell repairs without breaking others; `bare`: totals that are blank while their parts are not. */
export interface Diagnosis {
  readonly judged: ReadonlyMap<Equation, Judgement>
  readonly culprits: readonly Culprit[]
  readonly apart: readonly (readonly Equation[])[]
  readonly bare: readonly Equation[]
  /** Equations that failed at first and hold after the repairs, with the cell that did it. */
  readonly after: ReadonlyMap<Equation, Culprit>
  readonly repairs: Repairs
}

const fails = (j: Judgement): boolean => j.kind === 'fails' || j.kind === 'total-blank'
const decides = (e: Equation): boolean => e.op === '=' && e.hint !== true && e.severity === 'error'
const refsOf = (e: Equation): readonly Ref[] => [e.total, ...e.parts.map((p) => p.ref)]

interface Try { readonly refs: readonly [Ref, ...Ref[]]; readonly value: Fraction; readonly repairs: Repairs; readonly gain: number; readonly repaired: readonly Equation[]; readonly slack: Fraction; readonly from: Equation; readonly oneOf?: Equation }

/**
 * Finds the cells that are wrong. A wrong cell breaks its row, its column and what other tables say of it at once; so that cell is looked for
 * whose change repairs most relations and breaks fewest, it is taken as repaired, and what still fails is looked at again.
 */
export function diagnose(sheet: Sheet, equations: readonly Equation[]): Diagnosis {
  const first = new Map(equations.map((e) => [e, judge(sheet, e)]))
  const deciding = equations.filter((e) => decides(e) && first.get(e)!.kind !== 'absent')
  const sound = deciding.every((e) => !fails(first.get(e)!))
  const touching = byCell(sound ? [] : deciding)
  const hints = byCell(sound ? [] : equations.filter((e) => !decides(e) && first.get(e)!.kind !== 'absent'))
  let repairs: Repairs = new Map()
  const culprits: Culprit[] = []
  const settled = new Set<Equation>()
  for (let round = 0; round < 60; round += 1) {
    const failed = deciding.filter((e) => !settled.has(e) && fails(judge(sheet, e, repairs)))
    if (failed.length === 0) break
    const best = bestOf(sheet, failed, { touching, hints, repairs })
    if (best === undefined) break
    const { ref, ...rest } = culpritOf(sheet, best)
    culprits.push({ ref, ...rest })
    repairs = best.repairs
  }
  const now = culprits.length === 0 ? first : new Map(equations.map((e) => [e, judge(sheet, e, repairs)]))
  const left = equations.filter((e) => fails(now.get(e)!))
  const bare = left.filter((e) => now.get(e)!.kind === 'total-blank')
  const after = new Map(equations.filter((e) => fails(first.get(e)!) && !fails(now.get(e)!)).map((e) => [e, culprits.findLast((c) => refsOf(e).some((r) => nameOf(r) === nameOf(c.ref) || (c.other !== undefined && nameOf(r) === nameOf(c.other)))) ?? culprits[0]!]))
  return { judged: now, culprits, bare, after, repairs, apart: groups(sheet, left.filter((e) => now.get(e)!.kind === 'fails'), now) }
}

function byCell(equations: readonly Equation[]): ReadonlyMap<string, readonly Equation[]> {
  const out = new Map<string, Equation[]>()
  for (const e of equations) for (const r of refsOf(e)) {
    const list = out.get(nameOf(r))
    if (list === undefined) out.set(nameOf(r), [e])
    else list.push(e)
  }
  return out
}

interface Known { readonly touching: ReadonlyMap<string, readonly Equation[]>; readonly hints: ReadonlyMap<string, readonly Equation[]>; readonly repairs: Repairs }

/** The repair that mends most. A pair of neighbours whose figures changed places counts as one repair. */
function bestOf(sheet: Sheet, failed: readonly Equation[], { touching, hints, repairs }: Known): Try | undefined {
  const refs = [...new Map(failed.flatMap(refsOf).map((r) => [nameOf(r), r])).values()].filter((r) => ['amount', 'blank'].includes(sheet.cell(r).kind) && !repairs.has(nameOf(r)))
  const failing = new Set(failed)
  const single = refs.flatMap((ref) => {
    const own = touching.get(nameOf(ref)) ?? []
    const seen = new Set<string>()
    return own.filter((e) => failing.has(e)).toSorted((a, b) => a.parts.length - b.parts.length).flatMap((e): Try[] => {
      const value = !printedTotal(sheet, e) && nameOf(e.total) !== nameOf(ref) ? undefined : solve(sheet, e, ref, repairs)
      if (value === undefined || seen.has(show(value, 4))) return []
      seen.add(show(value, 4))
      return [tried(sheet, { refs: [ref], values: [value], from: e }, { own, failing, repairs })]
    })
  })
  const pairs = refs.flatMap((a) => neighbours(sheet, a).filter((b) => !repairs.has(nameOf(b))).flatMap((b): Try[] => {
    const [x, y] = [printed(sheet, a), printed(sheet, b)]
    if (x === undefined || y === undefined || isSame(x, y) || sheet.cell(a).kind !== 'amount') return []
    const own = [...new Set([...touching.get(nameOf(a)) ?? [], ...touching.get(nameOf(b)) ?? []])]
    const from = own.find((e) => failing.has(e))
    return from === undefined ? [] : [tried(sheet, { refs: [a, b], values: [y, x], from }, { own, failing, repairs })]
  }))
  const sure = single.filter((t) => t.gain >= (sheet.cell(t.refs[0]).kind === 'blank' ? 2 : 1))
  const top = Math.max(0, ...sure.map((t) => t.gain))
  // what is no proof may still tell between equals
  const bestHinted = (all: readonly Try[]): readonly Try[] => {
    const gains = all.map((t) => hinted(sheet, t, { hints, repairs }))
    return all.filter((_, i) => gains[i] === Math.max(...gains))
  }
  const pair = Math.max(0, ...pairs.map((t) => t.gain))
  if (pair >= 2 && pair > top) return bestHinted(pairs.filter((t) => t.gain === pair))[0]
  return top === 0 ? undefined : choose(sheet, bestHinted(sure.filter((t) => t.gain === top)))
}

const printedTotal = (sheet: Sheet, e: Equation): boolean => sheet.cell(e.total).kind === 'amount'

function printed(sheet: Sheet, r: Ref): Fraction | undefined {
  const c = sheet.cell(r)
  return c.kind === 'amount' ? valueOf(c.figure) : c.kind === 'blank' ? fraction(0n) : undefined
}

/** Cells right above and below, and the others of the row: where a figure slips to. */
function neighbours(sheet: Sheet, ref: Ref): readonly Ref[] {
  const table = sheet.tables.get(ref.table)!
  const i = table.rows.findIndex((r) => r.key === ref.row)
  const rows = [table.rows[i - 1], table.rows[i + 1]].flatMap((r) => (r === undefined ? [] : [{ ...ref, row: r.key }]))
  return [...rows, ...table.columns.filter((c) => c !== ref.column).map((column) => ({ ...ref, column }))]
}

interface Change { readonly refs: readonly [Ref, ...Ref[]]; readonly values: readonly Fraction[]; readonly from: Equation }
interface Around { readonly own: readonly Equation[]; readonly failing: ReadonlySet<Equation>; readonly repairs: Repairs }

function tried(sheet: Sheet, { refs, values, from }: Change, { own, failing, repairs }: Around): Try {
  const next = new Map(repairs)
  refs.forEach((r, i) => next.set(nameOf(r), figureAt(sheet, r, values[i]!)))
  let gain = 0
  const repaired: Equation[] = []
  for (const e of own) {
    const [before, now] = [failing.has(e), fails(judge(sheet, e, next))]
    if (before && !now) { gain += 1; repaired.push(e) }
    if (!before && now && !fails(judge(sheet, e, repairs))) gain -= 1
  }
  const j = judge(sheet, from)
  return { refs, value: values[0]!, repairs: next, gain, repaired, from, slack: 'envelope' in j ? j.envelope : fraction(0n) }
}

/** How many relations that decide nothing a repair mends, less those that it breaks. */
function hinted(sheet: Sheet, t: Try, { hints, repairs }: Pick<Known, 'hints' | 'repairs'>): number {
  const own = new Set(t.refs.flatMap((r) => hints.get(nameOf(r)) ?? []))
  return [...own].reduce((n, e) => n + Number(fails(judge(sheet, e, repairs))) - Number(fails(judge(sheet, e, t.repairs))), 0)
}

/** A number as a figure of the cell's table, with its rounding. */
function figureAt(sheet: Sheet, ref: Ref, value: Fraction): Figure {
  const c = sheet.cell(ref)
  const decimals = Math.max(0, c.kind === 'amount' ? c.figure.decimals : sheet.decimals(ref.table) + sheet.shift(ref.table))
  const text = show(value, decimals)
  return { text, units: BigInt(text.replace('.', '')), decimals }
}

/**
 * Of repairs that mend equally much: the one that the printed digits explain, when it is the only one; else a total, for the parts may all be right;
 * else the one with the shortest relation. A blank cell is the last to be blamed.
 */
function choose(sheet: Sheet, equal: readonly Try[]): Try | undefined {
  const told = equal.filter((t) => guessOf(sheet, t, 1n) !== undefined)
  const names = new Set(told.map((t) => nameOf(t.refs[0])))
  if (names.size === 1) return told[0]
  // a part below zero, or greater than its total, is the odd one
  const odd = equal.filter((t) => { const v = printed(sheet, t.refs[0]); const total = printed(sheet, t.from.total); return v !== undefined && total !== undefined && nameOf(t.from.total) !== nameOf(t.refs[0]) && total.n >= 0n && (v.n < 0n ? t.value.n >= 0n : below(total, v)) })
  if (new Set(odd.map((t) => nameOf(t.refs[0]))).size === 1) return odd[0]
  const isTotal = (t: Try): boolean => t.repaired.some((e) => nameOf(e.total) === nameOf(t.refs[0]))
  const known = equal.filter((t) => sheet.cell(t.refs[0]).kind === 'amount')
  const pool = known.length > 0 ? known : equal
  if (new Set(pool.map((t) => nameOf(t.refs[0]))).size === 1) return pool[0]
  // of blank cells, a carry-over is more often forgotten than a surplus
  const carry = known.length > 0 ? [] : pool.filter((t) => t.refs[0].row.startsWith('carry.'))
  if (carry.length > 0) return carry[0]
  const part = pool[0]
  return pool.find((t) => isTotal(t) && isWithin(t)) ?? pool.find(isTotal) ?? (part === undefined ? undefined : { ...part, oneOf: part.from })
}

const isWithin = (t: Try): boolean => t.repaired.some((e) => nameOf(e.total) === nameOf(t.refs[0]) && e.parts.every((p) => p.ref.table === e.total.table))

function guessOf(sheet: Sheet, t: Try, steps?: bigint): Guess | undefined {
  const c = sheet.cell(t.refs[0])
  return c.kind === 'amount' ? digitGuess(c.figure, t.value, { slack: t.slack, ...(steps === undefined ? {} : { steps }) }) : undefined
}

function culpritOf(sheet: Sheet, t: Try): Culprit {
  const [ref, other] = t.refs
  const base = { ref, expected: t.value, slack: t.slack, repaired: t.repaired, ...(t.oneOf === undefined ? {} : { oneOf: t.oneOf }) }
  if (t.oneOf !== undefined) return base
  if (other !== undefined) {
    const rows = other.column === ref.column
    return { ...base, other, guess: rows ? { cause: 'row-shifted', zh: '相邻两行的数错了行', en: 'the figures of two neighbouring rows changed places' } : { cause: 'swapped-operands', zh: '同一行两栏的数填反', en: 'the figures of two columns changed places' } }
  }
  const guess = guessOf(sheet, t) ?? sumGuess(sheet, t)
  return guess === undefined ? base : { ...base, guess }
}

/** What a wrong total tells: a part left out, or counted twice; or a figure that belongs to the row above or below. */
function sumGuess(sheet: Sheet, t: Try): Guess | undefined {
  const [ref] = t.refs
  const have = printed(sheet, ref)
  if (sheet.cell(ref).kind === 'blank' && ref.row.startsWith('carry.')) return { cause: 'carry-over-left-out', zh: '结转结余漏填', en: 'the carry-over was left out' }
  if (have === undefined || have.n === 0n) return undefined
  for (const e of t.repaired.filter((x) => nameOf(x.total) === nameOf(ref) && x.parts.length > 1)) {
    const terms = e.parts.flatMap((p) => { const v = printed(sheet, p.ref); return v === undefined || v.n === 0n ? [] : [{ p, v: p.sign === 1 ? v : fraction(-v.n, v.d) }] })
    for (const { p, v } of terms) {
      const words = labelOf(sheet, p.ref)
      const carry = p.ref.row.startsWith('carry.') || p.ref.row.startsWith('surplus.')
      if (near(sumOf([have, v]), t.value, t.slack)) return carry ? { cause: 'carry-over-left-out', zh: `漏加“${words}”`, en: `${p.ref.row} was left out` } : { cause: 'item-left-out', zh: `漏加“${words}”`, en: `${p.ref.row} was left out` }
      if (near(sumOf([have, fraction(-v.n, v.d)]), t.value, t.slack)) return { cause: 'doubled', zh: `“${words}”重复相加`, en: `${p.ref.row} was counted twice` }
    }
  }
  for (const n of neighbours(sheet, ref).filter((x) => x.column === ref.column)) {
    const v = printed(sheet, n)
    if (v !== undefined && isSame(v, have)) return { cause: 'row-shifted', zh: `与相邻行“${labelOf(sheet, n)}”的数相同，疑为错行`, en: `it is the figure of the neighbouring row ${n.row}` }
  }
  return undefined
}

export function labelOf(sheet: Sheet, ref: Ref): string {
  const c = sheet.cell(ref)
  return c.kind === 'none' ? ref.row : c.row.label.replace(/[\s\u3000]/g, '')
}

/** Equations that fail for one and the same reason: in one row, or of one relation between two tables by the same amount. The most particular comes first. */
function groups(sheet: Sheet, failed: readonly Equation[], judged: ReadonlyMap<Equation, Judgement>): readonly (readonly Equation[])[] {
  const out = new Map<string, Equation[]>()
  for (const e of failed) {
    const j = judged.get(e)!
    const off = 'sum' in j ? show(sumOf([printed(sheet, e.total) ?? fraction(0n), fraction(-j.sum.n, j.sum.d)]), 3).replace('-', '') : ''
    const key = e.total.table === 'T9' || (['T1', 'T4'].includes(e.total.table) && (e.op === '≥' || e.parts.length > 1)) ? nameOf(e.total) : e.op === '≥' || e.total.table === e.parts[0]?.ref.table ? e.total.row : off
    out.set(`${e.relation} ${key}`, [...out.get(`${e.relation} ${key}`) ?? [], e])
  }
  return [...out.values()].map((es) => es.toSorted((a, b) => b.total.row.length - a.total.row.length || a.parts.length - b.parts.length))
}
