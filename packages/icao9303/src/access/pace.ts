import { concat, isSame } from '../asn1/value.ts'
import { oid as encodeOid, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf } from '../number.ts'
import { OK, send, triesLeft, type Command, type Response, type Transmit } from './apdu.ts'
import { failed, refusedBy, type AccessFailure, type AccessResult, type AccessStep } from './failure.ts'
import { type Group } from './group.ts'
import { CIPHER_SUITES, PASSWORD_REFERENCES, passwordKey, sessionKeys, type Password, type SessionKeys } from './key.ts'
import { isSameMac } from './mac.ts'
import {
  authenticationToken, cipherNonce, decodeDynamic, encodeDynamic, freshChance, keyPair, openChipData, publicValue, secretOf,
  type ChipMappingEvidence, type KeyPair, type PaceChance,
} from './pace-key.ts'
import { mapGeneric, mapIntegrated, nonceLengths } from './pace-mapping.ts'
import { type PaceOffer } from './pace-offer.ts'

/** What PACE needs: one offer of the chip, the password. */
export interface PaceOrder {
  readonly offer: PaceOffer
  readonly password: Password
  readonly crypto: Crypto
  /** Where nonces and keys come from; fresh ones by default. */
  readonly chance?: PaceChance
  /**
   * Whether the chip is told the number of the group (tag 84). `always`: also where it has only one, and once more without
   * when a chip of one group refuses that. Some chips fail without, some with it.
   */
  readonly parameterReference?: 'always' | 'only-if-several'
  /** A whole Certificate Holder Authorization Template (7F4C): asks the chip for its trust points. */
  readonly authorization?: Uint8Array
}

/** What PACE ends in. */
export interface PaceSession {
  readonly keys: SessionKeys
  readonly offer: PaceOffer
  readonly password: Password['kind']
  /** The chip's ephemeral key: later protocols bind themselves to it. */
  readonly chipKey: Uint8Array
  /** With Chip Authentication Mapping: what is to be checked against EF.CardSecurity. */
  readonly chipMapping?: ChipMappingEvidence
  /** Trust points for Terminal Authentication, the newest first, if the chip named any. */
  readonly authorities: readonly string[]
  /** Tries that the chip said were left before this one. */
  readonly triesLeft?: number
}

type Failed = Extract<AccessResult<never>, { readonly ok: false }>
const at = (step: AccessStep): { readonly protocol: 'PACE'; readonly step: AccessStep } => ({ protocol: 'PACE', step })

/** The numbers of the group to try in tag 84, in this order; undefined is to leave it out, which only a chip of one group may be asked. */
function references({ offer, parameterReference }: PaceOrder): readonly (number | undefined)[] {
  const { parameterId, groups } = offer
  if (parameterId === undefined) return [undefined]
  if (groups === 'several') return [parameterId]
  return parameterReference === 'only-if-several' ? [undefined, parameterId] : [parameterId, undefined]
}

async function setAt(transmit: Transmit, order: PaceOrder): Promise<AccessResult<number | undefined>> {
  const { offer, password, authorization } = order
  const fixed = concat(tlv(0x80, encodeOid(offer.oid).subarray(2)), tlv(0x83, Uint8Array.of(PASSWORD_REFERENCES[password.kind])))
  let response: Response | undefined
  for (const reference of references(order)) {
    const named = reference === undefined ? [] : [tlv(0x84, numberBytes(reference))]
    const asking = authorization === undefined ? [] : [authorization]
    // no expected length here: German chips refuse one
    response = await send(transmit, { cla: 0, ins: 0x22, p1: 0xc1, p2: 0xa4, data: concat(fixed, ...named, ...asking) })
    if (response === undefined) break
    const left = triesLeft(response.sw)
    // a password may have been tried before: the chip warns and goes on, unless nothing is left
    if (response.sw === OK || (left ?? 0) > 0) return { ok: true, value: left }
    if (left !== undefined) break
  }
  return refusedBy(at('set-at'), response)
}

const numberBytes = (n: number): Uint8Array => bytesOf(BigInt(n), Math.max(1, Math.ceil(n.toString(16).length / 2)))

