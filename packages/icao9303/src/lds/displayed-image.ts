import { Cursor, valueOf } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { mediaTypeOf, type ImageMediaType } from '../face/image.ts'
import { decoding, openFile, renderBytes, renderTag, type Decoded } from './decoded.ts'
import { renderPicture } from './picture.ts'
import { countOf } from './tag-list.ts'

/** A picture as it is printed, and what it is. */
export interface DisplayedImage { readonly image: Uint8Array; readonly mediaType: ImageMediaType }

/** DG5 or DG7: portraits, or signatures and usual marks, as displayed. */
export interface DisplayedImages { readonly images: readonly DisplayedImage[] }

const PORTRAIT = { file: 0x65, image: 0x5f40, clause: 'Doc 9303-10 §4.7.5' } as const
const SIGNATURE = { file: 0x67, image: 0x5f43, clause: 'Doc 9303-10 §4.7.7' } as const
type Kind = typeof PORTRAIT | typeof SIGNATURE

function encode(d: DisplayedImages, kind: Kind): Uint8Array {
  if (d.images.length > 255) throw new RangeError('at most 255 images')
  return tlv(kind.file, tlv(TAG.integer, Uint8Array.of(d.images.length)), ...d.images.map((i) => tlv(kind.image, i.image)))
}

function decode(bytes: Uint8Array, kind: Kind): Decoded<DisplayedImages> {
  return decoding((note, reading) => {
    const { clause } = kind
    const c = new Cursor(openFile(bytes, kind.file, { reading, clause }), clause, reading.policy)
    const count = c.maybe(TAG.integer)
    if (count === undefined) note({ code: 'count-missing', offset: 0, says: 'images without their number', clause })
    else reading.lay('count', count, String(countOf(count)))
    const images: DisplayedImage[] = []
    while (c.peek() !== undefined) {
      const t = c.takeAny('an image')
      if (t.tag === kind.image) {
        const image = valueOf(t)
        reading.lay(`images[${images.length}]`, t, renderPicture(image))
        images.push({ image, mediaType: mediaTypeOf(image) })
        if (images.at(-1)!.mediaType === 'unknown') note({ code: 'image-unknown', offset: t.body, says: 'the picture is neither JPEG nor JPEG 2000', clause })
      } else {
        note({ code: 'unknown-field', offset: t.start, says: `field ${renderTag(t.tag)} is not known`, clause })
        reading.lay(renderTag(t.tag), t, renderBytes(valueOf(t)))
      }
    }
    if (count !== undefined && countOf(count) !== images.length) note({ code: 'count', offset: count.start, says: `${countOf(count)} images announced, ${images.length} there`, clause })
    return { images }
  })
}

/** DG5: displayed portraits. @source Doc 9303-10 §4.7.5 */
export function encodeDg5(d: DisplayedImages): Uint8Array {
  return encode(d, PORTRAIT)
}

/** Reads DG5: each picture with what it is. */
export function decodeDg5(bytes: Uint8Array): Decoded<DisplayedImages> {
  return decode(bytes, PORTRAIT)
}

/** DG7: displayed signatures or usual marks. @source Doc 9303-10 §4.7.7 */
export function encodeDg7(d: DisplayedImages): Uint8Array {
  return encode(d, SIGNATURE)
}

/** Reads DG7: each picture with what it is. */
export function decodeDg7(bytes: Uint8Array): Decoded<DisplayedImages> {
  return decode(bytes, SIGNATURE)
}
