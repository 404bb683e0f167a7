import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { type Server } from 'node:http'

import { openClock, type Clock } from './clock.ts'
import { openLog, type Log } from './log.ts'
import { openPart, openRemotePart, parseAddress, type AnyHandler } from './socket.ts'
import { reportReady } from './supervise.ts'
import { become, ensureUser, giveTo } from './user.ts'

/** The options that every part behind a socket takes on its command line. */
export const PART_OPTIONS = {
  dir: { type: 'string' }, socket: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' },
  // to other machines as well: HOST:PORT, PEM files, and the common names that may call
  listen: { type: 'string' }, 'tls-key': { type: 'string' }, 'tls-certificate': { type: 'string' }, 'tls-authority': { type: 'string' }, callers: { type: 'string' },
} as const
type PartValues = { readonly [K in keyof typeof PART_OPTIONS]?: string | undefined }

/** A part that stands: its folder and socket are its own, root is laid down, nothing is answered yet. */
export interface PartProcess {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  /** Answers from now on, and tells the supervisor so. */
  readonly serve: (routes: Readonly<Record<string, AnyHandler>>, o?: { readonly says?: Readonly<Record<string, unknown>>; readonly end?: () => Promise<void> }) => void
}

/** The door to other machines, when one is asked for. @throws Error when an option of it is missing */
async function openDoor(values: PartValues, handlers: Readonly<Record<string, AnyHandler>>, onBug: (error: unknown) => void): Promise<Server | undefined> {
  if (values.listen === undefined) return undefined
  const { 'tls-key': key, 'tls-certificate': certificate, 'tls-authority': authority, callers } = values
  const address = parseAddress(values.listen)
  if (address === undefined) throw new Error(`--listen ${values.listen} is not HOST:PORT`)
  if (key === undefined || certificate === undefined || authority === undefined || callers === undefined) throw new Error('--listen needs --tls-key, --tls-certificate, --tls-authority and --callers')
  return openRemotePart({ ...address, tls: { key, certificate, authority }, callers: callers.split(',').map((c) => c.trim()) }, handlers, onBug)
}

/**
 * @param first - done before root is laid down and before anybody is let in: what reads code later must read it here
 * @throws Error when --dir or --socket is missing, or the door to other machines cannot be opened
 */
export async function openProcess(name: string, values: PartValues, first?: () => Promise<void>): Promise<PartProcess> {
  const { dir, socket } = values
  if (dir === undefined || socket === undefined) throw new Error('--dir and --socket are needed')
  const clock = openClock(values.clock)
  const log = openLog(name, clock.now)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const user = values.user === undefined ? undefined : ensureUser(values.user)
  giveTo(dir, user)
  chmodSync(dir, 0o700)
  await first?.()
  const handlers: Record<string, AnyHandler> = {}
  const onBug = (error: unknown): void => { log.error('bug', { error }) }
  const server = await openPart(socket, handlers, onBug)
  const door = await openDoor(values, handlers, onBug) // its key may be root's alone to read
  if (user !== undefined) chownSync(socket, user.uid, values.group === undefined ? user.gid : (ensureUser(values.group)?.gid ?? user.gid))
  become(user)
  process.umask(0o077)
  return {
    dir, clock, log,
    serve: (routes, o = {}) => {
      Object.assign(handlers, routes)
      log.info('ready', o.says ?? {})
      reportReady(o.says ?? {}, async () => {
        for (const s of door === undefined ? [server] : [server, door]) {
          s.closeAllConnections()
          await new Promise<void>((resolve) => { s.close(() => { resolve() }) })
        }
        await o.end?.()
      })
    },
  }
}
