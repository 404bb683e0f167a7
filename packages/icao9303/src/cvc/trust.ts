import { type Crypto } from '../crypto.ts'
import { intersectChats, roleOf, type Chat } from './authorization.ts'
import { type CvcExtension, type CvCertificate } from './certificate.ts'
import { type Day } from './day.ts'
import { intersectExtensions } from './extension.ts'
import { inheritParameters, type CvcPublicKey } from './public-key.ts'
import { isCvcSignedBy } from './verify.ts'

const CLAUSE = 'Doc 9303-11 §7.1.4.3'
const MOST_POINTS = 2

/** A key that certificates are verified with, and what its certificate said. `chat` is the effective authorization. @source Doc 9303-11 §7.1.4.3.7 */
export interface TrustedKey {
  readonly chr: string
  /** With domain parameters, inherited where the certificate has none. */
  readonly publicKey: CvcPublicKey
  readonly chat: Chat
  /** Authorizations of extensions, as far as the authority has them too. */
  readonly authorizations: readonly CvcExtension[]
  readonly effective: Day
  readonly expires: Day
}

/** What a chip keeps for Terminal Authentication: at most two keys of its CVCA, the newest first, and the day it takes for today. */
export interface CvcTrust {
  readonly points: readonly TrustedKey[]
  readonly date: Day
}

export type CvcRefusalCode =
  | 'cvc-profile' | 'cvc-issuer-differs' | 'cvc-issuer-expired' | 'cvc-role' | 'cvc-terminal-type' | 'cvc-parameters' | 'cvc-signature' | 'cvc-expired' | 'cvc-dates' | 'cvc-known'

/** Why a certificate was not taken. */
export interface CvcRefusal {
  readonly code: CvcRefusalCode
  readonly says: string
  readonly clause: string
}

export type CvcImport =
  | { readonly ok: true; readonly key: TrustedKey; readonly trust: CvcTrust }
  | { readonly ok: false; readonly refusal: CvcRefusal }

const refuse = (code: CvcRefusalCode, says: string, clause = CLAUSE): { readonly ok: false; readonly refusal: CvcRefusal } => ({ ok: false, refusal: { code, says, clause } })

/** Which role may certify which: a CVCA itself and document verifiers, those terminals, terminals nobody. */
function mayCertify(issuer: Chat, holder: Chat): boolean {
  const [above, below] = [roleOf(issuer), roleOf(holder)]
  return above === 'cvca' ? below !== 'terminal' : above !== 'terminal' && below === 'terminal'
}

const later = (a: Day, b: Day): Day => (a > b ? a : b)

/** The trust points with a new one: the two with the latest effective dates, the newest first. @source Doc 9303-11 §7.1.4.3.4 */
function enable(points: readonly TrustedKey[], key: TrustedKey): readonly TrustedKey[] {
  return [key, ...points].sort((a, b) => b.effective.localeCompare(a.effective)).slice(0, MOST_POINTS)
}

/**
 * Verifies a certificate under the key that it names and takes what follows from it: the day moves on, a link becomes
 * a trust point, the key of a document verifier or terminal is usable for the next step.
 *
 * @param o.issuer - the key that is set for verification: a trust point, or the key imported last
 * @source Doc 9303-11 §7.1.4.3.4 to §7.1.4.3.7
 */
