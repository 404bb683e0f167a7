import { PURPOSE, type Certificate } from '../certificate.ts'
import { isSameName } from '../name.ts'
import { when, type Rule } from './rule.ts'

/** What a certificate of a document PKI is for. */
export type CertificateKind = 'csca' | 'link' | 'ds' | 'master-list-signer' | 'deviation-list-signer' | 'bar-code-signer'

/** What a rule looks at: the certificate, and its issuer where that is at hand. */
export interface CertificateCase { readonly c: Certificate; readonly issuer?: Certificate }

export type CertificateRule = Rule<CertificateKind, CertificateCase>

export const ALL: readonly CertificateKind[] = ['csca', 'link', 'ds', 'master-list-signer', 'deviation-list-signer', 'bar-code-signer']
export const CAS: readonly CertificateKind[] = ['csca', 'link']
export const LISTS: readonly CertificateKind[] = ['master-list-signer', 'deviation-list-signer']
export const SIGNERS: readonly CertificateKind[] = ['ds', ...LISTS]
export const NOT_SEALS: readonly CertificateKind[] = [...CAS, ...SIGNERS]

/** What a certificate is for: by its constraints, its purpose and its names. */
export function kindOf(c: Certificate): CertificateKind {
  const purposes = c.extendedKeyUsage ?? []
  if (purposes.includes(PURPOSE.masterListSigner)) return 'master-list-signer'
  if (purposes.includes(PURPOSE.deviationListSigner)) return 'deviation-list-signer'
  if (purposes.includes(PURPOSE.barCodeSigner)) return 'bar-code-signer'
  if (!c.isCa && c.keyUsage?.includes('keyCertSign') !== true) return 'ds'
  const self = isSameName(c.subject, c.issuer)
  return self && (c.authorityKeyId === undefined || c.subjectKeyId === undefined || c.authorityKeyId === c.subjectKeyId) ? 'csca' : 'link'
}


/** Broken where an extension is not there. */
export const lacks = (id: string, says: string) => ({ c }: CertificateCase): string | undefined =>
  when(!c.extensions.has(id), says)

/** Broken where an extension is there. */
export const present = (id: string, says: string) => ({ c }: CertificateCase): string | undefined =>
  when(c.extensions.has(id), says)
