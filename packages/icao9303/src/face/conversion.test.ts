import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { toFacialImages } from './conversion-back.ts'
import { toFaceImageData, type Lose } from './conversion.ts'
import { LOST_OF_PICTURE, PLAIN, bare, faceBlocks, facialImages, jpegOf } from './arbitrary.test.ts'
import { encodeFaceImageData, type FaceImageData, type FaceRepresentation } from './face-image-data.ts'
import { encodeFacialRecord, type FacialImage } from './facial-record.ts'

function losing<T>(run: (lose: Lose) => T): { readonly value: T; readonly lost: readonly string[]; readonly says: readonly string[] } {
  const lost: string[] = []
  const says: string[] = []
  return {
    value: run((code, at, text) => {
      lost.push(`${code} ${at}`)
      says.push(text)
    }),
    lost,
    says,
  }
}
const there = (f: Partial<FacialImage>) => losing((lose) => toFaceImageData({ ...PLAIN, ...f }, lose))
const back = (r: Partial<FaceRepresentation>, data: Partial<FaceImageData> = {}) =>
  losing((lose) =>
    toFacialImages({ versionBlock: { generation: 3, year: 2019 }, representationBlocks: [{ ...BASE, ...r }], ...data }, lose),
  )
const of = (d: FaceImageData) => d.representationBlocks[0]!
const information = (d: FaceImageData) => of(d).imageRepresentation.imageRepresentation2DBlock!.imageInformation2DBlock
const picture = { representationData2D: jpegOf(30, 40), imageInformation2DBlock: { imageDataFormat: 'jpeg' as const } }
const BASE: FaceRepresentation = { representationId: 0, imageRepresentation: { imageRepresentation2DBlock: picture } }
const image = (more: Partial<typeof picture> & object, info: object = {}) => ({
  imageRepresentation: {
    imageRepresentation2DBlock: { ...picture, ...more, imageInformation2DBlock: { ...picture.imageInformation2DBlock, ...info } },
  },
})

/** A face of which nothing is told but its picture. */
const UNTOLD = {
  gender: 'unspecified', eyeColour: 'unspecified', hairColour: 'unspecified', expression: 'unspecified', pose: { yaw: {}, pitch: {}, roll: {} }, points: [], kind: 'basic',
} as const

