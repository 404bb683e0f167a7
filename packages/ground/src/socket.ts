import { chmodSync, existsSync, openSync, readFileSync, unlinkSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { Agent, createServer as createTlsServer, request as tlsRequest } from 'node:https'
import { join } from 'node:path'
import { type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type TLSSocket } from 'node:tls'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'

/** Bytes that a socket's path may have, with room to spare. */
const PATH_LIMIT = 100

/**
 * The path of a socket in a folder. Where it is too long for the system, and that is Linux, the folder is opened and
 * named by its descriptor, for as long as the process lives.
 */
export function socketIn(folder: string, name: string): string {
  const path = join(folder, name)
  return Buffer.byteLength(path) <= PATH_LIMIT || process.platform !== 'linux' ? path : `/proc/self/fd/${openSync(folder, 'r')}/${name}`
}

/** PEM files of one side of a line between two machines: its own key and certificate, and whom it believes. */
export interface TlsFiles { readonly key: string; readonly certificate: string; readonly authority: string }

/** Where a part is: behind a Unix socket of this machine, or on another, where both sides show a certificate. */
export type Place = string | { readonly host: string; readonly port: number; readonly tls: TlsFiles }

/** HOST:PORT, an IPv6 host in brackets; undefined when it is none. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const m = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(m?.[3])
  return m !== null && port <= 65_535 ? { host: m[1] ?? m[2]!, port } : undefined
}

/** A place as it is written on a command line: a socket's path, or `tls://HOST:PORT?key=FILE&certificate=FILE&authority=FILE`. @throws Error when it is neither */
export function parsePlace(text: string): Place {
  if (!text.startsWith('tls://')) return text
  const url = new URL(text)
  const [address, of] = [parseAddress(url.host), (name: string) => url.searchParams.get(name)]
  const [key, certificate, authority] = [of('key'), of('certificate'), of('authority')]
  if (address === undefined || key === null || certificate === null || authority === null) throw new Error(`${text} is not tls://HOST:PORT?key=FILE&certificate=FILE&authority=FILE`)
  return { ...address, tls: { key, certificate, authority } }
}

/** Speaks JSON over HTTP to a part. */
export interface Line {
  /** Answers the part's value or its refusal; `part-unreachable` when it does not answer in time. */
  readonly call: <T>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs?: number) => Promise<Result<T, Refusal>>
}

/** A line that also carries bytes without holding them all. */
export interface StreamLine extends Line {
  /** Sends bytes as they come, for what is too large to be one text. A refusal may come before the end; the rest is taken and forgotten. */
  readonly send: <T>(path: string, bytes: Readable, idleMs?: number) => Promise<Result<T, Refusal>>
  /** Asks for bytes that come as they are read. */
  readonly fetch: (path: string, idleMs?: number) => Promise<Result<Readable, Refusal>>
}

/** All bytes of a stream; undefined as soon as they are more than the limit. */
export async function gather(stream: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function text(stream: IncomingMessage, limit: number): Promise<string | undefined> {
  return (await gather(stream, limit))?.toString('utf8')
}

const ANSWER_LIMIT = 64 * 1024 * 1024

/** @throws Error when a PEM file cannot be read */
const readTls = (t: TlsFiles): { readonly key: Buffer; readonly cert: Buffer; readonly ca: Buffer; readonly minVersion: 'TLSv1.3' } => ({
  key: readFileSync(t.key), cert: readFileSync(t.certificate), ca: readFileSync(t.authority), minVersion: 'TLSv1.3',
})

type Asking = (o: { readonly method: string; readonly path: string; readonly timeout: number; readonly headers: Record<string, string | number> }, answer: (r: IncomingMessage) => void) => ReturnType<typeof request>

function askingAt(place: Place): Asking {
  // a connection of its own each time: one kept open may be closed by the part at the moment it is used again
  if (typeof place === 'string') return (o, answer) => request({ ...o, socketPath: place, agent: false }, answer)
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ...readTls(place.tls) })
  return (o, answer) => tlsRequest({ ...o, host: place.host, port: place.port, agent }, answer)
}

