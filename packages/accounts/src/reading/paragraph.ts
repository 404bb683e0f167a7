import { type Paragraph, type Place, type Span } from '@causeway/kernel'

/** A printed line of running text. `gap` counts the empty lines above it; `end` is where it ends, where that is known better than by its characters. */
export interface Line { readonly text: string; readonly indent: number; readonly end?: number; readonly gap: number; readonly place: Place }

const endOf = (l: Line): number => l.end ?? l.indent + width(l.text)

/** How many columns a text takes: an ideograph or full-width sign takes two. */
export function width(text: string): number {
  let columns = 0
  for (const c of text) columns += isWide(c) ? 2 : 1
  return columns
}

export function isWide(c: string): boolean {
  const p = c.codePointAt(0)!
  return p >= 0x1100 && (p <= 0x115f || (p >= 0x2e80 && p <= 0xa4cf) || (p >= 0xac00 && p <= 0xd7a3) || (p >= 0xf900 && p <= 0xfaff) || (p >= 0xfe30 && p <= 0xfe6f)
    || (p >= 0xff00 && p <= 0xff60) || (p >= 0xffe0 && p <= 0xffe6) || p >= 0x20000 || p === 0x201c || p === 0x201d || p === 0x2018 || p === 0x2019 || p === 0x2026 || p === 0x2014)
}

const BEGINS = new RegExp([
  '^[-•●■◆▪]\\s', '^[（(][一二三四五六七八九十百零\\d]{1,4}[）)]', '^[一二三四五六七八九十百]{1,4}、', '^第[一二三四五六七八九十百\\d]{1,3}(部分|章|节|条|项)', '^\\d{1,3}(、|．|\\.(?!\\d)|[）)])',
  '^[①-⑳]', '^附\\s?[件表录]', '^(注|备注|说明)\\s?\\d?[:：]', '^图\\s?\\d', '^表\\s?\\d', '^目\\s*录$', '^(单位|日期|预算单位|填报单位|编制单位)[:：]', '^金额单位', '^公开\\s*\\d+\\s*表', '^[（(]单位[:：]', '^[（(]?图[\\d一二三四五六七八九十]*[:：]',
].join('|'))

/** Whether a line opens a paragraph by what it says: a number, a mark, a note. */
export function begins(text: string): boolean {
  return BEGINS.test(text)
}

