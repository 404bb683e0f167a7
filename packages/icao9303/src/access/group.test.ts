import { createDiffieHellman, createECDH, getCurves } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES } from '../pki/curve.ts'
import { curveGroup, dhGroup, randomScalar, standardCurveId, standardCurveName, standardGroup, type Group } from './group.ts'
import { MODP } from './modp.ts'

const crypto = nodeCrypto()
const IDS = [0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
const NAMES = [
  'modp1024-160', 'modp2048-224', 'modp2048-256', 'P-192', 'brainpoolP192r1', 'P-224', 'brainpoolP224r1', 'P-256', 'brainpoolP256r1', 'brainpoolP320r1', 'P-384', 'brainpoolP384r1', 'brainpoolP512r1', 'P-521',
]
const OPENSSL: Readonly<Record<string, string>> = { 'P-192': 'prime192v1', 'P-224': 'secp224r1', 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }
const group = (id: number): Group => standardGroup(id, crypto)!
const all = IDS.map((id) => [NAMES[IDS.indexOf(id)]!, group(id)] as const)
const scalarOf = (g: Group) => fc.bigInt({ min: 1n, max: g.order - 1n })

describe('the groups in which keys are agreed', () => {
  it('X1 names the groups of standardizedDomainParameters and no others', () => {
    expect(IDS.map((id) => group(id).name)).toEqual(NAMES)
    expect([-1, 3, 4, 5, 6, 7, 19, 20, 31, 255].map((id) => standardGroup(id, crypto))).toEqual(Array.from({ length: 10 }, () => undefined))
    expect(IDS.map(standardCurveName)).toEqual([undefined, undefined, undefined, ...NAMES.slice(3)])
    expect([...NAMES, 'secp256k1'].map(standardCurveId)).toEqual([undefined, undefined, undefined, ...IDS.slice(3), undefined])
    expect(CURVES.map((c) => curveGroup(c.name)?.kind)).toEqual(CURVES.map(() => 'ec'))
    expect(['secp256k1', 'modp1024-160', ''].map(curveGroup)).toEqual([undefined, undefined, undefined])
  })

  it.each(all)('X1 %s has a generator of its order, encoded at its size', (_, g) => {
    expect(g.generator.length).toBe(g.kind === 'ec' ? 1 + 2 * g.size : g.size)
    expect(g.isElement(g.generator)).toBe(true)
    // n−1 times the generator is its inverse: their sum would be the neutral element
    const inverse = g.multiply(g.generator, g.order - 1n)
    expect(() => g.add(g.generator, inverse)).toThrow(RangeError)
    expect(hex(g.multiply(g.generator, g.order + 1n))).toBe(hex(g.generator))
    expect(hex(g.multiply(inverse, -1n))).toBe(hex(g.generator))
    for (const zero of [0n, g.order, -g.order]) expect(() => g.multiply(g.generator, zero)).toThrow(RangeError)
  })

  it.each(all.filter(([name, g]) => g.kind === 'ec' && getCurves().includes(OPENSSL[name] ?? name)))('X2 agrees on the same points of %s as OpenSSL', (name, g) => {
    fc.assert(fc.property(scalarOf(g), scalarOf(g), (a, b) => {
      const [alice, bob] = [createECDH(OPENSSL[name] ?? name), createECDH(OPENSSL[name] ?? name)]
      // OpenSSL pads no private key to the length of the order for us
      const length = Math.ceil(g.order.toString(16).length / 2)
      alice.setPrivateKey(bytesOf(a, length))
      bob.setPrivateKey(bytesOf(b, length))
      expect(hex(g.multiply(g.generator, a))).toBe(alice.getPublicKey('hex'))
      const shared = g.multiply(bob.getPublicKey(), a)
      expect(hex(shared.subarray(1, 1 + g.size))).toBe(alice.computeSecret(bob.getPublicKey()).toString('hex'))
    }), { numRuns: 8 })
  })

  it.each(MODP.map((m, i) => [m.name, m, group(i)] as const))('X2 agrees on the same residues of %s as OpenSSL', (_, m, g) => {
    fc.assert(fc.property(scalarOf(g), scalarOf(g), (a, b) => {
      const alice = createDiffieHellman(m.p, 'hex', m.g, 'hex')
      const length = m.q.length / 2
      alice.setPrivateKey(bytesOf(a, length))
      const mine = g.multiply(g.generator, b)
      alice.generateKeys()
      expect(hex(g.multiply(g.generator, a))).toBe(alice.getPublicKey('hex').padStart(2 * g.size, '0'))
      expect(hex(g.multiply(g.parse(alice.getPublicKey())!, b))).toBe(alice.computeSecret(mine).toString('hex').padStart(2 * g.size, '0'))
    }), { numRuns: 3 })
  })

  it.each(all)('X3 multiplication in %s is a law of scalars, from any generator', (_, g) => {
    fc.assert(fc.property(scalarOf(g), scalarOf(g), (a, b) => {
      fc.pre((a + b) % g.order !== 0n)
      const other = g.withGenerator(g.multiply(g.generator, a))
      expect(hex(other.generator)).not.toBe(a === 1n ? '' : hex(g.generator))
      expect(hex(other.multiply(other.generator, b))).toBe(hex(g.multiply(g.generator, a * b)))
      expect(hex(g.add(g.multiply(g.generator, a), g.multiply(g.generator, b)))).toBe(hex(g.multiply(g.generator, a + b)))
      expect([other.name, other.order, other.size, other.kind]).toEqual([g.name, g.order, g.size, g.kind])
    }), { numRuns: g.size > 100 ? 2 : 5 })
  })

  it.each(all)('X3 doubles in %s', (_, g) => {
    expect(hex(g.add(g.generator, g.generator))).toBe(hex(g.multiply(g.generator, 2n)))
  })

  it('X3 a generator that is changed afterwards changes nothing', () => {
    for (const g of [group(0), group(12)]) {
      const given = g.multiply(g.generator, 5n)
      const kept = hex(given)
      const other = g.withGenerator(given)
      given.fill(0)
      expect(hex(other.generator)).toBe(kept)
    }
  })

  it.each(all.filter(([, g]) => g.kind === 'ec'))('X4 refuses what is no point of %s', (_, g) => {
    const { generator, size } = g
    const off = generator.slice()
    off[off.length - 1]! ^= 1
    const p = BigInt(`0x${CURVES.find((c) => c.name === g.name)!.p}`)
    const [x, y] = [numberOf(generator.subarray(1, 1 + size)), numberOf(generator.subarray(1 + size))]
    const room = BigInt(8 * size)
    const shifted = [[x + p, y], [x, y + p], [x, 0n], [p, y]].filter(([a, b]) => a! >> room === 0n && b! >> room === 0n)
    const encode = ([a, b]: readonly bigint[]): Uint8Array => Uint8Array.of(4, ...bytesOf(a!, size), ...bytesOf(b!, size))
    const compressed = Uint8Array.of(2 + Number(y & 1n), ...generator.subarray(1, 1 + size))
    const bad = [
      off, ...shifted.map(encode), compressed, generator.subarray(0, -1), Uint8Array.of(...generator, 0), generator.subarray(1),
      Uint8Array.of(0), new Uint8Array(), new Uint8Array(generator.length), new Uint8Array(generator.length).fill(0xff), Uint8Array.of(5, ...generator.subarray(1)), Uint8Array.of(6 + Number(y & 1n), ...generator.subarray(1)),
    ]
    for (const bytes of bad) {
      expect(g.isElement(bytes), hex(bytes)).toBe(false)
      expect(() => g.multiply(bytes, 3n)).toThrow(RangeError)
      expect(() => g.add(g.generator, bytes)).toThrow(RangeError)
      expect(() => g.add(bytes, g.generator)).toThrow(RangeError)
      expect(() => g.withGenerator(bytes)).toThrow(RangeError)
    }
    expect(g.isElement(encode([x, p - y]))).toBe(true)
  })

  it.each(MODP.map((m, i) => [m.name, m, group(i)] as const))('X4 refuses residues of %s outside the subgroup', (_, m, g) => {
    const p = BigInt(`0x${m.p}`)
    const [q, n] = [g.order, (x: bigint): Uint8Array => bytesOf(x, g.size)]
    // a residue whose order does not divide q: h^q is one of the cofactor's, small or not
    const small = crypto.power(n(2n), n(q), n(p))
    expect(numberOf(small)).not.toBe(1n)
    const bad = [n(0n), n(1n), n(p - 1n), n(p), n(p + 1n), n(2n), small, n(p - numberOf(g.generator)), g.generator.subarray(1), Uint8Array.of(0, ...g.generator), new Uint8Array()]
    for (const bytes of bad) {
      expect(g.isElement(bytes), hex(bytes).slice(-8)).toBe(false)
      expect(() => g.multiply(bytes, 3n)).toThrow(RangeError)
      expect(() => g.add(g.generator, bytes)).toThrow(RangeError)
      expect(() => g.add(bytes, g.generator)).toThrow(RangeError)
      expect(() => g.withGenerator(bytes)).toThrow(RangeError)
    }
  })

  it('X4 reads residues without their leading zeros, and points only whole', () => {
    const g = group(0)
    const whole = Array.from({ length: 2_000 }, (_, i) => g.multiply(g.generator, BigInt(i + 1))).find((e) => e[0] === 0)!
    const short = whole.subarray(whole.findIndex((x) => x !== 0))
    expect([g.isElement(short), g.isElement(whole)]).toEqual([false, true])
    expect(hex(g.parse(short)!)).toBe(hex(whole))
    expect(hex(g.parse(whole)!)).toBe(hex(whole))
    expect([g.parse(Uint8Array.of(0, ...whole)), g.parse(Uint8Array.of(1)), g.parse(new Uint8Array())]).toEqual([undefined, undefined, undefined])
    const e = group(12)
    expect(hex(e.parse(e.generator)!)).toBe(hex(e.generator))
    expect(e.parse(e.generator.subarray(0, -1))).toBe(undefined)
  })

  it('X4 takes residues of its own only with sound numbers', () => {
    const m = MODP[0]!
    const own = { name: 'own', prime: unhex(m.p), generator: unhex(m.g), order: BigInt(`0x${m.q}`) }
    const [p, g] = [numberOf(own.prime), dhGroup(own, crypto)!]
    expect(hex(g.multiply(g.generator, 77n))).toBe(hex(group(0).multiply(group(0).generator, 77n)))
    // the numbers as DER has them, with a zero byte before
    expect(dhGroup({ ...own, prime: Uint8Array.of(0, ...own.prime), generator: Uint8Array.of(0, 0, ...own.generator) }, crypto)!.size).toBe(128)
    const bad = [
      { ...own, order: own.order - 2n }, { ...own, order: 1n }, { ...own, order: p }, { ...own, generator: bytesOf(1n, 128) }, { ...own, generator: bytesOf(p - 1n, 128) }, { ...own, generator: own.prime },
      { ...own, prime: bytesOf(p - 1n, 128) }, { ...own, prime: bytesOf((1n << 1023n) - 1n, 128), order: (1n << 1023n) - 2n }, { ...own, prime: bytesOf((1n << 8192n) + 1n, 1025), order: 1n << 8192n },
    ]
    expect(bad.map((b) => dhGroup(b, crypto))).toEqual(bad.map(() => undefined))
    // the edges of what is taken, with numbers that would pass everything else: any odd modulus with any residue
    const loose = (n: bigint, o: { readonly order?: bigint; readonly generator?: Uint8Array } = {}) => dhGroup({ name: 'loose', prime: bytesOf(n, 1100), generator: o.generator ?? Uint8Array.of(3), order: o.order ?? n - 1n }, crypto)
    expect([(1n << 1023n) - 1n, (1n << 1023n) + 1n, (1n << 8192n) - 1n, (1n << 8192n) + 1n, (1n << 1023n) + 2n].map((n) => loose(n)?.size)).toEqual([undefined, 128, 1024, undefined, undefined])
    expect([0n, -1n, 1n, 2n * (p - 1n), p].map((order) => loose(p, { order }))).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect([bytesOf(p, 200), bytesOf(p + 3n, 200), bytesOf(1n << 2000n, 300), new Uint8Array()].map((generator) => loose(p, { generator }))).toEqual([undefined, undefined, undefined, undefined])
    // nobody told the order: everything between 1 and p − 1 is taken, and what becomes neutral is refused
    const pkcs3 = dhGroup({ ...own, generator: Uint8Array.of(2), order: p - 1n }, crypto)!
    expect(pkcs3.isElement(bytesOf(3n, 128))).toBe(true)
    expect([0n, 1n, p - 1n, p].map((n) => pkcs3.isElement(bytesOf(n, 128)))).toEqual([false, false, false, false])
    expect(hex(pkcs3.multiply(pkcs3.generator, p))).toBe(hex(bytesOf(2n, 128)))
    expect(() => pkcs3.multiply(own.generator, own.order)).toThrow(RangeError)
    expect(() => pkcs3.add(bytesOf(2n, 128), bytesOf((p - 1n) / 2n, 128))).toThrow(RangeError)
  })

  it.each(all)('X4 says of %s why not, and takes no multiple of its order', (name, g) => {
    const none = g.kind === 'ec' ? `no point of ${name}` : `no element of ${name}`
    const bad = new Uint8Array(g.generator.length)
    for (const act of [() => g.multiply(bad, 3n), () => g.add(bad, g.generator), () => g.add(g.generator, bad), () => g.withGenerator(bad)]) expect(act).toThrow(none)
    const opposite = g.multiply(g.generator, -1n)
    expect(hex(opposite)).toBe(hex(g.multiply(g.generator, g.order - 1n)))
    expect(() => g.add(g.generator, opposite)).toThrow(g.kind === 'ec' ? 'two points that are not opposite' : 'elements whose product or power is not neutral')
    const other = g.multiply(g.generator, 3n)
    for (const scalar of [0n, g.order, -g.order, 2n * g.order]) for (const element of [g.generator, other]) expect(() => g.multiply(element, scalar)).toThrow(RangeError)
    expect([1n, g.order + 1n, 1n - g.order].map((s) => hex(g.multiply(other, s)))).toEqual([hex(other), hex(other), hex(other)])
    // the generator is known by its value, whoever holds it
    expect(hex(g.multiply(g.generator.slice(), 2n))).toBe(hex(g.add(g.generator, g.generator)))
    expect(hex(g.withGenerator(other).multiply(g.generator, 5n))).toBe(hex(g.multiply(g.generator, 5n)))
    expect([g.generator.length, g.size, g.kind]).toEqual(g.kind === 'ec' ? [1 + 2 * g.size, g.size, 'ec'] : [g.size, g.size, 'dh'])
  })

  it('X4 knows no curve by another name', () => {
    expect([curveGroup(''), curveGroup('p-256'), curveGroup('secp256k1'), curveGroup('P-256')?.name]).toEqual([undefined, undefined, undefined, 'P-256'])
  })

  it('X5 draws private keys from 1 to below the order, whatever chance gives', () => {
    for (const [, g] of all) {
      const asked: number[] = []
      const of = (byte: number): bigint => randomScalar(g, { ...crypto, random: (n) => { asked.push(n); return new Uint8Array(n).fill(byte) } })
      const bytes = Math.ceil(g.order.toString(16).length / 2)
      expect(of(0)).toBe(1n)
      expect(of(0xff)).toBe((((1n << BigInt(8 * (bytes + 8))) - 1n) % (g.order - 1n)) + 1n)
      expect(asked).toEqual([bytes + 8, bytes + 8])
    }
    const g = group(12)
    const at = (n: bigint): bigint => randomScalar(g, { ...crypto, random: (length) => bytesOf(n, length) })
    expect([at(g.order - 2n), at(g.order - 1n), at(g.order)]).toEqual([g.order - 1n, 1n, 2n])
    expect(randomScalar(g, crypto)).not.toBe(randomScalar(g, crypto))
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const EXAMPLES = join(PUBLIC, 'emrtd/vectors/doc9303-11-worked-examples.json')
describe.skipIf(!existsSync(EXAMPLES))('the worked examples of Doc 9303-11', () => {
  const vectors = existsSync(EXAMPLES) ? (JSON.parse(readFileSync(EXAMPLES, 'utf8')) as { vectors: Record<string, Record<string, string>> }).vectors : {}
  const bare = (b: Uint8Array): string => hex(b[0] === 4 ? b.subarray(1) : b)
  const n = (text: string): bigint => numberOf(unhex(text))
  // the examples print points as x‖y
  const encode = (g: Group, text: string): Uint8Array => (g.kind === 'dh' || unhex(text).length === g.generator.length ? unhex(text) : Uint8Array.of(4, ...unhex(text)))

  it.each([['PACE-ECDH-GM (G.1)', 13], ['PACE-ECDH-CAM (I.1)', 13], ['PACE-DH-GM (G.2)', 0]] as const)('X6 %s: keys, mapped generator and shared secret', (name, id) => {
    const v = vectors[name]!
    const g = group(id)
    expect(bare(g.multiply(g.generator, n(v['map.terminalPrivate']!)))).toBe(v['map.terminalPublic']!.toLowerCase())
    expect(bare(g.multiply(g.generator, n(v['map.chipPrivate']!)))).toBe(v['map.chipPublic']!.toLowerCase())
    const h = g.multiply(encode(g, v['map.chipPublic']!), n(v['map.terminalPrivate']!))
    expect(bare(h)).toBe(v['map.sharedSecretH']!.toLowerCase())
    const mapped = g.withGenerator(g.add(g.multiply(g.generator, n(v['nonce']!)), h))
    expect(bare(mapped.generator)).toBe(v['mappedGenerator']!.toLowerCase())
    expect(bare(mapped.multiply(mapped.generator, n(v['terminalPrivate']!)))).toBe(v['terminalPublic']!.toLowerCase())
    const secret = mapped.multiply(encode(g, v['chipPublic']!), n(v['terminalPrivate']!))
    expect(hex(g.kind === 'ec' ? secret.subarray(1, 1 + g.size) : secret)).toBe(v['sharedSecret']!.toLowerCase())
  })

  it.each([['PACE-ECDH-IM (H.1)', 13], ['PACE-DH-IM (H.2)', 0]] as const)('X6 %s: keys on the mapped generator', (name, id) => {
    const v = vectors[name]!
    const g = group(id)
    const mapped = g.withGenerator(encode(g, v['mappedGenerator']!))
    expect(bare(mapped.multiply(mapped.generator, n(v['terminalPrivate']!)))).toBe(v['terminalPublic']!.toLowerCase())
    expect(bare(mapped.multiply(mapped.generator, n(v['chipPrivate']!)))).toBe(v['chipPublic']!.toLowerCase())
    const secret = mapped.multiply(encode(g, v['terminalPublic']!), n(v['chipPrivate']!))
    expect(hex(g.kind === 'ec' ? secret.subarray(1, 1 + g.size) : secret)).toBe(v['sharedSecret']!.toLowerCase())
  })
})
