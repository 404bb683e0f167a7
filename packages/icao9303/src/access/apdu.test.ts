import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { encodeCommand, encodeResponse, lengthForm, parseCommand, parseResponse, renderStatus, statusHex, triesLeft, type Command } from './apdu.ts'

const head = { cla: 0x00, ins: 0xb0, p1: 0x01, p2: 0x02 }
const bytes = (n: number, fill = 0xaa): Uint8Array => new Uint8Array(n).fill(fill)
const written = (c: Partial<Command>): string => hex(encodeCommand({ ...head, data: bytes(0), ...c }))

describe('commands', () => {
  it.each<readonly [string, Partial<Command>, string]>([
    ['1', {}, '00b00102'],
    ['2S', { le: 1 }, '00b0010201'],
    ['2S, 255', { le: 255 }, '00b00102ff'],
    ['2S, 256', { le: 256 }, '00b0010200'],
    ['2E, 257', { le: 257 }, '00b00102000101'],
    ['2E, 65535', { le: 65_535 }, '00b0010200ffff'],
    ['2E, 65536', { le: 65_536 }, '00b00102000000'],
    ['2E by wish', { le: 16, form: 'extended' }, '00b00102000010'],
    ['3S', { data: bytes(2) }, '00b0010202aaaa'],
    ['3S, 255', { data: bytes(255) }, `00b00102ff${'aa'.repeat(255)}`],
    ['3E, 256', { data: bytes(256) }, `00b00102000100${'aa'.repeat(256)}`],
    ['3E by wish', { data: bytes(1), form: 'extended' }, '00b00102000001aa'],
    ['4S', { data: bytes(1), le: 256 }, '00b0010201aa00'],
    ['4E by data', { data: bytes(256), le: 1 }, `00b00102000100${'aa'.repeat(256)}0001`],
    ['4E by length', { data: bytes(1), le: 65_536 }, '00b00102000001aa0000'],
  ])('A1 case %s is written and read back', (_, c, text) => {
    expect(written(c)).toBe(text)
    const read = parseCommand(unhex(text))!
    expect({ ...read, data: hex(read.data) }).toEqual({ ...head, data: hex(c.data ?? bytes(0)), ...(c.le === undefined ? {} : { le: c.le }), form: lengthForm({ ...head, data: bytes(0), ...c }) })
  })

  it('A1 every command is read back as it was written', () => {
    fc.assert(fc.property(
      fc.record({ cla: fc.nat(255), ins: fc.nat(255), p1: fc.nat(255), p2: fc.nat(255), data: fc.uint8Array({ maxLength: 600 }), form: fc.constantFrom('short', 'extended') }), fc.option(fc.integer({ min: 1, max: 65_536 }), { nil: undefined }),
      (c, le) => {
        const command: Command = { ...c, ...(le === undefined ? {} : { le }), form: c.data.length > 255 || (le ?? 0) > 256 ? 'extended' : c.form as 'short' }
        const bare = command.data.length === 0 && le === undefined
        const read = parseCommand(encodeCommand(command))!
        expect({ ...read, data: hex(read.data) }).toEqual({ ...command, data: hex(command.data), form: bare ? 'short' : command.form })
      },
    ))
  })

  it.each<readonly [string, Partial<Command>]>([
    ['256 bytes in the short form', { data: bytes(256), form: 'short' }],
    ['65 536 bytes', { data: bytes(65_536) }],
    ['257 expected in the short form', { le: 257, form: 'short' }],
    ['65 537 expected', { le: 65_537 }],
    ['0 expected', { le: 0 }],
    ['half a byte expected', { le: 1.5 }],
    ['a class of two bytes', { cla: 256 }],
    ['a negative parameter', { p2: -1 }],
    ['half an instruction', { ins: 0.5 }],
  ])('A2 %s is a bug of the caller', (_, c) => {
    expect(() => written(c)).toThrow(/^a (short |extended )?command (header is four bytes|carries at most (255|65535) bytes|expects 1 to (256|65536) bytes)$/)
  })

  it.each(['', '00', '00b001', '00b0010202aa', '00b0010202aaaaaaaa', '00b001020000', '00b00102000000aa', '00b0010200000000', '00b001020000000000', '00b00102000002aa', '00b00102000001aa00', '00b00102000001aa000000'])('A2 the wrong length %s is no command', (text) => {
    expect(parseCommand(unhex(text))).toBeUndefined()
  })

  it('A2 no bytes make the reader throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (b) => {
      const c = parseCommand(b)
      if (c !== undefined) expect(hex(encodeCommand(c))).toBe(hex(b))
    }))
  })
})

