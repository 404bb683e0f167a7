import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { request as ask } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { isAnchorSigned, isTextSigned, parseAnchorKeys } from '@causeway/journal'
import { type Refusal, type Result } from '@causeway/kernel'
import { messageText, SIGNER_RULES, type SignedMessage, type SignerKey, type SodAnswer, type SodRequest } from '@causeway/signing'
import { chipAuthenticationInfo, chipAuthenticationKey, composeMrz, encodeDg1, encodeDg11, encodeDg14, encodeDg15, parseSod } from 'icao9303'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, type PartFolder } from '../../../test/part.ts'
import { base64, must, OFFICE, refusalOf, request, signerStage, TODAY, zone, type SignerStage } from '../../../test/signer-stage.ts'

const spki = (): Uint8Array => new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'der', type: 'spki' }))
const [chipKey, otherKey] = [spki(), spki()]
const dg14 = (...keys: readonly Uint8Array[]): string => base64(encodeDg14({ infos: [chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128' }), ...keys.map((k) => chipAuthenticationKey(k))] }))
const groups = request('SP0000009').dataGroups
const hash = (length: number): string => randomBytes(length).toString('hex')

/** Signatures so far: documents, and of every key how many it signed. */
const countsOf = async (s: SignerStage): Promise<readonly unknown[]> => [(await s.health()).signatures, (await must(s.part.line.call<readonly SignerKey[]>('GET', '/v1/keys'))).filter((k) => k.use === 'document').map((k) => k.documents)]

describe('a wrong request is refused by its rule, and no key is used', () => {
  let f: PartFolder
  let s: SignerStage
  beforeAll(async () => {
    f = partFolder(TODAY)
    s = await signerStage(f)
    await s.certify()
    await s.sod(request('SP0000001'))
  })
  afterAll(async () => { await s.stop(); f.remove() })

  const broken = (line: 0 | 1, at: number, c: string): readonly string[] => zone('SP0000009').map((l, i) => (i === line ? l.slice(0, at) + c + l.slice(at + 1) : l))
  const own = (change: Partial<SodRequest> = {}, lines?: readonly string[]): SodRequest => request('SP0000009', change, lines)
  /** Asked for by an act of its own, anchored: only the content is wrong. */
  const asked = (make: () => SodRequest) => async (): Promise<unknown> => { const r = make(); await s.journal.authorise(r); return r }
  const bare = (make: () => unknown) => async (): Promise<unknown> => Promise.resolve(make())

  const TABLE: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    // another content, another act
    ['another content under a known request', 'request-reused', asked(() => request('SP0000001', { dataGroups: { 1: base64(encodeDg1(zone('SP0000001'))) } }))],
    ['another act under a known request', 'request-reused', asked(() => request('SP0000001', { authority: { kind: 'job', id: 'other', version: 3 } }))],
    ['a number that was signed under another request', 'number-signed-before', asked(() => request('SP0000001', { requestId: 'job:again' }))],
    ['a number that another act had signed', 'number-signed-before', asked(() => request('SP0000001', { requestId: 'job:again:2', authority: { kind: 'job', id: 'other', version: 99 } }))],
    ['an earlier version of the act that had it signed', 'number-signed-before', asked(() => request('SP0000001', { requestId: 'job:again:3', authority: { kind: 'job', id: 'SP0000001', version: 2 } }))],
    // the authority
    ['no act in the journal', 'not-authorised', bare(() => request('SP0000010'))],
    ['an act at another version', 'not-authorised', async () => { await s.journal.authorise(request('SP0000011')); return request('SP0000011', { authority: { kind: 'job', id: 'SP0000011', version: 4 } }) }],
    ['an act of another stream', 'not-authorised', async () => { await s.journal.authorise(request('SP0000012')); return request('SP0000012', { authority: { kind: 'mission', id: 'SP0000012', version: 3 } }) }],
    ['an act that is not anchored yet', 'not-authorised', async () => { const r = request('SP0000013'); await s.journal.authorise(request('SP0000014')); s.journal.add({ kind: 'job', stream: 'SP0000013', version: 3, event: 'job-content-fixed', body: '{}' }); return r }],
    ['an act of another kind that carries the same words', 'not-authorised', async () => {
      const r = request('SP0000015')
      s.journal.add({ kind: 'job', stream: 'SP0000015', version: 3, event: 'job-requested', body: JSON.stringify({ request: r.requestId, digest: 'x' }) })
      await must(s.journal.anchor())
      return r
    }],
    ['a face that was changed after the act', 'authority-differs', async () => { const r = own({ requestId: 'job:face', dataGroups: { ...groups, 2: 'AAAA' } }); await s.journal.authorise(r); return { ...r, dataGroups: { ...groups, 2: 'AAAB' } } }],
    ['a hash that was altered after the act', 'authority-differs', async () => { const r = own({ requestId: 'job:hash', hashes: { 2: hash(32) } }); await s.journal.authorise(r); return { ...r, hashes: { 2: hash(32) } } }],
    ['a group that was added after the act', 'authority-differs', async () => { const r = own({ requestId: 'job:more' }); await s.journal.authorise(r); return { ...r, dataGroups: { ...groups, 12: 'AAAA' } } }],
    ['another structure version than the act fixed', 'authority-differs', async () => { const r = own({ requestId: 'job:lds' }); await s.journal.authorise(r); return { ...r, lds: '1.8' } }],
    ['a second act that would change the content of a request', 'authority-differs', async () => {
      const r = own({ requestId: 'job:twice' })
      await s.journal.authorise(r)
      const changed = { ...r, dataGroups: { ...groups, 12: 'AAAA' } }
      await s.journal.authorise(changed)
      return changed
    }],
    // DG1
    ['a number of another document in DG1', 'dg1-differs', asked(() => own({ requestId: 'a1' }, zone('SP0000008')))],
    ['a State of another in DG1', 'dg1-differs', asked(() => own({ requestId: 'a2' }, zone('SP0000009', { issuingState: 'D' })))],
    ['a document code of another in DG1', 'dg1-differs', asked(() => own({ requestId: 'a3' }, zone('SP0000009', { documentCode: 'PD' })))],
    ['a filler in the number', 'dg1-differs', asked(() => own({ requestId: 'a4' }, zone('SP000000')))],
    ['a wrong check digit of the number', 'dg1-check-digit', asked(() => own({ requestId: 'a5' }, broken(1, 9, '7')))],
    ['a wrong check digit of the birth date', 'dg1-check-digit', asked(() => own({ requestId: 'a6' }, broken(1, 19, '8')))],
    ['a wrong check digit of the expiry', 'dg1-check-digit', asked(() => own({ requestId: 'a7' }, broken(1, 27, '2')))],
    ['a wrong composite check digit', 'dg1-check-digit', asked(() => own({ requestId: 'a8' }, broken(1, 43, broken(1, 0, 'S')[1]![43] === '5' ? '6' : '5')))],
    ['a letter in the birth date, whose check digit fits', 'dg1-field', asked(() => own({ requestId: 'a9' }, broken(1, 14, 'A')))],
    ['a zone of another format', 'dg1-check-digit', asked(() => own({ requestId: 'b1' }, composeMrz('TD1', { documentCode: 'PO', issuingState: 'UTO', documentNumber: 'SP0000009', nationality: 'UTO', primaryIdentifier: 'A', birthDate: '800229', sex: 'F', expiryDate: '310301' }).lines))],
    ['a document that has expired', 'document-expired', asked(() => own({ requestId: 'b2' }, zone('SP0000009', { expiryDate: '260301' })))],
    ['no DG1', 'dg1-unreadable', bare(() => own({ dataGroups: { 11: base64(encodeDg11({ fullName: 'X' })) } }))],
    ['a DG1 cut off', 'dg1-unreadable', asked(() => own({ requestId: 'b3', dataGroups: { 1: base64(encodeDg1(zone('SP0000009')).slice(0, 60)) } }))],
    ['bytes after DG1', 'dg1-unreadable', asked(() => own({ requestId: 'b4', dataGroups: { 1: base64(Uint8Array.of(...encodeDg1(zone('SP0000009')), 0)) } }))],
    ['a file that is no DG1', 'dg1-unreadable', asked(() => own({ requestId: 'b5', dataGroups: { 1: base64(encodeDg11({ fullName: 'X' })) } }))],
    ['a type that the certificate does not allow', 'document-type-not-allowed', asked(() => own({ requestId: 'b6', documentType: 'PD' }, zone('SP0000009', { documentCode: 'PD' })))],
    // what the chip holds
    ['a DG14 with another key than the chip’s', 'chip-key-differs', asked(() => own({ requestId: 'c1', dataGroups: { ...groups, 14: dg14(otherKey) }, chip: { authenticationKey: base64(chipKey) } }))],
    ['a DG14 with a key, and a chip without', 'chip-key-differs', asked(() => own({ requestId: 'c2', dataGroups: { ...groups, 14: dg14(chipKey) } }))],
    ['a chip with a key, and no DG14', 'chip-key-differs', asked(() => own({ requestId: 'c3', chip: { authenticationKey: base64(chipKey) } }))],
    ['a DG14 with two keys for one', 'chip-key-differs', asked(() => own({ requestId: 'c4', dataGroups: { ...groups, 14: dg14(chipKey, otherKey) }, chip: { authenticationKey: base64(chipKey) } }))],
    ['a DG14 that is none', 'data-group-unread', asked(() => own({ requestId: 'c5', dataGroups: { ...groups, 14: groups[1]! }, chip: { authenticationKey: base64(chipKey) } }))],
    ['a DG15 with another key than the chip’s', 'chip-key-differs', asked(() => own({ requestId: 'c6', dataGroups: { ...groups, 15: base64(encodeDg15(otherKey)) }, chip: { activeKey: base64(chipKey) } }))],
    ['a DG15 cut off', 'data-group-unread', asked(() => own({ requestId: 'c7', dataGroups: { ...groups, 15: base64(encodeDg15(otherKey).slice(0, 20)) }, chip: { activeKey: base64(otherKey) } }))],
    ['a DG14 as a hash only', 'data-group-unread', bare(() => own({ hashes: { 14: hash(32) } }))],
    ['a hash of another function', 'hash-length', asked(() => own({ requestId: 'c8', hashes: { 2: hash(48) } }))],
    ['a group both whole and as a hash', 'request-malformed', bare(() => own({ hashes: { 11: hash(32) } }))],
    ['a data group that there is not', 'data-group-unknown', bare(() => own({ dataGroups: { ...groups, 17: 'AAAA' } }))],
    ['a data group 01', 'data-group-unknown', bare(() => own({ dataGroups: { ...groups, '01': 'AAAA' } }))],
    ['a hash of a data group that there is not', 'data-group-unknown', bare(() => own({ hashes: { 0: hash(32) } }))],
    // the form
    ['another office', 'other-office', bare(() => own({ office: '110000' }))],
    ['base64 that is none', 'request-malformed', bare(() => own({ dataGroups: { 1: '!!!!' } }))],
    ['no request id', 'request-malformed', bare(() => own({ requestId: '' }))],
    ['a number in small letters', 'request-malformed', bare(() => own({ documentNumber: 'sp0000009' }))],
    ['a number of ten characters', 'request-malformed', bare(() => own({ documentNumber: 'SP00000091' }))],
    ['no act', 'request-malformed', bare(() => ({ ...own(), authority: undefined }))],
    ['an act without a version', 'request-malformed', bare(() => ({ ...own(), authority: { kind: 'job', id: '1' } }))],
    ['a field too many', 'request-malformed', bare(() => ({ ...own(), force: true }))],
    ['a list', 'request-malformed', bare(() => [own()])],
    ['nothing', 'request-malformed', bare(() => undefined)],
  ]
  it('the table has more than forty rows, each with a rule', () => {
    expect(TABLE.length).toBeGreaterThan(40)
    expect(TABLE.filter(([, code]) => !(code in SIGNER_RULES))).toEqual([])
  })
  it.each(TABLE)('refuses %s: %s', async (_, code, make) => {
    const body = await make()
    const before = await countsOf(s)
    expect(refusalOf(await s.ask('/v1/sod', body))).toMatchObject({ code, rule: SIGNER_RULES[code as keyof typeof SIGNER_RULES] })
    expect(await countsOf(s)).toEqual(before)
  })

  it('refuses a batch that is empty, or of more than 256, and a body of more than 32 MB', async () => {
    const before = await countsOf(s)
    expect(refusalOf(await s.ask('/v1/sods', { requests: [] }))).toMatchObject({ code: 'request-malformed', at: 'requests' })
    expect(refusalOf(await s.ask('/v1/sods', { requests: Array.from({ length: 257 }, () => 0) }))).toMatchObject({ code: 'request-malformed', at: 'requests' })
    const answer = await new Promise<number>((done) => {
      const r = ask({ socketPath: s.part.socket, method: 'POST', path: '/v1/sod' }, (response) => { response.resume(); done(response.statusCode ?? 0) })
      r.on('error', () => { done(413) }) // hung up on while it still spoke
      r.end(Buffer.alloc(33 * 1024 * 1024, 0x20))
    })
    expect(answer).toBe(413)
    expect(await countsOf(s)).toEqual(before)
  })

  it('signs what is right beside what is wrong in one batch, each with an answer of its own', async () => {
    const [good, wrong, twin] = [request('SP0000021'), request('SP0000022', {}, zone('SP0000023')), request('SP0000024')]
    await s.journal.authorise(good, wrong, twin)
    const before = (await s.health()).signatures
    const { answers } = await must(s.ask<{ answers: readonly Result<SodAnswer, Refusal>[] }>('/v1/sods', { requests: [good, wrong, 7, twin, twin, { ...twin, dataGroups: good.dataGroups }] }))
    expect(answers.map((a) => (a.ok ? a.value.counter - before : a.error.code))).toEqual([1, 'dg1-differs', 'request-malformed', 2, 2, 'request-reused'])
    expect(answers[3]).toEqual(answers[4])
    expect((await s.health()).signatures).toBe(before + 2)
    expect(await s.sod(good)).toMatchObject({ sod: answers[0]!.ok ? answers[0]!.value.sod : '' })
  })

  it('signs the keys of the chip, both structure versions, and groups of which only the hash is known', async () => {
    const full = request('SP0000025', { lds: '1.8', dataGroups: { ...request('SP0000025').dataGroups, 14: dg14(chipKey), 15: base64(encodeDg15(otherKey)) }, chip: { authenticationKey: base64(chipKey), activeKey: base64(otherKey) }, hashes: { 2: hash(32) } })
    const sod = Buffer.from((await s.sod(full)).sod, 'base64')
    expect(sod.includes(Buffer.from(full.hashes![2]!, 'hex'))).toBe(true)
    expect(sod.includes('1.8') || sod.includes('0108')).toBe(true)
  })
})

describe('time', () => {
  let f: PartFolder
  let s: SignerStage
  let now = TODAY
  const set = (at: string): void => { now = at; f.clock(at) }
  const codeOf = async (r: SodRequest): Promise<string | undefined> => refusalOf(await s.ask('/v1/sod', r))?.code
  beforeAll(async () => {
    f = partFolder(TODAY)
    s = await signerStage(f, { at: () => now })
    await must(s.bring(await s.national.certify(await s.requestKey(), { use: ['2026-03-02', '2026-06-01'], valid: ['2026-03-01', '2036-06-01'] })))
  })
  afterAll(async () => { await s.stop(); f.remove() })

  it('signs with an anchor of exactly four hours, and not a second later; a new anchor opens it again', async () => {
    const [a, b] = [request('SP0000001'), request('SP0000002')]
    await s.journal.authorise(a, b)
    set('2026-03-02T05:00:00.000Z')
    await must(s.ask('/v1/sod', a))
    set('2026-03-02T05:00:01.000Z')
    const before = await countsOf(s)
    expect(await codeOf(b)).toBe('anchor-stale')
    expect((await s.health()).says.map((w) => w.en)).toContainEqual(expect.stringContaining('anchor late'))
    expect(await countsOf(s)).toEqual(before)
    s.journal.add({ kind: 'unit', stream: 'u', version: 2, event: 'unit-changed', body: '{}' })
    await must(s.journal.anchor())
    await must(s.ask('/v1/sod', b))
  })

  it('an act authorises for thirty days', async () => {
    const old = request('SP0000003')
    await s.journal.authorise(old)
    set('2026-04-01T05:00:02.000Z')
    s.journal.add({ kind: 'unit', stream: 'u', version: 3, event: 'unit-changed', body: '{}' })
    await must(s.journal.anchor())
    expect(await codeOf(old)).toBe('authority-old')
  })

  it('a clock that goes back under what was written signs nothing, but gives what was signed before', async () => {
    const [first, next] = [await s.sod(request('SP0000004')), request('SP0000005')]
    await s.journal.authorise(next)
    set('2026-04-01T04:55:01.000Z') // five minutes and a second
    const before = await countsOf(s)
    expect(await codeOf(next)).toBe('clock-back')
    expect((await s.health()).ready).toBe(false)
    expect((await must(s.ask<SodAnswer>('/v1/sod', request('SP0000004')))).sod).toBe(first.sod)
    expect(await countsOf(s)).toEqual(before)
    set('2026-04-01T04:55:02.000Z')
    await must(s.ask('/v1/sod', next))
  })

  it('says days before that the usage period ends, signs to its very end, and then nothing but what was signed before', async () => {
    set('2026-05-23T00:00:00.000Z')
    expect((await s.health()).says.map((w) => w.en)).toContainEqual('the usage period of the key ends in 9 days')
    set('2026-06-01T00:00:00.000Z')
    const last = await s.sod(request('SP0000006'))
    const late = request('SP0000007')
    await s.journal.authorise(late)
    set('2026-06-01T00:00:01.000Z')
    expect(await codeOf(late)).toBe('usage-period-over')
    expect((await s.health()).says.map((w) => w.en)).toContainEqual('the usage period of the key is over')
    expect((await must(s.ask<SodAnswer>('/v1/sod', request('SP0000006')))).sod).toBe(last.sod)
  })
})

describe('a key whose use has not begun', () => {
  it('signs nothing before its day', async () => {
    const f = partFolder(TODAY)
    const s = await signerStage(f)
    await s.certify({ use: ['2026-03-03', '2026-06-01'], valid: ['2026-03-01', '2036-06-01'] })
    await s.journal.authorise(request('SP0000001'))
    expect(refusalOf(await s.ask('/v1/sod', request('SP0000001')))?.code).toBe('usage-period-ahead')
    f.clock('2026-03-03T00:00:00.000Z')
    expect(refusalOf(await s.ask('/v1/sod', request('SP0000001')))?.code).toBe('anchor-stale')
    await s.stop()
    f.remove()
  })
})

/** A signer under settings of its own. */
async function under(settings: Readonly<Record<string, unknown>>, more: readonly string[] = []): Promise<{ readonly f: PartFolder; readonly s: SignerStage }> {
  const f = partFolder(TODAY)
  const file = join(f.folder, 'settings.json')
  writeFileSync(file, JSON.stringify(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [{ from: '2026-01-01', value, rule: 'this test' }]]))))
  return { f, s: await signerStage(f, { args: ['--settings', file, ...more] }) }
}

