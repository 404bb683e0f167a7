import { familyOfKey, unwrapPem, verifySm2, type FamilyName } from '@causeway/national'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

import { hashText } from './entry.ts'

/**
 * A signed statement that the journal up to `toSeq` ends in `head`. Anchors are numbered and each names
 * the one before it, so that none can be left out or played again.
 */
export interface Anchor {
  readonly office: string
  readonly number: number
  readonly fromSeq: number
  readonly toSeq: number
  readonly head: string
  readonly previous: string
  readonly at: string
  readonly keyId: string
  /** Over `anchorText`, r and s, hex: ECDSA P-256 with SHA-256, or SM2 with SM3 under the default user id; the key tells which. */
  readonly signature: string
}

/** A public key that anchors may be signed with: the uncompressed point, hex, on P-256 or the curve of SM2; `keyId` is the start of its hash. */
export interface AnchorKey { readonly keyId: string; readonly point: string; readonly family: FamilyName }

export function anchorText(a: Omit<Anchor, 'signature'>): string {
  return JSON.stringify(['causeway-anchor-1', a.office, a.number, a.fromSeq, a.toSeq, a.head, a.previous, a.at, a.keyId])
}

/** What the next anchor calls `previous`. */
export function anchorHash(a: Anchor): string {
  return hashText(anchorText(a) + a.signature)
}

export function keyIdOf(point: string): string {
  return hashText(point).slice(0, 16)
}

/** True when a text is signed with a key as anchors are: r and s, hex. Anything else is no signature; never throws. */
export function isTextSigned(text: string, signature: string, key: AnchorKey): boolean {
  try {
    const [message, pair, point] = [utf8ToBytes(text), hexToBytes(signature), hexToBytes(key.point)]
    if (key.family === 'national') return verifySm2(point, message, pair, { form: 'plain' })
    return p256.verify(pair, sha256(message), point, { prehash: false, lowS: false })
  } catch {
    return false
  }
}

export function isAnchorSigned(a: Anchor, key: AnchorKey): boolean {
  return isTextSigned(anchorText(a), a.signature, key)
}

const POINT = 65

/** Reads the P-256 and SM2 public keys of a PEM file; what is neither is left out. */
export function parseAnchorKeys(pem: string): readonly AnchorKey[] {
  return unwrapPem('PUBLIC KEY', pem).flatMap((spki) => {
    const [family, point] = [familyOfKey(spki), bytesToHex(spki.subarray(-POINT))]
    return family === undefined ? [] : [{ keyId: keyIdOf(point), point, family }]
  })
}
