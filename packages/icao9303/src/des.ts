import { type Ciphering } from './crypto.ts'

/** The selection functions S1 to S8, by row. @source FIPS 46-3 Appendix 1 */
const S: readonly string[] = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
]
const P = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25]
const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
  41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]

/** S and P in one: for each box, what its six bits put into the word. */
const SP: readonly Int32Array[] = S.map((box, n) => Int32Array.from({ length: 64 }, (_, six) => {
  const row = ((six >> 4) & 2) | (six & 1)
  const four = Number.parseInt(box[16 * row + ((six >> 1) & 15)]!, 16)
  let word = 0
  for (const [to, from] of P.entries()) {
    const bit = from - 1 - 4 * n
    if (bit >= 0 && bit < 4 && ((four >> (3 - bit)) & 1) === 1) word |= 1 << (31 - to)
  }
  return word
}))

/** Sixteen rounds, each with eight pieces of six bits. */
type Schedule = Uint8Array

const turn = (half: number, shift: number): number => ((half << shift) | (half >>> (28 - shift))) & 0xfffffff

function scheduleOf(key: Uint8Array): Schedule {
  let [c, d] = [0, 0]
  for (let i = 0; i < 56; i++) {
    const n = PC1[i]! - 1
    const bit = (key[n >> 3]! >> (7 - (n & 7))) & 1
    if (i < 28) c = (c << 1) | bit
    else d = (d << 1) | bit
  }
  const schedule = new Uint8Array(128)
  for (let round = 0; round < 16; round++) {
    c = turn(c, SHIFTS[round]!)
    d = turn(d, SHIFTS[round]!)
    for (let i = 0, at = 8 * round; i < 48; at++) {
      let six = 0
      for (const end = i + 6; i < end; i++) six = (six << 1) | ((i < 24 ? c >> (28 - PC2[i]!) : d >> (56 - PC2[i]!)) & 1)
      schedule[at] = six
    }
  }
  return schedule
}

/** f of one half and one round: the expansion E is six neighbouring bits for each box. */
function scramble(half: number, k: Schedule, at: number): number {
  const turned = (half >>> 1) | (half << 31)
  return SP[0]![((turned >>> 26) & 63) ^ k[at]!]! | SP[1]![((turned >>> 22) & 63) ^ k[at + 1]!]! | SP[2]![((turned >>> 18) & 63) ^ k[at + 2]!]!
    | SP[3]![((turned >>> 14) & 63) ^ k[at + 3]!]! | SP[4]![((turned >>> 10) & 63) ^ k[at + 4]!]! | SP[5]![((turned >>> 6) & 63) ^ k[at + 5]!]!
    | SP[6]![((turned >>> 2) & 63) ^ k[at + 6]!]! | SP[7]![(((half << 1) | (half >>> 31)) & 63) ^ k[at + 7]!]!
}

/** Two halves of a block, changed in place. */
type Block = Int32Array

/** One exchange of bits between the halves; six permute a block. */
function swap(b: Block, o: { readonly from: 0 | 1; readonly shift: number; readonly mask: number }): void {
  const to = 1 - o.from
  const bits = ((b[o.from]! >>> o.shift) ^ b[to]!) & o.mask
  b[to]! ^= bits
  b[o.from]! ^= bits << o.shift
}

/** The initial permutation as exchanges; its inverse is the same backwards. */
const EXCHANGES = [
  { from: 0, shift: 4, mask: 0x0f0f0f0f }, { from: 0, shift: 16, mask: 0xffff }, { from: 1, shift: 2, mask: 0x33333333 }, { from: 1, shift: 8, mask: 0xff00ff }, { from: 0, shift: 1, mask: 0x55555555 },
] as const
const BACKWARDS = [...EXCHANGES].reverse()

/** The sixteen rounds between the permutations. */
function rounds(b: Block, k: Schedule, direction: Ciphering['direction']): void {
  let [left, right] = [b[0]!, b[1]!]
  for (let round = 0; round < 16; round++) {
    const at = 8 * (direction === 'encrypt' ? round : 15 - round)
    const next = left ^ scramble(right, k, at)
    left = right
    right = next
  }
  b[0] = right
  b[1] = left
}

const other = (d: Ciphering['direction']): Ciphering['direction'] => (d === 'encrypt' ? 'decrypt' : 'encrypt')

/** Triple DES of one block: the permutations between the three cancel out. */
function triple(b: Block, keys: readonly Schedule[], direction: Ciphering['direction']): void {
  const [first, second, third] = direction === 'encrypt' ? keys : [...keys].reverse()
  for (const e of EXCHANGES) swap(b, e)
  rounds(b, first!, direction)
  rounds(b, second!, other(direction))
  rounds(b, third!, direction)
  for (const e of BACKWARDS) swap(b, e)
}

/** Triple DES over whole blocks; lengths are the caller's to check. Looks up tables, so not in constant time. @source NIST SP 800-67 §3 */
export function tripleDes(run: Ciphering): Uint8Array {
  const parts = [0, 8, run.key.length - 8].map((at) => scheduleOf(run.key.subarray(at, at + 8)))
  // with two keys the first is also the third
  const keys = run.key.length === 16 ? [parts[0]!, parts[1]!, parts[0]!] : parts
  const out = new Uint8Array(run.bytes.length)
  const [source, target] = [view(run.bytes), view(out)]
  const chained = run.mode === 'CBC' && run.iv !== undefined
  const before = new Int32Array(chained ? [view(run.iv).getInt32(0), view(run.iv).getInt32(4)] : [0, 0])
  const block = new Int32Array(2)
  for (let at = 0; at < out.length; at += 8) {
    const [left, right] = [source.getInt32(at), source.getInt32(at + 4)]
    block[0] = left
    block[1] = right
    if (chained && run.direction === 'encrypt') xor(block, before)
    triple(block, keys, run.direction)
    if (chained && run.direction === 'decrypt') xor(block, before)
    target.setInt32(at, block[0])
    target.setInt32(at + 4, block[1])
    if (chained) before.set(run.direction === 'encrypt' ? block : [left, right])
  }
  return out
}

const view = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength)

function xor(a: Block, b: Block): void {
  a[0]! ^= b[0]!
  a[1]! ^= b[1]!
}
