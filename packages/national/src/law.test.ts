import fc from 'fast-check'
import { integer, sequence } from 'icao9303/der'
import { describe, expect, it } from 'vitest'

import { bytesOf, concat, numberOf } from './byte.ts'
import { buildNationalCertificate, buildNationalRequest, buildNationalRoot, certificateFaults, parseNationalCertificate, parseNationalRequest, type NationalCertificate } from './certificate.ts'
import { ORDER } from './curve.ts'
import { decryptSm2, encryptSm2 } from './encryption.ts'
import { familyOf, familyOfKey, type FamilyName } from './family.ts'
import { decodeSm2Pkcs8, decodeSm2Spki, encodeSm2Pkcs8, encodeSm2Spki, generateSm2Key, sm2PointOf } from './key.ts'
import { nodeEngine } from './node.ts'
import { portableEngine } from './portable.ts'
import { buildNationalSignedData, verifyNationalSignedData } from './signed-data.ts'
import { convertSignature, signSm2, sm2Check, verifySm2 } from './sm2.ts'
import { decryptSm4Cbc, openSm4, sealSm4, sm4Cmac, sm4Ctr } from './sm4.ts'

const bytes = (max: number, min = 0) => fc.uint8Array({ minLength: min, maxLength: max })
const flipped = (b: Uint8Array, bit: number): Uint8Array => b.map((x, i) => (i === (bit >> 3) % b.length ? x ^ (1 << (bit & 7)) : x))
const key = generateSm2Key(nodeEngine)
const sign = (m: Uint8Array): Uint8Array => signSm2(key.secret, m, { engine: nodeEngine })

describe('SM2', () => {
  it('N3 a signature is good for its message, key and user id; with any bit of it or the message flipped it is none', () => {
    fc.assert(fc.property(bytes(100, 1), fc.nat(), fc.constantFrom('der' as const, 'plain' as const), (message, bit, form) => {
      const signature = signSm2(key.secret, message, { form, engine: nodeEngine })
      expect(verifySm2(key.point, message, signature, { form })).toBe(true)
      expect(verifySm2(key.point, message, flipped(signature, bit), { form })).toBe(false)
      expect(verifySm2(key.point, flipped(message, bit), signature, { form })).toBe(false)
      expect(verifySm2(key.point, message, signature, { form, userId: `x${bit}` })).toBe(false)
      expect(verifySm2(generateSm2Key(nodeEngine).point, message, signature, { form })).toBe(false)
      expect(verifySm2(key.point, message, signature, { form: form === 'der' ? 'plain' : 'der' })).toBe(false)
    }), { numRuns: 25 })
  })

  it('N3 every bit of one signature counts, in DER too', () => {
    const message = Uint8Array.of(1, 2, 3)
    const signature = sign(message)
    const check = sm2Check(key.point)!
    for (let bit = 0; bit < 8 * signature.length; bit++) expect(check(message, flipped(signature, bit)), `bit ${bit}`).toBe(false)
    expect([check(message, signature), check(message, concat(signature, Uint8Array.of(0))), check(message, signature.subarray(0, -1))]).toEqual([true, false, false])
  })

  it('N3 r and s are from 1 to below the order, in their one form', () => {
    const message = Uint8Array.of(7)
    const plain = signSm2(key.secret, message, { form: 'plain', engine: nodeEngine })
    const [r, s] = [numberOf(plain.subarray(0, 32)), numberOf(plain.subarray(32))]
    for (const [a, b] of [[0n, s], [r, 0n], [r, s + ORDER], [r + ORDER, s], [ORDER, s], [r, ORDER], [r, ORDER - s], [r, ORDER - r]] as const) {
      expect(verifySm2(key.point, message, sequence(integer(a), integer(b)))).toBe(false)
      if (a < 1n << 256n && b < 1n << 256n) expect(verifySm2(key.point, message, concat(bytesOf(a, 32), bytesOf(b, 32)), { form: 'plain' })).toBe(false)
    }
    const der = convertSignature(plain, 'plain', 'der')!
    expect([verifySm2(key.point, message, der), convertSignature(der, 'der', 'plain')]).toEqual([true, plain])
    const long = concat(Uint8Array.of(0x30, 0x81), der.subarray(1)) // the length in a longer form
    expect([verifySm2(key.point, message, long), convertSignature(long, 'der', 'plain')]).toEqual([false, undefined])
  })

  it('N3 no key is off the curve, at infinity, compressed or out of range', () => {
    const off = flipped(key.point, 8 * 64)
    for (const point of [off, new Uint8Array(65), Uint8Array.of(0), key.point.subarray(0, 33), concat(Uint8Array.of(2), key.point.subarray(1, 33)), key.point.subarray(1)]) {
      expect([sm2Check(point), verifySm2(point, Uint8Array.of(1), sign(Uint8Array.of(1))), decodeSm2Spki(encodeSm2Spki(point))]).toEqual([undefined, false, undefined])
      expect(() => encryptSm2(point, Uint8Array.of(1))).toThrow(RangeError)
    }
    for (const secret of [0n, ORDER - 1n, ORDER].map((n) => bytesOf(n, 32))) {
      expect(() => sm2PointOf(secret)).toThrow(RangeError)
      expect(() => signSm2(secret, Uint8Array.of(1))).toThrow(RangeError)
      expect(decodeSm2Pkcs8(encodeSm2Pkcs8({ secret, point: key.point }))).toBeUndefined()
    }
    expect(sm2PointOf(bytesOf(ORDER - 2n, 32))).toHaveLength(65)
    expect(decodeSm2Pkcs8(encodeSm2Pkcs8(key))).toEqual(key)
    expect(decodeSm2Pkcs8(encodeSm2Pkcs8({ ...key, point: generateSm2Key().point }))).toBeUndefined() // halves of two keys
  })

  it('N3 what is encrypted comes back; with any bit flipped nothing does', () => {
    fc.assert(fc.property(bytes(80, 1), fc.nat(), (text, bit) => {
      const cipher = encryptSm2(key.point, text)
      expect(decryptSm2(key.secret, cipher)).toEqual(text)
      expect(decryptSm2(key.secret, flipped(cipher, bit))).toBeUndefined()
    }), { numRuns: 20 })
    expect(decryptSm2(generateSm2Key().secret, encryptSm2(key.point, Uint8Array.of(1, 2, 3, 4)))).toBeUndefined()
  })
})

