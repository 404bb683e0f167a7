import { randomUUID } from 'node:crypto'

import { Allocation, BlankBatch, checkSentence, checkWords, Spoil, type JobPage, type JobRow } from '@causeway/contract'
import {
  balanceOf, chipPassword, endorsementsFor, expiryOf, isEnrolled, issueBlank, jobStep, judgeInspection, unreadInspection, permitNumber, permitZone, proposeSpoil, receiveBlank, serialsOf, signingRequest, useBlank, witnessSpoil,
  type Blank, type Enrolment, type InspectionRecord, type Job, type JobEvent, type Mission, type Permit, type Person,
} from '@causeway/journey'
import { no, ok, personal, type Refusal, type Result } from '@causeway/kernel'
import { decodeDg11, inspect, readTrust } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { queueQuery } from '../desks/queue.ts'
import { readChipOf } from '../gateway/chip.ts'
import { type Door } from '../http/door.ts'
import { accountNames, reader, today, type House } from '../house.ts'
import { act, type Act, type Append } from '../store/act.ts'
import { answeredBefore } from '../store/read.ts'
import { type Row } from '../store/view.ts'

const crypto = nodeCrypto()
const stamp = (c: { readonly now: Date; readonly actor: { readonly id: string } }): { by: string; at: string } => ({ by: c.actor.id, at: c.now.toISOString() })

interface Ordered { readonly mission: Mission; readonly members: readonly { readonly personId: string; readonly number: string; readonly jobId: string }[]; readonly order: number }

/** The production order of a mission: a number, a permit and a job for each member who needs one. */
const orderAct = (house: House): Act<{ readonly id: string }, Ordered, { readonly permits: readonly string[] }> => ({
  name: 'permit.order',
  gather: async (tx, i) => {
    const m = await tx.load<Mission>('mission', i.id)
    if (m.state === undefined) return no({ code: 'not-found' })
    if (m.state.stage !== 'approved') return no({ code: 'mission-not-approved', rule: 'permits 6.4' })
    const needy = m.state.outline.members.filter((x) => x.permitNeed === 'new')
    if (needy.length === 0 || m.state.documents.some((d) => d.kind === 'production-order')) return no({ code: 'nothing-to-order' })
    const members: { personId: string; number: string; jobId: string }[] = []
    let missing = 0
    for (const n of needy) {
      const e = await tx.load<Enrolment>('enrolment', n.personId)
      if (!isEnrolled(e.state, today(house))) { missing += 1; continue }
      const number = permitNumber(house.office.documents.numberPrefix, await tx.number('permit'))
      const jobId = randomUUID()
      await tx.load('permit', number)
      await tx.load('job', jobId)
      members.push({ personId: n.personId, number, jobId })
    }
    if (missing > 0) return no({ code: 'not-enrolled', details: { persons: missing } })
    return ok({ mission: m.state, members, order: await tx.number(`production:${today(house).slice(0, 4)}`) })
  },
  scope: (f, i) => ({ unitId: f.mission.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const issued = today(house)
    const { unitId, outline } = f.mission
    const perMember = f.members.flatMap((x): Append[] => [
      { ref: { kind: 'permit', id: x.number }, events: [{ type: 'permit-ordered', number: x.number, personId: x.personId, missionId: i.id, unitId, issued, expiry: expiryOf(issued, house.rules), endorsements: endorsementsFor(outline, issued, house.rules) } as { type: string }] },
      { ref: { kind: 'job', id: x.jobId }, events: [{ type: 'job-queued', permit: x.number, personId: x.personId, missionId: i.id, unitId, ...stamp(c) } as { type: string }] },
    ])
    const order = { type: 'mission-document-kept', id: `制证〔${issued.slice(0, 4)}〕${f.order}号`, kind: 'production-order' } as { type: string }
    return ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: [order] }, ...perMember], answer: { permits: f.members.map((x) => x.number) } })
  },
})

