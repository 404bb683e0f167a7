import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { crc32, deflateRawSync } from 'node:zlib'

import { type BatchLine, type SealQuestion, type TrustStanding, type Verification, type VerificationBatch } from '@causeway/contract'
import { openLine, type StreamLine } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { demoFace } from '@causeway/paper'
import fc from 'fast-check'
import { buildBarCodeSigner, buildCrl, composeMrz, parseCertificate, sealMessage, signIdb, signVds, visaFeatures, VDS_PROFILES } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { AT, openOffice, type Office } from '../../../bench/document.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { ecPair, generation, span, type Generation } from '../../../test/utopia.ts'

let f: PartFolder
let part: TestPart
let line: StreamLine
let office: Office
let utopia: Generation
const SETTINGS = { freshDays: 1, lateDays: 7, offlineDays: 7 }
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const hour = 3_600_000

const refusalOf = (r: Result<unknown, Refusal>): string | undefined => (r.ok ? undefined : r.error.code)
const valueOf = <T>(r: Result<T, Refusal>): T => { if (!r.ok) throw new Error(JSON.stringify(r.error)); return r.value }
const trustFiles = (o: Office): { name: string; base64: string }[] => [...o.trust.anchors, ...o.trust.crls].map((x, i) => ({ name: `${i}`, base64: base64(x.der) }))
const give = async (files: readonly { name: string; base64: string }[], asOf = AT): Promise<Result<{ changed: boolean }, Refusal>> => line.call('POST', '/v1/trust', { asOf: asOf.toISOString(), settings: SETTINGS, files })
const look = async (files: Readonly<Record<string, Uint8Array>>, policy = 'strict'): Promise<Result<Verification, Refusal>> => line.call('POST', '/v1/files', { policy, files: Object.entries(files).map(([name, b]) => ({ name, base64: base64(b) })) }, 30_000)
const outcomes = (v: Verification): Readonly<Record<string, string>> => Object.fromEntries(v.checks.map((c) => [c.name, c.outcome]))

interface ZipEntry { readonly name: string; readonly bytes: Uint8Array; readonly says?: number; readonly stored?: true; readonly flags?: number }
/** A zip as an enemy writes it: what an entry says of itself need not be true. */
function zip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const e of entries) {
    const name = Buffer.from(e.name)
    const body = e.stored === true ? Buffer.from(e.bytes) : deflateRawSync(e.bytes)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(e.flags ?? 0, 2)
    head.writeUInt16LE(e.stored === true ? 0 : 8, 4)
    head.writeUInt32LE(crc32(e.bytes), 10)
    head.writeUInt32LE(body.length, 14)
    head.writeUInt32LE(e.says ?? e.bytes.length, 18)
    head.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head, name, body])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), head, tail, name]))
    parts.push(local)
    at += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(at, 12)
  return new Uint8Array(Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end]))
}
const zipped = (files: Readonly<Record<string, Uint8Array>>, folder = ''): ZipEntry[] => Object.entries(files).map(([name, bytes]) => ({ name: `${folder}${name}.bin`, bytes }))

beforeAll(async () => {
  f = partFolder(AT.toISOString())
  office = await openOffice('p256', new Uint8Array(await sharp(await demoFace(1)).resize(354, 472).jpeg().toBuffer()))
  utopia = await generation({}, nodeCrypto())
  part = await startPart(f, 'verifier', { args: ['--threads', '2'] })
  line = openLine(part.socket, 'verifier')
})
afterAll(async () => { await part.stop(); f.remove() })

