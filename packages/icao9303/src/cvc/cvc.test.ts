import { readFileSync } from 'node:fs'
import { createPrivateKey, generateKeyPairSync, sign as signWith, constants, type KeyObject } from 'node:crypto'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { dice } from '../asn1/mutant.ts'
import { concat, hex, isSame, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { ecdsaSigner } from '../access/active-authentication-chip.ts'
import { curveGroup, randomScalar } from '../access/group.ts'
import { type HashName, type Sign } from '../crypto.ts'
import { nodeCrypto } from '../node.ts'
import { CURVES } from '../pki/curve.ts'
import { decodeEfCvca, encodeEfCvca } from './authority-file.ts'
import { buildChat, encodeChat, intersectChats, mayRead, rightsOf, roleOf, terminalTypeOf, type Chat, type CvcRole } from './authorization.ts'
import { authenticateCvcRequest, buildCvc, buildCvcRequest, type CvcSigner } from './build.ts'
import { decodeCvc, decodeCvcParts, encodeCvc, encodeCvcBody, encodeCvcParts, type CvcContent, type CvCertificate } from './certificate.ts'
import { cvcDefects } from './lint.ts'
import { cvcAlgorithmOf, cvcAlgorithmOid, cvcSchemeOf, cvcSpki, inheritParameters, withoutParameters, type CvcPublicKey } from './public-key.ts'
import { parseReference, renderReference } from './reference.ts'
import { checkCvcRequest, decodeCvcRequest } from './request.ts'
import { decodeDerSignature, decodePlainSignature, encodeDerSignature, encodePlainSignature } from './signature.ts'
import { cvcTrustPoint, findCvcChain, importCvc, verifyCvcChain, type CvcTrust } from './trust.ts'
import { isCvcSignature, isCvcSignedBy } from './verify.ts'

const crypto = nodeCrypto()
interface WorkedExample { readonly id: string; readonly [name: string]: unknown }
const examples = (JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/eac-worked-example.json'), 'utf8')) as { cases: WorkedExample[] }).cases
const bytes = (e: WorkedExample, name: string): Uint8Array => unhex(e[name] as string)
const read = (b: Uint8Array): CvCertificate => {
  const d = decodeCvc(b)
  if (!d.ok) throw new Error(JSON.stringify(d.defects))
  return d.value
}
const place = (d: { readonly ok: boolean; readonly defects: readonly { readonly code: string; readonly offset: number; readonly says: string }[] }) => ({ ok: d.ok, defects: d.defects.map(({ code, offset, says }) => ({ code, offset, says })) })

/** A key on a curve, with its signer. */
function ecKey(curve: string, hash: HashName): CvcSigner {
  const group = curveGroup(curve)!
  const scalar = randomScalar(group, crypto)
  const key: CvcPublicKey = { kind: 'ec', oid: cvcAlgorithmOid({ kind: 'ecdsa', hash }), point: group.multiply(group.generator, scalar), parameters: { curve, cofactor: 'given' } }
  return { key, sign: ecdsaSigner({ curve, scalar, hash, crypto }) }
}

const HASHES: Readonly<Record<string, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
const rsaSign = (key: KeyObject, kind: 'rsa-pkcs1' | 'rsa-pss', hash: HashName): Sign => (message) => signWith(HASHES[hash]!, message, kind === 'rsa-pkcs1' ? { key, padding: constants.RSA_PKCS1_PADDING } : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST })
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = pair.publicKey.export({ format: 'jwk' })
function rsaKey(kind: 'rsa-pkcs1' | 'rsa-pss', hash: HashName): CvcSigner {
  const key: CvcPublicKey = { kind: 'rsa', oid: cvcAlgorithmOid({ kind, hash }), modulus: new Uint8Array(Buffer.from(jwk.n!, 'base64url')), exponent: new Uint8Array(Buffer.from(jwk.e!, 'base64url')) }
  return { key, sign: rsaSign(pair.privateKey, kind, hash) }
}

const chat = (role: CvcRole, rights: readonly string[] = ['read-dg3', 'read-dg4']): Chat => buildChat({ type: 'inspection', role, rights })
const content = (o: Partial<CvcContent> & Pick<CvcContent, 'publicKey'>): CvcContent => ({
  profile: 0, car: 'UTCVCAUTO00001', chr: 'UTCVCAUTO00001', chat: chat('cvca'), effective: '2026-01-01', expires: '2028-01-01', extensions: [], ...o,
})

/** A small authority: root, document verifier and terminal, the last two without domain parameters. */
async function authority(o: { readonly key?: CvcSigner; readonly dv?: Partial<CvcContent>; readonly terminal?: Partial<CvcContent> } = {}) {
  const root = o.key ?? ecKey('brainpoolP256r1', 'SHA-256')
  const curve = root.key.kind === 'ec' ? root.key.parameters!.curve : undefined
  const hash = cvcAlgorithmOf(root.key)!.hash
  const own = (): CvcSigner => (curve === undefined ? root : ecKey(curve, hash))
  const [dv, terminal] = [own(), own()]
  const rootCvc = read(await buildCvc(content({ publicKey: root.key }), root))
  const dvCvc = read(await buildCvc(content({ chr: 'UTDVBORDERUT001', chat: chat('dv-domestic'), effective: '2026-03-01', expires: '2026-05-01', publicKey: withoutParameters(dv.key), ...o.dv }), root))
  const terminalCvc = read(await buildCvc(content({ car: dvCvc.chr, chr: 'UTGATE1UT001', chat: chat('terminal', ['read-dg3']), effective: '2026-03-05', expires: '2026-03-20', publicKey: withoutParameters(terminal.key), ...o.terminal }), dv))
  const point = (await cvcTrustPoint(rootCvc, crypto))!
  const trust: CvcTrust = { points: [point], date: '2026-02-01' }
  return { root, dv, terminal, rootCvc, dvCvc, terminalCvc, trust }
}

describe('card-verifiable certificates of the worked example', () => {
  it('E1 has both parts: ECDSA and RSA', () => { expect(examples.map((e) => e.id)).toEqual(['ecdh', 'dh']) })

  it.each(examples.map((e) => [e.id, e] as const))('E1 reads, verifies and writes again the certificates of the %s part', async (id, e) => {
    const [root, dv, terminal] = ['cvca_cert', 'dv_cert', 'ta_cert'].map((n) => read(bytes(e, n)))
    expect([root!.car, root!.chr, dv!.car, dv!.chr, terminal!.car, terminal!.chr]).toEqual(id === 'ecdh'
      ? ['DECVCAAT00001', 'DECVCAAT00001', 'DECVCAAT00001', 'DETESTDVDE019', 'DETESTDVDE019', 'DETESTATDE019']
      : ['DETESTCVCA00003', 'DETESTCVCA00003', 'DETESTCVCA00003', 'DETESTDVDE019', 'DETESTDVDE019', 'DETESTATDE019'])
    expect([root!.effective, root!.expires, terminal!.effective, terminal!.expires]).toEqual(id === 'ecdh' ? ['2010-09-30', '2011-09-25', '2010-09-30', '2010-10-30'] : ['2010-03-24', '2011-03-19', '2010-03-24', '2010-04-24'])
    expect([root, dv, terminal].map((c) => [terminalTypeOf(c!.chat), roleOf(c!.chat)])).toEqual([['inspection', 'cvca'], ['authentication', 'dv-domestic'], ['authentication', 'terminal']])
    expect(rightsOf(terminal!.chat)).toEqual(['can-allowed', 'read-eid-dg1'])
    for (const [n, c] of [['cvca_cert', root], ['dv_cert', dv], ['ta_cert', terminal]] as const) {
      expect(hex(encodeCvc({ body: encodeCvcBody(c!), signature: c!.signature })).toUpperCase()).toBe(e[n])
    }
    // the example's own root is an inspection system's; the chip has its point for authentication terminals
    const point = { ...(await cvcTrustPoint(root!, crypto))!, chat: { oid: dv!.chat.oid, bits: new Uint8Array(5).fill(0xff) } }
    const verdict = await verifyCvcChain([dv!, terminal!], { points: [point], date: '2010-01-01' }, crypto)
    expect(verdict.ok && [verdict.key.chr, verdict.trust.date, rightsOf(verdict.key.chat)]).toEqual(['DETESTATDE019', terminal!.effective, ['can-allowed', 'read-eid-dg1']])
    // the private key of the example is that of the certificate
    const spki = cvcSpki(verdict.ok ? verdict.key.publicKey : root!.publicKey)!
    const again = signWith(id === 'ecdh' ? 'sha512' : 'sha1', Buffer.from('x'), { key: createPrivateKey({ key: Buffer.from(bytes(e, 'ta_pcd_key')), format: 'der', type: 'pkcs8' }), dsaEncoding: 'ieee-p1363' })
    expect(await crypto.verify({ spki, scheme: cvcSchemeOf(terminal!.publicKey)!, message: Buffer.from('x'), signature: again })).toBe(true)
  })
})

describe('reading and writing', () => {
  const points = CURVES.map((c) => c.name)
  const arbitraryKey: fc.Arbitrary<CvcPublicKey> = fc.oneof(
    fc.record({
      kind: fc.constant('rsa' as const), oid: fc.constantFrom(...[1, 2, 3, 4, 5, 6].map((n) => `0.4.0.127.0.7.2.2.2.1.${n}`)),
      modulus: fc.uint8Array({ minLength: 1, maxLength: 384 }).filter((b) => b.some((x) => x !== 0)), exponent: fc.uint8Array({ minLength: 1, maxLength: 4 }).filter((b) => b.some((x) => x !== 0)),
    }),
    fc.record({ curve: fc.constantFrom(...points), given: fc.constantFrom('given' as const, 'absent' as const, undefined), hash: fc.constantFrom(1, 2, 3, 4, 5) }).map(({ curve, given, hash }) => {
      const group = curveGroup(curve)!
      return { kind: 'ec' as const, oid: `0.4.0.127.0.7.2.2.2.2.${hash}`, point: group.generator, ...(given === undefined ? {} : { parameters: { curve, cofactor: given } }) }
    }),
  )
  const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10))
  const reference = fc.stringMatching(/^[A-Z]{2}[A-Z0-9]{1,9}[0-9A-Z]{5}$/)
  const arbitraryContent: fc.Arbitrary<CvcContent> = fc.record({
    profile: fc.nat(255), car: reference, chr: reference, publicKey: arbitraryKey, effective: day, expires: day,
    chat: fc.record({ oid: fc.constantFrom('0.4.0.127.0.7.3.1.2.1', '0.4.0.127.0.7.3.1.2.2', '1.2.3'), bits: fc.uint8Array({ maxLength: 6 }) }),
    extensions: fc.array(fc.record({ oid: fc.constantFrom('0.4.0.127.0.7.3.1.3.1', '2.23.136.1.1.9'), objects: fc.uint8Array({ maxLength: 40 }).map((b) => tlv(0x80, b)) }), { maxLength: 3 }),
  })

  it('E2 reads what it writes, for any content', () => {
    fc.assert(fc.property(arbitraryContent, fc.uint8Array({ minLength: 1, maxLength: 300 }), (c, signature) => {
      const body = encodeCvcBody(c)
      const whole = encodeCvc({ body, signature })
      const d = decodeCvc(whole)
      expect(d.ok && d.value).toEqual({ ...c, body, signature })
      const parts = decodeCvcParts(encodeCvcParts({ body, signature }))
      expect(parts.ok && parts.value).toEqual({ ...c, body, signature })
    }), { numRuns: 150 })
  })

  it('E2 writes again what it reads, to the byte, or says that it was not canonical', async () => {
    const { rootCvc, dvCvc } = await authority()
    const padded: CvCertificate = { ...rootCvc, publicKey: { kind: 'rsa', oid: '0.4.0.127.0.7.2.2.2.1.4', modulus: concat(Uint8Array.of(0), new Uint8Array(256).fill(0xc1)), exponent: Uint8Array.of(3) } }
    expect(cvcDefects(padded).map((d) => d.code)).toContain('integer-padded')
    for (const c of [rootCvc, dvCvc]) expect(cvcDefects(c)).toEqual([])
    // the second coefficient of P-521 has a zero byte in front where it is written as long as the prime
    const p521 = ecKey('P-521', 'SHA-512')
    const whole = await buildCvc(content({ publicKey: p521.key }), p521)
    const at = hex(whole).indexOf('834151953e') / 2
    expect(at).toBeGreaterThan(0)
    expect(cvcDefects(read(whole)).map((d) => d.code)).toEqual(['curve-length'])
    const body = encodeCvcBody(read(whole))
    const longer = hex(body).replace('834151953e', '83420051953e').replace(/^7f4e82(....)/, (_, n: string) => `7f4e82${(Number.parseInt(n, 16) + 1).toString(16).padStart(4, '0')}`).replace(/7f4982(....)/, (_, n: string) => `7f4982${(Number.parseInt(n, 16) + 1).toString(16).padStart(4, '0')}`)
    const odd = read(encodeCvc({ body: unhex(longer), signature: Uint8Array.of(1) }))
    expect(odd.publicKey).toEqual(p521.key)
    expect(cvcDefects(odd).map((d) => d.code)).toEqual(['curve-length', 'not-canonical'])
  })

  it('E3 names the place of what is malformed', async () => {
    const { root, rootCvc } = await authority()
    const whole = encodeCvc(rootCvc)
    expect(place(decodeCvc(new Uint8Array()))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: 0, says: 'expected more bytes' }] })
    expect(place(decodeCvc(concat(whole, Uint8Array.of(0))))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: whole.length, says: 'expected no bytes after the end' }] })
    expect(place(decodeCvc(tlv(0x7f20)))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: 0, says: 'expected tag 7f21' }] })
    const with_ = (o: Partial<CvcContent>): Uint8Array => encodeCvc({ body: encodeCvcBody({ ...rootCvc, ...o }), signature: Uint8Array.of(1) })
    const spoil = (b: Uint8Array, from: string, to: string): ReturnType<typeof place> => place(decodeCvc(unhex(hex(b).replace(from, to))))
    const at = (b: Uint8Array, h: string): number => hex(b).indexOf(h) / 2
    const good = with_({})
    expect(spoil(good, '5f2506020600010001', '5f2506020600010001')).toMatchObject({ ok: true })
    expect(at(good, '5f2506020600010001')).toBeGreaterThan(0)
    // a digit above nine, a day that does not exist, a wrong length
    const date = at(good, '5f2506020600010001')
    expect(spoil(good, '5f2506020600010001', '5f250602060001000a')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: date + 8, says: 'expected an unpacked decimal digit' }] })
    expect(spoil(good, '5f2506020600020209', '5f2506020600010001')).toMatchObject({ ok: true })
    expect(spoil(good, '5f2506020600010001', '5f2506020600020300')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: date + 3, says: 'expected a day that exists' }] })
    expect(spoil(good, '5f2506020600010001', '5f2506020601030001')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: date + 3, says: 'expected a day that exists' }] })
    // characters that nobody assigned
    const car = at(good, '420e5554')
    expect(spoil(good, '420e5554', '420e0054')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: car + 2, says: 'expected a character that ISO 8859-1 assigns' }] })
    expect(spoil(good, '420e5554', '420e7f54')).toMatchObject({ ok: false })
    expect(spoil(good, '420e5554', '420e9f54')).toMatchObject({ ok: false })
    expect(spoil(good, '420e5554', '420ea054')).toMatchObject({ ok: true })
    expect(spoil(good, '420e5554', '420e2054')).toMatchObject({ ok: true })
    // numbers of no curve
    const p = CURVES.find((c) => c.name === 'brainpoolP256r1')!
    for (const part of [p.p, p.a, p.b, p.g, p.n]) {
      const wrong = `${part.slice(0, -2)}${(Number.parseInt(part.slice(-2), 16) ^ 2).toString(16).padStart(2, '0')}`
      expect(spoil(good, part, wrong)).toEqual({ ok: false, defects: [{ code: 'malformed', offset: at(good, `8120${p.p}`), says: 'expected the numbers of a known curve' }] })
    }
    expect(spoil(good, '870101', '870102')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: at(good, '870101'), says: 'expected the cofactor 1' }] })
    // a point in compressed form, or of another curve
    const y = at(good, `8641${hex((root.key as { point: Uint8Array }).point).slice(0, 6)}`)
    expect(spoil(good, `8641${hex((root.key as { point: Uint8Array }).point).slice(0, 6)}`, `8641${'02'}${hex((root.key as { point: Uint8Array }).point).slice(2, 6)}`)).toEqual({ ok: false, defects: [{ code: 'malformed', offset: y, says: 'expected an uncompressed point' }] })
    const other = encodeCvc({ body: encodeCvcBody({ ...rootCvc, publicKey: { kind: 'ec', oid: root.key.oid, point: curveGroup('P-384')!.generator, parameters: { curve: 'brainpoolP256r1', cofactor: 'given' } } }), signature: Uint8Array.of(1) })
    expect(place(decodeCvc(other)).defects[0]).toMatchObject({ code: 'malformed', says: 'expected a point of brainpoolP256r1' })
    // an algorithm of another protocol
    expect(spoil(good, '060a04007f000702020202', '060a04007f000702020302')).toEqual({ ok: false, defects: [{ code: 'malformed', offset: at(good, '060a04007f000702020202'), says: 'expected an algorithm of Terminal Authentication' }] })
    expect(place(decodeCvc(with_({ publicKey: { kind: 'rsa', oid: '0.4.0.127.0.7.2.2.2.1.4', modulus: Uint8Array.of(0), exponent: Uint8Array.of(3) } }))).defects[0]).toMatchObject({ says: 'expected a number above zero' })
    // a request is no certificate
    expect(place(decodeCvc(await buildCvcRequest({ profile: 0, car: 'UTCVCAUTO00001', chr: 'UTDVBORDERUT001', publicKey: root.key }, root.sign))).defects[0]).toMatchObject({ says: 'expected an authorization template' })
    expect(place(decodeCvc(await buildCvcRequest({ profile: 0, chr: 'UTDVBORDERUT001', publicKey: root.key }, root.sign))).defects[0]).toMatchObject({ says: 'expected an authority reference' })
  })

  it('E3 answers 200,000 mutants with a value, quickly', async () => {
    const seeds = [...examples.flatMap((e) => ['cvca_cert', 'dv_cert', 'ta_cert'].map((n) => bytes(e, n)))]
    const { root } = await authority()
    seeds.push(await authenticateCvcRequest(await buildCvcRequest({ profile: 0, chr: 'UTDVBORDERUT001', publicKey: root.key }, root.sign), 'UTCVCAUTO00001', root))
    const next = dice(0x9e3779b9)
    const begun = performance.now()
    let [readable, refused] = [0, 0]
    for (let i = 0; i < 200_000; i++) {
      const seed = seeds[i % seeds.length]!
      const b = seed.slice(0, next(40) === 0 ? next(seed.length) : seed.length)
      for (let n = next(3) + 1; n > 0 && b.length > 0; n--) b[next(Math.min(b.length, next(2) === 0 ? 60 : b.length))] = next(256)
      const d = b[0] === 0x67 ? decodeCvcRequest(b) : decodeCvc(b)
      if (d.ok) readable++
      else {
        refused++
        for (const defect of d.defects) if (!(defect.offset >= 0 && defect.offset <= b.length)) throw new Error(`offset ${defect.offset} of ${b.length}`)
      }
    }
    expect(readable + refused).toBe(200_000)
    expect(refused).toBeGreaterThan(50_000)
    expect(readable).toBeGreaterThan(50_000)
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  it('E2 reads references, days and rights by their forms', () => {
    expect(parseReference('DETESTCVCA00003')).toEqual({ country: 'DE', mnemonic: 'TESTCVCA', sequence: '00003' })
    expect(renderReference({ country: 'UT', mnemonic: 'B', sequence: 'UT0Z9' })).toBe('UTBUT0Z9')
    for (const bad of ['', 'DE00003', 'de1TEST00003', 'DETESTTESTT100003', 'DETEST0000a', 'DEtest\u000000003']) expect(parseReference(bad)).toBeUndefined()
    expect(parseReference('DETESTTEST100003')).toMatchObject({ mnemonic: 'TESTTEST1' })
    for (const bad of [{ country: 'D', mnemonic: 'TEST', sequence: '00003' }, { country: 'DE', mnemonic: 'TEST', sequence: '0003' }, { country: 'DE', mnemonic: '', sequence: '00003' }]) expect(() => renderReference(bad)).toThrow(RangeError)
    const { key } = ecKey('P-256', 'SHA-256')
    for (const bad of ['2026-02-29', '1999-12-31', '2100-01-01', '2026-1-1', '2026-00-01']) expect(() => encodeCvcBody(content({ publicKey: key, effective: bad })), bad).toThrow(RangeError)
    expect(() => encodeCvcBody(content({ publicKey: key, effective: '2028-02-29' }))).not.toThrow()
    for (const bad of ['', 'A'.repeat(17), 'A\u0001', '\u0100']) expect(() => encodeCvcBody(content({ publicKey: key, chr: bad })), bad).toThrow(RangeError)
    expect(() => encodeCvcBody(content({ publicKey: { kind: 'ec', oid: key.oid, point: Uint8Array.of(4, 1, 1), parameters: { curve: 'P-255', cofactor: 'given' } } }))).toThrow(RangeError)
  })

  it('E2 converts signatures between both forms', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), (r, s) => {
      expect(decodeDerSignature(encodeDerSignature({ r, s }))).toEqual({ r, s })
      expect(decodePlainSignature(encodePlainSignature({ r, s }, 32))).toEqual({ r, s })
    }))
    expect([decodePlainSignature(new Uint8Array()), decodePlainSignature(new Uint8Array(3)), decodeDerSignature(unhex('3006020101020180')), decodeDerSignature(unhex('30060201010201')), decodeDerSignature(unhex('3009020101020101020101'))]).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(() => encodePlainSignature({ r: 1n << 256n, s: 1n }, 32)).toThrow(RangeError)
  })
})

