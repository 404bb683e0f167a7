import { type ClientBase, type Pool } from 'pg'

/** Who may sign in. The name is sealed under the account's own key; nothing here is a password. */
export interface AccountRecord {
  readonly id: string
  readonly login: string
  readonly sealedName: string
  readonly passwordHash: string
  readonly roles: readonly string[]
  readonly unitId: string | undefined
  readonly personId: string | undefined
  readonly failed: number
  readonly lockedUntil: Date | undefined
  readonly closed: boolean
}

interface Row {
  id: string
  login: string
  name: string
  password_hash: string
  roles: string[]
  unit_id: string | null
  person_id: string | null
  failed: number
  locked_until: Date | null
  closed: boolean
}

const fromRow = (r: Row): AccountRecord => ({
  id: r.id,
  login: r.login,
  sealedName: r.name,
  passwordHash: r.password_hash,
  roles: r.roles,
  unitId: r.unit_id ?? undefined,
  personId: r.person_id ?? undefined,
  failed: r.failed,
  lockedUntil: r.locked_until ?? undefined,
  closed: r.closed,
})

const COLUMNS = 'id, login, name, password_hash, roles, unit_id, person_id, failed, locked_until, closed'

export async function accountByLogin(db: Pool | ClientBase, office: string, login: string): Promise<AccountRecord | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from account where office_id = $1 and login = $2`, [office, login])
  return rows[0] && fromRow(rows[0])
}

export async function accountById(db: Pool | ClientBase, office: string, id: string): Promise<AccountRecord | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from account where office_id = $1 and id = $2`, [office, id])
  return rows[0] && fromRow(rows[0])
}

export async function accounts(db: Pool | ClientBase, office: string): Promise<readonly AccountRecord[]> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from account where office_id = $1 order by login`, [office])
  return rows.map(fromRow)
}

/** One more wrong password; at the limit the account is locked until the given time. Returns the count. */
export async function countFailure(db: Pool, office: string, id: string, lock: { readonly limit: number; readonly until: Date }): Promise<number> {
  const { rows } = await db.query<{ failed: number }>(
    `update account set failed = failed + 1,
            locked_until = case when failed + 1 >= $3 then $4::timestamptz else locked_until end
      where office_id = $1 and id = $2 returning failed`,
    [office, id, lock.limit, lock.until],
  )
  return rows[0]?.failed ?? 0
}

export async function forgetFailures(db: Pool, office: string, id: string): Promise<void> {
  await db.query('update account set failed = 0, locked_until = null where office_id = $1 and id = $2', [office, id])
}

export async function setPassword(db: Pool, office: string, id: string, hash: string): Promise<void> {
  await db.query('update account set password_hash = $3 where office_id = $1 and id = $2', [office, id, hash])
}

/** A session: only the hash of its token is kept. */
export interface SessionRecord {
  readonly accountId: string
  readonly csrf: string
  readonly seenAt: Date
  readonly expiresAt: Date
}

export async function openSession(db: Pool, office: string, s: { readonly token: Buffer; readonly accountId: string; readonly csrf: string; readonly at: Date; readonly expiresAt: Date }): Promise<void> {
  await db.query(
    'insert into session (office_id, token_hash, account_id, csrf, seen_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
    [office, s.token, s.accountId, s.csrf, s.at, s.expiresAt],
  )
}

export async function sessionByToken(db: Pool, office: string, token: Buffer): Promise<SessionRecord | undefined> {
  const { rows } = await db.query<{ account_id: string; csrf: string; seen_at: Date; expires_at: Date }>(
    'select account_id, csrf, seen_at, expires_at from session where office_id = $1 and token_hash = $2',
    [office, token],
  )
  const r = rows[0]
  return r && { accountId: r.account_id, csrf: r.csrf, seenAt: r.seen_at, expiresAt: r.expires_at }
}

export async function touchSession(db: Pool, office: string, token: Buffer, at: Date): Promise<void> {
  await db.query('update session set seen_at = $3 where office_id = $1 and token_hash = $2', [office, token, at])
}

export async function closeSession(db: Pool, office: string, token: Buffer): Promise<void> {
  await db.query('delete from session where office_id = $1 and token_hash = $2', [office, token])
}

/** Ends all sessions of an account, but for one: a changed password or role must not leave old doors open. */
export async function closeSessions(db: Pool | ClientBase, office: string, accountId: string, but?: Buffer): Promise<void> {
  await db.query('delete from session where office_id = $1 and account_id = $2 and ($3::bytea is null or token_hash <> $3)', [office, accountId, but ?? null])
}

export interface NewAccountRow { readonly id: string; readonly login: string; readonly sealedName: string; readonly passwordHash: string; readonly roles: readonly string[]; readonly unitId: string | undefined; readonly personId: string | undefined }

/** Inside an act: false when the login is taken. */
export async function insertAccount(client: ClientBase, office: string, a: NewAccountRow): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into account (office_id, id, login, name, password_hash, roles, unit_id, person_id) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (office_id, login) do nothing',
    [office, a.id, a.login, a.sealedName, a.passwordHash, a.roles, a.unitId ?? null, a.personId ?? null],
  )
  return rowCount === 1
}

export async function setRoles(client: ClientBase, office: string, id: string, roles: readonly string[]): Promise<void> {
  await client.query('update account set roles = $3 where office_id = $1 and id = $2', [office, id, roles])
}

export async function closeAccount(client: ClientBase, office: string, id: string): Promise<void> {
  await client.query('update account set closed = true where office_id = $1 and id = $2', [office, id])
}
