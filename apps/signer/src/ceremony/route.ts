import { type Handler } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { parseCarryOut, parseCeremonyOrder, parseConfirmation, parseFounding } from '@causeway/signing'

import { type Ceremonies } from './ceremony.ts'

type Taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (request: T) => Promise<Result<unknown, Refusal>>) => Handler

/** What custodians ask of the signer. */
export const ceremonyRoutes = (c: Ceremonies, taking: Taking) => ({
  'POST /v1/ceremonies/found': taking(parseFounding, async (r) => c.found(r)),
  'POST /v1/ceremonies/open': taking(parseCeremonyOrder, c.open),
  'POST /v1/ceremonies/confirm': taking(parseConfirmation, c.confirm),
  'POST /v1/ceremonies/carry-out': taking(parseCarryOut, c.carryOut),
} satisfies Readonly<Record<string, Handler>>)
