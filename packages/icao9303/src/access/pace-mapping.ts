import { concat } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, type Curve } from '../pki/curve.ts'
import { type Group } from './group.ts'
import { CIPHER_SUITES, type SessionCipher } from './key.ts'
import { MODP } from './modp.ts'

/**
 * The generator of the Generic Mapping, ĝ = g^s · h. Undefined in the one case in which it would be the neutral element,
 * and for a nonce that is a multiple of the order: neither happens by chance.
 *
 * @param shared - the element that both sides agreed on
 * @source Doc 9303-11 §4.4.3.3.1
 */
export function mapGeneric(group: Group, nonce: Uint8Array, shared: Uint8Array): Uint8Array | undefined {
  const s = numberOf(nonce) % group.order
  if (s === 0n) return undefined
  try {
    return group.add(group.multiply(group.generator, s), shared)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

interface Constants { readonly c0: string; readonly c1: string }
const SHORT: Constants = { c0: 'a668892a7c41e3ca739f40b057d85904', c1: 'a4e136ac725f738b01c1f60217c188ad' }
const LONG: Constants = {
  c0: 'd463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676',
  c1: '54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517',
}

/**
 * How long the nonces of the Integrated Mapping are, in bytes: the chip's, a whole number of blocks, and the terminal's.
 *
 * @source Doc 9303-11 §4.4.3.3
 */
export function nonceLengths(cipher: SessionCipher): { readonly chip: 16 | 32; readonly terminal: 16 | 24 | 32 } {
  const { key } = CIPHER_SUITES[cipher]
  return { chip: key === 16 ? 16 : 32, terminal: key }
}

/** What an Integrated Mapping is made of: the chip's nonce s, the terminal's t. */
export interface IntegratedNonces {
  readonly s: Uint8Array
  readonly t: Uint8Array
  readonly cipher: SessionCipher
  readonly crypto: Crypto
}

/** R(s, t): random bits, 64 more than the prime has, cut to whole blocks. @source Doc 9303-11 §4.4.3.3.2, figure 2 */
export function pseudoRandom({ s, t, cipher, crypto }: IntegratedNonces, bitsOfPrime: number): Uint8Array {
  const suite = CIPHER_SUITES[cipher]
  const constants = suite.key === 16 ? SHORT : LONG
  const [c0, c1] = [constants.c0, constants.c1].map((c) => bytesOf(BigInt(`0x${c}`), c.length / 2)) as [Uint8Array, Uint8Array]
  const iv = new Uint8Array(suite.block)
  const run = (key: Uint8Array, bytes: Uint8Array): Uint8Array =>
    crypto.cipher({ cipher: suite.cipher, mode: 'CBC', direction: 'encrypt', key, iv, bytes })
  const parts: Uint8Array[] = []
  let key = run(t, s).subarray(0, suite.key)
  for (let n = 0; n * 8 * c0.length < bitsOfPrime + 64; n++) {
    parts.push(run(key, c1))
    key = run(key, c0).subarray(0, suite.key)
  }
  return concat(...parts)
}

const modulo = (n: bigint, p: bigint): bigint => ((n % p) + p) % p

/** Arithmetic modulo a prime on numbers; powers through the port. */
function field(p: bigint, crypto: Crypto): { readonly size: number; readonly power: (base: bigint, exponent: bigint) => bigint } {
  const size = Math.ceil(p.toString(16).length / 2)
  return { size, power: (base, exponent) => numberOf(crypto.power(bytesOf(base, size), bytesOf(exponent, size), bytesOf(p, size))) }
}

/**
 * A point of the curve from a number below its prime. Undefined when p ≡ 1 mod 4 (P-224), and for the few numbers
 * for which the formula divides by zero.
 *
 * @source Doc 9303-11 Appendix B.2
 */
export function encodePoint(curve: Curve, t: bigint, crypto: Crypto): Uint8Array | undefined {
  const [p, a, b] = [curve.p, curve.a, curve.b].map((h) => BigInt(`0x${h}`)) as [bigint, bigint, bigint]
  if (p % 4n !== 3n) return undefined
  const { size, power } = field(p, crypto)
  const alpha = modulo(-t * t, p)
  const sum = modulo(alpha + alpha * alpha, p)
  if (sum === 0n) return undefined
  const x2 = modulo(-b * (1n + sum) * power(modulo(a * sum, p), p - 2n), p)
  const x3 = modulo(alpha * x2, p)
  const h2 = modulo(x2 * x2 * x2 + a * x2 + b, p)
  const u = modulo(t * t * t * h2, p)
  const root = power(h2, p - 1n - (p + 1n) / 4n)
  const [x, y] = modulo(root * root * h2, p) === 1n ? [x2, modulo(root * h2, p)] : [x3, modulo(root * u, p)]
  return concat(Uint8Array.of(4), bytesOf(x, size), bytesOf(y, size))
}

/**
 * The generator of the Integrated Mapping. Undefined where the group has none (P-224, or residues that are not
 * standardized) and in the cases that do not happen by chance.
 *
 * @source Doc 9303-11 §4.4.3.3.2
 */
export function mapIntegrated(group: Group, nonces: IntegratedNonces): Uint8Array | undefined {
  const curve = CURVES.find((c) => c.name === group.name)
  const modp = MODP.find((m) => m.name === group.name)
  const p = BigInt(`0x${curve?.p ?? modp?.p ?? 0}`)
  if (p === 0n) return undefined
  const seed = numberOf(pseudoRandom(nonces, p.toString(2).length)) % p
  const { size, power } = field(p, nonces.crypto)
  const element = curve === undefined ? bytesOf(power(seed, (p - 1n) / group.order), size) : encodePoint(curve, seed, nonces.crypto)
  return element !== undefined && group.isElement(element) ? element : undefined
}
