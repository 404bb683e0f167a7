import { endorsementNumber, endorsementZone, type Permit, type Person } from '@causeway/journey'
import { type EndorsementRecord, type EndorsementRequest } from '@causeway/signing'

import { type House } from '../house.ts'

/** An endorsement as the signer protects it. @source permits.md §2.2 */
export function endorsementRecord(house: House, o: { readonly permit: string; readonly body: Permit; readonly index: number }): EndorsementRecord {
  const e = o.body.endorsements[o.index - 1]!
  return {
    viseNo: endorsementNumber(o.permit, o.index), visaIndex: o.index, permit: o.permit, visitPlaceCode: e.place, viseType: e.kind, viseTimes: e.entries, visaStartDate: e.from, effectiveDate: e.to, latestLeaveDate: e.to,
    stayDays: e.stayDays, timeUnit: 1, issueDate: o.body.issued, issueUnitCode: house.office.id,
  }
}

/** Everything that the signer is asked for a permit: its endorsements, with their zones while the holder is known. */
export function endorsementList(house: House, o: { readonly permit: string; readonly body: Permit; readonly person: Person | undefined }): EndorsementRequest['endorsements'] {
  const identity = o.person?.identity.value
  return o.body.endorsements.map((e, i) => {
    const record = endorsementRecord(house, { permit: o.permit, body: o.body, index: i + 1 })
    const zone = identity && endorsementZone(record.viseNo, e, { identity, settings: house.office.documents })
    return { record, ...(zone?.ok === true ? { zone: [...zone.value] } : {}) }
  })
}
