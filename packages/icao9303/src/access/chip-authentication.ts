import { concat } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { bytesOf } from '../number.ts'
import { OK, renderStatus, statusHex, type Command, type Response } from './apdu.ts'
import { agreeSecret, type AgreementKey } from './chip-authentication-key.ts'
import { type AccessDefect, type Exchange } from './exchange.ts'
import { randomScalar } from './group.ts'
import { sessionKeys, type SessionCipher, type SessionKeys } from './key.ts'
import { isSameMac } from './mac.ts'
import { authenticationToken, decodeDynamic, encodeDynamic, publicValue } from './pace-key.ts'

const CLAUSE = 'Doc 9303-11 §6.2.4'

/** One way to run Chip Authentication with one key of the chip. */
export interface ChipAuthenticationPlan {
  /** 1: the session itself is the proof. 2: the chip answers a nonce and a token, after Terminal Authentication. */
  readonly version: 1 | 2
  readonly oid: string
  readonly cipher: SessionCipher
  readonly command: 'set-kat' | 'set-at'
  /** Which key is meant, when it is told to the chip. */
  readonly keyId: number | undefined
  readonly key: AgreementKey
  readonly defects: readonly AccessDefect[]
}

/** A key agreed with the chip: the new session, and the terminal's own public key for Terminal Authentication. */
export type ChipAuthenticationRun =
  | { readonly outcome: 'agreed'; readonly keys: SessionKeys; readonly ephemeral: Uint8Array; readonly plan: ChipAuthenticationPlan }
  | { readonly outcome: 'failed'; readonly step: ChipAuthenticationStep; readonly sw: number | undefined; readonly reason: AccessDefect }

export type ChipAuthenticationStep = 'none' | 'set-kat' | 'set-at' | 'general-authenticate'

/** A number in the fewest bytes. */
const numberBytes = (n: number): Uint8Array => bytesOf(BigInt(n), Math.max(1, Math.ceil(n.toString(16).length / 2)))
const keyReference = (keyId: number | undefined): Uint8Array => (keyId === undefined ? new Uint8Array() : tlv(0x84, numberBytes(keyId)))
const oidValue = (id: string): Uint8Array => oid(id).subarray(2)

const set = (p: readonly [number, number], data: Uint8Array): Command => ({ cla: 0, ins: 0x22, p1: p[0], p2: p[1], data })

/**
 * The commands of a plan, in order, for the terminal's public key. The second, if any, answers data.
 *
 * @source Doc 9303-11 §6.2.4.1, §6.2.4.2
 */
export function chipAuthenticationCommands(plan: ChipAuthenticationPlan, element: Uint8Array): readonly Command[] {
  const plain = publicValue(plan.key.group, element)
  if (plan.command === 'set-kat') return [set([0x41, 0xa6], concat(tlv(0x91, plain), keyReference(plan.keyId)))]
  return [
    set([0x41, 0xa4], concat(tlv(0x80, oidValue(plan.oid)), keyReference(plan.keyId))),
    { cla: 0, ins: 0x86, p1: 0, p2: 0, data: encodeDynamic([0x80, plain]), le: 256 },
  ]
}

interface Run { readonly plan: ChipAuthenticationPlan; readonly ephemeral: Uint8Array; readonly secret: Uint8Array; readonly crypto: Crypto }

const failed = (step: ChipAuthenticationStep, o: { readonly sw?: number; readonly code: string; readonly says: string; readonly clause?: string }): ChipAuthenticationRun =>
  ({ outcome: 'failed', step, sw: o.sw, reason: { code: o.code, says: o.says, clause: o.clause ?? CLAUSE } })

/** The new keys; in version 2 only under the chip's token. */
function conclude(run: Run, answer: Response): ChipAuthenticationRun {
  const { plan, ephemeral, secret, crypto } = run
  if (plan.version === 1) return { outcome: 'agreed', keys: sessionKeys(secret, { cipher: plan.cipher, crypto }), ephemeral, plan }
  // nonce and token: BSI TR-03110-3 B.2
  const [nonce, proof] = [0x81, 0x82].map((tag) => decodeDynamic(answer.data)?.get(tag))
  if (nonce === undefined || proof === undefined) return failed('general-authenticate', { code: 'ca-no-proof', says: 'no nonce and token in the answer', clause: 'BSI TR-03110-3 B.2' })
  const keys = sessionKeys(concat(secret, nonce), { cipher: plan.cipher, crypto })
  const token = authenticationToken({ ...plan, group: plan.key.group }, ephemeral, { mac: keys.mac, crypto })
  if (!isSameMac(token, proof)) return failed('general-authenticate', { code: 'ca-token-wrong', says: 'the token is not of a chip that has the key', clause: 'BSI TR-03110-3 A.2.4' })
  return { outcome: 'agreed', keys, ephemeral, plan }
}

/**
 * Runs Chip Authentication by one plan. In version 1 an agreed key proves nothing yet: the chip is genuine once it
 * answers the first command under the new keys, and EF.DG14 stands under Passive Authentication.
 *
 * @param o.scalar - the terminal's private key; fresh by default
 * @source Doc 9303-11 §6.2
 */
export async function authenticateChip(exchange: Exchange, plan: ChipAuthenticationPlan, o: { readonly crypto: Crypto; readonly scalar?: bigint }): Promise<ChipAuthenticationRun> {
  const { group, element } = plan.key
  const scalar = o.scalar ?? randomScalar(group, o.crypto)
  const ephemeral = group.multiply(group.generator, scalar)
  const commands = chipAuthenticationCommands(plan, ephemeral)
  let answer: Response | undefined
  for (const [i, command] of commands.entries()) {
    const step = i === 0 ? plan.command : 'general-authenticate'
    answer = await exchange(command)
    if (answer === undefined) return failed(step, { code: 'ca-no-answer', says: 'the chip gave no answer that counts' })
    if (answer.sw !== OK) return failed(step, { sw: answer.sw, code: 'ca-refused', says: `${step}: ${statusHex(answer.sw)}, ${renderStatus(answer.sw)}` })
  }
  const secret = agreeSecret(group, element, scalar)
  if (secret === undefined) return failed('none', { code: 'ca-key-weak', says: 'the key of the chip is of a small subgroup', clause: 'Doc 9303-11 §9.4.5' })
  return conclude({ plan, ephemeral, secret, crypto: o.crypto }, answer!)
}

/** What became of all plans: the one that was agreed on, or why each failed. */
export interface ChipAuthenticationResult {
  readonly run: ChipAuthenticationRun
  readonly before: readonly ChipAuthenticationRun[]
}

/**
 * Tries plans in their order until the chip agrees to one. A refusal leaves the session as it was; where no answer
 * comes, or a token is wrong, nothing more is tried.
 *
 * @source Doc 9303-11 §6.2.2, §8.5
 */
export async function establishChipAuthentication(exchange: Exchange, plans: readonly ChipAuthenticationPlan[], crypto: Crypto): Promise<ChipAuthenticationResult> {
  const before: ChipAuthenticationRun[] = []
  for (const plan of plans) {
    const run = await authenticateChip(exchange, plan, { crypto })
    if (run.outcome === 'agreed' || run.sw === undefined) return { run, before }
    before.push(run)
  }
  const last = before.pop()
  return { run: last ?? failed('none', { code: 'ca-not-offered', says: 'no key that can be used', clause: 'Doc 9303-11 §9.2' }), before }
}
