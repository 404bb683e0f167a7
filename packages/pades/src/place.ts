import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { catalogRef, openFile, pagesOf, type PdfFile } from './file.ts'
import { dictOf, isArray, isRef, textOf, Unreadable, write, type PdfDict, type PdfRef, type PdfValue } from './object.ts'

/** A drawing in the operators of a content stream, in a box from 0, 0 to width and height, in points of 1/72 inch. */
export interface Picture { readonly width: number; readonly height: number; readonly content: string }

export interface PlaceOrder {
  /** The page, from 0, and the lower left corner of the seal on it, in points. */
  readonly page: number
  readonly x: number
  readonly y: number
  readonly picture: Picture
  /** Who seals, as viewers show it. */
  readonly name: string
  readonly at: Date
  /** Bytes to keep free for the signature. */
  readonly room: number
}

/** A PDF with a place for one more signature, which its digest leaves out. */
export interface Placed {
  readonly bytes: Uint8Array
  readonly byteRange: readonly [number, number, number, number]
  /** SHA-256 over the byte range. */
  readonly digest: Uint8Array
}

/** Room for a signature with its certificates, and for one with a time stamp too. */
export const ROOM = { plain: 6_144, stamped: 14_336 } as const

const RANGE = '[0 0000000000 0000000000 0000000000]'
const refuse = (code: string, rule: string, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, rule, details })
const two = (n: number): string => String(n).padStart(2, '0')
/** A date in China's time. @source ISO 32000-1 §7.9.4 */
const dateOf = (at: Date): string => {
  const d = new Date(at.getTime() + 8 * 3_600_000)
  return `(D:${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}${two(d.getUTCSeconds())}+08'00')`
}
const withEntries = (d: PdfDict, more: Readonly<Record<string, PdfValue>>): PdfDict => ({ kind: 'dict', entries: new Map([...d.entries, ...Object.entries(more)]) })
const listOf = (f: PdfFile, v: PdfValue): readonly PdfValue[] => { const a = f.get(v); return isArray(a) ? a.items : [] }
const array = (items: readonly PdfValue[]): PdfValue => ({ kind: 'array', items })
const refTo = (number: number): PdfRef => ({ kind: 'ref', number, generation: 0 })

/** The objects of an update, each as the text that stands in the file. */
type Update = Map<number, string>

/** Where fields are listed: in the catalogue, or in an object of its own. */
function layForm(f: PdfFile, update: Update, field: PdfRef): void {
  const root = catalogRef(f)
  const catalog = dictOf(f.object(root.number))
  const form = catalog.entries.get('AcroForm')
  const before = dictOf(f.get(form))
  const now = withEntries(before, { Fields: array([...listOf(f, before.entries.get('Fields')), field]), SigFlags: 3 })
  if (isRef(form)) update.set(form.number, write(now))
  else update.set(root.number, write(withEntries(catalog, { AcroForm: now })))
}

function tableOf(f: PdfFile, places: ReadonlyMap<number, number>, o: { readonly at: number; readonly id: string }): string {
  const kept = ['Root', 'Info'].map((k) => (f.trailer.entries.has(k) ? `/${k} ${write(f.trailer.entries.get(k))} ` : '')).join('')
  const more = `${kept}/Prev ${f.startXref} /ID ${o.id}`
  const numbers = [...places.keys()].toSorted((a, b) => a - b)
  const size = Math.max(f.size, ...numbers.map((n) => n + 1))
  if (f.form === 'table') {
    const lines = numbers.map((n) => `${n} 1\n${String(places.get(n)).padStart(10, '0')} ${String(f.generationOf(n)).padStart(5, '0')} n \n`)
    return `xref\n${lines.join('')}trailer\n<</Size ${size} ${more}>>\nstartxref\n${o.at}\n%%EOF\n`
  }
  // a file whose tables are streams goes on with streams: not every reader takes a mixture
  const all = [...numbers, size]
  const row = (n: number): string => `01${(n === size ? o.at : places.get(n)!).toString(16).padStart(10, '0')}${f.generationOf(n).toString(16).padStart(4, '0')}`
  const body = Buffer.from(all.map(row).join(''), 'hex').toString('latin1')
  const index = all.map((n) => `${n} 1`).join(' ')
  return `${size} 0 obj\n<</Type /XRef /Size ${size + 1} /W [1 5 2] /Index [${index}] ${more} /Length ${body.length}>>\nstream\n${body}\nendstream\nendobj\nstartxref\n${o.at}\n%%EOF\n`
}

/** The identifier of the file, with a second half that is this version's. @source ISO 32000-1 §14.4 */
function identifier(f: PdfFile): string {
  const [first] = listOf(f, f.trailer.entries.get('ID'))
  const mine = createHash('sha256').update(f.bytes).digest('hex').slice(0, 32)
  return `[${first === undefined ? `<${mine}>` : write(first)} <${mine}>]`
}

