import { type Amount, type Table } from '../document.ts'
import { type Outcome } from '../finding.ts'
import { bandOf } from './band.ts'
import { type Form, type Listed, type Mark, type Printed } from './form.ts'
import { plain } from './phrase.ts'
import { add, distance, half, isLess, over, type Points, points, render, renderPercent, sum, times } from './points.ts'
import { gradeFault } from './self-evaluation.ts'
import { type Coverage, markOf, squeeze } from './statement.ts'
import { tally, type Tally } from './tally.ts'
import { ABSENT, executionOf, formsOf, inQuotient, projectKey, quotient, speaksOf, type View } from './view.ts'

const isEmpty = (l: Listed): boolean => [l.name, l.score, l.grade].every((m) => m === undefined || plain(m.text) === '')
const rowsOf = (f: Form): readonly Listed[] => f.listed.filter((l) => !isEmpty(l))
/** 合格 and 不合格 are grades only where a document uses them: Shanghai. */
const isShanghai = (view: View): boolean => view.said.grades.some((g) => /合格/.test(g.word))

/** PS-8: a grade is 优, 良, 中 or 差 (合格, 不合格 in Shanghai), and the one of its score. */
export function grades(view: View): Outcome {
  const t = tally('PS-8')
  const shanghai = isShanghai(view)
  for (const f of formsOf(view, 'summary')) for (const l of rowsOf(f)) if (l.grade !== undefined) gradeFault(t, { grade: l.grade, score: l.score, section: f.title?.text, shanghai })
  for (const f of formsOf(view, 'self-evaluation')) if (f.grade !== undefined) gradeFault(t, { grade: f.grade, score: f.total?.score, section: f.title?.text, shanghai })
  for (const s of view.said.scored) if (s.self && s.word !== undefined) gradeFault(t, { grade: { text: s.word, place: s.mark.place }, score: s.score, section: s.section, shanghai })
  countedGrades(view, t)
  averages(view, t)
  return t.outcome(ABSENT.summary)
}

/** How many projects got which grade, in the text and in the list. */
function countedGrades(view: View, t: Tally): void {
  const listed = formsOf(view, 'summary').flatMap(rowsOf)
  if (listed.length === 0 || !listed.every((l) => l.score !== undefined)) return
  for (const g of view.said.grades) {
    const band = bandOf(g.word)
    if (band === undefined) { gradeFault(t, { grade: { text: g.word, place: g.mark.place }, score: undefined, section: g.section }); continue }
    if (/评价/.test(g.mark.text) && !/自评/.test(g.mark.text)) continue
    const inBand = listed.filter((l) => !isLess(l.score!.value, band.from) && isLess(l.score!.value, band.below)).length
    if (g.count.value.n === BigInt(inBand) && g.count.value.d === 1n) t.pass()
    else t.fail({ severity: 'error', class: 'text-table', section: g.section, at: g.mark, published: render(g.count.value), expected: String(inBand), against: listed.flatMap((l) => (l.score === undefined ? [] : [l.score])), says: { zh: `正文称${render(g.count.value)}个项目为“${g.word}”，汇总表中得分属该等次的有${inBand}个；请核对。`, en: `The text counts ${render(g.count.value)} projects of grade “${g.word}”; the list has ${inBand} with such a score.` } })
  }
}

/** An average lies between what the grades allow: 39 of 优 cannot average 85. */
function averages(view: View, t: Tally): void {
  for (const c of view.said.coverage) {
    const counts = view.said.grades.filter((g) => g.section === c.section).map((g) => ({ band: bandOf(g.word), count: g.count.value }))
    if (c.average === undefined || counts.length === 0 || counts.some((g) => g.band === undefined)) continue
    const all = sum(counts.map((g) => g.count))
    if (c.count === undefined || distance(all, c.count.value).n !== 0n || all.n <= 0n) continue
    const low = over(sum(counts.map((g) => times(g.count, g.band!.from))), all)
    const high = over(sum(counts.map((g) => times(g.count, isLess(points(100n), g.band!.below) ? points(100n) : g.band!.below))), all)
    const h = half(c.average.decimals)
    if (isLess(add(c.average.value, h), low) || isLess(add(high, h), c.average.value))
      t.fail({ severity: 'error', class: 'logic', section: c.section, at: c.average, published: render(c.average.value), expected: `${render(low)}–${render(high)}`, says: { zh: `按各等次项目数，平均分应在${render(low)}至${render(high)}之间，文中为${render(c.average.value)}；请核对。`, en: `By the counts of grades the average lies between ${render(low)} and ${render(high)}; the text has ${render(c.average.value)}.` } })
    else t.pass()
  }
}

