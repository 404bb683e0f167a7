import { type Place } from '@causeway/kernel'

import { type Cause, type Finding, type FindingClass, type NotRun, type Outcome, type Rounding, type Severity } from '../finding.ts'
import { type Mark } from './form.ts'

export interface Says { readonly zh: string; readonly en: string }

/** What a check says is wrong; the relation and the section are the tally's. */
export interface Fault {
  readonly severity: Severity
  readonly class: FindingClass
  readonly at: Mark
  readonly section?: string | undefined
  readonly published?: string
  readonly expected?: string
  readonly cause?: Cause
  readonly says: Says
  readonly against?: readonly Mark[]
}

/** Counts what one relation was tried on, and keeps what came of it. */
export interface Tally {
  readonly pass: () => void
  readonly fail: (fault: Fault) => void
  readonly round: (at: Mark, published: string, computed: string, envelope: string) => void
  /** It applies, but an operand was not surely read. */
  readonly skip: (why: Says) => void
  readonly outcome: (absent: Says) => Outcome
}

const proof = (m: Mark): { readonly place: Place; readonly quote: string } => ({ place: m.place, quote: m.text })

/** A relation's findings while it runs. @param relation - its id in accounts.md 3.5 */
export function tally(relation: string): Tally {
  const findings: Finding[] = []
  const rounding: Rounding[] = []
  const skipped: Says[] = []
  let ran = 0
  return {
    pass: () => { ran += 1 },
    fail: (f) => {
      ran += 1
      findings.push({
        relation, severity: f.severity, class: f.class, ...(f.section === undefined ? {} : { section: f.section }), place: f.at.place, quote: f.at.text, ...(f.published === undefined ? {} : { published: f.published }),
        ...(f.expected === undefined ? {} : { expected: f.expected }), ...(f.cause === undefined ? {} : { cause: f.cause }), says: f.says, ...(f.against === undefined ? {} : { against: f.against.map(proof) }),
      })
    },
    round: (at, published, computed, envelope) => { ran += 1; rounding.push({ relation, place: at.place, quote: at.text, published, computed, envelope }) },
    skip: (why) => { skipped.push(why) },
    outcome: (absent) => ({ findings, rounding, run: new Map(ran > 0 ? [[relation, ran]] : []), notRun: ran > 0 ? [] : [notRunOf(relation, skipped, absent)] }),
  }
}

const notRunOf = (relation: string, skipped: readonly Says[], absent: Says): NotRun => (skipped[0] === undefined ? { relation, outcome: 'not-applicable', why: absent } : { relation, outcome: 'not-run', why: skipped[0] })
