import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openLine, setClock } from '@causeway/ground'
import { idCheck } from '@causeway/journey'
import { demoFace } from '@causeway/paper'
import { contentInfoOf, wrapPem } from 'icao9303'

import { openUser, type User } from './client.ts'
import { EXIT, Impossible, printJson, type Command } from './command.ts'
import { FAULTY_BLANK, LATE, LATE_TRAVELLER, PLANS, TRAVELLERS, type Plan, type Traveller } from './demo-story.ts'
import { startPlatform, type Platform } from './platform.ts'

const PASSWORD = 'Causeway-2024'

interface Stage {
  readonly platform: Platform
  readonly as: (login: string) => User
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>
  readonly clock: (at: string) => void
  readonly permits: Map<number, string>
  /** Pictures taken when a permit was made: the face is destroyed before the story ends. */
  readonly pictures: Map<string, { readonly page: Uint8Array; readonly face: Uint8Array }>
}

interface Row { readonly id: string; readonly state: string; readonly permitNumber: string; readonly personId?: string }
interface List<T> { readonly rows: readonly T[]; readonly total: number }

const idNumber = (t: Traveller): string => { const first = `370699${t.birthDate.replaceAll('-', '')}${t.order.slice(0, 2)}${t.sex === 'M' ? '1' : '2'}`; return first + idCheck(first) }
const pdf = new TextEncoder().encode('%PDF-1.4\n% SPECIMEN attachment of the demonstration\n%%EOF\n')

async function until<T>(what: string, ask: () => Promise<T | undefined>, ms = 20_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const value = await ask()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  throw new Impossible('demo-stuck', `${what} did not come about in ${ms / 1000} s`)
}

async function registerTravellers(plan: Plan, clerk: User): Promise<readonly string[]> {
  const ids: string[] = []
  for (const i of plan.travellers) {
    const t = TRAVELLERS[i]!
    await clerk.send('POST', '/api/names', { nameCn: t.nameCn })
    const { id } = await clerk.send<{ id: string }>('POST', '/api/persons', { nameCn: t.nameCn, surname: t.surname, given: t.given, sex: t.sex, birthDate: t.birthDate, birthPlace: t.birthPlace, idNumber: idNumber(t), post: t.post, rank: t.rank, mobile: '13800000000' })
    await clerk.send('POST', `/api/persons/${id}/name`, { surname: t.surname, given: t.given })
    ids.push(id)
  }
  return ids
}

async function fileMission(plan: Plan, o: { readonly clerk: User; readonly people: readonly string[] }): Promise<string> {
  const attachments: object[] = []
  for (const kind of ['invitation', 'schedule', 'publicity']) {
    const a = await o.clerk.upload<{ id: string; sha256: string; bytes: number }>(`/api/attachments?kind=${kind}`, { field: 'file', filename: `${kind}.pdf`, bytes: pdf, type: 'application/pdf' })
    attachments.push({ id: a.id, kind, name: `${kind}.pdf`, sha256: a.sha256, bytes: a.bytes })
  }
  const form = {
    name: plan.name, category: '01', purpose: '经贸洽谈', task: plan.task, urgency: 'normal', isSecret: false, departDate: plan.depart, returnDate: plan.back, places: plan.places,
    members: o.people.map((personId, i) => ({ personId, role: i === 0 ? 'leader' : 'member', post: TRAVELLERS[plan.travellers[i]!]!.post, rank: TRAVELLERS[plan.travellers[i]!]!.rank, costSource: '派出单位负担', permitNeed: 'new' })),
    itinerary: plan.places.map((p) => ({ date: p.arrive, half: 'am', place: p.place, activity: '拜会邀请单位并洽谈', counterpart: p.inviter, official: true })),
    publicity: { from: plan.publicity[0], to: plan.publicity[1], medium: '单位公示栏' }, attachments, budgetYuan: '20000.00',
  }
  const examined = await o.clerk.send<{ mayBeFiled: boolean; problems: readonly unknown[] }>('POST', '/api/missions/examine', { form })
  if (!examined.mayBeFiled) throw new Impossible('demo-form', JSON.stringify(examined.problems))
  return (await o.clerk.send<{ id: string }>('POST', '/api/missions', { form })).id
}

