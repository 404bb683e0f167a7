import { type LedgerOutcome, RELATIONS } from './ledger.ts'
import { type Report, titleOf } from './report.ts'

/** A document of a batch that could not be examined. */
export interface Unexamined { readonly file: string; readonly code: string; readonly says: string; readonly saysEn: string }

/** A whole district: what each relation said of each unit. `cells[unit][relation]` in the order of the lists. */
export interface District {
  readonly relations: readonly string[]
  readonly units: readonly { readonly file: string; readonly title: string; readonly error: number; readonly warning: number; readonly info: number; readonly run: number; readonly cells: readonly { readonly outcome: LedgerOutcome; readonly findings: number }[] }[]
  readonly unexamined: readonly Unexamined[]
}

/** The table of units × relations. Relations that no unit has are left out. */
export function districtOf(reports: readonly Report[], unexamined: readonly Unexamined[]): District {
  const known = reports.map((r) => new Map(r.ledger.map((l) => [l.relation, l])))
  const seen = new Set(known.flatMap((k) => [...k.keys()]))
  const relations = [...RELATIONS.map((r) => r.id).filter((id) => seen.has(id)), ...[...seen].filter((id) => !RELATIONS.some((r) => r.id === id))]
  return {
    relations, unexamined,
    units: reports.map((r, i) => ({
      file: r.file, title: titleOf(r), ...r.counts, run: r.relations.run,
      cells: relations.map((id) => ({ outcome: known[i]!.get(id)?.outcome ?? 'not-applicable', findings: known[i]!.get(id)?.findings ?? 0 })),
    })),
  }
}

const MARKS: Readonly<Record<LedgerOutcome, string>> = { passed: '✓', failed: '✗', rounding: '≈', 'not-run': '?', 'not-applicable': '–' }
/** A cell of the table as a mark: how many findings, or what became of the relation. */
export const markOf = (c: { readonly outcome: LedgerOutcome; readonly findings: number }): string => (c.findings > 0 ? String(c.findings) : MARKS[c.outcome])
