import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openFaultPoints, openProcess, PART_OPTIONS, type Handler } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { parseAnchorRequest, parseCertificateImport, parseMessageRequest, parseSodRequest } from '@causeway/signing'

import { openKeyStore } from './key-store.ts'
import { openBook } from './record.ts'
import { documentSigner } from './signer.ts'

const { values } = parseArgs({ options: { ...PART_OPTIONS, organisation: { type: 'string', default: 'Utopia Specimen Authority' }, faults: { type: 'string' } } })
const { dir, clock, log, serve } = await openProcess('signer', values)

const signer = documentSigner({ store: openKeyStore(dir), book: openBook(join(dir, 'signer.journal')), clock, organisation: values.organisation, faultPoint: openFaultPoints(values.faults) })
/** A route whose body is read strictly before any rule sees it. */
const taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Result<unknown, Refusal> | Promise<Result<unknown, Refusal>>): Handler => async (body) => {
  const request = parse(body)
  const result = request.ok ? await answer(request.value) : request
  if (!result.ok) log.warn('refused', { code: result.error.code, at: result.error.at })
  return result
}
serve({
  'GET /v1/health': async () => Promise.resolve(ok(signer.health())),
  'GET /v1/keys': async () => Promise.resolve(ok(signer.keys())),
  'POST /v1/sod': taking(parseSodRequest, signer.sod),
  'POST /v1/anchor': taking(parseAnchorRequest, signer.anchor),
  'POST /v1/message': taking(parseMessageRequest, signer.message),
  'POST /v1/certificate-request': async () => signer.request(),
  'POST /v1/certificate': taking(parseCertificateImport, signer.certificate),
}, { says: { signatures: signer.health().signatures, certified: signer.health().ready } })
