import { chmodSync, existsSync, openSync, unlinkSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { join } from 'node:path'

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

/** Speaks JSON over HTTP to a part behind a Unix socket. */
export interface Line {
  /** Answers the part's value or its refusal; `part-unreachable` when it does not answer in time. */
  readonly call: <T>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs?: number) => Promise<Result<T, Refusal>>
}

async function text(stream: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const ANSWER_LIMIT = 64 * 1024 * 1024

export function openLine(socketPath: string, part: string): Line {
  return {
    call: async <T>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = 10_000) =>
      new Promise<Result<T, Refusal>>((resolve) => {
        const away = (why: string) => { resolve(no({ code: 'part-unreachable', details: { part, why } })) }
        const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
        const r = request({ socketPath, method, path, timeout: timeoutMs, headers: bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length } }, (response) => {
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
  }
}

/** One thing that a part can be asked. Throws only when the part itself is broken. */
export type Handler = (body: unknown, query: URLSearchParams) => Promise<Result<unknown, Refusal>>

const BODY_LIMIT = 32 * 1024 * 1024

/** Opens a part's Unix socket: `'POST /v1/sod': handler`. A socket left behind by a dead process is replaced. */
export async function openPart(socketPath: string, handlers: Readonly<Record<string, Handler>>, onBug: (error: unknown) => void): Promise<Server> {
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://part')
    const answer = (status: number, value: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const handler = handlers[`${req.method} ${url.pathname}`]
    if (handler === undefined) { answer(404, { code: 'no-such-route', at: url.pathname }); return }
    void (async () => {
      try {
        const t = await text(req, BODY_LIMIT)
        if (t === undefined) { answer(413, { code: 'too-large' }); return }
        let body: unknown
        try {
          body = t === '' ? undefined : JSON.parse(t)
        } catch {
          answer(400, { code: 'body-malformed' })
          return
        }
        const result = await handler(body, url.searchParams)
        answer(result.ok ? 200 : 422, result.ok ? result.value ?? {} : result.error)
      } catch (error) {
        onBug(error)
        answer(500, { code: 'bug' })
      }
    })()
  })
  if (existsSync(socketPath)) unlinkSync(socketPath)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  chmodSync(socketPath, 0o660)
  return server
}
