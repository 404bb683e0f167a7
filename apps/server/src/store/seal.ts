import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

import { isPersonal, type Purpose } from '@causeway/kernel'
import { nationalFamily, type FamilyName } from '@causeway/national'
import { nodeEngine } from '@causeway/national/node'
import { type ClientBase, type Pool } from 'pg'

/** What stands before a value that is sealed with SM4; one that is sealed with AES-256-GCM has nothing before its nonce. */
const SM4_MARK = Buffer.from('sm4-gcm:')
const national = nationalFamily(nodeEngine)

/** The key of SM4 in a key of 32 bytes, so that no key serves two ciphers. */
const sm4Key = (key: Buffer): Uint8Array => new Uint8Array(hkdfSync('sm3', key, 'causeway', 'sm4-gcm', national.keyLength))
const sm4Bound = (bound: string): Uint8Array => Buffer.concat([SM4_MARK, Buffer.from(bound)])

/** Where a sealed value belongs, and the algorithms that seal it. */
export interface Sealing { readonly bound: string; readonly family: FamilyName }

/**
 * Encrypts under a key of 32 bytes. International: AES-256-GCM, the nonce first, the tag last. National: SM4-GCM with a
 * key derived from it, the same after the name of the algorithm.
 */
export function lock(key: Buffer, plain: Uint8Array, o: Sealing): Buffer {
  if (o.family === 'national') return Buffer.concat([SM4_MARK, national.encrypt({ key: sm4Key(key), bytes: plain, bound: sm4Bound(o.bound) })])
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(o.bound))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `lock` made with either family. @throws Error when the bytes were changed or belong elsewhere */
export function unlock(key: Buffer, sealed: Uint8Array, bound: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.subarray(0, SM4_MARK.length).equals(SM4_MARK)) return unlockSm4(key, bytes.subarray(SM4_MARK.length), bound)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
}

function unlockSm4(key: Buffer, bytes: Buffer, bound: string): Buffer {
  const plain = national.decrypt({ key: sm4Key(key), bytes, bound: sm4Bound(bound) })
  if (plain === undefined) throw new Error('a value sealed with SM4-GCM was changed or belongs elsewhere')
  return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)
}

/** The keys that live outside the database: all derived from one 32-byte secret, one a use. */
export interface Keyring {
  readonly wrap: Buffer
  readonly index: Buffer
  readonly answer: Buffer
  /** The algorithms that seal what is new; what was sealed before opens with those it was sealed with. */
  readonly family: FamilyName
}

export function keyring(secret: Uint8Array, family: FamilyName = 'international'): Keyring {
  if (secret.length !== 32) throw new RangeError('the key-encryption key has 32 bytes')
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'causeway', use, 32))
  return { wrap: derive('wrap'), index: derive('index'), answer: derive('answer'), family }
}

/** A keyed hash: equal values are found, none can be guessed without the key. */
export function blind(ring: Keyring, name: string, key: string): string {
  return createHmac('sha256', ring.index).update(`${name}|${key}`).digest('base64url')
}

interface SealedNode { readonly $person: string; readonly purpose: Purpose; readonly sealed?: string }
type Db = Pool | ClientBase

/** Seals and opens personal values for one office, with the keys that one transaction has seen. */
export class Sealer {
  readonly #db: Db
  readonly #office: string
  readonly #ring: Keyring
  readonly #keys = new Map<string, Buffer | undefined>()

  constructor(db: Db, office: string, ring: Keyring) {
    this.#db = db
    this.#office = office
    this.#ring = ring
  }

