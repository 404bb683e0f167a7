import { randomBytes, randomInt } from 'node:crypto'

import { destroyKeys, findKey, macAt, macMechanism, makeMacKey, makePair, mechanismOf, openModule, returnCode, signAt, type Binding, type Handle, type MacMechanism, type Mechanism, type Module, type Session } from '@causeway/token'
import { keyIdentifier, type Scheme } from 'icao9303'

import { crypto } from '../document.ts'
import { type Keeper, type KeyOrder } from './keeper.ts'
import { fileOf, markOf, openKept, readKept, recordOf, textOf, writeKept, type Kept, type KeyLine } from './kept.ts'
import { CustodyFault, mayScheme, type KeyType } from './port.ts'
import { shareOut } from './roster.ts'
import { openSessions, type Sessions } from './session.ts'

export interface TokenPlace {
  readonly binding: Binding
  readonly module: string
  readonly label: string
  /** Sessions that sign side by side. */
  readonly sessions?: number
  /** Requests that may wait for a session. */
  readonly room?: number
  /** Milliseconds between two tries to reach a token that was lost. */
  readonly retryMs?: number
}

/** The PIN, and the one it is being changed to: a fall between the two leaves both to try. */
interface Pins { readonly pin: string; readonly next?: string }

const CURVES: Partial<Record<KeyType, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', brainpoolP256r1: 'brainpoolP256r1', brainpoolP384r1: 'brainpoolP384r1' }
const MODULI: Partial<Record<KeyType, number>> = { 'rsa-3072': 3_072, 'rsa-4096': 4_096 }
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A PIN that nobody has seen: 5 bits a letter. */
const freshPin = (length: number): string => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('')
const labelOf = (line: Pick<KeyLine, 'use' | 'id'>): string => `causeway ${line.use} ${line.id}`

interface Live { readonly module: Module; readonly slot: Handle; readonly sessions: Sessions; readonly handles: Map<string, Handle>; readonly mechanisms: Map<string, Mechanism> }

/** Logs in; false when the token does not take the PIN. */
function login(s: Session, pin: string): boolean {
  try {
    s.p.C_Login(s.handle, s.b['CKU_USER']!, pin)
    return true
  } catch (error) {
    const code = returnCode(error)
    if (code === s.b['CKR_USER_ALREADY_LOGGED_IN']) return true
    if (code === s.b['CKR_PIN_INCORRECT'] || code === s.b['CKR_PIN_LEN_RANGE'] || code === s.b['CKR_PIN_INVALID']) return false
    throw error
  }
}

const fault = (error: unknown): CustodyFault => (error instanceof CustodyFault ? error : new CustodyFault('token-fault', (error as Error).message))

/**
 * Keys in a PKCS#11 token: made inside, never outside. What is kept beside it is public halves, the roster, and the PIN
 * under the master key of the custodians: at the first set-up the PIN is changed to one that nobody has seen.
 */
