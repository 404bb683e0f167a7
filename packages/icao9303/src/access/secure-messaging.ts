import { concat } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { encodeCommand, encodeResponse, lengthForm, parseResponse, type Command, type Response } from './apdu.ts'
import { CIPHER_SUITES, type SessionCipher, type SessionKeys } from './key.ts'
import { pad } from './mac.ts'
import { parseSecureObjects, sessionCiphers } from './secure-object.ts'

/**
 * What became of a session.
 * `open`: commands may go. `interrupted`: the chip answered a bare status word, nothing else is known of it.
 * `over`: an answer was not the chip's, or the chip ended it; new keys are needed.
 */
export type ChannelState = 'open' | 'interrupted' | 'over'

/**
 * What a protected answer was.
 * `protected`: data and status word stand under the session's checksum.
 * `bare`: a status word without protection and nothing else. It is news, never data: the chip has most likely ended the session.
 * `refused`: everything else; nothing of it may be used.
 */
export type SecureAnswer =
  | { readonly outcome: 'protected'; readonly response: Response }
  | { readonly outcome: 'bare'; readonly sw: number }
  | { readonly outcome: 'refused'; readonly code: SecureFault; readonly says: string }

/** Why an answer or a command is refused. */
export type SecureFault =
  | 'no-status' | 'objects-malformed' | 'status-missing' | 'status-differs' | 'checksum-wrong' | 'text-malformed' | 'session-over'

/** The terminal's end of a protected session. Holds the counter: one at a time, in order. */
export interface TerminalChannel {
  readonly cipher: SessionCipher
  readonly state: () => ChannelState
  /** The command as it goes out. @throws RangeError when the session is not open or a command waits for its answer */
  readonly protect: (command: Command) => Uint8Array
  /** What came back for the command that was protected last. @throws RangeError when none was */
  readonly open: (response: Uint8Array) => SecureAnswer
  /**
   * Goes on after a bare status word as if the chip had never seen the command: chips that refuse a command by its
   * length do so before they look at it, and count no message. Possible once; a second bare word ends the session.
   *
   * @returns whether the session is open again
   */
  readonly resume: () => boolean
}

const SAYS: Readonly<Record<SecureFault, string>> = {
  'no-status': 'fewer than two bytes',
  'objects-malformed': 'not the objects of a protected answer',
  'status-missing': 'no protected status word',
  'status-differs': 'the protected status word is not the one outside',
  'checksum-wrong': 'the checksum is not of this session and message',
  'text-malformed': 'the cryptogram is no padded text',
  'session-over': 'the session had ended',
}
const refused = (code: SecureFault): SecureAnswer => ({ outcome: 'refused', code, says: SAYS[code] })

/** Headers are protected with class 0C, or 1C within a chain. */
const guarded = (cla: number): number => (cla & 0x13) | 0x0c

function expectedBytes(c: Command): Uint8Array {
  if (c.le === undefined) return new Uint8Array()
  return tlv(0x97, c.le > 256 || c.form === 'extended' ? Uint8Array.of((c.le >> 8) & 0xff, c.le & 0xff) : Uint8Array.of(c.le & 0xff))
}

/** The next value of a counter as wide as the block: after the last comes 0. */
const next = (counter: bigint, block: 8 | 16): bigint => BigInt.asUintN(8 * block, counter + 1n)

/** @source Doc 9303-11 §9.8 */
export function terminalChannel(keys: SessionKeys, crypto: Crypto): TerminalChannel {
  const ciphers = sessionCiphers(keys, crypto)
  const { block } = ciphers
  let counter = keys.counter
  let state: ChannelState = 'open'
  let mayResume = true
  let waiting = false

  const over = (code: SecureFault): SecureAnswer => { state = 'over'; return refused(code) }

  const read = ({ data, sw }: Response): SecureAnswer => {
    const objects = parseSecureObjects(data)
    if (objects === undefined || objects.expected !== undefined) return over('objects-malformed')
    if (objects.status?.length !== 2) return over('status-missing')
    if (!ciphers.isCovered(objects, { counter })) return over('checksum-wrong')
    if (objects.status[0]! * 256 + objects.status[1]! !== sw) return over('status-differs')
    const text = objects.cryptogram === undefined ? new Uint8Array() : ciphers.open(objects.cryptogram, counter)
    if (text === undefined) return over('text-malformed')
    mayResume = true
    return { outcome: 'protected', response: { data: text, sw } }
  }

  return {
    cipher: keys.cipher,
    state: () => state,
    protect: (command) => {
      if (state !== 'open' || waiting) throw new RangeError('the session takes no command now')
      const cla = guarded(command.cla)
      const value = next(counter, block)
      const objects = concat(ciphers.seal(command.data, { counter: value, ins: command.ins }), expectedBytes(command))
      const header = pad(Uint8Array.of(cla, command.ins, command.p1, command.p2), block)
      const data = concat(objects, ciphers.checksum(concat(header, objects), value))
      const form = lengthForm(command) === 'extended' || data.length > 255 ? 'extended' : 'short'
      const bytes = encodeCommand({ ...command, cla, data, form, le: form === 'extended' ? 65_536 : 256 })
      counter = value
      waiting = true
      return bytes
    },
    open: (bytes) => {
      if (!waiting) throw new RangeError('no command waits for an answer')
      waiting = false
      counter = next(counter, block)
      const response = parseResponse(bytes)
      if (response === undefined) return over('no-status')
      if (response.data.length > 0) return read(response)
      state = mayResume ? 'interrupted' : 'over'
      return { outcome: 'bare', sw: response.sw }
    },
    resume: () => {
      if (state !== 'interrupted') return false
      state = 'open'
      mayResume = false
      counter = BigInt.asUintN(8 * block, counter - 2n)
      return true
    },
  }
}