/** PS-10: the list, the forms and the counts of the text are of the same projects. */
export function sameProjects(view: View): Outcome {
  const t = tally('PS-10')
  const lists = formsOf(view, 'summary')
  for (const f of lists) {
    const empty = f.listed.filter(isEmpty)
    if (empty.length > 0) t.fail({ severity: 'info', class: 'style', section: f.title?.text, at: empty[0]!.first, published: empty.map((l) => l.first.text).join('、'), expected: '删去空行', says: { zh: `汇总表有${empty.length}个空行（模板行）未删；请删去。`, en: `The list has ${empty.length} empty rows of the template: delete them.` }, against: empty.slice(1).map((l) => l.first) })
    else t.pass()
  }
  const listed = lists.flatMap(rowsOf)
  for (const c of view.said.coverage) {
    if (c.count === undefined) continue
    if (listed.length > 0 && lists.length === 1) compareCount(t, c, c.count, listed.length)
    const counts = view.said.grades.filter((g) => g.section === c.section && !(/评价/.test(g.mark.text) && !/自评|评级/.test(g.mark.text)))
    const added = sum(counts.map((g) => g.count.value))
    if (counts.length === 0) continue
    if (distance(added, c.count.value).n === 0n) t.pass()
    else if (isLess(c.count.value, added) || counts.length >= 4)
      t.fail({ severity: 'error', class: 'arithmetic', section: c.section, at: c.count, published: render(c.count.value), expected: render(added), against: counts.map((g) => g.mark), says: { zh: `自评项目${render(c.count.value)}个，各等次合计${render(added)}个；请核对。`, en: `${render(c.count.value)} projects were self-evaluated; the grades add to ${render(added)}.` } })
    else t.skip({ zh: '各等次项目数没有读全', en: 'not all grades were read' })
  }
  if (listed.length > 0) for (const f of formsOf(view, 'self-evaluation')) if (f.project !== undefined) compareName(t, f, f.project, listed)
  return t.outcome(ABSENT.summary)
}

function compareCount(t: Tally, c: Coverage, count: Printed, rows: number): void {
  if (count.value.n === BigInt(rows) && count.value.d === 1n) return t.pass()
  t.fail({ severity: 'error', class: 'text-table', section: c.section, at: count, published: render(count.value), expected: String(rows), says: { zh: `正文称自评项目${render(count.value)}个，汇总表列${rows}个；请核对。`, en: `The text counts ${render(count.value)} self-evaluated projects, the list has ${rows}.` } })
}

function compareName(t: Tally, f: Form, project: Mark, listed: readonly Listed[]): void {
  const key = projectKey(project.text)
  const same = listed.find((l) => l.name !== undefined && (projectKey(l.name.text) === key || projectKey(l.name.text).includes(key) || key.includes(projectKey(l.name.text))))
  if (same === undefined) {
    if (listed.every((l) => l.name !== undefined)) t.fail({ severity: 'warning', class: 'naming', section: f.title?.text, at: project, published: project.text, expected: listed.map((l) => l.name!.text).slice(0, 5).join('、'), says: { zh: `自评表的项目“${project.text}”不在汇总表中；请核对项目名称。`, en: `The project “${project.text}” of the form is not in the list.` } })
    return
  }
  t.pass()
}

const yuan = (n: Points): string => render(n)
type Column = 'project' | 'basic'

/** A column of a table of expenditure by its standard name. */
const cell = (table: Table | undefined, key: string, column: Column): Amount | undefined => table?.rows.find((r) => r.key === key)?.cells.get(column)
const asPrinted = (a: Amount): Printed => ({ text: a.text, place: a.place, value: points(a.units, 10n ** BigInt(a.decimals)), decimals: a.decimals })

