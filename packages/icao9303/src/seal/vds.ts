import { Malformed } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { decoding, type Decoded, type Reading } from '../lds/decoded.ts'
import { c40Length, encodeC40, readC40 } from './c40.ts'
import { encodeFeature, readFeature, type Feature, type LengthForm } from './feature.ts'
import { encodeSealDate, readSealDate } from './seal-date.ts'

const HEADER = 'Doc 9303-13 §2.2'
const MESSAGE = 'Doc 9303-13 §2.3'
const SIGNATURE = 'Doc 9303-13 §2.4'
const MAGIC = 0xdc
const MARKER = 0xff

/** Who sealed what, and when. Days are `CCYY-MM-DD`; undefined when the seal has none. */
export interface VdsHeader {
  /** 3 has references of five characters and lengths of one byte, 4 any. Emergency travel documents need 4, visas should have it. */
  readonly version: 3 | 4
  /** Three characters as in the MRZ: `UTO`, `D<<`. */
  readonly country: string
  /** The signer: two letters of its country and two characters. */
  readonly signer: string
  /** The certificate of that signer: hexadecimal digits of its serial number. */
  readonly reference: string
  readonly issued: string | undefined
  readonly signed: string | undefined
  /** Which definition of features holds, within a category of documents. */
  readonly featureReference: number
  readonly category: number
}

/** What a seal says, before it is signed. */
export interface VdsMessage {
  readonly header: VdsHeader
  readonly features: readonly Feature[]
}

/** A visible digital seal. `signature` is r‖s. */
export interface Vds extends VdsMessage {
  readonly signature: Uint8Array
  /** The bytes that are signed: header and message. */
  readonly content: Uint8Array
}

const formOf = (version: 3 | 4): LengthForm => (version === 3 ? 'direct' : 'der')

function signerText({ version, signer, reference }: VdsHeader): string {
  if (!/^[A-Z]{2}[A-Z0-9]{2}$/.test(signer)) throw new RangeError(`not a signer: ${signer}`)
  if (!/^[0-9A-F]+$/.test(reference)) throw new RangeError(`not a reference of a certificate: ${reference}`)
  if (version === 3) {
    if (reference.length > 5) throw new RangeError('version 3 has references of five characters')
    return signer + reference.padStart(5, '0')
  }
  if (reference.length > 0xff) throw new RangeError('a reference has at most 255 characters')
  return signer + reference.length.toString(16).toUpperCase().padStart(2, '0') + reference
}

const dateBytes = (day: string | undefined): Uint8Array => (day === undefined ? new Uint8Array(3) : encodeSealDate(day))

function encodeHeader(h: VdsHeader): Uint8Array {
  if (!/^[A-Z<]{1,3}$/.test(h.country)) throw new RangeError(`not a country: ${h.country}`)
  for (const n of [h.featureReference, h.category])
    if (!Number.isInteger(n) || n < 1 || n > 254) throw new RangeError('definition and category are numbers from 1 to 254')
  return concat(
    Uint8Array.of(MAGIC, h.version - 1),
    encodeC40(h.country.padEnd(3, '<')),
    encodeC40(signerText(h)),
    dateBytes(h.issued),
    dateBytes(h.signed),
    Uint8Array.of(h.featureReference, h.category),
  )
}

/**
 * The bytes of a seal that are signed.
 *
 * @throws RangeError on a name, day or number that has no room: the caller built them
 * @source Doc 9303-13 §2.2, §2.3
 */
export function encodeVdsMessage({ header, features }: VdsMessage): Uint8Array {
  for (const f of features) if (f.tag === MARKER) throw new RangeError('tag FF is that of the signature')
  return concat(encodeHeader(header), ...features.map((f) => encodeFeature(f, formOf(header.version))))
}

/** A whole seal: the bytes for the bar code. @source Doc 9303-13 §2.4 */
export function encodeVds(message: VdsMessage, signature: Uint8Array): Uint8Array {
  return concat(encodeVdsMessage(message), encodeFeature({ tag: MARKER, bytes: signature }))
}

/** Reads from the front, and tells where it is. */
class Scanner {
  readonly bytes: Uint8Array
  readonly #reading: Reading
  at = 0

  constructor(bytes: Uint8Array, reading: Reading) {
    this.bytes = bytes
    this.#reading = reading
  }

  take<T>(name: string, length: number, read: (b: Uint8Array, start: number) => T): T {
    const start = this.at
    if (start + length > this.bytes.length) throw new Malformed(HEADER, start, name)
    const value = read(this.bytes.subarray(start, start + length), start)
    this.#reading.lay(`header.${name}`, { start, body: start, end: start + length }, String(value ?? ''))
    this.at += length
    return value
  }
}

const byte = (b: Uint8Array): number => b[0]!
const day = (b: Uint8Array, start: number): string | undefined => (b.every((x) => x === 0) ? undefined : readSealDate(b, start))

/** How the certificate of a signer may be named: where its reference ends, and what is odd about that. */
interface ReferenceForm {
  readonly length: number
  readonly head: 4 | 6
  readonly odd?: readonly [code: string, says: string]
}

