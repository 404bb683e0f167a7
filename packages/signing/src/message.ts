import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Anchor } from '@causeway/journal'
import { Type, type Static } from 'typebox'

const open = { additionalProperties: false } as const
/** Identifiers are short and of printable ASCII: they stand in journals and in refusals. */
const Name = Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' })
/** Base64 in its one form, so that equal bytes are equal texts. */
const Base64 = Type.String({ minLength: 4, pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$' })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Positive = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Signature = Type.String({ pattern: '^[0-9a-f]{128}$' })

/** The act of the office's journal that authorises a signature: the stream it stands in, and its version there. */
export const Authority = Type.Object({ kind: Name, id: Name, version: Count }, open)

/** What a server may ask the signer. Everything that the signer decides by is in the request, or in the journal that it anchored. */
export const SodRequest = Type.Object({
  /** The same id with the same content is the same signature, for ever. */
  requestId: Name,
  office: Name,
  authority: Authority,
  documentType: Type.String({ pattern: '^[A-Z]{1,2}$' }),
  issuingState: Type.String({ pattern: '^[A-Z]{1,3}$' }),
  documentNumber: Type.String({ pattern: '^[A-Z0-9]{1,9}$' }),
  /** The version of the logical data structure; 1.7 when left out. */
  lds: Type.Optional(Type.Union([Type.Literal('1.7'), Type.Literal('1.8')])),
  /** Data groups by number, base64. DG1, DG14 and DG15 are read by the signer and come whole. */
  dataGroups: Type.Record(Type.String(), Type.String({ minLength: 4, contentEncoding: 'base64' })),
  /** Hashes of the other groups by number, hex, by the hash of the signer's key: for a server that does not hand out faces. */
  hashes: Type.Optional(Type.Record(Type.String(), Type.String({ pattern: '^([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$' }))),
  /** Public keys of which the chip holds the private halves, SubjectPublicKeyInfo, base64: what DG14 and DG15 must say. */
  chip: Type.Optional(Type.Object({ authenticationKey: Type.Optional(Base64), activeKey: Type.Optional(Base64) }, open)),
}, open)
export type SodRequest = Static<typeof SodRequest>
export interface SodAnswer { readonly sod: string; readonly signer: string; readonly counter: number }

/** Many requests in one go; each has an answer of its own, in the same order. */
export const SodBatch = Type.Object({ requests: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 256 }) }, open)
export type SodBatch = Static<typeof SodBatch>

const Entry = Type.Object({
  office: Name, seq: Positive, at: Type.String(), actor: Type.String(), role: Type.String(), act: Type.String(), request: Type.String(), kind: Type.String(), stream: Type.String(),
  version: Positive, event: Type.String(), body: Type.String(), prev: Hash, hash: Hash,
}, open)

/** All entries since the last anchor: the signer computes the chain itself. */
export const AnchorRequest = Type.Object({ office: Name, entries: Type.Array(Entry) }, open)
export type AnchorRequest = Static<typeof AnchorRequest>
export interface AnchorAnswer { readonly anchor: Anchor }

/** The form of an anchor, wherever it comes from. */
export const AnchorForm = Type.Object({
  office: Name, number: Positive, fromSeq: Positive, toSeq: Positive, head: Hash, previous: Hash, at: Type.String(), keyId: Type.String(), signature: Signature,
}, open)

/** A numbered message for the national side. */
export const MessageRequest = Type.Object({ office: Name, number: Positive, kind: Name, body: Type.String() }, open)
export type MessageRequest = Static<typeof MessageRequest>
export const SignedMessage = Type.Object({ ...MessageRequest.properties, keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }), signature: Signature }, open)
export type SignedMessage = Static<typeof SignedMessage>

/** What a certificate of the national side is asked for. */
export type RequestedUse = 'document' | 'seal' | 'bar-code'
/** A PKCS#10 request, base64; `signature` is the office's key over `certificateRequestText`: r and s, hex. */
export interface CertificateRequestAnswer { readonly request: string; readonly keyId: string; readonly signature: string }
/** A certificate with its CSCA; where that is a new one, `links` lead from one that is known to it. Base64 DER. */
export const CertificateImport = Type.Object({ certificate: Base64, csca: Base64, links: Type.Optional(Type.Array(Base64, { maxItems: 100 })) }, open)
export type CertificateImport = Static<typeof CertificateImport>

