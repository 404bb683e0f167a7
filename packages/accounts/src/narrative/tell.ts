import { type Finding, type FindingClass, type NotRun, type Outcome, type Rounding, type Severity } from '../finding.ts'
import { type Accounts } from '../document.ts'
import { type Frame } from './frame.ts'
import { type Passage, quoteOf } from './passage.ts'

/** A document as the text relations see it. */
export interface Text { readonly accounts: Accounts; readonly passages: readonly Passage[]; readonly frames: readonly Frame[] }

type Says = { readonly zh: string; readonly en: string }

/** What one relation says of one document. */
export interface Said { readonly findings: Finding[]; readonly rounding: Rounding[]; readonly notRun: NotRun[]; tried: number }

/** A relation of the text as a row: `run` tells what it found, how often it was tried and why it was not run. */
export interface TextRelation {
  readonly id: string
  readonly formula: Says
  /** A: ½u·(n+1) of a sum; B: halves of both digits; P: the interval quotient; 0: exact; –: words. */
  readonly tolerance: 'A' | 'B' | 'P' | '0' | '–'
  readonly severity: Severity
  readonly source: string
  readonly run: (text: Text, said: Said) => void
}

export const nothing = (): Said => ({ findings: [], rounding: [], notRun: [], tried: 0 })

export interface Told extends Pick<Finding, 'published' | 'expected' | 'cause' | 'against'> {
  readonly relation: string
  readonly severity: Severity
  readonly class: FindingClass
  readonly zh: string
  readonly en: string
}

type Words = 'plain' | 'clauses'

/** A finding at canonical offsets of a passage. */
export function at(p: Passage, words: Words, from: number, to: number, told: Told): Finding {
  const { quote, place } = quoteOf(p, p[words], from, to)
  const { zh, en, ...rest } = told
  const section = p.path.at(-1)
  return { ...rest, ...(section !== undefined ? { section } : {}), place, quote, says: { zh, en } }
}

/** Where a frame stands, from its subject to its last figure, for quoting. */
export const frameQuote = (f: Frame): { readonly quote: string; readonly place: Finding['place'] } => quoteOf(f.passage, f.passage.clauses, f.from, f.to)

export const notRun = (relation: string, zh: string, en: string): NotRun => ({ relation, outcome: 'not-run', why: { zh, en } })
export const notApplicable = (relation: string, zh: string, en: string): NotRun => ({ relation, outcome: 'not-applicable', why: { zh, en } })

/** Runs rows over a document. A relation that was tried at least once is run; its reasons for single operands stay in the list. */
export function runAll(rows: readonly TextRelation[], text: Text): Outcome {
  const findings: Finding[] = [], rounding: Rounding[] = [], missed: NotRun[] = []
  const run = new Map<string, number>()
  for (const row of rows) {
    const said = nothing()
    row.run(text, said)
    findings.push(...said.findings)
    rounding.push(...said.rounding)
    missed.push(...said.notRun)
    if (said.tried > 0) run.set(row.id, (run.get(row.id) ?? 0) + said.tried)
    else if (said.notRun.length === 0) missed.push(notApplicable(row.id, '本文件中没有可供核对的表述', 'the document has no statement of this kind'))
  }
  // T1-5 and T4-4 are chiefly relations of the tables: their absence from the text says nothing
  return { findings, rounding, notRun: missed.filter((n) => n.outcome === 'not-run' || !run.has(n.relation) && !/^T\d/.test(n.relation)), run }
}
