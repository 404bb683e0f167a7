import { type Block, type Grid, type Paragraph, type Place, placeAt } from '@causeway/kernel'

import { type Table } from '../document.ts'
import { below, valueOf } from '../figure.ts'
import { type Finding } from '../finding.ts'
import { type Relation, notRun } from './relation.ts'
import { nameOf, refOf, titleOf, wordsOf } from './sheet.ts'
import { inTable, markAt, markOf } from './tell.ts'
import { type TablesView } from './view.ts'

const squeezed = (t: string): string => t.replace(/[\s\u3000\u00a0]/g, '')
const holdsNumber = (t: Table): boolean => t.rows.some((r) => [...r.cells.values()].some((a) => a.units !== 0n))
const isRead = (t: Table): boolean => t.rows.every((r) => r.unread.size === 0)

/** A sentence that says that a table has no figures. */
const NONE = /本表无数据|无数据|空表|本表为空|数据为空|(?:没有|未安排|未发生|未使用|不涉及|无).{0,40}(?:收入|支出|安排|经费|预算|决算|数据)/
const KIND: Readonly<Record<'T7' | 'T8' | 'T9', RegExp>> = { T7: /政府性基金/, T8: /国有资本/, T9: /三公|出国|公务用车/ }

const sameGrid = (a: Place, b: Place): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Paragraphs after a table, as far as the next table's heading: a note may stand there without its word 注. */
function noteArea(view: TablesView, table: Table): readonly Paragraph[] {
  const blocks: readonly Block[] = view.accounts.content.blocks
  const start = blocks.findIndex((b) => b.kind === 'grid' && sameGrid(b.place, table.place))
  if (start < 0) return []
  const rest = blocks.slice(start + 1)
  const end = rest.findIndex((b) => b.kind === 'grid' || /决算(?:明细)?表$|^第[一二三四五六七八九十]部分/.test(squeezed(b.text)))
  return rest.slice(0, end < 0 ? 6 : end).filter((b): b is Paragraph => b.kind === 'paragraph')
}

/** A table with figures whose note says that it has none. */
function deniesFigures(view: TablesView, table: Table, note: string): Finding {
  const at = noteArea(view, table).find((p) => p.text === note)
  const first = table.rows.flatMap((r) => [...r.cells.values()]).find((a) => a.units !== 0n)!
  return inTable(view.sheet, table.id, {
    relation: 'Tx-0', severity: 'error', class: 'contradiction', place: at === undefined ? table.place : placeAt(at, 0), quote: note.trim(), published: note.trim(), against: [markOf(first)],
    says: { zh: `《${titleOf(view.sheet, table.id)}》有数（如 ${first.text}），表下却注明无数据。请删去该说明或核对表中的数。`, en: `${table.id} has figures (such as ${first.text}) and says under it that it has none. Take out the note, or check the figures.` },
  })
}

