import { childrenOf, Malformed, valueOf, type Tlv } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, openFile, renderBytes, renderTag, type Decoded, type Reading } from './decoded.ts'
import { tagOfGroup } from './file.ts'
import { countOf } from './tag-list.ts'

/** An object whose meaning is the issuer's. */
export interface DataObject { readonly tag: number; readonly bytes: Uint8Array }

/** DG8, DG9, DG10: features that the standard leaves open. `count` is undefined when the file has none. */
export interface Features { readonly count?: number; readonly objects: readonly DataObject[] }

/** DG6 and DG13: whatever the issuer put there. */
export interface OpenContent { readonly content: Uint8Array }

type FeatureGroup = 8 | 9 | 10
type OpenGroup = 6 | 13
const clauseOf = (n: number): string => `Doc 9303-10 §4.7.${n}`

/** @throws RangeError when the count is not one byte @source Doc 9303-10 §4.7.8 to §4.7.10 */
export function encodeFeatures(group: FeatureGroup, f: Features): Uint8Array {
  if (f.count !== undefined && !(Number.isInteger(f.count) && f.count >= 0 && f.count <= 255)) throw new RangeError('a count from 0 to 255')
  return tlv(tagOfGroup(group)!, ...(f.count === undefined ? [] : [tlv(TAG.integer, Uint8Array.of(f.count))]), ...f.objects.map((o) => tlv(o.tag, o.bytes)))
}

/** Reads DG8, DG9 or DG10 into its objects. */
export function decodeFeatures(group: FeatureGroup, bytes: Uint8Array): Decoded<Features> {
  return decoding((note, reading) => {
    const clause = clauseOf(group)
    const parts = childrenOf(openFile(bytes, tagOfGroup(group)!, { reading, clause }), reading.policy)
    const count = parts[0]?.tag === TAG.integer ? parts[0] : undefined
    if (count === undefined) note({ code: 'count-missing', offset: 0, says: 'features without their number', clause })
    else reading.lay('count', count, String(countOf(count)))
    const objects = (count === undefined ? parts : parts.slice(1)).map((t, i) => {
      reading.lay(`objects[${i}]`, t, renderBytes(valueOf(t)))
      return { tag: t.tag, bytes: valueOf(t) }
    })
    return { ...(count === undefined ? {} : { count: countOf(count) }), objects }
  })
}

/** @source Doc 9303-10 §4.7.6, §4.7.13 */
export function encodeOpenContent(group: OpenGroup, o: OpenContent): Uint8Array {
  return tlv(tagOfGroup(group)!, o.content)
}

/** Reads DG6 or DG13: the content in its bytes. Where it is made of objects, they are laid out. */
export function decodeOpenContent(group: OpenGroup, bytes: Uint8Array): Decoded<OpenContent> {
  return decoding((_, reading) => {
    const t = openFile(bytes, tagOfGroup(group)!, { reading, clause: clauseOf(group) })
    reading.lay('content', t, renderBytes(valueOf(t)))
    for (const part of objectsIn(t, reading)) reading.lay(`content.${renderTag(part.tag)}`, part, renderBytes(valueOf(part)))
    return { content: valueOf(t) }
  })
}

/** The content as objects, if it is made of them: nobody promised that. */
function objectsIn(t: Tlv, reading: Reading): readonly Tlv[] {
  try {
    return childrenOf(t, { ...reading.policy, note: () => undefined })
  } catch (error) {
    if (error instanceof Malformed) return []
    throw error
  }
}
