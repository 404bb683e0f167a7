/** A part of a PDF that is not what ISO 32000-1 says. Private to the package: public functions catch it and answer a value. */
export class Unreadable extends Error {
  readonly clause: string
  readonly offset: number
  constructor(clause: string, offset: number, expected: string) {
    super(`at byte ${offset}: expected ${expected} (${clause})`)
    this.clause = clause
    this.offset = offset
  }
}

export interface PdfName { readonly kind: 'name'; readonly name: string }
export interface PdfText { readonly kind: 'text'; readonly bytes: Uint8Array; readonly at: number; readonly end: number }
export interface PdfRef { readonly kind: 'ref'; readonly number: number; readonly generation: number }
export interface PdfArray { readonly kind: 'array'; readonly items: readonly PdfValue[] }
export interface PdfDict { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PdfValue> }
export interface PdfStream { readonly kind: 'stream'; readonly dict: PdfDict; readonly at: number; readonly length: PdfValue }
/** `undefined` is the null object. @source ISO 32000-1 §7.3 */
export type PdfValue = boolean | number | PdfName | PdfText | PdfRef | PdfArray | PdfDict | PdfStream | undefined

const OBJECTS = 'ISO 32000-1 §7.3'
const DEPTH_LIMIT = 64

const isSpace = (b: number | undefined): boolean => b === 0 || b === 9 || b === 10 || b === 12 || b === 13 || b === 32
const DELIMITERS = new Set([...'()<>[]{}/%'].map((c) => c.charCodeAt(0)))
const isRegular = (b: number | undefined): boolean => b !== undefined && !isSpace(b) && !DELIMITERS.has(b)
const digitOf = (b: number | undefined): number => (b === undefined ? -1 : b >= 48 && b <= 57 ? b - 48 : (b | 32) >= 97 && (b | 32) <= 102 ? (b | 32) - 87 : -1)
const ESCAPES: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 }

/** Reads objects from a place in a file on, and knows where it is. */
export class Scanner {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  skip(): void {
    for (;;) {
      while (isSpace(this.bytes[this.at])) this.at++
      if (this.bytes[this.at] !== 37) return
      while (this.at < this.bytes.length && this.bytes[this.at] !== 10 && this.bytes[this.at] !== 13) this.at++
    }
  }

  /** True, and behind the word, when it stands here next. */
  takes(word: string): boolean {
    this.skip()
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false
    if (isRegular(word.charCodeAt(word.length - 1)) && isRegular(this.bytes[this.at + word.length])) return false
    this.at += word.length
    return true
  }

  demand(word: string, clause: string): void {
    if (!this.takes(word)) throw new Unreadable(clause, this.at, word)
  }

  number(clause: string): number {
    this.skip()
    const start = this.at
    while (isRegular(this.bytes[this.at])) this.at++
    const text = latin(this.bytes, start, this.at)
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new Unreadable(clause, start, 'a number')
    return Number(text)
  }

  /** A whole number from zero up. */
  count(clause: string): number {
    const start = this.at
    const n = this.number(clause)
    if (!Number.isSafeInteger(n) || n < 0) throw new Unreadable(clause, start, 'a whole number')
    return n
  }

  value(depth = 0): PdfValue {
    if (depth > DEPTH_LIMIT) throw new Unreadable(OBJECTS, this.at, `at most ${DEPTH_LIMIT} levels`)
    this.skip()
    const b = this.bytes[this.at]
    if (b === 47) return { kind: 'name', name: this.name() }
    if (b === 40) return this.#literal()
    if (b === 91) return this.#array(depth)
    if (b === 60) return this.bytes[this.at + 1] === 60 ? this.#dictionary(depth) : this.#hexadecimal()
    if (this.takes('null')) return undefined
    if (this.takes('true')) return true
    if (this.takes('false')) return false
    return this.#numberOrRef()
  }

  name(): string {
    let text = ''
    for (this.at++; isRegular(this.bytes[this.at]); this.at++) {
      const [high, low] = [digitOf(this.bytes[this.at + 1]), digitOf(this.bytes[this.at + 2])]
      if (this.bytes[this.at] === 35 && high >= 0 && low >= 0) {
        text += String.fromCharCode(high * 16 + low)
        this.at += 2
      } else text += String.fromCharCode(this.bytes[this.at]!)
    }
    return text
  }