function lay(f: PdfFile, o: PlaceOrder): Result<Placed, Refusal> {
  const page = pagesOf(f)[o.page]
  if (page === undefined) return refuse('pdf-page-missing', 'ISO 32000-1 §7.7.3', { page: o.page })
  const fields = listOf(f, dictOf(f.get(dictOf(f.object(catalogRef(f).number)).entries.get('AcroForm'))).entries.get('Fields'))
  const [signature, look, field] = [refTo(f.size), refTo(f.size + 1), refTo(f.size + 2)]
  const { width, height } = o.picture
  const drawn = deflateSync(Buffer.from(o.picture.content, 'latin1'), { level: 9 }).toString('latin1')
  const rect = [o.x, o.y, o.x + width, o.y + height].map((n) => n.toFixed(2)).join(' ')
  const update: Update = new Map()
  const leaf = dictOf(f.object(page.number))
  update.set(page.number, write(withEntries(leaf, { Annots: array([...listOf(f, leaf.entries.get('Annots')), field]) })))
  layForm(f, update, field)
  update.set(signature.number, [
    '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached', `/ByteRange ${RANGE}`, `/Contents <${'0'.repeat(2 * o.room)}>`,
    `/M ${dateOf(o.at)} /Name ${textOf(o.name)}>>`,
  ].join('\n'))
  update.set(look.number, `<</Type /XObject /Subtype /Form /BBox [0 0 ${width} ${height}] /Resources <<>> /Filter /FlateDecode /Length ${drawn.length}>>\nstream\n${drawn}\nendstream`)
  update.set(field.number, [
    `<</Type /Annot /Subtype /Widget /FT /Sig /T ${textOf(`Seal${fields.length + 1}`)} /V ${write(signature)} /P ${write(page)}`,
    `/Rect [${rect}] /F 132 /AP <</N ${write(look)}>>>>`,
  ].join('\n'))
  let text = '\n'
  const places = new Map<number, number>()
  for (const [n, body] of update) {
    places.set(n, f.bytes.length + text.length)
    text += `${n} ${f.generationOf(n)} obj\n${body}\nendobj\n`
  }
  text += tableOf(f, places, { at: f.bytes.length + text.length, id: identifier(f) })
  return ok(measure(f.bytes, text, places.get(signature.number)! - f.bytes.length))
}

/** Writes the byte range in, around the hole, and hashes it. @param at - where the signature's object begins in the text */
function measure(before: Uint8Array, text: string, at: number): Placed {
  const hole = text.indexOf('/Contents <', at) + '/Contents '.length
  const from = before.length + hole
  const to = before.length + text.indexOf('>', hole) + 1
  const byteRange = [0, from, to, before.length + text.length - to] as const
  const written = `[${byteRange.map((n, i) => (i === 0 ? '0' : String(n).padStart(10, '0'))).join(' ')}]`
  const bytes = new Uint8Array(Buffer.concat([before, Buffer.from(text.slice(0, at) + text.slice(at).replace(RANGE, written), 'latin1')]))
  return { bytes, byteRange, digest: digestOf(bytes, byteRange) }
}

/** SHA-256 over the two parts that a byte range names. */
function digestOf(bytes: Uint8Array, [a, b, c, d]: Placed['byteRange']): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes.subarray(a, a + b)).update(bytes.subarray(c, c + d)).digest())
}

/**
 * Adds to a PDF a field, a seal to look at and the place for a signature, as an update at its end: what was there stays
 * byte for byte, so that earlier signatures stay good.
 *
 * Own code, because the libraries for it read no tables that are streams, or set no appearance of their own, or write
 * text in Latin characters only.
 *
 * @returns refuses with `pdf-unreadable` and `pdf-page-missing`
 * @source ISO 32000-1 §7.5.6 and §12.8, ETSI EN 319 142-1 §5.3 and §6.3
 */
export function layPlace(pdf: Uint8Array, order: PlaceOrder): Result<Placed, Refusal> {
  try {
    return lay(openFile(pdf), order)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return refuse('pdf-unreadable', error.clause, { why: error.message })
  }
}

/** A place that was laid before: the file with it, and the byte range that leaves it out. */
export const placedIn = (bytes: Uint8Array, byteRange: Placed['byteRange']): Placed => ({ bytes, byteRange, digest: digestOf(bytes, byteRange) })

/** Puts a signature into its place. Refuses with `signature-too-long` when the place is too small. */
export function fillPlace(placed: Placed, signature: Uint8Array): Result<Uint8Array, Refusal> {
  const [, from, to] = placed.byteRange
  const room = (to - from - 2) / 2
  if (signature.length > room) return refuse('signature-too-long', 'ISO 32000-1 §12.8.1', { room, length: signature.length })
  const bytes = placed.bytes.slice()
  bytes.set(Buffer.from(Buffer.from(signature).toString('hex'), 'latin1'), from + 1)
  return ok(bytes)
}
