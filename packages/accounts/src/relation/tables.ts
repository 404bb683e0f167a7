import { type Accounts, type TableId } from '../document.ts'
import { type Finding, type Outcome } from '../finding.ts'
import { type Fraction, differenceOf, show } from '../figure.ts'
import { CHARTS } from '../chart/chart.ts'
import { near } from './cause.ts'
import { CODE_RELATIONS } from './code.ts'
import { type Culprit, type Diagnosis, diagnose, labelOf } from './diagnosis.ts'
import { type Equation, type Judgement, judge } from './equation.ts'
import { FORM_RELATIONS } from './form.ts'
import { ownRow } from './formula.ts'
import { PLAUSIBLE_RELATIONS } from './plausible.ts'
import { type Relation, type RelationRow, type Said, notRun, runAll } from './relation.ts'
import { SUMS, type SumRelation } from './row.ts'
import { scaledTables } from './scale.ts'
import { type Ref, type Sheet, amountIn, codesOf, nameOf, refOf, sheetOf, titleOf, wordsOf } from './sheet.ts'
import { inTable, markAt, proofs } from './tell.ts'
import { type TableOptions, type TablesView } from './view.ts'

function viewOf(accounts: Accounts, o: TableOptions): TablesView {
  const own = (o.own ?? []).map(ownRow)
  const plain = sheetOf(accounts)
  const scaled = scaledTables(plain, SUMS.flatMap((r) => r.equations(plain)))
  const sheet = scaled.size === 0 ? plain : sheetOf(accounts, scaled)
  const equations = new Map([...SUMS, ...own].map((r) => [r, r.equations(sheet)]))
  const diagnosis = diagnose(sheet, [...equations.values()].flat())
  const { lastYear, parts } = o
  return { accounts, charts: o.charts ?? CHARTS, sheet, scaled, equations, diagnosis, doubtful: doubtfulOf(accounts, diagnosis), ...(lastYear === undefined ? {} : { lastYear }), ...(parts === undefined ? {} : { parts }) }
}

/** A document that is read by the positions of its words can be misread: where a table has many faults at once, that is likelier than a careless clerk. */
function doubtfulOf(accounts: Accounts, d: Diagnosis): ReadonlySet<TableId> {
  if (accounts.content.format !== 'pdf' && accounts.content.format !== 'text') return new Set()
  const count = new Map<TableId, number>()
  const bump = (t: TableId): void => { count.set(t, (count.get(t) ?? 0) + 1) }
  for (const c of d.culprits) bump(c.ref.table)
  for (const g of d.apart) if (g[0]!.parts.every((p) => p.ref.table === g[0]!.total.table)) bump(g[0]!.total.table)
  return new Set([...count].filter(([, n]) => n >= 6).map(([t]) => t))
}

/** Relations of sums as relations of the tables. */
const sumRelation = (r: SumRelation): Relation<TablesView> => ({
  ...head(r),
  run: (view, said) => {
    const missing = r.needs.filter((t) => !view.sheet.tables.has(t))
    if (missing.length > 0) {
      said.notRun.push(notRun(r.id, `未识别到${missing.join('、')}表`, `table ${missing.join(', ')} was not found`))
      return
    }
    const own = view.equations.get(r)!
    for (const e of own) look(view, e, said)
    tellCulprits(view, r, said)
  },
})

const head = ({ id, formula, tolerance, severity, source }: RelationRow): RelationRow => ({ id, formula, tolerance, severity, source })

