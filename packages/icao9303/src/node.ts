import { constants, createPublicKey, hash as digest, verify, type KeyObject } from 'node:crypto'

import { type Crypto, type HashName, type Signed } from './crypto.ts'

const NAMES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const CACHE_LIMIT = 2_000

/** The crypto port on `node:crypto`. Keys are imported once and remembered. */
export function nodeCrypto(): Crypto {
  const keys = new Map<string, KeyObject | undefined>()
  const keyOf = (spki: Uint8Array): KeyObject | undefined => {
    const id = Buffer.from(spki).toString('latin1')
    if (keys.has(id)) return keys.get(id)
    if (keys.size >= CACHE_LIMIT) keys.clear()
    let key: KeyObject | undefined
    try {
      key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    } catch {
      key = undefined
    }
    keys.set(id, key)
    return key
  }
  return {
    hash: (name, bytes) => digest(NAMES[name], bytes, 'buffer'),
    verify: ({ spki, scheme, message, signature }: Signed) => {
      const key = keyOf(spki)
      if (key === undefined) return false
      try {
        if (scheme.kind === 'ecdsa') return verify(NAMES[scheme.hash], message, { key, dsaEncoding: scheme.form === 'der' ? 'der' : 'ieee-p1363' }, signature)
        if (scheme.kind === 'rsa-pkcs1') return verify(NAMES[scheme.hash], message, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
        if (scheme.mgfHash !== scheme.hash) return false
        return verify(NAMES[scheme.hash], message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }, signature)
      } catch {
        return false
      }
    },
  }
}
