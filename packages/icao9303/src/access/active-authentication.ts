import { Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { bitsOf, oidOf, TAG } from '../asn1/value.ts'
import { HASH_LENGTH, type Crypto, type HashName } from '../crypto.ts'
import { decodeDerSignature, decodePlainSignature, encodePlainSignature, type EcdsaSignature } from '../cvc/signature.ts'
import { namedSpki, readEcKey, type Curve } from '../pki/curve.ts'
import { openRecoverable, type RsaPublicKey, type Trailer } from './active-authentication-rsa.ts'
import { type AccessDefect } from './exchange.ts'

const CLAUSE = 'Doc 9303-11 §6.1.2.3'
const OID_RSA = '1.2.840.113549.1.1.1'

/** The key of EF.DG15. */
export type ActiveAuthenticationKey =
  | { readonly kind: 'rsa'; readonly key: RsaPublicKey }
  | { readonly kind: 'ec'; readonly curve: Curve; readonly point: Uint8Array }

/** How the signature turned out to be made. */
export type ActiveAuthenticationScheme =
  | { readonly kind: 'rsa'; readonly hash: HashName; readonly trailer: Trailer }
  | { readonly kind: 'ecdsa'; readonly hash: HashName; readonly form: 'plain' | 'der'; readonly curve: string }

/** Did the chip sign the challenge? `defects` are departures that the field is known for. */
export type ActiveAuthenticationVerdict =
  | { readonly outcome: 'passed'; readonly scheme: ActiveAuthenticationScheme; readonly defects: readonly AccessDefect[] }
  | { readonly outcome: 'failed'; readonly reason: AccessDefect }

/** What is judged. */
export interface ActiveAuthenticationOrder {
  /** SubjectPublicKeyInfo, the content of EF.DG15. */
  readonly publicKey: Uint8Array
  /** RND.IFD: eight bytes, fresh for each run. */
  readonly challenge: Uint8Array
  readonly response: Uint8Array
  /** What ActiveAuthenticationInfo in EF.DG14 says of ECDSA; undefined when it is absent. */
  readonly announced?: { readonly hash?: HashName; readonly form?: 'plain' | 'der' } | undefined
  readonly crypto: Crypto
}

/** The key of a SubjectPublicKeyInfo; undefined when it is neither RSA nor EC on a known curve. */
export function readActiveAuthenticationKey(spki: Uint8Array): ActiveAuthenticationKey | undefined {
  try {
    const whole = readWhole(spki, TAG.sequence, 'Doc 9303-11 §6.1.5')
    const cursor = new Cursor(whole, 'Doc 9303-11 §6.1.5')
    const algorithm = new Cursor(cursor.take(TAG.sequence, 'an algorithm'), 'Doc 9303-11 §6.1.5')
    if (oidOf(algorithm.take(TAG.oid, 'an identifier')) !== OID_RSA) {
      const ec = readEcKey(whole)
      return ec && { kind: 'ec', curve: ec.curve, point: ec.point }
    }
    const numbers = new Cursor(readWhole(bitsOf(cursor.take(TAG.bits, 'a key')), TAG.sequence, 'RFC 8017 A.1.1'), 'RFC 8017 A.1.1')
    const [modulus, exponent] = [valueOf(numbers.take(TAG.integer, 'a modulus')), valueOf(numbers.take(TAG.integer, 'an exponent'))]
    return { kind: 'rsa', key: { modulus, exponent } }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const failed = (code: string, says: string, clause = CLAUSE): ActiveAuthenticationVerdict & { readonly outcome: 'failed' } => ({ outcome: 'failed', reason: { code, says, clause } })

/** Bytes of the order of a curve. */
export const orderBytes = (curve: Curve): number => curve.n.length / 2

/** The hash functions to try: what was announced, those that the key's length permits, the others. */
function hashesFor(curve: Curve, announced: HashName | undefined): readonly HashName[] {
  const permitted = (['SHA-512', 'SHA-384', 'SHA-256', 'SHA-224'] as const).filter((h) => HASH_LENGTH[h] <= orderBytes(curve))
  return [...new Set<HashName>([...(announced === undefined ? [] : [announced]), ...permitted, 'SHA-256', 'SHA-384', 'SHA-512', 'SHA-224', 'SHA-1'])]
}

interface Candidate { readonly form: 'plain' | 'der'; readonly value: EcdsaSignature }

/** The forms in which the response can be read, the likelier first. */
function candidatesOf(response: Uint8Array, curve: Curve): readonly Candidate[] {
  const [der, plain] = [decodeDerSignature(response), decodePlainSignature(response)]
  const both: readonly (Candidate | undefined)[] = [plain && { form: 'plain', value: plain }, der && { form: 'der', value: der }]
  const known = both.filter((c) => c !== undefined)
  return response.length === 2 * orderBytes(curve) ? known : known.reverse()
}

function defectsOf(o: ActiveAuthenticationOrder, s: ActiveAuthenticationScheme & { readonly kind: 'ecdsa' }, curve: Curve): readonly AccessDefect[] {
  const defects: AccessDefect[] = []
  const add = (code: string, says: string, clause = CLAUSE): void => { defects.push({ code, says, clause }) }
  if (o.announced === undefined) add('aa-info-missing', 'EF.DG14 does not say how Active Authentication signs', 'Doc 9303-11 §9.2.4')
  else if (o.announced.hash !== undefined && o.announced.hash !== s.hash) add('aa-hash-other', `signed with ${s.hash}; ${o.announced.hash} is announced`, 'Doc 9303-11 §9.2.4')
  if (s.form === 'der') add('aa-signature-der', 'the signature is in DER instead of r and s')
  else if (o.response.length !== 2 * orderBytes(curve)) add('aa-signature-length', `${o.response.length} bytes; r and s have ${orderBytes(curve)} each`)
  if (s.hash === 'SHA-1') add('aa-hash-sha-1', 'signed with SHA-1')
  if (HASH_LENGTH[s.hash] > orderBytes(curve)) add('aa-hash-long', `${s.hash} is longer than the key`)
  return defects
}

async function verifyEcdsa(o: ActiveAuthenticationOrder, key: { readonly curve: Curve; readonly point: Uint8Array }): Promise<ActiveAuthenticationVerdict> {
  const { curve } = key
  const order = BigInt(`0x${curve.n}`)
  const candidates = candidatesOf(o.response, curve)
  if (candidates.length === 0) return failed('aa-signature-format', `${o.response.length} bytes are neither r and s nor DER`)
  const inRange = candidates.filter(({ value: { r, s } }) => r > 0n && s > 0n && r < order && s < order)
  if (inRange.length === 0) return failed('aa-signature-range', `r or s is not below the order of ${curve.name}: signed on another curve, or not whole`)
  const spki = namedSpki(curve, key.point)
  for (const { form, value } of inRange) {
    const signature = encodePlainSignature(value, orderBytes(curve))
    for (const hash of hashesFor(curve, o.announced?.hash)) {
      if (!(await o.crypto.verify({ spki, scheme: { kind: 'ecdsa', hash, form: 'plain' }, message: o.challenge, signature }))) continue
      const scheme = { kind: 'ecdsa', hash, form, curve: curve.name } as const
      return { outcome: 'passed', scheme, defects: defectsOf(o, scheme, curve) }
    }
  }
  return failed('aa-signature-wrong', `no hash function makes it a signature on ${curve.name}`)
}

/**
 * Judges the response to a challenge. RSA: ISO/IEC 9796-2 scheme 1 with every trailer of Doc 9303. ECDSA: plain or
 * DER, with the announced hash, a permitted one or another; which it was is reported, departures are named.
 *
 * A response counts only with Passive Authentication of EF.DG15.
 *
 * @throws RangeError when the challenge has not eight bytes
 * @source Doc 9303-11 §6.1
 */
export async function verifyActiveAuthentication(o: ActiveAuthenticationOrder): Promise<ActiveAuthenticationVerdict> {
  if (o.challenge.length !== 8) throw new RangeError('a challenge of eight bytes')
  const key = readActiveAuthenticationKey(o.publicKey)
  if (key === undefined) return failed('aa-key-unreadable', 'the key is neither RSA nor on a known curve', 'Doc 9303-11 §6.1.5')
  if (o.response.length === 0) return failed('aa-no-signature', 'the chip answered no signature', 'Doc 9303-11 §6.1.3')
  if (key.kind === 'ec') return verifyEcdsa(o, key)
  const opened = openRecoverable(o.response, { key: key.key, message: o.challenge, crypto: o.crypto })
  if (!opened.ok) return { outcome: 'failed', reason: opened.reason }
  return { outcome: 'passed', scheme: { kind: 'rsa', hash: opened.hash, trailer: opened.trailer }, defects: opened.defects }
}
