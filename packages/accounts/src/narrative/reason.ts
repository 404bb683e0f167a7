import { rangeOf } from '../figure.ts'
import { likeness } from './contents.ts'
import { compare, isZero, showRange } from './exact.ts'
import { type Change, type Frame, isRise } from './frame.ts'
import { type Passage } from './passage.ts'
import { sameSlot } from './operand.ts'
import { cellOf } from './cell.ts'
import { type Said, type Text, type TextRelation, at, frameQuote } from './tell.ts'

const WHY = /原因|主要是|主要为|由于|因为|因[\u4e00-\u9fff]{2}|系[\u4e00-\u9fff]{2}|情况如下|情况：|其中：?$/
const NEEDS: ReadonlySet<string> = new Set(['total', 'total.income', 'total.expenditure', 'fiscal.total', 'fiscal.total.income', 'fiscal.total.expenditure', 'general', 'running', 'official'])

/** The words of a section from a frame on: its own passage and the ones that follow under the same heading. */
function rest(text: Text, f: Frame): string {
  const i = text.passages.indexOf(f.passage)
  const after = text.passages.slice(i + 1, i + 8).filter((p) => p.kind === 'prose' && p.path.join() === f.passage.path.join()).map((p) => p.plain.text)
  return [f.passage.clauses.text.slice(f.to), ...after].join('')
}

function missing(text: Text, f: Frame, said: Said): void {
  const change = f.changes.find((c) => c.against?.kind === 'year' && c.amount && !isZero(c.amount.figure))
  if (change?.amount && f.topic !== undefined && f.slot !== undefined && NEEDS.has(f.slot)) {
    said.tried++
    if (!WHY.test(rest(text, f))) said.findings.push(at(f.passage, 'clauses', change.from, change.pace?.to ?? change.amount.to, { relation: 'N-reason', severity: 'warning', class: 'remark', published: '未说明原因', expected: '增减原因', zh: '写明了增减，但没有说明原因。请补充增减的主要原因。', en: 'The change has no reason. State the main reason.' }))
  }
  const v = f.verdict
  if (v && f.slot?.startsWith('item:') && /^(?:大于|小于|高于|低于)$/.test(v.word)) {
    said.tried++
    if (!WHY.test(f.passage.clauses.text.slice(v.from)) && !WHY.test(rest(text, f).slice(0, 60))) said.findings.push(at(f.passage, 'clauses', v.from, v.to, { relation: 'N-reason', severity: 'warning', class: 'remark', published: '未说明原因', expected: '增减原因', zh: '决算与预算有差异，但没有说明原因。', en: 'Budget and final figure differ and no reason is given.' }))
  }
}

const MORE = /追加|新增|增加|增长|上涨|提高|调增|补发|补缴|上升|扩大|增多/
const LESS = /减少|压减|节约|未|结余|结转|下降|退休|降低|推迟|取消|延迟|核减|调减|压缩|停|少|缩减|从严|严格|厉行|收回|调剂|不足|调整|贴合|预期|滞后|进度/

/** A reason that speaks of the other direction only. */
function opposite(f: Frame, said: Said): void {
  const words = f.reason?.text
  const moved = f.changes.filter((c) => c.word && c.amount && !isZero(c.amount.figure))
  // with several comparisons nobody can tell whose the reason is
  if (moved.length > 1) return
  const change = moved[0]
  const up = f.verdict && /大于|高于/.test(f.verdict.word) || change?.word !== undefined && isRise(change.word)
  const down = f.verdict && /小于|低于/.test(f.verdict.word) || change?.word !== undefined && !isRise(change.word)
  if (!f.reason || !words || up === down) return
  said.tried++
  const wrong = down ? /追加|新增|人员增加|增加了|调增|补发/.test(words) && !LESS.test(words) : /压减|节约|未开展|未实施|厉行节约|减少了/.test(words) && !MORE.test(words)
  if (wrong) said.findings.push(at(f.passage, 'clauses', f.reason.from, f.reason.to, { relation: 'N-reason', severity: 'warning', class: 'contradiction', published: words.slice(0, 30), expected: down ? '减少的原因' : '增加的原因', zh: `原因与方向不符：数据为${down ? '减少' : '增加'}，所述原因只说明${down ? '增加' : '减少'}。请核对。`, en: 'The reason speaks of the other direction than the figures. Check it.' }))
}

