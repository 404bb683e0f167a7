import { childrenOf, Malformed } from '../asn1/tlv.ts'
import { type Authority } from './build.ts'
import { OID, type Certificate } from './certificate.ts'
import { countryOf } from './name.ts'
import { alternativesOf, crlUrlsOf, insideOf } from './profile/part.ts'

const MAIL = 0x81
const WEB = 0x86

/** The contact in a subject alternative name: a mail or web address. */
function contactOf(c: Certificate): string | undefined {
  const names = insideOf(c, OID.subjectAltName)
  const contact = names && childrenOf(names).find((t) => t.tag === MAIL || t.tag === WEB)
  return contact && String.fromCharCode(...contact.bytes.subarray(contact.body, contact.end))
}

/**
 * What a certificate says of its authority, so that the next one can say the same; undefined when it says too little.
 *
 * @source Doc 9303-12 §7.1.1.2, §7.1.1.4
 */
export function authorityOf(c: Certificate): Authority | undefined {
  try {
    const part = (oid: string): string | undefined => c.subject.parts.find((p) => p.oid === oid)?.value
    const state = alternativesOf(c, OID.subjectAltName)?.names.flatMap((n) => n.parts) ?? []
    const [country, issuingState, issuer] = [
      countryOf(c.subject)?.toUpperCase(), state.find((p) => p.oid === '2.5.4.7')?.value,
      state.find((p) => p.oid === '2.5.4.8')?.value,
    ]
    const [organisation, contact, [crlUrl, ...more]] = [part('2.5.4.10'), contactOf(c), crlUrlsOf(c)]
    if (
      country === undefined || issuingState === undefined || organisation === undefined || contact === undefined || crlUrl === undefined
    ) return undefined
    return {
      country, issuingState, organisation, contact, crlUrl, ...(issuer === undefined ? {} : { issuer }),
      ...(more.length === 0 ? {} : { moreCrlUrls: more }),
    }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
