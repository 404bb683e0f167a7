import { generateKeyPairSync, sign, verify } from 'node:crypto'

import { generateSm2Key, internationalFamily, nationalFamily, portableEngine, sm2Check, sm2Signer, type Engine } from '@causeway/national'
import { nodeEngine } from '@causeway/national/node'

import { rateOf } from './slice.ts'

// Rates of the national algorithms on this machine, none judged: SM2 has no peer in Node whose signatures are the standard's.
const ROUNDS = 30
const json = process.argv.includes('--json')
const message = new Uint8Array(200).fill(7)
const rates: { readonly name: string; readonly rate: number; readonly says: string }[] = []

async function measure(name: string, says: string, work: (i: number) => unknown): Promise<void> {
  const rate = await rateOf(work, ROUNDS)
  rates.push({ name, rate, says })
  if (!json) process.stdout.write(`${name.padEnd(22)} ${String(Math.round(rate)).padStart(8)} per s of processor time; ${says}\n`)
}

/** A verification that fails is a bug of the bench. */
const good = (is: boolean | undefined): void => { if (is !== true) throw new Error('own signature refused') }

for (const [name, engine] of [['node', nodeEngine], ['portable', portableEngine]] as const satisfies readonly (readonly [string, Engine])[]) {
  const key = generateSm2Key(engine)
  const signer = sm2Signer(key.secret, {}, engine)
  const signature = signer(message)
  const known = sm2Check(key.point, {}, engine)
  const [family, text, bound] = [nationalFamily(engine), new Uint8Array(4096), message.subarray(0, 20)]
  const k = engine.random(family.keyLength)
  await measure(`sm2-sign-${name}`, 'a message of 200 bytes, with a key that is open', () => signer(message))
  await measure(`sm2-verify-${name}`, 'a key that was met before, as anchors and messages have it', () => { good(known?.(message, signature)) })
  await measure(`sm2-verify-cold-${name}`, 'a key that is met for the first time', () => { good(sm2Check(key.point, {}, engine)?.(message, signature)) })
  await measure(`sm3-4k-${name}`, 'a text of 4,096 bytes', () => engine.sm3(text))
  await measure(`sm4-gcm-4k-${name}`, 'a text of 4,096 bytes sealed', () => family.encrypt({ key: k, bytes: text, bound }))
}
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const made = sign('sha256', message, p256.privateKey)
await measure('p256-sign-openssl', 'for comparison: crypto.sign', () => sign('sha256', message, p256.privateKey))
await measure('p256-verify-openssl', 'for comparison: crypto.verify', () => { good(verify('sha256', message, p256.publicKey, made)) })
const other = internationalFamily(nodeEngine)
const otherKey = nodeEngine.random(other.keyLength)
await measure('aes-gcm-4k-portable', 'for comparison: AES-256-GCM of @noble/ciphers', () => other.encrypt({ key: otherKey, bytes: new Uint8Array(4096), bound: message }))
if (json) process.stdout.write(`${JSON.stringify(rates)}\n`)
