import { no, ok, type Content, type Refusal, type Result, type Sheet, type Unread } from '@causeway/kernel'
import { unzipSync } from 'fflate'

import { readHtml } from './html.ts'
import { readPdf } from './pdf.ts'
import { readXlsx, readXlsxSet } from './xlsx.ts'

/** Readers that are pure and live with the accounts: text, Word files, and the reading order of drawn pages. */
export interface PureReaders {
  readonly text: (bytes: Uint8Array, name: string) => Content
  readonly docx: (bytes: Uint8Array, name: string) => Result<Content, Refusal>
  readonly sheets: (sheets: readonly Sheet[], name: string, more: { readonly pages: number; readonly unread: readonly Unread[] }) => Content
}

/** What a file is by its content. `archive` is a zip of files; `old` the formats of Office before 2007 and of WPS. */
export type FileKind = 'pdf' | 'docx' | 'xlsx' | 'html' | 'text' | 'archive' | 'old' | 'locked' | 'picture' | 'other' | 'empty'

/** Larger files are not opened. Bytes. */
const LARGEST_FILE = 96 * 1024 * 1024
/** What a zip may unpack to, all its files together, and one of them. */
const LARGEST_UNPACKED = 512 * 1024 * 1024
const LARGEST_PART = 64 * 1024 * 1024

/**
 * A document of whatever format, recognised by its content and not by its name.
 *
 * @returns refused with a code of docs/errors.md, `at` the file: `file-empty`, `file-too-large`, `file-broken`, `file-locked`, `file-old-format`,
 * `file-is-picture`, `file-is-archive` (files of several kinds: read them one by one), `file-unknown`, `file-unreadable` (pages, but none with text).
 * What could not be read of a file that is otherwise read is in `unread`.
 */
export async function readFile(bytes: Uint8Array, name: string, readers: PureReaders): Promise<Result<Content, Refusal>> {
  const read = await readKind(bytes, name, readers)
  if (!read.ok) return no({ ...read.error, at: name })
  const { blocks, unread } = read.value
  if (blocks.length > 0) return read
  const code = unread.find((u) => u.code === 'file-not-text')?.code ?? (unread.length > 0 ? 'file-unreadable' : 'file-empty')
  return no({ code: code === 'file-not-text' ? 'file-unknown' : code, at: name, details: { pages: read.value.pages ?? 0 } })
}

async function readKind(bytes: Uint8Array, name: string, readers: PureReaders): Promise<Result<Content, Refusal>> {
  if (bytes.length > LARGEST_FILE) return no({ code: 'file-too-large', details: { megabytes: Math.round(bytes.length / 1_048_576), most: LARGEST_FILE / 1_048_576 } })
  switch (kindOf(bytes)) {
    case 'pdf': {
      const pdf = await readPdf(bytes)
      return pdf.ok ? ok(readers.sheets(pdf.value.sheets, name, pdf.value)) : pdf
    }
    case 'docx': return readers.docx(bytes, name)
    case 'xlsx': return unpacksWithin(bytes) ? readXlsx(bytes, name) : no({ code: 'file-too-large' })
    case 'html': return readHtml(bytes, name)
    case 'archive': return readArchive(bytes, name)
    case 'locked': return no({ code: 'file-locked' })
    case 'old': return no({ code: 'file-old-format' })
    case 'picture': return no({ code: 'file-is-picture' })
    case 'empty': return no({ code: 'file-empty' })
    case 'text': return ok(readers.text(bytes, name))
    default: return no({ code: 'file-unknown' })
  }
}

/** A zip of workbooks is a set of tables; one with a single document is that document's file to unpack. */
async function readArchive(bytes: Uint8Array, name: string): Promise<Result<Content, Refusal>> {
  const files = filesIn(bytes)
  if (!files.ok) return files
  const sets = files.value.filter((f) => kindOf(f.bytes) === 'xlsx')
  if (sets.length > 0 && sets.length === files.value.length) return sets.every((f) => unpacksWithin(f.bytes)) ? readXlsxSet(sets, name) : no({ code: 'file-too-large' })
  return no({ code: 'file-is-archive', details: { files: files.value.length } })
}

