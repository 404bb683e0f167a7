import { type Content, type Paragraph, type Place, placeAt } from '@causeway/kernel'

import { type Canonical, canonical, withoutAsides } from './canonical.ts'

/**
 * A piece of text with its headings: a paragraph, or the cell of a table. `plain` is its canonical writing, `clauses` the
 * same without asides. Paragraphs that a page break cut in two are one passage.
 */
export interface Passage {
  readonly kind: 'prose' | 'heading' | 'cell'
  /** As printed; pieces joined. */
  readonly printed: string
  readonly plain: Canonical
  readonly clauses: Canonical
  /** Headings from the outermost, as printed. */
  readonly path: readonly string[]
  readonly level?: number
  readonly place: (printedOffset: number) => Place
  /** Start offsets, in `printed`, of the printed lines. */
  readonly joints: readonly number[]
  /** Of a cell: which grid of the document, row and column. */
  readonly cell?: { readonly grid: number; readonly row: number; readonly column: number }
}

const NUMERAL = '[一二三四五六七八九十百]+'
const HEADINGS: readonly (readonly [number, RegExp])[] = [
  [1, new RegExp(`^第${NUMERAL}(部分|章|篇)`)],
  [2, new RegExp(`^${NUMERAL}、`)],
  [3, new RegExp(`^（${NUMERAL}）`)],
  [4, /^\d{1,2}[.、](?!\d)/],
]
const INLINE = new RegExp(`^（?${NUMERAL}[）、][^，。；：\\d]{2,36}?(?:情况说明|情况|说明|结果)[。：]?(?=[^，；、的及和])`)

/** How deep a heading stands: 1 第一部分, 2 一、, 3 （一）, 4 1、; nothing when the line is no heading. */
export function headingLevel(plain: string): number | undefined {
  if (plain.length > 44 || /[。；，！]$/.test(plain) && !/[说明况]。$/.test(plain) || /[；，]|\d(万元|元|%)|[:：].|（[类款]）/.test(plain)) return undefined
  return HEADINGS.find(([level, start]) => start.test(plain) && (level < 4 || plain.length <= 24))?.[0]
}

/** The text of a heading without its number. */
export const headingText = (plain: string): string => plain.replace(new RegExp(`^(?:第${NUMERAL}(?:部分|章|篇)|（${NUMERAL}）|${NUMERAL}、|\\d{1,2}[.、])`), '').replace(/[。：]$/, '')
export const headingNumber = (plain: string): string => plain.slice(0, plain.length - headingText(`${plain}\n`).length + 1)

const OPENS = new RegExp(`^(?:第${NUMERAL}(?:部分|条|章)|（?${NUMERAL}[）、]|\\d{1,2}(?:、|\\.(?!\\d))|（\\d|[①-⑳]|注：|图\\d|表\\d|附|[—–-])`)
const LABEL = /^[\u4e00-\u9fff（）]{2,10}：[^，。；、]*$/
const TITLE = /(表|说明|情况|概况|决算|解释|附件|报告|目录|单位|部分|分析|结论)$/
/** Whether a line breaks off and the next one goes on with it: a page or a column ended in between. */
function runsOn(before: string, after: string): boolean {
  if (/^[，。；：、）]/.test(after)) return !/[。；！？]$/.test(before)
  if (before.length < 12 || /[。！？；…]$/.test(before) || OPENS.test(after) || headingLevel(before) !== undefined || headingLevel(after) !== undefined) return false
  if (/[，、（\d]$/.test(before) || /^\d[\d,.]*(万元|%)/.test(after)) return true
  if (LABEL.test(before) || /^图\d/.test(before)) return false
  const flows = /[，。；、：（]/.test(after)
  return /[，。；：、]|（[类款]）/.test(before) ? flows || after.length <= 12 : flows && before.length >= 16 && !TITLE.test(before)
}

interface Piece { readonly text: string; readonly at: (offset: number) => Place; readonly lines?: readonly number[] }
const piece = (p: Paragraph): Piece => ({ text: p.text, at: (offset) => placeAt(p, offset), lines: p.spans.map((s) => s.start) })

