import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type BatchLine, type PermitPage, type PermitVerification, type TrustPage, type Verification, type VerificationBatch } from '@causeway/contract'
import { openLine } from '@causeway/ground'
import { parseAnchorKeys } from '@causeway/journal'
import { addDays } from '@causeway/kernel'
import { openTrustBundle, type SignerHealth } from '@causeway/signing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openUser, Refused } from '../apps/cli/src/client.ts'
import { simply, START, stubborn, walkRoad, type Travelled } from './road.ts'
import { openStage, PASSWORD, type Stage } from './stage.ts'

let s: Stage
let made: Travelled
let files: Record<string, Uint8Array>
const PATH = '/api/verification'

/** A request as a browser sends it: several files at once, or a body that is only sent on. */
async function raw(login: string, method: string, path: string, init: { readonly body?: string | FormData; readonly type?: string } = {}): Promise<Response> {
  const signedIn = await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password: PASSWORD }) })
  const { csrf } = (await signedIn.json()) as { csrf: string }
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
  return fetch(`${s.platform.url}${path}`, { method, headers: { cookie, 'x-csrf-token': csrf, 'accept-language': 'zh', ...(init.type === undefined ? {} : { 'content-type': init.type }) }, ...(init.body === undefined ? {} : { body: init.body }) })
}
const formOf = (parts: Readonly<Record<string, Uint8Array>>): FormData => { const f = new FormData(); for (const [name, b] of Object.entries(parts)) f.append('file', new Blob([b as Uint8Array<ArrayBuffer>]), name); return f }
const look = async (login: string, parts: Readonly<Record<string, Uint8Array>>): Promise<Verification & { code?: string; says?: string }> => (await raw(login, 'POST', `${PATH}/files`, { body: formOf(parts) })).json() as Promise<Verification>
const codeOf = async (ask: Promise<unknown>): Promise<string> => ask.then(() => 'done', (e: unknown) => (e instanceof Refused ? e.code : String(e)))
const pause = async (ms: number): Promise<void> => new Promise((r) => { setTimeout(r, ms) })
async function ended(login: string, id: string): Promise<VerificationBatch> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(50)) {
    const b = await stubborn(async () => s.as(login).get<VerificationBatch>(`${PATH}/batches/${id}`))
    if (b.endedAt !== undefined) return b
  }
  throw new Error('the batch did not end')
}
const lineOf = (n: number): string => `${JSON.stringify({ name: `c-${n}`, files: Object.fromEntries(Object.entries(files).map(([k, b]) => [k, Buffer.from(b).toString('base64')])) })}\n`

beforeAll(async () => {
  s = await openStage(`${START}T09:00:00+08:00`)
  await s.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 5 })
  made = await walkRoad(s, { n: 1, today: addDays(START, 1), serial: 'SB000001' })
  const chip = await simply('', async () => s.as('inspector').get<{ files: Record<string, string> }>(`/api/permits/${made.number}/chip`))
  files = Object.fromEntries(Object.entries(chip.files).map(([k, v]) => [k, new Uint8Array(Buffer.from(v, 'base64'))]))
  // the road leaps by weeks: the lists are asked for again
  for (let i = 0; i < 100 && (await s.as('verifier').get<TrustPage>(`${PATH}/trust`)).standing.age !== 'fresh'; i++) await pause(100)
}, 90_000)
afterAll(async () => {
  // whatever was asked, the module fell only where it was killed
  const falls = readFileSync(join(s.platform.state.logs, 'verifier.log'), 'utf8').split('\n').filter((l) => l.includes('"event":"fell"'))
  await s.stop()
  expect(falls.map((l) => (JSON.parse(l) as { signal: string }).signal)).toEqual(['SIGKILL'])
})

