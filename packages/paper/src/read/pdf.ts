import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { no, ok, type Box, type Piece, type Refusal, type Result, type Sheet, type Unread } from '@causeway/kernel'

/** What a PDF says of itself: its pages as drawn, and what on them is no text. */
export interface PdfPages { readonly sheets: readonly Sheet[]; readonly pages: number; readonly unread: readonly Unread[] }

type Matrix = readonly [number, number, number, number, number, number]
interface TextItem { readonly str: string; readonly transform: number[]; readonly width: number; readonly height: number }
interface Operators { readonly fnArray: readonly number[]; readonly argsArray: readonly (readonly unknown[] | null)[] }
interface Page {
  readonly getViewport: (o: { scale: number }) => { readonly width: number; readonly height: number; readonly transform: number[] }
  readonly getTextContent: (o: { disableNormalization: boolean }) => Promise<{ readonly items: readonly (TextItem | { readonly type: string })[] }>
  readonly getOperatorList: () => Promise<Operators>
  readonly cleanup: () => void
}
type Pdfjs = typeof import('pdfjs-dist/legacy/build/pdf.mjs')

/** More pages than this are not read; the rest is named. */
const MOST_PAGES = 1000
/** A page with fewer characters than this, and a picture or drawn outlines instead, is a scan. */
const FEW_CHARACTERS = 50

/**
 * The pages of a PDF with a text layer: every run of characters with its box, every rule and frame that is drawn. Coordinates are points from the
 * upper left corner of the page as it is shown (a turned page is turned). Pages that are pictures are told in `unread`.
 *
 * @returns refused with `file-locked` (a password is asked for) or `file-broken`
 */
export async function readPdf(bytes: Uint8Array): Promise<Result<PdfPages, Refusal>> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  // the library keeps the buffer it is given
  const task = pdfjs.getDocument({
    data: Uint8Array.from(bytes), verbosity: 0, useSystemFonts: false, disableFontFace: true, stopAtErrors: false,
    cMapUrl: `${join(home, 'cmaps')}/`, cMapPacked: true, standardFontDataUrl: `${join(home, 'standard_fonts')}/`, wasmUrl: `${join(home, 'wasm')}/`,
  })
  try {
    const document = await task.promise
    const sheets: Sheet[] = []
    const unread: Unread[] = []
    for (let n = 1; n <= Math.min(document.numPages, MOST_PAGES); n += 1) {
      const read = await readPage(document, { n, pdfjs })
      if (read.sheet !== undefined) sheets.push(read.sheet)
      unread.push(...read.unread)
    }
    if (document.numPages > MOST_PAGES) unread.push({ code: 'pages-left-out', place: { page: MOST_PAGES + 1 }, details: { pages: document.numPages, read: MOST_PAGES } })
    return ok({ sheets, pages: document.numPages, unread })
  } catch (error) {
    return no({ code: (error as Error).name === 'PasswordException' ? 'file-locked' : 'file-broken', details: { format: 'PDF' } })
  } finally {
    await task.destroy()
  }
}

async function readPage(document: { readonly getPage: (n: number) => Promise<unknown> }, { n, pdfjs }: { readonly n: number; readonly pdfjs: Pdfjs }): Promise<{ readonly sheet?: Sheet; readonly unread: readonly Unread[] }> {
  try {
    const page = await document.getPage(n) as Page
    const { width, height, transform } = page.getViewport({ scale: 1 })
    const view = transform as unknown as Matrix
    const { items } = await page.getTextContent({ disableNormalization: true })
    const pieces = items.flatMap((i) => 'str' in i && i.str.trim() !== '' ? pieceOf(i, { view, page: n }) : [])
    const drawn = drawnOn(await page.getOperatorList(), { view, ops: pdfjs.OPS })
    page.cleanup()
    const sheet = upright({ page: n, width, height, pieces, strokes: drawn.strokes })
    return { sheet, unread: unreadOf(sheet, drawn) }
  } catch {
    return { unread: [{ code: 'page-broken', place: { page: n } }] }
  }
}

