import { Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, type Decoded } from './decoded.ts'

const CLAUSE = 'Doc 9303-10 §4.7.1'

/** DG1: the machine-readable zone, its lines run together: 88, 72 or 90 characters. */
export interface Dg1 { readonly mrz: string }

export function encodeDg1(lines: readonly string[]): Uint8Array {
  const mrz = lines.join('')
  if (![88, 72, 90].includes(mrz.length)) throw new RangeError(`a zone has 88, 72 or 90 characters, not ${mrz.length}`)
  return tlv(0x61, tlv(0x5f1f, Uint8Array.from(mrz, (c) => c.charCodeAt(0))))
}

export function decodeDg1(bytes: Uint8Array): Decoded<Dg1> {
  return decoding(() => {
    const c = new Cursor(readWhole(bytes, 0x61, CLAUSE), CLAUSE)
    const zone = c.take(0x5f1f, 'the machine-readable zone')
    c.done()
    if (![88, 72, 90].includes(zone.end - zone.body)) throw new Malformed(CLAUSE, zone.body, '88, 72 or 90 characters')
    const mrz = String.fromCharCode(...valueOf(zone))
    return { mrz }
  })
}
