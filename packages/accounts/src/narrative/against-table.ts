import { CHARTS } from '../chart/chart.ts'
import { type Figure, isTransposed } from '../figure.ts'
import { type Cause } from '../finding.ts'
import { type Amount, type TableId } from '../document.ts'
import { cellOf, classRow, itemRow, itemsOf, rowName, unitKnown } from './cell.ts'
import { alike, compare, isZero, same } from './exact.ts'
import { type Frame, type Spot } from './frame.ts'
import { type Said, type Text, type TextRelation, at, frameQuote, notRun } from './tell.ts'

const scaled = (f: Figure, places: number): Figure => ({ ...f, units: f.units * 10n ** BigInt(places) })

/** Why a printed amount is not the cell's. */
function causeOf(text: Text, f: Frame, printed: Figure, cell: Amount): { cause?: Cause; zh: string; en: string } {
  if (isTransposed(printed.text, cell.text)) return { cause: 'transposed-digits', zh: '；数字颠倒', en: '; digits changed places' }
  if ([1, 2, 3, 4].some((n) => alike(printed, scaled(cell, n)) || alike(cell, scaled(printed, n)))) return { cause: alike(printed, scaled(cell, 4)) || alike(cell, scaled(printed, 4)) ? 'unit-of-money' : 'misplaced-point', zh: '；小数点或金额单位错位', en: '; the decimal point or the unit of money is misplaced' }
  const peers = text.frames.filter((o) => o !== f && o.final && o.passage === f.passage && o.slot !== undefined && o.slot !== f.slot)
  if (peers.some((o) => { const c = cellOf(text.accounts, o.slot!, 'final'); return typeof c === 'object' && same(c, printed) && same(o.final!.figure, cell) })) return { cause: 'swapped-operands', zh: '；与同段另一数互换', en: '; exchanged with another figure of the paragraph' }
  const year = f.slot === 'total' || f.slot === 'total.income' ? 'income.year' : f.slot === 'total.expenditure' ? 'expenditure.year' : undefined
  const part = year && cellOf(text.accounts, year, 'final')
  if (typeof part === 'object' && alike(part, printed)) return { cause: 'carry-over-left-out', zh: '；漏了结转结余', en: '; the carry-over was left out' }
  const delta = f.changes.find((c) => c.against?.kind === 'year' && c.amount)
  if (delta?.amount) {
    const shift = delta.amount.figure.decimals === cell.decimals && cell.units - (/增|上升|多/.test(delta.word ?? '') ? delta.amount.figure.units : -delta.amount.figure.units)
    if (shift !== false && same({ text: '', units: shift, decimals: cell.decimals }, printed)) return { cause: 'last-year-kept', zh: '；误用上年数', en: '; it is last year’s figure' }
  }
  const shifted = [...text.accounts.tables.values()].some((t) => t.rows.some((r) => [...r.cells.values()].includes(cell)) && t.rows.some((r) => [...r.cells.values()].some((c) => c !== cell && !isZero(c) && same(c, printed))))
  return shifted ? { cause: 'row-shifted', zh: '；误取了表中另一行或另一栏', en: '; taken from another row or column of the table' } : { zh: '', en: '' }
}

