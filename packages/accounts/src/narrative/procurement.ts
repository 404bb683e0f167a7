import { type Figure, type Range, ZERO, add, below, divide, fraction, meet, point, rangeOf, scale, show, subtract, valueOf } from '../figure.ts'
import { type Cause } from '../finding.ts'
import { percent } from './cause.ts'
import { isZero, showRange } from './exact.ts'
import { type Frame } from './frame.ts'
import { type Said, type Text, type TextRelation, at, frameQuote } from './tell.ts'

const first = (text: Text, slot: string): Frame | undefined => text.frames.find((f) => f.slot === slot && f.final !== undefined)
const KINDS = ['goods', 'works', 'services'] as const
const NAMES: Readonly<Record<string, string>> = { goods: '货物', works: '工程', services: '服务' }
const HUNDRED = fraction(100n)
const min = (a: Range['low'], b: Range['low']): Range['low'] => below(a, b) ? a : b
const max = (a: Range['low'], b: Range['low']): Range['low'] => below(a, b) ? b : a

function parts(text: Text, said: Said): void {
  const total = first(text, 'procurement.total')
  const all = KINDS.map((k) => first(text, `procurement.${k}`))
  if (!total?.final || all.some((f) => f === undefined)) return
  said.tried++
  const figures = all.map((f) => f!.final!.figure)
  const counted = figures.filter((f) => !isZero(f))
  const sum = counted.map(rangeOf).reduce(add, ZERO)
  const exact = show(figures.map((f) => point(valueOf(f))).reduce(add).low)
  if (meet(sum, rangeOf(total.final.figure))) {
    if (exact !== show(valueOf(total.final.figure))) said.rounding.push({ relation: 'CG-1', ...frameQuote(total), published: total.final.figure.text, computed: exact, envelope: `[${show(sum.low, 3)}, ${show(sum.high, 3)}]` })
    return
  }
  said.findings.push(at(total.passage, 'clauses', total.from, total.final.to, { relation: 'CG-1', severity: 'error', class: 'arithmetic', published: total.final.figure.text, expected: exact, zh: `货物、工程、服务相加为 ${exact}，与政府采购总额 ${total.final.figure.text} 不符。请核对。`, en: `Goods, works and services add to ${exact}, the total says ${total.final.figure.text}. Check them.`, against: all.map((f) => frameQuote(f!)) }))
}

function order(text: Text, said: Said): void {
  const total = first(text, 'procurement.total'), sme = first(text, 'procurement.sme'), micro = first(text, 'procurement.micro')
  for (const [small, large, zh, en] of [[sme, total, '授予中小企业合同金额大于政府采购总额', 'the amount for SME exceeds the total'], [micro, sme, '授予小微企业合同金额大于授予中小企业合同金额', 'the amount for micro firms exceeds that for SME']] as const) {
    if (!small?.final || !large?.final) continue
    said.tried++
    if (below(rangeOf(large.final.figure).high, rangeOf(small.final.figure).low)) said.findings.push(at(small.passage, 'clauses', small.from, small.final.to, { relation: 'CG-2', severity: 'error', class: 'logic', published: small.final.figure.text, expected: `≤${large.final.figure.text}`, zh: `${zh}（${small.final.figure.text}＞${large.final.figure.text}）。请核对。`, en: `${en} (${small.final.figure.text} > ${large.final.figure.text}). Check them.`, against: [frameQuote(large)] }))
  }
}

/** The shares that each kind can have, given the total for SME: [(SME − the other kinds) ÷ kind, SME ÷ kind] within 0 to 100 %. */
export function feasible(sme: Figure, part: Figure, others: readonly Figure[]): Range | undefined {
  if (isZero(part)) return undefined
  const p = point(valueOf(part))
  const low = divide(subtract(point(valueOf(sme)), others.map((o) => point(valueOf(o))).reduce(add, ZERO)), p)
  const high = divide(point(valueOf(sme)), p)
  if (!low || !high) return undefined
  return scale({ low: max(low.low, fraction(0n)), high: min(high.high, fraction(1n)) }, 100n)
}

const within = (r: Range, slack: Range): Range => ({ low: subtract(point(r.low), slack).low, high: add(point(r.high), slack).high })

