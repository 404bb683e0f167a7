import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { day, documentSigner, ecPair, generation, read, serial, span, UTOPIA, type Generation } from '../../../../test/utopia.ts'
import {
  buildCrl, buildDeviationList, buildDeviationListSigner, buildMasterList, buildMasterListSigner,
  directoryEntry, itemsOf, ldifReader, parseCrl, parseLdif, readTrust, renderLdif, type Certificate,
  type LdifEntry, type LdifOrder,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'

const crypto = nodeCrypto()
const bytes = (s: string): Uint8Array => new TextEncoder().encode(s)
const words = (b: Uint8Array): string => new TextDecoder().decode(b)
const plain = (e: LdifEntry): unknown => ({
  dn: e.dn, at: [e.offset, e.line],
  ...Object.fromEntries(
    [...e.attributes].map(([k, v]) => [k, v.map((x) => (x.binary === 'text' ? words(x.bytes) : Buffer.from(x.bytes).toString('hex')))])
  ),
})

describe('base64', () => {
  it('K44 what is encoded is decoded the same, as Node has it', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (b) => {
      expect(encodeBase64(b)).toBe(Buffer.from(b).toString('base64'))
      expect(decodeBase64(bytes(encodeBase64(b)))).toEqual(b)
    }))
  })
  it.each(
    [['', 0], ['QQ==', 1], ['QUI=', 2], ['QU\nJD', 3], [' Q Q = = ', 1], ['\tQQ\r\n==', 1]] as const
  )('K44 %j has %i bytes', (s, n) => { expect(decodeBase64(bytes(s))?.length).toBe(n) })
  it.each([
    'Q', 'QQ', 'QQ=', 'QQ===', 'QUI', 'QUJD=', 'QQ==Q', 'QR==', 'QUJ=', 'Q*==', 'QUJD-', '=', 'é===',
  ])('K44 %j is none', (s) => { expect(decodeBase64(bytes(s))).toBeUndefined() })
})

const DEFECT_WORDS = [
  'no attribute and no continuation', 'an entry without a name (dn)', 'the value of x is no base64',
  'version 2 of LDIF is not known',
]