describe('limits of a key', () => {
  it('a key signs as many documents as its quota says, not one more: one by one, in a batch, after kill -9', async () => {
    const { f, s } = await under({ documentsPerKey: 5 })
    await s.certify()
    await s.sod(request('SP0000001'))
    const many = Array.from({ length: 9 }, (_, i) => request(`SQ000000${i}`))
    await s.journal.authorise(...many)
    const { answers } = await must(s.ask<{ answers: readonly Result<SodAnswer, Refusal>[] }>('/v1/sods', { requests: many }))
    expect(answers.map((a) => (a.ok ? 'signed' : a.error.code))).toEqual([...Array<string>(4).fill('signed'), ...Array<string>(5).fill('quota-reached')])
    expect(await countsOf(s)).toEqual([5, [5]])
    await s.part.fell()
    expect(refusalOf(await s.ask('/v1/sod', many[8]))).toMatchObject({ code: 'quota-reached', details: { quota: 5, uses: 5 } })
    expect((await s.health())).toMatchObject({ ready: false, says: [{ en: 'the quota of the key is reached' }] })
    await must(s.ask('/v1/sod', many[0]))
    expect(await countsOf(s)).toEqual([5, [5]])
    await s.certify() // the next key goes on
    await must(s.ask('/v1/sod', many[8]))
    await s.stop()
    f.remove()
  })

  it('signs with no key of a type that the office does not allow', async () => {
    const { f, s } = await under({ documentKeyTypes: ['P-384'] })
    await s.certify()
    await s.journal.authorise(request('SP0000001'))
    expect(refusalOf(await s.ask('/v1/sod', request('SP0000001')))).toMatchObject({ code: 'algorithm-not-allowed', details: { asked: 'P-256', allowed: ['P-384'] } })
    await s.stop()
    f.remove()
  })

  it('sends away who comes when too many wait, and signs for all that it took in', async () => {
    const { f, s } = await under({ waiting: 8 })
    await s.certify()
    const many = Array.from({ length: 60 }, (_, i) => request(`SW00000${String(i).padStart(2, '0')}`))
    await s.journal.authorise(...many)
    const answers = (await must(s.ask<{ answers: readonly Result<SodAnswer, Refusal>[] }>('/v1/sods', { requests: many }))).answers
    const signed = answers.filter((a) => a.ok).length
    expect(new Set(answers.map((a) => (a.ok ? 'signed' : a.error.code)))).toEqual(new Set(['signed', 'busy']))
    expect((await s.health()).signatures).toBe(signed)
    await s.stop()
    f.remove()
  })

  it('anchors and messages are signed by SM2 where the office wants it, and documents are not', async () => {
    const { f, s } = await under({ anchorKeyType: 'sm2' })
    await s.certify()
    const { sod } = await s.sod(request('SP0000001'))
    const [key] = parseAnchorKeys((await s.health()).anchorKey)
    expect(key?.family).toBe('national')
    s.journal.add({ kind: 'unit', stream: 'u', version: 2, event: 'unit-changed', body: '{}' })
    const { anchor } = await must(s.journal.anchor())
    expect([anchor.keyId, isAnchorSigned(anchor, key!), isAnchorSigned({ ...anchor, toSeq: anchor.toSeq + 1 }, key!)]).toEqual([key!.keyId, true, false])
    const message = { office: OFFICE, number: 1, kind: 'permit-issued', body: '{}' }
    const signed = await must(s.ask<SignedMessage>('/v1/message', message))
    expect(isTextSigned(messageText(signed), signed.signature, key!)).toBe(true)
    await s.part.fell()
    expect(await must(s.ask<SignedMessage>('/v1/message', message))).toEqual(signed)
    const read = parseSod(new Uint8Array(Buffer.from(sod, 'base64')))
    expect(read.ok && read.value.signed.signer.scheme.kind).toBe('ecdsa')
    await s.stop()
    f.remove()
  })

  it('a clock that leaps while it is watched stops all signing until the signer is started again', async () => {
    const { f, s } = await under({}, ['--watch-clock'])
    await s.certify()
    await s.journal.authorise(request('SP0000001'), request('SP0000002'))
    await must(s.ask('/v1/sod', request('SP0000001')))
    f.clock('2026-03-02T02:00:00.000Z')
    expect(refusalOf(await s.ask('/v1/sod', request('SP0000002')))?.code).toBe('clock-jumped')
    expect((await s.health()).ready).toBe(false)
    await s.part.fell()
    await must(s.ask('/v1/sod', request('SP0000002')))
    await s.stop()
    f.remove()
  })

  it('does not start under settings that it cannot read, and says where', async () => {
    const f = partFolder(TODAY)
    const { readSettings } = await import('./setting.ts')
    for (const [text, says] of [
      ['{', /no JSON/], ['[]', /no JSON object/], ['{"x":[]}', /no setting x/], ['{"waiting":5}', /waiting is no list/], ['{"waiting":[{"from":"2026","value":5,"rule":"r"}]}', /waiting\[0\]/],
      ['{"waiting":[{"from":"2026-01-01","value":"5","rule":"r"}]}', /waiting\[0\]/], ['{"waiting":[{"from":"2026-01-01","value":-5,"rule":"r"}]}', /waiting\[0\]/], ['{"waiting":[{"from":"2026-01-01","value":5,"rule":""}]}', /waiting\[0\]/],
      ['{"anchorKeyType":[{"from":"2026-01-01","value":"rsa-3072","rule":"r"}]}', /anchorKeyType\[0\] is none of P-256, sm2/], ['{"documentKeyTypes":[{"from":"2026-01-01","value":["P-255"],"rule":"r"}]}', /documentKeyTypes\[0\] is none of/],
      ['{"documentKeyTypes":[{"from":"2026-01-01","value":[1],"rule":"r"}]}', /documentKeyTypes\[0\]/],
    ] as const) {
      const file = join(f.folder, 's.json')
      writeFileSync(file, text)
      expect(() => readSettings(file)).toThrow(says)
    }
    f.remove()
  })
})

