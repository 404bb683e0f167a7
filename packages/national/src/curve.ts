import { weierstrass, type WeierstrassOpts, type WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'

import { bytesOf, numberOf } from './byte.ts'
/** The recommended curve of SM2 over a prime of 256 bits. @source GB/T 32918.5-2017 clause 2 */
export const PARAMETERS: WeierstrassOpts<bigint> = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}

/** Points of the curve, with their arithmetic. */
export const Sm2Point = weierstrass(PARAMETERS)
export type Point = WeierstrassPoint<bigint>
/** Whole numbers modulo the order. */
export const scalars = Sm2Point.Fn
export const ORDER = PARAMETERS.n

/** A point that somebody sent: 04‖x‖y, on the curve, not the neutral one; else undefined. The curve has no other subgroup. */
export function parsePoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 65 || bytes[0] !== 4) return undefined
  try {
    const point = Sm2Point.fromBytes(bytes)
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}

/** A private key: 32 bytes, from 1 to the order less 2. @source GB/T 32918.1-2016 §6.1 */
export const isSecret = (secret: Uint8Array): boolean => {
  if (secret.length !== 32) return false
  const d = numberOf(secret)
  return d >= 1n && d <= ORDER - 2n
}

/** A random scalar from 1 to the order less 2, 32 bytes. */
export function randomSecret(random: (length: number) => Uint8Array): Uint8Array {
  for (;;) {
    const bytes = random(32)
    if (isSecret(bytes)) return bytes
  }
}

export const coordinates = (point: Point): Uint8Array => {
  const { x, y } = point.toAffine()
  return Uint8Array.of(...bytesOf(x, 32), ...bytesOf(y, 32))
}
