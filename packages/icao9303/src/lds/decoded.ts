import { Malformed, readTlv, type ReadPolicy, type Tlv } from '../asn1/tlv.ts'
import { hex } from '../asn1/value.ts'

/** Something odd in a file that still could be read. */
export interface FileDefect { readonly code: string; readonly offset: number; readonly says: string; readonly clause: string }

/** One decoded field and where it lies, in bytes from the start of the file. */
export interface Field {
  /** The way to the field through the decoded value: `otherNames[0]`, `infos[2].version`. */
  readonly path: string
  /** The tag in upper-case hexadecimal: `5F0F`; undefined for a part of a value that has no tag of its own. */
  readonly tag: string | undefined
  /** Where the field begins, its tag included. */
  readonly offset: number
  /** Where its value begins. */
  readonly body: number
  /** How many bytes the value has. */
  readonly length: number
  /** The value for people; empty where the parts of a template follow. */
  readonly value: string
}

/**
 * What was read from a file, or where reading had to end. `layout` is the fields in the order of the file; of one
 * that could not be read, those before the fault.
 */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly defects: readonly FileDefect[]; readonly layout: readonly Field[] }
  | { readonly ok: false; readonly defects: readonly FileDefect[]; readonly layout: readonly Field[] }

/** Some bytes of a file that are a field. */
export type Place = Pick<Tlv, 'start' | 'body' | 'end'> & { readonly tag?: number }

/** What a decoder tells besides its value. */
export interface Reading {
  readonly note: (d: FileDefect) => void
  readonly lay: (path: string, at: Place, value?: string) => void
  /** BER is read; where DER is asked for, that is a defect. */
  readonly policy: ReadPolicy
}

const BER_WORDS: Readonly<Record<string, string>> = {
  'ber-indefinite-length': 'an indefinite length; DER has none',
  'ber-long-length': 'a length written longer than it need be',
  'ber-segmented-octets': 'an OCTET STRING in pieces',
}

const SHOWN = 256

/** Bytes for people, in hexadecimal; of many only the first. */
export function renderBytes(b: Uint8Array): string {
  return b.length <= SHOWN ? hex(b) : `${hex(b.subarray(0, SHOWN))}… (${b.length} bytes)`
}

export const renderTag = (tag: number): string => tag.toString(16).toUpperCase().padStart(2, '0')

/** So many defects of one file are told: a file made of nothing else must not grow on its way. */
const DEFECTS = 1_000

/** Runs a decoder; what is malformed becomes a defect with its place. */
export function decoding<T>(run: (note: Reading['note'], reading: Reading) => T): Decoded<T> {
  const defects: FileDefect[] = []
  const layout: Field[] = []
  const seen = new Set<string>()
  const tell = (d: FileDefect): void => {
    if (defects.length < DEFECTS) defects.push(d)
    else if (defects.length === DEFECTS) defects.push({ code: 'more-defects', offset: d.offset, says: `more than ${DEFECTS} defects: the rest is not told`, clause: d.clause })
  }
  const reading: Reading = {
    note: tell,
    lay: (path, at, value = '') => {
      layout.push({ path, tag: at.tag === undefined ? undefined : renderTag(at.tag), offset: at.start, body: at.body, length: at.end - at.body, value })
    },
    policy: {
      mode: 'ber',
      note: (code, offset) => {
        // a value is read again when its parts are: one defect for one place
        if (seen.has(`${code}${offset}`)) return
        seen.add(`${code}${offset}`)
        tell({ code, offset, says: BER_WORDS[code] ?? code, clause: 'X.690 §10.1' })
      },
    },
  }
  const inOrder = (): readonly Field[] => layout.sort((a, b) => a.offset - b.offset)
  try {
    return { ok: true, value: run(reading.note, reading), defects, layout: inOrder() }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { ok: false, defects: [...defects, { code: 'malformed', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause }], layout: inOrder() }
  }
}

/** The one template that a file is. What stands after it, as in a file longer than its content, is a defect. */
export function openFile(bytes: Uint8Array, tag: number, o: { readonly reading: Reading; readonly clause: string }): Tlv {
  const t = readTlv(bytes, 0, bytes.length, o.reading.policy)
  if (t.tag !== tag) throw new Malformed(o.clause, 0, `tag ${renderTag(tag)}`)
  trailing(bytes, t.next, o)
  return t
}

export function trailing(bytes: Uint8Array, end: number, o: { readonly reading: Reading; readonly clause: string }): void {
  if (end < bytes.length) o.reading.note({ code: 'trailing-bytes', offset: end, says: `${bytes.length - end} byte${bytes.length - end === 1 ? '' : 's'} after the end`, clause: o.clause })
}

/** The objects that follow each other in a file without a template around them; zeros and ones after them are padding. */
export function readSeries(bytes: Uint8Array, o: { readonly reading: Reading; readonly clause: string }): readonly Tlv[] {
  const list: Tlv[] = []
  let at = 0
  while (at < bytes.length && bytes[at] !== 0x00 && bytes[at] !== 0xff) {
    const t = readTlv(bytes, at, bytes.length, o.reading.policy)
    list.push(t)
    at = t.next
  }
  trailing(bytes, at, o)
  return list
}
