import { type SessionCipher } from '../access/key.ts'
import { Cursor, Malformed, childrenOf, readTlv, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { hex, octetsOf, oidOf, smallOf, TAG } from '../asn1/value.ts'
import { integer, octets, oid, sequence, setOf } from '../asn1/write.ts'
import { type HashName } from '../crypto.ts'
import { decoding, renderBytes, trailing, type Decoded, type Reading } from './decoded.ts'
import {
  AA_ALGORITHMS, AGREEMENTS, arcsAfter, CIPHERS, cipherOf, MAPPINGS, OID_ACTIVE_AUTHENTICATION, OID_CHIP_AUTHENTICATION, OID_EF_DIR, OID_PACE,
  OID_PUBLIC_KEY, OID_TERMINAL_AUTHENTICATION, protocolName, type KeyAgreement, type Mapping,
} from './security-protocol.ts'

const CLAUSE = 'Doc 9303-11 §9.2'

/** PACE is supported this way. @source Doc 9303-11 §9.2.1 */
export interface PaceInfo {
  readonly kind: 'pace'
  readonly oid: string
  readonly agreement: KeyAgreement
  readonly mapping: Mapping
  readonly cipher: SessionCipher
  /** 2 in Doc 9303; undefined when the file has none. */
  readonly version?: number
  /** Standardized domain parameters by number (Table 12), or a local number of explicit ones. */
  readonly parameterId?: number
}
/** Explicit domain parameters for PACE: an AlgorithmIdentifier in DER. @source Doc 9303-11 §9.2.2 */
export interface PaceDomainParameterInfo {
  readonly kind: 'pace-domain-parameters'
  readonly oid: string
  readonly agreement: KeyAgreement
  readonly mapping: Mapping
  readonly parameters: Uint8Array
  readonly parameterId?: number
}
/** Chip Authentication is supported this way. `cipher` is absent in an early form that names the key agreement only. @source Doc 9303-11 §9.2.5 */
export interface ChipAuthenticationInfo {
  readonly kind: 'chip-authentication'
  readonly oid: string
  readonly agreement: KeyAgreement
  readonly cipher?: SessionCipher
  readonly version?: number
  readonly keyId?: number
}
/** Domain parameters of Chip Authentication version 2 and 3, as on identity cards. @source BSI TR-03110-3 A.1.1.2 */
export interface ChipAuthenticationDomainParameterInfo {
  readonly kind: 'chip-authentication-domain-parameters'
  readonly oid: string
  readonly agreement: KeyAgreement
  readonly parameters: Uint8Array
  readonly keyId?: number
}
/** The chip's key for Chip Authentication or PACE-CAM. @source Doc 9303-11 §9.2.6 */
export interface ChipAuthenticationPublicKeyInfo {
  readonly kind: 'chip-authentication-public-key'
  readonly oid: string
  readonly agreement: KeyAgreement
  /** SubjectPublicKeyInfo as it stands in the file, in DER. */
  readonly publicKey: Uint8Array
  /** Identifier of the key's algorithm: ecPublicKey, PKCS #3, X9.42 or standardizedDomainParameters. */
  readonly algorithm: string
  readonly keyId?: number
}
/** Terminal Authentication is supported. `efCvca` is where version 1 says that the trust points lie. @source Doc 9303-11 §9.2.8, BSI TR-03110-3 A.1.1.3 */
export interface TerminalAuthenticationInfo {
  readonly kind: 'terminal-authentication'
  readonly oid: string
  readonly version?: number
  readonly efCvca?: { readonly fid: number; readonly sfid?: number }
}
/** How Active Authentication signs when it does so with ECDSA. `hash` and `form` are absent for an unknown algorithm. @source Doc 9303-11 §9.2.4 */
export interface ActiveAuthenticationInfo {
  readonly kind: 'active-authentication'
  readonly oid: string
  readonly version?: number
  readonly signatureAlgorithm: string
  readonly hash?: HashName
  readonly form?: 'plain' | 'der'
}
/** A copy of EF.DIR that is signed. @source Doc 9303-11 §9.2.10 */
export interface EfDirInfo { readonly kind: 'ef-dir'; readonly oid: string; readonly efDir: Uint8Array }
/** An entry of a protocol that is not ours, or of ours in a form that cannot be read: whole, in its bytes. */
export interface UnknownSecurityInfo { readonly kind: 'unknown'; readonly oid: string | undefined; readonly raw: Uint8Array }

/** What a chip says that it can do. */
export type SecurityInfo =
  | PaceInfo | PaceDomainParameterInfo | ChipAuthenticationInfo | ChipAuthenticationDomainParameterInfo | ChipAuthenticationPublicKeyInfo
  | TerminalAuthenticationInfo | ActiveAuthenticationInfo | EfDirInfo | UnknownSecurityInfo

/** In the order of the file. */
export interface SecurityInfos { readonly infos: readonly SecurityInfo[] }

/** Where one entry is read. */
interface Entry { readonly whole: Tlv; readonly cursor: Cursor; readonly oid: string; readonly path: string; readonly reading: Reading }

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : { [key]: value } as Record<K, V>)

