import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { type PaceInfo, type SecurityInfos } from '../lds/security-info.ts'
import { paceOid, type Mapping } from '../lds/security-protocol.ts'
import { nodeCrypto } from '../node.ts'
import { gainAccess, type AccessOrder, type AccessPolicy } from './admission.ts'
import { encodeResponse, parseCommand, type Transmit } from './apdu.ts'
import { bacChip } from './bac.ts'
import { type Password, type SessionKeys } from './key.ts'
import { paceChip } from './pace-chip.ts'
import { PACE_PREFERENCE, paceOffers } from './pace-offer.ts'

const crypto = nodeCrypto()
const information = 'L898902C<369080619406236'
const ZONE: Password = { kind: 'mrz', text: information }
const CAN: Password = { kind: 'can', text: '123456' }
const info = (mapping: Mapping): PaceInfo => ({ kind: 'pace', oid: paceOid({ agreement: 'ECDH', mapping, cipher: 'AES-128' }), agreement: 'ECDH', mapping, cipher: 'AES-128', version: 2, parameterId: 12 })
const BOTH: SecurityInfos = { infos: [info('GM'), info('CAM')] }
const NO_PACE: SecurityInfos = { infos: [{ kind: 'terminal-authentication', oid: '0.4.0.127.0.7.2.2.2', version: 1 }, { kind: 'unknown', oid: undefined, raw: unhex('3000') }] }

interface Chip { readonly transmit: Transmit; readonly heard: string[]; readonly keys: () => SessionKeys | undefined }
/** A chip with both protocols, one of them or neither; `pace` and `bac` say which. */
function chipOf(o: { readonly pace?: SecurityInfos; readonly bac?: 'works'; readonly select?: string; readonly passwords?: readonly Password[] }): Chip {
  const pace = o.pace && paceChip({ offers: paceOffers(o.pace, crypto), passwords: o.passwords ?? [ZONE, CAN], crypto, staticKeys: new Map([[12, 77n]]) })
  const bac = o.bac && bacChip({ information, crypto })
  const heard: string[] = []
  let keys: SessionKeys | undefined
  return {
    heard, keys: () => keys,
    transmit: async (bytes) => {
      const command = parseCommand(bytes)!
      heard.push(hex(bytes.subarray(1, 4)))
      if (command.ins === 0xa4) return Promise.resolve(unhex(o.select ?? '9000'))
      const step = pace?.answer(command) ?? bac?.answer(command)
      keys = step?.keys ?? keys
      return Promise.resolve(step === undefined ? unhex('6d00') : encodeResponse(step.response))
    },
  }
}
const enter = async (chip: Chip, more: Partial<AccessOrder> = {}) => gainAccess(chip.transmit, { cardAccess: BOTH, passwords: [ZONE], policy: 'pace-preferred', crypto, ...more })
const SET_AT = '22c1a4'
const GENERAL = '860000'
const SELECT = 'a4040c'
const BAC_STEPS = ['840000', '820000']
const PACE_STEPS = [SET_AT, GENERAL, GENERAL, GENERAL, GENERAL]

