import { personal, type Personal, ok, no } from '@causeway/kernel'
import { chainFaults, GENESIS } from '@causeway/journal'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testServer, type TestServer } from '../../../../test/database.ts'
import { act, type Act } from './act.ts'
import { type AccessBook, type Book } from './book.ts'
import { anchorsOf, compareViews, entriesFrom, headOf, isAnchorDue, rebuildViews, recordAnchor, recordReadings } from './journal.ts'
import { migrate } from './migrate.ts'
import { openReader } from './read.ts'
import { openStore, type Store } from './store.ts'
import { type RowPage } from './view.ts'

interface Pot { readonly label: Personal<string>; readonly count: number; readonly owner: string }
type PotEvent = { readonly type: 'made'; readonly label: Personal<string>; readonly owner: string } | { readonly type: 'filled'; readonly by: number }

/** A small book of its own: the store must not need to know what a permit is. */
const book: Book = {
  evolve: (_, state, event) => {
    const e = event as PotEvent
    return e.type === 'made' ? { label: e.label, count: 0, owner: e.owner } : { ...(state as Pot), count: (state as Pot).count + e.by }
  },
  summarise: (_, state) => ({ state: (state as Pot).count >= 3 ? 'full' : 'open', personId: (state as Pot).owner, open: { count: (state as Pot).count } }),
  claimsOf: (_, event) => ({ take: event.type === 'made' ? [{ name: 'label', key: (event as unknown as { label: Personal<string> }).label.value ?? '', blind: true as const }] : [], release: [] }),
  messageOf: (ref, event) => (event.type === 'made' ? { kind: 'pot-made', body: { id: ref.id } } : undefined),
}
const access: AccessBook = {
  reach: (_, actor) => (actor.roles.length > 0 ? ok({ scope: 'office' as const, role: actor.roles[0]! }) : no({ code: 'not-allowed' })),
  dutyOf: (name) => (name === 'pot.fill' ? 'fill' : undefined),
  conflict: (done, duty, account) => (done.some((d) => d.account === account && d.duty === 'forbidden') ? { code: 'duty-conflict', rule: duty } : undefined),
}
const make: Act<{ id: string; label: string; owner: string }, { number: number }, { number: number }> = {
  name: 'pot.make',
  gather: async (tx, i) => { await tx.load('pot', i.id); return ok({ number: await tx.number('pot') }) },
  scope: () => ({ cases: [] }),
  decide: (f, i) => ok({ append: [{ ref: { kind: 'pot', id: i.id }, events: [{ type: 'made', label: personal(i.owner, 'identity', i.label), owner: i.owner } as { type: string }] }], answer: f }),
}
/** Only one may fill a pot. */
const fill: Act<{ id: string }, { pot: Pot }, { by: string }> = {
  name: 'pot.fill',
  gather: async (tx, i) => { const pot = await tx.load<Pot>('pot', i.id); return pot.state === undefined ? no({ code: 'not-found' }) : ok({ pot: pot.state }) },
  scope: (_, i) => ({ cases: [i.id] }),
  decide: (f, i, c) => (f.pot.count > 0 ? no({ code: 'step-not-allowed' }) : ok({ append: [{ ref: { kind: 'pot', id: i.id }, events: [{ type: 'filled', by: 1 } as { type: string }] }], answer: { by: c.actor.id } })),
}
const who = (id: string) => ({ id, roles: ['reviewer'] })

let server: TestServer
let store: Store
let urls: Awaited<ReturnType<TestServer['fresh']>>
let tick = Date.UTC(2024, 0, 1)
const open = (): Store => openStore({ url: urls.appUrl, office: '370600', book, access, secret: new Uint8Array(32).fill(7), now: () => new Date((tick += 1_000)) })

beforeAll(async () => {
  server = await testServer()
  urls = await server.fresh()
  await migrate(urls.ownerUrl, urls.appRole)
  store = open()
})
afterAll(async () => {
  await store.pool.end()
  await server.stop()
})

