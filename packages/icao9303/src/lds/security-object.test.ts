import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { context, integer, octets, oid, printable, sequence, setOf, tlv } from '../asn1/write.ts'
import { OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNED_DATA, OID_SIGNING_TIME } from '../cms/signed-data.ts'
import { hashIdentifier } from '../pki/algorithm.ts'
import { encodeSecurityObject, parseSod, sodDefects } from './security-object.ts'

const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic', ...path)))
const DS = read('pki', 'ds-ecdsa-p256-sha256.der')
const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n)
const HASHES = [[1, hash(1)], [2, hash(2)]] as const
const LDS = '2.23.136.1.1.1'
const NULL = tlv(0x05)
const issuerId = sequence(sequence(), integer(7))
const attribute = (id: string, ...values: Uint8Array[]): Uint8Array => sequence(oid(id), tlv(0x31, ...values))
const contentType = attribute(OID_CONTENT_TYPE, oid(LDS))
const messageDigest = attribute(OID_MESSAGE_DIGEST, octets(hash(9)))

interface Parts {
  readonly version?: Uint8Array
  readonly digests?: Uint8Array
  readonly type?: string
  readonly content?: Uint8Array
  readonly wrapped?: Uint8Array
  readonly certificates?: readonly Uint8Array[]
  readonly crls?: Uint8Array
  readonly signers?: readonly Uint8Array[]
}
interface SignerParts {
  readonly version?: number
  readonly id?: Uint8Array
  readonly digest?: Uint8Array
  readonly attributes?: readonly Uint8Array[]
  readonly algorithm?: Uint8Array
  readonly signature?: Uint8Array
  readonly more?: readonly Uint8Array[]
}

const signer = (p: SignerParts = {}): Uint8Array => sequence(
  integer(p.version ?? 1), p.id ?? issuerId, p.digest ?? hashIdentifier('SHA-256'), ...(p.attributes === undefined ? [tlv(0xa0, contentType, messageDigest)] : p.attributes.length === 0 ? [] : [tlv(0xa0, ...p.attributes)]),
  p.algorithm ?? sequence(oid('1.2.840.10045.4.3.2')), p.signature ?? octets(new Uint8Array(70)), ...(p.more ?? []),
)

/** An EF.SOD of parts: right in all that is not given. */
function sod(p: Parts = {}): Uint8Array {
  return tlv(0x77, sequence(oid(OID_SIGNED_DATA), context(0, sequence(
    p.version ?? integer(3), p.digests ?? setOf(hashIdentifier('SHA-256')),
    sequence(oid(p.type ?? LDS), context(0, p.wrapped ?? octets(p.content ?? encodeSecurityObject('SHA-256', HASHES, '1.7')))),
    ...(p.certificates?.length === 0 ? [] : [context(0, ...(p.certificates ?? [DS]))]), ...(p.crls === undefined ? [] : [p.crls]), tlv(0x31, ...(p.signers ?? [signer()])),
  ))))
}

const codes = (bytes: Uint8Array): readonly string[] => sodDefects(bytes).map((d) => `${d.code}${d.grave ? '!' : ''}`)
/** What is said to be wrong, and where: the bytes at the place. */
const placed = (bytes: Uint8Array): readonly (readonly [string, string])[] => sodDefects(bytes).map((d) => [d.code, Buffer.from(bytes.subarray(d.offset, d.offset + 4)).toString('hex')])
const head = (b: Uint8Array): string => Buffer.from(b.subarray(0, 4)).toString('hex')
const object = (version: number, algorithm: Uint8Array, list: readonly Uint8Array[], ...more: readonly Uint8Array[]): Uint8Array => sequence(integer(version), algorithm, sequence(...list), ...more)
const entry = (n: number, value: Uint8Array): Uint8Array => sequence(integer(n), octets(value))
const right = HASHES.map(([n, h]) => entry(n, h))
const SHA256 = hashIdentifier('SHA-256')
const VERSIONS = sequence(printable('0108'), printable('040000'))