function amount(text: Text, f: Frame, spot: Spot, side: 'final' | 'budget', said: Said): void {
  const cell = f.slot === undefined ? undefined : cellOf(text.accounts, f.slot, side)
  if (cell === undefined) return
  if (cell === 'unread' || cell === 'blank' && !isZero(spot.figure)) { said.notRun.push(notRun('N-amt', `“${f.phrase}”：表中对应单元格${cell === 'blank' ? '为空' : '未能可靠读取'}`, cell === 'blank' ? 'the cell is empty' : 'the cell was not surely read')); return }
  if (side === 'budget' && f.budget?.base === 'opening' && cell !== 'blank' && !alike(cell, spot.figure)) { said.notRun.push(notRun('N-amt', `“${f.phrase}”：文中为年初预算，表中预算数可能为全年预算`, 'the text names the opening budget, the table perhaps the whole-year one')); return }
  if (cell !== 'blank' && !unitKnown(text.accounts) && [4, -4].some((n) => n > 0 ? alike(scaled(cell, n), spot.figure) : alike(cell, scaled(spot.figure, -n)))) { said.notRun.push(notRun('N-amt', '表的金额单位未能读出', 'the unit of money of the table was not read')); return }
  said.tried++
  if (cell === 'blank' || alike(cell, spot.figure)) return
  const why = causeOf(text, f, spot.figure, cell)
  said.findings.push(at(f.passage, 'clauses', f.from, spot.to, {
    relation: 'N-amt', severity: 'error', class: 'text-table', published: spot.figure.text, expected: cell.text, ...(why.cause ? { cause: why.cause } : {}),
    zh: `文字中“${f.phrase}”为 ${spot.figure.text}，表中为 ${cell.text}${why.zh}。请以表为准更正。`, en: `The text says ${spot.figure.text}, the table ${cell.text}${why.en}. Correct the text by the table.`, against: [{ place: cell.place, quote: cell.text }],
  }))
}

function amounts(text: Text, said: Said): void {
  if (text.accounts.tables.size === 0) { said.notRun.push(notRun('N-amt', '没有读到决算表', 'no table was read')); return }
  for (const f of text.frames) {
    if (f.inherited || f.topic === 'performance') continue
    if (f.final) amount(text, f, f.final, 'final', said)
    if (f.budget && f.slot?.startsWith('official')) amount(text, f, f.budget, 'budget', said)
  }
}

const title = (i: { cls: string; group: string; name: string }): string => `${i.cls}（类）${i.group}（款）${i.name}（项）`

/** Names of class, group and item as the table has them. */
function names(text: Text, said: Said): void {
  const t5 = text.accounts.tables.get('T5')
  if (!t5) { said.notRun.push(notRun('N-name', '没有读到一般公共预算财政拨款支出决算表', 'the table of general expenditure was not read')); return }
  const items = itemsOf(t5)
  for (const f of text.frames) {
    if (f.inherited || f.topic !== 'general' || f.slot === undefined) continue
    if (f.slot.startsWith('item:')) {
      const [cls = '', group = '', name = ''] = f.slot.slice(5).split('/')
      const row = itemRow(t5, f.slot) ?? byAmount(items, f, name)
      if (!row) continue
      said.tried++
      const wrong = [[cls, row.cls, '类'], [group, row.group, '款'], [name, row.name, '项']].find(([a, b]) => a !== '' && b !== '' && rowName(a ?? '') !== rowName(b ?? ''))
      if (wrong) tellName(f, `${wrong[0]}（${wrong[2]}）`, `${wrong[1]}（${wrong[2]}）`, title(row), said, row.code.slice(0, wrong[2] === '类' ? 3 : wrong[2] === '款' ? 5 : 7))
    } else if (f.slot.startsWith('class:') && f.final) {
      if (classRow(t5, f.slot)) { said.tried++; continue }
      const row = t5.rows.find((r) => r.code?.length === 3 && alike(r.cells.get('total') ?? { text: '', units: -1n, decimals: 0 }, f.final!.figure))
      if (row && /（类）/.test(f.phrase)) { said.tried++; tellName(f, f.phrase, `${rowName(row.label)}支出（类）`, row.label, said) }
    }
  }
}

/** The only item with the printed amount whose own name no paragraph has. */
function byAmount(items: ReturnType<typeof itemsOf>, f: Frame, name: string): ReturnType<typeof itemsOf>[number] | undefined {
  if (!f.final || isZero(f.final.figure)) return undefined
  const hits = items.filter((i) => { const c = i.row.cells.get('total'); return c !== undefined && compare(c, f.final!.figure) === 0 })
  return hits.length === 1 && name !== '' ? hits[0] : undefined
}