describe('the one door', () => {
  it('lets one of fifty parallel acts on one stream succeed and refuses the rest', async () => {
    await act(store, { actor: who('a'), act: make, input: { id: 'p1', label: '甲', owner: 'o1' } })
    const results = await Promise.all(Array.from({ length: 50 }, async (_, i) => act(store, { actor: who(`a${i}`), act: fill, input: { id: 'p1' } })))
    expect(results.filter((r) => r.ok)).toHaveLength(1)
    expect(results.filter((r) => !r.ok && r.error.code === 'step-not-allowed')).toHaveLength(49)
  })

  it('does one act for one key, also in parallel and after a restart; another body under the key is refused', async () => {
    const once = { route: 'POST /pots', key: 'key-00000001', bodyHash: 'h1' }
    const input = { id: 'p2', label: '乙', owner: 'o2' }
    const twins = await Promise.all(Array.from({ length: 8 }, async () => act(store, { actor: who('a'), act: make, input, once })))
    expect(new Set(twins.map((t) => JSON.stringify(t))).size).toBe(1)
    await store.pool.end()
    store = open()
    expect(await act(store, { actor: who('a'), act: make, input, once })).toEqual(twins[0])
    expect(await act(store, { actor: who('a'), act: make, input, once: { ...once, bodyHash: 'h2' } })).toMatchObject({ ok: false, error: { code: 'idempotency-key-reused' } })
    const { rows } = await store.pool.query("select 1 from journal where stream_id = 'p2'")
    expect(rows).toHaveLength(1)
  })

  it('gives numbers without gaps under parallel acts of which some are refused', async () => {
    const start = Number((await store.pool.query<{ value: string }>("select value from counter where name = 'pot'")).rows[0]!.value)
    const results = await Promise.all(Array.from({ length: 30 }, async (_, i) => act(store, { actor: who('a'), act: make, input: { id: `n${i}`, label: i % 3 === 0 ? '甲' : `n${i}`, owner: `on${i}` } })))
    const numbers = results.flatMap((r) => (r.ok ? [r.value.number] : [])).sort((a, b) => a - b)
    expect(results.filter((r) => !r.ok).every((r) => !r.ok && r.error.code === 'claim-taken')).toBe(true)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => start + 1 + i))
  })

  it('denies an actor without a role and a duty that meets another', async () => {
    expect(await act(store, { actor: { id: 'x', roles: [] }, act: fill, input: { id: 'n1' } })).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
    await store.pool.query("insert into duty values ('370600', 'n1', 'forbidden', 'z', 1)")
    expect(await act(store, { actor: who('z'), act: fill, input: { id: 'n1' } })).toMatchObject({ ok: false, error: { code: 'duty-conflict' } })
  })

  it('lets only one of two duties that must not meet pass, also when both are asked at once', async () => {
    const strict: Store = { ...store, access: { ...access, dutyOf: (name) => (name.startsWith('duty.') ? name : undefined), conflict: (done, duty, account) => (done.some((d) => d.account === account && d.duty !== duty) ? { code: 'duty-conflict', rule: duty } : undefined) } }
    const onCase = (name: string): Act<{ id: string }, object, object> => ({
      name,
      gather: async (tx, i) => { await tx.load('pot', i.id); return ok({}) },
      scope: () => ({ cases: ['case-1'] }),
      decide: (_, i) => ok({ append: [{ ref: { kind: 'pot', id: i.id }, events: [{ type: 'made', label: personal('od', 'identity', `label ${i.id}`), owner: 'od' } as { type: string }] }], answer: {} }),
    })
    const both = await Promise.all([act(strict, { actor: who('same'), act: onCase('duty.one'), input: { id: 'd1' } }), act(strict, { actor: who('same'), act: onCase('duty.two'), input: { id: 'd2' } })])
    expect(both.filter((r) => r.ok)).toHaveLength(1)
    expect(both.find((r) => !r.ok)).toMatchObject({ error: { code: 'duty-conflict' } })
  })

  it('does not take two absent units for the same unit', async () => {
    const narrow = (scope: 'unit' | 'self'): Store => ({ ...store, access: { ...access, reach: () => ok({ scope, role: 'clerk' }) } })
    for (const scope of ['unit', 'self'] as const) {
      expect(await act(narrow(scope), { actor: who('a'), act: make, input: { id: 'u1', label: '丁', owner: 'u1' } })).toMatchObject({ ok: false, error: { code: 'other-unit' } })
    }
  })

  it('writes a chain without fault, and one message for each thing that the hub is told', async () => {
    const entries = await entriesFrom(store, store.pool, 1)
    expect(chainFaults('370600', entries)).toEqual([])
    expect((await headOf(store)).seq).toBe(entries.length)
    const { rows } = await store.pool.query<{ number: string }>('select number from outbox order by number')
    expect(rows.map((r) => Number(r.number))).toEqual(rows.map((_, i) => i + 1))
    expect(JSON.stringify(entries)).not.toContain('乙')
    tick += 11 * 60_000
    expect(await isAnchorDue(store)).toBe(true)
  })

  it('keeps an anchor once, and no other under its number, nor one that the journal belies', async () => {
    const head = await headOf(store)
    const anchor = { office: '370600', number: 1, fromSeq: 1, toSeq: head.seq, head: head.hash, previous: GENESIS, at: new Date(tick).toISOString(), keyId: 'k', signature: 'ab' }
    await recordAnchor(store, anchor)
    await recordAnchor(store, anchor)
    expect(await anchorsOf(store)).toEqual([anchor])
    expect(await isAnchorDue(store)).toBe(false)
    await expect(recordAnchor(store, { ...anchor, signature: 'cd' })).rejects.toThrow('another anchor')
    await expect(recordAnchor(store, { ...anchor, number: 2, head: GENESIS })).rejects.toThrow('not of this journal')
    expect((await store.pool.query("select 1 from outbox where kind = 'anchor'")).rowCount).toBe(1)
  })

  it('asks for an anchor after a thousand entries, however young', async () => {
    const many: Act<null, object, object> = {
      name: 'pot.many',
      gather: async (tx) => { await tx.load('pot', 'p1'); return ok({}) },
      scope: () => ({ cases: [] }),
      decide: () => ok({ append: [{ ref: { kind: 'pot', id: 'p1' }, events: Array.from({ length: 999 }, () => ({ type: 'filled', by: 0 }) as { type: string }) }], answer: {} }),
    }
    await act(store, { actor: who('a'), act: many, input: null })
    expect(await isAnchorDue(store)).toBe(false)
    await act(store, { actor: who('a'), act: make, input: { id: 't1000', label: 'thousand', owner: 't' } })
    expect(await isAnchorDue(store)).toBe(true)
  })

  it('seals what is new with SM4 from the day that it is told to, and reads what was sealed before; so does a store that is told otherwise again', async () => {
    await act(store, { actor: who('a'), act: make, input: { id: 's1', label: '戊', owner: 'os' } })
    const national = openStore({ url: urls.appUrl, office: '370600', book, access, secret: new Uint8Array(32).fill(7), sealWith: 'national', now: () => new Date((tick += 1_000)) })
    await act(national, { actor: who('a'), act: make, input: { id: 's2', label: '己', owner: 'os' } })
    await act(national, { actor: who('a'), act: make, input: { id: 's3', label: '庚', owner: 'on' } })
    for (const s of [store, national]) {
      const pots = await Promise.all(['s1', 's2', 's3'].map(async (id) => openReader(s).row<Pot>('pot', id)))
      expect(pots.map((p) => p?.body.label.value)).toEqual(['戊', '己', '庚'])
    }
    const { rows } = await store.pool.query<{ sealed: string }>("select body::json->'label'->>'sealed' as sealed from journal where stream_id in ('s1', 's2', 's3') and version = 1 order by stream_id")
    expect(rows.map((r) => Buffer.from(r.sealed, 'base64').subarray(0, 8).toString('latin1') === 'sm4-gcm:')).toEqual([false, true, true])
    const { rows: keys } = await store.pool.query<{ wrapped: Buffer }>("select wrapped from person_key where subject = 'on'")
    expect(keys[0]!.wrapped.subarray(0, 8).toString()).toBe('sm4-gcm:')
    await national.pool.end()
  })

  it('goes on over a database that was killed', async () => {
    process.kill(server.server.pid()!, 'SIGKILL')
    const result = await act(store, { actor: who('a'), act: make, input: { id: 'k1', label: '丙', owner: 'ok' }, once: { route: 'POST /pots', key: 'key-after-kill', bodyHash: 'h' } })
    expect(result.ok).toBe(true)
    expect(chainFaults('370600', await entriesFrom(store, store.pool, 1))).toEqual([])
  })
})

