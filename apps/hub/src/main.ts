import { chownSync, mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { become, ensureUser, giveTo, openClock, openLog, openPart, reportReady, type Handler } from '@causeway/ground'
import { no, ok } from '@causeway/kernel'
import { type SignedMessage } from '@causeway/signing'

import { openAuthority } from './authority.ts'
import { openLedger } from './ledger.ts'

const { values } = parseArgs({ options: { dir: { type: 'string' }, socket: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' } } })
const url = process.env['CAUSEWAY_DATABASE_URL']
const { dir, socket } = values
if (dir === undefined || socket === undefined || url === undefined) throw new Error('--dir, --socket and CAUSEWAY_DATABASE_URL are needed')

const clock = openClock(values.clock)
const log = openLog('hub', clock.now)
mkdirSync(dir, { recursive: true, mode: 0o700 })
const user = values.user === undefined ? undefined : ensureUser(values.user)
giveTo(dir, user)
const handlers: Record<string, Handler> = {}
const server = await openPart(socket, handlers, (error) => { log.error('bug', { error }) })
if (user !== undefined) chownSync(socket, user.uid, values.group === undefined ? user.gid : (ensureUser(values.group)?.gid ?? user.gid))
become(user)
process.umask(0o077)

const ledger = await openLedger(url, clock.now)
const authority = await openAuthority(dir, clock.now())
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

/** A list is made anew when it is a day old, or when asked for; never two of one day unless something was revoked. */
async function freshCrl(force: 'force' | 'daily'): Promise<string> {
  const last = await ledger.lastCrl()
  const now = clock.now()
  if (force === 'daily' && last !== undefined && Math.abs(now.getTime() - new Date(last.at).getTime()) < 86_400_000) return last.der
  const revoked = (await ledger.certificates()).filter((c) => c.revokedAt !== undefined).map((c) => ({ serial: c.serial, at: new Date(c.revokedAt!) }))
  const der = base64(await authority.revocationList({ number: await ledger.nextCrlNumber(), now, revoked }))
  await ledger.keepCrl(der)
  return der
}

Object.assign(handlers, {
  'GET /v1/health': async () => ok({ ready: true, says: ['SPECIMEN national side'], messages: await ledger.counts() }),
  'POST /v1/offices': async (body) => { const b = body as { office: string; anchorKey: string }; return ledger.register(b.office, b.anchorKey) },
  'POST /v1/messages': async (body) => ledger.take(body as SignedMessage),
  'POST /v1/ds': async (body) => {
    const b = body as { office: string; request: string }
    const certificate = await authority.certify(new Uint8Array(Buffer.from(b.request, 'base64')), clock.now())
    if (certificate === undefined) return no({ code: 'certificate-request-refused', rule: 'RFC 2986' })
    await ledger.keepCertificate({ serial: certificate.serial, office: b.office, der: base64(certificate.der) })
    return ok({ certificate: base64(certificate.der), csca: base64(authority.csca.der) })
  },
  'POST /v1/revocations': async (body) => {
    const done = await ledger.revoke((body as { serial: string }).serial)
    if (!done) return no({ code: 'not-found' })
    return ok({ crl: await freshCrl('force') })
  },
  'GET /v1/csca': async () => Promise.resolve(ok({ csca: base64(authority.csca.der) })),
  'GET /v1/certificates': async () => ok(await ledger.certificates()),
  'GET /v1/crl': async (_, query) => ok({ crl: await freshCrl(query.get('fresh') === 'yes' ? 'force' : 'daily') }),
  'GET /v1/masterlist': async () => ok({ masterList: base64(await authority.masterList(clock.now())) }),
  'GET /v1/witness': async (_, query) => ok(await ledger.witness(query.get('office') ?? '')),
} satisfies Record<string, Handler>)
log.info('ready')
reportReady({}, async () => {
  server.closeAllConnections()
  await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
  await ledger.end()
})
