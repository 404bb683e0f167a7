import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  day, documentSigner, ecPair, generation, read, rsaPair, serial, span, UTOPIA, type Generation, type Pair,
} from '../../../../test/utopia.ts'
import {
  buildCrl, buildDeviationList, buildDeviationListSigner, buildMasterList, buildMasterListSigner, countryOf,
  DEVIATIONS, deviationsFor, isSignedBy, kindOf, kinshipOf, lintCertificate, lintList, parseCertificate,
  parseCrl, parseDeviationList, parseMasterList,
  readTrust, renderName, verifyList, wrapPem, type Certificate, type DeviantDocuments, type DeviationCode,
  type DeviationNote, type DeviationPlace, type MasterList, type Trust,
} from '../index.ts'
import { childrenOf, readTlv, type Tlv } from '../asn1/tlv.ts'
import { integer, sequence, setOf, tlv } from '../asn1/write.ts'
import { buildSignedData } from '../cms/build.ts'
import { nodeCrypto } from '../node.ts'

const crypto = nodeCrypto()
const NONE: Trust = { anchors: [], links: [], signers: [], crls: [] }
const at = day('2024-02-01')
let folder: string
let g: Generation
let ds: Certificate
const pss = rsaPair({ kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 })

const signerOrder = (pair: Pair) => ({
  authority: UTOPIA, commonName: 'LS', spki: pair.spki, serial: serial(),
  validity: span('2024-01-01', '2030-01-01'),
})
const masterSigner = async (pair: Pair): Promise<Certificate> => read(
  await buildMasterListSigner(signerOrder(pair), g.root, g.pair.signer, crypto)
)
const deviationSigner = async (pair: Pair): Promise<Certificate> => read(
  await buildDeviationListSigner(signerOrder(pair), g.root, g.pair.signer, crypto)
)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'list-'))
  g = await generation({}, crypto)
  ds = await documentSigner(g, crypto)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** True when OpenSSL verifies the CMS; the signer's certificate is in it. */
function opensslVerifies(der: Uint8Array): boolean {
  writeFileSync(join(folder, 'list.der'), der)
  execFileSync(
    'openssl',
    ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', join(folder, 'list.der'), '-out', join(folder, 'content')],
    { stdio: 'pipe' },
  )
  return true
}

