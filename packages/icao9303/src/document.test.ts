import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign as nodeSign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { jpegOf } from '../../../test/utopia.ts'
import {
  buildCrl, buildCsca, buildDs, buildRequest, composeMrz, contentInfoOf, decodeCom, decodeDg1, decodeDg11, decodeDg2, encodeCom, encodeDg1, encodeDg11, encodeDg2,
  dsDefects, hashGroups, inspect, parseCertificate, parseCrl, parseMasterList, parseRequest, readTrust, sodSigner, wrapPem, type Authority, type Dump, type Sign, type Trust,
} from './index.ts'
import { Malformed, readWhole } from './asn1/tlv.ts'
import { nodeCrypto } from './node.ts'
import { CURVES, explicitSpki, readEcKey } from './pki/curve.ts'
const crypto = nodeCrypto()
const authority: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), sign: signWith(privateKey) }
}
const signWith = (key: KeyObject): Sign => (message) => new Uint8Array(nodeSign('sha256', message, key))
const serial = (): Uint8Array => new Uint8Array(randomBytes(12))

const csca = keyPair()
const ds = keyPair()
const at = day('2025-06-01')
let cscaDer: Uint8Array
let dsDer: Uint8Array
let trust: Trust
let dump: Record<string, Uint8Array>
let folder: string

async function authorityOf(key: ReturnType<typeof keyPair>) {
  return buildCsca({ authority, commonName: 'CSCA-UTO', spki: key.spki, serial: serial(), validity: { from: day('2024-01-01'), to: day('2039-01-01') }, keyUse: { from: day('2024-01-01'), to: day('2029-01-01') } }, { sign: key.sign, hash: 'SHA-256' }, crypto)
}
async function list(revoked: { serial: string; at: Date }[], to = '2025-08-01') {
  return buildCrl({ number: 3, thisUpdate: day('2025-05-20'), nextUpdate: day(to), revoked }, parseCertificate(cscaDer)!, { sign: csca.sign, hash: 'SHA-256' })
}
const trustOf = async (...bytes: Uint8Array[]): Promise<Trust> => (await readTrust(bytes.map((b, i) => ({ name: `t${i}`, bytes: b })), crypto)).trust

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'icao-'))
  cscaDer = await authorityOf(csca)
  dsDer = await buildDs({ authority, commonName: 'DS-UTO 1', spki: ds.spki, serial: serial(), validity: { from: day('2024-01-01'), to: day('2034-04-01') }, keyUse: { from: day('2024-01-01'), to: day('2024-04-01') }, documentTypes: ['PO'] }, parseCertificate(cscaDer)!, { sign: csca.sign, hash: 'SHA-256' }, crypto)
  trust = await trustOf(cscaDer, await list([]))
  const { lines } = composeMrz('TD3', { documentCode: 'PO', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'OUYANG', secondaryIdentifier: 'LYU', birthDate: '800229', sex: 'F', expiryDate: '290310' })
  const groups = new Map([
    [1, encodeDg1(lines)],
    [2, encodeDg2({ image: jpegOf(354, 472, randomBytes(600)), mediaType: 'image/jpeg', width: 354, height: 472 })],
    [11, encodeDg11({ fullName: '欧阳女', birthPlace: ['岚海'] })],
  ])
  const sod = await sodSigner({ ds: parseCertificate(dsDer)!, hash: 'SHA-256', lds: '1.7' }, crypto).make(hashGroups(groups, 'SHA-256', crypto), ds.sign)
  dump = { 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2, 11] }), 'EF.SOD': sod, DG1: groups.get(1)!, DG2: groups.get(2)!, DG11: groups.get(11)! }
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const judge = (d: Dump, t: Trust = trust, when = at) => inspect(d, { trust: t, at: when, policy: 'strict', crypto })

