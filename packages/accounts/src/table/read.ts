import { type Grid, type GridCell, type Place } from '@causeway/kernel'

import { type Amount, type MoneyUnit, type Row, type Table, type TableId } from '../document.ts'
import { decimalsOf, isBlank, parseFigure, withDecimals } from '../figure.ts'
import { bareLabel, classOf, expenditureKey, expenseOf, incomeKey, isOrdinal, isTotal, phaseOf } from './label.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import { squeezed, titleOf } from './title.ts'

/** What the columns of the tables by code are, by the words over them. The first that fits wins. @source accounts.md 2.2 */
const COLUMNS: Readonly<Record<'T2' | 'T3' | 'T4' | 'T5' | 'T6' | 'T7' | 'T8', readonly (readonly [string, RegExp])[]>> = {
  T2: [['fiscal', /财政拨款(?:收入)?$/], ['superior', /上级补助/], ['education', /教育收费/], ['business', /^事业收入(?:小计|合计)?$/], ['operating', /^经营收入/], ['affiliate', /附属单位/], ['other', /^其他收入/], ['total', /^(?:本年)?(?:收入)?合计$|^本年收入(?:合计)?$|^小计$/]],
  T3: [['basic', /基本支出$/], ['project', /项目支出$/], ['remit', /上缴上级/], ['operating', /^经营支出/], ['subsidy', /附属单位/], ['total', /^(?:本年)?(?:支出)?合计$|^本年支出(?:合计)?$|^小计$/]],
  T4: [['general', /一般公共预算/], ['fund', /政府性基金/], ['capital', /国有资本经营/], ['total', /合计$|^小计$/]],
  T5: [['opening', /^年初(?!预算)/], ['income', /^本年收入/], ['closing', /^年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /合计$|小计$|^本年支出$|^决算数$/]],
  T6: [['staff', /^人员经费$/], ['public', /^公用经费$/], ['final', /^(?:金额|决算数|决算金额|支出决算|合计|小计|基本支出)$/]],
  T7: [['opening', /年初/], ['income', /^本年收入/], ['closing', /年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /小计$|合计$|^本年支出$/]],
  T8: [['opening', /年初/], ['income', /^本年收入/], ['closing', /年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /小计$|合计$|^本年支出$/]],
}

const ECONOMIC = /^3\d\d(?:\d\d)?$/
const FUNCTIONAL = /^2\d\d(?:\d\d){0,2}$/

interface Head { readonly rows: number; /** Words over each column, from the top. */ readonly words: readonly (readonly string[])[] }
interface Found { readonly grid: Grid; readonly matrix: Matrix; readonly head: Head }

const textAt = (m: Matrix, y: number, x: number): string => squeezed(m.rows[y]?.[x]?.text ?? '')
const isNumber = (text: string): boolean => parseFigure(text) !== undefined
const isLabel = (text: string): boolean => /[\u4e00-\u9fff]/.test(text)
const isCodePart = (text: string): boolean => /^\d{2,3}$|^\d{5}$|^\d{7}$/.test(text)

/** A row of the body: it has a code, a known label, or numbers with a point. */
function isBody(m: Matrix, y: number, id: TableId): boolean {
  const cells = (m.rows[y] ?? []).map((c) => squeezed(c?.text ?? ''))
  if (cells.some(isOrdinal) || isCount(cells)) return false
  const coded = cells.some((t) => (id === 'T6' ? ECONOMIC : FUNCTIONAL).test(t)) || cells.some((t, i) => /^\d{3}$/.test(t) && isLabel(cells.slice(i + 1).find((u) => u !== '' && !/^\d{2}$/.test(u)) ?? ''))
  const known = (id === 'T1' || id === 'T4') && cells.some((t) => isLabel(t) && (/^[一二三四五六七八九十]{1,3}[、.]/.test(t) || incomeKey(t) === 'income.year'))
  const total = cells.some((t) => /^-?(?:\d{1,3}(?:[,，]\d{3})+|\d+)[.．]\d+$/.test(t)) || (!['T1', 'T4', 'T9'].includes(id) && isTotal(cells.find((t) => t !== '') ?? '') && cells.filter((t) => !isBlank(t)).slice(1).every(isNumber))
  return coded || known || total
}