function tellName(f: Frame, published: string, expected: string, full: string, said: Said, code = ''): void {
  const old = CHARTS.some((c) => c.items.get(code)?.former.some((n) => rowName(n.name) === rowName(published.replace(/（[类款项]）$/, ''))))
  said.findings.push(at(f.passage, 'clauses', f.from, Math.max(f.from + f.phrase.length + 3, f.from + 8), { relation: 'N-name', severity: 'error', class: 'naming', published, expected, ...(old ? { cause: 'old-name' as const } : {}), zh: `科目名称“${published}”与决算表不符，应为“${expected}”（${full}）。`, en: `The name ${published} is not that of the table: ${expected}.` }))
}

const NUMBERED = /^\d{1,2}[.、](?!\d)/

/** Every item of the table has its paragraph, and the other way round. */
function items(text: Text, said: Said): void {
  const rows = itemsOf(text.accounts.tables.get('T5'))
  const frames = text.frames.filter((f) => f.topic === 'general' && f.slot?.startsWith('item:') && !f.inherited)
  if (rows.length === 0 || frames.length === 0) { if (rows.length > 0) said.notRun.push(notRun('N-items', '文字中没有逐项说明', 'the text does not explain item by item')); return }
  if (!rows.some((r) => r.row.cells.has('total'))) { said.notRun.push(notRun('N-items', '决算表没有填写金额', 'the table has no amounts')); return }
  const where = frames[0]!.passage.path.join()
  const words = text.passages.filter((p) => p.kind === 'prose' && p.path.join() === where)
  const numbered = words.filter((p) => NUMBERED.test(p.clauses.text)).length
  const known = frames.map((f) => itemRow(text.accounts.tables.get('T5'), f.slot!) ?? byAmount(rows, f, 'x'))
  const all = words.map((p) => p.plain.text).join('')
  const lost = rows.filter((r) => !known.some((k) => k?.code === r.code) && !all.includes(r.name))
  said.tried++
  if (lost.length > 0 && numbered >= rows.length) { said.notRun.push(notRun('N-items', `“${lost.map((r) => r.name).join('、')}”的说明未能可靠读取`, 'some paragraphs were not surely read')); return }
  for (const r of lost) {
    const money = r.row.cells.get('total')
    if (money && isZero(money)) continue
    said.findings.push(at(frames.at(-1)!.passage, 'clauses', frames.at(-1)!.from, frames.at(-1)!.from + 12, { relation: 'N-items', severity: 'error', class: 'text-table', published: '缺少说明', expected: title(r), cause: 'item-left-out', zh: `决算表有“${r.name}”（${money?.text ?? ''}），文字中没有说明。请补充。`, en: `The table has ${r.name} (${money?.text ?? ''}), the text does not explain it. Add a paragraph.`, against: [{ place: r.row.place, quote: r.row.label }] }))
  }
  frames.forEach((f, i) => {
    if (known[i] || rows.length === 0 || lost.length > 0 || frames.length <= rows.length) return
    said.findings.push(at(f.passage, 'clauses', f.from, f.from + f.phrase.length, { relation: 'N-items', severity: 'error', class: 'text-table', published: f.phrase, expected: '决算表无此科目', zh: `文字说明了“${f.phrase}”，决算表中没有此科目。请核对。`, en: 'The text explains an item that the table does not have. Check it.' }))
  })
  const order = known.flatMap((k) => k ? [rows.findIndex((r) => r.code === k.code)] : [])
  const turn = order.findIndex((n, i) => i > 0 && n < (order[i - 1] ?? 0))
  if (turn > 0 && lost.length === 0) { const f = frames.filter((_, i) => known[i])[turn]!; said.findings.push(at(f.passage, 'clauses', f.from, f.from + f.phrase.length, { relation: 'N-items', severity: 'warning', class: 'text-table', published: f.phrase, expected: '按决算表顺序', zh: '逐项说明的顺序与决算表不一致。', en: 'The paragraphs are not in the order of the table.' })) }
}

const clean = (n: string): string => rowName(n.replace(/等$|等支出$/, '')).replace(/费用$/, '费').replace(/[“”]/g, '')