describe('engines and SM4', () => {
  it('N6 both engines are the same function', () => {
    fc.assert(fc.property(bytes(300), bytes(16, 16), bytes(16, 16), (text, k, iv) => {
      const blocks = text.subarray(0, text.length & ~15)
      expect(portableEngine.sm3(text)).toEqual(nodeEngine.sm3(text))
      for (const mode of ['ECB', 'CBC'] as const) for (const direction of ['encrypt', 'decrypt'] as const) {
        expect(portableEngine.sm4({ mode, direction, key: k, iv, bytes: blocks })).toEqual(nodeEngine.sm4({ mode, direction, key: k, iv, bytes: blocks }))
      }
      expect(sm4Ctr({ key: k, iv, bytes: text })).toEqual(sm4Ctr({ key: k, iv, bytes: text }, nodeEngine))
      expect(sm4Cmac(k, text)).toEqual(sm4Cmac(k, text, nodeEngine))
    }), { numRuns: 40 })
    expect(portableEngine.basePoint(key.secret)).toEqual(nodeEngine.basePoint(key.secret))
    for (const wrong of [{ key: new Uint8Array(15) }, { iv: new Uint8Array(12) }, { bytes: new Uint8Array(17) }]) for (const engine of [portableEngine, nodeEngine]) {
      expect(() => engine.sm4({ mode: 'CBC', direction: 'encrypt', key: new Uint8Array(16), iv: new Uint8Array(16), bytes: new Uint8Array(16), ...wrong })).toThrow(RangeError)
    }
  })

  it('N6 SM4-GCM opens only what was sealed, where it was bound', () => {
    fc.assert(fc.property(bytes(70), bytes(40), bytes(16, 16), fc.nat(), (text, bound, k, bit) => {
      const nonce = nodeEngine.random(12)
      const sealed = sealSm4({ key: k, nonce, bytes: text, bound })
      expect(sealed).toEqual(sealSm4({ key: k, nonce, bytes: text, bound }, nodeEngine))
      expect(openSm4({ key: k, nonce, bytes: sealed, bound })).toEqual(text)
      expect(openSm4({ key: k, nonce, bytes: flipped(sealed, bit), bound })).toBeUndefined()
      expect(openSm4({ key: k, nonce: flipped(nonce, bit), bytes: sealed, bound })).toBeUndefined()
      expect(openSm4({ key: flipped(k, bit), nonce, bytes: sealed, bound })).toBeUndefined()
      expect(openSm4({ key: k, nonce, bytes: sealed, bound: concat(bound, Uint8Array.of(0)) })).toBeUndefined()
      expect(openSm4({ key: k, nonce, bytes: sealed.subarray(0, 15), bound })).toBeUndefined()
    }), { numRuns: 40 })
  })

  it('N6 the padding of CBC is 1 to 16 equal bytes, and nothing else', () => {
    const k = { key: new Uint8Array(16), iv: new Uint8Array(16) }
    const block = (...end: readonly number[]) => portableEngine.sm4({ mode: 'CBC', direction: 'encrypt', ...k, bytes: concat(new Uint8Array(16 - end.length).fill(9), Uint8Array.of(...end)) })
    expect([block(0), block(17), block(1, 2), block(3, 2, 3)].map((b) => decryptSm4Cbc({ ...k, bytes: b }))).toEqual([undefined, undefined, undefined, undefined])
    expect([new Uint8Array(0), new Uint8Array(15)].map((b) => decryptSm4Cbc({ ...k, bytes: b }))).toEqual([undefined, undefined])
    expect(decryptSm4Cbc({ ...k, bytes: block(2, 2) })).toHaveLength(14)
  })
})

