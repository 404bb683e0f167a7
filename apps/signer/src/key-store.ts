import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, scryptSync, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync, openSync, fsyncSync, closeSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { keptSecret } from '@causeway/ground'

/** A key of the signer. The private half never leaves this file but as a function that signs. */
export interface SigningKey {
  readonly id: string
  readonly use: 'document' | 'anchor'
  readonly spki: Uint8Array
  readonly publicPem: string
  readonly sign: (message: Uint8Array) => Uint8Array
  /** r and s, 64 bytes, for statements that are no ICAO structure. */
  readonly signPlain: (message: Uint8Array) => Uint8Array
}

export interface KeyStore { readonly keys: () => readonly SigningKey[]; readonly make: (use: SigningKey['use']) => SigningKey; readonly kind: string }

interface Stored { readonly id: string; readonly use: SigningKey['use']; readonly pkcs8: string }

const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const

function open(s: Stored): SigningKey {
  const key: KeyObject = createPrivateKey({ key: Buffer.from(s.pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  return {
    id: s.id, use: s.use,
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    sign: (m) => new Uint8Array(sign('sha256', m, key)),
    signPlain: (m) => new Uint8Array(sign('sha256', m, { key, dsaEncoding: 'ieee-p1363' })),
  }
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/**
 * Keys in one encrypted file: scrypt over a passphrase that lies beside it with mode 600, AES-256-GCM.
 * For trying out: whoever can read the folder can read the keys, so the folder belongs to the signer's own
 * user. A token (PKCS#11) is what a real office uses.
 */
export function openKeyStore(folder: string): KeyStore {
  const file = join(folder, 'keys.sealed')
  const passphrase = keptSecret(join(folder, 'passphrase'))
  let stored: readonly Stored[] = []
  let salt = randomBytes(16)
  let derived: Buffer | undefined
  if (existsSync(file)) {
    const bytes = readFileSync(file)
    salt = Buffer.from(bytes.subarray(0, 16))
    derived = scryptSync(passphrase, salt, 32, SCRYPT)
    const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(16, 28)).setAuthTag(bytes.subarray(-16))
    stored = JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28, -16)), decipher.final()]).toString('utf8')) as Stored[]
  }
  const save = (): void => {
    derived ??= scryptSync(passphrase, salt, 32, SCRYPT)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', derived, nonce)
    const sealed = Buffer.concat([cipher.update(JSON.stringify(stored)), cipher.final()])
    const fresh = `${file}.new`
    writeFileSync(fresh, Buffer.concat([salt, nonce, sealed, cipher.getAuthTag()]), { mode: 0o600 })
    sync(join(folder, 'passphrase'))
    sync(fresh)
    renameSync(fresh, file)
    sync(dirname(file)) // a certificate must not be asked for a key that a power cut can take away
  }
  let open_ = stored.map(open)
  return {
    kind: 'encrypted file, for trying out',
    keys: () => open_,
    make: (use) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      const s: Stored = { id: randomBytes(8).toString('hex'), use, pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }
      stored = [...stored, s]
      save()
      const key = open(s)
      open_ = [...open_, key]
      return key
    },
  }
}