describe('the walls of the database', () => {
  it.each([
    ["update journal set body = '{}'"], ['delete from journal'], ['truncate journal'], ['delete from anchor'], ['truncate reading'],
    ['drop table journal'], ['alter table journal disable trigger all'], ['create table x (y int)'], ["set session_replication_role = 'replica'"],
  ])('refuses the application: %s', async (sql) => {
    await expect(store.pool.query(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^42/) as string })
  })

  it('refuses even the owner to change the journal', async () => {
    const owner = new pg.Client({ connectionString: urls.ownerUrl })
    await owner.connect()
    await expect(owner.query("update journal set body = '{}'")).rejects.toThrow('only grows')
    await expect(owner.query('truncate journal')).rejects.toThrow('only grows')
    await owner.end()
  })

  it('keeps no name, open or hashed without a key, in any table', async () => {
    const { rows: tables } = await store.pool.query<{ tablename: string }>("select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration'")
    for (const { tablename } of tables) {
      const { rows } = await store.pool.query<{ t: string }>(`select x::text as t from ${tablename} x`)
      expect(rows.filter((r) => /[甲乙丙]/.test(r.t)), tablename).toEqual([])
    }
  })

  it('migrates twice without doing anything twice', async () => {
    expect(await migrate(urls.ownerUrl, urls.appRole)).toEqual([])
  })
})

