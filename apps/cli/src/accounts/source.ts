import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, type Stats } from 'node:fs'
import { basename, join, relative } from 'node:path'

import { filesIn, kindOf, namesIn } from '@causeway/paper'

import { Impossible } from '../command.ts'
import { type Source } from './task.ts'

/** What of a folder or an archive is taken for a document. Files that the caller names are taken whatever their name. */
const DOCUMENT = /\.(txt|docx|pdf|html?|mht|xlsx|zip)$/i
const OLD = /\.(doc|xls|wps|et|jpe?g|png|tiff?)$/i
const LIMIT = { files: 20_000, depth: 16, zip: 512 * 1024 * 1024 } as const

function stateOf(path: string, look: (path: string) => Stats): Stats {
  try {
    return look(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Impossible('file-missing', `${path} is not there`)
    throw new Impossible('file-unreadable', `${path} cannot be read (${code ?? 'unknown'})`)
  }
}

function isZip(path: string): boolean {
  const head = Buffer.alloc(4)
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw new Impossible('file-unreadable', `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  try {
    return readSync(fd, head, 0, 4, 0) === 4 && head.toString('latin1') === 'PK\u0003\u0004'
  } finally {
    closeSync(fd)
  }
}

/** A package is one document, unless it holds documents of several kinds: then each of them is one. */
function inZip(path: string, name: string): readonly Source[] {
  if (statSync(path).size > LIMIT.zip) return [{ name, path }]
  const bytes = readFileSync(path)
  const names = kindOf(bytes) === 'archive' ? namesIn(bytes).filter((n) => DOCUMENT.test(n) || OLD.test(n)) : []
  if (names.every((n) => /\.xlsx$/i.test(n))) return [{ name, path }]
  const zip = new SharedArrayBuffer(bytes.length)
  new Uint8Array(zip).set(bytes)
  return names.toSorted().map((entry) => ({ name: `${name}/${entry}`, zip, entry }))
}

function inFolder(path: string, root: string, depth: number): readonly Source[] {
  if (depth >= LIMIT.depth) throw new Impossible('too-deep', `${path} lies more than ${LIMIT.depth} folders down`)
  const entries = readdirSync(path, { withFileTypes: true }).filter((e) => !/^(\.|~\$)/.test(e.name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const named = (file: string): string => join(basename(root), relative(root, join(path, file)))
  const files = entries.filter((e) => e.isFile() && (DOCUMENT.test(e.name) || OLD.test(e.name))).map((e) => e.name)
  const workbooks = files.filter((f) => /\.xlsx$/i.test(f))
  const own: readonly Source[] = workbooks.length > 1 && workbooks.length === files.length
    ? [{ name: relative(root, path) === '' ? basename(root) : named(''), workbooks: files.map((f) => join(path, f)) }]
    : files.flatMap((f) => (isZip(join(path, f)) ? inZip(join(path, f), named(f)) : [{ name: named(f), path: join(path, f) }]))
  // a link inside a folder may lead anywhere, or round: it is left
  return [...own, ...entries.filter((e) => e.isDirectory()).flatMap((e) => inFolder(join(path, e.name), root, depth + 1))]
}

/** The documents of some paths: files, folders with what is in them, archives of a district, and folders of workbooks that are one document. */
export function sourcesOf(paths: readonly string[]): readonly Source[] {
  const all = paths.flatMap((path): readonly Source[] => {
    const state = stateOf(path, statSync)
    if (state.isDirectory()) return inFolder(path, path, 0)
    if (!state.isFile()) throw new Impossible('file-special', `${path} is no ordinary file`)
    return isZip(path) ? inZip(path, basename(path)) : [{ name: basename(path), path }]
  })
  if (all.length > LIMIT.files) throw new Impossible('too-much', `more than ${LIMIT.files} documents`)
  return all
}

/** Bytes of one upload as sources: as if they lay in a folder. */
export function sourcesIn(name: string, bytes: Uint8Array): readonly Source[] {
  const names = kindOf(bytes) === 'archive' ? namesIn(bytes).filter((n) => DOCUMENT.test(n) || OLD.test(n)) : []
  if (names.every((n) => /\.xlsx$/i.test(n))) return [{ name, bytes }]
  const files = filesIn(bytes, (n) => names.includes(n))
  return files.ok ? files.value.map((f) => ({ name: `${name}/${f.name}`, bytes: f.bytes })) : [{ name, bytes }]
}
