import { add, fraction, isCut, meet, point, rangeOf, show, valueOf, isTransposed } from '../figure.ts'
import { type Frame, type Share } from './frame.ts'
import { isZero, showRange } from './exact.ts'
import { firstCause, percent, shareGuesses } from './cause.ts'
import { type Operand, finalsOf, placeOf } from './operand.ts'
import { type Slot, subjectOf, wholeOf } from './subject.ts'
import { type Said, type Text, type TextRelation, at, frameQuote, notRun } from './tell.ts'

/** Of what a printed share is a share: named by the sentence, else by the form of the document. */
export function wholeSlot(f: Frame, s: Share): Slot | undefined {
  const named = s.whole.replace(/^(?:本|全)?(?:单位|部门)/, '')
  if (named !== '') return subjectOf(named, f.topic).slot
  return f.slot === undefined ? undefined : wholeOf(f.slot)
}

function explains(part: Operand, whole: Operand, s: Share): 'exact' | 'rounding' | undefined {
  const q = percent(rangeOf(part.figure), rangeOf(whole.figure))
  if (q === undefined) return isZero(part.figure) && isZero(s.spot.figure) ? 'exact' : undefined
  const sharp = percent(point(valueOf(part.figure)), point(valueOf(whole.figure)))
  if (sharp && show(sharp.low, s.spot.figure.decimals) === show(valueOf(s.spot.figure), s.spot.figure.decimals)) return 'exact'
  return meet(q, rangeOf(s.spot.figure)) ? 'rounding' : undefined
}

/** Wholes that are taken for one another. */
const TOTALS = [['total', '收支总计'], ['fiscal.total', '财政拨款收支总计'], ['income.year', '本年收入合计'], ['expenditure.year', '本年支出合计'], ['general', '一般公共预算财政拨款支出']] as const

function neighbours(text: Text, f: Frame): { name: string; figure: Operand['figure'] }[] {
  return text.frames.filter((o) => o !== f && o.passage === f.passage && o.final !== undefined && !isZero(o.final.figure)).map((o) => ({ name: o.phrase.slice(-16), figure: o.final!.figure }))
}

function checkShare(text: Text, f: Frame, s: Share, said: Said): void {
  const whole = wholeSlot(f, s)
  // 占总收入, 占总支出 name the whole loosely: the list's own whole may be meant
  const usual = f.slot === undefined ? undefined : wholeOf(f.slot)
  const parts = finalsOf(text, f.slot, f), wholes = [...finalsOf(text, whole), ...(usual !== undefined && usual !== whole ? finalsOf(text, usual) : [])]
  const part = parts[0], base = wholes.find((w) => w.frame?.passage === f.passage) ?? wholes[0]
  if (!part || !base || whole === undefined) {
    if (f.slot !== undefined && !f.slot.startsWith('procurement.sme.')) said.notRun.push(notRun('N-share', `“${frameQuote(f).quote.slice(0, 40)}”：分子或分母未能可靠读取`, 'numerator or denominator was not surely read'))
    return
  }
  said.tried++
  const fits = parts.flatMap((p) => wholes.map((w) => explains(p, w, s)))
  if (fits.includes('exact')) return
  const computed = percent(rangeOf(part.figure), rangeOf(base.figure))
  if (fits.includes('rounding') && computed) {
    said.rounding.push({ relation: 'N-share', place: frameQuote(f).place, quote: frameQuote(f).quote, published: `${s.spot.figure.text}%`, computed: `${showRange(computed, s.spot.figure.decimals + 1)}%`, envelope: `[${show(computed.low, 4)}%, ${show(computed.high, 4)}%]` })
    return
  }
  if (!computed) return
  const expected = showRange(computed, Math.max(s.spot.figure.decimals, 2))
  const listed = text.frames.filter((o) => o.passage === f.passage && o !== f && o.shares.some((x) => wholeSlot(o, x) === whole))
  const swapped = listed.find((o) => o.final !== undefined && o.shares.some((x) => {
    const mine = percent(rangeOf(o.final!.figure), rangeOf(base.figure))
    return mine && meet(mine, rangeOf(s.spot.figure)) && meet(computed, rangeOf(x.spot.figure))
  }))
  const guess = swapped ? { cause: 'swapped-operands' as const, what: { zh: `与“${swapped.phrase}”的占比互换`, en: `exchanged with the share of ${swapped.phrase}` } }
    : firstCause(s.spot.figure, shareGuesses(part.figure, base.figure, neighbours(text, f), TOTALS.flatMap(([slot, name]) => finalsOf(text, slot).slice(0, 1).map((w) => ({ name, figure: w.figure })))))
      ?? (isTransposed(s.spot.figure.text, expected) ? { cause: 'transposed-digits' as const, what: { zh: '数字颠倒', en: 'digits changed places' } } : undefined)
  const sharp = percent(point(valueOf(part.figure)), point(valueOf(base.figure)))
  const short = sharp !== undefined && isCut(s.spot.figure, sharp.low)
  said.findings.push(at(f.passage, 'clauses', f.from, s.spot.to, {
    relation: 'N-share', severity: short ? 'warning' : 'error', class: 'arithmetic', published: `${s.spot.figure.text}%`, expected: `${expected}%`, ...(guess ? { cause: guess.cause } : {}),
    zh: `占比应为 ${expected}%（${part.figure.text}÷${base.figure.text}），文中为 ${s.spot.figure.text}%${short ? '（截位，未四舍五入）' : guess ? `；${guess.what.zh}` : ''}。请按表中数据重新计算。`,
    en: `The share is ${expected} % (${part.figure.text} of ${base.figure.text}), not ${s.spot.figure.text} %${guess ? `; ${guess.what.en}` : ''}. Compute it again from the tables.`,
    against: [placeOf(base, text.accounts)],
  }))
}

