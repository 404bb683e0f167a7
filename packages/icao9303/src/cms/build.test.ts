import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { buildCsca, parseCertificate, wrapPem } from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { buildSignedData } from './build.ts'
import { readContentInfo, verifySignedData, type Deviation } from './signed-data.ts'

const crypto = nodeCrypto()
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const signer = { sign: (m: Uint8Array) => new Uint8Array(sign('sha256', m, privateKey)), hash: 'SHA-256' as const }
const at = new Date('2026-06-01T00:00:00Z')

describe('signed data of any content', () => {
  it.each(['issuer', 'key', undefined] as const)('S11 is read back and verified, by OpenSSL too, with the signer named by %s', async (signerId) => {
    const until = new Date('2040-01-01T00:00:00Z')
    const authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
    const own = parseCertificate(await buildCsca({ authority, commonName: 'CSCA-UTO', spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), serial: randomBytes(12), validity: { from: at, to: until }, keyUse: { from: at, to: until } }, signer, crypto))!
    const content = new Uint8Array(randomBytes(400))
    const made = await buildSignedData({ contentType: '1.2.3.4', content, signer: own, chain: [own], at, ...(signerId === undefined ? {} : { signerId }) }, signer, crypto)
    const odd: Deviation[] = []
    const read = readContentInfo(made, (d) => { odd.push(d) })
    expect([odd, read.contentType, Buffer.compare(read.content, content), read.certificates.length, read.signer.id.kind, read.signer.attributes?.signingTime]).toEqual([[], '1.2.3.4', 0, 1, signerId ?? 'key', at])
    expect((await verifySignedData(read, own, crypto)).ok).toBe(true)
    const folder = mkdtempSync(join(tmpdir(), 'cms-'))
    writeFileSync(join(folder, 'cms'), made)
    writeFileSync(join(folder, 'pem'), wrapPem('CERTIFICATE', own.der))
    execFileSync('openssl', ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', join(folder, 'cms'), '-certfile', join(folder, 'pem'), '-out', join(folder, 'out')], { stdio: 'pipe' })
    expect(Buffer.compare(readFileSync(join(folder, 'out')), content)).toBe(0)
    rmSync(folder, { recursive: true })
    await expect(buildSignedData({ contentType: '1.2.3.4', content, signer: { ...own, subjectKeyId: undefined }, chain: [], at, signerId: 'key' }, signer, crypto)).rejects.toThrow(RangeError)
  })

  it('S11 of OpenSSL is read and verified, with more attributes than a short length counts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cms-'))
    const openssl = (...args: string[]): void => { execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }) }
    const content = randomBytes(100)
    writeFileSync(join(folder, 'content'), content)
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key', '-out', 'pem', '-subj', '/C=UT/CN=OpenSSL', '-days', '3')
    openssl('x509', '-in', 'pem', '-outform', 'DER', '-out', 'der')
    openssl('cms', '-sign', '-binary', '-nodetach', '-md', 'sha512', '-in', 'content', '-signer', 'pem', '-inkey', 'key', '-outform', 'DER', '-out', 'cms')
    const [made, own] = [new Uint8Array(readFileSync(join(folder, 'cms'))), parseCertificate(new Uint8Array(readFileSync(join(folder, 'der'))))!]
    rmSync(folder, { recursive: true })
    const read = readContentInfo(made, () => undefined)
    expect([Buffer.compare(read.content, content), read.signer.digest, read.signer.attributes!.message.length > 0x103]).toEqual([0, 'SHA-512', true])
    expect((await verifySignedData(read, own, crypto)).ok).toBe(true)
  })
})
