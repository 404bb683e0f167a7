import { type EnrolmentRow } from '@causeway/contract'
import { isEnrolled, type Enrolment, type Mission, type Person, type Unit } from '@causeway/journey'

import { reader, today, type House } from '../house.ts'

/** The people who wait for their photo: members of approved missions who need a permit and have no valid enrolment. */
export async function toEnrol(house: House): Promise<readonly EnrolmentRow[]> {
  const r = reader(house)
  const missions = await r.rows<Mission>({ kind: 'mission', states: ['approved'] })
  const needed = missions.flatMap((m) => m.body.outline.members.filter((x) => x.permitNeed === 'new').map((x) => ({ mission: m, personId: x.personId })))
  const ids = needed.map((n) => n.personId)
  const people = new Map((await r.rows<Person>({ kind: 'person', ids, states: ['active'] })).map((p) => [p.id, p.body]))
  const enrolments = new Map((await r.rows<Enrolment>({ kind: 'enrolment', ids })).map((e) => [e.id, e.body]))
  const units = new Map((await r.rows<Unit>({ kind: 'unit' })).map((u) => [u.id, u.body.shortName]))
  return needed.filter((n) => people.has(n.personId) && !isEnrolled(enrolments.get(n.personId), today(house))).map(({ mission, personId }) => ({
    personId, nameCn: people.get(personId)?.identity.value?.nameCn ?? '', unitName: units.get(mission.body.unitId) ?? '', missionId: mission.id,
    missionName: mission.body.outline.name, departDate: mission.body.outline.departDate,
  }))
}
