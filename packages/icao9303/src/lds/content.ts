import { decodeAtrInfo } from './atr-info.ts'
import { decodeCardSecurity } from './card-security.ts'
import { decodeCom } from './com.ts'
import { type Decoded } from './decoded.ts'
import { decodeDg1 } from './dg1.ts'
import { decodeDg11 } from './dg11.ts'
import { decodeDg12 } from './dg12.ts'
import { decodeDg14 } from './dg14.ts'
import { decodeDg15 } from './dg15.ts'
import { decodeDg16 } from './dg16.ts'
import { decodeDg2 } from './dg2.ts'
import { decodeDg3, decodeDg4 } from './dg3.ts'
import { decodeDirectory } from './directory.ts'
import { decodeDg5, decodeDg7 } from './displayed-image.ts'
import { decodeFeatures, decodeOpenContent } from './feature.ts'
import { recogniseFile } from './file.ts'
import { decodeSecurityInfos } from './security-info.ts'
import { decodeSodFile } from './sod-layout.ts'

/** The decoder of each file that has one. */
const DECODERS = {
  'EF.COM': decodeCom, 'EF.SOD': decodeSodFile, 'EF.DIR': decodeDirectory, 'EF.ATR/INFO': decodeAtrInfo, 'EF.CardAccess': decodeSecurityInfos, 'EF.CardSecurity': decodeCardSecurity,
  DG1: decodeDg1, DG2: decodeDg2, DG3: decodeDg3, DG4: decodeDg4, DG5: decodeDg5, DG7: decodeDg7, DG11: decodeDg11, DG12: decodeDg12, DG14: decodeDg14,
  DG15: decodeDg15, DG16: decodeDg16,
  DG6: (b: Uint8Array) => decodeOpenContent(6, b), DG13: (b: Uint8Array) => decodeOpenContent(13, b),
  DG8: (b: Uint8Array) => decodeFeatures(8, b), DG9: (b: Uint8Array) => decodeFeatures(9, b), DG10: (b: Uint8Array) => decodeFeatures(10, b),
} as const satisfies Readonly<Record<string, (bytes: Uint8Array) => Decoded<unknown>>>

type Decoders = typeof DECODERS

/** A file by its name, with what was read from it. */
export type FileContent = { readonly [Name in keyof Decoders]: { readonly name: Name; readonly decoded: ReturnType<Decoders[Name]> } }[keyof Decoders]

const isDecodable = (name: string): name is keyof Decoders => Object.hasOwn(DECODERS, name)

/**
 * Reads any file of the logical data structure.
 *
 * @param name - which file it is; left out, the bytes tell
 * @returns undefined when the bytes are no such file, or one without a decoder here
 */
export function decodeFile(bytes: Uint8Array, name: string | undefined = recogniseFile(bytes)): FileContent | undefined {
  if (name === undefined || !isDecodable(name)) return undefined
  return { name, decoded: DECODERS[name](bytes) } as FileContent
}
