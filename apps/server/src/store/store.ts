import { type FamilyName } from '@causeway/national'
import pg, { type Pool } from 'pg'

import { type AccessBook, type Book } from './book.ts'
import { keyring, type Keyring } from './seal.ts'

/** Everything that an act needs and that is not the act's own. */
export interface Store {
  readonly pool: Pool
  readonly office: string
  readonly book: Book
  readonly access: AccessBook
  readonly ring: Keyring
  readonly now: () => Date
  /** Named points at which a harness may kill the process. Does nothing in service. */
  readonly faultPoint: (name: string) => void
}

export interface StoreOptions {
  readonly url: string
  readonly office: string
  readonly book: Book
  readonly access: AccessBook
  /** The key-encryption key: 32 bytes that the database never sees. */
  readonly secret: Uint8Array
  /** The algorithms that seal what is new; `international` when absent. */
  readonly sealWith?: FamilyName
  readonly now: () => Date
  readonly faultPoint?: (name: string) => void
  readonly onLost?: (error: Error) => void
}

export function openStore(o: StoreOptions): Store {
  const pool = new pg.Pool({ connectionString: o.url, max: 20, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000 })
  pool.on('error', (error) => o.onLost?.(error)) // a lost idle connection is replaced; an act on it is tried again
  pool.on('connect', (client) => client.on('error', (error) => o.onLost?.(error))) // also while an act holds it
  return { pool, office: o.office, book: o.book, access: o.access, ring: keyring(o.secret, o.sealWith), now: o.now, faultPoint: o.faultPoint ?? (() => undefined) }
}

const HEALTH_MS = 1_000

/** Whether the database answers a question, soon. */
export async function isAnswering(pool: Pool): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => { setTimeout(() => { resolve(false) }, HEALTH_MS).unref() })
  return Promise.race([late, pool.query('select 1').then(() => true, () => false)])
}