describe('trust lists and their age', () => {
  it('without any nothing is genuine, and the answer says so', async () => {
    const v = valueOf(await look(office.dumps[0]!))
    expect([v.verdict, v.trust.age, outcomes(v)['trust-age'], outcomes(v)['trust-path']]).toEqual(['undetermined', 'none', 'not-done', 'not-done'])
  })

  it('with them a document is genuine; they lie on the disk and are there after kill -9', async () => {
    expect(valueOf(await give(trustFiles(office)))).toMatchObject({ changed: true })
    expect(valueOf(await give(trustFiles(office)))).toMatchObject({ changed: false })
    const before = valueOf(await look(office.dumps[0]!))
    expect([before.verdict, before.kind, before.revocation, before.trust.age]).toEqual(['genuine', 'document', 'passed', 'fresh'])
    await part.fell()
    const { trust: _, ...after } = valueOf(await look(office.dumps[0]!))
    const { trust: __, ...same } = before
    expect(after).toEqual(same)
  })

  it.each([[0, 'fresh', 'genuine', 'passed'], [24, 'fresh', 'genuine', 'passed'], [25, 'late', 'genuine', 'passed'], [7 * 24, 'late', 'genuine', 'passed'], [7 * 24 + 1, 'stale', 'undetermined', 'not-done']] as const)('%i hours after the last word they are %s: %s', async (hours, age, verdict, outcome) => {
    f.clock(new Date(AT.getTime() + hours * hour).toISOString())
    const v = valueOf(await look(office.dumps[1]!))
    expect([v.trust.age, v.verdict, outcomes(v)['trust-age']]).toEqual([age, verdict, outcome])
    expect(v.trust.says.zh).toMatch({ fresh: /最新/, late: /偏旧/, stale: /过期/ }[age])
    f.clock(AT.toISOString())
  })

  it('a clock that stands before the lists makes them as old as it is behind', async () => {
    f.clock(new Date(AT.getTime() - 10 * 24 * hour).toISOString())
    expect(valueOf(await look(office.dumps[1]!)).trust.age).toBe('stale')
    f.clock(AT.toISOString())
  })

  it('shows each list with the days from and until which it holds', async () => {
    const page = valueOf(await line.call<{ standing: TrustStanding; rows: readonly { kind: string; standing: string; until?: string }[] }>('GET', '/v1/trust'))
    expect(page.rows.map((r) => [r.kind, r.standing])).toEqual([['csca', 'good'], ['crl', 'good']])
    expect(page.rows.every((r) => r.until !== undefined)).toBe(true)
  })

  it('takes no lists that are not of their form', async () => {
    for (const bad of [undefined, {}, { asOf: 'x', settings: SETTINGS, files: [] }, { asOf: AT.toISOString(), settings: { ...SETTINGS, lateDays: '9' }, files: [] }, { asOf: AT.toISOString(), settings: SETTINGS, files: [{ name: 1, base64: '' }] }]) {
      expect(refusalOf(await line.call('POST', '/v1/trust', bad))).toBe('body-malformed')
    }
    expect(valueOf(await look(office.dumps[0]!)).genuine).toBe(true)
  })
})