/** A row that only numbers columns: `1 2 3`, `7=1+3`. */
function isCount(cells: readonly string[]): boolean {
  const words = cells.filter((t) => t !== '' && !isOrdinal(t))
  if (words.length < 2) return words.length === 1 && cells.some(isOrdinal)
  if (!words.every((t) => /^\d{1,2}(?:[=＝][\d+＋\-－=]+)?$|^（\d{1,2}）$|^[①-⑳]$|^—+$|^[A-Z]$/.test(t))) return false
  const n = words.map((t) => Number(/\d+/.exec(t)?.[0] ?? Number.NaN)).filter((v) => !Number.isNaN(v))
  return n.every((v, i) => i === 0 || v === n[i - 1]! + 1) && n.every((v) => v <= 40)
}

function headOf(m: Matrix, id: TableId): Head {
  let rows = 0
  while (rows < m.rows.length && !isBody(m, rows, id)) {
    // a table of the three expenses has no label: its first row of amounts ends the head, and may be empty
    if (id === 'T9' && rows > 0 && (m.rows[rows] ?? []).every((c) => isBlank(squeezed(c?.text ?? '')) || isNumber(squeezed(c?.text ?? ''))) && !isCount((m.rows[rows] ?? []).map((c) => squeezed(c?.text ?? '')))) break
    rows += 1
  }
  const top = m.rows.slice(0, rows).findLastIndex(isOverTable) + 1
  const words = Array.from({ length: m.width }, (_, x) => {
    const above: string[] = []
    for (let y = top; y < rows; y++) {
      const text = wordsAt(m, { y, x, top, rows })
      if (text !== '' && !isOrdinal(text) && !/^\d{1,2}$/.test(text) && above.at(-1) !== text) above.push(text)
    }
    return above
  })
  return { rows, words }
}

/** A row that stands over the table inside its grid, as on a sheet of a workbook: title, number, unit, unit of money. */
function isOverTable(row: readonly (GridCell | undefined)[]): boolean {
  const texts = row.flatMap((c) => c === undefined || squeezed(c.text) === '' ? [] : [squeezed(c.text)])
  return texts.length > 0 && texts.length < 4 && texts.every((t) => titleOf(t) !== undefined || /^公开\d+表$|单位[:：]|部门[:：]|^(?:万|亿)?元$|^20\d\d年度?$/.test(t))
}

/** The words of a heading over a column. A text has no merged cells: there an empty cell with words under it goes on with its left neighbour. */
function wordsAt(m: Matrix, { y, x, top, rows }: { readonly y: number; readonly x: number; readonly top: number; readonly rows: number }): string {
  const text = squeezed(m.over[y]?.[x]?.text ?? '')
  if (text !== '' || m.rows.slice(top, rows).some((r) => r.some((c) => (c?.colSpan ?? 1) > 1))) return text
  const below = Array.from({ length: rows - y - 1 }, (_, i) => textAt(m, y + 1 + i, x)).some(isLabel)
  const left = below ? (m.rows[y] ?? []).slice(0, x).findLastIndex((c) => squeezed(c?.text ?? '') !== '') : -1
  // a heading further up that begins in between ends it
  const ended = m.rows.slice(0, y).some((r) => r.slice(left + 1, x + 1).some((c) => squeezed(c?.text ?? '') !== ''))
  return left < 0 || ended ? '' : textAt(m, y, left)
}

const amountOf = (cell: GridCell | undefined): Amount | undefined => {
  const figure = cell === undefined ? undefined : parseFigure(cell.text)
  return figure === undefined ? undefined : { ...figure, place: cell!.place }
}

/** A row being gathered. */
interface Draft { key: string; code?: string; label: string; place: Place; readonly cells: Map<string, Amount>; readonly unread: Set<string> }
const draft = (key: string, label: string, place: Place, code?: string): Draft => ({ key, label, place, ...(code === undefined ? {} : { code }), cells: new Map(), unread: new Set() })

/** Puts a cell into a row: a number, nothing, or what is no number and so unread. */
function put(to: Draft, column: string | undefined, cell: GridCell | undefined): void {
  if (column === undefined || cell === undefined) return
  const amount = amountOf(cell)
  if (amount !== undefined) to.cells.set(column, amount)
  else if (!isBlank(cell.text)) to.unread.add(column)
}

