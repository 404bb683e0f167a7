import { reportDue, type Homecoming, type MemberFacts, type Mission } from '@causeway/journey'

import { today, type House } from '../house.ts'
import { type Row, type RowQuery } from '../store/view.ts'

interface Rows { readonly rows: <S>(query: RowQuery) => Promise<readonly Row<S>[]> }

/** What a person owes: permits past their day, reports past theirs. */
export async function debtsOf(house: House, db: Rows, personId: string): Promise<MemberFacts['debts']> {
  const homecomings = await db.rows<Homecoming>({ kind: 'homecoming', personId })
  const late = homecomings.filter((h) => (h.state === 'awaited' || h.state === 'locked') && h.body.due < today(house))
  const missions = homecomings.length === 0 ? [] : await db.rows<Mission>({ kind: 'mission', ids: homecomings.map((h) => h.body.missionId), states: ['approved'] })
  const silent = missions.filter((m) => (m.body.report === undefined || m.body.report.state === 'returned') && reportDue(m.body.outline.returnDate, house.rules) < today(house))
  return [
    ...late.map((h) => ({ code: 'permit-not-returned' as const, missionId: h.body.missionId, due: h.body.due })),
    ...silent.map((m) => ({ code: 'report-missing' as const, missionId: m.id, due: reportDue(m.body.outline.returnDate, house.rules) })),
  ]
}
