import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt, sign as signWith, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { bits, integer, nothing, oid, sequence } from '../asn1/write.ts'
import { type HashName } from '../crypto.ts'
import { encodeDerSignature, decodeDerSignature, encodePlainSignature } from '../cvc/signature.ts'
import { decodeSecurityInfos, type ActiveAuthenticationInfo } from '../lds/security-info.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, explicitSpki, namedSpki, type Curve } from '../pki/curve.ts'
import { readActiveAuthenticationKey, verifyActiveAuthentication, type ActiveAuthenticationVerdict } from './active-authentication.ts'
import { activeAuthenticationChip, ecdsaSigner, type ActiveAuthenticationFault, type ActiveAuthenticationSecret } from './active-authentication-chip.ts'
import { openRecoverable, rsaSecret, signRecoverable, type RsaPublicKey, type RsaSecret } from './active-authentication-rsa.ts'
import { activeAuthenticationLengths, internalAuthenticate, runActiveAuthentication } from './active-authentication-run.ts'
import { type Command, type Response } from './apdu.ts'
import { type Exchange } from './exchange.ts'
import { curveGroup, randomScalar } from './group.ts'

const crypto = nodeCrypto()
const HASHES: readonly HashName[] = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const challenge = unhex('f173589974bf40c6')
const vectors = join(import.meta.dirname, '../../vectors')
const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')

const big = (b64: string): Uint8Array => new Uint8Array(Buffer.from(b64, 'base64url'))
interface Rsa { readonly key: RsaPublicKey; readonly privateExponent: Uint8Array; readonly spki: Uint8Array; readonly object: KeyObject }
function rsaOf(object: KeyObject): Rsa {
  const jwk = object.export({ format: 'jwk' })
  const spki = new Uint8Array(createPublicKey(object).export({ format: 'der', type: 'spki' }))
  return { key: { modulus: big(jwk.n!), exponent: big(jwk.e!) }, privateExponent: big(jwk.d!), spki, object }
}
const made = new Map<string, Rsa>()
function rsa(modulusLength: number, publicExponent = 65_537): Rsa {
  const id = `${modulusLength}/${publicExponent}`
  if (!made.has(id)) made.set(id, rsaOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey))
  return made.get(id)!
}
/** The private operation by OpenSSL. */
const opensslSecret = (r: Rsa): RsaSecret => (block) => new Uint8Array(privateDecrypt({ key: r.object, padding: constants.RSA_NO_PADDING }, block))
const opened = (r: Rsa, signature: Uint8Array): Uint8Array => new Uint8Array(publicEncrypt({ key: createPublicKey(r.object), padding: constants.RSA_NO_PADDING }, signature))
const sealed = async (r: Rsa, representative: Uint8Array): Promise<Uint8Array> => rsaSecret({ ...r.key, privateExponent: r.privateExponent }, crypto)(representative)
const reason = (v: ActiveAuthenticationVerdict): string => (v.outcome === 'failed' ? v.reason.code : 'passed')
const codes = (v: ActiveAuthenticationVerdict): readonly string[] => (v.outcome === 'passed' ? v.defects.map((d) => d.code) : [v.reason.code])

