import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { replaceFile } from '@causeway/ground'
import { parseCertificate, type Certificate } from 'icao9303'

import { type HubKey, type KeyUse, type Vault } from './vault.ts'

/** A key of an authority with the certificate that it has, and the link by which the one before vouches for it. */
export interface Generation {
  /** 1 for the first. */
  readonly number: number
  readonly key: HubKey
  readonly certificate: Certificate
  readonly link: Certificate | undefined
  /** From when it signs: a new key rests first. */
  readonly usableFrom: Date
}

interface Kept { readonly use: KeyUse; readonly keyId: string; readonly certificate: string; readonly link?: string; readonly usableFrom: string }

/** The certified keys of the national side, generation after generation. */
export interface Lineage {
  readonly of: (use: KeyUse) => readonly Generation[]
  /** On the disk when it returns. */
  readonly add: (use: KeyUse, g: Omit<Generation, 'number'>) => Generation
}

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

/**
 * Which certificate stands beside which key, kept with the keys and not in the database: restoring a backup of the
 * database takes no generation back.
 *
 * @throws Error when a certificate has no key in the vault: nothing may be signed then
 */
export function openLineage(folder: string, vault: Vault): Lineage {
  const file = join(folder, 'lineage.json')
  const old = join(folder, 'csca.der') // of a hub that knew one generation
  const first = vault.keys('csca')[0]
  let kept: readonly Kept[] = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8')) as Kept[]
    : existsSync(old) && first !== undefined
    ? [{ use: 'csca', keyId: first.id, certificate: readFileSync(old).toString('base64'), usableFrom: new Date(0).toISOString() }]
    : []
  const read = (text: string): Certificate => {
    const certificate = parseCertificate(new Uint8Array(Buffer.from(text, 'base64')))
    if (certificate === undefined) throw new Error(`${file} holds what is no certificate`)
    return certificate
  }
  const open = (use: KeyUse): readonly Generation[] => kept.filter((k) => k.use === use).map((k, i) => {
    const key = vault.keys(use).find((v) => v.id === k.keyId)
    if (key === undefined) throw new Error(`the key of generation ${i + 1} of ${use} is not in the vault`)
    return { number: i + 1, key, certificate: read(k.certificate), link: k.link === undefined ? undefined : read(k.link), usableFrom: new Date(k.usableFrom) }
  })
  const opened = new Map<KeyUse, readonly Generation[]>()
  const of = (use: KeyUse): readonly Generation[] => {
    const known = opened.get(use) ?? open(use)
    opened.set(use, known)
    return known
  }
  return {
    of,
    add: (use, g) => {
      const more = [...kept, { use, keyId: g.key.id, certificate: base64(g.certificate.der), ...(g.link === undefined ? {} : { link: base64(g.link.der) }), usableFrom: g.usableFrom.toISOString() }]
      replaceFile(file, Buffer.from(`${JSON.stringify(more, undefined, 1)}\n`))
      kept = more
      opened.delete(use)
      return of(use).at(-1)!
    },
  }
}

/** The generation that signs now: the newest that has rested. */
export const currentOf = (generations: readonly Generation[], now: Date): Generation | undefined => generations.findLast((g) => g.usableFrom <= now) ?? generations[0]
