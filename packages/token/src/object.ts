import { createPublicKey } from 'node:crypto'

import { type Attribute, type Handle, type Module, type Session, TokenError } from './cryptoki.ts'
import { der } from './der.ts'

const CURVE_OIDS: Readonly<Record<string, string>> = {
  secp224r1: '06052b81040021', prime256v1: '06082a8648ce3d030107', secp384r1: '06052b81040022', secp521r1: '06052b81040023',
  brainpoolP224r1: '06092b2403030208010105', brainpoolP256r1: '06092b2403030208010107',
  brainpoolP320r1: '06092b2403030208010109', brainpoolP384r1: '06092b240303020801010b',
  brainpoolP512r1: '06092b240303020801010d',
}
const EC_KEY = Buffer.from('06072a8648ce3d0201', 'hex')

/** SubjectPublicKeyInfo of a curve, by its identifier, and a point. */
const ecSpki = (curve: Buffer, point: Buffer): Uint8Array => new Uint8Array(
  der(0x30, der(0x30, EC_KEY, curve), der(0x03, Buffer.of(0), point))
)

/** The point in CKA_EC_POINT: wrapped in an OCTET STRING, as the standard says, or bare, as some tokens have it. */
function pointIn(value: Buffer): Buffer {
  if (value[0] !== 0x04 || (value.length % 2 === 1 && value[1] !== value.length - 2)) return value
  const long = value[1] === 0x81
  return value[1] === value.length - 2 || long ? value.subarray(long ? 3 : 2) : value
}

/** A pair on a named curve (names as OpenSSL has them), or of RSA. */
export type PairKind = { readonly curve: string } | { readonly bits: number }

/** What must be true of a key that was made: it stays in the token, and was never elsewhere. */
const KEPT = [['CKA_SENSITIVE', 1], ['CKA_ALWAYS_SENSITIVE', 1], ['CKA_EXTRACTABLE', 0], ['CKA_NEVER_EXTRACTABLE', 1], ['CKA_LOCAL', 1]] as const

function demandKept({ p, b, handle }: Session, key: Handle): void {
  const values = p.C_GetAttributeValue(handle, key, KEPT.map(([name]) => ({ type: b[name]! })))
  const [wrong] = KEPT.find(([, wanted], i) => values[i]?.value[0] !== wanted) ?? []
  if (wrong === undefined) return
  p.C_DestroyObject(handle, key)
  throw new TokenError('token-key-exposed', `the token made a key that could leave it: ${wrong}; it was destroyed`)
}

const stays = (b: Session['b']): readonly Attribute[] => [
  { type: b['CKA_TOKEN']!, value: true }, { type: b['CKA_PRIVATE']!, value: true }, { type: b['CKA_SENSITIVE']!, value: true },
  { type: b['CKA_EXTRACTABLE']!, value: false }, { type: b['CKA_SIGN']!, value: true },
]

function spkiOf({ p, b, handle }: Session, key: Handle, curve: Buffer | undefined): Uint8Array {
  const get = (name: string): Buffer => p.C_GetAttributeValue(handle, key, [{ type: b[name]! }])[0]!.value
  if (curve !== undefined) return ecSpki(curve, pointIn(get('CKA_EC_POINT')))
  const jwk = { kty: 'RSA', n: get('CKA_MODULUS').toString('base64url'), e: get('CKA_PUBLIC_EXPONENT').toString('base64url') }
  return new Uint8Array(createPublicKey({ format: 'jwk', key: jwk }).export({ format: 'der', type: 'spki' }))
}

/**
 * A pair that never leaves the token, both halves under one label. Its identifier is for the caller to say, from the public half.
 *
 * @throws TokenError `token-key-exposed` when the token made a key that could leave it
 */
