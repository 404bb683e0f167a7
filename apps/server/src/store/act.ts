import { GENESIS, linkEntry, type Entry } from '@causeway/journal'
import { no, type Refusal, type Result } from '@causeway/kernel'
import { type ClientBase, type PoolClient } from 'pg'

import { type Actor, type Claim, type StreamRef } from './book.ts'
import { blind } from './seal.ts'
import { type Store } from './store.ts'
import { openTx, type Loaded, type Tx } from './tx.ts'

export interface Append { readonly ref: StreamRef; readonly events: readonly { readonly type: string }[] }
export interface Decision<A> { readonly append: readonly Append[]; readonly answer: A }
export interface ActContext { readonly now: Date; readonly actor: Actor }

/** To whom an act belongs: its unit, the person it is about, and the cases on which duties must not meet. */
export interface ActScope { readonly unitId?: string | undefined; readonly personId?: string | undefined; readonly cases: readonly string[] }

/** One act of the house: gather facts under lock, say whose they are, decide. Deciding is pure. */
export interface Act<I, F, A> {
  readonly name: string
  readonly gather: (tx: Tx, input: I, actor: Actor) => Promise<Result<F, Refusal>>
  readonly scope: (facts: F, input: I) => ActScope
  readonly decide: (facts: F, input: I, context: ActContext) => Result<Decision<A>, Refusal>
}

export interface Asking<I, F, A> {
  readonly actor: Actor
  readonly act: Act<I, F, A>
  readonly input: I
  /** Given for everything that comes from outside: the same key is the same act. */
  readonly once?: { readonly route: string; readonly key: string; readonly bodyHash: string }
}

/** Ends the transaction with nothing done. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

const refuse = (refusal: Refusal): never => { throw new Refused(refusal) }

/** Takes the asker's key, or finds the answer that it was given before. */
async function takeKey(store: Store, tx: Tx, asking: Asking<never, never, unknown>): Promise<{ readonly answer: unknown } | undefined> {
  const { once, actor } = asking
  if (once === undefined) return undefined
  const id = [store.office, actor.id, once.route, once.key]
  const taken = await tx.client.query(
    'insert into request (office_id, account_id, route, key, body_hash, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [...id, once.bodyHash, tx.now.toISOString()],
  )
  if (taken.rowCount === 1) return undefined
  const { rows } = await tx.client.query<{ body_hash: string; answer: string }>(
    'select body_hash, answer from request where office_id = $1 and account_id = $2 and route = $3 and key = $4',
    id,
  )
  const before = rows[0]!
  if (before.body_hash !== once.bodyHash) refuse({ code: 'idempotency-key-reused', at: 'idempotency-key' })
  const [answer] = await tx.sealer.open([JSON.parse(tx.sealer.unlockText(before.answer, 'answer')) as unknown])
  return { answer }
}

/** Locks the cases, so that two duties of one officer cannot slip past each other, and asks whether they may meet. */
async function guardDuties(store: Store, tx: Tx, duty: string, asking: { readonly actor: Actor; readonly cases: readonly string[] }): Promise<void> {
  for (const kase of [...new Set(asking.cases)].sort()) {
    await tx.client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`case|${store.office}|${kase}`])
    const conflict = store.access.conflict(await tx.duties(kase), duty, asking.actor.id)
    if (conflict !== undefined) refuse(conflict)
  }
}

async function settleClaims(store: Store, client: ClientBase, ref: StreamRef, claims: { readonly take: readonly Claim[]; readonly release: readonly Claim[] }): Promise<void> {
  const key = (c: Claim): string => (c.blind === true ? blind(store.ring, c.name, c.key) : c.key)
  for (const c of claims.release) {
    await client.query('delete from claim where office_id = $1 and name = $2 and key = $3 and kind = $4 and stream_id = $5', [store.office, c.name, key(c), ref.kind, ref.id])
  }
  for (const c of claims.take) {
    await client.query('insert into claim (office_id, name, key, kind, stream_id) values ($1, $2, $3, $4, $5) on conflict do nothing', [store.office, c.name, key(c), ref.kind, ref.id])
    const { rows } = await client.query<{ kind: string; stream_id: string }>('select kind, stream_id from claim where office_id = $1 and name = $2 and key = $3', [store.office, c.name, key(c)])
    const holder = rows[0]!
    if (holder.kind !== ref.kind || holder.stream_id !== ref.id) {
      refuse({ code: 'claim-taken', rule: c.name, details: { claim: c.name, holder: holder.stream_id, kind: holder.kind, ...(c.blind === true ? {} : { key: c.key }) } })
    }
  }
}