describe('master lists', () => {
  it.each(
    [
      ['P-256', () => ecPair()], ['brainpoolP384r1', () => ecPair('brainpoolP384r1', 'SHA-384')],
      ['RSA-PSS', () => pss], ['RSA PKCS#1', () => rsaPair({ kind: 'rsa-pkcs1', hash: 'SHA-512' })],
    ] as const
  )('K31 a list signed by %s is of the profile, verified by a foreign library and by its path', async (_, make) => {
    const pair = make()
    const signer = await masterSigner(pair)
    const others = [await generation({ name: 'B' }, crypto), await generation({ name: 'A' }, crypto)]
    const der = await buildMasterList(
      { entries: [others[0]!.root, g.root, others[1]!.root, g.root], signer, chain: [g.root, signer], at },
      pair.signer, crypto,
    )
    const list = (await parseMasterList(der, crypto))!
    expect([
      list.certificates.map((c) => c.serial).sort(), list.unread, list.signed, list.signer?.serial,
      list.signedAt, list.namedBy, list.carried.length,
    ]).toEqual([[g, ...others].map((x) => x.root.serial).sort(), [], true, signer.serial, at, 'key', 2])
    expect(lintList(list)).toEqual([])
    expect(opensslVerifies(der)).toBe(true)
    const verdict = await verifyList(list, { ...NONE, anchors: [g.root] }, { at, crypto })
    expect([verdict.outcome, verdict.path.map((c) => c.serial), verdict.trouble]).toEqual(['passed', [g.root.serial], undefined])
  })

  it('K32 a list is not believed without its signature, purpose, path, or when its signer is revoked', async () => {
    const pair = ecPair()
    const signer = await masterSigner(pair)
    const make = async (by: Certificate, key = pair): Promise<MasterList> => (
      await parseMasterList(await buildMasterList({ entries: [g.root], signer: by, chain: [], at }, key.signer, crypto), crypto)
    )!
    const trust = { ...NONE, anchors: [g.root] }
    const judged = async (list: MasterList, t: Trust = trust) => {
      const v = await verifyList(list, t, { at, crypto })
      return [v.outcome, v.trouble]
    }
    expect(await judged(await make(signer))).toEqual(['passed', undefined])
    expect(await judged(await make(signer, ecPair()))).toEqual(['failed', 'list-signature'])
    expect(await judged({ ...await make(signer), signer: undefined })).toEqual(['failed', 'list-signature'])
    expect(await judged(await make(await deviationSigner(pair)))).toEqual(['failed', 'list-signer-purpose'])
    expect(await judged(await make(g.root, g.pair))).toEqual(['failed', 'list-signer-purpose'])
    expect(await judged(await make(signer), NONE)).toEqual(['not-done', 'list-signer-path'])
    const words = async (l: MasterList, t: Trust = trust) => (await verifyList(l, t, { at, crypto })).says
    expect(await words(await make(await deviationSigner(pair)))).toBe(
      'C=UT, O=Utopia Specimen Authority, CN=LS is no signer of master lists'
    )
    expect(await words({ ...await make(signer), kind: 'deviation-list' } as never)).toBe(
      'C=UT, O=Utopia Specimen Authority, CN=LS is no signer of deviation lists'
    )
    expect(await words({ ...await make(signer), signedAt: day('2030-01-02') })).toBe('its signer was not valid on 2030-01-02')
    expect(await words(await make(signer))).toBe(
      `signed by C=UT, O=Utopia Specimen Authority, CN=LS, which leads to ${renderName(g.root.subject)}`
    )
    for (const edge of ['2024-01-01', '2030-01-01']) expect(
      await judged({ ...await make(signer), signedAt: day(edge) })
    ).toEqual(['passed', undefined])
    expect(await judged({ ...await make(signer), signedAt: undefined })).toEqual(['passed', undefined])
    expect(await judged({ ...await make(signer), signedAt: day('2023-12-31') })).toEqual(['failed', 'list-signer-path'])
    expect(await judged({ ...await make(signer), signedAt: day('2030-01-02') })).toEqual(['failed', 'list-signer-path'])
    const crl = parseCrl(
      await buildCrl(
        {
          number: 1, thisUpdate: day('2024-01-20'), nextUpdate: day('2024-03-01'),
          revoked: [{ serial: signer.serial, at: day('2024-01-19') }],
        },
        g.root, g.pair.signer,
      )
    )!
    expect(await judged(await make(signer), { ...trust, crls: [crl] })).toEqual(['failed', 'list-signer-revoked'])
  })

  it('K33 a list with one broken certificate loads the rest and names the broken one with its place', async () => {
    const pair = ecPair()
    const signer = await masterSigner(pair)
    const others = await Promise.all(['A', 'B', 'C'].map(async (name) => generation({ name }, crypto)))
    const broken = others[1]!.root.der.slice()
    // the version of the second one: a tag that is none
    const version = broken.indexOf(0xa0)
    broken[version] = 0x31
    const der = await buildMasterList(
      { entries: [others[0]!.root, { ...others[1]!.root, der: broken }, others[2]!.root], signer, chain: [], at },
      pair.signer, crypto,
    )
    const list = (await parseMasterList(der, crypto))!
    expect([list.certificates.length, list.signed, list.unread.length]).toEqual([2, true, 1])
    const place = Buffer.from(der).indexOf(Buffer.from(broken))
    expect(list.unread[0]).toMatchObject({ offset: place + version, says: 'expected serialNumber', clause: 'RFC 5280 §4.1' })
    expect(lintList(list).map((d) => d.code)).toContain('list-entry')
    const { unread } = await readTrust([{ name: 'x.ml', bytes: der }], crypto)
    expect(unread).toEqual([`x.ml: entry ${list.unread[0]!.index} at byte ${place + version}: expected serialNumber`])
  })

  it('K33 places are those of the file, wherever in memory it lies; a list of another version or without its signer is none, or not signed', async () => {
    const pair = ecPair()
    const signer = await masterSigner(pair)
    const der = await buildMasterList({ entries: [g.root], signer, chain: [], at }, pair.signer, crypto)
    const broken = der.slice()
    const version = Buffer.from(der).indexOf(Buffer.from(g.root.der)) + Buffer.from(g.root.der).indexOf(0xa0)
    broken[version] = 0x31
    const larger = new Uint8Array(der.length + 1_000)
    larger.set(broken, 700)
    const list = (await parseMasterList(larger.subarray(700, 700 + der.length), crypto))!
    expect([list.unread.map((u) => u.offset), list.signed, list.signatureSays]).toEqual([
      [version], false, 'the messageDigest attribute is not the hash of the content',
    ])
    const sign = async (content: Uint8Array, by = signer) => parseMasterList(
      await buildSignedData({ contentType: '2.23.136.1.1.2', content, signer: by, chain: [], at }, pair.signer, crypto),
      crypto,
    )
    expect((await sign(sequence(integer(0), setOf(g.root.der))))?.certificates).toHaveLength(1)
    for (
      const wrong of [
        sequence(integer(1), setOf(g.root.der)), sequence(tlv(2, Uint8Array.of(0, 0)), setOf(g.root.der)),
        sequence(tlv(2), setOf(g.root.der)), sequence(integer(0), setOf(g.root.der), integer(0)),
        setOf(g.root.der),
      ]
    ) expect(await sign(wrong)).toBeUndefined()
    const absent = (await sign(sequence(integer(0), setOf(g.root.der)), { ...signer, subjectKeyId: 'abcd' }))!
    expect([absent.signed, absent.signer, absent.signatureSays]).toEqual([
      false, undefined, 'the certificate of the signer is not in the list',
    ])
  })

  it('K66 each departure of a list from its profile is found, and nothing else', async () => {
    const pair = ecPair()
    const signer = await masterSigner(pair)
    const list = (
      await parseMasterList(await buildMasterList({ entries: [g.root, ds], signer, chain: [g.root], at }, pair.signer, crypto), crypto)
    )!
    const says = (more: Partial<MasterList>) => lintList({ ...list, ...more }).map((d) => `${d.severity} ${d.code}: ${d.says}`)
    expect(says({})).toEqual([])
    expect(says({ signer: undefined })).toEqual(['error list-signer-absent: the certificate of the signer is not in the list'])
    expect(says({ signed: false, signatureSays: 'no' })).toEqual(['grave list-signature: no'])
    expect(says({ carried: [signer] })).toEqual(['note list-csca-absent: the CSCA above the signer is not in the list'])
    expect(says({ carried: [{ ...g.root, subject: signer.subject }] })).toEqual([
      'note list-csca-absent: the CSCA above the signer is not in the list',
    ])
    expect(says({ signedAt: undefined })).toEqual(['error no-signing-time: no time of signing'])
    expect(says({ namedBy: 'issuer' })).toEqual(['note list-signer-name: the signer is named by issuer and serial number'])
    expect(says({ unread: [{ index: 3, offset: 77, says: 'x', clause: 'y' }] })).toEqual(['error list-entry: entry 3 at byte 77: x'])
    expect(says({ certificates: [...list.certificates].reverse() })).toEqual([
      'note list-order: the certificates are not in the order of DER',
    ])
    expect(says({ certificates: [g.root, g.root] })).toEqual([])
    expect(
      says({
        deviations: [
          { code: 'ber', offset: 5, says: 'odd', clause: 'X', grave: true },
          { code: 'plain', offset: 6, says: 'harmless', clause: 'X', grave: false },
        ],
      })
    ).toEqual(['error ber: at byte 5: odd'])
    expect(says({ signer: { ...signer, isCa: true } })).toContain('error list-signer-is-ca: the list is signed by a CSCA itself')
    expect(lintList({ ...list, signer: { ...signer, extendedKeyUsage: ['1.2.3'] } }).map((d) => d.code)).toEqual(['purpose'])
  })

  it('K14 no byte of a list can be changed so that its signature still holds', async () => {
    const pair = ecPair()
    const der = await buildMasterList({ entries: [g.root], signer: await masterSigner(pair), chain: [], at }, pair.signer, crypto)
    const list = (await parseMasterList(der, crypto))!
    for (let i = 0; i < der.length; i++) {
      const changed = der.slice()
      changed[i]! ^= 0x01
      const read = await parseMasterList(changed, crypto)
      if (read?.signed !== true) continue
      // the certificates that come along are under no signature: another one than the signer's own changes nothing that is signed
      if (
        read.signer !== undefined && (
          await verifyList(read, { ...NONE, anchors: [g.root] }, { at, crypto })
        ).outcome === 'passed' && !(Buffer.from(read.signer.der).equals(list.signer!.der))
      ) throw new Error(`byte ${i} goes unnoticed`)
      expect(read.certificates.map((c) => c.serial)).toEqual([g.root.serial])
    }
  })
})

