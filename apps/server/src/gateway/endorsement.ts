import { randomBytes } from 'node:crypto'

import { type Permit, type Person } from '@causeway/journey'
import { endorsementDigest, type EndorsementAnswer, type EndorsementRequest } from '@causeway/signing'

import { endorsementList } from '../desks/endorsement.ts'
import { reader, SYSTEM, type House } from '../house.ts'
import { endorsementsFixedAct, endorsementsKeptAct } from '../rooms/permit.ts'
import { act } from '../store/act.ts'
import { versionOf } from '../store/journal.ts'
import { type Row } from '../store/view.ts'
import { askSigner } from './signing.ts'

async function listOf(house: House, row: Row<Permit>): Promise<EndorsementRequest['endorsements']> {
  return endorsementList(house, { permit: row.id, body: row.body, person: (await reader(house).row<Person>('person', row.body.personId))?.body })
}

/** Writes down what the signer may protect for a permit. */
async function fix(house: House, row: Row<Permit>): Promise<void> {
  const salt = randomBytes(16).toString('hex')
  const digest = endorsementDigest({ office: house.office.id, salt, endorsements: await listOf(house, row) })
  await act(house.store, { actor: SYSTEM, act: endorsementsFixedAct, input: { number: row.id, request: `permit:${row.id}:endorsements`, digest, salt } })
}

/** Asks for the check values of a permit's endorsements, and keeps them: two acts, joined by the request id. */
async function protect(house: House, row: Row<Permit>): Promise<void> {
  const { protection } = row.body
  if (protection?.state !== 'fixed' || protection.salt.value === undefined) return
  const authority = { kind: 'permit', id: row.id, version: await versionOf(house.store, { kind: 'permit', id: row.id }, 'permit-endorsements-fixed') }
  const request: EndorsementRequest = { requestId: protection.request, office: house.office.id, authority, salt: protection.salt.value, endorsements: await listOf(house, row) }
  const answer = await askSigner<EndorsementAnswer>(house, '/v1/endorsement', request)
  if (!answer.ok) return
  const list = answer.value.endorsements
  await act(house.store, { actor: { ...SYSTEM, id: 'signer' }, act: endorsementsKeptAct, input: { number: row.id, checks: list.map((e) => e.check), seals: list.map((e) => e.seal ?? '') } })
}

/** One round of the endorsements: what is to be asked for, then what waits for the signer. */
export async function workEndorsements(house: House): Promise<void> {
  const r = reader(house)
  for (const row of await r.rows<Permit>({ kind: 'permit', open: { protection: 'none' } })) await fix(house, row)
  for (const row of await r.rows<Permit>({ kind: 'permit', open: { protection: 'fixed' } })) await protect(house, row)
}