function look(view: TablesView, e: Equation, said: Said): void {
  const { diagnosis: d, sheet } = view
  const j = d.judged.get(e)!
  if (j.kind === 'empty' || j.kind === 'absent') return
  if (j.kind === 'holds' && !d.after.has(e)) { said.tried += 1; return }
  const words = wordsOf(sheet, e.total)
  if (j.kind === 'unread' || j.kind === 'lost') {
    const at = wordsOf(sheet, j.ref)
    said.notRun.push(j.kind === 'unread' ? notRun(e.relation, `${at.zh}未能确认读出`, `${at.en} could not be read surely`) : notRun(e.relation, `没有找到“${j.ref.row}”行，不能断定${words.zh}有误`, `row ${j.ref.row} was not found, so ${words.en} cannot be said to be wrong`))
    return
  }
  if ([e.total, ...e.parts.map((p) => p.ref)].some((r) => view.doubtful.has(r.table)) && (j.kind === 'fails' || j.kind === 'total-blank' || d.after.has(e))) {
    said.notRun.push(notRun(e.relation, `${words.zh}所在表多处不平，疑为读取有误，未作判断`, `so much of the table of ${words.en} does not add up that it was probably misread; nothing is said of it`))
    return
  }
  if (j.kind === 'total-blank') {
    said.notRun.push(notRun(e.relation, `${words.zh}为空而分项有数，未能判断是未填列还是未读出`, `${words.en} is blank while its parts are not: left out or not read`))
    return
  }
  said.tried += 1
  if (j.kind === 'rounding' && !d.after.has(e)) {
    const mark = markAt(sheet, e.total)
    if (mark !== undefined) said.rounding.push({ relation: e.relation, ...mark, published: mark.quote, computed: sheet.print(j.sum, e.total.table), envelope: `±${show(j.envelope, 3)}` })
  }
  if (j.kind === 'fails') {
    const group = d.apart.find((g) => g.includes(e))
    if (group?.[0] === e) said.findings.push(apartFinding(view, group, j))
  }
}

/** Equations that no single cell repairs: the two sides are told, and neither is called wrong. */
function apartFinding(view: TablesView, group: readonly Equation[], j: Extract<Judgement, { sum: Fraction }>): Finding {
  const { sheet } = view
  const e = group[0]!
  const words = wordsOf(sheet, e.total)
  const parts = partWords(sheet, e)
  const published = markAt(sheet, e.total)!
  const sum = sheet.print(j.sum, e.total.table)
  const missing = e.op === '=' ? leftOut(sheet, e, j) : undefined
  const left = e.op === '≥'
  return inTable(sheet, e.total.table, {
    relation: e.relation, severity: e.severity, class: e.severity === 'warning' ? 'logic' : left ? 'logic' : 'arithmetic', ...published, published: published.quote, expected: missing?.expected ?? (left ? `≥ ${sum}` : sum),
    ...(missing === undefined ? {} : { cause: 'item-left-out' as const }),
    says: {
      zh: `${words.zh}为 ${published.quote}，${left ? `小于${parts.zh}（${sum}），部分不应大于整体` : `而${parts.zh}为 ${sum}`}${left ? '' : '，相差超出尾数误差'}${missing === undefined ? '' : `；${missing.zh}`}。${others(group)}请核对原始数据，改正有误的一处。`,
      en: `${words.en} is ${published.quote}, ${left ? `less than ${parts.en} (${sum}), which is a part of it` : `while ${parts.en} gives ${sum}: more than rounding explains`}${missing === undefined ? '' : `; ${missing.en}`}. Check the data and mend the wrong one.`,
    },
    against: proofs(sheet, group.flatMap((g) => [...(g === e ? [] : [g.total]), ...g.parts.map((p) => p.ref)])),
  })
}

const others = (group: readonly Equation[]): string => (group.length > 1 ? `同一差额另见 ${group.length - 1} 处。` : '')

function partWords(sheet: Sheet, e: Equation): { readonly zh: string; readonly en: string } {
  const terms = e.parts.filter((p) => sheet.cell(p.ref).kind === 'amount')
  if (e.parts.length > 1 && e.parts.length <= 6) {
    const join = (of: (r: Ref) => string): string => terms.map((p, i) => `${p.sign === -1 ? ' − ' : i > 0 ? ' + ' : ''}${of(p.ref)}`).join('')
    const inside = e.parts.every((p) => p.ref.table === e.total.table)
    const name = (r: Ref): string => (r.row === e.total.row && inside ? wordsOf(sheet, r).zh.replace(/^.*行“|^《[^》]*》|”栏$/g, '') : inside ? labelOf(sheet, r) : wordsOf(sheet, r).zh)
    return { zh: join(name), en: join((r) => wordsOf(sheet, r).en) }
  }
  return e.parts.length === 1 ? wordsOf(sheet, e.parts[0]!.ref) : { zh: `分项之和（${terms.length} 项）`, en: `the sum of its ${terms.length} parts` }
}

