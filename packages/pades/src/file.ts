import { inflateSync } from 'node:zlib'

import { dictOf, isArray, isDict, isRef, isStream, latin, nameOf, Scanner, Unreadable, type PdfDict, type PdfRef, type PdfStream, type PdfValue } from './object.ts'

type Entry = { readonly kind: 'at'; readonly offset: number; readonly generation: number } | { readonly kind: 'in'; readonly stream: number; readonly index: number } | { readonly kind: 'free' }

/** One part of a file's table of objects: what one writer added at the end. */
interface Section { readonly at: number; readonly entries: ReadonlyMap<number, Entry>; readonly trailer: PdfDict; readonly form: 'table' | 'stream' }

/** A PDF as a reader sees it. Objects are read when they are asked for. */
export interface PdfFile {
  readonly bytes: Uint8Array
  readonly trailer: PdfDict
  readonly form: 'table' | 'stream'
  readonly startXref: number
  readonly size: number
  /** What a reference means; anything else is itself. */
  readonly get: (v: PdfValue) => PdfValue
  readonly object: (number: number) => PdfValue
  readonly generationOf: (number: number) => number
  /** True when the object stands in the file itself and not in a stream of objects. */
  readonly isPlain: (number: number) => boolean
  readonly numbers: () => readonly number[]
  /** The bytes that a stream stands for. Only what holds objects is decoded: FlateDecode, with the predictors of PNG. */
  readonly decode: (s: PdfStream) => Uint8Array
  readonly raw: (s: PdfStream) => Uint8Array
}

const XREF = 'ISO 32000-1 §7.5.4'
const XREF_STREAM = 'ISO 32000-1 §7.5.8'
const SECTION_LIMIT = 256
const OBJECT_LIMIT = 1_000_000
const DECODED_LIMIT = 64 * 1024 * 1024

function lastStartXref(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - 2_048)
  const text = latin(bytes, from, bytes.length)
  const at = text.lastIndexOf('startxref')
  if (at < 0 || !text.includes('%%EOF', at)) throw new Unreadable('ISO 32000-1 §7.5.5', from, 'startxref and %%EOF at the end')
  return new Scanner(bytes, from + at + 9).count('ISO 32000-1 §7.5.5')
}

function readTable(s: Scanner, at: number): Section {
  const entries = new Map<number, Entry>()
  while (!s.takes('trailer')) {
    const [first, count] = [s.count(XREF), s.count(XREF)]
    if (first + count > OBJECT_LIMIT) throw new Unreadable(XREF, s.at, `at most ${OBJECT_LIMIT} objects`)
    for (let i = 0; i < count; i++) {
      const [offset, generation] = [s.count(XREF), s.count(XREF)]
      if (s.takes('n')) entries.set(first + i, { kind: 'at', offset, generation })
      else if (s.takes('f')) entries.set(first + i, { kind: 'free' })
      else throw new Unreadable(XREF, s.at, 'n or f')
    }
  }
  const trailer = s.value()
  if (!isDict(trailer)) throw new Unreadable(XREF, s.at, 'a trailer')
  return { at, entries, trailer, form: 'table' }
}

/** Undoes the predictors of PNG, which writers put on their tables. @source ISO 32000-1 §7.4.4.4 */
function unpredict(bytes: Uint8Array, columns: number): Uint8Array {
  const rows = Math.floor(bytes.length / (columns + 1))
  const out = new Uint8Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    const type = bytes[r * (columns + 1)]!
    for (let i = 0; i < columns; i++) {
      const raw = bytes[r * (columns + 1) + 1 + i]!
      const left = i > 0 ? out[r * columns + i - 1]! : 0
      const up = r > 0 ? out[(r - 1) * columns + i]! : 0
      const upLeft = r > 0 && i > 0 ? out[(r - 1) * columns + i - 1]! : 0
      const add = type === 1 ? left : type === 2 ? up : type === 3 ? (left + up) >> 1 : type === 4 ? paeth(left, up, upLeft) : 0
      out[r * columns + i] = (raw + add) & 0xff
    }
  }
  return out
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

const numberIn = (d: PdfDict, key: string): number | undefined => { const v = d.entries.get(key); return typeof v === 'number' ? v : undefined }

