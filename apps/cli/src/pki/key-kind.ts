import { type Certificate, type HashName, type Scheme, type Signer } from 'icao9303'

/** Kinds of keys by the word for them. */
export const KEY_TYPES = {
  p224: { curve: 'secp224r1', bits: 224 }, p256: { curve: 'prime256v1', bits: 256 },
  p384: { curve: 'secp384r1', bits: 384 }, p521: { curve: 'secp521r1', bits: 521 },
  bp224: { curve: 'brainpoolP224r1', bits: 224 }, bp256: { curve: 'brainpoolP256r1', bits: 256 },
  bp320: { curve: 'brainpoolP320r1', bits: 320 }, bp384: { curve: 'brainpoolP384r1', bits: 384 },
  bp512: { curve: 'brainpoolP512r1', bits: 512 },
  rsa2048: { curve: undefined, bits: 2048 }, rsa3072: { curve: undefined, bits: 3072 }, rsa4096: { curve: undefined, bits: 4096 },
} as const
export type KeyType = keyof typeof KEY_TYPES

export const HASHES: Readonly<Record<HashName, string>> = {
  'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512',
}

/** A private key, wherever it lies. */
export interface HeldKey {
  readonly spki: Uint8Array
  readonly kind: 'ec' | 'rsa'
  readonly bits: number
  /** Signs in the way that is asked for. */
  readonly signer: (scheme: Scheme) => Signer
  /** Where it lies, for people. */
  readonly place: string
}

/** Where keys lie: in files, or in a token. */
export interface KeyStore {
  readonly create: (type: KeyType, o: { readonly label: string; readonly file: string }) => Promise<HeldKey>
  /** The private key of a certificate. */
  readonly open: (certificate: Certificate, file: string) => Promise<HeldKey>
  readonly close: () => void
}
