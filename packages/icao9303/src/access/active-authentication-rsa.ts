import { concat, isSame } from '../asn1/value.ts'
import { HASH_LENGTH, type Awaitable, type Crypto, type HashName } from '../crypto.ts'
import { bytesOf, numberOf } from '../number.ts'
import { type AccessDefect } from './exchange.ts'

const CLAUSE = 'Doc 9303-11 §6.1.2.2'
const ISO = 'ISO/IEC 9796-2 §8'
const [LEAST_BITS, MOST_BITS] = [1024, 8192]

/** The last bytes of a message representative say the hash: BC, or its number and CC. */
export type Trailer = 'BC' | '33CC' | '34CC' | '35CC' | '36CC' | '38CC'

const TRAILERS: Readonly<Record<Trailer, HashName>> = { BC: 'SHA-1', '33CC': 'SHA-1', '34CC': 'SHA-256', '35CC': 'SHA-512', '36CC': 'SHA-384', '38CC': 'SHA-224' }

/** Modulus and exponent, big-endian. */
export interface RsaPublicKey { readonly modulus: Uint8Array; readonly exponent: Uint8Array }

/** Raises a block, as long as the modulus, to the private exponent. */
export type RsaSecret = (block: Uint8Array) => Awaitable<Uint8Array>

/** The private operation from the numbers themselves, for chips that are simulated. */
export function rsaSecret(key: { readonly modulus: Uint8Array; readonly privateExponent: Uint8Array }, crypto: Crypto): RsaSecret {
  return (block) => crypto.power(block, key.privateExponent, key.modulus)
}

/** What a signature with message recovery holds. */
export type Recovery =
  | { readonly ok: true; readonly hash: HashName; readonly trailer: Trailer; readonly defects: readonly AccessDefect[] }
  | { readonly ok: false; readonly reason: AccessDefect }

const no = (code: string, says: string, clause = ISO): Recovery & { readonly ok: false } => ({ ok: false, reason: { code, says, clause } })

/** The message representative behind a signature, from its header on. */
interface Representative { readonly bytes: Uint8Array; readonly defects: readonly AccessDefect[] }

/** Opens with J, or n − J where the chip took the smaller of both. @source ISO/IEC 9796-2 B.5, B.7 */
function representativeOf(signature: Uint8Array, key: RsaPublicKey, crypto: Crypto): Representative | (Recovery & { readonly ok: false }) {
  const n = numberOf(key.modulus)
  const size = Math.ceil(n.toString(16).length / 2)
  const s = numberOf(signature)
  if (s >= n) return no('aa-signature-range', 'the signature is not below the modulus')
  const defects: AccessDefect[] = []
  if (signature.length !== size) defects.push({ code: 'aa-signature-length', says: `${signature.length} bytes; the modulus has ${size}`, clause: CLAUSE })
  const j = numberOf(crypto.power(bytesOf(s, size), key.exponent, bytesOf(n, size)))
  const f = j % 16n === 12n ? j : n - j
  if (f % 16n !== 12n) return no('aa-trailer', 'no trailer: the signature is of another key, or not whole')
  const bytes = bytesOf(f, size)
  const zeros = bytes.findIndex((b) => b !== 0)
  if (zeros > 0) defects.push({ code: 'aa-leading-zeros', says: `${zeros} zero bytes before the header`, clause: CLAUSE })
  return { bytes: bytes.subarray(zeros), defects }
}

/** Where the recoverable message begins: after 6A, or after 6B, any BB and BA; undefined when the padding is another. @source ISO/IEC 9796-2 §8.1.3 */
function messageStart(f: Uint8Array): number | undefined {
  if (f[0] === 0x6a) return 1
  if (f[0] !== 0x6b) return undefined
  const end = f.findIndex((b, i) => i > 0 && b !== 0xbb)
  return f[end] === 0xba ? end + 1 : undefined
}

function trailerOf(f: Uint8Array): Trailer | undefined {
  const [before, last] = [f.at(-2) ?? 0, f.at(-1)]
  if (last === 0xbc) return 'BC'
  const name = `${before.toString(16).toUpperCase()}CC`
  return last === 0xcc && Object.hasOwn(TRAILERS, name) ? name as Trailer : undefined
}

