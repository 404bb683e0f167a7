import { demoFace } from '@causeway/paper'
import { addDays } from '@causeway/kernel'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Refused } from '../apps/cli/src/client.ts'
import { goodForm, idNumber, newPerson, START, stubborn } from './road.ts'
import { openStage, type Stage } from './stage.ts'

let s: Stage
let form: Record<string, unknown>
let person = ''
const depart = addDays(START, 25)
beforeAll(async () => {
  s = await openStage(`${START}T09:00:00+08:00`)
  person = await newPerson(s.as('clerk'), 1)
  form = await goodForm(s.as('clerk'), { today: START, personIds: [person], depart })
}, 60_000)
afterAll(async () => { await s.stop() })

interface Told { readonly status: number; readonly code: string; readonly says: string; readonly at: string; readonly rule: string }
async function told(ask: Promise<unknown>): Promise<Told> {
  try {
    await ask
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, code: error.code, says: String(error.problem['says']), at: String(error.problem['at'] ?? ''), rule: String(error.problem['rule'] ?? '') }
    throw error
  }
  throw new Error('was not refused')
}
const examine = async (change: object): Promise<readonly { code: string; at: string; says: string; severity: string }[]> => (await s.as('clerk').send<{ problems: { code: string; at: string; says: string; severity: string }[] }>('POST', '/api/missions/examine', { form: { ...form, ...change } })).problems

describe('bad input gets its message with place, rule and remedy', () => {
  it('a good form has nothing that blocks', async () => { expect((await examine({})).filter((p) => p.severity === 'block')).toEqual([]) })

  it.each([
    ['an itinerary that ends before it begins', { returnDate: addDays(depart, -1) }, 'ends-before-begins', 'returnDate', /早于/],
    ['a place that is left before it is reached', { places: [{ place: 'HKG', arrive: addDays(depart, 2), leave: depart, inviter: '商会' }] }, 'ends-before-begins', 'places.0.leave', /改正/],
    ['a stay over the limit', { returnDate: addDays(depart, 5), places: [{ place: 'HKG', arrive: depart, leave: addDays(depart, 5), inviter: '商会' }] }, 'stay-over-limit', 'returnDate', /停留 6 天，超过上限 5 天.*R-04.*请缩短/],
    ['a secret mission', { isSecret: true }, 'secret-mission', 'isSecret', /不受理涉密.*保守国家秘密法.*涉密渠道/],
    ['a secrecy mark in the text', { task: '机密★5年' }, 'secret-mark', 'task', /密级/],
    ['a day that does not exist', { departDate: '2024-02-30' }, 'day-invalid', 'departDate', /2024-03-05/],
    ['too short a publicity', { publicity: { from: addDays(START, -2), to: addDays(START, -1), medium: '' } }, 'publicity-too-short', 'publicity.to', /R-03/],
    ['no attachments', { attachments: [] }, 'attachment-missing', 'attachments', /缺少附件/],
    ['a member whom nobody registered', { members: [{ personId: 'nobody', role: 'leader', post: 'x', rank: 'x', costSource: '', permitNeed: 'new' }] }, 'member-unknown', 'members.0', /先登记/],
  ] as const)('%s', async (_, change, code, at, says) => {
    const problems = await examine(change)
    const found = problems.find((p) => p.code === code && p.at === at)
    expect(found, JSON.stringify(problems)).toBeDefined()
    expect(found!.says).toMatch(says)
    const refused = await told(s.as('clerk').send('POST', '/api/missions', { form: { ...form, ...change } }))
    expect([refused.status, refused.code]).toEqual([422, 'form-has-problems'])
  })

  const newOne = (change: object) => ({ nameCn: '李四', surname: 'LI', given: 'SI', sex: 'M', birthDate: '1970-01-01', birthPlace: '山东', idNumber: idNumber('1970-01-01', 7, 'M'), post: '科长', rank: 'x', ...change })
  it.each([
    ['a wrong check digit', { idNumber: `${idNumber('1970-01-01', 7, 'M').slice(0, 17)}${idNumber('1970-01-01', 7, 'M')[17] === '1' ? '2' : '1'}` }, 'id-number-check-digit', 'idNumber', 'GB 11643'],
    ['a birth date that the number contradicts', { birthDate: '1970-01-02' }, 'id-number-birth-date', 'birthDate', 'GB 11643'],
    ['a character that cannot be printed', { nameCn: '李𪚥' }, 'name-unprintable', 'nameCn', 'GB 18030-2022'],
    ['a spelling that is not Latin', { surname: 'Lǐ' }, 'name-not-latin', 'surname', 'GB/T 28039'],
  ] as const)('a person with %s', async (_, change, code, at, rule) => {
    expect(await told(s.as('clerk').send('POST', '/api/persons', newOne(change)))).toMatchObject({ status: 422, code, at, rule })
  })

  it('the same ID number twice is one person too many', async () => {
    await s.as('clerk').send('POST', '/api/persons', newOne({}))
    expect(await told(s.as('clerk').send('POST', '/api/persons', newOne({ nameCn: '李五' })))).toMatchObject({ status: 409, code: 'claim-taken', rule: 'id-number' })
  })

  it('a spreadsheet, a picture of 20 megapixels and no consent are refused as photo', async () => {
    const take = async (bytes: Uint8Array, consent = true): Promise<Told> => told(s.as('enroller').upload(`/api/persons/${person}/enrolment`, { field: 'photo', filename: 'x.jpg', bytes, type: 'image/jpeg', fields: { consent, fingers: 'not-collected', fingersReason: 'no-device' } }))
    expect(await take(new TextEncoder().encode('PK\u0003\u0004'))).toMatchObject({ code: 'photo-not-a-picture', at: 'photo' })
    const huge = new Uint8Array(await sharp({ create: { width: 3_880, height: 5_173, channels: 3, background: '#fff' } }).jpeg().toBuffer())
    expect(await take(huge)).toMatchObject({ status: 413, code: 'photo-too-large', rule: 'R-17' })
    expect(await take(await demoFace(1), false)).toMatchObject({ code: 'consent-missing', at: 'consent' })
  })

  it('hostile bodies, paths and keys are refused without a stack trace', async () => {
    const headers = { 'content-type': 'application/json' }
    for (const body of ['{', '[]', '"x"', '{"login":1}', `{"login":"${'x'.repeat(5_000)}","password":"y"}`]) {
      const r = await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers, body })
      expect(r.status).toBe(400)
      expect(await r.text()).not.toMatch(/at .*\.ts:/)
    }
    expect((await fetch(`${s.platform.url}/api/nothing`)).status).toBe(404)
    expect(await told(s.as('clerk').send('POST', '/api/persons', newOne({}), 'x'))).toMatchObject({ status: 400, code: 'idempotency-key-missing' })
  })
})

