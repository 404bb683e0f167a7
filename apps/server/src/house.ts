import { ACTS, scopeOf, UNIT_ROLES, type Role } from '@causeway/contract'
import { type Clock, type Line, type Log, type StreamLine } from '@causeway/ground'
import { type Calendar, type DocumentSettings, dutyConflict, evolve, claimsOf, messageOf, type Readings, type RuleVersion, summarise } from '@causeway/journey'
import { dayInChina, type Day, no, ok } from '@causeway/kernel'
import { type Press } from '@causeway/paper'

import { type Examiner } from './gateway/examiner.ts'
import { type AccessBook, type Actor, type Book } from './store/book.ts'
import { openReader, type Reader, type ReadingBook } from './store/read.ts'
import { type Store } from './store/store.ts'
import { accounts } from './store/account.ts'

/** The office as it calls itself. */
export interface OfficeSettings {
  readonly id: string
  readonly name: string
  readonly nameEn: string
  /** 机关代字 of its document numbers. */
  readonly word: string
  readonly documents: DocumentSettings
}

/** Everything that rooms stand on: opened once in main, passed to every room. */
export interface House {
  readonly store: Store
  readonly office: OfficeSettings
  readonly clock: Clock
  readonly log: Log
  readonly rules: readonly RuleVersion[]
  readonly calendar: Calendar
  readonly press: Press
  readonly readings: Readings
  readonly readingBook: ReadingBook
  readonly signer: Line
  readonly station: Line
  readonly hub: Line
  readonly verifier: StreamLine
  /** Threads that examine documents. */
  readonly examiner: Examiner
  readonly trust: () => TrustMaterial | undefined
  /** The one-time code by which the national side takes this office's key. */
  readonly hubCode: string | undefined
  readonly demo: boolean
}

/** Trust material as last fetched from the national side; base64 DER. */
export interface TrustMaterial {
  /** Every generation of the national authority, and the links between them. */
  readonly csca: readonly string[]
  readonly links: readonly string[]
  readonly ds: readonly string[]
  /** The authority's list first, then the same under earlier keys. */
  readonly crls: readonly string[]
  readonly masterList: string
  readonly deviationList: string
  readonly at: Date
}

export const today = (house: House): Day => dayInChina(house.clock.now())
export const reader = (house: House): Reader => openReader(house.store)
export const SYSTEM: Actor = { id: 'system', roles: ['system'] }

/** What the store must know of the journey. */
export const BOOK: Book = {
  evolve: (kind, state, event) => evolve(kind as never, state as never, event as never),
  summarise: (ref, state) => summarise(ref as never, state as never),
  claimsOf: (ref, event) => claimsOf(ref as never, event as never),
  messageOf: (ref, event, state) => messageOf(ref as never, event as never, state as never),
}

/** The rules of access, as the contract has them. Acts without a role are the platform's own. */
export const ACCESS: AccessBook = {
  reach: (name, actor) => {
    const rule = ACTS[name as keyof typeof ACTS] as (typeof ACTS)[keyof typeof ACTS] | undefined
    const roles = rule?.roles ?? {}
    if (actor.roles.includes('system')) return Object.keys(roles).length === 0 && rule !== undefined ? ok({ scope: 'office' as const, role: 'system' }) : no({ code: 'not-allowed' })
    const scope = rule && scopeOf(rule, actor.roles)
    const role = actor.roles.find((r) => (roles as Partial<Record<Role, string>>)[r as Role] === scope)
    return scope === undefined || role === undefined ? no({ code: 'not-allowed', details: { roles: Object.keys(roles) } }) : ok({ scope, role })
  },
  dutyOf: (name) => { const rule = ACTS[name as keyof typeof ACTS]; return 'duty' in rule ? rule.duty : undefined },
  conflict: dutyConflict,
}

/** The names of accounts, for timelines and decisions. */
export async function accountNames(house: House): Promise<(id: string) => string> {
  const r = reader(house)
  const names = new Map((await accounts(house.store.pool, house.store.office)).map((a) => [a.id, r.unlockText(a.sealedName, 'account')]))
  return (id) => names.get(id) ?? (id === 'system' ? '系统' : id)
}

/** The unit that limits what a reader sees: his own, when he is on the unit side. */
export const unitOf = (actor: Actor): string | undefined => (actor.roles.some((r) => UNIT_ROLES.includes(r as Role)) ? (actor.unitId ?? 'none') : undefined)
