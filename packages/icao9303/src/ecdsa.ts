import { pointsOf } from './access/group.ts'
import { Cursor, Malformed, readWhole } from './asn1/tlv.ts'
import { integerOf, TAG } from './asn1/value.ts'
import { type EcKey } from './key.ts'
import { numberOf } from './number.ts'

/** How often a key is asked before its multiples are tabled: a table costs what some twelve verifications do. */
const TABLE_AFTER = 12

export interface Pair { readonly r: bigint; readonly s: bigint }

/** r and s of a signature, each from 1 to below the order; undefined for any other bytes. */
export function parsePair(signature: Uint8Array, form: 'der' | 'plain', order: bigint): Pair | undefined {
  const pair = form === 'der' ? derPair(signature) : plainPair(signature, order)
  return pair !== undefined && pair.r > 0n && pair.s > 0n && pair.r < order && pair.s < order ? pair : undefined
}

function derPair(signature: Uint8Array): Pair | undefined {
  try {
    const parts = new Cursor(readWhole(signature, TAG.sequence, 'RFC 3279 §2.2.3'), 'RFC 3279 §2.2.3')
    const pair = { r: integerOf(parts.take(TAG.integer, 'r')), s: integerOf(parts.take(TAG.integer, 's')) }
    parts.done()
    return pair
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** r‖s, each as long as the order. @source BSI TR-03111 §5.2.1 */
function plainPair(signature: Uint8Array, order: bigint): Pair | undefined {
  const length = orderLength(order)
  if (signature.length !== 2 * length) return undefined
  return { r: numberOf(signature.subarray(0, length)), s: numberOf(signature.subarray(length)) }
}

/** The order of the base point of a key's curve. */
export const orderOf = (key: EcKey): bigint => BigInt(`0x${key.curve.n}`)

/** Bytes that an order takes. */
export const orderLength = (order: bigint): number => Math.ceil(order.toString(16).length / 2)

/** Tells whether a pair signs a digest. */
export type PairCheck = (digest: Uint8Array, pair: Pair) => boolean

/**
 * ECDSA verification with one key; undefined when its point is not on the curve. Works over public values only, so
 * not in constant time. @source FIPS 186-5 §6.4.2
 */
export function pairCheck(key: EcKey): PairCheck | undefined {
  const Point = pointsOf(key.curve)
  let point: InstanceType<typeof Point>
  try {
    point = Point.fromBytes(key.point)
  } catch {
    return undefined
  }
  const [n, scalars] = [Point.Fn.ORDER, Point.Fn]
  const bits = n.toString(2).length
  let asked = 0
  return (digest, { r, s }) => {
    if (++asked === TABLE_AFTER) point.precompute()
    const excess = BigInt(Math.max(0, 8 * digest.length - bits))
    const w = scalars.inv(s)
    const [u, v] = [scalars.mul(scalars.create(numberOf(digest) >> excess), w), scalars.mul(r, w)]
    const sum = asked < TABLE_AFTER ? Point.BASE.mulAddUnsafe(u, point, v) : Point.BASE.multiplyUnsafe(u).add(point.multiplyUnsafe(v))
    return !sum.is0() && scalars.create(sum.x) === r
  }
}