describe('RSA with message recovery', () => {
  const example = (JSON.parse(readFileSync(join(vectors, 'doc9303-11-worked-examples.json'), 'utf8')) as { vectors: { AA: Record<string, string> } }).vectors.AA
  // the example does not print its key: with exponent 1 the representative is its own signature
  const bare: RsaPublicKey = { modulus: new Uint8Array(128).fill(0xff), exponent: Uint8Array.of(1) }

  it('E10 reads the representative of the worked example and refuses it for any other challenge', () => {
    const f = unhex(example['F']!)
    expect(openRecoverable(f, { key: bare, message: unhex(example['RND.IFD']!), crypto })).toEqual({ ok: true, hash: 'SHA-1', trailer: 'BC', defects: [] })
    expect([f.length, hex(f.subarray(1, 107)).toUpperCase(), hex(f.subarray(107, 127)).toUpperCase()]).toEqual([128, example['M1'], example['H']])
    for (let i = 0; i < 64; i++) {
      const other = unhex(example['RND.IFD']!)
      other[i >> 3]! ^= 1 << (i & 7)
      expect(openRecoverable(f, { key: bare, message: other, crypto })).toMatchObject({ ok: false, reason: { code: 'aa-hash' } })
    }
    for (let i = 0; i < f.length * 8; i++) {
      const other = f.slice()
      other[i >> 3]! ^= 1 << (i & 7)
      expect(openRecoverable(other, { key: bare, message: unhex(example['RND.IFD']!), crypto }).ok, `bit ${i}`).toBe(false)
    }
  })

  const sizes: readonly (readonly [number, number])[] = [[1024, 65_537], [1024, 3], [1280, 3], [1536, 65_537], [1792, 65_537], [2048, 3], [3072, 65_537], [4096, 3]]
  it.each(sizes.flatMap(([size, e]) => HASHES.map((h) => [size, e, h] as const)))('E11 verifies %i bits, exponent %i, %s, whichever half the chip sends', async (size, e, hash) => {
    const r = rsa(size, e)
    for (const form of ['plain', 'smaller'] as const) {
      const response = await signRecoverable(challenge, { modulus: r.key.modulus, hash, secret: opensslSecret(r), crypto, form })
      const n = numberOf(r.key.modulus)
      if (form === 'smaller') expect(numberOf(response) <= n / 2n).toBe(true)
      // OpenSSL opens the same representative: header, trailer
      const f = opened(r, response)
      const whole = f.at(-1)! % 16 === 12 ? f : bytesOf(n - numberOf(f), f.length)
      expect([whole[0], hex(whole.subarray(-2)).slice(hash === 'SHA-1' ? 2 : 0)]).toEqual([0x6a, { 'SHA-1': 'bc', 'SHA-224': '38cc', 'SHA-256': '34cc', 'SHA-384': '36cc', 'SHA-512': '35cc' }[hash]])
      const trailer = { 'SHA-1': 'BC', 'SHA-224': '38CC', 'SHA-256': '34CC', 'SHA-384': '36CC', 'SHA-512': '35CC' }[hash]
      expect(await verifyActiveAuthentication({ publicKey: r.spki, challenge, response, crypto })).toEqual({ outcome: 'passed', scheme: { kind: 'rsa', hash, trailer }, defects: [] })
      expect(reason(await verifyActiveAuthentication({ publicKey: r.spki, challenge: unhex('0000000000000001'), response, crypto }))).toBe('aa-hash')
    }
  })

  it('E12 accepts no changed byte, no other key, no other length', async () => {
    const r = rsa(1024, 65_537)
    const response = await signRecoverable(challenge, { modulus: r.key.modulus, hash: 'SHA-256', secret: rsaSecret({ ...r.key, privateExponent: r.privateExponent }, crypto), crypto })
    const judge = (b: Uint8Array, spki = r.spki): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey: spki, challenge, response: b, crypto })
    expect(reason(await judge(response))).toBe('passed')
    for (let i = 0; i < response.length; i++) {
      const b = response.slice()
      b[i]! ^= 1 << (i % 8)
      expect((await judge(b)).outcome, `byte ${i}`).toBe('failed')
    }
    expect((await judge(response, rsa(1280, 3).spki)).outcome).toBe('failed')
    expect((await judge(response, rsa(1024, 3).spki)).outcome).toBe('failed')
    for (const b of [response.subarray(0, 127), response.subarray(1), concat(response, Uint8Array.of(0))]) expect((await judge(b)).outcome).toBe('failed')
    expect(reason(await judge(new Uint8Array()))).toBe('aa-no-signature')
    expect(reason(await judge(new Uint8Array(128).fill(0xff)))).toBe('aa-signature-range')
    expect(reason(await judge(r.key.modulus))).toBe('aa-signature-range')
    expect((await judge(bytesOf(numberOf(r.key.modulus) - 1n, 128))).outcome).toBe('failed')
    await expect(verifyActiveAuthentication({ publicKey: r.spki, challenge: challenge.subarray(1), response, crypto })).rejects.toThrow(RangeError)
  })

  /** Any representative, signed by the key itself. */
  const forged = async (build: (hashed: (m1: Uint8Array, hash: HashName) => Uint8Array) => Uint8Array, r = rsa(1024, 65_537)): Promise<ActiveAuthenticationVerdict> => {
    const f = build((m1, hash) => crypto.hash(hash, concat(m1, challenge)))
    return verifyActiveAuthentication({ publicKey: r.spki, challenge, response: await sealed(r, f), crypto })
  }
  const m1 = (n: number): Uint8Array => new Uint8Array(n).map((_, i) => (i * 7 + 3) & 0xff)
  const byte = (...b: readonly number[]): Uint8Array => Uint8Array.from(b)

  it('E15 takes leading zeros, padding, and SHA-1 with its number, and says so', async () => {
    // zeros before the header, as an Australian document has them; and the same without
    expect(codes(await forged((h) => concat(byte(0, 0x6a), m1(105), h(m1(105), 'SHA-1'), byte(0xbc))))).toEqual(['aa-leading-zeros'])
    expect(codes(await forged((h) => concat(byte(0, 0, 0, 0x6a), m1(91), h(m1(91), 'SHA-256'), byte(0x34, 0xcc))))).toEqual(['aa-leading-zeros'])
    expect(codes(await forged((h) => concat(byte(0x6a), m1(106), h(m1(106), 'SHA-1'), byte(0xbc))))).toEqual([])
    expect(codes(await forged((h) => concat(byte(0x6b, 0xba), m1(105), h(m1(105), 'SHA-1'), byte(0xbc))))).toEqual(['aa-padding'])
    expect(codes(await forged((h) => concat(byte(0x6b, 0xbb, 0xbb, 0xba), m1(103), h(m1(103), 'SHA-1'), byte(0xbc))))).toEqual(['aa-padding'])
    expect(codes(await forged((h) => concat(byte(0x6a), m1(105), h(m1(105), 'SHA-1'), byte(0x33, 0xcc))))).toEqual(['aa-trailer-sha-1'])
    // a signature whose first byte is zero, sent without it, and with more zeros than it needs
    const r = rsa(1024, 65_537)
    const secret = rsaSecret({ ...r.key, privateExponent: r.privateExponent }, crypto)
    let response = new Uint8Array([1])
    while (response[0] !== 0) response = new Uint8Array(await signRecoverable(challenge, { modulus: r.key.modulus, hash: 'SHA-224', secret, crypto }))
    const judge = (b: Uint8Array): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey: r.spki, challenge, response: b, crypto })
    expect([codes(await judge(response)), codes(await judge(response.subarray(1))), codes(await judge(concat(byte(0, 0), response)))]).toEqual([[], ['aa-signature-length'], ['aa-signature-length']])
    // a modulus that is written with zeros before it
    expect(openRecoverable(response, { key: { ...r.key, modulus: concat(byte(0), r.key.modulus) }, message: challenge, crypto })).toEqual({ ok: true, hash: 'SHA-224', trailer: '38CC', defects: [] })
  })

  it('E17 refuses what covers no challenge, and every other header, padding and trailer', async () => {
    // total recovery: the hash is over the recovered message alone, so that it can be played again
    expect(codes(await forged(() => concat(byte(0x4a), m1(106), crypto.hash('SHA-1', m1(106)), byte(0xbc))))).toEqual(['aa-challenge-uncovered'])
    expect(codes(await forged((h) => concat(byte(0x4b, 0xba), m1(105), h(m1(105), 'SHA-1'), byte(0xbc))))).toEqual(['aa-challenge-uncovered'])
    for (const head of [0x7a, 0x2a, 0x0a, 0x60, 0x6c]) expect(codes(await forged((h) => concat(byte(head), m1(106), h(m1(106), 'SHA-1'), byte(0xbc)))), `header ${head}`).toEqual(['aa-header'])
    for (const pad of [[0x6b, 0x0a], [0x6b, 0xca], [0x6b, 0xbb], [0x6b, 0xaa]]) expect(codes(await forged((h) => concat(byte(...pad), m1(105), h(m1(105), 'SHA-1'), byte(0xbc)))), `padding ${pad.join()}`).toEqual(['aa-header'])
    expect(codes(await forged(() => concat(byte(0x6b), new Uint8Array(126).fill(0xbb), byte(0xbc))))).toEqual(['aa-header'])
    for (const number of [0x31, 0x32, 0x37, 0x39, 0x00]) expect(codes(await forged((h) => concat(byte(0x6a), m1(105), h(m1(105), 'SHA-1'), byte(number, 0xcc)))), `trailer ${number}`).toEqual(['aa-trailer'])
    for (const last of [0xdc, 0x0c, 0xac]) expect(codes(await forged((h) => concat(byte(0x6a), m1(106), h(m1(106), 'SHA-1'), byte(last)))), `trailer ${last}`).toEqual(['aa-trailer'])
    // a hash under the trailer of another
    expect(codes(await forged((h) => concat(byte(0x6a), m1(93), h(m1(93), 'SHA-256'), byte(0x38, 0xcc))))).toEqual(['aa-hash'])
    expect(codes(await forged((h) => concat(byte(0x6a), m1(106), h(m1(105), 'SHA-1'), byte(0xbc))))).toEqual(['aa-hash'])
    // padding up to the hash: nothing is recovered, but the challenge is covered
    expect(codes(await forged((h) => concat(byte(0x6b), new Uint8Array(105).fill(0xbb), byte(0xba), h(m1(0), 'SHA-1'), byte(0xbc))))).toEqual(['aa-padding'])
    expect(codes(await forged(() => concat(byte(0x6b), new Uint8Array(106).fill(0xbb), byte(0xba), m1(19), byte(0xbc))))).toEqual(['aa-header'])
  })

  it('E17 says why, and by which clause', async () => {
    const iso = 'ISO/IEC 9796-2 §8'
    const told = (v: ActiveAuthenticationVerdict): readonly unknown[] => (v.outcome === 'failed' ? [v.reason.code, v.reason.says, v.reason.clause] : v.defects.map((d) => [d.code, d.says, d.clause]))
    expect(told(await forged(() => concat(byte(0x4a), m1(106), crypto.hash('SHA-1', m1(106)), byte(0xbc))))).toEqual(['aa-challenge-uncovered', 'the signature recovers its whole message: the challenge is no part of it', iso])
    expect(told(await forged((h) => concat(byte(0x7a), m1(106), h(m1(106), 'SHA-1'), byte(0xbc))))).toEqual(['aa-header', 'the header is not 6A: the signature is of another key, or not whole', iso])
    expect(told(await forged((h) => concat(byte(0x6a), m1(106), h(m1(106), 'SHA-1'), byte(0xac))))).toEqual(['aa-trailer', 'the trailer names no hash function of Doc 9303', 'Doc 9303-11 §6.1.2.2'])
    expect(told(await forged((h) => concat(byte(0x6a), m1(106), h(m1(105), 'SHA-1'), byte(0xbc))))).toEqual(['aa-hash', 'the SHA-1 is not of this challenge', iso])
    expect(told(await forged(() => concat(byte(0x6b), new Uint8Array(106).fill(0xbb), byte(0xba), m1(19), byte(0xbc))))).toEqual(['aa-header', 'no room for a hash', iso])
    expect(told(await forged((h) => concat(byte(0, 0x6b, 0xba), m1(103), h(m1(103), 'SHA-1'), byte(0x33, 0xcc))))).toEqual([
      ['aa-leading-zeros', '1 zero bytes before the header', 'Doc 9303-11 §6.1.2.2'],
      ['aa-padding', '1 bytes of padding; the nonce of the chip should fill them', 'Doc 9303-11 §6.1.2.2'],
      ['aa-trailer-sha-1', 'SHA-1 with trailer 33CC instead of BC', 'Doc 9303-11 §6.1.2.2'],
    ])
    const r = rsa(1024, 65_537)
    const judge = (response: Uint8Array, publicKey = r.spki): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey, challenge, response, crypto })
    expect(told(await judge(r.key.modulus))).toEqual(['aa-signature-range', 'the signature is not below the modulus', iso])
    expect(told(await judge(new Uint8Array()))).toEqual(['aa-no-signature', 'the chip answered no signature', 'Doc 9303-11 §6.1.3'])
    expect(told(await judge(byte(1), sequence()))).toEqual(['aa-key-unreadable', 'the key is neither RSA nor on a known curve', 'Doc 9303-11 §6.1.5'])
    expect(told(await judge(byte(0)))).toEqual(['aa-trailer', 'no trailer: the signature is of another key, or not whole', iso])
    const good = await sealed(r, concat(byte(0x6a), m1(106), crypto.hash('SHA-1', concat(m1(106), challenge)), byte(0xbc)))
    expect(told(await judge(concat(byte(0), good)))).toEqual([['aa-signature-length', '129 bytes; the modulus has 128', 'Doc 9303-11 §6.1.2.2']])
    const short = sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(integer((1n << 1023n) - 1n), integer(3))))
    expect(told(await judge(byte(1), short))).toEqual(['aa-key-length', 'a key of 1023 bits', 'Doc 9303-11 §6.1.4'])
  })

  it('E17 refuses keys that are too short or cannot be read', async () => {
    const spki = (modulus: bigint, exponent: bigint): Uint8Array => sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(integer(modulus), integer(exponent))))
    const judge = (publicKey: Uint8Array): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey, challenge, response: Uint8Array.of(1), crypto })
    expect(reason(await judge(spki((1n << 1023n) - 1n, 3n)))).toBe('aa-key-length')
    expect(reason(await judge(spki((1n << 1023n) + 1n, 3n)))).toBe('aa-trailer')
    expect(reason(await judge(spki((1n << 8191n) + 1n, 3n)))).toBe('aa-trailer')
    expect(reason(await judge(spki((1n << 8192n) + 1n, 3n)))).toBe('aa-key-length')
    for (const bad of [new Uint8Array(), sequence(), sequence(sequence(oid('1.2.3')), bits(byte(1))), sequence(sequence(oid('1.2.840.113549.1.1.1')), bits(byte(1)))]) {
      expect(reason(await judge(bad))).toBe('aa-key-unreadable')
      expect(readActiveAuthenticationKey(bad)).toBeUndefined()
    }
    const secret: RsaSecret = (b) => b
    await expect(signRecoverable(challenge, { modulus: bytesOf((1n << 1024n) + 1n, 129), hash: 'SHA-1', secret, crypto })).rejects.toThrow(RangeError)
    await expect(signRecoverable(challenge, { modulus: new Uint8Array(66).fill(0xff), hash: 'SHA-512', secret, crypto })).rejects.toThrow(RangeError)
    expect((await signRecoverable(challenge, { modulus: new Uint8Array(68).fill(0xff), hash: 'SHA-512', secret, crypto })).length).toBe(68)
  })
})