describe('a face from ISO/IEC 19794-5 to 39794-5', () => {
  it('F7 carries over what both can say', () => {
    const { value, lost } = there({})
    expect(lost).toEqual([])
    expect(value).toEqual({
      versionBlock: { generation: 3, year: 2019 },
      representationBlocks: [
        {
          representationId: 0,
          imageRepresentation: {
            imageRepresentation2DBlock: {
              representationData2D: PLAIN.image,
              imageInformation2DBlock: {
                imageDataFormat: 'jpeg',
                faceImageKind2D: 'mrtd',
                imageSizeBlock: { width: 300, height: 400 },
                imageColourSpace: 'rgb24Bit',
              },
              captureDevice2DBlock: { captureDeviceTechnologyId2D: 'staticPhotographFromDigitalStillImageCamera' },
            },
          },
          identityMetadataBlock: {
            gender: 'female',
            eyeColour: 'blue',
            hairColour: 'red',
            propertiesBlock: {
              glasses: true,
              moustache: false,
              beard: false,
              teethVisible: false,
              pupilOrIrisNotVisible: false,
              mouthOpen: true,
              leftEyePatch: false,
              rightEyePatch: false,
              darkGlasses: false,
            },
            expressionBlock: { neutral: true },
            poseAngleBlock: { yawAngleBlock: { angleValue: -2 }, pitchAngleBlock: { angleValue: 4, angleUncertainty: 2 } },
          },
          landmarkBlocks: [
            { landmarkKind: { mpeg4FeaturePoint: '12.1' }, landmarkCoordinates: { coordinateCartesian2DBlock: { x: 60, y: 100 } } },
            { landmarkKind: { mpeg4FeaturePoint: '12.2' }, landmarkCoordinates: { coordinateCartesian2DBlock: { x: 160, y: 100 } } },
          ],
        },
      ],
    })
  })
  it('F7 says nothing of what is not specified', () => {
    const { properties: _, ...rest } = PLAIN
    const { value, lost } = losing((lose) =>
      toFaceImageData(
        {
          ...rest,
          ...UNTOLD,
          colourSpace: 'unspecified',
          source: 'unspecified',
        },
        lose,
      ),
    )
    expect(lost).toEqual([])
    expect(value.representationBlocks).toEqual([
      {
        representationId: 0,
        imageRepresentation: {
          imageRepresentation2DBlock: {
            representationData2D: PLAIN.image,
            imageInformation2DBlock: { imageDataFormat: 'jpeg', imageSizeBlock: { width: 300, height: 400 } },
          },
        },
      },
    ])
  })
  it.each<[string, Partial<FacialImage>, readonly string[]]>([
    ['a gender that is not known', { gender: 'unknown' }, ['dropped gender']],
    ['a gender without a name', { gender: 7 }, ['dropped gender']],
    ['another colour of the eyes', { eyeColour: 'unknown' }, ['changed eyeColour']],
    ['a colour without a name', { eyeColour: 9 }, ['dropped eyeColour']],
    ['another colour of the hair', { hairColour: 'unknown' }, ['changed hairColour']],
    ['a hair colour without a name', { hairColour: 9 }, ['dropped hairColour']],
    ['a medical condition', { properties: ['medical-condition'] }, ['dropped properties']],
    ['a property without a name', { properties: [12, 'beard'] }, ['dropped properties']],
    ['how one smiles', { expression: 'smile-closed' }, ['changed expression']],
    ['how one smiles, too', { expression: 'smile-open' }, ['changed expression']],
    ['an expression without a name', { expression: 99 }, ['dropped expression']],
    [
      'an uncertainty alone',
      { pose: { yaw: { uncertainty: 2 }, pitch: { uncertainty: 4 }, roll: { uncertainty: 6 } } },
      ['dropped pose.yaw', 'dropped pose.pitch', 'dropped pose.roll'],
    ],
    ['a point of another type', { points: [{ ...PLAIN.points[0]!, type: 2 }] }, ['dropped points[0]']],
    ['a point that MPEG-4 lacks', { points: [PLAIN.points[0]!, { ...PLAIN.points[0]!, minor: 5 }] }, ['dropped points[1]']],
    ['reserved bytes', { points: [{ ...PLAIN.points[0]!, reserved: 1 }] }, ['dropped points[0]']],
    ['a token picture', { kind: 'token-frontal' }, ['changed kind']],
    ['a kind without a name', { kind: 8 }, ['dropped kind']],
    ['a colour space without a name', { colourSpace: 200 }, ['dropped colourSpace']],
    ['a source without a name', { source: 200 }, ['dropped source']],
    ['a device', { deviceType: 1 }, ['dropped deviceType']],
    ['a quality', { quality: 1 }, ['dropped quality']],
    ['a data type without a name', { dataType: 5 }, ['changed dataType']],
    [
      'whether JPEG 2000 lost something',
      { dataType: 'jpeg2000', image: bare({ width: 300, height: 400, wavelet: 1 }) },
      ['changed dataType'],
    ],
    ['the kind of a picture that cannot be read', { dataType: 'jpeg2000', image: new Uint8Array(3) }, ['changed dataType']],
  ])('F7 tells that %s is lost', (_, f, lost) => {
    expect(there(f).lost).toEqual(lost)
  })
  it('F7 takes the format from the picture and not from the record', () => {
    const format = (f: Partial<FacialImage>) => information(there(f).value).imageDataFormat
    expect(format({ dataType: 'jpeg2000' })).toBe('jpeg')
    expect(format({ image: bare({ width: 1, height: 1 }) })).toBe('jpeg2000Lossy')
    expect(format({ image: bare({ width: 1, height: 1, wavelet: 1 }) })).toBe('jpeg2000Lossless')
    expect(format({ image: bare({ width: 1, height: 1, wavelet: 9 }) })).toBe('jpeg2000Lossy')
    expect(format({ image: new Uint8Array(3) })).toBe('jpeg')
    expect(format({ image: new Uint8Array(3), dataType: 'jpeg2000' })).toBe('jpeg2000Lossy')
    expect(there({ image: bare({ width: 1, height: 1 }), dataType: 'jpeg2000' }).lost).toEqual([])
  })
  it('F7 gives other colours the code for what is not known', () => {
    expect(of(there({ eyeColour: 'unknown', hairColour: 'unknown' }).value).identityMetadataBlock).toMatchObject({
      eyeColour: 'unknown',
      hairColour: 'unknown',
    })
    expect(
      of(there({ kind: 'token-frontal' }).value).imageRepresentation.imageRepresentation2DBlock!.imageInformation2DBlock.faceImageKind2D,
    ).toBe('mrtd')
    expect(of(there({ expression: 'smile-open' }).value).identityMetadataBlock?.expressionBlock).toEqual({ smile: true })
  })
  it('F7 what is converted can be written, whatever it was', () => {
    fc.assert(
      fc.property(facialImages, (f) => {
        expect(encodeFaceImageData(toFaceImageData(f, () => undefined)).length).toBeGreaterThan(f.image.length)
      }),
    )
  })
})