/**
 * Opens a signature of ISO/IEC 9796-2 scheme 1 with partial recovery and checks header, padding, trailer and the hash
 * over the recovered and the given part. A signature that recovers its whole message covers no challenge and is refused.
 *
 * @param o.message - the part that is not recovered: the challenge
 * @source Doc 9303-11 §6.1.2.2, ISO/IEC 9796-2 §8
 */
export function openRecoverable(signature: Uint8Array, o: { readonly key: RsaPublicKey; readonly message: Uint8Array; readonly crypto: Crypto }): Recovery {
  const size = numberOf(o.key.modulus).toString(2).length
  if (size < LEAST_BITS || size > MOST_BITS) return no('aa-key-length', `a key of ${size} bits`, 'Doc 9303-11 §6.1.4')
  const representative = representativeOf(signature, o.key, o.crypto)
  if ('reason' in representative) return representative
  const { bytes: f } = representative
  const defects = [...representative.defects]
  if ((f[0]! & 0xe0) === 0x40) return no('aa-challenge-uncovered', 'the signature recovers its whole message: the challenge is no part of it')
  const start = messageStart(f)
  if (start === undefined) return no('aa-header', 'the header is not 6A: the signature is of another key, or not whole')
  if (start > 1) defects.push({ code: 'aa-padding', says: `${start - 1} bytes of padding; the nonce of the chip should fill them`, clause: CLAUSE })
  const trailer = trailerOf(f)
  if (trailer === undefined) return no('aa-trailer', 'the trailer names no hash function of Doc 9303', CLAUSE)
  if (trailer === '33CC') defects.push({ code: 'aa-trailer-sha-1', says: 'SHA-1 with trailer 33CC instead of BC', clause: CLAUSE })
  const hash = TRAILERS[trailer]
  const end = f.length - trailer.length / 2
  const middle = end - HASH_LENGTH[hash]
  if (middle < start) return no('aa-header', 'no room for a hash')
  const expected = o.crypto.hash(hash, concat(f.subarray(start, middle), o.message))
  if (!isSame(expected, f.subarray(middle, end))) return no('aa-hash', `the ${hash} is not of this challenge`)
  return { ok: true, hash, trailer, defects }
}

/** How a chip makes its signature: `plain` raises and stops, `smaller` takes S or n − S. @source ISO/IEC 9796-2 B.6, B.4 */
export type RecoverableForm = 'plain' | 'smaller'

/**
 * Signs a challenge as a chip does: the recoverable part is filled with a nonce.
 *
 * @throws RangeError when the modulus is not a whole number of bytes or too short for the hash
 * @source Doc 9303-11 §6.1.2.2, worked example F
 */
export async function signRecoverable(challenge: Uint8Array, o: {
  readonly modulus: Uint8Array
  readonly hash: HashName
  readonly secret: RsaSecret
  readonly crypto: Crypto
  readonly form?: RecoverableForm
}): Promise<Uint8Array> {
  const n = numberOf(o.modulus)
  const bits = n.toString(2).length
  if (bits % 8 !== 0) throw new RangeError('a modulus of whole bytes')
  const trailer = o.hash === 'SHA-1' ? [0xbc] : [Number.parseInt((Object.keys(TRAILERS) as Trailer[]).find((t) => t !== '33CC' && TRAILERS[t] === o.hash)!, 16) >> 8, 0xcc]
  const room = bits / 8 - 1 - HASH_LENGTH[o.hash] - trailer.length
  if (room < 1) throw new RangeError(`no room for ${o.hash} in ${bits} bits`)
  const nonce = o.crypto.random(room)
  const f = concat(Uint8Array.of(0x6a), nonce, o.crypto.hash(o.hash, concat(nonce, challenge)), Uint8Array.from(trailer))
  const s = numberOf(await o.secret(f))
  return bytesOf(o.form === 'smaller' && n - s < s ? n - s : s, bits / 8)
}
