import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'

import { ACTS, ROUTES, VIEWS, scopeOf, type Route, type RouteName, type Rule, type Scope } from '@causeway/contract'
import { type Refusal, type Result } from '@causeway/kernel'
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

import { problemOf, type Language } from './problem.ts'
import { isSameSecret, whoIs, type Actor, type Gate, type SignedIn } from './session.ts'

/** What a room is told of a request: who asks, how far he may reach, and what was asked, already parsed. */
export interface Asked<B> {
  readonly actor: Actor
  readonly scope: Scope
  readonly signedIn: SignedIn
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: B
  readonly parts: readonly Part[]
  /** Present for acts: the request's own key, so that a repeat is one act. */
  readonly once: { readonly route: string; readonly key: string; readonly bodyHash: string }
  readonly language: Language
}

/** One file of a multipart request. */
export interface Part { readonly field: string; readonly filename: string; readonly mediaType: string; readonly bytes: Uint8Array }

/** Bytes instead of JSON: a document, a picture. */
export class Bytes {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly filename: string
  constructor(bytes: Uint8Array, mediaType: string, filename: string) {
    this.bytes = bytes
    this.mediaType = mediaType
    this.filename = filename
  }
}

/** Bytes that come as they are read. */
export class Flow {
  readonly stream: Readable
  readonly mediaType: string
  readonly filename: string
  constructor(stream: Readable, mediaType: string, filename: string) {
    this.stream = stream
    this.mediaType = mediaType
    this.filename = filename
  }
}

/** How much a multipart request may bring: files, bytes of one, bytes of all. */
export interface UploadLimit { readonly files: number; readonly one: number; readonly all: number }

export interface Door {
  /** Opens one address of the contract. A route that the contract does not list cannot be named here. */
  room<S extends TSchema>(name: RouteName, body: S, run: (asked: Asked<Static<S>>) => Promise<Result<unknown, Refusal>>, limit?: UploadLimit): void
  room(name: RouteName, body: undefined, run: (asked: Asked<undefined>) => Promise<Result<unknown, Refusal>>, limit?: UploadLimit): void
}

const languageOf = (request: FastifyRequest): Language => (/^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh')

/** Answers with a refusal in the one form that all have. */
export function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal, languageOf(request))
  return reply.code(problem.status).type('application/problem+json').send(problem)
}

const ruleOf = (route: Route): Rule | undefined => {
  if ('act' in route.does) return ACTS[route.does.act]
  return 'view' in route.does ? VIEWS[route.does.view] : undefined
}

/** A request from a page of another origin changes nothing here, whatever cookie it carries. */
export function isForeign(request: FastifyRequest): boolean {
  const origin = request.headers.origin
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'cross-site'
  try {
    return new URL(origin).host !== request.host
  } catch {
    return true
  }
}

const UPLOAD: UploadLimit = { files: 4, one: 12 * 1024 * 1024, all: 48 * 1024 * 1024 }

async function readParts(request: FastifyRequest, limit: UploadLimit): Promise<{ parts: Part[]; fields: unknown }> {
  const parts: Part[] = []
  let fields: unknown
  let all = 0
  for await (const part of request.parts({ limits: { fileSize: limit.one, files: limit.files, fields: 4 } })) {
    if (part.type === 'file') {
      const bytes = new Uint8Array(await part.toBuffer())
      all += bytes.length
      if (all > limit.all) throw Object.assign(new Error('too much'), { code: 'FST_REQ_FILE_TOO_LARGE' })
      parts.push({ field: part.fieldname, filename: part.filename, mediaType: part.mimetype, bytes })
    }
    else if (part.fieldname === 'fields' && typeof part.value === 'string') fields = JSON.parse(part.value) as unknown
  }
  return { parts, fields }
}

const bodyHash = (body: unknown, parts: readonly Part[]): string => {
  const h = createHash('sha256').update(body instanceof Readable ? 'stream' : JSON.stringify(body ?? null))
  for (const p of parts) h.update(p.field).update(p.bytes)
  return h.digest('hex')
}

