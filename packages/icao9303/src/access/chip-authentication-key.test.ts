import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { bits, integer, octets, oid, sequence } from '../asn1/write.ts'
import { OID_DH_PKCS3, OID_DH_X942, OID_STANDARDIZED_PARAMETERS } from '../lds/security-protocol.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, namedSpki } from '../pki/curve.ts'
import { agreeSecret, compressElement, decodeAgreementKey } from './chip-authentication-key.ts'
import { curveGroup, standardGroup, type Group } from './group.ts'
import { MODP } from './modp.ts'

const crypto = nodeCrypto()
const m = MODP[0]!
const n = (text: string): bigint => BigInt(`0x${text}`)
const [p, g, q] = [n(m.p), n(m.g), n(m.q)]
const p256 = curveGroup('P-256')!
const P256_OID = CURVES.find((c) => c.name === 'P-256')!.oid!
const PKCS3 = sequence(oid(OID_DH_PKCS3), sequence(integer(p), integer(g)))

interface Seen { readonly name: string; readonly order: bigint; readonly element: string }
function look(spki: Uint8Array): Seen | readonly unknown[] {
  const d = decodeAgreementKey(spki, crypto)
  return d.ok ? { name: d.value.group.name, order: d.value.group.order, element: hex(d.value.element) } : d.defects.map((x) => [x.code, x.offset, x.says, x.clause])
}
const dh = (parameters: readonly bigint[], y: Uint8Array, form = OID_DH_PKCS3): Seen | readonly unknown[] => look(sequence(sequence(oid(form), sequence(...parameters.map((x) => integer(x)))), bits(y)))
const PART = 'Doc 9303-11 §9.5'
const unusable = (at: number): readonly unknown[] => [['malformed', at, 'expected domain parameters that are known or can be used', PART]]

