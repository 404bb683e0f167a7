import { spawnSync } from 'node:child_process'
import { constants, createHash, generateKeyPairSync, privateEncrypt, sign, type KeyObject } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { pointsOf } from './access/group.ts'
import { concat, hex, unhex } from './asn1/value.ts'
import { bits, context, integer, nothing, oid, sequence, tlv } from './asn1/write.ts'
import { HASH_LENGTH, type Ciphering, type Crypto, type HashName, type Scheme, type Signed } from './crypto.ts'
import { inspect, isSameName, isSignedBy, parseCertificate, parseMasterList, readTrust, recogniseFile } from './index.ts'
import { nodeCrypto, signWith } from './node.ts'
import { bytesOf, numberOf } from './number.ts'
import { hashIdentifier } from './pki/algorithm.ts'
import { CURVES, explicitSpki, namedSpki } from './pki/curve.ts'
import { signWith as webSignWith, webCrypto } from './web.ts'

const { getRandomValues } = globalThis.crypto
const bare = { getRandomValues: (b: Uint8Array<ArrayBuffer>) => getRandomValues.call(globalThis.crypto, b) }
/** The two ports, and the second as it is on a page without TLS. */
const PORTS: Readonly<Record<string, Crypto>> = { node: nodeCrypto(), web: webCrypto(), software: webCrypto(bare) }
const ports = Object.entries(PORTS)
const HASHES: readonly HashName[] = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const OPENSSL: Readonly<Record<string, string>> = { 'P-192': 'prime192v1', 'P-224': 'secp224r1', 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }
const name = (h: HashName): string => h.replace('-', '').toLowerCase()
const text = new TextEncoder().encode('Utopia')
const der = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }))
const curve = (n: string) => CURVES.find((c) => c.name === n)!
const ecKeys = (n: string) => generateKeyPairSync('ec', { namedCurve: OPENSSL[n] ?? n })
const pss = (hash: HashName, salt: number, mgfHash: HashName = hash): Scheme => ({ kind: 'rsa-pss', hash, mgfHash, salt })
const pkcs1 = (hash: HashName): Scheme => ({ kind: 'rsa-pkcs1', hash })
const ecdsa = (hash: HashName, form: 'der' | 'plain' = 'der'): Scheme => ({ kind: 'ecdsa', hash, form })

/** What each port says. */
async function answers(signed: Signed): Promise<Readonly<Record<string, boolean>>> {
  return Object.fromEntries(await Promise.all(ports.map(async ([port, crypto]) => [port, await crypto.verify(signed)] as const)))
}
const all = (verdict: boolean) => Object.fromEntries(ports.map(([port]) => [port, verdict]))

