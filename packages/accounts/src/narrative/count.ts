import { add, meet, rangeOf, show, valueOf } from '../figure.ts'
import { compare, figureOf, isZero } from './exact.ts'
import { type Passage } from './passage.ts'
import { topicOf } from './subject.ts'
import { finalsOf } from './operand.ts'
import { type Said, type Text, type TextRelation, at, frameQuote } from './tell.ts'

/** A count of things in the text: how many, where. */
export interface Count { readonly n: number; readonly passage: Passage; readonly from: number; readonly to: number }

type Thing = 'groups' | 'travellers' | 'bought' | 'fleet' | 'home.batches' | 'home.guests' | 'inner.batches' | 'inner.guests' | 'foreign.batches' | 'foreign.guests' | 'vehicles'

const CUES: readonly (readonly [string, RegExp])[] = [
  ['abroad', /出国（境）团组|(?<!来访)团组|出国（境）/], ['inner', /外事接待|接待外宾|外宾接待|其中[：，]?外宾/], ['foreign', /国（境）外(?:公务)?接待/], ['home', /国内(?:公务)?接待|公务接待|共计接待|接待/],
  ['fleet', /保有量|共有公务用车/], ['bought', /购置|更新/], ['vehicles', /共有车辆|车辆总数/],
]

/** Counts of the parts on official travel, cars and receptions, by the words before each. */
export function countsOf(text: Text): ReadonlyMap<Thing, readonly Count[]> {
  const out = new Map<Thing, Count[]>()
  const put = (t: Thing, c: Count): void => { out.set(t, [...out.get(t) ?? [], c]) }
  for (const p of text.passages) {
    const topic = topicOf(p.path)
    if (p.kind !== 'prose' || topic === 'glossary' || topic === 'duties' || topic === 'performance') continue
    const words = p.clauses.text
    if (!/三公|接待|公务用车|团组|车辆/.test(words)) continue
    let cue = ''
    const outer: string[] = []
    let last = 0
    for (const m of words.matchAll(/(\d+)(批次|批|人次|个|辆|人|次(?!数))/g)) {
      const gap = words.slice(last, m.index)
      for (const piece of gap.split(/(?<=[（）])|(?=[（）])/)) {
        if (piece === '（') outer.push(cue)
        else if (piece === '）' && outer.length > 0) cue = outer.pop() ?? cue
        else { const hits = CUES.flatMap(([name, find]) => { const all = [...piece.matchAll(new RegExp(find.source, 'g'))]; const h = all.at(-1); return h ? [{ name, end: h.index + h[0].length, at: h.index }] : [] }); const best = hits.sort((a, b) => b.end - a.end || a.at - b.at)[0]; if (best && !(best.name === 'home' && cue === 'inner' && outer.length > 0)) cue = best.name }
      }
      last = m.index + m[0].length
      const n = Number(m[1])
      const c: Count = { n, passage: p, from: m.index, to: last }
      const unit = m[2] ?? ''
      if (cue === 'abroad' && /个|批|^次/.test(unit) && /团组[^，。；]{0,8}$/.test(gap)) put('groups', c)
      else if (cue === 'abroad' && /人/.test(unit)) put('travellers', c)
      else if (cue === 'fleet' && unit === '辆') put('fleet', c)
      else if (cue === 'bought' && unit === '辆' && topic !== 'asset') put('bought', c)
      else if (cue === 'vehicles' && unit === '辆') { put('vehicles', c); cue = 'use' }
      else if (/home|inner|foreign/.test(cue) && unit.startsWith('批')) put(`${cue as 'home'}.batches`, c)
      else if (/home|inner|foreign/.test(cue) && unit.startsWith('人')) put(`${cue as 'home'}.guests`, c)
    }
  }
  return out
}

type Counts = ReadonlyMap<Thing, readonly Count[]>
const one = (c: Counts, t: Thing): Count | undefined => c.get(t)?.[0]

function tell(said: Said, c: Count, relation: string, severity: 'error' | 'warning', published: string, expected: string, zh: string, en: string): void {
  const cut = c.passage.clauses.text.slice(0, c.from)
  const from = Math.max(cut.lastIndexOf('，'), cut.lastIndexOf('。'), cut.lastIndexOf('；'), c.from - 24) + 1
  said.findings.push(at(c.passage, 'clauses', from, c.to, { relation, severity, class: 'logic', published, expected, zh, en }))
}

