import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { decodeVds, encodeVds, featureText, type VdsHeader, type VdsMessage } from '../index.ts'

interface Vector {
  readonly id: string
  readonly bytes: string
  readonly header: VdsHeader
  readonly texts: Readonly<Record<string, string>>
  readonly defects: readonly string[]
  readonly signedBy?: string
}
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/seals.json'), 'utf8')) as {
  readonly vds: readonly Vector[]
}

const must = (bytes: Uint8Array) => {
  const r = decodeVds(bytes)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const fault = (bytes: Uint8Array) => {
  const r = decodeVds(bytes)
  return r.ok ? 'ok' : r.defects.at(-1)!.offset
}
const codes = (bytes: Uint8Array) => must(bytes).defects.map((d) => [d.code, d.offset])
const HEADER: VdsHeader = {
  version: 4,
  country: 'UTO',
  signer: 'UTTS',
  reference: '5B',
  issued: '2020-01-01',
  signed: '2024-09-27',
  featureReference: 0x5d,
  category: 1,
}
const seal = (
  h: Partial<VdsHeader> = {},
  features: VdsMessage['features'] = [{ tag: 1, bytes: unhex('aabb') }],
  signature = unhex('0102'),
) => encodeVds({ header: { ...HEADER, ...h }, features }, signature)

describe('visible digital seals', () => {
  it.each(vectors.vds.map((v) => [v.id, v] as const))('V3 reads %s as published', (_, v) => {
    const read = must(unhex(v.bytes))
    expect(read.value.header).toEqual(v.header)
    expect(read.defects.map((d) => d.code)).toEqual(v.defects)
    for (const [tag, text] of Object.entries(v.texts))
      expect(featureText(read.value.features.find((f) => f.tag === Number(tag))!)).toBe(text)
    // what has its form by the Part is written again to the byte
    if (v.defects.length === 0 && v.id !== 'one-letter-country') expect(hex(encodeVds(read.value, read.value.signature))).toBe(v.bytes)
  })
  it('V3 writes the header as published', () => {
    expect(
      hex(
        seal(
          { country: 'D', signer: 'DETS', reference: '32', issued: '2024-09-27', featureReference: 0xfb, category: 6 },
          [],
          new Uint8Array(),
        ),
      ),
    ).toBe('dc036abc6d32c8a72cb18d7ad88d7ad8fb06' + 'ff00')
    expect(
      hex(
        seal(
          { version: 3, country: 'D<<', signer: 'DETS', reference: '32', issued: '2024-09-27', featureReference: 0xfb, category: 6 },
          [],
          new Uint8Array(),
        ),
      ),
    ).toBe('dc026abc6d32c8a51a1f8d7ad88d7ad8fb06' + 'ff00')
  })
  it('V3 tells the place of every field', () => {
    expect(must(seal()).layout.map((f) => [f.path, f.tag, f.offset, f.body, f.length, f.value])).toEqual([
      ['header.magic', undefined, 0, 0, 1, '220'],
      ['header.version', undefined, 1, 1, 1, '3'],
      ['header.country', undefined, 2, 2, 2, 'UTO'],
      ['header.signer', undefined, 4, 4, 4, 'UTTS02'],
      ['header.reference', undefined, 8, 8, 2, '5B'],
      ['header.issued', undefined, 10, 10, 3, '2020-01-01'],
      ['header.signed', undefined, 13, 13, 3, '2024-09-27'],
      ['header.featureReference', undefined, 16, 16, 1, '93'],
      ['header.category', undefined, 17, 17, 1, '1'],
      ['features[0]', '01', 18, 20, 2, '2 bytes'],
      ['signature', 'FF', 22, 24, 2, '2 bytes'],
    ])
  })

  const header = fc.record({
    version: fc.constantFrom(3 as const, 4 as const),
    country: fc.constantFrom('UTO', 'D<<', 'GB<'),
    signer: fc.constantFrom('UTTS', 'DE01'),
    reference: fc.stringMatching(/^[0-9A-F]{5}$/),
    issued: fc.constantFrom('2020-02-29', undefined),
    signed: fc.constantFrom('1999-12-31', undefined),
    featureReference: fc.integer({ min: 1, max: 254 }),
    category: fc.integer({ min: 1, max: 254 }),
  })
  const features = fc.uniqueArray(fc.record({ tag: fc.integer({ min: 0, max: 254 }), bytes: fc.uint8Array({ maxLength: 255 }) }), {
    selector: (f) => f.tag,
    maxLength: 4,
  })
  it('V3 reads what it writes', () => {
    fc.assert(
      fc.property(header, features, fc.uint8Array({ maxLength: 300 }), (h, f, signature) => {
        const bytes = encodeVds({ header: h, features: f }, signature)
        const { value } = must(bytes)
        expect({ header: value.header, features: value.features, signature: value.signature }).toEqual({
          header: h,
          features: f,
          signature,
        })
        expect(hex(value.content)).toBe(hex(bytes).slice(0, 2 * value.content.length))
      }),
    )
  })
  it('V3 version 4 has references and features of any length', () => {
    for (const n of [1, 2, 3, 4, 32, 255]) expect(must(seal({ reference: 'A'.repeat(n) })).value.header.reference).toHaveLength(n)
    for (const n of [127, 128, 255, 256, 70_000])
      expect(must(seal({}, [{ tag: 7, bytes: new Uint8Array(n) }])).value.features[0]!.bytes).toHaveLength(n)
    expect(hex(seal({}, [{ tag: 7, bytes: new Uint8Array(128) }])).slice(36, 42)).toBe('078180')
    expect(hex(seal({ version: 3 }, [{ tag: 7, bytes: new Uint8Array(128) }])).slice(36, 40)).toBe('0780')
  })
  it.each<[string, Partial<VdsHeader>]>([
    ['a country of four letters', { country: 'UTOP' }],
    ['a country in small letters', { country: 'uto' }],
    ['no country', { country: '' }],
    ['a signer of five', { signer: 'UTTSX' }],
    ['a signer without country', { signer: '1TTS' }],
    ['a reference that is not hexadecimal', { reference: '5G' }],
    ['no reference', { reference: '' }],
    ['a reference in small letters', { reference: '5b' }],
    ['six characters in version 3', { version: 3, reference: '123456' }],
    ['a reference that is too long', { reference: 'A'.repeat(256) }],
    ['definition 0', { featureReference: 0 }],
    ['definition 255', { featureReference: 255 }],
    ['category 0', { category: 0 }],
    ['category 255', { category: 255 }],
    ['half a category', { category: 1.5 }],
    ['a day that is none', { issued: '2023-02-29' }],
  ])('V3 does not write %s', (_, h) => {
    expect(() => seal(h)).toThrow(RangeError)
  })
  it('V3 does not write features under the tag of the signature, or longer than the version has room for', () => {
    expect(() => seal({}, [{ tag: 255, bytes: unhex('00') }])).toThrow(RangeError)
    expect(() => seal({}, [{ tag: -1, bytes: unhex('00') }])).toThrow(RangeError)
    expect(() => seal({}, [{ tag: 1.5, bytes: unhex('00') }])).toThrow(RangeError)
    expect(() => seal({ version: 3 }, [{ tag: 1, bytes: new Uint8Array(256) }])).toThrow(RangeError)
    expect(seal({ version: 3 }, [{ tag: 1, bytes: new Uint8Array(255) }]).length).toBe(18 + 257 + 4)
  })

  it('V3 names what is odd and reads on', () => {
    expect(codes(concat(seal(), unhex('8181')))).toEqual([['trailing-bytes', 26]])
    expect(
      codes(
        seal({}, [
          { tag: 1, bytes: unhex('aa') },
          { tag: 1, bytes: unhex('bb') },
        ]),
      ),
    ).toEqual([['feature-repeated', 21]])
    expect(codes(seal({ reference: '00' }))).toEqual([['test-reference', 4]])
    expect(codes(seal({ version: 3, reference: '0' }))).toEqual([['test-reference', 4]])
    const odd = seal()
    odd[16] = 0
    odd[17] = 255
    expect(codes(odd)).toEqual([
      ['definition-range', 16],
      ['definition-range', 16],
    ])
    // a length in more bytes than it needs
    expect(codes(concat(seal().subarray(0, 18), unhex('018102aabbff020102')))).toEqual([['long-length', 19]])
    expect(codes(concat(seal().subarray(0, 18), unhex('01820080'), new Uint8Array(128), unhex('ff00')))).toEqual([['long-length', 19]])
  })
  it('V3 reads days that are not given', () => {
    expect(must(seal({ issued: undefined, signed: undefined })).value.header).toEqual({ ...HEADER, issued: undefined, signed: undefined })
  })
  it('V3 reads a reference that is not hexadecimal, and says so', () => {
    const bytes = seal({ reference: 'AA' })
    // the two characters become GG
    expect(codes(concat(bytes.subarray(0, 8), unhex('8021'), bytes.subarray(10)))).toEqual([['reference-form', 4]])
  })
  it('V3 reads the signature of a long key in version 3 whichever way its length is written', () => {
    const message = seal({ version: 3 }, []).subarray(0, 18)
    const signature = new Uint8Array(132).fill(9)
    expect(must(concat(message, unhex('ff8184'), signature)).value.signature).toEqual(signature)
    expect(must(concat(message, unhex('ff84'), signature)).value.signature).toEqual(signature)
    expect(fault(concat(seal({}, []).subarray(0, 18), unhex('ff84'), signature))).not.toBe('ok')
  })
  it.each([
    ['', 0],
    ['dd', 0],
    ['dc', 1],
    ['dc01', 1],
    ['dc04', 1],
    ['dc03', 2],
    ['dc030000', 2],
    ['dc03d9c5', 4],
    ['dc03d9c5d9cac8a7', 8],
    ['dc03d9c5d9cac8a73a99', 10],
    ['dc03d9c5d9cac8a73a990f7134', 13],
    ['dc03d9c5d9cac8a73a99ffffff0f71345d01ff00', 10],
    ['dc03d9c5d9cac8a73a990f71340f7134', 16],
    ['dc03d9c5d9cac8a73a990f71340f71345d', 17],
    ['dc03d9c5d9cac8a73a990f71340f71345d01', 18],
    ['dc03d9c5d9cac8a73a990f71340f71345d0101', 19],
    ['dc03d9c5d9cac8a73a990f71340f71345d010102aa', 18],
    ['dc03d9c5d9cac8a73a990f71340f71345d010181', 19],
    ['dc03d9c5d9cac8a73a990f71340f71345d010180', 19],
    ['dc03d9c5d9cac8a73a990f71340f71345d010185', 19],
    ['dc03d9c5d9cac8a73a990f71340f71345d01ff', 19],
    ['dc03d9c5d9cac8a73a990f71340f71345d01ff02aa', 18],
    ['dc02d9c5d9ca', 4],
  ])('V3 answers %s with the place where reading ended', (text, offset) => {
    expect(fault(unhex(text))).toBe(offset)
  })
  it('V3 the reference is as long as it says', () => {
    // three characters told, four there: the days do not fit in any reading
    const bytes = seal({ reference: 'ABC' })
    expect(must(bytes).value.header.reference).toBe('ABC')
    expect(fault(concat(bytes.subarray(0, 8), unhex('fe45'), bytes.subarray(10)))).toBe(8)
  })
  it('V12 thousands of broken seals are answered at once', () => {
    const good = vectors.vds.map((v) => unhex(v.bytes))
    let [ok, seed] = [0, 7]
    for (const n of rounds()) {
      const c = good[n % good.length]!.slice()
      for (let k = 0; k < 2; k++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        c[seed % c.length] = (seed >> 8) & 0xff
      }
      if (decodeVds(c).ok) ok += 1
    }
    expect(ok).toBeGreaterThan(100)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (b) => {
        decodeVds(concat(unhex('dc03'), b))
      }),
    )
  }, MUTANT_TIMEOUT)
})
