import { Enrolment as EnrolmentBody, type EnrolmentAnswer } from '@causeway/contract'
import { destroyEnrolment, ruleAt, takeEnrolment, type Enrolment, type Person, type RuleKey } from '@causeway/journey'
import { no, ok } from '@causeway/kernel'
import { examinePhoto, type ExaminedPhoto } from '@causeway/paper'

import { faceOf } from '../desks/face.ts'
import { toEnrol } from '../desks/to-enrol.ts'
import { Bytes, type Door } from '../http/door.ts'
import { today, type House } from '../house.ts'
import { act, type Act } from '../store/act.ts'

interface Taking { readonly personId: string; readonly consent: boolean; readonly fingersReason: string; readonly photo: ExaminedPhoto }

const take = (house: House): Act<Taking, { readonly photoId: string }, EnrolmentAnswer> => ({
  name: 'enrolment.take',
  gather: async (tx, i) => {
    if ((await tx.load<Person>('person', i.personId)).state === undefined) return no({ code: 'not-found' })
    await tx.load<Enrolment>('enrolment', i.personId)
    const kept = await tx.keep({ kind: 'photo', kase: `person:${i.personId}`, persons: [i.personId], purpose: 'biometric', mediaType: 'image/jpeg', name: 'photo.jpg', bytes: i.photo.jpeg })
    return ok({ photoId: kept.id })
  },
  scope: (_, i) => ({ personId: i.personId, cases: [i.personId] }),
  decide: (f, i) => {
    const measured = { ...i.photo.measured }
    const events = takeEnrolment({ rules: house.rules, today: today(house) }, { consent: i.consent, fingersReason: i.fingersReason, photo: f.photoId, measured })
    return events.ok ? ok({ append: [{ ref: { kind: 'enrolment', id: i.personId }, events: events.value }], answer: { id: i.personId, measured } }) : events
  },
})

/** The clock's own act: a face that has served is destroyed, the record that it was taken stays. */
export const destroyAct = (house: House): Act<{ readonly personId: string }, { readonly enrolment: Enrolment | undefined }, object> => ({
  name: 'enrolment.destroy',
  gather: async (tx, i) => {
    const enrolment = (await tx.load<Enrolment>('enrolment', i.personId)).state
    if (enrolment !== undefined) await tx.shred(enrolment.photo)
    return ok({ enrolment })
  },
  scope: (_, i) => ({ personId: i.personId, cases: [] }),
  decide: (f, i) => {
    const events = destroyEnrolment(f.enrolment, today(house))
    return events.ok ? ok({ append: [{ ref: { kind: 'enrolment', id: i.personId }, events: events.value }], answer: {} }) : events
  },
})

export function openEnrolmentRoom(door: Door, house: House): void {
  const limit = (key: RuleKey): number => ruleAt(house.rules, key, today(house)).value
  door.room('enrolment.take', EnrolmentBody, async (a) => {
    const part = a.parts.find((p) => p.field === 'photo')
    if (part === undefined || part.bytes.length === 0) return no({ code: 'photo-missing', at: 'photo' })
    const photo = await examinePhoto(part.bytes, { maxMegapixels: limit('photo.maxMegapixels'), minWidth: limit('photo.minWidth'), maxBytes: limit('photo.maxBytes'), minLight: limit('photo.minLight'), minSharpness: limit('photo.minSharpness') })
    if (!photo.ok) return photo
    return act(house.store, { actor: a.actor, act: take(house), input: { personId: a.params['id']!, consent: a.body.consent, fingersReason: a.body.fingersReason, photo: photo.value }, once: a.once })
  })
  door.room('enrolment.list', undefined, async () => {
    const rows = await toEnrol(house)
    return ok({ rows, total: rows.length })
  })
  door.room('face.show', undefined, async (a) => {
    if (a.scope === 'self' && a.actor.personId !== a.params['id']) return no({ code: 'not-found' })
    const face = await faceOf(house, a.params['id']!)
    if (!face.ok) return face
    house.readingBook.note(a.actor.id, 'face', a.params['id']!)
    return ok(new Bytes(face.value, 'image/jpeg', 'face.jpg'))
  })
}
