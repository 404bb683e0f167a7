import { curveGroup } from '../access/group.ts'
import { decodeAgreementKey } from '../access/chip-authentication-key.ts'
import { readActiveAuthenticationKey } from '../access/active-authentication.ts'
import { Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { hex, integerOf, isSame, oidOf, TAG } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeDg15 } from '../lds/dg15.ts'
import { bytesOf, numberOf } from '../number.ts'
import { OID_EC, readCurve } from '../pki/curve.ts'
import { type ChipAccess, type ChipKey, type ChipSecrets, type ChipState } from './state.ts'

const CLAUSE = 'RFC 5208 §5'
const OID_RSA = '1.2.840.113549.1.1.1'

/** The private key of a PKCS #8 file, as numbers. */
type Numbers =
  | { readonly kind: 'ec'; readonly curve: string; readonly scalar: bigint }
  | { readonly kind: 'rsa'; readonly modulus: bigint; readonly privateExponent: bigint }
  | { readonly kind: 'residue'; readonly scalar: bigint }

/** @throws Malformed */
function readPrivateKey(der: Uint8Array): Numbers {
  const c = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
  c.take(TAG.integer, 'a version')
  const algorithm = new Cursor(c.take(TAG.sequence, 'an algorithm'), CLAUSE)
  const kind = oidOf(algorithm.take(TAG.oid, 'an algorithm'))
  const body = valueOf(c.take(TAG.octets, 'a private key'))
  if (kind === OID_EC) {
    const { curve } = readCurve(algorithm.takeAny('a curve'))
    const key = new Cursor(readWhole(body, TAG.sequence, 'RFC 5915 §3'), 'RFC 5915 §3')
    key.take(TAG.integer, 'a version')
    return { kind: 'ec', curve: curve.name, scalar: numberOf(valueOf(key.take(TAG.octets, 'a private key'))) }
  }
  if (kind !== OID_RSA) return { kind: 'residue', scalar: integerOf(readWhole(body, TAG.integer, CLAUSE)) }
  const key = new Cursor(readWhole(body, TAG.sequence, 'RFC 8017 A.1.2'), 'RFC 8017 A.1.2')
  const [, modulus, , privateExponent] = Array.from({ length: 4 }, () => integerOf(key.take(TAG.integer, 'a number')))
  return { kind: 'rsa', modulus: modulus!, privateExponent: privateExponent! }
}

/** What a private key is for on this chip: the one whose public half stands in DG14 or DG15. */
function placed(n: Numbers, files: Readonly<Record<string, Uint8Array>>, crypto: Crypto): ChipKey | undefined {
  const [dg14, dg15] = [files['DG14'] && decodeDg14(files['DG14']), files['DG15'] && decodeDg15(files['DG15'])]
  if (n.kind === 'rsa') {
    const key = dg15?.ok === true ? readActiveAuthenticationKey(dg15.value.publicKey) : undefined
    if (key?.kind !== 'rsa' || numberOf(key.key.modulus) !== n.modulus) return undefined
    return { use: 'active-authentication', kind: 'rsa', modulus: n.modulus.toString(16), privateExponent: n.privateExponent.toString(16) }
  }
  for (const info of dg14?.ok === true ? dg14.value.infos : []) {
    if (info.kind !== 'chip-authentication-public-key') continue
    const key = decodeAgreementKey(info.publicKey, crypto)
    if (!key.ok || (key.value.group.kind === 'ec') !== (n.kind === 'ec')) continue
    const { group, element } = key.value
    if (!isSame(group.multiply(group.generator, n.scalar % group.order), element)) continue
    const secret = hex(bytesOf(n.scalar, Math.ceil(n.scalar.toString(16).length / 2)))
    const numbered = info.keyId === undefined ? {} : { keyId: info.keyId }
    return group.kind === 'ec' ? { use: 'chip-authentication', kind: 'ec', curve: group.name, secret, ...numbered }
      : { use: 'chip-authentication', kind: 'dh', publicKey: hex(info.publicKey), secret, ...numbered }
  }
  const group = n.kind === 'ec' ? curveGroup(n.curve) : undefined
  const key = dg15?.ok === true && group !== undefined ? readActiveAuthenticationKey(dg15.value.publicKey) : undefined
  if (n.kind !== 'ec' || group === undefined || key?.kind !== 'ec' || !isSame(group.multiply(group.generator, n.scalar), key.point)) return undefined
  return { use: 'active-authentication', kind: 'ec', curve: n.curve, secret: hex(bytesOf(n.scalar, group.size)) }
}

/**
 * The chip's private key out of a PKCS #8 file: which of the keys in DG14 or DG15 it is.
 *
 * @returns undefined when the bytes are no private key, or the key of another chip
 */
export function chipKeyOf(pkcs8: Uint8Array, files: Readonly<Record<string, Uint8Array>>, crypto: Crypto): ChipKey | undefined {
  try {
    return placed(readPrivateKey(pkcs8), files, crypto)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** What a chip is made of when it is made of a dump. */
export interface LockedChip {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly access: ChipAccess
  readonly secrets: ChipSecrets
  /** Without the private keys of DG14 and DG15 it is a copy, and will be found out. */
  readonly keys?: readonly ChipKey[]
  /** Card-verifiable certificates of the authority that may let terminals read DG3 and DG4. */
  readonly trustPoints?: readonly Uint8Array[]
}

/** A finished chip with the files of a dump. */
export function lockedChip(o: LockedChip): ChipState {
  const files = Object.fromEntries(Object.entries(o.files).map(([k, v]) => [k, hex(v)]))
  return { life: 'locked', files, writes: [], access: o.access, secrets: o.secrets, keys: o.keys ?? [], trustPoints: (o.trustPoints ?? []).map((t) => hex(t)) }
}
