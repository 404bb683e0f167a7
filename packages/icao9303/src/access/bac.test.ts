import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { nodeCrypto } from '../node.ts'
import { encodeResponse, parseCommand, type Command, type Transmit } from './apdu.ts'
import { bacChip, performBac, type BacChip } from './bac.ts'
import { bacSeed, deriveKey, type SessionKeys } from './key.ts'
import { macOf } from './mac.ts'
import { chipChannel, terminalChannel } from './secure-messaging.ts'

const crypto = nodeCrypto()
const information = 'L898902C<369080619406236'
type Change = (bytes: Uint8Array, message: number) => Uint8Array

/** A terminal and a chip; what passes between them may be changed, commands with even numbers, answers with odd ones. */
function between(chip: BacChip, change: Change = (b) => b): { readonly transmit: Transmit; readonly keys: () => SessionKeys | undefined; readonly sent: string[] } {
  let [n, keys]: [number, SessionKeys | undefined] = [0, undefined]
  const sent: string[] = []
  return {
    sent, keys: () => keys,
    transmit: async (bytes) => {
      sent.push(hex(bytes))
      const command = parseCommand(change(bytes, n++))
      const step = command && chip.answer(command)
      keys = step?.keys
      return Promise.resolve(change(step === undefined ? unhex('6d00') : encodeResponse(step.response), n++))
    },
  }
}
const command = (ins: number, data = '', o: Partial<Command> = {}): Command => ({ cla: 0, ins, p1: 0, p2: 0, data: unhex(data), ...o })
const answered = (chip: BacChip, c: Command): string | undefined => { const s = chip.answer(c); return s && hex(encodeResponse(s.response)) }

