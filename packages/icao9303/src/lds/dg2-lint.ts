import type { FaceRepresentation } from '../face/face-image-data.ts'
import { faceFormat } from '../face/face-format.ts'
import type { FacialImage } from '../face/facial-record.ts'
import { imageFactsOf, type ImageFacts } from '../face/image.ts'
import { decodeDg2, type FaceTemplate } from './dg2.ts'
import type { FileDefect } from './decoded.ts'

export interface FaceLintOrder {
  /** The day of issue: it decides which format is allowed. */
  readonly at: Date
  /** How many bytes the chip has for DG2, where that is known. */
  readonly room?: number
}

const DG2 = 'Doc 9303-10 §4.7.2'
const PORTRAIT = 'ISO/IEC 39794-5:2019 D.1 (Doc 9303-9 §4.1)'
/** In pixels. */
const LEAST_EYE_DISTANCE = 90
const MOST_FACES = 9
const SC37 = 0x0101

interface Point {
  readonly x: number
  readonly y: number
}

/** A picture with what both formats say of it, in the same words. */
interface Portrait {
  readonly facts: ImageFacts | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  readonly isGrey: boolean | undefined
  readonly points: readonly Point[]
  readonly eyeDistance: number | undefined
}

/** Centres of the eyes, left and right, then centres of the pupils. */
const EYES = [
  ['12.1', '12.2'],
  ['3.5', '3.6'],
  ['centerPointOfPupilLeft', 'centerPointOfPupilRight'],
  ['p-left', 'p-right'],
] as const

function distance(points: ReadonlyMap<string, Point>): number | undefined {
  for (const [l, r] of EYES) {
    const [left, right] = [points.get(l), points.get(r)]
    if (left !== undefined && right !== undefined) return Math.hypot(left.x - right.x, left.y - right.y)
  }
  return undefined
}

function ofRecord(f: FacialImage): Portrait {
  const points = f.points.filter((p) => p.type === 1)
  return {
    facts: imageFactsOf(f.image),
    width: f.width,
    height: f.height,
    points,
    isGrey: f.colourSpace === 'grey8' ? true : f.colourSpace === 'rgb24' || f.colourSpace === 'yuv422' ? false : undefined,
    eyeDistance: distance(new Map(points.map((p) => [`${p.major}.${p.minor}`, p]))),
  }
}

function marksOf(r: FaceRepresentation): ReadonlyMap<string, Point> {
  const map = new Map<string, Point>()
  for (const { landmarkKind: kind, landmarkCoordinates: place } of r.landmarkBlocks ?? []) {
    const name =
      kind.mpeg4FeaturePoint ??
      kind.anthropometricLandmark?.anthropometricLandmarkName ??
      kind.anthropometricLandmark?.anthropometricLandmarkPointId
    const at = place?.coordinateCartesian2DBlock
    if (name !== undefined && at !== undefined) map.set(name, at)
  }
  return map
}

function ofRepresentation(r: FaceRepresentation): readonly Portrait[] {
  const b = r.imageRepresentation.imageRepresentation2DBlock
  if (b === undefined) return []
  const { imageSizeBlock: size, imageColourSpace: space, imageFaceMeasurementsBlock: measured } = b.imageInformation2DBlock
  const marks = marksOf(r)
  return [
    {
      facts: imageFactsOf(b.representationData2D),
      width: size?.width,
      height: size?.height,
      points: [...marks.values()],
      isGrey: space === undefined || space === 'unknown' || space === 'other' ? undefined : space.startsWith('greyscale'),
      eyeDistance: measured?.imageInterEyeDistance ?? distance(marks),
    },
  ]
}

const portraitsOf = (t: FaceTemplate): readonly Portrait[] =>
  t.format === 'ISO/IEC 19794-5'
    ? t.record.images.map(ofRecord)
    : t.format === 'ISO/IEC 39794-5'
      ? t.data.representationBlocks.flatMap(ofRepresentation)
      : []

type Finding = Omit<FileDefect, 'offset'>

function portraitFindings(p: Portrait): readonly Finding[] {
  const list: Finding[] = []
  const [width, height] = [p.facts?.width ?? p.width, p.facts?.height ?? p.height]
  if (p.facts !== undefined && p.isGrey !== undefined && p.isGrey !== (p.facts.components === 1)) {
    list.push({
      code: 'colour-space',
      says: `the picture has ${p.facts.components} components, which is not the colour space that is told`,
      clause: DG2,
    })
  }
  const outside = width === undefined || height === undefined ? 0 : p.points.filter((q) => q.x >= width || q.y >= height).length
  if (outside > 0) list.push({ code: 'point-outside', says: `${outside} points lie outside the picture`, clause: DG2 })
  if (p.eyeDistance !== undefined && p.eyeDistance < LEAST_EYE_DISTANCE) {
    list.push({
      code: 'eye-distance',
      says: `the eyes are ${Math.round(p.eyeDistance)} pixels apart; at least ${LEAST_EYE_DISTANCE} are wanted`,
      clause: PORTRAIT,
    })
  }
  return list
}

function templateFindings(t: FaceTemplate, at: Date): readonly Finding[] {
  const list: Finding[] = portraitsOf(t).flatMap(portraitFindings)
  if (t.header.formatOwner !== undefined && t.header.formatOwner !== SC37)
    list.push({ code: 'format-owner', says: 'the format is not owned by ISO/IEC JTC 1/SC 37 (0101)', clause: 'Doc 9303-10 §4.7.2.1' })
  const rule = faceFormat(at)
  if (t.format !== 'unknown' && !rule.write.includes(t.format))
    list.push({ code: 'format-date', says: `${t.format} may not be written on ${at.toISOString().slice(0, 10)}`, clause: rule.clause })
  return list
}

/**
 * What a DG2 lacks before it is signed: the defects of its bytes, and whether format, header, colour, landmarks, eye
 * distance and size are as they should be. What nobody told (no landmarks, no room) is not judged. The Parts name no
 * least size of the picture but by the distance of the eyes.
 *
 * @source Doc 9303-10 §4.5.6, §4.7.2, Doc 9303-9 §4.1, §5.1
 */
export function lintDg2(bytes: Uint8Array, order: FaceLintOrder): readonly FileDefect[] {
  const read = decodeDg2(bytes)
  if (!read.ok) return read.defects
  const { templates } = read.value
  const place = (i: number): number => read.layout.find((f) => f.path === `templates[${i}]`)?.offset ?? 0
  const list = [...read.defects, ...templates.flatMap((t, i) => templateFindings(t, order.at).map((f) => ({ ...f, offset: place(i) })))]
  if (templates.length > MOST_FACES)
    list.push({
      code: 'face-count',
      offset: 0,
      says: `${templates.length} encodings of the face; at most ${MOST_FACES} have a place`,
      clause: 'Doc 9303-10 §4.7.2.2',
    })
  if (templates[0]?.format === 'unknown')
    list.push({
      code: 'first-encoding',
      offset: place(0),
      says: 'the first encoding must be one that everybody can read',
      clause: 'Doc 9303-10 §4.7.2.1',
    })
  if (order.room !== undefined && bytes.length > order.room)
    list.push({
      code: 'chip-room',
      offset: 0,
      says: `DG2 has ${bytes.length} bytes, the chip has room for ${order.room}`,
      clause: 'Doc 9303-9 §5.1',
    })
  return list
}
