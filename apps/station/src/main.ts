import { chownSync, mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { become, ensureUser, giveTo, openClock, openLog, openPart, reportReady, type Handler } from '@causeway/ground'
import { ok } from '@causeway/kernel'
import { type ChipFault } from 'icao9303'

import { openDesk } from './desk.ts'

const { values } = parseArgs({ options: { dir: { type: 'string' }, socket: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' } } })
const { dir, socket } = values
if (dir === undefined || socket === undefined) throw new Error('--dir and --socket are needed')

const log = openLog('station', openClock(values.clock).now)
mkdirSync(dir, { recursive: true, mode: 0o700 })
const user = values.user === undefined ? undefined : ensureUser(values.user)
giveTo(dir, user)
const handlers: Record<string, Handler> = {}
const server = await openPart(socket, handlers, (error) => { log.error('bug', { error }) })
if (user !== undefined) chownSync(socket, user.uid, values.group === undefined ? user.gid : (ensureUser(values.group)?.gid ?? user.gid))
become(user)
process.umask(0o077)

const desk = openDesk(dir)
Object.assign(handlers, {
  'GET /v1/health': async () => Promise.resolve(ok({ ready: true, simulator: true, says: ['simulated encoder with virtual chips'] })),
  'POST /v1/apdu': async (body) => { const b = body as { serial: string; commands: string[] }; return Promise.resolve(desk.transmit(b.serial, b.commands)) },
  'POST /v1/fault': async (body) => { const b = body as { serial: string; fault?: ChipFault }; return Promise.resolve(desk.fault(b.serial, b.fault)) },
  'GET /v1/chip': async (_, query) => Promise.resolve(desk.life(query.get('serial') ?? '')),
} satisfies Record<string, Handler>)
log.info('ready', { simulator: true })
reportReady({ simulator: true }, async () => new Promise((resolve) => { server.close(() => { resolve() }); server.closeAllConnections() }))
