import { hex, isSame } from '../asn1/value.ts'
import { oid as encodeOid } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { numberOf } from '../number.ts'
import { OK, type Command, type Response } from './apdu.ts'
import { type ChipStep } from './failure.ts'
import { type Group } from './group.ts'
import { PASSWORD_REFERENCES, passwordKey, sessionKeys, type Password, type SessionKeys } from './key.ts'
import { isSameMac } from './mac.ts'
import {
  authenticationToken, cipherNonce, decodeDynamic, decodeObjects, encodeDynamic, freshChance, keyPair, publicValue, sealChipData, secretOf,
  type DynamicObject, type KeyPair, type PaceChance,
} from './pace-key.ts'
import { mapGeneric, mapIntegrated, nonceLengths } from './pace-mapping.ts'
import { type PaceOffer } from './pace-offer.ts'

/** What a chip needs for PACE. */
export interface PaceChipOrder {
  readonly offers: readonly PaceOffer[]
  readonly passwords: readonly Password[]
  readonly crypto: Crypto
  readonly chance?: PaceChance
  /** Static keys for Chip Authentication Mapping by the number of their parameters. */
  readonly staticKeys?: ReadonlyMap<number, bigint>
  /** How MSE:Set AT takes the number of the group (tag 84): chips differ. With several groups it is needed. */
  readonly parameterReference?: 'optional' | 'required' | 'refused'
  /** Trust points that are named to a terminal that asks (7F4C), the newest first, at most two. */
  readonly authorities?: readonly string[]
  /** The status word for a wrong token: 6300 by default, 63Cx where tries are counted. */
  readonly refusal?: (password: Password['kind']) => number
}

/** The chip's side of PACE. A command that is no part of it gets undefined and ends a run that was begun. */
export interface PaceChip { readonly answer: (command: Command) => ChipStep | undefined }

interface Chosen { readonly offer: PaceOffer; readonly password: Password; readonly asked: 'authorities' | 'nothing' }
interface Mapped { readonly group: Group; readonly mapping?: KeyPair }
interface Agreed { readonly own: KeyPair; readonly theirs: Uint8Array; readonly keys: SessionKeys }
/** How far a run has come. */
type Run =
  | { readonly at: 'idle' }
  | { readonly at: 'chosen'; readonly chosen: Chosen }
  | { readonly at: 'nonce-sent'; readonly chosen: Chosen; readonly nonce: Uint8Array }
  | { readonly at: 'mapped'; readonly chosen: Chosen; readonly mapped: Mapped }
  | { readonly at: 'agreed'; readonly chosen: Chosen; readonly mapped: Mapped; readonly agreed: Agreed }

/** The next state with the answer; a step that fails ends the run. */
type Move = { readonly run: Run; readonly step: ChipStep }
const NONE = new Uint8Array()
/** The object that the terminal sends next. @source Doc 9303-11 Table 4 */
const EXPECTED: Readonly<Partial<Record<Run['at'], number>>> = { 'nonce-sent': 0x81, mapped: 0x83, agreed: 0x85 }
const word = (sw: number): ChipStep => ({ response: { data: NONE, sw } })
const ended = (sw: number): Move => ({ run: { at: 'idle' }, step: word(sw) })
const said = (...objects: readonly DynamicObject[]): Response => ({ data: encodeDynamic(...objects), sw: OK })
const move = (run: Run, ...objects: readonly DynamicObject[]): Move => ({ run, step: { response: said(...objects) } })

/** The static key that a chip needs for an offer with Chip Authentication Mapping. */
function staticKeyOf(order: PaceChipOrder, { parameterId }: PaceOffer): bigint | undefined {
  return parameterId === undefined ? undefined : order.staticKeys?.get(parameterId)
}

/** MSE:Set AT: 6A80 for what is not supported, 6A88 for a password or group that is not there. @source Doc 9303-11 §4.4.4.1 */
function choose(data: Uint8Array, order: PaceChipOrder): Chosen | number {
  const objects = decodeObjects(data, { mode: 'ber' })
  const [mechanism, reference, parameter] = [0x80, 0x83, 0x84].map((tag) => objects?.get(tag))
  if (objects === undefined || mechanism === undefined || reference?.length !== 1) return 0x6a80
  const offers = order.offers
    .filter((o) => hex(encodeOid(o.oid).subarray(2)) === hex(mechanism))
    .filter((o) => o.mapping !== 'CAM' || staticKeyOf(order, o) !== undefined)
  if (offers.length === 0 || order.parameterReference === (parameter === undefined ? 'required' : 'refused')) return 0x6a80
  const isMeant = (id: number | undefined): boolean => parameter === undefined || (id !== undefined && BigInt(id) === numberOf(parameter))
  const meant = offers.filter((o) => isMeant(o.parameterId))
  const password = order.passwords.find((p) => PASSWORD_REFERENCES[p.kind] === reference[0])
  if (meant[0] === undefined || password === undefined) return 0x6a88
  return { offer: meant[0], password, asked: objects.has(0x7f4c) ? 'authorities' : 'nothing' }
}