describe('the key of a chip', () => {
  it('E24 is of a standard group only where prime, generator and, if told, order are those', () => {
    const y = integer(numberOf(standardGroup(0, crypto)!.multiply(unhex(m.g), 9n)))
    const three = numberOf(crypto.power(unhex(m.g), Uint8Array.of(3), unhex(m.p)))
    expect(dh([p, g], y)).toMatchObject({ name: m.name, order: q })
    expect(dh([p, g, q], y, OID_DH_X942)).toMatchObject({ name: m.name, order: q })
    expect(dh([p, three], y)).toMatchObject({ name: 'modp1024-explicit', order: p - 1n })
    expect(dh([p, three, q], y, OID_DH_X942)).toMatchObject({ name: 'modp1024-explicit', order: q })
    // right numbers, but for an order that is a multiple of the subgroup's
    expect(dh([p, g, p - 1n], y, OID_DH_X942)).toMatchObject({ name: 'modp1024-explicit', order: p - 1n })
    expect(dh([p, g, 2n * q], y, OID_DH_X942)).toMatchObject({ name: 'modp1024-explicit', order: 2n * q })
    expect(dh([n(MODP[1]!.p), g], y)).toMatchObject({ name: 'modp2048-explicit' })
  })

  it('E24 is an element as long as the prime, whatever the INTEGER left out', () => {
    const group = standardGroup(0, crypto)!
    const short = Array.from({ length: 2_000 }, (_, i) => group.multiply(group.generator, BigInt(i + 1))).find((e) => e[0] === 0)!
    expect(dh([p, g], integer(numberOf(short)))).toMatchObject({ element: hex(short) })
    // 3 and 0x1ff as primitive elements where nobody told the order: one byte, and an odd number of digits
    for (const y of [3n, 0x1ffn]) expect(dh([p, 2n], integer(y))).toMatchObject({ element: hex(bytesOf(y, 128)) })
    const bits1025 = (1n << 1024n) + 1n
    expect(dh([bits1025, 3n], integer(5n))).toMatchObject({ name: 'modp1025-explicit', order: bits1025 - 1n, element: hex(bytesOf(5n, 129)) })
  })

  it.each([
    [1023, (1n << 1022n) + 1n], [8193, (1n << 8192n) + 1n], [1024, 1n << 1023n], [2, 3n], [2, 2n],
  ] as const)('E24 is refused on a modulus of %i bits that nobody can use', (_, prime) => {
    expect(dh([prime, prime === 2n ? 1n : 2n], integer(2n))).toEqual(unusable(expect.any(Number) as number))
  })

  it.each([['0', '020100'], ['1', '020101'], ['prime less one', hex(integer(p - 1n))], ['the prime', hex(integer(p))]])('E24 is no element: %s', (_, y) => {
    expect((look(sequence(PKCS3, bits(unhex(y)))) as readonly (readonly unknown[])[]).map(([code, , says, clause]) => [code, says, clause])).toEqual([['malformed', `expected an element of ${m.name}`, 'Doc 9303-11 §9.4.5']])
  })

  it('E24 is no negative number', () => {
    expect(look(sequence(PKCS3, bits(unhex('0201fd'))))).toEqual([['malformed', 0, 'expected a number from zero up', PART]])
  })

  it('E24 says what is missing, where, and by which clause', () => {
    const key = bits(p256.generator)
    const named = (...more: readonly Uint8Array[]): Uint8Array => sequence(sequence(oid('1.2.840.10045.2.1'), oid(P256_OID)), ...more)
    const said = (spki: Uint8Array): unknown => (look(spki) as readonly (readonly unknown[])[]).map(([, , says, clause]) => [says, clause])
    expect(said(octets(key))).toEqual([['expected tag 30', PART]])
    expect(said(sequence())).toEqual([['expected an algorithm', PART]])
    expect(said(sequence(sequence()))).toEqual([['expected an algorithm', PART]])
    expect(said(sequence(sequence(oid('1.2.840.10045.2.1'))))).toEqual([['expected domain parameters', PART]])
    expect(said(named())).toEqual([['expected a public key', PART]])
    expect(said(named(octets(p256.generator)))).toEqual([['expected a public key', PART]])
    expect(said(named(key, key))).toEqual([['expected nothing more', PART]])
    expect(said(sequence(sequence(oid(OID_DH_PKCS3)), key))).toEqual([['expected domain parameters', PART]])
    expect(said(sequence(sequence(oid(OID_DH_PKCS3), sequence()), key))).toEqual([['expected a prime', PART]])
    expect(said(sequence(sequence(oid(OID_DH_PKCS3), sequence(integer(p))), key))).toEqual([['expected a generator', PART]])
    expect(said(sequence(sequence(oid(OID_DH_X942), sequence(integer(p), integer(g))), key))).toEqual([['expected an order', PART]])
    expect(said(sequence(PKCS3, bits(octets(unhex('05')))))).toEqual([['expected tag 2', PART]])
    expect(said(sequence(PKCS3, bits(concat(integer(5n), integer(5n)))))).toEqual([['expected no bytes after the end', PART]])
    for (const id of [3, 7, 19, 255]) expect(said(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(id)), key))).toEqual([['expected domain parameters that are known or can be used', PART]])
    // a point of another curve, and none
    expect(said(namedSpki(CURVES.find((c) => c.name === 'P-256')!, curveGroup('brainpoolP256r1')!.generator))).toEqual([['expected an element of P-256', 'Doc 9303-11 §9.4.5']])
    expect(said(named(bits(Uint8Array.of(0))))).toEqual([['expected an element of P-256', 'Doc 9303-11 §9.4.5']])
  })
})

describe('what both sides make of it', () => {
  const dhGroup = standardGroup(0, crypto)!
  it('E20 a secret is the x-coordinate, or the residue as long as the prime', () => {
    for (const group of [p256, dhGroup]) {
      const shared = group.multiply(group.generator, 35n)
      const made = agreeSecret(group, group.multiply(group.generator, 5n), 7n)!
      expect(hex(made)).toBe(hex(group.kind === 'ec' ? shared.subarray(1, 33) : shared))
      expect(made).toHaveLength(group.size)
    }
  })
  it('E20 there is none from what is no element, nor from a multiple of the order', () => {
    for (const group of [p256, dhGroup]) {
      expect(agreeSecret(group, group.generator.subarray(1), 7n)).toBeUndefined()
      expect([0n, group.order, -group.order].map((s) => agreeSecret(group, group.generator, s))).toEqual([undefined, undefined, undefined])
    }
    const broken: Group = { ...p256, multiply: () => { throw new TypeError('a bug') } }
    expect(() => agreeSecret(broken, p256.generator, 7n)).toThrow(TypeError)
  })
  it('E20 a point is compressed to its x-coordinate, a residue to its SHA-1', () => {
    expect(hex(compressElement(p256, p256.generator, crypto))).toBe(hex(p256.generator.subarray(1, 33)))
    expect(hex(compressElement(dhGroup, dhGroup.generator, crypto))).toBe(hex(crypto.hash('SHA-1', unhex(m.g))))
  })
})
