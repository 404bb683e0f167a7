import { createHash } from 'node:crypto'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'

/** Where one platform keeps everything that is not code: database, sockets, keys, logs. */
export interface State {
  readonly folder: string
  /** Unix sockets. Short, because a socket's path may have 107 bytes at most. */
  readonly run: string
  readonly pg: string
  readonly logs: string
  readonly keys: string
  readonly signer: string
  readonly hub: string
  readonly station: string
  readonly verifier: string
  readonly fonts: string
  readonly clock: string
}

const SOCKET_PATH_LIMIT = 100

const isRoot = (): boolean => process.getuid?.() === 0

const shortName = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/**
 * The state folder of a checkout. As root it lies under /var/lib, because the database's own user
 * must be able to reach it and may not enter every checkout; otherwise inside the checkout.
 */
export function stateFolder(checkout: string, wished?: string): string {
  if (wished !== undefined && wished !== '') return wished
  return isRoot() ? join('/var/lib/causeway', shortName(checkout)) : join(checkout, '.causeway')
}

/** Makes the folders that are not there. As root every folder on the way can be passed through (711), never listed. */
export function layState(folder: string): State {
  const run = join(folder, 'run')
  const state: State = {
    folder,
    run: Buffer.byteLength(join(run, 'verifier.sock')) < SOCKET_PATH_LIMIT ? run : join(tmpdir(), `causeway-${process.getuid?.() ?? 0}-${shortName(folder)}`),
    pg: join(folder, 'pg'),
    logs: join(folder, 'logs'),
    keys: join(folder, 'keys'),
    signer: join(folder, 'signer'),
    hub: join(folder, 'hub'),
    station: join(folder, 'station'),
    verifier: join(folder, 'verifier'),
    fonts: join(folder, 'fonts'),
    clock: join(folder, 'clock.json'),
  }
  mkdirSync(folder, { recursive: true })
  for (const f of [state.run, state.pg, state.logs, state.keys, state.signer, state.hub, state.station, state.verifier, state.fonts]) mkdirSync(f, { recursive: true })
  if (isRoot()) openTheWay(folder)
  for (const f of [state.folder, state.run, state.pg]) chmodSync(f, 0o711)
  for (const f of [state.keys, state.signer, state.hub, state.station, state.verifier, state.logs]) chmodSync(f, 0o700)
  return state
}

/** Lets other users pass, not look: only for folders under the system's state and temporary folders. */
function openTheWay(folder: string): void {
  for (let f = folder; f !== parse(f).root && !['/var/lib', tmpdir(), '/tmp', '/var', '/home', '/root'].includes(f); f = dirname(f)) {
    try {
      chmodSync(f, 0o711)
    } catch {
      return // not ours: whoever owns it decides, and doctor names it
    }
  }
}

/** A claim on the state folder, given back by `release`. */
export interface Hold { readonly release: () => void }

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    // a killed process that its parent has not collected yet is dead
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

/** Takes the state folder for this process. A second platform is refused and told who holds it; a dead holder's claim is taken over. */
export function holdState(state: State): Result<Hold, Refusal> {
  const file = join(state.folder, 'platform.pid')
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const fd = openSync(file, 'wx', 0o600)
      writeSync(fd, String(process.pid))
      closeSync(fd)
      return ok({ release: () => { if (existsSync(file) && readFileSync(file, 'utf8') === String(process.pid)) unlinkSync(file) } })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const pid = Number(readFileSync(file, 'utf8'))
      if (Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid)) {
        return no({ code: 'state-held', at: state.folder, details: { pid } })
      }
      unlinkSync(file)
    }
  }
  return no({ code: 'state-held', at: state.folder, details: { pid: 0 } })
}
