import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

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

/** Findings of a document judged by hand: `true`: a reader would object; `false`: none would. `missed`: what is wrong and was not found when it was judged. */
export interface Judged { readonly line: number; readonly relation: string; readonly severity: 'error' | 'warning'; readonly published?: string; readonly verdict?: 'true' | 'false'; readonly proof: readonly { readonly line: number; readonly text: string }[]; readonly why: string }
export interface Labels { readonly document: string; readonly judged: readonly Judged[]; readonly missed: readonly Judged[] }

export interface Tally { readonly document: string; readonly errors: number; readonly right: number; readonly labelled: number; readonly hit: number; readonly warnings: number; readonly warningsRight: number; readonly unjudged: readonly string[]; readonly lost: readonly string[] }

const isOf = (f: Finding, j: Judged): boolean => f.relation === j.relation && linesOf(f).includes(j.line) && (j.published === undefined || (f.published ?? '').startsWith(j.published))

/** Counts the errors of an examination against what was judged: one that nobody judged counts as wrong. */
export function tallyOf(findings: readonly Finding[], labels: Labels): Tally {
  const right = labels.judged.filter((j) => j.verdict === 'true')
  const wanted = [...right, ...labels.missed].filter((j) => j.severity === 'error')
  const of = (severity: Finding['severity']): readonly Finding[] => findings.filter((f) => f.severity === severity)
  const good = (f: Finding): boolean => [...right, ...labels.missed].some((j) => isOf(f, j))
  const lost = wanted.filter((j) => !findings.some((f) => isOf(f, j)))
  return {
    document: labels.document, errors: of('error').length, right: of('error').filter(good).length, labelled: wanted.length, hit: wanted.length - lost.length, warnings: of('warning').length, warningsRight: of('warning').filter(good).length,
    unjudged: findings.filter((f) => f.severity !== 'info' && !labels.judged.some((j) => isOf(f, j))).map(told), lost: lost.map((j) => `${j.relation} ${j.line} ${j.published ?? ''} ${j.why}`),
  }
}

/** The same of the labelled document, by its own list: errors that name an entry, entries of error severity that an error or warning names. */
export function tallySeed(document: string, findings: readonly Finding[], labels: SeedLabels): Tally {
  const errors = findings.filter((f) => f.severity === 'error')
  const listed = (f: Finding): boolean => labels.findings.some((l) => names(f, l))
  const wanted = labels.findings.filter((l) => l.severity === 'E')
  const lost = wanted.filter((l) => !findings.some((f) => isGrave(f) && names(f, l)))
  const warnings = findings.filter((f) => f.severity === 'warning')
  const known = (f: Finding): boolean => listed(f) || labels.neutral.some((l) => cites(f, l))
  return { document, errors: errors.length, right: errors.filter(listed).length, labelled: wanted.length, hit: wanted.length - lost.length, warnings: warnings.length, warningsRight: warnings.filter(known).length, unjudged: [...errors.filter((f) => !listed(f)), ...warnings.filter((f) => !known(f))].map(told), lost: lost.map((l) => l.id) }
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T
/** Every labelled document of a folder, tallied. A form that nobody filled in has its leftovers counted apart. */
export function tallies(folder: string): { readonly all: readonly Tally[]; readonly form: Tally | undefined } {
  const own = join(import.meta.dirname, 'labels')
  const seed = 'yantai-tga-2024'
  const labelled = readdirSync(own).filter((f) => f.endsWith('.json')).sort().map((f) => { const l = read<Labels>(join(own, f)); return tallyOf(examined(join(folder, l.document)).findings, l) })
  const all = [...labelled, tallySeed(`${seed}.txt`, examined(join(folder, `${seed}.txt`)).findings, read<SeedLabels>(join(folder, `${seed}.findings.json`)))]
  const isForm = (t: Tally): boolean => t.document.includes('template')
  return { all: all.filter((t) => !isForm(t)), form: all.find(isForm) }
}
const total = (all: readonly Tally[], of: (t: Tally) => number): number => all.reduce((n, t) => n + of(t), 0)
export const precisionOf = (all: readonly Tally[]): { readonly ours: number; readonly reference: number; readonly ratio: number } => { const ours = total(all, (t) => t.right), reference = total(all, (t) => t.errors); return { ours, reference, ratio: ours / reference } }
export const recallOf = (all: readonly Tally[]): { readonly ours: number; readonly reference: number; readonly ratio: number } => { const ours = total(all, (t) => t.hit), reference = total(all, (t) => t.labelled); return { ours, reference, ratio: ours / reference } }
