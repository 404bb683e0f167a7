import { type Crypto } from '../crypto.ts'
import { isSignedBy, type Certificate } from './certificate.ts'
import { type Crl } from './crl.ts'
import { type DeviationList } from './deviation-list.ts'
import { cscaDefects } from './profile.ts'
import { isSameName, renderName } from './name.ts'

/** What a document is judged against. `anchors` are trusted as such; `links` must lead to one of them. */
export interface Trust {
  readonly anchors: readonly Certificate[]
  readonly links: readonly Certificate[]
  readonly signers: readonly Certificate[]
  readonly crls: readonly Crl[]
  /** Lists whose own signer signed them; whether to believe that signer is a question for `verifyList`. */
  readonly deviations?: readonly DeviationList[]
}

export type PathVerdict =
  | { readonly outcome: 'passed'; readonly path: readonly Certificate[] }
  | { readonly outcome: 'failed' | 'not-done'; readonly says: string }

const validAt = (c: Certificate, at: Date): boolean => c.notBefore <= at && at <= c.notAfter

/** Certificates that may have issued this one, by name; the key identifier puts the likely ones first. */
function candidates(c: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  return pool.filter((i) => isSameName(i.subject, c.issuer)).sort((a, b) => Number(b.subjectKeyId === c.authorityKeyId) - Number(a.subjectKeyId === c.authorityKeyId))
}

/**
 * Leads a document signer to an anchor, over link certificates where needed.
 *
 * @param at - the time of signing where it is known, else of inspection
 * @source Doc 9303-12 §6 and §7.1: own path validation, because the usual libraries refuse explicit curves
 */
export async function findPath(ds: Certificate, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto }): Promise<PathVerdict> {
  const says: string[] = []
  const climb = async (c: Certificate, path: readonly Certificate[]): Promise<readonly Certificate[] | undefined> => {
    if (path.length > 6) return undefined
    for (const issuer of [...candidates(c, trust.anchors), ...candidates(c, trust.links)]) {
      if (path.includes(issuer)) continue
      if (!(await isSignedBy(c, issuer, o.crypto))) { says.push(`${renderName(issuer.subject)} did not sign it`); continue }
      const grave = cscaDefects(issuer).find((d) => d.grave)
      if (grave !== undefined) { says.push(`${renderName(issuer.subject)}: ${grave.says}`); continue }
      if (!validAt(issuer, o.at)) { says.push(`${renderName(issuer.subject)} was not valid at ${o.at.toISOString()}`); continue }
      if (trust.anchors.includes(issuer)) return [...path, issuer]
      const up = await climb(issuer, [...path, issuer])
      if (up !== undefined) return up
    }
    return undefined
  }
  const path = await climb(ds, [])
  if (path !== undefined) return { outcome: 'passed', path }
  if (candidates(ds, [...trust.anchors, ...trust.links]).length === 0) {
    return { outcome: 'not-done', says: `no trust anchor is at hand for ${renderName(ds.issuer)} (key ${ds.authorityKeyId ?? 'unnamed'})` }
  }
  return { outcome: 'failed', says: [...new Set(says)].join('; ') }
}

export type RevocationVerdict = { readonly outcome: 'passed' | 'failed' | 'not-done'; readonly says: string }

/** True when an anchor, or a link that leads to one, made the list with a key that may sign lists. */
async function isIssued(list: Crl, trust: Trust, crypto: Crypto): Promise<boolean> {
  for (const a of [...trust.anchors, ...trust.links]) {
    if (!isSameName(a.subject, list.issuer) || (a.keyUsage !== undefined && !a.keyUsage.includes('cRLSign'))) continue
    if (!(await crypto.verify({ spki: a.spki, scheme: list.scheme, message: list.tbs, signature: list.signature }))) continue
    if (trust.anchors.includes(a) || (await findPath(a, trust, { at: list.thisUpdate, crypto })).outcome === 'passed') return true
  }
  return false
}

/** Looks a document signer up in the revocation lists of its State. A list that is past its time is not a list. */
export async function checkRevocation(ds: Certificate, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto }): Promise<RevocationVerdict> {
  const ours: Crl[] = []
  for (const l of trust.crls) if (l.whole && isSameName(l.issuer, ds.issuer) && await isIssued(l, trust, o.crypto)) ours.push(l)
  if (ours.length === 0) return { outcome: 'not-done', says: 'no revocation list of this issuer, signed by a trusted key, is at hand' }
  const newest = ours.reduce((a, b) => (a.thisUpdate > b.thisUpdate ? a : b))
  const revokedAt = newest.revoked.get(ds.serial)
  if (revokedAt !== undefined) return { outcome: 'failed', says: `the document signer was revoked on ${revokedAt.toISOString().slice(0, 10)}` }
  const past = ours.filter((l) => l.thisUpdate <= o.at)
  if (past.length === 0) return { outcome: 'not-done', says: `the revocation list is dated ${newest.thisUpdate.toISOString()}, after the inspection` }
  const current = past.reduce((a, b) => (a.thisUpdate > b.thisUpdate ? a : b))
  if (current.nextUpdate === undefined || current.nextUpdate < o.at) return { outcome: 'not-done', says: `the revocation list is stale: its next update was due on ${current.nextUpdate?.toISOString().slice(0, 10) ?? 'an unknown day'}` }
  return { outcome: 'passed', says: `not in the revocation list of ${current.thisUpdate.toISOString().slice(0, 10)}` }
}
