import { type Block, type Content, type Grid, type Paragraph, type Place } from '@causeway/kernel'

import { type Columns, columnsOf, isFundHeading, isIndicatorHeading, isSummaryHeading, type Role } from './heading.ts'
import { layOut, type Slot, under } from './layout.ts'
import { plain } from './phrase.ts'
import { parsePoints, type Points } from './points.ts'

/** Words of a document with their place. */
export interface Mark { readonly text: string; readonly place: Place }
/** A number of points or money as printed. */
export interface Printed extends Mark { readonly value: Points; readonly decimals: number }

export type FundKind = 'total' | 'fiscal' | 'carried' | 'other'
/** A row of the money part. Blank is not zero: what is not printed is left out. `unread` names columns that hold something that is no number. */
export interface Fund { readonly kind: FundKind; readonly label: Mark; readonly planned?: Printed; readonly available?: Printed; readonly spent?: Printed; readonly weight?: Printed; readonly execution?: Printed; readonly score?: Printed }

/** A row of the indicators: `path` from the first level down to its name. */
export interface Indicator {
  readonly path: readonly string[]
  readonly name: Mark
  readonly target?: Mark
  readonly actual?: Mark
  readonly weight?: Printed
  readonly score?: Printed
  readonly reason?: Mark
  /** How points are given, where the form says so in its own column. */
  readonly method?: Mark
  /** A cell of points or marks holds something that is no number. */
  readonly unread: boolean
}

/** A first- or second-level indicator with the points printed in its name: `产出指标 (35分)`. `of` are indexes of indicators. */
export interface Group { readonly level: 1 | 2; readonly name: string; readonly mark: Mark; readonly points?: Printed; readonly of: readonly number[] }

/** A project in the list of self-evaluations. */
export interface Listed { readonly name?: Mark; readonly body?: Mark; readonly score?: Printed; readonly grade?: Mark; readonly first: Mark }

export type FormKind = 'self-evaluation' | 'evaluation' | 'framework' | 'summary'

/** A performance form as read from the tables of a document. */
export interface Form {
  readonly kind: FormKind
  readonly title?: Mark
  readonly project?: Mark
  readonly bodies: readonly Mark[]
  readonly headings: readonly Mark[]
  /** Whether the form has a column for the reasons of deviations. */
  readonly asksReason: boolean
  readonly funds: readonly Fund[]
  readonly indicators: readonly Indicator[]
  readonly groups: readonly Group[]
  readonly total?: { readonly label: Mark; readonly full?: Printed; readonly score?: Printed }
  readonly grade?: Mark
  /** The row that wants reasons of a total below 80, and what was written there. */
  readonly explanation?: { readonly label: Mark; readonly text: string }
  readonly listed: readonly Listed[]
  readonly notes: readonly Paragraph[]
  /** Index of the first and the last block of the form. */
  readonly from: number
  readonly to: number
}

/** A form while it is read. */
interface Draft {
  kind: FormKind | undefined
  title: Mark | undefined
  project: Mark | undefined
  bodies: Mark[]
  headings: Mark[]
  fundColumns: Columns | undefined
  columns: Columns | undefined
  funds: Fund[]
  indicators: Indicator[]
  groups: { level: 1 | 2; name: string; mark: Mark; points?: Printed; of: number[] }[]
  total: Form['total']
  grade: Mark | undefined
  explanation: Form['explanation']
  listed: Listed[]
  notes: Paragraph[]
  closed: boolean
  from: number
  to: number
}

const mark = (s: Slot): Mark => ({ text: s.text.trim(), place: s.place })

/** A number of points or money; `15分`, `90.77%` and `1,055.40` are numbers, `-` is none. */
export function printed(m: Mark | undefined): Printed | undefined {
  // two numbers in one cell are not one
  if (m === undefined || /\d\s+\d/.test(m.text)) return undefined
  const t = plain(m.text).replace(/(分|%|万元|元)$/, '')
  const value = parsePoints(t)
  return value === undefined ? undefined : { ...m, value, decimals: t.split('.')[1]?.length ?? 0 }
}

