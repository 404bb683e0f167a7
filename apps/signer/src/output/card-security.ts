import { ok } from '@causeway/kernel'
import { cardSecurityDigest, type CardSecurityAnswer, type CardSecurityRequest } from '@causeway/signing'
import { buildCardSecurity, decodeCardSecurity, decodeSecurityInfos, verifyCardSecurity } from 'icao9303'

import { used, type Answer } from '../answer.ts'
import { mayUse } from '../certificate.ts'
import { plainScheme } from '../custody/port.ts'
import { base64, bytes, crypto, refuse } from '../document.ts'
import { type Memory } from '../memory.ts'
import { settingAt } from '../setting.ts'
import { putOut, type Part } from './output.ts'

/**
 * EF.CardSecurity of a chip: what the chip says of itself before access, signed. Every entry is read; the keys that it
 * names for Chip Authentication are the one that the station read from this chip, and no other.
 *
 * @source Doc 9303-10 §3.11.4, Doc 9303-11 §6.2 and Appendix
 */
export async function signCardSecurity(m: Memory, r: CardSecurityRequest): Promise<Answer<CardSecurityAnswer>> {
  const make = async (): Promise<Answer<readonly Part[]>> => {
    const active = m.active
    if (active === undefined) return refuse('no-certificate')
    const use = mayUse(active, m.o.clock.now())
    if (!use.ok) return use
    const quota = settingAt(m.o.settings, 'documentsPerKey', m.o.clock.now())
    if (m.o.book.documents(active.key.id) >= quota) return refuse('quota-reached', { quota, uses: m.o.book.documents(active.key.id) })
    const read = decodeSecurityInfos(bytes(r.infos))
    if (!read.ok || read.defects.length > 0) return refuse('card-security-unread', { why: read.defects.map((d) => d.says) })
    const { infos } = read.value
    if (infos.some((i) => i.kind === 'unknown')) return refuse('card-security-unread', { why: 'an entry that is not known' })
    const keys = infos.flatMap((i) => (i.kind === 'chip-authentication-public-key' ? [base64(i.publicKey)] : []))
    if (keys.length === 0 || keys.some((k) => k !== r.chipKey)) return refuse('chip-key-differs', { found: keys.length })
    const scheme = plainScheme(active.key.type)
    const file = await used(buildCardSecurity({ infos, ds: active.certificate, at: m.o.clock.now() }, { sign: async (message) => m.o.custody.sign(active.key.id, message, scheme), scheme }, crypto))
    if (!file.ok) return file
    const again = decodeCardSecurity(file.value)
    if (!again.ok || again.defects.length > 0 || !(await verifyCardSecurity(again.value, crypto)).ok) return refuse('own-output-wrong')
    return ok([{ keyId: active.key.id, about: r.documentNumber, answer: { cardSecurity: base64(file.value), signer: active.certificate.serial } satisfies CardSecurityAnswer }])
  }
  return putOut(m, { output: 'card-security', request: r, digest: cardSecurityDigest(r) }, { make, read: ([answer]): CardSecurityAnswer => answer! })
}
