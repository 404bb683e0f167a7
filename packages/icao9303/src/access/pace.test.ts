import { createECDH } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { type KeyAgreement, type Mapping, paceOid } from '../lds/security-protocol.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf } from '../number.ts'
import { encodeResponse, parseCommand, type Command, type Transmit } from './apdu.ts'
import { type AccessFailure } from './failure.ts'
import { standardGroup } from './group.ts'
import { CIPHER_SUITES, type Password, type SessionCipher, type SessionKeys } from './key.ts'
import { isWrongPassword, performPace, type PaceOrder } from './pace.ts'
import { paceChip, type PaceChip, type PaceChipOrder } from './pace-chip.ts'
import { decodeDynamic, encodeDynamic, isChipMapping, keyPair, openChipData, publicValue, sealChipData } from './pace-key.ts'
import { type PaceOffer } from './pace-offer.ts'
import { chipChannel, terminalChannel } from './secure-messaging.ts'
import { webCrypto } from '../web.ts'

const crypto = nodeCrypto()
const IDS = [0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
const CIPHERS = Object.keys(CIPHER_SUITES) as readonly SessionCipher[]
const PASSWORDS: readonly Password[] = [{ kind: 'mrz', text: 'T22000129364081251010318' }, { kind: 'can', text: '123456' }, { kind: 'pin', text: '4711' }, { kind: 'puk', text: '0123456789' }]
const STATIC = 0x1234567890abcdefn

function offerOf(id: number, mapping: Mapping, cipher: SessionCipher): PaceOffer {
  const group = standardGroup(id, crypto)!
  const agreement: KeyAgreement = group.kind === 'ec' ? 'ECDH' : 'DH'
  return { oid: paceOid({ agreement, mapping, cipher }), agreement, mapping, cipher, group, parameterId: id, groups: 'one' }
}
const chipOf = (offer: PaceOffer, more: Partial<PaceChipOrder> = {}): PaceChip => paceChip({ offers: [offer], passwords: PASSWORDS, crypto, staticKeys: new Map([[offer.parameterId!, STATIC]]), ...more })

type Change = (bytes: Uint8Array, message: number) => Uint8Array
interface Line { readonly transmit: Transmit; readonly keys: () => SessionKeys | undefined; readonly sent: string[]; readonly got: string[] }
/** What passes between the two may be changed: commands have even numbers, answers odd ones. */
function between(chip: PaceChip, change: Change = (b) => b): Line {
  let [n, keys]: [number, SessionKeys | undefined] = [0, undefined]
  const [sent, got]: [string[], string[]] = [[], []]
  return {
    sent, got, keys: () => keys,
    transmit: async (bytes) => {
      sent.push(hex(bytes))
      const command = parseCommand(change(bytes, n++))
      const step = command && chip.answer(command)
      keys = step?.keys ?? keys
      const answer = change(step === undefined ? unhex('6d00') : encodeResponse(step.response), n++)
      got.push(hex(answer))
      return Promise.resolve(answer)
    },
  }
}
const pace = async (line: Line, offer: PaceOffer, more: Partial<PaceOrder> = {}) => performPace(line.transmit, { offer, password: PASSWORDS[0]!, crypto, ...more })

const COMBINATIONS = IDS.flatMap((id) => (['GM', 'IM', 'CAM'] as const).flatMap((mapping) => CIPHERS.map((cipher) => ({ id, mapping, cipher }))))
  .filter(({ id, mapping, cipher }) => !(mapping === 'CAM' && (id < 8 || cipher === '3DES')) && !(mapping === 'IM' && id === 10))

describe('PACE', () => {
  it('A28 there are 141 combinations of mapping, group and cipher', () => {
    // 14 groups by 4 ciphers, the same for IM without P-224, 11 curves by 3 ciphers
    expect(COMBINATIONS).toHaveLength(14 * 4 + 13 * 4 + 11 * 3)
  })

  it.each(COMBINATIONS.map((c, i) => [c.id, c.mapping, c.cipher, PASSWORDS[i % 4]!] as const))('A28 group %i, %s, %s ends in the same keys and a working session', async (id, mapping, cipher, password) => {
    const offer = offerOf(id, mapping, cipher)
    const line = between(chipOf(offer))
    const result = await pace(line, offer, { password })
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    const { keys, chipKey, chipMapping } = result.value
    expect(keys).toEqual(line.keys())
    expect([keys.cipher, keys.counter, result.value.password]).toEqual([cipher, 0n, password.kind])
    expect(offer.group.isElement(chipKey)).toBe(true)
    expect(hex(chipKey)).toContain(line.got[3]!.slice(-20, -4))
    const [terminal, chip] = [terminalChannel(keys, crypto), chipChannel(line.keys()!, crypto)]
    const opened = chip.open(parseCommand(terminal.protect({ cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data: unhex('a0000002471001') }))!)
    expect(opened.ok && hex(opened.command.data)).toBe('a0000002471001')
    expect(terminal.open(chip.protect({ data: unhex('0102'), sw: 0x9000 })).outcome).toBe('protected')
    if (mapping !== 'CAM') return expect(chipMapping).toBeUndefined()
    const publicKey = offer.group.multiply(offer.group.generator, STATIC)
    expect([isChipMapping(chipMapping!, publicKey), chipMapping!.keyId]).toEqual([true, id])
    expect(isChipMapping(chipMapping!, offer.group.multiply(offer.group.generator, STATIC + 1n))).toBe(false)
  })

  it('A28 a reader may use one buffer for all that it carries', async () => {
    const offer = offerOf(12, 'CAM', 'AES-128')
    const chip = chipOf(offer)
    const buffer = new Uint8Array(600)
    let keys: SessionKeys | undefined
    const result = await performPace(async (bytes) => {
      buffer.set(bytes)
      const step = chip.answer(parseCommand(buffer.subarray(0, bytes.length))!)!
      keys = step.keys
      const answer = encodeResponse(step.response)
      buffer.fill(0xff)
      buffer.set(answer)
      return Promise.resolve(buffer.subarray(0, answer.length))
    }, { offer, password: PASSWORDS[0]!, crypto })
    expect(result.ok && result.value.keys).toEqual(keys)
    buffer.fill(0)
    expect(result.ok && offer.group.isElement(result.value.chipKey)).toBe(true)
  })

  it('A28 what does not fit into a short command goes in the extended form', async () => {
    const short = between(chipOf(offerOf(18, 'GM', 'AES-128')))
    const extended = between(chipOf(offerOf(1, 'GM', 'AES-128')))
    expect((await pace(short, offerOf(18, 'GM', 'AES-128'))).ok && (await pace(extended, offerOf(1, 'GM', 'AES-128'))).ok).toBe(true)
    expect(short.sent.map((s) => [s.slice(0, 2), parseCommand(unhex(s))!.form, parseCommand(unhex(s))!.le])).toEqual([
      ['00', 'short', undefined], ['10', 'short', 256], ['10', 'short', 256], ['10', 'short', 256], ['00', 'short', 256],
    ])
    expect(extended.sent.map((s) => [parseCommand(unhex(s))!.form, parseCommand(unhex(s))!.le])).toEqual([
      ['short', undefined], ['short', 256], ['extended', 65_536], ['extended', 65_536], ['short', 256],
    ])
  })

  it('A28 keys and nonces are fresh each time', async () => {
    const offer = offerOf(12, 'GM', 'AES-128')
    const chip = chipOf(offer)
    const seen = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const line = between(chip)
      expect((await pace(line, offer)).ok).toBe(true)
      for (const text of [...line.sent.slice(2), ...line.got.slice(1)]) seen.add(text)
    }
    expect(seen.size).toBe(21)
  })

  type Combination = readonly [number, Mapping, SessionCipher]
  it.each<Combination>([[12, 'GM', 'AES-128'], [12, 'IM', '3DES'], [0, 'GM', 'AES-192'], [0, 'IM', 'AES-256'], [13, 'CAM', 'AES-256'], [9, 'GM', '3DES']])('A29 group %i, %s, %s: a wrong password never opens, and the chip says 6300', async (...c) => {
    const offer = offerOf(...c)
    for (const [i, password] of PASSWORDS.entries()) {
      const line = between(chipOf(offer))
      const result = await pace(line, offer, { password: { ...password, text: `${password.text.slice(0, -1)}${i === 3 ? '8' : '9'}` } })
      expect(result).toEqual({ ok: false, error: { protocol: 'PACE', step: 'mutual-authentication', code: 'refused', statusWord: '6300', says: 'authentication failed', clause: 'Doc 9303-11 §4.4' } })
      expect(line.keys()).toBeUndefined()
      expect(isWrongPassword((result as { readonly error: AccessFailure }).error)).toBe(true)
    }
  })

  it('A29 a chip that counts tells the tries that are left; a password of another kind is not the same', async () => {
    const offer = offerOf(12, 'GM', 'AES-128')
    const line = between(chipOf(offer, { refusal: (kind) => (kind === 'pin' ? 0x63c2 : 0x6300) }))
    expect(await pace(line, offer, { password: { kind: 'pin', text: '0000' } })).toMatchObject({ ok: false, error: { step: 'mutual-authentication', code: 'refused', statusWord: '63c2', triesLeft: 2 } })
    expect(await pace(line, offer, { password: { kind: 'can', text: PASSWORDS[0]!.text } })).toMatchObject({ ok: false, error: { statusWord: '6300' } })
  })

  it.each<Combination>([[12, 'GM', 'AES-128'], [12, 'IM', '3DES'], [13, 'CAM', 'AES-192']])('A30 group %i, %s, %s: no byte changed on the way gives the terminal a session', async (...c) => {
    // of several groups, so that a refused MSE:Set AT is not said again in another way
    const offer: PaceOffer = { ...offerOf(...c), groups: 'several' }
    const chipFor = (o: PaceOffer): PaceChip => chipOf(o, { parameterReference: 'required' })
    const good = between(chipFor(offer))
    expect((await pace(good, offer)).ok).toBe(true)
    const lengths = good.sent.flatMap((s, i) => [s.length / 2, good.got[i]!.length / 2])
    for (const [message, length] of lengths.entries()) {
      // every byte of what frames a message, some of what it carries
      for (let i = 0; i < length; i += message < 4 || i < 8 || i > length - 4 ? 1 : 11) {
        // not the last bit: in a nonce that becomes a DES key it is parity, and means nothing
        const line = between(chipFor(offer), (b, n) => (n === message ? b.map((x, at) => (at === i ? x ^ 0x02 : x)) : b))
        const result = await pace(line, offer)
        // the expected length that a terminal adds carries no meaning
        const idle = message >= 2 && message % 2 === 0 && i === length - 1
        // a bit of the encrypted scalar of the chip changes the evidence, which is checked against the chip's key
        const chipData = c[1] === 'CAM' && message === 9 && i > 13 && i < length - 2
        const where = `message ${message}, byte ${i}`
        if (idle) expect(result.ok, where).toBe(true)
        else if (chipData && result.ok) expect(isChipMapping(result.value.chipMapping!, offer.group.multiply(offer.group.generator, STATIC)), where).toBe(false)
        else expect(result.ok, where).toBe(false)
      }
    }
  })
})

