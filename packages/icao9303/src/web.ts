import { cbc, ecb } from '@noble/ciphers/aes.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'

import { integer, sequence } from './asn1/write.ts'
import { demandLengths } from './ciphering.ts'
import { type Awaitable, type Ciphering, type Crypto, type HashName, type Scheme, type Sign, type Signed } from './crypto.ts'
import { tripleDes } from './des.ts'
import { orderLength, orderOf, parsePair } from './ecdsa.ts'
import { encodeKey, readPublicKey, type PublicKey } from './key.ts'
import { bytesOf, numberOf } from './number.ts'
import { powerOf } from './power.ts'
import { remember } from './remember.ts'
import { mayUse, modulusLength } from './rsa.ts'
import { signatureCheck, type SignatureCheck } from './signature.ts'

/** What is used of `crypto.subtle`. */
interface Subtle {
  readonly importKey: (format: 'spki', bytes: Uint8Array<ArrayBuffer>, algorithm: object, extractable: boolean, usages: 'verify'[]) => Promise<unknown>
  readonly verify: (algorithm: object, key: never, signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>) => Promise<boolean>
  readonly sign: (algorithm: object, key: never, message: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>
}

/** What the port takes from where it runs: `globalThis.crypto`, in whole or in part. A page without TLS has no `subtle`. */
export interface WebPlatform {
  readonly getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => unknown
  readonly subtle?: unknown
}

const HASHES: Readonly<Record<HashName, (bytes: Uint8Array) => Uint8Array>> = { 'SHA-1': sha1, 'SHA-224': sha224, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 }
const KEYS_KEPT = 64
const MOST_RANDOM = 65_536

const tools = { hash: (name: HashName, bytes: Uint8Array): Uint8Array => HASHES[name](bytes), power: powerOf }

function cipher(c: Ciphering): Uint8Array {
  demandLengths(c)
  if (c.cipher === '3DES') return tripleDes(c)
  const run = c.mode === 'ECB' ? ecb(c.key, { disablePadding: true }) : cbc(c.key, c.iv!, { disablePadding: true })
  return c.direction === 'encrypt' ? run.encrypt(c.bytes) : run.decrypt(c.bytes)
}

function random(platform: WebPlatform, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += MOST_RANDOM) platform.getRandomValues(bytes.subarray(at, at + MOST_RANDOM))
  return bytes
}

/** How the platform is asked for a scheme; undefined where it has no such thing. */
function platformWay(key: PublicKey, scheme: Scheme): { readonly key: object; readonly use: object } | undefined {
  if (scheme.hash === 'SHA-224' || scheme.kind === 'dsa') return undefined
  if (scheme.kind === 'ecdsa') {
    return key.kind === 'ec' && ['P-256', 'P-384', 'P-521'].includes(key.curve.name) ? { key: { name: 'ECDSA', namedCurve: key.curve.name }, use: { name: 'ECDSA', hash: scheme.hash } } : undefined
  }
  if (key.kind !== 'rsa' || !mayUse(key, scheme)) return undefined
  if (scheme.kind === 'rsa-pkcs1') return { key: { name: 'RSASSA-PKCS1-v1_5', hash: scheme.hash }, use: { name: 'RSASSA-PKCS1-v1_5' } }
  return scheme.mgfHash === scheme.hash ? { key: { name: 'RSA-PSS', hash: scheme.hash }, use: { name: 'RSA-PSS', saltLength: scheme.salt } } : undefined
}

/** A key, its check of our own, and what the platform made of it for each way. */
interface Reading { readonly key: PublicKey; readonly check: SignatureCheck; readonly imported: Map<string, Promise<unknown>> }

function reading(spki: Uint8Array): Reading | undefined {
  const key = readPublicKey(spki)
  return key && { key, check: signatureCheck(key, tools), imported: new Map() }
}