describe('deviation lists', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABCxyz 019-.:/'), minLength: 1, maxLength: 30 })
  const place = (code: DeviationCode): fc.Arbitrary<DeviationPlace | undefined> => {
    const kind = DEVIATIONS[code].parameter
    if (kind === 'file') return fc.option(
      fc.constantFrom('DG1', 'DG16', 'EF.SOD', 'EF.COM').map((file) => ({ kind, file })), { nil: undefined },
    )
    if (kind === 'mrz-field') return fc.option(
      fc.constantFrom('generic', 'documentNumber', 'optionalData').map((field) => ({ kind, field }) as DeviationPlace),
      { nil: undefined },
    )
    if (kind === 'certificate-field') return fc.option(
      fc.oneof(
        fc.constant({ kind: 'extension', oid: '2.5.29.17' } as const),
        fc.constantFrom('generic', 'subjectUniqueID').map((field) => ({ kind, field }) as DeviationPlace),
      ),
      { nil: undefined },
    )
    return fc.constant(undefined)
  }
  const note: fc.Arbitrary<DeviationNote> = fc.constantFrom(...Object.keys(DEVIATIONS) as DeviationCode[]).chain((code) => fc.record({
    place: place(code), text: fc.option(text, { nil: undefined }), national: fc.boolean(),
  }).map((r) => ({
    code, ...(r.place === undefined ? {} : { place: r.place }),
    ...(r.text === undefined ? {} : { text: r.text }),
    ...(r.national ? { nationalUse: Uint8Array.of(5, 0) } : {}),
  })))
  const documents = (issuer: Certificate): fc.Arbitrary<DeviantDocuments> => fc.record({
    documentType: fc.option(fc.constantFrom('P<', 'PO', 'ID'), { nil: undefined }),
    signer: fc.option(
      fc.oneof(
        fc.constant({ kind: 'issuer', issuer: issuer.subject, serial: '7777' } as const),
        fc.constant({ kind: 'key', keyId: 'abcd' } as const),
        fc.constant({ kind: 'digest', digest: '00ff' } as const),
      ),
      { nil: undefined },
    ),
    issued: fc.option(fc.constant({ from: day('2026-01-01'), to: day('2026-02-01') }), { nil: undefined }),
    numbers: fc.option(
      fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'ABC0123456789'), minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 }),
      { nil: undefined },
    ),
  }).map((d) => Object.fromEntries(Object.entries(d).filter(([, v]) => v !== undefined)))

  it('K34 what is written is read back the same', async () => {
    const pair = ecPair()
    const signer = await deviationSigner(pair)
    await fc.assert(fc.asyncProperty(fc.record({
      documents: documents(g.root), descriptions: fc.array(note, { minLength: 1, maxLength: 3 }),
    }), async (d) => {
      const list = (
        await parseDeviationList(await buildDeviationList({ deviations: [d], signer, chain: [g.root], at }, pair.signer, crypto), crypto)
      )!
      expect([list.signed, list.digest, list.unread, list.entries.length]).toEqual([true, 'SHA-256', [], 1])
      const sorted = (x: DeviantDocuments): DeviantDocuments => (x.numbers === undefined ? x : { ...x, numbers: [...x.numbers].sort() })
      expect(sorted(list.entries[0]!.documents)).toEqual(sorted(d.documents))
      const key = (x: DeviationNote | { readonly code: DeviationCode | undefined }): string => JSON.stringify(x)
      const wanted = d.descriptions.map((x) => key({ ...x, type: DEVIATIONS[x.code].oid } as DeviationNote))
      const got = list.entries[0]!.descriptions.map(
        (x) => key(
          {
            code: x.code, ...(x.place === undefined ? {} : { place: x.place }),
            ...(x.text === undefined ? {} : { text: x.text }),
            ...(x.nationalUse === undefined ? {} : { nationalUse: x.nationalUse }), type: x.type,
          } as DeviationNote
        )
      )
      expect(got.sort()).toEqual(wanted.sort())
    }), { numRuns: 100 })
  })

  it('K35 a list is of the profile and a foreign library verifies it; what is no deviation of the Part cannot be written', async () => {
    const signer = await deviationSigner(pss)
    const order = {
      deviations: [{ documents: { documentType: 'P<' }, descriptions: [{ code: 'chip' as const }] }], signer,
      chain: [g.root], at,
    }
    const der = await buildDeviationList(order, pss.signer, crypto)
    expect([opensslVerifies(der), lintList((await parseDeviationList(der, crypto))!)]).toEqual([true, []])
    expect(
      (await verifyList((await parseDeviationList(der, crypto))!, { ...NONE, anchors: [g.root] }, { at, crypto })).outcome
    ).toBe('passed')
    const write = async (d: unknown) => buildDeviationList({ ...order, deviations: [d as never] }, pss.signer, crypto)
    for (const wrong of [
      { documents: {}, descriptions: [] },
      { documents: { documentType: 'P' }, descriptions: [{ code: 'chip' }] },
      { documents: {}, descriptions: [{ code: 'chip', place: { kind: 'file', file: 'DG1' } }] },
      { documents: {}, descriptions: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG17' } }] },
      { documents: {}, descriptions: [{ code: 'chip', text: 'ü' }] },
      { documents: { numbers: ['A<'] }, descriptions: [{ code: 'chip' }] },
    ]) await expect(write(wrong)).rejects.toThrow(RangeError)
  })

  it('K36 an entry speaks of a document when none of its conditions fails and one holds', async () => {
    const pair = ecPair()
    const signer = await deviationSigner(pair)
    const digest = Buffer.from(crypto.hash('SHA-256', ds.der)).toString('hex')
    const list = async (d: DeviantDocuments) => (
      await parseDeviationList(
        await buildDeviationList(
          {
            deviations: [{
              documents: d,
              descriptions: [{ code: 'group-hash-wrong', place: { kind: 'file', file: 'DG2' }, text: 'since May' }],
            }],
            signer, chain: [], at,
          },
          pair.signer, crypto,
        ),
        crypto,
      )
    )!
    const facts = { signer: ds, documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', issuedOn: day('2024-01-15') }
    const about = async (d: DeviantDocuments, f: object = facts) => deviationsFor(f, [await list(d)], crypto).map((k) => [k.holds, k.open])
    const from = { from: day('2024-01-01'), to: day('2024-01-31') }
    expect(await about({})).toEqual([[[], []]])
    expect(await about({ documentType: 'P<' })).toEqual([[['document-type'], []]])
    expect(await about({ documentType: 'PO' })).toEqual([])
    expect(await about({ signer: { kind: 'issuer', issuer: ds.issuer, serial: ds.serial } })).toEqual([[['signer'], []]])
    expect(await about({ signer: { kind: 'issuer', issuer: ds.issuer, serial: '1' } })).toEqual([])
    expect(await about({ signer: { kind: 'issuer', issuer: ds.subject, serial: ds.serial } })).toEqual([])
    expect(await about({ signer: { kind: 'key', keyId: ds.subjectKeyId! } })).toEqual([[['signer'], []]])
    expect(await about({ signer: { kind: 'key', keyId: '00' } })).toEqual([])
    expect(await about({ signer: { kind: 'digest', digest } })).toEqual([[['signer'], []]])
    expect(await about({ signer: { kind: 'digest', digest: '00' } })).toEqual([])
    expect(await about({ numbers: ['X', 'L898902C3'] })).toEqual([[['document-number'], []]])
    expect(await about({ numbers: ['X'] })).toEqual([])
    expect(await about({ issued: from })).toEqual([[['issuing-date'], []]])
    for (
      const [day0, holds] of [['2023-12-31', false], ['2024-01-01', true], ['2024-01-31', true], ['2024-02-01', false]] as const
    ) expect((await about({ issued: from }, { ...facts, issuedOn: day(day0) })).length).toBe(holds ? 1 : 0)
    // a condition that cannot be looked at stays open; nothing but open ones is not enough
    const { issuedOn: _, ...undated } = facts
    expect(await about({ issued: from }, undated)).toEqual([])
    expect(await about({ issued: from, documentType: 'P<' }, undated)).toEqual([[['document-type'], ['issuing-date']]])
    expect(
      await about({ signer: { kind: 'key', keyId: '00' }, documentType: 'P<' }, { ...facts, signer: undefined })
    ).toEqual([[['document-type'], ['signer']]])
  })

  it('K37 a State speaks for its own documents only, and what it says explains checks and places', async () => {
    const pair = ecPair()
    const signer = await deviationSigner(pair)
    const all: DeviationNote[] = [
      { code: 'group-hash-wrong', place: { kind: 'file', file: 'DG2' }, text: 'since May' },
      { code: 'group-malformed', place: { kind: 'file', file: 'DG12' } },
      { code: 'mrz-wrong-check-digit', place: { kind: 'mrz-field', field: 'documentNumber' } },
      { code: 'sod-signature-wrong' }, { code: 'com-inconsistent' }, { code: 'national-use' },
    ]
    const list = (
      await parseDeviationList(
        await buildDeviationList({ deviations: [{ documents: {}, descriptions: all }], signer, chain: [], at }, pair.signer, crypto),
        crypto,
      )
    )!
    const known = deviationsFor({ signer: ds }, [list], crypto)
    expect(known.map((k) => [k.code, k.explains]).sort()).toEqual([
      ['com-inconsistent', ['com-sod-agree']], ['group-hash-wrong', ['hash-dg2']],
      ['group-malformed', ['DG12']], ['mrz-wrong-check-digit', ['mrz-check-digits', 'DG1/documentNumber']],
      ['national-use', []], ['sod-signature-wrong', ['sod-signature']],
    ])
    expect(known.find((k) => k.code === 'group-hash-wrong')).toMatchObject({
      says: 'EF.SOD has a wrong hash of a data group: since May', list: renderName(signer.subject),
    })
    expect(deviationsFor({ issuingState: 'UTO' }, [list], crypto)).toHaveLength(6)
    expect(deviationsFor({ issuingState: 'XXA', signer: ds }, [list], crypto)).toEqual([])
    expect(deviationsFor({}, [list], crypto)).toEqual([])
    expect(deviationsFor({ signer: ds }, [{ ...list, signer: { ...signer, issuingStates: [] } }], crypto)).toHaveLength(6)
    expect(deviationsFor({ signer: ds }, [{ ...list, signer: undefined }], crypto)).toEqual([])
    const bySaying = async (note: DeviationNote): Promise<readonly string[]> => deviationsFor(
      { signer: ds },
      [{ ...list, entries: [{ documents: {}, descriptions: [{ ...note, type: DEVIATIONS[note.code].oid }] }] }],
      crypto,
    )[0]!.explains
    expect(
      await Promise.all(
        (
          [
            'certificate-or-key', 'ds-signature', 'ds-encoding', 'csca-encoding', 'aa-key-compromised', 'lds',
            'mrz', 'chip', 'mrz-wrong-data',
          ] as const
        ).map(async (code) => bySaying({ code }))
      )
    ).toEqual([
      ['ds-profile', 'trust-path'], ['trust-path'], ['ds-profile'], ['trust-path'], ['active-authentication'],
      ['sod-profile'], ['mrz-check-digits'], ['access', 'active-authentication', 'chip-authentication'], [],
    ])
    const odd = { ...list, entries: [{ documents: {}, descriptions: [{ code: undefined, type: '1.2.3' }] }] }
    expect(deviationsFor({ signer: ds }, [odd], crypto)).toMatchObject([{ says: 'a deviation that is not known (1.2.3)', explains: [] }])
  })

  it('K38 the synthetic list of Utopia is read: DG12 of documents by one signer in one month is malformed', async () => {
    const set = (...path: string[]): Uint8Array => new Uint8Array(
      readFileSync(join(import.meta.dirname, '../../vectors/synthetic', ...path))
    )
    const list = (await parseDeviationList(set('lists', 'UTO.dl'), crypto))!
    expect([list.signed, list.unread, list.digest]).toEqual([true, [], 'SHA-256'])
    expect(list.entries).toMatchObject([{
      documents: {
        documentType: 'P<', signer: { kind: 'issuer', serial: '7777' },
        issued: { from: day('2026-01-01'), to: day('2026-01-31') },
      },
      descriptions: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG12' }, text: 'DG12 malformed' }],
    }])
    const { trust } = await readTrust(
      [{ name: 'csca', bytes: set('pki', 'csca-g2.der') }, { name: 'dl', bytes: set('lists', 'UTO.dl') }],
      crypto,
    )
    expect(trust.deviations).toHaveLength(1)
    expect((await verifyList(list, trust, { at: day('2026-03-10'), crypto })).outcome).toBe('passed')
    const signer = parseCertificate(set('pki', 'ds-revoked.der'))!
    expect(
      deviationsFor({ signer, documentCode: 'P', issuedOn: day('2026-01-15') }, [list], crypto)
    ).toMatchObject([{ holds: ['document-type', 'signer', 'issuing-date'], explains: ['DG12'] }])
    expect(deviationsFor({ signer: parseCertificate(set('pki', 'ds-only-id.der'))!, documentCode: 'P' }, [list], crypto)).toEqual([])
  })
})