/** An empty table says so under it; a table with figures does not. */
const emptyTables: Relation<TablesView> = {
  id: 'Tx-0', tolerance: '–', severity: 'error', source: '财预〔2016〕143号; accounts.md 3.1', formula: { zh: '空表有“本表无数据”的说明；有数的表没有', en: 'an empty table says that it is empty; one with figures does not' },
  run: (view, said) => {
    for (const id of ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'] as const) {
      const table = view.sheet.tables.get(id)
      if (table?.note === undefined || !holdsNumber(table) || !/本表(?:无数据|为空)/.test(squeezed(table.note))) continue
      said.findings.push(deniesFigures(view, table, table.note))
    }
    for (const id of ['T7', 'T8', 'T9'] as const) {
      const table = view.sheet.tables.get(id)
      if (table === undefined) { said.notRun.push(notRun('Tx-0', `未识别到${id}表`, `table ${id} was not found`)); continue }
      if (table.columns.length === 0) { said.notRun.push(notRun('Tx-0', `《${titleOf(view.sheet, id)}》的栏目未能识别`, `columns of ${id} were not recognised`)); continue }
      if (!isRead(table)) { said.notRun.push(notRun('Tx-0', `《${titleOf(view.sheet, id)}》有单元格未能确认读出`, `cells of ${id} could not be read surely`)); continue }
      const around = noteArea(view, table)
      const note = [table.note, ...around.map((p) => p.text)].find((t) => t !== undefined && NONE.test(squeezed(t)) && (KIND[id].test(squeezed(t)) || /本表/.test(squeezed(t))))
      said.tried += 1
      const full = holdsNumber(table)
      if (!full && note === undefined) {
        const anywhere = view.accounts.content.format === 'pdf' && view.accounts.content.blocks.some((b) => b.kind === 'paragraph' && KIND[id].test(b.text) && NONE.test(squeezed(b.text)))
        if (anywhere) continue
        said.findings.push(inTable(view.sheet, id, {
          relation: 'Tx-0', severity: 'error', class: 'logic', place: table.place, quote: table.title, expected: '注：本单位没有……，故本表无数据。',
          says: { zh: `《${titleOf(view.sheet, id)}》无数据，表下没有说明。空表应列出并注明“本单位没有……，故本表无数据”。`, en: `${id} is empty and nothing under it says so. Print the table with a note that there is no such money.` },
        }))
      }
      if (full && note !== undefined && /本表(?:无数据|为空)|无数据|空表/.test(squeezed(note))) {
        said.findings.push(deniesFigures(view, table, note))
      }
    }
  },
}

/** Rows and columns that may be below zero. */
const MAY_BE_NEGATIVE = /结转|结余|冲减|调整|冲回|抵销|抵消|红字/

const negatives: Relation<TablesView> = {
  id: 'Tx-neg', tolerance: '–', severity: 'warning', source: 'accounts.md 3.1', formula: { zh: '负数只出现在结转、结余分配、冲减各行', en: 'only carry-over, surplus and reversals may be negative' },
  run: (view, said) => {
    for (const [id, table] of view.sheet.tables) {
      for (const row of table.rows) {
        for (const [column, amount] of row.cells) {
          said.tried += 1
          if (amount.units >= 0n) continue
          const lower = table.rows.some((r) => r.code !== undefined && (row.key === 'total' || (row.code !== undefined && r.code.length > row.code.length && r.code.startsWith(row.code))) && (r.cells.get(column)?.units ?? 0n) < 0n)
          const beside = column === 'total' && [...row.cells].some(([c, a]) => c !== 'total' && a.units < 0n)
          if (lower || beside || MAY_BE_NEGATIVE.test(row.label) || ['opening', 'closing'].includes(column) || view.diagnosis.culprits.some((c) => nameOf(c.ref) === nameOf(refOf(id, row.key, column)))) continue
          const words = wordsOf(view.sheet, refOf(id, row.key, column))
          said.findings.push(inTable(view.sheet, id, { relation: 'Tx-neg', severity: 'warning', class: 'implausible', ...markOf(amount), published: amount.text, says: { zh: `${words.zh}为负数 ${amount.text}。除结转结余、结余分配和冲减外不应为负，请核对或说明。`, en: `${words.en} is negative (${amount.text}). Check it, or explain it.` } }))
        }
      }
    }
  },
}

/** Where the unit of a table is printed: right before its grid, or in its first rows. */
function unitPlace(view: TablesView, table: Table): { readonly place: Place; readonly quote: string } {
  const blocks = view.accounts.content.blocks
  const at = blocks.findIndex((b) => b.kind === 'grid' && sameGrid(b.place, table.place))
  const words = /单位\s*[:：]\s*(?:人民币)?\s*(?:亿|万)?元/
  for (const b of blocks.slice(Math.max(0, at - 6), Math.max(0, at)).toReversed()) {
    if (b.kind === 'grid') break
    const m = words.exec(b.text)
    if (m !== null) return { place: placeAt(b, m.index), quote: m[0] }
  }
  const cell = (blocks[at] as Grid | undefined)?.rows.slice(0, 4).flat().find((c) => words.test(c.text))
  return cell === undefined ? { place: table.place, quote: table.title } : { place: cell.place, quote: words.exec(cell.text)![0] }
}