const receiveAct: Act<BlankBatch, { readonly blanks: readonly { serial: string; blank: Blank | undefined }[] }, { readonly received: number }> = {
  name: 'blank.receive',
  gather: async (tx, i) => {
    const blanks: { serial: string; blank: Blank | undefined }[] = []
    for (const serial of serialsOf(i.first, i.count)) blanks.push({ serial, blank: (await tx.load<Blank>('blank', serial)).state })
    return ok({ blanks })
  },
  scope: () => ({ cases: [] }),
  decide: (f, i) => {
    const append: Append[] = []
    for (const { serial, blank } of f.blanks) {
      const events = receiveBlank(blank, i.batch)
      if (!events.ok) return events
      append.push({ ref: { kind: 'blank', id: serial }, events: events.value })
    }
    return ok({ append, answer: { received: append.length } })
  },
}

interface JobFacts { readonly job: Job; readonly blank?: Blank | undefined; readonly permit?: Permit | undefined }
const casesOf = (j: Job): readonly string[] => [j.missionId, j.permit]

const allocateAct: Act<{ readonly id: string; readonly serial: string }, JobFacts, object> = {
  name: 'blank.allocate',
  gather: async (tx, i) => {
    const job = await tx.load<Job>('job', i.id)
    if (job.state === undefined) return no({ code: 'not-found' })
    return ok({ job: job.state, blank: (await tx.load<Blank>('blank', i.serial)).state })
  },
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => {
    const step = jobStep(f.job, 'allocate')
    if (!step.ok) return step
    const issued = issueBlank(f.blank, i.id)
    if (!issued.ok) return issued
    return ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [{ type: 'job-allocated', serial: i.serial, ...stamp(c) } as { type: string }] }, { ref: { kind: 'blank', id: i.serial }, events: issued.value }], answer: {} })
  },
}

const loadJob = async (tx: { load: <S>(kind: string, id: string) => Promise<{ state: S | undefined }> }, id: string): Promise<Result<JobFacts, Refusal>> => {
  const job = await tx.load<Job>('job', id)
  return job.state === undefined ? no({ code: 'not-found' }) : ok({ job: job.state })
}

/** The operator starts: from here the platform asks the signer and writes the chip by itself. */
const produceAct: Act<{ readonly id: string }, JobFacts, object> = {
  name: 'job.produce',
  gather: async (tx, i) => loadJob(tx, i.id),
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => {
    const step = jobStep(f.job, 'request')
    return step.ok ? ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [{ type: 'job-requested', request: signingRequest(i.id, f.job.attempt), ...stamp(c) } as { type: string }] }], answer: {} }) : step
  },
}

/** What goes on this chip is known: from here the journal asks the signer for it, and for nothing else. */
export const fixedAct: Act<{ readonly id: string; readonly request: string; readonly digest: string }, JobFacts, object> = {
  name: 'job.fixed',
  gather: async (tx, i) => loadJob(tx, i.id),
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => {
    const step = jobStep(f.job, 'fix')
    return step.ok ? ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [{ type: 'job-content-fixed', request: i.request, digest: i.digest, ...stamp(c) } as { type: string }] }], answer: {} }) : step
  },
}

/** The signer's answer, kept: the second of the two acts of a signature. */
export const signedAct: Act<{ readonly id: string; readonly sod: Uint8Array; readonly signer: string }, JobFacts & { readonly sodId: string }, object> = {
  name: 'job.signed',
  gather: async (tx, i) => {
    const job = await tx.load<Job>('job', i.id)
    if (job.state === undefined) return no({ code: 'not-found' })
    const step = jobStep(job.state, 'sign')
    if (!step.ok) return step
    const kept = await tx.keep({ kind: 'ef-sod', kase: `job:${i.id}`, persons: [job.state.personId], purpose: 'document', mediaType: 'application/octet-stream', name: 'EF.SOD', bytes: i.sod })
    return ok({ job: job.state, sodId: kept.id })
  },
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [{ type: 'job-signed', sod: f.sodId, signer: i.signer, ...stamp(c) } as { type: string }] }], answer: {} }),
}

/** The station's answer: the chip is written, or it is not and the job has failed. */
export const writtenAct: Act<{ readonly id: string; readonly bytes: number; readonly fault?: string }, JobFacts, object> = {
  name: 'job.written',
  gather: async (tx, i) => loadJob(tx, i.id),
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => {
    const step = jobStep(f.job, i.fault === undefined ? 'write' : 'fail')
    if (!step.ok) return step
    const event = i.fault === undefined ? { type: 'job-written', bytes: i.bytes, ...stamp(c) } : { type: 'job-failed', fault: i.fault, ...stamp(c) }
    return ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [event as { type: string }] }], answer: {} })
  },
}

