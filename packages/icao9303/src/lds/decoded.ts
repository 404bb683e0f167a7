import { Malformed } from '../asn1/tlv.ts'

/** Something odd in a file that still could be read. */
export interface FileDefect { readonly code: string; readonly offset: number; readonly says: string; readonly clause: string }

/** What was read from a file, or where reading had to end. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly defects: readonly FileDefect[] }
  | { readonly ok: false; readonly defects: readonly FileDefect[] }

/** Runs a decoder; what is malformed becomes a defect with its place. */
export function decoding<T>(run: (note: (d: FileDefect) => void) => T): Decoded<T> {
  const defects: FileDefect[] = []
  try {
    const value = run((d) => { defects.push(d) })
    return { ok: true, value, defects }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { ok: false, defects: [...defects, { code: 'malformed', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause }] }
  }
}
