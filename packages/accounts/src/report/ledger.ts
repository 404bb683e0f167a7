import { type Examination } from '../examine.ts'
import { TEXT_RELATIONS } from '../narrative/narrative.ts'
import { type RelationRow } from '../relation/relation.ts'
import { TABLE_RELATIONS } from '../relation/tables.ts'
import { PERFORMANCE } from '../scorecard/relation.ts'

interface Says { readonly zh: string; readonly en: string }

const GROUPS: readonly (readonly RelationRow[])[] = [TABLE_RELATIONS, TEXT_RELATIONS, PERFORMANCE]

/** Every relation, once, in the order of its group. A relation that two groups run keeps the row of the first. */
export const RELATIONS: readonly RelationRow[] = [...new Map(GROUPS.flat().toReversed().map(({ id, formula, tolerance, severity, source }) => [id, { id, formula, tolerance, severity, source }])).values()].toReversed()

export type LedgerOutcome = 'passed' | 'failed' | 'rounding' | 'not-run' | 'not-applicable'

/** What became of one relation on one document. */
export interface LedgerRow {
  readonly relation: string
  readonly outcome: LedgerOutcome
  /** How often it was tried: operands, sentences, rows. */
  readonly tried: number
  readonly findings: number
  /** Why it was not run, or not everywhere; of one that was run, what was left out. */
  readonly why: readonly Says[]
}

const RANK: readonly LedgerOutcome[] = ['failed', 'rounding', 'passed', 'not-run', 'not-applicable']

/** Relations as they ran on a document: those known, and those that an office added. */
export function ledgerOf(e: Examination): readonly LedgerRow[] {
  const ids = new Set([...RELATIONS.map((r) => r.id), ...e.run.keys(), ...e.findings.map((f) => f.relation), ...e.notRun.map((n) => n.relation)])
  return [...ids].map((relation): LedgerRow => {
    const findings = e.findings.filter((f) => f.relation === relation).length
    const missed = e.notRun.filter((n) => n.relation === relation)
    const why = [...new Map(missed.map((n) => [n.why.zh, n.why])).values()]
    const tried = e.run.get(relation) ?? 0
    const is: Readonly<Record<LedgerOutcome, boolean>> = {
      failed: findings > 0, rounding: e.rounding.some((r) => r.relation === relation), passed: tried > 0, 'not-run': missed.some((n) => n.outcome === 'not-run'), 'not-applicable': true,
    }
    return { relation, outcome: RANK.find((o) => is[o])!, tried, findings, why }
  })
}
