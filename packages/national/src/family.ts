import { cmac, gcm } from '@noble/ciphers/aes.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { hex, unhex } from 'icao9303/der'

import { concat } from './byte.ts'
import { type Engine } from './engine.ts'
import { decodeSm2Spki, encodeSm2Spki } from './key.ts'
import { portableEngine } from './portable.ts'
import { GCM_NONCE, openSm4, sealSm4, sm4Cmac } from './sm4.ts'
import { signSm2, verifySm2 } from './sm2.ts'

export type FamilyName = 'international' | 'national'

/** A text to encrypt, or what came of it. `bound` is authenticated with it: where it belongs, so that it opens nowhere else. */
export interface Bound { readonly key: Uint8Array; readonly bytes: Uint8Array; readonly bound: Uint8Array }

/**
 * One set of algorithms behind one port, so that a purpose (messages, seals, anchors, stored data) can be switched. Keys of
 * one family are no keys of the other. What an ICAO standard prescribes is not a purpose: it keeps its algorithms.
 */
export interface Family {
  readonly name: FamilyName
  /** In words, for reports and sealed forms. */
  readonly algorithms: { readonly hash: string; readonly signature: string; readonly cipher: string; readonly mac: string }
  /** Bytes of a key of `encrypt`, `decrypt` and `mac`. */
  readonly keyLength: number
  /** 32 bytes. */
  readonly hash: (bytes: Uint8Array) => Uint8Array
  /** r‖s of 64 bytes. @param secret - a private scalar, 32 bytes */
  readonly sign: (secret: Uint8Array, message: Uint8Array) => Uint8Array
  /** @param spki - SubjectPublicKeyInfo; false for a key of the other family */
  readonly verify: (spki: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
  /** Nonce, ciphertext and tag. */
  readonly encrypt: (o: Bound) => Uint8Array
  /** Undefined when a bit of it, or of what is bound, differs. */
  readonly decrypt: (o: Bound) => Uint8Array | undefined
  /** 16 bytes. */
  readonly mac: (key: Uint8Array, message: Uint8Array) => Uint8Array
  /** SubjectPublicKeyInfo of a private scalar. */
  readonly spkiOf: (secret: Uint8Array) => Uint8Array
}

function demandKey(key: Uint8Array, length: number): Uint8Array {
  if (key.length !== length) throw new RangeError(`a key has ${length} bytes`)
  return key
}

/** SM2 with SM3 and the default user id, SM4-GCM, SM4-CMAC. */
export function nationalFamily(engine: Engine = portableEngine): Family {
  return {
    name: 'national', algorithms: { hash: 'SM3', signature: 'SM2-SM3', cipher: 'SM4-GCM', mac: 'SM4-CMAC' }, keyLength: 16,
    hash: engine.sm3,
    sign: (secret, message) => signSm2(secret, message, { form: 'plain', engine }),
    verify: (spki, message, signature) => {
      const point = decodeSm2Spki(spki)
      return point !== undefined && verifySm2(point, message, signature, { form: 'plain' })
    },
    encrypt: ({ key, bytes, bound }) => {
      const nonce = engine.random(GCM_NONCE)
      return concat(nonce, sealSm4({ key: demandKey(key, 16), nonce, bytes, bound }, engine))
    },
    decrypt: ({ key, bytes, bound }) => {
      if (bytes.length < GCM_NONCE) return undefined
      return openSm4({ key: demandKey(key, 16), nonce: bytes.subarray(0, GCM_NONCE), bytes: bytes.subarray(GCM_NONCE), bound }, engine)
    },
    mac: (key, message) => sm4Cmac(demandKey(key, 16), message, engine),
    spkiOf: (secret) => encodeSm2Spki(engine.basePoint(secret)),
  }
}

/** SubjectPublicKeyInfo of a P-256 key up to its point. */
const P256_HEAD = '3059301306072a8648ce3d020106082a8648ce3d030107034200'
const p256Point = (spki: Uint8Array): Uint8Array | undefined => (spki.length === 91 && hex(spki.subarray(0, 26)) === P256_HEAD ? spki.subarray(26) : undefined)

function p256Verify(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const point = p256Point(spki)
  if (point === undefined) return false
  try {
    return p256.verify(signature, sha256(message), point, { prehash: false, lowS: false })
  } catch {
    return false
  }
}

function aesOpen({ key, bytes, bound }: Bound): Uint8Array | undefined {
  const cipher = gcm(demandKey(key, 32), bytes.subarray(0, GCM_NONCE), bound)
  try {
    return cipher.decrypt(bytes.subarray(GCM_NONCE))
  } catch {
    return undefined
  }
}

/** ECDSA on P-256 with SHA-256, AES-256-GCM, AES-256-CMAC. */
export function internationalFamily(engine: Pick<Engine, 'random'> = portableEngine): Family {
  return {
    name: 'international', algorithms: { hash: 'SHA-256', signature: 'ECDSA-P256-SHA256', cipher: 'AES-256-GCM', mac: 'AES-256-CMAC' }, keyLength: 32,
    hash: (bytes) => sha256(bytes),
    sign: (secret, message) => p256.sign(sha256(message), secret, { prehash: false, lowS: false }),
    verify: p256Verify,
    encrypt: ({ key, bytes, bound }) => {
      const nonce = engine.random(GCM_NONCE)
      return concat(nonce, gcm(demandKey(key, 32), nonce, bound).encrypt(bytes))
    },
    decrypt: (o) => (o.bytes.length < GCM_NONCE + 16 ? undefined : aesOpen(o)),
    mac: (key, message) => cmac(message, demandKey(key, 32)),
    spkiOf: (secret) => concat(unhex(P256_HEAD), p256.getPublicKey(secret, false)),
  }
}

export const familyOf = (name: FamilyName, engine: Engine = portableEngine): Family => (name === 'national' ? nationalFamily(engine) : internationalFamily(engine))

/** The family whose key a SubjectPublicKeyInfo holds; undefined for any other key. A point off its curve is no key. */
export function familyOfKey(spki: Uint8Array): FamilyName | undefined {
  if (decodeSm2Spki(spki) !== undefined) return 'national'
  const point = p256Point(spki)
  return point !== undefined && p256.utils.isValidPublicKey(point, false) ? 'international' : undefined
}