describe('access by policy', () => {
  it.each<AccessPolicy>(['pace-required', 'pace-preferred', 'bac-allowed'])('A45 %s: PACE by the preferred offer, and nothing else', async (policy) => {
    const chip = chipOf({ pace: BOTH, bac: 'works' })
    const result = await enter(chip, { policy })
    if (!result.ok || result.value.protocol !== 'PACE') throw new Error(JSON.stringify(result))
    expect(result.value.keys).toEqual(chip.keys())
    expect([result.value.pace.offer.mapping, result.value.failures]).toEqual(['CAM', []])
    expect(chip.heard).toEqual(PACE_STEPS)
  })

  it('A45 the preference and the password are the caller\'s', async () => {
    const chip = chipOf({ pace: BOTH, bac: 'works' })
    const result = await enter(chip, { preference: { ...PACE_PREFERENCE, mappings: ['GM'] }, passwords: [CAN, ZONE] })
    expect(result.ok && result.value.protocol === 'PACE' && [result.value.pace.offer.mapping, result.value.pace.password]).toEqual(['GM', 'can'])
  })

  it('A45 an offer that the chip will not begin is passed over, and named', async () => {
    const chip = chipOf({ pace: { infos: [info('GM')] } })
    const result = await enter(chip)
    if (!result.ok || result.value.protocol !== 'PACE') throw new Error(JSON.stringify(result))
    expect(result.value.pace.offer.mapping).toBe('GM')
    expect(result.value.failures).toMatchObject([{ protocol: 'PACE', step: 'set-at', code: 'refused', statusWord: '6a80' }])
    expect(chip.heard).toEqual([SET_AT, SET_AT, ...PACE_STEPS])
  })

  it('A45 the offers are tried to the last one, among entries of other protocols and odd ones', async () => {
    const chip = chipOf({ pace: { infos: [info('IM')] }, bac: 'works' })
    const cardAccess: SecurityInfos = { infos: [...NO_PACE.infos, { kind: 'unknown', oid: undefined, raw: unhex('3000') }, info('GM'), info('CAM'), info('IM')] }
    const result = await enter(chip, { cardAccess })
    if (!result.ok || result.value.protocol !== 'PACE') throw new Error(JSON.stringify(result))
    expect([result.value.pace.offer.mapping, result.value.failures.length]).toEqual(['IM', 2])
    const none = await enter(chipOf({ bac: 'works' }), { cardAccess })
    expect(none.ok || none.failures.map((f) => f.step)).toEqual(['set-at', 'set-at', 'set-at'])
  })

  it('A45 a wrong password is not tried with the next offer', async () => {
    const chip = chipOf({ pace: BOTH, bac: 'works' })
    const result = await enter(chip, { passwords: [{ kind: 'can', text: '654321' }] })
    expect(result).toMatchObject({ ok: false, failures: [{ protocol: 'PACE', step: 'mutual-authentication', statusWord: '6300' }] })
    expect(result.ok || result.failures).toHaveLength(1)
    expect(chip.heard).toEqual(PACE_STEPS)
  })

  it.each<readonly [AccessPolicy, SecurityInfos | undefined]>([['pace-preferred', undefined], ['pace-preferred', NO_PACE], ['bac-allowed', undefined]])('A46 %s: a chip that offers no PACE is opened by BAC after selecting its application', async (policy, cardAccess) => {
    const chip = chipOf({ bac: 'works' })
    const result = await enter(chip, { policy, cardAccess, passwords: [CAN, ZONE] })
    expect(result).toEqual({ ok: true, value: { protocol: 'BAC', keys: chip.keys(), failures: [], because: 'no-pace' } })
    expect(chip.heard).toEqual([SELECT, ...BAC_STEPS])
  })

  it.each([undefined, NO_PACE])('A46 pace-required: a chip that offers no PACE is not opened', async (cardAccess) => {
    const chip = chipOf({ bac: 'works' })
    const result = await enter(chip, { policy: 'pace-required', cardAccess })
    expect(result).toEqual({ ok: false, failures: [{ protocol: 'PACE', step: 'choose', code: 'not-offered', says: 'EF.CardAccess offers no PACE that this policy takes', clause: 'Doc 9303-11 §4.4' }] })
    expect(chip.heard).toEqual([])
  })

  it.each<AccessPolicy>(['pace-required', 'pace-preferred'])('A47 %s: a PACE that fails is the end', async (policy) => {
    const chip = chipOf({ bac: 'works' })
    const result = await enter(chip, { policy })
    expect(result).toMatchObject({ ok: false, failures: [{ protocol: 'PACE', step: 'set-at', statusWord: '6d00' }, { protocol: 'PACE', step: 'set-at', statusWord: '6d00' }] })
    expect(result.ok || result.failures).toHaveLength(2)
    expect(new Set(chip.heard)).toEqual(new Set([SET_AT]))
  })

  it('A47 bac-allowed: BAC after a PACE that failed is a downgrade and says so', async () => {
    const chip = chipOf({ bac: 'works' })
    const result = await enter(chip, { policy: 'bac-allowed' })
    if (!result.ok || result.value.protocol !== 'BAC') throw new Error(JSON.stringify(result))
    expect([result.value.because, result.value.keys]).toEqual(['downgraded', chip.keys()])
    expect(result.value.failures.map((f) => [f.step, f.statusWord])).toEqual([['set-at', '6d00'], ['set-at', '6d00']])
  })

  it.each<readonly [string, SecurityInfos | 'unreadable']>([
    ['stands in a file that is broken', 'unreadable'],
    ['cannot be read', { infos: [{ kind: 'unknown', oid: '0.4.0.127.0.7.2.2.4.2.9', raw: unhex('3000') }] }],
    ['has a group that nobody knows', { infos: [{ ...info('GM'), parameterId: 77 }] }],
    ['has another version', { infos: [{ ...info('GM'), version: 1 }] }],
  ])('A47 an offer of PACE that %s does not lead to BAC unless allowed', async (_, cardAccess) => {
    const chip = chipOf({ bac: 'works' })
    expect(await enter(chip, { cardAccess })).toMatchObject({ ok: false, failures: [{ step: 'choose', code: 'not-offered' }] })
    expect(chip.heard).toEqual([])
    expect(await enter(chip, { cardAccess, policy: 'bac-allowed' })).toMatchObject({ ok: true, value: { protocol: 'BAC', because: 'downgraded', failures: [{ code: 'not-offered' }] } })
  })

  it('A48 what is refused names every attempt, the last one last', async () => {
    expect(await enter(chipOf({}), { policy: 'bac-allowed' })).toMatchObject({ ok: false, failures: [{ step: 'set-at' }, { step: 'set-at' }, { protocol: 'BAC', step: 'get-challenge', statusWord: '6d00' }] })
    expect(await enter(chipOf({}), { cardAccess: undefined })).toEqual({ ok: false, failures: [{ protocol: 'BAC', step: 'get-challenge', code: 'refused', statusWord: '6d00', says: 'instruction not supported', clause: 'Doc 9303-11 §4.3' }] })
    expect(await enter(chipOf({ bac: 'works', select: '6a82' }), { cardAccess: undefined })).toMatchObject({ ok: false, failures: [{ protocol: 'BAC', step: 'select-application', code: 'refused', statusWord: '6a82' }] })
    expect(await enter(chipOf({ bac: 'works', select: '' }), { cardAccess: undefined })).toMatchObject({ ok: false, failures: [{ protocol: 'BAC', step: 'select-application', code: 'no-answer' }] })
  })

  it('A48 a protocol without its password is not begun', async () => {
    const chip = chipOf({ pace: BOTH, bac: 'works' })
    expect(await enter(chip, { passwords: [] })).toEqual({ ok: false, failures: [{ protocol: 'PACE', step: 'choose', code: 'no-password', says: 'no password for PACE', clause: 'Doc 9303-11 §4.4' }] })
    expect(await enter(chip, { passwords: [CAN], cardAccess: undefined })).toEqual({ ok: false, failures: [{ protocol: 'BAC', step: 'select-application', code: 'no-password', says: 'BAC opens with the zone only', clause: 'Doc 9303-11 §4.3' }] })
    expect(chip.heard).toEqual([])
  })

  it('A48 how PACE is done is the caller\'s too', async () => {
    const chip = chipOf({ pace: BOTH })
    const random = (n: number): Uint8Array => new Uint8Array(n).fill(1)
    const told = { chance: { random, scalar: () => 5n }, parameterReference: 'only-if-several' } as const
    const [a, b] = [await enter(chip, { pace: told }), await enter(chip, { pace: told })]
    expect(a.ok && b.ok).toBe(true)
  })
})
