import { Cursor, Malformed, childrenOf, readTlv, readWhole, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { bitsOf, hex, integerOf, isSame, octetsOf, oidOf, smallOf, TAG, textOf, timeOf } from '../asn1/value.ts'
import { type Awaitable, type Crypto, type Scheme } from '../crypto.ts'
import { schemeOf } from './algorithm.ts'
import { readKey } from './key.ts'
import { readName, type Name } from './name.ts'

export const OID = {
  subjectKeyId: '2.5.29.14', keyUsage: '2.5.29.15', privateKeyUsage: '2.5.29.16', subjectAltName: '2.5.29.17', issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19', crlNumber: '2.5.29.20', crlPoints: '2.5.29.31', policies: '2.5.29.32',
  authorityKeyId: '2.5.29.35', extKeyUsage: '2.5.29.37',
  documentTypes: '2.23.136.1.1.6.2', nameChange: '2.23.136.1.1.6.1',
} as const

/** What a signer of lists or seals is for, as its extended key usage says. @source Doc 9303-12 §7.1.1.3, §7.1.3 */
export const PURPOSE = {
  masterListSigner: '2.23.136.1.1.3', deviationListSigner: '2.23.136.1.1.8', barCodeSigner: '2.23.136.1.1.11.1',
} as const

export interface Extension { readonly critical: boolean; readonly value: Uint8Array }

/** A certificate, decoded. `spki` has its curve by name, whatever the certificate has. */
export interface Certificate {
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly version: number
  readonly serial: string
  readonly serialDer: Uint8Array
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly spki: Uint8Array
  readonly curve: { readonly name: string; readonly explicit: boolean } | undefined
  readonly keyBits: number | undefined
  readonly scheme: Scheme
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>
  readonly isCa: boolean
  readonly pathLength: number | undefined
  /** Names of the key usage bits that are set; undefined when the extension is absent. */
  readonly keyUsage: readonly string[] | undefined
  readonly privateKeyUsage: { readonly from: Date | undefined; readonly to: Date | undefined } | undefined
  readonly documentTypes: readonly string[] | undefined
  /** Purposes by identifier; undefined when the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | undefined
  /** Issuing States of the subject alternative name, as in the MRZ: `UTO`. @source Doc 9303-12 Table 1 */
  readonly issuingStates: readonly string[]
  readonly subjectKeyId: string | undefined
  readonly authorityKeyId: string | undefined
  readonly defects: readonly string[]
}

const USAGES = [
  'digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign',
  'cRLSign', 'encipherOnly', 'decipherOnly',
] as const
const CLAUSE = 'RFC 5280 §4.1'

/** The three parts of whatever is signed as X.509 signs: content, algorithm, signature. @throws Malformed */
export function openSigned(der: Uint8Array, clause: string): {
  readonly whole: Tlv
  readonly tbs: Tlv
  readonly algorithm: Tlv
  readonly signature: Uint8Array
} {
  const whole = readWhole(der, TAG.sequence, clause)
  const outer = new Cursor(whole, clause)
  const tbs = outer.take(TAG.sequence, 'what is signed')
  const algorithm = outer.take(TAG.sequence, 'signatureAlgorithm')
  const signature = bitsOf(outer.take(TAG.bits, 'signature'))
  outer.done()
  return { whole, tbs, algorithm, signature }
}

/** @throws Malformed: for the package only */
export function decodeCertificate(der: Uint8Array): Certificate {
  const { whole, tbs, algorithm, signature } = openSigned(der, CLAUSE)
  const c = new Cursor(tbs, CLAUSE)
  const version = c.maybe(0xa0)
  const serial = c.take(TAG.integer, 'serialNumber')
  const inner = c.take(TAG.sequence, 'signature algorithm')
  if (!isSame(wholeOf(inner), wholeOf(algorithm))) throw new Malformed(
    'RFC 5280 §4.1.1.2', algorithm.start, 'the same algorithm inside and outside',
  )
  const issuer = readName(c.take(TAG.sequence, 'issuer'))
  const validity = childrenOf(c.take(TAG.sequence, 'validity'))
  const subject = readName(c.take(TAG.sequence, 'subject'))
  const spki = c.take(TAG.sequence, 'subjectPublicKeyInfo')
  c.maybe(0x81)
  c.maybe(0x82)
  const extensions = readExtensions(c.maybe(0xa3))
  c.done()
  if (validity.length !== 2) throw new Malformed(CLAUSE, tbs.start, 'two times of validity')
  const key = readKey(spki)
  const serialNumber = integerOf(serial)
  return {
    der: wholeOf(whole), tbs: wholeOf(tbs),
    version: version === undefined ? 1 : smallOf(readTlv(version.bytes, version.body, version.end)) + 1,
    serial: serialNumber.toString(16), serialDer: wholeOf(serial),
    issuer, subject, notBefore: timeOf(validity[0]!), notAfter: timeOf(validity[1]!),
    spki: key?.spki ?? wholeOf(spki),
    curve: key?.kind === 'ec' ? { name: key.curve.name, explicit: key.explicit } : undefined,
    keyBits: key?.kind === 'ec' ? key.curve.p.length * 4 : key?.bits,
    scheme: schemeOf(algorithm), signature, extensions,
    ...known(extensions, der),
    defects: [...(serialNumber <= 0n ? ['serial-number'] : []), ...(valueOf(serial).length > 20 ? ['serial-length'] : [])],
  }
}

export function readExtensions(wrapper: Tlv | undefined): ReadonlyMap<string, Extension> {
  const map = new Map<string, Extension>()
  if (wrapper === undefined) return map
  for (const ext of childrenOf(readTlv(wrapper.bytes, wrapper.body, wrapper.end))) {
    const c = new Cursor(ext, 'RFC 5280 §4.2')
    const id = oidOf(c.take(TAG.oid, 'an extension id'))
    const critical = c.maybe(TAG.boolean)
    const value = octetsOf(c.take(TAG.octets, 'an extension value'))
    c.done()
    if (map.has(id)) throw new Malformed('RFC 5280 §4.2', ext.start, 'each extension once')
    map.set(id, { critical: critical !== undefined && critical.bytes[critical.body] !== 0, value })
  }
  return map
}

type KnownExtensions = Pick<
  Certificate,
  'isCa' | 'pathLength' | 'keyUsage' | 'privateKeyUsage' | 'documentTypes' | 'extendedKeyUsage' | 'issuingStates'
  | 'subjectKeyId' | 'authorityKeyId'
>

/** The value of an extension, read where it stands, so that what is wrong in it has its place in the whole. */
function insideOf(e: Extension, bytes: Uint8Array): Tlv {
  const at = e.value.byteOffset - bytes.byteOffset
  return readTlv(bytes, at, at + e.value.length)
}

function known(
  ext: ReadonlyMap<string, Extension>, bytes: Uint8Array,
): KnownExtensions {
  const read = (id: string): Tlv | undefined => { const e = ext.get(id); return e && insideOf(e, bytes) }
  const basic = read(OID.basicConstraints)
  const basics = basic === undefined ? [] : childrenOf(basic)
  const usage = read(OID.keyUsage)
  const period = read(OID.privateKeyUsage)
  const types = read(OID.documentTypes)
  const purposes = read(OID.extKeyUsage)
  const aki = read(OID.authorityKeyId)
  const akiKey = aki && childrenOf(aki).find((t) => t.tag === 0x80)
  const ski = read(OID.subjectKeyId)
  const names = read(OID.subjectAltName)
  return {
    isCa: basics[0]?.tag === TAG.boolean && basics[0].bytes[basics[0].body] !== 0,
    pathLength: basics.at(-1)?.tag === TAG.integer ? smallOf(basics.at(-1)!) : undefined,
    keyUsage: usage && USAGES.filter((_, i) => ((usage.bytes[usage.body + 1 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0),
    privateKeyUsage: period && periodOf(period),
    documentTypes: types && childrenOf(types).filter((t) => t.tag === TAG.set).flatMap((set) => childrenOf(set).map((t) => textOf(t))),
    extendedKeyUsage: purposes && childrenOf(purposes).map((t) => oidOf(t)),
    issuingStates: names === undefined ? [] : statesOf(names),
    subjectKeyId: ski && hex(valueOf(ski)),
    authorityKeyId: akiKey && hex(valueOf(akiKey)),
  }
}

/** The L of each directory name among some general names. */
function statesOf(names: Tlv): readonly string[] {
  return childrenOf(names).filter((t) => t.tag === 0xa4).flatMap((t) => childrenOf(t).flatMap((n) => readName(n).parts))
    .filter((p) => p.oid === '2.5.4.7').map((p) => p.value)
}

function periodOf(t: Tlv): { from: Date | undefined; to: Date | undefined } {
  const at = (tag: number): Date | undefined => {
    const part = childrenOf(t).find((c) => c.tag === tag)
    return part && timeOf({ ...part, tag: TAG.time })
  }
  return { from: at(0x80), to: at(0x81) }
}

/** A certificate, or undefined when the bytes are not one. */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  try {
    return decodeCertificate(der)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Critical extensions that this library does not know: whoever meets one must not use what carries it. @source RFC 5280 §4.2, §5.2 */
export function unknownCritical(extensions: ReadonlyMap<string, Extension>): readonly string[] {
  const known: readonly string[] = Object.values(OID)
  return [...extensions].filter(([id, e]) => e.critical && !known.includes(id)).map(([id]) => id)
}

/** True when `issuer`'s key made the signature on this certificate. */
export function isSignedBy(
  c: Pick<Certificate, 'tbs' | 'scheme' | 'signature'>, issuer: Pick<Certificate, 'spki'>, crypto: Crypto,
): Awaitable<boolean> {
  return crypto.verify({ spki: issuer.spki, scheme: c.scheme, message: c.tbs, signature: c.signature })
}

