import { valueOf, type Tlv } from '../asn1/tlv.ts'

export const TAG_LIST = 0x5c

/** A tag of a tag list, and where it stands. */
export interface ListedTag { readonly tag: number; readonly offset: number }

/** The tags of a tag list, of one or two bytes each. */
export function tagsOf(list: Tlv): readonly ListedTag[] {
  const tags: ListedTag[] = []
  for (let i = list.body; i < list.end; i++) {
    const offset = i
    const first = list.bytes[i]!
    const isLong = (first & 0x1f) === 0x1f && i + 1 < list.end
    tags.push({ tag: isLong ? first * 256 + list.bytes[(i += 1)]! : first, offset })
  }
  return tags
}

/** A count of one byte, or of more as some write it; -1 when it has none or is too large to be one. */
export function countOf(t: Tlv): number {
  const v = valueOf(t)
  return v.length === 0 || v.length > 4 ? -1 : v.reduce((n, b) => n * 256 + b, 0)
}
