import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Server } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { no, ok } from '@causeway/kernel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openLine, openPart, openRemotePart, parseAddress, parsePlace, Plain, type TlsFiles } from './socket.ts'

const HANDLERS = {
  'GET /v1/health': async () => Promise.resolve(ok({ ready: true })),
  'POST /v1/echo': async (body: unknown) => Promise.resolve(ok(body)),
  'GET /metrics': async () => Promise.resolve(ok(new Plain('text/plain; version=0.0.4', 'a 1\n'))),
  'POST /v1/busy': async () => Promise.resolve(no({ code: 'busy' })),
  'POST /v1/bug': async () => Promise.reject(new Error('secret of the house')),
}

let folder: string
let server: Server
let port: number
const bugs: unknown[] = []
const files = (name: string): TlsFiles => ({ key: join(folder, `${name}.key`), certificate: join(folder, `${name}.pem`), authority: join(folder, 'ca.pem') })

/** A certificate of an authority, made by openssl; for the authority itself, of itself. */
function certificate(name: string, o: { readonly cn: string; readonly ca?: string }): void {
  const at = (f: string): string => join(folder, f)
  const openssl = (...args: readonly string[]): void => { execFileSync('openssl', args, { stdio: 'ignore' }) }
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at(`${name}.key`))
  if (o.ca === undefined) { openssl('req', '-x509', '-new', '-key', at(`${name}.key`), '-subj', `/CN=${o.cn}`, '-days', '2', '-out', at(`${name}.pem`)); return }
  openssl('req', '-new', '-key', at(`${name}.key`), '-subj', `/CN=${o.cn}`, '-out', at(`${name}.csr`))
  writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl('x509', '-req', '-in', at(`${name}.csr`), '-CA', at(`${o.ca}.pem`), '-CAkey', at(`${o.ca}.key`), '-CAcreateserial', '-days', '2', '-extfile', at('ext'), '-out', at(`${name}.pem`))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cw-line-'))
  certificate('ca', { cn: 'House' })
  certificate('stranger-ca', { cn: 'House' })
  certificate('signer', { cn: 'signer', ca: 'ca' })
  certificate('server', { cn: 'server', ca: 'ca' })
  certificate('other', { cn: 'other', ca: 'ca' })
  certificate('stranger', { cn: 'server', ca: 'stranger-ca' })
  server = await openRemotePart({ host: '127.0.0.1', port: 0, tls: files('signer'), callers: ['server'] }, HANDLERS, (e) => { bugs.push(e) })
  port = (server.address() as AddressInfo).port
})
afterAll(() => { server.closeAllConnections(); server.close(); rmSync(folder, { recursive: true, force: true }) })

const line = (name: string, more: Partial<TlsFiles> = {}) => openLine({ host: '127.0.0.1', port, tls: { ...files(name), ...more } }, 'signer')

describe('a line between two machines', () => {
  it('both sides show a certificate of the same authority, and the caller is on the list', async () => {
    expect(await line('server').call('GET', '/v1/health')).toEqual({ ok: true, value: { ready: true } })
    expect(await line('server').call('POST', '/v1/echo', { a: '中' })).toEqual({ ok: true, value: { a: '中' } })
  })

  it('a caller who is not on the list is told so, and asks nothing', async () => {
    expect(await line('other').call('POST', '/v1/echo', {})).toMatchObject({ ok: false, error: { code: 'caller-unknown', details: { caller: 'other' } } })
  })

  it.each([
    ['a caller of another authority, whatever its name', () => line('stranger')],
    ['a part of another authority', () => line('server', { authority: join(folder, 'stranger-ca.pem') })],
  ])('%s is not spoken to', async (_, open) => {
    expect(await open().call('GET', '/v1/health')).toMatchObject({ ok: false, error: { code: 'part-unreachable' } })
  })

  it('a caller without a certificate is not spoken to, nor one with TLS 1.2', async () => {
    const ask = async (o: object): Promise<string> => new Promise((done) => {
      request({ host: '127.0.0.1', port, path: '/v1/health', rejectUnauthorized: false, agent: false, ...o }, (r) => { done(String(r.statusCode)) }).on('error', (e) => { done((e as NodeJS.ErrnoException).code ?? 'error') }).end()
    })
    expect(await ask({})).not.toBe('200')
    expect(await ask({ maxVersion: 'TLSv1.2' })).not.toBe('200')
  })
})

describe('what a part answers', () => {
  it('text is text, busy is asked again later, and a bug says nothing of itself', async () => {
    const socket = join(folder, 's.sock')
    const part = await openPart(socket, HANDLERS, (e) => { bugs.push(e) })
    const { request: plain } = await import('node:http')
    const ask = async (method: string, path: string): Promise<readonly [number, string | undefined, string]> => new Promise((done) => {
      plain({ socketPath: socket, method, path }, (r) => { let t = ''; r.setEncoding('utf8').on('data', (d: string) => { t += d }).on('end', () => { done([r.statusCode ?? 0, r.headers['retry-after'], t]) }) }).end()
    })
    expect(await ask('GET', '/metrics')).toEqual([200, undefined, 'a 1\n'])
    expect(await ask('POST', '/v1/busy')).toEqual([503, '1', '{"code":"busy"}'])
    expect(await ask('POST', '/v1/bug')).toEqual([500, undefined, '{"code":"bug"}'])
    expect(await ask('GET', '/v1/none')).toEqual([404, undefined, '{"code":"no-such-route","at":"/v1/none"}'])
    expect(bugs).toHaveLength(1)
    part.closeAllConnections()
    part.close()
  })
})

describe('where a part is', () => {
  it('is a path, or another machine with the files of the line', () => {
    expect(parsePlace('/run/signer.sock')).toBe('/run/signer.sock')
    expect(parsePlace('tls://10.0.0.7:8443?key=/k&certificate=/c&authority=/a')).toEqual({ host: '10.0.0.7', port: 8_443, tls: { key: '/k', certificate: '/c', authority: '/a' } })
    for (const wrong of ['tls://10.0.0.7?key=/k&certificate=/c&authority=/a', 'tls://h:1?key=/k', 'tls://']) expect(() => parsePlace(wrong)).toThrow()
    expect([parseAddress('[::1]:80'), parseAddress('h:99999'), parseAddress('h'), parseAddress(':1')]).toEqual([{ host: '::1', port: 80 }, undefined, undefined, undefined])
  })
})
