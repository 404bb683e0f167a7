import { type Queue, type QueueName } from '@causeway/contract'
import { addDays, type Day } from '@causeway/kernel'

import { type RowQuery } from '../store/view.ts'

interface QueueRule { readonly query: (today: Day) => RowQuery; readonly roles: readonly string[] }

const of = (kind: string, states: readonly string[], roles: readonly string[], more: (today: Day) => Partial<RowQuery> = () => ({})): QueueRule => ({ query: (today) => ({ kind, states, ...more(today) }), roles })

/** Every queue: the query of its list, whose count is the same query. */
export const QUEUES: Readonly<Partial<Record<QueueName, QueueRule>>> = {
  'to-sign': of('mission', ['filed'], ['signatory', 'clerk']),
  returned: of('mission', ['returned'], ['clerk']),
  submitted: of('mission', ['submitted'], ['receiver']),
  accepted: of('mission', ['accepted'], ['reviewer']),
  checked: of('mission', ['checked'], ['approver']),
  approved: of('mission', ['approved'], ['approver', 'counter', 'clerk', 'documents']),
  'to-order': of('mission', ['approved'], ['documents'], () => ({ open: { ordered: false } })),
  'job-queued': of('job', ['queued'], ['keeper']),
  'job-allocated': of('job', ['allocated'], ['producer']),
  'job-producing': of('job', ['requested', 'fixed', 'signed'], ['producer']),
  'job-to-inspect': of('job', ['written'], ['inspector']),
  'job-failed': of('job', ['failed'], ['inspector', 'producer']),
  'spoil-to-witness': of('blank', ['spoil-proposed'], ['keeper', 'counter', 'documents']),
  'in-stock': of('permit', ['in-stock'], ['counter']),
  'handed-out': of('permit', ['handed-out'], ['counter', 'clerk']),
  'to-confirm': of('permit', ['returned'], ['counter']),
  due: of('homecoming', ['awaited', 'locked'], ['counter', 'clerk'], (today) => ({ dueBefore: addDays(today, 8) })),
  overdue: of('homecoming', ['awaited', 'locked'], ['counter', 'clerk'], (today) => ({ dueBefore: today })),
  'reports-due': of('mission', ['approved'], ['clerk'], (today) => ({ dueBefore: today, open: { reportOpen: true } })),
  'reports-to-check': of('mission', ['approved'], ['reviewer'], () => ({ open: { report: 'submitted' } })),
  'to-close': of('mission', ['approved'], ['counter', 'reviewer'], () => ({ open: { report: 'accepted' } })),
  controls: of('control', ['in-force'], ['approver', 'secadmin', 'clerk']),
}

/** The query of a queue's list, if there is such a queue over this kind. */
export function queueQuery(name: string | undefined, kind: string, o: { readonly unitId: string | undefined; readonly today: Day }): RowQuery | undefined {
  const rule = name === undefined ? undefined : QUEUES[name as QueueName]
  const query = rule?.query(o.today)
  return query?.kind === kind ? { ...query, unitId: o.unitId } : undefined
}

export async function queuesFor(roles: readonly string[], o: { readonly unitId: string | undefined; readonly today: Day; readonly count: (q: RowQuery) => Promise<number> }): Promise<readonly Queue[]> {
  const mine = Object.entries(QUEUES).filter(([, rule]) => rule.roles.some((r) => roles.includes(r)))
  return Promise.all(mine.map(async ([name, rule]) => ({ name: name as QueueName, count: await o.count({ ...rule.query(o.today), unitId: o.unitId }) })))
}