describe('a permit of ours, verified by another office', () => {
  it('its chip is genuine by the lists of the national side', async () => {
    const v = await look('verifier', files)
    expect(v.checks?.filter((c) => c.outcome !== 'passed' && c.outcome !== 'not-applicable')).toEqual([])
    expect([v.verdict, v.kind, v.trust.age, v.content.find((c) => c.name === 'documentNumber')?.value]).toEqual(['genuine', 'document', 'fresh', made.number])
    const broken = Uint8Array.from(files['DG11']!)
    broken[broken.length - 2]! ^= 1
    expect((await look('verifier', { ...files, DG11: broken })).verdict).toBe('faulty')
    expect((await look('verifier', { 'EF.SOD': files['EF.SOD']! })).kind).toBe('security-object')
  })

  it('its number says whether it stands, and nothing of the holder', async () => {
    const ask = async (number: string): Promise<PermitVerification> => s.as('verifier').get<PermitVerification>(`${PATH}/permits/${number}`)
    expect(await ask(made.number)).toMatchObject({ standing: 'collected', genuine: false, says: { zh: expect.stringContaining('已收回') as string } })
    expect(await ask('SP9999999')).toMatchObject({ standing: 'unknown', genuine: false, says: { zh: '查无此证' } })
    expect(JSON.stringify(await ask(made.number))).not.toMatch(/张三|ZHANG|personId|missionId/)
    await s.as('counter2').send('POST', `/api/permits/${made.number}/confirm-return`)
    expect((await ask(made.number.toLowerCase())).standing).toBe('collected')
  })

  it('the check values of its endorsement: MAC and signature, and any other digit', async () => {
    let page = await s.as('inspector').get<PermitPage>(`/api/permits/${made.number}`)
    for (let i = 0; i < 100 && page.checks.length === 0; i++) { await pause(200); page = await s.as('inspector').get<PermitPage>(`/api/permits/${made.number}`) }
    const [check] = page.checks
    for (let i = 0; i < 60 && !(await s.as('verifier').get<TrustPage>(`${PATH}/trust`)).rows.some((r) => r.kind === 'endorsement-key'); i++) await pause(200)
    const ask = async (number: string, value: string): Promise<Verification> => s.as('verifier').send<Verification>('POST', `${PATH}/endorsements`, { permit: made.number, number, value })
    const outcomes = async (value: string): Promise<unknown> => { const v = await ask(check!.number, value); return [v.verdict, v.kind, v.checks.map((c) => `${c.name} ${c.outcome}`)] }
    expect(await outcomes(check!.macSign.replace(/(.{4})/g, '$1 ').trim())).toEqual(['genuine', 'endorsement', ['endorsement-mac passed', 'trust-age passed']])
    expect(await outcomes(check!.signature)).toEqual(['genuine', 'endorsement', ['endorsement-key passed', 'endorsement-signature passed', 'trust-age passed']])
    const other = (hex: string): string => hex.replace(/^./, (c) => (c === '0' ? '1' : '0'))
    expect(((await outcomes(other(check!.macSign))) as string[])[0]).toBe('faulty')
    expect(((await outcomes(other(check!.signature))) as string[])[0]).toBe('faulty')
    expect(await codeOf(ask('NOSUCH', check!.macSign))).toBe('endorsement-unknown')
    expect(await codeOf(ask(check!.number, 'a'.repeat(40)))).toBe('check-value-malformed')
  }, 60_000)

  it('a paper that the office sealed is genuine, and not when a byte is changed', async () => {
    const { documents } = await s.as('approver').get<{ documents: readonly { id: string; name: string; mediaType?: string }[] }>(`/api/missions/${made.missionId}`)
    let paper: Uint8Array | undefined
    let v: Verification | undefined
    for (let i = 0; i < 60 && v?.verdict !== 'genuine'; i++) {
      for (const d of documents) {
        const bytes = await s.as('approver').bytes(`/api/missions/${made.missionId}/documents/${encodeURIComponent(d.id)}`)
        if (new TextDecoder('latin1').decode(bytes.subarray(0, 5)) !== '%PDF-' || !new TextDecoder('latin1').decode(bytes).includes('/ByteRange')) continue
        paper = bytes
        v = await look('counter', { 'paper.pdf': bytes })
      }
      if (v?.verdict !== 'genuine') await pause(2_000)
    }
    expect([v?.kind, v?.verdict, v?.checks.filter((c) => c.outcome !== 'passed' && c.outcome !== 'not-applicable')]).toEqual(['paper', 'genuine', []])
    const changed = Uint8Array.from(paper!)
    changed[Math.floor(changed.length / 3)]! ^= 1
    expect((await look('counter', { 'paper.pdf': changed })).verdict).toBe('faulty')
  }, 90_000)

  it('a revoked signer is seen as soon as the national side says so', async () => {
    const hub = openLine(join(s.platform.state.hub, 'operator.sock'), 'hub')
    const signer = await openLine(join(s.platform.state.run, 'signer.sock'), 'signer').call<SignerHealth>('GET', '/v1/health')
    if (!signer.ok) throw new Error(signer.error.code)
    await hub.call('POST', '/v1/revocations', { serial: signer.value.ds!.serial, reason: 'key-compromise' })
    let v = await look('inspector', files)
    for (let i = 0; i < 60 && v.verdict === 'genuine'; i++) { await pause(200); v = await look('inspector', files) }
    expect([v.verdict, v.revocation, v.checks.filter((c) => c.outcome === 'failed').map((c) => c.name)]).toEqual(['faulty', 'failed', ['revocation']])
  })
})

