import { type Place } from '@causeway/kernel'

export type Severity = 'error' | 'warning' | 'info'

export type FindingClass =
  | 'arithmetic' | 'logic' | 'naming' | 'template' | 'text-table' | 'duplicated-text' | 'truncation' | 'wrong-word' | 'contradiction' | 'toc' | 'wording' | 'style'
  | 'implausible' | 'remark' | 'personal-data'

/** Why a figure is what it is, where the wrong figure itself tells. */
export type Cause =
  | 'difference-as-rate' | 'swapped-operands' | 'wrong-base' | 'wrong-numerator' | 'wrong-denominator' | 'carry-over-left-out' | 'row-shifted' | 'unit-of-money' | 'transposed-digits' | 'last-year-kept'
  | 'change-as-rate' | 'rate-as-change' | 'misplaced-point' | 'sign-lost' | 'template-default' | 'item-left-out' | 'old-name' | 'doubled' | 'cut-off'

/** What is wrong in somebody's document: the rule, the place, what is printed, what it should be, and why. */
export interface Finding {
  /** Id of the relation: `accounts.md` 3.1 to 3.5, `SPEC.md` of this package. */
  readonly relation: string
  /** Other relations that the same fault breaks. */
  readonly also?: readonly string[]
  readonly severity: Severity
  readonly class: FindingClass
  /** Heading under which it stands, as printed. */
  readonly section?: string
  readonly place: Place
  /** The printed words around it, not more than a sentence. */
  readonly quote: string
  readonly published?: string
  readonly expected?: string
  readonly cause?: Cause
  /** Chinese and English sentence: what disagrees with what, and what to do. */
  readonly says: { readonly zh: string; readonly en: string }
  /** Places that prove it, with their words. */
  readonly against?: readonly { readonly place: Place; readonly quote: string }[]
}

/** A difference that rounding explains: told, never a finding. */
export interface Rounding { readonly relation: string; readonly place: Place; readonly quote: string; readonly published: string; readonly computed: string; readonly envelope: string }

/** A relation that was not run, and why; or that does not apply to this document. */
export interface NotRun { readonly relation: string; readonly outcome: 'not-run' | 'not-applicable'; readonly why: { readonly zh: string; readonly en: string } }

/** What a group of relations says of a document. `run` counts each relation id once, with how often it was tried. */
export interface Outcome { readonly findings: readonly Finding[]; readonly rounding: readonly Rounding[]; readonly notRun: readonly NotRun[]; readonly run: ReadonlyMap<string, number> }
