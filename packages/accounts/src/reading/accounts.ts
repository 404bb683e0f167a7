import { placeAt, type Block, type Content, type Grid, type Paragraph, type Place } from '@causeway/kernel'

import { type Accounts, type MoneyUnit, type Section, type Table, type TableId } from '../document.ts'
import { profileOf, PROFILES, type Profile } from '../table/profile.ts'
import { likeness } from '../table/likeness.ts'
import { readTable, type Surroundings } from '../table/read.ts'
import { isTitle, squeezed, titleOf, type MoreTitles } from '../table/title.ts'

const placeOf = (b: Block): Place => (b.kind === 'grid' ? b.place : placeAt(b, 0))
const textOf = (b: Block): string => (b.kind === 'grid' ? '' : b.text)

interface Heading { readonly level: number; readonly number: string; readonly text: string }
const LEVELS: readonly RegExp[] = [/^第[一二三四五六七八九十]{1,3}(?:部分|章)[、:：]?/, /^[一二三四五六七八九十]{1,3}[、.．]/, /^（[一二三四五六七八九十]{1,3}）[、.．]?/, /^\d{1,2}[、.．](?!\d)/]

/** A heading: a number of its level and few words, no sentence. */
export function headingOf(text: string): Heading | undefined {
  const t = squeezed(text)
  if (t.length > 60 || /[。；！]|[，：]$|\d(?:万元|元|%)/.test(t)) return undefined
  const level = LEVELS.findIndex((re) => re.test(t))
  if (level < 0) return undefined
  const number = LEVELS[level]!.exec(t)![0]
  return { level, number, text: t.slice(number.length) }
}

const LEADER = /[.．…·]{3,}\s*\d*\s*$|\t\s*\d+\s*$/
/** The words of a line of a table of contents. */
const entryOf = (text: string): string => text.replace(/^[-•·\s]+/, '').replace(LEADER, '').replace(/\s+\d{1,3}\s*$/, '').trim()

/** The table of contents: from 目录 to where its first entry comes again as a heading. */
function contentsOf(blocks: readonly Block[]): { readonly from: number; readonly to: number } | undefined {
  const from = blocks.findIndex((b) => b.kind === 'paragraph' && /^(?:目录|目次)$/.test(squeezed(b.text)))
  if (from < 0) return undefined
  const rest = blocks.slice(from + 1)
  const first = rest.find((b) => textOf(b).trim() !== '')
  if (first === undefined) return undefined
  const start = squeezed(entryOf(textOf(first)))
  const again = rest.findIndex((b, i) => i > 0 && b !== first && b.kind === 'paragraph' && b.text.trim() !== '' && (squeezed(b.text) === start || (squeezed(b.text).length >= 4 && start.startsWith(squeezed(b.text)))))
  const grid = rest.findIndex((b) => b.kind === 'grid')
  const end = again > 0 ? again : grid > 0 ? grid : Math.min(rest.length, 80)
  return { from: from + 1, to: from + 1 + end }
}

function sectionsOf(blocks: readonly Block[]): readonly Section[] {
  const sections: { heading: string; number?: string; level: number; path: string[]; place: Place; blocks: Block[]; paragraphs: Paragraph[] }[] = []
  let path: { level: number; heading: string }[] = []
  for (const [i, b] of blocks.entries()) {
    const h = b.kind === 'paragraph' ? headingOf(b.text) : undefined
    if (h !== undefined && b.kind === 'paragraph') {
      // 第三部分 and its name may stand on two lines
      const next = blocks.slice(i + 1).find((n) => textOf(n).trim() !== '' || n.kind === 'grid')
      const name = h.level === 0 && h.text === '' && next?.kind === 'paragraph' && headingOf(next.text) === undefined ? squeezed(next.text) : ''
      const heading = `${b.text.trim()}${name === '' ? '' : ` ${name}`}`
      path = [...path.filter((p) => p.level < h.level), { level: h.level, heading }]
      sections.push({ heading, number: h.number, level: h.level, path: path.map((p) => p.heading), place: placeOf(b), blocks: [], paragraphs: [] })
      continue
    }
    const open = sections.at(-1)
    if (open === undefined) continue
    open.blocks.push(b)
    if (b.kind === 'paragraph' && b.text.trim() !== '') open.paragraphs.push(b)
  }
  return sections
}

