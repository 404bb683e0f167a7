import { deeper, Malformed, readTlv, valueOf, type ReadPolicy, type Tlv } from './tlv.ts'

export const TAG = {
  boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, null: 0x05, oid: 0x06, utf8: 0x0c, printable: 0x13, ia5: 0x16, utcTime: 0x17, time: 0x18,
  sequence: 0x30, set: 0x31,
} as const

export const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')

export function unhex(text: string): Uint8Array {
  const clean = text.replace(/\s+/g, '')
  if (clean.length % 2 !== 0 || /[^0-9a-f]/i.test(clean)) throw new RangeError('not hexadecimal')
  return Uint8Array.from({ length: clean.length / 2 }, (_, i) => Number.parseInt(clean.slice(2 * i, 2 * i + 2), 16))
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i])
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { whole.set(p, at); at += p.length }
  return whole
}

/** An object identifier in dotted form. */
export function oidOf(t: Tlv, clause = 'X.690 §8.19'): string {
  if (t.tag !== TAG.oid || t.end === t.body) throw new Malformed(clause, t.start, 'an OBJECT IDENTIFIER')
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

export function textOf(t: Tlv, clause = 'X.690 §8.23'): string {
  try {
    if (t.tag === TAG.utf8) return utf8.decode(valueOf(t))
    if ([TAG.printable, TAG.ia5, 0x14, 0x1a, 0x12].includes(t.tag as never)) return String.fromCharCode(...valueOf(t))
    if (t.tag === 0x1e) return new TextDecoder('utf-16be', { fatal: true }).decode(valueOf(t))
  } catch {
    throw new Malformed(clause, t.body, 'readable characters')
  }
  throw new Malformed(clause, t.start, 'a character string')
}

/** A UTCTime or GeneralizedTime in the forms of RFC 5280: with seconds, in Z. */
export function timeOf(t: Tlv, clause = 'RFC 5280 §4.1.2.5'): Date {
  if (t.end - t.body > 32) throw new Malformed(clause, t.start, 'a time in Z')
  const s = String.fromCharCode(...valueOf(t))
  const m = t.tag === TAG.utcTime ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(s) : t.tag === TAG.time ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d+)?Z$/.exec(s) : null
  if (m === null) throw new Malformed(clause, t.start, 'a time in Z')
  const year = t.tag === TAG.time ? Number(m[1]) : Number(m[1]) + (Number(m[1]) < 50 ? 2000 : 1900)
  const d = new Date(Date.UTC(year, Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6] ?? '0')))
  if (d.getUTCMonth() !== Number(m[2]) - 1 || d.getUTCDate() !== Number(m[3])) throw new Malformed(clause, t.body, 'a day that exists')
  return d
}
