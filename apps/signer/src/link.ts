import { cscaDefects, isSameName, isSignedBy, parseCertificate, type Certificate } from 'icao9303'

import { bytes, crypto, hex } from './document.ts'

const sameKey = (a: Certificate, b: Certificate): boolean => hex(a.spki) === hex(b.spki)

/** Whether a known authority vouches for the name and key in a link: it signed it while it was valid, and the link is of the profile and valid today. */
async function isVouched(link: Certificate, known: Certificate, now: Date): Promise<boolean> {
  return link.isCa && isSameName(link.issuer, known.subject) && !cscaDefects(link).some((d) => d.grave) && link.notBefore <= now && now <= link.notAfter
    && known.notBefore <= link.notBefore && link.notBefore <= known.notAfter && await isSignedBy(link, known, crypto)
}

/** The next link that leads on: to a key that is not known yet. It stands for the root of that key, which signs the link after it. */
async function nextOf(links: readonly Certificate[], known: readonly Certificate[], now: Date): Promise<Certificate | undefined> {
  for (const link of links) {
    if (known.some((k) => sameKey(k, link))) continue
    for (const k of known) if (await isVouched(link, k, now)) return link
  }
  return undefined
}

/**
 * Whether an authority is one that is known, or one to which links lead from it: the old key vouches for the new one.
 * Roll-overs that were missed are made up for, one link after the other.
 *
 * @param links - base64 DER; what is none is passed over
 * @source Doc 9303-12 §4.1.4.3, §7.1.1.5
 */
export async function isLinked(csca: Certificate, o: { readonly known: readonly Certificate[]; readonly links: readonly string[]; readonly now: Date }): Promise<boolean> {
  if (o.known.some((k) => hex(k.der) === hex(csca.der))) return true
  const links = o.links.flatMap((text) => parseCertificate(bytes(text)) ?? [])
  let known = o.known
  for (let next = await nextOf(links, known, o.now); next !== undefined; next = await nextOf(links, known, o.now)) {
    known = [...known, next]
    if (isSameName(next.subject, csca.subject) && sameKey(next, csca)) return true
  }
  return false
}
