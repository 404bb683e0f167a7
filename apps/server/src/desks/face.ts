import { type Enrolment } from '@causeway/journey'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { reader, type House } from '../house.ts'

/** The kept face of a person, open; not found when it was never taken or its key is gone. */
export async function faceOf(house: House, personId: string): Promise<Result<Uint8Array, Refusal>> {
  const r = reader(house)
  const enrolment = await r.row<Enrolment>('enrolment', personId)
  const photo = enrolment === undefined ? undefined : await r.document(enrolment.body.photo)
  return photo?.bytes === undefined ? no({ code: 'not-found' }) : ok(photo.bytes)
}
