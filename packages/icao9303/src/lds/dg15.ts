import { childrenOf, Cursor, Malformed, readTlv, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { numberOf } from '../number.ts'
import { readKey } from '../pki/key.ts'
import { decoding, openFile, type Decoded, type Reading } from './decoded.ts'
import { algorithmOf } from './security-info.ts'

const CLAUSE = 'Doc 9303-10 §4.7.15'
const OID_RSA = '1.2.840.113549.1.1.1'

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

/** An RSA key whose numbers lack the zero byte that keeps them from being negative: some States write it so. */
function unsignedRsa(t: Tlv, reading: Reading): Dg15['key'] {
  const [, bits] = childrenOf(t, reading.policy)
  const c = new Cursor(readTlv(t.bytes, bits!.body + 1, bits!.end, reading.policy), 'RFC 8017 §A.1.1', reading.policy)
  const modulus = c.take(TAG.integer, 'a modulus')
  c.take(TAG.integer, 'an exponent')
  c.done()
  const n = numberOf(valueOf(modulus))
  if (t.bytes[modulus.body]! < 0x80 || n === 0n) return undefined
  reading.note({ code: 'modulus-negative', offset: modulus.start, says: 'the modulus is written as a negative number', clause: 'X.690 §8.3.3' })
  return { kind: 'rsa', bits: n.toString(2).length }
}

function keyOf(t: Tlv, o: { readonly algorithm: string; readonly reading: Reading }): Dg15['key'] {
  try {
    const key = readKey(t)
    return key && (key.kind === 'rsa' ? { kind: 'rsa', bits: key.bits } : { kind: 'ec', curve: key.curve.name, explicit: key.explicit })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const unreadable = (at: Malformed): undefined => { o.reading.note({ code: 'key-unreadable', offset: t.start, says: `a key that cannot be used: expected ${at.expected}`, clause: at.clause }) }
    if (o.algorithm !== OID_RSA) return unreadable(error)
    try {
      return unsignedRsa(t, o.reading) ?? unreadable(error)
    } catch (again) {
      if (!(again instanceof Malformed)) throw again
      return unreadable(again)
    }
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
    const key = keyOf(t, { algorithm, reading })
    reading.lay('publicKey', t, words(key, algorithm))
    return { publicKey: wholeOf(t), algorithm, key }
  })
}
