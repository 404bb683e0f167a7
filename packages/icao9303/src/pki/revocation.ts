import { type Awaitable, type Crypto } from '../crypto.ts'
import { said, type Said } from '../sentence.ts'
import { type Certificate } from './certificate.ts'
import { type Crl } from './crl.ts'
import { countryOf, isSameName, renderName } from './name.ts'
import { findPath, type Trust } from './path.ts'

export interface RevocationVerdict extends Said { readonly outcome: 'passed' | 'failed' | 'not-done' }

const sameCountry = (a: Certificate['subject'], b: Certificate['subject']): boolean => {
  const country = countryOf(a)?.toUpperCase()
  return country !== undefined && country === countryOf(b)?.toUpperCase()
}

/** True when an anchor, or a link that leads to one, made the list with a key that may sign lists. */
async function isIssued(list: Crl, trust: Trust, crypto: Crypto): Promise<boolean> {
  for (const a of [...trust.anchors, ...trust.links]) {
    if (!isSameName(a.subject, list.issuer) || (a.keyUsage !== undefined && !a.keyUsage.includes('cRLSign'))) continue
    if (!(await crypto.verify({ spki: a.spki, scheme: list.scheme, message: list.tbs, signature: list.signature }))) continue
    if (trust.anchors.includes(a) || (await findPath(a, trust, { at: list.thisUpdate, crypto })).outcome === 'passed') return true
  }
  return false
}

/**
 * Whether a list speaks for what was issued under a name: its own, or one that the authority had before, as a link
 * certificate of the trust material or the list itself says. One list serves all keys of an authority.
 *
 * @source Doc 9303-12 §4.1.5, Table 10 Note 1
 */
function speaksFor(list: Crl, issuer: Certificate['issuer'], trust: Trust): boolean {
  if (isSameName(list.issuer, issuer)) return true
  if (!sameCountry(list.issuer, issuer)) return false
  return list.formerNames.some((n) => isSameName(n, issuer)) || trust.links.some(
    (l) => isSameName(l.subject, list.issuer) && isSameName(l.issuer, issuer)
  )
}

async function listsFor(c: Certificate, trust: Trust, crypto: Crypto): Promise<readonly Crl[]> {
  const ours: Crl[] = []
  for (const l of trust.crls) if (l.whole && speaksFor(l, c.issuer, trust) && await isIssued(l, trust, crypto)) ours.push(l)
  return ours
}

const dayOf = (d: Date | undefined): string => d?.toISOString().slice(0, 10) ?? 'an unknown day'

/**
 * The words that revoke an authority, and with it all that it issued; undefined when none is revoked. Where no list has
 * any of their serial numbers nothing needs to be verified, and the answer is there at once.
 *
 * @param path - authorities above a signer, up to an anchor
 * @source Doc 9303-12 §4.1.5.1
 */
export function revokedAuthority(path: readonly Certificate[], trust: Trust, crypto: Crypto): Awaitable<string | undefined> {
  const named = path.filter((c) => trust.crls.some((l) => l.revoked.has(c.serial)))
  if (named.length === 0) return undefined
  const lookUp = async (): Promise<string | undefined> => {
    for (const c of named) {
      const at = (await listsFor(c, trust, crypto)).map((l) => l.revoked.get(c.serial)).find((d) => d !== undefined)
      if (
        at !== undefined
      ) return `the authority ${renderName(c.subject)} (${c.serial}) was revoked on ${dayOf(at)}, and with it all that it issued`
    }
    return undefined
  }
  return lookUp()
}

/**
 * Looks a signer's certificate up in the revocation lists of its State. Whatever list says that it is revoked is
 * believed, stale or not; that it is not revoked, only one that is current.
 *
 * @source Doc 9303-12 §4.1.5, §6.1.2
 */
export async function checkRevocation(
  signer: Certificate, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto },
): Promise<RevocationVerdict> {
  const ours = await listsFor(signer, trust, o.crypto)
  if (ours.length === 0) return { outcome: 'not-done', ...said('crl-absent') }
  const revokedAt = ours.map((l) => l.revoked.get(signer.serial)).find((d) => d !== undefined)
  if (revokedAt !== undefined) return { outcome: 'failed', ...said('signer-revoked', { day: dayOf(revokedAt) }) }
  const newest = (lists: readonly Crl[]): Crl => lists.reduce((a, b) => (a.thisUpdate > b.thisUpdate ? a : b))
  const past = ours.filter((l) => l.thisUpdate <= o.at)
  if (past.length === 0) return {
    outcome: 'not-done',
    ...said('crl-later', { time: newest(ours).thisUpdate.toISOString() }),
  }
  const current = newest(past)
  if (current.nextUpdate === undefined || current.nextUpdate < o.at) return {
    outcome: 'not-done',
    ...said('crl-stale', { day: dayOf(current.nextUpdate) }),
  }
  return { outcome: 'passed', ...said('crl-clear', { day: dayOf(current.thisUpdate) }) }
}