describe('what every port does alike', () => {
  it('X8 hashes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...HASHES), (bytes, h) => {
      const want = createHash(name(h)).update(bytes).digest('hex')
      for (const [port, crypto] of ports) expect([port, hex(crypto.hash(h, bytes))]).toEqual([port, want])
      expect(want.length).toBe(2 * HASH_LENGTH[h])
    }), { numRuns: 200 })
  })

  it('X8 hashes into arrays that share nothing when they are copied', () => {
    for (const [, crypto] of ports) {
      const digest = crypto.hash('SHA-256', text)
      const kept = digest.slice()
      digest.fill(0)
      expect(hex(kept)).toBe(createHash('sha256').update(text).digest('hex'))
      expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype)
    }
  })

  it('X8 enciphers and deciphers', () => {
    const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })
    const run = fc.constantFrom('AES' as const, '3DES' as const).chain((cipher) => fc.record({
      cipher: fc.constant(cipher), mode: fc.constantFrom('CBC' as const, 'ECB' as const), direction: fc.constantFrom('encrypt' as const, 'decrypt' as const),
      key: cipher === 'AES' ? fc.oneof(bytes(16), bytes(24), bytes(32)) : fc.oneof(bytes(16), bytes(24)),
      iv: bytes(cipher === 'AES' ? 16 : 8), bytes: fc.nat(6).chain((n) => bytes(n * (cipher === 'AES' ? 16 : 8))),
    }))
    fc.assert(fc.property(run, (c) => {
      const made = ports.map(([, crypto]) => hex(crypto.cipher(c)))
      expect(made).toEqual(ports.map(() => made[0]))
      const back: Ciphering = { ...c, direction: c.direction === 'encrypt' ? 'decrypt' : 'encrypt', bytes: unhex(made[0]!) }
      for (const [, crypto] of ports) expect(hex(crypto.cipher(back))).toBe(hex(c.bytes))
    }), { numRuns: 200 })
  })

  // NIST SP 800-38A F.1.1, F.2.5
  it.each([
    ['ECB', '2b7e151628aed2a6abf7158809cf4f3c', '3ad77bb40d7a3660a89ecaf32466ef97'], ['CBC', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'f58c4c04d6e5f1ba779eabfb5f7bfbd6'],
  ] as const)('X8 AES in %s as published', (mode, key, cipher) => {
    const run = { cipher: 'AES', mode, direction: 'encrypt', key: unhex(key), iv: unhex('000102030405060708090a0b0c0d0e0f'), bytes: unhex('6bc1bee22e409f96e93d7e117393172a') } as const
    for (const [, crypto] of ports) expect(hex(crypto.cipher(run))).toBe(cipher)
  })

  it('X8 refuses keys, vectors and texts of a wrong length as the caller\'s bug', () => {
    const good = { cipher: 'AES', mode: 'CBC', direction: 'encrypt', key: new Uint8Array(16), iv: new Uint8Array(16), bytes: new Uint8Array(16) } as const
    const des = { ...good, cipher: '3DES', iv: new Uint8Array(8) } as const
    const { iv: _, ...without } = good
    const bad: readonly Ciphering[] = [
      ...[0, 8, 15, 17, 33].map((n) => ({ ...good, key: new Uint8Array(n) })), ...[0, 8, 23, 32].map((n) => ({ ...des, key: new Uint8Array(n) })),
      ...[0, 8, 15, 17].map((n) => ({ ...good, iv: new Uint8Array(n) })), { ...des, iv: new Uint8Array(16) }, without,
      ...[1, 15, 17].map((n) => ({ ...good, bytes: new Uint8Array(n) })), ...[1, 7, 9].map((n) => ({ ...des, bytes: new Uint8Array(n) })),
    ]
    for (const [, crypto] of ports) {
      for (const run of bad) expect(() => crypto.cipher(run)).toThrow(RangeError)
      expect(crypto.cipher({ ...good, bytes: new Uint8Array() }).length).toBe(0)
      expect(crypto.cipher({ ...without, mode: 'ECB' }).length).toBe(16)
      expect(crypto.cipher({ ...des, bytes: new Uint8Array(24) }).length).toBe(24)
    }
  })

  it('X8 draws as many random bytes as asked for', () => {
    for (const [, crypto] of ports) {
      expect([0, 1, 65_536, 65_537, 200_000].map((n) => crypto.random(n).length)).toEqual([0, 1, 65_536, 65_537, 200_000])
      const drawn = crypto.random(200_000)
      for (const at of [0, 65_536, 131_072, 199_968]) expect(drawn.subarray(at, at + 32).some((x) => x !== 0)).toBe(true)
      expect(hex(crypto.random(16))).not.toBe(hex(crypto.random(16)))
    }
  })

  it('X9 raises to powers', () => {
    const odd = fc.uint8Array({ minLength: 128, maxLength: 140 }).map((b) => { const c = b.slice(); c[0]! |= 0x80; c[c.length - 1]! |= 1; return c })
    const modulus = fc.oneof(odd, odd.map((m) => concat(new Uint8Array(3), m)), odd.map((m) => { const c = m.slice(); c[c.length - 1]! ^= 1; return c }), fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((m) => m.some((x) => x !== 0)))
    const exponent = fc.oneof(fc.constantFrom(0n, 1n, 2n, 3n, 4n, 65537n, (1n << 64n) - 1n, 1n << 64n).map((n) => bytesOf(n, 9)), fc.uint8Array({ maxLength: 40 }))
    const slow = (b: bigint, e: bigint, m: bigint): bigint => {
      let r = 1n % m
      for (const bit of e.toString(2)) r = (r * r * (bit === '1' ? b : 1n)) % m
      return r
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 150 }), exponent, modulus, (b, e, m) => {
      const want = hex(bytesOf(slow(numberOf(b), numberOf(e), numberOf(m)), m.length))
      for (const [port, crypto] of ports) expect([port, hex(crypto.power(b, e, m))]).toEqual([port, want])
    }), { numRuns: 150 })
  })

  it('X9 powers that end in one or begin from nothing are answered too', () => {
    const p = numberOf(unhex(`${'ff'.repeat(127)}97`))
    const m = bytesOf(p, 128)
    for (const [, crypto] of ports) {
      expect(numberOf(crypto.power(bytesOf(p - 1n, 128), bytesOf(1n << 100n, 20), m))).toBe(1n)
      expect(numberOf(crypto.power(bytesOf(1n, 1), bytesOf((1n << 100n) + 1n, 20), m))).toBe(1n)
      expect(numberOf(crypto.power(new Uint8Array(), bytesOf(1n << 100n, 20), m))).toBe(0n)
      expect(numberOf(crypto.power(new Uint8Array(), bytesOf(65537n, 3), m))).toBe(0n)
      expect(numberOf(crypto.power(m, bytesOf(65537n, 3), m))).toBe(0n)
      expect(() => crypto.power(m, m, new Uint8Array(4))).toThrow(RangeError)
    }
  })
})

