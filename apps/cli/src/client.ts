import { randomUUID } from 'node:crypto'

/** Somebody at a screen: signs in, keeps the session, signs in again when the clock has leapt. */
export interface User {
  readonly get: <T>(path: string) => Promise<T>
  readonly bytes: (path: string) => Promise<Uint8Array>
  readonly send: <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, key?: string) => Promise<T>
  readonly upload: <T>(path: string, o: { readonly field: string; readonly filename: string; readonly bytes: Uint8Array; readonly type: string; readonly fields?: unknown }, key?: string) => Promise<T>
}

/** A refusal by the server, as it was told. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Readonly<Record<string, unknown>>
  constructor(status: number, problem: Readonly<Record<string, unknown>>, where: string) {
    super(`${where}: ${String(problem['says'] ?? problem['code'])}${Array.isArray(problem['problems']) ? ` ${JSON.stringify(problem['problems'])}` : ''}`)
    this.status = status
    this.code = String(problem['code'])
    this.problem = problem
  }
}

export function openUser(url: string, login: string, password: string): User {
  let cookie = ''
  let csrf = ''
  const signIn = async (): Promise<void> => {
    const r = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password }) })
    const body = (await r.json()) as { csrf?: string } & Record<string, unknown>
    if (!r.ok) throw new Refused(r.status, body, 'sign in')
    cookie = (r.headers.get('set-cookie') ?? '').split(';')[0]!
    csrf = String(body.csrf)
  }
  const ask = async (method: string, path: string, init: { body?: string | FormData; headers?: Record<string, string> } = {}): Promise<Response> => {
    for (let attempt = 0; ; attempt++) {
      if (cookie === '') await signIn()
      const r = await fetch(`${url}${path}`, { method, ...init, headers: { cookie, 'x-csrf-token': csrf, 'accept-language': 'zh', ...init.headers } })
      if (r.status !== 401 || attempt > 0) return r
      cookie = ''
    }
  }
  const value = async <T>(r: Response, where: string): Promise<T> => {
    const body = (await r.json()) as Record<string, unknown>
    if (!r.ok) throw new Refused(r.status, body, where)
    return body as T
  }
  return {
    get: async (path) => value(await ask('GET', path), `GET ${path}`),
    bytes: async (path) => {
      const r = await ask('GET', path)
      if (!r.ok) throw new Refused(r.status, (await r.json()) as Record<string, unknown>, `GET ${path}`)
      return new Uint8Array(await r.arrayBuffer())
    },
    send: async (method, path, body, key = randomUUID()) => value(await ask(method, path, {
      headers: { 'idempotency-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }), `${method} ${path}`),
    upload: async (path, o, key = randomUUID()) => {
      const form = new FormData()
      if (o.fields !== undefined) form.set('fields', JSON.stringify(o.fields))
      form.set(o.field, new Blob([o.bytes as Uint8Array<ArrayBuffer>], { type: o.type }), o.filename)
      return value(await ask('POST', path, { body: form, headers: { 'idempotency-key': key } }), `POST ${path}`)
    },
  }
}