function rawOf(bytes: Uint8Array, s: PdfStream, length: PdfValue): Uint8Array {
  if (typeof length !== 'number' || length < 0 || s.at + length > bytes.length) throw new Unreadable('ISO 32000-1 §7.3.8', s.at, 'the length of a stream')
  const end = new Scanner(bytes, s.at + length)
  end.demand('endstream', 'ISO 32000-1 §7.3.8')
  return bytes.subarray(s.at, s.at + length)
}

function decoded(raw: Uint8Array, s: PdfStream, get: (v: PdfValue) => PdfValue): Uint8Array {
  const filter = get(s.dict.entries.get('Filter'))
  const names = (isArray(filter) ? filter.items.map(get) : filter === undefined ? [] : [filter]).map(nameOf)
  if (names.length === 0) return raw
  if (names.length !== 1 || names[0] !== 'FlateDecode') throw new Unreadable('ISO 32000-1 §7.4', s.at, 'FlateDecode alone')
  let out: Uint8Array
  try {
    out = new Uint8Array(inflateSync(raw, { maxOutputLength: DECODED_LIMIT }))
  } catch {
    throw new Unreadable('ISO 32000-1 §7.4.4', s.at, 'a stream that can be inflated')
  }
  const parms = get(s.dict.entries.get('DecodeParms'))
  const parameters = dictOf(isArray(parms) ? get(parms.items[0]) : parms)
  return (numberIn(parameters, 'Predictor') ?? 1) >= 10 ? unpredict(out, numberIn(parameters, 'Columns') ?? 1) : out
}

function readXrefStream(bytes: Uint8Array, at: number): Section {
  const { value } = new Scanner(bytes, at).indirect()
  if (!isStream(value) || nameOf(value.dict.entries.get('Type')) !== 'XRef') throw new Unreadable(XREF_STREAM, at, 'a table of objects')
  const body = decoded(rawOf(bytes, value, value.length), value, (v) => v)
  const w = value.dict.entries.get('W')
  const widths = isArray(w) ? w.items : []
  if (widths.length !== 3 || widths.some((n) => typeof n !== 'number' || n < 0 || n > 6)) throw new Unreadable(XREF_STREAM, at, 'three widths')
  const [a, b, c] = widths as [number, number, number]
  const index = value.dict.entries.get('Index')
  const ranges = (isArray(index) ? index.items : [0, numberIn(value.dict, 'Size') ?? 0]) as readonly number[]
  const entries = new Map<number, Entry>()
  let p = 0
  const field = (n: number, other: number): number => { let v = n === 0 ? other : 0; for (let i = 0; i < n; i++) v = v * 256 + (body[p++] ?? 0); return v }
  for (let r = 0; r + 1 < ranges.length; r += 2) {
    for (let i = 0; i < ranges[r + 1]! && p < body.length && i < OBJECT_LIMIT; i++) {
      const [type, x, y] = [field(a, 1), field(b, 0), field(c, 0)]
      entries.set(ranges[r]! + i, type === 1 ? { kind: 'at', offset: x, generation: y } : type === 2 ? { kind: 'in', stream: x, index: y } : { kind: 'free' })
    }
  }
  return { at, entries, trailer: value.dict, form: 'stream' }
}

/** The tables of a file, newest first. */
function sectionsOf(bytes: Uint8Array): readonly Section[] {
  const sections: Section[] = []
  const seen = new Set<number>()
  const queue = [lastStartXref(bytes)]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at) || sections.length >= SECTION_LIMIT) throw new Unreadable(XREF, at, 'tables that end')
    seen.add(at)
    const s = new Scanner(bytes, at)
    const section = s.takes('xref') ? readTable(s, at) : readXrefStream(bytes, at)
    sections.push(section)
    const [hidden, previous] = [numberIn(section.trailer, 'XRefStm'), numberIn(section.trailer, 'Prev')]
    if (hidden !== undefined) queue.push(hidden)
    if (previous !== undefined) queue.push(previous)
  }
  return sections
}

/** Objects inside a stream of objects, by their place in it. @source ISO 32000-1 §7.5.7 */
function readObjectStream(s: PdfStream, body: Uint8Array): readonly (readonly [number, number])[] {
  const clause = 'ISO 32000-1 §7.5.7'
  const [count, first] = [numberIn(s.dict, 'N') ?? 0, numberIn(s.dict, 'First') ?? 0]
  if (count > OBJECT_LIMIT) throw new Unreadable(clause, s.at, `at most ${OBJECT_LIMIT} objects`)
  const head = new Scanner(body, 0)
  return Array.from({ length: count }, () => [head.count(clause), first + head.count(clause)] as const)
}