describe('LDIF', () => {
  const text = [
    '\ufeffversion: 1', '', '# a comment', '#  folded', '  over two lines', 'dn: cn=a,c=UT', 'cn: a',
    'userCertificate;binary:: MAIF', ' AA==', 'description:: ZQ==', 'cn:b', '', '', 'dn:: Y249Yg==', 'sn:',
    ' 1', '',
  ].join('\r\n')
  const found = [
    { dn: 'cn=a,c=UT', cn: ['a', 'b'], 'usercertificate;binary': ['30020500'], description: ['65'] },
    { dn: 'cn=b', sn: ['1'] },
  ]
  it('K45 reads folded lines, comments, base64, both ends of lines, a mark at the beginning, and tells where an entry begins', () => {
    for (const eol of ['\r\n', '\n']) {
      const file = text.replaceAll('\r\n', eol)
      const { entries, defects } = parseLdif(bytes(file))
      const at = (line: string): number => bytes(file.slice(0, file.indexOf(line))).length
      expect([entries.map(plain), defects]).toEqual([
        [{ ...found[0], at: [at('dn: cn=a'), 6] }, { ...found[1], at: [at('dn:: '), 14] }], [],
      ])
    }
  })

  it('K46 gives the same in pieces of any size', () => {
    const whole = parseLdif(bytes(text))
    for (let size = 1; size < 60; size++) {
      const reader = ldifReader()
      const entries: LdifEntry[] = []
      const file = bytes(text)
      for (let i = 0; i < file.length; i += size) entries.push(...reader.push(file.slice(i, i + size)).entries)
      entries.push(...reader.end().entries)
      expect(entries.map(plain)).toEqual(whole.entries.map(plain))
    }
  })

  it.each([
    ['nonsense\n\ndn: a\ncn: b\n', [['ldif-line', 0, 1]], 1], ['cn: x\n\ndn: a\n', [['ldif-no-name', 0, 1]], 1],
    ['dn: a\nx:: ***\ncn: b\n', [['ldif-base64', 6, 2]], 1],
    ['version: 2\ndn: a\n', [['ldif-version', 0, 1]], 1], [': x\n\ndn: a\n', [['ldif-line', 0, 1]], 1],
    ['dn: a\n:x\n', [['ldif-line', 6, 2]], 1], ['', [], 0], ['\n\n\n', [], 0], ['# only\n', [], 0],
  ] as const)('K47 %j: what cannot be read is named, the rest is there', (file, defects, n) => {
    const reading = parseLdif(bytes(file))
    expect(reading.entries).toHaveLength(n)
    expect(reading.defects.map((d) => [d.code, d.offset, d.line])).toEqual(defects)
    for (const d of reading.defects) expect(DEFECT_WORDS).toContain(d.says)
  })

  it('K48 an entry beyond the limit is named and passed over, in whatever form it is too large', () => {
    const long = 'x'.repeat(70)
    for (
      const middle of [
        `dn: b\ncn: ${long}\n`, `dn: b\n${'cn: yyyyyy\n'.repeat(8)}`,
        `dn: b\ncn: yy\n ${long.slice(0, 30)}\n ${long.slice(0, 30)}\n`, `${long}\n`,
      ]
    ) {
      for (const size of [1, 7, 1_000]) {
        const file = bytes(`dn: a\ncn: 1\n\n${middle}\ndn: c\ncn: 3\n`)
        const reader = ldifReader(60)
        const all = { entries: [] as LdifEntry[], codes: [] as string[] }
        const add = (r: ReturnType<typeof reader.push>): void => {
          all.entries.push(...r.entries)
          all.codes.push(...r.defects.map((d) => d.code))
        }
        for (let i = 0; i < file.length; i += size) add(reader.push(file.slice(i, i + size)))
        add(reader.end())
        expect([all.entries.map((e) => e.dn), all.codes]).toEqual([['a', 'c'], ['ldif-too-large']])
      }
    }
    expect(parseLdif(bytes(`dn: ${'b'.repeat(70)}\n`), 60).defects).toEqual([{
      code: 'ldif-too-large', offset: 0, line: 1, says: 'an entry of more than 60 bytes',
    }])
    // the limit itself fits
    expect(parseLdif(bytes(`dn: ${'b'.repeat(56)}\n`), 60).entries).toHaveLength(1)
    expect(parseLdif(bytes(`dn: ${'b'.repeat(57)}\n`), 60).entries).toHaveLength(0)
  })

  it('K49 what is written is read back the same', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}(;binary)?$/).filter((n) => n !== 'dn' && n !== 'version')
    const value = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.uint8Array({ minLength: 1, maxLength: 200 }))
    const order: fc.Arbitrary<LdifOrder> = fc.record({
      dn: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
      attributes: fc.array(fc.tuple(name, value), { maxLength: 6 }),
    })
    fc.assert(fc.property(fc.array(order, { maxLength: 4 }), (orders) => {
      const file = renderLdif(orders)
      const { entries, defects } = parseLdif(bytes(file))
      expect(defects).toEqual([])
      expect(entries.map((e) => e.dn)).toEqual(orders.map((o) => o.dn))
      for (const [i, o] of orders.entries()) for (const [n, v] of o.attributes) expect(
        entries[i]!.attributes.get(n)!.map((x) => Buffer.from(x.bytes).toString('hex'))
      ).toContain(Buffer.from(typeof v === 'string' ? bytes(v) : v).toString('hex'))
      expect(file.split('\n').every((l) => l.length <= 76)).toBe(true)
    }))
  })

  it('K50 a large file is read in pieces at tens of megabytes a second', () => {
    const entry = bytes(
      renderLdif([{
        dn: 'cn=x,o=dsc,c=UT', attributes: [['userCertificate;binary', new Uint8Array(1_500).fill(0x30)]],
      }]).slice('version: 1\n'.length)
    )
    const chunk = new Uint8Array(entry.length * 500)
    for (let i = 0; i < 500; i++) chunk.set(entry, i * entry.length)
    const reader = ldifReader()
    const from = performance.now()
    let n = 0
    for (let sent = 0; sent < 20_000_000; sent += chunk.length) n += reader.push(chunk).entries.length
    n += reader.end().entries.length
    expect(n).toBe(Math.ceil(20_000_000 / chunk.length) * 500)
    expect(performance.now() - from).toBeLessThan(5_000)
  })
})

