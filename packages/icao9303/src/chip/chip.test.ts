import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { curveGroup } from '../access/group.ts'
import { bitsOf } from '../asn1/value.ts'
import { childrenOf, readWhole } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { encodeSecurityInfos } from '../lds/security-info.ts'
import { encodeDg14 } from '../lds/dg14.ts'
import { chipAuthenticationInfo, chipAuthenticationKey, paceInfo } from '../lds/security-info-build.ts'
import { nodeCrypto } from '../node.ts'
import { readEcKey } from '../pki/curve.ts'
import { generateChipKey, personaliseChip, type ChipOrder } from './personalisation.ts'
import { readChip, type ReadOrder } from './reader.ts'
import { BLANK_CHIP, type ChipFault, type ChipState } from './state.ts'
import { virtualChip, type VirtualChip } from './virtual-chip.ts'

const crypto = nodeCrypto()
const bytes = (n: number, fill: number): Uint8Array => new Uint8Array(n).fill(fill)
const files = { 'EF.COM': tlv(0x60, bytes(20, 7)), DG1: tlv(0x61, tlv(0x5f1f, bytes(88, 65))), DG2: tlv(0x75, bytes(9_000, 3)), 'EF.SOD': tlv(0x77, bytes(1_500, 9)) }
const cardAccess = encodeSecurityInfos({ infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 })] })
const mrz = 'L898902C36908061940623'.padEnd(24, '6')
const open: ChipOrder = { files, access: 'open', secrets: {} }
const closed: ChipOrder = { files: { ...files, 'EF.CardAccess': cardAccess }, access: 'pace', secrets: { mrz, can: '123456' } }
const holder: ReadOrder = { passwords: [{ kind: 'mrz', text: mrz }], crypto }
const nobody: ReadOrder = { passwords: [], crypto }
const blank = (fault?: ChipFault): VirtualChip => virtualChip({ ...BLANK_CHIP, fault }, crypto)
const asleep = (chip: VirtualChip): VirtualChip => virtualChip(JSON.parse(JSON.stringify(chip.state())) as ChipState, crypto)
async function made(order: ChipOrder, fault?: ChipFault): Promise<VirtualChip> {
  const chip = blank(fault)
  expect(await personaliseChip(chip.transmit, order)).toEqual({ ok: true, value: true })
  return asleep(chip)
}
const send = async (chip: VirtualChip, ...command: number[]): Promise<string> => Buffer.from(await chip.transmit(Uint8Array.from(command))).toString('hex')
const APPLICATION = [0, 0xa4, 4, 0x0c, 7, 0xa0, 0, 0, 2, 0x47, 0x10, 1]

