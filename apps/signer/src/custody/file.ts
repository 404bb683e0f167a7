import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, scryptSync, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync, openSync, fsyncSync, closeSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { keptSecret } from '@causeway/ground'
import { type Scheme, type Sign } from 'icao9303'
import { signWith } from 'icao9303/node'

import { CustodyFault, type Custody, type KeyRecord, type KeyType, type KeyUse } from './port.ts'

interface Stored { readonly id: string; readonly use: KeyUse; readonly type?: KeyType; readonly pkcs8: string }

const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const

interface Held { readonly record: KeyRecord; readonly key: KeyObject }

function open(s: Stored): Held {
  const key: KeyObject = createPrivateKey({ key: Buffer.from(s.pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  return { key, record: {
    id: s.id, use: s.use, type: s.type ?? 'P-256',
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  } }
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** r and s plain for statements that are no ICAO structure, else as the standard wants. */
const signerFor = (key: KeyObject, as: Scheme): Sign => (as.kind === 'ecdsa' && as.form === 'plain'
  ? (message) => new Uint8Array(sign(as.hash.replace('-', '').toLowerCase(), message, { key, dsaEncoding: 'ieee-p1363' }))
  : signWith(key, as))

/**
 * Keys in one encrypted file: scrypt over a passphrase that lies beside it with mode 600, AES-256-GCM.
 * For trying out: whoever can read the folder can read the keys, so the folder belongs to the signer's own
 * user. A token (PKCS#11) is what a real office uses.
 */
export function openFileCustody(folder: string): Custody {
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
  let held: readonly Held[] = stored.map(open)
  const signers = new Map<string, Sign>()
  return {
    kind: 'file',
    keys: () => held.map((h) => h.record),
    isOpen: () => true,
    make: async (use, type) => {
      if (type !== 'P-256') throw new CustodyFault('token-fault', `no ${type} keys in a file yet`)
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      const s: Stored = { id: randomBytes(8).toString('hex'), use, type, pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }
      stored = [...stored, s]
      save()
      const made = open(s)
      held = [...held, made]
      return Promise.resolve(made.record)
    },
    sign: async (id, message, as) => {
      const key = held.find((h) => h.record.id === id)?.key
      if (key === undefined) throw new CustodyFault('key-unknown', `there is no key ${id}`)
      const form = `${id} ${JSON.stringify(as)}`
      const signed = signers.get(form) ?? signerFor(key, as)
      signers.set(form, signed)
      return signed(message)
    },
    mac: async () => Promise.reject(new CustodyFault('key-unknown', 'no secret keys in a file yet')),
    close: async () => Promise.resolve(),
  }
}
