import { Readable } from 'node:stream'

import { EndorsementLook, SealQuestion, VERIFICATION_POLICIES, type BatchList, type PermitStanding, type PermitVerification, type TrustPage, type TrustSettings, type Verification, type VerificationBatch, type VerificationPolicy } from '@causeway/contract'
import { endorsementNumber, endorsementState, type Permit, type PermitState } from '@causeway/journey'
import { no, ok, type Day, type Refusal, type Result } from '@causeway/kernel'
import { type EndorsementVerdict } from '@causeway/signing'

import { endorsementRecord } from '../desks/endorsement.ts'
import { makeBundle, type TrustFileText } from '../gateway/verification.ts'
import { Bytes, Flow, type Asked, type Door } from '../http/door.ts'
import { reader, today, type House } from '../house.ts'

/** What one question may bring: files of a chip, or an archive of them. Larger is a batch. */
const QUESTION = { files: 64, one: 12 * 1024 * 1024, all: 20 * 1024 * 1024 } as const

/** What a permit that is known is worth to whoever holds it: every state of the journey has its word. */
const STANDING: Readonly<Record<PermitState, PermitStanding>> = {
  ordered: 'not-issued', 'in-stock': 'valid', 'handed-out': 'valid', returned: 'collected', 'in-custody': 'collected', cancelled: 'void',
}
const SAYS: Readonly<Record<PermitStanding, PermitVerification['says']>> = {
  valid: { zh: '有效', en: 'valid' },
  expired: { zh: '已过有效期', en: 'expired' },
  collected: { zh: '已收回保管：此证不应在持证人手中', en: 'collected and in custody: the holder should not have it' },
  void: { zh: '已注销', en: 'void' },
  'not-issued': { zh: '尚未签发', en: 'not issued yet' },
  unknown: { zh: '查无此证', en: 'no such permit' },
}

async function permitOf(house: House, number: string): Promise<PermitVerification> {
  const row = await reader(house).row<Permit>('permit', number)
  const at = house.clock.now().toISOString()
  if (row === undefined) return { number, standing: 'unknown', genuine: false, says: SAYS.unknown, endorsements: [], at }
  const now: Day = today(house)
  const known = STANDING[row.body.state]
  const standing = known === 'valid' && now > row.body.expiry ? 'expired' : known
  return {
    number, standing, genuine: standing === 'valid', says: SAYS[standing], issued: row.body.issued, expiry: row.body.expiry, at,
    endorsements: row.body.endorsements.map(({ place, entries, from, to, ...rest }) => ({ place, entries, from, to, state: endorsementState({ place, entries, from, to, ...rest }, row.state, now) })),
  }
}

const policyOf = (text: unknown): VerificationPolicy => (VERIFICATION_POLICIES.includes(text as VerificationPolicy) ? (text as VerificationPolicy) : 'strict')

/** A number of ours names itself in the record of readings; anything else is named by its hash, which nobody guesses. */
function subjectOf(house: House, v: Verification): string {
  const number = v.content.find((c) => c.name === 'documentNumber' || c.name === 'permit')?.value ?? ''
  return `${v.kind} ${number.startsWith(house.office.documents.numberPrefix) ? number : v.digest.slice(0, 16)} ${v.verdict}`
}