describe('Basic Access Control', () => {
  it('A23 ends in the same keys on both sides, fresh ones each time, and a session that works', async () => {
    const chip = bacChip({ information, crypto })
    const seen = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const line = between(chip)
      const result = await performBac(line.transmit, { information, crypto })
      if (!result.ok) throw new Error(JSON.stringify(result.error))
      expect(result.value).toEqual(line.keys())
      expect(line.sent.map((s) => s.slice(0, 10))).toEqual(['0084000008', '0082000028'])
      seen.add(hex(result.value.encryption))
      const [terminal, end] = [terminalChannel(result.value, crypto), chipChannel(line.keys()!, crypto)]
      const opened = end.open(parseCommand(terminal.protect({ ...command(0xb0), le: 4 }))!)
      expect(opened.ok && opened.command.ins).toBe(0xb0)
      const read = terminal.open(end.protect({ data: unhex('60145f01'), sw: 0x9000 }))
      expect(read.outcome === 'protected' && hex(read.response.data)).toBe('60145f01')
    }
    expect(seen.size).toBe(5)
  })

  it('A23 a reader may use one buffer for all that it carries', async () => {
    const line = between(bacChip({ information, crypto }))
    const buffer = new Uint8Array(64)
    const result = await performBac(async (bytes) => {
      const answer = await line.transmit(bytes)
      buffer.fill(0xff)
      buffer.set(answer)
      return buffer.subarray(0, answer.length)
    }, { information, crypto })
    expect(result.ok && result.value).toEqual(line.keys())
  })

  it('A24 a wrong zone is refused by the chip, with step and status word', async () => {
    const result = await performBac(between(bacChip({ information, crypto })).transmit, { information: information.replace('L', 'M'), crypto })
    expect(result).toEqual({ ok: false, error: { protocol: 'BAC', step: 'external-authenticate', code: 'refused', statusWord: '6300', says: 'authentication failed', clause: 'Doc 9303-11 §4.3' } })
  })

  it('A25 no byte changed on the way leads to a session that both believe in', async () => {
    const lengths = [5, 10, 46, 42]
    for (const [message, length] of lengths.entries()) {
      for (let i = 0; i < length; i++) {
        const line = between(bacChip({ information, crypto }), (b, n) => (n === message ? b.map((x, at) => (at === i ? x ^ 0x01 : x)) : b))
        const result = await performBac(line.transmit, { information, crypto })
        // the expected length is nobody's secret, and a wrong length of the data is answered and tried again
        if ((message === 0 && i === 4) || (message === 2 && [4, 45].includes(i))) expect(result.ok && result.value).toEqual(line.keys())
        else expect(result.ok, `message ${message}, byte ${i}`).toBe(false)
      }
    }
  })

  it.each<readonly [string, readonly string[], object]>([
    ['no answer', [''], { step: 'get-challenge', code: 'no-answer', says: 'the answer has no status word' }],
    ['one byte', ['90'], { step: 'get-challenge', code: 'no-answer' }],
    ['a refused challenge', ['6982'], { step: 'get-challenge', code: 'refused', statusWord: '6982', says: 'security status not satisfied' }],
    ['a chip with PACE only', ['6a88'], { step: 'get-challenge', code: 'refused', statusWord: '6a88' }],
    ['a challenge of seven bytes', ['010203040506079000'], { step: 'get-challenge', code: 'malformed', statusWord: '9000', says: 'a challenge has 8 bytes' }],
    ['a challenge of nine bytes', ['0102030405060708099000'], { step: 'get-challenge', code: 'malformed', statusWord: '9000' }],
    ['no answer to the proof', ['01020304050607089000', ''], { step: 'external-authenticate', code: 'no-answer' }],
    ['tries that are counted', ['01020304050607089000', '63c2'], { step: 'external-authenticate', code: 'refused', statusWord: '63c2', triesLeft: 2 }],
    ['a proof of 39 bytes', ['01020304050607089000', `${'00'.repeat(39)}9000`], { step: 'external-authenticate', code: 'malformed', statusWord: '9000', says: 'a proof has 40 bytes' }],
    ['a proof of 41 bytes', ['01020304050607089000', `${'00'.repeat(41)}9000`], { step: 'external-authenticate', code: 'malformed', statusWord: '9000' }],
    ['an invented proof', ['01020304050607089000', `${'00'.repeat(40)}9000`], { step: 'external-authenticate', code: 'proof-wrong', statusWord: '9000', says: 'the checksum is not made with the key of this document' }],
  ])('A24 %s is named by its step', async (_, answers, expected) => {
    const left = [...answers]
    const result = await performBac(async () => Promise.resolve(unhex(left.shift()!)), { information, crypto })
    expect(result).toMatchObject({ ok: false, error: { protocol: 'BAC', ...expected } })
    expect(left).toEqual([])
  })

  it('A25 a proof with good checksum over other challenges is not believed', async () => {
    const seed = bacSeed(information, crypto)
    const [key, mac] = [deriveKey(seed, { cipher: '3DES', purpose: 'encryption', crypto }), macOf('3DES', deriveKey(seed, { cipher: '3DES', purpose: 'mac', crypto }), crypto)]
    const seal = (text: Uint8Array): Uint8Array => { const e = crypto.cipher({ cipher: '3DES', mode: 'CBC', direction: 'encrypt', key, iv: new Uint8Array(8), bytes: text }); return concat(e, mac(e)) }
    const [ic, ifd] = [unhex('0101010101010101'), unhex('0202020202020202')]
    const fixed: Crypto = { ...crypto, random: (n) => (n === 8 ? ifd : new Uint8Array(16)) }
    const told = async (text: Uint8Array) => {
      const left = [concat(ic, unhex('9000')), concat(seal(concat(text, new Uint8Array(16))), unhex('9000'))]
      return performBac(async () => Promise.resolve(left.shift()!), { information, crypto: fixed })
    }
    expect((await told(concat(ic, ifd))).ok).toBe(true)
    for (const text of [concat(ifd, ic), concat(ic, ic), concat(ifd, ifd)]) expect(await told(text)).toMatchObject({ ok: false, error: { code: 'proof-wrong', says: 'the challenges are not those of this session' } })
  })

  it.each(['6700', '6c00', '6c28'])('A26 a chip that says %s to the exact length is asked again for 256 bytes, with a new challenge', async (sw) => {
    const chip = bacChip({ information, crypto })
    const line = between(chip)
    let keys: SessionKeys | undefined
    const sent: string[] = []
    const result = await performBac(async (bytes) => {
      sent.push(hex(bytes))
      const answer = bytes[1] === 0x82 && bytes.at(-1) === 0x28 ? unhex(sw) : await line.transmit(bytes)
      keys = line.keys()
      return answer
    }, { information, crypto })
    expect(result.ok && result.value).toEqual(keys)
    expect(sent.map((s) => s.slice(0, 4) + s.slice(-2))).toEqual(['008408', '008228', '008408', '008200'])
    expect(sent[1]!.slice(10, 90)).not.toBe(sent[3]!.slice(10, 90))
    // and not for ever
    expect(await performBac(async (b) => Promise.resolve(unhex(b[1] === 0x84 ? '01020304050607089000' : sw)), { information, crypto })).toMatchObject({ ok: false, error: { statusWord: sw } })
  })

  it('A27 the chip wants a challenge first, takes it once, and lets other commands pass', () => {
    const chip = bacChip({ information, crypto })
    expect(answered(chip, command(0x82, '00'.repeat(40)))).toBe('6985')
    expect(answered(chip, command(0x84))).toMatch(/^[0-9a-f]{16}9000$/)
    expect(answered(chip, command(0x82, '00'.repeat(39)))).toBe('6700')
    expect(answered(chip, command(0x82, '00'.repeat(40)))).toBe('6985')
    answered(chip, command(0x84))
    expect(answered(chip, command(0x82, '00'.repeat(40)))).toBe('6300')
    expect(answered(chip, command(0x82, '00'.repeat(40)))).toBe('6985')
    for (const other of [command(0xb0), command(0x84, '', { p1: 1 }), command(0x82, '', { p2: 1 }), command(0x84, '', { cla: 0x10 })]) expect(chip.answer(other)).toBeUndefined()
    expect(hex(chip.answer(command(0x84))!.response.data)).not.toBe(hex(chip.answer(command(0x84))!.response.data))
  })
})
