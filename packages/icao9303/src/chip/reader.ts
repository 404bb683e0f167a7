import { gainAccess, type AccessPolicy, type Admission } from '../access/admission.ts'
import { OK, statusHex, type Transmit } from '../access/apdu.ts'
import { type Exchange } from '../access/exchange.ts'
import { type AccessFailure } from '../access/failure.ts'
import { runActiveAuthentication } from '../access/active-authentication-run.ts'
import { establishChipAuthentication } from '../access/chip-authentication.ts'
import { planChipAuthentication } from '../access/chip-authentication-plan.ts'
import { type Password } from '../access/key.ts'
import { Malformed, readTlv } from '../asn1/tlv.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { APPLICATION_FILES, APPLICATION_ID, MASTER_FILES, type LdsFile } from '../lds/file.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeDg15 } from '../lds/dg15.ts'
import { decodeSecurityInfos } from '../lds/security-info.ts'
import { type ChipOutcome, type ChipSession } from '../report.ts'
import { type ChipResult, type ChipStage } from './personalisation.ts'
import { openSpeaker, type ChipExchange, type Heard, type Speaker } from './speaker.ts'

/** How a chip is to be read. */
export interface ReadOrder {
  /** The first is the password of PACE; BAC takes the one of the zone. None for a chip that is open. */
  readonly passwords: readonly Password[]
  readonly crypto: Crypto
  /** `pace-preferred` by default: a PACE that fails is the end, never BAC. */
  readonly policy?: AccessPolicy
}

/** What was read, and how. */
export interface ChipReading {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly access: 'PACE' | 'BAC' | 'none'
  readonly session: ChipSession
  readonly failures: readonly AccessFailure[]
  readonly exchanges: readonly ChipExchange[]
}

const ABSENT = [0x6a82, 0x6a88]
const READABLE = [OK, 0x6282]
const EVEN_LIMIT = 0x8000
const HEAD = 8

type Failed = Extract<ChipResult<never>, { readonly ok: false }>
const trouble = (step: ChipStage, file: string, heard: Heard): Failed => ({ ok: false, error: { step, file, statusWord: heard.response.sw === 0 ? '' : statusHex(heard.response.sw), ...(heard.says === undefined ? {} : { says: heard.says }) } })

