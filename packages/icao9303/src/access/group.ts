import { weierstrass, type WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'

import { concat, hex, isSame, unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, type Curve } from '../pki/curve.ts'
import { MODP } from './modp.ts'

/**
 * A group of prime order in which keys are agreed: points of a curve or residues modulo a prime. Elements are
 * encoded: 04‖x‖y, or big-endian as long as the prime. The neutral element is never one, given or made.
 */
export interface Group {
  readonly kind: 'ec' | 'dh'
  /** As in `P-256`, `brainpoolP256r1`, `modp2048-256`. */
  readonly name: string
  /** Bytes of a coordinate, or of the prime. */
  readonly size: number
  readonly order: bigint
  readonly generator: Uint8Array
  /** @throws RangeError when the element is none of the group or the scalar a multiple of the order */
  readonly multiply: (element: Uint8Array, scalar: bigint) => Uint8Array
  /** @throws RangeError when one is no element, or the sum is the neutral one */
  readonly add: (a: Uint8Array, b: Uint8Array) => Uint8Array
  /** True only for the full encoding of an element of the right order. */
  readonly isElement: (bytes: Uint8Array) => boolean
  /**
   * The element that a chip or terminal sent; a residue may come without its leading zero bytes. Undefined when it is
   * none. @source Doc 9303-11 §9.4.1, §9.4.3
   */
  readonly parse: (bytes: Uint8Array) => Uint8Array | undefined
  /** The same group seen from another generator, as the mapping of PACE makes one. @throws RangeError when it is no element */
  readonly withGenerator: (generator: Uint8Array) => Group
}

/** Names of curves by standardizedDomainParameters from 8 to 18. @source Doc 9303-11 §9.5.1 */
const STANDARD_CURVES: readonly string[] = [
  'P-192', 'brainpoolP192r1', 'P-224', 'brainpoolP224r1', 'P-256', 'brainpoolP256r1', 'brainpoolP320r1', 'P-384', 'brainpoolP384r1', 'brainpoolP512r1', 'P-521',
]
const FIRST_CURVE = 8

/** The curve that a number of standardizedDomainParameters names; undefined for residues and unassigned numbers. */
export const standardCurveName = (id: number): string | undefined => STANDARD_CURVES[id - FIRST_CURVE]

/** The number of a curve in standardizedDomainParameters. */
export const standardCurveId = (name: string): number | undefined => (STANDARD_CURVES.includes(name) ? STANDARD_CURVES.indexOf(name) + FIRST_CURVE : undefined)

type Points = WeierstrassPointCons<bigint>
const points = new Map<string, Points>()

/** The points of a curve; made once, because the multiples of its base point are kept with it. */
export function pointsOf(curve: Curve): Points {
  let made = points.get(curve.name)
  if (made === undefined) {
    const [n, half] = [(h: string): bigint => BigInt(`0x${h}`), curve.g.length / 2]
    made = weierstrass({ p: n(curve.p), n: n(curve.n), h: 1n, a: n(curve.a), b: n(curve.b), Gx: n(curve.g.slice(0, half)), Gy: n(curve.g.slice(half)) })
    points.set(curve.name, made)
  }
  return made
}

const below = (order: bigint, scalar: bigint): bigint => ((scalar % order) + order) % order

function ecGroup(curve: Curve, generator: Uint8Array): Group {
  const Point = pointsOf(curve)
  const base = hex(generator) === `04${curve.g}`
  const pointAt = (bytes: Uint8Array): InstanceType<Points> | undefined => {
    // compressed points have no place here (Doc 9303-11 §9.4.1), and the point at infinity has no such encoding
    if (bytes[0] !== 4) return undefined
    try {
      return Point.fromBytes(bytes)
    } catch {
      return undefined
    }
  }
  const point = (bytes: Uint8Array): InstanceType<Points> => {
    const p = pointAt(bytes)
    if (p === undefined) throw new RangeError(`no point of ${curve.name}`)
    return p
  }
  return {
    kind: 'ec', name: curve.name, size: curve.p.length / 2, order: Point.Fn.ORDER, generator,
    // multiples of the base point are looked up: that is why it is named and not decoded
    multiply: (element, scalar) => (base && isSame(element, generator) ? Point.BASE : point(element)).multiply(below(Point.Fn.ORDER, scalar)).toBytes(false),
    add: (a, b) => {
      const sum = point(a).add(point(b))
      if (sum.is0()) throw new RangeError('two points that are not opposite')
      return sum.toBytes(false)
    },
    isElement: (bytes) => pointAt(bytes) !== undefined,
    parse: (bytes) => pointAt(bytes) && bytes,
    withGenerator: (g) => {
      point(g)
      return ecGroup(curve, g.slice())
    },
  }
}

/** Residues by their numbers, big-endian. `order` is the generator's: `prime − 1` where nobody tells (PKCS #3). */
export interface Residues { readonly name: string; readonly prime: Uint8Array; readonly generator: Uint8Array; readonly order: bigint }

function residueGroup(residues: Residues, crypto: Crypto): Group {
  const { name, prime, order, generator } = residues
  const [p, size, width] = [numberOf(prime), prime.length, Math.ceil(order.toString(16).length / 2)]
  const isElement = (bytes: Uint8Array): boolean => {
    const n = bytes.length === size ? numberOf(bytes) : 0n
    // n to the power of order − 1 is its inverse; a power that ends in 1 would be refused by OpenSSL
    return n > 1n && n < p - 1n && (order === p - 1n || (numberOf(crypto.power(bytes, bytesOf(order - 1n, width), prime)) * n) % p === 1n)
  }
  const demand = (bytes: Uint8Array): void => {
    if (!isElement(bytes)) throw new RangeError(`no element of ${name}`)
  }
  const made = (bytes: Uint8Array): Uint8Array => {
    // without the order of a subgroup a power may also be of order two
    if ([1n, p - 1n].includes(numberOf(bytes))) throw new RangeError('elements whose product or power is not neutral')
    return bytes
  }
  return {
    kind: 'dh', name, size, order, generator, isElement,
    parse: (bytes) => {
      const padded = bytes.length < size ? concat(new Uint8Array(size - bytes.length), bytes) : bytes
      return isElement(padded) ? padded : undefined
    },
    multiply: (element, scalar) => {
      if (!isSame(element, generator)) demand(element)
      return made(crypto.power(element, bytesOf(below(order, scalar), width), prime))
    },
    add: (a, b) => {
      demand(a)
      demand(b)
      return made(bytesOf((numberOf(a) * numberOf(b)) % p, size))
    },
    withGenerator: (g) => {
      demand(g)
      return residueGroup({ ...residues, generator: g.slice() }, crypto)
    },
  }
}

/**
 * A group of residues that is not among the standard ones, as a chip's key of its own may name it. Whether its numbers
 * are safe nobody can tell: take them only from a file that was signed.
 *
 * @returns undefined for a prime that is even or not of 1024 to 8192 bits, and for a generator not of that order
 */
export function dhGroup(residues: Residues, crypto: Crypto): Group | undefined {
  const p = numberOf(residues.prime)
  const bits = p.toString(2).length
  if (bits < 1024 || bits > 8192 || p % 2n === 0n || residues.order < 2n || residues.order >= p) return undefined
  const prime = bytesOf(p, Math.ceil(bits / 8))
  const g = numberOf(residues.generator)
  if (g >= p) return undefined
  const made = residueGroup({ ...residues, prime, generator: bytesOf(g, prime.length) }, crypto)
  return made.isElement(made.generator) ? made : undefined
}

/** The group of a curve by its name. */
export function curveGroup(curveName: string): Group | undefined {
  const curve = CURVES.find((c) => c.name === curveName)
  return curve && ecGroup(curve, unhex(`04${curve.g}`))
}

/** The group of a standardizedDomainParameters identifier: 0 to 2 and 8 to 18. @source Doc 9303-11 §9.5.1 */
export function standardGroup(id: number, crypto: Crypto): Group | undefined {
  const modp = MODP[id]
  if (modp !== undefined) return residueGroup({ name: modp.name, prime: unhex(modp.p), generator: unhex(modp.g), order: BigInt(`0x${modp.q}`) }, crypto)
  const name = standardCurveName(id)
  return name === undefined ? undefined : curveGroup(name)
}

/**
 * A private key: a scalar from 1 to below the order. Takes eight random bytes more than the order has, so that no
 * scalar is likelier than another by more than one in 2^64. @source FIPS 186-5 A.2.1
 */
export function randomScalar(group: Group, crypto: Crypto): bigint {
  const length = Math.ceil(group.order.toString(16).length / 2) + 8
  return (numberOf(crypto.random(length)) % (group.order - 1n)) + 1n
}
