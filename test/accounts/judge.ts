import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { examine, readText, type Examination, type Finding } from '@causeway/accounts'

/** A published text, examined. */
export function examined(file: string): Examination {
  const result = examine(readText(readFileSync(file), basename(file)))
  if (!result.ok) throw new Error(`${basename(file)}: ${result.error.code}`)
  return result.value
}

/** An entry of a labelled list: lines where it shows, relations that may name it. */
export interface Labelled { readonly id: string; readonly lines: readonly number[]; readonly relations: readonly string[] }
export interface SeedLabels {
  readonly findings: readonly (Labelled & { readonly severity: 'E' | 'W' | 'I'; readonly tier: 'substantive' | 'style'; readonly evidence: readonly { readonly line: number; readonly text: string }[] })[]
  readonly neutral: readonly Labelled[]
  readonly negatives: readonly (Labelled & { readonly expectedResult: 'R' | 'ok' })[]
}

/** Lines that a finding cites: its own, and those that its quotation runs over. */
const linesOf = (f: Finding): readonly number[] => { const from = f.place.line; return from === undefined ? [] : Array.from({ length: f.quote.split('\n').length }, (_, i) => from + i) }
const cites = (f: Finding, l: Labelled): boolean => linesOf(f).some((n) => l.lines.includes(n))
const names = (f: Finding, l: Labelled): boolean => cites(f, l) && l.relations.includes(f.relation)
const isGrave = (f: Finding): boolean => f.severity !== 'info'
/** `CG-2 error 525 “…” 811% → 70.0%–100%`. */
export const told = (f: Finding): string => `${f.relation} ${f.severity} ${f.place.line ?? ''} “${f.quote.slice(0, 60)}” ${f.published ?? ''} → ${f.expected ?? ''}`

export interface SeedScore {
  readonly missed: readonly string[]
  readonly missedStyle: readonly string[]
  /** Errors and warnings that the list holds to be none. */
  readonly negatives: readonly string[]
  /** Errors on entries that are only worth a remark. */
  readonly neutralErrors: readonly string[]
  /** Errors and warnings beyond all lists. */
  readonly further: readonly string[]
}

/**
 * Scores an examination of the labelled document as its `scoring` says: an entry is found when a finding cites one of its
 * lines and one of its relations; a negative needs line and relation; an error elsewhere is false, a warning elsewhere is counted.
 */
export function scoreSeed(findings: readonly Finding[], labels: SeedLabels): SeedScore {
  const missed = labels.findings.filter((l) => !findings.some((f) => names(f, l)))
  const line = (l: SeedLabels['findings'][number]): string => `${l.id} ${l.lines.join(',')} ${l.relations.join('/')} “${l.evidence[0]?.text.slice(0, 40) ?? ''}”`
  const grave = findings.filter(isGrave)
  const negative = grave.filter((f) => labels.negatives.some((l) => names(f, l)) && !labels.findings.some((l) => names(f, l)))
  const further = grave.filter((f) => !negative.includes(f) && !labels.findings.some((l) => names(f, l)) && !labels.neutral.some((l) => cites(f, l) && (l.relations.length === 0 || l.relations.includes(f.relation))))
  return {
    missed: missed.filter((l) => l.tier === 'substantive').map(line), missedStyle: missed.filter((l) => l.tier === 'style').map(line), negatives: negative.map(told),
    neutralErrors: findings.filter((f) => f.severity === 'error' && labels.neutral.some((l) => names(f, l)) && !labels.findings.some((l) => names(f, l))).map(told), further: further.map(told),
  }
}
