/** Bytes that are not the DER that a standard asks for. Private to the package: public functions catch it and answer a value. */
export class Malformed extends Error {
  readonly offset: number
  constructor(offset: number, expected: string) {
    super(`at byte ${offset}: expected ${expected}`)
    this.offset = offset
  }
}

/** One value of DER, a window on the bytes it was read from. */
export interface Tlv { readonly tag: number; readonly bytes: Uint8Array; readonly start: number; readonly body: number; readonly end: number }

export const TAG = {
  boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, null: 0x05, oid: 0x06, utf8: 0x0c, printable: 0x13, ia5: 0x16, bmp: 0x1e, utcTime: 0x17, time: 0x18,
  sequence: 0x30, set: 0x31,
} as const

/** The value at an offset; definite and shortest lengths only. @source X.690 §10.1 @throws Malformed */
export function readTlv(bytes: Uint8Array, start: number, limit: number = bytes.length): Tlv {
  if (start + 2 > limit) throw new Malformed(start, 'more bytes')
  const tag = bytes[start]!
  if ((tag & 0x1f) === 0x1f) throw new Malformed(start, 'a tag of one byte')
  const first = bytes[start + 1]!
  const more = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || more > 4 || start + 2 + more > limit) throw new Malformed(start + 1, 'a definite length')
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < more; i++) length = length * 256 + bytes[start + 2 + i]!
  if (more > 0 && (length < 0x80 || length < 256 ** (more - 1))) throw new Malformed(start + 1, 'the shortest form of the length')
  const body = start + 2 + more
  if (body + length > limit) throw new Malformed(start, `${length} bytes of content`)
  return { tag, bytes, start, body, end: body + length }
}

/** The one value that the bytes are, with nothing after it. @throws Malformed */
export function readWhole(bytes: Uint8Array, tag: number): Tlv {
  const t = readTlv(bytes, 0)
  if (t.tag !== tag) throw new Malformed(0, `tag ${tag.toString(16)}`)
  if (t.end !== bytes.length) throw new Malformed(t.end, 'no bytes after the end')
  return t
}

export const valueOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.body, t.end)
export const wholeOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.start, t.end)

export function childrenOf(t: Tlv): readonly Tlv[] {
  const list: Tlv[] = []
  for (let at = t.body; at < t.end; at = list.at(-1)!.end) list.push(readTlv(t.bytes, at, t.end))
  return list
}

/** The values inside another, taken in the order of its ASN.1. */
export interface Walk {
  readonly take: (tag: number, what: string) => Tlv
  readonly maybe: (tag: number) => Tlv | undefined
  /** Nothing may follow. */
  readonly done: () => void
}

export function walk(parent: Tlv): Walk {
  let at = parent.body
  const maybe = (tag: number): Tlv | undefined => {
    const t = at < parent.end ? readTlv(parent.bytes, at, parent.end) : undefined
    if (t?.tag !== tag) return undefined
    at = t.end
    return t
  }
  return {
    maybe,
    take: (tag, what) => {
      const t = maybe(tag)
      if (t === undefined) throw new Malformed(at, what)
      return t
    },
    done: () => { if (at !== parent.end) throw new Malformed(at, 'nothing more') },
  }
}

/** What a decoder answers, or undefined where the bytes are not of the form. */
export function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

export const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
export const unhex = (text: string): Uint8Array => Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
export const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((x, i) => x === b[i])

/** Compares what is secret or proves something: looks at every byte, whatever the first ones are. */
export function isSameSecret(a: Uint8Array, b: Uint8Array): boolean {
  let differing = a.length ^ b.length
  for (let i = 0; i < a.length; i++) differing |= a[i]! ^ (b[i] ?? 0)
  return differing === 0
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { whole.set(p, at); at += p.length }
  return whole
}

/** A whole number from zero up, in its shortest form. */
export function integerOf(t: Tlv): bigint {
  const v = valueOf(t)
  const padded = v.length > 1 && v[0] === 0 && v[1]! < 0x80
  if (t.tag !== TAG.integer || v.length === 0 || padded || v[0]! >= 0x80) throw new Malformed(t.start, 'a whole number from zero up')
  return numberOf(v)
}

export const numberOf = (b: Uint8Array): bigint => (b.length === 0 ? 0n : BigInt(`0x${hex(b)}`))
export const bytesOf = (n: bigint, length: number): Uint8Array => unhex(n.toString(16).padStart(2 * length, '0'))

