import { Malformed, readTlv } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { decoding, type Decoded } from '../lds/decoded.ts'
import { encodeReference, readReference } from './reference.ts'

const CLAUSE = 'BSI TR-03110-3 A.6.2.4'
const SIZE = 36

/**
 * Reads EF.CVCA: the references of the keys that the chip verifies certificates with, the newest first. Bytes 00
 * fill the file.
 *
 * @source BSI TR-03110-3 A.6.2.4
 */
export function decodeEfCvca(bytes: Uint8Array): Decoded<readonly string[]> {
  return decoding((note) => {
    const references: string[] = []
    let at = 0
    while (at < bytes.length && bytes[at] !== 0) {
      const t = readTlv(bytes, at)
      if (t.tag !== 0x42 || references.length === 2) throw new Malformed(CLAUSE, t.start, 'one or two authority references')
      references.push(readReference(t))
      at = t.next
    }
    if (references.length === 0) throw new Malformed(CLAUSE, 0, 'an authority reference')
    const stray = bytes.findIndex((b, i) => i >= at && b !== 0)
    if (stray >= 0) note({ code: 'cvca-filling', offset: stray, says: 'the file is filled with something else than zeros', clause: CLAUSE })
    if (bytes.length !== SIZE) note({ code: 'cvca-length', offset: 0, says: `${bytes.length} bytes instead of ${SIZE}`, clause: CLAUSE })
    return references
  })
}

/** EF.CVCA with one or two references, the newest first. @throws RangeError for none, more or too long ones */
export function encodeEfCvca(references: readonly string[]): Uint8Array {
  if (references.length < 1 || references.length > 2) throw new RangeError('one or two references')
  const parts = concat(...references.map((r) => encodeReference(0x42, r)))
  const file = new Uint8Array(SIZE)
  file.set(parts)
  return file
}
