import { constants, sign, type KeyObject } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

import { signSm2 } from '@causeway/national'
import { nodeEngine } from '@causeway/national/node'
import { cmac } from '@noble/ciphers/aes.js'
import type { HashName } from 'icao9303'

import type { Answer, Order, ToWorker } from './pool.ts'
import { mayScheme, type KeyType } from './port.ts'

const HASHES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }

interface Held { readonly key: KeyObject; readonly type: KeyType }
const held = new Map<string, Held>()

function signatureOf({ key, type }: Held, o: Order): Uint8Array {
  const { as, message } = o
  if (as === 'mac') {
    if (type !== 'aes-256') throw new RangeError('no secret key')
    return cmac(message, new Uint8Array(key.export()))
  }
  if (type === 'sm2') return signSm2(new Uint8Array(key.export()), message, { form: as.kind === 'ecdsa' ? as.form : 'der', engine: nodeEngine })
  if (!mayScheme(type, as) || as.kind === 'dsa') throw new RangeError(`a scheme of the kind of the key ${type}`)
  if (as.kind === 'ecdsa') return sign(HASHES[as.hash], message, { key, dsaEncoding: as.form === 'der' ? 'der' : 'ieee-p1363' })
  if (as.kind === 'rsa-pkcs1') return sign(HASHES[as.hash], message, { key, padding: constants.RSA_PKCS1_PADDING })
  return sign(HASHES[as.hash], message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: as.salt })
}

function answer(o: Order): Answer {
  try {
    const key = held.get(o.id)
    if (key === undefined) throw new Error(`there is no key ${o.id}`)
    return { n: o.n, made: new Uint8Array(signatureOf(key, o)) }
  } catch (error) {
    return { n: o.n, fault: (error as Error).message }
  }
}

parentPort?.on('message', (m: ToWorker) => {
  if ('hold' in m) for (const { id, ...k } of m.hold) held.set(id, k)
  else if ('drop' in m) for (const id of m.drop) held.delete(id)
  else parentPort?.postMessage(m.orders.map(answer))
})
parentPort?.postMessage('ready')