const MONEY: readonly (readonly [MoneyUnit, RegExp])[] = [['亿元', /单位[:：]?(?:人民币)?亿元/], ['万元', /单位[:：]?(?:人民币)?万元/], ['元', /单位[:：]?(?:人民币)?元/]]
const moneyIn = (text: string): MoneyUnit | undefined => MONEY.find(([, re]) => re.test(squeezed(text)))?.[0]
const OWNER = /(?:公开|编制|预算|填报)?(?:单位|部门)(?:名称)?[:：]([^:：]{4,80}?)(?:公开\d+表|(?:金额)?单位[:：].*|\d{4}年.*)?$/
const ownerIn = (text: string): string | undefined => { const m = OWNER.exec(squeezed(text)); return m === null || /^(?:万|亿)?元/.test(m[1]!) ? undefined : m[1] }

interface Placed { readonly id: TableId; readonly grids: Grid[]; readonly around: Surroundings }

/** A grid that goes on with the table above: only blanks, headings of pages, and its own head again stand between. */
function tablesOf(blocks: readonly Block[], more: MoreTitles): { readonly tables: readonly Placed[]; readonly others: readonly Grid[] } {
  const tables: { id: TableId; grids: Grid[]; title: string; place: Place; unit: MoneyUnit | undefined; owner: string | undefined; note: string | undefined }[] = []
  const others: Grid[] = []
  let foreign = false
  for (const [i, grid] of blocks.entries()) {
    if (grid.kind !== 'grid') continue
    const before: string[] = []
    let last = i - 1
    for (; last >= 0 && blocks[last]!.kind === 'paragraph' && before.length < 10; last -= 1) if (textOf(blocks[last]!).trim() !== '') before.unshift(textOf(blocks[last]!))
    const inside = grid.rows.slice(0, 4).flatMap((r) => r.filter((c) => c.text.trim() !== '').map((c) => c.text))
    const named = [...before.slice(-6), ...inside].findLast((t) => titleOf(t, more) !== undefined || (isTitle(t) && !/^公开\d+表$/.test(squeezed(t))))
    const id = named === undefined ? undefined : titleOf(named, more)
    const like = likeness(grid)
    const open = tables.at(-1)
    const between = before.filter((t) => !/^(?:续表?|（续）|公开\d+表|\d{1,3})$/.test(squeezed(t)) && moneyIn(t) === undefined && ownerIn(t) === undefined)
    const near = last >= 0 && blocks[last] === open?.grids.at(-1)
    if (id === undefined && named === undefined && open !== undefined && near && between.length === 0 && !foreign) { open.grids.push(grid); continue }
    const taken = id ?? (named === undefined ? like : undefined)
    if (taken === undefined || (id !== undefined && like !== undefined && like !== id && !tables.every((t) => t.id !== id))) { others.push(grid); foreign = true; continue }
    const notes = blocks.slice(i + 1, i + 6).filter((b) => b.kind === 'paragraph' && /^(?:注|说明|备注)[:：]|故本表(?:无数据|为空)|本表(?:无数据|为空)/.test(squeezed(b.text))).map(textOf)
    const around = { title: named ?? '', place: grid.place, unit: [...inside, ...before].map(moneyIn).findLast((u) => u !== undefined), owner: [...inside, ...before].map(ownerIn).findLast((o) => o !== undefined), note: notes.length > 0 ? notes.join('\n') : undefined }
    if (open !== undefined && open.id === taken && (named === undefined || squeezed(named) === squeezed(open.title))) { open.grids.push(grid); open.note = around.note ?? open.note; continue }
    if (tables.some((t) => t.id === taken)) { others.push(grid); foreign = true; continue }
    foreign = false
    tables.push({ id: taken, grids: [grid], ...around })
    // the note under the last grid of a table
  }
  for (const t of tables) {
    const end = blocks.indexOf(t.grids.at(-1)!)
    const next = blocks.findIndex((b, i) => i > end && b.kind === 'grid')
    const under = blocks.slice(end + 1, next < 0 ? end + 8 : next).filter((b) => b.kind === 'paragraph' && b.text.trim() !== '').map(textOf)
    const cutAt = under.findIndex((w) => isTitle(w) || headingOf(w) !== undefined)
    const notes = (cutAt < 0 ? under : under.slice(0, cutAt)).filter((w) => /^(?:注|说明|备注)[:：]|本表(?:无数据|为空|没有数据)|没有数据/.test(squeezed(w)))
    t.note = notes.length > 0 ? notes.join('\n') : undefined
  }
  return {
    tables: tables.map((t) => ({ id: t.id, grids: t.grids, around: { title: t.title, place: t.place, ...(t.unit === undefined ? {} : { unit: t.unit }), ...(t.owner === undefined ? {} : { owner: t.owner }), ...(t.note === undefined ? {} : { note: t.note }) } })),
    others,
  }
}