/** What was seen of a chip, and on which blank: the verdict holds for no other. */
interface Inspected { readonly id: string; readonly serial: string; readonly passed: boolean; readonly checks: InspectionRecord['checks'] }

const inspectAct = (house: House): Act<Inspected, JobFacts & { readonly person: Person }, { readonly passed: boolean; readonly checks: InspectionRecord['checks'] }> => ({
  name: 'job.inspect',
  gather: async (tx, i) => {
    const job = await tx.load<Job>('job', i.id)
    if (job.state?.serial === undefined) return no({ code: 'not-found' })
    if (job.state.serial !== i.serial) return no({ code: 'blank-changed', details: { serial: i.serial } })
    const [blank, permit, person] = [await tx.load<Blank>('blank', job.state.serial), await tx.load<Permit>('permit', job.state.permit), await tx.load<Person>('person', job.state.personId)]
    if (person.state === undefined) return no({ code: 'not-found' })
    return ok({ job: job.state, blank: blank.state, permit: permit.state, person: person.state })
  },
  scope: (f) => ({ cases: [...casesOf(f.job), f.job.personId] }),
  decide: (f, i, c) => {
    const step = jobStep(f.job, i.passed ? 'pass' : 'fail')
    if (!step.ok) return step
    const record: InspectionRecord = { passed: i.passed, checks: i.checks, ...stamp(c) }
    const answer = { passed: i.passed, checks: i.checks }
    if (!i.passed) {
      const fault = i.checks.filter((x) => x.outcome === 'failed').map((x) => x.name).join(', ')
      return ok({ append: [{ ref: { kind: 'job', id: i.id }, events: [{ type: 'job-failed', fault, inspection: record, ...stamp(c) } as { type: string }] }], answer })
    }
    const used = useBlank(f.blank, f.job.permit)
    if (!used.ok) return used
    const identity = f.person.identity.value
    const zone = identity && permitZone(f.job.permit, f.permit!, { identity, settings: house.office.documents })
    if (zone?.ok !== true) return no({ code: 'not-found' })
    return ok({
      append: [
        { ref: { kind: 'job', id: i.id }, events: [{ type: 'job-passed', inspection: record, ...stamp(c) } as { type: string }] },
        { ref: { kind: 'blank', id: f.job.serial! }, events: used.value },
        { ref: { kind: 'permit', id: f.job.permit }, events: [{ type: 'permit-produced', serial: f.job.serial!, mrz: personal(f.job.personId, 'identity', zone.value.lines), ...stamp(c) } as { type: string }] },
      ],
      answer,
    })
  },
})

/**
 * Reads the chip back and judges it: by the chip itself, by the trust lists, and by the permit. What could not be
 * judged is no fault of the permit: nothing is decided then, and the inspector asks again.
 */
async function inspectJob(house: House, id: string): Promise<Result<Inspected, Refusal>> {
  const r = reader(house)
  const job = await r.row<Job>('job', id)
  if (job?.body.serial === undefined) return no({ code: 'not-found' })
  const step = jobStep(job.body, 'pass')
  if (!step.ok) return step
  const trust = house.trust()
  if (trust === undefined) return no({ code: 'part-unreachable', details: { part: 'hub' } })
  const [permit, person] = [await r.row<Permit>('permit', job.body.permit), await r.row<Person>('person', job.body.personId)]
  const identity = person?.body.identity.value
  const zone = identity && permit && permitZone(job.body.permit, permit.body, { identity, settings: house.office.documents })
  if (zone?.ok !== true) return no({ code: 'not-found' })
  const answer = await readChipOf(house.station, job.body.serial, chipPassword(zone.value.lines))
  if (!answer.ok) return answer
  const read = answer.value
  if (!read.ok) return ok({ id, serial: job.body.serial, ...unreadInspection(`${read.error.step} ${read.error.file}: ${read.error.statusWord}`) })
  const bytes = (t: string): Uint8Array => new Uint8Array(Buffer.from(t, 'base64'))
  const { trust: material } = await readTrust([...trust.csca, ...trust.links, ...trust.crls].map((text, i) => ({ name: `trust ${i + 1}`, bytes: bytes(text) })), crypto)
  const { files, session } = read.value
  const report = await inspect(files, { trust: material, at: house.clock.now(), policy: 'strict', crypto, chip: session })
  const dg11 = files['DG11'] && decodeDg11(files['DG11'])
  const verdict = judgeInspection(report, { documentNumber: job.body.permit, mrz: zone.value.lines, fullName: identity?.nameCn, fullNameOnChip: dg11?.ok === true ? dg11.value.fullName : undefined })
  if (!verdict.passed && !verdict.checks.some((c) => c.outcome === 'failed')) {
    const open = verdict.checks.filter((c) => c.outcome === 'not-done')
    return no({ code: 'inspection-undetermined', details: { checks: open.map((c) => c.name), why: open.map((c) => c.says), checksCn: open.map((c) => checkWords(c.name).zh), whyCn: open.map((c) => checkSentence(c).zh) } })
  }
  return ok({ id, serial: job.body.serial, ...verdict })
}

