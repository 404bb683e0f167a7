import { EXPRESSION_FLAGS, EYES, HAIRS, PROPERTY_FLAGS, SPACES, TECHNOLOGIES, type Lose } from './conversion.ts'
import type { FaceImageData, FaceRepresentation } from './face-image-data.ts'
import { MPEG4_POINT, type Mpeg4Point } from './face-image-code.ts'
import { type PROPERTIES, type Word } from './facial-code.ts'
import type { FacialImage, FeaturePoint, PoseAngle } from './facial-record.ts'
import { imageFactsOf } from './image.ts'

type Identity = NonNullable<FaceRepresentation['identityMetadataBlock']>
type Image2D = NonNullable<FaceRepresentation['imageRepresentation']['imageRepresentation2DBlock']>
type Angle = NonNullable<NonNullable<Identity['poseAngleBlock']>['yawAngleBlock']>
type Landmark = NonNullable<FaceRepresentation['landmarkBlocks']>[number]

const IDENTITY = 'identityMetadataBlock'
const IMAGE = 'imageRepresentation2DBlock'

/** The word whose counterpart this is. */
function wordFor<W extends string>(table: Readonly<Record<W, string>>, value: string | undefined): W | undefined {
  for (const word in table) if (table[word] === value) return word
  return undefined
}

/** Members that the other format has no place for. */
function dropAll(o: object, names: readonly string[], to: { readonly at: string; readonly lose: Lose }): void {
  for (const name of names) {
    if ((o as Readonly<Record<string, unknown>>)[name] !== undefined)
      to.lose('dropped', to.at === '' ? name : `${to.at}.${name}`, 'has no counterpart')
  }
}

function colour<W extends string>(
  table: Readonly<Record<W, string>>,
  value: string | undefined,
  o: { readonly at: string; readonly lose: Lose },
): W | 'unspecified' | 'unknown' {
  if (value === undefined) return 'unspecified'
  const word = wordFor(table, value)
  if (word === undefined) o.lose('changed', o.at, `${value} becomes another colour or not known`)
  return word ?? 'unknown'
}

function toGender(value: Identity['gender'], lose: Lose): FacialImage['gender'] {
  if (value !== 'other') return value ?? 'unspecified'
  lose('changed', `${IDENTITY}.gender`, 'other becomes not known')
  return 'unknown'
}

function toProperties(block: Identity['propertiesBlock'], lose: Lose): FacialImage['properties'] {
  if (block === undefined) return undefined
  const at = `${IDENTITY}.propertiesBlock`
  dropAll(block, ['biometricAbsent', 'headCoveringsPresent'], { at, lose })
  const flags = Object.entries(PROPERTY_FLAGS)
  if (flags.every(([, flag]) => block[flag] === undefined)) return undefined
  for (const [, flag] of flags) if (block[flag] === undefined) lose('changed', `${at}.${flag}`, 'what was not told becomes absent')
  return flags.filter(([, flag]) => block[flag] === true).map(([word]) => word as Word<typeof PROPERTIES>)
}

function toExpression(identity: Identity, lose: Lose): FacialImage['expression'] {
  const block = identity.expressionBlock
  if (block === undefined) return 'unspecified'
  const at = `${IDENTITY}.expressionBlock`
  const shown = Object.entries(block)
    .filter(([, yes]) => yes)
    .map(([flag]) => flag)
  if (Object.keys(block).length > shown.length) lose('dropped', at, 'that an expression is absent')
  if (shown.length > 1) lose('dropped', at, `of ${shown.length} expressions one is kept`)
  if (shown[0] !== 'smile') return wordFor(EXPRESSION_FLAGS, shown[0]) ?? 'unspecified'
  lose('changed', `${at}.smile`, 'whether the jaw is closed is a guess from the mouth')
  return identity.propertiesBlock?.mouthOpen === true ? 'smile-open' : 'smile-closed'
}

function toAngle(block: Angle | undefined, at: string, lose: Lose): PoseAngle {
  if (block === undefined) return {}
  const { angleValue: value, angleUncertainty: unsure } = block
  const degrees = value === -180 ? 180 : value - (value % 2)
  if (value % 2 !== 0) lose('changed', `${at}.angleValue`, `${value} degrees become ${degrees}`)
  // an error may be told too large, never too small
  const uncertainty = unsure === undefined ? undefined : 2 * Math.ceil(unsure / 2)
  if (uncertainty !== unsure) lose('changed', `${at}.angleUncertainty`, `${unsure} degrees become ${uncertainty}`)
  return uncertainty === undefined ? { degrees } : { degrees, uncertainty }
}

function toPoint(mark: Landmark, at: string, lose: Lose): readonly FeaturePoint[] {
  const place = mark.landmarkCoordinates?.coordinateCartesian2DBlock
  const code: Mpeg4Point | undefined = mark.landmarkKind.mpeg4FeaturePoint
  if (place === undefined || code === undefined || MPEG4_POINT[code] === undefined) {
    lose('dropped', at, 'only points of MPEG-4 with two coordinates have a counterpart')
    return []
  }
  const [major, minor] = code.split('.').map(Number) as [number, number]
  return [{ type: 1, major, minor, x: place.x, y: place.y, reserved: 0 }]
}

