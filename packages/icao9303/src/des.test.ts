import { createCipheriv } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from './asn1/value.ts'
import { type Ciphering } from './crypto.ts'
import { tripleDes } from './des.ts'

const run = (o: Partial<Ciphering> & { readonly key: Uint8Array; readonly bytes: Uint8Array }): string => hex(tripleDes({ cipher: '3DES', mode: 'ECB', direction: 'encrypt', ...o }))
const thrice = (key: string): Uint8Array => unhex(key.repeat(3))

describe('triple DES without the platform', () => {
  // FIPS 46-3's walk of a block through the tables; the first lines of NIST SP 800-20's variable plaintext, key, permutation and substitution tables
  it.each([
    ['133457799bbcdff1', '0123456789abcdef', '85e813540f0ab405'], ['0101010101010101', '8000000000000000', '95f8a5e5dd31d900'], ['0101010101010101', '0000000000000001', '166b40b44aba4bd6'],
    ['8001010101010101', '0000000000000000', '95a8d72813daa94d'], ['0101010101010102', '0000000000000000', '869efd7f9f265a09'], ['1046913489980131', '0000000000000000', '88d55e54f54c97b4'],
    ['7ca110454a1a6e57', '01a1d6d039776742', '690f5b0d9a26939b'], ['0131d9619dc1376e', '5cd54ca83def57da', '7a389d10354bd271'], ['07a1133e4a0b2686', '0248d43806f67172', '868ebb51cab4599a'],
    ['3849674c2602319e', '51454b582ddf440a', '7178876e01f19b2a'], ['04b915ba43feb5b6', '42fd443059577fa2', 'af37fb421f8c4095'], ['0113b970fd34f2ce', '059b5e0851cf143a', '86a560f10ec6d85b'],
    ['0170f175468fb5e6', '0756d8e0774761d2', '0cd3da020021dc09'], ['43297fad38e373fe', '762514b829bf486a', 'ea676b2cb7db2b7a'], ['07a7137045da2a16', '3bdd119049372802', 'dfd64a815caf1a0f'],
    ['04689104c2fd3b2f', '26955f6835af609a', '5c513c9c4886c088'], ['37d06bb516cb7546', '164d5e404f275232', '0a2aeeae3ff4ab77'], ['1f08260d1ac2465e', '6b056e18759f5cca', 'ef1bf03e5dfa575a'],
    ['584023641aba6176', '004bd6ef09176062', '88bf0db6d70dee56'], ['025816164629b007', '480d39006ee762f2', 'a1f9915541020b56'], ['49793ebc79b3258f', '437540c8698f3cfa', '6fbf1cafcffd0556'],
    ['4fb05e1515ab73a7', '072d43a077075292', '2f22e49bab7ca1ac'], ['49e95d6d4ca229bf', '02fe55778117f12a', '5a6b612cc26cce4a'], ['018310dc409b26d6', '1d9d5c5018f728c2', '5f4c038ed12b2e41'], ['1c587f1c13924fef', '305532286d6f295a', '63fac0d034d9f793'],
  ])('X7 with one key %s makes %s into %s and back', (key, plain, cipher) => {
    expect(run({ key: thrice(key), bytes: unhex(plain) })).toBe(cipher)
    expect(run({ key: thrice(key), bytes: unhex(cipher), direction: 'decrypt' })).toBe(plain)
  })

  it('X7 does with any key, vector and text what OpenSSL does', () => {
    const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })
    const key = fc.oneof(bytes(16), bytes(24))
    fc.assert(fc.property(key, bytes(8), fc.nat(9).chain((n) => bytes(8 * n)), fc.constantFrom('ECB', 'CBC'), (k, iv, text, mode) => {
      const name = mode === 'ECB' ? 'des-ede3' : 'des-ede3-cbc'
      const theirs = createCipheriv(name, k.length === 16 ? Buffer.concat([k, k.subarray(0, 8)]) : k, mode === 'ECB' ? null : iv).setAutoPadding(false)
      const cipher = Buffer.concat([theirs.update(text), theirs.final()]).toString('hex')
      expect(run({ key: k, bytes: text, iv, mode })).toBe(cipher)
      expect(run({ key: k, bytes: unhex(cipher), iv, mode, direction: 'decrypt' })).toBe(hex(text))
    }), { numRuns: 300 })
  })

  it('X7 reads text and vector where they lie in a larger array', () => {
    const whole = Uint8Array.from({ length: 40 }, (_, i) => i)
    const key = whole.slice(0, 16)
    expect(run({ key, bytes: whole.subarray(3, 19), iv: whole.subarray(21, 29), mode: 'CBC' })).toBe(run({ key, bytes: whole.slice(3, 19), iv: whole.slice(21, 29), mode: 'CBC' }))
  })
})
