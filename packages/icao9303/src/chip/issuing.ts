import { OK, type Command, type Response } from '../access/apdu.ts'
import { curveGroup, randomScalar, standardCurveId, standardGroup } from '../access/group.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf } from '../number.ts'
import { filesOf, word, type Position } from './file-system.ts'
import { type ChipAccess, type ChipKeyUse, type ChipMemory } from './state.ts'

/** Values of P2 of the commands that write what is no file. */
export const ACCESS_BY_VALUE: readonly ChipAccess[] = ['open', 'bac', 'pace', 'pace-and-bac']
export const KEY_USE_BY_VALUE: readonly ChipKeyUse[] = ['chip-authentication', 'active-authentication']
export const PUT = { access: 0x81, mrz: 0x82, can: 0x83, trustPoint: 0x84 } as const

interface Issuing { readonly memory: ChipMemory; readonly at: Position; readonly crypto: Crypto }

const number = (b: Uint8Array): number => b.reduce((n, x) => n * 256 + x, 0)

/** CREATE FILE: identifier in two bytes, size in three. @source ISO/IEC 7816-9 §9.3.2; the data field is our own */
function create(c: Command, { memory, at }: Issuing): { readonly response: Response; readonly at: Position } {
  const [fid, size] = [number(c.data.subarray(0, 2)), number(c.data.subarray(2))]
  const name = c.data.length === 5 ? filesOf(at.folder).find((f) => f.fid === fid)?.name : undefined
  if (name === undefined || size === 0) return { response: word(0x6a80), at }
  memory.life = 'personalising'
  memory.files.set(name, new Uint8Array(size))
  return { response: word(OK), at: { ...at, file: name } }
}

/** Where an UPDATE BINARY writes, even or odd. @source ISO/IEC 7816-4 §11.3.5 */
function written(c: Command): { readonly offset: number; readonly bytes: Uint8Array } | undefined {
  if (c.ins === 0xd6) return (c.p1 & 0x80) === 0 ? { offset: c.p1 * 256 + c.p2, bytes: c.data } : undefined
  const length = c.data[1] ?? 0
  const rest = c.data.subarray(2 + length)
  if (c.data[0] !== 0x54 || length === 0 || length > 4 || rest[0] !== 0x53) return undefined
  const head = rest[1]! < 0x80 ? 2 : rest[1] === 0x81 ? 3 : rest[1] === 0x82 ? 4 : 0
  const told = head === 2 ? rest[1] : head === 0 ? -1 : number(rest.subarray(2, head))
  return told === rest.length - head ? { offset: number(c.data.subarray(2, 2 + length)), bytes: rest.subarray(head) } : undefined
}

function update(c: Command, { memory, at }: Issuing): Response {
  const bytes = at.file === undefined ? undefined : memory.files.get(at.file)
  if (bytes === undefined || at.file === undefined) return word(0x6986)
  const w = written(c)
  if (w === undefined) return word(c.ins === 0xd6 ? 0x6b00 : 0x6a80)
  if (w.offset + w.bytes.length > bytes.length) return word(0x6b00)
  const { fault } = memory
  if (fault?.kind === 'refuses-write' && fault.file === at.file) return word(0x6581)
  bytes.set(w.bytes, w.offset)
  if (fault?.kind === 'corrupts' && fault.file === at.file && fault.offset >= w.offset && fault.offset < w.offset + w.bytes.length) bytes[fault.offset]! ^= 0x20
  memory.writes.push({ file: at.file, offset: w.offset, length: w.bytes.length })
  return word(OK)
}

/**
 * GENERATE ASYMMETRIC KEY PAIR: the number of a curve in object 84, the use in P2. A key that is there is answered
 * again and not made anew, so that an answer that got lost costs nothing.
 *
 * @source ISO/IEC 7816-8 §11.2; use and number are our own
 */
