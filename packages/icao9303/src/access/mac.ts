import { concat } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { CIPHER_SUITES, type SessionCipher } from './key.ts'

/** Padding method 2: a byte 80, then zeros to the block. @source ISO/IEC 9797-1 §6.3.3 */
export function pad(bytes: Uint8Array, block: number): Uint8Array {
  const padded = new Uint8Array((Math.floor(bytes.length / block) + 1) * block)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  return padded
}

/** The bytes before the padding; undefined when they are not padded by method 2. */
export function unpad(bytes: Uint8Array): Uint8Array | undefined {
  const end = bytes.findLastIndex((b) => b !== 0)
  return end >= 0 && bytes[end] === 0x80 ? bytes.subarray(0, end) : undefined
}

/** Are they the same? Takes as long wherever they differ. */
export function isSameMac(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** Computes a checksum of 8 bytes over a message; the key is inside. */
export type Mac = (message: Uint8Array) => Uint8Array

const half = (key: Uint8Array): Uint8Array => key.subarray(0, 8)

/**
 * The retail MAC: algorithm 3 with DES and a zero vector, over whole blocks.
 * DES is 3DES with the same key thrice; its last step, decrypting with the second key and encrypting with the
 * first again, makes of the last block what 3DES makes of it.
 *
 * @source ISO/IEC 9797-1 §7.4
 */
function retailMac(key: Uint8Array, crypto: Crypto): Mac {
  const single = concat(half(key), half(key))
  const run = { cipher: '3DES', mode: 'CBC', direction: 'encrypt' } as const
  return (message) => {
    const last = message.length - 8
    const zero = new Uint8Array(8)
    const chained = last === 0 ? zero : crypto.cipher({ ...run, key: single, iv: zero, bytes: message.subarray(0, last) }).subarray(-8)
    return crypto.cipher({ ...run, key, iv: chained, bytes: message.subarray(last) })
  }
}

/** Twice a block in GF(2^128). @source NIST SP 800-38B §6.1 */
function doubled(block: Uint8Array): Uint8Array {
  const out = block.map((b, i) => ((b << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff)
  if (block[0]! >= 0x80) out[15]! ^= 0x87
  return out
}

/** AES-CMAC, its first 8 bytes. @source NIST SP 800-38B §6.2, Doc 9303-11 §4.4.3.4 */
function aesCmac(key: Uint8Array, crypto: Crypto): Mac {
  const zero = new Uint8Array(16)
  const whole = doubled(crypto.cipher({ cipher: 'AES', mode: 'ECB', direction: 'encrypt', key, bytes: zero }))
  const partial = doubled(whole)
  return (message) => {
    const full = message.length > 0 && message.length % 16 === 0
    const bytes = full ? message.slice() : pad(message, 16)
    const mask = full ? whole : partial
    for (let i = 1; i <= 16; i++) bytes[bytes.length - i]! ^= mask[16 - i]!
    return crypto.cipher({ cipher: 'AES', mode: 'CBC', direction: 'encrypt', key, iv: zero, bytes }).slice(-16, -8)
  }
}

/**
 * The MAC of a session cipher: retail MAC for 3DES, CMAC for AES, 8 bytes.
 * For 3DES the message is padded here; for AES the cipher's own padding takes part.
 *
 * @source Doc 9303-11 §4.3.3.2, §4.4.3.4, §9.8.6.2, §9.8.7.2
 */
export function macOf(cipher: SessionCipher, key: Uint8Array, crypto: Crypto): Mac {
  if (CIPHER_SUITES[cipher].cipher === 'AES') return aesCmac(key, crypto)
  const mac = retailMac(key, crypto)
  return (message) => mac(pad(message, 8))
}
