import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'

/** One thing that the signer did, written down before anybody is told. */
export type RecordLine =
  | { readonly kind: 'sod'; readonly requestId: string; readonly contentHash: string; readonly documentNumber: string; readonly signer: string; readonly sod: string; readonly at: string }
  | { readonly kind: 'anchor'; readonly number: number; readonly anchor: string; readonly at: string }
  | { readonly kind: 'certificate'; readonly keyId: string; readonly certificate: string; readonly csca: string; readonly at: string }

export interface Book { readonly lines: () => readonly RecordLine[]; readonly write: (line: RecordLine) => void }

const chained = (prev: string, text: string): string => createHash('sha256').update(`${prev}\n${text}`).digest('hex')

/**
 * The signer's own journal: one line an act, each with the hash of all before it, on the disk before the answer
 * goes out. A line torn by a crash at its very end was never answered and is cut off; anything else that does
 * not fit stops the signer.
 */
export function openBook(file: string): Book {
  const lines: RecordLine[] = []
  let head = ''
  let good = 0
  if (existsSync(file)) {
    const bytes = readFileSync(file)
    let at = 0
    while (at < bytes.length) {
      const end = bytes.indexOf(10, at)
      if (end === -1) break
      const text = bytes.subarray(at, end).toString('utf8')
      const space = text.indexOf(' ')
      const [hash, json] = [text.slice(0, space), text.slice(space + 1)]
      if (chained(head, json) !== hash) throw new Error(`the signer's journal was changed at byte ${at}`)
      lines.push(JSON.parse(json) as RecordLine)
      head = hash
      at = end + 1
      good = at
    }
  }
  const fd = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600)
  ftruncateSync(fd, good)
  let position = good
  process.once('exit', () => { closeSync(fd) })
  return {
    lines: () => lines,
    write: (line) => {
      const json = JSON.stringify(line)
      const hash = chained(head, json)
      const bytes = Buffer.from(`${hash} ${json}\n`)
      writeSync(fd, bytes, 0, bytes.length, position)
      fsyncSync(fd)
      position += bytes.length
      head = hash
      lines.push(line)
    },
  }
}
