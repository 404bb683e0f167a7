import { Cursor, integer, Malformed, octets, readWhole, sequence, TAG, valueOf } from 'icao9303/der'

import { attempt, bytesOf, concat, countOf, isSameSecret, numberOf } from './byte.ts'
import { coordinates, isSecret, parsePoint, PARAMETERS, randomSecret } from './curve.ts'
import { type Engine } from './engine.ts'
import { portableEngine } from './portable.ts'

const CLAUSE = 'GM/T 0009-2012 §7.2'

/** As many bytes as are wanted from a shared secret. @source GB/T 32918.4-2016 §5.4.3 */
function derive(shared: Uint8Array, length: number, engine: Engine): Uint8Array {
  const parts: Uint8Array[] = []
  for (let i = 1; 32 * parts.length < length; i++) parts.push(engine.sm3(concat(shared, bytesOf(BigInt(i), 4))))
  return concat(...parts).subarray(0, length)
}

interface Ciphertext { readonly point: Uint8Array; readonly check: Uint8Array; readonly text: Uint8Array }

/** XCoordinate, YCoordinate, HASH, CipherText: C1, C3, C2. @source GM/T 0009-2012 §7.2 */
function parseCiphertext(der: Uint8Array): Ciphertext | undefined {
  return attempt(() => {
    const w = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
    const [x, y] = [countOf(w.take(TAG.integer, 'x')), countOf(w.take(TAG.integer, 'y'))]
    const [check, text] = [valueOf(w.take(TAG.octets, 'the hash')), valueOf(w.take(TAG.octets, 'the text'))]
    w.done()
    if (x >= PARAMETERS.p || y >= PARAMETERS.p || check.length !== 32 || text.length === 0) throw new Malformed(CLAUSE, 0, 'a ciphertext of SM2')
    return { point: concat(Uint8Array.of(4), bytesOf(x, 32), bytesOf(y, 32)), check, text }
  })
}

/**
 * Encrypts a short text, such as a key, for the owner of an SM2 key; C1C3C2 in ASN.1. Says nothing about who encrypted.
 *
 * @param key - 04‖x‖y
 * @throws RangeError when the key is off the curve or the text is empty: the caller has looked at both
 * @source GB/T 32918.4-2016 §6.1, GM/T 0009-2012 §7.2
 */
export function encryptSm2(key: Uint8Array, text: Uint8Array, engine: Engine = portableEngine): Uint8Array {
  const point = parsePoint(key)
  if (point === undefined) throw new RangeError('not a public key of SM2')
  if (text.length === 0) throw new RangeError('SM2 encrypts at least one byte')
  for (;;) {
    const ephemeral = randomSecret(engine.random)
    const shared = coordinates(point.multiply(numberOf(ephemeral)))
    const stream = derive(shared, text.length, engine)
    if (stream.every((b) => b === 0)) continue
    const c1 = engine.basePoint(ephemeral)
    const check = engine.sm3(concat(shared.subarray(0, 32), text, shared.subarray(32)))
    return sequence(integer(numberOf(c1.subarray(1, 33))), integer(numberOf(c1.subarray(33))), octets(check), octets(text.map((b, i) => b ^ stream[i]!)))
  }
}

/**
 * The text that was encrypted for a private key; undefined when the bytes are no ciphertext of SM2 or were changed.
 *
 * @throws RangeError when the secret is no private key
 * @source GB/T 32918.4-2016 §7.1
 */
export function decryptSm2(secret: Uint8Array, ciphertext: Uint8Array, engine: Engine = portableEngine): Uint8Array | undefined {
  if (!isSecret(secret)) throw new RangeError('not a private key of SM2')
  const c = parseCiphertext(ciphertext)
  const point = c && parsePoint(c.point)
  if (c === undefined || point === undefined) return undefined
  const shared = coordinates(point.multiply(numberOf(secret)))
  const stream = derive(shared, c.text.length, engine)
  const text = c.text.map((b, i) => b ^ stream[i]!)
  return isSameSecret(engine.sm3(concat(shared.subarray(0, 32), text, shared.subarray(32))), c.check) ? text : undefined
}
