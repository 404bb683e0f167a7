import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ensureHousehold, holdState, keptKey, keptSecret, layState, openClock, openLine, openLog, openPart, openSealedFile, setClock, socketIn, startDatabase, supervise, TRYING_OUT, type Database, type State } from './index.ts'

let folder: string
let state: State
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-ground-'))
  state = layState(join(folder, 's'))
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const pause = async (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

describe('the embedded database', () => {
  let db: Database
  const household = { database: 'house', owner: 'house_owner', ownerPassword: 'a', app: 'house_app', appPassword: 'b' }
  const ask = async (url: string, sql: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    try { return (await client.query(sql)).rows } finally { await client.end() }
  }
  beforeAll(async () => { db = await startDatabase(state) }, 60_000)
  afterAll(async () => { await db.stop() })

  it('is made once, with an owner and a role that owns nothing', async () => {
    await ensureHousehold(db, household)
    await ensureHousehold(db, household)
    await ask(db.url('house_owner', 'a', 'house'), 'create table t (x int)')
    await expect(ask(db.url('house_app', 'b', 'house'), 'drop table t')).rejects.toMatchObject({ code: '42501' })
    await expect(ask(db.url('house_app', 'wrong', 'house'), 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  it('comes back with everything acknowledged after kill -9, and is taken on by the next platform', async () => {
    await ask(db.url('house_owner', 'a', 'house'), 'insert into t select generate_series(1, 500)')
    process.kill(db.pid()!, 'SIGKILL')
    for (let i = 0; i < 100; i++) {
      await pause(100)
      const rows = await ask(db.url('house_owner', 'a', 'house'), 'select count(*)::int as n from t').catch(() => undefined)
      if (rows === undefined) continue
      expect(rows).toEqual([{ n: 500 }])
      break
    }
    const second = await startDatabase(state)
    expect([second.adopted, second.pid()]).toEqual([true, db.pid()])
  }, 30_000)
})

describe('the state folder', () => {
  it('has one holder, who is named to the second; a dead one is taken over', () => {
    const first = holdState(state)
    expect(first.ok).toBe(true)
    writeFileSync(join(state.folder, 'platform.pid'), String(process.ppid))
    expect(holdState(state)).toMatchObject({ ok: false, error: { code: 'state-held', details: { pid: process.ppid } } })
    writeFileSync(join(state.folder, 'platform.pid'), '999999')
    expect(holdState(state).ok).toBe(true)
  })

  it('keeps secrets and keys in files of mode 600, the same ones ever after', () => {
    const [secret, key] = [join(folder, 'secret'), join(folder, 'key')]
    expect(keptSecret(secret)).toBe(keptSecret(secret))
    expect(keptKey(key)).toEqual(keptKey(key))
    expect([statSync(secret).mode & 0o777, statSync(key).mode & 0o777, keptKey(key).length]).toEqual([0o600, 0o600, 32])
  })

  it('seals a file by a passphrase: marked in plain, opened by no other passphrase, and not when a bit was changed', () => {
    const file = join(folder, 'keys.sealed')
    const open = (passphrase: string) => openSealedFile(file, { passphrase, mark: TRYING_OUT })
    expect(open('one').read()).toBeUndefined()
    open('one').write(Buffer.from('a private key'))
    expect(open('one').read()?.toString()).toBe('a private key')
    const text = readFileSync(file, 'utf8')
    expect([statSync(file).mode & 0o777, text.includes('a private key'), JSON.parse(text)]).toMatchObject([0o600, false, { mark: TRYING_OUT, kdf: 'argon2id' }])
    expect(() => open('two')).toThrow(/cannot be opened/)
    const sealed = JSON.parse(text) as { readonly sealed: string }
    const bit = Buffer.from(sealed.sealed, 'base64')
    bit[0]! ^= 1
    for (const changed of [{ ...sealed, mark: 'real keys' }, { ...sealed, sealed: bit.toString('base64') }]) {
      writeFileSync(file, JSON.stringify(changed))
      expect(() => open('one')).toThrow(/cannot be opened/)
    }
  })
})

describe('the clock', () => {
  it('is the system’s, or stands, or goes on from where it was set, however often it is set', () => {
    const file = join(folder, 'clock.json')
    const clock = openClock(file)
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(2_000)
    for (let i = 0; i < 50; i++) {
      const at = new Date(Date.UTC(2024, 0, 1 + i)).toISOString()
      setClock(file, at, 'stands')
      expect(clock.now().toISOString()).toBe(at)
    }
    setClock(file, '2030-01-01T00:00:00.000Z')
    expect(clock.now().getTime() - Date.UTC(2030, 0, 1)).toBeLessThan(2_000)
    expect(() => { setClock(file, 'yesterday') }).toThrow(RangeError)
  })
})

describe('a socket', () => {
  it('can be in a folder however deep', async () => {
    const deep = join(folder, ...Array.from({ length: 12 }, () => 'a folder in it'))
    mkdirSync(deep, { recursive: true })
    const server = await openPart(socketIn(deep, 'part.sock'), { 'GET /v1/x': async () => Promise.resolve({ ok: true, value: { here: 1 } }) }, () => undefined)
    expect(await openLine(socketIn(deep, 'part.sock'), 'x').call('GET', '/v1/x')).toEqual({ ok: true, value: { here: 1 } })
    expect([Buffer.byteLength(deep) > 107, statSync(join(deep, 'part.sock')).mode & 0o777]).toEqual([true, 0o660])
    server.closeAllConnections()
    server.close()
  })
})

describe('the log', () => {
  it('closes whatever could be a person, at any depth', () => {
    const lines: string[] = []
    openLog('x', () => new Date(0), (l) => { lines.push(l) }).info('event', { count: 1, nameCn: '张三', deep: { idNumber: '370', list: [{ mrz: 'P<' }] } })
    expect(lines.join('')).not.toMatch(/张三|370|P</)
    expect(JSON.parse(lines[0]!)).toMatchObject({ part: 'x', event: 'event', count: 1 })
  })
})

describe('supervision', () => {
  const main = (name: string, code: string): string => { const f = join(folder, name); writeFileSync(f, code); return f }

  it('starts a killed part again, and waits for one that falls before it is ready', async () => {
    const flag = join(folder, 'fell-once')
    const part = { name: 'shy', args: [], env: {}, main: main('shy.mjs', `import { existsSync, writeFileSync } from 'node:fs'\nif (!existsSync(${JSON.stringify(flag)})) { writeFileSync(${JSON.stringify(flag)}, ''); process.exit(3) }\nprocess.send({ ready: true, pid: process.pid }); setInterval(() => undefined, 1000); process.on('SIGTERM', () => process.exit(0)); process.on('disconnect', () => process.exit(0))`) }
    const running = await supervise(part, state.logs)
    const pid = running.pid()!
    process.kill(pid, 'SIGKILL')
    await pause(150)
    await running.up()
    expect(running.pid()).not.toBe(pid)
    await running.stop()
    expect(running.pid()).toBeUndefined()
  }, 30_000)

  it('gives up on a part that never stays up, and says where its log is', async () => {
    await expect(supervise({ name: 'broken', args: [], env: {}, main: main('broken.mjs', 'process.exit(1)') }, state.logs)).rejects.toThrow(/broken does not stay up: see .*broken\.log/)
  }, 60_000)
})