describe('the choice of the group', () => {
  const one = offerOf(12, 'GM', 'AES-128')
  const several: PaceOffer = { ...one, groups: 'several' }
  const noNumber: PaceOffer = { oid: one.oid, agreement: one.agreement, mapping: one.mapping, cipher: one.cipher, group: one.group, groups: 'one' }
  const WITH = '0022c1a412800a04007f00070202040202830101 84010c'.replaceAll(' ', '')
  const WITHOUT = '0022c1a40f800a04007f00070202040202830101'

  it.each<readonly [string, PaceOffer, PaceOrder['parameterReference'], PaceChipOrder['parameterReference'], readonly string[], 'opens' | 'refused']>([
    ['by default it is named', one, undefined, 'optional', [WITH], 'opens'],
    ['a chip that needs it gets it', one, undefined, 'required', [WITH], 'opens'],
    ['a chip that refuses it is asked again without', one, undefined, 'refused', [WITH, WITHOUT], 'opens'],
    ['by wish it is left out first', one, 'only-if-several', 'optional', [WITHOUT], 'opens'],
    ['by wish, but the chip needs it', one, 'only-if-several', 'required', [WITHOUT, WITH], 'opens'],
    ['of several groups it is always named', several, 'only-if-several', 'optional', [WITH], 'opens'],
    ['of several groups it is never left out', several, undefined, 'refused', [WITH], 'refused'],
    ['a group without number has nothing to name', noNumber, undefined, 'optional', [WITHOUT], 'opens'],
    ['a group without number, and the chip needs one', noNumber, undefined, 'required', [WITHOUT], 'refused'],
  ])('A31 %s', async (_, offer, ours, chips, commands, end) => {
    const line = between(chipOf(one, { parameterReference: chips! }))
    const result = await pace(line, offer, ours === undefined ? {} : { parameterReference: ours })
    expect(line.sent.filter((s) => s.startsWith('0022'))).toEqual(commands)
    if (end === 'opens') expect(result.ok).toBe(true)
    else expect(result).toMatchObject({ ok: false, error: { step: 'set-at', code: 'refused', statusWord: '6a80', says: 'incorrect data' } })
  })

  it('A31 numbers of explicit groups are as long as they must be', async () => {
    for (const [id, text] of [[0xff, '8401ff'], [0x100, '84020100'], [0x10000, '8403010000']] as const) {
      const sent: string[] = []
      await performPace(async (b) => { sent.push(hex(b)); return Promise.resolve(unhex('6a80')) }, { offer: { ...several, parameterId: id }, password: PASSWORDS[0]!, crypto })
      expect(sent).toHaveLength(1)
      expect(sent[0]!.endsWith(text)).toBe(true)
    }
  })

  it('A31 a password that has been tried goes on with a warning; one that is blocked does not, and is not tried again', async () => {
    const chip = chipOf(one)
    const said = async (sw: string) => {
      const line = between(chip)
      let asked = 0
      return { result: await performPace(async (b) => { const a = await line.transmit(b); if (b[1] !== 0x22) return a; asked += 1; return unhex(sw) }, { offer: one, password: PASSWORDS[2]!, crypto }), asked }
    }
    const warned = await said('63c1')
    expect(warned.result.ok && warned.result.value.triesLeft).toBe(1)
    expect(warned.asked).toBe(1)
    const blocked = await said('63c0')
    expect(blocked).toMatchObject({ asked: 1, result: { ok: false, error: { step: 'set-at', statusWord: '63c0', triesLeft: 0 } } })
    expect(await said('6983')).toMatchObject({ asked: 1, result: { ok: false, error: { step: 'set-at', statusWord: '6983', triesLeft: 0 } } })
    expect(await said('6a88')).toMatchObject({ asked: 2, result: { ok: false, error: { step: 'set-at', statusWord: '6a88', says: 'referenced data not found' } } })
    expect(await said('')).toMatchObject({ asked: 1, result: { ok: false, error: { step: 'set-at', code: 'no-answer' } } })
    const plain = await said('9000')
    expect(plain.result.ok && plain.result.value.triesLeft).toBeUndefined()
  })

  it('A31 trust points are named to who asks for them', async () => {
    const authorization = unhex('7f4c12060904007f0007030102015305fffffffffe')
    const line = between(chipOf(one, { authorities: ['UTCVCA00002', 'UTCVCA00001', 'UTCVCA00000'] }))
    const asked = await pace(line, one, { authorization })
    expect(line.sent[0]).toContain(hex(authorization))
    expect(asked.ok && asked.value.authorities).toEqual(['UTCVCA00002', 'UTCVCA00001'])
    const silent = await pace(line, one)
    expect(silent.ok && silent.value.authorities).toEqual([])
    const none = await pace(between(chipOf(one)), one, { authorization })
    expect(none.ok && none.value.authorities).toEqual([])
  })
})

