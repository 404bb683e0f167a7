import { gainAccess, type AccessOrder, type AccessPolicy, type Admission, type AdmissionResult } from '../access/admission.ts'
import { OK, statusHex, type Transmit } from '../access/apdu.ts'
import { type AccessFailure } from '../access/failure.ts'
import { type Password } from '../access/key.ts'
import { type PacePreference } from '../access/pace-offer.ts'
import { type Crypto } from '../crypto.ts'
import { decodeAtrInfo } from '../lds/atr-info.ts'
import { decodeCom } from '../lds/com.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeDirectory } from '../lds/directory.ts'
import { APPLICATION_FILES, MASTER_FILES, type LdsFile } from '../lds/file.ts'
import { decodeSecurityInfos, type SecurityInfos } from '../lds/security-info.ts'
import { type ChipOutcome, type ChipSession } from '../report.ts'
import { said } from '../sentence.ts'
import { openLadder, readFile, readOnce, readPart, READABLE, readSeries, select, type FileReading, type Line, type ReadingOddity } from './file-reader.ts'
import { openFolders, wordsOf, type Folders } from './folder.ts'
import { type ChipResult, type ChipStage } from './personalisation.ts'
import { joinProofs, judgeMapping, proveChip, proveTerminal, signChallenge, type ChipProof, type TerminalCredential } from './proof.ts'
import { openSpeaker, type ChipExchange, type Heard, type Speaker } from './speaker.ts'

/** How a chip is to be read. */
export interface ReadOrder {
  /** The first is the password of PACE; BAC takes the one of the zone. None for a chip that is open. */
  readonly passwords: readonly Password[]
  readonly crypto: Crypto
  /** `pace-preferred` by default: a PACE that fails is the end, never BAC. */
  readonly policy?: AccessPolicy
  /** What to take first of several offers of PACE. */
  readonly preference?: PacePreference
  readonly pace?: AccessOrder['pace']
  /** With it Terminal Authentication is done, after Chip Authentication. */
  readonly terminal?: TerminalCredential
  /** Names of applications in hexadecimal that are tried where the chip has none of the standard's name. */
  readonly applications?: readonly string[]
  /** `as-told`: long answers where EF.ATR/INFO says that the chip gives them. `short`: never. `as-told` by default. */
  readonly answers?: 'as-told' | 'short'
  /** How many exchanges a chip may take; 100 000 by default. */
  readonly budget?: number
}

/** What was read, and how. */
export interface ChipReading {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly access: 'PACE' | 'BAC' | 'none'
  readonly session: ChipSession
  readonly failures: readonly AccessFailure[]
  /** What the chip does otherwise than the standard has it, in the order in which it showed. */
  readonly oddities: readonly ReadingOddity[]
  readonly exchanges: readonly ChipExchange[]
}

const BUDGET = 100_000
/** As many as a chip may have files that it does not speak of properly. */
const MOST_REGAINS = 20
const FIRST = ['EF.COM', 'EF.SOD', 'DG14']
/** Groups that are closed to terminals without a right: that is no oddity. */
const GUARDED = ['DG3', 'DG4']

type Failed = Extract<ChipResult<never>, { readonly ok: false }>
const trouble = (step: ChipStage, file: string, heard: Heard): Failed => ({ ok: false, error: { step, file, statusWord: heard.response.sw === 0 ? '' : statusHex(heard.response.sw), ...(heard.says === undefined ? {} : { says: heard.says }) } })

const masterFile = (name: string): LdsFile => MASTER_FILES.find((f) => f.name === name)!

/** The files of the master file that are read for what they tell; what stands in the way costs that file alone. */
async function readMaster(line: Line, files: Record<string, Uint8Array>, name: string): Promise<FileReading> {
  const got = await (name === 'EF.ATR/INFO' || name === 'EF.DIR' ? readSeries : readOnce)(line, masterFile(name))
  if (got.kind === 'read') files[name] = got.bytes
  else if (got.kind !== 'absent' && got.stage === 'read') line.note({ code: 'file-unreadable', at: name, says: wordsOf(got.heard), clause: 'Doc 9303-10 §3.11' })
  return got
}