function number(e: Entry, name: string): number | undefined {
  const t = e.cursor.maybe(TAG.integer)
  if (t === undefined) return undefined
  const n = smallOf(t, CLAUSE)
  e.reading.lay(`${e.path}.${name}`, t, String(n))
  return n
}

function version(e: Entry): { readonly version?: number } {
  const n = number(e, 'version')
  if (n === undefined) e.reading.note({ code: 'version-missing', offset: e.whole.start, says: `${protocolName(e.oid) ?? e.oid} without a version`, clause: CLAUSE })
  return optional('version', n)
}

function parameters(e: Entry): Uint8Array {
  const t = e.cursor.take(TAG.sequence, 'domain parameters')
  oidOf(childrenOf(t, e.reading.policy)[0] ?? t, CLAUSE)
  e.reading.lay(`${e.path}.parameters`, t, `${t.next - t.start} bytes`)
  return wholeOf(t)
}

function pace(e: Entry, arcs: readonly string[]): SecurityInfo | undefined {
  const m = MAPPINGS[arcs[0] ?? '']
  if (m === undefined || arcs.length > 2) return undefined
  if (arcs.length === 1) return { kind: 'pace-domain-parameters', oid: e.oid, ...m, parameters: parameters(e), ...optional('parameterId', number(e, 'parameterId')) }
  const cipher = cipherOf(m.mapping, arcs[1]!)
  return cipher && { kind: 'pace', oid: e.oid, ...m, cipher, ...version(e), ...optional('parameterId', number(e, 'parameterId')) }
}

function chipAuthentication(e: Entry, arcs: readonly string[]): SecurityInfo | undefined {
  const agreement = AGREEMENTS[arcs[0] ?? '']
  if (agreement === undefined || arcs.length > 2) return undefined
  if (arcs.length === 1 && e.cursor.peek() === TAG.sequence) {
    return { kind: 'chip-authentication-domain-parameters', oid: e.oid, agreement, parameters: parameters(e), ...optional('keyId', number(e, 'keyId')) }
  }
  const cipher = CIPHERS[arcs[1] ?? '']
  if (arcs.length === 1) e.reading.note({ code: 'ca-cipher-missing', offset: e.whole.start, says: 'Chip Authentication without the cipher of the session', clause: 'Doc 9303-11 §9.2.5' })
  else if (cipher === undefined) return undefined
  return { kind: 'chip-authentication', oid: e.oid, agreement, ...optional('cipher', cipher), ...version(e), ...optional('keyId', number(e, 'keyId')) }
}

function publicKey(e: Entry, arcs: readonly string[]): SecurityInfo | undefined {
  const agreement = AGREEMENTS[arcs[0] ?? '']
  if (agreement === undefined || arcs.length !== 1) return undefined
  const t = e.cursor.take(TAG.sequence, 'a SubjectPublicKeyInfo')
  const algorithm = algorithmOf(t, e.reading)
  e.reading.lay(`${e.path}.publicKey`, t, `${t.next - t.start} bytes, ${protocolName(algorithm) ?? algorithm}`)
  return { kind: 'chip-authentication-public-key', oid: e.oid, agreement, publicKey: wholeOf(t), algorithm, ...optional('keyId', number(e, 'keyId')) }
}

