import { Cursor, Malformed, wholeOf } from '../asn1/tlv.ts'
import { smallOf, TAG } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { schemeOf } from './algorithm.ts'
import { openSigned } from './certificate.ts'
import { namedSpki, readEcKey } from './curve.ts'
import { readName, type Name } from './name.ts'

export interface CertificateRequest { readonly subject: Name; readonly spki: Uint8Array; readonly curve: string }

/**
 * A certificate request whose signature is good under the key that it names; undefined for anything else.
 *
 * @source RFC 2986 §4
 */
export async function parseRequest(der: Uint8Array, crypto: Crypto): Promise<CertificateRequest | undefined> {
  try {
    const { tbs, algorithm, signature } = openSigned(der, 'RFC 2986 §4')
    const b = new Cursor(tbs, 'RFC 2986 §4')
    if (smallOf(b.take(TAG.integer, 'version')) !== 0) return undefined
    const subject = readName(b.take(TAG.sequence, 'subject'))
    const ec = readEcKey(b.take(TAG.sequence, 'subjectPKInfo'))
    if (ec === undefined) return undefined
    const spki = namedSpki(ec.curve, ec.point)
    return await crypto.verify({ spki, scheme: schemeOf(algorithm), message: wholeOf(tbs), signature }) ? { subject, spki, curve: ec.curve.name } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
