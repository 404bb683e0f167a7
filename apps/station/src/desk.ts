import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { BLANK_CHIP, virtualChip, type ChipFault, type ChipState, type VirtualChip } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

/** The devices of a production desk, simulated: the encoder with its chips, and the printer of data pages. */
export interface Desk {
  readonly transmit: (serial: string, commands: readonly string[]) => Promise<Result<{ readonly responses: readonly string[] }, Refusal>>
  /** Takes the booklet off the encoder: the chip loses its power and what was selected, not its files. */
  readonly remove: (serial: string) => Promise<Result<object, Refusal>>
  readonly fault: (serial: string, fault: ChipFault | undefined) => Promise<Result<object, Refusal>>
  readonly life: (serial: string) => Result<{ readonly life: string; readonly writes: number; readonly bytes: number }, Refusal>
  /** Prints a data page, PNG. A booklet is printed once: the same page again is the same answer, another is refused. */
  readonly print: (serial: string, page: Uint8Array) => Result<{ readonly sha256: string }, Refusal>
}

const SERIAL = /^[A-Z]{2}[0-9]{6}$/
const isCommand = (c: unknown): boolean => typeof c === 'string' && c.length >= 8 && c.length % 2 === 0 && /^[0-9a-f]+$/i.test(c)
const PNG = [0x89, 0x50, 0x4e, 0x47]

/** Whole on the disk under its name, or not there at all. */
function keep(file: string, content: string | Uint8Array): void {
  const bytes = Buffer.from(content)
  const fresh = `${file}.new`
  const fd = openSync(fresh, 'w', 0o600)
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done)
  fsyncSync(fd)
  closeSync(fd)
  renameSync(fresh, file)
}

/**
 * Chips are kept one file a serial and are on the disk before the desk answers: a power cut leaves a chip as it
 * was before the command or after it, as with a real one.
 */
export function openDesk(folder: string): Desk {
  for (const shelf of ['chips', 'pages']) mkdirSync(join(folder, shelf), { recursive: true, mode: 0o700 })
  const chipFile = (serial: string): string => join(folder, 'chips', `${serial}.json`)
  const read = (serial: string): ChipState => (existsSync(chipFile(serial)) ? (JSON.parse(readFileSync(chipFile(serial), 'utf8')) as ChipState) : BLANK_CHIP)
  /** Chips that have power: they remember what was selected. A restart takes it away, as lifting a chip from the encoder does. */
  const powered = new Map<string, { readonly chip: VirtualChip; onDisk: string }>()
  const on = <T>(serial: string, work: () => Result<T, Refusal>): Result<T, Refusal> => (SERIAL.test(serial) ? work() : no({ code: 'serial-malformed', at: 'serial' }))
  /** One thing at a time on one chip, in the order of asking. */
  const queues = new Map<string, Promise<unknown>>()
  const inTurn = async <T>(serial: string, work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> => {
    if (!SERIAL.test(serial)) return no({ code: 'serial-malformed', at: 'serial' })
    const mine = (queues.get(serial) ?? Promise.resolve()).then(work)
    const settled = mine.then(() => undefined, () => undefined)
    queues.set(serial, settled)
    void settled.then(() => { if (queues.get(serial) === settled) queues.delete(serial) })
    return mine
  }
  const crypto = nodeCrypto()

  return {
    transmit: async (serial, commands) => inTurn(serial, async () => {
      const bad = commands.findIndex((c) => !isCommand(c))
      if (bad !== -1) return no({ code: 'command-malformed', at: `commands.${bad}`, rule: 'ISO/IEC 7816-3 §12.1' })
      const held = powered.get(serial) ?? { chip: virtualChip(read(serial), crypto), onDisk: JSON.stringify(read(serial)) }
      powered.set(serial, held)
      const responses: string[] = []
      for (const c of commands) responses.push(Buffer.from(await held.chip.transmit(new Uint8Array(Buffer.from(c, 'hex')))).toString('hex'))
      const after = JSON.stringify(held.chip.state())
      if (after !== held.onDisk) keep(chipFile(serial), after)
      held.onDisk = after
      return ok({ responses })
    }),
    remove: async (serial) => inTurn(serial, async () => {
      powered.delete(serial)
      return Promise.resolve(ok({}))
    }),
    fault: async (serial, fault) => inTurn(serial, async () => {
      keep(chipFile(serial), JSON.stringify({ ...read(serial), fault }))
      powered.delete(serial)
      return Promise.resolve(ok({}))
    }),
    life: (serial) => on(serial, () => {
      const { life, writes, files } = read(serial)
      return ok({ life, writes: writes.length, bytes: Object.values(files).reduce((n, f) => n + f.length / 2, 0) })
    }),
    print: (serial, page) => on(serial, () => {
      if (PNG.some((b, i) => page[i] !== b)) return no({ code: 'page-malformed', at: 'page' })
      const file = join(folder, 'pages', `${serial}.png`)
      const hash = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex')
      if (existsSync(file) && hash(readFileSync(file)) !== hash(page)) return no({ code: 'page-printed-before', details: { serial } })
      if (!existsSync(file)) keep(file, page)
      return ok({ sha256: hash(page) })
    }),
  }
}
