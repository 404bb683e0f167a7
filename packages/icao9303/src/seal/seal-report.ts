import type { Check } from '../report.ts'

/** Why a seal is not valid, in the words of the Parts. @source Doc 9303-13 Appendix D, Doc 9303-7 §9.4, Doc 9303-8 Appendix A */
export type SealIndication =
  | 'WRONG_FORMAT'
  | 'UNKNOWN_FEATURE'
  | 'UNKNOWN_CERTIFICATE'
  | 'UNTRUSTED_CERTIFICATE'
  | 'INVALID_DOCUMENTTYPE'
  | 'EXPIRED_CERTIFICATE'
  | 'REVOKED_CERTIFICATE'
  | 'INVALID_SIGNATURE'
  | 'INVALID_VISA_MRZ'
  | 'SEAL_VISA_MISMATCH'
  | 'INVALID_PASSPORT_MRZ'
  | 'SEAL_PASSPORT_MISMATCH'
  | 'INVALID_SEAL_MRZ'
  | 'INVALID_PRINTED_MRZ'
  | 'SEAL_DOCUMENT_MISMATCH'

export type TrustLevel = 'trustable' | 'medium fraud potential' | 'high fraud potential'

/** A check of a seal; `indication` is what it means in the policy of the Parts when it did not pass. */
export interface SealCheck extends Check {
  readonly indication?: SealIndication
}

export interface SealStatus {
  readonly status: 'VALID' | 'INVALID'
  readonly indications: readonly SealIndication[]
  readonly trustLevel: TrustLevel
}

/** Status and level of trust that the Parts recommend for what the checks found. @source Doc 9303-13 Table D.1 */
export function sealStatus(checks: readonly SealCheck[]): SealStatus {
  const indications = [...new Set(checks.map((c) => c.indication).filter((i) => i !== undefined))]
  const grounds = indications.filter((i) => i !== 'UNKNOWN_FEATURE')
  const trustLevel =
    grounds.length === 0
      ? 'trustable'
      : grounds.every((i) => i === 'EXPIRED_CERTIFICATE')
        ? 'medium fraud potential'
        : 'high fraud potential'
  return { status: grounds.length === 0 ? 'VALID' : 'INVALID', indications, trustLevel }
}