/** Lets a request through to its room, or says why not: session, rule, origin, token, key, shape, in this order. */
async function admit(gate: Gate, route: Route, o: { readonly request: FastifyRequest; readonly limit: UploadLimit }): Promise<Result<Omit<Asked<unknown>, 'body'> & { readonly body: unknown }, Refusal>> {
  const { request, limit } = o
  const refused = (code: string, more: Partial<Refusal> = {}) => ({ ok: false as const, error: { code, ...more } })
  const signedIn = await whoIs(gate, request.cookies['causeway'])
  if (signedIn === undefined) return refused('not-signed-in')
  const rule = ruleOf(route)
  const scope = rule && scopeOf(rule, signedIn.actor.roles)
  if (scope === undefined) return refused('not-allowed', { details: { roles: Object.keys(rule?.roles ?? {}) } })
  if (route.method !== 'GET') {
    const token = request.headers['x-csrf-token']
    if (isForeign(request) || typeof token !== 'string' || !isSameSecret(token, signedIn.csrf)) return refused('csrf-refused')
  }
  const key = request.headers['idempotency-key']
  if ('act' in route.does && (typeof key !== 'string' || !/^[\w.:-]{8,80}$/.test(key))) return refused('idempotency-key-missing', { at: 'idempotency-key' })
  let body: unknown = request.body
  let parts: Part[] = []
  if (request.isMultipart()) {
    try {
      const read = await readParts(request, limit)
      body = read.fields
      parts = read.parts
    } catch (error) {
      return refused((error as { code?: string }).code === 'FST_REQ_FILE_TOO_LARGE' ? 'too-large' : 'body-malformed', { details: { limitMB: limit.one / 1_048_576 } })
    }
  }
  return {
    ok: true,
    value: {
      actor: signedIn.actor, scope, signedIn, body, parts,
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string>,
      once: { route: `${route.method} ${request.url.split('?')[0] ?? ''}`, key: typeof key === 'string' ? key : randomUUID(), bodyHash: bodyHash(body, parts) },
      language: languageOf(request),
    },
  }
}

function answer(reply: FastifyReply, value: unknown): FastifyReply {
  if (value instanceof Flow) {
    return reply.header('cache-control', 'no-store').header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(value.filename)}`).type(value.mediaType).send(value.stream)
  }
  if (!(value instanceof Bytes)) return reply.header('cache-control', 'no-store').send(value ?? { done: true })
  return reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(value.filename)}`)
    .type(value.mediaType)
    .send(Buffer.from(value.bytes))
}

/** Whoever stands in a refusal by number is named: people are told who was first, not which account. */
async function named(refusal: Refusal, nameOf: () => Promise<(id: string) => string>): Promise<Refusal> {
  const by = refusal.details?.['by']
  return typeof by === 'string' && by !== '' ? { ...refusal, details: { ...refusal.details, by: (await nameOf())(by) } } : refusal
}

/** The one way to open a route. */
export function openDoor(app: FastifyInstance, gate: Gate, nameOf: () => Promise<(id: string) => string>): Door {
  return {
    room(name: RouteName, body: TSchema | undefined, run: (asked: Asked<never>) => Promise<Result<unknown, Refusal>>, limit: UploadLimit = UPLOAD): void {
      const route: Route = ROUTES[name]
      const shape = body && Compile(body)
      app.route({
        method: route.method,
        url: route.path,
        config: { routeName: name },
        handler: async (request, reply) => {
          const admitted = await admit(gate, route, { request, limit })
          if (!admitted.ok) return refuse(request, reply, admitted.error)
          if (shape !== undefined && !shape.Check(admitted.value.body)) {
            const first = shape.Errors(admitted.value.body)[0]
            return refuse(request, reply, { code: 'body-malformed', at: (first?.instancePath ?? '').slice(1).replaceAll('/', '.'), details: { why: first?.message ?? 'missing' } })
          }
          const result = await run(admitted.value as Asked<never>)
          return result.ok ? answer(reply, result.value) : refuse(request, reply, await named(result.error, nameOf))
        },
      })
    },
  } as Door
}
