import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { become, ensureUser, giveTo, openClock, openFaultPoints, openLog, openPart, reportReady, type Handler } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { parseAnchorRequest, parseCertificateImport, parseMessageRequest, parseSodRequest } from '@causeway/signing'

import { openKeyStore } from './key-store.ts'
import { openBook } from './record.ts'
import { documentSigner } from './signer.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string' }, socket: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' },
    organisation: { type: 'string', default: 'Utopia Specimen Authority' }, faults: { type: 'string' },
  },
})
const { dir, socket } = values
if (dir === undefined || socket === undefined) throw new Error('--dir and --socket are needed')

const clock = openClock(values.clock)
const log = openLog('signer', clock.now)
mkdirSync(dir, { recursive: true, mode: 0o700 })
const user = values.user === undefined ? undefined : ensureUser(values.user)
giveTo(dir, user)
chmodSync(dir, 0o700)

const handlers: Record<string, Handler> = {}
const server = await openPart(socket, handlers, (error) => { log.error('bug', { error }) })
if (user !== undefined) chownSync(socket, user.uid, values.group === undefined ? user.gid : (ensureUser(values.group)?.gid ?? user.gid))
become(user)
process.umask(0o077)

const signer = documentSigner({ store: openKeyStore(dir), book: openBook(join(dir, 'signer.journal')), clock, organisation: values.organisation, faultPoint: openFaultPoints(values.faults) })
/** A route whose body is read strictly before any rule sees it. */
const taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Result<unknown, Refusal> | Promise<Result<unknown, Refusal>>): Handler => async (body) => {
  const request = parse(body)
  const result = request.ok ? await answer(request.value) : request
  if (!result.ok) log.warn('refused', { code: result.error.code, at: result.error.at })
  return result
}
Object.assign(handlers, {
  'GET /v1/health': async () => Promise.resolve(ok(signer.health())),
  'GET /v1/keys': async () => Promise.resolve(ok(signer.keys())),
  'POST /v1/sod': taking(parseSodRequest, signer.sod),
  'POST /v1/anchor': taking(parseAnchorRequest, signer.anchor),
  'POST /v1/message': taking(parseMessageRequest, signer.message),
  'POST /v1/certificate-request': async () => signer.request(),
  'POST /v1/certificate': taking(parseCertificateImport, signer.certificate),
} satisfies Record<string, Handler>)
log.info('ready', { signatures: signer.health().signatures, ready: signer.health().ready })
reportReady({}, async () => new Promise((resolve) => { server.close(() => { resolve() }); server.closeAllConnections() }))