/** Whether the money of a slot is above zero; nothing when the document does not say. */
function spent(text: Text, slot: string): boolean | undefined {
  const all = finalsOf(text, slot)
  if (all.length === 0) return undefined
  return all.every((o) => isZero(o.figure)) ? false : all.some((o) => isZero(o.figure)) ? undefined : true
}

function abroad(text: Text, said: Said): void {
  const c = countsOf(text)
  const groups = one(c, 'groups'), people = one(c, 'travellers'), money = spent(text, 'official.abroad')
  if (groups && people) { said.tried++; if (people.n < groups.n) tell(said, people, 'SG-1', 'error', `${people.n} 人次`, `≥${groups.n}`, `出国（境）${people.n} 人次少于团组 ${groups.n} 个，不可能成立。`, `${people.n} travellers in ${groups.n} groups cannot be.`) }
  for (const k of [groups, people]) if (k && money !== undefined) {
    said.tried++
    if (money !== k.n > 0) tell(said, k, 'SG-1', 'error', `${k.n}`, money ? '＞0' : '0', money ? '因公出国（境）费大于 0，而团组或人次为 0。请核对。' : '因公出国（境）费为 0，而团组或人次大于 0。请核对或说明经费来源。', 'Money and number of journeys abroad do not agree: one is zero and the other is not.')
  }
}

function cars(text: Text, said: Said): void {
  const c = countsOf(text)
  const bought = one(c, 'bought'), fleet = one(c, 'fleet'), all = one(c, 'vehicles')
  const paid = spent(text, 'official.purchase'), running = spent(text, 'official.running')
  if (bought && paid !== undefined) { said.tried++; if (paid !== bought.n > 0) tell(said, bought, 'SG-2', 'error', `${bought.n} 辆`, paid ? '＞0' : '0', paid ? '有公务用车购置费而购置数为 0。' : '公务用车购置费为 0 而购置数大于 0。', 'Money for cars and number of cars bought do not agree: one is zero and the other is not.') }
  if (fleet && running !== undefined) { said.tried++; if (running && fleet.n === 0) tell(said, fleet, 'SG-2', 'warning', '0 辆', '＞0，或说明租赁', '有公务用车运行维护费而保有量为 0。请核对或说明租赁等情况。', 'There are running costs and no cars. Check, or say that cars were rented.') }
  if (fleet && all) { said.tried++; if (fleet.n > all.n) tell(said, fleet, 'SG-2', 'warning', `${fleet.n} 辆`, `≤${all.n}`, `公务用车保有量 ${fleet.n} 辆大于车辆总数 ${all.n} 辆。请核对。`, `${fleet.n} cars kept with fiscal money, ${all.n} vehicles in all. Check them.`) }
}

function receptions(text: Text, said: Said): void {
  const c = countsOf(text)
  for (const side of ['home', 'inner', 'foreign'] as const) {
    const batches = one(c, `${side}.batches`), guests = one(c, `${side}.guests`)
    if (batches && guests) { said.tried++; if (guests.n < batches.n) tell(said, guests, 'SG-3', 'error', `${guests.n} 人次`, `≥${batches.n}`, `接待 ${guests.n} 人次少于 ${batches.n} 批次，不可能成立。`, `${guests.n} guests in ${batches.n} groups cannot be.`) }
  }
  for (const what of ['batches', 'guests'] as const) {
    const inner = one(c, `inner.${what}`), home = one(c, `home.${what}`)
    if (inner && home) { said.tried++; if (inner.n > home.n) tell(said, inner, 'SG-3', 'error', `${inner.n}`, `≤${home.n}`, `其中外事接待 ${inner.n} 大于国内接待合计 ${home.n}。请核对。`, `Foreign guests (${inner.n}) exceed all guests received at home (${home.n}). Check them.`) }
  }
  const home = one(c, 'home.batches'), money = spent(text, 'official.reception.home') ?? spent(text, 'official.reception')
  if (home && money !== undefined) { said.tried++; if (money !== home.n > 0) tell(said, home, 'SG-3', 'error', `${home.n} 批次`, money ? '＞0' : '0', money ? '有接待费而批次为 0。' : '接待费为 0 而批次大于 0。', 'Money and number of receptions do not agree: one is zero and the other is not.') }
  const all = text.frames.find((f) => f.slot === 'official.reception' && f.final), at1 = text.frames.find((f) => f.slot === 'official.reception.home' && f.final), at2 = text.frames.find((f) => f.slot === 'official.reception.foreign' && f.final)
  if (!all?.final || !at1?.final || !at2?.final || at2.passage.clauses.text.slice(Math.max(0, at2.from - 2), at2.from + 2).includes('含')) return
  said.tried++
  const sums = [isZero(at2.final.figure) ? rangeOf(at1.final.figure) : add(rangeOf(at1.final.figure), rangeOf(at2.final.figure)), rangeOf(at1.final.figure)]
  if (!sums.some((s) => meet(s, rangeOf(all.final!.figure)))) said.findings.push(at(all.passage, 'clauses', all.from, all.final.to, { relation: 'SG-3', severity: 'error', class: 'arithmetic', published: all.final.figure.text, expected: show(add({ low: valueOf(at1.final.figure), high: valueOf(at1.final.figure) }, { low: valueOf(at2.final.figure), high: valueOf(at2.final.figure) }).low), zh: `公务接待费 ${all.final.figure.text} 不等于国内接待 ${at1.final.figure.text} 与国（境）外接待 ${at2.final.figure.text} 之和。请核对。`, en: 'Receptions at home and abroad do not add to the total. Check them.', against: [frameQuote(at1), frameQuote(at2)] }))
}

