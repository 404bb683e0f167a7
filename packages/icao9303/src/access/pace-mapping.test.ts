import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex } from '../asn1/value.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, type Curve } from '../pki/curve.ts'
import { curveGroup, standardGroup } from './group.ts'
import { type SessionCipher } from './key.ts'
import { encodePoint, mapGeneric, mapIntegrated, nonceLengths, pseudoRandom } from './pace-mapping.ts'

const crypto = nodeCrypto()
const EVEN = CURVES.filter((c) => c.name !== 'P-224')
const modulo = (n: bigint, p: bigint): bigint => ((n % p) + p) % p
function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let [r, b] = [1n, modulo(base, p)]
  for (let e = exponent; e > 0n; e >>= 1n, b = (b * b) % p) if ((e & 1n) === 1n) r = (r * b) % p
  return r
}

/**
 * The other implementation of the Part: Jacobian coordinates, B.3. The Part says that both make the same point; in truth
 * they make opposite ones where Z is no square. Keys are agreed all the same, because only the x-coordinate counts.
 */
function jacobian(curve: Curve, t: bigint): readonly [bigint, bigint] {
  const [p, a, b] = [curve.p, curve.a, curve.b].map((h) => BigInt(`0x${h}`)) as [bigint, bigint, bigint]
  const alpha = modulo(-t * t, p)
  const z = modulo(a * (alpha + alpha * alpha), p)
  const x2 = modulo(-b * z * (1n + alpha + alpha * alpha), p)
  const x3 = modulo(alpha * x2, p)
  const h2 = modulo(x2 ** 3n + a * x2 * z ** 4n + b * z ** 6n, p)
  const u = modulo(-alpha * t * h2, p)
  const root = power(h2, p - 1n - (p + 1n) / 4n, p)
  const [X, Y] = modulo(root * root * h2, p) === 1n ? [x2, root * h2] : [x3, root * u]
  const zi = power(z, p - 2n, p)
  const sign = power(z, (p - 1n) / 2n, p) === 1n ? 1n : -1n
  return [modulo(X * zi * zi, p), modulo(sign * Y * zi * zi * zi, p)]
}

