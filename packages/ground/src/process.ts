import { chmodSync, chownSync, mkdirSync } from 'node:fs'

import { openClock, type Clock } from './clock.ts'
import { openLog, type Log } from './log.ts'
import { openPart, type Handler } from './socket.ts'
import { reportReady } from './supervise.ts'
import { become, ensureUser, giveTo } from './user.ts'

/** The options that every part behind a socket takes on its command line. */
export const PART_OPTIONS = { dir: { type: 'string' }, socket: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' } } as const
type PartValues = { readonly [K in keyof typeof PART_OPTIONS]?: string | undefined }

/** A part that stands: its folder and socket are its own, root is laid down, nothing is answered yet. */
export interface PartProcess {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  /** Answers from now on, and tells the supervisor so. */
  readonly serve: (routes: Readonly<Record<string, Handler>>, o?: { readonly says?: Readonly<Record<string, unknown>>; readonly end?: () => Promise<void> }) => void
}

/** @throws Error when --dir or --socket is missing */
export async function openProcess(name: string, values: PartValues): Promise<PartProcess> {
  const { dir, socket } = values
  if (dir === undefined || socket === undefined) throw new Error('--dir and --socket are needed')
  const clock = openClock(values.clock)
  const log = openLog(name, clock.now)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const user = values.user === undefined ? undefined : ensureUser(values.user)
  giveTo(dir, user)
  chmodSync(dir, 0o700)
  const handlers: Record<string, Handler> = {}
  const server = await openPart(socket, handlers, (error) => { log.error('bug', { error }) })
  if (user !== undefined) chownSync(socket, user.uid, values.group === undefined ? user.gid : (ensureUser(values.group)?.gid ?? user.gid))
  become(user)
  process.umask(0o077)
  return {
    dir, clock, log,
    serve: (routes, o = {}) => {
      Object.assign(handlers, routes)
      log.info('ready', o.says ?? {})
      reportReady(o.says ?? {}, async () => {
        server.closeAllConnections()
        await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
        await o.end?.()
      })
    },
  }
}