/** A code that other tables have under the same parent, with just the amount that the sum lacks. */
function leftOut(sheet: Sheet, e: Equation, j: Extract<Judgement, { sum: Fraction }>): { readonly expected: string; readonly zh: string; readonly en: string } | undefined {
  const lack = differenceOf(amountIn(sheet.cell(e.total)), j.sum)
  const length = e.parts[0]?.ref.row.length
  if (lack.n <= 0n || length === undefined || !e.parts.every((p) => /^\d+$/.test(p.ref.row) && p.ref.table === e.total.table)) return undefined
  const has = new Set(codesOf(sheet.tables.get(e.total.table)))
  for (const id of ['T3', 'T5', 'T2', 'T1', 'T4', 'T7', 'T8'] as const) {
    if (id === e.total.table) continue
    for (const code of codesOf(sheet.tables.get(id), length)) {
      if (has.has(code) || (/^\d+$/.test(e.total.row) && !code.startsWith(e.total.row))) continue
      for (const column of new Set([e.total.column, 'total', 'fiscal', 'final', 'general'])) {
        const c = sheet.cell(refOf(id, code, column))
        if (c.kind === 'amount' && near(amountIn(c), lack, j.envelope)) {
          const name = `${code} ${labelOf(sheet, refOf(id, code, column))}`
          return { expected: `${name} ${sheet.print(lack, e.total.table)}`, zh: `恰为《${titleOf(sheet, id)}》中 ${name} 的 ${sheet.print(lack, e.total.table)}，本表漏列该科目`, en: `the difference is ${name} of ${id}, which this table leaves out` }
        }
      }
    }
  }
  return undefined
}

/** The relation under which a wrong cell is told: one within its table whose total it is, else one within, else the first. */
function primary(c: Culprit): Equation {
  const within = (e: Equation): boolean => [e.total, ...e.parts.map((p) => p.ref)].every((r) => r.table === c.ref.table)
  const owns = (e: Equation): boolean => nameOf(e.total) === nameOf(c.ref)
  if (c.oneOf !== undefined) return c.oneOf
  return c.repaired.find((e) => within(e) && owns(e)) ?? c.repaired.find(within) ?? c.repaired[0]!
}

function tellCulprits(view: TablesView, r: SumRelation, said: Said): void {
  const { diagnosis: d, equations, doubtful } = view
  const own = new Set(equations.get(r))
  for (const c of d.culprits) {
    if (!own.has(primary(c)) || doubtful.has(c.ref.table)) continue
    if (view.sheet.cell(c.ref).kind === 'blank' && view.accounts.content.format === 'pdf' && c.other === undefined) {
      const at = wordsOf(view.sheet, c.ref)
      said.notRun.push(notRun(r.id, `${at.zh}为空，按其他关系应为 ${view.sheet.print(c.expected, c.ref.table)}，未能判断是未填列还是未读出`, `${at.en} is blank though other relations give ${view.sheet.print(c.expected, c.ref.table)}: left out or not read`))
      continue
    }
    said.findings.push(culpritFinding(view, c))
  }
}