const units: Relation<TablesView> = {
  id: 'Tx-unit', tolerance: '–', severity: 'error', source: 'accounts.md 3.1', formula: { zh: '各表注明金额单位，且一致，数与单位相符', en: 'every table says its unit of money, all the same, and its figures are in it' },
  run: (view, said) => {
    const tables = [...view.sheet.tables.values()]
    const known = tables.flatMap((t) => (t.unit === undefined ? [] : [t.unit]))
    const usual = known.toSorted((a, b) => known.filter((u) => u === b).length - known.filter((u) => u === a).length)[0]
    for (const t of tables) {
      const scaled = view.scaled.get(t.id)
      if (t.unit !== undefined || usual !== undefined) said.tried += 1
      if (t.unit === undefined && usual !== undefined) {
        said.findings.push(inTable(view.sheet, t.id, { relation: 'Tx-unit', severity: 'warning', class: 'logic', place: t.place, quote: t.title, expected: `金额单位：${usual}`, says: { zh: `《${titleOf(view.sheet, t.id)}》没有注明金额单位，其他表为${usual}。请补注。`, en: `${t.id} does not say its unit of money; the other tables are in ${usual}.` } }))
      } else if (t.unit !== undefined && t.unit !== usual) {
        said.findings.push(inTable(view.sheet, t.id, { relation: 'Tx-unit', severity: 'error', class: 'logic', ...unitPlace(view, t), published: t.unit, expected: usual!, cause: 'unit-of-money', says: { zh: `《${titleOf(view.sheet, t.id)}》的金额单位为${t.unit}，其他表为${usual}。各表金额单位应一致。`, en: `${t.id} is in ${t.unit}, the other tables in ${usual}. Use one unit.` } }))
      } else if (scaled !== undefined) {
        said.findings.push(inTable(view.sheet, t.id, { relation: 'Tx-unit', severity: 'error', class: 'arithmetic', ...unitPlace(view, t), published: t.unit ?? usual ?? '', cause: 'unit-of-money', says: { zh: `《${titleOf(view.sheet, t.id)}》各数均为其他表的 10${scaled > 0 ? '' : '⁻'}${scaled === 4 || scaled === -4 ? '⁴' : '⁸'} 倍，与所注金额单位不符。请统一换算。`, en: `Every figure of ${t.id} is 10^${scaled} times what the other tables say: it is not in the unit that it names.` } }))
      }
    }
  },
}

/** Figures in the column of line numbers of a summary table, as they stand in the grids. */
function lineNumbers(grids: readonly Grid[]): readonly { readonly n: number; readonly text: string; readonly place: Place }[][] {
  const runs: { n: number; text: string; place: Place }[][] = []
  const first = grids[0]
  const at = new Set<number>()
  const positions = (row: Grid['rows'][number]): { x: number; text: string; place: Place }[] => { let x = 0; return row.map((c) => { const here = { x, text: squeezed(c.text), place: c.place }; x += c.colSpan ?? 1; return here }) }
  for (const row of first?.rows ?? []) for (const c of positions(row)) if (c.text === '行次') at.add(c.x)
  for (const x of [...at].sort((a, b) => a - b)) {
    runs.push(grids.flatMap((g) => g.rows.flatMap((r) => positions(r).filter((c) => c.x === x && /^\d{1,3}$/.test(c.text)).map((c) => ({ n: Number(c.text), text: c.text, place: c.place })))))
  }
  return runs
}

