import { readWhole } from '../asn1/tlv.ts'
import { TAG, unhex } from '../asn1/value.ts'
import { bits, context, generalizedTime, ia5Bytes, implicit, integer, octets, oid, printable, sequence, setOf, time, tlv, utf8Text, yes } from '../asn1/write.ts'
import { type Crypto, type HashName, type Sign } from '../crypto.ts'
import { ecdsaIdentifier } from './algorithm.ts'
import { OID, type Certificate } from './certificate.ts'
import { explicitSpki, readEcKey } from './curve.ts'
import { buildName } from './name.ts'

/** Who signs: the key as a function, and the hash that it signs with. */
export interface Signer { readonly sign: Sign; readonly hash: HashName }

export interface Validity { readonly from: Date; readonly to: Date }

/** What every certificate of a State's document PKI says of its owner. */
export interface Authority {
  /** Two letters, as in certificates: `UT`. */
  readonly country: string
  /** Three letters, as in the MRZ: `UTO`. */
  readonly issuingState: string
  readonly organisation: string
  readonly contact: string
  readonly crlUrl: string
}

const extension = (id: string, value: Uint8Array, critical?: 'critical'): Uint8Array => sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(value))

/** Contact and issuing State, the same for subject and issuer. @source Doc 9303-12 Table 1 */
const alternative = (a: Authority): Uint8Array => sequence(
  implicit(1, ia5Bytes(a.contact)),
  context(4, sequence(setOf(sequence(oid('2.5.4.7'), utf8Text(a.issuingState))))),
)
const crlPoint = (a: Authority): Uint8Array => sequence(sequence(context(0, context(0, implicit(6, ia5Bytes(a.crlUrl))))))
const usagePeriod = (v: Validity): Uint8Array => sequence(tlv(0x80, generalizedTime(v.from).subarray(2)), tlv(0x81, generalizedTime(v.to).subarray(2)))

/** The identifier of a key: SHA-1 of its bits. @source RFC 5280 §4.2.1.2 (1) */
export function keyIdentifier(spki: Uint8Array, crypto: Crypto): Uint8Array {
  const ec = readEcKey(readWhole(spki, TAG.sequence, 'RFC 5280 §4.1'))
  if (ec === undefined) throw new RangeError('only EC keys are certified here')
  return crypto.hash('SHA-1', ec.point)
}

/** A public key as it stands in a certificate: explicit parameters. @source Doc 9303-12 §4.1.6.3 */
function certifiedKey(spki: Uint8Array): Uint8Array {
  const ec = readEcKey(readWhole(spki, TAG.sequence, 'RFC 5280 §4.1'))
  if (ec === undefined) throw new RangeError('only EC keys are certified here')
  return explicitSpki(ec.curve, ec.point)
}

interface ToSign {
  readonly serial: Uint8Array
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly validity: Validity
  readonly spki: Uint8Array
  readonly extensions: readonly Uint8Array[]
}

async function certify(c: ToSign, signer: Signer): Promise<Uint8Array> {
  const algorithm = ecdsaIdentifier(signer.hash)
  const tbs = sequence(
    context(0, integer(2)), integer(positive(c.serial)), algorithm, c.issuer, sequence(time(c.validity.from), time(c.validity.to)), c.subject, certifiedKey(c.spki),
    context(3, sequence(...c.extensions)),
  )
  return sequence(tbs, algorithm, bits(await signer.sign(tbs)))
}

/** A serial number from random bytes: positive, at most 20 octets. @source Doc 9303-12 Table 1 */
function positive(bytes: Uint8Array): bigint {
  if (bytes.length < 8 || bytes.length > 20) throw new RangeError('a serial number has 8 to 20 bytes')
  const n = Uint8Array.from(bytes)
  n[0] = (n[0]! & 0x7f) | 0x40
  return n.reduce((sum, b) => sum * 256n + BigInt(b), 0n)
}

export interface CscaOrder {
  readonly authority: Authority
  readonly commonName: string
  readonly spki: Uint8Array
  readonly serial: Uint8Array
  readonly validity: Validity
  readonly keyUse: Validity
}

