import { createPublicKey } from 'node:crypto'

import { cryptokiBinding, findKey, makePair, mechanismOf, openModule, signAt, TokenError, type Handle, type Session } from '@causeway/token'
import { keyIdentifier } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { Impossible } from '../command.ts'
import { KEY_TYPES, type HeldKey, type KeyStore } from './key-kind.ts'

const idOf = (spki: Uint8Array): Uint8Array => keyIdentifier(spki, nodeCrypto())

function held(session: Session, key: Handle, spki: Uint8Array, label: string): HeldKey {
  const details = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyDetails
  const curve = Object.values(KEY_TYPES).find((t) => t.curve !== undefined && t.curve === details?.namedCurve)
  return {
    spki, kind: details?.modulusLength === undefined ? 'ec' : 'rsa',
    bits: details?.modulusLength ?? curve?.bits ?? 256, place: `pkcs11:${label}`,
    signer: (scheme) => {
      if (scheme.kind === 'dsa') throw new Impossible('key-invalid', 'DSA is for reading only')
      const mechanism = mechanismOf(session.b, scheme)
      return { scheme, sign: async (message) => signAt(session, key, mechanism, message) }
    },
  }
}

/** Opens a token by its label and logs in. Both halves of a key are found by the key identifier. */
export async function openToken(o: { readonly module: string; readonly label: string; readonly pin: string }): Promise<KeyStore> {
  const module = openModule(await cryptokiBinding(), o.module)
  try {
    const session = module.session(module.slot(o.label))
    try {
      module.p.C_Login(session.handle, module.b['CKU_USER']!, o.pin)
    } catch (error) {
      throw new TokenError('pin-wrong', `the token ${o.label} does not take the PIN: ${(error as Error).message}`)
    }
    return {
      create: async (type, { label }) => {
        const { curve, bits } = KEY_TYPES[type]
        const made = await makePair(session, curve === undefined ? { bits } : { curve }, { label, id: idOf })
        return held(session, made.privateKey, made.spki, o.label)
      },
      open: async (certificate) => {
        const found = findKey(session, { id: idOf(certificate.spki) })
        if (found === undefined) throw new Impossible('key-missing', `the token ${o.label} has no key of this certificate`)
        return Promise.resolve(held(session, found.key, certificate.spki, o.label))
      },
      close: module.close,
    }
  } catch (error) {
    module.close()
    throw error
  }
}
