/** A part of the bytes that is not what the standard says. Private to the package: public functions catch it and answer a value. */
export class Malformed extends Error {
  readonly clause: string
  readonly offset: number
  readonly expected: string
  constructor(clause: string, offset: number, expected: string) {
    super(`at byte ${offset}: expected ${expected} (${clause})`)
    this.clause = clause
    this.offset = offset
    this.expected = expected
  }
}

/** One tag-length-value, a window on the bytes it was read from. */
export interface Tlv {
  /** The tag's bytes as a number: 0x30, 0x7f61. */
  readonly tag: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly body: number
  readonly end: number
  /** True for a BER indefinite length: `end` is then before the two closing zero bytes. */
  readonly indefinite: boolean
  /** Where the next one begins. */
  readonly next: number
}

/** How strictly to read. `der`: as Doc 9303-10 demands. `ber`: what the field holds; deviations are noted. */
export interface ReadPolicy {
  readonly mode: 'der' | 'ber'
  readonly note?: (code: string, offset: number) => void
  /** How deep the reader is in values whose end it must look for. */
  readonly depth?: number
}

export const DER: ReadPolicy = { mode: 'der' }
const DEPTH_LIMIT = 32
const X690 = 'X.690 §8.1'

/** The same policy one level deeper; a bomb of levels ends here. */
export function deeper(policy: ReadPolicy, offset: number): ReadPolicy {
  const depth = (policy.depth ?? 0) + 1
  if (depth > DEPTH_LIMIT) throw new Malformed(X690, offset, `at most ${DEPTH_LIMIT} levels`)
  return { ...policy, depth }
}

/**
 * Reads the TLV at an offset. Limits are the bytes at hand and the depth, never a count of nodes:
 * a master list has fifty thousand.
 */
export function readTlv(bytes: Uint8Array, offset: number, limit: number = bytes.length, policy: ReadPolicy = DER): Tlv {
  let at = offset
  const byte = (): number => {
    if (at >= limit) throw new Malformed(X690, at, 'more bytes')
    return bytes[at++]!
  }
  let tag = byte()
  if ((tag & 0x1f) === 0x1f) {
    let more: number
    do {
      more = byte()
      tag = tag * 256 + more
      if (tag > 0xffffff) throw new Malformed(X690, offset, 'a tag of at most three bytes')
    } while ((more & 0x80) !== 0)
  }
  const first = byte()
  let length = first
  if (first === 0x80) {
    if (policy.mode === 'der') throw new Malformed('X.690 §10.1', at - 1, 'a definite length')
    policy.note?.('ber-indefinite-length', at - 1)
    return indefinite(bytes, { tag, start: offset, body: at, limit, policy })
  }
  if (first > 0x80) {
    const n = first & 0x7f
    if (n > 4) throw new Malformed(X690, at - 1, 'a length of at most four bytes')
    length = 0
    for (let i = 0; i < n; i++) length = length * 256 + byte()
    if (length < 0x80 || (n > 1 && length < 256 ** (n - 1))) {
      if (policy.mode === 'der') throw new Malformed('X.690 §10.1', offset + 1, 'the shortest form of the length')
      policy.note?.('ber-long-length', offset)
    }
  }
  const end = at + length
  if (end > limit) throw new Malformed(X690, offset, `${length} bytes of content`)
  return { tag, bytes, start: offset, body: at, end, indefinite: false, next: end }
}

function indefinite(bytes: Uint8Array, o: { readonly tag: number; readonly start: number; readonly body: number; readonly limit: number; readonly policy: ReadPolicy }): Tlv {
  const { depth } = deeper(o.policy, o.start)
  let at = o.body
  while (!(bytes[at] === 0 && bytes[at + 1] === 0)) {
    if (at + 2 > o.limit) throw new Malformed(X690, o.start, 'two closing zero bytes')
    at = readTlv(bytes, at, o.limit, { mode: 'ber', depth: depth! }).next
  }
  return { tag: o.tag, bytes, start: o.start, body: o.body, end: at, indefinite: true, next: at + 2 }
}

export const valueOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.body, t.end)
export const wholeOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.start, t.next)

/** The TLVs inside another. */
export function childrenOf(t: Tlv, policy: ReadPolicy = DER): readonly Tlv[] {
  const list: Tlv[] = []
  for (let at = t.body; at < t.end; at = list.at(-1)!.next) list.push(readTlv(t.bytes, at, t.end, policy))
  return list
}

/** The one TLV that the bytes are, with nothing after it. */
export function readWhole(bytes: Uint8Array, tag: number, clause: string, policy: ReadPolicy = DER): Tlv {
  const t = readTlv(bytes, 0, bytes.length, policy)
  if (t.tag !== tag) throw new Malformed(clause, 0, `tag ${tag.toString(16)}`)
  if (t.next !== bytes.length) throw new Malformed(clause, t.next, 'no bytes after the end')
  return t
}

/** Walks through the children of a constructed value in the order of its ASN.1. */
export class Cursor {
  readonly #list: readonly Tlv[]
  readonly #clause: string
  readonly #parent: Tlv
  #next = 0

  constructor(parent: Tlv, clause: string, policy: ReadPolicy = DER) {
    this.#parent = parent
    this.#clause = clause
    this.#list = childrenOf(parent, policy)
  }

  peek(): number | undefined {
    return this.#list[this.#next]?.tag
  }

  /** The next child, which must have this tag. */
  take(tag: number, what: string): Tlv {
    const t = this.#list[this.#next]
    if (t?.tag !== tag) throw new Malformed(this.#clause, t?.start ?? this.#parent.end, what)
    this.#next += 1
    return t
  }

  takeAny(what: string): Tlv {
    const t = this.#list[this.#next]
    if (t === undefined) throw new Malformed(this.#clause, this.#parent.end, what)
    this.#next += 1
    return t
  }

  /** The next child if it has this tag. */
  maybe(tag: number): Tlv | undefined {
    const t = this.#list[this.#next]
    if (t?.tag !== tag) return undefined
    this.#next += 1
    return t
  }

  /** Nothing may follow. */
  done(): void {
    const t = this.#list[this.#next]
    if (t !== undefined) throw new Malformed(this.#clause, t.start, 'nothing more')
  }
}