describe('authorization', () => {
  it('E6 grants what all certificates of a chain grant, and only to inspection systems', async () => {
    expect([mayRead(undefined, 'DG3'), mayRead(chat('terminal', ['read-dg3']), 'DG3'), mayRead(chat('terminal', ['read-dg3']), 'DG4'), mayRead(chat('terminal', ['read-dg4']), 'DG4')]).toEqual([false, true, false, true])
    expect(mayRead({ oid: '0.4.0.127.0.7.3.1.2.3', bits: Uint8Array.of(3) }, 'DG3')).toBe(false)
    expect(hex(encodeChat(chat('cvca')))).toBe('7f4c0e060904007f0007030102015301c3')
    expect([chat('dv-domestic', []), chat('dv-foreign', []), chat('terminal', [])].map((c) => c.bits[0])).toEqual([0x80, 0x40, 0])
    expect(intersectChats(chat('cvca'), chat('terminal', ['read-dg4']))).toEqual(chat('terminal', ['read-dg4']))
    expect(intersectChats(chat('cvca'), buildChat({ type: 'authentication', role: 'terminal', rights: [] }))).toBeUndefined()
    expect(() => chat('terminal', ['write-eid-dg17'])).toThrow(RangeError)
    const all = { oid: '0.4.0.127.0.7.3.1.2.2', bits: unhex('ffffffffff') }
    expect([rightsOf(all).length, rightsOf(all)[0], rightsOf(all).filter((r) => r.startsWith('bit-')), rightsOf(all).at(-1)]).toEqual([38, 'age-verification', ['bit-29', 'bit-30', 'bit-31', 'bit-32'], 'write-eid-dg17'])
    expect(hex(buildChat({ type: 'authentication', role: 'terminal', rights: ['write-eid-dg17', 'read-eid-dg21', 'age-verification', 'read-eid-dg1'] }).bits)).toBe('2010000101')
    expect(rightsOf({ oid: '1.2.3', bits: Uint8Array.of(0xc1) })).toEqual(['bit-0'])
    const { dvCvc, terminalCvc, trust } = await authority({ dv: { chat: chat('dv-domestic', ['read-dg4']) }, terminal: { chat: chat('terminal') } })
    const verdict = await verifyCvcChain([dvCvc, terminalCvc], trust, crypto)
    expect(verdict.ok && rightsOf(verdict.key.chat)).toEqual(['read-dg4'])
    // reserved bits are never granted by the trust point's own silence
    const reserved = await authority({ dv: { chat: { ...chat('dv-domestic'), bits: Uint8Array.of(0xbf) } }, terminal: { chat: { ...chat('terminal'), bits: Uint8Array.of(0x3f) } } })
    const granted = await verifyCvcChain([reserved.dvCvc, reserved.terminalCvc], reserved.trust, crypto)
    expect(granted.ok && granted.key.chat.bits[0]).toBe(0x03)
  })
})

