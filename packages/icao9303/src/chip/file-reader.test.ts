import { describe, expect, it } from 'vitest'

import { gainAccess } from '../access/admission.ts'
import { encodeCommand, parseResponse, type Command } from '../access/apdu.ts'
import { terminalChannel } from '../access/secure-messaging.ts'
import { hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { encodeAtrInfo } from '../lds/atr-info.ts'
import { APPLICATION_ID } from '../lds/file.ts'
import { decodeSecurityInfos, encodeSecurityInfos } from '../lds/security-info.ts'
import { paceInfo } from '../lds/security-info-build.ts'
import { nodeCrypto } from '../node.ts'
import { openLadder } from './file-reader.ts'
import { lockedChip } from './locked-chip.ts'
import { readChip, type ChipReading, type ReadOrder } from './reader.ts'
import { type ChipAccess, type ChipBehaviour, type ChipState } from './state.ts'
import { virtualChip } from './virtual-chip.ts'

const crypto = nodeCrypto()
const mrz = 'L898902C36908061940623'.padEnd(24, '6')
const cardAccess = encodeSecurityInfos({ infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 })] })
const order: ReadOrder = { passwords: [{ kind: 'mrz', text: mrz }], crypto }
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i % 251)
const state = (files: Readonly<Record<string, Uint8Array>>, access: ChipAccess = 'pace', behaviours: readonly ChipBehaviour[] = []): ChipState =>
  ({ ...lockedChip({ files: { ...(access === 'pace' ? { 'EF.CardAccess': cardAccess } : {}), ...files }, access, secrets: { mrz } }), behaviours })
async function readOf(s: ChipState, o: Partial<ReadOrder> = {}): Promise<ChipReading> {
  const r = await readChip(virtualChip(s, crypto).transmit, { ...order, ...o })
  if (!r.ok) throw new Error(JSON.stringify(r.error))
  return r.value
}
const reads = (r: ChipReading, file: string): readonly string[] => r.exchanges.filter((e) => e.step === `read ${file}`).map((e) => `${e.command.slice(2)} ${e.statusWord}`)

describe('how long answers are asked for', () => {
  const walk = (room: (n: number) => number, told?: number): readonly (readonly [number, string])[] => {
    const ladder = openLadder({ room }, told)
    const seen: (readonly [number, string])[] = []
    do seen.push([ladder.step().bytes, ladder.step().form]); while (ladder.lower())
    return seen
  }
  it('C13 begins with the longest that fits and goes down by what chips are known to give', () => {
    expect(walk((n) => n).map(([n]) => n)).toEqual([256, 231, 223, 160, 128, 64])
    expect(walk((n) => n - 33)).toEqual([[223, 'short'], [160, 'short'], [128, 'short'], [64, 'short']])
    expect(walk((n) => n - 33, 1_000)).toEqual([[967, 'extended'], [223, 'short'], [160, 'short'], [128, 'short'], [64, 'short']])
    expect(walk((n) => n, 256).map(([n]) => n)).toEqual([256, 231, 223, 160, 128, 64])
    expect(walk((n) => n, 257)[0]).toEqual([257, 'extended'])
  })
  it('C13 takes the number that the chip says for the most', () => {
    const ladder = openLadder({ room: (n) => n }, 1_000)
    ladder.cap(200)
    expect(ladder.step()).toEqual({ bytes: 200, form: 'short' })
    ladder.cap(300)
    expect(ladder.step().bytes).toBe(200)
    expect([ladder.lower(), ladder.step().bytes]).toEqual([true, 160])
    ladder.cap(0)
    expect(ladder.step().bytes).toBe(1)
  })
})