const COMMON = /项目|经费|支出|工作|原因|主要|单位|部门|情况|增加|减少|开展|相关|部分|实际|预算|资金|年度|根据|要求|上级|因素|影响|费用|进行|活动|合作|实施|落实|严格|推进|建设|管理|服务|有关|人员|等|了|的|与|和/g
const grams = (s: string): ReadonlySet<string> => {
  const parts = s.replace(COMMON, ' ').split(/[^\u4e00-\u9fff]+/)
  return new Set(parts.flatMap((w) => [...w].slice(0, -1).map((c, i) => c + (w[i + 1] ?? ''))))
}
const DONE = /(?:扩大|增加|加强|加大|新增|增多|深化|拓展)(?:了)?([^。；]{3,24}?)(?=，|。|；|$)/g
const UNDONE = /([^。；]{3,30}?)，?(?:[^，。；]{0,14})(?:未开展|未实施|未能开展|未能实施|被取消|取消|暂停|停止|叫停)/g

/** One reason says that something was widened, another that it did not take place. */
function contradictions(text: Text, said: Said): void {
  const reasons = text.frames.filter((f) => f.reason !== undefined && f.topic !== 'performance')
  const done = reasons.flatMap((f) => [...f.reason!.text.matchAll(DONE)].map((m) => ({ f, words: m[1] ?? '', from: f.reason!.from + m.index, to: f.reason!.from + m.index + m[0].length })))
  const undone = reasons.flatMap((f) => [...f.reason!.text.matchAll(UNDONE)].map((m) => ({ f, words: m[1] ?? '', from: f.reason!.from + m.index, to: f.reason!.from + m.index + m[0].length })))
  for (const a of done) for (const b of undone) {
    if (a.f.passage === b.f.passage) continue
    said.tried++
    // 交流 counts here although it is common in names of projects
    const shared = [...grams(a.words)].filter((g) => grams(b.words).has(g))
    if (shared.length < 2) continue
    said.findings.push(at(a.f.passage, 'clauses', a.from, a.to, {
      relation: 'N-reason', severity: 'warning', class: 'contradiction', published: a.f.passage.clauses.text.slice(a.from, a.to), expected: b.f.passage.clauses.text.slice(b.from, b.to),
      zh: `原因自相矛盾：此处说“${a.words}”有所扩大，另一处说“${b.words}”未开展。请核实后统一。`, en: 'Two reasons contradict each other: here something was widened, elsewhere it did not take place. Find out which is right.',
      against: [{ place: b.f.passage.place(b.f.passage.clauses.map[b.from] ?? 0), quote: b.f.passage.clauses.text.slice(b.from, b.to) }],
    }))
  }
}

/** One increment with two different reasons. */
function oneIncrement(text: Text, said: Said): void {
  const all = text.frames.flatMap((f) => f.changes.filter((c): c is Change & { amount: NonNullable<Change['amount']> } => c.against?.kind === 'year' && c.amount !== undefined && !isZero(c.amount.figure) && f.reason !== undefined && f.reason.text.length > 6).slice(0, 1).map((c) => ({ f, c })))
  for (const [i, a] of all.entries()) {
    const peers = all.filter((b, j) => j < i && compare(a.c.amount.figure, b.c.amount.figure) === 0 && a.c.word === b.c.word && a.f.passage !== b.f.passage)
    if (peers.length === 0) continue
    said.tried++
    const other = peers.find((b) => likeness(a.f.reason!.text, b.f.reason!.text) < 0.45)
    if (!other || peers.some((b) => likeness(a.f.reason!.text, b.f.reason!.text) >= 0.45)) continue
    said.findings.push(at(a.f.passage, 'clauses', a.c.from, a.c.pace?.to ?? a.c.amount.to, {
      relation: 'N-same', severity: 'warning', class: 'contradiction', published: `${a.c.word}${a.c.amount.figure.text}：${a.f.reason!.text.slice(0, 24)}`, expected: other.f.reason!.text.slice(0, 40),
      zh: `同一增减额 ${a.c.amount.figure.text} 在两处说明的原因不同：“${a.f.reason!.text.slice(0, 30)}”与“${other.f.reason!.text.slice(0, 30)}”。请统一。`, en: `The same difference of ${a.c.amount.figure.text} has two different reasons in two places. Give one.`,
      against: [frameQuote(other.f)],
    }))
  }
}

