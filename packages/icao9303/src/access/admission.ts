import { unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { APPLICATION_ID } from '../lds/file.ts'
import { type SecurityInfos } from '../lds/security-info.ts'
import { arcsAfter, OID_PACE } from '../lds/security-protocol.ts'
import { OK, send, type Transmit } from './apdu.ts'
import { performBac } from './bac.ts'
import { failed, refusedBy, type AccessFailure, type AccessResult } from './failure.ts'
import { type Password, type SessionKeys } from './key.ts'
import { performPace, type PaceOrder, type PaceSession } from './pace.ts'
import { paceOffers, rankOffers, type PacePreference } from './pace-offer.ts'

/**
 * How access may be gained.
 * `pace-required`: PACE or nothing.
 * `pace-preferred`: PACE where EF.CardAccess offers it, BAC only where it offers none. A PACE that fails is the end: who can disturb
 * it must not be able to bring about BAC.
 * `bac-allowed`: BAC also after a PACE that failed. The result says so; treat it as a downgrade.
 */
export type AccessPolicy = 'pace-required' | 'pace-preferred' | 'bac-allowed'

export interface AccessOrder {
  /**
   * EF.CardAccess as read; undefined when the chip has none, which is not the same as one that cannot be read.
   * It is not signed: compare it with DG14 or EF.CardSecurity later.
   */
  readonly cardAccess: SecurityInfos | 'unreadable' | undefined
  /** The first is the password of PACE. BAC takes the one of the zone. */
  readonly passwords: readonly Password[]
  readonly policy: AccessPolicy
  readonly crypto: Crypto
  readonly preference?: PacePreference
  readonly pace?: Pick<PaceOrder, 'authorization' | 'chance' | 'parameterReference'>
}

/** How access was gained, and what was tried before. */
export type Admission =
  | { readonly protocol: 'PACE'; readonly keys: SessionKeys; readonly pace: PaceSession; readonly failures: readonly AccessFailure[] }
  | {
    readonly protocol: 'BAC'; readonly keys: SessionKeys; readonly failures: readonly AccessFailure[]
    /** `downgraded`: the chip offers PACE, but it failed and the policy allowed BAC. */
    readonly because: 'no-pace' | 'downgraded'
  }

/** Access refused, with every attempt; the last is the one that decided. */
export interface AccessRefusal { readonly ok: false; readonly failures: readonly [AccessFailure, ...AccessFailure[]] }
export type AdmissionResult = { readonly ok: true; readonly value: Admission } | AccessRefusal

const CHOOSING = { protocol: 'PACE', step: 'choose' } as const

/** The offers one after the other: the next one only when the chip refuses to begin, before the password is at work. */
async function tryPace(
  transmit: Transmit, order: AccessOrder,
): Promise<AccessResult<PaceSession> & { readonly before: readonly AccessFailure[] }> {
  const [password] = order.passwords
  if (password === undefined) return { ...failed(CHOOSING, 'no-password', { says: 'no password for PACE' }), before: [] }
  const offers = rankOffers(typeof order.cardAccess === 'object' ? paceOffers(order.cardAccess, order.crypto) : [], order.preference)
  const before: AccessFailure[] = []
  for (const offer of offers) {
    const result = await performPace(transmit, { ...order.pace, offer, password, crypto: order.crypto })
    if (result.ok || result.error.step !== 'set-at' || offer === offers.at(-1)) return { ...result, before }
    before.push(result.error)
  }
  return { ...failed(CHOOSING, 'not-offered', { says: 'EF.CardAccess offers no PACE that this policy takes' }), before }
}

async function tryBac(transmit: Transmit, order: AccessOrder): Promise<AccessResult<SessionKeys>> {
  const zone = order.passwords.find((p) => p.kind === 'mrz')
  const place = { protocol: 'BAC', step: 'select-application' } as const
  if (zone === undefined) return failed(place, 'no-password', { says: 'BAC opens with the zone only' })
  const selected = await send(transmit, { cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: unhex(APPLICATION_ID) })
  if (selected?.sw !== OK) return refusedBy(place, selected)
  return performBac(transmit, { information: zone.text, crypto: order.crypto })
}

/**
 * Gains access to a chip by the policy: PACE in the master file, or BAC after selecting the application.
 * Nothing falls back in silence: what failed before stands in the result.
 *
 * @source Doc 9303-11 §4.2
 */
export async function gainAccess(transmit: Transmit, order: AccessOrder): Promise<AdmissionResult> {
  const { cardAccess } = order
  // an entry of PACE that we cannot read is an offer too, and so is such a file: spoiling it must not lead to BAC
  const isPace = (oid: string | undefined): boolean => oid !== undefined && arcsAfter(oid, OID_PACE) !== undefined
  const offersPace = cardAccess === 'unreadable' || cardAccess?.infos.some(({ oid }) => isPace(oid)) === true
  const pace = offersPace || order.policy === 'pace-required' ? await tryPace(transmit, order) : undefined
  if (pace?.ok === true) return { ok: true, value: { protocol: 'PACE', keys: pace.value.keys, pace: pace.value, failures: pace.before } }
  const failures = pace === undefined ? [] : [...pace.before, pace.error]
  if (failures[0] !== undefined && order.policy !== 'bac-allowed') return { ok: false, failures: [failures[0], ...failures.slice(1)] }
  const bac = await tryBac(transmit, order)
  if (!bac.ok) {
    const [first = bac.error, ...rest] = [...failures, bac.error]
    return { ok: false, failures: [first, ...rest] }
  }
  return { ok: true, value: { protocol: 'BAC', keys: bac.value, failures, because: offersPace ? 'downgraded' : 'no-pace' } }
}
