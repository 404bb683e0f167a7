import { OID, type Certificate } from '../certificate.ts'
import { ALL, CAS, lacks, NOT_SEALS, present, SIGNERS, type CertificateRule } from './kind.ts'
import { when } from './rule.ts'

const TABLE = 'Doc 9303-12 Table 6'
const ONE_YEAR = 366 * 86_400_000
const THREE_MONTHS = 93 * 86_400_000

const usage = (c: Certificate): readonly string[] => c.keyUsage ?? []

function seconds(from: Date | undefined, to: Date | undefined): number {
  return from === undefined || to === undefined ? 0 : to.getTime() - from.getTime()
}

/** Rules about keys, what they may do, and when. @source Doc 9303-12 Table 6, §4.1 */
export const KEY_RULES: readonly CertificateRule[] = [
  {
    code: 'no-authority-key-id', clause: TABLE, severity: 'error', kinds: ALL.filter((k) => k !== 'csca'),
    asks: 'The key of the issuer is named.',
    find: ({ c }) => when(c.authorityKeyId === undefined, 'no authority key identifier'),
  },
  {
    code: 'no-subject-key-id', clause: TABLE, severity: 'error', kinds: CAS, asks: 'A CSCA names its key.',
    find: ({ c }) => when(c.subjectKeyId === undefined, 'no subject key identifier'),
  },
  {
    code: 'no-key-usage', clause: TABLE, severity: 'grave', kinds: CAS, asks: 'A CSCA has a key usage.',
    find: lacks(OID.keyUsage, 'no key usage'),
  },
  {
    code: 'no-key-usage', clause: TABLE, severity: 'error', kinds: SIGNERS, asks: 'A signer has a key usage.',
    find: lacks(OID.keyUsage, 'no key usage'),
  },
  {
    code: 'key-usage', clause: TABLE, severity: 'grave', kinds: CAS,
    asks: 'The key usage of a CSCA has keyCertSign.',
    find: ({ c }) => when(
      c.keyUsage !== undefined && !usage(c).includes('keyCertSign'),
      `key usage is ${usage(c).join(', ') || 'empty'}; keyCertSign is needed`,
    ),
  },
  {
    code: 'key-usage', clause: TABLE, severity: 'grave', kinds: SIGNERS,
    asks: 'The key usage of a signer is digitalSignature.',
    find: ({ c }) => when(
      c.keyUsage !== undefined && !usage(c).includes('digitalSignature'),
      `key usage is ${usage(c).join(', ') || 'empty'}; digitalSignature is needed`,
    ),
  },
  {
    code: 'key-usage-crl', clause: TABLE, severity: 'error', kinds: CAS,
    asks: 'The key usage of a CSCA has cRLSign.',
    find: ({ c }) => when(c.keyUsage !== undefined && !usage(c).includes('cRLSign'), 'key usage lacks cRLSign'),
  },
  {
    code: 'key-usage-more', clause: TABLE, severity: 'error', kinds: CAS,
    asks: 'The key usage of a CSCA has nothing but keyCertSign and cRLSign.',
    find: ({ c }) => when(
      usage(c).some((u) => u !== 'keyCertSign' && u !== 'cRLSign'),
      `key usage has more than keyCertSign and cRLSign: ${usage(c).join(', ')}`,
    ),
  },
  {
    code: 'key-usage-more', clause: TABLE, severity: 'error', kinds: SIGNERS,
    asks: 'The key usage of a signer has nothing but digitalSignature.',
    find: ({ c }) => when(
      usage(c).includes('digitalSignature') && usage(c).length > 1,
      `key usage has more than digitalSignature: ${usage(c).join(', ')}`,
    ),
  },
  {
    code: 'key-usage-not-critical', clause: TABLE, severity: 'error', kinds: NOT_SEALS,
    asks: 'The key usage is critical.',
    find: ({ c }) => when(c.extensions.get(OID.keyUsage)?.critical === false, 'key usage is not critical'),
  },
  {
    code: 'no-private-key-usage', clause: TABLE, severity: 'error', kinds: [...CAS, 'ds'],
    asks: 'The time in which the key may sign is given.',
    find: lacks(OID.privateKeyUsage, 'no private key usage period'),
  },
  {
    code: 'private-key-usage-empty', clause: TABLE, severity: 'error', kinds: NOT_SEALS,
    asks: 'The private key usage period has a beginning or an end.',
    find: ({ c }) => when(
      c.privateKeyUsage !== undefined && c.privateKeyUsage.from === undefined && c.privateKeyUsage.to === undefined,
      'the private key usage period has neither beginning nor end',
    ),
  },
  {
    code: 'private-key-usage-outside', clause: 'Doc 9303-12 §4.1', severity: 'warning', kinds: NOT_SEALS,
    asks: 'The key may sign only while the certificate is valid.',
    find: ({ c }) => {
      const use = c.privateKeyUsage
      return when(
        (use?.to !== undefined && use.to > c.notAfter) || (use?.from !== undefined && use.from < c.notBefore),
        'the private key usage period goes beyond the validity',
      )
    },
  },
  {
    code: 'csca-key-use', clause: 'Doc 9303-12 §4.1.4.2', severity: 'note', kinds: CAS,
    asks: 'A CSCA key is used for three to five years.',
    find: ({ c }) => when(
      seconds(c.privateKeyUsage?.from, c.privateKeyUsage?.to) > 5 * ONE_YEAR,
      'the key is used for more than five years',
    ),
  },
  {
    code: 'ds-key-use', clause: 'Doc 9303-12 §4.1.1.2', severity: 'note', kinds: ['ds'],
    asks: 'A document signer key is used for at most three months.',
    find: ({ c }) => when(
      seconds(c.privateKeyUsage?.from, c.privateKeyUsage?.to) > THREE_MONTHS,
      'the key is used for more than three months',
    ),
  },
  {
    code: 'no-basic-constraints', clause: TABLE, severity: 'grave', kinds: CAS,
    asks: 'A CSCA has basic constraints.', find: lacks(OID.basicConstraints, 'no basic constraints'),
  },
  {
    code: 'not-ca', clause: TABLE, severity: 'grave', kinds: CAS,
    asks: 'The basic constraints of a CSCA say certification authority.',
    find: ({ c }) => when(c.extensions.has(OID.basicConstraints) && !c.isCa, 'basic constraints do not say certification authority'),
  },
  {
    code: 'path-length', clause: TABLE, severity: 'error', kinds: CAS, asks: 'The path length of a CSCA is 0.',
    find: ({ c }) => when(
      c.extensions.has(OID.basicConstraints) && c.pathLength !== 0,
      `the path length is ${c.pathLength ?? 'absent'} instead of 0`,
    ),
  },
  {
    code: 'basic-constraints-not-critical', clause: TABLE, severity: 'error', kinds: CAS,
    asks: 'The basic constraints of a CSCA are critical.',
    find: ({ c }) => when(c.extensions.get(OID.basicConstraints)?.critical === false, 'basic constraints are not critical'),
  },
  {
    code: 'ds-is-ca', clause: TABLE, severity: 'grave', kinds: SIGNERS,
    asks: 'A signer is no certification authority.',
    find: ({ c }) => when(c.isCa, 'a signer must not be a certification authority'),
  },
  {
    code: 'basic-constraints', clause: TABLE, severity: 'warning', kinds: SIGNERS,
    asks: 'A signer has no basic constraints.',
    find: present(OID.basicConstraints, 'basic constraints in a signer’s certificate'),
  },
]
