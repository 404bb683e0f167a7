import { childrenOf, Cursor, Malformed, readTlv, readWhole, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { concat, oidOf, TAG } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { decoding, type Decoded } from '../lds/decoded.ts'
import { encodeChat, readChat, type Chat } from './authorization.ts'
import { encodeDay, readDay, type Day } from './day.ts'
import { encodePublicKey, readPublicKey, type CvcPublicKey } from './public-key.ts'
import { encodeReference, readReference } from './reference.ts'

const CLAUSE = 'Doc 9303-12 Table 11'

/** A discretionary data template among the extensions: what it is about, and its data objects in their bytes. */
export interface CvcExtension {
  readonly oid: string
  readonly objects: Uint8Array
}

/** What a card-verifiable certificate says. @source Doc 9303-12 §7.2.2, BSI TR-03110-3 C.1 */
export interface CvcContent {
  /** 0 is version 1, the only one. */
  readonly profile: number
  /** Certification Authority Reference: whose key signed it. */
  readonly car: string
  readonly publicKey: CvcPublicKey
  /** Certificate Holder Reference: what this key is called. */
  readonly chr: string
  readonly chat: Chat
  readonly effective: Day
  /** The last day on which it is valid. */
  readonly expires: Day
  readonly extensions: readonly CvcExtension[]
}

/** A card-verifiable certificate. `body` is what the signature covers, tag and length included. */
export interface CvCertificate extends CvcContent {
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** Discretionary data templates. Unknown ones are kept: no certificate is refused for them. @source Doc 9303-12 §7.2.2.6 */
export function readExtensions(t: Tlv | undefined): readonly CvcExtension[] {
  return t === undefined ? [] : childrenOf(t).map((template) => {
    if (template.tag !== 0x73) throw new Malformed('Doc 9303-12 §7.2.2.6', template.start, 'a discretionary data template')
    const id = readTlv(template.bytes, template.body, template.end)
    if (id.tag !== TAG.oid) throw new Malformed('Doc 9303-12 §7.2.2.6', id.start, 'an object identifier')
    for (let at = id.next; at < template.end;) at = readTlv(template.bytes, at, template.end).next
    return { oid: oidOf(id), objects: template.bytes.subarray(id.next, template.end) }
  })
}

const encodeExtensions = (list: readonly CvcExtension[]): readonly Uint8Array[] =>
  (list.length === 0 ? [] : [tlv(0x65, ...list.map((e) => tlv(0x73, oid(e.oid), e.objects)))])

/** Profile, authority, key and holder: what certificates and requests begin with. */
export function readHead(cursor: Cursor): { readonly profile: number; readonly car: string | undefined; readonly publicKey: CvcPublicKey; readonly chr: string } {
  const profile = cursor.take(0x5f29, 'a profile identifier')
  if (profile.end - profile.body !== 1) throw new Malformed(CLAUSE, profile.start, 'a profile of one byte')
  const car = cursor.maybe(0x42)
  const publicKey = readPublicKey(cursor.take(0x7f49, 'a public key'))
  return { profile: profile.bytes[profile.body]!, car: car && readReference(car), publicKey, chr: readReference(cursor.take(0x5f20, 'a holder reference')) }
}

export const encodeProfile = (profile: number): Uint8Array => tlv(0x5f29, Uint8Array.of(profile))

function readBody(t: Tlv): CvcContent {
  const cursor = new Cursor(t, CLAUSE)
  const head = readHead(cursor)
  if (head.car === undefined) throw new Malformed(CLAUSE, t.body, 'an authority reference')
  const chat = readChat(cursor.take(0x7f4c, 'an authorization template'))
  const effective = readDay(cursor.take(0x5f25, 'an effective date'))
  const expires = readDay(cursor.take(0x5f24, 'an expiration date'))
  const extensions = readExtensions(cursor.maybe(0x65))
  cursor.done()
  return { ...head, car: head.car, chat, effective, expires, extensions }
}

/** Body and signature as they come, one after the other. @throws Malformed: for the package only */
function readParts(cursor: Cursor): CvCertificate {
  const body = cursor.take(0x7f4e, 'a certificate body')
  const signature = cursor.take(0x5f37, 'a signature')
  cursor.done()
  return { ...readBody(body), body: wholeOf(body), signature: valueOf(signature) }
}

/** Reads a card-verifiable certificate, data object 7F21 in DER. @source Doc 9303-12 §7.2.2 */
export function decodeCvc(bytes: Uint8Array): Decoded<CvCertificate> {
  return decoding(() => readParts(new Cursor(readWhole(bytes, 0x7f21, CLAUSE), CLAUSE)))
}

/** Reads what PSO: Verify Certificate carries: body and signature without the tag around them. @source Doc 9303-11 §7.1.5.2 */
export function decodeCvcParts(data: Uint8Array): Decoded<CvCertificate> {
  return decoding(() => readParts(new Cursor({ tag: 0x7f21, bytes: data, start: 0, body: 0, end: data.length, indefinite: false, next: data.length }, CLAUSE)))
}

/** The data object 7F4E that an authority signs. @throws RangeError when a part cannot be written */
export function encodeCvcBody(c: CvcContent): Uint8Array {
  return tlv(
    0x7f4e, encodeProfile(c.profile), encodeReference(0x42, c.car), encodePublicKey(c.publicKey), encodeReference(0x5f20, c.chr),
    encodeChat(c.chat), encodeDay(0x5f25, c.effective), encodeDay(0x5f24, c.expires), ...encodeExtensions(c.extensions),
  )
}

/** Body and signature, as PSO: Verify Certificate carries them. */
export const encodeCvcParts = (c: Pick<CvCertificate, 'body' | 'signature'>): Uint8Array => concat(c.body, tlv(0x5f37, c.signature))

/** The certificate whole. */
export const encodeCvc = (c: Pick<CvCertificate, 'body' | 'signature'>): Uint8Array => tlv(0x7f21, encodeCvcParts(c))