describe('a document of our own', () => {
  it('P5 is genuine under strict, with every check done', async () => {
    const report = await judge(dump)
    expect(report.verdict, JSON.stringify(report.checks, null, 1)).toBe('genuine')
    expect(report.defects).toEqual([])
    expect(report.document).toMatchObject({ country: 'UTO', dataGroups: [1, 2, 11], mrz: { documentCode: 'PO', primaryIdentifier: 'OUYANG' } })
  })

  it('S1 has an EF.SOD that OpenSSL verifies', () => {
    writeFileSync(join(folder, 'sod.der'), contentInfoOf(dump['EF.SOD']!))
    writeFileSync(join(folder, 'ds.pem'), wrapPem('CERTIFICATE', dsDer))
    writeFileSync(join(folder, 'csca.der'), cscaDer)
    execFileSync('openssl', ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', join(folder, 'sod.der'), '-certfile', join(folder, 'ds.pem'), '-out', join(folder, 'content')], { stdio: 'pipe' })
    expect(execFileSync('openssl', ['x509', '-inform', 'DER', '-in', join(folder, 'csca.der'), '-noout', '-subject'], { encoding: 'utf8' })).toContain('CSCA-UTO')
  })

  it.each(['EF.SOD', 'DG1', 'DG11', 'DG2'])('P6 is not genuine, and says which check failed, when any byte of %s is changed', async (file) => {
    const bytes = dump[file]!
    for (let i = 0; i < bytes.length; i++) {
      for (const pattern of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[i]! ^= pattern
        const report = await judge({ ...dump, [file]: changed })
        if (report.genuine) throw new Error(`byte ${i} of ${file} changed by ${pattern.toString(16)} goes unnoticed`)
        expect(report.checks.some((c) => c.outcome === 'failed' || (c.outcome === 'not-done' && c.excused !== true))).toBe(true)
      }
    }
  })

  it('P6 holds for EF.SOD of LDS 1.8 and for EF.COM, which no signature covers', async () => {
    const sod = await sodSigner({ ds: parseCertificate(dsDer)!, hash: 'SHA-256', lds: '1.8' }, crypto)
      .make(hashGroups(new Map([1, 2, 11].map((n) => [n, dump[`DG${n}`]!] as const)), 'SHA-256', crypto), ds.sign)
    const whole: Dump = { ...dump, 'EF.SOD': sod }
    expect((await judge(whole)).verdict).toBe('genuine')
    for (const file of ['EF.SOD', 'EF.COM']) {
      for (let i = 0; i < whole[file]!.length; i++) {
        for (const pattern of [0x01, 0x80, 0xff]) {
          const changed = whole[file]!.slice()
          changed[i]! ^= pattern
          if ((await judge({ ...whole, [file]: changed })).genuine) throw new Error(`byte ${i} of ${file} changed by ${pattern.toString(16)} goes unnoticed`)
        }
      }
    }
  })

  it('P12 names a certificate in EF.SOD that is not the signer’s, also where the trust material has the signer', async () => {
    const known = { ...trust, signers: [parseCertificate(dsDer)!] }
    const bytes = dump['EF.SOD']!
    expect((await judge(dump, known)).verdict).toBe('genuine')
    for (let i = 0; i < bytes.length; i++) {
      for (const pattern of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[i]! ^= pattern
        if ((await judge({ ...dump, 'EF.SOD': changed }, known)).genuine) throw new Error(`byte ${i} changed by ${pattern.toString(16)} goes unnoticed`)
      }
    }
  })

  it('P8 does not speak for content that nobody signed, under either policy', async () => {
    for (const policy of ['strict', 'field'] as const) {
      const report = await inspect({ ...dump, DG12: Uint8Array.of(0x6c, 0) }, { trust, at, policy, crypto })
      expect([report.verdict, report.checks.find((c) => c.name === 'hash-dg12')?.outcome]).toEqual(['undetermined', 'not-done'])
    }
  })

  it('P9 refuses a signer that signs for another State', async () => {
    const other = await buildDs({ authority: { ...authority, issuingState: 'XXA' }, commonName: 'DS-XXA', spki: ds.spki, serial: serial(), validity: { from: day('2024-01-01'), to: day('2034-04-01') }, keyUse: { from: day('2024-01-01'), to: day('2024-04-01') }, documentTypes: ['PO'] }, parseCertificate(cscaDer)!, { sign: csca.sign, hash: 'SHA-256' }, crypto)
    const sod = await sodSigner({ ds: parseCertificate(other)!, hash: 'SHA-256', lds: '1.7' }, crypto)
      .make(hashGroups(new Map([1, 2, 11].map((n) => [n, dump[`DG${n}`]!] as const)), 'SHA-256', crypto), ds.sign)
    const report = await judge({ ...dump, 'EF.SOD': sod })
    expect(report.checks.filter((c) => c.outcome !== 'passed' && c.outcome !== 'not-applicable').map((c) => [c.name, c.outcome])).toEqual([['issuing-state', 'failed']])
  })

  it('P10 does not use lists of untrusted links, partial lists, lists by keys for certificates only, or unknown critical extensions', async () => {
    const key = keyPair()
    const link = parseCertificate(await authorityOf(key))!
    const listed = parseCrl(await buildCrl({ number: 9, thisUpdate: day('2025-05-21'), nextUpdate: day('2025-08-01'), revoked: [] }, link, { sign: key.sign, hash: 'SHA-256' }))!
    const revocation = async (t: Partial<Trust>) => (await judge(dump, { ...trust, ...t })).checks.find((c) => c.name === 'revocation')?.outcome
    expect(await revocation({})).toBe('passed')
    expect(await revocation({ links: [link], crls: [listed] })).toBe('not-done')
    expect(await revocation({ crls: trust.crls.map((l) => ({ ...l, whole: false })) })).toBe('not-done')
    expect(await revocation({ anchors: trust.anchors.map((a) => ({ ...a, keyUsage: ['keyCertSign'] })) })).toBe('not-done')
    const signer = parseCertificate(dsDer)!
    expect(dsDefects(signer)).toEqual([])
    const more = new Map([...signer.extensions, ['1.2.3.4', { critical: true, value: new Uint8Array(2) }] as const])
    expect(dsDefects({ ...signer, extensions: more })).toMatchObject([{ code: 'unknown-critical', grave: true }])
  })

  it('P7 refuses a foreign authority, a stale list, a revoked signer, no list and no anchor, each by its check', async () => {
    const foreign = await authorityOf(keyPair())
    const outcome = async (t: Trust, name: string, when = at) => { const r = await judge(dump, t, when); return [r.verdict, r.checks.find((c) => c.name === name)?.outcome] }
    expect(await outcome(await trustOf(foreign, await list([])), 'trust-path')).toEqual(['faulty', 'failed'])
    expect(await outcome(trust, 'revocation', day('2025-09-01'))).toEqual(['undetermined', 'not-done'])
    expect(await outcome(await trustOf(cscaDer, await list([{ serial: parseCertificate(dsDer)!.serial, at: day('2025-05-01') }])), 'revocation')).toEqual(['faulty', 'failed'])
    expect(await outcome(await trustOf(cscaDer), 'revocation')).toEqual(['undetermined', 'not-done'])
    expect(await outcome(await trustOf(await list([])), 'trust-path')).toEqual(['undetermined', 'not-done'])
    expect((await judge({})).genuine).toBe(false)
  })

  it('K1 reads its own request and refuses one that another key signed', async () => {
    const order = { country: 'UT', organisation: 'Office', commonName: 'DS', spki: ds.spki }
    expect((await parseRequest(await buildRequest(order, { sign: ds.sign, hash: 'SHA-256' }), crypto))?.curve).toBe('P-256')
    expect(await parseRequest(await buildRequest(order, { sign: csca.sign, hash: 'SHA-256' }), crypto)).toBeUndefined()
  })

  it('K2 writes lists and certificates that it reads back, and never throws on bytes it does not know', async () => {
    const crl = parseCrl(await list([{ serial: 'abcd', at }]))!
    expect([crl.number, [...crl.revoked.keys()], crl.nextUpdate]).toEqual([3, ['abcd'], day('2025-08-01')])
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (b) => { parseCertificate(b); parseCrl(b); await inspect({ 'EF.SOD': b, 'EF.COM': b, DG1: b }, { trust, at, policy: 'field', crypto }) }))
    fc.assert(fc.property(fc.nat(dsDer.length - 1), fc.nat(255), (i, x) => { const c = dsDer.slice(); c[i] = x; parseCertificate(c) }))
  })
})

