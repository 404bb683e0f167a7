import { type SessionCipher } from '../access/key.ts'
import { type HashName } from '../crypto.ts'

export type KeyAgreement = 'DH' | 'ECDH'
/** How PACE maps the nonce: generic, integrated, or with chip authentication. */
export type Mapping = 'GM' | 'IM' | 'CAM'

const BSI = '0.4.0.127.0.7'
export const OID_PUBLIC_KEY = `${BSI}.2.2.1`
export const OID_TERMINAL_AUTHENTICATION = `${BSI}.2.2.2`
export const OID_CHIP_AUTHENTICATION = `${BSI}.2.2.3`
export const OID_PACE = `${BSI}.2.2.4`
export const OID_ACTIVE_AUTHENTICATION = '2.23.136.1.1.5'
export const OID_EF_DIR = '2.23.136.1.1.13'
/** The content of EF.CardSecurity. @source BSI TR-03110-3 A.1.2.5 */
export const OID_CARD_SECURITY = `${BSI}.3.2.1`
/** A key or parameters by the number of Doc 9303-11 Table 12. */
export const OID_STANDARDIZED_PARAMETERS = `${BSI}.1.2`
export const OID_DH_PKCS3 = '1.2.840.113549.1.3.1'
export const OID_DH_X942 = '1.2.840.10046.2.1'

export const AGREEMENTS: Readonly<Record<string, KeyAgreement>> = { 1: 'DH', 2: 'ECDH' }
export const CIPHERS: Readonly<Record<string, SessionCipher>> = { 1: '3DES', 2: 'AES-128', 3: 'AES-192', 4: 'AES-256' }
export const MAPPINGS: Readonly<Record<string, { readonly agreement: KeyAgreement; readonly mapping: Mapping }>> = {
  1: { agreement: 'DH', mapping: 'GM' }, 2: { agreement: 'ECDH', mapping: 'GM' }, 3: { agreement: 'DH', mapping: 'IM' },
  4: { agreement: 'ECDH', mapping: 'IM' }, 6: { agreement: 'ECDH', mapping: 'CAM' },
}

/** The hash and the form of signature of an Active Authentication algorithm. @source BSI TR-03111 §5.2.1, RFC 5758 §3.2 */
export const AA_ALGORITHMS: Readonly<Record<string, { readonly hash: HashName; readonly form: 'plain' | 'der' }>> = {
  [`${BSI}.1.1.4.1.1`]: { hash: 'SHA-1', form: 'plain' },
  [`${BSI}.1.1.4.1.2`]: { hash: 'SHA-224', form: 'plain' },
  [`${BSI}.1.1.4.1.3`]: { hash: 'SHA-256', form: 'plain' },
  [`${BSI}.1.1.4.1.4`]: { hash: 'SHA-384', form: 'plain' },
  [`${BSI}.1.1.4.1.5`]: { hash: 'SHA-512', form: 'plain' },
  '1.2.840.10045.4.1': { hash: 'SHA-1', form: 'der' },
  '1.2.840.10045.4.3.1': { hash: 'SHA-224', form: 'der' },
  '1.2.840.10045.4.3.2': { hash: 'SHA-256', form: 'der' },
  '1.2.840.10045.4.3.3': { hash: 'SHA-384', form: 'der' },
  '1.2.840.10045.4.3.4': { hash: 'SHA-512', form: 'der' },
}

/** The arcs of an identifier after a prefix, or undefined when it does not begin so. */
export function arcsAfter(oid: string, prefix: string): readonly string[] | undefined {
  if (oid === prefix) return []
  return oid.startsWith(`${prefix}.`) ? oid.slice(prefix.length + 1).split('.') : undefined
}

/** The cipher that the last arc of a PACE identifier means; chip authentication mapping has no 3DES. */
export function cipherOf(mapping: Mapping, arc: string): SessionCipher | undefined {
  return mapping === 'CAM' && arc === '1' ? undefined : CIPHERS[arc]
}

