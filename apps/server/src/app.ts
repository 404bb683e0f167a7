import { randomBytes } from 'node:crypto'

import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { SignIn, type Nobody, type Session, type SignIn as SignInBody } from '@causeway/contract'
import { type Anchor } from '@causeway/journal'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'

import { isForeign, openDoor, refuse } from './http/door.ts'
import { readAssets, serveWeb } from './http/static.ts'
import { SESSION_RULES, signIn, whoIs, type Gate } from './http/session.ts'
import { accountNames, reader, today, type House } from './house.ts'
import { openAccountRoom } from './rooms/account.ts'
import { openExaminationRoom } from './rooms/examination.ts'
import { openDraftRoom } from './rooms/draft.ts'
import { openEnrolmentRoom } from './rooms/enrolment.ts'
import { openMissionRoom } from './rooms/mission.ts'
import { openOfficeRoom } from './rooms/office.ts'
import { openPermitRoom } from './rooms/permit.ts'
import { openPersonRoom } from './rooms/person.ts'
import { openProductionRoom } from './rooms/production.ts'
import { openSignerRoom } from './rooms/signer.ts'
import { openUnitRoom } from './rooms/unit.ts'
import { openVerificationRoom } from './rooms/verification.ts'
import { closeSession } from './store/account.ts'
import { isAnswering } from './store/store.ts'

export interface AppOptions {
  readonly house: House
  readonly webFolder: string
  readonly anchorNow: () => Promise<Anchor | undefined>
  /** Addresses or networks of the front proxy whose word on protocol, host and client is taken; none by default. */
  readonly trustProxy?: string | undefined
  /** Shown on the sign-in page of a demonstration. */
  readonly demoAccounts: readonly { readonly login: string; readonly password: string; readonly says: string }[]
}

const COOKIE = 'causeway'
const secure = (request: FastifyRequest): boolean => request.protocol === 'https'

/** Signing in, out, and who am I: the only rooms that stand before the door. */
function openSessionRoom(app: FastifyInstance, gate: Gate, o: AppOptions): void {
  const { house } = o
  const shape = Compile(SignIn)
  const office = { id: house.office.id, name: house.office.name, nameEn: house.office.nameEn }
  const show = async (request: FastifyRequest): Promise<Session | Nobody> => {
    const who = await whoIs(gate, request.cookies[COOKIE])
    if (who === undefined) return { office, demo: house.demo, ...(house.demo ? { demoAccounts: o.demoAccounts } : {}) }
    const r = reader(house)
    const unit = who.actor.unitId === undefined ? undefined : await r.row<{ name: string }>('unit', who.actor.unitId)
    return {
      account: { id: who.account.id, login: who.account.login, name: r.unlockText(who.account.sealedName, 'account'), roles: who.actor.roles },
      ...(unit === undefined ? {} : { unit: { id: unit.id, name: unit.body.name } }), ...(who.actor.personId === undefined ? {} : { personId: who.actor.personId }),
      office, csrf: who.csrf, today: today(house), demo: house.demo,
    }
  }
  app.get('/api/session', async (request, reply) => reply.header('cache-control', 'no-store').send(await show(request)))
  app.post('/api/session', { config: { rateLimit: { max: 40, timeWindow: '1 minute', hook: 'preHandler', keyGenerator: (r: FastifyRequest) => `${r.ip}|${String((r.body as { login?: unknown } | undefined)?.login)}` } } }, async (request, reply) => {
    if (isForeign(request)) return refuse(request, reply, { code: 'csrf-refused' })
    if (!shape.Check(request.body)) return refuse(request, reply, { code: 'body-malformed', at: 'login', details: { why: 'login and password' } })
    const body = request.body as SignInBody
    const result = await signIn(gate, body.login, body.password)
    if (!result.ok) return refuse(request, reply, result.error)
    void reply.setCookie(COOKIE, result.value.token, { path: '/', httpOnly: true, sameSite: 'strict', secure: secure(request), maxAge: SESSION_RULES.absoluteHours * 3_600 })
    return reply.header('cache-control', 'no-store').send({ done: true, csrf: result.value.csrf })
  })
  app.delete('/api/session', async (request, reply) => {
    const who = await whoIs(gate, request.cookies[COOKIE])
    if (who !== undefined && request.headers['x-csrf-token'] !== who.csrf) return refuse(request, reply, { code: 'csrf-refused' })
    if (who !== undefined) await closeSession(gate.db, gate.office, who.token)
    return reply.clearCookie(COOKIE, { path: '/' }).send({ done: true })
  })
}

/** The server's whole surface. Nothing listens yet. */
export async function buildApp(o: AppOptions): Promise<FastifyInstance> {
  const { house } = o
  const app = Fastify({ logger: false, bodyLimit: 2 * 1024 * 1024, trustProxy: o.trustProxy ?? false })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'blob:', 'data:'], connectSrc: ["'self'"], fontSrc: ["'self'"], objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] },
    },
    hsts: false, crossOriginOpenerPolicy: { policy: 'same-origin' }, referrerPolicy: { policy: 'no-referrer' },
  })
  app.addHook('onRequest', async (_, reply) => { void reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()') })
  await app.register(cookie)
  await app.register(multipart)
  await app.register(rateLimit, { global: true, max: 3_000, timeWindow: '1 minute', errorResponseBuilder: () => Object.assign(new Error('too many'), { statusCode: 429, code: 'too-many-requests' }) })
  app.addContentTypeParser('text/plain', (_, __, done) => { done(null, undefined) })
  // batches are handed on as they come: nobody holds one whole
  app.addContentTypeParser(['application/x-ndjson', 'application/zip'], (_, payload, done) => { done(null, payload) })

  const gate: Gate = { db: house.store.pool, office: house.store.office, now: house.clock.now }
  openSessionRoom(app, gate, o)
  const door = openDoor(app, gate, async () => accountNames(house))
  for (const open of [openAccountRoom, openUnitRoom, openDraftRoom, openPersonRoom, openMissionRoom, openEnrolmentRoom, openProductionRoom, openPermitRoom, openVerificationRoom, openExaminationRoom, openSignerRoom]) open(door, house)
  openOfficeRoom(door, house, o.anchorNow)
  app.get('/api/health', async (_, reply) => {
    const answers = await isAnswering(house.store.pool)
    return reply.code(answers ? 200 : 503).header('cache-control', 'no-store').send(answers ? { ready: true, says: 'ready' } : { ready: false, says: 'the database does not answer' })
  })
  serveWeb(app, readAssets(o.webFolder))

  app.setNotFoundHandler((request, reply) => refuse(request, reply, { code: 'no-such-route' }))
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply: FastifyReply) => {
    if (error.statusCode === 429) return refuse(request, reply, { code: 'too-many-requests' })
    if (error.statusCode === 413) return refuse(request, reply, { code: 'too-large', details: { limitMB: 2 } })
    if (error.statusCode !== undefined && error.statusCode < 500) return refuse(request, reply, { code: 'body-malformed', details: { why: error.code ?? 'request' } })
    const incident = randomBytes(4).toString('hex')
    house.log.error('bug', { incident, route: request.routeOptions.url, method: request.method, error })
    return refuse(request, reply, { code: 'bug', details: { incident } })
  })
  return app
}