  #bound(subject: string, purpose: string): string {
    return `${this.#office}|${subject}|${purpose}`
  }

  #place(subject: string, purpose: string): Sealing {
    return { bound: this.#bound(subject, purpose), family: this.#ring.family }
  }

  /** Fetches keys at once, so that a list costs one query. */
  async #fetch(wanted: readonly (readonly [string, string])[]): Promise<void> {
    const missing = wanted.filter(([s, p]) => !this.#keys.has(`${s}|${p}`))
    if (missing.length === 0) return
    const { rows } = await this.#db.query<{ subject: string; purpose: string; wrapped: Buffer | null }>(
      `select subject, purpose, wrapped from person_key
        where office_id = $1 and (subject, purpose) in (select * from unnest($2::text[], $3::text[]))`,
      [this.#office, missing.map(([s]) => s), missing.map(([, p]) => p)],
    )
    for (const [s, p] of missing) this.#keys.set(`${s}|${p}`, undefined)
    for (const r of rows) {
      this.#keys.set(`${r.subject}|${r.purpose}`, r.wrapped === null ? undefined : unlock(this.#ring.wrap, r.wrapped, this.#bound(r.subject, r.purpose)))
    }
  }

  /** The key of a subject and purpose, made at first use. @throws Error when it was destroyed: nothing is written about an erased person */
  async keyFor(subject: string, purpose: string): Promise<Buffer> {
    await this.#fetch([[subject, purpose]])
    const known = this.#keys.get(`${subject}|${purpose}`)
    if (known !== undefined) return known
    const key = randomBytes(32)
    const { rowCount } = await this.#db.query(
      'insert into person_key (office_id, subject, purpose, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
      [this.#office, subject, purpose, lock(this.#ring.wrap, key, this.#place(subject, purpose))],
    )
    this.#keys.delete(`${subject}|${purpose}`)
    if (rowCount === 1) {
      this.#keys.set(`${subject}|${purpose}`, key)
      return key
    }
    await this.#fetch([[subject, purpose]])
    const theirs = this.#keys.get(`${subject}|${purpose}`)
    if (theirs === undefined) throw new Error('the key of this person was destroyed')
    return theirs
  }

  /** The key if it is still there. */
  async keyIfKept(subject: string, purpose: string): Promise<Buffer | undefined> {
    await this.#fetch([[subject, purpose]])
    return this.#keys.get(`${subject}|${purpose}`)
  }

  /** A copy in which every personal value is sealed. A tombstone stays one. */
  async seal(value: unknown): Promise<unknown> {
    if (Array.isArray(value)) {
      const list: unknown[] = []
      for (const v of value) list.push(await this.seal(v))
      return list
    }
    if (typeof value !== 'object' || value === null) return value
    if (isPersonal(value)) {
      if (value.value === undefined) return { $person: value.$person, purpose: value.purpose }
      const key = await this.keyFor(value.$person, value.purpose)
      const sealed = lock(key, Buffer.from(JSON.stringify(value.value)), this.#place(value.$person, value.purpose))
      return { $person: value.$person, purpose: value.purpose, sealed: sealed.toString('base64') }
    }
    const copy: Record<string, unknown> = {}
    for (const [k, v] of Object.entries(value)) copy[k] = await this.seal(v)
    return copy
  }

  /** Copies in which every sealed value is open, or a tombstone when its key is gone. */
  async open<T>(values: readonly unknown[]): Promise<T[]> {
    const wanted = new Map<string, readonly [string, string]>()
    const collect = (v: unknown): void => {
      if (Array.isArray(v)) { v.forEach(collect); return }
      if (typeof v !== 'object' || v === null) return
      if (isPersonal(v)) wanted.set(`${v.$person}|${v.purpose}`, [v.$person, v.purpose])
      else Object.values(v).forEach(collect)
    }
    values.forEach(collect)
    await this.#fetch([...wanted.values()])
    return values.map((v) => this.#opened(v) as T)
  }

  #opened(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((v) => this.#opened(v))
    if (typeof value !== 'object' || value === null) return value
    if (isPersonal(value)) {
      const { $person, purpose, sealed } = value as SealedNode
      const key = this.#keys.get(`${$person}|${purpose}`)
      if (sealed === undefined || key === undefined) return { $person, purpose }
      return { $person, purpose, value: JSON.parse(unlock(key, Buffer.from(sealed, 'base64'), this.#bound($person, purpose)).toString('utf8')) as unknown }
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.#opened(v)]))
  }

  /** Text that belongs to the office, not to one person: answers, drafts, account names. */
  lockText(text: string, use: string): string {
    return lock(this.#ring.answer, Buffer.from(text), { bound: `${this.#office}|${use}`, family: this.#ring.family }).toString('base64')
  }

  unlockText(sealed: string, use: string): string {
    return unlock(this.#ring.answer, Buffer.from(sealed, 'base64'), `${this.#office}|${use}`).toString('utf8')
  }

  forget(): void {
    this.#keys.clear()
  }
}
