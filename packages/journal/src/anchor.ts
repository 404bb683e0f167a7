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
  /** ECDSA P-256 over SHA-256 of `anchorText`, r and s, hex. */
  readonly signature: string
}

/** A public key that anchors may be signed with: the uncompressed point, hex; `keyId` is the start of its hash. */
export interface AnchorKey { readonly keyId: string; readonly point: string }

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

export function isAnchorSigned(a: Anchor, key: AnchorKey): boolean {
  try {
    return p256.verify(hexToBytes(a.signature), sha256(utf8ToBytes(anchorText(a))), hexToBytes(key.point), { prehash: false, lowS: false })
  } catch {
    return false
  }
}

const SPKI_P256 = '3059301306072a8648ce3d020106082a8648ce3d030107034200'

/** Reads the P-256 public keys of a PEM file; what is not one is left out. */
export function parseAnchorKeys(pem: string): readonly AnchorKey[] {
  return [...pem.matchAll(/-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----/g)].flatMap((m) => {
    const der = bytesToHex(Uint8Array.from(atob(m[1]!.replace(/\s+/g, '')), (c) => c.charCodeAt(0)))
    if (!der.startsWith(SPKI_P256)) return []
    const point = der.slice(SPKI_P256.length)
    return [{ keyId: keyIdOf(point), point }]
  })
}
