import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { renderProfile } from '../../../../test/profile.ts'
import { day, documentSigner, ecPair, generation, read, serial, span, UTOPIA, type Generation } from '../../../../test/utopia.ts'
import {
  buildBarCodeSigner, buildCrl, buildCsca, buildDeviationListSigner, buildLink, buildMasterListSigner,
  cscaDefects, dsDefects, kindOf, lintCertificate, lintCrl, parseCrl, PROFILE_RULES, type Certificate,
  type CertificateKind,
} from '../index.ts'
import { childrenOf, readTlv, wholeOf } from '../asn1/tlv.ts'
import { bits, context, integer, nothing, octets, oid, printable, sequence, setOf, time, tlv, utf8Text, yes } from '../asn1/write.ts'
import { nodeCrypto } from '../node.ts'
import { extension, seal, type Signer } from './signer.ts'

const crypto = nodeCrypto()
let g: Generation
const good = new Map<CertificateKind, Certificate>()
const validity = span('2024-01-01', '2034-01-01')

beforeAll(async () => {
  g = await generation({}, crypto)
  const g2 = await generation({ from: '2024-01-01', useTo: '2029-01-01' }, crypto)
  const order = { authority: UTOPIA, commonName: 'S', spki: ecPair().spki, serial: serial(), validity }
  good.set('csca', g.root)
  good.set(
    'link',
    read(await buildLink({ root: g2.root, serial: serial(), validity: span('2024-01-01', '2035-04-01') }, g.root, g.pair.signer, crypto)),
  )
  good.set('ds', await documentSigner(g, crypto))
  good.set('master-list-signer', read(await buildMasterListSigner(order, g.root, g.pair.signer, crypto)))
  good.set('deviation-list-signer', read(await buildDeviationListSigner(order, g.root, g.pair.signer, crypto)))
  good.set(
    'bar-code-signer',
    read(
      await buildBarCodeSigner({ country: 'UT', reference: 'V1', spki: order.spki, serial: order.serial, validity }, g.root, g.pair.signer)
    ),
  )
})

/** The parts of a certificate's content, to be changed and signed again. */
interface Parts {
  version: Uint8Array[]
  serial: Uint8Array
  issuer: Uint8Array
  validity: Uint8Array
  subject: Uint8Array
  spki: Uint8Array
  ids: Uint8Array[]
  extensions: Uint8Array[] | undefined
}

async function changed(c: Certificate, change: (p: Parts) => void, signer: Signer = g.pair.signer): Promise<Certificate> {
  const [version, number, , issuer, times, subject, spki, extensions] = childrenOf(readTlv(c.tbs, 0)).map(wholeOf)
  const list = childrenOf(childrenOf(readTlv(extensions!, 0))[0]!).map(wholeOf)
  const p: Parts = {
    version: [version!], serial: number!, issuer: issuer!, validity: times!, subject: subject!, spki: spki!,
    ids: [], extensions: list,
  }
  change(p)
  return read(
    await seal(
      (algorithm) => sequence(
        ...p.version, p.serial, algorithm, p.issuer, p.validity, p.subject, p.spki, ...p.ids,
        ...(p.extensions === undefined ? [] : [context(3, sequence(...p.extensions))]),
      ),
      signer,
    )
  )
}

const has = (id: string) => (e: Uint8Array): boolean => Buffer.from(e).includes(Buffer.from(oid(id)))
const without = (id: string) => (p: Parts): void => { p.extensions = p.extensions!.filter((e) => !has(id)(e)) }
const put = (id: string, value: Uint8Array, critical?: 'critical') => (p: Parts): void => {
  without(id)(p)
  p.extensions!.push(extension(id, value, critical))
}
const name = (...parts: readonly (readonly [string, Uint8Array])[]): Uint8Array => sequence(
  ...parts.map(([id, value]) => setOf(sequence(oid(id), value)))
)
const C = '2.5.4.6'
const CN = '2.5.4.3'
const ID = {
  ski: '2.5.29.14', usage: '2.5.29.15', period: '2.5.29.16', san: '2.5.29.17', ian: '2.5.29.18',
  basic: '2.5.29.19', crl: '2.5.29.31', aki: '2.5.29.35', eku: '2.5.29.37', types: '2.23.136.1.1.6.2',
  change: '2.23.136.1.1.6.1',
}
const usage = (byte: number, unused: number, critical?: 'critical') => put(ID.usage, bits(Uint8Array.of(byte), unused), critical)
const mail = tlv(0x81, new TextEncoder().encode('a@b'))
const place = (...parts: readonly (readonly [string, Uint8Array])[]): Uint8Array => context(4, name(...parts))
const L = ['2.5.4.7', utf8Text('UTO')] as const

