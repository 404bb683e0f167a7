import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { cryptokiBinding, makePair, mechanismOf, openModule, signAt, type Handle, type Session } from '@causeway/token'

import { SOFT_TOKEN, softToken } from '../test/soft-token.ts'
import { median } from './slice.ts'

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

export interface RawToken {
  /** Signatures a second of this process's processor time, all threads. */
  readonly rate: () => Promise<number>
  /** The median so far of signatures a second on the clock. */
  readonly onTheClock: () => number
  readonly close: () => void
}

/** A token in this process, and a key in it that does nothing but sign. */
export async function openRawToken(folder: string, path: string): Promise<RawToken> {
  mkdirSync(folder, { recursive: true })
  Object.assign(process.env, softToken(folder, { label: 'raw', pin: PIN }).env)
  const module = openModule(await cryptokiBinding(), path)
  const slot = module.slot('raw')
  const sessions: readonly Session[] = Array.from({ length: SESSIONS }, () => module.session(slot))
  module.p.C_Login(sessions[0]!.handle, module.b['CKU_USER']!, PIN)
  const { privateKey } = await makePair(sessions[0]!, { curve: 'prime256v1' }, { label: 'raw', id: (spki) => createHash('sha1').update(spki).digest() })
  const mechanism = mechanismOf(module.b, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' })
  const message = randomBytes(74)
  const clocked: number[] = []
  const lane = async (s: Session, key: Handle, until: number): Promise<number> => {
    let n = 0
    for (; performance.now() < until; n += 1) await signAt(s, key, mechanism, message)
    return n
  }
  return {
    rate: async () => {
      const [start, before] = [performance.now(), process.cpuUsage()]
      const made = (await Promise.all(sessions.map(async (s) => lane(s, privateKey, start + SLICE_MS)))).reduce((a, b) => a + b, 0)
      const { user, system } = process.cpuUsage(before)
      clocked.push((made * 1_000) / (performance.now() - start))
      return (made * 1_000_000) / (user + system)
    },
    onTheClock: () => median(clocked),
    close: module.close,
  }
}
