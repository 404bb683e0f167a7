import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { dice } from '../asn1/mutant.ts'
import { hex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { encodeSecurityInfos } from '../lds/security-info.ts'
import { paceInfo } from '../lds/security-info-build.ts'
import { nodeCrypto } from '../node.ts'
import { lockedChip } from './locked-chip.ts'
import { readChip, type ReadOrder } from './reader.ts'
import { type ChipAccess, type ChipState } from './state.ts'
import { virtualChip } from './virtual-chip.ts'

const crypto = nodeCrypto()
const mrz = 'L898902C36908061940623'.padEnd(24, '6')
const cardAccess = encodeSecurityInfos({ infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 })] })
const files = { 'EF.CardAccess': cardAccess, 'EF.COM': tlv(0x60, new Uint8Array(20).fill(1)), DG1: tlv(0x61, tlv(0x5f1f, new Uint8Array(88).fill(65))), DG2: tlv(0x75, new Uint8Array(600).fill(3)) }
const state = (access: ChipAccess): ChipState => lockedChip({ files, access, secrets: { mrz, can: '123456' } })
const order: ReadOrder = { passwords: [{ kind: 'mrz', text: mrz }], crypto, policy: 'bac-allowed', budget: 400 }

const SEEDS = ['00a4040c07a0000002471001', '00a4020c02011c', '00a4000c023f00', '00b0000000', '00b09c0000', '00b1000004540200010000', '0084000008', '0022c1a40f800a04007f00070202040202830101', '10860000027c0000', '0088000008010203040506070800', '00d6000001ff', '00e0000005010100000a', '004400000', '00db018101ff', '0cb0000000', '002281b60383014100', '002a00be00'].map((t) => Uint8Array.from(Buffer.from(t, 'hex')))

describe('a chip among strangers', () => {
  it('C11 answers 200 000 mutants of commands with a status word, writes none, and gives nothing but what is free', async () => {
    const from = state('pace-and-bac')
    const chip = virtualChip(from, crypto)
    const next = dice(20_261_125)
    const free = hex(cardAccess)
    let given = 0
    for (let i = 0; i < 200_000; i++) {
      const seed = SEEDS[next(SEEDS.length)]!
      const command = seed.slice(0, next(5) === 0 ? next(seed.length + 1) : seed.length)
      for (let n = next(3); n > 0 && command.length > 0; n--) command[next(command.length)] = next(256)
      const answer = await chip.transmit(command)
      if (answer.length < 2) throw new Error(`no status word for ${hex(command)}`)
      if ((command[1] === 0xb0 || command[1] === 0xb1) && answer.length > 2) {
        given++
        if (!free.includes(hex(answer.subarray(command[1] === 0xb1 ? 2 : 0, -2)))) throw new Error(`gave ${hex(answer)} to ${hex(command)}`)
      }
    }
    expect(given).toBeGreaterThan(100)
    expect(chip.state()).toEqual(from)
  }, 60_000)
})

describe('a reader among strange chips', () => {
  it('C12 ends with a value whatever a chip answers', async () => {
    const answers = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('9000', '6282', '6a82', '6982', '6100', '6c10', '6700', '').map((t) => Uint8Array.from(Buffer.from(t, 'hex'))),
      fc.uint8Array({ minLength: 1, maxLength: 30 }).map((b) => Uint8Array.of(0x7c, b.length, ...b, 0x90, 0)),
      fc.constantFrom(cardAccess, files.DG1, Uint8Array.of(0x75, 0x84, 0x7f, 0xff, 0xff, 0xff), Uint8Array.of(0x61, 0x7f)).map((b) => Uint8Array.of(...b, 0x90, 0)),
    )
    await fc.assert(fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 12 }), async (list) => {
      let i = 0
      const read = await readChip(async () => list[i++ % list.length]!, order)
      expect(typeof read.ok).toBe('boolean')
      expect(i).toBeLessThanOrEqual(400)
    }), { numRuns: 1_500 })
  }, 60_000)

  it('C12 ends with a value when an answer of a good chip is changed on the way, and takes no changed byte within a session', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom<ChipAccess>('pace', 'bac', 'pace-and-bac'), fc.nat(60), fc.nat(), fc.integer({ min: 1, max: 255 }), async (access, at, where, by) => {
      const chip = virtualChip(state(access), crypto)
      let i = 0
      const read = await readChip(async (c) => {
        const answer = (await chip.transmit(c)).slice()
        if (i++ === at) answer[where % answer.length]! ^= by
        return answer
      }, order)
      if (!read.ok) return
      for (const name of ['DG1', 'DG2'] as const) if (read.value.access !== 'none' && read.value.files[name] !== undefined) expect(read.value.files[name]).toEqual(files[name])
    }), { numRuns: 150 })
  }, 60_000)

  it('C12 does not forget at a second start that PACE was offered', async () => {
    const chip = virtualChip(state('pace-and-bac'), crypto)
    let broken = 0
    const read = await readChip(async (c) => {
      if (c[1] === 0x86 && broken++ === 0) return Uint8Array.of(0x69, 0x85)
      return broken > 0 && hex(c) === '00a4020c02011c' ? Uint8Array.of(0x6a, 0x82) : chip.transmit(c)
    }, { ...order, policy: 'pace-preferred' })
    expect(read.ok && [read.value.access, read.value.oddities.map((o) => `${o.code} ${o.at}`)]).toEqual(['PACE', ['session-lost access']])
    expect(broken).toBe(5)
  })

  it('C12 stops at its budget before a chip that gives one byte at a time, or says for ever that there is more', async () => {
    for (const bytes of [[0x61, 0x83, 0x0f, 0xff, 0xff, 0x90, 0], [0x75, 0x90, 0], [0x61, 0x10], [0x6c, 0x01]]) {
      let sent = 0
      const read = await readChip(async () => { sent++; return Uint8Array.from(bytes) }, { ...order, budget: 300 })
      expect([typeof read.ok, sent <= 300]).toEqual(['boolean', true])
    }
  })
})
