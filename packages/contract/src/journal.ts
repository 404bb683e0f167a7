export interface JournalRow { readonly seq: number; readonly at: string; readonly actor: string; readonly role: string; readonly act: string; readonly stream: string; readonly event: string; readonly hash: string }
/** Trust material as the inspection desk uses it, base64 DER. */
export interface TrustAnswer {
  /** Every generation of the national authority, and the links between them. */
  readonly csca: readonly string[]
  readonly links: readonly string[]
  readonly ds: readonly string[]
  readonly crl?: string
  /** The authority's revocation list first, then the same under earlier keys. */
  readonly crls?: readonly string[]
  readonly masterList?: string
  readonly deviationList?: string
  readonly crlAgeDays?: number
}
/** The platform's state in words: what is well, what is due. */
export interface PlatformAnswer { readonly parts: readonly { readonly name: string; readonly well: boolean; readonly says: string }[]; readonly outbox: { readonly pending: number; readonly acknowledged: number }; readonly anchors: { readonly count: number; readonly lastAt?: string } }
