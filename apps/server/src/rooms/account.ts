import { randomUUID } from 'node:crypto'

import { Grant, NewAccount, NewPassword, ROLES, UNIT_ROLES, type AccountRow, type Role } from '@causeway/contract'
import { rolesConflict } from '@causeway/journey'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { verify } from '@node-rs/argon2'

import { type Door } from '../http/door.ts'
import { hashPassword } from '../http/session.ts'
import { reader, type House } from '../house.ts'
import { accounts, closeAccount, closeSessions, insertAccount, setPassword, setRoles } from '../store/account.ts'
import { act, type Act } from '../store/act.ts'

type Created = NewAccount & { readonly id: string; readonly passwordHash: string }

function checkRoles(roles: readonly string[], unitId: string | undefined): Refusal | undefined {
  const strange = roles.find((r) => !(ROLES as readonly string[]).includes(r))
  if (strange !== undefined) return { code: 'role-unknown', at: 'roles', details: { role: strange } }
  if (roles.some((r) => UNIT_ROLES.includes(r as Role)) && unitId === undefined) return { code: 'unit-needed', at: 'unitId' }
  return rolesConflict(roles)
}

const create: Act<Created, { readonly taken: boolean }, { readonly id: string }> = {
  name: 'account.create',
  gather: async (tx, i) => {
    const refusal = checkRoles(i.roles, i.unitId)
    if (refusal !== undefined) return no(refusal)
    await tx.load('account', i.id)
    const made = await insertAccount(tx.client, tx.office, { id: i.id, login: i.login, sealedName: tx.sealer.lockText(i.name, 'account'), passwordHash: i.passwordHash, roles: i.roles, unitId: i.unitId, personId: i.personId })
    return made ? ok({ taken: false }) : no({ code: 'login-taken', at: 'login' })
  },
  scope: () => ({ cases: [] }),
  decide: (_, i) => ok({
    append: [{ ref: { kind: 'account', id: i.id }, events: [{ type: 'account-created', roles: i.roles, ...(i.unitId === undefined ? {} : { unitId: i.unitId }) } as { type: string }] }],
    answer: { id: i.id },
  }),
}

interface Granting { readonly id: string; readonly roles: readonly string[] }

const grant: Act<Granting, object, object> = {
  name: 'account.grant',
  gather: async (tx, i) => {
    const found = await tx.load<{ unitId: string | undefined }>('account', i.id)
    if (found.state === undefined) return no({ code: 'not-found' })
    const refusal = checkRoles(i.roles, found.state.unitId)
    if (refusal !== undefined) return no(refusal)
    await setRoles(tx.client, tx.office, i.id, i.roles)
    await closeSessions(tx.client, tx.office, i.id)
    return ok({})
  },
  scope: () => ({ cases: [] }),
  decide: (_, i) => ok({ append: [{ ref: { kind: 'account', id: i.id }, events: [{ type: 'account-granted', roles: i.roles } as { type: string }] }], answer: {} }),
}

const close: Act<{ readonly id: string }, { readonly roles: readonly string[] }, object> = {
  name: 'account.close',
  gather: async (tx, i) => {
    const found = await tx.load<{ roles: readonly string[] }>('account', i.id)
    if (found.state === undefined) return no({ code: 'not-found' })
    await closeAccount(tx.client, tx.office, i.id)
    await closeSessions(tx.client, tx.office, i.id)
    return ok({ roles: found.state.roles })
  },
  scope: () => ({ cases: [] }),
  decide: (f, i) => ok({ append: [{ ref: { kind: 'account', id: i.id }, events: [{ type: 'account-closed', roles: f.roles } as { type: string }] }], answer: {} }),
}

/** Makes an account, as the administrator's desk and the sample data do. */
export async function createAccount(house: House, o: { readonly actor: { readonly id: string; readonly roles: readonly string[] }; readonly account: NewAccount; readonly once?: { route: string; key: string; bodyHash: string } }): Promise<Result<{ readonly id: string }, Refusal>> {
  const input = { ...o.account, id: randomUUID(), passwordHash: await hashPassword(o.account.password) }
  return act(house.store, { actor: o.actor, act: create, input, ...(o.once === undefined ? {} : { once: o.once }) })
}

export function openAccountRoom(door: Door, house: House): void {
  door.room('account.create', NewAccount, async (a) => createAccount(house, { actor: a.actor, account: a.body, once: a.once }))
  door.room('account.grant', Grant, async (a) => act(house.store, { actor: a.actor, act: grant, input: { id: a.params['id']!, roles: a.body.roles }, once: a.once }))
  door.room('account.close', undefined, async (a) => act(house.store, { actor: a.actor, act: close, input: { id: a.params['id']! }, once: a.once }))
  door.room('account.list', undefined, async () => {
    const r = reader(house)
    const units = new Map((await r.rows<{ name: string }>({ kind: 'unit' })).map((u) => [u.id, u.body.name]))
    const rows: AccountRow[] = (await accounts(house.store.pool, house.store.office)).map((x) => ({
      id: x.id, login: x.login, name: r.unlockText(x.sealedName, 'account'), roles: x.roles, closed: x.closed,
      ...(x.unitId === undefined ? {} : { unit: units.get(x.unitId) ?? x.unitId }), ...(x.lockedUntil === undefined ? {} : { lockedUntil: x.lockedUntil.toISOString() }),
    }))
    return ok({ rows, total: rows.length })
  })
  door.room('session.password', NewPassword, async (a) => {
    if (!(await verify(a.signedIn.account.passwordHash, a.body.current))) return no({ code: 'password-wrong', at: 'current' })
    await setPassword(house.store.pool, house.store.office, a.actor.id, await hashPassword(a.body.next))
    await closeSessions(house.store.pool, house.store.office, a.actor.id, a.signedIn.token)
    return ok({ done: true })
  })
}
