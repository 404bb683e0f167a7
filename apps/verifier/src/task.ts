import { type BatchLine, type SealQuestion, type Verification, type VerificationPolicy } from '@causeway/contract'
import { type Refusal, type Result } from '@causeway/kernel'
import { type EndorsementRecord } from '@causeway/signing'

import { type Bundle, type Found } from './archive.ts'
import { type HeldTrust } from './standing.ts'

/** An endorsement as the office has it, and what stands in the booklet: a signature by a key, or a MAC, of which only the signer can tell. */
export interface EndorsementCase {
  readonly record: EndorsementRecord
  readonly value: string
  readonly keyId: string
  readonly mac?: { readonly outcome: 'passed' | 'failed' | 'not-done'; readonly says: string }
}

interface How { readonly at: string; readonly policy: VerificationPolicy }

/** What a thread may be asked. */
export type Task =
  | { readonly kind: 'trust'; readonly held: HeldTrust | undefined }
  | (How & { readonly kind: 'files'; readonly files: readonly Found[] })
  | (How & { readonly kind: 'seal'; readonly question: SealQuestion })
  | (How & { readonly kind: 'endorsement'; readonly question: EndorsementCase })
  /** The lines that begin at or after `from` and before `to`, read from the file by the thread itself. */
  | (How & { readonly kind: 'lines'; readonly file: string; readonly from: number; readonly to: number })
  | (How & { readonly kind: 'bundles'; readonly bundles: readonly Bundle[] })

/** A verdict of a batch, without the number of its document in the whole. */
export type BareLine = Omit<BatchLine, 'n'>
/** Results of a stretch of a batch: `lines` by their places in it, of `length` lines or documents; and what they add up to. */
export interface Stretch {
  readonly lines: readonly (readonly [place: number, json: string])[]
  readonly length: number
  readonly counts: Readonly<Record<BatchLine['verdict'], number>>
  readonly reasons: Readonly<Record<string, number>>
}
export interface Answers { readonly trust: undefined; readonly files: Result<Verification, Refusal>; readonly seal: Result<Verification, Refusal>; readonly endorsement: Result<Verification, Refusal>; readonly lines: Stretch; readonly bundles: Stretch }
