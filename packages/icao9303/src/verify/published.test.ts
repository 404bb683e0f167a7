import { beforeAll, describe, expect, it } from 'vitest'

import { day, documentSigner, ecPair, generation, jpegOf, read, serial, span, UTOPIA, type Generation, type Pair } from '../../../../test/utopia.ts'
import {
  buildCrl, buildDeviationList, buildDeviationListSigner, composeMrz, encodeCom, encodeDg1, encodeDg2, encodeDg11, encodeDg12, hashGroups, inspect, readTrust, sodSigner,
  type Authority, type Certificate, type InspectionCheck, type DeviantDocuments, type DeviationNote, type Dump, type InspectionReport, type Policy, type Trust,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'

const crypto = nodeCrypto()
const at = day('2024-02-20')
const signer = ecPair()
let g: Generation
let ds: Certificate
let crl: Uint8Array

const { lines } = composeMrz('TD3', { documentCode: 'P', issuingState: 'UTO', documentNumber: 'SP0000001', nationality: 'UTO', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA', birthDate: '800229', sex: 'F', expiryDate: '340310' })
/** The last check digit is wrong, as the State has printed it. */
const zone = encodeDg1([lines[0]!, `${lines[1]!.slice(0, 43)}${(Number(lines[1]![43]) + 1) % 10}`])
const good = encodeDg1(lines)
const face = encodeDg2({ image: jpegOf(354, 472), mediaType: 'image/jpeg', width: 354, height: 472 })

async function documentOf(more: readonly (readonly [number, Uint8Array])[] = [], dg1 = zone): Promise<Dump> {
  const groups = new Map([[1, dg1], [2, face], ...more] as const)
  const sod = await sodSigner({ ds, hash: 'SHA-256', lds: '1.7' }, crypto).make(hashGroups(groups, 'SHA-256', crypto), signer.signer.sign)
  return { 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...groups.keys()] }), 'EF.SOD': sod, ...Object.fromEntries([...groups].map(([n, b]) => [`DG${n}`, b])) }
}

interface ListOrder { readonly documents?: DeviantDocuments; readonly notes?: readonly DeviationNote[]; readonly pair?: Pair; readonly authority?: Authority; readonly validity?: ReturnType<typeof span>; readonly number?: Uint8Array }
async function listOf(o: ListOrder = {}): Promise<Uint8Array> {
  const pair = o.pair ?? ecPair()
  const order = { authority: o.authority ?? UTOPIA, commonName: 'DLS', spki: pair.spki, serial: o.number ?? serial(), validity: o.validity ?? span('2024-01-01', '2030-01-01') }
  const own = read(await buildDeviationListSigner(order, g.root, g.pair.signer, crypto))
  return buildDeviationList({ deviations: [{ documents: o.documents ?? {}, descriptions: o.notes ?? [{ code: 'mrz-wrong-check-digit' }] }], signer: own, chain: [], at: day('2024-02-10') }, pair.signer, crypto)
}
const crlOf = async (revoked: readonly { readonly serial: string; readonly at: Date }[], to = '2024-05-01'): Promise<Uint8Array> =>
  buildCrl({ number: 1, thisUpdate: day('2024-02-15'), nextUpdate: day(to), revoked }, g.root, g.pair.signer)
const trustOf = async (...more: readonly Uint8Array[]): Promise<Trust> => (await readTrust([g.root.der, ...more].map((bytes, i) => ({ name: `${i}`, bytes })), crypto)).trust
const judge = (dump: Dump, trust: Trust, policy: Policy = 'strict'): Promise<InspectionReport> => inspect(dump, { trust, at, policy, crypto })
const look = async (dump: Dump, ...lists: readonly Uint8Array[]): Promise<InspectionReport> => judge(dump, await trustOf(crl, ...lists))
const named = (r: InspectionReport, name: string): InspectionCheck | undefined => r.checks.find((c) => c.name === name)
const digits = (r: InspectionReport): unknown => { const c = named(r, 'mrz-check-digits'); return [c?.outcome, c?.excused === true, c?.published?.length ?? 0] }
const known = (r: InspectionReport): readonly string[] => r.defects.filter((d) => d.code === 'known-deviation').map((d) => d.says)
const EXCUSED = ['not-done', true, 1]
const UNTOUCHED = ['failed', false, 0]

beforeAll(async () => {
  g = await generation({}, crypto)
  ds = await documentSigner(g, crypto, { pair: signer })
  crl = await crlOf([])
})

