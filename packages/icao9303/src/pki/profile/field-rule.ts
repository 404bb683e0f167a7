import { childrenOf } from '../../asn1/tlv.ts'
import { TAG } from '../../asn1/value.ts'
import { unknownCritical, type Certificate } from '../certificate.ts'
import { countryOf, type Name } from '../name.ts'
import { ALL, type CertificateCase, type CertificateRule } from './kind.ts'
import { isTimeForm, partsOf } from './part.ts'
import { when } from './rule.ts'

const FIELDS = 'Doc 9303-12 Table 5'
const NAMES = 'Doc 9303-12 §7.1.1.1'
const ALGORITHMS = 'Doc 9303-12 §4.1.6'
const COUNTRY = '2.5.4.6'
const SERIAL_NUMBER = '2.5.4.5'
const COMMON_NAME = '2.5.4.3'
/** Attributes with DirectoryString syntax. @source RFC 5280 Appendix A.1 */
const DIRECTORY_STRINGS = [COMMON_NAME, '2.5.4.7', '2.5.4.8', '2.5.4.10', '2.5.4.11', '2.5.4.12']

const bothNames = (c: Certificate): readonly (readonly [string, Name])[] => [['subject', c.subject], ['issuer', c.issuer]]
const naming = (c: Certificate, test: (n: Name) => boolean): string =>
  bothNames(c).filter(([, n]) => test(n)).map(([who]) => who).join(' and ')

/** Every name in which something is wrong, in one sentence. */
const inNames = (says: string, test: (n: Name) => boolean) => ({ c }: CertificateCase): string | undefined => {
  const who = naming(c, test)
  return when(who !== '', `${who}: ${says}`)
}

/** True when the country is in capital letters, or absent. */
const isCapital = (n: Name): boolean => { const country = countryOf(n); return country === undefined || country === country.toUpperCase() }

const lacksCofactor = (c: Certificate): boolean => {
  const [algorithm] = childrenOf(partsOf(c).spki)
  const parameters = algorithm && childrenOf(algorithm)[1]
  return parameters?.tag === TAG.sequence && c.curve !== undefined && childrenOf(parameters).length < 6
}

/** The first byte of an EC point, or of the base point of explicit parameters, that is not 4. */
const isCompressed = (c: Certificate): boolean => {
  if (c.curve === undefined) return false
  const [algorithm, key] = childrenOf(partsOf(c).spki)
  const parameters = algorithm && childrenOf(algorithm)[1]
  const base = parameters?.tag === TAG.sequence ? childrenOf(parameters)[3] : undefined
  return key?.bytes[key.body + 1] !== 4 || (base !== undefined && base.bytes[base.body] !== 4)
}

