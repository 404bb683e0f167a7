import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

function kept(file: string, make: () => string): string {
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`
    const fd = openSync(fresh, 'w', 0o600)
    writeSync(fd, make())
    fsyncSync(fd) // what is sealed with it must never outlive it
    closeSync(fd)
    renameSync(fresh, file)
  }
  return readFileSync(file, 'utf8').trim()
}

/** A password kept in a file of mode 600, made at first use. */
export const keptSecret = (file: string): string => kept(file, () => randomBytes(24).toString('base64url'))

/** A key of 32 bytes kept in a file of mode 600, made at first use. */
export function keptKey(file: string): Buffer {
  const key = Buffer.from(kept(file, () => randomBytes(32).toString('hex')), 'hex')
  if (key.length !== 32) throw new Error(`${file} does not hold a key of 32 bytes`)
  return key
}
