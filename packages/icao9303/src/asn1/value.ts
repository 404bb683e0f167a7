import { deeper, Malformed, readTlv, valueOf, type ReadPolicy, type Tlv } from './tlv.ts'

export const TAG = {
  boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, null: 0x05, oid: 0x06, utf8: 0x0c, printable: 0x13, ia5: 0x16, utcTime: 0x17, time: 0x18,
  sequence: 0x30, set: 0x31,
} as const

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

export function hex(b: Uint8Array): string {
  let text = ''
  for (let i = 0; i < b.length; i++) text += PAIRS[b[i]!]!
  return text
}

export function unhex(text: string): Uint8Array {
  const clean = text.replace(/\s+/g, '')
  if (clean.length % 2 !== 0 || /[^0-9a-f]/i.test(clean)) throw new RangeError('not hexadecimal')
  return Uint8Array.from({ length: clean.length / 2 }, (_, i) => Number.parseInt(clean.slice(2 * i, 2 * i + 2), 16))
}

const LONG = 64

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  let at = 0
  // long ones four bytes at a time: certificates are compared with every document
  if (a.length >= LONG) {
    const [x, y] = [new DataView(a.buffer, a.byteOffset, a.length), new DataView(b.buffer, b.byteOffset, b.length)]
    for (; at + 4 <= a.length; at += 4) if (x.getInt32(at) !== y.getInt32(at)) return false
  }
  for (; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { whole.set(p, at); at += p.length }
  return whole
}

/** The last identifiers read, by a hash of their bytes: a document has the same few again and again. */
const READ: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = Array.from({ length: 256 }, () => undefined)

/** An object identifier in dotted form. */
export function oidOf(t: Tlv, clause = 'X.690 §8.19'): string {
  if (t.tag !== TAG.oid || t.end === t.body) throw new Malformed(clause, t.start, 'an OBJECT IDENTIFIER')
  let slot = 0
  for (let i = t.body; i < t.end; i++) slot = (slot * 31 + t.bytes[i]!) & 0xffff
  slot = (slot ^ (slot >> 8)) & 0xff
  const before = READ[slot]
  if (before !== undefined && isAt(t, before.bytes)) return before.text
  const text = dotted(t, clause)
  if (t.end - t.body <= 16) READ[slot] = { bytes: valueOf(t).slice(), text }
  return text
}

function isAt(t: Tlv, value: Uint8Array): boolean {
  if (t.end - t.body !== value.length) return false
  for (let i = 0; i < value.length; i++) if (t.bytes[t.body + i] !== value[i]) return false
  return true
}

function dotted(t: Tlv, clause: string): string {
  const arcs: number[] = []
  let n = 0
  for (let i = t.body; i < t.end; i++) {
    const b = t.bytes[i]!
    if (n === 0 && b === 0x80) throw new Malformed(clause, i, 'the shortest form of an arc')
    n = n * 128 + (b & 0x7f)
    if (n > Number.MAX_SAFE_INTEGER / 128) throw new Malformed(clause, i, 'a smaller arc')
    if ((b & 0x80) === 0) { arcs.push(n); n = 0 } else if (i === t.end - 1) throw new Malformed(clause, i, 'the end of an arc')
  }
  const first = Math.min(Math.floor(arcs[0]! / 40), 2)
  return [first, arcs[0]! - 40 * first, ...arcs.slice(1)].join('.')
}

/** A whole number; negative ones and padded ones are refused unless asked for as raw bytes. */
export function integerOf(t: Tlv, clause = 'X.690 §8.3'): bigint {
  if (t.tag !== TAG.integer || t.end === t.body) throw new Malformed(clause, t.start, 'an INTEGER')
  const v = valueOf(t)
  if (v.length > 1 && ((v[0] === 0 && v[1]! < 0x80) || (v[0] === 0xff && v[1]! >= 0x80))) throw new Malformed(clause, t.body, 'the shortest form of an INTEGER')
  const n = BigInt(`0x${hex(v)}`)
  return v[0]! >= 0x80 ? n - (1n << BigInt(8 * v.length)) : n
}

export function smallOf(t: Tlv, clause = 'X.690 §8.3'): number {
  if (t.tag === TAG.integer && t.end === t.body + 1 && t.bytes[t.body]! < 0x80) return t.bytes[t.body]!
  const n = integerOf(t, clause)
  if (n < 0n || n > 0xffff_ffffn) throw new Malformed(clause, t.start, 'a small whole number')
  return Number(n)
}

