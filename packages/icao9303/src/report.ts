/** One check of a document. Only `passed` speaks for it. */
export interface Check {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'not-done' | 'not-applicable'
  readonly clause: string
  readonly says: string
  /** Set when a check that was not done does not stand in the way under this policy. */
  readonly excused?: true
}

export interface Defect { readonly code: string; readonly at: string; readonly offset?: number; readonly says: string; readonly clause: string }

/** `strict`: unknown revocation and any departure from the profile stand in the way. `field`: they are named and do not. */
export type Policy = 'strict' | 'field'
export type VerdictName = 'genuine' | 'faulty' | 'undetermined'

/** Start from refused: genuine only when there are checks and every one that applies was done and passed. */
export function verdictOf(checks: readonly Check[]): VerdictName {
  if (checks.some((c) => c.outcome === 'failed')) return 'faulty'
  const applying = checks.filter((c) => c.outcome !== 'not-applicable' && c.excused !== true)
  return applying.length > 0 && applying.every((c) => c.outcome === 'passed') ? 'genuine' : 'undetermined'
}
