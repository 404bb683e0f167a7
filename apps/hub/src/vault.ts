import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { keptSecret, openSealedFile, TRYING_OUT } from '@causeway/ground'
import { type Scheme, type Signer } from 'icao9303'
import { signWith } from 'icao9303/node'

/** What a key of the national side is for; none is used for anything else. */
export type KeyUse = 'csca' | 'seal' | 'receipt' | 'master-list' | 'deviation-list'
export const KEY_TYPES = ['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1', 'rsa-3072', 'rsa-4096'] as const
export type KeyType = (typeof KEY_TYPES)[number]

/** A key as what it can do: the private half stays here. */
export interface HubKey {
  readonly id: string
  readonly use: KeyUse
  readonly type: KeyType
  readonly spki: Uint8Array
  readonly publicPem: string
  readonly signer: Signer
  /** r and s, hex, for statements that are no ICAO structure; of a P-256 key. */
  readonly signText: (text: string) => string
}

export interface Vault {
  readonly keys: (use: KeyUse) => readonly HubKey[]
  readonly make: (use: KeyUse, type: KeyType) => Promise<HubKey>
}

interface Stored { readonly id: string; readonly use: KeyUse; readonly type: KeyType; readonly pkcs8: string }

const CURVES: Readonly<Partial<Record<KeyType, string>>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', brainpoolP256r1: 'brainpoolP256r1', brainpoolP384r1: 'brainpoolP384r1' }

/** The hash as long as the key is strong; PSS for RSA. @source Doc 9303-12 §4.1.6 */
function schemeOf(type: KeyType): Scheme {
  if (type.startsWith('rsa')) return { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 }
  return { kind: 'ecdsa', hash: type.includes('384') ? 'SHA-384' : 'SHA-256', form: 'der' }
}

async function fresh(type: KeyType): Promise<KeyObject> {
  const namedCurve = CURVES[type]
  const pair = namedCurve === undefined
    ? await promisify(generateKeyPair)('rsa', { modulusLength: Number(type.slice(4)) })
    : await promisify(generateKeyPair)('ec', { namedCurve })
  return pair.privateKey
}

const store = (id: string, use: KeyUse, type: KeyType, key: KeyObject): Stored => ({ id, use, type, pkcs8: key.export({ format: 'der', type: 'pkcs8' }).toString('base64') })

function open(s: Stored): HubKey {
  const key = createPrivateKey({ key: Buffer.from(s.pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  const scheme = schemeOf(s.type)
  return {
    id: s.id, use: s.use, type: s.type, signer: { sign: signWith(key, scheme), scheme },
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    signText: (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('hex'),
  }
}

/** Files in which keys lay bare before they were sealed. */
const BARE = [['csca.key', 'csca'], ['receipt.key', 'receipt'], ['mls.key', 'master-list']] as const

/**
 * The keys of the national side in one file, sealed by a passphrase: SPECIMEN, for trying out. Keys that an older hub
 * left bare beside it are taken in, and their files removed.
 *
 * @param passphraseFile - of mode 600; made beside the keys when absent, where whoever reads one reads both
 */
export function openVault(folder: string, passphraseFile = join(folder, 'passphrase')): Vault {
  const file = openSealedFile(join(folder, 'keys.sealed'), { passphrase: keptSecret(passphraseFile), mark: TRYING_OUT })
  const kept = file.read()
  let stored = kept === undefined ? [] : JSON.parse(kept.toString('utf8')) as readonly Stored[]
  const save = (more: readonly Stored[]): void => {
    const all = [...stored, ...more]
    file.write(Buffer.from(JSON.stringify(all)))
    stored = all
  }
  const bare = BARE.map(([name, use]) => ({ path: join(folder, name), use })).filter((b) => existsSync(b.path))
  const missing = bare.filter((b) => !stored.some((s) => s.use === b.use))
  if (missing.length > 0) save(missing.map((b) => store(randomBytes(8).toString('hex'), b.use, 'P-256', createPrivateKey(readFileSync(b.path)))))
  for (const b of bare) rmSync(b.path)
  let keys = stored.map(open)
  return {
    keys: (use) => keys.filter((k) => k.use === use),
    make: async (use, type) => {
      const made = store(randomBytes(8).toString('hex'), use, type, await fresh(type))
      save([made]) // nothing is certified that a power cut can take away
      keys = [...keys, open(made)]
      return keys.at(-1)!
    },
  }
}
