import { execFileSync, spawnSync } from 'node:child_process'
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openPress } from '@causeway/paper'
import fc from 'fast-check'
import { buildCrl, parseCertificate, parseCrl, unwrapPem, wrapPem, type Certificate, type Scheme } from 'icao9303'
import { nodeCrypto, signWith } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  encodeTimeStampRequest, fillPlace, layPlace, parseTimeStampAnswer, ROOM, sealAttributes, sealMessage, verifyPdfSignature, verifyTimeStamp, type PdfReport, type SealTrust,
} from './index.ts'

const crypto = nodeCrypto()
const AT = new Date(Date.now() + 60_000)
const NEXT = new Date(Date.now() + 30 * 86_400_000)
const LATER = new Date(Date.now() + 20 * 366 * 86_400_000)
const ECDSA: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }
const RSA: Scheme = { kind: 'rsa-pkcs1', hash: 'SHA-256' }
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const press = openPress()
const picture = (() => { const p = press.seal({ office: '岚海市委台港澳工作办公室', signer: 'SEAL-UTO SPECIMEN', at: '2024-03-01 08:00' }); if (!p.ok) throw new Error(p.error.code); return p.value })()

interface Holder { readonly certificate: Certificate; readonly chain: readonly Certificate[]; readonly key: KeyObject; readonly scheme: Scheme }

