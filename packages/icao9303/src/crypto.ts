/** The hash functions that documents use. SHA-1 is for reading only. @source Doc 9303-12 §4.1.6 */
export type HashName = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** How a signature was made. */
export type Scheme =
  | { readonly kind: 'ecdsa'; readonly hash: HashName; readonly form: 'der' | 'plain' }
  | { readonly kind: 'rsa-pkcs1'; readonly hash: HashName }
  /** For reading only. @source Doc 9303-12 §4.1.6.2 */
  | { readonly kind: 'dsa'; readonly hash: HashName }
  | { readonly kind: 'rsa-pss'; readonly hash: HashName; readonly mgfHash: HashName; readonly salt: number }

export interface Signed {
  /** SubjectPublicKeyInfo; curves by name. */
  readonly spki: Uint8Array
  readonly scheme: Scheme
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** A value, or the promise of one: what a browser does in its own time, Node does at once. */
export type Awaitable<T> = T | Promise<T>

/** Goes on with a value now if it is there, else when it is: who has it at once does not wait for a turn. */
export const after = <T, R>(value: Awaitable<T>, go: (value: T) => Awaitable<R>): Awaitable<R> => (value instanceof Promise ? value.then(go) : go(value))

/** One run of a block cipher over whole blocks, without padding. */
export interface Ciphering {
  readonly cipher: '3DES' | 'AES'
  readonly mode: 'CBC' | 'ECB'
  readonly direction: 'encrypt' | 'decrypt'
  /** 16 or 24 bytes for 3DES, 16, 24 or 32 for AES. */
  readonly key: Uint8Array
  /** One block; ignored in ECB. */
  readonly iv?: Uint8Array
  /** A whole number of blocks: 8 bytes for 3DES, 16 for AES. */
  readonly bytes: Uint8Array
}

/** The cryptography that the library needs and does not do itself: `icao9303/node`, `icao9303/web`, or one of your own. */
export interface Crypto {
  readonly hash: (name: HashName, bytes: Uint8Array) => Uint8Array
  /** True only for a good signature; a key or signature that cannot be read is not one. Never throws, never rejects. */
  readonly verify: (signed: Signed) => Awaitable<boolean>
  /** @throws RangeError on a key, vector or text of a wrong length: the caller built them, so it is a bug */
  readonly cipher: (run: Ciphering) => Uint8Array
  /** Fresh random bytes. */
  readonly random: (length: number) => Uint8Array
  /** `base` to the power of `exponent` modulo `modulus`, all big-endian; as long as the modulus. */
  readonly power: (base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array) => Uint8Array
}

/** Signs a message: hashing included, ECDSA in DER form. The key stays with whoever made this function. */
export type Sign = (message: Uint8Array) => Awaitable<Uint8Array>

export const HASH_LENGTH: Readonly<Record<HashName, number>> = { 'SHA-1': 20, 'SHA-224': 28, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }
