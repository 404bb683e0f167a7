import { createDecipheriv, randomBytes } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { lock, unlock } from './seal.ts'

const flipped = (b: Buffer, bit: number): Buffer => Buffer.from(b.map((x, i) => (i === (bit >> 3) % b.length ? x ^ (1 << (bit & 7)) : x)))

describe('sealed values', () => {
  it.each(['international', 'national'] as const)('%s: open where they belong, unchanged, and nowhere else', (family) => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.string(), fc.nat(), (plain, bound, bit) => {
      const key = randomBytes(32)
      const sealed = lock(key, plain, { bound, family })
      expect(unlock(key, sealed, bound)).toEqual(Buffer.from(plain))
      expect(() => unlock(key, flipped(sealed, bit), bound)).toThrow()
      expect(() => unlock(key, sealed, `${bound}x`)).toThrow()
      expect(() => unlock(flipped(key, bit), sealed, bound)).toThrow()
      expect(() => unlock(key, sealed.subarray(0, bit % sealed.length), bound)).toThrow()
      expect(lock(key, plain, { bound, family })).not.toEqual(sealed)
    }), { numRuns: 60 })
  })

  it('name SM4 in their own form; the form of AES stays the one that older stores have', () => {
    const key = randomBytes(32)
    const national = lock(key, Buffer.from('SPECIMEN'), { bound: 'b', family: 'national' })
    expect([national.subarray(0, 8).toString(), national.length]).toEqual(['sm4-gcm:', 8 + 12 + 8 + 16])
    const sealed = lock(key, Buffer.from('SPECIMEN'), { bound: 'b', family: 'international' })
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from('b')).setAuthTag(sealed.subarray(-16))
    expect(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString()).toBe('SPECIMEN')
  })
})
