import { ControlRelease, HandOut, Report, Return, type ControlRow, type HomecomingRow, type PermitPage, type PermitRow } from '@causeway/contract'
import {
  checkHomecoming, chipPassword, comeHome, endorsementNumber, endorsementZone, confirmReturn, decideReport, dueDay, endorsementState, handOut, homecomingId, imposeControl, lock, parseReturn, permitZone, releaseControl, remind, submitReport, takeBack,
  type CheckValues, type Control, type Homecoming, type Mission, type Permit, type Person, type ReturnForm, type Unit,
} from '@causeway/journey'
import { daysBetween, no, ok, personal, type Refusal } from '@causeway/kernel'
import { drawDataMatrix, type EndorsementSheet } from '@causeway/paper'

import { endorsementRecord } from '../desks/endorsement.ts'
import { faceOf } from '../desks/face.ts'
import { queueQuery } from '../desks/queue.ts'
import { readChipOf } from '../gateway/chip.ts'
import { Bytes, type Door } from '../http/door.ts'
import { accountNames, reader, today, unitOf, type House } from '../house.ts'
import { act, type Act, type Append } from '../store/act.ts'
import { type Row } from '../store/view.ts'

type Events = readonly { readonly type: string }[]
const stamp = (c: { readonly now: Date; readonly actor: { readonly id: string } }): { by: string; at: string } => ({ by: c.actor.id, at: c.now.toISOString() })

interface Handing { readonly number: string; readonly missionId: string; readonly to: string }

const handOutAct = (house: House): Act<Handing, { readonly permit: Permit; readonly mission: Mission | undefined; readonly unit: Unit | undefined; readonly home: Homecoming | undefined }, object> => ({
  name: 'permit.hand-out',
  gather: async (tx, i) => {
    const mission = await tx.load<Mission>('mission', i.missionId)
    const permit = await tx.load<Permit>('permit', i.number)
    if (permit.state === undefined) return no({ code: 'not-found' })
    const home = await tx.load<Homecoming>('homecoming', homecomingId(i.missionId, permit.state.personId))
    return ok({ permit: permit.state, mission: mission.state, unit: (await tx.load<Unit>('unit', permit.state.unitId)).state, home: home.state })
  },
  scope: (f, i) => ({ unitId: f.permit.unitId, cases: [i.number] }),
  decide: (f, i, c) => {
    const events = handOut(f.permit, { mission: f.mission, unit: f.unit, rules: house.rules, today: today(house) }, { missionId: i.missionId, to: i.to, ...stamp(c) })
    if (!events.ok) return events
    const o = f.mission!.outline
    const opened = { type: 'homecoming-opened', permit: i.number, personId: f.permit.personId, missionId: i.missionId, unitId: f.permit.unitId, departDate: o.departDate, approvedDays: o.days, ...dueDay({ departDate: o.departDate, approvedDays: o.days }, house.rules) }
    const append: Append[] = [{ ref: { kind: 'permit', id: i.number }, events: events.value }]
    if (f.home === undefined) append.push({ ref: { kind: 'homecoming', id: homecomingId(i.missionId, f.permit.personId) }, events: [opened as { type: string }] })
    return ok({ append, answer: {} })
  },
})

interface Taking { readonly number: string; readonly form: ReturnForm }
interface TakingFacts { readonly permit: Permit; readonly mission: Mission | undefined; readonly home: Homecoming | undefined; readonly homeId: string; readonly control: Control | undefined; readonly controlId: string | undefined }

