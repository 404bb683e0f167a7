import { type Crypto } from '../crypto.ts'
import { type ChipAuthenticationPublicKeyInfo, type SecurityInfo } from '../lds/security-info.ts'
import { decodeAgreementKey } from './chip-authentication-key.ts'
import { type AccessDefect } from './exchange.ts'
import { isChipMapping, type ChipMappingEvidence } from './pace-key.ts'

/** Whether the chip that did the mapping of PACE has a key of EF.CardSecurity. */
export type MappingVerdict =
  | { readonly outcome: 'passed'; readonly keyId: number | undefined }
  | { readonly outcome: 'failed'; readonly reason: AccessDefect }

const failed = (code: string, says: string, clause = 'Doc 9303-11 §4.4.3.5.2'): MappingVerdict => ({ outcome: 'failed', reason: { code, says, clause } })

/**
 * Verifies what PACE with chip authentication mapping left against the keys of EF.CardSecurity: the one with the
 * number of the parameters, or the only one where none has a number. Counts only with Passive Authentication of that file.
 *
 * @param infos - the entries of EF.CardSecurity
 * @source Doc 9303-11 §4.4.3.5.2, §9.2.1
 */
export function verifyChipMapping(evidence: ChipMappingEvidence, infos: readonly SecurityInfo[], crypto: Crypto): MappingVerdict {
  const keys = infos.filter((i): i is ChipAuthenticationPublicKeyInfo => i.kind === 'chip-authentication-public-key')
  const key = keys.find((k) => k.keyId === evidence.keyId) ?? (keys.length === 1 && keys[0]!.keyId === undefined ? keys[0] : undefined)
  if (key === undefined) return failed('cam-key-missing', `EF.CardSecurity has no key ${evidence.keyId ?? 'without a number'}`, 'Doc 9303-11 §9.2.1')
  const read = decodeAgreementKey(key.publicKey, crypto)
  if (!read.ok) return failed('cam-key-unreadable', read.defects.map((d) => d.says).join('; '), read.defects.at(-1)!.clause)
  if (read.value.group.name !== evidence.group.name) return failed('cam-group-other', `the key is of ${read.value.group.name}, the mapping was done in ${evidence.group.name}`, 'Doc 9303-11 §9.2.1')
  if (!isChipMapping(evidence, read.value.element)) return failed('cam-key-differs', 'the mapping was not done with the key of EF.CardSecurity')
  return { outcome: 'passed', keyId: key.keyId }
}