/** The bytes of a BIT STRING that is a whole number of bytes. */
export function bitsOf(t: Tlv, clause = 'X.690 §8.6'): Uint8Array {
  if (t.tag !== TAG.bits || t.end === t.body) throw new Malformed(clause, t.start, 'a BIT STRING')
  if (t.bytes[t.body] !== 0) throw new Malformed(clause, t.body, 'no unused bits')
  return t.bytes.subarray(t.body + 1, t.end)
}

/** An OCTET STRING; in pieces where BER is read. */
export function octetsOf(t: Tlv, clause = 'X.690 §8.7', policy?: ReadPolicy): Uint8Array {
  if (t.tag === TAG.octets) return valueOf(t)
  if (t.tag !== 0x24 || policy?.mode !== 'ber') throw new Malformed(clause, t.start, 'an OCTET STRING')
  policy.note?.('ber-segmented-octets', t.start)
  const parts: Uint8Array[] = []
  const inner = deeper(policy, t.start)
  for (let at = t.body; at < t.end;) {
    const piece = readTlv(t.bytes, at, t.end, inner)
    parts.push(octetsOf(piece, clause, inner))
    at = piece.next
  }
  return concat(...parts)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Short text of ASCII alone, which names nearly always are; undefined for any other. */
function asciiOf(t: Tlv): string | undefined {
  if (t.end - t.body > 64) return undefined
  for (let i = t.body; i < t.end; i++) if (t.bytes[i]! >= 0x80) return undefined
  return String.fromCharCode.apply(null, valueOf(t) as unknown as number[])
}

export function textOf(t: Tlv, clause = 'X.690 §8.23'): string {
  try {
    if (t.tag === TAG.utf8) return asciiOf(t) ?? utf8.decode(valueOf(t))
    if ([TAG.printable, TAG.ia5, 0x14, 0x1a, 0x12].includes(t.tag as never)) return String.fromCharCode(...valueOf(t))
    if (t.tag === 0x1e) return new TextDecoder('utf-16be', { fatal: true }).decode(valueOf(t))
  } catch {
    throw new Malformed(clause, t.body, 'readable characters')
  }
  throw new Malformed(clause, t.start, 'a character string')
}

/** The number that some digits are, or NaN. */
function digitsAt(b: Uint8Array, from: number, n: number): number {
  let sum = 0
  for (let i = from; i < from + n; i++) {
    const d = b[i]! - 0x30
    sum = d >= 0 && d <= 9 ? sum * 10 + d : Number.NaN
  }
  return sum
}

/** A UTCTime or GeneralizedTime in Z; seconds may be absent from the first, fractions are passed over in the second. @source RFC 5280 §4.1.2.5 */
export function timeOf(t: Tlv, clause = 'RFC 5280 §4.1.2.5'): Date {
  const short = t.tag === TAG.utcTime
  const wanted = (): Malformed => new Malformed(clause, t.start, 'a time in Z')
  const n = t.end - t.body
  if ((!short && t.tag !== TAG.time) || n > 32 || t.bytes[t.end - 1] !== 0x5a) throw wanted()
  const from = t.body + (short ? 2 : 4)
  const rest = t.end - 1 - from
  if (short ? rest !== 8 && rest !== 10 : rest !== 10 && !isFraction(t, from + 10)) throw wanted()
  const year = short ? digitsAt(t.bytes, t.body, 2) : digitsAt(t.bytes, t.body, 4)
  const [month, day, hour, minute] = [0, 2, 4, 6].map((i) => digitsAt(t.bytes, from + i, 2)) as [number, number, number, number]
  const second = rest === 8 ? 0 : digitsAt(t.bytes, from + 8, 2)
  if (Number.isNaN(year + month + day + hour + minute + second)) throw wanted()
  const d = new Date(Date.UTC(short ? year + (year < 50 ? 2000 : 1900) : year, month - 1, day, hour, minute, second))
  if (d.getUTCMonth() !== month - 1 || d.getUTCDate() !== day) throw new Malformed(clause, t.body, 'a day that exists')
  return d
}

/** A point and digits, up to the closing Z. */
function isFraction(t: Tlv, at: number): boolean {
  const n = t.end - 1 - at
  return n >= 2 && t.bytes[at] === 0x2e && !Number.isNaN(digitsAt(t.bytes, at + 1, n - 1))
}
