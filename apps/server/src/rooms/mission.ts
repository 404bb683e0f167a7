import { randomUUID } from 'node:crypto'

import { ACTS, Opinion, ReturnToUnit, scopeOf, Submission, type ActName, type Examination, type MissionForm } from '@causeway/contract'
import { closeMission, decide, examineApplication, fileMission, isLocked, renderDocumentNumber, STEPS, type ApplicationFacts, type Homecoming, type MemberFacts, type Mission, type Person, type Problem, type Step, type Unit } from '@causeway/journey'
import { daysInclusive, no, ok, parseDay, personal, type Refusal, type Result } from '@causeway/kernel'
import { visibleSealDigest } from '@causeway/signing'

import { sealedFacts } from '../desks/approval-paper.ts'
import { debtsOf } from '../desks/debt.ts'
import { missionPage, missionRows } from '../desks/mission-page.ts'
import { queueQuery } from '../desks/queue.ts'
import { Bytes, type Asked, type Door } from '../http/door.ts'
import { formProblemOf, type FormRefusal } from '../http/problem.ts'
import { reader, today, unitOf, type House } from '../house.ts'
import { act, type Act } from '../store/act.ts'
import { type Tx } from '../store/tx.ts'
import { type Row, type RowQuery } from '../store/view.ts'

interface Rows { readonly rows: <S>(query: RowQuery) => Promise<readonly Row<S>[]>; readonly document: (id: string) => Promise<{ readonly kase: string } | undefined> }

/** What the office knows that the form does not: members, debts, locks, attachments. The same for a dry run and the act. */
async function applicationFacts(house: House, db: Rows, o: { readonly form: MissionForm; readonly unitId: string; readonly unit: Unit | undefined }): Promise<ApplicationFacts> {
  const ids = [...new Set(o.form.members.map((m) => m.personId))]
  const people = new Map((await db.rows<Person>({ kind: 'person', ids, states: ['active'], unitId: o.unitId })).map((p) => [p.id, p.body]))
  const members: Record<string, MemberFacts> = {}
  for (const id of ids) members[id] = { known: people.has(id), nameConfirmed: people.get(id)?.nameConfirmed ?? false, debts: await debtsOf(house, db, id) }
  const attachments = new Set<string>()
  for (const a of o.form.attachments) if ((await db.document(a.id))?.kase === `unit:${o.unitId}`) attachments.add(a.id)
  return { today: today(house), rules: house.rules, calendar: house.calendar, members, unitLocked: isLocked(o.unit), attachments }
}

const blocked = (problems: readonly Problem[]): FormRefusal => ({ code: 'form-has-problems', details: { count: problems.filter((p) => p.severity === 'block').length }, problems })

interface FilingInput { readonly id: string; readonly form: MissionForm }

const fileAct = (house: House, name: 'mission.submit' | 'mission.resubmit'): Act<FilingInput, { readonly mission: Mission | undefined; readonly unitId: string; readonly facts: ApplicationFacts }, { readonly id: string }> => ({
  name,
  gather: async (tx, i, actor) => {
    const unitId = actor.unitId ?? ''
    const mission = await tx.load<Mission>('mission', i.id)
    if (name === 'mission.resubmit' && mission.state === undefined) return no({ code: 'not-found' })
    const unit = await tx.load<Unit>('unit', unitId)
    const facts = await applicationFacts(house, tx, { form: i.form, unitId, unit: unit.state })
    await tx.tie([...facts.attachments], i.form.members.map((m) => m.personId)) // now it is known whom the papers name
    return ok({ mission: mission.state, unitId: mission.state?.unitId ?? unitId, facts })
  },
  scope: (f, i) => ({ unitId: f.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const { problems, outline } = examineApplication(i.form, f.facts)
    if (outline === undefined) return no(blocked(problems))
    const events = fileMission(f.mission, { unitId: f.unitId, outline, form: personal(`mission:${i.id}`, 'document', i.form), by: c.actor.id, at: c.now.toISOString() })
    return events.ok ? ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: events.value }], answer: { id: i.id } }) : events
  },
})

interface StepInput { readonly id: string; readonly opinion: string; readonly items?: readonly { readonly at: string; readonly says: string }[] }

/** Acts that take a mission one step on, and need nothing but the mission. */
const stepAct = (name: ActName, step: Step): Act<StepInput, { readonly mission: Mission }, { readonly id: string }> => ({
  name,
  gather: async (tx, i) => { const m = await tx.load<Mission>('mission', i.id); return m.state === undefined ? no({ code: 'not-found' }) : ok({ mission: m.state }) },
  scope: (f, i) => ({ unitId: f.mission.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const events = decide(f.mission, step, { by: c.actor.id, at: c.now.toISOString(), opinion: i.opinion, ...(i.items === undefined ? {} : { items: i.items }) })
    return events.ok ? ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: events.value }], answer: { id: i.id } }) : events
  },
})

