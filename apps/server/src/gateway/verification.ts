import { type TrustSettings } from '@causeway/contract'
import { ruleAt } from '@causeway/journey'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { bundleHash, BUNDLE_KIND, type SignedMessage, type TrustBundle, type TrustBundleContent } from '@causeway/signing'

import { today, type House, type TrustMaterial } from '../house.ts'

/** A list, or a certificate; `papers`: what seals on papers are judged by, which is no authority for documents; `endorsements`: a key of our own. */
export interface TrustFileText { readonly name: string; readonly base64: string; readonly use?: 'papers' | 'endorsements' }

const numbered = (name: string, list: readonly string[]): readonly TrustFileText[] => list.map((base64, i) => ({ name: `${name}-${i + 1}`, base64 }))

/** Trust lists as files, each by what it is. */
const filesOf = (t: TrustMaterial): readonly TrustFileText[] => [
  ...numbered('csca', t.csca), ...numbered('link', t.links), ...numbered('signer', t.ds), ...numbered('crl', t.crls), { name: 'master-list', base64: t.masterList }, { name: 'deviation-list', base64: t.deviationList },
]

/** Who seals visibly, and by whose authority papers are sealed: the rest of what the national side publishes. */
async function sealsOf(house: House): Promise<readonly TrustFileText[] | undefined> {
  const codes = await house.hub.call<readonly { readonly der: string }[]>('GET', '/v1/certificates?kind=bar-code')
  const papers = await house.hub.call<{ readonly certificate: string; readonly crl: string }>('GET', '/v1/seal-authority')
  const keys = await house.signer.call<Readonly<Record<string, string>>>('GET', '/v1/endorsement-keys')
  if (!codes.ok || !papers.ok || !keys.ok) return undefined
  return [...numbered('bar-code-signer', codes.value.map((c) => c.der)), { name: 'seal-authority', base64: papers.value.certificate, use: 'papers' }, { name: 'seal-crl', base64: papers.value.crl, use: 'papers' }, ...Object.entries(keys.value).map(([name, pem]) => ({ name: `endorsement-${name}`, base64: pem.replace(/-----[^-]+-----|\s+/g, ''), use: 'endorsements' as const }))]
}

/** How old lists may be, by the rules in force today. */
function settingsOf(house: House): TrustSettings {
  const days = (key: 'trust.fresh.days' | 'trust.late.days' | 'trust.offline.days'): number => ruleAt(house.rules, key, today(house)).value
  return { freshDays: days('trust.fresh.days'), lateDays: days('trust.late.days'), offlineDays: days('trust.offline.days') }
}

/** Hands the verification module the lists as last fetched. Without news from the national side they grow old there. */
export async function handTrust(house: House): Promise<void> {
  const t = house.trust()
  if (t === undefined) return
  const seals = await sealsOf(house)
  if (seals === undefined) return // half of what is published would be taken for all of it
  const taken = await house.verifier.call('POST', '/v1/trust', { asOf: t.at.toISOString(), settings: settingsOf(house), files: [...filesOf(t), ...seals] })
  if (!taken.ok && taken.error.code !== 'part-unreachable') house.log.warn('trust-not-taken', { code: taken.error.code })
}

interface Held { readonly asOf: string; readonly settings: TrustSettings; readonly files: readonly TrustFileText[] }

/**
 * A bundle of the lists that the module holds, for where nobody answers. The time until when it may be used counts
 * from the last word of the national side, not from its making; the signer states the hash of the whole.
 */
export async function makeBundle(house: House, held: Held): Promise<Result<TrustBundle, Refusal>> {
  const made = house.clock.now()
  const content: TrustBundleContent = {
    format: 'causeway-trust-bundle-1', office: house.office.id, made: made.toISOString(), asOf: held.asOf,
    usableUntil: new Date(new Date(held.asOf).getTime() + held.settings.offlineDays * 86_400_000).toISOString(), settings: { ...held.settings }, files: held.files,
  }
  const text = JSON.stringify(content)
  // numbers of bundles are instants: far beyond those of the outbox, and never twice with another content
  const statement = await house.signer.call<SignedMessage>('POST', '/v1/message', { office: house.office.id, number: made.getTime(), kind: BUNDLE_KIND, body: bundleHash(text) })
  return statement.ok ? ok({ content: text, statement: statement.value }) : statement
}