describe('a chip that does not behave', () => {
  const gm = offerOf(12, 'GM', 'AES-128')
  const im = offerOf(12, 'IM', 'AES-256')
  const { group } = gm
  const answer = (tag: number, value: Uint8Array): Uint8Array => concat(encodeDynamic([tag, value]), unhex('9000'))
  const point = hex(group.multiply(group.generator, 5n))
  const GOOD: readonly Uint8Array[] = [unhex('9000'), answer(0x80, new Uint8Array(16)), answer(0x82, unhex(point)), answer(0x84, unhex(point)), answer(0x86, new Uint8Array(8))]
  const told = async (at: number, bytes: Uint8Array, offer = gm) => {
    const good = offer === gm ? GOOD : [GOOD[0]!, answer(0x80, new Uint8Array(32)), answer(0x82, new Uint8Array()), GOOD[3]!, GOOD[4]!]
    const left = [...good.slice(0, at), bytes]
    const result = await performPace(async () => Promise.resolve(left.shift()!), { offer, password: PASSWORDS[1]!, crypto })
    expect(left).toEqual([])
    return result.ok ? undefined : [result.error.step, result.error.code, result.error.statusWord]
  }
  const STEPS = ['set-at', 'encrypted-nonce', 'map-nonce', 'key-agreement', 'mutual-authentication'] as const

  it.each([1, 2, 3, 4])('A32 step %i: every way to fail is named with step and status word', async (at) => {
    const step = STEPS[at]!
    expect(await told(at, unhex('6a80'))).toEqual([step, 'refused', '6a80'])
    expect(await told(at, unhex('6300'))).toEqual([step, 'refused', '6300'])
    expect(await told(at, unhex('63c2'))).toEqual([step, 'refused', '63c2'])
    expect(await told(at, unhex(''))).toEqual([step, 'no-answer', undefined])
    expect(await told(at, unhex('9000'))).toEqual([step, 'malformed', '9000'])
    expect(await told(at, unhex('7c009000'))).toEqual([step, 'malformed', '9000'])
    expect(await told(at, unhex('7c0380009000'))).toEqual([step, 'malformed', '9000'])
    expect(await told(at, concat(encodeDynamic([0x99, new Uint8Array(16)]), unhex('9000')))).toEqual([step, 'malformed', '9000'])
  })

  it.each([[0, 'malformed'], [8, 'malformed'], [15, 'malformed'], [17, 'malformed'], [24, 'malformed'], [80, 'malformed'], [16, undefined], [32, undefined], [64, undefined]])('A32 a nonce of %i bytes is %s', async (n, code) => {
    // a nonce that is taken leads to the next step, which gets no answer
    const left = [GOOD[0]!, answer(0x80, new Uint8Array(n)), unhex('')]
    const result = await performPace(async () => Promise.resolve(left.shift()!), { offer: gm, password: PASSWORDS[1]!, crypto })
    expect(result).toMatchObject({ ok: false, error: code === undefined ? { step: 'map-nonce', code: 'no-answer' } : { step: 'encrypted-nonce', code } })
  })

  it('A32 the nonce of the Integrated Mapping has the length of its key, in whole blocks', async () => {
    for (const [cipher, right] of [['3DES', 16], ['AES-128', 16], ['AES-192', 32], ['AES-256', 32]] as const) {
      for (const n of [8, 16, 24, 32, 48]) {
        const left = [GOOD[0]!, answer(0x80, new Uint8Array(n)), unhex('')]
        const result = await performPace(async () => Promise.resolve(left.shift()!), { offer: offerOf(12, 'IM', cipher), password: PASSWORDS[1]!, crypto })
        expect(result, `${cipher} ${n}`).toMatchObject({ ok: false, error: { step: n === right ? 'map-nonce' : 'encrypted-nonce' } })
      }
    }
  })

  it.each([2, 3])('A33 step %i: what is no element of the group is never a key', async (at) => {
    const step = STEPS[at]!
    const tag = at === 2 ? 0x82 : 0x84
    const off = unhex(point)
    off[64]! ^= 1
    for (const wrong of [new Uint8Array(), new Uint8Array(1), off, unhex(`02${point.slice(2, 66)}`), unhex(`${point}00`), unhex(point.slice(0, -2)), new Uint8Array(65), unhex(`04${'ff'.repeat(64)}`)]) {
      expect(await told(at, answer(tag, wrong))).toEqual([step, 'element-wrong', '9000'])
    }
  })

  it.each([2, 3])('A33 residues: neither neutral, nor of another order, nor beyond the prime (step %i)', async (at) => {
    const dh = offerOf(0, 'GM', 'AES-128')
    const prime = 0xb10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c013ecb4aea906112324975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0a151af5f0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371n
    const five = dh.group.multiply(dh.group.generator, 5n)
    const good = [GOOD[0]!, GOOD[1]!, answer(0x82, five), answer(0x84, five)]
    for (const wrong of [0n, 1n, 2n, prime - 1n, prime, prime + 4n]) {
      const left = [...good.slice(0, at), answer(at === 2 ? 0x82 : 0x84, bytesOf(wrong, 128))]
      const result = await performPace(async () => Promise.resolve(left.shift()!), { offer: dh, password: PASSWORDS[1]!, crypto })
      expect(result).toMatchObject({ ok: false, error: { step: STEPS[at]!, code: 'element-wrong', statusWord: '9000' } })
    }
  })

  it.each([2, 3])('A33 our own key sent back is not the chip\'s (step %i)', async (at) => {
    const left = GOOD.slice(0, at)
    const result = await performPace(async (b) => Promise.resolve(left.shift() ?? answer(at === 2 ? 0x82 : 0x84, [...decodeDynamic(parseCommand(b)!.data)!.values()][0]!)), { offer: gm, password: PASSWORDS[1]!, crypto })
    expect(result).toMatchObject({ ok: false, error: { step: STEPS[at]!, code: 'element-wrong', says: 'the chip sent our own key back' } })
  })

  it('A32 each reason is said in words', async () => {
    const says = async (at: number, bytes: Uint8Array, offer = gm): Promise<string | undefined> => {
      const left = [GOOD[0]!, answer(0x80, new Uint8Array(offer === gm ? 16 : 32)), ...GOOD.slice(2)].slice(0, at)
      const result = await performPace(async () => Promise.resolve(left.shift() ?? bytes), { offer, password: PASSWORDS[1]!, crypto })
      return result.ok ? undefined : result.error.says
    }
    expect(await says(1, unhex('9000'))).toBe('no template 7C')
    expect(await says(1, unhex('7c009000'))).toBe('the object of this step is missing')
    expect(await says(1, answer(0x80, new Uint8Array(8)))).toBe('a nonce has not 8 bytes')
    expect(await says(2, answer(0x82, new Uint8Array(65)))).toBe('the public key is no element of the group')
    expect(await says(2, answer(0x82, new Uint8Array(1)), im)).toBe('the mapping data of the chip is not empty')
    expect(await says(3, answer(0x84, new Uint8Array(65)))).toBe('the public key is no element of the group')
    expect(await says(4, answer(0x86, new Uint8Array(8)))).toBe('the token of the chip is not made with the keys of this session')
  })

  it('A32 objects are read in any order and with lengths longer than need be; each once', () => {
    expect([...decodeDynamic(unhex('7c81058081020102'))!].map(([t, v]) => [t, hex(v)])).toEqual([[0x80, '0102']])
    expect(decodeDynamic(unhex('7c81048081020102'))).toBeUndefined() // a byte behind the template
    expect(decodeDynamic(unhex('7c0786010187010200'))).toBeUndefined() // half an object in it
    expect([...decodeDynamic(unhex('7c06870102860101'))!.keys()]).toEqual([0x87, 0x86])
    expect(decodeDynamic(unhex('7c06860101860101'))).toBeUndefined()
    expect(hex(encodeDynamic([0x86, unhex('01')], [0x87, unhex('02')]))).toBe('7c06860101870102')
  })

  it('A33 mapping data where there should be none', async () => {
    expect(await told(2, answer(0x82, new Uint8Array(1)), im)).toEqual(['map-nonce', 'malformed', '9000'])
  })

  it('A34 a token of a chip that does not know the password is not believed', async () => {
    expect(await told(4, answer(0x86, new Uint8Array(8)))).toEqual(['mutual-authentication', 'proof-wrong', '9000'])
    expect(await told(4, answer(0x86, new Uint8Array()))).toEqual(['mutual-authentication', 'proof-wrong', '9000'])
    const proof = { protocol: 'PACE', step: 'mutual-authentication', code: 'proof-wrong', says: '', clause: '' } as const
    expect(isWrongPassword(proof)).toBe(true)
    expect(isWrongPassword({ ...proof, code: 'refused', statusWord: '63c1' })).toBe(true)
    expect(isWrongPassword({ ...proof, code: 'refused', statusWord: '6a80' })).toBe(false)
    expect(isWrongPassword({ ...proof, code: 'refused' })).toBe(false)
    expect(isWrongPassword({ ...proof, code: 'malformed', statusWord: '6300' })).toBe(false)
    expect(isWrongPassword({ ...proof, step: 'map-nonce', code: 'refused', statusWord: '6300' })).toBe(false)
    expect(isWrongPassword({ ...proof, protocol: 'BAC', step: 'external-authenticate', code: 'refused', statusWord: '6300' })).toBe(true)
  })

  it.each(['6f00', ''])('A32 the first answer %j is named too', async (text) => {
    const result = await performPace(async () => Promise.resolve(unhex(text)), { offer: gm, password: PASSWORDS[1]!, crypto })
    expect(result).toMatchObject({ ok: false, error: { step: 'set-at', code: text === '' ? 'no-answer' : 'refused' } })
  })
})

