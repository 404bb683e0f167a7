import { inTransaction } from '@causeway/ground'

import { type Store } from './store.ts'
import { openTx, type NewDocument } from './tx.ts'

/** Keeps a document outside any act: what a clerk uploads while the form is still a draft. */
export async function keepAttachment(store: Store, d: NewDocument): Promise<{ readonly id: string; readonly sha256: string; readonly length: number }> {
  return inTransaction(store.pool, async (client) => openTx(store, client, store.now()).keep(d))
}
