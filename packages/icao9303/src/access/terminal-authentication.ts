import { concat } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { signCvc, type CvcSigner } from '../cvc/build.ts'
import { encodeCvcParts, type CvCertificate } from '../cvc/certificate.ts'
import { referenceBytes } from '../cvc/reference.ts'
import { OK, renderStatus, statusHex, type Command, type Response } from './apdu.ts'
import { compressElement } from './chip-authentication-key.ts'
import { type AccessDefect, type Exchange } from './exchange.ts'
import { type Group } from './group.ts'

const CLAUSE = 'Doc 9303-11 §7.1.5'

/** What chip and terminal sign: who the chip is, its challenge, which key the session was made with. */
export interface TerminalProof {
  /** ID_IC: of BAC or of PACE. */
  readonly chipId: Uint8Array
  readonly challenge: Uint8Array
  /** Comp of the terminal's ephemeral public key. */
  readonly ephemeral: Uint8Array
  /** Version 2: authenticated auxiliary data, data object 67. */
  readonly auxiliary?: Uint8Array | undefined
}

/** The signed bytes. @source Doc 9303-11 §7.1.2; auxiliary data: BSI TR-03110-2 */
export const terminalProofBytes = (p: TerminalProof): Uint8Array => concat(p.chipId, p.challenge, p.ephemeral, p.auxiliary ?? new Uint8Array())

/**
 * ID_IC after BAC: the document number as the zone has it, with its check digit.
 *
 * @param information - MRZ_information: number, birth and expiry, each with its check digit
 * @source Doc 9303-11 §7.1.2
 */
export function bacChipId(information: string): Uint8Array {
  const number = information.slice(0, -14)
  if (!/^[0-9A-Z<]{10,}$/.test(number)) throw new RangeError('an MRZ_information')
  return Uint8Array.from(number, (c) => c.charCodeAt(0))
}

/** ID_IC after PACE: the chip's ephemeral public key, compressed. @source Doc 9303-11 §7.1.2 */
export const paceChipId = (group: Group, element: Uint8Array, crypto: Crypto): Uint8Array => compressElement(group, element, crypto)

/** The steps of Terminal Authentication, one command each. */
export type TerminalAuthenticationStep = 'set-dst' | 'verify-certificate' | 'set-at' | 'get-challenge' | 'external-authenticate'

/** What became of it; a failure says at which step, and for which certificate. */
export type TerminalAuthenticationRun =
  | { readonly outcome: 'passed'; readonly challenge: Uint8Array }
  | { readonly outcome: 'failed'; readonly step: TerminalAuthenticationStep; readonly holder: string; readonly sw: number | undefined; readonly reason: AccessDefect }

type Failed = TerminalAuthenticationRun & { readonly outcome: 'failed' }

const environment = (p1: number, p2: number, data: Uint8Array): Command => ({ cla: 0, ins: 0x22, p1, p2, data })

/** MSE: Set DST: whose key verifies the next certificate. @source Doc 9303-11 §7.1.5.1 */
export const setDst = (car: string): Command => environment(0x81, 0xb6, tlv(0x83, referenceBytes(car)))

/** PSO: Verify Certificate. @source Doc 9303-11 §7.1.5.2 */
export const verifyCertificate = (c: Pick<CvCertificate, 'body' | 'signature'>): Command => ({ cla: 0, ins: 0x2a, p1: 0x00, p2: 0xbe, data: encodeCvcParts(c) })

/**
 * MSE: Set AT: which key the terminal proves to have. Version 2 says algorithm and compressed ephemeral key, too.
 *
 * @source Doc 9303-11 §7.1.5.3, BSI TR-03110-3 B.11.1
 */
export function setTerminalAt(chr: string, two?: { readonly oid: string; readonly ephemeral: Uint8Array; readonly auxiliary?: Uint8Array | undefined }): Command {
  const holder = tlv(0x83, referenceBytes(chr))
  if (two === undefined) return environment(0x81, 0xa4, holder)
  return environment(0x81, 0xa4, concat(tlv(0x80, oid(two.oid).subarray(2)), holder, two.auxiliary ?? new Uint8Array(), tlv(0x91, two.ephemeral)))
}

