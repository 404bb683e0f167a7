import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { faceBlocks } from './arbitrary.test.ts'
import { decodeFaceImageData, encodeFaceImageData, type FaceImageData } from './face-image-data.ts'

const must = (bytes: Uint8Array) => {
  const r = decodeFaceImageData(bytes)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const VERSION = 'a007' + '800103' + '810207e3'
/** A block with one representation that has a picture of one byte, and more fields after it. */
const block = (more = '', information = 'a003800102', picture = 'a1') =>
  tlv(
    0x65,
    unhex(VERSION),
    tlv(
      0xa1,
      tlv(0x30, unhex('800100'), tlv(0xa1, tlv(0xa0, tlv(0xa0, unhex(`8001${picture}`), tlv(0xa1, unhex(information))))), unhex(more)),
    ),
  )
const first = (bytes: Uint8Array) => must(bytes).value.representationBlocks[0]!
const codes = (bytes: Uint8Array) => must(bytes).defects.map((d) => [d.code, d.offset])
const fault = (bytes: Uint8Array) => {
  const r = decodeFaceImageData(bytes)
  return r.ok ? 'ok' : r.defects.at(-1)!.offset
}
/** Where the further fields of the representation begin. */
const START = 34
const wrap = (tag: string, text: string) => `${tag}${(text.length / 2).toString(16).padStart(2, '0')}${text}`

describe('a face image data block of ISO/IEC 39794-5', () => {
  it('F5 reads what it writes, byte for byte', () => {
    fc.assert(
      fc.property(faceBlocks, (b) => {
        const bytes = encodeFaceImageData(b)
        const read = must(bytes)
        expect(read.value).toEqual(b)
        expect(read.defects).toEqual([])
        expect(hex(encodeFaceImageData(read.value))).toBe(hex(bytes))
      }),
      { numRuns: 300 },
    )
  })
  it('F5 writes the smallest block as the profile has it', () => {
    const b: FaceImageData = {
      versionBlock: { generation: 3, year: 2019 },
      representationBlocks: [
        {
          representationId: 0,
          imageRepresentation: {
            imageRepresentation2DBlock: { representationData2D: Uint8Array.of(0xa1), imageInformation2DBlock: { imageDataFormat: 'jpeg' } },
          },
        },
      ],
    }
    expect(hex(encodeFaceImageData(b))).toBe(hex(block()))
    expect(must(block()).value).toEqual(b)
  })
  it('F5 tells the place of every field by its way through the value', () => {
    expect(
      must(block('a803' + 'a001' + '00', 'a003800102'))
        .layout.slice(0, 13)
        .map((f) => [f.path, f.offset, f.length, f.value]),
    ).toEqual([
      ['data.versionBlock', 2, 7, ''],
      ['data.versionBlock.generation', 4, 1, '3'],
      ['data.versionBlock.year', 7, 2, '2019'],
      ['data.representationBlocks', 11, 26, ''],
      ['data.representationBlocks[0]', 13, 24, ''],
      ['data.representationBlocks[0].representationId', 15, 1, '0'],
      ['data.representationBlocks[0].imageRepresentation', 18, 14, ''],
      ['data.representationBlocks[0].imageRepresentation.imageRepresentation2DBlock', 22, 10, ''],
      ['data.representationBlocks[0].imageRepresentation.imageRepresentation2DBlock.representationData2D', 24, 1, '1 bytes'],
      ['data.representationBlocks[0].imageRepresentation.imageRepresentation2DBlock.imageInformation2DBlock', 27, 5, ''],
      ['data.representationBlocks[0].imageRepresentation.imageRepresentation2DBlock.imageInformation2DBlock.imageDataFormat', 29, 3, ''],
      [
        'data.representationBlocks[0].imageRepresentation.imageRepresentation2DBlock.imageInformation2DBlock.imageDataFormat',
        31,
        1,
        'jpeg',
      ],
      ['data.representationBlocks[0].identityMetadataBlock', 34, 3, ''],
    ])
  })

  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '0080'],
    [255, '00ff'],
    [256, '0100'],
    [32_767, '7fff'],
    [32_768, '008000'],
    [2 ** 40, '010000000000'],
  ])('F5 writes the number %i as %s', (n, text) => {
    const length = (text.length / 2).toString(16).padStart(2, '0')
    expect(hex(encodeFaceImageData({ ...must(block()).value, representationBlocks: [{ ...first(block()), sessionId: n }] }))).toBe(
      hex(block(`85${length}${text}`)),
    )
    expect(first(block(`85${length}${text}`)).sessionId).toBe(n)
  })
  it.each([
    [-1, '8001ff'],
    [-128, '800180'],
    [-129, '8002ff7f'],
    [-180, '8002ff4c'],
    [180, '800200b4'],
    [5, '800105'],
  ])('F5 writes the angle %i as %s', (angleValue, text) => {
    const bytes = block(wrap('a8', wrap('a6', wrap('a0', text))))
    expect(first(bytes).identityMetadataBlock).toEqual({ poseAngleBlock: { yawAngleBlock: { angleValue } } })
    expect(hex(encodeFaceImageData(must(bytes).value))).toBe(hex(bytes))
  })
  it('F5 names numbers beyond their range and keeps them; does not write them', () => {
    const bytes = block('a20480022710')
    expect(codes(bytes)).toEqual([['out-of-range', START + 2]])
    expect(first(bytes).captureDateTimeBlock).toEqual({ year: 10_000 })
    expect(() => encodeFaceImageData(must(bytes).value)).toThrow(RangeError)
    expect(codes(block('a203' + '8001ff'))).toEqual([['out-of-range', START + 2]])
    expect(codes(block('a204' + '8002270f'))).toEqual([])
  })
  it.each<[string, FaceImageData]>([
    ['no representation', { versionBlock: { generation: 3, year: 2019 }, representationBlocks: [] }],
    ['two representations', { versionBlock: { generation: 3, year: 2019 }, representationBlocks: [first(block()), first(block())] }],
    ['an old generation', { versionBlock: { generation: 2, year: 2019 }, representationBlocks: [first(block())] }],
    ['half a number', { versionBlock: { generation: 3.5, year: 2019 }, representationBlocks: [first(block())] }],
    ['an old year', { versionBlock: { generation: 3, year: 2018 }, representationBlocks: [first(block())] }],
    ['no choice', { versionBlock: { generation: 3, year: 2019 }, representationBlocks: [{ ...first(block()), imageRepresentation: {} }] }],
    ['no picture', { versionBlock: { generation: 3, year: 2019 }, representationBlocks: [{ representationId: 0 } as never] }],
  ])('F5 does not write %s', (_, b) => {
    expect(() => encodeFaceImageData(b)).toThrow(RangeError)
  })

  it('F5 reads a true value in another form, and says so', () => {
    const glasses = (v: string) => block(wrap('a8', wrap('a4', v)))
    expect(first(glasses('8001ff')).identityMetadataBlock).toEqual({ propertiesBlock: { glasses: true } })
    expect(codes(glasses('8001ff'))).toEqual([])
    expect(first(glasses('800101')).identityMetadataBlock).toEqual({ propertiesBlock: { glasses: true } })
    expect(codes(glasses('800101'))).toEqual([['boolean-form', START + 6]])
    expect(first(glasses('800100')).identityMetadataBlock).toEqual({ propertiesBlock: { glasses: false } })
    expect(first(glasses('8000')).identityMetadataBlock).toEqual({ propertiesBlock: {} })
    expect(codes(glasses('8000'))).toEqual([['field-unreadable', START + 4]])
  })
  it('F5 reads a code that stands without its extension, and says so', () => {
    const gender = (text: string) => block(wrap('a8', wrap('a0', text)))
    expect(first(gender('a103800103')).identityMetadataBlock).toEqual({ gender: 'female' })
    expect(codes(gender('a103800103'))).toEqual([])
    expect(first(gender('800103')).identityMetadataBlock).toEqual({ gender: 'female' })
    expect(codes(gender('800103'))).toEqual([['outside-profile', START + 4]])
    // more of the extension is passed over
    expect(codes(gender('a106800102810101'))).toEqual([['extension', START + 9]])
    expect(first(gender('a106800102810101')).identityMetadataBlock).toEqual({ gender: 'male' })
    for (const odd of ['', 'a100', 'a103810103', '820103', 'a103800109', 'a10480020003']) {
      expect(first(gender(odd)).identityMetadataBlock, odd).toEqual({})
      expect(
        must(gender(odd)).defects.map((d) => d.code),
        odd,
      ).toEqual(['field-unreadable'])
    }
    // a format that is named by its extension only
    expect(first(block('', 'a005a103800104')).imageRepresentation.imageRepresentation2DBlock?.imageInformation2DBlock.imageDataFormat).toBe(
      'jpeg2000Lossless',
    )
  })
  it('F6 passes over fields that it does not know and names them', () => {
    expect(codes(block('aa038001aa'))).toEqual([['extension', START]])
    expect(codes(block('9f2a0101'))).toEqual([['extension', START]])
    // a known number in the wrong form is not that field
    expect(codes(block('a503020101'))).toEqual([['extension', START]])
    expect(codes(tlv(0x65, unhex(VERSION), block().subarray(11), unhex('8200')))).toEqual([['extension', START]])
  })
  it('F6 an odd field that is optional costs only itself', () => {
    const bytes = block('a2058002ffffff850105')
    expect(first(bytes).captureDateTimeBlock).toBeUndefined()
    expect(first(bytes).sessionId).toBe(5)
    expect(must(bytes).defects.map((d) => d.code)).toEqual(['field-unreadable'])
    for (const [text, code] of [
      ['8500', 'field-unreadable'],
      ['85080102030405060708', 'field-unreadable'],
      ['8507ffffffffffffff', 'out-of-range'],
      ['a3020400', 'field-unreadable'],
      ['a902' + '3000', 'field-unreadable'],
    ] as const) {
      expect(
        must(block(text)).defects.map((d) => d.code),
        text,
      ).toEqual([code])
    }
  })
  it('F6 what is required must be there, once and in its order', () => {
    expect(fault(tlv(0x65))).toBe(2)
    expect(fault(tlv(0x65, unhex(VERSION)))).toBe(11)
    expect(fault(tlv(0x65, unhex('a003800103'), block().subarray(11)))).toBe(7)
    expect(fault(tlv(0x65, block().subarray(11), unhex(VERSION)))).not.toBe('ok')
    expect(fault(block('850105850106'))).toBe(START + 3)
    expect(fault(block('860105850106'))).toBe(START + 3)
    expect(fault(block('', 'a000'))).toBe(29)
    expect(fault(block('', 'a003800105'))).toBe(31)
    expect(fault(tlv(0x64))).toBe(0)
    expect(fault(Uint8Array.of(...block(), 0))).toBe('ok')
    expect(codes(Uint8Array.of(...block(), 0))).toEqual([['trailing-bytes', block().length]])
  })
  it('F6 what only an extension says cannot be read', () => {
    const representation = (text: string) => tlv(0x65, unhex(VERSION), tlv(0xa1, tlv(0x30, unhex('800100'), unhex(text))))
    expect(fault(representation('a102a100'))).toBe(20)
    expect(fault(representation('a104a002a100'))).toBe(22)
    expect(fault(representation('a100'))).toBe(18)
    expect(fault(tlv(0x65, unhex(VERSION), tlv(0xa1, tlv(0x31))))).toBe(13)
  })
  it('F5 names a block with none or several representations', () => {
    expect(codes(tlv(0x65, unhex(VERSION), tlv(0xa1)))).toEqual([['representation-count', 0]])
    const inner = block().subarray(13)
    expect(codes(tlv(0x65, unhex(VERSION), tlv(0xa1, inner, inner)))).toEqual([['representation-count', 0]])
  })
  it('F12 thousands of broken blocks are answered at once', () => {
    const [good] = fc.sample(faceBlocks, { numRuns: 1, seed: 5 }).map(encodeFaceImageData)
    let [ok, seed] = [0, 7]
    for (const _ of rounds()) {
      const c = good!.slice()
      for (let k = 0; k < 2; k++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        c[seed % c.length] = (seed >> 8) & 0xff
      }
      if (decodeFaceImageData(c).ok) ok += 1
    }
    expect(ok).toBeGreaterThan(100)
  }, MUTANT_TIMEOUT)
})
