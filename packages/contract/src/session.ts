import { Type, type Static } from 'typebox'
import { type Role } from './access.ts'

export const SignIn = Type.Object({ login: Type.String({ minLength: 1, maxLength: 64 }), password: Type.String({ minLength: 1, maxLength: 200 }) })
export type SignIn = Static<typeof SignIn>

export const NewPassword = Type.Object({ current: Type.String({ maxLength: 200 }), next: Type.String({ minLength: 10, maxLength: 200 }) })

/** Who is signed in. `csrf` goes back in the header `x-csrf-token` of every request that changes something. */
export interface Session {
  readonly account: { readonly id: string; readonly login: string; readonly name: string; readonly roles: readonly Role[] }
  readonly unit?: { readonly id: string; readonly name: string }
  readonly personId?: string
  readonly office: { readonly id: string; readonly name: string; readonly nameEn: string }
  readonly csrf: string
  readonly today: string
  readonly demo: boolean
}
/** GET /api/session when nobody is signed in. */
export interface Nobody { readonly account?: undefined; readonly office: Session['office']; readonly demo: boolean; readonly demoAccounts?: readonly { login: string; password: string; says: string }[] }

/** The heading of every list: how many there are in all, and what comes next. */
export interface Page<T> { readonly rows: readonly T[]; readonly total: number; readonly next?: string }

/** One work queue with the number that its list has. `list` is the query of the list. */
export interface Queue { readonly name: QueueName; readonly count: number }
export type QueueName =
  | 'drafts' | 'to-sign' | 'returned' | 'submitted' | 'accepted' | 'checked' | 'approved' | 'to-enrol' | 'to-order'
  | 'job-queued' | 'job-allocated' | 'job-producing' | 'job-to-inspect' | 'job-failed' | 'spoil-to-witness'
  | 'in-stock' | 'handed-out' | 'to-confirm' | 'due' | 'overdue' | 'reports-due' | 'reports-to-check' | 'to-close' | 'controls'
