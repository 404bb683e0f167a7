import { Malformed } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { decoding, type Decoded, type Reading } from '../lds/decoded.ts'
import {
  angleCode,
  angleOf,
  codeOf,
  COLOUR_SPACES,
  DATA_TYPES,
  EXPRESSIONS,
  EYE_COLOURS,
  GENDERS,
  HAIR_COLOURS,
  IMAGE_KINDS,
  PROPERTIES,
  SOURCES,
  uncertaintyCode,
  uncertaintyOf,
  wordOf,
  type CodeNames,
  type Word,
} from './facial-code.ts'
import { disagreements } from './image.ts'

const CLAUSE = 'ISO/IEC 19794-5:2005 §5'
const HEADER = 14
const INFORMATION = 20
const POINT = 8
const IMAGE = 12
/** Lengths in the field are off by up to this many bytes (documents of GB and NZ). */
const SLACK = 8

/** One angle of the head in degrees, in steps of two. */
export interface PoseAngle {
  readonly degrees?: number
  readonly uncertainty?: number
}

/** A point of the face in the picture; `major.minor` is its number in MPEG-4 when `type` is 1. */
export interface FeaturePoint {
  readonly type: number
  readonly major: number
  readonly minor: number
  readonly x: number
  readonly y: number
  readonly reserved: number
}

/** One picture of a facial record with all that is said of it. Codes without a name stay numbers. */
export interface FacialImage {
  readonly gender: Word<typeof GENDERS>
  readonly eyeColour: Word<typeof EYE_COLOURS>
  readonly hairColour: Word<typeof HAIR_COLOURS>
  /** Absent when properties are not specified; then nothing is said of glasses and beard, not even that there are none. */
  readonly properties?: readonly Word<typeof PROPERTIES>[]
  readonly expression: Word<typeof EXPRESSIONS>
  readonly pose: { readonly yaw: PoseAngle; readonly pitch: PoseAngle; readonly roll: PoseAngle }
  readonly points: readonly FeaturePoint[]
  readonly kind: Word<typeof IMAGE_KINDS>
  readonly dataType: Word<typeof DATA_TYPES>
  readonly width: number
  readonly height: number
  readonly colourSpace: Word<typeof COLOUR_SPACES>
  readonly source: Word<typeof SOURCES>
  readonly deviceType: number
  readonly quality: number
  readonly image: Uint8Array
}

/** A face record of ISO/IEC 19794-5:2005, version 010. */
export interface FacialRecord {
  readonly images: readonly FacialImage[]
}

function uint(n: number, length: 1 | 2 | 3 | 4): Uint8Array {
  if (!Number.isInteger(n) || n < 0 || n >= 256 ** length) throw new RangeError(`not a number of ${length} bytes: ${n}`)
  return Uint8Array.from({ length }, (_, i) => Math.floor(n / 256 ** (length - 1 - i)) % 256)
}

const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0))

function propertyMask(properties: FacialImage['properties']): number {
  return properties === undefined ? 0 : properties.reduce<number>((mask, p) => mask | (1 << codeOf(PROPERTIES, p)), 1)
}

function encodePoint(p: FeaturePoint): Uint8Array {
  if (p.major > 15 || p.minor > 15) throw new RangeError('a feature point has two numbers up to 15')
  return concat(uint(p.type, 1), uint(p.major * 16 + p.minor, 1), uint(p.x, 2), uint(p.y, 2), uint(p.reserved, 2))
}

function encodeImage(f: FacialImage): Uint8Array {
  const angles = [f.pose.yaw, f.pose.pitch, f.pose.roll]
  const body = concat(
    uint(f.points.length, 2),
    uint(codeOf(GENDERS, f.gender), 1),
    uint(codeOf(EYE_COLOURS, f.eyeColour), 1),
    uint(codeOf(HAIR_COLOURS, f.hairColour), 1),
    uint(propertyMask(f.properties), 3),
    uint(codeOf(EXPRESSIONS, f.expression), 2),
    Uint8Array.from(angles, (a) => angleCode(a.degrees)),
    Uint8Array.from(angles, (a) => uncertaintyCode(a.uncertainty)),
    ...f.points.map(encodePoint),
    uint(codeOf(IMAGE_KINDS, f.kind), 1),
    uint(codeOf(DATA_TYPES, f.dataType), 1),
    uint(f.width, 2),
    uint(f.height, 2),
    uint(codeOf(COLOUR_SPACES, f.colourSpace), 1),
    uint(codeOf(SOURCES, f.source), 1),
    uint(f.deviceType, 2),
    uint(f.quality, 2),
    f.image,
  )
  return concat(uint(body.length + 4, 4), body)
}

