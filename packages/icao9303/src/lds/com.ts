import { Cursor, valueOf, type Tlv } from '../asn1/tlv.ts'
import { ia5Bytes, tlv } from '../asn1/write.ts'
import { decoding, openFile, renderBytes, renderTag, type Decoded, type Reading } from './decoded.ts'
import { groupOfTag, tagOfGroup } from './file.ts'
import { TAG_LIST, tagsOf } from './tag-list.ts'
import { latin1 } from './text.ts'

/** EF.COM: versions and the list of data groups. A version that the file does not have is empty. @source Doc 9303-10 §4.6.1 */
export interface Com { readonly ldsVersion: string; readonly unicodeVersion: string; readonly groups: readonly number[] }

const CLAUSE = 'Doc 9303-10 §4.6.1'
const VERSIONS: Readonly<Record<number, { readonly name: 'ldsVersion' | 'unicodeVersion'; readonly length: number }>> = {
  0x5f01: { name: 'ldsVersion', length: 4 }, 0x5f36: { name: 'unicodeVersion', length: 6 },
}
const ORDER: readonly number[] = [0x5f01, 0x5f36, TAG_LIST]

/** @throws RangeError when a data group has no such number */
export function encodeCom(com: Com): Uint8Array {
  const tags = com.groups.map((n) => {
    const tag = tagOfGroup(n)
    if (tag === undefined) throw new RangeError(`no data group ${n}`)
    return tag
  })
  return tlv(0x60, tlv(0x5f01, ia5Bytes(com.ldsVersion)), tlv(0x5f36, ia5Bytes(com.unicodeVersion)), tlv(TAG_LIST, Uint8Array.from(tags)))
}

function readVersion(t: Tlv, reading: Reading): string {
  const { name, length } = VERSIONS[t.tag]!
  const text = latin1(valueOf(t))
  reading.lay(name, t, text)
  if (text.length !== length || !/^\d+$/.test(text)) reading.note({ code: 'version-form', offset: t.body, says: `${name} should have ${length} digits`, clause: CLAUSE })
  return text
}

function readGroups(list: Tlv, reading: Reading): readonly number[] {
  const groups: number[] = []
  for (const { tag, offset } of tagsOf(list)) {
    const n = groupOfTag(tag)
    if (n === undefined) reading.note({ code: 'unknown-group', offset, says: `${renderTag(tag)} is the tag of no data group`, clause: CLAUSE })
    else if (groups.includes(n)) reading.note({ code: 'group-twice', offset, says: `DG${n} is listed twice`, clause: CLAUSE })
    else groups.push(n)
  }
  reading.lay('groups', list, groups.map((n) => `DG${n}`).join(' '))
  return groups
}

/** Reads EF.COM. */
export function decodeCom(bytes: Uint8Array): Decoded<Com> {
  return decoding((note, reading) => {
    const whole = openFile(bytes, 0x60, { reading, clause: CLAUSE })
    const c = new Cursor(whole, CLAUSE, reading.policy)
    const com: { ldsVersion: string; unicodeVersion: string; groups: readonly number[] } = { ldsVersion: '', unicodeVersion: '', groups: [] }
    const seen: number[] = []
    while (c.peek() !== undefined) {
      const t = c.takeAny('a field')
      if (!ORDER.includes(t.tag) || seen.includes(t.tag)) {
        note({ code: seen.includes(t.tag) ? 'field-twice' : 'unknown-field', offset: t.start, says: `field ${renderTag(t.tag)} is not expected`, clause: CLAUSE })
        reading.lay(renderTag(t.tag), t, renderBytes(valueOf(t)))
        continue
      }
      if (seen.some((tag) => ORDER.indexOf(tag) > ORDER.indexOf(t.tag))) note({ code: 'field-order', offset: t.start, says: `field ${renderTag(t.tag)} comes later than it should`, clause: CLAUSE })
      seen.push(t.tag)
      if (t.tag === TAG_LIST) com.groups = readGroups(t, reading)
      else com[VERSIONS[t.tag]!.name] = readVersion(t, reading)
    }
    for (const tag of ORDER) if (!seen.includes(tag)) note({ code: 'field-missing', offset: whole.body, says: `field ${renderTag(tag)} is missing`, clause: CLAUSE })
    return com
  })
}