describe('families', () => {
  it.each(['international', 'national'] as const)('N7 %s: what one function makes the other takes, and no bit may differ', (name: FamilyName) => {
    const f = familyOf(name, nodeEngine)
    const [secret, k] = [generateSm2Key().secret, nodeEngine.random(f.keyLength)]
    const other = familyOf(name === 'national' ? 'international' : 'national')
    fc.assert(fc.property(bytes(60, 1), bytes(20), fc.nat(), (text, bound, bit) => {
      const signature = f.sign(secret, text)
      const spki = f.spkiOf(secret)
      expect([familyOfKey(spki), signature.length, f.verify(spki, text, signature), f.verify(spki, text, flipped(signature, bit)), f.verify(spki, flipped(text, bit), signature)]).toEqual([name, 64, true, false, false])
      expect([other.verify(spki, text, signature), f.verify(other.spkiOf(secret), text, signature)]).toEqual([false, false])
      const sealed = f.encrypt({ key: k, bytes: text, bound })
      expect(f.decrypt({ key: k, bytes: sealed, bound })).toEqual(text)
      expect(f.decrypt({ key: k, bytes: flipped(sealed, bit), bound })).toBeUndefined()
      expect(f.decrypt({ key: k, bytes: sealed, bound: concat(bound, Uint8Array.of(1)) })).toBeUndefined()
      expect(f.decrypt({ key: k, bytes: sealed.subarray(0, bit % 28), bound })).toBeUndefined()
      expect(f.mac(k, text)).not.toEqual(f.mac(k, flipped(text, bit)))
      expect([f.mac(k, text).length, f.hash(text).length]).toEqual([16, 32])
    }), { numRuns: 15 })
    expect(() => f.encrypt({ key: new Uint8Array(5), bytes: k, bound: k })).toThrow(RangeError)
    expect(familyOfKey(new Uint8Array(91))).toBeUndefined()
  })
})

const validity = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') }
const now = new Date('2026-06-01T00:00:00Z')
const owner = generateSm2Key()
const subject = { country: 'CN', organisation: 'SPECIMEN', commonName: '周正' }
const read = (der: Uint8Array): NationalCertificate => parseNationalCertificate(der)!
const rootDer = await buildNationalRoot({ subject: { ...subject, commonName: 'ROOT' }, point: key.point, serial: nodeEngine.random(20), validity: { from: validity.from, to: new Date('2060-01-01T00:00:00Z') } }, sign)
const root = read(rootDer)
const issue = async (use: 'authority' | 'signature' | 'encryption', over: Partial<{ point: Uint8Array; validity: typeof validity }> = {}): Promise<NationalCertificate> => (
  read(await buildNationalCertificate({ subject, point: owner.point, serial: nodeEngine.random(8), validity, use, ...over }, root, sign))
)
const certificate = await issue('signature')

