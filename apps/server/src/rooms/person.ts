import { randomUUID } from 'node:crypto'

import { Erasure, NameConfirmation, NameQuestion, NewPerson, scopeOf, ACTS, type NameAnswer, type PersonPage, type PersonRow } from '@causeway/contract'
import { confirmName, erasePerson, JOB_STEPS, permitZone, proposeNames, registerPerson, STEPS, type Enrolment, type Identity, type Mission, type Permit, type Person, isEnrolled } from '@causeway/journey'
import { no, ok } from '@causeway/kernel'
import { unprintable } from '@causeway/paper'

import { type Door } from '../http/door.ts'
import { reader, today, unitOf, type House } from '../house.ts'
import { act, type Act } from '../store/act.ts'
import { type Row } from '../store/view.ts'
import { debtsOf } from '../desks/debt.ts'

const masked = (id: string | undefined): string => (id === undefined ? '—' : `${id.slice(0, 4)}**********${id.slice(-4)}`)

const register: Act<NewPerson & { readonly id: string }, { readonly unitId: string }, { readonly id: string }> = {
  name: 'person.register',
  gather: async (tx, i, actor) => { await tx.load('person', i.id); return ok({ unitId: actor.unitId ?? '' }) },
  scope: (f) => ({ unitId: f.unitId, cases: [] }),
  decide: (f, i) => {
    const events = registerPerson({ id: i.id, unitId: f.unitId, unprintable: unprintable(i.nameCn) }, i)
    return events.ok ? ok({ append: [{ ref: { kind: 'person', id: i.id }, events: events.value }], answer: { id: i.id } }) : events
  },
}

const confirm: Act<NameConfirmation & { readonly id: string }, { readonly person: Person }, object> = {
  name: 'person.confirm-name',
  gather: async (tx, i) => { const p = await tx.load<Person>('person', i.id); return p.state === undefined ? no({ code: 'not-found' }) : ok({ person: p.state }) },
  scope: (f, i) => ({ unitId: f.person.unitId, personId: i.id, cases: [] }),
  decide: (f, i, c) => {
    const events = confirmName(f.person, i, c.actor.id)
    return events.ok ? ok({ append: [{ ref: { kind: 'person', id: i.id }, events: events.value }], answer: {} }) : events
  },
}
type NameConfirmation = { readonly surname: string; readonly given: string }

/** Stages from which a mission goes on. */
const UNFINISHED = Object.entries(JOB_STEPS).filter(([, steps]) => Object.keys(steps).length > 0).map(([state]) => state)
const LIVE = Object.entries(STEPS).filter(([, steps]) => Object.keys(steps).length > 0).map(([stage]) => stage)

const erase: Act<{ readonly id: string; readonly reason: string }, { readonly person: Person | undefined; readonly keys: number }, { readonly keys: number }> = {
  name: 'person.erase',
  gather: async (tx, i) => {
    const open = [...(await tx.rows({ kind: 'homecoming', personId: i.id, states: ['awaited', 'locked', 'returned'] })), ...(await tx.rows({ kind: 'job', personId: i.id, states: UNFINISHED }))]
    const live = await tx.rows<Mission>({ kind: 'mission', states: LIVE })
    if (open.length > 0 || live.some((m) => m.body.outline.members.some((x) => x.personId === i.id))) return no({ code: 'person-busy' })
    if ((await tx.rows({ kind: 'person', ids: [i.id] })).length === 0) return no({ code: 'not-found' })
    const keys = await tx.erase(i.id) // before loading: what is loaded after this is a tombstone
    return ok({ keys, person: (await tx.load<Person>('person', i.id)).state })
  },
  scope: () => ({ cases: [] }),
  decide: (f, i) => {
    const events = erasePerson(f.person, i.reason)
    return events.ok ? ok({ append: [{ ref: { kind: 'person', id: i.id }, events: events.value }], answer: { keys: f.keys } }) : events
  },
}

