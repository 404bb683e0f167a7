import { type Store } from './store.ts'

/** A numbered message for the national side, in the order in which it must arrive. */
export interface OutboxMessage { readonly number: number; readonly kind: string; readonly body: string; readonly at: string; readonly attempts: number }

/** The messages that wait and may be tried now, oldest first. */
export async function waitingMessages(store: Store, limit = 50): Promise<readonly OutboxMessage[]> {
  const { rows } = await store.pool.query<{ number: string; kind: string; body: string; at: string; attempts: number; next_at: string }>(
    "select number, kind, body, at, attempts, next_at from outbox where office_id = $1 and status = 'pending' order by number limit $2",
    [store.office, limit],
  )
  const now = store.now().toISOString()
  const due = rows.findIndex((r) => r.next_at > now && r.attempts > 0)
  return (due === -1 ? rows : rows.slice(0, due)).map((r) => ({ number: Number(r.number), kind: r.kind, body: r.body, at: r.at, attempts: r.attempts }))
}

export async function acknowledge(store: Store, number: number, receipt: string): Promise<void> {
  await store.pool.query("update outbox set status = 'acknowledged', receipt = $3 where office_id = $1 and number = $2 and status = 'pending'", [store.office, number, receipt])
}

/** Not delivered: tried again later, and later still. */
export async function postpone(store: Store, number: number, attempts: number): Promise<void> {
  const wait = Math.min(1_000 * 2 ** attempts, 300_000)
  await store.pool.query('update outbox set attempts = attempts + 1, next_at = $3 where office_id = $1 and number = $2', [store.office, number, new Date(store.now().getTime() + wait).toISOString()])
}

export async function outboxCounts(store: Store): Promise<{ readonly pending: number; readonly acknowledged: number }> {
  const { rows } = await store.pool.query<{ status: string; n: string }>('select status, count(*) as n from outbox where office_id = $1 group by status', [store.office])
  const n = (status: string): number => Number(rows.find((r) => r.status === status)?.n ?? 0)
  return { pending: n('pending'), acknowledged: n('acknowledged') }
}
