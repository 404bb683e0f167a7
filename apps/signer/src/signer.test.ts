import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { isAnchorSigned, linkEntry, parseAnchorKeys, GENESIS, anchorHash, type Entry } from '@causeway/journal'
import { type Refusal, type Result } from '@causeway/kernel'
import { SIGNER_RULES, type AnchorAnswer, type CertificateRequestAnswer, type SignedMessage, type SignerHealth, type SignerKey, type SodAnswer, type SodRequest } from '@causeway/signing'
import fc from 'fast-check'
import { buildCsca, buildDs, composeMrz, contentInfoOf, encodeDg1, encodeDg11, parseCertificate, parseRequest, wrapPem, type Authority, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { checkDg1 } from './document.ts'
import { openKeyStore } from './key-store.ts'
import { openBook } from './record.ts'

const crypto = nodeCrypto()
const UTOPIA: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const OFFICE = '370699'
const TODAY = '2026-03-02T01:00:00.000Z'
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const der = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** A national side for this test: what the hub does, with dates of the test's choosing. */
async function nationalSide() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const signer = { sign: (m: Uint8Array) => new Uint8Array(sign('sha256', m, privateKey)), hash: 'SHA-256' as const }
  const csca = parseCertificate(await buildCsca({
    authority: UTOPIA, commonName: 'CSCA-UTO', spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), serial: new Uint8Array(randomBytes(12)),
    validity: { from: day('2024-01-01'), to: day('2039-01-01') }, keyUse: { from: day('2024-01-01'), to: day('2029-01-01') },
  }, signer, crypto))!
  return {
    csca,
    /** The certificate with one extension under another name, signed again. */
    without: (c: Certificate, extension: string): Uint8Array => {
      const tbs = Buffer.from(c.tbs)
      tbs[tbs.indexOf(Buffer.from(extension, 'hex')) + extension.length / 2 - 1] = 0x7f
      const signature = sign('sha256', tbs, privateKey)
      const algorithm = c.der.subarray(c.der.length - c.signature.length - 3 - 12, c.der.length - c.signature.length - 3)
      const rest = Buffer.concat([tbs, algorithm, Buffer.from([3, signature.length + 1, 0]), signature])
      return new Uint8Array(Buffer.concat([Buffer.from([0x30, 0x82, rest.length >> 8, rest.length & 255]), rest]))
    },
    certify: async (spki: Uint8Array, o: { readonly use?: readonly [string, string]; readonly to?: string } = {}): Promise<Certificate> => {
      const [from, to] = o.use ?? ['2026-02-01', '2026-05-04']
      return parseCertificate(await buildDs({
        authority: UTOPIA, commonName: 'DS-UTO 1', spki, serial: new Uint8Array(randomBytes(12)), documentTypes: ['PO'],
        validity: { from: day(from), to: day(o.to ?? '2036-05-04') }, keyUse: { from: day(from), to: day(to) },
      }, csca, signer, crypto))!
    },
  }
}

let f: PartFolder
let part: TestPart
let faults: string
let national: Awaited<ReturnType<typeof nationalSide>>
let ds: Certificate

const ask = async <T>(path: string, body: unknown): Promise<Result<T, Refusal>> => part.line.call<T>('POST', path, body)
const health = async (): Promise<SignerHealth> => {
  const h = await part.line.call<SignerHealth>('GET', '/v1/health')
  if (!h.ok) throw new Error(h.error.code)
  return h.value
}
const refusalOf = (r: Result<unknown, Refusal>): Refusal | undefined => (r.ok ? undefined : r.error)

