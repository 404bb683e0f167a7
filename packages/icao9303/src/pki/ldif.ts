import { decodeBase64, encodeBase64 } from './base64.ts'

/** One value of an attribute, as bytes, whether it was written as text or as base64. */
export interface LdifValue { readonly bytes: Uint8Array; readonly binary: 'base64' | 'text' }

/** One entry of a directory, as LDIF has it. */
export interface LdifEntry {
  readonly dn: string
  /** Values by the name of the attribute in lower case, with its options: `usercertificate;binary`. */
  readonly attributes: ReadonlyMap<string, readonly LdifValue[]>
  /** Where the entry begins, in bytes and in lines. */
  readonly offset: number
  readonly line: number
}

/** A part of the file that could not be read; the entries around it are. @source RFC 2849 */
export interface LdifDefect {
  readonly code: 'ldif-line' | 'ldif-base64' | 'ldif-no-name' | 'ldif-too-large' | 'ldif-version'
  readonly offset: number
  readonly line: number
  readonly says: string
}

export interface LdifReading { readonly entries: readonly LdifEntry[]; readonly defects: readonly LdifDefect[] }

/** Takes a file in pieces of any size, and gives what is whole so far. */
export interface LdifReader {
  readonly push: (chunk: Uint8Array) => LdifReading
  /** The last entry, which no empty line need close. */
  readonly end: () => LdifReading
}

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a
const HASH = 0x23
/** A master list of a State has about a megabyte; an entry that is larger than this is passed over. */
const ENTRY_LIMIT = 32 * 1024 * 1024
const text = new TextDecoder('utf-8')

interface Line { readonly bytes: Uint8Array; readonly offset: number; readonly line: number }

/** A logical line under construction: the pieces that were folded. */
interface Folded { pieces: Uint8Array[]; offset: number; line: number }

function joined(f: Folded): Line {
  if (f.pieces.length === 1) return { bytes: f.pieces[0]!, offset: f.offset, line: f.line }
  const bytes = new Uint8Array(f.pieces.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of f.pieces) { bytes.set(p, at); at += p.length }
  return { bytes, offset: f.offset, line: f.line }
}

/** Name and value of a line, or why it is none. @source RFC 2849, value-spec */
function readLine({ bytes, offset, line }: Line): { readonly name: string; readonly value: LdifValue } | LdifDefect {
  const colon = bytes.indexOf(COLON)
  const name = colon < 1 ? '' : text.decode(bytes.subarray(0, colon))
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*(;[A-Za-z0-9-]+)*$/.test(name)) return {
    code: 'ldif-line', offset, line, says: 'no attribute and no continuation',
  }
  const coded = bytes[colon + 1] === COLON
  let from = colon + (coded ? 2 : 1)
  while (bytes[from] === SPACE) from += 1
  const rest = bytes.subarray(from)
  if (!coded) return { name: name.toLowerCase(), value: { bytes: rest, binary: 'text' } }
  const value = decodeBase64(rest)
  return value === undefined
    ? { code: 'ldif-base64', offset, line, says: `the value of ${name} is no base64` }
    : { name: name.toLowerCase(), value: { bytes: value, binary: 'base64' } }
}

/** What has been read of the entry at hand. */
interface Draft {
  offset: number
  line: number
  size: number
  name: string | undefined
  attributes: Map<string, LdifValue[]>
  filled: boolean
}

/**
 * Reads LDIF piece by piece: folded lines, comments, base64 values, entries one after another. Memory is bounded by the
 * largest entry that is allowed; what is larger, or no LDIF, is named and passed over.
 *
 * @param entryLimit - bytes that an entry may have
 * @source RFC 2849
 */
