import { concat } from '../asn1/value.ts'
import { numberOf } from '../number.ts'
import { orderBytes, readActiveAuthenticationKey, verifyActiveAuthentication, type ActiveAuthenticationKey, type ActiveAuthenticationOrder, type ActiveAuthenticationVerdict } from './active-authentication.ts'
import { OK, renderStatus, statusHex, type Command, type LengthForm } from './apdu.ts'
import { type AccessDefect, type Exchange } from './exchange.ts'
import { type SessionCipher } from './key.ts'
import { roomInAnswer } from './secure-messaging.ts'

/** How many bytes are asked for, and in which form of command. */
export interface AnswerLength {
  readonly le: number
  readonly form: LengthForm
}

/** How long a signature of the key is: of RSA exactly, of ECDSA in its plain form. */
function signatureLength(key: ActiveAuthenticationKey): number {
  return key.kind === 'ec' ? 2 * orderBytes(key.curve) : Math.ceil(numberOf(key.key.modulus).toString(16).length / 2)
}

/**
 * Which lengths to ask for, in this order. Chips cut a signature that does not fit a short answer, without a word;
 * others answer nothing to the longest extended length. What fits is therefore asked for in the short form.
 *
 * @param cipher - of the session that the answer is protected in; undefined without one
 */
export function activeAuthenticationLengths(key: ActiveAuthenticationKey, cipher?: SessionCipher): readonly AnswerLength[] {
  const length = signatureLength(key)
  const [most, exact]: readonly AnswerLength[] = [{ le: 65_536, form: 'extended' }, { le: length, form: 'extended' }]
  const short: AnswerLength = { le: 256, form: 'short' }
  const fits = length <= (cipher === undefined ? 256 : roomInAnswer(cipher, 256))
  return fits ? [short, { le: length, form: 'short' }, most!] : [most!, exact!, short]
}

/** The command that has the chip sign a challenge. @source Doc 9303-11 §6.1.3 */
export function internalAuthenticate(challenge: Uint8Array, length: AnswerLength): Command {
  return { cla: 0, ins: 0x88, p1: 0, p2: 0, data: challenge, le: length.le, form: length.form }
}

/** What became of Active Authentication, with challenge and response as evidence. */
export type ActiveAuthenticationRun = ActiveAuthenticationVerdict & {
  readonly challenge: Uint8Array
  readonly response: Uint8Array
  /** The length that was asked for last. */
  readonly length: AnswerLength
}

interface Attempt { readonly response: Uint8Array; readonly refusal: AccessDefect | undefined; readonly advised: number | undefined }

/** One command, and the rest of its answer where the chip says that there is more. */
async function attempt(exchange: Exchange, challenge: Uint8Array, length: AnswerLength): Promise<Attempt | undefined> {
  const first = await exchange(internalAuthenticate(challenge, length))
  if (first === undefined) return undefined
  if (first.sw >> 8 === 0x61) {
    const more = await exchange({ cla: 0, ins: 0xc0, p1: 0, p2: 0, data: new Uint8Array(), le: (first.sw & 0xff) || 256 })
    return { response: more?.sw === OK ? concat(first.data, more.data) : first.data, refusal: undefined, advised: undefined }
  }
  const refusal = first.sw === OK ? undefined : { code: 'aa-refused', says: `INTERNAL AUTHENTICATE: ${statusHex(first.sw)}, ${renderStatus(first.sw)}`, clause: 'Doc 9303-11 §6.1.3' }
  return { response: first.data, refusal, advised: first.sw >> 8 === 0x6c ? (first.sw & 0xff) || 256 : undefined }
}

/**
 * Runs Active Authentication with each length in turn, a fresh challenge each time, until a signature is good or
 * whole and wrong.
 *
 * @returns undefined when the chip gave no answer at all
 * @source Doc 9303-11 §6.1
 */
export async function runActiveAuthentication(exchange: Exchange, o: Omit<ActiveAuthenticationOrder, 'challenge' | 'response'> & { readonly cipher?: SessionCipher }): Promise<ActiveAuthenticationRun | undefined> {
  const key = readActiveAuthenticationKey(o.publicKey)
  let last: ActiveAuthenticationRun | undefined
  let advice: number | undefined
  const lengths = [...(key === undefined ? [] : activeAuthenticationLengths(key, o.cipher))]
  for (let length = lengths.shift(); length !== undefined; length = lengths.shift()) {
    const challenge = o.crypto.random(8)
    const tried = await attempt(exchange, challenge, length)
    if (tried === undefined) return last
    const { response, refusal, advised } = tried
    // advice is followed once: a chip that gives it for ever is not
    if (advised !== undefined && advice === undefined) lengths.unshift({ le: advised, form: 'short' })
    advice ??= advised
    const verdict: ActiveAuthenticationVerdict = refusal === undefined ? await verifyActiveAuthentication({ ...o, challenge, response }) : { outcome: 'failed', reason: refusal }
    const run: ActiveAuthenticationRun = { ...verdict, challenge, response, length }
    if (verdict.outcome === 'passed' || response.length >= signatureLength(key!)) return run
    if (last === undefined || response.length >= last.response.length) last = run
  }
  return last ?? unread(o)
}

async function unread(o: Omit<ActiveAuthenticationOrder, 'challenge' | 'response'>): Promise<ActiveAuthenticationRun> {
  const [challenge, response] = [o.crypto.random(8), new Uint8Array()]
  return { ...(await verifyActiveAuthentication({ ...o, challenge, response })), challenge, response, length: { le: 256, form: 'short' } }
}