const zone = (number: string, more: Partial<Parameters<typeof composeMrz>[1]> = {}): readonly string[] => composeMrz('TD3', {
  documentCode: 'PO', issuingState: 'UTO', documentNumber: number, nationality: 'UTO', primaryIdentifier: 'OUYANG', secondaryIdentifier: 'LYU', birthDate: '800229', sex: 'F', expiryDate: '310301', ...more,
}).lines
const request = (number: string, change: Partial<SodRequest> = {}, lines: readonly string[] = zone(number)): SodRequest => ({
  requestId: `job:${number}`, office: OFFICE, authority: { kind: 'job', id: number, version: 3 }, documentType: 'PO', issuingState: 'UTO', documentNumber: number,
  dataGroups: { 1: base64(encodeDg1(lines)), 11: base64(encodeDg11({ fullName: '欧阳女', birthPlace: ['岚海'] })) }, ...change,
})
const sod = async (r: unknown): Promise<SodAnswer> => {
  const answer = await ask<SodAnswer>('/v1/sod', r)
  if (!answer.ok) throw new Error(`${answer.error.code} ${JSON.stringify(answer.error)}`)
  return answer.value
}
const requestKey = async (): Promise<Uint8Array> => {
  const r = await ask<CertificateRequestAnswer>('/v1/certificate-request', {})
  if (!r.ok) throw new Error(r.error.code)
  return (await parseRequest(der(r.value.request), crypto))!.spki
}
const bring = async (certificate: Certificate, csca: Certificate): Promise<Result<SignerHealth, Refusal>> => ask('/v1/certificate', { certificate: base64(certificate.der), csca: base64(csca.der) })

function chain(n: number, office = OFFICE): readonly Entry[] {
  const entries: Entry[] = []
  for (let i = 0; i < n; i++) {
    const head = entries.at(-1) ?? { seq: 0, hash: GENESIS }
    entries.push(linkEntry({ office, at: `2026-03-01T00:00:${String(i).padStart(2, '0')}.000Z`, actor: 'a', role: 'clerk', act: 'x', request: `r${i}`, kind: 'unit', stream: `u${i % 3}`, version: Math.floor(i / 3) + 1, event: 'unit-registered', body: '{}' }, head))
  }
  return entries
}

beforeAll(async () => {
  f = partFolder(TODAY)
  faults = join(f.folder, 'point')
  part = await startPart(f, 'signer', { args: ['--faults', faults] })
  national = await nationalSide()
})
afterAll(async () => { await part.stop(); f.remove() })

describe('certificates', () => {
  it('says in words that it has none, and signs nothing', async () => {
    expect((await health())).toMatchObject({ ready: false, says: ['no document signer certificate yet'], signatures: 0 })
    expect(refusalOf(await ask('/v1/sod', request('SP0000001')))).toEqual({ code: 'no-certificate', rule: SIGNER_RULES['no-certificate'], details: {} })
  })

  it('asks with a PKCS#10 request that openssl finds good, for the same key until it is certified', async () => {
    const [a, b] = [await ask<CertificateRequestAnswer>('/v1/certificate-request', {}), await ask<CertificateRequestAnswer>('/v1/certificate-request', {})]
    if (!a.ok || !b.ok) throw new Error('refused')
    expect(a.value.keyId).toBe(b.value.keyId)
    const file = join(f.folder, 'request.der')
    writeFileSync(file, der(a.value.request))
    const out = spawnSync('openssl', ['req', '-inform', 'DER', '-in', file, '-verify', '-noout', '-text'], { encoding: 'utf8' })
    expect(out.stderr + out.stdout).toMatch(/verify OK/i)
    expect(out.stdout).toMatch(/C\s*=\s*UT/)
  })

  it('takes none that is for another key, signed by another, over, or unreadable', async () => {
    const [mine, other] = [await requestKey(), new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'der', type: 'spki' }))]
    const rogue = await nationalSide()
    const good = await national.certify(mine)
    const spoiled = good.der.slice()
    spoiled[spoiled.length - 3]! ^= 1
    const table: readonly (readonly [string, Uint8Array, Uint8Array, string])[] = [
      ['another key', (await national.certify(other)).der, national.csca.der, 'for no key'],
      ['another authority of the same name', (await rogue.certify(mine)).der, national.csca.der, 'did not sign'],
      ['a changed signature', spoiled, national.csca.der, 'did not sign'],
      ['an authority that is none', good.der, good.der, 'did not sign'],
      ['a usage period that is over', (await national.certify(mine, { use: ['2025-01-01', '2025-04-01'] })).der, national.csca.der, 'over'],
      ['not valid yet', (await national.certify(mine, { use: ['2026-04-01', '2026-07-01'] })).der, national.csca.der, 'not valid today'],
      ['not valid any more', (await national.certify(mine, { use: ['2025-04-01', '2026-07-01'], to: '2026-01-01' })).der, national.csca.der, 'not valid today'],
      ['no document type', national.without(good, '060767810801010602'), national.csca.der, 'no document type list'],
      ['no certificate', Uint8Array.of(0x30, 1, 2), national.csca.der, 'cannot be read'],
    ]
    for (const [what, certificate, csca, why] of table) {
      const refusal = refusalOf(await ask('/v1/certificate', { certificate: base64(certificate), csca: base64(csca) }))
      expect([what, refusal?.code, String(refusal?.details?.['why'])]).toEqual([what, 'certificate-unfit', expect.stringContaining(why)])
    }
    expect((await health()).ready).toBe(false)
  })

  it('takes the one that fits, and then no other authority', async () => {
    ds = await national.certify(await requestKey())
    expect(await bring(ds, national.csca)).toMatchObject({ ok: true, value: { ready: true, says: ['ready to sign'], ds: { serial: ds.serial } } })
    expect(await bring(ds, national.csca)).toMatchObject({ ok: true })
    const rogue = await nationalSide()
    expect(refusalOf(await bring(await rogue.certify(await requestKey()), rogue.csca))?.code).toBe('authority-unknown')
    const keys = await part.line.call<readonly SignerKey[]>('GET', '/v1/keys')
    expect(keys.ok && keys.value.map((k) => `${k.use} ${k.state}`).sort()).toEqual(['anchor active', 'document active', 'document waiting'])
  })
})

