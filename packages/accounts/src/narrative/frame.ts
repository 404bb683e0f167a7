import { type Figure } from '../figure.ts'
import { figureOf } from './exact.ts'
import { type Passage } from './passage.ts'
import { type Slot, type Topic, subjectOf, topicOf } from './subject.ts'

/** What a figure is compared with. */
export type Against = { readonly kind: 'year'; readonly year?: number } | { readonly kind: 'budget'; readonly base: BudgetBase }
export type BudgetBase = 'opening' | 'whole-year' | 'unnamed'

/** A figure in its sentence; `from` and `to` are offsets in the passage's `clauses`. Money is in 万元. */
export interface Spot { readonly figure: Figure; readonly from: number; readonly to: number; readonly unit: string }
export interface Change { readonly against: Against | undefined; readonly from: number; amount?: Spot; word?: string; pace?: Spot; paceWord?: string; incomparable?: boolean }
export interface Share { readonly spot: Spot; readonly whole: string }

/** All that a text says of one subject at one place. */
export interface Frame {
  readonly slot: Slot | undefined
  readonly phrase: string
  readonly topic: Topic | undefined
  readonly passage: Passage
  readonly from: number
  to: number
  /** The figures of an earlier paragraph, which this one goes on with: their offsets are not of this passage. */
  readonly inherited?: true
  final?: Spot
  budget?: Spot & { readonly base: BudgetBase }
  rate?: Spot & { readonly base: BudgetBase }
  readonly shares: Share[]
  readonly changes: Change[]
  level?: { readonly word: string; readonly against: Against | undefined; readonly from: number; readonly to: number }
  verdict?: { readonly word: string; readonly base: BudgetBase; readonly from: number; readonly to: number }
  reason?: { readonly text: string; readonly from: number; readonly to: number }
}

const NUMBER = '\\d+(?:,\\d{3})*(?:\\.\\d+)?'
const TOKEN = new RegExp(`(?:(${NUMBER})(?:[、，和](${NUMBER}))?|(--|—+))?(?<![\\u4e00-\\u9fff：])(万元|亿元|元|万(?=[（，。；、）]|$)|%|--)`, 'g')
const RISE = '增加|增长|上升|提高|增收|增支|多支出|多收入'
const FALL = '减少|下降|降低|减收|减支|少支出|少收入|节约|压减'
const CHANGE = new RegExp(`(?:各|均|共|分别|同比|实际|同口径)*(${RISE}|${FALL})(?:了|约|额|额为|率为|幅为)?$`)
const EXCESS = /决算数?(大于|高于|多于|超过|小于|低于|少于)(?:年初|全年|调整)?预算(?:数)?$/
const YEAR = /(?:与|较|比|同|相比)(?:(\d{4})年(?:度)?|(上年|上一年|去年|前一年|上年同期|上一度)(?:度)?)(?:同期)?(?:决算|实际)?(?:数|支出数|收入数|支出|收入)?(?:相比|比较|对比)?/
const BUDGET = /(?:与|较|比|同)(?:(\d{4})年(?:度)?)?(年初|全年|调整)?预算(?:数)?(?:安排)?(?:相比|比较)?/
const LEVEL = /(基本持平|持平|基本一致|一致|无变化|无增减|没有变化|无差异|相同)/
const VERDICT = /决算(?:数)?(?:与|同)?(大小于|大于|小于|高于|低于|多于|少于|等于)(年初|全年|调整)?预算/
const REASON = /主要原|原因(?:是|为|：|有)|主要是|由于|是因为|主要用于(?!以下)|主要系|开支内容|增加的原因|减少的原因|主要情况/
const baseOf = (word: string | undefined): BudgetBase => word === '年初' ? 'opening' : word === '全年' || word === '调整' ? 'whole-year' : 'unnamed'

/** Whether a direction word says more: true, less: false. */
export const isRise = (word: string): boolean => new RegExp(`^(?:${RISE}|大于|高于|多于|超过)$`).test(word)

/** Both direction words of the form: which one is meant nobody can tell. */
const CHOICE = /[（/／](?:增长|下降|增加|减少|降低|上升)[）]?$/

interface State {
  readonly passage: Passage
  readonly topic: Topic | undefined
  readonly frames: Frame[]
  frame: Frame | undefined
  /** Frames that a pair of figures opened: `收、支总计各是 a, b`. */
  pair: readonly Frame[]
  against: Against | undefined
  mute: 'reason' | 'use' | undefined
  readonly outer: (Frame | undefined)[]
  change: Change | undefined
}

function open(s: State, slot: Slot | undefined, phrase: string, from: number): Frame {
  const f: Frame = { slot, phrase, topic: s.topic, passage: s.passage, from, to: from, shares: [], changes: [] }
  s.frames.push(f)
  s.frame = f
  s.change = undefined
  s.pair = []
  return f
}