/** Length of a whole file from its first bytes; undefined when they are no beginning of a TLV. */
function lengthOf(head: Uint8Array): number | undefined {
  try {
    return readTlv(head, 0, Number.MAX_SAFE_INTEGER, { mode: 'ber' }).next
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Some bytes of the selected file; the odd command where the even one does not reach. @source ISO/IEC 7816-4 §11.3.3 */
async function readPart(speaker: Speaker, file: string, o: { readonly offset: number; readonly length: number }): Promise<Heard> {
  const { offset, length } = o
  if (offset < EVEN_LIMIT) return speaker.say(`read ${file}`, { cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, data: new Uint8Array(), le: length })
  const asked = tlv(0x54, unhex(offset.toString(16).padStart(6, '0')))
  const heard = await speaker.say(`read ${file}`, { cla: 0, ins: 0xb1, p1: 0, p2: 0, data: asked, le: Math.min(256, length + 4) })
  if (!READABLE.includes(heard.response.sw)) return heard
  const body = unwrapOdd(heard.response.data)
  return body === undefined ? { ...heard, says: 'the answer to the odd command has no object 53' } : { response: { data: body, sw: heard.response.sw } }
}

function unwrapOdd(data: Uint8Array): Uint8Array | undefined {
  try {
    const t = readTlv(data, 0, data.length, { mode: 'ber' })
    return t.tag === 0x53 ? data.subarray(t.body, t.end) : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** The selected file, whole: its length is in its first bytes. Chips that give less than asked are asked again. */
async function readSelected(speaker: Speaker, file: string): Promise<ChipResult<Uint8Array>> {
  const first = await readPart(speaker, file, { offset: 0, length: HEAD })
  if (!READABLE.includes(first.response.sw) || first.response.data.length === 0) return trouble('read', file, first)
  const total = lengthOf(first.response.data)
  if (total === undefined) return trouble('read', file, { ...first, says: 'the file does not begin with a tag and a length' })
  const parts = [first.response.data.subarray(0, total)]
  for (let have = parts[0]!.length; have < total;) {
    const heard = await readPart(speaker, file, { offset: have, length: Math.min(speaker.room() - (have >= EVEN_LIMIT ? 4 : 0), total - have) })
    if (!READABLE.includes(heard.response.sw) || heard.response.data.length === 0) return trouble('read', file, heard)
    parts.push(heard.response.data.subarray(0, total - have))
    have += heard.response.data.length
  }
  return { ok: true, value: concat(...parts) }
}

const select = async (speaker: Speaker, file: LdsFile): Promise<Heard> => speaker.say(`select ${file.name}`, { cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data: Uint8Array.of(file.fid >> 8, file.fid & 0xff) })
const selectApplication = async (speaker: Speaker): Promise<Heard> => speaker.say('select application', { cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: unhex(APPLICATION_ID) })
const selectMaster = async (speaker: Speaker): Promise<Heard> => speaker.say('select master file', { cla: 0, ins: 0xa4, p1: 0x00, p2: 0x0c, data: unhex('3f00') })

/** A file of the master file that is read for what it may tell; what stands in the way costs this file alone. */
async function readMaster(speaker: Speaker, name: string): Promise<Uint8Array | undefined> {
  const file = MASTER_FILES.find((f) => f.name === name)!
  if ((await select(speaker, file)).response.sw !== OK) return undefined
  const read = await readSelected(speaker, name)
  return read.ok ? read.value : undefined
}

const NOT_DONE: ChipOutcome = { outcome: 'not-applicable', says: 'the chip does not have it' }

function accessOutcome(a: Admission | undefined): ChipOutcome {
  if (a === undefined) return { outcome: 'not-applicable', says: 'the chip is open to whoever holds it' }
  if (a.protocol === 'PACE') return { outcome: 'passed', says: `PACE with ${a.pace.offer.mapping} on ${a.pace.offer.group.name}, ${a.pace.offer.cipher}` }
  return { outcome: 'passed', says: a.because === 'downgraded' ? 'BAC after a PACE that failed' : 'BAC; the chip offers no PACE' }
}

interface Proofs { readonly chip: ChipOutcome; readonly active: ChipOutcome }

const FIRST = ['EF.COM', 'EF.SOD', 'DG14']

/** Some files of the application, as far as the chip has them. */
async function readFiles(speaker: Speaker, wanted: readonly LdsFile[], files: Record<string, Uint8Array>): Promise<ChipResult<true>> {
  for (const file of wanted) {
    let heard = await select(speaker, file)
    // a chip that lost its power says of every file that it is not there
    if (ABSENT.includes(heard.response.sw) && speaker.channel() === undefined) {
      const again = await selectApplication(speaker)
      if (again.response.sw !== OK) return trouble('select', 'eMRTD application', again)
      heard = await select(speaker, file)
    }
    if (ABSENT.includes(heard.response.sw)) continue
    if (heard.response.sw !== OK) return trouble('select', file.name, heard)
    const read = await readSelected(speaker, file.name)
    if (!read.ok) return read
    files[file.name] = read.value
  }
  return { ok: true, value: true }
}

/**
 * Chip Authentication by what DG14 offers. An agreed key proves nothing yet: the chip has the private half when its
 * next answer stands under the new keys.
 *
 * @source Doc 9303-11 §6.2
 */
async function proveChip(speaker: Speaker, dg14: Uint8Array | undefined, crypto: Crypto): Promise<ChipOutcome> {
  const read = dg14 === undefined ? undefined : decodeDg14(dg14)
  if (read === undefined) return NOT_DONE
  if (!read.ok) return { outcome: 'not-done', says: 'DG14 cannot be read' }
  if (!read.value.infos.some((i) => i.kind === 'chip-authentication' || i.kind === 'chip-authentication-public-key')) return NOT_DONE
  const { plans } = planChipAuthentication(read.value.infos, { crypto })
  const { run } = await establishChipAuthentication(exchangeOf(speaker, 'chip authentication'), plans, crypto)
  if (run.outcome === 'failed') return { outcome: 'failed', says: run.reason.says }
  speaker.enter(run.keys)
  const proof = await select(speaker, APPLICATION_FILES[0]!)
  const group = run.plan.key.group.name
  if (proof.says !== undefined) return { outcome: 'failed', says: `the chip does not have the key that it shows: ${proof.says}` }
  return { outcome: 'passed', says: `the chip has the private key of DG14: ${group}, ${run.plan.cipher}` }
}

/** The command in whatever session there is; undefined when what came back may not be used. */
const exchangeOf = (speaker: Speaker, step: string): Exchange => async (c) => {
  const heard = await speaker.say(step, c)
  return heard.says === undefined ? heard.response : undefined
}

/** Active Authentication by the key in DG15. @source Doc 9303-11 §6.1 */
async function signChallenge(speaker: Speaker, files: Readonly<Record<string, Uint8Array>>, crypto: Crypto): Promise<ChipOutcome> {
  const [dg15, dg14] = [files['DG15'] && decodeDg15(files['DG15']), files['DG14'] && decodeDg14(files['DG14'])]
  if (dg15 === undefined) return NOT_DONE
  if (!dg15.ok) return { outcome: 'not-done', says: 'DG15 cannot be read' }
  const announced = dg14?.ok === true ? dg14.value.infos.find((i) => i.kind === 'active-authentication') : undefined
  const cipher = speaker.channel()?.cipher
  const run = await runActiveAuthentication(exchangeOf(speaker, 'active authentication'), { publicKey: dg15.value.publicKey, announced, crypto, ...(cipher === undefined ? {} : { cipher }) })
  if (run === undefined) return { outcome: 'failed', says: 'the chip gave no answer that counts' }
  const evidence = { challenge: hex(run.challenge), response: hex(run.response) }
  if (run.outcome === 'failed') return { outcome: 'failed', says: run.reason.says, evidence }
  const odd = run.defects.map((d) => d.says)
  return { outcome: 'passed', says: [`the chip signed with the key of DG15: ${run.scheme.kind}, ${run.scheme.hash}`, ...odd].join('; '), evidence }
}

/** Every file of the application that the chip has; the chip proves itself as soon as DG14 is there. */
async function readApplication(speaker: Speaker, files: Record<string, Uint8Array>, crypto: Crypto): Promise<ChipResult<Proofs>> {
  const selected = await selectApplication(speaker)
  if (selected.response.sw !== OK) return trouble('select', 'eMRTD application', selected)
  const first = await readFiles(speaker, APPLICATION_FILES.filter((f) => FIRST.includes(f.name)), files)
  if (!first.ok) return first
  const proved = await proveChip(speaker, files['DG14'], crypto)
  if ((speaker.channel()?.state() ?? 'open') !== 'open') return { ok: true, value: { chip: proved, active: files['DG15'] === undefined ? NOT_DONE : { outcome: 'not-done', says: 'the session had ended' } } }
  const rest = await readFiles(speaker, APPLICATION_FILES.filter((f) => !FIRST.includes(f.name)), files)
  return rest.ok ? { ok: true, value: { chip: proved, active: await signChallenge(speaker, files, crypto) } } : rest
}

/** Whether the application lets anybody in. */
async function isOpen(speaker: Speaker): Promise<boolean> {
  if ((await selectApplication(speaker)).response.sw !== OK) return false
  // a chip may lack EF.COM, but none lacks DG1
  const asked = APPLICATION_FILES.filter((f) => f.name === 'EF.COM' || f.name === 'DG1')
  let open = false
  for (const file of asked) open ||= (await select(speaker, file)).response.sw === OK && READABLE.includes((await readPart(speaker, file.name, { offset: 0, length: 4 })).response.sw)
  await selectMaster(speaker)
  return open
}

/**
 * Reads a chip: what is free, access, every file that it has.
 *
 * @source Doc 9303-11 §4.2, Doc 9303-10 §3
 */
export async function readChip(transmit: Transmit, order: ReadOrder): Promise<ChipResult<ChipReading>> {
  const speaker = openSpeaker(transmit, order.crypto)
  const files: Record<string, Uint8Array> = {}
  await selectMaster(speaker)
  const cardAccess = await readMaster(speaker, 'EF.CardAccess')
  if (cardAccess !== undefined) files['EF.CardAccess'] = cardAccess
  const infos = cardAccess === undefined ? undefined : decodeSecurityInfos(cardAccess)
  const open = infos?.ok !== true && await isOpen(speaker)
  const admission = open ? undefined : await gainAccess(speaker.bare('access'), { cardAccess: infos?.ok === true ? infos.value : undefined, passwords: order.passwords, policy: order.policy ?? 'pace-preferred', crypto: order.crypto })
  if (admission?.ok === false) {
    const last = admission.failures.at(-1)!
    return { ok: false, error: { step: 'access', file: `${last.protocol} ${last.step}`, statusWord: last.statusWord ?? '', says: last.says } }
  }
  if (admission !== undefined) speaker.enter(admission.value.keys)
  const read = await readApplication(speaker, files, order.crypto)
  if (!read.ok) return read
  return {
    ok: true,
    value: {
      files, access: admission?.value.protocol ?? 'none', failures: admission?.value.failures ?? [], exchanges: speaker.exchanges(),
      session: { access: accessOutcome(admission?.value), chipAuthentication: read.value.chip, activeAuthentication: read.value.active, terminalAuthentication: NOT_DONE },
    },
  }
}