/**
 * Writes a face record.
 *
 * @throws RangeError on a number that has no room: the caller built the record, so it is a bug
 * @source ISO/IEC 19794-5:2005 §5.4 to §5.8
 */
export function encodeFacialRecord(record: FacialRecord): Uint8Array {
  const images = record.images.map(encodeImage)
  return concat(ascii('FAC\x00010\x00'), uint(HEADER + images.reduce((n, b) => n + b.length, 0), 4), uint(images.length, 2), ...images)
}

/** Where a record begins in its file, and how its fields are called there. */
export interface RecordPlace extends Pick<Reading, 'note' | 'lay'> {
  readonly start: number
  readonly path: string
}

/** A window on the bytes: numbers by their place, defects and fields with absolute offsets. */
class Window {
  readonly bytes: Uint8Array
  readonly #place: RecordPlace

  constructor(bytes: Uint8Array, place: RecordPlace) {
    this.bytes = bytes
    this.#place = place
  }

  lay(path: string, at: number, o: { readonly length: number; readonly value: string }): void {
    const start = this.#place.start + at
    this.#place.lay(`${this.#place.path}.${path}`, { start, body: start, end: start + o.length }, o.value)
  }

  uint(at: number, length: number): number {
    let sum = 0
    for (let i = at; i < at + length; i++) sum = sum * 256 + this.bytes[i]!
    return sum
  }

  word<T extends CodeNames>(names: T, at: number, length = 1): Word<T> {
    const word = wordOf(names, this.uint(at, length))
    if (typeof word === 'number') this.note('code-reserved', at, `code ${word} has no meaning in this edition`)
    return word
  }

  note(code: string, at: number, says: string): void {
    this.#place.note({ code, offset: this.#place.start + at, says, clause: CLAUSE })
  }

