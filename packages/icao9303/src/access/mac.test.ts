import { createCipheriv, createDecipheriv } from 'node:crypto'

import { cmac } from '@noble/ciphers/aes.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { nodeCrypto } from '../node.ts'
import { isSameMac, macOf, pad, unpad } from './mac.ts'

const crypto = nodeCrypto()
const of = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

/** Algorithm 3 step by step, with single DES built from the one-key form of OpenSSL's 3DES. */
function slowRetail(key: Uint8Array, message: Uint8Array): string {
  const run = (k: Uint8Array, block: Uint8Array, way: 'encrypt' | 'decrypt'): Uint8Array => {
    const whole = Buffer.concat([k, k, k])
    const c = way === 'encrypt' ? createCipheriv('des-ede3-ecb', whole, null) : createDecipheriv('des-ede3-ecb', whole, null)
    c.setAutoPadding(false)
    return Buffer.concat([c.update(block), c.final()])
  }
  const [one, two] = [key.subarray(0, 8), key.subarray(8, 16)]
  const padded = pad(message, 8)
  let h: Uint8Array = new Uint8Array(8)
  for (let at = 0; at < padded.length; at += 8) h = run(one, h.map((b, i) => b ^ padded[at + i]!), 'encrypt')
  return hex(run(one, run(two, h, 'decrypt'), 'encrypt'))
}

describe('padding', () => {
  it.each([['', 8, '8000000000000000'], ['01', 8, '0180000000000000'], ['01020304050607', 8, '0102030405060780'], ['0102030405060708', 8, '01020304050607088000000000000000'], ['00', 16, '00800000000000000000000000000000']])('A7 of %j to %i bytes is %s', (text, block, padded) => {
    expect(hex(pad(unhex(text), block))).toBe(padded)
    expect(hex(unpad(unhex(padded))!)).toBe(text)
  })

  it.each(['', '00', '0000000000000000', '0000000000000001', '8000000000000081', '7f'])('A7 the bytes %j are not padded', (text) => {
    expect(unpad(unhex(text))).toBeUndefined()
  })

  it('A7 what is padded is found again', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(8, 16), (b, block) => {
      const padded = pad(b, block)
      expect(padded.length % block).toBe(0)
      expect(padded.length - b.length).toBeLessThanOrEqual(block)
      expect(hex(unpad(padded)!)).toBe(hex(b))
    }))
  })
})

describe('checksums', () => {
  it('A8 the retail MAC is algorithm 3, block by block', () => {
    fc.assert(fc.property(of(16), fc.uint8Array({ maxLength: 70 }), (key, message) => {
      expect(hex(macOf('3DES', key, crypto)(message))).toBe(slowRetail(key, message))
    }), { numRuns: 60 })
  })

  // NIST SP 800-38B, appendix D.1 to D.3
  const TEXT = '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
  it.each([
    ['AES-128', '2b7e151628aed2a6abf7158809cf4f3c', ['bb1d6929e9593728', '070a16b46b4d4144', 'dfa66747de9ae630', '51f0bebf7e3b9d92']],
    ['AES-192', '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b', ['d17ddf46adaacde5', '9e99a7bf31e71090', '8a1de5be2eb31aad', 'a1d5df0eed790f79']],
    ['AES-256', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', ['028962f61b7bf89e', '28a7023f452e8f82', 'aaf3d8f1de5640c2', 'e1992190549f6ed5']],
  ] as const)('A8 the published checksums of %s come out', (cipher, key, expected) => {
    const mac = macOf(cipher, unhex(key), crypto)
    expect([0, 16, 40, 64].map((n) => hex(mac(unhex(TEXT).subarray(0, n))))).toEqual(expected)
  })

  it('A8 AES checksums are those of another library, whatever the length', () => {
    fc.assert(fc.property(fc.constantFrom(16, 24, 32), fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 70 }), (size, long, message) => {
      const key = long.slice(0, size)
      const name = ({ 16: 'AES-128', 24: 'AES-192', 32: 'AES-256' } as const)[size as 16]
      const before = hex(message)
      expect(hex(macOf(name, key, crypto)(message))).toBe(hex(cmac(message, key).slice(0, 8)))
      expect(hex(message)).toBe(before)
    }))
  })

  it('A8 a message stays as it is, of whole blocks too', () => {
    for (const cipher of ['3DES', 'AES-128'] as const) {
      const message = new Uint8Array(32).fill(5)
      const mac = macOf(cipher, new Uint8Array(16).fill(1), crypto)
      expect(hex(mac(message))).toBe(hex(mac(message)))
      expect(hex(message)).toBe('05'.repeat(32))
    }
  })

  it('A8 two checksums are the same when every byte is', () => {
    expect(isSameMac(unhex('0102'), unhex('0102'))).toBe(true)
    expect(isSameMac(unhex(''), unhex(''))).toBe(true)
    for (const other of ['0103', '0302', '01', '010200', '']) expect(isSameMac(unhex('0102'), unhex(other)), other).toBe(false)
  })
})