export async function writeView(store: Store, tx: { readonly client: ClientBase; readonly sealer: Tx['sealer'] }, ref: StreamRef, s: { readonly version: number; readonly state: unknown }): Promise<void> {
  const row = store.book.summarise(ref, s.state)
  await tx.client.query(
    `insert into view (office_id, kind, id, version, state, unit_id, person_id, mission_id, due, sort, open, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (office_id, kind, id) do update set version = excluded.version, state = excluded.state, unit_id = excluded.unit_id,
       person_id = excluded.person_id, mission_id = excluded.mission_id, due = excluded.due, sort = excluded.sort, open = excluded.open, body = excluded.body`,
    [store.office, ref.kind, ref.id, s.version, row.state, row.unitId ?? null, row.personId ?? null, row.missionId ?? null, row.due ?? null,
      row.sort ?? ref.id, JSON.stringify(row.open ?? {}), JSON.stringify(await tx.sealer.seal(s.state))],
  )
}

type Bare = Omit<Entry, 'seq' | 'prev' | 'hash'>
interface Written { readonly bare: readonly Bare[]; readonly messages: readonly { readonly kind: string; readonly body: unknown }[] }

/** Everything but the chain: sealed bodies, claims, views. Done before the chain's head is locked. */
async function writeStreams(store: Store, tx: Tx, loaded: ReadonlyMap<string, Loaded>, d: { readonly append: readonly Append[]; readonly who: Pick<Bare, 'actor' | 'role' | 'act' | 'request'> }): Promise<Written> {
  const bare: Bare[] = []
  const messages: { kind: string; body: unknown }[] = []
  for (const { ref, events } of d.append) {
    const was = loaded.get(`${ref.kind}/${ref.id}`)
    if (was === undefined) throw new Error(`act ${d.who.act} appends to ${ref.kind}/${ref.id} without having loaded it`)
    let { state, version } = was as { state: unknown; version: number }
    for (const event of events) {
      version += 1
      state = store.book.evolve(ref.kind, state, event)
      await settleClaims(store, tx.client, ref, store.book.claimsOf(ref, event))
      const message = store.book.messageOf(ref, event, state)
      if (message !== undefined) messages.push(message)
      bare.push({ office: store.office, at: '', ...d.who, kind: ref.kind, stream: ref.id, version, event: event.type, body: JSON.stringify(await tx.sealer.seal(event)) })
    }
    await tx.client.query('update stream set version = $4 where office_id = $1 and kind = $2 and id = $3', [store.office, ref.kind, ref.id, version])
    await writeView(store, tx, ref, { version, state })
  }
  return { bare, messages }
}

