import type { FaceImageData, FaceRepresentation } from './face-image-data.ts'
import { MPEG4_POINT, type Mpeg4Point } from './face-image-code.ts'
import { type EXPRESSIONS, type PROPERTIES, type Word } from './facial-code.ts'
import type { FacialImage, FeaturePoint, PoseAngle } from './facial-record.ts'
import { imageFactsOf } from './image.ts'

/** Something that one format says and the other cannot, or not in the same way. */
export interface Loss {
  readonly code: 'dropped' | 'changed'
  /** The field of the format that was converted from. */
  readonly at: string
  readonly says: string
}

export type Lose = (code: Loss['code'], at: string, says: string) => void

type Identity = NonNullable<FaceRepresentation['identityMetadataBlock']>
type Image2D = NonNullable<FaceRepresentation['imageRepresentation']['imageRepresentation2DBlock']>
type Information = Image2D['imageInformation2DBlock']
type Properties = NonNullable<Identity['propertiesBlock']>
type Expressions = NonNullable<Identity['expressionBlock']>
type Pose = NonNullable<Identity['poseAngleBlock']>
type Landmark = NonNullable<FaceRepresentation['landmarkBlocks']>[number]

/** Words of the record and the flags of the block that mean the same. */
export const PROPERTY_FLAGS = {
  glasses: 'glasses',
  moustache: 'moustache',
  beard: 'beard',
  'teeth-visible': 'teethVisible',
  blink: 'pupilOrIrisNotVisible',
  'mouth-open': 'mouthOpen',
  'left-eye-patch': 'leftEyePatch',
  'right-eye-patch': 'rightEyePatch',
  'dark-glasses': 'darkGlasses',
} as const satisfies Partial<Record<Word<typeof PROPERTIES>, keyof Properties>>

export const EXPRESSION_FLAGS = {
  neutral: 'neutral',
  'smile-closed': 'smile',
  'smile-open': 'smile',
  'raised-eyebrows': 'raisedEyebrows',
  'looking-away': 'eyesLookingAwayFromTheCamera',
  squinting: 'squinting',
  frowning: 'frowning',
} as const satisfies Partial<Record<Word<typeof EXPRESSIONS>, keyof Expressions>>

export const EYES = {
  black: 'black',
  blue: 'blue',
  brown: 'brown',
  grey: 'grey',
  green: 'green',
  'multi-coloured': 'multi-coloured',
  pink: 'pink',
} as const
export const HAIRS = { bald: 'bald', black: 'black', blonde: 'blonde', brown: 'brown', grey: 'grey', white: 'white', red: 'red' } as const
export const SPACES = { rgb24: 'rgb24Bit', yuv422: 'yuv422', grey8: 'greyscale8Bit', other: 'other' } as const
export const TECHNOLOGIES = {
  unknown: 'unknown',
  photograph: 'staticPhotographFromUnknownSource',
  'photograph-camera': 'staticPhotographFromDigitalStillImageCamera',
  'photograph-scanner': 'staticPhotographFromScanner',
  video: 'videoFrameFromUnknownSource',
  'video-analogue': 'videoFrameFromAnalogueVideoCamera',
  'video-digital': 'videoFrameFromDigitalVideoCamera',
} as const

/** Only the members that have a value. */
export const given = <T extends object>(o: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as never

/** The counterpart of a word in a table; what has none is a loss, but for `unspecified`, which says nothing. */
function counterpart<T extends string>(
  table: Readonly<Record<string, T>>,
  word: string | number,
  o: { readonly at: string; readonly lose: Lose },
): T | undefined {
  const found = typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined
  if (found === undefined && word !== 'unspecified') o.lose('dropped', o.at, `${word} has no counterpart`)
  return found
}

/** Where 19794-5 has one code for what is another colour and for what is not known. */
function colour<T extends string>(
  table: Readonly<Record<string, T>>,
  word: string | number,
  o: { readonly at: string; readonly lose: Lose },
): T | 'unknown' | undefined {
  if (word !== 'unknown') return counterpart(table, word, o)
  o.lose('changed', o.at, 'another colour or not known becomes not known')
  return 'unknown'
}

function toProperties(list: FacialImage['properties'], lose: Lose): Properties | undefined {
  if (list === undefined) return undefined
  for (const p of list) if (!Object.hasOwn(PROPERTY_FLAGS, p)) lose('dropped', 'properties', `${p} has no counterpart`)
  return Object.fromEntries(
    Object.entries(PROPERTY_FLAGS).map(([word, flag]) => [flag, list.includes(word as keyof typeof PROPERTY_FLAGS)]),
  )
}

function toExpression(word: FacialImage['expression'], lose: Lose): Expressions | undefined {
  const flag = counterpart(EXPRESSION_FLAGS, word, { at: 'expression', lose })
  if (flag === 'smile') lose('changed', 'expression', 'a smile does not tell whether the jaw is closed')
  return flag === undefined ? undefined : { [flag]: true }
}

function toPose(pose: FacialImage['pose'], lose: Lose): Pose | undefined {
  const angle = (a: PoseAngle, at: string): Pose['yawAngleBlock'] => {
    if (a.degrees === undefined) {
      if (a.uncertainty !== undefined) lose('dropped', at, 'an uncertainty without an angle')
      return undefined
    }
    return a.uncertainty === undefined ? { angleValue: a.degrees } : { angleValue: a.degrees, angleUncertainty: a.uncertainty }
  }
  const block = given({
    yawAngleBlock: angle(pose.yaw, 'pose.yaw'),
    pitchAngleBlock: angle(pose.pitch, 'pose.pitch'),
    rollAngleBlock: angle(pose.roll, 'pose.roll'),
  })
  return Object.keys(block).length > 0 ? block : undefined
}

function toIdentity(f: FacialImage, lose: Lose): Identity | undefined {
  const gender = counterpart({ male: 'male', female: 'female' } as const, f.gender, { at: 'gender', lose })
  const identity = given({
    gender,
    eyeColour: colour(EYES, f.eyeColour, { at: 'eyeColour', lose }),
    hairColour: colour(HAIRS, f.hairColour, { at: 'hairColour', lose }),
    propertiesBlock: toProperties(f.properties, lose),
    expressionBlock: toExpression(f.expression, lose),
    poseAngleBlock: toPose(f.pose, lose),
  })
  return Object.keys(identity).length > 0 ? identity : undefined
}

function toLandmarks(points: readonly FeaturePoint[], lose: Lose): readonly Landmark[] | undefined {
  const marks = points.flatMap((p, i): readonly Landmark[] => {
    const name: Mpeg4Point = `${p.major}.${p.minor}`
    const at = `points[${i}]`
    if (p.type !== 1 || MPEG4_POINT[name] === undefined) {
      lose('dropped', at, `point ${name} of type ${p.type} has no counterpart`)
      return []
    }
    if (p.reserved !== 0) lose('dropped', at, 'the reserved bytes')
    return [{ landmarkKind: { mpeg4FeaturePoint: name }, landmarkCoordinates: { coordinateCartesian2DBlock: { x: p.x, y: p.y } } }]
  })
  return marks.length > 0 ? marks : undefined
}

function toInformation(f: FacialImage, lose: Lose): Information {
  const facts = imageFactsOf(f.image)
  const isJpeg = facts === undefined ? f.dataType === 'jpeg' : facts.mediaType === 'image/jpeg'
  if (!isJpeg && facts?.wavelet !== 'irreversible')
    lose('changed', 'dataType', 'whether JPEG 2000 lost nothing is a guess from its wavelet')
  if (typeof f.dataType === 'number') lose('changed', 'dataType', `code ${f.dataType} becomes what the picture is`)
  if (f.kind === 'token-frontal') lose('changed', 'kind', 'a token frontal picture becomes one of a travel document')
  else if (typeof f.kind === 'number') lose('dropped', 'kind', `${f.kind} has no counterpart`)
  const colourSpace = counterpart(SPACES, f.colourSpace, { at: 'colourSpace', lose })
  return {
    imageDataFormat: isJpeg ? 'jpeg' : facts?.wavelet === 'reversible' ? 'jpeg2000Lossless' : 'jpeg2000Lossy',
    ...(f.kind === 'full-frontal' || f.kind === 'token-frontal' ? { faceImageKind2D: 'mrtd' as const } : {}),
    imageSizeBlock: { width: f.width, height: f.height },
    ...(colourSpace === undefined ? {} : { imageColourSpace: colourSpace }),
  }
}

/**
 * A picture of ISO/IEC 19794-5 as a block of ISO/IEC 39794-5. The picture itself is the same to the byte.
 *
 * @param lose - told of everything that could not be carried over as it was
 */
export function toFaceImageData(f: FacialImage, lose: Lose): FaceImageData {
  if (f.deviceType !== 0) lose('dropped', 'deviceType', 'a device type is nothing without its maker')
  if (f.quality !== 0) lose('dropped', 'quality', 'a quality is nothing without its algorithm')
  const technology = counterpart(TECHNOLOGIES, f.source, { at: 'source', lose })
  const image: Image2D = {
    representationData2D: f.image,
    imageInformation2DBlock: toInformation(f, lose),
    ...(technology === undefined ? {} : { captureDevice2DBlock: { captureDeviceTechnologyId2D: technology } }),
  }
  const more = given({ identityMetadataBlock: toIdentity(f, lose), landmarkBlocks: toLandmarks(f.points, lose) })
  return {
    versionBlock: { generation: 3, year: 2019 },
    representationBlocks: [{ representationId: 0, imageRepresentation: { imageRepresentation2DBlock: image }, ...more }],
  }
}
