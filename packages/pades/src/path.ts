import { isSameName, isSignedBy, renderName, type Certificate, type Crl, type Crypto } from 'icao9303'

/** What seals and time stamps are judged against. */
export interface SealTrust {
  /** Authorities for document seals that are trusted as such. */
  readonly authorities: readonly Certificate[]
  /** Authorities for time stamps that are trusted as such. */
  readonly timeAuthorities: readonly Certificate[]
  readonly crls: readonly Crl[]
}

export interface PathFinding { readonly outcome: 'passed' | 'failed' | 'not-done'; readonly says: string; readonly path: readonly Certificate[] }
export interface PathOrder {
  readonly anchors: readonly Certificate[]
  /** Certificates that came along: they may lead to an anchor, and are none. */
  readonly carried: readonly Certificate[]
  readonly at: Date
  readonly crypto: Crypto
}

const DEPTH_LIMIT = 6
const KNOWN = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.18', '2.5.29.19', '2.5.29.31', '2.5.29.32', '2.5.29.35', '2.5.29.37'])

export const isValidAt = (c: Certificate, at: Date): boolean => c.notBefore <= at && at <= c.notAfter
/** Critical extensions that are not understood: whoever meets one must refuse. @source RFC 5280 §4.2 */
export const strangeIn = (c: Certificate): readonly string[] => [...c.extensions].filter(([id, e]) => e.critical && !KNOWN.has(id)).map(([id]) => id)

/** Why a certificate is no authority for another; undefined when it is. `below`: authorities between the two. @source RFC 5280 §6.1.4 */
function unfit(issuer: Certificate, o: PathOrder, below: number): string | undefined {
  const name = renderName(issuer.subject)
  if (!issuer.isCa || issuer.keyUsage?.includes('keyCertSign') === false) return `${name} may not issue certificates`
  if (issuer.pathLength !== undefined && issuer.pathLength < below) return `${name} may not stand that high above`
  if (strangeIn(issuer).length > 0) return `${name} has critical extensions that are not known: ${strangeIn(issuer).join(', ')}`
  return isValidAt(issuer, o.at) ? undefined : `${name} was not valid at ${o.at.toISOString()}`
}

/** Leads a certificate to an anchor. @source RFC 5280 §6.1: names, signatures, authority, length, validity, critical extensions */
export async function leadToAnchor(signer: Certificate, o: PathOrder): Promise<PathFinding> {
  const troubles: string[] = []
  let queue: readonly (readonly Certificate[])[] = [[signer]]
  for (let depth = 0; depth < DEPTH_LIMIT && queue.length > 0; depth++) {
    const next: (readonly Certificate[])[] = []
    for (const path of queue) {
      const last = path.at(-1)!
      for (const issuer of [...o.anchors, ...o.carried]) {
        if (path.includes(issuer) || !isSameName(issuer.subject, last.issuer)) continue
        if (!(await isSignedBy(last, issuer, o.crypto))) { troubles.push(`${renderName(issuer.subject)} did not sign it`); continue }
        const why = unfit(issuer, o, path.length - 1)
        if (why !== undefined) { troubles.push(why); continue }
        const whole = [...path, issuer]
        if (o.anchors.includes(issuer)) return { outcome: 'passed', says: whole.slice(1).map((c) => renderName(c.subject)).join(' ← '), path: whole.slice(1) }
        if (next.length < 16) next.push(whole)
      }
    }
    queue = next
  }
  if (troubles.length > 0) return { outcome: 'failed', says: [...new Set(troubles)].join('; '), path: [] }
  return { outcome: 'not-done', says: `no authority is at hand for ${renderName(signer.issuer)}`, path: [] }
}

/** Whether a current list of the issuer has a certificate. @source RFC 5280 §6.3 */
export async function lookUpRevocation(c: Certificate, issuer: Certificate, o: { readonly crls: readonly Crl[]; readonly at: Date; readonly crypto: Crypto }): Promise<Omit<PathFinding, 'path'>> {
  const ours: Crl[] = []
  for (const l of o.crls) if (l.whole && isSameName(l.issuer, issuer.subject) && (await o.crypto.verify({ spki: issuer.spki, scheme: l.scheme, message: l.tbs, signature: l.signature }))) ours.push(l)
  const revoked = ours.map((l) => l.revoked.get(c.serial)).find((d) => d !== undefined)
  if (revoked !== undefined) return { outcome: 'failed', says: `revoked on ${revoked.toISOString().slice(0, 10)}` }
  const current = ours.find((l) => l.thisUpdate <= o.at && l.nextUpdate !== undefined && o.at <= l.nextUpdate)
  return current === undefined ? { outcome: 'not-done', says: 'no current revocation list of the issuer is at hand' } : { outcome: 'passed', says: `not in the list of ${current.thisUpdate.toISOString().slice(0, 10)}` }
}
