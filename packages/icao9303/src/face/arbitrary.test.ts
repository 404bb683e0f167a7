import fc from 'fast-check'
import { expect, it } from 'vitest'

import { concat, unhex } from '../asn1/value.ts'
import { LANDMARK_ID, LANDMARK_NAME, LANDMARK_POINT, MPEG4_POINT } from './face-image-code.ts'
import { encodeFaceImageData, type FaceImageData } from './face-image-data.ts'
import {
  COLOUR_SPACES,
  DATA_TYPES,
  EXPRESSIONS,
  EYE_COLOURS,
  GENDERS,
  HAIR_COLOURS,
  IMAGE_KINDS,
  PROPERTIES,
  SOURCES,
  type CodeNames,
  type Word,
} from './facial-code.ts'
import { encodeFacialRecord, type FacialImage } from './facial-record.ts'

// what the tests of faces share: the smallest pictures that have a size, and any face that the two formats can say

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff)
const u32 = (n: number): Uint8Array => concat(u16(Math.floor(n / 65536)), u16(n % 65536))
const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0))

export const SIGNATURE = '0000000c6a5020200d0a870a'

export const jpegOf = (width: number, height: number): Uint8Array =>
  concat(unhex('ffd8ffc0001108'), u16(height), u16(width), unhex('03012200021101031101ffd9'))

interface Stream {
  readonly width: number
  readonly height: number
  readonly left?: number
  readonly top?: number
  readonly components?: number
  readonly depth?: number
  readonly wavelet?: number
}

/** A JPEG 2000 codestream: size, coding style, end. */
export function bare(s: Stream): Uint8Array {
  const n = s.components ?? 3
  const each = Array.from({ length: n }, () => Uint8Array.of(s.depth ?? 7, 1, 1))
  const size = concat(
    u16(0),
    u32(s.width),
    u32(s.height),
    u32(s.left ?? 0),
    u32(s.top ?? 0),
    u32(s.width),
    u32(s.height),
    u32(0),
    u32(0),
    u16(n),
    ...each,
  )
  return concat(
    unhex('ff4fff51'),
    u16(size.length + 2),
    size,
    unhex('ff52000c000000010105040400'),
    Uint8Array.of(s.wavelet ?? 0),
    unhex('ffd9'),
  )
}

export const ihdr = (width: number, height: number): Uint8Array =>
  concat(u32(22), ascii('ihdr'), u32(height), u32(width), u16(3), unhex('07070000'))

export function boxed(...boxes: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return concat(unhex(SIGNATURE), ...boxes.map(([type, body]) => concat(u32(body.length + 8), ascii(type), body)))
}

const keysOf = <T extends object>(o: T) => Object.keys(o) as (keyof T & string)[]
const oneOf = <T extends CodeNames>(names: T): fc.Arbitrary<Word<T>> => fc.constantFrom(...keysOf(names))
const short = fc.integer({ min: 0, max: 0xffff })
const angle = fc.record(
  { degrees: fc.integer({ min: -89, max: 90 }).map((x) => 2 * x), uncertainty: fc.integer({ min: 0, max: 90 }).map((x) => 2 * x) },
  { requiredKeys: [] },
)

export const facialImages: fc.Arbitrary<FacialImage> = fc.record(
  {
    gender: oneOf(GENDERS),
    eyeColour: oneOf(EYE_COLOURS),
    hairColour: oneOf(HAIR_COLOURS),
    properties: fc.subarray<Word<typeof PROPERTIES>>(keysOf(PROPERTIES)),
    expression: oneOf(EXPRESSIONS),
    pose: fc.record({ yaw: angle, pitch: angle, roll: angle }),
    points: fc.array(
      fc.record({
        type: fc.constant(1),
        major: fc.integer({ min: 0, max: 15 }),
        minor: fc.integer({ min: 0, max: 15 }),
        x: short,
        y: short,
        reserved: short,
      }),
      { maxLength: 5 },
    ),
    kind: oneOf(IMAGE_KINDS),
    dataType: oneOf(DATA_TYPES),
    width: short,
    height: short,
    colourSpace: oneOf(COLOUR_SPACES),
    source: oneOf(SOURCES),
    deviceType: short,
    quality: short,
    image: fc.uint8Array({ maxLength: 40 }),
  },
  {
    requiredKeys: [
      'gender',
      'eyeColour',
      'hairColour',
      'expression',
      'pose',
      'points',
      'kind',
      'dataType',
      'width',
      'height',
      'colourSpace',
      'source',
      'deviceType',
      'quality',
      'image',
    ],
  },
)

