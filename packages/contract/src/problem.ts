/**
 * What every refusal looks like on the wire (RFC 9457, application/problem+json).
 * `code` is stable and listed in docs/errors.md; `says` is a sentence for people in the language asked for.
 */
export interface Problem {
  readonly code: string
  readonly status: number
  /** One sentence for people: what is wrong, by which rule, what to do. */
  readonly says: string
  /** Where in the input: `members.1.idNumber`. */
  readonly at?: string
  /** The setting or clause that refuses. */
  readonly rule?: string
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>
  /** All problems of a form at once, blocking and warning. */
  readonly problems?: readonly FormProblem[]
  /** For a bug: the number under which the log has it. */
  readonly incident?: string
}

export interface FormProblem {
  readonly code: string
  readonly at: string
  readonly severity: 'block' | 'warn'
  readonly says: string
  readonly rule?: string
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>
}