/** Approving draws the document number, and asks for the digital seal of its paper in the same transaction: the paper follows, whoever is away. */
const approveAct = (house: House): Act<StepInput, { readonly mission: Mission; readonly documentNo: { word: string; year: number; number: number }; readonly digest: string }, { readonly id: string; readonly documentNo: string }> => ({
  name: 'mission.approve',
  gather: async (tx, i) => {
    const m = await tx.load<Mission>('mission', i.id)
    if (m.state === undefined) return no({ code: 'not-found' })
    const may = decide(m.state, 'approve', { by: '', at: '', opinion: '' })
    if (!may.ok) return may
    const form = m.state.form.value
    if (form === undefined) return no({ code: 'not-found' })
    const unit = await tx.load<Unit>('unit', m.state.unitId)
    const year = Number(today(house).slice(0, 4))
    const documentNo = { word: house.office.word, year, number: await tx.number(`approval:${year}`) }
    return ok({ mission: m.state, documentNo, digest: visibleSealDigest({ office: house.office.id, facts: sealedFacts(m.state, { documentNo, unitCode: unit.state?.usci ?? '' }) }) })
  },
  scope: (f, i) => ({ unitId: f.mission.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const events = decide(f.mission, 'approve', { by: c.actor.id, at: c.now.toISOString(), opinion: i.opinion, documentNo: f.documentNo })
    if (!events.ok) return events
    return ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: [...events.value, { type: 'mission-seal-asked', request: paperRequest(i.id, 'seal'), digest: f.digest } as { type: string }] }], answer: { id: i.id, documentNo: renderDocumentNumber(f.documentNo) } })
  },
})

/** What the signer is asked by for a mission's paper, once for each. */
export const paperRequest = (mission: string, what: 'seal' | 'paper'): string => `mission:${mission}:${what}`

interface PaperFacts { readonly mission: Mission; readonly kept: string }
interface DrawnPaper { readonly id: string; readonly pdf: Uint8Array; readonly byteRange: readonly [number, number, number, number]; readonly digest: string }

const keepPaper = async (tx: Tx, i: { readonly id: string; readonly pdf: Uint8Array }, o: { readonly from: 'asked' | 'fixed'; readonly kind: string }): Promise<Result<PaperFacts, Refusal>> => {
  const m = await tx.load<Mission>('mission', i.id)
  if (m.state?.documentNo === undefined) return no({ code: 'not-found' })
  if (m.state.paper?.state !== o.from) return no({ code: 'step-not-allowed', rule: 'mission', details: { step: o.kind, stage: m.state.paper?.state ?? 'none' } })
  const kept = await tx.keep({
    kind: o.kind, kase: i.id, persons: m.state.outline.members.map((x) => x.personId), purpose: 'document', mediaType: 'application/pdf', name: `任务批件 ${renderDocumentNumber(m.state.documentNo)}.pdf`, bytes: i.pdf,
  })
  if (m.state.paper.state === 'fixed') await tx.shred(m.state.paper.draft)
  return ok({ mission: m.state, kept: kept.id })
}

/** The paper is drawn, with the place for its seal: from here the journal asks the signer to seal it, and no other. */
export const paperFixedAct: Act<DrawnPaper, PaperFacts, object> = {
  name: 'mission.paper-fixed',
  gather: async (tx, i) => keepPaper(tx, i, { from: 'asked', kind: 'approval-draft' }),
  scope: (_, i) => ({ cases: [i.id] }),
  decide: (f, i) => ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: [{ type: 'mission-paper-fixed', request: paperRequest(i.id, 'paper'), digest: i.digest, draft: f.kept, byteRange: i.byteRange } as { type: string }] }], answer: {} }),
}

/** The seal is in its place: this is the paper that counts. The draft's own key is destroyed; where it has none, the draft goes with its one person. */
export const paperSealedAct: Act<{ readonly id: string; readonly pdf: Uint8Array; readonly signer: string; readonly stamped: boolean }, PaperFacts, object> = {
  name: 'mission.paper-sealed',
  gather: async (tx, i) => keepPaper(tx, i, { from: 'fixed', kind: 'approval' }),
  scope: (_, i) => ({ cases: [i.id] }),
  decide: (f, i) => ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: [{ type: 'mission-paper-sealed', id: f.kept, signer: i.signer, stamped: i.stamped } as { type: string }] }], answer: {} }),
}

const closeAct: Act<StepInput, { readonly mission: Mission; readonly homecomings: readonly Homecoming[] }, { readonly id: string }> = {
  name: 'mission.close',
  gather: async (tx, i) => {
    const m = await tx.load<Mission>('mission', i.id)
    if (m.state === undefined) return no({ code: 'not-found' })
    return ok({ mission: m.state, homecomings: (await tx.rows<Homecoming>({ kind: 'homecoming', missionId: i.id })).map((h) => h.body) })
  },
  scope: (f, i) => ({ unitId: f.mission.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const events = closeMission(f.mission, f.homecomings, { by: c.actor.id, at: c.now.toISOString(), opinion: i.opinion })
    return events.ok ? ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: events.value }], answer: { id: i.id } }) : events
  },
}

