import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureHousehold, layState, startDatabase, type Database } from '@causeway/ground'
import { randomBytes } from 'node:crypto'

/** A real PostgreSQL for one test file, with as many fresh databases as it asks for. */
export interface TestServer {
  readonly server: Database
  readonly fresh: () => Promise<{ readonly ownerUrl: string; readonly appUrl: string; readonly appRole: string }>
  readonly stop: () => Promise<void>
}

export async function testServer(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-test-'))
  const state = layState(join(folder, 's'))
  const server = await startDatabase(state)
  let n = 0
  return {
    server,
    fresh: async () => {
      const database = `t${(n += 1)}_${randomBytes(3).toString('hex')}`
      const [ownerPassword, appPassword] = ['owner-secret', 'app-secret']
      await ensureHousehold(server, { database, owner: 'causeway_owner', ownerPassword, app: 'causeway_app', appPassword })
      return { ownerUrl: server.url('causeway_owner', ownerPassword, database), appUrl: server.url('causeway_app', appPassword, database), appRole: 'causeway_app' }
    },
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