/** 主要包括: names are those of rows with an amount. */
function lists(text: Text, said: Said): void {
  const t6 = text.accounts.tables.get('T6')
  if (!t6) { said.notRun.push(notRun('N-list', '没有读到基本支出决算明细表', 'the table of basic expenditure was not read')); return }
  const rows = t6.rows.filter((r) => r.code?.length === 5).map((row) => ({ row, name: clean(row.label), money: row.cells.get('final') ?? row.cells.get('staff') ?? row.cells.get('public'), unread: row.unread.size > 0 }))
  const groups = [['人员经费', /^30[13]/], ['公用经费', /^3(?:02|07|09|1\d|99)/]] as const
  for (const p of text.passages) {
    if (p.kind !== 'prose') continue
    for (const m of p.clauses.text.matchAll(/(人员经费|公用经费)(?:支出)?[^，。；：]*[，]?(?:主要)?(?:包括|用于)[：]?([^。；]+)/g)) {
      const own = groups.find(([word]) => word === m[1])
      if (!own || !m[2]?.includes('、')) continue
      const from = m.index + m[0].length - m[2].length
      const open = /等(?:支出|费用)?$/.test(m[2])
      const listed = m[2].split(/[、，]/).map((n) => ({ text: n, name: clean(n) })).filter((n) => n.name !== '' && n.name.length <= 20)
      const group = rows.filter((r) => own[1].test(r.row.code!))
      if (!group.some((r) => r.money) || group.some((r) => r.unread)) { said.notRun.push(notRun('N-list', `${own[0]}：明细表未能可靠读取`, 'the rows were not surely read')); continue }
      const total = group.reduce((sum, r) => sum + Number(r.money?.units ?? 0n) / 10 ** (r.money?.decimals ?? 0), 0)
      said.tried++
      const omitted = group.filter((r) => r.money && !isZero(r.money) && !listed.some((n) => n.name === r.name))
      const absent = listed.filter((n) => !group.some((r) => r.name === n.name && r.money && !isZero(r.money)))
      for (const n of absent) {
        const i = group.findIndex((r) => r.name === n.name)
        if (i < 0 && !rows.some((r) => r.name === n.name)) continue
        const next = omitted.find((o) => Math.abs(group.indexOf(o) - i) === 1)
        const start = from + m[2].indexOf(n.text)
        said.findings.push(at(p, 'clauses', start, start + n.text.length, { relation: 'N-list', severity: 'error', class: 'text-table', published: n.text, expected: next ? next.row.label.trim() : '表中无金额，不应列出', ...(next ? { cause: 'row-shifted' as const } : {}), zh: `列出了“${n.text}”，但明细表中该科目没有金额${next ? `；相邻的“${next.row.label.trim()}”为 ${next.money?.text ?? ''}，疑为错行` : ''}。`, en: `The list names ${n.text}, for which the table has no amount${next ? `; the neighbouring row ${next.row.label.trim()} has ${next.money?.text ?? ''}` : ''}.`, against: next ? [{ place: next.row.place, quote: next.row.label }] : [] }))
      }
      for (const o of omitted) {
        if (absent.some((n) => Math.abs(group.findIndex((r) => r.name === n.name) - group.indexOf(o)) === 1)) continue
        const share = total === 0 ? 0 : Number(o.money!.units) / 10 ** o.money!.decimals / total
        if (open && share < 0.1) continue
        const end = from + m[2].length
        said.findings.push(at(p, 'clauses', Math.max(from, end - 8), end, { relation: 'N-list', severity: 'warning', class: 'text-table', cause: 'item-left-out', published: m[2].slice(-12), expected: `${o.row.label.trim()} ${o.money!.text}`, zh: `未列出“${o.row.label.trim()}”（${o.money!.text}），该科目有金额${open ? '且占比较大' : ''}。请补列。`, en: `The list leaves out ${o.row.label.trim()} (${o.money!.text}). Add it.`, against: [{ place: o.row.place, quote: o.row.label }] }))
      }
    }
  }
}