/** Hangs the entries on the chain: the head is the last lock taken, and held for a moment only. */
async function writeJournal(store: Store, tx: Tx, written: Written): Promise<number> {
  const { client } = tx
  await client.query('insert into journal_head (office_id, seq, hash, at) values ($1, 0, $2, $3) on conflict do nothing', [store.office, GENESIS, ''])
  const { rows } = await client.query<{ seq: string; hash: string; at: string }>('select seq, hash, at from journal_head where office_id = $1 for update', [store.office])
  let head = { seq: Number(rows[0]!.seq), hash: rows[0]!.hash }
  const now = store.now().toISOString()
  const at = now > rows[0]!.at ? now : rows[0]!.at // the journal's time never goes back
  for (const b of written.bare) {
    const e = linkEntry({ ...b, at }, head)
    await client.query(
      `insert into journal (office_id, seq, at, actor, role, act, request, kind, stream_id, version, event, body, prev, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [e.office, e.seq, e.at, e.actor, e.role, e.act, e.request, e.kind, e.stream, e.version, e.event, e.body, e.prev, e.hash],
    )
    head = e
  }
  await client.query('update journal_head set seq = $2, hash = $3, at = $4 where office_id = $1', [store.office, head.seq, head.hash, at])
  for (const m of written.messages) {
    await client.query('insert into outbox (office_id, number, kind, body, at, next_at) values ($1, $2, $3, $4, $5, $5)', [store.office, await tx.number('outbox'), m.kind, JSON.stringify(m.body), at])
  }
  return head.seq
}

async function attempt<I, F, A>(store: Store, client: PoolClient, asking: Asking<I, F, A>): Promise<Result<A, Refusal>> {
  const { actor, act, input, once } = asking
  const base = openTx(store, client, store.now())
  const loaded = new Map<string, Loaded>()
  const tx: Tx = {
    ...base,
    load: async <S>(kind: string, id: string) => {
      const key = `${kind}/${id}`
      const there = loaded.get(key) ?? (await base.load(kind, id))
      loaded.set(key, there)
      return there as Loaded<S>
    },
  }
  await client.query('begin')
  try {
    const before = await takeKey(store, tx, asking as unknown as Asking<never, never, unknown>)
    if (before !== undefined) {
      await client.query('commit')
      return { ok: true, value: before.answer as A }
    }
    const reach = store.access.reach(act.name, actor)
    if (!reach.ok) return refuse(reach.error)
    const facts = await act.gather(tx, input, actor)
    if (!facts.ok) return refuse(facts.error)
    const scope = act.scope(facts.value, input)
    if (reach.value.scope === 'unit' && (actor.unitId === undefined || scope.unitId !== actor.unitId)) refuse({ code: 'other-unit' })
    if (reach.value.scope === 'self' && (actor.personId === undefined || scope.personId !== actor.personId)) refuse({ code: 'other-unit' })
    const duty = store.access.dutyOf(act.name)
    if (duty !== undefined) await guardDuties(store, tx, duty, { actor, cases: scope.cases })
    const decided = act.decide(facts.value, input, { now: tx.now, actor })
    if (!decided.ok) return refuse(decided.error)
    const who = { actor: actor.id, role: reach.value.role, act: act.name, request: once?.key ?? '' }
    const written = await writeStreams(store, tx, loaded, { append: decided.value.append, who })
    const seq = await writeJournal(store, tx, written)
    for (const kase of duty === undefined ? [] : new Set(scope.cases)) {
      await client.query('insert into duty (office_id, kase, duty, account_id, seq) values ($1, $2, $3, $4, $5) on conflict do nothing', [store.office, kase, duty, actor.id, seq])
    }
    if (once !== undefined) {
      const answer = tx.sealer.lockText(JSON.stringify((await tx.sealer.seal(decided.value.answer)) ?? null), 'answer')
      await client.query('update request set answer = $5 where office_id = $1 and account_id = $2 and route = $3 and key = $4', [store.office, actor.id, once.route, once.key, answer])
    }
    store.faultPoint(`${act.name}:before-commit`)
    await client.query('commit')
    store.faultPoint(`${act.name}:after-commit`)
    return { ok: true, value: decided.value.answer }
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    if (error instanceof Refused) return no(error.refusal)
    throw error
  }
}

/** Serialization failures, deadlocks, and a server that went away before it answered: nothing was done, or the key tells. */
const AGAIN = new Set(['40001', '40P01', '57P01', '57P02', '57P03', 'ECONNRESET', 'ECONNREFUSED', 'ENOENT'])
const TRIES = 9

/**
 * The one door for everything that changes: idempotency, rights, locks, duties, decision, events, journal,
 * claims, views, outbox and the stored answer in one transaction. Refused is refused whole.
 */
export async function act<I, F, A>(store: Store, asking: Asking<I, F, A>): Promise<Result<A, Refusal>> {
  for (let n = 1; ; n++) {
    let client: PoolClient | undefined
    let lost: Error | undefined
    try {
      client = await store.pool.connect()
      return await attempt(store, client, asking)
    } catch (error) {
      lost = error as Error
      const code = (error as { code?: string }).code ?? ''
      const torn = /Connection terminated|connection timeout|not queryable/i.test(lost.message)
      const mayRepeat = asking.once !== undefined || code === '40001' || code === '40P01'
      if (n >= TRIES || !(AGAIN.has(code) || torn) || !mayRepeat) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.min(40 * 2 ** n, 2_000) * (0.5 + Math.random())))
    } finally {
      client?.release(lost)
    }
  }
}
