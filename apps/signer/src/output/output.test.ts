import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { anchorHash } from '@causeway/journal'
import { type Result, type Refusal } from '@causeway/kernel'
import { fillPlace, layPlace, ROOM, verifyPdfSignature, type PdfReport } from '@causeway/pades'
import { openPress } from '@causeway/paper'
import {
  cardSecurityDigest, endorsementDigest, readApprovalSeal, sealDigest, verifyEndorsement, visibleSealDigest, type ApprovalFacts, type CardSecurityRequest, type CertificateRequestAnswer,
  type EndorsementAnswer, type EndorsementRecord, type EndorsementRequest, type EndorsementVerdict, type SealAnswer, type SealRequest, type SignerKey, type VisibleSealAnswer, type VisibleSealRequest,
} from '@causeway/signing'
import {
  chipAuthenticationInfo, chipAuthenticationKey, composeMrz, decodeCardSecurity, decodeVds, encodeSecurityInfos, paceInfo, parseCertificate, parseRequest, unwrapPem, verifyCardSecurity, verifySeal, visaOf,
  wrapPem, type Certificate, type Trust,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, type PartFolder } from '../../../../test/part.ts'
import { base64, der, must, nationalSide, OFFICE, refusalOf, signerStage, type NationalSide } from '../../../../test/signer-stage.ts'

const crypto = nodeCrypto()
const NOW = new Date(Date.now() + 60_000).toISOString()
const DAY = 86_400_000
const later = (days: number): string => new Date(Date.parse(NOW) + days * DAY).toISOString().slice(0, 10)

let f: PartFolder
let folder: string
let stage: Awaited<ReturnType<typeof signerStage>>
let national: NationalSide
let server: Server
let isBroken = false

const openssl = (...args: readonly string[]): void => { execFileSync('openssl', [...args], { cwd: folder, stdio: 'ignore' }) }
const readCertificate = (name: string): Certificate => parseCertificate(unwrapPem(new Uint8Array(readFileSync(join(folder, name))))[0]!)!