/** The frame of a phrase: the one that is open when the phrase names nothing new. */
function frameFor(s: State, phrase: string, from: number, role: 'final' | 'other'): Frame | undefined {
  const subject = subjectOf(phrase, s.topic)
  if (subject.phrase === '') return s.frame
  if (subject.slot !== undefined && s.pair.some((f) => f.slot === `${subject.slot}.income`)) return s.frame
  if (subject.slot !== undefined && s.frame?.slot === subject.slot && from - s.frame.to <= 240 && (role === 'other' || s.frame.final === undefined)) return s.frame
  if (subject.slot !== undefined && role === 'other') {
    const earlier = s.frames.findLast((f) => f.slot === subject.slot && f.passage === s.passage && from - f.to <= 240)
    if (earlier) { s.frame = earlier; s.change = undefined; return earlier }
  }
  return open(s, subject.slot, subject.phrase, from)
}

function setAgainst(s: State, clause: string): string {
  const budget = BUDGET.exec(clause)
  if (budget) { s.against = { kind: 'budget', base: baseOf(budget[2]) }; s.change = undefined; return clause.replace(budget[0], '') }
  const year = YEAR.exec(clause)
  if (year) { s.against = { kind: 'year', ...(year[1] ? { year: Number(year[1]) } : {}) }; s.change = undefined; return clause.replace(year[0], '') }
  if (clause.includes('同比')) s.against = { kind: 'year' }
  return clause
}

/** One clause without a figure, or the words of a clause before its figure. `last`: a figure follows. */
function readClause(s: State, clause: string, from: number, last: boolean): string {
  let text = clause
  const begins = /^(?:（[一二三四五六七八九十\d]+）|[一二三四五六七八九十]+、|\d{1,2}[.、]|[①-⑳])/.exec(text)
  if (begins && text.length > begins[0].length) text = text.slice(begins[0].length)
  if (s.mute === 'reason' && !/^(?:年初预算|支出决算|完成(?:年初|全年|调整)?预算|决算数)|年初预算数?(?:为|是)?$/.test(text)) return ''
  if (s.mute === 'use' && !/^(?:完成|年初预算|全年预算|支出决算|决算数|占|较|比|与|共计支出)/.test(text)) return ''
  s.mute = undefined
  const reason = REASON.exec(text)
  if (reason) { s.mute = reason[0].startsWith('主要用于') || reason[0] === '开支内容' ? 'use' : 'reason'; text = text.slice(0, reason.index) }
  const verdict = VERDICT.exec(text)
  if (verdict?.[1] && s.frame && !last) s.frame.verdict = { word: verdict[1], base: baseOf(verdict[2]), from: from + clause.indexOf(verdict[0]), to: from + clause.indexOf(verdict[0]) + verdict[0].length }
  const rest = setAgainst(s, text)
  if (last) return rest
  const level = LEVEL.exec(rest)
  if (level?.[1] && !reason) {
    const before = rest.slice(0, level.index).replace(/(?:与|同|较|比|和|保持|决算数?(?:与|同)预算数?)$/, '').replace(/决算数?$/, '')
    const f = frameFor(s, before.replace(/(?:与|同)预算数?/, ''), from, 'other')
    const against: Against | undefined = /决算数?(?:与|同)(?:年初|全年)?预算/.test(clause) ? { kind: 'budget', base: 'unnamed' } : s.against
    const at = from + clause.indexOf(level[1])
    if (f) f.level = { word: level[1], against, from: at, to: at + level[1].length }
  } else if (text.includes('（项）') || begins !== null) {
    const subject = subjectOf(rest, s.topic)
    if (subject.slot !== undefined && !reason) open(s, subject.slot, subject.phrase, from)
  }
  return ''
}

const SPLIT = /[，。；：]/

/** Words between two figures: clauses are read one by one; the last one, which leads to the figure, is returned. */
function readGap(s: State, gap: string, at: number, final: boolean): { words: string; long: string; start: number } {
  let from = at, words = '', clause = ''
  for (let i = 0; i <= gap.length; i++) {
    const c = gap[i] ?? ''
    const closes = i === gap.length
    if (c === '（' && /^（[^）]*$/.test(gap.slice(i)) ) { s.outer.push(s.frame) }
    if (c === '）' && !gap.slice(0, i).includes('（') && s.outer.length > 0) { s.frame = s.outer.pop(); clause = ''; from = at + i + 1; continue }
    if (!closes && !SPLIT.test(c)) { clause += c; continue }
    words = readClause(s, clause, from, closes && !final)
    if (c === '。') { s.mute = undefined; s.change = undefined; if (!gap.startsWith('其中', i + 1)) s.against = undefined }
    if (!closes) { clause = ''; from = at + i + 1 }
  }
  // an amount whose number is missing: what follows does not speak of the figure before it
  if (/[\u4e00-\u9fff]万元/.test(gap)) { s.frame = undefined; s.change = undefined }
  const sentence = gap.split(/[。；]/).at(-1) ?? ''
  return { words, long: sentence, start: from + (/^[、（）]*/.exec(gap.slice(from - at))?.[0].length ?? 0) }
}

