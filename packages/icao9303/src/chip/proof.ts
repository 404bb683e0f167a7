import { type Admission } from '../access/admission.ts'
import { runActiveAuthentication } from '../access/active-authentication-run.ts'
import { establishChipAuthentication } from '../access/chip-authentication.ts'
import { compressElement } from '../access/chip-authentication-key.ts'
import { verifyChipMapping } from '../access/chip-authentication-mapping.ts'
import { planChipAuthentication } from '../access/chip-authentication-plan.ts'
import { type Exchange } from '../access/exchange.ts'
import { type Password } from '../access/key.ts'
import { authenticateTerminal, bacChipId, paceChipId } from '../access/terminal-authentication.ts'
import { hex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { decodeEfCvca } from '../cvc/authority-file.ts'
import { type CvcSigner } from '../cvc/build.ts'
import { type CvCertificate } from '../cvc/certificate.ts'
import { findCvcChain } from '../cvc/trust.ts'
import { decodeCardSecurity } from '../lds/card-security.ts'
import { APPLICATION_FILES } from '../lds/file.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeDg15 } from '../lds/dg15.ts'
import { type ChipOutcome } from '../report.ts'
import { said, together } from '../sentence.ts'
import { EF_CVCA } from './file-system.ts'
import { readSeries, select, type Line } from './file-reader.ts'
import { type Speaker } from './speaker.ts'

type Files = Readonly<Record<string, Uint8Array>>

export const NOT_DONE: ChipOutcome = { outcome: 'not-applicable', ...said('protocol-absent') }

/** A bare refusal of the length is worth knowing: another length may be taken. */
const isLengthWord = (sw: number): boolean => sw === 0x6700 || sw >> 8 === 0x6c

/** The command in whatever session there is; undefined when what came back may not be used. */
export const exchangeOf = (speaker: Speaker, step: string): Exchange => async (c) => {
  const heard = await speaker.say(step, c)
  return heard.says === undefined || (heard.bare === true && isLengthWord(heard.response.sw)) ? heard.response : undefined
}

/** What Chip Authentication came to, and by which key of ours. */
export interface ChipProof { readonly chip: ChipOutcome; readonly ephemeral?: Uint8Array }

/**
 * Chip Authentication by what DG14 offers. An agreed key proves nothing yet: the chip has the private half when its
 * next answer stands under the new keys.
 *
 * @source Doc 9303-11 §6.2
 */
export async function proveChip(speaker: Speaker, dg14: Uint8Array | undefined, crypto: Crypto): Promise<ChipProof> {
  const read = dg14 === undefined ? undefined : decodeDg14(dg14)
  if (read === undefined) return { chip: NOT_DONE }
  if (!read.ok) return { chip: { outcome: 'not-done', ...said('group-unreadable', { group: 'DG14' }) } }
  if (!read.value.infos.some((i) => i.kind === 'chip-authentication' || i.kind === 'chip-authentication-public-key')) return { chip: NOT_DONE }
  const { plans } = planChipAuthentication(read.value.infos, { crypto })
  const { run } = await establishChipAuthentication(exchangeOf(speaker, 'chip authentication'), plans, crypto)
  if (run.outcome === 'failed') return { chip: { outcome: 'failed', ...said('protocol-failed', { details: run.reason.says }) } }
  speaker.enter(run.keys)
  const proof = await select(speaker, APPLICATION_FILES[0]!)
  const { group } = run.plan.key
  if (proof.says !== undefined) return { chip: { outcome: 'failed', ...said('chip-key-missing', { details: proof.says }) } }
  return { chip: { outcome: 'passed', ...said('chip-key-shown', { group: group.name, cipher: run.plan.cipher }) }, ephemeral: compressElement(group, run.ephemeral, crypto) }
}

/**
 * The mapping of PACE as a proof of the chip, by a key of EF.CardSecurity; undefined where PACE was without it.
 *
 * @source Doc 9303-11 §4.4.3.5.2
 */
export function judgeMapping(admission: Admission | undefined, file: Uint8Array | undefined, crypto: Crypto): ChipOutcome | undefined {
  const evidence = admission?.protocol === 'PACE' ? admission.pace.chipMapping : undefined
  if (evidence === undefined) return undefined
  const read = file === undefined ? undefined : decodeCardSecurity(file)
  if (read?.ok !== true) return { outcome: 'failed', ...said('mapping-unreadable') }
  const verdict = verifyChipMapping(evidence, read.value.infos, crypto)
  if (verdict.outcome === 'failed') return { outcome: 'failed', ...said('protocol-failed', { details: verdict.reason.says }) }
  return { outcome: 'passed', ...said('mapping-shown', { group: evidence.group.name }) }
}

/** Both proofs of the chip as one: what one of them denies, the other does not make good. */
export function joinProofs(mapping: ChipOutcome | undefined, chip: ChipOutcome): ChipOutcome {
  if (mapping === undefined) return chip
  if (chip.outcome === 'not-applicable' || (mapping.outcome === 'failed' && chip.outcome !== 'failed')) return mapping
  return chip.outcome === 'passed' ? { outcome: 'passed', ...said('chip-shown-twice', { details: `${mapping.says}; ${chip.says}` }) } : chip
}

/** Active Authentication by the key in DG15. @source Doc 9303-11 §6.1 */
export async function signChallenge(speaker: Speaker, files: Files, crypto: Crypto): Promise<ChipOutcome> {
  const [dg15, dg14] = [files['DG15'] && decodeDg15(files['DG15']), files['DG14'] && decodeDg14(files['DG14'])]
  if (dg15 === undefined) return NOT_DONE
  if (!dg15.ok) return { outcome: 'not-done', ...said('group-unreadable', { group: 'DG15' }) }
  const announced = dg14?.ok === true ? dg14.value.infos.find((i) => i.kind === 'active-authentication') : undefined
  const cipher = speaker.channel()?.cipher
  const run = await runActiveAuthentication(exchangeOf(speaker, 'active authentication'), { publicKey: dg15.value.publicKey, announced, crypto, ...(cipher === undefined ? {} : { cipher }) })
  if (run === undefined && speaker.carries() === 'short') return { outcome: 'not-done', ...said('challenge-too-long') }
  if (run === undefined) return { outcome: 'failed', ...said('challenge-unanswered') }
  const evidence = { challenge: hex(run.challenge), response: hex(run.response) }
  if (run.outcome === 'failed') return { outcome: 'failed', ...said('protocol-failed', { details: run.reason.says }), evidence }
  const values = { scheme: run.scheme.kind, hash: run.scheme.hash }
  const sentence = run.defects.length === 0 ? said('challenge-signed', values) : said('challenge-signed-oddly', { ...values, ...together(run.defects) })
  return { outcome: 'passed', ...sentence, evidence }
}

/** What a terminal proves itself by: its key, and certificates among which a way from the chip's authority to it is looked for. */
export interface TerminalCredential {
  readonly certificates: readonly CvCertificate[]
  /** The reference of the terminal's own certificate. */
  readonly holder: string
  readonly signer: CvcSigner
}

/** ID_IC of the session. @source Doc 9303-11 §7.1.2 */
function chipIdOf(admission: Admission, passwords: readonly Password[], crypto: Crypto): Uint8Array | undefined {
  if (admission.protocol === 'PACE') return paceChipId(admission.pace.offer.group, admission.pace.chipKey, crypto)
  const zone = passwords.find((p) => p.kind === 'mrz')
  return zone === undefined ? undefined : bacChipId(zone.text)
}

/** The authorities that the chip knows: said in PACE, or in EF.CVCA. */
async function authoritiesOf(line: Line, admission: Admission): Promise<readonly string[]> {
  if (admission.protocol === 'PACE' && admission.pace.authorities.length > 0) return admission.pace.authorities
  const file = await readSeries(line, EF_CVCA)
  const read = file.kind === 'read' ? decodeEfCvca(file.bytes) : undefined
  return read?.ok === true ? read.value : []
}

function announcesTerminals(dg14: Uint8Array | undefined): boolean {
  const read = dg14 === undefined ? undefined : decodeDg14(dg14)
  return read?.ok === true && read.value.infos.some((i) => i.kind === 'terminal-authentication')
}

/**
 * Terminal Authentication, after Chip Authentication. A terminal that is refused says nothing against the document.
 *
 * @source Doc 9303-11 §7.1
 */
export async function proveTerminal(line: Line, o: {
  readonly admission: Admission | undefined
  readonly credential: TerminalCredential | undefined
  readonly ephemeral: Uint8Array | undefined
  /** EF.DG14, which may announce it. */
  readonly dg14: Uint8Array | undefined
  readonly passwords: readonly Password[]
  readonly crypto: Crypto
}): Promise<ChipOutcome> {
  const { admission, credential, ephemeral } = o
  if (credential === undefined) return announcesTerminals(o.dg14) ? { outcome: 'not-applicable', ...said('terminal-none') } : NOT_DONE
  if (admission === undefined || ephemeral === undefined) return { outcome: 'not-done', ...said('terminal-session') }
  const known = await authoritiesOf(line, admission)
  if (known.length === 0) return NOT_DONE
  const chain = findCvcChain(credential.certificates, { known, holder: credential.holder })
  if (chain === undefined) return { outcome: 'not-done', ...said('terminal-chain', { authorities: known.join(' or '), holder: credential.holder }) }
  const chipId = chipIdOf(admission, o.passwords, o.crypto)
  if (chipId === undefined) return { outcome: 'not-done', ...said('terminal-nameless') }
  const run = await authenticateTerminal(exchangeOf(line.speaker, 'terminal authentication'), { chain, signer: credential.signer, chipId, ephemeral })
  return run.outcome === 'passed' ? { outcome: 'passed', ...said('terminal-taken', { holder: credential.holder, authority: chain[0]!.car }) } : { outcome: 'not-done', ...said('protocol-failed', { details: run.reason.says }) }
}