/** PS-11: what the project spent can be found in the accounts: one item's project spending, or not more than all of it. */
export function inAccounts(view: View): Outcome {
  const t = tally('PS-11')
  const t3 = view.accounts?.tables.get('T3')
  const total = cell(t3, 'total', 'project')
  for (const f of formsOf(view, 'self-evaluation')) {
    const row = executionOf(f)
    if (row?.spent === undefined) { t.skip({ zh: '没有读到全年执行数', en: 'what was spent was not read' }); continue }
    if (t3 === undefined || total === undefined || t3.unit === '元') { t.skip({ zh: '没有读到支出决算表的项目支出', en: 'the project expenditure of the accounts was not read' }); continue }
    const all = asPrinted(total)
    if (isLess(add(all.value, add(half(all.decimals), half(row.spent.decimals))), row.spent.value))
      t.fail({ severity: 'warning', class: 'text-table', section: f.title?.text, at: row.label, published: row.spent.text, expected: `≤${all.text}`, against: [row.spent, all], says: { zh: `项目全年执行数${row.spent.text}大于决算的项目支出合计${all.text}；请核对。`, en: `The project spent ${row.spent.text}, more than all project expenditure of the accounts, ${all.text}.` } })
    else t.pass()
  }
  sameMoney(view, t)
  return t.outcome(ABSENT['self-evaluation'])
}

/** The text's 全年预算数, 执行数 and rate are those of the form. */
function sameMoney(view: View, t: Tally): void {
  const forms = formsOf(view, 'self-evaluation')
  for (const s of view.said.spent) {
    const interval = s.rate === undefined || s.budget === undefined || s.spent === undefined ? undefined : quotient(s.spent, s.budget)
    if (s.rate !== undefined && interval !== undefined) {
      if (inQuotient(s.rate, interval)) t.pass()
      else t.fail({ severity: 'error', class: 'arithmetic', section: s.section, at: s.rate, published: `${render(s.rate.value)}%`, expected: renderPercent(over(s.spent!.value, s.budget!.value)), against: [s.budget!, s.spent!], says: { zh: `完成预算的比例应为 ${yuan(s.spent!.value)}/${yuan(s.budget!.value)} = ${renderPercent(over(s.spent!.value, s.budget!.value))}，文中为${render(s.rate.value)}%。`, en: `The rate is ${yuan(s.spent!.value)}/${yuan(s.budget!.value)} = ${renderPercent(over(s.spent!.value, s.budget!.value))}; the text has ${render(s.rate.value)}%.` } })
    }
    const form = forms.find((f) => f.project !== undefined && s.sentence.includes(projectKey(f.project.text))) ?? (forms.length === 1 && view.said.spent.length === 1 && speaksOf(s.sentence, forms[0]!) ? forms[0] : undefined)
    const row = form === undefined ? undefined : executionOf(form)
    for (const [said, there] of [[s.budget, row?.available], [s.spent, row?.spent]] as const) {
      if (said === undefined || there === undefined) continue
      if (!isLess(add(half(said.decimals), half(there.decimals)), distance(said.value, there.value))) t.pass()
      else t.fail({ severity: 'error', class: 'text-table', section: s.section, at: said, published: yuan(said.value), expected: there.text, against: [there], says: { zh: `正文为${yuan(said.value)}万元，自评表为${there.text}；请核对。`, en: `The text has ${yuan(said.value)} (10,000 yuan), the form ${there.text}.` } })
    }
  }
}

/** An item's budget in the text: （类）…（款）…（项）… 年初预算为 X 万元. */
function budgetsOf(view: View): readonly { readonly item: string; readonly budget: Printed }[] {
  return view.content.blocks.flatMap((b) => {
    if (b.kind !== 'paragraph' || !/年初预算/.test(b.text) || !/[（(]款[)）]/.test(b.text)) return []
    const s = squeeze(b)
    return [...s.text.matchAll(/\(款\)([^()。,;]{2,40}?)(?:\(项\))?[。,:.](?:[^。]{0,20}?)年初预算(?:数)?(?:为|是)?(\d[\d,]*(?:\.\d+)?)万元/g)].map((m) => {
      const mark = markOf(s, m.index, m.index + m[0].length)
      return { item: m[1]!, budget: { ...mark, value: points(BigInt(m[2]!.replaceAll(/[,.]/g, '')), 10n ** BigInt(m[2]!.split('.')[1]?.length ?? 0)), decimals: m[2]!.split('.')[1]?.length ?? 0 } }
    })
  })
}

/** A base that a share may be of, with what is put over it. */
interface Base { readonly name: string; readonly share: Points; readonly interval: readonly [Points, Points] }