function shares(text: Text, said: Said): void {
  const sme = first(text, 'procurement.sme'), total = first(text, 'procurement.total')
  for (const kind of KINDS) {
    const f = text.frames.find((o) => o.slot === `procurement.sme.${kind}` && o.shares.length > 0)
    const s = f?.shares[0]
    const part = first(text, `procurement.${kind}`)
    if (!f || !s) continue
    said.tried++
    const printed = s.spot.figure
    const own = f.final && part?.final ? percent(rangeOf(f.final.figure), rangeOf(part.final.figure)) : undefined
    const others = KINDS.filter((k) => k !== kind).map((k) => first(text, `procurement.${k}`))
    const range = sme?.final && part?.final && others.every((o) => o !== undefined) ? feasible(sme.final.figure, part.final.figure, others.map((o) => o!.final!.figure)) : undefined
    const shown = own ? `${showRange(own)}%` : range ? `${show(range.low, 1)}%–${show(range.high, 1)}%` : '≤100%'
    const over = below(HUNDRED, rangeOf(printed).low)
    const fits = own ? meet(own, rangeOf(printed)) : range ? meet(within(range, { low: fraction(-1n, 10n), high: fraction(1n, 10n) }), rangeOf(printed)) : !over
    const zeroPart = part?.final && isZero(part.final.figure) && !isZero(printed)
    if (fits && !over && !zeroPart) continue
    const wrong = part?.final && ([['政府采购总额', total], ['授予中小企业合同金额', sme]] as const).find(([, o]) => o?.final && !isZero(part.final!.figure) && meet(percent(rangeOf(o.final.figure), rangeOf(part.final!.figure)) ?? ZERO, rangeOf(printed)))
    const cause: Cause | undefined = over && wrong ? 'wrong-numerator' : !over && part?.final && sme?.final && total?.final && meet(percent(rangeOf(sme.final.figure), rangeOf(total.final.figure)) ?? ZERO, rangeOf(printed)) ? 'wrong-denominator' : isZero(printed) ? 'template-default' : undefined
    said.findings.push(at(f.passage, 'clauses', f.from, s.spot.to, {
      relation: over ? 'CG-2' : 'CG-3', severity: 'error', class: 'logic', published: `${printed.text}%`, expected: shown, ...(cause ? { cause } : {}),
      zh: `${NAMES[kind]}采购授予中小企业占比 ${printed.text}% ${over ? '超过 100%，不可能成立' : '不可能成立'}${wrong ? `；分子误用了${wrong[0]}` : ''}${range || own ? `；按已公布的数据应为 ${shown}` : ''}。请按授予额重新计算。`,
      en: `The share of ${kind} given to SME, ${printed.text} %, cannot be${over && wrong ? ': the numerator is another amount' : ''}; the published amounts allow ${shown}. Compute it again.`,
      against: [sme, part, ...others].filter((o) => o !== undefined).map(frameQuote),
    }))
  }
}

function reserved(text: Text, said: Said): void {
  const total = first(text, 'procurement.total')
  for (const [won, kept, zh] of [['procurement.won.sme', 'procurement.reserved.sme', '中小企业'], ['procurement.won.micro', 'procurement.reserved.micro', '小微企业']] as const) {
    const a = first(text, won), b = first(text, kept)
    if (!a?.final || !b?.final) continue
    said.tried++
    if (below(rangeOf(b.final.figure).high, rangeOf(a.final.figure).low)) said.findings.push(at(a.passage, 'clauses', a.from, a.final.to, { relation: 'CG-4', severity: 'error', class: 'logic', published: a.final.figure.text, expected: `≤${b.final.figure.text}`, zh: `面向${zh}预留项目的成交额 ${a.final.figure.text} 大于预留额 ${b.final.figure.text}。请核对。`, en: `What was won (${a.final.figure.text}) exceeds what was reserved (${b.final.figure.text}). Check them.`, against: [frameQuote(b)] }))
  }
  const won = first(text, 'procurement.won.sme'), other = first(text, 'procurement.won.other')
  if (!total?.final || !won?.final || !other?.final) return
  said.tried++
  const sum = add(rangeOf(won.final.figure), rangeOf(other.final.figure))
  if (below(rangeOf(total.final.figure).high, sum.low)) said.findings.push(at(other.passage, 'clauses', other.from, other.final.to, { relation: 'CG-4', severity: 'error', class: 'logic', published: other.final.figure.text, expected: `合计≤${total.final.figure.text}`, zh: `中小企业成交额合计 ${showRange(sum)} 大于政府采购总额 ${total.final.figure.text}。请核对。`, en: `SME won ${showRange(sum)}, more than the total of ${total.final.figure.text}. Check them.`, against: [frameQuote(total)] }))
}

export const PROCUREMENT_RELATIONS: readonly TextRelation[] = [
  { id: 'CG-1', formula: { zh: '政府采购总额＝货物＋工程＋服务', en: 'total = goods + works + services' }, tolerance: 'A', severity: 'error', source: 'accounts.md 3.4', run: parts },
  { id: 'CG-2', formula: { zh: '中小≤总额，小微≤中小', en: 'SME ≤ total, micro ≤ SME' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.4', run: order },
  { id: 'CG-3', formula: { zh: '授予中小企业总额＝Σ占比×各类支出，各占比在0与100%之间有解', en: 'SME = Σ share·part must be solvable with each share from 0 to 100 %' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.4', run: shares },
  { id: 'CG-4', formula: { zh: '成交≤预留；中小成交＋其他成交≤总额', en: 'won ≤ reserved; SME won + others won ≤ total' }, tolerance: 'A', severity: 'error', source: 'accounts.md 3.4', run: reserved },
]