const filled = (text: Text, id: TableId): boolean | undefined => {
  const t = text.accounts.tables.get(id)
  if (!t) return undefined
  if (t.rows.some((r) => r.unread.size > 0)) return undefined
  return t.rows.some((r) => [...r.cells.values()].some((c) => !isZero(c)))
}

/** “没有…” in the text and the table agree. */
function none(text: Text, said: Said): void {
  const rows: readonly (readonly [TableId, RegExp, string])[] = [
    ['T7', /(?:没有|无|未发生|未安排)[^，。；]{0,12}政府性基金[^，。；]*(?:收|支)/, 'fund'], ['T8', /(?:没有|无|未发生|未安排)[^，。；]{0,12}国有资本经营[^，。；]*(?:收|支)/, 'capital'],
  ]
  for (const [id, find, topic] of rows) for (const p of text.passages) {
    if (p.kind !== 'prose') continue
    const m = find.exec(p.clauses.text)
    const full = m && filled(text, id)
    if (!m || full === undefined || full === null || /注：|说明：/.test(p.clauses.text)) continue
    said.tried++
    if (full) said.findings.push(at(p, 'clauses', m.index, m.index + m[0].length, { relation: 'N-none', severity: 'error', class: 'text-table', published: m[0], expected: '表中有数据', zh: `文字说明没有收支，而${topic === 'fund' ? '政府性基金' : '国有资本经营'}预算表有数据。请核对。`, en: 'The text says that there is nothing, the table has figures. Check both.' }))
  }
  for (const [slot, id] of [['fund', 'T7'], ['fund.income', 'T7'], ['capital', 'T8'], ['capital.income', 'T8']] as const) for (const f of text.frames) {
    if (f.slot !== slot || !f.final || f.inherited || isZero(f.final.figure) || filled(text, id) !== false) continue
    said.tried++
    said.findings.push(at(f.passage, 'clauses', f.from, f.final.to, { relation: 'N-none', severity: 'error', class: 'text-table', published: f.final.figure.text, expected: '表中无数据', zh: `文字有${f.phrase} ${f.final.figure.text}，而对应的表为空表。请核对。`, en: 'The text has a figure, the table is empty. Check both.' }))
  }
  const t9 = cellOf(text.accounts, 'official', 'final')
  for (const p of text.passages) {
    const m = p.kind === 'prose' ? /(?:没有|无|未发生)三公经费[^，。；]*支出/.exec(p.clauses.text) : null
    if (!m || typeof t9 !== 'object') continue
    said.tried++
    if (!isZero(t9) && !/当年|同比/.test(m[0])) said.findings.push(at(p, 'clauses', m.index, m.index + m[0].length, { relation: 'N-none', severity: 'error', class: 'text-table', published: m[0], expected: t9.text, zh: `文字说明无“三公”经费支出，表中为 ${t9.text}。请核对。`, en: `The text says that there was none, the table ${t9.text}. Check both.` }))
  }
}

const TERM = /(?:^|[。；])(?:[一二三四五六七八九十]+、|\d+[.、]|（[一二三四五六七八九十]+）)?([^，。；：（）]{2,30})（类）([^，。；：]{2,30})（款）([^，。；：]{2,40})（项）[：]/g

/** Every item of the expenditure table is explained, and only those. */
function glossary(text: Text, said: Said): void {
  const rows = itemsOf(text.accounts.tables.get('T3'))
  const terms = text.passages.flatMap((p) => p.kind === 'prose' && p.path.some((h) => /名词解释/.test(h.replace(/\s/g, ''))) ? [...p.plain.text.matchAll(TERM)].map((m) => ({ p, m })) : [])
  if (rows.length === 0 || terms.length === 0) return
  const last = terms.at(-1)!
  for (const r of rows) {
    said.tried++
    if (terms.some(({ m }) => rowName(m[3] ?? '') === rowName(r.name))) continue
    said.findings.push(at(last.p, 'plain', last.m.index, last.m.index + last.m[0].length, { relation: 'N-glos', severity: 'warning', class: 'text-table', published: '缺名词解释', expected: title(r), zh: `名词解释缺“${r.name}（项）”。请补充。`, en: `The glossary does not explain ${r.name}. Add it.`, against: [{ place: r.row.place, quote: r.row.label }] }))
  }
  for (const { p, m } of terms) {
    said.tried++
    if (rows.some((r) => rowName(r.name) === rowName(m[3] ?? ''))) continue
    said.findings.push(at(p, 'plain', m.index, m.index + m[0].length, { relation: 'N-glos', severity: 'warning', class: 'text-table', published: m[3] ?? '', expected: '支出决算表无此科目', zh: `名词解释了“${m[3] ?? ''}（项）”，支出决算表中没有此科目。请删去或核对。`, en: 'The glossary explains an item that the table does not have.' }))
  }
}