/** A key of the signer, from its public side. `waiting`: no certificate yet; `active`: the one that signs now. */
export interface SignerKey {
  readonly id: string
  readonly use: string
  readonly type: string
  readonly state: 'waiting' | 'active' | 'replaced' | 'retired'
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string
  readonly usableUntil?: string
  /** How often it was used; how many of these count against its quota (all but the request for its certificate), and how many may. */
  readonly uses: number
  readonly documents: number
  readonly quota?: number
}

/** A sentence for people. */
export interface Words { readonly zh: string; readonly en: string }

export interface SignerHealth {
  readonly ready: boolean
  /** What stands in the way, or that nothing does. */
  readonly says: readonly Words[]
  readonly keyStore: string
  /** Whether keys lie in software, for trying out. */
  readonly trying: boolean
  readonly activated: boolean
  readonly signatures: number
  readonly ds: { readonly serial: string; readonly subject: string; readonly usableUntil: string; readonly certificate: string } | undefined
  /** Public keys of anchors and messages, PEM. */
  readonly anchorKey: string
  readonly lastAnchor: { readonly number: number; readonly at: string } | undefined
}

/** What the bytes of a hub message are that the signature is over. */
export function messageText(m: MessageRequest & { readonly keyId: string }): string {
  return JSON.stringify(['causeway-message-1', m.office, m.number, m.kind, m.body, m.keyId])
}

/** What an office signs with its key so that a certificate request counts as its own. */
export function certificateRequestText(use: RequestedUse, request: string): string {
  return JSON.stringify(['causeway-certificate-request-1', use, request])
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))

/** What of a request is signed, but for its groups. */
type SodSubject = Pick<SodRequest, 'office' | 'documentType' | 'issuingState' | 'documentNumber' | 'lds' | 'chip'>

/**
 * What makes two requests the same, and what an act of the journal authorises: everything that will be signed. SHA-256, hex.
 * `groups` are numbers and hashes, hex: groups that come whole stand for themselves by their SHA-256.
 */
export function sodDigestOf(r: SodSubject, groups: readonly (readonly [number, string])[]): string {
  const sorted = [...groups].sort(([a], [b]) => a - b)
  const chip = [r.chip?.authenticationKey ?? '', r.chip?.activeKey ?? '']
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-sod-1', r.office, r.documentType, r.issuingState, r.documentNumber, r.lds ?? '1.7', sorted, chip]))))
}

/** The digest of a request as it stands. */
export function sodDigest(r: Omit<SodRequest, 'requestId' | 'authority'>): string {
  const whole = Object.entries(r.dataGroups).map(([n, text]) => [Number(n), bytesToHex(sha256(bytesOf(text)))] as const)
  return sodDigestOf(r, [...whole, ...Object.entries(r.hashes ?? {}).map(([n, hash]) => [Number(n), hash] as const)])
}

/** Events whose body `{ request, digest }` authorises the request of that id with that content, and nothing else. */
export const AUTHORISING_EVENTS: Readonly<Record<string, Output>> = {
  'job-content-fixed': 'sod', 'mission-seal-asked': 'visible-seal', 'mission-paper-fixed': 'seal', 'permit-endorsements-fixed': 'endorsement', 'job-card-security-fixed': 'card-security',
}
/** What the signer makes. An event authorises one kind and no other. */
export type Output = 'sod' | 'visible-seal' | 'seal' | 'endorsement' | 'card-security'

