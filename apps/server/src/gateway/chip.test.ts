import { randomBytes } from 'node:crypto'

import { type Line } from '@causeway/ground'
import { CHIP_PROTOCOL } from '@causeway/journey'
import { type Refusal, type Result } from '@causeway/kernel'
import { encodeSecurityInfos, paceInfo, type ChipOrder, type ChipReading, type ChipResult } from 'icao9303'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, startPart, type PartFolder, type TestPart } from '../../../../test/part.ts'
import { readChipOf, writeChip } from './chip.ts'

let f: PartFolder
let station: TestPart
beforeAll(async () => {
  f = partFolder('2026-03-02T01:00:00Z')
  station = await startPart(f, 'station')
})
afterAll(async () => {
  await station.stop()
  f.remove()
})

const file = (tag: number, length: number): Uint8Array => Uint8Array.from([tag, 0x82, length >> 8, length & 0xff, ...randomBytes(length)])
const cardAccess = encodeSecurityInfos({ infos: [paceInfo(CHIP_PROTOCOL)] })
const files = { 'EF.CardAccess': cardAccess, 'EF.COM': file(0x60, 260), DG1: file(0x61, 300), DG2: file(0x75, 9_000), 'EF.SOD': file(0x77, 1_800) }

const password = 'SP00000014800229629031'.padEnd(24, '0')
const order: ChipOrder = { files, access: 'pace', secrets: { mrz: password } }
const filesOf = (r: Result<ChipResult<ChipReading>, Refusal>): unknown => (r.ok && r.value.ok ? r.value.value.files : r)

/** The real station, to which something happens before the n-th command. */
function line(n: number, what: () => Promise<void>): Line {
  let asked = 0
  return {
    call: async (method, path, body, ms) => {
      asked += 1
      if (asked === n) await what()
      return station.line.call(method, path, body, ms)
    },
  }
}
const killed = async (): Promise<void> => { process.kill(station.pid()!, 'SIGKILL'); return Promise.resolve() }

describe('the production desk when the station is killed', () => {
  it.each([1, 2, 3, 20, 45])('a chip whose station was away at command %i is no faulty chip: it is written when the station is back', async (n) => {
    const serial = `SB0001${String(n).padStart(2, '0')}`
    expect(await writeChip(line(n, killed), serial, order)).toMatchObject({ ok: false, error: { code: 'part-unreachable' } })
    await station.up()
    expect(await writeChip(station.line, serial, order)).toEqual({ ok: true, value: { ok: true, value: true } })
    expect(filesOf(await readChipOf(station.line, serial, password))).toEqual(files)
  })

  it.each([2, 3, 4, 5, 20, 45, 59, 60, 61, 62, 70, 75])('a chip that lost its power before command %i and has it again is written and read all the same', async (n) => {
    const serial = `SB0002${String(n).padStart(2, '0')}`
    expect(await writeChip(line(n, station.fell), serial, order)).toEqual({ ok: true, value: { ok: true, value: true } })
    expect(filesOf(await readChipOf(line(n, station.fell), serial, password))).toEqual(files)
  })
})