describe('who may, and who did', () => {
  it('other roles are refused, and the other office sees nothing else', async () => {
    for (const login of ['clerk', 'receiver', 'approver', 'producer', 'keeper', 'admin', 'security']) {
      expect(await codeOf(s.as(login).get(`${PATH}/trust`)), login).toBe('not-allowed')
      expect((await raw(login, 'POST', `${PATH}/batches`, { body: lineOf(0), type: 'application/x-ndjson' })).status, login).toBe(403)
    }
    for (const path of ['/api/permits', `/api/permits/${made.number}`, '/api/missions', '/api/rules', '/api/queues', '/api/trust', '/api/journal', '/api/persons', '/api/jobs']) expect(await codeOf(s.as('verifier').get(path)), path).toBe('not-allowed')
  })

  it('every reading is written down: who, what, and what he was told', async () => {
    await s.as('counter').get(`${PATH}/permits/${made.number}`)
    await look('counter', { x: files['EF.SOD']! })
    await pause(2_500)
    const client = new pg.Client({ connectionString: s.platform.database.url('causeway_owner', readFileSync(join(s.platform.state.keys, 'owner.secret'), 'utf8').trim(), 'causeway') })
    await client.connect()
    const { rows } = await client.query<{ actor: string; subject: string }>("select actor, subject from reading where what = 'verification' order by seq")
    await client.end()
    const subjects = rows.map((r) => r.subject)
    expect(subjects).toContain(`document ${made.number} genuine`)
    expect(subjects).toContain(`permit ${made.number} collected`)
    expect(subjects.some((x) => /^security-object [0-9a-f]{16} /.test(x))).toBe(true)
    expect(new Set(rows.map((r) => r.actor)).size).toBeGreaterThan(2)
  })
})

describe('hostile requests at the door', () => {
  it.each([
    ['nothing', {}, 'no-document'], ['a letter', { 'a.txt': new TextEncoder().encode('Dear Sir') }, 'no-document'], ['half a zip', { 'a.zip': new TextEncoder().encode('PK\u0003\u0004 rest') }, 'zip-unreadable'],
    ['too many files', Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`f${i}`, new Uint8Array(4)])), 'body-malformed'], ['too large a file', { big: new Uint8Array(13 * 1024 * 1024) }, 'too-large'],
    ['too much together', { a: new Uint8Array(11 * 1024 * 1024), b: new Uint8Array(11 * 1024 * 1024) }, 'too-large'],
  ] as const)('%s', async (_, parts, code) => {
    const v = await look('verifier', parts)
    expect(v.code).toBe(code)
    expect(v.says).not.toMatch(/\.ts|at /)
  })
  it('a batch of another form, a seal that is none', async () => {
    expect(await codeOf(s.as('verifier').send('POST', `${PATH}/batches`, { x: 1 }))).toBe('format-unknown')
    expect(await codeOf(s.as('verifier').send('POST', `${PATH}/seals`, {}))).toBe('no-document')
    expect(await codeOf(s.as('verifier').send('POST', `${PATH}/seals`, { bytes: '<script>' }))).toBe('body-malformed')
    expect((await s.as('verifier').send<Verification>('POST', `${PATH}/seals`, { bytes: 'AAAA' })).verdict).toBe('faulty')
    expect(await codeOf(s.as('verifier').get(`${PATH}/batches/..%2f..%2ftrust.json`))).toBe('not-found')
  })
})

