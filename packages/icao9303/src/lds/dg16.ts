import { Cursor, valueOf } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, openFile, renderBytes, renderTag, type Decoded } from './decoded.ts'
import { encodeElements, readElements, type ElementTable } from './element.ts'
import { countOf } from './tag-list.ts'

/** Somebody to notify. */
export interface Contact {
  /** The day on which this was recorded, CCYYMMDD. */
  readonly recorded?: string
  /** As in the zone: `SMITH<<CHARLES<R`. */
  readonly name?: string
  readonly telephone?: string
  readonly address?: readonly string[]
}

/** DG16: persons to notify in an emergency. @source Doc 9303-10 §4.7.16 */
export interface Dg16 { readonly contacts: readonly Contact[] }

const CLAUSE = 'Doc 9303-10 §4.7.16'
const TABLE: ElementTable = {
  clause: CLAUSE, tagList: 'none',
  elements: [{ tag: 0x5f50, name: 'recorded', form: 'date' }, { tag: 0x5f51, name: 'name', form: 'text' }, { tag: 0x5f52, name: 'telephone', form: 'text' }, { tag: 0x5f53, name: 'address', form: 'list' }],
}
const LIMIT = 15
const isContact = (tag: number): boolean => tag >= 0xa0 && tag <= 0xaf

/** @throws RangeError for more than 15 persons, whom the tags A1 to AF cannot number, or a date that has not its digits */
export function encodeDg16(d: Dg16): Uint8Array {
  if (d.contacts.length > LIMIT) throw new RangeError(`at most ${LIMIT} persons`)
  return tlv(0x70, tlv(TAG.integer, Uint8Array.of(d.contacts.length)), ...d.contacts.map((c, i) => encodeElements(0xa1 + i, c, TABLE)))
}

/** Reads DG16; odd fields are named and cost no other. */
export function decodeDg16(bytes: Uint8Array): Decoded<Dg16> {
  return decoding((note, reading) => {
    const c = new Cursor(openFile(bytes, 0x70, { reading, clause: CLAUSE }), CLAUSE, reading.policy)
    const count = c.maybe(TAG.integer)
    if (count === undefined) note({ code: 'count-missing', offset: 0, says: 'persons without their number', clause: CLAUSE })
    else reading.lay('count', count, String(countOf(count)))
    const contacts: Contact[] = []
    while (c.peek() !== undefined) {
      const t = c.takeAny('a person')
      if (!isContact(t.tag)) {
        note({ code: 'unknown-field', offset: t.start, says: `field ${renderTag(t.tag)} is not known`, clause: CLAUSE })
        reading.lay(renderTag(t.tag), t, renderBytes(valueOf(t)))
        continue
      }
      const path = `contacts[${contacts.length}]`
      if (t.tag !== 0xa1 + contacts.length) note({ code: 'template-number', offset: t.start, says: `template ${renderTag(t.tag)} where ${renderTag(0xa1 + contacts.length)} should be`, clause: CLAUSE })
      reading.lay(path, t)
      contacts.push(readElements(t, TABLE, { reading, path: `${path}.` }) as Contact)
    }
    if (count !== undefined && countOf(count) !== contacts.length) note({ code: 'count', offset: count.start, says: `${countOf(count)} persons announced, ${contacts.length} there`, clause: CLAUSE })
    return { contacts }
  })
}