function toSpace(value: Image2D['imageInformation2DBlock']['imageColourSpace'], lose: Lose): FacialImage['colourSpace'] {
  if (value === undefined) return 'unspecified'
  const word = wordFor(SPACES, value)
  if (word !== undefined) return word
  lose('changed', `${IMAGE}.imageInformation2DBlock.imageColourSpace`, `${value} becomes ${value === 'unknown' ? 'unspecified' : 'other'}`)
  return value === 'unknown' ? 'unspecified' : 'other'
}

/** What is said of the picture as a picture. */
function toPicture(
  b: Image2D,
  lose: Lose,
): Pick<FacialImage, 'kind' | 'dataType' | 'width' | 'height' | 'colourSpace' | 'source' | 'image'> {
  const information = b.imageInformation2DBlock
  const at = `${IMAGE}.imageInformation2DBlock`
  dropAll(
    information,
    [
      'postAcquisitionProcessingBlock',
      'lossyTransformationAttempts',
      'cameraToSubjectDistance',
      'sensorDiagonal',
      'lensFocalLength',
      'imageFaceMeasurementsBlock',
      'referenceColourMappingBlock',
    ],
    { at, lose },
  )
  dropAll(b.captureDevice2DBlock ?? {}, ['captureDeviceSpectral2DBlock'], { at: `${IMAGE}.captureDevice2DBlock`, lose })
  const size = information.imageSizeBlock ?? imageFactsOf(b.representationData2D)
  if (size === undefined) lose('changed', `${at}.imageSizeBlock`, 'a size that is not told becomes zero')
  if (information.imageDataFormat !== 'jpeg')
    lose('changed', `${at}.imageDataFormat`, 'the record does not tell whether JPEG 2000 lost something')
  return {
    kind: information.faceImageKind2D === 'mrtd' ? 'full-frontal' : 'basic',
    dataType: information.imageDataFormat === 'jpeg' ? 'jpeg' : 'jpeg2000',
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    colourSpace: toSpace(information.imageColourSpace, lose),
    source: wordFor(TECHNOLOGIES, b.captureDevice2DBlock?.captureDeviceTechnologyId2D) ?? 'unspecified',
    image: b.representationData2D,
  }
}

/** One representation of ISO/IEC 39794-5 as a picture of ISO/IEC 19794-5; undefined when it holds no picture. */
function toFacialImage(r: FaceRepresentation, lose: Lose): FacialImage | undefined {
  const b = r.imageRepresentation.imageRepresentation2DBlock
  if (b === undefined) return undefined
  dropAll(r, ['captureDateTimeBlock', 'qualityBlocks', 'padDataBlock', 'sessionId', 'derivedFrom', 'captureDeviceBlock'], { at: '', lose })
  const identity = r.identityMetadataBlock ?? {}
  dropAll(identity, ['subjectHeight'], { at: IDENTITY, lose })
  const pose = identity.poseAngleBlock
  const properties = toProperties(identity.propertiesBlock, lose)
  return {
    ...toPicture(b, lose),
    gender: toGender(identity.gender, lose),
    eyeColour: colour(EYES, identity.eyeColour, { at: `${IDENTITY}.eyeColour`, lose }),
    hairColour: colour(HAIRS, identity.hairColour, { at: `${IDENTITY}.hairColour`, lose }),
    ...(properties === undefined ? {} : { properties }),
    expression: toExpression(identity, lose),
    pose: {
      yaw: toAngle(pose?.yawAngleBlock, `${IDENTITY}.poseAngleBlock.yawAngleBlock`, lose),
      pitch: toAngle(pose?.pitchAngleBlock, `${IDENTITY}.poseAngleBlock.pitchAngleBlock`, lose),
      roll: toAngle(pose?.rollAngleBlock, `${IDENTITY}.poseAngleBlock.rollAngleBlock`, lose),
    },
    points: (r.landmarkBlocks ?? []).flatMap((m, i) => toPoint(m, `landmarkBlocks[${i}]`, lose)),
    deviceType: 0,
    quality: 0,
  }
}

/**
 * A block of ISO/IEC 39794-5 as pictures of ISO/IEC 19794-5, each the same to the byte.
 *
 * @param lose - told of everything that could not be carried over as it was
 */
export function toFacialImages(data: FaceImageData, lose: Lose): readonly FacialImage[] {
  if (data.versionBlock.generation !== 3 || data.versionBlock.year !== 2019)
    lose('dropped', 'versionBlock', `version ${data.versionBlock.generation} of ${data.versionBlock.year}`)
  return data.representationBlocks.map((r) => toFacialImage(r, lose)).filter((f) => f !== undefined)
}
