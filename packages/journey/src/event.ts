import { personDays } from './application.ts'
import { type Blank, type BlankEvent, evolveBlank } from './blank.ts'
import { type Control, type ControlEvent, evolveControl } from './control.ts'
import { type Enrolment, type EnrolmentEvent, evolveEnrolment } from './enrolment.ts'
import { evolveHomecoming, type Homecoming, type HomecomingEvent } from './homecoming.ts'
import { evolveJob, type Job, type JobEvent } from './job.ts'
import { evolveMission, type Mission, type MissionEvent, renderDocumentNumber } from './mission.ts'
import { evolvePermit, type Permit, type PermitEvent } from './permit.ts'
import { evolvePerson, type Person, type PersonEvent } from './person.ts'
import { evolveUnit, type Unit, type UnitEvent } from './unit.ts'

/** The account events have no state of their own here: accounts live in the store, their acts in the journal. */
export type AccountEvent = { readonly type: 'account-created' | 'account-granted' | 'account-closed'; readonly roles: readonly string[]; readonly unitId?: string }

export interface Streams {
  readonly unit: { readonly state: Unit; readonly event: UnitEvent }
  readonly person: { readonly state: Person; readonly event: PersonEvent }
  readonly mission: { readonly state: Mission; readonly event: MissionEvent }
  readonly enrolment: { readonly state: Enrolment; readonly event: EnrolmentEvent }
  readonly blank: { readonly state: Blank; readonly event: BlankEvent }
  readonly job: { readonly state: Job; readonly event: JobEvent }
  readonly permit: { readonly state: Permit; readonly event: PermitEvent }
  readonly homecoming: { readonly state: Homecoming; readonly event: HomecomingEvent }
  readonly control: { readonly state: Control; readonly event: ControlEvent }
  readonly account: { readonly state: { readonly roles: readonly string[]; readonly closed: boolean; readonly unitId: string | undefined }; readonly event: AccountEvent }
}
export type StreamKind = keyof Streams
export interface StreamRef { readonly kind: StreamKind; readonly id: string }
export type JourneyEvent = Streams[StreamKind]['event']
export type AnyState = Streams[StreamKind]['state']

type Fold = (state: never, event: never) => AnyState
const FOLDS: Readonly<Record<StreamKind, Fold>> = {
  unit: evolveUnit, person: evolvePerson, mission: evolveMission, enrolment: evolveEnrolment, blank: evolveBlank, job: evolveJob,
  permit: evolvePermit, homecoming: evolveHomecoming, control: evolveControl,
  account: (was: Streams['account']['state'] | undefined, e: AccountEvent) => ({ roles: e.roles, closed: e.type === 'account-closed', unitId: e.unitId ?? was?.unitId }),
}

/** The one fold of everything. A tombstone in an event is carried, never opened. */
export function evolve(kind: StreamKind, state: AnyState | undefined, event: JourneyEvent): AnyState {
  return FOLDS[kind](state as never, event as never)
}

export interface Summary { readonly state: string; readonly unitId?: string | undefined; readonly personId?: string | undefined; readonly missionId?: string | undefined; readonly due?: string | undefined; readonly sort?: string | undefined; readonly open?: Readonly<Record<string, unknown>> | undefined }