export function openTokenKeeper(dir: string, o: TokenPlace): Keeper {
  let kept = readKept(dir)
  if (kept !== undefined && kept.kind !== 'token') throw new Error(`${fileOf(dir)} holds software keys: a token needs a folder of its own`)
  let live: Live | undefined
  let [lost, isClosed]: [string | undefined, boolean] = [undefined, false]
  /** The PIN while the keys are activated: a token that comes back is reached again. Forgotten when the token refuses it. */
  let pins: Pins | undefined
  const must = (): Kept => {
    if (kept === undefined) throw new CustodyFault('keys-not-activated', 'no custodians are set up')
    return kept
  }
  const pinsUnder = (k: Kept, master: Uint8Array): Pins => {
    const bytes = openKept(k, master)
    if (bytes === undefined) throw new CustodyFault('keys-not-activated', 'these shares do not open the PIN')
    return JSON.parse(bytes.toString('utf8')) as Pins
  }
  const write = (open: Omit<Kept, 'sealed'>, master: Uint8Array, p: Pins): void => {
    kept = writeKept(dir, open, { master, secret: Buffer.from(JSON.stringify(p)) })
  }
  const handlesOf = (s: Session, lines: readonly KeyLine[]): Map<string, Handle> => new Map(lines.flatMap((l) => {
    const found = l.retired === true ? undefined : findKey(s, { label: labelOf(l) })
    return found === undefined ? [] : [[l.id, found.key] as const]
  }))
  const retry = (): void => {
    setTimeout(() => {
      if (isClosed || live !== undefined || pins === undefined) return
      try {
        connect(pins)
      } catch {
        if (pins !== undefined) retry()
      }
    }, o.retryMs ?? 2_000).unref()
  }
  const loaded = (): Module => {
    try {
      return openModule(o.binding, o.module)
    } catch (error) {
      throw fault(error)
    }
  }
  /** Reaches the token and logs in. @returns the PIN that it took */
  function connect(p: Pins): string {
    const module = loaded()
    try {
      const slot = module.slot(o.label)
      const s = module.session(slot)
      const serial = module.p.C_GetTokenInfo(slot).serialNumber.trim()
      if (kept?.token !== undefined && kept.token.serial !== serial) throw new CustodyFault('token-fault', `the token ${o.label} has another serial number than the one of these keys`)
      const taken = [p.pin, ...(p.next === undefined ? [] : [p.next])].find((pin) => login(s, pin))
      if (taken === undefined) {
        pins = undefined // a token counts wrong PINs
        throw new CustodyFault('token-fault', `the token ${o.label} does not take the PIN`)
      }
      const handles = handlesOf(s, kept?.keys ?? [])
      const sessions = openSessions(s, { module, slot, count: o.sessions ?? 4, room: o.room ?? 1_024, onGone: (why) => {
        const was = live
        live = undefined
        lost = why
        void was?.sessions.close().catch(() => undefined).finally(retry)
      } })
      live = { module, slot, sessions, handles, mechanisms: new Map() }
      lost = undefined
      return taken
    } catch (error) {
      module.close()
      throw fault(error)
    }
  }
  const reached = (): Live => {
    if (live !== undefined) return live
    throw lost === undefined ? new CustodyFault('keys-not-activated', 'the keys are not activated') : new CustodyFault('token-fault', `the token is lost: ${lost}`)
  }
  const usable = (id: string): { readonly line: KeyLine; readonly at: Live; readonly key: Handle } => {
    const line = kept?.keys.find((l) => l.id === id)
    if (line === undefined) throw new CustodyFault('key-unknown', `there is no key ${id}`)
    if (line.retired === true) throw new CustodyFault('key-retired', `the key ${id} is retired`)
    const at = reached()
    const key = at.handles.get(id)
    if (key === undefined) throw new CustodyFault('key-unknown', `the token has no key ${labelOf(line)} any more`)
    return { line, at, key }
  }
  /** Changes the PIN to one that nobody has seen; where the token does not let us, says that it is known. */
  const hidePin = (master: Uint8Array, at: Live, pin: string): Promise<void> => at.sessions.use(async (s) => {
    const next = freshPin(Math.min(24, s.p.C_GetTokenInfo(at.slot).maxPinLen || 24))
    write(must(), master, { pin, next })
    try {
      s.p.C_SetPIN(s.handle, pin, next)
      pins = { pin: next }
      write({ ...must(), token: { ...must().token!, pinKnown: false } }, master, pins)
    } catch {
      pins = { pin }
      write(must(), master, pins)
    }
    return Promise.resolve()
  })
  const madeIn = async (s: Session, at: Live, order: KeyOrder): Promise<{ readonly key: Handle; readonly spki: Uint8Array; readonly mac?: MacMechanism }> => {
    const label = labelOf(order)
    const before = findKey(s, { label }) // made before a fall, and not written down
    if (order.type === 'aes-256') {
      const mac = macMechanism(at.module, at.slot)
      if (mac === undefined) throw new CustodyFault('token-fault', 'the token makes no MAC that we know')
      return { key: before?.key ?? makeMacKey(s, mac, label), spki: new Uint8Array(), mac }
    }
    if (before !== undefined) return before
    const [curve, bits] = [CURVES[order.type], MODULI[order.type]]
    if (curve === undefined && bits === undefined) throw new CustodyFault('token-fault', `no ${order.type} keys in a token`)
    const made = await makePair(s, curve === undefined ? { bits: bits! } : { curve }, { label, id: (spki) => keyIdentifier(spki, crypto) })
    return { key: made.privateKey, spki: made.spki }
  }
  const mechanismFor = (at: Live, b: Binding, as: Scheme): Mechanism => {
    if (as.kind === 'dsa') throw new CustodyFault('token-fault', 'DSA is for reading only')
    const name = JSON.stringify(as)
    const known = at.mechanisms.get(name) ?? mechanismOf(b, as)
    at.mechanisms.set(name, known)
    return known
  }
  return {
    kind: 'token',
    keys: () => kept?.keys.map(recordOf) ?? [],
    isOpen: () => live !== undefined,
    roster: () => kept?.roster,
    says: () => [
      ...(lost === undefined ? [] : [{ zh: `令牌失联：${lost}`, en: `the token is lost: ${lost}` }]),
      ...(kept?.token?.pinKnown === true ? [{ zh: '令牌不允许更改 PIN，设置者可能仍知晓', en: 'the token did not let us change its PIN: whoever set it may still know it' }] : []),
    ],
    proves: (master) => kept !== undefined && openKept(kept, master) !== undefined,
    found: async ({ master, threshold, custodians, pin }) => {
      if (kept !== undefined) throw new Error('the custody is set up already')
      if (pin === undefined) throw new CustodyFault('token-fault', 'the PIN of the token is needed once')
      pins = { pin }
      connect(pins)
      const at = reached()
      const serial = at.module.p.C_GetTokenInfo(at.slot).serialNumber.trim()
      const roster = await shareOut(master, { threshold, epoch: 1, custodians })
      write({ form: 'causeway-custody-1', mark: markOf('token'), kind: 'token', roster, keys: [], token: { label: o.label, serial, pinKnown: true } }, master, pins)
      await hidePin(master, at, pin)
    },
    open: async (master) => {
      const known = pinsUnder(must(), master)
      if (live === undefined) {
        pins = known
        const taken = connect(known)
        pins = { pin: taken }
        if (known.next !== undefined) write({ ...must(), token: { ...must().token!, pinKnown: taken !== known.next } }, master, pins)
      }
      return Promise.resolve()
    },
    make: async (master, order) => {
      const known = pinsUnder(must(), master)
      const before = must().keys.find((l) => l.id === order.id)
      if (before !== undefined) return recordOf(before)
      const at = reached()
      const made = await at.sessions.use(async (s) => madeIn(s, at, order))
      const line: KeyLine = { id: order.id, use: order.use, type: order.type, spki: Buffer.from(made.spki).toString('base64'), ...(made.mac === undefined ? {} : { mac: made.mac }) }
      write({ ...must(), keys: [...must().keys, line] }, master, known)
      at.handles.set(line.id, made.key)
      return recordOf(line)
    },
    retire: async (master, id) => {
      const known = pinsUnder(must(), master)
      const line = must().keys.find((l) => l.id === id)
      if (line === undefined) throw new CustodyFault('key-unknown', `there is no key ${id}`)
      const at = reached()
      write({ ...must(), keys: must().keys.map((l) => (l.id === id ? { ...l, retired: true } : l)) }, master, known) // from here it signs no more, whatever the token does
      at.handles.delete(id)
      await at.sessions.use(async (s) => { destroyKeys(s, labelOf(line)); return Promise.resolve() })
    },
    appoint: async (master, { threshold, custodians }) => {
      const known = pinsUnder(must(), master)
      const fresh = randomBytes(32)
      write({ ...must(), roster: await shareOut(fresh, { threshold, epoch: must().roster.epoch + 1, custodians }) }, fresh, known)
      fresh.fill(0)
    },
    backup: () => ({
      name: 'custody.json', content: textOf(must()),
      says: { zh: '密钥在令牌内，不可导出；备份只含保管人名册和加密的 PIN。令牌毁损须另制新密钥。', en: 'The keys are in the token and do not leave it: the backup holds the roster and the sealed PIN only. A lost token means new keys.' },
    }),
    sign: async (id, message, as) => {
      const { at, key, line } = usable(id)
      if (!mayScheme(line.type, as)) throw new CustodyFault('token-fault', `a scheme of the kind of the key ${line.type}`)
      return at.sessions.use(async (s) => signAt(s, key, mechanismFor(at, s.b, as), message))
    },
    mac: async (id, message) => {
      const { at, key, line } = usable(id)
      if (line.mac === undefined) throw new CustodyFault('key-unknown', `${id} is no secret key`)
      return at.sessions.use(async (s) => macAt(s, key, line.mac!, message))
    },
    close: async () => {
      isClosed = true
      pins = undefined
      const was = live
      live = undefined
      await was?.sessions.close()
    },
  }
}