const spoilAct: Act<Spoil & { readonly serial: string }, { readonly blank: Blank; readonly job: Job; readonly jobId: string }, object> = {
  name: 'blank.spoil',
  gather: async (tx, i) => {
    const blank = await tx.load<Blank>('blank', i.serial)
    if (blank.state === undefined) return no({ code: 'not-found' })
    if (blank.state.jobId === undefined) return no({ code: 'blank-not-of-job' })
    const job = await tx.load<Job>('job', blank.state.jobId)
    return ok({ blank: blank.state, job: job.state!, jobId: blank.state.jobId })
  },
  scope: (f) => ({ cases: casesOf(f.job) }),
  decide: (f, i, c) => {
    const events = proposeSpoil(f.blank, { reason: i.reason, remark: i.remark ?? '', by: c.actor.id })
    if (!events.ok) return events
    const append: Append[] = [{ ref: { kind: 'blank', id: i.serial }, events: events.value }]
    if (f.job.state !== 'failed') {
      const step = jobStep(f.job, 'fail')
      if (!step.ok) return step
      append.push({ ref: { kind: 'job', id: f.jobId }, events: [{ type: 'job-failed', fault: i.reason, ...stamp(c) } as { type: string }] })
    }
    return ok({ append, answer: {} })
  },
}

const witnessAct: Act<{ readonly serial: string }, { readonly blank: Blank; readonly job: Job; readonly jobId: string }, { readonly spoiled: boolean }> = {
  name: 'blank.witness',
  gather: async (tx, i) => {
    const blank = await tx.load<Blank>('blank', i.serial)
    if (blank.state?.jobId === undefined) return no({ code: 'not-found' })
    return ok({ blank: blank.state, job: (await tx.load<Job>('job', blank.state.jobId)).state!, jobId: blank.state.jobId })
  },
  scope: (f) => ({ cases: [f.job.permit] }),
  decide: (f, i, c) => {
    const events = witnessSpoil(f.blank, c.actor.id)
    if (!events.ok) return events
    const append: Append[] = [{ ref: { kind: 'blank', id: i.serial }, events: events.value }]
    const spoiled = events.value.some((e) => e.type === 'blank-spoiled')
    if (spoiled) {
      const step = jobStep(f.job, 'requeue')
      if (!step.ok) return step
      append.push({ ref: { kind: 'job', id: f.jobId }, events: [{ type: 'job-requeued', ...stamp(c) } as JobEvent as { type: string }] })
    }
    return ok({ append, answer: { spoiled } })
  },
}

const MAY: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  queued: [['keeper', 'blank.allocate']], allocated: [['producer', 'job.produce']], written: [['inspector', 'job.inspect'], ['inspector', 'blank.spoil']],
  failed: [['inspector', 'blank.spoil'], ['producer', 'blank.spoil']],
}

async function jobRows(house: House, rows: readonly Row<Job>[], roles: readonly string[]): Promise<readonly JobRow[]> {
  const r = reader(house)
  const people = new Map((await r.rows<Person>({ kind: 'person', ids: rows.map((j) => j.body.personId) })).map((p) => [p.id, p.body.identity.value?.nameCn ?? '（已删除）']))
  const missions = new Map((await r.rows<Mission>({ kind: 'mission', ids: rows.map((j) => j.body.missionId) })).map((m) => [m.id, m.body.outline.name]))
  return rows.map((j) => ({
    id: j.id, state: j.state, permitNumber: j.body.permit, holder: people.get(j.body.personId) ?? '', missionId: j.body.missionId, missionName: missions.get(j.body.missionId) ?? '',
    attempt: j.body.attempt, since: j.body.steps.at(-1)?.at ?? '', ...(j.body.serial === undefined ? {} : { serial: j.body.serial }), ...(j.body.fault === undefined ? {} : { fault: j.body.fault }),
    may: (MAY[j.state] ?? []).filter(([role]) => roles.includes(role)).map(([, name]) => name),
  }))
}

