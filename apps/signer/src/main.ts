import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openFaultPoints, openPart, openProcess, PART_OPTIONS, Plain, socketIn, type Handler } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { parseAnchorRequest, parseCertificateImport, parseCredentialImport, parseMessageRequest, parseSodBatch, parseSodRequest, signerOpenApi, type CustodianRoute, type SignerRoute, type SodAnswer } from '@causeway/signing'

import { openBook } from './book.ts'
import { openCeremonies, type Ceremonies } from './ceremony/ceremony.ts'
import { custodyOf, demonstrate, startDemonstration } from './ceremony/demonstration.ts'
import { ceremonyRoutes } from './ceremony/route.ts'
import { prepareCustody } from './custody/open.ts'
import { watchLeaps } from './leap.ts'
import { openMeasures } from './measure.ts'
import { outputRoutes } from './output/route.ts'
import { isBase64, refuse } from './document.ts'
import { readSettings, settingAt } from './setting.ts'
import { documentSigner } from './signer.ts'

const { values } = parseArgs({ options: {
  ...PART_OPTIONS, organisation: { type: 'string', default: 'Utopia Specimen Authority' }, faults: { type: 'string' }, 'time-stamp-url': { type: 'string' }, 'time-stamp-policy': { type: 'string' }, settings: { type: 'string' },
  // a demonstration plays with the clock; a harness may have it watched all the same
  'watch-clock': { type: 'boolean', default: false },
  pkcs11: { type: 'string' }, token: { type: 'string' },
  // people who must come, or a demonstration that has none; software keys start as one
  custodians: { type: 'string' }, 'pin-file': { type: 'string' },
} })
const pin = values['pin-file'] === undefined ? undefined : readFileSync(values['pin-file'], 'utf8').trim()
const openCustody = await prepareCustody(values)
const { dir, clock, log, serve } = await openProcess('signer', values)

const settings = readSettings(values.settings ?? join(dir, 'settings.json'))
const watched = values.clock === undefined || values['watch-clock']
const leapt = watched ? watchLeaps({ now: clock.now, elapsed: () => performance.now(), limit: () => settingAt(settings, 'clockSeconds', clock.now()) * 1_000 }) : () => false
const book = openBook(dir)
const faultPoint = openFaultPoints(values.faults)
const keeper = openCustody(dir)
const ceremonies: Ceremonies = openCeremonies({ keeper, book, clock, settings, faultPoint, importCertificate: async (r) => signer.certificate(r), importCredential: async (r) => signer.outputs.takeCredential(r), onRetired: () => { signer.look() } })
if ((values.custodians ?? (keeper.kind === 'file' ? 'demonstration' : 'people')) === 'demonstration') {
  const started = await startDemonstration(ceremonies, dir, pin)
  if (!started.ok) log.error('keys not activated', { code: started.error.code, why: started.error.details?.['why'] })
}
const [url, policy] = [values['time-stamp-url'], values['time-stamp-policy']]
const timeStamps = url === undefined ? undefined : { url, ...(policy === undefined ? {} : { policy }) }
const signer = documentSigner({ timeStamps, custody: custodyOf(keeper, ceremonies, dir), book, clock, settings, leapt, organisation: values.organisation, faultPoint })

/** A route whose body is read strictly before any rule sees it. */
const taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Result<unknown, Refusal> | Promise<Result<unknown, Refusal>>): Handler => async (body) => {
  const request = parse(body)
  const result = request.ok ? await answer(request.value) : request
  if (!result.ok) log.warn('refused', { code: result.error.code, at: result.error.at })
  return result
}
const signOne = taking((body) => parseSodRequest(body, isBase64), signer.sod)

/** A whole number of a query, or what stands for it. */
const countIn = (query: URLSearchParams, name: string, otherwise: number): number => { const n = Number(query.get(name) ?? otherwise); return Number.isSafeInteger(n) && n >= 0 ? n : otherwise }

const showCeremonies: Handler = async (_, query) => {
  const id = query.get('id')
  return Promise.resolve(id === null ? ok(ceremonies.list()) : ceremonies.find(id))
}
const measures = openMeasures({ health: signer.health, keys: signer.keys, waiting: signer.waiting, clock })
/** Routes that are all described, and all that are. */
const described = <T extends Readonly<Record<SignerRoute, Handler>>>(routes: T & Readonly<Record<Exclude<keyof T, SignerRoute>, never>>): T => routes
const routes = described({
  'GET /v1/health': async () => Promise.resolve(ok(signer.health())),
  'GET /v1/keys': async () => Promise.resolve(ok(signer.keys())),
  'GET /v1/journal': async (_: unknown, query: URLSearchParams) => Promise.resolve(ok({ lines: book.page(countIn(query, 'from', 1), Math.min(countIn(query, 'limit', 100), 1_000)) })),
  'POST /v1/sod': signOne,
  'POST /v1/sods': taking(parseSodBatch, async ({ requests }) => ok({ answers: await Promise.all(requests.map(async (r) => signOne(r, new URLSearchParams()) as Promise<Result<SodAnswer, Refusal>>)) })),
  'POST /v1/anchor': taking(parseAnchorRequest, signer.anchor),
  'POST /v1/message': taking(parseMessageRequest, signer.message),
  'POST /v1/certificate-request': async () => signer.request(),
  'POST /v1/certificate': taking(parseCertificateImport, async (r) => {
    if (!ceremonies.list().demonstration) return refuse('ceremony-needed')
    const taken = await demonstrate(ceremonies, dir, { kind: 'import-certificate', ...r })
    return taken.ok ? ok(signer.health()) : taken
  }),
  'GET /v1/ceremonies': showCeremonies,
  'GET /v1/openapi.json': async () => Promise.resolve(ok(signerOpenApi('1'))),
  'GET /metrics': async () => ok(new Plain(measures.mediaType, await measures.render())),
  ...outputRoutes(signer.outputs, taking),
  'POST /v1/credential': taking(parseCredentialImport, async (r) => {
    if (!ceremonies.list().demonstration) return refuse('ceremony-needed')
    const taken = await demonstrate(ceremonies, dir, { kind: 'import-credential', ...r })
    return taken.ok ? ok(signer.outputs.credentials().find((c) => c.use === r.use)) : taken
  }),
})

/** Custodians speak at a socket in the signer's own folder: the server, which may reach the other one, can neither try passphrases nor hear them. */
const forCustodians = {
  'GET /v1/health': routes['GET /v1/health'], 'GET /v1/keys': routes['GET /v1/keys'], 'GET /v1/ceremonies': showCeremonies,
  'POST /v1/certificate-request': routes['POST /v1/certificate-request'], 'POST /v1/credential-request': routes['POST /v1/credential-request'],
  ...ceremonyRoutes(ceremonies, taking),
} satisfies Readonly<Record<CustodianRoute, Handler>>
const custodians = await openPart(socketIn(dir, 'custodian.sock'), forCustodians, (error) => { log.error('bug', { error }) })

/** A route whose answers are counted and timed. */
const measured = ([name, handler]: readonly [string, Handler]): readonly [string, Handler] => [name, async (body, query) => {
  const begun = performance.now()
  const result = await handler(body, query)
  measures.answered(name, result.ok ? 'ok' : result.error.code, (performance.now() - begun) / 1_000)
  return result
}]

serve(Object.fromEntries(Object.entries(routes).map(measured)), { says: { signatures: signer.health().signatures, certified: signer.health().ready }, end: async () => {
  custodians.closeAllConnections()
  await new Promise<void>((resolve) => { custodians.close(() => { resolve() }) })
  await keeper.close()
} })