describe('batches over HTTP', () => {
  it('is taken as it comes, goes on after the module was killed, and is its sender’s alone', async () => {
    const n = 1_200
    const body = new ReadableStream<Uint8Array>({ pull: (() => { let i = 0; return (c: ReadableStreamDefaultController<Uint8Array>) => { if (i === n) c.close(); else c.enqueue(new TextEncoder().encode(i % 50 === 3 ? '{"name":"broken"}\n' : lineOf(i))); i += 1 } })() })
    const signedIn = openUser(s.platform.url, 'verifier', PASSWORD)
    await signedIn.get(`${PATH}/trust`)
    const sent = await fetchStream('verifier', `${PATH}/batches?name=border%20line.ndjson`, body)
    expect(sent.state).toMatch(/waiting|running/)
    for (let b = sent; b.share < 0.3 && b.endedAt === undefined; b = await s.as('verifier').get<VerificationBatch>(`${PATH}/batches/${sent.id}`)) await pause(10)
    process.kill(s.platform.parts.verifier.pid()!, 'SIGKILL')
    const b = await ended('verifier', sent.id)
    expect([b.state, b.done, b.counts.unreadable, b.resumed]).toEqual(['done', n, n / 50, 1])
    const lines = new TextDecoder().decode(await s.as('verifier').bytes(`${PATH}/batches/${sent.id}/results`)).trim().split('\n').map((l) => JSON.parse(l) as BatchLine)
    expect(lines.map((l) => l.n)).toEqual(Array.from({ length: n }, (_, i) => i))
    expect(lines[3]).toMatchObject({ verdict: 'unreadable', code: 'line-malformed' })
    expect(await codeOf(s.as('counter').get(`${PATH}/batches/${sent.id}`))).toBe('not-found')
    expect(await codeOf(s.as('auditor').bytes(`${PATH}/batches/${sent.id}/results`))).toBe('not-found')
    expect((await s.as('auditor').get<{ rows: readonly VerificationBatch[] }>(`${PATH}/batches`)).rows.map((x) => x.id)).toContain(sent.id)
    expect((await s.as('counter').get<{ total: number }>(`${PATH}/batches`)).total).toBe(0)
  }, 120_000)

  it('a killed server loses nothing of a batch that was taken', async () => {
    const sent = await (await raw('inspector', 'POST', `${PATH}/batches`, { body: Array.from({ length: 300 }, (_, i) => lineOf(i)).join(''), type: 'application/x-ndjson' })).json() as VerificationBatch
    process.kill(s.platform.parts.server.pid()!, 'SIGKILL')
    const b = await ended('inspector', sent.id)
    expect([b.state, b.done]).toEqual(['done', 300])
  }, 60_000)

  it('is cancelled by its sender', async () => {
    const sent = await (await raw('inspector', 'POST', `${PATH}/batches`, { body: Array.from({ length: 400 }, (_, i) => lineOf(i)).join(''), type: 'application/x-ndjson' })).json() as VerificationBatch
    expect(await codeOf(s.as('verifier').send('DELETE', `${PATH}/batches/${sent.id}`))).toBe('not-found')
    const code = await codeOf(s.as('inspector').send('DELETE', `${PATH}/batches/${sent.id}`))
    expect(['done', 'batch-ended']).toContain(code)
    expect((await ended('inspector', sent.id)).state).toBe(code === 'done' ? 'cancelled' : 'done')
  }, 60_000)
})

