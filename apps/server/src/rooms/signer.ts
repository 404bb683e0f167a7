import { type SignerCertificateRow, type SignerPage } from '@causeway/contract'
import { dayInChina, no, ok, type Refusal, type Result } from '@causeway/kernel'
import { CEREMONY_WORDS, ceremonyMinutes, minutesDate, type CeremonyList, type CeremonyView, type CredentialState, type SignerHealth, type SignerKey } from '@causeway/signing'
import { parseCertificate, renderName } from 'icao9303'

import { dueLimits, signerDue } from '../desks/signer-due.ts'
import { Bytes, type Door } from '../http/door.ts'
import { type House } from '../house.ts'

/** Ceremonies that the page shows. */
const SHOWN = 20

function certificateRow(use: string, der: string, until?: string): SignerCertificateRow | undefined {
  const c = parseCertificate(new Uint8Array(Buffer.from(der, 'base64')))
  return c && { use, serial: c.serial, subject: renderName(c.subject), issuer: renderName(c.issuer), until: until ?? c.notAfter.toISOString() }
}

const keyRow = ({ id, use, type, state, uses, documents, quota, usableUntil }: SignerKey): SignerPage['keys'][number] => ({ id, use, type, state, uses, documents, ...(quota === undefined ? {} : { quota }), ...(usableUntil === undefined ? {} : { usableUntil }) })
const ceremonyRow = (c: CeremonyView): SignerPage['ceremonies'][number] => ({
  id: c.id, says: CEREMONY_WORDS[c.kind], state: c.state, opened: c.opened, people: c.confirmations.map((p) => p.custodian), threshold: c.threshold, seats: c.seats, demonstration: c.demonstration,
  ...(c.journal === undefined ? {} : { journal: c.journal.seq }),
})

async function pageOf(house: House): Promise<Result<SignerPage, Refusal>> {
  const ask = async <T>(path: string): Promise<Result<T, Refusal>> => house.signer.call<T>('GET', path)
  const health = await ask<SignerHealth>('/v1/health')
  const keys = await ask<readonly SignerKey[]>('/v1/keys')
  const list = await ask<CeremonyList>('/v1/ceremonies')
  const credentials = await ask<readonly CredentialState[]>('/v1/credentials')
  if (!health.ok) return health
  if (!keys.ok) return keys
  if (!list.ok) return list
  if (!credentials.ok) return credentials
  const { ds, lastAnchor, ready, says, activated, signatures } = health.value
  const certificates = [ds === undefined ? undefined : certificateRow('document', ds.certificate, ds.usableUntil), ...credentials.value.map((c) => (c.certificate === undefined ? undefined : certificateRow(c.use, c.certificate, c.usableUntil)))].filter((c) => c !== undefined)
  const now = house.clock.now()
  const { custodians: names, threshold, demonstration, keyStore, ceremonies } = list.value
  return ok({
    at: now.toISOString(), ready, says, keyStore, activated, documents: signatures, custodians: { names, threshold, demonstration },
    ...(lastAnchor === undefined ? {} : { lastAnchor: { ...lastAnchor, minutes: Math.max(0, Math.floor((now.getTime() - new Date(lastAnchor.at).getTime()) / 60_000)) } }),
    due: signerDue({ health: health.value, list: list.value, keys: keys.value, ends: certificates, now, limits: dueLimits(house.rules, dayInChina(now)) }),
    keys: keys.value.map(keyRow), certificates, ceremonies: ceremonies.slice(-SHOWN).reverse().map(ceremonyRow),
  })
}

/** The signer as its operators see it: read over its line, never acted on. */
export function openSignerRoom(door: Door, house: House): void {
  door.room('signer.show', undefined, async () => pageOf(house))
  door.room('signer.minutes', undefined, async (a) => {
    const found = await house.signer.call<CeremonyView>('GET', `/v1/ceremonies?id=${encodeURIComponent(a.params['id']!)}`)
    if (!found.ok) return found
    const c = found.value
    if (c.state !== 'done' && c.state !== 'failed') return no({ code: 'ceremony-open', details: { ceremony: c.id } })
    const drawn = house.press.minutes(ceremonyMinutes(c, house.office.name), minutesDate(c))
    if (!drawn.ok) return drawn
    house.readingBook.note(a.actor.id, 'ceremony-minutes', c.id)
    return ok(new Bytes(drawn.value, 'application/pdf', `ceremony-${c.id.replace(/[^\w.-]+/g, '_')}.pdf`))
  })
}
