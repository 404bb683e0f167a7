import { childrenOf } from '../../asn1/tlv.ts'
import { isSame, TAG } from '../../asn1/value.ts'
import { OID, PURPOSE, type Certificate } from '../certificate.ts'
import { isSameName } from '../name.ts'
import { ALL, CAS, lacks, LISTS, NOT_SEALS, present, SIGNERS, type CertificateCase, type CertificateKind, type CertificateRule } from './kind.ts'
import { alternativesOf, crlUrlsOf, insideOf } from './part.ts'
import { when } from './rule.ts'

const TABLE = 'Doc 9303-12 Table 6'


/**
 * policyMappings, nameConstraints, policyConstraints, inhibitAnyPolicy, freshestCRL, subjectDirectoryAttributes,
 * Netscape type.
 *
 * @source Doc 9303-12 Table 6
 */
const FORBIDDEN: readonly string[] = ['2.5.29.33', '2.5.29.30', '2.5.29.36', '2.5.29.54', '2.5.29.46', '2.5.29.9', '2.16.840.1.113730.1.1']
/** Extensions that must not be critical. */
const PLAIN: readonly string[] = [
  OID.authorityKeyId, OID.subjectKeyId, OID.privateKeyUsage, OID.policies, OID.subjectAltName,
  OID.issuerAltName, OID.crlPoints, OID.nameChange, OID.documentTypes,
]
const OF_SEALS: readonly string[] = [OID.authorityKeyId, OID.documentTypes, OID.extKeyUsage]

const CONTACTS = [0x81, 0x82, 0x86]

function statesIn(c: Certificate, id: string): readonly string[] {
  return (alternativesOf(c, id)?.names ?? []).flatMap((n) => n.parts.filter((p) => p.oid === '2.5.4.7').map((p) => p.value))
}

function wrongState({ c }: CertificateCase): string | undefined {
  const without = (
    [['subject', OID.subjectAltName], ['issuer', OID.issuerAltName]] as const
  ).filter(([, id]) => c.extensions.has(id) && statesIn(c, id).length === 0).map(([who]) => who)
  return when(without.length > 0, `the alternative name of ${without.join(' and ')} has no directory name with the State (L)`)
}

function wrongStateParts({ c }: CertificateCase): string | undefined {
  const names = [OID.subjectAltName, OID.issuerAltName].flatMap((id) => alternativesOf(c, id)?.names ?? [])
  return when(
    names.some((n) => n.parts.some((p) => !['2.5.4.7', '2.5.4.8'].includes(p.oid))),
    'a directory name of an alternative name has more than State (L) and issuer (ST)',
  )
}

function typesOf(c: Certificate): readonly string[] { return c.documentTypes ?? [] }

function purposeRule(kind: CertificateKind, id: string): CertificateRule {
  return {
    code: 'purpose', clause: kind === 'bar-code-signer' ? 'Doc 9303-12 §7.1.3' : 'Doc 9303-12 §7.1.1.3',
    severity: 'grave', kinds: [kind],
    asks: `The extended key usage of a ${kind.replaceAll('-', ' ')} is ${id}.`,
    find: ({ c }) => when(c.extendedKeyUsage?.includes(id) !== true, `the extended key usage lacks ${id}`),
  }
}