describe('signatures that every port judges alike', () => {
  it.each(CURVES.map((c) => c.name))('X10 ECDSA on %s with every hash, DER and plain, named and explicit curve', async (n) => {
    const { privateKey, publicKey } = ecKeys(n)
    const spki = der(publicKey)
    const point = spki.subarray(spki.length - 1 - curve(n).g.length / 2)
    for (const h of HASHES) {
      for (const form of ['der', 'plain'] as const) {
        const signature = new Uint8Array(sign(name(h), text, { key: privateKey, dsaEncoding: form === 'der' ? 'der' : 'ieee-p1363' }))
        const good: Signed = { spki, scheme: ecdsa(h, form), message: text, signature }
        expect(await answers(good)).toEqual(all(true))
        expect(await answers({ ...good, message: concat(text, Uint8Array.of(0)) })).toEqual(all(false))
        expect(await answers({ ...good, scheme: ecdsa(h, form === 'der' ? 'plain' : 'der') })).toEqual(all(false))
        if (h === 'SHA-256') expect(await answers({ ...good, spki: explicitSpki(curve(n), point) })).toEqual(all(true))
      }
    }
  })

  it('X10 the same key again and again, beyond where its multiples are tabled', async () => {
    const { privateKey, publicKey } = ecKeys('brainpoolP256r1')
    const spki = der(publicKey)
    for (let i = 0; i < 20; i++) {
      const message = Uint8Array.of(i)
      const signature = new Uint8Array(sign('sha256', message, privateKey))
      expect(await answers({ spki, scheme: ecdsa('SHA-256'), message, signature })).toEqual(all(true))
      expect(await answers({ spki, scheme: ecdsa('SHA-256'), message: Uint8Array.of(i + 1), signature })).toEqual(all(false))
    }
  })

  const sizes = [[1024, 65537], [1025, 65537], [1031, 3], [2048, 3], [2048, 65537], [3072, 65537], [4096, 65537], [2049, 0x10001 * 2 + 1]] as const
  const rsaKeys = new Map<string, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>()
  const rsa = (size: number, e: number) => {
    const id = `${size} ${e}`
    if (!rsaKeys.has(id)) rsaKeys.set(id, generateKeyPairSync('rsa', { modulusLength: size, publicExponent: e }))
    return rsaKeys.get(id)!
  }

  it.each(sizes)('X11 RSA of %i bits with exponent %i', async (size, e) => {
    const { privateKey, publicKey } = rsa(size, e)
    const spki = der(publicKey)
    const room = Math.ceil((size - 1) / 8) - 2
    for (const h of HASHES) {
      const salts = [0, 1, 20, HASH_LENGTH[h], room - HASH_LENGTH[h]].filter((s) => s >= 0 && s <= room - HASH_LENGTH[h])
      for (const scheme of [pkcs1(h), ...salts.map((salt) => pss(h, salt))]) {
        const padding = scheme.kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt } : {}
        const signature = new Uint8Array(sign(name(h), text, { key: privateKey, ...padding }))
        const good: Signed = { spki, scheme, message: text, signature }
        expect(await answers(good), JSON.stringify(scheme)).toEqual(all(true))
        expect(await answers({ ...good, message: signature }), JSON.stringify(scheme)).toEqual(all(false))
        if (scheme.kind !== 'rsa-pss') continue
        for (const salt of [scheme.salt + 1, scheme.salt - 1, room, -1, -2, 0.5, Number.NaN]) expect(await answers({ ...good, scheme: pss(h, salt) }), `salt ${salt}`).toEqual(all(false))
        expect(await answers({ ...good, scheme: pkcs1(h) })).toEqual(all(false))
      }
    }
  })

  it('X11 PSS with one hash for the message and another for the mask, as OpenSSL signs it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pss-'))
    try {
      const { privateKey, publicKey } = rsa(2048, 65537)
      writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      writeFileSync(join(folder, 'text'), text)
      for (const [h, mgf, salt] of [['SHA-256', 'SHA-1', 32], ['SHA-1', 'SHA-256', 20], ['SHA-512', 'SHA-256', 11], ['SHA-256', 'SHA-384', 0]] as const) {
        const done = spawnSync('openssl', ['dgst', `-${name(h)}`, '-sign', 'key.pem', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${salt}`, '-sigopt', `rsa_mgf1_md:${name(mgf)}`, 'text'], { cwd: folder })
        const signature = new Uint8Array(done.stdout)
        expect(signature.length, String(done.stderr)).toBe(256)
        const good: Signed = { spki: der(publicKey), scheme: pss(h, salt, mgf), message: text, signature }
        expect(await answers(good)).toEqual(all(true))
        for (const scheme of [pss(h, salt), pss(mgf, salt), pss(mgf, salt, h), pss(h, salt + 1, mgf)]) expect(await answers({ ...good, scheme }), JSON.stringify(scheme)).toEqual(all(false))
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const dsa = (hash: HashName): Scheme => ({ kind: 'dsa', hash })

  it.each([[1024, 160], [2048, 224], [2048, 256]])('X20 DSA of %i and %i bits, as OpenSSL signs it', async (modulusLength, divisorLength) => {
    const { privateKey, publicKey } = generateKeyPairSync('dsa', { modulusLength, divisorLength })
    for (const h of HASHES) {
      const good: Signed = { spki: der(publicKey), scheme: dsa(h), message: text, signature: new Uint8Array(sign(name(h), text, privateKey)) }
      expect(await answers(good)).toEqual(all(true))
      for (const bad of [{ message: Uint8Array.of(1) }, { scheme: ecdsa(h) }, { scheme: pkcs1(h) }, { scheme: dsa(h === 'SHA-1' ? 'SHA-256' : 'SHA-1') }, { signature: concat(good.signature, Uint8Array.of(0)) }, { signature: good.signature.map((x, i) => (i === 9 ? x ^ 1 : x)) }]) {
        expect(await answers({ ...good, ...bad })).toEqual(all(false))
      }
    }
  })

  it('X20 a certificate that OpenSSL signs with DSA is read and verified', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dsa-'))
    try {
      const { privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
      writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const done = spawnSync('openssl', ['req', '-x509', '-new', '-key', 'key.pem', '-sha256', '-subj', '/C=UT/O=Specimen/CN=CSCA-UTO', '-days', '10', '-outform', 'DER', '-out', 'own.der'], { cwd: folder })
      expect(done.status, String(done.stderr)).toBe(0)
      const own = parseCertificate(new Uint8Array(readFileSync(join(folder, 'own.der'))))!
      expect(own.scheme).toEqual({ kind: 'dsa', hash: 'SHA-256' })
      for (const [port, crypto] of ports) expect([port, await isSignedBy(own, own, crypto)]).toEqual([port, true])
      // the same certificate with another bit in its name
      const forged = parseCertificate(own.der.map((x, i) => (i === Buffer.from(own.der).indexOf('CSCA-UTO') ? x ^ 1 : x)))!
      for (const [port, crypto] of ports) expect([port, await isSignedBy(forged, own, crypto)]).toEqual([port, false])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('X20 DSA as RFC 6979 prints it, and no key with which everything is signed', async () => {
    const [p, q, g, y] = [
      '86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0dbf60b86d6385bd2f12fb763ed8873abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7b19b2b58f9be0521a17002e3bdd6b86685ee90b3d9a1b02b782b1779',
      '996f967f6c8e388d9e28d01e205fba957a5698b1',
      '07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078ea544d2e401aeecc40bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417be5dce2f40d10a46a3a3943f26ab7fd9c0398ff8c76ee0a56826a8a88f1dbd',
      '5df5e01ded31d0297e274e1691c192fe5868fef9e19a84776454b100cf16f65392195a38b90523e2542ee61871c0440cb87c322fc4b4d2ec5e1e7ec766e1be8d4ce935437dc11c3c8fd426338933ebfe739cb3465f4d3668c5e473508253b1e682f65cbdc4fae93c2ea212390e54905a86e2223170b44eaa7da5dd9ffcfb7f3b',
    ].map((h) => BigInt(`0x${h}`)) as [bigint, bigint, bigint, bigint]
    const key = (o: { readonly p?: bigint; readonly q?: bigint; readonly g?: bigint; readonly y?: bigint; readonly parameters?: Uint8Array }): Uint8Array =>
      sequence(sequence(oid('1.2.840.10040.4.1'), o.parameters ?? sequence(integer(o.p ?? p), integer(o.q ?? q), integer(o.g ?? g))), bits(integer(o.y ?? y)))
    const [r, s] = [BigInt('0x07f2108557ee0e3921bc1774f1ca9b410b4ce65a'), BigInt('0x54df70456c86fac10fab47c1949ab83f2c6f7595')]
    const good: Signed = { spki: key({}), scheme: dsa('SHA-384'), message: new TextEncoder().encode('sample'), signature: sequence(integer(r), integer(s)) }
    expect(await answers(good)).toEqual(all(true))
    expect(await answers({ ...good, signature: sequence(integer(1), integer(1)) })).toEqual(all(false))
    for (const [a, b] of [[0n, s], [r, 0n], [q, s], [r, q], [r + q, s], [r, s + q], [s, r]] as const) expect(await answers({ ...good, signature: sequence(integer(a), integer(b)) })).toEqual(all(false))
    // with 1 as generator and key the pair (1, 1) would sign every message
    for (const spki of [key({ g: 1n, y: 1n }), key({ g: 1n }), key({ y: 1n })]) expect(await answers({ ...good, spki, signature: sequence(integer(1), integer(1)) })).toEqual(all(false))
    for (const spki of [key({ p: p + 1n }), key({ q: q << 1n }), key({ q: q + 2n }), key({ g: p - 1n }), key({ y: 2n }), key({ y: 0n }), key({ y: y + p }), key({ p: 1n }), key({ parameters: nothing() }), key({ parameters: new Uint8Array() }), key({ parameters: sequence(integer(p), integer(q)) })]) {
      expect([hex(spki).length, await answers({ ...good, spki })]).toEqual([hex(spki).length, all(false)])
    }
  })

  it('X12 any changed bit or byte gets the same answer from every port, and it is no', async () => {
    const keys = [
      ...['P-256', 'P-384', 'brainpoolP256r1', 'P-224'].map((n) => ({ pair: ecKeys(n), scheme: ecdsa('SHA-256') })),
      { pair: ecKeys('P-521'), scheme: ecdsa('SHA-512', 'plain') }, { pair: rsa(1024, 65537), scheme: pkcs1('SHA-256') }, { pair: rsa(1025, 65537), scheme: pss('SHA-256', 32) },
    ].map(({ pair, scheme }) => {
      const how = scheme.kind === 'ecdsa' ? { dsaEncoding: scheme.form === 'der' ? 'der' as const : 'ieee-p1363' as const } : scheme.kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}
      return { spki: der(pair.publicKey), scheme, message: text, signature: new Uint8Array(sign(name(scheme.hash), text, { key: pair.privateKey, ...how })) }
    })
    const change = fc.oneof(
      fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }).map(({ at, by }) => (b: Uint8Array) => b.map((x, i) => (i === at % b.length ? x ^ by : x))),
      fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 3 }) }).map(({ at, bytes }) => (b: Uint8Array) => concat(b.subarray(0, at % (b.length + 1)), bytes, b.subarray(at % (b.length + 1)))),
      fc.nat().map((at) => (b: Uint8Array) => concat(b.subarray(0, at % b.length), b.subarray((at % b.length) + 1))), fc.nat().map((n) => (b: Uint8Array) => b.subarray(0, n % b.length)),
    )
    await fc.assert(fc.asyncProperty(fc.constantFrom(...keys), fc.constantFrom('spki', 'signature', 'message'), change, async (signed, part, make) => {
      const changed = make(signed[part as 'spki'])
      const said = await answers({ ...signed, [part]: changed })
      // a byte of the key may change what no signature depends on: the NULL or the sign of an RSA key
      if (part === 'spki') expect(said).toEqual(all(said['node']!))
      else expect([said, part, hex(changed)]).toEqual([all(false), part, hex(changed)])
    }), { numRuns: 400 })
  })
})

describe('forged and odd signatures', () => {
  const { privateKey, publicKey } = ecKeys('P-256')
  const spki = der(publicKey)
  const n = BigInt(`0x${curve('P-256').n}`)
  const plain = new Uint8Array(sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
  const [r, s] = [numberOf(plain.subarray(0, 32)), numberOf(plain.subarray(32))]
  const asInteger = (x: bigint): Uint8Array => (x < 0n ? tlv(2, Uint8Array.of(...bytesOf((1n << 264n) + x, 33))) : integer(x))
  const pair = (a: bigint, b: bigint): Uint8Array => sequence(asInteger(a), asInteger(b))
  const signed = (signature: Uint8Array, form: 'der' | 'plain' = 'der'): Signed => ({ spki, scheme: ecdsa('SHA-256', form), message: text, signature })

  it('X13 r and s are numbers from 1 to below the order', async () => {
    expect(await answers(signed(pair(r, s)))).toEqual(all(true))
    // the other root is as good a signature: nothing here forbids it
    expect(await answers(signed(pair(r, n - s)))).toEqual(all(true))
    for (const [a, b] of [[0n, s], [r, 0n], [0n, 0n], [n, s], [r, n], [r + n, s], [r, s + n], [-r, s], [r, -s], [r - n, s], [1n, 1n], [n - 1n, n - 1n], [s, r]] as const) {
      expect([a, b, await answers(signed(pair(a, b)))]).toEqual([a, b, all(false)])
      if (a >= 0n && b >= 0n && a >> 256n === 0n && b >> 256n === 0n) expect(await answers(signed(concat(bytesOf(a, 32), bytesOf(b, 32)), 'plain'))).toEqual(all(false))
    }
  })

  it('X13 nothing but the one DER form of two numbers is a signature', async () => {
    const good = pair(r, s)
    const [a, b] = [integer(r), integer(s)]
    const body = concat(a, b)
    const long = (tag: number, x: Uint8Array): Uint8Array => concat(Uint8Array.of(tag, 0x81, x.length), x)
    const bad = [
      new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0x30), Uint8Array.of(0x30, 0), good.subarray(0, -1), concat(good, Uint8Array.of(0)), concat(good, Uint8Array.of(5, 0)), long(0x30, body), concat(Uint8Array.of(0x30, 0x80), body, Uint8Array.of(0, 0)),
      sequence(a), sequence(a, b, integer(0)), sequence(a, b, nothing()), sequence(long(2, a.subarray(2)), b), sequence(tlv(2, Uint8Array.of(0), bytesOf(r, 33)), b), sequence(a, tlv(2, Uint8Array.of(0), bytesOf(s, 33))),
      sequence(tlv(2), b), sequence(tlv(4, a.subarray(2)), b), tlv(0x31, body), tlv(0x10, body), body, plain,
    ]
    for (const signature of bad) expect([hex(signature), await answers(signed(signature))]).toEqual([hex(signature), all(false)])
  })

  it('X13 a plain signature has twice the length of the order, no more and no less', async () => {
    expect(await answers(signed(plain, 'plain'))).toEqual(all(true))
    const wide = concat(Uint8Array.of(0), plain.subarray(0, 32), Uint8Array.of(0), plain.subarray(32))
    for (const bad of [plain.subarray(1), plain.subarray(0, -1), concat(plain, Uint8Array.of(0)), concat(Uint8Array.of(0), plain), wide, new Uint8Array(), new Uint8Array(64)]) {
      expect([hex(bad), await answers(signed(bad, 'plain'))]).toEqual([hex(bad), all(false)])
    }
  })

  it('X13 a key that makes the sum the point at infinity signs nothing', async () => {
    const Point = pointsOf(curve('P-256'))
    const e = numberOf(new Uint8Array(createHash('sha256').update(text).digest())) % n
    const [u, v] = [e, r]
    // u·G + v·Q = 0 for Q = −u/v·G
    const q = Point.BASE.multiply(Point.Fn.mul(n - u, Point.Fn.inv(v))).toBytes(false)
    expect(await answers({ ...signed(pair(r, s)), spki: namedSpki(curve('P-256'), q) })).toEqual(all(false))
    for (const point of [Point.BASE, Point.BASE.negate()]) expect(await answers({ ...signed(pair(r, s)), spki: namedSpki(curve('P-256'), point.toBytes(false)) })).toEqual(all(false))
  })

  it('X14 a point counts when it is on its curve and written uncompressed or compressed', async () => {
    const point = spki.subarray(-65)
    const [x, y] = [point.subarray(1, 33), point.subarray(33)]
    const odd = y[31]! & 1
    const on = (p: Uint8Array): Signed => ({ ...signed(pair(r, s)), spki: namedSpki(curve('P-256'), p) })
    expect(await answers(on(point))).toEqual(all(true))
    expect(await answers(on(Uint8Array.of(2 + odd, ...x)))).toEqual(all(true))
    const off = point.slice()
    off[64]! ^= 1
    const bad = [
      off, Uint8Array.of(3 - odd, ...x), Uint8Array.of(6 + odd, ...x, ...y), Uint8Array.of(0), Uint8Array.of(4, ...x), Uint8Array.of(4, ...x, ...y, 0), Uint8Array.of(2 + odd, ...x, ...y), point.subarray(1), new Uint8Array(65), new Uint8Array(),
      Uint8Array.of(4, ...bytesOf(BigInt(`0x${curve('P-256').p}`), 32), ...y),
    ]
    for (const p of bad) expect([hex(p), await answers(on(p))]).toEqual([hex(p), all(false)])
    // the same numbers under another curve's name
    expect(await answers({ ...signed(pair(r, s)), spki: namedSpki(curve('brainpoolP256r1'), point) })).toEqual(all(false))
  })

  it('X14 what is no SubjectPublicKeyInfo of a known kind signs nothing', async () => {
    const ed25519 = der(generateKeyPairSync('ed25519').publicKey)
    const koblitz = der(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)
    for (const key of [new Uint8Array(), Uint8Array.of(0x30, 0), ed25519, koblitz, concat(spki, Uint8Array.of(0)), spki.subarray(1), new Uint8Array(5_000)]) {
      for (const scheme of [ecdsa('SHA-256'), pkcs1('SHA-256'), pss('SHA-256', 32)]) expect(await answers({ ...signed(pair(r, s)), spki: key, scheme })).toEqual(all(false))
    }
  })

  const rsaPssKeys = () => generateKeyPairSync('rsa-pss' as 'rsa', { modulusLength: 1024, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 20 } as { modulusLength: number })
  it('X14 no bytes make a port throw, reject or say yes', async () => {
    const scheme = fc.oneof(fc.constantFrom(...HASHES).chain((h) => fc.constantFrom<Scheme>(ecdsa(h), ecdsa(h, 'plain'), pkcs1(h), { kind: 'dsa', hash: h }, pss(h, 0), pss(h, 32, 'SHA-1'))), fc.integer().map((salt) => pss('SHA-256', salt)))
    const parts = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 40 }).map((b) => sequence(b)), fc.uint8Array({ maxLength: 40 }).map((b) => sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(integer(numberOf(b)), integer(3))))),
      fc.uint8Array({ maxLength: 67 }).map((b) => namedSpki(curve('P-256'), b)), fc.constant(spki))
    await fc.assert(fc.asyncProperty(parts, scheme, fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 72 }).map((b) => sequence(b))), async (key, how, signature) => {
      expect(await answers({ spki: key, scheme: how, message: text, signature })).toEqual(all(false))
    }), { numRuns: 500 })
  })

  const weak = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  const weakSpki = der(weak.publicKey)
  const modulus = numberOf(new Uint8Array(Buffer.from(String(weak.publicKey.export({ format: 'jwk' }).n), 'base64url')))
  const digest = new Uint8Array(createHash('sha256').update(text).digest())
  const INFO = unhex('3031300d060960864801650304020105000420')
  const raw = (encoded: Uint8Array): Uint8Array => new Uint8Array(privateEncrypt({ key: weak.privateKey, padding: constants.RSA_NO_PADDING }, encoded))
  const framed = (info: Uint8Array, fill = 253 - info.length): Uint8Array => concat(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), info)
  const byRsa = (signature: Uint8Array, scheme: Scheme = pkcs1('SHA-256')): Signed => ({ spki: weakSpki, scheme, message: text, signature })

  it('X15 the whole PKCS #1 frame is compared: no rubbish after, between or instead, and the NULL must be there', async () => {
    expect(await answers(byRsa(raw(framed(concat(INFO, digest)))))).toEqual(all(true))
    const info = concat(INFO, digest)
    const pad = (x: Uint8Array): Uint8Array => concat(x, new Uint8Array(256 - x.length))
    const edit = (at: number, to: number): Uint8Array => framed(info).map((x, i) => (i === at ? to : x))
    const bad = [
      pad(framed(info, 8)), pad(framed(info, 200)), framed(unhex(`302f300b060960864801650304020104 20${hex(digest)}`)), framed(unhex(`3081313 00d060960864801650304020105000420${hex(digest)}`.replace(/ /g, ''))), framed(concat(INFO, digest, Uint8Array.of(0))), framed(digest), framed(concat(INFO, digest.subarray(1))),
      edit(1, 2), edit(1, 0), edit(0, 0).map((x, i) => (i === 100 ? 0xfe : x)), edit(256 - info.length - 1, 1), edit(255, digest[31]! ^ 1), concat(Uint8Array.of(0, 1), new Uint8Array(254)),
      framed(concat(INFO.map((x, i) => (i === 14 ? 2 : x)), digest)), new Uint8Array(256), bytesOf(1n, 256),
    ]
    for (const encoded of bad) expect([hex(encoded), await answers(byRsa(raw(encoded)))]).toEqual([hex(encoded), all(false)])
  })

  it('X15 a cube root of a frame with rubbish behind is no signature (Bleichenbacher 2006)', async () => {
    const prefix = framed(concat(INFO, digest), 8)
    const target = numberOf(concat(prefix, new Uint8Array(256 - prefix.length)))
    let [low, high] = [0n, 1n << 700n]
    while (low < high) {
      const middle = (low + high) / 2n
      if (middle ** 3n < target) low = middle + 1n
      else high = middle
    }
    const forged = bytesOf(low, 256)
    const opened = PORTS['software']!.power(forged, Uint8Array.of(3), bytesOf(modulus, 256))
    // it is a forgery worth the name: it opens to the frame and the right digest
    expect(hex(opened.subarray(0, prefix.length))).toBe(hex(prefix))
    expect(await answers(byRsa(forged))).toEqual(all(false))
  })

  it('X15 a signature is as long as the modulus and below it', async () => {
    let counter = 0
    let good = new Uint8Array()
    let message = new Uint8Array()
    do {
      message = Uint8Array.of(counter >> 8, counter & 0xff)
      counter += 1
      good = new Uint8Array(sign('sha256', message, weak.privateKey))
    } while (numberOf(good) + modulus >= 1n << 2048n || good[0] !== 0)
    const judge = (signature: Uint8Array) => answers({ ...byRsa(signature), message })
    expect(await judge(good)).toEqual(all(true))
    for (const bad of [good.subarray(1), concat(Uint8Array.of(0), good), bytesOf(numberOf(good) + modulus, 256), concat(good, Uint8Array.of(0)), new Uint8Array()]) expect(await judge(bad)).toEqual(all(false))
  })

  it('X15 a PSS signature that begins with a zero byte is not one without it', async () => {
    // a modulus of 8k+1 bits: nearly every signature begins with zero
    const pair = generateKeyPairSync('rsa', { modulusLength: 1025 })
    let good: Uint8Array
    do good = new Uint8Array(sign('sha256', text, { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }))
    while (good[0] !== 0)
    const judge = (signature: Uint8Array) => answers({ spki: der(pair.publicKey), scheme: pss('SHA-256', 32), message: text, signature })
    expect(await judge(good)).toEqual(all(true))
    for (const bad of [good.subarray(1), concat(Uint8Array.of(0), good)]) expect(await judge(bad)).toEqual(all(false))
  })

  it('X16 RSA keys that prove nothing are refused, keys that were only written oddly are read', async () => {
    const good = new Uint8Array(sign('sha256', text, weak.privateKey))
    const key = (o: { readonly n?: Uint8Array; readonly e?: Uint8Array; readonly algorithm?: Uint8Array; readonly more?: Uint8Array }): Uint8Array =>
      sequence(o.algorithm ?? sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(o.n ?? integer(modulus), o.e ?? integer(3), o.more ?? new Uint8Array())))
    const judge = (k: Uint8Array, signature: Uint8Array = good) => answers({ ...byRsa(signature), spki: k })
    expect(await judge(key({}))).toEqual(all(true))
    // no NULL; a modulus whose top bit reads as a sign; zeros too many
    for (const odd of [key({ algorithm: sequence(oid('1.2.840.113549.1.1.1')) }), key({ n: tlv(2, bytesOf(modulus, 256)) }), key({ n: tlv(2, bytesOf(modulus, 260)), e: tlv(2, bytesOf(3n, 4)) })]) expect(await judge(odd)).toEqual(all(true))
    const one = framed(concat(INFO, digest))
    expect(await judge(key({ e: integer(1) }), one)).toEqual(all(false))
    const small = generateKeyPairSync('rsa', { modulusLength: 1023 })
    expect(await answers({ spki: der(small.publicKey), scheme: pkcs1('SHA-256'), message: text, signature: new Uint8Array(sign('sha256', text, small.privateKey)) })).toEqual(all(false))
    const bad = [
      key({ e: integer(0) }), key({ e: integer(2) }), key({ e: integer(4) }), key({ e: integer((1n << 64n) + 1n) }), key({ n: integer(modulus - 1n) }), key({ n: integer(0) }), key({ n: tlv(2) }), key({ n: integer((1n << 16384n) + 1n) }),
      key({ more: nothing() }), key({ algorithm: sequence(oid('1.2.840.113549.1.1.5'), nothing()) }), key({ algorithm: sequence() }), sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing())), sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(integer(modulus), integer(3))), nothing()),
    ]
    for (const k of bad) expect([hex(k).slice(0, 60), await judge(k)]).toEqual([hex(k).slice(0, 60), all(false)])
  })

  it('X16 a key for PSS is for PSS, within what it says', async () => {
    // one key under three names: as OpenSSL makes them, and with bounds of our writing, so that it can sign beyond them
    const made = rsaPssKeys()
    const within: Signed = { spki: der(made.publicKey), scheme: pss('SHA-256', 20), message: text, signature: new Uint8Array(sign('sha256', text, { key: made.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 })) }
    expect(await answers(within)).toEqual(all(true))
    const bounds = sequence(context(0, hashIdentifier('SHA-256')), context(1, sequence(oid('1.2.840.113549.1.1.8'), hashIdentifier('SHA-256'))), context(2, integer(20)))
    const numbers = bits(sequence(integer(modulus), integer(3)))
    const [free, bound] = [sequence(sequence(oid('1.2.840.113549.1.1.10')), numbers), sequence(sequence(oid('1.2.840.113549.1.1.10'), bounds), numbers)]
    const by = (k: Uint8Array, h: HashName, salt: number): Signed => ({ spki: k, scheme: pss(h, salt), message: text, signature: new Uint8Array(sign(name(h), text, { key: weak.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt })) })
    for (const [h, salt, allowed] of [['SHA-256', 20, true], ['SHA-256', 32, true], ['SHA-256', 19, false], ['SHA-512', 20, false], ['SHA-1', 20, false]] as const) {
      expect([h, salt, await answers(by(free, h, salt))]).toEqual([h, salt, all(true)])
      expect([h, salt, await answers(by(bound, h, salt))]).toEqual([h, salt, all(allowed)])
    }
    for (const k of [free, bound]) {
      expect(await answers({ ...byRsa(new Uint8Array(sign('sha256', text, weak.privateKey))), spki: k })).toEqual(all(false))
      for (const scheme of [pss('SHA-256', 20, 'SHA-1'), pss('SHA-256', 21), ecdsa('SHA-256')]) expect(await answers({ ...by(k, 'SHA-256', 20), scheme })).toEqual(all(false))
    }
  })

  it('X16 a key of one kind never answers for a scheme of the other', async () => {
    const ecSigned = signed(pair(r, s))
    const rsaSigned = byRsa(new Uint8Array(sign('sha256', text, weak.privateKey)))
    for (const scheme of [pkcs1('SHA-256'), pss('SHA-256', 32), pss('SHA-256', 32, 'SHA-1')]) expect(await answers({ ...ecSigned, scheme })).toEqual(all(false))
    for (const scheme of [ecdsa('SHA-256'), ecdsa('SHA-256', 'plain')]) expect(await answers({ ...rsaSigned, scheme })).toEqual(all(false))
  })
})

describe('signers of keys that the platform holds', () => {
  it('X17 Node and the browser sign what every port accepts', async () => {
    const schemes: readonly Scheme[] = [ecdsa('SHA-256'), pkcs1('SHA-256'), pss('SHA-256', 32), pss('SHA-512', 10)]
    for (const scheme of schemes) {
      const { privateKey, publicKey } = scheme.kind === 'ecdsa' ? ecKeys('P-256') : generateKeyPairSync('rsa', { modulusLength: 2048 })
      const spki = der(publicKey)
      expect(await answers({ spki, scheme, message: text, signature: await signWith(privateKey, scheme)(text) })).toEqual(all(true))
      const algorithm = scheme.kind === 'ecdsa' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: scheme.kind === 'rsa-pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: scheme.hash }
      const key = await globalThis.crypto.subtle.importKey('pkcs8', new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })), algorithm, false, ['sign'])
      for (let i = 0; i < 8; i++) expect(await answers({ spki, scheme, message: text, signature: await webSignWith(key, scheme)(text) })).toEqual(all(true))
      const wrong: readonly Scheme[] = [{ kind: 'dsa', hash: 'SHA-256' }, ecdsa('SHA-256', 'plain'), pss('SHA-256', 32, 'SHA-1'), scheme.kind === 'ecdsa' ? pkcs1('SHA-256') : ecdsa('SHA-256')]
      for (const other of wrong) {
        expect(() => signWith(privateKey, other)).toThrow(RangeError)
        expect(() => webSignWith(key, other)).toThrow(RangeError)
      }
      expect(() => webSignWith(key, { ...scheme, hash: 'SHA-224' })).toThrow(RangeError)
      expect(() => webSignWith(key, scheme, bare)).toThrow(RangeError)
      if (scheme.kind !== 'ecdsa') expect(() => webSignWith(key, { ...scheme, hash: 'SHA-384' })).toThrow(RangeError)
    }
  })
})

describe('documents and lists', () => {
  const SET = join(import.meta.dirname, '../vectors/synthetic')
  const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(SET, ...path)))
  const at = new Date('2026-03-10T00:00:00Z')

  it('X18 every port judges the synthetic set alike, check by check', async () => {
    const groups = Object.fromEntries(readdirSync(join(SET, 'lds')).filter((f) => f.startsWith('EF.')).map((f) => [f.replace(/^EF\.(DG\d+)\.bin$/, '$1').replace(/\.bin$/, ''), read('lds', f)]))
    const anchors = readdirSync(join(SET, 'pki')).filter((f) => f.startsWith('csca') && f.endsWith('.der')).map((f) => ({ name: f, bytes: read('pki', f) }))
    const sods = readdirSync(join(SET, 'sod')).filter((f) => f.endsWith('.bin'))
    expect(sods).toHaveLength(47)
    const trusts = await Promise.all(ports.map(async ([, crypto]) => (await readTrust([...anchors, { name: 'UTO.crl', bytes: read('lists', 'UTO.crl') }], crypto)).trust))
    for (const sod of sods) {
      const reports = await Promise.all(ports.map(async ([, crypto], i) => inspect({ ...groups, 'EF.SOD': read('sod', sod) }, { trust: trusts[i]!, at, policy: 'field', crypto })))
      const told = reports.map((r) => [r.verdict, r.checks.map((c) => `${c.name} ${c.outcome}`).join('; ')])
      expect([sod, ...told]).toEqual([sod, ...told.map(() => told[0])])
    }
  })

  const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
  describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('of others', () => {
    it.each(['bsi-2008', 'bsi-tr03105-5'])('X18 every port finds the signature of %s good', async (set) => {
      const files = Object.fromEntries(readdirSync(join(PUBLIC, 'emrtd', set)).filter((f) => f.endsWith('.bin')).map((f) => {
        const bytes = new Uint8Array(readFileSync(join(PUBLIC, 'emrtd', set, f)))
        return [recogniseFile(bytes)!, bytes]
      }))
      for (const [port, crypto] of ports) {
        const report = await inspect(files, { trust: { anchors: [], links: [], signers: [], crls: [] }, at: new Date('2014-06-01T00:00:00Z'), policy: 'field', crypto })
        expect([port, report.checks.find((c) => c.name === 'sod-signature')?.outcome]).toEqual([port, 'passed'])
      }
    })

    it('X18 every port verifies the same certificates of two published master lists', async () => {
      const lists = await Promise.all(['DE_ML_2026-05-28-08-28-45.ml', 'NL_ML_2026-07-22.ml'].map((f) => parseMasterList(new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/masterlists', f))), PORTS['node']!)))
      const entries = lists.flatMap((l) => [...l!.certificates])
      const known = new Map(entries.map((c) => [hex(c.der), c]))
      for (const [port, crypto] of ports) {
        const good = new Set<string>()
        for (const [id, c] of known) {
          const issuers = [...known.values()].filter((i) => isSameName(i.subject, c.issuer))
          for (const i of issuers) if (!good.has(id) && (await isSignedBy(c, i, crypto))) good.add(id)
        }
        // 985 have an issuer of the same name to the byte; one, of GB, has it in another string type
        expect([port, entries.length, known.size, entries.filter((c) => good.has(hex(c.der))).length]).toEqual([port, 999, 627, 986])
      }
    })
  })
})
