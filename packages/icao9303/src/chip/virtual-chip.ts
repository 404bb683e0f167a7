import { parseCommand, type Command } from '../access/apdu.ts'
import { hex, unhex } from '../asn1/value.ts'
import { APPLICATION_FILES, APPLICATION_ID, MASTER_FILES } from '../lds/file.ts'

/** Where a chip is in its life: as delivered, being written, closed for good. */
export type ChipLife = 'blank' | 'personalising' | 'locked'

/** Something that goes wrong on purpose, to see whether it is noticed. */
export type ChipFault =
  | { readonly kind: 'corrupts'; readonly file: string; readonly offset: number }
  | { readonly kind: 'refuses-write'; readonly file: string }
  | { readonly kind: 'short-read' }

/** All that a chip holds: plain values, so that it can be kept and woken up again. */
export interface ChipState {
  readonly life: ChipLife
  readonly files: Readonly<Record<string, string>>
  readonly writes: readonly { readonly file: string; readonly offset: number; readonly length: number }[]
  readonly fault?: ChipFault | undefined
}

export interface VirtualChip {
  /** One command in, one response out, status word last. Never throws. */
  readonly transmit: (command: Uint8Array) => Uint8Array
  readonly state: () => ChipState
}

const sw = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff)
const OK = 0x9000

/** As delivered: no files, open for personalisation. */
export const BLANK_CHIP: ChipState = { life: 'blank', files: {}, writes: [] }

/**
 * A simulated chip: the files and commands of Doc 9303-10, and the personalisation commands of ISO/IEC
 * 7816-9 (CREATE FILE E0, ACTIVATE FILE 44). Once activated as a whole it takes no write for ever.
 * Without access control yet: whoever holds it can read it.
 */
export function virtualChip(from: ChipState = BLANK_CHIP): VirtualChip {
  let { life, fault } = from
  const files = new Map(Object.entries(from.files).map(([k, v]) => [k, unhex(v)]))
  const writes = [...from.writes]
  let application = false
  let current: string | undefined

  const byFid = (fid: number): string | undefined => (application ? APPLICATION_FILES : MASTER_FILES).find((f) => f.fid === fid)?.name

  const select = (c: Command): Uint8Array => {
    if (c.p1 === 0x04) {
      if (hex(c.data) !== APPLICATION_ID) return sw(0x6a82)
      application = true
      current = undefined
      return sw(OK)
    }
    const fid = c.data.length === 2 ? c.data[0]! * 256 + c.data[1]! : c.data.length === 0 ? 0x3f00 : -1
    if (c.p1 === 0x00 && fid === 0x3f00) { application = false; current = undefined; return sw(OK) }
    const name = byFid(fid)
    if (name === undefined || !files.has(name)) return sw(0x6a82)
    current = name
    return sw(OK)
  }

  const read = (c: Command): Uint8Array => {
    let [offset, name, wanted] = [c.p1 * 256 + c.p2, current, c.le ?? 0]
    if (c.ins === 0xb1) {
      if (c.data[0] !== 0x54 || c.data[1] !== c.data.length - 2) return sw(0x6a80)
      offset = c.data.subarray(2).reduce((n, b) => n * 256 + b, 0)
    } else if ((c.p1 & 0x80) !== 0) {
      const sfid = c.p1 & 0x1f
      name = (application ? APPLICATION_FILES : MASTER_FILES).find((f) => f.sfid === sfid)?.name
      offset = c.p2
      current = name
    }
    const file = name === undefined ? undefined : files.get(name)
    if (file === undefined) return sw(name === undefined ? 0x6986 : 0x6a82)
    if (offset > file.length) return sw(0x6b00)
    if (fault?.kind === 'short-read') wanted = Math.min(wanted, 200)
    const part = file.subarray(offset, offset + wanted)
    if (c.ins === 0xb1) return wrapped(part)
    return Uint8Array.from([...part, ...sw(part.length < wanted && fault?.kind !== 'short-read' ? 0x6282 : OK)])
  }

  const create = (c: Command): Uint8Array => {
    if (life === 'locked') return sw(0x6985)
    const [fid, size] = [c.data[0]! * 256 + c.data[1]!, c.data[2]! * 65_536 + c.data[3]! * 256 + c.data[4]!]
    const name = c.data.length === 5 ? byFid(fid) : undefined
    if (name === undefined || !(size > 0)) return sw(0x6a80)
    life = 'personalising'
    files.set(name, new Uint8Array(size))
    current = name
    return sw(OK)
  }

  const update = (c: Command): Uint8Array => {
    if (life !== 'personalising') return sw(0x6985)
    const file = current === undefined ? undefined : files.get(current)
    if (file === undefined || current === undefined) return sw(0x6986)
    const offset = c.p1 * 256 + c.p2
    if ((c.p1 & 0x80) !== 0 || offset + c.data.length > file.length) return sw(0x6b00)
    if (fault?.kind === 'refuses-write' && fault.file === current) return sw(0x6581)
    file.set(c.data, offset)
    if (fault?.kind === 'corrupts' && fault.file === current && fault.offset >= offset && fault.offset < offset + c.data.length) file[fault.offset]! ^= 0x20
    writes.push({ file: current, offset, length: c.data.length })
    return sw(OK)
  }

  return {
    transmit: (bytes) => {
      const c = parseCommand(bytes)
      if (c === undefined) return sw(0x6700)
      if (c.cla !== 0x00) return sw(0x6e00)
      if (c.ins === 0xa4) return select(c)
      if (c.ins === 0xb0 || c.ins === 0xb1) return read(c)
      if (c.ins === 0xe0) return create(c)
      if (c.ins === 0xd6) return update(c)
      if (c.ins === 0x44) {
        if (life !== 'personalising') return sw(0x6985)
        life = 'locked'
        return sw(OK)
      }
      return sw(0x6d00)
    },
    state: () => ({ life, fault, files: Object.fromEntries([...files].map(([k, v]) => [k, hex(v)])), writes: [...writes] }),
  }
}

/** Data of an odd READ BINARY comes in a TLV. @source ISO/IEC 7816-4 §11.3.3 */
function wrapped(part: Uint8Array): Uint8Array {
  const n = part.length
  const head = n < 0x80 ? [0x53, n] : n < 0x100 ? [0x53, 0x81, n] : [0x53, 0x82, n >> 8, n & 0xff]
  return Uint8Array.from([...head, ...part, ...sw(OK)])
}
