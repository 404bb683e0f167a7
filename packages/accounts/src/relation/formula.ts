import { type Refusal, type Result, no, ok } from '@causeway/kernel'

import { type TableId } from '../document.ts'
import { type Severity } from '../finding.ts'
import { type Equation, type Term, less, plus } from './equation.ts'
import { type SumRelation } from './row.ts'
import { type Ref, type Sheet, codesOf, refOf } from './sheet.ts'

/**
 * A relation of an office's own. Its formula says what a cell is equal to, or not less or more than:
 *
 *     T1[total.income].final = T1[income.year].final + T1[carry.opening].final
 *     T6[30217].final <= T9[total].final.reception
 *     T3[total].total = sum(T3[class].total)
 *
 * A cell is table, row (a code or the standard name of a row) and column (its standard name); `sum(…)` takes all rows `class` (codes of 3 digits), `group` (5) or `item` (7),
 * or those under a code (`208*`). One side is a single cell: the one that is equal, or the greater one.
 */
export interface OwnRelation {
  readonly id: string
  readonly formula: string
  readonly says: { readonly zh: string; readonly en: string }
  readonly tolerance: 'A' | 'B' | '0'
  readonly severity: Severity
  readonly source: string
  readonly parsed: Parsed
}

type Rows = { readonly one: string } | { readonly length: number } | { readonly under: string }
interface Operand { readonly table: TableId; readonly rows: Rows; readonly column: string; readonly sign: 1 | -1 }
interface Parsed { readonly op: '=' | '≥'; readonly total: Ref; readonly parts: readonly Operand[] }

const BY_CODE = ['total', 'basic', 'project', 'opening', 'income', 'closing'] as const
const EXPENSES = ['total', 'abroad', 'car', 'purchase', 'running', 'reception'].flatMap((i) => [`budget.${i}`, `final.${i}`])
const COLUMNS: Readonly<Record<TableId, readonly string[]>> = {
  T1: ['final', 'budget'], T2: ['total', 'fiscal', 'superior', 'business', 'education', 'operating', 'affiliate', 'other'], T3: ['total', 'basic', 'project', 'remit', 'operating', 'subsidy'], T4: ['final', 'total', 'general', 'fund', 'capital'],
  T5: ['total', 'basic', 'project'], T6: ['final', 'total', 'staff', 'public'], T7: BY_CODE, T8: BY_CODE, T9: EXPENSES,
}

const SETS: Readonly<Record<string, number>> = { class: 3, group: 5, item: 7 }
const TOKEN = /\s*(?:(sum)\s*\(\s*(T\d)\[([^\]]*)\]\.([a-z.]+)\s*\)|(T\d)\[([^\]]*)\]\.([a-z]+(?:\.[a-z]+)?)|(<=|>=|≤|≥|=)|([+\-−]))/y

type Piece = { readonly kind: 'op'; readonly op: '=' | '≤' | '≥' } | { readonly kind: 'sign'; readonly sign: 1 | -1 } | { readonly kind: 'cell'; readonly table: string; readonly row: string; readonly column: string; readonly sum: boolean; readonly at: number }

function pieces(text: string): Result<readonly Piece[], Refusal> {
  const out: Piece[] = []
  TOKEN.lastIndex = 0
  let at = 0
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at
    const m = TOKEN.exec(text)
    if (m === null) return no({ code: 'formula-malformed', at: `column ${at + 1}`, rule: 'T1[row].column = T2[row].column + …', details: { found: text.slice(at, at + 20) } })
    if (m[8] !== undefined) out.push({ kind: 'op', op: m[8] === '=' ? '=' : m[8] === '<=' || m[8] === '≤' ? '≤' : '≥' })
    else if (m[9] !== undefined) out.push({ kind: 'sign', sign: m[9] === '+' ? 1 : -1 })
    else out.push({ kind: 'cell', sum: m[1] !== undefined, table: m[2] ?? m[5]!, row: (m[3] ?? m[6]!).trim(), column: m[4] ?? m[7]!, at: at + 1 })
    at = TOKEN.lastIndex
  }
  return ok(out)
}

function operand(p: Extract<Piece, { kind: 'cell' }>, sign: 1 | -1): Result<Operand, Refusal> {
  const at = `column ${p.at}`
  if (!(p.table in COLUMNS)) return no({ code: 'formula-table-unknown', at, rule: Object.keys(COLUMNS).join(' '), details: { table: p.table } })
  const table = p.table as TableId
  if (!COLUMNS[table].includes(p.column)) return no({ code: 'formula-column-unknown', at, rule: COLUMNS[table].join(' '), details: { column: p.column } })
  const set = SETS[p.row]
  const rows: Rows | undefined = p.sum ? (set !== undefined ? { length: set } : /^\d{3}(\d{2})?\*$/.test(p.row) ? { under: p.row.slice(0, -1) } : undefined)
    : /^\d{3}(\d{2}){0,2}$|^[a-z]+(\.[a-z]+)*$/.test(p.row) && set === undefined ? { one: p.row } : undefined
  if (rows === undefined) return no({ code: 'formula-row-unknown', at, rule: p.sum ? 'class, group, item, 208*' : 'a code of 3, 5 or 7 digits, or the name of a row', details: { row: p.row } })
  return ok({ table, rows, column: p.column, sign })
}

