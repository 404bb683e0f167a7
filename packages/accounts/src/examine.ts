import { no, ok, type Content, type Refusal, type Result } from '@causeway/kernel'

import { type Accounts } from './document.ts'
import { type Finding, type NotRun, type Outcome, type Rounding } from './finding.ts'
import { examineNarrative } from './narrative/narrative.ts'
import { readAccounts } from './reading/accounts.ts'
import { examineTables } from './relation/tables.ts'
import { type TableOptions } from './relation/view.ts'
import { examinePerformance } from './scorecard/relation.ts'
import { type Profile } from './table/profile.ts'
import { squeezed } from './table/title.ts'

export interface ExamineOptions extends TableOptions {
  /** Id of a profile, where the place is known better than the document says. */
  readonly profile?: string
  /** Profiles of one's own, before those that come with the package. */
  readonly profiles?: readonly Profile[]
}

/** A document as it was read, what is wrong in it, and what was not looked at. */
export interface Examination {
  readonly accounts: Accounts
  readonly findings: readonly Finding[]
  readonly rounding: readonly Rounding[]
  readonly notRun: readonly NotRun[]
  /** How often each relation was tried. */
  readonly run: ReadonlyMap<string, number>
  readonly counts: { readonly run: number; readonly notRun: number; readonly notApplicable: number }
}

/** Whether a document speaks of final accounts at all: a statutory table, or figures beside the words of accounts. */
function isAccounts(a: Accounts): boolean {
  if (a.tables.size > 0) return true
  const text = squeezed(a.content.blocks.map((b) => (b.kind === 'paragraph' ? b.text : b.rows.flat().map((c) => c.text).join(' '))).join('\n'))
  return /决算|三公|绩效(?:自评|评价)|财政拨款/.test(text) && /\d(?:万?元|%|分)/.test(text)
}

const placeKey = (f: Finding): string => [f.relation, f.severity, f.place.line, f.place.page, f.place.paragraph, f.place.cell, f.quote].join('|')
const RANK = { error: 0, warning: 1, info: 2 } as const

/** Outcomes of several groups as one: each finding once, the grave first; a relation that was tried anywhere is run. */
function together(outcomes: readonly Outcome[]): Omit<Examination, 'accounts'> {
  const findings = new Map<string, Finding>()
  const run = new Map<string, number>()
  for (const o of outcomes) {
    for (const f of o.findings) findings.set(placeKey(f), findings.get(placeKey(f)) ?? f)
    for (const [id, n] of o.run) run.set(id, (run.get(id) ?? 0) + n)
  }
  const notRun = outcomes.flatMap((o) => o.notRun).filter((n) => n.outcome === 'not-run' || !run.has(n.relation))
  const ids = (outcome: NotRun['outcome']): Set<string> => new Set(notRun.filter((n) => n.outcome === outcome && !run.has(n.relation)).map((n) => n.relation))
  const missed = ids('not-run')
  return {
    findings: [...findings.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity]), rounding: outcomes.flatMap((o) => o.rounding), notRun, run,
    counts: { run: run.size, notRun: missed.size, notApplicable: [...ids('not-applicable')].filter((id) => !missed.has(id)).length },
  }
}

/**
 * Examines a published document of final accounts.
 *
 * @returns refusal `not-final-accounts` when it is something else, `nothing-read` when nothing of it could be read
 */
export function examine(content: Content, o: ExamineOptions = {}): Result<Examination, Refusal> {
  if (content.blocks.every((b) => b.kind === 'paragraph' && b.text.trim() === '')) return no({ code: 'nothing-read', at: content.name, details: { why: content.unread.map((u) => u.code) } })
  const accounts = readAccounts(content, o)
  if (!isAccounts(accounts)) return no({ code: 'not-final-accounts', at: content.name })
  return ok({ accounts, ...together([examineTables(accounts, o), examineNarrative(accounts), ...examinePerformance(accounts)]) })
}