/** The name of the column that words stand over: the lowest words that say it; a sum under a name is that name. */
function columnOf(id: keyof typeof COLUMNS, words: readonly string[]): string | undefined {
  const names = words.map((w) => COLUMNS[id].find(([, re]) => re.test(w))?.[0])
  const at = names.findLastIndex((n) => n !== undefined)
  if (at < 0 || words.slice(at + 1).some((w) => PART.test(w))) return undefined
  const name = names[at] === 'total' ? names.slice(0, at).findLast((n) => n !== undefined && n !== 'total') ?? 'total' : names[at]!
  const group = id === 'T5' || id === 'T7' || id === 'T8' ? words.flatMap((w) => GROUPS.find(([, re]) => re.test(w))?.[0] ?? []).at(0) : undefined
  return group === undefined || name === group ? name : name === 'total' ? group : `${group}.${name}`
}

/** Parts of a column that no relation needs. */
const PART = /人员|公用|日常|^其中/
/** What a place that prints four columns of a table in parts puts over them. */
const GROUPS: readonly (readonly [string, RegExp])[] = [['opening', /^(?:年初|上年)(?!预算|决算)/], ['closing', /^(?:年末|结转下年)/], ['income', /^本年收入/]]

/** Tables by function: codes (in one column or three), a name, amounts. */
function codedRows(f: Found, id: 'T2' | 'T3' | 'T5' | 'T7' | 'T8'): Draft[] {
  const { matrix: m, head } = f
  const names = head.words.map((w) => columnOf(id, w))
  const seen = new Set<string>()
  const columns = names.map((n) => (n === undefined || seen.has(n) ? undefined : (seen.add(n), n)))
  const first = columns.findIndex((c) => c !== undefined)
  const rows: Draft[] = []
  const strays: { readonly after: number; readonly column: string }[] = []
  for (let y = head.rows; y < m.rows.length; y++) {
    const cells = Array.from({ length: m.width }, (_, x) => m.rows[y]?.[x])
    const texts = cells.map((c) => squeezed(c?.text ?? ''))
    if (texts.some(isOrdinal) || isCount(texts)) continue
    const front = texts.slice(0, Math.max(first, 1))
    const code = front.filter((t) => isCodePart(t)).join('')
    const glued = /^(\d{3}|\d{5}|\d{7})(?=[\u4e00-\u9fff])/.exec(front.find((t) => isLabel(t)) ?? '')?.[1]
    const label = front.find((t) => isLabel(t))?.replace(/^\d{3,7}/, '') ?? ''
    const place = cells.find((c) => c !== undefined && c.text.trim() !== '')?.place ?? f.grid.place
    const whole = FUNCTIONAL.test(code) ? code : glued
    if (whole === undefined && !isTotal(label)) {
      if (/^[注说]/.test(label) || repeatsHead(texts, head)) continue
      for (const [x, c] of columns.entries()) if (c !== undefined && isNumber(texts[x]!)) strays.push({ after: rows.length, column: c })
      continue
    }
    const row = whole === undefined ? draft('total', label, place) : draft(whole, label, place, whole)
    for (const [x, c] of columns.entries()) put(row, c, cells[x])
    rows.push(row)
  }
  // a number that stands alone belongs to a neighbour that has none there: nobody can tell which
  for (const s of strays) for (const r of [rows[s.after - 1], rows[s.after]]) if (r !== undefined && !r.cells.has(s.column)) r.unread.add(s.column)
  return rows
}

const repeatsHead = (texts: readonly string[], head: Head): boolean => { const words = texts.filter((t) => t !== ''); return words.length > 0 && words.every((t) => isOrdinal(t) || head.words.some((w) => w.includes(t)) || /^\d{1,2}$/.test(t)) }

/** Where the labels of the two sides stand, and where each side ends. */
function sidesOf(m: Matrix, head: Head): { readonly label: number; readonly end: number }[] {
  const count = Array.from({ length: m.width }, (_, x) => m.rows.slice(head.rows).filter((_, i) => isLabel(textAt(m, head.rows + i, x))).length)
  const named = (x: number): boolean => (head.words[x] ?? []).some((w) => /^项目$/.test(w))
  const labels = count.flatMap((n, x) => (n >= Math.max(2, m.rows.length / 3) || (n > 0 && named(x)) ? [x] : []))
  return labels.map((label, i) => ({ label, end: labels[i + 1] ?? m.width }))
}