/** Running costs are the public part of basic expenditure of a purely administrative unit, and never more. */
function running(text: Text, said: Said): void {
  const f = text.frames.find((o) => o.slot === 'running' && o.final)
  const cell = cellOf(text.accounts, 'general.basic.public', 'final')
  if (!f?.final) return
  if (typeof cell !== 'object') { said.notRun.push(notRun('JG-1', '公用经费合计未能可靠读取', 'the public part of basic expenditure was not surely read')); return }
  said.tried++
  const order = compare(f.final.figure, cell)
  if (alike(f.final.figure, cell)) return
  const mixed = itemsOf(text.accounts.tables.get('T3') ?? text.accounts.tables.get('T5')).some((i) => /事业/.test(i.name) && !/机关事业|行政事业/.test(i.name)) || itemsOf(text.accounts.tables.get('T3')).length === 0
  if (order < 0 && mixed) return
  said.findings.push(at(f.passage, 'clauses', f.from, f.final.to, { relation: 'JG-1', severity: order > 0 ? 'error' : 'warning', class: 'text-table', published: f.final.figure.text, expected: `${mixed ? '≤' : ''}${cell.text}`, ...(isTransposed(f.final.figure.text, cell.text) ? { cause: 'transposed-digits' as const } : {}), zh: `机关运行经费 ${f.final.figure.text} ${order > 0 ? '大于' : '小于'}公用经费合计 ${cell.text}。${mixed ? '不应超过公用经费。' : '行政单位两者应相等。'}请核对。`, en: `Running costs of ${f.final.figure.text}, public part of basic expenditure ${cell.text}: ${mixed ? 'they cannot exceed it' : 'they are the same for an administrative unit'}. Check them.`, against: [{ place: cell.place, quote: cell.text }, frameQuote(f)] }))
}

export const TABLE_RELATIONS: readonly TextRelation[] = [
  { id: 'N-amt', formula: { zh: '文中金额＝表中单元格', en: 'an amount of the text = the cell of the table' }, tolerance: 'B', severity: 'error', source: 'accounts.md 3.3', run: amounts },
  { id: 'N-name', formula: { zh: '类、款、项名称＝决算表科目名称', en: 'names of class, group and item = those of the table' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3', run: names },
  { id: 'N-items', formula: { zh: '决算表每一项都有说明，且无多余', en: 'every item of the table has a paragraph, and no paragraph is without a row' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3', run: items },
  { id: 'N-list', formula: { zh: '所列经济科目＝明细表有金额的科目', en: 'the names listed are the rows with an amount' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3', run: lists },
  { id: 'N-none', formula: { zh: '“没有收支”与空表一致', en: '“none” in the text ↔ an empty table' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3', run: none },
  { id: 'N-glos', formula: { zh: '支出决算表每一项都有名词解释', en: 'every item of the expenditure table is explained' }, tolerance: '–', severity: 'warning', source: 'accounts.md 3.3', run: glossary },
  { id: 'JG-1', formula: { zh: '机关运行经费＝公用经费（纯行政单位），否则不大于', en: 'running costs = public part of basic expenditure for an administrative unit, otherwise not more' }, tolerance: 'B', severity: 'error', source: 'accounts.md 3.4', run: running },
]
