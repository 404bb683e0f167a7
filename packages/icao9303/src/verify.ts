import { after, type Awaitable, type Crypto } from './crypto.ts'
import { countryOf } from './pki/name.ts'
import { type Trust } from './pki/path.ts'
import { verdictOf, type InspectionCheck, type Defect, type Policy, type VerdictName } from './report.ts'
import { said } from './sentence.ts'
import { cardChecks } from './verify/card.ts'
import { chipChecks } from './verify/chip.ts'
import { contentCheck } from './verify/content.ts'
import { comSodAgree, hashChecks } from './verify/group.ts'
import { check, gather, PA, type Dump, type InspectionCase, type Material } from './verify/material.ts'
import { memoryOf, type SignerWords } from './verify/memory.ts'
import { withPublished } from './verify/published.ts'
import { documentTypeCheck, dsProfileCheck, issuingStateCheck, trustChecks, validityCheck } from './verify/signer.ts'
import { profileCheck, signatureCheck } from './verify/sod.ts'
import { mrzCheck } from './verify/zone.ts'

export type { Dump, InspectionCase }

export interface InspectionOrder extends InspectionCase { readonly trust: Trust; readonly crypto: Crypto }

/** What an inspection found: verdict, every check with its reason, and what the document says of itself. */
export interface InspectionReport {
  readonly verdict: VerdictName
  readonly genuine: boolean
  readonly policy: Policy
  readonly checks: readonly InspectionCheck[]
  readonly document: {
    readonly mrz: Readonly<Record<string, string>> | undefined
    readonly dataGroups: readonly number[]
    readonly signer: SignerWords | undefined
    readonly country: string | undefined
  }
  readonly defects: readonly Defect[]
}

/** Examines documents against one set of trust material, and remembers what certificates came to. */
export interface Inspector { readonly inspect: (dump: Dump, order: InspectionCase) => Promise<InspectionReport> }

const SIGNER_CHECKS = ['ds-validity', 'ds-profile', 'ds-document-type', 'issuing-state', 'trust-path', 'revocation'] as const

function signerChecks(m: Material): Awaitable<readonly InspectionCheck[]> {
  const { ds } = m
  if (ds !== undefined) return after(trustChecks(m, ds), (trust) => [validityCheck(m, ds), dsProfileCheck(m, ds), documentTypeCheck(m, ds), issuingStateCheck(m, ds), ...trust])
  const why = m.sod === undefined ? m.sodSays : said('signer-absent')
  return SIGNER_CHECKS.map((name) => check(name, 'not-done', PA, why))
}

const GROUPS = Array.from({ length: 16 }, (_, i) => `DG${i + 1}`)

function groupsOf(dump: Dump): readonly number[] {
  const list: number[] = []
  GROUPS.forEach((name, i) => { if (dump[name] !== undefined) list.push(i + 1) })
  return list
}

/**
 * An inspector for many documents: certificates are read, and their paths and revocation judged, once.
 * Each inspection stands alone: the same bytes get the same report, whatever came before or runs beside.
 *
 * @source Doc 9303-11 §5.1, Doc 9303-12 §7.1
 */
export function inspector(trust: Trust, crypto: Crypto): Inspector {
  const bench = { trust, crypto, memory: memoryOf(trust, crypto) }
  return {
    inspect: async (dump, order) => {
      const m = gather(dump, order, bench)
      const agree = comSodAgree(m)
      const hashes = hashChecks(m)
      const profile = profileCheck(m)
      const content = contentCheck(m)
      return after(signatureCheck(m), (signature) => after(signerChecks(m), (signer) => after(cardChecks(m), (card) =>
        after(withPublished(m, [agree, ...hashes, profile, content, signature, ...signer, mrzCheck(m), ...card, ...chipChecks(m)]), (checks) => reportOf(m, checks)))))
    },
  }
}

function reportOf(m: Material, checks: readonly InspectionCheck[]): InspectionReport {
  const { ds, mrz } = m
  const verdict = verdictOf(checks)
  return {
    verdict, genuine: verdict === 'genuine', policy: m.policy, checks,
    document: { mrz: mrz?.fields, dataGroups: groupsOf(m.dump), signer: ds && m.memory.wordsOf(ds), country: mrz?.fields['issuingState'] ?? (ds && countryOf(ds.subject)) },
    defects: m.defects,
  }
}

/**
 * Passive authentication and conformance of one document. Starts from refused: genuine only when every check
 * that applies was done and passed. For many documents take an `inspector`.
 *
 * @source Doc 9303-11 §5.1, Doc 9303-12 §7.1
 */
export function inspect(dump: Dump, order: InspectionOrder): Promise<InspectionReport> {
  const { trust, crypto, ...rest } = order
  return inspector(trust, crypto).inspect(dump, rest)
}
