import { childrenOf, Cursor, Malformed, readTlv, readWhole, valueOf, type Tlv } from '../asn1/tlv.ts'
import { octetsOf, smallOf, TAG, textOf } from '../asn1/value.ts'
import { integer, octets, printable, sequence } from '../asn1/write.ts'
import { decodeSignedData, type Deviation, type SignedData } from '../cms/signed-data.ts'
import { HASH_LENGTH, type HashName } from '../crypto.ts'
import { hashIdentifier, hashOf } from '../pki/algorithm.ts'

export const OID_SECURITY_OBJECT = '2.23.136.1.1.1'
const OLD_OIDS: Readonly<Record<string, string>> = { '1.3.27.1.1.1': 'legacy-oid-icao', '1.2.528.1.1006.1.20.1': 'legacy-oid-sdu' }
const CLAUSE = 'Doc 9303-10 §4.6.2.3'

/** The hashes of the data groups that the signer vouches for. */
export interface SecurityObject {
  readonly version: 0 | 1
  readonly hash: HashName
  readonly hashes: ReadonlyMap<number, Uint8Array>
  readonly ldsVersion: string | undefined
  readonly unicodeVersion: string | undefined
}

export interface DecodedSod { readonly signed: SignedData; readonly object: SecurityObject; readonly deviations: readonly Deviation[] }

/** LDSSecurityObject in DER; version 1 with the versions of LDS and Unicode. @source Doc 9303-10 §4.6.2.3 */
export function encodeSecurityObject(hash: HashName, hashes: readonly (readonly [number, Uint8Array])[], lds: '1.7' | '1.8'): Uint8Array {
  const list = hashes.map(([n, h]) => {
    if (h.length !== HASH_LENGTH[hash]) throw new RangeError(`the hash of DG${n} has ${h.length} bytes`)
    return sequence(integer(n), octets(h))
  })
  return sequence(integer(lds === '1.8' ? 1 : 0), hashIdentifier(hash), sequence(...list), ...(lds === '1.8' ? [sequence(printable('0108'), printable('040000'))] : []))
}

function decodeObject(content: Uint8Array, note: (d: Deviation) => void): SecurityObject {
  const c = new Cursor(readWhole(content, TAG.sequence, CLAUSE), CLAUSE)
  const version = smallOf(c.take(TAG.integer, 'a version'))
  if (version > 1) throw new Malformed(CLAUSE, 0, 'version 0 or 1')
  const hash = hashOf(c.take(TAG.sequence, 'hashAlgorithm'))
  const hashes = new Map<number, Uint8Array>()
  for (const t of childrenOf(c.take(TAG.sequence, 'data group hashes'))) {
    const e = new Cursor(t, CLAUSE)
    const n = smallOf(e.take(TAG.integer, 'a data group number'))
    const value = octetsOf(e.take(TAG.octets, 'a hash'))
    e.done()
    if (n < 1 || n > 16 || hashes.has(n) || value.length !== HASH_LENGTH[hash]) throw new Malformed(CLAUSE, t.start, 'each data group once, with a hash of its length')
    hashes.set(n, value)
  }
  const versions = c.maybe(TAG.sequence)
  c.done()
  const [lds, unicode] = versions === undefined ? [] : childrenOf(versions).map((t: Tlv) => textOf(t))
  if ((version === 1) !== (versions !== undefined)) note({ code: 'version-information', offset: 0, says: 'version 1 carries the LDS version, version 0 does not', clause: CLAUSE, grave: true })
  if (hashes.size < 2) note({ code: 'few-hashes', offset: 0, says: `${hashes.size} data group hash; at least 2 are required`, clause: CLAUSE, grave: true })
  if (hash === 'SHA-1') note({ code: 'sha-1', offset: 0, says: 'data groups hashed with SHA-1', clause: 'Doc 9303-12 §4.1.6', grave: false })
  return { version: version as 0 | 1, hash, hashes, ldsVersion: lds, unicodeVersion: unicode }
}

/** Reads EF.SOD whole. @throws Malformed: for the package only */
export function decodeSod(bytes: Uint8Array): DecodedSod {
  const deviations: Deviation[] = []
  const note = (d: Deviation): void => { deviations.push(d) }
  const outer = readTlv(bytes, 0, bytes.length, { mode: 'ber', note: (code, offset) => { note({ code, offset, says: 'not in DER', clause: CLAUSE, grave: true }) } })
  if (outer.tag !== 0x77) throw new Malformed('Doc 9303-10 §4.6.2', 0, 'tag 77')
  if (outer.next !== bytes.length) note({ code: 'trailing-bytes', offset: outer.next, says: `${bytes.length - outer.next} bytes after the end`, clause: 'Doc 9303-10 §4.6.2', grave: true })
  const inner = readTlv(bytes, outer.body, outer.end, { mode: 'ber', note: (code, offset) => { note({ code, offset, says: 'not in DER', clause: CLAUSE, grave: true }) } })
  if (inner.tag !== TAG.sequence || inner.next !== outer.end) throw new Malformed('Doc 9303-10 §4.6.2', inner.start, 'ContentInfo and nothing more')
  const signed = decodeSignedData(inner, note)
  const old = OLD_OIDS[signed.contentType]
  if (old !== undefined) note({ code: old, offset: inner.start, says: `the content type ${signed.contentType} is an old one`, clause: CLAUSE, grave: true })
  else if (signed.contentType !== OID_SECURITY_OBJECT) throw new Malformed(CLAUSE, inner.start, 'an LDS security object')
  return { signed, object: decodeObject(signed.content, note), deviations }
}

/** The ContentInfo inside EF.SOD: what CMS tools of others verify. */
export function contentInfoOf(sod: Uint8Array): Uint8Array {
  return valueOf(readTlv(sod, 0, sod.length, { mode: 'ber' }))
}
