interface Both { readonly zh: string; readonly en: string }

/** Something that somebody has to do about the signer. `urgent`: documents are not signed, or soon are not. */
export interface SignerDue {
  readonly code: string
  readonly urgency: 'urgent' | 'soon' | 'note'
  readonly says: Both
  /** The command by which custodians do it, where it is theirs. */
  readonly command?: string
}

export interface SignerKeyRow {
  readonly id: string
  readonly use: string
  readonly type: string
  readonly state: 'waiting' | 'active' | 'replaced' | 'retired'
  readonly usableUntil?: string
  readonly uses: number
  readonly documents: number
  readonly quota?: number
}

/** A certificate beside a key. `until`: the end of its use. */
export interface SignerCertificateRow { readonly use: string; readonly serial: string; readonly subject: string; readonly issuer: string; readonly until: string }

/** A ceremony as the signer's journal has it. `journal`: its line there, and that it has minutes. */
export interface SignerCeremonyRow {
  readonly id: string
  readonly says: Both
  readonly state: 'open' | 'expired' | 'done' | 'failed'
  readonly opened: string
  readonly people: readonly string[]
  readonly threshold: number
  readonly seats: number
  readonly demonstration: boolean
  readonly journal?: number
}

/** The signer as its operators see it. Ceremonies are held at the custodians' own socket: here they are only shown. */
export interface SignerPage {
  readonly at: string
  readonly ready: boolean
  /** What stands in the way, or that nothing does, and what comes. */
  readonly says: readonly Both[]
  readonly keyStore: 'file' | 'token'
  readonly activated: boolean
  readonly documents: number
  readonly custodians: { readonly names: readonly string[]; readonly threshold: number; readonly demonstration: boolean }
  readonly lastAnchor?: { readonly number: number; readonly at: string; readonly minutes: number }
  readonly due: readonly SignerDue[]
  readonly keys: readonly SignerKeyRow[]
  readonly certificates: readonly SignerCertificateRow[]
  /** The newest first. */
  readonly ceremonies: readonly SignerCeremonyRow[]
}