describe('what may be handed in', () => {
  beforeAll(async () => { await give(trustFiles(office)) })
  it('files, a zip of them, the security object alone, groups with it', async () => {
    const dump = office.dumps[2]!
    expect(valueOf(await look(dump)).verdict).toBe('genuine')
    expect(valueOf(await look({ 'chip.zip': zip([...zipped(dump, 'any/folder/'), { name: 'any/face.jpg', bytes: Uint8Array.from([0xff, 0xd8, ...randomBytes(500)]) }]) })).verdict).toBe('genuine')
    const alone = valueOf(await look({ sod: dump['EF.SOD']! }))
    expect([alone.kind, alone.verdict, outcomes(alone)['sod-signature'], outcomes(alone)['mrz-check-digits']]).toEqual(['security-object', 'genuine', 'passed', 'not-applicable'])
    const { 'EF.COM': _, ...withoutCom } = dump
    expect(outcomes(valueOf(await look(withoutCom)))['hash-dg2']).toBe('passed')
  })

  it('a changed group, a strange signature and a revoked signer are faulty, each by its check', async () => {
    const dump = office.dumps[3]!
    const changed = Uint8Array.from(dump['DG2']!)
    changed[5_000]! ^= 1
    const v = valueOf(await look({ ...dump, DG2: changed }))
    expect([v.verdict, v.checks.filter((c) => c.outcome === 'failed').map((c) => c.name)]).toEqual(['faulty', ['hash-dg2']])
    expect(v.checks.find((c) => c.name === 'hash-dg2')?.evidence).toBeDefined()
    const sod = Uint8Array.from(dump['EF.SOD']!)
    sod[sod.length - 4]! ^= 1
    expect(outcomes(valueOf(await look({ ...dump, 'EF.SOD': sod })))['sod-signature']).toBe('failed')
    const other = await openOffice('p256')
    expect(outcomes(valueOf(await look(other.dumps[0]!)))['trust-path']).not.toBe('passed')
  })

  it('two forms of one file, nothing that belongs to a document, an empty list', async () => {
    expect(refusalOf(await look({ a: office.dumps[0]!['DG1']!, b: office.dumps[1]!['DG1']! }))).toBe('file-twice')
    expect(refusalOf(await look({ a: new TextEncoder().encode('Dear Sir') }))).toBe('no-document')
    expect(refusalOf(await line.call('POST', '/v1/files', { files: [] }))).toBe('body-malformed')
    expect(refusalOf(await line.call('POST', '/v1/files', { files: [{ name: 'x' }] }))).toBe('body-malformed')
  })

  it.each([
    ['a bomb that says what it is', () => zip([{ name: 'DG2', bytes: new Uint8Array(100 * 1024 * 1024) }]), 'document-too-large'],
    ['a bomb that says that it is small', () => zip([{ name: 'DG2', bytes: new Uint8Array(80 * 1024 * 1024), says: 900 }]), 'zip-unreadable'],
    ['a thousand entries that overlap in size', () => zip(Array.from({ length: 1_000 }, (_, i) => ({ name: `f${i}`, bytes: new Uint8Array(1) }))), 'too-many-files'],
    ['a way out of the folder', () => zip([{ name: '../../../../tmp/owned', bytes: new Uint8Array(9) }]), 'zip-unreadable'],
    ['an absolute way', () => zip([{ name: '/etc/cron.d/owned', bytes: new Uint8Array(9) }]), 'zip-unreadable'],
    ['an encrypted entry', () => zip([{ name: 'DG1', bytes: new Uint8Array(9), flags: 1 }]), 'zip-unreadable'],
    ['a zip cut short', () => zip(zipped(office.dumps[0]!)).subarray(0, 4_000), 'zip-unreadable'],
    ['a zip whose directory points beyond its end', () => { const z = zip(zipped(office.dumps[0]!)); new DataView(z.buffer).setUint32(z.length - 6, 0xfffffff0, true); return z }, 'zip-unreadable'],
  ] as const)('%s is refused', async (_, make, code) => {
    expect(refusalOf(await look({ 'x.zip': make() }))).toBe(code)
    expect(existsSync('/tmp/owned')).toBe(false)
    expect(valueOf(await look(office.dumps[0]!)).genuine).toBe(true)
  })

  it('whatever bytes come, there is an answer, and the next question is answered too', async () => {
    const parts = Object.values(office.dumps[4]!)
    await fc.assert(fc.asyncProperty(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.tuple(fc.constantFrom(...parts), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 })).map(([b, at, x]) => { const c = Uint8Array.from(b); c.set(x.subarray(0, c.length), at % Math.max(c.length - x.length, 1)); return c })), { minLength: 1, maxLength: 5 }),
      async (files) => {
        const r = await look(Object.fromEntries(files.map((b, i) => [`f${i}`, b])))
        expect(r.ok ? r.value.verdict : r.error.code).toMatch(/^(faulty|undetermined|no-document|file-twice|zip-unreadable)$/)
      },
    ), { numRuns: 80, seed: 11 })
    expect(valueOf(await look(office.dumps[0]!)).genuine).toBe(true)
  }, 60_000)

  it('more questions than may wait are refused and not kept', async () => {
    const answers = await Promise.all(Array.from({ length: 90 }, async () => look(office.dumps[0]!)))
    const codes = answers.map((r) => (r.ok ? r.value.verdict : r.error.code))
    expect(codes.filter((c) => c !== 'genuine' && c !== 'verification-busy')).toEqual([])
    expect(codes.filter((c) => c === 'genuine').length).toBeGreaterThan(10)
  })
})

