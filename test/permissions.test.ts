import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ACTS, ROLES, ROUTES, scopeOf, VIEWS, type Role, type Rule } from '@causeway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openUser } from '../apps/cli/src/client.ts'
import { openStage, PASSWORD, type Stage } from './stage.ts'
import { renderPermissions } from './permissions.ts'

let s: Stage
beforeAll(async () => {
  s = await openStage('2024-03-05T09:00:00+08:00')
  const units = await s.as('admin').get<{ rows: { id: string }[] }>('/api/units')
  for (const [login, role] of [['traveller', 'traveller'], ['keykeeper', 'keykeeper']] as const) {
    await s.as('admin').send('POST', '/api/accounts', { login, name: login, password: PASSWORD, roles: [role], ...(role === 'traveller' ? { unitId: units.rows[0]!.id } : {}) })
  }
}, 60_000)
afterAll(async () => { await s.stop() })

const LOGIN: Readonly<Partial<Record<Role, string>>> = { sysadmin: 'admin', secadmin: 'security' }
const routes = Object.entries(ROUTES).filter(([, r]) => !('open' in r.does))
const ruleOf = (r: (typeof ROUTES)[keyof typeof ROUTES]): Rule => ('act' in r.does ? ACTS[r.does.act] : 'view' in r.does ? VIEWS[r.does.view] : { roles: {} })

/** Asks as a role, with nothing but the rights right: a cell that is allowed answers anything but 401 and 403. */
async function status(role: Role, name: keyof typeof ROUTES): Promise<{ status: number; code: string }> {
  const r = ROUTES[name]
  const path = r.path.replace(/:\w+/g, '00000000')
  const user = s.as(LOGIN[role] ?? role)
  try {
    if (r.method === 'GET') await user.bytes(path)
    else await user.send(r.method, path, r.method === 'DELETE' ? undefined : {})
    return { status: 200, code: '' }
  } catch (error) {
    return { status: (error as { status: number }).status, code: (error as { code: string }).code }
  }
}

describe('every cell of the permissions, over HTTP', () => {
  const signing = new Set(['session.close', 'session.password'])
  it.each(ROLES)('%s may what the table says, and nothing else', async (role) => {
    for (const [name, route] of routes) {
      if (signing.has(name)) continue // ends the session that the other cells need
      const may = scopeOf(ruleOf(route), [role]) !== undefined
      const got = await status(role, name as keyof typeof ROUTES)
      expect(got.status !== 401 && !(got.status === 403 && got.code === 'not-allowed'), `${role} ${name}: ${got.status} ${got.code}`).toBe(may)
    }
  }, 60_000)

  it('nobody is let through without signing in, a foreign origin or a missing token change nothing', async () => {
    for (const [name, route] of routes) {
      if (name === 'session.close') continue // signing out twice is no harm
      const r = await fetch(`${s.platform.url}${route.path.replace(/:\w+/g, '0')}`, { method: route.method })
      expect(r.status, route.path).toBe(401)
    }
    const login = await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: 'keeper', password: PASSWORD }) })
    const cookie = login.headers.get('set-cookie')!.split(';')[0]!
    const { csrf } = (await login.json()) as { csrf: string }
    const post = async (headers: Record<string, string>): Promise<number> => (await fetch(`${s.platform.url}/api/blanks`, { method: 'POST', headers: { cookie, 'content-type': 'application/json', 'idempotency-key': 'abcdefgh-1', ...headers }, body: JSON.stringify({ batch: 'X', first: 'XX000001', count: 1 }) })).status
    expect(await post({})).toBe(403)
    expect(await post({ 'x-csrf-token': csrf, origin: 'http://elsewhere.example' })).toBe(403)
    expect(await post({ 'x-csrf-token': csrf })).toBe(200)
    expect(login.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/)
  })

  it('locks an account after five wrong passwords, and says for how long', async () => {
    const wrong = async (): Promise<string> => openUser(s.platform.url, 'statistician', 'wrong-password').get('/api/rules').then(() => 'in', (e: { code: string }) => e.code)
    const seen: string[] = []
    for (let i = 0; i < 6; i++) seen.push(await wrong())
    expect(seen).toEqual([...Array.from({ length: 5 }, () => 'sign-in-refused'), 'account-locked'])
  })
})

/** Written by hand from permits.md 4.4 and 6.5, not from the table. */
const BY_HAND: readonly (readonly [Role, keyof typeof ACTS, boolean])[] = [
  ['clerk', 'mission.submit', true], ['clerk', 'mission.withdraw', true], ['clerk', 'mission.sign', false], ['clerk', 'mission.accept', false], ['clerk', 'mission.approve', false], ['clerk', 'report.submit', true], ['clerk', 'permit.hand-out', false], ['clerk', 'person.register', true],
  ['signatory', 'mission.sign', true], ['signatory', 'mission.submit', false], ['signatory', 'mission.approve', false], ['traveller', 'person.confirm-name', true], ['traveller', 'mission.submit', false], ['traveller', 'enrolment.take', false],
  ['receiver', 'mission.accept', true], ['receiver', 'mission.return', true], ['receiver', 'mission.check', false], ['receiver', 'mission.approve', false], ['receiver', 'permit.hand-out', false],
  ['reviewer', 'mission.check', true], ['reviewer', 'mission.return', true], ['reviewer', 'mission.approve', false], ['reviewer', 'mission.accept', false], ['reviewer', 'report.accept', true], ['reviewer', 'job.produce', false],
  ['approver', 'mission.approve', true], ['approver', 'mission.refuse', true], ['approver', 'mission.check', false], ['approver', 'job.produce', false], ['approver', 'job.inspect', false], ['approver', 'blank.allocate', false],
  ['documents', 'permit.order', true], ['documents', 'mission.approve', false], ['enroller', 'enrolment.take', true], ['enroller', 'job.inspect', false], ['enroller', 'mission.approve', false],
  ['keeper', 'blank.receive', true], ['keeper', 'blank.allocate', true], ['keeper', 'blank.witness', true], ['keeper', 'job.produce', false], ['keeper', 'job.inspect', false],
  ['producer', 'job.produce', true], ['producer', 'job.inspect', false], ['producer', 'blank.allocate', false], ['producer', 'blank.receive', false], ['producer', 'permit.hand-out', false],
  ['inspector', 'job.inspect', true], ['inspector', 'job.produce', false], ['inspector', 'enrolment.take', false], ['inspector', 'permit.hand-out', false],
  ['counter', 'permit.hand-out', true], ['counter', 'permit.take-back', true], ['counter', 'permit.confirm-return', true], ['counter', 'job.inspect', false], ['counter', 'mission.approve', false],
  ['sysadmin', 'account.create', true], ['sysadmin', 'account.grant', false], ['secadmin', 'account.grant', true], ['secadmin', 'account.create', false], ['auditor', 'mission.approve', false], ['auditor', 'account.create', false], ['keykeeper', 'job.produce', false],
]

describe('the table against the domain’s words', () => {
  it('has sixty cells written by hand', () => { expect(BY_HAND.length).toBeGreaterThanOrEqual(60) })
  it.each(BY_HAND)('%s, %s: %s', (role, act, may) => { expect(scopeOf(ACTS[act], [role]) !== undefined).toBe(may) })
  it('docs/permissions.md prints this table', () => {
    expect(readFileSync(join(import.meta.dirname, '../docs/permissions.md'), 'utf8')).toBe(renderPermissions())
  })
})
