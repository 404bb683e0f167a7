import { createHash, createPublicKey, verify } from 'node:crypto'

import { type Anchor } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { messageText, type SignedMessage } from '@causeway/signing'
import pg from 'pg'

const FORM = `
create table if not exists office (office_id text primary key, key_id text not null, anchor_key text not null, registered_at text not null);
create table if not exists message (
  office_id text not null, number bigint not null, kind text not null, body text not null, content_hash text not null,
  receipt bigint generated always as identity, received_at text not null, primary key (office_id, number));
create table if not exists certificate (serial text primary key, office_id text not null, der text not null, issued_at text not null, revoked_at text);
create table if not exists crl (number bigint generated always as identity primary key, der text not null, issued_at text not null);
`

export const MESSAGE_KINDS = ['mission-approved', 'permit-issued', 'permit-handed-out', 'permit-returned', 'anchor'] as const

export interface Receipt { readonly office: string; readonly number: number; readonly receipt: number; readonly receivedAt: string; readonly contentHash: string }

/** The hub's own books: what offices reported, what was certified, what was revoked. */
export interface Ledger {
  readonly register: (office: string, anchorKey: string) => Promise<Result<object, Refusal>>
  readonly take: (m: SignedMessage) => Promise<Result<Receipt, Refusal>>
  readonly witness: (office: string) => Promise<readonly Anchor[]>
  readonly counts: () => Promise<Readonly<Record<string, number>>>
  readonly keepCertificate: (c: { readonly serial: string; readonly office: string; readonly der: string }) => Promise<void>
  readonly certificates: () => Promise<readonly { readonly serial: string; readonly der: string; readonly revokedAt: string | undefined }[]>
  readonly revoke: (serial: string) => Promise<boolean>
  readonly nextCrlNumber: () => Promise<number>
  readonly keepCrl: (der: string) => Promise<void>
  readonly lastCrl: () => Promise<{ readonly der: string; readonly at: string } | undefined>
  readonly end: () => Promise<void>
}

const keyIdOf = (pem: string): string => {
  const der = createPublicKey(pem).export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(der.subarray(-65).toString('hex')).digest('hex').slice(0, 16)
}

export async function openLedger(url: string, now: () => Date): Promise<Ledger> {
  const pool = new pg.Pool({ connectionString: url, max: 6 })
  pool.on('error', () => undefined)
  await pool.query(FORM)
  const at = (): string => now().toISOString()

  const take = async (m: SignedMessage): Promise<Result<Receipt, Refusal>> => {
    if (!Number.isSafeInteger(m.number) || typeof m.body !== 'string' || !(MESSAGE_KINDS as readonly string[]).includes(m.kind)) return no({ code: 'message-malformed' })
    const { rows: offices } = await pool.query<{ key_id: string; anchor_key: string }>('select key_id, anchor_key from office where office_id = $1', [m.office])
    const office = offices[0]
    if (office === undefined || office.key_id !== m.keyId) return no({ code: 'office-unknown', details: { office: m.office } })
    const good = verify('sha256', Buffer.from(messageText(m)), { key: createPublicKey(office.anchor_key), dsaEncoding: 'ieee-p1363' }, Buffer.from(m.signature, 'hex'))
    if (!good) return no({ code: 'message-signature' })
    const contentHash = createHash('sha256').update(messageText(m)).digest('hex')
    const { rows: last } = await pool.query<{ n: string }>('select coalesce(max(number), 0) as n from message where office_id = $1', [m.office])
    if (m.number > Number(last[0]!.n) + 1) return no({ code: 'message-gap', details: { expected: Number(last[0]!.n) + 1 } })
    await pool.query('insert into message (office_id, number, kind, body, content_hash, received_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [m.office, m.number, m.kind, m.body, contentHash, at()])
    const { rows } = await pool.query<{ receipt: string; received_at: string; content_hash: string }>('select receipt, received_at, content_hash from message where office_id = $1 and number = $2', [m.office, m.number])
    const kept = rows[0]!
    if (kept.content_hash !== contentHash) return no({ code: 'message-differs', details: { number: m.number } })
    return ok({ office: m.office, number: m.number, receipt: Number(kept.receipt), receivedAt: kept.received_at, contentHash })
  }

  return {
    take,
    register: async (office, anchorKey) => {
      const keyId = keyIdOf(anchorKey)
      await pool.query('insert into office values ($1, $2, $3, $4) on conflict do nothing', [office, keyId, anchorKey, at()])
      const { rows } = await pool.query<{ key_id: string }>('select key_id from office where office_id = $1', [office])
      return rows[0]!.key_id === keyId ? ok({ keyId }) : no({ code: 'office-has-another-key', details: { office } })
    },
    witness: async (office) => {
      const { rows } = await pool.query<{ body: string }>("select body from message where office_id = $1 and kind = 'anchor' order by number", [office])
      return rows.map((r) => JSON.parse(r.body) as Anchor)
    },
    counts: async () => {
      const { rows } = await pool.query<{ kind: string; n: string }>('select kind, count(*) as n from message group by kind')
      return Object.fromEntries(rows.map((r) => [r.kind, Number(r.n)]))
    },
    keepCertificate: async (c) => { await pool.query('insert into certificate (serial, office_id, der, issued_at) values ($1, $2, $3, $4)', [c.serial, c.office, c.der, at()]) },
    certificates: async () => {
      const { rows } = await pool.query<{ serial: string; der: string; revoked_at: string | null }>('select serial, der, revoked_at from certificate order by issued_at')
      return rows.map((r) => ({ serial: r.serial, der: r.der, revokedAt: r.revoked_at ?? undefined }))
    },
    revoke: async (serial) => (await pool.query('update certificate set revoked_at = $2 where serial = $1 and revoked_at is null', [serial, at()])).rowCount === 1,
    nextCrlNumber: async () => Number((await pool.query<{ n: string }>('select coalesce(max(number), 0) + 1 as n from crl')).rows[0]!.n),
    keepCrl: async (der) => { await pool.query('insert into crl (der, issued_at) values ($1, $2)', [der, at()]) },
    lastCrl: async () => {
      const { rows } = await pool.query<{ der: string; issued_at: string }>('select der, issued_at from crl order by number desc limit 1')
      return rows[0] && { der: rows[0].der, at: rows[0].issued_at }
    },
    end: async () => pool.end(),
  }
}
