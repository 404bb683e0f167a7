import { Malformed } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'

const ZLIB = 'RFC 1950'
const CLAUSE = 'RFC 1951 §3.2'
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
] as const
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0] as const
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12_289, 16_385,
  24_577,
] as const
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13] as const
/** The order in which the lengths of the code for lengths come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const
const MOST_BITS = 15
const END = 256

/** A prefix code: how many codes there are of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

/** @throws Malformed when the lengths ask for more codes than there are */
function codeOf(lengths: Uint8Array, at: number): Code {
  const counts = new Uint16Array(MOST_BITS + 1)
  for (const n of lengths) counts[n]! += 1
  counts[0] = 0
  let left = 1
  const offsets = new Uint16Array(MOST_BITS + 2)
  for (let n = 1; n <= MOST_BITS; n++) {
    left = 2 * left - counts[n]!
    if (left < 0) throw new Malformed(CLAUSE, at, 'a prefix code')
    offsets[n + 1] = offsets[n]! + counts[n]!
  }
  const symbols = new Uint16Array(offsets[MOST_BITS + 1]!)
  lengths.forEach((n, symbol) => {
    if (n > 0) symbols[offsets[n]!++] = symbol
  })
  return { counts, symbols }
}

const fixedLengths = (): Uint8Array => Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))
const FIXED = { literals: codeOf(fixedLengths(), 0), distances: codeOf(new Uint8Array(30).fill(5), 0) }

/** Bits from a stream, lowest first, and bytes into a bounded room. */
class Inflation {
  readonly #bytes: Uint8Array
  readonly #limit: number
  #out: Uint8Array
  #held = 0
  #bits = 0
  at: number
  length = 0

  constructor(bytes: Uint8Array, at: number, limit: number) {
    this.#bytes = bytes
    this.at = at
    this.#limit = limit
    this.#out = new Uint8Array(Math.min(limit, 1024))
  }

