import { deflateSync, inflateSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { decoding } from '../lds/decoded.ts'
import { encodeBase32, readBase32 } from './base32.ts'
import { deflate, inflate } from './deflate.ts'

const open = (bytes: Uint8Array, limit = 65_536) => decoding(() => inflate(bytes, limit))
const must = (bytes: Uint8Array, limit?: number) => {
  const r = open(bytes, limit)
  if (!r.ok) throw new Error(r.defects[0]!.says)
  return r.value
}
const fault = (bytes: Uint8Array, limit?: number) => {
  const r = open(bytes, limit)
  return r.ok ? 'ok' : r.defects[0]!.says
}
const texts = fc
  .array(fc.constantFrom('A', 'B', 'ABC', 'the seal ', '<<<<<<<<<<', '\0\0\0\0', 'xyz'), { maxLength: 200 })
  .map((l) => new TextEncoder().encode(l.join('')))
const bytes = fc.oneof(fc.uint8Array({ maxLength: 600 }), texts)

describe('zlib', () => {
  it('V10 opens what zlib compresses, at every level and by every strategy', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 9 }), fc.constantFrom(0, 1, 2, 3, 4), (b, level, strategy) => {
        expect(hex(must(new Uint8Array(deflateSync(b, { level, strategy }))))).toBe(hex(b))
      }),
      { numRuns: 300 },
    )
  })
  it('V10 opens large streams with long distances and several blocks', () => {
    const b = Uint8Array.from({ length: 60_000 }, (_, i) => (i * i * 7 + (i >> 5)) & (i % 9000 < 4000 ? 0xff : 0x0f))
    for (const level of [0, 1, 9]) expect(hex(must(new Uint8Array(deflateSync(b, { level, memLevel: 1 }))))).toBe(hex(b))
  })
  it('V10 zlib opens what we compress', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        const packed = deflate(b)
        expect(hex(new Uint8Array(inflateSync(packed)))).toBe(hex(b))
        expect(hex(must(packed))).toBe(hex(b))
        expect(packed.length).toBeLessThanOrEqual(b.length + 11)
      }),
      { numRuns: 300 },
    )
    const repeated = new Uint8Array(5000).fill(7)
    expect(deflate(repeated).length).toBeLessThan(60)
    expect(hex(new Uint8Array(inflateSync(deflate(repeated))))).toBe(hex(repeated))
    const far = concat(
      Uint8Array.from({ length: 300 }, (_, i) => i * 37),
      new Uint8Array(33_000),
      Uint8Array.from({ length: 300 }, (_, i) => i * 37),
    )
    expect(hex(new Uint8Array(inflateSync(deflate(far))))).toBe(hex(far))
    expect(() => deflate(new Uint8Array(65_536))).toThrow(RangeError)
  })
  it('V10 gives no more room than it was told', () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(1_000_000)))
    expect(fault(bomb, 65_536)).toBe('expected at most 65536 bytes')
    expect(must(new Uint8Array(deflateSync(new Uint8Array(2000))), 2000)).toHaveLength(2000)
    expect(fault(new Uint8Array(deflateSync(new Uint8Array(2001))), 2000)).toBe('expected at most 2000 bytes')
    expect(fault(new Uint8Array(deflateSync(new Uint8Array(2001), { level: 0 })), 2000)).toBe('expected at most 2000 bytes')
  })
  const stream = (raw: string, sum = '00000001') => unhex(`789c${raw}${sum}`)
  it.each([
    ['', 'a zlib stream without a dictionary'],
    ['78', 'a zlib stream without a dictionary'],
    ['799c0300', 'a zlib stream without a dictionary'],
    ['789d030000000001', 'a zlib stream without a dictionary'],
    ['88f9030000000001', 'a zlib stream without a dictionary'],
    ['78bb030000000001', 'a zlib stream without a dictionary'],
    ['789c', 'more bits'],
    ['789c07', 'a block of type 0, 1 or 2'],
    ['789c0100', 'more bytes'],
    ['789c0100000000', 'a length and its complement'],
    ['789c01010000ff', 'a length and its complement'],
    ['789c01000000fffe', 'a length and its complement'],
    ['789c010100feff', 'more bytes'],
  ])('V10 refuses %s', (text, expected) => {
    expect(fault(unhex(text))).toBe(`expected ${expected}`)
  })
  it('V10 holds the checksum and the end against the content', () => {
    expect(must(stream('0300'))).toHaveLength(0)
    expect(fault(stream('0300', '00000002'))).toBe('expected the checksum of the content')
    expect(fault(stream('0300', '0000000100'))).toBe('expected nothing more')
    expect(fault(stream('0300', '000000'))).toBe('expected more bytes')
  })
  it('V10 refuses distances before the beginning, and codes that are not there', () => {
    // fixed block: a length of 3 at distance 1, with nothing before it
    expect(fault(stream('030200'))).toBe('expected a distance to what is there')
    // dynamic block that asks for 287 literals
    expect(fault(stream('f5ffff'))).toBe('expected at most 286 and 30 codes')
    // a code for lengths with four codes of one bit
    expect(fault(stream('0500922400'))).toBe('expected a prefix code')
  })
  it('V12 broken streams end with a value', () => {
    const seeds = [
      deflateSync(new TextEncoder().encode('the seal of a seal of a seal'.repeat(9))),
      deflateSync(
        Uint8Array.from({ length: 300 }, (_, i) => (i * i) & 0xff),
        { strategy: 4 },
      ),
      deflateSync(new Uint8Array(50), { level: 0 }),
    ].map((b) => new Uint8Array(b))
    for (const seed of seeds) {
      for (let i = 0; i < seed.length; i++) {
        expect(open(seed.subarray(0, i)).ok).toBe(false)
        // the bits that fill the last byte of a block say nothing
        for (let bit = 1; bit < 256; bit *= 2) {
          const c = seed.slice()
          c[i]! ^= bit
          const r = open(c)
          if (r.ok) expect(hex(r.value)).toBe(hex(must(seed)))
        }
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (b) => {
        open(concat(unhex('789c'), b), 5000)
      }),
      { numRuns: 500 },
    )
  })
})

describe('Base32', () => {
  it.each([
    ['', ''],
    ['66', 'MY'],
    ['666f', 'MZXQ'],
    ['666f6f', 'MZXW6'],
    ['666f6f62', 'MZXW6YQ'],
    ['666f6f6261', 'MZXW6YTB'],
    ['666f6f626172', 'MZXW6YTBOI'],
  ])('V9 writes %s as %s, as RFC 4648 has it', (text, b32) => {
    expect(encodeBase32(unhex(text))).toBe(b32)
    expect(hex(readBase32(b32))).toBe(text)
    expect(hex(readBase32(b32.padEnd(8 * Math.ceil(b32.length / 8), '=')))).toBe(text)
  })
  it('V9 reads what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (b) => {
        expect(hex(readBase32(encodeBase32(b)))).toBe(hex(b))
      }),
    )
  })
  it.each([
    ['M', 6],
    ['MZX', 8],
    ['MZXW6Y', 11],
    ['MZ', 7],
    ['mY', 5],
    ['M1', 6],
    ['M=Y', 6],
    ['M Y', 6],
    ['MY0', 7],
  ])('V9 refuses %s', (text, offset) => {
    const r = decoding(() => readBase32(text, 5))
    expect(r.ok ? 'ok' : r.defects[0]!.offset).toBe(offset)
  })
})
