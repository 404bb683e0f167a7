import { childrenOf, Cursor, Malformed, readTlv, valueOf, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { octetsOf, smallOf, TAG, textOf } from '../asn1/value.ts'
import { integer, octets, printable, sequence } from '../asn1/write.ts'
import { AFRESH, berPolicy, decodeSignedData, type Deviation, type Reading, type SignedData } from '../cms/signed-data.ts'
import { HASH_LENGTH, type HashName } from '../crypto.ts'
import { hashIdentifier, hashOf } from '../pki/algorithm.ts'
import { decoding, type Decoded } from './decoded.ts'

export const OID_SECURITY_OBJECT = '2.23.136.1.1.1'
const OLD_OIDS: Readonly<Record<string, string>> = { '1.3.27.1.1.1': 'legacy-oid-icao', '1.2.528.1.1006.1.20.1': 'legacy-oid-sdu' }
const CLAUSE = 'Doc 9303-10 §4.6.2.3'
const SIGNED = 'Doc 9303-10 §4.6.2.2'
const FILE = 'Doc 9303-10 §4.6.2'

/** The hashes of the data groups that the signer vouches for. */
export interface SecurityObject {
  readonly version: 0 | 1
  readonly hash: HashName
  readonly hashes: ReadonlyMap<number, Uint8Array>
  readonly ldsVersion: string | undefined
  readonly unicodeVersion: string | undefined
}

/** What EF.SOD holds: the signed data, and the hashes in it. */
export interface Sod { readonly signed: SignedData; readonly object: SecurityObject }

export interface DecodedSod extends Sod { readonly deviations: readonly Deviation[] }

/** LDSSecurityObject in DER; version 1 with the versions of LDS and Unicode. @source Doc 9303-10 §4.6.2.3 */
export function encodeSecurityObject(hash: HashName, hashes: readonly (readonly [number, Uint8Array])[], lds: '1.7' | '1.8'): Uint8Array {
  const list = hashes.map(([n, h]) => {
    if (h.length !== HASH_LENGTH[hash]) throw new RangeError(`the hash of DG${n} has ${h.length} bytes`)
    return sequence(integer(n), octets(h))
  })
  return sequence(integer(lds === '1.8' ? 1 : 0), hashIdentifier(hash), sequence(...list), ...(lds === '1.8' ? [sequence(printable('0108'), printable('040000'))] : []))
}

interface Open { readonly policy: ReadPolicy; readonly note: (d: Deviation) => void }

function decodeObject(t: Tlv, { policy, note }: Open): SecurityObject {
  const c = new Cursor(t, CLAUSE, policy)
  const version = smallOf(c.take(TAG.integer, 'a version'))
  if (version > 1) throw new Malformed(CLAUSE, t.start, 'version 0 or 1')
  const algorithm = c.take(TAG.sequence, 'hashAlgorithm')
  const hash = hashOf(algorithm)
  const list = c.take(TAG.sequence, 'data group hashes')
  const hashes = decodeHashes(list, hash, policy)
  const versions = c.maybe(TAG.sequence)
  c.done()
  const [lds, unicode] = versions === undefined ? [] : childrenOf(versions, policy).map((v: Tlv) => textOf(v))
  const odd = (code: string, offset: number, says: string): void => { note({ code, offset, says, clause: CLAUSE, grave: true }) }
  if ((version === 1) !== (versions !== undefined)) odd('version-information', versions?.start ?? t.start, 'version 1 carries the LDS version, version 0 does not')
  if (versions !== undefined && (lds !== '0108' || unicode !== '040000')) odd('lds-version', versions.start, `LDS ${lds ?? 'unknown'} and Unicode ${unicode ?? 'unknown'} where 0108 and 040000 are known`)
  if (hashes.size < 2) odd('few-hashes', list.start, `${hashes.size} data group hash; at least 2 are required`)
  if (hash === 'SHA-1') note({ code: 'sha-1', offset: algorithm.start, says: 'data groups hashed with SHA-1', clause: 'Doc 9303-12 §4.1.6', grave: false })
  return { version: version as 0 | 1, hash, hashes, ldsVersion: lds, unicodeVersion: unicode }
}

function decodeHashes(list: Tlv, hash: HashName, policy: ReadPolicy): ReadonlyMap<number, Uint8Array> {
  const hashes = new Map<number, Uint8Array>()
  for (let at = list.body; at < list.end;) {
    const t = readTlv(list.bytes, at, list.end, policy)
    at = t.next
    if (t.tag !== TAG.sequence) throw new Malformed(CLAUSE, t.start, 'number and hash of a data group')
    const e = new Cursor(t, CLAUSE, policy)
    const n = smallOf(e.take(TAG.integer, 'a data group number'))
    const value = octetsOf(e.takeAny('a hash'), CLAUSE, policy)
    e.done()
    if (n < 1 || n > 16 || hashes.has(n) || value.length !== HASH_LENGTH[hash]) throw new Malformed(CLAUSE, t.start, 'each data group once, with a hash of its length')
    hashes.set(n, value)
  }
  return hashes
}

/** What the standard would have otherwise in who signed, and how; named, and in nobody's way. */
function noteSigner(signed: SignedData, note: (d: Deviation) => void): void {
  const mild = (code: string, says: string, clause: string): void => { note({ code, offset: 0, says, clause, grave: false }) }
  if (signed.certificates.length === 0) mild('no-certificate', 'the certificate of the signer is not inside', SIGNED)
  if (signed.certificates.length > 1) mild('more-certificates', `${signed.certificates.length} certificates inside where one is enough`, SIGNED)
  if (signed.signer.scheme.hash === 'SHA-1') mild('signature-sha-1', 'signed with SHA-1', 'Doc 9303-12 §4.1.6')
}

/** Reads EF.SOD whole. @throws Malformed: for the package only */
export function decodeSod(bytes: Uint8Array, reading: Reading = AFRESH): DecodedSod {
  const deviations: Deviation[] = []
  const note = (d: Deviation): void => { deviations.push(d) }
  const policy = berPolicy(note)
  const outer = readTlv(bytes, 0, bytes.length, policy)
  if (outer.tag !== 0x77) throw new Malformed(FILE, 0, 'tag 77')
  if (outer.next !== bytes.length) note({ code: 'trailing-bytes', offset: outer.next, says: `${bytes.length - outer.next} bytes after the end`, clause: FILE, grave: true })
  const inner = readTlv(bytes, outer.body, outer.end, policy)
  if (inner.tag !== TAG.sequence || inner.next !== outer.end) throw new Malformed(FILE, inner.start, 'ContentInfo and nothing more')
  const signed = decodeSignedData(inner, note, reading)
  const old = OLD_OIDS[signed.contentType]
  if (old !== undefined) note({ code: old, offset: inner.start, says: `the content type ${signed.contentType} is an old one`, clause: CLAUSE, grave: true })
  else if (signed.contentType !== OID_SECURITY_OBJECT) throw new Malformed(CLAUSE, inner.start, 'an LDS security object')
  noteSigner(signed, note)
  return { signed, object: openObject(bytes, signed, { policy, note }), deviations }
}

/** The content where it lies in the file, so that places are places in the file; content in pieces has places of its own. */
function openObject(file: Uint8Array, signed: SignedData, open: Open): SecurityObject {
  const [bytes, at] = signed.contentAt === undefined ? [signed.content, 0] : [file, signed.contentAt]
  const end = at + signed.content.length
  const t = readTlv(bytes, at, end, open.policy)
  if (t.tag !== TAG.sequence) throw new Malformed(CLAUSE, t.start, 'an LDS security object')
  if (t.next !== end) throw new Malformed(CLAUSE, t.next, 'no bytes after the end')
  return decodeObject(t, open)
}

/**
 * EF.SOD, read whole: the hashes of the data groups, who signed, and every departure from DER and the profile.
 *
 * @source Doc 9303-10 §4.6.2, Appendix D
 */
export function parseSod(bytes: Uint8Array): Decoded<Sod> {
  return decoding((note) => {
    const { signed, object, deviations } = decodeSod(bytes)
    deviations.forEach(note)
    return { signed, object }
  })
}

/**
 * EF.SOD against the profile: every departure with its place in the file; `grave` ones keep a strict verdict open.
 *
 * @source Doc 9303-10 §4.6.2, Appendix D
 */
export function sodDefects(bytes: Uint8Array): readonly Deviation[] {
  try {
    return decodeSod(bytes).deviations
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return [{ code: 'malformed', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause, grave: true }]
  }
}

/** The ContentInfo inside EF.SOD: what CMS tools of others verify. */
export function contentInfoOf(sod: Uint8Array): Uint8Array {
  return valueOf(readTlv(sod, 0, sod.length, { mode: 'ber' }))
}