export function bitsOf(t: Tlv): Uint8Array {
  if (t.tag !== TAG.bits || t.end === t.body || t.bytes[t.body] !== 0) throw new Malformed(t.start, 'a BIT STRING of whole bytes')
  return t.bytes.subarray(t.body + 1, t.end)
}

/** An object identifier in dotted form. */
export function oidOf(t: Tlv): string {
  const v = valueOf(t)
  if (t.tag !== TAG.oid || v.length === 0 || v.at(-1)! >= 0x80) throw new Malformed(t.start, 'an OBJECT IDENTIFIER')
  const arcs: number[] = []
  let [n, fresh] = [0, true]
  for (const b of v) {
    if ((fresh && b === 0x80) || n > Number.MAX_SAFE_INTEGER / 256) throw new Malformed(t.start, 'the shortest form of an arc')
    n = n * 128 + (b & 0x7f)
    fresh = b < 0x80
    if (fresh) { arcs.push(n); n = 0 }
  }
  const first = Math.min(Math.floor(arcs[0]! / 40), 2)
  return [first, arcs[0]! - 40 * first, ...arcs.slice(1)].join('.')
}

const TEXTS: Readonly<Record<number, string>> = { [TAG.utf8]: 'utf-8', [TAG.printable]: 'utf-8', [TAG.ia5]: 'utf-8', [TAG.bmp]: 'utf-16be', 0x14: 'iso-8859-1' }

export function textOf(t: Tlv): string {
  const encoding = TEXTS[t.tag]
  if (encoding === undefined) throw new Malformed(t.start, 'a character string')
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(valueOf(t))
  } catch {
    throw new Malformed(t.body, 'readable characters')
  }
}

/** A UTCTime or GeneralizedTime to the second, in Z. @source RFC 5280 §4.1.2.5 */
export function timeOf(t: Tlv): Date {
  const text = String.fromCharCode(...valueOf(t))
  const m = t.tag === TAG.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : t.tag === TAG.time ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null
  if (m === null) throw new Malformed(t.start, 'a time in Z')
  const [y, month, day, hour, minute, second] = m.slice(1).map(Number) as [number, number, number, number, number, number]
  const year = t.tag === TAG.time ? y : y + (y < 50 ? 2000 : 1900)
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) throw new Malformed(t.start, 'a time that exists')
  return date
}

/** A tag, a DER length and the parts. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((n, p) => n + p.length, 0)
  const size: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256)
  return concat(Uint8Array.of(tag, ...(length < 0x80 ? [length] : [0x80 | size.length, ...size])), ...parts)
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...parts)
export const octets = (b: Uint8Array): Uint8Array => tlv(TAG.octets, b)
export const bits = (b: Uint8Array, unused = 0): Uint8Array => tlv(TAG.bits, Uint8Array.of(unused), b)
export const nothing = (): Uint8Array => tlv(TAG.null)
export const yes = (): Uint8Array => tlv(TAG.boolean, Uint8Array.of(0xff))
export const context = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | n, ...parts)
export const utf8Text = (s: string): Uint8Array => tlv(TAG.utf8, new TextEncoder().encode(s))
export const printable = (s: string): Uint8Array => tlv(TAG.printable, new TextEncoder().encode(s))

/** A SET OF: the elements in the order of their bytes. @source X.690 §11.6 */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.set, ...[...parts].sort((a, b) => (hex(a) < hex(b) ? -1 : 1)))

export function integer(n: bigint | number): Uint8Array {
  const text = BigInt(n).toString(16)
  const even = text.length % 2 === 1 ? `0${text}` : text
  return tlv(TAG.integer, unhex(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even))
}

export function oid(dotted: string): Uint8Array {
  const [a, b, ...rest] = dotted.split('.').map(Number)
  const arc = (n: number): readonly number[] => {
    const low = [n % 128]
    for (let more = Math.floor(n / 128); more > 0; more = Math.floor(more / 128)) low.unshift(0x80 | (more % 128))
    return low
  }
  return tlv(TAG.oid, Uint8Array.from([a! * 40 + b!, ...rest].flatMap(arc)))
}

/** UTCTime to 2049, GeneralizedTime from 2050. @source RFC 5280 §4.1.2.5 */
export function time(d: Date): Uint8Array {
  const digits = d.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const ascii = (s: string): Uint8Array => new TextEncoder().encode(s)
  return d.getUTCFullYear() < 2050 ? tlv(TAG.utcTime, ascii(`${digits.slice(2)}Z`)) : tlv(TAG.time, ascii(`${digits}Z`))
}