/** Shares of one list whose parts make up the whole. */
function checkHundred(text: Text, said: Said): void {
  const lists = new Map<string, { f: Frame; s: Share }[]>()
  for (const f of text.frames) for (const s of f.shares) {
    const whole = wholeSlot(f, s)
    if (whole === undefined || f.final === undefined || f.slot === 'procurement.micro') continue
    const key = `${text.passages.indexOf(f.passage)} ${whole}`
    lists.set(key, [...lists.get(key) ?? [], { f, s }])
  }
  for (const [key, all] of lists) {
    const fiscal = all.some(({ f }) => f.slot === 'income.fiscal')
    const list = all.filter(({ f }) => !fiscal || !['income.general', 'income.fund', 'income.capital'].includes(f.slot ?? ''))
    const whole = key.split(' ')[1]
    if (list.length < 2 || whole === undefined) continue
    const total = finalsOf(text, whole)[0]
    const sum = list.map(({ f }) => rangeOf(f.final!.figure)).reduce(add)
    if (!total || !meet(sum, rangeOf(total.figure))) continue
    said.tried++
    const shares = list.map(({ s }) => s.spot.figure)
    const added = shares.map((x) => rangeOf(x)).reduce(add)
    const exact = shares.map((x) => point(valueOf(x))).reduce(add)
    const first = list[0]!, last = list.at(-1)!
    const shown = show(exact.low, Math.max(...shares.map((x) => x.decimals)))
    if (!meet(added, point(fraction(100n)))) {
      said.findings.push(at(first.f.passage, 'clauses', first.f.from, last.s.spot.to, {
        relation: 'N-100', severity: 'warning', class: 'arithmetic', published: `${shown}%`, expected: '100%',
        zh: `各项占比相加为 ${shown}%，不等于 100%，超出四舍五入的允许范围。请核对各项占比。`,
        en: `The shares of the list add to ${shown} %, which rounding does not explain. Check each share.`,
      }))
    } else if (exact.low.n !== 100n * exact.low.d) {
      said.rounding.push({ relation: 'N-100', ...frameQuote(first.f), published: `${shown}%`, computed: '100%', envelope: `[${show(added.low, 3)}%, ${show(added.high, 3)}%]` })
    }
  }
}

export const SHARE_RELATIONS: readonly TextRelation[] = [
  { id: 'N-share', formula: { zh: '占比＝部分÷总额', en: 'share = part ÷ whole' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.3', run: (t, said) => { for (const f of t.frames) for (const s of f.shares) if (f.topic !== 'performance' && !f.slot?.startsWith('procurement.')) checkShare(t, f, s, said) } },
  { id: 'N-100', formula: { zh: '同一列举的各项占比之和＝100%', en: 'the shares of one list add to 100 %' }, tolerance: 'A', severity: 'warning', source: 'accounts.md 3.3', run: checkHundred },
  { id: 'CG-2', formula: { zh: '授予中小企业≤总额，小微≤中小，占比＝授予额÷对应支出≤100%', en: 'SME ≤ total, micro ≤ SME, share = amount ÷ its whole ≤ 100 %' }, tolerance: 'P', severity: 'error', source: 'accounts.md 3.4', run: (t, said) => {
    for (const f of t.frames) for (const s of f.shares) if (f.slot?.startsWith('procurement.') && !f.slot.startsWith('procurement.sme.')) { const own: Said = { ...said, findings: [], tried: 0 }; checkShare(t, f, s, own); said.tried += own.tried; said.findings.push(...own.findings.map((x) => ({ ...x, relation: 'CG-2' }))) }
  } },
]