/** Far outside what is usual: 万元 a guest or a car. */
function outliers(text: Text, said: Said): void {
  const c = countsOf(text)
  const limits = [['official.reception.home', 'home.guests', 1500n, '元/人次'], ['official.running', 'fleet', 100000n, '元/辆']] as const
  for (const [slot, thing, limit, unit] of limits) {
    const money = finalsOf(text, slot)[0], n = one(c, thing)
    if (!money || !n || n.n === 0 || isZero(money.figure)) continue
    said.tried++
    const each = valueOf(money.figure)
    if (each.n * 10_000n > limit * BigInt(n.n) * each.d) tell(said, n, 'SG-4', 'warning', `${show({ n: each.n * 10_000n, d: each.d * BigInt(n.n) }, 0)} ${unit}`, `≤${limit} ${unit}`, `平均 ${show({ n: each.n * 10_000n, d: each.d * BigInt(n.n) }, 0)} ${unit}，明显偏高。请核对金额单位与数量。`, `On average ${show({ n: each.n * 10_000n, d: each.d * BigInt(n.n) }, 0)} yuan each, far more than usual. Check unit and number.`)
  }
}

function vehicles(text: Text, said: Said): void {
  for (const p of text.passages) {
    if (p.kind !== 'prose') continue
    const m = /共有(?:各类)?(?:公务)?(?:车辆|用车)(\d+)辆[，；]?其中[：，]?([^。；]*)/.exec(p.clauses.text)
    if (!m) continue
    const uses = [...(m[2] ?? '').matchAll(/(?:用车|车辆|车)(\d+)辆/g)].map((u) => Number(u[1]))
    if (uses.length < 2) continue
    said.tried++
    const sum = uses.reduce((a, b) => a + b, 0)
    if (compare(figureOf(String(sum)), figureOf(m[1] ?? '0')) !== 0) said.findings.push(at(p, 'clauses', m.index, m.index + m[0].indexOf('辆') + 1, { relation: 'ZC-1', severity: 'error', class: 'arithmetic', published: `${m[1]} 辆`, expected: `${sum} 辆`, zh: `车辆总数 ${m[1]} 辆，各类用车相加为 ${sum} 辆。请核对。`, en: `${m[1]} vehicles in all, the uses add to ${sum}. Check them.` }))
  }
}

export const COUNT_RELATIONS: readonly TextRelation[] = [
  { id: 'SG-1', formula: { zh: '团组、人次、出国费同为零或同不为零；人次≥团组', en: 'groups, travellers and money are all zero or none; travellers ≥ groups' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.4', run: abroad },
  { id: 'SG-2', formula: { zh: '购置数与购置费、保有量与运行费相符；保有量≤车辆总数', en: 'cars bought and money, cars kept and running costs; cars kept ≤ vehicles' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.4', run: cars },
  { id: 'SG-3', formula: { zh: '接待费＝国内＋国（境）外；人次≥批次；外事≤国内', en: 'receptions = home + abroad; guests ≥ groups; foreign ≤ home' }, tolerance: 'B', severity: 'error', source: 'accounts.md 3.4', run: receptions },
  { id: 'SG-4', formula: { zh: '人均、车均不明显偏离', en: 'money a guest, a car: not far outside the usual' }, tolerance: '–', severity: 'warning', source: 'accounts.md 3.4', run: outliers },
  { id: 'ZC-1', formula: { zh: '车辆总数＝各类用车之和', en: 'vehicles = Σ uses' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.4', run: vehicles },
]