/** Each fault, the certificate that it is put into, and all that the linter then says. */
const FAULTS: readonly (readonly [string, CertificateKind, (p: Parts) => void, readonly string[]])[] = [
  ['version 1', 'ds', (p) => { p.version = [] }, ['version']],
  ['serial number zero', 'ds', (p) => { p.serial = integer(0) }, ['serial-number']],
  ['negative serial number', 'ds', (p) => { p.serial = Uint8Array.of(2, 1, 0xff) }, ['serial-number']],
  ['serial number of 21 octets', 'ds', (p) => { p.serial = tlv(2, new Uint8Array(21).fill(1)) }, ['serial-length']],
  ['serial number of 20 octets', 'ds', (p) => { p.serial = tlv(2, new Uint8Array(20).fill(1)) }, []],
  ['no country', 'ds', (p) => { p.subject = name([CN, utf8Text('x')]) }, ['no-country']],
  ['no issuer country', 'ds', (p) => { p.issuer = name([CN, utf8Text('x')]) }, ['no-issuer-country']],
  ['small country', 'ds', (p) => { p.subject = name([C, printable('ut')], [CN, utf8Text('x')]) }, ['country-case']],
  ['small issuer country', 'ds', (p) => { p.issuer = name([C, printable('ut')], [CN, utf8Text('x')]) }, ['issuer-country-case']],
  ['three letters', 'ds', (p) => { p.subject = name([C, printable('UTO')], [CN, utf8Text('x')]) }, ['country-code', 'country-differs']],
  ['another country', 'ds', (p) => { p.subject = name([C, printable('XX')], [CN, utf8Text('x')]) }, ['country-differs']],
  ['country in UTF8String', 'ds', (p) => { p.subject = name([C, utf8Text('UT')], [CN, utf8Text('x')]) }, ['country-string']],
  [
    'serial number of the name in UTF8String', 'ds',
    (p) => { p.subject = name([C, printable('UT')], ['2.5.4.5', utf8Text('1')], [CN, utf8Text('x')]) },
    ['country-string'],
  ],
  [
    'common name in IA5String', 'ds',
    (p) => { p.subject = name([C, printable('UT')], [CN, tlv(0x16, Uint8Array.of(0x78))]) }, ['name-string'],
  ],
  ['no common name', 'ds', (p) => { p.subject = name([C, printable('UT')]) }, ['no-common-name']],
  [
    'UTCTime without seconds', 'ds',
    (p) => { p.validity = sequence(tlv(0x17, new TextEncoder().encode('2401010000Z')), time(day('2034-04-01'))) },
    ['validity-form'],
  ],
  [
    'GeneralizedTime before 2050', 'ds',
    (p) => { p.validity = sequence(time(day('2024-01-01')), tlv(0x18, new TextEncoder().encode('20340401000000Z'))) },
    ['validity-form'],
  ],
  [
    'an end before the beginning', 'ds',
    (p) => { p.validity = sequence(time(day('2024-01-01')), time(day('2023-01-01'))) },
    ['validity-order', 'private-key-usage-outside'],
  ],
  ['a unique identifier', 'ds', (p) => { p.ids = [tlv(0x81, Uint8Array.of(0, 1))] }, ['unique-id']],
  ['no extensions', 'bar-code-signer', (p) => { p.extensions = undefined }, ['no-extensions', 'no-authority-key-id', 'purpose']],
  ['an unknown critical extension', 'ds', put('1.2.3.4', nothing(), 'critical'), ['unknown-critical']],
  ['an unknown extension', 'ds', put('1.2.3.4', nothing()), []],
  [
    'a default that is coded', 'ds',
    (p) => { p.extensions!.push(sequence(oid('1.2.3.4'), tlv(1, Uint8Array.of(0)), octets(nothing()))) },
    ['default-coded'],
  ],
  ['no authority key', 'ds', without(ID.aki), ['no-authority-key-id']],
  ['no authority key in a root', 'csca', without(ID.aki), []],
  ['no own key', 'csca', without(ID.ski), ['no-subject-key-id']],
  ['no own key in a signer', 'ds', without(ID.ski), []],
  ['no key usage', 'ds', without(ID.usage), ['no-key-usage']],
  ['no key usage', 'csca', without(ID.usage), ['no-key-usage']],
  ['key usage of a signer in a root', 'csca', usage(0x80, 7, 'critical'), ['key-usage', 'key-usage-crl', 'key-usage-more']],
  ['no cRLSign', 'csca', usage(0x04, 2, 'critical'), ['key-usage-crl']],
  ['no digitalSignature', 'ds', usage(0x40, 6, 'critical'), ['key-usage']],
  ['more uses', 'ds', usage(0xc0, 6, 'critical'), ['key-usage-more']],
  ['key usage not critical', 'ds', usage(0x80, 7), ['key-usage-not-critical']],
  ['no usage period', 'ds', without(ID.period), ['no-private-key-usage']],
  ['no usage period of a list signer', 'master-list-signer', without(ID.period), []],
  ['an empty usage period', 'ds', put(ID.period, sequence()), ['private-key-usage-empty']],
  [
    'a usage period beyond the validity', 'ds',
    put(ID.period, sequence(tlv(0x81, new TextEncoder().encode('20340402000000Z')))),
    ['private-key-usage-outside'],
  ],
  [
    'four months of use', 'ds',
    put(
      ID.period,
      sequence(tlv(0x80, new TextEncoder().encode('20240101000000Z')), tlv(0x81, new TextEncoder().encode('20240501000000Z'))),
    ),
    ['ds-key-use'],
  ],
  [
    'six years of use', 'csca',
    put(
      ID.period,
      sequence(tlv(0x80, new TextEncoder().encode('20200101000000Z')), tlv(0x81, new TextEncoder().encode('20260101000000Z'))),
    ),
    ['csca-key-use'],
  ],
  ['no subject alternative name', 'ds', without(ID.san), ['no-subject-alternative-name']],
  ['no issuer alternative name', 'ds', without(ID.ian), ['no-issuer-alternative-name']],
  ['no State', 'ds', put(ID.san, sequence(mail)), ['alternative-name-state']],
  ['no contact', 'ds', put(ID.san, sequence(place(L))), ['alternative-name-contact']],
  ['more in the directory name', 'ds', put(ID.san, sequence(mail, place(L, [C, printable('UT')]))), ['alternative-name-parts']],
  ['alternative names that differ', 'csca', put(ID.san, sequence(mail, place(L))), ['alternative-names-differ']],
  [
    'an alternative name that cannot be read', 'ds', put(ID.ian, sequence(tlv(0xa4, Uint8Array.of(0x30, 5)))),
    ['alternative-name-state', 'alternative-name-parts'],
  ],
  ['no basic constraints', 'csca', without(ID.basic), ['no-basic-constraints']],
  ['basic constraints of no authority', 'csca', put(ID.basic, sequence(), 'critical'), ['not-ca', 'path-length']],
  ['path length 1', 'csca', put(ID.basic, sequence(yes(), integer(1)), 'critical'), ['path-length']],
  ['no path length', 'csca', put(ID.basic, sequence(yes()), 'critical'), ['path-length']],
  ['basic constraints not critical', 'csca', put(ID.basic, sequence(yes(), integer(0))), ['basic-constraints-not-critical']],
  ['a signer that is an authority', 'ds', put(ID.basic, sequence(yes()), 'critical'), ['ds-is-ca', 'basic-constraints']],
  ['a signer that says it is none', 'ds', put(ID.basic, sequence()), ['basic-constraints']],
  ['no list', 'ds', without(ID.crl), ['no-crl-point']],
  [
    'a list by ftp', 'ds',
    put(ID.crl, sequence(sequence(context(0, context(0, tlv(0x86, new TextEncoder().encode('ftp://x'))))))),
    ['crl-point-scheme'],
  ],
  ['a purpose in a document signer', 'ds', put(ID.eku, sequence(oid('1.2.3'))), ['extended-key-usage']],
  ['another purpose', 'master-list-signer', put(ID.eku, sequence(oid('1.2.3')), 'critical'), ['purpose']],
  ['a purpose that is not critical', 'deviation-list-signer', put(ID.eku, sequence(oid('2.23.136.1.1.8'))), ['purpose-not-critical']],
  ['no document types', 'ds', without(ID.types), ['no-document-types']],
  ['no document type', 'ds', put(ID.types, sequence(integer(0), tlv(0x31))), ['document-types']],
  ['three characters', 'ds', put(ID.types, sequence(integer(0), setOf(printable('PPP')))), ['document-types']],
  ['document types in UTF8String', 'ds', put(ID.types, sequence(integer(0), setOf(utf8Text('P')))), ['document-types']],
  ['document types of an authority', 'csca', put(ID.types, sequence(integer(0), setOf(printable('P')))), ['document-types-elsewhere']],
  ['critical document types', 'ds', put(ID.types, sequence(integer(0), setOf(printable('P'))), 'critical'), ['extension-critical']],
  ['a new name without a word', 'link', (p) => { p.subject = name([C, printable('UT')], [CN, utf8Text('new')]) }, ['no-name-change']],
  ['a change of name in a signer', 'ds', put(ID.change, nothing()), ['name-change-elsewhere']],
  ['a change of name with content', 'link', put(ID.change, integer(1)), ['name-change-form']],
  ['policy mappings', 'ds', put('2.5.29.33', sequence()), ['forbidden-extension']],
  ['key usage of a bar code signer', 'bar-code-signer', usage(0x80, 7, 'critical'), ['seal-signer-extension']],
  [
    'a long name of a bar code signer', 'bar-code-signer',
    (p) => { p.subject = name([C, printable('UT')], [CN, printable('V12')]) }, ['seal-signer-name'],
  ],
]

