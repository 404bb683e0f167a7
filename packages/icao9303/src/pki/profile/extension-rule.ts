import { childrenOf } from '../../asn1/tlv.ts'
import { isSame, TAG } from '../../asn1/value.ts'
import { OID, PURPOSE, type Certificate } from '../certificate.ts'
import { isSameName } from '../name.ts'
import { ALL, type CertificateCase, type CertificateKind, type CertificateRule } from './field-rule.ts'
import { alternativesOf, crlUrlsOf, insideOf } from './part.ts'
import { when } from './rule.ts'

const TABLE = 'Doc 9303-12 Table 6'
const CAS: readonly CertificateKind[] = ['csca', 'link']
const LISTS: readonly CertificateKind[] = ['master-list-signer', 'deviation-list-signer']
const SIGNERS: readonly CertificateKind[] = ['ds', ...LISTS]
const NOT_SEALS: readonly CertificateKind[] = [...CAS, ...SIGNERS]

const has = (id: string) => ({ c }: CertificateCase): boolean => c.extensions.has(id)
const lacks = (id: string, says: string) => (o: CertificateCase): string | undefined => when(!has(id)(o), says)
const present = (id: string, says: string) => (o: CertificateCase): string | undefined => when(has(id)(o), says)

/** policyMappings, nameConstraints, policyConstraints, inhibitAnyPolicy, freshestCRL, subjectDirectoryAttributes, Netscape type. @source Doc 9303-12 Table 6 */
const FORBIDDEN: readonly string[] = ['2.5.29.33', '2.5.29.30', '2.5.29.36', '2.5.29.54', '2.5.29.46', '2.5.29.9', '2.16.840.1.113730.1.1']
/** Extensions that must not be critical. */
const PLAIN: readonly string[] = [OID.authorityKeyId, OID.subjectKeyId, OID.privateKeyUsage, OID.policies, OID.subjectAltName, OID.issuerAltName, OID.crlPoints, OID.nameChange, OID.documentTypes]
const OF_SEALS: readonly string[] = [OID.authorityKeyId, OID.documentTypes, OID.extKeyUsage]

const CONTACTS = [0x81, 0x82, 0x86]
const ONE_YEAR = 366 * 86_400_000
const THREE_MONTHS = 93 * 86_400_000

const usage = (c: Certificate): readonly string[] => c.keyUsage ?? []

function statesIn(c: Certificate, id: string): readonly string[] {
  return (alternativesOf(c, id)?.names ?? []).flatMap((n) => n.parts.filter((p) => p.oid === '2.5.4.7').map((p) => p.value))
}

function wrongState({ c }: CertificateCase): string | undefined {
  const without = ([['subject', OID.subjectAltName], ['issuer', OID.issuerAltName]] as const).filter(([, id]) => c.extensions.has(id) && statesIn(c, id).length === 0).map(([who]) => who)
  return when(without.length > 0, `the alternative name of ${without.join(' and ')} has no directory name with the State (L)`)
}

function wrongStateParts({ c }: CertificateCase): string | undefined {
  const names = [OID.subjectAltName, OID.issuerAltName].flatMap((id) => alternativesOf(c, id)?.names ?? [])
  return when(names.some((n) => n.parts.some((p) => !['2.5.4.7', '2.5.4.8'].includes(p.oid))), 'a directory name of an alternative name has more than State (L) and issuer (ST)')
}

function typesOf(c: Certificate): readonly string[] { return c.documentTypes ?? [] }

function purposeRule(kind: CertificateKind, id: string): CertificateRule {
  return {
    code: 'purpose', clause: kind === 'bar-code-signer' ? 'Doc 9303-12 §7.1.3' : 'Doc 9303-12 §7.1.1.3', severity: 'grave', kinds: [kind], asks: `The extended key usage of a ${kind.replaceAll('-', ' ')} is ${id}.`,
    find: ({ c }) => when(c.extendedKeyUsage?.includes(id) !== true, `the extended key usage lacks ${id}`),
  }
}

function seconds(from: Date | undefined, to: Date | undefined): number { return from === undefined || to === undefined ? 0 : to.getTime() - from.getTime() }

