import { generateKeyPairSync, randomBytes, sign as nodeSign, constants, type KeyObject } from 'node:crypto'

import {
  buildCsca, buildDs, parseCertificate, type Authority, type Certificate, type Crypto, type HashName,
  type Scheme, type Signer, type Validity,
} from '../packages/icao9303/src/index.ts'

/** Keys and authorities of a State that is not there, for tests of a document PKI. */
export const UTOPIA: Authority = {
  country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority',
  contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl',
}

export const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
export const serial = (): Uint8Array => new Uint8Array(randomBytes(12))
export const span = (from: string, to: string): Validity => ({ from: day(from), to: day(to) })

export interface Pair { readonly spki: Uint8Array; readonly signer: Signer; readonly key: KeyObject }

const NODE: Readonly<Record<HashName, string>> = {
  'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512',
}

export function signerOf(key: KeyObject, scheme: Scheme): Signer {
  const options = scheme.kind === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt } : { key }
  return { scheme, sign: (m) => new Uint8Array(nodeSign(NODE[scheme.hash], m, options)) }
}

const ecdsa = (hash: HashName): Scheme => ({ kind: 'ecdsa', hash, form: 'der' })

/** A fresh pair on a curve that OpenSSL names. */
export function ecPair(curve = 'prime256v1', hash: HashName = 'SHA-256'): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
  return {
    key: privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    signer: signerOf(privateKey, ecdsa(hash)),
  }
}

export function rsaPair(scheme: Scheme, bits = 2048): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), signer: signerOf(privateKey, scheme) }
}

export const read = (der: Uint8Array): Certificate => {
  const c = parseCertificate(der)
  if (c === undefined) throw new Error('no certificate')
  return c
}

/** A generation of an authority: its pair and its self-signed certificate. */
export interface Generation { readonly pair: Pair; readonly root: Certificate }

export interface GenerationOrder {
  readonly name?: string
  readonly authority?: Authority
  readonly pair?: Pair
  readonly from?: string
  readonly to?: string
  readonly useTo?: string
}

export async function generation(o: GenerationOrder, crypto: Crypto): Promise<Generation> {
  const pair = o.pair ?? ecPair()
  const from = o.from ?? '2020-01-01'
  const root = read(await buildCsca({
    authority: o.authority ?? UTOPIA, commonName: o.name ?? 'CSCA-UTO', spki: pair.spki, serial: serial(),
    validity: span(from, o.to ?? '2035-04-01'), keyUse: span(from, o.useTo ?? '2025-01-01'),
  }, pair.signer, crypto))
  return { pair, root }
}

export async function documentSigner(
  g: Generation, crypto: Crypto,
  o: { readonly pair?: Pair; readonly authority?: Authority; readonly validity?: Validity } = {},
): Promise<Certificate> {
  return read(await buildDs({
    authority: o.authority ?? UTOPIA, commonName: 'DS-UTO', spki: (o.pair ?? ecPair()).spki, serial: serial(),
    documentTypes: ['P'], validity: o.validity ?? span('2024-01-01', '2034-04-01'),
    keyUse: span('2024-01-01', '2024-04-01'),
  }, g.root, g.pair.signer, crypto))
}

/** The least JPEG with headers that can be read, of that size in pixels; `body` is what stands for the picture. */
export function jpegOf(width: number, height: number, body: Uint8Array = new Uint8Array()): Uint8Array {
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 17, 0, ...body, 0xff, 0xd9)
}
