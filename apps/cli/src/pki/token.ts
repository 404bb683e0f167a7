import { createHash, createPublicKey } from 'node:crypto'

import { keyIdentifier, type HashName, type Scheme } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { Impossible } from '../command.ts'
import { HASHES, KEY_TYPES, type HeldKey, type KeyStore, type KeyType } from './key-kind.ts'

type Handle = Buffer
interface Attribute { readonly type: number; readonly value?: Buffer | boolean | number | string }

/** What is used of the PKCS#11 binding. It is an optional part, so its types are ours. @source OASIS PKCS#11 v2.40 */
interface Cryptoki {
  load(path: string): void
  close(): void
  C_Initialize(): void
  C_Finalize(): void
  C_GetSlotList(present: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string }
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, user: number, pin: string): void
  C_GenerateKeyPair(
    session: Handle, mechanism: { readonly mechanism: number }, publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): { readonly publicKey: Handle; readonly privateKey: Handle }
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[]
  C_SetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number; readonly parameter?: unknown }, key: Handle): void
  C_Sign(session: Handle, data: Buffer, room: Buffer): Buffer
}

type Binding = { readonly PKCS11: new () => Cryptoki } & Readonly<Record<string, number>>

/** The binding, or one clear line when this installation has none. */
async function binding(): Promise<Binding> {
  // by a name that no tool resolves: the package is optional, and may be absent
  const name: string = 'pkcs11js'
  try {
    const loaded = await import(name) as Binding & { readonly default?: Binding }
    return loaded.default ?? loaded
  } catch {
    throw new Impossible('pkcs11-missing', 'pkcs11js is not installed; npm install --include=optional pkcs11js, which needs a C++ compiler')
  }
}

const CURVE_OIDS: Readonly<Record<string, string>> = {
  secp224r1: '06052b81040021', prime256v1: '06082a8648ce3d030107', secp384r1: '06052b81040022', secp521r1: '06052b81040023',
  brainpoolP224r1: '06092b2403030208010105', brainpoolP256r1: '06092b2403030208010107',
  brainpoolP320r1: '06092b2403030208010109', brainpoolP384r1: '06092b240303020801010b',
  brainpoolP512r1: '06092b240303020801010d',
}
const EC_KEY = Buffer.from('06072a8648ce3d0201', 'hex')

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length = body.length < 0x80
    ? [body.length]
    : body.length < 0x100
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

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

interface Open { readonly p: Cryptoki; readonly b: Binding; readonly session: Handle; readonly label: string }

const short = (hash: HashName): string => hash.replace('-', '')

/** The mechanism of a scheme, and what is given to it: the message, or its hash for ECDSA. */
function signWith({ p, b, session }: Open, key: Handle, scheme: Scheme): (message: Uint8Array) => Uint8Array {
  if (scheme.kind === 'ecdsa') {
    return (message) => {
      p.C_SignInit(session, { mechanism: b['CKM_ECDSA']! }, key)
      return ecdsaDer(p.C_Sign(session, createHash(HASHES[scheme.hash]).update(message).digest(), Buffer.alloc(256)))
    }
  }
  if (scheme.kind === 'dsa') throw new Impossible('key-invalid', 'DSA is for reading only')
  const mechanism = scheme.kind === 'rsa-pkcs1'
    ? { mechanism: b[`CKM_${short(scheme.hash)}_RSA_PKCS`]! }
    : {
      mechanism: b[`CKM_${short(scheme.hash)}_RSA_PKCS_PSS`]!,
      parameter: {
        type: b['CK_PARAMS_RSA_PSS']!, hashAlg: b[hashMechanism(scheme.hash)]!,
        mgf: b[`CKG_MGF1_${short(scheme.mgfHash)}`]!, saltLen: scheme.salt,
      },
    }
  return (message) => {
    p.C_SignInit(session, mechanism, key)
    return new Uint8Array(p.C_Sign(session, Buffer.from(message), Buffer.alloc(1_024)))
  }
}

const hashMechanism = (hash: HashName): string => (hash === 'SHA-1' ? 'CKM_SHA_1' : `CKM_${short(hash)}`)

function held(open: Open, key: Handle, spki: Uint8Array): HeldKey {
  const details = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyDetails
  const curve = Object.values(KEY_TYPES).find((t) => t.curve !== undefined && t.curve === details?.namedCurve)
  return {
    spki, kind: details?.modulusLength === undefined ? 'ec' : 'rsa',
    bits: details?.modulusLength ?? curve?.bits ?? 256, place: `pkcs11:${open.label}`,
    signer: (scheme) => ({ scheme, sign: signWith(open, key, scheme) }),
  }
}