describe('hostile bytes', () => {
  const tower = (bytes: readonly number[], n: number): Uint8Array => Uint8Array.from({ length: bytes.length * n }, (_, i) => bytes[i % bytes.length]!)
  const wrap = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const n = parts.reduce((sum, p) => sum + p.length, 0)
    return Uint8Array.from([tag, 0x83, n >> 16, (n >> 8) & 255, n & 255].concat(...parts.map((p) => [...p])))
  }
  const look = (sod: Uint8Array) => inspect({ 'EF.SOD': sod }, { trust, at, policy: 'field', crypto })

  it('K3 answers towers of levels, endless times and 4 GiB lengths with a value, not an exception', async () => {
    expect((await look(Uint8Array.from([0x77, 0x80, ...tower([0x30, 0x80], 50_000)]))).genuine).toBe(false)
    expect((await look(Uint8Array.from([0x77, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30]))).genuine).toBe(false)
    expect(await parseMasterList(tower([0x30, 0x80], 50_000), crypto)).toBeUndefined()
    let nested: Uint8Array = new Uint8Array(0)
    for (let i = 0; i < 500; i++) nested = wrap(0x24, nested)
    const known = contentInfoOf(dump['EF.SOD']!)
    expect((await look(wrap(0x77, Uint8Array.from([...known.subarray(0, 60), ...nested])))).genuine).toBe(false)
    expect(parseCrl(wrap(0x30, wrap(0x30, Uint8Array.from([0x30, 0, 0x30, 0]), wrap(0x17, new Uint8Array(150_000))), Uint8Array.from([0x30, 0, 3, 1, 0])))).toBeUndefined()
    expect(decodeDg1(wrap(0x61, Uint8Array.of(0x5f), wrap(0x1f, new Uint8Array(150_000)))).ok).toBe(false)
    const long = wrap(0x6b, Uint8Array.of(0x5c, 2, 0x5f, 0x0e), Uint8Array.of(0x5f), wrap(0x0e, new Uint8Array(150_000).fill(0x3c)))
    expect(decodeDg11(long).defects.length).toBeGreaterThan(0)
  })

  it('K4 names the trust file whose PEM is no base64 or holds nothing', async () => {
    const bytes = (s: string) => new TextEncoder().encode(s)
    const { unread } = await readTrust([{ name: 'a', bytes: bytes('-----BEGIN CERTIFICATE-----\nA=B=C\n-----END CERTIFICATE-----') }, { name: 'b', bytes: bytes('-----BEGIN nothing') }], crypto)
    expect(unread).toEqual(['a', 'b'])
  })

  it('K5 refuses explicit parameters with any other number than the curve’s (CVE-2020-0601)', () => {
    const named = readWhole(ds.spki, 0x30, 'test')
    const point = readEcKey(named)!.point
    const explicit = explicitSpki(CURVES.find((c) => c.name === 'P-256')!, point)
    expect(readEcKey(readWhole(explicit, 0x30, 'test'))?.explicit).toBe(true)
    for (let i = 0; i < explicit.length - point.length - 3; i++) {
      const changed = explicit.slice()
      changed[i]! ^= 0x04
      let read: unknown
      try { read = readEcKey(readWhole(changed, 0x30, 'test')) } catch (error) { expect(error).toBeInstanceOf(Malformed) }
      expect(read, `byte ${i}`).toBeUndefined()
    }
  })
})

