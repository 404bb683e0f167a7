import { activeAuthenticationChip, ecdsaSigner, type ActiveAuthenticationSecret, type ChipHandler } from '../access/active-authentication-chip.ts'
import { rsaSecret } from '../access/active-authentication-rsa.ts'
import { encodeResponse, parseCommand, type Command, type Response } from '../access/apdu.ts'
import { bacChip, type BacChip } from '../access/bac.ts'
import { chipAuthenticationChip, type ChipAuthenticationChip, type ChipAuthenticationSecret } from '../access/chip-authentication-chip.ts'
import { decodeAgreementKey } from '../access/chip-authentication-key.ts'
import { type ChipStep } from '../access/failure.ts'
import { curveGroup, type Group } from '../access/group.ts'
import { type Password, type SessionCipher, type SessionKeys } from '../access/key.ts'
import { paceChip, type PaceChip } from '../access/pace-chip.ts'
import { paceOffers } from '../access/pace-offer.ts'
import { chipChannel, type ChipChannel } from '../access/secure-messaging.ts'
import { hex, unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeSecurityInfos, type SecurityInfo } from '../lds/security-info.ts'
import { AT_START, read, select, word, type Position } from './file-system.ts'
import { issue } from './issuing.ts'
import { type ChipMemory, type ChipState } from './state.ts'

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
    secrets: from.secrets ?? {}, keys: [...(from.keys ?? [])], trustPoints: [...(from.trustPoints ?? [])], fault: from.fault,
  }
}

function keep(m: ChipMemory): ChipState {
  return {
    life: m.life, fault: m.fault, files: Object.fromEntries([...m.files].map(([k, v]) => [k, hex(v)])), writes: [...m.writes],
    access: m.access, secrets: m.secrets, keys: [...m.keys], trustPoints: [...m.trustPoints],
  }
}

/** The protocols that a chip of this profile speaks. */
interface Gate { readonly pace: PaceChip | undefined; readonly bac: BacChip | undefined; readonly chip: ChipAuthenticationChip | undefined; readonly active: ChipHandler<{ readonly response: Response }> | undefined }

/** The ciphers that the chip announces for a key; an old file with keys alone means 3DES. */
function ciphersOf(infos: readonly SecurityInfo[], keyId: number | undefined): readonly SessionCipher[] {
  const entries = infos.filter((i) => i.kind === 'chip-authentication')
  if (entries.length === 0) return ['3DES']
  return entries.filter((i) => i.keyId === keyId || i.keyId === undefined || keyId === undefined).map((i) => i.cipher ?? '3DES')
}

const residuesOf = (spki: string, crypto: Crypto): Group | undefined => {
  const key = decodeAgreementKey(unhex(spki), crypto)
  return key.ok ? key.value.group : undefined
}

/** What DG14 says that the chip can do. */
function infosOf(m: ChipMemory): readonly SecurityInfo[] {
  const file = m.files.get('DG14')
  const read = file === undefined ? undefined : decodeDg14(file)
  return read?.ok === true ? read.value.infos : []
}

function openChipAuthentication(m: ChipMemory, crypto: Crypto): ChipAuthenticationChip | undefined {
  const infos = infosOf(m)
  const keys = m.keys.flatMap((k): readonly ChipAuthenticationSecret[] => {
    if (k.use !== 'chip-authentication') return []
    const group = k.kind === 'ec' ? curveGroup(k.curve) : residuesOf(k.publicKey, crypto)
    return group === undefined ? [] : [{ keyId: k.keyId, group, scalar: BigInt(`0x${k.secret}`), ciphers: ciphersOf(infos, k.keyId) }]
  })
  return keys.length === 0 ? undefined : chipAuthenticationChip({ keys, crypto })
}

function openActiveAuthentication(m: ChipMemory, crypto: Crypto): Gate['active'] {
  const key = m.keys.find((k) => k.use === 'active-authentication')
  if (key === undefined || key.kind === 'dh') return undefined
  const announced = infosOf(m).find((i) => i.kind === 'active-authentication')
  const secret: ActiveAuthenticationSecret = key.kind === 'rsa'
    ? { kind: 'rsa', modulus: unhex(key.modulus), hash: 'SHA-256', secret: rsaSecret({ modulus: unhex(key.modulus), privateExponent: unhex(key.privateExponent) }, crypto) }
    : { kind: 'ecdsa', curve: key.curve, form: announced?.form ?? 'plain', sign: ecdsaSigner({ curve: key.curve, scalar: BigInt(`0x${key.secret}`), hash: announced?.hash ?? 'SHA-256', crypto }) }
  return activeAuthenticationChip({ secret, crypto })
}

