import { type Certificate } from './certificate.ts'
import { type Crl } from './crl.ts'
import { type DeviationList } from './deviation-list.ts'
import { type MasterList } from './master-list.ts'
import { EXTENSION_RULES } from './profile/extension-rule.ts'
import { FIELD_RULES } from './profile/field-rule.ts'
import { ISSUER_RULES } from './profile/issuer-rule.ts'
import { KEY_RULES } from './profile/key-rule.ts'
import { kindOf, type CertificateKind, type CertificateRule } from './profile/kind.ts'
import { CRL_RULES, LIST_RULES } from './profile/list-rule.ts'
import { judge, type LintDefect, type ProfileDefect, type Severity } from './profile/rule.ts'

const OF_ONE: readonly CertificateRule[] = [...FIELD_RULES, ...KEY_RULES, ...EXTENSION_RULES]

export interface CertificateLint {
  /** What it is to be judged as; told by its content when absent. */
  readonly kind?: CertificateKind
  /** The certificate of the issuer, to compare with. */
  readonly issuer?: Certificate
}

/** Every departure of a certificate from the profile of its kind. @source Doc 9303-12 §7.1.1 to §7.1.3 */
export function lintCertificate(c: Certificate, o: CertificateLint = {}): readonly LintDefect[] {
  const kind = o.kind ?? kindOf(c)
  return o.issuer === undefined ? judge(OF_ONE, kind, { c }) : judge([...OF_ONE, ...ISSUER_RULES], kind, { c, issuer: o.issuer })
}

/** Every departure of a revocation list from its profile. @source Doc 9303-12 §7.1.4 */
export function lintCrl(l: Crl, issuer?: Certificate): readonly LintDefect[] {
  return judge(CRL_RULES, 'crl', issuer === undefined ? { l } : { l, issuer })
}

/**
 * Every departure of a master or deviation list from its profile: the envelope, and the certificate of its signer.
 *
 * @source Doc 9303-12 §9.1, §10.1
 */
export function lintList(list: MasterList | DeviationList): readonly LintDefect[] {
  const kind = list.kind === 'master-list' ? 'master-list-signer' : 'deviation-list-signer'
  const envelope = list.deviations.filter((d) => d.grave).map(
    (d): LintDefect => ({ code: d.code, says: `at byte ${d.offset}: ${d.says}`, clause: d.clause, grave: false, severity: 'error' })
  )
  return [...judge(LIST_RULES, list.kind, list), ...envelope, ...(list.signer === undefined ? [] : lintCertificate(list.signer, { kind }))]
}

/** What counts for a verdict: not advice, nor how names and times are coded. */
const counting = (defects: readonly LintDefect[]): readonly ProfileDefect[] =>
  defects.filter((d) => d.severity === 'grave' || d.severity === 'error').map(
    ({ code, says, clause, grave }) => ({ code, says, clause, grave })
  )

const COUNTED = new WeakMap<Certificate, readonly ProfileDefect[]>()

/** A document signer against the profile. */
export function dsDefects(c: Certificate): readonly ProfileDefect[] {
  return counting(lintCertificate(c, { kind: 'ds' }))
}

/** A CSCA, root or link, against the profile. */
export function cscaDefects(c: Certificate): readonly ProfileDefect[] {
  const before = COUNTED.get(c)
  if (before !== undefined) return before
  const kind = kindOf(c)
  const defects = counting(lintCertificate(c, { kind: kind === 'link' ? 'link' : 'csca' }))
  COUNTED.set(c, defects)
  return defects
}

/** A rule of the profiles, for documentation and for tools. */
export interface ProfileRule {
  readonly code: string
  readonly clause: string
  readonly severity: Severity
  readonly kinds: readonly string[]
  readonly asks: string
}

/** Every rule that the linter knows, in order. */
export const PROFILE_RULES: readonly ProfileRule[] = [...OF_ONE, ...ISSUER_RULES, ...CRL_RULES, ...LIST_RULES].map(
  ({ code, clause, severity, kinds, asks }) => ({ code, clause, severity, kinds, asks })
)