describe('data groups', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((s) => !s.includes('<') && s.trim() !== '' && new TextEncoder().encode(s).length > 4)
  it('L1 reads what it writes', () => {
    fc.assert(fc.property(text, fc.array(text, { maxLength: 3 }), (fullName, otherNames) => {
      const d = otherNames.length > 0 ? { fullName, otherNames } : { fullName }
      expect(decodeDg11(encodeDg11(d))).toMatchObject({ ok: true, value: d, defects: [] })
    }))
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 1 }), (groups) => {
      const com = { ldsVersion: '0107', unicodeVersion: '040000', groups }
      expect(decodeCom(encodeCom(com))).toMatchObject({ ok: true, value: com, defects: [] })
    }))
    const face = { image: jpegOf(354, 472), mediaType: 'image/jpeg' as const, width: 354, height: 472 }
    expect(decodeDg2(encodeDg2(face))).toMatchObject({ ok: true, value: { faces: [face] }, defects: [] })
  })
  it('L2 never throws on broken bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (b) => { decodeCom(b); decodeDg1(b); decodeDg2(b); decodeDg11(b) }))
    const dg2 = encodeDg2({ image: new Uint8Array(50), mediaType: 'image/jpeg', width: 1, height: 1 })
    for (let i = 0; i < dg2.length; i++) for (const x of [0, 0x7f, 0xff]) { const c = dg2.slice(); c[i] = x; decodeDg2(c) }
  })
})