/** Makes one permit; a blank whose chip fails is spoiled with two witnesses and the job begins again. */
async function makePermit(s: Stage, job: Row, nextBlank: () => string): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    const serial = nextBlank()
    await s.as('keeper').send('POST', `/api/jobs/${job.id}/blank`, { serial })
    await s.as('producer').send('POST', `/api/jobs/${job.id}/produce`)
    const state = await until('the chip', async () => { const j = await s.as('inspector').get<Row>(`/api/jobs/${job.id}`); return ['written', 'failed'].includes(j.state) ? j.state : undefined })
    const verdict = state === 'written' ? await s.as('inspector').send<{ passed: boolean }>('POST', `/api/jobs/${job.id}/inspect`) : { passed: false }
    if (verdict.passed) return
    await s.step(`spoiled ${serial}, two witnesses`, async () => {
      await s.as('inspector').send('POST', `/api/blanks/${serial}/spoil`, { reason: 'readback' })
      await s.as('keeper2').send('POST', `/api/blanks/${serial}/witness`)
      await s.as('documents').send('POST', `/api/blanks/${serial}/witness`)
    })
  }
  throw new Impossible('demo-production', `job ${job.id} failed twice`)
}

async function travel(s: Stage, plan: Plan, nextBlank: () => string): Promise<string> {
  const suffix = plan.unit === 0 ? '' : '2'
  const clerk = s.as(`clerk${suffix}`)
  s.clock(plan.filed)
  const people = await s.step(`travellers of ${plan.name}`, async () => registerTravellers(plan, clerk))
  const id = await s.step(`filed: ${plan.name}`, async () => fileMission(plan, { clerk, people }))
  await s.step('reviewed and approved', async () => {
    await s.as(`signatory${suffix}`).send('POST', `/api/missions/${id}/sign`, { opinion: '同意报送' })
    await s.as('receiver').send('POST', `/api/missions/${id}/accept`, { opinion: '材料齐全，予以受理' })
    await s.as('reviewer').send('POST', `/api/missions/${id}/check`, { opinion: '符合规定，拟同意' })
    await s.as('approver').send('POST', `/api/missions/${id}/approve`, { opinion: '同意' })
    await until('the sealed paper', async () => ((await s.as('reviewer').get<{ documents: readonly { kind: string }[] }>(`/api/missions/${id}`)).documents.some((d) => d.kind === 'approval') ? true : undefined))
  })
  s.clock(plan.produced)
  await s.step('faces enrolled', async () => {
    for (const [i, personId] of people.entries()) {
      await s.as('enroller').upload(`/api/persons/${personId}/enrolment`, { field: 'photo', filename: 'photo.jpg', bytes: await demoFace(plan.travellers[i]! + 1), type: 'image/jpeg', fields: { consent: true, fingers: 'not-collected', fingersReason: 'no-device' } })
    }
  })
  await s.step('permits produced, signed, read back', async () => {
    await s.as('documents').send('POST', `/api/missions/${id}/permits`)
    const jobs = (await s.as('keeper').get<List<Row & { missionId: string }>>('/api/jobs?queue=job-queued')).rows.filter((j) => j.missionId === id)
    for (const job of jobs) await makePermit(s, job, nextBlank)
    const permits = await s.as('counter').get<List<{ number: string; personId: string }>>(`/api/permits?mission=${id}`)
    for (const p of permits.rows) {
      s.permits.set(plan.travellers[people.indexOf(p.personId)]!, p.number)
      s.pictures.set(p.number, { page: await s.as('inspector').bytes(`/api/permits/${p.number}/page?as=pdf`), face: await s.as('inspector').bytes(`/api/persons/${p.personId}/face`) })
    }
  })
  s.clock(plan.handedOut)
  await s.step('handed out', async () => {
    for (const i of plan.travellers) await s.as('counter').send('POST', `/api/permits/${s.permits.get(i)!}/hand-out`, { missionId: id, to: plan.unit === 0 ? '专办员 于晓舟' : '专办员 梁渡' })
  })
  return id
}