function culpritFinding(view: TablesView, c: Culprit): Finding {
  const { sheet, diagnosis: d } = view
  const first = primary(c)
  const also = [...new Set([...c.repaired, ...[...d.after].filter(([, by]) => by === c).map(([e]) => e)].map((e) => e.relation))].filter((id) => id !== first.relation)
  if (c.oneOf !== undefined) {
    const j = judge(sheet, c.oneOf) as Extract<Judgement, { sum: Fraction }>
    const found = apartFinding(view, [c.oneOf], j)
    return { ...found, ...(also.length > 0 ? { also } : {}), says: found.cause !== undefined ? found.says : { zh: found.says.zh.replace('请核对', '该合计与其他关系相符，疑为某一分项有误或漏列。请核对'), en: found.says.en.replace('Check', 'Other relations bear the total out, so one of its parts is wrong or left out. Check') } }
  }
  const mark = markAt(sheet, c.ref)!
  const words = wordsOf(sheet, c.ref)
  const expected = sheet.print(c.expected, c.ref.table)
  const blank = sheet.cell(c.ref).kind === 'blank'
  const rules = [first.relation, ...also]
  const sides = c.repaired.slice(0, 3).map((e) => sideOf(sheet, e, c.ref))
  const missing = c.guess === undefined && nameOf(first.total) === nameOf(c.ref) ? leftOut(sheet, first, judge(sheet, first) as Extract<Judgement, { sum: Fraction }>) : undefined
  return inTable(sheet, c.ref.table, {
    relation: first.relation, ...(also.length > 0 ? { also } : {}), severity: 'error', class: 'arithmetic', ...mark, published: blank ? '' : mark.quote, expected,
    ...(c.guess !== undefined ? { cause: c.guess.cause } : missing !== undefined ? { cause: 'item-left-out' as const } : {}),
    says: {
      zh: `${words.zh}${blank ? '未填列' : `为 ${mark.quote}`}，应为 ${expected}：与${sides.map((s) => s.zh).join('、与')}不符（${rules.join('、')}）${c.guess === undefined ? '' : `；${c.guess.zh}`}${missing === undefined ? '' : `；${missing.zh}`}。请核对后改正。`,
      en: `${words.en} is ${blank ? 'left blank' : mark.quote} and should be ${expected}: it disagrees with ${sides.map((s) => s.en).join(', with ')} (${rules.join(', ')})${c.guess === undefined ? '' : `; ${c.guess.en}`}. Check and mend it.`,
    },
    against: proofs(sheet, [...(c.other === undefined ? [] : [c.other]), ...c.repaired.flatMap((e) => [e.total, ...e.parts.map((p) => p.ref)]).filter((r) => nameOf(r) !== nameOf(c.ref))]),
  })
}

/** The other side of an equation, seen from one of its cells. */
function sideOf(sheet: Sheet, e: Equation, from: Ref): { readonly zh: string; readonly en: string } {
  if (nameOf(e.total) === nameOf(from)) return partWords(sheet, e)
  const total = wordsOf(sheet, e.total)
  return e.parts.length === 1 ? total : { zh: `${total.zh}（其为合计）`, en: `${total.en}, its total` }
}

/** Every relation of the tables, as rows. @source accounts.md 3.1, 3.2 */
export const TABLE_RELATIONS: readonly Relation<TablesView>[] = [...SUMS.map(sumRelation), ...CODE_RELATIONS, ...FORM_RELATIONS, ...PLAUSIBLE_RELATIONS]

/** Examines the statutory tables against themselves and each other. */
export function examineTables(accounts: Accounts, options: TableOptions = {}): Outcome {
  const view = viewOf(accounts, options)
  const own = [...view.equations.keys()].filter((r) => r.id.startsWith('U-')).map(sumRelation)
  return runAll([...TABLE_RELATIONS, ...own], view, { zh: '表中没有可供核对的数', en: 'the tables have nothing to compare' })
}

/**
 * Whether a blank cell is surely zero: a sum along its row and one along its column, or two sums at all, hold with nothing in it.
 * @param ref - table, key of the row, standard name of the column
 */
export function isBlankZero(accounts: Accounts, ref: Ref): boolean {
  const sheet = sheetOf(accounts)
  if (sheet.cell(ref).kind !== 'blank') return false
  const name = nameOf(ref)
  const sums = SUMS.filter((r) => r.severity === 'error').flatMap((r) => r.equations(sheet)).filter((e) => e.op === '=' && [e.total, ...e.parts.map((p) => p.ref)].some((r) => nameOf(r) === name))
  const judged = sums.map((e) => judge(sheet, e).kind)
  const closed = judged.filter((k) => k === 'holds' || k === 'rounding').length
  return judged.every((k) => k !== 'fails' && k !== 'total-blank') && closed >= 1 && closed + judged.filter((k) => k === 'empty').length >= 2
}
