import { decoding, openFile, type Decoded } from './decoded.ts'
import { encodeElements, readElements, type ElementTable } from './element.ts'

/** DG12: more about the document. @source Doc 9303-10 §4.7.12 */
export interface Dg12 {
  readonly issuingAuthority?: string
  /** CCYYMMDD */
  readonly issueDate?: string
  /** Others whom the document is for. */
  readonly otherPersons?: readonly string[]
  readonly endorsements?: string
  /** Requirements of tax or exit. */
  readonly taxExit?: string
  readonly frontImage?: Uint8Array
  readonly rearImage?: Uint8Array
  /** CCYYMMDDhhmmss */
  readonly personalised?: string
  /** The serial number of the system that personalised the document. */
  readonly personalisedBy?: string
}

const TABLE: ElementTable = {
  clause: 'Doc 9303-10 §4.7.12', tagList: 'required',
  elements: [
    { tag: 0x5f19, name: 'issuingAuthority', form: 'text' }, { tag: 0x5f26, name: 'issueDate', form: 'date' }, { tag: 0x5f1a, name: 'otherPersons', form: 'names' },
    { tag: 0x5f1b, name: 'endorsements', form: 'text' }, { tag: 0x5f1c, name: 'taxExit', form: 'text' }, { tag: 0x5f1d, name: 'frontImage', form: 'picture' },
    { tag: 0x5f1e, name: 'rearImage', form: 'picture' }, { tag: 0x5f55, name: 'personalised', form: 'time' }, { tag: 0x5f56, name: 'personalisedBy', form: 'text' },
  ],
}

/** @throws RangeError when a date has not its digits */
export function encodeDg12(d: Dg12): Uint8Array {
  return encodeElements(0x6c, d, TABLE)
}

/** Reads DG12; odd fields are named and cost no other. */
export function decodeDg12(bytes: Uint8Array): Decoded<Dg12> {
  return decoding((_, reading) => readElements(openFile(bytes, 0x6c, { reading, clause: TABLE.clause }), TABLE, { reading }) as Dg12)
}
