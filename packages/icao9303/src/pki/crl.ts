import { childrenOf, Cursor, Malformed, readTlv, wholeOf } from '../asn1/tlv.ts'
import { hex, integerOf, isSame, TAG, timeOf } from '../asn1/value.ts'
import { type Scheme } from '../crypto.ts'
import { schemeOf } from './algorithm.ts'
import { OID, openSigned, readExtensions, unknownCritical } from './certificate.ts'
import { readName, type Name } from './name.ts'

export interface Crl {
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  /** Serial numbers, hexadecimal, with the time of revocation. */
  readonly revoked: ReadonlyMap<string, Date>
  readonly number: number | undefined
  readonly authorityKeyId: string | undefined
  /** False for a list with critical extensions that are not known: a delta, or one for a part of the certificates. */
  readonly whole: boolean
  readonly scheme: Scheme
  readonly signature: Uint8Array
}

const CLAUSE = 'RFC 5280 §5.1'

/** A revocation list, or undefined when the bytes are not one. */
export function parseCrl(der: Uint8Array): Crl | undefined {
  try {
    return decodeCrl(der)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function decodeCrl(der: Uint8Array): Crl {
  const { whole, tbs, algorithm, signature } = openSigned(der, CLAUSE)
  const c = new Cursor(tbs, CLAUSE)
  c.maybe(TAG.integer)
  if (!isSame(wholeOf(c.take(TAG.sequence, 'signature algorithm')), wholeOf(algorithm))) throw new Malformed(CLAUSE, algorithm.start, 'the same algorithm inside and outside')
  const issuer = readName(c.take(TAG.sequence, 'issuer'))
  const thisUpdate = timeOf(c.takeAny('thisUpdate'))
  const next = c.maybe(TAG.utcTime) ?? c.maybe(TAG.time)
  const revoked = new Map<string, Date>()
  const list = c.maybe(TAG.sequence)
  for (const entry of list === undefined ? [] : childrenOf(list)) {
    const [serial, at] = childrenOf(entry)
    if (serial === undefined || at === undefined) throw new Malformed(CLAUSE, entry.start, 'a serial number and a time')
    revoked.set(integerOf(serial).toString(16), timeOf(at))
  }
  const extensions = readExtensions(c.maybe(0xa0))
  c.done()
  const number = extensions.get(OID.crlNumber)
  const aki = extensions.get(OID.authorityKeyId)
  const key = aki && childrenOf(readTlv(aki.value, 0)).find((t) => t.tag === 0x80)
  return {
    der: wholeOf(whole), tbs: wholeOf(tbs), issuer, thisUpdate, nextUpdate: next && timeOf(next), revoked,
    number: number && Number(integerOf(readTlv(number.value, 0))),
    authorityKeyId: key && hex(key.bytes.subarray(key.body, key.end)),
    whole: unknownCritical(extensions).length === 0,
    scheme: schemeOf(algorithm), signature,
  }
}
