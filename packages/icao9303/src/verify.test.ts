import { constants, generateKeyPairSync, privateEncrypt, randomBytes, sign as nodeSign, type KeyObject } from 'node:crypto'

import { beforeAll, describe, expect, it } from 'vitest'

import { jpegOf } from '../../../test/utopia.ts'
import {
  buildCardSecurity, CHECK_NAMES, SENTENCES, encodeDg11, buildCrl, buildCsca, buildDeviationList, buildDeviationListSigner, buildDs, chipAuthenticationKey, composeMrz, encodeCom, encodeDg1, encodeDg12, encodeDg14, encodeDg2, encodeSecurityInfos,
  hashGroups, inspect, inspector, missingAt, paceInfo, parseCertificate, readTrust, renderEvidence, sodSigner, verdictOf,
  type Authority, type Certificate, type ChipOutcome, type ChipSession, type Dump, type InspectionReport, type Outcome, type Policy, type Scheme, type Sign, type Signer, type Trust,
} from './index.ts'
import { nodeCrypto } from './node.ts'
import { certifiedKey } from './pki/key.ts'
const crypto = nodeCrypto()
const authority: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const at = day('2026-06-01')
interface Pair { readonly spki: Uint8Array; readonly key: KeyObject; readonly sign: Sign }
const pairOf = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Pair => ({ key: privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), sign: (m) => new Uint8Array(nodeSign('sha256', m, privateKey)) })
const ec = (): Pair => pairOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }))
const rsa = (): Pair => pairOf(generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 3 }))
const validity = { from: day('2026-01-01'), to: day('2036-04-01') }
const keyUse = { from: day('2026-01-01'), to: day('2026-12-01') }
const ecdsa = (p: Pair): Signer => ({ sign: p.sign, hash: 'SHA-256' })

const root = ec()
const own = ec()
let csca: Certificate
let ds: Certificate
let crl: Uint8Array
let trust: Trust
let whole: Dump

const lines = composeMrz('TD3', { documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA', birthDate: '800229', sex: 'F', expiryDate: '360310' }).lines
const pace = paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 })
const weak = paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: '3DES', parameterId: 12 })
const chipKey = chipAuthenticationKey(certifiedKey(ec().spki, 'explicit'), 1)
const groups: ReadonlyMap<number, Uint8Array> = new Map([
  [1, encodeDg1(lines)],
  [2, encodeDg2({ image: jpegOf(354, 472, randomBytes(60)), mediaType: 'image/jpeg', width: 354, height: 472 })],
  [14, encodeDg14({ infos: [pace, chipKey] })],
])

const caOf = async (p: Pair, signer: Signer = ecdsa(p)) => buildCsca({ authority, commonName: 'CSCA-UTO', spki: p.spki, serial: randomBytes(12), validity: { ...validity, to: day('2041-01-01') }, keyUse: { from: validity.from, to: day('2031-01-01') } }, signer, crypto)
const dsOf = async (p: Pair, issuer = csca, signer: Signer = ecdsa(root)) => parseCertificate(await buildDs({ authority, commonName: 'DS-UTO 1', spki: p.spki, serial: randomBytes(12), validity, keyUse, documentTypes: ['PP'] }, issuer, signer, crypto))!
const trustOf = async (...files: Uint8Array[]): Promise<Trust> => (await readTrust(files.map((bytes, i) => ({ name: `${i}`, bytes })), crypto)).trust

async function documentOf(g: ReadonlyMap<number, Uint8Array>, signer: Certificate = ds, sign: Sign = own.sign, lds: '1.7' | '1.8' = '1.7'): Promise<Dump> {
  const sod = await sodSigner({ ds: signer, hash: 'SHA-256', lds }, crypto).make(hashGroups(g, 'SHA-256', crypto), sign)
  return { 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...g.keys()] }), 'EF.SOD': sod, ...Object.fromEntries([...g].map(([n, b]) => [`DG${n}`, b])) }
}

beforeAll(async () => {
  csca = parseCertificate(await caOf(root))!
  ds = await dsOf(own)
  crl = await buildCrl({ number: 1, thisUpdate: day('2026-05-20'), nextUpdate: day('2026-08-10'), revoked: [] }, csca, ecdsa(root))
  trust = await trustOf(csca.der, crl)
  whole = await documentOf(groups)
})

