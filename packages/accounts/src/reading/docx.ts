import { no, ok, type Block, type Content, type Grid, type GridCell, type Refusal, type Result, type Unread } from '@causeway/kernel'

import { numberer, ownOf, stylesOf, type Style } from './numbering.ts'
import { attribute, characters, child, elements, localName, rootOf, unpack, value, type XmlElement } from './xml.ts'

/**
 * A Word file (Office Open XML) in reading order. Automatic numbers become text, deleted text and field codes are left out, text boxes and
 * footnotes follow the paragraph that holds them. A place is the block's number from 1, and `R4C2` in a table.
 *
 * @returns refused with `file-broken`, `file-too-large` (what it unpacks to) or `file-not-docx`
 * @source ECMA-376 part 1 (WordprocessingML)
 */
export function readDocx(bytes: Uint8Array, name: string): Result<Content, Refusal> {
  try {
    const parts = unpack(bytes, (part) => /^word\/(document\d?|styles|numbering|footnotes|endnotes)\.xml$/.test(part))
    const main = [...parts.keys()].find((p) => /^word\/document\d?\.xml$/.test(p))
    const body = main === undefined ? undefined : child(rootOf(parts.get(main)!), 'body')
    if (body === undefined) return no({ code: 'file-not-docx' })
    const part = (file: string): XmlElement | undefined => parts.has(`word/${file}.xml`) ? rootOf(parts.get(`word/${file}.xml`)!) : undefined
    const notes = (file: string, kind: string): Map<string, XmlElement> => new Map(elements(part(file), kind).filter((n) => attribute(n, 'type') === undefined).map((n) => [attribute(n, 'id') ?? '', n]))
    const reader = { styles: stylesOf(part('styles')), number: numberer(part('numbering')), footnotes: notes('footnotes', 'footnote'), endnotes: notes('endnotes', 'endnote'), blocks: [] as Block[], unread: [] as Unread[] }
    blocksOf(body, reader)
    return ok({ format: 'docx', name, blocks: reader.blocks, unread: reader.unread })
  } catch (error) {
    return no(error instanceof RangeError ? { code: 'file-too-large' } : { code: 'file-broken', details: { format: 'docx' } })
  }
}

interface Reader {
  readonly styles: ReadonlyMap<string, Style>
  readonly number: (list: string, depth: number) => string
  readonly footnotes: ReadonlyMap<string, XmlElement>
  readonly endnotes: ReadonlyMap<string, XmlElement>
  readonly blocks: Block[]
  readonly unread: Unread[]
}

/** Wrappers that stand around paragraphs or runs and say nothing of the text; `Choice` is the newer of two forms of one thing. */
const WRAPPERS = new Set(['sdt', 'sdtContent', 'customXml', 'smartTag', 'ins', 'moveTo', 'hyperlink', 'AlternateContent', 'Choice', 'dir', 'bdo'])

function blocksOf(parent: XmlElement, reader: Reader): void {
  for (const e of elements(parent)) {
    const name = localName(e)
    if (name === 'p') paragraph(e, reader)
    else if (name === 'tbl') table(e, reader)
    else if (WRAPPERS.has(name)) blocksOf(e, reader)
    else if (name === 'altChunk') reader.unread.push({ code: 'part-not-read', place: { paragraph: reader.blocks.length + 1 } })
  }
}

/** What a paragraph says, what is set beside it (text boxes), and which pictures it shows. */
interface Said { text: string; readonly boxes: XmlElement[]; readonly notes: XmlElement[]; pictures: number }

function paragraph(p: XmlElement, reader: Reader): void {
  const said = saidIn(p, reader)
  const style = styleOf(p, reader)
  const place = { paragraph: reader.blocks.length + 1 }
  if (said.text.trim() !== '') reader.blocks.push({ kind: 'paragraph', text: said.text.trim(), spans: [{ start: 0, place }], ...style.level === undefined ? {} : { level: style.level } })
  for (let i = 0; i < said.pictures; i += 1) reader.unread.push({ code: 'picture-not-read', place: { paragraph: Math.max(1, reader.blocks.length) } })
  for (const box of said.boxes) blocksOf(box, reader)
  for (const note of said.notes) blocksOf(note, reader)
}

