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

/** Which file these bytes are, by their content; DG1 and EF.DIR are told apart by what is inside. */
export function recogniseFile(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4) return undefined
  if (bytes[0] === 0x61) return bytes.subarray(2, 6).includes(0x5f) ? 'DG1' : 'EF.DIR'
  if (bytes[0] === 0x31) return 'EF.CardAccess'
  return APPLICATION_FILES.find((f) => f.tag === bytes[0])?.name
}
