import { type Certificate } from './certificate.ts'
import { countryOf, isSameName, renderName } from './name.ts'

/** A certificate at hand that is nearly the one that is missing. */
export interface NearAnchor {
  readonly why: 'same-key-other-name' | 'same-name-other-key' | 'same-country'
  readonly certificate: Certificate
  readonly says: string
}

/** Which anchor is missing, so that somebody can fetch it, and what came near. */
export interface MissingAnchor {
  /** Two letters, in capitals. */
  readonly country: string | undefined
  readonly name: string
  /** The key identifier that the certificate below names. */
  readonly keyId: string | undefined
  readonly near: readonly NearAnchor[]
}

/**
 * What is missing above a certificate.
 *
 * @param at - the certificate whose issuer is not there
 * @source Doc 9303-12 §6.1.1
 */
export function missingAnchor(at: Certificate, pool: readonly Certificate[]): MissingAnchor {
  const country = countryOf(at.issuer)?.toUpperCase()
  const near: NearAnchor[] = []
  for (const c of pool) {
    if (c === at) continue
    const name = renderName(c.subject)
    const key = at.authorityKeyId !== undefined && c.subjectKeyId === at.authorityKeyId
    const named = isSameName(c.subject, at.issuer)
    if (key && !named) near.push({
      why: 'same-key-other-name', certificate: c,
      says: `the key ${c.subjectKeyId} is at hand under the name ${name}`,
    })
    else if (named && !key) near.push({
      why: 'same-name-other-key', certificate: c,
      says: `${name} is at hand with the key ${c.subjectKeyId ?? 'unnamed'}, valid from ${c.notBefore.toISOString().slice(0, 10)}`,
    })
    else if (
      !named && country !== undefined && countryOf(c.subject)?.toUpperCase() === country
    ) near.push({ why: 'same-country', certificate: c, says: `of ${country} there is ${name}` })
  }
  const rank = { 'same-key-other-name': 0, 'same-name-other-key': 1, 'same-country': 2 } as const
  return { country, name: renderName(at.issuer), keyId: at.authorityKeyId, near: near.sort((a, b) => rank[a.why] - rank[b.why]) }
}
