import { unhex } from '../asn1/value.ts'
import {
  bits, context, generalizedTime, ia5Bytes, implicit, integer, nothing, octets, oid, printable, sequence, setOf,
  time, tlv, utf8Text, yes,
} from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { OID, PURPOSE, type Certificate } from './certificate.ts'
import { certifiedKey, keyIdentifier, type CurveForm } from './key.ts'
import { buildName, isSameName, type NameOrder } from './name.ts'
import { extension, seal, type Signer } from './signer.ts'

export interface Validity { readonly from: Date; readonly to: Date }

/** What every certificate of a State's document PKI says of its owner. */
export interface Authority {
  /** Two letters, as in certificates: `UT`. */
  readonly country: string
  /** Three letters, as in the MRZ: `UTO`. */
  readonly issuingState: string
  /** The code of the issuer where `issuingState` alone does not tell it: `HKG` beside `CHN`. @source Doc 9303-12 §7.1.1.2 */
  readonly issuer?: string
  readonly organisation: string
  /** A mail address, or a web address. */
  readonly contact: string
  /** Where the revocation list is; more places may follow. `http`, `https` or `ldap`. */
  readonly crlUrl: string
  readonly moreCrlUrls?: readonly string[]
}

/** Contact and issuing State. @source Doc 9303-12 §7.1.1.2 */
function alternative(a: Authority): Uint8Array {
  const state = (type: string, value: string): Uint8Array => setOf(sequence(oid(type), utf8Text(value)))
  return sequence(
    implicit(/^[a-z][a-z0-9+.-]*:/i.test(a.contact) ? 6 : 1, ascii(a.contact)),
    context(4, sequence(state('2.5.4.7', a.issuingState), ...(a.issuer === undefined ? [] : [state('2.5.4.8', a.issuer)]))),
  )
}

function ascii(s: string): Uint8Array {
  if (!/^[\x20-\x7e]+$/.test(s)) throw new RangeError(`not ASCII: ${s}`)
  return ia5Bytes(s)
}

