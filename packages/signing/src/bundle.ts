import { hashText, isTextSigned, type AnchorKey } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { messageText, type SignedMessage } from './message.ts'

/** Trust lists to take along where nobody answers: what they were, when that was confirmed, and until when they may be used. */
export interface TrustBundleContent {
  readonly format: 'causeway-trust-bundle-1'
  readonly office: string
  readonly made: string
  /** When the national side last confirmed the lists. */
  readonly asOf: string
  readonly usableUntil: string
  readonly settings: Readonly<Record<string, number>>
  readonly files: readonly { readonly name: string; readonly base64: string; readonly use?: 'papers' | 'endorsements' }[]
}
/** A bundle as it is handed out: the content as text, so that its hash is of its bytes, and the signer's statement over the hash. */
export interface TrustBundle { readonly content: string; readonly statement: SignedMessage }

export const BUNDLE_KIND = 'trust-bundle'

/** What the signer states: the hash of the content, in hexadecimal. */
export const bundleHash = (content: string): string => hashText(content)

const refuse = (code: string, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, details })

function isContent(v: unknown): v is TrustBundleContent {
  if (typeof v !== 'object' || v === null) return false
  const c = v as Partial<TrustBundleContent>
  const times = [c.made, c.asOf, c.usableUntil]
  return c.format === 'causeway-trust-bundle-1' && typeof c.office === 'string' && times.every((t) => typeof t === 'string' && !Number.isNaN(new Date(t).getTime()))
    && Array.isArray(c.files) && c.files.every((f) => typeof f?.name === 'string' && typeof f.base64 === 'string')
}

function isStatement(v: unknown): v is SignedMessage {
  if (typeof v !== 'object' || v === null) return false
  const s = v as Partial<SignedMessage>
  return typeof s.office === 'string' && Number.isSafeInteger(s.number) && typeof s.kind === 'string' && typeof s.body === 'string' && typeof s.keyId === 'string' && /^[0-9a-f]{128}$/.test(s.signature ?? '')
}

/** Whether a text has the form of a bundle at all. */
export const isTrustBundle = (text: string): boolean => /^\s*\{\s*"content"\s*:\s*"\{\\"format\\":\\"causeway-trust-bundle-/.test(text.slice(0, 200))

/**
 * Reads a bundle and believes it only when one of the keys signed it and its time is not over.
 *
 * @param keys - of the office that made it, known from elsewhere: a bundle cannot vouch for itself
 * @returns the content, or `bundle-malformed`, `bundle-unsigned` (no such key, or another content), `bundle-over`, `bundle-ahead`
 */
export function openTrustBundle(text: string, keys: readonly AnchorKey[], at: Date): Result<TrustBundleContent, Refusal> {
  let content: unknown
  let bundle: Partial<TrustBundle>
  try {
    bundle = JSON.parse(text) as Partial<TrustBundle>
    content = JSON.parse(String(bundle.content)) as unknown
  } catch {
    return refuse('bundle-malformed')
  }
  const { statement } = bundle
  if (!isContent(content) || !isStatement(statement)) return refuse('bundle-malformed')
  const key = keys.find((k) => k.keyId === statement.keyId)
  const isWhole = statement.kind === BUNDLE_KIND && statement.body === bundleHash(bundle.content!) && statement.office === content.office
  if (key === undefined || !isWhole || !isTextSigned(messageText(statement), statement.signature, key)) return refuse('bundle-unsigned', { keyId: statement.keyId })
  if (at > new Date(content.usableUntil)) return refuse('bundle-over', { until: content.usableUntil })
  // a bundle of the future is a clock that stands wrong, and then no age can be told
  return at.getTime() < new Date(content.made).getTime() - 86_400_000 ? refuse('bundle-ahead', { made: content.made }) : ok(content)
}
