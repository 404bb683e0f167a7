import { createHash, randomBytes } from 'node:crypto'

import { type Purpose, uuidv7 } from '@causeway/kernel'
import { type ClientBase } from 'pg'

import { type Duty, type StreamRef } from './book.ts'
import { openDocument, type DocumentRecord } from './document.ts'
import { Sealer, lock } from './seal.ts'
import { type Store } from './store.ts'
import { rowsOf, type Row, type RowQuery } from './view.ts'

/** A stream as an act finds it: locked until the act is over. */
export interface Loaded<S = unknown> { readonly ref: StreamRef; readonly version: number; readonly state: S | undefined }

export interface NewDocument {
  readonly kind: string
  readonly kase: string
  readonly persons: readonly string[]
  readonly purpose: Purpose
  readonly mediaType: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** What an act may do while it gathers its facts: everything inside the one transaction. */
export interface Tx {
  readonly now: Date
  readonly office: string
  readonly load: <S>(kind: string, id: string) => Promise<Loaded<S>>
  readonly rows: <S = unknown>(query: RowQuery) => Promise<readonly Row<S>[]>
  /** The next number of a series: 1, 2, 3 … without gaps, whatever is rolled back. */
  readonly number: (series: string) => Promise<number>
  readonly keep: (document: NewDocument) => Promise<{ readonly id: string; readonly sha256: string; readonly length: number }>
  readonly document: (id: string) => Promise<DocumentRecord | undefined>
  readonly duties: (kase: string) => Promise<readonly Duty[]>
  /** Says whom documents name that were kept before it was known, so that they go when one of these is erased. */
  readonly tie: (documents: readonly string[], persons: readonly string[]) => Promise<void>
  /** Destroys the keys of a person, and of every document with a key of its own that names one. Answers how many. */
  readonly erase: (person: string) => Promise<number>
  /** Destroys the key of one document that has its own. */
  readonly shred: (document: string) => Promise<void>
  readonly id: () => string
  readonly client: ClientBase
  readonly sealer: Sealer
}

const PURPOSES: readonly Purpose[] = ['identity', 'contact', 'biometric', 'document']

/** Folds a stream from its entries in the journal. */
export async function foldStream(store: Store, db: ClientBase, sealer: Sealer, ref: StreamRef): Promise<{ state: unknown; version: number }> {
  const { rows } = await db.query<{ body: string; version: number }>(
    'select body, version from journal where office_id = $1 and kind = $2 and stream_id = $3 order by version',
    [store.office, ref.kind, ref.id],
  )
  const events = await sealer.open<{ type: string }>(rows.map((r) => JSON.parse(r.body) as unknown))
  return { state: events.reduce<unknown>((s, e) => store.book.evolve(ref.kind, s, e), undefined), version: rows.at(-1)?.version ?? 0 }
}

async function keep(store: Store, client: ClientBase, sealer: Sealer, d: NewDocument & { readonly id: string; readonly at: string }): Promise<{ id: string; sha256: string; length: number }> {
  const alone = d.persons.length === 1 && d.purpose !== 'biometric' // a face goes before its person does, and another may come
  const [subject, purpose] = alone ? [d.persons[0]!, d.purpose] : [`document:${d.id}`, 'document']
  const bytes = lock(await sealer.keyFor(subject, purpose), d.bytes, { bound: `${store.office}|${d.id}`, family: store.ring.family })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await client.query(
    `insert into document (office_id, id, kind, kase, subject, purpose, persons, media_type, name, length, sha256, bytes, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [store.office, d.id, d.kind, d.kase, subject, purpose, d.persons, d.mediaType, sealer.lockText(d.name, 'document-name'), d.bytes.length, sha256, bytes, d.at],
  )
  return { id: d.id, sha256, length: d.bytes.length }
}

async function erase(store: Store, client: ClientBase, person: string, at: string): Promise<number> {
  const own = await client.query('update person_key set wrapped = null, destroyed_at = $3 where office_id = $1 and subject = $2 and wrapped is not null', [store.office, person, at])
  // A key that was never made must not be made now: nothing more is written about an erased person.
  await client.query(
    'insert into person_key (office_id, subject, purpose, wrapped, destroyed_at) select $1, $2, unnest($4::text[]), null, $3 on conflict do nothing',
    [store.office, person, at, PURPOSES],
  )
  const shared = await client.query(
    `update person_key set wrapped = null, destroyed_at = $3
      where office_id = $1 and wrapped is not null
        and subject in (select subject from document where office_id = $1 and persons @> array[$2::text])`,
    [store.office, person, at],
  )
  await client.query("delete from claim where office_id = $1 and kind = 'person' and stream_id = $2", [store.office, person])
  return (own.rowCount ?? 0) + (shared.rowCount ?? 0)
}

/** Opens the hands of one act. Streams are loaded in the order asked: kinds and ids are sorted by the act itself. */
export function openTx(store: Store, client: ClientBase, now: Date): Tx {
  const sealer = new Sealer(client, store.office, store.ring)
  const id = (): string => uuidv7(now.getTime(), randomBytes(10))
  return {
    now,
    office: store.office,
    client,
    sealer,
    id,
    load: async <S>(kind: string, streamId: string) => {
      await client.query('insert into stream (office_id, kind, id) values ($1, $2, $3) on conflict do nothing', [store.office, kind, streamId])
      await client.query('select version from stream where office_id = $1 and kind = $2 and id = $3 for update', [store.office, kind, streamId])
      const ref = { kind, id: streamId }
      const { state, version } = await foldStream(store, client, sealer, ref)
      return { ref, version, state: state as S | undefined }
    },
    rows: async <S>(query: RowQuery) => rowsOf<S>(store, client, sealer, query),
    number: async (series) => {
      const { rows } = await client.query<{ value: string }>(
        'insert into counter (office_id, name, value) values ($1, $2, 1) on conflict (office_id, name) do update set value = counter.value + 1 returning value',
        [store.office, series],
      )
      return Number(rows[0]!.value)
    },
    keep: async (document) => keep(store, client, sealer, { ...document, id: id(), at: now.toISOString() }),
    tie: async (documents, persons) => {
      await client.query(
        `update document set persons = array(select distinct unnest(persons || $3::text[]))
          where office_id = $1 and id = any($2::text[]) and subject = 'document:' || id`,
        [store.office, documents, persons],
      )
    },
    document: async (documentId) => openDocument(store, client, sealer, documentId),
    duties: async (kase) => {
      const { rows } = await client.query<Duty>('select duty, account_id as account from duty where office_id = $1 and kase = $2', [store.office, kase])
      return rows
    },
    erase: async (person) => {
      const destroyed = await erase(store, client, person, now.toISOString())
      sealer.forget()
      return destroyed
    },
    shred: async (documentId) => {
      await client.query("update person_key set wrapped = null, destroyed_at = $3 where office_id = $1 and subject = 'document:' || $2", [store.office, documentId, now.toISOString()])
      sealer.forget()
    },
  }
}