describe('documents', () => {
  it('signs what openssl verifies with the certificate, and what holds the hashes', async () => {
    const answer = await sod(request('SP0000001'))
    expect(answer).toMatchObject({ signer: ds.serial, counter: 1 })
    const [file, certificate] = [join(f.folder, 'sod.der'), join(f.folder, 'ds.pem')]
    writeFileSync(file, contentInfoOf(der(answer.sod))!)
    writeFileSync(certificate, wrapPem('CERTIFICATE', ds.der))
    const content = execFileSync('openssl', ['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', file, '-certfile', certificate], { stdio: ['ignore', 'pipe', 'ignore'] })
    for (const group of Object.values(request('SP0000001').dataGroups)) {
      expect(content.includes(Buffer.from(crypto.hash('SHA-256', der(group))))).toBe(true)
    }
  })

  it('answers the same request with the same bytes: again, on a new blank, after kill -9', async () => {
    const first = await sod(request('SP0000001'))
    const swapped = request('SP0000001')
    expect(await sod({ ...swapped, dataGroups: Object.fromEntries(Object.entries(swapped.dataGroups).reverse()), authority: { ...swapped.authority, version: 9 } })).toEqual(first)
    await part.fell()
    expect(await sod(request('SP0000001'))).toEqual(first)
  })

  it('fifty askers of one request get one signature', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, async () => sod(request('SP0000002'))))
    expect(new Set(answers.map((a) => a.sod)).size).toBe(1)
    expect((await health()).signatures).toBe(2)
  })

  it('signs a number again for a later attempt of the same act, and then no earlier one', async () => {
    const of = (attempt: number, version: number) => request('SP0000033', { requestId: `job:33:${attempt}`, authority: { kind: 'job', id: '33', version } })
    const before = (await health()).signatures
    await sod(of(1, 4))
    expect(refusalOf(await ask('/v1/sod', of(2, 4)))?.code).toBe('number-signed-before')
    await sod(of(2, 9))
    expect(refusalOf(await ask('/v1/sod', of(3, 8)))?.code).toBe('number-signed-before')
    expect((await health()).signatures).toBe(before + 2)
    await part.fell()
    expect(refusalOf(await ask('/v1/sod', of(3, 8)))?.code).toBe('number-signed-before')
    expect((await health()).signatures).toBe(before + 2)
  })

  const broken = (line: 0 | 1, at: number, c: string): readonly string[] => zone('SP0000009').map((l, i) => (i === line ? l.slice(0, at) + c + l.slice(at + 1) : l))
  const refusals: readonly (readonly [string, string, () => unknown])[] = [
    ['another content under a known request', 'request-reused', () => request('SP0000001', { dataGroups: { 1: base64(encodeDg1(zone('SP0000001'))) } })],
    ['another authority under a known request', 'request-reused', () => request('SP0000001', { authority: { kind: 'job', id: 'other', version: 3 } })],
    ['a number that was signed under another request', 'number-signed-before', () => request('SP0000001', { requestId: 'job:again' })],
    ['a number that another act had signed', 'number-signed-before', () => request('SP0000001', { requestId: 'job:again', authority: { kind: 'job', id: 'other', version: 99 } })],
    ['a number of another document in DG1', 'dg1-differs', () => request('SP0000009', {}, zone('SP0000008'))],
    ['a State of another in DG1', 'dg1-differs', () => request('SP0000009', {}, zone('SP0000009', { issuingState: 'D' }))],
    ['a document code of another in DG1', 'dg1-differs', () => request('SP0000009', {}, zone('SP0000009', { documentCode: 'PD' }))],
    ['a filler in the number', 'dg1-differs', () => request('SP0000009', {}, zone('SP000000'))],
    ['a wrong check digit of the number', 'dg1-check-digit', () => request('SP0000009', {}, broken(1, 9, '7'))],
    ['a wrong check digit of the birth date', 'dg1-check-digit', () => request('SP0000009', {}, broken(1, 19, '8'))],
    ['a wrong check digit of the expiry', 'dg1-check-digit', () => request('SP0000009', {}, broken(1, 27, '2'))],
    ['a wrong composite check digit', 'dg1-check-digit', () => request('SP0000009', {}, broken(1, 43, broken(1, 0, 'S')[1]![43] === '5' ? '6' : '5'))],
    ['a letter in the birth date, whose check digit fits', 'dg1-field', () => request('SP0000009', {}, broken(1, 14, 'A'))],
    ['a zone of another format', 'dg1-check-digit', () => request('SP0000009', {}, composeMrz('TD1', { documentCode: 'PO', issuingState: 'UTO', documentNumber: 'SP0000009', nationality: 'UTO', primaryIdentifier: 'A', birthDate: '800229', sex: 'F', expiryDate: '310301' }).lines)],
    ['a type that the certificate does not allow', 'document-type-not-allowed', () => request('SP0000009', { documentType: 'PD' }, zone('SP0000009', { documentCode: 'PD' }))],
    ['another office', 'other-office', () => request('SP0000009', { office: '110000' })],
    ['no DG1', 'dg1-unreadable', () => request('SP0000009', { dataGroups: { 11: base64(encodeDg11({ fullName: 'X' })) } })],
    ['a DG1 cut off', 'dg1-unreadable', () => request('SP0000009', { dataGroups: { 1: base64(encodeDg1(zone('SP0000009')).slice(0, 60)) } })],
    ['bytes after DG1', 'dg1-unreadable', () => request('SP0000009', { dataGroups: { 1: base64(Uint8Array.of(...encodeDg1(zone('SP0000009')), 0)) } })],
    ['a file that is no DG1', 'dg1-unreadable', () => request('SP0000009', { dataGroups: { 1: base64(encodeDg11({ fullName: 'X' })) } })],
    ['a data group that there is not', 'data-group-unknown', () => request('SP0000009', { dataGroups: { ...request('SP0000009').dataGroups, 17: 'AAAA' } })],
    ['a data group 01', 'data-group-unknown', () => request('SP0000009', { dataGroups: { ...request('SP0000009').dataGroups, '01': 'AAAA' } })],
    ['base64 that is none', 'request-malformed', () => request('SP0000009', { dataGroups: { 1: '!!!!' } })],
    ['no request id', 'request-malformed', () => request('SP0000009', { requestId: '' })],
    ['a number in small letters', 'request-malformed', () => request('SP0000009', { documentNumber: 'sp0000009' })],
    ['a number of ten characters', 'request-malformed', () => request('SP0000009', { documentNumber: 'SP00000091' })],
    ['no authority', 'request-malformed', () => ({ ...request('SP0000009'), authority: undefined })],
    ['an authority without a version', 'request-malformed', () => ({ ...request('SP0000009'), authority: { kind: 'job', id: '1' } })],
    ['a field too many', 'request-malformed', () => ({ ...request('SP0000009'), force: true })],
    ['a list', 'request-malformed', () => [request('SP0000009')]],
    ['nothing', 'request-malformed', () => undefined],
  ]
  it.each(refusals)('refuses %s: %s, and counts nothing', async (_, code, make) => {
    const before = (await health()).signatures
    const refusal = refusalOf(await ask('/v1/sod', make()))
    expect(refusal).toMatchObject({ code, rule: SIGNER_RULES[code as keyof typeof SIGNER_RULES] })
    expect((await health()).signatures).toBe(before)
  })

  it('no body makes it fall or sign', async () => {
    const before = (await health()).signatures
    const parts = fc.oneof(fc.json(), fc.constant('{"requestId":{}}'), fc.record({ requestId: fc.string(), dataGroups: fc.dictionary(fc.string(), fc.jsonValue()) }).map((x) => JSON.stringify(x)))
    await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/sod', '/v1/anchor', '/v1/message', '/v1/certificate'), parts, async (path, text) => {
      const refusal = refusalOf(await ask(path, JSON.parse(text)))
      expect(refusal?.code).toBe('request-malformed')
    }), { numRuns: 150, seed: 11 })
    expect((await health()).signatures).toBe(before)
  })

  it('no change of one byte of DG1 passes, but of what only the case knows: name, nationality, sex, optional data', () => {
    const good = encodeDg1(zone('SP0000009'))
    const asked = request('SP0000009')
    const isFree = (at: number): boolean => {
      const [line, column] = [Math.floor((at - 5) / 44), (at - 5) % 44]
      return at >= 5 && ((line === 0 && column >= 5) || (line === 1 && ((column >= 10 && column <= 12) || column === 20 || (column >= 28 && column <= 42))))
    }
    const passed: string[] = []
    for (let at = 0; at < good.length; at++) {
      if (isFree(at)) continue
      for (let mask = 1; mask < 256; mask++) {
        const changed = good.slice()
        changed[at]! ^= mask
        if (checkDg1(asked, changed).ok) passed.push(`${at}^${mask}`)
      }
    }
    expect(checkDg1(asked, good).ok).toBe(true)
    expect(passed).toEqual([])
  })
})