async function examine(house: House, a: Asked<{ readonly form: MissionForm }>): Promise<Result<Examination, Refusal>> {
  const r = reader(house)
  const unitId = a.actor.unitId ?? ''
  const unit = await r.row<Unit>('unit', unitId)
  const { form } = a.body
  const { problems, outline } = examineApplication(form, await applicationFacts(house, r, { form, unitId, unit: unit?.body }))
  const [from, to] = [parseDay(form.departDate), parseDay(form.returnDate)]
  return ok({ problems: problems.map((p) => formProblemOf(p, a.language)), days: from !== undefined && to !== undefined ? Math.max(0, daysInclusive(from, to)) : 0, mayBeFiled: outline !== undefined })
}

const SIMPLE: readonly (readonly [ActName & `mission.${string}`, Step])[] = [['mission.sign', 'sign'], ['mission.withdraw', 'withdraw'], ['mission.accept', 'accept'], ['mission.check', 'check'], ['mission.refuse', 'refuse'], ['mission.cancel', 'cancel']]

/** The acts on a mission that an actor may do now: his rights, and the same table that the act will ask. */
export function mayOnMission(m: Mission, roles: readonly string[]): readonly string[] {
  const steps = STEPS[m.stage]
  const named: readonly (readonly [ActName, boolean])[] = [
    ...(['sign', 'withdraw', 'accept', 'check', 'approve', 'return', 'refuse', 'cancel'] as const).map((s) => [`mission.${s}`, steps[s] !== undefined] as const),
    ['mission.close', steps.close !== undefined && m.report?.state === 'accepted'],
    ['mission.resubmit', m.stage === 'returned'],
    ['permit.order', m.stage === 'approved' && !m.documents.some((d) => d.kind === 'production-order')],
    ['report.submit', m.stage === 'approved' && (m.report === undefined || m.report.state === 'returned')],
    ['report.accept', m.report?.state === 'submitted'],
    ['report.return', m.report?.state === 'submitted'],
  ]
  return named.filter(([name, possible]) => possible && scopeOf(ACTS[name], roles) !== undefined).map(([name]) => name)
}

export function openMissionRoom(door: Door, house: House): void {
  const { store } = house
  door.room('mission.examine', Submission, async (a) => examine(house, a))
  door.room('mission.submit', Submission, async (a) => act(store, { actor: a.actor, act: fileAct(house, 'mission.submit'), input: { id: randomUUID(), form: a.body.form }, once: a.once }))
  door.room('mission.resubmit', Submission, async (a) => act(store, { actor: a.actor, act: fileAct(house, 'mission.resubmit'), input: { id: a.params['id']!, form: a.body.form }, once: a.once }))
  for (const [name, step] of SIMPLE) {
    door.room(name as 'mission.sign', Opinion, async (a) => act(store, { actor: a.actor, act: stepAct(name, step), input: { id: a.params['id']!, opinion: a.body.opinion }, once: a.once }))
  }
  door.room('mission.return', ReturnToUnit, async (a) => act(store, { actor: a.actor, act: stepAct('mission.return', 'return'), input: { id: a.params['id']!, opinion: '', items: a.body.items }, once: a.once }))
  door.room('mission.approve', Opinion, async (a) => act(store, { actor: a.actor, act: approveAct(house), input: { id: a.params['id']!, opinion: a.body.opinion }, once: a.once }))
  door.room('mission.close', Opinion, async (a) => act(store, { actor: a.actor, act: closeAct, input: { id: a.params['id']!, opinion: a.body.opinion }, once: a.once }))
  door.room('mission.list', undefined, async (a) => {
    const query = queueQuery(a.query['queue'], 'mission', { unitId: unitOf(a.actor), today: today(house) }) ?? { kind: 'mission', unitId: unitOf(a.actor), ...(a.query['state'] === undefined ? {} : { states: a.query['state'].split(',') }) }
    const page = await reader(house).page<Mission>({ ...query, order: 'desc' }, a.query)
    return ok({ ...page, rows: await missionRows(house, page.rows) })
  })
  door.room('mission.show', undefined, async (a) => {
    const row = await reader(house).row<Mission>('mission', a.params['id']!)
    const own = unitOf(a.actor)
    if (row === undefined || (own !== undefined && row.unitId !== own)) return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'mission', row.id)
    return ok(await missionPage(house, row, { may: mayOnMission(row.body, a.actor.roles), language: a.language }))
  })
  door.room('document.show', undefined, async (a) => {
    const d = await reader(house).document(a.params['document']!)
    const mission = await reader(house).row<Mission>('mission', a.params['id']!)
    const own = unitOf(a.actor)
    if (d?.bytes === undefined || d.kase !== a.params['id'] || mission === undefined || (own !== undefined && mission.unitId !== own)) return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'document', d.id)
    return ok(new Bytes(d.bytes, d.mediaType, d.name))
  })
}
