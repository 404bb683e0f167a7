import { Cursor, Malformed, readTlv, valueOf, type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { encodeFaceImageData, FACE_DATA, PROFILE, readFaceImageData, type FaceImageData } from '../face/face-image-data.ts'
import type { FaceFormat } from '../face/face-format.ts'
import { encodeFacialRecord, readFacialRecord, type FacialRecord } from '../face/facial-record.ts'
import { disagreements, imageFactsOf, mediaTypeOf, type ImageMediaType } from '../face/image.ts'
import { BLOCK, encodeBiometricGroup, readBiometricGroup, type BiometricHeader } from './biometric.ts'
import { decoding, openFile, type Decoded, type Reading } from './decoded.ts'

const CLAUSE = 'Doc 9303-10 §4.7.2'
const FILE = 0x75
/** The context tag of the block under 7F2E. */
const WRAPPER = 0xa1

/** The format types of a biometric header under the owner 0x0101. */
export const FORMAT_TYPE: Readonly<Record<FaceFormat, number>> = { 'ISO/IEC 19794-5': 0x0008, 'ISO/IEC 39794-5': 0x002a }

/** A face of DG2: the picture and what it is. Sizes in pixels, those of the picture itself where it can be read. */
export interface Face {
  readonly image: Uint8Array
  readonly mediaType: ImageMediaType
  readonly width: number
  readonly height: number
}

/** One biometric template of DG2 with everything that it says. */
export type FaceTemplate = { readonly header: BiometricHeader } & (
  | { readonly format: 'ISO/IEC 19794-5'; readonly record: FacialRecord }
  | { readonly format: 'ISO/IEC 39794-5'; readonly data: FaceImageData }
  | { readonly format: 'unknown'; readonly block: { readonly tag: number; readonly bytes: Uint8Array } }
)

export interface Dg2 {
  /** All pictures in the order of the file: the first is the one for others to use. */
  readonly faces: readonly Face[]
  readonly templates: readonly FaceTemplate[]
}

const headerOf = (format: FaceFormat): BiometricHeader => ({
  version: 0x0101,
  type: 0x02,
  subtype: 0,
  formatOwner: 0x0101,
  formatType: FORMAT_TYPE[format],
})

/** A template that says no more of a face than must be said. */
export function plainTemplate(f: Face, format: FaceFormat): FaceTemplate {
  const facts = imageFactsOf(f.image)
  const { image, width, height } = f
  if (format === 'ISO/IEC 39794-5') {
    const imageDataFormat = f.mediaType === 'image/jpeg' ? 'jpeg' : facts?.wavelet === 'reversible' ? 'jpeg2000Lossless' : 'jpeg2000Lossy'
    const imageRepresentation = {
      imageRepresentation2DBlock: {
        representationData2D: image,
        imageInformation2DBlock: { imageDataFormat, imageSizeBlock: { width, height } },
      },
    } as const
    return {
      header: headerOf(format),
      format,
      data: { versionBlock: { generation: 3, year: 2019 }, representationBlocks: [{ representationId: 0, imageRepresentation }] },
    }
  }
  const nothing = { yaw: {}, pitch: {}, roll: {} }
  return {
    header: headerOf(format),
    format,
    record: {
      images: [
        {
          gender: 'unspecified',
          eyeColour: 'unspecified',
          hairColour: 'unspecified',
          expression: 'unspecified',
          pose: nothing,
          points: [],
          kind: 'full-frontal',
          dataType: f.mediaType === 'image/jpeg' ? 'jpeg' : 'jpeg2000',
          width,
          height,
          colourSpace: facts?.components === 1 ? 'grey8' : 'rgb24',
          source: 'photograph',
          deviceType: 0,
          quality: 0,
          image,
        },
      ],
    },
  }
}

function blockOf(t: FaceTemplate): { readonly tag: number; readonly bytes: Uint8Array } {
  if (t.format === 'unknown') return t.block
  return t.format === 'ISO/IEC 19794-5'
    ? { tag: BLOCK.plain, bytes: encodeFacialRecord(t.record) }
    : { tag: BLOCK.constructed, bytes: tlv(WRAPPER, encodeFaceImageData(t.data)) }
}

/**
 * DG2: of one face alone, or of templates with everything that they say.
 *
 * @param format - for a face alone; which one to write is told by `faceFormat`
 * @throws RangeError on a value that has no room in its format
 * @source Doc 9303-10 §4.7.2.1, ISO/IEC 19794-5:2005, ISO/IEC 39794-5:2019
 */
export function encodeDg2(content: Face | Pick<Dg2, 'templates'>, format: FaceFormat = 'ISO/IEC 19794-5'): Uint8Array {
  const templates = 'templates' in content ? content.templates : [plainTemplate(content, format)]
  return encodeBiometricGroup(FILE, { templates: templates.map((t) => ({ header: t.header, block: blockOf(t) })) })
}

/** The block under tag 65, in its wrapper or, as some write it, without. */
function faceData(block: Tlv, reading: Reading): Tlv | undefined {
  const first = block.end - block.body >= 2 ? readTlv(block.bytes, block.body, block.end, reading.policy) : undefined
  if (first?.tag === FACE_DATA) {
    reading.note({
      code: 'wrapper-missing',
      offset: first.start,
      says: 'the face data stand without their context tag A1',
      clause: PROFILE,
    })
    return first
  }
  return first?.tag === WRAPPER ? new Cursor(first, PROFILE, reading.policy).take(FACE_DATA, 'face image data') : undefined
}

const isRecord = (block: Tlv): boolean =>
  String.fromCharCode(...block.bytes.subarray(block.body, Math.min(block.body + 3, block.end))) === 'FAC'

function readTemplate(
  { header, block }: { readonly header: BiometricHeader; readonly block: Tlv },
  { reading, path }: { readonly reading: Reading; readonly path: string },
): FaceTemplate {
  const told = (format: FaceFormat, tag: number): void => {
    if (block.tag !== tag)
      reading.note({ code: 'block-tag', offset: block.start, says: `${format} stands under tag ${tag.toString(16)}`, clause: CLAUSE })
    if (header.formatType !== undefined && header.formatType !== FORMAT_TYPE[format])
      reading.note({
        code: 'header-type',
        offset: block.start,
        says: `the face is in ${format}, which is not the format type of the header`,
        clause: CLAUSE,
      })
  }
  if (isRecord(block)) {
    told('ISO/IEC 19794-5', BLOCK.plain)
    return {
      header,
      format: 'ISO/IEC 19794-5',
      record: readFacialRecord(valueOf(block), { ...reading, start: block.body, path: `${path}.record` }),
    }
  }
  const data = faceData(block, reading)
  if (data === undefined) throw new Malformed(CLAUSE, block.body, 'a face of ISO/IEC 19794-5 or 39794-5')
  told('ISO/IEC 39794-5', BLOCK.constructed)
  const value = readFaceImageData(data, { ...reading, path: `${path}.data` })
  for (const image of imagesOf(value)) {
    for (const d of disagreements(image)) reading.note({ ...d, offset: data.start, clause: PROFILE })
  }
  return { header, format: 'ISO/IEC 39794-5', data: value }
}

function imagesOf(data: FaceImageData) {
  return data.representationBlocks
    .map((r) => r.imageRepresentation.imageRepresentation2DBlock)
    .filter((b) => b !== undefined)
    .map((b) => {
      const { imageSizeBlock: size, imageDataFormat } = b.imageInformation2DBlock
      return { image: b.representationData2D, width: size?.width, height: size?.height, isJpeg: imageDataFormat === 'jpeg' }
    })
}

function facesOf(t: FaceTemplate): readonly Face[] {
  const images = t.format === 'ISO/IEC 19794-5' ? t.record.images : t.format === 'ISO/IEC 39794-5' ? imagesOf(t.data) : []
  return images.map(({ image, width, height }) => {
    const facts = imageFactsOf(image)
    return { image, mediaType: mediaTypeOf(image), width: facts?.width ?? width ?? 0, height: facts?.height ?? height ?? 0 }
  })
}

/**
 * Reads DG2 in either encoding, one picture or several. A template that cannot be read does not cost the others.
 *
 * @source Doc 9303-10 §4.7.2
 */
export function decodeDg2(bytes: Uint8Array): Decoded<Dg2> {
  return decoding((note, reading) => {
    const group = readBiometricGroup(openFile(bytes, FILE, { reading, clause: CLAUSE }), { reading, clause: CLAUSE })
    let fault: Malformed | undefined
    const templates = group.templates.map((t, i): FaceTemplate => {
      try {
        return readTemplate(t, { reading, path: `templates[${i}]` })
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        fault ??= error
        note({ code: 'face-unreadable', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause })
        return { header: t.header, format: 'unknown', block: { tag: t.block.tag, bytes: valueOf(t.block).slice() } }
      }
    })
    const faces = templates.flatMap(facesOf)
    if (faces.length === 0) throw fault ?? new Malformed(CLAUSE, bytes.length, 'a face')
    return { faces, templates }
  })
}

/**
 * The picture of the holder and its type, from the bytes of DG2; undefined when there is none that can be read.
 *
 * @returns the first face: the standard puts there the one for others to use
 * @source Doc 9303-10 §4.7.2
 */
export function faceImageOf(dg2: Uint8Array): Face | undefined {
  const read = decodeDg2(dg2)
  return read.ok ? read.value.faces[0] : undefined
}
