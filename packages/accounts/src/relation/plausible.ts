import { type Fraction, below, differenceOf, fraction, show, sumOf } from '../figure.ts'
import { type Relation, notApplicable, notRun } from './relation.ts'
import { type Ref, amountIn, refOf, sheetOf, titleOf, wordsOf } from './sheet.ts'
import { inTable, markAt, proofs } from './tell.ts'
import { type TablesView } from './view.ts'

/** An economic item, and the functional items out of which it is paid: where these are several they pay other things too, so that less is no more than worth a look. @source accounts.md 3.2 */
const PAIRS: readonly (readonly [economic: readonly string[], functional: readonly string[]])[] = [
  [['30108'], ['2080505']], [['30109'], ['2080506']], [['30110'], ['2101101', '2101102']], [['30111'], ['2101103']], [['30113'], ['2210201']], [['30301', '30302'], ['2080501', '2080502']],
]

const isOver = (a: Fraction, b: Fraction, n: bigint, d: bigint): boolean => below(fraction(b.n * n, b.d * d), a)

const pairs: Relation<TablesView> = {
  id: 'X-05-06f', tolerance: '–', severity: 'warning', source: 'accounts.md 3.2', formula: { zh: '社会保险、公积金、离退休费：T6 经济科目 ÷ T5 功能科目在 0.95 至 1.05 之间', en: 'insurance, housing fund, pensions: T6 item ÷ T5 item between 0.95 and 1.05' },
  run: (view, said) => {
    const { sheet } = view
    const missing = (['T5', 'T6'] as const).filter((t) => !sheet.tables.has(t))
    if (missing.length > 0) { said.notRun.push(notRun('X-05-06f', `未识别到${missing.join('、')}表`, `table ${missing.join(', ')} was not found`)); return }
    const main = sheet.tables.get('T6')!.columns.includes('final') ? 'final' : 'total'
    for (const [economic, functional] of PAIRS) {
      const left = economic.map((k) => refOf('T6', k, main))
      const right = functional.map((k) => refOf('T5', k, 'basic'))
      const cells = [...left, ...right].map((r) => sheet.cell(r))
      if (cells.some((c) => c.kind === 'unread')) { said.notRun.push(notRun('X-05-06f', `${wordsOf(sheet, left[0]!).zh}或其功能科目未能确认读出`, `${wordsOf(sheet, left[0]!).en} or its functional item could not be read surely`)); continue }
      const [a, b] = [left, right].map((side) => sumOf(side.map((r) => amountIn(sheet.cell(r))))) as [Fraction, Fraction]
      if (a.n <= 0n) continue
      said.tried += 1
      const low = b.n > 0n && isOver(b, a, 100n, 95n), high = isOver(a, b, 105n, 100n)
      if (!low && !high) continue
      const main1 = left.toSorted((x, y) => (below(amountIn(sheet.cell(x)), amountIn(sheet.cell(y))) ? 1 : -1))[0]!
      const mark = markAt(sheet, main1)!
      const words = wordsOf(sheet, main1), shown = sheet.print(b, 'T5')
      const ratio = b.n === 0n ? undefined : show(fraction(a.n * b.d, a.d * b.n), 2)
      said.findings.push(inTable(sheet, 'T6', {
        relation: 'X-05-06f', severity: low && functional.length > 1 ? 'info' : 'warning', class: 'implausible', ...mark, published: mark.quote, expected: ratio === undefined ? `T5 ${functional.join('、')} > 0` : `≈ ${shown}`,
        says: {
          zh: ratio === undefined ? `${words.zh}有 ${mark.quote}，而《${titleOf(sheet, 'T5')}》没有与之对应的功能科目 ${functional.join('、')}。请核对科目归集，或说明由其他科目列支。` : `${words.zh}为 ${mark.quote}，是对应功能科目 ${functional.join('、')} 基本支出 ${shown} 的 ${ratio} 倍，超出 0.95 至 1.05。请核对科目归集，或说明由其他科目列支。`,
          en: ratio === undefined ? `${words.en} has ${mark.quote}, and T5 has no item ${functional.join(', ')} to pay it from.` : `${words.en} is ${ratio} times the functional items it is paid from (${functional.join(', ')}: ${shown}). Check where it was booked.`,
        },
        against: proofs(sheet, right),
      }))
    }
  },
}