describe('chains', () => {
  const kinds: readonly (readonly [string, () => CvcSigner])[] = [
    ...CURVES.map((c) => [`ECDSA on ${c.name}`, () => ecKey(c.name, Number.parseInt(c.name.replace(/\D/g, ''), 10) >= 384 ? 'SHA-384' : 'SHA-256')] as const),
    ...(['SHA-1', 'SHA-224', 'SHA-384', 'SHA-512'] as const).map((h) => [`ECDSA with ${h}`, () => ecKey('brainpoolP512r1', h)] as const),
    ...(['SHA-1', 'SHA-256', 'SHA-512'] as const).flatMap((h) => (['rsa-pkcs1', 'rsa-pss'] as const).map((k) => [`${k} with ${h}`, () => rsaKey(k, h)] as const)),
  ]
  it.each(kinds)('E5 accepts a chain of %s, and no link of it under another key', async (_, make) => {
    const { root, dvCvc, terminalCvc, rootCvc, trust } = await authority({ key: make() })
    const verdict = await verifyCvcChain([dvCvc, terminalCvc], trust, crypto)
    expect(verdict.ok && [verdict.key.chr, verdict.trust.date, mayRead(verdict.key.chat, 'DG3'), mayRead(verdict.key.chat, 'DG4')]).toEqual(['UTGATE1UT001', '2026-03-05', true, false])
    expect(await isCvcSignedBy(rootCvc, rootCvc.publicKey, crypto)).toBe(true)
    const stranger = root.key.kind === 'ec' ? ecKey(root.key.parameters!.curve, cvcAlgorithmOf(root.key)!.hash).key : { ...root.key, modulus: root.key.modulus.map((b, i) => (i === 200 ? b ^ 1 : b)) }
    expect(await isCvcSignedBy(dvCvc, stranger, crypto)).toBe(false)
  })

  it('E4 accepts no certificate in which a byte was changed', async () => {
    for (const key of [ecKey('P-224', 'SHA-224'), rsaKey('rsa-pss', 'SHA-256')]) {
      const { dvCvc, trust } = await authority({ key })
      const whole = encodeCvc(dvCvc)
      for (let i = 0; i < whole.length; i++) {
        const b = whole.slice()
        b[i]! ^= 1 << (i % 8)
        const d = decodeCvc(b)
        if (d.ok) expect((await verifyCvcChain([d.value], trust, crypto)).ok, `byte ${i}`).toBe(false)
      }
    }
  })

  it('E4 takes no signature in another form, length or algorithm', async () => {
    const signer = ecKey('P-256', 'SHA-256')
    const message = unhex('0011223344')
    const der = await signer.sign(message)
    const plain = encodePlainSignature(decodeDerSignature(der)!, 32)
    const judge = (key: CvcPublicKey, signature: Uint8Array): Promise<boolean> => isCvcSignature({ key, message, signature }, crypto)
    expect([await judge(signer.key, plain), await judge(signer.key, der), await judge(signer.key, plain.subarray(0, 62)), await judge(signer.key, concat(Uint8Array.of(0), plain, Uint8Array.of(0)))]).toEqual([true, false, false, false])
    expect(await judge({ ...signer.key, oid: '0.4.0.127.0.7.2.2.2.2.4' }, plain)).toBe(false)
    expect(await judge({ ...signer.key, oid: '0.4.0.127.0.7.2.2.2.2.9' }, plain)).toBe(false)
    expect(await judge({ ...signer.key, oid: '0.4.0.127.0.7.2.2.2.1.4' }, plain)).toBe(false)
    expect(await judge(withoutParameters(signer.key), plain)).toBe(false)
    const rsa = rsaKey('rsa-pss', 'SHA-256')
    const signature = await rsa.sign(message)
    expect([await judge(rsa.key, signature), await judge(rsa.key, concat(Uint8Array.of(0), signature)), await judge(rsa.key, signature.subarray(1)), await judge({ ...rsa.key, oid: cvcAlgorithmOid({ kind: 'rsa-pkcs1', hash: 'SHA-256' }) }, signature)]).toEqual([true, false, false, false])
    expect(() => cvcAlgorithmOid({ kind: 'rsa-pss', hash: 'SHA-384' })).toThrow(RangeError)
    await expect(buildCvc(content({ publicKey: signer.key }), { key: signer.key, sign: () => plain })).rejects.toThrow(RangeError)
    await expect(buildCvc(content({ publicKey: signer.key }), { key: withoutParameters(signer.key), sign: signer.sign })).rejects.toThrow(RangeError)
    await expect(buildCvc(content({ publicKey: signer.key }), { key: { ...signer.key, oid: '1.2.3' }, sign: signer.sign })).rejects.toThrow(RangeError)
  })

  type Case = readonly [name: string, o: Parameters<typeof authority>[0], at: number, code: string, says: string, clause: string]
  const cases: readonly Case[] = [
    ['another profile', { dv: { profile: 1 } }, 0, 'cvc-profile', 'profile 1 instead of 0', 'Doc 9303-12 §7.2.2.1'],
    ['an authority that is not known', { dv: { car: 'UTCVCAUTO00002' } }, 0, 'cvc-issuer-differs', 'UTCVCAUTO00002 is not known', 'Doc 9303-12 §7.2.2.2'],
    ['a terminal that names the root', { terminal: { car: 'UTCVCAUTO00001' } }, 1, 'cvc-role', 'a cvca does not certify a terminal', 'Doc 9303-11 §7.1.4.3.6'],
    ['a terminal as document verifier', { dv: { chat: chat('terminal') } }, 0, 'cvc-role', 'a cvca does not certify a terminal', 'Doc 9303-11 §7.1.4.3.6'],
    ['a document verifier under a document verifier', { terminal: { chat: chat('dv-domestic') } }, 1, 'cvc-role', 'a dv-domestic does not certify a dv-domestic', 'Doc 9303-11 §7.1.4.3.6'],
    ['a root under a document verifier', { terminal: { chat: chat('cvca') } }, 1, 'cvc-role', 'a dv-domestic does not certify a cvca', 'Doc 9303-11 §7.1.4.3.6'],
    ['another terminal type', { dv: { chat: buildChat({ type: 'signature', role: 'dv-domestic', rights: [] }) } }, 0, 'cvc-terminal-type', 'for another type of terminal than its authority', 'Doc 9303-11 §7.1.4.3.6'],
    ['a document verifier that expired before the chip’s day', { dv: { effective: '2025-12-01', expires: '2026-01-31' } }, 0, 'cvc-expired', 'expired on 2026-01-31', 'Doc 9303-11 §7.1.4.3.3'],
    ['a terminal that expired before its authority was made', { terminal: { effective: '2026-02-01', expires: '2026-02-28' } }, 1, 'cvc-expired', 'expired on 2026-02-28', 'Doc 9303-11 §7.1.4.3.3'],
    ['dates in the wrong order', { dv: { effective: '2026-05-02', expires: '2026-05-01' } }, 0, 'cvc-dates', 'expires on 2026-05-01, before it is effective', 'Doc 9303-12 §7.2.2.5'],
    ['a holder that the chip knows already', { dv: { chr: 'UTCVCAUTO00001' } }, 0, 'cvc-known', 'UTCVCAUTO00001 is known already', 'Doc 9303-11 §7.1.4.3.7'],
    ['a key that is on no curve of its authority', { dv: { publicKey: { kind: 'ec', oid: '0.4.0.127.0.7.2.2.2.2.3', point: curveGroup('P-384')!.generator } } }, 0, 'cvc-parameters', 'a key without domain parameters that its authority could give', 'Doc 9303-12 §7.2.2.3'],
  ]
  it.each(cases)('E5 refuses %s', async (_, o, at, code, says, clause) => {
    const { dvCvc, terminalCvc, trust } = await authority(o)
    expect(await verifyCvcChain([dvCvc, terminalCvc], trust, crypto)).toEqual({ ok: false, at, refusal: { code, says, clause } })
  })

  it('E5 lets no terminal certify, takes no other issuer, and a certificate of one day', async () => {
    const { terminal, dvCvc, terminalCvc, trust, dv } = await authority()
    const below = read(await buildCvc({ ...terminalCvc, car: terminalCvc.chr, chr: 'UTGATE2UT001' }, terminal))
    expect(await verifyCvcChain([dvCvc, terminalCvc, below], trust, crypto)).toEqual({ ok: false, at: 2, refusal: { code: 'cvc-role', says: 'a terminal does not certify a terminal', clause: 'Doc 9303-11 §7.1.4.3.6' } })
    const taken = await importCvc(terminalCvc, { issuer: trust.points[0]!, trust, crypto })
    expect(taken).toEqual({ ok: false, refusal: { code: 'cvc-issuer-differs', says: 'signed by UTDVBORDERUT001, not by UTCVCAUTO00001', clause: 'Doc 9303-12 §7.2.2.2' } })
    const brief = read(await buildCvc({ ...terminalCvc, effective: '2026-03-06', expires: '2026-03-06' }, dv))
    expect((await verifyCvcChain([dvCvc, brief], trust, crypto)).ok).toBe(true)
  })

  it('E6 grants what extensions give as far as every authority gives it too', async () => {
    const [one, two] = ['2.23.136.1.1.9.1', '2.23.136.1.1.9.2']
    const of = (id: string, ...objects: readonly Uint8Array[]) => ({ oid: id, objects: concat(...objects) })
    const o = (tag: number, h: string): Uint8Array => tlv(tag, unhex(h))
    const key = ecKey('P-256', 'SHA-256')
    const effective = async (root: CvcContent['extensions'], dvs: CvcContent['extensions'], gate: CvcContent['extensions']) => {
      const a = await authority({ key, dv: { extensions: dvs }, terminal: { extensions: gate } })
      const point = (await cvcTrustPoint(read(await buildCvc(content({ publicKey: key.key, extensions: root }), key)), crypto))!
      const v = await verifyCvcChain([a.dvCvc, a.terminalCvc], { ...a.trust, points: [point] }, crypto)
      if (!v.ok) throw new Error(v.refusal.says)
      return v.key.authorizations.map((e) => `${e.oid} ${hex(e.objects)}`)
    }
    expect(await effective([of(one, o(0x80, 'ff0f'))], [of(one, o(0x80, '7fff'))], [of(one, o(0x80, 'fffc'))])).toEqual([`${one} 80027f0c`])
    expect(await effective([of(one, o(0x80, 'ff'))], [], [of(one, o(0x80, 'ff'))])).toEqual([])
    expect(await effective([of(one, o(0x80, 'ff'))], [of(two, o(0x80, 'ff'))], [of(one, o(0x80, 'ff')), of(two, o(0x80, 'ff'))])).toEqual([])
    expect(await effective([of(one, o(0x80, 'ff')), of(two, o(0x80, '01'))], [of(two, o(0x80, 'ff')), of(one, o(0x80, '03'))], [of(one, o(0x80, 'ff')), of(two, o(0x80, 'ff'))])).toEqual([`${one} 800103`, `${two} 800101`])
    // another tag, another length, more than one object, none
    for (const odd of [of(one, o(0x81, 'ff')), of(one, o(0x80, 'ffff')), of(one, o(0x80, ''), o(0x80, '')), of(one)]) expect(await effective([of(one, o(0x80, 'ff'))], [odd], [odd])).toEqual([])
    expect(await effective([of(one, o(0x80, ''), o(0x80, ''))], [of(one, o(0x80, ''), o(0x80, ''))], [of(one, o(0x80, ''), o(0x80, ''))])).toEqual([])
  })

  it('E5 refuses a signature of another key of the same name, an empty chain, an expired trust point', async () => {
    const ours = await authority()
    const theirs = await authority()
    const stolen = await verifyCvcChain([theirs.dvCvc], ours.trust, crypto)
    expect(stolen).toEqual({ ok: false, at: 0, refusal: { code: 'cvc-signature', says: 'UTCVCAUTO00001 did not sign it', clause: 'Doc 9303-12 §7.2.2.7' } })
    const none = await verifyCvcChain([], ours.trust, crypto)
    expect(none).toEqual({ ok: false, at: 0, refusal: { code: 'cvc-issuer-differs', says: 'no certificate at all', clause: 'Doc 9303-11 §7.1.4.3' } })
    const late = { ...ours.trust, points: ours.trust.points.map((p) => ({ ...p, expires: '2026-01-31' })) }
    const over = await verifyCvcChain([ours.dvCvc], late, crypto)
    expect(over).toEqual({ ok: false, at: 0, refusal: { code: 'cvc-issuer-expired', says: 'UTCVCAUTO00001 expired on 2026-01-31', clause: 'Doc 9303-11 §7.1.4.3.4' } })
    // on its last day it still counts
    expect((await verifyCvcChain([ours.dvCvc], { ...late, date: '2026-01-31' }, crypto)).ok).toBe(true)
    expect((await verifyCvcChain([ours.dvCvc], { ...ours.trust, date: '2026-05-01' }, crypto)).ok).toBe(true)
    expect((await verifyCvcChain([ours.dvCvc], { ...ours.trust, date: '2026-05-02' }, crypto)).ok).toBe(false)
  })

  it('E5 takes a self-signed root only under its own signature, role and name', async () => {
    const { root, dv, rootCvc, dvCvc } = await authority()
    expect(await cvcTrustPoint(rootCvc, crypto)).toEqual({ chr: rootCvc.chr, publicKey: root.key, chat: chat('cvca'), authorizations: [], effective: '2026-01-01', expires: '2028-01-01' })
    expect(await cvcTrustPoint(dvCvc, crypto)).toBeUndefined()
    expect(await cvcTrustPoint(read(await buildCvc(content({ publicKey: root.key }), dv)), crypto)).toBeUndefined()
    expect(await cvcTrustPoint(read(await buildCvc(content({ publicKey: root.key, chat: chat('dv-domestic') }), root)), crypto)).toBeUndefined()
    expect(await cvcTrustPoint(read(await buildCvc(content({ publicKey: root.key, profile: 1 }), root)), crypto)).toBeUndefined()
    expect(await cvcTrustPoint(read(await buildCvc(content({ publicKey: withoutParameters(root.key) }), root)), crypto)).toBeUndefined()
  })

  it('E7 follows links, expired ones too, keeps the two newest roots and moves its day with whom it trusts', async () => {
    const { root, trust } = await authority()
    const keys = [root, ecKey('brainpoolP256r1', 'SHA-256'), ecKey('P-384', 'SHA-384'), ecKey('P-384', 'SHA-384')]
    const name = (i: number): string => `UTCVCAUTO0000${i + 1}`
    const link = async (i: number, o: Partial<CvcContent> = {}) => read(await buildCvc(content({ car: name(i - 1), chr: name(i), publicKey: keys[i]!.key, effective: `2026-0${i + 1}-01`, expires: '2026-12-01', ...o }), keys[i - 1]!))
    const [one, two, three] = [await link(1, { publicKey: withoutParameters(keys[1]!.key), expires: '2026-02-02' }), await link(2), await link(3)]
    const verdict = await verifyCvcChain([one!, two!, three!], trust, crypto)
    expect(verdict.ok && [verdict.trust.points.map((p) => p.chr), verdict.trust.date]).toEqual([[name(3), name(2)], '2026-04-01'])
    // a link that expired long ago still leads on, a document verifier under it does not
    const past = await verifyCvcChain([one!, two!], { ...trust, date: '2026-11-01' }, crypto)
    expect(past.ok && [past.trust.points.map((p) => p.chr), past.trust.date]).toEqual([[name(2), name(1)], '2026-11-01'])
    expect(one!.publicKey).toEqual(withoutParameters(keys[1]!.key))
    expect(past.ok && past.trust.points[1]!.publicKey).toEqual(keys[1]!.key)
    // one made on the same day as another goes before it
    const twin = await importCvc(await link(1, { effective: '2026-01-01' }), { issuer: trust.points[0]!, trust, crypto })
    expect(twin.ok && twin.trust.points.map((p) => p.chr)).toEqual([name(1), name(0)])
    // a link made earlier than the points at hand does not push them out
    const old = await link(1, { chr: 'UTCVCAUTO00009', effective: '2025-01-01' })
    const kept = await importCvc(old, { issuer: trust.points[0]!, trust: { ...trust, points: [trust.points[0]!, { ...trust.points[0]!, chr: 'UTCVCAUTO00000', effective: '2025-06-01' }] }, crypto })
    expect(kept.ok && [kept.trust.points.map((p) => p.chr), kept.trust.date]).toEqual([['UTCVCAUTO00001', 'UTCVCAUTO00000'], '2026-02-01'])
    // terminals of a foreign document verifier are no source of time
    for (const [role, day] of [['dv-foreign', '2026-03-01'], ['dv-domestic', '2026-03-05']] as const) {
      const a = await authority({ dv: { chat: chat(role) } })
      const v = await verifyCvcChain([a.dvCvc, a.terminalCvc], a.trust, crypto)
      expect(v.ok && v.trust.date).toBe(day)
    }
  })

  it('E5 finds the way from a key that the chip names to the terminal', async () => {
    const { rootCvc, dvCvc, terminalCvc } = await authority()
    const pool = [terminalCvc, rootCvc, dvCvc]
    expect(findCvcChain(pool, { known: ['UTCVCAUTO00001'], holder: 'UTGATE1UT001' })).toEqual([dvCvc, terminalCvc])
    expect(findCvcChain(pool, { known: ['UTDVBORDERUT001', 'UTCVCAUTO00001'], holder: 'UTGATE1UT001' })).toEqual([terminalCvc])
    expect(findCvcChain(pool, { known: ['UTCVCAUTO00002'], holder: 'UTGATE1UT001' })).toBeUndefined()
    expect(findCvcChain(pool, { known: ['UTCVCAUTO00001'], holder: 'UTGATE2UT001' })).toBeUndefined()
    // a root is nobody's terminal
    expect(findCvcChain(pool, { known: ['UTCVCAUTO00001'], holder: 'UTCVCAUTO00001' })).toBeUndefined()
    // two that name each other end
    const loop = [{ ...dvCvc, car: 'UTX00001', chr: 'UTY00001' }, { ...dvCvc, car: 'UTY00001', chr: 'UTX00001' }]
    expect(findCvcChain(loop, { known: ['UTZ00001'], holder: 'UTX00001' })).toBeUndefined()
    expect(inheritParameters(dvCvc.publicKey, rsaKey('rsa-pss', 'SHA-256').key)).toBeUndefined()
  })
})

