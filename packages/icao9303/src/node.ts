import { constants, createCipheriv, createDecipheriv, createPublicKey, hash as digest, randomBytes, verify, type KeyObject } from 'node:crypto'

import { type Ciphering, type Crypto, type HashName, type Signed } from './crypto.ts'
import { powerOf } from './power.ts'

const NAMES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const CACHE_LIMIT = 2_000

/** OpenSSL's name of a cipher; 3DES with two keys is 3DES with the first one again. */
function cipherOf(c: Ciphering): { readonly name: string; readonly key: Uint8Array } {
  if (c.cipher === 'AES') return { name: `aes-${c.key.length * 8}-${c.mode.toLowerCase()}`, key: c.key }
  const key = c.key.length === 16 ? Buffer.concat([c.key, c.key.subarray(0, 8)]) : c.key
  return { name: c.mode === 'CBC' ? 'des-ede3-cbc' : 'des-ede3', key }
}

interface Key { readonly key: KeyObject; readonly type: string | undefined }

function importKey(spki: Uint8Array): Key | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return { key, type: key.asymmetricKeyType }
  } catch {
    return undefined
  }
}

/** The crypto port on `node:crypto`. Keys are imported once and remembered. */
export function nodeCrypto(): Crypto {
  const keys = new Map<string, Key | undefined>()
  // the same bytes in the same place need not be looked at again; whoever changes a key makes a new array
  const known = new WeakMap<Uint8Array, Key>()
  const keyOf = (spki: Uint8Array): Key | undefined => {
    const before = known.get(spki)
    if (before !== undefined) return before
    const id = Buffer.from(spki).toString('latin1')
    if (!keys.has(id)) {
      if (keys.size >= CACHE_LIMIT) keys.clear()
      keys.set(id, importKey(spki))
    }
    const key = keys.get(id)
    if (key !== undefined) known.set(spki, key)
    return key
  }
  return {
    hash: (name, bytes) => digest(NAMES[name], bytes, 'buffer'),
    random: (length) => randomBytes(length),
    power: powerOf,
    cipher: (c) => {
      const { name, key } = cipherOf(c)
      const iv = c.mode === 'ECB' ? null : (c.iv ?? null)
      const run = c.direction === 'encrypt' ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv)
      run.setAutoPadding(false)
      return Buffer.concat([run.update(c.bytes), run.final()])
    },
    verify: ({ spki, scheme, message, signature }: Signed) => {
      const found = keyOf(spki)
      if (found === undefined) return false
      const { key, type } = found
      const name = NAMES[scheme.hash]
      try {
        // options cost Node a fifth of the whole: DER and PKCS #1 are what a bare key of that type means
        if (scheme.kind === 'ecdsa') return type === 'ec' && verify(name, message, scheme.form === 'der' ? key : { key, dsaEncoding: 'ieee-p1363' }, signature)
        if (scheme.kind === 'rsa-pkcs1') return type === 'rsa' && verify(name, message, key, signature)
        if (scheme.mgfHash !== scheme.hash) return false
        return verify(name, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }, signature)
      } catch {
        return false
      }
    },
  }
}
