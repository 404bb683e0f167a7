import { Malformed } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { lengthBytes } from '../asn1/write.ts'
import type { FileDefect } from '../lds/decoded.ts'

/** One feature of a document in a seal: what it is and its value in bytes. */
export interface Feature {
  readonly tag: number
  readonly bytes: Uint8Array
}

/** `direct`: one byte (version 3 and before). `der`: one to five bytes (version 4). */
export type LengthForm = 'direct' | 'der'

const CLAUSE = 'Doc 9303-13 §2.3'

/** A tag of one byte, a length, a value. @throws RangeError when the length does not fit its form */
export function encodeFeature({ tag, bytes }: Feature, form: LengthForm = 'der'): Uint8Array {
  if (!Number.isInteger(tag) || tag < 0 || tag > 0xff) throw new RangeError(`not a tag: ${tag}`)
  if (form === 'direct' && bytes.length > 0xff) throw new RangeError('a feature has at most 255 bytes in this version')
  return concat(Uint8Array.of(tag), form === 'direct' ? Uint8Array.of(bytes.length) : lengthBytes(bytes.length), bytes)
}

export interface FeatureRead {
  readonly feature: Feature
  readonly at: number
  readonly body: number
  readonly next: number
}

export interface FeatureReading {
  readonly form: LengthForm
  readonly end: number
  readonly note: (d: FileDefect) => void
}

function lengthAt(bytes: Uint8Array, at: number, o: FeatureReading): { readonly length: number; readonly body: number } {
  if (at >= o.end) throw new Malformed(CLAUSE, at, 'a length')
  const first = bytes[at]!
  if (o.form === 'direct' || first < 0x80) return { length: first, body: at + 1 }
  const n = first & 0x7f
  if (n === 0 || n > 4 || at + 1 + n > o.end) throw new Malformed(CLAUSE, at, 'a length of at most five bytes')
  let length = 0
  for (let i = 1; i <= n; i++) length = length * 256 + bytes[at + i]!
  if (length < 0x80 || length < 256 ** (n - 1))
    o.note({ code: 'long-length', offset: at, says: 'a length written longer than it need be', clause: CLAUSE })
  return { length, body: at + 1 + n }
}

/** The feature at an offset. @throws Malformed: for the package only */
export function readFeature(bytes: Uint8Array, at: number, o: FeatureReading): FeatureRead {
  if (at >= o.end) throw new Malformed(CLAUSE, at, 'a feature')
  const { length, body } = lengthAt(bytes, at + 1, o)
  if (body + length > o.end) throw new Malformed(CLAUSE, at, `${length} bytes of a feature`)
  return { feature: { tag: bytes[at]!, bytes: bytes.slice(body, body + length) }, at, body, next: body + length }
}

/** All features up to the end. @throws Malformed: for the package only */
export function readFeatures(bytes: Uint8Array, at: number, o: FeatureReading): readonly FeatureRead[] {
  const list: FeatureRead[] = []
  for (let next = at; next < o.end;) {
    const read = readFeature(bytes, next, o)
    list.push(read)
    next = read.next
  }
  return list
}
