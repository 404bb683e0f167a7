import { GHASH } from '@noble/ciphers/_polyval.js'

import { concat, isSameSecret } from './byte.ts'
import { type Engine } from './engine.ts'
import { portableEngine } from './portable.ts'

const BLOCK = 16
/** Bytes of a nonce and of a tag of GCM. @source RFC 8998 §2 */
export const [GCM_NONCE, GCM_TAG] = [12, 16] as const

export interface Sm4Text { readonly key: Uint8Array; readonly iv: Uint8Array; readonly bytes: Uint8Array }

/** SM4 in CBC with the padding of PKCS#7: one to sixteen bytes longer than the text. Authenticates nothing. @source GB/T 17964-2021 */
export function encryptSm4Cbc(o: Sm4Text, engine: Engine = portableEngine): Uint8Array {
  const pad = BLOCK - (o.bytes.length % BLOCK)
  return engine.sm4({ mode: 'CBC', direction: 'encrypt', key: o.key, iv: o.iv, bytes: concat(o.bytes, new Uint8Array(pad).fill(pad)) })
}

/** The text again; undefined when it is no whole number of blocks or the padding is not of PKCS#7. */
export function decryptSm4Cbc(o: Sm4Text, engine: Engine = portableEngine): Uint8Array | undefined {
  if (o.bytes.length === 0 || o.bytes.length % BLOCK !== 0) return undefined
  const padded = engine.sm4({ mode: 'CBC', direction: 'decrypt', key: o.key, iv: o.iv, bytes: o.bytes })
  const pad = padded.at(-1)!
  const sound = pad >= 1 && pad <= BLOCK && padded.subarray(-pad).every((b) => b === pad)
  return sound ? padded.slice(0, -pad) : undefined
}

/** SM4 in counter mode, the same both ways. A counter must never be used twice with one key. @source GB/T 17964-2021 */
export const sm4Ctr = (o: Sm4Text, engine: Engine = portableEngine): Uint8Array => engine.sm4({ mode: 'CTR', direction: 'encrypt', ...o })

export interface Sm4Sealing {
  /** 16 bytes. */
  readonly key: Uint8Array
  /** 12 bytes, never twice with one key. */
  readonly nonce: Uint8Array
  readonly bytes: Uint8Array
  /** What is authenticated with the text but not in it. */
  readonly bound?: Uint8Array
}

/** Sixteen bytes over bound data and ciphertext. @source NIST SP 800-38D §7.1 */
function gcmTag(o: Sm4Sealing, cipher: Uint8Array, engine: Engine): Uint8Array {
  const bound = o.bound ?? new Uint8Array(0)
  const lengths = new Uint8Array(BLOCK)
  new DataView(lengths.buffer).setBigUint64(0, 8n * BigInt(bound.length))
  new DataView(lengths.buffer).setBigUint64(8, 8n * BigInt(cipher.length))
  const ecb = (bytes: Uint8Array): Uint8Array => engine.sm4({ mode: 'ECB', direction: 'encrypt', key: o.key, bytes })
  const mask = ecb(concat(o.nonce, Uint8Array.of(0, 0, 0, 1)))
  const mac = new GHASH(ecb(new Uint8Array(BLOCK)), bound.length + cipher.length + BLOCK)
  return mac.update(bound).update(cipher).update(lengths).digest().map((b, i) => b ^ mask[i]!)
}

const gcmCtr = (o: Sm4Sealing, engine: Engine): Uint8Array => sm4Ctr({ key: o.key, iv: concat(o.nonce, Uint8Array.of(0, 0, 0, 2)), bytes: o.bytes }, engine)

/** SM4 in GCM: the ciphertext, then the tag of 16 bytes. @source RFC 8998 §2, GB/T 36624 @throws RangeError on a key or nonce of a wrong length */
export function sealSm4(o: Sm4Sealing, engine: Engine = portableEngine): Uint8Array {
  if (o.nonce.length !== GCM_NONCE) throw new RangeError('a nonce of SM4-GCM has 12 bytes')
  const cipher = gcmCtr(o, engine)
  return concat(cipher, gcmTag(o, cipher, engine))
}

/** The text of what `sealSm4` made; undefined when a bit of it, of the nonce or of what is bound differs. */
export function openSm4(o: Sm4Sealing, engine: Engine = portableEngine): Uint8Array | undefined {
  if (o.nonce.length !== GCM_NONCE) throw new RangeError('a nonce of SM4-GCM has 12 bytes')
  if (o.bytes.length < GCM_TAG) return undefined
  const [cipher, tag] = [o.bytes.subarray(0, -GCM_TAG), o.bytes.subarray(-GCM_TAG)]
  return isSameSecret(gcmTag(o, cipher, engine), tag) ? gcmCtr({ ...o, bytes: cipher }, engine) : undefined
}

/** A block doubled in the field of CMAC. @source NIST SP 800-38B §6.1 */
function doubled(block: Uint8Array): Uint8Array {
  const carry = block[0]! >> 7
  return block.map((b, i) => ((b << 1) & 0xff) | ((block[i + 1] ?? 0) >> 7)).map((b, i) => (i === BLOCK - 1 ? b ^ (0x87 * carry) : b))
}

/** The CMAC of a message with SM4, 16 bytes. @source GB/T 15852.1-2020 MAC algorithm 5, NIST SP 800-38B */
export function sm4Cmac(key: Uint8Array, message: Uint8Array, engine: Engine = portableEngine): Uint8Array {
  const first = doubled(engine.sm4({ mode: 'ECB', direction: 'encrypt', key, bytes: new Uint8Array(BLOCK) }))
  const whole = message.length > 0 && message.length % BLOCK === 0
  const bytes = whole ? message.slice() : concat(message, Uint8Array.of(0x80), new Uint8Array(BLOCK - 1 - (message.length % BLOCK)))
  const last = whole ? first : doubled(first)
  last.forEach((b, i) => { bytes[bytes.length - BLOCK + i]! ^= b })
  return engine.sm4({ mode: 'CBC', direction: 'encrypt', key, iv: new Uint8Array(BLOCK), bytes }).slice(-BLOCK)
}
