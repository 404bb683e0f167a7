import { childrenOf, Malformed, readWhole, seriesOf, valueOf, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf, numberOf } from '../number.ts'
import { randomScalar, type Group } from './group.ts'
import { CIPHER_SUITES, type SessionCipher, type SessionKeys } from './key.ts'
import { macOf, pad, unpad } from './mac.ts'
import { type PaceOffer } from './pace-offer.ts'

/** Where nonces and ephemeral keys come from. */
export interface PaceChance {
  readonly random: (length: number) => Uint8Array
  readonly scalar: (group: Group) => bigint
}

/** Fresh ones, from the port. */
export const freshChance = (crypto: Crypto): PaceChance => ({ random: crypto.random, scalar: (group) => randomScalar(group, crypto) })

/** An ephemeral key pair. */
export interface KeyPair { readonly secret: bigint; readonly element: Uint8Array }

export function keyPair(group: Group, chance: PaceChance): KeyPair {
  const secret = chance.scalar(group)
  return { secret, element: group.multiply(group.generator, secret) }
}

/** A public value as it is sent: a point whole, a residue without leading zeros. @source Doc 9303-11 §9.4.1, §9.4.5 */
export function publicValue(group: Group, element: Uint8Array): Uint8Array {
  return group.kind === 'ec' ? element : element.subarray(element.findIndex((b) => b !== 0))
}

/** What key derivation takes of an agreed element: the x-coordinate, or the residue as long as the prime. @source Doc 9303-11 §9.7.1 */
export function secretOf(group: Group, element: Uint8Array): Uint8Array {
  return group.kind === 'ec' ? element.subarray(1, 1 + group.size) : element
}

/** The nonce in its cipher: CBC under the key of the password, with a zero vector. @source Doc 9303-11 §4.4.3.3 */
export function cipherNonce(
  direction: 'encrypt' | 'decrypt', nonce: Uint8Array,
  o: { readonly cipher: SessionCipher; readonly key: Uint8Array; readonly crypto: Crypto },
): Uint8Array {
  const { cipher, block } = CIPHER_SUITES[o.cipher]
  return o.crypto.cipher({ cipher, mode: 'CBC', direction, key: o.key, iv: new Uint8Array(block), bytes: nonce })
}

/** The public key data object that a token is computed over. @source Doc 9303-11 §4.4.3.4, §9.4 */
export function tokenInput(offer: Pick<PaceOffer, 'oid' | 'group'>, element: Uint8Array): Uint8Array {
  return tlv(0x7f49, oid(offer.oid), tlv(offer.group.kind === 'ec' ? 0x86 : 0x84, publicValue(offer.group, element)))
}

/** The authentication token over the other side's key. @source Doc 9303-11 §4.4.3.4 */
export function authenticationToken(
  offer: Pick<PaceOffer, 'oid' | 'group' | 'cipher'>, element: Uint8Array, o: { readonly mac: Uint8Array; readonly crypto: Crypto },
): Uint8Array {
  return macOf(offer.cipher, o.mac, o.crypto)(tokenInput(offer, element))
}

const orderLength = (group: Group): number => Math.ceil(group.order.toString(16).length / 2)

interface Within { readonly keys: SessionKeys; readonly crypto: Crypto }

function runChipData(direction: 'encrypt' | 'decrypt', bytes: Uint8Array, { keys, crypto }: Within): Uint8Array {
  const key = keys.encryption
  const iv = crypto.cipher({ cipher: 'AES', mode: 'ECB', direction: 'encrypt', key, bytes: new Uint8Array(16).fill(0xff) })
  return crypto.cipher({ cipher: 'AES', mode: 'CBC', direction, key, iv, bytes })
}

/**
 * Chip Authentication Data, encrypted: what only the holder of the chip's static key can make.
 *
 * @source Doc 9303-11 §4.4.3.5.1, §4.4.5.6
 */
export function sealChipData(group: Group, o: Within & { readonly staticKey: bigint; readonly mappingKey: bigint }): Uint8Array {
  const [length, order] = [orderLength(group), group.order]
  // the order is prime: the power to order − 2 is the inverse
  const bytes = (n: bigint): Uint8Array => bytesOf(n, length)
  const inverse = numberOf(o.crypto.power(bytes(o.staticKey % order), bytes(order - 2n), bytes(order)))
  const data = (inverse * o.mappingKey) % order
  return runChipData('encrypt', pad(bytes(data), 16), o)
}

/** Chip Authentication Data; undefined when it is no padded scalar of the group. */
export function openChipData(group: Group, sealed: Uint8Array, o: Within): Uint8Array | undefined {
  if (sealed.length === 0 || sealed.length % 16 !== 0) return undefined
  const data = unpad(runChipData('decrypt', sealed, o))
  return data?.length === orderLength(group) ? data : undefined
}

/** What PACE-CAM leaves for the check of the chip: it is genuine when `data` turns its public key into `mappingKey`. */
export interface ChipMappingEvidence {
  readonly group: Group
  readonly mappingKey: Uint8Array
  readonly data: Uint8Array
  readonly keyId?: number
}

/**
 * Did the holder of this static key perform the mapping? The key must come from EF.CardSecurity, under a signature
 * that was verified, with the identifier `keyId`.
 *
 * @param publicKey - the point, uncompressed
 * @source Doc 9303-11 §4.4.3.5.2
 */
export function isChipMapping(evidence: ChipMappingEvidence, publicKey: Uint8Array): boolean {
  const { group, data, mappingKey } = evidence
  const scalar = numberOf(data)
  if (scalar === 0n || scalar >= group.order || !group.isElement(publicKey)) return false
  const made = group.multiply(publicKey, scalar)
  return made.length === mappingKey.length && made.every((b, i) => b === mappingKey[i])
}

/** An object of dynamic authentication data. @source Doc 9303-11 Table 4 */
export type DynamicObject = readonly [tag: number, value: Uint8Array]

/** Dynamic authentication data: objects in a template 7C. @source Doc 9303-11 §4.4.5 */
export function encodeDynamic(...objects: readonly DynamicObject[]): Uint8Array {
  return tlv(0x7c, concat(...objects.map(([tag, value]) => tlv(tag, value))))
}

const BER: ReadPolicy = { mode: 'ber' }

/** Data objects by their tags, each once; undefined when `read` finds anything else. */
function byTag(read: () => readonly Tlv[]): ReadonlyMap<number, Uint8Array> | undefined {
  try {
    const list = read()
    const found = new Map(list.map((t) => [t.tag, valueOf(t)]))
    return found.size === list.length ? found : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** The data objects of a command by their tags, each once; undefined when the bytes are anything else. */
export const decodeObjects = (bytes: Uint8Array, policy: ReadPolicy): ReadonlyMap<number, Uint8Array> | undefined => byTag(() => seriesOf(bytes, policy))

/** The objects of a template 7C by their tags, each once; undefined when the bytes are anything else. */
export const decodeDynamic = (bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined => byTag(() => childrenOf(readWhole(bytes, 0x7c, 'Doc 9303-11 §4.4.5', BER), BER))