/** Every refusal of the signer, with the rule that it stands on. */
export const SIGNER_RULES = {
  'request-malformed': 'the request has all its fields, each in its form, and no other',
  'request-reused': 'one request id, one content',
  'busy': 'no more is taken in than can be answered: ask again later',
  'keys-not-activated': 'keys are used only after their custodians have activated them',
  'no-certificate': 'a key signs only under a certificate of the national side',
  'usage-period-over': 'Doc 9303-12 Table 1: the private key usage period',
  'usage-period-ahead': 'Doc 9303-12 Table 1: the private key usage period',
  'quota-reached': 'a key signs as many documents as its quota says, and not one more',
  'algorithm-not-allowed': 'the algorithm policy of the office',
  'document-type-not-allowed': 'Doc 9303-12 §7.1.1.6: the document type list of the certificate',
  'dg1-unreadable': 'Doc 9303-10 §4.7.1',
  'dg1-check-digit': 'Doc 9303-3 §4.9',
  'dg1-field': 'Doc 9303-4 §4.2.2',
  'dg1-differs': 'what is signed is what was asked for',
  'document-expired': 'a document whose days are over before it is made is not signed',
  'data-group-unknown': 'Doc 9303-10 §3.11',
  'data-group-unread': 'DG1, DG14 and DG15 are read before they are signed: they come whole, and can be decoded',
  'hash-length': 'Doc 9303-10 §4.6.2: data groups are hashed by the hash of the security object',
  'chip-key-differs': 'Doc 9303-11 §6: the chip proves itself by the keys that DG14 and DG15 say',
  'number-signed-before': 'one document number, one document: signed again only for a later attempt of the same act',
  'not-authorised': 'a signature is made for an act that stands in the anchored journal',
  'authority-differs': 'what is signed is what the act authorised, to the byte',
  'authority-old': 'an act authorises a signature for some days only',
  'anchor-stale': 'nothing is signed while the newest anchor of the journal is older than the limit',
  'clock-back': 'a signer whose clock stands before what it has written signs nothing',
  'clock-jumped': 'a signer whose clock leapt while it ran signs nothing until it is started again',
  'seal-number-used': 'one document number is sealed for one content',
  'seal-unreadable': 'a visible digital seal says all that its kind says',
  'zone-differs': 'the zone of an endorsement says what its record says',
  'endorsement-dates': 'an endorsement begins before it ends, and nobody goes out after it has ended',
  'endorsement-number-used': 'one endorsement number, one endorsement',
  'card-security-unread': 'Doc 9303-10 §3.11.4: what EF.CardSecurity says is read before it is signed',
  'time-stamp-missing': 'where an authority for time stamps is set, nothing is sealed without its stamp',
  'own-output-wrong': 'nothing leaves unverified',
  'token-fault': 'the keeper of the keys must answer',
  'certificate-unfit': 'a certificate fits a key of this signer and the profile of Doc 9303-12',
  'chain-broken': 'an anchor continues the chain without a gap',
  'other-office': 'a signer serves one office',
  'authority-unknown': 'a signer takes certificates of the national side that it knows',
  'message-differs': 'one message number, one content',
  'key-unknown': 'a key of this signer, by its identifier',
  'key-retired': 'a retired key signs nothing more',
  'ceremony-needed': 'keys are made by a ceremony of their custodians',
  'custody-founded': 'the first set-up is made once',
  'custody-not-founded': 'custodians are set up before anything else',
  'pin-needed': 'the first set-up of a token takes its PIN, once',
  'custodians-invalid': 'custodians have different names, and are not fewer than it takes',
  'custodian-unknown': 'a ceremony is confirmed by its custodians',
  'custodian-exists': 'custodians have different names',
  'credential-weak': 'a passphrase has at least as many characters as the setting says',
  'credential-wrong': 'everybody confirms with a passphrase of their own',
  'credential-locked': 'after some wrong passphrases a custodian waits',
  'same-person': 'M of N different people: nobody counts twice',
  'second-person-missing': 'a ceremony is carried out when as many different people have confirmed it as it takes',
  'ceremony-unknown': 'a ceremony is opened before it is confirmed; a restart closes it',
  'ceremony-changed': 'what is carried out is what was confirmed',
  'ceremony-expired': 'a ceremony ends when not enough people come in time',
  'ceremony-over': 'a ceremony is carried out once',
} as const
export type SignerRefusal = keyof typeof SIGNER_RULES
