import { type Store } from './store.ts'
import { openTx, type NewDocument } from './tx.ts'

/** Keeps a document outside any act: what a clerk uploads while the form is still a draft. */
export async function keepAttachment(store: Store, d: NewDocument): Promise<{ readonly id: string; readonly sha256: string; readonly length: number }> {
  const client = await store.pool.connect()
  try {
    await client.query('begin')
    const kept = await openTx(store, client, store.now()).keep(d)
    await client.query('commit')
    return kept
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