/** Rules about the fields of a certificate. @source Doc 9303-12 Table 5, §4.1.6, §7.1.1.1 */
export const FIELD_RULES: readonly CertificateRule[] = [
  {
    code: 'version', clause: FIELDS, severity: 'grave', kinds: ALL, asks: 'The version is 3.',
    find: ({ c }) => when(c.version !== 3, `version ${c.version} instead of 3`),
  },
  {
    code: 'serial-number', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'The serial number is positive.',
    find: ({ c }) => when(c.defects.includes('serial-number'), 'the serial number is not positive'),
  },
  {
    code: 'serial-length', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'The serial number has at most 20 octets.',
    find: ({ c }) => when(c.defects.includes('serial-length'), 'the serial number is longer than 20 octets'),
  },
  {
    code: 'sha-1', clause: 'Doc 9303-12 §4.1.6.4', severity: 'error', kinds: ALL,
    asks: 'The signature uses SHA-224, SHA-256, SHA-384 or SHA-512.',
    find: ({ c }) => when(c.scheme.hash === 'SHA-1', 'signed with SHA-1'),
  },
  {
    code: 'named-curve', clause: 'Doc 9303-12 §4.1.6.3', severity: 'error', kinds: ALL,
    asks: 'The curve is given by its parameters.',
    find: ({ c }) => when(c.curve?.explicit === false, 'the curve is named instead of given by parameters'),
  },
  {
    code: 'no-cofactor', clause: 'Doc 9303-12 §4.1.6.3', severity: 'error', kinds: ALL,
    asks: 'The parameters of the curve have the cofactor.',
    find: ({ c }) => when(lacksCofactor(c), 'the parameters of the curve lack the cofactor'),
  },
  {
    code: 'compressed-point', clause: 'Doc 9303-12 §4.1.6.3', severity: 'error', kinds: ALL,
    asks: 'Points are uncompressed.', find: ({ c }) => when(isCompressed(c), 'a point is compressed'),
  },
  {
    code: 'weak-key', clause: ALGORITHMS, severity: 'warning', kinds: ALL,
    asks: 'The key is long enough: RSA from 2048, EC from 224 bits.',
    find: ({ c }) => when(
      c.keyBits !== undefined && c.keyBits < (c.curve === undefined ? 2048 : 224),
      `the key has ${c.keyBits ?? 0} bits`,
    ),
  },
  {
    code: 'list-key-kind', clause: 'Doc 9303-12 §4.1.8', severity: 'error', kinds: ['bar-code-signer'],
    asks: 'Seals are signed by ECDSA.', find: ({ c }) => when(c.curve === undefined, 'the key is no EC key'),
  },
  {
    code: 'no-country', clause: NAMES, severity: 'error', kinds: ALL, asks: 'The subject names a country.',
    find: ({ c }) => when(countryOf(c.subject) === undefined, 'the subject names no country'),
  },
  {
    code: 'no-issuer-country', clause: NAMES, severity: 'error', kinds: ALL,
    asks: 'The issuer names a country.',
    find: ({ c }) => when(countryOf(c.issuer) === undefined, 'the issuer names no country'),
  },
  {
    code: 'country-case', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'The country of the subject is in capital letters.',
    find: ({ c }) => when(!isCapital(c.subject), 'the country of the subject is not in capital letters'),
  },
  {
    code: 'issuer-country-case', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'The country of the issuer is in capital letters.',
    find: ({ c }) => when(!isCapital(c.issuer), 'the country of the issuer is not in capital letters'),
  },
  {
    code: 'country-code', clause: NAMES, severity: 'error', kinds: ALL, asks: 'The country has two letters.',
    find: inNames('the country has not two letters', (n) => { const k = countryOf(n); return k !== undefined && !/^[A-Za-z]{2}$/.test(k) }),
  },
  {
    code: 'country-differs', clause: FIELDS, severity: 'grave', kinds: ALL,
    asks: 'Subject and issuer are of one country.',
    find: ({ c }) => {
      const [own, theirs] = [countryOf(c.subject), countryOf(c.issuer)]
      return when(
        own !== undefined && theirs !== undefined && own.toUpperCase() !== theirs.toUpperCase(),
        'subject and issuer are of different countries',
      )
    },
  },
  {
    code: 'country-string', clause: FIELDS, severity: 'warning', kinds: ALL,
    asks: 'Country and serial number of a name are PrintableString.',
    find: inNames(
      'country or serial number is no PrintableString',
      (n) => n.parts.some((p) => (p.oid === COUNTRY || p.oid === SERIAL_NUMBER) && p.tag !== TAG.printable),
    ),
  },
  {
    code: 'name-string', clause: FIELDS, severity: 'warning', kinds: ALL,
    asks: 'Other parts of a name are PrintableString or UTF8String.',
    find: inNames(
      'a part is neither PrintableString nor UTF8String',
      (n) => n.parts.some((p) => DIRECTORY_STRINGS.includes(p.oid) && p.tag !== TAG.printable && p.tag !== TAG.utf8),
    ),
  },
  {
    code: 'no-common-name', clause: NAMES, severity: 'warning', kinds: ALL,
    asks: 'Subject and issuer have a common name.',
    find: inNames('no common name', (n) => !n.parts.some((p) => p.oid === COMMON_NAME)),
  },
  {
    code: 'seal-signer-name', clause: 'Doc 9303-12 §7.1.3', severity: 'error', kinds: ['bar-code-signer'],
    asks: 'The subject is a country and a common name of two capital characters in PrintableString, nothing more.',
    find: ({ c }) => {
      const cn = c.subject.parts.find((p) => p.oid === COMMON_NAME)
      return when(
        c.subject.parts.length !== 2 || cn === undefined || cn.tag !== TAG.printable || !/^[A-Z0-9]{2}$/.test(cn.value),
        'the subject is not just a country and a common name of two capital characters',
      )
    },
  },
  {
    code: 'validity-form', clause: FIELDS, severity: 'warning', kinds: ALL,
    asks: 'Times to 2049 are UTCTime with seconds, later ones GeneralizedTime without fractions.',
    find: ({ c }) => {
      const [from, to] = partsOf(c).validity
      return when(
        from !== undefined && to !== undefined && !(isTimeForm(from, c.notBefore) && isTimeForm(to, c.notAfter)),
        'a time of validity is not coded as the profile wants it',
      )
    },
  },
  {
    code: 'validity-order', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'A certificate ends after it begins.',
    find: ({ c }) => when(c.notAfter < c.notBefore, 'it ends before it begins'),
  },
  {
    code: 'unique-id', clause: FIELDS, severity: 'error', kinds: ALL,
    asks: 'There are no unique identifiers of issuer and subject.',
    find: ({ c }) => when(partsOf(c).uniqueIds > 0, 'a unique identifier of issuer or subject'),
  },
  {
    code: 'no-extensions', clause: FIELDS, severity: 'error', kinds: ALL, asks: 'There are extensions.',
    find: ({ c }) => when(c.extensions.size === 0, 'no extensions'),
  },
  {
    code: 'unknown-critical', clause: 'RFC 5280 §4.2', severity: 'grave', kinds: ALL,
    asks: 'No critical extension is unknown.',
    find: ({ c }) => {
      const ids = unknownCritical(c.extensions)
      return when(ids.length > 0, `critical extension ${ids.join(', ')} is not known`)
    },
  },
  {
    code: 'default-coded', clause: FIELDS, severity: 'warning', kinds: ALL,
    asks: 'Default values in extensions are not coded.',
    find: ({ c }) => when(
      partsOf(c).extensions.some((e) => { const flag = childrenOf(e)[1]; return flag?.tag === TAG.boolean && flag.bytes[flag.body] === 0 }),
      'an extension says that it is not critical, which is the default',
    ),
  },
]