/** What the linter says of each departure, word for word. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'alternative-name-contact': ['the subject alternative name has no mail, host or web address'],
  'alternative-name-parts': [
    'a directory name of an alternative name has more than State (L) and issuer (ST)',
    'cannot be read: expected 5 bytes of content',
  ],
  'alternative-name-state': [
    'the alternative name of subject has no directory name with the State (L)',
    'cannot be read: expected 5 bytes of content',
  ],
  'alternative-names-differ': ['the alternative names of subject and issuer differ'],
  'basic-constraints': ['basic constraints in a signer’s certificate'],
  'basic-constraints-not-critical': ['basic constraints are not critical'],
  'country-case': ['the country of the subject is not in capital letters'],
  'country-code': ['subject: the country has not two letters'],
  'country-differs': ['subject and issuer are of different countries'],
  'country-string': ['subject: country or serial number is no PrintableString'],
  'crl-point-scheme': ['no CRL distribution point by http, https or ldap: ftp://x'],
  'csca-key-use': ['the key is used for more than five years'],
  'default-coded': ['an extension says that it is not critical, which is the default'],
  'document-types': ['the document types are not of one or two characters in PrintableString'],
  'document-types-elsewhere': ['a document type list'],
  'ds-is-ca': ['a signer must not be a certification authority'],
  'ds-key-use': ['the key is used for more than three months'],
  'extended-key-usage': ['an extended key usage'],
  'extension-critical': ['extension 2.23.136.1.1.6.2 is critical'],
  'forbidden-extension': ['extension 2.5.29.33 is forbidden'],
  'issuer-country-case': ['the country of the issuer is not in capital letters'],
  'key-usage': ['key usage is digitalSignature; keyCertSign is needed', 'key usage is nonRepudiation; digitalSignature is needed'],
  'key-usage-crl': ['key usage lacks cRLSign'],
  'key-usage-more': [
    'key usage has more than keyCertSign and cRLSign: digitalSignature',
    'key usage has more than digitalSignature: digitalSignature, nonRepudiation',
  ],
  'key-usage-not-critical': ['key usage is not critical'],
  'name-change-elsewhere': ['a name change in a signer’s certificate'],
  'name-change-form': ['the name change has a content'],
  'name-string': ['subject: a part is neither PrintableString nor UTF8String'],
  'no-authority-key-id': ['no authority key identifier'],
  'no-basic-constraints': ['no basic constraints'],
  'no-common-name': ['subject: no common name'],
  'no-country': ['the subject names no country'],
  'no-crl-point': ['no CRL distribution point'],
  'no-document-types': ['no document type list'],
  'no-extensions': ['no extensions'],
  'no-issuer-alternative-name': ['no issuer alternative name'],
  'no-issuer-country': ['the issuer names no country'],
  'no-key-usage': ['no key usage'],
  'no-name-change': ['the name changes and nothing says so'],
  'no-private-key-usage': ['no private key usage period'],
  'no-subject-alternative-name': ['no subject alternative name'],
  'no-subject-key-id': ['no subject key identifier'],
  'not-ca': ['basic constraints do not say certification authority'],
  'path-length': ['the path length is absent instead of 0', 'the path length is 1 instead of 0'],
  'private-key-usage-empty': ['the private key usage period has neither beginning nor end'],
  'private-key-usage-outside': ['the private key usage period goes beyond the validity'],
  purpose: ['the extended key usage lacks 2.23.136.1.1.11.1', 'the extended key usage lacks 2.23.136.1.1.3'],
  'purpose-not-critical': ['extended key usage is not critical'],
  'seal-signer-extension': ['extension 2.5.29.15 is not of the profile'],
  'seal-signer-name': ['the subject is not just a country and a common name of two capital characters'],
  'serial-length': ['the serial number is longer than 20 octets'],
  'serial-number': ['the serial number is not positive'],
  'unique-id': ['a unique identifier of issuer or subject'],
  'unknown-critical': ['critical extension 1.2.3.4 is not known'],
  'validity-form': ['a time of validity is not coded as the profile wants it'],
  'validity-order': ['it ends before it begins'],
  version: ['version 1 instead of 3'],
}

describe('the profile of certificates', () => {
  it.each(
    FAULTS.map((f) => [f[0], f[1], f] as const)
  )('K53 %s in a %s is found, and nothing else', async (_, kind, [, , change, codes]) => {
    const before = good.get(kind)!
    expect(lintCertificate(before, { kind }), 'the certificate without the fault').toEqual([])
    const found = lintCertificate(await changed(before, change), { kind })
    expect(found.map((d) => d.code)).toEqual(codes)
    for (const d of found) expect(WORDS[d.code], d.code).toContain(d.says)
  })

  it('K54 curves: a name, a missing cofactor, a compressed base point, a compressed key', async () => {
    const codes = async (change: (p: Parts) => void): Promise<readonly string[]> =>
      lintCertificate(await changed(good.get('ds')!, change)).map((d) => d.code)
    const rebuilt = (edit: (parameters: Uint8Array[], point: Uint8Array) => readonly [Uint8Array[], Uint8Array]) => (p: Parts): void => {
      const [algorithm, key] = childrenOf(readTlv(p.spki, 0))
      const [id, parameters] = childrenOf(algorithm!)
      const [numbers, point] = edit(childrenOf(parameters!).map(wholeOf), key!.bytes.slice(key!.body + 1, key!.end))
      p.spki = sequence(sequence(wholeOf(id!), sequence(...numbers)), bits(point))
    }
    const squeezed = (b: Uint8Array): Uint8Array => Uint8Array.of(2 + (b.at(-1)! & 1), ...b.subarray(1, 1 + (b.length - 1) / 2))
    expect(await codes(rebuilt((n, k) => [n, k]))).toEqual([])
    expect(await codes(rebuilt((n, k) => [n.slice(0, 5), k]))).toEqual(['no-cofactor'])
    expect(
      await codes(rebuilt((n, k) => [n.map((x, i) => (i === 3 ? octets(squeezed(x.subarray(2))) : x)), k]))
    ).toEqual(['compressed-point'])
    expect(await codes(rebuilt((n, k) => [n, squeezed(k)]))).toEqual(['compressed-point'])
    const named = read(
      await buildCsca(
        {
          authority: UTOPIA, commonName: 'x', spki: ecPair('secp521r1').spki, serial: serial(), validity,
          keyUse: validity, curveForm: 'named',
        },
        g.pair.signer, crypto,
      )
    )
    expect(lintCertificate(named, { kind: 'csca' }).map((d) => d.code)).toEqual(['named-curve', 'csca-key-use'])
  })

  it('K55 compares with the issuer: name and its form, key, State, time of issue, end', async () => {
    const ds = good.get('ds')!
    const codes = (issuer: Certificate): readonly string[] => lintCertificate(ds, { issuer }).map((d) => d.code)
    expect(codes(g.root)).toEqual([])
    expect(codes({ ...g.root, subject: ds.subject })).toEqual(['issuer-name'])
    expect(codes({ ...g.root, subject: { ...g.root.subject, der: Uint8Array.of(1) } })).toEqual(['issuer-name-form'])
    expect(codes({ ...g.root, subjectKeyId: 'ff' })).toEqual(['issuer-key-id'])
    expect(codes({ ...g.root, privateKeyUsage: { from: undefined, to: day('2023-12-31') } })).toEqual(['issuer-key-use'])
    expect(codes({ ...g.root, notAfter: day('2034-03-31') })).toEqual(['outlives-issuer'])
    expect(
      codes({ ...g.root, extensions: new Map([...g.root.extensions, [ID.san, { critical: false, value: sequence(mail) }]]) })
    ).toEqual(['issuer-alternative-name'])
  })

  it('K56 a certificate is judged as what it is', () => {
    expect([...good].map(([kind, c]) => [kind, kindOf(c)]).filter(([a, b]) => a !== b)).toEqual([])
    expect(kindOf({ ...good.get('ds')!, keyUsage: ['keyCertSign'] })).toBe('link')
    expect(kindOf({ ...g.root, authorityKeyId: undefined })).toBe('csca')
    expect(kindOf({ ...g.root, authorityKeyId: 'ff' })).toBe('link')
  })

  it('K57 what counts for a verdict is what is grave or wrong, not advice', async () => {
    expect([dsDefects(good.get('ds')!), cscaDefects(g.root), cscaDefects(good.get('link')!)]).toEqual([[], [], []])
    const advice = await changed(good.get('ds')!, put(ID.san, sequence(place(L))))
    expect([lintCertificate(advice).map((d) => d.severity), dsDefects(advice)]).toEqual([['note'], []])
    const wrong = await changed(good.get('ds')!, without(ID.crl))
    expect(dsDefects(wrong)).toEqual([{
      code: 'no-crl-point', says: 'no CRL distribution point', clause: 'Doc 9303-12 §7.1.1.4', grave: false,
    }])
    expect(cscaDefects(await changed(g.root, without(ID.usage)))).toMatchObject([{ code: 'no-key-usage', grave: true }])
    expect(cscaDefects(await changed(good.get('link')!, without(ID.aki))).map((d) => d.code)).toEqual([])
  })

  it('K65 the page of rules says what the rules say', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../../docs/profile.md'), 'utf8')).toBe(renderProfile())
  })

  it('K58 every rule has its clause, and a code for each kind once', () => {
    expect(PROFILE_RULES.length).toBeGreaterThan(80)
    for (const r of PROFILE_RULES) {
      expect(r.clause).toMatch(/^(Doc 9303-|RFC |X\.690)/)
      expect([r.asks.endsWith('.'), /^[a-z0-9-]+$/.test(r.code), r.kinds.length > 0]).toEqual([true, true, true])
    }
    const keys = PROFILE_RULES.flatMap((r) => r.kinds.map((k) => `${r.code} ${k}`))
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([])
  })
})

/** What the linter says of each departure of a revocation list, word for word. */
const CRL_WORDS: Readonly<Record<string, string>> = {
  'crl-version': 'version 1 instead of 2',
  'no-issuer-country': 'the issuer names no country',
  'issuer-name': 'the issuer has another name',
  'country-case': 'the country is not in capital letters',
  'no-next-update': 'no time of the next list',
  'update-interval': 'the next list comes after more than 90 days',
  'update-form': 'a time is not coded as the profile wants it',
  'empty-list': 'an empty list of revoked certificates',
  'no-authority-key-id': 'no authority key identifier',
  'no-crl-number': 'no number',
  'crl-number': 'the number is negative or longer than 20 octets',
  'partial-list': 'extension 2.5.29.27 makes it a part of a list',
  'unknown-critical': 'critical extension 1.2.3 is not known',
  'issuer-key-id': 'the list names the key 01, the issuer has KEY',
  'extension-critical': 'extension 2.5.29.20 is critical',
  'entry-extension': 'an entry has a reason',
}

