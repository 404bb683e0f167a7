import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { nodeCrypto } from '../node.ts'
import { encodeCommand, encodeResponse, parseCommand, type Command, type Response } from './apdu.ts'
import { CIPHER_SUITES, sessionKeys, type SessionCipher, type SessionKeys } from './key.ts'
import { parseSecureObjects, sessionCiphers } from './secure-object.ts'
import { chipChannel, roomInAnswer, terminalChannel } from './secure-messaging.ts'

const crypto = nodeCrypto()
const CIPHERS = Object.keys(CIPHER_SUITES) as readonly SessionCipher[]
const { D3, D4 } = { D3: 'D.3', D4: 'D.4' }
const { BAC } = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/doc9303-11-worked-examples.json'), 'utf8')).vectors
const upper = (b: Uint8Array): string => hex(b).toUpperCase()
const none = new Uint8Array()
const keysOf = (cipher: SessionCipher, counter = 0n): SessionKeys => sessionKeys(unhex('0102030405'), { cipher, crypto, counter })
const pair = (cipher: SessionCipher, counter = 0n) => ({ terminal: terminalChannel(keysOf(cipher, counter), crypto), chip: chipChannel(keysOf(cipher, counter), crypto) })
const READ: Command = { cla: 0, ins: 0xb0, p1: 0, p2: 0, data: none, le: 256 }

describe('the worked example', () => {
  const example = BAC[D4]
  const keys: SessionKeys = { cipher: '3DES', encryption: unhex(example.KSEnc), mac: unhex(example.KSMAC), counter: BigInt(`0x${example.SSCstart}`) }

  it('A9 the exchanges of D.4 come out byte by byte, on both sides', () => {
    expect(example.exchanges).toHaveLength(3)
    expect([example.KSEnc, example.KSMAC, example.SSCstart]).toEqual([BAC[D3].KSEnc, BAC[D3].KSMAC, BAC[D3].SSC])
    const [terminal, chip] = [terminalChannel(keys, crypto), chipChannel(keys, crypto)]
    let file = ''
    for (const e of example.exchanges as readonly Record<'command' | 'protectedCommand' | 'protectedResponse' | 'response', string>[]) {
      // the Part prints the first command without its length byte's meaning: SELECT carries 011E
      const command = parseCommand(unhex(e.command))!
      const sent = terminal.protect(command)
      expect(upper(sent)).toBe(e.protectedCommand)
      const opened = chip.open(parseCommand(sent)!)
      expect(opened.ok && upper(encodeCommand(opened.command))).toBe(e.command)
      const plain = unhex(e.response)
      const answer: Response = { data: plain.subarray(0, -2), sw: 0x9000 }
      const back = chip.protect(answer)
      expect(upper(back)).toBe(e.protectedResponse)
      const read = terminal.open(back)
      expect(read.outcome === 'protected' && upper(encodeResponse(read.response))).toBe(e.response)
      if (command.ins === 0xb0) file += upper(answer.data)
    }
    expect(file).toBe(example['EF.COM'])
  })
})