/**
 * The chip's side of PACE. An offer with Chip Authentication Mapping whose static key is not there is none.
 *
 * @source Doc 9303-11 §4.4
 */
export function paceChip(order: PaceChipOrder): PaceChip {
  const { crypto } = order
  const chance = order.chance ?? freshChance(crypto)
  let run: Run = { at: 'idle' }

  const sendNonce = (chosen: Chosen): Move => {
    const { cipher, mapping } = chosen.offer
    const nonce = chance.random(mapping === 'IM' ? nonceLengths(cipher).chip : 16)
    const z = cipherNonce('encrypt', nonce, { cipher, key: passwordKey(chosen.password, { cipher, crypto }), crypto })
    return move({ at: 'nonce-sent', chosen, nonce }, [0x80, z])
  }

  const map = (chosen: Chosen, nonce: Uint8Array, data: Uint8Array): Move => {
    const { group, cipher, mapping } = chosen.offer
    if (mapping === 'IM') {
      if (data.length !== nonceLengths(cipher).terminal) return ended(0x6a80)
      const generator = mapIntegrated(group, { s: nonce, t: data, cipher, crypto })
      if (generator === undefined) return ended(0x6a80)
      return move({ at: 'mapped', chosen, mapped: { group: group.withGenerator(generator) } }, [0x82, NONE])
    }
    const theirs = group.parse(data)
    if (theirs === undefined) return ended(0x6a80)
    const own = keyPair(group, chance)
    const generator = mapGeneric(group, nonce, group.multiply(theirs, own.secret))
    if (generator === undefined) return ended(0x6a80)
    const mapped: Mapped = { group: group.withGenerator(generator), mapping: own }
    return move({ at: 'mapped', chosen, mapped }, [0x82, publicValue(group, own.element)])
  }

  const agree = (chosen: Chosen, mapped: Mapped, data: Uint8Array): Move => {
    const { group } = mapped
    const theirs = group.parse(data)
    if (theirs === undefined) return ended(0x6a80)
    const own = keyPair(group, chance)
    if (isSame(own.element, theirs)) return ended(0x6a80)
    const keys = sessionKeys(secretOf(group, group.multiply(theirs, own.secret)), { cipher: chosen.offer.cipher, crypto })
    return move({ at: 'agreed', chosen, mapped, agreed: { own, theirs, keys } }, [0x84, publicValue(group, own.element)])
  }

  const prove = (r: Extract<Run, { readonly at: 'agreed' }>, token: Uint8Array): Move => {
    const { offer, password, asked } = r.chosen
    const { own, theirs, keys } = r.agreed
    const tokenOver = (element: Uint8Array): Uint8Array => authenticationToken(offer, element, { mac: keys.mac, crypto })
    if (!isSameMac(token, tokenOver(own.element))) return ended(order.refusal?.(password.kind) ?? 0x6300)
    const staticKey = staticKeyOf(order, offer)
    const chipData = offer.mapping === 'CAM' && staticKey !== undefined && r.mapped.mapping !== undefined
      ? [[0x8a, sealChipData(offer.group, { staticKey, mappingKey: r.mapped.mapping.secret, keys, crypto })] as const] : []
    const names = asked === 'authorities' ? (order.authorities ?? []).slice(0, 2) : []
    const cars = names.map((car, i) => [0x87 + i, Uint8Array.from(car, (c) => c.charCodeAt(0))] as const)
    return { run: { at: 'idle' }, step: { response: said([0x86, tokenOver(theirs)], ...cars, ...chipData), keys, chipKey: { group: r.mapped.group, element: own.element } } }
  }

  /** The object of a step, and no other. */
  const only = (data: Uint8Array, tag: number | undefined): Uint8Array | undefined => {
    const objects = decodeDynamic(data)
    if (objects === undefined || objects.size !== (tag === undefined ? 0 : 1)) return undefined
    return tag === undefined ? NONE : objects.get(tag)?.slice() // the caller may use its buffer again
  }

  const authenticate = (c: Command): Move => {
    if (run.at === 'idle') return ended(0x6985)
    if (c.cla !== (run.at === 'agreed' ? 0x00 : 0x10)) return ended(0x6883)
    const data = only(c.data, EXPECTED[run.at])
    if (data === undefined) return ended(0x6a80)
    switch (run.at) {
      case 'chosen': return sendNonce(run.chosen)
      case 'nonce-sent': return map(run.chosen, run.nonce, data)
      case 'mapped': return agree(run.chosen, run.mapped, data)
      case 'agreed': return prove(run, data)
    }
  }

  return {
    answer: (c) => {
      let next: Move | undefined
      if (c.ins === 0x86 && c.p1 === 0 && c.p2 === 0 && (c.cla & ~0x10) === 0) next = authenticate(c)
      else if (c.ins === 0x22 && c.p1 === 0xc1 && c.p2 === 0xa4 && c.cla === 0) {
        const chosen = choose(c.data, order)
        next = typeof chosen === 'number' ? ended(chosen) : { run: { at: 'chosen', chosen }, step: word(OK) }
      }
      run = next?.run ?? { at: 'idle' }
      return next?.step
    },
  }
}
