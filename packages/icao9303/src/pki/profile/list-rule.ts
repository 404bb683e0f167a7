import { Cursor, readTlv, type Tlv } from '../../asn1/tlv.ts'
import { TAG, integerOf } from '../../asn1/value.ts'
import { OID, unknownCritical, type Certificate } from '../certificate.ts'
import { type Crl } from '../crl.ts'
import { type DeviationList } from '../deviation-list.ts'
import { type MasterList } from '../master-list.ts'
import { countryOf, isSameName } from '../name.ts'
import { insideOf, isTimeForm } from './part.ts'
import { when, type Rule } from './rule.ts'

/** What a rule about a revocation list looks at. */
export interface CrlCase { readonly l: Crl; readonly issuer?: Certificate }

const FIELDS = 'Doc 9303-12 Table 9'
const EXTENSIONS = 'Doc 9303-12 Table 10'
const CRL = ['crl'] as const
const DELTA = '2.5.29.27'
const ISSUING_POINT = '2.5.29.28'
const FRESHEST = '2.5.29.46'
/** Extensions of entries by name. @source RFC 5280 §5.3 */
const ENTRY_EXTENSIONS: Readonly<Record<string, string>> = {
  '2.5.29.21': 'a reason', '2.5.29.23': 'a hold instruction', '2.5.29.24': 'a date of invalidity',
  '2.5.29.29': 'another issuer',
}
const NINETY_DAYS = 90 * 86_400_000

/** The two times of a list as they are coded. */
function timesOf(l: Crl): readonly Tlv[] {
  const c = new Cursor(readTlv(l.tbs, 0), 'RFC 5280 §5.1')
  c.maybe(TAG.integer)
  c.takeAny('signature')
  c.takeAny('issuer')
  const first = c.takeAny('thisUpdate')
  const next = c.maybe(TAG.utcTime) ?? c.maybe(TAG.time)
  return next === undefined ? [first] : [first, next]
}

/** Rules about revocation lists. @source Doc 9303-12 §4.1.5, Tables 9 and 10 */
export const CRL_RULES: readonly Rule<'crl', CrlCase>[] = [
  {
    code: 'crl-version', clause: FIELDS, severity: 'error', kinds: CRL, asks: 'The version is 2.',
    find: ({ l }) => when(l.version !== 2, `version ${l.version} instead of 2`),
  },
  {
    code: 'sha-1', clause: 'Doc 9303-12 §4.1.6.4', severity: 'error', kinds: CRL,
    asks: 'The signature uses SHA-224, SHA-256, SHA-384 or SHA-512.',
    find: ({ l }) => when(l.scheme.hash === 'SHA-1', 'signed with SHA-1'),
  },
  {
    code: 'no-issuer-country', clause: FIELDS, severity: 'error', kinds: CRL,
    asks: 'The issuer names a country.',
    find: ({ l }) => when(countryOf(l.issuer) === undefined, 'the issuer names no country'),
  },
  {
    code: 'country-case', clause: FIELDS, severity: 'error', kinds: CRL,
    asks: 'The country is in capital letters.',
    find: ({ l }) => {
      const k = countryOf(l.issuer)
      return when(k !== undefined && k !== k.toUpperCase(), 'the country is not in capital letters')
    },
  },
  {
    code: 'country-string', clause: FIELDS, severity: 'warning', kinds: CRL,
    asks: 'The country is a PrintableString.',
    find: ({ l }) => when(l.issuer.parts.some((p) => p.oid === '2.5.4.6' && p.tag !== TAG.printable), 'the country is no PrintableString'),
  },
  {
    code: 'update-form', clause: FIELDS, severity: 'warning', kinds: CRL,
    asks: 'Times to 2049 are UTCTime with seconds, later ones GeneralizedTime without fractions.',
    find: ({ l }) => {
      const [first, next] = timesOf(l)
      return when(
        (first !== undefined && !isTimeForm(first, l.thisUpdate)) || (
          next !== undefined && l.nextUpdate !== undefined && !isTimeForm(next, l.nextUpdate)
        ),
        'a time is not coded as the profile wants it',
      )
    },
  },
  {
    code: 'no-next-update', clause: FIELDS, severity: 'error', kinds: CRL,
    asks: 'It is said when the next list comes.',
    find: ({ l }) => when(l.nextUpdate === undefined, 'no time of the next list'),
  },
  {
    code: 'update-interval', clause: 'Doc 9303-12 §4.1.5', severity: 'warning', kinds: CRL,
    asks: 'A list comes at least every 90 days.',
    find: ({ l }) => when(
      l.nextUpdate !== undefined && l.nextUpdate.getTime() - l.thisUpdate.getTime() > NINETY_DAYS,
      'the next list comes after more than 90 days',
    ),
  },
  {
    code: 'empty-list', clause: FIELDS, severity: 'error', kinds: CRL,
    asks: 'A list without revoked certificates has no list of them.',
    find: ({ l }) => when(l.emptyList, 'an empty list of revoked certificates'),
  },
  {
    code: 'no-authority-key-id', clause: EXTENSIONS, severity: 'error', kinds: CRL,
    asks: 'The key that signed is named.',
    find: ({ l }) => when(l.authorityKeyId === undefined, 'no authority key identifier'),
  },
  {
    code: 'no-crl-number', clause: EXTENSIONS, severity: 'error', kinds: CRL, asks: 'The list has a number.',
    find: ({ l }) => when(!l.extensions.has(OID.crlNumber), 'no number'),
  },
  {
    code: 'crl-number', clause: EXTENSIONS, severity: 'error', kinds: CRL,
    asks: 'The number is not negative and has at most 20 octets.',
    find: ({ l }) => {
      const t = insideOf(l, OID.crlNumber)
      return when(t !== undefined && (integerOf(t) < 0n || t.end - t.body > 20), 'the number is negative or longer than 20 octets')
    },
  },
  {
    code: 'partial-list', clause: EXTENSIONS, severity: 'grave', kinds: CRL,
    asks: 'There is one list for all certificates: no deltas, no parts.',
    find: ({ l }) => {
      const found = [DELTA, ISSUING_POINT, FRESHEST].filter((id) => l.extensions.has(id))
      return when(found.length > 0, `extension ${found.join(', ')} makes it a part of a list`)
    },
  },
  {
    code: 'unknown-critical', clause: 'RFC 5280 §5.2', severity: 'grave', kinds: CRL,
    asks: 'No critical extension is unknown.',
    find: ({ l }) => {
      const ids = unknownCritical(l.extensions).filter((id) => ![DELTA, ISSUING_POINT, FRESHEST].includes(id))
      return when(ids.length > 0, `critical extension ${ids.join(', ')} is not known`)
    },
  },
  {
    code: 'extension-critical', clause: EXTENSIONS, severity: 'warning', kinds: CRL,
    asks: 'No extension of the profile is critical.',
    find: ({ l }) => {
      const found = [OID.authorityKeyId, OID.crlNumber, OID.issuerAltName].filter((id) => l.extensions.get(id)?.critical === true)
      return when(found.length > 0, `extension ${found.join(', ')} is critical`)
    },
  },
  {
    code: 'entry-extension', clause: EXTENSIONS, severity: 'error', kinds: CRL,
    asks: 'Entries have no reason, hold, date of invalidity or other issuer.',
    find: ({ l }) => {
      const found = l.entryExtensions.flatMap((id) => ENTRY_EXTENSIONS[id] ?? [])
      return when(found.length > 0, `an entry has ${found.join(', ')}`)
    },
  },
  {
    code: 'issuer-name', clause: 'RFC 5280 §5.1.2.3', severity: 'grave', kinds: CRL,
    asks: 'The list is of the authority that it names.',
    find: ({ l, issuer }) => when(issuer !== undefined && !isSameName(l.issuer, issuer.subject), 'the issuer has another name'),
  },
  {
    code: 'issuer-key-id', clause: EXTENSIONS, severity: 'error', kinds: CRL,
    asks: 'The authority key identifier is the key identifier of the issuer.',
    find: ({ l, issuer }) => when(
      issuer?.subjectKeyId !== undefined && l.authorityKeyId !== undefined && issuer.subjectKeyId !== l.authorityKeyId,
      `the list names the key ${l.authorityKeyId ?? ''}, the issuer has ${issuer?.subjectKeyId ?? ''}`,
    ),
  },
]