const judge = (dump: Dump, o: { readonly trust?: Trust; readonly policy?: Policy; readonly chip?: ChipSession; readonly at?: Date } = {}): Promise<InspectionReport> =>
  inspect(dump, { trust: o.trust ?? trust, at: o.at ?? at, policy: o.policy ?? 'strict', crypto, ...(o.chip === undefined ? {} : { chip: o.chip }) })
const outcomeOf = (r: InspectionReport, name: string): Outcome | undefined => r.checks.find((c) => c.name === name)?.outcome
const bare = (r: InspectionReport) => ({ verdict: r.verdict, checks: r.checks.map((c) => ({ ...c, evidence: c.evidence && renderEvidence(c.evidence) })), document: r.document, defects: r.defects })

/** Every byte of a file changed, one at a time: the positions that go unnoticed. */
async function unnoticed(dump: Dump, file: string, o: { readonly trust?: Trust; readonly pattern: number }): Promise<readonly number[]> {
  const bytes = dump[file]!
  const one = inspector(o.trust ?? trust, crypto)
  const found: number[] = []
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.slice()
    changed[i]! ^= o.pattern
    if ((await one.inspect({ ...dump, [file]: changed }, { at, policy: 'strict' })).genuine) found.push(i)
  }
  return found
}

describe('the verdict', () => {
  it('P14 starts from refused: no checks are no document, one failure is enough, what is open keeps it open unless excused', () => {
    const check = (outcome: Outcome, excused?: true) => ({ name: 'x', outcome, clause: '', says: '', ...(excused === undefined ? {} : { excused }) })
    expect([[], [check('not-applicable')], [check('not-done', true)]].map(verdictOf)).toEqual(['undetermined', 'undetermined', 'undetermined'])
    expect(verdictOf([check('passed')])).toBe('genuine')
    expect(verdictOf([check('passed'), check('not-applicable'), check('not-done', true)])).toBe('genuine')
    expect(verdictOf([check('passed'), check('not-done')])).toBe('undetermined')
    expect(verdictOf([check('passed'), check('not-done'), check('failed')])).toBe('faulty')
  })

  it('P15 says of every check what was compared, by which clause', async () => {
    const report = await judge(whole)
    expect(report.verdict).toBe('genuine')
    for (const c of report.checks) expect(c.clause, c.name).toMatch(/^Doc 9303-\d+ (§|Table)/)
    const evidence = Object.fromEntries(report.checks.filter((c) => c.evidence !== undefined).map((c) => [c.name, renderEvidence(c.evidence!)]))
    const hash = (n: number) => Buffer.from(crypto.hash('SHA-256', groups.get(n)!)).toString('hex')
    expect(evidence).toEqual({
      'hash-dg1': { function: 'SHA-256', signed: hash(1) }, 'hash-dg2': { function: 'SHA-256', signed: hash(2) }, 'hash-dg14': { function: 'SHA-256', signed: hash(14) },
      'sod-signature': { signer: ds.serial, scheme: 'ecdsa', hash: 'SHA-256' },
      'ds-validity': { at: '2026-06-01T00:00:00.000Z', from: '2026-01-01T00:00:00.000Z', to: '2036-04-01T00:00:00.000Z' },
      'trust-path': { path: [ds.serial, csca.serial] },
    })
    const changed = await judge({ ...whole, DG2: Uint8Array.of(0x75, 0) })
    const wrong = changed.checks.find((c) => c.name === 'hash-dg2')!
    expect(renderEvidence(wrong.evidence!)).toEqual({ function: 'SHA-256', signed: hash(2), computed: Buffer.from(crypto.hash('SHA-256', Uint8Array.of(0x75, 0))).toString('hex') })
  })

  it('P16 takes what a reader did with the chip into account, each protocol by its own check', async () => {
    const passed: ChipOutcome = { outcome: 'passed', says: 'done' }
    const good: ChipSession = { accessedBy: 'PACE', access: passed, activeAuthentication: { outcome: 'not-applicable', says: 'no DG15' }, chipAuthentication: passed, terminalAuthentication: { outcome: 'not-applicable', says: 'nothing to protect' } }
    expect((await judge(whole, { chip: good })).verdict).toBe('genuine')
    for (const [part, name] of [['access', 'access'], ['activeAuthentication', 'active-authentication'], ['chipAuthentication', 'chip-authentication'], ['terminalAuthentication', 'terminal-authentication']] as const) {
      expect(outcomeOf(await judge(whole), name)).toBe('not-applicable')
      for (const [outcome, verdict] of [['failed', 'faulty'], ['not-done', 'undetermined'], ['passed', 'genuine']] as const) {
        const report = await judge(whole, { chip: { ...good, [part]: { outcome, says: `${part} ${outcome}`, evidence: { key: 'k' } } } })
        expect([report.verdict, report.checks.find((c) => c.name === name)]).toEqual([verdict, expect.objectContaining({ outcome, says: `${part} ${outcome}`, evidence: { key: 'k' } })])
      }
    }
  })

  it('P30 does not take a chip for genuine that hides what it could be asked to prove', async () => {
    const none = { outcome: 'not-applicable', says: 'the chip does not have it' } as const
    const silent: ChipSession = { accessedBy: 'PACE', access: { outcome: 'passed', says: 'done' }, activeAuthentication: none, chipAuthentication: none, terminalAuthentication: none }
    const { DG14: _, ...copied } = whole
    const wrong = await judge(copied, { chip: silent })
    expect([wrong.verdict, wrong.checks.find((c) => c.name === 'chip-authentication')]).toEqual(['undetermined', {
      name: 'chip-authentication', outcome: 'not-done', clause: 'Doc 9303-11 §6.2', says: 'EF.SOD has a hash of DG14, which the chip does not give: a copy would hide it so', reason: { code: 'chip-hides', values: { group: 'DG14' } },
    }])
    expect((await judge(copied, { chip: silent, policy: 'field' })).verdict).toBe('undetermined')
    expect([(await judge(copied)).verdict, (await judge(whole, { chip: silent })).verdict]).toEqual(['genuine', 'genuine'])
    const signed = await documentOf(new Map([...groups, [15, Uint8Array.of(0x6f, 0)]]))
    const { DG15: __, ...rest } = signed
    expect(outcomeOf(await judge(rest, { chip: silent }), 'active-authentication')).toBe('not-done')
    expect(outcomeOf(await judge(signed, { chip: silent }), 'active-authentication')).toBe('not-applicable')
  })

  it('P31 names a chip that offers PACE and was opened without it, whichever file says so', async () => {
    const by = (accessedBy: ChipSession['accessedBy']): ChipSession => {
      const none = { outcome: 'not-applicable', says: 'not asked' } as const
      return { accessedBy, access: { outcome: 'passed', says: 'done' }, activeAuthentication: none, chipAuthentication: { outcome: 'passed', says: 'done' }, terminalAuthentication: none }
    }
    const cardAccess = encodeSecurityInfos({ infos: [pace] })
    const { DG14: _, ...bare14 } = await documentOf(new Map([...groups].filter(([n]) => n !== 14)))
    const plain14 = await documentOf(new Map([...groups, [14, encodeDg14({ infos: [chipKey] })]]))
    const secured = { ...plain14, 'EF.CardSecurity': await buildCardSecurity({ infos: [pace, chipKey], ds, at }, ecdsa(own), crypto) }
    for (const [dump, file] of [[whole, 'DG14'], [{ ...whole, 'EF.CardAccess': cardAccess }, 'EF.CardAccess'], [{ ...bare14, 'EF.CardAccess': cardAccess }, 'EF.CardAccess'], [secured, 'EF.CardSecurity']] as const) {
      for (const way of ['BAC', 'none'] as const) {
        const [strict, field] = [await judge(dump, { chip: by(way) }), await judge(dump, { chip: by(way), policy: 'field' })]
        const says = `${file} offers PACE, but access was gained without it`
        expect([strict.verdict, strict.checks.find((c) => c.name === 'pace-used')]).toEqual(['faulty', { name: 'pace-used', outcome: 'failed', clause: 'Doc 9303-11 §4.2', says, reason: { code: 'pace-unused', values: { file } } }])
        expect([field.verdict, outcomeOf(field, 'pace-used'), field.defects.filter((d) => d.code === 'pace-hidden')]).toEqual(['genuine', 'not-done', [{ code: 'pace-hidden', at: file, says, clause: 'Doc 9303-11 §4.2' }]])
      }
      expect(outcomeOf(await judge(dump, { chip: by('PACE') }), 'pace-used')).toBe('passed')
      expect(outcomeOf(await judge(dump), 'pace-used')).toBe('not-applicable')
    }
    for (const dump of [bare14, plain14, { ...bare14, 'EF.CardAccess': encodeSecurityInfos({ infos: [chipKey] }) }, { ...bare14, 'EF.CardAccess': Uint8Array.of(0x31, 5) }])
      expect(outcomeOf(await judge(dump, { chip: by('BAC') }), 'pace-used')).toBe('not-applicable')
  })

  it('P32 names what is odd inside data groups, and does not speak for it under strict', async () => {
    const withGroup = async (n: number, bytes: Uint8Array): Promise<Dump> => documentOf(new Map([...groups, [n, bytes] as const].sort(([a], [b]) => a - b)))
    const content = (r: InspectionReport): unknown => r.checks.find((c) => c.name === 'group-content')
    const clause = 'Doc 9303-10 §4.7'
    expect(content(await judge(whole))).toEqual({ name: 'group-content', outcome: 'passed', clause, says: 'the data groups are as the standard prescribes', reason: { code: 'content-good' } })
    const empty = await withGroup(11, Uint8Array.of(0x6b, 7, 0x5c, 2, 0x5f, 0x0e, 0x5f, 0x0e, 0))
    const [field, strict] = [await judge(empty, { policy: 'field' }), await judge(empty)]
    const values = { details: 'DG11: a field without a value', codes: 'DG11/empty-field' }
    expect([field.verdict, content(field)]).toEqual(['genuine', { name: 'group-content', outcome: 'passed', clause, says: `read with deviations: ${values.details}`, reason: { code: 'content-read', values } }])
    expect([strict.verdict, content(strict)]).toEqual(['undetermined', { name: 'group-content', outcome: 'not-done', clause, says: `data groups depart from the standard: ${values.details}`, reason: { code: 'content-odd', values } }])
    for (const r of [field, strict]) expect(r.defects.filter((d) => d.at === 'DG11')).toEqual([expect.objectContaining({ code: 'empty-field', offset: 6 })])
    const broken = await withGroup(15, Uint8Array.of(0x6f, 2, 4, 0))
    expect([(await judge(broken)).verdict, outcomeOf(await judge(broken), 'group-content'), (await judge(broken, { policy: 'field' })).verdict]).toEqual(['faulty', 'failed', 'genuine'])
    // between files: the date of birth is another than that of the zone
    const other = await withGroup(11, encodeDg11({ fullName: 'SPECIMEN<<ANNA', fullBirthDate: '19800301' }))
    expect([(await judge(other)).verdict, (await judge(other)).defects.map((d) => `${d.at} ${d.code}`)]).toEqual(['undetermined', ['DG11 birth-date-differs']])
    // advice is no deviation
    const fillers = await withGroup(11, encodeDg11({ fullName: 'SPECIMEN<<ANNA<<' }))
    expect([(await judge(fillers)).verdict, (await judge(fillers)).defects]).toEqual(['genuine', []])
    const hashed = await inspect(broken, { trust, at, policy: 'strict', crypto, groups: 'hashed' })
    expect([hashed.verdict, content(hashed), hashed.defects]).toEqual(['genuine', expect.objectContaining({ outcome: 'not-done', excused: true, reason: { code: 'content-unread' } }), []])
    const { DG2: _, DG14: __, ...zone } = whole
    expect(outcomeOf(await judge(zone), 'group-content')).toBe('not-applicable')
  })

  it('P33 gives every check a name of the list and a sentence that its code and values make', async () => {
    const rest = { ...whole, 'EF.CardAccess': encodeSecurityInfos({ infos: [pace] }) }
    const cut = (file: string): Dump => Object.fromEntries(Object.entries(rest).filter(([name]) => name !== file))
    const dumps: readonly Dump[] = [rest, ...Object.keys(rest).map(cut), ...Object.keys(rest).map((file) => ({ ...rest, [file]: Uint8Array.of(0x30, 0x80) })), {}]
    for (const dump of dumps) for (const policy of ['strict', 'field'] as const) for (const t of [trust, await trustOf(csca.der), await trustOf()]) {
      const { checks } = await judge(dump, { policy, trust: t })
      expect(checks.map((c) => c.name).filter((n) => !/^hash-dg\d+$/.test(n))).toEqual(CHECK_NAMES)
      for (const c of checks) expect(c.says).toBe(SENTENCES[c.reason.code].replaceAll(/\{(\w+)\}/g, (_, name: string) => c.reason.values?.[name] ?? `no ${name}`))
    }
  })

  it('P17 gives one inspector and many, alone and beside each other, the same report', async () => {
    const one = inspector(trust, crypto)
    const stranger = await documentOf(groups, await dsOf(ec()), own.sign)
    const dumps: readonly Dump[] = [whole, stranger, { ...whole, DG1: Uint8Array.of(0x61, 0) }, {}, { ...whole, 'EF.SOD': whole['EF.SOD']!.subarray(0, 400) }]
    const alone = await Promise.all(dumps.map(async (d) => bare(await inspect(d, { trust, at, policy: 'field', crypto }))))
    for (let round = 0; round < 3; round++) {
      const beside = await Promise.all([...dumps, ...dumps.toReversed()].map((d) => one.inspect(d, { at, policy: 'field' })))
      expect(beside.map(bare)).toEqual([...alone, ...alone.toReversed()])
    }
  })

  it('P18 remembers no verdict beyond the time in which it holds, and no certificate that somebody changes afterwards', async () => {
    const one = inspector(trust, crypto)
    const revocationAt = async (t: string) => outcomeOf(await one.inspect(whole, { at: new Date(t), policy: 'strict' }), 'revocation')
    expect(await revocationAt('2026-06-01T00:00:00Z')).toBe('passed')
    expect(await revocationAt('2026-08-10T00:00:00.000Z')).toBe('passed')
    expect(await revocationAt('2026-08-10T00:00:00.001Z')).toBe('not-done')
    expect(await revocationAt('2026-05-20T00:00:00.000Z')).toBe('passed')
    expect(await revocationAt('2026-05-19T23:59:59.999Z')).toBe('not-done')
    const pathAt = async (t: string) => outcomeOf(await one.inspect(whole, { at: new Date(t), policy: 'strict' }), 'trust-path')
    expect([await pathAt('2041-01-01T00:00:00.000Z'), await pathAt('2041-01-01T00:00:00.001Z'), await pathAt('2026-06-01T00:00:00Z')]).toEqual(['passed', 'failed', 'passed'])
    const mine = { ...whole, 'EF.SOD': whole['EF.SOD']!.slice() }
    expect((await one.inspect(mine, { at, policy: 'strict' })).genuine).toBe(true)
    mine['EF.SOD'].fill(0, 200, 1_000)
    expect((await one.inspect(mine, { at, policy: 'strict' })).genuine).toBe(false)
    expect((await one.inspect(whole, { at, policy: 'strict' })).genuine).toBe(true)
  })
})

