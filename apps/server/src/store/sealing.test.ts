import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { setClock } from '@causeway/ground'
import { addDays } from '@causeway/kernel'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openUser, type User } from '../../../cli/src/client.ts'
import { startPlatform, type Platform } from '../../../cli/src/platform.ts'
import { newPerson, START, walkRoad } from '../../../../test/road.ts'
import { PASSWORD } from '../../../../test/stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'causeway-sealing-'))
const clockFile = join(folder, 's', 'clock.json')
const clock = (at: string): void => { setClock(clockFile, at) }
let platform: Platform
const users = new Map<string, User>()
const as = (login: string): User => {
  const at = `${platform.url} ${login}`
  const user = users.get(at) ?? openUser(platform.url, login, PASSWORD)
  users.set(at, user)
  return user
}
const start = async (sealWith: 'international' | 'national'): Promise<void> => { platform = await startPlatform({ folder: join(folder, 's'), port: 0, demo: true, clock: clockFile, sealWith }) }

/** How many keys, sealed fields and documents there are, and how many of them are sealed with SM4. */
async function counted(): Promise<Readonly<Record<string, string>>> {
  const client = new pg.Client({ connectionString: platform.database.url('causeway_owner', readFileSync(join(platform.state.keys, 'owner.secret'), 'utf8').trim(), 'causeway') })
  await client.connect()
  const { rows } = await client.query<Record<string, string>>(`
    with sealed as (
      select 'key' as kind, wrapped as bytes from person_key where wrapped is not null
      union all select 'document', bytes from document
      union all select 'field', decode(m[1], 'base64') from journal, regexp_matches(body, '"sealed":"([^"]+)"', 'g') as m
    ) select kind, format('%s of %s', count(*) filter (where substr(bytes, 1, 8) = 'sm4-gcm:'::bytea), count(*)) as said from sealed group by kind`)
  await client.end()
  return Object.fromEntries(rows.map((r) => [r['kind']!, r['said']!]))
}

beforeAll(async () => {
  mkdirSync(join(folder, 's'))
  clock(`${START}T09:00:00+08:00`)
  await start('national')
})
afterAll(async () => {
  await platform.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('stored data under the national family', () => {
  it('a traveller walks the whole road; every key, field and document of it is sealed with SM4; read again under the other setting, which seals what is new', async () => {
    await as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 3 })
    const t = await walkRoad({ platform, as, clock, stop: async () => platform.stop() }, { n: 1, today: addDays(START, 1), serial: 'SB000001' })
    const first = await counted()
    expect(Object.keys(first).sort()).toEqual(['document', 'field', 'key'])
    for (const [kind, said] of Object.entries(first)) expect(said, kind).toMatch(/^([1-9]\d*) of \1$/)
    const face = await as('inspector').bytes(`/api/persons/${t.personId}/face`)
    const permit = await as('counter').get<{ mrz: readonly string[] }>(`/api/permits/${t.number}`)
    await platform.stop()
    await start('international')
    expect(await as('inspector').bytes(`/api/persons/${t.personId}/face`)).toEqual(face)
    expect((await as('counter').get<{ mrz: readonly string[] }>(`/api/permits/${t.number}`)).mrz).toEqual(permit.mrz)
    await newPerson(as('clerk'), 2)
    const [sm4, all] = (await counted())['key']!.split(' of ').map(Number)
    expect([`${sm4} of ${sm4}`, all! > sm4!]).toEqual([first['key'], true])
  }, 120_000)
})
