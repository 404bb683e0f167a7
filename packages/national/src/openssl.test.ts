import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { hex } from 'icao9303/der'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { buildNationalCertificate, buildNationalRequest, buildNationalRoot, certificateFaults, parseNationalCertificate, parseNationalRequest, type NationalCertificate } from './certificate.ts'
import { decryptSm2, encryptSm2 } from './encryption.ts'
import { decodeSm2Pkcs8, decodeSm2Spki, encodeSm2Pkcs8, encodeSm2Spki, generateSm2Key, unwrapPem, wrapPem, type Sm2Key } from './key.ts'
import { nodeEngine } from './node.ts'
import { portableEngine } from './portable.ts'
import { buildNationalSignedData } from './signed-data.ts'
import { signSm2, verifySm2 } from './sm2.ts'
import { decryptSm4Cbc, encryptSm4Cbc, sm4Cmac, sm4Ctr } from './sm4.ts'

const ID = 'distid:1234567812345678'
let folder: string
const at = (name: string): string => join(folder, name)
const put = (name: string, content: Uint8Array | string): string => { writeFileSync(at(name), content); return at(name) }
const got = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)))
function openssl(...args: readonly string[]): { readonly status: number | null; readonly out: string } {
  const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  return { status: done.status, out: `${done.stdout}${done.stderr}` }
}
function must(...args: readonly string[]): string {
  const { status, out } = openssl(...args)
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${out}`)
  return out
}

const message = new TextEncoder().encode('岚海市委港澳工作办公室 SPECIMEN')
const key: Sm2Key = generateSm2Key(nodeEngine)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-sm-'))
  put('message', message)
  put('other', 'other')
  put('our.key', wrapPem('PRIVATE KEY', encodeSm2Pkcs8(key)))
  put('our.pub', wrapPem('PUBLIC KEY', encodeSm2Spki(key.point)))
  must('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-pkeyopt', 'ec_param_enc:named_curve', '-out', 'their.key')
  must('pkey', '-in', 'their.key', '-pubout', '-out', 'their.pub')
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const theirs = (): Sm2Key => decodeSm2Pkcs8(unwrapPem('PRIVATE KEY', readFileSync(at('their.key'), 'utf8'))[0]!)!

describe('with openssl, both ways', () => {
  it('N2 SM3: the same hash of texts of every length about a block', () => {
    for (const n of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000]) {
      const bytes = nodeEngine.random(n)
      put('bytes', bytes)
      const theirHash = must('dgst', '-sm3', '-r', 'bytes').slice(0, 64)
      expect([hex(portableEngine.sm3(bytes)), hex(nodeEngine.sm3(bytes))]).toEqual([theirHash, theirHash])
    }
  })

  it('N2 keys: SPKI and PKCS#8 of either side are read by the other', () => {
    const pair = theirs()
    expect(hex(decodeSm2Spki(unwrapPem('PUBLIC KEY', readFileSync(at('their.pub'), 'utf8'))[0]!)!)).toBe(hex(pair.point))
    expect(must('pkey', '-in', 'our.key', '-pubout')).toBe(readFileSync(at('our.pub'), 'utf8'))
    expect(must('pkey', '-in', 'our.key', '-check', '-noout')).toContain('Key is valid')
  })

  it('N2 SM2 signatures: under the default user id and under another, and neither under the wrong one', () => {
    for (const [userId, distid] of [[undefined, ID], ['alice@specimen.example', 'distid:alice@specimen.example']] as const) {
      const o = userId === undefined ? {} : { userId }
      put('sig', signSm2(key.secret, message, { ...o, engine: nodeEngine }))
      expect(openssl('dgst', '-sm3', '-sigopt', distid, '-verify', 'our.pub', '-signature', 'sig', 'message').out).toContain('Verified OK')
      expect(openssl('dgst', '-sm3', '-sigopt', 'distid:bob', '-verify', 'our.pub', '-signature', 'sig', 'message').status).not.toBe(0)
      expect(openssl('dgst', '-sm3', '-sigopt', distid, '-verify', 'our.pub', '-signature', 'sig', 'other').status).not.toBe(0)
      must('dgst', '-sm3', '-sigopt', distid, '-sign', 'their.key', '-out', 'sig', 'message')
      expect(verifySm2(theirs().point, message, got('sig'), o)).toBe(true)
      expect(verifySm2(theirs().point, message, got('sig'), { userId: 'bob' })).toBe(false)
    }
  })

  it('N2 SM2 encryption: what one side encrypts the other decrypts', () => {
    put('cipher', encryptSm2(theirs().point, message))
    must('pkeyutl', '-decrypt', '-inkey', 'their.key', '-in', 'cipher', '-out', 'plain')
    expect(got('plain')).toEqual(message)
    must('pkeyutl', '-encrypt', '-pubin', '-inkey', 'our.pub', '-in', 'message', '-out', 'cipher')
    expect(decryptSm2(key.secret, got('cipher'))).toEqual(message)
  })

  it('N2 SM4-CBC and SM4-CTR: the same bytes, and back; SM4-CMAC: the same tag at every length about a block', () => {
    const [k, iv] = [nodeEngine.random(16), new Uint8Array(16).fill(0xff).with(15, 0xfe)] // the counter runs over all its bytes
    for (const n of [0, 1, 15, 16, 17, 31, 32, 1_000]) {
      const bytes = nodeEngine.random(n)
      put('bytes', bytes)
      must('enc', '-sm4-cbc', '-K', hex(k), '-iv', hex(iv), '-in', 'bytes', '-out', 'cbc')
      must('enc', '-sm4-ctr', '-K', hex(k), '-iv', hex(iv), '-in', 'bytes', '-out', 'ctr')
      const mac = must('mac', '-cipher', 'SM4-CBC', '-macopt', `hexkey:${hex(k)}`, '-in', 'bytes', 'CMAC').trim().toLowerCase()
      for (const engine of [portableEngine, nodeEngine]) {
        expect(encryptSm4Cbc({ key: k, iv, bytes }, engine)).toEqual(got('cbc'))
        expect(decryptSm4Cbc({ key: k, iv, bytes: got('cbc') }, engine)).toEqual(bytes)
        expect(sm4Ctr({ key: k, iv, bytes }, engine)).toEqual(got('ctr'))
        expect(hex(sm4Cmac(k, bytes, engine))).toBe(mac)
      }
    }
  })
})

const sign = (k: Sm2Key) => (m: Uint8Array): Uint8Array => signSm2(k.secret, m, { engine: nodeEngine })
const validity = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2036-01-01T00:00:00Z') }
const now = new Date('2026-06-01T00:00:00Z')
const subject = (commonName: string) => ({ country: 'CN', organisation: '岚海市委台港澳工作办公室 SPECIMEN', commonName })
const read = (der: Uint8Array): NationalCertificate => parseNationalCertificate(der)!

describe('certificates with openssl, both ways', () => {
  it('N4 our root, owner and request: openssl reads and verifies them, and refuses the owner under another id', async () => {
    const root = read(await buildNationalRoot({ subject: subject('ROOT SPECIMEN'), point: key.point, serial: nodeEngine.random(16), validity }, sign(key)))
    const owner = generateSm2Key()
    const request = await buildNationalRequest({ subject: subject('周正'), point: owner.point }, sign(owner))
    const asked = parseNationalRequest(request)!
    const certificate = read(await buildNationalCertificate({ subject: subject('周正'), point: asked.point, serial: nodeEngine.random(16), validity, use: 'signature' }, root, sign(key)))
    expect(certificateFaults(certificate, { issuer: root, at: now, use: 'digitalSignature' })).toEqual([])
    put('root.pem', wrapPem('CERTIFICATE', root.der))
    put('owner.pem', wrapPem('CERTIFICATE', certificate.der))
    put('request.pem', wrapPem('CERTIFICATE REQUEST', request))
    const verify = (id: string) => openssl('verify', '-x509_strict', '-attime', String(now.getTime() / 1_000), '-vfyopt', id, '-CAfile', 'root.pem', 'owner.pem')
    expect(verify(ID)).toEqual({ status: 0, out: 'owner.pem: OK\n' })
    expect(verify('distid:bob').status).not.toBe(0)
    expect(must('req', '-in', 'request.pem', '-verify', '-noout', '-vfyopt', ID)).toMatch(/verif(y|ication) OK/i)
    const shown = must('x509', '-in', 'owner.pem', '-noout', '-text', '-nameopt', 'utf8')
    for (const part of ['Signature Algorithm: SM2-with-SM3', 'CN=周正', 'Digital Signature, Non Repudiation', 'CA:FALSE', 'ASN1 OID: SM2']) expect(shown).toContain(part)
  })

  it('N4 a root and an owner that openssl made are verified here, a request too', () => {
    const config = '[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n[ee]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\n'
    put('c.cnf', config)
    must('req', '-config', 'c.cnf', '-new', '-x509', '-extensions', 'ca', '-key', 'their.key', '-sm3', '-sigopt', ID, '-days', '36500', '-subj', '/C=CN/O=Foreign/CN=Root', '-out', 'troot.pem')
    must('req', '-config', 'c.cnf', '-new', '-key', 'our.key', '-sm3', '-sigopt', ID, '-subj', '/C=CN/O=Foreign/CN=Owner', '-outform', 'DER', '-out', 'treq.der')
    expect(parseNationalRequest(got('treq.der'))?.point).toEqual(key.point)
    expect(parseNationalRequest(got('treq.der'), { userId: 'bob' })).toBeUndefined()
    must('x509', '-req', '-in', 'treq.der', '-inform', 'DER', '-CA', 'troot.pem', '-CAkey', 'their.key', '-sm3', '-sigopt', ID, '-vfyopt', ID, '-set_serial', '77', '-days', '36000', '-extfile', 'c.cnf', '-extensions', 'ee', '-out', 'towner.pem')
    const [root, owner] = ['troot.pem', 'towner.pem'].map((f) => read(unwrapPem('CERTIFICATE', readFileSync(at(f), 'utf8'))[0]!)) as [NationalCertificate, NationalCertificate]
    const o = { issuer: root, at: new Date(owner.notBefore.getTime() + 1_000), use: 'digitalSignature' as const }
    expect([certificateFaults(root, { issuer: root, at: o.at }), certificateFaults(owner, o), owner.serial, owner.keyUsage]).toEqual([[], [], '4d', ['digitalSignature']])
    expect(certificateFaults(owner, { ...o, userId: 'bob' })).toEqual(['signature'])
  })
})

describe('signed messages with openssl', () => {
  // openssl 3.0 cms verifies SM2 under the empty user id alone, and cannot sign with it
  const nobody = (m: Uint8Array): Uint8Array => signSm2(key.secret, m, { userId: '' })
  it.each(['attached', 'detached'] as const)('N5 %s, in the syntax of CMS: openssl verifies ours, and refuses it changed', async (form) => {
    const signer = read(await buildNationalRoot({ subject: subject('ROOT SPECIMEN'), point: key.point, serial: nodeEngine.random(16), validity }, nobody))
    const der = await buildNationalSignedData({ content: message, form, syntax: 'cms', signer, at: now }, nobody)
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms.der', '-noverify', '-out', 'content', ...(form === 'detached' ? ['-content', 'message'] : [])]
    put('cms.der', der)
    expect(openssl(...args).out).toMatch(/Verification successful/i)
    expect(got('content')).toEqual(message)
    put('cms.der', der.map((b, i) => (i === der.length - 5 ? b ^ 1 : b)))
    expect(openssl(...args).status).not.toBe(0)
  })
})