/** A self-signed CSCA certificate. @source Doc 9303-12 Table 1, CSCA root */
export async function buildCsca(order: CscaOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const a = order.authority
  const name = buildName({ country: a.country, organisation: a.organisation, commonName: order.commonName })
  const id = keyIdentifier(order.spki, crypto)
  return certify({
    serial: order.serial, issuer: name, subject: name, validity: order.validity, spki: order.spki,
    extensions: [
      extension(OID.subjectKeyId, octets(id)),
      extension(OID.authorityKeyId, sequence(implicit(0, id))),
      extension(OID.keyUsage, bits(Uint8Array.of(0x06), 1), 'critical'),
      extension(OID.basicConstraints, sequence(yes(), integer(0)), 'critical'),
      extension(OID.privateKeyUsage, usagePeriod(order.keyUse)),
      extension(OID.subjectAltName, alternative(a)),
      extension(OID.issuerAltName, alternative(a)),
      extension(OID.crlPoints, crlPoint(a)),
    ],
  }, signer)
}

export interface DsOrder {
  readonly authority: Authority
  readonly commonName: string
  readonly spki: Uint8Array
  readonly serial: Uint8Array
  readonly validity: Validity
  readonly keyUse: Validity
  /** Document codes that this signer may sign: `PO`. */
  readonly documentTypes: readonly string[]
}

type IssuedOrder = Omit<DsOrder, 'documentTypes'>

/** A certificate that a CSCA issues to a signer; `own` is what sets its kind apart. @source Doc 9303-12 Table 1 */
async function certifySigner(order: IssuedOrder, own: Uint8Array, issuer: Certificate, o: { readonly signer: Signer; readonly crypto: Crypto }): Promise<Uint8Array> {
  const a = order.authority
  return certify({
    serial: order.serial, issuer: issuer.subject.der, validity: order.validity, spki: order.spki,
    subject: buildName({ country: a.country, organisation: a.organisation, commonName: order.commonName }),
    extensions: [
      extension(OID.subjectKeyId, octets(keyIdentifier(order.spki, o.crypto))),
      extension(OID.authorityKeyId, sequence(implicit(0, unhex(issuer.subjectKeyId ?? '')))),
      extension(OID.keyUsage, bits(Uint8Array.of(0x80), 7), 'critical'),
      extension(OID.privateKeyUsage, usagePeriod(order.keyUse)),
      own,
      extension(OID.subjectAltName, alternative(a)),
      extension(OID.issuerAltName, alternative(a)),
      extension(OID.crlPoints, crlPoint(a)),
    ],
  }, o.signer)
}

/** A document signer certificate. @source Doc 9303-12 Table 1, document signer */
export async function buildDs(order: DsOrder, issuer: Certificate, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  return certifySigner(order, extension(OID.documentTypes, sequence(integer(0), setOf(...order.documentTypes.map(printable)))), issuer, { signer, crypto })
}

/** A master list signer certificate. @source Doc 9303-12 Table 1 */
export async function buildMasterListSigner(order: IssuedOrder, issuer: Certificate, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  return certifySigner(order, extension(OID.extKeyUsage, sequence(oid(OID.masterListSigner)), 'critical'), issuer, { signer, crypto })
}

export interface CrlOrder {
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly { readonly serial: string; readonly at: Date }[]
}

/** A certificate revocation list. An empty one has no list of revoked certificates. @source Doc 9303-12 Table 6 */
export async function buildCrl(order: CrlOrder, issuer: Certificate, signer: Signer): Promise<Uint8Array> {
  const algorithm = ecdsaIdentifier(signer.hash)
  const revoked = order.revoked.map((r) => sequence(integer(BigInt(`0x${r.serial}`)), time(r.at)))
  const tbs = sequence(
    integer(1), algorithm, issuer.subject.der, time(order.thisUpdate), time(order.nextUpdate),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    context(0, sequence(
      extension(OID.authorityKeyId, sequence(implicit(0, unhex(issuer.subjectKeyId ?? '')))),
      extension(OID.crlNumber, integer(order.number)),
    )),
  )
  return sequence(tbs, algorithm, bits(await signer.sign(tbs)))
}

export interface RequestOrder { readonly country: string; readonly organisation: string; readonly commonName: string; readonly spki: Uint8Array }

/** A PKCS#10 certificate request, signed with the key that it asks a certificate for. @source RFC 2986 */
export async function buildRequest(order: RequestOrder, signer: Signer): Promise<Uint8Array> {
  const body = sequence(integer(0), buildName(order), certifiedKey(order.spki), tlv(0xa0))
  return sequence(body, ecdsaIdentifier(signer.hash), bits(await signer.sign(body)))
}
