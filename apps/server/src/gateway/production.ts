import { chipContent, signingRequest, type Job, type Permit, type Person } from '@causeway/journey'
import { type Refusal } from '@causeway/kernel'
import { PERMIT_PHOTO } from '@causeway/paper'
import { type SodAnswer, type SodRequest } from '@causeway/signing'
import { type ChipTrouble } from 'icao9303'

import { faceOf } from '../desks/face.ts'
import { reader, SYSTEM, type House } from '../house.ts'
import { signedAct, writtenAct } from '../rooms/production.ts'
import { act } from '../store/act.ts'
import { type Row } from '../store/view.ts'
import { chipKeyOf, writeChip } from './chip.ts'

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

interface Content { readonly files: Record<string, Uint8Array>; readonly groups: ReadonlyMap<number, Uint8Array>; readonly password: string }

/** What goes on the chip, made anew from the permit, the person and the face: the same each time. */
async function contentOf(house: House, job: Job, chipKey: Uint8Array): Promise<Content | Refusal> {
  const r = reader(house)
  const [permit, person, face] = [await r.row<Permit>('permit', job.permit), await r.row<Person>('person', job.personId), await faceOf(house, job.personId)]
  const identity = person?.body.identity.value
  if (permit === undefined || identity === undefined || !face.ok) return { code: 'not-found' }
  const content = chipContent(job.permit, permit.body, { identity, settings: house.office.documents, face: { jpeg: face.value, ...PERMIT_PHOTO }, chipKey })
  if (!content.ok) return content.error
  const { groups, com, cardAccess, password } = content.value
  return { groups, password, files: { 'EF.CardAccess': cardAccess, 'EF.COM': com, ...Object.fromEntries([...groups].map(([n, b]) => [`DG${n}`, b])) } }
}

/** Answers that end by themselves: the signer comes back, or its next certificate arrives. */
const WAITS = new Set(['part-unreachable', 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'bug'])

const failed = async (house: House, id: string, fault: string): Promise<void> => {
  await act(house.store, { actor: SYSTEM, act: writtenAct, input: { id, bytes: 0, fault } })
}

/** Asks the signer for a job that waits for its signature, and keeps the answer: two acts, joined by the request id. */
async function sign(house: House, row: Row<Job>): Promise<void> {
  const content = await contentFor(house, row)
  if (content === undefined) return
  const request: SodRequest = {
    requestId: signingRequest(row.id, row.body.attempt), office: house.office.id, authority: { kind: 'job', id: row.id, version: row.version },
    documentType: house.office.documents.documentCode, issuingState: house.office.documents.issuingState, documentNumber: row.body.permit,
    dataGroups: Object.fromEntries([...content.groups].map(([n, b]) => [String(n), base64(b)])),
  }
  const answer = await house.signer.call<SodAnswer>('POST', '/v1/sod', request)
  if (!answer.ok) {
    // a signer that is away is asked again; one that refuses ends the attempt
    if (!WAITS.has(answer.error.code)) await failed(house, row.id, `signer: ${answer.error.code}`)
    return
  }
  await act(house.store, { actor: { ...SYSTEM, id: 'signer' }, act: signedAct, input: { id: row.id, sod: new Uint8Array(Buffer.from(answer.value.sod, 'base64')), signer: answer.value.signer } })
}

/** What goes on the chip of a job, with the key that the chip made. Undefined when the job failed over it, or the station is away. */
async function contentFor(house: House, row: Row<Job>): Promise<Content | undefined> {
  if (row.body.serial === undefined) { await failed(house, row.id, 'chip content'); return undefined }
  const key = await chipKeyOf(house.station, row.body.serial)
  if (!key.ok) return undefined
  if (!key.value.ok) { await failed(house, row.id, faultOf(key.value.error)); return undefined }
  const content = await contentOf(house, row.body, key.value.value)
  if (!('code' in content)) return content
  await failed(house, row.id, content.code)
  return undefined
}

const faultOf = (t: ChipTrouble): string => `${t.step} ${t.file} ${t.statusWord}`

/**
 * Has the chip of a signed job written. A chip that was locked before the answer came is written already; one
 * whose writing was cut short by a station that went away is written from the beginning when it is back.
 */
async function write(house: House, row: Row<Job>): Promise<void> {
  const { serial } = row.body
  const sod = row.body.sod === undefined ? undefined : await reader(house).document(row.body.sod)
  if (sod?.bytes === undefined || serial === undefined) { await failed(house, row.id, 'chip content'); return }
  const chip = async (): Promise<{ readonly life: string; readonly bytes: number } | undefined> => {
    const answer = await house.station.call<{ life: string; bytes: number }>('GET', `/v1/chip?serial=${serial}`)
    return answer.ok ? answer.value : undefined
  }
  const before = await chip()
  if (before === undefined) return
  const content = before.life === 'locked' ? undefined : await contentFor(house, row)
  if (before.life !== 'locked' && content === undefined) return
  const answer = content && await writeChip(house.station, serial, { files: { ...content.files, 'EF.SOD': sod.bytes }, access: 'pace', secrets: { mrz: content.password } })
  if (answer?.ok === false) return
  const bytes = (await chip())?.bytes
  if (bytes === undefined) return
  const fault = answer?.value.ok === false ? { fault: faultOf(answer.value.error) } : {}
  await act(house.store, { actor: { ...SYSTEM, id: 'station' }, act: writtenAct, input: { id: row.id, bytes, ...fault } })
}

/** One round of the production line: everything that waits for the signer, then everything that waits for the encoder. */
export async function workProduction(house: House): Promise<void> {
  const r = reader(house)
  for (const row of await r.rows<Job>({ kind: 'job', states: ['requested'] })) await sign(house, row)
  for (const row of await r.rows<Job>({ kind: 'job', states: ['signed'] })) await write(house, row)
}
