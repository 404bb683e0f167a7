import { type Transmit } from 'icao9303'

import { Impossible } from './command.ts'

/** A card in a real reader. */
export interface ReaderCard { readonly reader: string; readonly transmit: Transmit; readonly end: () => void }

const SHARE_SHARED = 2
const EITHER_PROTOCOL = 3
const RESET = 1
/** Room for the longest answer with its status word. */
const ROOM = 65_538

/** What we use of the package `smartcard`, which may be absent: it is built only where PC/SC's headers are. */
interface PcscCard { readonly transmit: (command: Buffer, o: { readonly maxRecvLength: number; readonly autoGetResponse: boolean }) => Promise<Buffer>; readonly reconnect: (share: number, protocol: number, initialisation: number) => Promise<number>; readonly disconnect: () => void }
interface PcscReader { readonly name: string; readonly connect: (share: number, protocol: number) => Promise<PcscCard> }
interface PcscContext { readonly listReaders: () => readonly PcscReader[]; readonly close: () => void }
interface Pcsc { readonly Context: new () => PcscContext }

async function pcsc(): Promise<Pcsc> {
  const name = 'smartcard'
  try {
    return (await import(name)) as Pcsc
  } catch {
    throw new Impossible('pcsc-missing', 'the package smartcard could not be built here: apt-get install libpcsclite-dev pcscd, then npm run setup')
  }
}

/** The card in a reader, by a part of the reader's name; without one, in the first that has a card. @throws Impossible */
export async function openReader(name: string | undefined): Promise<ReaderCard> {
  const { Context } = await pcsc()
  let context: PcscContext
  try {
    context = new Context()
  } catch {
    throw new Impossible('pcsc-unreachable', 'no PC/SC service answers: pcscd must run')
  }
  const readers = context.listReaders().filter((r) => name === undefined || r.name.includes(name))
  for (const reader of readers) {
    try {
      const card = await reader.connect(SHARE_SHARED, EITHER_PROTOCOL)
      await card.reconnect(SHARE_SHARED, EITHER_PROTOCOL, RESET) // whoever was here before may have left a session open
      return {
        reader: reader.name,
        transmit: async (command) => new Uint8Array(await card.transmit(Buffer.from(command), { maxRecvLength: ROOM, autoGetResponse: true })),
        end: () => { card.disconnect(); context.close() },
      }
    } catch {
      continue // no card there
    }
  }
  context.close()
  if (readers.length === 0) throw new Impossible('reader-missing', name === undefined ? 'there is no reader' : `no reader is named ${name}`)
  throw new Impossible('card-missing', `no card in ${readers.map((r) => r.name).join(', ')}`)
}
