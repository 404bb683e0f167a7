import { hex } from './asn1/value.ts'
import { type Reason } from './sentence.ts'

/** How a check ended. Only `passed` speaks for the document. */
export type Outcome = 'passed' | 'failed' | 'not-done' | 'not-applicable'

/** What was compared, so that it can be compared again: hashes as bytes, serial numbers in hexadecimal, moments. */
export type Evidence = Readonly<Record<string, string | readonly string[] | Uint8Array | Date>>

/** Evidence as text: bytes in hexadecimal, times in ISO form. */
export function renderEvidence(evidence: Evidence): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(Object.entries(evidence).map(([name, v]) => [name, v instanceof Uint8Array ? hex(v) : v instanceof Date ? v.toISOString() : v]))
}

/** The checks of an inspection by name, in the order of its report; beside them there is one `hash-dgN` a data group. */
export const CHECK_NAMES = [
  'com-sod-agree', 'sod-profile', 'group-content', 'sod-signature', 'ds-validity', 'ds-profile', 'ds-document-type', 'issuing-state', 'trust-path', 'revocation', 'mrz-check-digits',
  'card-access', 'card-security', 'pace-used', 'access', 'active-authentication', 'chip-authentication', 'terminal-authentication',
] as const
export type CheckName = (typeof CHECK_NAMES)[number] | `hash-dg${number}`

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

/** One check of an inspection. What it says in English stands in `reason` for every language. */
export interface InspectionCheck extends Check {
  readonly name: CheckName
  readonly reason: Reason
  /** What the issuing State has published about it. @source Doc 9303-3 §8 */
  readonly published?: readonly string[]
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
export interface ChipOutcome { readonly outcome: Outcome; readonly says: string; readonly reason?: Reason; readonly evidence?: Evidence }

/**
 * What a reader did with the chip that a dump was read from. `not-applicable`: the chip does not have the protocol.
 *
 * @source Doc 9303-11 §4 (access), §6.1 (active), §6.2 (chip), §7.1 (terminal authentication)
 */
export interface ChipSession {
  readonly accessedBy: 'PACE' | 'BAC' | 'none'
  readonly access: ChipOutcome
  readonly activeAuthentication: ChipOutcome
  readonly chipAuthentication: ChipOutcome
  readonly terminalAuthentication: ChipOutcome
}

/** `strict`: unknown revocation and any departure from the profile stand in the way. `field`: they are named and do not. */
export type Policy = 'strict' | 'field'
export type VerdictName = 'genuine' | 'faulty' | 'undetermined'

/** Start from refused: genuine only when there are checks and every one that applies was done and passed. */
export function verdictOf(checks: readonly Pick<Check, 'outcome' | 'excused'>[]): VerdictName {
  let [passed, open] = [0, 0]
  for (const { outcome, excused } of checks) {
    if (outcome === 'failed') return 'faulty'
    if (outcome === 'passed') passed++
    else if (outcome === 'not-done' && excused !== true) open++
  }
  return passed > 0 && open === 0 ? 'genuine' : 'undetermined'
}
