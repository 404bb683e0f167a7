import { childrenOf, Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, type Decoded } from './decoded.ts'

const CLAUSE = 'Doc 9303-10 §4.7.2'
const FACE = 'ISO/IEC 19794-5:2005 §5'

/** A face of DG2. Sizes in pixels. */
export interface Face { readonly image: Uint8Array; readonly mediaType: 'image/jpeg' | 'image/jp2' | 'unknown'; readonly width: number; readonly height: number }
export interface Dg2 { readonly faces: readonly Face[] }

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff)
const u32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff)
const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0))

/** A face record: header, facial information without feature points, image information, picture. */
function faceRecord(f: Face): Uint8Array {
  const type = f.mediaType === 'image/jpeg' ? 0 : 1
  const block = 20 + 12 + f.image.length
  const information = concat(u32(block), u16(0), Uint8Array.of(0, 0, 0), new Uint8Array(3), u16(0), new Uint8Array(6))
  const image = concat(Uint8Array.of(1, type), u16(f.width), u16(f.height), Uint8Array.of(1, 1), u16(0), u16(0))
  return concat(ascii('FAC\0'), ascii('010\0'), u32(14 + block), u16(1), information, image, f.image)
}

/** DG2 with one face. @source Doc 9303-10 §4.7.2.1, ISO/IEC 19794-5:2005 */
export function encodeDg2(f: Face): Uint8Array {
  const header = tlv(0xa1, tlv(0x80, Uint8Array.of(0x01, 0x01)), tlv(0x81, Uint8Array.of(0x02)), tlv(0x82, Uint8Array.of(0x00)), tlv(0x87, Uint8Array.of(0x01, 0x01)), tlv(0x88, Uint8Array.of(0x00, 0x08)))
  return tlv(0x75, tlv(0x7f61, tlv(0x02, Uint8Array.of(1)), tlv(0x7f60, header, tlv(0x5f2e, faceRecord(f)))))
}

const number = (b: Uint8Array, at: number, n: number): number => Array.from(b.subarray(at, at + n)).reduce((sum, x) => sum * 256 + x, 0)

function decodeFaces(b: Uint8Array, offset: number): readonly Face[] {
  if (b.length < 14 || String.fromCharCode(...b.subarray(0, 8)) !== 'FAC\0' + '010\0') throw new Malformed(FACE, offset, 'a face record of version 010')
  const faces: Face[] = []
  let at = 14
  for (let i = 0; i < number(b, 12, 2); i++) {
    const length = number(b, at, 4)
    const image = at + 20 + 8 * number(b, at + 4, 2)
    if (length < 32 || at + length > b.length + 8 || image + 12 > b.length) throw new Malformed(FACE, offset + at, 'a face within the record')
    const bytes = b.slice(image + 12, Math.min(at + length, b.length))
    faces.push({ image: bytes, mediaType: mediaTypeOf(bytes), width: number(b, image + 2, 2), height: number(b, image + 4, 2) })
    at += length
  }
  return faces
}

export function mediaTypeOf(b: Uint8Array): Face['mediaType'] {
  if (b[0] === 0xff && b[1] === 0xd8) return 'image/jpeg'
  if ((b[0] === 0xff && b[1] === 0x4f) || (b[4] === 0x6a && b[5] === 0x50)) return 'image/jp2'
  return 'unknown'
}

export function decodeDg2(bytes: Uint8Array): Decoded<Dg2> {
  return decoding((note) => {
    const c = new Cursor(readWhole(bytes, 0x75, CLAUSE), CLAUSE)
    const group = c.take(0x7f61, 'the biometric information group template')
    c.done()
    const [count, ...templates] = childrenOf(group)
    if (count?.tag !== 0x02) throw new Malformed(CLAUSE, group.body, 'the number of templates')
    const faces = templates.flatMap((t) => {
      const data = childrenOf(t).find((x) => x.tag === 0x5f2e)
      if (data !== undefined) return decodeFaces(valueOf(data), data.body)
      note({ code: 'other-encoding', offset: t.start, says: 'the face is not in ISO/IEC 19794-5', clause: CLAUSE })
      return []
    })
    for (const f of faces) if (f.mediaType === 'unknown') note({ code: 'image-unknown', offset: 0, says: 'the picture is neither JPEG nor JPEG 2000', clause: FACE })
    return { faces }
  })
}
