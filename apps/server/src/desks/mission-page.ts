import { type MissionForm, type MissionMember, type MissionPage, type MissionRow } from '@causeway/contract'
import { isEnrolled, renderDocumentNumber, reportDue, type Enrolment, type Homecoming, type Job, type Mission, type Permit, type Person, type Unit } from '@causeway/journey'

import { type Language } from '../http/problem.ts'
import { accountNames, reader, today, type House } from '../house.ts'
import { timelineOf } from '../store/journal.ts'
import { type Row } from '../store/view.ts'

/** Where an approved mission is on its way, by the state of its permits and homecomings. */
function phaseOf(m: Mission, o: { readonly permits: readonly string[]; readonly homecomings: readonly string[]; readonly today: string }): string {
  if (m.stage !== 'approved') return m.stage
  if (o.homecomings.length > 0 && o.homecomings.every((h) => h === 'checked')) return m.report?.state === 'accepted' ? 'to-close' : 'reporting'
  if (o.permits.includes('handed-out') || o.homecomings.length > 0) return o.today > m.outline.returnDate ? 'homecoming' : o.today >= m.outline.departDate ? 'travelling' : 'ready'
  return m.documents.some((d) => d.kind === 'production-order') ? 'producing' : 'approved'
}

export async function missionRows(house: House, rows: readonly Row<Mission>[]): Promise<readonly MissionRow[]> {
  const r = reader(house)
  const units = new Map((await r.rows<Unit>({ kind: 'unit' })).map((u) => [u.id, u.body.shortName]))
  return Promise.all(rows.map(async (row) => {
    const m = row.body
    const [permits, homecomings] = m.stage === 'approved' ? [await r.rows({ kind: 'permit', missionId: row.id }), await r.rows({ kind: 'homecoming', missionId: row.id })] : [[], []]
    return {
      id: row.id, name: m.outline.name, unitId: m.unitId, unitName: units.get(m.unitId) ?? m.unitId, state: m.stage,
      phase: phaseOf(m, { permits: permits.map((p) => p.state), homecomings: homecomings.map((h) => h.state), today: today(house) }),
      departDate: m.outline.departDate, returnDate: m.outline.returnDate, days: m.outline.days, places: m.outline.places, persons: m.outline.members.length,
      ...(m.documentNo === undefined ? {} : { documentNo: renderDocumentNumber(m.documentNo) }), since: m.decisions.at(-1)?.at ?? '',
    }
  }))
}

const EMPTY: MissionForm = { name: '', category: '', purpose: '', task: '', urgency: 'normal', isSecret: false, departDate: '', returnDate: '', places: [], members: [], itinerary: [], publicity: { from: '', to: '', medium: '' }, attachments: [], budgetYuan: '' }

async function membersOf(house: House, row: Row<Mission>, form: MissionForm): Promise<readonly MissionMember[]> {
  const r = reader(house)
  const ids = row.body.outline.members.map((m) => m.personId)
  const people = new Map((await r.rows<Person>({ kind: 'person', ids })).map((p) => [p.id, p.body]))
  const enrolments = new Map((await r.rows<Enrolment>({ kind: 'enrolment', ids })).map((e) => [e.id, e.body]))
  const permits = await r.rows<Permit>({ kind: 'permit', missionId: row.id })
  const jobs = await r.rows<Job>({ kind: 'job', missionId: row.id })
  const homecomings = await r.rows<Homecoming>({ kind: 'homecoming', missionId: row.id })
  return row.body.outline.members.map((m) => {
    const [person, permit, job, home] = [people.get(m.personId), permits.find((p) => p.personId === m.personId), jobs.find((j) => j.personId === m.personId), homecomings.find((h) => h.personId === m.personId)]
    const filed = form.members.find((x) => x.personId === m.personId)
    return {
      personId: m.personId, nameCn: person?.identity.value?.nameCn ?? '（已删除）', surname: person?.identity.value?.surname ?? '', given: person?.identity.value?.given ?? '',
      role: m.role, post: filed?.post ?? '', rank: filed?.rank ?? '', permitNeed: m.permitNeed, nameConfirmed: person?.nameConfirmed ?? false, enrolled: isEnrolled(enrolments.get(m.personId), today(house)),
      ...(permit === undefined ? {} : { permitNumber: permit.id, permitState: permit.state }), ...(job === undefined ? {} : { jobState: job.state }),
      ...(home === undefined ? {} : { homecoming: { state: home.state, due: home.body.due } }),
    }
  })
}

/** The case page: the mission with everything that hangs on it. */
export async function missionPage(house: House, row: Row<Mission>, o: { readonly may: readonly string[]; readonly language: Language }): Promise<MissionPage> {
  const r = reader(house)
  const m = row.body
  const names = await accountNames(house)
  const form = (m.form.value ?? EMPTY) as MissionForm
  const [base] = await missionRows(house, [row])
  const documents = (await r.documents(row.id)).filter((d) => d.kind !== 'approval-draft')
  const report = m.report === undefined ? undefined : await r.document(m.report.documentId)
  return {
    ...base!, form, members: await membersOf(house, row, form),
    decisions: m.decisions.map((d) => ({ ...d, by: names(d.by) })), returnItems: m.returnItems,
    documents: documents.map((d) => ({ id: d.id, kind: d.kind, name: d.name, mediaType: d.mediaType, bytes: d.length })),
    report: { state: m.report?.state ?? 'none', due: reportDue(m.outline.returnDate, house.rules), ...(m.report === undefined ? {} : { title: m.report.title }), ...(report?.bytes === undefined ? {} : { text: new TextDecoder().decode(report.bytes) }) },
    timeline: (await timelineOf(house.store, { kind: 'mission', id: row.id })).map((e) => ({ seq: e.seq, at: e.at, by: names(e.actor), role: e.role, act: e.act, event: e.event })),
    may: o.may,
  }
}
