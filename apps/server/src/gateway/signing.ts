import { type Refusal, type Result } from '@causeway/kernel'
import { type CeremonyList, type CertificateRequestAnswer, type CredentialState, type CredentialUse } from '@causeway/signing'

import { type House } from '../house.ts'
import { anchorNow } from './national.ts'

/** Answers that another anchor may mend: the signer signs only what the anchored journal asks for. */
const UNANCHORED = new Set(['not-authorised', 'anchor-stale'])

/** What was told already, so that a refusal that lasts is told once. */
const told = new Set<string>()

/** Asks the signer for what an act of the journal asks for; has the journal anchored first where that is what is missing. */
export async function askSigner<T>(house: House, path: string, request: { readonly requestId: string }): Promise<Result<T, Refusal>> {
  const first = await house.signer.call<T>('POST', path, request, 30_000)
  const again = !first.ok && UNANCHORED.has(first.error.code) && (await anchorNow(house)) !== undefined
  const answer = again ? await house.signer.call<T>('POST', path, request, 30_000) : first
  const line = answer.ok ? '' : `${request.requestId} ${answer.error.code}`
  if (!answer.ok && !told.has(line)) {
    told.add(line)
    house.log.warn('not-signed-yet', { path, request: request.requestId, code: answer.error.code, details: answer.error.details })
  }
  return answer
}

const ROUTES: Readonly<Record<CredentialUse, string>> = { seal: '/v1/seal-certificate', 'bar-code': '/v1/bar-code-certificate' }
/** Days before the end of a certificate at which its successor is asked for. */
const RENEW_DAYS = 14

/** Carries the signer's requests for seal and bar code certificates to the national side, and the certificates back. */
export async function keepCredentials(house: House): Promise<void> {
  const states = await house.signer.call<readonly CredentialState[]>('GET', '/v1/credentials')
  const keepers = await house.signer.call<CeremonyList>('GET', '/v1/ceremonies')
  if (!states.ok || !keepers.ok || !keepers.value.demonstration) return // where people keep the keys, people carry requests and certificates
  for (const { use, usableUntil } of states.value) {
    if (usableUntil !== undefined && new Date(usableUntil).getTime() - house.clock.now().getTime() > RENEW_DAYS * 86_400_000) continue
    const request = await house.signer.call<CertificateRequestAnswer>('POST', '/v1/credential-request', { use })
    if (!request.ok) continue
    const given = await house.hub.call<{ certificate: string; csca?: string; authority?: string; links?: readonly string[] }>('POST', ROUTES[use], { office: house.office.id, request: request.value.request, signature: request.value.signature })
    if (!given.ok) continue
    const { certificate, csca, authority, links } = given.value
    const kept = await house.signer.call('POST', '/v1/credential', { use, certificate, authority: authority ?? csca, ...(links === undefined ? {} : { links }) })
    if (kept.ok) house.log.info('credential-kept', { use })
    else house.log.warn('credential-refused', { use, code: kept.error.code, details: kept.error.details })
  }
}