function generate(c: Command, { memory, crypto }: Issuing): Response {
  const use = KEY_USE_BY_VALUE[c.p2]
  if ((c.p1 !== 0x80 && c.p1 !== 0x81) || use === undefined) return word(0x6a86)
  const held = memory.keys.find((k) => k.use === use)
  if (held === undefined && c.p1 === 0x81) return word(0x6a88)
  if (held === undefined) {
    const group = c.data.length === 3 && c.data[0] === 0x84 && c.data[1] === 1 ? standardGroup(c.data[2]!, crypto) : undefined
    if (group?.kind !== 'ec') return word(0x6a80)
    memory.life = 'personalising'
    memory.keys.push({ use, kind: 'ec', curve: group.name, secret: hex(bytesOf(randomScalar(group, crypto), group.size)) })
  }
  const key = memory.keys.find((k) => k.use === use)!
  if (key.kind !== 'ec') return word(0x6a88)
  const group = curveGroup(key.curve)!
  const point = group.multiply(group.generator, BigInt(`0x${key.secret}`))
  return { data: tlv(0x7f49, tlv(0x84, Uint8Array.of(standardCurveId(key.curve)!)), tlv(0x86, point)), sw: OK }
}

const remember = (list: string[], value: string): void => { if (!list.includes(value)) list.push(value) }

/** PUT DATA of what is no file: the profile of access, the passwords, the trust points. */
function put(c: Command, { memory }: Issuing): Response {
  const text = String.fromCharCode(...c.data)
  const access = c.data.length === 1 ? ACCESS_BY_VALUE[c.data[0]!] : undefined
  memory.life = 'personalising'
  if (c.p2 === PUT.access && access !== undefined) memory.access = access
  else if (c.p2 === PUT.mrz && /^[A-Z0-9<]{24,60}$/.test(text)) memory.secrets = { ...memory.secrets, mrz: text }
  else if (c.p2 === PUT.can && /^\d{6,12}$/.test(text)) memory.secrets = { ...memory.secrets, can: text }
  else if (c.p2 === PUT.trustPoint && c.data[0] === 0x7f && c.data[1] === 0x21) remember(memory.trustPoints, hex(c.data))
  else return word(0x6a80)
  return word(OK)
}

/** A chip may be closed when it can be opened again by who may: its profile has what it needs. */
function isClosable(m: ChipMemory): boolean {
  if (m.life !== 'personalising') return false
  const [byPace, byBac] = [m.access === 'pace' || m.access === 'pace-and-bac', m.access === 'bac' || m.access === 'pace-and-bac']
  return (!byPace || (m.files.has('EF.CardAccess') && (m.secrets.mrz ?? m.secrets.can) !== undefined)) && (!byBac || m.secrets.mrz !== undefined)
}

/** The commands that make a document out of a blank chip. On a locked one nothing of this is done, ever. Undefined: not one of them. */
export function issue(c: Command, o: Issuing): { readonly response: Response; readonly at: Position } | undefined {
  const { memory, at } = o
  const writes = [0xe0, 0xd6, 0xd7, 0x47, 0x44].includes(c.ins) || (c.ins === 0xdb && c.p1 === 0x01)
  if (!writes) return undefined
  if (memory.life === 'locked') return { response: word(0x6985), at }
  if (c.ins === 0xe0) return create(c, o)
  if (c.ins === 0x47) return { response: generate(c, o), at }
  if (c.ins === 0xdb) return { response: put(c, o), at }
  if (c.ins !== 0x44) return { response: memory.life === 'blank' ? word(0x6985) : update(c, o), at }
  if (!isClosable(memory)) return { response: word(0x6985), at }
  memory.life = 'locked'
  return { response: word(OK), at }
}

/** The data field of an odd UPDATE BINARY. */
export const oddUpdate = (offset: number, bytes: Uint8Array): Uint8Array => concat(tlv(0x54, unhex(offset.toString(16).padStart(6, '0'))), tlv(0x53, bytes))
