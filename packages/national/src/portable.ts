import { unhex } from 'icao9303/der'
import { sm3, sm4 } from 'sm-crypto-v2'

import { numberOf } from './byte.ts'
import { Sm2Point } from './curve.ts'
import { demandLengths, type Engine, type Sm4Run } from './engine.ts'

const BLOCK = 16

/** As many counters as cover a text, one after the other, each one more than the last. */
function counters(first: Uint8Array, length: number): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(length / BLOCK) * BLOCK)
  const counter = first.slice()
  for (let at = 0; at < blocks.length; at += BLOCK) {
    blocks.set(counter, at)
    for (let i = BLOCK - 1, carry = 1; i >= 0 && carry === 1; i--) {
      counter[i] = (counter[i]! + 1) & 0xff
      carry = counter[i] === 0 ? 1 : 0
    }
  }
  return blocks
}

function blocks(run: Sm4Run): Uint8Array {
  const options = { padding: 'none' as const, output: 'array' as const, ...(run.mode === 'CBC' ? { mode: 'cbc' as const, iv: run.iv! } : {}) }
  return run.direction === 'encrypt' ? sm4.encrypt(run.bytes, run.key, options) : sm4.decrypt(run.bytes, run.key, options)
}

/** The national algorithms without a platform: SM3 and SM4 of sm-crypto-v2, the curve of @noble/curves, chance of `globalThis.crypto`. */
export const portableEngine: Engine = {
  sm3: (bytes) => unhex(sm3(bytes)),
  sm4: (run) => {
    demandLengths(run)
    if (run.mode !== 'CTR') return blocks(run)
    const stream = blocks({ mode: 'ECB', direction: 'encrypt', key: run.key, bytes: counters(run.iv!, run.bytes.length) })
    return run.bytes.map((b, i) => b ^ stream[i]!)
  },
  random: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  basePoint: (secret) => Sm2Point.BASE.multiply(numberOf(secret)).toBytes(false),
}
