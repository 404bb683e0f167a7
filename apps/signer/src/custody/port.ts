import type { Words } from '@causeway/signing'
import type { Scheme } from 'icao9303'

/** What a key is for. A key of one use is never used for another. */
export type KeyUse = 'document' | 'anchor' | 'seal' | 'bar-code' | 'endorsement' | 'endorsement-mac' | 'master-list' | 'deviation-list'
export type KeyType = 'P-256' | 'P-384' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'rsa-3072' | 'rsa-4096' | 'sm2' | 'aes-256'

/** The public half of a key, and what it is for. */
export interface KeyRecord {
  readonly id: string
  readonly use: KeyUse
  readonly type: KeyType
  /** SubjectPublicKeyInfo, DER. Empty for a secret key. */
  readonly spki: Uint8Array
  readonly publicPem: string
  /** Retired keys sign nothing more; their public halves stay known. */
  readonly retired?: boolean
}

/**
 * Where the private keys are. The rest of the signer sees public halves and asks for signatures: no private key
 * ever crosses this line, whether it lies in a token or in a file.
 */
export interface Custody {
  /** What stands in the way of using keys, in words; nothing when they are activated. */
  readonly obstacles: () => readonly Words[]
  /** What a person must know of this custody all the time. */
  readonly says: () => readonly Words[]
  readonly kind: 'token' | 'file'
  /** Public halves: known also while it is closed. */
  readonly keys: () => readonly KeyRecord[]
  /** Whether keys may be used: after an activation, until the process ends. */
  readonly isOpen: () => boolean
  /** A new key; `ceremony-needed` where only the custodians make keys. */
  readonly make: (use: KeyUse, type: KeyType) => Promise<KeyRecord>
  /**
   * A signature over a message: ECDSA as the scheme's form says, RSA, or SM2 with SM3.
   *
   * @throws CustodyFault when there is no such key, it is closed or retired, or the token answers with an error
   */
  readonly sign: (id: string, message: Uint8Array, as: Scheme) => Promise<Uint8Array>
  /** 16 bytes: AES-CMAC, or HMAC-SHA-256 cut where a token has no CMAC. The custody knows which one a key is for. */
  readonly mac: (id: string, message: Uint8Array) => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

/** The custody could not do it: its code is the refusal's. */
export class CustodyFault extends Error {
  readonly code: 'key-unknown' | 'key-retired' | 'keys-not-activated' | 'token-fault' | 'ceremony-needed' | 'busy'
  constructor(code: CustodyFault['code'], says: string) {
    super(says)
    this.code = code
  }
}

/** The hash that goes with a key of ECDSA or RSA. @source Doc 9303-12 §4.1.6 */
export const hashOf = (type: KeyType): 'SHA-256' | 'SHA-384' => (type === 'P-384' || type === 'brainpoolP384r1' ? 'SHA-384' : 'SHA-256')

/** The scheme that documents are signed by with a key of this type. */
export function schemeOf(type: KeyType): Scheme {
  const hash = hashOf(type)
  return type === 'rsa-3072' || type === 'rsa-4096' ? { kind: 'rsa-pss', hash, mgfHash: hash, salt: hash === 'SHA-256' ? 32 : 48 } : { kind: 'ecdsa', hash, form: 'der' }
}

const isRsa = (type: KeyType): boolean => type === 'rsa-3072' || type === 'rsa-4096'

/** Whether a key of a type can sign by a scheme. A secret key signs nothing; a key of SM2 signs by its own scheme whatever is said. */
export const mayScheme = (type: KeyType, as: Scheme): boolean => type === 'sm2' || (type !== 'aes-256' && as.kind !== 'dsa' && isRsa(type) === (as.kind !== 'ecdsa') && (as.kind !== 'rsa-pss' || as.hash === as.mgfHash))

/** How a key of seals or bar codes signs in X.509 and CMS: what public tools know. */
export function plainScheme(type: KeyType): Scheme {
  const hash = hashOf(type)
  return type === 'rsa-3072' || type === 'rsa-4096' ? { kind: 'rsa-pkcs1', hash } : { kind: 'ecdsa', hash, form: 'der' }
}
