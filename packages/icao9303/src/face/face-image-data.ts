import { type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, openFile, type Decoded, type Reading } from '../lds/decoded.ts'
import {
  COLOUR_SPACE,
  DEVICE_TECHNOLOGY,
  EYE_COLOUR,
  GENDER,
  HAIR_COLOUR,
  IMAGE_FORMAT,
  IMAGE_KIND,
  LANDMARK_ID,
  LANDMARK_NAME,
  LANDMARK_POINT,
  LOSSY_TRANSFORMATIONS,
  MPEG4_POINT,
} from './face-image-code.ts'
import { base, boolean, choice, code, integer, list, octets, sequence, type ValueOf } from './schema.ts'

const nothing = {}
const wide = integer(0)
const short = integer(0, 0xffff)

// ISO/IEC 39794-1
const registryId = sequence({ organization: integer(1, 0xffff), id: integer(1, 0xffff) }, nothing)
const version = sequence({ generation: integer(3, 0xffff), year: integer(2019, 9999) }, nothing)
const dateTime = sequence(
  { year: integer(0, 9999) },
  {
    month: integer(1, 12),
    day: integer(1, 31),
    hour: integer(0, 23),
    minute: integer(0, 59),
    second: integer(0, 59),
    millisecond: integer(0, 999),
  },
)
const score = integer(0, 100)
/** ScoringError has the one alternative with tag 1. */
const scoreOrError = choice({ score, error: code({ failureToAssess: 0 }) })
const quality = sequence({ algorithmIdBlock: registryId, scoreOrError }, nothing)
const padScore = sequence({ mechanismIdBlock: registryId, scoreOrError }, nothing)
const extendedData = sequence({ dataTypeIdBlock: registryId, data: octets }, nothing)
const padData = sequence(nothing, {
  decision: code({ noAttack: 0, attack: 1, failureToAssess: 2 }),
  scoreBlocks: list(padScore),
  extendedDataBlocks: list(extendedData),
  captureContext: code({ enrolment: 0, verification: 1, identification: 2 }),
  supervisionLevel: code({ unknown: 0, controlled: 1, assisted: 2, observed: 3, unattended: 4 }),
  riskLevel: score,
  criteriaCategory: code({ unknown: 0, individual: 1, common: 2 }),
  parameter: octets,
  challenges: list(octets, 0x04),
  captureDateTimeBlock: dateTime,
})
const plane = sequence({ x: short, y: short }, nothing)
const space = sequence({ x: short, y: short, z: short }, nothing)

// ISO/IEC 39794-5
const flags = <N extends string>(...names: readonly N[]) =>
  sequence(nothing, Object.fromEntries(names.map((n) => [n, boolean])) as Readonly<Record<N, typeof boolean>>)
