import { Malformed, type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'

const CLAUSE = 'Doc 9303-12 §7.2.2.2'
const LONGEST = 16

/** The parts of a Certificate Holder Reference. @source Doc 9303-12 Table 12, BSI TR-03110-3 A.6.1 */
export interface CvcReference {
  /** Two letters of the holder's country. */
  readonly country: string
  /** Up to nine characters that the holder is known by. */
  readonly mnemonic: string
  /** Five digits or capital letters. */
  readonly sequence: string
}

/**
 * The parts of a reference such as `DETESTCVCA00003`; undefined when it does not have their form.
 * A certificate whose references have not is still read: the linter says so.
 */
export function parseReference(text: string): CvcReference | undefined {
  const m = /^([A-Z]{2})([\x20-\x7e\xa0-\xff]{1,9})([0-9A-Z]{5})$/.exec(text)
  return m === null ? undefined : { country: m[1]!, mnemonic: m[2]!, sequence: m[3]! }
}

/** A reference as it stands in a certificate. @throws RangeError when a part has not its form */
export function renderReference(r: CvcReference): string {
  const text = r.country + r.mnemonic + r.sequence
  const back = parseReference(text)
  if (back?.country !== r.country || back.mnemonic !== r.mnemonic || back.sequence !== r.sequence) throw new RangeError(`no reference: ${text}`)
  return text
}

/** The characters of a CAR or CHR. @throws Malformed: for the package only @source Doc 9303-12 §7.2.3.1.4 */
export function readReference(t: Tlv): string {
  const length = t.end - t.body
  if (length === 0 || length > LONGEST) throw new Malformed(CLAUSE, t.start, `1 to ${LONGEST} characters`)
  let text = ''
  for (let i = t.body; i < t.end; i++) {
    const c = t.bytes[i]!
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) throw new Malformed('Doc 9303-12 §7.2.3.1.4', i, 'a character that ISO 8859-1 assigns')
    text += String.fromCharCode(c)
  }
  return text
}

/** The octets of a reference, as commands carry them. @throws RangeError when it has no such characters or length */
export function referenceBytes(text: string): Uint8Array {
  if (!/^[\x20-\x7e\xa0-\xff]{1,16}$/.test(text)) throw new RangeError(`no reference: ${text}`)
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** A data object with a reference: 42 for the authority, 5F20 for the holder. */
export const encodeReference = (tag: 0x42 | 0x5f20, text: string): Uint8Array => tlv(tag, referenceBytes(text))
