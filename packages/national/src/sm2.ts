import { Cursor, hex, integer, readWhole, sequence, TAG } from 'icao9303/der'

import { attempt, bytesOf, concat, countOf, numberOf } from './byte.ts'
import { isSecret, ORDER, PARAMETERS, parsePoint, randomSecret, scalars, Sm2Point, type Point } from './curve.ts'
import { type Engine } from './engine.ts'
import { portableEngine } from './portable.ts'

const CLAUSE = 'GM/T 0009-2012 §7.3'

/** The user id where nobody agreed on another. @source GM/T 0009-2012 §10 */
export const DEFAULT_USER_ID = '1234567812345678'

/** How a signature is written: DER SEQUENCE(r, s) by GM/T 0009, or r‖s of 64 bytes. */
export type SignatureForm = 'der' | 'plain'

export interface Sm2Options {
  /** `1234567812345678` when absent; text as UTF-8. At most 8,191 bytes. */
  readonly userId?: string | Uint8Array
  /** `der` when absent. */
  readonly form?: SignatureForm
}

interface Pair { readonly r: bigint; readonly s: bigint }

const CURVE_BYTES = concat(...[PARAMETERS.a, PARAMETERS.b, PARAMETERS.Gx, PARAMETERS.Gy].map((n) => bytesOf(n, 32)))

/**
 * Z: the hash of user id, curve and public key, which stands before every message that is signed.
 *
 * @param point - 04‖x‖y
 * @source GB/T 32918.2-2016 §5.5, GM/T 0009-2012 §8.1
 */
export function identityHash(point: Uint8Array, userId: string | Uint8Array = DEFAULT_USER_ID, engine: Engine = portableEngine): Uint8Array {
  const id = typeof userId === 'string' ? new TextEncoder().encode(userId) : userId
  if (id.length > 8191) throw new RangeError('a user id has at most 8,191 bytes')
  return engine.sm3(concat(Uint8Array.of(id.length >> 5, (id.length << 3) & 0xff), id, CURVE_BYTES, point.subarray(1)))
}

/** r and s, each from 1 to below the order; undefined for any other bytes, other forms of DER included. */
function parsePair(signature: Uint8Array, form: SignatureForm): Pair | undefined {
  const pair = form === 'plain' ? plainPair(signature) : attempt(() => {
    const w = new Cursor(readWhole(signature, TAG.sequence, CLAUSE), CLAUSE)
    const both = { r: countOf(w.take(TAG.integer, 'r')), s: countOf(w.take(TAG.integer, 's')) }
    w.done()
    return both
  })
  return pair !== undefined && [pair.r, pair.s].every((n) => n > 0n && n < ORDER) ? pair : undefined
}

const plainPair = (b: Uint8Array): Pair | undefined => (b.length === 64 ? { r: numberOf(b.subarray(0, 32)), s: numberOf(b.subarray(32)) } : undefined)
const writePair = ({ r, s }: Pair, form: SignatureForm): Uint8Array => (form === 'plain' ? concat(bytesOf(r, 32), bytesOf(s, 32)) : sequence(integer(r), integer(s)))

/** A signature in the other form; undefined when it is none. */
export function convertSignature(signature: Uint8Array, from: SignatureForm, to: SignatureForm): Uint8Array | undefined {
  const pair = parsePair(signature, from)
  return pair && writePair(pair, to)
}

/** (1 + d)⁻¹, blinded by a fresh factor: inverting takes a time that depends on what is inverted. */
function inverseOfNext(d: bigint, engine: Engine): bigint {
  const blind = numberOf(randomSecret(engine.random))
  return scalars.mul(scalars.inv(scalars.mul(scalars.add(d, 1n), blind)), blind)
}

/** Signs a message; every signature of it is another one. */
export type Sm2Sign = (message: Uint8Array, form?: SignatureForm) => Uint8Array