/** An authority for seals, and one for time stamps that answers over HTTP: both openssl's. */
async function openAuthorities(): Promise<string> {
  writeFileSync(join(folder, 'c.cnf'), `[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
[seal]
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36,emailProtection
[other]
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
[tsa]
extendedKeyUsage=critical,timeStamping
keyUsage=critical,digitalSignature
[t]
serial=${join(folder, 'serial')}
signer_cert=${join(folder, 'tsa.pem')}
certs=${join(folder, 'tsa-ca.pem')}
signer_key=${join(folder, 'tsa.key')}
signer_digest=sha256
default_policy=1.3.6.1.4.1.99999.1
digests=sha256
ess_cert_id_alg=sha256
`)
  writeFileSync(join(folder, 'serial'), '01')
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'c.cnf']
  for (const [name, cn] of [['seal-ca', 'SEAL-CA SPECIMEN'], ['tsa-ca', 'TSA-CA SPECIMEN'], ['strange-ca', 'SEAL-CA SPECIMEN']] as const) openssl('req', '-x509', ...ec, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/C=UT/CN=${cn}`, '-extensions', 'ca', '-days', '3000')
  openssl('req', ...ec, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/C=UT/CN=TSA SPECIMEN')
  openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'tsa-ca.pem', '-CAkey', 'tsa-ca.key', '-CAcreateserial', '-out', 'tsa.pem', '-extfile', 'c.cnf', '-extensions', 'tsa', '-days', '3000')
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (b: Buffer) => parts.push(b)).on('end', () => {
      writeFileSync(join(folder, 'q.tsq'), Buffer.concat(parts))
      if (isBroken) { response.writeHead(503).end(); return }
      response.setHeader('content-type', 'application/timestamp-reply').end(spawnSync('openssl', ['ts', '-reply', '-config', 'c.cnf', '-section', 't', '-queryfile', 'q.tsq'], { cwd: folder }).stdout)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

/** A seal certificate by openssl for the request that the signer made. */
function certifySeal(request: string, o: { readonly by?: string; readonly extensions?: string } = {}): Certificate {
  writeFileSync(join(folder, 's.csr'), wrapPem('CERTIFICATE REQUEST', der(request)))
  const by = o.by ?? 'seal-ca'
  openssl('x509', '-req', '-in', 's.csr', '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-out', 's.pem', '-extfile', 'c.cnf', '-extensions', o.extensions ?? 'seal', '-days', '700')
  return readCertificate('s.pem')
}

const ask = async <T>(path: string, body: unknown): Promise<Result<T, Refusal>> => stage.ask<T>(path, body)
const bring = async (use: 'seal' | 'bar-code', certificate: Certificate, authority: Certificate): Promise<string> => {
  const r = await ask('/v1/credential', { use, certificate: base64(certificate.der), authority: base64(authority.der) })
  return r.ok ? 'taken' : `${r.error.code} ${String(r.error.details?.['why'] ?? '')}`.trim()
}
const usesOf = async (use: string): Promise<number> => (await must(stage.part.line.call<readonly SignerKey[]>('GET', '/v1/keys'))).filter((k) => k.use === use).reduce((n, k) => n + k.uses, 0)

interface Asking { readonly requestId: string; readonly authority: { readonly kind: string; readonly id: string; readonly version: number } }
/** The act of the office's journal that asks for an output. */
const authorise = async (event: string, r: Asking, digest: string): Promise<void> => {
  stage.journal.add({ kind: r.authority.kind, stream: r.authority.id, version: r.authority.version, event, body: JSON.stringify({ type: event, request: r.requestId, digest }) })
  await must(stage.journal.anchor())
}

let n = 0
const asking = (kind: string): Asking & { readonly office: string } => { n += 1; return { requestId: `r-${n}`, office: OFFICE, authority: { kind, id: `s${n}`, version: 1 } } }
const facts = (change: Partial<ApprovalFacts> = {}): ApprovalFacts => ({ number: `岚港澳出〔2026〕${n}号`, unit: '11370699MB28462901', from: later(20), to: later(23), places: ['HKG'], persons: 2, days: 4, ...change })
const record = (change: Partial<EndorsementRecord> = {}): EndorsementRecord => ({
  viseNo: `E${String(n).padStart(7, '0')}`, visaIndex: 1, permit: 'SP0000001', visitPlaceCode: 'HKG', viseType: 'visit', viseTimes: 1, visaStartDate: later(0), effectiveDate: later(90), latestLeaveDate: later(90), stayDays: 30, timeUnit: 1,
  issueDate: later(0), issueUnitCode: OFFICE, ...change,
})
const visaZone = (r: EndorsementRecord, change: Partial<Parameters<typeof composeMrz>[1]> = {}): string[] => [...composeMrz('MRV-B', {
  documentCode: 'VC', issuingState: 'UTO', documentNumber: r.viseNo, nationality: 'UTO', primaryIdentifier: 'OUYANG', secondaryIdentifier: 'LYU', birthDate: '800229', sex: 'F', expiryDate: r.effectiveDate.replaceAll('-', '').slice(2), optionalData: r.visitPlaceCode, ...change,
}).lines]
const endorsements = (...list: EndorsementRequest['endorsements']): EndorsementRequest => ({ ...asking('permit'), salt: randomBytes(16).toString('hex'), endorsements: list })

beforeAll(async () => {
  f = partFolder(NOW)
  folder = mkdtempSync(join(tmpdir(), 'outputs-'))
  const url = await openAuthorities()
  national = await nationalSide()
  stage = await signerStage(f, { national, at: () => NOW, args: ['--time-stamp-url', url] })
  await stage.certify({ use: [later(-10), later(80)], valid: [later(-10), later(2_000)] })
})
afterAll(async () => {
  await stage.stop()
  server.close()
  f.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe('certificates for seals and bar codes', () => {
  it('are asked for once a key, and taken only for our key, our purpose, our authority, today', async () => {
    const first = await must(ask<CertificateRequestAnswer>('/v1/credential-request', { use: 'seal' }))
    expect(await must(ask<CertificateRequestAnswer>('/v1/credential-request', { use: 'seal' }))).toEqual(first) // the same bytes: nothing is signed a second time
    const lines = (await must(stage.part.line.call<{ readonly lines: readonly { readonly json: string }[] }>('GET', '/v1/journal?from=1&limit=1000'))).lines.map((l) => JSON.parse(l.json) as { kind: string; about?: string; keyId?: string })
    const asked = lines.filter((l) => l.kind === 'request' && l.about === first.keyId)
    expect(asked.map((l) => l.keyId === first.keyId)).toEqual([true, false]) // the key itself, and the office's key that gives its word
    const root = readCertificate('seal-ca.pem')
    const r = { ...asking('mission'), kind: 'approval', number: '岚港澳出〔2026〕900号', digest: '1'.repeat(64) } as const
    await authorise('mission-paper-fixed', r, sealDigest(r))
    expect(refusalOf(await ask('/v1/seal', r))?.code).toBe('no-certificate')
    expect(await bring('seal', certifySeal(first.request, { extensions: 'other' }), root)).toBe('certificate-unfit it is for another purpose')
    expect(await bring('seal', certifySeal(first.request, { by: 'strange-ca' }), root)).toBe('certificate-unfit the authority did not sign it')
    expect(await bring('bar-code', certifySeal(first.request), root)).toBe('certificate-unfit it is for no key of this signer')
    const good = certifySeal(first.request)
    expect([await bring('seal', good, root), await bring('seal', good, root)]).toEqual(['taken', 'taken'])
    const next = await must(ask<CertificateRequestAnswer>('/v1/credential-request', { use: 'seal' }))
    expect(next.keyId).not.toBe(first.keyId)
    expect(await bring('seal', certifySeal(next.request, { by: 'strange-ca' }), readCertificate('strange-ca.pem'))).toBe('authority-unknown')
  })

  it('for bar codes come from the authority of the documents', async () => {
    const { request } = await must(ask<CertificateRequestAnswer>('/v1/credential-request', { use: 'bar-code' }))
    const { spki } = (await parseRequest(der(request), crypto))!
    const made = await national.certifyBarCode(spki, { from: new Date(Date.parse(NOW) - DAY), to: new Date(Date.parse(NOW) + 90 * DAY) })
    expect(await bring('bar-code', made, readCertificate('seal-ca.pem'))).toBe('authority-unknown')
    expect(await bring('bar-code', made, national.csca)).toBe('taken')
  })
})

describe('the approval seal', () => {
  const press = openPress()
  const drawn = press.seal({ office: '岚海市委台港澳工作办公室', signer: 'SEAL-UTO', at: NOW.slice(0, 16) })
  if (!drawn.ok) throw new Error(drawn.error.code)
  const picture = drawn.value
  let paper: { readonly pdf: Uint8Array; readonly seal: { readonly page: number; readonly x: number; readonly y: number } }
  const office = '岚海市委台港澳工作办公室'
  const inspect = async (pdf: Uint8Array): Promise<PdfReport> => verifyPdfSignature(pdf, {
    trust: { authorities: [readCertificate('seal-ca.pem')], timeAuthorities: [readCertificate('tsa-ca.pem')], crls: [] }, at: new Date(NOW), policy: 'field', crypto,
  })
  const place = (pdf: Uint8Array) => {
    const placed = layPlace(pdf, { page: paper.seal.page, x: paper.seal.x - 59, y: paper.seal.y - 59, picture, name: office, at: new Date(NOW), room: ROOM.stamped })
    if (!placed.ok) throw new Error(placed.error.code)
    return placed.value
  }
  beforeAll(() => {
    const drawn = press.approval({ office, number: '岚港澳出〔2026〕1号', title: '任务批件', unit: '岚海市商务局', body: '批准组团。', cost: '派出单位负担', returnDays: 7, reportDays: 15, date: '2026年3月1日', members: [] }, new Date(NOW))
    if (!drawn.ok) throw new Error(drawn.error.code)
    paper = drawn.value
  })

  it('is set under kind, number and act, with a time stamp; asked again it is the same, after kill -9 too', async () => {
    const placed = place(paper.pdf)
    const r: SealRequest = { ...asking('mission'), kind: 'approval', number: '岚港澳出〔2026〕1号', digest: Buffer.from(placed.digest).toString('hex') }
    expect(refusalOf(await ask('/v1/seal', r))?.code).toBe('not-authorised')
    await authorise('mission-paper-fixed', r, sealDigest(r))
    const before = await usesOf('seal')
    const answer = await must(ask<SealAnswer>('/v1/seal', r))
    await stage.part.fell()
    const again = await Promise.all([1, 2, 3].map(async () => must(ask<SealAnswer>('/v1/seal', r))))
    expect(again).toEqual([answer, answer, answer])
    expect(await usesOf('seal')).toBe(before + 1)
    const sealed = fillPlace(placed, der(answer.signature))
    if (!sealed.ok) throw new Error(sealed.error.code)
    const report = await inspect(sealed.value)
    expect([report.verdict, report.seals[0]?.statement, report.seals[0]?.stampedAt instanceof Date]).toEqual(['genuine', `approval ${r.number} mission/${r.authority.id}`, true])
  })

  it('is refused for another content under its number, its request, its act; by an act of another kind; and without its stamp', async () => {
    const r: SealRequest = { ...asking('mission'), kind: 'approval', number: '岚港澳出〔2026〕7号', digest: '2'.repeat(64) }
    await authorise('mission-paper-fixed', r, sealDigest(r))
    const uses = await usesOf('seal')
    expect(refusalOf(await ask('/v1/seal', { ...r, digest: '3'.repeat(64) }))?.code).toBe('authority-differs')
    expect(refusalOf(await ask('/v1/seal', { ...r, number: '岚港澳出〔2026〕8号' }))?.code).toBe('authority-differs')
    expect(refusalOf(await ask('/v1/seal', { ...r, authority: { ...r.authority, version: 2 } }))?.code).toBe('not-authorised')
    expect(refusalOf(await ask('/v1/seal', { ...r, office: '110000' }))?.code).toBe('other-office')
    expect(refusalOf(await ask('/v1/seal', { ...r, kind: 'letter' }))).toMatchObject({ code: 'request-malformed', at: 'kind' })
    isBroken = true
    expect(refusalOf(await ask('/v1/seal', r))).toMatchObject({ code: 'time-stamp-missing', details: { why: 'time-stamp-unreachable' } })
    isBroken = false
    const other: SealRequest = { ...asking('job'), kind: 'approval', number: '岚港澳出〔2026〕9号', digest: '4'.repeat(64) }
    await authorise('job-content-fixed', other, sealDigest(other))
    expect(refusalOf(await ask('/v1/seal', other))?.code).toBe('not-authorised')
    expect(await usesOf('seal')).toBe(uses)
    await must(ask('/v1/seal', r))
    expect(refusalOf(await ask('/v1/seal', { ...r, digest: '3'.repeat(64) }))?.code).toBe('request-reused')
    const twin: SealRequest = { ...asking('mission'), kind: 'approval', number: r.number, digest: '5'.repeat(64) }
    await authorise('mission-paper-fixed', twin, sealDigest(twin))
    expect(refusalOf(await ask('/v1/seal', twin))?.code).toBe('seal-number-used')
    expect(await usesOf('seal')).toBe(uses + 1)
  })
})

describe('visible digital seals', () => {
  const trust = async (): Promise<Trust> => {
    const line = (await must(stage.part.line.call<readonly { use: string; certificate?: string }[]>('GET', '/v1/credentials'))).find((c) => c.use === 'bar-code')
    return { anchors: [national.csca], links: [], signers: [parseCertificate(der(line!.certificate!))!], crls: [] }
  }

  it('of an approval says its facts, and is refused for others', async () => {
    const r: VisibleSealRequest = { ...asking('mission'), facts: facts({ places: ['HKG', 'MAC'] }) }
    await authorise('mission-seal-asked', r, visibleSealDigest(r))
    const { seal } = await must(ask<VisibleSealAnswer>('/v1/visible-seal', r))
    expect((await must(ask<VisibleSealAnswer>('/v1/visible-seal', r))).seal).toBe(seal)
    const read = decodeVds(der(seal))
    expect(read.ok && readApprovalSeal(read.value)).toEqual({ ok: true, value: r.facts })
    expect(await verifySeal(der(seal), { trust: await trust(), at: new Date(NOW), policy: 'field', crypto })).toMatchObject({ genuine: true })
    expect(refusalOf(await ask('/v1/visible-seal', { ...r, facts: { ...r.facts, persons: 9 } }))?.code).toBe('request-reused')
    const twin: VisibleSealRequest = { ...asking('mission'), facts: { ...r.facts, persons: 9 } }
    await authorise('mission-seal-asked', twin, visibleSealDigest(twin))
    expect(refusalOf(await ask('/v1/visible-seal', twin))?.code).toBe('seal-number-used')
  })
})

describe('check values of endorsements', () => {
  it('are a MAC that only the signer can tell, a signature that anybody can, and a visa seal', async () => {
    const [hk, mac] = [record(), record({ viseNo: 'M0000001', visaIndex: 2, visitPlaceCode: 'MAC' })]
    const r = endorsements({ record: hk, zone: visaZone(hk) }, { record: mac })
    await authorise('permit-endorsements-fixed', r, endorsementDigest(r))
    const answer = await must(ask<EndorsementAnswer>('/v1/endorsement', r))
    expect([answer.endorsements.length, answer.endorsements[0]!.seal !== undefined, answer.endorsements[1]!.seal]).toEqual([2, true, undefined])
    expect(await must(ask<EndorsementAnswer>('/v1/endorsement', r))).toEqual(answer)
    expect([await usesOf('endorsement-mac'), await usesOf('endorsement')]).toEqual([2, 2])
    const pems = await must(stage.part.line.call<Record<string, string>>('GET', '/v1/endorsement-keys'))
    const keys = new Map(Object.entries(pems).map(([id, pem]) => [id, new Uint8Array(createPublicKey(pem).export({ type: 'spki', format: 'der' }))]))
    const ways: readonly Partial<EndorsementRecord>[] = [
      { viseNo: 'E9' }, { visaIndex: 3 }, { permit: 'SP0000002' }, { visitPlaceCode: 'MAC' }, { viseType: 'work' }, { viseTimes: 2 }, { visaStartDate: later(1) }, { effectiveDate: later(91) }, { latestLeaveDate: later(1) }, { stayDays: 31 }, { timeUnit: 2 },
      { issueDate: later(1) }, { issueUnitCode: '1' },
    ]
    expect(ways.map((w) => Object.keys(w)[0])).toEqual(Object.keys(hk)) // every field, once
    const outcomes = async (r_: EndorsementRecord, check = answer.endorsements[0]!.check): Promise<readonly unknown[]> => {
      const { outcome } = await must(ask<EndorsementVerdict>('/v1/endorsement-check', { record: r_, macIndex: check.macIndex, macSign: check.macSign }))
      return [outcome, ...(await verifyEndorsement(r_, check, { keys, crypto })).map((c) => c.outcome)]
    }
    expect(await outcomes(hk)).toEqual(['passed', 'passed', 'passed', 'not-done'])
    for (const w of ways) expect(await outcomes({ ...hk, ...w })).toEqual(['failed', 'passed', 'failed', 'not-done'])
    expect(await outcomes(hk, answer.endorsements[1]!.check)).toEqual(['failed', 'passed', 'failed', 'not-done'])
    expect((await outcomes(hk, { ...answer.endorsements[0]!.check, macIndex: 2 }))[0]).toBe('not-done')
    expect((await verifyEndorsement(hk, answer.endorsements[0]!.check, { keys: new Map(), crypto })).map((c) => c.outcome)).toEqual(['not-done', 'not-done', 'not-done'])
    const seal = decodeVds(der(answer.endorsements[0]!.seal!))
    expect(seal.ok && visaOf(seal.value.features)).toMatchObject({ format: 'MRV-B', passportNumber: 'SP0000001', entries: 1, stay: { days: 30, months: 0, years: 0 } })
  })

  it('are refused where zone, days, number or office do not fit, and no key is used', async () => {
    const uses = async (): Promise<number> => (await usesOf('endorsement-mac')) + (await usesOf('endorsement')) + (await usesOf('bar-code'))
    const before = await uses()
    n += 1
    const good = record()
    const cases: readonly (readonly [string, EndorsementRequest['endorsements'][number]])[] = [
      ['zone-differs', { record: good, zone: visaZone(good, { documentNumber: 'E1' }) }], ['zone-differs', { record: good, zone: visaZone(good, { expiryDate: '991231' }) }], ['zone-differs', { record: good, zone: visaZone(good, { optionalData: 'MAC' }) }],
      ['zone-differs', { record: good, zone: visaZone(good).map((l) => l.replace('800229', '800228')) }], ['endorsement-dates', { record: record({ effectiveDate: later(-1) }) }], ['endorsement-dates', { record: record({ latestLeaveDate: later(99) }) }],
      ['endorsement-number-used', { record: record({ viseNo: 'M0000001' }) }], ['other-office', { record: record({ issueUnitCode: '110000' }) }],
    ]
    for (const [code, e] of cases) {
      const r = endorsements(e)
      await authorise('permit-endorsements-fixed', r, endorsementDigest(r))
      expect([code, refusalOf(await ask('/v1/endorsement', r))?.code]).toEqual([code, code])
    }
    const r = endorsements({ record: good })
    for (const [at, bad] of [['endorsements.0.record.viseTimes', { ...r, endorsements: [{ record: { ...good, viseTimes: 4 } }] }], ['salt', { ...r, salt: 'x' }], ['endorsements', { ...r, endorsements: [] }]] as const) expect(refusalOf(await ask('/v1/endorsement', bad))).toMatchObject({ code: 'request-malformed', at })
    await authorise('permit-endorsements-fixed', r, endorsementDigest(r))
    expect(refusalOf(await ask('/v1/endorsement', { ...r, salt: '0'.repeat(32) }))?.code).toBe('authority-differs')
    expect(await uses()).toBe(before)
  })
})

describe('EF.CardSecurity', () => {
  it('is signed by the document signer over what the chip holds, and openssl verifies it', async () => {
    const chip = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const chipKey = new Uint8Array(chip.publicKey.export({ type: 'spki', format: 'der' }))
    const agreement = { agreement: 'ECDH', cipher: 'AES-128' } as const
    const infos = { infos: [paceInfo({ ...agreement, mapping: 'CAM', parameterId: 12 }), chipAuthenticationInfo(agreement), chipAuthenticationKey(chipKey)] }
    const of = (more: Partial<CardSecurityRequest> = {}): CardSecurityRequest => ({ ...asking('job'), documentNumber: 'SP0000001', infos: base64(encodeSecurityInfos(infos)), chipKey: base64(chipKey), ...more })
    const askFor = async (r: CardSecurityRequest) => { await authorise('job-card-security-fixed', r, cardSecurityDigest(r)); return ask<{ cardSecurity: string }>('/v1/card-security', r) }
    const { cardSecurity } = await must(askFor(of()))
    const read = decodeCardSecurity(der(cardSecurity))
    expect(read.ok && read.defects.length === 0 && (await verifyCardSecurity(read.value, crypto)).ok).toBe(true)
    expect(read.ok && read.value.infos.length).toBe(3)
    writeFileSync(join(folder, 'cs.der'), der(cardSecurity))
    writeFileSync(join(folder, 'csca.pem'), wrapPem('CERTIFICATE', national.csca.der))
    // chains with explicit curve parameters are refused by openssl: the signature alone is its part
    expect(spawnSync('openssl', ['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', 'cs.der', '-out', 'cs.infos'], { cwd: folder, encoding: 'utf8' }).stderr).toMatch(/successful/)
    expect(base64(new Uint8Array(readFileSync(join(folder, 'cs.infos'))))).toBe(base64(encodeSecurityInfos(infos)))
    const stranger = base64(new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ type: 'spki', format: 'der' })))
    expect(refusalOf(await askFor(of({ chipKey: stranger })))?.code).toBe('chip-key-differs')
    expect(refusalOf(await askFor(of({ infos: base64(encodeSecurityInfos({ infos: [infos.infos[0]!] })) })))?.code).toBe('chip-key-differs')
    expect(refusalOf(await askFor(of({ infos: 'AAAA' })))?.code).toBe('card-security-unread')
  })
})

describe('time stamps of anchors', () => {
  it('are asked for once an anchor, and tell when it was there', async () => {
    interface Stamp { readonly number: number; readonly token: string; readonly stampedAt: string }
    const first = await must(ask<Stamp>('/v1/anchor-stamp', {}))
    expect(await must(ask<Stamp>('/v1/anchor-stamp', {}))).toEqual(first)
    const a = asking('mission')
    await authorise('mission-paper-fixed', a, '0'.repeat(64))
    const second = await must(ask<Stamp>('/v1/anchor-stamp', {}))
    expect(second.number).toBeGreaterThan(first.number)
    const { lines } = await must(stage.part.line.call<{ lines: readonly { json: string }[] }>('GET', '/v1/journal?from=1&limit=1000'))
    const anchor = lines.map((l) => JSON.parse(l.json) as { kind: string; number: number; anchor: string }).findLast((l) => l.kind === 'anchor' && l.number === second.number)!
    writeFileSync(join(folder, 'token.der'), der(second.token))
    const done = spawnSync('openssl', ['ts', '-verify', '-token_in', '-in', 'token.der', '-digest', anchorHash(JSON.parse(anchor.anchor) as Parameters<typeof anchorHash>[0]), '-CAfile', 'tsa-ca.pem'], { cwd: folder, encoding: 'utf8' })
    expect(`${done.stdout}${done.stderr}`).toMatch(/Verification: OK/)
  })
})
