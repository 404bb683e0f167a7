import { type Mission, type MissionForm, type Person, type Unit } from '@causeway/journey'
import { dayInChina } from '@causeway/kernel'
import { fillPlace, layPlace, placedIn, ROOM } from '@causeway/pades'
import { drawDataMatrix } from '@causeway/paper'
import { sealDigest, type CredentialState, type SealAnswer, type SealRequest, type VisibleSealAnswer, type VisibleSealRequest } from '@causeway/signing'
import { parseCertificate } from 'icao9303'

import { drawApproval, sealedFacts } from '../desks/approval-paper.ts'
import { reader, SYSTEM, type House } from '../house.ts'
import { paperFixedAct, paperRequest, paperSealedAct } from '../rooms/mission.ts'
import { act } from '../store/act.ts'
import { versionOf } from '../store/journal.ts'
import { type Row } from '../store/view.ts'
import { askSigner } from './signing.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const asked = async (house: House, id: string, event: string): Promise<{ kind: string; id: string; version: number }> => ({ kind: 'mission', id, version: await versionOf(house.store, { kind: 'mission', id }, event) })

/** Under whose certificate seals are set now: its common name. */
async function sealerOf(house: House): Promise<string | undefined> {
  const states = await house.signer.call<readonly CredentialState[]>('GET', '/v1/credentials')
  const text = states.ok ? states.value.find((c) => c.use === 'seal')?.certificate : undefined
  return text === undefined ? undefined : parseCertificate(bytes(text))?.subject.parts.find((p) => p.oid === '2.5.4.3')?.value
}

const minute = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')

/** Draws the paper around its visible digital seal, with the place for the office's seal, and fixes it. */
async function draw(house: House, row: Row<Mission>): Promise<void> {
  const r = reader(house)
  const m = row.body
  const [unit, sealer] = [await r.row<Unit>('unit', m.unitId), await sealerOf(house)]
  const form = m.form.value as MissionForm | undefined
  const approved = m.decisions.findLast((d) => d.step === 'approve')
  if (m.documentNo === undefined || unit === undefined || form === undefined || approved === undefined || sealer === undefined) return
  const request: VisibleSealRequest = {
    requestId: paperRequest(row.id, 'seal'), office: house.office.id, authority: await asked(house, row.id, 'mission-seal-asked'), facts: sealedFacts(m, { documentNo: m.documentNo, unitCode: unit.body.usci }),
  }
  const visible = await askSigner<VisibleSealAnswer>(house, '/v1/visible-seal', request)
  if (!visible.ok) return
  const people = await r.rows<Person>({ kind: 'person', ids: form.members.map((x) => x.personId) })
  const paper = drawApproval(house, {
    mission: m, form, unitName: unit.body.name, people: people.map((p) => ({ id: p.id, person: p.body })), documentNo: m.documentNo, on: dayInChina(new Date(approved.at)), barCode: await drawDataMatrix(bytes(visible.value.seal)),
  })
  const now = house.clock.now()
  const seal = house.press.seal({ office: house.office.name, signer: sealer, at: minute(now) })
  if (!paper.ok || !seal.ok) { house.log.warn('paper-not-drawn', { mission: row.id, code: paper.ok ? (seal.ok ? '' : seal.error.code) : paper.error.code }); return }
  const { pdf, seal: at } = paper.value
  const placed = layPlace(pdf, { page: at.page, x: at.x - seal.value.width / 2, y: at.y - seal.value.height / 2, picture: seal.value, name: house.office.name, at: now, room: ROOM.stamped })
  if (!placed.ok) { house.log.warn('paper-not-drawn', { mission: row.id, code: placed.error.code }); return }
  const digest = sealDigest({ office: house.office.id, kind: 'approval', number: request.facts.number, digest: Buffer.from(placed.value.digest).toString('hex') })
  await act(house.store, { actor: SYSTEM, act: paperFixedAct, input: { id: row.id, pdf: placed.value.bytes, byteRange: placed.value.byteRange, digest } })
}

/** Has a paper that is fixed sealed, and keeps it: two acts, joined by the request id. */
async function seal(house: House, row: Row<Mission>): Promise<void> {
  const { paper, documentNo } = row.body
  if (paper?.state !== 'fixed' || documentNo === undefined) return
  const draft = await reader(house).document(paper.draft)
  const unit = await reader(house).row<Unit>('unit', row.body.unitId)
  if (draft?.bytes === undefined || unit === undefined) return
  const placed = placedIn(draft.bytes, paper.byteRange)
  const request: SealRequest = {
    requestId: paper.request, office: house.office.id, authority: await asked(house, row.id, 'mission-paper-fixed'), kind: 'approval', number: sealedFacts(row.body, { documentNo, unitCode: unit.body.usci }).number,
    digest: Buffer.from(placed.digest).toString('hex'),
  }
  const answer = await askSigner<SealAnswer>(house, '/v1/seal', request)
  if (!answer.ok) return
  const filled = fillPlace(placed, bytes(answer.value.signature))
  if (!filled.ok) { house.log.warn('paper-not-sealed', { mission: row.id, code: filled.error.code }); return }
  await act(house.store, { actor: { ...SYSTEM, id: 'signer' }, act: paperSealedAct, input: { id: row.id, pdf: filled.value, signer: answer.value.signer, stamped: answer.value.stamped } })
}

/** One round of the papers: what is to be drawn, then what is to be sealed. */
export async function workPapers(house: House): Promise<void> {
  const r = reader(house)
  for (const row of await r.rows<Mission>({ kind: 'mission', open: { paper: 'asked' } })) await draw(house, row)
  for (const row of await r.rows<Mission>({ kind: 'mission', open: { paper: 'fixed' } })) await seal(house, row)
}