function openGate(m: ChipMemory, crypto: Crypto): Gate {
  const access = m.files.get('EF.CardAccess')
  const infos = access === undefined ? undefined : decodeSecurityInfos(access)
  const passwords = (['mrz', 'can'] as const).flatMap((kind): readonly Password[] => { const text = m.secrets[kind]; return text === undefined ? [] : [{ kind, text }] })
  const byPace = m.access === 'pace' || m.access === 'pace-and-bac'
  const byBac = m.access === 'bac' || m.access === 'pace-and-bac'
  return {
    pace: byPace && infos?.ok === true ? paceChip({ offers: paceOffers(infos.value, crypto), passwords, crypto }) : undefined,
    chip: openChipAuthentication(m, crypto),
    active: openActiveAuthentication(m, crypto),
    bac: byBac && m.secrets.mrz !== undefined ? bacChip({ information: m.secrets.mrz, crypto }) : undefined,
  }
}

/**
 * A simulated chip of an eMRTD: the files and commands of Doc 9303-10, access control and secure messaging of
 * Doc 9303-11, and the commands that personalise it. Once locked it takes no write for ever, and shows nothing but
 * what is free to whoever does not prove to hold the document.
 */
export function virtualChip(from: ChipState, crypto: Crypto): VirtualChip {
  const memory = remember(from)
  let at: Position = AT_START
  let gate: Gate | undefined
  let channel: ChipChannel | undefined
  /** One command after the other: a chip has one line. */
  let turn: Promise<void> = Promise.resolve()

  const mayRead = (file: string): 'yes' | 'no' => (memory.access === 'open' || FREE.includes(file) || channel !== undefined ? 'yes' : 'no')

  const admit = async (c: Command): Promise<ChipStep | undefined> => {
    if (memory.life !== 'locked') return undefined
    gate ??= openGate(memory, crypto)
    if (channel !== undefined || memory.access === 'open') {
      const signed = at.folder === 'application' ? await gate.active?.(c) : undefined
      if (signed !== undefined) return signed
      const agreed = at.folder === 'application' ? gate.chip?.handle(c) : undefined
      if (agreed !== undefined || channel !== undefined) return agreed && { response: agreed.response, ...(agreed.agreed === undefined ? {} : { keys: agreed.agreed.keys }) }
    }
    if (c.ins === 0x84 || c.ins === 0x82) return at.folder === 'application' ? gate.bac?.answer(c) : undefined
    return gate.pace?.answer(c)
  }

  /** What a command means, whether it came bare or within a session. */
  const obey = async (c: Command): Promise<ChipStep> => {
    if ((c.cla & ~0x10) !== 0x00) return { response: word(0x6e00) }
    const admitted = await admit(c)
    if (admitted !== undefined) return admitted
    const issued = issue(c, { memory, at, crypto })
    const step = issued ?? (c.ins === 0xa4 ? select(c, at, { memory, mayRead }) : c.ins === 0xb0 || c.ins === 0xb1 ? read(c, at, { memory, mayRead }) : undefined)
    if (step === undefined) return { response: word(0x6d00) }
    at = step.at
    return { response: step.response }
  }

  const enter = (keys: SessionKeys | undefined): void => { if (keys !== undefined) channel = chipChannel(keys, crypto) }

  const answer = async (c: Command): Promise<Uint8Array> => {
    if (channel === undefined) {
      if ((c.cla & 0x0c) !== 0) return encodeResponse(word(0x6882))
      const step = await obey(c)
      enter(step.keys)
      return encodeResponse(step.response)
    }
    const session = channel
    const opened = session.open(c)
    if (!opened.ok) {
      channel = undefined
      gate = undefined
      at = AT_START
      return encodeResponse(word(opened.sw))
    }
    const step = await obey(opened.command)
    const bytes = session.protect(step.response)
    enter(step.keys)
    return bytes
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

