import { connect, type Socket } from 'node:net'

import { Impossible } from './command.ts'

/** The one-byte messages of a virtual reader; everything longer is a command to the card. @source vsmartcard, vpcd */
const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const

/** T=1, and the historical bytes of a chip without contacts that takes extended lengths. @source ISO/IEC 7816-3 §8, 7816-4 §12.1 */
export const ATR = withCheck([0x3b, 0x87, 0x80, 0x01, 0x80, 0x73, 0x00, 0x21, 0x40, 0x81, 0x00])

function withCheck(bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(...bytes, bytes.slice(1).reduce((x, b) => x ^ b, 0))
}

/** A card in a reader: it has power or not, and answers commands. */
export interface Card {
  /** Takes the power away and gives it back: what was selected or agreed is forgotten. */
  readonly reset: () => void
  readonly transmit: (command: Uint8Array) => Promise<Uint8Array>
}

/** A card that sits in a virtual reader until it is taken out, or the reader goes away. */
export interface Inserted { readonly remove: () => void; readonly gone: Promise<void> }

const frame = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])

async function open(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => { resolve(socket) })
    socket.once('error', (error: NodeJS.ErrnoException) => { reject(new Impossible('vpcd-unreachable', `no virtual reader answers at ${host}:${port} (${error.code ?? error.message}); pcscd with vpcd must run`)) })
  })
}

/** Puts a card into the virtual reader that listens there. @throws Impossible when none does */
export async function insertCard(card: Card, at: { readonly host: string; readonly port: number }): Promise<Inserted> {
  const socket = await open(at.host, at.port)
  let heard = Buffer.alloc(0)
  let turn: Promise<void> = Promise.resolve()

  const answer = async (message: Uint8Array): Promise<void> => {
    if (message.length > 1) { socket.write(frame(await card.transmit(message))); return }
    if (message[0] === CONTROL.atr) socket.write(frame(ATR))
    else if (message[0] !== undefined) card.reset()
  }
  socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk])
    while (heard.length >= 2 && heard.length >= 2 + heard.readUInt16BE(0)) {
      const message = new Uint8Array(heard.subarray(2, 2 + heard.readUInt16BE(0)))
      heard = heard.subarray(2 + message.length)
      turn = turn.then(async () => answer(message))
    }
  })
  socket.on('error', () => undefined) // its end follows, and is all that there is to say
  const gone = new Promise<void>((resolve) => { socket.once('close', () => { resolve() }) })
  return { remove: () => { socket.destroy() }, gone }
}