const SUMMARIES: { readonly [K in StreamKind]: (id: string, s: Streams[K]['state']) => Summary } = {
  unit: (id, u) => ({ state: u.locks.length > 0 ? 'locked' : 'active', unitId: id, sort: u.usci }),
  person: (id, p) => ({ state: p.erased ? 'erased' : 'active', unitId: p.unitId, personId: id }),
  mission: (id, m) => ({
    state: m.stage, unitId: m.unitId, missionId: id, due: m.outline.returnDate, sort: m.decisions.at(-1)?.at,
    open: { year: Number(m.outline.departDate.slice(0, 4)), report: m.report?.state ?? 'none', reportOpen: m.report === undefined || m.report.state === 'returned', ordered: m.documents.some((d) => d.kind === 'production-order'), places: m.outline.places, paper: m.paper?.state ?? 'none' },
  }),
  enrolment: (id, e) => ({ state: e.state, personId: id, due: e.validTo }),
  blank: (id, b) => ({ state: b.state, sort: id, open: { batch: b.batch } }),
  job: (id, j) => ({ state: j.state, unitId: j.unitId, personId: j.personId, missionId: j.missionId, sort: id, open: { permit: j.permit, serial: j.serial ?? '' } }),
  permit: (id, p) => ({ state: p.state, unitId: p.unitId, personId: p.personId, missionId: p.missionId, due: p.expiry, sort: id, open: { year: Number(p.issued.slice(0, 4)), protection: p.endorsements.length === 0 ? 'no-endorsement' : p.protection?.state ?? 'none' } }),
  homecoming: (id, h) => ({ state: h.state, unitId: h.unitId, personId: h.personId, missionId: h.missionId, due: h.due, sort: `${h.due}|${id}`, open: { permit: h.permit, year: Number(h.departDate.slice(0, 4)) } }),
  control: (_, c) => ({ state: c.state, unitId: c.unitId, missionId: c.missionId, sort: c.since }),
  account: (_, a) => ({ state: a.closed ? 'closed' : 'open', unitId: a.unitId }),
}

export function summarise(ref: StreamRef, state: AnyState): Summary {
  return (SUMMARIES[ref.kind] as (id: string, s: AnyState) => Summary)(ref.id, state)
}

export interface Claim { readonly name: string; readonly key: string; readonly blind?: true }
export interface Claims { readonly take: readonly Claim[]; readonly release: readonly Claim[] }

const NONE: Claims = { take: [], release: [] }
const days = (o: Parameters<typeof personDays>[0]): readonly Claim[] => personDays(o).map((key) => ({ name: 'person-day', key }))

/** What may exist once in the office, taken and given back by events. */
export function claimsOf(_: StreamRef, e: JourneyEvent): Claims {
  switch (e.type) {
    case 'unit-registered': return { take: [{ name: 'unit-code', key: e.usci }], release: [] }
    case 'person-registered': return { take: e.idNumber.value === undefined ? [] : [{ name: 'id-number', key: e.idNumber.value, blind: true }], release: [] }
    case 'mission-filed': return { take: days(e.outline), release: [] }
    case 'mission-refiled': return { take: days(e.outline), release: days(e.before) }
    case 'mission-decided': return ['withdrawn', 'refused', 'cancelled'].includes(e.to) ? { take: [], release: days(e.outline) } : NONE
    case 'permit-ordered': return { take: [{ name: 'permit-number', key: e.number }], release: [] }
    default: return NONE
  }
}

/** What the national side is told: numbers, days, places; never a name. */
export function messageOf(ref: StreamRef, e: JourneyEvent, state: AnyState): { readonly kind: string; readonly body: Readonly<Record<string, unknown>> } | undefined {
  if (e.type === 'mission-decided' && e.to === 'approved') {
    const m = state as Mission
    return { kind: 'mission-approved', body: { mission: ref.id, documentNo: m.documentNo && renderDocumentNumber(m.documentNo), places: m.outline.places, from: m.outline.departDate, to: m.outline.returnDate, persons: m.outline.members.length } }
  }
  if (e.type === 'permit-produced') return { kind: 'permit-issued', body: { permit: ref.id, issued: (state as Permit).issued, expiry: (state as Permit).expiry, serial: e.serial } }
  if (e.type === 'permit-handed-out') return { kind: 'permit-handed-out', body: { permit: ref.id, mission: e.missionId, at: e.at } }
  return e.type === 'permit-return-confirmed' ? { kind: 'permit-returned', body: { permit: ref.id, mission: (state as Permit).missionId, at: e.at } } : undefined
}
