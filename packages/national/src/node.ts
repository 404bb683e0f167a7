import { createCipheriv, createDecipheriv, createECDH, hash, randomBytes } from 'node:crypto'

import { demandLengths, type Engine, type Sm4Run } from './engine.ts'

const plain = (b: Buffer): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength)

function sm4(run: Sm4Run): Uint8Array {
  demandLengths(run)
  const [name, iv] = [`sm4-${run.mode.toLowerCase()}`, run.mode === 'ECB' ? null : run.iv!]
  const cipher = run.direction === 'encrypt' ? createCipheriv(name, run.key, iv) : createDecipheriv(name, run.key, iv)
  cipher.setAutoPadding(false)
  return plain(Buffer.concat([cipher.update(run.bytes), cipher.final()]))
}

/**
 * The national algorithms by the OpenSSL of Node: quicker, and secrets meet its constant-time arithmetic. Only SM3, SM4 and
 * multiples of the base point come from there: SM2 signatures of `node:crypto` are others than the standard's.
 */
export const nodeEngine: Engine = {
  sm3: (bytes) => plain(hash('sm3', bytes, 'buffer')),
  sm4,
  random: (length) => plain(randomBytes(length)),
  basePoint: (secret) => {
    const pair = createECDH('SM2')
    pair.setPrivateKey(secret)
    return plain(pair.getPublicKey())
  },
}