const CLOSED = /[。！？；]["”’）)]?$/
const COLON = /[：:]$/

/** How running text is set: where its lines end and begin, whether an empty line stands between all of them, whether paragraphs are indented. */
interface Measure { readonly full: number; readonly left: number; readonly double: boolean; readonly indented: boolean }

/** The printed width of a document, where its lines are broken at one; undefined where a paragraph is a line. */
export function printedWidth(lines: readonly Line[]): number | undefined {
  const ends = lines.map(endOf).filter((w) => w >= 30).sort((a, b) => a - b)
  // where pages have measures, a few lines are enough
  if (ends.length < 3 || lines[0]!.end !== undefined && ends.length < 6) return ends.length > 1 && lines[0]!.end !== undefined ? ends.at(-1) : undefined
  const near = (w: number): number => ends.filter((e) => e <= w && e >= w - 6).length
  const best = [...new Set(ends)].map((w) => ({ w, near: near(w) })).reduce((a, b) => b.near >= a.near ? b : a).w
  const longer = ends.filter((e) => e > best + 3).length
  return near(best) >= (ends.length < 6 ? 0.6 : 0.25) * ends.length && longer <= 0.06 * ends.length + 1 ? best : undefined
}

/**
 * Paragraphs of printed lines: a line that fills the width runs on into the next, unless that next one opens a paragraph.
 * Where a page is printed with an empty line between all lines, empty lines say nothing and indents decide.
 */
export function joinLines(lines: readonly Line[], full: number | undefined): Paragraph[] {
  const double = lines.length > 3 && lines.filter((l) => l.gap === 1).length > 0.6 * lines.length && full !== undefined
  const left = Math.min(...lines.map((l) => l.indent))
  const indented = full !== undefined && lines.some((l) => l.indent > left + 1)
  const out: Line[][] = []
  lines.forEach((line, i) => {
    const open = out.at(-1)
    const measure = { full: full ?? narrow(lines, i), left, double, indented }
    if (open !== undefined && runsOn(open.at(-1)!, line, measure)) open.push(line)
    else out.push([line])
  })
  return out.map(joined)
}

/** The width of a narrow block, such as a title broken over several lines: of at least three lines without a gap. */
function narrow(lines: readonly Line[], i: number): number {
  let from = i
  let to = i
  while (from > 0 && lines[from]!.gap === 0) from -= 1
  while (to + 1 < lines.length && lines[to + 1]!.gap === 0) to += 1
  const most = Math.max(...lines.slice(from, to + 1).map(endOf))
  return to - from >= 2 && most <= 90 ? most + 3 : Infinity
}

function runsOn(above: Line, line: Line, by: Measure): boolean {
  if (line.gap > (by.double ? 1 : 0)) return /^第.{1,3}部分/.test(above.text) && line.gap === 1 && line.indent > by.left + 5 && width(line.text) <= 20 && !begins(line.text)
  if (/^([。，；、）)”：]|（[类款项]）)/.test(line.text)) return true
  if (begins(line.text)) return false
  if (/^[（(][一二三四五六七八九十\d]{1,3}[）)]$/.test(above.text)) return true
  if (/（[类款]）$/.test(above.text) || (/^第.{1,3}部分/.test(above.text) && width(line.text) <= 20 && line.indent > by.left + 5)) return true
  const end = endOf(above)
  if (CLOSED.test(above.text)) return end >= by.full - (by.indented ? 5 : 2.5) && line.indent <= by.left + 0.5 && (by.indented || above.end !== undefined)
  // a sentence that has not ended goes on, even where its line is a little short
  const short = /[，。；]/.test(above.text) ? 0.6 * by.full : by.full - 8
  if (COLON.test(above.text) && end < by.full - 8) return false
  return end >= short && (line.indent <= above.indent || line.indent <= by.left + 1)
}

/** A line that lacks its object at its end, and one that begins with such an object. */
const LACKS = /([为占达共的]|金额|支出|收入|预算|决算|增加|减少|增长|下降)$/
const OBJECT = /^(\d[\d,.]*\s*[万亿元%个项辆分人批台]|“)/

/**
 * Lines of a text made from a PDF that stand one line too high, because their figures are set higher than their words: such a line
 * changes places with the one below it, where only that makes a sentence.
 */
export function settled(lines: readonly Line[], full: number): Line[] {
  const out = [...lines]
  const left = Math.min(...lines.map((l) => l.indent))
  for (let i = 0; i + 1 < out.length; i += 1) {
    const [above, a, b] = [out[i - 1], out[i]!, out[i + 1]!]
    if (b.gap > 0 || begins(a.text) || begins(b.text) || CLOSED.test(b.text) || endOf(b) < 0.6 * full) continue
    const opens = above === undefined || a.gap > 0 && (CLOSED.test(above.text) || begins(above.text))
    const object = a.indent <= left + 0.5 && OBJECT.test(a.text) && LACKS.test(b.text) && (above === undefined || !LACKS.test(above.text))
    const margin = opens && !/^[。，；、）]/.test(b.text) && a.indent <= left + 0.5 && b.indent > left + 0.5 && endOf(b) >= full - 8
    if (!object && !margin) continue
    const next = out[i + 2]
    out.splice(i, 2, { ...b, gap: margin && opens ? a.gap : 0 }, { ...a, gap: 0, indent: Math.min(a.indent, left) })
    if (next !== undefined && !CLOSED.test(a.text)) out[i + 2] = { ...next, gap: 0 }
    i += 1
  }
  return out
}

/** One paragraph of its printed lines. Between two Latin words or figures stands a space, between ideographs none. */
export function joined(lines: readonly Line[]): Paragraph {
  let text = ''
  const spans: Span[] = []
  for (const { text: piece, place } of lines) {
    if (text !== '' && /[A-Za-z]$/.test(text) && /^[A-Za-z]/.test(piece)) text += ' '
    spans.push({ start: text.length, place })
    text += piece
  }
  return { kind: 'paragraph', text, spans }
}