function money(text: string, unit: string, from: number, to: number): Spot | undefined {
  const f = figureOf(text)
  if (unit === '亿元') return undefined
  return { figure: unit === '元' ? { ...f, decimals: f.decimals + 4 } : f, from, to, unit }
}

function readMoney(s: State, words: string, long: string, spots: readonly Spot[], from: number): void {
  const spot = spots[0]
  if (!spot) { open(s, undefined, words, from); return }
  const plain = words.replace(/^[、（）]+/, '')
  if (CHOICE.test(plain)) return
  if (/完成(?:了)?(?:年初|全年|调整)?预算(?:数)?(?:的)?$/.test(plain)) { if (s.frame) s.frame.budget = { ...spot, base: baseOf(/年初|全年|调整/.exec(plain)?.[0]) }; return }
  const excess = EXCESS.exec(plain)
  const change = CHANGE.exec(plain)
  if (excess?.[1] || change?.[1]) {
    const word = excess?.[1] ?? change?.[1] ?? ''
    const f = frameFor(s, plain.slice(0, (excess ?? change)?.index).replace(/[各均共]$/, ''), from, 'other')
    const against: Against | undefined = excess ? { kind: 'budget', base: baseOf(/年初|全年|调整/.exec(plain)?.[0]) } : s.against
    const targets = s.pair.length === 2 ? s.pair : f ? [f] : []
    targets.forEach((t, i) => { const c: Change = { against, from, amount: spots[i] ?? spot, word }; t.changes.push(c); s.change = c; t.to = spot.to })
    return
  }
  const budget = /(年初|全年|调整后?|本年)?预算(?:数)?(?:安排)?(?:合计)?(?:为|是|：)?$/.exec(plain)
  if (budget && !/资金$|金额$|(?:一般公共|政府性基金|国有资本经营)预算(?:为|是)?$/.test(plain)) {
    const known = frameFor(s, plain.slice(0, budget.index), from, 'other')
    const f = known === undefined || known.budget !== undefined ? open(s, undefined, plain, from) : known
    if (f) { f.budget = { ...spot, base: baseOf(budget[1]?.slice(0, 2)) }; f.to = spot.to }
    return
  }
  const short = subjectOf(plain, s.topic)
  const far = short.slot === undefined && short.phrase !== '' ? subjectOf(long.replace(/^[、（）]+/, ''), s.topic) : undefined
  const f = far?.slot !== undefined ? open(s, far.slot, far.phrase, from) : frameFor(s, plain, from, 'final')
  if (spots.length === 2 && f?.slot !== undefined && f.slot.endsWith('total')) {
    const both = ['income', 'expenditure'].map((side, i) => { const t = open(s, `${f.slot}.${side}`, f.phrase, f.from); t.final = spots[i]!; t.to = spot.to; return t })
    s.frames.splice(s.frames.indexOf(f), 1)
    s.pair = both
    s.frame = both[0]
    return
  }
  if (f && f.final === undefined) { f.final = spot; f.to = spot.to } else if (!f) open(s, undefined, plain, from).final = spot
}

function readPercent(s: State, words: string, gap: string, spot: Spot | undefined, from: number): void {
  const plain = words.replace(/^[、（）]+/, '')
  if (CHOICE.test(plain)) return
  const share = /占(.*?)(?:的)?(?:比例|比重|份额)?(?:为|是|达)?$/.exec(plain)
  const change = CHANGE.exec(plain)
  if (share && !change) {
    const f = frameFor(s, plain.slice(0, share.index), from, 'other')
    if (f && spot) { f.shares.push({ spot, whole: share[1] ?? '' }); f.to = spot.to }
    return
  }
  const rate = /(?:完成|为|达到?)(?:了)?(?:当年|本年|\d{4}年)?(年初|全年|调整后?)?(?:支出)?预算(?:数)?(?:的)?$|(?:预算)?(?:执行率|完成率)(?:为|是|达|达到)?$/.exec(plain)
  if (rate || plain === '的' && s.frame?.budget && s.frame.rate === undefined) {
    const f = rate ? frameFor(s, plain.slice(0, rate.index), from, 'other') : s.frame
    if (f && spot && f.rate === undefined) { f.rate = { ...spot, base: rate ? baseOf(rate[1]?.slice(0, 2)) : f.budget?.base ?? 'unnamed' }; f.to = spot.to }
    return
  }
  const second = gap === '、' || gap === '和' || gap === '，'
  if (second && s.pair.length === 2 && spot) { const c = s.pair[1]?.changes.at(-1); if (c && c.pace === undefined) { c.pace = spot; c.paceWord = s.pair[0]?.changes.at(-1)?.paceWord ?? '' } return }
  if (!change?.[1]) return
  const f = frameFor(s, plain.slice(0, change.index).replace(/[各均]$/, ''), from, 'other')
  if (!f) return
  const target = s.pair.length === 2 ? s.pair[0]?.changes.at(-1) : f.changes.at(-1) === s.change ? s.change : undefined
  const c = target ?? { against: s.against, from }
  if (target === undefined) { f.changes.push(c); s.change = c }
  if (c.pace !== undefined) return
  c.paceWord = change[1]
  if (spot) { c.pace = spot; f.to = spot.to } else c.incomparable = true
}

