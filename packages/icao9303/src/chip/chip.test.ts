import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Transmit } from '../access/apdu.ts'
import { tlv } from '../asn1/write.ts'
import { personaliseChip, readChip } from './terminal.ts'
import { BLANK_CHIP, virtualChip, type ChipFault, type VirtualChip } from './virtual-chip.ts'

const over = (chip: VirtualChip): Transmit => async (c) => Promise.resolve(chip.transmit(c))
const files = { 'EF.COM': tlv(0x60, new Uint8Array(20).fill(7)), DG1: tlv(0x61, tlv(0x5f1f, new Uint8Array(88).fill(65))), DG2: tlv(0x75, new Uint8Array(9_000).fill(3)), 'EF.SOD': tlv(0x77, new Uint8Array(1_500).fill(9)) }

describe('the virtual chip', () => {
  it('C1 gives back what was written, also after it slept', async () => {
    const chip = virtualChip()
    expect(await personaliseChip(over(chip), files)).toEqual({ ok: true, value: true })
    const woken = virtualChip(JSON.parse(JSON.stringify(chip.state())) as ReturnType<VirtualChip['state']>)
    const read = await readChip(over(woken))
    expect(read.ok && read.value).toEqual(files)
    expect(woken.state().writes.length).toBeGreaterThan(40)
  })

  it('C2 takes no write once it is locked, and cannot be opened again', async () => {
    const chip = virtualChip()
    await personaliseChip(over(chip), files)
    expect(await personaliseChip(over(chip), files)).toEqual({ ok: false, error: { step: 'create', file: 'EF.COM', statusWord: '6985' } })
    expect([...chip.transmit(Uint8Array.of(0, 0xd6, 0, 0, 1, 1))]).toEqual([0x69, 0x85])
    expect([...chip.transmit(Uint8Array.of(0, 0x44, 0, 0))]).toEqual([0x69, 0x85])
  })

  it.each<[string, ChipFault, boolean]>([
    ['a write that is refused is told', { kind: 'refuses-write', file: 'DG2' }, false],
    ['a byte that was written wrong is read wrong', { kind: 'corrupts', file: 'DG1', offset: 50 }, true],
    ['a chip that answers short is read whole', { kind: 'short-read' }, true],
  ])('C3 %s', async (_, fault, written) => {
    const chip = virtualChip({ ...BLANK_CHIP, fault })
    expect((await personaliseChip(over(chip), files)).ok).toBe(written)
    if (!written) return
    const read = await readChip(over(chip))
    if (fault.kind === 'short-read') expect(read.ok && read.value).toEqual(files)
    else expect(read.ok && read.value).not.toEqual(files)
  })

  it('C4 answers every sequence of bytes with a status word and never throws', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (commands) => {
      const chip = virtualChip()
      for (const c of commands) expect(chip.transmit(c).length).toBeGreaterThanOrEqual(2)
    }))
  })

  it('C5 reads beyond 32 kB with the odd command, and refuses to read what is not there', async () => {
    const chip = virtualChip()
    await personaliseChip(over(chip), { DG2: tlv(0x75, new Uint8Array(20_000)) })
    chip.transmit(Uint8Array.of(0, 0xa4, 2, 0x0c, 2, 1, 2))
    const odd = chip.transmit(Uint8Array.of(0, 0xb1, 0, 0, 4, 0x54, 2, 0x40, 0, 8))
    expect([...odd.subarray(0, 2), ...odd.subarray(-2)]).toEqual([0x53, 8, 0x90, 0])
    expect([...chip.transmit(Uint8Array.of(0, 0xa4, 2, 0x0c, 2, 1, 3))]).toEqual([0x6a, 0x82])
  })
})
