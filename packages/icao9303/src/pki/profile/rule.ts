import { Malformed } from '../../asn1/tlv.ts'

/** How much a departure from the profile weighs. `grave` ones stand in the way of use; `note` is advice that the Part gives. */
export type Severity = 'grave' | 'error' | 'warning' | 'note'

/** A departure from the profile. `grave` ones stand in the way of a verdict; the others are named. */
export interface ProfileDefect { readonly code: string; readonly says: string; readonly clause: string; readonly grave: boolean }

/** A departure as the linter names it. */
export interface LintDefect extends ProfileDefect { readonly severity: Severity }

/** A rule of a profile, as data: what it asks, of which kinds, where that is written, and how to see that it is broken. */
export interface Rule<Kind extends string, Subject> {
  readonly code: string
  readonly clause: string
  readonly severity: Severity
  readonly kinds: readonly Kind[]
  /** What the rule asks, in one sentence. */
  readonly asks: string
  /** What is wrong; undefined when nothing is. */
  readonly find: (subject: Subject) => string | undefined
}

/** Runs the rules of a kind. What a rule cannot read is a departure too: the part that it is about is malformed. */
export function judge<Kind extends string, Subject>(
  rules: readonly Rule<Kind, Subject>[], kind: Kind, subject: Subject,
): readonly LintDefect[] {
  const defects: LintDefect[] = []
  for (const r of rules) {
    if (!r.kinds.includes(kind)) continue
    const says = attempt(r, subject)
    if (says !== undefined) defects.push({ code: r.code, says, clause: r.clause, grave: r.severity === 'grave', severity: r.severity })
  }
  return defects
}

function attempt<Kind extends string, Subject>(rule: Rule<Kind, Subject>, subject: Subject): string | undefined {
  try {
    return rule.find(subject)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return `cannot be read: expected ${error.expected}`
  }
}

/** A condition that is broken, in words. */
export const when = (broken: boolean, says: string): string | undefined => (broken ? says : undefined)
