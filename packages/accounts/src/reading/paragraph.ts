import { type Paragraph, type Place, type Span } from '@causeway/kernel'

/** A printed line of running text. `gap` counts the empty lines above it. */
export interface Line { readonly text: string; readonly indent: number; readonly gap: number; readonly place: Place }

/** How many columns a text takes: an ideograph or full-width sign takes two. */
export function width(text: string): number {
  let columns = 0
  for (const c of text) columns += isWide(c) ? 2 : 1
  return columns
}

export function isWide(c: string): boolean {
  return /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦“”‘’…—]|[\u{20000}-\u{3fffd}]/u.test(c)
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

/** How running text is set: where its lines end, where they begin, and whether an empty line stands between all of them. */
interface Measure { readonly full: number; readonly left: number; readonly double: boolean }

/** The printed width of a document, where its lines are broken at one; undefined where a paragraph is a line. */
export function printedWidth(lines: readonly Line[]): number | undefined {
  const ends = lines.map((l) => l.indent + width(l.text)).filter((w) => w >= 30).sort((a, b) => a - b)
  if (ends.length < 6) return undefined
  const best = ends[Math.floor(ends.length * 0.97)]!
  const near = ends.filter((w) => w >= best - 6).length
  return near >= 0.3 * ends.length && ends.at(-1)! <= 1.2 * best ? best : undefined
}

/**
 * Paragraphs of printed lines: a line that fills the width runs on into the next, unless that next one opens a paragraph.
 * Where a page is printed with an empty line between all lines, empty lines say nothing and indents decide.
 */
export function joinLines(lines: readonly Line[], full: number | undefined): Paragraph[] {
  const double = lines.length > 3 && lines.filter((l) => l.gap === 1).length > 0.6 * lines.length && full !== undefined
  const left = Math.min(...lines.map((l) => l.indent))
  const out: Line[][] = []
  lines.forEach((line, i) => {
    const open = out.at(-1)
    const measure = { full: full ?? narrow(lines, i), left, double }
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
  const most = Math.max(...lines.slice(from, to + 1).map((l) => l.indent + width(l.text)))
  return to - from >= 2 && most <= 60 ? most + 3 : Infinity
}

function runsOn(above: Line, line: Line, by: Measure): boolean {
  if (line.gap > (by.double ? 1 : 0)) return false
  if (/^[。，；、）)”：]/.test(line.text)) return true
  if (begins(line.text)) return false
  if (/（[类款]）$/.test(above.text)) return true
  if (above.indent + width(above.text) < by.full - 5) return false
  if (CLOSED.test(above.text) || COLON.test(above.text)) return line.indent <= by.left && by.left < above.indent
  return line.indent <= above.indent || line.indent <= by.left + 1
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