describe('the chip', () => {
  const offer = offerOf(12, 'GM', 'AES-128')
  const { group } = offer
  const MSE: Command = { cla: 0, ins: 0x22, p1: 0xc1, p2: 0xa4, data: unhex('800a04007f0007020204020283010184010c') }
  const ga = (data: Uint8Array, o: Partial<Command> = {}): Command => ({ cla: 0x10, ins: 0x86, p1: 0, p2: 0, data, le: 256, ...o })
  const NONCE = ga(encodeDynamic())
  const said = (chip: PaceChip, c: Command): string | undefined => { const s = chip.answer(c); return s && s.response.sw.toString(16) }
  const mapped = (): Command => ga(encodeDynamic([0x81, keyPair(group, { random: crypto.random, scalar: () => 7n }).element]))

  it.each<readonly [string, string, string]>([
    ['what is named', '800a04007f0007020204020283010184010c', '9000'],
    ['the objects in another order', '84010c830101800a04007f00070202040202', '9000'],
    ['an object it does not know', '800a04007f0007020204020283010184010c9f010100', '9000'],
    ['no number of a group', '800a04007f00070202040202830101', '9000'],
    ['the number in two bytes', '800a04007f000702020402028301018402000c', '9000'],
    ['the CAN', '800a04007f0007020204020283010284010c', '9000'],
    ['no protocol', '83010184010c', '6a80'],
    ['no password', '800a04007f0007020204020284010c', '6a80'],
    ['a password of two bytes', '800a04007f000702020402028302010184010c', '6a80'],
    ['a protocol it does not have', '800a04007f0007020204020383010184010c', '6a80'],
    ['a password that nobody has', '800a04007f0007020204020283010584010c', '6a88'],
    ['another group', '800a04007f0007020204020283010184010d', '6a88'],
    ['half an object', '800a04007f', '6a80'],
    ['nothing', '', '6a80'],
  ])('A35 answers to %s', (_, data, sw) => {
    expect(said(chipOf(offer), { ...MSE, data: unhex(data) })).toBe(sw)
  })

  it('A35 does not have a password that it was not given', () => {
    expect(said(chipOf(offer, { passwords: [PASSWORDS[1]!] }), MSE)).toBe('6a88')
  })

  it('A35 of several groups takes the one that is named', async () => {
    const offers = [offerOf(12, 'GM', 'AES-128'), offerOf(13, 'GM', 'AES-128'), offerOf(13, 'IM', 'AES-128')].map((o): PaceOffer => ({ ...o, groups: 'several' }))
    for (const o of offers) expect((await pace(between(paceChip({ offers, passwords: PASSWORDS, crypto })), o)).ok).toBe(true)
  })

  it('A35 keeps to the order of the steps; a wrong one ends the run', () => {
    const steps = (...commands: readonly Command[]): readonly (string | undefined)[] => { const chip = chipOf(offer); return commands.map((c) => said(chip, c)) }
    expect(steps(NONCE)).toEqual(['6985'])
    expect(steps(MSE, NONCE, mapped())).toEqual(['9000', '9000', '9000'])
    expect(steps(MSE, NONCE, NONCE, mapped())).toEqual(['9000', '9000', '6a80', '6985'])
    expect(steps(MSE, mapped(), NONCE)).toEqual(['9000', '6a80', '6985'])
    expect(steps(MSE, ga(NONCE.data, { cla: 0 }), NONCE)).toEqual(['9000', '6883', '6985'])
    expect(steps(MSE, NONCE, mapped(), ga(encodeDynamic([0x83, group.multiply(group.generator, 9n)])), ga(encodeDynamic([0x85, new Uint8Array(8)])), NONCE)).toEqual(['9000', '9000', '9000', '9000', '6883', '6985'])
    expect(steps(MSE, NONCE, mapped(), ga(encodeDynamic([0x83, group.multiply(group.generator, 9n)])), ga(encodeDynamic([0x85, new Uint8Array(8)]), { cla: 0 }), NONCE)).toEqual(['9000', '9000', '9000', '9000', '6300', '6985'])
    // a command of somebody else in between
    expect(steps(MSE, { ...MSE, ins: 0xb0 }, NONCE)).toEqual(['9000', undefined, '6985'])
    expect(steps(MSE, NONCE, MSE, NONCE)).toEqual(['9000', '9000', '9000', '9000'])
  })

  it.each<readonly [string, Command]>([
    ['other parameters', { ...NONCE, p1: 1 }], ['other parameters', { ...NONCE, p2: 1 }], ['another class', { ...NONCE, cla: 0x14 }], ['another class', { ...MSE, cla: 0x10 }],
    ['another purpose', { ...MSE, p1: 0x41 }], ['another template', { ...MSE, p2: 0xa6 }], ['another instruction', { ...MSE, ins: 0xa4 }],
  ])('A35 leaves %s to others', (_, c) => {
    expect(chipOf(offer).answer(c)).toBeUndefined()
  })

  it.each<readonly [string, Uint8Array]>([
    ['no template', unhex('8100')], ['two objects', encodeDynamic([0x81, unhex('00')], [0x82, unhex('00')])], ['the same object twice', encodeDynamic([0x81, unhex('00')], [0x81, unhex('00')])],
    ['the wrong object', encodeDynamic([0x83, new Uint8Array(65)])], ['no point', encodeDynamic([0x81, new Uint8Array(65)])], ['something behind', concat(encodeDynamic([0x81, new Uint8Array(65)]), unhex('00'))], ['nothing', new Uint8Array()],
  ])('A36 refuses %s with 6A80', (_, data) => {
    const chip = chipOf(offer)
    said(chip, MSE)
    said(chip, NONCE)
    expect(said(chip, ga(data))).toBe('6a80')
    said(chip, MSE)
    said(chip, NONCE)
    said(chip, mapped())
    expect(said(chip, ga(data))).toBe('6a80')
  })

  it('A36 refuses nonces of another length, and its own key sent back', () => {
    const chip = chipOf(offerOf(12, 'IM', 'AES-192'))
    for (const [n, sw] of [[16, '6a80'], [24, '9000'], [32, '6a80']] as const) {
      said(chip, { ...MSE, data: unhex('800a04007f00070202040403830101') })
      said(chip, NONCE)
      expect(said(chip, ga(encodeDynamic([0x81, new Uint8Array(n)])))).toBe(sw)
    }
    const fixed = chipOf(offer, { chance: { random: crypto.random, scalar: () => 7n } })
    said(fixed, MSE)
    said(fixed, NONCE)
    expect(said(fixed, ga(encodeDynamic([0x81, group.multiply(group.generator, 5n)])))).toBe('9000')
    // whoever knew the generator could send the chip's own key: found by watching it once
    const spy = chipOf(offer, { chance: { random: () => new Uint8Array(16).fill(1), scalar: () => 7n } })
    for (const c of [MSE, NONCE, ga(encodeDynamic([0x81, group.multiply(group.generator, 5n)]))]) spy.answer(c)
    const own = decodeDynamic(spy.answer(ga(encodeDynamic([0x83, group.multiply(group.generator, 11n)])))!.response.data)!.get(0x84)!
    for (const c of [MSE, NONCE, ga(encodeDynamic([0x81, group.multiply(group.generator, 5n)]))]) spy.answer(c)
    expect(said(spy, ga(encodeDynamic([0x83, own])))).toBe('6a80')
  })

  it('A36 does not begin Chip Authentication Mapping without its static key', () => {
    const cam = offerOf(13, 'CAM', 'AES-128')
    const { parameterId: _, ...unnamed } = cam
    const begun = (offers: readonly PaceOffer[], staticKeys?: ReadonlyMap<number, bigint>): string | undefined =>
      said(paceChip({ offers, passwords: PASSWORDS, crypto, ...(staticKeys === undefined ? {} : { staticKeys }) }), { ...MSE, data: unhex('800a04007f00070202040602830101') })
    expect(begun([cam], new Map([[13, 1n]]))).toBe('9000')
    expect(begun([cam])).toBe('6a80')
    expect(begun([cam], new Map([[12, 1n]]))).toBe('6a80')
    expect(begun([unnamed], new Map([[13, 1n]]))).toBe('6a80')
    expect(said(paceChip({ offers: [cam, offer], passwords: PASSWORDS, crypto }), MSE)).toBe('9000')
  })
})

