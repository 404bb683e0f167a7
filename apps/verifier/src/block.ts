import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** A line is a document: longer ones are none. */
export const LONGEST_LINE = 48 * 1024 * 1024
const AHEAD = 128 * 1024
const NEWLINE = 0x0a

/** Where the lines are read into: one place a thread, so that nothing grows with a batch. */
let space = Buffer.allocUnsafeSlow(0)

/** `bytes` is good until the next one is asked for; undefined for a line that is too long. */
export interface BlockLine { readonly place: number; readonly bytes: Buffer | undefined }

/** Reads up to `length` bytes from a place. */
function fill(file: number, at: number, length: number): Buffer {
  if (space.length < length) space = Buffer.allocUnsafeSlow(length)
  let got = 0
  while (got < length) {
    const n = readSync(file, space, got, length - got, at + got)
    if (n === 0) break
    got += n
  }
  return space.subarray(0, got)
}

/**
 * The lines of a file that begin at or after `from` and before `to`; the last of them is read to its end. Blocks that
 * touch give every line once, wherever they are cut. Returns how many lines there were, empty ones among them.
 */
export function* linesOf(path: string, from: number, to: number): Generator<BlockLine, number> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    // the byte before says whether a line begins here
    const start = Math.max(from - 1, 0)
    let block = fill(file, start, Math.min(to + AHEAD, size) - start)
    let at = from === 0 ? 0 : block.indexOf(NEWLINE) + 1
    if (from > 0 && at === 0) return 0 // one line from end to end, which began before: its own block has it
    let place = 0
    while (start + at < Math.min(to, size)) {
      let end = block.indexOf(NEWLINE, at)
      for (let more = AHEAD; end === -1 && start + block.length < size && block.length - at < LONGEST_LINE; more *= 4) {
        block = fill(file, start, Math.min(block.length + more, size - start))
        end = block.indexOf(NEWLINE, at)
      }
      if (end === -1) end = block.length
      const isWhole = end - at < LONGEST_LINE
      const last = end > at && block[end - 1] === 0x0d ? end - 1 : end
      if (last > at) yield { place, bytes: isWhole ? block.subarray(at, last) : undefined }
      place += 1
      at = end + 1
      if (!isWhole) return place // what is left of it begins no line; the next block finds where one does
    }
    return place
  } finally {
    closeSync(file)
    if (space.length > 16 * AHEAD) space = Buffer.allocUnsafeSlow(0)
  }
}
