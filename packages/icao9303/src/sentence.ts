/** Every sentence that a check can say, with its values in braces. Whoever speaks another language has his own for each code. */
export const SENTENCES = {
  'no-sod': 'there is no EF.SOD',
  'sod-unreadable': 'EF.SOD cannot be read: at byte {offset} {expected} is expected',
  'sod-good': 'EF.SOD is as the standard prescribes',
  'sod-odd': '{details}',
  'sod-read': 'read with deviations: {details}',

  'com-absent': 'there is no EF.COM',
  'com-unreadable': 'EF.COM cannot be read: {details}',
  'com-form': 'EF.COM departs from its form: {details}',
  'com-version': 'EF.COM names LDS {lds} and Unicode {unicode}',
  'com-unsigned': 'EF.COM lists {groups}, of which EF.SOD has no hash',
  'com-incomplete': 'EF.COM does not list {groups}',
  'com-part': 'every listed data group is signed',
  'com-same': 'EF.COM and EF.SOD name the same data groups',

  'group-absent': '{group} is not in the dump',
  'group-same': '{group} is what was signed',
  'group-differs': '{group} is not what was signed',
  'group-unsigned': '{group} is there and nobody signed it',

  'content-none': 'no data group from DG2 to DG16 is in the dump',
  'content-unread': 'what is inside the data groups was not asked for',
  'content-good': 'the data groups are as the standard prescribes',
  'content-odd': 'data groups depart from the standard: {details}',
  'content-read': 'read with deviations: {details}',

  'signer-unknown': 'the certificate of the signer is neither in EF.SOD nor among the trust material',
  'signer-absent': 'there is no certificate of the signer',
  'signature-good': 'the signature is good',
  'signature-plain': 'the signature is good, in plain instead of DER form',
  'signature-not-der': 'the ECDSA signature is not in DER form',
  'signature-bad': 'the signature is not good',
  'signature-kind': 'the signature is said to be {kind}, which the signer\'s key cannot make',
  'content-type-differs': 'the contentType attribute is not the type of the content',
  'digest-differs': 'the messageDigest attribute is not the hash of the content',

  'signer-valid': 'valid on {day}',
  'signer-not-valid': 'the document signer was not valid on {day} ({from} to {to})',
  'signer-ended': 'the document signer\'s certificate ended on {day} and EF.SOD does not say when it was signed',
  'signing-time-odd': '{details}',
  'ds-good': 'as the profile prescribes',
  'ds-usable': 'usable; departs from the profile in: {codes}',
  'ds-bad': '{details}',
  'types-absent': 'the document signer has no list of document types',
  'type-unreadable': 'the document code cannot be read',
  'type-allowed': 'the signer may sign documents of type {type}',
  'type-forbidden': 'the signer may sign {types}, not {type}',
  'states-absent': 'the document signer does not say for which State it signs',
  'state-unreadable': 'the issuing State cannot be read',
  'state-same': 'the signer signs for {state}',
  'state-differs': 'the signer signs for {states}, the document is of {state}',

  'path-found': 'leads to {anchor}',
  'path-over-link': 'leads to {anchor} over {links} link',
  'path-over-links': 'leads to {anchor} over {links} links',
  'path-no-anchor': '{details}',
  'path-signature': '{details}',
  'path-not-authority': '{details}',
  'path-not-valid': '{details}',
  'authority-revoked': '{details}',
  'signer-revoked': 'the document signer was revoked on {day}',
  'crl-clear': 'not in the revocation list of {day}',
  'crl-absent': 'no revocation list of this issuer, signed by a trusted key, is at hand',
  'crl-later': 'the revocation list is dated {time}, after the inspection',
  'crl-stale': 'the revocation list is stale: its next update was due on {day}',

  'zone-absent': 'DG1 is not in the dump',
  'zone-unreadable': 'DG1 cannot be read',
  'zone-format': 'the zone has no known format',
  'zone-form': 'DG1 departs from its form: {details}',
  'digits-wrong': 'wrong check digit of {fields}',
  'digits-right': 'every check digit is right',

  'card-access-absent': 'EF.CardAccess is not in the dump',
  'card-access-unreadable': 'EF.CardAccess cannot be read',
  'card-access-form': 'EF.CardAccess departs from its form: {details}',
  'card-access-unread': 'DG14, which vouches for EF.CardAccess, is not in the dump',
  'card-access-unvouched': 'neither DG14 nor EF.CardSecurity vouches for EF.CardAccess',
  'card-access-voucher': '{file}, which vouches for EF.CardAccess, cannot be read',
  'card-access-strange': 'EF.CardAccess says what {file} does not: it may have been changed on the way',
  'card-access-struck': '{file} offers PACE that EF.CardAccess does not: it may have been struck out on the way',
  'card-access-same': '{file} says the same as EF.CardAccess',
  'card-security-absent': 'EF.CardSecurity is not in the dump',
  'card-security-unreadable': 'EF.CardSecurity cannot be read',
  'card-security-form': 'EF.CardSecurity is not as prescribed: {details}',
  'card-security-unsigned': 'EF.CardSecurity carries certificates that nobody signed',
  'card-security-signer': 'the certificate of the signer is not in EF.CardSecurity',
  'card-security-time': 'its signer was not valid on {day}',
  'card-security-state': 'its signer signs for {states}, the document is of {state}',
  'card-security-good': 'the signature is good; its signer {path}',

  'no-chip': 'there is no chip at hand',
  'chip-told': '{details}',
  'chip-hides': 'EF.SOD has a hash of {group}, which the chip does not give: a copy would hide it so',
  'pace-used': 'access was gained by PACE',
  'pace-not-offered': 'no file of the chip offers PACE',
  'pace-unused': '{file} offers PACE, but access was gained without it',
  'access-open': 'the chip is open to whoever holds it',
  'access-pace': 'PACE with {mapping} on {group}, {cipher}',
  'access-bac': 'BAC; the chip offers no PACE',
  'access-downgraded': 'BAC after a PACE that failed',
  'protocol-absent': 'the chip does not have it',
  'protocol-failed': '{details}',
  'session-over': 'the session had ended',
  'group-unreadable': '{group} cannot be read',
  'chip-key-shown': 'the chip has the private key of DG14: {group}, {cipher}',
  'chip-key-missing': 'the chip does not have the key that it shows: {details}',
  'mapping-shown': 'the chip did the mapping of PACE with its key of EF.CardSecurity: {group}',
  'mapping-unreadable': 'the mapping of PACE cannot be checked: EF.CardSecurity cannot be read',
  'chip-shown-twice': '{details}',
  'challenge-signed': 'the chip signed with the key of DG15: {scheme}, {hash}',
  'challenge-signed-oddly': 'the chip signed with the key of DG15: {scheme}, {hash}; {details}',
  'challenge-unanswered': 'the chip gave no answer that counts',
  'challenge-too-long': 'the reader does not carry a command that is long enough for the signature',
  'terminal-taken': 'the chip took {holder} under {authority}',
  'terminal-none': 'the terminal has no certificate to show',
  'terminal-session': 'Terminal Authentication needs a session that Chip Authentication made',
  'terminal-chain': 'no certificates lead from {authorities} to {holder}',
  'terminal-nameless': 'the chip has no name in this session',
} as const

