import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { PLAIN, facialImages, jpegOf } from './arbitrary.test.ts'
import { angleCode, angleOf, uncertaintyCode, uncertaintyOf } from './facial-code.ts'
import { decodeFacialRecord, encodeFacialRecord, type FacialImage, type FacialRecord } from './facial-record.ts'

const must = (bytes: Uint8Array) => {
  const r = decodeFacialRecord(bytes)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const codes = (bytes: Uint8Array) => must(bytes).defects.map((d) => [d.code, d.offset])
const one = (f: Partial<FacialImage> = {}) => encodeFacialRecord({ images: [{ ...PLAIN, ...f }] })
const without = (f: FacialImage): FacialImage => {
  const { properties: _, ...rest } = f
  return rest
}
/** The record with some bytes changed. */
const set = (bytes: Uint8Array, at: number, ...values: readonly number[]) => {
  const c = bytes.slice()
  c.set(values, at)
  return c
}
const fault = (bytes: Uint8Array) => {
  const r = decodeFacialRecord(bytes)
  return r.ok ? 'ok' : r.defects.at(-1)!.offset
}

describe('a face record of ISO/IEC 19794-5', () => {
  it('F2 writes every field in its place', () => {
    expect(hex(one())).toBe(
      [
        '46414300',
        '30313000',
        '00000055',
        '0001',
        '00000047',
        '0002',
        '02',
        '02',
        '07',
        '000043',
        '0001',
        'b40300',
        '000200',
        '01c1003c00640000',
        '01c200a000640000',
        '01',
        '00',
        '012c',
        '0190',
        '01',
        '02',
        '0000',
        '0000',
        hex(PLAIN.image),
      ].join(''),
    )
  })
  it('F2 tells the place of every field', () => {
    const { layout } = must(one())
    const of = (path: string) => {
      const f = layout.find((x) => x.path === `record.images[0].${path}`)!
      return [f.offset, f.length, f.value]
    }
    expect(layout).toHaveLength(17)
    expect(['gender', 'eyeColour', 'hairColour', 'properties', 'expression', 'pose'].map(of)).toEqual([
      [20, 1, 'female'],
      [21, 1, 'blue'],
      [22, 1, 'red'],
      [23, 3, 'glasses mouth-open'],
      [26, 2, 'neutral'],
      [28, 6, ''],
    ])
    expect(['points[0]', 'points[1]'].map(of)).toEqual([
      [34, 8, '12.1 at 60, 100'],
      [42, 8, '12.2 at 160, 100'],
    ])
    expect(['kind', 'dataType', 'width', 'height', 'colourSpace', 'source', 'deviceType', 'quality', 'image'].map(of)).toEqual([
      [50, 1, 'full-frontal'],
      [51, 1, 'jpeg'],
      [52, 2, '300'],
      [54, 2, '400'],
      [56, 1, 'rgb24'],
      [57, 1, 'photograph-camera'],
      [58, 2, '0'],
      [60, 2, '0'],
      [62, PLAIN.image.length, `${PLAIN.image.length} bytes`],
    ])
    expect(must(one(without(PLAIN))).layout.find((f) => f.path.endsWith('properties'))?.value).toBe('glasses mouth-open')
    expect(must(encodeFacialRecord({ images: [without(PLAIN)] })).layout.find((f) => f.path.endsWith('properties'))?.value).toBe('')
  })
  it('F2 reads what it writes, several pictures too', () => {
    fc.assert(
      fc.property(fc.array(facialImages, { minLength: 1, maxLength: 3 }), (images) => {
        const record: FacialRecord = { images }
        const bytes = encodeFacialRecord(record)
        const read = must(bytes)
        expect(read.value).toEqual(record)
        expect(hex(encodeFacialRecord(read.value))).toBe(hex(bytes))
        expect(read.defects.filter((d) => !d.code.startsWith('image-'))).toEqual([])
      }),
    )
  })

  it.each([
    [0, 1],
    [2, 2],
    [90, 46],
    [178, 90],
    [180, 91],
    [-178, 92],
    [-90, 136],
    [-2, 180],
    [undefined, 0],
  ])('F2 codes the angle %s as %i', (degrees, code) => {
    expect(angleCode(degrees)).toBe(code)
    expect(angleOf(code)).toBe(degrees)
  })
  it.each([1, -1, 181, 182, -179, -180, Number.NaN])('F2 has no code for the angle %s', (degrees) => {
    expect(() => angleCode(degrees)).toThrow(RangeError)
  })
  it.each([
    [0, 1],
    [2, 2],
    [180, 91],
    [undefined, 0],
  ])('F2 codes the uncertainty %s as %i', (degrees, code) => {
    expect(uncertaintyCode(degrees)).toBe(code)
    expect(uncertaintyOf(code)).toBe(degrees)
  })
  it.each([1, -2, 182])('F2 has no code for the uncertainty %s', (degrees) => {
    expect(() => uncertaintyCode(degrees)).toThrow(RangeError)
  })
  it('F2 has no meaning for codes beyond', () => {
    expect([181, 255].map(angleOf)).toEqual(['reserved', 'reserved'])
    expect([92, 255].map(uncertaintyOf)).toEqual(['reserved', 'reserved'])
  })

  it.each<[string, Partial<FacialImage>]>([
    ['a width', { width: 65_536 }],
    ['a negative quality', { quality: -1 }],
    ['half a device', { deviceType: 0.5 }],
    ['a gender', { gender: 256 }],
    ['a point', { points: [{ type: 1, major: 16, minor: 0, x: 0, y: 0, reserved: 0 }] }],
    ['another point', { points: [{ type: 1, major: 0, minor: 16, x: 0, y: 0, reserved: 0 }] }],
    ['a property', { properties: [24] }],
  ])('F2 does not write %s that has no room', (_, f) => {
    expect(() => one(f)).toThrow(RangeError)
  })

  it.each([
    ['gender', 20, [9], 9],
    ['eyeColour', 21, [8], 8],
    ['hairColour', 22, [8], 8],
    ['expression', 26, [1, 1], 257],
    ['kind', 50, [3], 3],
    ['dataType', 51, [2], 2],
    ['colourSpace', 56, [5], 5],
    ['source', 57, [8], 8],
  ] as const)('F2 keeps a code of %s that has no name, and says so', (field, at, values, code) => {
    const bytes = set(one(), at, ...values)
    const read = must(bytes)
    expect(read.value.images[0]![field]).toBe(code)
    expect(read.defects.filter((d) => d.code === 'code-reserved').map((d) => d.offset)).toEqual([at])
    expect(hex(encodeFacialRecord(read.value))).toBe(hex(bytes))
  })
  it.each([
    [20, 255, 'gender'],
    [21, 255, 'eyeColour'],
    [22, 255, 'hairColour'],
    [57, 7, 'source'],
  ] as const)('F2 knows the code for what is not known at %i', (at, code, field) => {
    expect(must(set(one(), at, code)).value.images[0]![field]).toBe('unknown')
  })
  it('F2 reads properties that are not marked as specified, and reserved ones, and says so', () => {
    expect(must(set(one(), 23, 0, 0, 0)).value.images[0]!.properties).toBeUndefined()
    expect(must(set(one(), 23, 0, 0, 1)).value.images[0]!.properties).toEqual([])
    const unmarked = set(one(), 23, 0, 0x04, 0x02)
    expect(must(unmarked).value.images[0]!.properties).toEqual(['glasses', 'medical-condition'])
    expect(codes(unmarked)).toEqual([['property-mask', 23]])
    const reserved = set(one(), 23, 0x80, 0x08, 0x01)
    expect(must(reserved).value.images[0]!.properties).toEqual([11, 23])
    expect(codes(reserved)).toEqual([
      ['code-reserved', 23],
      ['code-reserved', 23],
    ])
    expect(hex(encodeFacialRecord(must(reserved).value))).toBe(hex(reserved))
  })
  it('F2 leaves out angles that no code can mean, and says so', () => {
    const odd = set(one(), 28, 181, 3, 0, 92, 2, 1)
    expect(must(odd).value.images[0]!.pose).toEqual({ yaw: {}, pitch: { degrees: 4, uncertainty: 2 }, roll: { uncertainty: 0 } })
    expect(codes(odd)).toEqual([
      ['code-reserved', 28],
      ['code-reserved', 31],
    ])
  })
  it('F9 names a picture that is not what the record says, each at its place', () => {
    expect(codes(one({ image: jpegOf(300, 401) }))).toEqual([['image-size', 52]])
    expect(codes(one({ dataType: 'jpeg2000' }))).toEqual([['image-type', 51]])
    expect(codes(one({ image: new Uint8Array(5) }))).toEqual([['image-unknown', 62]])
    expect(codes(one({ image: jpegOf(300, 400).subarray(0, 4) }))).toEqual([['image-unreadable', 62]])
  })

  it.each([-8, -1, 1, 8])('F3 reads a record whose length is off by %i, and says so (issues of GB and NZ)', (off) => {
    const good = one()
    const told = good.length + off
    const header = set(good, 8, 0, 0, told >> 8, told & 0xff)
    expect(codes(header)).toEqual([['record-length', 8]])
    expect(must(header).value).toEqual({ images: [PLAIN] })
    const block = set(good, 14, 0, 0, (told - 14) >> 8, (told - 14) & 0xff)
    expect(codes(block)).toEqual([['record-length', 14]])
    expect(must(block).value).toEqual({ images: [PLAIN] })
  })
  it.each([-9, 9])('F3 refuses a record whose length is off by %i', (off) => {
    const good = one()
    const told = good.length + off
    expect(fault(set(good, 8, 0, 0, told >> 8, told & 0xff))).toBe(8)
    expect(fault(set(good, 14, 0, 0, (told - 14) >> 8, (told - 14) & 0xff))).toBe(14)
  })
  it('F3 holds for the last picture only', () => {
    const two = encodeFacialRecord({ images: [PLAIN, PLAIN] })
    const length = 48 + PLAIN.image.length
    expect(codes(set(two, 14 + length + 3, length + 3))).toEqual([['record-length', 14 + length]])
    expect(fault(set(two, 17, length + 1))).not.toBe('ok')
    expect(fault(set(encodeFacialRecord({ images: [PLAIN] }), 12, 0, 2, 0, 0, 0, length + 4))).toBe(14)
  })
  it.each([
    ['nothing', '', 0],
    ['another standard', '46495200303130000000', 0],
    ['no room for a header', '4641430030313000000000', 0],
  ])('F2 refuses %s', (_, text, offset) => {
    expect(fault(unhex(text))).toBe(offset)
  })
  it('F2 refuses another version, no picture, and a picture without room', () => {
    expect(fault(set(one(), 6, 0x31))).toBe(4)
    expect(fault(set(one(), 12, 0, 0))).toBe(12)
    expect(fault(concat(unhex('46414300303130000000000e0001')))).toBe(14)
    expect(fault(concat(unhex('4641430030313000000000' + '2e0001' + '0000001f'), new Uint8Array(28)))).toBe(14)
  })
  it('F4 holds counts against the bytes at hand', () => {
    const good = one()
    expect(fault(set(good, 18, 0xff, 0xff))).toBe(18)
    // as many points as the bytes allow, and one more
    const room = Math.floor(PLAIN.image.length / 8) + 2
    expect(fault(set(good, 18, 0, room))).toBe('ok')
    expect(fault(set(good, 18, 0, room + 1))).toBe(18)
    expect(fault(set(good, 12, 0xff, 0xff))).not.toBe('ok')
    expect(fault(set(good, 14, 0xff, 0xff, 0xff, 0xff))).toBe(14)
  })

  it('F12 thousands of broken records are answered at once', () => {
    const good = encodeFacialRecord({ images: [PLAIN, PLAIN] })
    let [ok, seed] = [0, 7]
    for (const n of rounds()) {
      const c = good.slice()
      for (let k = 0; k < 3; k++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        c[seed % c.length] = (seed >> 8) & 0xff
      }
      if (decodeFacialRecord(c.subarray(0, n % 7 === 0 ? seed % c.length : c.length)).ok) ok += 1
    }
    expect(ok).toBeGreaterThan(100)
  }, MUTANT_TIMEOUT)
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('public face records', () => {
  const file = (name: string) => new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/iso19794-5', name)))
  it('F2 reads and writes the published record to the byte', () => {
    const bytes = file('ISO19794_Test1_Data.bin')
    const read = must(bytes)
    // it calls its JPEG a JPEG 2000
    expect(read.defects.map((d) => [d.code, d.offset])).toEqual([['image-type', 35]])
    expect(read.value.images[0]).toMatchObject({
      gender: 'unspecified',
      kind: 'token-frontal',
      dataType: 'jpeg2000',
      width: 148,
      height: 70,
      colourSpace: 'unspecified',
      source: 'unspecified',
      points: [],
    })
    expect(hex(encodeFacialRecord(read.value))).toBe(hex(bytes))
  })
  it('F9 names the picture that is none', () => {
    expect(must(file('ISO19794_Test2_Data_InvalidImage.bin')).defects.map((d) => [d.code, d.offset])).toEqual([['image-unknown', 46]])
  })
})