describe('the usage period of the key', () => {
  it.each([
    ['a day before it begins', '2026-01-31T23:59:59.000Z', 'usage-period-ahead'],
    ['a second after it ends', '2026-05-04T00:00:01.000Z', 'usage-period-over'],
    ['years after', '2033-01-01T00:00:00.000Z', 'usage-period-over'],
  ])('refuses %s, but gives what was signed before', async (_, at, code) => {
    const first = await sod(request('SP0000001'))
    f.clock(at)
    try {
      expect(refusalOf(await ask('/v1/sod', request('SP0000009')))?.code).toBe(code)
      expect((await health()).ready).toBe(false)
      expect((await sod(request('SP0000001'))).sod).toBe(first.sod)
    } finally {
      f.clock(TODAY)
    }
  })

  it('signs to its very end, and says days before that it ends', async () => {
    f.clock('2026-05-04T00:00:00.000Z')
    await sod(request('SP0000003'))
    f.clock('2026-04-25T00:00:00.000Z')
    expect((await health()).says).toEqual(['ready to sign', 'the usage period of the key ends in 9 days'])
    f.clock(TODAY)
  })
})

describe('kill -9', () => {
  it.each(['job.signed:before-sign', 'job.signed:after-sign', 'job.signed:after-record'])('at %s: the same request is signed once and gets the same bytes', async (point) => {
    for (const n of [1, 2]) {
      const number = `SK${String(['before-sign', 'after-sign', 'after-record'].indexOf(point.split(':')[1]!) * 2 + n).padStart(7, '0')}`
      const before = (await health()).signatures
      writeFileSync(faults, point)
      chmodSync(faults, 0o666)
      const lost = ask('/v1/sod', request(number))
      for (const end = Date.now() + 10_000; !existsSync(`${faults}.hit`); await new Promise((r) => { setTimeout(r, 5) })) if (Date.now() > end) throw new Error('nobody came')
      process.kill(part.pid()!, 'SIGKILL')
      rmSync(`${faults}.hit`, { force: true })
      expect(refusalOf(await lost)?.code).toBe('part-unreachable')
      await part.up()
      const recorded = (await health()).signatures - before
      expect(recorded).toBe(point.endsWith('after-record') ? 1 : 0)
      const first = await sod(request(number))
      expect(await sod(request(number))).toEqual(first)
      expect((await health()).signatures).toBe(before + 1)
    }
  })

  it('the counter is the number of lines in its journal', async () => {
    const lines = readFileSync(join(part.dir, 'signer.journal'), 'utf8').split('\n').filter((l) => l.includes('"kind":"sod"'))
    expect(lines.length).toBe((await health()).signatures)
    expect(new Set(lines.map((l) => (JSON.parse(l.slice(65)) as { requestId: string }).requestId)).size).toBe(lines.length)
  })
})

