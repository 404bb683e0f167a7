import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'

import { inTransaction } from '@causeway/ground'
import { isTextSigned, parseAnchorKeys } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import type pg from 'pg'

/** A key by which an office signs to the national side, and how it came to be known. */
export interface OfficeKey {
  readonly keyId: string
  readonly anchorKey: string
  /** `code`: by a one-time code of the operator; `message`: by a message that the key before signed; `first use`: by an older hub. */
  readonly how: string
  readonly registeredAt: string
}

export interface OneTimeCode { readonly office: string; readonly code: string; readonly until: string }

/** The offices, each with its key. */
export interface OfficeBook {
  /** A key is taken with a one-time code; the key that an office has already needs none. */
  readonly register: (r: { readonly office: string; readonly anchorKey: string; readonly code: string | undefined }) => Promise<Result<{ readonly keyId: string }, Refusal>>
  readonly makeCode: (office: string, until: Date) => Promise<OneTimeCode>
  /** All keys that an office ever had, the present one last. */
  readonly keysOf: (office: string) => Promise<readonly OfficeKey[]>
}

/** Thirty-two letters and digits that are not mistaken for each other when read aloud. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const bare = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
const hashOf = (code: string): string => createHash('sha256').update(bare(code)).digest('hex')

/** The identifier of the one P-256 key in a PEM text; undefined when it is none. */
export function keyIdOf(pem: string): string | undefined {
  try {
    return parseAnchorKeys(createPublicKey(pem).export({ format: 'pem', type: 'spki' }) as string)[0]?.keyId
  } catch {
    return undefined
  }
}

/** Whether an office's key signed a text, r and s, hex: P-256 by OpenSSL; SM2 by the journal, because OpenSSL's has another user id. */
export function isSignedText(text: string, anchorKey: string, signature: string): boolean {
  const [key] = parseAnchorKeys(anchorKey)
  if (key?.family === 'national') return isTextSigned(text, signature, key)
  return verify('sha256', Buffer.from(text), { key: createPublicKey(anchorKey), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'hex'))
}

/** Puts a key in the place of the one that an office had, within the caller's transaction. */
export async function replaceKey(client: pg.PoolClient, k: OfficeKey & { readonly office: string }): Promise<void> {
  await client.query('insert into office values ($1, $2, $3, $4) on conflict (office_id) do update set key_id = $2, anchor_key = $3', [k.office, k.keyId, k.anchorKey, k.registeredAt])
  await client.query('insert into office_key values ($1, $2, $3, $4, $5) on conflict (office_id, key_id) do update set how = $4, registered_at = $5', [k.office, k.keyId, k.anchorKey, k.how, k.registeredAt])
}

export function openOfficeBook(pool: pg.Pool, at: () => string): OfficeBook {
  return {
    register: async ({ office, anchorKey, code }) => inTransaction(pool, async (client) => {
      const keyId = keyIdOf(anchorKey)
      if (keyId === undefined) return no({ code: 'anchor-key-malformed', at: 'anchorKey' })
      const { rows } = await client.query<{ key_id: string }>('select key_id from office where office_id = $1 for update', [office])
      if (rows[0]?.key_id === keyId) return ok({ keyId })
      if (code === undefined) return no({ code: rows[0] === undefined ? 'office-code-missing' : 'office-has-another-key', details: { office } })
      const used = await client.query('update office_code set used_at = $3 where hash = $1 and office_id = $2 and used_at is null and until > $3', [hashOf(code), office, at()])
      if (used.rowCount !== 1) return no({ code: 'office-code-wrong', at: 'code', details: { office } })
      await replaceKey(client, { office, keyId, anchorKey, how: 'code', registeredAt: at() })
      return ok({ keyId })
    }, { keep: (r) => r.ok }),
    makeCode: async (office, until) => {
      const letters = [...randomBytes(16)].map((b) => LETTERS[b % LETTERS.length]!).join('')
      await pool.query('insert into office_code (hash, office_id, made_at, until) values ($1, $2, $3, $4)', [hashOf(letters), office, at(), until.toISOString()])
      return { office, code: letters.match(/.{4}/g)!.join('-'), until: until.toISOString() }
    },
    keysOf: async (office) => {
      const { rows } = await pool.query<{ key_id: string; anchor_key: string; how: string; registered_at: string }>(
        'select k.* from office_key k join office o using (office_id) where k.office_id = $1 order by k.key_id = o.key_id, k.registered_at', [office],
      )
      return rows.map((r) => ({ keyId: r.key_id, anchorKey: r.anchor_key, how: r.how, registeredAt: r.registered_at }))
    },
  }
}