/** Rules about the extensions of a certificate. @source Doc 9303-12 Table 6, §7.1.1.2 to §7.1.1.6, §7.1.3 */
export const EXTENSION_RULES: readonly CertificateRule[] = [
  { code: 'no-authority-key-id', clause: TABLE, severity: 'error', kinds: ALL.filter((k) => k !== 'csca'), asks: 'The key of the issuer is named.', find: ({ c }) => when(c.authorityKeyId === undefined, 'no authority key identifier') },
  { code: 'no-subject-key-id', clause: TABLE, severity: 'error', kinds: CAS, asks: 'A CSCA names its key.', find: ({ c }) => when(c.subjectKeyId === undefined, 'no subject key identifier') },
  { code: 'no-key-usage', clause: TABLE, severity: 'grave', kinds: CAS, asks: 'A CSCA has a key usage.', find: lacks(OID.keyUsage, 'no key usage') },
  { code: 'no-key-usage', clause: TABLE, severity: 'error', kinds: SIGNERS, asks: 'A signer has a key usage.', find: lacks(OID.keyUsage, 'no key usage') },
  { code: 'key-usage', clause: TABLE, severity: 'grave', kinds: CAS, asks: 'The key usage of a CSCA has keyCertSign.', find: ({ c }) => when(c.keyUsage !== undefined && !usage(c).includes('keyCertSign'), `key usage is ${usage(c).join(', ') || 'empty'}; keyCertSign is needed`) },
  { code: 'key-usage', clause: TABLE, severity: 'grave', kinds: SIGNERS, asks: 'The key usage of a signer is digitalSignature.', find: ({ c }) => when(c.keyUsage !== undefined && !usage(c).includes('digitalSignature'), `key usage is ${usage(c).join(', ') || 'empty'}; digitalSignature is needed`) },
  { code: 'key-usage-crl', clause: TABLE, severity: 'error', kinds: CAS, asks: 'The key usage of a CSCA has cRLSign.', find: ({ c }) => when(c.keyUsage !== undefined && !usage(c).includes('cRLSign'), 'key usage lacks cRLSign') },
  { code: 'key-usage-more', clause: TABLE, severity: 'error', kinds: CAS, asks: 'The key usage of a CSCA has nothing but keyCertSign and cRLSign.', find: ({ c }) => when(usage(c).some((u) => u !== 'keyCertSign' && u !== 'cRLSign'), `key usage has more than keyCertSign and cRLSign: ${usage(c).join(', ')}`) },
  { code: 'key-usage-more', clause: TABLE, severity: 'error', kinds: SIGNERS, asks: 'The key usage of a signer has nothing but digitalSignature.', find: ({ c }) => when(usage(c).includes('digitalSignature') && usage(c).length > 1, `key usage has more than digitalSignature: ${usage(c).join(', ')}`) },
  { code: 'key-usage-not-critical', clause: TABLE, severity: 'error', kinds: NOT_SEALS, asks: 'The key usage is critical.', find: ({ c }) => when(c.extensions.get(OID.keyUsage)?.critical === false, 'key usage is not critical') },
  { code: 'no-private-key-usage', clause: TABLE, severity: 'error', kinds: [...CAS, 'ds'], asks: 'The time in which the key may sign is given.', find: lacks(OID.privateKeyUsage, 'no private key usage period') },
  { code: 'private-key-usage-empty', clause: TABLE, severity: 'error', kinds: NOT_SEALS, asks: 'The private key usage period has a beginning or an end.', find: ({ c }) => when(c.privateKeyUsage !== undefined && c.privateKeyUsage.from === undefined && c.privateKeyUsage.to === undefined, 'the private key usage period has neither beginning nor end') },
  { code: 'private-key-usage-outside', clause: 'Doc 9303-12 §4.1', severity: 'warning', kinds: NOT_SEALS, asks: 'The key may sign only while the certificate is valid.', find: ({ c }) => { const use = c.privateKeyUsage; return when((use?.to !== undefined && use.to > c.notAfter) || (use?.from !== undefined && use.from < c.notBefore), 'the private key usage period goes beyond the validity') } },
  { code: 'csca-key-use', clause: 'Doc 9303-12 §4.1.4.2', severity: 'note', kinds: CAS, asks: 'A CSCA key is used for three to five years.', find: ({ c }) => when(seconds(c.privateKeyUsage?.from, c.privateKeyUsage?.to) > 5 * ONE_YEAR, 'the key is used for more than five years') },
  { code: 'ds-key-use', clause: 'Doc 9303-12 §4.1.1.2', severity: 'note', kinds: ['ds'], asks: 'A document signer key is used for at most three months.', find: ({ c }) => when(seconds(c.privateKeyUsage?.from, c.privateKeyUsage?.to) > THREE_MONTHS, 'the key is used for more than three months') },
  { code: 'no-subject-alternative-name', clause: TABLE, severity: 'error', kinds: NOT_SEALS, asks: 'The subject has an alternative name.', find: lacks(OID.subjectAltName, 'no subject alternative name') },
  { code: 'no-issuer-alternative-name', clause: TABLE, severity: 'error', kinds: NOT_SEALS, asks: 'The issuer has an alternative name.', find: lacks(OID.issuerAltName, 'no issuer alternative name') },
  { code: 'alternative-name-state', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: NOT_SEALS, asks: 'Alternative names have the State as in the machine-readable zone.', find: wrongState },
  { code: 'alternative-name-parts', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: NOT_SEALS, asks: 'Directory names of alternative names have State and issuer only.', find: wrongStateParts },
  { code: 'alternative-name-contact', clause: 'Doc 9303-12 §7.1.1.2', severity: 'note', kinds: NOT_SEALS, asks: 'The alternative name of the subject says how to reach it.', find: ({ c }) => { const a = alternativesOf(c, OID.subjectAltName); return when(a !== undefined && !a.tags.some((t) => CONTACTS.includes(t)), 'the subject alternative name has no mail, host or web address') } },
  { code: 'alternative-names-differ', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: ['csca'], asks: 'In a root both alternative names are the same.', find: ({ c }) => { const [s, i] = [c.extensions.get(OID.subjectAltName), c.extensions.get(OID.issuerAltName)]; return when(s !== undefined && i !== undefined && !isSame(s.value, i.value), 'the alternative names of subject and issuer differ') } },
  { code: 'no-basic-constraints', clause: TABLE, severity: 'grave', kinds: CAS, asks: 'A CSCA has basic constraints.', find: lacks(OID.basicConstraints, 'no basic constraints') },
  { code: 'not-ca', clause: TABLE, severity: 'grave', kinds: CAS, asks: 'The basic constraints of a CSCA say certification authority.', find: ({ c }) => when(c.extensions.has(OID.basicConstraints) && !c.isCa, 'basic constraints do not say certification authority') },
  { code: 'path-length', clause: TABLE, severity: 'error', kinds: CAS, asks: 'The path length of a CSCA is 0.', find: ({ c }) => when(c.extensions.has(OID.basicConstraints) && c.pathLength !== 0, `the path length is ${c.pathLength ?? 'absent'} instead of 0`) },
  { code: 'basic-constraints-not-critical', clause: TABLE, severity: 'error', kinds: CAS, asks: 'The basic constraints of a CSCA are critical.', find: ({ c }) => when(c.extensions.get(OID.basicConstraints)?.critical === false, 'basic constraints are not critical') },
  { code: 'ds-is-ca', clause: TABLE, severity: 'grave', kinds: SIGNERS, asks: 'A signer is no certification authority.', find: ({ c }) => when(c.isCa, 'a signer must not be a certification authority') },
  { code: 'basic-constraints', clause: TABLE, severity: 'warning', kinds: SIGNERS, asks: 'A signer has no basic constraints.', find: present(OID.basicConstraints, 'basic constraints in a signer’s certificate') },
  { code: 'no-crl-point', clause: 'Doc 9303-12 §7.1.1.4', severity: 'error', kinds: NOT_SEALS, asks: 'It is said where the revocation list is.', find: lacks(OID.crlPoints, 'no CRL distribution point') },
  { code: 'crl-point-scheme', clause: TABLE, severity: 'warning', kinds: NOT_SEALS, asks: 'Revocation lists are found by http, https or ldap.', find: ({ c }) => { const urls = crlUrlsOf(c); return when(c.extensions.has(OID.crlPoints) && !urls.some((u) => /^(https?|ldap):/i.test(u)), `no CRL distribution point by http, https or ldap${urls.length > 0 ? `: ${urls.join(', ')}` : ''}`) } },
  { code: 'extended-key-usage', clause: TABLE, severity: 'error', kinds: [...CAS, 'ds'], asks: 'CSCA and document signer have no extended key usage.', find: present(OID.extKeyUsage, 'an extended key usage') },
  purposeRule('master-list-signer', PURPOSE.masterListSigner), purposeRule('deviation-list-signer', PURPOSE.deviationListSigner), purposeRule('bar-code-signer', PURPOSE.barCodeSigner),
  { code: 'purpose-not-critical', clause: TABLE, severity: 'error', kinds: [...LISTS, 'bar-code-signer'], asks: 'The extended key usage of a signer of lists or seals is critical.', find: ({ c }) => when(c.extensions.get(OID.extKeyUsage)?.critical === false, 'extended key usage is not critical') },
  { code: 'no-document-types', clause: 'Doc 9303-12 §7.1.1.6', severity: 'error', kinds: ['ds'], asks: 'A document signer says which types of document it signs.', find: ({ c }) => when(c.documentTypes === undefined, 'no document type list') },
  { code: 'document-types', clause: 'Doc 9303-12 §7.1.1.6', severity: 'warning', kinds: ['ds', 'bar-code-signer'], asks: 'Document types have one or two characters in PrintableString.', find: ({ c }) => when(c.documentTypes !== undefined && (typesOf(c).length === 0 || typesOf(c).some((t) => t.length < 1 || t.length > 2) || wrongTypeString(c)), 'the document types are not of one or two characters in PrintableString') },
  { code: 'document-types-elsewhere', clause: TABLE, severity: 'error', kinds: [...CAS, ...LISTS], asks: 'Only signers of documents have a document type list.', find: present(OID.documentTypes, 'a document type list') },
  { code: 'no-name-change', clause: 'Doc 9303-12 §7.1.1.5', severity: 'error', kinds: ['link'], asks: 'A link to another name says that the name changed.', find: ({ c }) => when(!isSameName(c.subject, c.issuer) && !c.extensions.has(OID.nameChange), 'the name changes and nothing says so') },
  { code: 'name-change-elsewhere', clause: TABLE, severity: 'error', kinds: SIGNERS, asks: 'Only a CSCA changes its name.', find: present(OID.nameChange, 'a name change in a signer’s certificate') },
  { code: 'name-change-form', clause: 'Doc 9303-12 §7.1.1.5', severity: 'warning', kinds: CAS, asks: 'A name change has no content.', find: ({ c }) => { const t = insideOf(c, OID.nameChange); return when(t !== undefined && t.tag !== TAG.null, 'the name change has a content') } },
  { code: 'forbidden-extension', clause: TABLE, severity: 'error', kinds: ALL, asks: 'Extensions for other PKIs are absent.', find: ({ c }) => { const found = FORBIDDEN.filter((id) => c.extensions.has(id)); return when(found.length > 0, `extension ${found.join(', ')} is forbidden`) } },
  { code: 'seal-signer-extension', clause: 'Doc 9303-12 Table 8', severity: 'error', kinds: ['bar-code-signer'], asks: 'A bar code signer has no extensions but those of its profile.', find: ({ c }) => { const more = [...c.extensions.keys()].filter((id) => !OF_SEALS.includes(id)); return when(more.length > 0, `extension ${more.join(', ')} is not of the profile`) } },
  { code: 'extension-critical', clause: TABLE, severity: 'warning', kinds: ALL, asks: 'Only key usage, basic constraints and extended key usage are critical.', find: ({ c }) => { const found = PLAIN.filter((id) => c.extensions.get(id)?.critical === true); return when(found.length > 0, `extension ${found.join(', ')} is critical`) } },
]

