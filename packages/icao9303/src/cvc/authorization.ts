import { Cursor, valueOf, type Tlv } from '../asn1/tlv.ts'
import { oidOf, TAG } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'

const CLAUSE = 'BSI TR-03110-3 C.4'
const ROLES = '0.4.0.127.0.7.3.1.2'

/** Whom a template is for: passport control, an authentication or a signature terminal. */
export type TerminalType = 'inspection' | 'authentication' | 'signature'
/** What the holder is to the authority that certified it. */
export type CvcRole = 'cvca' | 'dv-domestic' | 'dv-foreign' | 'terminal'

/** The object identifier of each terminal type and how many bytes its rights take. @source BSI TR-03110-3 C.4.1, C.4.2, C.4.3 */
const TYPES: Readonly<Record<TerminalType, { readonly oid: string; readonly length: number }>> = {
  inspection: { oid: `${ROLES}.1`, length: 1 },
  authentication: { oid: `${ROLES}.2`, length: 5 },
  signature: { oid: `${ROLES}.3`, length: 1 },
}
const BY_BITS: readonly CvcRole[] = ['terminal', 'dv-foreign', 'dv-domestic', 'cvca']

/** A Certificate Holder Authorization Template: role in the first two bits, rights in the others, relative to the authority's own. */
export interface Chat {
  readonly oid: string
  readonly bits: Uint8Array
}

/** The rights by the number of their bit, counted from the last; bits without a name are reserved. @source BSI TR-03110-3 Tables 20 to 22 */
const RIGHTS: Readonly<Record<TerminalType, Readonly<Record<number, string>>>> = {
  inspection: { 0: 'read-dg3', 1: 'read-dg4' },
  signature: { 0: 'generate-signature', 1: 'generate-qualified-signature' },
  authentication: {
    0: 'age-verification', 1: 'community-id-verification', 2: 'restricted-identification', 3: 'privileged-terminal', 4: 'can-allowed', 5: 'pin-management',
    6: 'install-certificate', 7: 'install-qualified-certificate',
    ...Object.fromEntries(Array.from({ length: 21 }, (_, i) => [8 + i, `read-eid-dg${i + 1}`])),
    ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [37 - i, `write-eid-dg${i + 17}`])),
  },
}

/** The terminal type of a template; undefined for one that is not known or has another length. */
export function terminalTypeOf(chat: Chat): TerminalType | undefined {
  return (Object.keys(TYPES) as TerminalType[]).find((t) => TYPES[t].oid === chat.oid && TYPES[t].length === chat.bits.length)
}

export const roleOf = (chat: Chat): CvcRole => BY_BITS[(chat.bits[0] ?? 0) >> 6]!

const hasBit = (bits: Uint8Array, n: number): boolean => ((bits[bits.length - 1 - (n >> 3)] ?? 0) >> (n & 7) & 1) === 1

/** The names of the rights: `read-dg3`, `pin-management`; `bit-5` for one that is reserved. */
export function rightsOf(chat: Chat): readonly string[] {
  const type = terminalTypeOf(chat)
  const names = type === undefined ? {} : RIGHTS[type]
  return Array.from({ length: Math.max(0, 8 * chat.bits.length - 2) }, (_, n) => n).filter((n) => hasBit(chat.bits, n)).map((n) => names[n] ?? `bit-${n}`)
}

/** May a terminal with this effective authorization read fingerprints (DG3) or irises (DG4)? @source BSI TR-03110-3 C.4.1 */
export function mayRead(chat: Chat | undefined, group: 'DG3' | 'DG4'): boolean {
  return chat !== undefined && terminalTypeOf(chat) === 'inspection' && hasBit(chat.bits, group === 'DG3' ? 0 : 1)
}

/** A template with a role and rights by name. @throws RangeError for a right that the terminal type does not have */
export function buildChat(o: { readonly type: TerminalType; readonly role: CvcRole; readonly rights: readonly string[] }): Chat {
  const { oid: id, length } = TYPES[o.type]
  const bits = new Uint8Array(length)
  bits[0]! |= BY_BITS.indexOf(o.role) << 6
  for (const right of o.rights) {
    const n = Object.entries(RIGHTS[o.type]).find(([, name]) => name === right)?.[0]
    if (n === undefined) throw new RangeError(`no right of ${o.type} terminals: ${right}`)
    bits[length - 1 - (Number(n) >> 3)]! |= 1 << (Number(n) & 7)
  }
  return { oid: id, bits }
}

/**
 * What both templates allow: the effective authorization is that of all certificates of a chain. Undefined when
 * they are for different terminals. @source Doc 9303-11 §7.1.4.3.6
 */
export function intersectChats(a: Chat, b: Chat): Chat | undefined {
  if (a.oid !== b.oid || a.bits.length !== b.bits.length) return undefined
  return { oid: a.oid, bits: a.bits.map((x, i) => x & b.bits[i]!) }
}

/** @throws Malformed: for the package only @source Doc 9303-12 §7.2.2.4 */
export function readChat(t: Tlv): Chat {
  const cursor = new Cursor(t, CLAUSE)
  const id = oidOf(cursor.take(TAG.oid, 'a terminal type'), CLAUSE)
  const bits = valueOf(cursor.take(0x53, 'role and rights'))
  cursor.done()
  return { oid: id, bits }
}

/** The data object 7F4C. */
export const encodeChat = (chat: Chat): Uint8Array => tlv(0x7f4c, oid(chat.oid), tlv(0x53, chat.bits))
