import { type ChartKind, type NameVerdict, chartOf, codeName, compareName, foldName, levelOf, parentOf } from '../chart/chart.ts'
import { type Row, type Table, type TableId } from '../document.ts'
import { type Finding } from '../finding.ts'
import { judge, plus } from './equation.ts'
import { type Relation, type Said, type Says, notRun } from './relation.ts'
import { codesOf, refOf, titleOf, under } from './sheet.ts'
import { inTable, markOfRow } from './tell.ts'
import { type TablesView } from './view.ts'

const IDS = { T2: 'T2-4', T3: 'T3-4', T5: 'T5-4', T6: 'T6-4', T7: 'T7-5', T8: 'T8-3' } as const
type Coded = keyof typeof IDS

/** A fault of a row, before it is a finding. */
interface Fault extends Pick<Finding, 'severity' | 'class' | 'published' | 'expected' | 'cause'> { readonly row: Row; readonly says: Says }

const tell = (view: TablesView, relation: string, table: TableId, { row, ...f }: Fault): Finding => inTable(view.sheet, table, { relation, ...f, ...markOfRow(row) })

const label = (r: Row): string => foldName(r.label)
const kindOf = (id: TableId): ChartKind => (id === 'T6' ? 'economic' : 'functional')

/** Codes: their length, their parents, their order, each once, down to the level that the law asks for. */
function structure(table: Table): readonly Fault[] {
  const rows = table.rows.filter((r) => r.code !== undefined)
  const codes = new Set(rows.map((r) => r.code!))
  const economic = table.id === 'T6'
  const faults: Fault[] = []
  const seen = new Set<string>()
  let last: Row | undefined
  let disorder = false
  for (const row of rows) {
    const code = row.code!
    const level = levelOf(code)
    const base = { row, published: code }
    if (level === undefined || (economic && level === '项')) {
      faults.push({ ...base, severity: 'error', class: 'logic', says: { zh: `科目编码 ${code} 为 ${code.length} 位，应为${economic ? ' 3 或 5 ' : ' 3、5 或 7 '}位。请核对编码。`, en: `Code ${code} has ${code.length} digits; a code has ${economic ? '3 or 5' : '3, 5 or 7'}.` } })
      continue
    }
    if (seen.has(code)) faults.push({ ...base, severity: 'error', class: 'logic', says: { zh: `科目编码 ${code} 重复出现。请删去重复行或更正编码。`, en: `Code ${code} stands twice. Take out one row or correct the code.` } })
    seen.add(code)
    const parent = parentOf(code)
    if (parent !== undefined && !codes.has(parent)) {
      faults.push({ ...base, severity: 'error', class: 'logic', expected: parent, says: { zh: `科目 ${code} ${label(row)} 缺上级科目 ${parent}${named(parent)}。请补列上级科目。`, en: `Code ${code} stands without ${parent} above it. Add that row.` } })
      codes.add(parent)
    }
    const before = last?.code
    const sameClass = before !== undefined && (!economic || before.slice(0, 3) === code.slice(0, 3))
    if (sameClass && before > code && !disorder) {
      disorder = true
      faults.push({ ...base, severity: 'warning', class: 'style', says: { zh: `科目编码 ${code} 排在 ${before} 之后，未按编码顺序排列。`, en: `Code ${code} stands after ${before}: codes ascend.` } })
    }
    last = row
  }
  const deepest = Math.max(0, ...rows.map((r) => r.code!.length))
  const wanted = economic ? 5 : 7
  const first = rows.find((r) => r.cells.size > 0)
  if (first !== undefined && deepest < wanted) faults.push({ row: first, severity: 'error', class: 'logic', published: `${deepest} 位编码`, expected: `${wanted} 位编码`, says: { zh: `本表只公开到${economic ? '经济分类类' : deepest === 3 ? '功能分类类' : '功能分类款'}级科目，应公开到${economic ? '经济分类款' : '功能分类项'}级。请补列明细科目。`, en: `The table stops at codes of ${deepest} digits; it has to go down to ${wanted}.` } })
  return faults
}