describe('the bundle for where nobody answers', () => {
  it('is signed as a whole, holds until its day, and not with another key, content or clock', async () => {
    const text = new TextDecoder().decode(await s.as('verifier').bytes(`${PATH}/bundle`))
    const health = await openLine(join(s.platform.state.run, 'signer.sock'), 'signer').call<SignerHealth>('GET', '/v1/health')
    const keys = parseAnchorKeys(health.ok ? health.value.anchorKey : '')
    const at = new Date(`${addDays(START, 27)}T09:00:00+08:00`)
    const opened = openTrustBundle(text, keys, at)
    expect(opened).toMatchObject({ ok: true, value: { office: '370699' } })
    if (!opened.ok) throw new Error('not opened')
    expect(opened.value.files.map((x) => x.name)).toEqual(expect.arrayContaining(['csca-1', 'crl-1', 'master-list', 'deviation-list', 'seal-authority']))
    const until = new Date(opened.value.usableUntil)
    expect(until.getTime() - new Date(opened.value.asOf).getTime()).toBe(7 * 86_400_000)
    const code = (r: ReturnType<typeof openTrustBundle>): string => (r.ok ? 'opened' : r.error.code)
    expect(code(openTrustBundle(text, keys, new Date(until.getTime() + 1)))).toBe('bundle-over')
    expect(code(openTrustBundle(text, keys, new Date(at.getTime() - 40 * 86_400_000)))).toBe('bundle-ahead')
    expect(code(openTrustBundle(text.replace('370699', '370698'), keys, at))).toBe('bundle-unsigned')
    expect(code(openTrustBundle(text, [], at))).toBe('bundle-unsigned')
    expect(code(openTrustBundle(text.slice(0, 400), keys, at))).toBe('bundle-malformed')
    const other = JSON.parse(text) as { content: string; statement: object }
    expect(code(openTrustBundle(JSON.stringify({ ...other, content: other.content.replace(/usableUntil":"20\d\d/, 'usableUntil":"2099') }), keys, at))).toBe('bundle-unsigned')
    const folder = mkdtempSync(join(tmpdir(), 'cw-bundle-'))
    writeFileSync(join(folder, 'bundle.json'), text)
    writeFileSync(join(folder, 'keys.pem'), health.ok ? health.value.anchorKey : '')
    mkdirSync(join(folder, 'chip'))
    for (const [name, b] of Object.entries(files)) writeFileSync(join(folder, 'chip', `${name}.bin`), b)
    const inspect = (...args: string[]) => spawnSync(process.execPath, ['apps/cli/bin/causeway.mjs', 'inspect', join(folder, 'chip'), '--trust', join(folder, 'bundle.json'), '--at', at.toISOString(), '--json', ...args], { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' })
    const told = JSON.parse(inspect('--keys', join(folder, 'keys.pem')).stdout) as { checks: readonly { name: string; outcome: string }[] }
    expect(told.checks.filter((c) => ['trust-path', 'sod-signature'].includes(c.name)).map((c) => c.outcome)).toEqual(['passed', 'passed'])
    expect([inspect().status, inspect().stderr]).toEqual([2, expect.stringMatching(/^bundle-unverified/) as string])
    expect(inspect('--keys', join(folder, 'keys.pem'), '--at', '2030-01-01').stderr).toMatch(/^bundle-over/)
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('the lists grow old', () => {
  it('without the national side the age is told, and nothing is genuine by stale lists', async () => {
    await s.platform.parts.hub.stop()
    await s.platform.parts.verifier.up()
    s.clock(`${addDays(START, 29)}T09:00:00+08:00`)
    await pause(2_500)
    expect((await stubborn(async () => s.as('verifier').get<TrustPage>(`${PATH}/trust`))).standing).toMatchObject({ age: 'late', says: { zh: expect.stringContaining('偏旧') as string } })
    s.clock(`${addDays(START, 60)}T09:00:00+08:00`)
    await pause(500)
    const v = await look('verifier', { 'EF.SOD': files['EF.SOD']! })
    expect([v.trust.age, v.checks.find((c) => c.name === 'trust-age')?.outcome]).toEqual(['stale', 'not-done'])
  })
})

async function fetchStream(login: string, path: string, body: ReadableStream<Uint8Array>): Promise<VerificationBatch> {
  const signedIn = await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password: PASSWORD }) })
  const { csrf } = (await signedIn.json()) as { csrf: string }
  const r = await fetch(`${s.platform.url}${path}`, { method: 'POST', body, headers: { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]!, 'x-csrf-token': csrf, 'content-type': 'application/x-ndjson' }, duplex: 'half' } as RequestInit)
  return (await r.json()) as VerificationBatch
}
