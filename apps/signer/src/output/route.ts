import { type Handler } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import {
  parseCardSecurityRequest, parseCredentialQuestion, parseEndorsementQuestion, parseEndorsementRequest, parseSealRequest, parseVisibleSealRequest,
} from '@causeway/signing'

import { type Outputs } from './outputs.ts'

type Taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Result<unknown, Refusal> | Promise<Result<unknown, Refusal>>) => Handler

/** The routes of the outputs. @param taking - reads a body strictly before any rule sees it */
export const outputRoutes = (o: Outputs, taking: Taking) => ({
  'POST /v1/seal': taking(parseSealRequest, o.seal),
  'POST /v1/visible-seal': taking(parseVisibleSealRequest, o.visibleSeal),
  'POST /v1/endorsement': taking(parseEndorsementRequest, o.endorsement),
  'POST /v1/endorsement-check': taking(parseEndorsementQuestion, o.checkEndorsement),
  'GET /v1/endorsement-keys': async () => Promise.resolve(ok(o.endorsementKeys())),
  'POST /v1/card-security': taking(parseCardSecurityRequest, o.cardSecurity),
  'GET /v1/credentials': async () => Promise.resolve(ok(o.credentials())),
  'POST /v1/credential-request': taking(parseCredentialQuestion, o.askCredential),
  'POST /v1/anchor-stamp': async () => o.stampAnchor(),
} satisfies Readonly<Record<string, Handler>>)
