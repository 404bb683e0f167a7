import { encodeCommand, parseResponse, statusHex, type Command, type Response, type Transmit } from '../access/apdu.ts'
import { type SessionKeys } from '../access/key.ts'
import { roomInAnswer, terminalChannel, type TerminalChannel } from '../access/secure-messaging.ts'
import { concat } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'

/** One exchange as it went over the wire: commands without their data, which may be secret. */
export interface ChipExchange {
  readonly step: string
  /** Class, instruction, P1 and P2 as sent, and how many bytes in all. */
  readonly command: string
  readonly sent: number
  readonly received: number
  readonly statusWord: string
}

/** What a chip answered; `says` is set when the answer could not be taken for the chip's. */
export interface Heard {
  readonly response: Response
  readonly says?: string
  /** A bare status word within a session: news of the chip, under no checksum. */
  readonly bare?: true
}

/** Speaks with a chip, bare or within a session, and writes down how it went. */
export interface Speaker {
  readonly say: (step: string, command: Command) => Promise<Heard>
  /** The bare line, for protocols that end in a session. */
  readonly bare: (step: string) => Transmit
  /** From now on within this session. */
  readonly enter: (keys: SessionKeys) => void
  /** From now on without a session. */
  readonly leave: () => void
  readonly channel: () => TerminalChannel | undefined
  /** Bytes of a file that an answer of some length has room for. */
  readonly room: (length: number) => number
  /** `short` once the line itself refused a long command. */
  readonly carries: () => 'extended' | 'short'
  readonly exchanges: () => readonly ChipExchange[]
}

const NONE = new Uint8Array()
const isExtended = (command: Uint8Array): boolean => command.length > 5 && command[4] === 0
/** Parts of one answer that are fetched, at most. */
const MOST_PARTS = 16

/**
 * @param o.budget - how many exchanges there may be: after them the chip is heard no more
 */
export function openSpeaker(transmit: Transmit, o: { readonly crypto: Crypto; readonly budget: number }): Speaker {
  const exchanges: ChipExchange[] = []
  let channel: TerminalChannel | undefined
  let carries: 'extended' | 'short' = 'extended'

  /** Readers that do not carry long commands throw at one: that is no trouble of the chip, which is asked for less then. */
  const carry = async (bytes: Uint8Array): Promise<Uint8Array> => {
    try {
      // a copy: readers use their buffers again
      return (await transmit(bytes)).slice()
    } catch (error) {
      if (!isExtended(bytes)) throw error
      carries = 'short'
      return NONE
    }
  }

  const once = async (step: string, bytes: Uint8Array): Promise<Uint8Array> => {
    if (exchanges.length >= o.budget) return NONE
    const answer = await carry(bytes)
    const r = parseResponse(answer)
    const head = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join('')
    exchanges.push({ step, command: head, sent: bytes.length, received: answer.length, statusWord: r === undefined ? '' : statusHex(r.sw) })
    return answer
  }

  /** A bare answer, whole: 61xx says that there is more to fetch. @source ISO/IEC 7816-4 §11.8.1 */
  const wire = async (step: string, bytes: Uint8Array): Promise<Uint8Array> => {
    let answer = await once(step, bytes)
    for (let parts = 1; channel === undefined && answer.at(-2) === 0x61 && parts < MOST_PARTS; parts++) {
      const more = await once(step, encodeCommand({ cla: 0, ins: 0xc0, p1: 0, p2: 0, data: NONE, le: answer.at(-1) || 256 }))
      answer = concat(answer.subarray(0, -2), more)
    }
    return answer
  }

  const within = async (session: TerminalChannel, step: string, command: Command): Promise<Heard> => {
    if (session.state() !== 'open' && !session.resume()) return { response: { data: NONE, sw: 0 }, says: 'the session is over' }
    const answer = session.open(await wire(step, session.protect(command)))
    if (answer.outcome === 'protected') return { response: answer.response }
    // a bare status word is news of the chip, and nothing that it says counts as data
    if (answer.outcome === 'bare') return { response: { data: NONE, sw: answer.sw }, says: 'a status word without protection', bare: true }
    return { response: { data: NONE, sw: 0 }, says: answer.says }
  }

  return {
    say: async (step, command) => {
      if (channel !== undefined) return within(channel, step, command)
      const r = parseResponse(await wire(step, encodeCommand(command)))
      return r === undefined ? { response: { data: NONE, sw: 0 }, says: exchanges.length >= o.budget ? 'the chip takes more exchanges than it may' : 'no status word' } : { response: r }
    },
    bare: (step) => async (bytes) => wire(step, bytes),
    enter: (keys) => { channel = terminalChannel(keys, o.crypto) },
    leave: () => { channel = undefined },
    channel: () => channel,
    room: (length) => (channel === undefined ? length : roomInAnswer(channel.cipher, length)),
    carries: () => carries,
    exchanges: () => [...exchanges],
  }
}
