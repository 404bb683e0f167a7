import { hex, unhex } from '../asn1/value.ts'
import { context, implicit, integer, octets, oid, sequence, setOf, time } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { hashIdentifier, signatureIdentifier } from '../pki/algorithm.ts'
import { type Certificate } from '../pki/certificate.ts'
import { signerScheme, type Signer } from '../pki/signer.ts'
import { OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNED_DATA, OID_SIGNING_TIME } from './signed-data.ts'

export interface SignedDataOrder {
  readonly contentType: string
  readonly content: Uint8Array
  readonly signer: Certificate
  /** More certificates to send along, such as the CSCA above the signer. */
  readonly chain: readonly Certificate[]
  readonly at: Date
  /** How the signer is named; left out: by key identifier where its certificate has one. */
  readonly signerId?: 'issuer' | 'key'
}

/** The signer's identifier with the version that belongs to it. @source RFC 5652 §5.3 */
function signerIdOf(o: SignedDataOrder): { readonly version: number; readonly bytes: Uint8Array } {
  const key = o.signer.subjectKeyId
  if (o.signerId === 'key' && key === undefined) throw new RangeError('the signer’s certificate has no key identifier')
  if (o.signerId === 'issuer' || key === undefined) return { version: 1, bytes: sequence(o.signer.issuer.der, o.signer.serialDer) }
  return { version: 3, bytes: implicit(0, unhex(key)) }
}

/**
 * CMS SignedData around any content, in DER: content type, digest and time of signing as signed attributes, the signer's
 * certificate and those above it. EF.SOD has a maker of its own, for speed: `sodSigner`.
 *
 * @throws RangeError when the signer is to be named by a key identifier that its certificate does not have
 * @source RFC 5652 §5, Doc 9303-12 §9.1 and §10.1, Doc 9303-10 §3.11.4
 */
export async function buildSignedData(o: SignedDataOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const id = signerIdOf(o)
  const scheme = signerScheme(signer)
  const digest = hashIdentifier(scheme.hash)
  const attributes = setOf(
    sequence(oid(OID_CONTENT_TYPE), setOf(oid(o.contentType))),
    sequence(oid(OID_SIGNING_TIME), setOf(time(o.at))),
    sequence(oid(OID_MESSAGE_DIGEST), setOf(octets(crypto.hash(scheme.hash, o.content)))),
  )
  const signature = await signer.sign(attributes)
  const inPlace = attributes.slice()
  // signed as a SET, sent as [0]
  inPlace[0] = 0xa0
  const sent = setOf(...new Map([o.signer, ...o.chain].map((c) => [hex(c.der), c.der])).values())
  sent[0] = 0xa0
  return sequence(oid(OID_SIGNED_DATA), context(0, sequence(
    integer(3), setOf(digest), sequence(oid(o.contentType), context(0, octets(o.content))), sent,
    setOf(sequence(integer(id.version), id.bytes, digest, inPlace, signatureIdentifier(scheme), octets(signature))),
  )))
}