export function ldifReader(entryLimit: number = ENTRY_LIMIT): LdifReader {
  let carried: Uint8Array[] = []
  let carriedLength = 0
  let [offset, line] = [0, 0]
  let folded: Folded | undefined
  let skipping = false
  let draft: Draft | undefined
  let entries: LdifEntry[] = []
  let defects: LdifDefect[] = []

  const close = (): void => {
    if (draft?.filled === true && !skipping) {
      if (draft.name === undefined) defects.push({
        code: 'ldif-no-name', offset: draft.offset, line: draft.line, says: 'an entry without a name (dn)',
      })
      else entries.push({ dn: draft.name, attributes: draft.attributes, offset: draft.offset, line: draft.line })
    }
    draft = undefined
    skipping = false
  }
  const take = (l: Line): void => {
    if (l.bytes[0] === HASH || skipping) return
    const read = readLine(l)
    if ('code' in read) { defects.push(read); return }
    const { name, value } = read
    if (name === 'version' && draft?.filled !== true) {
      if (text.decode(value.bytes).trim() !== '1') defects.push({
        code: 'ldif-version', offset: l.offset, line: l.line,
        says: `version ${text.decode(value.bytes)} of LDIF is not known`,
      })
      return
    }
    draft ??= { offset: l.offset, line: l.line, size: 0, name: undefined, attributes: new Map(), filled: false }
    // comments before it are not of the entry
    if (!draft.filled) Object.assign(draft, { filled: true, offset: l.offset, line: l.line })
    if (name === 'dn') draft.name = text.decode(value.bytes)
    else {
      const values = draft.attributes.get(name)
      if (values === undefined) draft.attributes.set(name, [value])
      else values.push(value)
    }
  }
  const flush = (): void => {
    if (folded !== undefined) take(joined(folded))
    folded = undefined
  }
  /** Passes over the rest of an entry that is too large. */
  const overflow = (at: { readonly offset: number; readonly line: number }): void => {
    if (!skipping) defects.push({
      code: 'ldif-too-large', offset: draft?.offset ?? at.offset, line: draft?.line ?? at.line,
      says: `an entry of more than ${entryLimit} bytes`,
    })
    folded = undefined
    draft = { offset: at.offset, line: at.line, size: 0, name: undefined, attributes: new Map(), filled: true }
    skipping = true
  }
  const physical = (bytes: Uint8Array, at: number): void => {
    line += 1
    if (bytes.length === 0) { flush(); close(); return }
    draft ??= { offset: at, line, size: 0, name: undefined, attributes: new Map(), filled: false }
    draft.size += bytes.length
    if (draft.size > entryLimit) { overflow({ offset: at, line }); return }
    if (bytes[0] === SPACE && folded !== undefined) { folded.pieces.push(bytes.subarray(1)); return }
    flush()
    folded = { pieces: [bytes], offset: at, line }
  }
  /** A line that ends here, with what was kept of it from earlier pieces. */
  const whole = (rest: Uint8Array, ending: number): void => {
    const length = carriedLength + rest.length
    if (length > entryLimit) { line += 1; overflow({ offset, line }) }
    else {
      const bytes = carried.length === 0 ? rest : joined({ pieces: [...carried, rest], offset, line }).bytes
      physical(bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes, offset)
    }
    offset += length + ending
    carried = []
    carriedLength = 0
  }
  const given = (): LdifReading => {
    const reading = { entries, defects }
    entries = []
    defects = []
    return reading
  }
  return {
    push: (chunk) => {
      let at = 0
      if (offset === 0 && carriedLength === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) at = offset = 3
      for (let lf = chunk.indexOf(LF, at); lf >= 0; lf = chunk.indexOf(LF, at)) {
        whole(chunk.subarray(at, lf), 1)
        at = lf + 1
      }
      const rest = chunk.subarray(at)
      carriedLength += rest.length
      // of a line without an end no more is kept than is needed to see that it is too long
      if (carriedLength <= entryLimit && rest.length > 0) carried.push(rest.slice())
      return given()
    },
    end: () => {
      if (carriedLength > 0) whole(new Uint8Array(0), 0)
      flush()
      close()
      return given()
    },
  }
}

/** All entries of a file that is in memory. */
export function parseLdif(bytes: Uint8Array, entryLimit?: number): LdifReading {
  const reader = ldifReader(entryLimit)
  const [most, last] = [reader.push(bytes), reader.end()]
  return { entries: [...most.entries, ...last.entries], defects: [...most.defects, ...last.defects] }
}

/** True for text that is LDIF: after comments and blank lines it begins with a version or a name. */
export function isLdif(bytes: Uint8Array): boolean {
  const head = text.decode(bytes.subarray(0, 4_096)).replace(/^\ufeff/, '')
  return /^(?:#[^\n]*\n(?: [^\n]*\n)*|\s*\n)*(?:version:|dn:)/i.test(head)
}

/** An entry to be written: text, or bytes that become base64. */
export interface LdifOrder { readonly dn: string; readonly attributes: readonly (readonly [string, string | Uint8Array])[] }

/** Folds at 76 characters. @source RFC 2849 note 2 */
function fold(line: string): string {
  if (line.length <= 76) return line
  return [line.slice(0, 76), ...(line.slice(76).match(/.{1,75}/g) ?? []).map((rest) => ` ${rest}`)].join('\n')
}

function writeLine(name: string, value: string | Uint8Array): string {
  if (typeof value !== 'string') return fold(`${name}:: ${encodeBase64(value)}`)
  // text that begins oddly, ends in a space or is no ASCII goes as base64
  return /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/.test(value) && !value.endsWith(' ')
    ? fold(`${name}: ${value}`)
    : fold(`${name}:: ${encodeBase64(new TextEncoder().encode(value))}`)
}

/** LDIF text of entries. @source RFC 2849 */
export function renderLdif(entries: readonly LdifOrder[]): string {
  return [
    'version: 1', '',
    ...entries.flatMap((e) => [writeLine('dn', e.dn), ...e.attributes.map(([name, value]) => writeLine(name, value)), '']),
  ].join('\n')
}
