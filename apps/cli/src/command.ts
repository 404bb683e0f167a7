import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** What a command says to its caller. @source cli.md */
export const EXIT = { done: 0, faulty: 1, impossible: 2 } as const

export interface Command {
  readonly name: string
  readonly usage: string
  readonly says: { readonly zh: string; readonly en: string }
  readonly run: (args: readonly string[]) => Promise<number>
}

/** Ends a command that cannot be done: one clear line with a stable code. */
export class Impossible extends Error {
  readonly code: string
  constructor(code: string, says: string) {
    super(says)
    this.code = code
  }
}

/** The one line that says why a command could not be done. What the operating system refused names the file, and why. */
export function lineOf(error: unknown): string {
  if (error instanceof Impossible) return `${error.code}: ${error.message.split('\n')[0] ?? ''}\n`
  const { code = 'failed', path, message } = error as NodeJS.ErrnoException
  if (code in REFUSED) return `file-refused: ${path === undefined ? '' : `${path}: `}${REFUSED[code]![language()]} (${code})\n`
  return `${code.startsWith('ERR_PARSE_ARGS') ? 'usage' : code}: ${message.split('\n')[0] ?? ''}\n`
}

/** What stood in the way of a file, by the word of the operating system. @source errno(3) */
const REFUSED: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  ENOENT: { zh: '没有这个文件或文件夹', en: 'there is no such file or folder' }, EISDIR: { zh: '这是文件夹，不是文件', en: 'this is a folder, not a file' }, ENOTDIR: { zh: '路径中有一段不是文件夹', en: 'a part of the way is no folder' },
  EACCES: { zh: '没有权限', en: 'you may not use it' }, EPERM: { zh: '没有权限', en: 'you may not use it' }, EROFS: { zh: '磁盘只读', en: 'the disk is read-only' }, ENOSPC: { zh: '磁盘已满', en: 'the disk is full' }, ENAMETOOLONG: { zh: '名称太长', en: 'the name is too long' },
}

/** Writes a file whole or not at all: what was there before stays until the new one is complete. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const part = `${path}.${process.pid}.part`
  try {
    if (existsSync(path) && statSync(path).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR', path })
    writeFileSync(part, content)
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw Object.assign(error as Error, { path })
  }
}

export const language = (): 'zh' | 'en' => (/^en/i.test(process.env['CAUSEWAY_LANG'] ?? process.env['LC_ALL'] ?? process.env['LANG'] ?? '') ? 'en' : 'zh')

/** One JSON value on the standard output, and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