function accessOutcome(a: Admission | undefined): ChipOutcome {
  if (a === undefined) return { outcome: 'not-applicable', ...said('access-open') }
  if (a.protocol === 'PACE') return { outcome: 'passed', ...said('access-pace', { mapping: a.pace.offer.mapping, group: a.pace.offer.group.name, cipher: a.pace.offer.cipher }) }
  return { outcome: 'passed', ...said(a.because === 'downgraded' ? 'access-downgraded' : 'access-bac') }
}

/** Some files of the application, as far as the chip has them; one that cannot be read does not cost the others. */
async function readFiles(line: Line, wanted: readonly LdsFile[], o: { readonly files: Record<string, Uint8Array>; readonly folders: Folders }): Promise<FileReading | undefined> {
  let last: FileReading | undefined
  for (const file of wanted) {
    let got = await readFile(line, file)
    // a chip that lost its power says of every file that it is not there, or that none is selected
    if ((got.kind === 'absent' || got.kind === 'failed') && line.speaker.channel() === undefined && (await o.folders.application()).response.sw === OK) got = await readFile(line, file)
    if (got.kind === 'read') o.files[file.name] = got.bytes
    if (got.kind === 'read' || got.kind === 'absent') continue
    last = got
    if (!(GUARDED.includes(file.name) && got.heard.response.sw === 0x6982)) line.note({ code: 'file-unreadable', at: file.name, says: `${got.stage}: ${wordsOf(got.heard)}`, clause: 'Doc 9303-10 §3.11' })
    if (got.kind === 'lost') return got
  }
  return last
}

/** Whether the application lets anybody in. */
async function isOpen(line: Line, folders: Folders): Promise<boolean> {
  const { speaker } = line
  if ((await folders.application()).response.sw !== OK) return false
  // a chip may lack EF.COM, but none lacks DG1
  const asked = APPLICATION_FILES.filter((f) => f.name === 'EF.COM' || f.name === 'DG1')
  let open = false
  for (const file of asked) open ||= (await select(speaker, file)).response.sw === OK && READABLE.includes((await readPart(speaker, file.name, { offset: 0, length: 4 })).response.sw)
  await folders.master()
  return open
}

/** What the files say against each other, as far as it is a matter of the reading. */
function compareFiles(files: Readonly<Record<string, Uint8Array>>, access: ChipReading['access'], note: (o: ReadingOddity) => void): void {
  const com = files['EF.COM'] && decodeCom(files['EF.COM'])
  for (const { name, group } of APPLICATION_FILES) {
    const listed = group !== undefined && com?.ok === true && com.value.groups.includes(group)
    if (listed && files[name] === undefined && !GUARDED.includes(name)) note({ code: 'listed-absent', at: name, says: 'EF.COM lists it, and the chip does not give it', clause: 'Doc 9303-10 §4.6.1' })
  }
  const dg14 = files['DG14'] && decodeDg14(files['DG14'])
  const offered = dg14?.ok === true && dg14.value.infos.some((i) => i.kind === 'pace')
  if (offered && access !== 'PACE') note({ code: 'pace-hidden', at: 'EF.CardAccess', says: 'DG14 offers PACE, but access was gained without it', clause: 'Doc 9303-11 §4.2' })
}

const ENDED: ChipOutcome = { outcome: 'not-done', ...said('session-over') }

/** What EF.CardAccess is for gaining access. */
function offersOf(got: FileReading): SecurityInfos | 'unreadable' | undefined {
  if (got.kind === 'absent' || (got.kind !== 'read' && got.stage === 'select')) return undefined
  const infos = got.kind === 'read' ? decodeSecurityInfos(got.bytes) : undefined
  return infos?.ok === true ? infos.value : 'unreadable'
}

/** How access was gained last: a session that broke is followed by another. */
interface Entry { admission: Admission | undefined }

function refusal(failures: readonly [AccessFailure, ...AccessFailure[]]): Failed {
  const last = failures.at(-1)!
  return { ok: false, error: { step: 'access', file: `${last.protocol} ${last.step}`, statusWord: last.statusWord ?? '', says: last.says } }
}

/** What the chip announces of itself where everybody may read. */
async function lookAround(line: Line, files: Record<string, Uint8Array>, folders: Folders): Promise<SecurityInfos | 'unreadable' | undefined> {
  await folders.master()
  const cardAccess = offersOf(await readMaster(line, files, 'EF.CardAccess'))
  if (cardAccess === 'unreadable') line.note({ code: 'card-access-unreadable', at: 'EF.CardAccess', says: 'it is there and cannot be read', clause: 'Doc 9303-11 §4.2' })
  await readMaster(line, files, 'EF.ATR/INFO')
  await readMaster(line, files, 'EF.DIR')
  return cardAccess
}