const isBlank = (s: Slot | undefined): boolean => s === undefined || /^[-—/\\无]*$/.test(s.plain)
const cellOf = (row: readonly Slot[], columns: Columns | undefined, role: Role): Slot | undefined => { const over = columns?.get(role); return over === undefined ? undefined : under(row, over) }
const filled = (s: Slot | undefined): Mark | undefined => (s === undefined || s.plain === '' ? undefined : mark(s))
/** Spreads a member only where there is one. */
const some = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : { [key]: value } as Record<K, V>)

const FUNDS: readonly (readonly [FundKind, RegExp])[] = [
  ['fiscal', /财政拨款|[当本]年财政|财政资金|财政性资金|一般公共预算|本级财政|市级资金|省级资金|中央(补助|资金)|县级资金/], ['carried', /结转|结余|上年结/], ['other', /其他资金|其它资金|自有资金|社会投入|单位资金/], ['total', /资金总额|预算总额|^合计|年度资金|^总额|^金额合计/],
]
const TOTAL = /^(总分|合计|总计|总得分|得分合计|总评分|综合得分|自评总分|自评得分|评价总分|总分值|自评总得分)(\(.*\))?[:：]?$/
const SUBTOTAL = /^(小计|分项小计)$/
const LOW = /(80|八十)分以下/
const GRADE_LABEL = /^(自评|评价|绩效|绩效评价|综合评价|评定|自评结果)*(等级|等次|评级)[:：]?$/
const PROJECT_LABEL = /^(项目名称|项目支出名称|一级项目名称|政策(和项目)?名称)[:：]?$/
const BODY_LABEL = /^(项目)?(实施|使用|承担|执行|预算|主管|填报|资金使用|申报)(单位|部门)(及代码|名称)?[:：]?$/
const FURNITURE = /^[-—–\s·]*第?\s*\d{0,3}\s*页?[-—–\s·]*(共\s*\d+\s*页)?$/

/** `产出指标 (35分)` → its name and its points. */
function named(m: Mark): { readonly name: string; readonly points?: Printed } {
  const t = plain(m.text)
  const found = /^(.*?)[([【]?(?:共|满分)?(\d+(?:\.\d+)?)分[)\]】]?$/.exec(t) ?? /^(.*?)\((\d+(?:\.\d+)?)\)$/.exec(t)
  const points = found === null ? undefined : printed({ text: found[2]!, place: m.place })
  return points === undefined ? { name: t } : { name: found![1]!, points: { ...points, text: m.text } }
}

function draft(index: number, title: Mark | undefined): Draft {
  return { kind: undefined, title, project: undefined, bodies: [], headings: [], fundColumns: undefined, columns: undefined, funds: [], indicators: [], groups: [], total: undefined, grade: undefined, explanation: undefined, listed: [], notes: [], closed: false, from: index, to: index }
}

/** 项目名称 | … | 主管部门 | …: labels with what stands behind them. @returns whether the row was one of these */
function readFacts(d: Draft, row: readonly Slot[]): boolean {
  const cells = row.filter((s) => !s.above && s.plain !== '')
  let found = false
  cells.forEach((s, i) => {
    const behind = cells[i + 1]
    if (behind === undefined) return
    if (PROJECT_LABEL.test(s.plain)) d.project = mark(behind)
    else if (BODY_LABEL.test(s.plain)) d.bodies.push(mark(behind))
    else return
    found = true
  })
  return found
}

function readFund(d: Draft, row: readonly Slot[]): boolean {
  const first = Math.min(...[...d.fundColumns!.values()].map((c) => c.col))
  const label = row.filter((s) => !s.above && s.plain !== '' && s.col < first).at(-1)
  if (label === undefined) return false
  const kind = FUNDS.find(([, words]) => words.test(label.plain))?.[0]
  if (kind === undefined) return false
  const at = (role: Role) => printed(filled(cellOf(row, d.fundColumns, role)))
  d.funds.push({ kind, label: mark(label), ...some('planned', at('planned')), ...some('available', at('available')), ...some('spent', at('spent')), ...some('weight', at('weight')), ...some('execution', at('execution')), ...some('score', at('score')) })
  return true
}