describe('responses', () => {
  it('A1 data and status word are taken apart and put together', () => {
    expect(parseResponse(unhex('6300'))).toEqual({ data: bytes(0), sw: 0x6300 })
    const r = parseResponse(unhex('01029000'))!
    expect([hex(r.data), r.sw]).toEqual(['0102', 0x9000])
    expect(hex(encodeResponse(r))).toBe('01029000')
    expect([parseResponse(unhex('90')), parseResponse(bytes(0))]).toEqual([undefined, undefined])
  })

  it.each([
    [0x9000, '9000', 'done', undefined], [0x6300, '6300', 'authentication failed', undefined], [0x63c2, '63c2', 'authentication failed, 2 tries left', 2],
    [0x63c0, '63c0', 'authentication failed, 0 tries left', 0], [0x63d0, '63d0', 'not a status word of Doc 9303', undefined], [0x6983, '6983', 'the password is blocked', 0], [0x6110, '6110', '16 more bytes can be fetched', undefined],
    [0x6100, '6100', '256 more bytes can be fetched', undefined], [0x6c00, '6c00', 'wrong expected length, 256 bytes are there', undefined], [0x6c08, '6c08', 'wrong expected length, 8 bytes are there', undefined],
    [0x0000, '0000', 'not a status word of Doc 9303', undefined],
  ])('A3 the status word %i is %s: %s', (sw, digits, words, tries) => {
    expect([statusHex(sw), renderStatus(sw), triesLeft(sw)]).toEqual([digits, words, tries])
  })

  it.each([
    [0x9000, 'done'],
    [0x6281, 'part of the data may be corrupt'],
    [0x6282, 'end of file reached before all was read'],
    [0x6283, 'the file is deactivated'],
    [0x6300, 'authentication failed'],
    [0x6581, 'the memory failed'],
    [0x6700, 'wrong length'],
    [0x6881, 'logical channels are not supported'],
    [0x6882, 'secure messaging is not supported'],
    [0x6883, 'the last command of the chain was expected'],
    [0x6884, 'command chaining is not supported'],
    [0x6981, 'not for this kind of file'],
    [0x6982, 'security status not satisfied'],
    [0x6983, 'the password is blocked'],
    [0x6984, 'the referenced data is not usable'],
    [0x6985, 'conditions of use not satisfied'],
    [0x6986, 'no file is selected'],
    [0x6987, 'secure messaging objects are missing'],
    [0x6988, 'secure messaging objects are incorrect'],
    [0x6a80, 'incorrect data'],
    [0x6a81, 'function not supported'],
    [0x6a82, 'file not found'],
    [0x6a84, 'not enough memory'],
    [0x6a86, 'incorrect P1 or P2'],
    [0x6a87, 'the length does not agree with P1 and P2'],
    [0x6a88, 'referenced data not found'],
    [0x6b00, 'offset outside the file'],
    [0x6d00, 'instruction not supported'],
    [0x6e00, 'class not supported'],
    [0x6f00, 'no precise diagnosis'],
  ])('A3 the words of %i are %j', (sw, words) => {
    expect(renderStatus(sw)).toBe(words)
  })
})
