import { type Crypto } from '../crypto.ts'
import { type ChipAuthenticationInfo, type ChipAuthenticationPublicKeyInfo, type SecurityInfo } from '../lds/security-info.ts'
import { chipAuthenticationOid, OID_CHIP_AUTHENTICATION, type KeyAgreement } from '../lds/security-protocol.ts'
import { type ChipAuthenticationPlan } from './chip-authentication.ts'
import { decodeAgreementKey, type AgreementKey } from './chip-authentication-key.ts'
import { type AccessDefect } from './exchange.ts'
import { type SessionCipher } from './key.ts'

/** The ways to authenticate a chip, the best first, and what is odd in what it offers. */
export interface ChipAuthenticationPlans {
  readonly plans: readonly ChipAuthenticationPlan[]
  readonly defects: readonly AccessDefect[]
}

interface Offer { readonly key: AgreementKey; readonly agreement: KeyAgreement; readonly keyId: number | undefined }

const STRENGTH: readonly SessionCipher[] = ['AES-256', 'AES-192', 'AES-128', '3DES']

function offersOf(infos: readonly SecurityInfo[], crypto: Crypto, note: (d: AccessDefect) => void): readonly Offer[] {
  const keys = infos.filter((i): i is ChipAuthenticationPublicKeyInfo => i.kind === 'chip-authentication-public-key')
  return keys.flatMap((k) => {
    const read = decodeAgreementKey(k.publicKey, crypto)
    if (!read.ok) {
      note({ code: 'ca-key-unreadable', says: read.defects.map((d) => d.says).join('; '), clause: read.defects.at(-1)!.clause })
      return []
    }
    const agreement = read.value.group.kind === 'ec' ? 'ECDH' : 'DH'
    if (agreement !== k.agreement) note({ code: 'ca-agreement-other', says: `a key for ${agreement} is announced for ${k.agreement}`, clause: 'Doc 9303-11 §9.2.6' })
    return [{ key: read.value, agreement, keyId: k.keyId }]
  })
}

/** Which key an entry speaks of: by number, or the only one. */
function keyFor(info: ChipAuthenticationInfo, offers: readonly Offer[]): Offer | undefined {
  const kin = offers.filter((o) => o.agreement === info.agreement)
  return kin.find((o) => o.keyId === info.keyId) ?? (kin.length === 1 && (info.keyId === undefined || kin[0]!.keyId === undefined) ? kin[0] : undefined)
}

interface Way { readonly offer: Offer; readonly cipher: SessionCipher; readonly version: 1 | 2; readonly keyId: number | undefined; readonly defects: readonly AccessDefect[] }

function wayOf(info: ChipAuthenticationInfo, offers: readonly Offer[], note: (d: AccessDefect) => void): readonly Way[] {
  const version = info.version ?? 1
  if (version !== 1 && version !== 2) {
    note({ code: 'ca-version', says: `version ${version}`, clause: 'Doc 9303-11 §9.2.5' })
    return []
  }
  const offer = keyFor(info, offers)
  if (offer === undefined) {
    note({ code: 'ca-key-missing', says: `no key ${info.keyId ?? 'without a number'} for ${info.oid}`, clause: 'Doc 9303-11 §9.2.5' })
    return []
  }
  const defects: AccessDefect[] = []
  if (offer.keyId !== info.keyId) defects.push({ code: 'ca-key-id-one-sided', says: 'the key has a number in one of its entries only', clause: 'Doc 9303-11 §9.2.5' })
  if (info.cipher === undefined) defects.push({ code: 'ca-cipher-missing', says: 'the entry names no cipher: 3DES is taken', clause: 'Doc 9303-11 §9.2.5' })
  return [{ offer, cipher: info.cipher ?? '3DES', version, keyId: info.keyId ?? offer.keyId, defects }]
}

/** The plans of one way: the command of the standard, then what the field is known for. @source Doc 9303-11 §6.2.4, §8.5 note 1 */
function plansOf(way: Way, several: readonly Offer[]): readonly ChipAuthenticationPlan[] {
  const { offer, cipher, version, defects } = way
  const oid = chipAuthenticationOid({ agreement: offer.agreement, cipher })
  const commands = cipher === '3DES' && version === 1 ? ['set-kat', 'set-at'] as const : ['set-at'] as const
  // one key needs no number: chips that refuse it are asked again without
  const ids = way.keyId !== undefined && several.length === 1 ? [way.keyId, undefined] : [way.keyId]
  return ids.flatMap((keyId) => commands.map((command) => ({ version, oid, cipher, command, keyId, key: offer.key, defects })))
}

/**
 * How to authenticate a chip by what EF.DG14 or EF.CardSecurity say, in whatever order they say it: AES before 3DES,
 * the longer key first. Old files have keys and no more: they mean version 1 with 3DES.
 *
 * @param o.version - 2 after Terminal Authentication version 2
 * @source Doc 9303-11 §6.2, §8.5, §9.2; BSI TR-03110-3 A.1.1
 */
export function planChipAuthentication(infos: readonly SecurityInfo[], o: { readonly crypto: Crypto; readonly version?: 1 | 2 }): ChipAuthenticationPlans {
  const defects: AccessDefect[] = []
  const note = (d: AccessDefect): void => { defects.push(d) }
  const offers = offersOf(infos, o.crypto, note)
  const entries = infos.filter((i): i is ChipAuthenticationInfo => i.kind === 'chip-authentication')
  const ways = entries.flatMap((i) => wayOf(i, offers, note)).filter((w) => w.version === (o.version ?? 1))
  const speechless = entries.length === 0 && (o.version ?? 1) === 1 ? offers : []
  const missing: AccessDefect = { code: 'ca-info-missing', says: `a key and no entry of ${OID_CHIP_AUTHENTICATION}: version 1 with 3DES is taken`, clause: 'BSI TR-03110-3 A.1.1' }
  const derived = speechless.map((offer): Way => ({ offer, cipher: '3DES', version: 1, keyId: offer.keyId, defects: [missing] }))
  const all = [...ways, ...derived]
  const strength = (w: Way): number => STRENGTH.indexOf(w.cipher)
  const sorted = [...all].sort((a, b) => strength(a) - strength(b) || b.offer.key.group.size - a.offer.key.group.size)
  return { plans: sorted.flatMap((w) => plansOf(w, offers)), defects: [...defects, ...all.flatMap((w) => w.defects)] }
}