describe('lists of a State about its documents', () => {
  it('P21 say nothing of a document that they do not mean, and are not asked about one without a fault', async () => {
    const dump = await documentOf()
    expect([digits(await look(dump)), known(await look(dump))]).toEqual([UNTOUCHED, []])
    for (const documents of [{ documentType: 'PD' }, { numbers: ['SP0000002'] }, { signer: { kind: 'issuer', issuer: ds.issuer, serial: '1' } as const }]) {
      const r = await look(dump, await listOf({ documents }))
      expect([digits(r), known(r), r.verdict]).toEqual([UNTOUCHED, [], 'faulty'])
    }
    const right = await look(await documentOf([], good), await listOf())
    expect([named(right, 'mrz-check-digits')?.says, right.verdict, known(right).length]).toEqual(['every check digit is right', 'genuine', 1])
  })

  it('P21 excuse by type, number, signer or nothing; what they say stands in the check and beside it', async () => {
    const dump = await documentOf()
    for (const documents of [{}, { documentType: 'P<' }, { numbers: ['SP0000009', 'SP0000001'] }, { signer: { kind: 'issuer', issuer: ds.issuer, serial: ds.serial } as const }]) {
      const r = await look(dump, await listOf({ documents, notes: [{ code: 'mrz-wrong-check-digit', text: 'printed so' }] }))
      expect([digits(r), r.verdict, known(r).length]).toEqual([EXCUSED, 'genuine', 1])
      expect(named(r, 'mrz-check-digits')).toMatchObject({ says: `wrong check digit of composite; the issuing State has published: ${known(r)[0]}`, published: known(r), reason: { code: 'digits-wrong', values: { fields: 'composite' } } })
      expect(r.defects.find((d) => d.code === 'known-deviation')).toMatchObject({ clause: 'Doc 9303-3 §7.3.6', at: expect.stringContaining('CN=DLS') as string })
    }
  })

  it.each([
    ['within the days', '20240210', EXCUSED], ['on the first', '20240201', EXCUSED], ['on the last', '20240215', EXCUSED], ['before', '20240131', UNTOUCHED], ['after', '20240216', UNTOUCHED],
  ] as const)('P27 by the day of issue: %s', async (_, issueDate, outcome) => {
    const list = await listOf({ documents: { issued: { from: day('2024-02-01'), to: day('2024-02-15') } } })
    expect(digits(await look(await documentOf([[12, encodeDg12({ issueDate })]]), list))).toEqual(outcome)
  })

  it('P27 do not excuse where the day of issue that they ask for is not known: it is named', async () => {
    const list = await listOf({ documents: { documentType: 'P<', issued: { from: day('2024-02-01'), to: day('2024-02-15') } } })
    const open = ['failed', false, 1]
    const dumps = [[], [[12, encodeDg12({ issuingAuthority: 'UTOPIA' })]], [[12, Uint8Array.of(0x6c, 2, 4, 0)]], [[12, Uint8Array.of(0x6c, 0x10, 0x5c, 2, 0x5f, 0x26, 0x5f, 0x26, 8, ...Buffer.from('20241345'))]]] as const
    for (const more of dumps) {
      const r = await look(await documentOf(more), list)
      expect([digits(r), known(r).length, r.verdict]).toEqual([open, 1, 'faulty'])
    }
    // a list that knows documents by their day alone does not mean one without
    const alone = await look(await documentOf(), await listOf({ documents: { issued: { from: day('2024-02-01'), to: day('2024-02-15') } } }))
    expect([digits(alone), known(alone)]).toEqual([UNTOUCHED, []])
  })

  it('P21 explain defects by code, by file and by field, each with who said so', async () => {
    const odd = encodeDg11({ fullName: 'SPECIMEN<<ANNA', fullBirthDate: '19800301' })
    const explained = (r: InspectionReport, where: string): unknown => r.defects.find((d) => d.at === where && d.code !== 'known-deviation')?.explained
    const dump = await documentOf([[11, odd]], good)
    expect(explained(await look(dump), 'DG11')).toBeUndefined()
    const file = await look(dump, await listOf({ notes: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG11' } }] }))
    expect(explained(file, 'DG11')).toMatch(/CN=DLS/)
    expect([file.verdict, named(file, 'group-content')]).toEqual(['genuine', expect.objectContaining({ outcome: 'not-done', excused: true, published: known(file) })])
    const other = await look(dump, await listOf({ notes: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG2' } }] }))
    expect([other.verdict, explained(other, 'DG11'), named(other, 'group-content')?.published]).toEqual(['undetermined', undefined, undefined])
    const two = await documentOf([[11, odd], [12, Uint8Array.of(0x6c, 0x0b, 0x5c, 4, 0x5f, 0x19, 0x5f, 0x26, 0x5f, 0x19, 0, 0, 0)]], good)
    const half = await look(two, await listOf({ notes: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG11' } }] }))
    expect([half.genuine, named(half, 'group-content')?.excused, named(half, 'group-content')?.published?.length]).toEqual([false, undefined, 1])
    // a defect at a field of the file is one of the file
    const inside = await look(await documentOf([], encodeDg1([lines[0]!.replace('SPECIMEN', 'SPEC1MEN'), lines[1]!])), await listOf({ notes: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG1' } }] }))
    const odd1 = inside.defects.filter((d) => d.at.startsWith('DG1/'))
    expect([odd1.length > 0, odd1.every((d) => d.explained !== undefined)]).toEqual([true, true])
  })

  it('P22 add the State’s word to what they do not excuse, and leave its outcome', async () => {
    const revoked = await crlOf([{ serial: ds.serial, at: day('2024-02-12') }])
    const r = await judge(await documentOf([], good), await trustOf(revoked, await listOf({ notes: [{ code: 'certificate-or-key' }] })))
    expect([named(r, 'revocation')?.outcome, named(r, 'revocation')?.published]).toEqual(['failed', undefined])
    const away = await judge({ ...(await documentOf([], good)), DG2: Uint8Array.of(0x75, 0) }, await trustOf(crl, await listOf({ notes: [{ code: 'group-hash-wrong', place: { kind: 'file', file: 'DG2' } }] })))
    expect([away.verdict, named(away, 'hash-dg2')]).toEqual(['faulty', expect.objectContaining({ outcome: 'failed', published: known(away) })])
    expect(named(away, 'hash-dg2')?.excused).toBeUndefined()
  })

  it('P21 are there once or twice alike, and a broken, foreign, expired or revoked one beside them counts nothing', async () => {
    const dump = await documentOf()
    const list = await listOf()
    const twice = await look(dump, list, list, await listOf())
    expect([(digits(twice) as unknown[]).slice(0, 2), twice.verdict, known(twice).length >= 2]).toEqual([['not-done', true], 'genuine', true])
    const broken = list.map((b, i) => (i === list.length - 4 ? b ^ 1 : b))
    const foreign = await listOf({ authority: { ...UTOPIA, issuingState: 'XXA' } })
    const expired = await listOf({ validity: span('2023-01-01', '2024-02-09') })
    const early = await listOf({ validity: span('2024-02-11', '2030-01-01') })
    for (const bad of [broken, foreign, expired, early]) {
      expect(digits(await look(dump, bad))).toEqual(UNTOUCHED)
      expect(digits(await look(dump, bad, list))).toEqual(EXCUSED)
    }
    const number = Uint8Array.of(0x41, 2, 3, 4, 5, 6, 7, 8)
    const withdrawn = await listOf({ number })
    const gone = await crlOf([{ serial: '4102030405060708', at: day('2024-02-12') }])
    expect([digits(await look(dump, withdrawn)), digits(await judge(dump, await trustOf(gone, withdrawn)))]).toEqual([EXCUSED, UNTOUCHED])
    // the lists that revoke: none at hand, or a stale one, leave the State's word standing
    for (const crls of [[], [await crlOf([], '2024-02-16')]]) expect(digits(await judge(dump, await trustOf(...crls, list), 'field'))).toEqual(EXCUSED)
  })

  it('P21 are asked for by the zone alone where the signer is not known', async () => {
    const { 'EF.SOD': _, ...bare } = await documentOf()
    const r = await look(bare, await listOf({ documents: { documentType: 'P<' } }))
    expect([digits(r), r.verdict]).toEqual([EXCUSED, 'undetermined'])
    const { DG1: __, ...blind } = await documentOf()
    const asked = await look(blind, await listOf({ documents: { documentType: 'P<' } }), await listOf({ documents: {} }))
    // what is not there was not looked at, and no State can excuse that
    expect([digits(asked), known(asked).length]).toEqual([['not-done', false, 0], 1])
    const { 'EF.COM': ___, ...short } = await documentOf([], good)
    const list = await listOf({ notes: [{ code: 'com-inconsistent' }, { code: 'lds' }] })
    expect(named(await look(short, list), 'com-sod-agree')).toEqual(named(await look(short), 'com-sod-agree'))
    expect(named(await look(bare, list), 'sod-profile')).toEqual(named(await look(bare), 'sod-profile'))
    const more = { ...(await documentOf([], good)), 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2, 3] }) }
    expect([named(await look(more), 'com-sod-agree')?.outcome, named(await look(more, list), 'com-sod-agree')]).toEqual(['failed', expect.objectContaining({ outcome: 'not-done', excused: true })])
    const nothing = await look({}, await listOf())
    expect([known(nothing), nothing.genuine]).toEqual([[], false])
  })
})