const named = (code: string): string => { const n = codeName(code); return n === undefined ? '' : ` ${n}` }

interface Named { readonly row: Row; readonly verdict: NameVerdict; readonly exact: boolean }

function namesOf(view: TablesView, table: Table): readonly Named[] {
  const { chart, exact } = chartOf(kindOf(table.id), view.accounts.year, view.charts)
  return table.rows.flatMap((row) => (row.code === undefined || levelOf(row.code) === undefined || row.label.trim() === '' ? [] : [{ row, exact, verdict: compareName(chart, row.code, row.label) }]))
}

/** A name against the list of the year: another name is an error where the list is of that year and surely right, else a warning. */
function nameFault(view: TablesView, table: Table, { row, verdict, exact }: Named): Fault | undefined {
  const code = row.code!
  const printed = row.label.trim()
  if (verdict.verdict === 'unknown') {
    const { chart } = chartOf(kindOf(table.id), view.accounts.year, view.charts)
    return { row, severity: chart.complete && exact ? 'error' : 'warning', class: 'naming', published: code, says: { zh: `科目编码 ${code} ${printed} 不在所用的 ${chart.year} 年${table.id === 'T6' ? '经济' : '功能'}分类中。请核对编码；如编码无误，可载入完整的科目表。`, en: `Code ${code} is not in the classification of ${chart.year} that was used. Check it; if it is right, load the full list.` } }
  }
  if (verdict.verdict === 'former') {
    const year = view.accounts.year
    if (year !== undefined && year <= verdict.until + 1) return undefined
    return { row, severity: year === undefined ? 'warning' : 'error', class: 'naming', published: printed, expected: verdict.expected, cause: 'old-name', says: { zh: `科目 ${code} 用了旧名称“${printed}”（用至约 ${verdict.until} 年），现名“${verdict.expected}”。请改用当年科目名称。`, en: `Code ${code} bears a name of about ${verdict.until}; today it is ${verdict.expected}.` } }
  }
  if (verdict.verdict !== 'other') return undefined
  const shifted = table.rows.some((r) => r.code !== undefined && r !== row && compareName(chartOf(kindOf(table.id), view.accounts.year, view.charts).chart, r.code, printed).verdict === 'same' && foldName(r.label) !== foldName(printed))
  return {
    row, severity: exact && verdict.verified ? 'error' : 'warning', class: 'naming', published: printed, expected: verdict.expected, ...(shifted ? { cause: 'row-shifted' as const } : {}),
    says: { zh: `科目 ${code} 的名称应为“${verdict.expected}”，本表写作“${printed}”。请按当年政府收支分类科目改正。`, en: `Code ${code} is ${verdict.expected}; the table calls it ${printed}. Use the name of the year’s classification.` },
  }
}

function lookAtNames(view: TablesView, { id, table, said }: { readonly id: string; readonly table: Table; readonly said: Said }): void {
  const all = namesOf(view, table)
  const other = all.filter((n) => n.verdict.verdict === 'other')
  const byPosition = view.accounts.content.format === 'pdf' || view.accounts.content.format === 'text'
  const misread = byPosition && other.length >= 3 && other.length * 4 > all.length
  if (misread) said.notRun.push(notRun(id, `《${titleOf(view.sheet, table.id)}》的科目名称与编码多处对不上，疑为读取错位，名称未核对`, `names and codes of ${table.id} do not match in so many rows that they were probably misread; names were not compared`))
  for (const n of all) {
    said.tried += 1
    if (n.verdict.verdict === 'cut') {
      said.notRun.push(notRun(id, `科目 ${n.row.code} 的名称“${n.row.label.trim()}”不完整，未核对`, `the name of ${n.row.code} was not read whole and not compared`))
      continue
    }
    const fault = misread && n.verdict.verdict === 'other' ? undefined : nameFault(view, table, n)
    if (fault !== undefined) said.findings.push(tell(view, id, table.id, fault))
  }
}

