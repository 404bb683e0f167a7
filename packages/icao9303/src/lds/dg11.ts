import { decoding, openFile, type Decoded } from './decoded.ts'
import { encodeElements, readElements, type ElementTable } from './element.ts'

/** DG11: more about the holder, in the holder's own script. Dates CCYYMMDD, what is unknown in them zeros. @source Doc 9303-10 §4.7.11 */
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
  /** A picture of the proof of citizenship. */
  readonly citizenship?: Uint8Array
  /** Numbers of other valid travel documents. */
  readonly otherDocuments?: readonly string[]
  readonly custody?: string
}

const TABLE: ElementTable = {
  clause: 'Doc 9303-10 §4.7.11', tagList: 'required',
  elements: [
    { tag: 0x5f0e, name: 'fullName', form: 'text' }, { tag: 0x5f0f, name: 'otherNames', form: 'names' }, { tag: 0x5f10, name: 'personalNumber', form: 'text' },
    { tag: 0x5f2b, name: 'fullBirthDate', form: 'date' }, { tag: 0x5f11, name: 'birthPlace', form: 'list' }, { tag: 0x5f42, name: 'address', form: 'list' },
    { tag: 0x5f12, name: 'telephone', form: 'text' }, { tag: 0x5f13, name: 'profession', form: 'text' }, { tag: 0x5f14, name: 'title', form: 'text' },
    { tag: 0x5f15, name: 'summary', form: 'text' }, { tag: 0x5f16, name: 'citizenship', form: 'picture' }, { tag: 0x5f17, name: 'otherDocuments', form: 'list' },
    { tag: 0x5f18, name: 'custody', form: 'text' },
  ],
}

/** @throws RangeError when the birth date has not eight digits */
export function encodeDg11(d: Dg11): Uint8Array {
  return encodeElements(0x6b, d, TABLE)
}

/** Reads DG11. Packed dates, empty fields, a list of tags that is not what follows: each is named and costs no other field. */
export function decodeDg11(bytes: Uint8Array): Decoded<Dg11> {
  return decoding((_, reading) => readElements(openFile(bytes, 0x6b, { reading, clause: TABLE.clause }), TABLE, { reading }) as Dg11)
}
