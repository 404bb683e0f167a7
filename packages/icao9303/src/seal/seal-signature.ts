import { Cursor, Malformed, readWhole } from '../asn1/tlv.ts'
import { concat, hex, integerOf, TAG, unhex } from '../asn1/value.ts'
import type { Crypto, HashName, Sign } from '../crypto.ts'
import type { Certificate } from '../pki/certificate.ts'
import { CURVES } from '../pki/curve.ts'
import { countryOf } from '../pki/name.ts'
import type { Feature } from './feature.ts'
import { encodeIdb, encodeIdbMessage, type IdbEnvelope, type IdbSigning } from './idb.ts'
import { encodeVds, encodeVdsMessage, type VdsHeader } from './vds.ts'

const OID_COMMON_NAME = '2.5.4.3'

/** How long the order of a key's curve is: the signature is twice its bytes, the hash is chosen by its bits. */
export interface SealKey {
  readonly orderBits: number
  readonly orderBytes: number
}

/** The key of a certificate as seals use it; undefined when it is not one of ECDSA. */
export function sealKey(c: Certificate): SealKey | undefined {
  const curve = CURVES.find((x) => x.name === c.curve?.name)
  if (curve === undefined) return undefined
  const orderBits = BigInt(`0x${curve.n}`).toString(2).length
  return { orderBits, orderBytes: Math.ceil(orderBits / 8) }
}

/**
 * The hash that goes with an order: the shortest that is no shorter. Undefined beyond 512 bits, for which the Part has none.
 *
 * @source Doc 9303-13 §2.4
 */
export function sealHash(orderBits: number): HashName | undefined {
  if (orderBits <= 224) return 'SHA-224'
  if (orderBits <= 256) return 'SHA-256'
  if (orderBits <= 384) return 'SHA-384'
  return orderBits <= 512 ? 'SHA-512' : undefined
}

/**
 * r‖s of a signature in DER, each as long as the order.
 *
 * @throws RangeError on bytes that are no signature, or none of that length
 * @source Doc 9303-13 Appendix B.3
 */
export function rawSignature(der: Uint8Array, orderBytes: number): Uint8Array {
  try {
    const c = new Cursor(readWhole(der, TAG.sequence, 'RFC 3279 §2.2.3'), 'RFC 3279 §2.2.3')
    const parts = [integerOf(c.take(TAG.integer, 'r')), integerOf(c.take(TAG.integer, 's'))]
    c.done()
    const texts = parts.map((n) => n.toString(16).padStart(2 * orderBytes, '0'))
    if (parts.every((n) => n > 0n) && texts.every((t) => t.length === 2 * orderBytes)) return concat(...texts.map(unhex))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  throw new RangeError('not a signature in DER of a key of this length')
}

/**
 * Signer and reference of a seal: country and common name of the certificate's subject, and its serial number.
 *
 * @source Doc 9303-13 §2.2.1
 */
export function signerOf(c: Certificate): Pick<VdsHeader, 'signer' | 'reference'> | undefined {
  const [country, name] = [countryOf(c.subject), c.subject.parts.find((p) => p.oid === OID_COMMON_NAME)?.value]
  const signer = `${country ?? ''}${name ?? ''}`.toUpperCase()
  if (!/^[A-Z]{2}[A-Z0-9]{2}$/.test(signer)) return undefined
  const digits = c.serial.toUpperCase()
  return { signer, reference: digits.length % 2 === 0 ? digits : `0${digits}` }
}

/** What all seals need to be signed. `crypto`: to check the signature against the certificate before it leaves. */
export interface SealOrder {
  readonly certificate: Certificate
  readonly crypto?: Pick<Crypto, 'verify'>
}

interface Signing {
  readonly content: Uint8Array
  readonly hash: HashName
  readonly key: SealKey
}

async function signContent({ content, hash, key }: Signing, order: SealOrder, sign: Sign): Promise<Uint8Array> {
  const signature = rawSignature(await sign(content), key.orderBytes)
  const { certificate, crypto } = order
  if (
    crypto !== undefined &&
    !(await crypto.verify({ spki: certificate.spki, scheme: { kind: 'ecdsa', hash, form: 'plain' }, message: content, signature }))
  ) {
    throw new RangeError(`the signature is not one of the certificate's key with ${hash}`)
  }
  return signature
}

function keyOf(c: Certificate): SealKey {
  const key = sealKey(c)
  if (key === undefined) throw new RangeError('seals are signed by ECDSA')
  return key
}

export interface VdsOrder extends SealOrder {
  /** Signer and reference come from the certificate. */
  readonly header: Omit<VdsHeader, 'signer' | 'reference'>
  readonly features: readonly Feature[]
}

/**
 * Seals a document: the bytes for its bar code. The bar code's picture is not made here.
 *
 * @param sign - hashes with `sealHash` of its key's order and answers DER
 * @throws RangeError when the certificate, a header field or the signature is not of a seal
 * @source Doc 9303-13 §2.2.1, §2.4
 */
export async function signVds(order: VdsOrder, sign: Sign): Promise<Uint8Array> {
  const key = keyOf(order.certificate)
  const hash = sealHash(key.orderBits)
  const who = signerOf(order.certificate)
  if (hash === undefined) throw new RangeError(`no hash goes with an order of ${key.orderBits} bits`)
  if (who === undefined) throw new RangeError('the subject is not a country and a common name of two characters')
  // version 3 has room for five digits and no more
  const reference = order.header.version === 3 ? who.reference.replace(/^0/, '') : who.reference
  const message = { header: { ...order.header, ...who, reference }, features: order.features }
  return encodeVds(message, await signContent({ content: encodeVdsMessage(message), hash, key }, order, sign))
}

export interface IdbOrder extends SealOrder, Pick<IdbEnvelope, 'compression'> {
  readonly crypto: Pick<Crypto, 'verify' | 'hash'>
  readonly country: string
  readonly signed: string
  readonly messages: readonly Feature[]
  readonly dateLength?: IdbSigning['dateLength']
  /** Whether the bar code carries the certificate itself. */
  readonly carries?: 'certificate' | 'reference'
}

/** How a bar code names a certificate: the end of its SHA-1. @source ICAO TR Datastructure for Barcode §3.2 */
export const certificateReference = (c: Certificate, crypto: Pick<Crypto, 'hash'>): string => hex(crypto.hash('SHA-1', c.der).subarray(-5))

/** The hash of a bar code: that of the key's length, of which there is none below SHA-256. */
export const idbHash = (orderBits: number): HashName | undefined => (orderBits <= 256 ? 'SHA-256' : sealHash(Math.min(orderBits, 512)))

/**
 * Signs a bar code of the ICAO Datastructure for Barcode: its text. The bar code's picture is not made here.
 *
 * @param sign - hashes with `idbHash` of its key's order and answers DER
 * @throws RangeError when the certificate, a field or the signature is not of a bar code
 * @source ICAO TR Datastructure for Barcode §3
 */
export async function signIdb(order: IdbOrder, sign: Sign): Promise<string> {
  const key = keyOf(order.certificate)
  const hash = idbHash(key.orderBits)!
  const signing = {
    hash,
    certificateReference: certificateReference(order.certificate, order.crypto),
    signed: order.signed,
    dateLength: order.dateLength ?? 4,
  }
  const message = { country: order.country, signing, messages: order.messages }
  const signature = await signContent({ content: encodeIdbMessage(message), hash, key }, order, sign)
  const carried = order.carries === 'certificate' ? { certificate: order.certificate.der } : {}
  return encodeIdb(message, { ...carried, signature, ...(order.compression === undefined ? {} : { compression: order.compression }) })
}
