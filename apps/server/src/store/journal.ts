import { inTransaction } from '@causeway/ground'
import { hashText, GENESIS, type Anchor, type Entry } from '@causeway/journal'
import { type ClientBase, type Pool } from 'pg'

import { type StreamRef } from './book.ts'
import { Sealer } from './seal.ts'
import { type Store } from './store.ts'
import { foldStream } from './tx.ts'
import { writeView } from './act.ts'
import { pageOf } from './view.ts'

interface EntryRow { office_id: string; seq: string; at: string; actor: string; role: string; act: string; request: string; kind: string; stream_id: string; version: number; event: string; body: string; prev: string; hash: string }

const entryOf = (r: EntryRow): Entry => ({
  office: r.office_id, seq: Number(r.seq), at: r.at, actor: r.actor, role: r.role, act: r.act, request: r.request,
  kind: r.kind, stream: r.stream_id, version: r.version, event: r.event, body: r.body, prev: r.prev, hash: r.hash,
})

/** Entries as they were hashed: personal values sealed. */
export async function entriesFrom(store: Store, db: Pool | ClientBase, fromSeq: number, limit?: number): Promise<readonly Entry[]> {
  const { rows } = await db.query<EntryRow>('select * from journal where office_id = $1 and seq >= $2 order by seq limit $3', [store.office, fromSeq, limit ?? null])
  return rows.map(entryOf)
}

export async function lastEntries(store: Store, limit: number, before?: number): Promise<readonly Entry[]> {
  const { rows } = await store.pool.query<EntryRow>('select * from journal where office_id = $1 and seq < $2 order by seq desc limit $3', [store.office, Number.isSafeInteger(before) ? before : Number.MAX_SAFE_INTEGER, pageOf(limit, 500)])
  return rows.map(entryOf)
}

/** All that happened to a stream and to those that belong to it as a mission, in order. */
export async function timelineOf(store: Store, ref: StreamRef): Promise<readonly Entry[]> {
  const { rows } = await store.pool.query<EntryRow>(
    `select j.* from journal j where j.office_id = $1 and (j.kind, j.stream_id) in
       (select $2::text, $3::text union select v.kind, v.id from view v where v.office_id = $1 and v.mission_id = $3 and $2 = 'mission')
      order by j.seq`,
    [store.office, ref.kind, ref.id],
  )
  return rows.map(entryOf)
}

/** The version at which a stream came by an event of this name, the newest. */
export async function versionOf(store: Store, ref: StreamRef, event: string): Promise<number> {
  const { rows } = await store.pool.query<{ version: number | null }>('select max(version) as version from journal where office_id = $1 and kind = $2 and stream_id = $3 and event = $4', [store.office, ref.kind, ref.id, event])
  return rows[0]?.version ?? 0
}

export async function headOf(store: Store): Promise<{ readonly seq: number; readonly hash: string }> {
  const { rows } = await store.pool.query<{ seq: string; hash: string }>('select seq, hash from journal_head where office_id = $1', [store.office])
  return rows[0] === undefined ? { seq: 0, hash: GENESIS } : { seq: Number(rows[0].seq), hash: rows[0].hash }
}

interface AnchorRow { office_id: string; number: string; from_seq: string; to_seq: string; head: string; previous: string; at: string; key_id: string; signature: string }

export async function anchorsOf(store: Store): Promise<readonly Anchor[]> {
  const { rows } = await store.pool.query<AnchorRow>('select * from anchor where office_id = $1 order by number', [store.office])
  return rows.map((r) => ({ office: r.office_id, number: Number(r.number), fromSeq: Number(r.from_seq), toSeq: Number(r.to_seq), head: r.head, previous: r.previous, at: r.at, keyId: r.key_id, signature: r.signature }))
}

/** An anchor is due after so many entries, or so long after the first entry that none covers. */
export const ANCHOR_RULES = { entries: 1_000, minutes: 10 } as const

export async function isAnchorDue(store: Store): Promise<boolean> {
  const { rows } = await store.pool.query<{ at: string; n: string }>(
    `select min(at) as at, count(*) as n from journal
      where office_id = $1 and seq > coalesce((select max(to_seq) from anchor where office_id = $1), 0)`,
    [store.office],
  )
  const waiting = Number(rows[0]!.n)
  if (waiting === 0) return false
  return waiting >= ANCHOR_RULES.entries || store.now().getTime() - new Date(rows[0]!.at).getTime() >= ANCHOR_RULES.minutes * 60_000
}

/**
 * Keeps an anchor and hands it to the outbox for the hub. Done twice, it is there once.
 *
 * @throws Error when another anchor has its number, or the journal does not say what it says: the signer and we part ways
 */