export async function importCvc(c: CvCertificate, o: { readonly issuer: TrustedKey; readonly trust: CvcTrust; readonly crypto: Crypto }): Promise<CvcImport> {
  const { issuer, trust } = o
  if (c.profile !== 0) return refuse('cvc-profile', `profile ${c.profile} instead of 0`, 'Doc 9303-12 §7.2.2.1')
  if (c.car !== issuer.chr) return refuse('cvc-issuer-differs', `signed by ${c.car}, not by ${issuer.chr}`, 'Doc 9303-12 §7.2.2.2')
  if (!mayCertify(issuer.chat, c.chat)) return refuse('cvc-role', `a ${roleOf(issuer.chat)} does not certify a ${roleOf(c.chat)}`, 'Doc 9303-11 §7.1.4.3.6')
  const chat = intersectChats(issuer.chat, c.chat)
  if (chat === undefined) return refuse('cvc-terminal-type', 'for another type of terminal than its authority', 'Doc 9303-11 §7.1.4.3.6')
  const publicKey = inheritParameters(c.publicKey, issuer.publicKey)
  if (publicKey === undefined) return refuse('cvc-parameters', 'a key without domain parameters that its authority could give', 'Doc 9303-12 §7.2.2.3')
  if (!(await isCvcSignedBy(c, issuer.publicKey, o.crypto))) return refuse('cvc-signature', `${issuer.chr} did not sign it`, 'Doc 9303-12 §7.2.2.7')
  const isLink = roleOf(c.chat) === 'cvca'
  if (c.expires < c.effective) return refuse('cvc-dates', `expires on ${c.expires}, before it is effective`, 'Doc 9303-12 §7.2.2.5')
  if (!isLink && c.expires < trust.date) return refuse('cvc-expired', `expired on ${c.expires}`, 'Doc 9303-11 §7.1.4.3.3')
  if (!isLink && issuer.expires < trust.date) return refuse('cvc-issuer-expired', `${issuer.chr} expired on ${issuer.expires}`, 'Doc 9303-11 §7.1.4.3.4')
  if (trust.points.some((p) => p.chr === c.chr)) return refuse('cvc-known', `${c.chr} is known already`, 'Doc 9303-11 §7.1.4.3.7')
  const key: TrustedKey = { chr: c.chr, publicKey, chat, authorizations: intersectExtensions(issuer.authorizations, c.extensions), effective: c.effective, expires: c.expires }
  // a foreign document verifier is no source of time
  const accurate = roleOf(issuer.chat) === 'cvca' || roleOf(issuer.chat) === 'dv-domestic'
  return { ok: true, key, trust: { points: isLink ? enable(trust.points, key) : trust.points, date: accurate ? later(trust.date, c.effective) : trust.date } }
}

/**
 * The first trust point: a self-signed certificate of a CVCA, domain parameters included.
 *
 * @returns undefined when it is not one or did not sign itself
 * @source Doc 9303-11 §7.1.4.3.1
 */
export async function cvcTrustPoint(c: CvCertificate, crypto: Crypto): Promise<TrustedKey | undefined> {
  if (c.car !== c.chr || c.profile !== 0 || roleOf(c.chat) !== 'cvca' || !(await isCvcSignedBy(c, c.publicKey, crypto))) return undefined
  return { chr: c.chr, publicKey: c.publicKey, chat: c.chat, authorizations: c.extensions, effective: c.effective, expires: c.expires }
}

/** What became of a chain: the key of its last certificate and what the chip knows after it, or which certificate was refused. */
export type CvcChainVerdict =
  | { readonly ok: true; readonly key: TrustedKey; readonly trust: CvcTrust }
  | { readonly ok: false; readonly at: number; readonly refusal: CvcRefusal }

/** Validates a chain as a chip would: each certificate under the one before it or under a trust point. @source Doc 9303-11 §7.1.4.3.5 */
export async function verifyCvcChain(chain: readonly CvCertificate[], trust: CvcTrust, crypto: Crypto): Promise<CvcChainVerdict> {
  let [known, last]: [CvcTrust, TrustedKey | undefined] = [trust, undefined]
  for (const [at, c] of chain.entries()) {
    const issuer = [...(last === undefined ? [] : [last]), ...known.points].find((k) => k.chr === c.car)
    if (issuer === undefined) return { at, ...refuse('cvc-issuer-differs', `${c.car} is not known`, 'Doc 9303-12 §7.2.2.2') }
    const taken = await importCvc(c, { issuer, trust: known, crypto })
    if (!taken.ok) return { at, ...taken }
    known = taken.trust
    last = taken.key
  }
  return last === undefined ? { at: 0, ...refuse('cvc-issuer-differs', 'no certificate at all', CLAUSE) } : { ok: true, key: last, trust: known }
}

/**
 * The certificates that lead from a key that the chip knows to a terminal's, in the order in which they are sent.
 *
 * @param o.known - the references that the chip named, the newest first
 * @param o.holder - the reference of the terminal's key
 * @returns undefined when there is no way
 */
export function findCvcChain(certificates: readonly CvCertificate[], o: { readonly known: readonly string[]; readonly holder: string }): readonly CvCertificate[] | undefined {
  const usable = certificates.filter((c) => c.car !== c.chr)
  const climb = (chr: string, below: readonly CvCertificate[]): readonly CvCertificate[] | undefined => {
    if (below.length > 0 && o.known.includes(chr)) return below
    for (const c of usable) {
      if (c.chr !== chr || below.includes(c)) continue
      const chain = climb(c.car, [c, ...below])
      if (chain !== undefined) return chain
    }
    return undefined
  }
  return climb(o.holder, [])
}
