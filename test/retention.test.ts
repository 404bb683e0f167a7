import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { addDays } from '@causeway/kernel'
import { demoFace } from '@causeway/paper'

import { Refused } from '../apps/cli/src/client.ts'
import { START, walkRoad, type Travelled } from './road.ts'
import { openStage, type Stage } from './stage.ts'

let s: Stage
let t: Travelled
beforeAll(async () => {
  s = await openStage(`${START}T09:00:00+08:00`)
  await s.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 3 })
  t = await walkRoad(s, { n: 1, today: addDays(START, 1), serial: 'SB000001' })
})
afterAll(async () => { await s.stop() })

const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: unknown) => (error instanceof Refused ? error.code : String(error)))
const face = async (): Promise<string> => codeOf(s.as('inspector').bytes(`/api/persons/${t.personId}/face`))
const enrol = async (): Promise<string> => codeOf((async () => s.as('enroller').upload(`/api/persons/${t.personId}/enrolment`, { field: 'photo', filename: 'f.jpg', bytes: await demoFace(2), type: 'image/jpeg', fields: { consent: true, fingers: 'not-collected', fingersReason: 'no-device' } }))())

describe('what is kept of a traveller', () => {
  it('a person with a mission that goes on is not erased', async () => {
    expect(await codeOf(s.as('security').send('POST', `/api/persons/${t.personId}/erase`, { reason: '本人申请' }))).toBe('person-busy')
  })

  it('the face stays for the days of R-16, is then destroyed by the clock, and another can be taken', async () => {
    const { rows } = await s.as('auditor').get<{ rows: readonly { key: string; value: number }[] }>('/api/rules')
    const days = rows.find((r) => r.key === 'retention.biometric.days')!.value
    expect(await face()).toBe('ok')
    s.clock(`${addDays(START, days + 2)}T09:00:00+08:00`)
    for (const end = Date.now() + 25_000; (await face()) === 'ok' && Date.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 200) })
    expect(await face()).toBe('not-found')
    const permit = await s.as('counter').get<{ drawable: boolean; mrz: readonly string[] }>(`/api/permits/${t.number}`)
    expect([permit.drawable, permit.mrz.length]).toEqual([false, 2])
    const journal = await s.as('auditor').get<{ rows: readonly { act: string; event: string; role: string }[] }>('/api/journal')
    expect(journal.rows.filter((e) => e.event === 'enrolment-destroyed')).toMatchObject([{ act: 'enrolment.destroy', role: 'system' }])
    expect(await enrol()).toBe('ok')
    expect(await face()).toBe('ok')
  }, 60_000)
})
