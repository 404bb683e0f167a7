import { concat } from '../asn1/value.ts'
import { type Crypto, type HashName } from '../crypto.ts'
import { checkDigit } from '../mrz/check-digit.ts'

/** The block ciphers that guard a session. 3DES has two keys in 16 bytes. @source Doc 9303-11 §9.7.1 */
export type SessionCipher = '3DES' | 'AES-128' | 'AES-192' | 'AES-256'

/** What goes with a session cipher: lengths in bytes and the hash of its key derivation. */
export interface CipherSuite {
  readonly cipher: '3DES' | 'AES'
  readonly block: 8 | 16
  readonly key: 16 | 24 | 32
  readonly hash: HashName
}

export const CIPHER_SUITES: Readonly<Record<SessionCipher, CipherSuite>> = {
  '3DES': { cipher: '3DES', block: 8, key: 16, hash: 'SHA-1' },
  'AES-128': { cipher: 'AES', block: 16, key: 16, hash: 'SHA-1' },
  'AES-192': { cipher: 'AES', block: 16, key: 24, hash: 'SHA-256' },
  'AES-256': { cipher: 'AES', block: 16, key: 32, hash: 'SHA-256' },
}

/** What a key is for: the counter of its derivation. @source Doc 9303-11 §9.7.3, §9.7.4 */
export type KeyPurpose = 'encryption' | 'mac' | 'password'
const COUNTERS: Readonly<Record<KeyPurpose, number>> = { encryption: 1, mac: 2, password: 3 }

/** Odd parity in every byte, as DES keys have it. @source Doc 9303-11 §9.7.1.1 */
export function withParity(key: Uint8Array): Uint8Array {
  return key.map((b) => {
    let ones = 0
    for (let rest = b >> 1; rest > 0; rest >>= 1) ones += rest & 1
    return (b & 0xfe) | (ones % 2 === 0 ? 1 : 0)
  })
}

/** KDF(K, c): the key of a cipher and purpose from a shared secret. DES keys come with their parity. @source Doc 9303-11 §9.7.1 */
export function deriveKey(
  secret: Uint8Array, o: { readonly cipher: SessionCipher; readonly purpose: KeyPurpose; readonly crypto: Crypto },
): Uint8Array {
  const suite = CIPHER_SUITES[o.cipher]
  const key = o.crypto.hash(suite.hash, concat(secret, Uint8Array.of(0, 0, 0, COUNTERS[o.purpose]))).slice(0, suite.key)
  return suite.cipher === '3DES' ? withParity(key) : key
}

/** The keys of a session and where its counter starts. */
export interface SessionKeys {
  readonly cipher: SessionCipher
  readonly encryption: Uint8Array
  readonly mac: Uint8Array
  /** The send sequence counter before the first command: 0 but after BAC. */
  readonly counter: bigint
}

/** The session keys from the shared secret of BAC, PACE or Chip Authentication. @source Doc 9303-11 §9.7.4 */
export function sessionKeys(
  secret: Uint8Array, o: { readonly cipher: SessionCipher; readonly crypto: Crypto; readonly counter?: bigint },
): SessionKeys {
  return {
    cipher: o.cipher,
    encryption: deriveKey(secret, { ...o, purpose: 'encryption' }),
    mac: deriveKey(secret, { ...o, purpose: 'mac' }),
    counter: o.counter ?? 0n,
  }
}

/** The three fields of the zone that open a document: number whole (fillers at its end do not matter), dates YYMMDD. */
export interface DocumentKey { readonly documentNumber: string; readonly birthDate: string; readonly expiryDate: string }

/**
 * MRZ_information: document number, birth and expiry, each with its check digit.
 *
 * @throws RangeError for a date that has not six characters, or a character that the zone does not have
 * @source Doc 9303-11 §4.3.2, §9.7.3
 */
export function mrzInformation(of: DocumentKey): string {
  if (of.birthDate.length !== 6 || of.expiryDate.length !== 6) throw new RangeError('a date of the zone has six characters')
  const number = of.documentNumber.replace(/<+$/, '').padEnd(9, '<')
  return [number, of.birthDate, of.expiryDate].map((field) => field + checkDigit(field)).join('')
}

interface Places { readonly number: number; readonly birth: number; readonly expiry: number; readonly optional: readonly [number, number] }
const PLACES: Readonly<Record<number, Places>> = {
  88: { number: 44, birth: 57, expiry: 65, optional: [0, 0] },
  72: { number: 36, birth: 49, expiry: 57, optional: [64, 71] },
  90: { number: 5, birth: 30, expiry: 38, optional: [15, 30] },
}

/**
 * MRZ_information as it stands in a zone, check digits as printed, right or wrong: the chip was given the same.
 * Undefined when the text has no format with a chip or a character that the zone does not have.
 *
 * @param zone - the lines, or all characters run together as DG1 holds them
 * @source Doc 9303-11 §4.3.2, Doc 9303-5 §4.2.2.1 note j
 */
export function readMrzInformation(zone: string | readonly string[]): string | undefined {
  const text = (typeof zone === 'string' ? zone : zone.join('')).replace(/\s+/g, '')
  const at = PLACES[text.length]
  if (at === undefined || /[^A-Z0-9<]/.test(text)) return undefined
  const [number, digit] = [text.slice(at.number, at.number + 9), text[at.number + 9]!]
  const more = text.slice(...at.optional).split('<')[0]!
  const long = digit === '<' && more.length >= 2
  return (long ? number + more : number + digit) + text.slice(at.birth, at.birth + 7) + text.slice(at.expiry, at.expiry + 7)
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => {
  if (c.charCodeAt(0) > 255) throw new RangeError('a password has characters of ISO 8859-1')
  return c.charCodeAt(0)
})

/** A password of PACE. `mrz` is MRZ_information; the others are the characters as printed or known. */
export interface Password { readonly kind: 'mrz' | 'can' | 'pin' | 'puk'; readonly text: string }

/** The number that MSE:Set AT names a password by. @source Doc 9303-11 §4.4.4.1; PIN and PUK: BSI TR-03110-3 B.11.1 */
export const PASSWORD_REFERENCES: Readonly<Record<Password['kind'], number>> = { mrz: 1, can: 2, pin: 3, puk: 4 }

/** f(π): the octets that a password stands for. @source Doc 9303-11 §9.7.3 */
export function passwordSecret(password: Password, crypto: Crypto): Uint8Array {
  const text = latin(password.text)
  return password.kind === 'mrz' ? crypto.hash('SHA-1', text) : text
}

/** K_π of PACE. @source Doc 9303-11 §9.7.3 */
export function passwordKey(password: Password, o: { readonly cipher: SessionCipher; readonly crypto: Crypto }): Uint8Array {
  return deriveKey(passwordSecret(password, o.crypto), { ...o, purpose: 'password' })
}

/** The key seed of Basic Access Control: half of what PACE takes. @source Doc 9303-11 §4.3.2 */
export function bacSeed(information: string, crypto: Crypto): Uint8Array {
  return crypto.hash('SHA-1', latin(information)).slice(0, 16)
}
