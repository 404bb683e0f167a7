import { type ClientBase, type Pool } from 'pg'

import { unlock, type Sealer } from './seal.ts'
import { type Store } from './store.ts'

/** A kept document, open. `bytes` is absent when its key was destroyed. */
export interface DocumentRecord {
  readonly id: string
  readonly kind: string
  readonly kase: string
  readonly persons: readonly string[]
  readonly mediaType: string
  readonly name: string
  readonly length: number
  readonly sha256: string
  readonly at: string
  readonly bytes: Uint8Array | undefined
}

interface DocumentRow { id: string; kind: string; kase: string; subject: string; purpose: string; persons: string[]; media_type: string; name: string; length: number; sha256: string; at: string; bytes: Buffer }

const bare = (sealer: Sealer, r: Omit<DocumentRow, 'bytes'>): Omit<DocumentRecord, 'bytes'> => ({
  id: r.id, kind: r.kind, kase: r.kase, persons: r.persons, mediaType: r.media_type,
  name: sealer.unlockText(r.name, 'document-name'), length: r.length, sha256: r.sha256, at: r.at,
})

export async function openDocument(store: Store, db: Pool | ClientBase, sealer: Sealer, id: string): Promise<DocumentRecord | undefined> {
  const { rows } = await db.query<DocumentRow>('select * from document where office_id = $1 and id = $2', [store.office, id])
  const r = rows[0]
  if (r === undefined) return undefined
  const key = await sealer.keyIfKept(r.subject, r.purpose)
  return { ...bare(sealer, r), bytes: key && new Uint8Array(unlock(key, r.bytes, `${store.office}|${r.id}`)) }
}

/** The documents of a case, without their bytes, oldest first. */
export async function documentsOf(store: Store, db: Pool | ClientBase, sealer: Sealer, kase: string): Promise<readonly Omit<DocumentRecord, 'bytes'>[]> {
  const { rows } = await db.query<DocumentRow>(
    'select id, kind, kase, persons, media_type, name, length, sha256, at from document where office_id = $1 and kase = $2 order by at, id',
    [store.office, kase],
  )
  return rows.map((r) => bare(sealer, r))
}
