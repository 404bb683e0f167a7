import { type Readable } from 'node:stream'

import { gather } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { fromBuffer, open, type Entry, type ZipFile } from 'yauzl'

/** A file that was handed in: its name, which is never used as one, and its bytes. */
export interface Found { readonly name: string; readonly bytes: Uint8Array }

/** What a caller may hand us: beyond these nothing is unpacked, whatever an archive says of itself. */
export const LIMIT = { file: 16 * 1024 * 1024, document: 32 * 1024 * 1024, files: 200, entries: 400_000 } as const

const refuse = (code: string, details: Readonly<Record<string, string | number>> = {}): { readonly ok: false; readonly error: Refusal } => no({ code, details })

export const isZip = (b: Uint8Array): boolean => b[0] === 0x50 && b[1] === 0x4b && ((b[2] === 3 && b[3] === 4) || (b[2] === 5 && b[3] === 6))

/** Names that lead out of a folder are refused by yauzl itself; ours go no further than a list. */
const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true } as const

const streamOf = async (zip: ZipFile, e: Entry): Promise<Readable> => new Promise((done, failed) => { zip.openReadStream(e, (error, stream) => { if (error) failed(error); else done(stream) }) })

async function inflated(zip: ZipFile, e: Entry): Promise<Uint8Array | undefined> {
  const all = await gather(await streamOf(zip, e), e.uncompressedSize)
  return all && new Uint8Array(all)
}

/** The entries of an archive, one after the other, as its directory lists them. */
async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((done, failed) => {
      const settle = (work: () => void) => { zip.removeAllListeners(); work() }
      zip.once('entry', (e: Entry) => { settle(() => { done(e) }) })
      zip.once('end', () => { settle(() => { done(undefined) }) })
      zip.once('error', (error: Error) => { settle(() => { failed(error) }) })
      zip.readEntry()
    })
    if (next === undefined) return
    yield next
  }
}

const opened = async (bytes: Uint8Array): Promise<ZipFile> => new Promise((done, failed) => { fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options, (error, zip) => { if (error) failed(error); else done(zip) }) })

/** A wall of words from inside a decoder says nothing to a reader: one code, and what it was about. */
const damaged = (error: unknown): { readonly ok: false; readonly error: Refusal } => refuse('zip-unreadable', { why: (error as Error).message.slice(0, 120) })

/** The files of an archive that is one document. An archive in an archive is a file like others. */
export async function filesIn(bytes: Uint8Array): Promise<Result<readonly Found[], Refusal>> {
  const found: Found[] = []
  let all = 0
  try {
    const zip = await opened(bytes)
    for await (const e of entriesOf(zip)) {
      if (e.fileName.endsWith('/')) continue
      if (found.length >= LIMIT.files) return refuse('too-many-files', { limit: LIMIT.files })
      if (e.uncompressedSize > LIMIT.file || all + e.uncompressedSize > LIMIT.document) return refuse('document-too-large', { limitMB: LIMIT.document / 1_048_576 })
      const content = await inflated(zip, e)
      if (content === undefined) return refuse('document-too-large', { limitMB: LIMIT.document / 1_048_576 })
      all += content.length
      found.push({ name: e.fileName, bytes: content })
    }
  } catch (error) {
    return damaged(error)
  }
  return ok(found)
}

/** A document of a batch: its files, or why it is not read. */
export interface Bundle { readonly name: string; readonly files: Result<readonly Found[], Refusal> }

/** An archive of many documents: each folder that holds files is one, and so is each zip inside. */
export interface Batch { readonly total: number; readonly read: (n: number) => Promise<Bundle>; readonly close: () => void }

const folderOf = (name: string): string => name.slice(0, Math.max(name.lastIndexOf('/'), 0))

/** Reads the directory of a large archive; its documents are unpacked one by one, when they are asked for. */
export async function openBatch(path: string): Promise<Result<Batch, Refusal>> {
  const groups = new Map<string, Entry[]>()
  let zip: ZipFile
  try {
    zip = await new Promise((done, failed) => { open(path, options, (error, z) => { if (error) failed(error); else done(z) }) })
  } catch (error) {
    return damaged(error)
  }
  try {
    let count = 0
    for await (const e of entriesOf(zip)) {
      if (e.fileName.endsWith('/')) continue
      count += 1
      if (count > LIMIT.entries) { zip.close(); return refuse('too-many-files', { limit: LIMIT.entries }) }
      const key = /\.zip$/i.test(e.fileName) ? e.fileName : folderOf(e.fileName)
      const same = groups.get(key)
      if (same === undefined) groups.set(key, [e])
      else same.push(e)
    }
  } catch (error) {
    zip.close()
    return damaged(error)
  }
  const list = [...groups]
  const one = async (name: string, entries: readonly Entry[]): Promise<Result<readonly Found[], Refusal>> => {
    if (entries.length > LIMIT.files) return refuse('too-many-files', { limit: LIMIT.files })
    const size = entries.reduce((sum, e) => sum + e.uncompressedSize, 0)
    if (size > LIMIT.document || entries.some((e) => e.uncompressedSize > LIMIT.file)) return refuse('document-too-large', { limitMB: LIMIT.document / 1_048_576 })
    try {
      const files: Found[] = []
      for (const e of entries) {
        const bytes = await inflated(zip, e)
        if (bytes === undefined) return refuse('document-too-large', { limitMB: LIMIT.document / 1_048_576 })
        files.push({ name: e.fileName, bytes })
      }
      return /\.zip$/i.test(name) && files.length === 1 && isZip(files[0]!.bytes) ? await filesIn(files[0]!.bytes) : ok(files)
    } catch (error) {
      return damaged(error)
    }
  }
  return ok({
    total: list.length,
    read: async (n) => { const [name, entries] = list[n]!; return { name, files: await one(name, entries) } },
    close: () => { zip.close() },
  })
}
