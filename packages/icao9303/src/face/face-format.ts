/** The two encodings of a face that the standard knows. */
export type FaceFormat = 'ISO/IEC 19794-5' | 'ISO/IEC 39794-5'

/** From a day on: what an issuer may write, the better choice first, and what an inspection system must be able to read. */
export interface FaceFormatRule {
  /** `CCYY-MM-DD`; undefined for the time before the others. */
  readonly from: string | undefined
  readonly write: readonly FaceFormat[]
  readonly read: readonly FaceFormat[]
  readonly clause: string
}

const CLAUSE = 'Doc 9303-10 §4.5.6, Doc 9303-9 §3.1'

/** The change from ISO/IEC 19794:2005 to ISO/IEC 39794, in the order of its days. @source Doc 9303-10 §4.5.6 */
export const FACE_FORMAT_RULES: readonly FaceFormatRule[] = [
  { from: undefined, write: ['ISO/IEC 19794-5'], read: ['ISO/IEC 19794-5'], clause: CLAUSE },
  { from: '2026-01-01', write: ['ISO/IEC 39794-5', 'ISO/IEC 19794-5'], read: ['ISO/IEC 19794-5', 'ISO/IEC 39794-5'], clause: CLAUSE },
  { from: '2030-01-01', write: ['ISO/IEC 39794-5'], read: ['ISO/IEC 19794-5', 'ISO/IEC 39794-5'], clause: CLAUSE },
]

/**
 * In which format a face may be written, and which ones must be readable, on a day (in UTC).
 *
 * @source Doc 9303-10 §4.5.6
 */
export function faceFormat(at: Date): FaceFormatRule {
  const day = at.toISOString().slice(0, 10)
  return FACE_FORMAT_RULES.findLast((r) => r.from === undefined || r.from <= day)!
}
