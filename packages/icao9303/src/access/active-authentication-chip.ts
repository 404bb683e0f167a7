import { type Awaitable, type Crypto, type HashName, type Sign } from '../crypto.ts'
import { decodeDerSignature, encodeDerSignature, encodePlainSignature } from '../cvc/signature.ts'
import { bytesOf, numberOf } from '../number.ts'
import { signRecoverable, type RecoverableForm, type RsaSecret } from './active-authentication-rsa.ts'
import { OK, type Command, type Response } from './apdu.ts'
import { curveGroup, randomScalar } from './group.ts'

/** What a chip signs with. */
export type ActiveAuthenticationSecret =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly hash: HashName; readonly secret: RsaSecret; readonly form?: RecoverableForm }
  | { readonly kind: 'ecdsa'; readonly curve: string; readonly sign: Sign; readonly form?: 'plain' | 'der' }

/** What goes wrong on purpose: the answer is cut after some bytes in the short form, or empty at the longest extended length. */
export type ActiveAuthenticationFault =
  | { readonly kind: 'cuts'; readonly at: number }
  | { readonly kind: 'empty-at-most' }

/** The chip's side of a protocol: an answer to its own commands, undefined for those of others. */
export type ChipHandler<A> = (command: Command) => Awaitable<A | undefined>

const NONE = new Uint8Array()

/**
 * An ECDSA key from its scalar, for chips and terminals that are simulated: signs in DER, hashing included. Not made
 * to keep its secret from who can measure it.
 *
 * @throws RangeError for a curve that is not known
 * @source BSI TR-03111 §4.2.1
 */
export function ecdsaSigner(o: { readonly curve: string; readonly scalar: bigint; readonly hash: HashName; readonly crypto: Crypto }): Sign {
  const group = curveGroup(o.curve)
  if (group === undefined) throw new RangeError(`no curve ${o.curve}`)
  const n = group.order
  const bits = n.toString(2).length
  return (message) => {
    const digest = o.crypto.hash(o.hash, message)
    const e = numberOf(digest) >> BigInt(Math.max(0, 8 * digest.length - bits))
    for (;;) {
      const k = randomScalar(group, o.crypto)
      const r = numberOf(group.multiply(group.generator, k).subarray(1, 1 + group.size)) % n
      const s = (inverse(k, n, o.crypto) * (e + r * o.scalar)) % n
      if (r !== 0n && s !== 0n) return encodeDerSignature({ r, s })
    }
  }
}

/** By Fermat: the order is prime. */
function inverse(k: bigint, n: bigint, crypto: Crypto): bigint {
  const length = Math.ceil(n.toString(16).length / 2)
  return numberOf(crypto.power(bytesOf(k, length), bytesOf(n - 2n, length), bytesOf(n, length)))
}

async function signatureOf(challenge: Uint8Array, secret: ActiveAuthenticationSecret, crypto: Crypto): Promise<Uint8Array> {
  if (secret.kind === 'rsa') return signRecoverable(challenge, { ...secret, crypto })
  const der = await secret.sign(challenge)
  const value = decodeDerSignature(der)
  if (value === undefined) throw new RangeError('an ECDSA signature in DER')
  return secret.form === 'der' ? der : encodePlainSignature(value, Math.ceil(curveGroup(secret.curve)!.order.toString(16).length / 2))
}

/** The chip's side of Active Authentication. @source Doc 9303-11 §6.1.3 */
export function activeAuthenticationChip(o: { readonly secret: ActiveAuthenticationSecret; readonly crypto: Crypto; readonly fault?: ActiveAuthenticationFault }): ChipHandler<{ readonly response: Response }> {
  return async (c) => {
    if (c.ins !== 0x88) return undefined
    if (c.p1 !== 0 || c.p2 !== 0) return { response: { data: NONE, sw: 0x6a86 } }
    if (c.data.length !== 8 || c.le === undefined) return { response: { data: NONE, sw: 0x6700 } }
    const signature = await signatureOf(c.data, o.secret, o.crypto)
    if (o.fault?.kind === 'empty-at-most' && c.le === 65_536) return { response: { data: NONE, sw: OK } }
    const room = Math.min(c.le, o.fault?.kind === 'cuts' && c.le <= 256 ? o.fault.at : c.le)
    return { response: { data: signature.slice(0, room), sw: OK } }
  }
}
