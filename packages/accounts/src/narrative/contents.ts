import { type Cause } from '../finding.ts'
import { type Passage, headingLevel, headingNumber, headingText } from './passage.ts'
import { type Said, type Text, type TextRelation, at, notApplicable, notRun } from './tell.ts'
import { distance } from './unit-name.ts'

/** One line of a table of contents. */
interface Entry { readonly passage: Passage; readonly level: number; readonly number: string; readonly text: string; readonly parent: Entry | undefined }
interface Contents { readonly entries: readonly Entry[]; readonly broken: readonly Passage[]; readonly body: readonly Passage[]; readonly words: readonly { readonly head: string; readonly full: string }[]; readonly whole: string }

/** A line of its own that says 目录. */
const isTitle = (p: Passage): boolean => p.plain.text.endsWith('目录') && p.printed.slice(p.joints.at(-1) ?? 0).replace(/\s/g, '') === '目录'
const plain = (p: Passage): string => p.plain.text.replace(/^[-—•·●]+(?=[一二三四五六七八九十])/, '').replace(/(?:[.…·]{2,}|[.…]+)\d*$/, '').replace(/(?<=[\u4e00-\u9fff）])\d{1,3}$/, '')

/** A line of the contents that lost its first or last characters. */
const LOST = /^第[一二三四五六七八九]部$|^第[一二三四五六七八九]部(?!分|门)[\u4e00-\u9fff\d]|^部分[\u4e00-\u9fff]{2}|^、[\u4e00-\u9fff]{3}/
const TABLES = ['收入支出决算总表', '收入决算表', '支出决算表', '财政拨款收入支出决算总表', '一般公共预算财政拨款支出决算表', '一般公共预算财政拨款基本支出决算明细表', '一般公共预算财政拨款基本支出决算表', '政府性基金预算财政拨款收入支出决算表', '国有资本经营预算财政拨款支出决算表', '国有资本经营预算财政拨款收入支出决算表', '财政拨款三公经费支出决算表', '主要职责', '主要职能']
const KNOWN: ReadonlySet<string> = new Set(TABLES)

/** The usual name of which an entry is what is left: one or two characters are gone. */
function whole(text: string): string | undefined {
  if (KNOWN.has(text) || text.length < 3) return undefined
  return TABLES.find((t) => t.length > text.length && t.length - text.length <= (t.length > 6 ? 2 : 1) && distance(text, t, 2) === t.length - text.length)
}

/** Passages in lines: a cell row of a contents table is one line, headed by its first cell. */
function linesOf(text: Text): readonly Passage[] {
  return text.passages.filter((p) => p.cell === undefined || p.cell.column === 0)
}

/** The tables of contents of a document, each with the text that follows it. */
export function contentsOf(text: Text): readonly Contents[] {
  const lines = linesOf(text)
  const starts = lines.flatMap((p, i) => isTitle(p) ? [i] : [])
  return starts.map((start, k) => {
    const entries: Entry[] = []
    const stack: Entry[] = []
    let i = start + 1
    let unknown = 0
    const broken: Passage[] = []
    for (; i < lines.length; i++) {
      const p = lines[i]!
      const words = plain(p)
      const level = headingLevel(words)
      if (level === undefined) {
        const last = entries.at(-1)
        const wraps = last && words.length <= 8 && !/[。；]|^(?:第|部分|、|附?表)/.test(words) && p.cell === undefined
        if (wraps) { entries[entries.length - 1] = { ...last, text: last.text + words }; continue }
        if (LOST.test(words)) { broken.push(p); continue }
        // 表一：… and the like; a longer text, or several such lines, are the body
        if (words.length > 44 || /[。；]/.test(words) || ++unknown > 16 && !/^附?表/.test(words)) break
        continue
      }
      // the first number of its list again: the body begins
      const parent = stack.findLast((x) => x.level < level)
      const brothers = entries.filter((e) => e.level === level && (level === 1 || e.parent === parent))
      if (brothers[0]?.number === headingNumber(words) || level === 1 && brothers.some((e) => e.number === headingNumber(words))) break
      while (stack.length > 0 && stack.at(-1)!.level >= level) stack.pop()
      const entry: Entry = { passage: p, level, number: headingNumber(words), text: headingText(words), parent: stack.at(-1) }
      entries.push(entry)
      stack.push(entry)
    }
    const body = lines.slice(i, starts[k + 1] ?? lines.length)
    const first = body[0] ? text.passages.indexOf(body[0]) : text.passages.length
    const words = body.map((p) => { const line = plain(p); return { head: bare(headingText(line)), full: bare(line) } })
    return { entries, broken, body, words, whole: text.passages.slice(first).map((p) => bare(p.plain.text)).join('') }
  }).filter((c) => c.entries.length >= 3)
}

