import { dateBefore, type FullDate } from './date.ts'
import { type MrzDefect } from './defect.ts'
import { lastExpiryOf } from './document-code.ts'
import { type Mrz } from './reading.ts'
import { findState, type StateCode } from './state-code.ts'

/** How far ahead an expiry may lie, in years, before its two digits are taken for the century before. */
const HORIZON = 50

export interface InterpretationOrder {
  /** The day of the inspection. */
  readonly at: Date
  /** Years; 50 unless said otherwise. */
  readonly horizon?: number
}

/** What a zone means on a day. */
export interface MrzInterpretation {
  readonly birth?: FullDate
  readonly expiry?: FullDate
  /** Whether the last day of validity is over; absent when it is not known. */
  readonly expired?: boolean
  /** Whole years; the least when only a part of the birth date is known. */
  readonly age?: number
  readonly issuer?: StateCode
  readonly nationality?: StateCode
  readonly defects: readonly MrzDefect[]
}

const CLAUSE = 'Doc 9303-3 §4.8'

function told(mrz: Mrz, field: string, o: { readonly code: string; readonly says: string; readonly clause?: string }): MrzDefect {
  const place = mrz.places[field]
  return { code: o.code, at: field, says: o.says, clause: o.clause ?? CLAUSE, ...(place === undefined ? {} : { place }) }
}

function ageOn(birth: FullDate | undefined, today: string): number | undefined {
  if (birth?.to === undefined) return undefined
  const years = Number(today.slice(0, 4)) - birth.year!
  return Math.max(0, today.slice(5) < birth.to.slice(5) ? years - 1 : years)
}

function defectsOf(mrz: Mrz, birth: FullDate | undefined, expiry: FullDate | undefined): readonly MrzDefect[] {
  const defects: MrzDefect[] = []
  for (const [field, date] of [
    ['birthDate', birth],
    ['expiryDate', expiry],
  ] as const) {
    const given = mrz.fields[field]!
    const isTold = mrz.defects.some((d) => d.at === field)
    if (date === undefined && !isTold)
      defects.push(told(mrz, field, { code: 'date-impossible', says: `${given} is no date in its century` }))
  }
  if (birth?.from !== undefined && expiry?.to !== undefined && expiry.to < birth.from) {
    defects.push(
      told(mrz, 'expiryDate', {
        code: 'expiry-before-birth',
        says: `expires ${expiry.text}, before the birth on ${birth.text}; a birth in ${birth.year! - 100} would fit`,
      }),
    )
  }
  const last = mrz.format === undefined ? undefined : lastExpiryOf(mrz.fields['documentCode']!, mrz.format)
  if (last !== undefined && expiry?.from !== undefined && expiry.from >= last) {
    defects.push(
      told(mrz, 'documentCode', {
        code: 'document-code-outlives',
        says: `a document of code ${mrz.fields['documentCode']} must expire before ${last}, not on ${expiry.text}`,
        clause: 'Doc 9303-4 §4.4',
      }),
    )
  }
  return defects
}

/**
 * What a zone means on a day: dates with their century, age, whether it has expired, who issued it, and what is
 * wrong only in that light. A birth is the latest that is not after the day; an expiry the latest within the
 * horizon.
 *
 * @throws RangeError when `at` is no date
 * @source Doc 9303-3 §4.8, §5, Doc 9303-4 §4.4
 */
export function interpretMrz(mrz: Mrz, order: InterpretationOrder): MrzInterpretation {
  const today = order.at.toISOString().slice(0, 10)
  if (mrz.format === undefined) return { defects: [] }
  const birth = dateBefore(mrz.fields['birthDate']!, today)
  const expiry = dateBefore(mrz.fields['expiryDate']!, `${Number(today.slice(0, 4)) + (order.horizon ?? HORIZON)}-12-31`)
  const [issuer, nationality] = [findState(mrz.fields['issuingState'] ?? ''), findState(mrz.fields['nationality'] ?? '')]
  const age = ageOn(birth, today)
  return {
    ...(birth === undefined ? {} : { birth }),
    ...(expiry === undefined ? {} : { expiry }),
    ...(expiry?.to === undefined ? {} : { expired: expiry.to < today }),
    ...(age === undefined ? {} : { age }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(nationality === undefined ? {} : { nationality }),
    defects: defectsOf(mrz, birth, expiry),
  }
}
