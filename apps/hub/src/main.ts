import { parseArgs } from 'node:util'

import { openProcess, PART_OPTIONS } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { parseSignedMessage } from '@causeway/signing'
import { parseCertificate } from 'icao9303'

import { openAuthority, openReceiptKey } from './authority.ts'
import { openLedger } from './ledger.ts'

const { values } = parseArgs({ options: PART_OPTIONS })
const url = process.env['CAUSEWAY_DATABASE_URL']
if (url === undefined) throw new Error('CAUSEWAY_DATABASE_URL is needed')
const { dir, clock, serve } = await openProcess('hub', values)

const receiptKey = openReceiptKey(dir)
const ledger = await openLedger({ url, now: clock.now, signReceipt: receiptKey.signText })
const authority = await openAuthority(dir, clock.now())
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

/** The text fields of a body, or the first that is none. */
function texts<K extends string>(body: unknown, ...fields: readonly K[]): Result<Readonly<Record<K, string>>, Refusal> {
  const of = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<K, unknown>>
  const wrong = fields.find((f) => typeof of[f] !== 'string' || of[f] === '')
  return wrong === undefined ? ok(of as Readonly<Record<K, string>>) : no({ code: 'body-malformed', at: wrong })
}

let turn: Promise<unknown> = Promise.resolve()
/** One after the other: a list's number and a key's certificate are looked up before they are made. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}

/**
 * A list is made anew when it is a day old, or when asked for; never two of one day unless something was
 * revoked. Dated by the clock, so that whoever inspects at another time asks for a fresh one then.
 */
const freshCrl = async (force: 'force' | 'daily'): Promise<string> => inTurn(async () => {
  const last = await ledger.lastCrl()
  const now = clock.now()
  if (force === 'daily' && last !== undefined && Math.abs(now.getTime() - new Date(last.at).getTime()) < 86_400_000) return last.der
  const revoked = (await ledger.certificates()).filter((c) => c.revokedAt !== undefined).map((c) => ({ serial: c.serial, at: new Date(c.revokedAt!) }))
  const number = await ledger.nextCrlNumber()
  const der = base64(await authority.revocationList({ number, now, revoked }))
  await ledger.keepCrl(number, der)
  return der
})

/** One certificate a key while it may be used: a request whose answer was lost gets the certificate that was made for it. */
const certifyFor = async (office: string, request: Uint8Array): Promise<Result<object, Refusal>> => inTurn(async () => {
  if (!(await ledger.isKnown(office))) return no({ code: 'office-unknown', details: { office } })
  const asked = await authority.askedFor(request)
  const before = (await ledger.certificates()).map((c) => ({ ...c, read: parseCertificate(new Uint8Array(Buffer.from(c.der, 'base64')))! }))
    .findLast((c) => asked !== undefined && base64(c.read.spki) === base64(asked))
  if (before?.revokedAt !== undefined) return no({ code: 'certificate-revoked', details: { serial: before.serial } })
  if (before !== undefined && before.read.privateKeyUsage!.to! > clock.now()) return ok({ certificate: before.der, csca: base64(authority.csca.der) })
  const certificate = await authority.certify(request, clock.now())
  if (certificate === undefined) return no({ code: 'certificate-request-refused', rule: 'RFC 2986' })
  await ledger.keepCertificate({ serial: certificate.serial, office, der: base64(certificate.der) })
  return ok({ certificate: base64(certificate.der), csca: base64(authority.csca.der) })
})

serve({
  'GET /v1/health': async () => ok({ ready: true, says: ['SPECIMEN national side'], messages: await ledger.counts() }),
  'POST /v1/offices': async (body) => {
    const b = texts(body, 'office', 'anchorKey')
    return b.ok ? ledger.register(b.value.office, b.value.anchorKey) : b
  },
  'POST /v1/messages': async (body) => {
    const m = parseSignedMessage(body)
    return m.ok ? ledger.take(m.value) : no({ ...m.error, code: 'message-malformed' })
  },
  'POST /v1/ds': async (body) => {
    const b = texts(body, 'office', 'request')
    return b.ok ? certifyFor(b.value.office, new Uint8Array(Buffer.from(b.value.request, 'base64'))) : b
  },
  'POST /v1/revocations': async (body) => {
    const b = texts(body, 'serial')
    if (!b.ok) return b
    return (await ledger.revoke(b.value.serial)) ? ok({ crl: await freshCrl('force') }) : no({ code: 'not-found', at: 'serial' })
  },
  'GET /v1/csca': async () => Promise.resolve(ok({ csca: base64(authority.csca.der) })),
  'GET /v1/receipt-key': async () => Promise.resolve(ok({ publicKey: receiptKey.publicPem })),
  'GET /v1/certificates': async () => ok(await ledger.certificates()),
  'GET /v1/crl': async (_, query) => ok({ crl: await freshCrl(query.get('fresh') === 'yes' ? 'force' : 'daily') }),
  'GET /v1/masterlist': async () => ok({ masterList: base64(await authority.masterList(clock.now())) }),
  'GET /v1/witness': async (_, query) => ok(await ledger.witness(query.get('office') ?? '')),
}, { end: async () => ledger.end() })