const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1], m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3], m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
]
const at = (m: Matrix, x: number, y: number): readonly [number, number] => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]]

type Turned = Piece & { readonly turn: 0 | 90 | 180 | 270 }

/** A run of characters with its box. Slanted ones are stamps and watermarks, no text. */
function pieceOf(item: TextItem, { view, page }: { readonly view: Matrix; readonly page: number }): Turned[] {
  const m = times(view, item.transform as unknown as Matrix)
  const size = Math.hypot(m[2], m[3])
  const angle = Math.round((Math.atan2(m[1], m[0]) * 180) / Math.PI)
  const turn = [0, 90, 180, 270].find((t) => Math.abs(((angle - t) % 360 + 540) % 360 - 180) <= 3) as Turned['turn'] | undefined
  if (turn === undefined || size === 0) return []
  // height of the characters, from a little under the base line
  const [x, y, w, h] = turn === 0 ? [m[4], m[5] - 0.86 * size, item.width, size] : turn === 180 ? [m[4] - item.width, m[5] - 0.14 * size, item.width, size]
    : turn === 90 ? [m[4] - 0.14 * size, m[5], size, item.width] : [m[4] - 0.86 * size, m[5] - item.width, size, item.width]
  const box: Box = { x: tenth(x), y: tenth(y), width: tenth(w), height: tenth(h) }
  return [{ text: item.str, x: box.x, y: y + h / 2, width: box.width, height: box.height, place: { page, box }, turn }]
}

const tenth = (n: number): number => Math.round(n * 10) / 10

/** A page whose text runs up or down is turned, so that it is read as it is meant; its places keep to the page as shown. */
function upright(sheet: { readonly page: number; readonly width: number; readonly height: number; readonly pieces: readonly Turned[]; readonly strokes: readonly Box[] }): Sheet {
  const letters = (turn: number): number => sheet.pieces.filter((p) => p.turn === turn).reduce((n, p) => n + p.text.length, 0)
  const turn = ([0, 90, 180, 270] as const).reduce((a, b) => letters(b) > letters(a) ? b : a)
  const turned = (b: Box): Box => turn === 90 ? { x: b.y, y: sheet.width - b.x - b.width, width: b.height, height: b.width }
    : turn === 270 ? { x: sheet.height - b.y - b.height, y: b.x, width: b.height, height: b.width }
    : turn === 180 ? { x: sheet.width - b.x - b.width, y: sheet.height - b.y - b.height, width: b.width, height: b.height } : b
  const pieces = sheet.pieces.filter((p) => p.turn === turn).map(({ text, place }): Piece => {
    const b = turned(place.box!)
    return { text, x: b.x, y: b.y + b.height / 2, width: b.width, height: b.height, place }
  })
  const [width, height] = turn === 90 || turn === 270 ? [sheet.height, sheet.width] : [sheet.width, sheet.height]
  return { page: sheet.page, width, height, pieces, strokes: sheet.strokes.map(turned) }
}

interface Drawn { readonly strokes: readonly Box[]; readonly pictures: readonly Box[]; readonly outlines: number }

