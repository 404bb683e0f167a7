import { type Anchor, type Entry } from '@causeway/journal'

/** What a server may ask the signer. Everything that the signer decides by is in the request. */
export interface SodRequest {
  /** The same id with the same content is the same signature, for ever. */
  readonly requestId: string
  readonly office: string
  /** The act that authorises the signature. */
  readonly authority: { readonly kind: string; readonly id: string; readonly version: number }
  readonly documentType: string
  readonly issuingState: string
  readonly documentNumber: string
  /** Data groups by number, base64. DG1 is always among them: the signer reads it. */
  readonly dataGroups: Readonly<Record<string, string>>
}
export interface SodAnswer { readonly sod: string; readonly signer: string; readonly counter: number }

/** All entries since the last anchor: the signer computes the chain itself. */
export interface AnchorRequest { readonly office: string; readonly entries: readonly Entry[] }
export interface AnchorAnswer { readonly anchor: Anchor }

/** A numbered message for the national side. */
export interface MessageRequest { readonly office: string; readonly number: number; readonly kind: string; readonly body: string }
export interface SignedMessage extends MessageRequest { readonly keyId: string; readonly signature: string }

/** What a certificate of the national side is asked for. */
export type RequestedUse = 'document' | 'seal' | 'bar-code'
/** A PKCS#10 request, base64; `signature` is the office's key over `certificateRequestText`: r and s, hex. */
export interface CertificateRequestAnswer { readonly request: string; readonly keyId: string; readonly signature: string }
/** A certificate with its CSCA; where that is a new one, `links` lead from one that is known to it. Base64 DER. */
export interface CertificateImport { readonly certificate: string; readonly csca: string; readonly links?: readonly string[] }

/** A key of the signer, from its public side. `waiting`: no certificate yet; `active`: the one that signs now. */
export interface SignerKey {
  readonly id: string
  readonly use: 'document' | 'anchor'
  readonly state: 'waiting' | 'active' | 'replaced'
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string
  readonly usableUntil?: string
}

export interface SignerHealth {
  readonly ready: boolean
  readonly says: readonly string[]
  readonly keyStore: string
  readonly signatures: number
  readonly ds: { readonly serial: string; readonly subject: string; readonly usableUntil: string; readonly certificate: string } | undefined
  /** Public keys of anchors and messages, PEM. */
  readonly anchorKey: string
}

/** What the bytes of a hub message are that the signature is over. */
export function messageText(m: MessageRequest & { readonly keyId: string }): string {
  return JSON.stringify(['causeway-message-1', m.office, m.number, m.kind, m.body, m.keyId])
}

/** What an office signs with its key so that a certificate request counts as its own. */
export function certificateRequestText(use: RequestedUse, request: string): string {
  return JSON.stringify(['causeway-certificate-request-1', use, request])
}

/** Every refusal of the signer, with the rule that it stands on. */
export const SIGNER_RULES = {
  'request-malformed': 'the request has all its fields, each in its form, and no other',
  'request-reused': 'one request id, one content',
  'no-certificate': 'a key signs only under a certificate of the national side',
  'usage-period-over': 'Doc 9303-12 Table 1: the private key usage period',
  'usage-period-ahead': 'Doc 9303-12 Table 1: the private key usage period',
  'document-type-not-allowed': 'Doc 9303-12 §7.1.1.6: the document type list of the certificate',
  'dg1-unreadable': 'Doc 9303-10 §4.7.1',
  'dg1-check-digit': 'Doc 9303-3 §4.9',
  'dg1-field': 'Doc 9303-4 §4.2.2',
  'dg1-differs': 'what is signed is what was asked for',
  'data-group-unknown': 'Doc 9303-10 §3.11',
  'number-signed-before': 'one document number, one document: signed again only for a later attempt of the same act',
  'own-output-wrong': 'nothing leaves unverified',
  'certificate-unfit': 'a certificate fits a key of this signer and the profile of Doc 9303-12',
  'chain-broken': 'an anchor continues the chain without a gap',
  'other-office': 'a signer serves one office',
  'authority-unknown': 'a signer takes certificates of the national side that it knows',
  'message-differs': 'one message number, one content',
} as const
export type SignerRefusal = keyof typeof SIGNER_RULES