export async function makePair(s: Session, kind: PairKind, o: { readonly label: string; readonly id: (spki: Uint8Array) => Uint8Array }): Promise<{ readonly privateKey: Handle; readonly spki: Uint8Array }> {
  const { p, b, handle } = s
  const curve = 'curve' in kind ? Buffer.from(CURVE_OIDS[kind.curve]!, 'hex') : undefined
  const label = { type: b['CKA_LABEL']!, value: o.label }
  const made = await p.C_GenerateKeyPairAsync(handle, { mechanism: b[curve === undefined ? 'CKM_RSA_PKCS_KEY_PAIR_GEN' : 'CKM_EC_KEY_PAIR_GEN']! }, [
    { type: b['CKA_TOKEN']!, value: true }, { type: b['CKA_PRIVATE']!, value: false }, { type: b['CKA_VERIFY']!, value: true }, label,
    ...('bits' in kind
      ? [{ type: b['CKA_MODULUS_BITS']!, value: kind.bits }, { type: b['CKA_PUBLIC_EXPONENT']!, value: Buffer.from([1, 0, 1]) }]
      : [{ type: b['CKA_EC_PARAMS']!, value: curve! }]),
  ], [...stays(b), label])
  demandKept(s, made.privateKey)
  const spki = spkiOf(s, made.publicKey, curve)
  const name = [{ type: b['CKA_ID']!, value: Buffer.from(o.id(spki)) }]
  for (const half of [made.publicKey, made.privateKey]) p.C_SetAttributeValue(handle, half, name)
  return { privateKey: made.privateKey, spki }
}

/** How a token makes MACs: AES-CMAC, or HMAC-SHA-256 cut to 16 bytes where it has no CMAC. */
export type MacMechanism = 'aes-cmac' | 'hmac-sha256'

/** The best MAC that a token has; undefined when it has none. */
export function macMechanism({ p, b }: Module, slot: Handle): MacMechanism | undefined {
  const has = new Set(p.C_GetMechanismList(slot))
  if (has.has(b['CKM_AES_CMAC']!) && has.has(b['CKM_AES_KEY_GEN']!)) return 'aes-cmac'
  return has.has(b['CKM_SHA256_HMAC']!) && has.has(b['CKM_GENERIC_SECRET_KEY_GEN']!) ? 'hmac-sha256' : undefined
}

/** A secret key of 32 bytes for MACs that never leaves the token. */
export function makeMacKey(s: Session, mac: MacMechanism, label: string): Handle {
  const { p, b, handle } = s
  const key = p.C_GenerateKey(handle, { mechanism: b[mac === 'aes-cmac' ? 'CKM_AES_KEY_GEN' : 'CKM_GENERIC_SECRET_KEY_GEN']! }, [
    ...stays(b), { type: b['CKA_VALUE_LEN']!, value: 32 }, { type: b['CKA_LABEL']!, value: label }, { type: b['CKA_ID']!, value: Buffer.from(label) },
  ])
  demandKept(s, key)
  return key
}

function found({ p, b, handle }: Session, kind: string, by: { readonly label: string } | { readonly id: Uint8Array }): readonly Handle[] {
  p.C_FindObjectsInit(handle, [
    { type: b['CKA_CLASS']!, value: b[kind]! }, 'label' in by ? { type: b['CKA_LABEL']!, value: by.label } : { type: b['CKA_ID']!, value: Buffer.from(by.id) },
  ])
  try {
    return p.C_FindObjects(handle, 16)
  } finally {
    p.C_FindObjectsFinal(handle)
  }
}

/** The key that signs or makes MACs, by its identifier or label; undefined when there is none. Needs a login. */
export function findKey(s: Session, by: { readonly label: string } | { readonly id: Uint8Array }): { readonly key: Handle; readonly spki: Uint8Array } | undefined {
  const [privateKey] = found(s, 'CKO_PRIVATE_KEY', by)
  const [secret] = privateKey === undefined ? found(s, 'CKO_SECRET_KEY', by) : []
  const key = privateKey ?? secret
  if (key === undefined) return undefined
  const [publicKey] = found(s, 'CKO_PUBLIC_KEY', by)
  if (publicKey === undefined) return { key, spki: new Uint8Array() }
  const curve = s.p.C_GetAttributeValue(s.handle, publicKey, [{ type: s.b['CKA_KEY_TYPE']! }])[0]!.value
  const isEc = curve.readUInt8(0) === s.b['CKK_EC']
  return { key, spki: spkiOf(s, publicKey, isEc ? s.p.C_GetAttributeValue(s.handle, publicKey, [{ type: s.b['CKA_EC_PARAMS']! }])[0]!.value : undefined) }
}

/** Destroys all private and secret keys of a label; the public halves stay. */
export function destroyKeys(s: Session, label: string): void {
  for (const kind of ['CKO_PRIVATE_KEY', 'CKO_SECRET_KEY']) for (const key of found(s, kind, { label })) s.p.C_DestroyObject(s.handle, key)
}