const NO_FILE = /\/$|(^|\/)(__MACOSX\/|\.|~\$|Thumbs\.db$)/

/** The names of the files in a zip; nothing is unpacked. */
export function namesIn(zip: Uint8Array): readonly string[] {
  const names: string[] = []
  try {
    unzipSync(zip, { filter: (f) => { names.push(f.name); return false } })
  } catch {
    return []
  }
  return names.filter((n) => !NO_FILE.test(n)).map(nameOf)
}

/** The files of a zip, or those of some names, with names as their maker wrote them (UTF-8 or GBK). Refused with `file-broken` or `file-too-large`. */
export function filesIn(zip: Uint8Array, isWanted: (name: string) => boolean = () => true): Result<readonly { readonly name: string; readonly bytes: Uint8Array }[], Refusal> {
  if (!unpacksWithin(zip)) return no({ code: sizesIn(zip) === undefined ? 'file-broken' : 'file-too-large' })
  try {
    const files = Object.entries(unzipSync(zip, { filter: (f) => !NO_FILE.test(f.name) && isWanted(nameOf(f.name)) }))
    return ok(files.map(([name, bytes]) => ({ name: nameOf(name), bytes })))
  } catch {
    return no({ code: 'file-broken', details: { format: 'zip' } })
  }
}

/** Names without the mark of UTF-8 come as single bytes. */
function nameOf(name: string): string {
  if (!/[\x80-\xff]/.test(name) || /[^\0-\xff]/.test(name)) return name
  const bytes = Uint8Array.from(name, (c) => c.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** What the parts of a zip unpack to, by its directory; nothing is unpacked. */
function sizesIn(zip: Uint8Array): number[] | undefined {
  const sizes: number[] = []
  try {
    unzipSync(zip, { filter: (f) => { sizes.push(f.originalSize); return false } })
    return sizes
  } catch {
    return undefined
  }
}

function unpacksWithin(zip: Uint8Array): boolean {
  const sizes = sizesIn(zip)
  return sizes !== undefined && Math.max(0, ...sizes) <= LARGEST_PART && sizes.reduce((a, b) => a + b, 0) <= LARGEST_UNPACKED
}

/** What a file is, by its first bytes and, of a package, by its parts. */
export function kindOf(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return 'empty'
  const head = String.fromCharCode(...bytes.subarray(0, 1024))
  if (head.includes('%PDF-')) return 'pdf'
  if (head.startsWith('PK\x03\x04')) return packageKind(bytes)
  if (head.startsWith('PK')) return 'other'
  if (head.startsWith('\xd0\xcf\x11\xe0')) return hasWide(bytes, 'EncryptedPackage') ? 'locked' : 'old'
  if (/^(\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\0|MM\0\*|RIFF....WEBP)/s.test(head)) return 'picture'
  if (/^\s*\{\\rtf|^(\xef\xbb\xbf)?\s*MIME-Version:/.test(head)) return 'other'
  const words = new TextDecoder('latin1').decode(bytes.subarray(0, 8192))
  if (/^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|table|div|p|meta)\b/i.test(words)) return 'html'
  return 'text'
}

function packageKind(zip: Uint8Array): FileKind {
  const names: string[] = []
  try {
    unzipSync(zip, { filter: (f) => { names.push(f.name); return false } })
  } catch {
    return 'docx' // a package cut off: its reader says that it is broken
  }
  if (names.some((n) => /^word\/document\d?\.xml$/.test(n))) return 'docx'
  if (names.includes('xl/workbook.xml')) return 'xlsx'
  // xlsb, OpenDocument, OFD
  if (names.some((n) => n === 'xl/workbook.bin' || n === 'content.xml' || n === 'OFD.xml')) return 'other'
  return names.includes('[Content_Types].xml') ? 'other' : 'archive'
}

/** Whether a name stands in the directory of a compound file, where names have two bytes a character. */
function hasWide(bytes: Uint8Array, name: string): boolean {
  const wide = [...name].join('\0')
  for (let at = 0; at < bytes.length; at += 1_000_000) if (new TextDecoder('latin1').decode(bytes.subarray(at, at + 1_000_100)).includes(wide)) return true
  return false
}