/** A line to a part. @throws Error when the place is another machine and a PEM file cannot be read */
export function openLine(place: Place, part: string): StreamLine {
  const ask = askingAt(place)
  return {
    call: async <T>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = 10_000) =>
      new Promise<Result<T, Refusal>>((resolve) => {
        const away = (why: string) => { resolve(no({ code: 'part-unreachable', details: { part, why } })) }
        const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
        const r = ask({ method, path, timeout: timeoutMs, headers: bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length } }, (response) => {
          text(response, ANSWER_LIMIT).then((t) => {
            if (t === undefined) { away('answer too large'); return }
            const value = JSON.parse(t) as T | Refusal
            resolve((response.statusCode ?? 500) < 300 ? ok(value as T) : no(value as Refusal))
          }).catch((error: unknown) => { away(String((error as Error).message)) })
        })
        r.on('timeout', () => { r.destroy(new Error('no answer in time')) })
        r.on('error', (error) => { away((error as NodeJS.ErrnoException).code ?? error.message) })
        r.end(bytes)
      }),
    send: async <T>(path: string, bytes: Readable, idleMs = 30_000) =>
      new Promise<Result<T, Refusal>>((resolve) => {
        const away = (why: string) => { resolve(no({ code: 'part-unreachable', details: { part, why } })) }
        let answered = false
        const r = ask({ method: 'POST', path, timeout: idleMs, headers: { 'content-type': 'application/octet-stream' } }, (response) => {
          answered = true
          text(response, ANSWER_LIMIT).then((t) => {
            const value = JSON.parse(t ?? '{}') as T | Refusal
            resolve((response.statusCode ?? 500) < 300 ? ok(value as T) : no(value as Refusal))
          }).catch((error: unknown) => { away(String((error as Error).message)) })
        })
        r.on('timeout', () => { r.destroy(new Error('no answer in time')) })
        // an answer that came before the end of the bytes counts, whatever becomes of the rest
        r.on('error', (error) => { if (!answered) away((error as NodeJS.ErrnoException).code ?? error.message) })
        bytes.on('error', (error) => { r.destroy(error) })
        bytes.on('close', () => { if (!bytes.readableEnded) r.destroy(new Error('the sender broke off')) })
        bytes.pipe(r)
      }),
    fetch: async (path, idleMs = 30_000) =>
      new Promise<Result<Readable, Refusal>>((resolve) => {
        const away = (why: string) => { resolve(no({ code: 'part-unreachable', details: { part, why } })) }
        const r = ask({ method: 'GET', path, timeout: idleMs, headers: {} }, (response) => {
          if ((response.statusCode ?? 500) < 300) { resolve(ok(response)); return }
          text(response, ANSWER_LIMIT).then((t) => { resolve(no(JSON.parse(t ?? '{}') as Refusal)) }).catch((error: unknown) => { away(String((error as Error).message)) })
        })
        r.on('timeout', () => { r.destroy(new Error('no answer in time')) })
        r.on('error', (error) => { away((error as NodeJS.ErrnoException).code ?? error.message) })
        r.end()
      }),
  }
}

/** One thing that a part can be asked. Throws only when the part itself is broken. */
export type Handler = (body: unknown, query: URLSearchParams) => Promise<Result<unknown, Refusal>>

/** Takes a body as it comes. What it does not read is thrown away. */
export interface StreamHandler { readonly takes: (bytes: Readable, query: URLSearchParams) => Promise<Result<unknown, Refusal>> }
/** Answers bytes as they are read. */
export interface FlowHandler { readonly gives: (query: URLSearchParams) => Promise<Result<Readable, Refusal>> }
export type AnyHandler = Handler | StreamHandler | FlowHandler

/** An answer that is no JSON. */
export class Plain {
  readonly mediaType: string
  readonly text: string
  constructor(mediaType: string, plain: string) {
    this.mediaType = mediaType
    this.text = plain
  }
}

const BODY_LIMIT = 32 * 1024 * 1024

/** Refusals that are no fault of the request: asked again later, the same may pass. */
const LATER: Readonly<Record<string, number>> = { busy: 503 }