/** The total of a form: its cells where they stand under their headings, else the numbers in the row, the last of them the score. */
function readTotal(d: Draft, row: readonly Slot[], label: Slot): void {
  const numbers = row.filter((s) => !s.above && s !== label).flatMap((s) => s.text.trim().split(/\s+/).map((text) => printed({ text, place: s.place }))).filter((p) => p !== undefined)
  const behind = /[:：]?(\d+(?:\.\d+)?)分?$/.exec(label.plain)
  const inside = numbers.length === 0 && behind !== null ? printed({ text: behind[1]!, place: label.place }) : undefined
  const full = printed(filled(cellOf(row, d.columns, 'weight')))
  const score = printed(filled(cellOf(row, d.columns, 'score')))
  const by = full !== undefined || score !== undefined ? { ...some('full', full), ...some('score', score ?? numbers.filter((n) => n.text !== full?.text).at(-1)) } : { ...some('full', numbers.length > 1 ? numbers.at(-2) : undefined), ...some('score', numbers.at(-1) ?? inside) }
  d.total = { label: mark(label), ...by }
  d.closed = d.kind !== 'self-evaluation'
}

function addGroup(d: Draft, level: 1 | 2, s: Slot | undefined, parent: string): string | undefined {
  if (s === undefined || s.plain === '') return undefined
  const { name, points } = named(mark(s))
  const last = d.groups.findLast((g) => g.level === level)
  const same = last !== undefined && last.name === name && (level === 1 || parentOf(d, last) === parent)
  if (!same) d.groups.push({ level, name, mark: mark(s), ...some('points', points), of: [] })
  return name
}

const parentOf = (d: Draft, group: { readonly of: readonly number[] }): string | undefined => (group.of[0] === undefined ? undefined : d.indicators[group.of[0]]?.path[0])

function readIndicator(d: Draft, row: readonly Slot[]): void {
  const at = (role: Role) => cellOf(row, d.columns, role)
  // a merged cell of points belongs to the row where it begins, and to no other for sure
  const own = (role: Role) => { const s = at(role); return s?.above === true ? undefined : s }
  const [one, two, three] = [at('level1'), at('level2'), at('level3')]
  const previous = d.indicators.at(-1)
  const first = addGroup(d, 1, one, '') ?? previous?.path[0]
  const second = two === three ? undefined : (addGroup(d, 2, two, first ?? '') ?? (one !== undefined && one.plain !== '' && !one.above && first !== previous?.path[0] ? undefined : d.columns!.has('level2') ? previous?.path[1] : undefined))
  const nameSlot = [three, two, one].find((s) => s !== undefined && s.plain !== '' && !(s.above && s !== three)) ?? three
  if (previous !== undefined && !(one !== undefined && one.plain !== '' && !one.above) && isRest(d, row)) { d.indicators[d.indicators.length - 1] = runOn(previous, three?.above === true ? undefined : three, own); return }
  if (nameSlot === undefined || nameSlot.plain === '') return
  const label = named(mark(nameSlot))
  const [weight, score] = [printed(filled(own('weight'))) ?? label.points, printed(filled(own('score')))]
  const target = filled(own('target'))
  if (weight === undefined && score === undefined && (target === undefined || isBlank(own('target')))) return
  const joined = target === undefined ? undefined : { ...target, text: [at('operator')?.text ?? '', target.text, at('unit')?.text ?? ''].join('').trim() }
  const unread = (s: Slot | undefined): boolean => !isBlank(s) && printed(filled(s)) === undefined
  d.indicators.push({
    path: [first, second, label.name].filter((p) => p !== undefined), name: mark(nameSlot), ...some('target', joined), ...some('actual', filled(own('actual'))), ...some('weight', weight), ...some('score', score),
    ...some('reason', isBlank(at('reason')) ? undefined : filled(at('reason'))), ...some('method', filled(at('method')) ?? explanation(d, row)), unread: unread(own('weight')) || unread(own('score')),
  })
  for (const level of [1, 2] as const) d.groups.findLast((g) => g.level === level && g.name === (level === 1 ? first : second))?.of.push(d.indicators.length - 1)
}

/** Where no column says how points are given, the explanations of the row may. */
function explanation(d: Draft, row: readonly Slot[]): Mark | undefined {
  const from = d.columns!.get('explain')?.col
  const cells = from === undefined ? [] : row.filter((s) => s.col >= from && s.plain !== '' && printed(mark(s)) === undefined)
  return cells[0] === undefined ? undefined : { text: cells.map((s) => s.text).join(' '), place: cells[0].place }
}