export async function recordAnchor(store: Store, a: Anchor): Promise<void> {
  await inTransaction(store.pool, async (client) => {
    const entry = await client.query<{ hash: string }>('select hash from journal where office_id = $1 and seq = $2', [store.office, a.toSeq])
    if (a.office !== store.office || entry.rows[0]?.hash !== a.head) throw new Error(`anchor ${a.number} is not of this journal`)
    const kept = await client.query(
      `insert into anchor (office_id, number, from_seq, to_seq, head, previous, at, key_id, signature)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [a.office, a.number, a.fromSeq, a.toSeq, a.head, a.previous, a.at, a.keyId, a.signature],
    )
    if (kept.rowCount !== 1) {
      const { rows } = await client.query<{ signature: string }>('select signature from anchor where office_id = $1 and number = $2', [store.office, a.number])
      if (rows[0]!.signature !== a.signature) throw new Error(`there is another anchor ${a.number}`)
    } else {
      const { rows } = await client.query<{ value: string }>(
        "insert into counter (office_id, name, value) values ($1, 'outbox', 1) on conflict (office_id, name) do update set value = counter.value + 1 returning value",
        [store.office],
      )
      await client.query("insert into outbox (office_id, number, kind, body, at, next_at) values ($1, $2, 'anchor', $3, $4, $4)", [store.office, rows[0]!.value, JSON.stringify(a), store.now().toISOString()])
    }
  })
}

/** Who looked at what: written in batches, on a chain of its own. */
export interface Reading { readonly at: string; readonly actor: string; readonly what: string; readonly subject: string }

export async function recordReadings(store: Store, readings: readonly Reading[]): Promise<void> {
  if (readings.length === 0) return
  await inTransaction(store.pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`reading|${store.office}`])
    const { rows } = await client.query<{ seq: string; hash: string }>('select seq, hash from reading where office_id = $1 order by seq desc limit 1', [store.office])
    let [seq, prev] = [Number(rows[0]?.seq ?? 0), rows[0]?.hash ?? GENESIS]
    for (const r of readings) {
      seq += 1
      const hash = hashText(JSON.stringify(['causeway-reading-1', store.office, seq, r.at, r.actor, r.what, r.subject, prev]))
      await client.query('insert into reading (office_id, seq, at, actor, what, subject, prev, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)', [store.office, seq, r.at, r.actor, r.what, r.subject, prev, hash])
      prev = hash
    }
  })
}

/** JSON with keys in order, so that equal values are equal texts. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v)]))
}

async function streamsOf(store: Store, client: ClientBase): Promise<readonly StreamRef[]> {
  const { rows } = await client.query<StreamRef>('select distinct kind, stream_id as id from journal where office_id = $1', [store.office])
  return rows
}

/** Work that sees one moment of the database. */
async function inSnapshot<T>(store: Store, work: (client: ClientBase, sealer: Sealer) => Promise<T>): Promise<T> {
  return inTransaction(store.pool, async (client) => work(client, new Sealer(client, store.office, store.ring)), { isolation: 'repeatable read' })
}

/**
 * Folds the whole journal anew and compares with the live views, opened.
 * Answers the streams that differ: none, if nothing is wrong.
 */
export async function compareViews(store: Store): Promise<readonly string[]> {
  return inSnapshot(store, async (client, sealer) => {
    const fresh = new Map<string, string>()
    for (const ref of await streamsOf(store, client)) {
      const { state, version } = await foldStream(store, client, sealer, ref)
      const { open, ...summary } = store.book.summarise(ref, state)
      fresh.set(`${ref.kind}/${ref.id}`, JSON.stringify(ordered({ version, sort: ref.id, ...summary, open: open ?? {}, body: state })))
    }
    const { rows } = await client.query<Record<string, unknown> & { kind: string; id: string; body: string }>(
      `select kind, id, version, state, unit_id as "unitId", person_id as "personId", mission_id as "missionId", due, sort, open, body from view where office_id = $1`,
      [store.office],
    )
    const bodies = await sealer.open<unknown>(rows.map((r) => JSON.parse(r.body) as unknown))
    const live = new Map(rows.map(({ kind, id, ...r }, i) => [`${kind}/${id}`, JSON.stringify(ordered({ ...Object.fromEntries(Object.entries(r).filter(([, v]) => v !== null)), body: bodies[i] }))]))
    return [...new Set([...live.keys(), ...fresh.keys()])].filter((key) => live.get(key) !== fresh.get(key))
  })
}

/** Throws the views away and makes them again from the journal. Answers how many. */
export async function rebuildViews(store: Store): Promise<number> {
  return inSnapshot(store, async (client, sealer) => {
    await client.query('delete from view where office_id = $1', [store.office])
    const streams = await streamsOf(store, client)
    for (const ref of streams) await writeView(store, { client, sealer }, ref, await foldStream(store, client, sealer, ref))
    return streams.length
  })
}