export function openProductionRoom(door: Door, house: House): void {
  const { store } = house
  door.room('permit.order', undefined, async (a) => act(store, { actor: a.actor, act: orderAct(house), input: { id: a.params['id']! }, once: a.once }))
  door.room('blank.receive', BlankBatch, async (a) => act(store, { actor: a.actor, act: receiveAct, input: a.body, once: a.once }))
  door.room('blank.allocate', Allocation, async (a) => act(store, { actor: a.actor, act: allocateAct, input: { id: a.params['id']!, serial: a.body.serial }, once: a.once }))
  door.room('job.produce', undefined, async (a) => act(store, { actor: a.actor, act: produceAct, input: { id: a.params['id']! }, once: a.once }))
  door.room('job.inspect', undefined, async (a) => {
    const once = { ...a.once, bodyHash: 'inspect' }
    const before = await answeredBefore(store, a.actor.id, once)
    if (before !== undefined) return ok(before.answer)
    const inspected = await inspectJob(house, a.params['id']!)
    return inspected.ok ? act(store, { actor: a.actor, act: inspectAct(house), input: inspected.value, once }) : inspected
  })
  door.room('blank.spoil', Spoil, async (a) => act(store, { actor: a.actor, act: spoilAct, input: { ...a.body, serial: a.params['serial']! }, once: a.once }))
  door.room('blank.witness', undefined, async (a) => act(store, { actor: a.actor, act: witnessAct, input: { serial: a.params['serial']! }, once: a.once }))
  door.room('blank.list', undefined, async (a) => {
    const r = reader(house)
    const query = queueQuery(a.query['queue'], 'blank', { unitId: undefined, today: today(house) }) ?? { kind: 'blank', ...(a.query['state'] === undefined ? {} : { states: a.query['state'].split(',') }) }
    const page = await r.page<Blank>(query, a.query)
    const { rows: received } = await store.pool.query<{ n: string }>("select count(*) as n from journal where office_id = $1 and event = 'blank-received'", [store.office])
    return ok({
      ...page,
      rows: page.rows.map((b) => ({
        serial: b.id, batch: b.body.batch, state: b.state, witnesses: b.body.witnesses.length, ...(b.body.jobId === undefined ? {} : { jobId: b.body.jobId }), ...(b.body.reason === undefined ? {} : { reason: b.body.reason }),
        may: b.state === 'spoil-proposed' && a.actor.roles.some((x) => ['keeper', 'counter', 'documents'].includes(x)) ? ['blank.witness'] : [],
      })),
      balance: balanceOf(Number(received[0]!.n), await r.states({ kind: 'blank' })),
    })
  })
  door.room('job.list', undefined, async (a) => {
    const query = queueQuery(a.query['queue'], 'job', { unitId: undefined, today: today(house) }) ?? { kind: 'job', ...(a.query['state'] === undefined ? {} : { states: a.query['state'].split(',') }) }
    const page = await reader(house).page<Job>(query, a.query)
    return ok({ ...page, rows: await jobRows(house, page.rows, a.actor.roles) })
  })
  door.room('job.show', undefined, async (a) => {
    const row = await reader(house).row<Job>('job', a.params['id']!)
    if (row === undefined) return no({ code: 'not-found' })
    const names = await accountNames(house)
    const [base] = await jobRows(house, [row], a.actor.roles)
    const page: JobPage = {
      ...base!, steps: row.body.steps.map((s) => ({ step: s.step, at: s.at, by: names(s.by) })),
      ...(row.body.inspection === undefined ? {} : { inspection: { passed: row.body.inspection.passed, checks: row.body.inspection.checks.map((c) => ({ ...c, outcome: c.outcome as 'passed' })) } }),
    }
    return ok(page)
  })
}
