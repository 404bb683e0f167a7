import { type Grid, type GridCell } from '@causeway/kernel'

import { type TableId } from '../document.ts'
import { isBlank, parseFigure } from '../figure.ts'
import { incomeKey, isOrdinal, isTotal } from './label.ts'
import { type Matrix } from './matrix.ts'
import { squeezed, titleOf } from './title.ts'

/** What the columns of the tables by code are, by the words over them. The first that fits wins. @source accounts.md 2.2 */
export const COLUMNS: Readonly<Record<'T2' | 'T3' | 'T4' | 'T5' | 'T6' | 'T7' | 'T8', readonly (readonly [string, RegExp])[]>> = {
  T2: [['fiscal', /财政拨款(?:收入)?$/], ['superior', /上级补助/], ['education', /教育收费/], ['business', /^事业收入(?:小计|合计)?$/], ['operating', /^经营收入/], ['affiliate', /附属单位/], ['other', /^其他收入/], ['total', /^(?:本年)?(?:收入)?合计$|^本年收入(?:合计)?$|^小计$/]],
  T3: [['basic', /基本支出$/], ['project', /项目支出$/], ['remit', /上缴上级/], ['operating', /^经营支出/], ['subsidy', /附属单位/], ['total', /^(?:本年)?(?:支出)?合计$|^本年支出(?:合计)?$|^小计$/]],
  T4: [['general', /一般公共预算/], ['fund', /政府性基金/], ['capital', /国有资本经营/], ['total', /合计$|^小计$/]],
  T5: [['opening', /^年初(?!预算)/], ['income', /^本年收入/], ['closing', /^年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /合计$|小计$|^本年支出$|^决算数$/]],
  T6: [['staff', /^人员经费$/], ['public', /^公用经费$/], ['final', /^(?:金额|决算数|决算金额|支出决算|合计|小计|基本支出)$/]],
  T7: [['opening', /年初/], ['income', /^本年收入/], ['closing', /年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /小计$|合计$|^本年支出$/]],
  T8: [['opening', /年初/], ['income', /^本年收入/], ['closing', /年末/], ['basic', /基本支出(?:结转)?$/], ['project', /项目支出(?:结转和结余)?$/], ['total', /小计$|合计$|^本年支出$/]],
}

export const ECONOMIC = /^3\d\d(?:\d\d)?$/

export const FUNCTIONAL = /^2\d\d(?:\d\d){0,2}$/

export interface Head { readonly rows: number; /** Words over each column, from the top. */ readonly words: readonly (readonly string[])[] }

export interface Found { readonly grid: Grid; readonly matrix: Matrix; readonly head: Head }

export const textAt = (m: Matrix, y: number, x: number): string => squeezed(m.rows[y]?.[x]?.text ?? '')

export const isNumber = (text: string): boolean => parseFigure(text) !== undefined

export const isLabel = (text: string): boolean => /[\u4e00-\u9fff]/.test(text)

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
export function isCount(cells: readonly string[]): boolean {
  const words = cells.filter((t) => t !== '' && !isOrdinal(t))
  if (words.length < 2) return words.length === 1 && cells.some(isOrdinal)
  if (!words.every((t) => /^\d{1,2}(?:[=＝][\d+＋\-－=]+)?$|^（\d{1,2}）$|^[①-⑳]$|^—+$|^[A-Z]$/.test(t))) return false
  const n = words.map((t) => Number(/\d+/.exec(t)?.[0] ?? Number.NaN)).filter((v) => !Number.isNaN(v))
  return n.every((v, i) => i === 0 || v === n[i - 1]! + 1) && n.every((v) => v <= 40)
}

export function headOf(m: Matrix, id: TableId): Head {
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

/** Parts of a column that no relation needs. */
const PART = /人员|公用|日常|^其中/

/** What a place that prints four columns of a table in parts puts over them. */
const GROUPS: readonly (readonly [string, RegExp])[] = [['opening', /^(?:年初|上年)(?!预算|决算)/], ['closing', /^(?:年末|结转下年)/], ['income', /^本年收入/]]

/** The name of the column that words stand over: the lowest words that say it; a sum under a name is that name. */
export function columnOf(id: keyof typeof COLUMNS, words: readonly string[]): string | undefined {
  const names = words.map((w) => COLUMNS[id].find(([, re]) => re.test(w))?.[0])
  const at = names.findLastIndex((n) => n !== undefined)
  if (at < 0 || words.slice(at + 1).some((w) => PART.test(w))) return undefined
  const name = names[at] === 'total' ? names.slice(0, at).findLast((n) => n !== undefined && n !== 'total') ?? 'total' : names[at]!
  const group = id === 'T5' || id === 'T7' || id === 'T8' ? words.flatMap((w) => GROUPS.find(([, re]) => re.test(w))?.[0] ?? []).at(0) : undefined
  return group === undefined || name === group ? name : name === 'total' ? group : `${group}.${name}`
}
