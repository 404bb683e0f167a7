import { type Crypto } from '../crypto.ts'
import { PURPOSE, type Certificate } from './certificate.ts'
import { type DeviationList } from './deviation-list.ts'
import { type MasterList } from './master-list.ts'
import { renderName } from './name.ts'
import { findPath, type PathNote, type Trust } from './path.ts'
import { checkRevocation, revokedAuthority } from './revocation.ts'

/** Whether a list may be believed. `troubles` says in short words why not. */
export interface ListVerdict {
  readonly outcome: 'passed' | 'failed' | 'not-done'
  readonly trouble: 'list-signature' | 'list-signer-purpose' | 'list-signer-path' | 'list-signer-revoked' | undefined
  readonly says: string
  readonly path: readonly Certificate[]
  readonly notes: readonly PathNote[]
}

const WORDS = { 'master-list': 'master lists', 'deviation-list': 'deviation lists' } as const

function refusal(outcome: 'failed' | 'not-done', trouble: ListVerdict['trouble'], says: string): ListVerdict {
  return { outcome, trouble, says, path: [], notes: [] }
}

/**
 * Whether a master or deviation list may be believed: its signer signed it, is a signer of such lists, leads to an
 * anchor at the time of signing, and is not revoked. Without a revocation list the verdict is about the rest.
 *
 * @source Doc 9303-12 §6.1.2, §7.1.1.3, §9, §10
 */
export async function verifyList(
  list: MasterList | DeviationList, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto },
): Promise<ListVerdict> {
  const { signer } = list
  if (signer === undefined || !list.signed) return refusal('failed', 'list-signature', list.signatureSays)
  const purpose = list.kind === 'master-list' ? PURPOSE.masterListSigner : PURPOSE.deviationListSigner
  if (signer.extendedKeyUsage?.includes(purpose) !== true || signer.isCa) {
    return refusal('failed', 'list-signer-purpose', `${renderName(signer.subject)} is no signer of ${WORDS[list.kind]}`)
  }
  const path = await findPath(signer, trust, { at: list.signedAt ?? o.at, crypto: o.crypto })
  if (path.outcome !== 'passed') return refusal(path.outcome, 'list-signer-path', path.says)
  const at = list.signedAt ?? o.at
  if (at < signer.notBefore || at > signer.notAfter) return refusal(
    'failed', 'list-signer-path', `its signer was not valid on ${at.toISOString().slice(0, 10)}`,
  )
  const revocation = await checkRevocation(signer, trust, o)
  const revoked = revocation.outcome === 'failed' ? revocation.says : await revokedAuthority(path.path, trust, o.crypto)
  if (revoked !== undefined) return refusal('failed', 'list-signer-revoked', revoked)
  return {
    outcome: 'passed', trouble: undefined,
    says: `signed by ${renderName(signer.subject)}, which leads to ${renderName(path.path.at(-1)!.subject)}`,
    path: path.path, notes: path.notes,
  }
}