const lineOrder: Relation<TablesView> = {
  id: 'T1-7', tolerance: '0', severity: 'warning', source: 'accounts.md 3.1', formula: { zh: '总表行次连续', en: 'line numbers of the summary tables run on' },
  run: (view, said) => {
    const grids = view.accounts.content.blocks.filter((b): b is Grid => b.kind === 'grid')
    for (const id of ['T1', 'T4'] as const) {
      const table = view.sheet.tables.get(id)
      const start = grids.findIndex((g) => table !== undefined && sameGrid(g.place, table.place))
      if (table === undefined || start < 0) continue
      const more = grids.slice(start + 1)
      const end = more.findIndex((g) => !g.rows.slice(0, 4).some((r) => r.some((c) => squeezed(c.text) === '行次')) || [...view.sheet.tables.values()].some((t) => sameGrid(t.place, g.place)))
      for (const run of lineNumbers([grids[start]!, ...(end < 0 ? more : more.slice(0, end))])) {
        const breaks = run.flatMap((r, i) => (i > 0 && r.n !== run[i - 1]!.n + 1 ? [{ r, before: run[i - 1]! }] : []))
        if (run.length < 5) continue
        if (breaks.length > 2) { said.notRun.push(notRun('T1-7', `《${titleOf(view.sheet, id)}》的行次未能完整读出`, `line numbers of ${id} were not read whole`)); continue }
        said.tried += 1
        for (const { r, before } of breaks) {
          said.findings.push(inTable(view.sheet, id, { relation: 'T1-7', severity: 'warning', class: 'style', place: r.place, quote: r.text, published: r.text, expected: String(before.n + 1), says: { zh: `《${titleOf(view.sheet, id)}》行次 ${before.text} 之后为 ${r.text}，行次应连续。`, en: `Line ${r.text} of ${id} follows line ${before.text}; line numbers run on.` } }))
        }
      }
    }
  },
}

const ITEMS = [['abroad', /出国/], ['purchase', /购置/], ['running', /运行/], ['reception', /接待/], ['total', /三公/]] as const
const REASON = /主要(?:原因|是)|原因(?:是|为|：)|由于|因为|系因|大于预算数的/

const overspent: Relation<TablesView> = {
  id: 'T9-3', tolerance: '0', severity: 'warning', source: '财预〔2016〕143号; accounts.md 3.1', formula: { zh: '“三公”决算数大于预算数 → 正文说明原因', en: 'an expense beyond its budget is explained in the text' },
  run: (view, said) => {
    const { sheet } = view
    if (!sheet.tables.has('T9')) { said.notRun.push(notRun('T9-3', '未识别到T9表', 'table T9 was not found')); return }
    const paragraphs = view.accounts.content.blocks.filter((b): b is Paragraph => b.kind === 'paragraph' && b.text.length > 20)
    const row = sheet.tables.get('T9')!.rows.find((r) => r.key === 'total')
    if (row === undefined || ![...row.cells.keys()].some((c) => c.startsWith('budget.'))) return
    for (const [item, words] of ITEMS) {
      const [budget, final] = (['budget', 'final'] as const).map((s) => sheet.cell(refOf('T9', 'total', `${s}.${item}`)))
      if (final?.kind !== 'amount' || budget === undefined || budget.kind === 'none' || budget.kind === 'unread') continue
      said.tried += 1
      const over = budget.kind === 'amount' ? below(valueOf(budget.figure), valueOf(final.figure)) : final.figure.units > 0n
      if (!over) continue
      const about = paragraphs.filter((p) => words.test(p.text))
      if (about.length === 0) { said.notRun.push(notRun('T9-3', '未读到“三公”经费的文字说明', 'the text on the three expenses was not found')); continue }
      if (about.some((p) => REASON.test(p.text))) continue
      const ref = refOf('T9', 'total', `final.${item}`)
      const w = wordsOf(sheet, ref)
      const against = markAt(sheet, refOf('T9', 'total', `budget.${item}`))
      said.findings.push(inTable(sheet, 'T9', { relation: 'T9-3', severity: 'warning', class: 'logic', ...markOf(final.amount), published: final.amount.text, says: { zh: `${w.zh} ${final.amount.text} 大于预算数${budget.kind === 'amount' ? ` ${budget.amount.text}` : '（空）'}，正文没有说明原因。请补充原因。`, en: `${w.en} exceeds its budget and the text gives no reason.` }, ...(budget.kind === 'amount' && against !== undefined ? { against: [against] } : {}) }))
    }
  },
}

export const FORM_RELATIONS: readonly Relation<TablesView>[] = [lineOrder, overspent, emptyTables, negatives, units]