describe('the proof of the chip in the mapping', () => {
  const cam = offerOf(18, 'CAM', 'AES-256')
  const keys: SessionKeys = { cipher: 'AES-256', encryption: new Uint8Array(32).fill(7), mac: new Uint8Array(32), counter: 0n }

  it('A37 the quotient of the keys is as long as the order and comes back', () => {
    for (const mappingKey of [1n, 2n, STATIC, cam.group.order - 1n]) {
      const sealed = sealChipData(cam.group, { staticKey: STATIC, mappingKey, keys, crypto })
      const data = openChipData(cam.group, sealed, { keys, crypto })!
      expect([sealed.length, data.length]).toEqual([80, 66])
      const evidence = { group: cam.group, mappingKey: cam.group.multiply(cam.group.generator, mappingKey), data }
      expect(isChipMapping(evidence, cam.group.multiply(cam.group.generator, STATIC))).toBe(true)
      expect(isChipMapping(evidence, cam.group.generator)).toBe(false)
      expect(isChipMapping({ ...evidence, mappingKey: evidence.mappingKey.subarray(1) }, cam.group.multiply(cam.group.generator, STATIC))).toBe(false)
    }
  })

  it('A37 what is no scalar, no point or no padded text proves nothing', () => {
    const evidence = (data: Uint8Array) => ({ group: cam.group, mappingKey: cam.group.generator, data })
    expect(isChipMapping(evidence(bytesOf(1n, 66)), cam.group.generator)).toBe(true)
    expect(isChipMapping(evidence(bytesOf(0n, 66)), cam.group.generator)).toBe(false)
    expect(isChipMapping(evidence(bytesOf(cam.group.order, 66)), cam.group.generator)).toBe(false)
    expect(isChipMapping(evidence(bytesOf(cam.group.order + 1n, 66)), cam.group.generator)).toBe(false)
    expect(isChipMapping(evidence(bytesOf(1n, 66)), new Uint8Array(133))).toBe(false)
    for (const n of [0, 8, 15, 16, 64, 80, 81, 96]) expect(openChipData(cam.group, new Uint8Array(n), { keys, crypto })).toBeUndefined()
  })

  it.each([undefined, '', '00', '11'.repeat(16)])('A37 chip data %j are named as missing', async (text) => {
    const line = between(chipOf(offerOf(13, 'CAM', 'AES-128')))
    const result = await performPace(async (b) => {
      const good = await line.transmit(b)
      const token = decodeDynamic(good.subarray(0, -2))?.get(0x86)
      if (token === undefined) return good
      return concat(encodeDynamic([0x86, token], ...(text === undefined ? [] : [[0x8a, unhex(text)] as const])), unhex('9000'))
    }, { offer: offerOf(13, 'CAM', 'AES-128'), password: PASSWORDS[0]!, crypto })
    expect(result).toMatchObject({ ok: false, error: { step: 'mutual-authentication', code: 'malformed', statusWord: '9000', says: 'no Chip Authentication Data that can be read' } })
  })
})

