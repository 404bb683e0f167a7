import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

import { type Scheme, type Signed } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

export const text = new TextEncoder().encode('Utopia')
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')

export interface Keys { readonly name: string; readonly privateKey: KeyObject; readonly spki: Uint8Array; readonly scheme: Scheme }
export const ec = (curve: string, scheme: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }): Keys => keysOf(curve, generateKeyPairSync('ec', { namedCurve: curve }), scheme)
export const rsa = (bits: number, scheme: Scheme = { kind: 'rsa-pkcs1', hash: 'SHA-256' }): Keys => keysOf(`RSA-${bits}`, generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: bits === 1024 ? 3 : 65537 }), scheme)
const keysOf = (name: string, pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }, scheme: Scheme): Keys => ({ name, privateKey: pair.privateKey, spki: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })), scheme })
/** What OpenSSL signs with a key. */
export const signature = (k: Keys): Uint8Array => new Uint8Array(sign(k.scheme.hash.replace('-', ''), text, {
  key: k.privateKey, ...(k.scheme.kind === 'ecdsa' ? { dsaEncoding: k.scheme.form === 'der' ? 'der' as const : 'ieee-p1363' as const } : {}), ...(k.scheme.kind === 'rsa-pss' ? { padding: 6, saltLength: k.scheme.salt } : {}),
}))

/** Signatures good and spoilt in every place, with what Node says of them. */
export async function judged(): Promise<readonly { readonly signed: Signed; readonly good: boolean }[]> {
  const keys = [
    ...['P-256', 'P-384', 'P-521', 'secp224r1', 'brainpoolP256r1', 'brainpoolP384r1'].map((c) => ec(c)), ec('P-256', { kind: 'ecdsa', hash: 'SHA-1', form: 'plain' }), ec('P-384', { kind: 'ecdsa', hash: 'SHA-224', form: 'der' }), ec('P-521', { kind: 'ecdsa', hash: 'SHA-512', form: 'plain' }),
    rsa(1024), rsa(2048), rsa(4096), rsa(3072, { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 }), rsa(1025, { kind: 'rsa-pss', hash: 'SHA-512', mgfHash: 'SHA-512', salt: 0 }), rsa(2048, { kind: 'rsa-pkcs1', hash: 'SHA-224' }),
  ]
  const all = keys.flatMap((k) => {
    const good: Signed = { spki: k.spki, scheme: k.scheme, message: text, signature: signature(k) }
    const s = good.signature
    const spoilt = [0, 1, 3, 5, Math.floor(s.length / 2), s.length - 1].map((i) => ({ ...good, signature: s.map((x, j) => (i === j ? x ^ 1 : x)) }))
    const keyed = [1, 5, 9, k.spki.length - 40, k.spki.length - 5, k.spki.length - 1].map((i) => ({ ...good, spki: k.spki.map((x, j) => (i === j ? x ^ 4 : x)) }))
    return [good, ...spoilt, ...keyed, { ...good, message: Uint8Array.of(1) }, { ...good, signature: s.subarray(1) }, { ...good, signature: Uint8Array.of(...s, 0) }, { ...good, signature: new Uint8Array() }]
  })
  return Promise.all(all.map(async (signed) => ({ signed, good: await nodeCrypto().verify(signed) })))
}
/** A signature as text. */
export const sent = ({ spki, scheme, message, signature: s }: Signed) => ({ spki: hex(spki), scheme, message: hex(message), signature: hex(s) })
