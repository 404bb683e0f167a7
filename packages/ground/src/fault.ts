import { existsSync, readFileSync, renameSync } from 'node:fs'

/** Marks a named point on the way of a process. Does nothing in service. */
export type FaultPoint = (name: string) => void

const HOLD_MS = 8_000

/**
 * Points at which a harness may stop the world. The harness writes a point's name into the file; whoever comes
 * to that point first moves the file aside and stands still until the moved file is gone, or it is killed.
 */
export function openFaultPoints(file: string | undefined): FaultPoint {
  if (file === undefined) return () => undefined
  const clock = new Int32Array(new SharedArrayBuffer(4))
  return (name) => {
    if (!existsSync(file)) return
    try {
      if (readFileSync(file, 'utf8') !== name) return
      renameSync(file, `${file}.hit`)
    } catch {
      return // somebody else was first
    }
    for (let waited = 0; waited < HOLD_MS && existsSync(`${file}.hit`); waited += 20) Atomics.wait(clock, 0, 0, 20)
  }
}
