import { type Crypto, type Signed } from './crypto.ts'
import { dsaCheck } from './dsa.ts'
import { orderOf, pairCheck, parsePair, type PairCheck } from './ecdsa.ts'
import { type DsaKey, type EcKey, type PublicKey } from './key.ts'
import { isRsaSignature } from './rsa.ts'

type Tools = Pick<Crypto, 'hash' | 'power'>

/** Checks signatures of one key without the platform's help. */
export type SignatureCheck = (signed: Signed) => boolean

/** Two numbers as a signature, of a key that is looked at when it is first asked. */
function ofPair(key: EcKey | DsaKey, tools: Tools): SignatureCheck {
  let found: { readonly check: PairCheck | undefined } | undefined
  const order = key.kind === 'ec' ? orderOf(key) : key.q
  return ({ scheme, message, signature }) => {
    if (scheme.kind !== (key.kind === 'ec' ? 'ecdsa' : 'dsa')) return false
    const pair = parsePair(signature, scheme.kind === 'ecdsa' ? scheme.form : 'der', order)
    if (pair === undefined) return false
    found ??= { check: key.kind === 'ec' ? pairCheck(key) : dsaCheck(key, tools.power) }
    return found.check?.(tools.hash(scheme.hash, message), pair) ?? false
  }
}

export function signatureCheck(key: PublicKey, tools: Tools): SignatureCheck {
  if (key.kind !== 'rsa') return ofPair(key, tools)
  return ({ scheme, message, signature }) => isRsaSignature(key, { scheme, message, signature, tools })
}