function bare(s: string): string { return s.replace(/[（）\s、，。：《》]/g, '') }

/** Share of common pairs of characters. */
export function likeness(a: string, b: string): number {
  const pairs = (s: string): Set<string> => new Set([...s].slice(0, -1).map((c, i) => c + (s[i + 1] ?? '')))
  const x = pairs(a), y = pairs(b)
  if (x.size === 0 || y.size === 0) return 0
  return [...x].filter((p) => y.has(p)).length * 2 / (x.size + y.size)
}

/** A table's title may stand in a cell, or over columns. */
function found(entry: Entry, { body, words, whole }: Contents): boolean {
  const want = bare(entry.text)
  if (want === '' || want.endsWith('表') && whole.includes(want)) return true
  if (!whole.includes(want)) return false
  return words.some(({ head, full }, i) => {
    if (head === want || head.startsWith(want) && body[i]!.kind !== 'heading' || full === bare(entry.number) + want || full.endsWith(want) && full.length <= want.length + 6) return true
    if (head === '' || head.length >= want.length || !want.startsWith(head)) return false
    const two = head + (words[i + 1]?.full ?? '')
    return two.startsWith(want) || (two + (words[i + 2]?.full ?? '')).startsWith(want)
  })
}

/** Whether an entry is the heading with characters lost in the middle; a heading that only goes on is another wording. */
function lost(entry: string, heading: string): boolean {
  if (entry.length >= heading.length || entry.length < heading.length - 2 || heading.startsWith(entry)) return false
  let i = 0
  for (const c of heading) if (c === entry[i]) i += 1
  return i === entry.length
}

function tell(said: Said, e: Entry, expected: string, zh: string, en: string, cause?: Cause): void {
  said.findings.push(at(e.passage, 'plain', 0, e.passage.plain.text.replace(/(?:[.…·]{2,}\d*)$/, '').length, { relation: 'N-toc', severity: 'warning', class: 'toc', published: `${e.number}${e.text}`, expected, ...(cause === undefined ? {} : { cause }), zh, en }))
}

function compare(c: Contents, said: Said): void {
  const heads = c.body.flatMap((p) => p.kind === 'heading' ? [{ p, level: headingLevel(plain(p)) ?? 9, number: headingNumber(plain(p)), text: headingText(plain(p)) }] : [])
  const unknown = c.entries.filter((e) => !found(e, c)).length
  if (unknown * 3 > c.entries.length) { said.notRun.push(notRun('N-toc', '正文不完整：多数目录项没有对应正文', 'the text is not complete: most entries have no heading')); return }
  for (const p of c.broken) said.findings.push(at(p, 'plain', 0, p.plain.text.length, { relation: 'N-toc', severity: 'warning', class: 'toc', cause: 'cut-off', published: p.plain.text, expected: '完整的目录项', zh: `目录项缺字：“${p.plain.text}”。请补全。`, en: 'An entry of the contents lost characters. Write it in full.' }))
  for (const e of c.entries) {
    said.tried++
    const full = whole(e.text)
    if (full !== undefined) { tell(said, e, `${e.number}${full}`, `目录项缺字：“${e.text}”应为“${full}”。请补全。`, `The entry lost characters: ${full}.`, 'cut-off'); continue }
    if (/PAGEREF|_Toc/.test(e.text) || found(e, c)) continue
    const near = heads.filter((h) => h.level === e.level && h.text !== '' && h.text.endsWith('表') === e.text.endsWith('表') && (h.level > 1 || h.number === e.number)).map((h) => ({ h, score: likeness(bare(h.text), bare(e.text)) + (h.number === e.number ? 0.15 : 0) })).sort((a, b) => b.score - a.score)[0]
    if (near && near.score >= 0.55) tell(said, e, `${near.h.number}${near.h.text}`, `目录为“${e.text}”，正文标题为“${near.h.text}”。请统一。`, `The contents say ${e.text}, the heading in the text ${near.h.text}. Make them the same.`, lost(bare(e.text), bare(near.h.text)) ? 'cut-off' : undefined)
    else if (c.body.length > c.entries.length && e.level > 1 && !e.text.endsWith('表')) tell(said, e, '正文无此标题', `目录所列“${e.text}”在正文中没有对应标题。请补写正文或删去目录项。`, 'The contents list a heading that the text does not have. Add it or take the entry out.')
  }
  missing(c, heads, said)
  numbering(c.entries, said)
}

