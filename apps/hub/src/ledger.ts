import { createHash, createPublicKey, verify } from 'node:crypto'

import { inTransaction } from '@causeway/ground'
import { anchorHash, GENESIS, isAnchorSigned, parseAnchorKeys, type Anchor } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { messageText, parseAnchor, type SignedMessage } from '@causeway/signing'
import pg from 'pg'

import { layForm } from './form.ts'

export const MESSAGE_KINDS = ['mission-approved', 'permit-issued', 'permit-handed-out', 'permit-returned', 'anchor'] as const

/** The hub's word that it has a message: given once, the same ever after. */
export interface Receipt {
  readonly office: string
  readonly number: number
  readonly receipt: number
  readonly receivedAt: string
  readonly contentHash: string
  /** ECDSA P-256 over SHA-256 of `receiptText`, r and s, hex. */
  readonly signature: string
}

export interface IssuedCertificate { readonly serial: string; readonly der: string; readonly revokedAt: string | undefined }

/** The hub's own books: what offices reported, what was certified, what was revoked. */
export interface Ledger {
  readonly register: (office: string, anchorKey: string) => Promise<Result<object, Refusal>>
  readonly isKnown: (office: string) => Promise<boolean>
  readonly take: (m: SignedMessage) => Promise<Result<Receipt, Refusal>>
  readonly witness: (office: string) => Promise<readonly Anchor[]>
  readonly counts: () => Promise<Readonly<Record<string, number>>>
  readonly keepCertificate: (c: { readonly serial: string; readonly office: string; readonly der: string }) => Promise<void>
  readonly certificates: () => Promise<readonly IssuedCertificate[]>
  readonly revoke: (serial: string) => Promise<boolean>
  readonly nextCrlNumber: () => Promise<number>
  readonly keepCrl: (number: number, der: string) => Promise<void>
  readonly lastCrl: () => Promise<{ readonly der: string; readonly at: string } | undefined>
  readonly end: () => Promise<void>
}

export interface LedgerOptions { readonly url: string; readonly now: () => Date; readonly signReceipt: (text: string) => string }

/** What a receipt's signature is over. */
export const receiptText = (r: Omit<Receipt, 'signature'>): string => JSON.stringify(['causeway-receipt-1', r.office, r.number, r.receipt, r.receivedAt, r.contentHash])

interface OfficeRow { readonly key_id: string; readonly anchor_key: string }
interface MessageRow { readonly receipt: string; readonly received_at: string; readonly content_hash: string; readonly signature: string }

const keptReceipt = (m: SignedMessage, r: MessageRow): Receipt => ({ office: m.office, number: m.number, receipt: Number(r.receipt), receivedAt: r.received_at, contentHash: r.content_hash, signature: r.signature })

async function anchorsOf(db: pg.Pool | pg.PoolClient, office: string): Promise<readonly Anchor[]> {
  const { rows } = await db.query<{ body: string }>("select body from message where office_id = $1 and kind = 'anchor' order by number", [office])
  return rows.map((r) => JSON.parse(r.body) as Anchor)
}

/** Why an anchor does not continue those that the hub has; undefined when it does. A witness keeps no word that it did not examine. */
function anchorFault(m: SignedMessage, key: string, last: Anchor | undefined): string | undefined {
  const anchor = parseAnchor(m.body)
  const [publicKey] = parseAnchorKeys(key)
  if (anchor === undefined) return 'it is no anchor'
  if (anchor.office !== m.office) return 'it is of another office'
  if (publicKey === undefined || anchor.keyId !== publicKey.keyId || !isAnchorSigned(anchor, publicKey)) return 'its signature is not of the office'
  if (anchor.number !== (last?.number ?? 0) + 1 || anchor.previous !== (last === undefined ? GENESIS : anchorHash(last))) return `it does not follow anchor ${last?.number ?? 0}`
  return anchor.fromSeq === (last?.toSeq ?? 0) + 1 && anchor.toSeq >= anchor.fromSeq ? undefined : 'its range does not follow the last'
}