type SignedList = MasterList | DeviationList
const BOTH = ['master-list', 'deviation-list'] as const
const clauseOf = 'Doc 9303-12 Tables 18 and 19'

/** Rules about the envelope of master and deviation lists. @source Doc 9303-12 §9.1, §10.1 */
export const LIST_RULES: readonly Rule<SignedList['kind'], SignedList>[] = [
  {
    code: 'list-signer-absent', clause: clauseOf, severity: 'error', kinds: BOTH,
    asks: 'The certificate of the signer comes with the list.',
    find: (l) => when(l.signer === undefined, 'the certificate of the signer is not in the list'),
  },
  {
    code: 'list-signature', clause: clauseOf, severity: 'grave', kinds: BOTH,
    asks: 'The signer signed the list.', find: (l) => when(!l.signed, l.signatureSays),
  },
  {
    code: 'list-csca-absent', clause: clauseOf, severity: 'note', kinds: BOTH,
    asks: 'The CSCA above the signer comes with the list.',
    find: (l) => when(
      l.signer !== undefined && !l.carried.some((c) => c.isCa && l.signer !== undefined && isSameName(c.subject, l.signer.issuer)),
      'the CSCA above the signer is not in the list',
    ),
  },
  {
    code: 'no-signing-time', clause: clauseOf, severity: 'error', kinds: BOTH,
    asks: 'The time of signing is signed.', find: (l) => when(l.signedAt === undefined, 'no time of signing'),
  },
  {
    code: 'list-signer-name', clause: clauseOf, severity: 'note', kinds: BOTH,
    asks: 'The signer is named by its key identifier.',
    find: (l) => when(l.namedBy === 'issuer', 'the signer is named by issuer and serial number'),
  },
  {
    code: 'list-signer-is-ca', clause: 'Doc 9303-3 §7.3.2', severity: 'error', kinds: BOTH,
    asks: 'A CSCA signs no lists itself.',
    find: (l) => when(l.signer?.isCa === true, 'the list is signed by a CSCA itself'),
  },
  {
    code: 'list-entry', clause: clauseOf, severity: 'error', kinds: BOTH, asks: 'Every entry can be read.',
    find: (l) => when(l.unread.length > 0, l.unread.map((u) => `entry ${u.index} at byte ${u.offset}: ${u.says}`).join('; ')),
  },
  {
    code: 'list-order', clause: 'X.690 §11.6', severity: 'note', kinds: ['master-list'],
    asks: 'The certificates are in the order of DER.',
    find: (l) => when(l.kind === 'master-list' && !isSorted(l.certificates), 'the certificates are not in the order of DER'),
  },
]

function isSorted(list: readonly Certificate[]): boolean {
  return list.every((c, i) => {
    const before = list[i - 1]?.der
    if (before === undefined) return true
    for (let k = 0; k < Math.min(before.length, c.der.length); k++) if (before[k] !== c.der[k]) return before[k]! < c.der[k]!
    return before.length <= c.der.length
  })
}
