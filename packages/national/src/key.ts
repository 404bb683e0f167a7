import {
  bits, bitsOf, childrenOf, context, Cursor, integer, isSame, Malformed,
  octets, oid, oidOf, readWhole, sequence, TAG, valueOf, type Tlv,
} from 'icao9303/der'

import { attempt, countOf } from './byte.ts'
import { isSecret, parsePoint, randomSecret } from './curve.ts'
import { type Engine } from './engine.ts'
import { portableEngine } from './portable.ts'

const CLAUSE = 'GM/T 0009-2012 §7.1'

const [OID_EC, OID_SM2] = ['1.2.840.10045.2.1', '1.2.156.10197.1.301'] as const
const ALGORITHM = sequence(oid(OID_EC), oid(OID_SM2))

/** An SM2 key pair. */
export interface Sm2Key {
  /** 32 bytes. */
  readonly secret: Uint8Array
  /** 04‖x‖y, 65 bytes. */
  readonly point: Uint8Array
}

/** A fresh key pair. @source GB/T 32918.1-2016 §6.1 */
export function generateSm2Key(engine: Engine = portableEngine): Sm2Key {
  const secret = randomSecret(engine.random)
  return { secret, point: engine.basePoint(secret) }
}

/** The public key of a private one. @throws RangeError when it is none */
export function sm2PointOf(secret: Uint8Array, engine: Engine = portableEngine): Uint8Array {
  if (!isSecret(secret)) throw new RangeError('not a private key of SM2')
  return engine.basePoint(secret)
}

/** SubjectPublicKeyInfo of an SM2 key. @source GM/T 0009-2012 §7.1, GB/T 20518-2018 §5.2.3.7 */
export const encodeSm2Spki = (point: Uint8Array): Uint8Array => sequence(ALGORITHM, bits(point))

/** @throws Malformed when it is no SubjectPublicKeyInfo of an SM2 key with a point on the curve */
export function pointOfSpki(spki: Tlv): Uint8Array {
  const w = new Cursor(spki, CLAUSE)
  demandSm2(w.take(TAG.sequence, 'an algorithm'))
  const key = w.take(TAG.bits, 'a key')
  w.done()
  const point = bitsOf(key)
  if (parsePoint(point) === undefined) throw new Malformed(CLAUSE, key.start, 'an uncompressed point of the SM2 curve')
  return point
}

function demandSm2(algorithm: Tlv): void {
  const [kind, curve, more] = childrenOf(algorithm)
  if (kind === undefined || curve === undefined || more !== undefined || oidOf(kind) !== OID_EC || oidOf(curve) !== OID_SM2) throw new Malformed(CLAUSE, algorithm.start, 'the SM2 curve')
}

/** The point of a SubjectPublicKeyInfo; undefined when the key is of another kind or off the curve. */
export const decodeSm2Spki = (der: Uint8Array): Uint8Array | undefined => attempt(() => pointOfSpki(readWhole(der, TAG.sequence, CLAUSE)))

/** A private key as PKCS#8, its public half inside. Not encrypted: whoever writes it down answers for the place. @source RFC 5958, RFC 5915 */
export function encodeSm2Pkcs8(key: Sm2Key): Uint8Array {
  return sequence(integer(0), ALGORITHM, octets(sequence(integer(1), octets(key.secret), context(1, bits(key.point)))))
}

/** The key pair of a PKCS#8 without encryption; undefined when it is none of SM2, or the two halves do not belong together. */
export function decodeSm2Pkcs8(der: Uint8Array, engine: Engine = portableEngine): Sm2Key | undefined {
  return attempt(() => {
    const w = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
    countOf(w.take(TAG.integer, 'a version'))
    demandSm2(w.take(TAG.sequence, 'an algorithm'))
    const inner = new Cursor(readWhole(valueOf(w.take(TAG.octets, 'a private key')), TAG.sequence, CLAUSE), CLAUSE)
    countOf(inner.take(TAG.integer, 'a version'))
    const secret = valueOf(inner.take(TAG.octets, 'a private key')).slice()
    inner.maybe(0xa0)
    const told = inner.maybe(0xa1)
    inner.done()
    if (!isSecret(secret)) return undefined
    const point = engine.basePoint(secret)
    return told === undefined || isSame(bitsOf(childrenOf(told)[0]!), point) ? { secret, point } : undefined
  })
}

/** DER as PEM, in lines of 64 characters. */
export function wrapPem(label: string, der: Uint8Array): string {
  const text = btoa(Array.from(der, (b) => String.fromCharCode(b)).join(''))
  return `-----BEGIN ${label}-----\n${text.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`
}

/** The DER values of a label in a PEM file, in their order; what is no base64 is left out. */
export function unwrapPem(label: string, text: string): readonly Uint8Array[] {
  return [...text.matchAll(new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g'))].flatMap((m) => {
    try {
      return [Uint8Array.from(atob(m[1]!.replace(/\s+/g, '')), (c) => c.charCodeAt(0))]
    } catch {
      return []
    }
  })
}
