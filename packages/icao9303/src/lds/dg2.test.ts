import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { LOST_OF_PICTURE, PLAIN, bare, boxed, faceBlocks, facialImages, jpegOf } from '../face/arbitrary.test.ts'
import { encodeFaceImageData, type FaceImageData } from '../face/face-image-data.ts'
import { encodeFacialRecord } from '../face/facial-record.ts'
import { convertFaces } from './dg2-conversion.ts'
import { lintDg2 } from './dg2-lint.ts'
import { decodeDg2, encodeDg2, faceImageOf, plainTemplate, type FaceTemplate } from './dg2.ts'

const OLD = 'ISO/IEC 19794-5'
const NEW = 'ISO/IEC 39794-5'
const must = (bytes: Uint8Array) => {
  const r = decodeDg2(bytes)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const codes = (bytes: Uint8Array) => must(bytes).defects.map((d) => [d.code, d.offset])
const header = { formatOwner: 0x0101, formatType: 0x0008 }
const newHeader = { formatOwner: 0x0101, formatType: 0x002a }
const oldTemplate: FaceTemplate = { header, format: OLD, record: { images: [PLAIN] } }
const face = { image: jpegOf(300, 400), mediaType: 'image/jpeg', width: 300, height: 400 } as const
const data = (plainTemplate(face, NEW) as { data: FaceImageData }).data
const newTemplate: FaceTemplate = { header: newHeader, format: NEW, data }
/** DG2 of one template with any block. */
const wrap = (block: Uint8Array, type = '0008') =>
  tlv(0x75, tlv(0x7f61, unhex('020101'), tlv(0x7f60, tlv(0xa1, unhex(`8702010188 02${type}`)), block)))
/** Where the content of that block begins, when its length has this many bytes. */
const BODY = 22

describe('DG2', () => {
  it('F10 writes a face alone in either format and gives it back in one call', () => {
    for (const format of [OLD, NEW] as const) {
      for (const f of [
        face,
        { ...face, image: bare({ width: 300, height: 400 }), mediaType: 'image/j2c' as const },
        { ...face, image: boxed(['jp2c', bare({ width: 300, height: 400, wavelet: 1 })]), mediaType: 'image/jp2' as const },
      ]) {
        const bytes = encodeDg2(f, format)
        expect(faceImageOf(bytes)).toEqual(f)
        const read = must(bytes)
        expect(read.defects).toEqual([])
        expect(read.value.faces).toEqual([f])
        expect(read.value.templates[0]!.header).toEqual({
          version: 0x0101,
          type: 2,
          subtype: 0,
          formatOwner: 0x0101,
          formatType: format === OLD ? 8 : 0x2a,
        })
      }
    }
    expect(encodeDg2(face)).toEqual(encodeDg2(face, OLD))
  })
  it('F10 a face alone says what is known of its picture', () => {
    const grey = { ...face, image: bare({ width: 300, height: 400, components: 1 }), mediaType: 'image/j2c' as const }
    expect(must(encodeDg2(grey)).value.templates[0]).toMatchObject({
      record: { images: [{ colourSpace: 'grey8', dataType: 'jpeg2000', kind: 'full-frontal', source: 'photograph' }] },
    })
    expect(must(encodeDg2(face)).value.templates[0]).toMatchObject({ record: { images: [{ colourSpace: 'rgb24', dataType: 'jpeg' }] } })
    const format = (f: typeof grey | typeof face) =>
      (plainTemplate(f, NEW) as { data: FaceImageData }).data.representationBlocks[0]!.imageRepresentation.imageRepresentation2DBlock!
        .imageInformation2DBlock
    expect(format(face)).toEqual({ imageDataFormat: 'jpeg', imageSizeBlock: { width: 300, height: 400 } })
    expect(format(grey).imageDataFormat).toBe('jpeg2000Lossy')
    expect(format({ ...grey, image: bare({ width: 1, height: 1, wavelet: 1 }) }).imageDataFormat).toBe('jpeg2000Lossless')
  })
  it('F10 has no face where none can be read', () => {
    expect(faceImageOf(new Uint8Array())).toBeUndefined()
    expect(faceImageOf(tlv(0x75, tlv(0x7f61, unhex('020100'))))).toBeUndefined()
    const none = decodeDg2(tlv(0x75, tlv(0x7f61, unhex('020100'))))
    expect(none).toMatchObject({
      ok: false,
      defects: [{ code: 'malformed', offset: 8, says: 'expected a face', clause: 'Doc 9303-10 §4.7.2' }],
    })
    expect(decodeDg2(wrap(tlv(0x5f2e, unhex('0102'))))).toMatchObject({
      ok: false,
      defects: [
        { code: 'face-unreadable', offset: BODY + 2 },
        { code: 'malformed', offset: BODY + 2 },
      ],
    })
  })
  it('F2 F5 reads what it writes: several templates of either format', () => {
    const template: fc.Arbitrary<FaceTemplate> = fc.oneof(
      fc.array(facialImages, { minLength: 1, maxLength: 2 }).map((images): FaceTemplate => ({ header, format: OLD, record: { images } })),
      faceBlocks.map((b): FaceTemplate => ({ header: newHeader, format: NEW, data: b })),
    )
    fc.assert(
      fc.property(fc.array(template, { minLength: 1, maxLength: 3 }), (templates) => {
        const bytes = encodeDg2({ templates })
        const read = must(bytes)
        expect(read.value.templates).toEqual(templates)
        expect(read.value.faces).toHaveLength(templates.reduce((n, t) => n + (t.format === OLD ? t.record.images.length : 1), 0))
        expect(hex(encodeDg2(read.value))).toBe(hex(bytes))
        expect(read.defects.filter((d) => !d.code.startsWith('image-'))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
  it('F1 a face that cannot be read is kept in its bytes and costs no other', () => {
    const odd: FaceTemplate = { header, format: 'unknown', block: { tag: 0x5f2e, bytes: unhex('464143ff') } }
    const bytes = encodeDg2({ templates: [odd, oldTemplate, newTemplate] })
    const read = must(bytes)
    expect(read.value.templates).toEqual([odd, oldTemplate, newTemplate])
    expect(read.value.faces).toEqual([face, face])
    expect(read.defects.map((d) => [d.code, d.says])).toEqual([['face-unreadable', 'expected a face record']])
    expect(encodeDg2(read.value)).toEqual(bytes)
  })
  it('F9 a size that only the record tells is that of the face; one that the picture tells counts before it', () => {
    const images = [
      { ...PLAIN, image: new Uint8Array(3) },
      { ...PLAIN, image: jpegOf(1, 2) },
    ]
    expect(must(encodeDg2({ templates: [{ header, format: OLD, record: { images } }] })).value.faces).toEqual([
      { image: new Uint8Array(3), mediaType: 'unknown', width: 300, height: 400 },
      { image: jpegOf(1, 2), mediaType: 'image/jpeg', width: 1, height: 2 },
    ])
    const nothing: FaceImageData = {
      ...data,
      representationBlocks: [
        {
          representationId: 0,
          imageRepresentation: {
            imageRepresentation2DBlock: { representationData2D: new Uint8Array(3), imageInformation2DBlock: { imageDataFormat: 'jpeg' } },
          },
        },
      ],
    }
    expect(must(encodeDg2({ templates: [{ header: newHeader, format: NEW, data: nothing }] })).value.faces).toEqual([
      { image: new Uint8Array(3), mediaType: 'unknown', width: 0, height: 0 },
    ])
  })
  it('F9 names a picture of ISO/IEC 39794-5 that is not what the block says', () => {
    const of = (image: Uint8Array) =>
      encodeDg2({
        templates: [{ header: newHeader, format: NEW, data: (plainTemplate({ ...face, image }, NEW) as { data: FaceImageData }).data }],
      })
    expect(codes(of(jpegOf(300, 401)))).toEqual([['image-size', 26]])
    expect(codes(of(bare({ width: 300, height: 400 })))).toEqual([['image-type', 28]])
    expect(codes(of(new Uint8Array(3))).map((c) => c[0])).toEqual(['image-unknown'])
  })
  it('F1 names a face under the wrong tag, in the wrong wrapper, of another type than its header says', () => {
    const record = encodeFacialRecord({ images: [PLAIN] })
    const block = encodeFaceImageData(data)
    expect(codes(wrap(tlv(0x5f2e, record)))).toEqual([])
    expect(codes(wrap(tlv(0x7f2e, record)))).toEqual([['block-tag', BODY - 1]])
    expect(codes(wrap(tlv(0x5f2e, record), '002a'))).toEqual([['header-type', BODY - 1]])
    expect(codes(wrap(tlv(0x7f2e, tlv(0xa1, block)), '002a'))).toEqual([])
    expect(codes(wrap(tlv(0x5f2e, tlv(0xa1, block)), '002a'))).toEqual([['block-tag', BODY - 1]])
    expect(codes(wrap(tlv(0x7f2e, tlv(0xa1, block)), '0008'))).toEqual([['header-type', BODY - 1]])
    expect(codes(wrap(tlv(0x7f2e, block), '002a'))).toEqual([['wrapper-missing', BODY + 2]])
    expect(decodeDg2(wrap(tlv(0x7f2e, tlv(0xa1)), '002a'))).toMatchObject({ ok: false })
    expect(decodeDg2(wrap(tlv(0x7f2e, unhex('65')), '002a'))).toMatchObject({ ok: false })
    expect(decodeDg2(wrap(tlv(0x7f2e, unhex('4641')), '002a'))).toMatchObject({ ok: false })
  })
  it.each([-8, -1, 1, 8])('F3 reads a DG2 whose record is off by %i (row 31), and none the less gives the picture', (off) => {
    const bytes = encodeDg2(face)
    const at = 4 + bytes.findIndex((_, i) => hex(bytes.subarray(i, i + 4)) === '46414300') + 4
    const told = bytes.slice()
    const n = bytes[at + 3]! + off
    told[at + 3] = n & 0xff
    expect(codes(told)).toEqual([['record-length', at]])
    expect(codes(bytes)).toEqual([])
    expect(faceImageOf(told)).toEqual(face)
  })
  it('F12 thousands of broken DG2 are answered at once', () => {
    const good = encodeDg2({ templates: [oldTemplate, newTemplate] })
    let [ok, seed] = [0, 7]
    for (const _ of rounds()) {
      const c = good.slice()
      for (let k = 0; k < 2; k++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        c[seed % c.length] = (seed >> 8) & 0xff
      }
      if (decodeDg2(c).ok) ok += 1
    }
    expect(ok).toBeGreaterThan(100)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (b) => {
        decodeDg2(concat(unhex('75'), b))
      }),
    )
  }, MUTANT_TIMEOUT)

  it('F7 converts all faces, the header with them, and tells the place of what is lost', () => {
    const both = { templates: [{ ...oldTemplate, record: { images: [PLAIN, { ...PLAIN, quality: 1 }] } }, newTemplate] }
    const there = convertFaces(both, NEW)
    expect(there.losses).toEqual([
      { code: 'dropped', at: 'templates[0].images[1].quality', says: 'a quality is nothing without its algorithm' },
    ])
    expect(there.templates.map((t) => [t.format, t.header.formatType])).toEqual([
      [NEW, 0x2a],
      [NEW, 0x2a],
      [NEW, 0x2a],
    ])
    expect(there.templates[2]).toBe(newTemplate)
    const back = convertFaces(there, OLD)
    expect(back.losses).toEqual([])
    expect(back.templates.slice(0, 2)).toEqual([oldTemplate, oldTemplate])
    expect(must(encodeDg2(back)).value.faces.map((f) => hex(f.image))).toEqual(must(encodeDg2(both)).value.faces.map((f) => hex(f.image)))
    const odd: FaceTemplate = { header, format: 'unknown', block: { tag: 0x5f2e, bytes: unhex('00') } }
    expect(convertFaces({ templates: [odd] }, NEW)).toEqual({
      templates: [],
      losses: [{ code: 'dropped', at: 'templates[0].block', says: 'a face that could not be read' }],
    })
    expect(
      convertFaces(
        { templates: [{ ...newTemplate, data: { ...data, representationBlocks: [{ ...data.representationBlocks[0]!, sessionId: 1 }] } }] },
        OLD,
      ).losses[0]!.at,
    ).toBe('templates[0].sessionId')
  })
})

describe('the examination of a DG2 before it is signed', () => {
  const day = (text: string) => ({ at: new Date(`${text}T12:00:00Z`) })
  const lint = (templates: readonly FaceTemplate[], order = day('2027-01-01')) =>
    lintDg2(encodeDg2({ templates }), order).map((d) => d.code)
  const marked = (representation: Partial<FaceImageData['representationBlocks'][number]>): FaceTemplate => ({
    ...newTemplate,
    data: { ...data, representationBlocks: [{ ...data.representationBlocks[0]!, ...representation }] },
  })
  const measured = (info: object) =>
    marked({
      imageRepresentation: {
        imageRepresentation2DBlock: { representationData2D: face.image, imageInformation2DBlock: { imageDataFormat: 'jpeg', ...info } },
      },
    })
  const points = (distance: number, codes: readonly [number, number][]) => ({
    ...oldTemplate,
    record: {
      images: [
        { ...PLAIN, points: codes.map(([major, minor], i) => ({ type: 1, major, minor, x: 10 + i * distance, y: 7, reserved: 0 })) },
      ],
    },
  })

  it('F11 finds nothing in a good one, and every defect of the bytes', () => {
    expect(lint([oldTemplate])).toEqual([])
    expect(lint([newTemplate])).toEqual([])
    expect(lint([{ ...oldTemplate, record: { images: [{ ...PLAIN, image: jpegOf(1, 1), points: [] }] } }])).toEqual(['image-size'])
    expect(lintDg2(unhex('7500'), day('2027-01-01'))).toMatchObject([{ code: 'malformed', offset: 2 }])
  })
  it.each([
    ['2025-12-31', [], ['format-date']],
    ['2026-01-01', [], []],
    ['2029-12-31', [], []],
    ['2030-01-01', ['format-date'], []],
  ] as const)('F8 F11 on %s finds %j in the old format and %j in the new', (at, old, fresh) => {
    expect(lint([oldTemplate], day(at))).toEqual(old)
    expect(lint([newTemplate], day(at))).toEqual(fresh)
  })
  it('F11 says which clause and where', () => {
    expect(lintDg2(encodeDg2({ templates: [oldTemplate] }), day('2030-01-01'))).toEqual([
      {
        code: 'format-date',
        offset: 8,
        says: 'ISO/IEC 19794-5 may not be written on 2030-01-01',
        clause: 'Doc 9303-10 §4.5.6, Doc 9303-9 §3.1',
      },
    ])
  })
  it('F11 finds eyes that are too near to one another', () => {
    expect(
      lint([
        points(90, [
          [12, 1],
          [12, 2],
        ]),
      ]),
    ).toEqual([])
    expect(
      lint([
        points(89, [
          [12, 1],
          [12, 2],
        ]),
      ]),
    ).toEqual(['eye-distance'])
    expect(
      lint([
        points(89, [
          [3, 5],
          [3, 6],
        ]),
      ]),
    ).toEqual(['eye-distance'])
    expect(
      lint([
        points(89, [
          [3, 5],
          [12, 2],
        ]),
      ]),
    ).toEqual([])
    expect(
      lint([
        {
          ...oldTemplate,
          record: {
            images: [
              {
                ...PLAIN,
                points: [
                  { ...PLAIN.points[0]!, type: 2 },
                  { ...PLAIN.points[1]!, x: 61 },
                ],
              },
            ],
          },
        },
      ]),
    ).toEqual([])
    expect(lint([measured({ imageFaceMeasurementsBlock: { imageInterEyeDistance: 90 } })])).toEqual([])
    expect(lint([measured({ imageFaceMeasurementsBlock: { imageInterEyeDistance: 89 } })])).toEqual(['eye-distance'])
    const at = (x: number, y: number) => ({ coordinateCartesian2DBlock: { x, y } })
    const marks = (kinds: readonly [object, object], y: number) =>
      marked({
        landmarkBlocks: [
          { landmarkKind: kinds[0], landmarkCoordinates: at(50, 10) },
          { landmarkKind: kinds[1], landmarkCoordinates: at(130, y) },
          { landmarkKind: { mpeg4FeaturePoint: '2.1' } },
        ],
      })
    const pairs: [object, object][] = [
      [{ mpeg4FeaturePoint: '12.1' }, { mpeg4FeaturePoint: '12.2' }],
      [
        { anthropometricLandmark: { anthropometricLandmarkName: 'centerPointOfPupilLeft' } },
        { anthropometricLandmark: { anthropometricLandmarkName: 'centerPointOfPupilRight' } },
      ],
      [
        { anthropometricLandmark: { anthropometricLandmarkPointId: 'p-left' } },
        { anthropometricLandmark: { anthropometricLandmarkPointId: 'p-right' } },
      ],
    ]
    for (const pair of pairs) {
      expect(lint([marks(pair, 10)])).toEqual(['eye-distance'])
      expect(lint([marks(pair, 70)])).toEqual([])
    }
  })
  it('F11 finds points outside the picture', () => {
    const at = (x: number, y: number) =>
      lint([{ ...oldTemplate, record: { images: [{ ...PLAIN, points: [{ type: 1, major: 2, minor: 1, x, y, reserved: 0 }] }] } }])
    expect([at(299, 399), at(300, 0), at(0, 400)]).toEqual([[], ['point-outside'], ['point-outside']])
    // without a picture that can be read the record's size counts
    const unread = { ...PLAIN, image: jpegOf(1, 1).subarray(0, 3), points: [{ type: 1, major: 2, minor: 1, x: 300, y: 0, reserved: 0 }] }
    expect(lint([{ ...oldTemplate, record: { images: [unread] } }])).toEqual(['image-unreadable', 'point-outside'])
  })
  it('F11 finds a colour space that is not that of the picture', () => {
    const of = (colourSpace: typeof PLAIN.colourSpace, components: number) =>
      lint([
        {
          ...oldTemplate,
          record: { images: [{ ...PLAIN, colourSpace, dataType: 'jpeg2000', image: bare({ width: 300, height: 400, components }) }] },
        },
      ])
    expect([of('rgb24', 3), of('yuv422', 3), of('grey8', 1), of('other', 1), of('unspecified', 3)]).toEqual([[], [], [], [], []])
    expect([of('rgb24', 1), of('yuv422', 1), of('grey8', 3)]).toEqual([['colour-space'], ['colour-space'], ['colour-space']])
    expect(
      ['rgb24Bit', 'other', 'unknown', 'greyscale8Bit', 'greyscale16Bit'].map((imageColourSpace) => lint([measured({ imageColourSpace })])),
    ).toEqual([[], [], [], ['colour-space'], ['colour-space']])
  })
  it('F11 finds a foreign owner of the format, an unreadable first face, too many faces, too little room', () => {
    expect(lint([{ ...oldTemplate, header: { ...header, formatOwner: 0x0102 } }])).toEqual(['format-owner'])
    const odd: FaceTemplate = { header, format: 'unknown', block: { tag: 0x5f2e, bytes: unhex('00') } }
    expect(lint([odd, oldTemplate])).toEqual(['face-unreadable', 'first-encoding'])
    expect(lint([oldTemplate, odd])).toEqual(['face-unreadable'])
    expect(lint(Array.from({ length: 9 }, () => oldTemplate))).toEqual([])
    expect(lint(Array.from({ length: 10 }, () => oldTemplate))).toEqual(['face-count'])
    const bytes = encodeDg2(face)
    expect(lintDg2(bytes, { ...day('2027-01-01'), room: bytes.length })).toEqual([])
    expect(lintDg2(bytes, { ...day('2027-01-01'), room: bytes.length - 1 }).map((d) => [d.code, d.clause])).toEqual([
      ['chip-room', 'Doc 9303-9 §5.1'],
    ])
  })
})

const VECTORS = join(import.meta.dirname, '../../vectors/synthetic/lds')
describe('the synthetic DG2', () => {
  it.each([
    ['EF.DG2.bin', 'image/jp2', 8232],
    ['EF.DG2.jpeg.bin', 'image/jpeg', 10_773],
  ])('F2 F10 reads %s as the set says and writes it again to the byte', (file, mediaType, length) => {
    const bytes = new Uint8Array(readFileSync(join(VECTORS, file)))
    const read = must(bytes)
    expect(read.defects).toEqual([])
    expect(read.value.templates[0]!.format).toBe(OLD)
    expect({ ...faceImageOf(bytes), image: faceImageOf(bytes)!.image.length }).toEqual({
      mediaType,
      width: 413,
      height: 531,
      image: length,
    })
    expect(hex(encodeDg2(read.value))).toBe(hex(bytes))
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('the published DG2 in ISO/IEC 39794-5 (row 32)', () => {
  const file = (name: string) => new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/iso39794-5', name)))
  it.each(['dg2-all-fields.bin', 'dg2-mandatory-fields.bin'])(
    'F5 F10 %s gives its picture (row 33) and is written again to the byte',
    (name) => {
      const bytes = file(name)
      const read = must(bytes)
      expect(read.value.templates[0]!.format).toBe(NEW)
      expect({ ...faceImageOf(bytes), image: faceImageOf(bytes)!.image.length }).toEqual({
        mediaType: 'image/jp2',
        width: 413,
        height: 531,
        image: 15_000,
      })
      expect(hex(encodeDg2(read.value))).toBe(hex(bytes))
    },
  )
  it('F5 the one with all fields has them all; its own readme says that they do not match the picture', () => {
    const bytes = file('dg2-all-fields.bin')
    const read = must(bytes)
    expect(read.defects.map((d) => d.code)).toEqual(['image-size'])
    expect(read.value.templates[0]!.header).toEqual({
      version: 0x0101,
      type: 2,
      subtype: 0,
      created: '2124-01-05T11:23:45',
      validity: { from: '2124-01-05', until: '2129-01-05' },
      creator: 0x01030001,
      formatOwner: 0x0101,
      formatType: 0x2a,
    })
    expect(read.value.templates[0]).toMatchObject({
      data: {
        versionBlock: { generation: 3, year: 2019 },
        representationBlocks: [
          {
            captureDateTimeBlock: { year: 2024, month: 1, day: 20, hour: 13, minute: 23, second: 9, millisecond: 908 },
            qualityBlocks: [{ scoreOrError: { score: 99 } }],
            sessionId: 9,
            derivedFrom: 0,
            padDataBlock: {
              decision: 'noAttack',
              captureContext: 'enrolment',
              supervisionLevel: 'unknown',
              riskLevel: 5,
              criteriaCategory: 'common',
              captureDateTimeBlock: { day: 22, millisecond: 18 },
            },
            identityMetadataBlock: {
              gender: 'female',
              eyeColour: 'blue',
              hairColour: 'brown',
              subjectHeight: 1786,
              expressionBlock: { neutral: true },
              poseAngleBlock: { pitchAngleBlock: { angleValue: 3, angleUncertainty: 1 } },
            },
            landmarkBlocks: [
              { landmarkKind: { mpeg4FeaturePoint: '2.11' }, landmarkCoordinates: { coordinateCartesian2DBlock: { x: 90, y: 22 } } },
            ],
          },
        ],
      },
    })
    expect(read.layout.at(-1)!.path).toBe(
      'templates[0].data.representationBlocks[0].landmarkBlocks[0].landmarkCoordinates.coordinateCartesian2DBlock.y',
    )
  })
  it('F7 goes to the old format with every loss told', () => {
    const { losses, templates } = convertFaces(must(file('dg2-all-fields.bin')).value, OLD)
    expect(losses.map((l) => l.at.split('.').at(-1))).toEqual([
      'captureDateTimeBlock',
      'qualityBlocks',
      'padDataBlock',
      'sessionId',
      'derivedFrom',
      'captureDeviceBlock',
      'subjectHeight',
      'biometricAbsent',
      'headCoveringsPresent',
      ...LOST_OF_PICTURE,
      'captureDeviceSpectral2DBlock',
      'imageDataFormat',
      'expressionBlock',
      'angleUncertainty',
      'angleValue',
      'angleUncertainty',
      'angleValue',
    ])
    expect(convertFaces(must(file('dg2-mandatory-fields.bin')).value, OLD).losses.map((l) => l.at.split('.').at(-1))).toEqual([
      'imageDataFormat',
    ])
    expect(faceImageOf(encodeDg2({ templates }))?.image).toHaveLength(15_000)
  })
})