/** The rest of a row that a narrow column or a page broke: no points, and not enough for a row of its own. */
function isRest(d: Draft, row: readonly Slot[]): boolean {
  const previous = d.indicators.at(-1)
  const at = (role: Role) => cellOf(row, d.columns, role)
  const full = ['level3', 'target', 'actual'].every((role) => (at(role as Role)?.plain ?? '').length >= (role === 'level3' ? 4 : 1))
  return previous?.weight !== undefined && previous.score !== undefined && isEmpty(at('weight')) && isEmpty(at('score')) && isEmpty(at('level2')) && !full && !/^(指标\d*[:：]?|[….]+)$/.test(at('level3')?.plain ?? '')
}

const isEmpty = (s: Slot | undefined): boolean => s === undefined || s.plain === ''

/** An indicator with the rest of its words; a place is that of their beginning. */
function runOn(i: Indicator, name: Slot | undefined, own: (role: Role) => Slot | undefined): Indicator {
  const joined = (m: Mark | undefined, s: Slot | undefined): Mark | undefined => (s === undefined || s.plain === '' ? m : m === undefined ? mark(s) : { ...m, text: `${m.text}${s.text.trim()}` })
  const words = joined(i.name, name)!
  return { ...i, path: [...i.path.slice(0, -1), plain(words.text)], name: words, ...some('target', joined(i.target, own('target'))), ...some('actual', joined(i.actual, own('actual'))), ...some('reason', joined(i.reason, own('reason'))) }
}

function readListed(d: Draft, row: readonly Slot[]): void {
  const at = (role: Role) => filled(cellOf(row, d.columns, role))
  const first = row.find((s) => !s.above && s.plain !== '')
  if (first === undefined || TOTAL.test(first.plain)) return
  d.listed.push({ first: mark(first), ...some('name', at('project')), ...some('body', at('body')), ...some('score', printed(at('score'))), ...some('grade', at('grade')) })
}

function readRow(d: Draft, row: readonly Slot[]): void {
  const first = row.find((s) => !s.above && s.plain !== '')
  if (first === undefined) return
  if (d.kind === 'summary') return readListed(d, row)
  if (LOW.test(first.plain)) {
    const written = `${first.plain.replace(/^.*?(说明|措施)[:：]/, '')}${row.filter((s) => !s.above && s !== first).map((s) => s.plain).join('')}`
    d.explanation = { label: mark(first), text: written === first.plain ? row.filter((s) => s !== first).map((s) => s.plain).join('') : written }
    return
  }
  if (TOTAL.test(first.plain.replace(/[:：]?\d+(\.\d+)?分?$/, '')) && d.columns !== undefined) return readTotal(d, row, first)
  if (GRADE_LABEL.test(first.plain)) {
    const behind = row.find((s) => !s.above && s !== first && s.plain !== '')
    if (behind !== undefined) d.grade = mark(behind)
    return
  }
  if (/^(注|备注|说明|填表说明)[:：\d]/.test(first.plain)) { d.notes.push({ kind: 'paragraph', text: first.text, spans: [{ start: 0, place: first.place }] }); return }
  if (SUBTOTAL.test(first.plain) || row.some((s) => SUBTOTAL.test(s.plain))) return
  if (d.columns !== undefined && d.total === undefined) return readIndicator(d, row)
  if (d.fundColumns !== undefined && readFund(d, row)) return
  readFacts(d, row)
}

const headingsOf = (row: readonly Slot[]): Mark[] => row.filter((s) => s.plain !== '').map(mark)
const signature = (c: Columns | undefined): string => [...(c?.keys() ?? [])].toSorted().join()