describe('seals', () => {
  const zone = composeMrz('MRV-B', { documentCode: 'V', issuingState: 'UTO', documentNumber: 'VS1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '260930' }).lines
  const features = visaFeatures({ format: 'MRV-B', zone, entries: 2, stay: { days: 30, months: 0, years: 0 }, passportNumber: 'SP1234567' })
  const ask = async (q: SealQuestion): Promise<Result<Verification, Refusal>> => line.call('POST', '/v1/seal', { policy: 'strict', ...q })

  it('a visible digital seal and a bar code of the other form are genuine, and held against what is printed', async () => {
    const crypto = nodeCrypto()
    const pair = ecPair()
    const signer = parseCertificate(await buildBarCodeSigner({ country: 'UT', reference: 'V1', spki: pair.spki, serial: new Uint8Array([0x1a, 0x2b]), validity: span('2026-01-01', '2036-04-01'), documentTypes: ['V'] }, utopia.root, utopia.pair.signer))!
    const crl = await buildCrl({ number: 1, thisUpdate: new Date('2026-05-20'), nextUpdate: new Date('2026-07-20'), revoked: [] }, utopia.root, utopia.pair.signer)
    const files = [...trustFiles(office), ...[utopia.root.der, signer.der, crl].map((b, i) => ({ name: `u${i}`, base64: base64(b) }))]
    valueOf(await give(files))
    const seal = await signVds({ certificate: signer, crypto, header: { version: 4, country: 'UTO', issued: '2026-05-20', signed: '2026-05-20', ...VDS_PROFILES.visa }, features }, pair.signer.sign)
    expect(valueOf(await ask({ bytes: base64(seal), printed: [...zone] })).verdict).toBe('genuine')
    const other = valueOf(await ask({ bytes: base64(seal), printed: [zone[0]!.replace('ZOE', 'EVE'), zone[1]!] }))
    expect([other.verdict, other.kind]).toEqual(['faulty', 'seal'])
    expect(valueOf(await look({ 'seal.bin': seal })).kind).toBe('seal')
    const code = await signIdb({ certificate: signer, crypto, country: 'UTO', signed: '2026-05-20', messages: [sealMessage('visa', features)], carries: 'certificate' }, pair.signer.sign)
    expect(valueOf(await ask({ text: code })).verdict).toBe('genuine')
    expect(valueOf(await ask({ text: code.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')) })).genuine).toBe(false)
  })

  it('what is no seal is faulty or refused, never genuine', async () => {
    for (const q of [{}, { text: '' }, { bytes: '' }]) expect(refusalOf(await ask(q))).toBe('no-document')
    expect(refusalOf(await ask({ bytes: '***' }))).toBe('body-malformed')
    await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }).map((b) => ({ bytes: base64(b) })), fc.string({ minLength: 1, maxLength: 80 }).map((t) => ({ text: `RDB1${t}` }))), async (q) => {
      expect(valueOf(await ask(q)).genuine).toBe(false)
    }), { numRuns: 60, seed: 5 })
  })
})

describe('batches', () => {
  beforeAll(async () => { await give(trustFiles(office)) })
  const lineOf = (i: number, change: Partial<Record<string, Uint8Array>> = {}): string => JSON.stringify({ name: `doc-${i}`, files: Object.fromEntries(Object.entries({ ...office.dumps[i % 16]!, ...change }).map(([k, b]) => [k, base64(b!)])) })
  const broken = (i: number): Uint8Array => { const b = Uint8Array.from(office.dumps[i % 16]!['DG2']!); b[200]! ^= 1; return b }
  const send = async (bytes: Readable | Uint8Array, format = 'ndjson', owner = 'o1'): Promise<Result<VerificationBatch, Refusal>> => line.send(`/v1/batches?owner=${owner}&format=${format}&name=test&policy=strict`, bytes instanceof Readable ? bytes : Readable.from([bytes]))
  const show = async (id: string): Promise<VerificationBatch> => valueOf(await line.call<VerificationBatch>('GET', `/v1/batch?id=${id}`))
  const ended = async (id: string): Promise<VerificationBatch> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((r) => { setTimeout(r, 30) })) {
      const b = await line.call<VerificationBatch>('GET', `/v1/batch?id=${id}`)
      if (b.ok && b.value.endedAt !== undefined) return b.value
    }
    throw new Error('the batch did not end')
  }
  const results = async (id: string): Promise<readonly BatchLine[]> => (await text(valueOf(await line.fetch(`/v1/results?id=${id}`)))).split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as BatchLine)
  function* mixed(n: number): Generator<string> {
    for (let i = 0; i < n; i++) yield `${i % 100 === 7 ? lineOf(i, { DG2: broken(i) }) : i % 100 === 9 ? '{"name":"no' : lineOf(i)}\n`
  }

  it('lines are judged in order: genuine, faulty, unreadable, each told why', async () => {
    const lines = [lineOf(0), lineOf(1, { DG2: broken(1) }), '{"name":"x"}', '', lineOf(2).replace('"name"', ' "name"'), 'null', '{"name":"y","files":{"DG1":"a-b"}}', '{"name":"z","files":{"x":"AAAA"}}', lineOf(3).replaceAll('/', '\\/'), lineOf(4)]
    const b = await ended(valueOf(await send(Buffer.from(lines.join('\r\n')))).id)
    expect([b.state, b.done, b.total, b.share, b.counts]).toEqual(['done', 9, 9, 1, { genuine: 4, faulty: 1, undetermined: 0, unreadable: 4 }])
    expect(b.reasons).toEqual({ 'hash-dg2': 1, 'line-malformed': 3, 'no-document': 1 })
    const got = await results(b.id)
    expect(got.map((l) => [l.n, l.name, l.verdict])).toEqual([[0, 'doc-0', 'genuine'], [1, 'doc-1', 'faulty'], [2, '', 'unreadable'], [4, 'doc-2', 'genuine'], [5, '', 'unreadable'], [6, '', 'unreadable'], [7, 'z', 'unreadable'], [8, 'doc-3', 'genuine'], [9, 'doc-4', 'genuine']])
    expect(got[1]).toMatchObject({ number: 'SP0000001', checks: [{ name: 'hash-dg2', outcome: 'failed' }] })
    expect(existsSync(join(part.dir, 'batches', b.id, 'input'))).toBe(false) // faces do not stay
  })

  it('a folder and a zip of a large archive is a document; bombs and ways out are theirs alone', async () => {
    const archive = zip([
      ...zipped(office.dumps[0]!, 'a/'), ...zipped(office.dumps[1]!, 'deep/b/'), { name: 'c.zip', bytes: zip(zipped(office.dumps[2]!)), stored: true },
      { name: 'bomb/DG2', bytes: new Uint8Array(60 * 1024 * 1024) }, { name: 'liar/DG2', bytes: new Uint8Array(2_000_000), says: 90 }, { name: 'letter/a.txt', bytes: new TextEncoder().encode('x') },
    ])
    const b = await ended(valueOf(await send(archive, 'zip')).id)
    expect(b.counts).toEqual({ genuine: 3, faulty: 0, undetermined: 0, unreadable: 3 })
    expect((await results(b.id)).map((l) => [l.name, l.verdict, l.code])).toEqual([['a', 'genuine', undefined], ['deep/b', 'genuine', undefined], ['c.zip', 'genuine', undefined], ['bomb', 'unreadable', 'document-too-large'], ['liar', 'unreadable', 'zip-unreadable'], ['letter', 'unreadable', 'no-document']])
    for (const bad of [zip([{ name: '../x/DG1', bytes: new Uint8Array(5) }]), new TextEncoder().encode('PK no zip')]) {
      const failed = await ended(valueOf(await send(bad, 'zip')).id)
      expect([failed.state, failed.fault]).toEqual(['failed', 'zip-unreadable'])
    }
  })

  it('killed in the middle it goes on where it was: every document once, in order, and memory stays', async () => {
    const n = 3_000
    const taken = valueOf(await send(Readable.from(mixed(n))))
    const rss = (): number => { try { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${part.pid()}/status`, 'utf8'))![1]) } catch { return 0 } }
    let most = 0
    let kills = 0
    for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((r) => { setTimeout(r, 20) })) {
      most = Math.max(most, rss())
      const b = await line.call<VerificationBatch>('GET', `/v1/batch?id=${taken.id}`)
      if (!b.ok) continue
      if (b.value.endedAt !== undefined) break
      if (b.value.share > 0.25 * (kills + 1) && kills < 2) { kills += 1; await part.fell() }
    }
    const b = await ended(taken.id)
    expect([b.state, b.done, b.counts, kills]).toEqual(['done', n, { genuine: 2_940, faulty: 30, undetermined: 0, unreadable: 30 }, 2])
    expect(b.resumed).toBeGreaterThanOrEqual(kills)
    const got = await results(b.id)
    expect(got.map((l) => l.n)).toEqual(Array.from({ length: n }, (_, i) => i))
    expect(got.filter((l) => l.verdict === 'faulty').every((l) => l.n % 100 === 7)).toBe(true)
    expect(most / 1_024).toBeLessThan(600)
  }, 120_000)

  it('is cancelled, is its sender’s, and not more than two at a time', async () => {
    const first = valueOf(await send(Readable.from(mixed(1_500)), 'ndjson', 'o2'))
    const second = valueOf(await send(Readable.from(mixed(50)), 'ndjson', 'o2'))
    expect(refusalOf(await send(Readable.from(mixed(50)), 'ndjson', 'o2'))).toBe('verification-busy')
    valueOf(await line.call('POST', '/v1/cancel', { id: second.id }))
    valueOf(await line.call('POST', '/v1/cancel', { id: first.id }))
    const [a, b] = [await ended(first.id), await show(second.id)]
    expect([a.state, b.state, b.done]).toEqual(['cancelled', 'cancelled', 0])
    expect((await results(a.id)).length).toBe(a.done)
    expect(refusalOf(await line.call('POST', '/v1/cancel', { id: first.id }))).toBe('batch-ended')
    expect(refusalOf(await line.call('POST', '/v1/cancel', { id: '../..' }))).toBe('not-found')
    expect(readdirSync(join(part.dir, 'batches', a.id))).not.toContain('input')
  }, 60_000)

  it('an upload that is cut short is not taken, and leaves nothing', async () => {
    const before = readdirSync(join(part.dir, 'batches')).length
    const cut = Readable.from((function* () { yield lineOf(0); throw new Error('the line broke') })())
    expect((await send(cut)).ok).toBe(false)
    expect(refusalOf(await send(Buffer.alloc(0)))).toBe('no-document')
    expect(refusalOf(await send(Buffer.from('x'), 'tar'))).toBe('body-malformed')
    for (let i = 0; i < 50 && readdirSync(join(part.dir, 'batches')).length > before; i++) await new Promise((r) => { setTimeout(r, 20) })
    expect(readdirSync(join(part.dir, 'batches')).length).toBe(before)
  })

  it('results that a power cut took away are made again', async () => {
    const taken = valueOf(await send(Readable.from(mixed(400))))
    const done = await ended(taken.id)
    const sum = (lines: readonly BatchLine[]): string => createHash('sha256').update(JSON.stringify(lines)).digest('hex')
    const right = sum(await results(taken.id))
    // the state as it was while the batch ran, with results shorter than it says
    const again = valueOf(await send(Readable.from(mixed(400))))
    await ended(again.id)
    const folder = join(part.dir, 'batches', again.id)
    const { endedAt: _, ...state } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as Record<string, unknown>
    writeFileSync(join(folder, 'input'), [...mixed(400)].join(''))
    writeFileSync(join(folder, 'results'), 'half a li')
    writeFileSync(join(folder, 'state.json'), JSON.stringify({ ...state, state: 'running', offset: 5_000_000, began: 0 }))
    await part.fell()
    expect((await ended(again.id)).counts).toEqual(done.counts)
    expect(sum(await results(again.id))).toBe(right)
  }, 60_000)
})
