import { type Figure, type Range, ZERO, add, meet, point, rangeOf, subtract, valueOf } from '../figure.ts'
import { percent } from './cause.ts'
import { cellOf } from './cell.ts'
import { alike, isZero, showRange } from './exact.ts'
import { type Frame, isRise } from './frame.ts'
import { finalsOf } from './operand.ts'
import { type Said, type Text, type TextRelation, at, frameQuote, notRun } from './tell.ts'

/** Income and expenditure totals that a text gives separately are equal. */
function balance(text: Text, said: Said, fiscal: boolean): void {
  const prefix = fiscal ? 'fiscal.total' : 'total'
  const relation = fiscal ? 'T4-4' : 'T1-5'
  for (const income of text.frames) {
    if (income.slot !== `${prefix}.income` || !income.final) continue
    const i = text.frames.indexOf(income)
    const expenditure = text.frames.slice(i + 1, i + 10).find((f) => f.slot === `${prefix}.expenditure` && f.final && f.passage.path.join() === income.passage.path.join())
    if (!expenditure?.final || expenditure.final.unit !== income.final.unit) continue
    said.tried++
    if (alike(income.final.figure, expenditure.final.figure)) continue
    const parts = fiscal ? ['income.general', 'income.fund', 'income.capital'].flatMap((s) => finalsOf(text, s).slice(0, 1)).map((o) => rangeOf(o.figure)).reduce(add, ZERO) : undefined
    const yearIn = fiscal ? parts : finalsOf(text, 'income.year')[0] && rangeOf(finalsOf(text, 'income.year')[0]!.figure)
    const yearOut = fiscal ? undefined : finalsOf(text, 'expenditure.year')[0] && rangeOf(finalsOf(text, 'expenditure.year')[0]!.figure)
    const bare = yearIn !== undefined && meet(yearIn, rangeOf(income.final.figure)) && (fiscal || yearOut !== undefined && meet(yearOut, rangeOf(expenditure.final.figure)))
    const samePassage = income.passage === expenditure.passage
    said.findings.push(at(income.passage, 'clauses', income.from, samePassage ? expenditure.final.to : income.final.to, {
      relation, severity: 'error', class: 'arithmetic', published: `${income.final.figure.text} / ${expenditure.final.figure.text}`, expected: '收入总计＝支出总计', ...(bare ? { cause: 'carry-over-left-out' as const } : {}),
      zh: `${fiscal ? '财政拨款' : ''}收入总计 ${income.final.figure.text} 与支出总计 ${expenditure.final.figure.text} 不等，相差 ${showRange(subtract(rangeOf(income.final.figure), rangeOf(expenditure.final.figure)))}${bare ? '；所列为本年收支，漏了结转结余' : ''}。总计应含年初、年末结转结余并相等。`,
      en: `Total income ${income.final.figure.text} and total expenditure ${expenditure.final.figure.text} differ${bare ? ': these are the figures of the year, the carry-over was left out' : ''}. Totals include the carry-over and are equal.`, against: [frameQuote(expenditure)],
    }))
  }
}

/** Whether difference and percentage tell the same of last year. */
function fits(current: Figure, delta: Figure, pace: Figure, rise: boolean): boolean {
  const d = rangeOf(delta)
  const q = percent(d, subtract(rangeOf(current), rise ? d : subtract(ZERO, d)))
  return isZero(delta) || q !== undefined && meet(q, rangeOf(pace))
}

/** Last year's figure of a slot, from this year's and the difference that the text gives. */
function before(text: Text, slot: string): { range: Range; exact: Range; frame?: Frame } | undefined {
  for (const f of text.frames) {
    if (f.slot !== slot) continue
    const all = finalsOf(text, slot, f)
    // the table settles what this year's figure is
    const final = all.find((o) => o.amount) ?? all[0]
    const c = f.changes.find((x) => x.against?.kind === 'year' && x.amount && (x.against.year === undefined || text.accounts.year === undefined || x.against.year === text.accounts.year - 1))
    if (c?.amount && final) {
      if (c.pace && c.word && c.paceWord && (isRise(c.word) !== isRise(c.paceWord) || !fits(final.figure, c.amount.figure, c.pace.figure, isRise(c.word)))) return undefined
      const sign = (r: Range): Range => isRise(c.word ?? '') ? r : subtract(ZERO, r)
      return { range: subtract(rangeOf(final.figure), sign(rangeOf(c.amount.figure))), exact: subtract(point(valueOf(final.figure)), sign(point(valueOf(c.amount.figure)))), frame: f }
    }
    if (f.level?.against?.kind === 'year' && /^(?:持平|一致)$/.test(f.level.word) && final) return { range: isZero(final.figure) ? ZERO : rangeOf(final.figure), exact: point(valueOf(final.figure)), frame: f }
  }
  const cell = cellOf(text.accounts, slot, 'final')
  return cell === 'blank' && text.frames.every((f) => f.slot !== slot) ? { range: ZERO, exact: ZERO } : undefined
}