/** The algorithm of a SubjectPublicKeyInfo. @throws Malformed: for the package only */
export function algorithmOf(spki: Tlv, reading: Pick<Reading, 'policy'>): string {
  const c = new Cursor(spki, 'Doc 9303-11 §9.1', reading.policy)
  const algorithm = c.take(TAG.sequence, 'an AlgorithmIdentifier')
  c.take(TAG.bits, 'a public key')
  c.done()
  return oidOf(childrenOf(algorithm, reading.policy)[0] ?? algorithm, 'Doc 9303-11 §9.1')
}

function terminalAuthentication(e: Entry): SecurityInfo {
  const v = version(e)
  const t = e.cursor.maybe(TAG.sequence)
  if (t === undefined) return { kind: 'terminal-authentication', oid: e.oid, ...v }
  const c = new Cursor(t, 'BSI TR-03110-3 A.1.1.3', e.reading.policy)
  const file = c.take(TAG.octets, 'a file identifier')
  const short = c.maybe(TAG.octets)
  c.done()
  if (file.end - file.body !== 2 || (short !== undefined && short.end - short.body !== 1)) throw new Malformed('BSI TR-03110-3 A.1.1.3', file.start, 'a file identifier of two bytes and a short one of one')
  const fid = file.bytes[file.body]! * 256 + file.bytes[file.body + 1]!
  const sfid = short && short.bytes[short.body]!
  e.reading.lay(`${e.path}.efCvca`, t, `${hex(valueOf(file))}${sfid === undefined ? '' : ` (short ${sfid})`}`)
  return { kind: 'terminal-authentication', oid: e.oid, ...v, efCvca: { fid, ...optional('sfid', sfid) } }
}

function activeAuthentication(e: Entry): SecurityInfo {
  const v = version(e)
  const t = e.cursor.takeAny('a signature algorithm')
  const identifier = t.tag === TAG.sequence ? childrenOf(t, e.reading.policy)[0] : t
  if (t.tag === TAG.sequence) e.reading.note({ code: 'aa-algorithm-identifier', offset: t.start, says: 'the signature algorithm is an AlgorithmIdentifier instead of an OBJECT IDENTIFIER', clause: 'Doc 9303-11 §9.2.4' })
  const signatureAlgorithm = oidOf(identifier ?? t, CLAUSE)
  e.reading.lay(`${e.path}.signatureAlgorithm`, identifier ?? t, protocolName(signatureAlgorithm) ?? signatureAlgorithm)
  return { kind: 'active-authentication', oid: e.oid, ...v, signatureAlgorithm, ...AA_ALGORITHMS[signatureAlgorithm] }
}

function efDir(e: Entry): SecurityInfo {
  const t = e.cursor.takeAny('EF.DIR')
  const copy = octetsOf(t, 'Doc 9303-11 §9.2.10', e.reading.policy)
  e.reading.lay(`${e.path}.efDir`, t, renderBytes(copy))
  return { kind: 'ef-dir', oid: e.oid, efDir: copy }
}

function known(e: Entry): SecurityInfo | undefined {
  const { oid: id } = e
  const [p, ca, pk] = [arcsAfter(id, OID_PACE), arcsAfter(id, OID_CHIP_AUTHENTICATION), arcsAfter(id, OID_PUBLIC_KEY)]
  if (p !== undefined) return pace(e, p)
  if (ca !== undefined) return chipAuthentication(e, ca)
  if (pk !== undefined) return publicKey(e, pk)
  if (id === OID_TERMINAL_AUTHENTICATION) return terminalAuthentication(e)
  if (id === OID_ACTIVE_AUTHENTICATION) return activeAuthentication(e)
  return id === OID_EF_DIR ? efDir(e) : undefined
}

