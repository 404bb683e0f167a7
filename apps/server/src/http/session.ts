import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

import { hash, verify } from '@node-rs/argon2'
import { type Role } from '@causeway/contract'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { type Pool } from 'pg'

import {
  accountById, accountByLogin, closeSession, countFailure, forgetFailures, openSession, sessionByToken, touchSession, type AccountRecord,
} from '../store/account.ts'

/** How sessions and passwords are kept. Settings with the rule that they rest on. */
export const SESSION_RULES = {
  /** Minutes without a request after which a session ends. @source GB/T 22239-2019 8.1.4.1 c) */
  idleMinutes: 30,
  /** Hours after which a session ends in any case. */
  absoluteHours: 12,
  /** Wrong passwords in a row after which the account is locked. @source GB/T 22239-2019 8.1.4.1 b) */
  failures: 5,
  lockMinutes: 15,
} as const

/** argon2id, 19 MiB, two passes, one lane. @source OWASP password storage, RFC 9106 */
const ARGON = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const hashPassword = async (password: string): Promise<string> => hash(password, ARGON)

/** The one who acts, as the store and the rooms know him. */
export interface Actor {
  readonly id: string
  readonly roles: readonly Role[]
  readonly unitId?: string
  readonly personId?: string
}

export interface SignedIn {
  readonly actor: Actor
  readonly account: AccountRecord
  readonly csrf: string
  readonly token: Buffer
}

export const actorOf = (a: AccountRecord): Actor => ({
  id: a.id,
  roles: a.roles as readonly Role[],
  ...(a.unitId === undefined ? {} : { unitId: a.unitId }),
  ...(a.personId === undefined ? {} : { personId: a.personId }),
})

const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Compared with when the login is unknown, so that the answer takes as long. */
let stranger: Promise<string> | undefined

export interface Gate {
  readonly db: Pool
  readonly office: string
  readonly now: () => Date
}

/** Signs in. The same refusal and the same time for a wrong login and a wrong password. */
export async function signIn(gate: Gate, login: string, password: string): Promise<Result<{ token: string; csrf: string; account: AccountRecord }, Refusal>> {
  const { db, office } = gate
  const account = await accountByLogin(db, office, login)
  const now = gate.now()
  if (account?.lockedUntil !== undefined && account.lockedUntil > now) {
    return no({ code: 'account-locked', at: 'login', rule: 'session.lock', details: { minutes: Math.ceil((account.lockedUntil.getTime() - now.getTime()) / 60_000) } })
  }
  stranger ??= hashPassword(randomBytes(16).toString('hex'))
  const right = await verify(account?.passwordHash ?? (await stranger), password)
  if (account === undefined || !right || account.closed) {
    if (account !== undefined) {
      await countFailure(db, office, account.id, { limit: SESSION_RULES.failures, until: new Date(now.getTime() + SESSION_RULES.lockMinutes * 60_000) })
    }
    return no({ code: 'sign-in-refused', at: 'login' })
  }
  if (account.failed > 0) await forgetFailures(db, office, account.id)
  const token = randomBytes(32).toString('base64url')
  const csrf = randomBytes(24).toString('base64url')
  await openSession(db, office, { token: tokenHash(token), accountId: account.id, csrf, at: now, expiresAt: new Date(now.getTime() + SESSION_RULES.absoluteHours * 3_600_000) })
  return ok({ token, csrf, account })
}

/** Who holds this token now, or nobody. A session seen too long ago, or too far ahead of the clock, is over. */
export async function whoIs(gate: Gate, token: string | undefined): Promise<SignedIn | undefined> {
  if (token === undefined || token.length > 100) return undefined
  const { db, office } = gate
  const key = tokenHash(token)
  const session = await sessionByToken(db, office, key)
  if (session === undefined) return undefined
  const now = gate.now()
  const idle = now.getTime() - session.seenAt.getTime()
  const account = await accountById(db, office, session.accountId)
  if (now > session.expiresAt || idle > SESSION_RULES.idleMinutes * 60_000 || account === undefined || account.closed) {
    await closeSession(db, office, key)
    return undefined
  }
  if (idle > 60_000) await touchSession(db, office, key, now)
  return { actor: actorOf(account), account, csrf: session.csrf, token: key }
}

export function isSameSecret(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
