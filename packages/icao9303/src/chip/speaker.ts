import { encodeCommand, parseResponse, statusHex, type Command, type Response, type Transmit } from '../access/apdu.ts'
import { type SessionKeys } from '../access/key.ts'
import { roomInAnswer, terminalChannel, type TerminalChannel } from '../access/secure-messaging.ts'
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
export interface Heard { readonly response: Response; readonly says?: string }

/** Speaks with a chip, bare or within a session, and writes down how it went. */
export interface Speaker {
  readonly say: (step: string, command: Command) => Promise<Heard>
  /** The bare line, for protocols that end in a session. */
  readonly bare: (step: string) => Transmit
  /** From now on within this session. */
  readonly enter: (keys: SessionKeys) => void
  readonly channel: () => TerminalChannel | undefined
  /** Bytes of a file that one short answer has room for. */
  readonly room: () => number
  readonly exchanges: () => readonly ChipExchange[]
}

const NONE = new Uint8Array()
const SHORT = 256

export function openSpeaker(transmit: Transmit, crypto: Crypto): Speaker {
  const exchanges: ChipExchange[] = []
  let channel: TerminalChannel | undefined

  const wire = async (step: string, bytes: Uint8Array): Promise<Uint8Array> => {
    const answer = await transmit(bytes)
    const r = parseResponse(answer)
    const head = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join('')
    exchanges.push({ step, command: head, sent: bytes.length, received: answer.length, statusWord: r === undefined ? '' : statusHex(r.sw) })
    return answer
  }

  const within = async (session: TerminalChannel, step: string, command: Command): Promise<Heard> => {
    if (session.state() !== 'open' && !session.resume()) return { response: { data: NONE, sw: 0 }, says: 'the session is over' }
    const answer = session.open(await wire(step, session.protect(command)))
    if (answer.outcome === 'protected') return { response: answer.response }
    // a bare status word is news of the chip, and nothing that it says counts as data
    if (answer.outcome === 'bare') return { response: { data: NONE, sw: answer.sw }, says: 'a status word without protection' }
    return { response: { data: NONE, sw: 0 }, says: answer.says }
  }

  return {
    say: async (step, command) => {
      if (channel !== undefined) return within(channel, step, command)
      const r = parseResponse(await wire(step, encodeCommand(command)))
      return r === undefined ? { response: { data: NONE, sw: 0 }, says: 'no status word' } : { response: r }
    },
    bare: (step) => async (bytes) => wire(step, bytes),
    enter: (keys) => { channel = terminalChannel(keys, crypto) },
    channel: () => channel,
    room: () => (channel === undefined ? SHORT : roomInAnswer(channel.cipher, SHORT)),
    exchanges: () => [...exchanges],
  }
}
