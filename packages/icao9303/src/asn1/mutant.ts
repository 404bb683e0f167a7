import { Malformed, readTlv } from './tlv.ts'
import { concat } from './value.ts'

/** Where tags, lengths and values stand in some bytes, as far as they can be read. */
interface Spot { readonly start: number; readonly body: number; readonly end: number }

const SPOT_LIMIT = 400

/** Every object of a tree, from the outside in; a primitive value that reads as objects is taken for such too. */
function spotsOf(bytes: Uint8Array): readonly Spot[] {
  const spots: Spot[] = []
  const walk = (from: number, to: number): void => {
    for (let at = from; at < to && spots.length < SPOT_LIMIT;) {
      try {
        const t = readTlv(bytes, at, to, { mode: 'ber' })
        spots.push({ start: t.start, body: t.body, end: t.end })
        if ((bytes[t.start]! & 0x20) !== 0) walk(t.body, t.end)
        at = t.next
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        return
      }
    }
  }
  walk(0, bytes.length)
  return spots
}

/** Numbers below a bound, the same for the same seed. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Roll = (below: number) => number
type Change = (bytes: Uint8Array, spot: Spot, roll: Roll) => Uint8Array

const splice = (b: Uint8Array, from: number, o: { readonly to: number; readonly put: Uint8Array }): Uint8Array => concat(b.subarray(0, from), o.put, b.subarray(o.to))
const TAGS = [0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0x5c, 0x61, 0x77, 0xa0, 0xa1, 0x5f, 0x7f, 0x00, 0xff]
const LENGTHS: readonly (readonly number[])[] = [[0x80], [0x84, 0xff, 0xff, 0xff, 0xff], [0x84, 0x7f, 0xff, 0xff, 0xff], [0x85, 1, 0, 0, 0, 0], [0xff], [0x81], [0x82, 0], [0x83, 0, 0, 1], [0]]

/** One fault each: in a byte, a tag, a length, or in what stands where. */
const CHANGES: readonly Change[] = [
  (b, _, roll) => { const c = b.slice(); c[roll(c.length)] = roll(256); return c },
  (b, _, roll) => { const c = b.slice(); c[roll(c.length)]! ^= 1 << roll(8); return c },
  (b, s, roll) => { const c = b.slice(); c[s.start] = TAGS[roll(TAGS.length)]!; return c },
  (b, s, roll) => { const c = b.slice(); c[s.start + 1]! += roll(2) === 0 ? 1 : -1; return c },
  (b, s, roll) => splice(b, s.start + 1, { to: s.body, put: Uint8Array.from(LENGTHS[roll(LENGTHS.length)]!) }),
  (b, _, roll) => b.subarray(0, roll(b.length)),
  (b, s) => splice(b, s.start, { to: s.end, put: new Uint8Array(0) }),
  (b, s) => splice(b, s.end, { to: s.end, put: b.subarray(s.start, s.end) }),
  (b, s) => splice(b, s.body, { to: s.end, put: new Uint8Array(0) }),
  (b, s, roll) => splice(b, s.body, { to: s.end, put: Uint8Array.from({ length: roll(12) }, () => roll(256)) }),
  (b, s, roll) => splice(b, s.start, { to: s.start, put: Uint8Array.from({ length: 2 * (1 + roll(60)) }, (_, i) => (i % 2 === 0 ? b[s.start]! : 0x80)) }),
  (b, _, roll) => concat(b, Uint8Array.from({ length: 1 + roll(6) }, () => (roll(2) === 0 ? 0 : roll(256)))),
]

/** Bytes like the given ones, each with one to three faults. The same seed gives the same mutants. */
export function* mutantsOf(bytes: Uint8Array, o: { readonly count: number; readonly seed: number }): Generator<Uint8Array> {
  const roll = dice(o.seed)
  const spots = spotsOf(bytes)
  for (let n = 0; n < o.count; n++) {
    let mutant = bytes
    for (let faults = 1 + roll(3); faults > 0 && mutant.length > 1; faults--) {
      const spot = spots[roll(spots.length)]!
      const known = spot.end <= mutant.length ? spot : { start: 0, body: 1, end: mutant.length }
      mutant = CHANGES[roll(CHANGES.length)]!(mutant, known, roll)
    }
    yield mutant
  }
}
