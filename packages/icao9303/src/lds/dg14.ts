import { readTlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, openFile, type Decoded } from './decoded.ts'
import { encodeSecurityInfos, readSecurityInfos, type SecurityInfos } from './security-info.ts'

const CLAUSE = 'Doc 9303-10 §4.7.14'

/** DG14: what the chip says that it can do, signed with the rest. @source Doc 9303-10 §4.7.14 */
export function encodeDg14(s: SecurityInfos): Uint8Array {
  return tlv(0x6e, encodeSecurityInfos(s))
}

/** Reads DG14. */
export function decodeDg14(bytes: Uint8Array): Decoded<SecurityInfos> {
  return decoding((note, reading) => {
    const file = openFile(bytes, 0x6e, { reading, clause: CLAUSE })
    const set = readTlv(bytes, file.body, file.end, reading.policy)
    if (set.next < file.end) note({ code: 'trailing-bytes', offset: set.next, says: `${file.end - set.next} bytes after the entries`, clause: CLAUSE })
    return readSecurityInfos(set, reading)
  })
}