/** A pair that never leaves the token; both halves are found by the key identifier. */
function generate(open: Open, type: KeyType, label: string): HeldKey {
  const { p, b, session } = open
  const { curve, bits } = KEY_TYPES[type]
  const id = (name: string): number => b[name]!
  const parameters = curve === undefined ? undefined : Buffer.from(CURVE_OIDS[curve]!, 'hex')
  const made = p.C_GenerateKeyPair(session, {
    mechanism: id(parameters === undefined ? 'CKM_RSA_PKCS_KEY_PAIR_GEN' : 'CKM_EC_KEY_PAIR_GEN'),
  }, [
    { type: id('CKA_TOKEN'), value: true }, { type: id('CKA_VERIFY'), value: true }, { type: id('CKA_LABEL'), value: label },
    ...(
      parameters === undefined
        ? [{ type: id('CKA_MODULUS_BITS'), value: bits }, { type: id('CKA_PUBLIC_EXPONENT'), value: Buffer.from([1, 0, 1]) }]
        : [{ type: id('CKA_EC_PARAMS'), value: parameters }]
    ),
  ], [
    { type: id('CKA_TOKEN'), value: true }, { type: id('CKA_PRIVATE'), value: true },
    { type: id('CKA_SENSITIVE'), value: true }, { type: id('CKA_EXTRACTABLE'), value: false },
    { type: id('CKA_SIGN'), value: true },
    { type: id('CKA_LABEL'), value: label },
  ])
  const get = (name: string): Buffer => p.C_GetAttributeValue(session, made.publicKey, [{ type: id(name) }])[0]!.value
  const spki = parameters === undefined
    ? new Uint8Array(
      createPublicKey({
        format: 'jwk',
        key: { kty: 'RSA', n: get('CKA_MODULUS').toString('base64url'), e: get('CKA_PUBLIC_EXPONENT').toString('base64url') },
      }).export({ format: 'der', type: 'spki' })
    )
    : ecSpki(parameters, pointIn(get('CKA_EC_POINT')))
  const name = [{ type: id('CKA_ID'), value: Buffer.from(keyIdentifier(spki, nodeCrypto())) }]
  for (const half of [made.publicKey, made.privateKey]) p.C_SetAttributeValue(session, half, name)
  return held(open, made.privateKey, spki)
}

/** The private key with the identifier of a public one. */
function find(open: Open, spki: Uint8Array): HeldKey {
  const { p, b, session } = open
  p.C_FindObjectsInit(
    session,
    [
      { type: b['CKA_CLASS']!, value: b['CKO_PRIVATE_KEY']! },
      { type: b['CKA_ID']!, value: Buffer.from(keyIdentifier(spki, nodeCrypto())) },
    ],
  )
  const [key] = p.C_FindObjects(session, 1)
  p.C_FindObjectsFinal(session)
  if (key === undefined) throw new Impossible('key-missing', `the token ${open.label} has no key of this certificate`)
  return held(open, key, spki)
}

/** Opens a token by its label and logs in. */
export async function openToken(o: { readonly module: string; readonly label: string; readonly pin: string }): Promise<KeyStore> {
  const b = await binding()
  const p = new b.PKCS11()
  try {
    p.load(o.module)
    p.C_Initialize()
  } catch (error) {
    throw new Impossible('pkcs11-module', `${o.module} cannot be used: ${(error as Error).message}`)
  }
  const close = (): void => { p.C_Finalize(); p.close() }
  try {
    const slot = p.C_GetSlotList(true).find((s) => p.C_GetTokenInfo(s).label.replace(/[\s\0]+$/, '') === o.label)
    if (slot === undefined) throw new Impossible('token-missing', `there is no token ${o.label}`)
    const session = p.C_OpenSession(slot, b['CKF_SERIAL_SESSION']! | b['CKF_RW_SESSION']!)
    try {
      p.C_Login(session, b['CKU_USER']!, o.pin)
    } catch (error) {
      throw new Impossible('pin-wrong', `the token ${o.label} does not take the PIN: ${(error as Error).message}`)
    }
    const open: Open = { p, b, session, label: o.label }
    return {
      create: async (type, { label }) => Promise.resolve(generate(open, type, label)),
      open: async (certificate) => Promise.resolve(find(open, certificate.spki)), close,
    }
  } catch (error) {
    close()
    throw error
  }
}