interface Asked { readonly step: AccessStep; readonly data: Uint8Array; readonly want: number }
interface Told { readonly value: Uint8Array; readonly all: ReadonlyMap<number, Uint8Array>; readonly response: Response }

/** One GENERAL AUTHENTICATE; all but the last are chained. */
async function authenticate(transmit: Transmit, o: Asked): Promise<AccessResult<Told>> {
  const last = o.step === 'mutual-authentication'
  const command: Command = { cla: last ? 0x00 : 0x10, ins: 0x86, p1: 0, p2: 0, data: o.data, le: o.data.length > 255 ? 65_536 : 256 }
  const response = await send(transmit, command)
  if (response?.sw !== OK) return refusedBy(at(o.step), response)
  const all = decodeDynamic(response.data)
  if (all === undefined) return failed(at(o.step), 'malformed', { says: 'no template 7C', response })
  const value = all.get(o.want)
  if (value === undefined) return failed(at(o.step), 'malformed', { says: 'the object of this step is missing', response })
  return { ok: true, value: { value, all, response } }
}

interface Swap { readonly step: 'map-nonce' | 'key-agreement'; readonly group: Group; readonly own: KeyPair }

/** Sends a public key and takes the chip's for it. */
async function swapKeys(transmit: Transmit, o: Swap): Promise<AccessResult<{ readonly theirs: Uint8Array; readonly response: Response }>> {
  const [ours, want] = o.step === 'map-nonce' ? [0x81, 0x82] : [0x83, 0x84]
  const answer = await authenticate(transmit, { step: o.step, data: encodeDynamic([ours, publicValue(o.group, o.own.element)]), want })
  if (!answer.ok) return answer
  const { value, response } = answer.value
  const theirs = o.group.parse(value)
  if (theirs === undefined) return wrongElement(o.step, response)
  if (isSame(theirs, o.own.element)) return failed(at(o.step), 'element-wrong', { says: 'the chip sent our own key back', response })
  return { ok: true, value: { theirs, response } }
}

interface Drawn { readonly nonce: Uint8Array; readonly chance: PaceChance }
interface Mapped { readonly group: Group; readonly mappingKey?: Uint8Array }

async function mapByAgreement(transmit: Transmit, order: PaceOrder, o: Drawn): Promise<AccessResult<Mapped>> {
  const { group } = order.offer
  const own = keyPair(group, o.chance)
  const swapped = await swapKeys(transmit, { step: 'map-nonce', group, own })
  if (!swapped.ok) return swapped
  const { theirs, response } = swapped.value
  const generator = mapGeneric(group, o.nonce, group.multiply(theirs, own.secret))
  if (generator === undefined) return wrongElement('map-nonce', response)
  return { ok: true, value: { group: group.withGenerator(generator), mappingKey: theirs } }
}

async function mapByNonce(transmit: Transmit, order: PaceOrder, o: Drawn): Promise<AccessResult<Mapped>> {
  const { group, cipher } = order.offer
  const t = o.chance.random(nonceLengths(cipher).terminal)
  const answer = await authenticate(transmit, { step: 'map-nonce', data: encodeDynamic([0x81, t]), want: 0x82 })
  if (!answer.ok) return answer
  const { value, response } = answer.value
  if (value.length > 0) return failed(at('map-nonce'), 'malformed', { says: 'the mapping data of the chip is not empty', response })
  const generator = mapIntegrated(group, { s: o.nonce, t, cipher, crypto: order.crypto })
  if (generator === undefined) return wrongElement('map-nonce', response)
  return { ok: true, value: { group: group.withGenerator(generator) } }
}

const wrongElement = (step: AccessStep, response: Response): Failed =>
  failed(at(step), 'element-wrong', { says: 'the public key is no element of the group', response })

/** The nonce of the chip has whole blocks, and with the Integrated Mapping its exact length. */
function isNonceLength(length: number, { cipher, mapping }: PaceOffer): boolean {
  if (mapping === 'IM') return length === nonceLengths(cipher).chip
  return length >= 16 && length <= 64 && length % CIPHER_SUITES[cipher].block === 0
}