function basesOf(view: View, amount: Printed): readonly Base[] {
  const bases: Base[] = []
  const put = (name: string, top: Printed | undefined, under: Printed | undefined): void => {
    const interval = top === undefined || under === undefined ? undefined : quotient(top, under)
    if (interval !== undefined) bases.push({ name, share: over(top!.value, under!.value), interval })
  }
  const [t3, t5] = [view.accounts?.tables.get('T3'), view.accounts?.tables.get('T5')]
  const money = t3?.unit === '元' ? [] : [t3, t5]
  const items = (t5 ?? t3)?.rows.filter((r) => (r.code?.length ?? 0) >= 7 && (r.cells.get('project')?.units ?? 0n) > 0n && (r.cells.get('basic')?.units ?? 0n) === 0n) ?? []
  const budgets = budgetsOf(view).filter((b) => items.some((r) => plain(r.label) === plain(b.item)))
  if (budgets.length > 0 && budgets.length === items.length) put('项目各项年初预算合计', amount, { text: budgets.map((b) => render(b.budget.value)).join('+'), place: budgets[0]!.budget.place, value: sum(budgets.map((b) => b.budget.value)), decimals: Math.max(...budgets.map((b) => b.budget.decimals)) })
  const spent = formsOf(view, 'self-evaluation').map((f) => executionOf(f)?.spent)
  const all = spent.length > 0 && spent.every((s) => s !== undefined) ? { ...spent[0]!, value: sum(spent.map((s) => s!.value)), decimals: Math.max(...spent.map((s) => s!.decimals)) } : undefined
  for (const table of money) {
    const total = cell(table, 'total', 'project')
    if (total === undefined || total.units <= 0n) continue
    const name = table === t3 ? '支出决算表项目支出' : '一般公共预算项目支出'
    put(`执行数/${name}`, view.said.coverage.length === 1 ? all : undefined, asPrinted(total))
    put(`预算资金/${name}`, amount, asPrinted(total))
  }
  return bases
}

/** PS-12: the share of the self-evaluated projects is their money over all project money. */
export function projectShare(view: View): Outcome {
  const t = tally('PS-12')
  for (const c of view.said.coverage) {
    if (c.share === undefined) continue
    if (isLess(points(100n), c.share.value)) { t.fail({ severity: 'error', class: 'logic', section: c.section, at: c.share, published: `${render(c.share.value)}%`, expected: '≤100%', says: { zh: `占比${render(c.share.value)}%超过100%；请核对分子和分母。`, en: `A share of ${render(c.share.value)}% is more than the whole.` } }); continue }
    if (c.amount === undefined) { t.skip({ zh: '没有读到涉及的资金', en: 'the money of the projects was not read' }); continue }
    const bases = basesOf(view, c.amount)
    if (bases.length === 0) t.skip({ zh: '文中没有项目预算总额，也没有读到项目支出', en: 'neither the total of project budgets nor project expenditure was read' })
    else if (bases.some((b) => inQuotient(c.share!, b.interval))) t.pass()
    else judgeShare(t, c, bases)
  }
  return t.outcome(ABSENT.text)
}

/**
 * A share that fits none of the bases. Adjusted budgets are not in the document, but they are not less than what was spent: a share above every base
 * is wrong; one below every base may be of a larger budget, and is told where the items' own budgets are known.
 */
function judgeShare(t: Tally, c: Coverage, all: readonly Base[]): void {
  const known = all[0]!.name.startsWith('项目各项')
  const bases = known ? all.slice(0, 2) : all
  const above = all.every((b) => isLess(times(b.interval[1], points(100n)), c.share!.value))
  const below = known && all.every((b) => isLess(c.share!.value, times(b.interval[0], points(100n))))
  const [own, ...others] = bases
  if (!above && !below) return t.skip({ zh: '占比的分母（项目预算总额）不在文中', en: 'the base of the share, the total of project budgets, is not in the document' })
  t.fail({
    severity: known && above ? 'error' : 'warning', class: 'logic', section: c.section, at: c.share!, published: `${render(c.share!.value)}%`, expected: bases.map((b) => renderPercent(b.share)).join(' / '), cause: 'wrong-denominator', against: [c.amount!],
    says: { zh: `占比应为 ${[own!, ...others].map((b) => `${renderPercent(b.share)}（${b.name}）`).join('，或 ')}，文中为${render(c.share!.value)}%；请核对项目预算总额。`, en: `The share is ${[own!, ...others].map((b) => renderPercent(b.share)).join(', or ')} of the project money in the document; the text has ${render(c.share!.value)}%.` },
  })
}