/** What ISO/IEC 39794-5 tells of a picture and 19794-5 has no place for. */
export const LOST_OF_PICTURE = [
  'postAcquisitionProcessingBlock', 'lossyTransformationAttempts', 'cameraToSubjectDistance', 'sensorDiagonal', 'lensFocalLength', 'imageFaceMeasurementsBlock', 'referenceColourMappingBlock',
] as const

export const PLAIN: FacialImage = {
  gender: 'female',
  eyeColour: 'blue',
  hairColour: 'red',
  properties: ['glasses', 'mouth-open'],
  expression: 'neutral',
  pose: { yaw: { degrees: -2 }, pitch: { degrees: 4, uncertainty: 2 }, roll: {} },
  points: [
    { type: 1, major: 12, minor: 1, x: 60, y: 100, reserved: 0 },
    { type: 1, major: 12, minor: 2, x: 160, y: 100, reserved: 0 },
  ],
  kind: 'full-frontal',
  dataType: 'jpeg',
  width: 300,
  height: 400,
  colourSpace: 'rgb24',
  source: 'photograph-camera',
  deviceType: 0,
  quality: 0,
  image: jpegOf(300, 400),
}

const flags = <N extends string>(...names: readonly N[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.boolean()).map((d) => ({ ...d }) as { readonly [K in N]?: boolean })
const id = fc.record({ organization: fc.integer({ min: 1, max: 0xffff }), id: fc.integer({ min: 1, max: 0xffff }) })
const wide = fc.integer({ min: 0, max: 2 ** 40 })
const octets = fc.uint8Array({ maxLength: 9 })
const score = fc.integer({ min: 0, max: 100 })
const optional = { requiredKeys: [] as [] }
const time = fc.record(
  {
    year: fc.integer({ min: 0, max: 9999 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    second: fc.integer({ min: 0, max: 59 }),
    millisecond: fc.integer({ min: 0, max: 999 }),
  },
  { requiredKeys: ['year'] },
)
const scored = fc.oneof(fc.record({ score }), fc.constant({ error: 'failureToAssess' as const }))
const pad = fc.record(
  {
    decision: fc.constantFrom('noAttack' as const, 'attack' as const, 'failureToAssess' as const),
    scoreBlocks: fc.array(fc.record({ mechanismIdBlock: id, scoreOrError: scored }), { maxLength: 2 }),
    extendedDataBlocks: fc.array(fc.record({ dataTypeIdBlock: id, data: octets }), { maxLength: 2 }),
    captureContext: fc.constantFrom('enrolment' as const, 'identification' as const),
    supervisionLevel: fc.constantFrom('unknown' as const, 'unattended' as const),
    riskLevel: score,
    criteriaCategory: fc.constantFrom('individual' as const, 'common' as const),
    parameter: octets,
    challenges: fc.array(octets, { maxLength: 2 }),
    captureDateTimeBlock: time,
  },
  optional,
)
const turned = fc.record(
  { angleValue: fc.integer({ min: -180, max: 180 }), angleUncertainty: fc.integer({ min: 0, max: 180 }) },
  { requiredKeys: ['angleValue'] },
)
const identity = fc.record(
  {
    gender: fc.constantFrom('other' as const, 'male' as const, 'female' as const),
    eyeColour: fc.constantFrom('unknown' as const, 'hazel' as const, 'pink' as const, 'grey' as const),
    hairColour: fc.constantFrom('knownColoured' as const, 'bald' as const, 'blonde' as const),
    subjectHeight: fc.integer({ min: 1, max: 0xffff }),
    propertiesBlock: flags('glasses', 'moustache', 'biometricAbsent', 'headCoveringsPresent', 'mouthOpen'),
    expressionBlock: flags('neutral', 'smile', 'frowning'),
    poseAngleBlock: fc.record({ yawAngleBlock: turned, pitchAngleBlock: turned, rollAngleBlock: turned }, optional),
  },
  optional,
)
const landmark = fc.record(
  {
    landmarkKind: fc.oneof(
      fc.constantFrom(...keysOf(MPEG4_POINT)).map((mpeg4FeaturePoint) => ({ mpeg4FeaturePoint })),
      fc.constantFrom(...keysOf(LANDMARK_NAME)).map((n) => ({ anthropometricLandmark: { anthropometricLandmarkName: n } })),
      fc.constantFrom(...keysOf(LANDMARK_POINT)).map((n) => ({ anthropometricLandmark: { anthropometricLandmarkPointName: n } })),
      fc.constantFrom(...keysOf(LANDMARK_ID)).map((n) => ({ anthropometricLandmark: { anthropometricLandmarkPointId: n } })),
    ),
    landmarkCoordinates: fc.oneof(
      fc.record({ x: short, y: short }).map((coordinateCartesian2DBlock) => ({ coordinateCartesian2DBlock })),
      fc.record({ uInPixel: wide, vInPixel: wide }).map((coordinateTextureImageBlock) => ({ coordinateTextureImageBlock })),
      fc.record({ x: short, y: short, z: short }).map((coordinateCartesian3DBlock) => ({ coordinateCartesian3DBlock })),
    ),
  },
  { requiredKeys: ['landmarkKind'] },
)
const information = fc.record(
  {
    imageDataFormat: fc.constantFrom('jpeg' as const, 'jpeg2000Lossy' as const, 'jpeg2000Lossless' as const),
    faceImageKind2D: fc.constant('mrtd' as const),
    postAcquisitionProcessingBlock: flags('rotated', 'cropped', 'normalised'),
    lossyTransformationAttempts: fc.constantFrom('unknown' as const, 'moreThanOne' as const),
    cameraToSubjectDistance: fc.integer({ min: 0, max: 50_000 }),
    sensorDiagonal: fc.integer({ min: 0, max: 2000 }),
    lensFocalLength: fc.integer({ min: 0, max: 2000 }),
    imageSizeBlock: fc.record({ width: short, height: short }),
    imageFaceMeasurementsBlock: fc.record(
      { imageHeadWidth: wide, imageInterEyeDistance: wide, imageEyeToMouthDistance: wide, imageHeadLength: wide },
      optional,
    ),
    imageColourSpace: fc.constantFrom('unknown' as const, 'rgb24Bit' as const, 'greyscale16Bit' as const),
    referenceColourMappingBlock: fc.record(
      {
        referenceColourSchema: octets,
        referenceColourDefinitionAndValueBlocks: fc.array(
          fc.record({ referenceColourDefinition: octets, referenceColourValue: octets }, optional),
          { maxLength: 2 },
        ),
      },
      optional,
    ),
  },
  { requiredKeys: ['imageDataFormat'] },
)
const device = fc.record(
  {
    captureDeviceSpectral2DBlock: flags('whiteLight', 'nearInfrared', 'thermal'),
    captureDeviceTechnologyId2D: fc.constantFrom('unknown' as const, 'videoFrameFromDigitalVideoCamera' as const),
  },
  optional,
)
const image2D = fc.record(
  { representationData2D: fc.uint8Array({ maxLength: 40 }), imageInformation2DBlock: information, captureDevice2DBlock: device },
  { requiredKeys: ['representationData2D', 'imageInformation2DBlock'] },
)
const representation = fc.record(
  {
    representationId: wide,
    imageRepresentation: image2D.map((imageRepresentation2DBlock) => ({ imageRepresentation2DBlock })),
    captureDateTimeBlock: time,
    qualityBlocks: fc.array(fc.record({ algorithmIdBlock: id, scoreOrError: scored }), { maxLength: 2 }),
    padDataBlock: pad,
    sessionId: wide,
    derivedFrom: wide,
    captureDeviceBlock: fc.record({ modelIdBlock: id, certificationIdBlocks: fc.array(id, { maxLength: 2 }) }, optional),
    identityMetadataBlock: identity,
    landmarkBlocks: fc.array(landmark, { maxLength: 3 }),
  },
  { requiredKeys: ['representationId', 'imageRepresentation'] },
)

export const faceBlocks: fc.Arbitrary<FaceImageData> = fc.record({
  versionBlock: fc.record({ generation: fc.integer({ min: 3, max: 0xffff }), year: fc.integer({ min: 2019, max: 9999 }) }),
  representationBlocks: representation.map((r) => [r]),
})

it('F2 F5 any face can be written', () => {
  fc.assert(
    fc.property(facialImages, faceBlocks, (f, b) => {
      expect(encodeFacialRecord({ images: [f] }).length).toBeGreaterThan(f.image.length)
      expect(encodeFaceImageData(b)[0]).toBe(0x65)
    }),
    { numRuns: 10 },
  )
})