describe('a face from ISO/IEC 39794-5 to 19794-5', () => {
  const identity = (identityMetadataBlock: NonNullable<FaceRepresentation['identityMetadataBlock']>) => back({ identityMetadataBlock })
  const ID = 'identityMetadataBlock'
  it('F7 carries over what both can say, and comes back the same', () => {
    const { value, lost } = losing((lose) => toFacialImages(there({}).value, lose))
    expect(lost).toEqual([])
    expect(value).toEqual([PLAIN])
  })
  it('F7 says nothing of what is not told', () => {
    const { value, lost } = back({})
    expect(lost).toEqual([])
    expect(value).toEqual([
      {
        ...UNTOLD,
        dataType: 'jpeg',
        width: 30,
        height: 40,
        colourSpace: 'unspecified',
        source: 'unspecified',
        deviceType: 0,
        quality: 0,
        image: jpegOf(30, 40),
      },
    ])
  })
  it('F7 tells everything that has no counterpart', () => {
    const id = { organization: 1, id: 2 }
    expect(
      back(
        {
          captureDateTimeBlock: { year: 2024 },
          qualityBlocks: [],
          padDataBlock: {},
          sessionId: 0,
          derivedFrom: 0,
          captureDeviceBlock: { modelIdBlock: id },
          identityMetadataBlock: { subjectHeight: 170, propertiesBlock: { biometricAbsent: false, headCoveringsPresent: true } },
          ...image({ captureDevice2DBlock: { captureDeviceSpectral2DBlock: {} } } as object, {
            postAcquisitionProcessingBlock: {},
            lossyTransformationAttempts: 'zero',
            cameraToSubjectDistance: 1,
            sensorDiagonal: 1,
            lensFocalLength: 1,
            imageFaceMeasurementsBlock: {},
            referenceColourMappingBlock: {},
          }),
        },
        { versionBlock: { generation: 4, year: 2030 } },
      ).lost,
    ).toEqual(
      [
        'versionBlock',
        'captureDateTimeBlock',
        'qualityBlocks',
        'padDataBlock',
        'sessionId',
        'derivedFrom',
        'captureDeviceBlock',
        `${ID}.subjectHeight`,
        `${ID}.propertiesBlock.biometricAbsent`,
        `${ID}.propertiesBlock.headCoveringsPresent`,
        ...LOST_OF_PICTURE.map((x) => `imageRepresentation2DBlock.imageInformation2DBlock.${x}`),
        'imageRepresentation2DBlock.captureDevice2DBlock.captureDeviceSpectral2DBlock',
      ].map((x) => `dropped ${x}`),
    )
    expect(back({}, { versionBlock: { generation: 3, year: 2020 } }).lost).toEqual(['dropped versionBlock'])
    expect(back({}, { versionBlock: { generation: 4, year: 2019 } }).lost).toEqual(['dropped versionBlock'])
  })
  it('F7 gives what is other or not known the code that there is', () => {
    expect(identity({ gender: 'other' })).toMatchObject({ value: [{ gender: 'unknown' }], lost: [`changed ${ID}.gender`] })
    expect(identity({ gender: 'male' })).toMatchObject({ value: [{ gender: 'male' }], lost: [] })
    for (const eyeColour of ['unknown', 'other', 'hazel'] as const)
      expect(identity({ eyeColour })).toMatchObject({ value: [{ eyeColour: 'unknown' }], lost: [`changed ${ID}.eyeColour`] })
    for (const hairColour of ['unknown', 'other', 'knownColoured'] as const)
      expect(identity({ hairColour })).toMatchObject({ value: [{ hairColour: 'unknown' }], lost: [`changed ${ID}.hairColour`] })
  })
  it('F7 tells properties that were not told apart from those that are absent', () => {
    const all = {
      glasses: true,
      moustache: false,
      beard: false,
      teethVisible: false,
      pupilOrIrisNotVisible: true,
      mouthOpen: false,
      leftEyePatch: false,
      rightEyePatch: false,
      darkGlasses: true,
    }
    expect(identity({ propertiesBlock: all })).toMatchObject({ value: [{ properties: ['glasses', 'blink', 'dark-glasses'] }], lost: [] })
    const { beard: _, ...some } = all
    expect(identity({ propertiesBlock: some })).toMatchObject({
      value: [{ properties: ['glasses', 'blink', 'dark-glasses'] }],
      lost: [`changed ${ID}.propertiesBlock.beard`],
    })
    expect(identity({ propertiesBlock: {} }).value[0]).not.toHaveProperty('properties')
    expect(identity({ propertiesBlock: { biometricAbsent: true } }).value[0]).not.toHaveProperty('properties')
  })
  it('F7 keeps one expression and tells the others', () => {
    expect(identity({ expressionBlock: { frowning: true } })).toMatchObject({ value: [{ expression: 'frowning' }], lost: [] })
    expect(identity({ expressionBlock: { neutral: true, smile: false } })).toMatchObject({
      value: [{ expression: 'neutral' }],
      lost: [`dropped ${ID}.expressionBlock`],
    })
    expect(identity({ expressionBlock: { raisedEyebrows: true, squinting: true } })).toMatchObject({
      value: [{ expression: 'raised-eyebrows' }],
      lost: [`dropped ${ID}.expressionBlock`],
    })
    expect(identity({ expressionBlock: { neutral: false } })).toMatchObject({
      value: [{ expression: 'unspecified' }],
      lost: [`dropped ${ID}.expressionBlock`],
    })
    expect(identity({ expressionBlock: {} })).toMatchObject({ value: [{ expression: 'unspecified' }], lost: [] })
    expect(identity({ expressionBlock: { smile: true } })).toMatchObject({
      value: [{ expression: 'smile-closed' }],
      lost: [`changed ${ID}.expressionBlock.smile`],
    })
    expect(identity({ expressionBlock: { smile: true }, propertiesBlock: { mouthOpen: true } }).value[0]!.expression).toBe('smile-open')
  })
  it.each([
    [1, 0],
    [-1, 0],
    [3, 2],
    [-3, -2],
    [179, 178],
    [-179, -178],
    [-180, 180],
  ])('F7 rounds %i degrees to %i and tells it', (angleValue, degrees) => {
    const r = identity({ poseAngleBlock: { rollAngleBlock: { angleValue } } })
    expect(r.value[0]!.pose).toEqual({ yaw: {}, pitch: {}, roll: { degrees } })
    expect(r.lost).toEqual(angleValue === -180 ? [] : [`changed ${ID}.poseAngleBlock.rollAngleBlock.angleValue`])
  })
  it.each([
    [0, 0],
    [1, 2],
    [2, 2],
    [179, 180],
  ])('F7 never makes an uncertainty of %i smaller', (angleUncertainty, uncertainty) => {
    const r = identity({ poseAngleBlock: { yawAngleBlock: { angleValue: 0, angleUncertainty }, pitchAngleBlock: { angleValue: 2 } } })
    expect(r.value[0]!.pose).toEqual({ yaw: { degrees: 0, uncertainty }, pitch: { degrees: 2 }, roll: {} })
    expect(r.lost).toEqual(angleUncertainty === uncertainty ? [] : [`changed ${ID}.poseAngleBlock.yawAngleBlock.angleUncertainty`])
  })
  it('F7 keeps points of MPEG-4 and tells the others', () => {
    const at = { coordinateCartesian2DBlock: { x: 1, y: 2 } }
    expect(back({ landmarkBlocks: [{ landmarkKind: { mpeg4FeaturePoint: '9.15' }, landmarkCoordinates: at }] })).toMatchObject({
      value: [{ points: [{ type: 1, major: 9, minor: 15, x: 1, y: 2, reserved: 0 }] }],
      lost: [],
    })
    expect(
      back({
        landmarkBlocks: [
          { landmarkKind: { mpeg4FeaturePoint: '9.15' } },
          { landmarkKind: { anthropometricLandmark: { anthropometricLandmarkName: 'vertex' } }, landmarkCoordinates: at },
          { landmarkKind: { mpeg4FeaturePoint: '2.1' }, landmarkCoordinates: { coordinateCartesian3DBlock: { x: 1, y: 2, z: 3 } } },
          { landmarkKind: { mpeg4FeaturePoint: '2.15' }, landmarkCoordinates: at },
        ],
      }),
    ).toMatchObject({ value: [{ points: [] }], lost: [0, 1, 2, 3].map((i) => `dropped landmarkBlocks[${i}]`) })
  })
  it('F7 carries size, colour, kind and source', () => {
    const of = (more: object, info: object = {}) => back(image(more, info))
    expect(of({}, { imageSizeBlock: { width: 1, height: 2 }, faceImageKind2D: 'mrtd', imageColourSpace: 'greyscale8Bit' })).toMatchObject({
      value: [{ width: 1, height: 2, kind: 'full-frontal', colourSpace: 'grey8' }],
      lost: [],
    })
    const SPACE = 'changed imageRepresentation2DBlock.imageInformation2DBlock.imageColourSpace'
    expect(of({}, { imageColourSpace: 'rgb48Bit' })).toMatchObject({
      value: [{ colourSpace: 'other' }],
      lost: [SPACE],
      says: ['rgb48Bit becomes other'],
    })
    expect(of({}, { imageColourSpace: 'unknown' })).toMatchObject({
      value: [{ colourSpace: 'unspecified' }],
      lost: [SPACE],
      says: ['unknown becomes unspecified'],
    })
    expect(of({}, { imageColourSpace: 'other' })).toMatchObject({ value: [{ colourSpace: 'other' }], lost: [] })
    expect(of({ captureDevice2DBlock: { captureDeviceTechnologyId2D: 'unknown' } })).toMatchObject({
      value: [{ source: 'unknown' }],
      lost: [],
    })
    expect(of({}, { imageDataFormat: 'jpeg2000Lossless' })).toMatchObject({
      value: [{ dataType: 'jpeg2000' }],
      lost: ['changed imageRepresentation2DBlock.imageInformation2DBlock.imageDataFormat'],
    })
    expect(of({ representationData2D: new Uint8Array(3) })).toMatchObject({
      value: [{ width: 0, height: 0 }],
      lost: ['changed imageRepresentation2DBlock.imageInformation2DBlock.imageSizeBlock'],
    })
  })
  it('F7 a representation without a picture is none', () => {
    expect(back({ imageRepresentation: {} }).value).toEqual([])
  })
  it('F7 what is converted can be written, and the picture is the same to the byte', () => {
    fc.assert(
      fc.property(faceBlocks, (b) => {
        const images = toFacialImages(b, () => undefined)
        expect(encodeFacialRecord({ images }).length).toBeGreaterThan(0)
        expect(images[0]!.image).toEqual(of(b).imageRepresentation.imageRepresentation2DBlock!.representationData2D)
      }),
    )
  })
})