describe('requests', () => {
  it('E9 carries an inner signature and, where wanted, an outer one', async () => {
    const [own, older, stranger] = [ecKey('P-256', 'SHA-256'), ecKey('brainpoolP384r1', 'SHA-384'), ecKey('brainpoolP384r1', 'SHA-384')]
    const bare = await buildCvcRequest({ profile: 0, car: 'UTCVCAUTO00001', chr: 'UTDVBORDERUT002', publicKey: own.key }, own.sign)
    const wrapped = await authenticateCvcRequest(bare, 'UTDVBORDERUT001', older)
    const open = (b: Uint8Array) => {
      const d = decodeCvcRequest(b)
      if (!d.ok) throw new Error(JSON.stringify(d.defects))
      return d.value
    }
    expect([open(bare).car, open(bare).chr, open(bare).outer]).toEqual(['UTCVCAUTO00001', 'UTDVBORDERUT002', undefined])
    expect([open(wrapped).outer!.car, open(wrapped).publicKey]).toEqual(['UTDVBORDERUT001', own.key])
    expect(await checkCvcRequest(open(bare), undefined, crypto)).toBeUndefined()
    expect(await checkCvcRequest(open(wrapped), older.key, crypto)).toBeUndefined()
    expect(await checkCvcRequest(open(wrapped), stranger.key, crypto)).toBe('failure_outer_signature')
    expect(await checkCvcRequest(open(wrapped), undefined, crypto)).toBe('failure_outer_signature')
    const nameless = await buildCvcRequest({ profile: 0, chr: 'UTDVBORDERUT002', publicKey: own.key }, own.sign)
    expect([open(nameless).car, await checkCvcRequest(open(nameless), undefined, crypto)]).toEqual([undefined, undefined])
    expect(await checkCvcRequest(open(await buildCvcRequest({ profile: 1, chr: 'UTDVBORDERUT002', publicKey: own.key }, own.sign)), undefined, crypto)).toBe('failure_request_syntax')
    expect(await checkCvcRequest({ ...open(bare), publicKey: withoutParameters(own.key) }, undefined, crypto)).toBe('failure_request_syntax')
    expect(await checkCvcRequest({ ...open(bare), signature: open(bare).signature.map((b, i) => (i === 3 ? b ^ 4 : b)) }, undefined, crypto)).toBe('failure_inner_signature')
    // no changed byte passes
    for (let i = 0; i < wrapped.length; i += 3) {
      const b = wrapped.slice()
      b[i]! ^= 0x10
      const d = decodeCvcRequest(b)
      if (d.ok) expect(await checkCvcRequest(d.value, older.key, crypto), `byte ${i}`).toBeDefined()
    }
    for (const bad of [new Uint8Array(), tlv(0x67), tlv(0x67, bare), concat(bare, Uint8Array.of(0)), tlv(0x7f22)]) expect(decodeCvcRequest(bad).ok).toBe(false)
    const rsa = rsaKey('rsa-pss', 'SHA-256')
    expect(await checkCvcRequest(open(await buildCvcRequest({ profile: 0, chr: 'UTDVBORDERUT002', publicKey: rsa.key }, rsa.sign)), undefined, crypto)).toBeUndefined()
  })
})

