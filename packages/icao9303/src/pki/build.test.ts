import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  day, documentSigner, ecPair, generation, read, rsaPair, serial, signerOf, span, UTOPIA, type Generation,
  type Pair,
} from '../../../../test/utopia.ts'
import {
  authorityOf, buildBarCodeSigner, buildCrl, buildCsca, buildDeviationListSigner, buildDs, buildLink,
  buildMasterListSigner, buildRequest, cscaDefects, isSameName, isSignedBy, kindOf, lintCertificate, lintCrl,
  parseCrl, parseRequest, renderName,
  parseCertificate, wrapPem, type Certificate, type HashName, type Scheme,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'

const crypto = nodeCrypto()
let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'pki-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** What OpenSSL says of DER bytes, without an exit code to be thrown at. */
function openssl(args: readonly string[], der: Uint8Array): string {
  const file = join(folder, 'x.der')
  writeFileSync(file, der)
  return execFileSync(
    'openssl', [...args.slice(0, 1), '-inform', 'DER', '-in', file, ...args.slice(1)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
}

const pss = (hash: HashName, salt: number): Scheme => ({ kind: 'rsa-pss', hash, mgfHash: hash, salt })
const pkcs1 = (hash: HashName): Scheme => ({ kind: 'rsa-pkcs1', hash })
const order = (pair: Pair, more: object = {}) => ({
  authority: UTOPIA, commonName: 'CSCA-UTO', spki: pair.spki, serial: serial(),
  validity: span('2026-01-01', '2041-04-01'), keyUse: span('2026-01-01', '2031-01-01'), ...more,
})

describe('certificates', () => {
  it.each([
    ['P-224', 'secp224r1', 'SHA-224', 'ecdsa-with-SHA224'],
    ['P-256', 'prime256v1', 'SHA-256', 'ecdsa-with-SHA256'],
    ['P-384', 'secp384r1', 'SHA-384', 'ecdsa-with-SHA384'],
    ['P-521', 'secp521r1', 'SHA-512', 'ecdsa-with-SHA512'],
    ['brainpoolP256r1', 'brainpoolP256r1', 'SHA-256', 'ecdsa-with-SHA256'],
    ['brainpoolP384r1', 'brainpoolP384r1', 'SHA-384', 'ecdsa-with-SHA384'],
    ['brainpoolP512r1', 'brainpoolP512r1', 'SHA-512', 'ecdsa-with-SHA512'],
  ] as const)('K6 a root on %s has explicit parameters and is of the profile, also for a foreign reader', async (
    name, curve, hash, algorithm,
  ) => {
    const pair = ecPair(curve, hash)
    const der = await buildCsca(order(pair), pair.signer, crypto)
    const c = read(der)
    expect(c.curve).toEqual({ name, explicit: true })
    expect(lintCertificate(c)).toEqual([])
    expect(await isSignedBy(c, c, crypto)).toBe(true)
    const text = openssl(['x509', '-noout', '-text'], der)
    expect(text).toContain(`Signature Algorithm: ${algorithm}`)
    expect(text).toContain('Field Type: prime-field')
    expect(text).toContain('X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0')
    expect(text).toContain('X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign')
    expect(text).toMatch(/email:pki@specimen\.example, DirName:\/?L ?= ?UTO/)
  })

  it.each([
    pkcs1('SHA-224'), pkcs1('SHA-256'), pkcs1('SHA-384'), pkcs1('SHA-512'), pss('SHA-224', 28),
    pss('SHA-256', 32), pss('SHA-256', 20), pss('SHA-384', 48), pss('SHA-512', 64), pss('SHA-512', 0),
  ])('K7 an RSA root signs with %o, and a foreign library verifies it', async (scheme) => {
    const pair = rsaPair(scheme)
    const der = await buildCsca(order(pair), pair.signer, crypto)
    const c = read(der)
    expect([c.scheme, c.keyBits, c.curve]).toEqual([scheme, 2048, undefined])
    expect(lintCertificate(c)).toEqual([])
    const file = join(folder, 'rsa.pem')
    writeFileSync(file, wrapPem('CERTIFICATE', der))
    expect(
      execFileSync(
        'openssl',
        ['verify', '-check_ss_sig', '-attime', String(day('2027-01-01').getTime() / 1000), '-CAfile', file, file],
        { encoding: 'utf8' },
      )
    ).toContain('OK')
  })

  it('K7 writes the defaults of PSS by leaving them out, and reads them so', async () => {
    const pair = rsaPair(pss('SHA-1', 20))
    const der = await buildCsca(order(pair), pair.signer, crypto)
    expect(read(der).scheme).toEqual(pss('SHA-1', 20))
    expect(openssl(['x509', '-noout', '-text'], der)).toContain('Hash Algorithm: sha1 (default)')
  })

  it('K8 a whole tree by named curves is verified by a foreign library: root, link, document signer', async () => {
    const [old, fresh] = [ecPair(), ecPair('secp384r1', 'SHA-384')]
    const g1 = read(await buildCsca(order(old, { curveForm: 'named' }), old.signer, crypto))
    const g2 = read(await buildCsca(order(fresh, { curveForm: 'named' }), fresh.signer, crypto))
    const link = read(await buildLink({ root: g2, serial: serial(), validity: span('2026-01-01', '2041-04-01') }, g1, old.signer, crypto))
    expect([link.curve, g2.curve].map((c) => c?.explicit)).toEqual([false, false])
    const ds = await buildDs(
      { ...order(ecPair()), commonName: 'DS', documentTypes: ['P'], curveForm: 'named', validity: span('2026-01-01', '2036-01-01') },
      g1, old.signer, crypto,
    )
    const files = [['g1', g1.der], ['link', link.der], ['ds', ds]] as const
    for (const [name, der] of files) writeFileSync(join(folder, `${name}.pem`), wrapPem('CERTIFICATE', der))
    const at = ['-attime', String(day('2026-06-01').getTime() / 1000)]
    expect(
      execFileSync('openssl', ['verify', ...at, '-CAfile', join(folder, 'g1.pem'), join(folder, 'ds.pem')], { encoding: 'utf8' })
    ).toContain('OK')
    expect(
      execFileSync('openssl', ['verify', ...at, '-CAfile', join(folder, 'g1.pem'), join(folder, 'link.pem')], { encoding: 'utf8' })
    ).toContain('OK')
    // what issue 26 of the list is about: explicit parameters, which OpenSSL refuses and the profile demands
    const explicit = await documentSigner(await generation({ pair: old }, crypto), crypto)
    writeFileSync(join(folder, 'e.pem'), wrapPem('CERTIFICATE', explicit.der))
    expect(
      () => execFileSync(
        'openssl',
        ['verify', ...at, '-partial_chain', '-trusted', join(folder, 'g1.pem'), join(folder, 'e.pem')],
        { stdio: 'pipe' },
      )
    ).toThrow(/explicit|lookup/)
  })

  it('K9 a link copies what the new root says of itself and says when the name changed', async () => {
    const g1 = await generation({}, crypto)
    const same = await generation({ from: '2024-06-01', useTo: '2029-01-01' }, crypto)
    const other = await generation({ name: 'CSCA-UTO 2', from: '2024-06-01', useTo: '2029-01-01' }, crypto)
    const make = async (to: Generation): Promise<Certificate> => read(
      await buildLink({ root: to.root, serial: serial(), validity: span('2024-06-01', '2035-04-01') }, g1.root, g1.pair.signer, crypto)
    )
    const [plain, renamed] = [await make(same), await make(other)]
    expect(
      [plain, renamed].map(
        (l) => [kindOf(l), lintCertificate(l, { issuer: g1.root }), renderName(l.issuer), l.authorityKeyId === g1.root.subjectKeyId]
      )
    ).toEqual([
      ['link', [], renderName(g1.root.subject), true], ['link', [], renderName(g1.root.subject), true],
    ])
    expect(
      [plain, renamed].map((l) => l.extensions.get('2.23.136.1.1.6.1'))
    ).toEqual([undefined, { critical: false, value: Uint8Array.of(5, 0) }])
    expect([isSameName(plain.subject, plain.issuer), isSameName(renamed.subject, renamed.issuer)]).toEqual([true, false])
    expect([plain.subjectKeyId, renamed.subjectKeyId]).toEqual([same.root.subjectKeyId, other.root.subjectKeyId])
    expect(await isSignedBy(renamed, g1.root, crypto)).toBe(true)
    expect(await isSignedBy(renamed, other.root, crypto)).toBe(false)
  })

  it('K10 each kind of signer is of its profile, and has what sets it apart', async () => {
    const g = await generation({ to: '2041-01-01', useTo: '2026-01-01' }, crypto)
    const common = { authority: UTOPIA, commonName: 'S', spki: ecPair().spki, serial: serial(), validity: span('2024-01-01', '2034-04-01') }
    const ds = read(
      await buildDs({ ...common, keyUse: span('2024-01-01', '2024-04-01'), documentTypes: ['P', 'ID'] }, g.root, g.pair.signer, crypto)
    )
    const mls = read(await buildMasterListSigner(common, g.root, g.pair.signer, crypto))
    const dls = read(await buildDeviationListSigner({ ...common, keyUse: span('2024-01-01', '2025-01-01') }, g.root, g.pair.signer, crypto))
    const bcs = read(
      await buildBarCodeSigner(
        { country: 'UT', reference: 'V1', spki: common.spki, serial: common.serial, validity: common.validity, documentTypes: ['V'] },
        g.root, g.pair.signer,
      )
    )
    for (const [c, kind] of [[ds, 'ds'], [mls, 'master-list-signer'], [dls, 'deviation-list-signer'], [bcs, 'bar-code-signer']] as const) {
      expect([kindOf(c), lintCertificate(c, { issuer: g.root }), await isSignedBy(c, g.root, crypto)]).toEqual([kind, [], true])
    }
    expect([
      ds.documentTypes, ds.keyUsage, ds.issuingStates, ds.extendedKeyUsage,
    ]).toEqual([['P', 'ID'], ['digitalSignature'], ['UTO'], undefined])
    expect([mls.extendedKeyUsage, mls.privateKeyUsage]).toEqual([['2.23.136.1.1.3'], undefined])
    expect([dls.extendedKeyUsage, dls.privateKeyUsage]).toEqual([['2.23.136.1.1.8'], { from: day('2024-01-01'), to: day('2025-01-01') }])
    expect([bcs.extendedKeyUsage, bcs.documentTypes, [...bcs.extensions.keys()]]).toEqual([
      ['2.23.136.1.1.11.1'], ['V'], ['2.5.29.35', '2.23.136.1.1.6.2', '2.5.29.37'],
    ])
    expect(renderName(bcs.subject)).toBe('C=UT, CN=V1')
  })

  it('K11 writes UTCTime to 2049 and GeneralizedTime from 2050, and keeps the second', async () => {
    const pair = ecPair()
    const c = read(
      await buildCsca(
        order(
          pair,
          {
            validity: { from: new Date('2049-12-31T23:59:59Z'), to: new Date('2050-01-01T00:00:00Z') },
            keyUse: span('2049-12-31', '2049-12-31'),
          },
        ),
        pair.signer, crypto,
      )
    )
    expect([c.notBefore.toISOString(), c.notAfter.toISOString()]).toEqual(['2049-12-31T23:59:59.000Z', '2050-01-01T00:00:00.000Z'])
    const hex = Buffer.from(c.der).toString('latin1')
    expect([hex.includes('\x17\x0d491231235959Z'), hex.includes('\x18\x0f20500101000000Z')]).toEqual([true, true])
  })

  it('K12 serial numbers are positive and have 8 to 20 octets', async () => {
    const pair = ecPair()
    for (const bytes of [new Uint8Array(8), new Uint8Array(20).fill(0xff)]) {
      const c = read(await buildCsca(order(pair, { serial: bytes }), pair.signer, crypto))
      expect([c.defects, c.serial.length]).toEqual([[], bytes.length * 2])
    }
    for (const n of [7, 21]) await expect(
      buildCsca(order(pair, { serial: new Uint8Array(n) }), pair.signer, crypto)
    ).rejects.toThrow(RangeError)
  })

  it('K12 that of a bar code signer is the number given, which seals name, and may be short', async () => {
    const g = await generation({}, crypto)
    const make = async (number: Uint8Array): Promise<Uint8Array> => buildBarCodeSigner(
      { country: 'UT', reference: 'V1', spki: ecPair().spki, serial: number, validity: span('2024-01-01', '2026-01-01') }, g.root, g.pair.signer,
    )
    const longest = new Uint8Array(20).fill(0xff).with(0, 0x7f)
    for (const [number, hex] of [[[1], '1'], [[0, 0x5b], '5b'], [[0xff], 'ff'], [[0x0f, 0xff, 0xff], 'fffff'], [[...longest], `7f${'ff'.repeat(19)}`]] as const) {
      const c = read(await make(Uint8Array.from(number)))
      expect([c.serial, c.defects, lintCertificate(c, { issuer: g.root })]).toEqual([hex, [], []])
    }
    for (const number of [new Uint8Array(), new Uint8Array(1), new Uint8Array(20), longest.with(0, 0x80), Uint8Array.of(1, ...new Uint8Array(20))])
      await expect(make(number)).rejects.toThrow(/positive and has at most 20 octets/)
  })

  it('K13 refuses what would not be of the profile as a bug of the caller', async () => {
    const g = await generation({}, crypto)
    const pair = ecPair()
    const csca = async (more: object): Promise<unknown> => buildCsca(order(pair, more), pair.signer, crypto)
    const ds = async (documentTypes: string[]): Promise<unknown> => buildDs(
      { ...order(pair), documentTypes }, g.root, g.pair.signer, crypto,
    )
    const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [async () => csca({ authority: { ...UTOPIA, country: 'ut' } }), /two capital letters/],
      [async () => csca({ authority: { ...UTOPIA, country: 'UTO' } }), /two capital letters/],
      [async () => csca({ commonName: '' }), /common name/], [async () => csca({ serialNumber: 'ü' }), /PrintableString/],
      [async () => csca({ authority: { ...UTOPIA, crlUrl: 'ftp://x' } }), /http, https or ldap/],
      [async () => csca({ authority: { ...UTOPIA, contact: 'ü@x' } }), /not ASCII/],
      [async () => csca({ validity: span('2026-01-02', '2026-01-01') }), /ends after it begins/],
      [async () => ds([]), /document type/], [async () => ds(['PPP']), /document type/], [async () => ds(['p']), /document type/],
      [async () => buildBarCodeSigner({ ...order(pair), country: 'UT', reference: 'V' }, g.root, g.pair.signer), /two capital/],
      [
        async () => buildCsca(
          order(pair),
          { scheme: { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' }, sign: () => new Uint8Array(64) }, crypto,
        ),
        /DER form/,
      ],
      [
        async () => buildDs({ ...order(pair), documentTypes: ['P'] }, { ...g.root, subjectKeyId: undefined }, g.pair.signer, crypto),
        /subject key identifier/,
      ],
    ]
    for (const [call, words] of wrong) await expect(call()).rejects.toThrow(words)
  })

  it('K14 no byte of a certificate can be changed so that its signature still holds', async () => {
    const g = await generation({}, crypto)
    for (let i = 0; i < g.root.der.length; i++) {
      for (const pattern of [0x01, 0x80]) {
        const changed = g.root.der.slice()
        changed[i]! ^= pattern
        const c = parseCertificate(changed)
        if (c !== undefined && await isSignedBy(c, g.root, crypto)) throw new Error(`byte ${i} changed by ${pattern} goes unnoticed`)
      }
    }
  })

  it('K15 takes more than one place of the list, the code of an issuer within a State, and a web address for contact', async () => {
    const pair = ecPair()
    const authority = {
      ...UTOPIA, country: 'CN', issuingState: 'CHN', issuer: 'HKG', contact: 'https://pki.specimen.example',
      moreCrlUrls: ['https://pki.specimen.example/2.crl', 'ldap://pki.specimen.example/c=UT'],
    }
    const c = read(
      await buildCsca(order(pair, { authority, organisationalUnit: 'U', serialNumber: '007', afterNameChange: true }), pair.signer, crypto)
    )
    expect([renderName(c.subject), c.issuingStates, lintCertificate(c)]).toEqual([
      'C=CN, O=Utopia Specimen Authority, OU=U, serialNumber=007, CN=CSCA-UTO', ['CHN'], [],
    ])
    // the next certificate can be made to say the same
    expect(authorityOf(c)).toEqual(authority)
    expect(authorityOf({ ...c, extensions: new Map() })).toBeUndefined()
    const text = openssl(['x509', '-noout', '-text'], c.der)
    expect(text).toMatch(/URI:https:\/\/pki\.specimen\.example, DirName:\/?L ?= ?CHN(\/|, )ST ?= ?HKG/)
    expect([...text.matchAll(/URI:(\S+?crl|ldap\S+)/g)].map((m) => m[1])).toEqual([
      'http://pki.specimen.example/uto.crl', 'https://pki.specimen.example/2.crl',
      'ldap://pki.specimen.example/c=UT',
    ])
  })
})

describe('requests', () => {
  it.each(
    [
      ['EC', () => ecPair('brainpoolP256r1')], ['PKCS#1', () => rsaPair(pkcs1('SHA-256'))],
      ['PSS', () => rsaPair(pss('SHA-256', 32))],
    ] as const
  )('K16 a request for an %s key is verified by a foreign library and read back', async (kind, make) => {
    const pair = make()
    const der = await buildRequest(
      { country: 'UT', organisation: 'X', organisationalUnit: 'Y', serialNumber: '1', commonName: 'DS', spki: pair.spki },
      pair.signer,
    )
    expect(openssl(['req', '-noout', '-subject', '-verify'], der)).toContain('CN = DS')
    const request = (await parseRequest(der, crypto))!
    expect([renderName(request.subject), request.spki, request.curve, request.keyBits]).toEqual([
      'C=UT, O=X, OU=Y, serialNumber=1, CN=DS', pair.spki, kind === 'EC' ? 'brainpoolP256r1' : undefined,
      kind === 'EC' ? 256 : 2048,
    ])
  })

  it('K1 a request that a foreign library made is read; one of another key’s signature is not', async () => {
    const key = join(folder, 'k.pem')
    execFileSync('openssl', ['ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', key])
    const der = new Uint8Array(
      execFileSync('openssl', ['req', '-new', '-key', key, '-subj', '/C=UT/CN=them', '-outform', 'DER', '-sha384'])
    )
    expect((await parseRequest(der, crypto))?.curve).toBe('P-384')
    const pair = ecPair()
    expect(
      await parseRequest(await buildRequest({ country: 'UT', commonName: 'x', spki: pair.spki }, ecPair().signer), crypto)
    ).toBeUndefined()
  })

  it('K14 no byte of a request can be changed so that it is still read', async () => {
    const pair = ecPair()
    const der = await buildRequest({ country: 'UT', commonName: 'x', spki: pair.spki, curveForm: 'named' }, pair.signer)
    for (let i = 0; i < der.length; i++) {
      const changed = der.slice()
      changed[i]! ^= 0x01
      if (await parseRequest(changed, crypto) !== undefined) throw new Error(`byte ${i} goes unnoticed`)
    }
  })
})

describe('revocation lists', () => {
  const revoked = [{ serial: '7777', at: day('2026-02-01') }, { serial: 'a0ff', at: day('2026-02-02') }]
  it.each(
    [['ECDSA', () => ecPair()], ['PSS', () => rsaPair(pss('SHA-256', 32))]] as const
  )('K17 a list by %s is of the profile, and a foreign library verifies it', async (_, make) => {
    const g = await generation({ pair: make() }, crypto)
    const der = await buildCrl(
      { number: 300, thisUpdate: day('2026-03-01'), nextUpdate: day('2026-05-30'), revoked, formerNames: [g.root.subject] },
      g.root, g.pair.signer,
    )
    const l = parseCrl(der)!
    expect([
      l.version, [...l.revoked], l.number, l.authorityKeyId, l.whole, l.emptyList, l.entryExtensions,
      l.formerNames.map(renderName),
    ]).toEqual([2, revoked.map((r) => [r.serial, r.at]), 300, g.root.subjectKeyId, true, false, [], [renderName(g.root.subject)]])
    expect(lintCrl(l, g.root)).toEqual([])
    expect(await crypto.verify({ spki: g.root.spki, scheme: l.scheme, message: l.tbs, signature: l.signature })).toBe(true)
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, wrapPem('CERTIFICATE', g.root.der))
    const text = openssl(['crl', '-noout', '-text', '-CAfile', ca], der)
    expect(text).toContain('Version 2')
    expect(text).toContain('Serial Number: 7777')
    expect(text).not.toContain('Reason')
    // OpenSSL verifies the signature, but not under a key with explicit parameters of the curve
    const named = g.root.curve === undefined ? g.root : read(await buildCsca(order(g.pair, { curveForm: 'named' }), g.pair.signer, crypto))
    writeFileSync(ca, wrapPem('CERTIFICATE', named.der))
    expect(
      execFileSync(
        'openssl', ['crl', '-inform', 'DER', '-in', join(folder, 'x.der'), '-noout', '-CAfile', ca],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      )
    ).toBe('')
  })

  it('K18 a list without revoked certificates has no list of them; twice the same, or an end before the beginning, is a bug', async () => {
    const g = await generation({}, crypto)
    const make = async (more: object) => buildCrl(
      { number: 1, thisUpdate: day('2026-03-01'), nextUpdate: day('2026-05-30'), revoked: [], ...more }, g.root,
      g.pair.signer,
    )
    const l = parseCrl(await make({}))!
    expect([l.revoked.size, l.emptyList, lintCrl(l, g.root)]).toEqual([0, false, []])
    await expect(make({ revoked: [revoked[0], revoked[0]] })).rejects.toThrow(RangeError)
    await expect(make({ nextUpdate: day('2026-03-01') })).rejects.toThrow(RangeError)
    expect(lintCrl(parseCrl(await make({ nextUpdate: day('2026-06-01') }))!).map((d) => d.code)).toEqual(['update-interval'])
  })

  it('K14 no byte of a list can be changed so that its signature still holds', async () => {
    const g = await generation({}, crypto)
    const der = await buildCrl({ number: 1, thisUpdate: day('2026-03-01'), nextUpdate: day('2026-05-30'), revoked }, g.root, g.pair.signer)
    for (let i = 0; i < der.length; i++) {
      const changed = der.slice()
      changed[i]! ^= 0x01
      const l = parseCrl(changed)
      if (
        l !== undefined && await crypto.verify({ spki: g.root.spki, scheme: l.scheme, message: l.tbs, signature: l.signature })
      ) throw new Error(`byte ${i} goes unnoticed`)
    }
  })
})

it('K6 gives a root with a named curve only when asked, and the profile names it', async () => {
  const pair = ecPair()
  const c = read(
    await buildCsca(order(pair, { curveForm: 'named' }), signerOf(pair.key, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }), crypto)
  )
  expect([c.curve?.explicit, cscaDefects(c).map((d) => [d.code, d.grave])]).toEqual([false, [['named-curve', false]]])
})