const EVENTS: readonly (readonly [string, RegExp])[] = [
  ['应退休', /(\d+)(?:名|人|位)(?:职工|同志|干部)?应(?:在|于)[^，。；]{0,10}退休/g],
  ['人员净增', /(?:单位|本单位|在职|编制内)?人员(?:净)?增加(\d+)(?:人|名)/g],
  ['人员净减', /(?:单位|本单位|在职|编制内)?人员(?:净)?减少(\d+)(?:人|名)/g],
  ['本年退休', /(?:本年度?|当年|今年)(?:有)?(\d+)(?:名|人)(?:人员|职工|同志)?退休/g],
]

/** Statements about the number of people that do not agree. */
function headcounts(text: Text, said: Said): void {
  for (const [, find] of EVENTS) {
    const all = text.frames.flatMap((f) => f.reason === undefined ? [] : [...f.passage.clauses.text.slice(f.reason.from, f.reason.to).matchAll(find)].map((m) => ({ p: f.passage, n: Number(m[1]), from: f.reason!.from + m.index, to: f.reason!.from + m.index + m[0].length })))
    const first = all[0]
    if (!first) continue
    said.tried++
    const seen = new Set<Passage>()
    for (const b of all) {
      if (b.n === first.n || seen.has(b.p)) continue
      seen.add(b.p)
      const told = b.p.clauses.text.slice(b.from, b.to), before = first.p.clauses.text.slice(first.from, first.to)
      said.findings.push(at(b.p, 'clauses', b.from, b.to, { relation: 'N-same', severity: 'warning', class: 'contradiction', published: told, expected: before, zh: `人数前后不一：此处“${told}”，前文“${before}”。请核实后统一。`, en: 'Two statements about the number of people disagree. Find out which is right.', against: [{ place: first.p.place(first.p.clauses.map[first.from] ?? 0), quote: before }] }))
    }
  }
}

/** The year that a sentence names, or the one after that it compares with. */
function yearIn(f: Frame): number | undefined {
  const compared = f.changes.flatMap((c) => c.against?.kind === 'year' && c.against.year !== undefined ? [c.against.year + 1] : [])[0]
  const named = /(?:本单位|本部门|^|。)(\d{4})年/.exec(f.passage.clauses.text)?.[1]
  return compared ?? (named === undefined ? undefined : Number(named))
}

/** One figure given twice with different values, where no table settles it. */
function twoValues(text: Text, said: Said): void {
  const seen: Frame[] = []
  for (const f of text.frames) {
    if (f.final === undefined || f.slot === undefined || f.inherited || f.topic === 'performance' || f.slot.startsWith('class:') || typeof cellOf(text.accounts, f.slot, 'final') === 'object') continue
    const before = seen.find((o) => sameSlot(o.slot, f.slot) && o.passage !== f.passage)
    seen.push(f)
    if (!before?.final) continue
    said.tried++
    const a = rangeOf(before.final.figure), b = rangeOf(f.final.figure)
    if (compare(before.final.figure, f.final.figure) === 0 || !(a.high.n * b.low.d < b.low.n * a.high.d || b.high.n * a.low.d < a.low.n * b.high.d)) continue
    const years = [yearIn(before), yearIn(f)]
    if (years[0] !== undefined && years[1] !== undefined && years[0] !== years[1] || before.final.unit !== f.final.unit) continue
    said.findings.push(at(f.passage, 'clauses', f.from, f.final.to, { relation: 'N-same', severity: 'error', class: 'logic', published: f.final.figure.text, expected: showRange(a), zh: `同一数据前后不一：此处 ${f.final.figure.text}，前文 ${before.final.figure.text}。请核对。`, en: `The same figure is given twice with different values: ${f.final.figure.text} here, ${before.final.figure.text} before. Check both.`, against: [frameQuote(before)] }))
  }
}

export const REASON_RELATIONS: readonly TextRelation[] = [
  { id: 'N-reason', formula: { zh: '有增减必有原因；原因与方向、与其他原因不矛盾', en: 'a difference has a reason; the reason contradicts neither the direction nor another reason' }, tolerance: '–', severity: 'warning', source: 'accounts.md 3.3', run: (t, said) => { for (const f of t.frames) { missing(t, f, said); opposite(f, said) } contradictions(t, said) } },
  { id: 'N-same', formula: { zh: '同一数据、同一增减额、同一人数前后一致', en: 'one figure, one increment, one headcount: the same everywhere' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3', run: (t, said) => { oneIncrement(t, said); headcounts(t, said); twoValues(t, said) } },
]
