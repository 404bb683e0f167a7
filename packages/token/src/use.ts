import { createHash } from 'node:crypto'

import { type HashName, type Scheme } from 'icao9303'

import { type Binding, type Handle, type Session } from './cryptoki.ts'
import { der } from './der.ts'
import { type MacMechanism } from './object.ts'

/** r and s of a token's ECDSA as X.509 wants them. @source RFC 3279 §2.2.3 */
export function ecdsaDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2
  const whole = (b: Uint8Array): Buffer => {
    let from = 0
    while (from < b.length - 1 && b[from] === 0) from += 1
    const body = b.subarray(from)
    return der(0x02, body[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), body]) : body)
  }
  return new Uint8Array(der(0x30, whole(raw.subarray(0, half)), whole(raw.subarray(half))))
}

const HASHES: Readonly<Record<HashName, string>> = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const short = (hash: HashName): string => hash.replace('-', '')
const hashMechanism = (hash: HashName): string => (hash === 'SHA-1' ? 'CKM_SHA_1' : `CKM_${short(hash)}`)

/** What a token is told, what it is given of a message, and what is made of its answer. */
export interface Mechanism {
  readonly mechanism: { readonly mechanism: number; readonly parameter?: unknown }
  readonly given: (message: Uint8Array) => Buffer
  readonly made: (answer: Uint8Array) => Uint8Array
}

/** Tokens need not know ECDSA with a hash: it gets the hash. RSA is told the hash, so that nothing but a hashed message is signed. */
export function mechanismOf(b: Binding, scheme: Exclude<Scheme, { readonly kind: 'dsa' }>): Mechanism {
  if (scheme.kind === 'ecdsa') {
    return {
      mechanism: { mechanism: b['CKM_ECDSA']! }, given: (m) => createHash(HASHES[scheme.hash]).update(m).digest(),
      made: scheme.form === 'der' ? ecdsaDer : (answer) => new Uint8Array(answer),
    }
  }
  const whole = { given: (m: Uint8Array) => Buffer.from(m), made: (answer: Uint8Array) => new Uint8Array(answer) }
  if (scheme.kind === 'rsa-pkcs1') return { mechanism: { mechanism: b[`CKM_${short(scheme.hash)}_RSA_PKCS`]! }, ...whole }
  const parameter = { type: b['CK_PARAMS_RSA_PSS']!, hashAlg: b[hashMechanism(scheme.hash)]!, mgf: b[`CKG_MGF1_${short(scheme.mgfHash)}`]!, saltLen: scheme.salt }
  return { mechanism: { mechanism: b[`CKM_${short(scheme.hash)}_RSA_PKCS_PSS`]!, parameter }, ...whole }
}

const ROOM = 1_024

/** A signature, made off the main thread. A session does one at a time. */
export async function signAt(s: Session, key: Handle, m: Mechanism, message: Uint8Array): Promise<Uint8Array> {
  s.p.C_SignInit(s.handle, m.mechanism, key)
  return m.made(await s.p.C_SignAsync(s.handle, m.given(message), Buffer.alloc(ROOM)))
}

/** A MAC of 16 bytes. @source NIST SP 800-38B; FIPS 198-1, cut */
export async function macAt(s: Session, key: Handle, mac: MacMechanism, message: Uint8Array): Promise<Uint8Array> {
  s.p.C_SignInit(s.handle, { mechanism: s.b[mac === 'aes-cmac' ? 'CKM_AES_CMAC' : 'CKM_SHA256_HMAC']! }, key)
  return new Uint8Array((await s.p.C_SignAsync(s.handle, Buffer.from(message), Buffer.alloc(64))).subarray(0, 16))
}