  bits(n: number): number {
    while (this.#bits < n) {
      if (this.at >= this.#bytes.length) throw new Malformed(CLAUSE, this.at, 'more bits')
      this.#held |= this.#bytes[this.at++]! << this.#bits
      this.#bits += 8
    }
    const value = this.#held & ((1 << n) - 1)
    this.#held >>>= n
    this.#bits -= n
    return value
  }

  symbol({ counts, symbols }: Code): number {
    let [code, first, index] = [0, 0, 0]
    for (let n = 1; n <= MOST_BITS; n++) {
      code |= this.bits(1)
      const count = counts[n]!
      if (code - first < count) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw new Malformed(CLAUSE, this.at, 'a code that is in use')
  }

  put(byte: number): void {
    if (this.length >= this.#limit) throw new Malformed(CLAUSE, this.at, `at most ${this.#limit} bytes`)
    if (this.length === this.#out.length) {
      const wider = new Uint8Array(Math.min(this.#limit, 2 * this.length))
      wider.set(this.#out)
      this.#out = wider
    }
    this.#out[this.length++] = byte
  }

  repeat(length: number, distance: number): void {
    if (distance > this.length) throw new Malformed(CLAUSE, this.at, 'a distance to what is there')
    for (let i = 0; i < length; i++) this.put(this.#out[this.length - distance]!)
  }

  /** The rest of a byte is passed over; bits beyond it were not taken. */
  align(): void {
    this.at -= this.#bits >> 3
    this.#held = 0
    this.#bits = 0
  }

  byte(): number {
    if (this.at >= this.#bytes.length) throw new Malformed(CLAUSE, this.at, 'more bytes')
    return this.#bytes[this.at++]!
  }

  done(): Uint8Array {
    return this.#out.slice(0, this.length)
  }
}

function stored(s: Inflation): void {
  s.align()
  const at = s.at
  const [a, b, c, d] = [s.byte(), s.byte(), s.byte(), s.byte()]
  if ((a ^ c) !== 0xff || (b ^ d) !== 0xff) throw new Malformed(CLAUSE, at, 'a length and its complement')
  for (let n = a + 256 * b; n > 0; n--) s.put(s.byte())
}

function dynamicCodes(s: Inflation): typeof FIXED {
  const at = s.at
  const [literals, distances, count] = [s.bits(5) + 257, s.bits(5) + 1, s.bits(4) + 4]
  if (literals > 286 || distances > 30) throw new Malformed(CLAUSE, at, 'at most 286 and 30 codes')
  const own = new Uint8Array(19)
  for (let i = 0; i < count; i++) own[ORDER[i]!] = s.bits(3)
  const code = codeOf(own, at)
  const lengths = new Uint8Array(literals + distances)
  for (let i = 0; i < lengths.length;) {
    const symbol = s.symbol(code)
    if (symbol < 16) lengths[i++] = symbol
    else {
      if (symbol === 16 && i === 0) throw new Malformed(CLAUSE, s.at, 'a length to repeat')
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const times = symbol === 16 ? 3 + s.bits(2) : symbol === 17 ? 3 + s.bits(3) : 11 + s.bits(7)
      if (i + times > lengths.length) throw new Malformed(CLAUSE, s.at, 'no more lengths than codes')
      lengths.fill(value, i, (i += times))
    }
  }
  return { literals: codeOf(lengths.subarray(0, literals), at), distances: codeOf(lengths.subarray(literals), at) }
}

function compressed(s: Inflation, codes: typeof FIXED): void {
  for (let symbol = s.symbol(codes.literals); symbol !== END; symbol = s.symbol(codes.literals)) {
    if (symbol < END) s.put(symbol)
    else {
      const n = symbol - 257
      if (n >= LENGTH_BASE.length) throw new Malformed(CLAUSE, s.at, 'a length')
      const length = LENGTH_BASE[n]! + s.bits(LENGTH_EXTRA[n]!)
      const d = s.symbol(codes.distances)
      if (d >= DISTANCE_BASE.length) throw new Malformed(CLAUSE, s.at, 'a distance')
      s.repeat(length, DISTANCE_BASE[d]! + s.bits(DISTANCE_EXTRA[d]!))
    }
  }
}

function adler(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const x of bytes) {
    a = (a + x) % 65_521
    b = (b + a) % 65_521
  }
  return b * 65_536 + a
}

/**
 * Opens a zlib stream into at most so many bytes. @throws Malformed: for the package only
 *
 * @source RFC 1950, RFC 1951
 */
export function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  const [method, flags] = [bytes[0] ?? 0, bytes[1] ?? 0]
  if ((method & 0x0f) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || (flags & 0x20) !== 0)
    throw new Malformed(ZLIB, 0, 'a zlib stream without a dictionary')
  const s = new Inflation(bytes, 2, limit)
  for (let isLast = false; !isLast;) {
    isLast = s.bits(1) === 1
    const type = s.bits(2)
    if (type === 0) stored(s)
    else if (type === 1) compressed(s, FIXED)
    else if (type === 2) compressed(s, dynamicCodes(s))
    else throw new Malformed(CLAUSE, s.at, 'a block of type 0, 1 or 2')
  }
  s.align()
  const at = s.at
  const out = s.done()
  const sum = [0, 0, 0, 0].reduce((n) => n * 256 + s.byte(), 0)
  if (sum !== adler(out)) throw new Malformed(ZLIB, at, 'the checksum of the content')
  if (s.at !== bytes.length) throw new Malformed(ZLIB, s.at, 'nothing more')
  return out
}

/** Bits into bytes, lowest first. */
class Deflation {
  readonly #bytes: number[] = []
  #held = 0
  #bits = 0

  bits(value: number, n: number): void {
    this.#held |= value << this.#bits
    for (this.#bits += n; this.#bits >= 8; this.#bits -= 8) {
      this.#bytes.push(this.#held & 0xff)
      this.#held >>>= 8
    }
  }

  /** A Huffman code goes in from its highest bit. */
  code(value: number, n: number): void {
    for (let i = n - 1; i >= 0; i--) this.bits((value >> i) & 1, 1)
  }

  literal(symbol: number): void {
    if (symbol < 144) this.code(0x30 + symbol, 8)
    else if (symbol < 256) this.code(0x190 + symbol - 144, 9)
    else if (symbol < 280) this.code(symbol - 256, 7)
    else this.code(0xc0 + symbol - 280, 8)
  }

  done(): Uint8Array {
    if (this.#bits > 0) this.bits(0, 8 - this.#bits)
    return Uint8Array.from(this.#bytes)
  }
}

/** The longest run before `at` that is also at `at`; of runs as long the nearest. */
function longest(bytes: Uint8Array, at: number): { readonly length: number; readonly distance: number } {
  let best = { length: 0, distance: 0 }
  for (let distance = 1; distance <= Math.min(at, 32_768) && best.length < 258; distance++) {
    let n = 0
    while (n < 258 && at + n < bytes.length && bytes[at + n] === bytes[at + n - distance]) n++
    if (n > best.length) best = { length: n, distance }
  }
  return best
}

const place = (bases: readonly number[], value: number): number => bases.findLastIndex((b) => b <= value)

function fixedBlock(bytes: Uint8Array): Uint8Array {
  const w = new Deflation()
  w.bits(0b011, 3)
  for (let at = 0; at < bytes.length;) {
    const { length, distance } = longest(bytes, at)
    if (length < 3) w.literal(bytes[at++]!)
    else {
      const [l, d] = [place(LENGTH_BASE, length), place(DISTANCE_BASE, distance)]
      w.literal(257 + l)
      w.bits(length - LENGTH_BASE[l]!, LENGTH_EXTRA[l]!)
      w.code(d, 5)
      w.bits(distance - DISTANCE_BASE[d]!, DISTANCE_EXTRA[d]!)
      at += length
    }
  }
  w.literal(END)
  return w.done()
}

function storedBlock(bytes: Uint8Array): Uint8Array {
  const n = bytes.length
  return concat(Uint8Array.of(1, n & 0xff, n >> 8, (n & 0xff) ^ 0xff, (n >> 8) ^ 0xff), bytes)
}

/**
 * A zlib stream of one block, stored or with the fixed code, whichever is shorter.
 *
 * @throws RangeError beyond 65535 bytes: no bar code holds them
 * @source RFC 1950, RFC 1951
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0xffff) throw new RangeError('at most 65535 bytes are compressed')
  const [plain, coded] = [storedBlock(bytes), fixedBlock(bytes)]
  const sum = adler(bytes)
  return concat(
    Uint8Array.of(0x78, 0xda),
    coded.length < plain.length ? coded : plain,
    Uint8Array.of(Math.floor(sum / 2 ** 24), (sum >> 16) & 0xff, (sum >> 8) & 0xff, sum & 0xff),
  )
}