const arcOf = <V>(table: Readonly<Record<string, V>>, is: (v: V) => boolean): string | undefined => Object.keys(table).find((k) => is(table[k]!))

/** The identifier of a PACE protocol; without a cipher that of its explicit domain parameters. @throws RangeError when there is none @source Doc 9303-11 §9.2.3 */
export function paceOid(p: { readonly agreement: KeyAgreement; readonly mapping: Mapping; readonly cipher?: SessionCipher }): string {
  const map = arcOf(MAPPINGS, (m) => m.agreement === p.agreement && m.mapping === p.mapping)
  const cipher = p.cipher && arcOf(CIPHERS, (c) => c === p.cipher)
  if (map === undefined || (cipher !== undefined && cipherOf(p.mapping, cipher) === undefined)) throw new RangeError(`no PACE with ${p.agreement}, ${p.mapping} and ${p.cipher ?? 'no cipher'}`)
  return cipher === undefined ? `${OID_PACE}.${map}` : `${OID_PACE}.${map}.${cipher}`
}

/** The identifier of Chip Authentication with a cipher. @source Doc 9303-11 §9.2.7 */
export function chipAuthenticationOid(p: { readonly agreement: KeyAgreement; readonly cipher: SessionCipher }): string {
  return `${OID_CHIP_AUTHENTICATION}.${arcOf(AGREEMENTS, (a) => a === p.agreement)!}.${arcOf(CIPHERS, (c) => c === p.cipher)!}`
}

const CIPHER_NAMES: Readonly<Record<SessionCipher, string>> = {
  '3DES': '3DES-CBC-CBC', 'AES-128': 'AES-CBC-CMAC-128', 'AES-192': 'AES-CBC-CMAC-192', 'AES-256': 'AES-CBC-CMAC-256',
}
const NAMES: Readonly<Record<string, string>> = {
  [OID_ACTIVE_AUTHENTICATION]: 'id-icao-mrtd-security-aaProtocolObject', [OID_EF_DIR]: 'id-EFDIR',
  [`${OID_PUBLIC_KEY}.1`]: 'id-PK-DH', [`${OID_PUBLIC_KEY}.2`]: 'id-PK-ECDH', [OID_TERMINAL_AUTHENTICATION]: 'id-TA',
  [`${OID_CHIP_AUTHENTICATION}.1`]: 'id-CA-DH', [`${OID_CHIP_AUTHENTICATION}.2`]: 'id-CA-ECDH',
  [`${BSI}.2.2.5`]: 'id-RI', [`${BSI}.2.2.6`]: 'id-CI', [`${BSI}.2.2.8`]: 'id-PT', [OID_CARD_SECURITY]: 'id-SecurityObject',
  [OID_STANDARDIZED_PARAMETERS]: 'standardizedDomainParameters',
}

/** The name that the standard gives to a protocol: `id-PACE-ECDH-GM-AES-CBC-CMAC-128`; undefined when it gives none. */
export function protocolName(oid: string): string | undefined {
  if (NAMES[oid] !== undefined) return NAMES[oid]
  const [map, paceCipher, more] = arcsAfter(oid, OID_PACE) ?? []
  const m = MAPPINGS[map ?? '']
  if (m !== undefined && more === undefined) {
    if (paceCipher === undefined) return `id-PACE-${m.agreement}-${m.mapping}`
    const cipher = cipherOf(m.mapping, paceCipher)
    return cipher && `id-PACE-${m.agreement}-${m.mapping}-${CIPHER_NAMES[cipher]}`
  }
  const [agree, caCipher, rest] = arcsAfter(oid, OID_CHIP_AUTHENTICATION) ?? []
  const [agreement, cipher] = [AGREEMENTS[agree ?? ''], CIPHERS[caCipher ?? '']]
  if (agreement !== undefined && cipher !== undefined && rest === undefined) return `id-CA-${agreement}-${CIPHER_NAMES[cipher]}`
  const aa = AA_ALGORITHMS[oid]
  return aa && `ecdsa-${aa.form === 'plain' ? 'plain-' : 'with-'}${aa.hash.replace('-', '')}`
}