/** Rules and frames, pictures, and how many curved outlines: out of the page's drawing operators. */
function drawnOn({ fnArray, argsArray }: Operators, { view, ops }: { readonly view: Matrix; readonly ops: Pdfjs['OPS'] }): Drawn {
  const strokes: Box[] = []
  const pictures: Box[] = []
  const saved: Matrix[] = []
  let outlines = 0
  let m = view
  const pictureOps = new Set<number>([ops.paintImageXObject, ops.paintInlineImageXObject, ops.paintImageMaskXObject, ops.paintImageXObjectRepeat])
  const paints = new Set<number>([ops.stroke, ops.closeStroke, ops.fill, ops.eoFill, ops.fillStroke, ops.eoFillStroke, ops.closeFillStroke, ops.closeEOFillStroke])
  fnArray.forEach((fn, i) => {
    const args = argsArray[i] ?? []
    if (fn === ops.save) saved.push(m)
    else if (fn === ops.restore) m = saved.pop() ?? view
    else if (fn === ops.transform) m = times(m, args as unknown as Matrix)
    else if (fn === ops.paintFormXObjectBegin) {
      saved.push(m)
      if (Array.isArray(args[0]) || ArrayBuffer.isView(args[0])) m = times(m, [...args[0] as number[]] as unknown as Matrix)
    } else if (fn === ops.paintFormXObjectEnd) m = saved.pop() ?? view
    else if (pictureOps.has(fn)) pictures.push(boxOf([at(m, 0, 0), at(m, 1, 1)]))
    else if (fn === ops.constructPath && paints.has(args[0] as number)) {
      const path = (args[1] as (Float32Array | null)[] | undefined)?.[0]
      if (path) outlines += pathStrokes(path, { m, filled: args[0] !== ops.stroke && args[0] !== ops.closeStroke, strokes })
    }
  })
  return { strokes, pictures, outlines }
}

const [MOVE, LINE, CURVE, QUADRATIC, CLOSE] = [0, 1, 2, 3, 4]

/** Rules of a path: its straight level or upright lines; of what is filled only what is as thin as a rule. Answers 1 if it has curves. */
function pathStrokes(path: Float32Array, { m, filled, strokes }: { readonly m: Matrix; readonly filled: boolean; readonly strokes: Box[] }): number {
  let sub: (readonly [number, number])[] = []
  let curved = 0
  const close = (): void => {
    if (sub.length > 1) {
      const all = boxOf(sub)
      const thin = Math.min(all.width, all.height) < 2.5
      if (thin && Math.max(all.width, all.height) > 3) strokes.push(all)
      else if (!filled) for (let k = 1; k < sub.length; k += 1) {
        const side = boxOf([sub[k - 1]!, sub[k]!])
        if (Math.min(side.width, side.height) < 1 && Math.max(side.width, side.height) > 3) strokes.push(side)
      }
    }
    sub = []
  }
  for (let i = 0; i < path.length;) {
    const op = path[i]
    if (op === MOVE) {
      close()
      sub.push(at(m, path[i + 1]!, path[i + 2]!))
      i += 3
    } else if (op === LINE) {
      sub.push(at(m, path[i + 1]!, path[i + 2]!))
      i += 3
    } else if (op === CURVE || op === QUADRATIC) {
      curved = 1
      i += op === CURVE ? 7 : 5
      sub = []
    } else if (op === CLOSE) {
      if (sub.length > 1) sub.push(sub[0]!)
      i += 1
    } else break
  }
  close()
  return curved
}

function boxOf(points: readonly (readonly [number, number])[]): Box {
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) }
}

/** What a page shows that is no text: the whole of it, where there are next to no characters; else pictures as large as a table. */
function unreadOf(sheet: Sheet, { pictures, outlines }: Drawn): Unread[] {
  const characters = sheet.pieces.reduce((n, p) => n + p.text.replace(/\s/g, '').length, 0)
  const place = (b: Box): Box => ({ x: tenth(b.x), y: tenth(b.y), width: tenth(b.width), height: tenth(b.height) })
  const area = sheet.width * sheet.height
  const large = pictures.filter((b) => b.width * b.height > 0.04 * area && b.width > 120 && b.height > 50)
  if (characters < FEW_CHARACTERS && (large.some((b) => b.width * b.height > 0.25 * area) || outlines > 200)) return [{ code: 'page-is-picture', place: { page: sheet.page }, details: { characters } }]
  return large.filter((b) => b.width * b.height < 0.9 * area).map((b) => ({ code: 'picture-not-read', place: { page: sheet.page, box: place(b) } }))
}
