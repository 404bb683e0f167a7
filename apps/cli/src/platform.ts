import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

import {
  ensureHousehold, ensureUser, foreignDatabase, holdState, keptSecret, layState, openLine, socketIn, startDatabase, supervise, type Database, type Part, type Running, type State,
} from '@causeway/ground'

import { Impossible } from './command.ts'

export const CHECKOUT = resolve(import.meta.dirname, '../../..')

export interface PlatformOptions {
  readonly folder: string
  readonly port: number
  readonly demo: boolean
  /** The clock of a demonstration; the system's when absent. */
  readonly clock?: string
  /** The file by which a harness stops server or signer at a named point. */
  readonly faults?: string
  readonly databaseUrl?: string | undefined
  /** An authority for time stamps (RFC 3161), for anchors and seals. */
  readonly timeStampUrl?: string | undefined
  /** Addresses or networks of a front proxy, with commas between. */
  readonly trustProxy?: string | undefined
  /** The algorithms that seal stored data from now on; `international` when absent. */
  readonly sealWith?: 'international' | 'national' | undefined
  /** The token that holds the signer's keys: the path of its PKCS#11 module, and its label. Software keys when absent. */
  readonly token?: { readonly module: string; readonly label: string } | undefined
  /** Whether people keep the keys, who must come after every start, or a demonstration, which has none. */
  readonly custodians?: 'people' | 'demonstration' | undefined
  /** A one-time code of the hub's operator, where the office has another anchor key than the hub knows. */
  readonly officeCode?: string | undefined
}

export interface Platform {
  readonly url: string
  readonly state: State
  readonly database: Database
  readonly parts: Readonly<Record<'hub' | 'signer' | 'station' | 'verifier' | 'server', Running>>
  readonly stop: () => Promise<void>
}

/** What a part may know of our environment: nothing that it does not need. */
const plainEnv = (): Record<string, string> => Object.fromEntries(['PATH', 'LANG', 'LC_ALL', 'TZ', 'HOME', 'NODE_EXTRA_CA_CERTS'].flatMap((k) => (process.env[k] === undefined ? [] : [[k, process.env[k]]])))

/** Where vendors' modules look for their settings: a module that is named by its path finds them as it did for whoever started us. */
const TOKEN_SETTINGS = ['SOFTHSM2_CONF', 'YUBIHSM_PKCS11_CONF', 'CS_PKCS11_R3_CFG', 'ChrystokiConfigurationPath', 'NFAST_HOME', 'PKCS11_PROXY_SOCKET']
const tokenEnv = (): Record<string, string> => Object.fromEntries(TOKEN_SETTINGS.flatMap((k) => (process.env[k] === undefined ? [] : [[k, process.env[k]]])))
const custodyOf = (o: PlatformOptions): readonly string[] => [...(o.token === undefined ? [] : ['--pkcs11', o.token.module, '--token', o.token.label]), ...(o.custodians === undefined ? [] : ['--custodians', o.custodians]), ...(o.timeStampUrl === undefined ? [] : ['--time-stamp-url', o.timeStampUrl])]

/** A port that is free now, and stays the server's when it falls and comes back. */
async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => { done(typeof address === 'object' && address !== null ? address.port : 0) })
    })
  })
}

/** The office that this platform serves. */
const OFFICE = '370699'

/** A one-time code for an office that the hub does not know yet, asked for as the hub's operator. */
async function codeFor(office: string, hubFolder: string): Promise<string | undefined> {
  const operator = openLine(socketIn(hubFolder, 'operator.sock'), 'hub')
  const known = await operator.call<readonly object[]>('GET', `/v1/office-keys?office=${office}`)
  if (!known.ok || known.value.length > 0) return undefined
  const made = await operator.call<{ code: string }>('POST', '/v1/office-codes', { office })
  return made.ok ? made.value.code : undefined
}

/** Starts database, hub, signer, station, verifier and server, in this order, each under its own user where that can be. */
export async function startPlatform(o: PlatformOptions): Promise<Platform> {
  const state = layState(o.folder)
  const hold = holdState(state)
  if (!hold.ok) throw new Impossible('state-held', `a platform with process ${String(hold.error.details?.['pid'])} runs on ${o.folder} already`)
  const started: Running[] = []
  let database: Database | undefined
  const stop = async (): Promise<void> => {
    for (const part of [...started].reverse()) await part.stop()
    await database?.stop()
    hold.value.release()
  }
  try {
    const group = 'causeway'
    ensureUser(group)
    database = o.databaseUrl === undefined || o.databaseUrl === '' ? await startDatabase(state) : foreignDatabase(o.databaseUrl)
    const secret = (name: string): string => keptSecret(join(state.keys, `${name}.secret`))
    const office = { database: 'causeway', owner: 'causeway_owner', ownerPassword: secret('owner'), app: 'causeway_app', appPassword: secret('app') }
    await ensureHousehold(database, office)
    await ensureHousehold(database, { database: 'causeway_hub', owner: 'causeway_hub', ownerPassword: secret('hub') })

    const port = o.port === 0 ? await freePort() : o.port
    const socket = (name: string): string => join(state.run, `${name}.sock`)
    const clock = o.clock === undefined ? [] : ['--clock', o.clock]
    const main = (app: string): string => join(CHECKOUT, 'apps', app, 'src', 'main.ts')
    const faults = o.faults === undefined ? [] : ['--faults', o.faults]
    const part = (name: string, more: readonly string[], env: Record<string, string> = {}): Part => ({ name, main: main(name), args: [...more, ...clock], env: { ...plainEnv(), ...env } })
    const behind = (name: 'hub' | 'signer' | 'station' | 'verifier', more: readonly string[] = [], env: Record<string, string> = {}): Part => part(name, ['--dir', state[name], '--socket', socket(name), '--user', `causeway-${name}`, '--group', group, ...more], env)

    const up = async (p: Part): Promise<Running> => {
      const running = await supervise(p, state.logs)
      started.push(running)
      return running
    }
    const [hub, signer, station, verifier] = await Promise.all([
      up(behind('hub', [], { CAUSEWAY_DATABASE_URL: database.url('causeway_hub', secret('hub'), 'causeway_hub') })),
      up(behind('signer', [...faults, ...custodyOf(o)], o.token === undefined ? {} : tokenEnv())),
      up(behind('station')),
      up(behind('verifier')),
    ])
    const code = o.officeCode ?? await codeFor(OFFICE, state.hub)
    const server = await up(part('server', [
      '--keys', join(state.keys, 'server'), '--port', String(port), '--signer', socket('signer'), '--hub', socket('hub'), '--station', socket('station'), '--verifier', socket('verifier'), '--user', group,
      ...(o.demo ? ['--demo'] : []), ...faults, ...(o.trustProxy === undefined ? [] : ['--trust-proxy', o.trustProxy]), ...(o.sealWith === undefined ? [] : ['--seal-with', o.sealWith]),
    ], { CAUSEWAY_DATABASE_URL: database.url(office.app, office.appPassword, office.database), CAUSEWAY_OWNER_URL: database.url(office.owner, office.ownerPassword, office.database), CAUSEWAY_APP_ROLE: office.app, ...(code === undefined ? {} : { CAUSEWAY_HUB_CODE: code }) }))
    return { url: `http://127.0.0.1:${String(server.said()['port'])}`, state, database, parts: { hub, signer, station, verifier, server }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
