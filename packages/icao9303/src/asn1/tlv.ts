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
  // most values have a tag of one byte and a short length
  if (offset + 2 <= limit) {
    const [tag, length] = [bytes[offset]!, bytes[offset + 1]!]
    const end = offset + 2 + length
    if ((tag & 0x1f) !== 0x1f && length < 0x80 && end <= limit) return { tag, bytes, start: offset, body: offset + 2, end, indefinite: false, next: end }
  }
  return readLong(bytes, offset, limit, policy)
}

function readLong(bytes: Uint8Array, offset: number, limit: number, policy: ReadPolicy): Tlv {
  let at = offset
  if (at >= limit) throw new Malformed(X690, at, 'more bytes')
  let tag = bytes[at++]!
  if ((tag & 0x1f) === 0x1f) {
    let more: number
    do {
      if (at >= limit) throw new Malformed(X690, at, 'more bytes')
      more = bytes[at++]!
      tag = tag * 256 + more
      if (tag > 0xffffff) throw new Malformed(X690, offset, 'a tag of at most three bytes')
    } while ((more & 0x80) !== 0)
  }
  if (at >= limit) throw new Malformed(X690, at, 'more bytes')
  const first = bytes[at++]!
  if (first === 0x80) {
    if (policy.mode === 'der') throw new Malformed('X.690 §10.1', at - 1, 'a definite length')
    policy.note?.('ber-indefinite-length', at - 1)
    return indefinite(bytes, { tag, start: offset, body: at, limit, policy })
  }
  let length = first
  if (first > 0x80) {
    const n = first & 0x7f
    if (n > 4) throw new Malformed(X690, at - 1, 'a length of at most four bytes')
    length = 0
    for (let i = 0; i < n; i++) {
      if (at >= limit) throw new Malformed(X690, at, 'more bytes')
      length = length * 256 + bytes[at++]!
    }
    if (length < 0x80 || (n > 1 && length < 256 ** (n - 1))) {
      if (policy.mode === 'der') throw new Malformed('X.690 §10.1', offset + 1, 'the shortest form of the length')
      policy.note?.('ber-long-length', offset)
    }
  }
  const end = at + length
  if (end > limit) throw new Malformed(X690, offset, `${length} bytes of content`)
  return { tag, bytes, start: offset, body: at, end, indefinite: false, next: end }
}

/**
 * How many bytes the value takes that begins with these, of which there may be fewer; undefined when they do not tell,
 * as an indefinite length does not.
 */
export function lengthAhead(head: Uint8Array): number | undefined {
  let at = 1
  if ((head[0]! & 0x1f) === 0x1f) while ((head[at++]! & 0x80) !== 0) if (at > 2) return undefined
  const first = head[at++]
  if (first === undefined || first === 0x80 || first > 0x84) return undefined
  if (first < 0x80) return at + first
  const body = at + (first & 0x7f)
  return body > head.length ? undefined : head.subarray(at, body).reduce((n, b) => n * 256 + b, 0) + body
}

function indefinite(bytes: Uint8Array, o: { readonly tag: number; readonly start: number; readonly body: number; readonly limit: number; readonly policy: ReadPolicy }): Tlv {
  const { depth } = deeper(o.policy, o.start)
  let at = o.body
  for (;;) {
    if (at + 2 > o.limit) throw new Malformed(X690, o.start, 'two closing zero bytes')
    if (bytes[at] === 0 && bytes[at + 1] === 0) break
    at = readTlv(bytes, at, o.limit, { mode: 'ber', depth: depth! }).next
  }
  return { tag: o.tag, bytes, start: o.start, body: o.body, end: at, indefinite: true, next: at + 2 }
}

export const valueOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.body, t.end)
export const wholeOf = (t: Tlv): Uint8Array => t.bytes.subarray(t.start, t.next)

function between(bytes: Uint8Array, o: { readonly from: number; readonly to: number; readonly policy: ReadPolicy }): readonly Tlv[] {
  const list: Tlv[] = []
  for (let at = o.from; at < o.to;) {
    const child = readTlv(bytes, at, o.to, o.policy)
    list.push(child)
    at = child.next
  }
  return list
}

/** The TLVs inside another. */
export const childrenOf = (t: Tlv, policy: ReadPolicy = DER): readonly Tlv[] => between(t.bytes, { from: t.body, to: t.end, policy })

/** The TLVs that the bytes are, one after the other. */
export const seriesOf = (bytes: Uint8Array, policy: ReadPolicy = DER): readonly Tlv[] => between(bytes, { from: 0, to: bytes.length, policy })

/** The one TLV that the bytes are, with nothing after it. */
export function readWhole(bytes: Uint8Array, tag: number, clause: string, policy: ReadPolicy = DER): Tlv {
  const t = readTlv(bytes, 0, bytes.length, policy)
  if (t.tag !== tag) throw new Malformed(clause, 0, `tag ${tag.toString(16)}`)
  if (t.next !== bytes.length) throw new Malformed(clause, t.next, 'no bytes after the end')
  return t
}

/** Walks through the children of a constructed value in the order of its ASN.1; each is read when it is asked for. */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #clause: string
  readonly #policy: ReadPolicy
  #at: number
  #ahead: Tlv | undefined

  constructor(parent: Tlv, clause: string, policy: ReadPolicy = DER) {
    this.#bytes = parent.bytes
    this.#at = parent.body
    this.#end = parent.end
    this.#clause = clause
    this.#policy = policy
  }

  #look(): Tlv | undefined {
    if (this.#ahead === undefined && this.#at < this.#end) this.#ahead = readTlv(this.#bytes, this.#at, this.#end, this.#policy)
    return this.#ahead
  }

  #step(t: Tlv): Tlv {
    this.#ahead = undefined
    this.#at = t.next
    return t
  }

  peek(): number | undefined {
    return this.#look()?.tag
  }

  /** The next child, which must have this tag. */
  take(tag: number, what: string): Tlv {
    const t = this.#look()
    if (t?.tag !== tag) throw new Malformed(this.#clause, this.#at, what)
    return this.#step(t)
  }

  takeAny(what: string): Tlv {
    const t = this.#look()
    if (t === undefined) throw new Malformed(this.#clause, this.#at, what)
    return this.#step(t)
  }

  /** The next child if it has this tag. */
  maybe(tag: number): Tlv | undefined {
    const t = this.#look()
    return t?.tag === tag ? this.#step(t) : undefined
  }

  /** Nothing may follow. */
  done(): void {
    if (this.#at < this.#end) throw new Malformed(this.#clause, this.#at, 'nothing more')
  }
}
