/** The hash functions that documents use. SHA-1 is for reading only. @source Doc 9303-12 §4.1.6 */
export type HashName = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** How a signature was made. */
export type Scheme =
  | { readonly kind: 'ecdsa'; readonly hash: HashName; readonly form: 'der' | 'plain' }
  | { readonly kind: 'rsa-pkcs1'; readonly hash: HashName }
  | { readonly kind: 'rsa-pss'; readonly hash: HashName; readonly mgfHash: HashName; readonly salt: number }

export interface Signed {
  /** SubjectPublicKeyInfo; curves by name. */
  readonly spki: Uint8Array
  readonly scheme: Scheme
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The cryptography that the library needs and does not do itself. `icao9303/node` is one implementation. */
export interface Crypto {
  readonly hash: (name: HashName, bytes: Uint8Array) => Uint8Array
  /** True only for a good signature; a key or signature that cannot be read is not one. */
  readonly verify: (signed: Signed) => boolean
}

/** Signs a message: hashing included, ECDSA in DER form. The key stays with whoever made this function. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>

export const HASH_LENGTH: Readonly<Record<HashName, number>> = { 'SHA-1': 20, 'SHA-224': 28, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }
