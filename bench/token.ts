import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { cryptokiBinding } from '@causeway/token'

import { schemeOf } from '../apps/signer/src/custody/port.ts'
import { COST_OF_RANDOM, enrol } from '../apps/signer/src/custody/roster.ts'
import { openTokenKeeper } from '../apps/signer/src/custody/token.ts'
import { SOFT_TOKEN, softToken } from '../test/soft-token.ts'

const PIN = '4321'
/** As many as the signer opens. */
const SESSIONS = 4
const SLICE_MS = 1_500

/** A token for a signer that starts by itself: what it is told, and where its module looks. */
export function tokenFor(folder: string): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { env } = softToken(folder, { label: 'bench', pin: PIN })
  const pinFile = join(folder, 'pin')
  writeFileSync(pinFile, PIN, { mode: 0o600 })
  return { args: ['--pkcs11', SOFT_TOKEN!, '--token', 'bench', '--custodians', 'demonstration', '--pin-file', pinFile], env }
}

/** Signatures a second: of this process's processor time, all threads; and on the clock. */
export interface TokenRate { readonly processor: number; readonly clock: number }

export interface TokenBench {
  /** Through the signer's custody, as a document's signature is asked for. */
  readonly kept: () => Promise<TokenRate>
  /** `C_SignInit` and `C_Sign` of a hash by the same key, through the same module and binding, and nothing else. */
  readonly raw: () => Promise<TokenRate>
  readonly close: () => Promise<void>
}

/** A token in this process, a key of the signer in it, and both ways to have it sign. */
export async function openTokenBench(folder: string): Promise<TokenBench> {
  mkdirSync(folder, { recursive: true })
  Object.assign(process.env, softToken(folder, { label: 'bench', pin: PIN }).env)
  const binding = await cryptokiBinding()
  const keeper = openTokenKeeper(join(folder, 'custody'), { binding, module: SOFT_TOKEN!, label: 'bench', sessions: SESSIONS })
  const master = new Uint8Array(randomBytes(32))
  mkdirSync(join(folder, 'custody'))
  await keeper.found({ master, threshold: 1, custodians: await Promise.all(['first', 'second'].map(async (name) => enrol(name, `passphrase of the ${name}`, COST_OF_RANDOM))), pin: PIN })
  const { id } = await keeper.make(master, { id: 'bench', use: 'document', type: 'P-256' })
  // the module as another program in this process has it: its login holds here too
  const p = new binding.PKCS11()
  p.load(SOFT_TOKEN!)
  const slot = p.C_GetSlotList(true).find((s) => p.C_GetTokenInfo(s).label.trim() === 'bench')!
  const sessions = Array.from({ length: SESSIONS }, () => p.C_OpenSession(slot, binding['CKF_SERIAL_SESSION']!))
  p.C_FindObjectsInit(sessions[0]!, [{ type: binding['CKA_CLASS']!, value: binding['CKO_PRIVATE_KEY']! }, { type: binding['CKA_LABEL']!, value: `causeway document ${id}` }])
  const key = p.C_FindObjects(sessions[0]!, 1)[0]!
  p.C_FindObjectsFinal(sessions[0]!)
  const [message, hash, scheme] = [randomBytes(74), randomBytes(32), schemeOf('P-256')]
  const measured = async (lanes: readonly (() => Promise<unknown>)[]): Promise<TokenRate> => {
    const [start, before] = [performance.now(), process.cpuUsage()]
    const made = await Promise.all(lanes.map(async (sign) => {
      let n = 0
      for (; performance.now() < start + SLICE_MS; n += 1) await sign()
      return n
    }))
    const { user, system } = process.cpuUsage(before)
    const n = made.reduce((a, b) => a + b, 0)
    return { processor: (n * 1_000_000) / (user + system), clock: (n * 1_000) / (performance.now() - start) }
  }
  return {
    kept: async () => measured(Array.from({ length: SESSIONS }, () => async () => keeper.sign(id, message, scheme))),
    raw: async () => measured(sessions.map((s) => async () => { p.C_SignInit(s, { mechanism: binding['CKM_ECDSA']! }, key); return p.C_SignAsync(s, hash, Buffer.alloc(64)) })),
    close: async () => { for (const s of sessions) p.C_CloseSession(s); await keeper.close() },
  }
}
