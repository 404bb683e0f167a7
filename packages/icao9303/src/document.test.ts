import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign as nodeSign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  buildCrl, buildCsca, buildDs, buildRequest, composeMrz, contentInfoOf, decodeCom, decodeDg1, decodeDg11, decodeDg2, encodeCom, encodeDg1, encodeDg11, encodeDg2,
  hashGroups, inspect, parseCertificate, parseCrl, parseRequest, readTrust, sodSigner, wrapPem, type Authority, type Dump, type Sign, type Trust,
} from './index.ts'
import { nodeCrypto } from './node.ts'

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
const trustOf = (...bytes: Uint8Array[]): Trust => readTrust(bytes.map((b, i) => ({ name: `t${i}`, bytes: b })), crypto).trust

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'icao-'))
  cscaDer = await authorityOf(csca)
  dsDer = await buildDs({ authority, commonName: 'DS-UTO 1', spki: ds.spki, serial: serial(), validity: { from: day('2024-01-01'), to: day('2034-04-01') }, keyUse: { from: day('2024-01-01'), to: day('2024-04-01') }, documentTypes: ['PO'] }, parseCertificate(cscaDer)!, { sign: csca.sign, hash: 'SHA-256' }, crypto)
  trust = trustOf(cscaDer, await list([]))
  const { lines } = composeMrz('TD3', { documentCode: 'PO', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'OUYANG', secondaryIdentifier: 'LYU', birthDate: '800229', sex: 'F', expiryDate: '290310' })
  const groups = new Map([
    [1, encodeDg1(lines)],
    [2, encodeDg2({ image: Uint8Array.from([0xff, 0xd8, ...randomBytes(600), 0xff, 0xd9]), mediaType: 'image/jpeg', width: 354, height: 472 })],
    [11, encodeDg11({ fullName: '欧阳女', birthPlace: ['岚海'] })],
  ])
  const sod = await sodSigner({ ds: parseCertificate(dsDer)!, hash: 'SHA-256', lds: '1.7' }, crypto).make(hashGroups(groups, 'SHA-256', crypto), ds.sign)
  dump = { 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2, 11] }), 'EF.SOD': sod, DG1: groups.get(1)!, DG2: groups.get(2)!, DG11: groups.get(11)! }
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const judge = (d: Dump, t: Trust = trust, when = at) => inspect(d, { trust: t, at: when, policy: 'strict', crypto })

describe('a document of our own', () => {
  it('P5 is genuine under strict, with every check done', () => {
    const report = judge(dump)
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

  it.each(['EF.SOD', 'DG1', 'DG11', 'DG2'])('P6 is not genuine, and says which check failed, when any byte of %s is changed', (file) => {
    const bytes = dump[file]!
    for (let i = 0; i < bytes.length; i++) {
      for (const pattern of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[i]! ^= pattern
        const report = judge({ ...dump, [file]: changed })
        if (report.genuine) throw new Error(`byte ${i} of ${file} changed by ${pattern.toString(16)} goes unnoticed`)
        expect(report.checks.some((c) => c.outcome === 'failed' || (c.outcome === 'not-done' && c.excused !== true))).toBe(true)
      }
    }
  })

  it('P7 refuses a foreign authority, a stale list, a revoked signer, no list and no anchor, each by its check', async () => {
    const foreign = await authorityOf(keyPair())
    const outcome = (t: Trust, name: string, when = at) => { const r = judge(dump, t, when); return [r.verdict, r.checks.find((c) => c.name === name)?.outcome] }
    expect(outcome(trustOf(foreign, await list([])), 'trust-path')).toEqual(['faulty', 'failed'])
    expect(outcome(trust, 'revocation', day('2025-09-01'))).toEqual(['undetermined', 'not-done'])
    expect(outcome(trustOf(cscaDer, await list([{ serial: parseCertificate(dsDer)!.serial, at: day('2025-05-01') }])), 'revocation')).toEqual(['faulty', 'failed'])
    expect(outcome(trustOf(cscaDer), 'revocation')).toEqual(['undetermined', 'not-done'])
    expect(outcome(trustOf(await list([])), 'trust-path')).toEqual(['undetermined', 'not-done'])
    expect(judge({}).genuine).toBe(false)
  })

  it('K1 reads its own request and refuses one that another key signed', async () => {
    const order = { country: 'UT', organisation: 'Office', commonName: 'DS', spki: ds.spki }
    expect(parseRequest(await buildRequest(order, { sign: ds.sign, hash: 'SHA-256' }), crypto)?.curve).toBe('P-256')
    expect(parseRequest(await buildRequest(order, { sign: csca.sign, hash: 'SHA-256' }), crypto)).toBeUndefined()
  })

  it('K2 writes lists and certificates that it reads back, and never throws on bytes it does not know', async () => {
    const crl = parseCrl(await list([{ serial: 'abcd', at }]))!
    expect([crl.number, [...crl.revoked.keys()], crl.nextUpdate]).toEqual([3, ['abcd'], day('2025-08-01')])
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (b) => { parseCertificate(b); parseCrl(b); inspect({ 'EF.SOD': b, 'EF.COM': b, DG1: b }, { trust, at, policy: 'field', crypto }) }))
    fc.assert(fc.property(fc.nat(dsDer.length - 1), fc.nat(255), (i, x) => { const c = dsDer.slice(); c[i] = x; parseCertificate(c) }))
  })
})

describe('data groups', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((s) => !s.includes('<') && s.trim() !== '' && new TextEncoder().encode(s).length > 4)
  it('L1 reads what it writes', () => {
    fc.assert(fc.property(text, fc.array(text, { maxLength: 3 }), (fullName, otherNames) => {
      const d = otherNames.length > 0 ? { fullName, otherNames } : { fullName }
      expect(decodeDg11(encodeDg11(d))).toEqual({ ok: true, value: d, defects: [] })
    }))
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 1 }), (groups) => {
      const com = { ldsVersion: '0107', unicodeVersion: '040000', groups }
      expect(decodeCom(encodeCom(com))).toEqual({ ok: true, value: com, defects: [] })
    }))
    const face = { image: Uint8Array.from([0xff, 0xd8, 1, 2, 3]), mediaType: 'image/jpeg' as const, width: 354, height: 472 }
    expect(decodeDg2(encodeDg2(face))).toEqual({ ok: true, value: { faces: [face] }, defects: [] })
  })
  it('L2 never throws on broken bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (b) => { decodeCom(b); decodeDg1(b); decodeDg2(b); decodeDg11(b) }))
    const dg2 = encodeDg2({ image: new Uint8Array(50), mediaType: 'image/jpeg', width: 1, height: 1 })
    for (let i = 0; i < dg2.length; i++) for (const x of [0, 0x7f, 0xff]) { const c = dg2.slice(); c[i] = x; decodeDg2(c) }
  })
})

