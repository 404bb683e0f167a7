import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** One thing that the signer did, written down before anybody is told. */
export type RecordLine =
  | {
    readonly kind: 'sod'; readonly requestId: string; readonly contentHash: string; readonly documentNumber: string; readonly signer: string; readonly sod: string; readonly at: string
    readonly office: string; readonly authority: string
  }
  | { readonly kind: 'anchor'; readonly number: number; readonly anchor: string; readonly at: string }
  | { readonly kind: 'message'; readonly office: string; readonly number: number; readonly contentHash: string; readonly signature: string; readonly at: string }
  | { readonly kind: 'certificate'; readonly keyId: string; readonly certificate: string; readonly csca: string; readonly at: string }

export interface Book {
  readonly lines: () => readonly RecordLine[]
  /** On the disk when it returns. @throws when it could not be: the signer must not answer then, nor go on */
  readonly write: (line: RecordLine) => void
}

const chained = (prev: string, text: string): string => createHash('sha256').update(`${prev}\n${text}`).digest('hex')

interface Read { readonly lines: RecordLine[]; readonly head: string; readonly length: number }

/** All whole lines of a journal, each held against the hash of all before it. */
function readBook(bytes: Buffer): Read {
  const lines: RecordLine[] = []
  let [head, at] = ['', 0]
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, at)) {
    const text = bytes.subarray(at, end).toString('utf8')
    const space = text.indexOf(' ')
    const [hash, json] = [text.slice(0, space), text.slice(space + 1)]
    if (chained(head, json) !== hash) throw new Error(`the signer's journal was changed at byte ${at}`)
    lines.push(JSON.parse(json) as RecordLine)
    head = hash
    at = end + 1
  }
  return { lines, head, length: at }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/**
 * The signer's own journal: one line an act, each with the hash of all before it, on the disk before the answer
 * goes out. A line torn by a crash at its very end was never answered and is cut off; anything else that does
 * not fit stops the signer.
 */
export function openBook(file: string): Book {
  const there = existsSync(file)
  const { lines, head: last, length } = readBook(there ? readFileSync(file) : Buffer.alloc(0))
  const fd = openSync(file, there ? 'r+' : 'w+', 0o600)
  ftruncateSync(fd, length)
  fsyncSync(fd)
  syncFolder(dirname(file))
  let [head, position, broken] = [last, length, false]
  return {
    lines: () => lines,
    write: (line) => {
      if (broken) throw new Error('the signer\'s journal could not be written before: nothing is signed until a restart')
      const json = JSON.stringify(line)
      const hash = chained(head, json)
      const bytes = Buffer.from(`${hash} ${json}\n`)
      broken = true // whatever throws below leaves a disk of which nothing is known
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
      fsyncSync(fd)
      broken = false
      position += bytes.length
      head = hash
      lines.push(line)
    },
  }
}