describe('anchors and messages', () => {
  const entries = chain(20)
  const anchor = async (list: readonly Entry[], office = OFFICE): Promise<Result<AnchorAnswer, Refusal>> => ask('/v1/anchor', { office, entries: list })
  const anchored = async (list: readonly Entry[]) => {
    const a = await anchor(list)
    if (!a.ok) throw new Error(JSON.stringify(a.error))
    return a.value.anchor
  }

  it('refuses a chain that does not begin at the first entry, or is not whole', async () => {
    expect(refusalOf(await anchor(entries.slice(1)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor([]))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.filter((e) => e.seq !== 4)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.map((e) => (e.seq === 7 ? { ...e, body: '{"x":1}' } : e))))).toMatchObject({ code: 'chain-broken', details: { seq: 7 } })
    expect(refusalOf(await anchor(chain(3, '110000'), '110000'))?.code).toBe('other-office')
    expect(refusalOf(await anchor(entries.map((e) => (e.seq === 2 ? { ...e, hash: 'x' } : e))))).toMatchObject({ code: 'request-malformed', at: 'entries.1.hash' })
  })

  it('numbers and chains anchors, and gives the same one for the same range, across kill -9', async () => {
    const key = parseAnchorKeys((await health()).anchorKey)[0]!
    const first = await anchored(entries.slice(0, 8))
    expect(first).toMatchObject({ number: 1, fromSeq: 1, toSeq: 8, head: entries[7]!.hash, previous: GENESIS })
    expect(isAnchorSigned(first, key)).toBe(true)
    await part.fell()
    expect(await anchored(entries.slice(0, 8))).toEqual(first)
    const second = await anchored(entries.slice(8, 15))
    expect(second).toMatchObject({ number: 2, fromSeq: 9, toSeq: 15, previous: anchorHash(first) })
    expect(isAnchorSigned(second, key)).toBe(true)
  })

  it('gives the anchor that was missed to a server whose journal has grown since, then the rest', async () => {
    const missed = await anchored(entries.slice(8, 20))
    expect(missed).toMatchObject({ number: 2, toSeq: 15 })
    expect(await anchored(entries.slice(15, 20))).toMatchObject({ number: 3, fromSeq: 16, toSeq: 20 })
  })

  it('never signs a second history: a rewritten tail, a gap, a shorter journal', async () => {
    const other = linkEntry({ ...entries[15]!, body: '{"other":1}' }, entries[14]!)
    expect(refusalOf(await anchor([other]))?.code).toBe('chain-broken')
    const more = chain(24)
    expect(refusalOf(await anchor(more.slice(21)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.slice(0, 5)))?.code).toBe('chain-broken')
    expect((await anchored(more.slice(20))).number).toBe(4)
  })

  it('signs a message number for one content only, across kill -9', async () => {
    const message = { office: OFFICE, number: 1, kind: 'permit-issued', body: '{"permit":"SP0000001"}' }
    const first = await ask<SignedMessage>('/v1/message', message)
    expect(first.ok).toBe(true)
    await part.fell()
    expect(await ask('/v1/message', message)).toEqual(first)
    expect(refusalOf(await ask('/v1/message', { ...message, body: '{}' }))).toMatchObject({ code: 'message-differs', details: { number: 1 } })
    expect(refusalOf(await ask('/v1/message', { ...message, office: '110000', number: 2 }))?.code).toBe('other-office')
    expect(refusalOf(await ask('/v1/message', { ...message, number: 0 }))).toMatchObject({ code: 'request-malformed', at: 'number' })
  })
})