/** Rules about names, lists, purposes and the other extensions. @source Doc 9303-12 Table 6, §7.1.1.2 to §7.1.1.6, §7.1.3 */
export const EXTENSION_RULES: readonly CertificateRule[] = [
  {
    code: 'no-subject-alternative-name', clause: TABLE, severity: 'error', kinds: NOT_SEALS,
    asks: 'The subject has an alternative name.',
    find: lacks(OID.subjectAltName, 'no subject alternative name'),
  },
  {
    code: 'no-issuer-alternative-name', clause: TABLE, severity: 'error', kinds: NOT_SEALS,
    asks: 'The issuer has an alternative name.', find: lacks(OID.issuerAltName, 'no issuer alternative name'),
  },
  {
    code: 'alternative-name-state', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: NOT_SEALS,
    asks: 'Alternative names have the State as in the machine-readable zone.', find: wrongState,
  },
  {
    code: 'alternative-name-parts', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: NOT_SEALS,
    asks: 'Directory names of alternative names have State and issuer only.', find: wrongStateParts,
  },
  {
    code: 'alternative-name-contact', clause: 'Doc 9303-12 §7.1.1.2', severity: 'note', kinds: NOT_SEALS,
    asks: 'The alternative name of the subject says how to reach it.',
    find: ({ c }) => {
      const a = alternativesOf(c, OID.subjectAltName)
      return when(
        a !== undefined && !a.tags.some((t) => CONTACTS.includes(t)),
        'the subject alternative name has no mail, host or web address',
      )
    },
  },
  {
    code: 'alternative-names-differ', clause: 'Doc 9303-12 §7.1.1.2', severity: 'warning', kinds: ['csca'],
    asks: 'In a root both alternative names are the same.',
    find: ({ c }) => {
      const [s, i] = [c.extensions.get(OID.subjectAltName), c.extensions.get(OID.issuerAltName)]
      return when(s !== undefined && i !== undefined && !isSame(s.value, i.value), 'the alternative names of subject and issuer differ')
    },
  },
  {
    code: 'no-crl-point', clause: 'Doc 9303-12 §7.1.1.4', severity: 'error', kinds: NOT_SEALS,
    asks: 'It is said where the revocation list is.', find: lacks(OID.crlPoints, 'no CRL distribution point'),
  },
  {
    code: 'crl-point-scheme', clause: TABLE, severity: 'warning', kinds: NOT_SEALS,
    asks: 'Revocation lists are found by http, https or ldap.',
    find: ({ c }) => {
      const urls = crlUrlsOf(c)
      return when(
        c.extensions.has(OID.crlPoints) && !urls.some((u) => /^(https?|ldap):/i.test(u)),
        `no CRL distribution point by http, https or ldap${urls.length > 0 ? `: ${urls.join(', ')}` : ''}`,
      )
    },
  },
  {
    code: 'extended-key-usage', clause: TABLE, severity: 'error', kinds: [...CAS, 'ds'],
    asks: 'CSCA and document signer have no extended key usage.',
    find: present(OID.extKeyUsage, 'an extended key usage'),
  },
  purposeRule('master-list-signer', PURPOSE.masterListSigner),
  purposeRule('deviation-list-signer', PURPOSE.deviationListSigner),
  purposeRule('bar-code-signer', PURPOSE.barCodeSigner),
  {
    code: 'purpose-not-critical', clause: TABLE, severity: 'error', kinds: [...LISTS, 'bar-code-signer'],
    asks: 'The extended key usage of a signer of lists or seals is critical.',
    find: ({ c }) => when(c.extensions.get(OID.extKeyUsage)?.critical === false, 'extended key usage is not critical'),
  },
  {
    code: 'no-document-types', clause: 'Doc 9303-12 §7.1.1.6', severity: 'error', kinds: ['ds'],
    asks: 'A document signer says which types of document it signs.',
    find: ({ c }) => when(c.documentTypes === undefined, 'no document type list'),
  },
  {
    code: 'document-types', clause: 'Doc 9303-12 §7.1.1.6', severity: 'warning',
    kinds: ['ds', 'bar-code-signer'], asks: 'Document types have one or two characters in PrintableString.',
    find: ({ c }) => when(
      c.documentTypes !== undefined && (
        typesOf(c).length === 0 || typesOf(c).some((t) => t.length < 1 || t.length > 2) || wrongTypeString(c)
      ),
      'the document types are not of one or two characters in PrintableString',
    ),
  },
  {
    code: 'document-types-elsewhere', clause: TABLE, severity: 'error', kinds: [...CAS, ...LISTS],
    asks: 'Only signers of documents have a document type list.',
    find: present(OID.documentTypes, 'a document type list'),
  },
  {
    code: 'no-name-change', clause: 'Doc 9303-12 §7.1.1.5', severity: 'error', kinds: ['link'],
    asks: 'A link to another name says that the name changed.',
    find: ({ c }) => when(!isSameName(c.subject, c.issuer) && !c.extensions.has(OID.nameChange), 'the name changes and nothing says so'),
  },
  {
    code: 'name-change-elsewhere', clause: TABLE, severity: 'error', kinds: SIGNERS,
    asks: 'Only a CSCA changes its name.',
    find: present(OID.nameChange, 'a name change in a signer’s certificate'),
  },
  {
    code: 'name-change-form', clause: 'Doc 9303-12 §7.1.1.5', severity: 'warning', kinds: CAS,
    asks: 'A name change has no content.',
    find: ({ c }) => {
      const t = insideOf(c, OID.nameChange)
      return when(t !== undefined && t.tag !== TAG.null, 'the name change has a content')
    },
  },
  {
    code: 'forbidden-extension', clause: TABLE, severity: 'error', kinds: ALL,
    asks: 'Extensions for other PKIs are absent.',
    find: ({ c }) => {
      const found = FORBIDDEN.filter((id) => c.extensions.has(id))
      return when(found.length > 0, `extension ${found.join(', ')} is forbidden`)
    },
  },
  {
    code: 'seal-signer-extension', clause: 'Doc 9303-12 Table 8', severity: 'error', kinds: ['bar-code-signer'],
    asks: 'A bar code signer has no extensions but those of its profile.',
    find: ({ c }) => {
      const more = [...c.extensions.keys()].filter((id) => !OF_SEALS.includes(id))
      return when(more.length > 0, `extension ${more.join(', ')} is not of the profile`)
    },
  },
  {
    code: 'extension-critical', clause: TABLE, severity: 'warning', kinds: ALL,
    asks: 'Only key usage, basic constraints and extended key usage are critical.',
    find: ({ c }) => {
      const found = PLAIN.filter((id) => c.extensions.get(id)?.critical === true)
      return when(found.length > 0, `extension ${found.join(', ')} is critical`)
    },
  },
]

function wrongTypeString(c: Certificate): boolean {
  const list = insideOf(c, OID.documentTypes)
  return list !== undefined && childrenOf(list).some((t) => t.tag === TAG.set && childrenOf(t).some((s) => s.tag !== TAG.printable))
}