const PARTS = ['expenditure.basic', 'expenditure.project', 'expenditure.remit', 'expenditure.operating', 'expenditure.subsidy']

/** Last year's closing carry-over, from last year's total and expenditure, is this year's opening one. */
function closing(text: Text, said: Said): void {
  const total = before(text, 'total') ?? before(text, 'total.income')
  const parts = PARTS.map((p) => before(text, p))
  const opening = cellOf(text.accounts, 'carry.opening', 'final') ?? finalsOf(text, 'carry.opening')[0]?.figure
  const shared = cellOf(text.accounts, 'surplus.shared', 'final')
  if (!total?.frame || parts.some((p) => p === undefined) || opening === undefined || opening === 'unread' || typeof shared === 'object' && !isZero(shared)) {
    said.notRun.push(notRun('X-yr', '上年总计、上年支出各部分或年初结转未能全部得出', 'last year’s total, all parts of its expenditure, or the opening carry-over could not be derived'))
    return
  }
  said.tried++
  const spent = parts.map((p) => p!.range).reduce(add)
  const exact = subtract(total.exact, parts.map((p) => p!.exact).reduce(add))
  const carried = subtract(total.range, spent)
  const printed = opening === 'blank' ? ZERO : rangeOf(opening)
  const f = total.frame
  const c = f.changes[0]
  if (meet(carried, printed)) {
    const shown = opening === 'blank' ? '0' : opening.text
    if (showRange(exact) !== showRange(opening === 'blank' ? ZERO : point(valueOf(opening)))) said.rounding.push({ relation: 'X-yr', ...frameQuote(f), published: shown, computed: showRange(exact), envelope: `${showRange(carried)}` })
    return
  }
  said.findings.push(at(f.passage, 'clauses', c?.from ?? f.from, c?.pace?.to ?? f.to, {
    relation: 'X-yr', severity: 'warning', class: 'arithmetic', published: opening === 'blank' ? '0' : opening.text, expected: showRange(exact),
    zh: `由增减额推算，上年总计 ${showRange(total.exact)}、上年支出 ${showRange(parts.map((p) => p!.exact).reduce(add))}，上年末结转应为 ${showRange(exact)}，与本年年初结转 ${opening === 'blank' ? '0' : opening.text} 不符。请核对增减额，或说明年初调整。`,
    en: `By the differences given, last year closed with ${showRange(exact)}; this year opens with ${opening === 'blank' ? '0' : opening.text}. Check the differences, or explain the adjustment.`,
    against: parts.flatMap((p) => p?.frame ? [frameQuote(p.frame)] : []),
  }))
}

export const TOTAL_RELATIONS: readonly TextRelation[] = [
  { id: 'T1-5', formula: { zh: '文中收入总计＝支出总计', en: 'total income = total expenditure, as the text says' }, tolerance: 'B', severity: 'error', source: 'accounts.md 3.1', run: (t, said) => { balance(t, said, false) } },
  { id: 'T4-4', formula: { zh: '文中财政拨款收入总计＝支出总计', en: 'total fiscal income = total fiscal expenditure, as the text says' }, tolerance: 'B', severity: 'error', source: 'accounts.md 3.1', run: (t, said) => { balance(t, said, true) } },
  { id: 'X-yr', formula: { zh: '上年总计－上年支出＝本年年初结转（由增减额推算）', en: 'last year’s total − its expenditure = this year’s opening carry-over, derived from the differences' }, tolerance: 'A', severity: 'warning', source: 'accounts.md 1.5, 3.2', run: closing },
]
