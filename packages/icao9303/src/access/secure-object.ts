import { Malformed, readTlv, valueOf } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { CIPHER_SUITES, type SessionKeys } from './key.ts'
import { isSameMac, macOf, pad, unpad } from './mac.ts'

const NONE = new Uint8Array()

/** The objects of one protected message as they came; `covered` is what the checksum is over. */
export interface SecureObjects {
  /** Ciphertext without the padding indicator. */
  readonly cryptogram?: Uint8Array
  readonly expected?: Uint8Array
  readonly status?: Uint8Array
  readonly checksum: Uint8Array
  readonly covered: Uint8Array
}

const NAMES: Readonly<Record<number, 'even' | 'odd' | 'expected' | 'status' | 'checksum'>> = {
  0x87: 'even', 0x85: 'odd', 0x97: 'expected', 0x99: 'status', 0x8e: 'checksum',
}

/**
 * Reads the objects of a protected message: each at most once, the checksum last; undefined when they are anything else.
 *
 * @source Doc 9303-11 §9.8.4
 */
export function parseSecureObjects(data: Uint8Array): SecureObjects | undefined {
  const found = new Map<string, Uint8Array>()
  let covered = data.length
  try {
    for (let at = 0; at < data.length;) {
      const t = readTlv(data, at, data.length, { mode: 'ber' })
      const name = NAMES[t.tag]
      if (name === undefined || t.indefinite || found.has(name) || found.has('checksum')) return undefined
      if (name === 'checksum') covered = at
      found.set(name, valueOf(t))
      at = t.next
    }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
  const [even, odd, checksum] = [found.get('even'), found.get('odd'), found.get('checksum')]
  const [expected, status] = [found.get('expected'), found.get('status')]
  if (checksum?.length !== 8 || (even !== undefined && odd !== undefined)) return undefined
  if (even !== undefined && even[0] !== 0x01) return undefined
  const cryptogram = even?.subarray(1) ?? odd
  return {
    checksum, covered: data.subarray(0, covered),
    ...(cryptogram === undefined ? {} : { cryptogram }),
    ...(expected === undefined ? {} : { expected }),
    ...(status === undefined ? {} : { status }),
  }
}

/** The ciphers of a session at any value of its counter. */
export interface SessionCiphers {
  readonly block: 8 | 16
  /** DO'87', or DO'85' after an odd instruction; nothing for no data. */
  readonly seal: (data: Uint8Array, o: { readonly counter: bigint; readonly ins: number }) => Uint8Array
  /** The data of a cryptogram; undefined when it is no padded text. Only after its checksum held. */
  readonly open: (cryptogram: Uint8Array, counter: bigint) => Uint8Array | undefined
  /** DO'8E' over what is given; the header, if any, is padded already. */
  readonly checksum: (covered: Uint8Array, counter: bigint) => Uint8Array
  readonly isCovered: (objects: SecureObjects, o: { readonly counter: bigint; readonly header?: Uint8Array }) => boolean
}

/** @source Doc 9303-11 §9.8.6, §9.8.7 */
export function sessionCiphers(keys: SessionKeys, crypto: Crypto): SessionCiphers {
  const { cipher, block } = CIPHER_SUITES[keys.cipher]
  const mac = macOf(keys.cipher, keys.mac, crypto)
  const count = (counter: bigint): Uint8Array => {
    const bytes = new Uint8Array(block)
    const view = new DataView(bytes.buffer)
    view.setBigUint64(block - 8, BigInt.asUintN(64, counter))
    if (block === 16) view.setBigUint64(0, counter >> 64n)
    return bytes
  }
  const run = (direction: 'encrypt' | 'decrypt', bytes: Uint8Array, counter: bigint): Uint8Array => {
    const key = keys.encryption
    const vector = (): Uint8Array => crypto.cipher({ cipher, mode: 'ECB', direction: 'encrypt', key, bytes: count(counter) })
    return crypto.cipher({ cipher, mode: 'CBC', direction, key, iv: cipher === 'AES' ? vector() : new Uint8Array(8), bytes })
  }
  const macAt = (covered: Uint8Array, counter: bigint): Uint8Array => {
    const whole = concat(count(counter), covered)
    return mac(cipher === 'AES' ? pad(whole, block) : whole)
  }
  return {
    block,
    seal: (data, { counter, ins }) => {
      if (data.length === 0) return NONE
      const text = run('encrypt', pad(data, block), counter)
      return ins % 2 === 0 ? tlv(0x87, Uint8Array.of(1), text) : tlv(0x85, text)
    },
    open: (cryptogram, counter) => {
      if (cryptogram.length === 0 || cryptogram.length % block !== 0) return undefined
      return unpad(run('decrypt', cryptogram, counter))
    },
    checksum: (covered, counter) => tlv(0x8e, macAt(covered, counter)),
    isCovered: ({ checksum, covered }, { counter, header = NONE }) => isSameMac(checksum, macAt(concat(header, covered), counter)),
  }
}