describe('views and erasure', () => {
  it('counts what it lists, page by page', async () => {
    const reader = openReader(store)
    const all = await reader.rows({ kind: 'pot', states: ['open'] })
    expect(await reader.count({ kind: 'pot', states: ['open'] })).toBe(all.length)
    const query = { kind: 'pot', states: ['open'] }
    const shown: string[] = []
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: RowPage<unknown> = await reader.page(query, { limit: '5', after })
      expect([page.total, page.rows.length <= 5]).toEqual([all.length, true])
      shown.push(...page.rows.map((r) => r.id))
      after = page.next
    }
    expect(shown).toEqual(all.map((r) => r.id))
    expect((await reader.states({ kind: 'pot' }))['open']).toBe(all.length)
    for (const after of ['', 'nonsense', Buffer.from('[1,2]').toString('base64url'), Buffer.from('["\\u0000",""]').toString('base64url')]) {
      for (const limit of ['', '0', '-1', 'x', '1e9']) expect((await reader.page({ ...query, order: 'desc' }, { after, limit })).rows.length).toBe(Math.min(all.length, 100))
    }
  })

  it('never cuts a list inside the house, and never gives more than a page outside', async () => {
    await store.pool.query("insert into view (office_id, kind, id, version, state, sort, open, body) select $1, 'jar', n, 1, case when n % 3 = 0 then 'full' else 'open' end, n, '{}', 'null' from generate_series(1, 2100) n", [store.office])
    const reader = openReader(store)
    expect([(await reader.rows({ kind: 'jar' })).length, await reader.states({ kind: 'jar' })]).toEqual([2_100, { full: 700, open: 1_400 }])
    const page = await reader.page({ kind: 'jar' }, { limit: '100000' })
    expect([page.rows.length, page.total]).toEqual([500, 2_100])
    await store.pool.query("delete from view where kind = 'jar'")
  })

  it('rebuilds views equal to the live ones, before and after a person is erased; folding meets a tombstone', async () => {
    expect(await compareViews(store)).toEqual([])
    const shred: Act<{ person: string }, { destroyed: number }, { destroyed: number }> = {
      name: 'person.erase',
      gather: async (tx, i) => ok({ destroyed: await tx.erase(i.person) }),
      scope: () => ({ cases: [] }),
      decide: (f) => ok({ append: [], answer: f }),
    }
    expect((await openReader(store).row<Pot>('pot', 'p2'))!.body.label.value).toBe('乙')
    expect(await act(store, { actor: who('s'), act: shred, input: { person: 'o2' } })).toEqual({ ok: true, value: { destroyed: 1 } })
    expect((await openReader(store).row<Pot>('pot', 'p2'))!.body.label.value).toBeUndefined()
    expect(await act(store, { actor: who('a'), act: fill, input: { id: 'p2' } })).toMatchObject({ ok: true })
    expect(await compareViews(store)).toEqual([])
    expect(await act(store, { actor: who('a'), act: make, input: { id: 'p2b', label: '乙', owner: 'o2b' } }), 'an ID number is free again').toMatchObject({ ok: false })
    await store.pool.query("update view set state = 'full' where id = 'p2'")
    expect(await compareViews(store)).toEqual(['pot/p2'])
    expect(await rebuildViews(store)).toBeGreaterThan(20)
    expect(await compareViews(store)).toEqual([])
  })

  it('destroys a document that names several persons when one of them is erased', async () => {
    const keep: Act<null, { id: string }, { id: string }> = {
      name: 'pot.keep',
      gather: async (tx) => ok({ id: (await tx.keep({ kind: 'roster', kase: 'm', persons: ['o3', 'o4'], purpose: 'document', mediaType: 'text/plain', name: '名单', bytes: new TextEncoder().encode('丁戊') })).id }),
      scope: () => ({ cases: [] }),
      decide: (f) => ok({ append: [], answer: f }),
    }
    const kept = await act(store, { actor: who('a'), act: keep, input: null })
    const id = kept.ok ? kept.value.id : ''
    expect(new TextDecoder().decode((await openReader(store).document(id))!.bytes)).toBe('丁戊')
    const shred: Act<null, object, object> = { name: 'x', gather: async (tx) => { await tx.erase('o4'); return ok({}) }, scope: () => ({ cases: [] }), decide: () => ok({ append: [], answer: {} }) }
    await act(store, { actor: who('s'), act: shred, input: null })
    expect((await openReader(store).document(id))!.bytes).toBeUndefined()
  })

  it('chains who looked at whom', async () => {
    await recordReadings(store, [{ at: '2024-01-01', actor: 'a', what: 'person', subject: 'o1' }])
    await recordReadings(store, [{ at: '2024-01-02', actor: 'a', what: 'person', subject: 'o3' }])
    const { rows } = await store.pool.query<{ seq: string; prev: string; hash: string }>('select seq, prev, hash from reading order by seq')
    expect(rows[1]!.prev).toBe(rows[0]!.hash)
  })
})
