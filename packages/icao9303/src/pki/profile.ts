import { OID, unknownCritical, type Certificate } from './certificate.ts'
import { countryOf } from './name.ts'

/** A departure from the profile. `grave` ones stand in the way of a verdict; the others are named. */
export interface ProfileDefect { readonly code: string; readonly says: string; readonly clause: string; readonly grave: boolean }

const TABLE1 = 'Doc 9303-12 Table 1'
const FORBIDDEN = ['2.5.29.33', '2.5.29.30', '2.5.29.36', '2.5.29.54', '2.5.29.46', '2.5.29.9', '2.16.840.1.113730.1.1']

/** What every certificate of a document PKI must have. */
function common(c: Certificate): ProfileDefect[] {
  const defects: ProfileDefect[] = []
  const add = (code: string, says: string, grave: boolean): void => { defects.push({ code, says, clause: TABLE1, grave }) }
  if (c.version !== 3) add('version', `version ${c.version} instead of 3`, true)
  for (const d of c.defects) add(d, 'the serial number is not positive or longer than 20 octets', false)
  const [own, theirs] = [countryOf(c.subject), countryOf(c.issuer)]
  if (own === undefined) add('no-country', 'the subject names no country', false)
  else if (own !== own.toUpperCase()) add('country-case', 'the country is not in capital letters', false)
  if (theirs === undefined) add('no-issuer-country', 'the issuer names no country', false)
  else if (own !== undefined && own.toUpperCase() !== theirs.toUpperCase()) add('country-differs', 'subject and issuer are of different countries', true)
  if (c.curve !== undefined && !c.curve.explicit) add('named-curve', 'the curve is named instead of given by parameters (§4.1.6.3)', false)
  if (!c.extensions.has(OID.privateKeyUsage)) add('no-private-key-usage', 'no private key usage period', false)
  if (!c.extensions.has(OID.crlPoints)) add('no-crl-point', 'no CRL distribution point', false)
  if (!c.extensions.has(OID.subjectAltName) || !c.extensions.has(OID.issuerAltName)) add('no-alternative-name', 'subject or issuer alternative name is missing', false)
  for (const id of FORBIDDEN) if (c.extensions.has(id)) add('forbidden-extension', `extension ${id} is forbidden`, false)
  for (const id of unknownCritical(c.extensions)) add('unknown-critical', `critical extension ${id} is not known`, true)
  if (c.scheme.hash === 'SHA-1') add('sha-1', 'signed with SHA-1', false)
  return defects
}

/** A document signer against the profile. */
export function dsDefects(c: Certificate): readonly ProfileDefect[] {
  const defects = common(c)
  const add = (code: string, says: string, grave: boolean): void => { defects.push({ code, says, clause: TABLE1, grave }) }
  if (c.keyUsage === undefined) add('no-key-usage', 'no key usage', false)
  else {
    if (!c.keyUsage.includes('digitalSignature')) add('key-usage', `key usage is ${c.keyUsage.join(', ') || 'empty'}; digitalSignature is needed`, true)
    else if (c.keyUsage.length > 1) add('key-usage-more', `key usage has more than digitalSignature: ${c.keyUsage.join(', ')}`, false)
    if (c.extensions.get(OID.keyUsage)?.critical !== true) add('key-usage-not-critical', 'key usage is not critical', false)
  }
  if (c.isCa) add('ds-is-ca', 'a document signer must not be a certification authority', true)
  if (c.documentTypes === undefined) add('no-document-types', 'no document type list', false)
  if (c.authorityKeyId === undefined) add('no-authority-key-id', 'no authority key identifier', false)
  return defects
}

/** A CSCA against the profile. */
export function cscaDefects(c: Certificate): readonly ProfileDefect[] {
  const defects = common(c)
  const add = (code: string, says: string, grave: boolean): void => { defects.push({ code, says, clause: TABLE1, grave }) }
  if (!c.isCa) add('not-ca', 'basic constraints do not say certification authority', true)
  else if (c.pathLength !== 0) add('path-length', 'the path length is not 0', false)
  if (c.keyUsage === undefined || !c.keyUsage.includes('keyCertSign')) add('key-usage', 'key usage lacks keyCertSign', true)
  if (c.subjectKeyId === undefined) add('no-subject-key-id', 'no subject key identifier', false)
  return defects
}