function wrongTypeString(c: Certificate): boolean {
  const list = insideOf(c, OID.documentTypes)
  return list !== undefined && childrenOf(list).some((t) => t.tag === TAG.set && childrenOf(t).some((s) => s.tag !== TAG.printable))
}

/** Rules that need the certificate of the issuer too. @source Doc 9303-12 Table 6, §4.1.4, §7.1.1.2 */
export const ISSUER_RULES: readonly CertificateRule[] = [
  { code: 'issuer-name', clause: 'RFC 5280 §6.1.3', severity: 'grave', kinds: ALL, asks: 'The issuer has the name that the certificate gives it.', find: ({ c, issuer }) => when(issuer !== undefined && !isSameName(c.issuer, issuer.subject), 'the issuer has another name') },
  { code: 'issuer-name-form', clause: 'RFC 5280 §4.1.2.6', severity: 'warning', kinds: ALL, asks: 'The name of the issuer is coded as in the issuer’s own certificate.', find: ({ c, issuer }) => when(issuer !== undefined && isSameName(c.issuer, issuer.subject) && !isSame(c.issuer.der, issuer.subject.der), 'the name of the issuer is coded in another way than in its own certificate') },
  { code: 'issuer-key-id', clause: TABLE, severity: 'error', kinds: ALL, asks: 'The authority key identifier is the key identifier of the issuer.', find: ({ c, issuer }) => when(issuer?.subjectKeyId !== undefined && c.authorityKeyId !== undefined && issuer.subjectKeyId !== c.authorityKeyId, `the certificate names the key ${c.authorityKeyId ?? ''}, the issuer has ${issuer?.subjectKeyId ?? ''}`) },
  { code: 'issuer-alternative-name', clause: 'Doc 9303-12 §7.1.1.2', severity: 'note', kinds: ALL.filter((k) => k !== 'csca' && k !== 'bar-code-signer'), asks: 'The issuer alternative name is what the issuer says of itself.', find: ({ c, issuer }) => { const [ours, theirs] = [c.extensions.get(OID.issuerAltName), issuer?.extensions.get(OID.subjectAltName)]; return when(ours !== undefined && theirs !== undefined && !isSame(ours.value, theirs.value), 'the issuer alternative name is not what the issuer says of itself') } },
  { code: 'issuer-key-use', clause: 'Doc 9303-12 §4.1.4.2', severity: 'warning', kinds: ALL, asks: 'A certificate is issued while the key of the issuer may sign.', find: ({ c, issuer }) => { const use = issuer?.privateKeyUsage; return when((use?.from !== undefined && c.notBefore < use.from) || (use?.to !== undefined && c.notBefore > use.to), 'it was issued outside the private key usage period of the issuer') } },
  { code: 'outlives-issuer', clause: 'Doc 9303-12 §4.1.4.1', severity: 'warning', kinds: ['ds', 'master-list-signer', 'deviation-list-signer', 'bar-code-signer'], asks: 'A CSCA certificate is valid as long as what it issued.', find: ({ c, issuer }) => when(issuer !== undefined && c.notAfter > issuer.notAfter, 'it is valid longer than the certificate of its issuer') },
]

/** What a certificate is for: by its constraints, its purpose and its names. */
export function kindOf(c: Certificate): CertificateKind {
  const purposes = c.extendedKeyUsage ?? []
  if (purposes.includes(PURPOSE.masterListSigner)) return 'master-list-signer'
  if (purposes.includes(PURPOSE.deviationListSigner)) return 'deviation-list-signer'
  if (purposes.includes(PURPOSE.barCodeSigner)) return 'bar-code-signer'
  if (!c.isCa && !usage(c).includes('keyCertSign')) return 'ds'
  const self = isSameName(c.subject, c.issuer)
  return self && (c.authorityKeyId === undefined || c.subjectKeyId === undefined || c.authorityKeyId === c.subjectKeyId) ? 'csca' : 'link'
}

