import { Type, type Static } from 'typebox'

import { type Page } from './session.ts'

/** What was put before the verification module, told by its content: never by its name. */
export type VerificationKind = 'document' | 'security-object' | 'seal' | 'endorsement' | 'paper'
export const VERIFICATION_POLICIES = ['strict', 'field'] as const
export type VerificationPolicy = (typeof VERIFICATION_POLICIES)[number]
export type VerificationVerdict = 'genuine' | 'faulty' | 'undetermined'

interface Both { readonly zh: string; readonly en: string }

/** One check. Only `passed` speaks for what was examined; `excused`: not done, and not in the way under this policy. */
export interface VerificationCheck {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'not-done' | 'not-applicable'
  readonly clause: string
  readonly says: string
  /** The code of its sentence in every language, where it has one. */
  readonly reason?: { readonly code: string; readonly values?: Readonly<Record<string, string>> }
  readonly excused?: true
  /** What was compared: hexadecimal, ISO times. */
  readonly evidence?: Readonly<Record<string, string | readonly string[]>>
}

/** How old the trust lists are: `none` when nothing was ever received. */
export type TrustAge = 'fresh' | 'late' | 'stale' | 'none'
/** By what a verdict was reached, and how old that is. */
export interface TrustStanding {
  /** The start of the hash of all lists together. */
  readonly version: string
  /** When the national side last said that these are its lists. */
  readonly asOf?: string
  readonly age: TrustAge
  readonly hours?: number
  readonly says: Both
}

/** What the verification module answers about one thing. */
export interface Verification {
  readonly kind: VerificationKind
  readonly verdict: VerificationVerdict
  readonly genuine: boolean
  readonly policy: VerificationPolicy
  readonly at: string
  readonly checks: readonly VerificationCheck[]
  readonly defects: readonly { readonly code: string; readonly at: string; readonly says: string; readonly clause: string; readonly offset?: number }[]
  /** What it says of itself, read and not vouched for unless the verdict is genuine. */
  readonly content: readonly { readonly name: string; readonly value: string }[]
  /** Revocation of whoever signed, as far as it was looked up. */
  readonly revocation: VerificationCheck['outcome']
  readonly trust: TrustStanding
  /** The hash by which the record of readings names it. */
  readonly digest: string
}

/** Bytes of a bar code in base64, or the text of one from `RDB1` on; `printed`: the zone beside it, line by line. */
export const SealQuestion = Type.Object({
  bytes: Type.Optional(Type.String({ maxLength: 20_000, pattern: '^[A-Za-z0-9+/]*={0,2}$' })),
  text: Type.Optional(Type.String({ maxLength: 20_000 })),
  printed: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 3 })),
  policy: Type.Optional(Type.Union(VERIFICATION_POLICIES.map((p) => Type.Literal(p)))),
})
export type SealQuestion = Static<typeof SealQuestion>

/** A check value as it stands in a booklet: 32 hexadecimal digits of a MAC, or 128 of a signature; blanks do not count. */
export const EndorsementLook = Type.Object({
  permit: Type.String({ pattern: '^[A-Za-z0-9]{1,9}$' }),
  /** The number of the endorsement (签注号). */
  number: Type.String({ pattern: '^[A-Za-z0-9]{1,9}$' }),
  value: Type.String({ pattern: '^[0-9A-Fa-f\\s]{32,300}$' }),
  policy: Type.Optional(Type.Union(VERIFICATION_POLICIES.map((p) => Type.Literal(p)))),
})
export type EndorsementLook = Static<typeof EndorsementLook>

/** What a permit number comes to. Nothing of the holder: another office learns whether the permit stands, and no more. */
export type PermitStanding = 'valid' | 'expired' | 'collected' | 'void' | 'not-issued' | 'unknown'
export interface PermitVerification {
  readonly number: string
  readonly standing: PermitStanding
  readonly genuine: boolean
  readonly says: Both
  readonly issued?: string
  readonly expiry?: string
  readonly endorsements: readonly { readonly place: string; readonly entries: number; readonly from: string; readonly to: string; readonly state: string }[]
  readonly at: string
}

export type BatchState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed'
/** A batch of documents: one line of NDJSON, or one folder or zip of a zip, is one document. */
export interface VerificationBatch {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly format: 'ndjson' | 'zip'
  readonly policy: VerificationPolicy
  readonly state: BatchState
  readonly at: string
  readonly endedAt?: string
  /** Documents judged so far. */
  readonly done: number
  /** How many there are, once that is known. */
  readonly total?: number
  /** Share of the upload that has been worked through, 0 to 1. */
  readonly share: number
  readonly counts: Readonly<Record<VerificationVerdict | 'unreadable', number>>
  /** Of those that are not genuine: how often each check stood in the way. */
  readonly reasons: Readonly<Record<string, number>>
  /** How often the module fell and took this batch up again. */
  readonly resumed: number
  /** Why it failed: a code. */
  readonly fault?: string
  readonly trust?: TrustStanding
}
export type BatchList = Page<VerificationBatch>
/** One line of the results, in the order of the documents. `checks`: those that did not pass, none for a genuine one. */
export interface BatchLine {
  readonly n: number
  readonly name: string
  readonly verdict: VerificationVerdict | 'unreadable'
  readonly number?: string
  readonly checks?: readonly { readonly name: string; readonly outcome: string; readonly says: string }[]
  /** Why it could not be read: a code of docs/errors.md. */
  readonly code?: string
}

/** One trust list as it is held. */
export interface TrustListRow { readonly name: string; readonly kind: 'csca' | 'link' | 'signer' | 'master-list' | 'crl' | 'deviation-list' | 'endorsement-key' | 'unread'; readonly says: string; readonly from?: string; readonly until?: string; readonly standing: 'good' | 'ends-soon' | 'over' }
export interface TrustPage { readonly standing: TrustStanding; readonly rows: readonly TrustListRow[]; readonly settings: TrustSettings }

/** How old trust lists may be, in days: dated settings of the office. */
export interface TrustSettings {
  readonly freshDays: number
  readonly lateDays: number
  /** How long a bundle may be used without the national side. */
  readonly offlineDays: number
}
