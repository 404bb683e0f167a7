import { type Anchor } from '@causeway/journal'
import { type AnchorAnswer, type CeremonyList, type CertificateRequestAnswer, type SignedMessage, type SignerHealth } from '@causeway/signing'

import { type House, type TrustMaterial } from '../house.ts'
import { anchorsOf, entriesFrom, isAnchorDue, recordAnchor } from '../store/journal.ts'
import { acknowledge, postpone, waitingMessages } from '../store/outbox.ts'

/** Days before the end of a key's use at which its successor is asked for. */
const RENEW_DAYS = 14

/** Carries the signer's request to the national side and the certificate back, when there is none or it ends soon. */
export async function keepCertified(house: House): Promise<void> {
  const health = await house.signer.call<SignerHealth>('GET', '/v1/health')
  if (!health.ok || health.value.anchorKey === '') return // no custodians are set up yet
  const registered = await house.hub.call('POST', '/v1/offices', { office: house.office.id, anchorKey: health.value.anchorKey, ...(house.hubCode === undefined ? {} : { code: house.hubCode }) })
  if (!registered.ok) {
    house.log.warn('office-not-registered', { code: registered.error.code })
    return
  }
  const until = health.value.ds === undefined ? undefined : new Date(health.value.ds.usableUntil)
  if (until !== undefined && until.getTime() - house.clock.now().getTime() > RENEW_DAYS * 86_400_000) return
  const keepers = await house.signer.call<CeremonyList>('GET', '/v1/ceremonies')
  if (!keepers.ok || !keepers.value.demonstration) return // where people keep the keys, people carry requests and certificates
  const request = await house.signer.call<CertificateRequestAnswer>('POST', '/v1/certificate-request', {})
  if (!request.ok) return
  const certificate = await house.hub.call<{ certificate: string; csca: string; links: readonly string[] }>(
    'POST', '/v1/ds', { office: house.office.id, request: request.value.request, signature: request.value.signature },
  )
  if (!certificate.ok) {
    house.log.warn('certificate-not-given', { code: certificate.error.code })
    return
  }
  const { certificate: der, csca, links } = certificate.value
  const kept = await house.signer.call('POST', '/v1/certificate', { certificate: der, csca, links })
  house.log.info(kept.ok ? 'signer-certified' : 'signer-certificate-refused', kept.ok ? {} : { code: kept.error.code })
}

/** Fetches what inspection trusts. Undefined when the national side does not answer: the last known stays in use. */
export async function fetchTrust(house: House): Promise<TrustMaterial | undefined> {
  const csca = await house.hub.call<{ links: readonly string[]; generations: readonly { certificate: string }[] }>('GET', '/v1/csca')
  const crl = await house.hub.call<{ crls: readonly string[] }>('GET', '/v1/crl')
  const certificates = await house.hub.call<readonly { der: string }[]>('GET', '/v1/certificates')
  const list = await house.hub.call<{ masterList: string }>('GET', '/v1/masterlist')
  const deviations = await house.hub.call<{ deviationList: string }>('GET', '/v1/deviationlist')
  if (!csca.ok || !crl.ok || !certificates.ok || !list.ok || !deviations.ok) return undefined
  return {
    csca: csca.value.generations.map((g) => g.certificate), links: csca.value.links, crls: crl.value.crls, ds: certificates.value.map((c) => c.der),
    masterList: list.value.masterList, deviationList: deviations.value.deviationList, at: house.clock.now(),
  }
}

/** Entries that go to the signer in one request. */
const ANCHOR_LIMIT = 5_000

/** Has the signer anchor everything since the last anchor. Undefined when it does not. */
export async function anchorNow(house: House): Promise<Anchor | undefined> {
  for (;;) {
    const last = (await anchorsOf(house.store)).at(-1)
    const entries = await entriesFrom(house.store, house.store.pool, (last?.toSeq ?? 0) + 1, ANCHOR_LIMIT)
    if (entries.length === 0) return last
    const answer = await house.signer.call<AnchorAnswer>('POST', '/v1/anchor', { office: house.office.id, entries })
    if (!answer.ok) {
      house.log.warn('anchor-refused', { code: answer.error.code, details: answer.error.details })
      return undefined
    }
    await recordAnchor(house.store, answer.value.anchor)
    if (entries.length < ANCHOR_LIMIT) return answer.value.anchor
  }
}

export async function anchorIfDue(house: House): Promise<void> {
  if (await isAnchorDue(house.store)) await anchorNow(house)
}

/** Delivers what waits, oldest first, and stops at the first that does not get through: the order is the numbers'. */
export async function deliver(house: House): Promise<void> {
  for (const m of await waitingMessages(house.store)) {
    const signed = await house.signer.call<SignedMessage>('POST', '/v1/message', { office: house.office.id, number: m.number, kind: m.kind, body: m.body })
    if (!signed.ok) { await postpone(house.store, m.number, m.attempts); return }
    const receipt = await house.hub.call<object>('POST', '/v1/messages', signed.value)
    if (!receipt.ok) {
      house.log.warn('message-not-taken', { number: m.number, code: receipt.error.code })
      await postpone(house.store, m.number, m.attempts)
      return
    }
    await acknowledge(house.store, m.number, JSON.stringify(receipt.value))
  }
}
