import { parseArgs } from 'node:util'

import { openFaultPoints, openProcess, PART_OPTIONS, type Handler } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { parseAnchorRequest, parseCertificateImport, parseMessageRequest, parseSodBatch, parseSodRequest, type SodAnswer } from '@causeway/signing'

import { openBook } from './book.ts'
import { openFileCustody } from './custody/file.ts'
import { watchLeaps } from './leap.ts'
import { readSettings, settingAt } from './setting.ts'
import { documentSigner } from './signer.ts'

const { values } = parseArgs({ options: {
  ...PART_OPTIONS, organisation: { type: 'string', default: 'Utopia Specimen Authority' }, faults: { type: 'string' }, settings: { type: 'string' },
  // a demonstration plays with the clock; a harness may have it watched all the same
  'watch-clock': { type: 'boolean', default: false },
} })
const { dir, clock, log, serve } = await openProcess('signer', values)

const settings = readSettings(values.settings)
const watched = values.clock === undefined || values['watch-clock']
const leapt = watched ? watchLeaps({ now: clock.now, elapsed: () => performance.now(), limit: () => settingAt(settings, 'clockSeconds', clock.now()) * 1_000 }) : () => false
const book = openBook(dir)
const signer = await documentSigner({ custody: openFileCustody(dir), book, clock, settings, leapt, organisation: values.organisation, faultPoint: openFaultPoints(values.faults) })

/** A route whose body is read strictly before any rule sees it. */
const taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Result<unknown, Refusal> | Promise<Result<unknown, Refusal>>): Handler => async (body) => {
  const request = parse(body)
  const result = request.ok ? await answer(request.value) : request
  if (!result.ok) log.warn('refused', { code: result.error.code, at: result.error.at })
  return result
}
const signOne = taking(parseSodRequest, signer.sod)

/** A whole number of a query, or what stands for it. */
const countIn = (query: URLSearchParams, name: string, otherwise: number): number => { const n = Number(query.get(name) ?? otherwise); return Number.isSafeInteger(n) && n >= 0 ? n : otherwise }

serve({
  'GET /v1/health': async () => Promise.resolve(ok(signer.health())),
  'GET /v1/keys': async () => Promise.resolve(ok(signer.keys())),
  'GET /v1/journal': async (_, query) => Promise.resolve(ok({ lines: book.page(countIn(query, 'from', 1), Math.min(countIn(query, 'limit', 100), 1_000)) })),
  'POST /v1/sod': signOne,
  'POST /v1/sods': taking(parseSodBatch, async ({ requests }) => ok({ answers: await Promise.all(requests.map(async (r) => signOne(r, new URLSearchParams()) as Promise<Result<SodAnswer, Refusal>>)) })),
  'POST /v1/anchor': taking(parseAnchorRequest, signer.anchor),
  'POST /v1/message': taking(parseMessageRequest, signer.message),
  'POST /v1/certificate-request': async () => signer.request(),
  'POST /v1/certificate': taking(parseCertificateImport, signer.certificate),
}, { says: { signatures: signer.health().signatures, certified: signer.health().ready } })