/** Last year's closing balances are this year's opening ones, where last year's document is held. What a text implies of last year is compared with the text. */
const lastYear: Relation<TablesView> = {
  id: 'X-yr', tolerance: 'B', severity: 'error', source: 'accounts.md 3.2', formula: { zh: '上年年末结转 = 本年年初结转（持有上年决算时）', en: 'last year’s closing = this year’s opening carry-over, where last year’s document is held' },
  run: (view, said) => {
    if (view.lastYear === undefined) { said.notRun.push(notApplicable('X-yr', '没有上年决算可供对照', 'last year’s document is not held')); return }
    const before = sheetOf(view.lastYear)
    const pairs: readonly (readonly [now: Ref, then: Ref])[] = [
      [refOf('T1', 'carry.opening', 'final'), refOf('T1', 'carry.closing', 'final')], [refOf('T4', 'carry.opening', 'final'), refOf('T4', 'carry.closing', 'total')],
      ...(['general', 'fund', 'capital'] as const).map((b) => [refOf('T4', `carry.opening.${b}`, 'final'), refOf('T4', 'carry.closing', b)] as const), [refOf('T7', 'total', 'opening'), refOf('T7', 'total', 'closing')],
    ]
    for (const [now, then] of pairs) {
      const [a, b] = [view.sheet.cell(now), before.cell(then)]
      if (a.kind === 'none' || b.kind === 'none' || (a.kind === 'blank' && b.kind === 'blank')) continue
      if (a.kind === 'unread' || b.kind === 'unread') { said.notRun.push(notRun('X-yr', `${wordsOf(view.sheet, now).zh}或上年年末数未能确认读出`, `${wordsOf(view.sheet, now).en} or last year’s figure could not be read surely`)); continue }
      said.tried += 1
      const [x, y] = [amountIn(a), amountIn(b)]
      const off = differenceOf(x, y)
      const slack = sumOf([a, b].flatMap((c) => (c.kind === 'amount' ? [fraction(1n, 2n * 10n ** BigInt(c.figure.decimals))] : [])))
      if (!below(slack, off.n < 0n ? fraction(-off.n, off.d) : off)) continue
      const mark = markAt(view.sheet, now)!
      const words = wordsOf(view.sheet, now)
      said.findings.push(inTable(view.sheet, now.table, { relation: 'X-yr', severity: 'error', class: 'arithmetic', ...mark, published: a.kind === 'amount' ? mark.quote : '', expected: view.sheet.print(y, now.table), says: { zh: `${words.zh}${a.kind === 'amount' ? `为 ${mark.quote}` : '为空'}，上年决算的年末数为 ${view.sheet.print(y, now.table)}。两者应相等；如有调整请说明。`, en: `${words.en} differs from last year’s closing figure ${view.sheet.print(y, now.table)}. They are equal, or an adjustment is explained.` } }))
    }
  },
}

/** A department is the sum of its units: of fiscal money to the cent, of all money at most, for what they pay each other is taken out. */
const parts: Relation<TablesView> = {
  id: 'X-part', tolerance: 'A', severity: 'warning', source: 'accounts.md 3.2', formula: { zh: '部门汇总 = Σ 单位 − 内部抵销；各单位 ≤ 部门', en: 'department = Σ units − what they pay each other; each unit ≤ department' },
  run: (view, said) => {
    if (view.parts === undefined || view.parts.length === 0) { said.notRun.push(notApplicable('X-part', '没有所属单位决算可供汇总', 'the units’ documents are not held')); return }
    const units = view.parts.map((p) => sheetOf(p))
    const compare = (ref: Ref, op: '=' | '≤'): void => {
      const whole = view.sheet.cell(ref)
      const cells = units.map((u) => u.cell(ref))
      if (whole.kind !== 'amount') return
      if (cells.some((c) => c.kind === 'unread' || c.kind === 'none')) { said.notRun.push(notRun('X-part', `有单位的${wordsOf(view.sheet, ref).zh}未能确认读出`, `${wordsOf(view.sheet, ref).en} of a unit could not be read surely`)); return }
      said.tried += 1
      const sum = sumOf(cells.map(amountIn))
      const slack = sumOf([whole, ...cells].flatMap((c) => (c.kind === 'amount' ? [fraction(1n, 2n * 10n ** BigInt(c.figure.decimals))] : [])))
      const off = differenceOf(amountIn(whole), sum)
      const wrong = op === '=' ? below(slack, off.n < 0n ? fraction(-off.n, off.d) : off) : below(slack, off)
      if (!wrong) return
      const mark = markAt(view.sheet, ref)!
      said.findings.push(inTable(view.sheet, ref.table, { relation: 'X-part', severity: 'warning', class: 'arithmetic', ...mark, published: mark.quote, expected: `${op === '=' ? '' : '≤ '}${view.sheet.print(sum, ref.table)}`, says: { zh: `${wordsOf(view.sheet, ref).zh}为 ${mark.quote}，所属 ${units.length} 个单位合计为 ${view.sheet.print(sum, ref.table)}${op === '=' ? '' : '，汇总数不应大于各单位之和'}。请核对汇总范围和内部抵销。`, en: `${wordsOf(view.sheet, ref).en} is ${mark.quote}; its ${units.length} units add up to ${view.sheet.print(sum, ref.table)}.` } }))
    }
    compare(refOf('T4', 'income.year', 'final'), '=')
    compare(refOf('T4', 'expenditure.year', 'total'), '=')
    compare(refOf('T1', 'income.year', 'final'), '≤')
    compare(refOf('T1', 'expenditure.year', 'final'), '≤')
  },
}

export const PLAUSIBLE_RELATIONS: readonly Relation<TablesView>[] = [pairs, lastYear, parts]