describe('the Integrated Mapping', () => {
  it.each(EVEN.map((c) => [c.name, c] as const))('A39 a number becomes a point of %s, the same by both ways of Appendix B', (_, curve) => {
    const group = curveGroup(curve.name)!
    const p = BigInt(`0x${curve.p}`)
    fc.assert(fc.property(fc.bigInt({ min: 2n, max: p - 2n }), (t) => {
      const point = encodePoint(curve, t, crypto)!
      expect(group.isElement(point)).toBe(true)
      expect([numberOf(point.subarray(1, 1 + group.size)), numberOf(point.subarray(1 + group.size))]).toEqual(jacobian(curve, t))
    }), { numRuns: 12 })
  })

  it('A39 nothing comes of numbers for which the formula divides by zero, nor of P-224', () => {
    for (const curve of EVEN) {
      const p = BigInt(`0x${curve.p}`)
      for (const t of [0n, 1n, p - 1n]) expect(encodePoint(curve, t, crypto), curve.name).toBeUndefined()
    }
    const p224 = CURVES.find((c) => c.name === 'P-224')!
    expect(BigInt(`0x${p224.p}`) % 4n).toBe(1n)
    expect(encodePoint(p224, 5n, crypto)).toBeUndefined()
    expect(mapIntegrated(curveGroup('P-224')!, { s: new Uint8Array(16), t: new Uint8Array(16), cipher: 'AES-128', crypto })).toBeUndefined()
  })

  it.each<readonly [SessionCipher, number, number]>([['3DES', 16, 16], ['AES-128', 16, 16], ['AES-192', 32, 24], ['AES-256', 32, 32]])('A40 with %s the chip draws %i bytes and the terminal %i', (cipher, chip, terminal) => {
    expect(nonceLengths(cipher)).toEqual({ chip, terminal })
    const nonces = { s: new Uint8Array(chip).fill(3), t: new Uint8Array(terminal).fill(5), cipher, crypto }
    // the smallest number of pieces with 64 bits more than the prime
    for (const bits of [192, 255, 256, 257, 320, 448, 449, 521, 1024, 2048]) {
      const n = pseudoRandom(nonces, bits).length * 8
      expect(n % (8 * chip)).toBe(0)
      expect(n, `${bits}`).toBeGreaterThanOrEqual(bits + 64)
      expect(n - 8 * chip, `${bits}`).toBeLessThan(bits + 64)
    }
    // more bits begin with fewer
    expect(hex(pseudoRandom(nonces, 1024)).startsWith(hex(pseudoRandom(nonces, 256)))).toBe(true)
    expect(hex(pseudoRandom({ ...nonces, s: new Uint8Array(chip).fill(4) }, 256))).not.toBe(hex(pseudoRandom(nonces, 256)))
    expect(hex(pseudoRandom({ ...nonces, t: new Uint8Array(terminal).fill(9) }, 256))).not.toBe(hex(pseudoRandom(nonces, 256)))
  })

  it('A40 the pseudo-random bits follow figure 2, step by step', () => {
    const [c0, c1] = ['d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676', '54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517'].map((c) => bytesOf(BigInt(`0x${c}`), 32)) as [Uint8Array, Uint8Array]
    for (const [cipher, size] of [['AES-192', 24], ['AES-256', 32]] as const) {
      const e = (key: Uint8Array, bytes: Uint8Array): Uint8Array => crypto.cipher({ cipher: 'AES', mode: 'CBC', direction: 'encrypt', key: key.subarray(0, size), iv: new Uint8Array(16), bytes })
      const [s, t] = [crypto.random(32), crypto.random(size)]
      const k0 = e(t, s)
      const k1 = e(k0, c0)
      const k2 = e(k1, c0)
      expect(hex(pseudoRandom({ s, t, cipher, crypto }, 521))).toBe([e(k0, c1), e(k1, c1), e(k2, c1)].map(hex).join(''))
    }
  })

  it.each([0, 1, 2, 8, 12, 13, 17, 18])('A40 in the group %i every pair of nonces makes an element, another pair another', (id) => {
    const group = standardGroup(id, crypto)!
    const made = [1, 2, 3].map((n) => mapIntegrated(group, { s: new Uint8Array(16).fill(n), t: new Uint8Array(16), cipher: 'AES-128', crypto })!)
    for (const element of made) expect(group.isElement(element)).toBe(true)
    expect(new Set(made.map(hex)).size).toBe(3)
  })

  it('A40 a group whose prime is not known here has no such mapping', () => {
    expect(mapIntegrated({ ...curveGroup('P-256')!, name: 'another' }, { s: new Uint8Array(16), t: new Uint8Array(16), cipher: 'AES-128', crypto })).toBeUndefined()
  })
})

describe('the Generic Mapping', () => {
  it.each([0, 12])('A41 in the group %i the generator is g^s times the shared element', (id) => {
    const group = standardGroup(id, crypto)!
    const shared = group.multiply(group.generator, 1000n)
    expect(hex(mapGeneric(group, bytesOf(7n, 16), shared)!)).toBe(hex(group.multiply(group.generator, 1007n)))
    expect(hex(mapGeneric(group, bytesOf(group.order + 7n, 66), shared)!)).toBe(hex(group.multiply(group.generator, 1007n)))
  })

  it.each([0, 12])('A41 in the group %i there is none for a nonce of zero or the opposite of the shared element', (id) => {
    const group = standardGroup(id, crypto)!
    const shared = group.multiply(group.generator, 1000n)
    expect(mapGeneric(group, new Uint8Array(16), shared)).toBeUndefined()
    expect(mapGeneric(group, bytesOf(group.order, 66), shared)).toBeUndefined()
    expect(mapGeneric(group, bytesOf(group.order - 1000n, 66), shared)).toBeUndefined()
  })
})
