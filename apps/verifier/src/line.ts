import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { LIMIT, type Found } from './archive.ts'

/** A document as one line of a batch has it: `{"name":"…","files":{"EF.SOD":"base64",…}}`. */
export interface Line { readonly name: string; readonly files: readonly Found[] }

const [QUOTE, COLON, COMMA, OPEN, CLOSE] = [0x22, 0x3a, 0x2c, 0x7b, 0x7d]
const START = Buffer.from('{"name":"')
const FILES = Buffer.from(',"files":{')

/** Bytes of base64 that is whole; undefined when a character is none of its. */
function exactly(text: string, write: (text: string) => Uint8Array): Uint8Array | undefined {
  const bytes = write(text)
  const pad = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  // what is no base64 is passed over by Node, and shows in the length
  return text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - pad ? bytes : undefined
}

const fresh = (text: string): Uint8Array => Buffer.from(text, 'base64')

/** Where files are written to, one after the other, from the front again with every line: making room costs more than reading. */
let space = Buffer.allocUnsafeSlow(256 * 1024)

/**
 * The form in which programs write lines, read without building a text of the whole: four times as quick as the
 * general way. Undefined for every other form, which is not for this function to judge.
 */
function skim(b: Buffer): Line | undefined {
  if (!START.equals(b.subarray(0, START.length))) return undefined
  const end = b.indexOf(QUOTE, START.length)
  const name = b.toString('utf8', START.length, end)
  if (end === -1 || name.includes('\\') || !FILES.equals(b.subarray(end + 1, end + 1 + FILES.length))) return undefined
  const files: Found[] = []
  if (space.length < b.length) space = Buffer.allocUnsafeSlow(b.length)
  let used = 0
  const write = (text: string): Uint8Array => { const start = used; used += space.write(text, start, 'base64'); return space.subarray(start, used) }
  let at = end + 1 + FILES.length
  for (;;) {
    if (b[at] !== QUOTE) return undefined
    const keyEnd = b.indexOf(QUOTE, at + 1)
    if (keyEnd === -1 || b[keyEnd + 1] !== COLON || b[keyEnd + 2] !== QUOTE) return undefined
    const textEnd = b.indexOf(QUOTE, keyEnd + 3)
    if (textEnd === -1) return undefined
    const key = b.toString('latin1', at + 1, keyEnd)
    const bytes = exactly(b.toString('latin1', keyEnd + 3, textEnd), write)
    if (bytes === undefined || key.includes('\\')) return undefined
    files.push({ name: key, bytes })
    at = textEnd + 2
    if (b[textEnd + 1] === COMMA) continue
    return b[textEnd + 1] === CLOSE && b[at] === CLOSE && b.length === at + 1 ? { name, files } : undefined
  }
}

const malformed = (why: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'line-malformed', details: { why } })

function parse(text: string): Result<Line, Refusal> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return malformed('no JSON')
  }
  if (typeof value !== 'object' || value === null) return malformed('no object')
  const { name = '', files } = value as { readonly name?: unknown; readonly files?: unknown }
  if (typeof name !== 'string' || name.length > 300) return malformed('name')
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return malformed('files')
  const found: Found[] = []
  for (const [key, v] of Object.entries(files)) {
    const bytes = typeof v === 'string' ? exactly(v.replace(/\s+/g, ''), fresh) : undefined
    if (bytes === undefined) return malformed(`files.${key.slice(0, 40)}`)
    found.push({ name: key, bytes })
  }
  return ok({ name, files: found })
}

/** Reads one line of a batch, without its line end. The bytes of its files are good until the next line is read. */
export function parseLine(bytes: Buffer): Result<Line, Refusal> {
  const line = bytes[0] === OPEN ? skim(bytes) : undefined
  const read = line === undefined ? parse(bytes.toString('utf8')) : ok(line)
  if (!read.ok) return read
  const { files, name } = read.value
  if (files.length > LIMIT.files) return no({ code: 'too-many-files', details: { limit: LIMIT.files } })
  return files.some((f) => f.bytes.length > LIMIT.file) || name.length > 300 ? no({ code: 'document-too-large', details: { limitMB: LIMIT.document / 1_048_576 } }) : read
}
