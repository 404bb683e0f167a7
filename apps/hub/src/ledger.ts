import { createHash } from 'node:crypto'

import { inTransaction } from '@causeway/ground'
import { anchorHash, GENESIS, isAnchorSigned, parseAnchorKeys, type Anchor } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { messageText, parseAnchor, type SignedMessage } from '@causeway/signing'
import pg from 'pg'

import { openCertificateBook, type CertificateBook } from './certificate-book.ts'
import { layForm } from './form.ts'
import { isSignedText, keyIdOf, openOfficeBook, replaceKey, type OfficeBook } from './office.ts'

export const MESSAGE_KINDS = ['mission-approved', 'permit-issued', 'permit-handed-out', 'permit-returned', 'anchor', 'office-key'] as const

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

/** The hub's own books: what offices reported, who they are, what was certified, what was revoked. */
export interface Ledger extends OfficeBook, CertificateBook {
  readonly take: (m: SignedMessage) => Promise<Result<Receipt, Refusal>>
  readonly witness: (office: string) => Promise<readonly Anchor[]>
  readonly counts: () => Promise<Readonly<Record<string, number>>>
  readonly end: () => Promise<void>
}

export interface LedgerOptions { readonly url: string; readonly now: () => Date; readonly signReceipt: (text: string) => string }

/** What a receipt's signature is over. */
export const receiptText = (r: Omit<Receipt, 'signature'>): string => JSON.stringify(['causeway-receipt-1', r.office, r.number, r.receipt, r.receivedAt, r.contentHash])

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

/** The key in the body of a message that hands an office over to another key; undefined when there is none. */
function successorIn(body: string): { readonly keyId: string; readonly anchorKey: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  const anchorKey = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)['anchorKey'] : undefined
  const keyId = typeof anchorKey === 'string' ? keyIdOf(anchorKey) : undefined
  return keyId === undefined ? undefined : { keyId, anchorKey: anchorKey as string }
}

/** Takes a message in a transaction that holds its office: one after the other, each number once. */
async function takeIn(client: pg.PoolClient, m: SignedMessage, o: LedgerOptions): Promise<Result<Receipt, Refusal>> {
  const { rows: offices } = await client.query<{ key_id: string }>('select key_id from office where office_id = $1 for update', [m.office])
  // a message whose receipt was lost comes again, signed by the key of its time
  const { rows: keys } = await client.query<{ anchor_key: string }>('select anchor_key from office_key where office_id = $1 and key_id = $2', [m.office, m.keyId])
  const [isPresent, key] = [offices[0]?.key_id === m.keyId, keys[0]?.anchor_key]
  if (key === undefined) return no({ code: 'office-unknown', details: { office: m.office } })
  const text = messageText(m)
  if (!isSignedText(text, key, m.signature)) return no({ code: 'message-signature' })
  const contentHash = createHash('sha256').update(text).digest('hex')
  const { rows } = await client.query<MessageRow>('select receipt, received_at, content_hash, signature from message where office_id = $1 and number = $2', [m.office, m.number])
  if (rows[0] !== undefined) return rows[0].content_hash === contentHash ? ok(keptReceipt(m, rows[0])) : no({ code: 'message-differs', details: { number: m.number } })
  if (!isPresent) return no({ code: 'office-key-former', details: { office: m.office } })
  const { rows: last } = await client.query<{ n: string }>('select coalesce(max(number), 0) as n from message where office_id = $1', [m.office])
  const expected = Number(last[0]!.n) + 1
  if (m.number !== expected) return no({ code: 'message-gap', details: { expected } })
  const fault = m.kind === 'anchor' ? anchorFault(m, key, (await anchorsOf(client, m.office)).at(-1)) : undefined
  if (fault !== undefined) return no({ code: 'anchor-unfit', details: { number: m.number, why: fault } })
  const successor = m.kind === 'office-key' ? successorIn(m.body) : undefined
  if (m.kind === 'office-key' && successor === undefined) return no({ code: 'anchor-key-malformed', at: 'body.anchorKey' })
  await client.query('lock table message in share row exclusive mode') // receipts are numbered over all offices
  const { rows: receipts } = await client.query<{ n: string }>('select coalesce(max(receipt), 0) + 1 as n from message')
  const bare = { office: m.office, number: m.number, receipt: Number(receipts[0]!.n), receivedAt: o.now().toISOString(), contentHash }
  const signature = o.signReceipt(receiptText(bare))
  await client.query(
    'insert into message (office_id, number, kind, body, content_hash, receipt, received_at, signature) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [m.office, m.number, m.kind, m.body, contentHash, bare.receipt, bare.receivedAt, signature],
  )
  if (successor !== undefined) await replaceKey(client, { office: m.office, ...successor, how: `message ${m.number}`, registeredAt: bare.receivedAt })
  return ok({ ...bare, signature })
}

export async function openLedger(o: LedgerOptions): Promise<Ledger> {
  const pool = new pg.Pool({ connectionString: o.url, max: 6 })
  pool.on('error', () => undefined) // a connection that a dead database took along; the next question opens another
  pool.on('connect', (client) => client.on('error', () => undefined)) // the failing question says it too
  await layForm(pool)
  const at = (): string => o.now().toISOString()
  return {
    ...openOfficeBook(pool, at), ...openCertificateBook(pool, at),
    take: async (m) => {
      if (!(MESSAGE_KINDS as readonly string[]).includes(m.kind)) return no({ code: 'message-malformed', at: 'kind' })
      return inTransaction(pool, async (client) => takeIn(client, m, o), { keep: (taken) => taken.ok })
    },
    witness: async (office) => anchorsOf(pool, office),
    counts: async () => {
      const { rows } = await pool.query<{ kind: string; n: string }>('select kind, count(*) as n from message group by kind')
      return Object.fromEntries(rows.map((r) => [r.kind, Number(r.n)]))
    },
    end: async () => pool.end(),
  }
}