/** A key on a curve by OpenSSL, and its signatures in plain form. */
const OPENSSL: Readonly<Record<string, string>> = { 'P-192': 'prime192v1', 'P-224': 'secp224r1', 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }
interface Ec { readonly curve: Curve; readonly point: Uint8Array; readonly object: KeyObject }
function ec(curve: Curve): Ec {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: OPENSSL[curve.name] ?? curve.name })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return { curve, point: new Uint8Array(spki.subarray(spki.length - 1 - curve.p.length)), object: privateKey }
}
const openssl: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const signed = (k: Ec, hash: HashName, form: 'plain' | 'der'): Uint8Array => new Uint8Array(signWith(openssl[hash], challenge, { key: k.object, dsaEncoding: form === 'der' ? 'der' : 'ieee-p1363' }))
const curveNamed = (name: string): Curve => CURVES.find((c) => c.name === name)!

const byte7 = new Uint8Array(7).fill(9)

describe('ECDSA', () => {
  it.each(CURVES.map((c) => [c.name, c] as const))('E13 verifies plain signatures on %s with each hash, announced or not, explicit key or named', async (_, curve) => {
    const k = ec(curve)
    for (const hash of HASHES) {
      const response = signed(k, hash, 'plain')
      const scheme = { kind: 'ecdsa', hash, form: 'plain', curve: curve.name }
      const odd = [...(hash === 'SHA-1' ? ['aa-hash-sha-1'] : []), ...({ 'SHA-1': 160, 'SHA-224': 224, 'SHA-256': 256, 'SHA-384': 384, 'SHA-512': 512 }[hash] > 8 * Math.ceil(curve.n.length / 2) ? ['aa-hash-long'] : [])]
      const announced = await verifyActiveAuthentication({ publicKey: explicitSpki(curve, k.point), challenge, response, announced: { hash, form: 'plain' }, crypto })
      expect([announced.outcome === 'passed' && announced.scheme, codes(announced)]).toEqual([scheme, odd])
      const silent = await verifyActiveAuthentication({ publicKey: namedSpki(curve, k.point), challenge, response, crypto })
      expect([silent.outcome === 'passed' && silent.scheme, codes(silent)]).toEqual([scheme, ['aa-info-missing', ...odd]])
    }
  })

  it('E14 reads the card that signs in DER with a hash that nobody announced, and the same card without the fault', async () => {
    const k = ec(curveNamed('P-384'))
    const publicKey = explicitSpki(k.curve, k.point)
    const odd = await verifyActiveAuthentication({ publicKey, challenge, response: signed(k, 'SHA-256', 'der'), crypto })
    expect(odd).toMatchObject({ outcome: 'passed', scheme: { kind: 'ecdsa', hash: 'SHA-256', form: 'der', curve: 'P-384' } })
    expect(codes(odd)).toEqual(['aa-info-missing', 'aa-signature-der'])
    const clean = await verifyActiveAuthentication({ publicKey, challenge, response: signed(k, 'SHA-384', 'plain'), announced: { hash: 'SHA-384', form: 'plain' }, crypto })
    expect(clean).toEqual({ outcome: 'passed', scheme: { kind: 'ecdsa', hash: 'SHA-384', form: 'plain', curve: 'P-384' }, defects: [] })
    // announced one, signed with another
    const other = await verifyActiveAuthentication({ publicKey, challenge, response: signed(k, 'SHA-512', 'plain'), announced: { hash: 'SHA-384' }, crypto })
    expect([other.outcome === 'passed' && other.scheme, codes(other)]).toEqual([{ kind: 'ecdsa', hash: 'SHA-512', form: 'plain', curve: 'P-384' }, ['aa-hash-other', 'aa-hash-long']])
    // an entry whose algorithm is not known
    expect(codes(await verifyActiveAuthentication({ publicKey, challenge, response: signed(k, 'SHA-384', 'plain'), announced: {}, crypto }))).toEqual([])
  })

  it('E14 reads halves that are shorter or longer than the order', async () => {
    const curve = curveNamed('P-256')
    let k = ec(curve)
    let value = decodeDerSignature(signed(k, 'SHA-256', 'der'))!
    while (value.r >> 248n !== 0n || value.s >> 255n !== 0n) {
      k = ec(curve)
      value = decodeDerSignature(signed(k, 'SHA-256', 'der'))!
    }
    const judge = (response: Uint8Array): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey: namedSpki(curve, k.point), challenge, response, announced: { hash: 'SHA-256' }, crypto })
    expect([codes(await judge(encodePlainSignature(value, 32))), codes(await judge(encodePlainSignature(value, 33)))]).toEqual([[], ['aa-signature-length']])
    expect(codes(await judge(encodeDerSignature(value)))).toEqual(['aa-signature-der'])
    expect(codes(await judge(encodePlainSignature(value, 32).subarray(1)))).toEqual(['aa-signature-format'])
    expect(codes(await judge(new Uint8Array()))).toEqual(['aa-no-signature'])
    expect(codes(await judge(Uint8Array.of(1, 2, 3)))).toEqual(['aa-signature-format'])
  })

  it('E14 says what is odd, and by which clause', async () => {
    const k = ec(curveNamed('brainpoolP256r1'))
    const told = async (response: Uint8Array, announced?: { readonly hash?: HashName }): Promise<readonly unknown[]> => {
      const v = await verifyActiveAuthentication({ publicKey: namedSpki(k.curve, k.point), challenge, response, announced, crypto })
      return v.outcome === 'failed' ? [v.reason.code, v.reason.says, v.reason.clause] : v.defects.map((d) => [d.code, d.says, d.clause])
    }
    const clause = 'Doc 9303-11 §6.1.2.3'
    expect(await told(signed(k, 'SHA-512', 'der'))).toEqual([
      ['aa-info-missing', 'EF.DG14 does not say how Active Authentication signs', 'Doc 9303-11 §9.2.4'],
      ['aa-signature-der', 'the signature is in DER instead of r and s', clause], ['aa-hash-long', 'SHA-512 is longer than the key', clause],
    ])
    expect(await told(signed(k, 'SHA-1', 'plain'), { hash: 'SHA-256' })).toEqual([
      ['aa-hash-other', 'signed with SHA-1; SHA-256 is announced', 'Doc 9303-11 §9.2.4'], ['aa-hash-sha-1', 'signed with SHA-1', clause],
    ])
    const value = decodeDerSignature(signed(k, 'SHA-256', 'der'))!
    expect(await told(encodePlainSignature(value, 40), { hash: 'SHA-256' })).toEqual([['aa-signature-length', '80 bytes; r and s have 32 each', clause]])
    expect(await told(byte7)).toEqual(['aa-signature-format', '7 bytes are neither r and s nor DER', clause])
    expect(await told(new Uint8Array(64))).toEqual(['aa-signature-range', 'r or s is not below the order of brainpoolP256r1: signed on another curve, or not whole', clause])
    expect(await told(new Uint8Array(64).fill(1))).toEqual(['aa-signature-wrong', 'no hash function makes it a signature on brainpoolP256r1', clause])
  })

  it('E18 names a signature that was made on another curve, and one out of range', async () => {
    // as on a Lithuanian document: the key on brainpool, the signature on the NIST curve of the same length
    const [key, other] = [ec(curveNamed('brainpoolP224r1')), ec(curveNamed('P-224'))]
    const order = BigInt(`0x${key.curve.n}`)
    let value = decodeDerSignature(signed(other, 'SHA-224', 'der'))!
    while (value.r < order && value.s < order) value = decodeDerSignature(signed(other, 'SHA-224', 'der'))!
    const judge = (response: Uint8Array): Promise<ActiveAuthenticationVerdict> => verifyActiveAuthentication({ publicKey: explicitSpki(key.curve, key.point), challenge, response, announced: { hash: 'SHA-224' }, crypto })
    expect(reason(await judge(encodePlainSignature(value, 28)))).toBe('aa-signature-range')
    expect(reason(await judge(encodeDerSignature(value)))).toBe('aa-signature-range')
    for (const { r, s } of [{ r: 0n, s: 1n }, { r: 1n, s: 0n }, { r: order, s: 1n }, { r: 1n, s: order }]) expect(reason(await judge(encodePlainSignature({ r, s }, 28)))).toBe('aa-signature-range')
    for (const { r, s } of [{ r: 1n, s: 1n }, { r: order - 1n, s: order - 1n }]) expect(reason(await judge(encodePlainSignature({ r, s }, 28)))).toBe('aa-signature-wrong')
    expect(reason(await judge(signed(key, 'SHA-224', 'plain')))).toBe('passed')
    // a point that is on another curve
    expect(reason(await verifyActiveAuthentication({ publicKey: namedSpki(key.curve, other.point), challenge, response: signed(other, 'SHA-224', 'plain'), crypto }))).not.toBe('passed')
  })

  it('E12 accepts no changed bit of r and s, no other key, no other challenge', async () => {
    const curve = curveNamed('brainpoolP256r1')
    const k = ec(curve)
    const response = signed(k, 'SHA-256', 'plain')
    const judge = (b: Uint8Array, o: { readonly point?: Uint8Array; readonly at?: Uint8Array } = {}): Promise<ActiveAuthenticationVerdict> =>
      verifyActiveAuthentication({ publicKey: explicitSpki(curve, o.point ?? k.point), challenge: o.at ?? challenge, response: b, announced: { hash: 'SHA-256' }, crypto })
    for (let i = 0; i < response.length; i++) {
      const b = response.slice()
      b[i]! ^= 1 << (i % 8)
      expect((await judge(b)).outcome, `byte ${i}`).toBe('failed')
    }
    expect([reason(await judge(response)), reason(await judge(response, { point: ec(curve).point })), reason(await judge(response, { at: new Uint8Array(8) }))]).toEqual(['passed', 'aa-signature-wrong', 'aa-signature-wrong'])
  })

  it('E13 signs from a scalar what OpenSSL verifies', async () => {
    for (const curve of CURVES) {
      const group = curveGroup(curve.name)!
      const scalar = randomScalar(group, crypto)
      for (const hash of HASHES) {
        const signature = await ecdsaSigner({ curve: curve.name, scalar, hash, crypto })(challenge)
        expect(await crypto.verify({ spki: namedSpki(curve, group.multiply(group.generator, scalar)), scheme: { kind: 'ecdsa', hash, form: 'der' }, message: challenge, signature }), `${curve.name} ${hash}`).toBe(true)
      }
    }
    expect(() => ecdsaSigner({ curve: 'P-255', scalar: 1n, hash: 'SHA-256', crypto })).toThrow(RangeError)
  })
})

