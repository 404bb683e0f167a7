import { chipContent, signingRequest, type Job, type Permit, type Person } from '@causeway/journey'
import { type Refusal, type Result } from '@causeway/kernel'
import { PERMIT_PHOTO } from '@causeway/paper'
import { sodDigest, type SodAnswer, type SodRequest } from '@causeway/signing'
import { type ChipTrouble } from 'icao9303'

import { faceOf } from '../desks/face.ts'
import { reader, SYSTEM, type House } from '../house.ts'
import { fixedAct, signedAct, writtenAct } from '../rooms/production.ts'
import { act, type Asking } from '../store/act.ts'
import { type Row } from '../store/view.ts'
import { chipKeyOf, writeChip } from './chip.ts'
import { anchorNow } from './national.ts'

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

interface Content { readonly files: Record<string, Uint8Array>; readonly groups: ReadonlyMap<number, Uint8Array>; readonly password: string; readonly chipKey: Uint8Array }

/** What goes on the chip, made anew from the permit, the person and the face: the same each time. */
async function contentOf(house: House, job: Job, chipKey: Uint8Array): Promise<Content | Refusal> {
  const r = reader(house)
  const [permit, person, face] = [await r.row<Permit>('permit', job.permit), await r.row<Person>('person', job.personId), await faceOf(house, job.personId)]
  const identity = person?.body.identity.value
  if (permit === undefined || identity === undefined || !face.ok) return { code: 'not-found' }
  const content = chipContent(job.permit, permit.body, { identity, settings: house.office.documents, face: { jpeg: face.value, ...PERMIT_PHOTO }, chipKey })
  if (!content.ok) return content.error
  const { groups, com, cardAccess, password } = content.value
  return { groups, password, chipKey, files: { 'EF.CardAccess': cardAccess, 'EF.COM': com, ...Object.fromEntries([...groups].map(([n, b]) => [`DG${n}`, b])) } }
}

/** Answers that end by themselves: the signer comes back, its next certificate arrives, or the journal is anchored. */
const WAITS = new Set(['part-unreachable', 'busy', 'keys-not-activated', 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'quota-reached', 'anchor-stale', 'clock-back', 'clock-jumped', 'token-fault', 'bug'])

/** Answers that another anchor may mend: the signer signs only what the anchored journal asks for. */
const UNANCHORED = new Set(['not-authorised', 'anchor-stale'])

/** How many documents are asked for in one go. */
const BATCH = 64

/** An act of the platform itself. One that is refused is the next round's work, and is told of. */
async function done<I, F, A>(house: House, asking: Asking<I, F, A>): Promise<void> {
  const r = await act(house.store, asking)
  if (!r.ok) house.log.warn('production-act-refused', { act: asking.act.name, code: r.error.code })
}

const failed = async (house: House, id: string, fault: string): Promise<void> => done(house, { actor: SYSTEM, act: writtenAct, input: { id, bytes: 0, fault } })

/** What the signer is asked for a job. Undefined when the job failed over it, or the station is away. */
async function requestFor(house: House, row: Row<Job>): Promise<SodRequest | undefined> {
  const content = await contentFor(house, row)
  return content && {
    requestId: signingRequest(row.id, row.body.attempt), office: house.office.id, authority: { kind: 'job', id: row.id, version: row.version },
    documentType: house.office.documents.documentCode, issuingState: house.office.documents.issuingState, documentNumber: row.body.permit,
    dataGroups: Object.fromEntries([...content.groups].map(([n, b]) => [String(n), base64(b)])), chip: { authenticationKey: base64(content.chipKey) },
  }
}

/** Writes down what the signer may sign for a job: the act that authorises the signature. */
async function fix(house: House, row: Row<Job>): Promise<void> {
  const request = await requestFor(house, row)
  if (request !== undefined) await done(house, { actor: SYSTEM, act: fixedAct, input: { id: row.id, request: request.requestId, digest: sodDigest(request) } })
}

type Answers = readonly Result<SodAnswer, Refusal>[]

async function ask(house: House, requests: readonly SodRequest[]): Promise<Answers> {
  const answer = await house.signer.call<{ readonly answers: Answers }>('POST', '/v1/sods', { requests }, 60_000)
  return answer.ok ? answer.value.answers : requests.map(() => answer)
}

/** Asks the signer for jobs that wait for their signature, and keeps the answers: two acts, joined by the request id. */
async function sign(house: House, rows: readonly Row<Job>[]): Promise<void> {
  const wanted: { readonly row: Row<Job>; readonly request: SodRequest }[] = []
  for (const row of rows) {
    const request = await requestFor(house, row)
    if (request !== undefined) wanted.push({ row, request })
  }
  if (wanted.length === 0) return
  const requests = wanted.map((w) => w.request)
  let answers = await ask(house, requests)
  if (answers.some((a) => !a.ok && UNANCHORED.has(a.error.code))) {
    if ((await anchorNow(house)) === undefined) return
    answers = await ask(house, requests)
  }
  for (const [i, { row }] of wanted.entries()) {
    const answer = answers[i]!
    // a signer that is away is asked again; one that refuses ends the attempt
    if (answer.ok) await done(house, { actor: { ...SYSTEM, id: 'signer' }, act: signedAct, input: { id: row.id, sod: new Uint8Array(Buffer.from(answer.value.sod, 'base64')), signer: answer.value.signer } })
    else if (!WAITS.has(answer.error.code)) await failed(house, row.id, `signer: ${answer.error.code}`)
  }
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
  await done(house, { actor: { ...SYSTEM, id: 'station' }, act: writtenAct, input: { id: row.id, bytes, ...fault } })
}

/** One round of the production line: everything whose content is to be fixed, what waits for the signer, then what waits for the encoder. */
export async function workProduction(house: House): Promise<void> {
  const r = reader(house)
  for (const row of await r.rows<Job>({ kind: 'job', states: ['requested'] })) await fix(house, row)
  const fixed = await r.rows<Job>({ kind: 'job', states: ['fixed'] })
  for (let at = 0; at < fixed.length; at += BATCH) await sign(house, fixed.slice(at, at + BATCH))
  for (const row of await r.rows<Job>({ kind: 'job', states: ['signed'] })) await write(house, row)
}