const copy = (b: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(b)

/** The signature as the platform reads it: ECDSA as r‖s. RSA of the modulus' length only: platforms take shorter ones with PSS. */
function platformSignature(key: PublicKey, { scheme, signature }: Signed): Uint8Array<ArrayBuffer> | undefined {
  if (key.kind === 'rsa') return signature.length === modulusLength(key) ? copy(signature) : undefined
  if (key.kind !== 'ec' || scheme.kind !== 'ecdsa') return undefined
  const [pair, length] = [parsePair(signature, scheme.form, orderOf(key)), orderLength(orderOf(key))]
  if (pair === undefined) return undefined
  const plain = new Uint8Array(2 * length)
  plain.set(bytesOf(pair.r, length))
  plain.set(bytesOf(pair.s, length), length)
  return plain
}

async function askPlatform(subtle: Subtle, known: Reading, o: { readonly signed: Signed; readonly way: { readonly key: object; readonly use: object } }): Promise<boolean> {
  const { key } = known
  const signature = platformSignature(key, o.signed)
  if (signature === undefined || key.kind === 'dsa') return false
  const id = JSON.stringify(o.way.key)
  try {
    let imported = known.imported.get(id)
    if (imported === undefined) {
      imported = subtle.importKey('spki', copy(encodeKey(key)), o.way.key, false, ['verify'])
      known.imported.set(id, imported)
    }
    return await subtle.verify(o.way.use, (await imported) as never, signature, copy(o.signed.message))
  } catch {
    // a key that this platform will not read, though it is sound: an unusual exponent, a compressed point
    return known.check(o.signed)
  }
}

function isGood(subtle: Subtle | undefined, known: Reading, signed: Signed): Awaitable<boolean> {
  const way = subtle && platformWay(known.key, signed.scheme)
  return subtle === undefined || way === undefined ? known.check(signed) : askPlatform(subtle, known, { signed, way })
}

/** The crypto port for browsers and whatever else has the Web Cryptography API, or at least its random numbers. */
export function webCrypto(platform: WebPlatform = globalThis.crypto): Crypto {
  const readingOf = remember(KEYS_KEPT, reading)
  const subtle = platform.subtle as Subtle | undefined
  return {
    hash: tools.hash,
    random: (length) => random(platform, length),
    power: powerOf,
    cipher,
    verify: (signed) => {
      const known = readingOf(signed.spki)
      if (known === undefined) return false
      try {
        return isGood(subtle, known, signed)
      } catch {
        return false
      }
    },
  }
}

/** A private key of the Web Cryptography API: a `CryptoKey`. */
export interface WebKey { readonly type: string; readonly algorithm: { readonly name: string; readonly hash?: unknown } }

/**
 * Signs with a private key that the browser holds.
 *
 * @param scheme - of the key's kind and hash; ECDSA in DER form, PSS with one hash function
 * @throws RangeError on a scheme that the platform has not
 */
export function signWith(privateKey: WebKey, scheme: Scheme, platform: WebPlatform = globalThis.crypto): Sign {
  const subtle = platform.subtle as Subtle | undefined
  const name = { ecdsa: 'ECDSA', 'rsa-pkcs1': 'RSASSA-PKCS1-v1_5', 'rsa-pss': 'RSA-PSS', dsa: undefined }[scheme.kind]
  const known = scheme.hash !== 'SHA-224' && (scheme.kind !== 'ecdsa' || scheme.form === 'der') && (scheme.kind !== 'rsa-pss' || scheme.hash === scheme.mgfHash)
  const hash = (privateKey.algorithm.hash as { readonly name?: string } | undefined)?.name ?? scheme.hash
  if (subtle === undefined || name === undefined || privateKey.algorithm.name !== name || hash !== scheme.hash || !known) throw new RangeError('a scheme of the kind of the key that the platform has, ECDSA in DER form')
  const use = { name, ...(scheme.kind === 'ecdsa' ? { hash: scheme.hash } : {}), ...(scheme.kind === 'rsa-pss' ? { saltLength: scheme.salt } : {}) }
  return async (message) => {
    const made = new Uint8Array(await subtle.sign(use, privateKey as never, copy(message)))
    if (scheme.kind !== 'ecdsa') return made
    const half = made.length / 2
    return sequence(integer(numberOf(made.subarray(0, half))), integer(numberOf(made.subarray(half))))
  }
}