function goOn(before: Frame, passage: Passage): Frame {
  const { slot, phrase, topic, final, budget } = before
  return { slot, phrase, topic, passage, from: 0, to: 0, inherited: true, shares: [], changes: [], ...(final ? { final } : {}), ...(budget ? { budget } : {}) }
}

/** Reads a passage into frames. `before` is the frame that a paragraph starting with a comparison goes on with. */
function readPassage(passage: Passage, topic: Topic | undefined, before: Frame | undefined): readonly Frame[] {
  const text = passage.clauses.text
  const goesOn = /^(?:与|比|较|完成|决算数|占|主要用于|年初预算|支出决算)/.test(text)
  const on = goesOn && before ? goOn(before, passage) : undefined
  const s: State = { passage, topic, frames: on ? [on] : [], frame: on, pair: [], against: undefined, mute: undefined, outer: [], change: undefined }
  let last = 0
  for (const m of text.matchAll(TOKEN)) {
    const [whole, first, second, dash, unit = ''] = m
    if (first === undefined && dash === undefined && unit !== '--') continue
    const paired = second !== undefined && (/各|分别/.test(text.slice(last, m.index)) || s.pair.length === 2 || first !== undefined && first.includes('.') && second.includes('.') && text[m.index + first.length] !== '和')
    const lone = second !== undefined && !paired ? m.index + whole.length - unit.length - second.length : m.index
    const gap = text.slice(last, lone)
    const to = m.index + whole.length
    const wasMute = s.mute
    const { words, long, start } = readGap(s, gap, last, false)
    const muted = s.mute !== undefined || wasMute !== undefined && words === '' && gap !== ''
    last = to
    if (muted) continue
    if (unit === '%' || unit === '--') {
      const value = second !== undefined && !paired ? second : first
      readPercent(s, words, gap, value === undefined ? undefined : { figure: figureOf(value), from: lone, to, unit: '%' }, start)
    } else if (first !== undefined) {
      const values = paired ? [first, second] : [second ?? first]
      readMoney(s, words, long, values.flatMap((v) => v === undefined ? [] : money(v, unit, lone, to) ?? []), start)
    }
  }
  readGap(s, text.slice(last), last, true)
  return s.frames.map((f, i) => withReason(f, s.frames[i + 1]))
}

/** The reason that a passage gives after a frame and before the next one. */
function withReason(f: Frame, next: Frame | undefined): Frame {
  const text = f.passage.clauses.text
  const part = text.slice(f.to, next !== undefined && next.from > f.to ? next.from : text.length)
  const m = /(?:主要原因|原因|主要是|由于|是因为|主要系)(?:是|为|：|有)*/.exec(part)
  if (m) {
    const start = f.to + m.index + m[0].length
    const end = text.slice(start).search(/。(?!\d)/)
    const to = end < 0 ? f.to + part.length : Math.min(start + end, f.to + part.length)
    if (to > start) f.reason = { text: text.slice(start, to), from: start, to }
  }
  return f
}

const SILENT: ReadonlySet<Topic> = new Set(['glossary', 'duties'])

/** Every statement of the prose about money, bound to its subject. */
export function framesOf(passages: readonly Passage[]): readonly Frame[] {
  const out: Frame[] = []
  for (const p of passages) {
    if (p.kind !== 'prose') continue
    const topic = topicOf(p.path)
    if (topic !== undefined && SILENT.has(topic)) continue
    if (!/万元|亿元|\d元|%|持平|一致|无变化|无增减|（项）/.test(p.clauses.text)) continue
    const last = out.at(-1)
    out.push(...readPassage(p, topic, last?.passage.path.join() === p.path.join() ? last : undefined))
  }
  return out
}
