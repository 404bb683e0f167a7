import { no, ok, type Block, type Content, type GridCell, type Paragraph, type Refusal, type Result, type Unread } from '@causeway/kernel'
import { parse, type DefaultTreeAdapterTypes } from 'parse5'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** Parts of a page that show nothing of its text. */
const SILENT = new Set(['script', 'style', 'noscript', 'template', 'head', 'svg', 'iframe', 'select', 'button', 'textarea', 'object'])
/** Elements that stand in a line of text; all others end it. */
const INLINE = new Set(['a', 'abbr', 'b', 'bdi', 'bdo', 'big', 'cite', 'code', 'data', 'dfn', 'em', 'font', 'i', 'ins', 'kbd', 'label', 'mark', 'nobr', 'o:p', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'small', 'span', 'st1:chsdate', 'strong', 'sub', 'sup', 'time', 'tt', 'u', 'var', 'wbr'])
/** Deeper than this no page is written by hand or program, but as an attack. */
const DEEPEST = 400

/**
 * A web page: headings with their level, paragraphs, lists with their numbers, tables with spans. A table that only arranges others is no table.
 * A place is the block's number from 1, and `R4C2` in a table.
 *
 * @returns refused with `file-broken`, where elements are nested without end
 */
export function readHtml(bytes: Uint8Array, name: string): Result<Content, Refusal> {
  try {
    const page: Page = { blocks: [], unread: [], text: '' }
    walk(parse(decode(bytes)).childNodes, page, 0)
    flush(page)
    return ok({ format: 'html', name, blocks: page.blocks, unread: page.unread })
  } catch {
    return no({ code: 'file-broken', details: { format: 'HTML' } })
  }
}

interface Page { readonly blocks: Block[]; readonly unread: Unread[]; text: string; level?: number }

/** The characters of a page: by its mark, by what it says in `meta`, else UTF-8 where the bytes are that, else GB 18030. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
  const said = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]?.toLowerCase()
  try {
    if (said === undefined || /^utf-?8$/.test(said)) return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch { /* the page is not what it says */ }
  try {
    return new TextDecoder(said === undefined || /^(utf-?8|gb)/.test(said) ? 'gb18030' : said).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

const isElement = (n: Node): n is Element => 'tagName' in n
const attribute = (e: Element, name: string): string | undefined => e.attrs.find((a) => a.name === name)?.value
const hidden = (e: Element): boolean => attribute(e, 'hidden') !== undefined || /display\s*:\s*none|mso-hide\s*:\s*all/i.test(attribute(e, 'style') ?? '')

function flush(page: Page): void {
  const text = tidy(page.text)
  page.text = ''
  if (text === '') return
  const block: Paragraph = { kind: 'paragraph', text, spans: [{ start: 0, place: { paragraph: page.blocks.length + 1 } }], ...page.level === undefined ? {} : { level: page.level } }
  page.blocks.push(block)
}

/** White space of the source is one space, and none between ideographs, where it only breaks the line of the source. */
function tidy(text: string): string {
  return text.replace(/[\u200b\ufeff]/g, '').replace(/\s*\n\s*/g, (_, at: number, all: string) => /[\u3000-\u9fff\uff00-\uffef]/.test(all.slice(0, at).trimEnd().at(-1) ?? '') ? '' : ' ').replace(/[ \t\u00a0\u3000]+/g, ' ').trim()
}

function walk(nodes: readonly Node[], page: Page, depth: number): void {
  if (depth > DEEPEST) throw new RangeError('nested too deep')
  for (const n of nodes) {
    if (n.nodeName === '#text') page.text += (n as DefaultTreeAdapterTypes.TextNode).value
    else if (isElement(n) && !SILENT.has(n.tagName) && !hidden(n)) element(n, page, depth + 1)
  }
}

function element(e: Element, page: Page, depth: number): void {
  const { tagName } = e
  if (INLINE.has(tagName)) return walk(e.childNodes, page, depth)
  if (tagName === 'img') return picture(e, page)
  flush(page)
  if (tagName === 'br' || tagName === 'hr') return
  if (tagName === 'table' && !arranges(e)) return table(e, page)
  const level = /^h([1-6])$/.exec(tagName)?.[1]
  if (level !== undefined) page.level = Number(level)
  if (tagName === 'ol') items(e, page, depth)
  else walk(e.childNodes, page, depth)
  flush(page)
  if (level !== undefined) delete page.level
}

/** Numbers that a browser prints before the items of a list are text. */
function items(list: Element, page: Page, depth: number): void {
  let n = Number(attribute(list, 'start') ?? 1)
  for (const c of list.childNodes) {
    if (isElement(c) && c.tagName === 'li') {
      flush(page)
      page.text += `${Number(attribute(c, 'value') ?? n)}. `
      n = Number(attribute(c, 'value') ?? n) + 1
    }
    walk([c], page, depth)
    flush(page)
  }
}

function picture(e: Element, page: Page): void {
  const [width, height] = ['width', 'height'].map((a) => Number.parseFloat(attribute(e, a) ?? ''))
  if (width! >= 240 && !(height! < 60)) page.unread.push({ code: 'picture-not-read', place: { paragraph: page.blocks.length + 1 } })
}

const all = (e: Element, name: string): Element[] => e.childNodes.flatMap((c) => !isElement(c) ? [] : c.tagName === name ? [c] : all(c, name))

/** A table with tables or headings inside, or of one cell, sets a page and holds no data. */
function arranges(table: Element): boolean {
  return all(table, 'table').length > 0 || all(table, 'h1').length > 0 || all(table, 'td').length + all(table, 'th').length < 2
}

function table(e: Element, page: Page): void {
  const paragraph = page.blocks.length + 1
  for (const c of all(e, 'caption')) {
    page.text = textOf(c)
    flush(page)
  }
  const taken = new Map<string, true>()
  const at = page.blocks.length + 1
  const rows = all(e, 'tr').filter((r) => !hidden(r)).map((tr, r) => {
    let column = 0
    return tr.childNodes.filter((c): c is Element => isElement(c) && (c.tagName === 'td' || c.tagName === 'th')).map((cell): GridCell => {
      while (taken.has(`${r},${column}`)) column += 1
      const [colSpan, rowSpan] = ['colspan', 'rowspan'].map((a) => Math.min(200, Math.max(1, Number.parseInt(attribute(cell, a) ?? '1', 10) || 1))) as [number, number]
      for (let i = 0; i < rowSpan; i += 1) for (let j = 0; j < colSpan; j += 1) taken.set(`${r + i},${column + j}`, true)
      column += colSpan
      return { text: textOf(cell), place: { paragraph: at, cell: `R${r + 1}C${column - colSpan + 1}` }, ...colSpan > 1 ? { colSpan } : {}, ...rowSpan > 1 ? { rowSpan } : {} }
    })
  })
  if (rows.some((r) => r.some((c) => c.text !== ''))) page.blocks.push({ kind: 'grid', place: { paragraph: Math.max(paragraph, at) }, rows })
}

/** The words of a cell, its paragraphs joined. */
function textOf(e: Element): string {
  const inner: Page = { blocks: [], unread: [], text: '' }
  walk(e.childNodes, inner, 0)
  flush(inner)
  return inner.blocks.flatMap((b) => b.kind === 'paragraph' ? [b.text] : b.rows.map((r) => r.map((c) => c.text).join(' '))).reduce((a, b) => a + (/[A-Za-z0-9]$/.test(a) && /^[A-Za-z0-9]/.test(b) ? ' ' : '') + b, '')
}