const after = (day: string, n: number): string => `${new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)}T10:00:00+08:00`

async function giveBack(s: Stage, plan: Plan, traveller: number): Promise<void> {
  const number = s.permits.get(traveller)!
  await s.as('counter').send('POST', `/api/permits/${number}/take-back`, { realExit: plan.depart, realEntry: plan.back, places: plan.places.map((p) => p.place), by: '专办员', condition: 'good' })
  await s.as('counter2').send('POST', `/api/permits/${number}/confirm-return`)
}

async function comeHome(s: Stage, plan: Plan, id: string): Promise<void> {
  const clerk = s.as(plan.unit === 0 ? 'clerk' : 'clerk2')
  s.clock(after(plan.back, 2))
  await s.step(`returned: ${plan.name}`, async () => { for (const i of plan.travellers) if (i !== LATE_TRAVELLER) await giveBack(s, plan, i) })
  s.clock(after(plan.back, 6))
  await s.step('report delivered and accepted', async () => {
    await clerk.send('POST', `/api/missions/${id}/report`, { title: `${plan.name}出访报告`, text: `${plan.task}。团组按批准的人员、天数和地点完成任务，达成合作意向若干。` })
    await s.as('reviewer').send('POST', `/api/missions/${id}/report/accept`)
  })
  if (!plan.travellers.includes(LATE_TRAVELLER)) await s.step('closed', async () => s.as('counter').send('POST', `/api/missions/${id}/close`, { opinion: '证件已交回，报告已通过' }))
}

/** Reminder, lock, return, unlock: one permit comes back late. */
async function comeHomeLate(s: Stage, plan: Plan, id: string): Promise<void> {
  const clerk = s.as('clerk2')
  s.clock(LATE.reminded)
  await s.step('late: reminded', async () => until('the reminder', async () => (await clerk.get<List<{ reminders: number }>>('/api/homecomings?queue=overdue')).rows.find((h) => h.reminders > 0)))
  s.clock(LATE.locked)
  await s.step('late: the unit is locked', async () => until('the lock', async () => ((await clerk.get<List<object>>('/api/controls?queue=controls')).total > 0 ? true : undefined)))
  s.clock(LATE.returned)
  await s.step('late: returned and unlocked', async () => {
    await giveBack(s, plan, LATE_TRAVELLER)
    if ((await clerk.get<List<object>>('/api/controls?queue=controls')).total !== 0) throw new Impossible('demo-lock', 'the unit is still locked')
  })
  await s.step('closed', async () => s.as('counter').send('POST', `/api/missions/${id}/close`, { opinion: '证件已交回，报告已通过' }))
}

const asBytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