/** The permit comes back: compared with what was approved; a lock that stood for it is lifted in the same act. */
const takeBackAct = (house: House): Act<Taking, TakingFacts, { readonly overDays: number; readonly unlocked: boolean }> => ({
  name: 'permit.take-back',
  gather: async (tx, i) => {
    const permit = await tx.load<Permit>('permit', i.number)
    if (permit.state === undefined) return no({ code: 'not-found' })
    const homeId = homecomingId(permit.state.missionId, permit.state.personId)
    const home = await tx.load<Homecoming>('homecoming', homeId)
    const controlId = home.state?.control
    const control = controlId === undefined ? undefined : (await tx.load<Control>('control', controlId)).state
    if (controlId !== undefined) await tx.load<Unit>('unit', permit.state.unitId)
    return ok({ permit: permit.state, mission: (await tx.rows<Mission>({ kind: 'mission', ids: [permit.state.missionId] }))[0]?.body, home: home.state, homeId, control, controlId })
  },
  scope: (f, i) => ({ unitId: f.permit.unitId, cases: [i.number] }),
  decide: (f, i, c) => {
    const taken = takeBack(f.permit, i.form, stamp(c))
    if (!taken.ok) return taken
    const home = comeHome(f.home, i.form, { approvedPlaces: f.mission?.outline.places ?? [], today: today(house), rules: house.rules })
    if (!home.ok) return home
    const append: Append[] = [{ ref: { kind: 'permit', id: i.number }, events: taken.value }, { ref: { kind: 'homecoming', id: f.homeId }, events: home.value }]
    const unlocked = f.controlId !== undefined && f.control?.state === 'in-force'
    if (unlocked) {
      const released = releaseControl(f.control, { on: today(house), by: c.actor.id, reason: 'returned' })
      if (!released.ok) return released
      append.push({ ref: { kind: 'control', id: f.controlId! }, events: released.value }, { ref: { kind: 'unit', id: f.permit.unitId }, events: [{ type: 'unit-unlocked', control: f.controlId! } as { type: string }] })
    }
    const first = home.value[0]!
    return ok({ append, answer: { overDays: first.type === 'homecoming-returned' ? first.overDays : 0, unlocked } })
  },
})

const confirmAct = (house: House): Act<{ readonly number: string }, { readonly permit: Permit; readonly home: Homecoming | undefined; readonly homeId: string }, object> => ({
  name: 'permit.confirm-return',
  gather: async (tx, i) => {
    const permit = await tx.load<Permit>('permit', i.number)
    if (permit.state === undefined) return no({ code: 'not-found' })
    const homeId = homecomingId(permit.state.missionId, permit.state.personId)
    return ok({ permit: permit.state, homeId, home: (await tx.load<Homecoming>('homecoming', homeId)).state })
  },
  scope: (f, i) => ({ unitId: f.permit.unitId, cases: [i.number] }),
  decide: (f, i, c) => {
    const confirmed = confirmReturn(f.permit, stamp(c))
    if (!confirmed.ok) return confirmed
    const checked = checkHomecoming(f.home, today(house))
    return checked.ok ? ok({ append: [{ ref: { kind: 'permit', id: i.number }, events: confirmed.value }, { ref: { kind: 'homecoming', id: f.homeId }, events: checked.value }], answer: {} }) : checked
  },
})

/** The clock's own acts: a reminder, or the lock of the unit. */
export const remindAct = (house: House): Act<{ readonly id: string }, { readonly home: Homecoming | undefined }, object> => ({
  name: 'homecoming.remind',
  gather: async (tx, i) => ok({ home: (await tx.load<Homecoming>('homecoming', i.id)).state }),
  scope: () => ({ cases: [] }),
  decide: (f, i) => {
    const events = remind(f.home, today(house))
    return events.ok ? ok({ append: [{ ref: { kind: 'homecoming', id: i.id }, events: events.value }], answer: {} }) : events
  },
})

export const lockAct = (house: House): Act<{ readonly id: string }, { readonly home: Homecoming; readonly control: Control | undefined }, object> => ({
  name: 'homecoming.lock',
  gather: async (tx, i) => {
    const home = await tx.load<Homecoming>('homecoming', i.id)
    if (home.state === undefined) return no({ code: 'not-found' })
    const control = await tx.load<Control>('control', i.id)
    await tx.load<Unit>('unit', home.state.unitId)
    return ok({ home: home.state, control: control.state })
  },
  scope: () => ({ cases: [] }),
  decide: (f, i) => {
    const locked = lock(f.home, i.id, { rules: house.rules, today: today(house) })
    if (!locked.ok) return locked
    const imposed = imposeControl(f.control, { unitId: f.home.unitId, reason: 'permit-overdue', missionId: f.home.missionId, since: today(house) })
    if (!imposed.ok) return imposed
    return ok({ append: [{ ref: { kind: 'homecoming', id: i.id }, events: locked.value }, { ref: { kind: 'control', id: i.id }, events: imposed.value }, { ref: { kind: 'unit', id: f.home.unitId }, events: [{ type: 'unit-locked', control: i.id } as { type: string }] }], answer: {} })
  },
})

