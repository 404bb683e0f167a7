import { Cursor, Malformed, readWhole, valueOf, type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, type Decoded, type FileDefect } from './decoded.ts'

const CLAUSE = 'Doc 9303-10 §4.7.11'

/** DG11: more about the holder, in the holder's own script. Dates CCYYMMDD. */
export interface Dg11 {
  readonly fullName?: string
  readonly otherNames?: readonly string[]
  readonly personalNumber?: string
  readonly fullBirthDate?: string
  readonly birthPlace?: readonly string[]
  readonly address?: readonly string[]
  readonly telephone?: string
  readonly profession?: string
  readonly title?: string
  readonly summary?: string
}

const utf8 = new TextEncoder()
const TEXTS = { 0x5f0e: 'fullName', 0x5f10: 'personalNumber', 0x5f12: 'telephone', 0x5f13: 'profession', 0x5f14: 'title', 0x5f15: 'summary' } as const
const LISTS = { 0x5f11: 'birthPlace', 0x5f42: 'address' } as const
const ORDER = [0x5f0e, 0xa0, 0x5f10, 0x5f2b, 0x5f11, 0x5f42, 0x5f12, 0x5f13, 0x5f14, 0x5f15] as const

export function encodeDg11(d: Dg11): Uint8Array {
  const parts: { readonly tag: number; readonly bytes: Uint8Array }[] = []
  for (const tag of ORDER) {
    if (tag === 0xa0) {
      const names = d.otherNames ?? []
      if (names.length > 0) parts.push({ tag, bytes: tlv(0xa0, tlv(0x02, Uint8Array.of(names.length)), ...names.map((n) => tlv(0x5f0f, utf8.encode(n)))) })
    } else if (tag === 0x5f2b) {
      if (d.fullBirthDate !== undefined) parts.push({ tag, bytes: tlv(tag, utf8.encode(d.fullBirthDate)) })
    } else {
      const value = tag in LISTS ? d[LISTS[tag as keyof typeof LISTS]]?.join('<') : d[TEXTS[tag as keyof typeof TEXTS]]
      if (value !== undefined) parts.push({ tag, bytes: tlv(tag, utf8.encode(value)) })
    }
  }
  const tags = parts.flatMap(({ tag }) => (tag > 0xff ? [tag >> 8, tag & 0xff] : [tag]))
  return tlv(0x6b, tlv(0x5c, Uint8Array.from(tags)), ...parts.map((p) => p.bytes))
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function text(t: Tlv): string {
  try {
    return decoder.decode(valueOf(t))
  } catch {
    throw new Malformed(CLAUSE, t.body, 'UTF-8')
  }
}

/** Eight digits, or four bytes with two digits each as some States write. */
function date(t: Tlv, note: (d: FileDefect) => void): string {
  const v = valueOf(t)
  if (v.length !== 4) return text(t)
  note({ code: 'date-in-bcd', offset: t.body, says: 'the date is in packed digits instead of characters', clause: CLAUSE })
  return Array.from(v, (b) => b.toString(16).padStart(2, '0')).join('')
}

export function decodeDg11(bytes: Uint8Array): Decoded<Dg11> {
  return decoding((note) => {
    const c = new Cursor(readWhole(bytes, 0x6b, CLAUSE), CLAUSE)
    const list = c.take(0x5c, 'the tag list')
    const value: Record<string, string | readonly string[]> = {}
    const seen: number[] = []
    while (c.peek() !== undefined) {
      const t = c.takeAny('a field')
      seen.push(t.tag)
      if (t.tag === 0xa0) {
        const inner = new Cursor(t, CLAUSE)
        inner.maybe(0x02)
        const names: string[] = []
        while (inner.peek() !== undefined) names.push(text(inner.take(0x5f0f, 'another name')))
        value['otherNames'] = names
      } else if (t.tag === 0x5f2b) value['fullBirthDate'] = date(t, note)
      else if (t.tag in LISTS) value[LISTS[t.tag as keyof typeof LISTS]] = text(t).split('<')
      else if (t.tag in TEXTS) value[TEXTS[t.tag as keyof typeof TEXTS]] = text(t)
      else note({ code: 'unknown-field', offset: t.start, says: `field ${t.tag.toString(16)} is not known`, clause: CLAUSE })
      if (t.end === t.body || (t.tag !== 0xa0 && valueOf(t).every((b) => b === 0x3c))) note({ code: 'empty-field', offset: t.start, says: 'a field without a value', clause: CLAUSE })
    }
    const told = tagsOf(list)
    if (told.join() !== seen.join()) note({ code: 'tag-list', offset: list.start, says: 'the tag list is not what follows', clause: CLAUSE })
    return value as Dg11
  })
}

function tagsOf(list: Tlv): readonly number[] {
  const v = valueOf(list)
  const tags: number[] = []
  for (let i = 0; i < v.length; i++) tags.push((v[i]! & 0x1f) === 0x1f ? v[i]! * 256 + (v[(i += 1)] ?? 0) : v[i]!)
  return tags
}
