import { argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** What a sealed file says of itself in plain text: nobody takes software keys for more than they are. */
export const TRYING_OUT = '样本密钥，仅供试用 / SPECIMEN keys, for trying out'

/** 64 MiB, three passes, one lane. @source RFC 9106 §4, second recommended option */
const COST = { memory: 65_536, passes: 3, parallelism: 1 } as const

interface Head { readonly form: 'causeway-sealed-1'; readonly mark: string; readonly kdf: 'argon2id'; readonly salt: string; readonly memory: number; readonly passes: number; readonly parallelism: number }

/** Bytes in a file that a passphrase opens. */
export interface SealedFile {
  /** What was kept; undefined while nothing was. */
  readonly read: () => Buffer | undefined
  /** On the disk, whole, when it returns; a cut leaves what was there before. */
  readonly write: (bytes: Uint8Array) => void
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** Puts bytes in the place of a file, of mode 600, whole or not at all, and on the disk when it returns. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const fresh = `${file}.new`
  const fd = openSync(fresh, 'w', 0o600)
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done)
  fsyncSync(fd)
  closeSync(fd)
  renameSync(fresh, file)
  sync(dirname(file))
}

const derive = (passphrase: string, h: Head): Buffer => argon2Sync('argon2id', {
  message: passphrase, nonce: Buffer.from(h.salt, 'base64'), memory: h.memory, passes: h.passes, parallelism: h.parallelism, tagLength: 32,
})

/**
 * A file sealed by a passphrase: argon2id, then AES-256-GCM over the content and the plain head, which bears a mark.
 *
 * @throws Error when the file was changed, is of another form, or the passphrase is not its own
 */
export function openSealedFile(file: string, o: { readonly passphrase: string; readonly mark: string }): SealedFile {
  let head: Head = { form: 'causeway-sealed-1', mark: o.mark, kdf: 'argon2id', salt: randomBytes(16).toString('base64'), ...COST }
  let kept: Buffer | undefined
  let key: Buffer | undefined
  if (existsSync(file)) {
    const { nonce, sealed, ...h } = JSON.parse(readFileSync(file, 'utf8')) as Head & { readonly nonce: string; readonly sealed: string }
    if (h.form !== head.form || h.kdf !== 'argon2id') throw new Error(`${file} is no sealed file of ours`)
    head = h
    key = derive(o.passphrase, head)
    const bytes = Buffer.from(sealed, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: 16 }).setAAD(Buffer.from(JSON.stringify(head))).setAuthTag(bytes.subarray(-16))
      kept = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
    } catch {
      throw new Error(`${file} cannot be opened: another passphrase, or it was changed`)
    }
  }
  return {
    read: () => kept,
    write: (bytes) => {
      key ??= derive(o.passphrase, head)
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(JSON.stringify(head)))
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
      replaceFile(file, Buffer.from(`${JSON.stringify({ ...head, nonce: nonce.toString('base64'), sealed: sealed.toString('base64') })}\n`))
      kept = Buffer.from(bytes)
    },
  }
}