export function openVerificationRoom(door: Door, house: House): void {
  const { verifier } = house
  /** Who verified what, and what he was told. */
  const noted = (a: Asked<unknown>, r: Result<Verification, Refusal>): Result<Verification, Refusal> => {
    house.readingBook.note(a.actor.id, 'verification', r.ok ? subjectOf(house, r.value) : `refused ${r.error.code}`)
    return r
  }
  door.room('verification.files', undefined, async (a) => {
    if (a.parts.length === 0) return no({ code: 'no-document' })
    const files = a.parts.map((p) => ({ name: p.filename.slice(0, 200), base64: Buffer.from(p.bytes).toString('base64') }))
    return noted(a, await verifier.call<Verification>('POST', '/v1/files', { files, policy: policyOf(a.query['policy']) }, 30_000))
  }, QUESTION)
  door.room('verification.seal', SealQuestion, async (a) => noted(a, await verifier.call<Verification>('POST', '/v1/seal', a.body)))
  door.room('verification.endorsement', EndorsementLook, async (a) => {
    const [permit, number, value] = [a.body.permit.toUpperCase(), a.body.number.toUpperCase(), a.body.value.replace(/\s+/g, '').toLowerCase()]
    if (value.length !== 32 && value.length !== 128) return no({ code: 'check-value-malformed', at: 'value' })
    const row = await reader(house).row<Permit>('permit', permit)
    const index = row?.body.endorsements.findIndex((_, i) => endorsementNumber(permit, i + 1) === number) ?? -1
    const protection = row?.body.protection
    if (row === undefined || index === -1 || protection?.state !== 'kept') return noted(a, no({ code: 'endorsement-unknown', details: { number } }))
    const record = endorsementRecord(house, { permit, body: row.body, index: index + 1 })
    const { keyId, macIndex } = protection.checks[index]!
    const mac = value.length === 32 ? await house.signer.call<EndorsementVerdict>('POST', '/v1/endorsement-check', { record, macIndex, macSign: value }) : undefined
    if (mac?.ok === false) return mac
    return noted(a, await verifier.call<Verification>('POST', '/v1/endorsement', { record, value, keyId, policy: policyOf(a.body.policy), ...(mac === undefined ? {} : { mac: mac.value }) }))
  })
  door.room('verification.permit', undefined, async (a) => {
    const answer = await permitOf(house, a.params['number']!.toUpperCase())
    house.readingBook.note(a.actor.id, 'verification', `permit ${answer.number.slice(0, 20)} ${answer.standing}`)
    return ok(answer)
  })
  const trust = async (): Promise<Result<TrustPage & { readonly held?: { readonly asOf: string; readonly settings: TrustSettings; readonly files: readonly TrustFileText[] } }, Refusal>> => verifier.call('GET', '/v1/trust')
  door.room('verification.trust', undefined, async () => {
    const t = await trust()
    if (!t.ok) return t
    const { held, ...page } = t.value
    return ok({ ...page, settings: held?.settings ?? { freshDays: 0, lateDays: 0, offlineDays: 0 } } satisfies TrustPage)
  })
  door.room('verification.bundle', undefined, async (a) => {
    const t = await trust()
    if (!t.ok) return t
    if (t.value.held === undefined) return no({ code: 'trust-missing' })
    const bundle = await makeBundle(house, t.value.held)
    if (!bundle.ok) return bundle
    house.readingBook.note(a.actor.id, 'trust-bundle', t.value.standing.version)
    return ok(new Bytes(new TextEncoder().encode(`${JSON.stringify(bundle.value)}\n`), 'application/json', `trust-${bundle.value.statement.number}.json`))
  })

  /** A batch is its sender's; the auditor sees all, and touches none. */
  const mine = async (a: Asked<unknown>, whose: 'sender' | 'auditor-too'): Promise<Result<VerificationBatch, Refusal>> => {
    const b = await verifier.call<VerificationBatch>('GET', `/v1/batch?id=${encodeURIComponent(a.params['id']!)}`)
    if (!b.ok) return b
    return b.value.owner === a.actor.id || (whose === 'auditor-too' && a.actor.roles.includes('auditor')) ? b : no({ code: 'not-found' })
  }
  door.room('batch.send', undefined, async (a) => {
    const body: unknown = a.body
    if (!(body instanceof Readable)) return no({ code: 'format-unknown' })
    const format = a.query['format'] === 'zip' ? 'zip' : 'ndjson'
    const query = new URLSearchParams({ owner: a.actor.id, name: (a.query['name'] ?? '').slice(0, 120), format, policy: policyOf(a.query['policy']) })
    const taken = await verifier.send<VerificationBatch>(`/v1/batches?${query.toString()}`, body)
    if (taken.ok) house.readingBook.note(a.actor.id, 'verification', `batch ${taken.value.id}`)
    return taken
  })
  door.room('batch.list', undefined, async (a) => {
    const all = await verifier.call<readonly VerificationBatch[]>('GET', '/v1/batches')
    if (!all.ok) return all
    const rows = a.actor.roles.includes('auditor') ? all.value : all.value.filter((b) => b.owner === a.actor.id)
    return ok({ rows, total: rows.length } satisfies BatchList)
  })
  door.room('batch.show', undefined, async (a) => mine(a, 'auditor-too'))
  door.room('batch.results', undefined, async (a) => {
    const b = await mine(a, 'sender')
    if (!b.ok) return b
    const lines = await verifier.fetch(`/v1/results?id=${b.value.id}`)
    if (!lines.ok) return lines
    house.readingBook.note(a.actor.id, 'verification', `results ${b.value.id}`)
    return ok(new Flow(lines.value, 'application/x-ndjson', `${b.value.name.replace(/[^\w.-]+/g, '_') || 'batch'}.results.ndjson`))
  })
  door.room('batch.cancel', undefined, async (a) => {
    const b = await mine(a, 'sender')
    return b.ok ? verifier.call('POST', '/v1/cancel', { id: b.value.id }) : b
  })
}