/**
 * The signing with one key and user id, by SM2 with SM3, quick for many messages. What it keeps is as secret as the key.
 *
 * @param secret - the private key, 32 bytes
 * @throws RangeError when the secret is no private key: the caller keeps it, so it is a bug
 * @source GB/T 32918.2-2016 §6.1, GM/T 0009-2012 §7.3
 */
export function sm2Signer(secret: Uint8Array, o: Pick<Sm2Options, 'userId'> = {}, engine: Engine = portableEngine): Sm2Sign {
  if (!isSecret(secret)) throw new RangeError('not a private key of SM2')
  const [d, z] = [numberOf(secret), identityHash(engine.basePoint(secret), o.userId, engine)]
  const inverse = inverseOfNext(d, engine)
  return (message, form = 'der') => {
    const e = numberOf(engine.sm3(concat(z, message)))
    for (;;) {
      const ephemeral = randomSecret(engine.random)
      const k = numberOf(ephemeral)
      const r = scalars.create(e + numberOf(engine.basePoint(ephemeral).subarray(1, 33)))
      if (r === 0n || r + k === ORDER) continue
      const s = scalars.mul(inverse, scalars.sub(k, scalars.mul(r, d)))
      if (s !== 0n) return writePair({ r, s }, form)
    }
  }
}

/** One signature by `sm2Signer`. */
export function signSm2(secret: Uint8Array, message: Uint8Array, o: Sm2Options & { readonly engine?: Engine } = {}): Uint8Array {
  return sm2Signer(secret, o, o.engine)(message, o.form)
}

/** How often a key is asked before its multiples are tabled: a table costs what some verifications do. */
const TABLE_AFTER = 6

/** Tells whether a signature is one of a key; never throws. */
export type Sm2Check = (message: Uint8Array, signature: Uint8Array, form?: SignatureForm) => boolean

/**
 * The verification with one key and user id, quick for many messages; undefined when the point is not on the curve.
 * Works on public values only, so not in constant time. @source GB/T 32918.2-2016 §7.1
 */
export function sm2Check(key: Uint8Array, o: Pick<Sm2Options, 'userId'> = {}, engine: Engine = portableEngine): Sm2Check | undefined {
  const point = parsePoint(key)
  if (point === undefined) return undefined
  const z = identityHash(key, o.userId, engine)
  let asked = 0
  return (message, signature, form = 'der') => {
    const pair = parsePair(signature, form)
    if (pair === undefined) return false
    if (++asked === TABLE_AFTER) point.precompute()
    const t = scalars.add(pair.r, pair.s)
    if (t === 0n) return false
    const sum = multiples(point, { s: pair.s, t, tabled: asked >= TABLE_AFTER })
    return !sum.is0() && scalars.create(numberOf(engine.sm3(concat(z, message))) + sum.x) === pair.r
  }
}

/** [s]G + [t]P. */
function multiples(point: Point, o: { readonly s: bigint; readonly t: bigint; readonly tabled: boolean }): Point {
  return o.tabled ? Sm2Point.BASE.multiplyUnsafe(o.s).add(point.multiplyUnsafe(o.t)) : Sm2Point.BASE.mulAddUnsafe(o.s, point, o.t)
}

const CHECKS = new Map<string, Sm2Check | undefined>()
const CHECKS_LIMIT = 64

/**
 * True only for a good signature under the key and user id. A key or signature that cannot be read is not one. Never throws.
 * The last keys asked for are remembered.
 *
 * @param key - 04‖x‖y
 */
export function verifySm2(key: Uint8Array, message: Uint8Array, signature: Uint8Array, o: Sm2Options = {}): boolean {
  const userId = typeof o.userId === 'string' ? new TextEncoder().encode(o.userId) : o.userId
  const name = `${hex(key)}|${userId === undefined ? '' : `=${hex(userId)}`}`
  if (!CHECKS.has(name)) {
    if (CHECKS.size >= CHECKS_LIMIT) CHECKS.delete(CHECKS.keys().next().value!)
    CHECKS.set(name, sm2Check(key, userId === undefined ? {} : { userId }))
  }
  return CHECKS.get(name)?.(message, signature, o.form) ?? false
}
