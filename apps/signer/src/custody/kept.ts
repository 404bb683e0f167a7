import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { replaceFile, TRYING_OUT } from '@causeway/ground'

import { type KeyRecord, type KeyType, type KeyUse } from './port.ts'
import { seal, unseal, type Roster } from './roster.ts'

/** The public half of a key as it is kept. */
export interface KeyLine {
  readonly id: string
  readonly use: KeyUse
  readonly type: KeyType
  readonly spki: string
  readonly retired?: boolean
  /** How a token makes MACs with it. */
  readonly mac?: 'aes-cmac' | 'hmac-sha256'
}

/** What is kept in the signer's folder: all in one file, because a roster and what it opens change together or not at all. */
export interface Kept {
  readonly form: 'causeway-custody-1'
  readonly mark: string
  readonly kind: 'file' | 'token'
  readonly roster: Roster
  readonly keys: readonly KeyLine[]
  readonly token?: { readonly label: string; readonly serial: string; /** Somebody may know the PIN: the token did not let us change it. */ readonly pinKnown: boolean }
  /** Private keys, or the PIN of the token, under the master key. */
  readonly sealed: string
}
type Open = Omit<Kept, 'sealed'>

export const fileOf = (dir: string): string => join(dir, 'custody.json')

/** Everything in plain beside the secret is bound to it: whoever changes a key, a use or a seat has a file that does not open. */
const about = ({ form, mark, kind, roster, keys, token }: Open): string => JSON.stringify([form, mark, kind, roster, keys, token ?? null])

export const markOf = (kind: Kept['kind']): string => (kind === 'file' ? TRYING_OUT : 'PKCS#11')

/** @throws Error naming the file when it is not of its form */
export function parseKept(text: string, name: string): Kept {
  let kept: Partial<Kept>
  try {
    kept = JSON.parse(text) as Partial<Kept>
  } catch {
    throw new Error(`${name} is no custody file of ours: no JSON`)
  }
  const isWhole = kept.form === 'causeway-custody-1' && (kept.kind === 'file' || kept.kind === 'token') && Array.isArray(kept.keys) && Array.isArray(kept.roster?.seats) && typeof kept.sealed === 'string'
  if (!isWhole) throw new Error(`${name} is no custody file of ours`)
  return kept as Kept
}

/** What is kept in a folder; undefined before the first set-up. */
export function readKept(dir: string): Kept | undefined {
  const file = fileOf(dir)
  return existsSync(file) ? parseKept(readFileSync(file, 'utf8'), file) : undefined
}

export const textOf = (kept: Kept): string => `${JSON.stringify(kept, null, 1)}\n`

/** Seals and writes: on the disk, whole, when it returns. */
export function writeKept(dir: string, open: Open, o: { readonly master: Uint8Array; readonly secret: Uint8Array }): Kept {
  const kept: Kept = { ...open, sealed: seal(o.master, o.secret, about(open)).toString('base64') }
  replaceFile(fileOf(dir), Buffer.from(textOf(kept)))
  return kept
}

/** What the master key opens; undefined when it is another, or anything in the file was changed. */
export const openKept = (kept: Kept, master: Uint8Array): Buffer | undefined => (master.length === 32 ? unseal(master, Buffer.from(kept.sealed, 'base64'), about(kept)) : undefined)

export function recordOf(line: KeyLine): KeyRecord {
  const spki = new Uint8Array(Buffer.from(line.spki, 'base64'))
  const publicPem = spki.length === 0 ? '' : `-----BEGIN PUBLIC KEY-----\n${line.spki.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
  return { id: line.id, use: line.use, type: line.type, spki, publicPem, ...(line.retired === true ? { retired: true } : {}) }
}