/** @source Doc 9303-11 §7.1.5.4 */
export const getTerminalChallenge: Command = { cla: 0, ins: 0x84, p1: 0, p2: 0, data: new Uint8Array(), le: 8 }

/** @source Doc 9303-11 §7.1.5.5 */
export const externalAuthenticate = (signature: Uint8Array): Command => ({ cla: 0, ins: 0x82, p1: 0, p2: 0, data: signature })

/** Asks one step of the chip; what is not 9000 is a failure. */
async function ask(exchange: Exchange, command: Command, at: { readonly step: TerminalAuthenticationStep; readonly holder: string }): Promise<Response | Failed> {
  const response = await exchange(command)
  if (response === undefined) return { outcome: 'failed', ...at, sw: undefined, reason: { code: 'ta-no-answer', says: `${at.step}: the chip gave no answer that counts`, clause: CLAUSE } }
  if (response.sw === OK) return response
  return { outcome: 'failed', ...at, sw: response.sw, reason: { code: 'ta-refused', says: `${at.step} for ${at.holder}: ${statusHex(response.sw)}, ${renderStatus(response.sw)}`, clause: CLAUSE } }
}

/**
 * Sends certificates to the chip, each under the key that it names: to prepare Terminal Authentication, or only to
 * bring the chip's trust points and day up to date.
 *
 * @returns undefined when all were taken
 * @source Doc 9303-11 §7.1.4.3.3, §7.1.5
 */
export async function presentCvcs(exchange: Exchange, chain: readonly CvCertificate[]): Promise<Failed | undefined> {
  for (const c of chain) {
    for (const [step, command] of [['set-dst', setDst(c.car)], ['verify-certificate', verifyCertificate(c)]] as const) {
      const answer = await ask(exchange, command, { step, holder: c.chr })
      if ('outcome' in answer) return answer
    }
  }
  return undefined
}

/** What a terminal proves itself with. */
export interface TerminalAuthenticationOrder {
  /** From below a trust point of the chip to the terminal's own. */
  readonly chain: readonly CvCertificate[]
  /** The terminal's key, with the domain parameters of its authority. */
  readonly signer: CvcSigner
  readonly chipId: Uint8Array
  /** Comp of the key of Chip Authentication or PACE; in version 2 of the key that Chip Authentication will use. */
  readonly ephemeral: Uint8Array
  readonly version?: 1 | 2
  readonly auxiliary?: Uint8Array | undefined
}

/**
 * Proves the terminal to the chip.
 *
 * @throws RangeError for an empty chain, or a signer whose key cannot sign
 * @source Doc 9303-11 §7.1, version 2: BSI TR-03110-2
 */
export async function authenticateTerminal(exchange: Exchange, o: TerminalAuthenticationOrder): Promise<TerminalAuthenticationRun> {
  const holder = o.chain.at(-1)?.chr
  if (holder === undefined) throw new RangeError('a chain of at least one certificate')
  const refused = await presentCvcs(exchange, o.chain)
  if (refused !== undefined) return refused
  const two = o.version === 2 ? { oid: o.signer.key.oid, ephemeral: o.ephemeral, auxiliary: o.auxiliary } : undefined
  const selected = await ask(exchange, setTerminalAt(holder, two), { step: 'set-at', holder })
  if ('outcome' in selected) return selected
  const challenged = await ask(exchange, getTerminalChallenge, { step: 'get-challenge', holder })
  if ('outcome' in challenged) return challenged
  const challenge = challenged.data
  if (challenge.length !== 8) return { outcome: 'failed', step: 'get-challenge', holder, sw: OK, reason: { code: 'ta-challenge-length', says: `a challenge of ${challenge.length} bytes`, clause: 'Doc 9303-11 §7.1.5.4' } }
  const signature = await signCvc(terminalProofBytes({ ...o, challenge }), o.signer)
  const done = await ask(exchange, externalAuthenticate(signature), { step: 'external-authenticate', holder })
  return 'outcome' in done ? done : { outcome: 'passed', challenge }
}