function join(pieces: readonly Piece[]): { printed: string; place: (offset: number) => Place; joints: number[] } {
  const joints: number[] = []
  let printed = ''
  const starts: number[] = []
  for (const p of pieces) {
    starts.push(printed.length)
    for (const line of p.lines ?? [0]) joints.push(printed.length + line)
    printed += p.text
  }
  const place = (offset: number): Place => {
    const i = Math.max(0, starts.findLastIndex((j) => j <= offset))
    return pieces[i]?.at(offset - (starts[i] ?? 0)) ?? {}
  }
  return { printed, place, joints }
}

function passage(kind: Passage['kind'], pieces: readonly Piece[], path: readonly string[], more: Partial<Passage> = {}): Passage {
  const { printed, place, joints } = join(pieces)
  const plain = canonical(printed)
  return { kind, printed, plain, clauses: kind === 'cell' ? plain : withoutAsides(plain), path, place, joints, ...more }
}

const START: readonly number[] = [0]

/** The passages of a document in reading order, each under its headings. */
export function passagesOf(content: Content): readonly Passage[] {
  const out: Passage[] = []
  let path: { level: number; text: string }[] = []
  let shared: readonly string[] = []
  /** One array for all passages under the same headings. */
  const headings = (): readonly string[] => shared.length === path.length && path.every((h, i) => h.text === shared[i]) ? shared : shared = path.map((h) => h.text)
  let waiting: Piece[] = []
  const flush = (): void => {
    if (waiting.length === 0) return
    const p = passage('prose', waiting, headings())
    const inline = INLINE.exec(p.plain.text)
    if (inline && p.plain.text.length > inline[0].length + 12) {
      const level = p.plain.text.startsWith('（') ? 3 : 2
      const end = p.plain.map[inline[0].length] ?? p.printed.length
      path = [...path.filter((h) => h.level < level), { level, text: p.printed.slice(0, end).trim() }]
    }
    out.push({ ...p, path: headings() })
    waiting = []
  }
  let grid = 0
  for (const block of content.blocks) {
    if (block.kind === 'grid') {
      flush()
      block.rows.forEach((row, r) => row.forEach((c, column) => {
        if (c.text.trim() === '') return
        const plain = canonical(c.text)
        out.push({ kind: 'cell', printed: c.text, plain, clauses: plain, path: headings(), place: () => c.place, joints: START, cell: { grid, row: r, column } })
      }))
      grid++
      continue
    }
    const text = canonical(block.text).text
    if (text === '') continue
    const before = waiting.map((p) => canonical(p.text).text).join('')
    if (waiting.length > 0 && runsOn(before, text)) { waiting.push(piece(block)); continue }
    flush()
    const level = headingLevel(text)
    // 第四部分 and its name may stand on two lines
    const last = path.at(-1)
    if (level === undefined && out.at(-1)?.level === 1 && last?.level === 1 && headingText(canonical(last.text).text) === '' && text.length <= 24 && !/[，。；：]/.test(text)) {
      path = [{ level: 1, text: `${last.text} ${block.text.trim()}` }]
      out.push(passage('heading', [piece(block)], headings(), { level: 1 }))
      continue
    }
    if (level === undefined) { waiting = [piece(block)]; continue }
    path = [...path.filter((h) => h.level < level), { level, text: block.text.trim() }]
    out.push(passage('heading', [piece(block)], headings(), { level }))
  }
  flush()
  return out
}

/** Where in the print the canonical characters `from` to `to` stand: an exact substring of one printed line, the one with the end. */
export function quoteOf(p: Passage, c: Canonical, from: number, to: number): { readonly quote: string; readonly place: Place } {
  const first = c.map[from] ?? 0
  const last = c.map[Math.max(from, to - 1)] ?? p.printed.length - 1
  const line = p.joints.findLast((j) => j <= last) ?? 0
  const start = Math.max(first, line)
  // a few characters say little: on to the end of the clause, on the same line
  const stop = p.joints.find((j) => j > last) ?? p.printed.length
  const more = last + 1 - start < 10 ? /^[^，。；,;]{0,16}[，。；,;]?/.exec(p.printed.slice(last + 1, stop))?.[0].length ?? 0 : 0
  return { quote: p.printed.slice(start, last + 1 + more).trim(), place: p.place(start) }
}