/** The forms of version 4 in the order of trust: as the Part has it, then as it has been got wrong. */
function referenceForms(digits: string): readonly ReferenceForm[] {
  const forms: ReferenceForm[] = []
  if (/^[0-9A-F]{2}$/.test(digits)) forms.push({ head: 6, length: Number.parseInt(digits, 16) })
  if (/^\d{2}$/.test(digits))
    forms.push({ head: 6, length: Number(digits), odd: ['reference-length-decimal', 'the length of the reference is written in decimal'] })
  return [
    ...forms,
    { head: 4, length: 5, odd: ['reference-of-version-3', 'the reference has five characters and no length, as in version 3'] },
  ]
}

const isDate = (bytes: Uint8Array, at: number): boolean => {
  try {
    day(bytes.subarray(at, at + 3), at)
    return at + 3 <= bytes.length
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

function readSigner(s: Scanner, version: 3 | 4, reading: Reading): Pick<VdsHeader, 'signer' | 'reference'> {
  if (version === 3) {
    const text = s.take('signer', 6, readC40)
    return { signer: text.slice(0, 4), reference: text.slice(4) }
  }
  const start = s.at
  const head = s.take('signer', 4, readC40)
  const forms = referenceForms(head.slice(4))
  // two days follow: where they do not, the reference ends elsewhere
  const form =
    forms.find((f) => {
      const end = start + c40Length(f.head + f.length)
      return isDate(s.bytes, end) && isDate(s.bytes, end + 3)
    }) ?? forms[0]!
  const rest = s.take('reference', c40Length(form.head + form.length) - 4, readC40)
  const reference = `${head}${rest}`.slice(form.head)
  if (reference.length !== form.length) throw new Malformed(`${HEADER}.1`, start + 4, `a reference of ${form.length} characters`)
  if (form.odd !== undefined) reading.note({ code: form.odd[0], offset: start, says: form.odd[1], clause: `${HEADER}.1` })
  return { signer: head.slice(0, 4), reference }
}

function readHeader(s: Scanner, reading: Reading): VdsHeader {
  if (s.take('magic', 1, byte) !== MAGIC) throw new Malformed(HEADER, 0, 'DC')
  const code = s.take('version', 1, byte)
  if (code !== 2 && code !== 3) throw new Malformed(HEADER, 1, 'version 3 or 4')
  const version = code === 2 ? 3 : 4
  const country = s.take('country', 2, readC40).trimEnd().padEnd(3, '<')
  const start = s.at
  const who = readSigner(s, version, reading)
  if (!/^[0-9A-F]*$/.test(who.reference))
    reading.note({
      code: 'reference-form',
      offset: start,
      says: `the reference ${who.reference} is not hexadecimal`,
      clause: `${HEADER}.1`,
    })
  if (/^0*$/.test(who.reference))
    reading.note({ code: 'test-reference', offset: start, says: 'a reference of zeros is for tests only', clause: `${HEADER}.1` })
  const header = { version, country, ...who, issued: s.take('issued', 3, day), signed: s.take('signed', 3, day) } as const
  const numbers = { featureReference: s.take('featureReference', 1, byte), category: s.take('category', 1, byte) }
  for (const n of Object.values(numbers))
    if (n === 0 || n === 0xff)
      reading.note({
        code: 'definition-range',
        offset: s.at - 2,
        says: 'definition and category are numbers from 1 to 254',
        clause: HEADER,
      })
  return { ...header, ...numbers }
}

/** A length in one byte that DER would write in two: signatures of long keys in version 3. */
function readSignature(
  bytes: Uint8Array,
  at: number,
  o: { readonly version: 3 | 4; readonly reading: Reading },
): { readonly signature: Uint8Array; readonly next: number } {
  const first = bytes[at + 1] ?? 0
  // a signature has an even length, so 81 is never the length itself
  const isDirect = o.version === 3 && first >= 0x80 && first % 2 === 0 && bytes.length - at - 2 === first
  const { feature, next } = readFeature(bytes, at, { form: isDirect ? 'direct' : 'der', end: bytes.length, note: o.reading.note })
  return { signature: feature.bytes, next }
}

function lay(
  reading: Reading,
  path: string,
  r: { readonly tag: number; readonly at: number; readonly body: number; readonly next: number },
): void {
  reading.lay(path, { start: r.at, body: r.body, end: r.next, tag: r.tag }, `${r.next - r.body} bytes`)
}

/**
 * Reads a visible digital seal of any profile.
 *
 * @param bytes - what the bar code holds
 * @source Doc 9303-13 §2
 */
export function decodeVds(bytes: Uint8Array): Decoded<Vds> {
  return decoding((note, reading) => {
    const s = new Scanner(bytes, reading)
    const header = readHeader(s, reading)
    const features: Feature[] = []
    let at = s.at
    while (bytes[at] !== MARKER) {
      if (at >= bytes.length) throw new Malformed(SIGNATURE, at, 'a signature')
      const read = readFeature(bytes, at, { form: formOf(header.version), end: bytes.length, note })
      if (features.some((f) => f.tag === read.feature.tag))
        note({ code: 'feature-repeated', offset: at, says: `feature ${read.feature.tag} stands more than once`, clause: MESSAGE })
      lay(reading, `features[${features.length}]`, { ...read, tag: read.feature.tag })
      features.push(read.feature)
      at = read.next
    }
    const content = bytes.slice(0, at)
    const { signature, next } = readSignature(bytes, at, { version: header.version, reading })
    lay(reading, 'signature', { tag: MARKER, at, body: next - signature.length, next })
    if (next < bytes.length)
      note({ code: 'trailing-bytes', offset: next, says: `${bytes.length - next} bytes after the signature`, clause: SIGNATURE })
    return { header, features, signature, content }
  })
}
