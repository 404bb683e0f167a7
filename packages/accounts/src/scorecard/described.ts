import { no, ok, type Place, type Result } from '@causeway/kernel'

import { type Form, type Fund, type FundKind, type Group, type Indicator, type Mark, type Printed, printed } from './form.ts'
import { plain } from './phrase.ts'
import { type Rate } from './statement.ts'

/** Why a description of a scorecard is refused, in both languages; `{at}` is the place (a JSON pointer), `{given}` what stands there. */
export const SCORECARD_REFUSALS: Readonly<Record<'scorecard-malformed' | 'scorecard-kind-unknown' | 'scorecard-field-missing' | 'scorecard-number-invalid' | 'scorecard-text-invalid' | 'scorecard-empty' | 'scorecard-too-large', { readonly zh: string; readonly en: string }>> = {
  'scorecard-malformed': { zh: '{at} 应为{given}；格式见 docs/performance-score.md。', en: '{at} must be {given}; docs/performance-score.md shows the form.' },
  'scorecard-kind-unknown': { zh: '{at} 应为 self-evaluation 或 evaluation，现为 {given}。', en: '{at} is self-evaluation or evaluation, not {given}.' },
  'scorecard-field-missing': { zh: '缺少 {at}；请补填。', en: '{at} is missing: fill it in.' },
  'scorecard-number-invalid': { zh: '{at} 应为不带单位的十进制数（如 "9.1"），现为 {given}。', en: '{at} is a decimal number without a unit, such as "9.1", not {given}.' },
  'scorecard-text-invalid': { zh: '{at} 应为文字，现为 {given}。', en: '{at} is a text, not {given}.' },
  'scorecard-empty': { zh: '{at} 没有指标；至少写一条。', en: '{at} has no indicator: write at least one.' },
  'scorecard-too-large': { zh: '{at} 超过 {given}；请分开评分。', en: '{at} is over {given}: score it in parts.' },
}

export type ScorecardRefusal = { readonly code: keyof typeof SCORECARD_REFUSALS; readonly at: string; readonly given: string }

/** A scorecard as somebody describes it: one form, the year, and the rates that are told with an evaluation. */
export interface Described { readonly form: Form; readonly year?: number; readonly rates: readonly Rate[] }

/** More indicators than any form has; longer texts than any cell. */
const MOST = { indicators: 500, text: 2000, levels: 6 } as const

/** Refuses from deep inside; caught once, in parseScorecard. */
class Malformed extends Error {
  readonly refusal: ScorecardRefusal
  constructor(code: ScorecardRefusal['code'], at: string, given = '') {
    super(code)
    this.refusal = { code, at, given }
  }
}

type Json = Readonly<Record<string, unknown>>
const shown = (v: unknown): string => { const t = JSON.stringify(v) ?? 'undefined'; return t.length > 40 ? `${t.slice(0, 40)}…` : t }
const at = (path: string): Place => ({ cell: path })

function object(value: unknown, path: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed('scorecard-malformed', path || '/', 'an object {…}')
  return value as Json
}

function array(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed('scorecard-malformed', path, 'a list […]')
  if (value.length > MOST.indicators) throw new Malformed('scorecard-too-large', path, String(MOST.indicators))
  return value
}

/** A text of a member; numbers count as written. */
function text(of: Json, member: string, path: string): Mark | undefined {
  const value = of[member]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' && typeof value !== 'number') throw new Malformed('scorecard-text-invalid', `${path}/${member}`, shown(value))
  const t = String(value)
  if (t.length > MOST.text) throw new Malformed('scorecard-too-large', `${path}/${member}`, String(MOST.text))
  return { text: t, place: at(`${path}/${member}`) }
}

function number(of: Json, member: string, path: string): Printed | undefined {
  const t = text(of, member, path)
  if (t === undefined) return undefined
  const value = /^\s*[-−]?[\d,.]+\s*%?\s*$/.test(t.text) ? printed(t) : undefined
  if (value === undefined) throw new Malformed('scorecard-number-invalid', t.place.cell!, shown(of[member]))
  return value
}

function needed<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw new Malformed('scorecard-field-missing', path)
  return value
}

const some = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : { [key]: value } as Record<K, V>)

function indicator(value: unknown, path: string): Indicator {
  const o = object(value, path)
  const names = array(o['path'] ?? (o['name'] === undefined ? needed(undefined, `${path}/path`) : [o['name']]), `${path}/path`)
  if (names.length === 0) throw new Malformed('scorecard-field-missing', `${path}/path`)
  if (names.length > MOST.levels) throw new Malformed('scorecard-too-large', `${path}/path`, String(MOST.levels))
  const words = names.map((n, k) => needed(text({ n }, 'n', `${path}/path/${k}`), `${path}/path/${k}`))
  return {
    path: words.map((w) => plain(w.text)), name: { text: words.at(-1)!.text, place: at(path) }, weight: needed(number(o, 'weight', path), `${path}/weight`), unread: false,
    ...some('target', text(o, 'target', path)), ...some('actual', text(o, 'actual', path)), ...some('score', number(o, 'score', path)), ...some('reason', text(o, 'reason', path)), ...some('method', text(o, 'method', path)),
  }
}