describe('once, and told who won', () => {
  it('of fifty approvals at once one succeeds, and the rest are told who won', async () => {
    const { id } = await s.as('clerk').send<{ id: string }>('POST', '/api/missions', { form })
    for (const [login, step] of [['signatory', 'sign'], ['receiver', 'accept'], ['reviewer', 'check']] as const) await s.as(login).send('POST', `/api/missions/${id}/${step}`, { opinion: '' })
    await s.as('approver').get('/api/rules')
    const results = await Promise.all(Array.from({ length: 50 }, async () => s.as('approver').send('POST', `/api/missions/${id}/approve`, { opinion: '' }).then(() => undefined, (e: Refused) => e)))
    expect(results.filter((r) => r === undefined)).toHaveLength(1)
    for (const r of results) {
      if (r === undefined) continue
      expect([r.status, r.code]).toEqual([409, 'step-not-allowed'])
      expect((r.problem['details'] as { did: string; by: string }).did).toBe('approve')
      expect(String(r.problem['says'])).toMatch(/已批准.*审批人 周正.*审批/)
    }
  })

  it('a repeat under one key is one act with one answer, also after the server was killed; another body is refused', async () => {
    const key = 'the-same-key-0001'
    const ask = async (batch: string) => stubborn(async () => s.as('keeper').send<{ received: number }>('POST', '/api/blanks', { batch, first: 'SK000001', count: 3 }, key))
    expect(await ask('B1')).toEqual({ received: 3 })
    process.kill(s.platform.parts.server.pid()!, 'SIGKILL')
    expect(await ask('B1')).toEqual({ received: 3 })
    expect(await told(ask('B2'))).toMatchObject({ status: 409, code: 'idempotency-key-reused' })
    expect((await s.as('keeper').get<{ balance: { received: number } }>('/api/blanks')).balance.received).toBe(3)
  }, 60_000)
})