/** Lines above a table that name it: the nearest that is no unit of money, year or owner. */
function titleOf(above: readonly Paragraph[]): Mark | undefined {
  const p = above.toReversed().find((q) => !/^[（(]?(金额)?单位|^[（(]\s*\d{4}|^(预算|填报|编制)?单位[:：]|^附件?\s?\d*$|^\d+$/.test(q.text.trim()) && plain(q.text).length < 60)
  return p === undefined ? undefined : { text: p.text.trim(), place: p.spans[0]?.place ?? {} }
}

function kindOf(d: Draft): FormKind {
  if (d.kind === 'summary') return 'summary'
  const names = d.groups.filter((g) => g.level === 1).map((g) => g.name)
  const judged = names.some((n) => /^(决策|过程|投入|管理|项目决策|项目过程|项目管理)/.test(n))
  if (!d.columns!.has('score')) return 'framework'
  if (judged) return 'evaluation'
  return d.columns!.has('target') || d.funds.length > 0 || /自评/.test(d.title?.text ?? '') ? 'self-evaluation' : 'evaluation'
}

function finish(d: Draft): readonly Form[] {
  const body = d.kind === 'summary' ? d.listed.length > 0 : d.columns === undefined ? d.funds.length > 0 : d.indicators.length > 0
  if (!body) return []
  const kind = d.columns === undefined ? 'self-evaluation' : kindOf(d)
  return [{
    kind, ...some('title', d.title), ...some('project', d.project), bodies: d.bodies, headings: d.headings, asksReason: d.columns?.has('reason') ?? false, funds: d.funds, indicators: d.indicators,
    groups: d.groups.filter((g) => g.of.length > 0), ...some('total', d.total), ...some('grade', d.grade), ...some('explanation', d.explanation), listed: d.listed, notes: d.notes, from: d.from, to: d.to,
  }]
}

/** A new form begins, or the open one goes on: by its headings, by 项目名称, by what stood between. */
function readGrid(grid: Grid, index: number, at: { readonly above: readonly Paragraph[]; readonly open: Draft | undefined }): readonly Draft[] {
  const drafts: Draft[] = []
  const between = at.above.filter((p) => !FURNITURE.test(p.text.trim()))
  const rows = layOut(grid)
  const head = rows.map(columnsOf).find((c) => isIndicatorHeading(c) || isSummaryHeading(c))
  const runsOn = at.open !== undefined && !at.open.closed && at.open.total === undefined && at.open.columns !== undefined && between.length === 0 && !rows.some((r) => r.some((s) => PROJECT_LABEL.test(s.plain) && at.open!.kind !== 'summary'))
  const goesOn = runsOn && (head === undefined || signature(head) === signature(at.open!.columns))
  let d = goesOn ? at.open! : draft(index, titleOf(at.above))
  if (!goesOn) drafts.push(d)
  for (const row of rows) {
    d.to = index
    const columns = columnsOf(row)
    const fresh = d.indicators.length > 0 || d.listed.length > 0
    if (fresh && row.some((s) => !s.above && PROJECT_LABEL.test(s.plain)) && d.kind !== 'summary') drafts.push(d = draft(index, d.title))
    if (isFundHeading(columns)) {
      if (fresh) drafts.push(d = draft(index, d.title))
      d.fundColumns = columns
      d.headings.push(...headingsOf(row))
    } else if (isSummaryHeading(columns) || isIndicatorHeading(columns)) {
      if (signature(columns) === signature(d.columns)) continue
      if (d.columns !== undefined && fresh) drafts.push(d = draft(index, d.title))
      d.kind = isSummaryHeading(columns) ? 'summary' : 'self-evaluation'
      d.columns = columns
      d.headings.push(...headingsOf(row))
    } else readRow(d, row)
  }
  return drafts
}

const NOTE = /^[-—*•\s]*(注|备注|说明|填表说明)\s*[:：\d]/
const NUMBERED = /^\s*[（(]?\d{1,2}[）).、．]/

/** The paragraphs under a form that explain it: 注：1. … 2. … */
function notesAfter(blocks: readonly Block[], after: number): readonly Paragraph[] {
  const notes: Paragraph[] = []
  for (const b of blocks.slice(after + 1, after + 15)) {
    if (b.kind !== 'paragraph' || !(NOTE.test(b.text) || (notes.length > 0 && NUMBERED.test(b.text)))) break
    notes.push(b)
  }
  return notes
}

/**
 * The performance forms among a document's tables: self-evaluations, evaluations with their frameworks, lists of self-evaluated projects.
 * They are known by the words of their headings, wherever they stand; a form that pages cut in several tables is one.
 */
export function readForms(content: Content): readonly Form[] {
  const drafts: Draft[] = []
  let above: Paragraph[] = []
  content.blocks.forEach((b, i) => {
    if (b.kind === 'paragraph') { above.push(b); return }
    drafts.push(...readGrid(b, i, { above: above.slice(-6), open: drafts.at(-1) }))
    above = []
  })
  return drafts.flatMap(finish).map((f) => ({ ...f, notes: [...f.notes, ...notesAfter(content.blocks, f.to)] }))
}
