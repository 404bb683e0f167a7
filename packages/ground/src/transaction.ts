import { type Pool, type PoolClient } from 'pg'

export interface TransactionOptions<T> {
  readonly isolation?: 'repeatable read'
  /** Whether what was done stays; it does when this is absent. */
  readonly keep?: (value: T) => boolean
}

/** Work in a transaction of its own: undone when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, o: TransactionOptions<T> = {}): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(o.isolation === undefined ? 'begin' : `begin isolation level ${o.isolation}`)
    const value = await work(client)
    await client.query(o.keep?.(value) === false ? 'rollback' : 'commit')
    return value
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