describe('the profile', () => {
  const codes = async (o: Partial<CvcContent>, signer = ecKey('brainpoolP256r1', 'SHA-256')): Promise<readonly string[]> => cvcDefects(read(await buildCvc(content({ publicKey: signer.key, ...o }), signer))).map((d) => d.code)
  const dvLike = { chr: 'UTDVBORDERUT001', chat: chat('dv-domestic'), expires: '2026-02-01' }
  it('E8 names each departure with its clause', async () => {
    const key = ecKey('brainpoolP256r1', 'SHA-256').key
    const bare = withoutParameters(key)
    expect(await codes({})).toEqual([])
    expect(await codes({ profile: 2 })).toEqual(['profile'])
    expect(await codes({ chr: 'ut1', car: '77' })).toEqual(['chr-form', 'car-form'])
    expect(await codes({ chr: 'DECVCA00001', car: 'UTCVCA00001' })).toEqual(['cvca-country-differs'])
    expect(await codes({ publicKey: bare })).toEqual(['parameters-missing'])
    expect(await codes({ publicKey: bare, chr: 'UTCVCAUTO00002' })).toEqual([])
    expect(await codes({ ...dvLike, publicKey: bare })).toEqual([])
    expect(await codes(dvLike)).toEqual(['parameters-present'])
    expect(await codes({ publicKey: { ...key, oid: '0.4.0.127.0.7.2.2.2.2.1' } })).toEqual(['sha-1'])
    expect(await codes({ publicKey: { ...key, oid: '0.4.0.127.0.7.2.2.2.2.9' } })).toEqual(['algorithm-unknown'])
    expect(await codes({}, ecKey('P-192', 'SHA-256'))).toEqual(['curve-length'])
    expect(await codes({ chat: { oid: '1.2.3', bits: Uint8Array.of(0xc0) } })).toEqual(['terminal-type-unknown'])
    expect(await codes({ chat: { ...chat('cvca'), bits: Uint8Array.of(0xff) } })).toEqual(['rights-reserved'])
    expect(await codes({ expires: '2025-12-31' })).toEqual(['dates-order'])
    for (const [role, least, most] of [['cvca', '2026-06-30', '2029-01-03'], ['dv-domestic', '2026-01-15', '2026-04-04'], ['dv-foreign', '2026-01-15', '2026-04-04'], ['terminal', '2026-01-01', '2026-02-01']] as const) {
      const at = (expires: string, shift: number): string => new Date(Date.parse(expires) + shift * 86_400_000).toISOString().slice(0, 10)
      const o = { chat: chat(role), chr: 'UTGATE1UT001', publicKey: bare }
      expect([await codes({ ...o, expires: least }), await codes({ ...o, expires: most })], role).toEqual([[], []])
      if (role !== 'terminal') expect(await codes({ ...o, expires: at(least, -1) }), role).toEqual(['validity'])
      expect(await codes({ ...o, expires: at(most, 1) }), role).toEqual(['validity'])
    }
    const rsa = (bits: number, exponent = unhex('010001'), kind: 'rsa-pss' | 'rsa-pkcs1' = 'rsa-pss'): CvcPublicKey => ({ kind: 'rsa', oid: cvcAlgorithmOid({ kind, hash: 'SHA-256' }), modulus: new Uint8Array(bits / 8).fill(0xc5), exponent })
    const linted = async (publicKey: CvcPublicKey): Promise<readonly string[]> => codes({ publicKey })
    expect([await linted(rsa(2048)), await linted(rsa(3072)), await linted(rsa(1024)), await linted(rsa(1280)), await linted(rsa(1536)), await linted(rsa(4096)), await linted(rsa(2040))]).toEqual([[], [], ['rsa-short'], ['rsa-short'], ['rsa-short'], ['rsa-length'], ['rsa-length']])
    expect([await linted(rsa(2048, unhex('ffffffff'))), await linted(rsa(2048, unhex('0100000001')))]).toEqual([[], ['rsa-exponent']])
    expect([await linted(rsa(2048, unhex('00010001'))), await linted(rsa(2048, unhex('03'), 'rsa-pkcs1'))]).toEqual([['integer-padded'], ['rsa-pkcs1']])
    const words = async (o: Partial<CvcContent>): Promise<readonly unknown[]> => cvcDefects(read(await buildCvc(content({ publicKey: key, ...o }), ecKey('brainpoolP256r1', 'SHA-256')))).map((d) => [d.says, d.clause, d.grave])
    expect(await words({ profile: 2, chr: 'ut1', car: '77', chat: { ...chat('cvca'), bits: Uint8Array.of(0xff) }, expires: '2025-12-31' })).toEqual([
      ['profile 2 instead of 0', 'Doc 9303-12 §7.2.2.1', true],
      ['the holder reference ut1 is not country, mnemonic and sequence number', 'Doc 9303-12 Table 12', false],
      ['the authority reference 77 is not country, mnemonic and sequence number', 'Doc 9303-12 Table 12', false],
      ['reserved rights are given: bit-2, bit-3, bit-4, bit-5', 'BSI TR-03110-3 C.4', false],
      ['it expires before it is effective', 'Doc 9303-12 §7.2.2.5', true],
    ])
    expect(await words({ chr: 'DECVCA00001', car: 'UTCVCA00001', expires: '2026-01-11', chat: { oid: '1.2.3', bits: Uint8Array.of(0xc0) } })).toEqual([
      ['a CVCA of UT certifies one of DE', 'Doc 9303-12 §7.2.2.2', true],
      ['1.2.3 with 1 bytes is no known terminal type', 'BSI TR-03110-3 C.4', true],
      ['valid for 10 days; cvca keys are for 180 to 1098', 'Doc 9303-12 Table 2', false],
    ])
    expect(await words(dvLike)).toEqual([['domain parameters in the certificate of a document verifier or terminal', 'Doc 9303-12 §7.2.2.3', true]])
    expect(await words({ publicKey: bare })).toEqual([['a self-signed certificate without domain parameters', 'Doc 9303-12 §7.2.2.3', true]])
    expect(await words({ publicKey: { ...key, oid: '0.4.0.127.0.7.2.2.2.2.9' } })).toEqual([['0.4.0.127.0.7.2.2.2.2.9 is no algorithm of Terminal Authentication', 'BSI TR-03110-3 A.6.3, A.6.4', true]])
    expect(await words({ publicKey: ecKey('P-521', 'SHA-1').key })).toEqual([['a key that signs with SHA-1', 'Doc 9303-11 §7.1.4', false], ['the curve P-521 is none of those for terminals', 'Doc 9303-11 §7.1.4.2.2', false]])
    expect(await words({ publicKey: rsa(4096, unhex('000100000001'), 'rsa-pkcs1') })).toEqual([
      ['a key that signs with PKCS #1 v1.5', 'Doc 9303-11 Table 7', false], ['a modulus of 4096 bits', 'BSI TR-03110-3 A.6.3.2', true],
      ['an exponent of more than 32 bits', 'BSI TR-03110-3 A.6.3.2', true], ['the exponent begins with a zero byte', 'Doc 9303-12 §7.2.3.1.1', false],
    ])
    expect(await words({ publicKey: { ...rsa(1536), modulus: concat(Uint8Array.of(0), new Uint8Array(192).fill(0xc5)) } as CvcPublicKey })).toEqual([['a modulus of 1536 bits', 'Doc 9303-11 §7.1.4.1.2', false], ['the modulus begins with a zero byte', 'Doc 9303-12 §7.2.3.1.1', false]])
    const all = cvcDefects(read(await buildCvc(content({ publicKey: rsa(1024), profile: 3 }), rsaKey('rsa-pss', 'SHA-256'))))
    expect(all.map((d) => [d.code, d.grave, d.clause])).toEqual([['profile', true, 'Doc 9303-12 §7.2.2.1'], ['rsa-short', false, 'Doc 9303-11 §7.1.4.1.2']])
  })

  it('E8 compares a certificate with that of its authority', async () => {
    const { rootCvc, dvCvc, terminalCvc } = await authority()
    const against = (c: Partial<CvCertificate>, issuer: CvCertificate): readonly string[] => {
      const whole = { ...dvCvc, ...c }
      return cvcDefects({ ...whole, body: encodeCvcBody(whole) }, issuer).map((d) => d.code)
    }
    expect([cvcDefects(dvCvc, rootCvc), cvcDefects(terminalCvc, dvCvc)]).toEqual([[], []])
    expect(against({ car: 'UTCVCAUTO00002' }, rootCvc)).toEqual(['issuer-differs'])
    expect(against({}, { ...rootCvc, chat: buildChat({ type: 'signature', role: 'cvca', rights: [] }) })).toEqual(['terminal-type-differs'])
    expect(against({}, { ...rootCvc, chat: chat('cvca', []) })).toEqual(['rights-exceed'])
    expect(against({ publicKey: { ...dvCvc.publicKey, oid: '0.4.0.127.0.7.2.2.2.2.4' } }, rootCvc)).toEqual(['algorithm-differs'])
    expect(against({}, { ...rootCvc, effective: '2026-03-02' })).toEqual(['issued-outside'])
    expect(against({}, { ...rootCvc, expires: '2026-02-28' })).toEqual(['issued-outside'])
    expect(against({}, { ...rootCvc, effective: '2026-03-01', expires: '2026-03-01' })).toEqual([])
    const told = (issuer: Partial<CvCertificate>): readonly unknown[] => cvcDefects(dvCvc, { ...rootCvc, ...issuer }).map((d) => [d.says, d.clause, d.grave])
    expect(told({ chr: 'UTCVCAUTO00002', chat: chat('cvca', []), publicKey: { ...rootCvc.publicKey, oid: '1.2.3' }, expires: '2026-02-28' })).toEqual([
      ['it names UTCVCAUTO00001, its authority is UTCVCAUTO00002', 'Doc 9303-12 §7.2.2.2', true],
      ['it gives what its authority does not have; the chip will not grant it', 'Doc 9303-11 §7.1.4.3.6', false],
      ['another algorithm than that of its authority', 'Doc 9303-12 §4.2.1', true],
      ['made on 2026-03-01, when its authority was not valid', 'Doc 9303-12 §7.2.2.5', false],
    ])
    expect(told({ chat: buildChat({ type: 'signature', role: 'cvca', rights: [] }) })).toEqual([['it is for another type of terminal than its authority', 'Doc 9303-11 §7.1.4.3.6', true]])
    // a link may go over to another algorithm
    expect(cvcDefects({ ...rootCvc, chr: 'UTCVCAUTO00002' }, { ...rootCvc, publicKey: { ...rootCvc.publicKey, oid: '1.2.3' } }).map((d) => d.code)).toEqual(['not-canonical'])
  })
})