/** An authority and the certificate of a seal key under it, made by openssl: not by what examines them. */
function holder(kind: 'ec' | 'rsa'): Holder & { readonly root: Certificate; readonly rootKey: KeyObject } {
  const dir = mkdtempSync(join(folder, kind))
  const openssl = (...args: readonly string[]): void => { execFileSync('openssl', [...args], { cwd: dir, stdio: 'ignore' }) }
  const key = kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:3072']
  writeFileSync(join(dir, 'c.cnf'), `[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[seal]
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36,emailProtection
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:http://pki.specimen.example/seal.crl
`)
  openssl('req', '-x509', ...key, '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/C=UT/O=Utopia Specimen Authority/CN=SEAL-CA-UTO SPECIMEN', '-config', 'c.cnf', '-extensions', 'ca', '-days', '3000')
  openssl('req', ...key, '-nodes', '-keyout', 's.key', '-out', 's.csr', '-subj', '/C=UT/O=Utopia Specimen Authority/CN=SEAL-UTO SPECIMEN', '-config', 'c.cnf')
  openssl('x509', '-req', '-in', 's.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 's.pem', '-extfile', 'c.cnf', '-extensions', 'seal', '-days', '3000')
  const certificate = (name: string): Certificate => parseCertificate(unwrapPem(new Uint8Array(readFileSync(join(dir, name))))[0]!)!
  const root = certificate('ca.pem')
  return { root, rootKey: createPrivateKey(readFileSync(join(dir, 'ca.key'))), certificate: certificate('s.pem'), chain: [root], key: createPrivateKey(readFileSync(join(dir, 's.key'))), scheme: kind === 'ec' ? ECDSA : RSA }
}

async function seal(pdf: Uint8Array, by: Holder, o: { readonly x?: number; readonly statement?: string; readonly stamp?: (signature: Uint8Array) => Promise<Uint8Array> } = {}): Promise<Uint8Array> {
  const placed = layPlace(pdf, { page: 0, x: o.x ?? 340, y: 200, picture, name: '岚海市委台港澳工作办公室', at: AT, room: o.stamp === undefined ? ROOM.plain : ROOM.stamped })
  if (!placed.ok) throw new Error(JSON.stringify(placed.error))
  const attributes = sealAttributes({ digest: placed.value.digest, signer: by.certificate, statement: o.statement ?? 'approval 岚港澳出〔2024〕1号 mission/1/7' }, crypto)
  const signature = await signWith(by.key, by.scheme)(attributes)
  const timeStamp = await o.stamp?.(signature)
  const filled = fillPlace(placed.value, sealMessage({ attributes, signature, scheme: by.scheme, signer: by.certificate, chain: by.chain, ...(timeStamp === undefined ? {} : { timeStamp }) }))
  if (!filled.ok) throw new Error(JSON.stringify(filled.error))
  return filled.value
}

const trustIn = (...authorities: readonly Certificate[]): SealTrust => ({ authorities, timeAuthorities: [], crls: [] })
const inspect = async (pdf: Uint8Array, trust: SealTrust, policy: 'field' | 'strict' = 'field', at = AT): Promise<PdfReport> => verifyPdfSignature(pdf, { trust, at, policy, crypto })
const failedIn = (r: PdfReport): readonly string[] => [...r.checks, ...r.seals.flatMap((s) => s.checks)].filter((c) => c.outcome === 'failed').map((c) => c.name)
const append = (pdf: Uint8Array, text: string): Uint8Array => new Uint8Array(Buffer.concat([pdf, Buffer.from(text, 'latin1')]))
const latin = (b: Uint8Array): string => Buffer.from(b).toString('latin1')

/** A file whose table of objects is a stream, as many writers make it today. */
function streamed(): Uint8Array {
  let text = '%PDF-1.7\n'
  const at: number[] = []
  for (const [i, body] of ['<</Type /Catalog /Pages 2 0 R>>', '<</Type /Pages /Kids [3 0 R] /Count 1>>', '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <<>>>>'].entries()) {
    at.push(text.length)
    text += `${i + 1} 0 obj\n${body}\nendobj\n`
  }
  const rows = Buffer.from([0, ...at, text.length].map((n, i) => `0${i === 0 ? 0 : 1}${n.toString(16).padStart(4, '0')}00`).join(''), 'hex').toString('latin1')
  return new Uint8Array(Buffer.from(`${text}4 0 obj\n<</Type /XRef /Size 5 /W [1 2 1] /Root 1 0 R /Length ${rows.length}>>\nstream\n${rows}\nendstream\nendobj\nstartxref\n${text.length}\n%%EOF\n`, 'latin1'))
}

let folder: string
let paper: Uint8Array
let ec: ReturnType<typeof holder>
let rsa: ReturnType<typeof holder>
let sealed: Uint8Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pades-'))
  const drawn = press.approval({
    office: '岚海市委台港澳工作办公室', number: '岚港澳出〔2024〕1号', title: '任务批件', unit: '岚海市商务局', body: '批准由欧阳吕等1人组团。', cost: '派出单位负担', returnDays: 7, reportDays: 15, date: '2024年3月1日',
    members: [{ name: '欧阳吕', sex: '女', post: '岚海市商务局 副局长', role: '团长' }],
  }, new Date('2024-03-01T00:00:00Z'))
  if (!drawn.ok) throw new Error('the paper was not drawn')
  paper = drawn.value.pdf
  ec = holder('ec')
  rsa = holder('rsa')
  sealed = await seal(paper, ec)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('a seal', () => {
  it.each([['P-256 on a file with a table', 'ec', 'table'], ['RSA-3072 on a file with a table', 'rsa', 'table'], ['P-256 on a file with a stream', 'ec', 'stream'], ['RSA-3072 on a file with a stream', 'rsa', 'stream']] as const)('is good: %s', async (_, kind, form) => {
    const by = kind === 'ec' ? ec : rsa
    const pdf = await seal(form === 'table' ? paper : streamed(), by)
    const report = await inspect(pdf, trustIn(by.root))
    expect(report.seals[0]!.checks.filter((c) => c.outcome !== 'passed').map((c) => [c.name, c.outcome])).toEqual([['time-stamp', 'not-applicable'], ['revocation', 'not-done']])
    expect([report.verdict, report.seals.length, report.seals[0]!.statement]).toEqual(['genuine', 1, 'approval 岚港澳出〔2024〕1号 mission/1/7'])
    expect((await inspect(pdf, trustIn(by.root), 'strict')).verdict).toBe('undetermined') // without a revocation list nothing is known
  })

  it('leaves an earlier one good, of another authority of the same name, on both forms of file; a third says so too', async () => {
    for (const file of [paper, streamed()]) {
      const twice = await seal(await seal(file, ec), rsa, { x: 190 })
      const report = await inspect(twice, trustIn(ec.root, rsa.root))
      expect(report.seals.map((s) => s.checks.find((c) => c.name === 'later-changes')?.says)).toEqual(['1 more seals were set after it, nothing else was changed', 'the seal covers the whole file'])
      expect(report.seals.map((s) => s.verdict)).toEqual(['genuine', 'genuine'])
      const thrice = await seal(twice, ec, { x: 40 })
      expect((await inspect(thrice, trustIn(ec.root))).seals.map((s) => s.verdict)).toEqual(['genuine', 'faulty', 'genuine'])
    }
  })

  it('notices any byte that is changed outside the place of the signature, and never falls over one inside', async () => {
    const hole = latin(sealed).indexOf('/Contents <')
    const end = latin(sealed).indexOf('>', hole)
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const altered = sealed.slice()
      altered[at]! ^= by
      const { genuine, seals } = await inspect(altered, trustIn(ec.root))
      if (at < hole || at > end) expect(genuine).toBe(false)
      // no signature covers its own form, nor the authority's certificate that is sent along: what is said stays the same
      else if (genuine) expect([seals[0]!.signer!.serial, seals[0]!.statement]).toEqual([ec.certificate.serial, 'approval 岚港澳出〔2024〕1号 mission/1/7'])
    }), { numRuns: 400, seed: 7 })
  })

  it('does not cover what is put on afterwards: page content, a note, a field, a trailer, bytes at the end', async () => {
    const start = latin(sealed).lastIndexOf('startxref')
    const before = Number(latin(sealed).slice(start + 10).split('\n')[0])
    const size = Number(/\/Size (\d+)/.exec(latin(sealed).slice(before))![1])
    const page = /(\d+) 0 obj\s*<<\s*\/Type \/Page\b[\s\S]*?endobj/.exec(latin(sealed))!
    const root = /\/Root (\d+) 0 R/.exec(latin(sealed).slice(before))![1]!
    const lastOf = (n: string): string => [...latin(sealed).matchAll(new RegExp(`\\n${n} 0 obj\\n([\\s\\S]*?)\\nendobj`, 'g'))].at(-1)![1]!
    const update = (objects: Readonly<Record<string, string>>): Uint8Array => {
      let text = ''
      const rows = Object.entries(objects).map(([n, body]) => { const at = sealed.length + text.length; text += `${n} 0 obj\n${body}\nendobj\n`; return `${n} 1\n${String(at).padStart(10, '0')} 00000 n \n` })
      return append(sealed, `${text}xref\n${rows.join('')}trailer\n<</Size ${size + 9} /Root ${root} 0 R /Prev ${before}>>\nstartxref\n${sealed.length + text.length}\n%%EOF\n`)
    }
    const contents = /\/Contents (\d+) 0 R/.exec(page[0])![1]!
    const note = `<</Type /Annot /Subtype /FreeText /Rect [0 0 500 500] /Contents (x)>>`
    const attacks: Readonly<Record<string, Uint8Array>> = {
      content: update({ [contents]: '<</Length 2>>\nstream\nq \nendstream' }),
      note: update({ [String(size + 1)]: note, [page[1]!]: lastOf(page[1]!).replace('/Annots [', `/Annots [${size + 1} 0 R `) }),
      noteBehind: update({ [String(size + 1)]: note, [page[1]!]: lastOf(page[1]!).replace(/(\/Annots \[[^\]]*)\]/, `$1 ${size + 1} 0 R]`) }),
      media: update({ [page[1]!]: lastOf(page[1]!).replace('/MediaBox', '/CropBox [0 0 9 9] /MediaBox') }),
      action: update({ [root]: lastOf(root).replace('/Type /Catalog', '/Type /Catalog /OpenAction <</S /JavaScript /JS (x)>>') }),
      loose: update({ [String(size + 2)]: '<</Loose true>>' }),
      tail: append(sealed, 'more'),
      lines: append(sealed, '\n\n'),
    }
    for (const [name, pdf] of Object.entries(attacks)) {
      const report = await inspect(pdf, trustIn(ec.root))
      expect([name, report.genuine, report.verdict]).toEqual([name, false, 'faulty'])
    }
    expect(failedIn(await inspect(attacks['note']!, trustIn(ec.root)))).toEqual(['pdf-covered', 'later-changes'])
  })

  it('is not taken with a byte range that leaves out more, or a place that moved', async () => {
    const text = latin(sealed)
    const [range] = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text)!
    const numbers = range.match(/\d+/g)!.map(Number)
    for (const twisted of [[0, numbers[1]! - 40, numbers[2]!, numbers[3]!], [0, numbers[1]!, numbers[2]! + 30, numbers[3]! - 30], [1, numbers[1]! - 1, numbers[2]!, numbers[3]!], [0, numbers[1]!, numbers[2]!, numbers[3]! + 9]]) {
      const written = `/ByteRange [${twisted.map((n, i) => (i === 0 ? String(n) : String(n).padStart(10, '0'))).join(' ')}]`
      const report = await inspect(new Uint8Array(Buffer.from(text.replace(range, written), 'latin1')), trustIn(ec.root))
      expect(failedIn(report)).toContain('byte-range')
    }
  })

  it('is worth nothing under a strange authority, a key of another use, a certificate that is over or revoked', async () => {
    const stranger = holder('ec')
    const verdictOf = async (pdf: Uint8Array, trust: SealTrust, at = AT): Promise<readonly [string, readonly string[]]> => { const r = await inspect(pdf, trust, 'field', at); return [r.verdict, failedIn(r)] }
    expect(await verdictOf(sealed, trustIn())).toEqual(['undetermined', []])
    expect(await verdictOf(sealed, trustIn(stranger.root))).toEqual(['faulty', ['trust-path']]) // the same name, another key
    expect(await verdictOf(sealed, trustIn(ec.root), LATER)).toEqual(['faulty', ['signer-validity', 'trust-path']])
    const self = { ...ec, certificate: ec.root, key: ec.rootKey }
    expect((await verdictOf(await seal(paper, self), trustIn(ec.root)))[1]).toContain('signer-purpose')
    const list = parseCrl(await buildCrl({ number: 1, thisUpdate: AT, nextUpdate: NEXT, revoked: [{ serial: ec.certificate.serial, at: AT }] }, ec.root, { sign: signWith(ec.rootKey, ECDSA), hash: 'SHA-256' }))!
    expect(await verdictOf(sealed, { ...trustIn(ec.root), crls: [list] })).toEqual(['faulty', ['revocation']])
    const empty = parseCrl(await buildCrl({ number: 2, thisUpdate: AT, nextUpdate: NEXT, revoked: [] }, ec.root, { sign: signWith(ec.rootKey, ECDSA), hash: 'SHA-256' }))!
    expect((await inspect(sealed, { ...trustIn(ec.root), crls: [empty] }, 'strict')).verdict).toBe('genuine')
  })

  it('answers a report to any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: sealed.length }), async (noise, cut) => {
      for (const bytes of [noise, new Uint8Array(Buffer.concat([Buffer.from('%PDF-1.7\n'), noise, Buffer.from('startxref\n9\n%%EOF')])), sealed.subarray(0, cut)]) expect((await inspect(bytes, trustIn(ec.root))).genuine).toBe(false)
    }), { numRuns: 150, seed: 3 })
    for (const text of ['%PDF-1.7\nxref\n0 99999999\ntrailer<<>>\nstartxref\n9\n%%EOF', '%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF', `%PDF-1.7\n${'['.repeat(9_999)}\nstartxref\n9\n%%EOF`]) {
      expect((await inspect(new TextEncoder().encode(text), trustIn(ec.root))).checks.map((c) => [c.name, c.outcome])).toEqual([['pdf-form', 'failed']])
    }
  })

  it('does not go where it has no room', () => {
    expect(layPlace(paper, { page: 9, x: 0, y: 0, picture, name: '', at: AT, room: 10 })).toMatchObject({ ok: false, error: { code: 'pdf-page-missing' } })
    expect(layPlace(new Uint8Array(50), { page: 0, x: 0, y: 0, picture, name: '', at: AT, room: 10 })).toMatchObject({ ok: false, error: { code: 'pdf-unreadable' } })
    const placed = layPlace(paper, { page: 0, x: 0, y: 0, picture, name: '', at: AT, room: 10 })
    expect(placed.ok && fillPlace(placed.value, new Uint8Array(11))).toMatchObject({ ok: false, error: { code: 'signature-too-long' } })
  })
})

