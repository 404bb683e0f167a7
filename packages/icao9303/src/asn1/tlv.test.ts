import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { childrenOf, Cursor, lengthAhead, Malformed, readTlv, type ReadPolicy, type Tlv } from './tlv.ts'
import { unhex } from './value.ts'
import { tlv } from './write.ts'

const BER: ReadPolicy = { mode: 'ber' }

/** What is read, or where reading ended. */
function attempt<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return `${error.offset}: ${error.expected}`
    throw error
  }
}

describe('an indefinite length', () => {
  const read = (text: string, limit?: number): Tlv | string => attempt(() => readTlv(unhex(text), 0, limit, BER))
  it('ends before its two closing zeros', () => {
    expect(read('30800201050000')).toMatchObject({ body: 2, end: 5, next: 7, indefinite: true })
    expect(read('30800000')).toMatchObject({ body: 2, end: 2, next: 4 })
    expect(read('3080308002010500000000')).toMatchObject({ end: 9, next: 11 })
  })
  it.each([['30800201050000', 5], ['30800201050000', 6], ['30800000', 2], ['30800000', 3]])('takes no zero for its own that lies beyond its limit: %s to %i', (text, limit) => {
    expect(read(text, limit)).toBe('0: two closing zero bytes')
  })
  it.each(['3005308002010500 00', '300630800201050000', '3002308000 00', '30033080000000'].map((t) => t.replaceAll(' ', '')))('takes none of those that belong to its parent’s neighbour: %s', (text) => {
    const parent = readTlv(unhex(text), 0, undefined, BER)
    expect(attempt(() => childrenOf(parent, BER))).toBe('2: two closing zero bytes')
    expect(attempt(() => new Cursor(parent, 'X.690', BER).takeAny('a value'))).toBe('2: two closing zero bytes')
  })
  it('of a value within another of the kind does not share its zeros', () => {
    expect(read('30803080020105000000')).toBe('0: two closing zero bytes')
  })
})

describe('what is read', () => {
  it('never reaches beyond its limit, nor do its children beyond it', () => {
    const bytes = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 0, 0x30, 0x80, 0x80, 1, 2, 3, 4, 0x24, 0x81, 0x7f) }, fc.nat(255)), { maxLength: 40 }).map((b) => Uint8Array.from(b))
    const within = (t: Tlv, limit: number): void => {
      expect([t.start < t.body, t.body <= t.end, t.end <= t.next, t.next <= limit]).toEqual([true, true, true, true])
      const children = attempt(() => childrenOf(t, BER))
      if (typeof children !== 'string') for (const c of children) within(c, t.end)
    }
    fc.assert(fc.property(bytes, fc.nat(40), (b, at) => {
      const limit = Math.min(at, b.length)
      const t = attempt(() => readTlv(b, 0, limit, BER))
      if (typeof t !== 'string') within(t, limit)
    }), { numRuns: 5_000 })
  })
})

describe('the length that a beginning tells', () => {
  it('is that of the whole value, once tag and length are there', () => {
    fc.assert(fc.property(fc.constantFrom(0x61, 0x5f1f, 0x7f61, 0x5f810f), fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536), fc.nat(8), (tag, length, have) => {
      const whole = tlv(tag, new Uint8Array(length))
      const header = whole.length - length
      expect(lengthAhead(whole.subarray(0, have))).toBe(have < header ? undefined : whole.length)
    }))
  })
  it.each(['', '61', '7f', '7f61', '6181', '618201', '6180', '618000', '61800401000401 00', '6185000000000a', '61ff', 'ffffffff05', '5f81810f05'].map((t) => t.replaceAll(' ', '')))('is not told by %s', (text) => {
    expect(lengthAhead(unhex(text))).toBeUndefined()
  })
  it('may be more than there will ever be', () => {
    expect(lengthAhead(unhex('6184ffffffff'))).toBe(0xffffffff + 6)
  })
})
