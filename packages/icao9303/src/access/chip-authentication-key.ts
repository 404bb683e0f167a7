import { Cursor, Malformed, readWhole } from '../asn1/tlv.ts'
import { bitsOf, integerOf, oidOf, smallOf, TAG } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { decoding, type Decoded } from '../lds/decoded.ts'
import { OID_DH_PKCS3, OID_DH_X942, OID_STANDARDIZED_PARAMETERS } from '../lds/security-protocol.ts'
import { bytesOf } from '../number.ts'
import { OID_EC, readCurve } from '../pki/curve.ts'
import { curveGroup, dhGroup, standardGroup, type Group } from './group.ts'
import { MODP } from './modp.ts'
import { publicValue, secretOf } from './pace-key.ts'

const CLAUSE = 'Doc 9303-11 §9.5'

/** A public key for key agreement, and the group that it belongs to. */
export interface AgreementKey {
  readonly group: Group
  /** The element, encoded as the group does. */
  readonly element: Uint8Array
}

/** An INTEGER from zero up in the fewest bytes. @throws Malformed */
function naturalOf(der: Uint8Array): Uint8Array {
  const t = readWhole(der, TAG.integer, CLAUSE)
  const n = integerOf(t)
  if (n < 0n) throw new Malformed(CLAUSE, t.start, 'a number from zero up')
  return bytesOf(n, Math.max(1, Math.ceil(n.toString(16).length / 2)))
}

interface DhParameters { readonly p: bigint; readonly g: bigint; readonly q: bigint | undefined }

/** The group of a prime and a generator: a standard one where its numbers are these, else one of the issuer's own. */
function residues({ p, g, q }: DhParameters, crypto: Crypto): Group | undefined {
  const known = MODP.findIndex((m) => BigInt(`0x${m.p}`) === p && BigInt(`0x${m.g}`) === g && (q === undefined || BigInt(`0x${m.q}`) === q))
  if (known >= 0) return standardGroup(known, crypto)
  if (p < 3n || g < 1n || g >= p) return undefined
  const [size, bits] = [Math.ceil(p.toString(16).length / 2), p.toString(2).length]
  return dhGroup({ name: `modp${bits}-explicit`, prime: bytesOf(p, size), generator: bytesOf(g, size), order: q ?? p - 1n }, crypto)
}

/** PKCS #3: p, g and a length; X9.42: p, g, q and more. @source Doc 9303-11 §9.6, §8.5 note 2 */
function readDh(oid: string, parameters: Cursor, crypto: Crypto): Group | undefined {
  const cursor = new Cursor(parameters.take(TAG.sequence, 'domain parameters'), CLAUSE)
  const [p, g] = [integerOf(cursor.take(TAG.integer, 'a prime')), integerOf(cursor.take(TAG.integer, 'a generator'))]
  return residues({ p, g, q: oid === OID_DH_X942 ? integerOf(cursor.take(TAG.integer, 'an order')) : undefined }, crypto)
}

function readGroup(oid: string, parameters: Cursor, crypto: Crypto): Group | undefined {
  if (oid === OID_DH_PKCS3 || oid === OID_DH_X942) return readDh(oid, parameters, crypto)
  const t = parameters.takeAny('domain parameters')
  if (oid === OID_EC) return curveGroup(readCurve(t).curve.name)
  return oid === OID_STANDARDIZED_PARAMETERS ? standardGroup(smallOf(t, CLAUSE), crypto) : undefined
}

/**
 * Reads the SubjectPublicKeyInfo of a key for Chip Authentication or PACE-CAM. Explicit parameters are recognised;
 * a prime of the issuer's own is taken as it is, because the signature over the file vouches for it.
 *
 * @source Doc 9303-11 §9.2.6, §9.5, §9.6
 */
export function decodeAgreementKey(spki: Uint8Array, crypto: Crypto): Decoded<AgreementKey> {
  return decoding(() => {
    const cursor = new Cursor(readWhole(spki, TAG.sequence, CLAUSE), CLAUSE)
    const algorithm = cursor.take(TAG.sequence, 'an algorithm')
    const parameters = new Cursor(algorithm, CLAUSE)
    const group = readGroup(oidOf(parameters.take(TAG.oid, 'an algorithm')), parameters, crypto)
    if (group === undefined) throw new Malformed(CLAUSE, algorithm.start, 'domain parameters that are known or can be used')
    const bits = cursor.take(TAG.bits, 'a public key')
    cursor.done()
    const value = bitsOf(bits)
    const element = group.parse(group.kind === 'ec' ? value : naturalOf(value))
    if (element === undefined) throw new Malformed('Doc 9303-11 §9.4.5', bits.start, `an element of ${group.name}`)
    return { group, element }
  })
}

/**
 * The secret that both sides share. Undefined for an element whose power is neutral, as one may send where the order
 * of the group is not known. @source Doc 9303-11 §9.6, §9.7.1
 */
export function agreeSecret(group: Group, element: Uint8Array, scalar: bigint): Uint8Array | undefined {
  try {
    return secretOf(group, group.multiply(element, scalar))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Comp: the x-coordinate of a point, or the SHA-1 of an integer. @source Doc 9303-11 §7.1.4.1.3, §7.1.4.2.3 */
export function compressElement(group: Group, element: Uint8Array, crypto: Crypto): Uint8Array {
  return group.kind === 'ec' ? secretOf(group, element) : crypto.hash('SHA-1', publicValue(group, element))
}