const releaseAct = (house: House): Act<{ readonly id: string; readonly reason: string }, { readonly control: Control | undefined }, object> => ({
  name: 'control.release',
  gather: async (tx, i) => {
    const control = await tx.load<Control>('control', i.id)
    if (control.state !== undefined) await tx.load<Unit>('unit', control.state.unitId)
    return ok({ control: control.state })
  },
  scope: () => ({ cases: [] }),
  decide: (f, i, c) => {
    const events = releaseControl(f.control, { on: today(house), by: c.actor.id, reason: i.reason })
    return events.ok ? ok({ append: [{ ref: { kind: 'control', id: i.id }, events: events.value }, { ref: { kind: 'unit', id: f.control!.unitId }, events: [{ type: 'unit-unlocked', control: i.id } as { type: string }] }], answer: {} }) : events
  },
})

const missionAct = <I extends { readonly id: string }>(name: 'report.submit' | 'report.accept' | 'report.return', work: (m: Mission, i: I, c: { by: string; at: string }, documentId: string) => { ok: true; value: Events } | { ok: false; error: Refusal }, text?: (i: I) => string): Act<I, { readonly mission: Mission; readonly documentId: string }, object> => ({
  name,
  gather: async (tx, i) => {
    const m = await tx.load<Mission>('mission', i.id)
    if (m.state === undefined) return no({ code: 'not-found' })
    const may = work(m.state, i, { by: '', at: '' }, '')
    if (!may.ok) return may
    const kept = text === undefined ? undefined : await tx.keep({ kind: 'report', kase: i.id, persons: m.state.outline.members.map((x) => x.personId), purpose: 'document', mediaType: 'text/plain; charset=utf-8', name: '出访报告.txt', bytes: new TextEncoder().encode(text(i)) })
    return ok({ mission: m.state, documentId: kept?.id ?? '' })
  },
  scope: (f, i) => ({ unitId: f.mission.unitId, cases: [i.id] }),
  decide: (f, i, c) => {
    const events = work(f.mission, i, stamp(c), f.documentId)
    return events.ok ? ok({ append: [{ ref: { kind: 'mission', id: i.id }, events: events.value }], answer: {} }) : events
  },
})

interface Protecting { readonly number: string; readonly request: string; readonly digest: string; readonly salt: string }

/** The endorsements of a permit are settled: from here the journal asks the signer for their check values. */
export const endorsementsFixedAct: Act<Protecting, { readonly permit: Permit }, object> = {
  name: 'permit.endorsements-fixed',
  gather: async (tx, i) => { const p = await tx.load<Permit>('permit', i.number); return p.state === undefined ? no({ code: 'not-found' }) : ok({ permit: p.state }) },
  scope: (f, i) => ({ unitId: f.permit.unitId, cases: [i.number] }),
  decide: (f, i) => (f.permit.protection === undefined
    ? ok({ append: [{ ref: { kind: 'permit', id: i.number }, events: [{ type: 'permit-endorsements-fixed', request: i.request, digest: i.digest, salt: personal(f.permit.personId, 'identity', i.salt) } as { type: string }] }], answer: {} })
    : no({ code: 'step-not-allowed', rule: 'permit', details: { step: 'endorsements-fixed', stage: f.permit.protection.state } })),
}

