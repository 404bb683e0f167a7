import { childrenOf, Cursor, Malformed, readTlv, readWhole, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { hex, integerOf, oidOf, smallOf, TAG, textOf, timeOf, unhex } from '../asn1/value.ts'
import { context, generalizedTime, ia5Bytes, implicit, integer, oid, sequence, setOf, tlv } from '../asn1/write.ts'
import { buildSignedData } from '../cms/build.ts'
import { type Crypto, type HashName } from '../crypto.ts'
import { hashIdentifier, hashOf } from './algorithm.ts'
import { type Certificate } from './certificate.ts'
import {
  CERTIFICATE_FIELDS, DEVIATIONS, MRZ_FIELDS, type DeviantDocuments, type DeviantSigner, type DeviationCode,
  type DeviationDescription, type DeviationPlace, type DocumentDeviation,
} from './deviation.ts'
import { printableText, readName } from './name.ts'
import { openList, readEntries, takeVersion, type ListSignature, type UnreadEntry } from './signed-list.ts'
import { retagged, signerScheme, type Signer } from './signer.ts'

const OID_DEVIATION_LIST = '2.23.136.1.1.7'
const CLAUSE = 'Doc 9303-12 §10.2'
const CODES = new Map(Object.entries(DEVIATIONS).map(([code, d]) => [d.oid, code as DeviationCode]))

/** What a State says of documents of its own that depart from the standard. */
export interface DeviationList extends ListSignature {
  readonly kind: 'deviation-list'
  /** The hash by which signers are named by digest. */
  readonly digest: HashName
  readonly entries: readonly DocumentDeviation[]
  readonly unread: readonly UnreadEntry[]
}

function readSigner(c: Cursor): DeviantSigner | undefined {
  const [byIssuer, byKey, byDigest] = [c.maybe(0xa1), c.maybe(0x82), c.maybe(0x83)]
  if (byKey !== undefined) return { kind: 'key', keyId: hex(valueOf(byKey)) }
  if (byDigest !== undefined) return { kind: 'digest', digest: hex(valueOf(byDigest)) }
  if (byIssuer === undefined) return undefined
  const i = new Cursor(byIssuer, CLAUSE)
  const issuer = readName(i.take(TAG.sequence, 'an issuer'))
  const serial = integerOf(i.take(TAG.integer, 'a serial number')).toString(16)
  i.done()
  return { kind: 'issuer', issuer, serial }
}

function readPeriod(t: Tlv): { readonly from: Date; readonly to: Date } {
  const c = new Cursor(t, CLAUSE)
  const [from, to] = [timeOf(c.take(TAG.time, 'the first day'), CLAUSE), timeOf(c.take(TAG.time, 'the last day'), CLAUSE)]
  c.done()
  return { from, to }
}

function readDocuments(t: Tlv): DeviantDocuments {
  const c = new Cursor(t, CLAUSE)
  const type = c.maybe(0x80)
  const signer = readSigner(c)
  const [period, numbers] = [c.maybe(0xa4), c.maybe(0xa5)]
  c.done()
  return {
    ...(type === undefined ? {} : { documentType: textOf(retagged(type, TAG.printable), CLAUSE) }),
    ...(signer === undefined ? {} : { signer }),
    ...(period === undefined ? {} : { issued: readPeriod(period) }),
    ...(numbers === undefined ? {} : { numbers: childrenOf(numbers).map((n) => textOf(n, CLAUSE)) }),
  }
}

const FILES: Readonly<Record<number, string>> = { 20: 'EF.SOD', 21: 'EF.COM' }

/** What a parameter names; undefined where the deviation has none or the number is unknown. */
function readPlace(code: DeviationCode | undefined, t: Tlv): DeviationPlace | undefined {
  const kind = code === undefined ? 'none' : DEVIATIONS[code].parameter
  if (kind === 'none') return undefined
  if (kind === 'certificate-field' && t.tag === TAG.oid) return { kind: 'extension', oid: oidOf(t, CLAUSE) }
  const n = smallOf(t, CLAUSE)
  if (kind === 'file') return n >= 1 && n <= 16 ? { kind, file: `DG${n}` } : FILES[n] === undefined ? undefined : { kind, file: FILES[n] }
  if (kind === 'mrz-field') return MRZ_FIELDS[n] === undefined ? undefined : { kind, field: MRZ_FIELDS[n] }
  return CERTIFICATE_FIELDS[n] === undefined ? undefined : { kind: 'certificate-field', field: CERTIFICATE_FIELDS[n] }
}

function readDescription(t: Tlv): DeviationDescription {
  const c = new Cursor(t, CLAUSE)
  const text = c.peek() === TAG.oid ? undefined : textOf(c.takeAny('a description'), CLAUSE)
  const type = oidOf(c.take(TAG.oid, 'a deviation type'), CLAUSE)
  const [parameters, national] = [c.maybe(0xa0), c.maybe(0xa1)]
  c.done()
  const code = CODES.get(type)
  const place = parameters && readPlace(code, readTlv(parameters.bytes, parameters.body, parameters.end))
  return {
    code, type, ...(place === undefined ? {} : { place }), ...(text === undefined ? {} : { text }),
    ...(national === undefined ? {} : { nationalUse: valueOf(national) }),
  }
}

function readDeviation(der: Uint8Array): DocumentDeviation {
  const c = new Cursor(readWhole(der, TAG.sequence, CLAUSE), CLAUSE)
  const documents = readDocuments(c.take(TAG.sequence, 'documents'))
  const descriptions = childrenOf(c.take(TAG.set, 'descriptions')).map(readDescription)
  c.done()
  return { documents, descriptions }
}

/** A deviation list, or undefined when the bytes are none. @source Doc 9303-12 §10 */
export async function parseDeviationList(bytes: Uint8Array, crypto: Crypto): Promise<DeviationList | undefined> {
  try {
    const open = await openList(bytes, OID_DEVIATION_LIST, crypto)
    if (open === undefined) return undefined
    const c = new Cursor(readWhole(open.data.content, TAG.sequence, CLAUSE), CLAUSE)
    takeVersion(c, CLAUSE)
    const algorithm = c.maybe(TAG.sequence)
    const set = c.take(TAG.set, 'deviations')
    c.done()
    const { data, contentAt, ...signature } = open
    const { entries, unread } = readEntries(set, { contentAt, read: readDeviation })
    return {
      kind: 'deviation-list', digest: algorithm === undefined ? data.signer.digest : hashOf(algorithm), entries,
      unread, ...signature,
    }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function writeSigner(s: DeviantSigner): Uint8Array {
  if (s.kind === 'key') return implicit(2, unhex(s.keyId))
  if (s.kind === 'digest') return implicit(3, unhex(s.digest))
  return tlv(0xa1, s.issuer.der, integer(BigInt(`0x${s.serial}`)))
}

function writeDocuments(d: DeviantDocuments): Uint8Array {
  if (
    d.documentType !== undefined && !/^[A-Z0-9<]{2}$/.test(d.documentType)
  ) throw new RangeError('a document type has two characters of the machine-readable zone')
  return sequence(
    // `<` is no PrintableString and stands in document types all the same
    ...(d.documentType === undefined ? [] : [implicit(0, ia5Bytes(d.documentType))]),
    ...(d.signer === undefined ? [] : [writeSigner(d.signer)]),
    ...(d.issued === undefined ? [] : [context(4, generalizedTime(d.issued.from), generalizedTime(d.issued.to))]),
    ...(d.numbers === undefined ? [] : [context(5, valueOf(readTlv(setOf(...d.numbers.map(printableText)), 0)))]),
  )
}

/** The parameter of a deviation. @throws RangeError when it is not of the kind that the deviation has */
function writePlace(code: DeviationCode, place: DeviationPlace): Uint8Array {
  const wanted = DEVIATIONS[code].parameter
  if (wanted !== (place.kind === 'extension' ? 'certificate-field' : place.kind)) throw new RangeError(`${code} has no ${place.kind}`)
  if (place.kind === 'extension') return oid(place.oid)
  if (place.kind === 'mrz-field') return integer(MRZ_FIELDS.indexOf(place.field))
  if (place.kind === 'certificate-field') return integer(CERTIFICATE_FIELDS.indexOf(place.field))
  const number = /^DG([1-9]|1[0-6])$/.exec(place.file)?.[1] ?? Object.keys(FILES).find((n) => FILES[Number(n)] === place.file)
  if (number === undefined) throw new RangeError(`${place.file} is no file of a document`)
  return integer(Number(number))
}

/** A description to be written: a deviation of the Part, and what it is about. */
export type DeviationNote = Pick<DeviationDescription, 'place' | 'text' | 'nationalUse'> & { readonly code: DeviationCode }

function writeDescription(d: DeviationNote): Uint8Array {
  return sequence(
    ...(d.text === undefined ? [] : [printableText(d.text)]), oid(DEVIATIONS[d.code].oid),
    ...(d.place === undefined ? [] : [context(0, writePlace(d.code, d.place))]),
    ...(d.nationalUse === undefined ? [] : [context(1, wholeOf(readWhole(d.nationalUse, d.nationalUse[0] ?? 0, CLAUSE)))]),
  )
}

export interface DeviationListOrder {
  readonly deviations: readonly { readonly documents: DeviantDocuments; readonly descriptions: readonly DeviationNote[] }[]
  readonly signer: Certificate
  /** Certificates above the signer's, sent along. */
  readonly chain: readonly Certificate[]
  readonly at: Date
}

/** A deviation list, with its signer's certificate and the time of signing. @source Doc 9303-12 §10 */
export async function buildDeviationList(o: DeviationListOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const deviations = o.deviations.map((d) => {
    if (d.descriptions.length === 0) throw new RangeError('a deviation has a description')
    return sequence(writeDocuments(d.documents), setOf(...d.descriptions.map(writeDescription)))
  })
  const content = sequence(integer(0), hashIdentifier(signerScheme(signer).hash), setOf(...deviations))
  return buildSignedData({ contentType: OID_DEVIATION_LIST, content, signer: o.signer, chain: o.chain, at: o.at }, signer, crypto)
}