/**
 * PACE, the terminal's side: four commands after MSE:Set AT, in the master file.
 *
 * @returns the session's keys, or the step that failed with the chip's status word. A wrong password shows at
 * `mutual-authentication`, as `refused` by the chip or as `proof-wrong`.
 * @source Doc 9303-11 §4.4
 */
export async function performPace(transmit: Transmit, order: PaceOrder): Promise<AccessResult<PaceSession>> {
  const { offer, password, crypto } = order
  const chance = order.chance ?? freshChance(crypto)
  const selected = await setAt(transmit, order)
  if (!selected.ok) return selected

  const sealed = await authenticate(transmit, { step: 'encrypted-nonce', data: encodeDynamic(), want: 0x80 })
  if (!sealed.ok) return sealed
  const { value: z, response } = sealed.value
  if (!isNonceLength(z.length, offer)) {
    return failed(at('encrypted-nonce'), 'malformed', { says: `a nonce has not ${z.length} bytes`, response })
  }
  const { cipher } = offer
  const nonce = cipherNonce('decrypt', z, { cipher, key: passwordKey(password, { cipher, crypto }), crypto })

  const mapped = await (offer.mapping === 'IM' ? mapByNonce : mapByAgreement)(transmit, order, { nonce, chance })
  if (!mapped.ok) return mapped
  const agreed = await agree(transmit, mapped.value.group, chance)
  if (!agreed.ok) return agreed
  const keys = sessionKeys(agreed.value.secret, { cipher, crypto })
  const proved = await prove(transmit, order, { ...agreed.value, keys, ...mapped.value })
  if (!proved.ok) return proved
  const warned = selected.value === undefined ? {} : { triesLeft: selected.value }
  return { ok: true, value: { ...proved.value, keys, offer, password: password.kind, chipKey: agreed.value.theirs, ...warned } }
}

interface Agreement { readonly own: KeyPair; readonly theirs: Uint8Array; readonly secret: Uint8Array }

async function agree(transmit: Transmit, group: Group, chance: PaceChance): Promise<AccessResult<Agreement>> {
  const own = keyPair(group, chance)
  const swapped = await swapKeys(transmit, { step: 'key-agreement', group, own })
  if (!swapped.ok) return swapped
  const { theirs } = swapped.value
  return { ok: true, value: { own, theirs, secret: secretOf(group, group.multiply(theirs, own.secret)) } }
}

type Proved = Pick<PaceSession, 'authorities' | 'chipMapping'>

async function prove(
  transmit: Transmit, order: PaceOrder, a: Agreement & Mapped & { readonly keys: SessionKeys },
): Promise<AccessResult<Proved>> {
  const { offer, crypto } = order
  const step = 'mutual-authentication'
  const token = (element: Uint8Array): Uint8Array => authenticationToken(offer, element, { mac: a.keys.mac, crypto })
  const answer = await authenticate(transmit, { step, data: encodeDynamic([0x85, token(a.theirs)]), want: 0x86 })
  if (!answer.ok) return answer
  const { value, all, response } = answer.value
  if (!isSameMac(value, token(a.own.element))) {
    return failed(at(step), 'proof-wrong', { says: 'the token of the chip is not made with the keys of this session', response })
  }
  const authorities = [all.get(0x87), all.get(0x88)].flatMap((car) => (car === undefined ? [] : [String.fromCharCode(...car)]))
  if (offer.mapping !== 'CAM') return { ok: true, value: { authorities } }
  const chip = all.get(0x8a)
  const data = chip === undefined ? undefined : openChipData(offer.group, chip, { keys: a.keys, crypto })
  if (data === undefined || a.mappingKey === undefined) {
    return failed(at(step), 'malformed', { says: 'no Chip Authentication Data that can be read', response })
  }
  const named = offer.parameterId === undefined ? {} : { keyId: offer.parameterId }
  return { ok: true, value: { authorities, chipMapping: { group: offer.group, mappingKey: a.mappingKey, data, ...named } } }
}

/** Does this failure mean that the password was wrong, as far as one can know? */
export function isWrongPassword(failure: AccessFailure): boolean {
  if (failure.code === 'proof-wrong') return true
  const proving = failure.step === 'mutual-authentication' || failure.step === 'external-authenticate'
  return proving && failure.code === 'refused' && failure.statusWord?.startsWith('63') === true
}