describe('the virtual chip', () => {
  it('C1 gives back what was written, also after it slept', async () => {
    const chip = await made(open)
    const read = await readChip(chip.transmit, nobody)
    expect(read.ok && [read.value.files, read.value.access]).toEqual([files, 'none'])
    expect(chip.state().writes.length).toBeGreaterThan(40)
  })

  it('C1 is closed to whoever has no password, and open to the holder by zone or card number', async () => {
    const chip = await made(closed)
    expect(await readChip(chip.transmit, nobody)).toMatchObject({ ok: false, error: { step: 'access', file: 'PACE choose' } })
    for (const password of [{ kind: 'mrz', text: mrz }, { kind: 'can', text: '123456' }] as const) {
      const read = await readChip(asleep(chip).transmit, { passwords: [password], crypto })
      expect(read.ok && [read.value.files, read.value.access, read.value.session.access.outcome]).toEqual([closed.files, 'PACE', 'passed'])
    }
    const wrong = await readChip(asleep(chip).transmit, { passwords: [{ kind: 'can', text: '654321' }], crypto })
    expect(wrong).toMatchObject({ ok: false, error: { step: 'access', file: 'PACE mutual-authentication', statusWord: '6300' } })
  })

  it('C1 with BAC alone is read by BAC, and the reading says that there was no PACE', async () => {
    const chip = await made({ files, access: 'bac', secrets: { mrz } })
    const read = await readChip(chip.transmit, holder)
    expect(read.ok && [read.value.files, read.value.access, read.value.session.access.says]).toEqual([files, 'BAC', 'BAC; the chip offers no PACE'])
  })

  it('C2 takes no write once it is locked, and cannot be opened again', async () => {
    const chip = await made(open)
    const before = chip.state()
    expect(await personaliseChip(chip.transmit, open)).toEqual({ ok: false, error: { step: 'create', file: 'EF.COM', statusWord: '6985' } })
    for (const command of [[0, 0xd6, 0, 0, 1, 1], [0, 0xd7, 0, 0, 6, 0x54, 1, 0, 0x53, 1, 1], [0, 0x44, 0, 0], [0, 0xdb, 1, 0x81, 1, 0], [0, 0x47, 0x80, 0, 3, 0x84, 1, 12]]) {
      expect([command[1], await send(chip, ...command)]).toEqual([command[1], '6985'])
    }
    expect(chip.state()).toEqual(before)
  })

  it('C2 is not closed before it can be opened: a profile without its secret or its file is refused', async () => {
    expect(await personaliseChip(blank().transmit, { ...closed, secrets: {} })).toMatchObject({ ok: false, error: { step: 'lock', statusWord: '6985' } })
    expect(await personaliseChip(blank().transmit, { ...closed, files })).toMatchObject({ ok: false, error: { step: 'lock', statusWord: '6985' } })
    expect(await personaliseChip(blank().transmit, { ...open, access: 'bac' })).toMatchObject({ ok: false, error: { step: 'lock', statusWord: '6985' } })
    expect(await send(blank(), 0, 0x44, 0, 0)).toBe('6985')
  })

  it('C6 makes a key of its own once, and never shows the private half', async () => {
    const chip = blank()
    const first = await generateChipKey(chip.transmit, { parameterId: 12, use: 'chip-authentication' })
    const again = await generateChipKey(asleep(chip).transmit, { parameterId: 13, use: 'chip-authentication' })
    expect(first).toEqual(again)
    const key = chip.state().keys![0]!
    const point = first.ok ? readEcKey(readWhole(first.value, 0x30, 'test'))! : undefined
    const group = curveGroup('P-256')!
    expect(key).toMatchObject({ use: 'chip-authentication', kind: 'ec', curve: 'P-256' })
    if (key.kind === 'ec') expect(point?.point).toEqual(group.multiply(group.generator, BigInt(`0x${key.secret}`)))
    expect(point?.explicit).toBe(true)
    expect(bitsOf(childrenOf(readWhole(first.ok ? first.value : bytes(0, 0), 0x30, 'test'))[1]!)).toEqual(point?.point)
    expect(await generateChipKey(virtualChip({ ...chip.state(), life: 'locked' }, crypto).transmit, { parameterId: 12, use: 'chip-authentication' })).toMatchObject({ ok: false, error: { step: 'generate', statusWord: '6985' } })
  })

  it('C7 proves by Chip Authentication that it has the key of DG14; a copy without it fails, and what was read is kept', async () => {
    const chip = blank()
    const key = await generateChipKey(chip.transmit, { parameterId: 12, use: 'chip-authentication' })
    const dg14 = encodeDg14({ infos: [chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128' }), chipAuthenticationKey(key.ok ? key.value : bytes(0, 0))] })
    expect(await personaliseChip(chip.transmit, { ...closed, files: { ...closed.files, DG14: dg14 } })).toMatchObject({ ok: true })
    const read = await readChip(asleep(chip).transmit, holder)
    expect(read.ok && [read.value.session.chipAuthentication, Object.keys(read.value.files).sort()]).toEqual([
      { outcome: 'passed', says: 'the chip has the private key of DG14: P-256, AES-128', reason: { code: 'chip-key-shown', values: { group: 'P-256', cipher: 'AES-128' } } }, ['DG1', 'DG14', 'DG2', 'EF.COM', 'EF.CardAccess', 'EF.SOD'],
    ])
    const other = blank()
    await generateChipKey(other.transmit, { parameterId: 12, use: 'chip-authentication' })
    const copy = await readChip(virtualChip({ ...chip.state(), keys: other.state().keys! }, crypto).transmit, holder)
    expect(copy.ok && copy.value.session.chipAuthentication.outcome).toBe('failed')
    const bare = await readChip(virtualChip({ ...chip.state(), keys: [] }, crypto).transmit, holder)
    expect(bare.ok && bare.value.session.chipAuthentication.outcome).toBe('failed')
  })

  it.each<[string, ChipFault, boolean]>([
    ['a write that is refused is told', { kind: 'refuses-write', file: 'DG2' }, false],
    ['a byte that was written wrong is read wrong', { kind: 'corrupts', file: 'DG1', offset: 50 }, true],
    ['a chip that answers short is read whole', { kind: 'short-read' }, true],
  ])('C3 %s', async (_, fault, written) => {
    const chip = blank(fault)
    const done = await personaliseChip(chip.transmit, closed)
    if (!written) { expect(done).toEqual({ ok: false, error: { step: 'write', file: 'DG2', statusWord: '6581' } }); return }
    const read = await readChip(asleep(chip).transmit, holder)
    if (fault.kind === 'short-read') expect(read.ok && read.value.files).toEqual(closed.files)
    else expect(read.ok && read.value.files['DG1']).toEqual(files.DG1.map((b, i) => (i === 50 ? b ^ 0x20 : b)))
  })

  it('C4 answers every sequence of bytes with a status word, and a closed chip gives nothing but what is free', async () => {
    const chip = await made(closed)
    const state = chip.state()
    const instruction = fc.constantFrom(0xa4, 0xb0, 0xb1, 0x22, 0x84, 0x82, 0x86, 0x88, 0xd6, 0xe0, 0x47, 0xdb, 0x44, 0x2a)
    const command = fc.tuple(fc.constantFrom(0, 0x0c, 0x10, 0x80), instruction, fc.nat(255), fc.nat(255), fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constant(Uint8Array.of(2, 1, 1)), fc.constant(Uint8Array.of(2, 1, 0x1c, 0))))
      .map(([cla, ins, p1, p2, rest]) => Uint8Array.of(cla, ins, p1, p2, ...rest))
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(command, fc.constant(Uint8Array.from(APPLICATION)), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 }), async (commands) => {
      const each = virtualChip(state, crypto)
      for (const c of commands) {
        const answer = await each.transmit(c)
        expect(answer.length).toBeGreaterThanOrEqual(2)
        if (answer.at(-2) === 0x90 && (c[1] === 0xb0 || c[1] === 0xb1)) expect(Buffer.from(cardAccess).includes(Buffer.from(answer.subarray(c[1] === 0xb1 ? 2 : 0, -2)))).toBe(true)
      }
      expect(each.state()).toEqual(state)
    }), { numRuns: 300 })
  })

  it('C4 ends a session on anything that is not protected by it', async () => {
    const chip = await made(closed)
    const read = await readChip(chip.transmit, holder)
    expect(read.ok).toBe(true)
    expect(await send(chip, 0, 0xb0, 0x81, 0, 4)).toBe('6987')
    expect(await send(chip, ...APPLICATION)).toBe('9000')
    expect(await send(chip, 0, 0xb0, 0x81, 0, 4)).toBe('6982')
  })

  it('C5 reads and writes beyond 32 kB with the odd commands, and refuses to read what is not there', async () => {
    const large = tlv(0x75, Uint8Array.from({ length: 40_000 }, (_, i) => i % 251))
    const chip = await made({ ...closed, files: { ...closed.files, DG2: large } })
    const read = await readChip(chip.transmit, holder)
    expect(read.ok && read.value.files['DG2']).toEqual(large)
    const bare = await made({ files: { DG2: large }, access: 'open', secrets: {} })
    await send(bare, ...APPLICATION)
    await send(bare, 0, 0xa4, 2, 0x0c, 2, 1, 2)
    expect(await send(bare, 0, 0xb1, 0, 0, 4, 0x54, 2, 0x40, 0, 10)).toBe(`5308${Buffer.from(large.subarray(0x4000, 0x4008)).toString('hex')}9000`)
    expect(await send(bare, 0, 0xb0, 0x7f, 0xff, 2)).toBe(`${Buffer.from(large.subarray(0x7fff, 0x8001)).toString('hex')}9000`)
    expect(await send(bare, 0, 0xb1, 0, 0, 5, 0x54, 3, 0, 0xf0, 0, 10)).toBe('6b00')
    expect(await send(bare, 0, 0xa4, 2, 0x0c, 2, 1, 3)).toBe('6a82')
  })
})
