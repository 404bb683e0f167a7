/** What a step answers that may be refused: a value, never an exception. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function no<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

/**
 * A command that is not allowed, in the form that reaches the user.
 *
 * `code` is stable and listed in docs/errors.md; `at` names the place (a field path such as
 * `members.1.idNumber`), `rule` the setting or clause that refuses, `details` the figures that the
 * sentence needs. The sentence itself is copy: see the web's words and the server's problem map.
 */
export interface Refusal {
  readonly code: string
  readonly at?: string
  readonly rule?: string
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>
}