/** Reads a formula. Refusals: `formula-malformed`, `formula-table-unknown`, `formula-row-unknown`, `formula-column-unknown`, `formula-side-not-a-cell`; `at` is the column in the formula. */
export function parseFormula(text: string): Result<Parsed, Refusal> {
  const read = pieces(text)
  if (!read.ok) return read
  const ops = read.value.flatMap((p, i) => (p.kind === 'op' ? [{ op: p.op, i }] : []))
  if (ops.length !== 1) return no({ code: 'formula-malformed', rule: 'one of = <= >=', details: { found: ops.length } })
  const { op, i } = ops[0]!
  const sides: Operand[][] = []
  for (const side of [read.value.slice(0, i), read.value.slice(i + 1)]) {
    const terms: Operand[] = []
    let sign: 1 | -1 | undefined = 1
    for (const p of side) {
      if (p.kind === 'sign') { if (sign !== undefined && terms.length > 0) return malformed(text); sign = p.sign; continue }
      if (p.kind === 'op' || sign === undefined) return malformed(text)
      const o = operand(p, sign)
      if (!o.ok) return o
      terms.push(o.value)
      sign = undefined
    }
    if (terms.length === 0 || sign !== undefined) return malformed(text)
    sides.push(terms)
  }
  const [left, right] = sides as [Operand[], Operand[]]
  const single = (s: Operand[]): Ref | undefined => (s.length === 1 && s[0]!.sign === 1 && 'one' in s[0]!.rows ? refOf(s[0]!.table, s[0]!.rows.one, s[0]!.column) : undefined)
  const [whole, parts] = op === '≤' ? [right, left] : op === '=' && single(left) === undefined ? [right, left] : [left, right]
  const total = single(whole)
  if (total === undefined) return no({ code: 'formula-side-not-a-cell', rule: op === '=' ? 'one side is a single cell' : 'the greater side is a single cell' })
  return ok({ op: op === '=' ? '=' : '≥', total, parts })
}

const malformed = (text: string): Result<never, Refusal> => no({ code: 'formula-malformed', rule: 'T1[row].column = T2[row].column + …', details: { found: text.slice(0, 60) } })

const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v)

/**
 * Relations of an office's own, from JSON: `[{ "id": "U-1", "formula": "…", "zh": "…", "en": "…", "tolerance": "A"|"B"|"0", "severity": "error"|"warning"|"info", "source": "…" }]`;
 * only id and formula are needed. Refusals: those of `parseFormula`, and `relations-not-a-list`, `relation-id-wrong` (ids begin with `U-`), `relation-id-twice`, `relation-setting-wrong`; `at` begins with the place in the list.
 */
export function readRelations(value: unknown): Result<readonly OwnRelation[], Refusal> {
  if (!Array.isArray(value)) return no({ code: 'relations-not-a-list', rule: '[{ "id": "U-1", "formula": "…" }]' })
  const out: OwnRelation[] = []
  for (const [i, v] of (value as readonly unknown[]).entries()) {
    const { id, formula, zh, en, tolerance = 'A', severity = 'error', source = '' } = isRecord(v) ? v : {}
    if (typeof id !== 'string' || !/^U-[\w.-]{1,40}$/.test(id)) return no({ code: 'relation-id-wrong', at: String(i), rule: 'U-…' })
    if (out.some((r) => r.id === id)) return no({ code: 'relation-id-twice', at: String(i), details: { id } })
    if (typeof formula !== 'string') return no({ code: 'formula-malformed', at: `${i}.formula`, details: { id } })
    if (tolerance !== 'A' && tolerance !== 'B' && tolerance !== '0') return no({ code: 'relation-setting-wrong', at: `${i}.tolerance`, rule: 'A, B, 0', details: { id } })
    if (severity !== 'error' && severity !== 'warning' && severity !== 'info') return no({ code: 'relation-setting-wrong', at: `${i}.severity`, rule: 'error, warning, info', details: { id } })
    const parsed = parseFormula(formula)
    if (!parsed.ok) return no({ ...parsed.error, at: `${i}.formula${parsed.error.at === undefined ? '' : `, ${parsed.error.at}`}` })
    out.push({ id, formula, says: { zh: typeof zh === 'string' ? zh : formula, en: typeof en === 'string' ? en : formula }, tolerance, severity, source: typeof source === 'string' ? source : '', parsed: parsed.value })
  }
  return ok(out)
}

/** A relation of one's own as a row like the others. It tells of its own cells and takes no part in finding out which cell of the statutory relations is wrong. */
export function ownRow(r: OwnRelation): SumRelation {
  const { total, op, parts } = r.parsed
  const needs = [...new Set([total.table, ...parts.map((p) => p.table)])]
  const terms = (s: Sheet): readonly Term[] => parts.flatMap((p) => {
    const t = s.tables.get(p.table)
    const rows = 'one' in p.rows ? [p.rows.one] : 'length' in p.rows ? codesOf(t, p.rows.length) : codesOf(t, p.rows.under.length + 2).filter((c) => c.startsWith((p.rows as { under: string }).under))
    return rows.map((row) => (p.sign === 1 ? plus : less)(refOf(p.table, row, p.column)))
  })
  return {
    id: r.id, formula: r.says, tolerance: r.tolerance, severity: r.severity, source: r.source, needs,
    equations: (s): readonly Equation[] => (needs.every((n) => s.tables.has(n)) ? [{ relation: r.id, total, op, parts: terms(s), tolerance: r.tolerance, severity: r.severity, hint: true }] : []),
  }
}
