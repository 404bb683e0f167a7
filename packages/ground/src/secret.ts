import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

function kept(file: string, make: () => string): string {
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, make(), { mode: 0o600 })
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