describe.each(CIPHERS)('a session of %s', (cipher) => {
  const { block } = CIPHER_SUITES[cipher]

  it('A10 carries commands and answers of every length', () => {
    const { terminal, chip } = pair(cipher)
    for (const length of [0, 1, block - 1, block, block + 1, 2 * block, 110, 127, 128, 200, 223, 224, 231, 232, 239, 240, 255, 256, 257, 1000, 65_000]) {
      for (const ins of [0xb0, 0xb1]) {
        for (const le of [undefined, 1, 256, 257, 65_536]) {
          const data = crypto.random(length)
          const command: Command = { cla: 0x10 * (length % 2), ins, p1: length & 0xff, p2: 3, data, ...(le === undefined ? {} : { le }) }
          const sent = parseCommand(terminal.protect(command))!
          expect([sent.cla, sent.le]).toEqual([command.cla | 0x0c, sent.form === 'short' ? 256 : 65_536])
          if (length > 0) expect(sent.data[0]).toBe(ins === 0xb0 ? 0x87 : 0x85)
          const opened = chip.open(sent)
          if (!opened.ok) throw new Error(opened.code)
          expect(hex(encodeCommand(opened.command))).toBe(hex(encodeCommand(command)))
          const back = terminal.open(chip.protect({ data, sw: 0x6282 }))
          if (back.outcome !== 'protected') throw new Error(back.outcome)
          expect([hex(back.response.data), back.response.sw]).toEqual([hex(data), 0x6282])
        }
      }
    }
    expect([terminal.state(), chip.state(), terminal.cipher, chip.cipher]).toEqual(['open', 'open', cipher, cipher])
  })

  it('A10 an expected length in the extended form stays two bytes', () => {
    const { terminal, chip } = pair(cipher)
    const sent = parseCommand(terminal.protect({ ...READ, le: 16, form: 'extended' }))!
    expect([sent.form, sent.le, hex(sent.data.subarray(0, 4))]).toEqual(['extended', 65_536, '97020010'])
    const opened = chip.open(sent)
    expect(opened.ok && opened.command.le).toBe(16)
  })

  it('A10 what is not there has no object', () => {
    const { terminal, chip } = pair(cipher)
    const objects = (c: Command): string => {
      const sent = parseCommand(terminal.protect(c))!
      chip.open(sent)
      terminal.open(chip.protect({ data: none, sw: 0x9000 }))
      return hex(sent.data)
    }
    const { le: _, ...bare } = READ
    expect(objects(bare)).toMatch(/^8e08.{16}$/)
    expect(objects(READ)).toMatch(/^9701008e08.{16}$/)
    expect(objects({ ...READ, le: 255 })).toMatch(/^9701ff8e08.{16}$/)
    expect(objects({ ...READ, le: 257 })).toMatch(/^970201018e08.{16}$/)
    chip.open(parseCommand(terminal.protect(READ))!)
    expect(hex(chip.protect({ data: none, sw: 0x6282 }))).toMatch(/^990262828e08.{16}6282$/)
  })

  it('A10 keeps the channel and the chain of the class', () => {
    const { terminal } = pair(cipher)
    expect(parseCommand(terminal.protect({ ...READ, cla: 0x13 }))!.cla).toBe(0x1f)
  })

  it('A11 counts as wide as its block: after the last value comes zero', () => {
    const last = (1n << BigInt(8 * block)) - 1n
    for (const start of [last, last - 1n, last - 2n, (1n << 64n) - 1n & last, 1n << 63n]) {
      const { terminal, chip } = pair(cipher, start)
      for (let i = 0; i < 3; i++) {
        const opened = chip.open(parseCommand(terminal.protect(READ))!)
        expect(opened.ok).toBe(true)
        expect(terminal.open(chip.protect({ data: unhex('aabb'), sw: 0x9000 })).outcome).toBe('protected')
      }
    }
    // every byte of the counter counts
    const marks = [0n, 1n, 1n << 8n, 1n << 56n, 1n << 63n, ...(block === 16 ? [1n << 64n, 1n << 127n] : [])].map((counter) => hex(sessionCiphers(keysOf(cipher), crypto).checksum(none, counter)))
    expect(new Set(marks).size).toBe(marks.length)
    // a counter of zero after the last one is the counter zero
    const wrapped = terminalChannel(keysOf(cipher, last), crypto).protect(READ)
    const value0 = sessionCiphers(keysOf(cipher), crypto)
    const objects = parseSecureObjects(parseCommand(wrapped)!.data)!
    const header = new Uint8Array(block)
    header.set([0x0c, 0xb0, 0, 0, 0x80])
    expect(value0.isCovered(objects, { counter: 0n, header })).toBe(true)
    expect(value0.isCovered(objects, { counter: 1n, header })).toBe(false)
  })

  it('A12 answers that are too long for their frame are never asked for', () => {
    // the frame of n bytes: cryptogram with indicator, status word, checksum
    const frame = (n: number): number => {
      const value = 1 + (Math.floor(n / block) + 1) * block
      return 1 + (value < 0x80 ? 1 : value < 0x100 ? 2 : 3) + value + 4 + 10
    }
    for (const n of [1, block, 100, 111, 112, 119, 120, 231, 232, 239, 240, 600]) {
      const { terminal, chip } = pair(cipher)
      chip.open(parseCommand(terminal.protect(READ))!)
      expect(chip.protect({ data: new Uint8Array(n), sw: 0x9000 }).length - 2, `${n}`).toBe(frame(n))
    }
    for (let length = 40; length < 700; length++) {
      const room = roomInAnswer(cipher, length)
      expect(frame(room), `${length}`).toBeLessThanOrEqual(length)
      expect(frame(room + 1), `${length}`).toBeGreaterThan(length)
    }
    expect([roomInAnswer(cipher, 256), roomInAnswer(cipher, 65_536)]).toEqual(cipher === '3DES' ? [231, 65_511] : [223, 65_503])
    expect([roomInAnswer(cipher, 10), roomInAnswer(cipher, 0)]).toEqual([0, 0])
  })

  it('A13 no changed answer is taken, and the session is over', () => {
    const { terminal, chip } = pair(cipher)
    chip.open(parseCommand(terminal.protect(READ))!)
    const good = chip.protect({ data: unhex('60145f0104'), sw: 0x9000 })
    for (let i = 0; i < good.length; i++) {
      for (const bit of [0x01, 0x80]) {
        const { terminal: other } = pair(cipher)
        other.protect(READ)
        const answer = other.open(good.map((b, at) => (at === i ? b ^ bit : b)))
        expect([answer.outcome, other.state()], `byte ${i}`).toEqual(['refused', 'over'])
        expect(() => other.protect(READ)).toThrow(RangeError)
        expect(other.resume()).toBe(false)
      }
    }
    expect(terminal.open(good).outcome).toBe('protected')
  })

  it('A13 no changed command is taken, and the chip ends the session', () => {
    const good = terminalChannel(keysOf(cipher), crypto).protect({ ...READ, ins: 0xd6, data: unhex('0102030405'), le: 17 })
    for (let i = 0; i < good.length; i++) {
      const command = parseCommand(good.map((b, at) => (at === i ? b ^ 0x04 : b)))
      const chip = chipChannel(keysOf(cipher), crypto)
      // the outer length bytes stand under no checksum; what is no command never comes so far
      if (command === undefined || i === good.length - 1) continue
      const opened = chip.open(command)
      expect([opened.ok, chip.state()], `byte ${i}`).toEqual([false, 'over'])
      expect(() => chip.protect({ data: none, sw: 0x9000 })).toThrow(RangeError)
      expect(chip.open(parseCommand(good)!)).toEqual({ ok: false, code: 'session-over', sw: 0x6988 })
    }
    expect(chipChannel(keysOf(cipher), crypto).open(parseCommand(good)!).ok).toBe(true)
  })

  it('A13 no bytes make either side throw or accept', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom('', '8709', '871101', '8508', '99029000', '8e08'), (tail, head) => {
      const bytes = Uint8Array.of(...unhex(head), ...tail)
      const { terminal, chip } = pair(cipher)
      terminal.protect(READ)
      expect(terminal.open(bytes).outcome).not.toBe('protected')
      expect(chip.open({ cla: 0x0c, ins: 0xb0, p1: 0, p2: 0, data: bytes }).ok).toBe(false)
    }))
  })

  it('A13 a message said again is refused: the counter has moved on', () => {
    const { terminal, chip } = pair(cipher)
    const first = parseCommand(terminal.protect(READ))!
    expect(chip.open(first).ok).toBe(true)
    const answer = chip.protect({ data: unhex('aa'), sw: 0x9000 })
    expect(terminal.open(answer).outcome).toBe('protected')
    terminal.protect(READ)
    expect(terminal.open(answer)).toMatchObject({ outcome: 'refused', code: 'checksum-wrong' })
    expect(chip.open(first)).toMatchObject({ ok: false, code: 'checksum-wrong', sw: 0x6988 })
  })

  it('A14 a bare status word is news and never data; the session stops', () => {
    const { terminal } = pair(cipher)
    terminal.protect(READ)
    expect(terminal.open(unhex('6700'))).toEqual({ outcome: 'bare', sw: 0x6700 })
    expect(terminal.state()).toBe('interrupted')
    expect(() => terminal.protect(READ)).toThrow(RangeError)
    const other = pair(cipher).terminal
    other.protect(READ)
    expect(other.open(unhex('9000'))).toEqual({ outcome: 'bare', sw: 0x9000 })
    expect(other.state()).toBe('interrupted')
  })

  it('A14 plain data with a good status word are refused', () => {
    const { terminal } = pair(cipher)
    terminal.protect(READ)
    expect(terminal.open(unhex('60145f019000'))).toMatchObject({ outcome: 'refused', code: 'objects-malformed' })
    expect(terminal.state()).toBe('over')
  })

  it('A15 the session goes on, once, with a chip that never looked at the refused command', () => {
    const { terminal, chip } = pair(cipher)
    terminal.protect({ ...READ, le: 65_536 })
    terminal.open(unhex('6700')) // the chip knows no extended length and has counted nothing
    expect(terminal.resume()).toBe(true)
    expect(terminal.state()).toBe('open')
    expect(terminal.resume()).toBe(false)
    expect(chip.open(parseCommand(terminal.protect(READ))!).ok).toBe(true)
    expect(terminal.open(chip.protect({ data: unhex('aa'), sw: 0x9000 })).outcome).toBe('protected')
    // an answer of the session shows that it lives: the next interruption may be overcome again
    terminal.protect(READ)
    terminal.open(unhex('6700'))
    expect(terminal.resume()).toBe(true)
    terminal.protect(READ)
    terminal.open(unhex('6988'))
    expect([terminal.resume(), terminal.state()]).toEqual([false, 'over'])
  })

  it('A15 the counter goes back over zero too', () => {
    const last = (1n << BigInt(8 * block)) - 1n
    const { terminal, chip } = pair(cipher, last)
    terminal.protect(READ)
    terminal.open(unhex('6700'))
    terminal.resume()
    expect(chip.open(parseCommand(terminal.protect(READ))!).ok).toBe(true)
  })

  it('A16 a plain command ends the session of the chip', () => {
    const { terminal, chip } = pair(cipher)
    expect(chip.open({ ...READ, cla: 0x00 })).toEqual({ ok: false, code: 'objects-malformed', sw: 0x6987 })
    expect(chip.state()).toBe('over')
    expect(chip.open(parseCommand(terminal.protect(READ))!)).toEqual({ ok: false, code: 'session-over', sw: 0x6988 })
  })

  it('A16 one command, one answer: anything else is a bug of the caller', () => {
    const { terminal, chip } = pair(cipher)
    expect(() => terminal.open(unhex('9000'))).toThrow('no command waits for an answer')
    expect(() => chip.protect({ data: none, sw: 0x9000 })).toThrow('no command waits for an answer')
    const sent = terminal.protect(READ)
    expect(() => terminal.protect(READ)).toThrow('the session takes no command now')
    chip.open(parseCommand(sent)!)
    const answer = chip.protect({ data: none, sw: 0x9000 })
    expect(() => chip.protect({ data: none, sw: 0x9000 })).toThrow(RangeError)
    terminal.open(answer)
    expect(() => terminal.open(answer)).toThrow(RangeError)
  })
})

