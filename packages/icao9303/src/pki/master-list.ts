import { childrenOf, Cursor, Malformed, readWhole, wholeOf } from '../asn1/tlv.ts'
import { smallOf, TAG } from '../asn1/value.ts'
import { context, integer, octets, oid, sequence, setOf, time } from '../asn1/write.ts'
import { OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNED_DATA, OID_SIGNING_TIME, readContentInfo, signerCertificate, verifySignedData } from '../cms/signed-data.ts'
import { type Crypto, type Sign } from '../crypto.ts'
import { ecdsaIdentifier, hashIdentifier } from './algorithm.ts'
import { parseCertificate, type Certificate } from './certificate.ts'

export const OID_MASTER_LIST = '2.23.136.1.1.2'
const CLAUSE = 'Doc 9303-12 §9'

export interface MasterList {
  readonly certificates: readonly Certificate[]
  /** Entries that could not be read. */
  readonly unread: number
  /** True when the list's own signer made the signature. */
  readonly signed: boolean
  readonly signer: Certificate | undefined
}

/** A CSCA master list, or undefined when the bytes are none. @source Doc 9303-12 §9 */
export async function parseMasterList(bytes: Uint8Array, crypto: Crypto): Promise<MasterList | undefined> {
  try {
    const signed = readContentInfo(bytes, () => undefined)
    if (signed.contentType !== OID_MASTER_LIST) return undefined
    const c = new Cursor(readWhole(signed.content, TAG.sequence, CLAUSE), CLAUSE)
    if (smallOf(c.take(TAG.integer, 'a version')) !== 0) return undefined
    const entries = childrenOf(c.take(TAG.set, 'certificates')).map((t) => parseCertificate(wholeOf(t).slice()))
    const certificates = entries.filter((e) => e !== undefined)
    const signer = signerCertificate(signed.signer.id, signed.certificates)
    return { certificates, unread: entries.length - certificates.length, signer, signed: signer !== undefined && (await verifySignedData(signed, signer, crypto)).ok }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** A master list, with its signer's certificate and the CSCA above it, and the time of signing. */
export async function buildMasterList(o: { readonly entries: readonly Certificate[]; readonly signer: Certificate; readonly chain: readonly Certificate[]; readonly at: Date }, sign: Sign, crypto: Crypto): Promise<Uint8Array> {
  const content = sequence(integer(0), setOf(...o.entries.map((e) => e.der)))
  const attributes = setOf(
    sequence(oid(OID_CONTENT_TYPE), setOf(oid(OID_MASTER_LIST))),
    sequence(oid(OID_SIGNING_TIME), setOf(time(o.at))),
    sequence(oid(OID_MESSAGE_DIGEST), setOf(octets(crypto.hash('SHA-256', content)))),
  )
  const signature = await sign(attributes)
  const inPlace = attributes.slice()
  inPlace[0] = 0xa0
  const certificates = [o.signer, ...o.chain].map((c) => c.der).sort((a, b) => a.length - b.length)
  return sequence(oid(OID_SIGNED_DATA), context(0, sequence(
    integer(3), setOf(hashIdentifier('SHA-256')), sequence(oid(OID_MASTER_LIST), context(0, octets(content))), context(0, ...certificates),
    setOf(sequence(integer(1), sequence(o.signer.issuer.der, o.signer.serialDer), hashIdentifier('SHA-256'), inPlace, ecdsaIdentifier('SHA-256'), octets(signature))),
  )))
}
