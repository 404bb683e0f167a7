/** How a check ended. Only `passed` speaks for the document. */
export type Outcome = 'passed' | 'failed' | 'not-done' | 'not-applicable'

/** What was compared, as text that a person can compare again: hashes and serial numbers in hexadecimal, times in ISO form. */
export type Evidence = Readonly<Record<string, string | readonly string[]>>

/** One check of a document. Only `passed` speaks for it. */
export interface Check {
  readonly name: string
  readonly outcome: Outcome
  readonly clause: string
  readonly says: string
  /** Set when a check that was not done does not stand in the way under this policy. */
  readonly excused?: true
  readonly evidence?: Evidence
}

export interface Defect {
  readonly code: string
  readonly at: string
  readonly offset?: number
  readonly says: string
  readonly clause: string
  /** Set when a deviation list of the issuer explains it: where that is said. @source Doc 9303-3 §8 */
  readonly explained?: string
}

/** What one protocol between a reader and a chip came to. */
export interface ChipOutcome { readonly outcome: Outcome; readonly says: string; readonly evidence?: Evidence }

/**
 * What a reader did with the chip that a dump was read from. `not-applicable`: the chip does not have the protocol.
 *
 * @source Doc 9303-11 §4 (access), §6.1 (active), §6.2 (chip), §7.1 (terminal authentication)
 */
export interface ChipSession {
  readonly access: ChipOutcome
  readonly activeAuthentication: ChipOutcome
  readonly chipAuthentication: ChipOutcome
  readonly terminalAuthentication: ChipOutcome
}

/** `strict`: unknown revocation and any departure from the profile stand in the way. `field`: they are named and do not. */
export type Policy = 'strict' | 'field'
export type VerdictName = 'genuine' | 'faulty' | 'undetermined'

/** Start from refused: genuine only when there are checks and every one that applies was done and passed. */
export function verdictOf(checks: readonly Check[]): VerdictName {
  if (checks.some((c) => c.outcome === 'failed')) return 'faulty'
  const applying = checks.filter((c) => c.outcome !== 'not-applicable' && c.excused !== true)
  return applying.length > 0 && applying.every((c) => c.outcome === 'passed') ? 'genuine' : 'undetermined'
}