const codeRelation = (id: Coded): Relation<TablesView> => ({
  id: IDS[id], tolerance: '0', severity: 'error', source: 'accounts.md 3.1, 4',
  formula: id === 'T6' ? { zh: '编码为 3、5 位，有上级，不重复，升序，公开到款级，名称与当年经济分类一致', en: 'codes of 3 or 5 digits, with their parents, once, ascending, down to 款, with the names of the year' }
    : { zh: '编码为 3、5、7 位，有上级，不重复，升序，公开到项级，名称与当年功能分类一致', en: 'codes of 3, 5 or 7 digits, with their parents, once, ascending, down to 项, with the names of the year' },
  run: (view, said) => {
    const table = view.sheet.tables.get(id)
    if (table === undefined) { said.notRun.push(notRun(IDS[id], `未识别到${id}表`, `table ${id} was not found`)); return }
    if (codesOf(table).length === 0) return
    said.tried += 1
    for (const f of structure(table)) said.findings.push(tell(view, IDS[id], id, f))
    lookAtNames(view, { id: IDS[id], table, said })
  },
})

/** Classes of the two summary tables bear the names of the classification. */
const summaryNames: Relation<TablesView> = {
  id: 'N-name', tolerance: '0', severity: 'error', source: 'accounts.md 3.3, 4', formula: { zh: '总表各类名称与当年功能分类一致', en: 'classes of the summary tables bear the names of the year' },
  run: (view, said) => {
    for (const id of ['T1', 'T4'] as const) {
      const table = view.sheet.tables.get(id)
      if (table !== undefined) lookAtNames(view, { id: 'N-name', table, said })
    }
  },
}

/** Codes of the fiscal tables that the table of all expenditure lacks. */
const coveredCodes: Relation<TablesView> = {
  id: 'X-03-05', tolerance: '0', severity: 'error', source: 'accounts.md 3.2', formula: { zh: 'T5、T7、T8 的每个科目都在 T3 中', en: 'every code of T5, T7, T8 is in T3' },
  run: (view, said) => {
    const all = view.sheet.tables.get('T3')
    if (all === undefined) { said.notRun.push(notRun('X-03-05', '未识别到T3表', 'table T3 was not found')); return }
    const has = new Set(codesOf(all))
    if (has.size === 0) return
    for (const id of ['T5', 'T7', 'T8'] as const) {
      for (const row of view.sheet.tables.get(id)?.rows ?? []) {
        if (row.code === undefined || ![...row.cells.values()].some((a) => a.units !== 0n)) continue
        said.tried += 1
        if (has.has(row.code)) continue
        // a row that the reader lost leaves a gap in the sum above it, and that sum has been told already
        const parent = parentOf(row.code) ?? 'total'
        const siblings = parent === 'total' ? codesOf(all, 3) : under(all, parent)
        const gap = judge(view.sheet, { relation: '', total: refOf('T3', parent, 'total'), op: '=', parts: siblings.map((k) => plus(refOf('T3', k, 'total'))), tolerance: 'A', severity: 'error' }).kind
        if (gap === 'fails' && (view.accounts.content.format === 'pdf' || view.accounts.content.format === 'text')) {
          said.notRun.push(notRun('X-03-05', `T3 中没有读到科目 ${row.code}，且其上级合计不平，未能判断是漏列还是未读出`, `code ${row.code} was not found in T3, and the sum above it is short: left out or not read`))
          continue
        }
        said.findings.push(tell(view, 'X-03-05', id, { row, severity: 'error', class: 'logic', published: row.code, says: { zh: `科目 ${row.code} ${label(row)} 在《${titleOf(view.sheet, id)}》有支出，而《${titleOf(view.sheet, 'T3')}》中没有。请补列或更正编码。`, en: `Code ${row.code} has expenditure in ${id} and does not stand in T3. Add it, or correct the code.` } }))
      }
    }
  },
}

export const CODE_RELATIONS: readonly Relation<TablesView>[] = [...(Object.keys(IDS) as Coded[]).map(codeRelation), summaryNames, coveredCodes]