/** First- and second-level headings follow from the paths; their printed points from `groups`. */
function groupsOf(indicators: readonly Indicator[], given: readonly (readonly [name: string, points: Printed])[]): readonly Group[] {
  const groups = new Map<string, { level: 1 | 2; name: string; mark: Mark; points?: Printed; of: number[] }>()
  indicators.forEach((i, k) => i.path.slice(0, -1).slice(0, 2).forEach((name, depth) => {
    const key = i.path.slice(0, depth + 1).join('\u0000')
    const points = given.find(([n]) => n === name)?.[1]
    const group = groups.get(key) ?? { level: depth === 0 ? 1 : 2, name, mark: { text: name, place: points?.place ?? i.name.place }, ...some('points', points), of: [] }
    group.of.push(k)
    groups.set(key, group)
  }))
  return [...groups.values()]
}

const PARTS: readonly FundKind[] = ['fiscal', 'carried', 'other']

function funds(value: unknown): readonly Fund[] {
  if (value === undefined || value === null) return []
  const o = object(value, '/budget')
  const row = (from: Json, path: string) => ({ ...some('planned', number(from, 'planned', path)), ...some('available', number(from, 'available', path)), ...some('spent', number(from, 'spent', path)), ...some('weight', number(from, 'weight', path)), ...some('execution', number(from, 'rate', path)), ...some('score', number(from, 'score', path)) })
  const total: Fund = { kind: 'total', label: { text: '年度资金总额', place: at('/budget') }, ...row(o, '/budget') }
  if (total.available === undefined && total.planned === undefined) throw new Malformed('scorecard-field-missing', '/budget/available')
  needed(total.spent, '/budget/spent')
  const parts = o['parts'] === undefined ? {} : object(o['parts'], '/budget/parts')
  return [total, ...PARTS.flatMap((kind): Fund[] => (parts[kind] === undefined ? [] : [{ kind, label: { text: kind, place: at(`/budget/parts/${kind}`) }, ...row(object(parts[kind], `/budget/parts/${kind}`), `/budget/parts/${kind}`) }]))]
}

function ratesOf(value: unknown): readonly Rate[] {
  if (value === undefined || value === null) return []
  const o = object(value, '/rates')
  return (['arrived', 'execution'] as const).flatMap((name) => { const rate = number(o, name, '/rates'); return rate === undefined ? [] : [{ mark: { text: rate.text, place: rate.place }, section: undefined, name, rate, reasoned: text(o, 'reason', '/rates') !== undefined }] })
}

function read(value: unknown): Described {
  const o = object(value, '')
  const kind = o['kind'] ?? 'self-evaluation'
  if (kind !== 'self-evaluation' && kind !== 'evaluation') throw new Malformed('scorecard-kind-unknown', '/kind', shown(kind))
  const indicators = array(needed(o['indicators'], '/indicators'), '/indicators').map((v, k) => indicator(v, `/indicators/${k}`))
  if (indicators.length === 0) throw new Malformed('scorecard-empty', '/indicators')
  const given = o['groups'] === undefined ? [] : array(o['groups'], '/groups').map((g, k) => { const of = object(g, `/groups/${k}`); return [plain(needed(text(of, 'name', `/groups/${k}`), `/groups/${k}/name`).text), needed(number(of, 'points', `/groups/${k}`), `/groups/${k}/points`)] as const })
  const [total, full, grade, explanation, project, year] = [number(o, 'total', ''), number(o, 'full', ''), text(o, 'grade', ''), text(o, 'explanation', ''), text(o, 'project', ''), number(o, 'year', '')]
  const form: Form = {
    kind, ...some('project', project), ...(project === undefined ? {} : { title: project }), bodies: [], headings: [], asksReason: kind === 'self-evaluation', funds: funds(o['budget']), indicators, groups: groupsOf(indicators, given),
    ...(total === undefined ? {} : { total: { label: { text: total.text, place: total.place }, score: total, ...some('full', full) } }), ...some('grade', grade), explanation: { label: { text: explanation?.text ?? '', place: at('/explanation') }, text: explanation?.text ?? '' },
    listed: [], notes: [], from: 0, to: 0,
  }
  return { form, ...(year === undefined ? {} : { year: Number(year.text) }), rates: ratesOf(o['rates']) }
}

/**
 * A scorecard described as JSON: `{ kind, project, year, budget, indicators, groups, total, grade, … }`; docs/performance-score.md and its
 * schema show every member. Numbers may be texts (`"9.10"`, so that their decimals count) or JSON numbers.
 *
 * @param value - whatever JSON.parse gave
 * @returns refused with the place of the first fault
 */
export function parseScorecard(value: unknown): Result<Described, ScorecardRefusal> {
  try {
    return ok(read(value))
  } catch (error) {
    if (error instanceof Malformed) return no(error.refusal)
    throw error
  }
}
