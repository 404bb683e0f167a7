import { type Line } from '@causeway/ground'
import { personaliseChip, readChip, type ChipResult, type Transmit } from 'icao9303'

/** The way to a chip on the production desk: commands to the station, responses back. */
function transmitTo(station: Line, serial: string): Transmit {
  return async (command) => {
    const r = await station.call<{ responses: string[] }>('POST', '/v1/apdu', { serial, commands: [Buffer.from(command).toString('hex')] })
    return r.ok ? new Uint8Array(Buffer.from(r.value.responses[0] ?? '6f00', 'hex')) : Uint8Array.of(0x6f, 0x00)
  }
}

export async function writeChip(station: Line, serial: string, files: Readonly<Record<string, Uint8Array>>): Promise<ChipResult<true>> {
  return personaliseChip(transmitTo(station, serial), files)
}

export async function readChipOf(station: Line, serial: string): Promise<ChipResult<Readonly<Record<string, Uint8Array>>>> {
  return readChip(transmitTo(station, serial))
}
