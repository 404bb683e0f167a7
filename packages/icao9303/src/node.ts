import {
  constants, createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hash as digest, publicEncrypt, randomBytes, sign, verify, type KeyObject,
} from 'node:crypto'

import { bits, integer, octets, oid, sequence } from './asn1/write.ts'
import { demandLengths } from './ciphering.ts'
import { type Ciphering, type Crypto, type HashName, type Scheme, type Sign, type Signed } from './crypto.ts'
import { orderLength, orderOf } from './ecdsa.ts'
import { encodeKey, readPublicKey, type PublicKey } from './key.ts'
import { bytesOf, numberOf } from './number.ts'
import { powerOf } from './power.ts'
import { remember } from './remember.ts'
import { mayUse, modulusLength } from './rsa.ts'
import { signatureCheck, type SignatureCheck } from './signature.ts'

const NAMES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const CACHE_LIMIT = 2_000
const OID_DH = '1.2.840.113549.1.3.1'

/** A plain array: a Buffer would share its bytes where others copy. */
const plain = (b: Buffer): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength)

/** OpenSSL's name of a cipher; 3DES with two keys is 3DES with the first one again. */
function cipherOf(c: Ciphering): { readonly name: string; readonly key: Uint8Array } {
  if (c.cipher === 'AES') return { name: `aes-${c.key.length * 8}-${c.mode.toLowerCase()}`, key: c.key }
  const key = c.key.length === 16 ? Buffer.concat([c.key, c.key.subarray(0, 8)]) : c.key
  return { name: c.mode === 'CBC' ? 'des-ede3-cbc' : 'des-ede3', key }
}

function cipher(c: Ciphering): Uint8Array {
  demandLengths(c)
  const { name, key } = cipherOf(c)
  const iv = c.mode === 'ECB' ? null : (c.iv ?? null)
  const run = c.direction === 'encrypt' ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv)
  run.setAutoPadding(false)
  return plain(Buffer.concat([run.update(c.bytes), run.final()]))
}

/** A power by a short exponent is what RSA does with a public key. */
function publicPower(base: bigint, exponent: bigint, modulus: Uint8Array): Uint8Array {
  const part = (b: Uint8Array): string => Buffer.from(b).toString('base64url')
  const key = createPublicKey({ key: { kty: 'RSA', n: part(modulus), e: part(bytesOf(exponent, 8)) }, format: 'jwk' })
  return plain(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, bytesOf(base, modulus.length)))
}

/** A power by a long exponent is a Diffie-Hellman agreement, which OpenSSL does in constant time. */
function secretPower(base: bigint, exponent: bigint, modulus: bigint): Uint8Array {
  const algorithm = sequence(oid(OID_DH), sequence(integer(modulus), integer(2)))
  const read = (der: Uint8Array): Buffer => Buffer.from(der)
  const privateKey = createPrivateKey({ key: read(sequence(integer(0), algorithm, octets(integer(exponent)))), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey({ key: read(sequence(algorithm, bits(integer(base)))), format: 'der', type: 'spki' })
  return plain(diffieHellman({ privateKey, publicKey }))
}

/** OpenSSL is quicker than whole numbers of the language, but it refuses moduli and results that no key should have. */
function power(base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  const [m, e] = [numberOf(modulus), numberOf(exponent)]
  if (m % 2n === 0n || m < 1n << 1023n || e < 3n) return powerOf(base, exponent, modulus)
  const b = numberOf(base) % m
  try {
    const result = e < 1n << 64n ? publicPower(b, e, bytesOf(m, Math.ceil(m.toString(16).length / 2))) : secretPower(b, e, m)
    return result.length === modulus.length ? result : bytesOf(numberOf(result), modulus.length)
  } catch {
    return powerOf(base, exponent, modulus)
  }
}

/** A key for OpenSSL, and without it for DSA and for those curves that an OpenSSL may have been built without. */
interface Reading { readonly key: PublicKey; readonly object: KeyObject | undefined; readonly check: SignatureCheck }

function reading(spki: Uint8Array): Reading | undefined {
  const key = readPublicKey(spki)
  if (key === undefined) return undefined
  if (key.kind === 'dsa') return { key, object: undefined, check: signatureCheck(key, tools) }
  let object: KeyObject | undefined
  try {
    object = createPublicKey({ key: Buffer.from(encodeKey(key)), format: 'der', type: 'spki' })
  } catch {
    // a curve that is not built in, or a point that is off it: the check of our own tells
  }
  return { key, object, check: signatureCheck(key, tools) }
}

const tools = { hash: (name: HashName, bytes: Uint8Array): Uint8Array => plain(digest(NAMES[name], bytes, 'buffer')), power }

function isGood({ key, object, check }: Reading, signed: Signed): boolean {
  const { scheme, message, signature } = signed
  if (key.kind === 'ec') {
    if (scheme.kind !== 'ecdsa') return false
    if (scheme.form === 'plain' && signature.length !== 2 * orderLength(orderOf(key))) return false
  } else if (key.kind === 'rsa' && (!mayUse(key, scheme) || signature.length !== modulusLength(key))) return false
  // OpenSSL's PSS with two hash functions has no door in Node
  if (object === undefined || (scheme.kind === 'rsa-pss' && scheme.mgfHash !== scheme.hash)) return check(signed)
  // options cost Node a fifth of the whole: DER and PKCS #1 are what a bare key means
  const usual = scheme.kind === 'rsa-pkcs1' || (scheme.kind === 'ecdsa' && scheme.form === 'der')
  return verify(NAMES[scheme.hash], message, usual ? object : { key: object, ...paramsOf(scheme) }, signature)
}

function paramsOf(scheme: Scheme): { readonly dsaEncoding: 'der' | 'ieee-p1363' } | { readonly padding: number; readonly saltLength?: number } {
  if (scheme.kind === 'ecdsa') return { dsaEncoding: scheme.form === 'der' ? 'der' : 'ieee-p1363' }
  if (scheme.kind === 'rsa-pss') return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }
  return { padding: constants.RSA_PKCS1_PADDING }
}

/** The crypto port on `node:crypto`. Keys are read once and remembered. */
export function nodeCrypto(): Crypto {
  const readingOf = remember(CACHE_LIMIT, reading)
  return {
    hash: tools.hash,
    random: (length) => plain(randomBytes(length)),
    power,
    cipher,
    verify: (signed) => {
      const known = readingOf(signed.spki)
      if (known === undefined) return false
      try {
        return isGood(known, signed)
      } catch {
        return false
      }
    },
  }
}

/**
 * Signs with a private key that Node holds.
 *
 * @param scheme - of the key's kind; ECDSA in DER form, PSS with one hash function
 * @throws RangeError on a scheme that is not
 */
export function signWith(privateKey: KeyObject, scheme: Scheme): Sign {
  const [isEc, wantsEc] = [privateKey.asymmetricKeyType === 'ec', scheme.kind === 'ecdsa']
  if (isEc !== wantsEc || scheme.kind === 'dsa' || (scheme.kind === 'ecdsa' && scheme.form === 'plain')) throw new RangeError('a scheme of the kind of the key, ECDSA in DER form')
  if (scheme.kind === 'rsa-pss' && scheme.hash !== scheme.mgfHash) throw new RangeError('PSS with one hash function')
  return (message) => plain(sign(NAMES[scheme.hash], message, { key: privateKey, ...paramsOf(scheme) }))
}
