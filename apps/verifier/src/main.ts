import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { SealQuestion, VERIFICATION_POLICIES, type TrustPage, type VerificationPolicy } from '@causeway/contract'
import { openProcess, PART_OPTIONS } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { EndorsementRecord } from '@causeway/signing'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

import { openBatchDesk } from './batch.ts'
import { fromBase64 } from './judge.ts'
import { openPool, type Pool } from './pool.ts'
import { standingOf } from './standing.ts'
import { openTrustStore, trustRows } from './trust.ts'

const { values } = parseArgs({ options: { ...PART_OPTIONS, threads: { type: 'string' } } })
const threads = Number(values.threads ?? Math.max(1, Math.min(8, availableParallelism())))

let pool: Pool | undefined
// threads read their code before root is laid down: the checkout may be closed to the user that this becomes
const { dir, clock, log, serve } = await openProcess('verifier', values, async () => {
  pool = await openPool(threads, (error) => { log.error('thread-not-replaced', { error }); process.exit(1) })
})
const judges = pool!
const store = openTrustStore(dir)
judges.setTrust(store.held())
const desk = openBatchDesk({ folder: join(dir, 'batches'), pool: judges, now: clock.now, log: (event, details) => { log.info(event, details) } })

const isSealQuestion = Compile(SealQuestion)
const isRecord = Compile(EndorsementRecord)
const isVerdict = Compile(Type.Object({ outcome: Type.Union([Type.Literal('passed'), Type.Literal('failed'), Type.Literal('not-done')]), says: Type.String() }))
const policyOf = (v: unknown): VerificationPolicy => (VERIFICATION_POLICIES.includes(v as VerificationPolicy) ? (v as VerificationPolicy) : 'strict')
const fieldsOf = (body: unknown): Readonly<Record<string, unknown>> => (typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {})
const now = (): string => clock.now().toISOString()
const malformed = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'body-malformed', at })
/** A question's answer is itself an answer or a refusal. */
const flat = async <T>(asked: Promise<Result<Result<T, Refusal>, Refusal>>): Promise<Result<T, Refusal>> => { const r = await asked; return r.ok ? r.value : r }
const batch = (id: string | null) => { const b = desk.show(id ?? ''); return b === undefined ? no<Refusal>({ code: 'not-found' }) : ok(b) }

serve({
  'GET /v1/health': async () => {
    const standing = standingOf(store.held(), clock.now())
    return Promise.resolve(ok({ ready: standing.age === 'fresh' || standing.age === 'late', says: [`${judges.size} threads`, standing.says.zh], waiting: judges.waiting() }))
  },
  'POST /v1/trust': async (body) => {
    const taken = store.take(body)
    if (taken.ok && taken.value.changed) judges.setTrust(store.held())
    return Promise.resolve(taken)
  },
  'GET /v1/trust': async () => {
    const page: Omit<TrustPage, 'settings'> & { readonly held: unknown } = { standing: standingOf(store.held(), clock.now()), rows: await trustRows(store.held(), clock.now()), held: store.held() }
    return ok(page)
  },
  'POST /v1/files': async (body) => {
    const { files, policy } = fieldsOf(body)
    if (!Array.isArray(files) || files.length === 0) return malformed('files')
    const wrong = files.findIndex((f) => typeof fieldsOf(f)['name'] !== 'string' || typeof fieldsOf(f)['base64'] !== 'string')
    if (wrong !== -1) return malformed(`files.${wrong}`)
    const found = (files as readonly { readonly name: string; readonly base64: string }[]).map((f) => ({ name: f.name, bytes: fromBase64(f.base64) }))
    return flat(judges.ask({ kind: 'files', at: now(), policy: policyOf(policy), files: found }, 'at-once'))
  },
  'POST /v1/seal': async (body) => (isSealQuestion.Check(body) ? flat(judges.ask({ kind: 'seal', at: now(), policy: policyOf(body.policy), question: body }, 'at-once')) : malformed('seal')),
  'POST /v1/endorsement': async (body) => {
    const { record, value, keyId, mac, policy } = fieldsOf(body)
    if (!isRecord.Check(record) || typeof value !== 'string' || !/^([0-9a-f]{32}|[0-9a-f]{128})$/.test(value) || typeof keyId !== 'string') return malformed('endorsement')
    const told = isVerdict.Check(mac) ? { mac } : {}
    return flat(judges.ask({ kind: 'endorsement', at: now(), policy: policyOf(policy), question: { record, value, keyId, ...told } }, 'at-once'))
  },
  'POST /v1/batches': {
    takes: async (bytes, q) => {
      const [owner, name, format] = [q.get('owner') ?? '', (q.get('name') ?? '').slice(0, 120), q.get('format')]
      if (owner === '') return malformed('owner')
      return format === 'ndjson' || format === 'zip' ? desk.take({ owner, name, format, policy: policyOf(q.get('policy')) }, bytes) : malformed('format')
    },
  },
  'GET /v1/batches': async () => Promise.resolve(ok(desk.list())),
  'GET /v1/batch': async (_, q) => Promise.resolve(batch(q.get('id'))),
  'POST /v1/cancel': async (body) => Promise.resolve(desk.cancel(String(fieldsOf(body)['id'] ?? ''))),
  'GET /v1/results': { gives: async (q) => Promise.resolve(desk.results(q.get('id') ?? '')) },
}, { says: { threads }, end: async () => { await desk.end(); await judges.end() } })
