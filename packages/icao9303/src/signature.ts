import { type Crypto, type Signed } from './crypto.ts'
import { orderOf, pairCheck, parsePair, type PairCheck } from './ecdsa.ts'
import { type PublicKey } from './key.ts'
import { isRsaSignature } from './rsa.ts'

/** Checks signatures of one key without the platform's help. */
export type SignatureCheck = (signed: Signed, tools: Pick<Crypto, 'hash' | 'power'>) => boolean

export function signatureCheck(key: PublicKey): SignatureCheck {
  if (key.kind === 'rsa') return ({ scheme, message, signature }, tools) => isRsaSignature(key, { scheme, message, signature, tools })
  // a point is decoded when it is first asked for
  let check: { readonly pair: PairCheck | undefined } | undefined
  return ({ scheme, message, signature }, tools) => {
    const pair = scheme.kind === 'ecdsa' ? parsePair(signature, scheme.form, orderOf(key)) : undefined
    if (pair === undefined) return false
    check ??= { pair: pairCheck(key) }
    return check.pair?.(tools.hash(scheme.hash, message), pair) ?? false
  }
}