/** The two summary tables: income on one side, expenditure on the other, or one below the other. */
function summaryRows(f: Found, id: 'T1' | 'T4'): Draft[] {
  const { matrix: m, head } = f
  const rows: Draft[] = []
  // older forms print expenditure a second time, by its nature
  const sides = sidesOf(m, head).filter((side, i) => i < 2 || m.rows.slice(head.rows).some((_, y) => ['201', '202', '205'].includes(classOf(textAt(m, head.rows + y, side.label)) ?? '')))
  for (const side of sides) {
    const isIncome = (text: string): boolean => incomeKey(text) !== undefined || /^income|^carry\.opening/.test(rows.at(-1)?.key ?? '')
    const values = Array.from({ length: side.end - side.label - 1 }, (_, i) => side.label + 1 + i).filter((x) => !(head.words[x] ?? []).some(isOrdinal) && !isLineColumn(m, head, x))
    let opening = false
    let expenditure = false
    for (let y = head.rows; y < m.rows.length; y++) {
      const cell = m.rows[y]?.[side.label]
      const text = squeezed(cell?.text ?? '')
      if (text === '' || isOrdinal(text) || /^[注说]/.test(text) || isNumber(text)) {
        if (text === '') for (const x of values) if (isNumber(textAt(m, y, x))) rows.at(-1)?.unread.add('stray')
        continue
      }
      const cls = classOf(text)
      const spent = expenditureKey(text)
      const got = incomeKey(text)
      if (spent === 'expenditure.year') expenditure = true
      const right = sides.length > 1 ? side !== sides[0] : expenditure || cls !== undefined || (rows.some((r) => /^2\d\d$/.test(r.key)) && got !== 'income.year')
      let key = right ? (cls ?? spent) : (got ?? (isIncome(text) ? undefined : undefined))
      if (!right && id === 'T4' && opening && got !== undefined && got.startsWith('income.') && got !== 'income.year') key = `carry.opening.${got.slice(7)}`
      if (key === 'carry.opening') opening = true
      if (key === undefined) continue
      const row = draft(key, bareLabel(text), cell!.place, cls !== undefined && right ? cls : undefined)
      for (const x of values) {
        const words = head.words[x] ?? []
        const budgets = id === 'T4' && right ? columnOf('T4', words) : undefined
        const phase = words.map(phaseOf).findLast((p) => p !== undefined) ?? 'final'
        const column = budgets !== undefined ? (phase === 'budget' ? undefined : budgets) : id === 'T4' && right && values.length > 1 ? undefined : phase === 'budget' ? (row.cells.has('budget') ? undefined : 'budget') : row.cells.has('final') ? undefined : 'final'
        put(row, id === 'T4' && right && column === 'final' ? 'total' : column, m.rows[y]?.[x])
      }
      rows.push(row)
    }
  }
  return rows
}

/** A column of line numbers that has no heading: whole numbers that count on. */
function isLineColumn(m: Matrix, head: Head, x: number): boolean {
  const n = m.rows.slice(head.rows).map((_, i) => textAt(m, head.rows + i, x)).filter((t) => t !== '')
  return n.length >= 5 && n.every((t) => /^\d{1,3}$/.test(t)) && n.every((t, i) => i === 0 || Number(t) > Number(n[i - 1]))
}

