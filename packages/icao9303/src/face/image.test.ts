import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { concat, unhex } from '../asn1/value.ts'
import { disagreements, imageFactsOf, mediaTypeOf } from './image.ts'
import { SIGNATURE, bare, boxed, ihdr, jpegOf } from './arbitrary.test.ts'

const u16 = (n: number) => Uint8Array.of(n >> 8, n & 0xff)

describe('what a picture says of itself', () => {
  it.each([
    ['ffd8ff', 'image/jpeg'],
    ['ffd8fe', 'unknown'],
    ['ffd9ff', 'unknown'],
    ['ff4fff51', 'image/j2c'],
    ['ff4fff52', 'unknown'],
    ['ff4f', 'unknown'],
    [SIGNATURE, 'image/jp2'],
    [SIGNATURE.slice(0, -2), 'unknown'],
    ['89504e470d0a1a0a', 'unknown'],
    ['', 'unknown'],
    ['0000000d6a5020200d0a870a', 'unknown'],
  ])('F9 takes %s for %s', (text, type) => {
    expect(mediaTypeOf(unhex(text))).toBe(type)
  })

  it('F9 reads the size of a JPEG behind any segments', () => {
    const facts = { mediaType: 'image/jpeg', width: 413, height: 531, components: 3, depth: 8 }
    expect(imageFactsOf(jpegOf(413, 531))).toEqual(facts)
    // filling bytes, a marker without a length, a table and a progressive frame
    expect(
      imageFactsOf(
        concat(
          unhex('ffd8ffffe00004aabbff01ffd0ffd7ffc40003aaffc80002ffffcc0002'),
          unhex('ffc2001108'),
          u16(531),
          u16(413),
          unhex('03'),
          new Uint8Array(9),
        ),
      ),
    ).toEqual(facts)
    expect(imageFactsOf(concat(unhex('ffd8ffcf000b0c'), u16(2), u16(1), unhex('01'), new Uint8Array(3)))).toEqual({
      mediaType: 'image/jpeg',
      width: 1,
      height: 2,
      components: 1,
      depth: 12,
    })
  })
  it.each([
    'ffd8ff',
    'ffd8ffe0',
    'ffd8ffe000',
    'ffd8ffd9',
    'ffd8ffda0008',
    'ffd8ffe0000400000000',
    'ffd8ffc0000b08000100',
    'ffd8ffe00002ab00ff',
    'ffd8ffe0000000c0',
  ])('F9 has no size for the broken JPEG %s', (text) => {
    expect(imageFactsOf(unhex(text))).toBeUndefined()
  })
  it('F9 reads the frame header up to the last byte of it that is needed', () => {
    const bytes = unhex('ffd8ffc0000b080213019d03')
    expect(imageFactsOf(bytes)).toMatchObject({ width: 413, height: 531, components: 3 })
    expect(imageFactsOf(bytes.subarray(0, -1))).toBeUndefined()
  })

  it('F9 reads the size and the wavelet of a codestream', () => {
    const facts = { mediaType: 'image/j2c', width: 413, height: 531, components: 3, depth: 8 }
    expect(imageFactsOf(bare({ width: 413, height: 531 }))).toEqual({ ...facts, wavelet: 'irreversible' })
    expect(imageFactsOf(bare({ width: 413, height: 531, wavelet: 1 }))).toEqual({ ...facts, wavelet: 'reversible' })
    expect(imageFactsOf(bare({ width: 413, height: 531, wavelet: 2 }))).toEqual(facts)
    // the size is what lies beyond the offset
    expect(imageFactsOf(bare({ width: 413, height: 531, left: 13, top: 31 }))).toMatchObject({ width: 400, height: 500 })
    expect(imageFactsOf(bare({ width: 70_000, height: 3, components: 1, depth: 0x8f }))).toEqual({
      mediaType: 'image/j2c',
      width: 70_000,
      height: 3,
      components: 1,
      depth: 16,
      wavelet: 'irreversible',
    })
    expect(imageFactsOf(bare({ width: 5, height: 5, left: 5 }))).toBeUndefined()
    expect(imageFactsOf(bare({ width: 5, height: 5, top: 5 }))).toBeUndefined()
    expect(imageFactsOf(bare({ width: 413, height: 531 }).subarray(0, 42))).toBeUndefined()
    expect(imageFactsOf(bare({ width: 413, height: 531 }).subarray(0, 43))).toEqual(facts)
  })
  it('F9 finds the coding style behind another segment and not behind the first tile', () => {
    const stream = bare({ width: 2, height: 2, wavelet: 1 })
    const size = 2 + 2 + 41 + 6
    const comment = unhex('ff640004aabb')
    expect(imageFactsOf(concat(stream.subarray(0, size), comment, stream.subarray(size)))?.wavelet).toBe('reversible')
    expect(
      imageFactsOf(concat(stream.subarray(0, size), unhex('ff90000a0000000000000001'), stream.subarray(size)))?.wavelet,
    ).toBeUndefined()
  })

  it('F9 reads JPEG 2000 in its boxes', () => {
    const facts = { mediaType: 'image/jp2', width: 413, height: 531, components: 3, depth: 8 }
    const stream = bare({ width: 413, height: 531 })
    expect(imageFactsOf(boxed(['ftyp', new Uint8Array(12)], ['jp2c', stream]))).toEqual({ ...facts, wavelet: 'irreversible' })
    expect(imageFactsOf(boxed(['jp2h', ihdr(413, 531)]))).toEqual(facts)
    // the codestream counts before the header
    expect(imageFactsOf(boxed(['jp2h', ihdr(1, 2)], ['jp2c', stream]))).toMatchObject({ width: 413, height: 531 })
    // a codestream that cannot be read leaves the header
    expect(imageFactsOf(boxed(['jp2h', ihdr(413, 531)], ['jp2c', stream.subarray(0, 30)]))).toEqual(facts)
    expect(imageFactsOf(boxed(['jp2h', ihdr(413, 531)], ['jp2c', new Uint8Array(50)]))).toEqual(facts)
    expect(imageFactsOf(boxed(['jp2c', new Uint8Array(50)]))).toBeUndefined()
    expect(imageFactsOf(unhex(SIGNATURE))).toBeUndefined()
  })
  it('F9 reads boxes that run to the end or have a long length', () => {
    const stream = bare({ width: 4, height: 5 })
    const box = (head: string) => concat(unhex(SIGNATURE), unhex(head), stream)
    expect(imageFactsOf(box('000000006a703263'))).toMatchObject({ width: 4, height: 5 })
    expect(imageFactsOf(box('000000016a703263000000000000ffff'))).toMatchObject({ width: 4, height: 5 })
    expect(imageFactsOf(box('000000016a703263000000000000000f'))).toBeUndefined()
    expect(imageFactsOf(box('000000016a703263000000010000ffff'))).toBeUndefined()
    expect(imageFactsOf(box('000000076a703263'))).toBeUndefined()
    expect(imageFactsOf(unhex(`${SIGNATURE}000000016a7032630000000000`))).toBeUndefined()
    expect(imageFactsOf(unhex(`${SIGNATURE}00000008667265650000000066726565`))).toBeUndefined()
  })

  it('F9 names each way in which a record and its picture do not agree', () => {
    const image = jpegOf(10, 20)
    expect(disagreements({ image, width: 10, height: 20, isJpeg: true })).toEqual([])
    expect(disagreements({ image, isJpeg: true })).toEqual([])
    expect(disagreements({ image, width: 11, height: 20, isJpeg: true }).map((d) => d.code)).toEqual(['image-size'])
    expect(disagreements({ image, width: 10, height: 21, isJpeg: true })).toEqual([
      { code: 'image-size', says: 'the picture has 10 x 20 pixels, the record says 10 x 21' },
    ])
    expect(disagreements({ image, width: 10, height: 20, isJpeg: false }).map((d) => d.code)).toEqual(['image-type'])
    expect(disagreements({ image: bare({ width: 10, height: 20 }), width: 10, height: 20, isJpeg: true }).map((d) => d.code)).toEqual([
      'image-type',
    ])
    expect(disagreements({ image: image.subarray(0, 5), width: 10, height: 20, isJpeg: true }).map((d) => d.code)).toEqual([
      'image-unreadable',
    ])
    expect(disagreements({ image: new Uint8Array(9), width: 10, height: 20, isJpeg: true }).map((d) => d.code)).toEqual(['image-unknown'])
  })

  it('F12 no bytes make it throw or turn for ever', () => {
    const starts = ['ffd8ff', 'ff4fff51', SIGNATURE].map((s) => unhex(s))
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (a, b) => {
        imageFactsOf(concat(a, b))
      }),
      { numRuns: 500 },
    )
    expect(imageFactsOf(concat(unhex('ffd8'), new Uint8Array(100_000).fill(0xff)))).toBeUndefined()
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('public face records', () => {
  it.each([
    ['ISO19794_Test1_Data.bin', true],
    ['ISO19794_Test2_Data_InvalidImage.bin', false],
  ])('F9 tells whether the picture of %s is one', (file, is) => {
    const image = new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/iso19794-5', file))).subarray(46)
    expect(mediaTypeOf(image)).toBe(is ? 'image/jpeg' : 'unknown')
    expect(imageFactsOf(image) !== undefined).toBe(is)
  })
})