describe('with a chip', () => {
  const through = (secret: ActiveAuthenticationSecret, fault?: ActiveAuthenticationFault): Exchange & { readonly seen: Command[] } => {
    const chip = activeAuthenticationChip({ secret, crypto, ...(fault === undefined ? {} : { fault }) })
    const seen: Command[] = []
    const exchange = async (c: Command): Promise<Response | undefined> => {
      seen.push(c)
      return (await chip(c))?.response
    }
    return Object.assign(exchange, { seen })
  }
  const rsaChip = (r: Rsa, hash: HashName = 'SHA-256'): ActiveAuthenticationSecret => ({ kind: 'rsa', modulus: r.key.modulus, hash, secret: rsaSecret({ ...r.key, privateExponent: r.privateExponent }, crypto) })
  const asked = (e: { readonly seen: readonly Command[] }): readonly string[] => e.seen.map((c) => `${c.le} ${c.form}`)
  const small = rsa(1024, 65_537)
  const large = rsa(2048, 3)

  it('E16 asks for what fits in the short form, for more in the long one', () => {
    const lengths = (spki: Uint8Array, cipher?: '3DES' | 'AES-128'): readonly string[] => activeAuthenticationLengths(readActiveAuthenticationKey(spki)!, cipher).map((l) => `${l.le} ${l.form}`)
    expect(lengths(small.spki, '3DES')).toEqual(['256 short', '128 short', '65536 extended'])
    expect(lengths(large.spki)).toEqual(['256 short', '256 short', '65536 extended'])
    expect(lengths(large.spki, '3DES')).toEqual(['65536 extended', '256 extended', '256 short'])
    expect(lengths(rsa(1792, 65_537).spki, '3DES')).toEqual(['256 short', '224 short', '65536 extended'])
    // 1 792 bits no longer fit a short answer under AES: 223 bytes do
    expect(lengths(rsa(1792, 65_537).spki, 'AES-128')[0]).toBe('65536 extended')
    expect(lengths(namedSpki(curveNamed('P-521'), curveGroup('P-521')!.generator), 'AES-128')).toEqual(['256 short', '132 short', '65536 extended'])
  })

  it('E16 passes at once where nothing is odd', async () => {
    for (const [r, cipher, first] of [[small, '3DES', '256 short'], [large, undefined, '256 short'], [large, 'AES-128', '65536 extended']] as const) {
      const e = through(rsaChip(r))
      const run = await runActiveAuthentication(e, { publicKey: r.spki, crypto, ...(cipher === undefined ? {} : { cipher }) })
      expect([run?.outcome, asked(e)]).toEqual(['passed', [first]])
      expect([run?.challenge.length, run?.response.length]).toEqual([8, r.key.modulus.length])
    }
  })

  it('E16 copes with the chip that answers nothing to the longest length, and with the one that cuts', async () => {
    // a reader that always asks for 65 536, or always for 256, fails on one of them
    const naive = async (secret: ActiveAuthenticationSecret, fault: ActiveAuthenticationFault, le: number, spki: Uint8Array): Promise<string> => {
      const answer = await activeAuthenticationChip({ secret, crypto, fault })(internalAuthenticate(challenge, { le, form: le > 256 ? 'extended' : 'short' }))
      return reason(await verifyActiveAuthentication({ publicKey: spki, challenge, response: answer!.response.data, crypto }))
    }
    const [empty, cuts] = [{ kind: 'empty-at-most' }, { kind: 'cuts', at: 231 }] as const
    expect(await naive(rsaChip(small), empty, 65_536, small.spki)).toBe('aa-no-signature')
    expect(await naive(rsaChip(large), cuts, 256, large.spki)).not.toBe('passed')
    expect(await naive(rsaChip(large), cuts, 65_536, large.spki)).toBe('passed')
    for (const [r, fault, cipher, lengths] of [
      [small, empty, '3DES', ['256 short']],
      [large, cuts, '3DES', ['65536 extended']],
      [large, cuts, undefined, ['256 short', '256 short', '65536 extended']],
      [large, empty, '3DES', ['65536 extended', '256 extended']],
    ] as const) {
      const e = through(rsaChip(r), fault)
      const run = await runActiveAuthentication(e, { publicKey: r.spki, crypto, ...(cipher === undefined ? {} : { cipher }) })
      expect([run?.outcome, asked(e)]).toEqual(['passed', lengths])
    }
  })

  it('E16 follows status words that name a length, or more to fetch', async () => {
    const answer = async (c: Command): Promise<Response> => (await activeAuthenticationChip({ secret: rsaChip(small), crypto })(c))!.response
    const seen: string[] = []
    const strict: Exchange = async (c) => {
      seen.push(`${c.ins.toString(16)} ${c.le} ${c.form}`)
      return c.le === 128 ? answer(c) : { data: new Uint8Array(), sw: 0x6c80 }
    }
    expect([(await runActiveAuthentication(strict, { publicKey: small.spki, crypto }))?.outcome, seen]).toEqual(['passed', ['88 256 short', '88 128 short']])
    // a chip that refuses the length outright gets the exact one next
    const blunt: Exchange = async (c) => (c.le === 128 ? answer(c) : { data: new Uint8Array(), sw: 0x6700 })
    expect((await runActiveAuthentication(blunt, { publicKey: small.spki, crypto }))?.outcome).toBe('passed')
    let rest = new Uint8Array()
    const parts: Exchange = async (c) => {
      if (c.ins === 0xc0) return { data: rest, sw: 0x9000 }
      const whole = await answer({ ...c, le: 256 })
      rest = whole.data.slice(100)
      return { data: whole.data.slice(0, 100), sw: 0x611c }
    }
    expect((await runActiveAuthentication(parts, { publicKey: small.spki, crypto }))?.outcome).toBe('passed')
    const announces: Exchange = async (c) => (c.ins === 0xc0 ? { data: new Uint8Array(), sw: 0x6d00 } : { ...(await answer(c)), sw: 0x611b })
    expect((await runActiveAuthentication(announces, { publicKey: small.spki, crypto }))?.outcome).toBe('passed')
    // advice that never ends is followed once
    let n = 0
    const endless: Exchange = async () => {
      n++
      if (n > 50) throw new Error('it does not end')
      return { data: new Uint8Array(), sw: 0x6c00 | n }
    }
    expect(await runActiveAuthentication(endless, { publicKey: small.spki, crypto })).toMatchObject({ outcome: 'failed', reason: { code: 'aa-refused' }, length: { le: 65_536 } })
    expect(n).toBe(4)
  })

  it('E16 tells why it failed, and stops when the chip is gone or its whole signature is wrong', async () => {
    const gone = await runActiveAuthentication(async () => undefined, { publicKey: small.spki, crypto })
    expect(gone).toBeUndefined()
    const refused = await runActiveAuthentication(async () => ({ data: new Uint8Array(), sw: 0x6982 }), { publicKey: small.spki, crypto })
    expect(refused).toMatchObject({ outcome: 'failed', reason: { code: 'aa-refused', says: 'INTERNAL AUTHENTICATE: 6982, security status not satisfied' } })
    const clone = through(rsaChip(rsa(1024, 3)))
    const run = await runActiveAuthentication(clone, { publicKey: small.spki, crypto })
    expect([run?.outcome, clone.seen.length]).toEqual(['failed', 1])
    expect(await runActiveAuthentication(async () => undefined, { publicKey: sequence(), crypto })).toMatchObject({ outcome: 'failed', reason: { code: 'aa-key-unreadable' } })
  })

  it('E16 answers wrong commands with a status word and leaves those of others alone', async () => {
    const chip = activeAuthenticationChip({ secret: rsaChip(small), crypto })
    const c = internalAuthenticate(challenge, { le: 256, form: 'short' })
    const sw = async (o: Partial<Command>): Promise<number | undefined> => (await chip({ ...c, ...o }))?.response.sw
    expect([await sw({}), await sw({ ins: 0x84 }), await sw({ p1: 1 }), await sw({ p2: 1 }), await sw({ data: new Uint8Array(7) }), await sw({ data: new Uint8Array(9) }), await sw({ le: undefined })]).toEqual([0x9000, undefined, 0x6a86, 0x6a86, 0x6700, 0x6700, 0x6700])
    expect((await chip({ ...c, le: 10 }))?.response.data.length).toBe(10)
    const broken = activeAuthenticationChip({ secret: { kind: 'ecdsa', curve: 'P-256', sign: () => new Uint8Array(64) }, crypto })
    await expect(broken(c)).rejects.toThrow(RangeError)
  })

  it('E13 runs on every curve in both forms', async () => {
    for (const curve of CURVES) {
      const group = curveGroup(curve.name)!
      const scalar = randomScalar(group, crypto)
      for (const form of ['plain', 'der'] as const) {
        const e = through({ kind: 'ecdsa', curve: curve.name, sign: ecdsaSigner({ curve: curve.name, scalar, hash: 'SHA-224', crypto }), form })
        const run = await runActiveAuthentication(e, { publicKey: explicitSpki(curve, group.multiply(group.generator, scalar)), announced: { hash: 'SHA-224' }, crypto, cipher: 'AES-128' })
        expect(run?.outcome === 'passed' && run.scheme, curve.name).toEqual({ kind: 'ecdsa', hash: 'SHA-224', form, curve: curve.name })
      }
    }
  })

  it('E3 answers any bytes in place of a signature with a verdict', async () => {
    const spkis = [small.spki, explicitSpki(curveNamed('P-256'), curveGroup('P-256')!.generator)]
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...spkis), async (response, publicKey) => {
      expect((await verifyActiveAuthentication({ publicKey, challenge, response, crypto })).outcome).toBe('failed')
    }), { numRuns: 300 })
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (publicKey) => {
      expect((await verifyActiveAuthentication({ publicKey, challenge, response: Uint8Array.of(1), crypto })).outcome).toBe('failed')
    }), { numRuns: 200 })
  })
})

