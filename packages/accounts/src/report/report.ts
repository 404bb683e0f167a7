import { type Box, type Place, type Unread } from '@causeway/kernel'

import { type TableId } from '../document.ts'
import { type Examination } from '../examine.ts'
import { type Cause, type Finding, type FindingClass, type Severity } from '../finding.ts'
import { ledgerOf, type LedgerRow } from './ledger.ts'
import { type Says } from './word.ts'

/** A place as a report gives it: what its kind of file does not have is null. `line` from 1; `box` in points; `paragraph` a block's number from 1. */
export interface Spot { readonly line: number | null; readonly page: number | null; readonly box: Box | null; readonly paragraph: number | null; readonly cell: string | null }

export interface ReportFinding extends Spot {
  readonly relation: string
  readonly severity: Severity
  readonly class: FindingClass
  readonly section: string | null
  readonly quote: string
  readonly published: string | null
  readonly expected: string | null
  readonly cause: Cause | null
  readonly says: string
  readonly saysEn: string
  /** Lines that prove it. */
  readonly against: readonly (Spot & { readonly quote: string })[]
}

export interface ReportRounding extends Spot { readonly relation: string; readonly quote: string; readonly published: string; readonly computed: string; readonly envelope: string }
export interface ReportNotRun { readonly relation: string; readonly why: string; readonly whyEn: string }
export interface ReportUnread extends Spot { readonly code: string; readonly details: Readonly<Record<string, string | number>> }

/** An examination as plain data: what `accounts check --json` prints and what every form of the report is made from. @source cli.md */
export interface Report {
  readonly file: string
  readonly document: { readonly unit: string | null; readonly year: number | null; readonly profile: string; readonly format: string; readonly tables: readonly { readonly id: TableId; readonly title: string | null; readonly found: boolean }[] }
  readonly relations: { readonly run: number; readonly notRun: number; readonly notApplicable: number }
  readonly counts: Readonly<Record<Severity, number>>
  readonly findings: readonly ReportFinding[]
  readonly rounding: readonly ReportRounding[]
  /** Relations that could not be run, or not everywhere, with the reason. */
  readonly notRun: readonly ReportNotRun[]
  /** Every relation with its outcome, those that do not apply among them. */
  readonly ledger: readonly LedgerRow[]
  /** Parts of the file that could not be read. */
  readonly unread: readonly ReportUnread[]
}

const TABLES: readonly TableId[] = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']
const spotOf = (p: Place = {}): Spot => ({ line: p.line ?? null, page: p.page ?? null, box: p.box ?? null, paragraph: p.paragraph ?? null, cell: p.cell ?? null })

const findingOf = (f: Finding): ReportFinding => ({
  relation: f.relation, severity: f.severity, class: f.class, section: f.section ?? null, ...spotOf(f.place), quote: f.quote, published: f.published ?? null, expected: f.expected ?? null, cause: f.cause ?? null,
  says: f.says.zh, saysEn: f.says.en, against: (f.against ?? []).map((a) => ({ ...spotOf(a.place), quote: a.quote })),
})
const unreadOf = (u: Unread): ReportUnread => ({ code: u.code, ...spotOf(u.place), details: u.details ?? {} })

/** Plain data of an examination. The document itself is not in it, only what was quoted. */
export function reportOf(e: Examination): Report {
  const { accounts: a, findings } = e
  const count = (s: Severity): number => findings.filter((f) => f.severity === s).length
  return {
    file: a.content.name,
    document: { unit: a.unit ?? null, year: a.year ?? null, profile: a.profile, format: a.content.format, tables: TABLES.map((id) => ({ id, title: a.tables.get(id)?.title ?? null, found: a.tables.has(id) })) },
    relations: e.counts, counts: { error: count('error'), warning: count('warning'), info: count('info') },
    findings: findings.map(findingOf),
    rounding: e.rounding.map(({ relation, place, quote, published, computed, envelope }) => ({ relation, ...spotOf(place), quote, published, computed, envelope })),
    notRun: e.notRun.filter((n) => n.outcome === 'not-run').map((n) => ({ relation: n.relation, why: n.why.zh, whyEn: n.why.en })),
    ledger: ledgerOf(e), unread: a.content.unread.map(unreadOf),
  }
}

/** A place in words. */
export function spotWords(s: Spot): Says {
  const zh = [s.page === null ? '' : `第${s.page}页`, s.line === null ? '' : `第${s.line}行`, s.paragraph === null ? '' : `第${s.paragraph}段`, s.cell ?? '']
  const en = [s.page === null ? '' : `page ${s.page}`, s.line === null ? '' : `line ${s.line}`, s.paragraph === null ? '' : `paragraph ${s.paragraph}`, s.cell ?? '']
  return { zh: zh.filter((x) => x !== '').join(' '), en: en.filter((x) => x !== '').join(', ') }
}

/** Whose document it is: the unit as printed, else the file's name. */
export const titleOf = (r: Report): string => [r.document.unit ?? r.file, r.document.year === null ? '' : String(r.document.year)].filter((x) => x !== '').join(' ')
