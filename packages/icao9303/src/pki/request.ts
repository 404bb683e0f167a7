import { Cursor, Malformed, wholeOf } from '../asn1/tlv.ts'
import { smallOf, TAG } from '../asn1/value.ts'
import { integer, sequence, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { schemeOf } from './algorithm.ts'
import { openSigned } from './certificate.ts'
import { certifiedKey, readKey, type CurveForm } from './key.ts'
import { buildName, readName, type Name, type NameOrder } from './name.ts'
import { seal, type Signer } from './signer.ts'

const CLAUSE = 'RFC 2986 §4'

export interface RequestOrder extends NameOrder {
  readonly spki: Uint8Array
  readonly curveForm?: CurveForm
}

/** A PKCS#10 certificate request for an EC or RSA key, signed with the key that it asks a certificate for. @source RFC 2986 */
export async function buildRequest(order: RequestOrder, signer: Signer): Promise<Uint8Array> {
  // a request names no algorithm inside
  return seal(() => sequence(integer(0), buildName(order), certifiedKey(order.spki, order.curveForm), tlv(0xa0)), signer)
}

export interface CertificateRequest {
  readonly subject: Name
  /** The key that a certificate is asked for; a curve by name. */
  readonly spki: Uint8Array
  /** `P-256`, `brainpoolP384r1`; undefined for RSA. */
  readonly curve: string | undefined
  readonly keyBits: number
}

/**
 * A certificate request whose signature is good under the key that it names; undefined for anything else.
 *
 * @source RFC 2986 §4
 */
export async function parseRequest(der: Uint8Array, crypto: Crypto): Promise<CertificateRequest | undefined> {
  try {
    const { tbs, algorithm, signature } = openSigned(der, CLAUSE)
    const b = new Cursor(tbs, CLAUSE)
    if (smallOf(b.take(TAG.integer, 'version')) !== 0) return undefined
    const subject = readName(b.take(TAG.sequence, 'subject'))
    const key = readKey(b.take(TAG.sequence, 'subjectPKInfo'))
    // most tools write the attributes also where there are none
    b.maybe(0xa0)
    b.done()
    if (key === undefined) return undefined
    const scheme = schemeOf(algorithm)
    if (!(await crypto.verify({ spki: key.spki, scheme, message: wholeOf(tbs), signature }))) return undefined
    return {
      subject, spki: key.spki, curve: key.kind === 'ec' ? key.curve.name : undefined,
      keyBits: key.kind === 'ec' ? key.curve.p.length * 4 : key.bits,
    }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
