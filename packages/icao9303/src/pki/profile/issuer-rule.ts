import { isSame } from '../../asn1/value.ts'
import { OID } from '../certificate.ts'
import { isSameName } from '../name.ts'
import { ALL, type CertificateRule } from './kind.ts'
import { when } from './rule.ts'

const TABLE = 'Doc 9303-12 Table 6'

/** Rules that need the certificate of the issuer too. @source Doc 9303-12 Table 6, §4.1.4, §7.1.1.2 */
export const ISSUER_RULES: readonly CertificateRule[] = [
  {
    code: 'issuer-name', clause: 'RFC 5280 §6.1.3', severity: 'grave', kinds: ALL,
    asks: 'The issuer has the name that the certificate gives it.',
    find: ({ c, issuer }) => when(issuer !== undefined && !isSameName(c.issuer, issuer.subject), 'the issuer has another name'),
  },
  {
    code: 'issuer-name-form', clause: 'RFC 5280 §4.1.2.6', severity: 'warning', kinds: ALL,
    asks: 'The name of the issuer is coded as in the issuer’s own certificate.',
    find: ({ c, issuer }) => when(
      issuer !== undefined && isSameName(c.issuer, issuer.subject) && !isSame(c.issuer.der, issuer.subject.der),
      'the name of the issuer is coded in another way than in its own certificate',
    ),
  },
  {
    code: 'issuer-key-id', clause: TABLE, severity: 'error', kinds: ALL,
    asks: 'The authority key identifier is the key identifier of the issuer.',
    find: ({ c, issuer }) => when(
      issuer?.subjectKeyId !== undefined && c.authorityKeyId !== undefined && issuer.subjectKeyId !== c.authorityKeyId,
      `the certificate names the key ${c.authorityKeyId ?? ''}, the issuer has ${issuer?.subjectKeyId ?? ''}`,
    ),
  },
  {
    code: 'issuer-alternative-name', clause: 'Doc 9303-12 §7.1.1.2', severity: 'note',
    kinds: ALL.filter((k) => k !== 'csca' && k !== 'bar-code-signer'),
    asks: 'The issuer alternative name is what the issuer says of itself.',
    find: ({ c, issuer }) => {
      const [ours, theirs] = [c.extensions.get(OID.issuerAltName), issuer?.extensions.get(OID.subjectAltName)]
      return when(
        ours !== undefined && theirs !== undefined && !isSame(ours.value, theirs.value),
        'the issuer alternative name is not what the issuer says of itself',
      )
    },
  },
  {
    code: 'issuer-key-use', clause: 'Doc 9303-12 §4.1.4.2', severity: 'warning', kinds: ALL,
    asks: 'A certificate is issued while the key of the issuer may sign.',
    find: ({ c, issuer }) => {
      const use = issuer?.privateKeyUsage
      return when(
        (use?.from !== undefined && c.notBefore < use.from) || (use?.to !== undefined && c.notBefore > use.to),
        'it was issued outside the private key usage period of the issuer',
      )
    },
  },
  {
    code: 'outlives-issuer', clause: 'Doc 9303-12 §4.1.4.1', severity: 'warning',
    kinds: ['ds', 'master-list-signer', 'deviation-list-signer', 'bar-code-signer'],
    asks: 'A CSCA certificate is valid as long as what it issued.',
    find: ({ c, issuer }) => when(
      issuer !== undefined && c.notAfter > issuer.notAfter,
      'it is valid longer than the certificate of its issuer',
    ),
  },
]
