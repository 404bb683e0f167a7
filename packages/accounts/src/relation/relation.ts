import { type Finding, type NotRun, type Outcome, type Rounding, type Severity } from '../finding.ts'

export interface Says { readonly zh: string; readonly en: string }

/**
 * How far apart the two sides of a relation may be, with h = half of the last printed digit. `A`: h for each figure of a sum that is not zero and for its total;
 * `B`: h of both; `P`: the interval quotient and h of the percentage; `0`: to the digit; `–`: words, or a limit that the formula names.
 * @source accounts.md, section 3
 */
export type Tolerance = 'A' | 'B' | 'P' | '0' | '–'

/** What is known of a relation without running it: this is how all groups (tables, text, performance) list theirs. */
export interface RelationRow {
  /** Id of accounts.md 3.1 to 3.5; an office's own begins with `U-`. */
  readonly id: string
  readonly formula: Says
  readonly tolerance: Tolerance
  readonly severity: Severity
  /** Rule it stands on. */
  readonly source: string
}

/** A relation over a view `V` of a document (its tables, its text, its forms). */
export interface Relation<V> extends RelationRow { readonly run: (view: V, said: Said) => void }

/** What one relation says of one document; `tried` counts the operands it was run on. */
export interface Said { readonly findings: Finding[]; readonly rounding: Rounding[]; readonly notRun: NotRun[]; tried: number }

export const nothing = (): Said => ({ findings: [], rounding: [], notRun: [], tried: 0 })
export const notRun = (relation: string, zh: string, en: string): NotRun => ({ relation, outcome: 'not-run', why: { zh, en } })
export const notApplicable = (relation: string, zh: string, en: string): NotRun => ({ relation, outcome: 'not-applicable', why: { zh, en } })

/**
 * Runs rows over a view. A relation that was tried at least once is run; its reasons for single operands stay in the list.
 * @param absent - why a relation does not apply that was tried on nothing and gave no reason
 */
export function runAll<V>(rows: readonly Relation<V>[], view: V, absent: Says): Outcome {
  const said = rows.map((row) => {
    const s = nothing()
    row.run(view, s)
    return { id: row.id, s }
  })
  const run = new Map<string, number>()
  for (const { id, s } of said) if (s.tried > 0) run.set(id, (run.get(id) ?? 0) + s.tried)
  return {
    findings: said.flatMap(({ s }) => s.findings), rounding: said.flatMap(({ s }) => s.rounding), run,
    notRun: said.flatMap(({ id, s }) => (s.tried === 0 && s.notRun.length === 0 && !run.has(id) ? [notApplicable(id, absent.zh, absent.en)] : s.notRun)),
  }
}