describe('the zone', () => {
  it('P29 in DG1 of another form than DER is read, and is a departure under strict', async () => {
    const dg1 = Uint8Array.of(0x61, 0x81, whole['DG1']!.length - 2, ...whole['DG1']!.subarray(2))
    const long = await documentOf(new Map([...groups, [1, dg1]]))
    const [strict, field] = [await judge(long), await judge(long, { policy: 'field' })]
    expect([strict.verdict, outcomeOf(strict, 'mrz-check-digits'), field.verdict]).toEqual(['faulty', 'failed', 'genuine'])
  })
})

describe('the files of the master file', () => {
  const access = (...infos: Parameters<typeof encodeSecurityInfos>[0]['infos']): Uint8Array => encodeSecurityInfos({ infos })
  const cardAccess = (r: InspectionReport) => r.checks.find((c) => c.name === 'card-access')!

  it('P19 holds EF.CardAccess against DG14: what only the unprotected file says was put there by somebody else', async () => {
    expect((await judge({ ...whole, 'EF.CardAccess': access(pace) })).verdict).toBe('genuine')
    for (const policy of ['strict', 'field'] as const) {
      const report = await judge({ ...whole, 'EF.CardAccess': access(weak) }, { policy })
      expect([report.verdict, cardAccess(report).outcome]).toEqual(['faulty', 'failed'])
    }
    expect(await unnoticed({ ...whole, 'EF.CardAccess': access(pace) }, 'EF.CardAccess', { pattern: 0x01 })).toEqual([])
    // and what it does not say that DG14 does: PACE was struck out, so that a reader would fall back to less
    const struck = cardAccess(await judge({ ...whole, 'EF.CardAccess': access() }))
    expect([struck.outcome, struck.evidence]).toEqual(['failed', { struck: [Buffer.from(access(pace)).toString('hex').slice(4)] }])
    expect(cardAccess(await judge({ ...whole, 'EF.CardAccess': Uint8Array.of(0x31, 0x84, 0xff, 0xff, 0xff, 0xff) })).outcome).toBe('failed')
  })

  it('P19 leaves it open where nothing vouches, and in nobody’s way where DG14 was not read', async () => {
    const { DG14: _, ...without } = whole
    const unread = await judge({ ...without, 'EF.CardAccess': access(pace) })
    expect([unread.verdict, cardAccess(unread)]).toEqual(['genuine', expect.objectContaining({ outcome: 'not-done', excused: true })])
    const plain = await documentOf(new Map([...groups].filter(([n]) => n !== 14)))
    expect((await judge({ ...plain, 'EF.CardAccess': access(pace) })).verdict).toBe('undetermined')
    const field = await judge({ ...plain, 'EF.CardAccess': access(pace) }, { policy: 'field' })
    expect([field.verdict, field.defects.map((d) => d.code)]).toEqual(['genuine', ['card-access']])
    expect(outcomeOf(await judge(whole), 'card-access')).toBe('not-applicable')
  })

  it('P20 judges EF.CardSecurity by its signature and its signer’s way to an anchor; no byte of it can be changed', async () => {
    const file = await buildCardSecurity({ infos: [pace, chipKey], ds, at }, ecdsa(own), crypto)
    const dump = { ...whole, 'EF.CardSecurity': file }
    const report = await judge(dump)
    expect([report.verdict, outcomeOf(report, 'card-security')]).toEqual(['genuine', 'passed'])
    for (const pattern of [0x01, 0x80]) expect(await unnoticed(dump, 'EF.CardSecurity', { pattern })).toEqual([])
    const { DG14: _, ...without } = await documentOf(new Map([...groups].filter(([n]) => n !== 14)))
    expect(outcomeOf(await judge({ ...without, 'EF.CardSecurity': file, 'EF.CardAccess': access(pace) }), 'card-access')).toBe('passed')
    const other = ec()
    const rogue = parseCertificate(await caOf(other))!
    const foreign = await dsOf(own, rogue, ecdsa(other))
    const strange = await judge({ ...whole, 'EF.CardSecurity': await buildCardSecurity({ infos: [pace], ds: foreign, at }, ecdsa(own), crypto) })
    expect([strange.verdict, outcomeOf(strange, 'card-security')]).toEqual(['faulty', 'failed'])
    const revoked = await buildCrl({ number: 2, thisUpdate: day('2026-05-21'), nextUpdate: day('2026-08-10'), revoked: [{ serial: ds.serial, at: day('2026-05-21') }] }, csca, ecdsa(root))
    expect(outcomeOf(await judge(dump, { trust: await trustOf(csca.der, revoked) }), 'card-security')).toBe('failed')
    expect(outcomeOf(await judge(dump, { trust: await trustOf(csca.der) }), 'card-security')).toBe('not-done')
    expect(outcomeOf(await judge({ ...whole, 'EF.CardSecurity': Uint8Array.of(0x30, 0x80) }), 'card-security')).toBe('failed')
  })
})

