import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { keptSecret } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { type BackupAnswer, type CeremonyOrder } from '@causeway/signing'

import { type Keeper } from '../custody/keeper.ts'
import { CustodyFault, type Custody } from '../custody/port.ts'
import { refuse } from '../document.ts'
import { type Ceremonies } from './ceremony.ts'

/** Two people who are none: their passphrases lie in the signer's own folder, so that a demonstration starts by itself. */
const NAMES = ['demonstration-1', 'demonstration-2'] as const
const secretOf = (dir: string, name: string): string => join(dir, `${name}.secret`)

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
export type Act = WithoutId<CeremonyOrder>

/** A whole ceremony of the demonstration's custodians. Each confirms by a passphrase, as people do. */
export async function demonstrate(c: Ceremonies, dir: string, act: Act): Promise<Result<BackupAnswer, Refusal>> {
  const opened = await c.open({ ...act, id: `demonstration-${randomUUID()}` } as CeremonyOrder)
  if (!opened.ok) return opened
  const { id, digest } = opened.value
  for (const custodian of NAMES) {
    if (!existsSync(secretOf(dir, custodian))) return refuse('credential-wrong', { name: custodian, why: 'the passphrase lies no longer beside the keys' })
    const confirmed = await c.confirm({ id, digest, custodian, passphrase: readFileSync(secretOf(dir, custodian), 'utf8').trim() })
    if (!confirmed.ok) return confirmed
  }
  return c.carryOut({ id, digest })
}

/** Sets the demonstration up where nothing is set up yet, and activates its keys. Custodians who are people are waited for. */
export async function startDemonstration(c: Ceremonies, dir: string, pin: string | undefined): Promise<Result<true, Refusal>> {
  if (c.list().custodians.length === 0) {
    const custodians = NAMES.map((name) => ({ name, passphrase: keptSecret(secretOf(dir, name)) }))
    const founded = await c.found({ id: `demonstration-${randomUUID()}`, threshold: 2, custodians, ...(pin === undefined ? {} : { pin }) }, { demonstration: true })
    return founded.ok ? ok(true) : founded
  }
  if (!c.list().demonstration || c.list().activated) return ok(true)
  const activated = await demonstrate(c, dir, { kind: 'activate' })
  return activated.ok ? ok(true) : activated
}

/** The custody as the rest of the signer has it: keys are made by ceremonies, which only a demonstration holds by itself. */
export const custodyOf = (keeper: Keeper, c: Ceremonies, dir: string): Custody => ({
  ...keeper,
  obstacles: c.obstacles,
  make: async (use, type) => {
    if (!c.list().demonstration) throw new CustodyFault('ceremony-needed', `a key for ${use} is made by a ceremony: causeway signer ceremony create-key`)
    const made = await demonstrate(c, dir, { kind: 'create-key', use, type })
    if (!made.ok) throw new CustodyFault('token-fault', `${made.error.code} ${JSON.stringify(made.error.details ?? {})}`)
    return keeper.keys().find((k) => k.id === made.value.ceremony.outcome['keyId'])!
  },
})
