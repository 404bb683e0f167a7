import { type Line } from '@causeway/ground'
import { CHIP_PROTOCOL } from '@causeway/journey'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { generateChipKey, personaliseChip, readChip, type ChipOrder, type ChipReading, type ChipResult, type Transmit } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

const crypto = nodeCrypto()

/** The station does not answer: that says nothing of the chip, and must not cost a blank. */
class Away extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/**
 * Work on a chip of the production desk: commands to the station, responses back. Trouble is met once more before
 * it is believed, since a chip that lost its power on the way has forgotten what was selected; refused when the
 * station is away.
 */
async function atDesk<T>(station: Line, serial: string, work: (transmit: Transmit) => Promise<ChipResult<T>>): Promise<Result<ChipResult<T>, Refusal>> {
  const transmit: Transmit = async (command) => {
    const r = await station.call<{ responses: string[] }>('POST', '/v1/apdu', { serial, commands: [Buffer.from(command).toString('hex')] })
    if (!r.ok) throw new Away(r.error)
    return new Uint8Array(Buffer.from(r.value.responses[0] ?? '6f00', 'hex'))
  }
  try {
    const first = await work(transmit)
    return ok(first.ok ? first : await work(transmit))
  } catch (error) {
    if (error instanceof Away) return no(error.refusal)
    throw error
  }
}

/** The public key that this chip will prove itself by; the chip makes the pair, once. */
export async function chipKeyOf(station: Line, serial: string): Promise<Result<ChipResult<Uint8Array>, Refusal>> {
  return atDesk(station, serial, async (transmit) => generateChipKey(transmit, { parameterId: CHIP_PROTOCOL.parameterId, use: 'chip-authentication' }))
}

export async function writeChip(station: Line, serial: string, order: ChipOrder): Promise<Result<ChipResult<true>, Refusal>> {
  return atDesk(station, serial, async (transmit) => personaliseChip(transmit, order))
}

/** A chip of ours has PACE: another one is not read. */
export async function readChipOf(station: Line, serial: string, password: string): Promise<Result<ChipResult<ChipReading>, Refusal>> {
  return atDesk(station, serial, async (transmit) => readChip(transmit, { passwords: [{ kind: 'mrz', text: password }], policy: 'pace-required', crypto }))
}
