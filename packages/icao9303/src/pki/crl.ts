import { childrenOf, Cursor, Malformed, readTlv, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { hex, integerOf, isSame, oidOf, smallOf, TAG, timeOf } from '../asn1/value.ts'
import { context, implicit, integer, sequence, time } from '../asn1/write.ts'
import { type Scheme } from '../crypto.ts'
import { schemeOf } from './algorithm.ts'
import { issuerKeyId } from './build.ts'
import { OID, openSigned, readExtensions, unknownCritical, type Certificate, type Extension } from './certificate.ts'
import { readName, type Name } from './name.ts'
import { extension, seal, type Signer } from './signer.ts'

/** A revocation list, decoded. */
export interface Crl {
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly version: number
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  /** Serial numbers, hexadecimal, with the time of revocation. */
  readonly revoked: ReadonlyMap<string, Date>
  /** Identifiers of extensions that entries have; the profile knows of none. */
  readonly entryExtensions: readonly string[]
  /** True for a list of revoked certificates that is there and empty. */
  readonly emptyList: boolean
  readonly number: number | undefined
  readonly authorityKeyId: string | undefined
  /** Names that the authority had before, as the issuer alternative name has them. @source Doc 9303-12 Table 10, Note 1 */
  readonly formerNames: readonly Name[]
  readonly extensions: ReadonlyMap<string, Extension>
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

interface Entries { readonly revoked: ReadonlyMap<string, Date>; readonly entryExtensions: readonly string[]; readonly emptyList: boolean }

function readEntries(list: Tlv | undefined): Entries {
  const revoked = new Map<string, Date>()
  const found = new Set<string>()
  for (const entry of list === undefined ? [] : childrenOf(list)) {
    const c = new Cursor(entry, CLAUSE)
    const serial = integerOf(c.take(TAG.integer, 'a serial number')).toString(16)
    const at = timeOf(c.takeAny('a time of revocation'))
    const more = c.maybe(TAG.sequence)
    c.done()
    for (const e of more === undefined ? [] : childrenOf(more)) {
      const id = childrenOf(e)[0]
      if (id === undefined) throw new Malformed(CLAUSE, e.start, 'an extension')
      found.add(oidOf(id))
    }
    // the first word on a certificate counts
    if (!revoked.has(serial)) revoked.set(serial, at)
  }
  return { revoked, entryExtensions: [...found], emptyList: list !== undefined && list.end === list.body }
}

function decodeCrl(der: Uint8Array): Crl {
  const { whole, tbs, algorithm, signature } = openSigned(der, CLAUSE)
  const c = new Cursor(tbs, CLAUSE)
  const version = c.maybe(TAG.integer)
  if (
    !isSame(wholeOf(c.take(TAG.sequence, 'signature algorithm')), wholeOf(algorithm))
  ) throw new Malformed(CLAUSE, algorithm.start, 'the same algorithm inside and outside')
  const issuer = readName(c.take(TAG.sequence, 'issuer'))
  const thisUpdate = timeOf(c.takeAny('thisUpdate'))
  const next = c.maybe(TAG.utcTime) ?? c.maybe(TAG.time)
  const entries = readEntries(c.maybe(TAG.sequence))
  const extensions = readExtensions(c.maybe(0xa0))
  c.done()
  const inside = (id: string): Tlv | undefined => { const e = extensions.get(id); return e && readTlv(e.value, 0) }
  const [number, aki, before] = [inside(OID.crlNumber), inside(OID.authorityKeyId), inside(OID.issuerAltName)]
  const key = aki && childrenOf(aki).find((t) => t.tag === 0x80)
  return {
    der: wholeOf(whole), tbs: wholeOf(tbs), version: version === undefined ? 1 : smallOf(version) + 1, issuer,
    thisUpdate, nextUpdate: next && timeOf(next), ...entries,
    number: number && Number(integerOf(number)),
    authorityKeyId: key && hex(key.bytes.subarray(key.body, key.end)),
    formerNames: before === undefined ? [] : childrenOf(before).filter((t) => t.tag === 0xa4).flatMap((t) => childrenOf(t).map(readName)),
    extensions, whole: unknownCritical(extensions).length === 0,
    scheme: schemeOf(algorithm), signature,
  }
}

export interface CrlOrder {
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Serial numbers in hexadecimal. */
  readonly revoked: readonly { readonly serial: string; readonly at: Date }[]
  /** Names that the authority had before and issued certificates under. */
  readonly formerNames?: readonly Name[]
}

/**
 * The revocation list of a CSCA: one for all its keys, without reasons; an empty one has no list of revoked certificates.
 *
 * @param issuer - the certificate of the newest key, whose private key `signer` is
 * @source Doc 9303-12 §4.1.5, Tables 9 and 10
 */
export async function buildCrl(order: CrlOrder, issuer: Certificate, signer: Signer): Promise<Uint8Array> {
  if (order.nextUpdate <= order.thisUpdate) throw new RangeError('the next list comes after this one')
  const once = new Set(order.revoked.map((r) => r.serial))
  if (once.size !== order.revoked.length) throw new RangeError('each certificate is revoked once')
  const revoked = order.revoked.map((r) => sequence(integer(BigInt(`0x${r.serial}`)), time(r.at)))
  const former = order.formerNames ?? []
  return seal((algorithm) => sequence(
    integer(1), algorithm, issuer.subject.der, time(order.thisUpdate), time(order.nextUpdate),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    context(0, sequence(
      extension(OID.authorityKeyId, sequence(implicit(0, issuerKeyId(issuer)))),
      extension(OID.crlNumber, integer(order.number)),
      ...(former.length === 0 ? [] : [extension(OID.issuerAltName, sequence(...former.map((n) => context(4, n.der))))]),
    )),
  ), signer)
}
