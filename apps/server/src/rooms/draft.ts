import { MissionForm, type AttachmentAnswer, type Draft, type DraftRow } from '@causeway/contract'
import { no, ok } from '@causeway/kernel'

import { Bytes, type Door } from '../http/door.ts'
import { reader, unitOf, type House } from '../house.ts'
import { keepAttachment } from '../store/attachment.ts'
import { draftById, draftsOf, dropDraft, saveDraft } from '../store/draft.ts'

const MEDIA: Readonly<Record<string, readonly number[]>> = { 'application/pdf': [0x25, 0x50, 0x44, 0x46], 'image/jpeg': [0xff, 0xd8, 0xff], 'image/png': [0x89, 0x50, 0x4e, 0x47] }
const KINDS = ['invitation', 'schedule', 'publicity', 'budget', 'roster', 'other']

/** What the bytes are; anything that is neither PDF nor picture is served as a download of unknown kind. */
const mediaTypeOf = (b: Uint8Array): string => Object.keys(MEDIA).find((m) => MEDIA[m]!.every((x, i) => b[i] === x)) ?? 'application/octet-stream'

export function openDraftRoom(door: Door, house: House): void {
  const { store } = house
  door.room('draft.list', undefined, async (a) => {
    const rows: DraftRow[] = (await draftsOf(store, a.actor.unitId ?? '')).map((d) => {
      const form = d.form as MissionForm
      return { id: d.id, name: form.name, savedAt: d.savedAt, departDate: form.departDate }
    })
    return ok({ rows, total: rows.length })
  })
  door.room('draft.show', undefined, async (a) => {
    const d = await draftById(store, a.params['id']!)
    if (d === undefined || d.unitId !== a.actor.unitId) return no({ code: 'not-found' })
    const draft: Draft = { id: d.id, savedAt: d.savedAt, form: d.form as MissionForm }
    return ok(draft)
  })
  door.room('draft.save', MissionForm, async (a) => {
    const saved = await saveDraft(store, { id: a.params['id']!, unitId: a.actor.unitId ?? '', accountId: a.actor.id, form: a.body })
    return saved ? ok({ id: a.params['id'], savedAt: store.now().toISOString() }) : no({ code: 'not-found' })
  })
  door.room('draft.drop', undefined, async (a) => {
    await dropDraft(store, a.params['id']!, a.actor.unitId ?? '')
    return ok({ done: true })
  })
  door.room('attachment.add', undefined, async (a) => {
    const part = a.parts[0]
    const kind = a.query['kind'] ?? 'other'
    if (part === undefined || part.bytes.length === 0 || !KINDS.includes(kind)) return no({ code: 'body-malformed', at: 'file', details: { why: 'one file and its kind' } })
    const mediaType = mediaTypeOf(part.bytes)
    const kept = await keepAttachment(store, { kind: `attachment:${kind}`, kase: `unit:${a.actor.unitId ?? ''}`, persons: [], purpose: 'document', mediaType, name: part.filename, bytes: part.bytes })
    const answer: AttachmentAnswer = { id: kept.id, name: part.filename, kind, bytes: kept.length, sha256: kept.sha256, mediaType }
    return ok(answer)
  })
  door.room('attachment.show', undefined, async (a) => {
    const d = await reader(house).document(a.params['id']!)
    const own = unitOf(a.actor)
    if (d === undefined || !d.kind.startsWith('attachment:') || (own !== undefined && d.kase !== `unit:${own}`)) return no({ code: 'not-found' })
    if (d.bytes === undefined) return no({ code: 'not-found' })
    house.readingBook.note(a.actor.id, 'attachment', d.id)
    return ok(new Bytes(d.bytes, d.mediaType, d.name))
  })
}