/** Bytes of the longest answer, as EF.ATR/INFO tells. @source Doc 9303-10 §3.11.1 */
function longestAnswer(file: Uint8Array | undefined): number | undefined {
  const read = file === undefined ? undefined : decodeAtrInfo(file)
  return read?.ok === true && read.value.capabilities?.extendedLength !== false ? Math.min(read.value.lengths?.response ?? 0, 65_536) || undefined : undefined
}

/** What there is before access: what EF.CardAccess offers, and whether none is needed. */
interface Approach { readonly cardAccess: SecurityInfos | 'unreadable' | undefined; readonly open: 'yes' | 'no' }

/** What a chip says that has just been given power, and forgot what was begun. */
const FORGOT: readonly string[] = ['', '6985', '6986', '6a82', '6d00', '6e00']

/**
 * Whether access may have failed because power was lost on the way: not where the password was wrong, nor where the
 * chip refuses for a reason.
 */
function mayHaveForgotten(failures: readonly AccessFailure[], cardAccess: SecurityInfos | 'unreadable' | undefined): boolean {
  const last = failures.at(-1)!
  if (last.code === 'not-offered') return cardAccess === 'unreadable'
  return last.code === 'no-answer' || (last.code === 'refused' && FORGOT.includes(last.statusWord ?? ''))
}

/**
 * Reads a chip: what is free, access, the proofs of chip and terminal, every file that it has. What a chip does
 * otherwise than the standard has it stands among the oddities; a broken session is met by access anew.
 *
 * @source Doc 9303-11 §4.2, Doc 9303-10 §3
 */
export async function readChip(transmit: Transmit, order: ReadOrder): Promise<ChipResult<ChipReading>> {
  const { crypto } = order
  const speaker = openSpeaker(transmit, { crypto, budget: order.budget ?? BUDGET })
  const oddities: ReadingOddity[] = []
  const files: Record<string, Uint8Array> = {}
  const note = (o: ReadingOddity): void => { oddities.push(o) }
  const folders = openFolders(speaker, { applications: order.applications ?? [], note })
  const around: Line = { speaker, ladder: openLadder(speaker), note, regain: async () => false }
  const approach = async (): Promise<Approach> => {
    const cardAccess = await lookAround(around, files, folders)
    return { cardAccess, open: typeof cardAccess !== 'object' && await isOpen(around, folders) ? 'yes' : 'no' }
  }
  let near = await approach()

  const enter = async (): Promise<AdmissionResult | undefined> => {
    if (near.open === 'yes') return undefined
    const { pace, preference, passwords, policy = 'pace-preferred' } = order
    const got = await gainAccess(speaker.bare('access'), { cardAccess: near.cardAccess, passwords, policy, crypto, ...(pace === undefined ? {} : { pace }), ...(preference === undefined ? {} : { preference }) })
    if (got.ok) speaker.enter(got.value.keys)
    return got
  }
  let entered = await enter()
  if (entered?.ok === false && mayHaveForgotten(entered.failures, near.cardAccess)) {
    note({ code: 'session-lost', at: 'access', says: `${entered.failures.at(-1)!.says}; begun anew`, clause: 'Doc 9303-11 §4.2' })
    const again = await approach()
    // what was offered once is not forgotten: whoever can break a PACE could hide it, too
    if (near.cardAccess === undefined || again.cardAccess !== undefined) near = again
    entered = await enter()
  }
  if (entered?.ok === false) return refusal(entered.failures)
  const entry: Entry = { admission: entered?.value }
  let regains = 0
  const regain = async (at: string, because: string): Promise<boolean> => {
    if (regains++ >= MOST_REGAINS) return false
    note({ code: 'session-lost', at, says: `${because}; access is gained anew`, clause: 'Doc 9303-11 §9.8.3' })
    speaker.leave()
    await folders.master()
    const again = await enter()
    if (again?.ok === true) entry.admission = again.value
    return again?.ok !== false && (await folders.application()).response.sw === OK
  }
  const told = order.answers === 'short' ? undefined : longestAnswer(files['EF.ATR/INFO'])
  const line: Line = { speaker, ladder: openLadder(speaker, told), note, regain }
  return readInside(line, { order, files, folders, entry, oddities })
}