describe.skipIf(!has('pdfsig') || !has('certutil'))('pdfsig', () => {
  const store = (name: string, ...authorities: readonly Certificate[]): string => {
    const dir = join(folder, name)
    mkdirSync(dir)
    execFileSync('certutil', ['-d', dir, '-N', '--empty-password'])
    for (const [i, c] of authorities.entries()) { writeFileSync(join(folder, `${name}-${i}.der`), c.der); execFileSync('certutil', ['-d', dir, '-A', '-n', `a${i}`, '-t', 'CT,C,C', '-i', join(folder, `${name}-${i}.der`)]) }
    return dir
  }
  const pdfsig = (pdf: Uint8Array, db: string): string => { const file = join(folder, `${randomBytes(4).toString('hex')}.pdf`); writeFileSync(file, pdf); return spawnSync('pdfsig', ['-nssdir', db, file], { encoding: 'utf8' }).stdout }

  it('trusts a seal under our authority in its store, P-256 and RSA; without it says whose it is', async () => {
    const [with_, without] = [store('trusting', ec.root), store('bare')]
    const rsaStore = store('rsa', rsa.root)
    for (const [said, pdf] of [[pdfsig(sealed, with_), sealed], [pdfsig(await seal(paper, rsa), rsaStore), sealed], [pdfsig(await seal(streamed(), ec), with_), sealed]] as const) {
      expect(pdf.length).toBeGreaterThan(0)
      for (const line of ['Signature Type: ETSI.CAdES.detached', 'Total document signed', 'Signature is Valid.', 'Certificate is Trusted.', 'SEAL-UTO SPECIMEN', 'SHA-256']) expect(said).toContain(line)
    }
    const bare = pdfsig(sealed, without)
    expect(bare).toContain('Signature is Valid.')
    expect(bare).toContain("Certificate issuer isn't Trusted.")
    const altered = sealed.slice()
    altered[9_000]! ^= 1
    expect(pdfsig(altered, with_)).toMatch(/Digest Mismatch/)
    const twice = pdfsig(await seal(sealed, ec, { x: 190 }), with_)
    expect(twice.match(/Signature is Valid\./g)?.length).toBe(2)
    expect(twice).toMatch(/Not total document signed[\s\S]*Total document signed/)
  })
})

