import { documentsOf, openDocument, type DocumentRecord } from './document.ts'
import { recordReadings, type Reading } from './journal.ts'
import { Sealer } from './seal.ts'
import { type Store } from './store.ts'
import { countOf, rowPage, rowsOf, statesOf, type PageQuery, type Row, type RowPage, type RowQuery } from './view.ts'

/** The reading side: lists, single rows, documents. Nothing here changes anything but the record of who looked. */
export interface Reader {
  readonly rows: <S = unknown>(query: RowQuery) => Promise<readonly Row<S>[]>
  readonly row: <S = unknown>(kind: string, id: string) => Promise<Row<S> | undefined>
  readonly count: (query: RowQuery) => Promise<number>
  readonly page: <S = unknown>(query: RowQuery, page: PageQuery) => Promise<RowPage<S>>
  readonly states: (query: RowQuery) => Promise<Readonly<Record<string, number>>>
  readonly document: (id: string) => Promise<DocumentRecord | undefined>
  readonly documents: (kase: string) => Promise<readonly Omit<DocumentRecord, 'bytes'>[]>
  readonly unlockText: (sealed: string, use: string) => string
  readonly lockText: (text: string, use: string) => string
}

/** A reader for one request: keys are fetched at most once and forgotten with it. */
export function openReader(store: Store): Reader {
  const sealer = new Sealer(store.pool, store.office, store.ring)
  return {
    rows: async <S>(query: RowQuery) => rowsOf<S>(store, store.pool, sealer, query),
    row: async <S>(kind: string, id: string) => (await rowsOf<S>(store, store.pool, sealer, { kind, ids: [id], limit: 1 }))[0],
    count: async (query) => countOf(store, store.pool, query),
    page: async <S>(query: RowQuery, page: PageQuery) => rowPage<S>(store, store.pool, sealer, { ...query, page }),
    states: async (query) => statesOf(store, store.pool, query),
    document: async (id) => openDocument(store, store.pool, sealer, id),
    documents: async (kase) => documentsOf(store, store.pool, sealer, kase),
    unlockText: (sealed, use) => sealer.unlockText(sealed, use),
    lockText: (text, use) => sealer.lockText(text, use),
  }
}

/** The answer that a key was given before, for a room that must ask another part before it acts. */
export async function answeredBefore(store: Store, actorId: string, once: { readonly route: string; readonly key: string; readonly bodyHash: string }): Promise<{ readonly answer: unknown } | undefined> {
  const { rows } = await store.pool.query<{ answer: string | null }>(
    'select answer from request where office_id = $1 and account_id = $2 and route = $3 and key = $4 and body_hash = $5',
    [store.office, actorId, once.route, once.key, once.bodyHash],
  )
  const sealed = rows[0]?.answer
  if (sealed === undefined || sealed === null) return undefined
  const sealer = new Sealer(store.pool, store.office, store.ring)
  const [answer] = await sealer.open([JSON.parse(sealer.unlockText(sealed, 'answer')) as unknown])
  return { answer }
}

/** Gathers who looked at whom and writes it in batches. */
export interface ReadingBook { readonly note: (actor: string, what: string, subject: string) => void; readonly flush: () => Promise<void> }

export function openReadingBook(store: Store): ReadingBook {
  let waiting: Reading[] = []
  return {
    note: (actor, what, subject) => { waiting.push({ at: store.now().toISOString(), actor, what, subject }) },
    flush: async () => {
      const batch = waiting
      waiting = []
      try {
        await recordReadings(store, batch)
      } catch (error) {
        waiting = [...batch, ...waiting]
        throw error
      }
    },
  }
}

/** The database, as it names itself. */
export async function databaseVersion(store: Store): Promise<string> {
  const { rows } = await store.pool.query<{ server_version: string }>('show server_version')
  return `PostgreSQL ${rows[0]!.server_version}`
}
