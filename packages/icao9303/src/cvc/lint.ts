import { isSame } from '../asn1/value.ts'
import { numberOf } from '../number.ts'
import { intersectChats, rightsOf, roleOf, terminalTypeOf } from './authorization.ts'
import { encodeCvcBody, type CvCertificate } from './certificate.ts'
import { daysBetween } from './day.ts'
import { curveNamed, cvcAlgorithmOf, cvcSchemeOf, type CvcPublicKey } from './public-key.ts'
import { parseReference } from './reference.ts'

/** A departure of a card-verifiable certificate from its profile. `grave`: a chip may refuse it for this. */
export interface CvcDefect {
  readonly code: string
  readonly says: string
  readonly clause: string
  readonly grave: boolean
}

type Add = (code: string, says: string, o: { readonly clause: string; readonly grave?: true }) => void

/** Days of validity of a key, from and to. @source Doc 9303-12 Table 2 */
const VALIDITY = { cvca: [180, 3 * 366], 'dv-domestic': [14, 93], 'dv-foreign': [14, 93], terminal: [0, 31] } as const

function lintReferences(c: CvCertificate, add: Add): void {
  const clause = 'Doc 9303-12 Table 12'
  const [holder, authority] = [parseReference(c.chr), parseReference(c.car)]
  if (holder === undefined) add('chr-form', `the holder reference ${c.chr} is not country, mnemonic and sequence number`, { clause })
  if (authority === undefined) add('car-form', `the authority reference ${c.car} is not country, mnemonic and sequence number`, { clause })
  const isCvca = roleOf(c.chat) === 'cvca'
  if (isCvca && holder && authority && holder.country !== authority.country) add('cvca-country-differs', `a CVCA of ${authority.country} certifies one of ${holder.country}`, { clause: 'Doc 9303-12 §7.2.2.2', grave: true })
}

function lintKey(c: CvCertificate, add: Add): void {
  const key = c.publicKey
  const algorithm = cvcAlgorithmOf(key)
  if (algorithm === undefined || cvcSchemeOf(key) === undefined) add('algorithm-unknown', `${key.oid} is no algorithm of Terminal Authentication`, { clause: 'BSI TR-03110-3 A.6.3, A.6.4', grave: true })
  if (algorithm?.hash === 'SHA-1') add('sha-1', 'a key that signs with SHA-1', { clause: 'Doc 9303-11 §7.1.4' })
  if (algorithm?.kind === 'rsa-pkcs1') add('rsa-pkcs1', 'a key that signs with PKCS #1 v1.5', { clause: 'Doc 9303-11 Table 7' })
  if (key.kind === 'rsa') lintRsa(key, add)
  else lintParameters(c, { has: key.parameters !== undefined, curve: key.parameters?.curve }, add)
}

function lintRsa(key: CvcPublicKey & { readonly kind: 'rsa' }, add: Add): void {
  const size = numberOf(key.modulus).toString(2).length
  const clause = 'BSI TR-03110-3 A.6.3.2'
  if (![1024, 1280, 1536, 2048, 3072].includes(size)) add('rsa-length', `a modulus of ${size} bits`, { clause, grave: true })
  else if (size < 2048) add('rsa-short', `a modulus of ${size} bits`, { clause: 'Doc 9303-11 §7.1.4.1.2' })
  if (numberOf(key.exponent).toString(2).length > 32) add('rsa-exponent', 'an exponent of more than 32 bits', { clause, grave: true })
  for (const [name, part] of [['modulus', key.modulus], ['exponent', key.exponent]] as const) {
    if (part[0] === 0) add('integer-padded', `the ${name} begins with a zero byte`, { clause: 'Doc 9303-12 §7.2.3.1.1' })
  }
}

