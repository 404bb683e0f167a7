import { type Accounts } from '../document.ts'
import { type Finding, type FindingClass, type Outcome, type Severity } from '../finding.ts'
import { type Relation, type Said, notApplicable, notRun, runAll as runRows } from '../relation/relation.ts'
import { type Frame } from './frame.ts'
import { type Passage, quoteOf } from './passage.ts'

/** A document as the text relations see it. */
export interface Text { readonly accounts: Accounts; readonly passages: readonly Passage[]; readonly frames: readonly Frame[] }

/** A relation of the text as a row: `run` tells what it found, how often it was tried and why it was not run. */
export type TextRelation = Relation<Text>

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

/** Runs rows over a document. */
export const runAll = (rows: readonly TextRelation[], text: Text): Outcome => runRows(rows, text, { zh: '本文件中没有可供核对的表述', en: 'the document has no statement of this kind' })

export { notApplicable, notRun, type Said }