describe('deviations that a State has published', () => {
  const printed = new Map([...groups, [1, encodeDg1([lines[0]!, `${lines[1]!.slice(0, 43)}${(Number(lines[1]![43]) + 1) % 10}`])] as const])
  const list = async (signer: Pair, o: { readonly issuer: Certificate; readonly above: Pair; readonly code: 'mrz-wrong-check-digit' | 'group-hash-wrong'; readonly documentType?: string }) => {
    const dls = parseCertificate(await buildDeviationListSigner({ authority, commonName: 'DLS-UTO', spki: signer.spki, serial: randomBytes(12), validity, keyUse }, o.issuer, ecdsa(o.above), crypto))!
    const place = o.code === 'group-hash-wrong' ? { place: { kind: 'file', file: 'DG2' } as const } : {}
    return buildDeviationList({ deviations: [{ documents: { documentType: o.documentType ?? 'PP' }, descriptions: [{ code: o.code, text: 'printed with a wrong digit', ...place }] }], signer: dls, chain: [], at: day('2026-05-30') }, ecdsa(signer), crypto)
  }

  it('P21 are named, and excuse how a document is made; the defect says who published it', async () => {
    const wrong = await documentOf(printed)
    expect([(await judge(wrong)).verdict, outcomeOf(await judge(wrong), 'mrz-check-digits')]).toEqual(['faulty', 'failed'])
    const known = await judge(wrong, { trust: await trustOf(csca.der, crl, await list(ec(), { issuer: csca, above: root, code: 'mrz-wrong-check-digit' })) })
    expect([known.verdict, known.checks.find((c) => c.name === 'mrz-check-digits')]).toEqual(['genuine', expect.objectContaining({ outcome: 'not-done', excused: true, says: expect.stringContaining('printed with a wrong digit') as string })])
    expect(known.defects.filter((d) => d.code === 'known-deviation')).toHaveLength(1)
    const others = await judge(wrong, { trust: await trustOf(csca.der, crl, await list(ec(), { issuer: csca, above: root, code: 'mrz-wrong-check-digit', documentType: 'PD' })) })
    expect([others.verdict, others.defects.filter((d) => d.code === 'known-deviation')]).toEqual(['faulty', []])
  })

  it('P21 excuse nothing where the list’s signer leads to no anchor', async () => {
    const other = ec()
    const rogue = parseCertificate(await caOf(other))!
    const t = await trustOf(csca.der, crl, await list(ec(), { issuer: rogue, above: other, code: 'mrz-wrong-check-digit' }))
    expect(t.deviations).toHaveLength(1)
    expect((await judge(await documentOf(printed), { trust: t })).verdict).toBe('faulty')
  })

  it('P22 never excuse a wrong hash: what nobody signed stays unsigned', async () => {
    const t = await trustOf(csca.der, crl, await list(ec(), { issuer: csca, above: root, code: 'group-hash-wrong' }))
    for (const policy of ['strict', 'field'] as const) {
      const report = await judge({ ...whole, DG2: Uint8Array.of(0x75, 0) }, { trust: t, policy })
      expect([report.verdict, report.checks.find((c) => c.name === 'hash-dg2')]).toEqual(['faulty', expect.objectContaining({ outcome: 'failed', says: expect.stringContaining('has published') as string })])
    }
  })
})