describe('the public key directory', () => {
  let g: Generation
  let ds: Certificate
  beforeAll(async () => { g = await generation({}, crypto); ds = await documentSigner(g, crypto) })

  it('K51 certificates, revocation lists, master and deviation lists of a directory are trust material', async () => {
    const at = day('2024-02-01')
    const [m, d] = [ecPair(), ecPair()]
    const order = (pair: typeof m) => ({
      authority: UTOPIA, commonName: 'LS', spki: pair.spki, serial: serial(),
      validity: span('2024-01-01', '2030-01-01'),
    })
    const mls = read(await buildMasterListSigner(order(m), g.root, g.pair.signer, crypto))
    const dls = read(await buildDeviationListSigner(order(d), g.root, g.pair.signer, crypto))
    const master = await buildMasterList({ entries: [g.root], signer: mls, chain: [], at }, m.signer, crypto)
    const deviation = await buildDeviationList(
      { deviations: [{ documents: {}, descriptions: [{ code: 'chip' }] }], signer: dls, chain: [], at },
      d.signer, crypto,
    )
    const crl = parseCrl(await buildCrl({ number: 1, thisUpdate: at, nextUpdate: day('2024-04-01'), revoked: [] }, g.root, g.pair.signer))!
    const entries = [
      directoryEntry({ kind: 'certificate', certificate: ds }, 7, crypto),
      directoryEntry({ kind: 'crl', crl }, 8, crypto),
      directoryEntry({ kind: 'master-list', bytes: master, signer: mls }, 9, crypto),
      directoryEntry({ kind: 'deviation-list', bytes: deviation, signer: dls }, 10, crypto),
    ]
    const file = renderLdif(entries)
    const { trust, unread, read: seen } = await readTrust([{ name: 'pkd.ldif', bytes: bytes(file) }], crypto)
    expect([
      trust.anchors.map((c) => c.serial), trust.signers.map((c) => c.serial), trust.crls.length,
      trust.deviations?.length, unread,
    ]).toEqual([[g.root.serial], [ds.serial], 1, 1, []])
    expect(seen.map((s) => s.replace(/line \d+/, 'line'))).toEqual([
      'pkd.ldif: line: certificate', 'pkd.ldif: line: revocation list', 'pkd.ldif: line: master list of 1',
      'pkd.ldif: line: deviation list of 1',
    ])
    expect(parseLdif(bytes(file)).entries.flatMap(itemsOf).map((i) => [i.attribute, i.country, i.pkdVersion])).toEqual([
      ['usercertificate;binary', 'UT', 7], ['certificaterevocationlist;binary', 'UT', 8],
      ['pkdmasterlistcontent', 'UT', 9], ['pkddeviationlistcontent', 'UT', 10],
    ])
    // the older name of the attribute
    const older = file.replace('pkdMasterListContent::', 'CscaMasterListData::')
    expect((await readTrust([{ name: 'x', bytes: bytes(older) }], crypto)).masterLists).toHaveLength(1)
  })

  it('K52 a broken entry is named by its line and costs the others nothing', async () => {
    const good = renderLdif([directoryEntry({ kind: 'certificate', certificate: ds }, 1, crypto)])
    const file = `${good}\ndn: cn=bad,c=UT\nuserCertificate;binary:: MAMCAQE=\n\ndn: cn=worse\nx:: ?\n`
    const { trust, unread } = await readTrust([{ name: 'f', bytes: bytes(file) }], crypto)
    const line = file.slice(0, file.indexOf('dn: cn=bad')).split('\n').length
    expect([trust.signers.length, unread]).toEqual([1, [`f: line ${line + 4}: the value of x is no base64`, `f: line ${line}`]])
  })
})