function lintParameters(c: CvCertificate, key: { readonly has: boolean; readonly curve: string | undefined }, add: Add): void {
  const clause = 'Doc 9303-12 §7.2.2.3'
  if (roleOf(c.chat) !== 'cvca') {
    if (key.has) add('parameters-present', 'domain parameters in the certificate of a document verifier or terminal', { clause, grave: true })
  } else if (c.car === c.chr && !key.has) add('parameters-missing', 'a self-signed certificate without domain parameters', { clause, grave: true })
  const n = curveNamed(key.curve)?.n
  if (n !== undefined && ![224, 256, 320, 384, 512].includes(BigInt(`0x${n}`).toString(2).length)) {
    add('curve-length', `the curve ${key.curve} is none of those for terminals`, { clause: 'Doc 9303-11 §7.1.4.2.2' })
  }
}

function lintRights(c: CvCertificate, add: Add): void {
  const clause = 'BSI TR-03110-3 C.4'
  if (terminalTypeOf(c.chat) === undefined) return add('terminal-type-unknown', `${c.chat.oid} with ${c.chat.bits.length} bytes is no known terminal type`, { clause, grave: true })
  const reserved = rightsOf(c.chat).filter((r) => r.startsWith('bit-'))
  if (reserved.length > 0) add('rights-reserved', `reserved rights are given: ${reserved.join(', ')}`, { clause })
}

function lintDates(c: CvCertificate, add: Add): void {
  const days = daysBetween(c.effective, c.expires)
  if (days < 0) return add('dates-order', 'it expires before it is effective', { clause: 'Doc 9303-12 §7.2.2.5', grave: true })
  const [least, most] = VALIDITY[roleOf(c.chat)]
  if (days < least || days > most) add('validity', `valid for ${days} days; ${roleOf(c.chat)} keys are for ${least} to ${most}`, { clause: 'Doc 9303-12 Table 2' })
}

function lintIssuer(c: CvCertificate, issuer: CvCertificate, add: Add): void {
  if (c.car !== issuer.chr) add('issuer-differs', `it names ${c.car}, its authority is ${issuer.chr}`, { clause: 'Doc 9303-12 §7.2.2.2', grave: true })
  const both = intersectChats(c.chat, issuer.chat)
  if (both === undefined) add('terminal-type-differs', 'it is for another type of terminal than its authority', { clause: 'Doc 9303-11 §7.1.4.3.6', grave: true })
  else if (!isSame(both.bits, c.chat.bits)) add('rights-exceed', 'it gives what its authority does not have; the chip will not grant it', { clause: 'Doc 9303-11 §7.1.4.3.6' })
  if (roleOf(c.chat) !== 'cvca' && c.publicKey.oid !== issuer.publicKey.oid) add('algorithm-differs', 'another algorithm than that of its authority', { clause: 'Doc 9303-12 §4.2.1', grave: true })
  if (c.effective < issuer.effective || c.effective > issuer.expires) add('issued-outside', `made on ${c.effective}, when its authority was not valid`, { clause: 'Doc 9303-12 §7.2.2.5' })
}

/**
 * Compares a certificate with its profile. Signatures are not verified here.
 *
 * @param issuer - the certificate of the authority, to compare with where it is at hand
 */
export function cvcDefects(c: CvCertificate, issuer?: CvCertificate): readonly CvcDefect[] {
  const defects: CvcDefect[] = []
  const add: Add = (code, says, o) => { defects.push({ code, says, clause: o.clause, grave: o.grave === true }) }
  if (c.profile !== 0) add('profile', `profile ${c.profile} instead of 0`, { clause: 'Doc 9303-12 §7.2.2.1', grave: true })
  lintReferences(c, add)
  lintKey(c, add)
  lintRights(c, add)
  lintDates(c, add)
  if (!isSame(encodeCvcBody(c), c.body)) add('not-canonical', 'a number or length is not written in its shortest form', { clause: 'Doc 9303-12 §7.2.3' })
  if (issuer !== undefined) lintIssuer(c, issuer, add)
  return defects
}