/** The signer's check values, kept. */
export const endorsementsKeptAct: Act<{ readonly number: string; readonly checks: readonly CheckValues[]; readonly seals: readonly string[] }, { readonly permit: Permit }, object> = {
  name: 'permit.endorsements-kept',
  gather: async (tx, i) => { const p = await tx.load<Permit>('permit', i.number); return p.state === undefined ? no({ code: 'not-found' }) : ok({ permit: p.state }) },
  scope: (f, i) => ({ unitId: f.permit.unitId, cases: [i.number] }),
  decide: (f, i) => (f.permit.protection?.state === 'fixed'
    ? ok({ append: [{ ref: { kind: 'permit', id: i.number }, events: [{ type: 'permit-endorsements-kept', checks: i.checks, seals: personal(f.permit.personId, 'identity', i.seals) } as { type: string }] }], answer: {} })
    : no({ code: 'step-not-allowed', rule: 'permit', details: { step: 'endorsements-kept', stage: f.permit.protection?.state ?? 'none' } })),
}

/** Check values as a page shows them. */
const checksOf = (number: string, p: Permit): PermitPage['checks'] => (p.protection?.state === 'kept'
  ? p.protection.checks.map((c, i) => ({ number: endorsementNumber(number, i + 1), place: p.endorsements[i]!.place, ...c }))
  : [])

const MAY: Readonly<Record<string, string>> = { 'in-stock': 'permit.hand-out', 'handed-out': 'permit.take-back', returned: 'permit.confirm-return' }

async function permitRows(house: House, rows: readonly Row<Permit>[], roles: readonly string[]): Promise<readonly PermitRow[]> {
  const r = reader(house)
  const people = new Map((await r.rows<Person>({ kind: 'person', ids: rows.map((p) => p.body.personId) })).map((p) => [p.id, p.body.identity.value?.nameCn ?? '（已删除）']))
  const missions = new Map((await r.rows<Mission>({ kind: 'mission', ids: rows.map((p) => p.body.missionId) })).map((m) => [m.id, m.body.outline.name]))
  const units = new Map((await r.rows<Unit>({ kind: 'unit' })).map((u) => [u.id, u.body.shortName]))
  const homes = new Map((await r.rows<Homecoming>({ kind: 'homecoming', ids: rows.map((p) => homecomingId(p.body.missionId, p.body.personId)) })).map((h) => [h.body.permit, h.body]))
  return rows.map((p) => ({
    number: p.id, state: p.state, holder: people.get(p.body.personId) ?? '', personId: p.body.personId, unitName: units.get(p.body.unitId) ?? '', missionId: p.body.missionId, missionName: missions.get(p.body.missionId) ?? '',
    issued: p.body.issued, expiry: p.body.expiry, ...(homes.get(p.id) === undefined ? {} : { due: homes.get(p.id)!.due }),
    endorsements: p.body.endorsements.map((e) => ({ ...e, state: endorsementState(e, p.state, today(house)) })),
    may: roles.includes('counter') && MAY[p.state] !== undefined ? [MAY[p.state]!] : [],
  }))
}