describe('the keys of Utopia and of the BSI', () => {
  const file = (...path: readonly string[]): Uint8Array => new Uint8Array(readFileSync(join(vectors, 'synthetic', ...path)))
  const content = (dg15: Uint8Array): Uint8Array => dg15.subarray(dg15[1]! < 0x80 ? 2 : 2 + (dg15[1]! & 0x7f))
  const dg14 = file('lds', 'EF.DG14.bin')

  it('E11 E13 authenticates the chips of Utopia', async () => {
    const infos = decodeSecurityInfos(content(dg14))
    const announced = infos.ok ? infos.value.infos.find((i): i is ActiveAuthenticationInfo => i.kind === 'active-authentication') : undefined
    expect(announced).toMatchObject({ hash: 'SHA-256', form: 'plain' })
    const sec1 = createPrivateKey(Buffer.from(file('keys', 'chip-aa-ec.pk8.pem'))).export({ format: 'der', type: 'sec1' })
    const at = sec1.indexOf(Buffer.from('0420', 'hex')) + 2
    const scalar = numberOf(new Uint8Array(sec1.subarray(at, at + 32)))
    const ecChip = activeAuthenticationChip({ secret: { kind: 'ecdsa', curve: 'brainpoolP256r1', sign: ecdsaSigner({ curve: 'brainpoolP256r1', scalar, hash: 'SHA-256', crypto }) }, crypto })
    const run = await runActiveAuthentication(async (c) => (await ecChip(c))?.response, { publicKey: content(file('lds', 'EF.DG15.bin')), announced, crypto, cipher: 'AES-128' })
    expect(run).toMatchObject({ outcome: 'passed', scheme: { kind: 'ecdsa', hash: 'SHA-256', form: 'plain', curve: 'brainpoolP256r1' }, defects: [] })
    const r = rsaOf(createPrivateKey(Buffer.from(file('keys', 'chip-aa-rsa1280.pk8.pem'))))
    const rsaChip = activeAuthenticationChip({ secret: { kind: 'rsa', modulus: r.key.modulus, hash: 'SHA-1', secret: rsaSecret({ ...r.key, privateExponent: r.privateExponent }, crypto) }, crypto })
    const second = await runActiveAuthentication(async (c) => (await rsaChip(c))?.response, { publicKey: content(file('lds', 'EF.DG15.rsa1280.bin')), announced, crypto, cipher: '3DES' })
    expect(second).toMatchObject({ outcome: 'passed', scheme: { kind: 'rsa', hash: 'SHA-1', trailer: 'BC' }, defects: [] })
  })

  describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('of the BSI', () => {
    const bsi = (name: string): Uint8Array => new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/bsi-tr03105-5', name)))
    it('E11 authenticates the chip of the reference set', async () => {
      const r = rsaOf(createPrivateKey({ key: Buffer.from(bsi('DG15_sk.pkcs8')), format: 'der', type: 'pkcs8' }))
      const publicKey = content(bsi('Datagroup15.bin'))
      for (const hash of HASHES) {
        const chip = activeAuthenticationChip({ secret: { kind: 'rsa', modulus: r.key.modulus, hash, secret: opensslSecret(r) }, crypto })
        expect(await runActiveAuthentication(async (c) => (await chip(c))?.response, { publicKey, crypto, cipher: '3DES' })).toMatchObject({ outcome: 'passed', scheme: { kind: 'rsa', hash }, defects: [] })
      }
      // the older set has another key
      const older = content(new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/bsi-2008/Datagroup15.bin'))))
      expect(readActiveAuthenticationKey(older)?.kind).toBe('rsa')
      const chip = activeAuthenticationChip({ secret: { kind: 'rsa', modulus: r.key.modulus, hash: 'SHA-1', secret: opensslSecret(r) }, crypto })
      expect((await runActiveAuthentication(async (c) => (await chip(c))?.response, { publicKey: older, crypto }))?.outcome).toBe('failed')
    })
  })
})
