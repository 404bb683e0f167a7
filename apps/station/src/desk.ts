import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { BLANK_CHIP, virtualChip, type ChipFault, type ChipState, type VirtualChip } from 'icao9303'

/** The devices of a production desk, simulated: the encoder with its chips, and what the page printer was given. */
export interface Desk {
  readonly transmit: (serial: string, commands: readonly string[]) => Result<{ readonly responses: readonly string[] }, Refusal>
  readonly fault: (serial: string, fault: ChipFault | undefined) => Result<object, Refusal>
  readonly life: (serial: string) => Result<{ readonly life: string; readonly writes: number }, Refusal>
}

const SERIAL = /^[A-Z]{2}[0-9]{6}$/

/**
 * Chips are kept one file a serial and are on the disk before the desk answers: a power cut leaves a chip as it
 * was before the command or after it, as with a real one.
 */
export function openDesk(folder: string): Desk {
  mkdirSync(join(folder, 'chips'), { recursive: true })
  const file = (serial: string): string => join(folder, 'chips', `${serial}.json`)
  const read = (serial: string): ChipState => (existsSync(file(serial)) ? (JSON.parse(readFileSync(file(serial), 'utf8')) as ChipState) : BLANK_CHIP)
  const write = (serial: string, state: ChipState): void => {
    const fresh = `${file(serial)}.new`
    const fd = openSync(fresh, 'w', 0o600)
    writeSync(fd, JSON.stringify(state))
    fsyncSync(fd)
    closeSync(fd)
    renameSync(fresh, file(serial))
  }
  /** Chips that have power: they remember what was selected. A restart takes it away, as lifting a chip from the reader does. */
  const powered = new Map<string, VirtualChip>()
  const known = (serial: string): Refusal | undefined => (SERIAL.test(serial) ? undefined : { code: 'serial-malformed', at: 'serial' })
  return {
    transmit: (serial, commands) => {
      const refusal = known(serial)
      if (refusal !== undefined) return no(refusal)
      const chip = powered.get(serial) ?? virtualChip(read(serial))
      powered.set(serial, chip)
      const before = chip.state()
      const responses = commands.map((c) => Buffer.from(chip.transmit(new Uint8Array(Buffer.from(c, 'hex')))).toString('hex'))
      const after = chip.state()
      if (after.writes.length !== before.writes.length || after.life !== before.life || Object.keys(after.files).length !== Object.keys(before.files).length) write(serial, after)
      return ok({ responses })
    },
    fault: (serial, fault) => {
      const refusal = known(serial)
      if (refusal !== undefined) return no(refusal)
      write(serial, { ...read(serial), fault })
      powered.delete(serial)
      return ok({})
    },
    life: (serial) => {
      const refusal = known(serial)
      return refusal === undefined ? ok({ life: read(serial).life, writes: read(serial).writes.length }) : no(refusal)
    },
  }
}
