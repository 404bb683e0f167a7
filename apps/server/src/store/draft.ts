import { openReader } from './read.ts'
import { type Store } from './store.ts'

export interface DraftRecord { readonly id: string; readonly unitId: string; readonly savedAt: string; readonly form: unknown }

interface Row { id: string; unit_id: string; saved_at: string; body: string }

const from = (store: Store, r: Row): DraftRecord => ({ id: r.id, unitId: r.unit_id, savedAt: r.saved_at, form: JSON.parse(openReader(store).unlockText(r.body, 'draft')) as unknown })

export async function draftsOf(store: Store, unitId: string): Promise<readonly DraftRecord[]> {
  const { rows } = await store.pool.query<Row>('select id, unit_id, saved_at, body from draft where office_id = $1 and unit_id = $2 order by saved_at desc limit 200', [store.office, unitId])
  return rows.map((r) => from(store, r))
}

export async function draftById(store: Store, id: string): Promise<DraftRecord | undefined> {
  const { rows } = await store.pool.query<Row>('select id, unit_id, saved_at, body from draft where office_id = $1 and id = $2', [store.office, id])
  return rows[0] && from(store, rows[0])
}

/** Keeps a draft of a unit. A draft of another unit under the same id is left alone: answers false. */
export async function saveDraft(store: Store, d: { readonly id: string; readonly unitId: string; readonly accountId: string; readonly form: unknown }): Promise<boolean> {
  const { rowCount } = await store.pool.query(
    `insert into draft (office_id, id, unit_id, account_id, saved_at, body) values ($1, $2, $3, $4, $5, $6)
     on conflict (office_id, id) do update set saved_at = excluded.saved_at, body = excluded.body, account_id = excluded.account_id where draft.unit_id = excluded.unit_id`,
    [store.office, d.id, d.unitId, d.accountId, store.now().toISOString(), openReader(store).lockText(JSON.stringify(d.form), 'draft')],
  )
  return rowCount === 1
}

export async function dropDraft(store: Store, id: string, unitId: string): Promise<void> {
  await store.pool.query('delete from draft where office_id = $1 and id = $2 and unit_id = $3', [store.office, id, unitId])
}
