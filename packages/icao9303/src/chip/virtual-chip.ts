import { encodeResponse, OK, parseCommand, type Command, type Response } from '../access/apdu.ts'
import { compressElement } from '../access/chip-authentication-key.ts'
import { type ChipStep } from '../access/failure.ts'
import { type SessionKeys } from '../access/key.ts'
import { chipChannel, type ChipChannel } from '../access/secure-messaging.ts'
import { bacChipId, paceChipId } from '../access/terminal-authentication.ts'
import { type TerminalSessionFacts } from '../access/terminal-authentication-chip.ts'
import { hex, unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { mayRead as mayReadGroup } from '../cvc/authorization.ts'
import { behaviourOf, temperOf, type Moment } from './behaviour.ts'
import { AT_START, read, select, word, type Position } from './file-system.ts'
import { openGate, type Gate } from './gate.ts'
import { issue } from './issuing.ts'
import { type ChipMemory, type ChipState } from './state.ts'
import { authorityFile, learn } from './trust-point.ts'

export interface VirtualChip {
  /** One command in, one response out, status word last. Never rejects. */
  readonly transmit: (command: Uint8Array) => Promise<Uint8Array>
  readonly state: () => ChipState
}

/** Files that are read without access. @source Doc 9303-10 §3.11 */
const FREE: readonly string[] = ['EF.CardAccess', 'EF.DIR', 'EF.ATR/INFO']

function remember(from: ChipState): ChipMemory {
  return {
    life: from.life, files: new Map(Object.entries(from.files).map(([k, v]) => [k, unhex(v)])), writes: [...from.writes], access: from.access ?? 'open',
    secrets: from.secrets ?? {}, keys: [...(from.keys ?? [])], trustPoints: [...(from.trustPoints ?? [])], today: from.today, fault: from.fault, behaviours: from.behaviours ?? [],
  }
}

function keep(m: ChipMemory): ChipState {
  return {
    life: m.life, fault: m.fault, files: Object.fromEntries([...m.files].map(([k, v]) => [k, hex(v)])), writes: [...m.writes],
    access: m.access, secrets: m.secrets, keys: [...m.keys], trustPoints: [...m.trustPoints], ...(m.today === undefined ? {} : { today: m.today }),
    ...(m.behaviours.length === 0 ? {} : { behaviours: m.behaviours }),
  }
}

/** A protected session, and what Terminal Authentication binds to. */
interface Session {
  readonly channel: ChipChannel
  readonly by: 'PACE' | 'BAC'
  readonly chipId: Uint8Array | undefined
  readonly ephemeral: Uint8Array | undefined
}

const idByZone = (mrz: string | undefined): Uint8Array | undefined => (/^[0-9A-Z<]{24,}$/.test(mrz ?? '') ? bacChipId(mrz!) : undefined)

/** What a step of a protocol came to: the answer, and the session that begins after it. */
interface Step { readonly response: Response; readonly session?: Session }

/**
 * A simulated chip of an eMRTD: the files and commands of Doc 9303-10, access control and secure messaging of
 * Doc 9303-11, and the commands that personalise it. Once locked it takes no write for ever, and shows nothing but
 * what is free to whoever does not prove to hold the document.
 */
export function virtualChip(from: ChipState, crypto: Crypto): VirtualChip {
  const memory = remember(from)
  const temper = temperOf(memory.behaviours)
  let at: Position = AT_START
  let gate: Gate | undefined
  let session: Session | undefined
  let rest: Uint8Array | undefined
  let commands = 0
  /** One command after the other: a chip has one line. */
  let turn: Promise<void> = Promise.resolve()

  const reset = (): void => { session = gate = rest = undefined; at = AT_START }

  const mayRead = (file: string): 'yes' | 'no' => {
    if (memory.access === 'open' || FREE.includes(file)) return 'yes'
    if (session === undefined || (file === 'EF.CardSecurity' && session.by !== 'PACE')) return 'no'
    // fingerprints and irises are for terminals with the right, where the chip knows any authority
    return (file !== 'DG3' && file !== 'DG4') || gate?.terminal === undefined || mayReadGroup(gate.terminal.granted(), file) ? 'yes' : 'no'
  }

  const facts = (): TerminalSessionFacts | undefined => (session?.chipId === undefined ? undefined : { chipId: session.chipId, ephemeral: session.ephemeral })

  const begin = (keys: SessionKeys, o: Omit<Session, 'channel'>): Session => ({ channel: chipChannel(keys, crypto), ...o })

  const opened = (step: ChipStep | undefined): Step | undefined => {
    if (step?.keys === undefined) return step && { response: step.response }
    const { chipKey } = step
    return { response: step.response, session: begin(step.keys, { by: chipKey === undefined ? 'BAC' : 'PACE', ephemeral: undefined, chipId: chipKey === undefined ? idByZone(memory.secrets.mrz) : paceChipId(chipKey.group, chipKey.element, crypto) }) }
  }

  const agree = (c: Command, { chip }: Gate): Step | undefined => {
    const agreed = at.folder === 'application' ? chip?.handle(c) : undefined
    if (agreed?.agreed === undefined) return agreed && { response: agreed.response }
    const { keys, group, ephemeral } = agreed.agreed
    return { response: agreed.response, session: begin(keys, { by: session?.by ?? 'BAC', chipId: session?.chipId, ephemeral: compressElement(group, ephemeral, crypto) }) }
  }

  const judgeTerminal = async (c: Command, { terminal }: Gate): Promise<Step | undefined> => {
    if (terminal === undefined || session === undefined) return undefined
    const before = terminal.trust()
    const answer = await terminal.handle(c)
    if (answer !== undefined && c.ins === 0x2a && answer.response.sw === OK) learn(memory, terminal.trust(), { data: c.data, before })
    return answer && { response: answer.response }
  }

  const admit = async (c: Command): Promise<Step | undefined> => {
    if (memory.life !== 'locked') return undefined
    gate ??= await openGate(memory, { crypto, session: facts })
    if (session !== undefined || memory.access === 'open') {
      const proved = (at.folder === 'application' ? await gate.active?.(c) : undefined) ?? agree(c, gate) ?? await judgeTerminal(c, gate)
      if (proved !== undefined || session !== undefined) return proved
    }
    if (c.ins === 0x84 || c.ins === 0x82) return at.folder === 'application' ? opened(gate.bac?.answer(c)) : undefined
    return opened(gate.pace?.answer(c))
  }

  const moment = (): Moment => ({ file: at.file, session: session === undefined ? 'bare' : 'protected' })

  /** EF.CVCA is no file that is written: the chip tells whom it trusts. */
  const filesNow = (): ChipMemory => {
    const trust = gate?.terminal?.trust()
    return trust === undefined ? memory : { ...memory, files: new Map([...memory.files, ['EF.CVCA', authorityFile(trust)]]) }
  }

  /** What a command means, whether it came bare or within a session. */
  const obey = async (c: Command): Promise<Step> => {
    if ((c.cla & ~0x10) !== 0x00) return { response: word(0x6e00) }
    const refused = temper.refuses(c, moment())
    if (refused !== undefined) return { response: word(refused) }
    const admitted = await admit(c)
    if (admitted !== undefined) return admitted
    const { id } = behaviourOf(memory, 'application') ?? {}
    const o = { memory: filesNow(), mayRead, ...(id === undefined ? {} : { applicationId: id }) }
    const issued = issue(c, { memory, at, crypto })
    const step = issued ?? (c.ins === 0xa4 ? select(c, at, o) : c.ins === 0xb0 || c.ins === 0xb1 ? read(c, at, o) : undefined)
    if (step === undefined) return { response: word(0x6d00) }
    at = step.at
    return { response: step.response }
  }

  /** A long answer in parts, for who asks for the rest. */
  const inParts = (c: Command, response: Response): Response => {
    const part = behaviourOf(memory, 'get-response')?.part
    const all = c.ins === 0xc0 && rest !== undefined ? rest : response.data
    rest = undefined
    if (part === undefined || (c.ins !== 0x86 && c.ins !== 0xc0) || all.length <= part) return c.ins === 0xc0 && all.length > 0 ? { data: all, sw: OK } : response
    rest = all.subarray(part)
    return { data: all.subarray(0, part), sw: 0x6100 + Math.min(rest.length, 0xff) }
  }

  const answerBare = async (c: Command): Promise<Uint8Array> => {
    if ((c.cla & 0x0c) !== 0) return encodeResponse(word(0x6882))
    const step = c.ins === 0xc0 && rest !== undefined ? { response: word(OK) } : await obey(c)
    session = step.session
    return encodeResponse(inParts(c, temper.shapes(c, step.response)))
  }

  const answerWithin = async (wire: Command, { channel }: Session): Promise<Uint8Array> => {
    const command = channel.open(wire)
    if (!command.ok) {
      reset()
      return encodeResponse(word(command.sw))
    }
    const step = await obey(command.command)
    const plain = temper.shapes(command.command, step.response)
    const bytes = channel.protect(plain)
    const broken = temper.breaks(command.command, { plain, bytes, moment: moment() })
    session = step.session ?? session
    if (broken?.session === 'ends') reset()
    return broken?.bytes ?? bytes
  }

  const answer = async (c: Command): Promise<Uint8Array> => {
    if (commands++ === behaviourOf(memory, 'loses-power')?.after) reset()
    const early = temper.early(c, moment())
    if (early?.session === 'ends') reset()
    if (early !== undefined) return encodeResponse(word(early.sw))
    return session === undefined ? answerBare(c) : answerWithin(c, session)
  }

  return {
    transmit: async (bytes) => {
      const c = parseCommand(bytes)
      const mine = turn.then(async () => (c === undefined ? encodeResponse(word(0x6700)) : answer(c)))
      turn = mine.then(() => undefined)
      return mine
    },
    state: () => keep(memory),
  }
}
