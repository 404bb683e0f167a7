import { execFileSync } from 'node:child_process'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { START } from './road.ts'
import { openStage, PASSWORD, type Stage } from './stage.ts'

let s: Stage
beforeAll(async () => { s = await openStage(`${START}T09:00:00+08:00`, undefined, '127.0.0.1') }, 60_000)
afterAll(async () => { await s.stop() })

const signIn = async (headers: Record<string, string>): Promise<Response> => fetch(`${s.platform.url}/api/session`, {
  method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ login: 'clerk', password: PASSWORD }),
})

describe('behind a front proxy', () => {
  it('takes its word for protocol and host: the cookie is for TLS alone, the origin is the public one', async () => {
    const through = await signIn({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'permits.example', origin: 'https://permits.example' })
    expect([through.status, /; Secure/.test(through.headers.get('set-cookie') ?? '')]).toEqual([200, true])
    const elsewhere = await signIn({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'permits.example', origin: 'https://other.example' })
    expect(elsewhere.status).toBe(403)
    const plain = await signIn({})
    expect([plain.status, /; Secure/.test(plain.headers.get('set-cookie') ?? '')]).toEqual([200, false])
  })

  it('counts attempts by the client that the proxy names', async () => {
    const from = async (client: string): Promise<number> => (await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': client }, body: '{"login":"nobody","password":"x"}' })).status
    let last = 0
    for (let i = 0; i < 41; i++) last = await from('192.0.2.1')
    expect([last, await from('192.0.2.2')]).toEqual([429, 401])
  }, 60_000)
})

describe('health', () => {
  it('asks the database', async () => {
    const answer = await fetch(`${s.platform.url}/api/health`)
    expect([answer.status, await answer.json()]).toEqual([200, { ready: true, says: 'ready' }])
  })

  it('says so when the database is away', async () => {
    const tell = (signal: string): void => { execFileSync('sh', ['-c', `kill -${signal} $0; pkill -${signal} -P $0`, String(s.platform.database.pid())]) }
    tell('STOP')
    try {
      const answer = await fetch(`${s.platform.url}/api/health`)
      expect([answer.status, await answer.json()]).toEqual([503, { ready: false, says: 'the database does not answer' }])
    } finally {
      tell('CONT')
    }
  })
})
