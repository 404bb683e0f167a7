import { randomBytes } from 'node:crypto'

import { no, type Refusal, type Result } from '@causeway/kernel'
import { encodeTimeStampRequest, parseTimeStampAnswer, type TimeStampToken } from '@causeway/pades'

/** An authority for time stamps, by its address; `policy`: the one that is asked for. */
export interface TimeStampAuthority { readonly url: string; readonly policy?: string }

const LIMIT = 256 * 1024
const WAIT = 10_000

/**
 * A time stamp over a SHA-256 hash, as RFC 3161 has it over HTTP. Its own signature is for whoever verifies; what was asked
 * for and what came are held against each other here.
 *
 * @returns refuses with `time-stamp-unreachable`, and as `parseTimeStampAnswer` does
 * @source RFC 3161 §3.4
 */
export async function askTimeStamp(a: TimeStampAuthority, imprint: Uint8Array): Promise<Result<TimeStampToken, Refusal>> {
  const order = { hash: 'SHA-256' as const, imprint, nonce: new Uint8Array(randomBytes(12)), ...(a.policy === undefined ? {} : { policy: a.policy }) }
  const unreachable = (why: string): Result<never, Refusal> => no({ code: 'time-stamp-unreachable', rule: 'RFC 3161 §3.4', details: { why } })
  try {
    const answer = await fetch(a.url, {
      method: 'POST', headers: { 'content-type': 'application/timestamp-query' }, body: Buffer.from(encodeTimeStampRequest(order)), redirect: 'error', signal: AbortSignal.timeout(WAIT),
    })
    if (!answer.ok) return unreachable(`status ${answer.status}`)
    if (answer.headers.get('content-type')?.split(';')[0]?.trim() !== 'application/timestamp-reply') return unreachable('not a time stamp answer')
    const body = new Uint8Array(await answer.arrayBuffer())
    return body.length > LIMIT ? unreachable('too long an answer') : parseTimeStampAnswer(body, order)
  } catch (error) {
    return unreachable((error as Error).name)
  }
}
