import { createPublicKey, generateKeyPairSync } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { ecPair } from '../../../../test/utopia.ts'
import { childrenOf, Malformed, readTlv, readWhole, wholeOf } from '../asn1/tlv.ts'
import { bits, integer, octets, oid, sequence } from '../asn1/write.ts'
import { CURVES, explicitSpki, readEcKey, type Curve } from './curve.ts'
import { certifiedKey, readKey } from './key.ts'

const read = (spki: Uint8Array) => readEcKey(readWhole(spki, 0x30, 'test'))
const NAMES: Readonly<Record<string, string>> = {
  'P-192': 'prime192v1', 'P-224': 'secp224r1', 'P-256': 'prime256v1', 'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}
/** Curves that OpenSSL has, with the key that a run of it made. */
const POINTS = new Map(CURVES.map((c) => [c.name, readEcKey(readWhole(ecPair(NAMES[c.name] ?? c.name).spki, 0x30, 'test'))!.point]))

/** The six parts of explicit parameters, to be changed. */
function altered(curve: Curve, edit: (parts: Uint8Array[]) => readonly Uint8Array[], point = POINTS.get(curve.name)!): Uint8Array {
  const [algorithm] = childrenOf(readTlv(explicitSpki(curve, point), 0))
  const [id, parameters] = childrenOf(algorithm!)
  return sequence(sequence(wholeOf(id!), sequence(...edit(childrenOf(parameters!).map(wholeOf)))), bits(point))
}

const at = (i: number, value: Uint8Array) => (parts: Uint8Array[]): readonly Uint8Array[] => parts.map((p, k) => (k === i ? value : p))
const P256 = CURVES.find((c) => c.name === 'P-256')!

describe.each(CURVES.map((c) => [c.name, c] as const))('explicit parameters of %s', (_, curve) => {
  const g = Buffer.from(curve.g, 'hex')
  const half = g.length / 2
  const squeezed = (odd: number): Uint8Array => Uint8Array.of(2 + odd, ...g.subarray(0, half))
  const parity = g.at(-1)! & 1
  const known = { name: curve.name, explicit: true }
  const told = (spki: Uint8Array) => { const k = read(spki); return k && { name: k.curve.name, explicit: k.explicit } }

  it('K60 are recognised with the base point whole or compressed, with and without cofactor and seed', () => {
    const seeded = (parts: Uint8Array[]): readonly Uint8Array[] => at(
      2, sequence(...childrenOf(readTlv(parts[2]!, 0)).map(wholeOf), bits(new Uint8Array(20).fill(7))),
    )(parts)
    expect(told(altered(curve, (p) => p))).toEqual(known)
    expect(told(altered(curve, at(3, octets(squeezed(parity)))))).toEqual(known)
    expect(told(altered(curve, (p) => p.slice(0, 5)))).toEqual(known)
    expect(told(altered(curve, seeded))).toEqual(known)
    expect(told(altered(curve, at(0, integer(3))))).toEqual(known)
  })

  it('K61 with another base point, order, coefficient, cofactor or field are of no known curve (CVE-2020-0601)', () => {
    const point = POINTS.get(curve.name)!
    const wrong: readonly (readonly [string, (p: Uint8Array[]) => readonly Uint8Array[]])[] = [
      ['the public key as base point', at(3, octets(point))],
      ['the base point mirrored', at(3, octets(squeezed(1 - parity)))],
      ['a hybrid base point', at(3, octets(Uint8Array.of(6 + parity, ...g)))],
      ['no base point', at(3, octets(Uint8Array.of(0)))],
      ['another order', at(4, integer(BigInt(`0x${curve.n}`) - 1n))], ['cofactor 2', at(5, integer(2))],
      ['a coefficient', at(2, sequence(octets(Uint8Array.of(1)), octets(Buffer.from(curve.b, 'hex'))))],
      ['another prime', at(1, sequence(oid('1.2.840.10045.1.1'), integer(BigInt(`0x${curve.p}`) + 2n)))],
      ['a binary field', at(1, sequence(oid('1.2.840.10045.1.2'), integer(BigInt(`0x${curve.p}`))))],
      ['version 4', at(0, integer(4))], ['a seventh part', (p) => [...p, integer(1)]], ['four parts', (p) => p.slice(0, 4)],
    ]
    for (const [what, edit] of wrong) expect(() => read(altered(curve, edit)), what).toThrow(Malformed)
  })

  it('K62 are what another library has under the name, and go through its hands unchanged', () => {
    const named = certifiedKey(explicitSpki(curve, POINTS.get(curve.name)!), 'named')
    expect(
      createPublicKey({ key: Buffer.from(named), format: 'der', type: 'spki' }).asymmetricKeyDetails
    ).toEqual({ namedCurve: NAMES[curve.name] ?? curve.name })
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: NAMES[curve.name] ?? curve.name, paramEncoding: 'explicit' })
    const theirs = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    expect(told(theirs)).toEqual(known)
  })
})

describe('public keys', () => {
  it('K62 other curves and implicit parameters are not taken for known ones', () => {
    const point = POINTS.get('P-256')!
    const spki = (...parameters: Uint8Array[]) => sequence(sequence(oid('1.2.840.10045.2.1'), ...parameters), bits(point))
    for (const parameters of [[oid('1.3.132.0.10')], [Uint8Array.of(5, 0)], []]) expect(() => read(spki(...parameters))).toThrow(Malformed)
    expect(read(spki(oid(P256.oid)))?.explicit).toBe(false)
  })

  it('K63 only whole points and known kinds are certified', () => {
    const [point] = [POINTS.get('P-256')!]
    const compressed = sequence(sequence(oid('1.2.840.10045.2.1'), oid(P256.oid)), bits(Uint8Array.of(2, ...point.subarray(1, 33))))
    expect(() => certifiedKey(compressed)).toThrow(RangeError)
    const ed = new Uint8Array(generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }))
    expect(() => certifiedKey(ed)).toThrow(RangeError)
    expect(readKey(readWhole(ed, 0x30, 'test'))).toBeUndefined()
    const rsa = new Uint8Array(
      generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 }).publicKey.export({ format: 'der', type: 'spki' })
    )
    expect(readKey(readWhole(rsa, 0x30, 'test'))).toMatchObject({ kind: 'rsa', bits: 1024, exponent: 3n })
    expect(certifiedKey(rsa)).toEqual(rsa)
    const broken = (n: bigint | number, e: bigint | number) => sequence(
      sequence(oid('1.2.840.113549.1.1.1')), bits(sequence(integer(n), integer(e))),
    )
    for (const [n, e] of [[0, 3], [15, 1]] as const) expect(() => readKey(readWhole(broken(n, e), 0x30, 'test'))).toThrow(Malformed)
    expect(readKey(readWhole(broken(15, 3), 0x30, 'test'))).toMatchObject({ bits: 4, exponent: 3n })
  })
})