  fail(at: number, expected: string): Malformed {
    return new Malformed(CLAUSE, this.#place.start + at, expected)
  }
}

function properties(w: Window, at: number): FacialImage['properties'] {
  const mask = w.uint(at, 3)
  if (mask === 0) return undefined
  if ((mask & 1) === 0) w.note('property-mask', at, 'properties are given but not marked as specified')
  return Array.from({ length: 23 }, (_, i) => i + 1)
    .filter((bit) => (mask & (1 << bit)) !== 0)
    .map((bit) => {
      const word = wordOf(PROPERTIES, bit)
      if (typeof word === 'number') w.note('code-reserved', at, `bit ${bit} of the properties has no meaning in this edition`)
      return word
    })
}

function pose(w: Window, at: number): FacialImage['pose'] {
  const angle = (i: number): PoseAngle => {
    const [degrees, uncertainty] = [angleOf(w.uint(at + i, 1)), uncertaintyOf(w.uint(at + 3 + i, 1))]
    if (degrees === 'reserved') w.note('code-reserved', at + i, 'no angle has this code')
    if (uncertainty === 'reserved') w.note('code-reserved', at + 3 + i, 'no uncertainty has this code')
    return { ...(typeof degrees === 'number' ? { degrees } : {}), ...(typeof uncertainty === 'number' ? { uncertainty } : {}) }
  }
  return { yaw: angle(0), pitch: angle(1), roll: angle(2) }
}

function point(w: Window, at: number): FeaturePoint {
  const code = w.uint(at + 1, 1)
  const [type, x, y, reserved] = [w.uint(at, 1), w.uint(at + 2, 2), w.uint(at + 4, 2), w.uint(at + 6, 2)]
  return { type, major: code >> 4, minor: code & 15, x, y, reserved }
}

/** Fields from the start of the facial information, and from the start of the image information. */
const INFORMATION_FIELDS = [
  ['gender', 6, 1],
  ['eyeColour', 7, 1],
  ['hairColour', 8, 1],
  ['properties', 9, 3],
  ['expression', 12, 2],
  ['pose', 14, 6],
] as const
const IMAGE_FIELDS = [
  ['kind', 0, 1],
  ['dataType', 1, 1],
  ['width', 2, 2],
  ['height', 4, 2],
  ['colourSpace', 6, 1],
  ['source', 7, 1],
  ['deviceType', 8, 2],
  ['quality', 10, 2],
] as const

function layImage(w: Window, f: FacialImage, o: { readonly path: string; readonly at: number; readonly image: number }): void {
  const value = (name: keyof FacialImage): string => {
    const v = f[name]
    return typeof v === 'object' ? (Array.isArray(v) ? v.join(' ') : '') : v === undefined ? '' : String(v)
  }
  for (const [name, at, length] of INFORMATION_FIELDS) w.lay(`${o.path}.${name}`, o.at + at, { length, value: value(name) })
  f.points.forEach((p, i) => {
    w.lay(`${o.path}.points[${i}]`, o.at + INFORMATION + POINT * i, { length: POINT, value: `${p.major}.${p.minor} at ${p.x}, ${p.y}` })
  })
  for (const [name, at, length] of IMAGE_FIELDS) w.lay(`${o.path}.${name}`, o.image + at, { length, value: value(name) })
  w.lay(`${o.path}.image`, o.image + IMAGE, { length: f.image.length, value: `${f.image.length} bytes` })
}

function decodeImage(w: Window, at: number, { end, path }: { readonly end: number; readonly path: string }): FacialImage {
  const count = w.uint(at + 4, 2)
  const image = at + INFORMATION + POINT * count
  if (image + IMAGE > end) throw w.fail(at + 4, `${count} feature points and a picture within the record`)
  const props = properties(w, at + 9)
  const dataType = w.word(DATA_TYPES, image + 1)
  const picture = { image: w.bytes.slice(image + IMAGE, end), width: w.uint(image + 2, 2), height: w.uint(image + 4, 2) }
  for (const d of disagreements({ ...picture, isJpeg: dataType === 'jpeg' }))
    w.note(d.code, d.code === 'image-size' ? image + 2 : d.code === 'image-type' ? image + 1 : image + IMAGE, d.says)
  const f: FacialImage = {
    gender: w.word(GENDERS, at + 6),
    eyeColour: w.word(EYE_COLOURS, at + 7),
    hairColour: w.word(HAIR_COLOURS, at + 8),
    ...(props === undefined ? {} : { properties: props }),
    expression: w.word(EXPRESSIONS, at + 12, 2),
    pose: pose(w, at + 14),
    points: Array.from({ length: count }, (_, i) => point(w, at + INFORMATION + POINT * i)),
    kind: w.word(IMAGE_KINDS, image),
    dataType,
    colourSpace: w.word(COLOUR_SPACES, image + 6),
    source: w.word(SOURCES, image + 7),
    deviceType: w.uint(image + 8, 2),
    quality: w.uint(image + 10, 2),
    ...picture,
  }
  layImage(w, f, { path, at, image })
  return f
}

/** Where the picture ends that begins here: the last one may be told wrong by a few bytes. */
function endOf(w: Window, at: number, o: { readonly isLast: boolean }): number {
  const length = w.uint(at, 4)
  const there = w.bytes.length - at
  if (length < INFORMATION + IMAGE || length > there + SLACK) throw w.fail(at, 'a picture within the record')
  if (!o.isLast) {
    if (length > there) throw w.fail(at, 'a picture within the record')
    return at + length
  }
  if (Math.abs(length - there) > SLACK) throw w.fail(at, `a length of about ${there}`)
  if (length !== there) w.note('record-length', at, `the picture with its header has ${there} bytes, not ${length}`)
  return w.bytes.length
}

/**
 * Reads a face record whole; counts are held against the bytes at hand. @throws Malformed: for the package only
 */
export function readFacialRecord(bytes: Uint8Array, place: RecordPlace): FacialRecord {
  const w = new Window(bytes, place)
  if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== 'FAC\x00') throw w.fail(0, 'a face record')
  if (String.fromCharCode(...bytes.subarray(4, 8)) !== '010\x00') throw w.fail(4, 'version 010')
  const [told, count] = [w.uint(8, 4), w.uint(12, 2)]
  if (Math.abs(told - bytes.length) > SLACK) throw w.fail(8, `a length of about ${bytes.length}`)
  if (told !== bytes.length) w.note('record-length', 8, `the record has ${bytes.length} bytes, not ${told}`)
  if (count === 0) throw w.fail(12, 'at least one picture')
  const images: FacialImage[] = []
  let at = HEADER
  for (let i = 0; i < count; i++) {
    if (at + INFORMATION + IMAGE > bytes.length) throw w.fail(at, `${count} pictures within the record`)
    const end = endOf(w, at, { isLast: i === count - 1 })
    images.push(decodeImage(w, at, { end, path: `images[${i}]` }))
    at = end
  }
  return { images }
}

/** Reads a face record that stands alone. @source ISO/IEC 19794-5:2005 §5 */
export const decodeFacialRecord = (bytes: Uint8Array): Decoded<FacialRecord> =>
  decoding((_, reading) => readFacialRecord(bytes, { ...reading, start: 0, path: 'record' }))