/** What a chip makes of a command that came within a session. A refusal ends the session and is answered bare. */
export type SecureCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly code: SecureFault; readonly sw: 0x6987 | 0x6988 }

/** The chip's end of a protected session. */
export interface ChipChannel {
  readonly cipher: SessionCipher
  readonly state: () => 'open' | 'over'
  /** The command inside a protected one. A plain one ends the session. */
  readonly open: (command: Command) => SecureCommand
  /** The answer to the command that was opened last. @throws RangeError when none was */
  readonly protect: (response: Response) => Uint8Array
}

/** DO'97' as a number; undefined when it is none. */
const expectedOf = (value: Uint8Array): number | undefined => {
  if (value.length === 1) return value[0]! || 256
  return value.length === 2 ? value[0]! * 256 + value[1]! || 65_536 : undefined
}

/** @source Doc 9303-11 §9.8.3, §9.8.5 */
export function chipChannel(keys: SessionKeys, crypto: Crypto): ChipChannel {
  const ciphers = sessionCiphers(keys, crypto)
  const { block } = ciphers
  let counter = keys.counter
  let state: 'open' | 'over' = 'open'
  let ins: number | undefined

  const end = (code: SecureFault, sw: 0x6987 | 0x6988): SecureCommand => { state = 'over'; ins = undefined; return { ok: false, code, sw } }

  return {
    cipher: keys.cipher,
    state: () => state,
    open: (c) => {
      if (state === 'over') return { ok: false, code: 'session-over', sw: 0x6988 }
      if ((c.cla & 0x0c) !== 0x0c) return end('objects-malformed', 0x6987)
      counter = next(counter, block)
      const objects = parseSecureObjects(c.data)
      if (objects === undefined || objects.status !== undefined) return end('objects-malformed', 0x6987)
      const header = pad(Uint8Array.of(c.cla, c.ins, c.p1, c.p2), block)
      if (!ciphers.isCovered(objects, { counter, header })) return end('checksum-wrong', 0x6988)
      const le = objects.expected === undefined ? undefined : expectedOf(objects.expected)
      if (objects.expected !== undefined && le === undefined) return end('objects-malformed', 0x6988)
      const data = objects.cryptogram === undefined ? new Uint8Array() : ciphers.open(objects.cryptogram, counter)
      if (data === undefined) return end('text-malformed', 0x6988)
      ins = c.ins
      const form = (le ?? 0) > 256 || data.length > 255 ? 'extended' : 'short'
      return { ok: true, command: { cla: c.cla & ~0x0c, ins: c.ins, p1: c.p1, p2: c.p2, data, form, ...(le === undefined ? {} : { le }) } }
    },
    protect: (response) => {
      if (ins === undefined) throw new RangeError('no command waits for an answer')
      counter = next(counter, block)
      const objects = concat(ciphers.seal(response.data, { counter, ins }), tlv(0x99, Uint8Array.of(response.sw >> 8, response.sw & 0xff)))
      ins = undefined
      return encodeResponse({ data: concat(objects, ciphers.checksum(objects, counter)), sw: response.sw })
    },
  }
}

/**
 * How much data fits into one protected answer of a given length: 223 bytes with AES and 231 with 3DES where the
 * terminal expects 256. Asking for more makes a chip cut its answer, and the checksum with it.
 */
export function roomInAnswer(cipher: SessionCipher, length: number): number {
  const { block } = CIPHER_SUITES[cipher]
  const room = length - 4 - 10
  const head = room - 2 < 0x80 ? 2 : room - 3 < 0x100 ? 3 : 4
  return Math.max(0, Math.floor((room - head - 1) / block) * block - 1)
}