/** The text most often met. */
function usual(all: readonly string[]): string | undefined {
  const count = new Map<string, number>()
  for (const t of all) count.set(t, (count.get(t) ?? 0) + 1)
  return [...count].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** The year that the document is of: cover, titles and headings before anything else. */
function yearOf(blocks: readonly Block[]): number | undefined {
  const front = blocks.slice(0, 60).map(textOf)
  const found = front.flatMap((t) => [...squeezed(t).matchAll(/(20[0-3]\d)年(?:度)?(?=.{0,30}(?:决算|部门|单位|$))/g)].map((m) => m[1]!))
  const year = usual(found) ?? usual(blocks.flatMap((b) => [...squeezed(textOf(b)).matchAll(/(20[0-3]\d)年度/g)].map((m) => m[1]!)))
  return year === undefined ? undefined : Number(year)
}

/** The unit as headings of parts name it: `第一部分 XX局概况`. */
function partOf(blocks: readonly Block[]): string | undefined {
  return usual(blocks.flatMap((b) => { const m = /^第[一二三四五]部分(.{4,50}?)(?:概况|20\d\d年度?(?:部门|单位)?决算)/.exec(squeezed(textOf(b))); return m === null || /^(?:部门|单位|本)/.test(m[1]!) || /^20\d\d/.test(m[1]!) ? [] : [m[1]!] }))
}

/** The unit of a cover: `XX局2024年度部门决算`, also over several lines. */
function coverOf(blocks: readonly Block[], upTo: number): string | undefined {
  const chinese = (t: string): boolean => [...t].filter((c) => /[\u4e00-\u9fff]/.test(c)).length * 2 >= squeezed(t).length
  const front = squeezed(blocks.slice(0, upTo).map(textOf).filter(chinese).join(''))
  const m = /^(?:附件\d?[:：]?)?(?:20\d\d年度?)?([\u4e00-\u9fff（）]{4,60}?)(?:20\d\d年度?)?(?:部门|单位)?决算/.exec(front)
  const name = m?.[1]?.replace(/^关于|的$/g, '')
  return name === undefined || LEVELS.some((re) => re.test(name)) ? undefined : name
}

/**
 * A document in the model of accounts: tables by their meaning, sections by their headings. What could not be placed is in
 * `others` or left out; nothing is guessed.
 */
export function readAccounts(content: Content, o: { readonly profiles?: readonly Profile[]; readonly profile?: string } = {}): Accounts {
  const { blocks } = content
  const list = contentsOf(blocks)
  const { tables: placed, others } = tablesOf(blocks, (o.profiles ?? []).flatMap((p) => Object.entries(p.titles ?? {}).flatMap(([id, list]) => list.map((t) => [id as TableId, t] as const))))
  const tables = new Map<TableId, Table>(placed.map((p) => [p.id, readTable(p.id, p.grids, p.around)]))
  const unit = usual(placed.flatMap((p) => (p.around.owner === undefined ? [] : [p.around.owner]))) ?? partOf(blocks) ?? coverOf(blocks, list?.from ?? 12)
  const year = yearOf(blocks)
  const profiles = [...(o.profiles ?? []), ...PROFILES]
  const profile = o.profile ?? profileOf(profiles, { unit, order: placed.map((p) => p.id) }).id
  return {
    content, ...(unit === undefined ? {} : { unit }), ...(year === undefined ? {} : { year }), profile, tables, others,
    sections: sectionsOf(blocks.slice(list?.to ?? 0)),
    contents: list === undefined ? [] : blocks.slice(list.from, list.to).flatMap((b) => (b.kind === 'paragraph' && b.text.trim() !== '' ? [{ text: entryOf(b.text), place: placeOf(b) }] : [])),
  }
}
