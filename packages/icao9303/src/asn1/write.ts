import { concat, hex, TAG, unhex } from './value.ts'

/** Bytes of a tag, a DER length and the parts. @param tag - its bytes as a number: 0x30, 0x7f61 */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((n, p) => n + p.length, 0)
  return concat(tagBytes(tag), lengthBytes(length), ...parts)
}

export function tagBytes(tag: number): Uint8Array {
  return tag > 0xffff ? Uint8Array.of(tag >> 16, (tag >> 8) & 0xff, tag & 0xff) : tag > 0xff ? Uint8Array.of(tag >> 8, tag & 0xff) : Uint8Array.of(tag)
}

export function lengthBytes(n: number): Uint8Array {
  if (n < 0x80) return Uint8Array.of(n)
  const body: number[] = []
  for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) body.unshift(rest % 256)
  return Uint8Array.of(0x80 | body.length, ...body)
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...parts)
export const octets = (b: Uint8Array): Uint8Array => tlv(TAG.octets, b)
export const bits = (b: Uint8Array, unused = 0): Uint8Array => tlv(TAG.bits, Uint8Array.of(unused), b)
export const nothing = (): Uint8Array => tlv(TAG.null)
export const yes = (): Uint8Array => tlv(TAG.boolean, Uint8Array.of(0xff))
export const context = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | n, ...parts)
export const implicit = (n: number, b: Uint8Array): Uint8Array => tlv(0x80 | n, b)

const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0))
export const utf8Text = (s: string): Uint8Array => tlv(TAG.utf8, new TextEncoder().encode(s))
export const printable = (s: string): Uint8Array => tlv(TAG.printable, ascii(s))
export const ia5Bytes = ascii

/** A SET OF in DER: the elements in the order of their bytes. */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  const sorted = [...parts].sort((a, b) => (hex(a) < hex(b) ? -1 : 1))
  return tlv(TAG.set, ...sorted)
}

export function integer(n: bigint | number): Uint8Array {
  let h = BigInt(n).toString(16)
  if (h.startsWith('-')) throw new RangeError('only numbers from zero up are written')
  if (h.length % 2 === 1) h = `0${h}`
  if (Number.parseInt(h.slice(0, 2), 16) >= 0x80) h = `00${h}`
  return tlv(TAG.integer, unhex(h))
}

const WRITTEN = new Map<string, Uint8Array>()
const WRITTEN_LIMIT = 256

/** An object identifier; whoever gets one must not write into it, it is kept for the next. */
export function oid(dotted: string): Uint8Array {
  const before = WRITTEN.get(dotted)
  if (before !== undefined) return before
  const made = oidBytes(dotted)
  if (WRITTEN.size < WRITTEN_LIMIT) WRITTEN.set(dotted, made)
  return made
}

function oidBytes(dotted: string): Uint8Array {
  const [a, b, ...rest] = dotted.split('.').map(Number)
  const bytes: number[] = []
  for (const arc of [a! * 40 + b!, ...rest]) {
    const low: number[] = [arc % 128]
    for (let n = Math.floor(arc / 128); n > 0; n = Math.floor(n / 128)) low.unshift(0x80 | (n % 128))
    bytes.push(...low)
  }
  return tlv(TAG.oid, Uint8Array.from(bytes))
}

const digits = (d: Date): string => d.toISOString().replace(/[-:T]/g, '').slice(0, 14)

export const generalizedTime = (d: Date): Uint8Array => tlv(TAG.time, ascii(`${digits(d)}Z`))

/** UTCTime to 2049, GeneralizedTime from 2050. @source RFC 5280 §4.1.2.5 */
export function time(d: Date): Uint8Array {
  return d.getUTCFullYear() < 2050 ? tlv(TAG.utcTime, ascii(`${digits(d).slice(2)}Z`)) : generalizedTime(d)
}
