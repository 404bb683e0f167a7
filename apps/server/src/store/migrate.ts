import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import pg from 'pg'

const FOLDER = join(import.meta.dirname, 'migrations')

/** What the application's role may do with each table. What is not here it may not touch. */
const GRANTS: Readonly<Record<string, string>> = {
  journal: 'select, insert',
  anchor: 'select, insert',
  reading: 'select, insert',
  journal_head: 'select, insert, update',
  stream: 'select, insert, update',
  claim: 'select, insert, delete',
  counter: 'select, insert, update',
  duty: 'select, insert',
  request: 'select, insert, update',
  outbox: 'select, insert, update',
  person_key: 'select, insert, update',
  document: 'select, insert, update',
  view: 'select, insert, update, delete',
  account: 'select, insert, update',
  session: 'select, insert, update, delete',
  draft: 'select, insert, update, delete',
}

/**
 * Brings the database to the present form: numbered files, in order, each once, each in a transaction.
 * Run by the owner; the application's role afterwards owns nothing.
 */
export async function migrate(ownerUrl: string, appRole: string): Promise<readonly string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(appRole)) throw new RangeError(`not a role: ${appRole}`)
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const done: string[] = []
  try {
    await client.query('select pg_advisory_lock(7302024)')
    await client.query('create table if not exists migration (name text primary key)')
    const there = new Set((await client.query<{ name: string }>('select name from migration')).rows.map((r) => r.name))
    for (const file of readdirSync(FOLDER).filter((f) => f.endsWith('.sql')).sort()) {
      if (there.has(file)) continue
      await client.query('begin')
      await client.query(readFileSync(join(FOLDER, file), 'utf8'))
      await client.query('insert into migration values ($1)', [file])
      await client.query('commit')
      done.push(file)
    }
    await client.query('revoke all on schema public from public')
    await client.query(`grant usage on schema public to ${appRole}`)
    for (const [table, rights] of Object.entries(GRANTS)) {
      await client.query(`revoke all on ${table} from ${appRole}`)
      await client.query(`grant ${rights} on ${table} to ${appRole}`)
    }
  } finally {
    await client.end()
  }
  return done
}
