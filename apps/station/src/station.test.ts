import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Refusal, type Result } from '@causeway/kernel'
import fc from 'fast-check'
import { generateChipKey, personaliseChip, readChip, type ChipOrder, type ChipReading, type ChipResult, type Transmit } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'

let f: PartFolder
let station: TestPart
const refusalOf = (r: Result<unknown, Refusal>): Refusal | undefined => (r.ok ? undefined : r.error)
const ask = async <T>(path: string, body: unknown): Promise<Result<T, Refusal>> => station.line.call<T>('POST', path, body)

/** A file as it stands on a chip: a tag, its length, and random content. */
function fileOf(tag: number, length: number): Uint8Array {
  return Uint8Array.from([tag, ...(length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff]), ...randomBytes(length)])
}
const files = { 'EF.COM': fileOf(0x60, 20), DG1: fileOf(0x61, 90), DG2: fileOf(0x75, 12_000), 'EF.SOD': fileOf(0x77, 1_800) }

const order: ChipOrder = { files, access: 'open', secrets: {} }
const crypto = nodeCrypto()
const filesOf = (r: ChipResult<ChipReading>): unknown => (r.ok ? r.value.files : r.error)
const read = async (transmit: Transmit): Promise<ChipResult<ChipReading>> => readChip(transmit, { passwords: [], crypto })

/** Carries commands to the station; after `fellAfter` of them it is killed first. */
function wire(serial: string, fellAfter = Infinity): Transmit {
  let n = 0
  return async (command) => {
    n += 1
    if (n === fellAfter) await station.fell()
    const r = await ask<{ responses: string[] }>('/v1/apdu', { serial, commands: [Buffer.from(command).toString('hex')] })
    if (!r.ok) throw new Error(r.error.code)
    return new Uint8Array(Buffer.from(r.value.responses[0]!, 'hex'))
  }
}
const life = async (serial: string): Promise<unknown> => {
  const r = await station.line.call('GET', `/v1/chip?serial=${serial}`)
  return r.ok ? r.value : r.error
}

beforeAll(async () => {
  f = partFolder('2026-03-02T01:00:00Z')
  station = await startPart(f, 'station')
})
afterAll(async () => { await station.stop(); f.remove() })

describe('the encoder', () => {
  it('says what it is', async () => {
    expect(await station.line.call('GET', '/v1/health')).toMatchObject({ ok: true, value: { simulator: true, says: [expect.stringContaining('simulated') as string] } })
  })

  it('writes and locks a chip, and reads the same back after kill -9 and after lifting it off', async () => {
    expect(await life('SB000001')).toEqual({ life: 'blank', writes: 0, bytes: 0 })
    expect(await personaliseChip(wire('SB000001'), order)).toEqual({ ok: true, value: true })
    await station.fell()
    expect(filesOf(await read(wire('SB000001')))).toEqual(files)
    expect(await ask('/v1/remove', { serial: 'SB000001' })).toMatchObject({ ok: true })
    expect(filesOf(await read(wire('SB000001')))).toEqual(files)
    expect(await life('SB000001')).toMatchObject({ life: 'locked' })
  })

  it('the key that a chip made is the same after kill -9, and twenty askers at once get one', async () => {
    const ask20 = await Promise.all(Array.from({ length: 20 }, async () => generateChipKey(wire('SB000002'), { parameterId: 12, use: 'chip-authentication' })))
    await station.fell()
    const after = await generateChipKey(wire('SB000002'), { parameterId: 12, use: 'chip-authentication' })
    expect(new Set([...ask20, after].map((r) => (r.ok ? Buffer.from(r.value).toString('hex') : r.error.statusWord))).size).toBe(1)
  })

  it('a locked chip takes nothing more', async () => {
    expect(await personaliseChip(wire('SB000001'), { ...order, files: { DG1: fileOf(0x61, 50) } })).toMatchObject({ ok: false, error: { step: 'create', statusWord: '6985' } })
    expect(filesOf(await read(wire('SB000001')))).toEqual(files)
  })

  it.each([2, 3, 20, 60])('killed at command %i it loses the power of the chip, never a whole write: written again it is right', async (n) => {
    const serial = `SC${String(n).padStart(6, '0')}`
    expect((await personaliseChip(wire(serial, n), order)).ok).toBe(false)
    expect(await life(serial)).not.toMatchObject({ life: 'locked' })
    expect(await personaliseChip(wire(serial), order)).toEqual({ ok: true, value: true })
    expect(filesOf(await read(wire(serial)))).toEqual(files)
  })

  it.each([
    ['corrupts', { kind: 'corrupts', file: 'DG2', offset: 900 }],
    ['refuses-write', { kind: 'refuses-write', file: 'DG2' }],
    ['short-read', { kind: 'short-read' }],
  ])('shows the fault %s that it was told to show', async (kind, fault) => {
    const serial = `SD00000${kind.length % 10}`
    expect(await ask('/v1/fault', { serial, fault })).toMatchObject({ ok: true })
    const written = await personaliseChip(wire(serial), order)
    if (kind === 'refuses-write') { expect(written).toMatchObject({ ok: false, error: { step: 'write', file: 'DG2', statusWord: '6581' } }); return }
    expect(written.ok).toBe(true)
    const got = await read(wire(serial))
    const wrong = got.ok ? Object.keys(files).filter((k) => Buffer.compare(got.value.files[k]!, files[k as keyof typeof files]) !== 0) : []
    expect([got.ok, wrong]).toEqual([true, kind === 'corrupts' ? ['DG2'] : []])
  })

  it('refuses strange serials, commands, faults and bodies, and writes no file outside its folder', async () => {
    for (const serial of ['', '../../x', 'SB00001', 'sb000001', 'SB000001/..']) expect(refusalOf(await ask('/v1/apdu', { serial, commands: ['00a40000'] }))?.code).toBe('serial-malformed')
    for (const command of ['', '00', '00a4000', 'zz000000']) expect(refusalOf(await ask('/v1/apdu', { serial: 'SB000009', commands: [command] }))?.code).toBe('command-malformed')
    expect(refusalOf(await ask('/v1/fault', { serial: 'SB000009', fault: { kind: 'explodes' } }))?.code).toBe('fault-unknown')
    await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/apdu', '/v1/fault', '/v1/page', '/v1/remove'), fc.jsonValue(), async (path, body) => {
      expect(refusalOf(await ask(path, body))?.code).toMatch(/malformed|unknown/)
    }), { numRuns: 60, seed: 7 })
    expect(existsSync(join(station.dir, 'chips', 'SB000009.json'))).toBe(false)
  })
})

describe('the page printer', () => {
  const png = (n: number): Uint8Array => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, n])
  it('keeps what was printed; a booklet is printed once', async () => {
    const page = Buffer.from(png(1)).toString('base64')
    const printed = await ask('/v1/page', { serial: 'SB000001', page })
    expect(printed).toEqual({ ok: true, value: { sha256: createHash('sha256').update(png(1)).digest('hex') } })
    await station.fell()
    expect(await ask('/v1/page', { serial: 'SB000001', page })).toEqual(printed)
    expect(refusalOf(await ask('/v1/page', { serial: 'SB000001', page: Buffer.from(png(2)).toString('base64') }))?.code).toBe('page-printed-before')
    expect([...readFileSync(join(station.dir, 'pages', 'SB000001.png'))]).toEqual([...png(1)])
    expect(refusalOf(await ask('/v1/page', { serial: 'SB000001', page: 'AAAA' }))?.code).toBe('page-malformed')
  })
})