interface Inside {
  readonly order: ReadOrder
  readonly files: Record<string, Uint8Array>
  readonly folders: Folders
  readonly entry: Entry
  readonly oddities: readonly ReadingOddity[]
}

const isOver = (speaker: Speaker): boolean => speaker.channel() !== undefined && speaker.channel()!.state() === 'over'

/** Selects the application; a chip that ended the session meanwhile is entered anew. */
async function reachApplication(line: Line, o: Inside): Promise<Failed | undefined> {
  const selected = await o.folders.application()
  if (selected.response.sw === OK && selected.says === undefined) return undefined
  if (selected.says !== undefined && await line.regain('select application', selected.says)) return undefined
  const directory = o.files['EF.DIR'] && decodeDirectory(o.files['EF.DIR'])
  const named = directory?.ok === true ? `EF.DIR names ${directory.value.applications.map((a) => a.aid).join(', ')}` : undefined
  return trouble('select', 'eMRTD application', { ...selected, ...(selected.says === undefined && named !== undefined ? { says: named } : {}) })
}

/**
 * A proof that fails where there is no session, or together with it, is asked for once more: power may have been
 * lost. A copy fails again.
 */
async function proveTwice(line: Line, folders: Folders, o: { readonly at: string; readonly prove: () => Promise<ChipProof> }): Promise<ChipProof> {
  const first = await o.prove()
  const channel = line.speaker.channel()
  if (first.chip.outcome !== 'failed' || channel?.state() === 'open') return first
  const back = channel === undefined ? (await folders.application()).response.sw === OK : await line.regain(o.at, first.chip.says)
  return back ? o.prove() : first
}

/** Every file behind the access; the chip proves itself as soon as DG14 is there. */
async function readInside(line: Line, o: Inside): Promise<ChipResult<ChipReading>> {
  const { speaker } = line
  const { files, folders, entry, order: { crypto, passwords, terminal } } = o
  const first = entry.admission
  if (first?.protocol === 'PACE') await readMaster(line, files, 'EF.CardSecurity')
  const unreached = await reachApplication(line, o)
  if (unreached !== undefined) return unreached
  let stopped = await readFiles(line, APPLICATION_FILES.filter((f) => FIRST.includes(f.name)), { files, folders })
  const proved = stopped?.kind === 'lost' ? { chip: ENDED } : await proveTwice(line, folders, { at: 'chip authentication', prove: async () => proveChip(speaker, files['DG14'], crypto) })
  const lost = isOver(speaker) || (proved.chip.outcome === 'failed' && speaker.channel()?.state() === 'interrupted')
  const back = stopped?.kind !== 'lost' && (!lost || await line.regain('chip authentication', 'the chip does not answer under the agreed keys'))
  const shown = back ? await proveTerminal(line, { admission: entry.admission, credential: terminal, ephemeral: lost ? undefined : proved.ephemeral, dg14: files['DG14'], passwords, crypto }) : ENDED
  if (back) stopped = await readFiles(line, APPLICATION_FILES.filter((f) => !FIRST.includes(f.name)), { files, folders }) ?? stopped
  if (stopped !== undefined && stopped.kind !== 'read' && stopped.kind !== 'absent' && !APPLICATION_FILES.some((f) => files[f.name] !== undefined)) return trouble(stopped.stage, 'eMRTD application', stopped.heard)
  const signed = files['DG15'] === undefined || back ? await proveTwice(line, folders, { at: 'active authentication', prove: async () => ({ chip: await signChallenge(speaker, files, crypto) }) }) : { chip: ENDED }
  const { admission } = entry
  const access = admission?.protocol ?? 'none'
  compareFiles(files, access, line.note)
  const chip = joinProofs(judgeMapping(first, files['EF.CardSecurity'], crypto), proved.chip)
  return {
    ok: true,
    value: {
      files, access, failures: admission?.failures ?? [], oddities: o.oddities, exchanges: speaker.exchanges(),
      session: { accessedBy: access, access: accessOutcome(admission), chipAuthentication: chip, activeAuthentication: signed.chip, terminalAuthentication: shown },
    },
  }
}
