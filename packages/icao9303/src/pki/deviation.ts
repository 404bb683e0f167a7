import { type Name } from './name.ts'

/** What a State says is odd about some of its documents, by a word of its own. @source Doc 9303-3 §7.3.5 */
export type DeviationCode =
  | 'certificate-or-key' | 'ds-signature' | 'ds-encoding' | 'csca-encoding' | 'aa-key-compromised'
  | 'lds' | 'group-malformed' | 'group-hash-wrong' | 'sod-signature-wrong' | 'com-inconsistent'
  | 'mrz' | 'mrz-wrong-data' | 'mrz-wrong-check-digit' | 'chip' | 'national-use'

/** What the parameter of a deviation names. */
export type DeviationParameter = 'none' | 'certificate-field' | 'file' | 'mrz-field'

interface DeviationKind { readonly oid: string; readonly parameter: DeviationParameter; readonly says: string }

const ROOT = '2.23.136.1.1.7'

/** Every deviation of the Part: its identifier, what its parameter names, what it means. @source Doc 9303-3 §7.3.5, Doc 9303-12 §10.2 */
export const DEVIATIONS: Readonly<Record<DeviationCode, DeviationKind>> = {
  'certificate-or-key': { oid: `${ROOT}.1`, parameter: 'none', says: 'something about a certificate or key' },
  'ds-signature': { oid: `${ROOT}.1.1`, parameter: 'none', says: 'the signature of the document signer certificate is wrong' },
  'ds-encoding': { oid: `${ROOT}.1.2`, parameter: 'certificate-field', says: 'the document signer certificate is coded wrongly' },
  'csca-encoding': { oid: `${ROOT}.1.3`, parameter: 'certificate-field', says: 'the CSCA certificate is coded wrongly' },
  'aa-key-compromised': { oid: `${ROOT}.1.4`, parameter: 'none', says: 'the Active Authentication key may be known to others' },
  lds: { oid: `${ROOT}.2`, parameter: 'none', says: 'something about the data on the chip' },
  'group-malformed': { oid: `${ROOT}.2.1`, parameter: 'file', says: 'a file is not coded as it should be' },
  'group-hash-wrong': { oid: `${ROOT}.2.2`, parameter: 'file', says: 'EF.SOD has a wrong hash of a data group' },
  'sod-signature-wrong': { oid: `${ROOT}.2.3`, parameter: 'none', says: 'the signature of EF.SOD is wrong' },
  'com-inconsistent': { oid: `${ROOT}.2.4`, parameter: 'none', says: 'EF.COM and EF.SOD do not agree' },
  mrz: { oid: `${ROOT}.3`, parameter: 'none', says: 'something about the machine-readable zone' },
  'mrz-wrong-data': { oid: `${ROOT}.3.1`, parameter: 'mrz-field', says: 'a field of the machine-readable zone is wrong' },
  'mrz-wrong-check-digit': { oid: `${ROOT}.3.2`, parameter: 'mrz-field', says: 'a check digit of the machine-readable zone is wrong' },
  chip: { oid: `${ROOT}.4`, parameter: 'none', says: 'the chip cannot be used' },
  'national-use': { oid: `${ROOT}.5`, parameter: 'none', says: 'something that the State has agreed on with others' },
}

/** Fields of a certificate by their number. @source Doc 9303-12 §10.2, CertificateBodyField */
export const CERTIFICATE_FIELDS = [
  'generic', 'version', 'serialNumber', 'signature', 'issuer', 'validity', 'subject', 'subjectPublicKeyInfo',
  'issuerUniqueID', 'subjectUniqueID',
] as const
/** Fields of the machine-readable zone by their number. @source Doc 9303-12 §10.2, MRZField */
export const MRZ_FIELDS = [
  'generic', 'documentCode', 'issuingState', 'personName', 'documentNumber', 'nationality', 'dateOfBirth',
  'sex', 'dateOfExpiry', 'optionalData',
] as const

/** What exactly is odd. */
export type DeviationPlace =
  | { readonly kind: 'certificate-field'; readonly field: (typeof CERTIFICATE_FIELDS)[number] }
  | { readonly kind: 'extension'; readonly oid: string }
  /** `DG1` to `DG16`, `EF.SOD`, `EF.COM`. */
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'mrz-field'; readonly field: (typeof MRZ_FIELDS)[number] }

export interface DeviationDescription {
  /** Undefined for an identifier that no edition of the Part has. */
  readonly code: DeviationCode | undefined
  readonly type: string
  readonly place?: DeviationPlace
  /** The State's own words. */
  readonly text?: string
  /** The bytes of a value that only the State understands. */
  readonly nationalUse?: Uint8Array
}

/** How a list names the signer of the documents it speaks of. */
export type DeviantSigner =
  | { readonly kind: 'issuer'; readonly issuer: Name; readonly serial: string }
  | { readonly kind: 'key'; readonly keyId: string }
  | { readonly kind: 'digest'; readonly digest: string }

/** Which documents are meant: every condition that is given must hold. @source Doc 9303-3 §7.3.6 */
export interface DeviantDocuments {
  /** Two characters of the machine-readable zone: `P<`. */
  readonly documentType?: string
  readonly signer?: DeviantSigner
  readonly issued?: { readonly from: Date; readonly to: Date }
  readonly numbers?: readonly string[]
}

/** One entry of a deviation list. */
export interface DocumentDeviation { readonly documents: DeviantDocuments; readonly descriptions: readonly DeviationDescription[] }
