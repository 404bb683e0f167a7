import { concat, isSame, unhex } from './asn1/value.ts'
import { HASH_LENGTH, type Crypto, type HashName, type Scheme } from './crypto.ts'
import { type RsaKey } from './key.ts'
import { bytesOf, numberOf } from './number.ts'

type Tools = Pick<Crypto, 'hash' | 'power'>

/** DigestInfo up to the digest, the NULL included: without it nothing is accepted. @source RFC 8017 §9.2, RFC 4055 §5 */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  'SHA-1': '3021300906052b0e03021a05000414',
  'SHA-224': '302d300d06096086480165030402040500041c',
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
}

const bitLength = (n: bigint): number => n.toString(2).length

/** Tells whether a key may be used with a scheme. */
export function mayUse(key: RsaKey, scheme: Scheme): boolean {
  if (scheme.kind === 'ecdsa' || scheme.kind === 'dsa') return false
  if (key.pss === 'free') return scheme.kind === 'rsa-pkcs1' || isSalt(scheme.salt)
  if (scheme.kind !== 'rsa-pss' || !isSalt(scheme.salt)) return false
  return key.pss === 'only' || (key.pss.hash === scheme.hash && key.pss.mgfHash === scheme.mgfHash && key.pss.salt <= scheme.salt)
}

const isSalt = (n: number): boolean => Number.isInteger(n) && n >= 0

/** Bytes of a modulus, and so of a signature: OpenSSL takes shorter ones with PSS. */
export const modulusLength = (key: RsaKey): number => Math.ceil(bitLength(key.modulus) / 8)

/** The encoded message inside a signature, or undefined when the signature is not of the key's length or not below its modulus. */
function openSignature(key: RsaKey, signature: Uint8Array, tools: Tools): Uint8Array | undefined {
  const size = modulusLength(key)
  if (signature.length !== size || numberOf(signature) >= key.modulus) return undefined
  return tools.power(signature, bytesOf(key.exponent, 8), bytesOf(key.modulus, size))
}

/** The whole of the encoded message is compared, so that nothing hides behind or inside it (Bleichenbacher 2006). @source RFC 8017 §8.2.2 */
function isPkcs1(encoded: Uint8Array, hash: HashName, digest: Uint8Array): boolean {
  const info = concat(unhex(DIGEST_INFO[hash]), digest)
  const fill = encoded.length - info.length - 3
  if (fill < 8) return false
  return isSame(encoded, concat(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), info))
}

/** @source RFC 8017 §B.2.1 */
function mask(seed: Uint8Array, o: { readonly hash: HashName; readonly length: number; readonly tools: Tools }): Uint8Array {
  const rounds = Math.ceil(o.length / HASH_LENGTH[o.hash])
  return concat(...Array.from({ length: rounds }, (_, i) => o.tools.hash(o.hash, concat(seed, Uint8Array.of(i >> 24, i >> 16, i >> 8, i))))).subarray(0, o.length)
}

/** @source RFC 8017 §9.1.2 */
function isPss(whole: Uint8Array, digest: Uint8Array, o: { readonly scheme: Extract<Scheme, { kind: 'rsa-pss' }>; readonly bits: number; readonly tools: Tools }): boolean {
  const length = Math.ceil(o.bits / 8)
  // a modulus of 8k+1 bits leaves the first byte empty
  if (whole.length > length && whole[0] !== 0) return false
  const encoded = whole.subarray(whole.length - length)
  const { hash, mgfHash, salt } = o.scheme
  const size = HASH_LENGTH[hash]
  if (length < size + salt + 2 || encoded.at(-1) !== 0xbc) return false
  const [masked, h] = [encoded.subarray(0, length - size - 1), encoded.subarray(length - size - 1, -1)]
  const spare = 8 * length - o.bits
  const top = 0xff >> spare
  if ((masked[0]! & ~top) !== 0) return false
  const db = mask(h, { hash: mgfHash, length: masked.length, tools: o.tools }).map((x, i) => x ^ masked[i]!)
  db[0]! &= top
  const start = db.length - salt
  for (let i = 0; i < start - 1; i++) if (db[i] !== 0) return false
  if (db[start - 1] !== 1) return false
  return isSame(o.tools.hash(hash, concat(new Uint8Array(8), digest, db.subarray(start))), h)
}

/** RSA verification of PKCS #1 v1.5 and PSS, on the hashes and powers of a port. */
export function isRsaSignature(key: RsaKey, o: { readonly scheme: Scheme; readonly message: Uint8Array; readonly signature: Uint8Array; readonly tools: Tools }): boolean {
  const { scheme, tools } = o
  if (scheme.kind === 'ecdsa' || scheme.kind === 'dsa' || !mayUse(key, scheme)) return false
  const encoded = openSignature(key, o.signature, tools)
  if (encoded === undefined) return false
  const digest = tools.hash(scheme.hash, o.message)
  return scheme.kind === 'rsa-pkcs1' ? isPkcs1(encoded, scheme.hash, digest) : isPss(encoded, digest, { scheme, bits: bitLength(key.modulus) - 1, tools })
}