  #numberOrRef(): number | PdfRef {
    const first = this.number(OBJECTS)
    const after = this.at
    if (Number.isSafeInteger(first) && first >= 0) {
      this.skip()
      const start = this.at
      while (digitOf(this.bytes[this.at]) >= 0 && digitOf(this.bytes[this.at]) <= 9) this.at++
      if (this.at > start && this.at - start < 6) {
        const generation = Number(latin(this.bytes, start, this.at))
        if (this.takes('R')) return { kind: 'ref', number: first, generation }
      }
    }
    this.at = after
    return first
  }

  #array(depth: number): PdfArray {
    const items: PdfValue[] = []
    this.at++
    while (!this.takes(']')) {
      if (this.at >= this.bytes.length) throw new Unreadable(OBJECTS, this.at, 'the end of an array')
      items.push(this.value(depth + 1))
    }
    return { kind: 'array', items }
  }

  #dictionary(depth: number): PdfDict {
    const entries = new Map<string, PdfValue>()
    this.at += 2
    while (!this.takes('>>')) {
      if (this.bytes[this.at] !== 47) throw new Unreadable('ISO 32000-1 §7.3.7', this.at, 'a key')
      const key = this.name()
      // which of two a reader takes is a reader's choice: two readers would see two documents
      if (entries.has(key)) throw new Unreadable('ISO 32000-1 §7.3.7', this.at, `the key ${key} once`)
      const value = this.value(depth + 1)
      entries.set(key, value)
    }
    return { kind: 'dict', entries }
  }

  #literal(): PdfText {
    const start = this.at
    const out: number[] = []
    let open = 1
    for (this.at++; open > 0; this.at++) {
      const b = this.bytes[this.at]
      if (b === undefined) throw new Unreadable(OBJECTS, start, 'the end of a string')
      if (b === 92) { this.#escape(out); continue }
      if (b === 40) open++
      if (b === 41) open--
      if (open > 0) out.push(b)
    }
    return { kind: 'text', bytes: Uint8Array.from(out), at: start, end: this.at }
  }

  #escape(out: number[]): void {
    const b = this.bytes[++this.at]
    if (b === undefined) return
    if (b >= 48 && b <= 55) {
      let code = b - 48
      for (let n = 1; n < 3; n++) {
        const next = this.bytes[this.at + 1]
        if (next === undefined || next < 48 || next > 55) break
        code = code * 8 + next - 48
        this.at++
      }
      out.push(code & 0xff)
    } else if (b === 13) {
      if (this.bytes[this.at + 1] === 10) this.at++
    } else if (b !== 10) out.push(ESCAPES[b] ?? b)
  }

  #hexadecimal(): PdfText {
    const start = this.at
    const digits: number[] = []
    for (this.at++; this.bytes[this.at] !== 62; this.at++) {
      const b = this.bytes[this.at]
      if (isSpace(b)) continue
      const digit = digitOf(b)
      if (digit < 0) throw new Unreadable(OBJECTS, this.at, 'a hexadecimal digit')
      digits.push(digit)
    }
    this.at++
    const bytes = Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) => digits[2 * i]! * 16 + (digits[2 * i + 1] ?? 0))
    return { kind: 'text', bytes, at: start, end: this.at }
  }

  /** An object with its number: `7 0 obj … endobj`. */
  indirect(): { readonly number: number; readonly generation: number; readonly value: PdfValue } {
    const clause = 'ISO 32000-1 §7.3.10'
    const [number, generation] = [this.count(clause), this.count(clause)]
    this.demand('obj', clause)
    const value = this.value()
    if (!isDict(value) || !this.takes('stream')) return { number, generation, value }
    if (this.bytes[this.at] === 13) this.at++
    if (this.bytes[this.at] === 10) this.at++
    return { number, generation, value: { kind: 'stream', dict: value, at: this.at, length: value.entries.get('Length') } }
  }
}

/** Bytes as characters of one byte each. */
export function latin(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < Math.min(to, bytes.length); i++) text += String.fromCharCode(bytes[i]!)
  return text
}
export const isDict = (v: PdfValue): v is PdfDict => typeof v === 'object' && v.kind === 'dict'
export const isArray = (v: PdfValue): v is PdfArray => typeof v === 'object' && v.kind === 'array'
export const isText = (v: PdfValue): v is PdfText => typeof v === 'object' && v.kind === 'text'
export const isStream = (v: PdfValue): v is PdfStream => typeof v === 'object' && v.kind === 'stream'
export const isRef = (v: PdfValue): v is PdfRef => typeof v === 'object' && v.kind === 'ref'
export const nameOf = (v: PdfValue): string | undefined => (typeof v === 'object' && v.kind === 'name' ? v.name : undefined)

const EMPTY: PdfDict = { kind: 'dict', entries: new Map() }
export const dictOf = (v: PdfValue): PdfDict => (isDict(v) ? v : isStream(v) ? v.dict : EMPTY)

/** A text string for people: UTF-16 with its mark, UTF-8 with its mark, else bytes. @source ISO 32000-1 §7.9.2.2 */
export function renderText(v: PdfValue): string | undefined {
  if (!isText(v)) return undefined
  const { bytes: b } = v
  if (b[0] === 0xfe && b[1] === 0xff) return new TextDecoder('utf-16be').decode(b.subarray(2))
  if (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) return new TextDecoder('utf-8').decode(b.subarray(3))
  return latin(b, 0, b.length)
}

/** A text string in UTF-16, in hexadecimal. */
export function textOf(s: string): string {
  let out = 'FEFF'
  for (let i = 0; i < s.length; i++) out += s.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')
  return `<${out}>`
}

const writtenName = (n: string): string => `/${[...n].map((c) => (/^[A-Za-z0-9_.+-]$/.test(c) ? c : `#${c.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}`

/** An object as it is written into an update. A stream's body is not written here. */
export function write(v: PdfValue): string {
  if (v === undefined) return 'null'
  if (typeof v === 'boolean') return String(v)
  if (typeof v === 'number') return Number.isInteger(v) ? String(v) : v.toFixed(4)
  switch (v.kind) {
    case 'name': return writtenName(v.name)
    case 'text': return `<${[...v.bytes].map((b) => b.toString(16).padStart(2, '0')).join('')}>`
    case 'ref': return `${v.number} ${v.generation} R`
    case 'array': return `[${v.items.map(write).join(' ')}]`
    case 'dict': return `<<${[...v.entries].map(([k, e]) => `${writtenName(k)} ${write(e)}`).join(' ')}>>`
    case 'stream': throw new RangeError('a stream is written with its bytes')
  }
}