describe('with the engine of the platform on the other side', () => {
  const web = webCrypto()
  it.each<readonly [number, Mapping, SessionCipher]>([[12, 'GM', '3DES'], [13, 'IM', 'AES-192'], [0, 'IM', 'AES-128'], [15, 'CAM', 'AES-256']])('A38 a terminal in a browser opens a chip on a server: group %i, %s, %s', async (...c) => {
    const offer = offerOf(...c)
    const line = between(chipOf(offer))
    const theirs: PaceOffer = { ...offer, group: standardGroup(c[0], web)! }
    const result = await performPace(line.transmit, { offer: theirs, password: PASSWORDS[1]!, crypto: web })
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    expect([hex(result.value.keys.encryption), hex(result.value.keys.mac)]).toEqual([hex(line.keys()!.encryption), hex(line.keys()!.mac)])
    const [terminal, chip] = [terminalChannel(result.value.keys, web), chipChannel(line.keys()!, crypto)]
    const opened = chip.open(parseCommand(terminal.protect({ cla: 0, ins: 0xb1, p1: 0, p2: 0, data: unhex('540101'), le: 65_536 }))!)
    expect(opened.ok && hex(opened.command.data)).toBe('540101')
    const answer = terminal.open(chip.protect({ data: unhex('5302aabb'), sw: 0x9000 }))
    expect(answer.outcome === 'protected' && hex(answer.response.data)).toBe('5302aabb')
  })

  it('A38 the first shared point is the one that OpenSSL computes', async () => {
    const offer = offerOf(13, 'GM', 'AES-128')
    const theirs = createECDH('brainpoolP256r1')
    theirs.setPrivateKey(Buffer.from(bytesOf(0x1234567n, 32)))
    const ours = keyPair(offer.group, { random: crypto.random, scalar: () => 0xabcdefn })
    expect(hex(theirs.computeSecret(ours.element))).toBe(hex(offer.group.multiply(theirs.getPublicKey(), ours.secret).subarray(1, 33)))
    expect(hex(publicValue(offer.group, ours.element))).toBe(hex(ours.element))
  })

  it('A38 residues are sent without leading zeros, and taken with and without', () => {
    const { group } = offerOf(0, 'GM', 'AES-128')
    let element = group.generator
    let n = 0
    while (element[0] !== 0) { n += 1; element = group.multiply(group.generator, BigInt(n)) }
    const sent = publicValue(group, element)
    expect(sent.length).toBeLessThan(128)
    expect(sent[0]).not.toBe(0)
    expect(hex(group.parse(sent)!)).toBe(hex(element))
    expect(hex(group.parse(element)!)).toBe(hex(element))
  })
})
