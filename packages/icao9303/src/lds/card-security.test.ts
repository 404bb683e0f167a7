import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign as nodeSign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { mutantsOf } from '../asn1/mutant.ts'
import { readTlv } from '../asn1/tlv.ts'
import { hex, isSame, unhex } from '../asn1/value.ts'
import {
  buildCardSecurity, buildCsca, buildDs, chipAuthenticationInfo, chipAuthenticationKey, decodeCardSecurity, decodeFile, efDirInfo, paceInfo, parseCertificate, recogniseFile,
  terminalAuthenticationInfo, verifyCardSecurity, wrapPem, type Certificate, type SecurityInfo,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { CURVES, explicitSpki } from '../pki/curve.ts'

const crypto = nodeCrypto()
const keys = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
  return { spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), signer: { hash: 'SHA-256', sign: (m: Uint8Array) => new Uint8Array(nodeSign('sha256', m, privateKey)) } as const }
}
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const infos: readonly SecurityInfo[] = [
  paceInfo({ agreement: 'ECDH', mapping: 'CAM', cipher: 'AES-128', parameterId: 13 }), chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 13 }),
  chipAuthenticationKey(explicitSpki(CURVES.find((c) => c.name === 'brainpoolP256r1')!, unhex(`04${CURVES.find((c) => c.name === 'brainpoolP256r1')!.g}`)), 13),
  terminalAuthenticationInfo(), efDirInfo(unhex('61094f07a0000002471001')),
]
let ds: Certificate
let file: Uint8Array
const dsKeys = keys()

beforeAll(async () => {
  const csca = keys()
  const period = { from: day('2024-01-01'), to: day('2034-01-01') }
  const cscaDer = await buildCsca({ authority, commonName: 'CSCA-UTO', spki: csca.spki, serial: unhex('4000000000000001'), validity: period, keyUse: period }, csca.signer, crypto)
  ds = parseCertificate(await buildDs({ authority, commonName: 'DS-UTO', spki: dsKeys.spki, serial: unhex('4000000000000002'), validity: period, keyUse: period, documentTypes: ['P'] }, parseCertificate(cscaDer)!, csca.signer, crypto))!
  file = await buildCardSecurity({ infos, ds, at: day('2025-01-01') }, dsKeys.signer, crypto)
})
const read = (bytes: Uint8Array) => { const d = decodeCardSecurity(bytes); if (!d.ok) throw new Error(JSON.stringify(d.defects)); return d }
const kinds = (list: readonly SecurityInfo[]) => list.map((i) => i.kind).sort()

describe('EF.CardSecurity', () => {
  it('L9 is signed by the document signer, whose certificate it carries', async () => {
    const d = read(file)
    expect(d.defects).toEqual([])
    expect(kinds(d.value.infos)).toEqual(kinds(infos))
    expect(d.value.signer?.serial).toBe('4000000000000002')
    expect(d.value.signed).toMatchObject({ contentType: '0.4.0.127.0.7.3.2.1', signer: { attributes: { signingTime: day('2025-01-01') } } })
    expect(await verifyCardSecurity(d.value, crypto)).toEqual({ ok: true, says: 'the signature is good' })
    expect(recogniseFile(file)).toBe('EF.CardSecurity')
    expect(decodeFile(file)?.name).toBe('EF.CardSecurity')
  })

  it('L9 OpenSSL verifies it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lds-'))
    try {
      writeFileSync(join(folder, 'file.der'), file)
      writeFileSync(join(folder, 'ds.pem'), wrapPem('CERTIFICATE', ds.der))
      execFileSync('openssl', ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', join(folder, 'file.der'), '-certfile', join(folder, 'ds.pem'), '-out', join(folder, 'content'), '-binary'], { stdio: 'pipe' })
      expect(hex(new Uint8Array(readFileSync(join(folder, 'content'))))).toBe(hex(read(file).value.signed.content))
    } finally { rmSync(folder, { recursive: true, force: true }) }
  })

  it('L9 a byte changed in the content, the attributes or the signature is no longer signed', async () => {
    const { signed } = read(file).value
    const from = signed.contentAt!
    for (const at of [from + signed.content.length - 1, file.length - 1, file.length - 40]) {
      const changed = file.slice()
      changed[at]! ^= 0x01
      const d = decodeCardSecurity(changed)
      expect(d.ok && (await verifyCardSecurity(d.value, crypto)).ok, `byte ${at}`).toBe(false)
    }
  })

  it('L9 without the certificate of its signer it is read, and not taken for signed', async () => {
    // the certificate of another key under the same number
    const other = keys()
    const period = { from: day('2024-01-01'), to: day('2034-01-01') }
    const stranger = parseCertificate(await buildCsca({ authority: { ...authority, organisation: 'Other' }, commonName: 'X', spki: other.spki, serial: unhex('4000000000000009'), validity: period, keyUse: period }, other.signer, crypto))!
    const foreign = await buildCardSecurity({ infos, ds: { ...ds, der: stranger.der }, at: day('2025-01-01') }, dsKeys.signer, crypto)
    const d = read(foreign)
    expect(d.defects.map((x) => x.code)).toEqual(['signer-missing'])
    expect(d.value.signer).toBeUndefined()
    expect(await verifyCardSecurity(d.value, crypto)).toEqual({ ok: false, says: 'the certificate of the signer is not in the file' })
  })

  it('L6 lays out the entries and the signature in the order of the file, at their places in it', () => {
    const { layout, value } = read(file)
    const paths = layout.map((f) => f.path)
    expect(paths.slice(0, 4)).toEqual(['version', 'digestAlgorithms', 'contentType', 'infos'])
    expect(paths.slice(-6)).toEqual(['signer.digestAlgorithm', 'signer.contentType', 'signer.signingTime', 'signer.messageDigest', 'signer.signatureAlgorithm', 'signer.signature'])
    const infosAt = layout.find((f) => f.path === 'infos')!
    expect(isSame(file.subarray(infosAt.offset, infosAt.body + infosAt.length), value.signed.content)).toBe(true)
    expect(layout.find((f) => f.path === 'certificates[0]')).toMatchObject({ value: expect.stringContaining('CN=DS-UTO') as string })
    for (const f of layout) expect([f.path, readTlv(file, f.offset).body - f.body]).toEqual([f.path, 0])
  })

  it('L11 a mutant of EF.CardSecurity is read or refused', () => {
    for (const mutant of mutantsOf(file, { count: 2_000, seed: 1 })) {
      const d = decodeCardSecurity(mutant)
      for (const x of d.defects) expect(x.offset).toBeLessThanOrEqual(mutant.length)
    }
    const sod = new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic/sod/lds18.bin')))
    expect(decodeCardSecurity(sod.subarray(4)).defects.map((d) => [d.code, d.offset])).toEqual([['malformed', 0]])
  })
})
