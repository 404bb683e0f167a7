import { type CeremonyKind, type CeremonySubject } from '@causeway/signing'

/** A step of a ceremony in the signer's journal: it may be carried out, it was, or it was not. */
export interface CeremonyLine {
  readonly kind: 'ceremony'
  readonly id: string
  readonly phase: 'authorised' | 'done' | 'failed'
  readonly ceremony: CeremonyKind
  readonly subject: CeremonySubject
  readonly digest: string
  readonly threshold: number
  readonly seats: number
  readonly opened: string
  readonly confirmations: readonly { readonly custodian: string; readonly at: string }[]
  readonly outcome: Readonly<Record<string, string>>
  readonly demonstration: boolean
  readonly keyStore: 'file' | 'token'
  readonly at: string
}