/** Basic expenditure by economic class: groups of code, name and amount side by side. */
function economicRows(f: Found): Draft[] {
  const { matrix: m, head } = f
  const rows: Draft[] = []
  const wide = head.words.some((w) => columnOf('T6', w) === 'staff') && head.words.some((w) => columnOf('T6', w) === 'public') && !head.words.some((w, x) => columnOf('T6', w) === 'final' && head.words.slice(x + 1).some((v) => columnOf('T6', v) === 'final'))
  for (let y = head.rows; y < m.rows.length; y++) {
    let open: Draft | undefined
    let prefix = ''
    for (let x = 0; x < m.width; x++) {
      const cell = m.rows[y]?.[x]
      const text = squeezed(cell?.text ?? '')
      if (cell === undefined || text === '') {
        if (/^\d{3}$/.test(prefix) && textAt(m, y, x + 1) === '') continue
        continue
      }
      if (isOrdinal(text)) break
      const glued = /^(3\d\d(?:\d\d)?)(?=[\u4e00-\u9fff])/.exec(text)?.[1]
      if (ECONOMIC.test(text) && (text.length === 5 || isCodeColumn(m, head, x))) { prefix = text; open = draft(text, '', cell.place, text); rows.push(open); continue }
      if (/^\d{2}$/.test(text) && prefix.length === 3 && open !== undefined && open.label === '' && isCodeColumn(m, head, x)) { open.key = prefix + text; open.code = open.key; continue }
      if (isLabel(text)) {
        if (glued !== undefined) { open = draft(glued, text.slice(glued.length), cell.place, glued); rows.push(open); prefix = ''; continue }
        const total = /人员经费(?:合计|小计)?$/.test(text) ? 'staff.total' : /公用经费(?:合计|小计)?$/.test(text) ? 'public.total' : isTotal(text) ? 'total' : undefined
        if (total !== undefined) { open = draft(total, bareLabel(text), cell.place); rows.push(open); prefix = '' } else if (open !== undefined && open.label === '') open.label = text
        continue
      }
      if (open === undefined || !isNumber(text)) continue
      const column = wide ? columnOf('T6', head.words[x] ?? []) : 'final'
      if (!open.cells.has(column ?? 'final')) put(open, column ?? 'final', cell)
    }
  }
  return rows.filter((r) => r.label !== '' || r.cells.size > 0)
}

const isCodeColumn = (m: Matrix, head: Head, x: number): boolean => {
  const all = m.rows.slice(head.rows).map((_, i) => textAt(m, head.rows + i, x)).filter((t) => t !== '')
  return all.length > 0 && all.filter((t) => ECONOMIC.test(t) || /^\d{2}$/.test(t)).length >= all.length * 0.6
}

/** Which of the three expenses words stand over: the lowest; a sum is of the cars where cars stand over it. */
function itemOf(words: readonly string[]): ReturnType<typeof expenseOf> {
  const lowest = words.findLast((w) => phaseOf(w) === undefined)
  if (lowest === undefined || /会议|培训/.test(lowest)) return undefined
  if (/^(?:小计|合计)$/.test(lowest)) return words.some((w) => /车/.test(w)) ? 'car' : words.some((w) => /三公/.test(w)) ? 'total' : expenseOf(lowest)
  return words.toReversed().map(expenseOf).find((e) => e !== undefined)
}

/** The three public expenses: one row of twelve, or a list of items. */
function expenseRows(f: Found): Draft[] {
  const { matrix: m, head } = f
  // a heading that lies over several columns without saying so goes on to the right
  const phases: ('budget' | 'final' | undefined)[] = []
  for (let x = 0; x < m.width; x++) phases.push((head.words[x] ?? []).map(phaseOf).findLast((p) => p !== undefined) ?? phases[x - 1])
  const items: ReturnType<typeof expenseOf>[] = []
  // of 预算数 and 决算数 side by side the second may stand under nothing
  for (const w of head.words) items.push(itemOf(w) ?? (w.length === 1 && phaseOf(w[0]!) === 'final' ? items.at(-1) : undefined))
  const row = draft('total', '', f.grid.place)
  if (items.filter((i) => i !== undefined).length >= 4) {
    // a row for the budget and a row for the accounts
    const phased = m.rows.slice(1).flatMap((r) => { const phase = phaseOf(r.find((c) => c !== undefined && isLabel(c.text))?.text ?? ''); return phase === undefined || !r.some((c) => c !== undefined && isNumber(squeezed(c.text))) ? [] : [{ phase, r }] })
    if (phased.length > 1) {
      for (const { phase, r } of phased) for (const [x, item] of items.entries()) if (item !== undefined && !row.cells.has(`${phase}.${item}`)) put(row, `${phase}.${item}`, r[x])
      return [row]
    }
    const body = m.rows.slice(head.rows).find((r) => r.some((c) => c !== undefined && isNumber(squeezed(c.text)) && !isCount(r.map((d) => squeezed(d?.text ?? '')))))
    for (const [x, item] of items.entries()) if (item !== undefined && body?.[x] !== undefined) put(row, `${phases[x] ?? 'final'}.${item}`, body[x])
    return [row]
  }
  for (const r of m.rows) {
    const x = r.findIndex((c) => c !== undefined && expenseOf(c.text) !== undefined)
    const item = x < 0 ? undefined : expenseOf(r[x]!.text)
    if (item === undefined) continue
    for (let v = x + 1; v < m.width; v++) { const column = `${phases[v] ?? 'final'}.${item}`; if (!row.cells.has(column)) put(row, column, r[v]) }
  }
  return [row]
}

