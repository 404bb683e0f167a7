import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { examine, readDocx, readSheets, readText, reportOf, type OwnRelation, type Profile, type Report } from '@causeway/accounts'
import { no, ok, type Content, type Refusal, type Result } from '@causeway/kernel'
import { filesIn, readFile, readXlsxSet } from '@causeway/paper'

/** Where the bytes of one document are: nobody holds them before they are read, so two hundred cost no more than two. */
export type Source =
  | { readonly name: string; readonly path: string }
  | { readonly name: string; readonly zip: SharedArrayBuffer; readonly entry: string }
  | { readonly name: string; readonly workbooks: readonly string[] }
  | { readonly name: string; readonly bytes: Uint8Array }

export interface Task { readonly source: Source; readonly profile?: string; readonly profiles?: readonly Profile[]; readonly own?: readonly OwnRelation[]; readonly withContent?: true }
export interface Examined { readonly report: Report; readonly content?: Content }

/** A document in reading order, whatever file it comes from. */
export async function contentOf(source: Source): Promise<Result<Content, Refusal>> {
  const readers = { text: readText, docx: readDocx, sheets: readSheets }
  if ('bytes' in source) return readFile(source.bytes, source.name, readers)
  if ('path' in source) return readFile(new Uint8Array(readFileSync(source.path)), source.name, readers)
  if ('workbooks' in source) return readXlsxSet(source.workbooks.map((path) => ({ name: basename(path), bytes: new Uint8Array(readFileSync(path)) })), source.name)
  const files = filesIn(new Uint8Array(source.zip), (name) => name === source.entry)
  if (!files.ok) return files
  const [file] = files.value
  return file === undefined ? no({ code: 'file-broken', at: source.name }) : readFile(file.bytes, source.name, readers)
}

/** What one document says of itself, as plain data. */
export async function examineTask(task: Task): Promise<Result<Examined, Refusal>> {
  const content = await contentOf(task.source)
  if (!content.ok) return content
  const { profile, profiles, own } = task
  const e = examine(content.value, { ...(profile === undefined ? {} : { profile }), ...(profiles === undefined ? {} : { profiles }), ...(own === undefined ? {} : { own }) })
  return e.ok ? ok({ report: reportOf(e.value), ...(task.withContent === true ? { content: content.value } : {}) }) : e
}