/** How long a body that was refused may go on coming. */
const DRAIN_MS = 30_000

async function drained(req: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => { resolve(undefined) }, DRAIN_MS)
  for (const event of ['end', 'close', 'error']) req.once(event, () => { resolve(undefined) })
  req.resume()
  await promise
  clearTimeout(timer)
}

async function answerTo(req: IncomingMessage, res: ServerResponse, handlers: Readonly<Record<string, AnyHandler>>): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://part')
  const answer = (status: number, value: unknown): void => {
    const [mediaType, body] = value instanceof Plain ? [value.mediaType, value.text] : ['application/json', JSON.stringify(value)]
    res.writeHead(status, { 'content-type': mediaType, ...(status === 503 ? { 'retry-after': '1' } : {}) }).end(body)
  }
  const handler = handlers[`${req.method} ${url.pathname}`]
  // a part that is still opening its books is away, not without the route
  if (Object.keys(handlers).length === 0) { answer(503, { code: 'part-unreachable', details: { why: 'starting' } }); return }
  if (handler === undefined) { answer(404, { code: 'no-such-route', at: url.pathname }); return }
  const tell = (result: Result<unknown, Refusal>): void => { answer(result.ok ? 200 : LATER[result.error.code] ?? 422, result.ok ? result.value ?? {} : result.error) }
  if (typeof handler === 'object' && 'takes' in handler) {
    const result = await handler.takes(req, url.searchParams)
    // a sender that is answered while it sends meets a closed line and does not hear why: the rest is let run first
    if (!req.readableEnded && !req.destroyed) await drained(req)
    tell(result)
    return
  }
  if (typeof handler === 'object') {
    const result = await handler.gives(url.searchParams)
    if (!result.ok) { tell(result); return }
    res.writeHead(200, { 'content-type': 'application/octet-stream' })
    await pipeline(result.value, res).catch(() => { res.destroy() })
    return
  }
  const t = await text(req, BODY_LIMIT)
  if (t === undefined) { answer(413, { code: 'too-large' }); return }
  let body: unknown
  try {
    body = t === '' ? undefined : JSON.parse(t)
  } catch {
    answer(400, { code: 'body-malformed' })
    return
  }
  tell(await handler(body, url.searchParams))
}

const listening = (handlers: Readonly<Record<string, AnyHandler>>, onBug: (error: unknown) => void): RequestListener => (req, res) => {
  answerTo(req, res, handlers).catch((error: unknown) => {
    onBug(error)
    if (!res.headersSent) res.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'bug' }))
  })
}

async function listen(server: Server, where: string | { readonly host: string; readonly port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
}

/** Opens a part's Unix socket: `'POST /v1/sod': handler`. A socket left behind by a dead process is replaced. */
export async function openPart(socketPath: string, handlers: Readonly<Record<string, AnyHandler>>, onBug: (error: unknown) => void): Promise<Server> {
  const server = createServer(listening(handlers, onBug))
  if (existsSync(socketPath)) unlinkSync(socketPath)
  await listen(server, socketPath)
  chmodSync(socketPath, 0o660)
  return server
}

/**
 * Opens a part to another machine: TLS 1.3, and only callers whose certificate comes from the authority of `tls` and bears
 * one of the common names.
 *
 * @throws Error when a PEM file cannot be read, or the port is taken
 */
export async function openRemotePart(o: { readonly host: string; readonly port: number; readonly tls: TlsFiles; readonly callers: readonly string[] }, handlers: Readonly<Record<string, AnyHandler>>, onBug: (error: unknown) => void): Promise<Server> {
  const answer = listening(handlers, onBug)
  const server = createTlsServer({ ...readTls(o.tls), requestCert: true, rejectUnauthorized: true }, (req, res) => {
    const caller = (req.socket as TLSSocket).getPeerCertificate().subject.CN
    if (typeof caller === 'string' && o.callers.includes(caller)) answer(req, res)
    else res.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'caller-unknown', details: { caller: String(caller) } }))
  })
  await listen(server, { host: o.host, port: o.port })
  return server
}
