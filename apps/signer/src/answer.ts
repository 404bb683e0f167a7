import { ok, type Refusal, type Result } from '@causeway/kernel'

import { CustodyFault } from './custody/port.ts'
import { refuse } from './document.ts'

/** What the signer says to a question. */
export type Answer<T> = Result<T, Refusal>

/** A use of a key that the custody could not make is a refusal, and never an answer. */
export async function used<T>(work: Promise<T>): Promise<Answer<T>> {
  try {
    return ok(await work)
  } catch (error) {
    if (error instanceof CustodyFault) return refuse(error.code, { why: error.message })
    throw error
  }
}