describe('certificates', () => {
  it('N4 every fault of a certificate is named', async () => {
    const o = { issuer: root, at: now }
    expect([certificateFaults(certificate, o), certificateFaults(root, o), root.notAfter.getUTCFullYear()]).toEqual([[], [], 2060])
    const stranger = read(await buildNationalRoot({ subject: { ...subject, commonName: 'STRANGER' }, point: owner.point, serial: nodeEngine.random(8), validity }, (m) => signSm2(owner.secret, m)))
    expect(certificateFaults(certificate, { issuer: stranger, at: now })).toEqual(['issuer-name', 'key-identifier', 'signature'])
    expect(certificateFaults(certificate, { issuer: { ...root, isCa: false, keyUsage: ['digitalSignature'] }, at: now })).toEqual(['issuer-no-authority', 'issuer-key-usage'])
    expect(certificateFaults(certificate, { ...o, at: new Date('2025-12-31T23:59:59Z') })).toEqual(['not-yet-valid'])
    expect(certificateFaults(certificate, { ...o, at: new Date('2027-01-01T00:00:01Z') })).toEqual(['expired'])
    expect(certificateFaults(await issue('encryption'), { ...o, use: 'digitalSignature' })).toEqual(['key-usage'])
    expect(certificateFaults(await issue('authority'), { ...o, below: 1 })).toEqual(['path-length'])
    expect(certificateFaults({ ...certificate, extensions: new Map([['1.2.3', { critical: true, value: new Uint8Array(0) }]]) }, o)).toEqual(['unknown-critical-extension'])
    expect(certificateFaults(certificate, { ...o, userId: 'bob' })).toEqual(['signature'])
  })

  it('N4 with any bit flipped a certificate is none, or its signature is not good', () => {
    fc.assert(fc.property(fc.nat(), (bit) => {
      const changed = parseNationalCertificate(flipped(certificate.der, bit))
      if (changed !== undefined) expect(certificateFaults(changed, { issuer: root, at: now })).toContain('signature')
    }), { numRuns: 300 })
    expect([parseNationalCertificate(certificate.der.subarray(0, -1)), parseNationalCertificate(concat(certificate.der, Uint8Array.of(0))), parseNationalCertificate(new Uint8Array(0))]).toEqual([undefined, undefined, undefined])
  })

  it('N4 a request counts only with a good signature of the key that it names', async () => {
    const request = await buildNationalRequest({ subject, point: owner.point }, (m) => signSm2(owner.secret, m))
    expect(parseNationalRequest(request)).toMatchObject({ point: owner.point })
    expect(parseNationalRequest(await buildNationalRequest({ subject, point: key.point }, (m) => signSm2(owner.secret, m)))).toBeUndefined()
    fc.assert(fc.property(fc.nat(), (bit) => { expect(parseNationalRequest(flipped(request, bit))).toBeUndefined() }), { numRuns: 100 })
  })
})

describe('signed messages', () => {
  const content = new TextEncoder().encode('{"permit":"SPECIMEN"}')
  const byOwner = (m: Uint8Array): Uint8Array => signSm2(owner.secret, m, { engine: nodeEngine })
  const o = { anchors: [root], at: now }

  it.each([['attached', now, 'gm'], ['attached', undefined, 'gm'], ['detached', now, 'gm'], ['detached', undefined, 'gm'], ['attached', now, 'cms']] as const)('N5 %s, signed at %s, syntax %s', async (form, at, syntax) => {
    const der = await buildNationalSignedData({ content, form, syntax, signer: certificate, chain: [root], ...(at === undefined ? {} : { at }) }, byOwner)
    const given = form === 'detached' ? { content } : {}
    const verdict = verifyNationalSignedData(der, { ...o, ...given })
    expect(verdict).toMatchObject({ ok: true, value: { content, signers: [{ at, certificate: { serial: certificate.serial } }] } })
    expect(verifyNationalSignedData(der, { ...o, content: flipped(content, 3) })).toEqual({ ok: false, error: { code: form === 'attached' ? 'content-differs' : at === undefined ? 'signature' : 'attributes' } })
    if (form === 'detached') expect(verifyNationalSignedData(der, o)).toEqual({ ok: false, error: { code: 'content-missing' } })
    expect(verifyNationalSignedData(der, { ...o, ...given, anchors: [] })).toEqual({ ok: false, error: { code: 'signer-untrusted' } })
    expect(verifyNationalSignedData(der, { ...o, ...given, at: new Date('2030-01-01T00:00:00Z') })).toEqual({ ok: false, error: { code: 'signer-certificate', certificate: ['expired'] } })
    expect(verifyNationalSignedData(der, { ...o, ...given, userId: 'bob' })).toMatchObject({ ok: false, error: { code: 'signer-certificate' } })
    fc.assert(fc.property(fc.nat(), (bit) => {
      const changed = verifyNationalSignedData(flipped(der, bit), { ...o, content })
      // what no signature covers: versions, the certificate of the root that was sent along, the name of the hash
      if (changed.ok) expect([changed.value.content, changed.value.signers[0]!.certificate.serial]).toEqual([content, certificate.serial])
    }), { numRuns: 150 })
  })

  it('N5 a signer whose certificate is not sent, or is for encryption, is none', async () => {
    const encryption = await issue('encryption')
    expect(verifyNationalSignedData(await buildNationalSignedData({ content, form: 'attached', signer: encryption }, byOwner), o)).toEqual({ ok: false, error: { code: 'signer-certificate', certificate: ['key-usage'] } })
    const without = await buildNationalSignedData({ content, form: 'attached', signer: { ...certificate, der: root.der } }, byOwner)
    expect(verifyNationalSignedData(without, o)).toEqual({ ok: false, error: { code: 'signer-unknown' } })
    expect(verifyNationalSignedData(content, o)).toEqual({ ok: false, error: { code: 'signed-data-malformed' } })
  })
})