export function openPermitRoom(door: Door, house: House): void {
  const { store } = house
  door.room('permit.hand-out', HandOut, async (a) => act(store, { actor: a.actor, act: handOutAct(house), input: { ...a.body, number: a.params['number']! }, once: a.once }))
  door.room('permit.take-back', Return, async (a) => {
    const form = parseReturn(a.body, today(house))
    return form.ok ? act(store, { actor: a.actor, act: takeBackAct(house), input: { number: a.params['number']!, form: form.value }, once: a.once }) : form
  })
  door.room('permit.confirm-return', undefined, async (a) => act(store, { actor: a.actor, act: confirmAct(house), input: { number: a.params['number']! }, once: a.once }))
  door.room('control.release', ControlRelease, async (a) => act(store, { actor: a.actor, act: releaseAct(house), input: { id: a.params['id']!, reason: a.body.reason }, once: a.once }))
  door.room('report.submit', Report, async (a) => act(store, {
    actor: a.actor, once: a.once, input: { ...a.body, id: a.params['id']! },
    act: missionAct<Report & { readonly id: string }>('report.submit', (m, i, _, documentId) => submitReport(m, { documentId, title: i.title, on: today(house) }), (i) => `${i.title}\n\n${i.text}\n${i.unfinished === undefined || i.unfinished === '' ? '' : `\n未完成内容及原因：${i.unfinished}\n`}`),
  }))
  for (const [name, to] of [['report.accept', 'accepted'], ['report.return', 'returned']] as const) {
    door.room(name, undefined, async (a) => act(store, { actor: a.actor, once: a.once, input: { id: a.params['id']! }, act: missionAct<{ readonly id: string }>(name, (m, _, c) => decideReport(m, to, { ...c, opinion: '' })) }))
  }
  const own = (actor: Parameters<typeof unitOf>[0]): string | undefined => unitOf(actor)
  door.room('permit.list', undefined, async (a) => {
    const query = queueQuery(a.query['queue'], 'permit', { unitId: own(a.actor), today: today(house) }) ?? { kind: 'permit', unitId: own(a.actor), ...(a.query['state'] === undefined ? {} : { states: a.query['state'].split(',') }), ...(a.query['mission'] === undefined ? {} : { missionId: a.query['mission'] }) }
    const page = await reader(house).page<Permit>(query, a.query)
    return ok({ ...page, rows: await permitRows(house, page.rows, a.actor.roles) })
  })
  const find = async (number: string, unitId: string | undefined): Promise<Row<Permit> | undefined> => {
    const p = await reader(house).row<Permit>('permit', number)
    return p === undefined || (unitId !== undefined && p.unitId !== unitId) ? undefined : p
  }
  door.room('permit.show', undefined, async (a) => {
    const p = await find(a.params['number']!, own(a.actor))
    if (p === undefined) return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'permit', p.id)
    const names = await accountNames(house)
    const [row] = await permitRows(house, [p], a.actor.roles)
    const page: PermitPage = { ...row!, drawable: p.state !== 'ordered' && (await reader(house).count({ kind: 'enrolment', ids: [p.body.personId], states: ['taken'] })) > 0, mrz: p.body.mrz?.value ?? [], checks: checksOf(p.id, p.body), ...(p.body.serial === undefined ? {} : { serial: p.body.serial }), moves: p.body.moves.map((m) => ({ at: m.at, by: names(m.by), what: m.what, ...(m.to?.value === undefined ? {} : { to: m.to.value }) })) }
    return ok(page)
  })
  door.room('permit.page', undefined, async (a) => {
    const p = await find(a.params['number']!, undefined)
    if (p === undefined) return no({ code: 'not-found' })
    const [person, face] = [await reader(house).row<Person>('person', p.body.personId), await faceOf(house, p.body.personId)]
    const identity = person?.body.identity.value
    if (identity === undefined || !face.ok) return no({ code: 'not-found' })
    const zone = permitZone(p.id, p.body, { identity, settings: house.office.documents })
    if (!zone.ok) return zone
    house.readingBook.note(a.actor.id, 'permit-page', p.id)
    const drawn = house.press.dataPage({
      type: house.office.documents.documentCode, state: house.office.documents.issuingState, number: p.id, nameCn: identity.nameCn, surname: identity.surname, given: identity.given, sex: identity.sex === 'M' ? '男 / M' : '女 / F',
      birthDate: identity.birthDate, birthPlace: identity.birthPlace, issued: p.body.issued, expiry: p.body.expiry, authority: `${house.office.name}（样本）`, mrz: zone.value.lines,
    }, face.value, house.clock.now())
    if (!drawn.ok) return drawn
    return ok(a.query['as'] === 'pdf' ? new Bytes(drawn.value.pdf, 'application/pdf', `${p.id}.pdf`) : new Bytes(drawn.value.png, 'image/png', `${p.id}.png`))
  })
  door.room('permit.endorsements', undefined, async (a) => {
    const p = await find(a.params['number']!, undefined)
    const protection = p?.body.protection
    if (p === undefined || protection?.state !== 'kept') return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'permit-page', p.id)
    const identity = (await reader(house).row<Person>('person', p.body.personId))?.body.identity.value
    const sheets: EndorsementSheet[] = []
    for (const [i, check] of protection.checks.entries()) {
      const record = endorsementRecord(house, { permit: p.id, body: p.body, index: i + 1 })
      const zone = identity && endorsementZone(record.viseNo, p.body.endorsements[i]!, { identity, settings: house.office.documents })
      const seal = protection.seals.value?.[i] ?? ''
      sheets.push({
        number: record.viseNo, permit: p.id, place: record.visitPlaceCode === 'HKG' ? '香港 HONG KONG' : '澳门 MACAO', holder: identity === undefined ? '' : `${identity.surname}, ${identity.given}`, entries: String(record.viseTimes), from: record.visaStartDate,
        to: record.effectiveDate, stay: String(record.stayDays), issued: record.issueDate, authority: `${house.office.name}（样本）`, check: `${check.macIndex}-${check.macSign}`, zone: zone?.ok === true ? zone.value : [],
        ...(seal === '' ? {} : { barCode: await drawDataMatrix(new Uint8Array(Buffer.from(seal, 'base64'))) }),
      })
    }
    const drawn = house.press.endorsements(sheets, house.clock.now())
    return drawn.ok ? ok(new Bytes(drawn.value, 'application/pdf', `${p.id} 签注.pdf`)) : drawn
  })
  door.room('permit.chip', undefined, async (a) => {
    const p = await find(a.params['number']!, undefined)
    if (p?.body.serial === undefined) return no({ code: 'not-found' })
    const zone = p.body.mrz?.value
    if (zone === undefined) return no({ code: 'not-found' })
    const answer = await readChipOf(house.station, p.body.serial, chipPassword(zone))
    if (!answer.ok) return answer
    const read = answer.value
    if (!read.ok) return no({ code: 'chip-unreadable', details: { ...read.error } })
    house.readingBook.note(a.actor.id, 'chip', p.id)
    return ok({ number: p.id, files: Object.fromEntries(Object.entries(read.value.files).map(([k, v]) => [k, Buffer.from(v).toString('base64')])) })
  })
  door.room('homecoming.list', undefined, async (a) => {
    const r = reader(house)
    const query = queueQuery(a.query['queue'], 'homecoming', { unitId: own(a.actor), today: today(house) }) ?? { kind: 'homecoming', unitId: own(a.actor), ...(a.query['state'] === undefined ? {} : { states: a.query['state'].split(',') }) }
    const page = await r.page<Homecoming>(query, a.query)
    const permits = new Map((await permitRows(house, await r.rows<Permit>({ kind: 'permit', ids: page.rows.map((h) => h.body.permit) }), [])).map((p) => [p.number, p]))
    const rows: HomecomingRow[] = page.rows.map((h) => ({
      id: h.id, state: h.state, holder: permits.get(h.body.permit)?.holder ?? '', permitNumber: h.body.permit, missionId: h.body.missionId, missionName: permits.get(h.body.permit)?.missionName ?? '', unitName: permits.get(h.body.permit)?.unitName ?? '',
      due: h.body.due, formula: h.body.formula, daysOverdue: h.state === 'awaited' || h.state === 'locked' ? Math.max(0, daysBetween(h.body.due, today(house))) : 0, reminders: h.body.reminders.length,
      ...(h.body.overDays === undefined ? {} : { overDays: h.body.overDays }), ...(h.body.realExit === undefined ? {} : { realExit: h.body.realExit }), ...(h.body.realEntry === undefined ? {} : { realEntry: h.body.realEntry }),
    }))
    return ok({ ...page, rows })
  })
  door.room('control.list', undefined, async (a) => {
    const r = reader(house)
    const units = new Map((await r.rows<Unit>({ kind: 'unit' })).map((u) => [u.id, u.body.name]))
    const query = queueQuery(a.query['queue'], 'control', { unitId: own(a.actor), today: today(house) }) ?? { kind: 'control', unitId: own(a.actor) }
    const page = await r.page<Control>(query, a.query)
    const rows: ControlRow[] = page.rows.map((c) => ({ id: c.id, subject: 'unit', subjectName: units.get(c.body.unitId) ?? c.body.unitId, reason: c.body.reason, since: c.body.since, state: c.state, ...(c.body.releasedOn === undefined ? {} : { releasedOn: c.body.releasedOn }), may: c.state === 'in-force' && a.actor.roles.some((x) => ['approver', 'secadmin'].includes(x)) ? ['control.release'] : [] }))
    return ok({ ...page, rows })
  })
}
