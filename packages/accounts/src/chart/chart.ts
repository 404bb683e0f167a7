import { type Refusal, type Result, no, ok } from '@causeway/kernel'

import { ECONOMIC_2024 } from './economic-2024.ts'
import { FORMER_NAMES } from './former-names.ts'
import { FUNCTIONAL_2024 } from './functional-2024.ts'

export type ChartKind = 'functional' | 'economic'

/** A code of the classification. `verified`: code and name were seen together in published documents, or a person vouches for them. */
export interface ChartItem { readonly code: string; readonly name: string; readonly verified: boolean; readonly former: readonly { readonly name: string; readonly until: number }[] }

/** The classification of one year: 类 of 3 digits, 款 of 5, 项 of 7 (functional only). `complete` when a code that is not in it does not exist. */
export interface Chart { readonly kind: ChartKind; readonly year: number; readonly items: ReadonlyMap<string, ChartItem>; readonly complete: boolean }

const CODE: Readonly<Record<ChartKind, RegExp>> = { functional: /^2\d{2}(\d{2}){0,2}$/, economic: /^3\d{2}(\d{2})?$/ }

const HALF: Readonly<Record<string, string>> = { '(': '（', ')': '）', '〔': '（', '〕': '）', '[': '（', ']': '）', ',': '、', '，': '、' }

/** A name without blanks and with one kind of brackets; the number before it (`八、`) and (类), (款), (项) after it are gone. */
export function foldName(printed: string): string {
  return [...printed.replace(/[\s\u3000\u00a0\u200b\ufeff]/g, '')].map((c) => HALF[c] ?? c).join('')
    .replace(/^[一二三四五六七八九十]+、/, '').replace(/^[（][一二三四五六七八九十]+[）]/, '').replace(/（[类款项]）$/, '')
}

function chart(kind: ChartKind, year: number, rows: string): Chart {
  const items = new Map(rows.trim().split('\n').map((line): [string, ChartItem] => {
    const [code = '', name = '', mark] = line.split(' ')
    return [code, { code, name, verified: mark === undefined, former: FORMER_NAMES.filter(([c]) => c === code).map(([, n, until]) => ({ name: n, until })) }]
  }))
  return { kind, year, items, complete: false }
}

/** The lists that are held, oldest first. */
export const CHARTS: readonly Chart[] = [chart('functional', 2024, FUNCTIONAL_2024), chart('economic', 2024, ECONOMIC_2024)]

/** The list that rules a year: the newest that is not younger, else the oldest. `exact` when it is the list of that year. */
export function chartOf(kind: ChartKind, year: number | undefined, charts: readonly Chart[] = CHARTS): { readonly chart: Chart; readonly exact: boolean } {
  const all = charts.filter((c) => c.kind === kind).toSorted((a, b) => a.year - b.year)
  const found = (year === undefined ? all.at(-1) : all.findLast((c) => c.year <= year)) ?? all[0]
  if (found === undefined) throw new RangeError(`no ${kind} chart is held`)
  return { chart: found, exact: found.year === year }
}

const kindOf = (code: string): ChartKind => (code.startsWith('3') ? 'economic' : 'functional')

/** 类, 款 or 项 by the length of a code; undefined for any other length. */
export const levelOf = (code: string): '类' | '款' | '项' | undefined => (code.length === 3 ? '类' : code.length === 5 ? '款' : code.length === 7 ? '项' : undefined)

/** The code above: `2012501` → `20125` → `201`. */
export const parentOf = (code: string): string | undefined => (code.length > 3 ? code.slice(0, -2) : undefined)

/** The name of a code in the list that rules the year. */
export const codeName = (code: string, year?: number): string | undefined => chartOf(kindOf(code), year).chart.items.get(code)?.name

const bare = (name: string): string => foldName(name).replace(/支出$/, '')

