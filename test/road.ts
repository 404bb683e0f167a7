import { randomUUID } from 'node:crypto'

import { idCheck } from '@causeway/journey'
import { addDays, day, type Day } from '@causeway/kernel'
import { demoFace } from '@causeway/paper'

import { Refused, type User } from '../apps/cli/src/client.ts'
import { type Stage } from './stage.ts'

/** Asks again, under the same key, until the server answers: what a careful client does when the line breaks. */
export async function stubborn<T>(ask: () => Promise<T>, ms = 40_000): Promise<T> {
  for (const end = Date.now() + ms; ;) {
    try {
      return await ask()
    } catch (error) {
      const broken = !(error instanceof Refused) || error.status >= 500 || error.status === 503
      if (!broken || Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
  }
}

const pdf = new TextEncoder().encode('%PDF-1.4\n% SPECIMEN\n%%EOF\n')

export const idNumber = (born: string, serial: number, sex: 'M' | 'F'): string => { const first = `370699${born.replaceAll('-', '')}${String(10 + (serial % 90))}${sex === 'M' ? '1' : '2'}`; return first + idCheck(first) }

export async function newPerson(clerk: User, n: number): Promise<string> {
  const born = `19${60 + (n % 39)}-0${1 + (n % 9)}-1${n % 10}`
  const { id } = await stubborn(async () => clerk.send<{ id: string }>('POST', '/api/persons', { nameCn: '张三', surname: 'ZHANG', given: 'SAN', sex: 'M', birthDate: born, birthPlace: '山东', idNumber: idNumber(born, n, 'M'), post: '科长', rank: '处级以下' }, `person-${n}-${born}`))
  await stubborn(async () => clerk.send('POST', `/api/persons/${id}/name`, { surname: 'ZHANG', given: 'SAN' }))
  return id
}

/** A form that nothing stands in the way of, filed on `today` for a journey of four days. */
export async function goodForm(clerk: User, o: { readonly today: Day; readonly personIds: readonly string[]; readonly depart: Day }): Promise<Record<string, unknown>> {
  const attachments: object[] = []
  for (const kind of ['invitation', 'schedule', 'publicity']) {
    const a = await stubborn(async () => clerk.upload<{ id: string; sha256: string; bytes: number }>(`/api/attachments?kind=${kind}`, { field: 'file', filename: `${kind}.pdf`, bytes: pdf, type: 'application/pdf' }))
    attachments.push({ id: a.id, kind, name: `${kind}.pdf`, sha256: a.sha256, bytes: a.bytes })
  }
  const back = addDays(o.depart, 3)
  return {
    name: '赴香港经贸洽谈团', category: '01', purpose: '经贸洽谈', task: '洽谈合作', urgency: 'normal', isSecret: false, departDate: o.depart, returnDate: back,
    places: [{ place: 'HKG', arrive: o.depart, leave: back, inviter: '香港中华总商会（样本）' }],
    members: o.personIds.map((personId, i) => ({ personId, role: i === 0 ? 'leader' : 'member', post: '科长', rank: '处级以下', costSource: '派出单位负担', permitNeed: 'new' })),
    itinerary: [{ date: o.depart, half: 'am', place: 'HKG', activity: '洽谈', counterpart: '商会', official: true }],
    publicity: { from: addDays(o.today, -10), to: addDays(o.today, -1), medium: '公示栏' }, attachments, budgetYuan: '',
  }
}

/** How one act of the road is asked for: under its own key, so that it may be asked again. */
export type Doing = <T>(act: string, ask: (key: string) => Promise<T>) => Promise<T>
export const simply: Doing = async (_, ask) => { const key = randomUUID(); return stubborn(async () => ask(key)) }

export interface Travelled { readonly missionId: string; readonly personId: string; readonly number: string; readonly serial: string; readonly documentNo: string }

/** One traveller from filing to return. Every acknowledged answer is kept, to be held against the journal. */
export async function walkRoad(s: Stage, o: { readonly n: number; readonly today: Day; readonly serial: string; readonly doing?: Doing }): Promise<Travelled> {
  const doing = o.doing ?? simply
  const clerk = s.as('clerk')
  const at = (d: Day): void => { s.clock(`${d}T09:00:00+08:00`) }
  at(o.today)
  const depart = addDays(o.today, 20)
  const personId = await newPerson(clerk, o.n)
  const form = await goodForm(clerk, { today: o.today, personIds: [personId], depart })
  const { id } = await doing('mission.submit', async (key) => clerk.send<{ id: string }>('POST', '/api/missions', { form }, key))
  const opinion = { opinion: '同意' }
  await simply('', async (key) => s.as('signatory').send('POST', `/api/missions/${id}/sign`, opinion, key))
  await simply('', async (key) => s.as('receiver').send('POST', `/api/missions/${id}/accept`, opinion, key))
  await simply('', async (key) => s.as('reviewer').send('POST', `/api/missions/${id}/check`, opinion, key))
  const { documentNo } = await doing('mission.approve', async (key) => s.as('approver').send<{ documentNo: string }>('POST', `/api/missions/${id}/approve`, opinion, key))
  const face = await demoFace(o.n)
  await simply('', async (key) => s.as('enroller').upload(`/api/persons/${personId}/enrolment`, { field: 'photo', filename: 'f.jpg', bytes: face, type: 'image/jpeg', fields: { consent: true, fingers: 'not-collected', fingersReason: 'no-device' } }, key))
  const { permits } = await simply('', async (key) => s.as('documents').send<{ permits: string[] }>('POST', `/api/missions/${id}/permits`, undefined, key))
  const number = permits[0]!
  const job = (await stubborn(async () => s.as('keeper').get<{ rows: { id: string; permitNumber: string }[] }>('/api/jobs'))).rows.find((j) => j.permitNumber === number)!.id
  await doing('blank.allocate', async (key) => s.as('keeper').send('POST', `/api/jobs/${job}/blank`, { serial: o.serial }, key))
  const state = async (): Promise<string> => (await stubborn(async () => s.as('inspector').get<{ state: string }>(`/api/jobs/${job}`))).state
  const until = async (wanted: readonly string[]): Promise<void> => {
    for (const end = Date.now() + 40_000; ; await new Promise((resolve) => setTimeout(resolve, 80))) {
      const now = await state()
      if (wanted.includes(now)) return
      if (now === 'failed' || Date.now() > end) throw new Error(`job ${job} is ${now}, wanted ${wanted.join(' or ')}`)
    }
  }
  await doing('job.signed', async (key) => { await s.as('producer').send('POST', `/api/jobs/${job}/produce`, undefined, key); await until(['signed', 'written']) })
  await until(['written'])
  await doing('job.inspect', async (key) => { const v = await s.as('inspector').send<{ passed: boolean }>('POST', `/api/jobs/${job}/inspect`, undefined, key); if (!v.passed) throw new Error(JSON.stringify(v)) })
  await doing('permit.hand-out', async (key) => s.as('counter').send('POST', `/api/permits/${number}/hand-out`, { missionId: id, to: '专办员' }, key))
  at(addDays(depart, 5))
  await doing('permit.take-back', async (key) => s.as('counter').send('POST', `/api/permits/${number}/take-back`, { realExit: depart, realEntry: addDays(depart, 3), places: ['HKG'], by: '专办员', condition: 'good' }, key))
  return { missionId: id, personId, number, serial: o.serial, documentNo }
}

export const START: Day = day('2024-03-05')