function styleOf(p: XmlElement, reader: Reader): Style {
  const properties = child(p, 'pPr')
  return { ...reader.styles.get(value(properties, 'pStyle') ?? ''), ...ownOf(properties) }
}

function saidIn(p: XmlElement, reader: Reader): Said {
  const said: Said = { text: '', boxes: [], notes: [], pictures: 0 }
  const style = styleOf(p, reader)
  runs(p, { said, reader, fields: [] })
  // an empty paragraph of a list prints no number
  if (style.list !== undefined && style.list !== '0' && said.text.trim() !== '') said.text = reader.number(style.list, style.depth ?? 0) + said.text.trimStart()
  return said
}

interface Running { readonly said: Said; readonly reader: Reader; readonly fields: ('code' | 'result')[] }

function runs(parent: XmlElement, at: Running): void {
  for (const e of elements(parent)) {
    const name = localName(e)
    if (name === 'r') run(e, at)
    else if (name === 'fldSimple' || WRAPPERS.has(name)) runs(e, at)
  }
}

function run(r: XmlElement, at: Running): void {
  const { said, reader, fields } = at
  const properties = child(r, 'rPr')
  const hidden = child(properties, 'vanish')
  for (const e of elements(r)) {
    const name = localName(e)
    if (name === 'fldChar') {
      const kind = attribute(e, 'fldCharType')
      if (kind === 'begin') fields.push('code')
      else if (kind === 'separate') fields[fields.length - 1] = 'result'
      else fields.pop()
    } else if (fields.includes('code') || (hidden !== undefined && !/^(0|false)$/.test(attribute(hidden, 'val') ?? ''))) continue
    else if (name === 't') said.text += characters(e)
    else if (name === 'tab' || name === 'ptab') said.text += '\t'
    else if (name === 'noBreakHyphen') said.text += '-'
    else if (name === 'br' || name === 'cr') said.text += /[A-Za-z0-9]$/.test(said.text) ? ' ' : ''
    else if (name === 'sym') said.text += symbol(attribute(e, 'char'))
    else if (name === 'footnoteReference') note(said, reader.footnotes.get(attribute(e, 'id') ?? ''))
    else if (name === 'endnoteReference') note(said, reader.endnotes.get(attribute(e, 'id') ?? ''))
    else if (name === 'drawing' || name === 'pict' || name === 'object' || name === 'AlternateContent') drawing(e, said)
  }
}

function note(said: Said, found: XmlElement | undefined): void {
  if (found !== undefined) said.notes.push(found)
}

/** Characters of the private area belong to a symbol font and have no meaning of their own, but for the check marks of Wingdings. */
function symbol(code: string | undefined): string {
  const n = Number.parseInt(code ?? '', 16)
  const marks: Readonly<Record<number, string>> = { 0xf0fe: '☑', 0xf052: '☑', 0xf0a8: '□', 0xf06f: '□', 0xf0fc: '√' }
  return Number.isNaN(n) ? '' : marks[n] ?? (n >= 0xe000 && n <= 0xf8ff ? '' : String.fromCodePoint(n))
}

/** Text boxes of a drawing, and whether it shows a picture or chart that is large enough to hold a table (4 by 1.5 cm). */
function drawing(e: XmlElement, said: Said): void {
  const boxes: XmlElement[] = []
  let picture = false
  const look = (x: XmlElement): void => {
    const name = localName(x)
    if (name === 'Fallback') return
    if (name === 'txbxContent') boxes.push(x)
    else {
      const extent = name === 'extent' ? x : undefined
      if (extent !== undefined && Number(attribute(extent, 'cx')) > 1_440_000 && Number(attribute(extent, 'cy')) > 540_000) picture = true
      for (const c of elements(x)) look(c)
    }
  }
  look(e)
  said.boxes.push(...boxes)
  if (picture && boxes.length === 0) said.pictures += 1
}

interface Cell { text: string; readonly column: number; readonly colSpan: number; rowSpan: number; readonly row: number }

/** What is narrower than this holds nothing: edges that lie so near are one. In twentieths of a point. */
const SLIVER = 60

/**
 * The column that begins at each edge of a table's grid. Programs that round widths row by row leave slivers between edges
 * that were one; cells that begin on either side of one stand in the same column.
 */
