import { hex, integer, octets, sequence, unhex } from 'icao9303/der'
import { describe, expect, it } from 'vitest'

import { concat } from './byte.ts'
import sm2 from '../vectors/sm2.json' with { type: 'json' }
import sm3 from '../vectors/sm3.json' with { type: 'json' }
import sm4 from '../vectors/sm4.json' with { type: 'json' }
import { decryptSm2, encryptSm2 } from './encryption.ts'
import { type Engine } from './engine.ts'
import { sm2PointOf } from './key.ts'
import { nodeEngine } from './node.ts'
import { portableEngine } from './portable.ts'
import { identityHash, signSm2, verifySm2 } from './sm2.ts'
import { decryptSm4Cbc, encryptSm4Cbc, openSm4, sealSm4, sm4Ctr } from './sm4.ts'

const ENGINES: readonly (readonly [string, Engine])[] = [['the portable engine', portableEngine], ['the engine of Node', nodeEngine]]
const text = (s: string): Uint8Array => new TextEncoder().encode(s)
/** The engine with the scalar of the example in place of its chance. */
const chancing = (engine: Engine, scalar: string): Engine => ({ ...engine, random: () => unhex(scalar) })

describe.each(ENGINES)('published worked examples, with %s', (_, engine) => {
  it.each(sm3.cases)('N1 SM3: $id', (c) => {
    expect(hex(engine.sm3(text(c.text.repeat(c.times))))).toBe(c.hash)
  })

  it('N1 SM2: Z, the signature with the k of the example, and its verification', () => {
    const c = sm2.signature
    expect(hex(sm2PointOf(unhex(c.secret), engine))).toBe(c.point)
    expect(hex(identityHash(unhex(c.point), c.userId, engine))).toBe(c.z)
    expect(hex(signSm2(unhex(c.secret), text(c.message), { form: 'plain', engine: chancing(engine, c.k) }))).toBe(c.r + c.s)
    const der = sequence(integer(BigInt(`0x${c.r}`)), integer(BigInt(`0x${c.s}`)))
    expect(hex(signSm2(unhex(c.secret), text(c.message), { userId: c.userId, engine: chancing(engine, c.k) }))).toBe(hex(der))
    expect(verifySm2(unhex(c.point), text(c.message), der)).toBe(true)
  })

  it('N1 SM2 encryption: C1, C3, C2 with the k of the example, and back', () => {
    const c = sm2.encryption
    const expected = sequence(integer(BigInt(`0x${c.x}`)), integer(BigInt(`0x${c.y}`)), octets(unhex(c.check)), octets(unhex(c.text)))
    expect(hex(encryptSm2(unhex(c.point), text(c.message), chancing(engine, c.k)))).toBe(hex(expected))
    expect(decryptSm2(unhex(c.secret), expected, engine)).toEqual(text(c.message))
  })

  it('N1 SM4: one block, and back', () => {
    const { key, plain, once } = sm4.block
    expect(hex(engine.sm4({ mode: 'ECB', direction: 'encrypt', key: unhex(key), bytes: unhex(plain) }))).toBe(once)
    expect(hex(engine.sm4({ mode: 'ECB', direction: 'decrypt', key: unhex(key), bytes: unhex(once) }))).toBe(plain)
  })

  it.each(sm4.cbc)('N1 SM4-CBC: $id', (c) => {
    const [key, iv] = [unhex(c.key), unhex(c.iv)]
    expect(hex(engine.sm4({ mode: 'CBC', direction: 'encrypt', key, iv, bytes: unhex(c.plain) }))).toBe(c.cipher)
    const padded = encryptSm4Cbc({ key, iv, bytes: unhex(c.plain) }, engine)
    expect([hex(padded).slice(0, c.cipher.length), padded.length, hex(decryptSm4Cbc({ key, iv, bytes: padded }, engine)!)]).toEqual([c.cipher, c.cipher.length / 2 + 16, c.plain])
  })

  it.each(sm4.ctr)('N1 SM4-CTR: $id', (c) => {
    expect(hex(sm4Ctr({ key: unhex(c.key), iv: unhex(c.iv), bytes: unhex(c.plain) }, engine))).toBe(c.cipher)
  })

  it('N1 SM4-GCM: RFC 8998 A.1', () => {
    const c = sm4.gcm
    const o = { key: unhex(c.key), nonce: unhex(c.nonce), bound: unhex(c.bound) }
    expect(hex(sealSm4({ ...o, bytes: unhex(c.plain) }, engine))).toBe(c.cipher + c.tag)
    expect(hex(openSm4({ ...o, bytes: concat(unhex(c.cipher), unhex(c.tag)) }, engine)!)).toBe(c.plain)
  })
})

it('N1 SM4: a million times one block', () => {
  // a block enciphered a million times is what CBC without text makes: each block of zeros adds nothing to the last ciphertext
  const { key, plain, millionTimes } = sm4.block
  for (const [, engine] of ENGINES) {
    let block = unhex(plain)
    for (let round = 0; round < 10; round++) block = engine.sm4({ mode: 'CBC', direction: 'encrypt', key: unhex(key), iv: block, bytes: new Uint8Array(1_600_000) }).slice(-16)
    expect(hex(block)).toBe(millionTimes)
  }
})