describe('keys and signatures of the field', () => {
  it.each(['1.7', '1.8'] as const)('P6 no byte of EF.SOD under an RSA key can be changed, LDS %s', async (lds) => {
    const pair = rsa()
    const dump = await documentOf(groups, await dsOf(pair), pair.sign, lds)
    expect((await judge(dump)).verdict).toBe('genuine')
    for (const pattern of [0x01, 0x80]) expect(await unnoticed(dump, 'EF.SOD', { pattern })).toEqual([])
  })

  it('P23 looks at the whole of an RSA signature, not at its end', async () => {
    const pair = rsa()
    const signer = await dsOf(pair)
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const block = (m: Uint8Array, fill: number): Sign extends never ? never : Uint8Array => {
      const tail = Buffer.concat([prefix, crypto.hash('SHA-256', m)])
      return Buffer.concat([Buffer.of(0, 1), Buffer.alloc(256 - 3 - tail.length, fill), Buffer.of(0), tail])
    }
    const raw = (fill: number): Sign => (m) => new Uint8Array(privateEncrypt({ key: pair.key, padding: constants.RSA_NO_PADDING }, block(m, fill)))
    expect(outcomeOf(await judge(await documentOf(groups, signer, raw(0xff))), 'sod-signature')).toBe('passed')
    for (const fill of [0x00, 0xfe]) expect(outcomeOf(await judge(await documentOf(groups, signer, raw(fill))), 'sod-signature')).toBe('failed')
  })

  it('P24 names a signature algorithm that the signer’s key cannot have made, and does not break on it', async () => {
    const [a, b] = [rsa(), ec()]
    const signer = await dsOf(a)
    // the object is laid out for an EC key and names the RSA signer of the same issuer and serial number
    const shaped = { ...signer, curve: ds.curve }
    const scheme: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }
    const sod = await sodSigner({ ds: shaped, hash: 'SHA-256', lds: '1.7', scheme }, crypto).make(hashGroups(groups, 'SHA-256', crypto), b.sign)
    const check = (await judge({ ...whole, 'EF.SOD': sod })).checks.find((c) => c.name === 'sod-signature')!
    expect([check.outcome, check.says]).toEqual(['failed', 'the signature is said to be ecdsa, which the signer\'s key cannot make'])
  })

  it('P25 takes a signer certified with PSS that signs with PKCS #1', async () => {
    const [above, pair] = [rsa(), rsa()]
    const pss: Scheme = { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 }
    const signer: Signer = { scheme: pss, sign: (m) => new Uint8Array(nodeSign('sha256', m, { key: above.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })) }
    const ca = parseCertificate(await caOf(above, signer))!
    const leaf = await dsOf(pair, ca, signer)
    expect([ca.scheme.kind, leaf.scheme.kind]).toEqual(['rsa-pss', 'rsa-pss'])
    const list = await buildCrl({ number: 1, thisUpdate: day('2026-05-20'), nextUpdate: day('2026-08-10'), revoked: [] }, ca, signer)
    expect((await judge(await documentOf(groups, leaf, pair.sign), { trust: await trustOf(ca.der, list) })).verdict).toBe('genuine')
  })
})