/** 类 by its name of today or of former years, with or without 支出 and the number before it: `八、社会保障和就业支出` → `208`. */
export function classCode(printed: string, kind: ChartKind = 'functional', year?: number): string | undefined {
  const name = bare(printed)
  const classes = [...chartOf(kind, year).chart.items.values()].filter((i) => i.code.length === 3)
  return (classes.find((i) => bare(i.name) === name) ?? classes.find((i) => i.former.some((f) => bare(f.name) === name)))?.code
}

/** All codes with this name, of today or former: a 项 name such as 行政运行 has many. */
export function codesNamed(printed: string, kind: ChartKind, year?: number): readonly string[] {
  const name = bare(printed)
  return [...chartOf(kind, year).chart.items.values()].filter((i) => bare(i.name) === name || i.former.some((f) => bare(f.name) === name)).map((i) => i.code)
}

/**
 * How a printed name stands to the list. `same`; `former`: a name of earlier years, `until` the last of them; `cut`: a part of the name, or its
 * characters with some lost or in another order: as the page or its reading cut it, so it says nothing against the document; `other`; `unknown` code.
 */
export type NameVerdict =
  | { readonly verdict: 'same' | 'unknown' }
  | { readonly verdict: 'former'; readonly expected: string; readonly until: number }
  | { readonly verdict: 'cut' | 'other'; readonly expected: string; readonly verified: boolean }

/** Whether all characters of the part stand in the whole, in any order: a name that wrapped and lost some. */
function isWithin(part: string, whole: string): boolean {
  const left = [...whole]
  return [...part].every((c) => {
    const i = left.indexOf(c)
    if (i >= 0) left.splice(i, 1)
    return i >= 0
  })
}

/** Compares a printed name with the name of the code, after folding blanks and brackets. */
export function compareName(list: Chart, code: string, printed: string): NameVerdict {
  const item = list.items.get(code)
  if (item === undefined) return { verdict: 'unknown' }
  const [name, expected] = [foldName(printed), foldName(item.name)]
  if (name === expected) return { verdict: 'same' }
  const former = item.former.find((f) => bare(f.name) === bare(name))
  if (former !== undefined) return { verdict: 'former', expected: item.name, until: former.until }
  return { verdict: isWithin(name, expected) || name.startsWith(expected) || name.endsWith(expected) ? 'cut' : 'other', expected: item.name, verified: item.verified }
}

/**
 * A list of an office's own, as CSV with the columns code, name and, if it likes, verified (`no` marks a row nobody vouches for).
 * Every parent has to stand in it, a code stands once.
 * Refusals: `chart-empty`, `chart-code-wrong`, `chart-name-missing`, `chart-code-twice`, `chart-parent-missing`; `at` is the line.
 */
export function readChart(kind: ChartKind, year: number, csv: string, complete = true): Result<Chart, Refusal> {
  const lines = csv.replace(/^\ufeff/, '').split(/\r?\n/)
  const items = new Map<string, ChartItem>()
  for (const [i, line] of lines.entries()) {
    const [code = '', name = '', mark = ''] = line.split(',').map((c) => c.trim().replace(/^"(.*)"$/, '$1'))
    if (line.trim() === '' || (i === 0 && !/^\d/.test(code))) continue
    const at = `line ${i + 1}`
    if (!CODE[kind].test(code)) return no({ code: 'chart-code-wrong', at, rule: kind, details: { code } })
    if (name === '') return no({ code: 'chart-name-missing', at, details: { code } })
    if (items.has(code)) return no({ code: 'chart-code-twice', at, details: { code } })
    items.set(code, { code, name, verified: mark !== 'no' && mark !== 'unverified', former: FORMER_NAMES.filter(([c]) => c === code).map(([, n, until]) => ({ name: n, until })) })
  }
  if (items.size === 0) return no({ code: 'chart-empty', rule: kind })
  for (const code of items.keys()) {
    const parent = parentOf(code)
    if (parent !== undefined && !items.has(parent)) return no({ code: 'chart-parent-missing', at: code, details: { code, parent } })
  }
  return ok({ kind, year, items, complete })
}
