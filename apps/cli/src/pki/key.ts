import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

import { type HashName, type Scheme } from 'icao9303'

import { Impossible } from '../command.ts'
import { HASHES, KEY_TYPES, type HeldKey, type KeyStore, type KeyType } from './key-kind.ts'
import { writeNew, type Values } from './option.ts'
import { refuseExposed, secretFrom } from './secret.ts'
import { openToken } from './token.ts'

const SALTS: Readonly<Record<HashName, number>> = { 'SHA-1': 20, 'SHA-224': 28, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }

export function keyTypeOf(values: Values, otherwise: KeyType): KeyType {
  const type = values['key-type'] ?? otherwise
  if (!(type in KEY_TYPES)) throw new Impossible('key-type-unknown', `${type} is none of ${Object.keys(KEY_TYPES).join(', ')}`)
  return type as KeyType
}

/**
 * The scheme that is asked for, or the usual one of a key: the hash as long as the key is strong, PSS for RSA.
 *
 * @source Doc 9303-12 §4.1.6
 */
export function schemeFor(key: Pick<HeldKey, 'kind' | 'bits'>, values: Values): Scheme {
  const usual = key.kind === 'rsa' || key.bits <= 256 ? 'SHA-256' : key.bits <= 384 ? 'SHA-384' : 'SHA-512'
  const hash = (values.hash ?? usual).toUpperCase().replace(/^SHA-?/, 'SHA-') as HashName
  if (!(hash in HASHES) || hash === 'SHA-1') throw new Impossible(
    'hash-unknown', `${String(values.hash)} is none of SHA-224, SHA-256, SHA-384, SHA-512`,
  )
  const form = values.signature ?? 'pss'
  if (form !== 'pss' && form !== 'pkcs1') throw new Impossible('signature-unknown', `${form} is neither pss nor pkcs1`)
  if (key.kind === 'ec') return { kind: 'ecdsa', hash, form: 'der' }
  return form === 'pss' ? { kind: 'rsa-pss', hash, mgfHash: hash, salt: SALTS[hash] } : { kind: 'rsa-pkcs1', hash }
}

function held(key: KeyObject, file: string): HeldKey {
  const details = key.asymmetricKeyDetails
  const kind = key.asymmetricKeyType === 'ec' ? 'ec' : key.asymmetricKeyType === 'rsa' ? 'rsa' : undefined
  if (kind === undefined) throw new Impossible('key-invalid', `${file} holds a key of another kind than EC or RSA`)
  const curve = Object.values(KEY_TYPES).find((t) => t.curve !== undefined && t.curve === details?.namedCurve)
  return {
    kind, bits: kind === 'rsa' ? (details?.modulusLength ?? 0) : (curve?.bits ?? 256), place: file,
    spki: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    signer: (scheme) => ({
      scheme,
      sign: (m) => new Uint8Array(
        sign(
          HASHES[scheme.hash], m,
          scheme.kind === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt } : key,
        )
      ),
    }),
  }
}

/** Keys in encrypted PKCS#8 files that nobody but their owner can read. */
function fileStore(values: Values): KeyStore {
  let known: Promise<string> | undefined
  const passphrase = async (): Promise<string> => known ??= secretFrom({
    file: values['passphrase-file'], env: 'CAUSEWAY_PKI_PASSPHRASE',
    asks: { zh: '私钥口令', en: 'Passphrase of the key' }, code: 'passphrase-missing',
  })
  return {
    create: async (type, { file }) => {
      const { curve, bits } = KEY_TYPES[type]
      const secret = await passphrase()
      if (secret.length < 8) throw new Impossible('passphrase-short', 'the passphrase has fewer than 8 characters')
      const { privateKey } = curve === undefined
        ? generateKeyPairSync('rsa', { modulusLength: bits })
        : generateKeyPairSync('ec', { namedCurve: curve })
      writeNew(file, privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: secret }), 0o600)
      return held(privateKey, file)
    },
    open: async (certificate, file) => {
      if (!existsSync(file)) throw new Impossible('key-missing', `${file} is not there`)
      refuseExposed(file)
      const pem = readFileSync(file)
      let key: KeyObject
      try {
        key = createPrivateKey(pem.includes('ENCRYPTED') ? { key: pem, passphrase: await passphrase() } : pem)
      } catch (error) {
        if (error instanceof Impossible) throw error
        throw new Impossible('key-unreadable', `${file} cannot be opened: a wrong passphrase, or no key`)
      }
      const own = held(key, file)
      if (
        !Buffer.from(own.spki).equals(Buffer.from(certificate.spki))
      ) throw new Impossible('key-differs', `${file} is not the key of the certificate`)
      return own
    },
    close: () => undefined,
  }
}

/** The keys of a command: in a token when one is named, else in files. */
export async function openStore(values: Values): Promise<KeyStore> {
  if (values.pkcs11 === undefined) {
    if (values.token !== undefined) throw new Impossible('usage', '--token needs --pkcs11 MODULE')
    return fileStore(values)
  }
  if (values.token === undefined) throw new Impossible('usage', '--pkcs11 needs --token LABEL')
  const pin = await secretFrom({
    file: values['pin-file'], env: 'CAUSEWAY_PKI_PIN', asks: { zh: '令牌 PIN', en: 'PIN of the token' },
    code: 'pin-missing',
  })
  return openToken({ module: values.pkcs11, label: values.token, pin })
}
