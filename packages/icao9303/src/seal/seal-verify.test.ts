import { generateKeyPairSync, sign as nodeSign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import {
  buildBarCodeSigner,
  buildCrl,
  buildCsca,
  canMessage,
  certificateReference,
  decodeIdb,
  decodeVds,
  etdFeatures,
  idbHash,
  parseCertificate,
  readTrust,
  sealHash,
  sealKeyExcess,
  sealMessage,
  signerOf,
  signIdb,
  signVds,
  verifySeal,
  VDS_PROFILES,
  visaFeatures,
  type Certificate,
  type Policy,
  type SealInspection,
  type SealReport,
  type Trust,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { rawSignature, sealKey } from './seal-signature.ts'

interface Vectors {
  readonly certificates: Readonly<Record<string, string>>
  readonly vds: readonly { readonly id: string; readonly bytes: string; readonly signedBy?: string }[]
  readonly idb: readonly { readonly id: string; readonly text: string; readonly signedBy?: string }[]
}
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/seals.json'), 'utf8')) as Vectors
const crypto = nodeCrypto()
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const HASHES = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const
const authority = {
  country: 'UT',
  organisation: 'Utopia',
  contact: 'csca@utopia.example',
  issuingState: 'UTO',
  crlUrl: 'https://utopia.example/UTO.crl',
}
const ETD = ['PUUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F2606277<<<<<<<8']
const B = ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L898902C<3UTO6908061F9406236ZE184226']

const keyOf = (namedCurve: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return { privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}
const signWith = (key: KeyObject, hash: keyof typeof HASHES) => (message: Uint8Array) =>
  new Uint8Array(nodeSign(HASHES[hash], message, key))

const csca = keyOf('prime256v1')
let cscaCertificate: Certificate
let signer: { readonly certificate: Certificate; readonly key: ReturnType<typeof keyOf> }
let trust: Trust
let etd: Uint8Array
let idb: string

async function barCodeSigner(namedCurve: string, more: { readonly serial?: string; readonly documentTypes?: readonly string[] } = {}) {
  const key = keyOf(namedCurve)
  const der = await buildBarCodeSigner(
    {
      country: 'UT',
      reference: 'TS',
      spki: key.spki,
      serial: unhex(more.serial ?? '400000000000005b'),
      validity: { from: day('2025-01-01'), to: day('2036-01-01') },
      ...(more.documentTypes === undefined ? {} : { documentTypes: more.documentTypes }),
    },
    cscaCertificate,
    { sign: signWith(csca.privateKey, 'SHA-256'), hash: 'SHA-256' },
  )
  return { certificate: parseCertificate(der)!, key }
}
const list = (revoked: readonly { readonly serial: string; readonly at: Date }[] = []) =>
  buildCrl({ number: 1, thisUpdate: day('2026-01-01'), nextUpdate: day('2026-03-01'), revoked: [...revoked] }, cscaCertificate, {
    sign: signWith(csca.privateKey, 'SHA-256'),
    hash: 'SHA-256',
  })
const trustOf = async (...bytes: readonly Uint8Array[]): Promise<Trust> =>
  (
    await readTrust(
      bytes.map((b, i) => ({ name: `t${i}`, bytes: b })),
      crypto,
    )
  ).trust
const HEADER = {
  version: 4,
  country: 'UTO',
  issued: '2026-01-10',
  signed: '2026-01-10',
  ...VDS_PROFILES['emergency-travel-document'],
} as const
const judge = (seal: Uint8Array | string, more: Partial<SealInspection> = {}) =>
  verifySeal(seal, { trust, at: day('2026-02-01'), policy: 'strict', crypto, ...more })
const failing = (r: SealReport) =>
  r.checks.filter((c) => c.outcome === 'failed' || c.outcome === 'not-done').map((c) => [c.name, c.outcome, c.indication])

beforeAll(async () => {
  const der = await buildCsca(
    {
      authority,
      commonName: 'CSCA-UTO',
      spki: csca.spki,
      serial: unhex('4000000000000001'),
      validity: { from: day('2025-01-01'), to: day('2040-01-01') },
      keyUse: { from: day('2025-01-01'), to: day('2030-01-01') },
    },
    { sign: signWith(csca.privateKey, 'SHA-256'), hash: 'SHA-256' },
    crypto,
  )
  cscaCertificate = parseCertificate(der)!
  signer = await barCodeSigner('prime256v1')
  trust = await trustOf(der, signer.certificate.der, await list())
  etd = await signVds(
    { header: HEADER, features: etdFeatures(ETD), certificate: signer.certificate, crypto },
    signWith(signer.key.privateKey, 'SHA-256'),
  )
  idb = await signIdb(
    {
      country: 'UTO',
      signed: '2026-01-10',
      messages: [sealMessage('emergency-travel-document', etdFeatures(ETD)), canMessage('156782')],
      certificate: signer.certificate,
      crypto,
    },
    signWith(signer.key.privateKey, 'SHA-256'),
  )
})

describe('published seals', () => {
  const certificates = Object.fromEntries(Object.entries(vectors.certificates).map(([name, der]) => [name, parseCertificate(unhex(der))!]))
  const published: Trust = { anchors: [], links: [], signers: Object.values(certificates), crls: [] }
  const look = (seal: Uint8Array | string) => verifySeal(seal, { trust: published, at: day('2024-06-01'), policy: 'field', crypto })
  it.each([
    ...vectors.vds.map((v) => [v.id, v.signedBy, unhex(v.bytes)] as const),
    ...vectors.idb.map((v) => [v.id, v.signedBy, v.text] as const),
  ])('V5 %s bears the signature of %s', async (_, by, seal) => {
    const r = await look(seal)
    const outcome = (name: string) => r.checks.find((c) => c.name === name)?.outcome
    expect([outcome('seal-format'), outcome('seal-signature'), r.signer]).toEqual([
      'passed',
      by === undefined ? 'not-done' : 'passed',
      by === undefined ? undefined : certificates[by],
    ])
    // nobody vouches for the test signers
    expect([r.verdict, r.status]).toEqual(['undetermined', 'INVALID'])
    expect(r.indications).toContain(
      by === undefined
        ? r.seal?.kind === 'idb' && r.seal.value.signing === undefined
          ? 'INVALID_SIGNATURE'
          : 'UNKNOWN_CERTIFICATE'
        : 'UNTRUSTED_CERTIFICATE',
    )
  })
  it('V5 the worked example of Doc 9303-8 is what its page says', async () => {
    const r = await look(unhex(vectors.vds.find((v) => v.id === 'doc9303-8-appendix-b')!.bytes))
    expect(r.checks.map((c) => [c.name, c.outcome])).toEqual([
      ['seal-format', 'passed'],
      ['seal-signer', 'passed'],
      ['seal-signature', 'passed'],
      ['signer-purpose', 'passed'],
      ['signer-document-type', 'not-applicable'],
      ['signer-validity', 'passed'],
      ['trust-path', 'not-done'],
      ['revocation', 'not-done'],
      ['seal-profile', 'passed'],
      ['seal-zone', 'passed'],
      ['document-zone', 'not-applicable'],
    ])
  })
  it('V5 names certificates as the seals do', () => {
    expect([signerOf(certificates['DETS32']!), signerOf(certificates['UTTS5B']!)]).toEqual([
      { signer: 'DETS', reference: '32' },
      { signer: 'UTTS', reference: '5B' },
    ])
    expect(certificateReference(certificates['UTTS5B']!, crypto)).toBe('a57a790577')
  })
})

describe('seals of our own', () => {
  it('V11 are genuine under strict with every check done', async () => {
    for (const seal of [etd, idb]) {
      const r = await judge(seal, { printed: { document: ETD } })
      expect(failing(r)).toEqual([])
      expect([r.verdict, r.genuine, r.status, r.trustLevel, r.indications, r.defects]).toEqual([
        'genuine',
        true,
        'VALID',
        'trustable',
        [],
        [],
      ])
      expect(r.signer).toEqual(signer.certificate)
    }
    expect((await judge(etd)).seal).toMatchObject({
      kind: 'vds',
      value: { header: { ...HEADER, signer: 'UTTS', reference: '400000000000005B' } },
    })
    expect((await judge(idb)).seal).toMatchObject({ kind: 'idb', value: { country: 'UTO' } })
  })
  it.each([
    ['secp224r1', 'SHA-224', 56],
    ['prime256v1', 'SHA-256', 64],
    ['secp384r1', 'SHA-384', 96],
    ['brainpoolP224r1', 'SHA-224', 56],
    ['brainpoolP256r1', 'SHA-256', 64],
    ['brainpoolP320r1', 'SHA-384', 80],
    ['brainpoolP384r1', 'SHA-384', 96],
    ['brainpoolP512r1', 'SHA-512', 128],
  ] as const)('V4 a key of %s signs with %s, in %i bytes', async (curve, hash, length) => {
    const s = await barCodeSigner(curve, { serial: '0abcde' })
    const t = { ...trust, signers: [s.certificate] }
    expect(sealHash(sealKey(s.certificate)!.orderBits)).toBe(hash)
    for (const version of [3, 4] as const) {
      const seal = await signVds(
        { header: { ...HEADER, version }, features: etdFeatures(ETD), certificate: s.certificate, crypto },
        signWith(s.key.privateKey, hash),
      )
      const read = decodeVds(seal)
      expect(read).toMatchObject({ ok: true, value: { header: { reference: version === 3 ? 'ABCDE' : '0ABCDE' } }, defects: [] })
      if (read.ok) expect(read.value.signature).toHaveLength(length)
      expect((await judge(seal, { trust: t })).verdict).toBe('genuine')
    }
    const inBar = idbHash(sealKey(s.certificate)!.orderBits)!
    expect(inBar).toBe(hash === 'SHA-224' ? 'SHA-256' : hash)
    const text = await signIdb(
      {
        country: 'UTO',
        signed: '2026-01-10',
        messages: [canMessage('156782')],
        certificate: s.certificate,
        crypto,
        compression: 'zlib',
        dateLength: 3,
      },
      signWith(s.key.privateKey, inBar),
    )
    expect((await judge(text, { trust: t })).verdict).toBe('genuine')
  })
  it('V4 a longer order has no hash in the Part: it is not written, and read with the longest', async () => {
    const s = await barCodeSigner('secp521r1')
    expect(sealKey(s.certificate)).toEqual({ orderBits: 521, orderBytes: 66 })
    await expect(
      signVds({ header: HEADER, features: [], certificate: s.certificate }, signWith(s.key.privateKey, 'SHA-512')),
    ).rejects.toThrow(RangeError)
    const text = await signIdb(
      { country: 'UTO', signed: '2026-01-10', messages: [], certificate: s.certificate, crypto },
      signWith(s.key.privateKey, 'SHA-512'),
    )
    expect((await judge(text, { trust: { ...trust, signers: [s.certificate] } })).verdict).toBe('genuine')
  })
  it.each([
    [224, 'SHA-224'],
    [225, 'SHA-256'],
    [256, 'SHA-256'],
    [257, 'SHA-384'],
    [384, 'SHA-384'],
    [385, 'SHA-512'],
    [512, 'SHA-512'],
    [513, undefined],
  ] as const)('V4 an order of %i bits goes with %s', (bits, hash) => {
    expect(sealHash(bits)).toBe(hash)
  })
  it.each([
    ['3006020101020101', 2, '00010001'],
    ['30070202008002017f', 1, '807f'],
    ['30070202008002017f', 2, '0080007f'],
  ])('V4 turns %s into r and s of %i bytes', (der, n, raw) => {
    expect(hex(rawSignature(unhex(der), n))).toBe(raw)
  })
  it.each([
    ['30070202010002017f', 1],
    ['3006020100020101', 1],
    ['3006020101020100', 1],
    ['3006020181020101', 1],
    ['3003020101', 1],
    ['300602010102010100', 1],
    ['3009020101020101020101', 1],
    ['', 1],
  ])('V4 refuses %s as a signature of %i bytes', (der, n) => {
    expect(() => rawSignature(unhex(der), n)).toThrow(RangeError)
  })
  it('V11 nothing leaves that is not signed by the certificate’s key with its hash', async () => {
    const order = { header: HEADER, features: etdFeatures(ETD), certificate: signer.certificate, crypto }
    await expect(signVds(order, signWith(signer.key.privateKey, 'SHA-384'))).rejects.toThrow(RangeError)
    await expect(signVds(order, signWith(csca.privateKey, 'SHA-256'))).rejects.toThrow(RangeError)
    await expect(signVds(order, () => new Uint8Array(64))).rejects.toThrow(RangeError)
    await expect(signVds({ ...order, certificate: cscaCertificate }, signWith(csca.privateKey, 'SHA-256'))).rejects.toThrow(RangeError)
    const { crypto: _, ...unchecked } = order
    expect((await judge(await signVds(unchecked, signWith(csca.privateKey, 'SHA-256')))).indications).toEqual(['INVALID_SIGNATURE'])
    const six = await barCodeSigner('prime256v1', { serial: '123456' })
    await expect(
      signVds({ ...order, header: { ...HEADER, version: 3 }, certificate: six.certificate }, signWith(six.key.privateKey, 'SHA-256')),
    ).rejects.toThrow(RangeError)
  })

  it('V8 any byte of a seal changed, it is not genuine', async () => {
    for (let i = 0; i < etd.length; i++) {
      const c = etd.slice()
      c[i]! ^= 1 << (i % 8)
      const r = await judge(c, { policy: 'field' })
      expect([i, r.genuine, r.status]).toEqual([i, false, 'INVALID'])
    }
    expect((await judge(etd, { policy: 'field' })).genuine).toBe(true)
  })
  it('V8 any character of a bar code changed, it is not genuine, but for the name that drafts had', async () => {
    for (let i = 0; i < idb.length; i++) {
      const r = await judge(`${idb.slice(0, i)}${idb[i] === 'B' ? 'C' : 'B'}${idb.slice(i + 1)}`, { policy: 'field' })
      expect([i, r.genuine]).toEqual([i, false])
    }
    const draft = `N${idb.slice(1)}`
    expect([(await judge(draft, { policy: 'field' })).verdict, (await judge(draft)).verdict]).toEqual(['genuine', 'undetermined'])
  })
  it('V8 bytes after the signature are named and stand in the way under strict', async () => {
    const longer = concat(etd, unhex('00'))
    const [field, strict] = await Promise.all((['field', 'strict'] as const).map((policy: Policy) => judge(longer, { policy })))
    expect([field!.verdict, strict!.verdict, field!.defects.map((d) => d.code)]).toEqual(['genuine', 'undetermined', ['trailing-bytes']])
  })

  it('V7 says what stands in the way, in the words of the Part', async () => {
    expect(failing(await judge(unhex('dc')))).toEqual([['seal-format', 'failed', 'WRONG_FORMAT']])
    expect(failing(await judge('RDB1'))).toEqual([['seal-format', 'failed', 'WRONG_FORMAT']])
    expect(failing(await judge(etd, { trust: { ...trust, signers: [] } }))).toEqual([
      ['seal-signer', 'not-done', 'UNKNOWN_CERTIFICATE'],
      ['seal-signature', 'not-done', undefined],
    ])
    expect(failing(await judge(etd, { trust: { ...trust, anchors: [], crls: [] } }))).toEqual([
      ['trust-path', 'not-done', 'UNTRUSTED_CERTIFICATE'],
      ['revocation', 'not-done', undefined],
    ])
    const late = await judge(etd, { at: day('2036-01-02'), policy: 'field' })
    expect([failing(late), late.trustLevel]).toEqual([
      [
        ['signer-validity', 'failed', 'EXPIRED_CERTIFICATE'],
        ['revocation', 'not-done', undefined],
      ],
      'medium fraud potential',
    ])
    expect(failing(await judge(etd, { at: day('2024-12-31'), policy: 'field' }))[0]).toEqual([
      'signer-validity',
      'failed',
      'EXPIRED_CERTIFICATE',
    ])
    for (const at of [signer.certificate.notBefore, signer.certificate.notAfter])
      expect((await judge(etd, { at, policy: 'field' })).verdict).toBe('genuine')
    const revoked = await trustOf(
      cscaCertificate.der,
      signer.certificate.der,
      await list([{ serial: '400000000000005b', at: day('2026-01-01') }]),
    )
    expect(failing(await judge(etd, { trust: revoked, policy: 'field' }))).toEqual([['revocation', 'failed', 'REVOKED_CERTIFICATE']])
    const other = await barCodeSigner('prime256v1')
    expect(failing(await judge(etd, { trust: { ...trust, signers: [other.certificate] } }))).toEqual([
      ['seal-signature', 'failed', 'INVALID_SIGNATURE'],
    ])
    // the right one among several of the name is found
    expect((await judge(etd, { trust: { ...trust, signers: [other.certificate, signer.certificate] } })).verdict).toBe('genuine')
    expect(failing(await judge(etd, { printed: { document: [ETD[0]!.replace('ANNA', 'ANNE'), ETD[1]!] } }))).toEqual([
      ['document-zone', 'failed', 'SEAL_DOCUMENT_MISMATCH'],
    ])
  })
  it('V7 revocation that cannot be looked up stands in the way under strict only', async () => {
    const bare = { ...trust, crls: [] }
    const [field, strict] = await Promise.all((['field', 'strict'] as const).map((policy: Policy) => judge(etd, { trust: bare, policy })))
    expect([field!.verdict, strict!.verdict, field!.status, strict!.status]).toEqual(['genuine', 'undetermined', 'VALID', 'VALID'])
  })
  it('V7 the signer must be allowed to seal documents of the type', async () => {
    for (const [documentTypes, verdict, indications] of [
      [['PU'], 'genuine', []],
      [['P'], 'genuine', []],
      [['V'], 'faulty', ['INVALID_DOCUMENTTYPE']],
    ] as const) {
      const s = await barCodeSigner('prime256v1', { documentTypes })
      const seal = await signVds(
        { header: HEADER, features: etdFeatures(ETD), certificate: s.certificate, crypto },
        signWith(s.key.privateKey, 'SHA-256'),
      )
      const r = await judge(seal, { trust: { ...trust, signers: [s.certificate] } })
      expect([r.verdict, r.indications]).toEqual([verdict, indications])
      // what has no zone has no type
      const national = await signVds(
        { header: { ...HEADER, featureReference: 1, category: 2 }, features: [], certificate: s.certificate, crypto },
        signWith(s.key.privateKey, 'SHA-256'),
      )
      expect((await judge(national, { trust: { ...trust, signers: [s.certificate] } })).verdict).toBe('genuine')
    }
  })
  it('V7 a certificate for something else seals nothing', async () => {
    const { certificate } = signer
    const as = (extendedKeyUsage: readonly string[] | undefined) => ({ ...trust, signers: [{ ...certificate, extendedKeyUsage }] })
    expect(failing(await judge(etd, { trust: as(['2.23.136.1.1.3']) }))).toEqual([['signer-purpose', 'failed', 'UNTRUSTED_CERTIFICATE']])
    expect(failing(await judge(etd, { trust: as(undefined) }))).toEqual([['signer-purpose', 'not-done', undefined]])
    expect((await judge(etd, { trust: as(undefined), policy: 'field' })).verdict).toBe('genuine')
  })
  it('V11 a visa is judged with sticker and passport', async () => {
    const visa = visaFeatures({
      format: 'MRV-B',
      zone: B,
      entries: 1,
      stay: { days: 90, months: 0, years: 0 },
      passportNumber: 'L898902C3',
    })
    const seal = await signVds(
      { header: { ...HEADER, ...VDS_PROFILES.visa }, features: visa, certificate: signer.certificate, crypto },
      signWith(signer.key.privateKey, 'SHA-256'),
    )
    const printed = {
      document: B,
      passport: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    }
    expect((await judge(seal, { printed })).verdict).toBe('genuine')
    expect((await judge(seal, { printed: { ...printed, document: [B[0]!.replace('ANNA', 'ANNE'), B[1]!] } })).indications).toEqual([
      'SEAL_VISA_MISMATCH',
    ])
  })
  it('V13 a State publishes at most five keys a year', async () => {
    const six = await Promise.all(Array.from({ length: 6 }, async () => (await barCodeSigner('prime256v1')).certificate))
    const later = { ...six[5]!, notBefore: day('2026-01-01') }
    expect(sealKeyExcess(six)).toEqual([{ country: 'UT', year: 2025, keys: 6, clause: 'Doc 9303-12 §4.1.3' }])
    // five of one year, one of the next, one key twice
    expect(sealKeyExcess([...six.slice(0, 5), six[0]!, later])).toEqual([])
    expect(sealKeyExcess([])).toEqual([])
  })
  it('V9 a bar code may carry its certificate: then it needs only an anchor', async () => {
    const text = await signIdb(
      {
        country: 'UTO',
        signed: '2026-01-10',
        messages: [canMessage('156782')],
        certificate: signer.certificate,
        crypto,
        carries: 'certificate',
      },
      signWith(signer.key.privateKey, 'SHA-256'),
    )
    expect(decodeIdb(text)).toMatchObject({ ok: true, value: { certificate: signer.certificate.der } })
    expect((await judge(text, { trust: { ...trust, signers: [] } })).verdict).toBe('genuine')
    expect((await judge(text, { trust: { ...trust, anchors: [], signers: [] }, policy: 'field' })).indications).toEqual([
      'UNTRUSTED_CERTIFICATE',
    ])
    expect((await judge(idb, { trust: { ...trust, signers: [] } })).indications).toEqual(['UNKNOWN_CERTIFICATE'])
    expect((await judge('RDB1ANK6GCEQFCCYLDMVTWS23NN5YXG5LXPF5X27Q')).checks.map((c) => [c.name, c.outcome])).toEqual([
      ['seal-format', 'passed'],
      ['seal-signature', 'not-done'],
    ])
  })
})