/** What stands around a table. */
export interface Surroundings { readonly title: string; readonly place: Place; readonly unit?: MoneyUnit; readonly owner?: string; readonly note?: string }

/** Reads the grids of one statutory table, in their order. */
export function readTable(id: TableId, grids: readonly Grid[], s: Surroundings): Table {
  const rows: Draft[] = []
  const columns = new Set<string>()
  let before: Head | undefined
  for (const grid of grids) {
    const matrix = matrixOf(grid)
    const own = headOf(matrix, id)
    // after a page break a table may go on without its head
    const head = own.words.every((w) => w.length === 0) && before?.words.length === matrix.width ? { ...own, words: before.words } : own
    before = head
    const f: Found = { grid, matrix, head }
    rows.push(...(id === 'T1' || id === 'T4' ? summaryRows(f, id) : id === 'T6' ? economicRows(f) : id === 'T9' ? expenseRows(f) : codedRows(f, id)))
    for (const w of f.head.words) { const c = id === 'T1' || id === 'T9' ? undefined : columnOf(id, w); if (c !== undefined && (id !== 'T6' || c === 'final')) columns.add(c) }
  }
  for (const r of rows) for (const c of r.cells.keys()) columns.add(c)
  const order = (r: Draft): number => (r.key.startsWith('income') || r.key.startsWith('surplus.used') || r.key.startsWith('carry.opening') || r.key === 'total.income' ? 0 : 1)
  const sorted = id === 'T1' || id === 'T4' ? [...rows].map((r, i) => ({ r, i })).sort((a, b) => order(a.r) - order(b.r) || a.i - b.i).map(({ r }) => r) : rows
  const decimals = decimalsOf(rows.flatMap((r) => [...r.cells.values()]))
  const notes = grids.flatMap((g) => g.rows.flatMap((r) => r.filter((c) => /^(?:注|说明|备注)\d?[:：]|本表(?:无数据|为空|没有数据)/.test(squeezed(c.text))).map((c) => c.text.trim())))
  const note = s.note ?? (notes.length > 0 ? notes.join('\n') : undefined)
  return { id, ...s, ...(note === undefined ? {} : { note }), columns: [...columns], rows: sorted.map((r): Row => ({ ...r, cells: new Map([...r.cells].map(([column, amount]) => [column, withDecimals(amount, decimals)])) })) }
}

/** How well a grid without a title fits a table, by the words of its head and its rows: 0 to 1. */
export function likeness(grid: Grid): { readonly id: TableId; readonly sure: number } | undefined {
  const m = matrixOf(grid)
  const words = new Set(m.rows.slice(0, 6).flatMap((r) => r.map((c) => squeezed(c?.text ?? ''))))
  const all = m.rows.flatMap((r) => r.map((c) => squeezed(c?.text ?? '')))
  const has = (re: RegExp): boolean => [...words].some((w) => re.test(w))
  const rowsHave = (re: RegExp): boolean => all.some((w) => re.test(w))
  const found: readonly (readonly [TableId, boolean])[] = [
    ['T9', has(/出国/) && has(/接待/) && rowsHave(/购置/) && m.rows.length < 20],
    ['T6', all.filter((t) => /^30\d(?:\d\d)?$/.test(t)).length >= 5 && rowsHave(/工资福利支出/)],
    ['T4', rowsHave(/^一、一般公共预算/) && rowsHave(/外交支出|公共安全支出/) && has(/政府性基金预算财政拨款|国有资本经营预算财政拨款/)],
    ['T1', rowsHave(/上级补助收入/) && rowsHave(/外交支出|公共安全支出/) && rowsHave(/^总计$|收入总计/)],
    ['T2', has(/财政拨款收入/) && has(/上级补助收入/) && has(/其他收入/)],
    ['T3', has(/基本支出/) && has(/项目支出/) && has(/上缴上级支出/)],
  ]
  const hit = found.find(([, ok]) => ok)
  return hit && { id: hit[0], sure: 0.9 }
}
