import { constants, generateKeyPairSync, randomBytes, sign as nodeSign, verify as nodeVerify, type KeyObject } from 'node:crypto'

import {
  buildCrl, buildCsca, buildDs, composeMrz, encodeCom, encodeDg1, encodeDg2, hashGroups, inspector, parseCertificate, readTrust, sodSigner,
  type Authority, type Certificate, type Dump, type Inspector, type Sign, type SodSigner, type Trust,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

/** A kind of signer's key; the authority above always signs with ECDSA on P-256. */
export const KINDS = { p256: 'prime256v1', p384: 'secp384r1', bp256: 'brainpoolP256r1', rsa3072: 3_072 } as const
export type Kind = keyof typeof KINDS

const authority: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
const HASHES = { p256: 'SHA-256', p384: 'SHA-384', bp256: 'SHA-256', rsa3072: 'SHA-256' } as const
const NODE_NAMES = { 'SHA-256': 'sha256', 'SHA-384': 'sha384' } as const
export const AT = day('2026-06-01')

/** An office with one signer, sixteen documents, and what a border needs to judge them. */
export interface Office {
  readonly ds: Certificate
  readonly trust: Trust
  readonly inspector: Inspector
  readonly dumps: readonly Dump[]
  readonly hashes: readonly (readonly (readonly [number, Uint8Array])[])[]
  readonly sign: Sign
  readonly make: (i: number) => Uint8Array | Promise<Uint8Array>
  readonly check: SodSigner['check']
  /** What node alone does with the same key and a message as long as the signed attributes. */
  readonly rawSign: (i: number) => Uint8Array
  readonly rawVerify: (i: number) => boolean
}

const keyPair = (kind: Kind): { readonly privateKey: KeyObject; readonly spki: Uint8Array; readonly publicKey: KeyObject } => {
  const size = KINDS[kind]
  const { privateKey, publicKey } = typeof size === 'number' ? generateKeyPairSync('rsa', { modulusLength: size }) : generateKeyPairSync('ec', { namedCurve: size })
  return { privateKey, publicKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}

async function pki(ds: Uint8Array): Promise<{ readonly ds: Certificate; readonly trust: Trust }> {
  const csca = keyPair('p256')
  const signer = { sign: (m: Uint8Array) => new Uint8Array(nodeSign('sha256', m, csca.privateKey)), hash: 'SHA-256' as const }
  const crypto = nodeCrypto()
  const root = await buildCsca({ authority, commonName: 'CSCA-UTO', spki: csca.spki, serial: randomBytes(12), validity: { from: day('2026-01-01'), to: day('2041-01-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') } }, signer, crypto)
  const issuer = parseCertificate(root)!
  const der = await buildDs({ authority, commonName: 'DS-UTO 1', spki: ds, serial: randomBytes(12), validity: { from: day('2026-01-01'), to: day('2036-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2026-12-01') }, documentTypes: ['PP'] }, issuer, signer, crypto)
  const crl = await buildCrl({ number: 1, thisUpdate: day('2026-05-01'), nextUpdate: day('2026-07-30'), revoked: [] }, issuer, signer)
  const { trust } = await readTrust([root, crl].map((bytes, i) => ({ name: `${i}`, bytes })), crypto)
  return { ds: parseCertificate(der)!, trust }
}

const groupsOf = (i: number, face: Uint8Array | undefined): ReadonlyMap<number, Uint8Array> => new Map([
  [1, encodeDg1(composeMrz('TD3', { documentCode: 'PP', issuingState: 'UTO', documentNumber: `SP${String(i).padStart(7, '0')}`, nationality: 'UTO', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA MARIA', birthDate: '800229', sex: 'F', expiryDate: '360310' }).lines)],
  [2, encodeDg2({ image: face ?? Uint8Array.from([0xff, 0xd8, ...randomBytes(15_000), 0xff, 0xd9]), mediaType: 'image/jpeg', width: 354, height: 472 })],
  ...(face === undefined ? [[14, Uint8Array.from([0x6e, 0x82, 0x01, 0x00, ...randomBytes(256)])] as const] : []),
])

/** @param face - a real JPEG of 354 by 472: without one, DG2 and DG14 have the right length and say nothing */
export async function openOffice(kind: Kind, face?: Uint8Array): Promise<Office> {
  const crypto = nodeCrypto()
  const { privateKey, publicKey, spki } = keyPair(kind)
  const hash = HASHES[kind]
  const name = NODE_NAMES[hash]
  const { ds, trust } = await pki(spki)
  const sign: Sign = (message) => nodeSign(name, message, privateKey)
  const signer = sodSigner({ ds, hash, lds: '1.7' }, crypto)
  const groups = Array.from({ length: 16 }, (_, i) => groupsOf(i, face))
  const hashes = groups.map((g) => hashGroups(g, hash, crypto))
  const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: face === undefined ? [1, 2, 14] : [1, 2] })
  const dumps = await Promise.all(groups.map(async (g, i) => ({ 'EF.COM': com, 'EF.SOD': await signer.make(hashes[i]!, sign), ...Object.fromEntries([...g].map(([n, b]) => [`DG${n}`, b])) })))
  const messages = Array.from({ length: 16 }, () => randomBytes(hash === 'SHA-256' ? 74 : 90))
  const signatures = messages.map((m) => nodeSign(name, m, privateKey))
  const rsa = { key: publicKey, padding: constants.RSA_PKCS1_PADDING }
  return {
    ds, trust, inspector: inspector(trust, crypto), dumps, hashes, sign,
    make: (i) => signer.make(hashes[i % 16]!, sign),
    check: signer.check,
    rawSign: (i) => nodeSign(name, messages[i % 16]!, privateKey),
    rawVerify: (i) => nodeVerify(name, messages[i % 16]!, kind === 'rsa3072' ? rsa : publicKey, signatures[i % 16]!),
  }
}
