import { Malformed, readTlv, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { readKey } from '../pki/key.ts'
import { decoding, openFile, type Decoded, type Reading } from './decoded.ts'
import { algorithmOf } from './security-info.ts'

const CLAUSE = 'Doc 9303-10 §4.7.15'

/** DG15: the key with which the chip proves itself in Active Authentication. @source Doc 9303-10 §4.7.15 */
export interface Dg15 {
  /** SubjectPublicKeyInfo as it stands in the file, in DER. */
  readonly publicKey: Uint8Array
  /** The identifier of its algorithm. */
  readonly algorithm: string
  /** What the key is; undefined for one that documents do not use. */
  readonly key: { readonly kind: 'rsa'; readonly bits: number } | { readonly kind: 'ec'; readonly curve: string; readonly explicit: boolean } | undefined
}

/** @param publicKey - SubjectPublicKeyInfo in DER */
export function encodeDg15(publicKey: Uint8Array): Uint8Array {
  return tlv(0x6f, publicKey)
}

function keyOf(t: Tlv, reading: Reading): Dg15['key'] {
  try {
    const key = readKey(t)
    return key && (key.kind === 'rsa' ? { kind: 'rsa', bits: key.bits } : { kind: 'ec', curve: key.curve.name, explicit: key.explicit })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    reading.note({ code: 'key-unreadable', offset: t.start, says: `a key that cannot be used: expected ${error.expected}`, clause: error.clause })
    return undefined
  }
}

function words(key: Dg15['key'], algorithm: string): string {
  if (key === undefined) return algorithm
  return key.kind === 'rsa' ? `RSA, ${key.bits} bits` : `EC, ${key.curve}${key.explicit ? ', explicit parameters' : ''}`
}

/** Reads DG15. */
export function decodeDg15(bytes: Uint8Array): Decoded<Dg15> {
  return decoding((note, reading) => {
    const file = openFile(bytes, 0x6f, { reading, clause: CLAUSE })
    const t = readTlv(bytes, file.body, file.end, reading.policy)
    if (t.tag !== TAG.sequence) throw new Malformed(CLAUSE, t.start, 'a SubjectPublicKeyInfo')
    if (t.next < file.end) note({ code: 'trailing-bytes', offset: t.next, says: `${file.end - t.next} bytes after the key`, clause: CLAUSE })
    const algorithm = algorithmOf(t, reading)
    const key = keyOf(t, reading)
    reading.lay('publicKey', t, words(key, algorithm))
    return { publicKey: wholeOf(t), algorithm, key }
  })
}