describe('what a document misses on a day', () => {
  const access = { 'EF.CardAccess': encodeSecurityInfos({ infos: [pace] }) }
  const codes = (on: string, o: { readonly dump?: Dump; readonly accepts?: readonly ('BAC' | 'PACE')[] } = {}) =>
    missingAt({ dump: o.dump ?? whole, ...(o.accepts === undefined ? {} : { accepts: o.accepts }) }, day(on)).map((i) => `${i.code}${i.standing === 'unknown' ? '?' : ''}`)

  it.each([
    ['2026-12-31', [], []], ['2027-01-01', ['no-pace'], []], ['2027-12-31', ['no-pace'], []], ['2028-01-01', ['no-pace', 'bac'], ['bac']], ['2029-12-31', ['no-pace', 'bac'], ['bac']],
    ['2030-01-01', ['no-pace', 'bac', 'face-encoding'], ['bac', 'face-encoding']], ['2037-12-31', ['no-pace', 'bac', 'face-encoding'], ['bac', 'face-encoding']],
    ['2038-01-01', ['no-pace', 'bac', 'bac-in-circulation', 'face-encoding'], ['bac', 'bac-in-circulation', 'face-encoding']],
  ] as const)('P26 on %s', (on, bac, both) => {
    expect(codes(on, { accepts: ['BAC'] })).toEqual(bac)
    expect(codes(on, { accepts: ['BAC', 'PACE'] })).toEqual(both)
    expect(codes(on, { accepts: ['PACE'] })).toEqual(both.filter((c) => c === 'face-encoding'))
  })

  it('P27 says of what files cannot tell that it is unknown', () => {
    expect(codes('2028-01-01')).toEqual(['bac?'])
    const { DG14: _, ...plain } = whole
    expect(codes('2028-01-01', { dump: plain })).toEqual(['no-pace?', 'bac?'])
    expect(codes('2028-01-01', { dump: { ...plain, ...access } })).toEqual(['bac?'])
    expect(codes('2028-01-01', { dump: { ...plain, 'EF.CardAccess': encodeSecurityInfos({ infos: [] }) } })).toEqual(['no-pace', 'bac?'])
    expect(codes('2030-01-01', { dump: {} })).toEqual(['document-code?', 'no-pace?', 'bac?', 'face-encoding?'])
    const old = encodeDg1(composeMrz('TD3', { documentCode: 'P', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA', birthDate: '800229', sex: 'F', expiryDate: '360310' }).lines)
    expect([codes('2027-12-31', { dump: { ...whole, DG1: old } }), codes('2028-01-01', { dump: { ...whole, DG1: old } })]).toEqual([[], ['document-code', 'bac?']])
    const later = missingAt({ dump: { ...whole, DG1: old }, accepts: ['PACE'] }, day('2038-01-01')).filter((i) => i.code === 'document-code')
    expect(later.map((i) => [i.concerns, i.from])).toEqual([['issue', '2028-01-01'], ['circulation', '2038-01-01']])
    expect(missingAt({ dump: { ...whole, DG1: old }, accepts: ['PACE'] }, day('2037-12-31')).filter((i) => i.code === 'document-code').map((i) => i.concerns)).toEqual(['issue'])
    const modern = { ...whole, DG2: encodeDg2({ image: Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]), mediaType: 'image/jpeg', width: 354, height: 472 }, 'ISO/IEC 39794-5') }
    expect(codes('2030-01-01', { dump: modern, accepts: ['PACE'] })).toEqual([])
    for (const i of missingAt({ dump: {} }, day('2038-01-01'))) expect(i).toMatchObject({ clause: expect.stringMatching(/^Doc 9303/) as string, from: expect.stringMatching(/^20\d\d-01-01$/) as string })
  })

  it('P27 reads the day of issue where a deviation list asks for it', async () => {
    const dg12 = encodeDg12({ issueDate: '20260310' })
    expect((await judge(await documentOf(new Map([...groups, [12, dg12] as const]).entries().toArray().sort(([a], [b]) => a - b).reduce((m, [k, v]) => m.set(k, v), new Map<number, Uint8Array>())))).verdict).toBe('genuine')
  })
})