/** Where the list is found, one point a place. @source Doc 9303-12 §7.1.1.4 */
function crlPoints(a: Authority): Uint8Array {
  return sequence(...[a.crlUrl, ...(a.moreCrlUrls ?? [])].map((url) => {
    if (!/^(https?|ldap):\/\//.test(url)) throw new RangeError(`a revocation list is found by http, https or ldap, not ${url}`)
    return sequence(context(0, context(0, implicit(6, ascii(url)))))
  }))
}

const usagePeriod = (v: Validity): Uint8Array => sequence(
  tlv(0x80, generalizedTime(v.from).subarray(2)), tlv(0x81, generalizedTime(v.to).subarray(2)),
)
const keyUsage = (bit: number, unused: number): Uint8Array => extension(OID.keyUsage, bits(Uint8Array.of(bit), unused), 'critical')
const CA_USE = keyUsage(0x06, 1)
const SIGNER_USE = keyUsage(0x80, 7)
const CA_LIMITS = extension(OID.basicConstraints, sequence(yes(), integer(0)), 'critical')
const ownKey = (id: Uint8Array): Uint8Array => extension(OID.subjectKeyId, octets(id))
const issuerKey = (id: Uint8Array): Uint8Array => extension(OID.authorityKeyId, sequence(implicit(0, id)))

/** The key identifier by which an issuer is named in what it issues. */
export function issuerKeyId(issuer: Certificate): Uint8Array {
  if (issuer.subjectKeyId === undefined) throw new RangeError('the certificate of the issuer has no subject key identifier')
  return unhex(issuer.subjectKeyId)
}

interface ToSign {
  readonly serial: bigint
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly validity: Validity
  readonly spki: Uint8Array
  readonly curveForm?: CurveForm
  readonly extensions: readonly Uint8Array[]
}

async function certify(c: ToSign, signer: Signer): Promise<Uint8Array> {
  if (c.validity.from > c.validity.to) throw new RangeError('a certificate ends after it begins')
  return seal((algorithm) => sequence(
    context(0, integer(2)), integer(c.serial), algorithm, c.issuer,
    sequence(time(c.validity.from), time(c.validity.to)), c.subject, certifiedKey(c.spki, c.curveForm),
    context(3, sequence(...c.extensions)),
  ), signer)
}

const numberIn = (bytes: Uint8Array): bigint => bytes.reduce((sum, b) => sum * 256n + BigInt(b), 0n)

/**
 * A serial number from random bytes: positive, at most 20 octets. The standard sets no lower limit; eight bytes of chance
 * keep numbers apart without a register, and nobody can foresee what his certificate will hash to.
 *
 * @source Doc 9303-12 Table 5
 */
function positive(bytes: Uint8Array): bigint {
  if (bytes.length < 8 || bytes.length > 20) throw new RangeError('a serial number has 8 to 20 bytes')
  const n = Uint8Array.from(bytes)
  n[0] = (n[0]! & 0x7f) | 0x40
  return numberIn(n)
}

/** A serial number as the issuer counts them, since seals name it: zero names a seal for tests. @source Doc 9303-13 §2.2.1 */
function counted(bytes: Uint8Array): bigint {
  const n = numberIn(bytes)
  if (n === 0n || n >= 1n << 159n) throw new RangeError('the serial number of a bar code signer is positive and has at most 20 octets')
  return n
}

/** What is asked of every kind of certificate. */
export interface CertificateOrder extends Pick<NameOrder, 'commonName' | 'serialNumber' | 'organisationalUnit'> {
  readonly authority: Authority
  readonly spki: Uint8Array
  /** 8 to 20 random bytes; the first is made positive. */
  readonly serial: Uint8Array
  readonly validity: Validity
  /** `explicit` when absent. */
  readonly curveForm?: CurveForm
}

const nameOf = (o: CertificateOrder): Uint8Array => buildName({
  country: o.authority.country, organisation: o.authority.organisation, commonName: o.commonName,
  ...(o.organisationalUnit === undefined ? {} : { organisationalUnit: o.organisationalUnit }),
  ...(o.serialNumber === undefined ? {} : { serialNumber: o.serialNumber }),
})
const formOf = (o: { readonly curveForm?: CurveForm }): { readonly curveForm?: CurveForm } => (
  o.curveForm === undefined ? {} : { curveForm: o.curveForm }
)

export interface CscaOrder extends CertificateOrder {
  readonly keyUse: Validity
  /** Says in the root too that the authority had another name before. @source Doc 9303-12 §7.1.1.5 */
  readonly afterNameChange?: true
}

/** A self-signed CSCA certificate. @source Doc 9303-12 Table 6, CSCA self-signed root */
export async function buildCsca(order: CscaOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const name = nameOf(order)
  const id = keyIdentifier(order.spki, crypto)
  return certify({
    serial: positive(order.serial), issuer: name, subject: name, validity: order.validity, spki: order.spki, ...formOf(order),
    extensions: [
      ownKey(id), issuerKey(id), CA_USE, CA_LIMITS,
      extension(OID.privateKeyUsage, usagePeriod(order.keyUse)),
      extension(OID.subjectAltName, alternative(order.authority)),
      extension(OID.issuerAltName, alternative(order.authority)),
      extension(OID.crlPoints, crlPoints(order.authority)),
      ...(order.afterNameChange === undefined ? [] : [extension(OID.nameChange, nothing())]),
    ],
  }, signer)
}

/** `root` is the new self-signed certificate whose key is handed the trust in the old one. */
export interface LinkOrder { readonly root: Certificate; readonly serial: Uint8Array; readonly validity: Validity }

/** An extension of a certificate, as it stands there. */
function copied(c: Certificate, id: string, as: string = id): readonly Uint8Array[] {
  const e = c.extensions.get(id)
  return e === undefined ? [] : [extension(as, e.value)]
}

/**
 * A CSCA link certificate: the old key vouches for the new one. Where the new root has another name, the
 * certificate says so (nameChange); what it says of the subject is taken from the new root, of the issuer from the old.
 *
 * @param issuer - the certificate of the old key, whose private key `signer` is
 * @source Doc 9303-12 §4.1.4.3, §7.1.1.5, Table 6
 */
export async function buildLink(order: LinkOrder, issuer: Certificate, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const { root } = order
  const renamed = !isSameName(root.subject, issuer.subject)
  return certify({
    serial: positive(order.serial), issuer: issuer.subject.der, subject: root.subject.der, validity: order.validity, spki: root.spki,
    curveForm: root.curve?.explicit === false ? 'named' : 'explicit',
    extensions: [
      ownKey(root.subjectKeyId === undefined ? keyIdentifier(root.spki, crypto) : unhex(root.subjectKeyId)),
      issuerKey(issuerKeyId(issuer)), CA_USE, CA_LIMITS,
      ...copied(root, OID.privateKeyUsage), ...copied(root, OID.subjectAltName),
      ...copied(issuer, OID.subjectAltName, OID.issuerAltName), ...copied(root, OID.crlPoints),
      ...(renamed ? [extension(OID.nameChange, nothing())] : []),
    ],
  }, signer)
}

/** A certificate that a CSCA issues to a signer; `own` is what sets its kind apart. @source Doc 9303-12 Table 6 */
async function certifySigner(
  order: ListSignerOrder, own: Uint8Array, issuer: Certificate,
  o: { readonly signer: Signer; readonly crypto: Crypto },
): Promise<Uint8Array> {
  const a = order.authority
  return certify({
    serial: positive(order.serial), issuer: issuer.subject.der, subject: nameOf(order), validity: order.validity, spki: order.spki, ...formOf(order),
    extensions: [
      ownKey(keyIdentifier(order.spki, o.crypto)), issuerKey(issuerKeyId(issuer)), SIGNER_USE,
      ...(order.keyUse === undefined ? [] : [extension(OID.privateKeyUsage, usagePeriod(order.keyUse))]),
      own,
      extension(OID.subjectAltName, alternative(a)),
      extension(OID.issuerAltName, alternative(a)),
      extension(OID.crlPoints, crlPoints(a)),
    ],
  }, o.signer)
}

export interface DsOrder extends CertificateOrder {
  readonly keyUse: Validity
  /** Document codes that this signer may sign: `PO`, or `P` for all that begin so. */
  readonly documentTypes: readonly string[]
}

/** @source Doc 9303-12 §7.1.1.6 */
function documentTypeList(types: readonly string[]): Uint8Array {
  if (types.length === 0 || types.some((t) => !/^[A-Z][A-Z0-9<]?$/.test(t))) throw new RangeError(
    'a document type has one or two characters of the machine-readable zone'
  )
  return extension(OID.documentTypes, sequence(integer(0), setOf(...types.map(printable))))
}

/** A document signer certificate. @source Doc 9303-12 Table 6, document signer */
export async function buildDs(order: DsOrder, issuer: Certificate, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  return certifySigner(order, documentTypeList(order.documentTypes), issuer, { signer, crypto })
}

export interface ListSignerOrder extends CertificateOrder { readonly keyUse?: Validity }

const purpose = (id: string): Uint8Array => extension(OID.extKeyUsage, sequence(oid(id)), 'critical')

/** A master list signer certificate. @source Doc 9303-12 Table 6, §7.1.1.3 */
export async function buildMasterListSigner(
  order: ListSignerOrder, issuer: Certificate, signer: Signer, crypto: Crypto,
): Promise<Uint8Array> {
  return certifySigner(order, purpose(PURPOSE.masterListSigner), issuer, { signer, crypto })
}

/** A deviation list signer certificate. @source Doc 9303-12 Table 6, §7.1.1.3 */
export async function buildDeviationListSigner(
  order: ListSignerOrder, issuer: Certificate, signer: Signer, crypto: Crypto,
): Promise<Uint8Array> {
  return certifySigner(order, purpose(PURPOSE.deviationListSigner), issuer, { signer, crypto })
}

export interface BarCodeSignerOrder extends Pick<CertificateOrder, 'spki' | 'validity' | 'curveForm'> {
  /** A positive number of at most 20 octets, taken as it is. Seals of version 3 have room for five hexadecimal digits of it. */
  readonly serial: Uint8Array
  readonly country: string
  /** Two capital letters or digits, letters 3 and 4 of the signer identifier in the seal. */
  readonly reference: string
  readonly documentTypes?: readonly string[]
}

/** A bar code signer certificate: small, with no extension but the three of its profile. @source Doc 9303-12 §7.1.3, Table 8 */
export async function buildBarCodeSigner(order: BarCodeSignerOrder, issuer: Certificate, signer: Signer): Promise<Uint8Array> {
  if (!/^[A-Z]{2}$/.test(order.country) || !/^[A-Z0-9]{2}$/.test(order.reference)) throw new RangeError(
    'country and reference of a bar code signer have two capital characters each'
  )
  const part = (type: string, value: string): Uint8Array => setOf(sequence(oid(type), printable(value)))
  return certify({
    serial: counted(order.serial), issuer: issuer.subject.der,
    subject: sequence(part('2.5.4.6', order.country), part('2.5.4.3', order.reference)),
    validity: order.validity, spki: order.spki, ...formOf(order),
    extensions: [
      issuerKey(issuerKeyId(issuer)),
      ...(order.documentTypes === undefined ? [] : [documentTypeList(order.documentTypes)]),
      purpose(PURPOSE.barCodeSigner),
    ],
  }, signer)
}
