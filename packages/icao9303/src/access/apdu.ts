/** Carries a command to a chip and its response back: the bytes of ISO/IEC 7816-4, nothing around them. */
export type Transmit = (command: Uint8Array) => Promise<Uint8Array>

/** How the length fields are written: one byte each, or three and two. */
export type LengthForm = 'short' | 'extended'

/** What a terminal says to a chip. */
export interface Command {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  /** Empty when the command carries none. At most 65 535 bytes. */
  readonly data: Uint8Array
  /** How many bytes the terminal takes in answer, 1 to 65 536; undefined when it expects none. */
  readonly le?: number | undefined
  /** Undefined: short where it fits. */
  readonly form?: LengthForm | undefined
}

/** What a chip answers. */
export interface Response {
  readonly data: Uint8Array
  /** The status word, 0 to 0xffff. */
  readonly sw: number
}

export const OK = 0x9000
const NONE = new Uint8Array()

/** The form that a command is written in. */
export function lengthForm(c: Command): LengthForm {
  return c.form ?? (c.data.length > 255 || (c.le ?? 0) > 256 ? 'extended' : 'short')
}

/**
 * A command in one of its four cases, short or extended.
 *
 * @throws RangeError when a byte, the data or the expected length does not fit the form
 * @source ISO/IEC 7816-3 §12.1
 */
export function encodeCommand(c: Command): Uint8Array {
  const form = lengthForm(c)
  const [room, most] = form === 'short' ? [255, 256] : [65_535, 65_536]
  const { data, le } = c
  const head = [c.cla, c.ins, c.p1, c.p2]
  if (head.some((b) => !Number.isInteger(b) || b < 0 || b > 255)) throw new RangeError('a command header is four bytes')
  if (data.length > room) throw new RangeError(`a ${form} command carries at most ${room} bytes`)
  if (le !== undefined && !(Number.isInteger(le) && le >= 1 && le <= most)) {
    throw new RangeError(`a ${form} command expects 1 to ${most} bytes`)
  }
  const two = (n: number): readonly number[] => [(n >> 8) & 0xff, n & 0xff]
  const lc = data.length === 0 ? [] : form === 'short' ? [data.length] : [0, ...two(data.length)]
  const tail = le === undefined ? [] : form === 'short' ? [le & 0xff] : [...(data.length === 0 ? [0] : []), ...two(le)]
  const bytes = new Uint8Array(head.length + lc.length + data.length + tail.length)
  bytes.set(head)
  bytes.set(lc, 4)
  bytes.set(data, 4 + lc.length)
  bytes.set(tail, 4 + lc.length + data.length)
  return bytes
}

/** A command in one of its four cases, short or extended; undefined when its length is wrong. @source ISO/IEC 7816-3 §12.1 */
export function parseCommand(b: Uint8Array): Command | undefined {
  if (b.length < 4) return undefined
  const head = { cla: b[0]!, ins: b[1]!, p1: b[2]!, p2: b[3]! }
  if (b.length === 4) return { ...head, data: NONE, form: 'short' }
  if (b.length === 5) return { ...head, data: NONE, le: b[4]! || 256, form: 'short' }
  if (b[4] !== 0) {
    const end = 5 + b[4]!
    if (b.length !== end && b.length !== end + 1) return undefined
    return { ...head, data: b.subarray(5, end), ...(b.length === end ? {} : { le: b[end]! || 256 }), form: 'short' }
  }
  const two = (at: number): number => b[at]! * 256 + b[at + 1]!
  if (b.length === 7) return { ...head, data: NONE, le: two(5) || 65_536, form: 'extended' }
  const end = 7 + two(5)
  if (end === 7 || (b.length !== end && b.length !== end + 2)) return undefined
  return { ...head, data: b.subarray(7, end), ...(b.length === end ? {} : { le: two(end) || 65_536 }), form: 'extended' }
}

/** Data and status word; undefined for fewer than two bytes, which no chip may answer. */
export function parseResponse(bytes: Uint8Array): Response | undefined {
  if (bytes.length < 2) return undefined
  return { data: bytes.subarray(0, -2), sw: bytes.at(-2)! * 256 + bytes.at(-1)! }
}

export function encodeResponse(r: Response): Uint8Array {
  const bytes = new Uint8Array(r.data.length + 2)
  bytes.set(r.data)
  bytes.set([r.sw >> 8, r.sw & 0xff], r.data.length)
  return bytes
}

/** Sends a command as it is and reads the answer, a copy of it: readers use their buffers again. Undefined without a status word. */
export async function send(transmit: Transmit, command: Command): Promise<Response | undefined> {
  return parseResponse((await transmit(encodeCommand(command))).slice())
}

/** A status word in the four hexadecimal digits that everybody writes. */
export const statusHex = (sw: number): string => sw.toString(16).padStart(4, '0')

const WORDS: Readonly<Record<number, string>> = {
  0x9000: 'done',
  0x6281: 'part of the data may be corrupt',
  0x6282: 'end of file reached before all was read',
  0x6283: 'the file is deactivated',
  0x6300: 'authentication failed',
  0x6581: 'the memory failed',
  0x6700: 'wrong length',
  0x6881: 'logical channels are not supported',
  0x6882: 'secure messaging is not supported',
  0x6883: 'the last command of the chain was expected',
  0x6884: 'command chaining is not supported',
  0x6981: 'not for this kind of file',
  0x6982: 'security status not satisfied',
  0x6983: 'the password is blocked',
  0x6984: 'the referenced data is not usable',
  0x6985: 'conditions of use not satisfied',
  0x6986: 'no file is selected',
  0x6987: 'secure messaging objects are missing',
  0x6988: 'secure messaging objects are incorrect',
  0x6a80: 'incorrect data',
  0x6a81: 'function not supported',
  0x6a82: 'file not found',
  0x6a84: 'not enough memory',
  0x6a86: 'incorrect P1 or P2',
  0x6a87: 'the length does not agree with P1 and P2',
  0x6a88: 'referenced data not found',
  0x6b00: 'offset outside the file',
  0x6d00: 'instruction not supported',
  0x6e00: 'class not supported',
  0x6f00: 'no precise diagnosis',
}

/** How many tries a password has left after this status word; undefined when it does not say. @source ISO/IEC 7816-4 §5.6 */
export function triesLeft(sw: number): number | undefined {
  if (sw === 0x6983) return 0
  return (sw & 0xfff0) === 0x63c0 ? sw & 0xf : undefined
}

/** What a status word means, in a few English words. @source ISO/IEC 7816-4 §5.6, Doc 9303-11 §4.4.4 */
export function renderStatus(sw: number): string {
  const known = WORDS[sw]
  if (known !== undefined) return known
  if ((sw & 0xfff0) === 0x63c0) return `authentication failed, ${sw & 0xf} tries left`
  if (sw >> 8 === 0x61) return `${sw & 0xff || 256} more bytes can be fetched`
  if (sw >> 8 === 0x6c) return `wrong expected length, ${sw & 0xff || 256} bytes are there`
  return 'not a status word of Doc 9303'
}
