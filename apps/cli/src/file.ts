import { lstatSync, readdirSync, readFileSync, statSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'

import { Impossible } from './command.ts'

/** A file that was found: its name inside the folder or archive, and its bytes. */
export interface Found { readonly name: string; readonly bytes: Uint8Array }

/** What a caller may hand us: beyond these nothing is read, whatever a file says of itself. */
const LIMIT = { file: 16 * 1024 * 1024, all: 256 * 1024 * 1024, files: 5_000, depth: 16 } as const

interface Budget { bytes: number; files: number }

function spend(budget: Budget, name: string, bytes: number): void {
  if (bytes > LIMIT.file) throw new Impossible('file-too-large', `${name} has more than ${LIMIT.file} bytes`)
  budget.bytes += bytes
  budget.files += 1
  if (budget.bytes > LIMIT.all || budget.files > LIMIT.files) throw new Impossible('too-much', `more than ${LIMIT.files} files or ${LIMIT.all} bytes, at ${name}`)
}

const ZIP_END = Buffer.from([0x50, 0x4b, 5, 6])
const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))

/** One entry of the central directory. @source PKWARE APPNOTE 6.3.10 §4.3.12 */
function entryAt(zip: Buffer, at: number) {
  if (zip.readUInt32LE(at) !== 0x02014b50) throw new RangeError('no entry')
  const [nameLength, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
  return {
    flags: zip.readUInt16LE(at + 8), method: zip.readUInt16LE(at + 10), crc: zip.readUInt32LE(at + 16), packed: zip.readUInt32LE(at + 20), size: zip.readUInt32LE(at + 24),
    local: zip.readUInt32LE(at + 42), name: zip.toString('utf8', at + 46, at + 46 + nameLength), next: at + 46 + nameLength + extra + comment,
  }
}

function unpack(zip: Buffer, e: ReturnType<typeof entryAt>): Uint8Array {
  if ((e.flags & 1) !== 0) throw new RangeError('encrypted')
  const start = e.local + 30 + zip.readUInt16LE(e.local + 26) + zip.readUInt16LE(e.local + 28)
  if (start + e.packed > zip.length) throw new RangeError('cut short')
  const body = zip.subarray(start, start + e.packed)
  if (e.method !== 0 && e.method !== 8) throw new RangeError('a method that is not known')
  // what the entry says of its size is the most that it may become
  const bytes = e.method === 0 ? body : inflateRawSync(body, { maxOutputLength: Math.max(e.size, 1) })
  if (bytes.length !== e.size || crc32(bytes) !== e.crc) throw new RangeError('not what was packed')
  return new Uint8Array(bytes)
}

/** The entries of a zip, stored or deflated. Archives inside are left alone. @source PKWARE APPNOTE 6.3.10 §4.3 */
function unzip(zip: Buffer, name: string, budget: Budget): readonly Found[] {
  const end = zip.lastIndexOf(ZIP_END)
  if (end === -1) throw new Impossible('zip-unreadable', `${name} is no whole zip`)
  const found: Found[] = []
  try {
    let at = zip.readUInt32LE(end + 16)
    for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
      const e = entryAt(zip, at)
      at = e.next
      spend(budget, `${e.name} in ${name}`, e.size)
      if (!e.name.endsWith('/')) found.push({ name: e.name, bytes: unpack(zip, e) })
    }
  } catch (error) {
    if (error instanceof Impossible) throw error
    throw new Impossible('zip-unreadable', `${name} is damaged: ${(error as Error).message}`)
  }
  return found
}

function stateOf(path: string, look: (path: string) => Stats): Stats {
  try {
    return look(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Impossible('file-missing', `${path} is not there`)
    throw new Impossible('file-unreadable', `${path} cannot be read (${code ?? 'unknown'})`)
  }
}

function read(path: string, budget: Budget, depth: number): readonly Found[] {
  // a link that the caller names is followed, one inside a folder is not: it may lead anywhere, or round
  const state = stateOf(path, depth === 0 ? statSync : lstatSync)
  if (state.isDirectory()) {
    if (depth >= LIMIT.depth) throw new Impossible('too-deep', `${path} lies more than ${LIMIT.depth} folders down`)
    return list(path).flatMap((f) => read(join(path, f), budget, depth + 1))
  }
  if (state.isSymbolicLink()) return []
  if (!state.isFile()) throw new Impossible('file-special', `${path} is no ordinary file`)
  spend(budget, path, state.size)
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new Impossible('file-unreadable', `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  return isZip(bytes) ? unzip(bytes, basename(path), budget) : [{ name: basename(path), bytes: new Uint8Array(bytes) }]
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).toSorted()
  } catch (error) {
    throw new Impossible('file-unreadable', `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

/** Every file of some paths: files, folders with what is in them, and zips. Bounded in bytes, files and depth. */
export function collectFiles(paths: readonly string[]): readonly Found[] {
  const budget: Budget = { bytes: 0, files: 0 }
  return paths.flatMap((p) => read(p, budget, 0))
}