const PUBLIC = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data'), 'emrtd/masterlists')
describe.skipIf(!existsSync(PUBLIC))('published master lists', () => {
  const lists = new Map<string, MasterList>()
  const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(PUBLIC, name)))
  const [GERMAN, DUTCH] = ['DE_ML_2026-05-28-08-28-45.ml', 'NL_ML_2026-07-22.ml'] as const
  beforeAll(async () => { for (const name of [GERMAN, DUTCH]) lists.set(name, (await parseMasterList(file(name), crypto))!) })
  const count = <T>(items: readonly T[], key: (t: T) => string): Record<string, number> =>
    items.reduce<Record<string, number>>((sum, i) => ({ ...sum, [key(i)]: (sum[key(i)] ?? 0) + 1 }), {})

  it('K39 of 999 entries 985 are signed by a key that is listed under the name of their issuer, 14 are not, 3 of these under another name', async () => {
    const all = [...lists.values()].flatMap((l) => l.certificates)
    expect([
      all.length, new Set(all.map((c) => Buffer.from(c.der).toString('base64'))).size,
      [...lists.values()].flatMap((l) => l.unread),
    ]).toEqual([999, 627, []])
    const kin = await kinshipOf(all, all, crypto)
    const kinds = count(kin, (k) => k.kind)
    expect(kinds).toEqual({ self: 786, listed: 199, 'other-form': 1, 'other-name': 2, orphan: 11 })
    expect([
      kinds['self']! + kinds['listed']!, kinds['other-form']! + kinds['other-name']! + kinds['orphan']!,
      kinds['other-form']! + kinds['other-name']!,
    ]).toEqual([985, 14, 3])
    for (const k of kin) expect(
      k.issuer === undefined ? k.kind : await isSignedBy(k.certificate, k.issuer, crypto)
    ).toBe(k.issuer === undefined ? 'orphan' : true)
  })

  it('K40 the German list has the States, kinds and algorithms that were counted by another program', () => {
    const { certificates } = lists.get(GERMAN)!
    const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)
    const self = certificates.filter((c) => isSignedBy(c, c, crypto) === true)
    expect([
      certificates.length, new Set(certificates.map((c) => countryOf(c.subject)!.toUpperCase())).size,
      self.length,
    ]).toEqual([588, 112, 375])
    expect([
      certificates.filter((c) => same(c.subject.der, c.issuer.der)).length - self.length,
      certificates.filter((c) => !same(c.subject.der, c.issuer.der)).length,
    ]).toEqual([129, 84])
    expect(
      count(
        certificates,
        (c) => (c.curve === undefined ? `RSA ${c.keyBits!}` : `EC ${c.curve.explicit ? 'explicit' : 'named'} ${c.keyBits!}`),
      )
    ).toEqual({
      'RSA 4096': 357, 'RSA 3072': 60, 'RSA 6144': 6, 'RSA 2048': 1, 'EC explicit 384': 81,
      'EC explicit 256': 42, 'EC explicit 528': 20, 'EC explicit 512': 17, 'EC named 384': 4,
    })
    expect(count(certificates, (c) => c.scheme.kind)).toEqual({ 'rsa-pkcs1': 312, 'rsa-pss': 125, ecdsa: 151 })
    expect(count(certificates.filter((c) => c.scheme.hash === 'SHA-1'), (c) => c.scheme.kind)).toEqual({ 'rsa-pkcs1': 23, ecdsa: 11 })
  })

  it('K41 the linter finds the deviations that were counted by another program', () => {
    const { certificates } = lists.get(GERMAN)!
    const codes = count(
      certificates.flatMap((c) => lintCertificate(c, { kind: kindOf(c) === 'csca' ? 'csca' : 'link' }).map((d) => d.code)),
      (c) => c,
    )
    expect(codes).toMatchObject({
      'no-private-key-usage': 118, 'no-subject-alternative-name': 155, 'no-issuer-alternative-name': 171,
      'no-crl-point': 147, 'path-length': 32, 'key-usage-not-critical': 11, 'country-case': 11,
      'no-common-name': 10,
      'key-usage-more': 7, 'no-key-usage': 1, 'no-basic-constraints': 1, 'basic-constraints-not-critical': 2, 'named-curve': 4, 'sha-1': 34,
    })
    // one serial number is negative, another is zero
    expect([certificates.filter((c) => c.serial.startsWith('-')).length, codes['serial-number']]).toEqual([1, 2])
  })

  it('K42 each list is believed under the CSCA of its State, and not under the other', async () => {
    const trust = async (name: string): Promise<Trust> => (await readTrust([{ name, bytes: file(name) }], crypto)).trust
    const [german, dutch] = [await trust('DE_ROOT_CA_CSCA07.cer'), await trust('NL_ROOT_CA.cer')]
    const outcome = async (name: string, t: Trust) => (await verifyList(lists.get(name)!, t, { at: day('2026-08-01'), crypto })).outcome
    expect([
      await outcome(GERMAN, german), await outcome(DUTCH, dutch), await outcome(GERMAN, dutch),
      await outcome(DUTCH, german),
    ]).toEqual(['passed', 'passed', 'not-done', 'not-done'])
  })

  it('K43 a whole list is read in the time of a glance, though it has more than fifty thousand values (row 27)', async () => {
    const bytes = file(GERMAN)
    const count = (t: Tlv): number => 1 + ((t.tag & 0x20) !== 0 ? childrenOf(t).reduce((n, c) => n + count(c), 0) : 0)
    expect(lists.get(GERMAN)!.certificates.reduce((n, c) => n + count(readTlv(c.der, 0)), 0)).toBeGreaterThan(50_000)
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const from = performance.now()
      await parseMasterList(bytes, crypto)
      times.push(performance.now() - from)
    }
    // measured at about 20 ms; the bound leaves room for a machine with other work
    expect(Math.min(...times)).toBeLessThan(250)
  })
})

it('K31 PEM around a list is opened', async () => {
  const pair = ecPair()
  const der = await buildMasterList({ entries: [g.root], signer: await masterSigner(pair), chain: [], at }, pair.signer, crypto)
  const { trust, masterLists, read: seen } = await readTrust([{ name: 'p', bytes: new TextEncoder().encode(wrapPem('CMS', der)) }], crypto)
  expect([trust.anchors.map((c) => c.serial), masterLists.length, seen]).toEqual([[g.root.serial], 1, ['p: master list of 1']])
})