describe('custody', () => {
  it('keeps keys in a closed folder, encrypted, and never in log or answers', async () => {
    expect(statSync(part.dir).mode & 0o777).toBe(0o700)
    for (const name of ['keys.sealed', 'passphrase', 'signer.journal']) expect(statSync(join(part.dir, name)).mode & 0o077).toBe(0)
    const sealed = readFileSync(join(part.dir, 'keys.sealed'))
    const pkcs8 = Buffer.from('308187020100301306072a8648ce3d0201', 'hex') // how every P-256 private key begins
    expect(sealed.includes(pkcs8) || sealed.includes('PRIVATE') || sealed.includes('pkcs8')).toBe(false)
    const said = readFileSync(part.log, 'utf8') + JSON.stringify([await part.line.call('GET', '/v1/keys'), await health()])
    expect(said).not.toMatch(/PRIVATE|pkcs8|MIGHAgEA/)
  })

  it('a changed key file, or another passphrase, opens nothing', () => {
    const folder = partFolder(TODAY)
    const store = openKeyStore(folder.folder)
    store.make('document')
    expect(openKeyStore(folder.folder).keys().length).toBe(1)
    const file = join(folder.folder, 'keys.sealed')
    const good = readFileSync(file)
    for (const at of [3, 20, 60, good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at]! ^= 1
      writeFileSync(file, bad)
      expect(() => openKeyStore(folder.folder)).toThrow()
    }
    writeFileSync(file, good)
    writeFileSync(join(folder.folder, 'passphrase'), 'another')
    expect(() => openKeyStore(folder.folder)).toThrow()
    folder.remove()
  })

  it.runIf(process.getuid?.() === 0)('another user of the machine can neither list the folder nor speak at the socket', () => {
    const probe = (script: string): string => spawnSync(process.execPath, ['-e', `process.setgroups([65534]);process.setgid(65534);process.setuid(65534);${script}`], { encoding: 'utf8', cwd: '/' }).stdout // root is laid down inside: the checkout may be closed to others
    chmodSync(f.folder, 0o711)
    for (const file of ['keys.sealed', 'passphrase', 'signer.journal']) {
      expect(probe(`try{require('fs').readFileSync(${JSON.stringify(join(part.dir, file))});console.log('read')}catch(e){console.log(e.code)}`).trim()).toBe('EACCES')
    }
    expect(probe(`require('net').connect(${JSON.stringify(part.socket)}).on('error',e=>console.log(e.code)).on('connect',()=>{console.log('in');process.exit()})`).trim()).toBe('EACCES')
  })
})

describe('its journal', () => {
  const line = (n: number) => ({ kind: 'message', office: OFFICE, number: n, contentHash: 'c', signature: 's', at: TODAY }) as const
  it('loses a torn end only; a change anywhere else stops it', () => {
    const folder = partFolder(TODAY)
    const file = join(folder.folder, 'j')
    const book = openBook(file)
    for (const n of [1, 2, 3, 4]) book.write(line(n))
    const good = readFileSync(file)
    const lastStart = good.lastIndexOf(10, good.length - 2) + 1
    for (let end = lastStart; end < good.length; end++) {
      writeFileSync(file, good.subarray(0, end))
      const torn = openBook(file)
      expect(torn.lines().length).toBe(3)
      torn.write(line(9))
      expect(openBook(file).lines().map((l) => (l as { number: number }).number)).toEqual([1, 2, 3, 9])
    }
    for (let at = 0; at < lastStart; at++) {
      const bad = Buffer.from(good)
      bad[at]! ^= 0x01
      writeFileSync(file, bad)
      expect(() => openBook(file)).toThrow(/changed|JSON/)
    }
    folder.remove()
  })
})
