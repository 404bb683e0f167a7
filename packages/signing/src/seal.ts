import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { type Vds, type VdsMessage } from 'icao9303'
import { Type, type Static } from 'typebox'

import { Authority, SIGNER_RULES } from './message.ts'

const open = { additionalProperties: false } as const
const Name = Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' })
const Base64 = Type.String({ minLength: 4, pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$' })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const DayText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
/** A document number as it is printed. */
const DocumentNumber = Type.String({ pattern: '^[\\p{L}\\p{N}〔〕()（）-]{1,40}$' })

/** Kinds of papers that are sealed: the 任务批件, so far. */
const Kind = Type.Literal('approval')

/**
 * Asks for the approval seal on a paper. The paper stays with the server; the signer gets what the seal is set under:
 * the kind, the number and the act stand in the signature itself, so that a seal for one paper cannot be shown as the
 * seal of another. `digest`: SHA-256 over the byte range, hex.
 */
export const SealRequest = Type.Object({ requestId: Name, office: Name, authority: Authority, kind: Kind, number: DocumentNumber, digest: Hash }, open)
export type SealRequest = Static<typeof SealRequest>
/** The detached CMS signature, DER in base64, to be put into its place; whether a time stamp is in it. */
export interface SealAnswer { readonly signature: string; readonly signer: string; readonly stamped: boolean }

/** What the signature says that it is set under. At most 200 characters. */
export const sealStatement = (r: Pick<SealRequest, 'kind' | 'number' | 'authority'>): string => `${r.kind} ${r.number} ${r.authority.kind}/${r.authority.id}`

/** What an act of the journal authorises. SHA-256, hex. */
export function sealDigest(r: Omit<SealRequest, 'requestId' | 'authority'>): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-seal-1', r.office, r.kind, r.number, r.digest]))))
}

/** What the visible digital seal of an approval says: enough to know the paper by, and no person. */
export const ApprovalFacts = Type.Object({
  number: DocumentNumber,
  /** The unified social credit code of the unit that travels. */
  unit: Type.String({ pattern: '^[0-9A-Z]{1,18}$' }),
  from: DayText,
  to: DayText,
  places: Type.Array(Type.Union([Type.Literal('HKG'), Type.Literal('MAC')]), { minItems: 1, maxItems: 2 }),
  persons: Type.Integer({ minimum: 1, maximum: 999 }),
  days: Type.Integer({ minimum: 1, maximum: 999 }),
}, open)
export type ApprovalFacts = Static<typeof ApprovalFacts>

/** Asks for the visible digital seal of an approval. */
export const VisibleSealRequest = Type.Object({ requestId: Name, office: Name, authority: Authority, facts: ApprovalFacts }, open)
export type VisibleSealRequest = Static<typeof VisibleSealRequest>
/** The bytes for the bar code, base64. */
export interface VisibleSealAnswer { readonly seal: string; readonly signer: string }

/** What an act of the journal authorises. SHA-256, hex. */
export function visibleSealDigest(r: Omit<VisibleSealRequest, 'requestId' | 'authority'>): string {
  const { number, unit, from, to, places, persons, days } = r.facts
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-visible-seal-1', r.office, number, unit, from, to, places, persons, days]))))
}

/** Asks for EF.CardSecurity of a chip. `infos`: the SecurityInfos of EF.CardAccess and the chip's own keys, DER in base64. */
export const CardSecurityRequest = Type.Object({ requestId: Name, office: Name, authority: Authority, documentNumber: Type.String({ pattern: '^[A-Z0-9]{1,9}$' }), infos: Base64, chipKey: Base64 }, open)
export type CardSecurityRequest = Static<typeof CardSecurityRequest>
export interface CardSecurityAnswer { readonly cardSecurity: string; readonly signer: string }

/** What an act of the journal authorises. SHA-256, hex. */
export function cardSecurityDigest(r: Omit<CardSecurityRequest, 'requestId' | 'authority'>): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-card-security-1', r.office, r.documentNumber, r.infos, r.chipKey]))))
}

/** A certificate for a key of seals or bar codes is asked for. */
export const CredentialQuestion = Type.Object({ use: Type.Union([Type.Literal('seal'), Type.Literal('bar-code')]) }, open)
export type CredentialQuestion = Static<typeof CredentialQuestion>
/** A certificate for such a key, with the authority that issued it; `links` lead to that from one that is known. Base64. */
export const CredentialImport = Type.Object({ use: Type.Union([Type.Literal('seal'), Type.Literal('bar-code')]), certificate: Base64, authority: Base64, links: Type.Optional(Type.Array(Base64, { maxItems: 100 })) }, open)
export type CredentialImport = Static<typeof CredentialImport>
export type CredentialUse = CredentialImport['use']
export interface CredentialState { readonly use: CredentialUse; readonly certificate?: string; readonly usableUntil?: string }

/** Definition and category of the approval's seal. They are our own: no register has them. */
export const APPROVAL_SEAL = { featureReference: 0xc1, category: 0x0e } as const

const text = (s: string): Uint8Array => utf8ToBytes(s)
const FIELDS = ['number', 'unit', 'from', 'to', 'places', 'persons', 'days'] as const

/** The features of an approval's seal: one text a fact, tags from 1 on in this order. */
export function approvalFeatures(f: ApprovalFacts): VdsMessage['features'] {
  return FIELDS.map((k, i) => ({ tag: i + 1, bytes: text(k === 'places' ? f.places.join(' ') : String(f[k])) }))
}

/** What the seal of an approval says. Its signature is not looked at. */
export function readApprovalSeal(seal: Pick<Vds, 'header' | 'features'>): Result<ApprovalFacts, Refusal> {
  const refused = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'seal-unreadable', at, rule: SIGNER_RULES['seal-unreadable'] })
  if (seal.header.featureReference !== APPROVAL_SEAL.featureReference || seal.header.category !== APPROVAL_SEAL.category) return refused('header')
  const said = Object.fromEntries(FIELDS.map((k, i) => [k, new TextDecoder().decode(seal.features.find((f) => f.tag === i + 1)?.bytes)])) as Record<(typeof FIELDS)[number], string>
  const facts = { ...said, places: said.places.split(' '), persons: Number(said.persons), days: Number(said.days) }
  const missing = FIELDS.find((k) => said[k] === '')
  return missing === undefined && Number.isSafeInteger(facts.persons) && Number.isSafeInteger(facts.days) ? ok(facts as ApprovalFacts) : refused(missing ?? 'features')
}