async function writeOut(s: Stage, out: string, missions: readonly string[]): Promise<void> {
  const put = (path: string, bytes: Uint8Array | string): void => { mkdirSync(join(out, path, '..'), { recursive: true }); writeFileSync(join(out, path), bytes) }
  for (const [n, id] of missions.entries()) {
    const page = await s.as('reviewer').get<{ documents: readonly { id: string; kind: string; name: string }[]; documentNo: string }>(`/api/missions/${id}`)
    put(`missions/${n + 1}.json`, JSON.stringify(page, null, 2))
    for (const d of page.documents.filter((x) => x.kind === 'approval')) put(`documents/${d.name}`, await s.as('reviewer').bytes(`/api/missions/${id}/documents/${d.id}`))
  }
  for (const number of s.permits.values()) {
    const chip = await s.as('inspector').get<{ files: Record<string, string> }>(`/api/permits/${number}/chip`)
    for (const [name, body] of Object.entries(chip.files)) put(`permits/${number}/${name}.bin`, asBytes(body))
    if (chip.files['EF.SOD'] !== undefined) put(`permits/${number}/EF.SOD.cms`, contentInfoOf(asBytes(chip.files['EF.SOD']))) // without the file's own tag, as CMS tools want it
    // the simulated chip itself, as the desk keeps it: with the private key that a real one would not give away
    const { serial } = await s.as('inspector').get<{ serial: string }>(`/api/permits/${number}`)
    put(`permits/${number}/chip.json`, readFileSync(join(s.platform.state.station, 'chips', `${serial}.json`)))
    const { page, face } = s.pictures.get(number)!
    put(`permits/${number}/page.pdf`, page)
    await until('the check values', async () => ((await s.as('inspector').get<{ checks: readonly object[] }>(`/api/permits/${number}`)).checks.length > 0 ? true : undefined))
    put(`permits/${number}/endorsements.pdf`, await s.as('inspector').bytes(`/api/permits/${number}/endorsements`))
    put(`permits/${number}/face.jpg`, face)
  }
  put('journal/export.jsonl', await s.as('auditor').bytes('/api/journal/export'))
  await until('the outbox to drain', async () => ((await s.as('auditor').get<{ outbox: { pending: number } }>('/api/platform')).outbox.pending === 0 ? true : undefined))
  const run = s.platform.state.run
  const [hub, signer] = [openLine(join(run, 'hub.sock'), 'hub'), openLine(join(run, 'signer.sock'), 'signer')]
  const must = async <T>(asked: Promise<{ ok: true; value: T } | { ok: false; error: { code: string } }>): Promise<T> => { const r = await asked; if (!r.ok) throw new Impossible(r.error.code, 'a part did not answer'); return r.value }
  put('journal/witness.json', JSON.stringify(await must(hub.call<readonly object[]>('GET', '/v1/witness?office=370699')), null, 1))
  put('journal/keys.pem', (await must(signer.call<{ anchorKey: string }>('GET', '/v1/health'))).anchorKey)
  s.clock(new Date().toISOString()) // the CRL is issued at the real time, so that what was written can be inspected today
  put('trust/csca.pem', wrapPem('CERTIFICATE', asBytes((await must(hub.call<{ csca: string }>('GET', '/v1/csca'))).csca)))
  put('trust/ds.pem', (await must(hub.call<readonly { der: string }[]>('GET', '/v1/certificates'))).map((c) => wrapPem('CERTIFICATE', asBytes(c.der))).join(''))
  put('trust/crl.der', asBytes((await must(hub.call<{ crl: string }>('GET', '/v1/crl?fresh=yes'))).crl))
  const seals = await must(hub.call<{ certificate: string; crl: string }>('GET', '/v1/seal-authority?fresh=yes'))
  put('trust/seal-authority.pem', wrapPem('CERTIFICATE', asBytes(seals.certificate)))
  put('trust/seal-crl.der', asBytes(seals.crl))
  put('trust/bar-code-signers.pem', (await must(hub.call<readonly { der: string }[]>('GET', '/v1/certificates?kind=bar-code'))).map((c) => wrapPem('CERTIFICATE', asBytes(c.der))).join(''))
  put('trust/endorsement-keys.pem', Object.values(await must(signer.call<Readonly<Record<string, string>>>('GET', '/v1/endorsement-keys'))).join(''))
  put('trust/masterlist.ml', asBytes((await must(hub.call<{ masterList: string }>('GET', '/v1/masterlist'))).masterList))
}

interface Summary { readonly counts: Readonly<Record<string, number>>; readonly year: unknown; readonly steps: readonly { readonly name: string; readonly ms: number }[]; readonly ms: number }