describe('EF.CVCA', () => {
  it('E9 lists one or two references in 36 bytes', () => {
    const two = encodeEfCvca(['DETESTCVCA00003', 'DETESTCVCA00002'])
    expect([two.length, hex(two)]).toEqual([36, `420f${hex(Buffer.from('DETESTCVCA00003'))}420f${hex(Buffer.from('DETESTCVCA00002'))}0000`])
    for (const list of [['DETESTCVCA00003'], ['UTCVCAUTO00002', 'UTCVCAUTO00001'], ['A'.repeat(16), 'B'.repeat(16)]]) {
      const d = decodeEfCvca(encodeEfCvca(list))
      expect(d.ok && [d.value, d.defects]).toEqual([list, []])
    }
    for (const bad of [[], ['A', 'B', 'C'], ['A'.repeat(17)]]) expect(() => encodeEfCvca(bad)).toThrow(RangeError)
    const stray = two.slice()
    stray[35] = 7
    expect(place(decodeEfCvca(stray))).toEqual({ ok: true, defects: [{ code: 'cvca-filling', offset: 35, says: 'the file is filled with something else than zeros' }] })
    expect(place(decodeEfCvca(two.subarray(0, 34)))).toEqual({ ok: true, defects: [{ code: 'cvca-length', offset: 0, says: '34 bytes instead of 36' }] })
    expect(place(decodeEfCvca(new Uint8Array(36)))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: 0, says: 'expected an authority reference' }] })
    expect(place(decodeEfCvca(unhex('430141')))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: 0, says: 'expected one or two authority references' }] })
    expect(place(decodeEfCvca(unhex('420141420142420143')))).toEqual({ ok: false, defects: [{ code: 'malformed', offset: 6, says: 'expected one or two authority references' }] })
    expect(isSame(encodeEfCvca(['A', 'B']).subarray(0, 6), unhex('420141420142'))).toBe(true)
  })
})
