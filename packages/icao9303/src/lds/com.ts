import { Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, type Decoded } from './decoded.ts'
import { groupOfTag, tagOfGroup } from './file.ts'

/** EF.COM: versions and the list of data groups. @source Doc 9303-10 §4.6.1 */
export interface Com { readonly ldsVersion: string; readonly unicodeVersion: string; readonly groups: readonly number[] }

const CLAUSE = 'Doc 9303-10 §4.6.1'
const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0))

export function encodeCom(com: Com): Uint8Array {
  const tags = com.groups.map((n) => {
    const tag = tagOfGroup(n)
    if (tag === undefined) throw new RangeError(`no data group ${n}`)
    return tag
  })
  return tlv(0x60, tlv(0x5f01, ascii(com.ldsVersion)), tlv(0x5f36, ascii(com.unicodeVersion)), tlv(0x5c, Uint8Array.from(tags)))
}

export function decodeCom(bytes: Uint8Array): Decoded<Com> {
  return decoding(() => {
    const c = new Cursor(readWhole(bytes, 0x60, CLAUSE), CLAUSE)
    const text = (tag: number, length: number, what: string): string => {
      const t = c.take(tag, what)
      const s = String.fromCharCode(...valueOf(t).subarray(0, length + 1))
      if (s.length !== length || !/^\d+$/.test(s)) throw new Malformed(CLAUSE, t.body, `${length} digits`)
      return s
    }
    const ldsVersion = text(0x5f01, 4, 'the LDS version')
    const unicodeVersion = text(0x5f36, 6, 'the Unicode version')
    const list = c.take(0x5c, 'the tag list')
    c.done()
    const groups = [...valueOf(list)].map((tag, i) => {
      const n = groupOfTag(tag)
      if (n === undefined) throw new Malformed(CLAUSE, list.body + i, 'the tag of a data group')
      return n
    })
    return { ldsVersion, unicodeVersion, groups }
  })
}
