/** The names of some codes. */
export type CodeNames = Readonly<Record<string, number>>
/** A code by its name, or the number itself where this edition gives it none. */
export type Word<T extends CodeNames> = (keyof T & string) | number

// 255 stands for what is none of the others, or not known
export const GENDERS = { unspecified: 0, male: 1, female: 2, unknown: 255 } as const
export const EYE_COLOURS = {
  unspecified: 0,
  black: 1,
  blue: 2,
  brown: 3,
  grey: 4,
  green: 5,
  'multi-coloured': 6,
  pink: 7,
  unknown: 255,
} as const
export const HAIR_COLOURS = { unspecified: 0, bald: 1, black: 2, blonde: 3, brown: 4, grey: 5, white: 6, red: 7, unknown: 255 } as const
/** By the number of the bit; bit 0 says that the properties are specified. */
export const PROPERTIES = {
  glasses: 1,
  moustache: 2,
  beard: 3,
  'teeth-visible': 4,
  blink: 5,
  'mouth-open': 6,
  'left-eye-patch': 7,
  'right-eye-patch': 8,
  'dark-glasses': 9,
  'medical-condition': 10,
} as const
export const EXPRESSIONS = {
  unspecified: 0,
  neutral: 1,
  'smile-closed': 2,
  'smile-open': 3,
  'raised-eyebrows': 4,
  'looking-away': 5,
  squinting: 6,
  frowning: 7,
} as const
export const IMAGE_KINDS = { basic: 0, 'full-frontal': 1, 'token-frontal': 2 } as const
export const DATA_TYPES = { jpeg: 0, jpeg2000: 1 } as const
export const COLOUR_SPACES = { unspecified: 0, rgb24: 1, yuv422: 2, grey8: 3, other: 4 } as const
export const SOURCES = {
  unspecified: 0,
  photograph: 1,
  'photograph-camera': 2,
  'photograph-scanner': 3,
  video: 4,
  'video-analogue': 5,
  'video-digital': 6,
  unknown: 7,
} as const

/** The name of a code. */
export function wordOf<T extends CodeNames>(names: T, code: number): Word<T> {
  for (const name in names) if (names[name] === code) return name
  return code
}

/** The code of a name. */
export const codeOf = <T extends CodeNames>(names: T, word: Word<T>): number => (typeof word === 'number' ? word : names[word]!)

/** Degrees of a coded angle; undefined is not specified. @source ISO/IEC 19794-5:2005 §5.5.8 */
export function angleOf(code: number): number | 'reserved' | undefined {
  if (code === 0) return undefined
  return code > 180 ? 'reserved' : code <= 91 ? 2 * (code - 1) : 2 * (code - 181)
}

/** @throws RangeError on what is no even number of degrees from -178 to 180 */
export function angleCode(degrees: number | undefined): number {
  if (degrees === undefined) return 0
  if (degrees % 2 !== 0 || degrees < -178 || degrees > 180) throw new RangeError(`not an angle in steps of two: ${degrees}`)
  return degrees < 0 ? 181 + degrees / 2 : degrees / 2 + 1
}

/** The largest error that is to be expected, in degrees. @source ISO/IEC 19794-5:2005 §5.5.9 */
export function uncertaintyOf(code: number): number | 'reserved' | undefined {
  if (code === 0) return undefined
  return code > 91 ? 'reserved' : 2 * (code - 1)
}

/** @throws RangeError on what is no even number of degrees from 0 to 180 */
export function uncertaintyCode(degrees: number | undefined): number {
  if (degrees === undefined) return 0
  if (degrees % 2 !== 0 || degrees < 0 || degrees > 180) throw new RangeError(`not an uncertainty in steps of two: ${degrees}`)
  return degrees / 2 + 1
}
