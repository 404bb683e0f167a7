/** How a picture of a document is coded. `image/jp2` is JPEG 2000 in its boxes, `image/j2c` the bare codestream. */
export type ImageMediaType = 'image/jpeg' | 'image/jp2' | 'image/j2c' | 'unknown'

/** What a picture says of itself. Sizes in pixels. */
export interface ImageFacts {
  readonly mediaType: Exclude<ImageMediaType, 'unknown'>
  readonly width: number
  readonly height: number
  /** 1 is grey, 3 colour. */
  readonly components: number
  /** Bits of the first component. */
  readonly depth: number
  /** The wavelet of JPEG 2000: `irreversible` is lossy for certain, `reversible` may be without loss. */
  readonly wavelet?: 'reversible' | 'irreversible'
}

const u16 = (b: Uint8Array, at: number): number => b[at]! * 256 + b[at + 1]!
const u32 = (b: Uint8Array, at: number): number => u16(b, at) * 65536 + u16(b, at + 2)

const isJpeg = (b: Uint8Array): boolean => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff
const isCodestream = (b: Uint8Array, at = 0): boolean => b[at] === 0xff && b[at + 1] === 0x4f && b[at + 2] === 0xff && b[at + 3] === 0x51
const SIGNATURE = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a]
const isBoxes = (b: Uint8Array): boolean => SIGNATURE.every((x, i) => b[i] === x)

/** How the picture is coded, by its first bytes; what the record around it claims does not count. */
export function mediaTypeOf(b: Uint8Array): ImageMediaType {
  if (isJpeg(b)) return 'image/jpeg'
  if (isCodestream(b)) return 'image/j2c'
  return isBoxes(b) ? 'image/jp2' : 'unknown'
}

/** Frame headers, but not the tables that share their range of markers. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const STANDALONE = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

function jpeg(b: Uint8Array): ImageFacts | undefined {
  let at = 2
  while (at + 4 <= b.length) {
    if (b[at] !== 0xff) return undefined
    const marker = b[at + 1]!
    if (marker === 0xff) at += 1
    else if (STANDALONE(marker)) at += 2
    else if (isFrame(marker)) {
      if (at + 10 > b.length) return undefined
      return { mediaType: 'image/jpeg', width: u16(b, at + 7), height: u16(b, at + 5), components: b[at + 9]!, depth: b[at + 4]! }
    } else if (marker === 0xd9 || marker === 0xda) return undefined
    else at += 2 + Math.max(2, u16(b, at + 2))
  }
  return undefined
}

/** The transformation named in the default coding style: 0 is the irreversible one. */
function waveletOf(b: Uint8Array, from: number): ImageFacts['wavelet'] {
  for (let at = from; at + 4 <= b.length && b[at] === 0xff && b[at + 1] !== 0x90; at += 2 + Math.max(2, u16(b, at + 2))) {
    if (b[at + 1] === 0x52) return b[at + 13] === 0 ? 'irreversible' : b[at + 13] === 1 ? 'reversible' : undefined
  }
  return undefined
}

function codestream(b: Uint8Array, at: number, mediaType: ImageFacts['mediaType']): ImageFacts | undefined {
  if (at + 43 > b.length) return undefined
  const wavelet = waveletOf(b, at + 4 + u16(b, at + 4))
  const size = { width: u32(b, at + 8) - u32(b, at + 16), height: u32(b, at + 12) - u32(b, at + 20) }
  if (size.width <= 0 || size.height <= 0) return undefined
  return { mediaType, ...size, components: u16(b, at + 40), depth: (b[at + 42]! & 0x7f) + 1, ...(wavelet === undefined ? {} : { wavelet }) }
}

interface Box {
  readonly type: string
  readonly body: number
  readonly end: number
}

function boxAt(b: Uint8Array, at: number, limit: number): Box | undefined {
  if (at + 8 > limit) return undefined
  const type = String.fromCharCode(...b.subarray(at + 4, at + 8))
  const length = u32(b, at)
  if (length === 0) return { type, body: at + 8, end: limit }
  if (length !== 1) return length < 8 ? undefined : { type, body: at + 8, end: Math.min(at + length, limit) }
  if (at + 16 > limit || u32(b, at + 8) !== 0 || u32(b, at + 12) < 16) return undefined
  return { type, body: at + 16, end: Math.min(at + u32(b, at + 12), limit) }
}

function boxes(b: Uint8Array): ImageFacts | undefined {
  let header: ImageFacts | undefined
  let next: number
  for (let at = SIGNATURE.length, limit = b.length; ; at = next) {
    const box = boxAt(b, at, limit)
    if (box === undefined) return header
    next = box.end
    if (box.type === 'jp2c') return isCodestream(b, box.body) ? (codestream(b, box.body, 'image/jp2') ?? header) : header
    if (box.type === 'jp2h') next = box.body
    if (box.type === 'ihdr' && box.body + 11 <= box.end) {
      header = {
        mediaType: 'image/jp2',
        width: u32(b, box.body + 4),
        height: u32(b, box.body),
        components: u16(b, box.body + 8),
        depth: (b[box.body + 10]! & 0x7f) + 1,
      }
    }
  }
}

/**
 * Size, colour and coding of a picture, read from the picture itself: JPEG, JPEG 2000 in boxes or bare.
 * Undefined when it is another kind or its headers cannot be read.
 *
 * @source ISO/IEC 10918-1 Annex B, ISO/IEC 15444-1 Annexes A and I
 */
export function imageFactsOf(b: Uint8Array): ImageFacts | undefined {
  if (isJpeg(b)) return jpeg(b)
  return isCodestream(b) ? codestream(b, 0, 'image/j2c') : isBoxes(b) ? boxes(b) : undefined
}

/** What a record says of its picture. */
export interface ImageClaim {
  readonly image: Uint8Array
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly isJpeg: boolean
}

/** Where a picture and what the record says of it do not agree. The picture is what counts. */
export function disagreements(claim: ImageClaim): readonly { readonly code: string; readonly says: string }[] {
  const mediaType = mediaTypeOf(claim.image)
  if (mediaType === 'unknown') return [{ code: 'image-unknown', says: 'the picture is neither JPEG nor JPEG 2000' }]
  const list: { readonly code: string; readonly says: string }[] = []
  if ((mediaType === 'image/jpeg') !== claim.isJpeg)
    list.push({ code: 'image-type', says: `the picture is ${mediaType}, not what the record says` })
  const facts = imageFactsOf(claim.image)
  if (facts === undefined) list.push({ code: 'image-unreadable', says: 'the headers of the picture cannot be read' })
  else if (claim.width !== undefined && (facts.width !== claim.width || facts.height !== claim.height)) {
    list.push({
      code: 'image-size',
      says: `the picture has ${facts.width} x ${facts.height} pixels, the record says ${claim.width} x ${claim.height}`,
    })
  }
  return list
}