describe('reading files', () => {
  const told = { 'EF.ATR/INFO': encodeAtrInfo({ capabilities: { bytes: Uint8Array.of(0x84, 1, 0xe0) }, lengths: { command: 1_000, response: 1_000 } }) }
  it.each(['pace', 'bac', 'open'] as const)('C13 reads beyond 32 kB in long answers and in short ones, access %s', async (access) => {
    const [DG1, DG2] = [tlv(0x61, bytes(40)), tlv(0x75, bytes(40_000))]
    const [long, short] = [await readOf(state({ ...told, DG1, DG2 }, access)), await readOf(state({ ...told, DG1, DG2 }, access), { answers: 'short' })]
    expect([long.files['DG2'], short.files['DG2']]).toEqual([DG2, DG2])
    expect(reads(long, 'DG2').length * 3).toBeLessThan(reads(short, 'DG2').length)
    expect([long.oddities, short.oddities]).toEqual([[], []])
  })
  it('C13 keeps a file that ends before its length says so, and says it', async () => {
    const whole = tlv(0x6d, bytes(500))
    const read = await readOf(state({ DG13: whole.subarray(0, 300) }))
    expect([read.files['DG13'], read.oddities]).toEqual([whole.subarray(0, 300), [{ code: 'file-short', at: 'DG13', says: '300 bytes are there; the file begins as one of 504', clause: 'Doc 9303-10 §3.11' }]])
    const more = await readOf(state({ DG13: Uint8Array.of(...whole, 0, 0, 0) }))
    expect([more.files['DG13'], more.oddities]).toEqual([whole, []])
  })
  it('C13 passes over a file that is no object, that is too long to be addressed, or that is refused', async () => {
    const DG1 = tlv(0x61, bytes(40))
    for (const [DG13, says] of [[Uint8Array.of(0x6d, 0xff, 1, 2), 'read: 6282, the file does not begin with a tag and a length'], [Uint8Array.of(0x6d, 0x84, 1, 0, 0, 0, 1, 1), 'read: 9000, a file of 16777222 bytes is longer than can be addressed']] as const) {
      const read = await readOf(state({ DG1, DG13 }))
      expect([read.files['DG1'], read.files['DG13'], read.oddities.map((o) => `${o.code} ${o.at} ${o.says}`)]).toEqual([DG1, undefined, [`file-unreadable DG13 ${says}`]])
    }
    for (const head of ['6d80040100040100', '6d800000', '6d', '6d8201']) {
      const read = await readOf(state({ DG1, DG13: unhex(head) }))
      expect([head, read.files['DG1'], read.files['DG13'], read.oddities.map((o) => `${o.code} ${o.at}`)]).toEqual([head, DG1, undefined, ['file-unreadable DG13']])
    }
    const refused = await readOf(state({ DG1, DG13: DG1 }, 'pace', [{ kind: 'file-word', file: 'DG13', sw: 0x6f00 }]))
    expect([refused.files['DG1'], refused.oddities.map((o) => o.says)]).toEqual([DG1, ['read: 6f00']])
  })
  it('C13 is an error only when nothing of the application can be read', async () => {
    const read = await readChip(virtualChip(state({ DG13: Uint8Array.of(0x6d, 0xff, 1) }), crypto).transmit, order)
    expect(read).toEqual({ ok: false, error: { step: 'read', file: 'eMRTD application', statusWord: '6282', says: 'the file does not begin with a tag and a length' } })
  })
})

describe('a locked chip within a session', () => {
  it('C2 writes nothing for who has the password either', async () => {
    const from = state({ DG1: tlv(0x61, bytes(40)) })
    const chip = virtualChip(from, crypto)
    const infos = decodeSecurityInfos(cardAccess)
    const entered = await gainAccess(chip.transmit, { cardAccess: infos.ok ? infos.value : undefined, passwords: order.passwords, policy: 'pace-required', crypto })
    if (!entered.ok) throw new Error(JSON.stringify(entered.failures))
    const channel = terminalChannel(entered.value.keys, crypto)
    const say = async (c: Omit<Command, 'cla'>): Promise<string> => {
      const answer = channel.open(await chip.transmit(channel.protect({ cla: 0, ...c })))
      return answer.outcome === 'protected' ? answer.response.sw.toString(16) : answer.outcome
    }
    expect(await say({ ins: 0xa4, p1: 4, p2: 0x0c, data: unhex(APPLICATION_ID) })).toBe('9000')
    expect(await say({ ins: 0xa4, p1: 2, p2: 0x0c, data: Uint8Array.of(1, 1) })).toBe('9000')
    for (const [ins, p1] of [[0xd6, 0], [0xd7, 0], [0xe0, 0], [0x44, 0], [0x47, 0x80], [0xdb, 1]] as const) expect([ins, await say({ ins, p1, p2: 0, data: Uint8Array.of(1, 2, 3) })]).toEqual([ins, '6985'])
    expect(chip.state()).toEqual(virtualChip(from, crypto).state())
    const bare = parseResponse(await chip.transmit(encodeCommand({ cla: 0, ins: 0xb0, p1: 0, p2: 0, data: new Uint8Array(), le: 4 })))
    expect([bare?.sw.toString(16), hex(bare?.data ?? bytes(1))]).toEqual(['6987', ''])
  })
})
