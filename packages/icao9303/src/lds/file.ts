import { childrenOf, Malformed, readTlv, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { oidOf, TAG } from '../asn1/value.ts'
import { OID_CARD_SECURITY } from './security-protocol.ts'

/** One file of the chip: where it lies and how it begins. @source Doc 9303-10 §3.11 */
export interface LdsFile { readonly name: string; readonly fid: number; readonly sfid: number; readonly tag: number; readonly group?: number }

export const APPLICATION_ID = 'a0000002471001'

const group = (n: number, tag: number): LdsFile => ({ name: `DG${n}`, fid: 0x0100 + n, sfid: n, tag, group: n })

/** The files of the eMRTD application. */
export const APPLICATION_FILES: readonly LdsFile[] = [
  { name: 'EF.COM', fid: 0x011e, sfid: 0x1e, tag: 0x60 },
  { name: 'EF.SOD', fid: 0x011d, sfid: 0x1d, tag: 0x77 },
  group(1, 0x61), group(2, 0x75), group(3, 0x63), group(4, 0x76), group(5, 0x65), group(6, 0x66), group(7, 0x67), group(8, 0x68),
  group(9, 0x69), group(10, 0x6a), group(11, 0x6b), group(12, 0x6c), group(13, 0x6d), group(14, 0x6e), group(15, 0x6f), group(16, 0x70),
]

/** The files of the master file that we know of. */
export const MASTER_FILES: readonly LdsFile[] = [
  { name: 'EF.CardAccess', fid: 0x011c, sfid: 0x1c, tag: 0x31 },
  { name: 'EF.CardSecurity', fid: 0x011d, sfid: 0x1d, tag: 0x30 },
  { name: 'EF.ATR/INFO', fid: 0x2f01, sfid: 0x01, tag: 0x43 },
  { name: 'EF.DIR', fid: 0x2f00, sfid: 0x1e, tag: 0x61 },
]

export const groupOfTag = (tag: number): number | undefined => APPLICATION_FILES.find((f) => f.tag === tag)?.group
export const tagOfGroup = (n: number): number | undefined => APPLICATION_FILES.find((f) => f.group === n)?.tag

const BER: ReadPolicy = { mode: 'ber' }
/** Objects with which EF.ATR/INFO may begin: country and issuer, services, initial access, issuer's data, before the issuing, capabilities, lengths. @source ISO/IEC 7816-4 §12.1 */
const ATR_INFO: readonly number[] = [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x5f52, 0x7f66, 0x80, 0xe0]
/** Of these only a file that tells one of Doc 9303's is taken for EF.ATR/INFO. */
const ATR_INFO_OURS: readonly number[] = [0x43, 0x47, 0x7f66]

/** What can be read of some bytes; nothing where they break. */
function glance<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** The first object at a place, though the bytes be cut: its tag alone is looked at. */
function tagAt(bytes: Uint8Array, at: number): number | undefined {
  const first = bytes[at]
  return first !== undefined && (first & 0x1f) === 0x1f ? first * 256 + (bytes[at + 1] ?? 0) : first
}

/** Where the value of the first object begins, by its length bytes. */
const valueAt = (bytes: Uint8Array): number => 2 + ((bytes[1] ?? 0) > 0x80 ? bytes[1]! & 0x7f : 0)

function isAtrInfo(bytes: Uint8Array): boolean {
  if (!ATR_INFO.includes(tagAt(bytes, 0)!)) return false
  let at = 0
  const tags: number[] = []
  while (at < bytes.length && bytes[at] !== 0x00 && bytes[at] !== 0xff) {
    const t = glance(() => readTlv(bytes, at, bytes.length, BER))
    if (t === undefined) return false
    tags.push(t.tag)
    at = t.next
  }
  return tags.some((t) => ATR_INFO_OURS.includes(t))
}

const firstOf = (t: Tlv): Tlv | undefined => childrenOf(t, BER)[0]

/** True for SignedData over SecurityInfos: a certificate or another list of the same shape is not it. */
function isCardSecurity(bytes: Uint8Array): boolean {
  return glance(() => {
    const wrapper = childrenOf(readTlv(bytes, 0, bytes.length, BER), BER)[1]
    const signedData = wrapper && firstOf(wrapper)
    const content = signedData && childrenOf(signedData, BER)[2]
    const type = content && firstOf(content)
    return type !== undefined && oidOf(type) === OID_CARD_SECURITY
  }) === true
}

/** True for a SET whose first member is a SEQUENCE that begins with an identifier, or that is empty. */
function isSecurityInfos(bytes: Uint8Array): boolean {
  const at = valueAt(bytes)
  if (at >= bytes.length || bytes[1] === 0) return bytes[1] === 0
  return bytes[at] === TAG.sequence && bytes[at + valueAt(bytes.subarray(at))] === TAG.oid
}

/**
 * Which file these bytes are, by their content: EF.DIR is told from DG1, EF.CardSecurity from a certificate, by what
 * is inside. A file that is cut short is recognised as long as its beginning is there.
 */
export function recogniseFile(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2) return undefined
  if (bytes[0] === 0x61) return tagAt(bytes, valueAt(bytes)) === 0x5f1f ? 'DG1' : 'EF.DIR'
  if (bytes[0] === TAG.set) return isSecurityInfos(bytes) ? 'EF.CardAccess' : undefined
  if (bytes[0] === TAG.sequence) return isCardSecurity(bytes) ? 'EF.CardSecurity' : undefined
  return APPLICATION_FILES.find((f) => f.tag === bytes[0])?.name ?? (isAtrInfo(bytes) ? 'EF.ATR/INFO' : undefined)
}
