import { Malformed } from '../asn1/tlv.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import type { HashName } from '../crypto.ts'
import { decoding, type Decoded, type Reading } from '../lds/decoded.ts'
import { encodeBase32, readBase32 } from './base32.ts'
import { encodeC40, readC40 } from './c40.ts'
import { deflate, inflate } from './deflate.ts'
import { encodeFeature, readFeature, readFeatures, type Feature } from './feature.ts'
import { encodeMaskedDate, encodeSealDate, readMaskedDate, readSealDate } from './seal-date.ts'

const CLAUSE = 'ICAO TR Datastructure for Barcode §2'
const HEADER = 'ICAO TR Datastructure for Barcode §3.2'
const PAYLOAD = 'ICAO TR Datastructure for Barcode §3'
const TAG = { messages: 0x61, certificate: 0x7e, signature: 0x7f } as const
/** The largest bar codes hold some 3 kB; what is compressed may be larger, but not by much. */
const MOST_BYTES = 65_536
const ALGORITHMS: readonly HashName[] = ['SHA-256', 'SHA-384', 'SHA-512']

/** Who signed a bar code, and when. */
export interface IdbSigning {
  /** ECDSA with this hash. */
  readonly hash: HashName
  /** The last five bytes of the SHA-1 of the signer's certificate, in hexadecimal. */
  readonly certificateReference: string
  /** `CCYY-MM-DD` */
  readonly signed: string
  /** How many bytes the day has: four with a mask as documents in the field have it, three as the table of the report has it. */
  readonly dateLength: 3 | 4
}

/** What a bar code says, before it is signed. */
export interface IdbMessage {
  /** Three characters as in the MRZ: `UTO`, `D<<`. */
  readonly country: string
  readonly signing?: IdbSigning
  readonly messages: readonly Feature[]
}

/** A bar code in the ICAO Datastructure for Barcode. `signature` is r‖s. */
export interface Idb extends IdbMessage {
  /** `NDB1` is the name of drafts. */
  readonly identifier: 'RDB1' | 'NDB1'
  readonly compression: 'none' | 'zlib'
  /** The signer's certificate in DER, where the bar code carries it. */
  readonly certificate?: Uint8Array
  readonly signature?: Uint8Array
  /** The bytes that are signed: header and messages. */
  readonly content: Uint8Array
}

function encodeSigning({ hash, certificateReference, signed, dateLength }: IdbSigning): Uint8Array {
  const code = ALGORITHMS.indexOf(hash) + 1
  const reference = unhex(certificateReference)
  if (code === 0 || reference.length !== 5)
    throw new RangeError('a bar code is signed with SHA-256, -384 or -512 and names five bytes of its certificate')
  return concat(Uint8Array.of(code), reference, dateLength === 4 ? encodeMaskedDate(signed) : encodeSealDate(signed))
}

/**
 * The bytes of a bar code that are signed: header and messages.
 *
 * @throws RangeError on a name, day or reference that has no room
 * @source ICAO TR Datastructure for Barcode §3.2, §3.3
 */
export function encodeIdbMessage(m: IdbMessage): Uint8Array {
  if (!/^[A-Z<]{1,3}$/.test(m.country)) throw new RangeError(`not a country: ${m.country}`)
  return concat(
    encodeC40(m.country.padEnd(3, '<')),
    m.signing === undefined ? new Uint8Array() : encodeSigning(m.signing),
    encodeFeature({ tag: TAG.messages, bytes: concat(...m.messages.map((f) => encodeFeature(f))) }),
  )
}

/** What goes around a message: its name, and with a signature that signature and maybe the certificate. */
export interface IdbEnvelope extends Partial<Pick<Idb, 'identifier' | 'compression' | 'certificate' | 'signature'>> {}

/**
 * The text of a bar code.
 *
 * @throws RangeError when only one of signer and signature is there
 * @source ICAO TR Datastructure for Barcode §2, §3
 */
export function encodeIdb(m: IdbMessage, e: IdbEnvelope = {}): string {
  if ((m.signing === undefined) !== (e.signature === undefined))
    throw new RangeError('a bar code names its signer when it is signed, and only then')
  const payload = concat(
    encodeIdbMessage(m),
    ...(e.certificate === undefined ? [] : [encodeFeature({ tag: TAG.certificate, bytes: e.certificate })]),
    ...(e.signature === undefined ? [] : [encodeFeature({ tag: TAG.signature, bytes: e.signature })]),
  )
  const isZipped = e.compression === 'zlib'
  const flag = String.fromCharCode(0x41 + (e.signature === undefined ? 0 : 1) + (isZipped ? 2 : 0))
  return `${e.identifier ?? 'RDB1'}${flag}${encodeBase32(isZipped ? deflate(payload) : payload)}`
}

/** The length of the header: where the messages begin tells whether the day has a mask. */
function dateLengthOf(bytes: Uint8Array): 3 | 4 {
  if (bytes[12] === TAG.messages) return 4
  if (bytes[11] === TAG.messages) return 3
  throw new Malformed(HEADER, 11, 'messages behind a day in three or four bytes')
}