/** Headings of the text that their contents leave out, where brothers are listed. */
function missing(c: Contents, heads: readonly { p: Passage; level: number; number: string; text: string }[], said: Said): void {
  let parent: Entry | undefined
  for (const h of heads) {
    const own = c.entries.find((e) => e.level === h.level && (bare(e.text) === bare(h.text) || e.number === h.number && likeness(bare(e.text), bare(h.text)) > 0.5) && (h.level <= 2 || parent === undefined || e.parent === parent || e.parent === undefined))
    if (h.level === 2) parent = own ?? c.entries.find((e) => e.level === 2 && e.number === h.number && likeness(bare(e.text), bare(h.text)) > 0.4)
    if (own || h.level !== 3 || parent === undefined) continue
    const brothers = c.entries.filter((e) => e.parent === parent && e.level === 3)
    const last = brothers.at(-1)
    if (!last || brothers.some((b) => likeness(bare(b.text), bare(h.text)) > 0.8)) continue
    tell(said, last, `目录应有“${h.number}${h.text}”`, `正文有“${h.number}${h.text}”，目录中没有。请补入目录。`, `The text has the heading ${h.text}, the contents do not. Add it.`)
  }
}

const ORDER = '一二三四五六七八九十'
function ordinal(number: string): number | undefined {
  const m = /[一二三四五六七八九十]+|\d+/.exec(number)?.[0]
  if (m === undefined) return undefined
  if (/\d/.test(m)) return Number(m)
  if (m.startsWith('十')) return m.length === 1 ? 10 : 11 + ORDER.indexOf(m.charAt(1))
  const [tens, ones] = m.split('十')
  return m.includes('十') ? (ORDER.indexOf(tens ?? '') + 1) * 10 + (ones ? ORDER.indexOf(ones) + 1 : 0) : ORDER.indexOf(m) + 1
}

function numbering(entries: readonly Entry[], said: Said): void {
  for (const [i, e] of entries.entries()) {
    const before = entries.slice(0, i).findLast((o) => o.level === e.level && o.parent === e.parent)
    const a = before && ordinal(before.number), b = ordinal(e.number)
    if (a === undefined || b === undefined || b === a + 1 || b === 1) continue
    tell(said, e, `序号 ${a + 1}`, `目录序号不连续：“${before?.number ?? ''}”之后为“${e.number}”。`, 'The numbers of the contents have a gap or a double.')
  }
}

export const CONTENTS_RELATION: TextRelation = {
  id: 'N-toc', formula: { zh: '目录与正文标题一致，序号连续', en: 'contents = headings, numbers in order' }, tolerance: '–', severity: 'warning', source: 'accounts.md 3.3',
  run: (t, said) => {
    const all = contentsOf(t)
    if (all.length === 0) said.notRun.push(notApplicable('N-toc', '本文件没有目录', 'the document has no table of contents'))
    for (const c of all) compare(c, said)
  },
}