/** Takes a message in a transaction that holds its office: one after the other, each number once. */
async function takeIn(client: pg.PoolClient, m: SignedMessage, o: LedgerOptions): Promise<Result<Receipt, Refusal>> {
  const { rows: offices } = await client.query<OfficeRow>('select key_id, anchor_key from office where office_id = $1 for update', [m.office])
  const office = offices[0]
  if (office === undefined || office.key_id !== m.keyId) return no({ code: 'office-unknown', details: { office: m.office } })
  const text = messageText(m)
  if (!verify('sha256', Buffer.from(text), { key: createPublicKey(office.anchor_key), dsaEncoding: 'ieee-p1363' }, Buffer.from(m.signature, 'hex'))) return no({ code: 'message-signature' })
  const contentHash = createHash('sha256').update(text).digest('hex')
  const { rows } = await client.query<MessageRow>('select receipt, received_at, content_hash, signature from message where office_id = $1 and number = $2', [m.office, m.number])
  if (rows[0] !== undefined) return rows[0].content_hash === contentHash ? ok(keptReceipt(m, rows[0])) : no({ code: 'message-differs', details: { number: m.number } })
  const { rows: last } = await client.query<{ n: string }>('select coalesce(max(number), 0) as n from message where office_id = $1', [m.office])
  const expected = Number(last[0]!.n) + 1
  if (m.number !== expected) return no({ code: 'message-gap', details: { expected } })
  const fault = m.kind === 'anchor' ? anchorFault(m, office.anchor_key, (await anchorsOf(client, m.office)).at(-1)) : undefined
  if (fault !== undefined) return no({ code: 'anchor-unfit', details: { number: m.number, why: fault } })
  await client.query('lock table message in share row exclusive mode') // receipts are numbered over all offices
  const { rows: receipts } = await client.query<{ n: string }>('select coalesce(max(receipt), 0) + 1 as n from message')
  const bare = { office: m.office, number: m.number, receipt: Number(receipts[0]!.n), receivedAt: o.now().toISOString(), contentHash }
  const signature = o.signReceipt(receiptText(bare))
  await client.query(
    'insert into message (office_id, number, kind, body, content_hash, receipt, received_at, signature) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [m.office, m.number, m.kind, m.body, contentHash, bare.receipt, bare.receivedAt, signature],
  )
  return ok({ ...bare, signature })
}

const keyIdOf = (pem: string): string | undefined => parseAnchorKeys(pem)[0]?.keyId

function certificateBook(pool: pg.Pool, at: () => string): Pick<Ledger, 'keepCertificate' | 'certificates' | 'revoke' | 'nextCrlNumber' | 'keepCrl' | 'lastCrl'> {
  return {
    keepCertificate: async (c) => { await pool.query('insert into certificate (serial, office_id, der, issued_at) values ($1, $2, $3, $4)', [c.serial, c.office, c.der, at()]) },
    certificates: async () => {
      const { rows } = await pool.query<{ serial: string; der: string; revoked_at: string | null }>('select serial, der, revoked_at from certificate order by issued_at')
      return rows.map((r) => ({ serial: r.serial, der: r.der, revokedAt: r.revoked_at ?? undefined }))
    },
    revoke: async (serial) => (await pool.query('update certificate set revoked_at = $2 where serial = $1 and revoked_at is null', [serial, at()])).rowCount === 1,
    nextCrlNumber: async () => Number((await pool.query<{ n: string }>('select coalesce(max(number), 0) + 1 as n from crl')).rows[0]!.n),
    keepCrl: async (number, der) => { await pool.query('insert into crl (number, der, issued_at) values ($1, $2, $3)', [number, der, at()]) },
    lastCrl: async () => {
      const { rows } = await pool.query<{ der: string; issued_at: string }>('select der, issued_at from crl order by number desc limit 1')
      return rows[0] && { der: rows[0].der, at: rows[0].issued_at }
    },
  }
}

export async function openLedger(o: LedgerOptions): Promise<Ledger> {
  const pool = new pg.Pool({ connectionString: o.url, max: 6 })
  pool.on('error', () => undefined) // a connection that a dead database took along; the next question opens another
  pool.on('connect', (client) => client.on('error', () => undefined)) // the failing question says it too
  await layForm(pool)
  const at = (): string => o.now().toISOString()
  return {
    ...certificateBook(pool, at),
    take: async (m) => {
      if (!(MESSAGE_KINDS as readonly string[]).includes(m.kind)) return no({ code: 'message-malformed', at: 'kind' })
      return inTransaction(pool, async (client) => takeIn(client, m, o), { keep: (taken) => taken.ok })
    },
    isKnown: async (office) => ((await pool.query('select 1 from office where office_id = $1', [office])).rowCount ?? 0) > 0,
    register: async (office, anchorKey) => {
      const keyId = keyIdOf(anchorKey)
      if (keyId === undefined) return no({ code: 'anchor-key-malformed', at: 'anchorKey' })
      await pool.query('insert into office values ($1, $2, $3, $4) on conflict do nothing', [office, keyId, anchorKey, at()])
      const { rows } = await pool.query<{ key_id: string }>('select key_id from office where office_id = $1', [office])
      return rows[0]!.key_id === keyId ? ok({ keyId }) : no({ code: 'office-has-another-key', details: { office } })
    },
    witness: async (office) => anchorsOf(pool, office),
    counts: async () => {
      const { rows } = await pool.query<{ kind: string; n: string }>('select kind, count(*) as n from message group by kind')
      return Object.fromEntries(rows.map((r) => [r.kind, Number(r.n)]))
    },
    end: async () => pool.end(),
  }
}