function readSigning(bytes: Uint8Array, { note, lay }: Reading): IdbSigning {
  const dateLength = dateLengthOf(bytes)
  const hash = ALGORITHMS[bytes[2]! - 1]
  if (hash === undefined) throw new Malformed(HEADER, 2, 'a signature algorithm from 1 to 3')
  const certificateReference = hex(bytes.subarray(3, 8))
  const signed = dateLength === 4 ? readMaskedDate(bytes.subarray(8, 12), 8) : readSealDate(bytes.subarray(8, 11), 8)
  if (signed.includes('x')) note({ code: 'signed-unknown', offset: 8, says: 'the day of the signature is not fully known', clause: HEADER })
  lay('signing.hash', { start: 2, body: 2, end: 3 }, hash)
  lay('signing.certificateReference', { start: 3, body: 3, end: 8 }, certificateReference)
  lay('signing.signed', { start: 8, body: 8, end: 8 + dateLength }, signed)
  return { hash, certificateReference, signed, dateLength }
}

function readMessages(bytes: Uint8Array, at: number, reading: Reading): { readonly messages: readonly Feature[]; readonly next: number } {
  const o = { form: 'der', end: bytes.length, note: reading.note } as const
  const group = readFeature(bytes, at, o)
  if (group.feature.tag !== TAG.messages) throw new Malformed(PAYLOAD, at, 'messages')
  const reads = readFeatures(bytes, group.body, { ...o, end: group.next })
  reads.forEach((r, i) => {
    reading.lay(`messages[${i}]`, { start: r.at, body: r.body, end: r.next, tag: r.feature.tag }, `${r.next - r.body} bytes`)
  })
  return { messages: reads.map((r) => r.feature), next: group.next }
}

function readPayload(bytes: Uint8Array, isSigned: boolean, reading: Reading): Omit<Idb, 'identifier' | 'compression'> {
  if (bytes.length < 2) throw new Malformed(HEADER, 0, 'a country')
  const country = readC40(bytes.subarray(0, 2)).trimEnd().padEnd(3, '<')
  reading.lay('country', { start: 0, body: 0, end: 2 }, country)
  const signing = isSigned ? readSigning(bytes, reading) : undefined
  const { messages, next } = readMessages(bytes, signing === undefined ? 2 : 8 + signing.dateLength, reading)
  const parts: { certificate?: Uint8Array; signature?: Uint8Array } = {}
  for (const r of readFeatures(bytes, next, { form: 'der', end: bytes.length, note: reading.note })) {
    const name = r.feature.tag === TAG.certificate ? 'certificate' : r.feature.tag === TAG.signature ? 'signature' : undefined
    if (name === undefined || parts[name] !== undefined)
      reading.note({
        code: 'object-unknown',
        offset: r.at,
        says: `object ${r.feature.tag.toString(16)} has no place here`,
        clause: PAYLOAD,
      })
    else {
      parts[name] = r.feature.bytes
      reading.lay(name, { start: r.at, body: r.body, end: r.next, tag: r.feature.tag }, `${r.next - r.body} bytes`)
    }
  }
  if (isSigned !== (parts.signature !== undefined))
    reading.note({
      code: 'flag-signature',
      offset: next,
      says: isSigned ? 'the bar code says that it is signed and has no signature' : 'the bar code has a signature and does not say so',
      clause: CLAUSE,
    })
  return { country, ...(signing === undefined ? {} : { signing }), messages, ...parts, content: bytes.slice(0, next) }
}

/**
 * Reads a bar code of the ICAO Datastructure for Barcode, compressed or not. Places are those in its payload, but for
 * faults of the text itself, which are counted in characters.
 *
 * @param text - what the bar code holds, from `RDB1` on
 * @source ICAO TR Datastructure for Barcode §2, §3
 */
export function decodeIdb(text: string): Decoded<Idb> {
  return decoding((note, reading) => {
    const identifier = text.slice(0, 4)
    if (identifier !== 'RDB1' && identifier !== 'NDB1') throw new Malformed(CLAUSE, 0, 'RDB1')
    if (identifier === 'NDB1') note({ code: 'identifier-draft', offset: 0, says: 'NDB1 is the name that drafts had', clause: CLAUSE })
    const flags = (text.charCodeAt(4) || 0) - 0x41
    if (flags < 0 || flags > 3) throw new Malformed(CLAUSE, 4, 'A, B, C or D')
    if (text.length > 2 * MOST_BYTES) throw new Malformed(CLAUSE, 5, 'no more than a bar code holds')
    const packed = readBase32(text.slice(5), 5)
    const compression = flags < 2 ? 'none' : 'zlib'
    const bytes = compression === 'zlib' ? inflate(packed, MOST_BYTES) : packed
    return { identifier, compression, ...readPayload(bytes, flags % 2 === 1, reading) }
  })
}
