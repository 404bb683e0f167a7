import { execFileSync } from 'node:child_process'
import { constants, generateKeyPairSync, randomBytes, sign as nodeSign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { jpegOf } from '../../../test/utopia.ts'
import {
  buildCrl, buildCsca, buildDs, composeMrz, contentInfoOf, encodeCom, encodeDg1, encodeDg2, hashGroups, inspector, parseCertificate, parseSod, readTrust, sodDefects, sodSigner, wrapPem,
  type Authority, type Certificate, type HashName, type Inspector, type Scheme, type Sign, type SodOrder,
} from './index.ts'
import { nodeCrypto } from './node.ts'
const crypto = nodeCrypto()
const authority: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const at = day('2026-06-01')
const NAMES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const spkiOf = (k: KeyObject): Uint8Array => new Uint8Array(k.export({ format: 'der', type: 'spki' }))
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })

const csca = ec('prime256v1')
const cscaSigner = { sign: (m: Uint8Array) => new Uint8Array(nodeSign('sha256', m, csca.privateKey)), hash: 'SHA-256' as const }
let issuer: Certificate
let judge: Inspector
let folder: string

const groups = new Map([
  [1, encodeDg1(composeMrz('TD3', { documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA', birthDate: '800229', sex: 'F', expiryDate: '360310' }).lines)],
  [2, encodeDg2({ image: jpegOf(354, 472, randomBytes(300)), mediaType: 'image/jpeg', width: 354, height: 472 })],
])
const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2] })

async function certify(key: KeyObject): Promise<Certificate> {
  return parseCertificate(await buildDs({ authority, commonName: 'DS-UTO 1', spki: spkiOf(key), serial: randomBytes(12), validity: { from: day('2026-01-01'), to: day('2056-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2056-01-01') }, documentTypes: ['PP'] }, issuer, cscaSigner, crypto))!
}

/** What the signer's key does for a scheme: ours names it, OpenSSL's does it. */
function signing(key: KeyObject, scheme: Scheme): Sign {
  const options = scheme.kind === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt } : key
  return (message) => new Uint8Array(nodeSign(NAMES[scheme.hash], message, options))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sign-'))
  const root = await buildCsca({ authority, commonName: 'CSCA-UTO', spki: spkiOf(csca.publicKey), serial: randomBytes(12), validity: { from: day('2026-01-01'), to: day('2056-05-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') } }, cscaSigner, crypto)
  issuer = parseCertificate(root)!
  const crl = await buildCrl({ number: 1, thisUpdate: day('2026-05-20'), nextUpdate: day('2026-08-10'), revoked: [] }, issuer, cscaSigner)
  judge = inspector((await readTrust([root, crl].map((bytes, i) => ({ name: `${i}`, bytes })), crypto)).trust, crypto)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

function openssl(sod: Uint8Array, ds: Certificate): void {
  writeFileSync(join(folder, 'sod.der'), contentInfoOf(sod))
  writeFileSync(join(folder, 'ds.pem'), wrapPem('CERTIFICATE', ds.der))
  execFileSync('openssl', ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', join(folder, 'sod.der'), '-certfile', join(folder, 'ds.pem'), '-out', join(folder, 'content')], { stdio: 'pipe' })
}

const FORMS: readonly (readonly [SodOrder['signerId'], Date | undefined, SodOrder['lds']])[] = [
  ['issuer', undefined, '1.7'], ['key', undefined, '1.8'], ['issuer', day('2026-05-30'), '1.8'], ['key', day('2050-01-02'), '1.7'],
]

describe('EF.SOD that we sign', () => {
  const ecdsa = (hash: HashName): Scheme => ({ kind: 'ecdsa', hash, form: 'der' })
  const cases: readonly (readonly [string, () => { privateKey: KeyObject; publicKey: KeyObject }, HashName, Scheme])[] = [
    ...([
      ['prime256v1', 'SHA-256'], ['secp224r1', 'SHA-224'], ['secp384r1', 'SHA-384'], ['secp521r1', 'SHA-512'], ['brainpoolP224r1', 'SHA-224'], ['brainpoolP256r1', 'SHA-256'],
      ['brainpoolP320r1', 'SHA-256'], ['brainpoolP384r1', 'SHA-384'], ['brainpoolP512r1', 'SHA-512'],
    ] as const).map(([curve, hash]) => [`ECDSA on ${curve}`, () => ec(curve), hash, ecdsa(hash)] as const),
    ['RSA PKCS #1', () => rsa(2_048), 'SHA-256', { kind: 'rsa-pkcs1', hash: 'SHA-256' }],
    ['RSA PKCS #1 with another hash', () => rsa(2_048), 'SHA-256', { kind: 'rsa-pkcs1', hash: 'SHA-512' }],
    ['RSA PSS', () => rsa(3_072), 'SHA-256', { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 }],
    ['RSA PSS with a short salt', () => rsa(2_048), 'SHA-384', { kind: 'rsa-pss', hash: 'SHA-384', mgfHash: 'SHA-384', salt: 20 }],
    ['RSA PSS without salt', () => rsa(2_048), 'SHA-512', { kind: 'rsa-pss', hash: 'SHA-512', mgfHash: 'SHA-512', salt: 0 }],
  ]

  it.each(cases)('S1 S2 verifies under OpenSSL and our own inspection: %s', async (_, make, hash, scheme) => {
    const { privateKey, publicKey } = make()
    const ds = await certify(publicKey)
    for (const [signerId, signedAt, lds] of FORMS) {
      const sod = await sodSigner({ ds, hash, lds, scheme, signerId: signerId! }, crypto).make(hashGroups(groups, hash, crypto), signing(privateKey, scheme), signedAt)
      openssl(sod, ds)
      expect(sodDefects(sod)).toEqual([])
      const read = parseSod(sod)
      expect(read.ok && [read.value.signed.signer.scheme, read.value.signed.signer.id.kind, read.value.signed.signer.attributes?.signingTime, read.value.object.version]).toEqual([scheme, signerId, signedAt, lds === '1.8' ? 1 : 0])
      const report = await judge.inspect({ 'EF.COM': com, 'EF.SOD': sod, DG1: groups.get(1)!, DG2: groups.get(2)! }, { at, policy: signedAt !== undefined && signedAt > at ? 'field' : 'strict' })
      expect(report.verdict, JSON.stringify(report.checks.filter((c) => c.outcome !== 'passed'))).toBe('genuine')
    }
  })

  it('S3 takes ECDSA or PKCS #1 by the key where no scheme is named, and waits for a signer that takes its time', async () => {
    for (const [pair, kind] of [[ec('prime256v1'), 'ecdsa'], [rsa(2_048), 'rsa-pkcs1']] as const) {
      const ds = await certify(pair.publicKey)
      const slow: Sign = async (m) => { await Promise.resolve(); return new Uint8Array(nodeSign('sha256', m, pair.privateKey)) }
      const signer = sodSigner({ ds, hash: 'SHA-256', lds: '1.7' }, crypto)
      const other = new Map([[1, groups.get(1)!], [2, Uint8Array.of(0x75, 0)]])
      const [a, b] = await Promise.all([signer.make(hashGroups(groups, 'SHA-256', crypto), slow), signer.make(hashGroups(other, 'SHA-256', crypto), slow)])
      const hashesIn = (sod: Uint8Array) => { const r = parseSod(sod); return r.ok ? [...r.value.object.hashes].map(([n, h]) => [n, Buffer.from(h).toString('hex')]) : [] }
      const wanted = (g: ReadonlyMap<number, Uint8Array>) => hashGroups(g, 'SHA-256', crypto).map(([n, h]) => [n, Buffer.from(h).toString('hex')])
      expect([hashesIn(a), hashesIn(b)]).toEqual([wanted(groups), wanted(other)])
      for (const sod of [a, b]) openssl(sod, ds)
      const read = parseSod(a)
      expect(read.ok && read.value.signed.signer.scheme.kind).toBe(kind)
    }
  })

  it('S4 refuses what cannot be signed: another scheme than the key’s, SHA-1, no key identifier, hashes of wrong length', async () => {
    const pair = ec('prime256v1')
    const ds = await certify(pair.publicKey)
    const order = { ds, hash: 'SHA-256', lds: '1.7' } as const
    expect(() => sodSigner({ ...order, scheme: { kind: 'rsa-pkcs1', hash: 'SHA-256' } }, crypto)).toThrow(RangeError)
    expect(() => sodSigner({ ...order, scheme: { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' } }, crypto)).toThrow(RangeError)
    expect(() => sodSigner({ ...order, hash: 'SHA-1' }, crypto)).toThrow(RangeError)
    expect(() => sodSigner({ ...order, scheme: { kind: 'ecdsa', hash: 'SHA-1', form: 'der' } }, crypto)).toThrow(RangeError)
    expect(() => sodSigner({ ...order, ds: { ...ds, subjectKeyId: undefined }, signerId: 'key' }, crypto)).toThrow(RangeError)
    const signer = sodSigner(order, crypto)
    const sign = signing(pair.privateKey, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' })
    for (const length of [31, 33, 0]) expect(() => signer.make([[1, new Uint8Array(32)], [2, new Uint8Array(length)]], sign)).toThrow(RangeError)
  })

  it('S5 reads back the hashes that it wrote, for any list of data groups', async () => {
    const pair = ec('prime256v1')
    const signer = sodSigner({ ds: await certify(pair.publicKey), hash: 'SHA-256', lds: '1.8' }, crypto)
    const sign = signing(pair.privateKey, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' })
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 2 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), async (numbers, seed) => {
      const hashes = numbers.map((n) => [n, Uint8Array.from(seed, (b) => b ^ n)] as const)
      const read = parseSod(await signer.make(hashes, sign))
      expect(read.ok && [...read.value.object.hashes].map(([n, h]) => [n, new Uint8Array(h)])).toEqual(hashes.map(([n, h]) => [n, h]))
      expect(read.defects).toEqual([])
    }), { numRuns: 60 })
  })

  it('S6 reads what it made again and says why it must not leave', async () => {
    const pair = ec('prime256v1')
    const ds = await certify(pair.publicKey)
    const signer = sodSigner({ ds, hash: 'SHA-256', lds: '1.7' }, crypto)
    const scheme: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }
    const hashes = hashGroups(groups, 'SHA-256', crypto)
    const sod = await signer.make(hashes, signing(pair.privateKey, scheme))
    const faults = async (bytes: Uint8Array, o: { hashes?: typeof hashes; at?: Date } = {}) => (await signer.check(bytes, { hashes: o.hashes ?? hashes, at: o.at ?? at })).map((f) => f.code)
    expect(await faults(sod)).toEqual([])
    expect(await faults(await signer.make(hashes, signing(ec('prime256v1').privateKey, scheme)))).toEqual(['signature'])
    expect(await faults(sod, { hashes: hashes.map(([n, h]) => [n, h.map((b) => b ^ 1)] as const) })).toEqual(['other-hashes'])
    expect(await faults(sod, { hashes: [...hashes, [3, new Uint8Array(32)]] })).toEqual(['other-hashes'])
    expect(await faults(sod, { hashes: hashes.slice(1) })).toEqual(['other-hashes'])
    const other = ec('prime256v1')
    const theirs = await sodSigner({ ds: await certify(other.publicKey), hash: 'SHA-256', lds: '1.7' }, crypto).make(hashes, signing(other.privateKey, scheme))
    expect(await faults(theirs)).toEqual(['other-signer', 'signature'])
    expect(await faults(sod, { at: day('2025-12-31') })).toEqual(['signer-time'])
    expect(await faults(sod, { at: day('2056-02-01') })).toEqual(['signer-time'])
    expect(await faults(sod, { at: day('2056-01-01') })).toEqual([])
    expect(await faults(Uint8Array.from([...sod, 0]))).toEqual(['deviation'])
    expect(await faults(sod.subarray(1))).toEqual(['unreadable'])
    const authorityKey = sodSigner({ ds: { ...issuer }, hash: 'SHA-256', lds: '1.7' }, crypto)
    expect((await authorityKey.check(await authorityKey.make(hashes, signing(csca.privateKey, scheme)), { hashes, at })).map((f) => f.code)).toContain('signer-profile')
    for (let i = 0; i < sod.length; i++) {
      const changed = sod.slice()
      changed[i]! ^= 0x01
      if ((await signer.check(changed, { hashes, at })).length === 0) throw new Error(`byte ${i} goes unnoticed`)
    }
  })
})