/** @throws Unreadable: for the package only */
export function openFile(bytes: Uint8Array): PdfFile {
  if (latin(bytes, 0, 5) !== '%PDF-') throw new Unreadable('ISO 32000-1 §7.5.2', 0, '%PDF-')
  const sections = sectionsOf(bytes)
  const entries = new Map<number, Entry>()
  for (const s of sections) for (const [n, e] of s.entries) if (!entries.has(n)) entries.set(n, e)
  const [newest] = sections
  const { trailer } = newest!
  if (sections.some((s) => s.trailer.entries.has('Encrypt'))) throw new Unreadable('ISO 32000-1 §7.6', newest!.at, 'a file that is not encrypted')
  const read = new Map<number, PdfValue>()
  const open = new Set<number>()
  const streams = new Map<number, { readonly body: Uint8Array; readonly index: readonly (readonly [number, number])[] }>()

  const get = (v: PdfValue): PdfValue => {
    let now = v
    for (let n = 0; isRef(now); n++) {
      if (n > 16) throw new Unreadable('ISO 32000-1 §7.3.10', 0, 'a reference that ends')
      now = object(now.number)
    }
    return now
  }
  const raw = (s: PdfStream): Uint8Array => rawOf(bytes, s, get(s.length))
  const decode = (s: PdfStream): Uint8Array => decoded(raw(s), s, get)
  const inStream = (e: Extract<Entry, { kind: 'in' }>, number: number): PdfValue => {
    const before = streams.get(e.stream)
    const holder = before === undefined ? object(e.stream) : undefined
    if (before === undefined && !isStream(holder)) throw new Unreadable('ISO 32000-1 §7.5.7', 0, `a stream of objects ${e.stream}`)
    const made = before ?? { body: decode(holder as PdfStream), index: readObjectStream(holder as PdfStream, decode(holder as PdfStream)) }
    streams.set(e.stream, made)
    const place = made.index[e.index]
    if (place?.[0] !== number) throw new Unreadable('ISO 32000-1 §7.5.7', 0, `object ${number} in stream ${e.stream}`)
    return new Scanner(made.body, place[1]).value()
  }
  const object = (number: number): PdfValue => {
    if (read.has(number)) return read.get(number)
    const e = entries.get(number)
    if (e === undefined || e.kind === 'free') return undefined
    if (open.has(number)) throw new Unreadable('ISO 32000-1 §7.3.10', 0, `object ${number} not inside itself`)
    open.add(number)
    let value: PdfValue
    if (e.kind === 'in') value = inStream(e, number)
    else {
      const found = new Scanner(bytes, e.offset).indirect()
      if (found.number !== number) throw new Unreadable(XREF, e.offset, `object ${number}`)
      value = found.value
    }
    open.delete(number)
    read.set(number, value)
    return value
  }
  const size = Math.max(numberIn(trailer, 'Size') ?? 0, ...entries.keys().map((n) => n + 1))
  return {
    bytes, trailer, form: newest!.form, startXref: newest!.at, size, get, object, decode, raw,
    generationOf: (n) => { const e = entries.get(n); return e?.kind === 'at' ? e.generation : 0 },
    isPlain: (n) => entries.get(n)?.kind === 'at',
    numbers: () => [...entries.keys()],
  }
}

export const catalogRef = (f: PdfFile): PdfRef => {
  const root = f.trailer.entries.get('Root')
  if (!isRef(root)) throw new Unreadable('ISO 32000-1 §7.7.2', f.startXref, 'a catalogue')
  return root
}

/** The pages of a file in order, as references. */
export function pagesOf(f: PdfFile): readonly PdfRef[] {
  const pages: PdfRef[] = []
  const seen = new Set<number>()
  const walk = (v: PdfValue, depth: number): void => {
    if (!isRef(v) || seen.has(v.number) || depth > 64 || pages.length > 100_000) return
    seen.add(v.number)
    const node = dictOf(f.object(v.number))
    const kids = f.get(node.entries.get('Kids'))
    if (isArray(kids)) for (const k of kids.items) walk(k, depth + 1)
    else pages.push(v)
  }
  walk(dictOf(f.object(catalogRef(f).number)).entries.get('Pages'), 0)
  return pages
}
