import { beforeAll, describe, expect, it } from 'vitest'

import { day, documentSigner, generation, read, type Generation } from '../../../../test/utopia.ts'
import { childrenOf, Malformed, readTlv, wholeOf } from '../asn1/tlv.ts'
import { bits, context, integer, nothing, octets, oid, sequence, setOf, time, tlv, utf8Text } from '../asn1/write.ts'
import { parseCertificate, type Certificate } from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { decodeCertificate } from './certificate.ts'

const crypto = nodeCrypto()
let g: Generation
let ds: Certificate
beforeAll(async () => { g = await generation({}, crypto); ds = await documentSigner(g, crypto) })

/** The certificate with the parts of its content changed; nobody signs it again. */
function changed(edit: (parts: Uint8Array[]) => readonly Uint8Array[]): Uint8Array {
  const [tbs, algorithm, signature] = childrenOf(readTlv(ds.der, 0))
  return sequence(sequence(...edit(childrenOf(tbs!).map(wholeOf))), wholeOf(algorithm!), wholeOf(signature!))
}

/** What is said of bytes that are no certificate. */
function trouble(der: Uint8Array): string {
  try {
    decodeCertificate(der)
    return 'nothing'
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return error.expected
  }
}

const at = (i: number, value: Uint8Array) => (parts: Uint8Array[]): readonly Uint8Array[] => parts.map((p, k) => (k === i ? value : p))
const odd = Uint8Array.of(0x0c, 0)
const withExtension = (...e: readonly Uint8Array[]): Uint8Array => changed(at(7, context(3, sequence(...e))))
const named = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), octets(value))

describe('what is no certificate', () => {
  it('K67 is told by the part that is missing or wrong', () => {
    expect(trouble(changed((p) => p))).toBe('nothing')
    expect([1, 2, 3, 4, 5, 6].map((i) => trouble(changed(at(i, odd))))).toEqual([
      'serialNumber', 'signature algorithm', 'issuer', 'validity', 'subject', 'subjectPublicKeyInfo',
    ])
    expect([1, 2, 3, 4, 5, 6].map((n) => trouble(changed((p) => p.slice(0, n))))).toEqual([
      'serialNumber', 'signature algorithm', 'issuer', 'validity', 'subject', 'subjectPublicKeyInfo',
    ])
    expect(trouble(changed((p) => [...p, odd]))).toBe('nothing more')
    expect(trouble(changed(at(2, sequence(oid('1.2.3')))))).toBe('the same algorithm inside and outside')
    for (
      const times of [sequence(time(day('2024-01-01'))), sequence(...[1, 2, 3].map(() => time(day('2024-01-01'))))]
    ) expect(trouble(changed(at(4, times)))).toBe('two times of validity')
    const [tbs, algorithm, signature] = childrenOf(readTlv(ds.der, 0)).map(wholeOf)
    expect(
      [sequence(), sequence(tbs!), sequence(tbs!, algorithm!), sequence(tbs!, algorithm!, signature!, odd), setOf(tbs!)].map(trouble)
    ).toEqual(['what is signed', 'signatureAlgorithm', 'signature', 'nothing more', 'tag 30'])
    expect(trouble(sequence(tbs!, algorithm!, tlv(3, Uint8Array.of(1, 2))))).toBe('no unused bits')
    expect(trouble(withExtension(sequence(odd)))).toBe('an extension id')
    expect(trouble(withExtension(sequence(oid('1.2.3'), odd)))).toBe('an extension value')
    expect(trouble(withExtension(sequence(oid('1.2.3'), octets(odd), odd)))).toBe('nothing more')
    expect(trouble(withExtension(named('1.2.3', odd), named('1.2.3', odd)))).toBe('each extension once')
    expect(trouble(changed(at(3, sequence(setOf(sequence(oid('2.5.4.6')))))))).toBe('a type and a value')
  })

  it('K67 is told with the place in the file, also within an extension', () => {
    const der = withExtension(named('2.5.29.35', Uint8Array.of(0x30, 5, 0x80)))
    const place = Buffer.from(der).indexOf(Buffer.from([0x30, 5, 0x80]))
    try {
      decodeCertificate(der)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ offset: place, expected: '5 bytes of content' })
    }
  })
})

describe('what a certificate says', () => {
  const known = (...e: readonly Uint8Array[]): Certificate => parseCertificate(withExtension(...e))!
  it('K68 is read from its extensions', () => {
    const usages = [
      'digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement',
      'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly',
    ]
    expect(
      usages.map((_, i) => known(named('2.5.29.15', bits(Uint8Array.of(i < 8 ? 0x80 >> i : 0, i < 8 ? 0 : 0x80)))).keyUsage)
    ).toEqual(usages.map((u) => [u]))
    expect(known().keyUsage).toBeUndefined()
    const yes = Uint8Array.of(1, 1, 0xff)
    const no = Uint8Array.of(1, 1, 0)
    const basic = (...parts: Uint8Array[]) => { const c = known(named('2.5.29.19', sequence(...parts))); return [c.isCa, c.pathLength] }
    expect([basic(), basic(no), basic(yes), basic(yes, integer(3)), basic(integer(2))]).toEqual([
      [false, undefined], [false, undefined], [true, undefined], [true, 3], [false, 2],
    ])
    const period = (...parts: Uint8Array[]) => known(named('2.5.29.16', sequence(...parts))).privateKeyUsage
    const from = tlv(0x80, new TextEncoder().encode('20240101000000Z'))
    const to = tlv(0x81, new TextEncoder().encode('20240401000000Z'))
    expect([period(from, to), period(from), period(to)]).toEqual([
      { from: day('2024-01-01'), to: day('2024-04-01') }, { from: day('2024-01-01'), to: undefined },
      { from: undefined, to: day('2024-04-01') },
    ])
    expect(known(named('2.5.29.35', sequence(tlv(0x82, Uint8Array.of(1)), tlv(0x80, Uint8Array.of(0xab))))).authorityKeyId).toBe('ab')
    expect([
      known(named('2.5.29.35', sequence())).authorityKeyId,
      known(named('2.5.29.14', octets(Uint8Array.of(0xcd)))).subjectKeyId,
    ]).toEqual([undefined, 'cd'])
    const place = (id: string, value: string) => context(4, sequence(setOf(sequence(oid(id), utf8Text(value)))))
    expect(
      known(
        named('2.5.29.17', sequence(place('2.5.4.7', 'UTO'), place('2.5.4.8', 'X'), tlv(0x81, Uint8Array.of(0x61)), place('2.5.4.7', 'D')))
      ).issuingStates
    ).toEqual(['UTO', 'D'])
    expect(known(named('2.5.29.37', sequence(oid('1.2.3'), oid('1.2.4')))).extendedKeyUsage).toEqual(['1.2.3', '1.2.4'])
    expect(
      known(sequence(oid('1.2.3'), yes, octets(nothing())), sequence(oid('1.2.4'), no, octets(nothing()))).extensions
    ).toEqual(new Map([['1.2.3', { critical: true, value: nothing() }], ['1.2.4', { critical: false, value: nothing() }]]))
  })

  it('K68 is the same after another reading, and its bytes are those that were read', () => {
    expect(read(ds.der)).toEqual(ds)
    expect([
      ds.version, ds.der.length, ds.serial, parseCertificate(changed((p) => p.slice(1)))?.version,
    ]).toEqual([3, ds.der.length, Buffer.from(ds.serialDer.subarray(2)).toString('hex'), 1])
  })
})