async function rowsWith(house: House, people: readonly Row<Person>[]): Promise<readonly PersonRow[]> {
  const r = reader(house)
  const units = new Map((await r.rows<{ shortName: string }>({ kind: 'unit' })).map((u) => [u.id, u.body.shortName]))
  const enrolled = new Map((await r.rows<Enrolment>({ kind: 'enrolment', ids: people.map((p) => p.id) })).map((e) => [e.id, e.body]))
  return people.map((p) => {
    const i: Partial<Identity> = p.body.identity.value ?? {}
    return {
      id: p.id, nameCn: i.nameCn ?? '（已删除）', surname: i.surname ?? '', given: i.given ?? '', sex: i.sex ?? '', birthYear: i.birthDate?.slice(0, 4) ?? '',
      idNumberMasked: masked(p.body.idNumber.value), post: p.body.post, rank: p.body.rank, unitId: p.body.unitId, unitName: units.get(p.body.unitId) ?? p.body.unitId,
      nameConfirmed: p.body.nameConfirmed, enrolled: isEnrolled(enrolled.get(p.id), today(house)), erased: p.body.erased,
    }
  })
}

function answerName(house: House, nameCn: string): NameAnswer {
  const missing = unprintable(nameCn)
  const proposals = proposeNames(nameCn, house.readings)
  const first = proposals[0]
  const identity: Identity | undefined = first && { nameCn, surname: first.surname, given: first.given, sex: 'M', birthDate: '1980-01-01', birthPlace: '' }
  const zone = identity && permitZone('SP0000000', { expiry: today(house) }, { identity, settings: house.office.documents })
  return { proposals: proposals.map((p) => ({ surname: p.surname, given: p.given, reason: p.reason })), unprintable: missing, truncated: zone?.ok === true && zone.value.truncated, ...(zone?.ok === true ? { mrz: zone.value.lines[0]! } : {}) }
}

export function openPersonRoom(door: Door, house: House): void {
  door.room('person.register', NewPerson, async (a) => act(house.store, { actor: a.actor, act: register, input: { ...a.body, id: randomUUID() }, once: a.once }))
  door.room('person.confirm-name', NameConfirmation, async (a) => act(house.store, { actor: a.actor, act: confirm, input: { ...a.body, id: a.params['id']! }, once: a.once }))
  door.room('person.erase', Erasure, async (a) => act(house.store, { actor: a.actor, act: erase, input: { id: a.params['id']!, reason: a.body.reason }, once: a.once }))
  door.room('name.propose', NameQuestion, async (a) => Promise.resolve(ok(answerName(house, a.body.nameCn))))
  door.room('person.list', undefined, async (a) => {
    const query = { kind: 'person', states: ['active'], ...(a.scope === 'self' ? { personId: a.actor.personId ?? 'none' } : { unitId: unitOf(a.actor) }) }
    const page = await reader(house).page<Person>(query, a.query)
    for (const p of page.rows) house.readingBook.note(a.actor.id, 'person-list', p.id)
    return ok({ ...page, rows: await rowsWith(house, page.rows) })
  })
  door.room('person.show', undefined, async (a) => {
    const r = reader(house)
    const p = await r.row<Person>('person', a.params['id']!)
    const own = unitOf(a.actor)
    if (p === undefined || (a.scope === 'self' ? a.actor.personId !== p.id : own !== undefined && p.body.unitId !== own)) return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'person', p.id)
    const [row] = await rowsWith(house, [p])
    const permits = await r.rows<Permit>({ kind: 'permit', personId: p.id })
    const mobile = p.body.mobile?.value
    const page: PersonPage = {
      ...row!, birthDate: p.body.identity.value?.birthDate ?? '', birthPlace: p.body.identity.value?.birthPlace ?? '',
      ...(mobile === undefined ? {} : { mobileMasked: `${mobile.slice(0, 3)}****${mobile.slice(-4)}` }),
      permits: permits.map((x) => ({ number: x.id, state: x.state, expiry: x.body.expiry })),
      debts: await debtsOf(house, r, p.id),
      may: p.body.erased ? [] : (['person.confirm-name', 'person.erase'] as const).filter((n) => scopeOf(ACTS[n], a.actor.roles) !== undefined),
    }
    return ok(page)
  })
}