describe('objects that are signed but wrong', () => {
  const { block } = CIPHER_SUITES['AES-128']
  const ciphers = sessionCiphers(keysOf('AES-128'), crypto)
  const answer = (covered: string, sw = '9000'): string => `${covered}${hex(ciphers.checksum(unhex(covered), 2n))}${sw}`
  const opened = (bytes: string): string => {
    const terminal = terminalChannel(keysOf('AES-128'), crypto)
    terminal.protect(READ)
    const a = terminal.open(unhex(bytes))
    return a.outcome === 'refused' ? a.code : a.outcome
  }
  const text = hex(ciphers.seal(unhex('aabb'), { counter: 2n, ins: 0xb0 }))
  const odd = hex(ciphers.seal(unhex('aabb'), { counter: 2n, ins: 0xb1 }))
  const raw = (plain: string): string => hex(crypto.cipher({ cipher: 'AES', mode: 'CBC', direction: 'encrypt', key: keysOf('AES-128').encryption, iv: crypto.cipher({ cipher: 'AES', mode: 'ECB', direction: 'encrypt', key: keysOf('AES-128').encryption, bytes: unhex(`${'00'.repeat(15)}02`) }), bytes: unhex(plain) }))

  it.each<readonly [string, string, string]>([
    ['an answer as it should be', answer(`${text}99029000`), 'protected'],
    ['DO\'85\' after an even instruction', answer(`${odd}99029000`), 'protected'],
    ['the status word before the data', answer(`99029000${text}`), 'protected'],
    ['lengths that are longer than need be', answer(`${text}9981029000`), 'protected'],
    ['a cryptogram without a definite length', answer(`8780${text.slice(4)}000099029000`), 'objects-malformed'],
    ['no protected status word', answer(text), 'status-missing'],
    ['a status word of one byte', answer(`${text}990190`), 'status-missing'],
    ['another status word outside', answer(`${text}99029000`, '6282'), 'status-differs'],
    ['the status word outside of another class', answer(`${text}99026282`, '9000'), 'status-differs'],
    ['an expected length in an answer', answer(`${text}970100 99029000`.replaceAll(' ', '')), 'objects-malformed'],
    ['plain data in DO\'81\'', answer('8102aabb99029000'), 'objects-malformed'],
    ['both kinds of cryptogram', answer(`${text}${odd}99029000`), 'objects-malformed'],
    ['the data twice', answer(`${text}${text}99029000`), 'objects-malformed'],
    ['another padding indicator', answer(`${text.replace('871101', '871102')}99029000`), 'objects-malformed'],
    ['a cryptogram without indicator', answer('870099029000'), 'objects-malformed'],
    ['an empty cryptogram', answer('87010199029000'), 'text-malformed'],
    ['half a block', answer(`870901${'00'.repeat(8)}99029000`), 'text-malformed'],
    ['text without padding', answer(`871101${raw('00'.repeat(16))}99029000`), 'text-malformed'],
    ['a checksum of seven bytes', `${text}99029000${'8e07'}${'00'.repeat(7)}9000`, 'objects-malformed'],
    ['no checksum', `${text}990290009000`, 'objects-malformed'],
    ['something after the checksum', `${answer(`${text}99029000`).slice(0, -4)}9902900090 00`.replaceAll(' ', ''), 'objects-malformed'],
    ['one byte', '90', 'no-status'],
    ['nothing', '', 'no-status'],
  ])('A17 %s', (_, bytes, outcome) => {
    expect(opened(bytes)).toBe(outcome)
  })

  it.each([
    ['no-status', '90', 'fewer than two bytes'], ['objects-malformed', '019000', 'not the objects of a protected answer'], ['status-missing', answer(text), 'no protected status word'],
    ['status-differs', answer(`${text}99029000`, '6282'), 'the protected status word is not the one outside'],
    ['checksum-wrong', `${text}990290008e08${'00'.repeat(8)}9000`, 'the checksum is not of this session and message'],
    ['text-malformed', answer('87010199029000'), 'the cryptogram is no padded text'],
  ])('A17 the fault %s is said in words', (code, bytes, says) => {
    const terminal = terminalChannel(keysOf('AES-128'), crypto)
    terminal.protect(READ)
    expect(terminal.open(unhex(bytes))).toEqual({ outcome: 'refused', code, says })
  })

  it('A13 no cut, lengthened or shuffled answer is taken', () => {
    const good = unhex(answer(`${text}99029000`))
    fc.assert(fc.property(fc.nat(good.length), fc.nat(good.length), fc.uint8Array({ maxLength: 6 }), (from, count, more) => {
      const changed = [...good.subarray(0, from), ...more, ...good.subarray(Math.min(good.length, from + count))]
      fc.pre(hex(Uint8Array.from(changed)) !== hex(good))
      const terminal = terminalChannel(keysOf('AES-128'), crypto)
      terminal.protect(READ)
      expect(terminal.open(Uint8Array.from(changed)).outcome).not.toBe('protected')
    }), { numRuns: 400 })
  })

  it.each<readonly [string, string, string, number | undefined]>([
    ['no objects but the checksum', '', 'ok', undefined],
    ['an expected length of one byte', '970110', 'ok', 16],
    ['the expected length 256', '970100', 'ok', 256],
    ['the expected length 65 536', '97020000', 'ok', 65_536],
    ['no expected length in its object', '9700', 'objects-malformed', 0x6988],
    ['an expected length of three bytes', '9703000001', 'objects-malformed', 0x6988],
    ['a status word in a command', '99029000', 'objects-malformed', 0x6987],
    ['half a block', '870901' + '00'.repeat(8), 'text-malformed', 0x6988],
  ])('A17 a command with %s', (_, objects, outcome, value) => {
    const header = new Uint8Array(block)
    header.set([0x0c, 0xb0, 0, 0, 0x80])
    const covered = unhex(objects)
    const data = unhex(objects + hex(ciphers.checksum(Uint8Array.of(...header, ...covered), 1n)))
    const r = chipChannel(keysOf('AES-128'), crypto).open({ cla: 0x0c, ins: 0xb0, p1: 0, p2: 0, data })
    expect(r.ok ? ['ok', r.command.le] : [r.code, r.sw]).toEqual([outcome, value])
  })
})
