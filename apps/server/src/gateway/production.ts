import { chipContent, signingRequest, type Job, type Permit, type Person } from '@causeway/journey'
import { type Refusal } from '@causeway/kernel'
import { PERMIT_PHOTO } from '@causeway/paper'
import { type SodAnswer, type SodRequest } from '@causeway/signing'

import { faceOf } from '../desks/face.ts'
import { reader, SYSTEM, type House } from '../house.ts'
import { signedAct, writtenAct } from '../rooms/production.ts'
import { act } from '../store/act.ts'
import { type Row } from '../store/view.ts'
import { writeChip } from './chip.ts'

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

/** What goes on the chip, made anew from the permit, the person and the face: the same each time. */
async function contentOf(house: House, job: Job): Promise<{ readonly files: Record<string, Uint8Array>; readonly groups: ReadonlyMap<number, Uint8Array> } | Refusal> {
  const r = reader(house)
  const [permit, person, face] = [await r.row<Permit>('permit', job.permit), await r.row<Person>('person', job.personId), await faceOf(house, job.personId)]
  const identity = person?.body.identity.value
  if (permit === undefined || identity === undefined || !face.ok) return { code: 'not-found' }
  const content = chipContent(job.permit, permit.body, { identity, settings: house.office.documents, face: { jpeg: face.value, ...PERMIT_PHOTO } })
  if (!content.ok) return content.error
  return { groups: content.value.groups, files: { 'EF.COM': content.value.com, ...Object.fromEntries([...content.value.groups].map(([n, b]) => [`DG${n}`, b])) } }
}

/** Answers that end by themselves: the signer comes back, or its next certificate arrives. */
const WAITS = new Set(['part-unreachable', 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'bug'])

const failed = async (house: House, id: string, fault: string): Promise<void> => {
  await act(house.store, { actor: SYSTEM, act: writtenAct, input: { id, bytes: 0, fault } })
}

/** Asks the signer for a job that waits for its signature, and keeps the answer: two acts, joined by the request id. */
async function sign(house: House, row: Row<Job>): Promise<void> {
  const content = await contentOf(house, row.body)
  if ('code' in content) { await failed(house, row.id, content.code); return }
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

/**
 * Has the chip of a signed job written. A chip that was locked before the answer came is written already; one
 * whose writing was cut short by a station that went away is written from the beginning when it is back.
 */
async function write(house: House, row: Row<Job>): Promise<void> {
  const content = await contentOf(house, row.body)
  const sod = row.body.sod === undefined ? undefined : await reader(house).document(row.body.sod)
  if ('code' in content || sod?.bytes === undefined || row.body.serial === undefined) { await failed(house, row.id, 'chip content'); return }
  const files = { ...content.files, 'EF.SOD': sod.bytes }
  const chip = await house.station.call<{ life: string }>('GET', `/v1/chip?serial=${row.body.serial}`)
  if (!chip.ok) return
  const answer = chip.value.life === 'locked' ? undefined : await writeChip(house.station, row.body.serial, files)
  if (answer?.ok === false) return
  const written = answer?.value ?? { ok: true as const }
  const bytes = Object.values(files).reduce((n, f) => n + f.length, 0)
  const fault = written.ok ? {} : { fault: `${written.error.step} ${written.error.file} ${written.error.statusWord}` }
  await act(house.store, { actor: { ...SYSTEM, id: 'station' }, act: writtenAct, input: { id: row.id, bytes, ...fault } })
}

/** One round of the production line: everything that waits for the signer, then everything that waits for the encoder. */
export async function workProduction(house: House): Promise<void> {
  const r = reader(house)
  for (const row of await r.rows<Job>({ kind: 'job', states: ['requested'] })) await sign(house, row)
  for (const row of await r.rows<Job>({ kind: 'job', states: ['signed'] })) await write(house, row)
}