async function play(platform: Platform, o: { readonly out: string | undefined; readonly say: (line: string) => void; readonly begun: number }): Promise<Summary> {
  const users = new Map<string, User>()
  const steps: { name: string; ms: number }[] = [{ name: 'platform started', ms: Math.round(performance.now() - o.begun) }]
  o.say(`platform started  ${steps[0]!.ms} ms`)
  let latest = 0
  const s: Stage = {
    platform, permits: new Map(), pictures: new Map(),
    as: (login) => { const u = users.get(login) ?? openUser(platform.url, login, PASSWORD); users.set(login, u); return u },
    clock: (at) => {
      // a story is told in turns, but its clock only goes on: a signer signs nothing before what it has written
      if (new Date(at).getTime() > latest) latest = new Date(at).getTime()
      setClock(platform.state.clock, new Date(latest).toISOString())
    },
    step: async (name, work) => {
      const from = performance.now()
      const value = await work()
      const ms = Math.round(performance.now() - from)
      steps.push({ name, ms })
      o.say(`${name}  ${ms} ms`)
      return value
    },
  }
  const blanks = Array.from({ length: 20 }, (_, i) => `SB${String(i + 1).padStart(6, '0')}`)
  await s.step('twenty blanks received', async () => s.as('keeper').send('POST', '/api/blanks', { batch: 'B2024-01', first: blanks[0], count: blanks.length }))
  const fault = await openLine(join(platform.state.run, 'station.sock'), 'station').call('POST', '/v1/fault', { serial: FAULTY_BLANK, fault: { kind: 'corrupts', file: 'DG2', offset: 900 } })
  if (!fault.ok) throw new Impossible(fault.error.code, 'the simulated chip fault could not be set')
  const nextBlank = (): string => blanks.shift()!
  const ids: string[] = []
  for (const [n, plan] of PLANS.entries()) {
    ids.push(await travel(s, plan, nextBlank))
    await comeHome(s, plan, ids[n]!)
  }
  await comeHomeLate(s, PLANS[2]!, ids[2]!)
  const year = await s.step('the year’s figures', async () => s.as('statistician').get<Record<string, number> & { blanks: { spoiled: number } }>('/api/statistics/2024'))
  const journal = await s.as('auditor').get<{ total: number }>('/api/journal?limit=1')
  if (o.out !== undefined) await s.step(`written to ${o.out}`, async () => writeOut(s, o.out!, ids))
  const acknowledged = (await s.as('auditor').get<{ outbox: { acknowledged: number } }>('/api/platform')).outbox.acknowledged
  return {
    counts: { missions: year['missions']!, travellers: year['persons']!, permitsIssued: year['permitsIssued']!, permitsReturned: year['permitsReturned']!, endorsementsIssued: year['endorsementsIssued']!, blanksSpoiled: year.blanks.spoiled, journalEvents: journal.total, messagesAcknowledged: acknowledged },
    year, steps, ms: Math.round(performance.now() - o.begun),
  }
}

export const demoCommand: Command = {
  name: 'demo',
  usage: 'demo [--out DIR] [--json]',
  says: { zh: '无人值守走完全程：三个团组、五人，从申报到归境', en: 'the whole road, unattended: three missions with five travellers, from filing to return' },
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { out: { type: 'string' }, json: { type: 'boolean', default: false }, devices: { type: 'string', default: 'in-process' } } })
    if (values.devices !== 'in-process') throw new Impossible('devices-absent', 'only the in-process devices are here; real stacks follow')
    const begun = performance.now()
    const folder = mkdtempSync(join(tmpdir(), 'causeway-demo-'))
    mkdirSync(join(folder, 's'))
    setClock(join(folder, 's', 'clock.json'), PLANS[0]!.filed)
    const platform = await startPlatform({ folder: join(folder, 's'), port: 0, demo: true, clock: join(folder, 's', 'clock.json'), databaseUrl: process.env['DATABASE_URL'] })
    try {
      const say = (line: string): void => { process.stderr.write(`${line}\n`) }
      const summary = await play(platform, { out: values.out, say, begun })
      if (values.out !== undefined) writeFileSync(join(values.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
      if (values.json) printJson(summary)
      else process.stdout.write(`${Object.entries(summary.counts).map(([k, v]) => `${k}: ${v}`).join('\n')}\n${summary.ms} ms\n`)
      return EXIT.done
    } finally {
      await platform.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
