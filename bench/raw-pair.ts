// A thread that does nothing but sign and verify: the limit that a signer on so many threads is held against.
import { constants, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { parentPort, Worker } from 'node:worker_threads'

import { rateOf } from './slice.ts'

/** Pairs a second of processor time, with a key of this kind. */
async function pairs(kind: string): Promise<number> {
  const { privateKey, publicKey } = kind === 'rsa-3072' ? generateKeyPairSync('rsa', { modulusLength: 3_072 }) : generateKeyPairSync('ec', { namedCurve: kind === 'P-256' ? 'prime256v1' : kind })
  const how = kind === 'rsa-3072' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}
  const message = randomBytes(74)
  return rateOf(() => { if (!verify('sha256', message, { key: publicKey, ...how }, sign('sha256', message, { key: privateKey, ...how }))) throw new Error('not verified') }, 12)
}

parentPort?.on('message', (kind: string) => { void pairs(kind).then((rate) => { parentPort!.postMessage(rate) }) })

/** The mean rate of as many threads side by side as the signer has: two threads of one core share it, there as here. */
export async function rawPairs(kind: string, threads: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)))
  const rates = await Promise.all(workers.map(async (w) => new Promise<number>((done, failed) => { w.once('message', done).once('error', failed); w.postMessage(kind) })))
  await Promise.all(workers.map(async (w) => w.terminate()))
  return rates.reduce((a, b) => a + b, 0) / threads
}