/** One entry; what is odd in it costs this entry its meaning and no other. */
function readInfo(t: Tlv, path: string, reading: Reading): SecurityInfo {
  let id: string | undefined
  try {
    const cursor = new Cursor(t, CLAUSE, reading.policy)
    if (t.tag !== TAG.sequence) throw new Malformed(CLAUSE, t.start, 'a SecurityInfo')
    const identifier = cursor.take(TAG.oid, 'a protocol')
    id = oidOf(identifier, CLAUSE)
    reading.lay(`${path}.protocol`, identifier, protocolName(id) ?? id)
    const info = known({ whole: t, cursor, oid: id, path, reading })
    if (info !== undefined) {
      if (cursor.peek() !== undefined) reading.note({ code: 'security-info-longer', offset: cursor.takeAny('more').start, says: 'an entry with more parts than its protocol has', clause: CLAUSE })
      return info
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    reading.note({ code: 'security-info-unreadable', offset: error.offset, says: `an entry that cannot be read: expected ${error.expected}`, clause: error.clause })
  }
  reading.lay(`${path}.raw`, t, renderBytes(wholeOf(t)))
  return { kind: 'unknown', oid: id, raw: wholeOf(t) }
}

/** The order of a SET OF in DER: by the bytes, a shorter one before the longer that it begins. @source X.690 §11.6 */
function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  const at = a.findIndex((x, i) => x !== b[i])
  return at < 0 ? a.length < b.length : at < b.length && a[at]! < b[at]!
}

/** The SET OF SecurityInfo at a place. @throws Malformed: for the package only */
export function readSecurityInfos(set: Tlv, reading: Reading): SecurityInfos {
  if (set.tag !== TAG.set) throw new Malformed(CLAUSE, set.start, 'a SET of SecurityInfo')
  const entries = childrenOf(set, reading.policy)
  reading.lay('infos', set, `${entries.length} entries`)
  const at = entries.findIndex((t, i) => i > 0 && isBefore(wholeOf(t), wholeOf(entries[i - 1]!)))
  if (at > 0) reading.note({ code: 'set-unsorted', offset: entries[at]!.start, says: 'the entries are not in the order of DER', clause: 'X.690 §11.6' })
  return {
    infos: entries.map((t, i) => {
      reading.lay(`infos[${i}]`, t)
      return readInfo(t, `infos[${i}]`, reading)
    }),
  }
}

/** Reads a SET OF SecurityInfo, as EF.CardAccess is one. An entry that is unknown or odd is kept in its bytes. @source Doc 9303-11 §9.2 */
export function decodeSecurityInfos(bytes: Uint8Array): Decoded<SecurityInfos> {
  return decoding((_, reading) => {
    const set = readTlv(bytes, 0, bytes.length, reading.policy)
    trailing(bytes, set.next, { reading, clause: CLAUSE })
    return readSecurityInfos(set, reading)
  })
}

const maybeInteger = (n: number | undefined): readonly Uint8Array[] => (n === undefined ? [] : [integer(n)])

function encodeInfo(i: SecurityInfo): Uint8Array {
  switch (i.kind) {
    case 'pace': return sequence(oid(i.oid), ...maybeInteger(i.version), ...maybeInteger(i.parameterId))
    case 'pace-domain-parameters': return sequence(oid(i.oid), i.parameters, ...maybeInteger(i.parameterId))
    case 'chip-authentication': return sequence(oid(i.oid), ...maybeInteger(i.version), ...maybeInteger(i.keyId))
    case 'chip-authentication-domain-parameters': return sequence(oid(i.oid), i.parameters, ...maybeInteger(i.keyId))
    case 'chip-authentication-public-key': return sequence(oid(i.oid), i.publicKey, ...maybeInteger(i.keyId))
    case 'terminal-authentication': return sequence(oid(i.oid), ...maybeInteger(i.version), ...(i.efCvca === undefined ? [] : [fileId(i.efCvca)]))
    case 'active-authentication': return sequence(oid(i.oid), ...maybeInteger(i.version), oid(i.signatureAlgorithm))
    case 'ef-dir': return sequence(oid(i.oid), octets(i.efDir))
    case 'unknown': return i.raw
  }
}

function fileId(f: { readonly fid: number; readonly sfid?: number }): Uint8Array {
  return sequence(octets(Uint8Array.of(f.fid >> 8, f.fid & 0xff)), ...(f.sfid === undefined ? [] : [octets(Uint8Array.of(f.sfid))]))
}

/** A SET OF SecurityInfo in DER: what EF.CardAccess is. @source Doc 9303-11 §9.2 */
export function encodeSecurityInfos(s: SecurityInfos): Uint8Array {
  return setOf(...s.infos.map(encodeInfo))
}