describe('the profile of revocation lists', () => {
  const make = async (
    parts: {
      readonly version?: Uint8Array[]
      readonly issuer?: Uint8Array
      readonly times?: Uint8Array[]
      readonly revoked?: Uint8Array[]
      readonly extensions?: Uint8Array[]
    }
  ) => parseCrl(await seal((algorithm) => sequence(
    ...(parts.version ?? [integer(1)]), algorithm, parts.issuer ?? g.root.subject.der,
    ...(parts.times ?? [time(day('2024-03-01')), time(day('2024-05-30'))]), ...(parts.revoked ?? []),
    context(0, sequence(...(parts.extensions ?? [aki(), number()]))),
  ), g.pair.signer))!
  const aki = (): Uint8Array => extension(ID.aki, sequence(tlv(0x80, Buffer.from(g.root.subjectKeyId!, 'hex'))))
  const number = (n: Uint8Array = integer(1)): Uint8Array => extension('2.5.29.20', n)
  const entry = (...more: Uint8Array[]): Uint8Array => sequence(integer(7), time(day('2024-01-01')), ...more)

  it('K59 each departure is found, and nothing else', async () => {
    const cases: readonly (readonly [Parameters<typeof make>[0], readonly string[]])[] = [
      [{}, []], [{ revoked: [sequence(entry())] }, []],
      [{ version: [] }, ['crl-version']],
      [{ issuer: name([CN, utf8Text('x')]) }, ['no-issuer-country', 'issuer-name']],
      [{ issuer: name([C, printable('ut')], [CN, utf8Text('CSCA-UTO')]) }, ['country-case', 'issuer-name']],
      [{ times: [time(day('2024-03-01'))] }, ['no-next-update']],
      [{ times: [time(day('2024-03-01')), time(day('2024-05-31'))] }, ['update-interval']],
      [{ times: [tlv(0x18, new TextEncoder().encode('20240301000000Z')), time(day('2024-05-01'))] }, ['update-form']],
      [{ times: [time(day('2024-03-01')), tlv(0x17, new TextEncoder().encode('2405010000Z'))] }, ['update-form']],
      [{ revoked: [sequence()] }, ['empty-list']], [{ extensions: [number()] }, ['no-authority-key-id']],
      [{ extensions: [aki()] }, ['no-crl-number']],
      [{ extensions: [aki(), number(Uint8Array.of(2, 1, 0xff))] }, ['crl-number']],
      [{ extensions: [aki(), number(tlv(2, new Uint8Array(21).fill(1)))] }, ['crl-number']],
      [{ extensions: [aki(), number(tlv(2, new Uint8Array(20).fill(1)))] }, []],
      [{ extensions: [aki(), number(), extension('2.5.29.27', integer(1), 'critical')] }, ['partial-list']],
      [{ extensions: [aki(), number(), extension('1.2.3', nothing(), 'critical')] }, ['unknown-critical']],
      [{ extensions: [extension(ID.aki, sequence(tlv(0x80, Uint8Array.of(1)))), number()] }, ['issuer-key-id']],
      [{ extensions: [aki(), extension('2.5.29.20', integer(1), 'critical')] }, ['extension-critical']],
      [{ revoked: [sequence(entry(sequence(extension('2.5.29.21', tlv(0x0a, Uint8Array.of(1))))))] }, ['entry-extension']],
      [{ revoked: [sequence(entry(sequence(extension('1.2.3', nothing()))))] }, []],
    ]
    for (const [parts, codes] of cases) {
      const found = lintCrl(await make(parts), g.root)
      expect(found.map((d) => d.code), JSON.stringify(codes)).toEqual(codes)
      for (const d of found) expect(CRL_WORDS[d.code], d.code).toBe(d.says.replaceAll(g.root.subjectKeyId!, 'KEY'))
    }
    const more: readonly (readonly [Parameters<typeof make>[0], readonly string[]])[] = [
      [{ issuer: name([C, utf8Text('UT')], [CN, utf8Text('x')]) }, ['the country is no PrintableString']],
      [
        { extensions: [aki(), number(), extension('2.5.29.28', nothing()), extension('2.5.29.46', nothing())] },
        ['extension 2.5.29.28, 2.5.29.46 makes it a part of a list'],
      ],
      [
        { revoked: [sequence(entry(sequence(...['2.5.29.23', '2.5.29.24', '2.5.29.29'].map((id) => extension(id, nothing())))))] },
        ['an entry has a hold instruction, a date of invalidity, another issuer'],
      ],
    ]
    for (const [parts, says] of more) expect(lintCrl(await make(parts)).map((d) => d.says)).toEqual(says)
    const sha1 = parseCrl(
      await buildCrl(
        { number: 1, thisUpdate: day('2024-03-01'), nextUpdate: day('2024-05-01'), revoked: [] }, g.root,
        ecPair('prime256v1', 'SHA-1').signer,
      )
    )!
    expect(lintCrl(sha1).map((d) => [d.code, d.says])).toEqual([['sha-1', 'signed with SHA-1']])
  })
})