describe('EF.SOD', () => {
  it('S7 of the right form has nothing to object to', () => {
    expect(sodDefects(sod())).toEqual([])
    expect(sodDefects(sod({ content: encodeSecurityObject('SHA-256', HASHES, '1.8') }))).toEqual([])
    const decoded = parseSod(sod({ content: encodeSecurityObject('SHA-256', HASHES, '1.8') }))
    expect(decoded.ok && [decoded.value.object.version, decoded.value.object.hash, [...decoded.value.object.hashes], decoded.value.object.ldsVersion, decoded.value.object.unicodeVersion]).toEqual([1, 'SHA-256', HASHES, '0108', '040000'])
  })

  it('S7 names each departure by its code and place, and reads on', () => {
    const two = setOf(hashIdentifier('SHA-256'), hashIdentifier('SHA-512'))
    const table: readonly (readonly [string, Uint8Array, string])[] = [
      ['signed-data-version!', sod({ version: integer(1) }), head(integer(1))], ['signed-data-version!', sod({ version: integer(4) }), head(integer(4))],
      ['digest-algorithms!', sod({ digests: two }), head(two)], ['digest-algorithms!', sod({ digests: tlv(0x31) }), head(Uint8Array.of(0x31, 0, 0x30))],
      ['digest-algorithms!', sod({ digests: setOf(hashIdentifier('SHA-512')) }), head(setOf(hashIdentifier('SHA-512')))],
      ['crls-present!', sod({ crls: tlv(0xa1) }), ''], ['certificate-unreadable!', sod({ certificates: [DS, sequence(integer(1))] }), ''],
      ['no-certificate', sod({ certificates: [] }), ''], ['more-certificates', sod({ certificates: [DS, read('pki', 'ds-via-link.der')] }), ''],
      ['signer-version!', sod({ signers: [signer({ version: 3 })] }), head(integer(3))], ['signer-version!', sod({ signers: [signer({ version: 1, id: tlv(0x80, hash(1)) })] }), head(integer(1))],
      ['two-hashes', sod({ signers: [signer({ algorithm: sequence(oid('1.2.840.10045.4.3.4')) })] }), ''],
      ['no-signed-attributes!', sod({ signers: [signer({ attributes: [] })] }), ''], ['unsigned-attributes!', sod({ signers: [signer({ more: [tlv(0xa1)] })] }), head(Uint8Array.of(0xa1, 0))],
      ['attributes-unsorted!', sod({ signers: [signer({ attributes: [messageDigest, contentType] })] }), ''],
      ['legacy-oid-icao!', sod({ type: '1.3.27.1.1.1' }), ''], ['legacy-oid-sdu!', sod({ type: '1.2.528.1.1006.1.20.1' }), ''],
      ['few-hashes!', sod({ content: object(0, SHA256, [right[0]!]) }), head(sequence(right[0]!))], ['few-hashes!', sod({ content: object(0, SHA256, []) }), ''],
      ['version-information!', sod({ content: object(0, SHA256, right, VERSIONS) }), head(VERSIONS)], ['version-information!', sod({ content: object(1, SHA256, right) }), ''],
      ['lds-version!', sod({ content: object(1, SHA256, right, sequence(printable('0107'), printable('040000'))) }), ''],
      ['lds-version!', sod({ content: object(1, SHA256, right, sequence(printable('0108'), printable('050000'))) }), ''], ['lds-version!', sod({ content: object(1, SHA256, right, sequence()) }), ''],
      ['sha-1', sod({ content: object(0, hashIdentifier('SHA-1'), [1, 2].map((n) => entry(n, new Uint8Array(20)))) }), head(hashIdentifier('SHA-1'))],
      ['trailing-bytes!', Uint8Array.from([...sod(), 0, 0]), '0000'],
    ]
    for (const [code, bytes, place] of table) {
      expect(codes(bytes)).toEqual([code])
      if (place !== '') expect(placed(bytes)[0]![1].startsWith(place), `${code} at ${placed(bytes)[0]![1]}, not ${place}`).toBe(true)
      expect(parseSod(bytes).ok).toBe(true)
      expect(sodDefects(bytes)[0]).toMatchObject({ says: expect.stringMatching(/\S/) as string, clause: expect.stringMatching(/^(Doc 9303|RFC|X\.690)/) as string })
    }
    const sha1 = sod({ digests: setOf(hashIdentifier('SHA-1')), signers: [signer({ digest: hashIdentifier('SHA-1'), algorithm: sequence(oid('1.2.840.10045.4.1')) })] })
    expect(codes(sha1)).toEqual(['signature-sha-1'])
  })

  it('S7 takes parameters NULL or absent, both signer identifiers, and attributes that it does not know', () => {
    const withNull = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL)
    for (const bytes of [
      sod({ digests: setOf(withNull), signers: [signer({ digest: withNull })], content: object(0, withNull, right) }),
      sod({ signers: [signer({ version: 3, id: tlv(0x80, hash(1)) })] }),
      sod({ signers: [signer({ attributes: [attribute('1.2.3', NULL), contentType, messageDigest].sort((a, b) => a[1]! - b[1]!) })] }),
      sod({ signers: [signer({ algorithm: sequence(oid('1.2.840.10045.4.3.2'), NULL) })] }),
    ]) expect(sodDefects(bytes)).toEqual([])
    const timed = parseSod(sod({ signers: [signer({ attributes: [contentType, attribute(OID_SIGNING_TIME, tlv(0x17, Uint8Array.from('260310000000Z', (c) => c.charCodeAt(0)))), messageDigest] })] }))
    expect(timed.ok && timed.value.signed.signer.attributes?.signingTime).toEqual(new Date('2026-03-10T00:00:00Z'))
    expect(timed.defects).toEqual([])
  })

  it('S8 refuses what cannot be meant, with the place where reading ended', () => {
    const at = (bytes: Uint8Array): number | undefined => { const [d, more] = sodDefects(bytes).filter((x) => x.code === 'malformed'); return more === undefined ? d?.offset : undefined }
    const place = (bytes: Uint8Array, part: Uint8Array): number => Buffer.from(bytes).indexOf(Buffer.from(part))
    const wrong: readonly (readonly [Uint8Array, Uint8Array])[] = [
      [sod({ content: object(0, SHA256, [right[0]!, right[0]!]) }), right[0]!], [sod({ content: object(0, SHA256, [entry(0, hash(1)), right[1]!]) }), entry(0, hash(1))],
      [sod({ content: object(0, SHA256, [entry(17, hash(1)), right[1]!]) }), entry(17, hash(1))], [sod({ content: object(0, SHA256, [right[0]!, entry(2, new Uint8Array(31))]) }), entry(2, new Uint8Array(31))],
      [sod({ content: object(0, SHA256, [tlv(0x31, ...right)]) }), tlv(0x31, ...right)], [sod({ content: object(0, sequence(oid('1.2.3')), right) }), sequence(oid('1.2.3'))],
      [sod({ content: object(2, SHA256, right) }), object(2, SHA256, right)],
    ]
    for (const [bytes, part] of wrong.slice(1)) expect(at(bytes)).toBe(place(bytes, part))
    const doubled = wrong[0]![0]
    expect(at(doubled)).toBe(place(doubled, right[0]!) + right[0]!.length)
    expect(codes(sod({ content: object(0, SHA256, [16, 1].map((n) => entry(n, hash(n)))) }))).toEqual([])
    const bad = [
      sod({ type: '1.2.3.4' }), sod({ signers: [] }), sod({ signers: [signer(), signer()] }), sod({ signers: [tlv(0x31)] }), sod({ signers: [signer({ attributes: [contentType, contentType] })] }),
      sod({ signers: [signer({ attributes: [attribute(OID_CONTENT_TYPE), messageDigest] })] }), sod({ signers: [signer({ attributes: [attribute(OID_CONTENT_TYPE, oid(LDS), oid(LDS)), messageDigest] })] }),
      sod({ signers: [signer({ more: [tlv(0xa2)] })] }), sod({ content: Uint8Array.from([...encodeSecurityObject('SHA-256', HASHES, '1.7'), 0]) }), sod({ content: tlv(0x31) }),
      sod().map((b, i) => (i === 0 ? 0x78 : b)), tlv(0x77, sequence(oid('1.2.840.113549.1.7.1'), context(0, sequence()))), tlv(0x77, sequence(), sequence()), new Uint8Array(0), tlv(0x77),
      sod({ wrapped: tlv(0x0c) }), sod({ signers: [signer({ signature: tlv(0x0c, hash(1)) })] }), sod({ content: object(0, SHA256, right, VERSIONS, NULL) }),
    ]
    for (const bytes of bad) {
      expect(parseSod(bytes).ok, head(bytes)).toBe(false)
      expect(sodDefects(bytes).at(-1)).toMatchObject({ code: 'malformed', grave: true, clause: expect.stringMatching(/\S/) as string })
    }
  })

  it('S9 reads BER, once named for each place: endless lengths, long lengths, strings in pieces', () => {
    const content = encodeSecurityObject('SHA-256', HASHES, '1.7')
    const pieces = tlv(0x24, octets(content.subarray(0, 10)), octets(content.subarray(10)))
    const read1 = parseSod(sod({ wrapped: pieces }))
    expect([read1.defects.map((d) => d.code), read1.ok && read1.value.signed.contentAt, read1.ok && [...read1.value.object.hashes]]).toEqual([['ber-segmented-octets'], undefined, HASHES])
    const endless = Uint8Array.from([0x77, 0x80, ...sod().subarray(4), 0, 0])
    expect(sodDefects(endless).map((d) => [d.code, d.offset])).toEqual([['ber-indefinite-length', 1]])
    const body = sod().subarray(4)
    const long = Uint8Array.from([0x77, 0x83, 0, body.length >> 8, body.length & 0xff, ...body])
    expect(sodDefects(long).map((d) => [d.code, d.offset])).toEqual([['ber-long-length', 0]])
    const inside = sod({ content: Uint8Array.from([0x30, 0x81, content.length - 2, ...content.subarray(2)]) })
    expect(sodDefects(inside).map((d) => [d.code, d.offset])).toEqual([['ber-long-length', Buffer.from(inside).indexOf(Buffer.of(0x30, 0x81, content.length - 2))]])
  })

  it('S10 writes what it reads back, for every hash and both versions, and nothing of another length', () => {
    const names = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const
    const lengths = { 'SHA-1': 20, 'SHA-224': 28, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 } as const
    fc.assert(fc.property(fc.constantFrom(...names), fc.constantFrom('1.7', '1.8'), fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 2 }), fc.nat(255), (name, lds, numbers, fill) => {
      const hashes = numbers.map((n) => [n, new Uint8Array(lengths[name]).fill(fill ^ n)] as const)
      const content = encodeSecurityObject(name, hashes, lds)
      const decoded = parseSod(sod({ content }))
      expect(decoded.ok && [decoded.value.object.hash, decoded.value.object.version, [...decoded.value.object.hashes].map(([n, h]) => [n, new Uint8Array(h)])]).toEqual([name, lds === '1.8' ? 1 : 0, hashes])
      expect(decoded.ok && Buffer.compare(decoded.value.signed.content, content)).toBe(0)
    }), { numRuns: 60 })
    for (const name of names) for (const wrong of [-1, 1]) expect(() => encodeSecurityObject(name, [[1, new Uint8Array(lengths[name] + wrong)]], '1.7')).toThrow(RangeError)
  })
})