export type SentenceCode = keyof typeof SENTENCES

/** What a check says, by the code of its sentence and the values in it. `details` are English. */
export interface Reason { readonly code: SentenceCode; readonly values?: Readonly<Record<string, string>> }

/** A sentence in English, and what it was made of. */
export interface Said { readonly says: string; readonly reason: Reason }

/** The names of the values in a sentence. */
type Slot<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Slot<Rest> : never
type ValuesOf<C extends SentenceCode> = Readonly<Record<Slot<(typeof SENTENCES)[C]>, string>> & Readonly<Record<string, string>>

const each = <T>(make: (code: SentenceCode, says: string) => T): Readonly<Record<SentenceCode, T>> =>
  Object.fromEntries(Object.entries(SENTENCES).map(([code, says]) => [code, make(code as SentenceCode, says)])) as Record<SentenceCode, T>

/** Texts and, between them, names of values. */
const PIECES = each((_, says) => says.split(/[{}]/))
const PLAIN = each((code, says): Said => ({ says, reason: { code } }))

/** A sentence with its values. */
export function said<C extends SentenceCode>(code: C, ...[values]: [Slot<(typeof SENTENCES)[C]>] extends [never] ? [] : [ValuesOf<C>]): Said {
  if (values === undefined) return PLAIN[code]
  const pieces = PIECES[code]
  let says = pieces[0]!
  for (let i = 1; i < pieces.length; i += 2) says += values[pieces[i]!]! + pieces[i + 1]!
  return { says, reason: { code, values } }
}

/** What is wrong with several things, as one value: their sentences, and their codes. */
export const together = (list: readonly { readonly code: string; readonly says: string }[]): { readonly details: string; readonly codes: string } => ({
  details: list.map((d) => d.says).join('; '), codes: [...new Set(list.map((d) => d.code))].join(', '),
})