it('openssl verifies the signature over the covered bytes', async () => {
  const text = latin(sealed)
  const [, from, to, rest] = /\/ByteRange \[(\d+ )(\d+) (\d+) (\d+)\]/.exec(text)!.slice(1).map(Number)
  const contents = text.slice(from! + 1, to! - 1).replace(/(00)+$/, '')
  const file = (name: string, b: Uint8Array | string): string => { writeFileSync(join(folder, name), b); return join(folder, name) }
  const done = spawnSync('openssl', [
    'cms', '-verify', '-binary', '-inform', 'DER', '-in', file('cms.der', Buffer.from(contents, 'hex')), '-content', file('covered', Buffer.concat([sealed.subarray(0, from), sealed.subarray(to, to! + rest!)])),
    '-CAfile', file('ca.pem', wrapPem('CERTIFICATE', ec.root.der)), '-purpose', 'smimesign', '-cades', '-out', join(folder, 'out'),
  ], { encoding: 'utf8' })
  expect(done.stderr).toMatch(/successful/)
})

describe('time stamps of a real authority', () => {
  let server: Server
  let url: string
  let root: Certificate
  const openssl = (...args: readonly string[]): void => { execFileSync('openssl', [...args], { cwd: folder, stdio: 'ignore' }) }

  beforeAll(async () => {
    writeFileSync(join(folder, 'tsa.cnf'), `[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
[tsa]
extendedKeyUsage=critical,timeStamping
keyUsage=critical,digitalSignature
[ts]
default_tsa=t
[t]
serial=${join(folder, 'serial')}
signer_cert=${join(folder, 'tsa.pem')}
certs=${join(folder, 'tsa-ca.pem')}
signer_key=${join(folder, 'tsa.key')}
signer_digest=sha256
default_policy=1.3.6.1.4.1.99999.1
other_policies=1.3.6.1.4.1.99999.2
digests=sha256,sha384
ess_cert_id_alg=sha256
`)
    writeFileSync(join(folder, 'serial'), '01')
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'tsa-ca.key', '-out', 'tsa-ca.pem', '-subj', '/C=UT/CN=TSA-CA SPECIMEN', '-config', 'tsa.cnf', '-extensions', 'ca', '-days', '30')
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/C=UT/CN=TSA SPECIMEN', '-config', 'tsa.cnf')
    openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'tsa-ca.pem', '-CAkey', 'tsa-ca.key', '-CAcreateserial', '-out', 'tsa.pem', '-extfile', 'tsa.cnf', '-extensions', 'tsa', '-days', '30')
    root = parseCertificate(unwrapPem(new Uint8Array(readFileSync(join(folder, 'tsa-ca.pem'))))[0]!)!
    server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (b: Buffer) => parts.push(b)).on('end', () => {
        writeFileSync(join(folder, 'q.tsq'), Buffer.concat(parts))
        response.setHeader('content-type', 'application/timestamp-reply').end(spawnSync('openssl', ['ts', '-reply', '-config', 'tsa.cnf', '-section', 't', '-queryfile', 'q.tsq'], { cwd: folder }).stdout)
      })
    })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`
  })
  afterAll(() => { server.close() })

  const ask = async (o: Parameters<typeof encodeTimeStampRequest>[0]): Promise<Uint8Array> => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/timestamp-query' }, body: Buffer.from(encodeTimeStampRequest(o)) })
    return new Uint8Array(await answer.arrayBuffer())
  }
  const stampedBytes = new TextEncoder().encode('what is stamped')
  const order = { hash: 'SHA-256' as const, imprint: crypto.hash('SHA-256', stampedBytes), nonce: randomBytes(8) }
  const trust = (): SealTrust => ({ authorities: [ec.root], timeAuthorities: [root], crls: [] })

  it('holds the answer against hash, nonce and policy, and its signer against an authority', async () => {
    const body = await ask(order)
    const token = parseTimeStampAnswer(body, order)
    if (!token.ok) throw new Error(JSON.stringify(token.error))
    expect(token.value.info.policy).toBe('1.3.6.1.4.1.99999.1')
    expect(Math.abs(token.value.info.at.getTime() - Date.now())).toBeLessThan(60_000)
    expect((await verifyTimeStamp(token.value, { trust: trust(), crypto, stamped: stampedBytes })).outcome).toBe('passed')
    expect((await verifyTimeStamp(token.value, { trust: trustIn(), crypto, stamped: stampedBytes })).outcome).toBe('not-done')
    expect((await verifyTimeStamp(token.value, { trust: trust(), crypto, stamped: new Uint8Array(1) })).outcome).toBe('failed')
    const codeFor = (o: Parameters<typeof parseTimeStampAnswer>[1], b = body): unknown => { const r = parseTimeStampAnswer(b, o); return r.ok ? 'taken' : [r.error.code, r.error.details?.['field']] }
    expect(codeFor({ ...order, nonce: randomBytes(8) })).toEqual(['time-stamp-differs', 'nonce'])
    expect(codeFor({ ...order, imprint: crypto.hash('SHA-256', new Uint8Array(1)) })).toEqual(['time-stamp-differs', 'messageImprint'])
    expect(codeFor({ ...order, policy: '1.2.3' })).toEqual(['time-stamp-differs', 'policy'])
    expect(codeFor(order, body.subarray(0, 40))).toEqual(['time-stamp-unreadable', undefined])
    expect(codeFor({ ...order, policy: '1.2.3' }, await ask({ ...order, policy: '1.2.3' }))).toEqual(['time-stamp-refused', undefined])
    expect(codeFor({ ...order, policy: '1.3.6.1.4.1.99999.2' }, await ask({ ...order, policy: '1.3.6.1.4.1.99999.2' }))).toBe('taken')
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const altered = body.slice()
      altered[at]! ^= by
      const r = parseTimeStampAnswer(altered, order)
      if (!r.ok) return
      const { outcome } = await verifyTimeStamp(r.value, { trust: trust(), crypto, stamped: stampedBytes })
      if (outcome === 'passed') expect(r.value.info.at).toEqual(token.value.info.at) // a change in what nobody signed changes nothing that is said
    }), { numRuns: 200, seed: 11 })
  })

  it('makes a seal that stays good when its certificate is over, and is worth nothing on another signature', async () => {
    const stamp = async (signature: Uint8Array): Promise<Uint8Array> => {
      const o = { hash: 'SHA-256' as const, imprint: crypto.hash('SHA-256', signature), nonce: randomBytes(8) }
      const r = parseTimeStampAnswer(await ask(o), o)
      if (!r.ok) throw new Error(JSON.stringify(r.error))
      return r.value.token
    }
    const pdf = await seal(paper, ec, { stamp })
    const later = LATER
    const report = await inspect(pdf, trust(), 'field', later)
    expect([report.verdict, report.seals[0]!.stampedAt instanceof Date]).toEqual(['genuine', true])
    expect((await inspect(sealed, trust(), 'field', later)).verdict).toBe('faulty')
    const wrong = await seal(paper, ec, { stamp: async () => stamp(new Uint8Array(3)) })
    expect(failedIn(await inspect(wrong, trust()))).toEqual(['time-stamp'])
    if (has('pdfsig')) { writeFileSync(join(folder, 't.pdf'), pdf); expect(spawnSync('pdfsig', ['-nssdir', folder, join(folder, 't.pdf')], { encoding: 'utf8' }).stdout).toContain('ETSI.CAdES.detached') }
  })
})