const properties = flags(
  'glasses',
  'moustache',
  'beard',
  'teethVisible',
  'pupilOrIrisNotVisible',
  'mouthOpen',
  'leftEyePatch',
  'rightEyePatch',
  'darkGlasses',
  'biometricAbsent',
  'headCoveringsPresent',
)
const expression = flags('neutral', 'smile', 'raisedEyebrows', 'eyesLookingAwayFromTheCamera', 'squinting', 'frowning')
const angle = sequence({ angleValue: integer(-180, 180) }, { angleUncertainty: integer(0, 180) })
const pose = sequence(nothing, { yawAngleBlock: angle, pitchAngleBlock: angle, rollAngleBlock: angle })
const identity = sequence(nothing, {
  gender: code(GENDER),
  eyeColour: code(EYE_COLOUR),
  hairColour: code(HAIR_COLOUR),
  subjectHeight: integer(1, 0xffff),
  propertiesBlock: properties,
  expressionBlock: expression,
  poseAngleBlock: pose,
})
const anthropometric = base(
  choice({
    anthropometricLandmarkName: code(LANDMARK_NAME),
    anthropometricLandmarkPointName: code(LANDMARK_POINT),
    anthropometricLandmarkPointId: code(LANDMARK_ID),
  }),
)
const landmark = sequence(
  { landmarkKind: base(choice({ mpeg4FeaturePoint: code(MPEG4_POINT), anthropometricLandmark: anthropometric })) },
  {
    landmarkCoordinates: base(
      choice({
        coordinateCartesian2DBlock: plane,
        coordinateTextureImageBlock: sequence({ uInPixel: wide, vInPixel: wide }, nothing),
        coordinateCartesian3DBlock: space,
      }),
    ),
  },
)
const information = sequence(
  { imageDataFormat: code(IMAGE_FORMAT, 'code') },
  {
    faceImageKind2D: code(IMAGE_KIND),
    postAcquisitionProcessingBlock: flags(
      'rotated',
      'cropped',
      'downSampled',
      'whiteBalanceAdjusted',
      'multiplyCompressed',
      'interpolated',
      'contrastStretched',
      'poseCorrected',
      'multiViewImage',
      'ageProgressed',
      'superResolutionProcessed',
      'normalised',
    ),
    lossyTransformationAttempts: code(LOSSY_TRANSFORMATIONS),
    cameraToSubjectDistance: integer(0, 50_000),
    sensorDiagonal: integer(0, 2000),
    lensFocalLength: integer(0, 2000),
    imageSizeBlock: sequence({ width: short, height: short }, nothing),
    imageFaceMeasurementsBlock: sequence(nothing, {
      imageHeadWidth: wide,
      imageInterEyeDistance: wide,
      imageEyeToMouthDistance: wide,
      imageHeadLength: wide,
    }),
    imageColourSpace: code(COLOUR_SPACE),
    referenceColourMappingBlock: sequence(nothing, {
      referenceColourSchema: octets,
      referenceColourDefinitionAndValueBlocks: list(sequence(nothing, { referenceColourDefinition: octets, referenceColourValue: octets })),
    }),
  },
)
const device2D = sequence(nothing, {
  captureDeviceSpectral2DBlock: flags('whiteLight', 'nearInfrared', 'thermal'),
  captureDeviceTechnologyId2D: code(DEVICE_TECHNOLOGY),
})
const image2D = sequence({ representationData2D: octets, imageInformation2DBlock: information }, { captureDevice2DBlock: device2D })
const representation = sequence(
  { representationId: wide, imageRepresentation: base(choice({ imageRepresentation2DBlock: image2D })) },
  {
    captureDateTimeBlock: dateTime,
    qualityBlocks: list(quality),
    padDataBlock: padData,
    sessionId: wide,
    derivedFrom: wide,
    captureDeviceBlock: sequence(nothing, { modelIdBlock: registryId, certificationIdBlocks: list(registryId) }),
    identityMetadataBlock: identity,
    landmarkBlocks: list(landmark),
  },
)
const dataBlock = sequence({ versionBlock: version, representationBlocks: list(representation) }, nothing)

/** A face image data block of ISO/IEC 39794-5, by the names of its ASN.1 module. */
export type FaceImageData = ValueOf<typeof dataBlock>
/** One representation of the face: the picture and all that is said of it. */
export type FaceRepresentation = ValueOf<typeof representation>

/** Where the ASN.1 of the profile is fixed. */
export const PROFILE = 'ISO/IEC 39794-5:2019, ICAO profile'
/** [APPLICATION 5] */
export const FACE_DATA = 0x65

/**
 * Writes the block with its tag 65 in DER, as the ICAO application profile has it.
 *
 * @throws RangeError on a value that the profile does not allow
 * @source ISO/IEC 39794-5:2019, application profile for eMRTDs
 */
export function encodeFaceImageData(block: FaceImageData): Uint8Array {
  if (block.representationBlocks.length !== 1) throw new RangeError('the profile has one representation in a block')
  return tlv(FACE_DATA, dataBlock.write(block))
}

/** Reads the content of a block with tag 65. @throws Malformed: for the package only */
export function readFaceImageData(t: Tlv, trail: Reading & { readonly path: string }): FaceImageData {
  const block = dataBlock.read(t, { ...trail, clause: PROFILE })
  const n = block.representationBlocks.length
  if (n !== 1)
    trail.note({ code: 'representation-count', offset: t.start, says: `${n} representations; the profile has one`, clause: PROFILE })
  return block
}

/** Reads a face image data block that stands alone, its tag 65 included. @source ISO/IEC 39794-5:2019, application profile for eMRTDs */
export function decodeFaceImageData(bytes: Uint8Array): Decoded<FaceImageData> {
  return decoding((_, reading) => readFaceImageData(openFile(bytes, FACE_DATA, { reading, clause: PROFILE }), { ...reading, path: 'data' }))
}