function edgesOf(t: XmlElement): (edge: number) => number {
  const widths = elements(child(t, 'tblGrid'), 'gridCol').map((c) => Number(attribute(c, 'w') ?? Number.NaN))
  const at: number[] = [0]
  let since = 0
  for (const w of widths) {
    since += Number.isNaN(w) ? SLIVER : w
    at.push(since < SLIVER ? at.at(-1)! : at.at(-1)! + 1)
    if (since >= SLIVER) since = 0
  }
  const last = at.length - 1
  return (edge) => (edge <= last ? at[edge]! : at[last]! + edge - last)
}

function table(t: XmlElement, reader: Reader): void {
  const rows = rowsIn(t)
  const only = rows.length === 1 ? elements(rows[0], 'tc') : []
  // a table of one cell is a frame around what stands in it
  if (only.length === 1) return blocksOf(only[0]!, reader)
  const index = reader.blocks.length + 1
  const above = new Map<number, Cell>()
  const out: Cell[][] = []
  const later: XmlElement[] = []
  const columnAt = edgesOf(t)
  for (const [r, tr] of rows.entries()) {
    const cells: Cell[] = []
    let edge = Number(value(child(tr, 'trPr'), 'gridBefore') ?? 0)
    for (const tc of cellsIn(tr)) {
      const properties = child(tc, 'tcPr')
      const wide = Math.max(1, Number(value(properties, 'gridSpan') ?? 1))
      const column = columnAt(edge)
      const colSpan = Math.max(1, columnAt(edge + wide) - column)
      const merge = child(properties, 'vMerge')
      const goesOn = merge !== undefined && attribute(merge, 'val') !== 'restart'
      const start = goesOn ? above.get(column) : undefined
      if (start !== undefined) start.rowSpan = r - start.row + 1
      else {
        const cell: Cell = { text: cellText(tc, { reader, later }), column, colSpan, rowSpan: 1, row: r }
        cells.push(cell)
        if (merge === undefined) above.delete(column)
        else above.set(column, cell)
      }
      edge += wide
    }
    out.push(cells)
  }
  const grid: Grid = {
    kind: 'grid', place: { paragraph: index },
    rows: out.map((cells, r) => cells.map((c): GridCell => ({ text: c.text, place: { paragraph: index, cell: `R${r + 1}C${c.column + 1}` }, ...c.colSpan > 1 ? { colSpan: c.colSpan } : {}, ...c.rowSpan > 1 ? { rowSpan: c.rowSpan } : {} }))),
  }
  if (grid.rows.some((r) => r.length > 0)) reader.blocks.push(grid)
  for (const box of later) blocksOf(box, reader)
}

/** Rows that are not struck out by a revision. */
function rowsIn(t: XmlElement): XmlElement[] {
  return elements(t).flatMap((e) => localName(e) === 'tr' ? (child(child(e, 'trPr'), 'del') === undefined ? [e] : []) : WRAPPERS.has(localName(e)) ? rowsIn(e) : [])
}

const cellsIn = (tr: XmlElement): XmlElement[] => elements(tr).flatMap((e) => localName(e) === 'tc' ? [e] : WRAPPERS.has(localName(e)) ? cellsIn(e) : [])

/** The words of a cell: its paragraphs joined as printed lines are; a table inside is read as its words, row by row. */
function cellText(tc: XmlElement, at: { readonly reader: Reader; readonly later: XmlElement[] }): string {
  const lines: string[] = []
  const look = (parent: XmlElement): void => {
    for (const e of elements(parent)) {
      const name = localName(e)
      if (name === 'p') {
        const said = saidIn(e, at.reader)
        lines.push(said.text.trim())
        at.later.push(...said.boxes, ...said.notes)
        for (let i = 0; i < said.pictures; i += 1) at.reader.unread.push({ code: 'picture-not-read', place: { paragraph: at.reader.blocks.length + 1 } })
      } else if (name === 'tbl') for (const tr of rowsIn(e)) lines.push(cellsIn(tr).map((c) => cellText(c, at)).join(' '))
      else if (WRAPPERS.has(name)) look(e)
    }
  }
  look(tc)
  return lines.filter((l) => l !== '').reduce((a, b) => a + (/[A-Za-z0-9]$/.test(a) && /^[A-Za-z0-9]/.test(b) ? ' ' : '') + b, '').replace(/\t/g, ' ')
}
