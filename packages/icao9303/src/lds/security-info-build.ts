import { type SessionCipher } from '../access/key.ts'
import { DER, Malformed, readWhole } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { type HashName } from '../crypto.ts'
import {
  algorithmOf, type ActiveAuthenticationInfo, type ChipAuthenticationInfo, type ChipAuthenticationPublicKeyInfo, type EfDirInfo, type PaceInfo, type TerminalAuthenticationInfo,
} from './security-info.ts'
import {
  AA_ALGORITHMS, chipAuthenticationOid, OID_ACTIVE_AUTHENTICATION, OID_DH_PKCS3, OID_DH_X942, OID_EF_DIR, OID_PUBLIC_KEY, OID_TERMINAL_AUTHENTICATION, paceOid,
  type KeyAgreement, type Mapping,
} from './security-protocol.ts'

/** PACE version 2 with standardized domain parameters. @source Doc 9303-11 §9.2.1, Table 12 */
export function paceInfo(p: { readonly agreement: KeyAgreement; readonly mapping: Mapping; readonly cipher: SessionCipher; readonly parameterId: number }): PaceInfo {
  const { agreement, mapping, cipher, parameterId } = p
  return { kind: 'pace', oid: paceOid(p), agreement, mapping, cipher, version: 2, parameterId }
}

/** Chip Authentication version 1. @source Doc 9303-11 §9.2.5 */
export function chipAuthenticationInfo(p: { readonly agreement: KeyAgreement; readonly cipher: SessionCipher; readonly keyId?: number }): ChipAuthenticationInfo {
  return { kind: 'chip-authentication', oid: chipAuthenticationOid(p), version: 1, ...p }
}

/** The chip's key. @param spki - SubjectPublicKeyInfo in DER @throws RangeError when it is none @source Doc 9303-11 §9.2.6 */
export function chipAuthenticationKey(spki: Uint8Array, keyId?: number): ChipAuthenticationPublicKeyInfo {
  const algorithm = algorithmIn(spki)
  const agreement = algorithm === OID_DH_PKCS3 || algorithm === OID_DH_X942 ? 'DH' : 'ECDH'
  return { kind: 'chip-authentication-public-key', oid: `${OID_PUBLIC_KEY}.${agreement === 'DH' ? 1 : 2}`, agreement, publicKey: spki, algorithm, ...(keyId === undefined ? {} : { keyId }) }
}

function algorithmIn(spki: Uint8Array): string {
  try {
    return algorithmOf(readWhole(spki, TAG.sequence, 'Doc 9303-11 §9.1'), { policy: DER })
  } catch (error) {
    if (error instanceof Malformed) throw new RangeError(`no SubjectPublicKeyInfo: ${error.message}`)
    throw error
  }
}

/** Terminal Authentication version 1. @source Doc 9303-11 §9.2.8 */
export function terminalAuthenticationInfo(): TerminalAuthenticationInfo {
  return { kind: 'terminal-authentication', oid: OID_TERMINAL_AUTHENTICATION, version: 1 }
}

/** Active Authentication with plain ECDSA. @source Doc 9303-11 §9.2.4 */
export function activeAuthenticationInfo(hash: HashName): ActiveAuthenticationInfo {
  const signatureAlgorithm = Object.keys(AA_ALGORITHMS).find((o) => AA_ALGORITHMS[o]!.form === 'plain' && AA_ALGORITHMS[o]!.hash === hash)!
  return { kind: 'active-authentication', oid: OID_ACTIVE_AUTHENTICATION, version: 1, signatureAlgorithm, hash, form: 'plain' }
}

/** The copy of EF.DIR that is signed with the rest. @source Doc 9303-11 §9.2.10 */
export function efDirInfo(efDir: Uint8Array): EfDirInfo {
  return { kind: 'ef-dir', oid: OID_EF_DIR, efDir }
}
